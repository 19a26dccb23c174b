"""A target: one page or chat to which the team publishes, as its configuration says."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from console.publish.sending.message import STATUSES, Status

FILE = "targets.toml"
"""In the configuration folder; a table for each target, named by it."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person decided about a target. Never holds its key."""

    name: str
    provider: str
    url: str = ""
    """Base address; empty for the provider's usual one."""
    page: str = ""
    audience: Literal["public", "internal", "executive"] = "public"
    """Whose updates it gets."""
    notify: bool = False
    """Whether subscribers are mailed where nothing else is said with the update."""
    components: Mapping[str, str] = {}
    """Our names of components to the target's ids."""
    statuses: tuple[Status, ...] = STATUSES
    """Updates with these statuses are published; the others are not."""
    options: Mapping[str, str] = {}
    """What one provider alone needs, such as a folder or a branch."""
    enabled: bool = True


def key_variable(name: str) -> str:
    """The environment variable with a target's key: WARROOM_TARGET_NAME_KEY, other characters as _."""
    return f"WARROOM_TARGET_{''.join(one if one.isascii() and one.isalnum() else '_' for one in name.upper())}_KEY"
