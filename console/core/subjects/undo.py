"""Undos, moves and redactions: the fold leaves out, or blanks, what they name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from console.core.language.names import same_name, unquoted
from console.core.language.text import clean, one_line
from console.core.log.command import Command, Decision, Proposal, SlashContext, Word, proposed, split
from console.core.log.entries import PASTED_KINDS, Entry
from console.core.log.event import Body, Event, Id, Mention, NewEvent, Text
from console.core.log.folding import Folding
from console.core.log.ids import is_reference
from console.core.log.state import Correction, Corrections, Incident, Part, TakenBack, dependents, taken_together
from console.core.refusal import Refused
from console.core.subjects.entry import Brought, find_entry
from console.core.subjects.link import INVERSE, Links

MAX_MOVED_CHARS = 60
"""Of an entry's words in the line of its move."""


class EntryRedacted(Body, frozen=True):
    """The texts of `target`, of its corrections, and of what else holds the same words are erased.

    `erased` maps each erased event's id to the SHA-256 (hex) of the scrubbed body that stands in its place, so that
    the chain still covers every byte of the log.
    """

    target: Mention
    reason: Text = ""
    erased: dict[Id, Id] = {}
    left: dict[Id, Id] = {}
    """The remains of each erased body, as JSON, by the event's id; a version before this field gave none."""


def redacts(events: Iterable[Event | NewEvent]) -> bool:
    """True when any of the events erases something."""
    return any(isinstance(event.body, EntryRedacted) for event in events)


class EntryUndone(Body, frozen=True):
    """`target` does not count; any number of undos of it are as one, and an undo of the undo lets it stand again."""

    target: Mention


class Undone(Body, frozen=True):
    """An undo as earlier versions wrote it: of two that one file holds, the second put the entry back."""

    target: Mention


class EntriesUndone(Body, frozen=True):
    """None of `targets` counts, as if each were undone alone; an undo of this lets all of them stand again."""

    targets: tuple[Mention, ...]


class EntryMoved(Body, frozen=True):
    """`target` counts in another incident, whose log brings it, and not in this one."""

    target: Mention
    to: Id
    """The other incident's reference."""

    def apply(self, fold: Folding) -> None:
        entry = fold.state.entries.get(self.target)
        if entry is None or not is_reference(self.to):
            fold.unknown("a move of an entry that is not in this log")
            return
        fold.part(Moves).moves[fold.event.id] = (self.target, self.to)
        if not fold.skipping:
            fold.change_entry(self.target, moved_to=self.to)
        fold.entry("link", f"Moved to {self.to}: {one_line(entry.text, MAX_MOVED_CHARS)}", about=self.target)


class Moves(Part):
    moves: dict[str, tuple[str, str]] = {}
    """The entry that each move takes away and the incident that it goes to, by the move's id."""


Undoing = EntryUndone | Undone | EntriesUndone | EntryMoved


def undo_targets(body: Undoing) -> tuple[str, ...]:
    """The events that an undo takes back, each once."""
    return tuple(dict.fromkeys(body.targets)) if isinstance(body, EntriesUndone) else (body.target,)


