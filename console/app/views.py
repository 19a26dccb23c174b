"""The views that were in front, so that one key leads back."""

from collections.abc import Callable
from typing import NamedTuple

from textual.app import App
from textual.screen import Screen

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID, HEADINGS
from console.core.refusal import Refused

NO_OTHER = "No other view was open yet."
GROUNDS = ("board", "room")
"""Places that lie over nothing."""
_OVER_THEM = [act.id for act in BY_ID.values() if act.views and act.id in HEADINGS and act.id not in GROUNDS]
"""Places that the act of the same name opens."""


class View(NamedTuple):
    """Something that is looked at: the board, a room, or a screen that an act of the same name opens."""

    place: str
    ref: str
    """The incident that it is about; empty for the board and what lies over it."""

    @property
    def words(self) -> str:
        if self.place == "room":
            return self.ref
        return f"“{HEADINGS[self.place]}”{f' of {self.ref}' if self.ref else ''}"


BOARD = View("board", "")


class Views:
    """Knows the view in front and the one before it. Forms and help are no views: they are left, and that is it."""

    def __init__(self, app: App[int], open_room: Callable[[str], None]) -> None:
        self._app, self._open_room = app, open_room
        self._front: View | None = None
        self._last: View | None = None

    def note(self) -> None:
        """Another screen may have come to the front. A board on which only the next room was chosen is passed over."""
        view = self._view_of(self._app.screen)
        if view is None or view == self._front:
            return
        passed = self._front is not None and self._front.place == "board" and view.place == "room"
        if not (passed and self._last is not None and self._last != view):
            self._last = self._front
        self._front = view

    @property
    def last(self) -> View:
        """The view before the one in front. Raises Refused where there was none."""
        if self._last is None:
            raise Refused(NO_OTHER)
        return self._last

    def go_to(self, view: View) -> None:
        """Bring a view to the front: the screen that it is where it is open, else made anew over its incident's."""
        app = self._app
        open_still = view in map(self._view_of, app.screen_stack)
        while self._view_of(app.screen) != view if open_still else not _is_ground(app.screen):
            app.pop_screen()
        if open_still or not isinstance(app.screen, ActScreen):
            return
        if view == BOARD:
            app.pop_screen()
        elif view.ref and app.screen.chosen_ref != view.ref:
            self._open_room(view.ref)
        if view.place not in GROUNDS:
            # Behind the composing of a room that was just made.
            app.screen.call_after_refresh(app.run_action, f"act('{view.place}')")

    def _view_of(self, screen: Screen[object]) -> View | None:
        if not isinstance(screen, ActScreen) or screen.place not in (*GROUNDS, *_OVER_THEM):
            return None
        if screen.place == "board":
            return BOARD
        below = next((each for each in reversed(self._app.screen_stack) if _is_ground(each)), screen)
        below_ref = below.chosen_ref if isinstance(below, ActScreen) and below.place == "room" else ""
        return View(screen.place, screen.chosen_ref or below_ref)


def _is_ground(screen: Screen[object]) -> bool:
    return isinstance(screen, ActScreen) and screen.place in GROUNDS
