"""Dialogs of the postmortem: its owner, its review, the five whys, and action items."""

from contextlib import suppress
from datetime import datetime

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.widgets.choice_list import Choice
from console.core.language.checks import check_action
from console.core.language.text import one_line
from console.core.log.command import Command
from console.core.refusal import Refused
from console.core.subjects.action_item import ActionItem, AddAction, ChangeAction, FinishAction, due_moment
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem, postmortem_of
from console.export.postmortem.drafts import GUIDE, draft_section
from console.export.postmortem.review import missing_for_final
from console.export.postmortem.sections import review_of
from console.export.postmortem.whys import FIVE, answers, question, whys_text

MAX_MISSING_SHOWN = 8
"""The number of missing things that the review's dialog lists, at most; the rest is counted."""


class OwnerDialog(FormDialog[Command]):
    def __init__(self, here: Here) -> None:

        def build(values: Values) -> AssignPostmortem:
            return here.checked(AssignPostmortem(actor=here.actor, person=values["person"]))

        owner = postmortem_of(here.state).owner.value
        field = Field("person", "Who writes it", owner or here.actor, hint="a name, or nobody", replace=True)
        super().__init__(f"Postmortem of {here.state.ref}", (field,), build, here.logs, doubts=here.doubts)


class ReviewDialog(FormDialog[Command]):
    """The next state of the review is chosen already; what a final one lacks stands below."""

    def __init__(self, here: Here) -> None:
        state = here.state

        def build(values: Values) -> ReviewPostmortem:
            return here.checked(ReviewPostmortem(actor=here.actor, state=values["state"]))

        present = postmortem_of(state).review.value or "draft"
        after = {"draft": "in_review", "in_review": "final", "final": "draft"}[present]
        rows = (
            Choice("draft", "Draft: it is being written"),
            Choice("in_review", "In review: the team reads it"),
            Choice("final", "Final: no more changes"),
        )
        missing = missing_for_final(state)
        lines = [
            f"Now: {review_of(state)}. Missing before it can be final:",
            *(f"- {sentence}" for sentence in missing[:MAX_MISSING_SHOWN]),
        ]
        if len(missing) > MAX_MISSING_SHOWN:
            lines.append(f"- and {len(missing) - MAX_MISSING_SHOWN} more")
        words = "\n".join(lines) if missing else f"Now: {review_of(state)}. Nothing is missing before it can be final."
        field = Field("state", "Move it to", after, choices=rows)
        super().__init__(f"Review of {state.ref}", (field,), build, here.logs, preview=lambda values: words)


class WhysDialog(FormDialog[EditPostmortem]):
    """One why after another: each asks about the answer before it."""

    def __init__(self, here: Here) -> None:
        state = here.state
        register = postmortem_of(state).section("whys")
        seen, earlier = register.head, answers(register.value) if register.value else []
        drafted = answers(draft_section(state, "root_cause", zone=here.zone)) if not earlier else []
        title = one_line(state.title.value, 60)

        def given(values: Values) -> list[str]:
            return [values[f"why{number}"].strip() for number in range(count)]

        def preview(values: Values) -> str:
            chain: list[str] = []
            for number, answer in enumerate(given(values)):
                chain.append(question(given(values), number, title))
                if not answer:
                    break
                chain.append(f"  {answer}")
            return "\n".join(chain)

        def build(values: Values) -> EditPostmortem:
            kept = given(values)
            if not kept[0]:
                raise Refused("Begin with the first why: what was it that users saw, and why?", "why0")
            gap = next((n for n, answer in enumerate(kept) if not answer and any(kept[n:])), None)
            if gap is not None:
                raise Refused(f"Answer why {gap + 1}, too, or empty the ones below it.", f"why{gap}")
            return here.checked(EditPostmortem(actor=here.actor, section="whys", text=whys_text(kept), seen=seen))

        count = max(FIVE, len(earlier))
        fields = tuple(
            Field(
                f"why{number}", f"Why {number + 1}", earlier[number] if number < len(earlier) else "", hint="because …"
            )
            for number in range(count)
        )
        super().__init__(
            "Five whys",
            fields,
            build,
            lambda command: "saves the answers as the section",
            note="\n".join((GUIDE["whys"], *(f"The log suggests: {answer}" for answer in drafted if answer))),
            preview=preview,
        )

    @property
    def first_field(self) -> Field:
        """The first why that nobody has answered."""
        return next((field for field in self._fields if not field.value), self._fields[0])


