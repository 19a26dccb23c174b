"""Cachet 3: a status page that a team runs itself, with a REST API in the JSON:API form.

Components are set by `PUT /components`, never through the incident. An incident of Cachet can carry states of
components that lie over the components' own until it is fixed, but they can be given only when it is made and never
be changed: a component that recovers or gets worse, or turns up in a later update, would show the wrong state. The
components' own states can be set at any time, so the page shows each state that was approved; in return they stay
until they are set again, which the message that resolves does for every component that it names. Two things are lost:
the incident is not listed under its components, and people who subscribed to one component are not mailed.

Whether subscribers are mailed is kept with the incident, not with the update: it is set before each update.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from msgspec.structs import replace

from console.publish.provider import Absent, Capabilities, Found, Lookup, PageView
from console.publish.providers.common.cachet import CAPABILITIES, AnyCachet
from console.publish.providers.common.json import inside, number, text
from console.publish.providers.common.lookup import window_of
from console.publish.sending.message import Delivery, Known, Remote, Status, shown_as
from console.publish.transport.failure import Gone, Rejected

T = TypeVar("T")

WRITTEN = "%Y-%m-%d %H:%M:%S"
"""A moment in UTC, as it takes one."""
MARKER = "warroom"
"""The name in an incident's `meta` under which our marker stands."""
OWNER = "warroom_incident"
"""The same for our reference of an incident that was adopted."""


STATE_NAMES = {**CAPABILITIES.states, "maintenance": "under maintenance"}
PLANS = replace(
    CAPABILITIES, states=STATE_NAMES, plans=True, moves=True, by_times=True, adopts=False, backfills=False,
    maintenance_says="Where its first message mails, each later change of its times mails, too.",
)  # fmt: skip


