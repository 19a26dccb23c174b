"""What every command of the shell shares: options, the open log, sentences instead of tracebacks."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from console.core import times
from console.core.commands import Command
from console.core.events import Event
from console.core.playbook import Playbook, read_playbook
from console.core.refusal import Refusal
from console.core.state import Incident
from console.core.text import MAX_NAME_CHARS, clean, one_line
from console.resources import resource_path
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.place import default_path
from console.store.problems import StoreProblem


def fail(reason: str) -> NoReturn:
    """One sentence on stderr and exit status 1."""
    click.echo(clean(reason, multiline=False), err=True)
    sys.exit(1)


def local_zone() -> tzinfo:
    """The machine's zone with its rules where they can be found, else today's offset."""
    for name in (os.environ.get("TZ", ""), _linked_zone()):
        if name:
            found = times.zone(name.removeprefix(":"))
            if not isinstance(found, Refusal):
                return found
    return datetime.now().astimezone().tzinfo or UTC


def _linked_zone() -> str:
    try:
        target = os.readlink("/etc/localtime")
    except OSError:
        return ""
    return target.partition("zoneinfo/")[2]


def login_name() -> str:
    """Who sits here, by the system; empty when it does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


class Shell:
    """One run of the command: the options before the command's name, and what they open."""

    def __init__(self, db: str | None, actor: str | None, tz: str | None, read_only: bool) -> None:
        self._db, self._tz, self.read_only = db, tz, read_only
        self.actor = one_line(actor or login_name(), MAX_NAME_CHARS).strip()

    @property
    def path(self) -> Path:
        if self._db:
            return Path(self._db)
        try:
            return default_path()
        except StoreProblem as problem:
            fail(problem.reason)

    @property
    def zone(self) -> tzinfo:
        if not self._tz or self._tz == "local":
            return local_zone()
        found = times.zone(self._tz)
        if isinstance(found, Refusal):
            fail(found.reason)
        return found

    def now(self) -> datetime:
        return times.to_ms(datetime.now(UTC))

    @contextmanager
    def log(self, *, writing: bool = True) -> Iterator[Log]:
        """The log, closed at the end; its problems end the command with their sentence."""
        try:
            path = self.path
            log = Log.open(path, read_only=self.read_only or (not writing and path.exists()))
        except StoreProblem as problem:
            fail(problem.reason)
        try:
            yield log
        except StoreProblem as problem:
            fail(problem.reason)
        finally:
            log.close()

    @contextmanager
    def ledger(self, *, writing: bool = True) -> Iterator[Ledger]:
        with self.log(writing=writing) as log:
            yield Ledger(log, actor=self.actor, clock=self.now)

    def run(self, ref: str, command: Command) -> list[Event]:
        """Decides and writes one command; ends with the sentence of a refusal."""
        with self.ledger() as ledger:
            return carry_out(ledger, known(ledger, ref), command)


def known(ledger: Ledger, text: str) -> str:
    """The incident that a person means, or the end of the command."""
    ref = ledger.resolve(text)
    if isinstance(ref, Refusal):
        fail(ref.reason)
    return ref


def carry_out(ledger: Ledger, ref: str, command: Command) -> list[Event]:
    written = ledger.execute(ref, command)
    if isinstance(written, Refusal):
        fail(written.reason)
    return written


def playbook_named(name: str) -> Playbook:
    """A built-in playbook by its name."""
    folder = resource_path("playbooks")
    path = folder / f"{name}.toml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        names = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
        fail(f"There is no playbook “{name}”; choose one of {names}.")
    found = read_playbook(path.read_text(encoding="utf-8"), path.name)
    if isinstance(found, Refusal):
        fail(found.reason)
    return found


def print_json(value: Any) -> None:
    """Indented JSON on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def stated(state: Incident) -> str:
    """One line about an incident."""
    return f"{state.ref}  {state.severity.value:<5} {state.stage.value:<14} {state.title.value}"


pass_shell = click.make_pass_decorator(Shell)
