"""The context that every command of the shell shares: options, the open log, sentences instead of tracebacks."""

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec
import platformdirs

from console.app.settings import preferred_playbook, preferred_server
from console.cli.output import hint, out
from console.cli.stopping import stopping_between_writes
from console.core.language import times
from console.core.language.grammar import long_ago_doubt
from console.core.language.secrets import looks_secret, secret_doubt
from console.core.language.text import clean, escaped_json, one_line
from console.core.language.time_doubt import time_doubt
from console.core.log import command as commands
from console.core.log.acknowledgement import acknowledgement
from console.core.log.command import Command
from console.core.log.event import Event, NewEvent
from console.core.log.foretold import doubt_of, text_doubt, texts_of
from console.core.log.slash import read_slash
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.public_title import SetPublicTitle
from console.library.playbooks import Playbooks
from console.publish.sending.follower import Follower
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.message import Queued
from console.store.place import default_path, replaces_file
from console.store.problems import NoLogYet, OlderLog

NO_SERVER = "off"
"""In the place of a server's address: none, whatever the settings say."""
PRACTICE_FILE = "drills.db"
"""The practice database, beside the log: real incidents and drills never share a file unless somebody asks for it."""


def fail(*reasons: str) -> NoReturn:
    """Sentences on stderr, a line each, and exit status 1."""
    hint(*reasons)
    sys.exit(1)


def ask(question: str) -> None:
    """Ask to confirm; without that nothing is written, and the exit status is 1."""
    if not click.confirm(question, err=True):
        fail("Nothing was written.")


def from_input(text: str) -> str:
    """The text of an option; where it is `-`, that of standard input."""
    return sys.stdin.buffer.read(1_000_000).decode("utf-8", "replace") if text == "-" else text


def local_zone() -> tzinfo:
    """The machine's zone with its rules where they can be found, else today's offset."""
    for name in (os.environ.get("TZ", ""), _linked_zone()):
        if name:
            with suppress(Refused):
                return times.zone(name.removeprefix(":"))
    return datetime.now().astimezone().tzinfo or UTC


def _linked_zone() -> str:
    try:
        target = os.readlink("/etc/localtime")
    except OSError:
        return ""
    return target.partition("zoneinfo/")[2]


