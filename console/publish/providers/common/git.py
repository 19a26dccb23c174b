"""The system's git, asked without a shell, without a terminal to ask back on, and with an end to its patience; and a
branch of a remote, to which commits are added without touching the working copy."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from console.core.language.text import one_line
from console.publish.providers.common.clone import Clone, disarmed, lies_inside, top_of
from console.publish.transport.failure import Later, Rejected, Unknown

PATIENCE_S = 60.0
"""For one command; fetching a status page's repository takes a second or two."""

_SETTINGS = (
    *("gc.auto=0", "maintenance.auto=false", "submodule.recurse=false"),
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never"),
)
"""In place of a person's own, which would make a small command a long one, touch more than it names, or let an address
be a command."""
_CREDENTIALS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@")
_NAME = re.compile(r"[\w./-]+")

PUSH_TRIES = 2
"""Pushes of one message: the second on top of what somebody else has pushed in between. Fetches, likewise."""
PUSH = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
"""Only the one commit: no hook of the clone's, which may run for minutes, no tags and nothing of other repositories."""

_KEY_TROUBLE = (
    "authentication failed",
    "permission denied",
    "could not read username",
    "could not read password",
    "terminal prompts disabled",
    "host key verification failed",
    "access denied",
    "error: 403",
)


class Done(NamedTuple):
    status: int
    out: str
    reason: str
    """The last line that git said about what went wrong, without credentials."""
    errors: str
    """All of standard error."""


class TooLong(Later):
    """The command was ended after PATIENCE_S. All but a push change nothing at the remote."""


@contextmanager
def remote_branch(name: str, folder: Path, branch: str = "", remote: str = "") -> "Iterator[RemoteBranch]":
    """A branch of a remote, as a clone of it at `folder`, or around that, reaches it. Raises Later and Rejected.

    `name` is the target's. The branch is the remote's first one, the remote `origin`, where there is no other.
    """
    if not folder.is_dir():
        raise Rejected(f"There is no folder {folder}; clone the repository of the page there.")
    top = top_of(folder)

    def git(*args: str) -> str:
        done = _run(name, top or folder, args, {})
        if top is None or done.status:
            raise Rejected(f"{folder} is not a git working copy ({done.reason}); clone the page's repository there.")
        return done.out

    with disarmed(top or folder, git) as clone:
        yield RemoteBranch(name, folder, clone, branch, remote)


