"""Going to another stage: what stands in the way, the reasons that count, and what to tell the channel."""

from datetime import datetime, tzinfo

from textual.content import Content

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.respond import checked, in_conflict, logs, moment
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.app.widgets.countdown import due_words
from console.core.language.text import one_line
from console.core.log.clocks import outstanding_promises
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.playbook.gates import missing
from console.core.refusal import Refused
from console.core.subjects.change import changes_in_flight
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import open_tasks
from console.export.updates.announce import announcement
from console.library.templates import Templates


def _held(state: Incident, stage: str, now: datetime) -> str:
    """What is said beside a stage: that the playbook does not lead there, or how much must still be done before it."""
    wants = missing(state, stage, now)
    if any(gap.need == "way" for gap in wants):
        return "  needs a reason"
    return f"  {len(wants)} {'thing' if len(wants) == 1 else 'things'} missing" if wants else ""


def _dropped(state: Incident, stage: str, now: datetime, zone: tzinfo) -> list[str]:
    """What closing leaves undone; empty for a stage in which the incident is still open."""
    rule = state.playbook.stage(stage) if state.playbook else None
    if rule is None or rule.phase != "over" or state.phase == "over":
        return []
    promises = [
        f"{audience} update promised for {due_words(due, now, zone)}"
        for audience, due in outstanding_promises(state).items()
    ]
    changes = [f"change in flight: {one_line(change.text, 40)}" for change in changes_in_flight(state)]
    count = len(open_tasks(state))
    return [*promises, *changes, *([f"{count} open task{'' if count == 1 else 's'}"] if count else [])]


class StageDialog(FormDialog[Command]):
    """The next stage is chosen already: Enter is enough. Its announcement is copied when the stage is taken."""

    def __init__(
        self,
        state: Incident,
        actor: str,
        opened: datetime | None,
        zone: tzinfo,
        templates: Templates | None = None,
        chosen: str = "",
    ) -> None:
        """`chosen` is the stage to begin with, where it is not the next one."""
        now = moment(opened)
        self._state, self._now, self._zone = state, now, zone
        self._texts = templates or Templates(None)
        seen, book = state.stage.head, state.playbook
        after = book.after(state.stage.value) if book else None
        first = chosen or (after.name if after else state.stage.value)

        def build(values: Values) -> MoveStage:
            command = MoveStage(actor=actor, stage=values["stage"], reason="", override=values["override"], seen=seen)
            try:
                checked(state, command, now)
            except Refused as refused:
                if refused.field == "override" and not values["override"].strip():
                    # What is missing stands above, each with its way.
                    raise Refused(
                        "A gate is not met: do what is named above, or write a reason.", "override"
                    ) from refused
                raise
            return command

        def preview(values: Values) -> Content:
            parts: list[Part] = []
            if dropped := _dropped(state, values["stage"], now, zone):
                parts += [("Closing drops:\n", "bold $warning"), *(f"  ▲ {each}\n" for each in dropped)]
            wanted = missing(state, values["stage"], now) if values["stage"] != state.stage.value else ()
            for gap in wanted:
                parts += [
                    ("□ ", "bold $warning"),
                    f"{gap.what}. ",
                    (f"{gap.way[:1].upper()}{gap.way[1:]}.\n", "$muted"),
                ]
            reasons = next((gap.reasons for gap in wanted if gap.reasons), ())
            parts += [("  Accepted reasons: ", "$muted"), f"{'; '.join(reasons)}.\n"] if reasons else []
            words, complaint = self._announced(values["stage"])
            parts += [("For the channel, copied when it is taken:\n", "$muted"), words.strip()]
            parts += [(f"\n{complaint}", "$warning")] if complaint else []
            return text(*parts)

        def says(command: Command) -> str:
            stage = command.stage if isinstance(command, MoveStage) else ""
            count = len(_dropped(state, stage, now, zone))
            return entered(command) + (f"; drops {count} thing{'' if count == 1 else 's'} named above" if count else "")

        entered = logs(state, now)
        rows = []
        for each in book.stages if book else ():
            here = " (now)" if each.name == state.stage.value else ""
            rows.append(Choice(each.name, f"{each.title}{here or _held(state, each.name, now)}"))
        super().__init__(
            f"Stage of {state.ref}",
            (
                Field("stage", "Go to", first, choices=tuple(rows)),
                Field("override", "Reason", hint="required to override a gate"),
            ),
            build,
            says,
            note=in_conflict(state, "stage"),
            preview=preview,
        )

    def announcement(self, stage: str) -> str:
        """The words for the channel, copied when the stage is taken."""
        return self._announced(stage)[0]

    def _announced(self, stage: str) -> tuple[str, str]:
        return announcement(self._state, stage, self._now, self._zone, templates=self._texts)
