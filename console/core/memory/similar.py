"""Past incidents that look like one: the best first, each with its reasons.

Incidents of one cause rarely share a vocabulary, and those that share services and people rarely share a cause. So
the classes of causes that two incidents speak of weigh most, the rarer the more; then rare words, where they are no
names of services or people. What was ruled out counts as what it was not.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from console.core.language.names import name_key
from console.core.memory.case import Case
from console.core.memory.concepts import KIN, Vocabulary, stems
from console.core.memory.traces import WEIGHTS, Trace

NAMED = 1.5
"""The factor for the weight of a text that says of itself that it names the cause."""
BY_CONCEPTS, BY_WORDS, BY_PARTS = 1.0, 0.35, 0.04
"""The weights of classes of causes, of rare words, and of each shared component, tag or runbook."""
SERVICE = 0.15
"""The share of its weight that a word keeps which names a component or a tag."""
DENIED = 0.2
"""The share of its weight that a class keeps which was ruled out."""
LEAST_CLEAR = 0.5
"""A class of which less is said, such as a hint in a note, is no reason by itself."""
LEAST_SCORE = 0.12
"""A lower score is no likeness."""
MOST_SIMILAR = 10
MOST_RARE_WORDS = 5
MOST_WORDS = 120
"""Of an incident, those that weigh most."""


class Digest(msgspec.Struct, frozen=True):
    """The classes of causes and the words that a text or an incident speaks of."""

    concepts: dict[str, float]
    """The evidence for each class, from 0 upwards; a cause that somebody marked is 3 and more."""
    denied: frozenset[str]
    """Classes that were ruled out."""
    spoken: dict[str, str]
    """The words in which it speaks of a class."""
    words: dict[str, float]
    """Stems, with their weight."""
    forms: dict[str, str]
    """A word of each stem as it is written."""
    parts: frozenset[tuple[str, str]] = frozenset()
    """Its components, tags and runbooks, each behind the name of its kind."""


def digest(
    traces: Iterable[Trace], vocabulary: Vocabulary, people: Iterable[str] = (), parts: Iterable[tuple[str, str]] = ()
) -> Digest:
    """Read texts; `people` are names that say nothing of a cause."""
    sums: defaultdict[str, float] = defaultdict(float)
    denied: set[str] = set()
    spoken: dict[str, tuple[float, str]] = {}
    words: dict[str, float] = {}
    forms: dict[str, str] = {}
    names = {word for name in people for word in stems(name_key(name))}
    for part, text in traces:
        weight = WEIGHTS[part]
        meaning = vocabulary.read(text)
        denied |= meaning.denied
        if not weight:
            denied |= meaning.weights.keys()
            continue
        if meaning.names_cause:
            weight *= NAMED
        for concept, clear in meaning.weights.items():
            sums[concept] += weight * clear
            spoken[concept] = max(spoken.get(concept, (0.0, "")), (weight * clear, meaning.words[concept]))
        for word, form in meaning.forms.items():
            if len(word) > 2 and not word.isdigit() and word not in vocabulary.common and word not in names:
                words[word] = min(3.0, words.get(word, 0.0) + weight)
                forms.setdefault(word, form)
    # What somebody found to be the cause was it, whatever was thought before.
    denied = {concept for concept in denied if sums.get(concept, 0.0) < WEIGHTS["cause"]}
    concepts = {concept: total * (DENIED if concept in denied else 1.0) for concept, total in sums.items()}
    texts = {concept: text for concept, (_, text) in spoken.items()}
    kept = sorted(words, key=lambda word: -words[word])[:MOST_WORDS]
    return Digest(
        concepts,
        frozenset(denied),
        texts,
        {word: words[word] for word in kept},
        {word: forms[word] for word in kept},
        frozenset(parts),
    )


def digest_of(case: Case, vocabulary: Vocabulary) -> Digest:
    parts = [
        *(("component", name.casefold()) for name in case.components),
        *(("tag", tag) for tag in (*case.tags, *(f"team-{team}" for team in case.teams))),
        *(("runbook", name) for name in case.runbooks),
    ]
    return digest(case.traces, vocabulary, case.people, parts)


class Reason(msgspec.Struct, frozen=True):
    """Something that two incidents have in common."""

    kind: str
    """cause, words, component, tag or runbook."""
    text: str
    """The name of the class of causes, the words, the component …"""
    here: str = ""
    """The words in which the one speaks of it; empty but for a cause."""
    there: str = ""
    """The words in which the other does."""


class Similar(msgspec.Struct, frozen=True):
    """An incident that looks like another."""

    case: Case
    score: float
    """From 0 to about 1."""
    reasons: tuple[Reason, ...]
    """The weightiest first."""
    concepts: tuple[str, ...]
    """The classes of causes that both speak of, the weightiest first."""


class Memory:
    """Incidents, ready to be compared."""

    def __init__(self, cases: Iterable[tuple[Case, Digest]], vocabulary: Vocabulary) -> None:
        """Drills are left out: their causes are invented."""
        self.vocabulary = vocabulary
        self.digests = {case.ref: (case, digest) for case, digest in cases if not case.drill}
        digests = [digest for _, digest in self.digests.values()]
        self._concept_rarity = _rarity(
            Counter(concept for digest in digests for concept in digest.concepts), len(digests)
        )
        self._word_rarity = _rarity(Counter(word for digest in digests for word in digest.words), len(digests))
        self._default_rarity = math.log1p(len(digests) + 1)
        services = {
            stem for digest in digests for kind, name in digest.parts if kind != "runbook" for stem in stems(name)
        }
        for word in services & self._word_rarity.keys():
            self._word_rarity[word] *= SERVICE
        self._vectors = {ref: self._weighed(digest) for ref, (_, digest) in self.digests.items()}
        self._by_concept = _postings((ref, concepts) for ref, (concepts, _) in self._vectors.items())
        self._by_word = _postings((ref, words) for ref, (_, words) in self._vectors.items())

    def _weighed(self, digest: Digest) -> tuple[dict[str, float], dict[str, float]]:
        """Classes and words, weighed by their rarity, each of length 1."""
        concepts: dict[str, float] = {}
        for concept, clear in digest.concepts.items():
            weight = clear * self._concept_rarity.get(concept, self._default_rarity)
            concepts[concept] = concepts.get(concept, 0.0) + weight
            for kin in self.vocabulary.kin.get(concept, ()):
                if kin not in digest.denied:
                    concepts[kin] = max(concepts.get(kin, 0.0), KIN * weight)
        # Words that stand in one incident alone join it to no other.
        words = {
            word: math.sqrt(weight) * rarity
            for word, weight in digest.words.items()
            if (rarity := self._word_rarity.get(word)) is not None
        }
        return _unit(concepts), _unit(words)

    def like(self, digest: Digest, leave_out: Collection[str] = ()) -> list[Similar]:
        """The incidents that look like it, the best first; at most `MOST_SIMILAR`."""
        concepts, words = self._weighed(digest)
        scores: defaultdict[str, float] = defaultdict(float)
        for weights, postings, factor in ((concepts, self._by_concept, BY_CONCEPTS), (words, self._by_word, BY_WORDS)):
            for name, weight in weights.items():
                for ref, share in postings.get(name, ()):
                    scores[ref] += factor * weight * share
        for ref in scores:
            scores[ref] += BY_PARTS * min(3, len(digest.parts & self.digests[ref][1].parts))
        likely = [(score, ref) for ref, score in scores.items() if score >= LEAST_SCORE and ref not in leave_out]
        best = sorted(likely, key=lambda pair: (-pair[0], -self.digests[pair[1]][0].declared_at.timestamp()))[
            :MOST_SIMILAR
        ]
        return [self._similar(digest, concepts, words, ref, score) for score, ref in best]

    def _similar(
        self, digest: Digest, concepts: Mapping[str, float], words: Mapping[str, float], ref: str, score: float
    ) -> Similar:
        case, other = self.digests[ref]
        there_concepts, there_words = self._vectors[ref]
        both = [
            concept
            for concept in _heaviest(concepts, there_concepts)
            if min(digest.concepts.get(concept, 0.0), other.concepts.get(concept, 0.0)) >= LEAST_CLEAR
            and concept not in digest.denied | other.denied
        ]
        reasons = [
            Reason("cause", self.vocabulary.concepts[concept].name, digest.spoken[concept], other.spoken[concept])
            for concept in both[:3]
        ]
        rare = _heaviest(words, there_words)[:MOST_RARE_WORDS]
        if rare:
            reasons.append(Reason("words", ", ".join(digest.forms.get(word, word).lower() for word in rare)))
        reasons += [Reason(kind, name) for kind, name in sorted(digest.parts & other.parts)]
        return Similar(case, round(score, 3), tuple(reasons), tuple(both))


def _rarity(counts: Mapping[str, int], total: int) -> dict[str, float]:
    return {name: math.log1p((total + 1) / (count + 0.5)) for name, count in counts.items()}


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {name: weight / length for name, weight in weights.items()} if length else {}


def _postings(vectors: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, list[tuple[str, float]]]:
    """By name the incidents that have it, with its weight there."""
    postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for ref, weights in vectors:
        for name, weight in weights.items():
            postings[name].append((ref, weight))
    return postings


def _heaviest(weights: Mapping[str, float], other: Mapping[str, float]) -> list[str]:
    both: Sequence[str] = [name for name in weights if name in other]
    return sorted(both, key=lambda name: (-weights[name] * other[name], name))
