"""Sending from the shell: until nothing moves by itself any more, or until it is told to end."""

import math
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from queue import Empty, SimpleQueue
from types import FrameType

from console.cli.context import Shell
from console.cli.output import hint
from console.cli.stopping import handling
from console.core.language.times import local_stamp, parse_rfc3339
from console.publish.sending import lease
from console.publish.sending.content import Unsettled
from console.publish.sending.differences import Difference
from console.publish.sending.lanes import Lanes
from console.publish.sending.message import Delivery, remote_of
from console.publish.sending.publisher import Publisher, open_differences
from console.publish.sending.sender import Report, Sender
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.message import Message
from console.store.outbox.outbox import Outbox

ID_CHARS = 8
"""Characters of a message's id that are shown; any beginning of it that no other has is understood."""
IDLE_S = 1.0
"""The longest pause between two looks at what somebody else does: queue a message, send, order."""
ENDS_S = 60.0
"""The longest wait for requests that are under way at the end; none takes longer."""
MAX_WAIT = timedelta(minutes=10)
"""The longest wait of a run with an end, where --for names none."""
PATIENCE_S = 60.0
"""The longest single pause of such a run: enough to look for what is doubtful (30 s) and for short waits. A page that
is down, or asks for more, is for the next run, so that neither a person nor cron is kept."""


class Run:
    """One run on an open log. What happens to each message is told on stderr, a line each."""

    def __init__(self, shell: Shell, log: Log) -> None:
        self._shell, self._log = shell, log
        self._outbox, self._holder = Outbox(log), lease.me()
        self._ending = False
        self._woken = SimpleQueue[None]()
        """Ends a pause. A signal's handler may put into it, which it must not do with a lock: the pause may hold it."""
        self._reported = {message.id: _mark(message) for message in self._outbox.messages(unfinished=True)}
        self._newest = self._outbox.newest()
        """The last message that was looked at."""
        self._people = False
        """True when messages that wait for a person are told as it happens, too."""

    def once(self, limit: timedelta | None = None) -> str:
        """Send until nothing that moves by itself is left; why something is left, else empty.

        For at most `limit`; without one for at most LIMIT, and without a pause beyond PATIENCE_S.
        """
        until = time.monotonic() + (limit or MAX_WAIT).total_seconds()
        patience = PATIENCE_S if limit is None else math.inf
        with handling(self._ended, signal.SIGINT, signal.SIGTERM):
            while True:
                report = self._sender().run_once(self._looked_in)
                self._tell()
                left = self._outbox.messages(unfinished=True)
                pause = self._pause(report, left)
                waits = left and pause is not None and pause <= patience and time.monotonic() + pause <= until
                if not waits or self._ending:
                    return self._left(report, left)
                self._rest(pause)

    def on(self) -> None:
        """Send as things become due, and read pages back, until a signal."""
        self._people = True
        lanes = Lanes(self._log, self._sender, self._shell.now, lambda: self._woken.put(None))
        with handling(self._ended, signal.SIGINT, signal.SIGTERM):
            while not self._ending:
                lanes.wake()
                self._tell()
                self._rest(IDLE_S)
            lanes.end(ENDS_S)
            self._tell()

    def _rest(self, pause_s: float | None) -> None:
        with suppress(Empty):
            self._woken.get(timeout=pause_s)

    def _sender(self) -> Sender:
        """A new one each turn, so that a target or a key that was just set right counts."""
        return Publisher(self._shell.settings).sender(self._log, self._shell.now, self._holder)

    def _looked_in(self) -> bool:
        """Tell the sender, between two messages, to stop."""
        self._tell()
        return self._ending

    def _pause(self, report: Report, left: Sequence[Message]) -> float | None:
        """Seconds until something may have changed; None when nothing will by itself."""
        if report.next_at is not None:
            return max(0.05, (report.next_at - self._shell.now()).total_seconds())
        somebody = report.busy or any(message.state == "sending" for message in heads(left))
        return IDLE_S if somebody else None

    # Telling

    def _tell(self) -> None:
        seen = self._outbox.open_or_after(self._newest)
        # Of what is open now some may be older than what was sent before.
        self._newest = max((self._newest, *(message.n for message in seen)))
        waiting = {message.id: message for message in seen if not message.finished}
        for message in seen:
            # Queued and sent since the last look.
            if message.finished and message.id not in self._reported:
                self._line(message)
        for id in [id for id in self._reported if id not in waiting]:
            del self._reported[id]
            finished = self._outbox.message(id)
            if finished is not None:
                self._line(finished)
        for id, message in waiting.items():
            if self._reported.get(id) != _mark(message):
                self._reported[id] = _mark(message)
                if message.state != "sending":
                    self._line(message)

    def _line(self, message: Message) -> None:
        text = ""
        match message.state:
            case "done":
                remote = remote_of(message.remote)
                url = remote.url if remote else ""
                text = f"sent, {url}" if url else "sent."
            case "dropped":
                text = "dropped."
            case "retry":
                text = f"{sentence(message.note)} It is tried again at {self._moment(message)}."
            case "unknown":
                text = f"{sentence(message.note)} It is looked for at {self._moment(message)}."
            case _ if self._people:
                text = message.note
        if text:
            hint(f"{place(message)}: {text}")

    def _moment(self, message: Message) -> str:
        return local_stamp(parse_rfc3339(message.due_at), self._shell.zone, seconds=True)

    def _left(self, report: Report, left: Sequence[Message]) -> str:
        """The reason why something is left, a sentence; of several, a line for each comes first."""
        if not left:
            return ""
        first = heads(left)
        if len(first) == 1:
            behind = f" ({len(left) - 1} more behind it)" if len(left) > 1 else ""
            return f"{place(first[0])}{behind}: {self._why(first[0], report)}"
        for message in first:
            hint(f"{place(message)}: {self._why(message, report)}")
        return f"{len(left)} messages are left; “warroom publish list --left” shows them."

    def _why(self, message: Message, report: Report) -> str:
        id, note = message.id[:ID_CHARS], sentence(message.note)
        match message.state:
            case "dead":
                return f"{note} Then “warroom publish retry {id}”, or edit or drop it."
            case "ask":
                return f"{note} Say so with “warroom publish confirm {id}”, or with “resend {id}”."
            case "sending":
                return "Another console is sending it at this moment."
        blocked = report.blocked.get(message.target, "")
        if blocked:
            return blocked
        if report.busy:
            return "Another console is sending; “warroom publish list --left” shows what is left."
        if message.state == "pending":
            return note or "It waits for the next run."
        return f"{note} The next run after {self._moment(message)} tries it again.".strip()

    # Signals

    def _ended(self, number: int, frame: FrameType | None) -> None:
        """Ctrl+C and SIGTERM let the request that is under way end; a second Ctrl+C does not wait for it."""
        if self._ending and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._ending = True
        self._woken.put(None)


