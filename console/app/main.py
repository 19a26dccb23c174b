"""The application: themes, screens, and what arrives from the log."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeGuard

from textual import events, on, work
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.geometry import Offset
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import TextArea

from console.app import dialogs, screens, themes
from console.app.act_screen import ActScreen, Armed, Declaring, Planning, ProseKept, Replaying, Searching, performer_of
from console.app.acts import BY_ID, VIEWS, use_keys, with_keys
from console.app.alt_letters import AltLetters
from console.app.backups import EVERY_S, Backups
from console.app.bells import LOUD, Bells, due_words, marked_ref
from console.app.board.incidents_screen import IncidentsScreen
from console.app.board.screen import BoardScreen
from console.app.catchup.looks import Looks
from console.app.garbage import Heap
from console.app.key_queue import KeyQueue
from console.app.lines import READING_S
from console.app.practice import DemoStep, DrillCourse, Practice
from console.app.preferences import read_preferences
from console.app.presence import DOING
from console.app.reading import read_unread
from console.app.registry import binding, bindings, help_rows, keymap
from console.app.session import (
    TYPED_ELSEWHERE,
    Arrived,
    LinkChanged,
    OthersChanged,
    PublishChanged,
    Session,
    StateChanged,
    StoreTrouble,
)
from console.app.settings import write_theme
from console.app.stylesheet import RememberingStylesheet
from console.app.syncing import Syncing
from console.app.terminal.clipboard import Clipboard
from console.app.terminal.cursor import OWN_CURSOR, text_cursor
from console.app.terminal.notification import notification, to_terminal
from console.app.terminal.served import is_served
from console.app.terminal.signals import ended_words, take_signals
from console.app.terminal.title import board_title, has_title, room_title
from console.app.views import BOARD, Views
from console.app.widgets.countdown import most_urgent
from console.app.widgets.overdue import overdue_elsewhere
from console.core.language.names import same_name
from console.core.language.pattern import compile_all
from console.core.language.text import clean, counted, one_line
from console.core.log.erasure import without
from console.core.log.event import Event
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.role import RoleAssigned, holder_of, role_name, roles_of
from console.resources import styles_path
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.problems import Damaged, StoreProblem
from console.store.redact import TEXTS_APART

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver

    from console.app.publishing import Publishing
    from console.app.room.screen import RoomScreen
    from console.app.targets.service import TargetService

MAX_UNREAD = 4
"""The number of unusable settings that are told at start, at most; `warroom doctor` tells all."""

PRACTICE = 64
"""`run_app`'s answer when the person on the board asked for the practice incident."""

FIRST_SHEETS = "app.tcss", "board.tcss"
"""Those of the board; to read the others would take longer than all else that comes before the first painting."""

SECOND_S = 1.0
"""From one look at what time alone has changed to the next."""

SENDER_S = 0.5
"""Seconds that leaving waits for the sender: what is left under way is looked for before anything is sent again."""

LEAVE_S = 11.0
"""Seconds that leaving waits for the last lines: a little longer than a write waits for another process's."""


def driver_class() -> "type[Driver]":
    """Ours for the terminal, or for the browser in its place."""
    if is_served(os.environ):
        from console.app.terminal.browser import BrowserDriver

        return BrowserDriver
    from console.app.terminal.driver import TerminalDriver

    return TerminalDriver


def acts_provider() -> "type[Provider]":
    # The palette is read when it is first opened.
    from console.app.palette import ActsProvider

    return ActsProvider


Seat = Literal["", "player", "controller"]
"""The seat in a drill, if it is one."""


class Start(NamedTuple):
    """The choices that the console begins with."""

    ref: str = ""
    """The incident whose room is opened; without one it is the board."""
    view: str = ""
    """The name in VIEWS of the view that is opened first."""
    wall: timedelta | None = None
    """The wall takes the board's place; so long one of its pages is shown."""
    sync: str = ""
    """The address of the server that joins machines."""
    drill: Seat = ""
    """The incident is a drill: its injects are given as they fall due."""
    practice: bool = False
    """All incidents of the database are invented: nothing of it is published, and nothing real belongs there."""
    demo_steps: Sequence[DemoStep] = ()
    """Lines of a practice incident, which the app types as they fall due."""
    demo_ids: Mapping[str, str] = {}
    """The ids of entries that those lines name in braces."""

    @property
    def practises(self) -> str:
        """The beginning of a sentence that says that nothing real belongs here; empty where it does."""
        if self.practice:
            return "This console holds a practice"
        return "This console holds drills" if self.drill else ""


