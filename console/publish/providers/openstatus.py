"""OpenStatus, version 2 of its interface: Connect calls in JSON. Version 1 mails subscribers whatever it is told.

It keeps no marker of ours. A report is ours when it is on our page with our title, text and status at our moment. Its
ids are used again after something was deleted, so an update is known by its id together with when it was made.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, CannotTell, Checked, Found, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.common.json import inside, items, same, text
from console.publish.providers.common.lookup import SKEW, made_before, moment, window_of
from console.publish.providers.common.markdown import in_markdown
from console.publish.providers.common.one_message import OneMessage
from console.publish.providers.common.page import PageCapabilities, PlanCapabilities, StatusPage, Unreadable, listed
from console.publish.sending.message import STATUSES, Delivery, Known, Part, Remote, Status, touched
from console.publish.transport.failure import Gone, PublishProblem, Unknown, may_be_repeated

IMPACT = "PAGE_COMPONENT_IMPACT_"
REPORTS = "/rpc/openstatus.status_report.v1.StatusReportService/"
PAGES = "/rpc/openstatus.status_page.v1.StatusPageService/"
MAINTENANCES = "/rpc/openstatus.maintenance.v1.MaintenanceService/"
MAX_PAGES = 20

PLANS = PlanCapabilities(
    moves=True,
    by_times=True,
    one_message=True,
    maintenance_says="It has one message: each update takes the place of the one before, and only the first can mail.",
    mails=True,
    repeats=frozenset(("update",)),
    states={"operational": "operational", "maintenance": "maintenance"},
    title_limit=256,
    wording=in_markdown,
)


class OpenStatus(StatusPage):
    title: ClassVar[str] = "OpenStatus"
    states: ClassVar[Mapping[ComponentState, str]] = {
        "operational": f"{IMPACT}OPERATIONAL",
        "degraded": f"{IMPACT}DEGRADED_PERFORMANCE",
        "partial": f"{IMPACT}PARTIAL_OUTAGE",
        "major": f"{IMPACT}MAJOR_OUTAGE",
    }
    capabilities: ClassVar = PageCapabilities(
        edits=False,
        removes=False,
        status_follows=False,
        mails=True,
        states=states,
        wording=in_markdown,
        maintenance=PLANS,
    )
    base: ClassVar[str] = "https://api.openstatus.dev"
    statuses: ClassVar[Mapping[Status, str]] = {status: f"STATUS_REPORT_STATUS_{status.upper()}" for status in STATUSES}
    called = "report"
    shows_all = True
    marks_up = False
    markdown = True
    ends_first = True

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"x-openstatus-key": key}

    def check(self) -> Checked:
        pages = listed(chain.from_iterable(self._all(f"{PAGES}ListStatusPages", "statusPages")), "title")
        if not self._page:
            return self._to_choose(pages)
        content = self._call(f"{PAGES}GetStatusPageContent", {"id": self._page})
        parts = listed(items(content, "components"), "name")
        return self._reached(parts, text(content, "statusPage", "title"), pages)

    def _data(self, delivery: Delivery) -> dict[str, Any]:
        data: dict[str, Any] = {
            "status": self.statuses[delivery.status],
            "message": self._worded(delivery),
            "date": rfc3339(delivery.at),
            "notify": delivery.notify,
        }
        if delivery.parts:
            data["componentImpacts"] = [
                {"pageComponentId": part.id, "impact": self.states[part.state]} for part in delivery.parts
            ]
        return data

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {**self._data(delivery), "title": delivery.title, "pageId": self._page}
        if about := [part.id for part in delivery.parts] or list(touched(delivery.past)):
            # Servers that are older know components of a report, and no impacts.
            data["pageComponentIds"] = about
        return self._taken(self._write("POST", f"{REPORTS}CreateStatusReport", data), delivery, known)

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        updates = items(self._report(remote.incident_id), "updates")
        identities = set(map(_identity, updates))
        if known.update_ids and identities and not identities & set(known.update_ids):
            raise Gone(f"{self._name} has another report under this number now; ours was deleted, so open a new one.")
        # The latest date gives the report its status, and the clock of whoever wrote the last one may run ahead.
        dates = (date for update in updates if (date := moment(text(update, "date"))))
        latest = max((date + timedelta(seconds=1) for date in dates), default=delivery.at)
        return self._post(replace(delivery, at=max(delivery.at, latest)), known, remote)

    def _add_past(self, each: Delivery, remote: Remote) -> None:
        self._post(each, Known(remote), remote)

    def _post(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        data = {**self._data(delivery), "statusReportId": remote.incident_id}
        return self._taken(self._write("POST", f"{REPORTS}AddStatusReportUpdate", data), delivery, known)

    def _taken(self, answer: Any, delivery: Delivery, known: Known) -> Remote:
        """The page's ids of the report and of our update in it, which is read once more where the answer has none."""
        report = inside(answer, "statusReport")
        report_id = text(report, "id")
        if not report_id or (known.remote is not None and report_id != known.remote.incident_id):
            raise Unknown(f"{self._name} took the message without giving its id.")
        if not items(report, "updates"):
            try:
                report = self._report(report_id)
            except PublishProblem:
                # The message is on the page: an id less is no reason to say otherwise.
                return Remote(report_id)
        return Remote(report_id, self._ours(items(report, "updates"), delivery, known))

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        """Look for the report: among the open ones of our page, or else among all that came since."""
        page = self._call(f"{PAGES}GetStatusPageContent", {"id": self._page})
        # An empty list is left out of the JSON, so the page itself has to be there to say that there are no reports.
        if not text(page, "statusPage", "id"):
            return CannotTell(f"{self._name} does not list its reports: look at the page.")
        here = {text(report, "id") for report in items(page, "statusReports")}
        ours = {text(component, "id") for component in items(page, "components")}
        for candidate in (*items(page, "statusReports"), *self._reports_around(delivery)):
            if not text(candidate, "id") or not same(delivery.title, text(candidate, "title")):
                continue
            try:
                report = self._report(text(candidate, "id"))
                updates = self._entries(report, "updates")
            except Gone:
                continue
            except Unreadable:
                return CannotTell(f"{self._name} does not show a report's updates: look at the page.")
            at_our_moment = [update for update in updates if _at_moment_of(update, delivery)]
            update_id = self._ours(at_our_moment, delivery, Known())
            if not update_id:
                continue
            about = {text(part) for part in items(report, "pageComponentIds")}
            if text(candidate, "id") in here or about & ours or (delivery.past and not about):
                return Found(Remote(text(candidate, "id"), update_id))
            # Lists of all reports do not say which page one is on, and a page shows only those that are open.
            if not about and self._status(text(report, "status")) == "resolved" and not delivery.past:
                return CannotTell(
                    f"{self._name} has a resolved report with these words: look whether it is on the page."
                )
        return Absent()

    def _reports_around(self, delivery: Delivery) -> Iterator[Any]:
        """Reports of all pages, newest first, up to the first list in which all are older than the delivery."""
        for reports in self._all(f"{REPORTS}ListStatusReports", "statusReports"):
            yield from reports
            if all(made_before(text(report, "createdAt"), delivery.at - SKEW) for report in reports):
                return

    def _updates(self, incident: str) -> list[Any]:
        return self._entries(self._report(incident), "updates")

    def _update(self, update: Any) -> PageUpdate:
        return PageUpdate(_identity(update), self._status(text(update, "status")), text(update, "message"))

    def _view(self, known: Known, remote: Remote) -> PageView:
        report = self._report(remote.incident_id)
        updates = sorted(items(report, "updates"), key=lambda update: (text(update, "date"), text(update, "createdAt")))
        states = {
            text(impact, "pageComponentId"): state
            for update in updates
            for impact in items(update, "componentImpacts")
            if (state := self._state(text(impact, "impact")))
        }
        names = {part.id: part.name for part in known.parts}
        status = self._status(text(report, "status"))
        parts = tuple(
            # Resolving restores every component without an impact that says so.
            Part(component, "operational" if status == "resolved" else state, names.get(component, ""))
            for component, state in states.items()
        )
        shown = tuple(map(self._update, updates))
        return PageView(status, text(report, "title"), text(updates, -1, "message"), parts, updates=shown)

    def _rename(self, title: str, remote: Remote) -> None:
        # Its components stay as long as it is not told that they are meant, too.
        self._write("POST", f"{REPORTS}UpdateStatusReport", {"id": remote.incident_id, "title": title})

    def open_there(self) -> tuple[OpenThere, ...]:
        # A page shows only those that are open.
        page = self._call(f"{PAGES}GetStatusPageContent", {"id": self._page})
        return self._opened(items(page, "statusReports"), "title")

    def _delete(self, remote: Remote) -> None:
        self._write("POST", f"{REPORTS}DeleteStatusReport", {"id": remote.incident_id})

    def _report(self, report_id: str) -> Any:
        return inside(self._call(f"{REPORTS}GetStatusReport", {"id": report_id}), "statusReport")

    def _all(self, call: str, name: str) -> Iterator[list[Any]]:
        """A list of the page's, a hundred entries at a time."""
        for number in range(MAX_PAGES):
            answer = self._call(call, {"limit": 100, "offset": 100 * number})
            if not isinstance(answer, dict):
                raise Unreadable(f"{self._name} answered with something other than a list.")
            # An empty list is left out of the JSON.
            yield items(answer, name)
            if len(items(answer, name)) < 100:
                return
        raise Unreadable(f"{self._name} has a list that does not end.")

    def _call(self, call: str, data: object) -> Any:
        """A call that changes nothing. They are POST as well, so what is unknown about any other is Later here."""
        with may_be_repeated():
            return self._write("POST", call, data)


