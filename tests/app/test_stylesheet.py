"""The remembered style sheet equals the one that Textual would work out anew."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.constants import VALID_PSEUDO_CLASSES
from textual.css.stylesheet import Stylesheet
from textual.widget import Widget
from textual.widgets import Input, Static

from console.app.main import Start, WarroomApp
from console.app.session import Session
from console.app.stylesheet import RememberingStylesheet
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared


def rules_of(node: Widget) -> dict[str, object]:
    """The rules of a node and of each of its components."""
    rules: dict[str, object] = dict(node.styles.base.get_rules())
    for name, component in node._component_styles.items():
        rules |= {f"{name} {key}": value for key, value in component.base.get_rules().items()}
    return rules


def assert_as_textual(app: App[int]) -> None:
    plain = Stylesheet(variables=app.get_css_variables())
    plain._rules, plain._require_parse = app.stylesheet.rules, False
    for screen in app.screen_stack:
        for node in screen.walk_children(with_self=True):
            assert isinstance(node, Widget)
            app.stylesheet.apply(node)
            remembered = rules_of(node), node._has_hover_style
            plain.apply(node)
            assert remembered == (rules_of(node), node._has_hover_style), node.css_path_nodes


OWN = sorted({*App._PSEUDO_CLASSES, "hover", "focus", "blur", "can-focus", "disabled", "enabled"})
"""The states of a node itself; the others follow from its neighbours and from what is below it."""


PROPERTIES = [
    f"{part}{kind}{state}"
    for part in ("scrollbar-", "link-", "border-title-", "border-subtitle-", "")
    for kind in ("color", "background")
    for state in (("", "-hover", "-active") if part == "scrollbar-" else ("",))
]
"""Each state has a colour of its own, which no rule for another state hides."""


def rules_for(states: Iterable[str]) -> str:
    """A style sheet in which the look of each node follows from these states, its own and those above it."""
    return "".join(
        f"{node}:{state}{below} {{ {colour}: rgb({len(below)}, 0, 0); }}\n"
        for state, colour in zip(states, PROPERTIES, strict=False)
        for node in ("App", "Screen", "Vertical", "Static", "Input")
        if node != "App" or state in App._PSEUDO_CLASSES
        for below in ("", " .below")
    )


class EveryState(App[int]):
    def __init__(self, rules: str) -> None:
        super().__init__()
        self.stylesheet = RememberingStylesheet(variables=self.get_css_variables())
        self.stylesheet.add_source(rules, ("test", ""))

    def compose(self) -> ComposeResult:
        for box in range(2):
            with Vertical():
                yield Input()
                yield Static(classes="below")
                if box:
                    yield Input(classes="below")


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    "states", [OWN, *([one] for one in sorted(VALID_PSEUDO_CLASSES.difference(OWN)))], ids=" ".join
)
async def test_each_state_of_each_node_above_counts(states: Iterable[str]) -> None:
    app = EveryState(rules_for(states))
    async with app.run_test(size=(80, 40)) as pilot:
        boxes, inputs, texts = app.query(Vertical), app.query(Input), app.query(Static)
        for time in ("first", "again"):  # What is remembered from the first time is used in the second.
            for disabled in (True, False):
                boxes[1].disabled = disabled
                await pilot.pause()
                assert_as_textual(app)
            for node in (inputs[0], inputs[2], texts[1]):
                await pilot.hover(node)
                node.focus()
                await pilot.pause()
                assert_as_textual(app)
            for event in (events.AppBlur(), events.AppFocus()):
                app.post_message(event)
                await pilot.pause()
                assert_as_textual(app)
            for app.theme in ("textual-light", "textual-dark"):
                await pilot.pause()
                assert_as_textual(app)
            for can_focus in (False, True):
                texts[0].can_focus = can_focus
                texts[0].update_node_styles()
                assert_as_textual(app)
            added = Static(classes="below")
            await boxes[0].mount(added, before=0)
            assert_as_textual(app)
            await added.remove()
            assert_as_textual(app)
            app.stylesheet.add_source(f".below {{ tint: rgb({len(time)}, 0, 0); }}", ("here", time))
            app.stylesheet.reparse()
            app.stylesheet.update(app)
            assert_as_textual(app)


async def test_every_screen_has_the_styles_of_textual(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for key in ("escape", "alt+s", "tab", "escape", "alt+question_mark", "escape", "alt+r", "tab", "tab", "escape"):
            await room.presses(key)
            assert_as_textual(room.app)
        await room.logs("the pool is full")
        for room.app.theme in ("warroom-light", "dracula"):
            await room.settles()
            assert_as_textual(room.app)
        await room.presses("alt+o", "down")
        assert_as_textual(room.app)
        await room.presses("alt+n", "tab", "shift+tab")
        assert_as_textual(room.app)


@pytest.mark.parametrize("wall", [None, timedelta(minutes=1)], ids=["board", "wall"])
async def test_what_is_painted_first_needs_none_of_the_other_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wall: timedelta | None
) -> None:
    clock = Clock()
    declared(tmp_path / "warroom.db", clock, "mo")
    read_styles = WarroomApp.read_styles
    monkeypatch.setattr(WarroomApp, "read_styles", lambda app: None)
    with Log.open(tmp_path / "warroom.db") as log:
        app = WarroomApp(Session(Ledger(log, actor="mo", clock=clock), zone=UTC), Start(wall=wall))
        async with app.run_test() as pilot:
            app.notify("It is told.")
            await Room(app, pilot, clock, "").settles()
            nodes = list(app.screen.walk_children(Widget, with_self=True))
            first = [rules_of(node) for node in nodes]
            known = len(app.stylesheet.rules)
            read_styles(app)
            assert len(app.stylesheet.rules) > known
            assert_as_textual(app)
            assert [rules_of(node) for node in nodes] == first
