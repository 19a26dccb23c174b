"""An entry is moved to the incident it belongs to: it is left out here, and stands there as it was written."""

from datetime import datetime

from console.core.language.text import one_line
from console.core.log.command import Command, Decision, Proposal, SlashContext, Word, proposed
from console.core.log.entries import Entry
from console.core.log.ids import parse_reference
from console.core.log.state import Incident, dependents
from console.core.refusal import Refused
from console.core.subjects.entry import EntryBrought, is_scribed
from console.core.subjects.link import check_other
from console.core.subjects.undo import EntryMoved, entry_named, quoted


class MoveEntry(Command, frozen=True, kw_only=True):
    """`entry` is an id or the beginning of one, `last`, or words that only the entry holds."""

    entry: str
    to: str
    """A whole reference."""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        return (self.to,)

    def follow(self, state: Incident, there: Incident) -> Command | None:
        check_other(state, there)
        return BringEntry(actor=self.actor, entry=self.target(state), source=state.ref)

    def target(self, state: Incident) -> Entry:
        """The entry that is meant. Raises Refused where its words are in none or in several."""
        return entry_named(state, self.entry, self.actor, "move")

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        entry, to = self.target(state), parse_reference(self.to)
        if to == state.ref:
            raise Refused("The entry stands in this incident already; name another one.", "to")
        if entry.redacted or entry.undone:
            raise Refused("This entry does not stand any more; only one that stands is moved.", "entry")
        if not is_scribed(entry):
            raise Refused("Only lines that somebody wrote are moved; undo this one, and enter it there.", "entry")
        if going := dependents(state, entry.id):
            raise Refused(f"{quoted(going)} names it; undo that first.", "entry")
        return proposed(EntryMoved(entry.id, to), now)


class BringEntry(Command, frozen=True, kw_only=True):
    """The other half of a move, in the log of the incident that the entry belongs to."""

    entry: Entry
    source: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        entry = self.entry
        body = EntryBrought(
            entry.kind, entry.text, entry.tags, entry.people, self.source, entry.id, self.actor, entry.recorded_at
        )
        return (Proposal(body, entry.occurred_at, entry.author),)


def move_words(state: Incident, command: MoveEntry, now: datetime) -> str:
    """The effect of the command: `moves “disk full” by mo to INC-K7Q2`. Raises Refused as its decision does."""
    command.decide(state, now, now)
    entry = command.target(state)
    return f"moves “{one_line(entry.text, 60)}” by {entry.author} to {parse_reference(command.to)}"


def _read_move(context: SlashContext, argument: str) -> Command:
    entry, _, to = argument.rpartition(" ")
    entry = entry.removesuffix(" to").strip()
    if not entry:
        raise context.malformed("Name the entry and the incident that it belongs to")
    return MoveEntry(actor=context.actor, entry=entry, to=parse_reference(to))


WORDS: dict[str, Word] = {
    "move": Word(
        "/move last, ENTRY or WORDS of it, to INC-K7Q2",
        _read_move,
        "Name the entry and the incident",
        (lambda known: ["last"],),
    ),
}