class ActionDialog(FormDialog[Command]):
    """A new action item, or the change of one; what it lacks is said below while one types."""

    def __init__(self, here: Here, item: ActionItem | None = None) -> None:
        state = here.state
        due_shown = item.due_in(here.zone) if item and item.due_at else ""
        rules = state.playbook.actions if state.playbook else ()
        priorities = [(rule.name, f"{rule.name}  {rule.meaning}") for rule in rules]
        priorities = priorities or [(name, name) for name in ("P0", "P1", "P2")]
        rows = (*(Choice(name, label) for name, label in priorities), Choice("", "without a priority"))

        def due_of(values: Values) -> datetime | None:
            typed = values["due"].strip()
            if not typed or (item and typed == due_shown):
                return item.due_at if item and typed else None
            due = due_moment(typed, here.now, here.zone)
            if due is None:
                raise Refused("Write the day as 2026-12-01, a time from now as 14d, or a time of day.", "due")
            return due

        def preview(values: Values) -> str:
            due = None
            with suppress(Refused):
                due = due_of(values)
            rule = next((rule for rule in rules if rule.name == values["priority"]), None)
            by_rule = here.now if rule is not None and rule.due_s else None
            findings = check_action(values["text"], values["owner"], due or by_rule, values["verify"])
            lacks = [f"{finding.text} {finding.suggestion}".strip() for finding in findings]
            return "\n".join(lacks) if lacks else "Specific, owned, dated and verifiable."

        def build(values: Values) -> Command:
            due = due_of(values)
            text, owner = values["text"].strip(), values["owner"].strip()
            priority, verify = values["priority"], values["verify"].strip()
            if item is None:
                made = AddAction(actor=here.actor, text=text, owner=owner, priority=priority, due_at=due, verify=verify)
                return here.checked(made)
            change = ChangeAction(
                actor=here.actor,
                action=item.id,
                text=text if text != item.text else None,
                owner=owner if owner != item.owner else None,
                priority=priority if priority != item.priority else None,
                due_at=due if due != item.due_at else None,
                verify=verify if verify != item.verify else None,
                seen=item,
            )
            return here.checked(change)

        first = item.priority if item else priorities[min(1, len(priorities) - 1)][0]
        fields = (
            Field(
                "text", "What is done, to what", item.text if item else "", hint="Add an alert on pool use over 80 %"
            ),
            Field("owner", "Who", item.owner if item else "", hint="one person, by name"),
            Field("due", "By when", due_shown, hint="2026-12-01 or 14d; else by priority", replace=True),
            Field("verify", "Verified by", item.verify if item else "", hint="the alert fires in a test"),
            Field("priority", "Priority", first, choices=rows),
        )
        title = f"Action item {item.number} of {state.ref}" if item else f"Action item for {state.ref}"
        super().__init__(title, fields, build, here.logs, preview=preview, doubts=here.doubts)


class ActionDoneDialog(FormDialog[Command]):
    def __init__(self, here: Here, item: ActionItem) -> None:
        def build(values: Values) -> FinishAction:
            return here.checked(FinishAction(actor=here.actor, action=item.id, note=values["note"]))

        field = Field("note", "Result", hint="optional")
        note = f"{item.text}\nVerified by: {item.verify}" if item.verify else item.text
        super().__init__(f"Action item {item.number} is done", (field,), build, here.logs, note=note)