def login_name() -> str:
    """The system's name for whoever sits here; empty when it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


class Shell:
    """One run of the command: the options before the command's name, and what they open."""

    def __init__(
        self, db: str | None, actor: str | None, tz: str | None, read_only: bool, config: str | None = None
    ) -> None:
        self._config = config
        self._db, self._tz, self.read_only = db, tz, read_only
        self.plain = False
        """The console is opened as lines, without a screen."""
        self.view = ""
        """The name of the view that the console is opened with; empty for none."""
        self.as_json = False
        """The events that are written are printed as JSON, one on each line."""
        self.written = ""
        """The incident that something was written into first."""
        self.done = ""
        """The sentence for what was changed outside the log, told where the output cannot be written."""
        self.meant = ""
        """A question after the command that may have been meant by the word in a reference's place."""
        self._pointed_out: set[str] = set()
        """The doubts that have been asked about, or told."""
        self.sync_option: str | None = None
        """The address of the server that joins machines, as option or environment give it."""
        self.actor = commands.name(actor or login_name())

    @property
    def path(self) -> Path:
        try:
            path = Path(self._db).expanduser() if self._db else default_path()
        except RuntimeError:
            whose = self._db or "your name"
            raise Refused(f"There is no home folder behind {whose}; write the whole path with --db.") from None
        if self._db and path.is_dir():
            raise Refused(f"{path} is a folder, not a file; name a file with --db.")
        return path

    @cached_property
    def zone(self) -> tzinfo:
        return local_zone() if self._tz in (None, "", "local") else times.zone(self._tz)

    def check_writable(self) -> None:
        """Ends a command that changes or sends something outside the log, where nothing is to be written."""
        if self.read_only:
            raise Refused("With --read-only nothing is changed or sent; leave it out.")

    def check(self) -> None:
        """Ends the command for a zone that is none, before it prints or writes anything."""
        if self._tz:
            _ = self.zone

    def now(self) -> datetime:
        return times.present(datetime.now(UTC))

    @contextmanager
    def log(self, *, writing: bool = True, following: bool = False) -> Iterator[Log]:
        """The log, closed at the end; one that is only read stays as it is, unless others are to be followed."""
        with closing(self._open(self.path, writing, following)) as log, stopping_between_writes(log):
            yield log
            hint(log.damage)

    def _open(self, path: Path, writing: bool, following: bool) -> Log:
        if self.read_only or (not writing and path.exists()):
            try:
                return Log.open(path, read_only=True, still=not (writing or following))
            except (NoLogYet, OlderLog):
                if self.read_only:
                    raise
        return Log.open(path)

    @contextmanager
    def ledger(self, *, writing: bool = True, following: bool = False) -> Iterator[Ledger]:
        with self.log(writing=writing, following=following) as log:
            yield _ShellLedger(self, log)

    @contextmanager
    def incident(self, ref: str, *, writing: bool = True) -> Iterator[tuple[Ledger, Incident]]:
        """The ledger and the incident that is meant, as it is."""
        with self.ledger(writing=writing) as ledger:
            yield ledger, ledger.state(ledger.resolve(ref))

    @property
    def settings(self) -> Path | None:
        """The folder of the person's own settings, which need not exist; None for a user without a home folder."""
        try:
            return Path(self._config or platformdirs.user_config_dir("warroom", appauthor=False))
        except RuntimeError:  # No HOME, and no such user in the system's list.
            return None

    @property
    def sync(self) -> str:
        """The address of the server that joins machines, also by the settings; empty where there is none."""
        address = self.sync_option or preferred_server(self.settings)
        return "" if address == NO_SERVER else address

    @property
    def environment(self) -> dict[str, str]:
        """The options as variables, for a console of the same person that is started from here."""
        given = {"WARROOM_TZ": self._tz, "WARROOM_SYNC": self.sync_option, "WARROOM_CONFIG": self._config}
        named = {name: value for name, value in given.items() if value}
        return {"WARROOM_DB": str(self.path.absolute()), "WARROOM_USER": self.actor, **named}

    def playbook(self, name: str = "") -> Playbook:
        """A playbook by its name, else the one that the settings prefer: the person's own before a built-in one.

        What is wrong with it is told on stderr.
        """
        books = Playbooks(self.settings)
        if name:
            book = books.get(name)
            complaint = books.complaint(book.name)
        else:
            book, complaint = books.chosen(preferred_playbook(self.settings))
        hint(complaint)
        return book

    def wrote(self, state_of: Callable[[str], Incident], events: Iterable[Event]) -> None:
        """Note that something is on the disk, and print it where the command was asked for JSON."""
        for event in events:
            self.written = self.written or event.incident
            if self.as_json:
                from console.export.json.incident import event_view

                out(json_line(event_view(state_of(event.incident), event)))

    def no_json_of(self, *, dry_run: bool) -> None:
        """Refuse to tell as JSON what would be written."""
        if dry_run and self.as_json:
            raise click.UsageError("--dry-run writes nothing that --json could tell; leave one of them out")

    def did(self, sentence: str) -> None:
        """Print what a command changed outside the log."""
        sentence = clean(sentence, multiline=False)
        self.done = f"{self.done} {sentence}".lstrip()
        self.tell(sentence)

    def tell(self, text: object) -> None:
        """Print for a person what a command did; JSON takes its place where that was asked for."""
        if not self.as_json:
            out(text)

    def check_output(self, file: Path, *, replace: bool) -> None:
        """Refuse a file that an export may not be written to; ask before one is replaced, unless `replace` says so."""
        if not replaces_file(file, self.path, self.settings) or replace:
            return
        if not sys.stdin.isatty():
            fail(f"{file} is there already; add --yes to replace it, or name another file.")
        ask(f"{file} is there already. Replace it?")

    def run(self, ref: str, command: Command) -> list[Event]:
        """Decides and writes one command."""
        with self.ledger() as ledger:
            return self.execute(ledger, ledger.resolve(ref), command)

    def do(self, ref: str, command: Command) -> None:
        """Decides and writes one command, and says on stderr what was written."""
        with self.ledger() as ledger:
            self.do_in(ledger, ledger.resolve(ref), command)

    def do_in(self, ledger: Ledger, ref: str, command: Command) -> None:
        """As `do`, in a ledger that is open."""
        events = self.execute(ledger, ref, command)
        if not self.as_json:
            hint(acknowledgement(ledger.state(ref), events, self.zone))

    def execute(self, ledger: Ledger, ref: str, command: Command) -> list[Event]:
        """Decides and writes one command."""
        if isinstance(command, SetPublicTitle):
            # Whoever publishes nothing does not wait for what publishing loads.
            from console.cli.retitle import retitle

            return retitle(self.settings, ledger, ref, command)
        return ledger.execute(ref, command)

    def reads(
        self, ledger: Ledger, state: Incident, word: str, text: str, *, at: datetime | None = None, **options: Any
    ) -> Command:
        """The command that the prompt makes of `/word text`, with options that are given beside it.

        Raises Refused also where an option says other than the text.
        """
        now = ledger.now()
        command = read_slash(word, text, state, actor=self.actor, at=at, now=now, zone=self.zone)
        self.point_out(time_doubt(f"/{word} {text}", now=now, zone=self.zone))
        given = {name: value for name, value in options.items() if value}
        for name, value in given.items():
            if getattr(command, name) not in (None, "", False, value):
                option = name.removesuffix("_at")
                raise Refused(f"The text and --{option} both say the {option}; leave it out of one.", name)
        return msgspec.structs.replace(command, **given)

    def point_out(self, doubt: str) -> None:
        """Ask about what has to be read before something is written, or tell it where nobody can answer; once."""
        if doubt in self._pointed_out:
            return
        self._pointed_out.add(doubt)
        if doubt and not sys.stdin.isatty():
            hint(doubt)
        elif doubt:
            ask(f"{doubt} Go on?")

    def remark(self, target: str, problem: str) -> None:
        """Tell what there is to look at in what goes to a target, unless it was pointed out before."""
        if problem not in self._pointed_out:
            hint(f"{target}: {problem}")


