"""Going to another stage: what stands in the way, the reasons that count, and what to tell the channel."""

from datetime import datetime
from functools import partial

from textual.content import Content

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.respond import in_conflict
from console.app.here import Here
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.core.language.text import capital, counted
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.playbook.gates import accepted_reasons, missing
from console.core.refusal import Refused
from console.core.subjects.stage import DROPS, OWED_THEN, MoveStage
from console.export.updates.announce import announcement
from console.library.templates import Templates


def _goes_to(stage: str, values: Values) -> bool:
    return values["stage"] == stage


def _held(state: Incident, stage: str, now: datetime) -> str:
    """The remark beside a stage: the playbook does not lead there, or so much must still be done first; else empty."""
    wants = missing(state, stage, now)
    if any(gap.need == "way" for gap in wants):
        return "  needs a reason"
    return f"  {counted(len(wants), 'condition')} not met" if wants else ""


class StageDialog(FormDialog[Command]):
    """The next stage is chosen already: Enter is enough. Its announcement is copied when the stage is taken."""

    def __init__(self, here: Here, templates: Templates | None = None, chosen: str = "") -> None:
        """`chosen` is the stage to begin with, where it is not the next one."""
        state, self._actor, now, self._zone = here
        self._here, self._state, self._now = here, state, now
        self._texts = templates or Templates(None)
        self._seen, book = state.stage.head, state.playbook
        stages = book.stages if book else ()
        reasons = {each.name: accepted_reasons(state, each.name, now) for each in stages}
        self._accepted = {name: f"accepted-{place}" for place, name in enumerate(reasons) if reasons[name]}
        """The field of the reasons that count, by stage."""
        after = book.after(state.stage.value) if book else None
        first = chosen or (after.name if after else state.stage.value)
        rows = []
        for each in stages:
            present = " (now)" if each.name == state.stage.value else ""
            rows.append(Choice(each.name, f"{each.title}{present or _held(state, each.name, now)}"))
        super().__init__(
            f"Stage of {state.ref}",
            (
                Field("stage", "Go to", first, choices=tuple(rows)),
                *(
                    Field(
                        id,
                        "Accepted override reasons",
                        choices=(Choice("", "None"), *(Choice(reason, reason) for reason in reasons[name])),
                        shown=partial(_goes_to, name),
                    )
                    for name, id in self._accepted.items()
                ),
                Field("override", "Reason", hint="required to override a gate"),
            ),
            self._command,
            self._says,
            note=in_conflict(state, "stage"),
            preview=self._what_is_missing,
        )

    def _command(self, values: Values) -> Command:
        accepted = self._accepted.get(values["stage"], "")
        override = ": ".join(filter(None, (values.get(accepted, ""), values["override"].strip())))
        command = MoveStage(actor=self._actor, stage=values["stage"], reason="", override=override, seen=self._seen)
        try:
            return self._here.checked(command)
        except Refused as refused:
            if refused.field != "override":
                raise
            if not override:
                # What is missing stands in the form, each with its way.
                way = "choose an accepted reason" if accepted else "write a reason"
                sentence = f"A gate is not met: meet its conditions, or {way}."
            else:
                sentence = "This gate takes only an accepted reason: choose one; your words are added to it."
            raise Refused(sentence, accepted or "override") from refused

    def _says(self, command: Command) -> str:
        assert isinstance(command, MoveStage)
        count = len(command.drops(self._state, self._now, self._zone))
        entered = self._here.logs(command)
        return f"{entered}; drops {counted(count, 'thing')} named above" if count else entered

    def _what_is_missing(self, values: Values) -> Content:
        """The preview of the move: what it drops, what stands in its way, and the words for the channel."""
        stage = values["stage"]
        parts: list[Part] = []
        move, seen_at = MoveStage(actor=self._actor, stage=stage), (self._state, self._now, self._zone)
        for title, sign, lines in ((DROPS, "▲", move.drops(*seen_at)), (OWED_THEN, "·", move.leaves_owed(*seen_at))):
            parts += [(f"{title}\n", "bold $warning"), *(f"  {sign} {each}\n" for each in lines)] if lines else []
        for gap in missing(self._state, stage, self._now) if stage != self._state.stage.value else ():
            way = f"{capital(gap.way)}.\n"
            parts += [("□ ", "bold $warning"), f"{gap.what}. ", (way, "$muted")]
        words, complaint = self._announced(stage)
        parts += [("For the channel, copied on Enter:\n", "$muted"), words.strip()]
        parts += [(f"\n{complaint}", "$warning")] if complaint else []
        return text(*parts)

    def announcement(self, stage: str) -> str:
        """The words for the channel, copied when the stage is taken."""
        return self._announced(stage)[0]

    def _announced(self, stage: str) -> tuple[str, str]:
        return announcement(self._state, stage, self._now, self._zone, templates=self._texts)
