"""Reading a playbook's TOML: what it extends, and every mistake with its line and key."""

import re
import tomllib
import typing
from collections.abc import Callable, Iterator
from string import Formatter
from typing import Any

import msgspec

from console.core.playbook import AUDIENCES, MILESTONES, NUDGES, TEXTS, Part, Playbook
from console.core.refusal import Refusal

Steps = list[str | int]
Base = Callable[[str], str | None]
"""The TOML text of another playbook by its name; None where there is none."""

_KEYS = ("id", "name", "title", "situation", "thought", "when", "stage", "says")
"""What names an entry of a list, so that a playbook that extends another can change that entry."""

PLACEHOLDERS = {
    "channel": {"date", "topic"},
    "first_status": {"severity", "title", "ic", "channel", "time"},
    "announce": {"title", "severity", "ic", "time", "last_action"},
}
"""What may stand in braces in a text of the playbook."""


def read_playbook(text: str, name: str = "playbook", base: Base = lambda name: None) -> Playbook | Refusal:
    """A playbook from its TOML text; `name` is the file's name for the sentence, `base` finds what it extends.

    A table of a list (`[[severities]]`) changes the entry of the same name in the playbook that it extends, or is added
    behind the others, or behind the one that its key `after` names; `drop = ["severities.SEV4"]` takes entries away.
    The refusal names the line and the key.
    """
    own = _parsed(text, name)
    if isinstance(own, Refusal):
        return own
    unknown = next(_unknown(own, Playbook, []), None)
    if unknown is not None:
        return _broken(text, name, unknown, f"there is no key “{unknown[-1]}” here{_nearest(unknown)}")
    merged = _extended(own, text, name, base, (name,))
    if isinstance(merged, Refusal):
        return merged
    try:
        playbook = msgspec.convert(merged, Playbook)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        missing = re.search(r"missing required field `(\w+)`", message)
        steps: Steps = [key or int(index or 0) for key, index in re.findall(r"\.(\w+)|\[(\d+)\]|\[\.\.\.\]", path)]
        why = message[:1].lower() + message[1:]
        if missing:
            why = f"the key “{missing[1]}” is missing"
        return _broken(text, name, _own_steps(steps, merged, own), why)
    for steps, why in _faults(playbook):
        return _broken(text, name, _own_steps(steps, merged, own), why)
    return playbook


def _parsed(text: str, name: str) -> dict[str, Any] | Refusal:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Refusal(f"{name} is not valid TOML: {error}; correct that line.")


def _extended(
    own: dict[str, Any], text: str, name: str, base: Base, above: tuple[str, ...]
) -> dict[str, Any] | Refusal:
    """The file's data over that of the playbook that it extends."""
    wanted = own.get("extends")
    drop = own.get("drop", [])
    data = {key: value for key, value in own.items() if key not in ("extends", "drop")}
    if wanted is None:
        if drop:
            return _broken(text, name, ["drop"], "only a playbook that extends another can drop parts")
        placed = next(_placed_rows(data), None)
        if placed is not None:
            return _broken(text, name, placed, "only a playbook that extends another places entries after others")
        return data
    if not isinstance(wanted, str):
        return _broken(text, name, ["extends"], "it must be a playbook's name in quotes")
    found = base(wanted)
    if found is None:
        return _broken(text, name, ["extends"], f"there is no playbook “{wanted}”")
    if wanted in above or len(above) > 8:
        return _broken(text, name, ["extends"], f"“{wanted}” extends this playbook in turn")
    lower = _parsed(found, f"{wanted}.toml")
    if isinstance(lower, Refusal):
        return lower
    under = _extended(lower, found, f"{wanted}.toml", base, (*above, wanted))
    if isinstance(under, Refusal):
        return under
    for one in drop if isinstance(drop, list) else [drop]:
        part, _, entry = str(one).partition(".")
        rows = under.get(part)
        kept = [row for row in rows if _key(row) != entry] if isinstance(rows, list) else None
        if kept is None or len(kept) == len(typing.cast(list[Any], rows)):
            return _broken(text, name, ["drop"], f"{wanted} has no “{one}” to drop")
        under[part] = kept
    merged = _merged(under, data)
    lost = next(_placed_rows(data, merged), None)
    return _broken(text, name, lost, "there is no such entry to stand after") if lost is not None else merged


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        before = under.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            result[key] = _merged(before, value)
        elif _is_table_list(value) and _is_table_list(before):
            rows = {_key(row): row for row in typing.cast(list[dict[str, Any]], before)}
            for row in value:
                rows = _put(rows, row)
            result[key] = list(rows.values())
        else:
            result[key] = value
    return result


