"""The cost of each act of a war room in keys beyond its own words, measured with the prompt focused."""

import pkgutil
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

import console.app
from console.app.acts import ACTS, BY_ID, BY_SLASH, HEADINGS
from console.app.registry import WORDS, acts_of, alt_key, bindings, key_table
from console.core.subjects.checklist import next_item
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from console.core.subjects.role import holder_of
from console.core.subjects.task import AddTask, open_tasks
from console.core.subjects.update import updates_of
from tests.app.driver import START, Room, standard_playbook
from tests.app.driver import console as console_of

PAGE = Path(__file__).parents[2] / "docs/keys.md"


class Hands:
    """Types in a room and counts the keys that are not words: from the prompt, or after Escape with single keys."""

    def __init__(self, room: Room, *, single: bool) -> None:
        self.room = room
        self.single = single
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.room.presses(*keys)

    async def act(self, key: str) -> None:
        """A key of the registry: with Alt from the prompt; outside it the letter, which only names what Enter opens
        unless it opens a list."""
        if not self.single:
            await self.press(alt_key(key))
            return
        act = next(each for each in ACTS if key in each.keys.split(","))
        await self.press(key, *([] if act.at_once or act.writes else ["enter"]))

    async def mark(self, text: str) -> None:
        """Characters that are syntax, each a key."""
        self.keys += len(text)
        await self.words(text)

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


async def declare(hands: Hands) -> bool:
    await hands.act("D")
    await hands.words("mail queue stuck")
    await hands.press("enter")
    return hands.room.screen.state.title.value == "mail queue stuck"


async def correct_the_last(hands: Hands) -> bool:
    await hands.room.app.session.submit(hands.room.ref, LogEntry(actor="mo", text="disk ful"))
    await hands.act("e")
    await hands.words("l")
    await hands.press("enter")
    entry = hands.room.last
    return entry.text == "disk full" and entry.corrected


async def undo(hands: Hands) -> bool:
    await hands.room.app.session.submit(hands.room.ref, LogEntry(actor="mo", text="a mistake"))
    entry = hands.room.last.id
    await hands.act("x")
    await hands.press("enter")
    return next(one for one in hands.room.state.entries if one.id == entry).undone


async def next_stage(hands: Hands) -> bool:
    before = hands.room.state.stage.value
    await hands.act("n")
    await hands.press("enter")
    book = hands.room.state.playbook
    after = book.after(before) if book else None
    return after is not None and hands.room.state.stage.value == after.name


async def raise_severity(hands: Hands) -> bool:
    await hands.act("s")
    await hands.press("0", "enter")
    return hands.room.state.severity.value == "SEV0"


async def lower_severity(hands: Hands) -> bool:
    await hands.act("s")
    await hands.press("2", "enter")
    await hands.words("one region only")
    await hands.press("enter")
    return hands.room.state.severity.value == "SEV2"


async def give_a_role(hands: Hands) -> bool:
    await hands.act("r")
    await hands.words("ana")
    await hands.press("tab", "2", "enter")
    book = hands.room.state.playbook
    return book is not None and holder_of(hands.room.state, book.roles[1].id) == "ana"


async def post_the_update(hands: Hands) -> bool:
    await hands.act("u")
    await hands.press("1", "enter")
    return len(updates_of(hands.room.state, "internal")) == 1


async def add_a_task(hands: Hands) -> bool:
    await hands.act("t")
    await hands.words("check replica lag")
    await hands.press("enter")
    return [task.text for task in open_tasks(hands.room.state)] == ["check replica lag"]


async def finish_a_task(hands: Hands) -> bool:
    await hands.room.app.session.submit(hands.room.ref, AddTask(actor="mo", text="check replica lag"))
    await hands.act("d")
    await hands.press("enter")
    return not open_tasks(hands.room.state)


async def check_off_the_next_item(hands: Hands) -> bool:
    state, now = hands.room.state, hands.room.clock()
    following = next_item(state, now)
    await hands.act("c")
    await hands.press("enter")
    return following is not None and next_item(hands.room.state, now) != following


