"""Dialogs with words in them: the status update, the handoff and its yes, an entry's details."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

import msgspec

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.grounds import Cite, Draft
from console.app.here import Here
from console.app.registry import bindings
from console.app.widgets.choice_list import Choice
from console.core.language.grammar import MARKERS, Line, left_times, parse_line
from console.core.language.names import same_name
from console.core.language.text import counted, listed, one_line
from console.core.language.times import due_words, local_pair, local_stamp
from console.core.language.when import parse_when
from console.core.log.clocks import open_clocks
from console.core.log.command import Command
from console.core.log.entries import SCRIBE_KINDS, Entry
from console.core.log.foretold import doubt_of
from console.core.log.state import Incident, dependents, taken_together
from console.core.log.tagged import untagged
from console.core.playbook.model import name_within
from console.core.refusal import Refused
from console.core.subjects.entry import CorrectEntry, find_entry, is_scribed, uncorrectable
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff, offered_handoff
from console.core.subjects.undo import RedactEntry, Undo, undo_words
from console.core.subjects.update import Update, any_update
from console.export.erasing import others, remarks
from console.export.handoff import MAX_SHOWN, handoff_markdown, handoff_pages
from console.store.redact import Plan


class Handover(msgspec.Struct, frozen=True):
    """The result of the handoff dialog."""

    offer: OfferHandoff | None
    """None when only the page is wanted."""
    draw: Callable[[Incident], str]
    """The handoff in Markdown, as it was previewed, with all that was left out there; long work."""
    path: Path
    """The file that is written; a number is added where it is there already."""


class _CitedPage:
    """A form with the handoff's page below its fields; `draws` makes the page from the fields' values, and `pages` the
    one for a note as the form opened."""

    cite: Cite | None = None
    """Given by the opener: shows what each sentence of the page stands on."""
    draws: Callable[[Values], Draft]
    drawn_from: tuple[Incident, datetime]
    pages: Callable[[str], str]

    def page(self, values: Values) -> str:
        return self.pages(values.get("note", ""))

    @property
    def entries_read(self) -> int:
        return len(self.drawn_from[0].entries)

    def outdated(self, state: Incident) -> str:
        assert isinstance(self, FormDialog)
        values, (seen, now) = self.values(), self.drawn_from
        if state is seen:
            return ""
        count = len(state.entries) - len(seen.entries)
        if self.page(values) == self.draws(values)(state, now):
            return ""
        came = f"{counted(count, 'entry', 'entries')} came meanwhile: " if count else ""
        return f"{came}the page is another now; read it again."

    def act_grounds(self) -> None:
        assert isinstance(self, FormDialog)
        values = self.values()
        if self.cite is not None:
            self.cite(self.page(values), 0, self.drawn_from[1], self.draws(values))


class HandoffDialog(_CitedPage, FormDialog[Handover]):
    """The form of a handoff: to whom, with a note; the page that they will read is shown below."""

    place = "handover"
    BINDINGS = bindings("handover")

    def __init__(self, here: Here, folder: Path) -> None:
        """`folder` takes the page."""
        state = here.state
        path = folder / f"{state.ref}-handoff-{here.now.astimezone(here.zone):%Y%m%d-%H%M}.md"
        file = f"{folder.name}/{path.name}"

        def draws(values: Values) -> Draft:
            return partial(handoff_markdown, zone=here.zone, author=here.actor, note=values["note"], most=MAX_SHOWN)

        self.draws, self.drawn_from = draws, (state, here.now)
        self.pages = handoff_pages(state, here.now, here.zone, author=here.actor, most=MAX_SHOWN)

        def build(values: Values) -> Handover:
            page = partial(handoff_markdown, now=here.now, zone=here.zone, author=here.actor, note=values["note"])
            if not values["person"].strip():
                if values["note"].strip():
                    raise Refused("Name who takes over, or empty the note.", "person")
                return Handover(None, page, path)
            offer = here.checked(OfferHandoff(actor=here.actor, person=values["person"], note=values["note"]))
            return Handover(offer, page, path)

        def doubts(handover: Handover) -> str:
            return doubt_of(state, handover.offer, here.now, here.zone) if handover.offer else ""

        def says(handover: Handover) -> str:
            if handover.offer is None:
                return f"writes {file} and copies it; command is offered to nobody"
            note = handover.offer.note.strip()
            words = f"with “{' '.join(note.split())}”" if note else "without a note"
            return f"offers command to {handover.offer.person}, {words}; writes {file}"

        fields = (
            Field("person", "Who takes over", hint="a name; empty only writes the page"),
            Field("note", "What they must know", lines=3),
        )
        super().__init__(f"Hand over the command of {state.ref}", fields, build, says, preview=self.page, doubts=doubts)


LONG_TEXT_CHARS = 160
"""Characters from which an entry's text is edited in several lines."""


