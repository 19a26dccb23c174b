"""A screen whose keys are acts of the registry."""

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from console.app.acts import BY_ID, Act
from console.app.registry import bar_items
from console.app.situation import Situation
from console.app.widgets.keybar import key_line

T = TypeVar("T")


def perform(act: Act, *performers: object) -> None:
    """Do the act with the method `act_ID` of the first that has it."""
    for performer in performers:
        method = getattr(performer, f"act_{act.id}", None)
        if method is not None:
            method()
            return
    raise LookupError(f"nobody does the act {act.id}")


class ActScreen(Screen[T], Generic[T]):
    """Asks each act whether it can be done now, says why where it cannot, and else does it."""

    place: ClassVar[str]
    """Where it is, for the registry."""
    bar_words: Mapping[str, str | None] = {"help": None}
    """What its line of keys says in place of the registry's words; None leaves a key out."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """A screen of Textual's own is painted whole when the focus moves; both widgets paint themselves anew anyhow."""

    @property
    def situation(self) -> Situation:
        return Situation()

    @property
    def chosen_ref(self) -> str:
        """The incident that its acts are about; empty where there is none."""
        return ""

    @property
    def performers(self) -> tuple[object, ...]:
        """The parts that do acts of this screen."""
        return ()

    def act(self, act: Act) -> None:
        why = act.disabled_reason(self.situation)
        if why:
            self.refuse(why)
        else:
            self.perform(act)

    def perform(self, act: Act) -> None:
        """Do an act that can be done."""
        perform(act, self, *self.performers, self.app)

    def run(self, id: str) -> None:
        """Do an act that is asked for by other means than its keys."""
        self.act(BY_ID[id])

    def refuse(self, reason: str) -> None:
        """Say why an act cannot be done."""
        self.app.notify(reason, severity="warning", markup=False)

    # The line of keys at the bottom of a dialog

    def keys(self) -> Static:
        """The last line of a dialog; `show_keys` fills it, first of all when the screen is mounted."""
        return Static(classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """All keys, those greyed whose act cannot be done now."""
        for line in self.query(".dialog-keys").results(Static):
            line.update(key_line(bar_items(self.place, self.situation, self.bar_words)))
