"""The room's way back for whoever was away: a rule in the timeline where they left, and what became of it since."""

import asyncio

from console.app.acts import with_keys
from console.app.catchup.looks import Look, Looks, restored
from console.app.room.context import RoomContext
from console.app.widgets.timeline import Left, Place, Timeline
from console.app.widgets.timeline_model import Shows
from console.core.language.times import due_words
from console.core.log.catchup import SECTIONS, catch_up
from console.core.log.entries import Entries
from console.core.refusal import Problem


class RoomSince:
    def __init__(self, context: RoomContext, timeline: Timeline, looks: Looks) -> None:
        self._context, self._timeline, self._looks = context, timeline, looks
        self._look: Look | None = None
        """The look before the last absence in which something happened."""

    async def opened(self) -> None:
        """Show what became of the incident since this person's last look at it, where that was a while ago."""
        room = self._context
        kept = self._looks.begin(room.ref)
        if kept is None:
            return
        try:
            look = await asyncio.to_thread(restored, room.session.log, room.ref, kept)
        except Problem:
            # Whoever cannot be told opens the room all the same.
            return
        await self.returned(look)

    async def returned(self, look: Look) -> None:
        """Show where somebody left who is back, and tell what happened; nothing where nothing did."""
        room, zone = self._context, self._context.session.zone
        state, now = room.state, room.now()
        lines, last = await asyncio.to_thread(
            lambda: (catch_up(look.state, state, now), _last_known(look.state.entries))
        )
        counts = {name: sum(line.section == name for line in lines) for name in SECTIONS if name != "owed"}
        if not any(counts.values()):
            return
        self._look = look
        at = due_words(look.at, now, zone)
        self._timeline.leave(Left(last, with_keys(f"since you looked, {at}: {{catchup}} tells")))
        summary = " · ".join(f"{SECTIONS[name]}: {count}" for name, count in counts.items() if count)
        room.notify(with_keys(f"{summary}. {{catchup}} shows each."), f"Since you looked, {at}", "information")

    def wrote(self) -> None:
        """Take what this person has just written for seen."""
        self._looks.wrote(self._context.ref)

    def keep(self) -> None:
        """Keep the last look for the next console."""
        self._looks.keep(self._context.ref)

    def act_catchup(self) -> None:
        def chosen(entry: str | None) -> None:
            if entry:
                self._go_to(entry)

        room = self._context
        # Read when it is first opened, as every screen.
        from console.app.catchup.screen import CatchUpScreen

        room.open(CatchUpScreen(room.session, room.ref, self._look), chosen)

    def _go_to(self, entry: str) -> None:
        if self._timeline.chosen != Shows():
            # It may be one of those that are hidden.
            self._timeline.choose(Shows(), Place(entry, entry, 0, False))
        self._timeline.go_to_entry(entry)
        self._timeline.focus()


def _last_known(entries: Entries) -> str:
    """The last of the entries in the order in which things happened."""
    last = max(((entry.occurred_at, place) for place, entry in enumerate(entries)), default=None)
    return "" if last is None else entries[last[1]].id
