"""The parts of a line of Markdown: quotation, indentation, bullet, heading; and lines that only divide."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from console.core.language.dates import date_at
from console.core.language.text import MAX_TITLE_CHARS, one_line

# Pasted from documents and chats; nobody sees them, and at the ends of a line they mean nothing.
INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060\u202a\u202c"

_QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?){1,8}")
_HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
_BULLET = re.compile(
    r"[-*+:\u2022\u00b7\u25aa\u25e6\u2023\u2013\u2014](?=[ \t\u00a0])|\d{1,3}[.)](?=[ \t\u00a0])"
    r"|[\u30fb\uff65\u2022\u25aa\u25e6\u2023](?=\w)|=(?=[ \t]\d{1,2}[:.h]\d\d)"
)
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]{1,8}")
_RULE_MARKS = "-*_=+\u2013\u2014\u2500\u2501\u2550"
_RULE = re.compile(rf"(?:[{_RULE_MARKS}][ \t]{{0,3}}){{3,400}}")
_TAGS_ONLY = re.compile(r"(?:</?[A-Za-z][^<>]{0,200}>[ \t]{0,8}){1,20}|<!--.{0,2000}-->")
_ALL_BOLD = re.compile(r"(?:\*\*|__)([^*_]{1,100}(?:[*_][^*_]{1,100}){0,3})(?:\*\*|__):?")

_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})(?P<info>.*)")

_STATUS_WORDS = (
    "investigating identified monitoring resolved update postmortem scheduled verifying completed mitigated"
    " recovering fixing degraded operational acknowledged closed gelöst behoben untersucht résolu identifié"
    " resuelto identificado resolvido"
)
STATUSES = frozenset(_STATUS_WORDS.split())
"""Words with which status pages begin an update."""

_STATUS = re.compile(r"\W{0,12}(?P<word>[^\W\d_]{5,14})(?:\s(?:update|issue|incident))?\W{0,3}(?P<rest>$|(?<=[\s:])\S)")
_PART = (
    r"(?:root\scauses?(?:\sanalysis)?|causes?|impacts?|customer\simpact|resolution|detection|trigger|(?:issue\s)?summary"
    r"|lessons?(?:\slearn(?:ed|t))?|contributing\sfactors?|action\sitems?|follow[-\s]?ups?|next\ssteps?|background|conclusion"
    r"|remediation|prevention|(?:corrective|prevent(?:at)?ive)(?:\s(?:actions|measures))?|(?:improvements?|fixes|tasks)(?=[/&\s]|:?[*_]*$)"
    r"|what\swent\s(?:well|wrong)|where\swe\sgot\slucky|duration|context|notes?|references?|links?"
    r"|ursache|auswirkung(?:en)?|maßnahmen|lösung|nächste\sschritte|cause\sracine|conséquences|suites|causa(?:\sra[ií]z)?|impacto"
    r"|solución|próximos\spasos|soluzione|impatto|oorzaak|gevolg(?:en)?|oplossing|vervolg(?:stappen)?|przyczyna|skutki|następne\skroki"
    r"|(?:根本)?原因|対策|影響(?:範囲)?|再発防止策?|根因|影响(?:范围)?|改进措施|经验教训|후속\s조치|원인|orsak(?:er)?|åtgärder|årsak|årsag|tiltak)"
)
_LABEL = re.compile(
    rf"(?:\*\*|__)?(?:the\s)?{_PART}(?:(?:\s?[/&]\s?|\s(?:and|und|et|y|e|en|och|og|i)\s)(?:{_PART}|recovery))?(?:\*\*|__)?(?:\s?[:\uff1a]|$)"
)
"""Matched in small letters, since alternatives are told apart by their first one then."""
TIMELINE = re.compile(
    r"\btime\s?lines?\b|\b[ck]h?rono(?:logi|l\u00f3g)|what\shappened|\b(?:ab|ver|zeitver)lauf\b|\bzeit(?:leiste|strahl|linie|achse)"
    r"|\bl[i\u00ed](?:nea\sde\stiempo|nha\sdo\stempo)|\bd\u00e9roul|rappel\sdes\sfaits|tijdlijn|\bverloop\b|tidslinj|\bh\u00e4ndelsef\u00f6rlopp"
    r"|forl\u00f8b|przebieg|\u0445\u0440\u043e\u043d\u043e\u043b\u043e\u0433|\u0442\u0430\u0439\u043c\u043b\u0430\u0439\u043d|\u6642\u7cfb\u5217|\u30bf\u30a4\u30e0\u30e9\u30a4\u30f3|\u7ecf\u8fc7|\u65f6\u95f4\u7ebf|\u6642\u9593\u7dda|\ud0c0\uc784\ub77c\uc778",
    re.IGNORECASE,
)
"""Words of the head below which a report has its timeline."""
_SIGNED_HEAD = re.compile(r"[\u25a0\u25a1\u25c6\u25c7\u25cf\u25bc]\s?\D{1,38}|[\u3010\uff3b]\D{1,38}[\u3011\uff3d]")
"""The head of a part, as Japanese reports mark it."""
_CODE = re.compile(
    r">>>\s|\.\.\.\s\s|\$\s\S|(?:\+\+\+|---)\s\S|@@\s|diff\s--git|Traceback\s\(|File\s\"|at\s[\w$.<>/]{3,200}\(|Caused\sby:"
    r"|[+-](?=\S|\s{2,})(?![\d.]{1,8}(?:\s|$))|[A-Za-z_.]{3,60}(?:Error|Exception):"
)
_CONNECTING_WORDS = "at from until till by to and between since around before after about um von bis ab gegen seit"
_CONNECTING = frozenset(_CONNECTING_WORDS.split())
_LAST_WORD = re.compile(r"\b\w+$")
_LAST_CHARS = 20
"""Of a line, more than any of those words has."""
_WRAP_CHARS = 60


class Line(NamedTuple):
    """A line that is not blank, taken apart."""

    indent: int
    """The columns before the bullet or the first word, a tab as four."""

    level: int
    """1 to 6 for a heading with number signs, else 0."""

    bullet: bool
    content: str
    """The rest, without white space at its ends; may be empty."""


def split_lines(text: str) -> list[str]:
    """The lines of the text; those that are not blank are the ones to be accounted for."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@cache
