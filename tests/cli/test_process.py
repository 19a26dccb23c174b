"""`warroom playbook` and `warroom runbook`: what a person reads, what a script gets, what is wrong with a file."""

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import COMMAND, Warroom

NAMES = ["checklist", "checklist-security", "p-levels", "rapid", "sev4", "standard"]
OURS = 'extends = "standard"\ntitle = "Ours"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The configuration folder, with room for playbooks and runbooks."""
    for name in ("playbooks", "runbooks"):
        (tmp_path / "config" / name).mkdir(parents=True)
    return tmp_path / "config"


@pytest.fixture
def team(tmp_path: Path, folder: Path) -> Warroom:
    return Warroom(tmp_path / "warroom.db", WARROOM_CONFIG=str(folder))


def test_the_list_names_every_playbook_with_its_severities(team: Warroom) -> None:
    lines = team.says("playbook", "list").splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert lines[3].endswith("Rapid response: SEV-1, SEV-2, SEV-3, SEV-4")


def test_one_s_own_playbook_is_marked_and_used(team: Warroom, folder: Path) -> None:
    (folder / "playbooks/ours.toml").write_text(OURS)
    assert "ours" in team.says("playbook", "list")
    assert "(yours)" in team.says("playbook", "list")
    listed = {one["name"]: one for one in team.json("playbook", "list")}
    assert listed["ours"]["file"] == str(folder / "playbooks/ours.toml")
    assert listed["rapid"]["file"] is None
    assert listed["checklist-security"]["variant_of"] == "checklist"
    ref = team.says("declare", "x", "--sev", "SEV1", "--playbook", "ours")
    assert team.json("show", ref)["playbook"] == "ours"


def test_an_incident_follows_the_playbook_of_the_settings(team: Warroom, folder: Path) -> None:
    (folder / "playbooks/ours.toml").write_text(OURS)
    (folder / "settings.toml").write_text('playbook = "ours"\n')
    assert team.json("show", team.says("declare", "x", "--sev", "SEV1"))["playbook"] == "ours"
    assert team.json("show", team.says("declare", "x", "--sev", "SEV-1", "--playbook", "rapid"))["playbook"] == "rapid"
    (folder / "settings.toml").write_text('playbook = "gone"\n')
    done = team.runs("declare", "x", "--sev", "SEV1")
    assert b"There is no playbook \xe2\x80\x9cgone\xe2\x80\x9d" in done.stderr
    assert team.json("show", done.stdout.decode().strip())["playbook"] == "standard"


def test_a_broken_playbook_of_one_s_own_is_told_and_the_built_in_one_used(team: Warroom, folder: Path) -> None:
    (folder / "playbooks/standard.toml").write_text("name = 1\n")
    for args in (("playbook", "list"), ("playbook", "show", "standard"), ("declare", "x", "--sev", "SEV1")):
        done = team.runs(*args)
        assert done.returncode == 0
        (said,) = done.stderr.decode().splitlines()
        assert said.startswith("standard.toml, line ")
        assert said.endswith("until then the built-in standard is used.")


@pytest.mark.rule("Checklist: A missing process shows only in an incident")
def test_the_doctor_names_what_is_broken(team: Warroom, folder: Path) -> None:
    (folder / "playbooks/ours.toml").write_text(OURS)
    (folder / "runbooks/fire.md").write_text("nothing\n")
    rows = {one["what"]: one for one in _json_of_failed(team, "doctor", "--json")}
    assert rows["playbook ours"]["ok"]
    assert not rows["runbook fire"]["ok"]
    assert "fire.md, line 1" in rows["runbook fire"]["found"]


def _json_of_failed(team: Warroom, *args: str) -> Any:
    done = team.runs(*args)
    assert done.returncode == 1
    return json.loads(done.stdout)