class Maintenances(OneMessage, OpenStatus):
    """Planned maintenances there. Their state is that of their times; they have one message, and no updates."""

    capabilities: ClassVar = PLANS

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {
            "title": delivery.title,
            **self._changeable_fields(delivery),
            "pageId": self._page,
            "pageComponentIds": [part.id for part in delivery.parts],
            "notify": delivery.notify,
        }
        answer = self._write("POST", f"{MAINTENANCES}CreateMaintenance", data)
        return Remote(self._named(text(answer, "maintenance", "id")))

    def _changeable_fields(self, delivery: Delivery) -> dict[str, str]:
        window = delivery.shown_window
        times = {"from": rfc3339(window.starts_at), "to": rfc3339(window.until)}
        return {"message": self._worded(delivery), **times}

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        self._put(remote, self._changeable_fields(delivery))
        return remote

    def _put(self, remote: Remote, changes: dict[str, Any]) -> None:
        self._write("POST", f"{MAINTENANCES}UpdateMaintenance", {"id": remote.incident_id, **changes})

    def _plans(self) -> Iterator[Any]:
        lists = self._all(f"{MAINTENANCES}ListMaintenances", "maintenances")
        return (each for each in chain.from_iterable(lists) if text(each, "pageId") in ("", self._page))

    def _plan(self, id: str) -> Any:
        return inside(self._call(f"{MAINTENANCES}GetMaintenance", {"id": id}), "maintenance")

    def _window_told(self, plan: Any) -> Window | None:
        return window_of(text(plan, "from"), text(plan, "to"))

    def _at_our_time(self, plan: Any, delivery: Delivery) -> bool:
        starts = moment(text(plan, "from"))
        return starts is not None and abs((starts - delivery.shown_window.starts_at).total_seconds()) < 1

    def _delete(self, remote: Remote) -> None:
        self._write("POST", f"{MAINTENANCES}DeleteMaintenance", {"id": remote.incident_id})


OpenStatus.plans = Maintenances
PROVIDER = OpenStatus


def _identity(update: Any) -> str:
    return f"{text(update, 'id')}@{text(update, 'createdAt') or text(update, 'date')}" if text(update, "id") else ""


def _at_moment_of(update: Any, delivery: Delivery) -> bool:
    """Its date is the one that we sent; kept there in whole seconds."""
    date = moment(text(update, "date"))
    return date is not None and abs((date - delivery.at).total_seconds()) < 1
