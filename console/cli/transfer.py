"""Commands that carry incidents out and in: export, import, demo."""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.cli import postmortem as review
from console.cli import template as words_out
from console.cli.context import Shell, ask, fail, json_text
from console.cli.output import columns, hint, out
from console.cli.params import command
from console.core.language import times
from console.core.language.text import clean, counted, listed
from console.core.log.decide import decide
from console.core.log.event import Event, NewEvent
from console.core.log.fold import fold
from console.core.log.ids import new_event_id
from console.core.log.merge import merge_words
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged
from console.core.subjects.milestone import SetMilestone
from console.export.json.archive import check_readable, incident_archive, read_file
from console.files import write_whole
from console.store.exchange import Contradiction, Trial
from console.store.ledger import Ledger
from console.store.log import Log

if TYPE_CHECKING:
    from console.intake.model import Question, ReadTimeline

FORMS = ("handoff", *words_out.FORMS, *review.FORMS, "timeline", "json", "csv")


@command("ref", name="export", pages=True, example="K7Q2 handoff -o handoff.md")
@click.argument("form", type=click.Choice(FORMS))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; else standard output.")
@click.option("--note", default="", help="A note for the next shift, in the handoff.")
@click.option("--hours", default=4.0, show_default=True, help="How much of the timeline the handoff carries.")
@click.option("--names", is_flag=True, help="Name people by name, not by role, in the postmortem.")
@click.option("--yes", is_flag=True, help="Replace the file without asking.")
@words_out.options
def export_(
    shell: Shell,
    ref: str,
    form: str,
    output: Path | None,
    note: str,
    hours: float,
    names: bool,
    yes: bool,
    **words: Any,
) -> None:
    """Write an incident as a handoff, update, brief, postmortem, analysis, HTML page, timeline, JSON or CSV."""
    if output is not None:
        shell.check_output(output, replace=yes)
    with shell.incident(ref, writing=False) as (ledger, state):
        now = ledger.now()
        if form in review.FORMS:
            from console.cli.postmortem_edit import review_page

            text = review_page(shell, ledger, state, form, named=names)
        elif form in words_out.FORMS:
            text = words_out.written(shell, state, now, form, **words)
        else:
            text = _text(shell, ledger, state, form, now, note, hours)
    text = clean(text)
    if output is None:
        out(text, nl=not text.endswith("\n"))
        return
    try:
        write_whole(output, text)
    except OSError as error:
        fail(f"{output} cannot be written ({error.strerror or error}); name another file with -o.")


def _text(shell: Shell, ledger: Ledger, state: Incident, form: str, now: datetime, note: str, hours: float) -> str:
    if form == "json":
        archive = incident_archive(state, ledger.log.events(state.ref), now)
        return json_text(archive) + "\n"
    if form in ("csv", "timeline"):
        from console.export.timeline import timeline_csv, timeline_markdown

        return timeline_csv(state) if form == "csv" else timeline_markdown(state, shell.zone)
    from console.export.handoff import handoff_markdown

    return handoff_markdown(state, now, shell.zone, author=shell.actor, hours=hours, note=note)


ORDERS = ("dmy", "mdy")
OPTIONS = {
    "zone": "--zone ZONE names the zone of the times",
    "day": "--date YYYY-MM-DD names the day of the first time",
    "order": "--order dmy reads the day first, --order mdy the month",
}
"""What answers each question in a script."""
PIPE_COLUMNS = 120

DEFAULT_SEVERITY = "SEV2"
"""Of an imported timeline that states none."""

MAX_IMPORT_BYTES = 200_000_000
"""Far more than an incident of 100,000 entries takes."""


@command(name="import", example="timeline.md")
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
    shell: Shell,
    file: Path,
    title: str,
    severity: str,
    zone: str,
    day: str,
    order: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Read a timeline (Markdown, CSV, a chat, plain text) or an exported JSON; prints the incident's reference."""
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
            new = log.import_events(arrival.events)
        except Contradiction as contradiction:
            fail(f"{arrival.at(contradiction.place)}{contradiction.reason}")
    hint(f"wrote {counted(new, 'new event')}")
    for ref in refs:
        out(ref)


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

        width = columns(sys.stderr) or PIPE_COLUMNS
        hint(*preview(self.read, split_lines(self._text), self._shell.zone, width=width))

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


