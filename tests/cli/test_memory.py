"""Search, history, similar incidents and metrics from the shell."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from console.store import Log, cases
from console.store.sqlite import sqlite3
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


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Warroom:
    warroom = Warroom(tmp_path_factory.mktemp("year") / "w.db")
    warroom.says("demo", "--year", "--prepare-only", "--keep", str(warroom.db))
    with Log.open(warroom.db) as log:
        # As a console does it; a shell that only reads makes them anew for each command.
        cases.every(log)
    return warroom


def test_history_tells_closed_incidents_as_show_does(year: Warroom, tmp_path: Path) -> None:
    past = year.json("history")
    anew = Warroom(tmp_path / "w.db")
    shutil.copy(year.db, anew.db)
    with closing(sqlite3.connect(anew.db, isolation_level=None)) as connection:
        assert connection.execute("DELETE FROM told").rowcount >= len(past)
    assert anew.json("history") == past
    closed = [each["ref"] for each in year.json("list") if not each["open"] and not each["withdrawn"]]
    assert sorted(each["ref"] for each in past) == sorted(closed)
    for each in past[:5]:
        shown = year.json("show", each["ref"])
        assert (each["durations"], each["milestones"]) == (shown["durations"], shown["milestones"])
        assert each["promises"] == shown["promises"]
        assert len(each["actions"]) == len(shown["actions"])
    text = year.says("history", "--days", "200")
    assert "stopped by" in text
    assert "(drill)" in text


def test_history_is_narrowed_down(year: Warroom) -> None:
    assert {each["severity"] for each in year.json("history", "--severity", "sev1")} == {"SEV1"}
    assert all("payments" in each["teams"] for each in year.json("history", "--tag", "#team-payments"))
    assert year.json("history", "--tag", "nothing") == []
    lasted = [each["durations"].get("impact_lasted", 0) for each in year.json("history", "--order", "longest-impact")]
    assert lasted == sorted(lasted, reverse=True)


def test_metrics_are_those_of_the_history(year: Warroom) -> None:
    told = year.json("metrics", "--days", "365", "--by", "severity")
    past = {each["ref"]: each for each in year.json("history")}
    [mttm] = [each for each in told["live"]["measures"] if each["name"] == "MTTM"]
    left = {each["ref"] for each in mttm["left_out"]} | {*mttm["waiting"]}
    refs = [ref for ref in told["live"]["refs"] if ref not in left]
    lasted = [(past.get(ref) or year.json("show", ref))["durations"]["impact_lasted"] for ref in refs]
    assert mttm["n"] == len(lasted)
    assert mttm["mean_s"] == pytest.approx(sum(lasted) / len(lasted), abs=1)
    assert sum(len(group["refs"]) for group in told["groups"]) == len(told["live"]["refs"])
    shown = year.says("metrics", "--days", "365")
    assert f"MTTM  {mttm['n']}" in shown
    assert "\N{FULL BLOCK}" not in shown


def test_metrics_are_written_as_csv_review_and_page(year: Warroom, tmp_path: Path) -> None:
    assert year.says("metrics", "--csv", "--quarter", "last").startswith("period,start,end,group_by")
    review, page = tmp_path / "r.md", tmp_path / "r.html"
    assert year.says("metrics", "--quarter", "last", "--review", str(review), "--html", str(page)) == ""
    assert "## To discuss" in review.read_text()
    assert "<svg" in page.read_text()
    assert "add --yes to replace it" in year.fails("metrics", "--review", str(review))
    assert year.says("metrics", "--review", str(review), "--yes") == ""


def test_a_period_that_is_none_is_refused(year: Warroom) -> None:
    assert "is not a quarter" in year.fails("metrics", "--quarter", "Q7")
    assert year.runs("metrics", "--quarter", "Q1", "--days", "3").returncode == 2
    assert "0 incidents" in year.says("metrics", "--quarter", "1999-Q1")


@pytest.fixture
def pools(tmp_path: Path) -> tuple[Warroom, dict[str, str]]:
    """Two incidents of one cause in different words, and one in the same service with another cause."""
    warroom = Warroom(tmp_path / "w.db")
    refs = {}
    for name, title, *lines in (
        ("pool", "Checkout hangs", "* the pool of connections ran dry #cause", "> rolled back the driver #stopped"),
        ("sessions", "Profile fails", "* every session is kept, none is given back to the database", "? a slow query"),
        ("certificate", "Checkout refuses apps", "* its certificate expired at midnight #cause"),
    ):
        refs[name] = warroom.says("declare", title, "--sev", "SEV1").split()[-1]
        for line in lines:
            warroom.says("log", refs[name], line)
    warroom.says("ruled-out", refs["sessions"], "slow query")
    return warroom, refs


def test_similar_tells_incidents_of_the_same_cause_with_the_reason(pools: tuple[Warroom, dict[str, str]]) -> None:
    warroom, refs = pools
    for asked in (refs["sessions"], refs["sessions"].removeprefix("INC-").lower(), "too many clients at the database"):
        best = warroom.json("similar", asked)[0]
        assert best["ref"] != refs["certificate"]
    best = warroom.json("similar", refs["sessions"])[0]
    assert (best["ref"], best["open"], best["knew"]) == (refs["pool"], True, ["mo"])
    assert (best["cause"], best["stopped"]) == (
        "the pool of connections ran dry #cause", "rolled back the driver #stopped"
    )  # fmt: skip
    reason = best["reasons"][0]
    assert (reason["kind"], reason["text"], reason["there"]) == (
        "cause", "Connection pool exhausted", "pool of connections ran dry"
    )  # fmt: skip
    shown = warroom.says("similar", refs["sessions"])
    for words in (refs["pool"], "Connection pool exhausted", "stopped by  rolled back the driver", "who knew  mo"):
        assert words in shown


def test_suggestions_stand_on_similar_incidents_and_runbooks(pools: tuple[Warroom, dict[str, str]]) -> None:
    warroom, refs = pools
    tips = warroom.json("suggestions", refs["sessions"])
    kinds = [tip["kind"] for tip in tips]
    assert kinds == sorted(kinds, key=["cause", "step", "person", "mitigation"].index)
    assert tips[0]["text"] == "Connection pool exhausted"
    assert tips[0]["refs"] == [refs["pool"]]
    assert {"Slow query, missing index, or a changed plan"}.isdisjoint(tip["text"] for tip in tips)
    by_kind = {kind: [tip["text"] for tip in tips if tip["kind"] == kind] for kind in kinds}
    assert by_kind["person"] == ["mo"]
    assert by_kind["mitigation"] == ["rolled back the driver"]
    assert any(tip["runbook"] == "database-outage" for tip in tips)
    shown = warroom.says("suggestions", refs["sessions"])
    assert "Probable causes" in shown
    assert f"as in {refs['pool']}" in shown


def test_a_drill_is_no_memory(pools: tuple[Warroom, dict[str, str]]) -> None:
    warroom, _ = pools
    drill = warroom.says("declare", "The pool of connections ran dry", "--sev", "SEV1", "--drill").split()[-1]
    assert drill not in {like["ref"] for like in warroom.json("similar", "the pool of connections ran dry")}


def test_nothing_alike_is_said_and_a_wrong_reference_is_named(pools: tuple[Warroom, dict[str, str]]) -> None:
    warroom, _ = pools
    assert warroom.json("similar", "xyzzy") == []
    assert "in whole words" in warroom.tells("similar", "xyzzy")
    assert "There is no incident INC-0000" in warroom.fails("similar", "INC-0000")
    assert "Write a reference, or what is seen" in warroom.fails("similar", " ")


def test_a_broken_file_of_classes_is_named_and_the_others_go_on(
    pools: tuple[Warroom, dict[str, str]], tmp_path: Path
) -> None:
    warroom, refs = pools
    warroom.env["WARROOM_CONFIG"] = str(tmp_path)
    (tmp_path / "concepts.toml").write_text("[[concepts")
    assert "only the built-in classes" in warroom.tells("similar", "the pool ran dry")
    assert {like["ref"] for like in warroom.json("similar", "the pool ran dry")} >= {refs["pool"]}
