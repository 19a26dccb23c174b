"""What happened before, from the shell."""

from pathlib import Path

import pytest

from tests.cli.shell import Warroom


@pytest.fixture
def two(tmp_path: Path) -> tuple[Warroom, str, str]:
    """Two incidents that have words in common."""
    warroom = Warroom(tmp_path / "w.db")
    first = warroom.says("declare", "Checkout fails", "--sev", "SEV1").split()[-1]
    second = warroom.says("declare", "Mails are lost", "--sev", "SEV2").split()[-1]
    warroom.says("log", first, "* the pool of connections ran dry #db")
    warroom.says("log", second, "! raise the pool @ana")
    return warroom, first, second


def test_search_finds_lines_of_all_incidents(two: tuple[Warroom, str, str]) -> None:
    warroom, first, _ = two
    shown = warroom.says("search", "pool")
    assert first in shown
    assert "Checkout fails" in shown
    assert "the pool of connections ran dry #db" in shown
    assert "raise the pool @ana" in shown
    hits = warroom.json("search", "connections ran")
    assert [(hit["ref"], hit["incident"], hit["kind"], hit["author"]) for hit in hits] == [
        (first, "Checkout fails", "finding", "mo")
    ]
    assert warroom.json("show", first)["entries"][-1]["id"] == hits[0]["id"]


@pytest.mark.parametrize(
    ("options", "which"),
    [
        (("--in", "SECOND"), {"SECOND"}),
        (("--kind", "finding"), {"FIRST"}),
        (("--by", "mo"), {"FIRST", "SECOND"}),
        (("--by", "Ana"), {"SECOND"}),
        (("--since", "1h"), {"FIRST", "SECOND"}),
        (("--since", "2026-01-01"), {"FIRST", "SECOND"}),
    ],
)
def test_search_is_narrowed_down(two: tuple[Warroom, str, str], options: tuple[str, ...], which: set[str]) -> None:
    warroom, first, second = two
    names = {"FIRST": first, "SECOND": second}
    hits = warroom.json("search", "pool", *(names.get(option, option) for option in options))
    assert {hit["ref"] for hit in hits} == {names[name] for name in which}


def test_a_search_that_asks_for_nothing_or_finds_nothing_says_so(two: tuple[Warroom, str, str]) -> None:
    warroom, _, _ = two
    assert "Write what to look for" in warroom.fails("search")
    assert "Write what to look for" in warroom.fails("search", '( " )')
    assert "fewer words" in warroom.tells("search", "nothing like it")
    assert warroom.json("search", "nothing like it") == []
    assert "There is no kind" in warroom.fails("search", "pool", "--kind", "poem")
    assert "such as 30d" in warroom.fails("search", "pool", "--since", "soon")


def test_what_was_undone_is_found_as_undone(two: tuple[Warroom, str, str]) -> None:
    warroom, first, _ = two
    entry = warroom.says("log", first, "swordfish")
    warroom.says("undo", first, entry)
    assert [hit["undone"] for hit in warroom.json("search", "swordfish")] == [True]
    assert "(mo, undone)" in warroom.says("search", "swordfish")
