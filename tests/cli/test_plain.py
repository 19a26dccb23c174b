"""The console as lines, in a pseudo-terminal and behind a pipe."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.terminal import ROOT, Terminal, running
from tests.cli.shell import COMMAND, Warroom
from tests.patience import PATIENCE_S


@contextmanager
def plain(warroom: Warroom, *args: str, term: str = "xterm-256color") -> Iterator[Terminal]:
    """`warroom --plain` in a terminal."""
    kept = {name: value for name, value in warroom.env.items() if name not in ("COLUMNS", "LINES")}
    environ = {**kept, "TERM": term, "WARROOM_CONFIG": str(warroom.db.parent)}
    with running([sys.executable, *COMMAND[1:], "--plain", *args], environ, (80, 30)) as shown:
        yield shown


def prompts(shown: Terminal, times: int) -> None:
    """Until there have been so many prompts."""
    shown.until(b"> ", times)


def answers(shown: Terminal, words: bytes) -> None:
    """Enter, until these words come: it is no answer before there was time to read the question."""
    begun, end = len(shown.seen), time.monotonic() + PATIENCE_S
    while words not in shown.seen[begun:]:
        assert time.monotonic() < end
        before = shown.seen.count(b"> ")
        shown.types("\r")
        prompts(shown, before + 1)


def printed(shown: Terminal) -> list[str]:
    return shown.seen.decode().replace("\r", "").split("\n")


def test_a_line_is_logged_and_no_sequence_is_written(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("-4m ! röll back\x1b[D\x1b[D\x7fäc\r")
        prompts(shown, 2)
        shown.types("/sev SEV0 all regions\r")
        prompts(shown, 3)
        shown.types("/he\t\r")
        shown.until(b"Slash words")
        shown.types("/quit\r")
        assert shown.ends() == 0
    assert b"\x1b" not in shown.seen
    lines = printed(shown)
    assert lines[0].startswith(f"{ref}  SEV1  declared")
    assert "IC:      nobody" in lines
    assert any(re.match(r"in 1\dm .*first public post", line) for line in lines)
    assert any(re.fullmatch(r"(.* )?\d\d:\d\d  decision  röll bäcck  \(mo\)", line) for line in lines)
    assert any("SEV1 → SEV0" in line for line in lines)
    assert ("decision", "röll bäcck") in warroom.entries(ref)


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_what_others_write_arrives_while_a_line_is_half_typed(warroom: Warroom, ref: str, term: str) -> None:
    with plain(warroom, ref, term=term) as shown:
        prompts(shown, 1)
        shown.types("the pool is ex")
        shown.until(b"the pool is ex")
        warroom.says("log", ref, "* replica lag \x1b[31m9 s")
        shown.until(f"{ref}> the pool is ex".encode(), 2)
        shown.types("hausted\r")
        shown.until(b"(mo)", 3)
        shown.types("\x04")
        assert shown.ends() == 0
    assert b"\x1b" not in shown.seen
    lines = printed(shown)
    assert any(line.endswith("finding  replica lag ␛[31m9 s  (mo)") for line in lines)
    assert f"{ref}> the pool is exhausted" in lines
    assert warroom.entries(ref)[1:] == [("finding", "replica lag ␛[31m9 s"), ("note", "the pool is exhausted")]


def test_no_key_is_lost_while_much_arrives(warroom: Warroom, ref: str) -> None:
    typed = "Jürgen läuft über die Brücke, 50 % of “checkout” errors → none"
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        for number, word in enumerate(typed.split(" ")):
            for byte in f"{word} ".encode():
                shown.types(bytes([byte]))
                shown.reads()
            warroom.says("log", ref, f"from elsewhere {number}")
        shown.until(b"from elsewhere 10")
        shown.types("\r")
        shown.until(b"\xe2\x86\x92 none")
        shown.types("\x04")
        assert shown.ends() == 0
    assert ("note", typed) in warroom.entries(ref)
    assert len(warroom.entries(ref)) == 2 + len(typed.split(" "))


def test_a_promise_tells_once_that_it_warns_and_once_that_it_is_overdue(warroom: Warroom, ref: str) -> None:
    other = warroom.says("declare", "Mail", "--sev", "SEV4")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        # The first warns at once and for minutes, so that no look comes too late; the second is soon over.
        shown.types("-90m + @rs 95m check replica lag\r")
        shown.until(f"{ref}: check replica lag is due soon".encode())
        warroom.says("task", other, "--due", "1s", "look at the queue")
        shown.until(f"{other}: look at the queue is overdue".encode())
        shown.types("+ look again\r")
        shown.until(b"look again  (mo)")
        shown.types("\x04")
        assert shown.ends() == 0
    said = " ".join(printed(shown))
    assert said.count(f"{ref}: check replica lag is due soon") == 1
    assert said.count(f"{other}: look at the queue is overdue") == 1
    assert said.count("is due soon") + said.count("is overdue") <= 3


def test_a_new_incident_is_told(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        other = warroom.says("declare", "Mail is late", "--sev", "SEV2")
        shown.until(f"{other} SEV2 declared by mo: Mail is late".encode())
        drill = warroom.says("declare", "Mail is late", "--sev", "SEV2", "--drill")
        shown.until(f"{drill} (drill) SEV2 declared by mo: Mail is late".encode())
        shown.types("\x04")
        assert shown.ends() == 0


def test_a_refused_line_is_brought_back_by_up(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("/stage nowhere\r")
        shown.until("There is no stage “nowhere”".encode())
        shown.types("what is typed behind it is a line of its own\r")
        prompts(shown, 3)
        shown.types("\x1b[A\x1b[A" + "\x7f" * 7 + "investigating\r")
        shown.until(b"(mo)", 3)
        shown.types("\x04")
        assert shown.ends() == 0
    assert warroom.json("show", ref)["stage"] == "investigating"
    assert ("note", "what is typed behind it is a line of its own") in warroom.entries(ref)


def test_ctrl_c_says_how_to_leave_and_keeps_what_is_typed(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("half a line")
        shown.until(b"half a line")
        shown.types("\x03")
        shown.until(f"{ref}> half a line".encode(), 2)
        assert shown.seen.count(b"/quit or Ctrl+D leaves") == 2
        shown.types(" and its end\r")
        shown.until(b"(mo)", 2)
        shown.types("\x03\x04")
        assert shown.ends() == 0
    assert b"Traceback" not in shown.seen
    assert warroom.entries(ref)[1:] == [("note", "half a line and its end")]


@pytest.mark.parametrize("by_signal", [True, False])
def test_a_half_typed_line_outlives_the_terminal(warroom: Warroom, ref: str, by_signal: bool) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("half a line")
        shown.until(b"half a line")
        # It is written down at each look at what is new.
        warroom.says("log", ref, "from elsewhere")
        shown.until(b"from elsewhere")
        if by_signal:
            os.kill(shown.pid, signal.SIGTERM)
        else:
            shown.hangs_up()
        assert shown.ends() == 128 + (signal.SIGTERM if by_signal else signal.SIGHUP)
        assert b"Traceback" not in shown.seen
    with plain(warroom, ref) as shown:
        shown.until(f"{ref}> half a line".encode())
        shown.types("\r")
        shown.until(b"half a line  (mo)")
        shown.types("/quit\r")
        assert shown.ends() == 0
    assert ("note", "half a line") in warroom.entries(ref)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_with_news_ends_it_as_any_other(warroom: Warroom, ref: str, number: signal.Signals) -> None:
    """Both are pending at once: while it is stopped somebody writes, and its look at what is new is due."""
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("half a line")
        shown.until(b"half a line")
        os.kill(shown.pid, signal.SIGSTOP)
        warroom.says("log", ref, "from elsewhere")
        for each in (signal.SIGALRM, number, signal.SIGCONT):
            os.kill(shown.pid, each)
        assert shown.ends() == 128 + number
        assert b"Traceback" not in shown.seen


def test_words_that_are_redacted_elsewhere_leave_the_half_typed_line(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, "the password is hunter2secret")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("we lost hunter2secret, rotate it")
        shown.until(b"we lost hunter2secret, rotate it")
        warroom.says("redact", ref, id)
        shown.until(f"{ref}> we lost [redacted], rotate it".encode())
        assert b"taken out of what you type" in shown.seen
        shown.types("\r")
        shown.until(b"rotate it  (mo)")
        shown.types("\x04")
        assert shown.ends() == 0
    assert ("note", "we lost [redacted], rotate it") in warroom.entries(ref)
    files = [file for file in warroom.db.parent.rglob("*") if file.is_file()]
    assert not any(b"hunter2secret" in file.read_bytes() for file in files)


def test_an_entry_is_corrected_in_it(warroom: Warroom, ref: str) -> None:
    status, _, err = behind_a_pipe(
        warroom, "error rate is 31 %\n/correct last * error rate is 21 %\n/correct last\n", ref
    )
    assert (status, ("finding", "error rate is 21 %") in warroom.entries(ref)) == (1, True)
    assert "TEXT" in err


def test_a_redaction_in_it_names_the_copies(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "the password is hunter2secret")
    warroom.tells("backup", "--renew")
    status, _, err = behind_a_pipe(warroom, "/redact last\n", ref)
    assert status == 0
    assert "1 backup in" in err
    assert "warroom backup --renew" in err


def test_what_looks_like_a_secret_is_asked_about_once(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("password=hunter2x\r")
        shown.until(b"logs it.")
        assert len(warroom.entries(ref)) == 1
        shown.types("another line\r")
        shown.until(b"another line  (mo)")
        shown.types("\r")
        shown.types("password=hunter2x\r")
        shown.until(b"logs it.", 2)
        answers(shown, b"password=hunter2x  (mo)")
        shown.types("\x04")
        assert shown.ends() == 0
    assert [text for _, text in warroom.entries(ref)[1:]] == ["another line", "password=hunter2x"]


def test_an_update_is_shown_as_it_goes_out_before_it_is_posted(warroom: Warroom, ref: str) -> None:
    folder = warroom.db.parent
    warroom.env["WARROOM_CONFIG"] = str(folder)
    warroom.says("target", "add", "rehearsal", "--provider", "file", "--audience", "public", "--option", "path=out.txt")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("/update public We are looking into errors at checkout.\r")
        shown.until(b"Enter once more posts it and publishes it as shown.")
        assert b"rehearsal (public)" in shown.seen
        assert not warroom.json("show", ref)["updates"]
        answers(shown, b"(mo)")
        shown.types("\x04")
        assert shown.ends() == 0
    assert [update["audience"] for update in warroom.json("show", ref)["updates"]] == ["public"]
    assert "rehearsal" in warroom.says("publish", "list")


@pytest.mark.parametrize(
    ("meanwhile", "shown_then"),
    [
        pytest.param(["stage", "REF", "mitigating", "--override", "late"], b"identified", id="status"),
        pytest.param(["component", "REF", "checkout", "major"], "checkout → major".encode(), id="component"),
        pytest.param(["public-title", "REF", "Payments are slow"], b"Payments are slow", id="title"),
        pytest.param(
            ["target", "add", "second", "--provider", "file", "--audience", "public", "--option", "path=o"],
            b"second (public)",
            id="target",
        ),
    ],
)
def test_an_update_is_shown_again_where_a_page_would_get_something_else_by_then(
    warroom: Warroom, ref: str, meanwhile: list[str], shown_then: bytes
) -> None:
    warroom.env["WARROOM_CONFIG"] = str(warroom.db.parent)
    add = ("target", "add", "rehearsal", "--provider", "file", "--audience", "public", "--option", "path=out.txt")
    warroom.says(*add, "--component", "checkout=c1")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("/update public We are looking into errors at checkout.\r")
        shown.until(b"publishes it as shown.")
        assert shown_then not in shown.seen
        warroom.says(*(ref if word == "REF" else word for word in meanwhile))
        if "REF" in meanwhile:
            shown.until(b"(mo)", 2)
        answers(shown, b"publishes it as shown.")
        assert shown_then in shown.seen
        assert not warroom.json("show", ref)["updates"]
        answers(shown, b"Public #1")
        shown.types("\x04")
        assert shown.ends() == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_line_that_was_logged_in_the_moment_of_a_kill_is_not_offered_again(
    warroom: Warroom, ref: str, seed: int
) -> None:
    chance = random.Random(seed)
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("the pool is exhausted")
        shown.until(b"the pool is exhausted")
        # It is written down at each look at what is new.
        warroom.says("log", ref, "from elsewhere")
        shown.until(b"from elsewhere")
        shown.types("\r")
        if seed % 2:
            shown.until(b"the pool is exhausted  (mo)")
        else:
            time.sleep(chance.uniform(0.0, 0.1))
        os.kill(shown.pid, signal.SIGKILL)
        shown.ends()
    logged = ("note", "the pool is exhausted") in warroom.entries(ref)
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        assert (b"A line that was not logged" in shown.seen) is not logged
        shown.types("\x04" if logged else "\r/quit\r")
        assert shown.ends() == 0
    assert warroom.entries(ref).count(("note", "the pool is exhausted")) == 1


def test_a_redaction_in_the_moment_of_a_kill_is_not_offered_again(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "the word is hunter2secret")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("/redact last\r")
        shown.until(b"Enter once more does it.")
        answers(shown, b"redacted")
        os.kill(shown.pid, signal.SIGKILL)
        shown.ends()
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        assert b"/redact" not in shown.seen
        shown.types("\x04")
        assert shown.ends() == 0


def behind_a_pipe(warroom: Warroom, lines: str, *args: str) -> tuple[int, str, str]:
    return without_sequences(warroom.runs("--plain", *args, stdin=lines))


def in_a_process_behind_a_pipe(warroom: Warroom, lines: str, *args: str) -> tuple[int, str, str]:
    command = [*COMMAND, "--plain", *args]
    return without_sequences(
        subprocess.run(command, input=lines.encode(), capture_output=True, env=warroom.env, check=False)
    )


def without_sequences(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    assert b"\x1b" not in done.stdout + done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()


LINES = (
    "a note #db @rs", "-4m ! roll back", "> yesterday 14:32 restarted it", "? the pool is exhausted",
    "* errors at 20 %", "+ @rs 10m check replica lag", "\\! no decision", "/role ic rs", "/sev SEV2 only one region",
    "/impact no payments", "/at -7m we saw it", "/done 1: nothing there", "/ruled-out 1 no", "/undo", "//etc is full",
    "/fix read-only mode",
)  # fmt: skip


def test_a_line_is_read_as_the_room_and_the_shell_read_it(warroom: Warroom, tmp_path: Path) -> None:
    logged: list[list[tuple[str, str]]] = []
    for name in ("plain", "shell"):
        its = Warroom(tmp_path / f"{name}.db")
        ref = its.says("declare", "Checkout errors", "--sev", "SEV1")
        if name == "plain":
            status, _, err = behind_a_pipe(its, "\n".join(LINES) + "\n", ref)
            assert (status, err) == (0, "")
        else:
            its.says("log", ref, "-", stdin="\n".join(LINES))
        logged.append(its.entries(ref))
    assert logged[0] == logged[1]
    assert len(logged[0]) > 12


def test_behind_a_pipe_a_refused_line_is_told_and_the_others_are_logged(warroom: Warroom, ref: str) -> None:
    lines = "one\n/stage nowhere\n/sev\npassword=hunter2x\n\n/jump 14:32\ntwo"
    status, out, err = in_a_process_behind_a_pipe(warroom, lines, ref)

    assert status == 1
    assert "> " not in out
    assert [line.split(":")[0] for line in err.splitlines()] == [
        next(line for line in err.splitlines() if "nowhere" in line).split(":")[0],
        "Write /sev SEV1 [reason].",
        next(line for line in err.splitlines() if "jump" in line).split(":")[0],
    ]
    assert [text for _, text in warroom.entries(ref)[1:]] == ["one", "two"]


def test_words_of_the_screens_run_the_command_of_the_shell(warroom: Warroom, ref: str) -> None:
    lines = "! roll back\n/export timeline\n/guide\n/runbook bad-deploy\n/advice\n/playbook\n/board\n/quit\nnot read"
    status, out, err = in_a_process_behind_a_pipe(warroom, lines, ref)

    assert status == 0, err
    assert "**Decision:** roll back" in out
    assert "Bad deploy" in out
    assert "not read" not in out
    assert warroom.json("show", ref)["runbooks"]


@pytest.mark.parametrize(
    ("lines", "status"),
    [("the password is hunter2secret\n", 1), ("the password is hunter2secret\nall well\n", 1),
     ("the password is hunter2secret\n\n", 1), ("the password is hunter2secret\n" * 2, 0), ("all well\n", 0)],
)  # fmt: skip
def test_a_line_of_a_pipe_that_was_asked_about_in_vain_is_told_by_the_status(
    warroom: Warroom, ref: str, lines: str, status: int
) -> None:
    ended, out, _ = behind_a_pipe(warroom, lines, ref)
    assert ended == status
    assert ("The same line once more logs it." in out) == ("password" in lines)
    written = [entry["text"] for entry in warroom.json("show", ref)["entries"]]
    assert ("the password is hunter2secret" in written) == (status == 0 and "password" in lines)


def test_a_file_is_replaced_only_after_a_second_enter(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("mine")
    line = f"/export timeline {page}\n"
    _, out, _ = behind_a_pipe(warroom, line, ref)
    assert f"{page} is there already. The same line once more replaces it." in out
    assert page.read_text() == "mine"
    behind_a_pipe(warroom, line * 2, ref)
    assert "Checkout errors" in page.read_text()


def test_what_closing_drops_is_read_before_a_second_enter(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "+ @rs 10m page the bank")
    line = "/stage closed ! Duplicate of another incident\n"
    _, out, _ = behind_a_pipe(warroom, line, ref)
    assert re.search(
        r"Closing drops: first public post due [^;]+; 1 open task\. The same line once more does it\.", out
    )
    assert warroom.json("show", ref)["stage"] == "declared"
    behind_a_pipe(warroom, line * 2, ref)
    assert warroom.json("show", ref)["stage"] == "closed"


def test_what_is_dropped_by_then_is_asked_about_anew(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("/stage closed ! Duplicate of another incident\r")
        shown.until(b"does it.")
        warroom.says("log", ref, "+ @rs 10m page the bank")
        shown.until(b"page the bank")
        answers(shown, b"; 1 open task.")
        assert warroom.json("show", ref)["stage"] == "declared"
        answers(shown, "Stage → Closed".encode())
        shown.types("\x04")
        assert shown.ends() == 0


def test_a_runbook_is_closed_by_its_word(warroom: Warroom, ref: str) -> None:
    behind_a_pipe(warroom, "/runbook bad-deploy\n/runbook close bad-deploy\n", ref)
    assert warroom.json("show", ref)["runbooks"][0]["closed_by"] == "mo"


def test_without_a_reference_it_is_the_only_open_incident(warroom: Warroom) -> None:
    assert "warroom declare" in warroom.fails("--plain")
    first = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    assert behind_a_pipe(warroom, "")[1].startswith(f"{first}  SEV1")
    second = warroom.says("declare", "Mail", "--sev", "SEV3")
    status, out, err = warroom.here("--plain")
    assert status == 1
    assert [line.split()[0] for line in out.splitlines()] == [second, first]
    assert f"“warroom --plain {second}”" in err
    assert behind_a_pipe(warroom, "", first)[1].startswith(first)
    done = warroom.process("open", first, "--plain")
    assert done.stdout.decode().startswith(first)


def test_a_read_only_one_shows_and_takes_no_line(warroom: Warroom, ref: str) -> None:
    warroom.env["WARROOM_USER"] = "dana"
    done = subprocess.run(
        [*COMMAND, "--read-only", "--plain", ref], input=b"one\n/undo\n/quit\n", capture_output=True, env=warroom.env,
        check=False,
    )  # fmt: skip
    assert done.stderr.decode().count("This console is read-only") == 2
    assert done.stdout.decode().startswith(ref)
    assert len(warroom.entries(ref)) == 1


def test_a_terminal_that_cannot_move_its_cursor_is_told_of_it(warroom: Warroom, ref: str) -> None:
    with running([sys.executable, *COMMAND[1:], ref], {**warroom.env, "TERM": "dumb"}) as shown:
        assert shown.ends() == 1
    assert b"warroom --plain" in shown.seen


def test_a_note_that_lacks_its_slash_is_asked_about(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("sev SEV0\r")
        shown.until(b"is the command; without the slash it is logged as text.")
        assert len(warroom.entries(ref)) == 1
        shown.types("/sev SEV0\r")
        shown.until("SEV1 → SEV0".encode())
        shown.types("\x04")
        assert shown.ends() == 0
    assert [text for _, text in warroom.entries(ref)][1:] == ["Severity SEV1 → SEV0"]
    status, _, err = behind_a_pipe(warroom, "sev SEV0\n", ref)
    assert (status, "“/sev SEV0” is the command;" in err) == (0, True)


def test_a_place_behind_a_time_and_every_name_are_asked_about_once(warroom: Warroom, ref: str) -> None:
    warroom.says("role", ref, "scribe", "tom")
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("00:01 Tokyo office told @tmo\r")
        shown.until("“Tokyo” is taken as text and 00:01 as your time".encode())
        shown.until("“tmo” is a new name;".encode())
        shown.until(b"once more")
        # Folded between words.
        assert all(len(line) <= 80 for line in shown.seen.decode().split("\r\n"))
        assert len(warroom.entries(ref)) == 2
        answers(shown, b"note  Tokyo office told @tmo")
        shown.types("/impact /close the shop\r")
        shown.until("“/close” is text here, and runs nothing.".encode())
        shown.types("\x04")
        assert shown.ends() == 0


def test_behind_a_pipe_what_is_easily_not_meant_is_told_and_logged(warroom: Warroom, ref: str) -> None:
    warroom.says("role", ref, "scribe", "tom")
    _, out, err = behind_a_pipe(warroom, "+ @tmo look\n/change drain the queue\n00:01 Tokyo is down, said @ann\n", ref)
    assert "“tmo” is a new name; known is tom." in err
    assert "No rollback plan" in err
    assert "“Tokyo” is taken as text" in err
    assert "once more" not in out
    assert sorted(kind for kind, _ in warroom.entries(ref)) == ["change", "declared", "note", "role", "task"]


def test_what_is_erased_is_named_and_asked_about_first(warroom: Warroom, ref: str) -> None:
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types("the key is out\r")
        shown.until(b"note  the key is out")
        shown.types("/redact last\r\r\r")
        shown.until("This erases “the key is out” by".encode())
        shown.until(b"Enter once more does it.")
        # Of three Enters at once two are no answer.
        prompts(shown, 5)
        assert ("note", "the key is out") in warroom.entries(ref)
        # By then it stands above the news.
        warroom.says("--as", "rs", "log", ref, "from elsewhere")
        shown.until(b"from elsewhere")
        answers(shown, "This erases “the key is out” by".encode())
        assert ("note", "the key is out") in warroom.entries(ref)
        answers(shown, b"redacted by")
        shown.types("\x04")
        assert shown.ends() == 0
    assert "the key is out" not in dict(warroom.entries(ref)).values()


def test_the_id_of_a_correction_names_what_is_erased(warroom: Warroom, ref: str) -> None:
    entry = warroom.says("log", ref, "the key is out")
    correction = warroom.json("correct", ref, entry, "the key is in")["id"]
    with plain(warroom, ref) as shown:
        prompts(shown, 1)
        shown.types(f"/redact {correction}\r")
        shown.until("This erases “the key is in” by".encode())
        answers(shown, b"redacted by")
        shown.types("\x04")
        assert shown.ends() == 0
    assert "the key is in" not in dict(warroom.entries(ref)).values()


LONG_NEWS = """
import signal
from console.cli.typed_input import typed_input

kept, told = [], []

def news(interrupted):
    if "hunter2secret" not in "".join(kept[-1:]) or told:
        return []
    told.append(source.take_out({"hunter2secret"}))
    signal.raise_signal(signal.SIGALRM)  # As the timer does while news takes longer than from one look to the next.
    return ["erased"]

source = typed_input("> ", news, lambda before: [], kept.append)
print("entered", source.read(), any("hunter2secret" in line for line in kept[kept.index("we lost [redacted]"):]))
source.close()
"""


def test_words_are_taken_out_of_a_line_also_where_that_takes_longer_than_between_two_looks() -> None:
    with running([sys.executable, "-c", LONG_NEWS], {"PYTHONPATH": str(ROOT)}) as shown:
        prompts(shown, 1)
        shown.types("we lost hunter2secret")
        shown.until(b"> we lost [redacted]")
        shown.types("\r")
        shown.until(b"entered we lost [redacted] False")
        assert shown.ends() == 0
