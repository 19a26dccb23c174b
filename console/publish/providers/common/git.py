"""The system's git, asked without a shell, without a terminal to ask back on, and with an end to its patience."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from console.core.language.text import one_line
from console.publish.transport.failure import Rejected

PATIENCE_S = 60.0
"""For one command; fetching a status page's repository takes a second or two."""

_QUIETLY = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "submodule.recurse=false")
"""A person's settings that would make a small command a long one, or touch more than it names."""
_CREDENTIALS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@")
_NAME = re.compile(r"[\w./-]+")


class Done(NamedTuple):
    status: int
    out: str
    said: str
    """The last line that git said about what went wrong, without credentials."""
    errors: str
    """All of standard error."""


class TooLong(Exception):
    """The command was ended after PATIENCE_S."""


class Git:
    """One working copy, or any folder inside one."""

    def __init__(self, folder: Path, patience_s: float = PATIENCE_S) -> None:
        self.folder, self._patience_s = folder, patience_s

    def run(self, *args: str, given: bytes = b"", environ: Mapping[str, str] | None = None) -> Done:
        """Run `git ARGS` there. Raises TooLong, and Rejected where there is no git or no folder."""
        program = shutil.which("git")
        if program is None:
            raise Rejected("There is no git on this machine; install it.")
        if not self.folder.is_dir():
            raise Rejected(f"There is no folder {self.folder}; clone the repository of the page there.")
        try:
            # A session of its own has no terminal, on which git or ssh would ask for a password in the middle of the
            # console, and can be ended together with what it has started.
            process = subprocess.Popen(
                [program, *_QUIETLY, *args],
                cwd=self.folder,
                env=_environment(environ or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise Rejected(f"git cannot be started in {self.folder} ({error.strerror or error}).") from error
        with process:
            try:
                out, errors = process.communicate(given, timeout=self._patience_s)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise TooLong from None
        words = errors.decode("utf-8", "replace")
        return Done(process.returncode, out.decode("utf-8", "replace"), _said(words), words)


def guarded(text: str, what: str) -> str:
    """A name of a branch or a remote that git cannot take for an option or a range. Raises Rejected."""
    if not _NAME.fullmatch(text) or text.startswith(("-", "/", ".")) or ".." in text or text.endswith((".lock", "/")):
        raise Rejected(f"“{one_line(text, 60)}” is no name of a {what}; correct it in the target's options.")
    return text


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    # Keys of targets are nobody else's; variables of a git around us (a hook's) would lead to another repository.
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("WARROOM_") and key not in _LEADING_ELSEWHERE
    }
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", **more}


_LEADING_ELSEWHERE = frozenset(
    (
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX"),
        *("GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"),
    )
)


def _said(errors: str) -> str:
    """The line that says most: the first that begins with an error, else the last."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    telling: Sequence[str] = [
        line for line in lines if line.startswith(("fatal:", "error:", "remote: error"))
    ] or lines[-1:]
    line = telling[0] if telling else "it gave no reason"
    return one_line(_CREDENTIALS.sub(r"\1", re.sub(r"^(fatal|error|remote): ", "", line)), 200).rstrip(" .")
