"""The scribe's lines and their corrections."""

from datetime import datetime, tzinfo
from typing import Annotated, Literal

from console.core.language.grammar import people_in, tags_in
from console.core.language.text import clean, one_line
from console.core.log.command import Command, Decision, StandsBeside, Word, ending_doubt, into, proposed, words
from console.core.log.entries import PROGRESS_KINDS, SCRIBE_KINDS, Entry
from console.core.log.event import Body, Id, Mention, Text
from console.core.log.folding import Folding
from console.core.log.ids import is_reference
from console.core.log.state import Corrections, Incident, Part
from console.core.refusal import Refused
from console.core.subjects.hypothesis import suppose

EntryWord = Annotated[str, Literal[*SCRIBE_KINDS]]


class EntryLogged(Body, frozen=True):
    """A line of the scribe: note, finding, action, decision or hypothesis."""

    kind: EntryWord
    text: Text
    tags: tuple[Text, ...] = ()
    people: tuple[Text, ...] = ()
    paste: Id = ""
    """The paste that it came with, which one undo takes back."""

    def apply(self, fold: Folding) -> None:
        moves = self.kind in PROGRESS_KINDS
        fold.entry(self.kind, self.text, tags=self.tags, people=self.people, moves=moves, paste=self.paste)
        if self.kind == "hypothesis":
            suppose(fold, self.text)


class EntryBrought(Body, frozen=True):
    """A line of the scribe that was moved here, by its own author and at its own time."""

    kind: EntryWord
    text: Text
    tags: tuple[Text, ...]
    people: tuple[Text, ...]
    source: Id
    """The incident that it was moved from."""
    entry: Id
    """Its id there."""
    mover: Text
    logged_at: datetime
    """When it was written there."""

    def apply(self, fold: Folding) -> None:
        fold.part(Brought).entries[fold.event.id] = (self.source, self.entry)
        moves = self.kind in PROGRESS_KINDS
        fold.names(self.mover)
        fold.entry(
            self.kind, self.text, tags=self.tags, people=self.people, moves=moves,
            moved_from=self.source if is_reference(self.source) else "",
        )  # fmt: skip
        if self.kind == "hypothesis":
            suppose(fold, self.text)


class Brought(Part):
    entries: dict[str, tuple[str, str]] = {}
    """The incident that each entry was moved from and its id there, by its id here."""


class EntryCorrected(Body, frozen=True):
    """A visible correction of `target`; None keeps what stood there."""

    target: Mention
    text: Text | None = None
    kind: EntryWord | None = None
    occurred_at: datetime | None = None
    tags: tuple[Text, ...] = ()
    people: tuple[Text, ...] = ()

    def apply(self, fold: Folding) -> None:
        # What it changes is folded with the corrected words from the beginning.
        fold.part(Corrections).targets[fold.event.id] = self.target
        if fold.state.entries.get(self.target) is None and not fold.skipping:
            fold.unknown("a correction of an entry that is not in this log")


class LogEntry(StandsBeside, frozen=True, kw_only=True):
    text: str
    kind: str = "note"
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        return ending_doubt(self.text, self.kind) if self.kind == "hypothesis" else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "An entry")
        if self.kind not in SCRIBE_KINDS:
            raise Refused(f"There is no kind “{clean(self.kind)}”: use {', '.join(SCRIBE_KINDS)}.", "kind")
        return proposed(EntryLogged(self.kind, text, self.tags, self.people), at)


class CorrectEntry(Command, frozen=True, kw_only=True):
    """`at` is the entry's new moment; None keeps it."""

    entry: str
    text: str | None = None
    kind: str | None = None
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    seen: str | None = None
    """The id of the last correction that the person saw, empty for none; None: what there is."""

    def newer(self, state: Incident) -> str:
        *_, last = (None, *state.corrections.get(self.entry, ()))
        if last is None or self.seen in (None, last.id):
            return ""
        return f"{last.by} corrected this to “{one_line(last.text, 60)}” meanwhile."

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        entry = find_entry(state, self.entry)
        if why := uncorrectable(entry):
            raise Refused(why, "entry")
        scribed = is_scribed(entry)
        text = None if self.text is None else words(self.text, "An entry")
        kind = self.kind if self.kind != entry.kind else None
        if kind is not None and (not scribed or kind not in SCRIBE_KINDS):
            raise Refused(f"The kind must stay {entry.kind}; undo the entry and log it again as another kind.", "kind")
        text = None if text == state.words(entry) else text
        moment = self.at if self.at != entry.occurred_at else None
        if text is None and kind is None and moment is None:
            raise Refused("Nothing was changed; edit the text, the kind or the time.")
        return proposed(EntryCorrected(entry.id, text, kind, moment, self.tags, self.people), now)


def is_scribed(entry: Entry) -> bool:
    """It is a line of the scribe, whose kind may be corrected, too."""
    return entry.kind in SCRIBE_KINDS and not entry.about


def uncorrectable(entry: Entry) -> str:
    """The sentence with which a correction of the entry is refused; empty where it can be corrected."""
    if entry.redacted:
        return "This entry was redacted; log a new one instead."
    if not is_scribed(entry) and not entry.words:
        return "This entry comes from a command; undo it and give the command again."
    return ""


def find_entry(state: Incident, text: str) -> Entry:
    """The entry with that id, or the only one whose id begins with it."""
    wanted = text.strip().lower()
    exact = state.entries.get(wanted)
    if exact is not None:
        return exact
    fits = [entry for entry in state.entries if wanted and entry.id.startswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refused(f"“{clean(text)}” matches {len(fits)} entries; write more of the id.", "entry")
    raise Refused(f"There is no entry “{clean(text)}”; write last, or words of the entry.", "entry")


SIGNS = {"note": "", "finding": "◆", "action": "›", "decision": "!", "hypothesis": "?"}
CORRECTABLE = (EntryLogged, EntryBrought)
WORDS: dict[str, Word] = {
    "note": Word(
        "/note TEXT",
        lambda context, text: LogEntry(
            actor=context.actor, at=context.at, text=text, tags=tags_in(text), people=people_in(text)
        ),
    ),
    "hypothesis": Word("/hypothesis TEXT", into(LogEntry, "text", kind="hypothesis")),
}
