"""A cState issue as text: front matter in YAML, then the updates, newest first.

    ---
    title: "Checkout errors"
    date: 2026-11-21T14:30:00Z
    resolved: false
    severity: disrupted
    affected:
      - "Checkout"
    section: issue
    warroom: ["wr-0k7q2-0001"]
    ---

    *Investigating* - We are looking into it. {{< track "2026-11-21T14:31:00Z" >}}

Only the keys above are ours. Other lines of the front matter, and all earlier updates, stay as they are, also those
that somebody wrote by hand.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from console.core.language import times
from console.core.subjects.component import ComponentState
from console.publish.provider import PageUpdate
from console.publish.providers.common import markdown
from console.publish.sending.message import Change, Delivery, Part, Status, status_of, touched

SEVERITIES: dict[ComponentState, str] = {
    "operational": "notice",
    "degraded": "disrupted",
    "partial": "disrupted",
    "major": "down",
    "maintenance": "notice",
}
"""cState has one severity for the whole issue, which every affected system shows."""
_ORDER = ("notice", "disrupted", "down")

_UPDATE = re.compile(r"\*+(?P<word>\w+|In progress)\*+:?\s*-?\s*(?P<text>.*?)\s*(?:\{\{<\s*track\b|\Z)", re.DOTALL)
_BLOCK = re.compile(
    r"\*+(?P<word>\w+|In progress)\*+:?\s*-?\s*(?P<text>[\s\S]*?)\s*\{\{<\s*track\s+\"(?P<at>[^\"]*)\"\s*>\}\}"
)
"""An update whole, with its moment."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""The id of an update that somebody else wrote."""
BESIDE = "by hand"
_POSTMORTEM = re.compile(r"\s*<!-- warroom: postmortem -->\s*## Postmortem\s([\s\S]*?)<!-- /warroom: postmortem -->\s*")
"""The postmortem, between comments that nobody sees; it stands behind the updates."""
_KEY = re.compile(r"([\w\-]+)\s*:(.*)")
WORST = "warroomWorst"
"""The severity that the issue had at its worst, as long as it is not the one that it has."""
_OURS = ("title", "resolved", "resolvedWhen", "severity", "affected", WORST, "section", "warroom")


class Issue(msgspec.Struct, frozen=True):
    """An issue as its file has it."""

    title: str
    resolved: bool
    severity: str
    affected: tuple[str, ...]
    keys: tuple[str, ...]
    """Our markers of the messages in it."""
    status: Status | None
    """That of the newest update, where it names one."""
    text: str
    """Of the newest update."""
    postmortem: str = ""
    """Empty where there is none."""
    updates: tuple[PageUpdate, ...] = ()
    """Newest first, each with its moment as its id; behind that of another one at the same moment stands its number.
    What stands beside them has the id of `BESIDE`."""
    hidden: bool = False
    """Hugo leaves it out."""


def updated(before: str | None, delivery: Delivery, parts: Iterable[Part]) -> str:
    """The file with a message in it; `before` is what it says now, None where there is none.

    `parts` are all components that the incident has changed, with their states once this message is there.
    """
    front, body = _split(before or "")
    newest = _update(delivery.status, delivery)
    rest = f"\n\n{body.strip()}" if body.strip() else ""
    return _front(front, parsed(before) if before else None, delivery, parts) + newest + rest + "\n"


def changed(before: str, delivery: Delivery, change: Change, parts: Iterable[Part]) -> str | None:
    """The file with one of its updates edited or removed, or with another title; None where the update is not there.

    An update is known by its moment, and of several at one moment by its words.
    """
    front, body = _split(before)
    if change.act == "rename":
        return _with(before, delivery, title=_titled(delivery))
    at = change.update_id if _MOMENT.fullmatch(change.update_id) else moment(delivery.at)
    blocks = [update for update in _BLOCK.finditer(body) if update["at"] == at]
    if len(blocks) > 1:
        blocks = [update for update in blocks if unescaped(update["text"]) == change.was] or blocks
    if not blocks:
        return None
    new = _update(change.status, delivery) if change.act == "edit" else ""
    update = blocks[0]
    pieces = (body[: update.start()].strip(), new, body[update.end() :].strip())
    after = "\n\n".join(filter(None, pieces))
    return f"{_front(front, parsed(before), delivery, parts, after)}{after}\n"


