"""`warroom` as a process of its own, on a database of the test's."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from console.cli.main import main

COMMAND = (sys.executable, "-m", "console")
ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WARROOM_")}
    return {**kept, "WARROOM_TZ": "UTC", "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), **more}


def one_sentence(status: int, out: str, err: str) -> str:
    """What a refused command says, held to its form."""
    sentence = err.strip()
    assert status == 1, (status, sentence)
    assert not out
    assert "Traceback" not in sentence
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".")
    return sentence


class Warroom:
    def __init__(self, db: Path, **env: str) -> None:
        self.db = db
        self.env = environment(WARROOM_DB=str(db), **env)

    def runs(self, *args: str | bytes, stdin: str | bytes = b"") -> subprocess.CompletedProcess[bytes]:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        return subprocess.run([*COMMAND, *args], input=given, capture_output=True, env=self.env, check=False)

    def says(self, *args: str | bytes, stdin: str | bytes = b"") -> str:
        """Standard output of a command that is done."""
        done = self.runs(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def fails(self, *args: str | bytes, stdin: str | bytes = b"") -> str:
        """The one sentence of a command that is refused."""
        done = self.runs(*args, stdin=stdin)
        return one_sentence(done.returncode, done.stdout.decode(), done.stderr.decode())

    def here(self, *args: str | bytes) -> tuple[int, str, str]:
        """Exit status, standard output and error of a command run in this process: far faster than one of its own."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["warroom", *(os.fsdecode(arg) for arg in args)])
            patch.setattr(os, "environ", self.env)
            with pytest.raises(SystemExit) as ended:
                main()
        return int(ended.value.code or 0), out.getvalue(), err.getvalue()

    def json(self, *args: str) -> Any:
        return json.loads(self.says(*args, "--json"))

    def entries(self, ref: str) -> list[tuple[str, str]]:
        return [(one["kind"], one["text"]) for one in self.json("show", ref)["entries"]]
