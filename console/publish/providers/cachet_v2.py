"""Cachet 2: the older Cachet, without support upstream since 2023 and still in use.

It keeps no marker of ours, so a message whose end is not known is found by its words and its number, which is higher
than every number before the try; or, where the console was ended meanwhile, by its words and age. That happens often:
it sends its mails while it answers, and a proxy before it gives up with 504 although the incident exists.

Components have one state each, set by `PUT /components`. An incident belongs to one component at most; ours takes the
first that it changes, so that its subscribers hear of it.

An update is mailed to everyone who subscribed, whatever it is told; only the first message can go without a mail.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec.structs import replace

from console.publish.provider import Capabilities, Lookup
from console.publish.providers.common.cachet import CAPABILITIES, AnyCachet
from console.publish.providers.common.json import inside, number, text
from console.publish.providers.common.one_message import OneMessage
from console.publish.sending.message import Delivery, Known, Remote, Status, shown_as
from console.publish.transport.failure import Gone

WRITTEN = "%Y-%m-%d %H:%M"
KEPT = ("visible", "stickied")
"""Fields that an incident loses when a change of it leaves them out."""


PLANS = replace(
    CAPABILITIES, plans=True, moves=True, one_message=True, adopts=False, backfills=False, removes=False, states={},
    repeats=frozenset(("update",)),
    maintenance_says="It takes times in its own zone, and these are UTC; it has one message, the last.",
)  # fmt: skip


class CachetV2(AnyCachet):
    """A Cachet 2. Its address is that of the API; `/api/v1` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 2"
    capabilities: ClassVar[Capabilities] = replace(CAPABILITIES, always_mails_updates=True, maintenance=PLANS)
    api = "api/v1"
    created_at = ("created_at",)
    next_page_at = ("meta", "pagination", "links", "next_page")

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"X-Cachet-Token": key}

    def _takes_key(self) -> bool:
        try:
            # The one list that is not open to everyone; what it holds is not looked at.
            self._http.get(self._at("subscribers"), {"per_page": "1"})
        except Gone:
            return False
        return True

    def _prepare_update(self, delivery: Delivery, where: str) -> None:
        self._http.get(where)

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        data: dict[str, Any] = {"name": delivery.title, "visible": 1, **self._adding(delivery)}
        if delivery.past:
            # In the zone of the server, which it does not tell: the times in the text name theirs.
            data["occurred_at"] = f"{delivery.started_at:%Y-%m-%d %H:%M}"
        if delivery.parts:
            first = delivery.parts[0]
            data |= {"component_id": number(first.id) or first.id, "component_status": self.states[first.state]}
        return data

    def _adding(self, delivery: Delivery) -> dict[str, Any]:
        # Cachet 2 has no `notify` for an update and passes it over; a fork that learns it is told.
        return {**super()._adding(delivery), "notify": int(delivery.notify)}

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        return self._by_words(delivery, *self._listed(self._at("incidents"), sort="id", order="desc"))

    def _number_before(self, delivery: Delivery) -> int:
        """The highest number of an incident. Whether the order is kept differs between versions: both ends are read."""
        order = {"sort": "id", "order": "desc", "per_page": "1"}
        first = self._ask(self._at("incidents"), {**order, "page": "1"})
        incidents = self._entries(first, "data")
        last = text(first, "meta", "pagination", "total_pages")
        if number(last) > 1:
            incidents += self._entries(self._ask(self._at("incidents"), {**order, "page": last}), "data")
        return max((number(incident, "id") for incident in incidents), default=0)

    def _change_incident(self, remote: Remote, data: dict[str, Any]) -> None:
        # Left out, a hidden incident would be shown and a sticky one come loose.
        incident = inside(self._ask(self._incident_at(remote)), "data")
        kept = {name: int(bool(number(incident, name) or inside(incident, name) is True)) for name in KEPT}
        super()._change_incident(remote, {**kept, **data})

    def _remote(self, incident: Any) -> Remote:
        return Remote(text(incident, "id"), url=text(incident, "permalink"))

    def _status_now(self, incident: Any, newest: Any) -> Status | None:
        return self._status_of(newest) or self._status_of(incident)


class Schedules(OneMessage, CachetV2):
    """Planned maintenances there: one message, a state that is set, and no states of components."""

    capabilities: ClassVar[Capabilities] = PLANS
    statuses: ClassVar[Mapping[Status, object]] = {"scheduled": 0, "in_progress": 1, "completed": 2, "cancelled": 2}
    all_at = "schedules"
    title_at = "name"

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {"name": delivery.title, **self._changeable_fields(delivery), "notify": int(delivery.notify)}
        answer = self._write("POST", self._at(self.all_at), data)
        return Remote(self._named(text(answer, "data", "id")))

    def _changeable_fields(self, delivery: Delivery) -> dict[str, Any]:
        window = delivery.shown_window
        return {
            "message": self._worded(delivery),
            "status": self.statuses[delivery.status],
            "scheduled_at": f"{window.starts_at:{WRITTEN}}",
            "completed_at": f"{window.until:{WRITTEN}}",
        }

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        self._put(remote, self._changeable_fields(delivery))
        return remote

    def _put(self, remote: Remote, changes: dict[str, Any]) -> None:
        # What it makes of a field that is left out is not said.
        plan = self._plan(remote.incident_id)
        kept = {"name": text(plan, "name"), "message": text(plan, "message"), "status": number(plan, "status")}
        kept |= {name: text(plan, name)[:16] for name in ("scheduled_at", "completed_at") if text(plan, name)}
        self._write("PUT", self._incident_at(remote), {**kept, **changes})

    def _plans(self) -> list[Any]:
        return self._listed(self._at(self.all_at))[0]

    def _plan(self, id: str) -> Any:
        return inside(self._ask(self._at(self.all_at, id)), "data")

    def _at_our_time(self, plan: Any, delivery: Delivery) -> bool:
        return text(plan, "scheduled_at")[:16] == f"{delivery.shown_window.starts_at:{WRITTEN}}"

    def _status_told(self, plan: Any) -> Status | None:
        return self._status_of(plan)

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        if self._status_of(self._plan(remote.incident_id)) != shown_as(delivery.status):
            self._put(remote, {"status": self.statuses[delivery.status]})


CachetV2.plans = Schedules
PROVIDER = CachetV2