def is_yaml(text: str) -> bool:
    """Its front matter is YAML, in which our marker can stand; Hugo also takes TOML and JSON."""
    return bool(_split(text)[0])


def adopted(before: str, delivery: Delivery) -> str:
    """The file of an issue that somebody wrote by hand, with our marker: our reference, and that of the message."""
    return _with(before, delivery, delivery.incident)


def backfilled(delivery: Delivery) -> str:
    """The file of a past incident, with everything that it says."""
    updates = (_update(past.status, replace(delivery, text=past.text, at=past.at)) for past in reversed(delivery.past))
    over = replace(delivery, change=None)
    return _front([], None, over, touched(delivery.past).values()) + "\n\n".join(updates) + "\n"


def with_postmortem(before: str, delivery: Delivery, text: str, parts: Iterable[Part]) -> str:
    """The file with a postmortem in place of any that it has; without, where the text is empty."""
    front, body = _split(before)
    rest = _POSTMORTEM.sub("\n\n", body).strip()
    words = markdown.escaped(text, markdown.GOLDMARK)
    section = f"\n\n<!-- warroom: postmortem -->\n## Postmortem\n\n{words}\n<!-- /warroom: postmortem -->"
    return _front(front, parsed(before), delivery, parts, rest) + rest + (section if text else "") + "\n"


def _update(status: Status, delivery: Delivery) -> str:
    return f'*{status.replace("_", " ").capitalize()}* - {worded(delivery)} {{{{< track "{moment(delivery.at)}" >}}}}'


def _front(front: list[str], issue: Issue | None, delivery: Delivery, parts: Iterable[Part], body: str = "") -> str:
    """The front matter once the message is there; `front` and `issue` are what it says now, `body` what is below then.

    While it goes on, the page shows what is down now. Once it is over it tells in its history what was down, how bad it
    was at its worst, and until when.
    """
    keys = (*issue.keys, delivery.key) if issue else (delivery.key,)
    blocks = dict(_blocks(front))
    ours = {part.id: part.state for part in parts}
    severity = _worst(SEVERITIES[state] for state in ours.values())
    before = issue.severity if issue else ""
    ever = _worst((severity, before, _value(blocks.get(WORST))))
    if delivery.final or not ours:
        severity = ever if delivery.final else _worst((before,))
    named = dict.fromkeys((*ours, *(issue.affected if issue else ())))
    # A maintenance says from the beginning what it is about.
    all_of_it = delivery.final or delivery.window is not None
    affected = [system for system in named if all_of_it or ours.get(system) != "operational"]
    lines = [_titled(delivery)]
    rewritten = (*_OURS, "date") if delivery.window else _OURS
    if not issue or delivery.window:
        lines.append(f"date: {moment(delivery.started_at)}")
    lines.append(f"resolved: {'true' if delivery.final else 'false'}")
    kept = [line for name, block in _blocks(front) if name not in rewritten for line in block]
    if delivery.final and issue and issue.resolved and "resolvedWhen" in blocks:
        # What is said later does not make it last longer.
        lines += blocks["resolvedWhen"]
    elif delivery.final:
        lines.append(f"resolvedWhen: {_resolved_at(body) if delivery.change else moment(delivery.at)}")
    lines += [f"severity: {severity}", "affected:" if affected else "affected: []"]
    lines += [f"  - {_text(system)}" for system in affected]
    lines += [f"{WORST}: {ever}"] if ever != severity else []
    lines += ["section: issue", _marked(keys)]
    return "\n".join(("---", *kept, *lines, "---", "", ""))


def _with(before: str, delivery: Delivery, *keys: str, **new: str) -> str:
    """The file with new lines in its front matter, by their keys, and our marker; every other line as it stands.

    `keys` go into the marker before that of the message.
    """
    front, body = _split(before)
    known = _list(dict(_blocks(front)).get("warroom"))
    new |= {"warroom": _marked(dict.fromkeys((*known, *keys, delivery.key)))}
    lines: list[str] = []
    for name, block in _blocks(front):
        lines += [new.pop(name)] if name in new else block
    return "\n".join(("---", *lines, *new.values(), "---", body))


def _worst(severities: Iterable[str]) -> str:
    return _ORDER[max((_ORDER.index(severity) for severity in severities if severity in _ORDER), default=0)]


def _resolved_at(body: str) -> str:
    """The moment of the newest update that says so; the newest of all where none does."""
    updates = [(update["word"].lower(), update["at"]) for update in _BLOCK.finditer(body)]
    return next(
        (at for word, at in updates if word in ("resolved", "completed", "cancelled")), updates[0][1] if updates else ""
    )


