"""The base of the readers of slash words."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from console.core.language.times import parse_duration
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.refusal import Refused


class Asked:
    """What surrounds one slash line: who typed it, when, and the state it is about."""

    def __init__(self, state: Incident, actor: str, at: datetime | None, now: datetime, zone: tzinfo) -> None:
        self.state, self.actor, self.at, self.now, self.zone = state, actor, at, now, zone


class Word(NamedTuple):
    """A slash word: its form, as shown in help and in refusals, and the reader of what stands behind it."""

    form: str
    read: Callable[[Asked, str], Command]


Read = Command


def form(word: Word, why: str = "") -> Refused:
    return Refused(f"{why or 'Something is missing'}: write {word.form}.")


def split(argument: str) -> tuple[str, str]:
    first, _, rest = argument.partition(" ")
    return first, rest.strip()


def duration(word: str) -> timedelta | None:
    return parse_duration(word) if word[:1].isdigit() else None
