"""Reading a playbook's TOML: what it extends, and every mistake with its line and key."""

import re
import typing
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from console.core.language.nearest import perhaps
from console.core.language.text import clean
from console.core.language.toml import read_toml
from console.core.playbook.forms import Misfit, Steps, fitted, in_seconds, is_table, keys_of, misfits, sentences_of
from console.core.playbook.model import Part, Playbook
from console.core.playbook.validate import faults
from console.core.refusal import Refused

AnyPart = typing.TypeVar("AnyPart", bound=Part)

Base = Callable[[str], str | None]
"""The TOML text of another playbook by its name; None where there is none."""

_NAMING_KEYS = ("id", "name", "title", "situation", "thought", "when", "stage", "says")
"""The keys that name an entry of a list, so that a playbook that extends another can change that entry."""


def read_playbook(text: str, name: str = "playbook", base: Base = lambda name: None) -> Playbook:
    """A playbook from its TOML text; `name` is the file's name for the sentence, `base` finds what it extends.

    A table of a list (`[[severities]]`) changes the entry of the same name in the playbook that it extends, or is added
    behind the others, or behind the one that its key `after` names; `drop = ["severities.SEV4"]` takes entries away.
    The refusal names the line and the key.
    """
    playbook, sentences = examine(text, name, base)
    if playbook is None or sentences:
        raise Refused(sentences[0])
    return playbook


def examine(text: str, name: str, base: Base = lambda name: None) -> tuple[Playbook | None, list[str]]:
    """The playbook, where one can be read, and every mistake in it: a sentence with the line and the key for each."""
    try:
        own = in_seconds(_parsed(text, name))
    except Refused as refused:
        return None, [refused.reason]
    wrong = [(steps, _no_such_key(steps, known)) for steps, known in _unknown(own, Playbook, [])]
    try:
        merged, unplaced = _extended(own, text, name, base, (name,))
    except Refused as refused:
        # Without what it extends nobody knows what is missing.
        present = [misfit for misfit in misfits(_cleaned(own), Playbook) if not misfit.missing]
        wrong += sentences_of(present)
        return None, [refused.reason, *_sentences(text, name, wrong)]
    data = _cleaned(merged)
    unfit = list(misfits(data, Playbook))
    wrong += unplaced
    wrong += [(_own_steps(steps, merged, own), why) for steps, why in sentences_of(unfit)]
    playbook = _converted(data, unfit, Playbook)
    if playbook is not None:
        wrong += [(_own_steps(steps, merged, own), why) for steps, why in _besides(unfit, faults(playbook))]
    return playbook, _sentences(text, name, wrong)


def examine_table(
    text: str, name: str, kind: type[AnyPart], faults_of: Callable[[AnyPart], Iterator[tuple[Steps, str]]]
) -> tuple[AnyPart | None, list[str]]:
    """As `examine`, for a file of another kind, which extends none; `faults_of` finds what reads well key by key."""
    try:
        own = in_seconds(_parsed(text, name))
    except Refused as refused:
        return None, [refused.reason]
    data = _cleaned(own)
    unfit = list(misfits(data, kind))
    wrong = [(steps, _no_such_key(steps, known)) for steps, known in _unknown(own, kind, [], placed=False)]
    wrong += sentences_of(unfit)
    made = _converted(data, unfit, kind)
    wrong += _besides(unfit, faults_of(made)) if made is not None else ()
    return made, _sentences(text, name, wrong)


def _converted(data: dict[str, Any], unfit: list[Misfit], kind: type[AnyPart]) -> AnyPart | None:
    """The file's content without what does not fit; None where what is left is too little to say more about it."""
    if any(misfit.is_part_of(kind) for misfit in unfit):
        return None
    return msgspec.convert(fitted(data, kind), kind)


def _besides(unfit: list[Misfit], wrong: Iterator[tuple[Steps, str]]) -> Iterator[tuple[Steps, str]]:
    """The faults of `wrong` that stand elsewhere than where something does not fit."""
    return ((steps, why) for steps, why in wrong if not any(_on_one_path(steps, misfit.steps) for misfit in unfit))


def _sentences(text: str, name: str, wrong: list[tuple[Steps, str]]) -> list[str]:
    return list(dict.fromkeys(_broken(text, name, steps, why).reason for steps, why in wrong))


def _on_one_path(steps: Steps, other: Steps) -> bool:
    return all(step == another for step, another in zip(steps, other, strict=False))


def _no_such_key(steps: Steps, known: list[str]) -> str:
    return f"there is no key “{steps[-1]}” here{perhaps(str(steps[-1]), known)}"


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except ValueError as error:  # TOMLDecodeError, and numbers with more digits than Python reads.
        raise Refused(clean(f"{name} is not valid TOML: {error}; correct it.", multiline=False)) from error


