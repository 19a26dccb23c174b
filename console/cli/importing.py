"""The command that takes incidents in: exports of other databases, and timelines that people and tools wrote."""

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli.context import Shell, ask, fail
from console.cli.output import columns, hint
from console.cli.params import command
from console.core.language import times
from console.core.language.text import clean, counted
from console.core.log.decide import decide
from console.core.log.event import Event, NewEvent
from console.core.log.fold import fold
from console.core.log.ids import new_event_id
from console.core.log.merge import merge_words
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged
from console.core.subjects.milestone import SetMilestone
from console.export.json.archive import check_readable, read_file
from console.store.exchange import Contradiction, Trial
from console.store.ledger import Ledger

if TYPE_CHECKING:
    from console.intake.model import Question, ReadTimeline

ORDERS = ("dmy", "mdy")
OPTIONS = {
    "zone": "--zone ZONE names the zone of the times",
    "day": "--date YYYY-MM-DD names the day of the first time",
    "order": "--order dmy reads the day first, --order mdy the month",
}
"""The option that answers each question in a script."""
PIPE_COLUMNS = 120

DEFAULT_SEVERITY = "SEV2"
"""Of an imported timeline that states none."""

MAX_IMPORT_BYTES = 200_000_000
"""Far more than an incident of 100,000 entries takes."""


