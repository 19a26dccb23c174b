"""Several pasted lines: as one entry, as an entry each, or read as a chat or timeline with its own times and people.

The text is shown whole, and can be edited first.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import TextArea

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.registry import WORDS
from console.app.widgets.choice_list import Choice
from console.core.language.grammar import Line, day_and_time, split_paste
from console.core.language.text import MAX_ENTRY_BYTES, clean, clean_paste, counted, listed, one_line
from console.core.language.time_doubt import time_doubt
from console.core.log.command import Command
from console.core.log.completion import slash_doubt
from console.core.log.foretold import doubt_of
from console.core.log.ids import new_event_id
from console.core.log.slash import typed_command
from console.core.refusal import Refused
from console.core.subjects.entry import LogEntry
from console.core.subjects.paste import LogPaste
from console.core.subjects.task import AddTask

if TYPE_CHECKING:
    from console.intake.model import ReadTimeline

WHOLE, READ, TIMELINE, PLAIN, DROP = "whole", "read", "timeline", "plain", "drop"

MAX_PREVIEWED = 400
"""Lines that are shown as they are read."""
MAX_AUTHORS = 4
"""People of a chat who are named below it."""

_MAY_HOLD_TIME = re.compile(r"\d[:.h]\d\d|\d\s?[ap]\.?m|\d{4}-\d\d", re.IGNORECASE)


class PasteDialog(FormDialog[Sequence[Command]]):
    """Gives the command that logs the text, or none for an empty one. Nothing in it is run: a slash is text."""

    remembers = False
    asks_about_commands = False

    def __init__(self, here: Here, pasted: str, unwritable: str = "") -> None:
        """`unwritable` says why nothing can be logged; empty where it can."""
        self._here = here
        self._state, self._actor, self._now, self._zone = here
        self._unwritable = unwritable
        # Of the dialog and not of each try, so that a second try at a failing disk is the same command.
        self._paste = new_event_id(os.urandom)
        self._read = cache(self._read_anew)
        self._timeline = lru_cache(maxsize=1)(self._timeline_anew)
        self.keep: Callable[[str], object] = lambda text: None
        """Given by the opener: called with the text at every change, so that a console that ends loses none of it."""
        ways = self._ways(pasted)
        if any(way.value == TIMELINE for way in ways) and self._is_chat(pasted):
            chosen = TIMELINE
        else:
            # What has a time in each of its lines did not happen now.
            chosen = READ if all(map(self._has_time, split_paste(pasted))) else WHOLE
        fields = (Field("as", "Log as", chosen, choices=ways), Field("text", "Text", pasted, lines=10, fresh=True))
        title = f"Pasted into {here.state.ref}"
        super().__init__(title, fields, self._commands, self._says, preview=self._as_read, doubts=self._asks_first)

    def _read_anew(self, line: str) -> LogEntry | AddTask:
        command = typed_command(line, self._state, actor=self._actor, now=self._now, zone=self._zone)
        assert isinstance(command, LogEntry | AddTask)
        return command

    def _timeline_anew(self, text: str) -> "ReadTimeline":
        from console.intake.timeline import read_timeline  # Not needed for most pastes.

        return read_timeline(text, now=self._now, zone=self._zone)

    def _is_chat(self, text: str) -> bool:
        """True when people speak in the text: one is enough, where no line of it has a marker of the scribe's."""
        authors = {entry.author for entry in self._timeline(text).lines if entry.author}
        return len(authors) > 1 or (bool(authors) and not any(map(self._is_marked, split_paste(text))))

    def _is_marked(self, line: str) -> bool:
        with suppress(Refused):
            command = self._read(line)
            return not isinstance(command, LogEntry) or command.kind != "note"
        return False

    def _timeline_ways(self, text: str, lines: Sequence[str]) -> list[Choice]:
        """The reading as a timeline, where that finds more than a time at the head of each line."""
        if not _MAY_HOLD_TIME.search(text) or len(text) > MAX_ENTRY_BYTES:
            return []
        entries = self._timeline(text).lines
        people = any(entry.author for entry in entries)
        if not entries or (not people and all(map(self._has_time, lines))):
            return []
        gains = "times and people" if people else "times"
        return [Choice(TIMELINE, f"{counted(len(entries), 'entry', 'entries')}, with the {gains} in the text")]

    def _has_time(self, line: str) -> bool:
        with suppress(Refused):
            return self._read(line).at is not None
        return False

    def _says_more(self, line: str) -> bool:
        """True when the line has more than words: a time or a marker, also one that cannot be read."""
        try:
            command = self._read(line)
        except Refused:
            return True
        return command.at is not None or not isinstance(command, LogEntry) or command.kind != "note"

    def _ways(self, text: str) -> tuple[Choice, ...]:
        lines = split_paste(text)
        each = f"An entry for each line ({len(lines)})"
        reads = [Choice(READ, f"{each}, with times and markers read")] if any(map(self._says_more, lines)) else []
        plain = Choice(PLAIN, f"{each}, as plain text")
        timeline = self._timeline_ways(text, lines)
        return Choice(WHOLE, "One entry, unchanged"), *reads, *timeline, plain, Choice(DROP, "Discard it")

    def _commands(self, values: Values) -> Sequence[Command]:
        text = clean(values["text"]).strip("\n")
        if not text.strip() or values["as"] == DROP:
            return ()
        if self._unwritable:
            raise Refused(self._unwritable)
        entries: tuple[LogEntry | AddTask, ...]
        if values["as"] == TIMELINE:
            entries = self._read_entries(values["text"])
        elif values["as"] == WHOLE:
            entries = (LogEntry(actor=self._actor, text=text),)
        elif values["as"] == READ:
            entries = tuple(self._numbered(number, line) for number, line in enumerate(split_paste(text), start=1))
        else:
            entries = tuple(LogEntry(actor=self._actor, text=line) for line in text.split("\n") if line.strip())
        together = LogPaste(actor=self._actor, entries=entries, paste=self._paste)
        return (self._here.checked(entries[0] if len(entries) == 1 else together),)

    def _read_entries(self, text: str) -> tuple[LogEntry, ...]:
        from console.intake.entries import log_entry

        read = self._timeline(text)
        if not read.lines:
            raise Refused("No time is found in this text; log it as one entry.", "as")
        return tuple(log_entry(line, self._actor, self._now, self._zone) for line in read.lines)

    def _numbered(self, number: int, line: str) -> LogEntry | AddTask:
        try:
            return self._read(line)
        except Refused as refused:
            raise Refused(f"Line {number}: {refused.reason}", refused.field) from refused

    def _says(self, commands: Sequence[Command]) -> str:
        if not commands:
            return "discards the paste; nothing is logged"
        entries, way = entries_of(commands), self.values()["as"]
        if way == WHOLE:
            (whole,) = entries
            assert isinstance(whole, LogEntry)
            lines = len(whole.text.split("\n"))
            return f"logs one note with all {lines} lines, now" if lines > 1 else "logs one note, now"
        if way == PLAIN:
            return f"logs {counted(len(entries), 'note')}, now"
        if way == TIMELINE:
            authors = {entry.actor: None for entry in entries if entry.actor != self._actor}
            by = f" by {listed(list(authors))}" if 0 < len(authors) <= MAX_AUTHORS else ""
            skipped = len(self._timeline(self.values()["text"]).skipped)
            out = f"; {counted(skipped, 'line')} left out" if skipped else ""
            return f"logs {kinds_of(entries)}{by}: {span(commands, self._now, self._zone)}{out}"
        own = sum(entry.at is not None for entry in entries)
        times = f": {span(commands, self._now, self._zone)}" if own else ""
        whose = "their" if own != 1 else "its"
        return f"logs {kinds_of(entries)}; {own or 'none'} with a time of {whose} own{times}"

    def _as_read(self, values: Values) -> str:
        """The preview: what was assumed, each line as it is read, what is left out; empty where no lines are read."""
        if values["as"] == TIMELINE:
            return "\n".join(self._timeline_rows(self._timeline(values["text"])))
        if values["as"] != READ:
            return ""
        try:
            entries = entries_of(self._commands(values))
        except Refused:
            return ""
        rows = [_row(entry, self._now, self._zone) for entry in entries[:MAX_PREVIEWED]]
        more = len(entries) - len(rows)
        return "\n".join(("As read:", *rows, *([f"{more} more"] if more else [])))

    def _timeline_rows(self, read: "ReadTimeline") -> list[str]:
        from console.intake.preview import who_and_what

        rows = ["Assumed:", *read.assumptions] if read.assumptions else []
        if {question.about for question in read.questions} & {"zone", "day"}:
            rows.append("Another zone or day? Write it above the text: “All times UTC+1” or “5 March 2026”.")
        if read.lines:
            rows.append("As read:")
        for line in read.lines[:MAX_PREVIEWED]:
            rows.append(f"{day_and_time(line.occurred_at, self._now, self._zone):<5}  {who_and_what(line)}")
        if read.skipped:
            rows.append("Left out:")
        for skipped in read.skipped[:MAX_PREVIEWED]:
            rows.append(f"line {skipped.number}: {skipped.reason} {one_line(skipped.text, 60)}")
        more = max(len(read.lines) - MAX_PREVIEWED, 0) + max(len(read.skipped) - MAX_PREVIEWED, 0)
        return [*rows, *([f"{more} more"] if more else [])]

    def _asks_first(self, commands: Sequence[Command]) -> str:
        values = self.values()
        lines = split_paste(values["text"]) if values["as"] == READ else ()
        # Of a whole day's lines the first stands for all.
        time = next(filter(None, (time_doubt(line, now=self._now, zone=self._zone) for line in lines)), "")
        slash = "" if values["as"] == TIMELINE else self._slash_doubt(entries_of(commands))
        asks = (doubt_of(self._state, command, self._now, self._zone) for command in commands)
        return " ".join(filter(None, (time, slash, *asks)))

    def _slash_doubt(self, entries: Sequence[Command]) -> str:
        """The question about the first of the lines that lacks its slash, perhaps, and how many more there are."""
        notes = (Line("note", each.text) for each in entries if isinstance(each, LogEntry) and each.kind == "note")
        doubts = [*filter(None, (slash_doubt(note, self._state, self._actor, WORDS) for note in notes))]
        more = f" So it is with {counted(len(doubts) - 1, 'more line')}." if len(doubts) > 1 else ""
        return doubts[0] + more if doubts else ""

    def _typed_texts(self) -> list[str]:
        return [] if self.values()["as"] == DROP else super()._typed_texts()

    @on(TextArea.Changed)
    def _keep_text(self, event: TextArea.Changed) -> None:
        self.keep(event.text_area.text)
        self.offer("as", self._ways(event.text_area.text))

    def add(self, pasted: str) -> None:
        """A second paste adds to the first."""
        text = self.values()["text"]
        self.fill({"text": f"{text}{'' if text.endswith(chr(10)) else chr(10)}{clean_paste(pasted)}"})

    def paste_prose(self, pasted: str) -> None:
        self.add(pasted)


