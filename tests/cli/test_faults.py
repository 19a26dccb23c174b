"""Whatever a user can cause ends in one sentence and the right exit status."""

import os
import shlex
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.core.subjects.declaration import DeclareIncident
from console.store.ledger import Ledger
from console.store.log import Log
from tests.cli.shell import COMMAND, Warroom, environment, one_sentence
from tests.core.story import standard


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warroom, str]:
    """An incident to which nothing is ever done, for what is refused."""
    warroom = Warroom(tmp_path_factory.mktemp("standing") / "warroom.db")
    return warroom, warroom.says("declare", "Checkout errors", "--sev", "SEV1")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("log", "REF", "25:99 x"), "no time of day"),
        (("log", "REF", "x", "--at", "+4m"), "time"),
        (("log", "REF", "14:32 x", "--at", "-4m"), "a time of its own"),
        (("log", "REF", "2099-01-01 10:00 x"), "still to come"),
        (("log", "REF", "x", "--at", "2099-01-01 10:00"), "still to come"),
        (("log", "REF", "/nosuch x"), "no command /nosuch"),
        (("log", "REF", "x", "--kind", "rumour"), "kind"),
        (("log", "REF", ""), "Write what happened"),
        (("log", "REF", " \t "), "Write what happened"),
        (("log", "REF", "!"), "Write what happened"),
        (("log", "0000", "x"), "no incident"),
        (("log", "??", "x"), "not an incident's reference"),
        (("log", b"\xff", "x"), "not an incident's reference"),
        (("sev", "REF", "SEV9"), "no severity"),
        (("stage", "REF", "nowhere"), "no stage"),
        (("role", "REF", "king", "mo"), "no role"),
        (("done", "REF", "nothing such"), "task"),
        (("snooze", "REF", "public", "soon", "why"), "“soon” is neither a length nor a time"),
        (("undo", "REF", "zzzz"), "entry"),
        (("show", "REF", "--at", "yesterday 10:00"), "not declared yet"),
        (("declare", "x", "--sev", "SEV1", "--playbook", "../x"), "no playbook"),
        (("export", "REF", "json", "-o", "/nonexistent/x"), "cannot be written"),
        (("import", "/nonexistent/x"), "cannot be read"),
        (("import", "/"), "cannot be read"),
        (("backup", "/dev/null/x"), ""),
        ((), "needs a terminal"),
        (("K7Q2",), "There is no incident INC-K7Q2"),
        (("REF", "--view", "handof"), "perhaps “handoff” is meant"),
        (("REF", "--view=handoff"), "needs a terminal"),
        (("--view", "nowhere", "REF"), "choose one of"),
        (("--view", "owed"), "write warroom REF --view owed"),
        (("REF", "--view", "Handoff", "--plain"), "leave out --plain or --view"),
        (("demo",), "needs a terminal"),
        (("wall",), "needs a terminal"),
        (("wall", "--every", "0s"), "for 1s at least"),
        (("wall", "--every", "often"), "not a length of time"),
        (("--plain", "wall"), "`warroom watch` follows the log as lines"),
        (("--tz", "Mars/Base", "show", "REF"), "no time zone"),
        (("--as", " \n", "log", "REF", "x"), "who you are"),
        (("--read-only", "log", "REF", "x"), "reading only"),
        (("--db", "~nobody-of-this-name/x", "list"), "no home folder"),
        (("--db", "/", "list"), "is a folder"),
        (("--db", b"/tmp/\xff/x.db", "--read-only", "list"), "no log"),
    ],
)
def test_one_sentence(standing: tuple[Warroom, str], args: tuple[str | bytes, ...], said: str) -> None:
    warroom, ref = standing
    assert said in one_sentence(*warroom.here(*(ref if arg == "REF" else arg for arg in args)))


@pytest.mark.parametrize(
    "args", [("nosuch", "x"), ("log",), ("declare", "x"), ("export", "K7Q2", "pdf"), ("--nosuch",)]
)
def test_wrong_usage(standing: tuple[Warroom, str], args: tuple[str, ...]) -> None:
    status, out, said = standing[0].here(*args)
    assert (status, out) == (2, "")
    assert said.count("\n") == 1


def test_an_entry_that_is_too_long_is_refused_and_a_long_one_kept(warroom: Warroom, ref: str) -> None:
    assert warroom.fails("log", ref, "-", stdin="x" * 300_000).startswith("line 1: ")
    warroom.says("log", ref, "x" * 100_000)
    assert max(len(text) for _, text in warroom.entries(ref)) == 100_000


