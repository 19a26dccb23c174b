"""Digests of texts, and how alike they make incidents."""

import pytest

from console.core.memory.concepts import Concept, Concepts, Vocabulary
from console.core.memory.similar import Digest, digest
from console.core.memory.traces import Trace

WORDS = Vocabulary(
    [
        Concepts(
            (Concept("pool", signs=("pool",)), Concept("deploy", signs=("deploy",))),
            denied=("not-the",),
            naming=("turned-out",),
            common="the it is was not out",
        )
    ]
)


def of(*traces: tuple[str, str], people: tuple[str, ...] = ()) -> Digest:
    return digest((Trace(part, text) for part, text in traces), WORDS, people)


def test_a_cause_tells_more_than_a_note_and_most_where_it_is_named() -> None:
    note, cause = of(("note", "the pool")), of(("cause", "the pool"))
    named = of(("cause", "it turned out: the pool"))
    assert 0 < note.concepts["pool"] < cause.concepts["pool"] < named.concepts["pool"]


@pytest.mark.parametrize("part", ["note", "cause"])
def test_what_is_only_denied_is_not_spoken_of(part: str) -> None:
    meant = of((part, "it is not the deploy"))
    assert not meant.concepts
    assert meant.denied == {"deploy"}


def test_what_was_ruled_out_counts_little_unless_it_turned_out_to_be_the_cause() -> None:
    guessed = of(("title", "a bad deploy"))
    ruled_out = of(("title", "a bad deploy"), ("ruled_out", "the deploy"))
    assert ruled_out.denied == {"deploy"}
    assert ruled_out.concepts["deploy"] < guessed.concepts["deploy"]
    assert of(("ruled_out", "the deploy"), ("cause", "the deploy was it")).denied == frozenset()


def test_names_of_people_and_words_without_meaning_are_no_words_of_it() -> None:
    meant = of(("note", "Ana was out, Ferrets slept"), people=("ana",))
    assert list(meant.forms.values()) == ["Ferrets", "slept"]
    assert meant.words.keys() == meant.forms.keys()
