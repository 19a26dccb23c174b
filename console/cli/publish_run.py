"""Sending from the shell: until nothing moves by itself any more, or until it is told to end."""

import math
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import msgspec

from console.cli.context import Shell
from console.cli.output import hint
from console.core.language.text import clean
from console.core.language.times import local_stamp, parse_rfc3339
from console.publish.sending import lease
from console.publish.sending.message import Remote
from console.publish.sending.publisher import Publisher
from console.publish.sending.sender import Report, Sender
from console.store.log import Log
from console.store.outbox.message import Message
from console.store.outbox.outbox import Outbox

SHOWN = 8
"""Characters of a message's id that are shown; any beginning of it that no other has is understood."""
IDLE_S = 1.0
"""The longest pause between two looks at what somebody else does: queue a message, send, order."""
READ_BACK = timedelta(minutes=5)
MOST = timedelta(minutes=10)
"""For so long a run that is to end waits at most, where nothing else is said."""
PATIENCE_S = 60.0
"""The longest single pause of such a run: enough to look for what is doubtful (30 s) and for short waits. A page that
is down, or asks for more, is for the next run, so that neither a person nor cron is kept."""


class Run:
    """One run on an open log. What happens to each message is told on stderr, a line each."""

    def __init__(self, shell: Shell, log: Log) -> None:
        self._shell, self._log = shell, log
        self._outbox, self._holder = Outbox(log), lease.me()
        self._end = threading.Event()
        self._told = {one.id: _mark(one) for one in self._outbox.messages(unfinished=True)}
        self._people = False
        """Whether what waits for a person is told as it happens, too."""

    def once(self, limit: timedelta | None = None) -> str:
        """Send until nothing that moves by itself is left; why something is left, else empty.

        For at most `limit`; without one for at most MOST, and without a pause beyond PATIENCE_S.
        """
        until = time.monotonic() + (limit or MOST).total_seconds()
        patience = PATIENCE_S if limit is None else math.inf
        with self._ended_by_signals():
            while True:
                report = self._turn(self._sender())
                left = self._outbox.messages(unfinished=True)
                pause = self._pause(report, left)
                if not left or pause is None or pause > patience or time.monotonic() + pause > until:
                    return self._left(report, left)
                if self._end.is_set():
                    return self._left(report, left)
                self._end.wait(pause)

    def on(self) -> None:
        """Send as things become due, and read pages back, until a signal."""
        self._people = True
        with self._ended_by_signals():
            while not self._end.is_set():
                sender = self._sender()
                report = self._turn(sender)
                if not report.busy:
                    sender.read_back(READ_BACK, self._end.is_set)
                pause = self._pause(report, ())
                self._end.wait(IDLE_S if pause is None else min(pause, IDLE_S))

    def _sender(self) -> Sender:
        """A new one each turn, so that a target or a key that was just set right counts."""
        return Publisher(self._shell.settings).sender(self._log, self._shell.now, self._holder)

    def _turn(self, sender: Sender) -> Report:
        report = sender.run_once(self._looked_in)
        self._tell()
        return report

    def _looked_in(self) -> bool:
        """Asked by the sender between two messages: whether to stop."""
        self._tell()
        return self._end.is_set()

    def _pause(self, report: Report, left: Sequence[Message]) -> float | None:
        """Seconds until something may have changed; None when nothing will by itself."""
        if report.next_at is not None:
            return max(0.05, (report.next_at - self._shell.now()).total_seconds())
        somebody = report.busy or any(one.state == "sending" for one in heads(left))
        return IDLE_S if somebody else None

    # Telling

    def _tell(self) -> None:
        waiting = {one.id: one for one in self._outbox.messages(unfinished=True)}
        for id in [one for one in self._told if one not in waiting]:
            del self._told[id]
            finished = self._outbox.message(id)
            if finished is not None:
                self._line(finished)
        for id, one in waiting.items():
            if self._told.get(id) != _mark(one):
                self._told[id] = _mark(one)
                if one.state != "sending":
                    self._line(one)

    def _line(self, one: Message) -> None:
        said = ""
        match one.state:
            case "done":
                url = msgspec.json.decode(one.remote, type=Remote).url if one.remote else ""
                said = f"sent, {url}" if url else "sent."
            case "dropped":
                said = "dropped."
            case "retry":
                said = f"{sentence(one.note)} It is tried again at {self._moment(one)}."
            case "unknown":
                said = f"{sentence(one.note)} It is looked for at {self._moment(one)}."
            case _ if self._people:
                said = one.note
        if said:
            hint(clean(f"{place(one)}: {said}", multiline=False))

    def _moment(self, one: Message) -> str:
        return local_stamp(parse_rfc3339(one.due_at), self._shell.zone, seconds=True)

    def _left(self, report: Report, left: Sequence[Message]) -> str:
        """Why something is left, in one sentence; where that are many, a line for each comes first."""
        if not left:
            return ""
        first = heads(left)
        if len(first) == 1:
            behind = f" ({len(left) - 1} more behind it)" if len(left) > 1 else ""
            return f"{place(first[0])}{behind}: {self._why(first[0], report)}"
        for one in first:
            hint(clean(f"{place(one)}: {self._why(one, report)}", multiline=False))
        return f"{len(left)} messages are left; “warroom publish list --left” shows them."

    def _why(self, one: Message, report: Report) -> str:
        id = one.id[:SHOWN]
        said = sentence(one.note)
        match one.state:
            case "dead":
                return f"{said} Then “warroom publish retry {id}”, or edit or drop it."
            case "ask":
                return f"{said} Say so with “warroom publish confirm {id}”, or with “resend {id}”."
            case "sending":
                return "Another console is sending it at this moment."
        blocked = report.blocked.get(one.target, "")
        if blocked:
            return blocked
        if report.busy:
            return "Another console is sending; “warroom publish list --left” shows what is left."
        if one.state == "pending":
            return said or "It waits for the next run."
        return f"{said} The next run after {self._moment(one)} tries it again.".strip()

    # Signals

    @contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        """Ctrl+C and SIGTERM let the request that is under way end; a second Ctrl+C does not wait for it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def ended(number: int, frame: FrameType | None) -> None:
            if self._end.is_set() and number == signal.SIGINT:
                raise KeyboardInterrupt
            self._end.set()

        before = {number: signal.signal(number, ended) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def heads(left: Sequence[Message]) -> list[Message]:
    """The first unfinished message of each incident and target."""
    found: dict[tuple[str, str], Message] = {}
    for one in left:
        found.setdefault((one.incident, one.target), one)
    return list(found.values())


def place(one: Message) -> str:
    return f"{one.incident} → {one.target}"


def sentence(note: str) -> str:
    """A note with its full stop; empty for none."""
    return note if not note or note.endswith((".", "!", "?")) else f"{note}."


def _mark(one: Message) -> tuple[str, int, int, str]:
    return (one.state, one.attempts, one.looks, one.note)
