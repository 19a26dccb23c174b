"""A team's keys: they work, every sentence and bar names them, and typing stays typing."""

import string
from pathlib import Path
from random import Random

import pytest

from console.app.acts import BY_ID
from console.app.keymap import read_keymap
from console.app.registry import alt_key, help_rows
from console.app.settings import FILE, read_settings
from console.app.situation import Situation
from tests.app.driver import console
from tests.torture.lines import LINES_BY_CLASS
from tests.torture.prose import ANYWHERE, Bench, Case, torture

KEYS = '[keys]\nchange = "k"\ntask = ["Z", "f5"]\nescalate = "§"\nupdate = "ctrl+b"\n'


def config(folder: Path, text: str = KEYS) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


async def test_a_teams_keys_do_what_they_are_given(tmp_path: Path) -> None:
    async with console(tmp_path, config=config(tmp_path)) as room:
        for keys, shown in (
            (("alt+k",), "Production change"), (("escape", "k", "enter"), "Production change"),
            (("alt+shift+z",), "Task for"), (("f5",), "Task for"), (("ctrl+b",), "Status update of"),
        ):  # fmt: skip
            await room.presses(*keys)
            room.shows(shown)
            await room.presses("escape")
            room.screen.prompt.input.focus()
        await room.presses("alt+section_sign")
        assert room.line == "/escalate "


async def test_the_keys_that_were_given_away_do_nothing(tmp_path: Path) -> None:
    async with console(tmp_path, config=config(tmp_path)) as room:
        await room.presses("alt+a", "alt+t")
        assert room.app.screen is room.screen
        await room.presses("escape")
        await room.keys_in("t")
        assert room.line == "t"


async def test_every_place_that_names_a_key_names_the_teams(tmp_path: Path) -> None:
    async with console(tmp_path, config=config(tmp_path), size=(160, 40)) as room:
        room.shows("no task, fix or hypothesis: Alt+Z", "Z or F5 task", "Ctrl+B update")
        room.hides("Alt+t")
        rows = {keys: words for keys, words, _ in help_rows("room", Situation()) if words}
        assert rows["k"].startswith(BY_ID["change"].title)
        assert rows["§"].startswith("Escalate")
        await room.presses("ctrl+p")
        await room.keys_in("production")
        await room.until(lambda: "(k)" in room.text())


async def test_another_console_has_the_keys_that_everybody_has(tmp_path: Path) -> None:
    async with console(tmp_path, config=config(tmp_path)) as room:
        assert BY_ID["change"].label == "k"
    async with console(tmp_path, ref=room.ref) as room:
        assert BY_ID["change"].label == "a"
        await room.presses("alt+a")
        room.shows("Production change")


async def test_remembering_colours_leaves_a_key_of_that_name(tmp_path: Path) -> None:
    async with console(tmp_path, config=config(tmp_path, '[keys]\ntheme = "f8"\n')) as room:
        await room.presses("f8")
        assert room.app.theme == "warroom-light"
        await room.settles()
    settings, problems = read_settings(tmp_path)
    assert (settings.theme, settings.keys, problems) == ("warroom-light", {"theme": "f8"}, ())


@pytest.mark.parametrize(
    ("id", "key", "said"),
    [
        ("tassk", "k", "perhaps “task” is meant"),
        ("nothing like it", "k", "docs/reference.md"),
        ("task", "", "no key"),
        ("task", "enter", "no key"),
        ("task", "Esc", "no key"),
        ("task", "ctrl+shift+k", "no key"),
        ("task", "alt+k", "no key"),
        ("task", "two", "no key"),
        ("task", "\u202e", "no key"),
        ("task", "1", "row of a list"),
        ("task", "ctrl+k", "edits the text"),
        ("task", "Ctrl+I", "edits the text"),
        ("task", "d", "already “Mark as done”"),
        ("task", "ctrl+q", "already “Quit”"),
        ("confirm", "k", "is text"),
        ("palette", "k", "is text"),
        ("grounds", "k", "is text"),
        ("tick", "k", "cannot be changed"),
        ("copy_command", "u", "already “Post a status update”"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_what_to_do(id: str, key: str, said: str) -> None:
    keys, problems = read_keymap({id: [key], "impact": ["k"] if key != "k" else ["%"]})
    assert set(keys) == {"impact"}
    assert [said in problem for problem in problems] == [True]
    assert problems[0].startswith(f"[keys] {id}: ")


def test_two_acts_may_swap_their_keys_and_not_share_one() -> None:
    assert read_keymap({"task": ["d"], "done": ["t"]}).keys == {"task": "d", "done": "t"}
    keys, problems = read_keymap({"task": ["k"], "done": ["k"], "impact": ["m"]})
    assert keys == {"impact": "m"}
    assert ["already “Mark as done”" in problems[0], "already “Add a task”" in problems[1]] == [True, True]


def test_what_one_refusal_gives_back_takes_no_other_key() -> None:
    """`d` is free only while `done` has another key; `t` only while `task` has."""
    keys, problems = read_keymap({"task": ["d"], "done": ["c"], "impact": ["t"]})
    assert keys == {}
    assert len(problems) == 3


@pytest.mark.parametrize("place", ["room", "board"])
def test_escape_and_the_page_keys_stay(place: str) -> None:
    assert read_keymap({"leave": ["X"], "page_up": ["f8"]}).keys == {"leave": "escape,X", "page_up": "pageup,f8"}


def shuffled(seed: int) -> str:
    """Settings in which all letters of the room have changed places."""
    acts = [act for act in BY_ID.values() if len(act.default_keys) == 1 and {"room", "board"} & {*act.places}]
    letters = Random(seed).sample(string.ascii_letters, len(acts))
    return "\n".join(["[keys]", *(f'{act.id} = "{key}"' for act, key in zip(acts, letters, strict=True))])


@pytest.mark.drawn(1)
@pytest.mark.parametrize("seed", range(2))
async def test_prose_stays_prose_under_any_keymap(seed: int) -> None:
    bench, chance = Bench(shuffled(seed)), Random(seed)
    lines = [chance.choice(lines) for lines in LINES_BY_CLASS.values()]
    try:
        cases = [Case(ANYWHERE, ("escape",), line, 0.0) for line in lines]
        await torture(bench, cases)
        room = await bench.room()
        moved = [act.id for act in BY_ID.values() if act.keys != act.default_keys]
        assert len(moved) > 20
        assert room.app.screen is room.screen
        assert bench.broken == []
    finally:
        await bench.close()


def test_each_letter_that_a_team_gives_has_its_alt_key() -> None:
    keys = read_keymap({"change": ["?!"[1]]}).keys
    assert alt_key(keys["change"]) == "alt+exclamation_mark"
