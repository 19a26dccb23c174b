"""Status pages that exist in memory only: each keeps what it was told and checks every request against its contract."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx
import jsonschema
import msgspec

from console.core.subjects.component import ComponentState


class Seen(msgspec.Struct):
    """One incident as a visitor of the page sees it."""

    title: str
    status: str
    """Our word; empty where the page has no such thing."""
    updates: list[tuple[str, str]]
    """(Our status word, text), oldest first."""
    components: dict[str, str]
    """The page's ids of components to our words, as they stand now."""
    mails: int
    """The number of times that subscribers were mailed about it."""
    ours: dict[str, str]
    """Our marker, which the page keeps."""
    id: str = ""
    """The page's own, as its address shows it; empty where it has none."""
    moments: list[str] = []
    """When each of the updates was, to the second in UTC; none where the page does not show that."""
    postmortem: str = ""
    window: tuple[str, str] | None = None
    """Of a planned maintenance, to the second in UTC."""


class ListPage(NamedTuple):
    """One page of a list."""

    entries: list[Any]
    following: int
    """The number of the next page; 0 after the last."""
    pages: int
    """The number of pages."""


class Fake:
    """One page. A provider's fake sets the fields below, answers in `answer`, and tells in `seen` what is shown."""

    key = "k3y-Of-The-Page-0123456789abcdef"
    base = "https://page.example"
    page = "page1"
    """The value of a target's `page`."""
    header = ("authorization", "Bearer {key}")
    """The header that has to hold the key."""
    ids = ("c1", "c2", "c3")
    """The page's ids of its three components."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        """Requests that broke the contract; stays empty."""
        self.requests: list[httpx.Request] = []
        self.components: dict[str, ComponentState] = dict.fromkeys(self.ids, "operational")
        """The page's ids of components with their states, in our words."""
        self.names = dict(zip(self.ids, ("Checkout", "Search", "Login"), strict=True))
        self.incidents: list[Any] = []
        """As the page keeps them, oldest first, with their mails under a name of our own."""
        self.most = 100
        """Entries on one page of a list."""
        self.mails = 0
        """All mails of the page."""
        self.now = datetime(2026, 11, 21, 14, 31, tzinfo=UTC)
        """Its clock."""
        self.clock: Callable[[], datetime] = lambda: self.now
        """Tells the time to its requests."""
        self._last_id = 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, and keep it."""
        request.read()
        self.now = self.clock()
        self.requests.append(request)
        if request.url.host != httpx.URL(self.base).host:
            self.wrong.append(f"asked another host: {request.url.host}")
        if not self.lets_in(request):
            return self.not_let_in()
        return self.answer(request)

    def lets_in(self, request: httpx.Request) -> bool:
        """True when the request holds the key, as this provider wants it."""
        name, value = self.header
        return bool(request.headers.get(name) == value.format(key=self.key))

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"message": "unauthorized"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError

    def seen(self) -> list[Seen]:
        """The page as a visitor sees it, oldest incident first."""
        return [self.visible(incident) for incident in self.incidents]

    def visible(self, incident: Any) -> Seen:
        """One of `incidents` as a visitor sees it."""
        raise NotImplementedError

    def find(self, id: str) -> Any:
        """The one of `incidents` with this id, if there is one."""
        return next((incident for incident in self.incidents if incident["id"] == id), None)

    def forget(self) -> None:
        """Somebody deletes every incident by hand."""
        self.incidents.clear()

    def mail(self, incident: dict[str, Any]) -> None:
        incident["mails"] += 1
        self.mails += 1

    def page_of(self, request: httpx.Request, entries: list[Any], usual: int) -> "ListPage":
        """The page of a list that is asked for; `usual`: how many entries it has where that is not said."""
        size = min(int(request.url.params.get("per_page", usual)), self.most)
        number, count = int(request.url.params.get("page", "1")), -(-len(entries) // size)
        return ListPage(entries[(number - 1) * size : number * size], number + 1 if number < count else 0, count)

    def posts(self, request: httpx.Request) -> bool:
        """True for the request that puts a message on the page, not for one that asks or makes ready."""
        return request.method not in ("GET", "HEAD")

    def checked(self, schema: Mapping[str, Any], data: object, what: str) -> str:
        """The fault of `data` by the schema, kept in `wrong` too; empty when all is right."""
        error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(data))
        if error is None:
            return ""
        self.wrong.append(f"{what}: {error.json_path}: {error.message}")
        return str(error.message)

    def new_id(self, prefix: str = "") -> str:
        self._last_id += 1
        return f"{prefix}{self._last_id}"


def reply(status: int, data: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """An answer in JSON."""
    return httpx.Response(status, json=data, headers=dict(headers or {}))


def body(request: httpx.Request) -> Any:
    """The JSON of a request; None where it has none."""
    try:
        return json.loads(request.content)
    except ValueError:
        return None


def steps(request: httpx.Request, base: str) -> list[str]:
    """The parts of the path after the base, decoded: `["pages", "p1", "incidents"]`."""
    raw = request.url.raw_path.decode().partition("?")[0]
    return [unquote(one) for one in raw.removeprefix(httpx.URL(base).path.rstrip("/")).split("/") if one]


def told_at(text: str) -> str:
    """A moment of a request, to the second in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()[:19]


def strict(properties: Mapping[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The schema of an object that has these properties and no others; all of them required unless it is said."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


FakeMaker = Callable[[], Fake]
