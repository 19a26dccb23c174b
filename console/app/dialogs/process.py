"""Dialogs of the process: classify by questions, claim a change, follow a runbook, change the playbook."""

from collections.abc import Sequence

from textual.content import Content

from console.app.acts import with_keys
from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.recaller import Ask
from console.app.similar.form import RecallingForm
from console.app.widgets.cell import text
from console.app.widgets.choice_list import Choice
from console.core.language.names import same_name
from console.core.language.text import capital, clean
from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.playbook.triage import Suggestion, hint, questions, suggest
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange, EndChange, PlanRollback, changes_in_flight
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.runbook import CloseRunbook, FollowRunbook, open_runbooks, runbooks_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.triage import AnswerTriage, answers_of, triage_of
from console.export.similar import recall_for_state

Classified = tuple[AnswerTriage, ChangeSeverity | None]
"""The answers, and the change of severity that follows from them, if one does."""


def suggested(playbook: Playbook, values: Values) -> Suggestion:
    """The suggestion that the answers of a form come to."""
    known = {question.id for question in questions(playbook)}
    return suggest(playbook, {id: value for id, value in values.items() if id in known})


class ClassifyDialog(RecallingForm[Classified]):
    """The triage questions; the suggested severity is shown below and follows every answer."""

    fits_labels = False

    def __init__(self, here: Here) -> None:
        state = here.state
        book = state.playbook
        assert book is not None
        before = answers_of(state)
        order = [severity.name for severity in book.severities]
        present = state.severity.value

        def build(values: Values) -> Classified:
            ids = {question.id for question in questions(book)}
            given = {id: values[id] for id in ids if values[id].strip()}
            last = triage_of(state)
            answers = AnswerTriage(actor=here.actor, answers=given, seen=last.id if last else "")
            here.checked(answers)
            suggestion = suggested(book, values)
            if not suggestion.severity or suggestion.severity == present or values["take"] == "no":
                if values["reason"].strip():
                    raise Refused("The severity stays, so it needs no reason: empty the field.", "reason")
                return answers, None
            reason = values["reason"].strip()
            lower = present in order and order.index(suggestion.severity) > order.index(present)
            if lower and not reason:
                raise Refused("Say why the severity goes down, or keep it; the next shift will ask.", "reason")
            change = ChangeSeverity(
                actor=here.actor,
                severity=suggestion.severity,
                reason=reason or suggestion.reason,
                seen=state.severity.head,
            )
            return answers, here.checked(change)

        def preview(values: Values) -> Content:
            suggestion = suggested(book, values)
            shown = f"{present} is kept" if suggestion.severity == present else f"{present} → {suggestion.severity}"
            words = f"{shown}: {suggestion.reason}"
            if not suggestion.severity:
                words = f"It is {present} now. {capital(suggestion.reason)}."
            like = self.looks_like()
            return text(clean(words), *(["\n", *like] if like else []))

        fields = [Field(question.id, question.ask, before.get(question.id, ""), hint=hint(question))
                  for question in questions(book)]  # fmt: skip
        self._state, self._ids = state, [question.id for question in questions(book)]
        take = (Choice("yes", "Use the suggested severity"), Choice("no", "Keep the present severity"))
        super().__init__(
            f"Triage of {state.ref}",
            (
                *fields,
                Field("take", "Severity", "yes", choices=take),
                Field("reason", "Reason", hint="required to lower the severity"),
            ),
            build,
            lambda classified: "; ".join(here.logs(command) for command in classified if command),
            preview=preview,
        )

    def asks(self, values: Values) -> Ask | None:
        state, typed = self._state, "\n".join(values[id] for id in self._ids)
        return lambda memory, _: recall_for_state(memory, state, typed=typed)


NEW, PLAN = "new", "plan"
"""The acts of a production change's form beside ending one."""


