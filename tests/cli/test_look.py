"""Commands that look, the contract of their JSON, and their documentation."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click
import pytest

from console.cli.main import HOMES
from console.cli.main import warroom as group
from console.core.subjects.task import open_tasks
from console.core.subjects.update import PostUpdate
from console.store.ledger import Ledger
from console.store.log import Log
from tests.cli.shell import ROOT, Warroom
from tests.patience import PATIENCE_S

JSON_MD = (ROOT / "docs/json.md").read_text()
CONTRACT = {
    *("ref", "title", "severity", "stage", "playbook", "declared_at", "milestones", "roles", "impact", "components"),
    *("clocks", "promises", "entries", "tasks", "fixes", "hypotheses", "checklists", "updates", "publishing"),
}


def test_the_contract_of_show(warroom: Warroom, ref: str) -> None:
    shown = warroom.json("show", ref)

    assert set(shown) >= CONTRACT
    assert {"kind", "audience", "due_at", "state"} <= set(shown["clocks"][0])
    assert {"id", "kind", "occurred_at", "recorded_at", "author", "text", "tags", "corrected"} <= set(
        shown["entries"][0]
    )
    assert shown["promises"]["internal"] == {"kept": 0, "late": 0, "missed": 0}
    assert shown["roles"] == {"ic": None, "deputy": None, "scribe": None, "comms": None, "tech": None}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown["declared_at"])


def test_show_tells_what_is_open(warroom: Warroom, ref: str) -> None:
    for line in (
        "/change restart the cache back: start the old one",
        "+ @rs check replica lag",
        "? the pool is exhausted",
        "/fix read-only mode",
        "/action P1 @cy Alert on the pool",
        "/postmortem owner dee",
    ):
        warroom.says("log", ref, line)
    said = warroom.says("show", ref)

    opened = said.split("\nOpen\n")[1].split("\n\n")[0].splitlines()
    assert opened == [
        "change       restart the cache, in flight by mo",
        "task 1       check replica lag @rs",
        "fix          read-only mode",
        "hypothesis 1 the pool is exhausted",
        "action 1     Alert on the pool @cy",
        "postmortem   dee, draft",
    ]
    # A moment of another day has its date.
    assert re.search(r"Alert on the pool, \d{4}-\d\d-\d\d \d\d:\d\d, cy$", said, re.MULTILINE)


def test_show_says_how_long_the_impact_lasted_as_the_documents_do(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "/milestone impact_started -50m")
    warroom.says("log", ref, "/milestone mitigated -10m")
    assert "impact lasted 40m" in warroom.says("show", ref).splitlines()[0]
    assert warroom.json("show", ref)["durations"]["impact_lasted"] in range(2400, 2460)
    assert "impact lasted 40m" in warroom.says("export", ref, "brief")


def test_show_says_which_milestones_contradict(warroom: Warroom, ref: str) -> None:
    assert "contradict" not in warroom.says("show", ref)
    warroom.says("log", ref, "/milestone impact_started -10m")
    warroom.says("log", ref, "/milestone mitigated -50m")
    assert "mitigated is before" in warroom.says("show", ref).partition("Milestones contradict")[2]


def test_list_and_clocks_are_arrays_of_the_same_objects(warroom: Warroom, ref: str) -> None:
    shown = warroom.json("show", ref)
    (row,) = warroom.json("list")
    assert row == {name: shown[name] for name in row}
    clocks = warroom.json("clocks", ref)
    assert {clock["ref"] for clock in clocks} == {ref}
    assert [clock["key"] for clock in clocks] == [clock["key"] for clock in shown["clocks"]]


def test_show_as_it_was_known_then(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "one")
    then = warroom.json("show", ref)["entries"][-1]["recorded_at"].replace("T", " ")
    warroom.says("log", ref, "-1m two")

    texts = {entry["text"] for entry in warroom.json("show", ref, "--at", then)["entries"]}
    assert "one" in texts
    assert "two" not in texts


def test_a_replay_says_what_show_says_and_what_nobody_knew_yet(warroom: Warroom, ref: str) -> None:
    warroom.says("role", ref, "ic", "ana")
    warroom.says("log", ref, "one")
    then = warroom.json("show", ref)["entries"][-1]["recorded_at"]
    warroom.says("role", ref, "ic", "rs")
    warroom.says("log", ref, "* two", "--at", then)

    shown, replayed = warroom.json("show", ref, "--at", then), warroom.json("replay", ref, "--at", then)
    (missing,) = replayed["not_yet"]
    assert {name: replayed[name] for name in shown} == shown
    assert replayed["roles"]["ic"] == "ana"
    assert replayed["at"] == then
    assert (missing["text"], missing["kind"], missing["occurred_at"]) == ("two", "finding", then)
    assert missing["known_at"] > then
    section = JSON_MD.split("## `replay REF --at WHEN --json`")[1].split("\n#")[0]
    assert {*replayed} - {*shown} == {"at", "not_yet"}
    assert all(f"`{field}`" in section for field in ("at", "not_yet", *missing))

    printed = warroom.says("replay", ref, "--at", then)
    before, not_yet = printed.split("Had happened, not known yet")
    assert "IC:      ana" in before
    assert "two" not in before
    assert "two" in not_yet


def test_a_replay_of_no_moment_says_what_to_do(warroom: Warroom, ref: str) -> None:
    assert "was not declared yet" in warroom.fails("replay", ref, "--at", "2001-01-01 12:00")
    assert "needs a terminal" in warroom.fails("replay", ref)
    status, _, err = warroom.here("replay", ref, "--json")
    assert status == 2
    assert "--at" in err


def test_a_practice_incident_is_in_progress(tmp_path: Path) -> None:
    from console.cli.context import Shell
    from console.cli.transfer import practice
    from console.store.ledger import Ledger
    from console.store.log import Log

    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    made = practice(tmp_path / "demo.db", now, Shell(None, "mo", "UTC", False).playbook("standard"))
    with Log.open(tmp_path / "demo.db") as log:
        state = Ledger(log, actor="mo", clock=lambda: now).state(made.ref)
    assert state.drill
    assert state.stage.value == "mitigating"
    assert open_tasks(state)
    assert made.later
    assert made.later[0][0] > now


@pytest.mark.parametrize("module", sorted(set(HOMES.values())))
def test_every_command_is_found_in_its_module(module: str) -> None:
    commands = import_module(f"console.cli.{module}").COMMANDS
    assert {command.name for command in commands} == {name for name, home in HOMES.items() if home == module}


@pytest.mark.parametrize("name", sorted(HOMES))
def test_every_command_has_help_and_is_in_the_docs(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help
    assert f"`{name}`" in JSON_MD
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_help_names_every_command_and_the_version_is_told(warroom: Warroom) -> None:
    said = warroom.says("--help")
    assert all(f"  {name} " in said for name in HOMES)
    assert "0." in warroom.says("--version")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_is_a_script(warroom: Warroom, shell: str) -> None:
    assert "_WARROOM_COMPLETE" in warroom.says("completion", shell)


def test_the_doctor_names_where_things_lie_and_what_is_broken(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    templates = tmp_path / "config" / "templates"
    templates.mkdir(parents=True)
    well = {row["what"]: row["found"] for row in warroom.json("--config", str(tmp_path / "config"), "doctor")}
    assert well["your own files"] == str(tmp_path / "config")
    assert well["database"] == str(warroom.db)
    assert well["copies"].startswith(str(warroom.db.with_name("warroom-backups")))
    assert well["templates"] == "the built-in ones"

    (templates / "internal.md.j2").write_text("{{ nosuch( }}")
    done = warroom.runs("--config", str(tmp_path / "config"), "doctor")
    assert done.returncode == 1
    (broken,) = [line for line in done.stdout.decode().splitlines() if line.startswith("!")]
    assert "internal.md.j2, line 1" in broken


@pytest.mark.parametrize(("answer", "told"), [("on", "tells when you look away"), ("off", "set -g focus-events on")])
def test_the_doctor_says_whether_tmux_tells_of_the_focus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, told: str
) -> None:
    monkeypatch.setattr("console.cli.care.TMUX_S", PATIENCE_S)
    program = tmp_path / "tmux"
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    rows = {row["what"]: row for row in Warroom(tmp_path / "w.db", TMUX="x", PATH=path).json("doctor")}
    assert told in rows["focus"]["found"]
    assert "focus" not in {row["what"] for row in Warroom(tmp_path / "w.db", TMUX="").json("doctor")}


def test_the_doctor_names_each_setting_that_it_cannot_use_and_what_is_meant(warroom: Warroom, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'theme = "dracla"\nbel = "off"\ntitle = false\n[keys]\ntask = "q"\nimpact = "k"\n'
    )
    done = warroom.runs("--config", str(tmp_path), "doctor")
    assert done.returncode == 1
    rows = done.stdout.decode().splitlines()
    wrong = [line for line in rows if line.startswith("!") and "settings.toml" in line]
    assert ["“theme”" in wrong[0] or "bell" in wrong[0], len(wrong)] == [True, 3]
    assert any("perhaps “dracula” is meant" in line for line in wrong)
    assert any("1 act with keys of your own" in line for line in rows)


_OFFERED: tuple[tuple[tuple[str, ...], list[str]], ...] = (
    (("declare", "x", "--sev", "SEV0"), ["SEV0"]),
    (("declare", "x", "--playbook", "rap"), ["rapid"]),
    (("sev", "REF", "sev1"), ["SEV1"]),
    (("stage", "REF", "mit"), ["mitigating"]),
    (("role", "REF", "sc"), ["scribe"]),
    (("role", "REF", "scribe", "r"), ["rs"]),
    (("assign", "REF", "1", "r"), ["rs"]),
    (("check", "REF", "first-five-minutes/1"), ["first-five-minutes/1"]),
    (("snooze", "REF", "pub"), ["public"]),
    (("log", "REF", "x", "--kind", "d"), ["decision"]),
    (("update", "REF", "--audience", "e"), ["executive"]),
    (("update", "REF", "--status", "m"), ["monitoring"]),
    (("handoff", "REF", "--role", "c"), ["comms"]),
    (("fix", "REF", "x", "--owner", "r"), ["rs"]),
    (("hypothesis", "REF", "x", "--verdict", "ru"), ["ruled-out"]),
    (("changed", "REF", "--outcome", "ro"), ["rolled-back"]),
    (("postmortem", "REF", "--state", "f"), ["final"]),
    (("playbook", "show", "sta"), ["standard"]),
    (("playbook", "use", "REF", "rapid", "--sev", "SEV-1"), ["SEV-1"]),
    (("runbook", "follow", "REF", "ddo"), ["ddos"]),
    (("template", "show", "custo"), ["customer", "customer-page"]),
    (("target", "add", "x", "--provider", "statusp"), ["statuspage"]),
    (("help", "decl"), ["declare", "declined"]),
    (("help", "target", "re"), ["remove", "restore"]),
    (("target", "restore", ""), ["gone"]),
    (("maintenance", "begin", ""), ["PLANNED"]),
    (("drill", "score", ""), []),
    (("action", "done", "REF", ""), ["1"]),
    (("action", "change", "REF", "1", "--priority", ""), ["P0", "P1", "P2"]),
    (("accept", "REF", ""), ["ana"]),
    (("correct", "REF", ""), ["last"]),
    (("link", "REF", "part", "of", ""), ["PLANNED", "OTHER"]),
    (("link", "REF", "part", "of", "other"), ["OTHER"]),
    (("classify", "REF", "work"), ["workaround=yes", "workaround=no", "workaround=unsure"]),
    (("update", "REF", "--component", "search=m"), ["search=major", "search=maintenance"]),
    (("maintenance", "plan", "x", "--component", ""), []),
    (("declare", "x", "--sev=sev1"), ["--sev=SEV1"]),
    (("postmortem", "REF", "--owner", "r"), ["rs"]),
    (("advice", "REF", "--silence", "no_i"), ["no_ic"]),
    (("search", "x", "--by", "r"), ["rs"]),
    (("--tz", "europe/berl"), ["Europe/Berlin"]),
    (("import", "x", "--zone", "utc"), ["UTC"]),
    (("REF", "--view", "hand"), ["handoff"]),
    (("open", "REF", "--view", "pos"), ["postmortem"]),
    (("--view", "tar"), ["targets"]),
    (("--view", "o"), ["outbox", "owed", "open"]),
    (("log", "REF", "--dril", "--kind", "d"), ["decision"]),
    (("log", "INC-NONE", "x", "--owner", "r"), []),
)
"""The words that are typed, and those that may stand for the last of them; an incident, a second one and a planned
maintenance are REF, OTHER (other: without INC-, in small letters) and PLANNED."""


def test_the_shell_completes_commands_incidents_and_values(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    def completed(*words: str) -> list[str]:
        asked = {"COMP_WORDS": " ".join(words), "_WARROOM_COMPLETE": "bash_complete", "WARROOM_CONFIG": str(tmp_path)}
        _, out, err = Warroom(warroom.db, **asked).here()
        assert err == ""
        return [line.removeprefix("plain,") for line in out.split("\n") if line]

    other = warroom.says("declare", "Mail", "--sev", "SEV3")
    planned = warroom.says("maintenance", "plan", "db", "--from", "in 2h", "--for", "1h", "--no-update")
    (tmp_path / "targets" / "removed").mkdir(parents=True)
    (tmp_path / "targets" / "removed" / "gone.toml").write_text('provider = "slack"\n')
    for line in ("/component search partial", "/action P1 alarm", "/handoff ana"):
        warroom.says("log", ref, line)
    assert completed("warroom", "sho") == ["show"]
    assert completed("warroom", "log", "inc") == [planned, other, ref]
    assert ref in completed("warroom", "")
    assert completed("warroom", "export", ref, "hand") == ["handoff"]
    warroom.says("task", ref, "@rs check it")
    refs = {"REF": ref, "OTHER": other, "PLANNED": planned, "other": other[4:].lower()}
    for typed, meant in _OFFERED:
        words, offered = ([refs.get(word, word) for word in listed] for listed in (typed, meant))
        assert completed("warroom", *words) == offered, words
    warroom.db.unlink()
    assert completed("warroom", "log", "inc") == []
    assert not warroom.db.exists()


_CALLED_BY = {
    "bash": """eval "$(warroom completion bash)"
