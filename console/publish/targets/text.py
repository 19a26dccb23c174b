"""The text of `targets.toml`: a table written, and a table taken out with nothing else of the text changed."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_\-]+")
_HEAD = re.compile(r"\s*\[{1,2}\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w\-]+)\s*[.\]]")


def quoted(text: str) -> str:
    """A key as TOML writes it: bare where it can be."""
    return text if _BARE.fullmatch(text) and text.isascii() else _string(text)


def table_text(name: str, data: Mapping[str, Any]) -> str:
    """A target's table; values are texts, truths, lists of texts, and tables of texts."""
    lines = [f"[{quoted(name)}]"]
    lines += [f"{key} = {value_text(value)}" for key, value in data.items()]
    return "\n".join(lines) + "\n"


def without_table(text: str, name: str) -> tuple[str, str] | None:
    """The text without a table and all that belongs to it, and that table's own text; None where it cannot be told.

    Comments right above a heading belong to that heading. Both texts are read back: everything else must be as it was.
    """
    kept: list[str] = []
    taken: list[str] = []
    waiting: list[str] = []
    inside = False
    # TOML's lines end with a newline only; splitlines would also part a text at a NEL.
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if not line.strip() or line.lstrip().startswith("#"):
            waiting.append(line)
            continue
        head = _HEAD.match(line)
        if head:
            starts = _key(head[1]) == name
            # A blank line parts what trails the table before from what stands above this one.
            above = next((place + 1 for place in reversed(range(len(waiting))) if not waiting[place].strip()), 0)
            (taken if inside else kept).extend(waiting[:above])
            (taken if starts else kept).extend(waiting[above:])
            inside = starts
        else:
            (taken if inside else kept).extend(waiting)
        waiting.clear()
        (taken if inside else kept).append(line)
    # What trails the last table is as likely about the whole file.
    kept.extend(waiting)
    rest, own = re.sub(r"\n{3,}", "\n\n", "".join(kept)), "".join(taken)
    try:
        whole = tomllib.loads(text)
        table = whole.pop(name, None)
        if table is None or tomllib.loads(rest) != whole or tomllib.loads(own) != {name: table}:
            return None
    except tomllib.TOMLDecodeError:
        return None
    return rest, own


def _key(written: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{written} = 1")))
    except tomllib.TOMLDecodeError:
        return written


def value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{quoted(key)} = {value_text(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(one) for one in value)}]"
    return _string(str(value))


def _string(text: str) -> str:
    special = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(special.get(one) or (one if one >= " " and one != "\x7f" else f"\\u{ord(one):04x}") for one in text)
        + '"'
    )