READ_BACK = 3
"""The number of things owed that are read back by name, at most."""


def read_back(state: Incident, outgoing: str, now: datetime, zone: tzinfo) -> str:
    """Asks the incoming person to say what is owed before they accept; empty where nothing is."""
    owed = [clock for clock in open_clocks(state, now) if clock.kind != "stability"]
    first = []
    for clock in owed[:READ_BACK]:
        late = ", overdue" if clock.state == "overdue" else ""
        first.append(f"{one_line(untagged(clock.what), 80)} ({due_words(clock.due_at, now, zone)}{late})")
    if len(owed) > READ_BACK:
        first.append(f"{len(owed) - READ_BACK} more")
    return f"Read back to {outgoing or 'the outgoing IC'} what is owed: {listed(first)}." if first else ""


class AcceptDialog(_CitedPage, FormDialog[Command]):
    """The page that the outgoing IC writes is shown before it is accepted."""

    place = "handover"
    BINDINGS = bindings("handover")

    def __init__(self, here: Here) -> None:
        state = here.state
        offered = offered_handoff(state)
        person = offered.person if offered else here.actor
        role = state.playbook.role(offered.role) if offered and state.playbook else None

        def build(values: Values) -> AcceptHandoff:
            return here.checked(AcceptHandoff(actor=here.actor, person=person))

        own = same_name(here.actor, person)

        def doubts(command: Command) -> str:
            return "" if own else f"You are {here.actor}: this records that {person} accepts."

        author = offered.by if offered else here.actor

        def draws(values: Values) -> Draft:
            return partial(handoff_markdown, zone=here.zone, author=author, note="", most=MAX_SHOWN)

        self.draws, self.drawn_from = draws, (state, here.now)
        self.pages = handoff_pages(state, here.now, here.zone, author=author, most=MAX_SHOWN)

        name = name_within(state.playbook, role.id) if role and state.playbook else "incident commander"
        owed = read_back(state, offered.by if offered else "", here.now, here.zone)
        takes = ("I have read it back and take" if owed else "I take") if own else f"{person} takes"
        fields = (Field("yes", f"{person} as {name}", "yes", choices=(Choice("yes", f"{takes} over"),)),)
        super().__init__("Take over", fields, build, here.logs, note=owed, preview=self.page, doubts=doubts)


def _moved(entry: Entry) -> Iterator[str]:
    """A sentence on the entry's other copy, and on what reaches that."""
    for words, ref in (("moved to", entry.moved_to), ("moved from", entry.moved_from)):
        if ref:
            yield f"{words} {ref} · undo and redaction reach both"


