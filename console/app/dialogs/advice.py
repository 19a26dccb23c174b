"""Advice for this moment: each with its reason, its remedy one key away, and a way to silence it here."""

from datetime import datetime
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.act_screen import Armed
from console.app.acts import BY_ID, REMEDY_DIALOGS
from console.app.popup import Popup
from console.app.registry import bindings
from console.app.widgets.cell import hung, text
from console.app.widgets.marked_list import MarkedList
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

    def __init__(self, state: Incident, now: datetime) -> None:
        super().__init__()
        self._state = state
        self._nudges = sorted(all_nudges(state, now), key=lambda nudge: silenced(state, nudge.id))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            with Vertical(classes="dialog-head"):
                yield Static(f"Advice for {self._state.ref}", classes="dialog-title", markup=False)
            if self._nudges:
                rows = (Option(self._row(nudge, 0), id=nudge.id) for nudge in self._nudges)
                yield MarkedList(*rows, id="advice-list", markup=False)
            else:
                yield Static("Nothing to flag.", markup=False)
            yield self.keys()

    def show_rows(self) -> None:
        for options in self.query("#advice-list").results(MarkedList):
            for at, nudge in enumerate(self._nudges):
                options.replace_option_prompt_at_index(at, self._row(nudge, options.row_width))
            # Rows that fold otherwise need another height.
            options.refresh(layout=True)

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
        place = next((options.highlighted for options in self.query("#advice-list").results(OptionList)), None)
        return self._nudges[place] if place is not None else None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(Answer(chosen, silence=False))

    def arm_silence(self) -> Armed | None:
        chosen = self._chosen()
        if chosen is None:
            return None
        does = "shows it again" if silenced(self._state, chosen.id) else "silences it"
        return Armed(f"{does}: {one_line(chosen.text, 60)}", lambda: self.dismiss(Answer(chosen, silence=True)))
