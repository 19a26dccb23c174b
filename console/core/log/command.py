"""Commands: requests of people, in the imperative; each stands with its subject."""

from datetime import datetime

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True):
    actor: str
    at: datetime | None = None
