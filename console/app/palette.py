"""The palette: every act of a screen by its title or by what else people call it."""

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from console.app.act_screen import ActScreen
from console.app.acts import Act
from console.app.registry import acts_of


class ActsProvider(Provider):
    """What cannot be done now says why."""

    def _acts(self) -> Iterator[tuple[Act, str]]:
        """Each act with its help, or why it cannot be done now."""
        screen = self.screen
        if not isinstance(screen, ActScreen):
            return
        for act in acts_of(screen.place):
            # What a list or a field answers itself has no key of its own.
            if act.id != "palette" and (act.keys or not act.shown_keys):
                why = act.disabled_reason(screen.situation)
                yield act, f"Not now: {why}" if why else f"{act.help}{f' ({act.label})' if act.keys else ''}"

    def _does(self, act: Act) -> partial[Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, f"act('{act.id}')")

    async def discover(self) -> Hits:
        for act, help in sorted(self._acts(), key=lambda pair: pair[0].title):
            yield DiscoveryHit(act.title, self._does(act), help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for act, help in self._acts():
            score = max(matcher.match(act.title), matcher.match(act.words) if act.words else 0)
            if score > 0:
                yield Hit(score, matcher.highlight(act.title), self._does(act), help=help)