def _cleaned(value: Any) -> Any:
    """The data with every text made safe to show: TOML can write what a terminal obeys as `\\u001b`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


def _extended(
    own: dict[str, Any], text: str, name: str, base: Base, above: tuple[str, ...]
) -> tuple[dict[str, Any], list[tuple[Steps, str]]]:
    """The data of the extended playbook with the file's own in its place, and the paths that fit nowhere in it."""
    wanted = own.get("extends")
    drop = own.get("drop", [])
    data = {key: value for key, value in own.items() if key not in ("extends", "drop")}
    wrong: list[tuple[Steps, str]] = []
    if wanted is None:
        if drop:
            wrong.append((["drop"], "only a playbook that extends another can drop parts"))
        for placed in _placed_rows(data):
            wrong.append((placed, "only a playbook that extends another places entries after others"))
        return _unplaced(data), wrong
    if not isinstance(wanted, str):
        raise _broken(text, name, ["extends"], "it must be a playbook's name in quotes")
    extended = base(wanted)
    if extended is None:
        raise _broken(
            text,
            name,
            ["extends"],
            f"there is no playbook “{wanted}”; warroom playbook list names those that there are",
        )
    if wanted in above or len(above) > 8:
        raise _broken(text, name, ["extends"], f"“{wanted}” extends this playbook in turn")
    lower = in_seconds(_parsed(extended, f"{wanted}.toml"))
    under, unplaced = _extended(lower, extended, f"{wanted}.toml", base, (*above, wanted))
    for steps, why in unplaced:
        raise _broken(extended, f"{wanted}.toml", steps, why)
    for dropped in drop if isinstance(drop, list) else [drop]:
        part, _, entry = str(dropped).partition(".")
        rows = under.get(part)
        kept = [row for row in rows if _key(row) != entry] if isinstance(rows, list) else None
        if kept is None or len(kept) == len(typing.cast(list[Any], rows)):
            form = "" if entry else ", and it is written as “severities.SEV4”"
            wrong.append((["drop"], f"{wanted} has no “{dropped}” to drop{form}"))
        else:
            under[part] = kept
    merged = _merged(under, data)
    for lost in _placed_rows(data, merged):
        rows, index = str(lost[0]), lost[1]
        row = data[rows][index]
        others = [_key(other) for other in merged[rows] if _key(other) != _key(row)]
        wrong.append((lost, f"there is no “{row['after']}” to place it after: use {', '.join(others)}"))
    return _unplaced(merged), wrong


def _unplaced(data: dict[str, Any]) -> dict[str, Any]:
    """The data without the `after` of its entries, which only says where they stand."""
    return {
        part: [{key: value for key, value in row.items() if key != "after"} for row in rows]
        if _is_table_list(rows)
        else rows
        for part, rows in data.items()
    }


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
    return next((str(row[key]) for key in _NAMING_KEYS if key in row), repr(row))


def _own_steps(steps: Steps, merged: dict[str, Any], own: dict[str, Any]) -> Steps:
    """The path in the file itself: an entry's place there is another than in the merged list.

    It ends above an entry that only the playbook has that it extends.
    """
    path: Steps = []
    here, there = typing.cast(Any, own), typing.cast(Any, merged)
    for step in steps:
        if isinstance(step, int) and _is_table_list(here) and _is_table_list(there):
            key = _key(there[step])
            earlier = [_key(row) for row in there[:step]].count(key)
            places = [place for place, row in enumerate(here) if _key(row) == key]
            if earlier >= len(places):
                break
            here, there = here[places[earlier]], there[step]
            path.append(places[earlier])
        else:
            here = here.get(step) if isinstance(here, dict) else None
            there = there.get(step) if isinstance(there, dict) else None
            path.append(step)
    return path


def _unknown(data: Any, kind: Any, steps: Steps, *, placed: bool = True) -> Iterator[tuple[Steps, list[str]]]:
    """Paths of keys that no part has, mostly typing mistakes, each with the keys that there are.

    Where entries are not `placed`, there is nothing to extend, and none stands after another.
    """
    if is_table(kind):
        if not isinstance(data, dict):
            return
        known = keys_of(kind)
        for key, value in data.items():
            if key in known:
                yield from _unknown(value, known[key].kind, [*steps, key], placed=placed)
            elif not placed or key not in (("extends", "drop") if not steps else ("after",) if len(steps) == 2 else ()):
                yield [*steps, key], list(known)
    elif typing.get_origin(kind) is tuple and isinstance(data, list):
        inner = typing.get_args(kind)[0]
        for index, row in enumerate(data):
            yield from _unknown(row, inner, [*steps, index], placed=placed)


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
