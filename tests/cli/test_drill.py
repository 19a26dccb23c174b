"""Drills from the shell: the practice database, the score beside earlier runs, a team's own files."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from console.export.json.model import DrillRuleView, DrillScoreView, DrillView
from tests.cli.shell import COMMAND, ROOT, Warroom
from tests.patience import PATIENCE_S

NAMES = ["bad-deploy", "break-in", "data-corruption", "database", "ddos", "third-party"]
OWN = """
title = "Queue stuck"
about = "Orders."
incident = "Orders are not confirmed"
severity = "SEV2"
length_s = "20m"
briefing = "It is late."
injects = [{ id = "first", at_s = 0, line = "The queue grows" }]
goals = [{ id = "tell", text = "Tell customers", within_s = "10m", done = { update = "public" } }]
debrief = { happened = "The disk was full." }
"""
WRONG = {
    'severity = "SEV2"': ('severity = "SEV9"', "there is no severity “SEV9”"),
    'line = "The queue grows"': ('line = "14:32 it grows"', "without a time"),
    'update = "public"': ('update = "everybody"', "there is no audience “everybody”"),
    'length_s = "20m"': ('length_s = "long"', "“long” does not fit"),
    'happened = "The disk was full."': ('happens = "The disk was full."', "there is no key “happens”"),
    'within_s = "10m"': ('within_s = "10m", after = "second"', "there is no inject “second”"),
}


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return Warroom(tmp_path / "w.db", WARROOM_CONFIG=str(tmp_path / "config"))


@pytest.fixture
def practice(tmp_path: Path, warroom: Warroom) -> Callable[[], tuple[Warroom, str]]:
    """Begins a run; the shell on its database, and the incident."""

    def begins() -> tuple[Warroom, str]:
        ref = warroom.says("drill", "run", "bad-deploy", "--new", "--prepare-only")
        return Warroom(tmp_path / "drills.db"), ref

    return begins


def test_the_built_in_drills_are_listed_each_with_its_source_or_as_made_up(warroom: Warroom) -> None:
    listed = {each["name"]: each for each in warroom.json("drill", "list")}
    assert sorted(listed) == NAMES
    assert {name for name, each in listed.items() if each["source"] is None} == {"data-corruption", "ddos"}
    assert {each["playbook"] for each in listed.values()} == {"standard", "checklist-security", "p-levels"}
    assert all(each.keys() == set(DrillView.__struct_fields__) for each in listed.values())


def test_two_who_begin_at_the_same_moment_come_to_the_same_run(warroom: Warroom) -> None:
    begins = [*COMMAND, "drill", "run", "bad-deploy", "--prepare-only"]
    running = [subprocess.Popen(begins, env=warroom.env, stdout=subprocess.PIPE) for _ in range(3)]
    assert len({each.communicate(timeout=PATIENCE_S)[0] for each in running}) == 1


def test_a_run_has_a_database_of_its_own_and_goes_on_until_it_ends(warroom: Warroom, tmp_path: Path) -> None:
    ref = warroom.says("drill", "run", "bad-deploy", "--prepare-only")
    assert warroom.says("drill", "run", "bad-deploy", "--prepare-only") == ref
    assert not (tmp_path / "w.db").exists()
    shown = Warroom(tmp_path / "drills.db").json("show", ref)
    assert (shown["drill"], shown["severity"]) == (True, "SEV2")
    assert warroom.says("drill", "end") == ref
    assert warroom.says("drill", "run", "bad-deploy", "--prepare-only") != ref
    assert "No drill goes on" in Warroom(tmp_path / "elsewhere/w.db").fails("drill", "end")


def test_what_is_to_come_is_found_by_no_search(practice: Callable[[], tuple[Warroom, str]]) -> None:
    run, _ = practice()
    assert run.json("search", "newspaper") == []
    assert run.json("search", "visitors") != []


def test_a_score_names_each_rule_with_its_entry_and_the_run_before(
    warroom: Warroom, practice: Callable[[], tuple[Warroom, str]]
) -> None:
    first = practice()[1]
    ended = [json.loads(line) for line in warroom.says("drill", "end", first, "--json").splitlines()]
    assert {(event["ref"], event["event"]) for event in ended} == {(first, "drill_ended"), (first, "stage_changed")}
    run, ref = practice()
    run.says("sev", ref, "SEV1")
    run.says("role", ref, "ic", "ana")
    run.says("component", ref, "edge", "major")
    warroom.says("drill", "end", ref, "--note", "time is up")

    score = warroom.json("drill", "score")
    assert score.keys() == set(DrillScoreView.__struct_fields__)
    assert (score["ref"], score["drill"], [each["ref"] for each in score["earlier"]]) == (ref, "bad-deploy", [first])
    rules = {rule["id"]: rule for rule in score["rules"]}
    assert all(rule.keys() == set(DrillRuleView.__struct_fields__) for rule in rules.values())
    entries = {entry["id"] for entry in run.json("show", ref)["entries"]}
    assert {rule["entry"] for rule in rules.values()} - {None} <= entries
    marked = rules["goal:component"]
    assert (marked["verdict"], marked["before"], marked["said"]) == ("met", "missed", "edge: major")
    assert rules["role:ic"]["before"] is None
    assert score["percent"] > score["earlier"][0]["percent"] == 0
    text = warroom.says("drill", "score", ref)
    assert "better: not met in the run before" in text
    assert "“edge: major”" in text


def test_a_score_of_nothing_says_what_to_do(warroom: Warroom) -> None:
    assert "warroom drill run" in warroom.fails("drill", "score")
    warroom.says("drill", "run", "ddos", "--prepare-only")
    assert "warroom drill list" in warroom.fails("drill", "score", "ZZZZ")


def test_a_drill_needs_a_terminal(warroom: Warroom, tmp_path: Path) -> None:
    assert "needs a terminal" in warroom.fails("drill", "run", "ddos")
    assert not (tmp_path / "drills.db").exists()


def test_a_team_s_own_stands_beside_or_before(warroom: Warroom, tmp_path: Path) -> None:
    folder = tmp_path / "config/drills"
    folder.mkdir(parents=True)
    for name in ("queue-stuck", "ddos"):
        (folder / f"{name}.toml").write_text(OWN)
    listed = {each["name"]: each for each in warroom.json("drill", "list")}
    assert sorted(listed) == sorted([*NAMES, "queue-stuck"])
    assert listed["ddos"]["title"] == "Queue stuck"
    assert listed["ddos"]["file"] == str(folder / "ddos.toml")
    assert warroom.says("drill", "check").count("fine: Queue stuck, 1 inject, 1 goal, 0 cards") == 2


def test_check_tells_every_mistake_at_once_with_its_line(warroom: Warroom, tmp_path: Path) -> None:
    text = OWN
    for right, (wrong, _) in WRONG.items():
        assert right in text
        text = text.replace(right, wrong)
    file = tmp_path / "ours.toml"
    file.write_text(text)
    status, out, err = warroom.here("drill", "check", str(file))
    assert (status, out) == (1, "")
    for _, why in WRONG.values():
        line = next((line for line in err.splitlines() if why in line), "")
        assert re.match(r"ours\.toml, line \d+, key ", line), (why, err)


def test_the_page_names_every_key_of_a_drill() -> None:
    from console.core.drill.script import Condition, Inject

    page = (ROOT / "docs/drills.md").read_text(encoding="utf-8")
    assert [name for name in Inject.__struct_fields__ if f"`{name}`" not in page] == []
    assert [name for name in Condition.__struct_fields__ if f"| `{name} = " not in page] == []
