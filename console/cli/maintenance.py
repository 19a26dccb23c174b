"""Commands of planned maintenances: what becomes of one, and what the pages are told of it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import click
import msgspec

from console.cli.context import Shell, fail, print_json
from console.cli.output import hint, say_row
from console.cli.params import command, json_option, length_option
from console.core.language.times import local_stamp, moment_words
from console.core.log.event import NewEvent
from console.core.log.state import Incident, Window
from console.core.refusal import Refused
from console.core.subjects.maintenance import (
    IN_PROGRESS,
    AdvanceMaintenance,
    MoveMaintenance,
    PlanMaintenance,
    window_read,
)
from console.core.subjects.update import PostUpdate
from console.export.json.incident import summary_view
from console.export.updates.maintenance import Step, maintenance_text
from console.store.ledger import Ledger


@click.group()
def maintenance() -> None:
    """Plan maintenances: announce, move, begin, complete or cancel one, on pages and chats, too.

    Nothing of it happens by a clock: you are reminded, and say when it has begun and when it is completed.
    """


class Telling(NamedTuple):
    """The options of the update that tells of a step: its words, its audience and its targets."""

    message: str
    audience: str
    silent: bool
    notify: bool | None
    only: tuple[str, ...]
    skip: tuple[str, ...]
    public_title: str
    dry_run: bool

    def update(self, shell: Shell, step: Step, window: Window, *, begun: bool = False) -> PostUpdate | None:
        if self.silent:
            return None
        text = self.message or maintenance_text(step, window, begun=begun)
        return PostUpdate(actor=shell.actor, audience=self.audience, text=text, public_title=self.public_title)


def _telling(function: Callable[..., None]) -> Callable[..., None]:
    """The options of what is told, given to the function as one `telling`."""

    def whole(shell: Shell, **fields: Any) -> None:
        given = {name: fields.pop(name) for name in Telling._fields}
        function(shell, telling=Telling(**given), **fields)

    whole.__name__, whole.__doc__ = function.__name__, function.__doc__
    notify = "Whether subscribers are mailed; else as each target is configured."
    options = (
        click.option("--message", default="", metavar="TEXT", help="What is told of it; else its stage and its times."),
        click.option("--audience", default="public", show_default=True, help="internal, public or executive."),
        click.option("--no-update", "silent", is_flag=True, help="Only log it; pages are told with the next update."),
        click.option("--notify/--no-notify", default=None, help=notify),
        click.option("--title", "public_title", default="", metavar="T", help="What status pages call it from now on."),
        click.option("--only", multiple=True, metavar="TARGET", help="Publish to this target only."),
        click.option("--skip", multiple=True, metavar="TARGET", help="Leave this target out."),
        click.option("--dry-run", is_flag=True, help="Show what would go where; write nothing."),
    )
    for option in reversed(options):
        whole = option(whole)
    return whole


def _window(function: Callable[..., None]) -> Callable[..., None]:
    """The options of a window."""
    until = click.option("--until", default="", metavar="WHEN", help="Its end: 04:00, or 2026-12-01 04:00 UTC.")
    length = length_option("--for", "length", metavar="2h", help="Its length, in place of its end.")
    return until(length(function))


@command("title...", group=maintenance, writes=True, example='"New database" --from "2026-12-01 02:00 UTC" --for 2h')
@click.option(
    "--from", "starts", required=True, metavar="WHEN", help="Its beginning: 2026-12-01 02:00 UTC, 22:00, in 3d."
)
@_window
@click.option(
    "--component", "components", multiple=True, metavar="NAME", help="A component that it is about; once for each."
)
@click.option(
    "--playbook", default="", help="Whose roles and contacts it has; else that of settings.toml, else standard."
)
@_telling
def plan(
    shell: Shell, title: str, starts: str, until: str, length: timedelta | None, components: tuple[str, ...],
    playbook: str, telling: Telling,
) -> None:  # fmt: skip
    """Plan a maintenance and announce it; prints its reference."""
    window = window_read(starts, until, length, now=shell.now(), zone=shell.zone)
    update = telling.update(shell, "plan", window)
    plan_command = PlanMaintenance(actor=shell.actor, title=title, window=window, components=components, update=update)
    with shell.ledger(writing=not telling.dry_run) as ledger:
        events = ledger.prepare_declaration(plan_command, shell.playbook(playbook))
        ref = events[0].incident
        _write(shell, ledger, Incident(ref), events, telling, ref)


@command("ref", group=maintenance, writes=True, example='K7Q2 --from "2026-12-02 02:00 UTC" --for 2h')
@click.option("--from", "starts", default="", metavar="WHEN", help="Its new beginning; else it stays.")
@_window
@_telling
def move(shell: Shell, ref: str, starts: str, until: str, length: timedelta | None, telling: Telling) -> None:
    """Move its window, or only its end. Without an end or a length it stays as long as it was."""
    with shell.incident(ref, writing=not telling.dry_run) as (ledger, state):
        before = _planned(state)
        if not (until or length):
            length = before.until - before.starts_at
        begins = starts or local_stamp(before.starts_at, shell.zone)
        try:
            window = window_read(begins, until, length, now=shell.now(), zone=shell.zone)
        except Refused:
            if starts:
                raise
            # It has begun, so that its beginning is none that is still to come.
            window = window_read("now", until, length, now=shell.now(), zone=shell.zone)
        if not starts:
            window = msgspec.structs.replace(window, starts_at=before.starts_at)
        begun = state.stage.value == IN_PROGRESS
        update = telling.update(shell, "move", window, begun=begun)
        events = ledger.prepare(state.ref, MoveMaintenance(actor=shell.actor, window=window, update=update))
        _write(shell, ledger, state, events, telling, events[0].id)


def _advance(step: Step, stage: Any, says: str) -> click.Command:
    @command("ref", group=maintenance, name=step, help=says, writes=True, example="K7Q2")
    @click.option("--reason", default="", help="The reason, for the timeline.")
    @_telling
    def advance(shell: Shell, ref: str, reason: str, telling: Telling) -> None:
        with shell.incident(ref, writing=not telling.dry_run) as (ledger, state):
            begun = state.stage.value == IN_PROGRESS
            update = telling.update(shell, step, _planned(state), begun=begun)
            step_command = AdvanceMaintenance(actor=shell.actor, stage=stage, reason=reason, update=update)
            events = ledger.prepare(state.ref, step_command)
            _write(shell, ledger, state, events, telling, events[0].id)

    return advance


_advance("begin", "in_progress", "It has begun: pages show it as in progress, and its components as under maintenance.")
_advance("complete", "completed", "It is completed: pages show it as over, and its components as operational.")
_advance("cancel", "cancelled", "It does not take place, or is stopped: pages show it as over.")


@command(group=maintenance, name="list", pages=True, example="")
@click.option("--all", "everything", is_flag=True, help="Include those that are over.")
@json_option()
def list_(shell: Shell, everything: bool, as_json: bool) -> None:
    """List planned maintenances, the next one first."""
    with shell.ledger(writing=False) as ledger:
        now = ledger.now()
        states = [state for state in ledger.states() if state.maintenance and not state.withdrawn]
    states = [state for state in states if everything or state.open]
    states.sort(key=lambda state: _planned(state).starts_at)
    if as_json:
        print_json([summary_view(state) for state in states])
        return
    for state in states:
        window = _planned(state)
        begins = moment_words(window.starts_at, now, shell.zone)
        ends = moment_words(window.until, window.starts_at, shell.zone)
        head = f"{state.ref}  {state.stage_title(state.stage.value):<11}  {f'{begins} to {ends}':<33}  "
        say_row(head, state.title.value)
    if not states:
        hint("No maintenance is planned; `warroom maintenance plan TITLE --from WHEN --for 2h` plans one.")


def _planned(state: Incident) -> Window:
    window = state.planned
    if window is None:
        fail(f"{state.ref} is an incident, no planned maintenance; “warroom maintenance list” shows those.")
    return window


def _write(
    shell: Shell, ledger: Ledger, state: Incident, events: Sequence[NewEvent], telling: Telling, id: str
) -> None:
    """Write the events and the messages to pages, all or none, and print the id; with `--dry-run` what would go."""
    # What only logs does not wait for what publishing loads.
    from console.cli.update import Wanted, goes_out, send
    from console.publish.sending.publisher import Publisher

    publisher = Publisher(shell.settings)
    wanted = Wanted(telling.notify, telling.only, telling.skip, telling.audience)
    choices = wanted.choices(publisher.targets, state)
    send(shell, ledger, goes_out(ledger, publisher, state, list(events), choices), id, dry_run=telling.dry_run)


COMMANDS = (maintenance,)