async def write_the_handoff(hands: Hands) -> bool:
    await hands.act("h")
    await hands.press("enter")
    return bool(list(hands.room.app.session.exports_folder.glob(f"{hands.room.ref}-handoff-*.md")))


async def hand_over(hands: Hands) -> bool:
    hands.room.app.session.ledger.actor = "mo"
    await hands.act("h")
    await hands.words("ana")
    await hands.press("enter")
    hands.room.app.session.ledger.actor = "ana"
    await hands.act("y")
    await hands.press("enter")
    return holder_of(hands.room.state, "ic") == "ana"


Story = Callable[[Hands], Awaitable[bool]]

COSTS: tuple[tuple[str, str, int, str, int, Story], ...] = (
    ("log what happened now", "`Enter`", 1, "`Enter`", 1, log_now),
    ("log it as of four minutes ago", "`-4m `, `Enter`", 5, "`-4m `, `Enter`", 5, log_as_of),
    ("mark it as a decision, an action or a finding", "`! `, `Enter`", 3, "`! `, `Enter`", 3, mark_a_decision),
    ("correct the last entry", "`Alt+e`, `Enter`", 2, "`e`, `Enter`, `Enter`", 3, correct_the_last),
    ("undo", "`Alt+x`, `Enter`", 2, "`x`, `Enter`", 2, undo),
    ("declare another incident", "`Alt+D`, `Enter`", 2, "`D`, `Enter`, `Enter`", 3, declare),
    ("go to the next stage", "`Alt+n`, `Enter`", 2, "`n`, `Enter`", 2, next_stage),
    ("raise the severity", "`Alt+s`, its digit, `Enter`", 3, "`s`, its digit, `Enter`", 3, raise_severity),
    ("lower the severity, with the reason", "`Alt+s`, its digit, `Enter`, `Enter`", 4,
     "`s`, its digit, `Enter`, `Enter`", 4, lower_severity),
    ("give a role", "`Alt+r`, `Tab`, its digit, `Enter`", 4, "`r`, `Enter`, `Tab`, its digit, `Enter`", 5, give_a_role),
    ("post the next update from its template", "`Alt+u`, the audience's digit, `Enter`", 3,
     "`u`, the audience's digit, `Enter`", 3, post_the_update),
    ("add a task", "`Alt+t`, `Enter`", 2, "`t`, `Enter`, `Enter`", 3, add_a_task),
    ("check off the next item", "`Alt+c`, `Enter`", 2, "`c`, `Enter`", 2, check_off_the_next_item),
    ("finish the next open task", "`Alt+d`, `Enter`", 2, "`d`, `Enter`", 2, finish_a_task),
    ("write the handoff to a file", "`Alt+h`, `Enter`", 2, "`h`, `Enter`, `Enter`", 3, write_the_handoff),
    ("hand over, with the page and the other's acceptance", "`Alt+h`, `Enter`; `Alt+y`, `Enter`", 4,
     "`h`, `Enter`, `Enter`; `y`, `Enter`", 5, hand_over),
)  # fmt: skip
"""The act; its keys and how many they are, from the prompt and with single keys; the story that measures them."""


