"""After the fire, from a shell: the postmortem, action items, temporary fixes."""

import stat
import sys
from pathlib import Path

import pytest

from console.core.subjects.postmortem import SECTIONS
from tests.cli.shell import Warroom


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """An editor that does to the file what its own body says."""
    path = tmp_path / "editor"
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def opens(warroom: Warroom, editor: Path, body: str) -> Warroom:
    editor.write_text(f"#!/bin/sh\n{body}\n")
    warroom.env["EDITOR"] = str(editor)
    warroom.env["TMPDIR"] = str(editor.parent)
    return warroom


def kept(editor: Path) -> list[Path]:
    return sorted(editor.parent.glob("warroom-*/*.md"))


def test_where_it_stands_and_what_is_missing(warroom: Warroom, ref: str) -> None:
    said = warroom.says("postmortem", ref)
    assert f"{ref}  draft  owner nobody" in said
    assert "summary        draft from the log" in said
    assert "lessons        empty" in said
    assert "- Nobody owns the postmortem." in said
    assert [section["id"] for section in warroom.json("postmortem", ref)["sections"]] == list(SECTIONS)


def test_owner_section_and_review_in_one_command(warroom: Warroom, ref: str) -> None:
    assert "Logged at" in warroom.tells("postmortem", ref, "--owner", "rs")
    warroom.says("postmortem", ref, "--owner", "ana", "--section", "root-cause", "--text", "The pool had no limit.")
    assert warroom.says("postmortem", ref, "--section", "root_cause") == "The pool had no limit."
    warroom.says("postmortem", ref, "--state", "in-review")
    shown = warroom.json("postmortem", ref)
    assert (shown["owner"], shown["review"]) == ("ana", "in_review")
    assert next(section for section in shown["sections"] if section["id"] == "root_cause")["origin"] == "written"


def test_a_section_from_standard_input_and_the_draft_as_it_stands(warroom: Warroom, ref: str) -> None:
    warroom.says("postmortem", ref, "--section", "lessons", "--text", "-", stdin="One.\n\nTwo.\n")
    assert warroom.says("postmortem", ref, "--section", "lessons") == "One.\n\nTwo."
    warroom.says("postmortem", ref, "--section", "summary", "--accept")
    shown = {section["id"]: section["origin"] for section in warroom.json("postmortem", ref)["sections"]}
    assert (shown["summary"], shown["impact"]) == ("written", "empty")
    assert "nothing for this section" in warroom.fails("postmortem", ref, "--section", "permanent-fix", "--accept")


def test_an_accepted_section_tells_when_it_lost_its_ground(warroom: Warroom, ref: str) -> None:
    entry = warroom.says("log", ref, "* the pool ran dry #cause")
    warroom.says("postmortem", ref, "--section", "root_cause", "--accept")
    assert "With a source that changed" not in warroom.says("show", ref)
    warroom.says("undo", ref, entry)
    assert "stands on an entry that was undone since" in warroom.says("show", ref)


def test_final_says_what_is_missing_and_is_final(warroom: Warroom, ref: str) -> None:
    assert "owner" in warroom.fails("postmortem", ref, "--state", "final")
    done = warroom.runs("postmortem", ref, "--owner", "mo", "--state", "final")
    assert done.returncode == 0
    assert "Missing: There is no action item." in done.stderr.decode()
    assert "final" in warroom.fails("postmortem", ref, "--section", "summary", "--text", "late")


def test_an_edited_draft_is_saved_and_blame_is_pointed_out(warroom: Warroom, ref: str, editor: Path) -> None:
    opens(warroom, editor, 'sed -i "1s/^/mo forgot to test it. /" "$1"')
    done = warroom.runs("postmortem", ref, "--section", "summary", "--edit")
    assert done.returncode == 0, done.stderr
    text = warroom.says("postmortem", ref, "--section", "summary")
    assert text.startswith("mo forgot to test it. The SEV1 incident “Checkout errors”")
    assert ">8" not in text
    assert "It blames a person: mo" in done.stderr.decode()
    assert kept(editor) == []


def test_nothing_changed_is_nothing_saved(warroom: Warroom, ref: str, editor: Path) -> None:
    opens(warroom, editor, ":")
    before = len(warroom.entries(ref))
    done = warroom.runs("postmortem", ref, "--section", "summary", "--edit")
    assert (done.returncode, done.stderr.decode().strip()) == (0, "Nothing was changed.")
    assert len(warroom.entries(ref)) == before
    assert kept(editor) == []


