"""The systems of a cState page, out of its site's configuration: YAML as far as such a list goes, TOML or JSON."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from console.publish.providers.common.json import items, text

FILES = tuple(
    f"{folder}{name}.{kind}"
    for folder, names in (("", ("config", "hugo")), ("config/_default/", ("params", "config", "hugo")))
    for name in names
    for kind in ("yml", "yaml", "toml", "json")
)
"""The places where Hugo looks for it; the first that has systems counts."""

_LIST = re.compile(r"( *)systems\s*:\s*(?:#.*)?")
_QUOTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')""")
_IN_BRACES = re.compile(r"""\{(?:.*?,)?\s*name\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,}]*)""")


def systems(file: str, source: str) -> tuple[str, ...]:
    """The names of the systems, in their order; none where the file has no such list or cannot be read."""
    if file.endswith((".yml", ".yaml")):
        return tuple(name for name in _in_yaml(source) if name)
    try:
        data = tomllib.loads(source) if file.endswith(".toml") else json.loads(source)
    except (ValueError, RecursionError):
        return ()
    return tuple(name for entry in _entries(data) if (name := text(entry, "name")))


def _entries(data: Any) -> list[Any]:
    """A file of its own for the parameters has the list at its top."""
    return items(data, "params", "systems") or items(data, "systems")


def _in_yaml(source: str) -> Iterator[str]:
    lines = iter(source.expandtabs().splitlines())
    head = next((match for line in lines if (match := _LIST.fullmatch(line))), None)
    if head is None:
        return
    dash = keys = -1
    for line in lines:
        words = line.strip()
        indent = len(line) - len(line.lstrip())
        if not words or words.startswith("#"):
            continue
        if words.startswith("- ") and (indent == dash or (dash < 0 and indent >= len(head[1]))):
            dash, words = indent, words[2:].lstrip()
            keys = len(line) - len(words)
            if braced := _IN_BRACES.match(words):
                yield _plain(braced[1])
                continue
        elif indent <= dash or dash < 0:
            return
        elif indent != keys:
            continue
        key, colon, value = words.partition(":")
        if colon and key.strip() == "name":
            yield _plain(value)


def _plain(value: str) -> str:
    """A text of YAML on one line, without its quotation marks and what is remarked behind it."""
    quoted = _QUOTED.match(value)
    if quoted is None:
        return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()
    if quoted[1] is None:
        return quoted[2].replace("''", "'")
    try:
        return str(json.loads(f'"{quoted[1]}"'))
    except ValueError:
        return quoted[1]
