"""The floors: Textual apps with next to nothing in them. `python -m benchmarks.bare empty|label|input`"""

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("ready")


class Ticking(App[None]):
    """One label that counts the seconds."""

    def compose(self) -> ComposeResult:
        yield Static("ready")

    def on_mount(self) -> None:
        self.count = 0
        self.set_interval(1.0, self.tick)

    def tick(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"ready {self.count}")


class Typing(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("ready")
        yield Input(compact=True)


if __name__ == "__main__":
    {"empty": Empty, "label": Ticking, "input": Typing}[sys.argv[1]]().run()
