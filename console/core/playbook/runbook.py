"""A runbook: steps for a known kind of trouble, followed one by one beside the timeline."""

import msgspec


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    text: str
    detail: str = ""
    """What to look for, or when to go on; plain text, may have several lines."""
    command: str = ""
    """What to run, to be copied; the console never runs it."""
    group: str = ""
    """The heading that begins with this step; empty where it goes on under the last one."""


class Runbook(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    """The file's name without its ending, such as `database-outage`."""
    title: str
    steps: tuple[Step, ...]
    about: str = ""
    """When it is for."""
    words: tuple[str, ...] = ()
    """Words in an incident that suggest it."""
