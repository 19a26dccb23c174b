"""What Cachet 2 and 3 have in common: components that are set by themselves, numbered incidents, the same lists."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from console.publish.provider import Provider, Settings
from console.publish.providers.common.json import asked, inside, key_of, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Listed, Posted, alike, among_updates, lost_sight, number
from console.publish.providers.common.requests import check_named, component_set, entries, paged, path
from console.publish.sending.message import ComponentState, Delivery, Known, Lookup, PageView, Part, Remote, Status
from console.publish.sending.message import Listed as Component
from console.publish.transport.failure import Gone
from console.publish.transport.http import Http

STATUSES: dict[Status, int] = {"investigating": 1, "identified": 2, "monitoring": 3, "resolved": 4}


class AnyCachet(Provider):
    """An installation of Cachet, whichever its version."""

    api: ClassVar[str]
    """What stands before every path where the target's address is a bare host."""
    states: ClassVar[Mapping[ComponentState, int]]
    fields_at: ClassVar[tuple[str, ...]] = ()
    """Where the fields of an incident, an update or a component stand."""
    created_at: ClassVar[tuple[str, ...]]
    """Where among them an incident says since when it is there."""
    next_page_at: ClassVar[tuple[str, ...]]

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http
        self._root: str | None = None
        self._newest: dict[str, int] = {}
        """By our marker: the highest number of an incident before the try."""

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        if known.remote is not None:
            self._prepare_update(delivery, known.remote)
        for part in delivery.parts:
            where = self._at(path("components", part.id))
            component_set(self._http, where, part, {"status": self.states[part.state]})
        return self._open(delivery) if known.remote is None else self._update(delivery, known.remote)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is None:
            return self._look_up_incident(delivery)
        try:
            updates, _ = self._listed("incidents", known.remote.incident_id, "updates")
        except Gone:
            return lost_sight(self._name)
        posted = [
            Posted(
                text(update, "id"),
                self._status(update) == delivery.status and alike(delivery.text, self._field(update, "message")),
            )
            for update in updates
        ]
        return among_updates(delivery, known, posted)

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        try:
            answer = asked(self._http, self._at(path("incidents", known.remote.incident_id)))
            updates, _ = self._listed("incidents", known.remote.incident_id, "updates")
        except Gone:
            return PageView(None, gone=True)
        incident = inside(answer, "data")
        newest = max(updates, key=lambda update: number(text(update, "id")), default=None)
        return PageView(
            self._status_now(incident, newest),
            self._field(incident, "name"),
            self._field(newest, "message") or self._field(incident, "message"),
            self._states(known.parts),
        )

    def _prepare_update(self, delivery: Delivery, remote: Remote) -> None:
        """What comes before the update; an incident that somebody deleted is found out before components change."""
        raise NotImplementedError

    def _open(self, delivery: Delivery) -> Remote:
        raise NotImplementedError

    def _update(self, delivery: Delivery, remote: Remote) -> Remote:
        raise NotImplementedError

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        raise NotImplementedError

    def _remote(self, incident: Any) -> Remote:
        raise NotImplementedError

    def _status_now(self, incident: Any, newest: Any) -> Status | None:
        """The status of an incident, whose newest update is given."""
        return self._status(incident)

    def _post_incident(self, data: object) -> Remote:
        remote = self._remote(inside(written(self._http, "POST", self._at("incidents"), data), "data"))
        check_named(self._name, "incident", remote.incident_id)
        return remote

    def _post_update(self, remote: Remote, data: object) -> Remote:
        where = self._at(path("incidents", remote.incident_id, "updates"))
        update = text(written(self._http, "POST", where, data), "data", "id")
        check_named(self._name, "update", update)
        return Remote(remote.incident_id, update, remote.url)

    def _says_the_same(self, incident: Any, delivery: Delivery) -> bool:
        """Whether an incident has our title and our words."""
        return (
            bool(text(incident, "id"))
            and alike(delivery.title, self._field(incident, "name"))
            and alike(delivery.text, self._field(incident, "message"))
        )

    def _as_listed(self, delivery: Delivery, incident: Any) -> Listed:
        remote = self._remote(incident)

        def untouched() -> bool:
            if self._status(incident) != delivery.status:
                return False
            return not self._listed("incidents", remote.incident_id, "updates")[0]

        return Listed(remote, text(incident, *self.fields_at, *self.created_at), untouched)

    def _components(self) -> tuple[Component, ...]:
        return tuple(
            Component(text(component, "id"), self._field(component, "name"), self._own_state(component) or "")
            for component in self._listed("components")[0]
        )

    def _states(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        if not parts:
            return ()
        states = {text(component, "id"): self._own_state(component) for component in self._listed("components")[0]}
        return tuple(Part(part.id, state, part.name) for part in parts if (state := states.get(part.id)) is not None)

    def _listed(self, *steps: str, **params: str) -> tuple[list[Any], bool]:
        def page(which: int) -> tuple[list[Any], bool]:
            answer = asked(self._http, self._at(path(*steps)), {**params, "per_page": "100", "page": str(which)})
            return entries(self._name, answer, "data"), bool(text(answer, *self.next_page_at))

        return paged(page)

    def _field(self, data: Any, name: str) -> str:
        return text(data, *self.fields_at, name)

    def _number_of(self, data: Any) -> str:
        """The number of a status or state, which stands alone or with its name."""
        return text(data, *self.fields_at, "status", "value") or self._field(data, "status")

    def _status(self, data: Any) -> Status | None:
        return key_of(STATUSES, self._number_of(data))

    def _own_state(self, component: Any) -> ComponentState | None:
        return key_of(self.states, self._number_of(component))

    def _at(self, where: str) -> str:
        if self._root is None:
            self._root = api_root(self._http, self.api)
        return f"{self._root}{where}"


def api_root(http: Http, usual: str) -> str:
    """What stands before every path: nothing where the target's address has a path of its own, since an installation
    may have put its API anywhere; else the usual one, where it answers."""
    if urlsplit(http.base).path.strip("/"):
        return ""
    try:
        http.get(f"{usual}/ping")
    except Gone:
        return ""
    return f"{usual}/"
