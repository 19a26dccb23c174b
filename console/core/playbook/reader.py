"""Reading a playbook's TOML: what it extends, and every mistake with its line and key."""

import re
import typing
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

import msgspec

from console.core.language.text import clean
from console.core.language.toml import read_toml
from console.core.playbook.model import Part, Playbook
from console.core.playbook.validate import Steps, faults
from console.core.refusal import Refused

Base = Callable[[str], str | None]
"""The TOML text of another playbook by its name; None where there is none."""

_KEYS = ("id", "name", "title", "situation", "thought", "when", "stage", "says")
"""What names an entry of a list, so that a playbook that extends another can change that entry."""


def read_playbook(text: str, name: str = "playbook", base: Base = lambda name: None) -> Playbook:
    """A playbook from its TOML text; `name` is the file's name for the sentence, `base` finds what it extends.

    A table of a list (`[[severities]]`) changes the entry of the same name in the playbook that it extends, or is added
    behind the others, or behind the one that its key `after` names; `drop = ["severities.SEV4"]` takes entries away.
    The refusal names the line and the key.
    """
    own = _parsed(text, name)
    unknown = next(_unknown(own, Playbook, []), None)
    if unknown is not None:
        steps, known = unknown
        close = get_close_matches(str(steps[-1]), known, 1)
        perhaps = f", perhaps “{close[0]}” is meant" if close else ""
        raise _broken(text, name, steps, f"there is no key “{steps[-1]}” here{perhaps}")
    merged = _extended(own, text, name, base, (name,))
    try:
        playbook = msgspec.convert(_cleaned(merged), Playbook)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        missing = re.search(r"missing required field `(\w+)`", message)
        steps = [key or int(index or 0) for key, index in re.findall(r"\.(\w+)|\[(\d+)\]|\[\.\.\.\]", path)]
        why = message[:1].lower() + message[1:]
        if missing:
            why = f"the key “{missing[1]}” is missing"
        raise _broken(text, name, _own_steps(steps, merged, own), why) from error
    for steps, why in faults(playbook):
        raise _broken(text, name, _own_steps(steps, merged, own), why)
    return playbook


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except ValueError as error:  # TOMLDecodeError, and numbers with more digits than Python reads.
        raise Refused(clean(f"{name} is not valid TOML: {error}; correct that line.", multiline=False)) from error


def _cleaned(value: Any) -> Any:
    """The data with every text made safe to show: TOML can write what a terminal obeys as `\\u001b`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


def _extended(own: dict[str, Any], text: str, name: str, base: Base, above: tuple[str, ...]) -> dict[str, Any]:
    """The file's data over that of the playbook that it extends."""
    wanted = own.get("extends")
    drop = own.get("drop", [])
    data = {key: value for key, value in own.items() if key not in ("extends", "drop")}
    if wanted is None:
        if drop:
            raise _broken(text, name, ["drop"], "only a playbook that extends another can drop parts")
        placed = next(_placed_rows(data), None)
        if placed is not None:
            raise _broken(text, name, placed, "only a playbook that extends another places entries after others")
        return data
    if not isinstance(wanted, str):
        raise _broken(text, name, ["extends"], "it must be a playbook's name in quotes")
    extended = base(wanted)
    if extended is None:
        raise _broken(text, name, ["extends"], f"there is no playbook “{wanted}”")
    if wanted in above or len(above) > 8:
        raise _broken(text, name, ["extends"], f"“{wanted}” extends this playbook in turn")
    lower = _parsed(extended, f"{wanted}.toml")
    under = _extended(lower, extended, f"{wanted}.toml", base, (*above, wanted))
    for dropped in drop if isinstance(drop, list) else [drop]:
        part, _, entry = str(dropped).partition(".")
        rows = under.get(part)
        kept = [row for row in rows if _key(row) != entry] if isinstance(rows, list) else None
        if kept is None or len(kept) == len(typing.cast(list[Any], rows)):
            raise _broken(text, name, ["drop"], f"{wanted} has no “{dropped}” to drop")
        under[part] = kept
    merged = _merged(under, data)
    lost = next(_placed_rows(data, merged), None)
    if lost is not None:
        raise _broken(text, name, lost, "there is no such entry to stand after")
    return merged


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        before = under.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            result[key] = _merged(before, value)
        elif _is_table_list(value) and _is_table_list(before):
            rows = _numbered(typing.cast(list[dict[str, Any]], before))
            for place, row in _numbered(value).items():
                rows = _put(rows, place, row)
            result[key] = list(rows.values())
        else:
            result[key] = value
    return result


