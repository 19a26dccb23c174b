"""Text from people and networks, made safe to show.

A terminal obeys control characters wherever they stand, so text is cleaned on its way into the log and once more on
its way to the screen. Cleaning never refuses and hides nothing: what a terminal would obey becomes visible instead.
"""

import json
import re
from collections.abc import Sequence
from unicodedata import category

from console.core.language.grounds import keeping_marks
from console.core.language.pattern import late
from console.core.refusal import Refused

MAX_ENTRY_BYTES = 256 * 1024
"""The most UTF-8 bytes of cleaned text that one entry holds.

A pasted stack trace or log excerpt of 100 kB is taken whole; anything longer is refused whole, never cut.
"""

MAX_TITLE_CHARS = 200
"""The most characters of an incident's title: it must still be readable on a board."""

MAX_NAME_CHARS = 64
"""The most characters of a person's name, a tag or a component."""

MAX_MARKS = 4
"""The most combining marks, joiners and variation selectors kept on one base character; those after are dropped.

Four are enough for Vietnamese, Hebrew with vowels and emoji sequences, and too few to smear over other lines.
"""

# Characters that never change, wherever they stand: no controls, no format characters, no combining marks. Most
# lines are made of nothing else and are recognised in one pass.
_PLAIN = late(
    "[ -~\n\t\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590"  # Latin, Greek, Cyrillic, Armenian
    "\u2010-\u2027\u2030-\u205f\u2070-\u20cf\u2100-\u2bff"  # punctuation, arrows, boxes, symbols
    "\u3000-\u3029\u3030-\u3098\u309b-\u312f\u3400-\u9fff\uac00-\ud7a3\uff01-\uff9f"  # Chinese, Japanese, Korean
    "\U0001f300-\U0001faff]*"  # emoji
)

# Characters that a terminal may obey, or that nobody can see. Written out, so that every console makes the same of
# the same text whatever Unicode version its Python knows; a test holds the list against unicodedata.
_UNSAFE = late(
    # Between Arabic or Indic letters it is spelling: Persian writes most plurals with it.
    "(?<![\u0620-\u06dc\u06de-\u070e\u0710-\u088f\u0892-\u08e1\u08e3-\u0dff])\u200c"
    "|(?P<flag>\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"  # Scotland and others
    "|["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad"
    "\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters without a shape
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "]"
)

_SEQUENCE = late(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])")
"""A terminal's sequence beside the text: a colour, a title, a mode, a key."""
_NEWLINE_KEY = late("\x1b\\[(?:106;5|10(?:;1)?|13(?:;1)?)u")
"""Ctrl+J and Enter in the form of kitty's protocol."""

_WINDOWS_BY_TMUX = late(r"(?:[^\r\n]++|\r\r)*+")

JOINER = "\u200d"
SHAPELESS = (JOINER, "\u200c")
"""Joiner and non-joiner: no printable keys, and typed all the same; emoji, Indic and Persian words are made of them."""
_DOTTED_CIRCLE = "\u25cc"
_SPACES = late(r"\s+")


def clean(text: str, *, multiline: bool = True) -> str:
    """The text with nothing in it that a terminal obeys or that hides: total, idempotent.

    C0 controls and DEL become their pictures (`␛`); C1, bidi and other format controls, invisible fillers, lone
    surrogates and noncharacters become an escape such as `⟨U+202E⟩`. Line ends become newlines. Newline, tab, the zero
    width joiner, the non-joiner behind an Arabic or Indic letter, and variation selectors stay; combining marks stay up
    to MAX_MARKS on a base. Private-use and unassigned characters stay: the first are icons in many fonts, the second
    are tomorrow's emoji.

    With `multiline=False`, for titles and names, each newline and tab becomes a space.
    """
    if not (text.isascii() and text.isprintable()):
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not is_plain(text):
            text = _cap_marks(_UNSAFE.sub(_visible, text))
        if not multiline:
            text = text.replace("\n", " ").replace("\t", " ")
    return text


def is_plain(text: str) -> bool:
    """True for nearly every text with which `clean` has nothing to do, and for no other."""
    return (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text) is not None


def clean_paste(text: str, *, multiline: bool = True) -> str:
    """The copied text, `clean` and without colours: a terminal's sequences are no text, and hide the time behind them.

    tmux pastes line ends as keys where it has been told to send keys by their codes, and makes two of each of Windows.
    """
    if "\r\r" in text and _WINDOWS_BY_TMUX.fullmatch(text):
        text = text.replace("\r\r", "\n")
    text = _SEQUENCE.sub("", _NEWLINE_KEY.sub("\n", text))
    return clean(text if multiline else text.strip("\r\n"), multiline=multiline)


