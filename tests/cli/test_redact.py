"""`warroom redact`: what it takes, what it says, and that nothing of it is left in any file."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.cli.shell import Warroom

LINES = {
    "hunter2secret": "/component hunter2secret partial",
    "hunter3secret": "/role ic hunter3secret",
    "hunter4secret": "+ @hunter4secret check it",
    "hunter5secret": "the password is hunter5secret #hunter5secret",
    "hunter6secret": "/handoff hunter6secret note",
    "hunter7secret": "/postmortem owner hunter7secret",
}


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return Warroom(tmp_path / "data" / "log.sqlite", WARROOM_CONFIG=str(tmp_path / "config"))


def in_files(warroom: Warroom, word: str) -> bool:
    return any(word.encode() in file.read_bytes() for file in warroom.db.parent.rglob("*") if file.is_file())


def test_names_and_words_leave_every_file(warroom: Warroom, ref: str) -> None:
    ids = {word: warroom.says("log", ref, line) for word, line in LINES.items()}
    assert all(in_files(warroom, word) for word in LINES)
    for id in ids.values():
        warroom.says("redact", ref, id, "--reason", "a password")

    for export in ("handoff", "postmortem", "timeline", "json", "csv", "html"):
        assert "secret" not in warroom.says("export", ref, export)
    assert "secret" not in warroom.says("show", ref, "--json")
    assert not any(in_files(warroom, word) for word in LINES)
    assert warroom.says("verify") == "clean"


def test_it_lists_what_else_went_and_says_what_stays(warroom: Warroom, ref: str) -> None:
    other = warroom.says("declare", "Mail errors", "--sev", "SEV3")
    warroom.says("log", other, "it is hunter2secret there too")
    id = warroom.says("log", ref, "the password is hunter2secret")
    task = warroom.says("log", ref, "+ rotate hunter2secret")
    warroom.says("--as", "hunter2secret", "log", ref, "hello")

    status, listed, remarks = warroom.here("redact", ref, id, "--dry-run")
    assert (status, len(listed.splitlines())) == (0, 1)
    assert listed.split()[-2:] == ["task", task]
    assert other in remarks
    assert "author" in remarks
    assert "hunter2secret" in warroom.says("show", ref, "--json")

    assert warroom.here("redact", ref, id)[1:] == (listed, remarks)
    assert [one["redacted"] for one in warroom.json("show", ref)["entries"]].count(True) == 2


def test_a_second_redaction_takes_what_is_left_and_a_third_is_refused(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, "the password is abc")
    warroom.says("redact", ref, id, "--reason", "hunter9secret was pasted")
    assert in_files(warroom, "hunter9secret")
    warroom.says("redact", ref, id)
    assert not in_files(warroom, "hunter9secret")
    assert "already redacted" in warroom.here("redact", ref, id)[2]


def test_the_reason_of_a_redaction_is_erased_by_the_redactions_own_id(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, "the password is abc")
    warroom.says("redact", ref, id, "--reason", "hunter9secret was pasted")
    redaction = json.loads(warroom.says("export", ref, "json"))["events"][-1]
    warroom.says("redact", ref, redaction["id"])

    after = json.loads(warroom.says("export", ref, "json"))["events"][-2]
    assert after["body"]["left"] == redaction["body"]["left"]
    assert after["body"]["erased"] == redaction["body"]["erased"]
    assert not in_files(warroom, "hunter9secret")
    assert "already redacted" in warroom.here("redact", ref, redaction["id"])[2]
    assert warroom.says("verify") == "clean"


@pytest.mark.parametrize("left", ["", "[]", '{"text":"\\u001b[31mred"}', '{"text":"a\u202eb"}'])
def test_a_redaction_from_elsewhere_that_leaves_something_else_is_refused(
    warroom: Warroom, ref: str, tmp_path: Path, left: str
) -> None:
    id = warroom.says("log", ref, "the password is hunter2secret")
    warroom.says("redact", ref, id)
    archive = json.loads(warroom.says("export", ref, "json"))
    redaction = archive["events"][-1]["body"]
    assert list(redaction["left"]) == [id]
    redaction["left"][id] = left
    redaction["erased"][id] = hashlib.sha256(left.encode()).hexdigest()
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(archive), encoding="utf-8")

    status, _, err = Warroom(tmp_path / "other" / "log.sqlite").here("import", str(file))
    assert status == 1
    assert "leaves what no console writes" in err


def test_a_secret_in_a_script_is_logged_and_told_with_what_erases_it(warroom: Warroom, ref: str) -> None:
    done = warroom.runs("log", ref, "password=Zx9-abcdef12 oops")
    said = done.stderr.decode()
    assert "“password=Zx9-abcdef12” looks like a secret" in said
    words = said[said.index("`warroom ") + 9 : said.rindex("`")].split()
    warroom.says(*words)
    assert "Zx9" not in warroom.says("show", ref, "--json")
