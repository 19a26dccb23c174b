"""Undos and redactions: the fold leaves out, or blanks, what they name."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal

from console.core.language.names import same_name, unquoted
from console.core.language.text import clean, one_line
from console.core.log.command import Asked, Command, Decision, Proposal, Word, proposed, split
from console.core.log.entries import Entry
from console.core.log.event import Body, Id, Mention, Text
from console.core.log.state import Correction, Incident, TakenBack, dependents, taken_together
from console.core.refusal import Refused
from console.core.subjects.entry import find_entry


class EntryRedacted(Body, frozen=True):
    """The texts of `target`, of its corrections, and of what else holds the same words are erased.

    `erased` maps each erased event's id to the SHA-256 (hex) of the scrubbed body that stands in its place, so that
    the chain still covers every byte of the log.
    """

    target: Mention
    reason: Text = ""
    erased: dict[Id, Id] = {}
    left: dict[Id, Id] = {}
    """What is left of each erased body, as JSON, by the event's id; a version before this field gave none."""


class EntryUndone(Body, frozen=True):
    """`target` does not count; any number of undos of it are as one, and an undo of the undo lets it stand again."""

    target: Mention


class Undone(Body, frozen=True):
    """An undo as earlier versions wrote it: of two that one file holds, the second put the entry back."""

    target: Mention


class EntriesUndone(Body, frozen=True):
    """None of `targets` counts, as if each were undone alone; an undo of this lets all of them stand again."""

    targets: tuple[Mention, ...]


Undoing = EntryUndone | Undone | EntriesUndone


def undo_targets(body: Undoing) -> tuple[str, ...]:
    """The events that an undo takes back, each once."""
    return tuple(dict.fromkeys(body.targets)) if isinstance(body, EntriesUndone) else (body.target,)


class Undo(Command, frozen=True, kw_only=True):
    """Without `entry`: the actor's last act that still stands. Of an entry that is undone: put it back.

    Of an entry that was pasted with others: all of that paste. `entry` is an id or the beginning of one, also of a
    correction, or words that only the entry holds.
    """

    entry: str = ""
    dependents: bool = False
    """Undo the entries that name it as well, which `dependents` lists; refused without where there are any."""
    was_undone: bool | None = None
    """What the entry was when it was named; refused where it is not so any more. None: as it is."""

    def decided_in_turn(self) -> bool:
        # Two undos count as one, where the second decided on the first would put the entry back.
        return self.was_undone is not None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        correction = correction_of(state, self)
        if correction is not None:
            return proposed(EntryUndone(correction[1].id), now)
        entry = undo_target(state, self)
        if entry.redacted:
            raise Refused("A redaction cannot be undone: the text is erased; log a new entry.", "entry")
        if entry.kind == "publication":
            raise Refused(
                "A decision about a page cannot be undone; decide again in the outbox, or with warroom publish.",
                "entry",
            )
        withdrawing = entry.id == state.declared_id and not entry.undone
        if withdrawing and any(posted.kind == "update" and not posted.undone for posted in state.entries):
            raise Refused(
                "Updates were posted for this incident; close it instead of undoing its declaration.", "entry"
            )
        if self.was_undone not in (None, entry.undone):
            became = "undone" if entry.undone else "put back"
            raise Refused(f"“{one_line(entry.text, 40)}” was {became} meanwhile, so nothing is changed.", "entry")
        if entry.undone:
            return _put_back(state, entry, now)
        ids = tuple(each.id for each in taken_together(state, entry))
        going = dependents(state, *ids)
        if going and not self.dependents:
            raise Refused(
                f"Undoing this also undoes {quoted(going)}; write /undo {self.entry or 'last'} ! to undo all.",
                "dependents",
            )
        return proposed(EntriesUndone(ids) if len(ids) > 1 else EntryUndone(entry.id), now)


class RedactEntry(Command, frozen=True, kw_only=True):
    """`entry` is its id or the beginning of that, `last` for the actor's last one, or words that only it holds."""

    entry: str
    reason: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        target = self.entry.strip().lower()
        # A redaction has no line of its own; by its id its reason is erased.
        if target not in state.part(TakenBack).redactions:
            target = _only(entries_named(state, self.entry, self.actor), self.entry).id
        return proposed(EntryRedacted(target, clean(self.reason, multiline=False)), now)


MIN_WORDS_CHARS = 4
"""The fewest characters of words, or of the beginning of an id, that name the entry to be erased."""


def last_correction(state: Incident, actor: str) -> Correction | None:
    """The actor's last correction, where it stands and they have logged nothing that stands since."""
    corrections = [
        (made.at, made.id, made, corrected)
        for corrected, said in state.corrections.items()
        for made in said[1:]
        if same_name(made.by, actor)
    ]
    if not corrections:
        return None
    _, _, newest, corrected = max(corrections, key=lambda each: each[:2])
    later = (
        same_name(entry.author, actor)
        and not (entry.undone or entry.redacted)
        and (entry.recorded_at, place) > (newest.at, state.entries.position(corrected) or 0)
        for place, entry in enumerate(state.entries)
    )
    return None if any(later) else newest


def correction_of(state: Incident, command: Undo) -> tuple[Correction, Correction] | None:
    """What an entry said before the correction that the command takes back, and the correction; None: it is none."""
    last = None if command.entry else last_correction(state, command.actor)
    id = last.id if last else command.entry
    pairs = (pair for said in state.corrections.values() for pair in pairwise(said))
    return next((pair for pair in pairs if id and pair[1].id == id), None)


