"""Commands that carry an incident through its process: classify, tick, claim changes, follow runbooks, advice."""

import click

from console.cli.context import Shell, fail, pass_shell, print_json
from console.cli.output import columns, hint, row
from console.cli.params import WordsCommand, at_option, moment
from console.cli.process import playbook, runbook
from console.core.advice.rules import all_nudges
from console.core.language.text import clean
from console.core.playbook.triage import questions, suggest
from console.core.refusal import Refused
from console.core.subjects.advice import SilenceNudge, silenced
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.checklist import ItemList, TickItem, item_lists, next_item
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.runbook import FollowRunbook
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import AcknowledgeTask
from console.core.subjects.triage import AnswerTriage, answers_of
from console.export.json.model import AdviceView
from console.library.runbooks import Runbooks


@click.command()
@click.argument("ref")
@click.argument("answers", nargs=-1, metavar="[QUESTION=ANSWER]...")
@click.option("--set", "take", is_flag=True, help="Take the severity that the answers come to.")
@click.option("--reason", default="", help="Why; wanted when the severity goes down.")
@pass_shell
def classify(shell: Shell, ref: str, answers: tuple[str, ...], take: bool, reason: str) -> None:
    """Ask how bad it is: answers to the triage questions, and the severity that they come to.

    Without answers it prints the questions. Unsure is an answer, and means higher.
    """
    with shell.ledger(writing=bool(answers)) as ledger:
        found = ledger.resolve(ref)
        state = ledger.state(found)
        book = state.playbook
        if book is None:
            fail(f"{found} has no playbook that can be read; choose one with warroom playbook use {found} NAME.")
        if not answers:
            given = answers_of(state)
            for one in questions(book):
                said = f"  ({given[one.id]})" if given.get(one.id) else ""
                click.echo(row(f"{one.id:<12} ", f"{one.ask}{said}", columns()))
            hint(f"Answer with warroom classify {found} users=30% data_loss=no workaround=unsure.")
            return
        pairs = dict(_pair(one) for one in answers)
        ledger.execute(found, AnswerTriage(actor=shell.actor, answers=pairs))
        come = suggest(book, pairs)
        click.echo(clean(f"{come.severity or state.severity.value}: {come.reason}", multiline=False))
        if take and come.severity and come.severity != state.severity.value:
            change = ChangeSeverity(actor=shell.actor, severity=come.severity, reason=reason or _why(come.reason))
            ledger.execute(found, change)


def _pair(text: str) -> tuple[str, str]:
    name, equals, answer = text.partition("=")
    if not equals:
        fail(f"“{clean(text, multiline=False)}” has no answer; write QUESTION=ANSWER, as in users=30%.")
    return name.strip().lower().replace("-", "_"), answer


def _why(reason: str) -> str:
    return f"triage: {reason}"


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("item", nargs=-1)
@click.option("--undo", "opened", is_flag=True, help="Open the item again.")
@click.option("--note", default="", help="What was seen.")
@click.option("--list", "listed", is_flag=True, help="Print the lists, and tick nothing.")
@click.option("--json", "as_json", is_flag=True, help="The lists as JSON, as in docs/json.md.")
@at_option
@pass_shell
def check(
    shell: Shell, ref: str, item: tuple[str, ...], opened: bool, note: str, listed: bool, as_json: bool, at: str | None
) -> None:
    """Tick an item of a checklist or runbook, by its id, number or words; without one, the next."""
    reading = listed or as_json
    with shell.ledger(writing=not reading) as ledger:
        found = ledger.resolve(ref)
        if as_json:
            from console.export.json.incident import checklist_views

            print_json(checklist_views(ledger.state(found), ledger.now()))
            return
        if not listed:
            tick = TickItem(actor=shell.actor, at=moment(shell, at), item=" ".join(item), done=not opened, note=note)
            ledger.execute(found, tick)
            following = next_item(ledger.state(found), ledger.now(), shell.actor)
            if following is not None:
                hint(f"next: {following[1].id}  {following[1].text}")
            return
        for one in item_lists(ledger.state(found), ledger.now()):
            _print_list(one)


