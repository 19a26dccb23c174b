"""A page at Instatus, by its documentation."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict, told_at
from tests.publish.fakes.rendered import rendered

STATES: dict[ComponentState, str] = {
    "operational": "OPERATIONAL",
    "degraded": "DEGRADEDPERFORMANCE",
    "partial": "PARTIALOUTAGE",
    "major": "MAJOROUTAGE",
    "maintenance": "UNDERMAINTENANCE",
}
WORDS = {theirs: ours for ours, theirs in STATES.items()}

UPDATE_FIELDS: dict[str, Any] = {
    "message": {"type": "string", "minLength": 1},
    "components": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    "started": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"},
    "status": {"enum": ["INVESTIGATING", "IDENTIFIED", "MONITORING", "RESOLVED"]},
    "notify": {"type": "boolean"},
    "statuses": {"type": "array", "items": strict({"id": {"type": "string"}, "status": {"enum": list(WORDS)}})},
}
UPDATE = strict(UPDATE_FIELDS)
CREATE_FIELDS: dict[str, Any] = {"name": {"type": "string", "minLength": 1}, **UPDATE_FIELDS}
CREATE = strict(CREATE_FIELDS)
CHANGE = strict({name: field for name, field in CREATE_FIELDS.items() if name != "message"})


FLAG = {"const": False}
PLAN_STATES = {"NOTSTARTEDYET": "scheduled", "INPROGRESS": "in_progress", "COMPLETED": "completed"}
# Without its flags it begins, ends and mails by itself.
PLAN_FIELDS: dict[str, Any] = {
    **{name: CREATE_FIELDS[name] for name in ("name", "components", "notify")},
    "status": {"enum": list(PLAN_STATES)},
    "start": UPDATE_FIELDS["started"],
    "duration": {"type": "integer", "minimum": 1},
    **dict.fromkeys(("notifyStart", "notifyEnd", "notifyEarly", "autoStart", "autoEnd"), FLAG),
}
PLAN = strict({**PLAN_FIELDS, "message": UPDATE_FIELDS["message"], "statuses": UPDATE_FIELDS["statuses"]})
CHANGE_PLAN = strict({**PLAN_FIELDS, "statuses": UPDATE_FIELDS["statuses"]}, tuple(PLAN_FIELDS))
UPDATE_PLAN = strict({**UPDATE_FIELDS, "status": PLAN_FIELDS["status"]})


class InstatusFake(Fake):
    base = "https://api.instatus.example"
    page = "ckf01fonve9i40a32oas5b0uw"

    def __init__(self) -> None:
        super().__init__()
        self.keeps_start = True
        """Else it takes its own time for the start of an incident."""
        self.short_lists = False
        """Incidents in a list come without their updates."""

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"error": {"code": "unauthorized", "message": "Invalid API key"}})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "v2", "pages"):
                return self.listed(request, [{"id": self.page, "name": "Shop", "subdomain": "shop"}])
            case ("GET", "v1", self.page, "components"):
                return self.listed(request, [self.component(component) for component in self.components])
            case ("GET", "v1", self.page, "incidents"):
                return self.listed(request, [self.shown(each, whole=not self.short_lists) for each in self.incidents])
            case ("POST", "v1", self.page, "incidents"):
                return self.create(body(request))
            case ("GET", "v1", self.page, "incidents", one) if incident := self.find(one):
                return reply(200, self.shown(incident))
            case (method, "v1", self.page, "maintenances", *more):
                return self.maintenance(method, more, body(request), request)
            case ("POST", "v1", self.page, "incidents", one, "incident-updates") if incident := self.find(one):
                return self.update(incident, body(request))
            case ("PUT" | "DELETE", "v1", self.page, "incidents", one, "incident-updates", found) if (
                incident := self.find(one)
            ) and any(update["id"] == found for update in incident["updates"]):
                return self.edit(incident, found, body(request) if request.method == "PUT" else None)
            case ("PUT", "v1", self.page, "incidents", one) if incident := self.find(one):
                return self.change(incident, body(request))
            case ("DELETE", "v1", self.page, "incidents", one) if incident := self.find(one):
                self.incidents.remove(incident)
                return reply(200, {"id": one})
        return reply(404, {"error": {"code": "not_found", "message": "Not found"}})

    def maintenance(self, method: str, more: list[str], data: Any, request: httpx.Request) -> httpx.Response:
        plan = self.find(more[0]) if more else None
        match (method, more):
            case ("GET", []):
                return self.listed(request, [self.shown(incident) for incident in self.incidents])
            case ("POST", []):
                if wrong := self.checked(PLAN, data, "plan"):
                    return refused(wrong)
                plan = {"id": self.new_id("ckm"), "updates": [], "touched": [], "mails": 0}
                plan |= {name: data[name] for name in ("name", "start", "duration")}
                self.incidents.append(plan)
                self.post(plan, {**data, "started": self.written()})
                return reply(200, self.shown(plan))
            case ("GET", [_]) if plan:
                return reply(200, self.shown(plan))
            case ("PUT", [_]) if plan:
                if wrong := self.checked(CHANGE_PLAN, data, "change of a plan"):
                    return refused(wrong)
                plan |= {name: data[name] for name in ("name", "start", "duration", "status")}
                return reply(200, self.shown(plan))
            case ("DELETE", [one]) if plan:
                self.incidents.remove(plan)
                return reply(200, {"id": one})
            case ("POST", [_, "maintenance-updates"]) if plan:
                if wrong := self.checked(UPDATE_PLAN, data, "update of a plan"):
                    return refused(wrong)
                return reply(200, self.post(plan, data))
            case ("PUT", [_, "maintenance-updates", one]) if plan:
                if wrong := self.checked(UPDATE_PLAN, data, "edit of a plan"):
                    return refused(wrong)
                update = next(update for update in plan["updates"] if update["id"] == one)
                update |= {name: data[name] for name in ("message", "status", "started")}
                return reply(200, update)
        return reply(404, {"error": {"code": "not_found", "message": "Not found"}})

    def edit(self, incident: dict[str, Any], one: str, data: Any) -> httpx.Response:
        """Change an update, or remove it without data. The incident's own status does not follow."""
        update = next(update for update in incident["updates"] if update["id"] == one)
        if data is None:
            incident["updates"].remove(update)
            return reply(200, {"id": one})
        if wrong := self.checked(UPDATE, data, "edit"):
            return refused(wrong)
        # Only that with which an incident was made has another moment than its own.
        if data["started"] != update["started"] != incident["started"]:
            self.wrong.append("the update was moved")
        update |= {name: data[name] for name in ("message", "started", "status", "notify")}
        update["messageHtml"] = f"<p>{data['message']}</p>"
        self.components.update({status["id"]: WORDS[status["status"]] for status in data["statuses"]})
        if data["notify"]:
            self.mail(incident)
        return reply(200, update)

    def change(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(CHANGE, data, "change of an incident"):
            return refused(wrong)
        if data["started"] != incident["started"]:
            self.wrong.append("the incident was moved")
        incident |= {"name": data["name"], "status": data["status"], "touched": data["components"]}
        self.components.update({status["id"]: WORDS[status["status"]] for status in data["statuses"]})
        if data["notify"]:
            self.mail(incident)
        return reply(200, self.shown(incident))

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return refused(wrong)
        self.now += timedelta(seconds=1)
        started = data["started"] if self.keeps_start else self.written()
        incident = {
            "id": self.new_id("ckf"),
            "name": data["name"],
            "started": started,
            "updates": [],
            "touched": [],
            "mails": 0,
        }
        self.incidents.append(incident)
        self.post(incident, {**data, "started": started})
        return reply(200, self.shown(incident))

    def update(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return refused(wrong)
        self.now += timedelta(seconds=1)
        return reply(200, self.post(incident, data))

    def post(self, incident: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        named = {status["id"] for status in data["statuses"]}
        if not named <= set(data["components"]):
            self.wrong.append("a state of a component that is not named")
        if not set(data["components"]) <= set(self.components):
            self.wrong.append("a component that is not there")
        update = {
            "id": self.new_id("cku"),
            "message": data["message"],
            "messageHtml": f"<p>{data['message']}</p>",
            "status": data["status"],
            "notify": data["notify"],
            "started": data["started"],
            "ended": None,
            "createdAt": self.written(),
        }
        incident["updates"].append(update)
        incident["status"] = data["status"]
        incident["touched"] = list(dict.fromkeys([*incident["touched"], *data["components"]]))
        self.components.update({status["id"]: WORDS[status["status"]] for status in data["statuses"]})
        if data["notify"]:
            self.mail(incident)
        return update

    def shown(self, incident: dict[str, Any], *, whole: bool = True) -> dict[str, Any]:
        found = {one: value for one, value in incident.items() if one not in ("touched", "mails", "updates")}
        if whole:
            found["updates"] = incident["updates"]
        return {**found, "components": [self.component(one) for one in incident["touched"]]}

    def component(self, one: str) -> dict[str, Any]:
        return {"id": one, "name": self.names[one], "status": STATES[self.components[one]], "showUptime": True}

    def listed(self, request: httpx.Request, entries: list[dict[str, Any]]) -> httpx.Response:
        """A bare list: no total and no link."""
        return reply(200, self.page_of(request, entries, 50).entries)

    def written(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def visible(self, incident: dict[str, Any]) -> Seen:
        if "duration" in incident:
            said = [(PLAN_STATES[update["status"]], rendered(update["message"])) for update in incident["updates"]]
            about: tuple[Any, ...] = (said, {}, incident["mails"], {}, incident["id"])
            seen = Seen(incident["name"], PLAN_STATES[incident["status"]], *about)
            starts = datetime.fromisoformat(incident["start"])
            until = starts + timedelta(minutes=incident["duration"])
            seen.window = (told_at(starts.isoformat()), told_at(until.isoformat()))
            return seen
        shown = sorted(incident["updates"], key=lambda update: update["started"])
        updates = [(update["status"].lower(), rendered(update["message"])) for update in shown]
        states: dict[str, str] = {part: self.components[part] for part in incident["touched"]}
        status, mails = incident["status"].lower(), incident["mails"]
        moments = [told_at(update["started"]) for update in shown]
        return Seen(incident["name"], status, updates, states, mails, {}, incident["id"], moments)


def refused(wrong: str) -> httpx.Response:
    return reply(422, {"error": {"code": "validation_error", "message": wrong}})
