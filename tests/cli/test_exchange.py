"""Out of one database and into another."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.core.subjects.declaration import DeclareIncident
from tests.app.driver import standard_playbook
from tests.cli.shell import ROOT, Warroom
from tests.store.test_arrivals import File

SAMPLES = sorted(path.name for path in (ROOT / "data/samples").iterdir() if path.stem[-2:].isdigit())


LINES = """-2m > deploy #web @ana
? cache
+ @rs 10m lag
/role ic mo
/impact [/x] all
/change restart it back: wait
/check
/action P1 @ana 14d alert
/postmortem owner bo
"""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warroom, str]:
    """An incident with something of everything; the tests only look at it."""
    warroom = Warroom(tmp_path_factory.mktemp("busy") / "warroom.db")
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    warroom.says("log", ref, "-", stdin=LINES)
    warroom.says("runbook", "follow", ref, "bad-deploy")
    warroom.says("classify", ref, "core=yes")
    warroom.says("stage", ref, "closed", "--override", "False alarm: nobody was affected")
    warroom.says("update", ref, "--audience", "public", "--message", "We look.", "--next", "30m")
    warroom.says("undo", ref)
    return warroom, ref


def settled(shown: dict[str, Any]) -> dict[str, Any]:
    """Without what the passing of time alone may change between two looks."""
    clocks = [{**clock, "state": ""} for clock in shown["clocks"]]
    return {**shown, "clocks": clocks, "checklists": [{**checklist, "now": False} for checklist in shown["checklists"]]}


def test_an_import_into_an_empty_database_shows_the_same(busy: tuple[Warroom, str], tmp_path: Path) -> None:
    warroom, ref = busy
    file = tmp_path / "incident.json"
    warroom.says("export", ref, "json", "-o", str(file))
    other = Warroom(tmp_path / "other.db")

    assert other.says("import", str(file)) == ref
    assert other.says("import", str(file)) == ref
    shown = warroom.json("show", ref)
    assert all(shown[part] for part in ("runbooks", "changes", "overrides", "triage", "actions", "checklists"))
    assert settled(other.json("show", ref)) == settled(shown)
    assert other.says("verify") == "clean"


@pytest.mark.parametrize("sample", [*SAMPLES, "the practice incident"])
def test_every_sample_and_the_practice_incident_are_carried_over_whole(tmp_path: Path, sample: str) -> None:
    first, second, file = Warroom(tmp_path / "a.db"), Warroom(tmp_path / "b.db"), str(tmp_path / "incident.json")
    if sample in SAMPLES:
        ref = first.says("import", "--yes", str(ROOT / "data/samples" / sample))
        moment = ""
    else:
        ref = first.says("demo", "--prepare-only", "--keep", str(first.db))
        recorded = [entry["recorded_at"] for entry in first.json("show", ref)["entries"]]
        moment = max(recorded).replace("T", " ")
    first.says("export", ref, "json", "-o", file)
    assert second.says("import", file) == ref

    look = ["show", ref, "--json", *(["--at", moment] if moment else [])]
    assert second.says(*look) == first.says(*look)
    assert len(json.loads(first.says(*look))["entries"]) > 5
    assert second.says("verify") == "clean"


def test_the_exported_file_has_the_records_and_the_contract(busy: tuple[Warroom, str]) -> None:
    warroom, ref = busy
    file = json.loads(warroom.says("export", ref, "json"))

    assert (file["format"], file["version"], file["show"]["ref"]) == ("warroom", 1, ref)
    fields = {"id", "incident", "origin", "oseq", "hlc", "kind", "v", "actor", "occurred_at", "recorded_at", "body"}
    assert all(set(event) == fields for event in file["events"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("incident", "../../x"),
        ("oseq", 2**70),
        ("oseq", 0),
        ("hlc", 2**61),
        ("occurred_at", "2026-11-21T14:30:00"),
        ("occurred_at", "soon"),
        ("id", "\x1b[2J"),
        ("body", 5),
    ],
)
def test_a_file_that_was_tampered_with_changes_nothing(
    busy: tuple[Warroom, str], tmp_path: Path, field: str, value: object
) -> None:
    file = json.loads(busy[0].says("export", busy[1], "json"))
    file["events"][0][field] = value
    other = Warroom(tmp_path / "other.db")
    done = other.runs("import", "-", stdin=json.dumps(file))

    assert b"Traceback" not in done.stderr
    if field != "body":  # A body of another shape is kept, and shown as unknown.
        assert done.returncode == 1
        assert other.json("list") == []


@pytest.mark.parametrize(
    "text",
    ["{", "{}", '{"format": "other", "version": 1, "events": []}', "{" * 100_000, ""],
    ids=["open", "empty", "other", "deep", "nothing"],
)
def test_no_export_is_said_to_be_none(warroom: Warroom, text: str) -> None:
    done = warroom.runs("import", "-", stdin=text)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_escapes_in_a_file_from_elsewhere_are_neutralised(busy: tuple[Warroom, str], tmp_path: Path) -> None:
    warroom, ref = busy
    text = warroom.says("export", ref, "json").replace("deploy", "\\u001b[31mdeploy\\u202e")
    other = Warroom(tmp_path / "other.db")
    other.says("import", "-", stdin=text)

    shown = other.says("show", ref)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_timeline_is_shown_before_it_is_written(warroom: Warroom) -> None:
    sample = str(ROOT / "data/samples/gitlab-2017-01-31.md")
    dry = warroom.runs("import", sample, "--dry-run")
    assert b"understood" in dry.stderr
    assert not dry.stdout
    assert warroom.json("list") == []

    ref = warroom.says("import", sample)
    shown = warroom.json("show", ref)
    assert shown["retrospective"]
    assert shown["clocks"] == []
    assert len(shown["entries"]) > 10


def test_a_file_that_was_imported_before_is_told_by_its_entries(warroom: Warroom, tmp_path: Path) -> None:
    chat = "Ana Lopez  9:12 AM\nno cache\nbo  9:14 AM\nrestarting\n"
    options = ("--zone", "Asia/Tokyo", "--date", "2024-03-05")
    ref = warroom.says("import", "-", *options, stdin=chat)
    entries = [(entry["occurred_at"], entry["author"]) for entry in warroom.json("show", ref)["entries"][-2:]]
    assert entries == [("2024-03-05T00:12:00.000Z", "Ana Lopez"), ("2024-03-05T00:14:00.000Z", "bo")]

    refused = warroom.runs("import", "-", *options, stdin=f"# Renamed\n\n{chat}")
    assert refused.returncode == 1
    assert f"{ref} has these 2 entries already" in refused.stderr.decode()
    assert len(warroom.json("list")) == 1
    grown = warroom.runs("import", "-", *options, "--dry-run", stdin=f"{chat}ana  9:15 AM\nback\n")
    assert f"{ref} has 2 of these 3 entries already" in grown.stderr.decode()
    again = warroom.says("import", "-", "--yes", *options, stdin=chat)
    assert again != ref
    assert "is no day" in warroom.fails("import", "-", "--date", "soon", stdin=chat)


def test_entries_that_name_a_milestone_set_it(warroom: Warroom) -> None:
    text = "- First detected 2024-03-05 08:41\n- Incident declared: 2024-03-05 09:12\n- Repaired 2024-03-05 11:30\n"
    shown = warroom.json("show", warroom.says("import", "-", "--zone", "UTC", stdin=text))

    assert {name: shown["milestones"][name][11:16] for name in ("detected", "declared", "mitigated")} == {
        "detected": "08:41",
        "declared": "09:12",
        "mitigated": "11:30",
    }


def test_an_export_replaces_the_file_and_leaves_nothing_beside_it(busy: tuple[Warroom, str], tmp_path: Path) -> None:
    warroom, ref = busy
    file = tmp_path / "out" / "handoff.md"
    file.parent.mkdir()
    file.write_text("old")
    assert "add --yes to replace it" in warroom.fails("export", ref, "handoff", "-o", str(file))
    assert file.read_text() == "old"
    warroom.says("export", ref, "handoff", "-o", str(file), "--yes")

    assert "Checkout errors" in file.read_text()
    assert list(file.parent.iterdir()) == [file]
    assert warroom.process("export", ref, "csv", "-o", "/dev/stdout").stdout.startswith(b"id,")


def test_an_import_marks_what_lands_before_what_was_here(tmp_path: Path) -> None:
    ana, rs = File(tmp_path / "ana.db", "ana"), File(tmp_path / "rs.db", "rs")
    ref = ana.ledger.declare(DeclareIncident(actor="ana", title="Checkout", severity="SEV1"), standard_playbook())
    rs.takes(ana, ref)
    rs.at(5).logs(ref, "pool is full")
    ana.at(20).logs(ref, "read at twenty")
    for file in (ana, rs):
        file.log.close()
    Warroom(tmp_path / "rs.db").says("export", ref, "json", "-o", str(tmp_path / "rs.json"))
    warroom = Warroom(tmp_path / "ana.db")
    warroom.says("import", str(tmp_path / "rs.json"), "--yes")
    arrived = {entry["text"]: entry["arrived_at"] for entry in warroom.json("show", ref)["entries"]}
    assert arrived.pop("pool is full")
    assert set(arrived.values()) == {None}
    (line,) = [line for line in warroom.says("show", ref).splitlines() if "pool is full" in line]
    assert "(rs, arrived 20" in line, "with its date: it is another day's"
