"""The incident's playbook to read: roles and their duties, severities, stages, gates, contacts, red flags."""

from collections.abc import Callable
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import StateChanged
from console.app.widgets.cell import Part, text
from console.app.widgets.marked_list import MarkedList
from console.core.log.state import Incident
from console.core.playbook.gates import missing
from console.export.playbookview import Row, Section, outline


class PlaybookScreen(Popup[bool]):
    """Sections at the left, what the playbook says at the right. Gives True when another playbook is asked for."""

    place = "playbook"
    BINDINGS = bindings("playbook")

    def __init__(self, current: Callable[[], tuple[Incident, datetime]]) -> None:
        """`current` gives the incident, and the moment."""
        super().__init__()
        state, now = current()
        assert state.playbook is not None
        self._current, self._ref, self._book = current, state.ref, state.playbook
        self._sections = [_now(state, now), *outline(state.playbook)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="playbook"):
            yield Static(f"{self._book.title} ({self._book.name})", classes="dialog-title", markup=False)
            with Horizontal(id="playbook-body"):
                options = [Option(section.title, id=section.id) for section in self._sections]
                yield MarkedList(*options, id="playbook-parts", markup=False)
                with VerticalScroll(id="playbook-page", can_focus=False):
                    yield Static(id="playbook-text", markup=False)
            yield self.keys()

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self._ref:
            self._sections[0] = _now(*self._current())
            self._show_section()

    def _show_section(self) -> None:
        section = self._sections[self.query_one(OptionList).highlighted or 0]
        self.query_one("#playbook-text", Static).update(_page(section))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show_section()
        self.query_one("#playbook-page", VerticalScroll).scroll_home(animate=False)

    def act_page_up(self) -> None:
        self._scroll(-1)

    def act_page_down(self) -> None:
        self._scroll(1)

    def _scroll(self, by: int) -> None:
        page = self.query_one("#playbook-page", VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def act_other_playbook(self) -> None:
        self.dismiss(True)


def _now(state: Incident, now: datetime) -> Section:
    """The playbook's section about this very moment: the stage, the way out of it, and who to call."""
    rows: list[Row] = []
    book, stage, severity = state.playbook, state.stage_rule, state.severity_rule
    if book is not None and stage is not None:
        rows.append(Row(stage.title, stage.goal or "The present stage."))
        if stage.questions:
            rows.append(Row("ask", "\n".join(stage.questions)))
        after = book.after(stage.name)
        if after is not None:
            wanted = missing(state, after.name, now)
            rows.append(Row("then", after.title))
            if wanted:
                rows.append(Row("missing", "\n".join(gap.sentence for gap in wanted)))
    if book is not None and severity is not None:
        rows.append(Row(severity.name, severity.meaning))
        rows += [
            Row(role.name, "\n".join(role.duties)) for role in book.roles if role.id in severity.roles and role.duties
        ]
    return Section("now", "Now", tuple(rows))


def _page(section: Section) -> Content:
    parts: list[Part] = []
    for row in section.rows:
        if row.head:
            parts.append((f"{row.head}\n", "bold $primary"))
        # Not indented: lines that wrap would begin left of the first.
        parts.append(f"{row.text}\n\n" if row.text else "")
    return text(*parts)
