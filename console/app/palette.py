"""The palette: every act of a screen by its title or by what else people call it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider

from console.app.act_screen import ActScreen
from console.app.lines import LINE_ACTS
from console.app.registry import acts_of
from console.app.room.screen import RoomScreen
from console.app.situation import READ_ONLY


class Command(NamedTuple):
    """A line of the palette."""

    title: str
    help: str
    words: str
    does: Callable[[], object]


class ActsProvider(Provider):
    """Offers the acts of the screen; one that cannot be done now says why."""

    def _commands(self) -> Iterator[Command]:
        """Each act with its help, or why it cannot be done now; in a room the lines without a key, too."""
        screen = self.screen
        if not isinstance(screen, ActScreen):
            return
        for act in acts_of(screen.place):
            # What a list or a field answers itself has no key of its own.
            if act.id != "palette" and (act.keys or not act.shown_keys):
                why = act.disabled_reason(screen.situation)
                help = f"Not now: {why}" if why else f"{act.help}{f' ({act.label})' if act.keys else ''}"
                run = partial(self.app.run_action, f"act('{act.id}')")
                yield Command(act.title, help, f"{act.slash} {act.words}", run)
        if isinstance(screen, RoomScreen):
            for line in LINE_ACTS:
                help = f"Not now: {READ_ONLY}" if screen.situation.read_only else f"Begins {line.line}"
                yield Command(line.title, help, f"{line.line} {line.words}", partial(screen.prompt.begin, line.line))

    async def discover(self) -> Hits:
        for command in sorted(self._commands(), key=lambda command: command.title):
            yield DiscoveryHit(command.title, command.does, help=command.help)

    async def search(self, query: str) -> Hits:
        whole, matchers = self.matcher(query), [self.matcher(word) for word in query.split()]
        for command in self._commands():
            # Each word may stand in the title or among the others, in any order: “false alarm”, “started earlier”.
            scores = [max(word.match(command.title), word.match(command.words)) for word in matchers]
            if scores and min(scores) > 0:
                yield Hit(
                    whole.match(command.title) + sum(scores), whole.highlight(command.title), command.does,
                    help=command.help,
                )  # fmt: skip
