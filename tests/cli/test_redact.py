"""`warroom redact`: what it takes, what it says, and that nothing of it is left in any file."""

import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from console.store import Log
from tests.cli.shell import COMMAND, Warroom

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


@pytest.mark.parametrize("named", ["entry", "correction", "earlier", "undone"])
def test_the_id_of_a_correction_means_its_entry(warroom: Warroom, ref: str, named: str) -> None:
    entry = warroom.says("log", ref, "the pool is full")
    ids = {"entry": entry}
    for name, text in (("earlier", "see hunter2secret"), ("correction", "see hunter3secret")):
        [made] = (json.loads(line) for line in warroom.says("correct", ref, entry, text, "--json").splitlines())
        ids[name] = made["id"]
    if named == "undone":
        ids[named] = ids["correction"]
        warroom.says("undo", ref, ids[named])
    warroom.says("redact", ref, ids[named])
    assert not any(in_files(warroom, word) for word in ("hunter2secret", "hunter3secret", "the pool is full"))


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
    assert [entry["redacted"] for entry in warroom.json("show", ref)["entries"]].count(True) == 2


def on_a_terminal(warroom: Warroom, *args: str, answer: str = "") -> tuple[int, str]:
    """Exit status and standard error of a command whose input is a terminal."""
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = subprocess.run([*COMMAND, *args], env=warroom.env, stdin=theirs, capture_output=True, check=False)
    os.close(theirs)
    os.close(ours)
    return done.returncode, done.stderr.decode()


def test_it_names_the_entry_without_its_words_and_asks_on_a_terminal(warroom: Warroom, ref: str) -> None:
    id = warroom.says("--as", "ana", "log", ref, "* the password is hunter2secret")
    warroom.says("log", ref, "+ rotate hunter2secret")
    told = re.compile(r"The finding of .{16} by ana is erased for good, and 1 other entry with it\.")

    status, err = on_a_terminal(warroom, "redact", ref, id, answer="n\n")
    assert status == 1
    assert len(told.findall(err)) == 1
    assert "Erase it? [y/N]" in err
    assert "hunter2secret" not in err
    assert in_files(warroom, "hunter2secret")

    status, err = on_a_terminal(warroom, "redact", ref, id, answer="y\n")
    assert (status, len(told.findall(err))) == (0, 2)
    assert not in_files(warroom, "hunter2secret")


@pytest.mark.parametrize("terminal", [False, True])
def test_it_asks_nothing_of_a_script_or_with_yes_and_says_the_same(warroom: Warroom, ref: str, terminal: bool) -> None:
    id = warroom.says("log", ref, "the password is hunter2secret")
    words = ("redact", ref, id, "--yes") if terminal else ("redact", ref, id)
    status, err = on_a_terminal(warroom, *words) if terminal else warroom.here(*words)[::2]
    assert status == 0
    assert len(re.findall(r"The note of .{16} by mo is erased for good\.", err)) == 1
    assert "Erase it?" not in err
    assert not in_files(warroom, "hunter2secret")


@pytest.mark.parametrize(
    ("first", "second", "gone"),
    [
        ("password=hunter2", "! we told Maier to rotate hunter2", True),
        ("mysql --password s3cr+t was typed", "s3cr+t is the old one", True),
        ("postgres://app:w4r.m@db-1/shop", "we gave w4r.m to the vendor", True),
        ("Authorization: Basic d2FyOnI=", "d2FyOnI= again", True),
        # An ordinary word, which other entries may use for something else: pointed out.
        ("password=autumn", "all fails since autumn", False),
    ],
)
def test_a_secret_goes_also_where_another_entry_says_it_alone(
    warroom: Warroom, ref: str, first: str, second: str, gone: bool
) -> None:
    id = warroom.says("log", ref, first)
    also = warroom.says("log", ref, second)

    _, listed, remarks = warroom.here("redact", ref, id, "--dry-run")

    assert (also in listed) == gone
    assert ("Other entries share words with it, and stay" in remarks) != gone
    assert ("No other entry goes with it" in remarks) != gone
    warroom.says("redact", ref, id)
    assert (second.split()[-1] in warroom.says("show", ref)) != gone


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
    assert "has an invalid form" in err


def test_a_secret_in_a_script_is_logged_and_told_with_what_erases_it(warroom: Warroom, ref: str) -> None:
    done = warroom.runs("log", ref, "password=Zx9-abcdef12 oops")
    said = done.stderr.decode()
    assert "“password=Zx9-abcdef12” looks like a secret" in said
    words = said[said.index("`warroom ") + 9 : said.rindex("`")].split()
    warroom.says(*words)
    assert "Zx9" not in warroom.says("show", ref, "--json")


# Copies that it does not reach