def escaped_json(text: str) -> str:
    """JSON with escapes in place of what `clean` would change; it reads as the same value."""
    return _UNSAFE.sub(lambda match: match["flag"] or json.dumps(match[0])[1:-1], text)


def _visible(match: re.Match[str]) -> str:
    if match["flag"]:
        return match["flag"]
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"\u27e8U+{code:04X}\u27e9"


def _cap_marks(text: str) -> str:
    """Drop the marks past MAX_MARKS on a base, and give marks at the start of a line a dotted circle to sit on."""
    if not any(map(_is_mark, set(text))):
        return text
    kept: list[str] = []
    marks = 0
    base = False
    for char in text:
        if not _is_mark(char):
            marks = 0
            base = char not in "\n\t"
        else:
            if not base:
                kept.append(_DOTTED_CIRCLE)
                base = True
            marks += 1
            if marks > MAX_MARKS:
                continue
        kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    """True when the character takes no cell of its own but changes the one before it."""
    return char >= "\u0300" and (char in SHAPELESS or category(char) in ("Mn", "Me"))


@keeping_marks
def one_line(text: str, limit: int) -> str:
    """The cleaned text on one line of at most `limit` (≥ 1) characters, runs of white space as one space.

    What does not fit ends in `…`; an emoji sequence or a letter with its marks is kept or left out whole.
    """
    line = _SPACES.sub(" ", clean(text, multiline=False)).strip()
    if len(line) <= limit:
        return line
    cut = limit - 1
    while cut > 0 and (_is_mark(line[cut]) or line[cut - 1] == JOINER):
        cut -= 1
    return line[:cut].rstrip() + "…"


def shortened(text: str, limit: int) -> str:
    """The text on one line as `one_line`, of a longer one its beginning and its end, where times and remedies stand."""
    line = one_line(text, len(text))
    end = min(MAX_END_CHARS, limit // 2)
    return line if len(line) <= limit else f"{one_line(line, limit - end)} {line[-end:].partition(' ')[2]}"


MAX_END_CHARS = 100


def counted(count: int, singular: str, many: str = "") -> str:
    """The number with its noun: "1 line", "4 lines"."""
    return f"{count} {singular if count == 1 else many or singular + 's'}"


def capital(text: str) -> str:
    """The same with its first letter large, and all else as it is."""
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str], link: str = "and") -> str:
    """`a`, `a and b`, or `a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} {link} {last}" if others else last


def first_of(words: Sequence[str], most: int, between: str = ", ") -> str:
    """The first words, and how many more there are: `a, b and 3 more`."""
    shown = between.join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def check_length(text: str, what: str = "An entry") -> None:
    """Refuse cleaned text that is longer than `MAX_ENTRY_BYTES`; `what` begins the sentence."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_ENTRY_BYTES:
        raise Refused(
            f"{what} holds at most {MAX_ENTRY_BYTES // 1024} kB and this is {-(-size // 1024)} kB; "
            "split it, or keep it in a file and log where the file is.",
            "text",
        )


# What a spreadsheet takes as the beginning of a formula, full-width forms included.
_FORMULA = late(r"'*\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")


def csv_cell(text: str) -> str:
    """The text for a CSV cell: what a spreadsheet would run as a formula gets an apostrophe before it.

    Quoting of commas and quotes is the CSV writer's. `csv_text` gives the text back.
    """
    return "'" + text if _FORMULA.match(text) else text


def csv_text(cell: str) -> str:
    """The text that `csv_cell` made the cell of."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


_PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MARKDOWN = late(
    r"[`*\[\]|~]"
    rf"|\\(?=[{_PUNCTUATION}]|$)"  # other backslashes (C:\temp) stand for themselves
    r"|(?<![^\W_])_|_(?![^\W_])"  # snake_case is no emphasis
    r"|&(?=\#?\w+;)"
    r"|^(?:>|[#+=-]+(?=\s|$))",
    re.MULTILINE,
)
_MARKDOWN_NUMBER = late(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_MARKDOWN_INDENT = late(r"^[ \t]+", re.MULTILINE)


@keeping_marks
def markdown(text: str) -> str:
    """The text for inline use in Markdown (CommonMark and GitHub's): it reads as typed, nothing of it is markup.

    Only what would be taken as markup gets a backslash, because people read the source too. `<` becomes an entity: a
    backslash before it belongs to an address that GitHub links by itself, and what follows would be a tag. White space
    at the start of lines is dropped: it would make code blocks. Newlines stay; indenting them is the caller's.
    """
    text = _MARKDOWN.sub(r"\\\g<0>", _MARKDOWN_INDENT.sub("", text)).replace("<", "&lt;")
    return _MARKDOWN_NUMBER.sub(r"\1\\\2", text)
