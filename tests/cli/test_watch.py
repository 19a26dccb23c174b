"""Reading along in a terminal: lines as they come, whatever becomes of the file, until somebody ends it."""

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.cli.shell import COMMAND, Warroom
from tests.patience import PATIENCE_S


class Lines:
    """The lines of a stream, read as they come once somebody asks."""

    def __init__(self, stream: IO[str] | None) -> None:
        assert stream is not None
        self._stream, self._read = stream, queue.Queue[str]()
        self._thread = threading.Thread(target=self._reads, daemon=True)

    def _reads(self) -> None:
        for line in self._stream:
            self._read.put(line.rstrip("\n"))

    def next(self) -> str:
        if self._thread.ident is None:
            self._thread.start()
        return self._read.get(timeout=PATIENCE_S)

    def rest(self) -> list[str]:
        """Of a process that has ended."""
        self._thread.join(PATIENCE_S)
        return list(self._read.queue)

    def close(self) -> None:
        """Of a process that has ended."""
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)
        self._stream.close()


class Watching:
    """A watch in a process of its own."""

    def __init__(self, warroom: Warroom, *args: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "watch", *args], env=warroom.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.out, self.errors = Lines(self.process.stdout), Lines(self.process.stderr)
        self.says("Following")

    def closes(self) -> None:
        """Of a process that has ended."""
        for lines in (self.out, self.errors):
            lines.close()

    def says(self, words: str) -> str:
        """The next sentence about the watch itself."""
        line = self.errors.next()
        assert words in line
        return line

    def tells(self) -> str:
        """The next line."""
        return self.out.next()


@contextmanager
def watching(warroom: Warroom, *args: str) -> Iterator[Watching]:
    watch = Watching(warroom, *args)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()
        watch.closes()


def test_what_happens_is_told_in_words(warroom: Warroom, ref: str) -> None:
    other = warroom.says("declare", "Slow search", "--sev", "SEV3")
    with watching(warroom, ref) as watch:
        warroom.says("log", other, "nobody follows this")
        for act in (
            ("log", ref, "* pool is full\x1b]52;c;eA==\x07\u202e"),
            ("sev", ref, "SEV2", "--reason", "one region"),
            ("stage", ref, "next"),
            ("role", ref, "ic", "ana"),
            ("update", ref, "--audience", "internal", "--message", "We see errors."),
        ):
            warroom.says(*act)
        lines = [watch.tells().split(maxsplit=2) for _ in range(5)]
    assert {line[0] for line in lines} == {ref}
    finding, severity, stage, role, update = (line[2] for line in lines)
    assert finding.startswith("finding")
    assert "pool is full" in finding
    assert not {"\x1b", "\x07", "\u202e"} & {*finding}
    assert "SEV1 → SEV2: one region" in severity
    assert "Stage → Investigating" in stage
    assert "IC → ana" in role
    assert "We see errors." in update


def test_json_is_a_line_for_each_event_and_since_tells_what_was_before(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "-2d an old story")
    with watching(warroom, "--json", "--since", "1h") as watch:
        before = [json.loads(watch.tells()) for _ in range(2)]
        warroom.says("log", ref, "news")
        last = json.loads(watch.tells())
    assert [event["text"] for event in before] == ["Declared SEV1: Checkout errors", "an old story"]
    assert (last["ref"], last["text"], last["author"], last["kind"]) == (ref, "news", "mo", "note")


def test_what_becomes_overdue_is_told(warroom: Warroom, ref: str) -> None:
    with watching(warroom, ref) as watch:
        warroom.says("task", ref, "--due", "1s", "look at the queue")
        while "overdue     look at the queue" not in watch.tells():
            pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(warroom: Warroom, ref: str, number: signal.Signals) -> None:
    with watching(warroom, ref) as watch:
        watch.process.send_signal(number)
        assert watch.process.wait(PATIENCE_S) == 0
        assert watch.errors.rest() == []


def test_it_ends_when_nobody_reads_any_more(warroom: Warroom, ref: str) -> None:
    with watching(warroom, ref) as watch:
        assert watch.process.stdout is not None
        watch.process.stdout.close()
        watch.process.wait(PATIENCE_S)
        assert watch.errors.rest() == []


def test_another_file_in_the_place_of_the_log_is_followed(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    with watching(warroom) as watch:
        warroom.says("log", ref, "before")
        assert "before" in watch.tells()
        warroom.says("backup", str(tmp_path / "copy.db"))
        for ending in ("", "-wal", "-shm", "-head"):
            (tmp_path / f"warroom.db{ending}").unlink(missing_ok=True)
        watch.says("warroom.db")
        os.replace(tmp_path / "copy.db", warroom.db)
        while "another file is there now" not in watch.says(""):
            pass
        warroom.says("log", ref, "after")
        assert "after" in watch.tells()