class Cachet(AnyCachet):
    """A Cachet 3. Its address is that of the API; `/api` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 3"
    capabilities: ClassVar[Capabilities] = replace(CAPABILITIES, states=STATE_NAMES, maintenance=PLANS)
    api = "api"
    also_check = ", and that the API is switched on"
    states = {**AnyCachet.states, "maintenance": 6}
    fields_at = ("attributes",)
    created_at = ("created", "string")
    next_page_at = ("links", "next")

    def _takes_key(self) -> bool:
        # A write is tried on the incident 0, which no Cachet has.
        with suppress(Gone):
            self._write_ahead("PUT", self._at(self.all_at, "0"), {})
        return True

    def _prepare_update(self, delivery: Delivery, where: str) -> None:
        self._write_ahead("PUT", where, {"notifications": delivery.notify})

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "name": delivery.title,
            "status": self.statuses[delivery.status],
            "message": self._worded(delivery),
            # Cachet's own default shows an incident to signed-in users only.
            "visible": True,
            "notifications": delivery.notify,
            "meta": {MARKER: delivery.key},
            **({"occurred_at": f"{delivery.started_at:{WRITTEN}}"} if delivery.past else {}),
        }

    def _marker_of(self, incident: Any) -> str:
        return text(incident, "attributes", "meta", MARKER)

    def _adopt(self, delivery: Delivery, incident: str) -> Remote:
        where = self._at(self.all_at, incident)
        incident_there = inside(self._with_meta(lambda meta: self._ask(where, meta)), "data")
        meta = inside(incident_there, "attributes", "meta")
        # An empty one is a list. One that is not shown would be lost: what is written takes the place of all of it.
        if isinstance(meta, dict) or meta == []:
            kept = meta or {}
            self._check_free(MARKER in kept, text(kept, OWNER), delivery)
            if text(kept, MARKER) != delivery.key:
                self._write_ahead("PUT", where, {"meta": {**kept, MARKER: delivery.key, OWNER: delivery.incident}})
        return self._remote(incident_there)

    def _with_meta(self, ask: Callable[[dict[str, str]], T]) -> T:
        """The answer with `meta`; without, of an older Cachet, which does not know that."""
        try:
            return ask({"include": "meta"})
        except Gone:
            raise
        except Rejected:
            return ask({})

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        """Look our incident up by our marker; by words and age on an older Cachet, which knows no marker."""
        try:
            incidents, complete = self._listed(self._at(self.all_at), **_marked(delivery))
            if not incidents:
                return Absent()
        except Gone:
            raise
        except Rejected:
            incidents, complete = self._listed(self._at(self.all_at))
        markers = [self._marker_of(incident) for incident in incidents]
        if delivery.key in markers:
            return Found(self._remote(incidents[markers.index(delivery.key)]))
        unmarked = (incident for incident, marker in zip(incidents, markers, strict=True) if not marker)
        return self._by_words(delivery, unmarked, complete)

    def _number_before(self, delivery: Delivery) -> int:
        """The highest number of an incident, on a Cachet that does not find our marker; there is none with it yet."""
        page = {"per_page": "1", "page": "1"}
        try:
            answer = self._ask(self._at(self.all_at), {**_marked(delivery), **page})
        except Gone:
            raise
        except Rejected:
            answer = self._ask(self._at(self.all_at), page)
        return max((number(incident, "id") for incident in self._entries(answer, "data")), default=0)

    def _remote(self, incident: Any) -> Remote:
        guid, base = text(incident, "attributes", "guid"), self._http.base
        site = base.removesuffix("/api") if base.endswith("/api") else base if self._root else ""
        return Remote(text(incident, "id"), url=f"{site}/incidents/{guid}" if site and guid else "")


class Schedules(Cachet):
    """Planned maintenances there: their state is computed from their times, and their updates have none."""

    capabilities: ClassVar[Capabilities] = PLANS
    statuses: ClassVar[Mapping[Status, object]] = {"scheduled": 0, "in_progress": 1, "completed": 2, "cancelled": 2}
    called = "maintenance"
    all_at = "schedules"
    updates_tell = False

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "name": delivery.title,
            "message": self._worded(delivery),
            **_times(delivery),
            "notifications": delivery.notify,
            "components": [
                {"id": number(part.id) or part.id, "status": self.states["maintenance"]} for part in delivery.parts
            ],
            "meta": {MARKER: delivery.key},
        }

    def _adding(self, delivery: Delivery) -> dict[str, Any]:
        return {"message": self._worded(delivery)}

    def _prepare_update(self, delivery: Delivery, where: str) -> None:
        attributes = inside(self._ask(where), "data", "attributes")
        times = _times(delivery)
        # Where its first message mailed, each change of a time does.
        if [text(attributes, name, "string") for name in ("scheduled", "completed")] != [*times.values()]:
            self._write_ahead("PUT", where, times)

    def _set_components(self, delivery: Delivery) -> None:
        # Before it begins they have the state that others give them.
        if delivery.status != "scheduled":
            super()._set_components(delivery)

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        self._set_components(delivery)
        incident = inside(self._ask(self._incident_at(remote)), "data")
        if self._status_of(incident) != shown_as(delivery.status):
            self._change_incident(remote, _times(delivery))

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        where = self._updates_at(remote, update) if update else self._incident_at(remote)
        self._write("PUT", where, {"message": self._worded(delivery)})

    def _view(self, known: Known, remote: Remote) -> PageView:
        view = super()._view(known, remote)
        attributes = inside(self._ask(self._incident_at(remote)), "data", "attributes")
        window = window_of(*(text(attributes, name, "string") for name in ("scheduled", "completed")))
        return replace(view, window=window, parts=() if view.status == "scheduled" else view.parts)

    def _remote(self, incident: Any) -> Remote:
        return Remote(text(incident, "id"))


def _times(delivery: Delivery) -> dict[str, str]:
    window = delivery.shown_window
    return {"scheduled_at": f"{window.starts_at:{WRITTEN}}", "completed_at": f"{window.until:{WRITTEN}}"}


Cachet.plans = Schedules
PROVIDER = Cachet


def _marked(delivery: Delivery) -> dict[str, str]:
    """The filter for the incident with our marker."""
    return {f"filter[meta][{MARKER}]": delivery.key}