class Undo(Command, frozen=True, kw_only=True):
    """Without `entry`: the actor's last act that still stands. Of an entry that is undone: put it back.

    Of an entry that was pasted with others, or written by one act: all of those. `entry` is an id or the beginning of
    one, also of a correction, or words that only the entry holds.
    """

    entry: str = ""
    dependents: bool = False
    """Undo the entries that name it as well, which `dependents` lists; refused without where there are any."""
    was_undone: bool | None = None
    """The entry's state when it was named, True for undone; refused where it is another now. None: whichever it is."""
    alone: bool = False
    """Only the entry, and not what was logged together with it."""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        partner = None if correction_of(state, self) else self._partner(state, undo_target(state, self))
        return () if partner is None else (partner.ref,)

    def follow(self, state: Incident, there: Incident) -> Command | None:
        entry = undo_target(state, self)
        partner = self._partner(state, entry)
        # Of an entry that was moved away the copy stands.
        undone = entry.undone and not entry.moved_to
        id = _partner_id(partner, state, there, undone=undone) if partner is not None else ""
        if partner is None or not id:
            return None
        # What the other incident did in the same act as its half of a link is its own.
        alone = bool(partner.relation)
        return Undo(actor=self.actor, entry=id, dependents=self.dependents, was_undone=undone, alone=alone)

    def _partner(self, state: Incident, entry: Entry) -> "_Partner | None":
        """That of the entry, else of a link that goes with it."""
        own = _partner(state, entry)
        if own is not None or self.alone:
            return own
        links = (_partner(state, each) for each in taken_together(state, entry))
        return next((partner for partner in links if partner is not None and partner.relation), None)

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
        ids = (entry.id,) if self.alone else tuple(each.id for each in taken_together(state, entry))
        going = dependents(state, *ids)
        if going and not self.dependents:
            raise Refused(
                f"Undoing this also undoes {quoted(going)}; write /undo {self.entry or 'last'} ! to undo all.",
                "dependents",
            )
        return proposed(EntriesUndone(ids) if len(ids) > 1 else EntryUndone(entry.id), now)


class RedactEntry(Command, frozen=True, kw_only=True):
    """`entry` is its id or the beginning of that, the id of one of its corrections, `last` for the actor's last one, or
    words that only it holds.

    Every copy of it goes too: of an entry that was moved, there, back, or once more, and of the reason of a link.
    """

    entry: str
    reason: str = ""
    copies: tuple[str, ...] = ()
    """The ids of its other copies in the same incident."""
    erased: tuple[str, ...] = ()
    """The ids of those that other commands of the same redaction erase."""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ref for id in self._targets(state) for ref in _copied(state, id)))

    def follow(self, state: Incident, there: Incident) -> Command | None:
        targets = self._targets(state)
        ids = dict.fromkeys(id for target in targets for id in _copies(state, target, there))
        standing = (id for id in ids if (copy := there.entries.get(id)) is not None and not copy.redacted)
        first, *others = [id for id in standing if id not in self.erased] or [""]
        erased = (*self.erased, *targets)
        follower = RedactEntry(actor=self.actor, entry=first, reason=self.reason, copies=(*others,), erased=erased)
        return follower if first else None

    def _targets(self, state: Incident) -> tuple[str, ...]:
        return (self._target(state), *self.copies)

    def _target(self, state: Incident) -> str:
        target = self.entry.strip().lower()
        # A redaction has no line of its own; by its id its reason is erased.
        if target in state.part(TakenBack).redactions:
            return target
        return _only(entries_named(state, self.entry, self.actor), self.entry).id

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        reason = clean(self.reason, multiline=False)
        return tuple(Proposal(EntryRedacted(target, reason), now) for target in self._targets(state))


class _Partner(NamedTuple):
    """The event of another incident that says the same as one of this, or holds the other half of it."""

    ref: str
    relation: str = ""
    """Of a link, as the other incident has it."""
    entry: str = ""
    """The id of the entry that was moved, in the incident that it was moved from."""


def _partner(state: Incident, entry: Entry) -> _Partner | None:
    """The partner of a link, of a move, of an entry that was moved away or brought here; None for every other."""
    link = _known(state, Links, "links").get(entry.id)
    if link is not None:
        return _Partner(link.other, INVERSE.get(link.relation, ""))
    if entry.id in (brought := _known(state, Brought, "entries")):
        source, original = brought[entry.id]
        return _Partner(source, entry=original)
    move = _known(state, Moves, "moves").get(entry.id) or (entry.id, entry.moved_to)
    return _Partner(move[1], entry=move[0]) if move[1] else None


def _partner_id(partner: _Partner, state: Incident, there: Incident, *, undone: bool) -> str:
    """The id of the partner's last entry in the other incident, standing or `undone`; empty without one."""
    if partner.relation:
        links = _known(there, Links, "links")
        ids = [id for id, link in links.items() if (link.relation, link.other) == (partner.relation, state.ref)]
    else:
        brought, moves = _known(there, Brought, "entries"), _known(there, Moves, "moves")
        ids = [id for id, origin in brought.items() if origin == (state.ref, partner.entry)]
        ids += [id for id, move in moves.items() if move == (partner.entry, state.ref)]
    fits = [id for id in ids if (entry := there.entries.get(id)) is not None and entry.undone == undone]
    return max(fits, key=lambda id: there.entries.position(id) or 0, default="")