def last_own(state: Incident, actor: str, act: str) -> Entry:
    """The actor's last entry that still stands, the declaration apart; refused where there is none for the act."""
    for entry in reversed(state.entries):
        standing = entry.id != state.declared_id and not (entry.undone or entry.redacted)
        if standing and same_name(entry.author, actor):
            return entry
    raise Refused(f"There is nothing of yours to {act}; choose an entry and {act} that one.")


def _is_id(state: Incident, word: str) -> bool:
    """Whether the word is an entry's id, or plainly the beginning of one: "the" begins many ids, and is a word."""
    if state.entries.get(word) or word in state.part(TakenBack).redactions:
        return True
    plain = len(word) >= MIN_WORDS_CHARS and any(char.isdigit() for char in word)
    return plain and any(entry.id.startswith(word) for entry in state.entries)


def entries_named(
    state: Incident, text: str, actor: str, act: Literal["redact", "correct", "undo"] = "redact"
) -> list[Entry]:
    """The entries that the act may mean by an id, `last`, or words of theirs; refused where there is none.

    An undo of the `declaration` withdraws the incident.
    """
    wanted = text.strip().casefold()
    if act == "undo" and wanted == "declaration":
        return [find_entry(state, state.declared_id)]
    if wanted == "last":
        return [last_own(state, actor, act)]
    if _is_id(state, wanted):
        return [find_entry(state, wanted)]
    # What is erased is gone: a mistyped id is never taken for a word.
    long_enough = len(wanted) >= MIN_WORDS_CHARS
    fits = [entry for entry in state.entries if long_enough and not entry.redacted and wanted in entry.text.casefold()]
    if not fits:
        few = f" of at least {MIN_WORDS_CHARS} letters" if not long_enough else ""
        why = "No entry holds these words" if long_enough else f"“{wanted}” is too short to tell an entry by"
        raise Refused(f"{why}; write /{act} last, or words{few} of the entry.", "entry")
    return fits


def quoted(entries: Sequence[Entry]) -> str:
    """Entries by their first words, for a sentence: the first three, and how many more there are."""
    shown = ", ".join(f"“{one_line(entry.text, 40)}”" for entry in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown


def undo_target(state: Incident, command: Undo) -> Entry:
    """The entry that is to be undone or put back. Raises Refused where its words are in none or in several."""
    if not command.entry:
        return last_own(state, command.actor, "undo")
    return _only(entries_named(state, command.entry, command.actor, "undo"), command.entry)


def _only(fits: Sequence[Entry], words: str) -> Entry:
    """The one entry with these words, or with no others: those of a task stand in the line of its end, too."""
    whole = [entry for entry in fits if entry.text.casefold() == words.strip().casefold()]
    if len(chosen := whole or fits) == 1:
        return chosen[0]
    which = ", ".join(f"{entry.id} “{one_line(entry.text, 30)}”" for entry in fits[:4])
    more = f" and {len(fits) - 4} more" if len(fits) > 4 else ""
    raise Refused(f"These words are in {len(fits)} entries: {which}{more}; write the id, or more words.", "entry")


def undo_words(state: Incident, entry: Entry) -> str:
    """An undo of the entry, with all that it takes along: `undoes “disk full” by mo, and with it “Done: check”`."""
    together = taken_together(state, entry)
    what = f"“{one_line(entry.text, 60)}” by {entry.author}"
    if len(together) > 1:
        what = f"{len(together)} entries logged together"
    if entry.undone:
        return f"puts back {what}"
    going = dependents(state, *(each.id for each in together))
    return f"undoes {what}" + (f", and with it {quoted(going)}" if going else "")


def undoes(state: Incident, command: Undo, now: datetime) -> str:
    """What the command does, as `undo_words` has it. Raises Refused where it would be."""
    command.decide(state, now, now)
    correction = correction_of(state, command)
    if correction is not None:
        before, made = correction
        return f"undoes the correction “{one_line(made.text, 40)}” by {made.by}: it was “{one_line(before.text, 40)}”"
    return undo_words(state, undo_target(state, command))


def _put_back(state: Incident, entry: Entry, now: datetime) -> Decision:
    """Undo each undo of an entry that stands, so that the entry stands again."""
    back = state.part(TakenBack)
    cause = state.entries.get(back.went_with.get(entry.id, ""))
    if cause is not None:
        raise Refused(f"This was undone with “{one_line(cause.text, 40)}”; put that back to put both back.", "entry")
    return tuple(Proposal(EntryUndone(undo), now) for undo in back.undos[entry.id])


def _read_undo(asked: Asked, argument: str) -> Command:
    entry = argument.removesuffix("!").strip()
    entry = "" if entry.casefold() == "last" else entry
    return Undo(actor=asked.actor, entry=entry, dependents=argument.endswith("!"))


def _read_redact(asked: Asked, argument: str) -> Command:
    first, reason = split(argument)
    if first.casefold() == "last" or _is_id(asked.state, first.lower()):
        return RedactEntry(actor=asked.actor, entry=first, reason=reason)
    return RedactEntry(actor=asked.actor, entry=unquoted(argument))


WORDS: dict[str, Word] = {
    "undo": Word("/undo [ENTRY or WORDS of it] [! with what names it]", _read_undo),
    "redact": Word("/redact last, ENTRY or WORDS of it", _read_redact, "Name the entry"),
}
