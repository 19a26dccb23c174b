"""A script of an incident: what its people typed and when, to be replayed as if it happened now."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from console.core.language.times import parse_duration
from console.core.refusal import Refused

_NAME = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_OFFSET = re.compile(r"\+(.{1,20})")

Offset = Annotated[str, msgspec.Meta(pattern=r"^\+\d")]
"""Time since the start of the script, as in "+0m", "+25m30s", "+1h10m"."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The publication of the times and facts."""

    title: str
    publisher: str
    url: str


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the room."""

    handle: str
    does: str
    """Their part in the incident, for readers of the script."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line typed into the room."""

    t: Offset
    who: str = msgspec.field(name="as")
    """The handle of the person who types it; `as` in the file."""

    line: str = ""
    """A scribe's line or a slash command, without a time: it happens when it is typed.

    `{name}` stands for the id of what the step with that name has made.
    """

    makes: str = ""
    """A name for the entry that the step makes, for the lines of later steps."""

    @property
    def after(self) -> timedelta:
        """Time since the start of the script, never negative."""
        return offset(self.t)

    def typed(self, ids: Mapping[str, str]) -> str:
        """The line with the ids of earlier steps' entries, by their names. Raises KeyError for a missing one."""
        return _NAME.sub(lambda name: ids[name[1]], self.line)


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An incident to replay; `read_script` has checked it."""

    title: str
    severity: str
    """The severity that it is declared with."""

    playbook: str
    started_at: datetime
    """When the first step happened in truth: aware. A replay moves everything by the same amount."""

    declared: Offset
    declared_by: str
    """The handle of the person who declares it."""

    opens: Offset
    """The time in the script at which the room is entered; the steps after it happen live."""

    source: Source
    people: tuple[Person, ...]
    steps: tuple[Step, ...]
    """In the order of their times. Those before `declared` are the record of what led up to it."""

    @property
    def declared_after(self) -> timedelta:
        """Time from the start of the script to the declaration."""
        return offset(self.declared)

    @property
    def opens_after(self) -> timedelta:
        """Time from the start of the script to the moment at which the room is entered."""
        return offset(self.opens)


def offset(text: str) -> timedelta:
    """Read "+25m30s". Raises ValueError for anything else."""
    match = _OFFSET.fullmatch(text)
    read = parse_duration(match[1]) if match else None
    if read is None:
        raise ValueError(f"not a time since the start, as in +25m: {text[:40]!r}")
    return read


def read_script(text: str) -> Script:
    """Read and check the TOML of a script.

    The refusal names the line of a mistake in the TOML, or the key whose value is wrong.
    """
    try:
        script = msgspec.toml.decode(text, type=Script)
        wrong = _wrong(script)
    except (msgspec.DecodeError, ValueError) as error:
        raise Refused(f"This script cannot be read: {str(error).rstrip('.')}.") from error
    if wrong:
        raise Refused(f"This script cannot be played: {wrong}.")
    return script


def _wrong(script: Script) -> str:
    """The mistake in the script, as a clause; empty when there is none. Raises ValueError for an offset."""
    handles = [person.handle for person in script.people]
    if script.started_at.tzinfo is None:
        return "started_at needs a zone"
    if len(set(handles)) < len(handles):
        return "two of its people have the same handle"
    if script.declared_by not in handles:
        return f"{script.declared_by} declares it and is not among its people"
    if script.opens_after < script.declared_after:
        return "it opens before it is declared"
    made: set[str] = set()
    before = timedelta()
    for number, step in enumerate(script.steps, start=1):
        if step.who not in handles:
            return f"{step.who}, who types step {number}, is not among its people"
        if not step.line.strip():
            return f"step {number} has no line"
        if step.after < before:
            return f"step {number} ({step.t}) stands after a later one"
        unknown = [name for name in _NAME.findall(step.line) if name not in made]
        if unknown:
            return f"no step before step {number} makes {unknown[0]}"
        made.add(step.makes)
        before = step.after
    return ""
