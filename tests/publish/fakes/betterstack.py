"""A status page at Better Stack, by its documentation."""

from datetime import timedelta
from typing import Any

import httpx

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict, told_at

WORDS: dict[str, ComponentState] = {
    "resolved": "operational",
    "degraded": "degraded",
    "downtime": "major",
    "maintenance": "maintenance",
}
WORST = ["resolved", "maintenance", "degraded", "downtime"]
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
AFFECTED = {
    "type": "array",
    "items": strict({"status_page_resource_id": {"type": "string"}, "status": {"enum": list(WORDS)}}),
}
FIELDS: dict[str, Any] = {
    "message": {"type": "string", "minLength": 1},
    "affected_resources": AFFECTED,
    "notify_subscribers": {"type": "boolean"},
}
NEW = {
    **FIELDS,
    "title": {"type": "string", "minLength": 1},
    "report_type": {"enum": ["manual", "maintenance"]},
    "starts_at": MOMENT,
}
CREATE = strict({**NEW, "ends_at": MOMENT, "published_at": MOMENT}, tuple(NEW))
UPDATE = strict({**FIELDS, "published_at": MOMENT}, tuple(FIELDS))
RENAME = strict({"title": {"type": "string", "minLength": 1}, "starts_at": MOMENT, "ends_at": MOMENT}, ())
EDIT = strict(FIELDS, ())