_Place = tuple[str, int]
"""An entry's key, and how many of the same key stand before it: a stage may have two gates."""


def _numbered(rows: list[dict[str, Any]]) -> dict[_Place, dict[str, Any]]:
    counts: dict[str, int] = {}
    placed: dict[_Place, dict[str, Any]] = {}
    for row in rows:
        key = _key(row)
        placed[key, counts.get(key, 0)] = row
        counts[key] = counts.get(key, 0) + 1
    return placed


def _put(rows: dict[_Place, dict[str, Any]], place: _Place, row: dict[str, Any]) -> dict[_Place, dict[str, Any]]:
    """The entries with `row` changed or added, behind the one that its `after` names."""
    anchor = (str(row.get("after", "")), 0)
    made = _merged(rows.get(place, {}), {name: value for name, value in row.items() if name != "after"})
    if anchor not in rows or anchor == place:
        return {**rows, place: made}
    placed = {}
    for name, present in rows.items():
        if name != place:
            placed[name] = present
        if name == anchor:
            placed[place] = made
    return placed


def _placed_rows(data: dict[str, Any], merged: dict[str, Any] | None = None) -> Iterator[Steps]:
    """Paths of each `after` in the file's lists; with `merged`, only of those that name no entry of it."""
    for part, rows in data.items():
        for index, row in enumerate(rows if _is_table_list(rows) else []):
            if "after" not in row:
                continue
            names = [_key(entry) for entry in merged[part]] if merged else []
            if row["after"] not in names or row["after"] == _key(row):
                yield [part, index, "after"]


def _is_table_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _key(row: Any) -> str:
    if not isinstance(row, dict):
        return str(row)
    return next((str(row[key]) for key in _KEYS if key in row), repr(row))


def _own_steps(steps: Steps, merged: dict[str, Any], own: dict[str, Any]) -> Steps:
    """The path in the file itself: an entry's place there is another than in the merged list."""
    if len(steps) < 2 or not isinstance(steps[1], int):
        return steps
    part, index = str(steps[0]), steps[1]
    try:
        key = _key(merged[part][index])
    except (KeyError, IndexError, TypeError):
        return steps
    rows = own.get(part, [])
    places = [i for i, row in enumerate(rows) if _key(row) == key] if isinstance(rows, list) else []
    place = index if index in places else next(iter(places), None)
    return [part, place, *steps[2:]] if place is not None else [part]


def _unknown(data: Any, kind: Any, steps: Steps) -> Iterator[tuple[Steps, list[str]]]:
    """Paths of keys that no part of a playbook has, mostly typing mistakes, each with the keys that there are."""
    if isinstance(kind, type) and issubclass(kind, Part):
        if not isinstance(data, dict):
            return
        known = typing.get_type_hints(kind)
        for key, value in data.items():
            if key in known:
                yield from _unknown(value, known[key], [*steps, key])
            elif key not in (("extends", "drop") if not steps else ("after",) if len(steps) == 2 else ()):
                yield [*steps, key], list(known)
    elif typing.get_origin(kind) is tuple and isinstance(data, list):
        inner = typing.get_args(kind)[0]
        for index, row in enumerate(data):
            yield from _unknown(row, inner, [*steps, index])


def _broken(text: str, name: str, steps: Steps, why: str) -> Refused:
    path = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    reason = f"{name}, line {_line_of(text, steps)}, key {path or '(top)'}: {why}; correct it there."
    return Refused(clean(reason, multiline=False))


def _line_of(text: str, steps: Steps) -> int:
    """The line on which a key path stands, or the nearest table above it; 1 when nothing of it is found."""
    best, inside = 1, True
    tables: list[str] = []
    seen: dict[str, int] = {}
    names = [step for step in steps if isinstance(step, str)]
    index = next((step for step in steps if isinstance(step, int)), 0)
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[(\[)?\s*([\w.\-]+)", line)
        if head:
            tables = head[2].split(".")
            if head[1]:
                seen[head[2]] = seen.get(head[2], -1) + 1
            inside = names[: len(tables)] == tables and seen.get(tables[0], 0) == (index if tables[0] in seen else 0)
            if inside:
                best = number
        else:
            key = re.match(r"\s*[\"']?([\w\-]+)[\"']?\s*[=.]", line)
            rest = names[len(tables) :]
            if key and inside and rest and key[1] == rest[0]:
                return number
    return best
