"""A page that does as it is told, for tests of the sender: what happens to each try is said beforehand."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import ClassVar, Literal

from console.publish.provider import (
    Absent,
    CannotTell,
    Capabilities,
    Checked,
    Found,
    Listed,
    Lookup,
    OpenThere,
    PageView,
    Provider,
    Settings,
)
from console.publish.sending.message import Delivery, Known, Part, Remote
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown
from console.publish.transport.http import Http

What = Literal["fine", "later", "lost", "taken", "refused", "broken"]
"""lost and taken both end in nobody knows: the message is not on the page, or it is."""

STATES: dict[str, str] = {
    "operational": "ok",
    "degraded": "slow",
    "partial": "some",
    "major": "down",
    "maintenance": "work",
}


class Page:
    """The page as visitors see it, and the script of the next tries."""

    def __init__(self, *plan: What | PublishProblem) -> None:
        self.plan: deque[What | PublishProblem] = deque(plan)
        self.looks: deque[PublishProblem | CannotTell] = deque()
        self.posts: list[tuple[str, str]] = []
        """(incident, text) in their order."""
        self.sends = 0
        self.asked = 0
        self.known: list[Known] = []
        """The knowledge of the page that the provider was given at each try."""
        self.parts: dict[str, str] = {}
        self.view: PageView | None = None
        self.unreadable: PublishProblem | None = None
        self.reads = 0
        self.during: Callable[[], None] = lambda: None
        """Called in the middle of a try, before anything is done."""

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.posts]


class Scripted:
    """It can be asked whether a message is there."""

    title: ClassVar[str] = "A page that does as it is told"
    capabilities: ClassVar[Capabilities] = Capabilities(asks=True, reads=True)
    base: ClassVar[str] = ""

    def __init__(self, settings: Settings, http: Http | None = None, page: Page | None = None) -> None:
        self.page = page or Page()

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {}

    def maintenances(self) -> Provider:
        return self

    def check(self) -> Checked:
        return Checked("It is there.", (), tuple(Listed(id, id, state) for id, state in self.page.parts.items()))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        page = self.page
        page.sends += 1
        page.known.append(known)
        page.during()
        match page.plan.popleft() if page.plan else "fine":
            case PublishProblem() as failure:
                raise failure
            case "later":
                raise Later("The page cannot be reached.")
            case "lost":
                raise Unknown("The page broke off.")
            case "refused":
                raise Rejected("The page refused it.")
            case "broken":
                raise KeyError("a fault in a provider of somebody else's")
            case "taken":
                self._take(delivery)
                raise Unknown("The page broke off.")
        self._take(delivery)
        return self._remote(delivery)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        raise Rejected("It changes nothing.")

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        self.page.asked += 1
        if self.page.looks:
            found = self.page.looks.popleft()
            if isinstance(found, PublishProblem):
                raise found
            return found
        there = (delivery.incident, delivery.text) in self.page.posts
        return Found(self._remote(delivery)) if there else Absent()

    def open_there(self) -> tuple[OpenThere, ...]:
        return ()

    def read(self, known: Known) -> PageView:
        assert known.remote is not None
        self.page.reads += 1
        if self.page.unreadable:
            raise self.page.unreadable
        return self.page.view or PageView(None, gone=True)

    def _take(self, delivery: Delivery) -> None:
        self.page.posts.append((delivery.incident, delivery.text))
        self.page.parts.update((part.id, part.state) for part in delivery.parts)

    def _remote(self, delivery: Delivery) -> Remote:
        return Remote(f"there-{delivery.incident}", f"u-{delivery.key}", f"https://page.example/{delivery.incident}")


class Repeating(Scripted):
    """It knows our marker: the same again is there once."""

    capabilities: ClassVar[Capabilities] = Capabilities(asks=True, repeats=frozenset(("create", "update")))

    def _take(self, delivery: Delivery) -> None:
        if (delivery.incident, delivery.text) not in self.page.posts:
            super()._take(delivery)


class Blind(Scripted):
    """A chat, which tells nobody what it has."""

    capabilities: ClassVar[Capabilities] = Capabilities()


class Paced(Scripted):
    capabilities: ClassVar[Capabilities] = Capabilities(asks=True, pace_s=1.0)


class WithParts(Scripted):
    capabilities: ClassVar[Capabilities] = Capabilities(asks=True, reads=True, states=STATES)  # type: ignore[arg-type]  # the same words, not as literals


def made(cls: type[Scripted], page: Page) -> Provider:
    return cls(Settings("page"), None, page)


def parts(*pairs: Iterable[str]) -> tuple[Part, ...]:
    return tuple(Part(*pair) for pair in pairs)  # type: ignore[arg-type]  # pairs of an id and a state's word
