"""A cState page in bad weather: a real bare repository, whose hooks are the weather.

A hook of the repository draws what happens to a push: it is refused, its connection breaks off before or after the page
took it, somebody else's commit comes in first, or the sender is killed while its push goes on. Of the fetches some
find nobody there.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from console.publish.provider import Settings
from console.publish.providers.cstate import CState
from tests.publish.fakes import Seen

SENDER = "STORM_SENDER"
"""The environment of the sender's git: process id, seed, share of faults and of kills."""

DOORS = ("upload-pack", "receive-pack")
"""Programs that answer in the place of git's own of these names."""

_UPDATE = re.compile(r"\*(\w+)\* - (.*?) \{\{< track \"[^\"]*\" >\}\}", re.DOTALL)
_FIELD = re.compile(r"^(title|severity): \"?(.*?)\"?$", re.MULTILINE)

# Run by git in the bare repository. Each hook draws anew, from the seed and a count of all draws.
_HOOK = """#!{python} -IS
import os, random, signal, subprocess, sys

hook = os.path.basename(sys.argv[0])
told = os.environ.get("{sender}", "")
if not told:
    sys.exit(0)  # Somebody else's push, in fine weather.
pid, seed, faults, kills = told.split()
with open("draws", "a+") as file:
    file.write("x")
    drawn = random.Random(f"{{seed}} {{file.tell()}}")


def broken_off():
    # receive-pack is killed, as when its machine goes down: before or after it has moved the branch.
    os.kill(os.getppid(), signal.SIGKILL)


def sender_killed():
    # Its git is a session of its own and goes on.
    os.kill(int(pid), signal.SIGKILL)


def overtaken():
    # What is being pushed lies apart until it is taken; this is somebody else's.
    apart = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
    bare = {{name: value for name, value in os.environ.items() if name not in apart}}
    def git(*words):
        return subprocess.run(["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", *words], env=bare,
                              check=True, capture_output=True, text=True).stdout.strip()
    tip = git("rev-parse", "refs/heads/main")
    git("update-ref", "refs/heads/main", git("commit-tree", tip + "^{{tree}}", "-p", tip, "-m", "Another page"), tip)


def refused():
    print("closed for maintenance", file=sys.stderr)
    sys.exit(1)


chance = drawn.random()
if chance < float(kills):
    sender_killed()
elif chance < float(faults) / 2:
    drawn.choice([broken_off, overtaken, refused] if hook == "pre-receive" else [broken_off])()
"""

# In the place of git-upload-pack and git-receive-pack: sometimes nobody is there.
_DOOR = """#!{python} -IS
import os, random, sys

told = os.environ.get("{sender}", "")
if told:
    with open({draws!r}, "a+") as file:
        file.write("x")
        drawn = random.Random(f"{{told.split()[1]}} {{file.tell()}}")
    if drawn.random() < float(told.split()[2]) / 4:
        print("fatal: the host is down", file=sys.stderr)
        sys.exit(128)
os.execlp("git", "git", {command!r}, *sys.argv[1:])
"""


class BarePage:
    """The page as `PageProcess` is: the sender finds its clone `at` a folder; what is on it is `seen`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bare-")
        root = Path(self._folder.name)
        self._bare, copy = root / "page.git", root / "copy"
        self.at = str(copy)
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(self._bare))
        tree = self._git("hash-object", "-t", "tree", "-w", "--stdin", at=self._bare)
        first = self._git("commit-tree", tree, "-m", "The page", at=self._bare)
        self._git("update-ref", "refs/heads/main", first, at=self._bare)
        self._git("clone", "--quiet", str(self._bare), str(copy))
        for name in ("pre-receive", "post-receive"):
            self._program(self._bare / "hooks" / name, _HOOK.format(python=sys.executable, sender=SENDER))
        for name in DOORS:
            door = root / name
            draws = str(self._bare / "draws")
            self._program(door, _DOOR.format(python=sys.executable, sender=SENDER, command=name, draws=draws))

    def seen(self) -> list[Seen]:
        """Each issue as its file has it."""
        found = []
        for path in self._git("ls-tree", "-r", "--name-only", "main", at=self._bare).splitlines():
            file = self._git("show", f"main:{path}", at=self._bare)
            fields = dict(_FIELD.findall(file))
            said = [(status.lower(), _shown(text)) for status, text in reversed(_UPDATE.findall(file))]
            down = "major" if fields["severity"] == "down" else "operational"
            shown = {"Checkout": down} if '- "Checkout"' in file else {}
            found.append(Seen(fields["title"], said[-1][0], said, shown, 0, {}, path))
        return found

    def _git(self, *words: str, at: Path | None = None) -> str:
        who = ("-c", "user.name=mo", "-c", "user.email=mo@example.org")
        done = subprocess.run(
            ["git", *who, *words],
            cwd=at or self._folder.name,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def _program(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o700)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._folder.cleanup()


def _shown(text: str) -> str:
    """Markdown's escapes are not seen."""
    return re.sub(r"\\(.)", r"\1", text)


def cstate(target: str, folder: str, seed: int, faults: float, kills: float) -> CState:
    """What publishes there in bad weather, which comes for this process."""
    os.environ[SENDER] = f"{os.getpid()} {seed} {faults} {kills}"
    # The sender's own settings lead to the doors: those of a clone name no program that git would run.
    os.environ["GIT_CONFIG_COUNT"] = str(len(DOORS))
    for number, name in enumerate(DOORS):
        os.environ[f"GIT_CONFIG_KEY_{number}"] = f"remote.origin.{name.replace('-', '')}"
        os.environ[f"GIT_CONFIG_VALUE_{number}"] = str(Path(folder).parent / name)
    return CState(Settings(target, url="https://status.example", options={"folder": folder}))
