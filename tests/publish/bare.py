"""A cState page in bad weather: a real bare repository, whose hooks are the weather.

A hook of the repository draws what happens to a push: it is refused, its connection breaks off before or after the page
took it, or somebody else's commit comes in first. Of the fetches some find nobody there.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from console.publish.provider import Provider, Settings
from console.publish.providers.cstate import CState
from tests.publish.elsewhere import Elsewhere
from tests.publish.fakes import Seen
from tests.publish.making import TARGET

SENDER = "STORM_SENDER"
"""The environment of the sender's git: the seed and share of faults."""

DOORS = ("upload-pack", "receive-pack")
"""Programs that answer in the place of git's own of these names."""

_UPDATE = re.compile(r"\*(\w+)\* - (.*?) \{\{< track \"[^\"]*\" >\}\}", re.DOTALL)
_POSTMORTEM = re.compile(r"## Postmortem\n\n(.*?)\n<!--", re.DOTALL)
_FIELD = re.compile(r"^(title|severity|resolved): \"?(.*?)\"?$", re.MULTILINE)

# Run by git in the bare repository. Each hook draws anew, from the seed and a count of all draws.
_HOOK = """#!{python} -IS
import os, random, signal, subprocess, sys

hook = os.path.basename(sys.argv[0])
told = os.environ.get("{sender}", "")
if not told:
    sys.exit(0)  # Somebody else's push, in fine weather.
seed, faults = told.split()
with open("draws", "a+") as file:
    file.write("x")
    drawn = random.Random(f"{{seed}} {{file.tell()}}")


def broken_off():
    # receive-pack is killed, as when its machine goes down: before or after it has moved the branch.
    os.kill(os.getppid(), signal.SIGKILL)


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


if drawn.random() < float(faults) / 2:
    drawn.choice([broken_off, overtaken, refused] if hook == "pre-receive" else [broken_off])()
"""

# In the place of git-upload-pack and git-receive-pack: sometimes nobody is there.
_DOOR = """#!{python} -IS
import os, random, sys

told = os.environ.get("{sender}", "")
if told:
    with open({draws!r}, "a+") as file:
        file.write("x")
        drawn = random.Random(f"{{told.split()[0]}} {{file.tell()}}")
    if drawn.random() < float(told.split()[1]) / 4:
        print("fatal: the host is down", file=sys.stderr)
        sys.exit(128)
os.execlp("git", "git", {command!r}, *sys.argv[1:])
"""


class BarePage(Elsewhere):
    """Everybody who publishes there has a clone of their own."""

    cls = CState
    ids = ("Checkout", "Search", "Login")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="bare-")
        self.root = Path(self._folder.name)
        self._bare = self.root / "page.git"
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(self._bare))
        tree = self._git("hash-object", "-t", "tree", "-w", "--stdin", at=self._bare)
        self._moves(tree)
        for name in ("pre-receive", "post-receive"):
            self._program(self._bare / "hooks" / name, _HOOK.format(python=sys.executable, sender=SENDER))
        for name in DOORS:
            draws = str(self._bare / "draws")
            door = _DOOR.format(python=sys.executable, sender=SENDER, command=name, draws=draws)
            self._program(self.root / name, door)
        # The sender's own settings lead to the doors: those of a clone name no program that git would run.
        self._doors = {"GIT_CONFIG_COUNT": str(len(DOORS))}
        for number, name in enumerate(DOORS):
            self._doors[f"GIT_CONFIG_KEY_{number}"] = f"remote.origin.{name.replace('-', '')}"
            self._doors[f"GIT_CONFIG_VALUE_{number}"] = str(self.root / name)

    def weather(self, seed: int, share: float) -> None:
        os.environ[SENDER] = f"{seed} {share}" if share else ""
        os.environ.update(self._doors)

    def connect(self, who: str) -> Provider:
        if not (self.root / who).exists():
            self._git("clone", "--quiet", str(self._bare), who)
        return cstate(self.root / who)

    def close(self) -> None:
        for name in (SENDER, *self._doors):
            os.environ.pop(name, None)
        self._folder.cleanup()

    def forget(self) -> None:
        self._moves(self._git("hash-object", "-t", "tree", "-w", "--stdin", at=self._bare))

    def _moves(self, tree: str) -> None:
        """A commit of somebody else's, with this in it."""
        tip = self._git("for-each-ref", "--format=%(objectname)", "refs/heads/main", at=self._bare)
        commit = self._git("commit-tree", tree, *(["-p", tip] if tip else []), "-m", "The page", at=self._bare)
        self._git("update-ref", "refs/heads/main", commit, at=self._bare)

    def seen(self) -> list[Seen]:
        """Each issue as its file has it."""
        found = []
        for path in self._git("ls-tree", "-r", "--name-only", "main", at=self._bare).splitlines():
            file = self._git("show", f"main:{path}", at=self._bare)
            fields = dict(_FIELD.findall(file))
            down = {"down": "major", "disrupted": "partial"}.get(fields["severity"], "operational")
            said = [(status.lower(), _shown(text)) for status, text in reversed(_UPDATE.findall(file))]
            status = "resolved" if fields["resolved"] == "true" else said[-1][0]
            shown = {
                name: "operational" if status == "resolved" else down for name in self.ids if f'- "{name}"' in file
            }
            postmortem = _POSTMORTEM.search(file)
            seen = Seen(_shown(fields["title"]), status, said, shown, 0, {}, path)
            found.append(replace(seen, postmortem=_shown(postmortem[1]) if postmortem else ""))
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


def _shown(text: str) -> str:
    """Markdown's escapes are not seen."""
    return re.sub(r"\\(.)", r"\1", text)


def cstate(clone: Path) -> CState:
    """What publishes there from a clone."""
    return CState(Settings(TARGET, url="https://status.example", options={"folder": str(clone)}))