def print_json(value: Any) -> None:
    """Indented JSON on standard output."""
    out(json_text(value))


def json_line(value: Any) -> str:
    """JSON on one line, with escapes for what a terminal obeys: it reads as the same value."""
    return escaped_json(msgspec.json.encode(value).decode())


def json_text(value: Any) -> str:
    """Indented JSON, with escapes for what a terminal obeys: it reads as the same value."""
    return escaped_json(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


class _ShellLedger(Ledger):
    """A ledger that asks about texts before they are written, as a form does, and tells its command what is on the disk
    before anything else can go wrong."""

    def __init__(self, shell: Shell, log: Log) -> None:
        super().__init__(log, actor=shell.actor, clock=shell.now)
        self._shell = shell
        self._secrets: dict[str, str] = {}
        """Words that look like secrets where nobody can be asked, by the id of the event that is to hold them."""
        self._clock_told = False
        self.follow = Follower(log, shell.settings)

    def _stamp(self, ref: str, state: Incident | None, command: Command, playbook: Playbook | None) -> list[NewEvent]:
        events = super()._stamp(ref, state, command, playbook)
        # The room of lines asks about each line before.
        if not self._shell.plain:
            secret = next(filter(None, map(looks_secret, texts_of(command))), "")
            if secret and not sys.stdin.isatty():
                self._secrets[events[0].id] = secret
            elif secret:
                self._shell.point_out(secret_doubt(secret))
            self._shell.point_out(text_doubt(command))
            zone = self._shell.zone
            self._shell.point_out(doubt_of(state, command, self.now(), zone, playbook) if state else "")
            self._shell.point_out(self._early_doubt(state, command.at))
        return events

    def _early_doubt(self, state: Incident | None, at: datetime | None) -> str:
        """The question about a moment long ago, before all that the incident holds; the prompt shows such a moment."""
        if (
            state is None
            or state.retrospective
            or at is None
            or any(entry.occurred_at <= at for entry in state.entries)
        ):
            return ""
        return long_ago_doubt(at, self.now(), self._shell.zone, "Before the incident's first entry:")

    def commit(
        self, events: list[NewEvent], messages: Sequence[Queued] = (), *, seen: Mapping[str, int] | None = None
    ) -> list[Event]:
        written = super().commit(events, messages, seen=seen)
        self._shell.wrote(self.state, written)
        words = self.set_back(self._shell.zone)
        if words and not self._clock_told:
            hint(words)
        self._clock_told = bool(words)
        for event in written:
            if secret := self._secrets.pop(event.id, ""):
                erases = f"`warroom redact {event.incident} {event.id}` erases it."
                hint(f"“{one_line(secret, 30)}” looks like a secret; {erases}")
        return written


pass_shell = click.make_pass_decorator(Shell)
