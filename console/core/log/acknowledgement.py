"""The answer to Enter: a sentence about what was written, which may stand far from where one looks."""

from collections.abc import Sequence
from datetime import tzinfo

from console.core.language.grammar import day_and_time
from console.core.language.lookalikes import lookalike
from console.core.language.text import counted, one_line
from console.core.language.times import local_pair, local_stamp
from console.core.log.entries import PASTED_KINDS, SCRIBE_KINDS
from console.core.log.event import Event
from console.core.log.state import Incident, taken_together, undone_entry
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.undo import EntriesUndone, EntryRedacted, EntryUndone, quoted
from console.core.subjects.update import UpdatePosted

MAX_WORDS_CHARS = 44
"""Of the entry's own words, which whoever wrote them only needs to recognise."""


def acknowledgement(state: Incident, events: Sequence[Event], zone: tzinfo) -> str:
    """`Logged at 14:32: roll back`, by the first of the events that has an entry; empty when none has.

    Of another day it names the date.
    """
    for event in events:
        if isinstance(event.body, EntryRedacted):
            entries = {event.body.target, *(id for id in event.body.erased if state.entries.get(id))}
            return f"Redacted: {counted(len(entries), 'entry', 'entries')}"
        if isinstance(event.body, EntryCorrected) and (corrected := state.entries.get(event.body.target)):
            return f"Corrected: {one_line(corrected.text, MAX_WORDS_CHARS)}"
        undo = isinstance(event.body, EntryUndone | EntriesUndone)
        entry = state.entries.get(undone_entry(state, event.id) if undo else event.id)
        if entry is None and undo:
            return "Undone: the correction"
        if entry is None:
            continue
        together = taken_together(state, entry) if undo or bool(getattr(event.body, "paste", False)) else [entry]
        pasted = len(together) > 1 and entry.kind in PASTED_KINDS
        # What one act came to is named by what it began with.
        entry = together[0] if undo and together and not pasted else entry
        text = entry.text_in(zone)
        own = entry.words if text.startswith(entry.words) else ""
        behind = text.removeprefix(own) if own else ""
        words = (
            one_line(own or text, MAX_WORDS_CHARS) + " " * behind.startswith(" ") + one_line(behind, MAX_WORDS_CHARS)
        )
        if pasted:
            words = f"{len(together)} entries{' logged together' if undo else ''}"
        if undo:
            others = quoted([each for each in together if each is not entry]) if not pasted else ""
            return f"{'Undone' if entry.undone else 'Put back'}: {words}{f', and with it {others}' if others else ''}"
        moments = entry.occurred_at.astimezone(zone), event.recorded_at.astimezone(zone)
        today = moments[0].date() == moments[1].date()
        at = local_pair(entry.occurred_at, zone)[0] if today else local_stamp(entry.occurred_at, zone)
        if isinstance(event.body, UpdatePosted) and event.body.next_at is not None:
            words += f", next at {day_and_time(event.body.next_at, event.recorded_at, zone)}"
        left = lookalike(entry.words or entry.text) if entry.kind in (*SCRIBE_KINDS, "task") else None
        return f"Logged at {at}: {words}{f' · “{left[0]}” stays in the text' if left else ''}"
    return ""
