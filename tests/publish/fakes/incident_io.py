"""A status page of incident.io, by the vendor's published contract."""

from datetime import timedelta
from typing import Any

import httpx

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict, told_at
from tests.publish.fakes.rendered import rendered

STATES: dict[ComponentState, str] = {
    "operational": "operational",
    "degraded": "degraded_performance",
    "partial": "partial_outage",
    "major": "full_outage",
}
WORDS = {theirs: ours for ours, theirs in STATES.items()}
TEXT = {"type": "string", "minLength": 1}
FIELDS = {
    "incident_status": {"enum": ["investigating", "identified", "monitoring", "resolved"]},
    "message": {**TEXT, "maxLength": 4096},
    "notify_subscribers": {"type": "boolean"},
    "component_statuses": {
        "type": "array",
        "items": strict({"component_id": TEXT, "component_status": {"enum": list(WORDS)}}),
    },
}
ALWAYS = ("incident_status", "message", "notify_subscribers")
NEW = {"status_page_id": TEXT, "name": {**TEXT, "maxLength": 200}, "idempotency_key": TEXT}
CREATE = strict({**FIELDS, **NEW}, (*ALWAYS, *NEW))
MORE = {"status_page_incident_id": TEXT}
UPDATE = strict({**FIELDS, **MORE}, (*ALWAYS, *MORE))
PAST = {**FIELDS, "published_at": TEXT}
RETROSPECTIVE = strict(
    {**NEW, "updates": {"type": "array", "minItems": 1, "items": strict(
        {name: field for name, field in PAST.items() if name != "notify_subscribers"},
        ("incident_status", "message", "published_at"),
    )}}
)  # fmt: skip
RENAME = strict({"name": {"type": "string", "minLength": 1, "maxLength": 200}})


PLAN_STATES = ("maintenance_scheduled", "maintenance_in_progress", "maintenance_complete")
PLAN_FIELDS = {
    "maintenance_status": {"enum": list(PLAN_STATES)},
    "message": FIELDS["message"],
    "notify_subscribers": {"type": "boolean"},
}
PLANNED = {
    **PLAN_FIELDS,
    **NEW,
    "affected_component_ids": {"type": "array", "items": TEXT},
    "start_at": TEXT,
    "end_at": TEXT,
}
PLAN = strict(PLANNED)
UPDATE_PLAN = strict(
    {
        **PLAN_FIELDS,
        "status_page_maintenance_id": TEXT,
        "component_statuses": {
            "type": "array",
            "items": strict({"component_id": TEXT, "component_status": {"enum": ["operational", "under_maintenance"]}}),
        },
    },
    ("status_page_maintenance_id", *PLAN_FIELDS),
)