def _put(rows: dict[str, dict[str, Any]], row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries with `row` changed or added, in the place that its `after` names."""
    key, anchor = _key(row), str(row.get("after", ""))
    made = _merged(rows.get(key, {}), {name: value for name, value in row.items() if name != "after"})
    if anchor not in rows or anchor == key:
        return {**rows, key: made}
    placed = {}
    for name, one in rows.items():
        if name != key:
            placed[name] = one
        if name == anchor:
            placed[key] = made
    return placed


def _placed_rows(data: dict[str, Any], merged: dict[str, Any] | None = None) -> Iterator[Steps]:
    """Paths of each `after` in the file's lists; with `merged`, only of those that name no entry of it."""
    for part, rows in data.items():
        for index, row in enumerate(rows if _is_table_list(rows) else []):
            if "after" not in row:
                continue
            names = [_key(one) for one in merged[part]] if merged else []
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
    place = next((i for i, row in enumerate(rows) if _key(row) == key), None) if isinstance(rows, list) else None
    return [part, place, *steps[2:]] if place is not None else [part]


def _unknown(data: Any, kind: Any, steps: Steps) -> Iterator[Steps]:
    """Paths of keys that no part of a playbook has: mostly typing mistakes."""
    if isinstance(kind, type) and issubclass(kind, Part):
        if not isinstance(data, dict):
            return
        known = typing.get_type_hints(kind)
        for key, value in data.items():
            if key in known:
                yield from _unknown(value, known[key], [*steps, key])
            elif key not in (("extends", "drop") if not steps else ("after",) if len(steps) == 2 else ()):
                yield [*steps, key]
    elif typing.get_origin(kind) is tuple and isinstance(data, list):
        inner = typing.get_args(kind)[0]
        for index, row in enumerate(data):
            yield from _unknown(row, inner, [*steps, index])


def _nearest(steps: Steps) -> str:
    """The key that was probably meant, as an end of the sentence."""
    import difflib

    kind: Any = Playbook
    for step in steps[:-1]:
        if isinstance(step, str):
            kind = typing.get_type_hints(kind)[step]
            kind = typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else kind
    close = difflib.get_close_matches(str(steps[-1]), list(typing.get_type_hints(kind)), 1)
    return f", perhaps “{close[0]}” is meant" if close else ""


def _faults(book: Playbook) -> Iterator[tuple[Steps, str]]:
    """Where parts of the playbook contradict each other, in words."""
    yield from _doubles(book)
    stages, severities = {one.name for one in book.stages}, {one.name for one in book.severities}
    if book.declared_stage not in stages:
        yield ["declared_stage"], f"there is no stage “{book.declared_stage}”"
    for index, stage in enumerate(book.stages):
        for other in stage.next:
            if other not in stages:
                yield ["stages", index, "next"], f"there is no stage “{other}”"
        if stage.milestone and stage.milestone not in MILESTONES:
            yield ["stages", index, "milestone"], f"there is no milestone “{stage.milestone}”"
        yield from _placeholders(["stages", index, "announce"], "announce", stage.announce)
    for index, severity in enumerate(book.severities):
        for role in severity.roles:
            if book.role(role) is None:
                yield ["severities", index, "roles"], f"there is no role “{role}”"
        for audience in severity.update_s:
            if audience not in AUDIENCES:
                yield ["severities", index, "update_s"], f"there is no audience “{audience}”"
        for field in severity.__struct_fields__:
            value = getattr(severity, field)
            if field.endswith("_s") and isinstance(value, int) and value < 0:
                yield ["severities", index, field], "a time in seconds is below 0"
        if any(value < 0 for value in (*severity.update_s.values(), *severity.roles.values())):
            yield ["severities", index], "a time in seconds is below 0"
    for part in ("gates", "checklists", "escalation", "contacts"):
        for index, one in enumerate(getattr(book, part)):
            for name in one.severities:
                if name not in severities:
                    yield [part, index, "severities"], f"there is no severity “{name}”"
            for name in getattr(one, "stages", ()):
                if name not in stages:
                    yield [part, index, "stages"], f"there is no stage “{name}”"
    for index, gate in enumerate(book.gates):
        if gate.stage not in stages:
            yield ["gates", index, "stage"], f"there is no stage “{gate.stage}”"
        if "checklist" in gate.needs and book.checklist(gate.checklist) is None:
            yield ["gates", index, "checklist"], f"there is no checklist “{gate.checklist}”"
    for part in ("anti_patterns", "escalation"):
        for index, one in enumerate(getattr(book, part)):
            if one.nudge and one.nudge not in NUDGES:
                yield [part, index, "nudge"], f"there is no nudge “{one.nudge}”"
    for nudge in book.nudges_off:
        if nudge not in NUDGES:
            yield ["nudges_off"], f"there is no nudge “{nudge}”: use {', '.join(NUDGES)}"
    for text in book.templates:
        if text not in TEXTS:
            yield ["templates", text], f"there is no text “{text}”: use {', '.join(TEXTS)}"
    for key in ("channel", "first_status"):
        yield from _placeholders([key], key, getattr(book, key))
    for key in ("stability_s", "shift_s", "quiet_s", "declare_within_s", "span_of_control"):
        if getattr(book, key) < 0:
            yield [key], "it is below 0"


def _doubles(book: Playbook) -> Iterator[tuple[Steps, str]]:
    for key, names in (
        ("severities", [one.name for one in book.severities]),
        ("stages", [one.name for one in book.stages]),
        ("roles", [one.id for one in book.roles]),
        ("checklists", [one.id for one in book.checklists]),
        ("questions", [one.id for one in book.questions]),
    ):
        if not names and key in ("severities", "stages", "roles"):
            yield [key], "there must be at least one"
        for index, one in enumerate(names):
            if one in names[:index]:
                yield [key, index], f"“{one}” stands twice"


def _placeholders(steps: Steps, key: str, text: str) -> Iterator[tuple[Steps, str]]:
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        yield steps, "its braces do not match"
        return
    for name in names:
        if name not in PLACEHOLDERS[key]:
            yield steps, f"“{{{name}}}” is not filled in: use {', '.join(sorted(PLACEHOLDERS[key]))}"


def _broken(text: str, name: str, steps: Steps, why: str) -> Refusal:
    path = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    return Refusal(f"{name}, line {_line_of(text, steps)}, key {path or '(top)'}: {why}; correct it there.")


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