def _copied(state: Incident, target: str) -> list[str]:
    """The incidents with another copy of an entry, or with a link's reason from their side."""
    refs = [to for moved, to in _known(state, Moves, "moves").values() if moved == target]
    brought, link = _known(state, Brought, "entries").get(target), _known(state, Links, "links").get(target)
    return [*refs, *([brought[0]] if brought else []), *([link.other] if link and link.note else [])]


def _copies(state: Incident, target: str, there: Incident) -> list[str]:
    """The ids of such copies in that incident."""
    source, original = _known(state, Brought, "entries").get(target, ("", ""))
    ids = [original] if source == there.ref else []
    ids += [id for id, origin in _known(there, Brought, "entries").items() if origin == (state.ref, target)]
    link = _known(state, Links, "links").get(target)
    if link is not None and link.note and link.other == there.ref:
        same = (INVERSE.get(link.relation, ""), state.ref, link.note)
        links = _known(there, Links, "links").items()
        ids += [id for id, other in links if (other.relation, other.other, other.note) == same]
    return ids


def _known(state: Incident, part: type[Part], field: str) -> dict[str, Any]:
    """The records by event in a part's `field`, those of undone events included."""
    return {**getattr(state.aside.of(part), field), **getattr(state.part(part), field)}


MIN_WORDS_CHARS = 4
"""The fewest characters of words, or of the beginning of an id, that name the entry to be erased."""


