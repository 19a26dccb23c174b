"""The words of a search: what a person typed, and where a text holds it.

Words are compared as the full-text index compares them: letters and digits, without case and marks.
"""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

import msgspec

from console.core.language.pattern import late

_QUOTED = late(r'["“„«]([^"“”„«»]*)["”“»]?')
_WORD = late(r"[^\W_]+")
_UNSPACED = late(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Letters of scripts that put no spaces between words: the index takes a whole sentence for one word."""

MAX_WORDS = 40
"""Of a query, those behind are left out: a pasted page is no question."""


class Term(msgspec.Struct, frozen=True):
    """Words that stand one behind the other; of a word outside quotation marks there is one."""

    words: tuple[str, ...]
    """Folded."""
    begun: bool = False
    """The last of them may be the beginning of a word: it is still being typed."""


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """Without case and marks."""
    if word.isascii():
        return word.lower()
    # Marks of other scripts are letters there, as in が.
    plain = "".join(char for char in normalize("NFKD", word.casefold()) if not "\u0300" <= char <= "\u036f")
    return normalize("NFC", plain)


def terms_of(typed: str) -> tuple[Term, ...]:
    """The terms of a query; none where it holds neither a letter nor a digit."""
    typed = normalize("NFC", typed)
    terms: list[Term] = []
    at = 0
    for quoted in [*_QUOTED.finditer(typed), None]:
        before = typed[at : quoted.start() if quoted else len(typed)]
        terms += (Term((folded(word),)) for word in _WORD.findall(before))
        if quoted is not None:
            words = tuple(folded(word) for word in _WORD.findall(quoted[1]))
            terms += [Term(words)] if words else []
            at = quoted.end()
    terms = terms[:MAX_WORDS]
    if terms and typed[-1:].strip() and _WORD.fullmatch(typed[-1]):
        terms[-1] = msgspec.structs.replace(terms[-1], begun=True)
    return tuple(terms)


def unspaced(word: str) -> bool:
    """True for a word of a script without blanks, which stands inside words of the index."""
    return not word.isascii() and _UNSPACED.search(word) is not None


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return [folded(word) for word in _WORD.findall(text)]


def places_of(term: Term, words: Sequence[str]) -> list[int]:
    """The words of a text, as `words_of` gives them, at which the term begins."""
    *before, last = term.words
    if unspaced(last):
        places = [place for place, word in enumerate(words) if last in word]
    elif term.begun:
        places = [place for place, word in enumerate(words) if word.startswith(last)]
    else:
        places = [place for place, word in enumerate(words) if word == last] if last in words else []
    if before:
        lead = len(before)
        places = [
            place - lead for place in places if place >= lead and all(map(_holds, words[place - lead : place], before))
        ]
    return places


def _holds(word: str, wanted: str) -> bool:
    return word == wanted or (unspaced(wanted) and wanted in word)


def spans_of(terms: Sequence[Term], text: str) -> list[tuple[int, int]]:
    """The places in the text that hold the terms: begin and end of each once, in order."""
    matches = list(_WORD.finditer(text))
    words = [folded(word[0]) for word in matches]
    spans = {
        (matches[place].start(), matches[place + len(term.words) - 1].end())
        for term in terms
        for place in places_of(term, words)
    }
    return sorted(spans)


def excerpt(text: str, spans: Sequence[tuple[int, int]], chars: int) -> tuple[str, list[tuple[int, int]]]:
    """At most `chars` characters of the text, on one line and with its first span, and where the spans stand in it."""
    flat = "".join(" " if char.isspace() else char for char in text)
    start = 0
    if spans and len(flat) > chars <= spans[0][1]:
        start = max(0, min(spans[0][0] - chars // 4, len(flat) - chars + 1))
        # At the beginning of a word.
        start = flat.find(" ", start, spans[0][0]) + 1 or start
    lead = "…" if start else ""
    room = chars - len(lead)
    whole = len(flat) - start <= room
    kept = flat[start : start + room - (not whole)]
    move, end = len(lead) - start, start + len(kept)
    shown = [(begin + move, until + move) for begin, until in spans if begin >= start and until <= end]
    return f"{lead}{kept}{'' if whole else '…'}", shown
