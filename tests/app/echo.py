"""A small app under the console's driver that says what it is given, on its standard output, between APC and ST."""

import json
import os

from textual import events
from textual.app import App

from console.app.terminal.driver import TerminalDriver


def report(*words: object) -> None:
    left = b"\x1b_%b\x1b\\" % json.dumps([str(word) for word in words]).encode()
    while left:  # A signal cuts a write short.
        left = left[os.write(1, left) :]


class Echo(App[None]):
    """Keys and pastes end here: nothing is bound to any."""

    def __init__(self) -> None:
        super().__init__(driver_class=TerminalDriver)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            report("key", event.key, event.character or "")
        elif isinstance(event, events.Paste):
            report("paste", event.text)
        else:
            if isinstance(event, events.Resize):
                report("size", *event.size)
            await super().on_event(event)

    def on_ready(self) -> None:
        report("ready")


if __name__ == "__main__":
    Echo().run()
