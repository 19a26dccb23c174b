"""A Kener, by the routes of its API as the source of 4.1.2 has them."""

from datetime import UTC, datetime
from typing import Any

import httpx
from markdown_it import MarkdownIt

from console.core.subjects.component import ComponentState
from console.publish.sending.message import STATUSES
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict
from tests.publish.fakes.rendered import rendered

STATES: dict[str, ComponentState] = {"DEGRADED": "partial", "DOWN": "major", "MAINTENANCE": "maintenance"}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "integer"}
STATE = {"enum": [status.upper() for status in STATUSES]}
MONITORS = {"type": "array", "items": strict({"monitor_tag": TEXT, "impact": {"enum": list(STATES)}})}
CREATED = {"title": {**TEXT, "maxLength": 255}, "start_date_time": MOMENT, "monitors": MONITORS}
CREATE = strict({**CREATED, "end_date_time": MOMENT}, tuple(CREATED))
CHANGE = strict({"title": TEXT, "end_date_time": {"type": ["integer", "null"]}, "monitors": MONITORS}, ())
COMMENT = strict({"comment": TEXT, "state": STATE, "timestamp": MOMENT})
EDIT = strict({"comment": TEXT, "state": STATE}, ())
PLAN = strict(
    {
        "title": CREATED["title"], "description": TEXT, "start_date_time": MOMENT, "monitors": MONITORS,
        "rrule": {"const": "FREQ=MINUTELY;COUNT=1"}, "duration_seconds": {"type": "integer", "minimum": 60},
    }
)  # fmt: skip
CHANGE_PLAN = strict({"title": CREATED["title"], "description": TEXT}, ())
EVENT = strict({"start_date_time": MOMENT, "end_date_time": MOMENT})

MARKED = MarkdownIt("gfm-like", {"html": True, "linkify": False, "breaks": True})


