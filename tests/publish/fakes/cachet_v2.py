"""A Cachet 2.4, by its controllers and handlers as its source has them."""

from datetime import timedelta
from typing import Any

import httpx

from console.core.subjects.component import ComponentState
from tests.publish.fakes import Seen, body, reply, steps, strict
from tests.publish.fakes.cachet import CachetPage, Kept
from tests.publish.fakes.rendered import GITHUB, rendered

STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4}
WORDS = {number: word for word, number in STATES.items()}
STATUSES = {0: "", 1: "investigating", 2: "identified", 3: "monitoring", 4: "resolved"}

STATUS = {"enum": [1, 2, 3, 4]}
FLAG = {"enum": [0, 1]}
TEXT = {"type": "string", "minLength": 1}
CREATE = strict(
    {
        "name": {"type": "string", "maxLength": 255, "minLength": 1},
        "message": TEXT,
        "status": STATUS,
        "visible": FLAG,
        "notify": FLAG,
        "component_id": {"type": "integer"},
        "component_status": STATUS,
        "occurred_at": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d$"},
    },
    ("name", "message", "status", "visible", "notify"),
)
UPDATE = strict({"status": STATUS, "message": TEXT, "notify": FLAG})
EDIT = strict({"status": STATUS, "message": TEXT}, ())
CHANGE = strict({"name": TEXT, "status": STATUS, "message": TEXT, "visible": FLAG, "stickied": FLAG}, ())
COMPONENT = strict({"status": STATUS})
MINUTE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d$"}
PLANNED = {
    "name": CREATE["properties"]["name"], "message": TEXT, "status": {"enum": [0, 1, 2]},
    "scheduled_at": MINUTE, "completed_at": MINUTE,
}  # fmt: skip
PLAN = strict({**PLANNED, "notify": FLAG})
CHANGE_PLAN = strict(PLANNED)


