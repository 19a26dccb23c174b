"""A cState page in bad weather: a real bare repository, whose hooks are the weather.

A hook of the repository draws what happens to a push: it is refused, its connection breaks off before or after the page
took it, or somebody else's commit comes in first. Of the fetches some find nobody there.
"""

import os
import random
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from console.publish.provider import Provider, Settings
from console.publish.providers.cstate import CState
from tests.memory import memory
from tests.publish.elsewhere import Elsewhere
from tests.publish.fakes import Seen
from tests.publish.making import TARGET

SENDER = "STORM_SENDER"
"""Set in the environment of a sender's git."""

DOORS = ("upload-pack", "receive-pack")
"""Programs that answer in the place of git's own of these names."""

_UPDATE = re.compile(r"\*(\w+)\* - (.*?) \{\{< track \"[^\"]*\" >\}\}", re.DOTALL)
_POSTMORTEM = re.compile(r"## Postmortem\n\n(.*?)\n<!--", re.DOTALL)
_MARKER = re.compile(r"^warroom: .*\n", re.MULTILINE)
_FIELD = re.compile(r"^(title|severity|resolved): \"?(.*?)\"?$", re.MULTILINE)

LINES = 200
"""Of weather: more than a sender that is at work for a while asks git for."""

# Each program takes the next line of the weather: what happens at the door, before a push is taken, and after. They are
# for the shell, since each world has hundreds of them.
_DRAW = """read -r door before after < "{weather}"; sed -i 1d "{weather}\""""

# Run by git in the bare repository.
_HOOK = """#!/bin/sh
[ -n "${sender}" ] || exit 0  # Somebody else's push, in fine weather.
{draw}
[ "$(basename "$0")" = pre-receive ] || before=$after
case $before in
broken-off)
    # receive-pack is killed, as when its machine goes down: before or after it has moved the branch.
    kill -9 $PPID ;;
overtaken)
    # What is being pushed lies apart until it is taken; this is somebody else's.
    unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    tip=$(git rev-parse refs/heads/main)
    other=$(git -c user.name=ada -c user.email=ada@example.org commit-tree "$tip^{{tree}}" -p "$tip" -m "Another page")
    git update-ref refs/heads/main "$other" "$tip" ;;
refused)
    echo "closed for maintenance" >&2
    exit 1 ;;
esac
"""

# In the place of git-upload-pack and git-receive-pack: sometimes nobody is there.
_DOOR = """#!/bin/sh
if [ -n "${sender}" ]; then
    {draw}
    if [ "$door" = away ]; then
        echo "fatal: the host is down" >&2
        exit 128
    fi
fi
exec git {command} "$@"
"""


class BarePage(Elsewhere):
    """Everybody who publishes there has a clone of their own."""

    cls = CState
    ids = ("Checkout", "Search", "Login")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=memory(), prefix="bare-")
        self.root = Path(self._folder.name)
        self._bare = self.root / "page.git"
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(self._bare))
        tree = self._git("hash-object", "-t", "tree", "-w", "--stdin", at=self._bare)
        self._moves(tree)
        draw = _DRAW.format(weather=self.root / "weather")
        for name in ("pre-receive", "post-receive"):
            self._program(self._bare / "hooks" / name, _HOOK.format(sender=SENDER, draw=draw))
        for name in DOORS:
            self._program(self.root / name, _DOOR.format(sender=SENDER, draw=draw, command=name))
        # The sender's own settings lead to the doors: those of a clone name no program that git would run.
        self._doors = {"GIT_CONFIG_COUNT": str(len(DOORS))}
        for number, name in enumerate(DOORS):
            self._doors[f"GIT_CONFIG_KEY_{number}"] = f"remote.origin.{name.replace('-', '')}"
            self._doors[f"GIT_CONFIG_VALUE_{number}"] = str(self.root / name)

    def weather(self, seed: int, share: float) -> None:
        os.environ[SENDER] = "on its way" if share else ""
        os.environ.update(self._doors)
        if share:
            chance = random.Random(seed)

            def drawn(share: float, *faults: str) -> str:
                return chance.choice(faults) if chance.random() < share else "fine"

            lines = (
                (drawn(share / 4, "away"), drawn(share / 2, "broken-off", "overtaken", "refused"),
                 drawn(share / 2, "broken-off"))
                for _ in range(LINES)
            )  # fmt: skip
            (self.root / "weather").write_text("".join(f"{' '.join(line)}\n" for line in lines))

    def unmark(self, path: str) -> str:
        """Somebody opened this by hand: it has a name of their own, and no marker of ours. Gives the new path."""
        theirs = f"{path.removesuffix('.md')}-by-hand.md"
        file = _MARKER.sub("", self._git("show", f"main:{path}", at=self._bare) + "\n")
        blob = self._git("hash-object", "-w", "--stdin", at=self._bare, given=file)
        apart = {"GIT_DIR": ".", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": "index-by-hand"}
        index = {**os.environ, **apart}
        self._git("read-tree", "main", at=self._bare, env=index)
        self._git("update-index", "--force-remove", path, at=self._bare, env=index)
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{theirs}", at=self._bare, env=index)
        self._moves(self._git("write-tree", at=self._bare, env=index))
        return theirs

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
            # Open or not is said by that field alone, whatever the newest update says.
            going_on = [status for status, _ in said if status != "resolved"]
            status = "resolved" if fields["resolved"] == "true" else going_on[-1]
            shown = {
                name: "operational" if status == "resolved" else down for name in self.ids if f'- "{name}"' in file
            }
            postmortem = _POSTMORTEM.search(file)
            seen = Seen(_shown(fields["title"]), status, said, shown, 0, {}, path)
            found.append(replace(seen, postmortem=_shown(postmortem[1]) if postmortem else ""))
        return found

    def _git(self, *words: str, at: Path | None = None, given: str = "", env: Mapping[str, str] | None = None) -> str:
        who = ("-c", "user.name=mo", "-c", "user.email=mo@example.org")
        done = subprocess.run(
            ["git", *who, *words],
            cwd=at or self._folder.name,
            input=given.encode(),
            env=env,
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
    """The provider that publishes there from a clone."""
    return CState(Settings(TARGET, url="https://status.example", options={"folder": str(clone)}))