class KenerFake(Fake):
    base = "https://status.example"
    page = ""
    ids = ("checkout", "search", "login")

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"error": {"code": "UNAUTHORIZED", "message": "Invalid API key"}})

    def posts(self, request: httpx.Request) -> bool:
        changes = request.method == "PATCH" and "/maintenances/" in request.url.path
        return changes or (request.method == "POST" and request.url.path.endswith(("/comments", "/maintenances")))

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, f"{self.base}/api/v4")):
            case ("GET", "monitors"):
                monitors = [{"tag": tag, "name": name, "is_hidden": "NO"} for tag, name in self.names.items()]
                return reply(200, {"monitors": monitors})
            case ("GET", "incidents"):
                return self.listed(request)
            case ("POST", "incidents"):
                return self.create(body(request))
            case (method, "maintenances", *more):
                return self.maintenance(method, more, body(request))
            case (method, "incidents", number, *rest) if incident := self.find(number):
                return self.of_incident(method, incident, rest, body(request))
        return not_found()

    def maintenance(self, method: str, more: list[str], data: Any) -> httpx.Response:
        plan = self.find(more[0]) if more else None
        match (method, *more[1:]):
            case ("GET",) if not more:
                return reply(200, {"maintenances": [self.told(each) for each in self.incidents if "rrule" in each]})
            case ("POST",) if not more:
                if wrong := self.checked(PLAN, data, "plan") or self.unknown(data["monitors"]):
                    return refused(wrong)
                starts = minute(data["start_date_time"])
                event = {"id": int(self.new_id()), "start_date_time": starts, "status": "SCHEDULED"}
                event["end_date_time"] = starts + data["duration_seconds"]
                plan = {"id": self.new_id(), **data, "start_date_time": starts, "event": event}
                self.incidents.append(plan)
                return reply(201, {"maintenance": self.told(plan)})
            case ("GET",) if plan:
                return reply(200, {"maintenance": self.told(plan)})
            case ("PATCH",) if plan:
                if wrong := self.checked(CHANGE_PLAN, data, "change of a plan"):
                    return refused(wrong)
                plan |= data
                return reply(200, {"maintenance": self.told(plan)})
            case ("DELETE",) if plan:
                self.incidents.remove(plan)
                return reply(200, {"message": "Maintenance deleted successfully"})
            case ("GET", "events") if plan:
                return reply(200, {"events": [plan["event"]]})
            case ("PATCH", "events", _) if plan:
                wrong = self.checked(EVENT, data, "event")
                if wrong or data["end_date_time"] <= data["start_date_time"]:
                    return refused(wrong or "end_date_time must be after start_date_time")
                plan["event"] |= {name: minute(value) for name, value in data.items()}
                return reply(200, {"event": plan["event"]})
        return not_found()

    def told(self, plan: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in plan.items() if name != "event"}

    def of_incident(self, method: str, incident: dict[str, Any], rest: list[str], data: Any) -> httpx.Response:
        match (method, *rest):
            case ("GET",):
                return reply(200, {"incident": self.shown(incident)})
            case ("PATCH",):
                return self.change(incident, data)
            case ("DELETE",):
                self.incidents.remove(incident)
                return reply(200, {"message": "Incident deleted successfully"})
            case ("GET", "comments"):
                return reply(200, {"comments": self.comments(incident)})
            case ("POST", "comments"):
                return self.comment(incident, data)
            case (_, "comments", number) if found := self.comment_of(incident, number):
                return self.of_comment(method, found, data)
        return not_found()

    def of_comment(self, method: str, comment: dict[str, Any], data: Any) -> httpx.Response:
        """Neither an edit nor the removal of a comment changes its incident."""
        if method == "DELETE":
            comment["gone"] = True
            return reply(200, {"message": "Comment deleted successfully"})
        if method == "PATCH":
            if wrong := self.checked(EDIT, data, "edit"):
                return refused(wrong)
            comment |= data
        return reply(200, {"comment": comment})

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create") or self.unknown(data["monitors"]):
            return refused(wrong)
        incident = {
            "id": self.new_id(),
            "title": data["title"].strip(),
            "start_date_time": minute(data["start_date_time"]),
            "end_date_time": minute(data["end_date_time"]) if "end_date_time" in data else None,
            "state": "INVESTIGATING",
            "incident_source": "API",
            "impacts": impacts(data["monitors"]),
            "comments": [],
        }
        self.incidents.append(incident)
        return reply(201, {"incident": self.shown(incident)})

    def change(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(CHANGE, data, "change of an incident") or self.unknown(data.get("monitors", [])):
            return refused(wrong)
        if "monitors" in data:
            incident["impacts"] = impacts(data["monitors"])
        incident |= {name: value for name, value in data.items() if name != "monitors"}
        return reply(200, {"incident": self.shown(incident)})

    def comment(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(COMMENT, data, "comment"):
            return refused(wrong)
        at = minute(data["timestamp"])
        comment = {
            "id": int(self.new_id()),
            "comment": data["comment"].strip(),
            "state": data["state"],
            "timestamp": at,
        }
        incident["comments"].append(comment)
        incident["state"] = data["state"]
        if data["state"] == "RESOLVED":
            # Another comment than this keeps the end that there is.
            incident["end_date_time"] = at
        return reply(201, {"comment": comment})

    def unknown(self, monitors: list[dict[str, str]]) -> str:
        absent = next((each["monitor_tag"] for each in monitors if each["monitor_tag"] not in self.names), "")
        return f"Monitor with tag '{absent}' not found" if absent else ""

    def listed(self, request: httpx.Request) -> httpx.Response:
        """The newest thousand, without their texts."""
        since = int(request.url.params.get("start_ts", "0"))
        found = [self.shown(each) for each in self.incidents[::-1] if each["start_date_time"] >= since]
        return reply(200, {"incidents": found[:1000]})

    def comments(self, incident: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest by their moments first."""
        there = [each for each in incident["comments"] if "gone" not in each]
        return sorted(there, key=lambda each: (each["timestamp"], each["id"]), reverse=True)

    def comment_of(self, incident: dict[str, Any], number: str) -> dict[str, Any] | None:
        return next((each for each in self.comments(incident) if str(each["id"]) == number), None)

    def shown(self, incident: dict[str, Any]) -> dict[str, Any]:
        monitors = [{"monitor_tag": tag, "impact": impact} for tag, impact in incident["impacts"].items()]
        kept = {name: value for name, value in incident.items() if name not in ("impacts", "comments", "id")}
        # As a new one that nobody has told its own address.
        url = f"http://localhost:3000/incidents/{incident['id']}"
        return {"id": int(incident["id"]), **kept, "monitors": monitors, "url": url}

    def visible(self, incident: dict[str, Any]) -> Seen:
        if "rrule" in incident:
            starts, ends = (incident["event"][f"{name}_date_time"] for name in ("start", "end"))
            now = self.now.timestamp()
            stage = "scheduled" if now < starts else "in_progress" if now < ends else "completed"
            said = [(stage, rendered(incident["description"], MARKED))]
            seen = Seen(incident["title"], stage, said, {}, 0, {}, incident["id"])
            first, last = (datetime.fromtimestamp(moment, UTC).isoformat()[:19] for moment in (starts, ends))
            seen.window = (first, last)
            return seen
        over = incident["end_date_time"] is not None
        updates = [(each["state"].lower(), rendered(each["comment"], MARKED)) for each in self.comments(incident)[::-1]]
        status = "resolved" if over else incident["state"].lower()
        down: dict[str, ComponentState] = {
            tag: STATES[impact] for tag, impact in incident["impacts"].items() if not over
        }
        shown: dict[str, str] = {**self.components, **down}
        moments = [datetime.fromtimestamp(each["timestamp"], UTC).isoformat()[:19]
                   for each in self.comments(incident)[::-1]]  # fmt: skip
        return Seen(incident["title"], status, updates, shown, 0, {}, incident["id"], moments)


def minute(seconds: int) -> int:
    return seconds // 60 * 60


def impacts(monitors: list[dict[str, str]]) -> dict[str, str]:
    return {each["monitor_tag"]: each["impact"] for each in monitors}


def refused(wrong: str) -> httpx.Response:
    return reply(400, {"error": {"code": "BAD_REQUEST", "message": wrong}})


def not_found() -> httpx.Response:
    return reply(404, {"error": {"code": "NOT_FOUND", "message": "Not found"}})
