"""Cachet 3: a status page that a team runs itself, with a REST API in the JSON:API form.

Components are set by `PUT /components`, never through the incident. An incident of Cachet can carry states of
components that lie over the components' own until it is fixed, but they can be given only when it is made and never
be changed: a component that recovers or gets worse, or turns up in a later update, would show the wrong state. The
components' own states can be set at any time, so the page shows each state that was approved; in return they stay
until they are set again, which the message that resolves does for every component that it names. Two things are lost:
the incident is not listed under its components, and people who subscribed to one component are not mailed.

Whether subscribers are mailed is kept with the incident, not with the update: it is set before each update.
"""

from typing import Any, ClassVar

from console.publish.provider import Capabilities
from console.publish.providers.common.cachet import STATUSES, AnyCachet
from console.publish.providers.common.json import asked, text
from console.publish.providers.common.lookup import by_age, number
from console.publish.providers.common.requests import bearer, entries, path, prepared
from console.publish.sending.message import (
    Absent,
    Checked,
    ComponentState,
    Delivery,
    Found,
    Lookup,
    Remote,
)
from console.publish.transport.failure import Gone, Rejected

MARKER = "warroom"
"""The name in an incident's `meta` under which our marker stands."""

STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4, "maintenance": 6}


class Cachet(AnyCachet):
    """A Cachet 3. Its address is that of the API; `/api` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 3"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True,
        asks=True,
        reads=True,
        first_is_update=False,
        states={
            "operational": "operational",
            "degraded": "performance issues",
            "partial": "partial outage",
            "major": "major outage",
            "maintenance": "under maintenance",
        },
        title_limit=255,
        page=False,
    )

    api = "api"
    states = STATES
    fields_at = ("attributes",)
    created_at = ("created", "string")
    next_page_at = ("links", "next")
    headers = staticmethod(bearer)

    def check(self) -> Checked:
        try:
            self._http.get(self._at("ping"))
        except Gone:
            raise Rejected(
                f"{self._name} has no API at this address: check the url, and that the API is switched on."
            ) from None
        components = self._components()
        self._prove_key()
        return Checked(f"{self._name} answers and takes the key.", components=components)

    def _prepare_update(self, delivery: Delivery, remote: Remote) -> None:
        where = self._at(path("incidents", remote.incident_id))
        prepared(self._http, "PUT", where, {"notifications": delivery.notify})

    def _open(self, delivery: Delivery) -> Remote:
        self._newest[delivery.key] = self._number_before(delivery)
        return self._post_incident(
            {
                "name": delivery.title,
                "status": STATUSES[delivery.status],
                "message": delivery.text,
                # Cachet's own default shows an incident to signed-in users only.
                "visible": True,
                "notifications": delivery.notify,
                "meta": {MARKER: delivery.key},
            }
        )

    def _update(self, delivery: Delivery, remote: Remote) -> Remote:
        return self._post_update(remote, {"status": STATUSES[delivery.status], "message": delivery.text})

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        """By our marker; by words and age on an older Cachet, which knows no marker."""
        try:
            incidents, complete = self._listed("incidents", **{f"filter[meta][{MARKER}]": delivery.key})
            if not incidents:
                return Absent()
        except Gone:
            raise
        except Rejected:
            incidents, complete = self._listed("incidents")
        marked = [incident for incident in incidents if text(incident, "attributes", "meta", MARKER) == delivery.key]
        if marked:
            return Found(self._remote(marked[0]))
        listed = [
            self._as_listed(delivery, incident)
            for incident in incidents
            if not text(incident, "attributes", "meta", MARKER) and self._says_the_same(incident, delivery)
        ]
        return by_age(self._name, delivery, listed, complete, self._newest.get(delivery.key))

    def _number_before(self, delivery: Delivery) -> int:
        """The highest number of an incident, on a Cachet that does not find our marker; there is none with it yet."""
        page = {"per_page": "1", "page": "1"}
        try:
            answer = asked(self._http, self._at("incidents"), {f"filter[meta][{MARKER}]": delivery.key, **page})
        except Gone:
            raise
        except Rejected:
            answer = asked(self._http, self._at("incidents"), page)
        return max((number(text(incident, "id")) for incident in entries(self._name, answer, "data")), default=0)

    def _prove_key(self) -> None:
        """Reading is open to everyone, so a write is tried on the incident 0, which no Cachet has."""
        try:
            prepared(self._http, "PUT", self._at("incidents/0"), {})
        except Gone:
            return

    def _remote(self, incident: Any) -> Remote:
        guid, base = text(incident, "attributes", "guid"), self._http.base
        site = base.removesuffix("/api") if base.endswith("/api") else base if self._root else ""
        return Remote(text(incident, "id"), url=f"{site}/incidents/{guid}" if site and guid else "")


PROVIDER = Cachet
