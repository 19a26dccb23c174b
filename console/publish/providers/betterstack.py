"""Better Stack: the status page of Better Stack (once Better Uptime), whose incidents are status reports.

A report has no status of its own, so ours stands as a word before the text, and a report is over when all its
resources are. Each report keeps its own states of resources and each update tells all of them anew: one left out
would count as well. Another report's states are its own, so resolving this one leaves them alone.

It keeps no marker of ours, but it keeps the moment at which a report starts: with the title and the words that is what
a message whose end is not known is found by.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from console.core.language.times import rfc3339
from console.core.subjects.component import ComponentState
from console.publish.provider import Checked, Listed, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.common.json import inside, items, number, text
from console.publish.providers.common.lookup import Opened, alike, by_start, moment, window_of
from console.publish.providers.common.page import PageCapabilities, StatusPage, listed, still_open
from console.publish.sending.message import Delivery, Known, Remote, Status, shown_as, status_of, touched

RESOURCES: dict[str, ComponentState] = {
    "operational": "operational",
    "degraded": "degraded",
    "downtime": "major",
    "maintenance": "maintenance",
}
"""The state of a resource itself, from its monitor and all reports, by its name there; one not monitored has none."""


def with_status(delivery: Delivery) -> str:
    """The text with its status before it: `Identified: a deploy is the cause.`"""
    return f"{delivery.status_word}: {delivery.text}"


class BetterStack(StatusPage):
    """A status page at Better Stack, by its id."""

    title: ClassVar[str] = "Better Stack status page"
    states: ClassVar[Mapping[ComponentState, str]] = {
        "operational": "resolved",
        "degraded": "degraded",
        # There is nothing between degraded and down; a part of it still works, so it is not down.
        "partial": "degraded",
        "major": "downtime",
        "maintenance": "maintenance",
    }
    capabilities: ClassVar = PageCapabilities(
        status_follows=False,
        mails=True,
        lifecycle=False,
        states=states,
        restores_all=True,
        states_apart=True,
        backfill_says="It may show as open until all its updates are there.",
        plans=True,
        moves=True,
        by_times=True,
        wording=with_status,
    )
    base: ClassVar[str] = "https://uptime.betterstack.com/api/v2"
    called = "report"
    below = "status-pages"
    all_at = "status-reports"
    updates_at = "status-updates"
    next_page_at = ("pagination", "next")
    page_entries = 250

    def check(self) -> Checked:
        if not self._page:
            pages = [
                Listed(
                    text(page, "id"), text(page, "attributes", "company_name") or text(page, "attributes", "subdomain")
                )
                for page in self._listed("status-pages")[0]
            ]
            return self._to_choose(tuple(pages))
        components = listed(
            self._listed(self._at("resources"))[0],
            "attributes",
            "public_name",
            state=lambda resource: RESOURCES.get(text(resource, "attributes", "status")),
        )
        return self._reached(components)

    def _data(self, delivery: Delivery, known: Known) -> dict[str, Any]:
        # Every resource that the report is about with its state; all of them well when it resolves.
        well = self.states["operational"]
        impacts = {part.id: self.states[part.state] for part in (*known.parts, *delivery.parts)}
        if delivery.window:
            # When a maintenance is under way its times say.
            impacts = dict.fromkeys(impacts, self.states["maintenance"])
        return {
            "message": self._worded(delivery),
            # Left out, a new report mails everyone and an update nobody.
            "notify_subscribers": delivery.notify,
            "affected_resources": [
                {"status_page_resource_id": component, "status": well if delivery.final else impact}
                for component, impact in impacts.items()
            ],
        }

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        opening = {"title": delivery.title, "report_type": "manual", "starts_at": rfc3339(delivery.started_at)}
        data = {**self._data(delivery, known), **opening, **_planned(delivery)}
        return self._made(_remote(inside(self._write("POST", self._at(self.all_at), data), "data")))

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        if delivery.window:
            times = {name: at for name, at in _planned(delivery).items() if name != "report_type"}
            self._write_ahead("PATCH", self._incident_at(remote), times)
        where = self._updates_at(remote)
        update_id = self._named(text(self._write("POST", where, self._data(delivery, known)), "data", "id"), "update")
        return Remote(remote.incident_id, update_id, remote.url)

    def _open_past(self, first: Delivery, delivery: Delivery) -> Remote:
        span = {"starts_at": rfc3339(first.started_at), "ends_at": rfc3339(delivery.at)}
        data = {**self._of_then(first), **span, "title": first.title, "report_type": "manual"}
        return self._made(_remote(inside(self._write("POST", self._at(self.all_at), data), "data")))

    def _add_past(self, each: Delivery, remote: Remote) -> None:
        self._write("POST", self._updates_at(remote), self._of_then(each))

    def _of_then(self, each: Delivery) -> dict[str, Any]:
        """An update at its moment; all that it is about is well by now."""
        well = self.states["operational"]
        resources = [{"status_page_resource_id": id, "status": well} for id in touched(each.past)]
        return {**self._data(each, Known()), "affected_resources": resources, "published_at": rfc3339(each.at)}

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        reports, complete = self._listed(self._at(self.all_at))
        same_title = [
            Opened(
                _remote(report),
                moment(text(report, "attributes", "starts_at")),
                partial(self._first_text, delivery, report),
            )
            for report in reports
            if text(report, "id") and alike(delivery.title, text(report, "attributes", "title"))
        ]
        return by_start(self._name, delivery, same_title, complete)

    def _updates(self, incident: str) -> list[Any]:
        return self._listed(self._at(self.all_at, incident, self.updates_at))[0]

    def _update(self, update: Any) -> PageUpdate:
        message, published_at = text(update, "attributes", "message"), text(update, "attributes", "published_at")
        return PageUpdate(text(update, "id"), None, message, published_at)

    def _view(self, known: Known, remote: Remote) -> PageView:
        report = inside(self._ask(self._incident_at(remote)), "data", "attributes")
        updates = self._updates(remote.incident_id)
        newest = max(updates, key=_order, default=None)
        status, words = parted(text(newest, "attributes", "message"))
        theirs = {
            text(resource, "status_page_resource_id"): text(resource, "status")
            for resource in items(report, "affected_resources")
        }
        states = {component: self._state(impact) for component, impact in theirs.items()}
        # Where several of our states have one of theirs, it is the one that we set.
        states |= {part.id: part.state for part in known.parts if self.states[part.state] == theirs.get(part.id)}
        parts = self._parts(known, states, states)
        window = None
        if text(report, "report_type") == "maintenance":
            status, parts = shown_as(status) if status else None, ()
            window = window_of(text(report, "starts_at"), text(report, "ends_at"))
        shown = tuple(map(self._parted, updates))
        return PageView(status, text(report, "title"), words, parts, updates=shown, window=window)

    def _parted(self, update: Any) -> PageUpdate:
        """An update without our word for the status."""
        status, words = parted(text(update, "attributes", "message"))
        return PageUpdate(text(update, "id"), status, words)

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        self._write("PATCH", self._updates_at(remote, update), {"message": self._worded(delivery)})

    def open_there(self) -> tuple[OpenThere, ...]:
        reports = self._listed(self._at(self.all_at))[0]
        going_on = (each for each in reports if _goes_on(inside(each, "attributes")))
        return still_open(going_on, lambda each: text(each, "attributes", "title"), lambda each: None)

    def _rename(self, title: str, remote: Remote) -> None:
        self._write("PATCH", self._incident_at(remote), {"title": title})

    def _first_text(self, delivery: Delivery, report: Any) -> str:
        """The first message without our word for the status, where it is the right word."""
        first = min(self._updates(text(report, "id")), key=_order, default=None)
        status, words = parted(text(first, "attributes", "message"))
        return words if status == delivery.status else ""


PROVIDER = BetterStack


def _planned(delivery: Delivery) -> dict[str, str]:
    """The type and the times of a maintenance, which say how it stands; nothing for an incident."""
    if delivery.window is None:
        return {}
    window = delivery.shown_window
    return {
        "report_type": "maintenance", "starts_at": rfc3339(window.starts_at), "ends_at": rfc3339(window.until),
    }  # fmt: skip


def parted(message: str) -> tuple[Status | None, str]:
    """The status that a text has before it, and the text; no status where the first word is none."""
    word, _, rest = message.partition(":")
    status = status_of(word.lower().replace(" ", "_"))
    return (status, rest.strip()) if status else (None, message)


def _goes_on(report: Any) -> bool:
    """It is no maintenance, and one of its resources is not well. One that names none is over once it has an end."""
    states = {text(resource, "status") for resource in items(report, "affected_resources")}
    over = bool(text(report, "ends_at")) if not states else states == {BetterStack.states["operational"]}
    return text(report, "report_type") == "manual" and not over


def _remote(report: Any) -> Remote:
    return Remote(text(report, "id"), text(report, "relationships", "status_updates", "data", 0, "id"))


def _order(update: Any) -> tuple[str, int]:
    return text(update, "attributes", "published_at"), number(update, "id")
