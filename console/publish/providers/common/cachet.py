"""The common base of Cachet 2 and 3: components that are set by themselves, numbered incidents, the same lists."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from console.core.subjects.component import ComponentState
from console.publish.provider import Checked, Lookup, OpenThere, PageUpdate, PageView, Settings
from console.publish.providers.common.json import inside, number, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Listed, alike, by_age
from console.publish.providers.common.markdown import in_markdown
from console.publish.providers.common.page import PageCapabilities, StatusPage, listed, path, still_open
from console.publish.sending.message import Delivery, Known, Remote, Status, in_one_text
from console.publish.transport.failure import Gone, Rejected
from console.publish.transport.http import Http

CAPABILITIES = PageCapabilities(
    mails=True,
    first_is_update=False,
    one_text=True,
    backfill_says="Its updates take no moments: it is one text with their times.",
    states={
        "operational": "operational",
        "degraded": "performance issues",
        "partial": "partial outage",
        "major": "major outage",
    },
    title_limit=255,
    page=False,
    wording=in_markdown,
)


class AnyCachet(StatusPage):
    """An installation of Cachet, whichever its version."""

    markdown = True
    api: ClassVar[str]
    """The beginning of every path where the target's address is a bare host."""
    fields_at: ClassVar[tuple[str, ...]] = ()
    """Where the fields of an incident, an update or a component stand."""
    created_at: ClassVar[tuple[str, ...]]
    """Where among them an incident says since when it is there."""
    also_check: ClassVar[str] = ""
    """A remedy besides another url, where no API answers."""
    states: ClassVar[Mapping[ComponentState, object]] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4}
    statuses: ClassVar[Mapping[Status, object]] = {"investigating": 1, "identified": 2, "monitoring": 3, "resolved": 4}

    def __init__(self, settings: Settings, http: Http) -> None:
        super().__init__(settings, http)
        self._root: str | None = None
        self._newest: dict[str, int] = {}
        """By our marker: the highest number of an incident before the try."""

    def check(self) -> Checked:
        try:
            self._http.get(self._at("ping"))
        except Gone:
            raise Rejected(f"{self._name} has no API at this address: check the url{self.also_check}.") from None
        components = self._listed(self._at("components"))[0]
        parts = listed(components, *self.fields_at, "name", state=lambda each: self._state(self._number_of(each)))
        key = (
            " and accepts the key" if self._takes_key() else "; only the first message shows whether it accepts the key"
        )
        return Checked(f"{self._name} answers{key}.", components=parts)

    # For each version to say

    def _takes_key(self) -> bool:
        """Prove the key, since reading is open to everyone; False where that cannot be done without a message."""
        raise NotImplementedError

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        """The JSON that makes an incident."""
        raise NotImplementedError

    def _adding(self, delivery: Delivery) -> dict[str, Any]:
        """The JSON that makes an update."""
        return {"status": self.statuses[delivery.status], "message": self._worded(delivery)}

    def _prepare_update(self, delivery: Delivery, where: str) -> None:
        """The step before an update: it fails where somebody deleted the incident, before components change."""
        raise NotImplementedError

    def _number_before(self, delivery: Delivery) -> int:
        """The highest number of an incident among which ours is looked for later."""
        raise NotImplementedError

    def _remote(self, incident: Any) -> Remote:
        raise NotImplementedError

    # What follows

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        self._set_components(delivery)
        self._newest[delivery.key] = self._number_before(delivery)
        return self._made(
            self._remote(inside(self._write("POST", self._at(self.all_at), self._opening(delivery)), "data"))
        )

    def _backfill(self, delivery: Delivery) -> Remote:
        whole = replace(delivery, text=in_one_text(delivery.past), change=None)
        within_limits(self._name, whole, Known(), self.capabilities)
        return self._find_past(whole) or self._open(whole, Known())

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        self._prepare_update(delivery, self._incident_at(remote))
        self._set_components(delivery)
        where = self._updates_at(remote)
        update_id = self._named(text(self._write("POST", where, self._adding(delivery)), "data", "id"), "update")
        return Remote(remote.incident_id, update_id, remote.url)

    def _set_components(self, delivery: Delivery) -> None:
        for part in delivery.parts:
            try:
                self._write_ahead("PUT", self._at("components", part.id), {"status": self.states[part.state]})
            except Gone:
                called = f"“{part.name}” ({part.id})" if part.name else part.id
                raise Rejected(
                    f"{self._name} has no component {called}: give the target its new id and send again."
                ) from None

    def _updates(self, incident: str) -> list[Any]:
        return self._listed(self._at(self.all_at, incident, "updates"))[0]

    def _update(self, update: Any) -> PageUpdate:
        return PageUpdate(text(update, "id"), self._status_of(update), self._field(update, "message"))

    def _view(self, known: Known, remote: Remote) -> PageView:
        incident = inside(self._ask(self._incident_at(remote)), "data")
        if not self._is_public(incident):
            return PageView(None, gone=True)
        updates = self._updates(remote.incident_id)
        newest = max(updates, key=lambda update: number(update, "id"), default=None)
        components = self._listed(self._at("components"))[0] if known.parts else ()
        return PageView(
            self._status_now(incident, newest),
            self._field(incident, "name"),
            self._field(newest, "message") or self._field(incident, "message"),
            self._parts(known, {text(each, "id"): self._state(self._number_of(each)) for each in components}),
            updates=(self._first(incident), *map(self._update, updates)),
        )

    def _shown(self, remote: Remote) -> list[PageUpdate]:
        incident = inside(self._ask(self._incident_at(remote)), "data")
        return [self._first(incident), *super()._shown(remote)]

    def _first(self, incident: Any) -> PageUpdate:
        """The first message, which is the incident's own."""
        return PageUpdate("", None, self._field(incident, "message"))

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        if not update:
            self._change_incident(remote, {"message": self._worded(delivery)})
            return
        data = {"status": self.statuses[delivery.status], "message": self._worded(delivery)}
        self._write("PUT", self._updates_at(remote, update), data)

    def _rename(self, title: str, remote: Remote) -> None:
        self._change_incident(remote, {"name": title})

    def open_there(self) -> tuple[OpenThere, ...]:
        incidents = self._listed(self._at(self.all_at))[0]
        return still_open(incidents, lambda each: self._field(each, "name"), self._status_of, self._marker_of)

    def _marker_of(self, incident: Any) -> str:
        """Our marker in it, where it keeps one."""
        return ""

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        self._set_components(delivery)
        incident = inside(self._ask(self._incident_at(remote)), "data")
        if self._status_of(incident) != delivery.status:
            self._change_incident(remote, {"status": self.statuses[delivery.status]})

    def _change_incident(self, remote: Remote, data: dict[str, Any]) -> None:
        """Change some fields of the incident and leave the others as they are."""
        self._write("PUT", self._incident_at(remote), data)

    def _is_public(self, incident: Any) -> bool:
        """Everybody sees it: it is neither hidden nor for those who are logged in."""
        return number(incident, *self.fields_at, "visible") == 1 or inside(incident, *self.fields_at, "visible") in (
            True,
            None,
        )

    def _status_now(self, incident: Any, newest: Any) -> Status | None:
        """The status of an incident, whose newest update is given."""
        return self._status_of(incident)

    def _by_words(self, delivery: Delivery, incidents: Iterable[Any], complete: bool) -> Lookup:
        """The one of the incidents that is ours, by title, words, number and age."""

        def candidate(incident: Any) -> Listed:
            remote = self._remote(incident)

            def untouched() -> bool:
                return self._status_of(incident) == delivery.status and not self._updates(remote.incident_id)

            return Listed(remote, text(incident, *self.fields_at, *self.created_at), untouched)

        same = [
            candidate(incident)
            for incident in incidents
            if text(incident, "id")
            and alike(delivery.title, self._field(incident, "name"))
            and alike(self._worded(delivery), self._field(incident, "message"))
        ]
        return by_age(self._name, delivery, same, complete, self._newest.get(delivery.key))

    def _field(self, data: Any, name: str) -> str:
        return text(data, *self.fields_at, name)

    def _number_of(self, data: Any) -> str:
        """The number of a status or state, which stands alone or with its name."""
        return text(data, *self.fields_at, "status", "value") or self._field(data, "status")

    def _status_of(self, data: Any) -> Status | None:
        return self._status(self._number_of(data))

    def _at(self, *steps: str) -> str:
        if self._root is None:
            self._root = self._find_root()
        return f"{self._root}{path(*steps)}"

    def _find_root(self) -> str:
        """The beginning of every path: nothing where the target's address has a path of its own, since an
        installation may have put its API anywhere; else the usual one, where it answers."""
        if urlsplit(self._http.base).path.strip("/"):
            return ""
        try:
            self._http.get(f"{self.api}/ping")
        except Gone:
            return ""
        return f"{self.api}/"
