"""The surroundings of a form: the incident as it was when the form was made, who fills it in, when and where."""

from datetime import datetime, tzinfo
from typing import NamedTuple, TypeVar

from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.log.foretold import doubt_of, would_log
from console.core.log.state import Incident

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
