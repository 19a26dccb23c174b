"""Lists of YAML and blocks of fields as tables of Markdown, each point on its line; the lines around them stay."""

import re
from collections import Counter
from collections.abc import Sequence

from console.intake.source import Draft, Source
from console.intake.tables import MAX_COLUMNS, cell_time

_POINT = re.compile(r"(?P<indent>\s{0,40})-\s+(?=[\w@][\w .@-]{0,40}:(?:\s|$))")
_PAIR = re.compile(r"(?P<indent>\s{0,40})(?P<key>[\w@][\w .@-]{0,40}?)\s?:(?:\s+(?P<value>.*))?$")
_BLOCK = re.compile(r"[|>][+-]?$")
_COMMENT = re.compile(r"\s+#\s.*$")
_LEAST_POINTS = 2
_RECORD = re.compile(r"\*{3,}\s\d{1,9}\. row\s\*{3,}|-\[ RECORD \d{1,9} \]|Event\[\d{1,9}\]")
"""The line that a shell of a database, or of Windows' events, writes above the fields of a record."""
_FIELD = re.compile(r"\s{0,40}(?P<key>[A-Za-z][\w .()/-]{0,40}?)\s{0,40}[:|](?:\s+(?P<value>.*))?$")


def _pointed(lines: Sequence[str]) -> Sequence[str]:
    """The lines with blocks of fields as points of a list; as they are where they are none, or have no moments."""
    rules = {at for at, raw in enumerate(lines) if raw[:1] in "*-E" and _RECORD.match(raw)}
    first = _FIELD.match(next(filter(str.strip, lines), ""))
    key = first["key"] if first else "\n"
    again = (at for at, raw in enumerate(lines) if key in raw[:80] and not (at and lines[at - 1].strip()))
    starts = {at + 1 for at in rules} or set(again)
    if len(starts) < _LEAST_POINTS:
        return lines
    fields = list(map(_FIELD.match, lines))
    keyed = [field for field in fields if field]
    plain = not rules and any(raw[:1].strip() and not field for raw, field in zip(lines, fields, strict=True))
    if plain or len(keyed) < 2 * len(starts):
        return lines
    timed = (cell_time(field["value"] or "") for field in keyed[: len(keyed) // len(starts)])
    if not any(read and read.stamp.date and read.stamp.time and not read.text for read in timed):
        return lines
    both = zip(lines, fields, strict=True)
    made = [f"{field['key']}: {field['value'] or ''}" if field else f"  {raw.strip()}" for raw, field in both]
    marks = ("" if at in rules else "- " if at in starts else "  " for at in range(len(made)))
    return [mark + line if mark and line.strip() else "" for mark, line in zip(marks, made, strict=True)]


def yaml_source(lines: Sequence[str]) -> Source | None:
    """The text with its lists of records as tables; None for a text that is no YAML."""
    lines = _pointed(lines)
    first = next((raw for raw in lines if raw.strip() and not raw.lstrip().startswith("#")), "")
    points = [at for at, raw in enumerate(lines) if raw.lstrip()[:1] == "-" and _POINT.match(raw)]
    if len(points) < _LEAST_POINTS or not (first.strip() == "---" or _PAIR.match(first) or _POINT.match(first)):
        return None
    # Sentences with a colon in a list of Markdown are no records: those have further keys below the first.
    keyed = sum(1 for at in points if at + 1 < len(lines) and _belongs(lines[at + 1], lines[at]))
    if keyed * 2 < len(points):
        return None
    made = Draft(len(lines))
    index = 0
    while index < len(lines):
        records, end = _records(lines, index)
        if records:
            counts = Counter(key for _, record in records for key in record)
            usual = {name for name, _ in counts.most_common(MAX_COLUMNS)}
            names = [name for name in counts if name in usual]
            rows = [(number, ["<br>".join(record.get(name, ())) for name in names]) for number, record in records]
            made.table([(index + 1, names), *rows])
        else:
            made.put(lines[index], index + 1)
        index = end
    return made.source()


def _belongs(raw: str, point: str) -> bool:
    pair = _PAIR.match(raw)
    begin = _POINT.match(point)
    return pair is not None and begin is not None and len(pair["indent"]) == begin.end()


def _records(lines: Sequence[str], start: int) -> tuple[list[tuple[int, dict[str, list[str]]]], int]:
    """The records of the list that begins on the line, each with its line from 1, and where the list ends.

    A record holds the lines of each of its values.
    """
    begin = _POINT.match(lines[start])
    if begin is None:
        return [], start + 1
    inner, outer = begin.end(), len(begin["indent"])
    records: list[tuple[int, dict[str, list[str]]]] = []
    key = ""
    index = start
    while index < len(lines):
        raw = lines[index]
        indent = len(raw) - len(raw.lstrip())
        point = _POINT.match(raw)
        if point and len(point["indent"]) == outer:
            records.append((index + 1, {}))
            raw = " " * point.end() + raw[point.end() :]
        elif raw.strip() and indent <= outer:
            break
        pair = _PAIR.match(raw)
        if pair and len(pair["indent"]) == inner:
            key = pair["key"]
            records[-1][1][key] = [*filter(None, [_value(pair["value"] or "")])]
        elif raw.strip() and key:
            records[-1][1].setdefault(key, []).append(raw.strip())
        index += 1
    return records, index


def _value(written: str) -> str:
    """A plain or quoted value; empty where it stands on the lines below."""
    value = written.strip()
    if value[:1] in ("'", '"') and value.rfind(value[0]) > 0:
        quote = value[0]
        inner = value[1 : value.rfind(quote)]
        return inner.replace(quote * 2, quote) if quote == "'" else inner.replace('\\"', '"')
    return "" if _BLOCK.fullmatch(value) else _COMMENT.sub("", value)