def _imported_before(ledger: Ledger, read: "ReadTimeline") -> list[str]:
    """The incidents that have all of these entries already, at the same times with the same words."""
    wanted = {(entry.occurred_at, entry.text) for entry in read.lines}
    first = times.rfc3339(min(at for at, _ in wanted))
    rows = ledger.log.select(
        "SELECT DISTINCT incident FROM event WHERE kind = 'entry_logged' AND occurred_at = ?", first
    )
    logged = {
        ref: {
            (event.occurred_at, event.body.text)
            for event in ledger.log.events(ref)
            if isinstance(event.body, EntryLogged)
        }
        for (ref,) in rows
    }
    return sorted(ref for ref, entries in logged.items() if wanted <= entries)


def _check_new(shell: Shell, read: "ReadTimeline", *, dry_run: bool, yes: bool) -> None:
    """Tell of incidents that have the entries already; without a yes nothing is written then."""
    if not shell.path.exists():
        return
    with shell.ledger(writing=False) as ledger:
        refs = _imported_before(ledger, read)
    if refs:
        have, entries = ("has", "have")[len(refs) > 1], counted(len(read.lines), "entry", "entries")
        hint(f"{listed(refs)} {have} {'this' if len(read.lines) == 1 else 'these'} {entries} already.")
    if refs and not (dry_run or yes or sys.stdin.isatty()):
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
    out(ref)


def _as_written(event: NewEvent, place: int) -> Event:
    """The event as the log would give it back, for deciding what follows it."""
    hlc = oseq = place
    return Event(
        event.id, event.incident, "here", oseq, hlc, event.actor, event.occurred_at, event.recorded_at, event.body
    )


class Practice:
    """The practice incident: its past is written at once, its future comes as time goes by."""

    def __init__(
        self, ledger: Ledger, now: datetime, playbook: Playbook, set_clock: Callable[[datetime], None]
    ) -> None:
        from console.intake.script import read_script
        from console.resources import resource_path

        script = read_script(resource_path("samples/demo.toml").read_text(encoding="utf-8"))
        self.ledger = ledger
        self.ids: dict[str, str] = {}
        self.start = now - script.opens_after
        declared = self.start + script.declared_after
        set_clock(declared)
        declaration = DeclareIncident(
            actor=script.declared_by, at=declared, title=script.title, severity=script.severity, drill=True
        )
        self.ref = ledger.declare(declaration, playbook)
        self.later: list[tuple[datetime, str, str, str]] = []
        for step in script.steps:
            at = self.start + step.after
            if at <= now:
                set_clock(max(at, declared))
                self.play(at, step.who, step.typed(self.ids), step.makes)
            else:
                self.later.append((at, step.who, step.line, step.makes))
        set_clock(now)

    def play(self, at: datetime, who: str, line: str, makes: str) -> None:
        """Writes one step as if `who` had typed `line` at `at`."""
        from console.core.log.slash import typed_command

        state = self.ledger.state(self.ref)
        command = typed_command(line, state, actor=who, now=self.ledger.now(), zone=UTC, at=at)
        written = self.ledger.execute(self.ref, command)
        if makes:
            self.ids[makes] = written[0].id


def practice(path: Path, now: datetime, playbook: Playbook) -> Practice:
    """A database at `path` with the practice incident as it stands at its opening; closed again."""
    clock = [now]
    with Log.open(path) as log:
        ledger = Ledger(log, actor="ana", clock=lambda: clock[0])
        return Practice(ledger, now, playbook, lambda at: clock.__setitem__(0, at))


def play_practice(shell: Shell, keep: Path | None) -> int:
    """Opens the practice incident in a throw-away database, or in `keep`; the console's exit status."""
    from console.app.main import run_app

    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
        path = keep or Path(folder) / "demo.db"
        made = practice(path, shell.now(), shell.playbook("standard"))
        return run_app(
            log_path=path, actor=shell.actor, zone=shell.zone, ref=made.ref, demo_steps=made.later, demo_ids=made.ids,
            config=shell.settings,
        )  # fmt: skip


@command(example="")
@click.option("--keep", metavar="FILE", type=click.Path(path_type=Path), help="Keep the database in this file.")
@click.option("--prepare-only", is_flag=True, help="Write the database and print the reference; open nothing.")
def demo(shell: Shell, keep: Path | None, prepare_only: bool) -> None:
    """A practice incident in progress, in a throw-away database; its story goes on while you look."""
    if prepare_only:
        with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
            path = keep or Path(folder) / "demo.db"
            out(practice(path, shell.now(), shell.playbook("standard")).ref)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("The console needs a terminal; run warroom demo without a pipe.")
    else:
        sys.exit(play_practice(shell, keep))


COMMANDS = (export_, import_, demo)
