"""`warroom watch`: reading along as lines, without a screen."""

import queue
import select
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from io import UnsupportedOperation
from types import FrameType

import click

from console.app.bells import Bells
from console.cli.context import Shell, json_line
from console.cli.look import MAX_TEXT_CHARS, kind_column
from console.cli.output import columns, hint, out, row
from console.cli.params import command, json_option
from console.cli.stopping import handling
from console.core.language.text import one_line
from console.core.language.times import local_pair, rfc3339
from console.core.language.when import parse_when
from console.core.log.event import Event
from console.core.log.state import Incident
from console.export.json.incident import event_view, event_words
from console.store import place, replica
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.problems import StoreProblem

LOOK_S = 1.0
"""Seconds between looks at what has become due and at the reader."""


class _Ended(Exception):
    """Somebody ended the watch by SIGTERM."""


@command("[ref]", example="K7Q2 --since 30m")
@click.option("--since", metavar="WHEN", help="First what was logged since then: 30m, 14:32, yesterday 23:50.")
@json_option()
def watch(shell: Shell, ref: str, since: str | None, as_json: bool) -> None:
    """Follow the log, a line for each new event and whatever becomes overdue, until Ctrl+C."""
    began = shell.now()
    moment = None if since is None else parse_when(_in_the_past(since), now=began, zone=shell.zone)
    following = _Following(shell, began, as_json=as_json)
    with suppress(KeyboardInterrupt, _Ended), handling(_end, signal.SIGTERM):
        with shell.ledger(writing=False, following=True) as ledger:
            following.ref = ledger.resolve(ref) if ref else ""
            hint(f"Following {ledger.log.path}; Ctrl+C ends.")
            after = ledger.log.position()
            following.begin(ledger, moment)
            following.follow(ledger, after)
        following.find_again()


def _in_the_past(since: str) -> str:
    """The text with a minus before a bare length: `30m` means 30 minutes ago."""
    return f"-{since}" if since[:1].isdigit() and since[-1:] in "smhd" else since


class _Following:
    """The lines about one incident, or about all; goes on while the file is locked, moved or replaced."""

    def __init__(self, shell: Shell, began: datetime, *, as_json: bool) -> None:
        self._shell, self._began, self._as_json = shell, began, as_json
        self.ref = ""
        """The incident that is followed; empty for all."""
        self._last_seen: dict[replica.Pair, int] = {}
        """The number of the last event that is known, by incident and origin."""
        self._bells = Bells()
        self._replaced = False
        """True when another file has taken the path since the beginning."""
        self._complaint = ""

    def begin(self, ledger: Ledger, since: datetime | None) -> None:
        """Tell what was logged since a moment; what is due already is no news."""
        log = ledger.log
        self._last_seen = {pair: head.oseq for pair, head in log.query(replica.heads).items()}
        if since is not None:
            changed = log.select("SELECT DISTINCT incident FROM event WHERE recorded_at >= ?", rfc3339(since))
            events = [event for (ref,) in changed for event in log.events(ref) if event.recorded_at >= since]
            self._tell(ledger, sorted(events, key=lambda event: event.recorded_at))
        # Read, so that what it owes is known.
        _ = ledger.state(self.ref) if self.ref else ledger.states()
        list(self._due(ledger))

    def follow(self, ledger: Ledger, after: int) -> None:
        """Tell what is committed behind a position, until another file, or none, stands in the log's place."""
        news: queue.Queue[list[Event] | str] = queue.Queue()
        waiting: list[Event] = []
        log, at = ledger.log, place.identity(ledger.log.path)
        watcher = log.watch(news.put, on_problem=lambda problem: news.put(problem.reason), after=after)
        try:
            while place.identity(log.path) == at:
                with suppress(queue.Empty):
                    arrived = news.get(timeout=LOOK_S)
                    if isinstance(arrived, str):
                        self._complain(arrived)
                    else:
                        waiting += arrived
                try:
                    ledger.absorb(waiting)
                    self._tell(ledger, self._new(waiting))
                    waiting.clear()
                    for line in self._due(ledger):
                        out(line)
                except StoreProblem as problem:
                    # The file may be locked for a while.
                    self._complain(problem.reason)
                sys.stdout.flush()
                check_reader()
        finally:
            watcher.stop()

    def find_again(self) -> None:
        """Follow whatever stands in the log's place next."""
        path = self._shell.path.expanduser().absolute()
        self._replaced = True
        while True:
            try:
                with closing(Log.open(path, read_only=True)) as log:
                    hint(f"Following {path} again: another file is there now.")
                    self._complaint = ""
                    self.follow(Ledger(log, actor=self._shell.actor, clock=self._shell.now), 0)
            except StoreProblem as problem:
                self._complain(problem.reason)
            time.sleep(LOOK_S)
            check_reader()

    def _complain(self, reason: str) -> None:
        """Say what keeps it from reading, each trouble once; it goes on trying."""
        if reason != self._complaint:
            self._complaint = reason
            hint(reason)

    def _new(self, events: Iterable[Event]) -> Iterator[Event]:
        known = {incident for incident, _ in self._last_seen}
        for event in events:
            pair = event.incident, event.origin
            # A file that was put in the log's place may hold other incidents, of long ago.
            old = self._replaced and event.incident not in known and event.recorded_at < self._began
            if event.oseq > self._last_seen.get(pair, 0):
                if not old:
                    yield event
                # Only now: what could not be told is told again.
                self._last_seen[pair] = event.oseq

    def _tell(self, ledger: Ledger, events: Iterable[Event]) -> None:
        for event in events:
            if self.ref in ("", event.incident):
                out(self._line(ledger.state(event.incident), event))

    def _line(self, state: Incident, event: Event) -> str:
        if self._as_json:
            return json_line(event_view(state, event))
        kind, text = event_words(state, event)
        return self._row(event.incident, event.occurred_at, kind, f"{one_line(text, MAX_TEXT_CHARS)}  ({event.actor})")

    def _row(self, ref: str, at: datetime, kind: str, words: str) -> str:
        return row(f"{ref}  {local_pair(at, self._shell.zone)[0]}  {kind_column(kind)} ", words, columns())

    def _due(self, ledger: Ledger) -> Iterator[str]:
        """Lines about clocks that are due soon or overdue; none as JSON, whose lines are events."""
        now = ledger.now()
        for state in ledger.calling(self.ref):
            for clock in self._bells.begun(state.ref, ledger.owed(state, now)):
                if self.ref in ("", state.ref) and not self._as_json:
                    kind = "overdue" if clock.state == "overdue" else "due soon"
                    words = one_line(", ".join(filter(None, (clock.what, clock.by_whom))), MAX_TEXT_CHARS)
                    yield self._row(state.ref, clock.due_at, kind, words)


def check_reader() -> None:
    """Raises BrokenPipeError once nobody reads standard output any more, which else only the next line would show."""
    with suppress(UnsupportedOperation):
        if not sys.stdout.isatty():
            poll = select.poll()
            poll.register(sys.stdout.fileno(), 0)
            if poll.poll(0):
                raise BrokenPipeError


def _end(number: int, frame: FrameType | None) -> None:
    raise _Ended


COMMANDS = (watch,)
