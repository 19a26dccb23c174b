"""The surroundings of a form: the incident as it was when the form was made, who fills it in, when and where."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple, TypeVar

import msgspec

from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.log.foretold import doubt_of, overtaken, would_log
from console.core.log.state import Incident
from console.core.playbook.model import Playbook

C = TypeVar("C", bound=Command)


class Here(NamedTuple):
    state: Incident
    actor: str
    now: datetime
    zone: tzinfo

    def checked(self, command: C) -> C:
        """The command when it would be taken now; refused while the form is still open."""
        decide(self.state, command, self.now)
        return command

    def logs(self, command: Command) -> str:
        """The words for what Enter writes, for the last line of a form."""
        return would_log(self.state, command, self.now, self.zone)

    def doubts(self, command: Command) -> str:
        """The sentences that have to be read before Enter counts; empty where none have to."""
        return doubt_of(self.state, command, self.now, self.zone)

    def overtaken(self, result: object, state: Incident) -> str:
        """The sentence on what somebody else has stated meanwhile of what a command of the form's result states anew;
        empty without one."""
        parts = _parts(result)
        book = next((part for part in parts if isinstance(part, Playbook)), None)
        commands = (part for part in parts if isinstance(part, Command))
        sentences = (overtaken(self.state, state, command, self.now, self.zone, book) for command in commands)
        return next(filter(None, sentences), "")


def _parts(result: object) -> Sequence[object]:
    """A form's result, or the parts of one that has several."""
    if isinstance(result, msgspec.Struct) and not isinstance(result, Command):
        return [getattr(result, field) for field in result.__struct_fields__]
    return result if isinstance(result, tuple) else (result,)