def _print_list(one: ItemList) -> None:
    mark = "now" if one.now and one.open else "done" if not one.open else ""
    click.echo(row("", f"{one.title}  {one.ticked}/{len(one.items)}{f'  {mark}' if mark else ''}", columns()))
    for item in one.items:
        who = f"  {item.done.by}" if item.done else ""
        click.echo(row(f"  {'✓' if item.done else '□'} {item.id:<16} ", f"{item.text}{who}", columns()))


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("text", nargs=-1, required=True)
@click.option("--back", default="", help="How it is taken back.")
@click.option("--despite", is_flag=True, help="Although somebody else's change is in flight.")
@pass_shell
def change(shell: Shell, ref: str, text: tuple[str, ...], back: str, despite: bool) -> None:
    """Claim a change of production, before it is made; prints its id."""
    command = ClaimChange(actor=shell.actor, text=" ".join(text), rollback=back, despite=despite)
    try:
        click.echo(shell.run(ref, command)[0].id)
    except Refused as refused:
        raise Refused(refused.reason.replace("/change ! TEXT", "--despite"), refused.field) from refused


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("what", nargs=-1)
@click.option("--outcome", default="done", show_default=True, help="done, rolled-back or failed.")
@click.option("--note", default="", help="What came of it.")
@pass_shell
def changed(shell: Shell, ref: str, what: tuple[str, ...], outcome: str, note: str) -> None:
    """Say what came of a change: yours, the only one, or the one with these words."""
    shell.run(ref, EndChange(actor=shell.actor, change=" ".join(what), outcome=outcome, note=note))


@click.command(cls=WordsCommand)
@click.argument("ref")
@click.argument("task", nargs=-1, required=True)
@pass_shell
def ack(shell: Shell, ref: str, task: tuple[str, ...]) -> None:
    """Acknowledge a task: its number, id or words."""
    shell.run(ref, AcknowledgeTask(actor=shell.actor, task=" ".join(task)))


@click.command()
@click.argument("ref")
@click.option("--silence", metavar="ID", help="Silence one for this incident; warroom undo brings it back.")
@click.option("--reason", default="", help="With --silence: why.")
@click.option("--json", "as_json", is_flag=True, help="JSON, as described in docs/json.md.")
@pass_shell
def advice(shell: Shell, ref: str, silence: str | None, reason: str, as_json: bool) -> None:
    """What the process would have noticed now: each with its reason and its remedy."""
    if silence is not None:
        shell.run(ref, SilenceNudge(actor=shell.actor, nudge=silence, reason=reason))
        return
    with shell.ledger(writing=False) as ledger:
        state, now = ledger.state(ledger.resolve(ref)), ledger.now()
    found = all_nudges(state, now)
    if as_json:
        print_json([AdviceView.of(nudge, silenced=silenced(state, nudge.id)) for nudge in found])
        return
    spoken = [one for one in found if not silenced(state, one.id)]
    for one in spoken:
        click.echo(row(f"{one.id:<20} ", one.text, columns()))
        click.echo(row(" " * 21, one.why, columns()))
        click.echo(row(" " * 21, f"→ {one.remedy}", columns()))
    if not spoken:
        hint("Nothing to say: all that the process asks for is there.")


@playbook.command("use")
@click.argument("ref")
@click.argument("name")
@click.option("--sev", "severity", default="", help="The severity in the new playbook; else the nearest.")
@click.option("--stage", default="", help="The stage in the new playbook; else the nearest.")
@click.option("--reason", default="", help="Why.")
@pass_shell
def use_playbook(shell: Shell, ref: str, name: str, severity: str, stage: str, reason: str) -> None:
    """Let an incident follow another playbook; prints its severity and stage there."""
    book = shell.playbook(name)
    command = ChangePlaybook(actor=shell.actor, severity=severity, stage=stage, reason=reason)
    with shell.ledger() as ledger:
        found = ledger.resolve(ref)
        ledger.execute(found, command, book)
        state = ledger.state(found)
        click.echo(f"{state.severity.value} {state.stage.value}")


@runbook.command("follow")
@click.argument("ref")
@click.argument("name")
@pass_shell
def follow_runbook(shell: Shell, ref: str, name: str) -> None:
    """Follow a runbook in an incident; its steps are ticked with warroom check."""
    book = Runbooks(shell.settings).get(name)
    shell.run(ref, FollowRunbook(actor=shell.actor, runbook=book))
    hint(f"{book.title}: {len(book.steps)} steps; warroom check {ref} ticks the next one.")


COMMANDS = (classify, check, change, changed, ack, advice)
