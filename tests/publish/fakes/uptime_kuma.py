"""An Uptime Kuma, by the events of its sockets as the sources of 2.5.3 and 1.23.17 have them.

Socket.IO itself is python-socketio's server, which the provider's own client was not written from.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import socketio

from console.core.subjects.component import ComponentState
from console.publish.sending.message import STATUSES
from tests.publish.fakes import Fake, Seen, reply, strict
from tests.publish.fakes.rendered import GITHUB, rendered

ON_A_PAGE = 10
"""Incidents in a piece of the history."""
CHANGES = (
    "postIncident",
    "editIncident",
    "resolveIncident",
    "deleteIncident",
    "unpinIncident",
    "addMaintenanceStatusPage",
)
TEXT = {"type": "string", "minLength": 1}
STYLE = {"enum": ["info", "warning", "danger", "primary", "light", "dark"]}
INCIDENT = {"title": {**TEXT, "maxLength": 255}, "content": TEXT, "style": STYLE}
PLAN = strict(
    {
        "title": {**TEXT, "maxLength": 150}, "description": TEXT, "strategy": {"const": "single"},
        "intervalDay": {"type": "integer"}, "timezoneOption": {"const": "UTC"}, "active": {"const": True},
        "dateRange": {
            "type": "array", "minItems": 2, "maxItems": 2,
            # Its own form writes them so: another zone in the text itself would be shown in the visitor's.
            "items": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"},
        },
        "timeRange": {"type": "array"}, "weekdays": {"type": "array"}, "daysOfMonth": {"type": "array"},
        "cron": {"type": "string"}, "durationMinutes": {"type": "integer"},
    }
)  # fmt: skip
CHANGED_PLAN = {**PLAN, "additionalProperties": True, "required": [*PLAN["required"], "id"]}
ENTRIES = {"type": "array", "items": strict({"id": {"type": "integer"}})}
OF_PAGES = ("postIncident", "unpinIncident", "editIncident", "resolveIncident", "deleteIncident", "getIncidentHistory")
"""The events that name the page."""
POST = strict({**INCIDENT, "id": {"type": "integer"}}, tuple(INCIDENT))
EDIT = strict(INCIDENT)

_HEAD = re.compile(r"^(\w+) · \d{4}-\d\d-\d\d \d\d:\d\d UTC$", re.MULTILINE)
_SENT = re.compile(rf'42\d+\["({"|".join(CHANGES)})"')


class UptimeKumaFake(Fake):
    base = "https://kuma.example"
    page = "shop"
    version = "2.5.3"
    ids = ("11", "12", "13")
    user = ""
    """Who may log in with the key as the password; empty where the key is a token."""

    def __init__(self) -> None:
        super().__init__()
        self.open = False
        """It has been told to ask nobody for a password."""
        self.second_factor = False
        self.logins = 0
        """With a password; only so many are taken."""
        self._kept: dict[str, httpx.Response] = {}
        """Answers by their addresses, for minutes, whatever changes meanwhile."""
        self._members: set[str] = set()
        self._to_tell: dict[str, int] = {}
        """Members who are told about the server with the so many-th request to come that waits for something."""
        server = socketio.Server(
            async_mode="threading",
            async_handlers=False,
            # Nobody waits long for what does not come.
            ping_interval=0.2,
            ping_timeout=0.2,
            monitor_clients=False,
        )
        # Its pings would each have a thread that outlives the test.
        server.eio.start_background_task = lambda *given, **named: None
        server.on("connect", self._on_connect)
        for event in self.events():
            server.on(event, self._handler(event))
        self._server = server
        self._transport = httpx.WSGITransport(socketio.WSGIApp(server))

    @property
    def modern(self) -> bool:
        return not self.version.startswith(("1.", "2.0"))

    def events(self) -> dict[str, Any]:
        """The events that it answers; another is never answered."""
        known = {
            "login": self.login,
            "loginByToken": self.login_by_token,
            "postIncident": self.post,
            "unpinIncident": self.unpin,
            "getMaintenanceList": self.plans,
            "addMaintenance": self.plan,
            "editMaintenance": self.edit_plan,
            "deleteMaintenance": self.delete_plan,
            "addMonitorMaintenance": self.attaches("monitors"),
            "addMaintenanceStatusPage": self.attaches("statusPages"),
            "getMonitorMaintenance": self.attached("monitors"),
            "getMaintenanceStatusPage": self.attached("statusPages"),
        }
        if not self.modern:
            return known
        return known | {
            "editIncident": self.edit,
            "resolveIncident": self.resolve,
            "deleteIncident": self.delete,
            "getIncidentHistory": self.history,
        }

    def _handler(self, event: str) -> Any:
        def handle(sid: str, *given: Any) -> Any:
            if event.startswith("login"):
                return self.events()[event](sid, *given)
            if event != "getIncidentHistory" and sid not in self._members:
                return no("You are not logged in.")
            if event in OF_PAGES and given[0] != self.page:
                return no("slug is not found")
            with_room = event in ("getIncidentHistory", "getMaintenanceList")
            return self.events()[event](*([sid] if with_room else []), *given)

        return handle

    def _on_connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        self._server.emit("info", {}, to=sid)
        if self.open:
            self._let_in(sid)
            self._server.emit("autoLogin", to=sid)

    def _let_in(self, sid: str) -> None:
        self._members.add(sid)
        if self.modern:
            self._tell(sid)
        else:
            # Not before the answer to the login has been fetched.
            self._to_tell[sid] = 2

    def _tell(self, sid: str) -> None:
        self._server.emit("info", {"version": self.version}, to=sid)
        self._server.emit("statusPageList", {"1": {"id": 1, "slug": type(self).page, "title": "Shop"}}, to=sid)
        monitors = {id: {"id": int(id), "name": name} for id, name in self.names.items()}
        self._server.emit("monitorList", monitors, to=sid)

    def lets_in(self, request: httpx.Request) -> bool:
        """Whoever may not do a thing is told so by the answer to its event."""
        return True

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "POST" and _SENT.match(request.content.decode()) is not None

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/socket.io/":
            for sid in [*self._to_tell] if request.method == "GET" else ():
                self._to_tell[sid] -= 1
                if not self._to_tell[sid]:
                    del self._to_tell[sid]
                    self._tell(sid)
            found = self._transport.handle_request(request)
            return httpx.Response(found.status_code, content=found.read(), headers={"content-type": "text/plain"})
        if request.url.path == f"/api/status-page/{type(self).page}":
            return self._kept.setdefault(str(request.url), self.shown())
        return reply(404, {"ok": False, "msg": "Status Page Not Found"})

    @property
    def only_incidents(self) -> list[Any]:
        return [each for each in self.incidents if "dateRange" not in each]

    def shown(self) -> httpx.Response:
        up = [public(each) for each in self.only_incidents[::-1] if each["pin"] and each["active"]]
        found = {"incidents": up} if self.modern else {"incident": up[0] if up else None}
        begun = [self.told(each) for each in self.incidents if 1 in each.get("statusPages", ())]
        maintenances = [each for each in begun if each["status"] == "under-maintenance"]
        page = {"config": {"slug": self.page}, "publicGroupList": [], "maintenanceList": maintenances, **found}
        return reply(200, page)

    def login(self, sid: str, data: Any) -> Any:
        self.logins += 1
        if self.logins > 20:
            return no("Too frequently, try again later.")
        if not self.user or (data["username"], data["password"]) != (self.user, self.key):
            return no("authIncorrectCreds")
        if self.second_factor and not data["token"]:
            return {"tokenRequired": True}
        self._let_in(sid)
        return {"ok": True, "token": f"token-of-{self.key}"}

    def login_by_token(self, sid: str, token: str) -> Any:
        if token != (f"token-of-{self.key}" if self.user else self.key):
            return no("authInvalidToken")
        self._let_in(sid)
        return {"ok": True}

    def post(self, slug: str, data: Any) -> Any:
        """With an id that is gone it makes a new one."""
        if wrong := self.checked(POST, data, "post"):
            return no(wrong)
        if not self.modern:
            self.unpin(slug)
        incident = self.find(str(data.get("id", "")))
        if incident is None:
            self.now += timedelta(seconds=1)
            incident = {"id": self.new_id(), "created": self.now.strftime("%Y-%m-%d %H:%M:%S")}
            self.incidents.append(incident)
        incident |= {name: data[name] for name in INCIDENT} | {"pin": True, "active": True}
        return {"ok": True, "incident": public(incident)}

    def unpin(self, slug: str) -> Any:
        """All of them; none is over by that."""
        for incident in self.only_incidents:
            incident["pin"] = False
        return {"ok": True}

    def edit(self, slug: str, number: int, data: Any) -> Any:
        """It pins what is over, which stays over."""
        if wrong := self.checked(EDIT, data, "edit"):
            return no(wrong)
        return self._with(number, lambda incident: incident.update({**data, "pin": True}))

    def resolve(self, slug: str, number: int) -> Any:
        return self._with(number, lambda incident: incident.update({"pin": False, "active": False}))

    def delete(self, slug: str, number: int) -> Any:
        return self._with(number, self.incidents.remove)

    def _with(self, number: int, act: Any) -> Any:
        incident = self.find(str(number))
        if incident is None:
            return no("Incident not found or access denied")
        act(incident)
        return {"ok": True, "msg": "Saved.", "msgi18n": True}

    def history(self, sid: str, slug: str, cursor: str | None) -> Any:
        """Cut by the second: of several that were made in one, those behind a page's end are in none."""
        there = sorted(self.only_incidents, key=lambda each: str(each["created"]), reverse=True)
        found = [each for each in there if cursor is None or each["created"] < cursor][:ON_A_PAGE]
        more = bool(found) and any(each["created"] < found[-1]["created"] for each in there)
        following = found[-1]["created"] if more else None
        listed = {"incidents": [public(each) for each in found], "nextCursor": following, "hasMore": more}
        return {"ok": True, "total": len(there), **listed}

    # Planned maintenances, which stand among the incidents here

    def plans(self, sid: str) -> Any:
        """Those of all users and pages; it tells them by an event of its own, before it answers."""
        plans = {each["id"]: self.told(each) for each in self.incidents if "dateRange" in each}
        self._server.emit("maintenanceList", plans, to=sid)
        return {"ok": True}

    def plan(self, data: Any) -> Any:
        """On no page yet, and about no monitor."""
        if wrong := self.checked(PLAN, data, "plan"):
            return no(wrong)
        made = {**data, "id": self.new_id(), "timezone": data["timezoneOption"], "monitors": [], "statusPages": []}
        self.incidents.append(made | {"created": ""})
        return {"ok": True, "msg": "successAdded", "msgi18n": True, "maintenanceID": int(made["id"])}

    def edit_plan(self, data: Any) -> Any:
        """Everything is written as it is given, also what is left out. Visitors go on getting the page as it was."""
        plan = self.find(str(data.get("id")))
        if plan is None:
            return no("Cannot read properties of null (reading 'user_id')")
        if plan.get("user"):
            return no("Permission denied.")
        if wrong := self.checked(CHANGED_PLAN, data, "change of a plan"):
            return no(wrong)
        plan |= {name: data[name] for name in PLAN["properties"]} | {"timezone": data["timezoneOption"]}
        return {"ok": True, "msg": "Saved.", "msgi18n": True, "maintenanceID": data["id"]}

    def delete_plan(self, number: int) -> Any:
        """It is as well where there is none, or where it is another user's, which stays."""
        self.incidents[:] = [each for each in self.incidents if each["id"] != str(number) or each.get("user")]
        self._kept.clear()
        return {"ok": True, "msg": "successDeleted", "msgi18n": True}

    def attaches(self, what: str) -> Callable[[int, Any], Any]:
        """In place of all that were there before."""

        def attach(number: int, entries: Any) -> Any:
            plan = self.find(str(number))
            known = {"monitors": [int(id) for id in self.names], "statusPages": [1, 2]}[what]
            if wrong := self.checked(ENTRIES, entries, what):
                return no(wrong)
            if plan is None or any(each["id"] not in known for each in entries):
                return no("SQLITE_CONSTRAINT: FOREIGN KEY constraint failed")
            plan[what] = [each["id"] for each in entries]
            self._kept.clear()
            return {"ok": True, "msg": "successAdded", "msgi18n": True}

        return attach

    def attached(self, what: str) -> Callable[[int], Any]:
        def entries(number: int) -> Any:
            plan = self.find(str(number))
            return {"ok": True, what: [{"id": id} for id in (plan[what] if plan else [])]}

        return entries

    def told(self, plan: dict[str, Any]) -> dict[str, Any]:
        kept = {
            name: value for name, value in plan.items() if name not in ("monitors", "statusPages", "created", "user")
        }
        return kept | {"id": int(plan["id"]), "status": self.stage(plan), "timezoneOffset": "+00:00"}

    def stage(self, plan: dict[str, Any]) -> str:
        starts, until = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in plan["dateRange"])
        if not plan["active"]:
            return "inactive"
        # A request takes a moment, and an end that is now is not over yet.
        now = self.now + timedelta(milliseconds=1)
        return "scheduled" if now < starts else "ended" if now > until else "under-maintenance"

    def seen(self) -> list[Seen]:
        """A maintenance that is on no page is seen by nobody; one that is not under way counts as seen, too."""
        return [self.visible(each) for each in self.incidents if each.get("statusPages") != []]

    def visible_plan(self, plan: dict[str, Any]) -> Seen:
        stages = {"scheduled": "scheduled", "under-maintenance": "in_progress"}
        stage = stages.get(self.stage(plan), "completed")
        begun = stage == "in_progress"
        under: dict[str, ComponentState] = {str(id): "maintenance" for id in plan["monitors"] if begun}
        said = [(stage, rendered(plan["description"], GITHUB))]
        seen = Seen(plan["title"], stage, said, {**self.components, **under}, 0, {}, plan["id"])
        seen.window = (f"{plan['dateRange'][0]}:00", f"{plan['dateRange'][1]}:00")
        return seen

    def visible(self, incident: dict[str, Any]) -> Seen:
        if "dateRange" in incident:
            return self.visible_plan(incident)
        above, _, below = incident["content"].rpartition("\n---\n")
        page = rendered(above or below, GITHUB)
        parts = _HEAD.split(page)[1:]
        updates = [(word.lower(), text.strip()) for word, text in zip(parts[::2], parts[1::2], strict=True)][::-1]
        if above or not parts:
            # What somebody wrote has no such line above it.
            updates.insert(0, ("", rendered(below, GITHUB)))
        over = not incident["active"] or not incident["pin"]
        # One that is up goes on, whatever somebody wrote in it.
        said = [status for status, _ in reversed(updates) if status]
        going_on = [*(status for status in said if status != "resolved"), *["investigating"] * bool(said), ""]
        status = "resolved" if over else going_on[0]
        assert status in (*STATUSES, "")
        return Seen(incident["title"], status, updates, {}, 0, {}, incident["id"])


class OldKumaFake(UptimeKumaFake):
    """With one incident at a time. What is no longer up is seen by nobody; here it counts as over where it says so."""

    version = "1.23.17"

    def seen(self) -> list[Seen]:
        return [seen for seen in super().seen() if seen.status != "resolved" or seen.updates[-1][0] == "resolved"]


def public(incident: dict[str, Any]) -> dict[str, Any]:
    return {**incident, "id": int(incident["id"]), "createdDate": incident["created"]}


def no(why: str) -> dict[str, Any]:
    return {"ok": False, "msg": why}