def heads(left: Sequence[Message]) -> list[Message]:
    """The first unfinished message of each incident and target."""
    first: dict[tuple[str, str], Message] = {}
    for message in left:
        first.setdefault((message.incident, message.target), message)
    return list(first.values())


def place(message: Message) -> str:
    return f"{message.incident} → {message.target}"


def delivery_rows(delivery: Delivery, mail: str) -> list[tuple[str, str]]:
    """The text line by line, the components and whether somebody is mailed, each behind its head."""
    parts = ", ".join(f"{part.name or part.id} → {part.state}" for part in delivery.parts)
    lines = [("" if number else "text", line) for number, line in enumerate(delivery.text.split("\n"))]
    return [*lines, ("components", parts or "none change"), ("mail", mail)]


def sentence(note: str) -> str:
    """A note with its full stop; empty for none."""
    return note if not note or note.endswith((".", "!", "?")) else f"{note}."


def _mark(message: Message) -> tuple[str, int, int, str]:
    return (message.state, message.attempts, message.looks, message.note)


def how_to_settle(each: Unsettled) -> str:
    """The difference between a page and the log, and the command that decides what becomes of it."""
    settle = f"warroom publish settle {each.message[:ID_CHARS]}"
    return f"{each.target}: {each.says} “{settle}” decides what becomes of it."


def how_to_settle_read(target: str, each: Difference) -> str:
    """A difference that was read on a page, and the command that settles it."""
    return f"{target}: {each.says} “warroom publish settle {each.id(target)}” settles it."


def tell_of_pages(ledger: Ledger, ref: str) -> None:
    """After an undo or a redaction: hint at the pages that still show what was undone or redacted."""
    hint(*map(how_to_settle, open_differences(ledger.log, ledger.state(ref))))
