"""Pastes: several entries that are logged at once, and that one undo takes back."""

from datetime import datetime

import msgspec

from console.core.log.command import Decision, Proposal, StandsBeside, moment
from console.core.log.state import Incident
from console.core.subjects.entry import EntryLogged, LogEntry
from console.core.subjects.task import AddTask, TaskAdded


class LogPaste(StandsBeside, frozen=True, kw_only=True):
    """`entries` in one write, each by its own actor: all of them, or none where one is refused.

    `paste` is an id that no other paste has; whoever gives the command makes it up.
    """

    entries: tuple[LogEntry | AddTask, ...]
    paste: str

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(name for entry in self.entries for name in entry.named)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        return tuple(
            _pasted(proposal, self.paste, entry.actor)
            for entry in self.entries
            for proposal in entry.decide(state, moment(entry.at, now), now)
        )


def _pasted(proposal: Proposal, paste: str, author: str) -> Proposal:
    body = proposal.body
    assert isinstance(body, EntryLogged | TaskAdded)
    return msgspec.structs.replace(proposal, body=msgspec.structs.replace(body, paste=paste), author=author)
