"""Whom to call: the playbook's contacts and path of escalation, who was paged when, and whether they answered."""

from datetime import datetime, timedelta
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import hung, text
from console.app.widgets.choice_list import Choice
from console.app.widgets.marked_list import MarkedList
from console.core.advice.people import unanswered_page
from console.core.language.text import one_line
from console.core.language.times import due_words, format_length
from console.core.language.when import parse_ahead
from console.core.log.clocks import open_clocks
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.subjects.page import (
    Callee,
    EndPage,
    Page,
    PageSomebody,
    callees,
    last_pages,
    next_callee,
    page_words,
    waiting_pages,
)

ELSE = "Somebody else"


class Call(NamedTuple):
    """Whom to page, for a contact or by what way; or the page whose answer is to be logged, by its id."""

    contact: str = ""
    way: str = ""
    page: str = ""


class _Row(NamedTuple):
    heading: str
    callee: Callee
    pages: tuple[Page, ...]
    """The last page to each person who stands for it."""


class PagesScreen(Popup[Call]):
    """Contacts, then the path, then who else was paged; Enter pages, or logs the answer that is waited for."""

    place = "pages"
    BINDINGS = bindings("pages")

    def __init__(self, session: Session, ref: str) -> None:
        super().__init__()
        self._session, self._ref = session, ref
        self._rows: dict[str, _Row] = {}
        """By the ids of the list's rows."""
        self._shown: list[Content] = []

    @property
    def situation(self) -> Situation:
        return Situation(
            self._session.state(self._ref), self._session.actor, self._session.now(), self._session.read_only
        )

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(f"Contacts and escalation of {self._ref}", classes="dialog-title", markup=False)
            yield MarkedList(id="pages-list", markup=False)
            yield self.keys()

    def on_mount(self) -> None:
        self.show_rows()

    def pass_second(self) -> None:
        self.show_rows()

    @on(StateChanged)
    def show_rows(self) -> None:
        """As it is now: time passes, and another console may have logged a page or an answer."""
        state, now = self._session.state(self._ref), self._session.now()
        options, before = self.query_one(MarkedList), self._chosen()
        self._rows = {f"{at} {row.callee.name}": row for at, row in enumerate(_rows(state))}
        late = unanswered_page(state, open_clocks(state, now)) is not None
        following = next_callee(state) if late else ""
        shown = [self._row(row, following, now, options.row_width) for row in self._rows.values()]
        if shown == self._shown:
            return
        self._shown = shown
        rows: list[Option] = []
        for (id, row), words in zip(self._rows.items(), shown, strict=True):
            if row.heading:
                rows.append(Option(text((row.heading, "bold $muted")), disabled=True))
            rows.append(Option(words, id=id))
        options.set_options(rows)
        wanted = before.callee.name if before else following
        fitting = (id for id, row in self._rows.items() if wanted and row.callee.name == wanted)
        options.highlighted = options.get_option_index(next(fitting, next(iter(self._rows))))

    def _row(self, row: _Row, following: str, now: datetime, width: int) -> Content:
        """Folded at the width; 0 leaves it as it is."""
        callee, zone = row.callee, self._session.zone
        is_next = bool(following) and callee.name == following
        sign = text(("☞ ", "bold $accent") if is_next else "  ")
        when = f"{callee.when}: " if callee.when else ""
        lines = [hung(sign, text((when, "$muted"), (callee.name, "bold")), width)]
        if callee.reach or callee.usually:
            reach = callee.reach or f"usually {callee.usually}"
            lines.append(hung(text("    "), text((reach, "" if callee.reach else "$muted")), width))

        def at(moment: datetime) -> str:
            if moment > now:
                return due_words(moment, now, zone)
            minutes = (now - moment) // timedelta(minutes=1)
            return f"{format_length(timedelta(minutes=minutes))} ago" if minutes else "just now"

        for page in row.pages:
            who = "" if page.who == callee.name else f"{page.who} "
            style = "bold $warning" if page.outcome != "answered" else "$success"
            lines.append(hung(text("    "), text((f"{who}{page_words(page, at)}", style)), width))
        if is_next:
            lines.append(hung(text("    "), text(("page them next", "bold $accent")), width))
        return Content("\n").join(lines)

    def _chosen(self) -> _Row | None:
        option = self.query_one(MarkedList).highlighted_option
        return self._rows.get(option.id or "") if option is not None else None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        chosen = self._chosen()
        waiting = next((page for page in reversed(chosen.pages) if not page.outcome), None) if chosen else None
        if waiting is not None:
            self.dismiss(Call(page=waiting.id))
        else:
            self.act_page_again()

    def act_page_again(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            callee = chosen.callee
            self.dismiss(Call("" if callee.name == ELSE else callee.name, callee.reach))


def _rows(state: Incident) -> list[_Row]:
    named, pages, rows, heading = callees(state), last_pages(state), [], ""
    for callee in named:
        head = "PATH OF ESCALATION" if callee.when else "CONTACTS"
        rows.append(_Row("" if head == heading else head, callee, tuple(p for p in pages if p.calls(callee.name))))
        heading = head
    others = [page for page in pages if not any(page.calls(callee.name) for callee in named)]
    rows += [_Row("" if at else "ALSO PAGED", Callee(page.who), (page,)) for at, page in enumerate(others)]
    return [*rows, _Row("", Callee(ELSE, usually="" if named else "the playbook names no contacts"), ())]


class CallDialog(FormDialog[Command]):
    """A person, a role, or a contact of the playbook; with both, the person stands for the contact."""

    def __init__(self, here: Here) -> None:
        named = callees(here.state)
        rows = (Choice("", "nobody of the playbook"), *(Choice(each.name, each.name) for each in named))

        def build(values: Values) -> PageSomebody:
            command = PageSomebody(actor=here.actor, who=values["who"], way=values["way"], contact=values["contact"])
            return here.checked(command)

        reach = {each.name: each.reach or (f"usually {each.usually}" if each.usually else "") for each in named}
        fields = (
            Field("who", "Who", hint="a name; empty: the contact below"),
            Field("way", "By", hint="phone, chat, the tool that pages"),
            Field("contact", "For the contact", choices=rows),
        )
        super().__init__(
            f"Page somebody, {here.state.ref}",
            fields,
            build,
            here.logs,
            note="Call them yourself, then log it here: the console calls nobody.",
            preview=lambda values: reach.get(values["contact"], ""),
            doubts=here.doubts,
        )


class AnswerDialog(FormDialog[Command]):
    def __init__(self, here: Here) -> None:
        state = here.state
        waiting = waiting_pages(state)
        pages = [*waiting, *(page for page in reversed(last_pages(state)) if page not in waiting)]

        def at(moment: datetime) -> str:
            return due_words(moment, here.now, here.zone)

        rows = tuple(Choice(page.id, one_line(f"{page.text}: {page_words(page, at)}", 200)) for page in pages)
        outcomes = (Choice("answered", "Answered"), Choice("no_answer", "No answer"), Choice("declined", "Declined"))

        def build(values: Values) -> EndPage:
            eta = parse_ahead(values["eta"], "eta", now=here.now, zone=here.zone) if values["eta"].strip() else None
            command = EndPage(
                actor=here.actor, page=values["page"], outcome=values["outcome"], note=values["note"],
                eta_in=eta and eta.length, eta_at=eta and eta.moment,
            )  # fmt: skip
            return here.checked(command)

        fields = (
            Field("note", "What they said", hint="optional"),
            Field("eta", "There in, or at", hint="optional: 10m"),
            Field("outcome", "Outcome", choices=outcomes),
            Field("page", "Page to", choices=rows or (Choice("", "Nobody has been paged"),)),
        )
        super().__init__(f"Answer to a page, {state.ref}", fields, build, here.logs, topic=state.ref)
