"""A status page of incident.io. Creating may be repeated with the same key; updates are compared before they are."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import asked, inside, items, same, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.requests import bearer, check_named
from console.publish.sending.message import (
    STATUSES,
    Absent,
    CannotTell,
    Checked,
    ComponentState,
    Delivery,
    Found,
    Known,
    Listed,
    Lookup,
    PageView,
    Part,
    Remote,
)
from console.publish.transport.failure import Gone, Later
from console.publish.transport.http import Http

STATES: Mapping[ComponentState, str] = {
    "operational": "operational",
    "degraded": "degraded_performance",
    "partial": "partial_outage",
    "major": "full_outage",
}
OURS = {theirs: ours for ours, theirs in STATES.items()}
MAX_PAGES = 20
INCIDENTS = "/v2/status_page_incidents"


class IncidentIo(Provider):
    title: ClassVar[str] = "incident.io status page"
    capabilities: ClassVar = Capabilities(
        mails=True,
        asks=True,
        repeats=frozenset(("create",)),
        reads=True,
        states=STATES,
        restores_all=True,
        title_limit=200,
        text_limit=4096,
        # 1,200 requests a minute for each key.
        pace_s=0.05,
    )
    base: ClassVar[str] = "https://api.incident.io"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http = settings.name, settings.page, http

    headers = staticmethod(bearer)

    def check(self) -> Checked:
        pages = tuple(Listed(text(page, "id"), text(page, "name")) for page in self._pages() if text(page, "id"))
        if not self._page:
            return Checked(f"The key works: {len(pages)} pages; say which one.", pages)
        structure = asked(self._http, f"/v2/status_page_structures/{quote(self._page, safe='')}")
        parts = tuple(_components(items(structure, "current_structure", "items")))
        name = next((page.name for page in pages if page.id == self._page), self._page)
        return Checked(f"The key works: page “{name}” with {len(parts)} components.", pages, parts)

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        data: dict[str, Any] = {
            "incident_status": delivery.status,
            "message": delivery.text,
            "notify_subscribers": delivery.notify,
        }
        # With “resolved” every component becomes operational, and naming one is an error.
        if delivery.parts and not delivery.final:
            data["component_statuses"] = [
                {"component_id": part.id, "component_status": STATES[part.state]} for part in delivery.parts
            ]
        if known.remote is not None:
            data["status_page_incident_id"] = known.remote.incident_id
            answer = written(self._http, "POST", "/v2/status_page_incident_updates", data)
            update = text(answer, "status_page_incident_update", "id")
            check_named(self._name, "update", update)
            return Remote(known.remote.incident_id, update, known.remote.url)
        data |= {"status_page_id": self._page, "name": delivery.title, "idempotency_key": delivery.key}
        incident = inside(written(self._http, "POST", INCIDENTS, data), "status_page_incident")
        check_named(self._name, "incident", text(incident, "id"))
        return Remote(text(incident, "id"), _ours(incident, delivery, known))

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is None:
            return CannotTell(f"{self._name} does not show our key: send it again, which makes no second incident.")
        try:
            incident = self._incident(known.remote)
        except Gone:
            return Absent()
        if not isinstance(inside(incident, "updates"), list):
            return CannotTell(f"{self._name} does not show the incident's updates: look at the page.")
        update_id = _ours(incident, delivery, known)
        return Found(Remote(known.remote.incident_id, update_id, known.remote.url)) if update_id else Absent()

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None, gone=True)
        try:
            incident = self._incident(known.remote)
        except Gone:
            return PageView(None, gone=True)
        down: dict[str, ComponentState] = {
            text(impact, "component_id"): OURS[text(impact, "component_status")]
            for impact in items(incident, "component_impacts")
            # An impact without an end goes on.
            if text(impact, "component_status") in OURS and not text(impact, "end_at")
        }
        touched = dict.fromkeys((*(part.id for part in known.parts), *down))
        names = {part.id: part.name for part in known.parts}
        parts = tuple(
            Part(component, down.get(component, "operational"), names.get(component, "")) for component in touched
        )
        status = next((ours for ours in STATUSES if ours == text(incident, "incident_status")), None)
        return PageView(status, text(incident, "name"), _newest(incident), parts)

    def _incident(self, remote: Remote) -> Any:
        return inside(asked(self._http, f"{INCIDENTS}/{quote(remote.incident_id, safe='')}"), "status_page_incident")

    def _pages(self) -> Iterator[Any]:
        params = {"page_size": "250"}
        for _ in range(MAX_PAGES):
            answer = asked(self._http, "/v2/status_pages", params)
            if not isinstance(inside(answer, "status_pages"), list):
                raise Later(f"{self._name} answered with something other than its pages.")
            yield from items(answer, "status_pages")
            after = text(answer, "pagination_meta", "after")
            if not after:
                return
            params = {**params, "after": after}


PROVIDER = IncidentIo


def _components(listed: list[Any]) -> Iterator[Listed]:
    """Components at the top, in groups, and on sub-pages."""
    for item in listed:
        alone = [inside(item, "component")] if inside(item, "component") else []
        for part in (*alone, *items(item, "group", "components")):
            if text(part, "component_id"):
                yield Listed(text(part, "component_id"), text(part, "name"))
        yield from _components(items(item, "sub_page", "items"))


def _ours(incident: Any, delivery: Delivery, known: Known) -> str:
    """The id of the item that says what the delivery says and that is none of our earlier ones; else empty."""
    for update in items(incident, "updates"):
        update_id = text(update, "id")
        if (
            update_id not in ("", *known.update_ids)
            and text(update, "incident_status") == delivery.status
            and same(delivery.text, text(update, "message"))
        ):
            return update_id
    return ""


def _newest(incident: Any) -> str:
    """The text of the update that was published last; the contract does not say which end of the list it is at."""
    updates = items(incident, "updates")
    return text(max(updates, key=lambda update: text(update, "published_at")), "message") if updates else ""