def page() -> str:
    """docs/keys.md."""
    lines = [
        "# What the acts cost in keys",
        "",
        "Beyond the act's own words (the text, a name): from the prompt, where `Alt+n` is one key (in a terminal",
        "without Alt it is `Esc` and `n`, which are two), and outside it, after one `Esc`. There a letter names its",
        "act, which Enter does, or opens its list at once; a line that is typed goes into the prompt.",
        "`tests/app/test_keys.py` measures each and holds this page.",
        "",
        "| act | from the prompt | keys | outside it | keys |",
        "|---|---|---|---|---|",
        *(f"| {act} | {alt} | {cost} | {plain} | {single} |" for act, alt, cost, plain, single, _ in COSTS),
        "",
        "In a list a digit chooses its row. `Enter` confirms from every field; the last line says what it does. `Esc`",
        "leaves a dialog, and what was typed is there again the next time. What every key does stands in the",
        "[README](../README.md#keys) and behind `?`.",
        "",
        "## Keys of the other screens",
        "",
    ]
    tables = (f"### {title}\n\n{key_table(place)}" for place, title in HEADINGS.items() if place != "room")
    return "\n".join((*lines, "\n".join(tables)))


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    ("cost", "single", "story"), [pytest.param(row[2], row[4], row[5], id=row[5].__name__) for row in COSTS]
)
async def test_what_an_act_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cost: int, single: int, story: Story
) -> None:
    monkeypatch.chdir(tmp_path)
    async with console_of(tmp_path) as room:
        assert room.screen.prompt.input.has_focus
        hands = Hands(room, single=False)
        assert await story(hands)
        assert hands.keys == cost
        room = await another(room)
        await room.presses("escape")
        hands = Hands(room, single=True)
        assert await story(hands)
        assert hands.keys == single


async def another(room: Room) -> Room:
    """The room of a new incident, in the same console."""
    command = DeclareIncident(actor="mo", title="Checkout errors again", severity="SEV1")
    ref = await room.app.session.declare(command, standard_playbook())
    room.app.open_room(ref)
    await room.settles()
    return Room(room.app, room.pilot, room.clock, ref)


def test_nothing_frequent_costs_more_than_six_keys() -> None:
    assert max(max(row[2], row[4]) for row in COSTS) <= 6


def test_the_page_is_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.app.test_keys"


@pytest.mark.parametrize("key", ["alt+n", "alt+shift+d", "alt+k"])
async def test_alt_types_nothing(tmp_path: Path, key: str) -> None:
    """A terminal sends Alt+n as Esc and n, and the event carries the n as its text."""
    async with console_of(tmp_path) as room:
        await room.types("half a li")
        room.app.post_message(events.Key(key, key[-1]))
        await room.settles()
        assert room.line == "half a li"


async def test_alt_types_nothing_in_a_dialog(tmp_path: Path) -> None:
    async with console_of(tmp_path) as room:
        await room.presses("alt+t")
        room.app.post_message(events.Key("alt+n", "n"))
        await room.settles()
        assert room.app.screen.query_one("#field-text", Input).value == ""


async def test_a_key_may_begin_a_slash_word_in_the_prompt(tmp_path: Path) -> None:
    async with console_of(tmp_path) as room:
        await room.presses("alt+m")
        await room.settles()
        assert room.line == "/impact "


def test_each_act_is_done_by_a_method_and_each_such_method_is_an_act() -> None:
    modules = [import_module(each.name) for each in pkgutil.walk_packages(console.app.__path__, "console.app.")]
    classes = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    methods = {name for each in classes for name in vars(each) if name.startswith("act_")}
    # What a list or a field answers itself needs none; where it is a key, too, there is one.
    acts = {f"act_{act.id}" for act in BY_ID.values() if (act.keys or not act.shown_keys) and not act.begins}
    arms = {f"act_{name.removeprefix('arm_')}" for each in classes for name in vars(each) if name.startswith("arm_")}
    assert acts <= methods | arms
    assert methods <= {f"act_{id}" for id in BY_ID}


@pytest.mark.parametrize("place", HEADINGS)
def test_a_key_of_a_screen_means_one_thing(place: str) -> None:
    keys = [key for act in acts_of(place) for key in act.keys.split(",") if key]
    assert len(keys) == len(set(keys))


def test_every_slash_word_of_an_act_is_understood() -> None:
    assert BY_SLASH.keys() - WORDS.keys() == set()


def test_every_letter_has_its_alt_key() -> None:
    bound = {key for binding in bindings("room") for key in getattr(binding, "key", "").split(",")}
    letters = [key for act in ACTS for key in act.keys.split(",") if len(key) == 1]
    assert {alt_key(key) for key in letters} <= bound


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
