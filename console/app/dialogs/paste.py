"""Several pasted lines: as one entry, or as an entry each. The text is shown whole, and can be edited first."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.respond import checked
from console.app.widgets.choice_list import Choice
from console.core.language.grammar import split_paste
from console.core.language.text import clean
from console.core.log.command import Command
from console.core.log.slash import typed_command
from console.core.log.state import Incident
from console.core.subjects.entry import LogEntry

WHOLE, EACH = "whole", "each"


class PasteDialog(FormDialog[Sequence[Command]]):
    """Gives the commands that log the text. Nothing in it is a command: a slash at the beginning of a line is text."""

    remembers = False

    def __init__(self, state: Incident, pasted: str, actor: str, now: datetime, zone: tzinfo) -> None:
        def build(values: Values) -> Sequence[Command]:
            text = clean(values["text"]).strip("\n")
            if not text.strip():
                return ()
            if values["as"] == WHOLE:
                return (checked(state, LogEntry(actor=actor, text=text), now),)
            lines = split_paste(text)
            commands = [typed_command(line, state, actor=actor, now=now, zone=zone) for line in lines]
            return [checked(state, command, now) for command in commands]

        def says(commands: Sequence[Command]) -> str:
            if not commands:
                return "drops the paste; nothing is logged"
            if self.values()["as"] == WHOLE:
                return "logs one note with all lines, now"
            own = sum(command.at is not None for command in commands)
            return f"logs {len(commands)} entries, {own or 'none'} with a time of {'their' if own != 1 else 'its'} own"

        self.left = pasted
        """The text as it stood when the dialog was left."""
        count = len(split_paste(pasted))
        ways = (Choice(WHOLE, "One entry, as it stands"), Choice(EACH, f"An entry for each line ({count})"))
        fields = (Field("as", "Log as", WHOLE, choices=ways), Field("text", "Text", pasted, lines=10))
        super().__init__(f"Pasted into {state.ref}", fields, build, says)

    def leave(self) -> None:
        self.left = self.values()["text"]
        super().leave()

    def add(self, pasted: str) -> None:
        """A second paste adds to the first."""
        text = self.values()["text"]
        self.fill({"text": f"{text}{'' if text.endswith(chr(10)) else chr(10)}{clean(pasted)}"})

    def paste_prose(self, pasted: str) -> None:
        self.add(pasted)