def take_apart(raw: str, *, headings: bool = True) -> Line:
    """The parts of a line; `headings` is off inside code, where number signs begin comments."""
    raw = raw.strip(INVISIBLE)
    quote = _QUOTE.match(raw) if ">" in raw[:4] else None
    if quote:
        raw = raw[quote.end() :]
    content = raw.lstrip()
    indent = len(raw) - len(content)
    if indent:
        indent = len(raw[:indent].expandtabs(4))
    content = content.strip(INVISIBLE).strip()
    heading = _HEADING.match(content) if headings and content[:1] == "#" else None
    if heading:
        return Line(indent, len(heading[1]), False, content[heading.end() :].strip().rstrip("#").rstrip())
    bullet = None if content[:1].isalpha() else _BULLET.match(content)
    # "14. January 2019" is a date, not the fourteenth point.
    if bullet is None or (content[0].isdigit() and date_at(content, 0)):
        return Line(indent, 0, False, content)
    content = content[bullet.end() :].lstrip()
    box = _CHECKBOX.match(content)
    return Line(indent, 0, True, content[box.end() :] if box else content)


def is_quoted(raw: str) -> bool:
    """True for a line that begins with the sign of a quotation."""
    return raw.lstrip().startswith(">")


def is_rule(raw: str) -> bool:
    """True when the line is a rule across the page, such as ---."""
    stripped = raw.strip()
    return stripped[:1] in _RULE_MARKS and len(stripped) <= 400 and _RULE.fullmatch(stripped) is not None


def is_markup(content: str) -> bool:
    """True when the line holds nothing but HTML tags or a comment."""
    return content.startswith("<") and len(content) <= 4000 and _TAGS_ONLY.fullmatch(content) is not None


def bold_heading(content: str) -> str | None:
    """The words of a line that is bold from end to end, as people write headings without number signs."""
    match = _ALL_BOLD.fullmatch(content) if content[:2] in ("**", "__") and len(content) <= 120 else None
    return match[1] if match else None


def fence_mark(raw: str) -> str:
    """The marks with which a line begins a block of code; empty for other lines."""
    stripped = raw.strip()
    match = _FENCE.match(stripped) if stripped.startswith(("```", "~~~")) else None
    return match["mark"] if match and "`" not in match["info"] else ""


def closes_fence(raw: str, mark: str) -> bool:
    """True when the line ends a block of code that began with the marks: nothing but them, and as many."""
    stripped = raw.strip()
    return len(stripped) >= len(mark) and not stripped.strip(mark[0])


_MOST_MARKS = 20
"""Of the beginning and the end of a block of code."""


