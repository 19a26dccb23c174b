"""A Cachet 3, by its routes and request data as its source has them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Fake, Seen, body, reply, steps, strict
from tests.publish.fakes.rendered import GITHUB, rendered

STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4, "maintenance": 6}
WORDS = {number: word for word, number in STATES.items()}
STATUSES = {0: "", 1: "investigating", 2: "identified", 3: "monitoring", 4: "resolved"}
FIXED = 4

STATUS = {"enum": list(STATUSES)}
COMPONENT_STATUS = {"enum": [1, 2, 3, 4, 5, 6]}
FIELDS = {
    "name": {"type": "string", "maxLength": 255, "minLength": 1},
    "status": STATUS,
    "message": {"type": "string", "minLength": 1},
    "visible": {"type": "boolean"},
    "notifications": {"type": "boolean"},
    "stickied": {"type": "boolean"},
    "meta": {"type": "object"},
}
COMPONENTS = {"type": "array", "items": strict({"id": {"type": "integer"}, "status": COMPONENT_STATUS})}
OCCURRED = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"}
CREATE = strict(
    {**FIELDS, "components": COMPONENTS, "occurred_at": OCCURRED}, ("name", "status", "message", "notifications")
)
# An incident's components cannot be changed later.
CHANGE = strict(FIELDS, ())
UPDATE = strict({"status": STATUS, "message": {"type": "string", "minLength": 1}})
EDIT = strict({"status": STATUS, "message": {"type": "string", "minLength": 1}}, ())
COMPONENT = strict({"status": COMPONENT_STATUS})


PLAN_STATES = ("scheduled", "in_progress", "completed")
PLANNED = {"name": FIELDS["name"], "message": FIELDS["message"], "scheduled_at": OCCURRED, "completed_at": OCCURRED}
PLAN = strict({**PLANNED, "notifications": {"type": "boolean"}, "components": COMPONENTS, "meta": {"type": "object"}})
# Whether it mails cannot be changed.
CHANGE_PLAN = strict(PLANNED, ())
UPDATE_PLAN = strict({"message": FIELDS["message"]})


class Kept(msgspec.Struct):
    """One incident."""

    id: str
    data: dict[str, Any]
    created: datetime
    overlay: dict[str, int] = {}
    """States of components that lie over their own while it is open."""
    updates: list[dict[str, Any]] = []
    mails: int = 0
    """The number of mails about it."""
    first: int = 0
    """The status with which it began."""

    def __post_init__(self) -> None:
        self.first = int(self.data.get("status", 0))

    @property
    def status(self) -> int:
        return int(self.data["status"])

    def follow(self) -> None:
        """Take the status of the newest update; where none is left, it stays."""
        if self.updates:
            self.data["status"] = self.updates[-1]["status"]

    def update(self, one: str) -> dict[str, Any] | None:
        return next((update for update in self.updates if str(update["id"]) == one), None)


class CachetPage(Fake):
    """The part that both versions have in common."""

    page = ""
    ids = ("1", "2", "3")
    component_schema: Mapping[str, Any]

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    def set_component(self, one: str, data: Any) -> httpx.Response:
        if wrong := self.checked(self.component_schema, data, "component"):
            return self.refused(wrong)
        self.components[one] = WORDS[data["status"]]
        return reply(200, {"data": self.component(one)})

    def component(self, one: str) -> dict[str, Any]:
        raise NotImplementedError

    def refused(self, wrong: str) -> httpx.Response:
        raise NotImplementedError

    def mailed(self, kept: Kept) -> None:
        kept.mails += 1
        self.mails += 1

    def find(self, id: str) -> Any:
        return next((kept for kept in self.incidents if kept.id == id), None)

    def states(self) -> dict[str, str]:
        """The components as visitors see them."""
        return dict(self.components)

    def seen(self) -> list[Seen]:
        return [self.visible(kept) for kept in self.incidents if kept.data["visible"]]

    def status_shown(self, kept: Kept) -> int:
        return kept.status

    def visible(self, kept: Kept) -> Seen:
        updates = [(STATUSES[update["status"]], rendered(update["message"], GITHUB)) for update in kept.updates]
        updates.insert(0, (STATUSES[kept.first], rendered(kept.data["message"], GITHUB)))
        ours = dict(kept.data.get("meta", {}))
        return Seen(
            kept.data["name"], STATUSES[self.status_shown(kept)], updates, self.states(), kept.mails, ours, kept.id
        )


class CachetFake(CachetPage):
    base = "https://status.example/api"
    component_schema = COMPONENT

    def __init__(self) -> None:
        super().__init__()
        self.zone = timedelta()
        """The offset from UTC of the times that it writes without a zone."""
        self.old = False
        """It does not know metadata yet."""
        self.passes_over = False
        """It passes over filters that it does not know, instead of refusing them."""

    def lets_in(self, request: httpx.Request) -> bool:
        """Reading is open to everyone."""
        return request.method == "GET" or super().lets_in(request)

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"message": "Unauthenticated."})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "ping"):
                return reply(200, {"data": "Pong!"})
            case ("GET", "components"):
                return self.listed(request, [self.component(component) for component in self.components])
            case ("PUT", "components", one) if one in self.components:
                return self.set_component(one, body(request))
            case ("GET", "incidents"):
                return self.list_incidents(request)
            case ("POST", "incidents"):
                return self.create(body(request))
            case ("GET", "incidents", one) if kept := self.find(one):
                return self.refused_include(request) or reply(200, {"data": self.shown(kept, request)})
            case ("PUT", "incidents", one) if kept := self.find(one):
                return self.change(kept, body(request))
            case ("GET", "incidents", one, "updates") if kept := self.find(one):
                return self.listed(request, [self.update_shown(update) for update in kept.updates])
            case ("POST", "incidents", one, "updates") if kept := self.find(one):
                return self.update(kept, body(request))
            case ("PUT", "incidents", one, "updates", found) if (kept := self.find(one)) and kept.update(found):
                return self.edit(kept, kept.update(found), body(request))
            case ("DELETE", "incidents", one, "updates", found) if (kept := self.find(one)) and kept.update(found):
                kept.updates.remove(kept.update(found))
                kept.follow()
                return httpx.Response(204)
            case (method, "schedules", *more):
                return self.schedule(method, more, body(request), request)
            case ("DELETE", "incidents", one) if kept := self.find(one):
                self.incidents.remove(kept)
                return httpx.Response(204)
        return reply(404, {"message": "Not Found"})

    def schedule(self, method: str, more: list[str], data: Any, request: httpx.Request) -> httpx.Response:
        kept = self.find(more[0]) if more else None
        match (method, more):
            case ("GET", []):
                return self.list_incidents(request)
            case ("POST", []):
                if wrong := self.checked(PLAN, data, "plan"):
                    return self.refused(wrong)
                self.now += timedelta(seconds=1)
                kept = Kept(self.new_id(), {**data, "visible": True}, self.now)
                self.incidents.append(kept)
                self.mail_if_told(kept)
                return reply(201, {"data": self.shown(kept)})
            case ("GET", [_]) if kept:
                return reply(200, {"data": self.shown(kept, request)})
            case ("PUT", [_]) if kept:
                if wrong := self.checked(CHANGE_PLAN, data, "change of a plan"):
                    return self.refused(wrong)
                if "scheduled_at" in data:
                    self.mail_if_told(kept)
                kept.data |= data
                return reply(200, {"data": self.shown(kept)})
            case ("DELETE", [_]) if kept:
                self.incidents.remove(kept)
                return httpx.Response(204)
            case ("GET", [_, "updates"]) if kept:
                return self.listed(request, [self.update_shown(update) for update in kept.updates])
            case ("POST", [_, "updates"]) if kept:
                if wrong := self.checked(UPDATE_PLAN, data, "update of a plan"):
                    return self.refused(wrong)
                self.now += timedelta(seconds=1)
                kept.updates.append({"id": self.new_id(), "created": self.now, **data})
                return reply(201, {"data": self.update_shown(kept.updates[-1])})
            case ("PUT", [_, "updates", found]) if kept and (update := kept.update(found)):
                if wrong := self.checked(UPDATE_PLAN, data, "edit of a plan's update"):
                    return self.refused(wrong)
                update |= data
                return reply(200, {"data": self.update_shown(update)})
            case ("DELETE", [_, "updates", found]) if kept and (update := kept.update(found)):
                kept.updates.remove(update)
                return httpx.Response(204)
        return reply(404, {"message": "Not Found"})

    def stage(self, kept: Kept) -> int:
        """That of a maintenance, by its times; it ends at the moment that is given."""
        starts, ends = (datetime.fromisoformat(f"{kept.data[name]}+00:00") for name in ("scheduled_at", "completed_at"))
        return 0 if starts > self.now else 1 if ends > self.now else 2

    def visible(self, kept: Kept) -> Seen:
        if "scheduled_at" not in kept.data:
            return super().visible(kept)
        said = [("", rendered(one["message"], GITHUB)) for one in (kept.data, *kept.updates)]
        stage = PLAN_STATES[self.stage(kept)]
        seen = Seen(kept.data["name"], stage, said, self.states(), kept.mails, dict(kept.data["meta"]), kept.id)
        seen.window = (kept.data["scheduled_at"].replace(" ", "T"), kept.data["completed_at"].replace(" ", "T"))
        return seen

    def edit(self, kept: Kept, update: dict[str, Any], data: Any) -> httpx.Response:
        """It mails nobody."""
        if wrong := self.checked(EDIT, data, "edit"):
            return self.refused(wrong)
        update |= data
        kept.follow()
        return reply(200, {"data": self.update_shown(update)})

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return self.refused(wrong)
        overlay = {str(component["id"]): component["status"] for component in data.get("components", [])}
        # Both are off unless they are asked for.
        told = {"visible": False, "notifications": False, "meta": {}, **data}
        if self.old:
            told["meta"] = {}
        self.now += timedelta(seconds=1)
        kept = Kept(self.new_id(), told, self.now, overlay)
        self.incidents.append(kept)
        self.mail_if_told(kept)
        return reply(201, {"data": self.shown(kept)})

    def change(self, kept: Kept, data: Any) -> httpx.Response:
        if wrong := self.checked(CHANGE, data, "change of an incident"):
            return self.refused(wrong)
        kept.data |= data
        return reply(200, {"data": self.shown(kept)})

    def update(self, kept: Kept, data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return self.refused(wrong)
        self.now += timedelta(seconds=1)
        update = {"id": self.new_id(), "created": self.now, **data}
        kept.updates.append(update)
        kept.follow()
        self.mail_if_told(kept)
        return reply(201, {"data": self.update_shown(update)})

    def mail_if_told(self, kept: Kept) -> None:
        """An incident keeps whether its updates are mailed."""
        if kept.data["notifications"] and kept.data["visible"]:
            self.mailed(kept)

    def list_incidents(self, request: httpx.Request) -> httpx.Response:
        found = self.incidents[::-1]
        for name, value in request.url.params.items():
            if not name.startswith("filter[meta]"):
                continue
            if not self.old:
                key = name.removeprefix("filter[meta][").removesuffix("]")
                found = [one for one in found if str(one.data["meta"].get(key)) == value]
            elif not self.passes_over:
                return reply(400, {"message": "Requested filter(s) `meta` are not allowed."})
        return self.refused_include(request) or self.listed(request, [self.shown(one, request) for one in found])

    def listed(self, request: httpx.Request, entries: list[dict[str, Any]]) -> httpx.Response:
        shown, following, _ = self.page_of(request, entries, 15)
        # Behind a proxy it does not know its own address.
        link = f"http://10.0.0.7:8000/api/x?page={following}" if following else None
        return reply(200, {"data": shown, "links": {"next": link}})

    def refused_include(self, request: httpx.Request) -> httpx.Response | None:
        """Before it knew metadata it refused to show them."""
        if self.old and "include" in request.url.params:
            return reply(400, {"message": "Requested include(s) `meta` are not allowed."})
        return None

    def shown(self, kept: Kept, request: httpx.Request | None = None) -> dict[str, Any]:
        if "scheduled_at" in kept.data:
            told = {name: kept.data[name] for name in ("name", "message")}
            told["status"] = {"human": "…", "value": self.stage(kept)}
            told |= {name: {"string": kept.data[f"{name}_at"]} for name in ("scheduled", "completed")}
            if request is not None and request.url.params.get("include") == "meta":
                told["meta"] = kept.data["meta"]
            return {"id": kept.id, "type": "schedules", "attributes": {**told, "created": self.written(kept.created)}}
        attributes = {
            "guid": f"guid-{kept.id}",
            "name": kept.data["name"],
            "message": kept.data["message"],
            "visible": kept.data["visible"],
            "status": {"human": "…", "value": kept.status},
            "created": self.written(kept.created),
        }
        if request is not None and request.url.params.get("include") == "meta":
            # Without keys PHP's array is a list.
            attributes["meta"] = kept.data["meta"] or []
        return {"id": kept.id, "type": "incidents", "attributes": attributes}

    def update_shown(self, update: dict[str, Any]) -> dict[str, Any]:
        attributes = {"message": update["message"], "created": self.written(update["created"])}
        if "status" in update:
            attributes["status"] = {"human": "…", "value": update["status"]}
        return {"id": update["id"], "type": "updates", "attributes": attributes}

    def component(self, one: str) -> dict[str, Any]:
        state = {"human": "…", "value": STATES[self.components[one]]}
        return {"id": one, "type": "components", "attributes": {"name": self.names[one], "status": state}}

    def written(self, moment: datetime) -> dict[str, str]:
        return {"human": "a while ago", "string": (moment + self.zone).strftime("%Y-%m-%d %H:%M:%S")}

    def states(self) -> dict[str, str]:
        """The newest open incident's state of a component lies over its own."""
        shown = super().states()
        for kept in self.incidents:
            if "status" in kept.data and kept.status != FIXED:
                shown |= {one: WORDS[state] for one, state in kept.overlay.items()}
        return shown

    def refused(self, wrong: str) -> httpx.Response:
        return reply(422, {"message": "The given data was invalid.", "errors": {"data": [wrong]}})
