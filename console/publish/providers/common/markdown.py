"""Approved words written so that a page which takes Markdown shows them letter for letter.

Backslashes before punctuation, as CommonMark has them, and a backslash at the end of a line that goes on below it.
Addresses stand in angle brackets: a bare one would take a backslash, and lose punctuation at its end. Several blanks
become one, except at the beginning of a line.
"""

import re
from collections.abc import Callable

from console.publish.sending.message import Delivery

SPECIAL = "\\`*_{}[]()<>#+-!|~&$^=:@/"
"""Punctuation that some renderer obeys wherever it stands; the dot of a number that begins a line is escaped, too."""
GOLDMARK = SPECIAL + "\"'"
"""With the quotation marks, of which Hugo's renderer makes typographic ones; dots are escaped where several stand."""

_HOST = r"[\w.-]+(?::\d{1,5})?(?:[/?#\s.,;!&'\")\]}]|:(?!\w)|$)"
_ADDRESS = rf"(?P<address>https?://(?=\w)(?={_HOST})(?:(?!&#?\w+;)[^\s<>\\`\"'{{}}|^])+)"
"""Only with a host: some renderers take an address without one apart, and show it in another order."""
_WWW = r"(?<![^\W_])(?P<www>[wW]{3}\.)"
_AFTER_ADDRESS = ".,;:!?'\"*_~)]}"
"""Marks that end the sentence around an address."""
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~\n])|<(https?://[^\s<>]+)>|&#(92);|&nbsp;")


def escaped(text: str, special: str = SPECIAL, *, breaks: bool = False) -> str:
    """The text as it is written. `breaks`: the page keeps line ends by itself."""
    marks = re.compile(rf"{_ADDRESS}|{_WWW}|[{re.escape(special)}]|\.(?=\.)")

    def written(match: re.Match[str]) -> str:
        if match["www"]:
            # Some renderers link it, and every backslash behind it counts as the address's.
            return f"{match['www'][:3]}\\."
        if not match["address"]:
            return f"\\{match[0]}"
        address = _address(match["address"])
        return f"<{address}>{marks.sub(written, match['address'][len(address) :])}"

    lines = [_line(line, lambda words: marks.sub(written, words)) for line in text.split("\n")]
    goes_on = [bool(line and following) and not breaks for line, following in zip(lines, (*lines[1:], ""), strict=True)]
    return "\n".join(f"{line}\\" if on else line for line, on in zip(lines, goes_on, strict=True))


def _address(text: str) -> str:
    """Without the punctuation around it; a bracket that closes one of its own belongs to it."""
    address = text.rstrip(_AFTER_ADDRESS)
    while text[len(address) :].startswith(")") and address.count("(") > address.count(")"):
        address += ")"
    return address


def _line(line: str, write: Callable[[str], str]) -> str:
    words = line.lstrip(" \t")
    number = _NUMBERED.match(words)
    head = f"{number[1]}\\{number[2]}" if number else ""
    marked = head + write(words[number.end() :] if number else words)
    if words.endswith("\\"):
        # Hugo's renderer miscounts the backslashes before a line's end.
        marked = f"{marked[:-2]}&#92;"
    # Four blanks would begin a block of code, and fewer are lost.
    return "&nbsp;" * (len(line) - len(words)) + marked


def in_markdown(delivery: Delivery) -> str:
    """The text of a message for a page that takes CommonMark, and joins lines."""
    return escaped(delivery.text)


def unescaped(text: str) -> str:
    """The words out of what a page gives back as it was written."""
    return _ESCAPED.sub(lambda match: match[1] or match[2] or ("\\" if match[3] else " "), text)
