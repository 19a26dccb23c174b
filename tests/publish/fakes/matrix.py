"""A homeserver of Matrix with one room, as far as a bot uses it, with what surprises about it."""

import re
from typing import Any

import httpx

from tests.publish.fakes import Fake, Seen, body, reply, steps, strict

_HEAD = re.compile(r"([\w ]+): (.*) \((INC-\w+)\)")
_MARK = strict({"id": {"type": "string", "pattern": "^[A-Za-z0-9-]+$"}, "incident": {"type": "string"},
                "title": {"type": "string"}})  # fmt: skip
_MESSAGE = {
    "msgtype": {"const": "m.text"},
    "body": {"type": "string", "minLength": 1, "maxLength": 16000},
    "m.mentions": strict({}),
    "org.warroom.update": _MARK,
}
_REPLY = strict({"event_id": {"type": "string", "pattern": r"^\$"}})
_THREAD = strict(
    {
        "rel_type": {"const": "m.thread"},
        "event_id": {"type": "string", "pattern": r"^\$"},
        "is_falling_back": {"const": True},
        "m.in_reply_to": _REPLY,
    }
)
_REPLACED = strict({"rel_type": {"const": "m.replace"}, "event_id": {"type": "string", "pattern": r"^\$"}})
CONTENT = {
    "oneOf": [
        strict(_MESSAGE),
        strict({**_MESSAGE, "m.relates_to": _THREAD}),
        strict({**_MESSAGE, "m.relates_to": _REPLACED, "m.new_content": strict(_MESSAGE)}),
    ]
}


