"""Commands: requests of people, in the imperative, how a slash line is read as one, and the events it comes to.

Each command stands with its subject. A decision is pure: ids and the log's own times are added by the caller.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import ClassVar, NamedTuple

import msgspec

from console.core.language.names import quoted_length, unquoted
from console.core.language.pattern import late
from console.core.language.text import MAX_NAME_CHARS, check_length, clean, one_line
from console.core.log.event import Body
from console.core.log.state import Incident, Register
from console.core.refusal import Incomplete, Refused


class Proposal(msgspec.Struct, frozen=True):
    """An event before it has an id: what happened, and when."""

    body: Body
    occurred_at: datetime
    author: str = ""
    """Who said it, where that is not the one who gives the command."""


Decision = tuple[Proposal, ...]


def moment(at: datetime | None, now: datetime) -> datetime:
    """The moment at which it happened: `now` where nothing is given; refused where that has not come yet."""
    if at is not None and at > now:
        raise Refused("That time is in the future; write when it happened, or nothing for now.", "at")
    return at or now


def newer_than(register: Register, seen: str | None) -> str:
    """The register's statement and its author in a sentence, where it is another than the one that was seen."""
    stated = register.current
    if stated is None or seen in (None, register.head):
        return ""
    return f"{stated.by} changed this to {stated.value or 'nobody'} meanwhile."


def check_incident(state: Incident) -> None:
    """Refuse what a planned maintenance has no use for."""
    if state.maintenance:
        raise Refused("This is a planned maintenance: begin, move, complete or cancel it with /maintenance.")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    gives_to: ClassVar[tuple[str, ...]] = ()
    """Its fields that name people."""
    of_incidents: ClassVar[bool] = False
    """A planned maintenance has no use for it."""
    begins: ClassVar[str] = ""
    """The thing that its `text` is the beginning of, such as a task; empty where it begins none."""
    actor: str
    at: datetime | None = None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        """The events that it comes to at `now`, `at` being when it happened; Refused where it cannot be done."""
        raise NotImplementedError

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        """The warning to read before the command is written, a sentence with moments in `zone`; empty without one."""
        return ending_doubt(getattr(self, "text", ""), self.begins) if self.begins else ""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        """The references of other incidents whose logs tell of it, too."""
        return ()

    def follow(self, state: Incident, there: Incident) -> "Command | None":
        """The command for the log of such an incident, written with this one or not at all; None where it needs none.

        `there` has no events where the incident is not known here. Raises Refused.
        """
        return None

    def decided_in_turn(self) -> bool:
        """True when the command is decided on all that the file holds at its writing: what two do at once is done once.

        Not so where its `seen` is None, which takes whatever there is.
        """
        return getattr(self, "seen", "") is not None

    @property
    def named(self) -> tuple[str, ...]:
        """The people that it gives something to, as they are written; empty for nobody."""
        return tuple(holder(getattr(self, field) or "") for field in self.gives_to)

    def newer(self, state: Incident) -> str:
        """The statement made since the writer looked, of the value that the command states anew, in a sentence.

        Such a command has `seen`: the `head` that its writer saw, or None for what there is when it is decided.
        """
        return ""

    def outdated(self, seen: Incident, state: Incident) -> str:
        """The change since its writer saw the incident of what the command was drafted from, in a sentence."""
        return ""


class StandsBeside(Command, frozen=True, kw_only=True):
    """A command of which two that know nothing of each other both stand: lines, and values whose conflict is shown."""

    def decided_in_turn(self) -> bool:
        return False


_ENDING = late(
    r"(?:#?\d+[\s:.,]+)?"
    r"(?:done|finished|completed?|over|closed|removed|failed|reverted|rolled[ -]?back|ruled[ -]out|supported)"
    r"[\s#\d.!]*",
    re.IGNORECASE,
)


def ending_doubt(text: str, what: str) -> str:
    """The question about a new thing whose only words say how one ends, as `/change done`; empty for others."""
    text = text.strip()
    if not _ENDING.fullmatch(text):
        return ""
    return f"“{one_line(text, 40)}” would be the text of a new {what}, and would end nothing."