def entries_of(commands: Sequence[Command]) -> Sequence[Command]:
    """The commands of the single entries."""
    return [each for command in commands for each in (command.entries if isinstance(command, LogPaste) else (command,))]


def kinds_of(entries: Sequence[Command]) -> str:
    """The number of entries of each kind, in words: `1 action, 2 decisions and 1 note`."""
    counts = Counter(map(_kind, entries))
    many = {"hypothesis": "hypotheses"}
    return listed([counted(count, kind, many.get(kind, "")) for kind, count in sorted(counts.items())])


def _kind(entry: Command) -> str:
    return entry.kind if isinstance(entry, LogEntry) else "task"


def _row(entry: Command, now: datetime, zone: tzinfo) -> str:
    assert isinstance(entry, LogEntry | AddTask)
    owner = f" @{entry.owner}" if isinstance(entry, AddTask) and entry.owner else ""
    at = "now" if entry.at is None else day_and_time(entry.at, now, zone)
    return f"{at:<5}  {_kind(entry):<10}  {entry.text}{owner}"


def span(commands: Sequence[Command], now: datetime, zone: tzinfo) -> str:
    """From when to when the entries happened, by their own times: `18:44 to 18:47`, or `22:54 to 23:09 yesterday`."""
    moments = sorted(entry.at for entry in entries_of(commands) if entry.at is not None)
    if not moments:
        return ""
    first, last = day_and_time(moments[0], now, zone), day_and_time(moments[-1], now, zone)
    if first == last:
        return first
    same_day = moments[0].astimezone(zone).date() == moments[-1].astimezone(zone).date()
    return f"{first.split()[0] if same_day else first} to {last}"