@pytest.mark.parametrize("fault", ["editor", "final", "database"])
def test_a_text_that_could_not_be_saved_is_kept(warroom: Warroom, ref: str, editor: Path, fault: str) -> None:
    final = f"{sys.executable} -m console postmortem {ref} --owner mo --state final 2>/dev/null"
    faults = {"editor": "exit 3", "final": final, "database": f'rm "{warroom.db}"; mkdir "{warroom.db}"'}
    opens(warroom, editor, f'echo "my words" > "$1"\n{faults[fault]}')
    done = warroom.runs("postmortem", ref, "--section", "lessons", "--edit")
    assert done.returncode == 1
    (path,) = kept(editor)
    assert path.read_text() == "my words\n"
    assert str(path) in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_an_editor_that_is_not_there(warroom: Warroom, ref: str) -> None:
    warroom.env["EDITOR"] = "no-such-editor"
    assert "no-such-editor cannot be started" in warroom.fails("postmortem", ref, "--section", "lessons", "--edit")


def test_wrong_usage(warroom: Warroom, ref: str) -> None:
    assert warroom.runs("postmortem", ref, "--text", "x").returncode == 2
    assert warroom.runs("postmortem", ref, "--section", "impact", "--text", "x", "--accept").returncode == 2
    assert "There is no section" in warroom.fails("postmortem", ref, "--section", "blame", "--text", "x")


@pytest.mark.rule("P-levels: Prevention is tracked as tasks with an owner and a priority")
def test_action_items_and_their_register(warroom: Warroom, ref: str) -> None:
    other = warroom.says("declare", "Slow search", "--sev", "SEV2")
    done = warroom.runs("action", "add", ref, "improve monitoring")
    assert done.stdout.decode().strip() == "1"
    assert "Nobody owns it." in done.stderr.decode()
    words = ("Add an alert on pool use over 80 %", "--owner", "rs", "--due", "14d", "--priority", "p0")
    added = warroom.runs("action", "add", other, *words, "--verify", "it fires in staging")
    assert added.stderr == b""

    listed = [(action["ref"], action["status"], action["priority"]) for action in warroom.json("actions")]
    assert listed == [(other, "open", "P0"), (ref, "open", None)]
    warroom.says("action", "change", ref, "1", "--owner", "bo", "--due", "2026-12-01")
    warroom.says("action", "done", other, "1", "--note", "fires")
    (left,) = warroom.json("actions", "--open")
    assert (left["owner"], left["due_at"]) == ("bo", "2026-12-01T23:59:59.000Z")
    assert f"{ref}   1  –" in warroom.says("actions", "--open")
    assert "is not a date" in warroom.fails("action", "add", ref, "x y", "--due", "soon")


@pytest.mark.rule("Rapid: Temporary fixes are noted")
def test_temporary_fixes_and_their_register(warroom: Warroom, ref: str) -> None:
    warroom.says("fix", ref, "pool raised by hand", "--where", "pool.yaml", "--ticket", "OPS-7")
    warroom.says("fix", ref, "cache off")
    warroom.says("done", ref, "cache off")
    assert [(fix["text"], fix["status"]) for fix in warroom.json("fixes")] == [
        ("pool raised by hand", "in place"),
        ("cache off", "removed"),
    ]
    assert [fix["ticket"] for fix in warroom.json("fixes", "--open")] == ["OPS-7"]
    assert "pool raised by hand in pool.yaml" in warroom.says("fixes")


def test_empty_registers_say_what_to_do(warroom: Warroom, ref: str) -> None:
    for name in ("actions", "fixes"):
        done = warroom.runs(name)
        assert (done.returncode, done.stdout) == (0, b"")
        assert b"There is no" in done.stderr or b"No temporary" in done.stderr
        assert warroom.json(name) == []


def test_the_three_exports(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    warroom.says("--as", "rs", "log", ref, "errors seen")
    assert warroom.says("export", ref, "postmortem").startswith(f"# Postmortem {ref}: Checkout errors")
    assert warroom.says("export", ref, "rca").startswith(f"# Root cause analysis {ref}: Checkout errors")
    page = tmp_path / "page.html"
    warroom.says("export", ref, "html", "-o", str(page))
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "errors seen (responder 2)" in warroom.says("export", ref, "postmortem")
    assert "errors seen (rs)" in warroom.says("export", ref, "postmortem", "--names")


def test_a_broken_template_of_a_team_stops_nothing(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    (tmp_path / "config/templates").mkdir(parents=True)
    (tmp_path / "config/templates/postmortem.md.j2").write_text("{{ nothing }}")
    done = warroom.runs("--config", str(tmp_path / "config"), "export", ref, "postmortem")
    assert done.returncode == 0
    assert done.stdout.decode().startswith(f"# Postmortem {ref}")
    assert "postmortem.md.j2, line 1" in done.stderr.decode()
