"""A page of Atlassian Statuspage, by the vendor's published contract."""

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
    "major": "major_outage",
    "maintenance": "under_maintenance",
}
WORDS = {theirs: ours for ours, theirs in STATES.items()}
FIELDS = {
    "name": {"type": "string", "maxLength": 255, "minLength": 1},
    "status": {
        "enum": [
            "investigating",
            "identified",
            "monitoring",
            "resolved",
            "scheduled",
            "in_progress",
            "verifying",
            "completed",
        ]
    },
    "body": {"type": "string", "maxLength": 25000, "minLength": 1},
    "deliver_notifications": {"type": "boolean"},
    "components": {"type": "object", "additionalProperties": {"enum": list(WORDS)}},
    "component_ids": {"type": "array", "items": {"type": "string"}},
    # The vendor takes objects only at the top of metadata.
    "metadata": {"type": "object", "additionalProperties": {"type": "object"}},
}
SPAN = {name: {"type": "string", "format": "date-time"} for name in ("scheduled_for", "scheduled_until")}
BY_ITSELF = {
    name: {"const": False}
    for name in (
        "scheduled_remind_prior", "scheduled_auto_in_progress", "scheduled_auto_completed",
        "auto_transition_to_maintenance_state", "auto_transition_to_operational_state",
        "auto_transition_deliver_notifications_at_start", "auto_transition_deliver_notifications_at_end",
        "auto_tweet_at_beginning", "auto_tweet_on_completion", "auto_tweet_on_creation", "auto_tweet_one_hour_before",
    )
}  # fmt: skip
"""The acts of a page on a maintenance by itself, with mails, where it is not told otherwise."""
ALWAYS = ("status", "body", "deliver_notifications")
PAST = {"backfilled": {"const": True}, "backfill_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}}
CREATE = strict({"incident": strict({**FIELDS, **PAST}, ("name", "metadata", *ALWAYS))})
UPDATE = strict({"incident": strict(FIELDS, ALWAYS)})
PLANNED = {**FIELDS, **SPAN, **BY_ITSELF}
PLAN = strict({"incident": strict(PLANNED, ("name", "metadata", *ALWAYS, *SPAN, *BY_ITSELF))})
UPDATE_PLAN = strict({"incident": strict(PLANNED, (*ALWAYS, *SPAN, *BY_ITSELF))})
RENAME = strict({"incident": strict({name: FIELDS[name] for name in ("name", "deliver_notifications")}, ("name",))})
MARK = strict(
    {"incident": strict({name: FIELDS[name] for name in ("metadata", "deliver_notifications")}, ("metadata",))}
)
# No status: an update keeps its own.
EDIT = strict(
    {
        "incident_update": strict(
            {
                "body": FIELDS["body"],
                "display_at": {"type": "string"},
                "deliver_notifications": {"type": "boolean"},
                "wants_twitter_update": {"type": "boolean"},
            },
            (),
        )
    }
)
DRAFT = strict({"postmortem": strict({"body_draft": {"type": "string", "minLength": 1}})})
FLAG = {"type": "boolean"}
PUBLISH = strict({"postmortem": strict({"notify_subscribers": FLAG, "notify_twitter": FLAG}, ())})


class StatuspageFake(Fake):
    base = "https://api.statuspage.example/v1"
    page = "kctbh9vrtdwd"
    header = ("authorization", "OAuth {key}")

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"error": "Could not authenticate"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "pages"):
                return self.listed(request, [{"id": "p0", "name": "Another"}, {"id": self.page, "name": "Shop"}])
            case ("GET", "pages", self.page):
                return reply(200, {"id": self.page, "name": "Shop", "new_field": [1]})
            case ("GET", "pages", self.page, "components"):
                parts: list[dict[str, Any]] = [self.component(component) for component in self.components]
                return self.listed(request, [{"id": "g1", "name": "All", "group": True}, *parts])
            case ("GET", "pages", self.page, "incidents"):
                return self.listed(request, self.incidents[::-1])
            case ("GET", "pages", self.page, "incidents", "unresolved"):
                # Maintenances have lists of their own.
                ended = ("resolved", "scheduled", "in_progress", "completed")
                return self.listed(request, [each for each in self.incidents[::-1] if each["status"] not in ended])
            case ("GET", "pages", self.page, "incidents", "scheduled" | "active_maintenance" as of):
                status = "scheduled" if of == "scheduled" else "in_progress"
                return self.listed(request, [each for each in self.incidents[::-1] if each["status"] == status])
            case ("GET", "pages", self.page, "incidents", found) if incident := self.find(found):
                return reply(200, self.shown(incident))
            case ("POST", "pages", self.page, "incidents"):
                return self.create(body(request))
            case ("PATCH", "pages", self.page, "incidents", found) if incident := self.find(found):
                return self.update(incident, body(request))
            case ("PATCH", "pages", self.page, "incidents", found, "incident_updates", one) if incident := self.find(
                found
            ):
                return self.edit(incident, one, body(request))
            case ("DELETE", "pages", self.page, "incidents", found) if incident := self.find(found):
                self.incidents.remove(incident)
                return reply(200, self.shown(incident))
            case (method, "pages", self.page, "incidents", found, "postmortem", *act) if incident := self.find(found):
                return self.postmortem(incident, method, act, body(request))
        return reply(404, {"error": "not found"})

    def postmortem(self, incident: dict[str, Any], method: str, act: list[str], data: Any) -> httpx.Response:
        kept = incident["postmortem"]
        if (method, act) != ("PUT", []) and not kept:
            return reply(404, {"error": "not found"})
        if method == "DELETE":
            kept.clear()
            return httpx.Response(204)
        if method == "PUT" and act == ["revert"]:
            if data is not None:
                self.wrong.append("revert takes no body")
            kept |= {"body": None, "published_at": None}
        elif method == "PUT":
            schema = PUBLISH if act else DRAFT
            if wrong := self.checked(schema, data, "postmortem"):
                return reply(400, {"error": [wrong]})
            if incident["status"] != "resolved":
                return reply(400, {"error": ["Incident is not resolved"]})
            if not act:
                kept |= {"body_draft": data["postmortem"]["body_draft"]}
            else:
                kept |= {"body": kept["body_draft"], "published_at": self.now.isoformat()}
                # Here too it mails without the field, and each time.
                if data["postmortem"].get("notify_subscribers", True):
                    self.mail(incident)
        return reply(200, {"body": None, "published_at": None, **kept})

    def edit(self, incident: dict[str, Any], one: str, data: Any) -> httpx.Response:
        if wrong := self.checked(EDIT, data, "edit"):
            return reply(422, {"error": [wrong]})
        update = next((update for update in incident["incident_updates"] if update["id"] == one), None)
        if update is None:
            return reply(404, {"error": "not found"})
        told = data["incident_update"]
        update["body"] = told.get("body", update["body"]).strip()
        update["display_at"] = told.get("display_at", update["display_at"])
        # Here too it mails without the field.
        if told.get("deliver_notifications", True):
            self.mail(incident)
        return reply(200, update)

    def create(self, data: Any) -> httpx.Response:
        schema = PLAN if data["incident"].get("scheduled_for") else CREATE
        if wrong := self.checked(schema, data, "create"):
            return reply(422, {"error": [wrong]})
        told = data["incident"]
        if unknown := self.unknown(told):
            return unknown
        if told.get("backfilled") and "components" in told:
            return reply(422, {"error": ["components cannot be specified"]})
        incident = {
            "id": self.new_id("i"),
            "name": told["name"],
            "created_at": self.now.isoformat(),
            "metadata": told["metadata"],
            "shortlink": "https://stspg.example/1",
            "incident_updates": [],
            "touched": [],
            "postmortem": {},
            "mails": 0,
            "span": (),
        }
        self.incidents.append(incident)
        return self.changed(incident, told, 201)

    def update(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        if isinstance(data, dict) and "name" in data.get("incident", {}):
            return self.rename(incident, data)
        if isinstance(data, dict) and "metadata" in data.get("incident", {}):
            return self.mark(incident, data)
        if wrong := self.checked(UPDATE_PLAN if incident["span"] else UPDATE, data, "update"):
            return reply(422, {"error": [wrong]})
        return self.unknown(data["incident"]) or self.changed(incident, data["incident"], 200)

    def mark(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        """Replace all that was there with what is sent."""
        if wrong := self.checked(MARK, data, "metadata"):
            return reply(422, {"error": [wrong]})
        incident["metadata"] = data["incident"]["metadata"]
        if data["incident"].get("deliver_notifications", True):
            self.mail(incident)
        return reply(200, self.shown(incident))

    def rename(self, incident: dict[str, Any], data: Any) -> httpx.Response:
        """A name alone adds no update."""
        if wrong := self.checked(RENAME, data, "rename"):
            return reply(422, {"error": [wrong]})
        incident["name"] = data["incident"]["name"]
        if data["incident"].get("deliver_notifications", True):
            self.mail(incident)
        return reply(200, self.shown(incident))

    def unknown(self, told: dict[str, Any]) -> httpx.Response | None:
        unknown = [one for one in told.get("components", {}) if one not in self.components]
        return reply(422, {"error": [f"Component {unknown[0]} does not exist"]}) if unknown else None

    def changed(self, incident: dict[str, Any], told: dict[str, Any], status: int) -> httpx.Response:
        self.now += timedelta(seconds=1)
        if not set(told.get("component_ids", incident["touched"])) >= set(incident["touched"]):
            self.wrong.append("components of the incident were taken off it")
        incident["status"] = told["status"]
        incident["span"] = tuple(told[name] for name in SPAN if name in told)
        incident["touched"] = told.get("component_ids", incident["touched"])
        # The vendor trims a text.
        update = {"id": self.new_id("u"), "status": told["status"], "body": told["body"].strip()}
        update["display_at"] = self.now.isoformat()
        incident["incident_updates"].insert(0, update)
        self.components.update({one: WORDS[state] for one, state in told.get("components", {}).items()})
        # Without the field it mails.
        if told.get("deliver_notifications", True):
            self.mail(incident)
        return reply(status, self.shown(incident))

    def shown(self, incident: dict[str, Any]) -> dict[str, Any]:
        known = {
            name: value for name, value in incident.items() if name not in ("mails", "touched", "postmortem", "span")
        }
        known |= dict(zip(SPAN, incident.get("span") or (None, None), strict=True))
        kept = incident.get("postmortem", {})
        known |= {"postmortem_body": kept.get("body"), "postmortem_published_at": kept.get("published_at")}
        return {**known, "components": [self.component(one) for one in incident["touched"]]}

    def component(self, one: str) -> dict[str, Any]:
        return {"id": one, "name": self.names[one], "status": STATES[self.components[one]], "group": False}

    def listed(self, request: httpx.Request, entries: list[dict[str, Any]]) -> httpx.Response:
        shown = self.page_of(request, entries, int(request.url.params.get("limit", "100"))).entries
        return reply(200, [self.shown(one) if "touched" in one else one for one in shown])

    def visible(self, incident: dict[str, Any]) -> Seen:
        updates = [(update["status"], update["body"]) for update in incident["incident_updates"][::-1]]
        states: dict[str, str] = {part: self.components[part] for part in incident["touched"]}
        ours = incident["metadata"].get("warroom", {})
        moments = [told_at(update["display_at"]) for update in incident["incident_updates"][::-1]]
        about = (incident["mails"], ours, incident["id"], moments)
        shown = rendered(incident["postmortem"].get("body") or "")
        window = (told_at(incident["span"][0]), told_at(incident["span"][1])) if incident["span"] else None
        return Seen(incident["name"], incident["status"], updates, states, *about, shown, window)
