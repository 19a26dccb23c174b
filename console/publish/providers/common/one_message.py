"""Planned maintenances of which a page keeps one message: the words of an update take the place of those before."""

from collections.abc import Iterable
from typing import Any, ClassVar

from console.core.log.state import Window
from console.publish.provider import Absent, Found, Lookup, PageUpdate, PageView
from console.publish.providers.common.json import text
from console.publish.providers.common.lookup import alike
from console.publish.providers.common.page import StatusPage
from console.publish.sending.message import Delivery, Known, Remote, Status


class OneMessage(StatusPage):
    """To stand before the page itself among the bases of its maintenances."""

    called = "maintenance"
    title_at: ClassVar[str] = "title"
    words_at: ClassVar[str] = "message"

    # Each page defines these

    def _plans(self) -> Iterable[Any]:
        """The maintenances there, in JSON."""
        raise NotImplementedError

    def _plan(self, id: str) -> Any:
        """A maintenance in JSON. Raises Gone."""
        raise NotImplementedError

    def _at_our_time(self, plan: Any, delivery: Delivery) -> bool:
        """It begins when ours does."""
        raise NotImplementedError

    def _put(self, remote: Remote, changes: dict[str, Any]) -> None:
        """Change some fields of a maintenance and leave the others as they are."""
        raise NotImplementedError

    # What follows

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        for plan in self._plans():
            words = self._same_words(self._worded(delivery), text(plan, self.words_at))
            if words and self._at_our_time(plan, delivery) and alike(delivery.title, text(plan, self.title_at)):
                return Found(Remote(text(plan, "id")))
        return Absent()

    def _updates(self, incident: str) -> list[Any]:
        return [self._plan(incident)]

    def _update(self, update: Any) -> PageUpdate:
        return PageUpdate("", None, text(update, self.words_at))

    def _shown(self, remote: Remote) -> list[PageUpdate]:
        return [self._update(self._plan(remote.incident_id))]

    def _view(self, known: Known, remote: Remote) -> PageView:
        plan = self._plan(remote.incident_id)
        title, words = text(plan, self.title_at), text(plan, self.words_at)
        return PageView(self._status_told(plan), title, words, window=self._window_told(plan))

    def _window_told(self, plan: Any) -> Window | None:
        """None where its times do not tell their zone."""
        return None

    def _status_told(self, plan: Any) -> Status | None:
        """None where its times say how it stands, by the page's clock."""
        return None

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        self._put(remote, {self.words_at: self._worded(delivery)})

    def _rename(self, title: str, remote: Remote) -> None:
        self._put(remote, {self.title_at: title})

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        """Its state follows from its times."""