class EntryDialog(FormDialog[Command]):
    """An entry's details and history; edited, undone or redacted from here.

    `plan` tells what a redaction would erase, None where the log cannot say; it is shown before Enter counts.
    """

    def __init__(
        self, here: Here, entry_id: str, plan: Callable[[], Awaitable[Plan | None]], redacting: bool = False,
        reading: bool = False, arrived_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """With `redacting` it is opened to redact the entry, and for nothing else; with `reading` to look at it: it
        begins in the list, so that a line typed behind Enter is none of the entry's words."""
        state, self._actor, self._now, zone = here
        self._here, self._state, self._zone, self._plan = here, state, zone, plan
        self._entry = entry = find_entry(state, entry_id)
        self._entry_words = words = state.words(entry)
        self._fixed = uncorrectable(entry)
        self._shown_at = f"{entry.occurred_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        self._history = state.corrections.get(entry.id, ())
        self._reach: str | None = None
        """The lines that say what a redaction would erase; None until that is asked for."""
        self._erased_with = ""
        """The words for how much else it would erase, for the last line; empty for nothing else."""
        locked = redacting or bool(self._fixed)
        acts = (
            Choice("leave", "Leave it: it cannot be corrected" if self._fixed else "Leave it as it is")
            if locked
            else Choice("correct", "Correct it; the old text stays in the log"),
            Choice("undo", "Put it back" if entry.undone else "Undo it"),
            Choice("redact", "Redact it: erase the text for good; older backups still hold it"),
        )
        fields: list[Field] = []
        if not locked:
            # A short text is edited in its line; what has more lines is shown whole.
            several = 6 if "\n" in words or len(words) > LONG_TEXT_CHARS else 0
            fields += [Field("text", "Text", words, lines=several), Field("at", "When", self._shown_at, replace=True)]
            kinds = tuple(Choice(kind, kind) for kind in SCRIBE_KINDS)
            fields += [Field("kind", "Kind", entry.kind, choices=kinds)] if is_scribed(entry) else []
        fields.append(Field("act", "What to do", "redact" if redacting else acts[0].value, choices=acts))
        self._begins_in = fields[-1 if reading else 0]
        arrived = f" · arrived {_at(arrived_at, zone)}" if arrived_at else ""
        facts = [
            *([words] if locked else []),
            f"{entry.kind} by {entry.author} · happened {_at(entry.occurred_at, zone)}",
            f"written {_at(entry.recorded_at, zone)}{arrived} · {entry.id}",
            *_moved(entry),
            *(f"{_at(correction.at, zone)} {correction.by}: {correction.text}" for correction in self._history),
            *_as_posted(any_update(state, entry.id), words, zone),
        ]
        super().__init__(
            "Redact an entry" if redacting else "Entry",
            fields,
            self._command,
            self._says,
            topic=entry.id,
            note="\n".join(facts),
            preview=self._what_is_erased,
            doubts=self._asks_first,
        )

    @property
    def first_field(self) -> Field:
        return self._begins_in

    def _command(self, values: Values) -> Command:
        entry = self._entry
        if values["act"] == "leave" or (values["act"] == "correct" and "text" not in values):
            raise Refused(f"{self._fixed} Choose what to do with it.".strip(), "act")
        command: Command
        if values["act"] == "undo":
            command = Undo(actor=self._actor, entry=entry.id, dependents=True, was_undone=entry.undone)
        elif values["act"] == "redact":
            command = RedactEntry(actor=self._actor, entry=entry.id)
        else:
            command = self._correction(values)
        return self._here.checked(command)

    def _correction(self, values: Values) -> CorrectEntry:
        entry = self._entry
        at = entry.occurred_at
        if values.get("at", self._shown_at) != self._shown_at:
            try:
                at = parse_when(values["at"], now=self._now, zone=self._zone)
            except Refused as refused:
                raise Refused(refused.reason, "at") from refused
        kind, text = values.get("kind", entry.kind), values["text"]
        # An update is what people read elsewhere, and no line of the scribe's.
        line = None if entry.kind == "update" else self._read(text)
        if line is not None and _head(line, text) != _head(self._read(self._entry_words), self._entry_words):
            # A time and a marker that were typed before the words mean here what they mean in the prompt.
            if line.occurred_at is not None and at != entry.occurred_at:
                raise Refused("Both the text and its field give a time; take one of them out.", "at")
            if line.kind != "note" and (kind != entry.kind or not is_scribed(entry) or line.kind == "task"):
                sign = next(sign for sign, each in MARKERS.items() if each == line.kind)
                raise Refused(f"The text begins with {sign}, for a {line.kind}; write \\{sign} if it is text.", "text")
            at, text = line.occurred_at or at, line.text
            kind = line.kind if line.kind != "note" else kind
        tags, people = (line.tags, line.people) if line is not None else ((), ())
        seen = self._history[-1].id if self._history else ""
        return CorrectEntry(
            actor=self._actor, entry=entry.id, text=text, kind=kind, at=at, tags=tags, people=people, seen=seen
        )

    def _read(self, text: str) -> Line | None:
        """The text read as it would be in the prompt; None for what is refused there, such as a slash word."""
        try:
            line = parse_line(text, now=self._now, zone=self._zone, commands=())
        except Refused as refused:
            if refused.field == "when" and text != self._entry_words:
                raise Refused(refused.reason, "text") from refused
            return None
        assert isinstance(line, Line)
        return line

    def _says(self, command: Command) -> str:
        if isinstance(command, RedactEntry):
            return f"erases “{one_line(self._entry_words, 60)}” for good{self._erased_with}"
        if isinstance(command, Undo):
            return undo_words(self._state, self._entry)
        assert isinstance(command, CorrectEntry)
        at = f", at {_at(command.at, self._zone)}" if command.at not in (None, self._entry.occurred_at) else ""
        before = self._read(self._entry_words)
        known = left_times(before) if before is not None else ()
        line = Line("note", command.text or "")
        stays = next((f" · “{each}” stays in the text" for each in left_times(line) if each not in known), "")
        return f"corrects the {command.kind}: {command.text}{at}{stays}"

    def _asks_first(self, command: Command) -> str:
        state, entry = self._state, self._entry
        if isinstance(command, RedactEntry):
            return f"Its text will be erased for good, here and in the log{self._erased_with}."
        more = len(taken_together(state, entry)) > 1 or dependents(state, entry.id)
        return f"This {undo_words(state, entry)}." if isinstance(command, Undo) and more else ""

    def _what_is_erased(self, values: Values) -> str:
        if values["act"] != "redact":
            return ""
        if self._reach is None:
            self._reach = "Looking for the same words in the whole log …"
            # Keys wait, so that nobody confirms what is not shown yet.
            self.resting.clear()
            self.run_worker(self._find_reach())
        return self._reach

    async def _find_reach(self) -> None:
        try:
            planned = await self._plan()
        finally:
            self.resting.set()
        lines = others(self._state, planned, self._zone, words=True) if planned else []
        heading = [f"Erased with it, because the same words stand there ({len(lines)}):"] if lines else []
        self._erased_with = f", and {len(lines)} more with the same words" if lines else ""
        self._reach = "\n".join((*heading, *lines, *(remarks(planned) if planned else [])))
        self._show_preview()


def _as_posted(update: Update | None, shown: str, zone: tzinfo) -> list[str]:
    """The lines on an update: its whole text, where that is another than is shown above, its promise, and what became
    of it at single targets."""
    if update is None:
        return []
    promise = f"next promised for {_at(update.next_at, zone)}" if update.next_at else ""
    promise = promise or ("no further update promised" if update.final else "next by the cadence")
    lines = [f"As posted, {promise}:", update.text] if update.text != shown else [f"As posted, {promise}"]
    lines += [f"In other words for {target}: {text}" for target, text in update.elsewhere.items()]
    decided = {made.target: made for made in update.publications}
    words = {
        "dropped": "Not sent to {}: dropped",
        "removed": "Removed from {}",
        "taken_down": "Taken off {} with the incident",
        "corrected": "Corrected on {}",
        "left": "Left on {}: {}",
        "left_off": "Left off {}: {}",
    }
    return lines + [
        words[made.decision].format(target, made.reason) for target, made in decided.items() if made.decision in words
    ]


def _head(line: Line | None, text: str) -> str:
    """The time and the marker that stand before the words, as typed."""
    return text.strip().removesuffix(line.text if line is not None else text)


def _at(moment: datetime, zone: tzinfo) -> str:
    """The date and time in the viewer's zone, and in UTC where that differs."""
    _, in_utc = local_pair(moment, zone, seconds=True)
    return local_stamp(moment, zone, seconds=True) + (f" ({in_utc})" if in_utc else "")
