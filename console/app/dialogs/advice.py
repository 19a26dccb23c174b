"""Advice for this moment: each with its reason, its remedy one key away, and a way to silence it here."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from console.app.act_screen import Armed
from console.app.acts import BY_ID, REMEDY_DIALOGS
from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import StateChanged
from console.app.widgets.cell import hung, text
from console.app.widgets.row_list import RowList
from console.core.advice.rules import Nudge, all_nudges
from console.core.language.grammar import MARKERS
from console.core.language.text import one_line
from console.core.log.state import Incident
from console.core.subjects.silence import silenced


class Answer(NamedTuple):
    """A person's answer to a piece of advice: its remedy, or silence (or speech again) for it."""

    nudge: Nudge
    silence: bool


def remedy_words(nudge: Nudge) -> str:
    """The key that does the remedy with what it does, as in `r give a role`."""
    act = BY_ID.get(nudge.act) if nudge.act in REMEDY_DIALOGS else None
    if nudge.remedy.strip() in MARKERS:
        return f"{BY_ID['prompt'].label} write down a {MARKERS[nudge.remedy.strip()]}"
    return f"{act.label} {act.title[:1].lower()}{act.title[1:]}" if act and act.keys else nudge.line


class AdviceScreen(Popup[Answer]):
    """The list; Enter does the remedy of a row, s silences it for this incident or shows it again."""

    place = "advice"
    BINDINGS = bindings("advice")

    def __init__(self, current: Callable[[], tuple[Incident, datetime]]) -> None:
        """`current` gives the incident that the advice is for, and the moment."""
        super().__init__()
        self._current = current
        self._state, _ = current()
        self._nudges: dict[str, Nudge] = {}
        self._changed_at = 0.0
        """When somebody changed the incident: what was typed before is no answer to the rows of after."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            with Vertical(classes="dialog-head"):
                yield Static(f"Advice for {self._state.ref}", classes="dialog-title", markup=False)
            yield RowList(id="advice-list", markup=False)
            yield self.keys()

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self._state.ref:
            self._changed_at = monotonic()
            self.show_rows()

    def show_rows(self) -> None:
        self._state, now = self._current()
        nudges = sorted(all_nudges(self._state, now), key=lambda nudge: silenced(self._state, nudge.id))
        self._nudges = {nudge.id: nudge for nudge in nudges}
        options = self.query_one(RowList)
        options.put(
            ((nudge.id, self._row(nudge, options.row_width)) for nudge in nudges),
            nothing=text(("Nothing to flag.", "$muted")),
        )

    def _row(self, nudge: Nudge, width: int) -> Content:
        """Folded at the width; 0 leaves it as it is."""
        if silenced(self._state, nudge.id):
            return hung(text(("– ", "$muted")), text((f"{nudge.text}  silenced", "$muted")), width)
        return Content("\n").join((
            hung(text(("☞ ", "bold $accent")), text((nudge.text, "bold")), width),
            hung(text("  "), text((nudge.why, "$muted")), width),
            hung(text(("  → ", "$primary")), text((remedy_words(nudge), "$primary")), width),
        ))  # fmt: skip

    def _chosen(self) -> Nudge | None:
        return self._nudges.get(self.query_one(RowList).chosen)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        chosen = self._chosen()
        if chosen is not None and self.could_read(self._changed_at):
            self.dismiss(Answer(chosen, silence=False))

    def arm_silence(self) -> Armed | None:
        chosen = self._chosen()
        if chosen is None:
            return None
        does = "shows it again" if silenced(self._state, chosen.id) else "silences it"
        return Armed(f"{does}: {one_line(chosen.text, 60)}", lambda: self.dismiss(Answer(chosen, silence=True)))
