"""The guide beside the timeline: opened runbooks and the checklists of this stage, checked off item by item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from time import monotonic

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

from console.app.acts import BY_ID
from console.app.registry import BarItem, bar_items, bindings
from console.app.situation import Situation
from console.app.widgets.cell import Part, keyed, text
from console.app.widgets.keybar import KeyLine, key_line
from console.app.widgets.marked_list import MARK_CELLS
from console.app.widgets.row_list import RowList
from console.core.language.text import one_line
from console.core.language.times import local_pair
from console.core.log.state import Incident
from console.core.subjects.checklist import ChecklistItem, ItemList, item_lists
from console.core.subjects.tick import RUNBOOK
from console.wrapping import wrap

NOTHING = "This playbook has no checklists. {runbook} opens a runbook."
LIST = "list "
"""The beginning of a heading's id."""


class Guide(Vertical):
    """Lists that are for now stand open; the others are one line each, which Enter opens."""

    BINDINGS = bindings("guide")

    @dataclass
    class Ticked(Message):
        """An item is to be checked off, or unchecked."""

        item: str
        done: bool

    @dataclass
    class Copied(Message):
        """A step's command was asked for; empty where the step has none."""

        command: str

    def __init__(self, could_read: Callable[[float], bool], *, id: str) -> None:
        """`could_read` says of the key at hand whether what was shown at a moment could be read before it."""
        super().__init__(id=id)
        self._could_read = could_read
        self._moved_at = 0.0
        """When the bar was last put on another item by itself."""
        self._lists: list[ItemList] = []
        self._unfolded: set[str] = set()
        self._zone: tzinfo | None = None
        self._laid_width = 0
        self._left = ""
        """The item that was checked off here last, which the bar left for the one behind it."""

    def compose(self) -> ComposeResult:
        yield RowList(id="guide-list", markup=False)
        yield KeyLine(id="guide-keys")

    def on_mount(self) -> None:
        self._show_keys()

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def on_descendant_blur(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """The keys of its list while that has the focus, else those of the prompt that are about it."""
        items = bar_items("guide", Situation(), {"runbook": "runbooks", "close_runbook": "closes it"})
        if not self.options.has_focus:
            others = {"check": "next item", "runbook": "runbooks", "guide": "hides it"}
            items = [BarItem(id, BY_ID[id].anywhere, word, "") for id, word in others.items()]
        self.query_one(KeyLine).show(key_line(items).stylize("$muted"))

    def on_click(self) -> None:
        """A key of the guide's is for its list."""
        self.screen.set_focus(self.options)

    @property
    def options(self) -> RowList:
        return self.query_one(RowList)

    @property
    def _width(self) -> int:
        """Cells for a row; one is kept for the bar beside a list that is longer than the screen."""
        return max(20, (self.options.size.width or 54) - 1 - MARK_CELLS)

    def on_resize(self) -> None:
        if self._lists and self._width != self._laid_width:
            self._lay_out()

    def show(self, state: Incident, now: datetime, zone: tzinfo) -> None:
        """The lists as they are now; what is highlighted stays so."""
        lists = item_lists(state, now)
        if lists == self._lists and zone is self._zone:
            return
        closed_before = {listed.id for listed in self._lists if listed.closed}
        self._unfolded -= {listed.id for listed in lists if listed.closed} - closed_before
        before = self._item(self._left)
        self._lists, self._zone = lists, zone
        left = self._item(self._left)
        reopened = before is not None and before.done is not None and left is not None and left.done is None
        # The check was taken back: it is what is next again, unless somebody has moved the bar on.
        back = reopened and left is not None and self.options.chosen == self._after(left)
        self._lay_out(self._left if back else "")

    def start(self) -> None:
        """Go to the first item that is open."""
        first = next(
            (item for listed in self._lists if listed.now and listed.open for item in listed.items if not item.done),
            None,
        )
        self.options.choose(first.id if first else "")
        self._moved_at = monotonic()

    def unfold(self, list_id: str) -> None:
        """Open a list and go to what is next in it."""
        self._unfolded.add(list_id)
        listed = next((listed for listed in self._lists if listed.id == list_id), None)
        item = next((item for item in listed.items if item.done is None), None) if listed else None
        self._lay_out(item.id if item else f"{LIST}{list_id}")
        self._moved_at = monotonic()

    def _lay_out(self, choose: str = "") -> None:
        width = self._laid_width = self._width
        rows: list[tuple[str, Content]] = []
        for listed in self._lists:
            # A list that is done folds away by itself, one that was opened by hand stays open.
            opened = (listed.now and listed.open) or listed.id in self._unfolded
            rows.append((f"{LIST}{listed.id}", _heading(listed, opened, width)))
            rows += [(item.id, _row(item, self._zone, width)) for item in listed.items if opened]
        self.options.put(rows or [(f"{LIST}nothing", keyed(NOTHING, "$muted"))], choose=choose)

    def _item(self, id: str) -> ChecklistItem | None:
        return next((item for listed in self._lists for item in listed.items if item.id == id), None)

    @property
    def selected(self) -> tuple[ItemList, ChecklistItem] | None:
        """The item that is visibly selected and still open, with its list."""
        id = self.options.chosen if self.options.has_focus else ""
        return next(
            ((listed, item) for listed in self._lists for item in listed.items if item.id == id and item.done is None),
            None,
        )

    @property
    def selected_list(self) -> str:
        """The id of the list that the selected row is of; empty while the guide does not have the focus."""
        id = self.options.chosen if self.options.has_focus else ""
        listed = (each for each in self._lists if id in (f"{LIST}{each.id}", *(item.id for item in each.items)))
        return next((each.id for each in listed), "")

    # Keys

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        id = event.option_id or ""
        item = self._item(id)
        if not self._could_read(self._moved_at):
            return
        if item is not None:
            following = self._after(item)
            self.post_message(self.Ticked(item.id, item.done is None))
            if item.done is None and following:
                self._left = item.id
                self.options.choose(following)
            self._moved_at = monotonic()
        elif id.startswith(LIST):
            self._unfolded ^= {id.removeprefix(LIST)}
            self._lay_out(id)

    def _after(self, item: ChecklistItem) -> str:
        """The item to check off next, so that Enter again goes on down the list."""
        listed = next(listed for listed in self._lists if item in listed.items)
        later = listed.items[listed.items.index(item) + 1 :]
        return next((each.id for each in later if each.done is None), "")

    def act_copy_command(self) -> None:
        item = self._item(self.options.chosen)
        self.post_message(self.Copied(item.command if item else ""))


def _heading(listed: ItemList, opened: bool, width: int) -> Content:
    sign = "▾" if opened else "▸"
    kind = "runbook  " if listed.id.startswith(RUNBOOK) else ""
    style = "bold $primary" if listed.now and listed.open else "$muted"
    count = f"  {listed.ticked}/{len(listed.items)}{' closed' if listed.closed else ''}"
    title = one_line(listed.title, max(8, width - len(kind) - len(count) - 2))
    parts: list[Part] = [(f"{sign} ", style), (kind, "$muted"), (title, style)]
    parts.append((count, "$muted" if listed.open or listed.closed else "$success"))
    if opened:
        remarks = filter(None, ("The first that works is enough." if listed.ladder else "", listed.about))
        parts += [(f"\n{line}", "$muted") for words in remarks for line in _lines(words, 2, width)]
    return text(*parts)


def _row(item: ChecklistItem, zone: tzinfo | None, width: int) -> Content:
    when = f"  {item.done.by} {local_pair(item.done.at, zone)[0]}" if item.done is not None and zone else ""
    first, *more = _lines(item.text + when, 4, width)
    rest = "".join(f"\n{line}" for line in more)
    if item.done is not None:
        return text(("  ✓ ", "bold $success"), (first[4:] + rest, "$muted"))
    parts: list[Part] = [("  □ ", "bold $primary"), first[4:] + rest]
    parts += [(f"\n{line}", "$muted") for line in (_lines(item.detail, 4, width) if item.detail else ())]
    for command in item.command.splitlines():
        first, *more = _lines(command, 6, width)
        parts += [(f"\n    $ {first[6:]}", "$secondary"), *((f"\n{line}", "$secondary") for line in more)]
    return text(*parts)


def _lines(words: str, indent: int, width: int) -> list[str]:
    """The words in lines of at most `width` cells, each under the first."""
    return [" " * indent + line for part in words.splitlines() for line in wrap(part, max(8, width - indent))] or [""]
