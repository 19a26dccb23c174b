"""A clone that git works in without obeying it.

A clone's `.git` can name programs that git runs: hooks, `core.sshCommand`, `core.fsmonitor`, filters, credential
helpers, `ext::` addresses, and whatever later versions add. A list of such names would always lack one. So git gets a
folder of ours in place of `.git`: objects, branches and index are the clone's own, and of its configuration there are
only the settings that name no program. The person's own configuration counts as ever.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from console.files import Unfit, read_bounded
from console.publish.transport.failure import Later, Rejected

_KEPT = re.compile(
    r"core\.(repositoryformatversion|filemode|ignorecase|precomposeunicode|symlinks|sparsecheckout|sparsecheckoutcone)"
    r"|extensions\.(objectformat|refstorage|partialclone)"
    r"|user\.(name|email)"
    r"|remote\..*\.(url|pushurl|promisor|partialclonefilter)",
    re.DOTALL,
)
_OF_ALL = ("objects", "refs", "packed-refs", "reftable", "shallow")
"""Parts of `.git` that all working copies of one clone share, none of which names a program."""
_OF_ONE = ("info", "logs")
_MAX_HEAD_BYTES = 4096


class Clone(NamedTuple):
    """The working copy, and what stands in place of its `.git`."""

    top: Path
    """The working copy's uppermost folder."""
    environ: Mapping[str, str]
    """The variables that lead git to it."""


def top_of(folder: Path) -> Path | None:
    """The working copy that a folder lies in; whatever its configuration says of it. None for no working copy."""
    resolved = folder.resolve()
    return next((top for top in (resolved, *resolved.parents) if (top / ".git").exists()), None)


@contextmanager
def disarmed(top: Path, git: Callable[..., str]) -> Iterator[Clone]:
    """The clone without its configuration and hooks. `git` runs a command of git in `top`, one that runs no program.

    Raises Later, and what `git` raises.
    """
    places = git("rev-parse", "--absolute-git-dir", "--git-common-dir").rstrip("\n").split("\n")
    own, shared = (top / place for place in places)
    settings = git("config", "--file", str(shared / "config"), "--null", "--list")
    if (own / "config.worktree").exists():
        settings += git("config", "--file", str(own / "config.worktree"), "--null", "--list")
    try:
        with tempfile.TemporaryDirectory(prefix="warroom-") as name:
            place = Path(name)
            for part, folder in [*((part, shared) for part in _OF_ALL), *((part, own) for part in _OF_ONE)]:
                if (folder / part).exists():
                    (place / part).symlink_to(folder / part)
            (place / "HEAD").write_bytes(read_bounded(own / "HEAD", _MAX_HEAD_BYTES))
            (place / "config").write_text("".join(_lines(settings)), encoding="utf-8", errors="surrogateescape")
            environ = {"GIT_DIR": name, "GIT_WORK_TREE": str(top), "GIT_INDEX_FILE": str(own / "index")}
            yield Clone(top, environ)
    except Unfit as unfit:
        raise Rejected(f"{own / 'HEAD'} {unfit}; clone the page's repository anew.") from unfit
    except OSError as error:
        raise Later(f"{top} cannot be used ({error.strerror or error}).") from error


def _lines(settings: str) -> Iterator[str]:
    """Lines of a configuration with those of the settings, as `git config --null --list` has them, that are kept."""
    for setting in settings.split("\0"):
        key, _, value = setting.partition("\n")
        if _KEPT.fullmatch(key):
            section, _, rest = key.partition(".")
            subsection, _, name = rest.rpartition(".")
            yield f'[{section} "{_quoted(subsection)}"]\n' if subsection else f"[{section}]\n"
            yield f'\t{name} = "{_quoted(value)}"\n'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def lies_inside(url: str, top: Path) -> bool:
    """True for the address of a folder in the clone, or one that came along with it: its hooks would run here."""
    path = url.removeprefix("file://")
    if path == url and ("://" in url or "::" in url or ":" in url.partition("/")[0]):
        return False
    return not Path(path).is_absolute() or Path(path).resolve().is_relative_to(top)
