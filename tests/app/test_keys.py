"""What the acts of a war room cost in keys beyond their own words, measured with the prompt focused."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from console.app.registry import ACTS, bindings
from tests.app.driver import START, Room, console

PAGE = Path(__file__).parents[2] / "docs/keys.md"


class Hands:
    """Types in a room and counts the keys that are not words."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.room.presses(*keys)

    async def mark(self, text: str) -> None:
        """Characters that are syntax, each a key."""
        self.keys += len(text)
        await self.room.types(text)

    async def words(self, text: str) -> None:
        """The act's own words, typed into whatever has the focus; they do not count."""
        for char in text:
            self.room.app.post_message(events.Key("space" if char == " " else char, char))
        await self.room.pilot.pause()


async def log_now(hands: Hands) -> bool:
    await hands.words("disk full on db two")
    await hands.press("enter")
    return hands.room.last.text == "disk full on db two"


async def log_as_of(hands: Hands) -> bool:
    await hands.mark("-4m ")
    await hands.words("disk full")
    await hands.press("enter")
    return (START - hands.room.last.occurred_at).total_seconds() == 240


async def mark_a_decision(hands: Hands) -> bool:
    await hands.mark("! ")
    await hands.words("roll back")
    await hands.press("enter")
    return hands.room.last.kind == "decision"


async def correct_the_last(hands: Hands) -> bool:
    await hands.room.logs("disk ful")
    await hands.press("alt+e")
    await hands.words("l")
    await hands.press("enter")
    entry = hands.room.last
    return entry.text == "disk full" and entry.corrected


async def next_stage(hands: Hands) -> bool:
    before = hands.room.state.stage.value
    await hands.press("alt+n", "enter")
    book = hands.room.state.playbook
    after = book.after(before) if book else None
    return after is not None and hands.room.state.stage.value == after.name


async def change_severity(hands: Hands) -> bool:
    await hands.press("alt+s", "0", "enter")
    return hands.room.state.severity.value == "SEV0"


async def give_a_role(hands: Hands) -> bool:
    await hands.press("alt+r", "2", "enter")
    await hands.words("ana")
    await hands.press("enter")
    book = hands.room.state.playbook
    return book is not None and hands.room.state.holder(book.roles[1].id) == "ana"


async def post_the_update(hands: Hands) -> bool:
    await hands.press("alt+u", "1", "enter")
    return len(hands.room.state.live_updates("internal")) == 1


async def hand_over(hands: Hands) -> bool:
    await hands.press("alt+h")
    await hands.words("ana")
    await hands.press("enter")
    await hands.press("alt+y", "enter")
    return hands.room.state.holder("ic") == "ana"


Story = Callable[[Hands], Awaitable[bool]]

COSTS: tuple[tuple[str, str, int, Story], ...] = (
    ("log what happened now", "`Enter`", 1, log_now),
    ("log it as of four minutes ago", "`-4m `, `Enter`", 5, log_as_of),
    ("mark it as a decision, an action or a finding", "`! `, `Enter`: 2 more", 3, mark_a_decision),
    ("correct the last entry", "`Alt+e`, `Enter`", 2, correct_the_last),
    ("go to the next stage", "`Alt+n`, `Enter`", 2, next_stage),
    ("change the severity", "`Alt+s`, its digit, `Enter`", 3, change_severity),
    ("give a role", "`Alt+r`, its digit, `Enter`, the name, `Enter`", 4, give_a_role),
    ("post the next update from its template", "`Alt+u`, the audience's digit, `Enter`", 3, post_the_update),
    ("hand over, with the page and the other's yes", "`Alt+h`, the name, `Enter`; `Alt+y`, `Enter`", 4, hand_over),
)
"""The act, its keys, how many they are, and the story that measures them."""


def page() -> str:
    """docs/keys.md."""
    lines = [
        "# What the acts cost in keys",
        "",
        "Counted from the prompt, beyond the act's own words (the text, a name). `Alt+n` is one key; in a terminal",
        "without Alt it is `Esc` and `n`, which are two. `tests/app/test_keys.py` measures each and holds this page.",
        "",
        "| act | keys | cost |",
        "|---|---|---|",
        *(f"| {act} | {keys} | {cost} |" for act, keys, cost, _ in COSTS),
        "",
        "In a list a digit chooses its row, `Enter` goes on; `Esc` leaves a dialog as it was. What every key does",
        "stands in the [README](../README.md#keys) and behind `?`.",
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("cost", "story"), [pytest.param(row[2], row[3], id=row[3].__name__) for row in COSTS])
async def test_what_an_act_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cost: int, story: Story) -> None:
    monkeypatch.chdir(tmp_path)
    async with console(tmp_path) as room:
        assert room.screen.prompt.input.has_focus
        hands = Hands(room)
        assert await story(hands)
        assert hands.keys == cost


def test_the_page_is_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.app.test_keys"


@pytest.mark.parametrize("key", ["alt+n", "alt+shift+d", "alt+k"])
async def test_alt_types_nothing(tmp_path: Path, key: str) -> None:
    """A terminal sends Alt+n as Esc and n, and the event carries the n as its text."""
    async with console(tmp_path) as room:
        await room.types("half a li")
        room.app.post_message(events.Key(key, key[-1]))
        await room.settles()
        assert room.line == "half a li"


async def test_alt_types_nothing_in_a_dialog(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+t")
        room.app.post_message(events.Key("alt+n", "n"))
        await room.settles()
        assert room.app.screen.query_one("#field-text", Input).value == ""


def test_every_letter_has_its_alt_key() -> None:
    bound = {key for binding in bindings("room") for key in getattr(binding, "key", "").split(",")}
    letters = [key for act in ACTS for key in act.keys.split(",") if len(key) == 1]
    assert {f"alt+shift+{key.lower()}" if key.isupper() else f"alt+{key}" for key in letters} <= bound


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
