"""JSON, JSON Lines and XML of tools: the records with a moment, as rows of a table with a column for each key."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from console.core.language.text import MAX_TITLE_CHARS, one_line
from console.intake.chat_pages import collapsed, line_of, text_of
from console.intake.lines import split_lines
from console.intake.own import is_shown, shown_source
from console.intake.pages import plain_words
from console.intake.source import Source, Table
from console.intake.tables import MAX_COLUMNS, Row, cell_time, epoch_text, is_time_name, person_name

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_DEPTH = 60
_XML = re.compile(r"\ufeff?(?P<head>(?:\s|<[?!][^<>]{0,400}>){0,400})(?=<[A-Za-z])")
"""The declarations above the first element of XML."""
_JSON_START = re.compile(r"\s{0,400}(?:\[\s{0,400})?\{\s{0,400}[\"}]")
_HTML_CELL = re.compile(r"<(?:p|div|ul|ol|h[1-6]|span|strong|b|em)\b[^<>]{0,200}>", re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\n\[\]]')
_NAMES = (
    "real_name", "display_name", "displayName", "full_name", "fullName", "name", "summary", "title", "login",
    "username",
)  # fmt: skip
"""The keys of a reference to a person or a thing that say who or what it is, the best first."""
_REFERS = frozenset([
    "id", "_id", "uid", "uuid", "self", "key", "login", "email", "emailAddress", "accountId", "real_name",
    "display_name", "displayName", "fullName", "#text",
])  # fmt: skip
"""The keys that tell a reference to a person or a thing from a record of its own."""
_OPEN = frozenset(["attributes", "fields", "_source", "node"])
"""Envelopes, whose keys are those of the record around them."""
_VALUES = frozenset(["stringValue", "$date", "rendered", "#text", "_text", "$t"])
"""Keys that name the form of a value, which is that of the key above."""
_TITLES = ("title", "name", "summary", "subject")
_BODIES = ("body", "description", "text", "message", "content", "note")
_WORDS = frozenset((*_TITLES, *_BODIES))
_NO_RECORDS = frozenset([
    "reactions", "blocks", "edit_history", "_links", "links", "pending_actions", "scheduled_actions", "components",
])  # fmt: skip
"""Fields about a record, that tell it once more for a program, of what is still to come, or of what only exists."""
_ROSTERS = frozenset(["oncalls", "on_calls", "schedules", "shifts", "rotations", "rosters"])
"""The keys of lists of who is on duty when."""
_PEOPLE_LISTS = frozenset([
    "users", "members", "authors", "agents", "people", "participants", "accounts", "contacts", "profiles", "actors",
])  # fmt: skip
"""The keys of lists that name the people to whom records refer by id."""
_MARKED = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]{1,400})(?:\|(?P<label>[^<>]{1,200}))?>")


class _Object(dict[str, Any]):
    """An object of the file, with the lines from its brace to the other."""

    first: int = 0
    last: int = 0


class _Record(NamedTuple):
    where: tuple[str, ...]
    """The keys that lead to the list it stands in: the records of a list are a table."""

    cells: dict[str, str]
    line: int
    timed: bool


NO_TIME = "No time can be read in this record."
BROKEN_LINE = "This line is not valid JSON."


def source_of(text: str) -> Source | None:
    """The records of the text; None where it is no JSON."""
    text = text.removeprefix("\ufeff")
    lines = split_lines(text)
    text = "\n".join(lines)
    broken: list[int] = []
    try:
        root = _parsed(text, 0)
    except (ValueError, RecursionError) as error:
        objects = _lines_of_json(lines, broken)
        if len(objects) <= len(broken):
            return _unread(lines, _why(error)) if _JSON_START.match(text) else None
        root = objects
    if not isinstance(root, list | _Object):
        return None
    if isinstance(root, _Object) and is_shown(root):
        return shown_source(root, lines, [entry.first for entry in root["entries"]])
    reading = _Reading()
    title = reading.read(root)
    return _source(reading, lines, broken, title)


def xml_source(text: str) -> Source | None:
    """The records of a text that is XML, also of an element a line; None where it is none."""
    head = _XML.match(text)
    if head is None:
        return None
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    above = "\n" * head["head"].count("\n")
    try:
        root = etree.fromstring(f"{above}<{_WHOLE}>{text[head.end() :]}</{_WHOLE}>".encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    reading = _Reading()
    title = reading.read(_Object({_WHOLE: _held(root)}))
    return _source(reading, split_lines(text), [], title) if any(record.timed for record in reading.records) else None


_WHOLE = "xml"


def _held(element: "_Element") -> Any:
    """An element as an object of its attributes and elements, several of a name in a list; one of words as those."""
    children = [child for child in element if isinstance(child.tag, str)]
    held = _Object({str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()})
    held.first = held.last = line_of(element)
    if not children or any((words or "").strip() for words in (element.text, *(child.tail for child in children))):
        words = collapsed(text_of(element))
        held["#text"] = words
        return held if len(held) > 1 else words
    inner: dict[str, list[Any]] = {}
    for child in children:
        inner.setdefault(child.tag.rpartition("}")[2], []).append(_held(child))
    held.update({name: values if len(values) > 1 else values[0] for name, values in inner.items()})
    return held


def _lines_of_json(lines: list[str], broken: list[int]) -> list[Any]:
    """The objects of JSON Lines; `broken` gets the numbers of the lines that are none."""
    objects: list[Any] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                value = _parsed(line, number - 1) if line.rstrip()[-1] == "}" else None
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, _Object):
                objects.append(value)
            else:
                broken.append(number)
    return objects


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"This file begins as JSON, and is broken on line {error.lineno}."
    return f"This JSON is nested more than {MAX_DEPTH} levels deep, which no timeline is."


def _unread(lines: list[str], reason: str) -> Source:
    faults = [(number, reason) for number, line in enumerate(lines, start=1) if line.strip()]
    return Source(lines, range(1, len(lines) + 1), len(lines), (), faults)


def _source(reading: "_Reading", lines: list[str], broken: list[int], title: str | None) -> Source:
    timed = {record.where for record in reading.records if record.timed}
    records = [record for record in reading.records if record.timed or not timed or record.where in {*timed, ()}]
    records.sort(key=lambda record: record.line)
    shown = [one_line("; ".join(f"{name}: {cell}" for name, cell in record.cells.items()), 400) for record in records]
    keys: dict[tuple[str, ...], Counter[str]] = {}
    for record in records:
        if record.timed:
            keys.setdefault(record.where, Counter()).update(record.cells.keys())
    tables: dict[tuple[str, ...], Table] = {}
    for where, counts in keys.items():
        # Where each record has keys of its own, all of them as columns would be the square of the file.
        usual = {name for name, _ in counts.most_common(MAX_COLUMNS)}
        tables[where] = Table(tuple(name for name in counts if name in usual), [])
        reading.left_out |= counts.keys() - usual
    faults: list[tuple[int, str]] = []
    for place, record in enumerate(records, start=1):
        if record.timed:
            table = tables[record.where]
            table.rows.append(Row(tuple(record.cells.get(name, "") for name in table.names), (place,)))
        else:
            faults.append((place, NO_TIME))
    for number in broken:
        shown.append(lines[number - 1])
        faults.append((len(shown), BROKEN_LINE))
    left_out = sorted(reading.left_out)
    remarks = [f"left out: keys {', '.join(left_out[:8])}{', …' if len(left_out) > 8 else ''}"] if left_out else []
    numbers = [record.line for record in records] + broken
    return Source(shown, numbers, len(lines), list(tables.values()), faults, title=title, remarks=remarks)


def _parsed(text: str, before: int) -> Any:
    """The value of a JSON text, each object with its lines; ValueError for what is none or goes too deep."""
    spans = _spans(text, before + 1)

    def made(pairs: list[tuple[str, Any]]) -> _Object:
        made = _Object(pairs)
        made.first, made.last = next(spans)
        return made

    # Numbers stay as they are written: none is too large, and none is rounded.
    return json.loads(text, object_pairs_hook=made, parse_int=str, parse_float=str, parse_constant=lambda name: None)


def _spans(text: str, line: int) -> Iterator[tuple[int, int]]:
    """The first and last line of each object, in the order of their closing braces."""
    opened: list[int] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        elif token in "[]":
            depth += 1 if token == "[" else -1
        elif token == "{":
            opened.append(line)
        elif token == "}" and opened:
            yield opened.pop(), line
        if len(opened) + depth > MAX_DEPTH:
            raise ValueError("too deep")


class _Reading:
    """One reading of a value into records."""

    def __init__(self) -> None:
        self.records: list[_Record] = []
        self.left_out: set[str] = set()
        self._people: dict[str, str] = {}
        """The names of people by their ids."""

    def read(self, root: Any) -> str | None:
        """Read all records; gives the title, where the whole is about one thing that has one."""
        self._people.update(_people(root))
        if isinstance(root, _Object):
            single = self._single(root)
            self._set_people_apart(single)
            title = next((str(single[key]) for key in _TITLES if isinstance(single.get(key), str)), "")
            # A title alone is no event: what happened stands in the lists below it.
            bare = not any(isinstance(single.get(key), str) and single[key] for key in _BODIES)
            lists = [child for child in single.values() if isinstance(child, list)]
            self._visit(single, (), bare=bare and any(isinstance(item, _Object) for child in lists for item in child))
            return one_line(title, MAX_TITLE_CHARS) or None
        self._list(root, ())
        return None

    def _set_people_apart(self, value: _Object) -> None:
        """Take out what only names people, whose own moments are no events, where records stand beside it."""
        included = value.get("included")
        if isinstance(included, list):
            value["included"] = [item for item in included if not _is_person(item)]
            if len(value["included"]) < len(included):
                self._people |= dict(_named(list(filter(_is_person, included))))
                self.left_out.add("included")
        listed = {key: held for key, held in value.items() if key in _PEOPLE_LISTS and isinstance(held, list | _Object)}
        if not any(isinstance(held, list | _Object) for key, held in value.items() if key not in listed):
            return
        for key, people in listed.items():
            named = dict(_named(people))
            if named:
                self._people |= named
                self.left_out.add(key)
                del value[key]

    def _single(self, root: _Object) -> _Object:
        """The object that the file is about, inside its envelopes."""
        objects = [(key, value) for key, value in root.items() if isinstance(value, _Object)]
        own = any(isinstance(value, str) and _is_moment(key, value) for key, value in root.items())
        if len(objects) == 1 and not own and not any(isinstance(value, list) for value in root.values()):
            return self._single(objects[0][1])
        return root

    def _list(self, values: list[Any], where: tuple[str, ...]) -> None:
        for value in values:
            if isinstance(value, _Object):
                self._visit(value, where, listed=True)
            elif isinstance(value, list):
                self._list(value, where)

    def _visit(self, value: _Object, where: tuple[str, ...], *, listed: bool = False, bare: bool = False) -> None:
        """Read an object as a record, and the lists of records in it."""
        cells: dict[str, str] = {}
        lists: list[tuple[tuple[str, ...], list[Any]]] = []
        before = len(self.records)
        self._flatten(value, "", cells, lists)
        if _WORDS.isdisjoint(cells):
            # What happened can only stand in the small records that are no entries of their own.
            apart = value.keys() - cells.keys() - _NO_RECORDS - _PEOPLE_LISTS
            spelled = {key: words for key in value if key in apart and (words := _spelled(value[key]))}
            cells |= spelled
            self.left_out -= spelled.keys()
        for path, items in lists:
            if path[0] not in cells:
                self._list(items, where + path)
        timed = any(_is_moment(name, cell) for name, cell in cells.items())
        held = any(record.timed for record in self.records[before:])
        # A record without words of its own only holds others: what happened stands in those.
        bare = bare or _WORDS.isdisjoint(name.rpartition(".")[2] for name in cells)
        # What has no moment is told of where it is one of many, and only holds no others.
        if not cells or (timed and bare and held) or (not timed and (held or not listed)):
            return
        if timed and where[1:] and all(key.endswith(".name") or _is_moment(key, cell) for key, cell in cells.items()):
            # "assignments": [{"at": ..., "assignee": ...}] says what happened by the key of the list alone.
            cells["event"] = where[-1]
        self.records.insert(before, _Record(where, cells, value.first, timed))

    def _flatten(
        self, value: _Object, prefix: str, cells: dict[str, str], lists: list[tuple[tuple[str, ...], list[Any]]]
    ) -> None:
        for key, child in value.items():
            name = f"{prefix}{key}"
            if key in _NO_RECORDS or (key != "html_url" and key.endswith("url") and "html_url" in value):
                if child:
                    self.left_out.add(name)
            elif isinstance(child, str):
                if child.strip():
                    who, bare = self._people.get(child), person_name(key)
                    if who and bare:
                        cells[f"{prefix}{bare}" if bare == key or not value.get(bare) else name] = who
                    else:
                        # The name of a record is what it is called, not who wrote it.
                        named = "title" if name == "name" and "title" not in value else name
                        named = prefix[:-1] if key == "#text" and prefix else named
                        cells[named] = self._worded(child.strip())
            elif child is True:
                cells[name] = "true"
            elif key == "user_profile" and value.get("user") in self._people:
                continue
            elif isinstance(child, _Object):
                who = next((child[at] for at in _NAMES if isinstance(child.get(at), str) and child[at]), None)
                if who and not _REFERS.isdisjoint(child):
                    cells[f"{name}.name"] = who
                    rest = {at: held for at, held in child.items() if isinstance(held, list | _Object)}
                    self.left_out |= {f"{name}.{at}" for at, held in child.items() if at not in rest and held != who}
                    self._flatten(_placed(rest, child), f"{name}.", {}, lists)
                elif len(child) == 1 and not _VALUES.isdisjoint(child):
                    self._flatten(_placed({key: next(iter(child.values()))}, child), prefix, cells, lists)
                elif identified := self._identified(key, child):
                    cells[f"{name}.name"] = identified
                else:
                    self._flatten(child, prefix if key in _OPEN else f"{name}.", cells, lists)
            elif isinstance(child, list) and child:
                self._flatten_list(key, name, child, cells, lists)

    def _identified(self, key: str, value: _Object) -> str | None:
        """The name of the person whom an object only refers to by id, also in the envelope of JSON:API."""
        envelope = value.get("data")
        reference = envelope if isinstance(envelope, _Object) else value
        ident = reference.get("id")
        is_bare = reference.keys() <= {"id", "type"} and bool(person_name(key))
        return self._people.get(ident) if is_bare and isinstance(ident, str) else None

    def _flatten_list(
        self,
        key: str,
        name: str,
        child: list[Any],
        cells: dict[str, str],
        lists: list[tuple[tuple[str, ...], list[Any]]],
    ) -> None:
        plain = [item for item in child if isinstance(item, str)]
        objects = [item for item in child if isinstance(item, _Object)]
        pieces = [item if isinstance(item, str) else item.get("text") for item in plain + objects]
        if plain and len(plain) == len(child):
            cells[name] = ", ".join(plain)
        elif key in _BODIES and len(pieces) == len(child) and all(isinstance(piece, str) for piece in pieces):
            # A text with its links and names set apart, as Telegram writes it.
            cells[name] = "".join(str(item if isinstance(item, str) else item["text"]) for item in child)
        elif key not in _ROSTERS and any(
            _has_moment(item) or any(isinstance(held, str) and len(held.split()) > 3 for held in item.values())
            for item in objects
        ):
            lists.append(((name,), child))
        else:
            named = [next((item[at] for at in _NAMES if isinstance(item.get(at), str)), "") for item in objects]
            if objects and all(named):
                cells[name] = ", ".join(named)
            else:
                self.left_out.add(name)

    def _worded(self, text: str) -> str:
        """The text with Slack's marks of people, channels and links as words."""
        if _HTML_CELL.match(text):
            return plain_words(text)
        if not self._people or ("<" not in text and "&" not in text):
            return text

        def word(match: re.Match[str]) -> str:
            target, label = match["target"], match["label"]
            if match["sign"] == "@":
                return f"@{label or self._people.get(target, target)}"
            if match["sign"] == "#":
                return f"#{label or target}"
            if match["sign"] == "!":
                return f"@{label or target}"
            return f"{label} ({target})" if label and label != target else target

        return _MARKED.sub(word, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spelled(value: Any) -> str:
    """The keys and words of the objects of a list; nothing for another value, and where they hold more, or moments."""
    pairs = [item.items() if isinstance(item, _Object) else () for item in value] if isinstance(value, list) else []
    if not all(
        isinstance(held, str | None) and not _is_moment(key, held or "") for each in pairs for key, held in each
    ):
        return ""
    return "; ".join(", ".join(f"{key}: {held}" for key, held in each if held) for each in pairs)


def _placed(values: dict[str, Any], like: _Object) -> _Object:
    made = _Object(values)
    made.first, made.last = like.first, like.last
    return made


def _has_moment(value: Any, depth: int = 0) -> bool:
    """Whether a record holds a moment, itself or in an envelope."""
    if not isinstance(value, _Object) or depth > 6:
        return False
    for key, child in value.items():
        if isinstance(child, str):
            if _is_moment(key, child):
                return True
        else:
            inner = child[:3] if isinstance(child, list) else [child]
            if any(_has_moment(item, depth + 1) for item in inner):
                return True
    return False


def _is_moment(name: str, cell: str) -> bool:
    if len(cell) > 60 or not any(char.isdigit() for char in cell):
        return False
    if epoch_text(cell):
        return is_time_name(name)
    timed = cell_time(cell)
    if timed is None or timed.stamp.time is None or timed.text:
        return False
    return timed.stamp.date is not None or is_time_name(name)


def _is_person(value: Any) -> bool:
    """Whether the value is one of the things beside the records of JSON:API that is a person."""
    kind = value.get("type") if isinstance(value, _Object) else None
    return isinstance(kind, str) and not {kind, f"{kind}s"}.isdisjoint(_PEOPLE_LISTS)


def _named(people: list[Any] | _Object) -> Iterator[tuple[str, str]]:
    """The ids and names of the people in a list, or of those that stand by their ids."""
    pairs = people.items() if isinstance(people, _Object) else (("", person) for person in people)
    for key, person in pairs:
        if isinstance(person, _Object):
            ident = next((person[at] for at in ("id", "_id", "accountId") if person.get(at)), key)
            inner = person.get("attributes")
            stated = inner if isinstance(inner, _Object) else person
            name = next((stated[at] for at in _NAMES if isinstance(stated.get(at), str) and stated[at].strip()), None)
            if name and isinstance(ident, str) and ident:
                yield ident, name
        elif isinstance(person, str) and any(map(str.isdigit, key)) and person.strip():
            yield key, person


def _people(root: Any) -> Iterator[tuple[str, str]]:
    """The ids of people that the messages of Slack name in their profiles, with the names."""
    for message in root if isinstance(root, list) else ():
        profile = message.get("user_profile") if isinstance(message, _Object) else None
        if isinstance(profile, _Object) and isinstance(message.get("user"), str):
            name = next((profile[at] for at in ("display_name", "real_name", "name") if profile.get(at)), None)
            if isinstance(name, str):
                yield message["user"], name