@command(name="import", writes=True, example="timeline.md")
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--title", default="", help="The incident's title, where the text has none.")
@click.option("--sev", "severity", help="Its severity; SEV2 where the file is no export that states it.")
@click.option("--zone", default="", help="The zone of times that name none, as in PDT or Europe/Berlin.")
@click.option(
    "--date", "day", default="", help="The day of the first time where the text names none, as in 2026-03-05."
)
@click.option("--order", type=click.Choice(ORDERS), help="The order of 05/03/26 where the text leaves it open.")
@click.option("--dry-run", is_flag=True, help="Show what was understood, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
def import_(
    shell: Shell, file: Path, title: str, severity: str, zone: str, day: str, order: str | None, dry_run: bool,
    yes: bool,
) -> None:  # fmt: skip
    """Read a timeline (Markdown, CSV, a chat, plain text) or an exported JSON; prints the incident's reference."""
    shell.no_json_of(dry_run=dry_run)
    try:
        with click.open_file(str(file), "rb") as source:
            raw = source.read(MAX_IMPORT_BYTES + 1)
    except OSError as error:
        fail(f"{file} cannot be read ({error.strerror or error}); check its name and its permissions.")
    if len(raw) > MAX_IMPORT_BYTES:
        fail(f"{file} is larger than {MAX_IMPORT_BYTES // 1_000_000} MB; import it in parts.")
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    from console.intake.forms import is_archive

    if is_archive(text):
        _import_json(shell, text, dry_run, yes)
    else:
        answers = {about: answer for about, answer in (("zone", zone), ("day", day), ("order", order)) if answer}
        reading = Reading(shell, text, answers)
        reading.show()
        if not dry_run and not yes and sys.stdin.isatty():
            reading.ask()
        else:
            reading.name_options()
        _import_timeline(shell, reading.read, title or file.stem, bool(title), severity, dry_run, yes)


def _import_json(shell: Shell, text: str, dry_run: bool, yes: bool) -> None:
    now = shell.now()
    arrival = read_file(text, now)
    refs = sorted({event.incident for event in arrival.events})
    understood = f"understood {counted(len(arrival.events), 'event')} of {', '.join(refs)}"
    if dry_run and not shell.path.exists():
        hint(understood)
        return
    with shell.log() as log:
        try:
            trials = log.try_import(arrival.events)
            hint(understood)
            changed = _show_merge(trials, now)
            if dry_run:
                return
            if changed and not yes:
                _confirm_merge(changed)
            known = {event.id for ref in refs for event in log.events(ref)} if shell.as_json else set()
            new = log.import_events(arrival.events, arrival.seals, at=now)
        except Contradiction as contradiction:
            fail(f"{arrival.at(contradiction.place)}{contradiction.reason}")
        hint(f"wrote {counted(new, 'new event')}")
        for ref in refs:
            shell.written = ref
            if shell.as_json:
                states = {ref: fold(ref, log.events(ref))}
                shell.wrote(states.__getitem__, [event for event in log.events(ref) if event.id not in known])
            shell.tell(ref)


def _show_merge(trials: Mapping[str, Trial], now: datetime) -> list[str]:
    """Say what an import makes of the incidents that are here already; gives their references."""
    for ref, trial in trials.items():
        after = check_readable(ref, trial.after, now)
        known = {event.id for event in trial.before}
        hint(f"{ref} is here already; this file:")
        new = [event for event in trial.after if event.id not in known]
        hint(*(f"  {sentence}" for sentence in merge_words(fold(ref, trial.before), after, new, now)))
    return list(trials)


def _confirm_merge(refs: Sequence[str]) -> None:
    names = ", ".join(refs)
    if not sys.stdin.isatty():
        fail(
            f"This changes {names}, so nothing was written; add --yes to write it, or --dry-run to see what it changes."
        )
    ask(f"Write this into {names}?")


class Reading:
    """A timeline as read, and the answers to what its text leaves open."""

    def __init__(self, shell: Shell, text: str, answers: Mapping[str, str]) -> None:
        self._shell, self._text = shell, text
        self._answers: dict[str, str] = {}
        self._taken: dict[str, Any] = {}
        for about, answer in answers.items():
            self._take(about, answer)
        self.read = self._read()

    def _take(self, about: str, answer: str) -> None:
        """Raises Refused for an answer that means nothing."""
        from console.intake.answers import answered

        self._taken |= answered(about, answer, self._shell.now().astimezone(self._shell.zone).date())
        self._answers[about] = answer

    def _read(self) -> "ReadTimeline":
        from console.intake.timeline import read_timeline

        return read_timeline(self._text, **{"now": self._shell.now(), "zone": self._shell.zone, **self._taken})

    def show(self) -> None:
        """Say what was understood, line by line."""
        from console.intake.lines import split_lines
        from console.intake.preview import preview

        hint(*preview(self.read, split_lines(self._text), self._shell.zone, width=columns(sys.stderr) or PIPE_COLUMNS))

    def name_options(self) -> None:
        """Say which options answer what the text leaves open."""
        hint(*(f"If that is wrong: {OPTIONS[question.about]}." for question in self._open()))

    def _open(self) -> "list[Question]":
        return [question for question in self.read.questions if question.about not in self._answers]

    def ask(self) -> None:
        """Ask what changes the reading, each once, and show what came of it."""
        changed = False
        while open_questions := self._open():
            about, assumed = open_questions[0].about, open_questions[0].assumed
            answer = click.prompt(open_questions[0].sentence, default=assumed, err=True)
            try:
                self._take(about, answer)
            except Refused as refused:
                hint(refused.reason)
                continue
            changed = changed or answer != assumed
            self.read = self._read()
        if changed:
            self.show()


def _imported_before(ledger: Ledger, read: "ReadTimeline") -> dict[str, int]:
    """The incidents that have most of the entries, at the same times with the same words, each with their number."""
    wanted = {(entry.occurred_at, entry.text) for entry in read.lines}
    ends = [times.rfc3339(end(at for at, _ in wanted)) for end in (min, max)] if wanted else ["", ""]
    rows = ledger.log.select(
        "SELECT DISTINCT incident FROM event WHERE kind = 'entry_logged' AND occurred_at IN (?, ?)", *ends
    )
    shared: dict[str, int] = {}
    for (ref,) in sorted(rows):
        bodies = [(event.occurred_at, event.body) for event in ledger.log.events(ref)]
        shared[ref] = len(wanted & {(at, body.text) for at, body in bodies if isinstance(body, EntryLogged)})
    return {ref: count for ref, count in shared.items() if count * 2 > len(wanted)}


def _check_new(shell: Shell, read: "ReadTimeline", *, dry_run: bool, yes: bool) -> None:
    """Tell of incidents that have the entries already; without a yes nothing is written then."""
    if not shell.path.exists():
        return
    with shell.ledger(writing=False) as ledger:
        shared = _imported_before(ledger, read)
    total = counted(len(read.lines), "entry", "entries")
    for ref, count in shared.items():
        hint(f"{ref} has {f'{count} of ' if count < len(read.lines) else ''}these {total} already.")
    if shared and not (dry_run or yes or sys.stdin.isatty()):
        fail("Nothing was written; add --yes to write them once more.")


def _import_timeline(
    shell: Shell, read: "ReadTimeline", title: str, titled: bool, severity: str | None, dry_run: bool, yes: bool
) -> None:
    from console.intake.entries import log_entry
    from console.intake.milestones import milestones_named
    from console.intake.preview import summary

    if not read.lines and not read.declared:
        fail("No line with a time was found; write for example “14:30 text” on each line and import it again.")
    _check_new(shell, read, dry_run=dry_run, yes=yes)
    # What we exported ourselves tells its milestones, and no entry makes one.
    named = {} if read.declared else milestones_named(read.lines)
    if named:
        places = (f"{name.replace('_', ' ')} (line {entry.numbers[0]})" for name, entry in named.items())
        hint(f"milestones by their names: {', '.join(places)}")
    if dry_run:
        return
    if not yes and sys.stdin.isatty():
        ask("Write this as a new incident?")
    stated, declaring = read.declared, named.pop("declared", None)
    moments = [entry.occurred_at for entry in ([declaring] if declaring else read.lines)]
    name = title if titled or read.title is None else read.title
    with shell.ledger() as ledger:
        declaration = DeclareIncident(
            actor=(stated and stated.by) or shell.actor,
            at=stated.at if stated else min(moments),
            title=clean(name, multiline=False),
            severity=severity or (stated.severity if stated else DEFAULT_SEVERITY),
            drill=bool(stated and stated.drill),
            retrospective=True,
            source=title,
        )
        declared = ledger.prepare_declaration(declaration, shell.playbook())
        ref = declared[0].incident
        # The entries are decided on the incident as it will be, so that all is written in one transaction or nothing.
        state = fold(ref, [_as_written(event, place) for place, event in enumerate(declared, start=1)])
        prepared = list(declared)
        now = ledger.now()
        for entry in read.lines:
            try:
                made = decide(state, log_entry(entry, shell.actor, now, shell.zone), now)
            except Refused as refused:
                hint(f"skipped line {entry.numbers[0]}: {refused.reason}")
                continue
            author = entry.author or shell.actor
            prepared += [
                NewEvent(new_event_id(os.urandom), ref, author, change.occurred_at, now, change.body) for change in made
            ]
        for name, entry in named.items():
            command = SetMilestone(actor=shell.actor, milestone=name, moment=entry.occurred_at)
            prepared += [
                NewEvent(new_event_id(os.urandom), ref, shell.actor, change.occurred_at, now, change.body)
                for change in decide(state, command, now)
            ]
        ledger.commit(prepared)
    hint(summary(read))
    shell.tell(ref)


def _as_written(event: NewEvent, place: int) -> Event:
    """The event as the log would give it back, for deciding what follows it."""
    hlc = oseq = place
    return Event(
        event.id, event.incident, "here", oseq, hlc, event.actor, event.occurred_at, event.recorded_at, event.body
    )


COMMANDS = (import_,)
