"""Atlassian Statuspage. Our marker stands in an incident's metadata, which visitors do not see."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from console.core.language.times import rfc3339
from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, CannotTell, Checked, Found, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.common.json import inside, items, text
from console.publish.providers.common.lookup import SKEW, made_before, window_of
from console.publish.providers.common.markdown import escaped, unescaped
from console.publish.providers.common.page import PageCapabilities, StatusPage, Unreadable, listed
from console.publish.sending.message import (
    MAINTENANCE_STATUSES,
    STATUSES,
    Delivery,
    Known,
    Part,
    Remote,
    Status,
    shown_as,
)
from console.publish.transport.failure import Gone, Rejected, Unknown

DAY = timedelta(days=1)
MAX_PAGES = 20
"""Pages of a hundred that are read at most; at one request a second more would take longer than a person waits."""


UNASKED = (
    "scheduled_remind_prior",
    "scheduled_auto_in_progress",
    "scheduled_auto_completed",
    "auto_transition_to_maintenance_state",
    "auto_transition_to_operational_state",
    "auto_transition_deliver_notifications_at_start",
    "auto_transition_deliver_notifications_at_end",
    "auto_tweet_at_beginning",
    "auto_tweet_on_completion",
    "auto_tweet_on_creation",
    "auto_tweet_one_hour_before",
)
"""Steps that the page would take with a maintenance by itself, once its time has come."""


class Statuspage(StatusPage):
    title: ClassVar[str] = "Statuspage, by Atlassian"
    states: ClassVar[Mapping[ComponentState, str]] = {
        "operational": "operational",
        "degraded": "degraded_performance",
        "partial": "partial_outage",
        "major": "major_outage",
        "maintenance": "under_maintenance",
    }
    statuses: ClassVar[Mapping[Status, str]] = {
        status: shown_as(status) for status in (*STATUSES, *MAINTENANCE_STATUSES)
    }
    capabilities: ClassVar = PageCapabilities(
        removes=False,
        status_follows=False,
        mails=True,
        # It has no call that removes one update.
        backfill_says="It gets no components there, and may show as open until all its updates are there.",
        plans=True,
        moves=True,
        postmortems=True,
        postmortem_wording=escaped,
        states=states,
        title_limit=255,
        text_limit=25_000,
        may_hide="<",
        impacts={"degraded": "minor", "maintenance": "minor", "partial": "major", "major": "critical"},
        # One request a second for each key, by the vendor's own documentation.
        pace_s=1.0,
    )
    base: ClassVar[str] = "https://api.statuspage.io/v1"
    shows_all = True
    marks_up = False
    below = "pages"
    updates_at = "incident_updates"

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"Authorization": f"OAuth {key}"}

    def check(self) -> Checked:
        if not self._page:
            return self._to_choose(listed(self._entries(self._ask("pages")), "name"))
        page = self._ask(self._at())
        # A group has the state of what is in it and takes none of its own.
        components = (each for each in self._all("components", "per_page") if not inside(each, "group"))
        parts = listed(
            components,
            "name",
            state=lambda component: self._state(text(component, "status")) or text(component, "status"),
        )
        return self._reached(parts, text(page, "name"))

    def _data(self, delivery: Delivery, known: Known) -> dict[str, Any]:
        data: dict[str, Any] = {
            "status": self.statuses[delivery.status],
            "body": delivery.text,
            "deliver_notifications": delivery.notify,
        }
        if delivery.window:
            data |= {**dict.fromkeys(UNASKED, False), "scheduled_for": rfc3339(delivery.window.starts_at)}
            data["scheduled_until"] = rfc3339(delivery.window.until)
        if delivery.parts:
            if delivery.status != "scheduled":
                data["components"] = {part.id: self.states[part.state] for part in delivery.parts}
            # The list replaces the one that is there, so it names everything that this incident has touched.
            data["component_ids"] = list(dict.fromkeys(part.id for part in (*known.parts, *delivery.parts)))
        return data

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        metadata = {"warroom": {"key": delivery.key, "incident": delivery.incident}}
        past = {"backfilled": True, "backfill_date": f"{delivery.started_at:%Y-%m-%d}"} if delivery.past else {}
        data = {**self._data(delivery, known), **past, "name": delivery.title, "metadata": metadata}
        incident = self._write("POST", self._at("incidents"), {"incident": data})
        self._named(text(incident, "id"))
        return self._remote(incident, delivery, known)

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        where = self._incident_at(remote)
        incident = self._write("PATCH", where, {"incident": self._data(delivery, known)})
        if text(incident, "id") != remote.incident_id:
            raise Unknown(f"{self._name} took the update without confirming it.")
        return self._remote(incident, delivery, known)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        going_on = ("scheduled", "active_maintenance") if delivery.window else ("unresolved",)
        for list_name, size, since in (
            *((f"incidents/{name}", "per_page", None) for name in going_on),
            # A past incident may count as made on its day.
            ("incidents", "limit", delivery.started_at - DAY if delivery.past else delivery.at - SKEW),
        ):
            try:
                for incident in self._all(list_name, size, since):
                    if text(incident, "metadata", "warroom", "key") == delivery.key and text(incident, "id"):
                        return Found(self._remote(incident, delivery, Known()))
            except Unreadable:
                return CannotTell(f"{self._name} does not list its incidents to the end: look at the page.")
        return Absent()

    def _updates(self, incident: str) -> list[Any]:
        return self._entries(self._ask(self._at("incidents", incident)), "incident_updates")

    def _update(self, update: Any) -> PageUpdate:
        return PageUpdate(text(update, "id"), self._status(text(update, "status")), text(update, "body"))

    def _view(self, known: Known, remote: Remote) -> PageView:
        incident = self._ask(self._incident_at(remote))
        status = self._status(text(incident, "status"))
        parts = tuple(
            Part(text(component, "id"), state, text(component, "name"))
            for component in items(incident, "components")
            # Before a maintenance begins they have the state that others give them.
            if status != "scheduled" and (state := self._state(text(component, "status")))
        )
        newest = text(incident, "incident_updates", 0, "body")
        updates = tuple(map(self._update, items(incident, "incident_updates")))
        window = window_of(text(incident, "scheduled_for"), text(incident, "scheduled_until"))
        return PageView(
            status, text(incident, "name"), newest, parts, updates=updates, postmortem=_postmortem(incident),
            window=window,
        )  # fmt: skip

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        # A status would not be taken: that of the incident is changed by another update only.
        data = {"body": delivery.text, "deliver_notifications": False, "wants_twitter_update": False}
        where = self._updates_at(remote, update)
        self._write("PATCH", where, {"incident_update": data})

    def _rename(self, title: str, remote: Remote) -> None:
        where = self._incident_at(remote)
        before = len(self._updates(remote.incident_id))
        # Without the field it mails; with a text or a status it would add an update.
        renamed = self._write("PATCH", where, {"incident": {"name": title, "deliver_notifications": False}})
        if len(items(renamed, "incident_updates")) > before:
            raise Rejected(f"{self._name} has the new title, and added an update with it; remove that on the page.")

    def open_there(self) -> tuple[OpenThere, ...]:
        incidents = self._all("incidents/unresolved", "per_page")
        return self._opened(incidents, "name", "status", "metadata", "warroom")

    def _adopt(self, delivery: Delivery, incident: str) -> Remote:
        where = self._at("incidents", incident)
        answer = self._ask(where)
        metadata = inside(answer, "metadata")
        kept = metadata if isinstance(metadata, dict) else {}
        self._check_free("warroom" in kept, text(kept, "warroom", "incident"), delivery)
        if text(kept, "warroom", "key") != delivery.key:
            # Whether it replaces the whole or only what is named is not said: with the whole both are the same.
            ours = {"warroom": {"key": delivery.key, "incident": delivery.incident}}
            data = {"metadata": {**kept, **ours}, "deliver_notifications": False}
            if text(self._write("PATCH", where, {"incident": data}), "id") != incident:
                raise Unknown(f"{self._name} took the marker without confirming it.")
        return Remote(incident, url=text(answer, "shortlink"))

    def _date(self, each: Delivery, update: str, remote: Remote) -> None:
        data = {"display_at": rfc3339(each.at), "deliver_notifications": False, "wants_twitter_update": False}
        where = self._updates_at(remote, update)
        self._write("PATCH", where, {"incident_update": data})

    def _set_postmortem(self, delivery: Delivery | None, remote: Remote) -> None:
        where = self._incident_at(remote, "postmortem")
        shown = self._published(where)
        if delivery is None:
            if shown is not None:
                with suppress(Gone):
                    self._http.write("PUT", f"{where}/revert", content=b"")
                with suppress(Gone):
                    self._discard(where)
            if self._published(where):
                raise Unknown(f"{self._name} took the postmortem back and still shows it.")
            return
        body = self.capabilities.postmortem_wording(delivery.text)
        # Published already, it would mail once more.
        if not self._same_words(body, shown or ""):
            self._write("PUT", where, {"postmortem": {"body_draft": body}})
            how = {"notify_subscribers": delivery.notify, "notify_twitter": False}
            self._write("PUT", f"{where}/publish", {"postmortem": how})
            if not self._same_words(body, self._published(where) or ""):
                raise Unknown(f"{self._name} took the postmortem and does not show it.")

    def _published(self, where: str) -> str | None:
        """The postmortem that visitors read; empty where it is a draft, None where there is none."""
        try:
            answer = self._ask(where)
        except Gone:
            return None
        return text(answer, "body") if inside(answer, "published_at") else ""

    def _remote(self, incident: Any, delivery: Delivery, known: Known) -> Remote:
        """The page's ids of the incident and of our update in it; an address that the answer leaves out stays."""
        update_id = self._ours(items(incident, "incident_updates"), delivery, known)
        return Remote(text(incident, "id"), update_id, text(incident, "shortlink") or (known.remote or Remote("")).url)

    def _all(self, list_name: str, size: str, since: datetime | None = None) -> Iterator[Any]:
        """Every entry of a list, newest first; with `since`, up to the first page on which all are older.

        `size` is the parameter for the entries on a page. Raises Unreadable.
        """
        for number in range(1, MAX_PAGES + 1):
            entries = self._entries(self._ask(f"{self._at()}/{list_name}", {size: "100", "page": str(number)}))
            yield from entries
            # How the size of a page of incidents is asked for is said in two ways, so theirs may be shorter.
            if all(made_before(text(entry, "created_at"), since) for entry in entries) if since else len(entries) < 100:
                return
        raise Unreadable(f"{self._name} has a list that does not end.")


PROVIDER = Statuspage


def _postmortem(incident: Any) -> str | None:
    """The words of the postmortem with an incident; empty where none is published, None where it does not tell."""
    if not (isinstance(incident, dict) and "postmortem_body" in incident):
        return None
    return unescaped(text(incident, "postmortem_body")) if inside(incident, "postmortem_published_at") else ""
