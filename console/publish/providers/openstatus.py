"""OpenStatus, version 2 of its interface: Connect calls in JSON. Version 1 mails subscribers whatever it is told.

It keeps no marker of ours. A report is ours when it is on our page with our title, text and status at our moment. Its
ids are used again after something was deleted, so an update is known by its id together with when it was made.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from console.core.language.times import parse_rfc3339, rfc3339
from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import inside, items, same, text, written
from console.publish.providers.common.limits import within_limits
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
from console.publish.transport.failure import Gone, Later, PublishProblem, Unknown
from console.publish.transport.http import Http

IMPACT = "PAGE_COMPONENT_IMPACT_"
STATUS = "STATUS_REPORT_STATUS_"
STATES: Mapping[ComponentState, str] = {
    "operational": f"{IMPACT}OPERATIONAL",
    "degraded": f"{IMPACT}DEGRADED_PERFORMANCE",
    "partial": f"{IMPACT}PARTIAL_OUTAGE",
    "major": f"{IMPACT}MAJOR_OUTAGE",
}
OURS = {theirs: ours for ours, theirs in STATES.items()}
REPORTS = "/rpc/openstatus.status_report.v1.StatusReportService/"
PAGES = "/rpc/openstatus.status_page.v1.StatusPageService/"
MAX_PAGES = 20
SKEW = timedelta(hours=1)
"""A report that is older than our message by more than this cannot be it, whatever the clocks say."""


class OpenStatus(Provider):
    title: ClassVar[str] = "OpenStatus"
    capabilities: ClassVar = Capabilities(mails=True, asks=True, reads=True, states=STATES)
    base: ClassVar[str] = "https://api.openstatus.dev"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http = settings.name, settings.page, http

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"x-openstatus-key": key}

    def check(self) -> Checked:
        pages = self._pages()
        if not self._page:
            return Checked(f"The key works: {len(pages)} pages; say which one.", pages)
        content = self._ask(f"{PAGES}GetStatusPageContent", {"id": self._page})
        parts = tuple(
            Listed(text(component, "id"), text(component, "name"))
            for component in items(content, "components")
            if text(component, "id")
        )
        name = text(content, "statusPage", "title") or self._page
        return Checked(f"The key works: page “{name}” with {len(parts)} components.", pages, parts)

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        data: dict[str, Any] = {
            "status": f"{STATUS}{delivery.status.upper()}",
            "message": delivery.text,
            "date": rfc3339(delivery.at),
            "notify": delivery.notify,
        }
        if delivery.parts:
            data["componentImpacts"] = [
                {"pageComponentId": part.id, "impact": STATES[part.state]} for part in delivery.parts
            ]
        if known.remote is not None:
            self._still_ours(delivery, known)
            data["statusReportId"] = known.remote.incident_id
            answer = written(self._http, "POST", f"{REPORTS}AddStatusReportUpdate", data)
        else:
            data |= {"title": delivery.title, "pageId": self._page}
            if delivery.parts:
                # Servers that are older know components of a report, and no impacts.
                data["pageComponentIds"] = [part.id for part in delivery.parts]
            answer = written(self._http, "POST", f"{REPORTS}CreateStatusReport", data)
        report_id = text(answer, "statusReport", "id")
        if not report_id or (known.remote is not None and report_id != known.remote.incident_id):
            raise Unknown(f"{self._name} took the message without saying what it calls it.")
        return Remote(report_id, self._update(report_id, inside(answer, "statusReport"), delivery, known))

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is not None:
            try:
                report = self._report(known.remote.incident_id)
            except Gone:
                return Absent()
            if not isinstance(inside(report, "updates"), list):
                return CannotTell(f"{self._name} does not show the report's updates: look at the page.")
            update_id = _ours(report, delivery, known)
            return Found(Remote(known.remote.incident_id, update_id)) if update_id else Absent()
        return self._created(delivery, known)

    def _created(self, delivery: Delivery, known: Known) -> Lookup:
        """Whether the report is there: among the open ones of our page, or else among all that came since."""
        page = self._ask(f"{PAGES}GetStatusPageContent", {"id": self._page})
        # An empty list is left out of the JSON, so the page itself has to be there to say that there are no reports.
        if not text(page, "statusPage", "id"):
            return CannotTell(f"{self._name} does not list its reports: look at the page.")
        here = {text(report, "id") for report in items(page, "statusReports")}
        ours = {text(component, "id") for component in items(page, "components")}
        for candidate in (*items(page, "statusReports"), *self._since(delivery.at - SKEW)):
            if not text(candidate, "id") or not same(delivery.title, text(candidate, "title")):
                continue
            try:
                report = self._report(text(candidate, "id"))
            except Gone:
                continue
            if not isinstance(inside(report, "updates"), list):
                return CannotTell(f"{self._name} does not show a report's updates: look at the page.")
            update_id = _ours(report, delivery, known, at_our_moment=True)
            if not update_id:
                continue
            touched = {text(part) for part in items(report, "pageComponentIds")}
            if text(candidate, "id") in here or touched & ours:
                return Found(Remote(text(candidate, "id"), update_id))
            # Lists of all reports do not say which page one is on, and a page shows only those that are open.
            if not touched and text(report, "status") == f"{STATUS}RESOLVED":
                return CannotTell(
                    f"{self._name} has a resolved report with these words: look whether it is on the page."
                )
        return Absent()

    def _since(self, since: datetime) -> Iterator[Any]:
        """Reports of all pages, newest first, up to the first list in which all are older."""
        for page in range(MAX_PAGES):
            answer = self._ask(f"{REPORTS}ListStatusReports", {"limit": 100, "offset": 100 * page})
            if not isinstance(answer, dict):
                raise Later(f"{self._name} answered with something other than its reports.")
            reports = items(answer, "statusReports")
            yield from reports
            if len(reports) < 100 or all(_older(report, since) for report in reports):
                return
        raise Later(f"{self._name} has a list that does not end.")

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None, gone=True)
        try:
            report = self._report(known.remote.incident_id)
        except Gone:
            return PageView(None, gone=True)
        updates = sorted(items(report, "updates"), key=lambda update: (text(update, "date"), text(update, "createdAt")))
        states: dict[str, ComponentState] = {}
        for update in updates:
            for impact in items(update, "componentImpacts"):
                if text(impact, "impact") in OURS:
                    states[text(impact, "pageComponentId")] = OURS[text(impact, "impact")]
        names = {part.id: part.name for part in known.parts}
        resolved = text(report, "status") == f"{STATUS}RESOLVED"
        parts = tuple(
            # Resolving restores every component without an impact that says so.
            Part(component, "operational" if resolved else state, names.get(component, ""))
            for component, state in states.items()
        )
        status = next((ours for ours in STATUSES if text(report, "status") == f"{STATUS}{ours.upper()}"), None)
        return PageView(status, text(report, "title"), text(updates, -1, "message"), parts)

    def _still_ours(self, delivery: Delivery, known: Known) -> None:
        """Raises Gone where the report's id belongs to another report by now."""
        assert known.remote is not None
        report = self._report(known.remote.incident_id)
        identities = {_identity(update) for update in items(report, "updates")}
        if known.update_ids and identities and not identities & set(known.update_ids):
            raise Gone(f"{self._name} has another report under this number now; ours was deleted, so open a new one.")

    def _update(self, report_id: str, report: Any, delivery: Delivery, known: Known) -> str:
        """What the update is called; the report is read once more where the answer did not say. Empty where neither."""
        if not items(report, "updates"):
            try:
                report = self._report(report_id)
            except PublishProblem:
                # The message is on the page: an id less is no reason to say otherwise.
                return ""
        return _ours(report, delivery, known)

    def _report(self, report_id: str) -> Any:
        return inside(self._ask(f"{REPORTS}GetStatusReport", {"id": report_id}), "statusReport")

    def _pages(self) -> tuple[Listed, ...]:
        pages: list[Listed] = []
        for _ in range(MAX_PAGES):
            answer = self._ask(f"{PAGES}ListStatusPages", {"limit": 100, "offset": len(pages)})
            if not isinstance(answer, dict):
                raise Later(f"{self._name} answered with something other than its pages.")
            more = [Listed(text(page, "id"), text(page, "title")) for page in items(answer, "statusPages")]
            pages += more
            if len(more) < 100:
                break
        return tuple(page for page in pages if page.id)

    def _ask(self, path: str, data: object) -> Any:
        """A call that changes nothing. They are POST as well, so what is unknown about any other is Later here."""
        try:
            return written(self._http, "POST", path, data)
        except Unknown as failure:
            raise Later(failure.reason) from None


PROVIDER = OpenStatus


def _identity(update: Any) -> str:
    return f"{text(update, 'id')}@{text(update, 'createdAt') or text(update, 'date')}" if text(update, "id") else ""


def _ours(report: Any, delivery: Delivery, known: Known, *, at_our_moment: bool = False) -> str:
    """The update that says what the delivery says and that is none of our earlier ones; else empty."""
    for update in items(report, "updates"):
        update_id = _identity(update)
        if (
            update_id not in ("", *known.update_ids)
            and text(update, "status") == f"{STATUS}{delivery.status.upper()}"
            and same(delivery.text, text(update, "message"))
            and (not at_our_moment or _at_our_moment(update, delivery))
        ):
            return update_id
    return ""


def _at_our_moment(update: Any, delivery: Delivery) -> bool:
    """Its date is the one that we sent; kept there in whole seconds."""
    try:
        return abs((parse_rfc3339(text(update, "date")) - delivery.at).total_seconds()) < 1
    except ValueError:
        return False


def _older(report: Any, since: datetime) -> bool:
    try:
        return parse_rfc3339(text(report, "createdAt")) < since
    except ValueError:
        return False
