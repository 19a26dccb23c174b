"""Faults of a target's file, each with its line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from console.core.language.nearest import perhaps
from console.core.language.text import clean
from console.core.refusal import Refused
from console.publish.targets.model import Target
from console.publish.transport.http import address

MAX_NAME_CHARS = 64

_NAME = re.compile(r"\w[\w .\-]*(?<![ .])")
_SPLIT = re.compile(r" - at `\$\.?")


def name_fault(name: str) -> str:
    """The reason why a name cannot be a target's, as the end of a sentence; empty where it can."""
    if len(name) > MAX_NAME_CHARS or _NAME.fullmatch(name) is None or clean(name, multiline=False) != name:
        return f"a target's name has at most {MAX_NAME_CHARS} letters, digits, blanks, dots and dashes"
    return ""


def value_faults(target: Target) -> list[tuple[str, str]]:
    """Settings of a target that a file cannot hold: a key, and why as a part of a sentence.

    The key is empty for names and ids that cannot be shown.
    """
    return list(faults(data(target)))


def data(target: Target) -> dict[str, Any]:
    """The content of a target's file: all but its name and what is as usual."""
    values: dict[str, Any] = msgspec.to_builtins(target)
    values.pop("name")
    return values


def faults(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The faults in a target's file: the key of each, and why as a part of a sentence."""
    known = [field for field in Target.__struct_fields__ if field != "name"]
    for key in table:
        if key not in known:
            yield key, f"there is no such key{perhaps(key, known)}"
    if "provider" not in table:
        yield "", "the key “provider” is missing"
    try:
        target = msgspec.convert({**table, "name": "x"}, Target)
    except msgspec.ValidationError as error:
        message, *path = _SPLIT.split(str(error))
        yield (path[0].split("`")[0].split("[")[0] if path else ""), message[:1].lower() + message[1:]
        return
    for text in (*target.components, *target.components.values(), *target.options, target.page, target.provider):
        if clean(text, multiline=False) != text:
            yield "", "a name in it holds characters that cannot be shown"
    yield from _provider_faults(target)


def _provider_faults(target: Target) -> Iterator[tuple[str, str]]:
    # Importing a provider for each target would slow the start; its name is enough here.
    from console.publish.registry import built_in, is_provider, names

    if not is_provider(target.provider):
        yield "provider", f"there is no provider “{target.provider}”, use one of {', '.join(names())}"
    if target.events and target.provider in built_in() and target.provider not in ("webhook", "file"):
        yield "events", f"{target.provider} is told of updates only; events are for webhook and file"
    # What works on files takes a path there.
    if target.url and target.provider not in ("file", "cstate"):
        try:
            address(target.url)
        except Refused as refused:
            yield "url", refused.reason[:1].lower() + refused.reason[1:].rstrip(".")


def line_of(text: str, key: str, table: str = "") -> int:
    """The line of a key of the file, or of one of its tables, or the table's own; 1 where it is not found."""
    best, inside, headed = 1, not table, False
    for number, line in enumerate(text.split("\n"), 1):
        head = re.match(r"\s*\[\s*(\"[^\"]*\"|'[^']*'|[\w\-]+)\s*(?:\.\s*([\w\-]+)\s*)?\]", line)
        if head and table:
            headed, inside = True, head[1].strip("\"'") == table
            if inside and (not head[2] or head[2] == key):
                best = number
        elif head:
            inside = False
            if head[1].strip("\"'") == key:
                return number
        elif (start := key if inside else "" if headed else table) and re.match(
            rf"\s*[\"']?{re.escape(start)}[\"']?\s*[=.]", line
        ):
            return number
    return best