class CachetV2Fake(CachetPage):
    base = "https://status.example/api/v1"
    header = ("x-cachet-token", "{key}")
    component_schema = COMPONENT

    def __init__(self) -> None:
        super().__init__()
        self.subscribers = False
        """Somebody subscribed. Then every update is mailed, and the proxy gives up on each create that mails."""
        self.knows_subscribers = True
        self.sorts = True
        """It keeps the order that it was asked for."""

    def posts(self, request: httpx.Request) -> bool:
        return super().posts(request) or (request.method == "PUT" and "/schedules/" in request.url.path)

    def lets_in(self, request: httpx.Request) -> bool:
        """Reading is open to everyone but for the subscribers."""
        open_to_all = request.method == "GET" and not request.url.path.endswith("/subscribers")
        return open_to_all or super().lets_in(request)

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"errors": [{"status": 401, "title": "Unauthorized", "detail": "You are not authorized."}]})

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "ping"):
                return reply(200, {"data": "Pong!"})
            case ("GET", "subscribers") if self.knows_subscribers:
                return self.listed(request, [])
            case ("GET", "components"):
                return self.listed(request, [self.component(component) for component in self.components])
            case ("PUT", "components", one) if one in self.components:
                return self.set_component(one, body(request))
            case ("GET", "incidents"):
                newest_first = self.sorts and request.url.params.get("order") == "desc"
                return self.listed(request, [self.shown(each) for each in self.incidents[:: -1 if newest_first else 1]])
            case ("POST", "incidents"):
                return self.create(body(request))
            case ("GET", "incidents", one) if kept := self.find(one):
                return reply(200, {"data": self.shown(kept)})
            case ("GET", "incidents", one, "updates") if kept := self.find(one):
                return self.listed(request, kept.updates[::-1])
            case ("POST", "incidents", one, "updates") if kept := self.find(one):
                return self.update(kept, body(request))
            case ("PUT", "incidents", one) if kept := self.find(one):
                return self.change(kept, body(request))
            case ("PUT", "incidents", one, "updates", found) if (kept := self.find(one)) and kept.update(found):
                return self.edit(kept.update(found), body(request))
            case ("DELETE", "incidents", one, "updates", found) if (kept := self.find(one)) and kept.update(found):
                # The incident's own status stays what it was.
                kept.updates.remove(kept.update(found))
                return httpx.Response(204)
            case (method, "schedules", *more):
                return self.schedule(method, more, body(request), request)
            case ("DELETE", "incidents", one) if kept := self.find(one):
                self.incidents.remove(kept)
                return httpx.Response(204)
        return reply(404, {"errors": [{"status": 404, "title": "Not Found", "detail": "Nothing is here."}]})

    def schedule(self, method: str, more: list[str], data: Any, request: httpx.Request) -> httpx.Response:
        kept = self.find(more[0]) if more else None
        match method:
            case "GET" if not more:
                return self.listed(request, [self.told(incident) for incident in self.incidents])
            case "POST" if not more:
                if wrong := self.checked(PLAN, data, "plan"):
                    return self.refused(wrong)
                kept = Kept(self.new_id(), {**data, "visible": 1}, self.now)
                self.incidents.append(kept)
                if data["notify"]:
                    self.mailed(kept)
                return reply(200, {"data": self.told(kept)})
            case "GET" if kept:
                return reply(200, {"data": self.told(kept)})
            case "PUT" if kept:
                if wrong := self.checked(CHANGE_PLAN, data, "change of a plan"):
                    return self.refused(wrong)
                kept.data |= data
                return reply(200, {"data": self.told(kept)})
            case "DELETE" if kept:
                self.incidents.remove(kept)
                return httpx.Response(204)
        return reply(404, {"errors": [{"status": 404, "title": "Not Found", "detail": "Nothing is here."}]})

    def told(self, kept: Kept) -> dict[str, Any]:
        times = {name: f"{kept.data[name]}:00" for name in ("scheduled_at", "completed_at")}
        return {"id": int(kept.id), **{name: kept.data[name] for name in ("name", "message", "status")}, **times}

    def visible(self, kept: Kept) -> Seen:
        if "scheduled_at" not in kept.data:
            return super().visible(kept)
        stage = ("scheduled", "in_progress", "completed")[kept.data["status"]]
        said = [(stage, rendered(kept.data["message"], GITHUB))]
        seen = Seen(kept.data["name"], stage, said, {}, kept.mails, {}, kept.id)
        first, last = (f"{kept.data[name].replace(' ', 'T')}:00" for name in ("scheduled_at", "completed_at"))
        seen.window = (first, last)
        return seen

    def change(self, kept: Kept, data: Any) -> httpx.Response:
        """A field that is left out becomes shown, and loose."""
        if wrong := self.checked(CHANGE, data, "change of an incident"):
            return self.refused(wrong)
        kept.data |= {"visible": 1, "stickied": 0, **data}
        return reply(200, {"data": self.shown(kept)})

    def edit(self, update: dict[str, Any], data: Any) -> httpx.Response:
        if wrong := self.checked(EDIT, data, "edit"):
            return self.refused(wrong)
        update |= data
        return reply(200, {"data": update})

    def status_shown(self, kept: Kept) -> int:
        return int(kept.updates[-1]["status"]) if kept.updates else kept.status

    def create(self, data: Any) -> httpx.Response:
        if wrong := self.checked(CREATE, data, "create"):
            return self.refused(wrong)
        if ("component_id" in data) != ("component_status" in data):
            self.wrong.append("a component without its state")
        self.now += timedelta(seconds=1)
        kept = Kept(self.new_id(), dict(data), self.now)
        self.incidents.append(kept)
        if one := data.get("component_id"):
            self.components[str(one)] = WORDS[data["component_status"]]
        if data["notify"]:
            self.mailed(kept)
            if self.subscribers:
                return httpx.Response(504, html="<h1>504 Gateway Time-out</h1>")
        return reply(200, {"data": self.shown(kept)})

    def update(self, kept: Kept, data: Any) -> httpx.Response:
        if wrong := self.checked(UPDATE, data, "update"):
            return self.refused(wrong)
        update = {**data, "id": int(self.new_id()), "incident_id": int(kept.id)}
        kept.updates.append(update)
        kept.follow()
        # It does not look whether it was told to.
        if self.subscribers:
            self.mailed(kept)
        return reply(200, {"data": update})

    def listed(self, request: httpx.Request, entries: list[dict[str, Any]]) -> httpx.Response:
        shown, following, count = self.page_of(request, entries, 20)
        link = f"http://10.0.0.7/api/v1/x?page={following}" if following else None
        pagination = {"total": len(entries), "total_pages": count, "links": {"next_page": link, "previous_page": None}}
        return reply(200, {"meta": {"pagination": pagination}, "data": shown})

    def shown(self, kept: Kept) -> dict[str, Any]:
        return {
            "id": int(kept.id),
            "name": kept.data["name"],
            # A number in some databases, its digits in others.
            "status": str(kept.status),
            "message": kept.data["message"],
            "visible": kept.data["visible"],
            "stickied": kept.data.get("stickied", 0),
            "created_at": kept.created.strftime("%Y-%m-%d %H:%M:%S"),
            "permalink": f"https://status.example/incidents/{kept.id}",
        }

    def component(self, one: str) -> dict[str, Any]:
        return {"id": int(one), "name": self.names[one], "status": STATES[self.components[one]]}

    def refused(self, wrong: str) -> httpx.Response:
        error = {"status": 400, "title": "Bad Request", "detail": wrong, "meta": {"details": []}}
        return reply(400, {"errors": [error]})
