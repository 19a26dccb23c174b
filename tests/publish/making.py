"""Incidents and updates for the tests of publishing, and the clock that goes on when somebody waits."""

import itertools
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from console.core.log.event import NewEvent
from console.core.log.state import Window
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.update import DecidePublication, UpdatePosted
from console.publish.sending.message import Delivery, Part, Status
from console.publish.sending.plan import queued
from console.store import Log
from console.store.ledger import Ledger
from console.store.outbox.message import Message
from console.store.outbox.outbox import Outbox
from tests.core.story import START, standard

REF = "INC-K7Q2"
TARGET = "page"
_ids = itertools.count(1)


class Clock:
    """Wall clock, monotonic clock and sleep in one, for tests that must not wait."""

    def __init__(self, start: datetime = START + timedelta(hours=1)) -> None:
        self.start = self.now = start

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - self.start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def new_id() -> str:
    return f"{next(_ids)}-{os.urandom(4).hex()}"


def declare(
    log: Log, ref: str = REF, *, drill: bool = False, retrospective: bool = False, window: Window | None = None
) -> NewEvent:
    """With a window it is a planned maintenance."""
    if window:
        body = IncidentDeclared("Checkout errors", "", "scheduled", standard(), drill, True, "", window)
    else:
        body = IncidentDeclared("Checkout errors", "SEV1", "declared", standard(), drill, retrospective)
    event = NewEvent(new_id(), ref, "mo", START, START, body)
    log.append([event])
    return event


def update(
    text: str, *, ref: str = REF, status: Status = "investigating", audience: str = "public", minute: float = 0
) -> NewEvent:
    at = START + timedelta(minutes=minute)
    return NewEvent(new_id(), ref, "mo", at, at, UpdatePosted(audience, text, status))


def planned(event: NewEvent, parts: Sequence[Part] = (), notify: bool = False) -> Delivery:
    """The delivery of an update to a target, with a new marker."""
    assert isinstance(event.body, UpdatePosted)
    status: Status = event.body.status  # type: ignore[assignment]  # the tests' own words
    return Delivery(
        key=os.urandom(8).hex(),
        incident=event.incident,
        title="Checkout errors",
        status=status,
        text=event.body.text,
        at=event.occurred_at,
        started_at=START,
        notify=notify,
        parts=tuple(parts),
    )


def message_of(log: Log, id: str) -> Message:
    """A message as it stands now."""
    message = Outbox(log).message(id)
    assert message is not None
    return message


def decide_on(
    log: Log, message: Message, command: DecidePublication, at: datetime = START + timedelta(hours=2)
) -> None:
    """A person's decision, written into the log as a console writes it; the outbox has obeyed on return."""
    Ledger(log, actor=command.actor, clock=lambda: at).execute(message.incident, command)


def post(
    log: Log,
    text: str,
    *,
    ref: str = REF,
    target: str = TARGET,
    status: Status = "investigating",
    parts: Sequence[Part] = (),
    minute: float = 0,
) -> Message:
    """Write an update and its message in one transaction, as a console does."""
    event = update(text, ref=ref, status=status, minute=minute)
    delivery = planned(event, parts)
    log.append([event], [queued(event.id, target, "public", delivery)])
    return message_of(log, delivery.key)
