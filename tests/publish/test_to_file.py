"""A file that holds what would be sent."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from console.publish.provider import Absent, Found, Settings
from console.publish.providers.file import ToFile
from console.publish.sending.message import Change, Delivery, Known, Part, Status
from console.publish.targets.connect import connect
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from console.publish.transport.failure import Later, Rejected
from console.store import Log
from tests.store.making import entry

AT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def delivery(number: int, status: Status, text: str, *parts: Part) -> Delivery:
    return Delivery(f"wr-{number}", "INC-K7Q2", "Checkout errors", status, text, AT, AT, True, parts)


def to(path: Path, name: str = "rehearsal") -> ToFile:
    return ToFile(Settings(name, options={"path": str(path)}))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_whole_story_is_a_line_each(tmp_path: Path) -> None:
    path, known = tmp_path / "sent.jsonl", Known()
    for number, status in enumerate(("investigating", "identified", "monitoring", "resolved")):
        part = Part("c1", "operational" if status == "resolved" else "partial", "Checkout")
        remote = to(path).send(delivery(number, status, f"Text – {number}.", part), known)  # type: ignore[arg-type]  # mypy widens the words
        known = Known(remote, (*known.update_ids, remote.update_id))
    found = lines(path)
    assert [one["status"] for one in found] == ["investigating", "identified", "monitoring", "resolved"]
    assert [one["first"] for one in found] == [True, False, False, False]
    assert found[0] == {
        "target": "rehearsal",
        "event": "update",
        "id": "wr-0",
        "first": True,
        "incident": "INC-K7Q2",
        "title": "Checkout errors",
        "status": "investigating",
        "text": "Text – 0.",
        "at": "2026-11-21T14:30:00.000Z",
        "started_at": "2026-11-21T14:30:00.000Z",
        "notify": True,
        "severity": "",
        "components": [{"id": "c1", "name": "Checkout", "state": "partial"}],
        "link": "",
    }
    assert path.stat().st_mode & 0o777 == 0o600
    view = to(path).read(known)
    assert (view.status, view.text, view.parts) == ("resolved", "Text – 3.", (Part("c1", "operational", "Checkout"),))
    assert to(path).check().says == f"{path} holds 4 messages."


def test_a_message_that_is_there_is_not_added_again(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    one = delivery(1, "investigating", "Looking.")
    assert to(path).look_up(one, Known()) == Absent()
    remote = to(path).send(one, Known())
    assert to(path).send(one, Known()) == remote
    assert to(path).look_up(one, Known()) == Found(remote)
    assert len(lines(path)) == 1
    # Another target may share the file.
    to(path, "other").send(one, Known())
    assert len(lines(path)) == 2


def test_a_change_is_a_line_too(tmp_path: Path) -> None:
    path, known = tmp_path / "sent.jsonl", Known()
    for number in range(3):
        remote = to(path).send(delivery(number, "investigating", f"Text {number}."), known)
        known = Known(remote, (*known.update_ids, remote.update_id))
    edit = replace(delivery(7, "investigating", "Word."), change=Change("edit", "wr-1"))
    remove = replace(delivery(8, "investigating", ""), change=Change("remove", "wr-2"))
    for change in (edit, edit, remove, remove):
        to(path).change(change, known)
    assert [(line["event"], line.get("of")) for line in lines(path)[3:]] == [("edit", "wr-1"), ("remove", "wr-2")]
    view = to(path).read(known)
    assert view.text == "Word."
    assert [(update.id, update.text) for update in view.updates or ()] == [("wr-0", "Text 0."), ("wr-1", "Word.")]
    to(path).change(replace(delivery(9, "investigating", ""), change=Change("take down")), known)
    assert to(path).read(known).gone


def test_half_a_line_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    path.write_text('{"target": "rehearsal", "id": "wr-1", "te')
    to(path).send(delivery(1, "investigating", "Looking."), Known())
    assert json.loads(path.read_text().splitlines()[1])["text"] == "Looking."
    assert path.read_text().endswith("\n")


def test_a_file_that_was_cleared_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    remote = to(path).send(delivery(1, "investigating", "Looking."), Known())
    path.write_text("[]\nnonsense\n{}\n")
    assert to(path).read(Known(remote)).gone


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    one = delivery(1, "investigating", "Looking.")
    with pytest.raises(Later, match="cannot be written"):
        to(tmp_path / "none" / "sent.jsonl").send(one, Known())
    with pytest.raises(Rejected, match="cannot be written"):
        to(tmp_path / "none" / "sent.jsonl").check()
    with pytest.raises(Rejected, match="--option path=FILE"):
        ToFile(Settings("rehearsal")).send(one, Known())
    (tmp_path / "long").touch()
    os.truncate(tmp_path / "long", 20_000_000_000)
    with pytest.raises(Rejected, match="is larger than"):
        to(tmp_path / "long").check()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Rejected, match="is not a file"):
        to(tmp_path / "pipe").send(one, Known())


def test_a_dry_run_of_any_provider_goes_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dry.jsonl"
    for provider in ("statuspage", "slack", "cstate", "webhook"):
        made = connect(Target(provider, provider), dry_run=path)
        made.send(delivery(1, "investigating", "Looking."), Known())
    assert [line["target"] for line in lines(path)] == ["statuspage", "slack", "cstate", "webhook"]
    assert "key" not in path.read_text()


def test_a_target_of_kind_file_is_connected_without_a_key(tmp_path: Path) -> None:
    made = connect(Target("rehearsal", "file", options={"path": str(tmp_path / "x")}), Key("unused"))
    assert isinstance(made, ToFile)


def test_a_log_and_what_belongs_to_it_is_never_written_or_opened(tmp_path: Path) -> None:
    """To close a descriptor of it would take SQLite's locks from the console that has it open."""
    log = tmp_path / "warroom.db"
    with Log.open(log) as opened:
        opened.append([entry("a")])
        for path in (log, *(Path(f"{log}{ending}") for ending in ("-wal", "-shm", "-journal", "-head"))):
            there, target = path.exists(), to(path)
            with pytest.raises(Rejected, match="belongs to a log"):
                target.check()
            with pytest.raises(Rejected, match="belongs to a log"):
                target.send(delivery(0, "resolved", "Over."), Known())
            assert path.exists() == there
        opened.append([entry("b")])
        assert opened.verify() == []
