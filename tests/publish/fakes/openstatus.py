"""A page of OpenStatus, as its second interface was seen to behave.

The same create twice makes two reports, lists leave out updates, a page lists open reports only, an update after the
last one reopens, a deleted id is used again, dates are kept in whole seconds. Where nobody looked it takes the harder
way: empty lists are left out.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict, told_at
from tests.publish.fakes.rendered import rendered

STATES: dict[ComponentState, str] = {
    "operational": "PAGE_COMPONENT_IMPACT_OPERATIONAL",
    "degraded": "PAGE_COMPONENT_IMPACT_DEGRADED_PERFORMANCE",
    "partial": "PAGE_COMPONENT_IMPACT_PARTIAL_OUTAGE",
    "major": "PAGE_COMPONENT_IMPACT_MAJOR_OUTAGE",
}
WORDS = {theirs: ours for ours, theirs in STATES.items()}
PHASES = {
    f"STATUS_REPORT_STATUS_{one.upper()}": one for one in ("investigating", "identified", "monitoring", "resolved")
}
TEXT = {"type": "string", "minLength": 1}
FIELDS = {
    "status": {"enum": list(PHASES)},
    "message": TEXT,
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$"},
    "notify": {"type": "boolean"},
    "componentImpacts": {
        "type": "array",
        "items": strict({"pageComponentId": TEXT, "impact": {"enum": list(WORDS)}}),
    },
}
ALWAYS = ("status", "message", "date", "notify")
CREATED = {"title": TEXT, "pageId": TEXT, "pageComponentIds": {"type": "array", "items": TEXT}}
CREATE = strict({**FIELDS, **CREATED}, (*ALWAYS, "title", "pageId"))
UPDATE = strict({**FIELDS, "statusReportId": TEXT}, (*ALWAYS, "statusReportId"))
GET = strict({"id": TEXT})
RENAME = strict({"id": TEXT, "title": {"type": "string"}})
AT = FIELDS["date"]
PLANNED = {"title": {**TEXT, "maxLength": 256}, "message": TEXT, "from": AT, "to": AT}
PLAN = strict(
    {**PLANNED, "pageId": TEXT, "pageComponentIds": {"type": "array", "items": TEXT}, "notify": {"type": "boolean"}}
)
# It has no field for mails.
CHANGE_PLAN = strict({**PLANNED, "id": TEXT}, ("id",))
LIST = strict({"limit": {"type": "integer", "minimum": 1, "maximum": 100}, "offset": {"type": "integer"}})


class OpenStatusFake(Fake):
    base = "https://api.openstatus.example"
    page = "7"
    header = ("x-openstatus-key", "{key}")

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: set[str] = set()
        """Ids of reports that are on another page of the account."""
        self.tells_updates = True
        """The answer to a write shows the report's updates."""

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"code": "unauthenticated", "message": "invalid api key", "details": []})

    def posts(self, request: httpx.Request) -> bool:
        return request.url.path.endswith(
            ("/CreateStatusReport", "/AddStatusReportUpdate", "/CreateMaintenance", "/UpdateMaintenance")
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        data = body(request)
        method = {
            "CreateStatusReport": self.create,
            "AddStatusReportUpdate": self.add,
            "GetStatusReport": self.get,
            "DeleteStatusReport": self.delete,
            "UpdateStatusReport": self.rename,
            "GetStatusPageContent": self.content,
            "ListStatusPages": self.pages,
            "ListStatusReports": self.listed,
            "CreateMaintenance": self.plan,
            "UpdateMaintenance": self.change_plan,
            "GetMaintenance": self.get_plan,
            "DeleteMaintenance": self.delete,
            "ListMaintenances": self.plans,
        }.get(steps(request, self.base)[-1])
        return method(data) if method and request.method == "POST" else self.not_found()

    def not_found(self) -> httpx.Response:
        return reply(404, {"code": "not_found", "message": "not found", "details": []})

    def invalid(self, wrong: str) -> httpx.Response:
        return reply(400, {"code": "invalid_argument", "message": wrong, "details": []})

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return self.invalid(wrong)
        if data["pageId"] != self.page:
            return self.not_found()
        # The highest id there is, and one: what was deleted at the end is forgotten.
        number = max((int(incident["id"]) for incident in self.incidents), default=0) + 1
        report = {"id": str(number), "title": data["title"], "updates": [], "mails": 0, "createdAt": self.moment()}
        self.incidents.append(report)
        return self.added(report, data)

    def add(self, data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return self.invalid(wrong)
        report = self.find(data["statusReportId"])
        return self.added(report, data) if report else self.not_found()

    def plan(self, data: Any) -> httpx.Response:
        """The same twice makes two."""
        if wrong := self.checked(PLAN, data, "plan"):
            return self.invalid(wrong)
        plan = {"id": self.new_id(), "createdAt": self.moment(), "mails": int(data["notify"])}
        plan |= {name: value for name, value in data.items() if name != "notify"}
        self.mails += data["notify"]
        self.incidents.append(plan)
        return self.shown_plan(self.timed(plan))

    def change_plan(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CHANGE_PLAN, data, "change of a plan"):
            return self.invalid(wrong)
        plan = self.find(data["id"])
        if plan is None:
            return self.not_found()
        plan |= data
        return self.shown_plan(self.timed(plan))

    def timed(self, plan: dict[str, Any]) -> dict[str, Any]:
        if plan["to"] <= plan["from"]:
            self.wrong.append("a maintenance that ends before it begins")
        return plan

    def get_plan(self, data: Any) -> httpx.Response:
        plan = self.find(data["id"])
        return self.shown_plan(plan) if plan else self.not_found()

    def plans(self, data: Any) -> httpx.Response:
        if wrong := self.checked(LIST, data, "list of plans"):
            return self.invalid(wrong)
        found = [self.told_of(each) for each in self.incidents[::-1] if "from" in each][data.get("offset", 0) :]
        return reply(200, {"maintenances": found} if found else {})

    def shown_plan(self, plan: dict[str, Any]) -> httpx.Response:
        return reply(200, {"maintenance": self.told_of(plan)})

    def told_of(self, plan: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in plan.items() if name != "mails"}

    def added(self, report: dict[str, Any], data: Any) -> httpx.Response:
        self.now += timedelta(seconds=1)
        number = max((int(update["id"]) for each in self.incidents for update in each["updates"]), default=0) + 1
        told = datetime.fromisoformat(data["date"]).astimezone(UTC).replace(microsecond=0)
        report["updates"].append(
            {
                "id": str(number),
                "status": data["status"],
                "message": data["message"],
                "date": told.isoformat().replace("+00:00", "Z"),
                "createdAt": self.moment(),
                "componentImpacts": data.get("componentImpacts", []),
            }
        )
        # That of the latest date, of several the last one; a page has no other status.
        latest = max(report["updates"], key=lambda update: (update["date"], int(update["id"])))
        report["status"] = latest["status"]
        report["about"] = data.get("pageComponentIds", report.get("about", []))
        for component in data.get("componentImpacts", ()):
            self.components[component["pageComponentId"]] = WORDS[component["impact"]]
        if data["status"].endswith("RESOLVED"):
            self.components.update(dict.fromkeys(self.touched(report), "operational"))
        report["mails"] += data.get("notify", False)
        self.mails += data.get("notify", False)
        return reply(200, {"statusReport": self.shown(report, self.tells_updates)})

    def touched(self, report: dict[str, Any]) -> list[str]:
        found = [each["pageComponentId"] for update in report["updates"] for each in update["componentImpacts"]]
        return list(dict.fromkeys([*report["about"], *found]))

    def get(self, data: Any) -> httpx.Response:
        if wrong := self.checked(GET, data, "get"):
            return self.invalid(wrong)
        report = self.find(data["id"])
        return reply(200, {"statusReport": self.shown(report)}) if report else self.not_found()

    def delete(self, data: Any) -> httpx.Response:
        if wrong := self.checked(GET, data, "delete"):
            return self.invalid(wrong)
        report = self.find(data["id"])
        if report is None:
            return self.not_found()
        self.incidents.remove(report)
        return reply(200, {"success": True})

    def rename(self, data: Any) -> httpx.Response:
        """An empty title is passed over; the components stay."""
        if wrong := self.checked(RENAME, data, "rename"):
            return self.invalid(wrong)
        report = self.find(data["id"])
        if report is None:
            return self.not_found()
        report["title"] = data["title"] or report["title"]
        return reply(200, {"statusReport": self.shown(report)})

    def content(self, data: Any) -> httpx.Response:
        if wrong := self.checked(GET, data, "content"):
            return self.invalid(wrong)
        if data["id"] != self.page:
            return self.not_found()
        parts = [{"id": one, "pageId": self.page, "name": name} for one, name in self.names.items()]
        found: dict[str, Any] = {"statusPage": {"id": self.page, "title": "Shop"}, "components": parts}
        here = [incident for incident in self.incidents[::-1] if incident["id"] not in self.elsewhere]
        if active := [one for one in here if not one["status"].endswith("RESOLVED")]:
            found["statusReports"] = [self.shown(one, updates=False) for one in active]
        return reply(200, found)

    def listed(self, data: Any) -> httpx.Response:
        """All reports of all pages, newest first, without their updates."""
        if wrong := self.checked(LIST, data, "list"):
            return self.invalid(wrong)
        first = data.get("offset", 0)
        found = self.incidents[::-1][first : first + data.get("limit", 50)]
        told = {"totalSize": len(self.incidents)} if self.incidents else {}
        return reply(
            200, {**told, **({"statusReports": [self.shown(one, updates=False) for one in found]} if found else {})}
        )

    def pages(self, data: Any) -> httpx.Response:
        if wrong := self.checked(LIST, data, "pages"):
            return self.invalid(wrong)
        return reply(200, {"statusPages": [{"id": self.page, "title": "Shop"}], "totalSize": 1})

    def shown(self, report: dict[str, Any], updates: bool = True) -> dict[str, Any]:
        hidden = ("mails", "about") if updates else ("mails", "about", "updates")
        told = {name: value for name, value in report.items() if name not in hidden}
        return {**told, "pageComponentIds": self.touched(report)}

    def moment(self) -> str:
        return self.now.isoformat().replace("+00:00", "Z")

    def visible(self, report: dict[str, Any]) -> Seen:
        if "from" in report:
            window = (told_at(report["from"]), told_at(report["to"]))
            now = told_at(self.moment())
            status = "scheduled" if now < window[0] else "in_progress" if now < window[1] else "completed"
            said = [(status, rendered(report["message"]))]
            return Seen(report["title"], status, said, {}, report["mails"], {}, report["id"], window=window)
        shown = sorted(report["updates"], key=lambda update: (update["date"], int(update["id"])))
        updates = [(PHASES[update["status"]], rendered(update["message"])) for update in shown]
        states: dict[str, str] = {part: self.components[part] for part in self.touched(report)}
        moments, status = [told_at(update["date"]) for update in shown], PHASES[report["status"]]
        return Seen(report["title"], status, updates, states, report["mails"], {}, report["id"], moments)