class SlashContext(NamedTuple):
    """The surroundings of a slash line: its word's form, the state, who typed it, its own time if any, and now."""

    form: str
    state: Incident
    actor: str
    at: datetime | None
    now: datetime
    zone: tzinfo

    def malformed(self, why: str) -> Refused:
        """The refusal of an argument that does not fit the form."""
        return Refused(f"{why}: write {self.form}.")

    def incomplete(self, why: str, **given: str) -> Refused:
        """The refusal of an argument that has only a part of what the form asks for."""
        given = {field: value for field, value in given.items() if value}
        return Incomplete(f"{why}: write {self.form}.", given) if given else self.malformed(why)


class Offering(NamedTuple):
    """The incident that Tab offers values of."""

    state: Incident
    people: Callable[[], list[str]]
    """Gives everyone who is known in it."""

    @property
    def at(self) -> datetime:
        """The last moment that is known here, from which what is open is the same or more."""
        return max(filter(None, (self.state.progress_at, self.state.declared_at)))


class Word(NamedTuple):
    """A slash word: its form, as shown in help and in refusals, and the reader of what stands behind it."""

    form: str
    read: Callable[[SlashContext, str], Command]
    needs: str = ""
    """Why it is refused with nothing behind it; empty where it can stand alone, or its reader says so."""
    offers: tuple[Callable[[Offering], Iterable[str]], ...] = ()
    """The values that Tab offers for its arguments: a function for each, in their order."""


def into(
    made: Callable[..., Command], field: str, rest: str = "", **fixed: str
) -> Callable[[SlashContext, str], Command]:
    """The reader of a word whose argument is one field of a command; with `rest` its first word is, and what stands
    behind that another one."""

    def read(context: SlashContext, argument: str) -> Command:
        first, behind = split(argument) if rest else (argument, "")
        given = {field: first, rest: behind.lstrip(":— ")} if rest else {field: first}
        return made(actor=context.actor, at=context.at, **given, **fixed)

    return read


def proposed(body: Body, at: datetime) -> Decision:
    return (Proposal(body, at),)


# Texts of a command


def words(text: str, what: str, field: str = "text") -> str:
    """The cleaned text; refused when it cannot be taken, in a sentence that begins with `what`."""
    cleaned = clean(text).strip()
    if not cleaned:
        raise Refused(f"{what} needs words; write them first.", field)
    check_length(cleaned, what)
    return cleaned


def line(text: str) -> str:
    """Cleaned, on one line."""
    return clean(text, multiline=False).strip()


def name(text: str) -> str:
    """A person's or a component's name."""
    written = text.strip()
    if written.startswith("@"):
        written = written[1:].rstrip(".,:;").strip()
    return one_line(unquoted(written), MAX_NAME_CHARS)


def unless_none(read: Callable[[str], str], text: str | None) -> str | None:
    """The text as `read` gives it; None, which keeps what stands there, stays."""
    return None if text is None else read(text)


def is_nobody(person: str) -> bool:
    """True for the words that stand in the place of a name where there is no person."""
    return person.lower() in ("nobody", "none", "-")


def holder(text: str) -> str:
    """The name of somebody who is to have something; empty for `nobody`."""
    person = name(text)
    return "" if is_nobody(person) else person


def key(text: str) -> str:
    """A word of a vocabulary as the log writes it: `rolled_back` for `Rolled-back`."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")


_COLON = late(r":(?=\s|$)")
_NUMBER_COLON = late(r"#?[^\W\d_]?\d+(:)(?!\d)")


def note_behind(argument: str) -> tuple[str, str]:
    """The text before a colon, and the note behind it. The colon of `web:8080` or `14:20` parts nothing."""
    numbered, colon = _NUMBER_COLON.match(argument), _COLON.search(argument)
    place = numbered.start(1) if numbered else colon.start() if colon else len(argument)
    return argument[:place].strip(), argument[place + 1 :].strip()


_LEADS = late(r"(?:(?:to|is)\s|[=:]|[-=]>|→)\s*(?=\S)", re.IGNORECASE)


def recipient(text: str) -> str:
    """A name without what leads to it: `to ana`, `= ana`, `-> ana`."""
    leads = _LEADS.match(written := text.strip())
    return written[leads.end() :] if leads else written


def split(argument: str) -> tuple[str, str]:
    """The first word, or what stands in quotes, and the rest."""
    length = quoted_length(argument) or len(argument.partition(" ")[0])
    return argument[:length], argument[length:].strip()
