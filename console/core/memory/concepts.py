"""Classes of causes in what people write: which a text speaks of, how clearly, and in which words.

The classes and their words are data, so that a team adds its own. A sign is a handful of words that stand near each
other in a sentence, in any order and form: `pool $full`, where `$full` is a group of words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from console.core.language.pattern import late
from console.core.language.searching import folded
from console.core.refusal import Refused

SIGN, HINT = 1.0, 0.35
"""The weight of a sign, and of a hint."""
NEAR_WORDS = 12
"""Words of a sign stand within so many words of each other."""
MAX_PLACES = 20
"""Of a part of a sign, in one sentence: a pasted page that repeats a word costs no more than that."""
KIN = 0.3
"""The weight of a class that is often the same story as one that is spoken of."""

_SENTENCE = late(r"[.;!?\n](?=\s|$)|[\n;|·]")
_CLAUSE = late(r"[,:()–—]|\s-\s|\b(?:but|while|although|whereas|so)\b")
_WORD = late(r"[^\W_]+(?:['’][^\W_]+)*(?:\+\d)?")


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of causes."""

    id: str
    name: str = ""
    look: str = ""
    """The thing to look at first, as an instruction."""
    kin: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class Concepts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of classes."""

    concepts: tuple[Concept, ...] = ()
    groups: dict[str, str] = {}
    denied: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    common: str = ""


def stem(word: str) -> str:
    """The word without the ending of its form: expire, expired, expires and expiring are one."""
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ion", "ly"):
        root = word.removesuffix(ending)
        if root == word or len(root) < 3 or not any(char in "aeiouy" for char in root):
            continue
        if ending == "ion" and root[-1] not in "st":
            continue
        if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
            root = root[:-1]
        word = root
        break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@lru_cache(maxsize=32768)
def _stem(written: str) -> str:
    # An apostrophe ends no word.
    return stem(folded(written.replace("'", "").replace("’", "")))


def stems(text: str) -> list[str]:
    """The words of a text, each as its stem."""
    return [_stem(word) for word in _WORD.findall(text)]


class Meaning(NamedTuple):
    """The classes of causes that a text speaks of or denies, and its words."""

    weights: dict[str, float]
    """Classes, with the weight of the clearest sign."""
    denied: frozenset[str]
    """Classes that it says were not it."""
    words: dict[str, str]
    """The words in which it speaks of a class."""
    names_cause: bool
    """True where it says of itself that it names a cause: `turned out`, `because` …"""
    forms: dict[str, str]
    """Its stems, each with a word that has it, as it is written."""


_Phrases = dict[str, list[tuple[str, ...]]]
"""Phrases by their first word, as stems."""


class _Pattern(NamedTuple):
    concept: str
    weight: float
    parts: tuple[int, ...]
    """Places of its parts among those of the vocabulary."""


class _Denial(NamedTuple):
    """Words that say that something was not the cause; places of words of a sentence, the ends behind the last."""

    at: int
    end: int
    clause: int
    clause_end: int

    def takes(self, start: int, end: int) -> bool:
        """True where words are in its part of the sentence. “No connection left” denies nothing that needs its “no”."""
        return self.clause <= start and end <= self.clause_end and not (start <= self.at and self.end <= end)


class Vocabulary:
    """Classes of causes, ready to be looked for."""

    def __init__(self, files: Iterable[Concepts]) -> None:
        """Later files add to the earlier ones. Raises Refused where a sign names no group."""
        self.concepts: dict[str, Concept] = {}
        self._parts: dict[tuple[tuple[str, ...], ...], int] = {}
        self._phrases: list[_Phrases] = []
        """The phrases of each part."""
        self._patterns: defaultdict[int, list[_Pattern]] = defaultdict(list)
        """By the place of the part with the fewest phrases, which decides most often."""
        self._words: defaultdict[str, set[int]] = defaultdict(set)
        """The places of the parts that a word may stand for."""
        groups: dict[str, str] = {}
        files = list(files)
        self.mark = blake2b(msgspec.msgpack.encode(files), digest_size=16).digest()
        """The same for the same words."""
        for file in files:
            groups |= file.groups
        for file in files:
            for concept in file.concepts:
                self._add(concept, groups)
        self.kin = self._both_ways()
        self._denied = _by_first(tuple(stems(phrase)) for file in files for phrase in file.denied)
        self._naming = _by_first(tuple(stems(phrase)) for file in files for phrase in file.naming)
        self.common = frozenset(word for file in files for word in stems(file.common))

    def _both_ways(self) -> dict[str, frozenset[str]]:
        """The kin of each class: whoever is named as one has the other for kin too."""
        kin: dict[str, set[str]] = {id: set() for id in self.concepts}
        for id, concept in self.concepts.items():
            for other in concept.kin:
                kin[id].add(other)
                kin.setdefault(other, set()).add(id)
        return {id: frozenset(others) for id, others in kin.items()}

    def _add(self, concept: Concept, groups: Mapping[str, str]) -> None:
        known = self.concepts.get(concept.id, Concept(concept.id))
        self.concepts[concept.id] = Concept(
            concept.id,
            concept.name or known.name or concept.id,
            concept.look or known.look,
            (*known.kin, *concept.kin),
            (*known.signs, *concept.signs),
            (*known.hints, *concept.hints),
        )
        for weight, signs in ((SIGN, concept.signs), (HINT, concept.hints)):
            for sign in signs:
                parts = tuple(self._part(word, groups, concept.id) for word in sign.split())
                parts = tuple(sorted(parts, key=lambda part: len(self._phrases[part])))
                if parts:
                    self._patterns[parts[0]].append(_Pattern(concept.id, weight, parts))

    def _part(self, text: str, groups: Mapping[str, str], concept: str) -> int:
        words: list[str] = []
        for word in text.split("|"):
            if not word.startswith("$"):
                words.append(word)
            elif word[1:] in groups:
                words += groups[word[1:]].split("|")
            else:
                raise Refused(f"a sign of “{concept}” names the group {word}, which is not there; add it.", "signs")
        phrases = tuple(sorted({phrase for word in words if (phrase := tuple(stems(word)))}))
        if phrases not in self._parts:
            self._parts[phrases] = place = len(self._parts)
            self._phrases.append(_by_first(phrases))
            for phrase in phrases:
                self._words[phrase[0]].add(place)
        return self._parts[phrases]

    def read(self, text: str) -> Meaning:
        """The meaning of a text. A class of which it only says that it was not it is denied."""
        weights: dict[str, float] = {}
        words: dict[str, str] = {}
        forms: dict[str, str] = {}
        denied: set[str] = set()
        names_cause = False
        for sentence in _SENTENCE.split(text):
            written = [(word[0], word.start(), word.end()) for word in _WORD.finditer(sentence)]
            spoken = [_stem(word) for word, _, _ in written]
            forms.update(zip(spoken, (word for word, _, _ in written), strict=True))
            names_cause = names_cause or bool(_places(spoken, self._naming))
            denials = self._denials(sentence, spoken)
            for concept, weight, start, end in self._spoken(spoken):
                if any(denial.takes(start, end) for denial in denials):
                    denied.add(concept)
                elif weight > weights.get(concept, 0.0):
                    weights[concept] = weight
                    words[concept] = sentence[written[start][1] : written[end - 1][2]]
        return Meaning(weights, frozenset(denied - weights.keys()), words, names_cause, forms)

    def _spoken(self, spoken: list[str]) -> Iterator[tuple[str, float, int, int]]:
        """The classes of one sentence: id, weight, and the places of the first word and behind the last one."""
        begun: set[int] = set()
        for word in spoken:
            if word in self._words:
                begun |= self._words[word]
        places: dict[int, list[tuple[int, int]]] = {}
        for part in begun & self._patterns.keys():
            for pattern in self._patterns[part]:
                if begun.issuperset(pattern.parts):
                    for each in pattern.parts:
                        if each not in places:
                            places[each] = _places(spoken, self._phrases[each])
                    near = _nearest(*(places[each] for each in pattern.parts))
                    if near is not None:
                        yield pattern.concept, pattern.weight, *near

    def _denials(self, sentence: str, spoken: list[str]) -> list[_Denial]:
        denials = _places(spoken, self._denied)
        if not denials:
            return []
        cuts = [0, *(len(stems(sentence[: cut.start()])) for cut in _CLAUSE.finditer(sentence)), len(spoken)]
        return [
            _Denial(at, end, max(cut for cut in cuts if cut <= at), min(cut for cut in cuts if cut >= end))
            for at, end in denials
        ]


def _by_first(phrases: Iterable[tuple[str, ...]]) -> _Phrases:
    known: _Phrases = {}
    for phrase in filter(None, phrases):
        known.setdefault(phrase[0], []).append(phrase)
    return known


def _places(spoken: list[str], known: _Phrases) -> list[tuple[int, int]]:
    """The places of phrases: of the first word and behind the last one."""
    return [
        (at, at + len(phrase))
        for at, word in enumerate(spoken)
        if word in known
        for phrase in known[word]
        if len(phrase) == 1 or tuple(spoken[at : at + len(phrase)]) == phrase
    ][:MAX_PLACES]


def _nearest(starts: list[tuple[int, int]], *others: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first and last word of parts that stand near each other, none on the words of another."""
    for at, end in starts:
        first, last, taken = at, end, [(at, end)]
        for places in others:
            near = [
                (abs(a - at), a, b)
                for a, b in places
                if abs(a - at) <= NEAR_WORDS and all(b <= x or a >= y for x, y in taken)
            ]
            if not near:
                break
            _, a, b = min(near)
            taken.append((a, b))
            first, last = min(first, a), max(last, b)
        else:
            return first, last
    return None
