"""Commands that carry an incident through its process: classify, check off, claim changes, follow runbooks, advice."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from console.cli.context import Shell, fail, print_json
from console.cli.output import hint, say_row
from console.cli.params import at_option, command, json_option
from console.cli.process import playbook, runbook
from console.core.advice.rules import all_nudges
from console.core.log.command import key
from console.core.playbook.model import Question
from console.core.playbook.triage import questions, suggest
from console.core.refusal import Refused
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.checklist import ItemList, TickItem, item_lists, next_item
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.runbook import CloseRunbook, FollowRunbook
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.silence import silenced
from console.core.subjects.task import AcknowledgeTask
from console.core.subjects.triage import AnswerTriage, answers_of, answers_stand
from console.export.json.model import AdviceView
from console.library.runbooks import Runbooks


@command("ref", writes=True, example="K7Q2 users=30% data_loss=no --set")
@click.argument("answers", nargs=-1, metavar="[QUESTION=ANSWER]...")
@click.option("--set", "take", is_flag=True, help="Set the severity that the answers suggest.")
@click.option("--reason", default="", help="The reason; else what the answers come to.")
def classify(shell: Shell, ref: str, answers: tuple[str, ...], take: bool, reason: str) -> None:
    """Triage: answer the questions and get a suggested severity.

    Without answers it prints the questions. Answers given before stand until they are changed; an empty one takes its
    answer back. “unsure” is an answer, and counts as the worse one.
    """
    with shell.incident(ref, writing=bool(answers) or take) as (ledger, state):
        ref, book = state.ref, state.playbook
        if book is None:
            fail(f"{ref} has no playbook that can be read; choose one with warroom playbook use {ref} NAME.")
        given = answers_of(state)
        if not answers and not (take and given):
            _ask(ref, questions(book), given)
            return
        ids = {question.id.replace("-", "_"): question.id for question in questions(book)}
        pairs = given | {ids.get(name, name): answer for name, answer in map(_pair, answers)}
        if answers and not (take and answers_stand(state, pairs)):
            ledger.execute(ref, AnswerTriage(actor=shell.actor, answers=pairs))
        advised = suggest(book, pairs)
        shell.tell(f"{advised.severity or state.severity.value}: {advised.reason}")
        if take and advised.severity and advised.severity != state.severity.value:
            reason = reason or f"triage: {advised.reason}"
            ledger.execute(ref, ChangeSeverity(actor=shell.actor, severity=advised.severity, reason=reason))


def _ask(ref: str, questions: Sequence[Question], given: Mapping[str, str]) -> None:
    """Print the questions with the answers that stand, and how those without one are answered."""
    for question in questions:
        answer = f"  ({given[question.id]})" if given.get(question.id) else ""
        say_row(f"{question.id:<12} ", f"{question.ask}{answer}")
    left = [question.id for question in questions if not given.get(question.id)] or [
        question.id for question in questions
    ]
    words = [f"{id}=ANSWER" for id in left[:2]] + [f"{id}=unsure" for id in left[2:3]]
    hint(f"Answer with warroom classify {' '.join([ref, *words])}.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, answer = text.partition("=")
    if not equals:
        fail(f"“{text}” has no answer; write QUESTION=ANSWER.")
    return name.strip().lower().replace("-", "_"), answer


@command("ref [item...]", example="K7Q2 2")
@click.option("--undo", "opened", is_flag=True, help="Uncheck the item.")
@click.option("--note", default="", help="A note on what was seen.")
@click.option("--list", "listed", is_flag=True, help="Print the lists, and check nothing off.")
@click.option("--json", "as_json", is_flag=True, help="What was written; without ITEM and --note the lists.")
@at_option()
def check(shell: Shell, ref: str, opened: bool, listed: bool, as_json: bool, **fields: Any) -> None:
    """Check off an item of a checklist or runbook, by its id, number or words; without one, the next."""
    shell.as_json = as_json and not listed and bool(fields["item"] or fields["note"] or opened)
    with shell.incident(ref, writing=shell.as_json or not (listed or as_json)) as (ledger, state):
        if as_json and not shell.as_json:
            from console.export.json.incident import checklist_views

            print_json(checklist_views(state, ledger.now()))
        elif listed:
            for items in item_lists(state, ledger.now()):
                _print_list(items)
        else:
            shell.do_in(ledger, state.ref, TickItem(actor=shell.actor, done=not opened, **fields))
            following = next_item(ledger.state(state.ref), ledger.now(), shell.actor)
            if following is not None:
                hint(f"next: {following[1].id}  {following[1].text}")


def _print_list(items: ItemList) -> None:
    mark = "closed" if items.closed else "done" if not items.open else "now" if items.now else ""
    say_row("", f"{items.title}  {items.ticked}/{len(items.items)}{f'  {mark}' if mark else ''}")
    for item in items.items:
        who = f"  {item.done.by}" if item.done else ""
        say_row(f"  {'✓' if item.done else '□'} {item.id:<16} ", f"{item.text}{who}")


@command("ref text...", writes=True, example='K7Q2 restart db-3 --back "fail over to db-2"')
@click.option("--rollback", "--back", "rollback", default="", help="Rollback plan.")
@click.option("--despite", is_flag=True, help="Proceed although somebody else's change is in flight.")
def change(shell: Shell, ref: str, text: str, **options: Any) -> None:
    """Claim a production change, before it is made; prints its id. The rollback plan may stand behind “back:”."""
    try:
        with shell.incident(ref) as (ledger, state):
            command = shell.reads(ledger, state, "change", text, **options)
            shell.tell(shell.execute(ledger, state.ref, command)[0].id)
    except Refused as refused:
        raise Refused(refused.reason.replace("/change ! TEXT", "--despite"), refused.field) from refused


@command("ref [what...]", writes=True, example="K7Q2 --outcome rolled-back")
@click.option("--outcome", default="", help="done, rolled-back or failed; done without it.")
@click.option("--note", default="", help="The result.")
def changed(shell: Shell, ref: str, what: str, outcome: str, note: str) -> None:
    """Say how a change ended: yours, the only one, or the one with these words: changed K7Q2 failed restart web."""
    try:
        with shell.incident(ref) as (ledger, state):
            command = shell.reads(ledger, state, "changed", what, outcome=key(outcome), note=note)
            shell.do_in(ledger, state.ref, command)
    except Refused as refused:
        raise Refused(refused.reason.replace("say that first:", "say it with --outcome:"), refused.field) from refused


@command("ref task...", writes=True, example="K7Q2 2")
def ack(shell: Shell, ref: str, task: str) -> None:
    """Acknowledge a task: its number, id or words."""
    shell.do(ref, AcknowledgeTask(actor=shell.actor, task=task))


@command("ref", example="K7Q2")
@click.option("--silence", metavar="ID", help="Silence one for this incident; warroom undo brings it back.")
@click.option("--reason", default="", help="With --silence: why.")
@json_option()
def advice(shell: Shell, ref: str, silence: str | None, reason: str, as_json: bool) -> None:
    """The advice for this moment, each piece with its reason and its remedy."""
    if silence is not None:
        shell.as_json = as_json
        shell.do(ref, SilenceNudge(actor=shell.actor, nudge=silence, reason=reason))
        return
    with shell.incident(ref, writing=False) as (ledger, state):
        nudges = all_nudges(state, ledger.now())
    if as_json:
        print_json([AdviceView.of(nudge, silenced=silenced(state, nudge.id)) for nudge in nudges])
        return
    spoken = [nudge for nudge in nudges if not silenced(state, nudge.id)]
    for nudge in spoken:
        for head, text in ((nudge.id, nudge.text), ("", nudge.why), ("", f"→ {nudge.line}")):
            say_row(f"{head:<20} ", text)
    if not spoken:
        hint("Nothing to flag.")


@command("ref name", group=playbook, name="use", writes=True, example="K7Q2 rapid")
@click.option("--sev", "severity", default="", help="The severity in the new playbook; else the nearest.")
@click.option("--stage", default="", help="The stage in the new playbook; else the nearest.")
@click.option("--reason", default="", help="Why.")
def use_playbook(shell: Shell, ref: str, name: str, **fields: Any) -> None:
    """Let an incident follow another playbook; prints its severity and stage there."""
    book = shell.playbook(name)
    with shell.ledger() as ledger:
        ref = ledger.resolve(ref)
        ledger.execute(ref, ChangePlaybook(actor=shell.actor, **fields), book)
        state = ledger.state(ref)
        shell.tell(f"{state.severity.value} {state.stage.value}")


@command("ref name", group=runbook, name="follow", writes=True, example="K7Q2 bad-deploy")
def follow_runbook(shell: Shell, ref: str, name: str) -> None:
    """Follow a runbook in an incident; its steps are checked off with warroom check."""
    book = Runbooks(shell.settings).get(name)
    shell.run(ref, FollowRunbook(actor=shell.actor, runbook=book))
    hint(f"{book.title}: {len(book.steps)} steps; warroom check {ref} checks off the next one.")


@command("ref [name...]", group=runbook, name="close", writes=True, example="K7Q2")
def close_runbook(shell: Shell, ref: str, name: str) -> None:
    """Close a runbook that an incident follows; without a name, the only one that is open.

    What was checked off stays on record; warroom runbook follow opens it again.
    """
    with shell.incident(ref) as (ledger, state):
        ledger.execute(state.ref, CloseRunbook(actor=shell.actor, runbook=name))
        hint(ledger.state(state.ref).entries[-1].text)


COMMANDS = (classify, check, change, changed, ack, advice)