def test_the_json_of_a_severity_has_what_scripts_are_promised(team: Warroom) -> None:
    view = team.json("playbook", "show", "standard")
    sev0, _, sev2, *_ = view["severities"]
    assert sev0["name"] == "SEV0"
    assert sev0["meaning"]
    assert sev0["example"]
    assert (sev0["response_s"], sev0["resolution_s"], sev0["acknowledge_s"]) == (0, 14400, 300)
    assert sev0["update_s"] == {"internal": 900, "public": 900, "executive": None}
    assert (sev0["executive_notice_s"], sev0["postmortem_s"]) == (900, 86400)
    assert sev0["roles"] == {"ic": 0, "comms": 300, "scribe": 300}
    assert sev0["roles_required"] == ["ic", "comms", "scribe"]
    assert sev2["response_s"] is None
    assert sev2["executive_notice_s"] is sev2["resolution_s"] is sev2["postmortem_s"] is None
    assert sev2["update_s"] == {"internal": None, "public": None, "executive": None}


def test_a_part_alone(team: Warroom) -> None:
    said = team.says("playbook", "show", "standard", "roles")
    assert said.startswith("IC")
    assert "Delegates debugging" in said
    assert "SEV0" not in said
    assert team.json("playbook", "show", "standard", "mitigations")[0] == "Roll back the last deploy"


def test_a_playbook_is_laid_out_for_a_person(team: Warroom) -> None:
    said = team.says("playbook", "show", "p-levels")
    for words in (
        "P0", "Within 4 hours (4h)", "Updates: internal every 30m", "Roles: IC 15m", "status page: monitoring",
        "needs stable, fixes, milestones, postmortem owner, the list “recovery”", "☐ Smoke tests pass",
        "if over $10,000 an hour", "@incident-commanders", "override reason: False alarm",
    ):  # fmt: skip
        assert words in said, words
    assert "\x1b" not in said


@pytest.mark.parametrize("name", ["standard", "checklist-security"])
def test_nothing_is_wider_than_80_columns(team: Warroom, name: str) -> None:
    main, side = pty.openpty()
    env = {**team.env, "COLUMNS": "80", "TERM": "dumb"}
    with subprocess.Popen([*COMMAND, "playbook", "show", name], env=env, stdout=side, stderr=side) as running:
        os.close(side)
        said = bytearray()
        try:
            while part := os.read(main, 65536):
                said += part
        except OSError:
            pass  # The last writer has closed the terminal.
        assert running.wait() == 0
    os.close(main)
    lines = said.decode().splitlines()
    assert len(lines) > 150
    assert [line for line in lines if len(line) > 80] == []


def test_unknown_names_are_answered_with_those_there_are(team: Warroom) -> None:
    assert team.fails("playbook", "show", "rapd").endswith("choose one of " + ", ".join(NAMES) + ".")
    assert "choose one of api-degradation" in team.fails("runbook", "show", "fire")


