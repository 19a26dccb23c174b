"""Classes of causes in what people write: which a text speaks of, how clearly, and in which words.

The classes and their words are data, so that a team adds its own. A sign is a handful of words that stand near each
other in a sentence, in any order and form: `pool $full`, where `$full` is a group of words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from console.core.language.searching import folded
from console.core.refusal import Refused

SIGN, HINT = 1.0, 0.35
"""The weight of a sign, and of a hint."""
NEAR_WORDS = 12
"""Words of a sign stand within so many words of each other."""
MOST_PLACES = 20
"""Of a part of a sign, in one sentence: a pasted page that repeats a word costs no more than that."""
KIN = 0.3
"""The weight of a class that is often the same story as one that is spoken of."""

_SENTENCE = re.compile(r"[.;!?\n](?=\s|$)|[\n;|·]")
_CLAUSE = re.compile(r"[,:()–—]|\s-\s|\b(?:but|while|although|whereas|so)\b")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:\+\d)?")


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of causes."""

    id: str
    name: str = ""
    look: str = ""
    """What to look at first."""
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


@lru_cache(maxsize=32768)
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


def stems(text: str) -> list[str]:
    """The words of a text, each as its stem; an apostrophe ends no word."""
    return [stem(folded(word.replace("'", "").replace("’", ""))) for word in _WORD.findall(text)]


def words_by_stem(text: str) -> dict[str, str]:
    """The stems of a text, each with a word that has it, as it is written."""
    return dict(zip(stems(text), _WORD.findall(text), strict=True))


class Meaning(NamedTuple):
    """What a text speaks of."""

    said: dict[str, float]
    """Classes, with the weight of the clearest sign."""
    denied: frozenset[str]
    """Classes that it says were not it."""
    words: dict[str, str]
    """The words in which it speaks of a class."""


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
        self._patterns: list[list[_Pattern]] = []
        """By the place of their first part."""
        self._words: dict[str, list[int]] = {}
        """The places of the parts that a word is one of."""
        self._starts: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        """Phrases of several words by their first one, with the place of their part."""
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
        self._denied = _by_first(phrase for file in files for phrase in file.denied)
        self._naming = _by_first(phrase for file in files for phrase in file.naming)
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
            self._patterns.append([])
            for phrase in phrases:
                if len(phrase) == 1:
                    self._words.setdefault(phrase[0], []).append(place)
                else:
                    self._starts.setdefault(phrase[0], []).append((phrase, place))
        return self._parts[phrases]

    def read(self, text: str) -> Meaning:
        """What a text speaks of. A class of which it only says that it was not it is denied."""
        said: dict[str, float] = {}
        words: dict[str, str] = {}
        denied: set[str] = set()
        for sentence in _SENTENCE.split(text):
            spoken = stems(sentence)
            if not spoken:
                continue
            denials = self._denials(sentence, spoken)
            for concept, weight, start, end in self._spoken(spoken):
                if any(denial.takes(start, end) for denial in denials):
                    denied.add(concept)
                elif weight > said.get(concept, 0.0):
                    said[concept] = weight
                    words[concept] = _between(sentence, start, end)
        return Meaning(said, frozenset(denied - said.keys()), words)

    def names_cause(self, text: str) -> bool:
        """True where the text names a cause: `turned out`, `because` …"""
        return any(True for _ in _phrases(stems(text), self._naming))

    def _spoken(self, spoken: list[str]) -> Iterator[tuple[str, float, int, int]]:
        """The classes of one sentence: id, weight, and the places of the first word and behind the last one."""
        places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for at, word in enumerate(spoken):
            span = (at, at + 1)
            for part in self._words.get(word, ()):
                places[part].append(span)
            for phrase, part in self._starts.get(word, ()):
                if tuple(spoken[at : at + len(phrase)]) == phrase:
                    places[part].append((at, at + len(phrase)))
        for part, starts in places.items():
            for pattern in self._patterns[part]:
                others = pattern.parts[1:]
                if others and not all(other in places for other in others):
                    continue
                near = _nearest(starts[:MOST_PLACES], [places[other][:MOST_PLACES] for other in others])
                if near is not None:
                    yield pattern.concept, pattern.weight, *near

    def _denials(self, sentence: str, spoken: list[str]) -> list[_Denial]:
        denials = list(_phrases(spoken, self._denied))
        if not denials:
            return []
        cuts = [0, *(len(stems(sentence[: cut.start()])) for cut in _CLAUSE.finditer(sentence)), len(spoken)]
        return [
            _Denial(at, end, max(cut for cut in cuts if cut <= at), min(cut for cut in cuts if cut >= end))
            for at, end in denials
        ]


def _by_first(phrases: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    known: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(stems(phrase))
        if words:
            known.setdefault(words[0], []).append(words)
    return known


def _phrases(spoken: list[str], known: Mapping[str, list[tuple[str, ...]]]) -> Iterator[tuple[int, int]]:
    """Where known phrases stand: the places of the first word and behind the last one."""
    for at, word in enumerate(spoken):
        for phrase in known.get(word, ()):
            if tuple(spoken[at : at + len(phrase)]) == phrase:
                yield at, at + len(phrase)


def _nearest(starts: list[tuple[int, int]], others: list[list[tuple[int, int]]]) -> tuple[int, int] | None:
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


def _between(sentence: str, start: int, end: int) -> str:
    found = list(_WORD.finditer(sentence))
    return sentence[found[start].start() : found[end - 1].end()]