class ChangeDialog(FormDialog[Command]):
    """A production change is claimed before it is made; one of somebody else's in flight has to be confirmed."""

    def __init__(self, here: Here) -> None:
        state = here.state
        others = [change for change in changes_in_flight(state) if not same_name(change.by, here.actor)]
        own = [change for change in changes_in_flight(state) if same_name(change.by, here.actor)]

        def build(values: Values) -> Command:
            change, _, outcome = values.get("what", NEW).partition(" ")
            if outcome == PLAN:
                if values["text"].strip():
                    raise Refused("The plan stands in its own field: empty the one of the change.", "text")
                return here.checked(PlanRollback(actor=here.actor, change=change, rollback=values["back"]))
            if change != NEW:
                if values["back"].strip():
                    raise Refused("A rollback plan is for a new change: empty the field, or choose to add it.", "back")
                return here.checked(EndChange(actor=here.actor, change=change, outcome=outcome, note=values["text"]))
            claim = ClaimChange(
                actor=here.actor, text=values["text"], rollback=values["back"], despite=values.get("despite") == "yes"
            )
            try:
                return here.checked(claim)
            except Refused as refused:
                if refused.field != "despite":
                    raise
                sentence = refused.reason.partition(";")[0] + "; wait for it, or choose “Proceed anyway”."
                raise Refused(sentence, "despite") from refused

        flying = bool(others or own)
        fields = [
            Field("text", "Change, or its result" if flying else "Change", hint="restart the payment workers"),
            Field("back", "Rollback plan", hint="how to undo it"),
        ]
        if flying:
            # A new claim stands first: the end of a change is never what nobody chose.
            rows = [Choice(NEW, "Claim another change")]
            for claimed in (*own, *others):
                whose = "" if same_name(claimed.by, here.actor) else f"{claimed.by}: "
                rows += [
                    Choice(f"{claimed.id} {outcome}", f"{label}: {whose}{claimed.text}")
                    for outcome, label in (("done", "Done"), ("rolled_back", "Rolled back"), ("failed", "Failed"))
                ]
            for claimed in (*own, *others):
                plan = "Another rollback plan" if claimed.rollback else "Add the rollback plan"
                rows.append(Choice(f"{claimed.id} {PLAN}", f"{plan}: {claimed.text}"))
            fields.append(Field("what", "What", NEW, choices=tuple(rows)))
        if others:
            answers = (Choice("no", "Wait for it"), Choice("yes", "Proceed anyway"))
            fields.append(Field("despite", "A change is in flight", "no", choices=answers))
        note = "\n".join(f"In flight: {change.by} since {change.at:%H:%M} UTC: {change.text}" for change in others)
        super().__init__(f"Production change, {state.ref}", fields, build, here.logs, note=note, doubts=here.doubts)


class RunbookDialog(FormDialog[FollowRunbook | CloseRunbook]):
    """Runbooks to choose from, those that fit the incident first; behind them the open ones, to close them."""

    def __init__(self, here: Here, runbooks: Sequence[Runbook]) -> None:
        openings = runbooks_of(here.state)
        by_name = {f"follow {runbook.name}": runbook for runbook in runbooks}

        def build(values: Values) -> FollowRunbook | CloseRunbook:
            act, _, name = values["runbook"].partition(" ")
            if act == "close":
                return CloseRunbook(actor=here.actor, runbook=name)
            if values["runbook"] not in by_name:
                raise Refused(with_keys("There is no runbook to open; press {cancel}."), "runbook")
            return FollowRunbook(actor=here.actor, runbook=by_name[values["runbook"]])

        def says(command: FollowRunbook | CloseRunbook) -> str:
            if isinstance(command, CloseRunbook):
                return here.logs(command)
            again = "again " if command.runbook.name in openings else ""
            return f"opens “{command.runbook.title}” {again}beside the timeline"

        def mark(runbook: Runbook) -> str:
            opening = openings.get(runbook.name)
            return "" if opening is None else "  (open)" if opening.closed_at is None else "  (closed)"

        rows = [Choice(key, f"{runbook.title}{mark(runbook)}  {runbook.about}") for key, runbook in by_name.items()]
        first = rows[0].value if rows else ""
        rows += [
            Choice(f"close {name}", f"Close “{book.runbook.title}”") for name, book in open_runbooks(here.state).items()
        ]
        fields = (Field("runbook", "Follow", first, choices=tuple(rows) or (Choice("", "There is none"),)),)
        super().__init__("Runbooks", fields, build, says)


class PlaybookDialog(FormDialog[tuple[ChangePlaybook, Playbook]]):
    """Another process for this incident; severity and stage carry over to the nearest ones, shown below."""

    def __init__(self, here: Here, playbooks: Sequence[Playbook]) -> None:
        state = here.state
        present = state.playbook.name if state.playbook else ""
        by_name = {playbook.name: playbook for playbook in playbooks}

        def build(values: Values) -> tuple[ChangePlaybook, Playbook]:
            book = by_name.get(values["playbook"])
            if book is None:
                raise Refused("Choose a playbook.", "playbook")
            command = ChangePlaybook(actor=here.actor, reason=values["reason"])
            decide(state, command, here.now, book)
            return command, book

        def preview(values: Values) -> str:
            book = by_name.get(values["playbook"])
            return (
                f"{book.title}: {', '.join(severity.name for severity in book.severities)}\n{book.description}"
                if book
                else ""
            )

        rows = tuple(
            Choice(playbook.name, f"{playbook.title}{'  (now)' if playbook.name == present else ''}")
            for playbook in playbooks
        )
        fields = (Field("playbook", "Follow", present, choices=rows), Field("reason", "Why", hint="optional"))

        def says(chosen: tuple[ChangePlaybook, Playbook]) -> str:
            return f"changes the playbook to {chosen[1].title}"

        super().__init__(f"Playbook of {state.ref}", fields, build, says, preview=preview)
