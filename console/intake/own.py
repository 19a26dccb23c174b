"""Exports of Warroom that are read back: each gives what it carries of the incident, and says what it does not."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any, get_args

import msgspec

from console.core.language.text import MAX_NAME_CHARS, MAX_TITLE_CHARS, one_line
from console.intake.calendar import Calendar
from console.intake.collector import Collector, Entry
from console.intake.model import Declared, Kind, ReadLine, ReadTimeline, Skipped
from console.intake.source import Source, Table
from console.intake.table_reader import NO_CELL
from console.intake.tables import Row, cell_time, csv_cells, csv_rows

CSV_HEAD = "id,kind,occurred_at,recorded_at,author,text,tags,corrected"
_NAMES = ("kind", "occurred_at", "author", "text", "tags")
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind) if kind != "note"}

_REF = r"(?P<ref>INC-[0-9A-HJKMNP-TV-Z]{4})"
_FORMS = {
    "timeline": (re.compile(rf"# {_REF} (?P<title>\S.*)"), re.compile(r"All times are |Nothing stands in it")),
    "postmortem": (re.compile(rf"# Postmortem {_REF}: (?P<title>.*)"), re.compile(r"- (?:\*\*)?Impact lasted:")),
    "root cause analysis": (
        re.compile(rf"# Root cause analysis {_REF}: (?P<title>.*)"),
        re.compile(r"- (?:\*\*)?Impact lasted:"),
    ),
    "handoff": (re.compile(rf"# Handoff {_REF}: (?P<title>.*)"), re.compile(r"\*\*.+\*\* · written .+ by ")),
    "brief": (re.compile(rf"# {_REF}: (?P<title>.*)"), re.compile(r"\*\*.+ · declared .+ ago\*\*")),
    "deck": (re.compile(rf"# {_REF}: (?P<title>.*)"), re.compile(r"Right and Left lead from one decision ")),
    "update": (re.compile(rf"{_REF} update #\d+ ·(?P<title>)"), re.compile(r"Current status: ")),
}
"""The beginning of each document, and the text of one of its next lines, as patterns by the document's name."""

_UNNAMED = re.compile(r"\*?People appear by the first role ")
"""Said in documents that name nobody; where more than one took part they are told apart by role or number."""

_SIGNATURE_LINES = 14
_DECLARED = re.compile(
    r"(?P<drill>Drill d|D)eclared (?P<severity>\S{1,40}): (?P<title>.*?)(?P<row> \(kind: declared\))?", re.DOTALL
)
_KIND = re.compile(r"(?:\*\*)?(?P<kind>Decision|Action|Finding|Hypothesis):(?:\*\*)? (?P<text>.*)", re.DOTALL)
_AUTHOR = re.compile(r"(?P<text>.*) \((?P<author>(?:[^()]|\([^()]*\)){1,80})\)", re.DOTALL)
_NOTE = re.compile(r" — \*([^*\n]{1,400})\*$")
_ZONE = re.compile(r"; all times are (?P<zone>.{3,40})$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|&#?\w{1,31};")
_TIMED = re.compile(r"^(- \d\d:\d\d )(?!\*\*(?:Decision|Action|Finding|Hypothesis):)([^\s\\&](?: \d)?)")
"""The time of an entry, and how its words begin: "UTC", "(Tokyo)" or "to 15:00" there are no part of the time."""
_TIME_WITHIN = re.compile(r"([.!?;]\s+(?:[-*\u2022]\s+)?)(\d)")
"""A digit with which a sentence of an entry begins: its time is none of another entry."""
_NOT_CARRIED = "roles, tasks, updates and changes of severity and stage come as notes; the JSON export carries all"


def csv_source(lines: Sequence[str]) -> Source:
    """The entries of the CSV export."""
    names = CSV_HEAD.split(",")
    whole = (csv_cells(row, len(names), ",") for row in csv_rows(lines, 1, len(lines), ","))
    rows = [(dict(zip(names, row.cells, strict=False)), row.numbers[0]) for row in whole]
    return _entries(rows, len(lines), "CSV export", None)


def is_shown(root: dict[str, Any]) -> bool:
    """Whether this is the JSON of `show`, which has clocks and other moments beside its entries."""
    entries = root.get("entries")
    return {"ref", "clocks"} <= root.keys() and isinstance(entries, list) and all(isinstance(e, dict) for e in entries)


def shown_source(shown: dict[str, Any], lines: Sequence[str], places: Iterable[int]) -> Source:
    """The entries of the JSON of `show`; `places` are the lines on which they begin."""
    rows = [
        ({**entry, "tags": " ".join(entry.get("tags") or ())}, line)
        for entry, line in zip(shown["entries"], places, strict=True)
        if entry.get("undone") is not True
    ]
    return _entries(rows, len(lines), "JSON of `show`", str(shown.get("title") or "") or None)


def _entries(rows: Sequence[tuple[dict[str, Any], int]], length: int, form: str, title: str | None) -> Source:
    table = Table(_NAMES, [])
    shown: list[str] = []
    for cells, _ in rows:
        texts = {name: str(cells.get(name) or "") for name in _NAMES}
        texts["kind"] = texts["kind"] if texts["kind"] in (*_KINDS, "declared") else "note"
        shown.append(one_line("; ".join(filter(None, texts.values())), 400))
        table.rows.append(Row(tuple(texts.values()), (len(shown),)))
    title = one_line(title, MAX_TITLE_CHARS) if title else None
    remarks = [f"this is the {form} of an incident: {_NOT_CARRIED}"]
    return Source(shown, [number for _, number in rows], length, [table], title=title, remarks=remarks, document=form)


