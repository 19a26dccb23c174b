"""Matrix: a room that is not encrypted, through the client-server API with the access token of a bot.

The update's marker is the transaction's id, under which a server takes a message once within a day and for one device,
and stands in the message, so that it is found later. The updates of an incident are a thread. An edit is a message of
its own behind the first one, whose words stay readable: what must go is redacted, with each of its edits.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import urlencode

from msgspec.structs import replace

from console.core.language.text import clean
from console.publish.provider import (
    Absent,
    CannotTell,
    Capabilities,
    Checked,
    Found,
    Listed,
    Lookup,
    PageUpdate,
    PageView,
    Provider,
    Settings,
)  # fmt: skip
from console.publish.providers.common import chat
from console.publish.providers.common.json import get_json, inside, items, number, send_json, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import SKEW
from console.publish.providers.common.page import path
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Forbidden, Gone, Later, Rejected, Unknown, may_be_repeated
from console.publish.transport.http import Http

MAX_TEXT_CHARS = 7_000
"""An event has at most 64 KiB, and that of an edit holds the words twice."""
MAX_ROOMS = 30
"""Rooms that a check names."""
MAX_PAGES = 50
"""A room's messages, or an incident's, are read back so far."""
MARK = "org.warroom.update"
"""In the content of each of ours."""
CLIENT, RELATIONS = "_matrix/client/v3", "_matrix/client/v1"


def words(delivery: Delivery) -> str:
    """The message as it is read; a plain body has no markup."""
    return "\n".join(filter(None, (chat.head(delivery), delivery.text, chat.parts(delivery), delivery.link)))


def content(delivery: Delivery) -> dict[str, Any]:
    """The content of a message. An empty `m.mentions` mentions nobody, whatever the words are."""
    mark = {"id": delivery.key, "incident": delivery.incident, "title": delivery.title}
    return {"msgtype": "m.text", "body": words(delivery), "m.mentions": {}, MARK: mark}


class Matrix(Provider):
    """One room; `page` is its id or one of its aliases."""

    title: ClassVar[str] = "Matrix room"
    capabilities: ClassVar[Capabilities] = replace(
        chat.capabilities(MAX_TEXT_CHARS, 0.1, words, changes=True),
        asks=True, reads=True, takes_down=True, edits_keep=True, key_in="header", page=True, page_called="Room",
        key_called="Access token of a bot", url_example="https://matrix.example.org",
    )  # fmt: skip

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http = settings.name, settings.page, http
        self._room_id = self._user_id = ""

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def check(self) -> Checked:
        user = self._user()
        if not self._page:
            joined = items(get_json(self._http, f"{CLIENT}/joined_rooms"), "joined_rooms")
            rooms = [room for room in joined if isinstance(room, str)][:MAX_ROOMS]
            pages = tuple(Listed(room, self._called(room)) for room in rooms)
            return Checked(f"The server knows the key as {user}; name one of its rooms.", pages)
        try:
            self._not_encrypted()
        except Forbidden:
            return Checked(f"The server knows the key as {user}, who is not in the room yet: invite it there.")
        return Checked(f"The server knows the key as {user}, who is in the room {self._called(self._room())}.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, Known(), self.capabilities)
        self._ready()
        # Whose address it will have is asked for now: what fails behind the message would count as if it did.
        self._user()
        data, root = content(delivery), self._root(known)
        if root:
            self._alive(root)
            answered = {"is_falling_back": True, "m.in_reply_to": {"event_id": root}}
            data["m.relates_to"] = {"rel_type": "m.thread", "event_id": root, **answered}
        id = self._put("send/m.room.message", delivery.key, data)
        return self._remote(root or id, id)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change, root = delivery.change, self._root(known)
        if change is None or not root or not (change.update_id or change.act == "take down"):
            raise Gone(f"The message's id in {self._name} is not known; change it in the room itself.")
        if change.act == "take down":
            with suppress(Gone):
                for event in [*self._replies(root), get_json(self._http, self._event(root))]:
                    self._redact(event, delivery.key)
            return Remote("")
        self._alive(root)
        event = get_json(self._http, self._event(change.update_id))
        if change.act == "remove":
            self._redact(event, delivery.key)
            return Remote(root)
        if not _live(event):
            raise Gone(f"Somebody deleted the message in {self._name}; post the update again.")
        delivery = replace(delivery, status=change.status)
        within_limits(self._name, delivery, Known(), self.capabilities)
        new = content(delivery)
        data = {
            **new,
            "body": f"* {new['body']}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": change.update_id},
        }
        self._put("send/m.room.message", delivery.key, data)
        if text(_shown(get_json(self._http, self._event(change.update_id))), "body") != new["body"]:
            raise Unknown(f"{self._name} took the change without showing it.")
        return self._remote(root, change.update_id)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        root = self._root(known)
        if root:
            try:
                self._alive(root)
            except Gone as gone:
                return CannotTell(gone.reason)
        oldest = (delivery.at - SKEW).timestamp() * 1000
        user = self._user()
        for event in self._pages(f"{CLIENT}/{path('rooms', self._room())}/messages", {"dir": "b"}):
            if number(event, "origin_server_ts") < oldest:
                return Absent()
            ours = text(event, "sender") == user and text(event, "content", MARK, "id") == delivery.key
            if ours and (id := text(event, "event_id")):
                return Found(self._remote(root or id, id))
        return Absent()

    def read(self, known: Known) -> PageView:
        root = self._root(known)
        if not root:
            raise Rejected(f"The first message's id in {self._name} is not known; look in the room.")
        try:
            first = get_json(self._http, self._event(root))
        except Gone:
            return PageView(None, gone=True)
        replies = sorted(self._replies(root), key=lambda event: number(event, "origin_server_ts"))
        live = [event for event in (first, *replies) if _live(event)]
        if not live:
            return PageView(None, gone=True)
        updates = tuple(PageUpdate(text(event, "event_id"), None, _words(_shown(event))) for event in live)
        return PageView(None, text(_shown(live[-1]), MARK, "title"), updates[-1].text, updates=updates)

    # The room

    def _room(self) -> str:
        """The room's id."""
        if self._page.startswith("#") and not self._room_id:
            answer = get_json(self._http, f"{CLIENT}/{path('directory', 'room', self._page)}")
            self._room_id = text(answer, "room_id")
            if not self._room_id:
                raise Later(f"{self._name} did not say which room {self._page} is.")
        return self._room_id or self._page

    def _called(self, room: str) -> str:
        try:
            return text(get_json(self._http, f"{CLIENT}/{path('rooms', room, 'state', 'm.room.name')}"), "name") or room
        except (Gone, Forbidden):
            return room

    def _user(self) -> str:
        """The bot itself: what others write is not ours, whatever marks it has."""
        if not self._user_id:
            self._user_id = text(get_json(self._http, f"{CLIENT}/account/whoami"), "user_id")
            if not self._user_id:
                raise Later(f"{self._name} did not say whose key it is.")
        return self._user_id

    def _not_encrypted(self) -> None:
        try:
            self._http.get(f"{CLIENT}/{path('rooms', self._room(), 'state', 'm.room.encryption')}")
        except Gone:
            return
        raise Rejected(
            f"The room of {self._name} is encrypted, where a plain message would stand out; use one that is not."
        )

    def _ready(self) -> None:
        """In the room, which is not encrypted. An invitation is accepted."""
        try:
            self._not_encrypted()
        except Forbidden:
            try:
                with may_be_repeated():
                    self._http.write("POST", f"{CLIENT}/{path('join', self._room())}", {})
            except Forbidden:
                user = self._user()
                raise Rejected(f"{user} is not in the room of {self._name}; invite it there, then try again.") from None
            self._not_encrypted()

    # Messages

    def _root(self, known: Known) -> str:
        """The incident's first message; empty where there is none, or a person gave something that is no id."""
        id = known.remote.incident_id if known.remote else ""
        return id if id.startswith("$") else ""

    def _remote(self, root: str, id: str) -> Remote:
        server = self._user().partition(":")[2]
        return Remote(root, id, f"https://matrix.to/#/{path(self._room(), id)}?{urlencode({'via': server})}")

    def _event(self, id: str) -> str:
        return f"{CLIENT}/{path('rooms', self._room(), 'event', id)}"

    def _alive(self, root: str) -> None:
        """Raises Gone where nothing of the incident is left in the room."""
        if not _live(get_json(self._http, self._event(root))) and not any(map(_live, self._replies(root))):
            raise Gone(f"Somebody deleted the incident's messages in {self._name}; take it down, and post it anew.")

    def _put(self, kind: str, transaction: str, data: dict[str, Any]) -> str:
        """Send an event under the transaction's id; its own id."""
        where = f"{CLIENT}/{path('rooms', self._room())}/{kind}/{path(transaction)}"
        try:
            id = text(send_json(self._http, "PUT", where, data), "event_id")
        except Forbidden:
            raise Rejected(f"The bot may not write in the room of {self._name}; give it the right there.") from None
        if not id:
            raise Unknown(f"{self._name} took the message without naming it.")
        return id

    def _replies(self, root: str) -> list[Any]:
        """Our own messages in the incident's thread."""
        user = self._user()
        return [event for event in self._related(root, "m.thread") if text(event, "sender") == user]

    def _related(self, id: str, how: str) -> Iterator[Any]:
        return self._pages(f"{RELATIONS}/{path('rooms', self._room(), 'relations', id, how)}", {})

    def _pages(self, where: str, params: dict[str, str]) -> Iterator[Any]:
        """The events of a list, the newest first."""
        more = params | {"limit": "100"}
        for _ in range(MAX_PAGES):
            answer = get_json(self._http, where, more)
            if not isinstance(inside(answer, "chunk"), list):
                raise Later(f"{self._name} gave no list of messages.")
            yield from items(answer, "chunk")
            following = text(answer, "end") or text(answer, "next_batch")
            if not following:
                return
            more["from"] = following

    def _redact(self, event: Any, transaction: str) -> None:
        """Take an event and each of its edits out of the room."""
        id = text(event, "event_id")
        edits = [text(edit, "event_id") for edit in self._related(id, "m.replace") if _live(edit)]
        # The message itself last: while it is there, a second try finds all the rest.
        for each in (*edits, *([id] if _live(event) else [])):
            self._put(f"redact/{path(each)}", f"{transaction}-{each.strip('$')}", {})
        if _live(get_json(self._http, self._event(id))):
            raise Unknown(f"{self._name} took the removal, and still shows the message.")


PROVIDER = Matrix


def _live(event: Any) -> bool:
    """It is a message of ours that nobody has redacted: of one that is, no content is left."""
    return bool(text(event, "content", MARK, "id"))


def _shown(event: Any) -> Any:
    """The content that readers see: of the newest edit, which comes along with the event."""
    edit = inside(event, "unsigned", "m.relations", "m.replace", "content", "m.new_content")
    return edit if isinstance(edit, dict) else inside(event, "content")


def _words(shown: Any) -> str:
    """The words behind the first line."""
    return clean(text(shown, "body")).partition("\n")[2]
