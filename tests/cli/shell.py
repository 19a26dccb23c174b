"""`warroom` as a process of its own, on a database of the test's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "console")
ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WARROOM_")}
    return {**kept, "WARROOM_TZ": "UTC", "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), **more}


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
        sentence = done.stderr.decode().strip()
        assert done.returncode == 1, (done.returncode, sentence)
        assert not done.stdout
        assert "Traceback" not in sentence
        assert len(sentence.splitlines()) == 1
        assert sentence.endswith(".")
        return sentence

    def json(self, *args: str) -> Any:
        return json.loads(self.says(*args, "--json"))

    def entries(self, ref: str) -> list[tuple[str, str]]:
        return [(one["kind"], one["text"]) for one in self.json("show", ref)["entries"]]