def parsed(text: str) -> Issue:
    """An issue out of its file; of one that somebody wrote in another way, as much as can be read."""
    front, body = _split(text)
    blocks = dict(_blocks(front))
    first = _UPDATE.match(body.strip())
    updates, beside = _updates(_POSTMORTEM.sub("\n\n", body))
    word = first["word"].lower() if first else ""
    words = first["text"] if first else body.strip()
    postmortem = _POSTMORTEM.search(body)
    return Issue(
        title=_value(blocks.get("title")),
        resolved=_value(blocks.get("resolved")).lower() == "true",
        severity=_value(blocks.get("severity")),
        affected=tuple(_list(blocks.get("affected"))),
        keys=tuple(_list(blocks.get("warroom"))),
        status=status_of(word.replace(" ", "_")),
        text=unescaped(words),
        postmortem=unescaped(postmortem[1].strip()) if postmortem else "",
        updates=(*([PageUpdate(BESIDE, None, unescaped(beside))] if beside else ()), *updates),
        hidden=_value(blocks.get("draft")).lower() == "true",
    )


def _updates(body: str) -> tuple[list[PageUpdate], str]:
    """The updates, newest first, and what stands beside them."""
    updates: list[PageUpdate] = []
    counts: Counter[str] = Counter()
    for block in reversed(list(_BLOCK.finditer(body))):
        counts[block["at"]] += 1
        id = f"{block['at']} {counts[block['at']]}".removesuffix(" 1")
        status = status_of(block["word"].lower().replace(" ", "_"))
        updates.insert(0, PageUpdate(id, status, unescaped(block["text"])))
    return updates, _BLOCK.sub("", body).strip()


def worded(delivery: Delivery) -> str:
    """The text in the file, in which neither Markdown nor HTML nor a shortcode of Hugo's is obeyed; an unknown one
    stops its build."""
    return markdown.escaped(delivery.text, markdown.GOLDMARK)


def unescaped(text: str) -> str:
    """The text as it was approved, out of the file's."""
    # Earlier files have an entity for a sign.
    return markdown.unescaped(re.sub(r"(?<!\\)&lt;", r"\\<", text))


def _split(text: str) -> tuple[list[str], str]:
    """Lines of the front matter, and the body; a file without front matter is all body."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        return [], text
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    return (lines[1:end], "\n".join(lines[end + 1 :])) if end else ([], text)


def _blocks(front: list[str]) -> list[tuple[str, list[str]]]:
    """The front matter's keys, each with its own line and those that belong to it; comments are keys without a name."""
    blocks: list[tuple[str, list[str]]] = []
    for line in front:
        key = _KEY.match(line)
        if key:
            blocks.append((key[1], [line]))
        elif blocks and line[:1] in (" ", "\t", "-"):
            blocks[-1][1].append(line)
        else:
            blocks.append(("", [line]))
    return blocks


def _value(block: list[str] | None) -> str:
    return _plain(block[0].partition(":")[2]) if block else ""


def _list(block: list[str] | None) -> list[str]:
    if not block:
        return []
    inline = block[0].partition(":")[2].strip()
    if inline.startswith("["):
        try:
            return [str(value) for value in json.loads(inline)]
        except ValueError:
            return [_plain(value) for value in inline.strip("[]").split(",") if value.strip()]
    dashed = (line.strip() for line in block[1:])
    return [_plain(line[1:]) for line in dashed if line.startswith("-")]


def _plain(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value.strip('"')
    return value.strip("'")


def _titled(delivery: Delivery) -> str:
    return f"title: {_text(_typographic(delivery.title))}"


def _marked(keys: Iterable[str]) -> str:
    return f"warroom: [{', '.join(_text(key) for key in keys)}]"


def _typographic(title: str) -> str:
    """The title with signs that look alike for those that the theme's JSON would have to escape, and does not."""
    return re.sub(r'"([^"]*)"', "“\\1”", title).replace('"', "”").replace("\\", "\N{SET MINUS}")


def moment(at: datetime) -> str:
    """The moment to the second, as pages show it."""
    return times.rfc3339(at)[:19] + "Z"


def _text(value: str) -> str:
    """A text as JSON writes it, which YAML reads as the same."""
    return json.dumps(value, ensure_ascii=False)