class Fences:
    """The ends of blocks of code in a text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._closers: dict[str, list[int]] = {}
        """The lines, from 0, that could end a block, by their marks."""
        for at, raw in enumerate(lines):
            mark = raw.strip()
            if mark[:3] in ("```", "~~~") and len(mark) <= _MOST_MARKS and not mark.strip(mark[0]):
                self._closers.setdefault(mark, []).append(at)

    def end(self, index: int, mark: str) -> int | None:
        """The line that closes the block that begins on the line; None where none does."""
        closers = (places for closer, places in self._closers.items() if closer.startswith(mark))
        later = ((places, bisect_right(places, index)) for places in closers)
        return min((places[place] for places, place in later if place < len(places)), default=None)


def is_status(content: str) -> bool:
    """True when the line begins an update of a status page: "Resolved", "**Investigating** - We are looking"."""
    match = _STATUS.match(content[:60])
    return match is not None and match["word"].casefold() in STATUSES


def is_stage(content: str) -> bool:
    """True when the line is a status of an update, and nothing else."""
    match = _STATUS.match(content[:60])
    return match is not None and match["word"].casefold() in STATUSES and not match["rest"]


def is_label(content: str) -> bool:
    """True when the line begins a part of a report that is no event: "Root cause: …", "**Lessons learned:**"."""
    return bool(_LABEL.match(content[:60].lower()) or (len(content) <= 40 and _SIGNED_HEAD.fullmatch(content)))


def is_code(content: str) -> bool:
    """True for a line of a diff, a trace of an error, or what was typed at a prompt."""
    return _CODE.match(content[:240]) is not None


def wraps(above: str, *, also_long: bool) -> bool:
    """True when the sentence of the line goes on below: it ends in a word such as "at"; `also_long`: without a stop."""
    stripped = above.strip()
    if stripped[-1:] in ".:!?;":
        return False
    return (also_long and len(stripped) >= _WRAP_CHARS) or breaks_off(stripped)


def breaks_off(content: str) -> bool:
    """Whether the content ends in a word that another one must follow, or in a comma."""
    last = _LAST_WORD.search(content[-_LAST_CHARS:])
    return content[-1:] == "," or (last is not None and last[0].casefold() in _CONNECTING)


def plain(text: str) -> str:
    """The words without emphasis, code marks and colons around them."""
    return text.strip(" \t*_`:")


_MOST_FRONT_MATTER = 120
_TITLE_SETTING = re.compile(
    r"(?:(?:post_?)?title|head(?:ing|line)|tit(?:el|re|olo)|t[i\u00ed]tulo|tytu\u0142)\s?[:=](.*)"
)


def front_matter(lines: Sequence[str]) -> tuple[str | None, int]:
    """The title in the block of settings that a page or a mail begins with, and how long that block is.

    Its dates tell when the page was written, not when something happened.
    """
    mark = lines[0].strip(INVISIBLE).rstrip() if lines else ""
    if mark not in ("---", "+++"):
        return mail_head(lines)
    for index, raw in enumerate(lines[1:_MOST_FRONT_MATTER], start=1):
        if raw.rstrip() == mark:
            named = [_TITLE_SETTING.match(line) for line in lines[1:index]]
            titles = [match[1].strip().strip("\"'") for match in named if match]
            return (one_line(titles[0], MAX_TITLE_CHARS) or None) if titles else None, index + 1
        if raw.strip() and not any(sign in raw for sign in ":=[") and not raw.startswith((" ", "-", "#", "\t", "]")):
            break
    return None, 0


def settings_end(lines: Sequence[str]) -> int:
    """The number of lines of the block between rulers that a page begins with; 0 without one."""
    return front_matter(lines)[1] if any(map(is_rule, lines[:1])) else 0


_MAIL_FIELD = re.compile(r"(?P<name>[^\W\d_a-z][\w-]{0,30})\s?:(?:\s(?P<value>.*))?$")
_MAIL_WORDS = {
    "from": "from von de da van fr\u00e5n fra od \u043e\u0442",
    "date": "date sent datum gesendet envoy\u00e9 enviado inviato data verzonden skickat sendt dato wys\u0142ano fecha"
    " \u0434\u0430\u0442\u0430",
    "subject": "subject betreff objet asunto oggetto assunto onderwerp \u00e4mne emne temat \u0442\u0435\u043c\u0430",
}
_MAIL_NAMES = {word: name for name, words in _MAIL_WORDS.items() for word in words.split()}
"""The fields of a mail by the words of mail programs for them."""
_SUBJECT_MARKS = re.compile(r"(?:\s{0,2}(?:\[[^\]]{1,40}\]|(?:re|fwd?|aw|wg):))+\s{0,2}", re.IGNORECASE)


def mail_field(line: str) -> tuple[str, str] | None:
    """The name of a field of a mail, in English and small letters, and what it holds; None for other lines."""
    field = _MAIL_FIELD.match(line[:400].strip("*_").replace(":**", ":", 1).replace("**:", ":", 1))
    if field is None:
        return None
    name = field["name"].casefold()
    return _MAIL_NAMES.get(name, name), (field["value"] or "").strip()


def mail_head(lines: Sequence[str]) -> tuple[str | None, int]:
    """The subject in the head of a mail, and how long that is; None and 0 where none stands."""
    fields: dict[str, str] = {}
    for index, raw in enumerate(lines[:_MOST_FRONT_MATTER]):
        field = mail_field(raw)
        if field:
            fields[field[0]] = field[1]
        elif not raw.strip() and {"from", "date", "subject"} <= fields.keys():
            return one_line(_SUBJECT_MARKS.sub("", fields["subject"], count=1), MAX_TITLE_CHARS) or None, index
        elif not (fields and raw[:1] in " \t" and raw.strip()):
            break
    return None, 0