def test_checking_a_file_that_is_fine(team: Warroom, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(OURS)
    assert team.says("playbook", "check", str(file)) == f"{file}: fine: Ours, 5 severities, 9 stages, 12 checklists"


def test_checking_names_the_line_and_the_key(team: Warroom, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(OURS + "\n[[severities]]\nname = 'SEV1'\nrespond_s = 5\n")
    assert team.fails("playbook", "check", str(file)) == (
        "ours.toml, line 6, key severities[1].respond_s: there is no key “respond_s” here, perhaps “response_s” is "
        "meant; correct it there."
    )
    assert "There is no file" in team.fails("playbook", "check", str(tmp_path / "gone.toml"))


def test_checking_tells_all_mistakes_at_once_and_what_would_be_right(team: Warroom, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    mistakes = (
        "\n[templates]\ninternal = 'ours'\n[[severities]]\nname = 'SEV1'\nreview = 'always'\npostmortem_s = 'soon'\n"
    )
    file.write_text(OURS + 'declared_stage = "begun"\n' + mistakes)
    told = team.runs("playbook", "check", str(file)).stderr.decode()
    assert [line.partition(", key ")[2].partition(":")[0] for line in told.splitlines()] == [
        "severities[1].postmortem_s", "severities[1].review", "declared_stage", "templates.internal",
    ]  # fmt: skip
    for right in (
        "such as “30m”",
        "“required”, “if_customer_facing”",
        "use detected, triage",
        "choose one of announcement",
    ):
        assert right.replace("“30m”", '"30m"') in told


def test_what_is_checked_is_named_or_is_a_file_or_all_of_one_s_own(team: Warroom, tmp_path: Path, folder: Path) -> None:
    assert "You have no playbooks of your own" in team.says("playbook", "check")
    (folder / "playbooks/ours.toml").write_text(OURS)
    (folder / "templates").mkdir()
    (folder / "templates/ours.md.j2").write_text("{{ title }}\n")
    (folder / "runbooks/queue.md").write_text("# Queue\n1. Look\n")
    for what, suffix in (("playbook", ".toml"), ("runbook", ".md"), ("template", ".md.j2")):
        name = "queue" if what == "runbook" else "ours"
        for argument in (name, str(folder / f"{what}s/{name}{suffix}")):
            team.says(what, "check", argument)
        team.says(what, "check")
        assert "choose one of" in team.fails(what, "check", "nothing-of-that-name")
        assert "There is no file" in team.fails(what, "check", str(tmp_path / f"gone{suffix}"))
        built_in = {"playbook": "rapid", "runbook": "ddos", "template": "public"}[what]
        assert built_in in team.says(what, "check", name, built_in)


def test_checking_sees_a_runbook_that_is_not_there(team: Warroom, tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('extends = "standard"\nrunbooks = ["queue-stuck"]\n')
    assert "no runbook “queue-stuck”" in team.fails("playbook", "check", str(file))
    (folder / "runbooks/queue-stuck.md").write_text("# Queue stuck\n1. Look\n")
    team.says("playbook", "check", str(file))


def test_checking_several_files_tells_of_each(team: Warroom, tmp_path: Path) -> None:
    for name, text in (("a.toml", "x = \n"), ("b.toml", OURS), ("c.toml", "y = 1\n")):
        (tmp_path / name).write_text(text)
    done = team.runs("playbook", "check", *(str(tmp_path / name) for name in ("a.toml", "b.toml", "c.toml")))
    assert done.returncode == 1
    assert b"b.toml: fine" in done.stdout
    assert [line.split()[0] for line in done.stderr.splitlines()] == [b"a.toml", b"c.toml,", b"c.toml,"]


def test_the_runbooks_are_listed_and_shown(team: Warroom, folder: Path) -> None:
    (folder / "runbooks/queue-stuck.md").write_text(
        "# Queue stuck\nFor a queue that grows.\n\n1. Look\n   At its age.\n   ```\n   queue stat\n   ```\n"
    )
    assert "queue-stuck" in team.says("runbook", "list")
    assert team.says("runbook", "show", "queue-stuck") == (
        "Queue stuck\nFor a queue that grows.\n\n  1  Look\n     At its age.\n     $ queue stat"
    )
    shown = team.json("runbook", "show", "queue-stuck")
    assert shown["steps"] == [{"text": "Look", "detail": "At its age.", "command": "queue stat", "group": None}]
    assert [one["name"] for one in team.json("runbook", "list")].count("queue-stuck") == 1
    assert "Turn rate limiting on" in team.says("runbook", "show", "ddos")


def test_checking_a_runbook(team: Warroom, tmp_path: Path) -> None:
    file = tmp_path / "fire.md"
    file.write_text("# Fire\n1. Call\n")
    assert team.says("runbook", "check", str(file)) == f"{file}: fine: Fire, 1 step"
    file.write_text("# Fire\nRun.\n")
    assert team.fails("runbook", "check", str(file)).startswith("fire.md, line 3: there is no step")


def test_the_process_needs_no_database(team: Warroom) -> None:
    team.says("playbook", "list")
    team.says("runbook", "list")
    assert not team.db.exists()


@pytest.mark.parametrize("playbook", ["standard", "checklist-security"])
def test_the_questions_are_answered_as_they_are_told(warroom: Warroom, playbook: str) -> None:
    severity = "SEV2"
    ref = warroom.says("declare", "Errors", "--sev", severity, "--playbook", playbook)
    told = warroom.tells("classify", ref)

    words = told.split(f"warroom classify {ref} ")[1].rstrip(".\n").split()
    assert words[-1].endswith("=unsure")
    warroom.says("classify", ref, *(word.replace("ANSWER", "yes") for word in words))
