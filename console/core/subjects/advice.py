"""Silencing advice that is not wanted again in an incident."""

from datetime import datetime
from difflib import get_close_matches

from console.core.advice.reasons import REASONS
from console.core.language.text import clean, one_line
from console.core.log.command import Command, Decision, SlashContext, Word, key, line, proposed, split
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.silence import NudgeSilenced, silenced


class SilenceNudge(Command, frozen=True, kw_only=True):
    of_incidents = True
    nudge: str
    reason: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        nudge = key(self.nudge)
        if not nudge:
            raise Refused("Name the advice to silence, as the list of advice shows it.", "nudge")
        if nudge not in REASONS:
            near = get_close_matches(nudge, REASONS, n=1)
            instead = f"write {near[0]}" if near else "write its name, as the list of advice shows it"
            raise Refused(f"There is no advice “{one_line(clean(self.nudge), 40)}”; {instead}.", "nudge")
        if silenced(state, nudge):
            raise Refused("That advice is silenced already; undo brings it back.", "nudge")
        return proposed(NudgeSilenced(nudge, line(self.reason)), at)


def _read_silence(context: SlashContext, argument: str) -> Command:
    nudge, reason = split(argument)
    # An advice's name is shown in words: “no comms”.
    for id in REASONS:
        shown = id.replace("_", " ")
        if argument.lower().startswith(shown) and not argument[len(shown) :][:1].isalnum():
            nudge, reason = id, argument[len(shown) :]
    return SilenceNudge(actor=context.actor, at=context.at, nudge=nudge, reason=reason.lstrip(" :—"))


WORDS: dict[str, Word] = {
    "silence": Word("/silence ADVICE [reason]", _read_silence, "Name the advice", (lambda known: REASONS,))
}