class WarroomApp(App[int]):
    """Wires the session to the screens; what a key does stands in the registry and the screens."""

    TITLE = "Warroom"
    CSS_PATH = [str(styles_path() / name) for name in FIRST_SHEETS]
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [*bindings("everywhere"), binding(BY_ID["palette"])]
    COMMANDS = {acts_provider}

    def __init__(
        self,
        session: Session,
        start: Start = Start(),
        *,
        config: Path | None = None,
        backups: Backups | None = None,
        heap: Heap | None = None,
        terminal: Callable[[str], None] = lambda sequence: None,
        environ: Mapping[str, str] | None = None,
        reading_s: float = READING_S,
    ) -> None:
        """`config` is the folder of the person's settings; `heap` is that of a process which is this console alone;
        `terminal` takes escape sequences as they are. Without `environ` no program is looked for that takes a copied
        text."""
        super().__init__(driver_class=driver_class())
        self.session, self.reading_s = session, reading_s
        self._start, self._config, self._terminal = start, config, terminal
        self._backups, self._heap = backups, heap
        preferences = read_preferences(config)
        self._settings, self._unread = preferences.settings, preferences.problems
        # Before anything is shown that names a key.
        use_keys(preferences.keymap.keys)
        self.set_keymap(keymap(preferences.keymap.keys))
        self._clipboard_way = Clipboard(self._settings.clipboard, environ or {})
        session.sent_words = self._clipboard_way.words
        self._copied_text = ""
        self._copying = asyncio.Lock()
        self._bells = Bells()
        self._clock_noted = False
        self._alt_letters = AltLetters()
        self._key_queue = KeyQueue(self, self._resting, self._hand_on, self._chooses)
        self._entered_at: float | None = None
        """When the last Enter was read that acted and that no other key followed."""
        self.looks = Looks(session)
        self._attended = True
        """Somebody uses the terminal's window, as far as the terminal tells."""
        joins = bool(start.sync) and not session.read_only
        self._sync = Syncing(session, start.sync, self.post_message, drills=bool(start.drill)) if joins else None
        self._views = Views(self, self.open_room)
        self.kept_prose: list[ProseKept] = []
        """Lines that were typed where there is no prompt."""
        self._waiting: list[Callable[[], None]] = []
        """Notices that wait until a form is left."""
        self.practice = (
            DrillCourse(session, start.ref, self._drill_ended, self._drill_beside)
            if start.drill and not session.read_only
            else Practice(session, start.ref, start.demo_steps, start.demo_ids)
            if start.demo_steps
            else None
        )
        self._has_title = self._settings.title and has_title(environ or {})
        self.terminal_title = ""
        """For the terminal's window; empty where that is left alone."""
        choices = dict.fromkeys((*themes.CHOICES, preferences.theme))
        self._themes: Mapping[str, str] = {name: name for name in choices}
        """The colours that can be chosen, each with those that this terminal shows for them."""
        for name in choices:
            theme = themes.theme_named(name)
            self.register_theme(themes.without_colours(theme) if self.no_color and not theme.ansi else theme)
        # Textual's own first theme would else keep the colours that it has there.
        self.theme = themes.DARK.name
        self.theme = preferences.theme
        self.stylesheet = RememberingStylesheet(variables=self.get_css_variables())
        self._unread_styles = [path for path in sorted(styles_path().glob("*.tcss")) if path.name not in FIRST_SHEETS]

    @property
    def read_only(self) -> bool:
        """True for a console that writes neither to the log nor to settings or files, and sends nothing."""
        return self.session.read_only

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.EXTRA_VARIABLES

    async def on_mount(self) -> None:
        self.session.on_change = self._tell
        self.session.on_erased = self._take_out
        self.session.watch(self.post_message)
        self._suit_terminal()
        self.session.bring_back_forms()
        self.kept_prose = [ProseKept(line) for line in self.session.draft(TYPED_ELSEWHERE).split(TEXTS_APART) if line]
        if self._start.ref or self._start.view or self._start.drill:
            self.read_styles()
        if self._start.ref:
            self.open_room(self._start.ref)
            self.call_after_refresh(self._read_others)
        else:
            self.push_screen(self._first_screen())
            self.call_after_refresh(self.read_styles)
        if self._start.view:
            self.screen.call_after_refresh(self._open_view)
        if self.practice is not None:
            self.set_interval(1.0, self.practice.play)
        if self._start.drill:
            self.screen.call_after_refresh(self.act_drill)
        if self._unread:
            shown, more = self._unread[:MAX_UNREAD], len(self._unread) - MAX_UNREAD
            unread = [*shown, f"and {more} more: warroom doctor tells all."] if more > 0 else shown
            self.notify("\n".join(unread), title="Settings", severity="warning", timeout=15)
        self.set_interval(SECOND_S, self.pass_second)
        if self._backups is not None:
            self.set_interval(EVERY_S, self._back_up)
        self.call_after_refresh(self._begin_publishing)
        # Behind the first painting, and before somebody can have typed a line.
        self.call_after_refresh(self.run_worker, compile_all, thread=True)
        if self._heap is not None:
            self.call_after_refresh(self._heap.collect)
        if self._sync is not None:
            self.call_after_refresh(self._sync.start)

    def _suit_terminal(self) -> None:
        """Take colours that this terminal shows apart, its cursor, and the signals by which it ends."""
        if self.no_color:
            # As shades of grey the terminal's own colours are all the same.
            self._themes = {name: name for name in (themes.DARK.name, themes.LIGHT.name)}
            if self.current_theme.ansi:
                self.theme = themes.DARK.name if self.current_theme.dark else themes.LIGHT.name
        if self.is_headless:
            return
        take_signals(self.leave, LEAVE_S)
        if self.is_web:
            return
        self.add_class(OWN_CURSOR)
        if self.console.color_system == "standard" and not self.no_color:
            shown = {name: themes.in_sixteen(name) for name in self._themes}
            looks = [*shown.values()]
            # Of two that look the same the first.
            self._themes = {name: look for at, (name, look) in enumerate(shown.items()) if looks.index(look) == at}
            self.theme = shown[self.theme]

    def read_styles(self) -> None:
        """Read the style sheets of all other screens, unless they have been read."""
        paths, self._unread_styles = self._unread_styles, []
        if paths:
            self.stylesheet.read_all(paths)
            self.stylesheet.parse()

    @work(exclusive=True, group="others")
    async def _read_others(self) -> None:
        """The board, which reads all incidents, is not open: other open ones may owe something, or hold a component."""
        async for _ in read_unread(self.session.log, self.session.ledger, {}):
            pass

    def on_unmount(self) -> None:
        self.session.stop()
        if self._sync is not None:
            self._sync.end(SENDER_S)
        if "publishing" in self.__dict__:
            self.publishing.end(SENDER_S)

    @cached_property
    def publishing(self) -> "Publishing":
        """The way to status pages and chats; its code is read when first asked for."""
        from console.app.publishing import Publishing

        sync = self._sync
        return Publishing(self.session, self.post_message, None if sync is None else lambda: sync.level_at)

    def _begin_publishing(self) -> None:
        from console.publish.targets.model import has_targets

        if self.session.targets_config is not None and has_targets(self.session.targets_config):
            self.publishing.wake()

    def on_link_changed(self, message: LinkChanged) -> None:
        """Keep the state of the link for the room; tell what a person has to settle, and why it never came about."""
        before, self.session.link = self.session.link, message.link
        known = {*before.alarms, *before.overlooked} if before is not None else ()
        alarms = [words for words in (*message.link.alarms, *message.link.overlooked) if words not in known]
        if before is not None and before.state == "connecting":
            alarms.append(message.link.problem)
        if before is None or not before.clock:
            alarms.append(message.link.clock)
        for words in filter(None, alarms):
            self.notify(words, title="Sync", severity="error", timeout=15)
        if self._room is not None and self._room.is_current:
            self._room.show_header()

    def on_publish_changed(self, message: PublishChanged) -> None:
        """Tell the screens, each of which may show where its incident stands on its targets."""
        if message.trouble:
            self.notify(message.trouble, title="Publishing", severity="error", timeout=15)
        for screen in self._own_screens:
            screen.post_message(PublishChanged(message.standings))

    @property
    def _own_screens(self) -> Sequence[Screen[object]]:
        """Every screen but Textual's own at the bottom: with each message it has all that is over it painted anew."""
        return self.screen_stack[1:]

    async def _back_up(self) -> None:
        why = await asyncio.to_thread(self._backups.hourly) if self._backups is not None else ""
        if why:
            self.notify(why, title="Backup", severity="error", timeout=15)

    def pass_second(self) -> None:
        """Show what has changed with time alone, all at once: one painting has it."""
        self.ring()
        # At the end a screen is still there when its parts have gone.
        for screen in self._own_screens if self.is_running else ():
            if isinstance(screen, ActScreen) and screen.is_mounted:
                screen.pass_second()

    def ring(self) -> None:
        """Ask for attention for each clock that began to warn or went over, wherever one is."""
        ledger, room = self.session.ledger, self._room
        now = ledger.now()
        due = [
            (state, clock)
            for state in ledger.calling(room.ref if room is not None else "")
            for clock in self._bells.begun(state.ref, ledger.owed(state, now))
        ]
        if any(clock.state in LOUD[self._settings.bell] for _, clock in due):
            self.bell()
        for state, clock in due:
            words = due_words(state, clock)
            if self._settings.desktop and clock.state == "overdue":
                self._terminal(notification(words, os.environ))
            # The board shows every incident; a room only its own.
            if room is not None and state.ref != room.ref:
                self.notify(words, severity="warning")
        self._tell_clock()
        self._show_alarm()
        self._show_title()
        self._tell_presence()
        if self._heap is not None:
            self._heap.tidy(monotonic() - self.session.typed_at)

    def _tell_clock(self) -> None:
        """Say once that this machine's clock was set back, as it is said of one that differs from the server's."""
        words = self.session.ledger.set_back(self.session.zone)
        if words and not self._clock_noted:
            self.notify(words, title="Clock", severity="error", timeout=15)
        self._clock_noted = bool(words)

    def on_shown(self) -> None:
        if not self.screen_stack:
            # The console ends, and its screens are gone already.
            return
        self._views.note()
        self._tell_presence()
        self._show_alarm()
        self._show_title()
        if not self._holds_notices:
            waiting, self._waiting = self._waiting, []
            for notice in waiting:
                notice()

    def _tell_presence(self) -> None:
        """Tell other consoles which room is open here, and what is done there; never what is typed."""
        below = self._below
        ref = below.chosen_ref if isinstance(below, ActScreen) and not isinstance(below, IncidentsScreen) else ""
        doing = (screen.doing for screen in reversed(self.screen_stack) if isinstance(screen, ActScreen))
        presence = ref, next((word for word in doing if word in DOING), "")
        self.session.sits_before(*presence)
        if self._sync is not None:
            self._sync.sits_before(*presence)

    def on_others_changed(self, message: OthersChanged) -> None:
        """Screens look for it every few seconds, as for the consoles on this file."""
        self.session.others = message.others

    def _show_title(self) -> None:
        """The window's title names the incident of the screen, or on the board how many there are; a dialog over the
        screen has its most urgent countdown."""
        ledger, below = self.session.ledger, self._below
        if not isinstance(below, ActScreen):
            return
        now = ledger.now()
        if below.chosen_ref and not isinstance(below, IncidentsScreen):
            state = self.session.state(below.chosen_ref)
            owed = ledger.owed(state, now)
            if self.screen is not below and isinstance(self.screen, ActScreen):
                self.screen.show_owed(state.ref, most_urgent(owed, now))
            self.terminal_title = room_title(state, owed) if self._has_title else ""
        elif self._has_title:
            calling = ledger.calling()
            late = sum(any(clock.state == "overdue" for clock in ledger.owed(state, now)) for state in calling)
            self.terminal_title = board_title(ledger.opened(), late)

    @property
    def _holds_notices(self) -> bool:
        front = self.screen_stack[-1] if self.screen_stack else None
        return isinstance(front, ActScreen) and front.holds_notices

    def notify(
        self, message: str, *, title: str = "", severity: SeverityLevel = "information", timeout: float | None = None,
        markup: bool = False,
    ) -> None:  # fmt: skip
        """Show a notice; over a form it would lie over what Enter does, and waits until the form is left."""
        notice = partial(super().notify, clean(message), title=title, severity=severity, timeout=timeout, markup=markup)
        if self._holds_notices:
            self._waiting.append(notice)
        else:
            notice()

    def _show_alarm(self) -> None:
        """Show on every screen but the board, which has it all, what another open incident owes and is overdue."""
        if not self.screen_stack:
            # The console ends, and its screens are gone already.
            return
        about_one = [
            screen
            for screen in (self._below, self.screen)
            if isinstance(screen, ActScreen) and not isinstance(screen, IncidentsScreen)
        ]
        ref = about_one[0].chosen_ref if about_one and about_one[0] is self._below else ""
        for screen in dict.fromkeys(about_one):
            screen.show_alarm(overdue_elsewhere(self.session.ledger, ref, self.session.now()))

    @work(exclusive=True, group="leave")
    async def leave(self, status: int = 0) -> None:
        """End, once what was typed is read and what was entered is on the disk; half-typed lines are kept."""
        rooms = [screen for screen in self.screen_stack if _is_room(screen)]
        with suppress(TimeoutError):
            # What is still on its way then stays in the draft.
            async with asyncio.timeout(LEAVE_S):
                # A line that no field took has gone to the app.
                read = asyncio.Event()
                if self.call_later(read.set):
                    await read.wait()
                for room in rooms:
                    await room.prompt.rest()
        for room in rooms:
            room.keep_draft()
        for screen in self.screen_stack:
            if keep_typed := performer_of("keep_typed", (screen,)):
                keep_typed()
        self.session.keep_forms()
        self.exit(status, return_code=status)

    # The clipboard

    @property
    def clipboard(self) -> str:
        """The text that was copied last here."""
        return self._copied_text

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the clipboard by the person's setting; a program takes it beside the screen's thread."""
        self._copied_text = text
        if self._clipboard_way.commands:
            self.run_worker(self._copy(text))
        elif self._clipboard_way.asks_terminal:
            super().copy_to_clipboard(text)

    async def _copy(self, text: str) -> None:
        async with self._copying:
            why = await asyncio.to_thread(self._clipboard_way.send, text)
        if why and self._clipboard_way.asks_terminal:
            super().copy_to_clipboard(text)
        elif why:
            self.notify(why, title="Clipboard", severity="warning")

    @property
    def cursor_position(self) -> Offset:
        """The place of the terminal's cursor: where the next character goes, as the screen is laid out just now."""
        return text_cursor(self.screen) or Offset(0, 0)

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:
        """Fields tell where their cursor was before the screen was laid out anew; it is looked for instead."""

    # Screens

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen in front. What its widgets painted goes with it: Textual keeps that of the last thousand."""
        for widget in self.screen.walk_children(Widget, with_self=True):
            widget.refresh()
            # A bar is no child. None of ours runs across, and asking for one that was never shown would make it.
            if widget.show_vertical_scrollbar:
                widget.vertical_scrollbar.refresh()
        # The board under a room that the console began with is made when it is first gone to.
        return self.switch_screen(self._board()) if len(self.screen_stack) == 2 else super().pop_screen()

    def _board(self) -> BoardScreen:
        return BoardScreen(self.session, self.open_room)

    def _first_screen(self) -> Screen[None]:
        if self._start.wall is None:
            return self._board()
        # Read where it is asked for.
        from console.app.board.wall import WallScreen

        return WallScreen(self.session, self._start.wall)

    def open_room(self, ref: str, entry: str = "") -> None:
        """Show the incident's room over the board, or in place of the room that the console began with.

        `entry` is the id of the entry to show first; empty for the newest.
        """
        while len(self.screen_stack) > 2:
            self.pop_screen()
        offered, self.kept_prose = self.kept_prose, []
        show = self.switch_screen if _is_room(self.screen) else self.push_screen
        show(screens.room.RoomScreen(self.session, ref, self.publishing, self.looks, offered, entry))

    def _open_view(self) -> None:
        """Open the view that the console was started with, unless somebody types already: a line stays whole."""
        act, screen = VIEWS[self._start.view], self.screen
        if self.session.typed_at:
            self.notify(f"You were typing already; {act.anywhere} is “{act.title}”.")
        elif isinstance(screen, ActScreen):
            show = getattr(screen, f"view_{act.id}", None)
            if show is None:
                screen.act(act)
            else:
                show(self._start.view)

    def act_practice(self) -> None:
        """The practice incident has a database of its own: this console ends, and its starter opens the other."""
        if self.is_web:
            self.notify("The practice incident needs a terminal: warroom demo opens it.", severity="warning")
            return
        self.exit(PRACTICE, return_code=PRACTICE)

    # What others write

    def on_arrived(self, message: Arrived) -> None:
        self.session.trouble = ""
        self.run_worker(self.session.take_arrived(message))
        declared = [
            f"{news}:\n{one_line(new.title, 80)}"
            for event in message.events
            if isinstance(new := event.body, IncidentDeclared) and (news := new.news(event.incident, event.actor))
        ]
        if declared and _is_room(self._below):
            title = "New incident" if len(declared) == 1 else counted(len(declared), "new incident", "new incidents")
            # One notice for all: several would hide the timeline of a small terminal.
            self.notify(declared[-1], title=with_keys(f"{title}; {{board}} shows all"), severity="warning")

    def _tell_of_roles_taken(self, ref: str, events: Sequence[Event], before: Incident) -> None:
        """Tell whoever sits here which of their roles these events gave to other people, unless by their own word."""
        own_name, state, changes = self.session.actor, self.session.state(ref), list[str]()
        for role in roles_of(before):
            person = holder_of(state, role)
            if not same_name(holder_of(before, role), own_name) or same_name(person, own_name):
                continue
            assigned = [event for event in events if isinstance(event.body, RoleAssigned) and event.body.role == role]
            by = (assigned or events)[-1].actor
            if not same_name(by, own_name):
                changes.append(f"{marked_ref(state)}: {role_name(state, role)} is {person or 'nobody'} now, by {by}.")
        if changes:
            title = "Your role was reassigned" if len(changes) == 1 else "Your roles were reassigned"
            self.notify("\n".join(changes), title=title, severity="warning")

    @property
    def _below(self) -> Screen[object] | None:
        """The screen behind any dialog; none before the first and after the last."""
        return next((screen for screen in reversed(self.screen_stack) if not isinstance(screen, ModalScreen)), None)

    def on_store_trouble(self, message: StoreTrouble) -> None:
        self.session.trouble = message.reason
        self.notify(message.reason, title="The log", severity="error", timeout=15)

    def _tell(self, ref: str, events: tuple[Event, ...], before: Incident | None) -> None:
        self.session.cases.forget(ref)
        if before is not None:
            self._tell_of_roles_taken(ref, events, before)
        for screen in self._own_screens:
            screen.post_message(StateChanged(ref, events))
        self._show_title()
        if self._sync is not None:
            self._sync.wake()

    def _take_out(self, words: Collection[str]) -> bool:
        """Take erased words out of everything that is half typed; whether any stood there."""
        prose = [kept.line for kept in self.kept_prose]
        for kept in self.kept_prose:
            kept.line = without(kept.line, words)
        self._copied_text = without(self._copied_text, words)
        changed = [screen.take_out(words) for screen in reversed(self.screen_stack) if isinstance(screen, ActScreen)]
        return [kept.line for kept in self.kept_prose] != prose or any(changed)

    # Keys

    def on_idle(self) -> None:
        # A resize waits for a timer of Textual's, which never comes where the machine is busy for the 8 ms that it is
        # to last: that size, and each one after it, would be none of the console's.
        self._check_resize()

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the screen one by one, so that those typed ahead of it find what they were meant for."""
        if isinstance(event, events.AppFocus | events.AppBlur):
            self._attend(isinstance(event, events.AppFocus))
            return
        if not self._attended and isinstance(event, events.Key | events.MouseDown):
            self._attend(True)
        if not isinstance(event, events.InputEvent | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        # What a key opens has to be styled, also where it was typed ahead of the first painting.
        self.read_styles()
        if not isinstance(event, events.MouseMove):
            self.session.typed_at = monotonic()
            self._note_attention()
        if isinstance(event, events.MouseEvent) and isinstance(self.screen, ActScreen):
            self.screen.key_time = event.time
        if isinstance(event, events.InputEvent) and self._key_queue.gather(event):
            return
        await self._key_queue.let_letters_go()
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif not self._key_queue.hold(event):
            await self._hand_on(event)
            self._key_queue.read(event)

    def _attend(self, attended: bool) -> None:
        """The terminal's window has gained or lost the focus.

        Textual takes the focus from the field meanwhile, and a key whose terminal does not tell of the return would
        be no letter of the line: here it stays.
        """
        self._attended = attended
        if attended:
            self._note_attention()
        elif self._room is not None:
            self.looks.leave(self._room.ref)
        for screen in self.screen_stack:
            if isinstance(screen, ActScreen) and screen.is_mounted:
                # Where the colours are the terminal's own nothing steps back: its grey may be its background.
                screen.attend(attended, steps_back=not self.native_ansi_color)
        if attended:
            # What lay over it, in a multiplexer or behind a lost connection, may have left its traces.
            self.refresh()

    def _note_attention(self) -> None:
        """Whoever sits here looks at what is in front; one who was away is told what became of it."""
        room = self._room
        before = self.looks.note(room.ref if room is not None else "")
        if before is not None and room is not None:
            self.run_worker(room.since.returned(before))

    @property
    def _room(self) -> "RoomScreen | None":
        """The room that is looked at, also while a dialog is over it."""
        below = self._below
        return below if _is_room(below) else None

    async def _hand_on(self, event: events.Key | events.Paste) -> None:
        if isinstance(event, events.Key) and isinstance(self.screen, ActScreen):
            event = self._alt_letters.meant(event, self.screen)
        if not self._bounced(event) and not self._taken_by_screen(event):
            await super().on_event(event)

    def _bounced(self, event: events.Key | events.Paste) -> bool:
        """True for an Enter right behind the one that acted: one press of the hand, wherever the focus is.

        In a text Enter only begins a line, as often as it comes.
        """
        before, self._entered_at = self._entered_at, None
        if not (isinstance(event, events.Key) and event.key == "enter"):
            return False
        bounced = before is not None and event.time < before + self.reading_s
        if bounced or not isinstance(self.focused, TextArea):
            self._entered_at = event.time
        return bounced

    def _taken_by_screen(self, event: events.Key | events.Paste) -> bool:
        """Let the screen in front deal with a key or a paste that is meant for no field; True where it did."""
        screen = self.screen
        if isinstance(screen, ActScreen):
            screen.key_time = event.time
        else:
            # The palette searches for the first line of a paste, and would drop the others.
            if isinstance(event, events.Paste) and len(event.text.strip().splitlines()) > 1:
                self.on_prose_kept(ProseKept(event.text))
                return True
            return False
        if isinstance(event, events.Key) and event.key in BY_ID["how_to_leave"].keys.split(","):
            # What is typed or armed stays as it is.
            self.act_how_to_leave()
            return True
        return screen.take_key(event) if isinstance(event, events.Key) else screen.take_paste(event.text)

    def on_prose_kept(self, message: ProseKept) -> None:
        """A line that no field took waits in the prompt of the room behind, else in that of the next one."""
        room = next((screen for screen in reversed(self.screen_stack) if _is_room(screen)), None)
        if room is not None:
            room.prompt.offer(message.line, message.lead)
        else:
            if not self.kept_prose:
                self.notify("What you typed is kept for the prompt of the next room.")
            self.kept_prose.append(message)
            self.session.keep_draft(
                TYPED_ELSEWHERE, TEXTS_APART.join(each.lead + each.line for each in self.kept_prose)
            )

    def _resting(self) -> asyncio.Event | None:
        resting = getattr(self.screen, "resting", None)
        return resting if isinstance(resting, asyncio.Event) else None

    def _chooses(self) -> bool:
        screen = self.screen
        return isinstance(screen, ActScreen) and screen.shows_letters

    def action_act(self, id: str) -> None:
        """Do an act of the registry: the screen in front says whether it can be done, and knows who does it."""
        screen = self.screen
        if isinstance(screen, ActScreen):
            refused = BY_ID[id].disabled_reason(screen.situation)
            screen.act(BY_ID[id])
            if not (refused or screen.armed_words):
                self._alt_letters.acted()
        else:
            method = performer_of(f"act_{id}", (self,))
            if method is not None:
                method()

    def act_quit(self) -> None:
        self.leave()

    def act_how_to_leave(self) -> None:
        words = with_keys("{quit} leaves, nothing typed is lost.")
        if isinstance(self.screen, ActScreen):
            self.screen.inform(words)
        else:
            self.notify(words)

    def act_suspend(self) -> None:
        if self.is_web:
            self.notify("A console in a browser cannot be suspended.", severity="warning")
        elif not self.is_headless:
            signal.raise_signal(signal.SIGTSTP)

    @on(Driver.SignalResume)
    def paint_anew(self) -> None:
        """Paint the whole screen after a stop: the shell has had the terminal, where nothing of it is left."""
        self.refresh()

    def between_writes(self) -> AbstractContextManager[None]:
        """While no transaction is under way: no other console may wait for one of a console that is stopped."""
        return self.session.log.between_writes()

    def act_board(self) -> None:
        screen = self.screen
        if isinstance(screen, ActScreen) and screen.holds_notices:
            screen.refuse(with_keys("{cancel} leaves this form and keeps what you typed; the board is behind it."))
        else:
            self._views.go_to(BOARD)

    def act_back(self) -> None:
        if _is_room(self.screen):
            self.pop_screen()
        else:
            self.leave()

    def arm_last_view(self) -> Armed | None:
        """Names the last view before Enter opens it: a minus may also begin a line for the log, such as `-4m`."""
        screen = self.screen
        assert isinstance(screen, ActScreen)
        try:
            if screen.writing and not _is_room(screen):
                raise Refused(with_keys("Save or leave the text first: {save_text} or {leave_text}."))
            view = self._views.last
        except Refused as refused:
            screen.refuse(refused.reason)
            return None
        return Armed(f"goes back to {view.words}", lambda: self._views.go_to(view))

    def act_last_view(self) -> None:
        if armed := self.arm_last_view():
            armed.do()

    @property
    def _chosen_ref(self) -> str:
        """The incident that the screen in front is about; empty where there is none."""
        return self.screen.chosen_ref if isinstance(self.screen, ActScreen) else ""

    def act_postmortem(self) -> None:
        if ref := self._chosen_ref:
            self.push_screen(screens.postmortem.PostmortemScreen(self.session, ref, self.publishing))
        else:
            self.notify("No incident is selected; move the bar to one.", severity="warning")

    def act_outbox(self) -> None:
        self.push_screen(screens.outbox.OutboxScreen(self.session, self.publishing, self._chosen_ref))

    def act_registers(self) -> None:
        self.push_screen(dialogs.registers.RegistersScreen(self.session), self._open_chosen)

    def _open_chosen(self, ref: str | None) -> None:
        if ref:
            self.open_room(ref)

    def act_search(self) -> None:
        self.search("")

    act_search_here = act_search

    def on_searching(self, event: Searching) -> None:
        self.search(event.words)

    def search(self, typed: str) -> None:
        """Look for words in all incidents; empty for those that were looked for the last time."""

        def chosen(entry: "tuple[str, str] | None") -> None:
            if entry is not None:
                self.open_room(*entry)

        self.push_screen(screens.search.SearchScreen(self.session, typed), chosen)

    def act_history(self) -> None:
        self.push_screen(screens.history.HistoryScreen(self.session), self._open_chosen)

    def act_replay(self) -> None:
        """From the entry that is selected in the timeline, else from the end."""
        screen = self.screen
        self.replay(entry=screen.seen_entry if isinstance(screen, ActScreen) else "")

    def on_replaying(self, event: Replaying) -> None:
        self.replay(at=event.at)

    def replay(self, *, entry: str = "", at: datetime | None = None) -> None:
        """Show the incident in front as it was when an entry became known, or at a moment, or at its end."""
        screen = self.screen
        if isinstance(screen, ActScreen) and screen.chosen_ref:
            self.push_screen(screens.replay.ReplayScreen(self.session, screen.chosen_ref, entry=entry, at=at))

    def act_drill(self) -> None:
        """The card, or for a controller the injects; the debrief once the drill is over."""
        ref = self._chosen_ref
        self.push_screen(
            screens.drill.DrillScreen(
                self.session, ref, controller=self._start.drill == "controller",
                open_entry=lambda entry: self.open_room(ref, entry),
            )
        )  # fmt: skip

    def _drill_ended(self) -> None:
        if not any(isinstance(each, ActScreen) and each.place == "drill" for each in self.screen_stack):
            self.notify(with_keys("The drill has ended: {drill} shows the debrief."), title="Drill")

    def _drill_beside(self, other: Incident) -> None:
        words = f"Another run of this drill goes on: {other.ref}, begun by {other.declared_by}. Agree on one: "
        words += with_keys("{board} shows both, {drill} ends this one.")
        self.notify(words, title="Drill", severity="warning", timeout=30)

    def act_similar(self) -> None:
        self.push_screen(screens.similar.SimilarScreen(self.session, self._chosen_ref, self.open_room))

    def act_metrics(self) -> None:
        self.push_screen(screens.metrics.MetricsScreen(self.session))

    def act_targets(self) -> None:
        if self._refuses_here("set targets up"):
            return
        self.push_screen(screens.targets.TargetsScreen(self.session, self.publishing, self._target_service))

    @cached_property
    def _target_service(self) -> "TargetService":
        """Kept, so that what a check has found outlives the screen."""
        # Read when first asked for.
        from console.app.targets.service import TargetService

        return TargetService(self.session.targets_config)

    def act_theme(self) -> None:
        shown = list(self._themes.values())
        at = shown.index(self.theme) if self.theme in shown else -1
        chosen = list(self._themes)[(at + 1) % len(shown)]
        self.theme = self._themes[chosen]
        if self._config is not None and not self.read_only:
            self._remember_theme(self._config, chosen)

    @work(exclusive=True, group="theme")
    async def _remember_theme(self, config: Path, theme: str) -> None:
        why = await asyncio.to_thread(write_theme, config, theme)
        if why:
            self.notify(why, title="Settings", severity="warning")

    def act_help(self) -> None:
        if isinstance(self.screen, ActScreen):
            self.push_screen(dialogs.help.HelpScreen(help_rows(self.screen.place, self.screen.situation)))

    def _refuses_here(self, does: str) -> bool:
        """Whether this console has nothing to do with the real world; it then says where `does` belongs."""
        words = self._start.practises
        if words:
            self.notify(f"{words}; {does} in one that `warroom` opens.", severity="warning")
        return bool(words)

    def act_declare(self) -> None:
        self.on_declaring(Declaring(""))

    def on_declaring(self, event: Declaring) -> None:
        # Here a real incident would be in nobody's log but the practice's.
        if self._refuses_here("declare"):
            return
        dialogs.declare.DeclareFlow(self, self.session, self.open_room).ask(event.words)

    act_declare_here = act_declare

    def act_maintenance(self) -> None:
        self.on_planning(Planning())

    def on_planning(self, event: Planning) -> None:
        if self._refuses_here("plan it"):
            return
        from console.app import maintenances

        maintenances.plan(self, self.session, self.publishing, self.open_room)

    def act_palette(self) -> None:
        self.action_command_palette()


def _is_room(screen: Screen[object] | None) -> "TypeGuard[RoomScreen]":
    """True for a room; does not import the room, whose code is read after the board is painted."""
    # While another thread is still reading that code the module is there without its class, and no room is.
    kind = getattr(sys.modules.get("console.app.room.screen"), "RoomScreen", None)
    return kind is not None and isinstance(screen, kind)


def open_log(path: Path, *, read_only: bool) -> tuple[Log, str]:
    """The log, and why it can only be read where it is damaged. Raises StoreProblem."""
    try:
        return Log.open(path, read_only=read_only), ""
    except Damaged as problem:
        if read_only or not path.exists():
            raise
        return Log.open(path, read_only=True), problem.reason


def run_app(
    *,
    log_path: Path,
    actor: str,
    zone: tzinfo,
    start: Start = Start(),
    read_only: bool = False,
    clock: Callable[[], datetime] | None = None,
    config: Path | None = None,
) -> int:
    """Open the console and stay in it until it is left; its exit status.

    The incident to start with may be named in any form of a reference. `config` is the folder of the person's
    settings; without one nothing is remembered. A practice incident and a read-only console make no backups.
    """
    served = is_served(os.environ)
    if not served and not os.isatty(2):
        print("The console is painted on standard error, which is no terminal; start it without 2>.")
        return 1
    term = os.environ.get("TERM", "")
    if not served and term in ("", "dumb", "unknown"):
        print(
            f"The console needs a terminal that can move its cursor, TERM is {term or 'not set'}; "
            "use warroom --plain, which has the same room as lines.",
            file=sys.stderr,
        )
        return 1
    try:
        log, damage = open_log(log_path, read_only=read_only)
        with log:
            read_only = log.read_only
            ledger = Ledger(log, actor=actor, clock=clock or (lambda: datetime.now(UTC)))
            start = start._replace(ref=ledger.resolve(start.ref) if start.ref else "")
            practice = bool(start.practises)
            session = Session(ledger, zone=zone, read_only=read_only, config=config, practice=practice)
            session.damage = damage
            # Read while nobody types; from here on what was written is known.
            ledger.set_back(zone)
            backups = None if read_only or practice else Backups(log)
            app = WarroomApp(
                session, start, config=config, backups=backups, heap=Heap(), terminal=to_terminal,
                environ={} if served else os.environ,
            )  # fmt: skip
            app.run()
            session.leave()
            with suppress(StoreProblem):
                # For a quicker start next time; without it the log itself is read.
                ledger.keep()
            why = backups.at_exit() if backups is not None else ""
            status = app.return_code or 0
            for words in filter(None, (why, ended_words(status))):
                print(words, file=sys.stderr)
            return status
    except Problem as problem:
        if served:
            from console.app.terminal.browser import show_in_browser

            show_in_browser(problem.reason)
        print(problem.reason, file=sys.stderr)
        return 1
