"""A runbook: steps for a known kind of trouble, followed one by one beside the timeline."""

import msgspec

from console.core.log.event import Text


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    text: Text
    detail: Text = ""
    """The signs to look for, or when to go on; plain text, may have several lines."""
    command: Text = ""
    """The command to run, to be copied; the console never runs it."""
    group: Text = ""
    """The heading that begins with this step; empty where it goes on under the last one."""


class Runbook(msgspec.Struct, frozen=True, omit_defaults=True):
    name: Text
    """The file's name without its ending, such as `database-outage`."""
    title: Text
    steps: tuple[Step, ...]
    about: Text = ""
    """When it is for."""
    words: tuple[Text, ...] = ()
    """Words in an incident that suggest it."""