def with_copies(warroom: Warroom, ref: str) -> dict[str, Path]:
    """A file of each kind that holds what is in the log now, by what it is."""
    folder, log = warroom.db.parent, warroom.db
    files = {
        "hourly": folder / "log-backups" / "warroom-20261121T140000Z-0001.db",
        "at exit": folder / "log-backups" / "at-exit.db",
        "lost": folder / "log.sqlite-lost1",
        "rescued": folder / "log-rescued.sqlite",
        "exported": folder / "exports" / f"{ref}-handoff.md",
        "page": folder / "exports" / f"{ref}-postmortem.html",
        "archive": folder / "exports" / f"{ref}.json",
    }
    for file in files.values():
        file.parent.mkdir(exist_ok=True)
    with Log.open(log) as opened:
        for name in ("hourly", "at exit"):
            opened.backup(files[name])
    shutil.copy(log, files["lost"])
    warroom.says("rescue", str(log), "-o", str(folder / "other.db"))
    (folder / "other.db").rename(files["rescued"])
    for name, form in (("exported", "handoff"), ("page", "html"), ("archive", "json")):
        warroom.says("export", ref, form, "-o", str(files[name]))
    return files


TEXTS = (
    "the password is hunter2secret",
    "the vault <opens> with *four* blue keys & “a quote”",
    "a word: it\nhas lines",
    "x" * 30_000 + " and the rest of a long dump",
)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_each_copy_that_still_holds_it_is_named(warroom: Warroom, ref: str, text: str) -> None:
    before = with_copies(warroom, ref)
    for file in list(before.values()):
        # Made before it was written: it does not hold it.
        file.rename(file.with_name(f"{file.stem}-before{file.suffix}"))
    id = warroom.says("log", ref, text)
    files = with_copies(warroom, ref)
    _, _, remarks = warroom.here("redact", ref, id)
    assert [what for what, file in files.items() if not re.search(rf"(?<![\w-]){file.name}\b", remarks)] == []
    assert "-before" not in remarks
    assert "2 backups in" in remarks
    assert "warroom backup --renew" in remarks

    assert "wrote " in warroom.tells("backup", "--renew")
    left = list((warroom.db.parent / "log-backups").iterdir())
    assert len(left) == 1
    assert not any(word.encode() in left[0].read_bytes() for word in ("hunter2", "four", "has lines", "long dump"))
    assert Warroom(left[0]).says("verify") == "clean"


def test_backups_are_made_anew_in_one_go(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, TEXTS[0])
    files = with_copies(warroom, ref)
    for what in ("lost", "rescued", "exported", "page", "archive"):
        files[what].unlink()
    said = warroom.here("redact", ref, id, "--renew-backups")[2]
    assert "at-exit.db, warroom-20261121T140000Z-0001.db" in said
    assert not in_files(warroom, "hunter2secret")
    assert warroom.says("verify") == "clean"


def test_a_trial_names_the_copies_and_changes_none(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, TEXTS[0])
    files = with_copies(warroom, ref)
    before = {file: file.read_bytes() for file in files.values()}
    assert "2 backups in" in warroom.here("redact", ref, id, "--dry-run", "--renew-backups")[2]
    assert {file: file.read_bytes() for file in files.values()} == before


def test_without_copies_nothing_is_said_of_them(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, TEXTS[0])
    status, out, err = warroom.here("redact", ref, id)
    assert (status, out) == (0, "")
    assert re.fullmatch(r"The note of .{16} by mo is erased for good\.\nNo other entry goes with it\.\n", err)


def test_a_backup_has_a_name_or_is_made_anew(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    for args in (("backup",), ("backup", str(tmp_path / "x.db"), "--renew")):
        status, _, err = warroom.here(*args)
        assert status == 2
        assert err.startswith("Name a file, or write --renew")
    assert "wrote " in warroom.tells("backup", "--renew")
    assert len(list((warroom.db.parent / "log-backups").glob("*.db"))) == 1


def test_what_was_taken_into_the_postmortem_goes_with_it(warroom: Warroom, ref: str) -> None:
    """A draft has the entry's words with a capital, without its tags, and with a role in place of a name."""
    warroom.says("log", ref, "/role ic rs")
    ids = [
        warroom.says("log", ref, "told @rs to open the vault with four blue keys #lesson"),
        warroom.says("log", ref, "the gate <code> is *swordfish* again #cause"),
        warroom.says("log", ref, "it was hunter2secret #worse"),
    ]
    warroom.says("log", ref, "/postmortem summary It all went fine.")
    for section in ("lessons", "root_cause", "made_worse"):
        draft = warroom.says("postmortem", ref, "--section", section)
        assert any(word in draft for word in ("blue keys", "swordfish", "hunter2secret"))
        warroom.says("postmortem", ref, "--section", section, "--accept")
    for id in ids:
        said = warroom.here("redact", ref, id)[2]
        assert "The postmortem has been written" in said
    for word in ("blue keys", "swordfish", "hunter2secret"):
        assert not in_files(warroom, word)
        assert word not in warroom.says("export", ref, "postmortem")
    assert "It all went fine." in warroom.says("export", ref, "postmortem")
    assert warroom.says("verify") == "clean"
