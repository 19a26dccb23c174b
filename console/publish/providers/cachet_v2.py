"""Cachet 2: the older Cachet, without support upstream since 2023 and still in use.

It keeps no marker of ours, so a message whose end is not known is found by its words and its number, which is higher
than every number before the try; or, where the console was ended meanwhile, by its words and age. That happens often:
it sends its mails while it answers, and a proxy before it gives up with 504 although the incident exists.

Components have one state each, set by `PUT /components`. An incident belongs to one component at most; ours takes the
first that it changes, so that its subscribers hear of it.

An update is mailed to everyone who subscribed, whatever it is told; only the first message can go without a mail.
"""

from typing import Any, ClassVar

from console.publish.provider import Capabilities
from console.publish.providers.common.cachet import STATUSES, AnyCachet
from console.publish.providers.common.json import asked, text
from console.publish.providers.common.lookup import by_age, number
from console.publish.providers.common.requests import entries, path
from console.publish.sending.message import (
    Checked,
    ComponentState,
    Delivery,
    Lookup,
    Remote,
    Status,
)
from console.publish.transport.failure import Gone, Rejected

STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4}


class CachetV2(AnyCachet):
    """A Cachet 2. Its address is that of the API; `/api/v1` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 2"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True,
        always_mails_updates=True,
        asks=True,
        reads=True,
        first_is_update=False,
        states={
            "operational": "operational",
            "degraded": "performance issues",
            "partial": "partial outage",
            "major": "major outage",
        },
        title_limit=255,
        page=False,
    )

    api = "api/v1"
    states = STATES
    created_at = ("created_at",)
    next_page_at = ("meta", "pagination", "links", "next_page")

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"X-Cachet-Token": key}

    def check(self) -> Checked:
        try:
            self._http.get(self._at("ping"))
        except Gone:
            raise Rejected(f"{self._name} has no API at this address: check the url.") from None
        components = self._components()
        says = f"{self._name} answers and takes the key."
        try:
            # Reading is open to everyone but for this list; what it holds is not looked at.
            self._http.get(self._at("subscribers"), {"per_page": "1"})
        except Gone:
            says = f"{self._name} answers; whether it takes the key shows with the first message."
        return Checked(says, components=components)

    def _prepare_update(self, delivery: Delivery, remote: Remote) -> None:
        self._http.get(self._at(path("incidents", remote.incident_id)))

    def _open(self, delivery: Delivery) -> Remote:
        self._newest[delivery.key] = self._number_before()
        data: dict[str, Any] = {
            "name": delivery.title,
            "message": delivery.text,
            "status": STATUSES[delivery.status],
            "visible": 1,
            "notify": int(delivery.notify),
        }
        if delivery.parts:
            first = delivery.parts[0]
            data |= {"component_id": _as_sent(first.id), "component_status": STATES[first.state]}
        return self._post_incident(data)

    def _update(self, delivery: Delivery, remote: Remote) -> Remote:
        # Cachet 2 has no `notify` here and passes it over; a fork that learns it is told.
        data = {"status": STATUSES[delivery.status], "message": delivery.text, "notify": int(delivery.notify)}
        return self._post_update(remote, data)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        incidents, complete = self._listed("incidents", sort="id", order="desc")
        listed = [
            self._as_listed(delivery, incident) for incident in incidents if self._says_the_same(incident, delivery)
        ]
        return by_age(self._name, delivery, listed, complete, self._newest.get(delivery.key))

    def _number_before(self) -> int:
        """The highest number of an incident. Whether the order is kept differs between versions: both ends are read."""
        order = {"sort": "id", "order": "desc", "per_page": "1"}
        first = asked(self._http, self._at("incidents"), {**order, "page": "1"})
        incidents = entries(self._name, first, "data")
        last = text(first, "meta", "pagination", "total_pages")
        if number(last) > 1:
            incidents += entries(self._name, asked(self._http, self._at("incidents"), {**order, "page": last}), "data")
        return max((number(text(incident, "id")) for incident in incidents), default=0)

    def _remote(self, incident: Any) -> Remote:
        return Remote(text(incident, "id"), url=text(incident, "permalink"))

    def _status_now(self, incident: Any, newest: Any) -> Status | None:
        return self._status(newest) or self._status(incident)


PROVIDER = CachetV2


def _as_sent(component: str) -> int | str:
    return int(component) if component.isascii() and component.isdigit() else component
