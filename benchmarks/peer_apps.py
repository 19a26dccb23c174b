"""The same lines in widgets of Textual's, each with an Input under it whose Enter adds a line to them.

`python -m benchmarks.peer_apps rich-log|data-table|option-list FILE`; each line begins with a time of five characters.
"""

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input, OptionList, RichLog


class Peer(App[None]):
    """Lines in a widget, followed to their end."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield self.list_widget()
        yield Input(compact=True)

    def on_mount(self) -> None:
        self.add_lines(self._lines)
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.add_lines([f"23:59 │ {event.value}"])
        event.input.value = ""

    def list_widget(self) -> RichLog | DataTable[str] | OptionList:
        raise NotImplementedError

    def add_lines(self, lines: list[str]) -> None:
        raise NotImplementedError


class InRichLog(Peer):
    def list_widget(self) -> RichLog:
        return RichLog()

    def add_lines(self, lines: list[str]) -> None:
        log = self.query_one(RichLog)
        for line in lines:
            log.write(line)


class InDataTable(Peer):
    def list_widget(self) -> DataTable[str]:
        table: DataTable[str] = DataTable(cursor_type="row")
        table.add_columns("Time", "Entry")
        return table

    def add_lines(self, lines: list[str]) -> None:
        table = self.query_one(DataTable)
        table.add_rows((line[:5], line[5:]) for line in lines)
        table.move_cursor(row=table.row_count - 1)


class InOptionList(Peer):
    def list_widget(self) -> OptionList:
        return OptionList(markup=False)

    def add_lines(self, lines: list[str]) -> None:
        options = self.query_one(OptionList)
        options.add_options(lines)
        options.highlighted = options.option_count - 1


PEERS: dict[str, type[Peer]] = {"rich-log": InRichLog, "data-table": InDataTable, "option-list": InOptionList}


if __name__ == "__main__":
    PEERS[sys.argv[1]](Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()).run()