class IncidentIoFake(Fake):
    base = "https://api.incident.example"
    page = "01FCNDV6P870EA6S7TK1DSYDG0"

    def __init__(self) -> None:
        super().__init__()
        self.by_key: dict[str, dict[str, Any]] = {}

    def not_let_in(self) -> httpx.Response:
        return self.error(401, "authentication_error", "Invalid API key")

    def error(self, status: int, kind: str, message: str) -> httpx.Response:
        told = {"code": kind, "message": message, "source": {"field": ""}}
        return reply(status, {"type": kind, "status": status, "request_id": "r1", "errors": [told]})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "v2", "status_pages"):
                return self.pages(request)
            case ("GET", "v2", "status_page_structures", self.page):
                return reply(200, {"current_structure": {"items": self.structure()}})
            case ("POST", "v2", "status_page_incidents"):
                return self.create(body(request))
            case ("POST", "v2", "status_page_incident_updates"):
                return self.update(body(request))
            case ("POST", "v2", "status_page_retrospective_incidents"):
                return self.retrospective(body(request))
            case ("PUT", "v2", "status_page_incidents", found) if incident := self.find(found):
                return self.rename(incident, body(request))
            case ("GET", "v2", "status_page_incidents"):
                if request.url.params.get("status_page_id") != self.page:
                    self.wrong.append("a list without its page")
                shown = [self.shown(incident) for incident in self.incidents[::-1]]
                return reply(200, {"status_page_incidents": shown, "pagination_meta": {}})
            case ("POST", "v2", "status_page_maintenances"):
                return self.plan(body(request))
            case ("POST", "v2", "status_page_maintenance_updates"):
                return self.update_plan(body(request))
            case ("GET", "v2", "status_page_maintenances", found) if plan := self.find(found):
                return reply(200, {"status_page_maintenance": self.shown(plan)})
            case ("GET", "v2", "status_page_incidents", found) if incident := self.find(found):
                return reply(200, {"status_page_incident": self.shown(incident)})
        return self.error(404, "not_found", "We couldn't find it")

    def pages(self, request: httpx.Request) -> httpx.Response:
        """Two pages on two pages of the list."""
        if request.url.params.get("after"):
            return reply(200, {"status_pages": [{"id": self.page, "name": "Shop"}], "pagination_meta": {}})
        first = [{"id": "p0", "name": "Another"}]
        return reply(200, {"status_pages": first, "pagination_meta": {"after": "p0", "page_size": 1}})

    def structure(self) -> list[dict[str, Any]]:
        """One component alone, the second in a group, the rest on a sub-page."""
        parts = [{"component_id": one, "name": name} for one, name in self.names.items()]
        group = {"group": {"id": "g1", "name": "Group", "components": parts[1:2]}}
        under = {"sub_page": {"id": "s1", "name": "More", "items": [{"component": part} for part in parts[2:]]}}
        return [{"component": parts[0]}, group, under]

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return self.error(422, "validation_error", wrong)
        if data["idempotency_key"] in self.by_key:
            return reply(201, {"status_page_incident": self.by_key[data["idempotency_key"]]})
        if data["status_page_id"] != self.page:
            return self.error(404, "not_found", "No such page")
        incident = {"id": self.new_id("01I"), "name": data["name"], "status_page_id": self.page, "updates": []}
        incident |= {"key": data["idempotency_key"], "parts": {}, "mails": 0}
        if unknown := self.added(incident, data):
            return unknown
        self.incidents.append(incident)
        # What comes back for the same key is the answer of the first time.
        self.by_key[data["idempotency_key"]] = self.shown(incident)
        return reply(201, {"status_page_incident": self.shown(incident)})

    def plan(self, data: Any) -> httpx.Response:
        if wrong := self.checked(PLAN, data, "plan"):
            return self.error(422, "validation_error", wrong)
        if data["idempotency_key"] not in self.by_key:
            plan = {"id": self.new_id("01M"), "name": data["name"], "status_page_id": self.page, "updates": []}
            plan |= {
                "key": data["idempotency_key"],
                "parts": dict.fromkeys(data["affected_component_ids"], "operational"),
            }
            plan |= {"mails": 0, "span": (data["start_at"], data["end_at"])}
            self.incidents.append(plan)
            self.told(plan, data)
            self.by_key[data["idempotency_key"]] = self.shown(plan)
        return reply(201, {"status_page_maintenance": self.by_key[data["idempotency_key"]]})

    def update_plan(self, data: Any) -> httpx.Response:
        """Nothing changes its name or its window."""
        if wrong := self.checked(UPDATE_PLAN, data, "update of a plan"):
            return self.error(422, "validation_error", wrong)
        plan = self.find(data["status_page_maintenance_id"])
        if plan is None:
            return self.error(404, "not_found", "No such maintenance")
        self.told(plan, data)
        return reply(201, {"status_page_maintenance_update": plan["updates"][-1]})

    def told(self, plan: dict[str, Any], data: Any) -> None:
        over = data["maintenance_status"] == "maintenance_complete"
        if over and "component_statuses" in data:
            self.wrong.append("component_statuses together with maintenance_complete")
        self.now += timedelta(seconds=1)
        plan["maintenance_status"] = data["maintenance_status"]
        for component in data.get("component_statuses", ()):
            plan["parts"][component["component_id"]] = (
                "maintenance" if component["component_status"] == "under_maintenance" else "operational"
            )
        if over:
            plan["parts"] = dict.fromkeys(plan["parts"], "operational")
        self.components.update(plan["parts"])
        update = {"id": self.new_id("01U"), "published_at": self.now.isoformat(), "message": data["message"]}
        plan["updates"].append({**update, "maintenance_status": data["maintenance_status"]})
        plan["mails"] += data["notify_subscribers"]
        self.mails += data["notify_subscribers"]

    def retrospective(self, data: Any) -> httpx.Response:
        """All its moments past and in their order, its end resolved; it mails nobody."""
        if wrong := self.checked(RETROSPECTIVE, data, "retrospective"):
            return self.error(422, "validation_error", wrong)
        moments = [told_at(update["published_at"]) for update in data["updates"]]
        ends = data["updates"][-1]["incident_status"]
        if moments != sorted(moments) or moments[-1] > told_at(self.now.isoformat()) or ends != "resolved":
            self.wrong.append("a retrospective incident out of its order")
        if data["idempotency_key"] in self.by_key:
            return reply(201, {"status_page_incident": self.by_key[data["idempotency_key"]]})
        incident = {"id": self.new_id("01I"), "name": data["name"], "status_page_id": self.page, "updates": []}
        incident |= {"key": data["idempotency_key"], "parts": {}, "mails": 0}
        for update in data["updates"]:
            before = dict(self.components)
            if unknown := self.added(incident, {**update, "notify_subscribers": False}):
                return unknown
            # What was so then is not so now.
            self.components = before
        self.incidents.append(incident)
        self.by_key[data["idempotency_key"]] = self.shown(incident)
        return reply(201, {"status_page_incident": self.shown(incident)})

    def rename(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(RENAME, data, "rename"):
            return self.error(422, "validation_error", wrong)
        incident["name"] = data["name"]
        return reply(200, {"status_page_incident": self.shown(incident)})

    def update(self, data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return self.error(422, "validation_error", wrong)
        incident = self.find(data["status_page_incident_id"])
        if incident is None:
            return self.error(404, "not_found", "No such incident")
        if len(incident["updates"]) >= 100:
            return self.error(422, "validation_error", "at most 100 updates")
        return self.added(incident, data) or reply(201, {"status_page_incident_update": incident["updates"][-1]})

    def added(self, incident: dict[str, Any], data: Any) -> httpx.Response | None:
        told = {
            component["component_id"]: WORDS[component["component_status"]]
            for component in data.get("component_statuses", ())
        }
        if unknown := [one for one in told if one not in self.components]:
            return self.error(422, "validation_error", f"No component {unknown[0]}")
        resolved = data["incident_status"] == "resolved"
        if resolved and "component_statuses" in data:
            self.wrong.append("component_statuses together with resolved")
            return self.error(422, "validation_error", "component_statuses must not be set")
        self.now += timedelta(seconds=1)
        incident["incident_status"] = data["incident_status"]
        incident["parts"].update(dict.fromkeys(incident["parts"], "operational") if resolved else told)
        self.components.update(incident["parts"])
        incident["updates"].append(
            {
                "id": self.new_id("01U"),
                "incident_status": data["incident_status"],
                "message": data["message"],
                "published_at": data.get("published_at", self.now.isoformat()),
                "component_statuses": data.get("component_statuses", []),
            }
        )
        incident["mails"] += data["notify_subscribers"]
        self.mails += data["notify_subscribers"]
        return None

    def shown(self, incident: dict[str, Any]) -> dict[str, Any]:
        if "span" in incident:
            public = {name: value for name, value in incident.items() if name not in ("key", "parts", "mails", "span")}
            return {**public, "updates": list(incident["updates"]), "component_maintenance_periods": []}
        impacts = [
            {"component_id": one, "component_status": STATES[state], "start_at": self.now.isoformat(), "end_at": None}
            for one, state in incident["parts"].items()
            if state != "operational"
        ]
        public = {name: value for name, value in incident.items() if name not in ("key", "parts", "mails")}
        return {**public, "updates": list(incident["updates"]), "component_impacts": impacts}

    def visible(self, incident: dict[str, Any]) -> Seen:
        if "span" in incident:
            words = dict(zip(PLAN_STATES, ("scheduled", "in_progress", "completed"), strict=True))
            said = [(words[each["maintenance_status"]], rendered(each["message"])) for each in incident["updates"]]
            seen = Seen(incident["name"], words[incident["maintenance_status"]], said, dict(incident["parts"]),
                        incident["mails"], {}, incident["id"])  # fmt: skip
            seen.window = (told_at(incident["span"][0]), told_at(incident["span"][1]))
            return seen
        updates = [(update["incident_status"], rendered(update["message"])) for update in incident["updates"]]
        states, ours = dict(incident["parts"]), {"key": incident["key"]}
        status, mails = incident["incident_status"], incident["mails"]
        moments = [told_at(update["published_at"]) for update in incident["updates"]]
        return Seen(incident["name"], status, updates, states, mails, ours, incident["id"], moments)