class MatrixFake(Fake):
    """Its traps: a transaction's id gives the same event whatever the words; an event keeps its first words, with the
    newest edit beside them; a redaction leaves the edits; an edit of an edit counts for nothing."""

    base = "https://matrix.example"
    page = "!room"
    """A room's id needs no server's name."""
    alias = "#incidents:matrix.example"
    user = "@warroom:matrix.example"
    most = 20

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []
        self.done: dict[str, str] = {}
        """The events of the transactions."""
        self.encrypted = False
        self.member = "join"
        """The bot's membership: join, invite or leave."""

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token", "soft_logout": False})

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "PUT"

    def answer(self, request: httpx.Request) -> httpx.Response:
        match request.method, steps(request, self.base)[2:]:
            case "GET", ["v3", "account", "whoami"]:
                return reply(200, {"user_id": self.user, "device_id": "WARROOM"})
            case "GET", ["v3", "joined_rooms"]:
                return reply(200, {"joined_rooms": [self.page] if self.member == "join" else []})
            case "GET", ["v3", "directory", "room", alias] if alias == self.alias:
                return reply(200, {"room_id": self.page, "servers": ["matrix.example"]})
            case "POST", ["v3", "join", room] if room == self.page:
                if self.member == "leave":
                    return reply(403, {"errcode": "M_FORBIDDEN", "error": "You are not invited to this room."})
                self.member = "join"
                return reply(200, {"room_id": room})
            case method, [version, "rooms", room, *rest] if room == self.page:
                if self.member != "join":
                    return reply(403, {"errcode": "M_FORBIDDEN", "error": "User not in room"})
                return self.in_room(request, method, version, rest)
        return reply(404, {"errcode": "M_NOT_FOUND", "error": "Room not found."})

    def in_room(self, request: httpx.Request, method: str, version: str, rest: list[str]) -> httpx.Response:
        missing = reply(404, {"errcode": "M_NOT_FOUND", "error": "Event not found."})
        match method, version, rest:
            case "GET", "v3", ["state", "m.room.encryption"]:
                return reply(200, {"algorithm": "m.megolm.v1.aes-sha2"}) if self.encrypted else missing
            case "GET", "v3", ["state", "m.room.name"]:
                return reply(200, {"name": "Incidents"})
            case "PUT", "v3", ["send", "m.room.message", transaction]:
                return self.sent(transaction, body(request))
            case "PUT", "v3", ["redact", id, transaction]:
                event = self.event(id)
                if event is None:
                    return missing
                event["content"], event["unsigned"] = {}, {"redacted_because": {"type": "m.room.redaction"}}
                return reply(200, {"event_id": self.done.setdefault(transaction, self.new_id("$redaction"))})
            case "GET", "v3", ["event", id]:
                event = self.event(id)
                return missing if event is None else reply(200, self.told(event))
            case "GET", "v3", ["messages"]:
                return self.listed(request, list(reversed(self.events)), "end")
            case "GET", "v1", ["relations", id, how]:
                if self.event(id) is None:
                    return missing
                related = [each for each in reversed(self.events) if self.relation(each) == (how, id)]
                return self.listed(request, related, "next_batch")
        return reply(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})

    def sent(self, transaction: str, data: Any) -> httpx.Response:
        if transaction not in self.done:
            if wrong := self.checked(CONTENT, data, "message"):
                return reply(400, {"errcode": "M_BAD_JSON", "error": wrong})
            self.done[transaction] = self.post(self.user, data)
        return reply(200, {"event_id": self.done[transaction]})

    def post(self, sender: str, content: dict[str, Any]) -> str:
        id = self.new_id("$e/+")
        stamp = int(self.now.timestamp() * 1000) + self._last_id
        self.events.append(
            {"type": "m.room.message", "event_id": id, "sender": sender, "origin_server_ts": stamp, "content": content,
             "unsigned": {}}
        )  # fmt: skip
        return id

    def event(self, id: str) -> dict[str, Any] | None:
        return next((event for event in self.events if event["event_id"] == id), None)

    def relation(self, event: dict[str, Any]) -> tuple[str, str]:
        relation = event.get("content", {}).get("m.relates_to", {})
        return relation.get("rel_type", ""), relation.get("event_id", "")

    def told(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as the server hands it out: its first words, and the newest edit of its own sender."""
        edits = [
            each for each in self.events
            if self.relation(each) == ("m.replace", event["event_id"]) and each["sender"] == event["sender"]
        ]  # fmt: skip
        if not edits or not event["content"]:
            return event
        return {**event, "unsigned": {**event["unsigned"], "m.relations": {"m.replace": edits[-1]}}}

    def listed(self, request: httpx.Request, events: list[dict[str, Any]], following: str) -> httpx.Response:
        begin = int(request.url.params.get("from", "0"))
        size = min(int(request.url.params.get("limit", "10")), self.most)
        more = {following: str(begin + size)} if begin + size < len(events) else {}
        return reply(200, {"chunk": [self.told(event) for event in events[begin : begin + size]], **more})

    # What a reader sees

    def messages(self) -> list[str]:
        """The bodies, edits applied, oldest first."""
        return list(self.bodies().values())

    def bodies(self) -> dict[str, str]:
        """The same by the ids of the events."""
        bodies = {}
        for event in self.events:
            if event["content"] and self.relation(event)[0] != "m.replace" and event["sender"] == self.user:
                edit = self.told(event)["unsigned"].get("m.relations", {}).get("m.replace")
                bodies[event["event_id"]] = (edit["content"]["m.new_content"] if edit else event["content"])["body"]
        return bodies

    def everything(self) -> str:
        """Whatever a client can get out of the room."""
        return repr(self.events)

    def seen(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for id, message in self.bodies().items():
            first, _, text = message.partition("\n")
            head = _HEAD.fullmatch(first)
            assert head is not None, first
            seen = found.setdefault(
                head[3], Seen(head[2], "", [], {}, 0, {}, self.relation(self.event(id) or {})[1] or id)
            )
            seen.updates.append((head[1].lower(), text))
        return list(found.values())

    def forget(self) -> None:
        for event in self.events:
            event["content"], event["unsigned"] = {}, {"redacted_because": {"type": "m.room.redaction"}}
