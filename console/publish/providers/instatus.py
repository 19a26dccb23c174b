"""Instatus: a hosted status page.

It keeps no marker of ours, but it keeps the moment since when an incident lasts, to the millisecond: with the title
and the words that is what a message whose end is not known is found by.

A message names only the components that it changes. An incident's other components may have been set by another
incident in the meantime, and what we knew of them must not be put over that.
"""

from functools import partial
from typing import Any, ClassVar

from console.core.language.times import rfc3339
from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import asked, items, key_of, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Opened, Posted, alike, among_updates, by_start, lost_sight, moment
from console.publish.providers.common.requests import bearer, check_named, entries, paged, path
from console.publish.sending.message import (
    Checked,
    ComponentState,
    Delivery,
    Known,
    Listed,
    Lookup,
    PageView,
    Part,
    Remote,
    Status,
)
from console.publish.transport.failure import Gone, Rejected
from console.publish.transport.http import Http

STATUSES: dict[Status, str] = {
    "investigating": "INVESTIGATING",
    "identified": "IDENTIFIED",
    "monitoring": "MONITORING",
    "resolved": "RESOLVED",
}
STATES: dict[ComponentState, str] = {
    "operational": "OPERATIONAL",
    "degraded": "DEGRADEDPERFORMANCE",
    "partial": "PARTIALOUTAGE",
    "major": "MAJOROUTAGE",
    "maintenance": "UNDERMAINTENANCE",
}


class Instatus(Provider):
    """A page at Instatus, by its id."""

    title: ClassVar[str] = "Instatus"
    capabilities: ClassVar[Capabilities] = Capabilities(mails=True, asks=True, reads=True, states=STATES)
    base: ClassVar[str] = "https://api.instatus.com"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http = settings.name, settings.page, http

    headers = staticmethod(bearer)

    def check(self) -> Checked:
        if not self._page:
            pages = [Listed(text(page, "id"), text(page, "name")) for page in self._listed("v2/pages")[0]]
            return Checked(f"{self._name} takes the key; choose one of its pages.", pages=tuple(pages))
        components = [
            Listed(text(component, "id"), text(component, "name"), _state(component) or "")
            for component in self._listed(self._at("components"))[0]
        ]
        return Checked(f"{self._name} takes the key and has the page.", components=tuple(components))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        data: dict[str, Any] = {
            "message": delivery.text,
            "components": self._touched(delivery, known),
            "started": rfc3339(delivery.started_at if known.remote is None else delivery.at),
            "status": STATUSES[delivery.status],
            "notify": delivery.notify,
            "statuses": [{"id": part.id, "status": STATES[part.state]} for part in delivery.parts],
        }
        if known.remote is None:
            answer = written(self._http, "POST", self._at("incidents"), {"name": delivery.title, **data})
            remote = _remote(answer)
            check_named(self._name, "incident", remote.incident_id)
            return remote
        answer = written(self._http, "POST", self._at("incidents", known.remote.incident_id, "incident-updates"), data)
        update = text(answer, "id")
        check_named(self._name, "update", update)
        return Remote(known.remote.incident_id, update, known.remote.url)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is None:
            incidents, complete = self._listed(self._at("incidents"))
            return by_start(
                self._name,
                delivery,
                [
                    Opened(_remote(incident), moment(text(incident, "started")), partial(self._first_text, incident))
                    for incident in incidents
                    if text(incident, "id") and alike(delivery.title, text(incident, "name"))
                ],
                complete,
            )
        try:
            updates = self._updates(known.remote.incident_id)
        except Gone:
            return lost_sight(self._name)
        return among_updates(
            delivery,
            known,
            [
                Posted(
                    text(update, "id"),
                    _status(update) == delivery.status and alike(delivery.text, text(update, "message")),
                    text(update, "started"),
                )
                for update in updates
            ],
        )

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        try:
            incident = asked(self._http, self._at("incidents", known.remote.incident_id))
        except Gone:
            return PageView(None, gone=True)
        newest = max(items(incident, "updates"), key=_since, default=None)
        states = {text(component, "id"): _state(component) for component in items(incident, "components")}
        if known.parts and not all(states.get(part.id) for part in known.parts):
            states = {text(component, "id"): _state(component) for component in self._listed(self._at("components"))[0]}
        parts = [Part(part.id, state, part.name) for part in known.parts if (state := states.get(part.id)) is not None]
        return PageView(_status(incident), text(incident, "name"), text(newest, "message"), tuple(parts))

    def _touched(self, delivery: Delivery, known: Known) -> list[str]:
        """The components that the incident is about; when it resolves, only those that it gives free."""
        ids = [part.id for part in delivery.parts]
        if not delivery.final:
            ids += [part.id for part in known.parts]
        return list(dict.fromkeys(ids))

    def _first_text(self, incident: Any) -> str:
        updates = items(incident, "updates")
        if not updates:
            updates = self._updates(text(incident, "id"))
        return text(min(updates, key=_since, default=None), "message")

    def _updates(self, incident: str) -> list[Any]:
        return entries(self._name, asked(self._http, self._at("incidents", incident)), "updates")

    def _listed(self, where: str) -> tuple[list[Any], bool]:
        """A list has no total and no link to its next page: it ends with a page that brings nothing new."""
        seen: set[str] = set()

        def page(number: int) -> tuple[list[Any], bool]:
            listed = entries(self._name, asked(self._http, where, {"page": str(number), "per_page": "100"}))
            new = [entry for entry in listed if text(entry, "id") not in seen]
            seen.update(text(entry, "id") for entry in new)
            return new, bool(new)

        return paged(page)

    def _at(self, *steps: str) -> str:
        if not self._page:
            raise Rejected(f"{self._name} has to be told which page: set the target's page and send again.")
        return path("v1", self._page, *steps)


PROVIDER = Instatus


def _remote(incident: Any) -> Remote:
    first = min(items(incident, "updates"), key=_since, default=None)
    return Remote(text(incident, "id"), text(first, "id"))


def _since(data: Any) -> str:
    """Moments of one page are written alike, so their text has their order."""
    return text(data, "createdAt") or text(data, "started")


def _status(incident: Any) -> Status | None:
    value = text(incident, "status")
    return key_of(STATUSES, value)


def _state(component: Any) -> ComponentState | None:
    value = text(component, "status")
    return key_of(STATES, value)
