"""Atlassian Statuspage. Our marker stands in an incident's metadata, which visitors do not see."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from console.core.language.times import parse_rfc3339
from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import asked, inside, items, same, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.requests import check_named
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
from console.publish.transport.failure import Gone, Later, Unknown
from console.publish.transport.http import Http

STATES: Mapping[ComponentState, str] = {
    "operational": "operational",
    "degraded": "degraded_performance",
    "partial": "partial_outage",
    "major": "major_outage",
    "maintenance": "under_maintenance",
}
OURS = {theirs: ours for ours, theirs in STATES.items()}
MAX_PAGES = 20
"""Pages of a hundred that are read at most; at one request a second more would take longer than a person waits."""
SKEW = timedelta(hours=1)
"""An incident of the page that is older than our message by more than this cannot be it, whatever the clocks say."""


class Statuspage(Provider):
    title: ClassVar[str] = "Statuspage, by Atlassian"
    capabilities: ClassVar = Capabilities(
        mails=True,
        asks=True,
        reads=True,
        states=STATES,
        title_limit=255,
        text_limit=25_000,
        # One request a second for each key, by the vendor's own documentation.
        pace_s=1.0,
    )
    base: ClassVar[str] = "https://api.statuspage.io/v1"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http
        self._named = bool(settings.page)
        self._page = f"/pages/{quote(settings.page, safe='')}"

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"Authorization": f"OAuth {key}"}

    def check(self) -> Checked:
        if not self._named:
            listed = asked(self._http, "/pages")
            if not isinstance(listed, list):
                raise _Unreadable(f"{self._name} answered with something other than a list.")
            pages = tuple(Listed(text(page, "id"), text(page, "name")) for page in listed if text(page, "id"))
            return Checked(f"The key works: {len(pages)} pages; say which one.", pages)
        page = asked(self._http, self._page)
        parts = tuple(
            Listed(
                text(component, "id"),
                text(component, "name"),
                OURS.get(text(component, "status"), text(component, "status")),
            )
            for component in self._all(f"{self._page}/components", "per_page")
            # A group has the state of what is in it and takes none of its own.
            if text(component, "id") and not inside(component, "group")
        )
        name = text(page, "name") or text(page, "id")
        return Checked(f"The key works: page “{name}” with {len(parts)} components.", (), parts)

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        data: dict[str, Any] = {
            "status": delivery.status,
            "body": delivery.text,
            "deliver_notifications": delivery.notify,
        }
        if delivery.parts:
            data["components"] = {part.id: STATES[part.state] for part in delivery.parts}
            # The list replaces the one that is there, so it names everything that this incident has touched.
            data["component_ids"] = list(dict.fromkeys(part.id for part in (*known.parts, *delivery.parts)))
        if known.remote is not None:
            answer = written(self._http, "PATCH", self._incident(known.remote), {"incident": data})
            if text(answer, "id") != known.remote.incident_id:
                raise Unknown(f"{self._name} took the update without saying so.")
            return _remote(answer, _ours(answer, delivery, known), known.remote)
        data["name"] = delivery.title
        data["metadata"] = {"warroom": {"key": delivery.key, "incident": delivery.incident}}
        answer = written(self._http, "POST", f"{self._page}/incidents", {"incident": data})
        check_named(self._name, "incident", text(answer, "id"))
        return _remote(answer, _ours(answer, delivery, known))

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is not None:
            try:
                incident = asked(self._http, self._incident(known.remote))
            except Gone:
                return Absent()
            if not isinstance(inside(incident, "incident_updates"), list):
                return CannotTell(f"{self._name} does not show the incident's updates: look at the page.")
            update_id = _ours(incident, delivery, known)
            return Found(_remote(incident, update_id, known.remote)) if update_id else Absent()
        for path, size, since in (
            ("incidents/unresolved", "per_page", None),
            ("incidents", "limit", delivery.at - SKEW),
        ):
            try:
                for incident in self._all(f"{self._page}/{path}", size, since):
                    if text(incident, "metadata", "warroom", "key") == delivery.key and text(incident, "id"):
                        return Found(_remote(incident, _ours(incident, delivery, known)))
            except _Unreadable:
                return CannotTell(f"{self._name} does not list its incidents to the end: look at the page.")
        return Absent()

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None, gone=True)
        try:
            incident = asked(self._http, self._incident(known.remote))
        except Gone:
            return PageView(None, gone=True)
        parts = tuple(
            Part(text(component, "id"), OURS[text(component, "status")], text(component, "name"))
            for component in items(incident, "components")
            if text(component, "status") in OURS
        )
        status = next((ours for ours in STATUSES if ours == text(incident, "status")), None)
        return PageView(status, text(incident, "name"), text(incident, "incident_updates", 0, "body"), parts)

    def _incident(self, remote: Remote) -> str:
        return f"{self._page}/incidents/{quote(remote.incident_id, safe='')}"

    def _all(self, path: str, size: str, since: datetime | None = None) -> Iterator[Any]:
        """Every entry of a list, newest first; with `since`, up to the first page on which all are older.

        Raises _Unreadable for an answer that is no list, and where the list does not end.
        """
        for page in range(1, MAX_PAGES + 1):
            entries = asked(self._http, path, {size: "100", "page": str(page)})
            if not isinstance(entries, list):
                raise _Unreadable(f"{self._name} answered with something other than a list.")
            yield from entries
            # How the size of a page of incidents is asked for is said in two ways, so theirs may be shorter.
            if all(_older(entry, since) for entry in entries) if since is not None else len(entries) < 100:
                return
        raise _Unreadable(f"{self._name} has a list that does not end.")


PROVIDER = Statuspage


class _Unreadable(Later):
    """A list that is not what was agreed, or that does not end."""


def _ours(incident: Any, delivery: Delivery, known: Known) -> str:
    """The id of the update that says what the delivery says and that is none of our earlier ones; else empty."""
    for update in items(incident, "incident_updates"):
        update_id = text(update, "id")
        if (
            update_id not in ("", *known.update_ids)
            and text(update, "status") == delivery.status
            and same(delivery.text, text(update, "body"))
        ):
            return update_id
    return ""


def _remote(incident: Any, update_id: str, before: Remote | None = None) -> Remote:
    """What the incident is called there; what the answer leaves out stays as it was before."""
    return Remote(
        before.incident_id if before else text(incident, "id"),
        update_id,
        text(incident, "shortlink") or (before.url if before else ""),
    )


def _older(incident: Any, since: datetime) -> bool:
    try:
        return parse_rfc3339(text(incident, "created_at")) < since
    except ValueError:
        return False
