"""The forms of a planned maintenance: its plan, and each step of it, with the messages to each target."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from textual.content import Content

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.core.language.text import clean, listed, one_line
from console.core.language.times import format_length, local_stamp
from console.core.log.clocks import REMIND_BEFORE_S
from console.core.log.command import Command
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
from console.export.updates.maintenance import Step, maintenance_text
from console.export.updates.redact_names import public_words_doubt
from console.publish.sending.plan import Choices, Context, Preview

Outgoing = Callable[[Command, Choices], Sequence[Preview]]
"""The messages of a step, one for each target."""
STEPS: dict[Step, tuple[str, str]] = {
    "begin": ("It has begun", "begins it"),
    "complete": ("It is completed", "completes it"),
    "move": ("Move its window", "moves it"),
    "cancel": ("It does not take place, or is stopped", "cancels it"),
}
"""A step as it is chosen, and what Enter does."""
EARLY = timedelta(minutes=1)
"""Who begins a maintenance so long before its window is told that it is early."""
UNTITLED = "The internal title may name hosts or people: give it a public one with /public-title."
UNTITLED_PLAN = "The title may name hosts or people: write it as customers read it."
_ADVANCES: dict[Step, Literal["in_progress", "completed", "cancelled"]] = {
    "begin": "in_progress", "complete": "completed", "cancel": "cancelled",
}  # fmt: skip


def given_by(command: AdvanceMaintenance | MoveMaintenance, zone: tzinfo) -> dict[str, str]:
    """A step that was typed as a line, as its form takes it over."""
    if isinstance(command, AdvanceMaintenance):
        return {"step": next(step for step, stage in _ADVANCES.items() if stage == command.stage)}
    window = command.window
    return {
        "step": "move", "starts": local_stamp(window.starts_at, zone), "until": local_stamp(window.until, zone),
    }  # fmt: skip


class Given(NamedTuple):
    """A step, and where it goes."""

    command: Command
    choices: Choices
    previews: Sequence[Preview]
    """The previews as they stood in the form."""


def check_taken(previews: Sequence[Preview], untitled: str = UNTITLED) -> None:
    """Refuse what a target will not take as it is; `untitled` says what to do about a title that is not public."""
    for preview in previews:
        if preview.untitled:
            raise Refused(untitled, "title")
        if stop := next((problem.says for problem in preview.problems if problem.stops and preview.delivery), ""):
            raise Refused(stop, "text")


class _Telling:
    """The part of both forms about what is told, and to whom."""

    def __init__(self, context: Context | None, outgoing: Outgoing) -> None:
        targets = context.targets if context else ()
        self.targets = [each for each in targets if each.enabled and each.audience == "public"]
        can = context.capabilities if context else {}
        self._is_mail = {each.name for each in self.targets if can[each.name].is_mail}
        self._mails = {each.name for each in self.targets if can[each.name].mails} | self._is_mail
        self._outgoing = outgoing

    def fields(self) -> Iterator[Field]:
        yield Field("text", "What is told", lines=3)
        for number, target in enumerate(self.targets):
            rows = [] if target.name in self._is_mail else [Choice("quiet", "Tell it, and mail nobody")]
            rows += [Choice("mail", "Tell it, and mail subscribers")] if target.name in self._mails else []
            mails = (target.notify and target.name in self._mails) or target.name in self._is_mail
            rows.append(Choice("no", "Leave it out"))
            yield Field(f"to-{number}", f"On {target.name}", "mail" if mails else "quiet", choices=tuple(rows))

    def _with(self, values: Values, way: str) -> list[str]:
        return [target.name for number, target in enumerate(self.targets) if values[f"to-{number}"] == way]

    def given(self, command: Command, values: Values) -> Given:
        mails = self._with(values, "mail")
        notify_at = {target.name: target.name in mails for target in self.targets}
        choices = Choices(notify_at=notify_at, skip=frozenset(self._with(values, "no")))
        return Given(command, choices, self._outgoing(command, choices))

    def says(self, values: Values) -> str:
        """The targets that are told, for the last line."""
        mails = self._with(values, "mail")
        names = [target.name for target in self.targets if target.name not in self._with(values, "no")]
        if not names:
            return "logged only" if self.targets else "logged only, since no status page is set up"
        return f"tells {listed(names)}, {f'{listed(mails)} mails subscribers' if mails else 'nobody is mailed'}"

    def update(self, values: Values, words: str, actor: str) -> PostUpdate:
        return PostUpdate(actor=actor, audience="public", text=values["text"].strip() or words)

    def preview(self, build: Callable[[Values], Given], values: Values, words: str) -> Content:
        """All that goes out, letter for letter."""
        announcement = values["text"].strip() or words
        try:
            previews = build(values).previews
        except Refused:
            return text((clean(announcement), "$muted"))
        parts: list[Part] = [f"{clean(announcement)}\n"]
        for preview in previews:
            parts.append((f"{preview.target}", "bold"))
            if preview.delivery is None:
                parts.append((f"  {clean(preview.why)}\n", "$muted"))
                continue
            delivery = preview.delivery
            states = (f"{part.name or part.id} → {part.state}" for part in delivery.parts)
            window = delivery.window.words if delivery.window else ""
            facts = (delivery.status.replace("_", " "), window, f"“{one_line(delivery.title, 60)}”", ", ".join(states))
            parts.append((f"  {' · '.join(filter(None, facts))}\n", "$muted"))
            parts += [(f"- {clean(problem.says)}\n", "$warning") for problem in preview.problems]
        return text(*parts).rstrip()


class PlanDialog(FormDialog[Given]):
    """A title and a window are enough."""

    begins_another = True

    def __init__(self, context: Context | None, outgoing: Outgoing, actor: str, now: datetime, zone: tzinfo) -> None:
        telling = _Telling(context, outgoing)

        def window(values: Values) -> Window:
            return window_read(values["starts"], values["until"], None, now=now, zone=zone)

        def build(values: Values) -> Given:
            if not values["title"].strip():
                raise Refused("Write what is done, such as: new database.", "title")
            planned = window(values)
            names = tuple(filter(None, (name.strip() for name in values["components"].split(","))))
            update = telling.update(values, maintenance_text("plan", planned), actor)
            command = PlanMaintenance(
                actor=actor, title=values["title"], window=planned, components=names, update=update
            )
            return telling.given(command, values)

        def words(values: Values) -> str:
            try:
                return maintenance_text("plan", window(values))
            except Refused:
                return ""

        def says(given: Given) -> str:
            command = given.command
            assert isinstance(command, PlanMaintenance), "nothing else is built here"
            return f"plans “{one_line(command.title, 60)}” for {command.window.words}; {telling.says(self.values())}"

        fields = (
            Field("title", "Title", hint="what is done, as customers read it"),
            Field("starts", "Begins", hint="2026-12-01 02:00 UTC, 22:00, in 3d"),
            Field("until", "Ends", hint="04:00, or its length: 2h"),
            Field("components", "Components", hint="what it is about, with commas"),
            *telling.fields(),
        )
        super().__init__(
            "Plan a maintenance", fields, build, says, note=_NOTE,
            doubts=lambda given: public_words_doubt(Incident(""), self.values()["text"]),
            preview=lambda values: telling.preview(build, values, words(values)),
        )  # fmt: skip


_NOTE = "Without words of yours its stage and its times are told, in UTC."


class StepDialog(FormDialog[Given]):
    """The next step of a maintenance that is planned or has begun."""

    def __init__(self, here: Here, context: Context | None, outgoing: Outgoing) -> None:
        """Raises Refused where it is over."""
        state = here.state
        before, telling = state.planned, _Telling(context, outgoing)
        if before is None or state.phase == "over":
            raise Refused("The maintenance is over; undo its last step, or plan another one.")
        begun = state.stage.value == IN_PROGRESS
        steps: tuple[Step, ...] = ("complete", "move", "cancel") if begun else ("begin", "move", "cancel")

        def moved(values: Values) -> bool:
            return values["step"] == "move"

        def window(values: Values) -> Window:
            if not moved(values):
                return before
            if not begun:
                return window_read(values["starts"], values["until"], None, now=here.now, zone=here.zone)
            # It has begun, so that its beginning stays, and is none that is still to come.
            return Window(
                before.starts_at, window_read("now", values["until"], None, now=here.now, zone=here.zone).until
            )

        def words(values: Values) -> str:
            try:
                return maintenance_text(step_of(values), window(values), begun=begun)
            except Refused:
                return ""

        def step_of(values: Values) -> Step:
            return next(step for step in steps if step == values["step"])

        def build(values: Values) -> Given:
            step = step_of(values)
            update = telling.update(values, maintenance_text(step, window(values), begun=begun), here.actor)
            command: Command = (
                MoveMaintenance(actor=here.actor, window=window(values), update=update)
                if step == "move"
                else AdvanceMaintenance(actor=here.actor, stage=_ADVANCES[step], update=update, seen=before)
            )
            return telling.given(here.checked(command), values)

        def says(given: Given) -> str:
            step = step_of(self.values())
            early = before.starts_at - here.now if step == "begin" else timedelta()
            ahead = f" {format_length(early)} before its window" if early >= EARLY else ""
            return f"{STEPS[step][1]}{ahead}; {telling.says(self.values())}"

        # Long before its window an Enter that was not meant begins nothing in public.
        soon = timedelta(seconds=REMIND_BEFORE_S)
        chosen: Step = "move" if not begun and before.starts_at - here.now > soon else steps[0]
        # A step of it that somebody else has made is no choice any more.
        choices = tuple(Choice(step, STEPS[step][0]) for step in steps)
        fields = (
            Field("step", "Step", chosen, choices=choices),
            *(
                ()
                if begun
                else (Field("starts", "Begins", local_stamp(before.starts_at, here.zone), replace=True, shown=moved),)
            ),
            Field("until", "Ends", local_stamp(before.until, here.zone), replace=True, shown=moved),
            *telling.fields(),
        )
        super().__init__(
            f"Maintenance {state.ref}: {one_line(state.title.value, 60)}", fields, build, says,
            topic=f"{state.ref} {state.stage.value}", note=_NOTE,
            doubts=lambda given: public_words_doubt(state, self.values()["text"]),
            preview=lambda values: telling.preview(build, values, words(values)),
        )  # fmt: skip