def test_a_file_that_is_not_a_database(warroom: Warroom) -> None:
    warroom.db.write_text("not a database, but long enough to be read as the head of one" * 40)
    assert "not a Warroom log" in warroom.fails("list")


def test_no_home_folder(tmp_path: Path) -> None:
    env = {key: value for key, value in environment(HOME="").items() if not key.startswith("XDG")}
    done = subprocess.run([*COMMAND, "list"], env=env, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "no home folder" in done.stderr


def test_a_broken_playbook_is_named_with_its_line(warroom: Warroom, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "playbooks"
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text('name = "ours"\ntitle = \n')
    said = warroom.fails("--config", str(tmp_path / "config"), "declare", "x", "--sev", "1", "--playbook", "ours")
    assert "ours.toml" in said
    assert "line 2" in said


def test_hostile_text_reaches_the_screen_as_pictures(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, b"\x1b]52;c;aGk=\x07 [/x] \xe2\x80\xaeabc \xff")
    shown = warroom.says("show", ref)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[/x]" in shown


@pytest.mark.parametrize("text", ["👩\u200d👩\u200d👧 🔥", "[/x] [@click=app.quit]", "–“ß”"])
def test_what_is_only_unusual_stays_as_it_was_typed(warroom: Warroom, ref: str, text: str) -> None:
    warroom.says("log", ref, text)
    assert ("note", text) in warroom.entries(ref)


def test_a_lone_surrogate_and_broken_utf_8_are_kept_visibly(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, b"lone \xed\xa0\x80 and \xff")
    warroom.says("log", ref, "-", stdin=b"piped \xff")
    assert ("note", "piped \ufffd") in warroom.entries(ref)
    assert "U+DCFF" in warroom.entries(ref)[1][1]


def test_an_ambiguous_prefix_names_those_that_fit(warroom: Warroom) -> None:
    # More incidents than there are characters to begin with.
    done = warroom.runs("declare", "x", "--sev", "SEV3")
    with Log.open(warroom.db) as log:
        ledger = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC))
        command = DeclareIncident(actor="mo", title="x", severity="SEV3")
        refs = [done.stdout.decode().strip(), *(ledger.declare(command, standard()) for _ in range(32))]
    first = Counter(str(ref)[4] for ref in refs).most_common(1)[0][0]
    said = warroom.fails("log", first.lower(), "x")
    assert said.startswith(f"INC-{first} could be INC-{first}")
    assert said.endswith("write one more character.")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error_and_never_the_log(warroom: Warroom, ref: str, closed: str) -> None:
    line = shlex.join([*COMMAND, "log", ref, "news"])
    done = subprocess.run(["sh", "-c", f"{line} {closed}"], env=warroom.env, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert ("note", "news") in warroom.entries(ref)
    assert warroom.says("verify") == "clean"


def test_a_full_disk_behind_the_output(warroom: Warroom, ref: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "show", ref], env=warroom.env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "The output cannot be written, the disk is full; free some space and try again.\n"


def test_files_that_may_not_grow_lose_nothing(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    warroom.says("log", ref, "x" * 110_000)

    def limited(*args: str) -> str:
        line = f"ulimit -f 100; exec {shlex.join([*COMMAND, *args])}"
        done = subprocess.run(["sh", "-c", line], env=warroom.env, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        return done.stderr

    assert "disk" in limited("log", ref, "y" * 90_000)
    assert "cannot be written" in limited("export", ref, "json", "-o", str(tmp_path / "x.json"))
    assert "disk" in limited("backup", str(tmp_path / "copy.db"))
    assert [path.name for path in tmp_path.iterdir() if "warroom" not in path.name] == []
    warroom.says("log", ref, "z")
    assert [text[0] for kind, text in warroom.entries(ref) if kind == "note"] == ["x", "z"]
    assert warroom.says("verify") == "clean"


def test_a_reader_that_leaves_is_no_error(warroom: Warroom, ref: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [*COMMAND, "show", ref, "--json"], env=warroom.env, stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""


def test_a_pipe_gets_no_colour(warroom: Warroom, ref: str) -> None:
    for args in (("list",), ("show", ref), ("clocks",), ("doctor",), ("export", ref, "handoff"), ("--help",)):
        assert "\x1b" not in warroom.says(*args)


def test_words_in_utf_8_are_read_so_whatever_the_locale_says(warroom: Warroom, ref: str) -> None:
    env = warroom.env | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([*COMMAND, "log", ref, "Rückfall auf v1"], env=env, capture_output=True, check=True)
    assert warroom.entries(ref)[-1] == ("note", "Rückfall auf v1")
