"""`warroom` in this process, on a database of the test's; `COMMAND` and `environment` are for one of its own."""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from console.cli.main import main
from tests.memory import memory

COMMAND = (sys.executable, "-m", "console")
ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WARROOM_")}
    return {**kept, "WARROOM_TZ": "UTC", "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), **more}


def one_sentence(status: int, out: str, err: str) -> str:
    """The sentence of a refused command, held to its form."""
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
        """A command in this process, with streams that are no terminal: far faster than in one of its own."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        # A file: somebody may read it by its number.
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8", dir=memory()) as typed,
            pytest.MonkeyPatch.context() as patch,
        ):
            typed.buffer.write(stdin.encode() if isinstance(stdin, str) else stdin)
            typed.seek(0)
            if os.environ.get("TMPDIR") != self.env.get("TMPDIR"):
                patch.setattr(tempfile, "tempdir", None)  # Else it is looked up once.
            for name in os.environ.keys() - self.env.keys():
                patch.delenv(name)
            for name, value in self.env.items() - os.environ.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["warroom", *(os.fsdecode(arg) for arg in args)])
            patch.setattr(sys, "stdin", typed)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        code = int(ended.value.code or 0)
        return subprocess.CompletedProcess(args, code, out.buffer.getvalue(), err.buffer.getvalue())

    def process(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        """A command in a process of its own, for what only such a one has, as /dev/stdout."""
        return subprocess.run(
            [*COMMAND, *args], stdin=subprocess.DEVNULL, capture_output=True, env=self.env, check=False
        )

    def says(self, *args: str | bytes, stdin: str | bytes = b"") -> str:
        """Standard output of a command that is done."""
        done = self.runs(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def tells(self, *args: str, stdin: str | bytes = b"") -> str:
        """Standard error of a command that is done."""
        done = self.runs(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr.decode()

    def fails(self, *args: str | bytes, stdin: str | bytes = b"") -> str:
        """The one sentence of a command that is refused."""
        done = self.runs(*args, stdin=stdin)
        return one_sentence(done.returncode, done.stdout.decode(), done.stderr.decode())

    def here(self, *args: str | bytes) -> tuple[int, str, str]:
        """Exit status, standard output and error."""
        done = self.runs(*args)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def json(self, *args: str) -> Any:
        return json.loads(self.says(*args, "--json"))

    def entries(self, ref: str) -> list[tuple[str, str]]:
        return [(entry["kind"], entry["text"]) for entry in self.json("show", ref)["entries"]]
