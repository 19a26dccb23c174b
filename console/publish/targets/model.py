"""A target: one page or chat to which the team publishes, as its configuration says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from console.publish.sending.message import STATUSES, OccasionKind, Status

FOLDER = "targets"
"""In the configuration folder: a file for each target, named by it."""
SUFFIX = ".toml"
OLD_FILE = "targets.toml"
"""In the configuration folder of an earlier version: a table for each target, named by it."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A target as a person has set it up. Never holds its key."""

    name: str
    provider: str
    url: str = ""
    """Base address; empty for the provider's usual one."""
    page: str = ""
    audience: Literal["public", "internal", "executive"] = "public"
    """Whose updates it gets."""
    notify: bool = False
    """Mail subscribers where nothing else is said with the update."""
    components: Mapping[str, str] = {}
    """Our names of components to the target's ids."""
    statuses: tuple[Status, ...] = STATUSES
    """Updates with these statuses are published; the others are not."""
    events: tuple[OccasionKind, ...] = ()
    """The occasions that it is told of beside updates."""
    options: Mapping[str, str] = {}
    """Settings of one provider alone, such as a folder or a branch."""
    enabled: bool = True


def key_variable(name: str) -> str:
    """The environment variable with a target's key: WARROOM_TARGET_NAME_KEY, other characters as _."""
    return f"WARROOM_TARGET_{''.join(char if char.isascii() and char.isalnum() else '_' for char in name.upper())}_KEY"


Stamp = tuple[int, int, int]
"""Of a file: when it was changed, its size, its inode."""


def stamp(path: Path) -> Stamp | None:
    """Another one where a file or folder may have changed; None where there is none."""
    try:
        held = path.stat()
    except OSError:
        return None
    return held.st_mtime_ns, held.st_size, held.st_ino


def stamps(config: Path | None) -> tuple[tuple[Path, Stamp | None], ...]:
    """The stamps of everything in a configuration folder that says something of targets."""
    if config is None:
        return ()
    try:
        own = files(config)
    except OSError:
        own = []
    return tuple((path, stamp(path)) for path in (config / OLD_FILE, config / FOLDER, *own))


def files(config: Path) -> list[Path]:
    """The files of the targets, in alphabetical order. Raises OSError where their folder cannot be read."""
    folder = config / FOLDER
    return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX) if folder.is_dir() else []


def has_targets(config: Path) -> bool:
    """Something is set up in a configuration folder."""
    return (config / FOLDER).is_dir() or (config / OLD_FILE).exists()
