"""Somebody who changes a page by hand, with its own calls and past us."""

import random
from collections.abc import Callable
from contextlib import suppress

from console.publish.provider import Provider
from console.publish.sending.message import STATUSES, Change, Delivery, Known, Part, Remote, Status
from console.publish.sending.status import known_of
from console.publish.transport.failure import Rejected
from tests.core.story import START
from tests.publish.bare import BarePage
from tests.publish.fakes import Fake
from tests.publish.making import TARGET, new_id
from tests.publish.revising import Revised

TITLES = ("Checkout errors", "Payments are slow", "Cards fail")


class Hand:
    """The acts are those that the page has a call for."""

    def __init__(self, room: Revised, provider: Callable[[], Provider]) -> None:
        self._room, self._provider = room, provider

    @property
    def known(self) -> Known:
        return known_of(self._room.box.placed(self._room.ref)[TARGET])

    def _delivery(self, status: Status, text: str = "", change: Change | None = None, **more: object) -> Delivery:
        given = {"title": "Checkout errors", "parts": (), **more}
        return Delivery(
            key=f"by-hand-{new_id()}", incident=self._room.ref, status=status,
            text=text, at=self._room.clock(), started_at=START, notify=False, change=change, **given,  # type: ignore[arg-type]  # given by tests
        )  # fmt: skip

    def posts(self, text: str, status: Status = "identified", parts: tuple[Part, ...] = ()) -> str:
        """The page's id of the update."""
        return self._provider().send(self._delivery(status, text, parts=parts), self.known).update_id

    def opens(self, title: str, text: str, status: Status = "investigating", parts: tuple[Part, ...] = ()) -> str:
        """The page's id of an incident that is none of ours."""
        return self._provider().send(self._delivery(status, text, title=title, parts=parts), Known()).incident_id

    def edits(self, update: str, text: str, status: Status = "investigating") -> None:
        change = Change("edit", update, status)
        self._provider().change(self._delivery(status, text, change), self.known)

    def removes(self, update: str, status: Status = "investigating") -> None:
        self._provider().change(self._delivery(status, change=Change("remove", update)), self.known)

    def renames(self, title: str) -> None:
        self._provider().change(self._delivery("investigating", change=Change("rename"), title=title), self.known)

    def deletes(self) -> None:
        self._provider().change(self._delivery("investigating", change=Change("take down")), self.known)

    def does_something(self, chance: random.Random) -> None:
        """One of these, drawn at random among those that the page has a call for."""
        can, ids = self._provider().capabilities, self.known.update_ids
        acts: list[Callable[[], object]] = [
            lambda: self.posts(f"By hand at {self._room.clock.now:%H:%M:%S}.", chance.choice(STATUSES))
        ]
        if can.edits and ids:
            acts.append(lambda: self.edits(chance.choice(ids), f"Edited at {self._room.clock.now:%H:%M:%S}."))
        if can.removes and len(ids) > 1:
            acts.append(lambda: self.removes(chance.choice(ids)))
        if can.renames:
            acts.append(lambda: self.renames(chance.choice(TITLES)))
        if can.takes_down and not can.chat:
            acts.append(self.deletes)
        # What somebody cannot do there, they leave.
        with suppress(Rejected):
            chance.choice(acts)()


NOTHING_THERE = Remote("")


def unmark(kind: str, page: Fake, id: str, text: str) -> None:
    """A person leaves no marker of ours with an incident, but has their own."""
    if isinstance(page, BarePage):
        page.unmark(id)
    for incident in page.incidents:
        if kind == "statuspage" and incident["id"] == id:
            incident["metadata"] = {"jira": {"key": "OPS-1"}}
        if kind == "cachet" and incident.id == id:
            incident.data["meta"] = {"jira": "OPS-1"}
        if kind == "uptime-kuma" and incident["id"] == id:
            incident |= {"content": text, "style": "danger"}
        if kind == "upptime" and incident["id"] == id:
            incident["body"] = "What I know: nothing."
            incident["comments"][0]["body"] = text
        if kind == "betterstack" and incident["id"] == id:
            incident["updates"][0]["attributes"]["message"] = text
