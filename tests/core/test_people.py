"""Names of people: known ones as first written, and new ones that are a typing error away asked about."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from typing import Any

import msgspec
import pytest

from console.core.log.command import Command, is_nobody
from console.core.log.decide import decide
from console.core.log.entries import Entries
from console.core.log.foretold import doubt_of
from console.core.log.slash import typed_command
from console.core.refusal import Refused
from console.core.subjects.handoff import AcceptHandoff
from console.core.subjects.role import AssignRole, known_name, name_doubt, roles_of
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undo
from tests.core.story import BOOKS, Story, built_in
from tests.core.test_once import EACH_TIME, ONCE, underway


def _commands(kind: type[Command] = Command) -> Iterator[type[Command]]:
    for each in kind.__subclasses__():
        yield each
        yield from _commands(each)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in _commands() if {"person", "owner"} & set(kind.__struct_fields__) and kind is not AcceptHandoff],
    ids=lambda kind: kind.__name__,
)
def test_every_command_that_takes_a_person_says_whom_it_names(kind: type[Command]) -> None:
    named = {"person", "owner"} & set(kind.__struct_fields__)
    needed = {field.name for field in msgspec.structs.fields(kind) if field.required}
    values: dict[str, Any] = {**dict.fromkeys(needed | named, "tmo"), "actor": "mo"}
    command = kind(**values)
    assert command.named == ("tmo",)


def test_a_name_that_is_a_typing_error_away_from_a_known_one_is_doubtful_until_it_is_taken() -> None:
    story = Story()
    story.says("asked @tom")
    scribe = AssignRole(actor="mo", role="scribe", person="tmo")
    assert doubt_of(story.state, scribe, story.now, UTC) == "“tmo” is a new name; known is tom."
    assert doubt_of(story.state, AssignRole(actor="mo", role="none", person="tmo"), story.now, UTC) == ""
    story.does(AssignRole, role="scribe", person="tmo")
    assert doubt_of(story.state, AddTask(actor="mo", text="look", owner="tmo"), story.now, UTC) == ""


@pytest.mark.parametrize("name", ["tom", "Tom", "@tom", "me", "tommy", "mto", "timo", "to"])
def test_only_a_typing_error_makes_a_name_doubtful(name: str) -> None:
    story = Story()
    story.says("asked @tom")
    assert doubt_of(story.state, AddTask(actor="mo", text="look", owner=name), story.now, UTC) == ""


def test_who_is_known_is_told_without_reading_the_timeline() -> None:
    story = Story()
    story.says("asked @tom and @eva")
    story.says("/fix raise the limit @uwe")
    story.says("/role scribe ida", "rs")

    class Unread(Entries):
        def __iter__(self) -> Any:
            raise AssertionError("the timeline was read")

        def __getitem__(self, key: int | slice) -> Any:
            raise AssertionError("the timeline was read")

    state = msgspec.structs.replace(story.state, entries=Unread())
    assert known_name(state, "TOM", "mo") == "tom"
    for near, known in (("tmo", "tom"), ("evaa", "eva"), ("uew", "uwe"), ("idda", "ida")):
        assert known in name_doubt(state, near, "mo")


def test_a_name_whose_entry_was_undone_or_erased_is_not_known() -> None:
    story = Story()
    asked = story.says("+ @tom look at it")
    story.does(Undo, entry=asked)
    assert name_doubt(story.state, "tmo", "mo") == ""


def read(story: Story, line: str) -> Command:
    return typed_command(line, story.state, actor="mo", now=story.now, zone=UTC)


LINES = (
    "asked @tmo to look",
    "! @ann and @tmo roll back",
    "+ @ann @tmo look at the lag",
    "+ @ann look with @tmo",
    "/hypothesis @tmo filled the disk",
    "/fix raise the limit, @tmo knows where",
    "/change restart the proxy: @tmo starts it again",
    "/snooze internal 5m @tmo is on a plane",
    "/stage investigating ! @tmo saw it",
)


@pytest.mark.parametrize("line", LINES)
def test_a_misspelt_name_is_doubtful_wherever_a_line_names_it(line: str) -> None:
    story = Story()
    story.says("asked @tom and @ann")
    assert "“tmo” is a new name; known is tom." in doubt_of(story.state, read(story, line), story.now, UTC)
    assert "new name" not in doubt_of(story.state, read(story, line.replace("tmo", "tom")), story.now, UTC)


@pytest.mark.parametrize("line", LINES)
def test_a_name_that_a_line_names_is_known_afterwards(line: str) -> None:
    story = Story()
    story.says("asked @tom and @ann")
    story.says(line)
    assert name_doubt(story.state, "tmo", "mo") == ""


def test_of_each_doubtful_name_it_is_asked_once() -> None:
    story = Story()
    story.says("asked @tom and @eva")
    asked = doubt_of(story.state, read(story, "+ @tmo look with @evaa, @tmo leads"), story.now, UTC)
    assert asked == "“tmo” is a new name; known is tom. “evaa” is a new name; known is eva."


NO_PERSON = ("nobody", "Nobody", "none", "-")


@pytest.mark.parametrize("name", [*ONCE, *EACH_TIME])
def test_no_command_is_given_by_or_gives_anything_to_somebody_called_nobody(name: str) -> None:
    story = underway()
    command = (ONCE | EACH_TIME)[name](story)
    for person in NO_PERSON:
        with pytest.raises(Refused, match="no person"):
            decide(story.state, msgspec.structs.replace(command, actor=person), story.now, built_in("rapid"))
        for field in command.gives_to:
            with suppress(Refused):
                decided = decide(story.state, msgspec.structs.replace(command, **{field: person}), story.now)
                values = [getattr(each.body, told) for each in decided for told in each.body.__struct_fields__]
                assert not any(isinstance(value, str) and is_nobody(value) for value in values)


@pytest.mark.parametrize("book", sorted(path.stem for path in BOOKS.glob("*.toml")))
def test_nobody_is_no_name_in_the_words_of_any_playbook(book: str) -> None:
    story = Story(book=built_in(book), severity=built_in(book).severities[0].name)
    roles = built_in(book).roles
    for person in NO_PERSON:
        mentions = [f"+ look @{person}", f"/fix x @{person}"] if person.isalpha() else []
        lines = [*mentions, f"/handoff {person}", f"/page {person}"]
        for line in [*lines, *(f"/role {role.id} me" for role in roles)]:
            actor = person if line.endswith(" me") else "mo"
            with pytest.raises(Refused):
                story.says(line, actor)
        for role in roles:
            story.says(f"/role {role.id} zoe")
            story.says(f"/role {role.id} {person}")
            assert not roles_of(story.state)[role.id].value
