"""Commands for what comes after the fire: the postmortem, action items, temporary fixes."""

from datetime import datetime
from typing import Any

import click

from console.cli.context import Shell, fail, print_json
from console.cli.output import hint, out, say_row
from console.cli.params import command, json_option
from console.core.language.text import one_line
from console.core.log.command import Command
from console.core.subjects.action_item import ActionItems, ChangeAction, FinishAction
from console.core.subjects.maintenance import check_document
from console.core.subjects.postmortem import SECTIONS, AssignPostmortem, ReviewPostmortem, postmortem_of

DOCUMENT_FORMS = ("postmortem", "rca", "html")
"""Forms of `warroom export` that are made here."""


# The postmortem


@command("ref", example="K7Q2 --owner ana")
@click.option("--owner", metavar="NAME", help="The owner; “nobody” removes it.")
@click.option("--section", metavar="SECTION", help="One section: printed, or written with one of the next three.")
@click.option("--text", metavar="TEXT", help="Its new text; - reads standard input, an empty one resets to the draft.")
@click.option("--edit", "in_editor", is_flag=True, help="Open its text, or the draft of it, in $EDITOR.")
@click.option("--accept", is_flag=True, help="Take the draft from the log as it stands.")
@click.option("--state", "wanted", metavar="STATE", help="draft, in-review or final; what is missing is said.")
@json_option()
def postmortem(
    shell: Shell, ref: str, owner: str | None, section: str | None, text: str | None, in_editor: bool, accept: bool,
    wanted: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show where the postmortem stands, or write it section by section; `warroom export` prints the whole.

    Without a draft of yours each section has what the log knows.
    """
    from console.cli import postmortem_edit as reviewing
    from console.export.postmortem.review import missing_for_final

    ways = [text is not None, in_editor, accept]
    if sum(ways) > 1:
        raise click.UsageError("Give one of --text, --edit and --accept.")
    if any(ways) and section is None:
        raise click.UsageError(f"Name the --section: {', '.join(SECTIONS)}.")
    with shell.incident(ref, writing=False) as (ledger, state):
        now = ledger.now()
    check_document(state, "postmortem")
    commands: list[Command] = []
    if owner is not None:
        commands.append(AssignPostmortem(actor=shell.actor, person=owner))
    if section is not None:
        reviewing.section_command(shell, state, section, text, in_editor, accept)
    if wanted is not None:
        commands.append(ReviewPostmortem(actor=shell.actor, state=wanted))
    if commands:
        with shell.ledger() as ledger:
            for decision in commands:
                shell.do_in(ledger, state.ref, decision)
            state = ledger.state(state.ref)
        if postmortem_of(state).review.value == "final" and wanted is not None:
            for sentence in missing_for_final(state):
                hint(f"Missing: {sentence}")
    if as_json:
        print_json(reviewing.overview_view(state))
    elif section is None and not commands:
        reviewing.overview(shell, state, now)


# Action items


@click.group()
def action() -> None:
    """Action items: what has to be done so that it does not happen again."""


def _due(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    from console.core.subjects.action_item import due_moment

    shell = ctx.ensure_object(Shell)
    due = due_moment(text.strip(), shell.now(), shell.zone)
    if due is None:
        fail(f"“{text}” is not a date; write it as 2026-12-01, or as 14d.")
    return due


_due_option = click.option(
    "--due", "due_at", metavar="DAY", help="A date as 2026-12-01, or a time from now as 14d.", callback=_due
)


@command("ref text...", group=action, writes=True, example='K7Q2 "Alarm before the pool is full" --owner rui --due 14d')
@click.option("--owner", default="", help="The one person who owns it.")
@_due_option
@click.option("--priority", default="", metavar="P0", help="P0, P1 or P2, as the playbook names them.")
@click.option("--verify", default="", help="How it is verified.")
def add(shell: Shell, ref: str, text: str, **options: Any) -> None:
    """Add an action item, as in the prompt: "P1 @rui 14d alarm on the pool"; prints its number.

    What it lacks is said.
    """
    from console.cli import postmortem_edit as reviewing
    from console.export.postmortem.review import action_findings

    with shell.incident(ref) as (ledger, state):
        made = shell.execute(ledger, state.ref, shell.reads(ledger, state, "action", text, **options))[0].id
        item = ledger.state(state.ref).part(ActionItems).items[made]
    shell.tell(item.number)
    reviewing.advise(action_findings(item))


@command("ref item [text...]", group=action, writes=True, example="K7Q2 2 --due 2026-12-01")
@click.option("--owner", help="Another owner.")
@_due_option
@click.option("--priority", metavar="P0", help="Another priority.")
@click.option("--verify", help="How it is verified.")
def change(shell: Shell, ref: str, item: str, text: str, **fields: Any) -> None:
    """Change an action item by its number: its text, owner, date, priority or verification."""
    shell.do(ref, ChangeAction(actor=shell.actor, action=item, text=text or None, **fields))


@command("ref item", group=action, writes=True, example='K7Q2 2 --note "alarm tried in a drill"')
@click.option("--note", default="", help="The result.")
def done(shell: Shell, ref: str, item: str, note: str) -> None:
    """Mark an action item (number or words) as done."""
    shell.do(ref, FinishAction(actor=shell.actor, action=item, note=note))


@command(pages=True, example="--open")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not done.")
@json_option()
def actions(shell: Shell, only_open: bool, as_json: bool) -> None:
    """The action items of all incidents: overdue ones first, then by date."""
    from console.cli import postmortem_edit as reviewing
    from console.export.registers import action_register, action_view

    with shell.ledger(writing=False) as ledger:
        rows = action_register(ledger.states(), ledger.now(), only_open=only_open)
    if as_json:
        print_json([action_view(listed) for listed in rows])
        return
    for listed in rows:
        out(reviewing.action_row(shell, listed))
    if not rows:
        hint("There is no action item; `warroom action add REF TEXT` adds one.")


@command(pages=True, example="--open")
@click.option("--open", "only_open", is_flag=True, help="Only those that are still in place.")
@json_option()
def fixes(shell: Shell, only_open: bool, as_json: bool) -> None:
    """The temporary fixes of all incidents: those still in place first, the oldest at the top."""
    from console.export.registers import fix_register, fix_view

    with shell.ledger(writing=False) as ledger:
        rows = fix_register(ledger.states(), only_open=only_open)
    if as_json:
        print_json([fix_view(listed) for listed in rows])
        return
    for listed in rows:
        fix = listed.fix
        since = f"{fix.added_at.astimezone(shell.zone):%Y-%m-%d}"
        ticket = fix.ticket or "no ticket"
        head = f"{listed.ref}  {listed.status:<8}  {since}  {ticket:<10}  {fix.owner or 'nobody':<10}  "
        say_row(head, f"{one_line(fix.text, 2000)}{f' in {fix.where}' if fix.where else ''}")
    if not rows:
        hint("No temporary fix is registered; `warroom fix REF TEXT` registers one.")


COMMANDS = (postmortem, action, actions, fixes)
