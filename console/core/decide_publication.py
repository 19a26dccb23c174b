"""Decisions about what a person orders of an update's messages to status pages and chats."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.core import commands as do
from console.core import events as ev
from console.core.decide_base import Decision, line, one
from console.core.language.text import check_length, clean
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.update import any_update


def _publication(state: Incident, command: do.DecidePublication, at: datetime, now: datetime) -> Decision:
    if any_update(state, command.update) is None:
        raise Refused("The update of this message is not in the incident's log; see its timeline.", "update")
    text = was = ""
    without: tuple[str, ...] = ()
    if command.decision == "edited":
        text, was = clean(command.text).strip(), command.was
        without = tuple(map(line, command.without))
        if not text:
            raise Refused("A message needs a text; drop it if it is not wanted.", "text")
        check_length(text, "A message")
        if text == was and not without:
            raise Refused("Nothing was changed; edit the text, or press Esc.", "text")
    doubtful = command.doubtful and command.decision == "dropped"
    remote = command.remote if command.decision == "confirmed" else ""
    return one(
        ev.PublicationDecided(
            command.message, command.update, line(command.to), command.decision, text, was, doubtful, remote, without
        ),
        now,
    )


HANDLERS: dict[type[do.Command], Callable[[Incident, Any, datetime, datetime], Decision]] = {
    do.DecidePublication: _publication,
}
