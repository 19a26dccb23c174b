"""A form that says below its fields, as one types, which incident looks like what is typed."""

import asyncio
from typing import TypeVar

from textual import events, on, work
from textual.widgets import Input

from console.app.dialogs.base import FormDialog, Values
from console.app.recaller import Ask, Recaller
from console.app.widgets.cell import Part
from console.core.refusal import Problem
from console.export.similar import NOTHING, Recalled, likeliest

T = TypeVar("T")

LOW_ROWS = 30
BEHIND_KEY_S = 0.15
"""From a key until it is looked for: whoever goes on typing needs no answer to half a word."""


class RecallingForm(FormDialog[T]):
    recaller: Recaller | None = None
    """Given by the opener; without it nothing is looked for."""
    _recalled_now: Recalled = NOTHING

    def asks(self, values: Values) -> Ask | None:
        """The search to run on earlier incidents; None where there is nothing to look for."""
        raise NotImplementedError

    def looks_like(self) -> list[Part]:
        """Lines for the preview; none where nothing is alike."""
        parts: list[Part] = []
        # A low screen has room for one beside the fields.
        for ref, facts in likeliest(self._recalled_now)[: 1 if self.app.size.height < LOW_ROWS else None]:
            gap = "\n" if parts else ""
            parts += [(f"{gap}≈ ", "bold $accent"), (f"Looks like {ref}", "bold"), f": {' · '.join(facts)}"]
        return parts

    @on(events.Mount)
    @on(Input.Changed)
    @work(exclusive=True, group="recall")
    async def _recall(self) -> None:
        """Look in threads, a moment behind the last key; what was found before stands until then."""
        await asyncio.sleep(BEHIND_KEY_S)
        ask = self.asks(self.values())
        if ask is None or self.recaller is None:
            self._show_recalled(NOTHING)
            return
        try:
            async for recalled in self.recaller.answers(ask):
                self._show_recalled(recalled)
        except Problem:
            # A form is for declaring and triage, whatever is in the log: the screen of similar incidents says why.
            self._show_recalled(NOTHING)

    def _show_recalled(self, recalled: Recalled) -> None:
        before, self._recalled_now = likeliest(self._recalled_now), recalled
        if likeliest(recalled) != before:
            self._show_preview()
