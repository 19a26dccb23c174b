"""The place of the log: the default file, folders and permissions, and places that cannot hold one safely."""

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import platformdirs

from console.core.language.pattern import late
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
_IN_MEMORY = Path("/dev/shm")
_ESCAPED = late(r"\\(\d{3})")
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


def head_elsewhere(log: Path) -> Path | None:
    """The file of a log's second head, which is not in its folder: among this user's records of what was done.

    None for a user without a home folder, and of a log among temporary files, which is meant to be thrown away.
    """
    try:
        whole = log.resolve()
        if any(map(whole.is_relative_to, (_IN_MEMORY, Path(tempfile.gettempdir()).resolve()))):
            return None
        folder = Path(platformdirs.user_log_dir("warroom", appauthor=False))
    except (RuntimeError, OSError):  # No HOME, and no such user in the system's list; a folder that leads to itself.
        return None
    nowhere = os.environ.get("HOME") == "" and not os.environ.get("XDG_STATE_HOME")
    if nowhere or not folder.is_absolute():
        return None
    # Of a home that several machines share each has its own logs.
    name = f"{os.uname().nodename} {whole}"
    return folder / f"{blake2b(os.fsencode(name), digest_size=12).hexdigest()}{HEAD}"


def identity(path: Path) -> Identity | None:
    """The file now at `path`, None when there is none; never opens it, which would cancel SQLite's locks."""
    try:
        held = os.stat(path)
    except OSError:
        return None
    return Identity(held.st_dev, held.st_ino)


def network_type(path: Path, mounts: str) -> str | None:
    """The type of network file system that `path` (absolute, resolved) lies on, by the text of /proc/mounts."""
    best, kind, whole = "", "", f"{path}/"
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3 or not fields[1]:
            continue
        # Blanks, tabs, newlines and backslashes stand as octal escapes there.
        folder = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[1])
        if whole.startswith(f"{folder.rstrip('/')}/") and len(folder) >= len(best):
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


def prepare(path: Path, *, write: bool) -> None:
    """Check the place of a log and, with `write`, make the folders (0700) and the empty file (0600) where missing.

    Raises StoreProblem, also when the log is to be written and the file or its folder may not be.
    """
    try:
        if write:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _files_of(path):
            if name.is_symlink():
                raise StoreProblem(f"{name} is a symbolic link, which a log may not be; name the file itself.")
        refuse_network(path)
        if write:
            base = belongs_to(path)
            if base is not None and not _holds_something(path):
                # SQLite would take it for a part of that one, and what is logged in either could be lost.
                raise StoreProblem(f"{path} belongs to {base}; name another file.")
            if not os.path.lexists(path):
                # What another file of this name held; the new one may get that one's place on the disk.
                path.with_name(path.name + HEAD).unlink(missing_ok=True)
                if (elsewhere := head_elsewhere(path)) is not None:
                    with suppress(OSError):
                        elsewhere.unlink()
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


def belongs_to(path: Path) -> Path | None:
    """The file that SQLite or Warroom would take `path` for a companion of, by its name; None without one."""
    name = path.name.casefold()
    bases = (path.with_name(path.name[: -len(ending)]) for ending in COMPANIONS if name.endswith(ending))
    return next((base for base in bases if base.is_file()), None)


def companion(path: Path) -> Path | None:
    """A file beside one that is, or was, a log that somebody writes to; None beside a mere copy of a log.

    `path` itself is never opened for that, which would cancel SQLite's locks.
    """
    beside = (path.with_name(path.name + ending) for ending in COMPANIONS)
    return next((file for file in beside if file.exists()), None)


def refuse_own(output: Path, log: Path) -> None:
    """Raise StoreProblem for a file to be written that is a log in use, or lies beside one under its name (`-wal`)."""
    resolved, known = output.resolve(), log.resolve()
    named_after = resolved.parent == known.parent and resolved.name.casefold().startswith(known.name.casefold())
    held = identity(output)
    if named_after or (held is not None and held in map(identity, _files_of(known))):
        raise StoreProblem(f"{output} belongs to the log {log}; name another file.")
    _refuse_others(output, resolved)


def _refuse_others(output: Path, resolved: Path) -> None:
    if (base := belongs_to(resolved)) is not None:
        raise StoreProblem(f"{output} belongs to {base}; name another file.")
    if (beside := companion(resolved)) is not None:
        # SQLite would bring what is left there into a copy.
        raise StoreProblem(f"{output} is another log, or was one: {beside.name} lies beside it; name another file.")


def replaces_file(output: Path, log: Path, config: Path | None, *, streams: bool = True) -> bool:
    """True when the file that a person names for an export or a copy is there already.

    Raises StoreProblem for a folder, for a link to a file, for what belongs to Warroom: logs and what lies beside them
    under their names (`-wal`, `-shm`), backups, the folder of settings; and for a pipe or a device without `streams`.
    """
    if output.is_dir():
        raise StoreProblem(f"{output} is a folder; name a file in it.")
    if output.exists() and not output.is_file():
        if streams:
            return False
        raise StoreProblem(f"{output} is not a file; name another one.")
    if output.is_symlink():
        raise StoreProblem(f"{output} is a link to {output.resolve()}; name the file itself.")
    refuse_own(output, log)
    _refuse_folders(output, log, config)
    return output.exists()


def refuse_taken(output: Path, log: Path, config: Path | None) -> None:
    """Raise StoreProblem where no new log may be made: at a name that is taken, among backups or settings."""
    if os.path.lexists(output):
        raise StoreProblem(f"{output} is there already; name a new file.")
    _refuse_others(output, output.resolve())
    _refuse_folders(output, log, config)


def _refuse_folders(output: Path, log: Path, config: Path | None) -> None:
    if _lies_in(output, backups_folder(log.resolve())):
        raise StoreProblem(f"{output} lies among the backups of the log; name a file in another folder.")
    if config is not None and _lies_in(output, config):
        raise StoreProblem(f"{output} lies among your settings; name a file in another folder.")


def _lies_in(file: Path, folder: Path) -> bool:
    """True when a folder, by whichever name, holds a file that need not be there."""
    resolved, held = file.resolve(), identity(folder)
    return resolved.is_relative_to(folder.resolve()) or (held is not None and held in map(identity, resolved.parents))


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _may(path: Path, access: int) -> bool:
    return os.access(path, access, effective_ids=os.access in os.supports_effective_ids)
