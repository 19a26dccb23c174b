"""Classes of causes in what people write: signs, forms of words, and what is said not to be it."""

import pytest

from console.core.memory.concepts import Concept, Concepts, Vocabulary, stem
from console.core.refusal import Refused

WORDS = Vocabulary(
    [
        Concepts(
            (
                Concept("pool", signs=("pool|pools $full", "no connection left"), hints=("pool",)),
                Concept("deploy", signs=("deploy", "rolled-back")),
            ),
            groups={"full": "exhausted|ran-dry"},
            denied=("not-the", "unrelated", "no"),
            naming=("turned-out",),
        )
    ]
)


@pytest.mark.parametrize("text", ["The pool was exhausted", "exhausting both pools", "the POOL, since noon, ran dry"])
def test_a_sign_is_found_in_any_form_and_order(text: str) -> None:
    assert WORDS.read(text).weights == {"pool": 1.0}


@pytest.mark.parametrize("text", ["", "exhausted people", "ran the dry run", "pools of people. It ran dry.", "\0|$"])
def test_it_stands_whole_in_one_sentence(text: str) -> None:
    assert WORDS.read(text).weights.get("pool", 0.0) < 1.0


def test_a_hint_says_less() -> None:
    assert WORDS.read("the pool").weights["pool"] < 1.0


def test_what_it_was_not_is_denied_in_its_own_part_of_the_sentence() -> None:
    meaning = WORDS.read("It is not the deploy, the pool is exhausted")
    assert meaning.denied == {"deploy"}
    assert meaning.weights == {"pool": 1.0}
    assert WORDS.read("Not the deploy. Rolled back all the same: it was the deploy").weights == {"deploy": 1.0}


def test_a_sign_that_needs_its_no_is_not_denied_by_it() -> None:
    assert WORDS.read("there is no connection left").weights == {"pool": 1.0}


def test_it_tells_in_which_words() -> None:
    assert WORDS.read("At noon the Pool ran dry again").words["pool"] == "Pool ran dry"


def test_a_team_adds_classes_and_signs() -> None:
    own = Concepts((Concept("pool", signs=("basin",)), Concept("fish", "Fish in the pond")))
    base = Concepts((Concept("pool", "Pool exhausted", look="Count them", signs=("pool",)),))
    both = Vocabulary([base, own])
    assert both.read("the basin").weights == both.read("the pool").weights == {"pool": 1.0}
    assert (both.concepts["pool"].name, both.concepts["pool"].look) == ("Pool exhausted", "Count them")
    assert both.concepts["fish"].name == "Fish in the pond"
    assert both.mark != Vocabulary([base]).mark


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(Refused, match=r"\$empty"):
        Vocabulary([Concepts((Concept("pool", signs=("pool $empty",)),))])


def test_kin_goes_both_ways() -> None:
    kin = Vocabulary([Concepts((Concept("a", kin=("b",)), Concept("b")))]).kin
    assert kin == {"a": {"b"}, "b": {"a"}}


@pytest.mark.parametrize(
    "forms",
    [("expire", "expires", "expired", "expiring"), ("retry", "retries"), ("run", "running"), ("exhaust", "exhaustion")],
)
def test_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({stem(word) for word in forms}) == 1
