"""All commands: each act and each slash word is found by what people call it; help lists what works on its screen."""

from datetime import UTC
from pathlib import Path

import pytest
from textual import events

from console.app.acts import ACTS, BY_SLASH
from console.app.lines import LINE_ACTS, MEANT
from console.app.registry import WORDS, acts_of, help_rows
from console.app.situation import Situation
from console.core.log.slash import read_typed
from console.core.refusal import Refused
from tests.app.driver import START, console


def _suggested(word: str) -> str:
    with pytest.raises(Refused) as refused:
        read_typed(f"/{word}", now=START, zone=UTC, words=WORDS, meant=MEANT)
    return refused.value.reason


def test_every_slash_word_is_an_act_or_a_line_of_the_palette() -> None:
    begun = {act.line.split()[0].removeprefix("/") for act in LINE_ACTS}
    assert set(WORDS) <= begun | set(BY_SLASH)
    assert begun <= set(WORDS)


def test_every_line_of_the_palette_says_another_thing() -> None:
    titles = [*(line.title for line in LINE_ACTS), *(act.title for act in ACTS)]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("esclate", "/escalate"),
        ("escalation", "/escalate"),
        ("scribe", "/role scribe"),
        # What erases or ends is never suggested for a word that looks like it.
        ("delete", "/undo"),
        ("exit", "/quit"),
        ("close", "/stage closed"),
        ("resolve", "/stage closed"),
        ("rollback", "/changed rolled-back"),
        ("duplicate", "/stage closed ! Duplicate of"),
        ("contact", "/page"),
        ("contacts", "/pages"),
        ("paged", "/page"),
        ("retitle", "/title"),
        ("rename", "/title"),
        ("withdraw", "/undo declaration"),
        ("cancel", "/undo declaration"),
        ("merge", "/stage closed ! Duplicate of"),
        ("started", "/milestone impact_started"),
        ("acknowledged", "/answered"),
        ("backdated", "/declare"),
        ("owner", "/assign"),
        ("commander", "/role"),
        ("post", "/update"),
        ("fixx", "/fix"),
    ],
)
def test_another_word_suggests_what_is_meant_by_it(word: str, line: str) -> None:
    assert f"write {line}, or" in _suggested(word)


WANTED = (
    "snooze", "export", "close", "resolve", "rollback", "assign", "title", "fix", "hypothesis", "contact", "reopen",
    "escalate", "withdraw", "duplicate", "redact", "milestone", "mitigated", "retitle", "contacts", "paged",
    "backdated",
)  # fmt: skip


@pytest.mark.parametrize("word", WANTED)
def test_the_palette_has_a_word_for_it(word: str) -> None:
    acts = [f"{act.title} {act.slash} {act.words}" for act in acts_of("room")]
    lines = [f"{act.title} {act.line} {act.words}" for act in LINE_ACTS]
    assert any(word in text.lower().replace(":", " ").split() for text in (*acts, *lines)), word


async def test_a_line_of_the_palette_is_begun_in_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("ctrl+p")
        for char in "duplicate":
            room.app.post_message(events.Key(char, char))
        await room.until(lambda: "Close as a duplicate" in room.text())
        await room.presses("enter")
        await room.until(lambda: room.line == "/stage closed ! Duplicate of ")
        assert len(room.state.entries) == 1


@pytest.mark.parametrize(
    "place", ["board", "room", "outbox", "postmortem", "registers", "targets", "playbook", "advice"]
)
def test_help_begins_with_typing_and_lists_what_works_there(place: str) -> None:
    rows = help_rows(place, Situation())
    headings = [keys for keys, words, _ in rows if not words and not keys.startswith("/")]
    assert headings[0] == "Typing"
    if place != "room":
        section = [keys for keys, words, _ in rows[4:] if words]
        own = [act.label for act in (*acts_of(place), *(acts_of("section") if place == "postmortem" else []))]
        assert [keys for keys in section if keys not in own] == []
        assert "Keys outside the prompt" not in headings


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("false alarm", "Withdraw an incident"),
        ("started earlier", "Set when the impact began"),
        ("who to call", "Contacts and escalation"),
        ("page answered", "Log the answer to a page"),
        ("same incident", "Close as a duplicate"),
    ],
)
async def test_the_palette_finds_words_that_stand_apart(tmp_path: Path, query: str, title: str) -> None:
    async with console(tmp_path) as room:
        await room.presses("ctrl+p")
        for char in query:
            room.app.post_message(events.Key("space" if char == " " else char, char))
        await room.until(lambda: title in room.text())
        assert len(room.state.entries) == 1


async def test_an_incident_is_withdrawn_by_the_word_for_its_declaration(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("the declaration was hasty")
        await room.types("/undo declaration")
        assert "undoes “Declared SEV1: Checkout errors”" in room.hint
        await room.presses("enter")
        await room.presses("enter")
        assert room.state.withdrawn
