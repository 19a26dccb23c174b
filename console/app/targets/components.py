"""The form that maps the components of a page to ours by picking them from a list."""

from collections.abc import Sequence
from itertools import chain, count

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.act_screen import ActScreen
from console.app.dialogs.base import Field, FormDialog, Values
from console.app.registry import bindings
from console.app.widgets.cell import fitted, padded, text
from console.app.widgets.choice_list import Choice
from console.app.widgets.marked_list import MARK_CELLS, MarkedList
from console.core.language.text import MAX_NAME_CHARS, one_line
from console.core.refusal import Refused
from console.publish.provider import Listed

NOTE = "The page's components, and what you call them in the room."


class ComponentsDialog(ActScreen[dict[str, str] | None], ModalScreen[dict[str, str] | None]):
    """Gives our names with the page's ids, or None where all stays as it is."""

    place = "components"
    BINDINGS = bindings("components")
    bar_words = {"cancel": ""}

    def __init__(self, theirs: Sequence[Listed], mapped: dict[str, str], ours: Sequence[str]) -> None:
        """`mapped` is what is there now; `ours` are names that the team uses."""
        super().__init__()
        listed = {component.id for component in theirs}
        # What is mapped and not on the page can be seen here, and taken out.
        lost = [Listed(id, id, "not on the page") for id in dict.fromkeys(mapped.values()) if id not in listed]
        self._theirs = [*theirs, *lost]
        self._names = {id: name for name, id in reversed(mapped.items())}
        self._also = [(name, id) for name, id in mapped.items() if self._names[id] != name]
        """Further names of a component that has one."""
        self._ours = ours

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="target-components"):
            with Vertical(classes="dialog-head"):
                yield Static("Components", classes="dialog-title", markup=False)
                yield Static(NOTE, classes="dialog-note", markup=False)
            yield MarkedList(id="components-list", markup=False)
            yield self.keys()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        options = self.query_one(OptionList)
        before = options.highlighted or 0
        width = max(30, options.size.width - 2 - MARK_CELLS)
        options.set_options([Option(self._row(component, width)) for component in self._theirs])
        options.highlighted = min(before, len(self._theirs) - 1)

    def _row(self, component: Listed, width: int) -> Content:
        ours = self._names.get(component.id, "")
        sign = ("✓ ", "bold $success") if ours else ("– ", "$muted")
        name = padded(one_line(component.name or component.id, 80), width // 2)
        words = f"is {ours}" if ours else component.state
        return text(
            sign, (name, "bold" if ours else ""), " ", (fitted(words, width // 2 - 4), "" if ours else "$muted")
        )

    @property
    def _here(self) -> Listed:
        return self._theirs[self.query_one(OptionList).highlighted or 0]

    def act_map_component(self) -> None:
        here = self._here
        if here.id in self._names:
            del self._names[here.id]
        else:
            self._names[here.id] = self._free(here.name or here.id)
        self._show()

    def _free(self, theirs: str) -> str:
        """A name of ours for theirs: as the team writes it, else as the page does; no two components share one."""
        # A name ends at the first = of its line.
        plain = one_line(theirs, MAX_NAME_CHARS - 3).replace("=", "-")
        name = next((name for name in self._ours if name.casefold() == plain.casefold()), plain)
        taken = {name.casefold() for name in self._names.values()}
        candidates = chain([name], (f"{name} {number}" for number in count(2)))
        return next(candidate for candidate in candidates if candidate.casefold() not in taken)

    def act_rename_component(self) -> None:
        here = self._here

        def named(name: str | None) -> None:
            if name is not None:
                self._names[here.id] = name
                self._show()

        now = self._names.get(here.id, "")
        taken = {name.casefold() for id, name in self._names.items() if id != here.id}
        ours = [name for name in self._ours if name.casefold() not in taken]
        self.app.push_screen(NameDialog(one_line(here.name or here.id, 60), now, ours, taken), named)

    @on(OptionList.OptionSelected)
    def act_take_components(self) -> None:
        also = [(name, id) for name, id in self._also if id in self._names]
        self.dismiss({**{name: id for id, name in self._names.items()}, **dict(also)})

    def act_cancel(self) -> None:
        self.dismiss(None)


class NameDialog(FormDialog[str]):
    """The dialog for our name of a page's component: a name that the team uses, or another one."""

    def __init__(self, theirs: str, now: str, ours: Sequence[str], taken: set[str]) -> None:
        def build(values: Values) -> str:
            name = one_line(values["name"], MAX_NAME_CHARS) or values.get("known", "")
            if not name:
                raise Refused("Name it as you do in the room, such as checkout.", "name")
            if "=" in name:
                raise Refused("A component's name holds no =; leave it out.", "name")
            if name.casefold() in taken:
                raise Refused(f"{name} stands for another component already; choose another name.", "name")
            return name

        rows = tuple(Choice(name, name) for name in ours)
        fields = [Field("known", "Names that you use", now, choices=rows)] if rows else []
        hint = "optional: another one" if rows else "checkout"
        label, value = "Another name" if rows else "Name", "" if now in ours else now
        fields.append(Field("name", label, value, hint=hint, replace=True))
        super().__init__(f"What do you call {theirs}?", fields, build, lambda name: f"calls it {name}")
