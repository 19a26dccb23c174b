from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.ids import (
    ALPHABET,
    new_event_id,
    new_reference,
    parse_reference,
    reference_prefix,
    resolve_reference,
)
from console.core.refusal import Refused

KNOWN = ["INC-K7Q2", "INC-K7ZZ", "INC-0A1B", "INC-9999"]


def reason(act: Callable[[], str]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def test_references_are_four_sayable_digits() -> None:
    source = Random(1)
    references = {new_reference(source.randbytes) for _ in range(2000)}
    assert {len(reference) for reference in references} == {8}
    assert set("".join(reference.removeprefix("INC-") for reference in references)) == set(ALPHABET)
    assert len(references) > 1990


def test_every_bit_of_an_event_id_counts() -> None:
    assert new_event_id(lambda count: b"\xff" * count) == "z" * 13
    assert new_event_id(lambda count: b"\x00" * count) == "0" * 13
    source = Random(2)
    assert len({new_event_id(source.randbytes) for _ in range(5000)}) == 5000


def test_as_many_bytes_are_asked_for_as_are_needed() -> None:
    asked: list[int] = []

    def source(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    new_reference(source)
    new_event_id(source)
    assert asked == [3, 9]


@pytest.mark.parametrize(
    "text", ["k7q2", "INC-K7Q2", "inc-k7q2", " K7Q2 ", "inc k7q2", "INC_k7q2", "inck7q2", "INC-k7q2 "]
)
def test_a_reference_is_read_as_people_write_it(text: str) -> None:
    assert parse_reference(text) == "INC-K7Q2"


def test_misread_digits_are_mended() -> None:
    assert parse_reference("oAiB") == "INC-0A1B"
    assert parse_reference("INC-OALB") == "INC-0A1B"


def test_four_digits_beginning_with_inc_are_a_reference_of_their_own() -> None:
    assert parse_reference("inc5") == "INC-1NC5"


@pytest.mark.parametrize("text", ["", "INC-", "k7", "k7q2x", "k7u2", "K7Q2 K7Q2", "#", "ß7q2", "\ud800", "x" * 9000])
def test_anything_else_is_no_reference(text: str) -> None:
    assert "INC-K7Q2" in reason(lambda: parse_reference(text))
    assert len(reason(lambda: parse_reference(text))) < 140


def test_a_beginning_is_enough_to_look_up() -> None:
    assert reference_prefix("k7") == "INC-K7"
    assert reference_prefix("inc-0") == "INC-0"
    assert resolve_reference("k7q", KNOWN) == "INC-K7Q2"
    assert resolve_reference("9", KNOWN) == "INC-9999"
    assert resolve_reference("INC-oaib", KNOWN) == "INC-0A1B"


def test_an_unknown_incident_is_refused_with_where_to_look() -> None:
    assert reason(lambda: resolve_reference("abcd", KNOWN)) == (
        "There is no incident INC-ABCD here; `warroom list` shows those there are."
    )


def test_an_ambiguous_beginning_names_the_candidates() -> None:
    assert reason(lambda: resolve_reference("K7", KNOWN)) == (
        "INC-K7 could be INC-K7Q2 or INC-K7ZZ; write one more character."
    )


def test_many_candidates_are_counted_rather_than_listed() -> None:
    many = [f"INC-A{digit}00" for digit in ALPHABET]
    assert "A400 or 27 more; write" in reason(lambda: resolve_reference("a", many))


@given(st.text())
def test_any_text_resolves_or_is_refused(text: str) -> None:
    with suppress(Refused):
        assert resolve_reference(text, KNOWN) in KNOWN


@given(st.binary(min_size=9, max_size=9))
def test_a_new_reference_reads_back(random: bytes) -> None:
    reference = new_reference(lambda count: random[:count])
    assert parse_reference(reference) == reference
    assert parse_reference(reference.lower().removeprefix("inc-")) == reference