def last_correction(state: Incident, actor: str) -> Correction | None:
    """The actor's last correction, where it stands and they have logged nothing that stands since."""
    corrections = [
        (made.at, made.id, made, corrected)
        for corrected, versions in state.corrections.items()
        for made in versions[1:]
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
    """The entry's version before the correction that the command takes back, and the correction; None: it is none."""
    last = None if command.entry else last_correction(state, command.actor)
    id = last.id if last else command.entry
    pairs = (pair for versions in state.corrections.values() for pair in pairwise(versions))
    return next((pair for pair in pairs if id and pair[1].id == id), None)


def last_own(state: Incident, actor: str, act: str) -> Entry:
    """The actor's last entry that still stands, the declaration apart; refused where there is none for the act."""
    for entry in reversed(state.entries):
        standing = entry.id != state.declared_id and not (entry.undone or entry.redacted)
        if standing and same_name(entry.author, actor):
            return entry
    raise Refused(f"There is nothing of yours to {act}; choose an entry and {act} that one.")


def _is_id(state: Incident, word: str) -> bool:
    """True for an entry's id, or plainly the beginning of one: "the" begins many ids, and is a word."""
    if state.entries.get(word) or word in state.part(TakenBack).redactions:
        return True
    plain = len(word) >= MIN_WORDS_CHARS and any(char.isdigit() for char in word)
    return plain and any(entry.id.startswith(word) for entry in state.entries)


def entries_named(
    state: Incident, text: str, actor: str, act: Literal["redact", "correct", "undo", "move"] = "redact"
) -> list[Entry]:
    """The entries that the act may mean by an id, `last`, or words of theirs; refused where there is none.

    A redaction means an entry by the id of one of its corrections, too. An undo of the `declaration` withdraws the
    incident.
    """
    wanted = text.strip().casefold()
    corrections = _known(state, Corrections, "targets") if act == "redact" else {}
    while wanted in corrections:
        wanted = corrections.pop(wanted)
    if act == "undo" and wanted == "declaration":
        return [find_entry(state, state.declared_id)]
    if wanted == "last":
        return [last_own(state, actor, act)]
    if _is_id(state, wanted):
        return [find_entry(state, wanted)]
    # Entries are named in quotes on the screen, and so here.
    if (bare := unquoted(wanted)) != wanted and not any(wanted in entry.text.casefold() for entry in state.entries):
        return entries_named(state, bare, actor, act)
    # What is erased is gone: a mistyped id is never taken for a word.
    long_enough = len(wanted) >= MIN_WORDS_CHARS
    fits = [entry for entry in state.entries if long_enough and not entry.redacted and wanted in entry.text.casefold()]
    if act in ("undo", "redact") and [entry.id for entry in fits] == [state.declared_id]:
        way = "/undo declaration withdraws the incident" if act == "undo" else f"/redact {state.declared_id} erases it"
        raise Refused(f"Only the declaration holds these words; {way}.", "entry")
    if act == "undo":
        # Words of its title mean what was logged about that, and never the incident as a whole.
        fits = [entry for entry in fits if entry.id != state.declared_id]
    if not fits:
        if act in ("redact", "correct") and wanted.startswith("last "):
            raise Refused(f"Write /{act} last alone: it opens your last entry for that.", "entry")
        few = f" of at least {MIN_WORDS_CHARS} letters" if not long_enough else ""
        why = "No entry holds these words" if long_enough else f"“{wanted}” is too short to tell an entry by"
        raise Refused(f"{why}; write /{act} last, or words{few} of the entry.", "entry")
    return fits


def entry_named(state: Incident, text: str, actor: str, act: Literal["correct", "undo", "move"]) -> Entry:
    """The one entry that the act means. Raises Refused where its words are in none or in several."""
    return _only(entries_named(state, text, actor, act), text)


def quoted(entries: Sequence[Entry]) -> str:
    """Entries by their first words, for a sentence: the first three, and how many more there are."""
    shown = ", ".join(f"“{one_line(entry.text, 40)}”" for entry in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown


def undo_target(state: Incident, command: Undo) -> Entry:
    """The entry that is to be undone or put back. Raises Refused where its words are in none or in several."""
    if not command.entry:
        return last_own(state, command.actor, "undo")
    return entry_named(state, command.entry, command.actor, "undo")


def _only(fits: Sequence[Entry], words: str) -> Entry:
    """The one entry with these words, or with no others: those of a task stand in the line of its end, too."""
    whole = [entry for entry in fits if entry.text.casefold() in (words.strip().casefold(), unquoted(words).casefold())]
    if len(chosen := whole or fits) == 1:
        return chosen[0]
    which = ", ".join(f"{entry.id} “{one_line(entry.text, 30)}”" for entry in fits[:4])
    more = f" and {len(fits) - 4} more" if len(fits) > 4 else ""
    raise Refused(f"These words are in {len(fits)} entries: {which}{more}; write the id, or more words.", "entry")


def undo_words(state: Incident, entry: Entry) -> str:
    """An undo of the entry, with all that it takes along: `undoes “disk full” by mo, and with it “Done: check”`."""
    together = taken_together(state, entry)
    first, *others = together or [entry]
    named = f"“{one_line(first.text, 60)}” by {first.author}"
    if others and first.kind in PASTED_KINDS:
        named, others = f"{len(together)} entries logged together", []
    going = others if entry.undone else [*others, *dependents(state, *(each.id for each in together))]
    act = "puts back" if entry.undone else "undoes"
    return f"{act} {named}" + (f", and with it {quoted(going)}" if going else "")


def undoes(state: Incident, command: Undo, now: datetime) -> str:
    """The effect of the command, as `undo_words` has it. Raises Refused as its decision does."""
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


def _read_undo(context: SlashContext, argument: str) -> Command:
    entry = argument.removesuffix("!").strip()
    entry = "" if entry.casefold() == "last" else entry
    return Undo(actor=context.actor, entry=entry, dependents=argument.endswith("!"))


def _read_redact(context: SlashContext, argument: str) -> Command:
    first, reason = split(argument)
    if first.casefold() == "last" or _is_id(context.state, first.lower()):
        return RedactEntry(actor=context.actor, entry=first, reason=reason)
    return RedactEntry(actor=context.actor, entry=unquoted(argument))


WORDS: dict[str, Word] = {
    "undo": Word("/undo [ENTRY or WORDS of it] [! with what names it]", _read_undo, offers=(lambda known: ["last"],)),
    "redact": Word("/redact last, ENTRY or WORDS of it", _read_redact, "Name the entry", (lambda known: ["last"],)),
}