def read_rows(rows: Sequence[Row], collector: Collector, calendar: Calendar) -> None:
    """Read the entries of an export of ours: each cell means what its column says, whatever it looks like."""
    for row in rows:
        kind, when, author, text, tags = row.cells
        timed = cell_time(when)
        moment = calendar.moment(timed.stamp, row.numbers[0], None) if timed and timed.stamp.time else None
        if moment is None:
            collector.skip(row.numbers, NO_CELL)
            continue
        words = text.casefold().split()
        missing = (f" #{tag}" for tag in tags.split() if f"#{tag}".casefold() not in words)
        suffix = "kind: declared" if kind == "declared" else ""
        author = one_line(author, MAX_NAME_CHARS)
        parts = [text, *missing]
        collector.start(
            Entry(moment, list(row.numbers), parts, suffix, kind=_KINDS.get(kind, "note"), author=author or None)
        )
    collector.close()


def trimmed(source: Source) -> Source:
    """The timeline alone, where the lines are a document of ours, whose other parts tell the same once more."""
    lines = source.lines
    first = next((line for line in lines if line.strip()), "").removeprefix("\ufeff")
    for name, (begins, signature) in _FORMS.items():
        head = begins.match(first)
        if head and any(signature.match(line) for line in list(lines)[1:_SIGNATURE_LINES]):
            return _trimmed(source, name, head)
    return source


def _trimmed(source: Source, form: str, head: re.Match[str]) -> Source:
    lines = list(source.lines)
    begin, end = 0, len(lines)
    if form != "timeline":
        begin = next((at for at, line in enumerate(lines) if line == "## Timeline"), end)
        end = next((at for at in range(begin + 1, end) if lines[at].startswith("## ")), end)
    document = f"the {form} of {head['ref']}"
    reason = f"This part of {document} is not its timeline."
    if begin == end:
        reason = f"This is {document}, which holds no timeline; import its JSON export."
    set_aside: list[Skipped] = []
    in_diagram = False
    for at, line in enumerate(lines):
        in_diagram = in_diagram or line.startswith("```")
        if begin <= at < end and not in_diagram:
            # A page's lines say the kind as a text says it.
            if source.is_text or not _KIND.fullmatch(line[8:]):
                line = _TIME_WITHIN.sub(lambda begun: f"{begun[1]}&#{ord(begun[2])};", line)
                lines[at] = _TIMED.sub(lambda timed: timed[1] + "".join(f"&#{ord(each)};" for each in timed[2]), line)
            continue
        zone = _ZONE.search(line) if at < _SIGNATURE_LINES else None
        if line.strip() and zone is None and line != head[0]:
            set_aside.append(Skipped(source.numbers[at], one_line(line, 400), reason))
        lines[at] = f"All times are {zone['zone']}." if zone else ""
        in_diagram = in_diagram and line != "```"
    remark = f"this is {document}: its times are to the minute, its entries on one line each; {_NOT_CARRIED}"
    return source._replace(
        lines=lines,
        numbers=list(source.numbers),
        set_aside=set_aside,
        title=one_line(_plain(head["title"]), MAX_TITLE_CHARS) or None,
        remarks=[remark] if begin < end else [],
        document=form,
        is_named=not any(_UNNAMED.match(line) for line in source.lines[:_SIGNATURE_LINES]),
    )


def restored(read: ReadTimeline, source: Source) -> ReadTimeline:
    """The entries of a document of ours as they were logged, and the declaration, which is no entry of an import."""
    declared: Declared | None = None
    entries: list[ReadLine] = []
    is_signed = source.is_named or all(_AUTHOR.fullmatch(entry.text) for entry in read.lines)
    for entry in read.lines:
        entry = entry if source.tables else _unmarked(entry, is_signed=is_signed)
        declaration = _DECLARED.fullmatch(entry.text) if declared is None and entry.kind == "note" else None
        if declaration and (not source.tables or declaration["row"]):
            drill = declaration["drill"] != "D"
            declared = Declared(declaration["severity"], entry.occurred_at, entry.author, drill)
            title = source.title or one_line(declaration["title"], MAX_TITLE_CHARS) or None
            read = msgspec.structs.replace(read, title=title, structure=(*read.structure, *entry.numbers))
        else:
            entries.append(entry)
    structure = tuple(sorted(set(read.structure)))
    return msgspec.structs.replace(read, lines=tuple(entries), structure=structure, declared=declared)


def _unmarked(entry: ReadLine, *, is_signed: bool) -> ReadLine:
    """The entry without the marks of a document for its kind and its author."""
    text, author = entry.text, entry.author
    signed = _AUTHOR.fullmatch(text) if is_signed and author is None else None
    if signed:
        text, author = signed["text"], _plain(signed["author"])
    text = _NOTE.sub(r" — \1", text)
    marked = _KIND.fullmatch(text)
    kind: Kind = _KINDS[marked["kind"].casefold()] if marked else entry.kind
    return msgspec.structs.replace(entry, text=_plain(marked["text"] if marked else text), author=author, kind=kind)


def _plain(text: str) -> str:
    # What was escaped begins no reference: `\\&amp;` was typed so.
    return _ESCAPED.sub(lambda found: found[1] or unescape(found[0]), text)