class BetterStackFake(Fake):
    base = "https://uptime.betterstack.example/api/v2"
    page = "123456"
    ids = ("8001", "8002", "8003")

    def __init__(self) -> None:
        super().__init__()
        self.most = 250

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"errors": "Invalid Team API token"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "status-pages"):
                page = {"company_name": "Shop", "subdomain": "shop"}
                return self.listed(request, [{"id": self.page, "type": "status_page", "attributes": page}])
            case ("GET", "status-pages", self.page, "resources"):
                return self.listed(request, [self.resource(component) for component in self.components])
            case ("GET", "status-pages", self.page, "status-reports"):
                return self.listed(request, [self.shown(incident) for incident in self.incidents[::-1]])
            case ("POST", "status-pages", self.page, "status-reports"):
                return self.create(body(request))
            case ("GET", "status-pages", self.page, "status-reports", one) if report := self.find(one):
                return reply(200, {"data": self.shown(report)})
            case ("GET", "status-pages", self.page, "status-reports", one, "status-updates") if report := self.find(
                one
            ):
                return self.listed(request, report["updates"])
            case ("POST", "status-pages", self.page, "status-reports", one, "status-updates") if report := self.find(
                one
            ):
                return self.update(report, body(request))
            case ("PATCH" | "DELETE", "status-pages", self.page, "status-reports", one, "status-updates", found) if (
                report := self.find(one)
            ) and any(update["id"] == found for update in report["updates"]):
                return self.edit(report, found, body(request) if request.method == "PATCH" else None)
            case ("PATCH", "status-pages", self.page, "status-reports", one) if report := self.find(one):
                return self.rename(report, body(request))
            case ("DELETE", "status-pages", self.page, "status-reports", one) if report := self.find(one):
                self.incidents.remove(report)
                return httpx.Response(204)
        return reply(404, {"errors": "Resource not found"})

    def edit(self, report: dict[str, Any], one: str, data: Any) -> httpx.Response:
        """Change an update, or remove it without data. What the report is about does not follow."""
        update = next(update for update in report["updates"] if update["id"] == one)
        if data is None:
            report["updates"].remove(update)
            return httpx.Response(204)
        if wrong := self.checked(EDIT, data, "edit"):
            return refused(wrong)
        update["attributes"] |= {name: data[name] for name in data if name != "notify_subscribers"}
        if data.get("notify_subscribers"):
            self.mail(report)
        return reply(200, {"data": update})

    def rename(self, report: dict[str, Any], data: Any) -> httpx.Response:
        """A field that is left out stays."""
        if wrong := self.checked(RENAME, data, "rename"):
            return refused(wrong)
        report |= data
        return reply(200, {"data": self.shown(report)})

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return refused(wrong)
        report = {
            "id": self.new_id(),
            "title": data["title"],
            "starts_at": data["starts_at"],
            "ends_at": data.get("ends_at"),
            "report_type": data["report_type"],
            "updates": [],
            "mails": 0,
        }
        self.incidents.append(report)
        self.post(report, data)
        return reply(201, {"data": self.shown(report)})

    def update(self, report: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return refused(wrong)
        return reply(201, {"data": self.post(report, data)})

    def post(self, report: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        self.now += timedelta(seconds=1)
        # What an update leaves out the report is not about any more.
        report["affected"] = data["affected_resources"]
        if not {component["status_page_resource_id"] for component in report["affected"]} <= set(self.components):
            self.wrong.append("a resource that is not there")
        update = {
            "id": self.new_id(),
            "type": "status_update",
            "attributes": {
                "message": data["message"],
                "published_at": data.get("published_at", self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")),
                "affected_resources": data["affected_resources"],
            },
        }
        report["updates"].append(update)
        if data["notify_subscribers"]:
            self.mail(report)
        return update

    def shown(self, report: dict[str, Any]) -> dict[str, Any]:
        states = [component["status"] for component in report["affected"]]
        updates = [{"id": update["id"], "type": "status_update"} for update in report["updates"]]
        return {
            "id": report["id"],
            "type": "status_report",
            "attributes": {
                "title": report["title"],
                "report_type": report["report_type"],
                "starts_at": report["starts_at"],
                "ends_at": report["ends_at"],
                "status_page_id": int(self.page or "0"),
                "affected_resources": report["affected"],
                "aggregate_state": max(states, key=WORST.index, default="operational"),
            },
            "relationships": {"status_updates": {"data": updates}},
        }

    def resource(self, one: str) -> dict[str, Any]:
        state = self.states()[one].replace("resolved", "operational")
        attributes = {"public_name": self.names[one], "status": state}
        return {"id": one, "type": "status_page_resource", "attributes": attributes}

    def listed(self, request: httpx.Request, entries: list[dict[str, Any]]) -> httpx.Response:
        shown, following, _ = self.page_of(request, entries, 50)
        # Its links have named hosts that are not the one that was asked.
        link = f"https://elsewhere.example/api/v2/x?page={following}" if following else None
        return reply(200, {"data": shown, "pagination": {"next": link}})

    def states(self) -> dict[str, str]:
        """The worst that any report says of each resource."""
        found = dict.fromkeys(self.components, "resolved")
        for report in self.incidents:
            for component in report["affected"]:
                if report["report_type"] == "maintenance" and self.stage(report) != "in_progress":
                    continue
                found[component["status_page_resource_id"]] = max(
                    found[component["status_page_resource_id"]], component["status"], key=WORST.index
                )
        return found

    def visible(self, report: dict[str, Any]) -> Seen:
        updates = [parted(update["attributes"]["message"]) for update in report["updates"]]
        states = {resource: WORDS[state] for resource, state in self.states().items()}
        moments = [told_at(update["attributes"]["published_at"]) for update in report["updates"]]
        seen = Seen(report["title"], "", updates, dict(states), report["mails"], {}, report["id"], moments)
        if report["report_type"] == "maintenance":
            seen.status = self.stage(report)
            seen.window = (told_at(report["starts_at"]), told_at(report["ends_at"]))
        return seen

    def stage(self, report: dict[str, Any]) -> str:
        """That of a maintenance, by its times."""
        now = told_at(self.now.isoformat())
        if now < told_at(report["starts_at"]):
            return "scheduled"
        return "in_progress" if now < told_at(report["ends_at"]) else "completed"


def parted(message: str) -> tuple[str, str]:
    """A visitor reads the status as the first word."""
    word, _, rest = message.partition(": ") if ": " in message else ("", "", message)
    return word.lower(), rest


def refused(wrong: str) -> httpx.Response:
    return reply(422, {"errors": {"base": [wrong]}})
