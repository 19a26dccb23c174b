"""Commands that make an incident's documents, or an incident to practise on: export, demo."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from console.cli import postmortem as review
from console.cli import template as words_out
from console.cli.context import Shell, fail, json_text, print_json
from console.cli.output import out
from console.cli.params import ONLY_PREPARED, command, json_in_place
from console.core.language.text import clean
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Problem
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.maintenance import check_document
from console.export.json.archive import incident_archive
from console.export.json.model import PreparedView
from console.files import write_whole
from console.store import place
from console.store.ledger import Ledger
from console.store.log import Log

EXPORT_FORMS = ("handoff", *words_out.TEMPLATE_FORMS, *review.DOCUMENT_FORMS, "deck", "timeline", "json", "csv")


@command("ref", name="export", pages=True, example="K7Q2 handoff -o handoff.md")
@click.argument("form", type=click.Choice(EXPORT_FORMS))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; else standard output.")
@click.option("--note", default="", help="A note for the next shift, in the handoff.")
@click.option("--hours", default=4.0, show_default=True, help="How much of the timeline the handoff carries.")
@click.option("--names", is_flag=True, help="Name people by name, not by role, in postmortem and deck.")
@click.option("--yes", is_flag=True, help="Replace the file without asking.")
@words_out.options
def export_(
    shell: Shell, ref: str, form: str, output: Path | None, note: str, hours: float, names: bool, yes: bool,
    **words: Any,
) -> None:  # fmt: skip
    """Write an incident as a handoff, update, brief, postmortem, analysis, HTML page, deck, timeline, JSON or CSV."""
    if output is not None:
        shell.check_output(output, replace=yes)
    with shell.incident(ref, writing=False) as (ledger, state):
        now = ledger.now()
        check_document(state, form)
        if form in review.DOCUMENT_FORMS:
            from console.cli.postmortem_edit import review_page

            text = review_page(shell, ledger, state, form, named=names)
        elif form in words_out.TEMPLATE_FORMS:
            text = words_out.written(shell, state, now, form, **words)
        elif form == "deck":
            text = _deck(shell, ledger, state, now, named=names)
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


def _note_given(shell: Shell, ledger: Ledger, ref: str) -> None:
    """Note, where messages wait, that another file may take them over; only tried, since an export needs no write."""
    waiting = ledger.log.select("SELECT 1 FROM outbox WHERE incident = ? AND state NOT IN ('done', 'dropped')", ref)
    if waiting and not shell.read_only:
        with suppress(Problem), shell.log() as log:
            log.note_given(ref)


def _text(shell: Shell, ledger: Ledger, state: Incident, form: str, now: datetime, note: str, hours: float) -> str:
    if form == "json":
        _note_given(shell, ledger, state.ref)
        log = ledger.log
        return json_text(incident_archive(state, log.events(state.ref), now, log.seals(state.ref))) + "\n"
    if form in ("csv", "timeline"):
        from console.export.timeline import timeline_csv, timeline_markdown

        return timeline_csv(state) if form == "csv" else timeline_markdown(state, shell.zone)
    from console.export.handoff import handoff_markdown

    return handoff_markdown(state, now, shell.zone, author=shell.actor, hours=hours, note=note)


def _deck(shell: Shell, ledger: Ledger, state: Incident, now: datetime, *, named: bool) -> str:
    if state.declared_at is None:
        fail(f"{state.ref} was never declared; there is nothing to brief about.")
    from console.export.deck import deck

    return deck(ledger.log.replay(state.ref), now, shell.zone, named=named)


class Practice:
    """The practice incident: its past is written at once, its future comes as time goes by."""

    def __init__(
        self, ledger: Ledger, now: datetime, playbook: Playbook, set_clock: Callable[[datetime], None]
    ) -> None:
        from console.resources import resource_path
        from console.samples.script import read_script

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

        command = typed_command(line, self.ledger.state(self.ref), actor=who, now=self.ledger.now(), zone=UTC, at=at)
        written = self.ledger.execute(self.ref, command)
        if makes:
            self.ids[makes] = written[0].id


def practice(path: Path, now: datetime, playbook: Playbook) -> Practice:
    """A database at `path` with the practice incident as it stands at its opening; closed again."""
    clock = [now]
    with Log.open(path) as log:
        ledger = Ledger(log, actor="ana", clock=lambda: clock[0])
        return Practice(ledger, now, playbook, lambda at: clock.__setitem__(0, at))


def write_year(path: Path, now: datetime, playbook: Playbook, seed: int) -> list[str]:
    """A database at `path` with the year of a team that ends now; its references, the newest last."""
    from console.samples.year import built_in, year

    with Log.open(path) as log:
        refs = []
        for incident in year(built_in(), playbook, now, seed=seed):
            log.append(incident.events)
            refs.append(incident.state.ref)
        return refs


def play_practice(shell: Shell, keep: Path | None, seed: int | None = None) -> int:
    """Opens the practice incident, or with a seed the year of a team, in a throw-away database or in `keep`; the
    console's exit status."""
    from console.app.main import Start, run_app

    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
        path, book, start = keep or Path(folder) / "demo.db", shell.playbook("standard"), Start(practice=True)
        if seed is None:
            made = practice(path, shell.now(), book)
            start = Start(made.ref, practice=True, demo_steps=made.later, demo_ids=made.ids)
        else:
            write_year(path, shell.now(), book, seed)
        return run_app(log_path=path, actor=shell.actor, zone=shell.zone, start=start, config=shell.settings)


@command(example="--year")
@click.option("--keep", metavar="FILE", type=click.Path(path_type=Path), help="Keep the database in this file.")
@click.option("--prepare-only", is_flag=True, help="Write the database and print the references; open nothing.")
@click.option(
    "--year", is_flag=True, help="A team's invented year instead: some 90 incidents to search and to measure."
)
@click.option("--seed", default=1, show_default=True, help="With --year: another number is another year.")
@json_in_place("With --prepare-only: the incidents and their database, as described in docs/json.md.")
def demo(shell: Shell, keep: Path | None, prepare_only: bool, year: bool, seed: int) -> None:
    """A practice incident in progress, in a throw-away database; its story goes on while you look."""
    if keep is not None:
        place.refuse_taken(keep, shell.path, shell.settings)
    if prepare_only:
        with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
            path, book = keep or Path(folder) / "demo.db", shell.playbook("standard")
            refs = write_year(path, shell.now(), book, seed) if year else [practice(path, shell.now(), book).ref]
            shell.tell("\n".join(refs))
            if shell.as_json:
                print_json([PreparedView(ref, str(keep) if keep else None) for ref in refs])
    elif shell.as_json:
        raise click.UsageError(ONLY_PREPARED)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("The console needs a terminal; run warroom demo without a pipe.")
    else:
        sys.exit(play_practice(shell, keep, seed if year else None))


COMMANDS = (export_, demo)