def _run(name: str, folder: Path, args: tuple[str, ...], environ: Mapping[str, str], given: bytes = b"") -> Done:
    """Run `git ARGS` in a folder. Raises TooLong; Rejected without git."""
    program = shutil.which("git")
    if program is None:
        raise Rejected("There is no git on this machine; install it.")
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        # A session of its own has no terminal, on which git or ssh would ask for a password in the middle of the
        # console, and can be ended together with what it has started.
        process = subprocess.Popen(
            [program, *settings, *args],
            cwd=folder,
            env={**_environment(), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise Rejected(f"git cannot be started in {folder} ({error.strerror or error}).") from error
    with process:
        try:
            out, errors = process.communicate(given, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise TooLong(f"{name}: git {args[0]} took too long.") from None
    words = errors.decode("utf-8", "replace")
    return Done(process.returncode, out.decode("utf-8", "replace"), _reason(words), words)


class RemoteBranch:
    """A branch of a remote, as `remote_branch` gives it; paths are below the folder that it was given."""

    def __init__(self, name: str, folder: Path, clone: Clone, branch: str, remote: str) -> None:
        self.name, self.folder, self._clone = name, clone.top, clone
        self.remote = guarded(remote or "origin", "remote")
        addresses = [self.run("remote", "get-url", "--all", *push, "--", self.remote) for push in ((), ("--push",))]
        if any(address.status for address in addresses):
            raise Rejected(f"{folder} has no remote {self.remote}; add the one that the page is made from.")
        if any(lies_inside(url, clone.top) for address in addresses for url in address.out.splitlines()):
            raise Rejected(
                f"The remote {self.remote} of {folder} is a folder in it; name one elsewhere, by its whole path."
            )
        self.branch = guarded(branch or self._usual_branch(), "branch")
        prefix = folder.resolve().relative_to(clone.top).as_posix()
        self._prefix = "" if prefix == "." else f"{prefix}/"
        self._tracked = f"refs/remotes/{self.remote}/{self.branch}"
        """Our own note of the remote's branch; a person's clone has the same."""

    def run(self, *args: str, given: bytes = b"", index: str = "") -> Done:
        """Run `git ARGS` there, with `index` in place of its own. Raises TooLong; Rejected without git."""
        own = {"GIT_INDEX_FILE": index} if index else {}
        return _run(self.name, self.folder, args, {**self._clone.environ, **own}, given)

    def _usual_branch(self) -> str:
        """The remote's own first branch as the clone knows it, else the one that is checked out."""
        head = self.run("symbolic-ref", "--quiet", "--short", f"refs/remotes/{self.remote}/HEAD")
        if head.status == 0:
            return head.out.strip().removeprefix(f"{self.remote}/")
        here = self.run("symbolic-ref", "--quiet", "--short", "HEAD")
        if here.status:
            raise Rejected(f"{self.folder} is on no branch; name one with --option branch=NAME.")
        return here.out.strip()

    def fetch(self) -> str:
        """The commit at the remote's branch now; empty where the remote is empty."""
        spec = f"+refs/heads/{self.branch}:{self._tracked}"
        for _ in range(PUSH_TRIES):
            done = self.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", self.remote, spec)
            # Somebody else in the same clone, such as a push that has outlived its sender, has moved our note of it.
            if "cannot lock ref" not in done.errors:
                break
        if done.status:
            if "couldn't find remote ref" not in done.errors:
                raise self._unreached(done)
            heads = self.run("ls-remote", "--heads", self.remote)
            if heads.status:
                raise self._unreached(heads)
            if heads.out.strip():
                raise Rejected(f"{self.remote} of {self.name} has no branch {self.branch}; name the right one.")
            return ""
        return self.run("rev-parse", "--verify", f"{self._tracked}^{{commit}}").out.strip()

    def _unreached(self, done: Done) -> Later | Rejected:
        if any(words in done.errors.lower() for words in _KEY_TROUBLE):
            return Rejected(f"{self.name}: git is refused ({done.reason}); check git's key for {self.remote}.")
        return Later(f"{self.name}: git cannot reach {self.remote} ({done.reason}).")

    def paths(self, tip: str, folder: str) -> list[str]:
        """The files in a folder at a commit; none at the empty one."""
        if not tip:
            return []
        listed = self.run("ls-tree", "-z", "--name-only", tip, "--", f"{self._prefix}{folder}/").out
        return [path.removeprefix(self._prefix) for path in listed.split("\0") if path]

    def text(self, tip: str, path: str) -> str | None:
        """A file at a commit; None where it is not there."""
        if not tip:
            return None
        done = self.run("cat-file", "blob", f"{tip}:{self._prefix}{path}")
        return done.out if done.status == 0 else None

    def commit(self, tip: str, path: str, text: str | None, words: str) -> str:
        """A commit with the file changed, on top of `tip`, with a message; nothing points to it yet.

        Without a text the file is removed.
        """
        blob = "" if text is None else self._must("hash-object", "-w", "--stdin", given=text.encode())
        with tempfile.TemporaryDirectory(prefix="warroom-") as folder:
            index = str(Path(folder) / "index")
            self._must("read-tree", *([tip] if tip else ["--empty"]), index=index)
            if blob:
                entry = f"100644,{blob},{self._prefix}{path}"
                self._must("update-index", "--add", "--cacheinfo", entry, index=index)
            else:
                self._must("update-index", "--force-remove", "--", f"{self._prefix}{path}", index=index)
            tree = self._must("write-tree", index=index)
        identity: tuple[str, ...] = ()
        if self.run("config", "user.email").status:
            # A machine that nobody has introduced to git, such as the one that publishes from cron.
            identity = ("-c", "user.name=warroom", "-c", "user.email=warroom@localhost")
        parent = ("-p", tip) if tip else ()
        return self._must(*identity, "commit-tree", tree, *parent, "-F", "-", given=words.encode())

    def _must(self, *args: str, given: bytes = b"", index: str = "") -> str:
        done = self.run(*args, given=given, index=index)
        if done.status:
            raise Later(f"{self.name}: the commit cannot be made ({done.reason}).")
        return done.out.strip()

    def _to(self, commit: str) -> tuple[str, ...]:
        return ("--", self.remote, f"{commit}:refs/heads/{self.branch}")

    def push(self, commit: str) -> bool:
        """False where somebody else has pushed since we looked."""
        try:
            done = self.run(*PUSH, *self._to(commit))
        except TooLong:
            raise Unknown(f"{self.name}: git push took too long.") from None
        return self._pushed(done)

    def try_push(self, commit: str) -> None:
        """A push that changes nothing. Raises what a push would."""
        self._pushed(self.run(*PUSH, "--dry-run", *self._to(commit)))

    def _pushed(self, done: Done) -> bool:
        if done.status == 0:
            return True
        output = f"{done.out}\n{done.errors}".lower()
        moved = ("[rejected]", "non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref")
        if any(words in output for words in moved):
            return False
        if "[remote rejected]" in output:
            raise Rejected(
                f"{self.name}: {self.remote} rejects a push to {self.branch}; check the rules of that branch."
            )
        if any(words in output for words in _KEY_TROUBLE):
            raise self._unreached(done)
        # Broken off: before or after the other side had it all, nobody knows here.
        raise Unknown(f"{self.name}: the push broke off ({done.reason}).")

    def bring_along(self, commit: str) -> None:
        """Let the working copy follow where it is on that branch and nothing in it stands against it.

        What was pushed is the page; a working copy that cannot follow is its owner's to bring up to date.
        """
        here = self.run("symbolic-ref", "--quiet", "--short", "HEAD")
        if here.out.strip() == self.branch:
            self.run("merge", "--quiet", "--ff-only", commit)


def guarded(text: str, what: str) -> str:
    """A name of a branch or a remote that git cannot take for an option or a range. Raises Rejected."""
    if not _NAME.fullmatch(text) or text.startswith(("-", "/", ".")) or ".." in text or text.endswith((".lock", "/")):
        raise Rejected(f"“{one_line(text, 60)}” is not the name of a {what}; correct it in the target's options.")
    return text


def _environment() -> dict[str, str]:
    # Keys of targets are nobody else's; variables of a git around us (a hook's) would lead to another repository.
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("WARROOM_") and key not in _LEADING_ELSEWHERE
    }
    quiet = {"LC_ALL": "C", "TZ": "UTC", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": ""}
    return kept | quiet


_LEADING_ELSEWHERE = frozenset(
    (
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX"),
        *("GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"),
    )
)


def _reason(errors: str) -> str:
    """The line that says most: the first that begins with an error, else the last."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    last = lines[-1] if lines else "it gave no reason"
    line = next((line for line in lines if line.startswith(("fatal:", "error:", "remote: error"))), last)
    return one_line(_CREDENTIALS.sub(r"\1", re.sub(r"^(fatal|error|remote): ", "", line)), 200).rstrip(" .")