for line in "$@"; do
    COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
    _warroom_completion warroom "${line##*[ =]}"
    echo "${COMPREPLY[*]}"
done""",
    "fish": """warroom completion fish | source
for line in $argv; echo (complete -C $line); end""",
}
"""Prints what the shell would put in the place of the word under the cursor, a row for each line that it is given."""


@pytest.mark.parametrize("shell", [
    pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed"))
    for name in _CALLED_BY
])  # fmt: skip
def test_a_real_shell_completes_whole_words_also_behind_an_equals_sign(
    warroom: Warroom, ref: str, tmp_path: Path, shell: str
) -> None:
    program = tmp_path / "bin" / "warroom"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m console "$@"\n')
    program.chmod(0o755)
    env = {**warroom.env, "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    lines = [f"warroom sev {ref} sev1", "warroom declare x --sev=SEV1", f"warroom link {ref} dup"]
    program_text = [_CALLED_BY[shell]] if shell == "fish" else [_CALLED_BY[shell], shell]
    done = subprocess.run([shell, "-c", *program_text, *lines], env=env, capture_output=True, text=True, check=True)
    whole = ["SEV1", "--sev=SEV1", "duplicate of"]
    assert done.stdout.splitlines() == (whole if shell == "fish" else ["SEV1", "SEV1", "duplicate\\ of"])


def test_a_backup_is_whole(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    warroom.says("backup", str(tmp_path / "copy.db"))
    assert [row["ref"] for row in Warroom(tmp_path / "copy.db").json("list")] == [ref]


def test_the_rows_of_a_day_on_which_the_clock_changes_name_the_offset(tmp_path: Path) -> None:
    warroom = Warroom(tmp_path / "warroom.db", WARROOM_TZ="Europe/Berlin")
    lines = "2025-10-26 00:30Z before\n2025-10-26 01:30Z after\n2025-10-27 01:30Z the next day\n"
    shown = warroom.says("show", warroom.says("import", "-", "--yes", stdin=lines))
    assert "02:30 +02:00  note" in shown
    assert "02:30 +01:00  note" in shown
    assert "02:30  note        the next day" in shown
    assert "times in Europe/Berlin" in shown


def test_show_and_publish_check_tell_which_sentence_lost_its_ground(warroom: Warroom, ref: str) -> None:
    entry = warroom.says("log", ref, "* a third of the checkouts fail")
    with Log.open(warroom.db) as log:
        ledger = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC))
        text = "A third of the checkouts fail."
        ledger.execute(ref, PostUpdate(actor="mo", audience="internal", text=text, stands_on=(entry,)))
    assert warroom.json("show", ref)["lost_grounds"] == []
    assert "With a source that changed" not in warroom.says("show", ref)

    warroom.says("undo", ref, entry)

    (lost,) = warroom.json("show", ref)["lost_grounds"]
    assert (lost["where"], lost["sentence"], lost["entry"], lost["why"]) == (
        "internal update #1",
        text,
        entry,
        "undone",
    )
    shown = " ".join(warroom.says("show", ref).split())
    words = f"internal update #1 stands on an entry that was undone since: “{text}”"
    assert words in shown
    status, _, err = warroom.here("publish", "check", ref)
    assert (status, words in err) == (1, True)


def test_a_made_up_year_is_a_log_like_any_other(tmp_path: Path) -> None:
    warroom = Warroom(tmp_path / "year.db")
    refs = warroom.says("demo", "--year", "--prepare-only", "--keep", str(warroom.db)).split()
    listed = warroom.json("list")
    assert sorted(refs) == sorted(each["ref"] for each in listed)
    assert refs[-1] == listed[0]["ref"]
    assert warroom.says("verify") == "clean"


def test_a_moved_entry_says_where_it_came_from_and_the_other_log_where_it_went(warroom: Warroom) -> None:
    here, there = (warroom.says("declare", title, "--sev", "SEV2").strip() for title in ("Search is slow", "Disk full"))
    warroom.says("log", here, "disk of db-1 is full")
    warroom.says("log", here, f"/move last to {there}")
    assert f"Moved to {there}: disk of db-1 is full" in warroom.says("show", here)
    assert re.search(rf"disk of db-1 is full  \(\w+, moved from {here}\)", warroom.says("show", there))


def test_what_drills_owe_stands_last_and_is_told_as_that(warroom: Warroom, ref: str) -> None:
    drill = warroom.says("declare", "Mail queue stuck", "--sev", "SEV0", "--drill", "--at", "-60m")
    lines = warroom.says("clocks").splitlines()
    assert [line.startswith(f"{drill}  drill: ") for line in lines] == [not line.startswith(ref) for line in lines]
    told = [clock["drill"] for clock in warroom.json("clocks")]
    assert told == sorted(told)
    assert set(told) == {False, True}
