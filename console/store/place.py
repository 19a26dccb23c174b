"""Where the log lies: the default file, folders and permissions, and places that cannot hold one safely."""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import platformdirs

from console.store import problems
from console.store.problems import StoreProblem

_NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre"),
        *("beegfs", "gpfs", "ocfs2", "gfs2", "davfs", "webdav"),
    )
)
_NETWORK_FUSE = ("sshfs", "rclone", "s3fs", "gcsfuse", "glusterfs", "ceph", "davfs", "smbnetfs", "curlftpfs", "nfs")
HEAD = "-head"
"""The ending of the name of a log's head."""
LOST = "-lost"
"""The ending, before a number, of a copy of a log that had lost entries when it was opened."""
COMPANIONS = ("-wal", "-shm", "-journal", HEAD)
"""Endings of the names of the files that belong to a log."""


class Identity(NamedTuple):
    """A file, whatever it is called."""

    device: int
    inode: int


def default_path() -> Path:
    """The log in the platform's data folder. Raises StoreProblem when this user has no home folder."""
    nobody = StoreProblem("You have no home folder to keep the log in; name a file with --db or WARROOM_DB.")
    try:
        path = Path(platformdirs.user_data_dir("warroom", appauthor=False)) / "warroom.db"
    except RuntimeError:  # No HOME, and no such user in the system's list.
        raise nobody from None
    # An empty HOME would put the data straight under the root of the disk.
    nowhere = os.environ.get("HOME") == "" and not os.environ.get("XDG_DATA_HOME")
    if nowhere or not path.is_absolute() or "~" in path.parts:
        raise nobody
    return path


def identity(path: Path) -> Identity | None:
    """The file now at `path`, None when there is none; never opens it, which would cancel SQLite's locks."""
    try:
        held = os.stat(path)
    except OSError:
        return None
    return Identity(held.st_dev, held.st_ino)


def network_type(path: Path, mounts: str) -> str | None:
    """The type of network file system that `path` (absolute, resolved) lies on, by the text of /proc/mounts."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # Blanks, tabs, newlines and backslashes stand as octal escapes there.
        folder = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), fields[1])
        if path.is_relative_to(folder) and len(folder) >= len(best):
            best, kind = folder, fields[2]
    name = kind.lower()
    over_fuse = name.startswith("fuse.") and any(part in name for part in _NETWORK_FUSE)
    return kind if name in _NETWORK or over_fuse else None


def refuse_network(path: Path, mounts_file: Path = Path("/proc/mounts")) -> None:
    """Raise StoreProblem for a place on a network file system: locks there do not hold between machines."""
    try:
        mounts = mounts_file.read_text(errors="surrogateescape")
    except OSError:
        return  # No such list on this system.
    kind = network_type(path.parent.resolve(), mounts)
    if kind is not None:
        raise StoreProblem(
            f"{path} lies on a network file system ({kind}), where two consoles can destroy a log; "
            "keep it on a local disk, and work on that machine by ssh."
        )


def prepare(path: Path, *, create: bool, write: bool) -> None:
    """Check the place of a log and, with `create`, make the folders (0700) and the empty file (0600) where missing.

    Raises StoreProblem, also when the log is to be written and the file or its folder may not be.
    """
    try:
        if create:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _files_of(path):
            if name.is_symlink():
                raise StoreProblem(f"{name} is a symbolic link, which a log may not be; name the file itself.")
        refuse_network(path)
        if create:
            if not os.path.lexists(path):
                # What another file of this name held; the new one may get that one's place on the disk.
                path.with_name(path.name + HEAD).unlink(missing_ok=True)
            # Fails without opening when the file exists, so no lock of this process is cancelled.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise StoreProblem(f"There is no log at {path}; check the name.") from None
    except OSError as error:
        raise problems.of_os(error, path) from error
    if not stat.S_ISREG(mode):
        raise StoreProblem(f"{path} is not a file; name a file with --db.")
    # SQLite makes files of its own beside the log, so the folder counts as much.
    if write and not (_may(path, os.R_OK | os.W_OK) and _may(path.parent, os.W_OK | os.X_OK)):
        raise problems.read_only(path)


def _files_of(log: Path) -> tuple[Path, ...]:
    return (log, *(log.with_name(log.name + ending) for ending in COMPANIONS))


def backups_folder(log: Path) -> Path:
    """The folder of a log's copies; named after it, for other logs may lie beside it."""
    return log.with_name(f"{log.stem}-backups")


def refuse_own(output: Path, log: Path) -> None:
    """Raise StoreProblem for a file to be written that is the log, or lies beside it under its name (`-wal`)."""
    resolved, known = output.resolve(), log.resolve()
    named_after = resolved.parent == known.parent and resolved.name.casefold().startswith(known.name.casefold())
    held = identity(output)
    if named_after or (held is not None and held in map(identity, _files_of(known))):
        raise StoreProblem(f"{output} belongs to the log {log}; name another file.")


def replaces_file(output: Path, log: Path, config: Path | None) -> bool:
    """Whether a file that a person names for an export or a copy is there already.

    Raises StoreProblem for a folder, for a link to a file, and for what belongs to Warroom: the log and what lies
    beside it under its name (`-wal`, `-shm`), its backups, the folder of settings.
    """
    if output.is_dir():
        raise StoreProblem(f"{output} is a folder; name a file in it.")
    if output.exists() and not output.is_file():
        return False
    resolved, known = output.resolve(), log.resolve()
    if output.is_symlink():
        raise StoreProblem(f"{output} is a link to {resolved}; name the file itself.")
    refuse_own(output, log)
    if resolved.is_relative_to(backups_folder(known)):
        raise StoreProblem(f"{output} lies among the backups of the log; name a file in another folder.")
    if config is not None and resolved.is_relative_to(config.resolve()):
        raise StoreProblem(f"{output} lies among your settings; name a file in another folder.")
    return output.exists()


def _may(path: Path, access: int) -> bool:
    return os.access(path, access, effective_ids=os.access in os.supports_effective_ids)
