"""The words of a search, and where a text holds them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.core.language.searching import Term, excerpt, spans_of, terms_of
from console.core.memory.hits import wanted_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Rolled BACK", ((("rolled",), False), (("back",), True))),
        ("back ", ((("back",), False),)),
        ('"connection pool" db', ((("connection", "pool"), False), (("db",), True))),
        ("“connection poo", ((("connection", "poo"), True),)),
        ("Zürich naïve", ((("zurich",), False), (("naive",), True))),
        ("v2.3", ((("v2",), False), (("3",), True))),
        ('-- * " ( ) ^ : +', ()),
        ("", ()),
    ],
)
def test_words_are_read_as_the_index_reads_them(typed: str, terms: tuple[tuple[tuple[str, ...], bool], ...]) -> None:
    assert terms_of(typed) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    ("typed", "text", "held"),
    [
        ("pool dr", "The pool ran DRY, dry!", ["pool", "DRY", "dry"]),
        ("zurich", "in Zürich and Zu\u0308rich", ["Zürich"]),
        ('"ran dry"', "dry ran; it ran dry", ["ran dry"]),
        ("障害", "昨日のデータベース障害", ["昨日のデータベース障害"]),
        ('"master 障害 now"', "the Master 大障害発生 now", ["Master 大障害発生 now"]),
        ('"i 障 l"', "plain words", []),
        ("pool", "spool", []),
    ],
)
def test_a_text_shows_where_it_holds_them(typed: str, text: str, held: list[str]) -> None:
    assert [text[start:end] for start, end in spans_of(terms_of(typed), text)] == held


WORDS = st.lists(st.sampled_from(("a", "ab", "障", "障害", "é", '"', ",")), max_size=8).map(" ".join)


@given(st.text() | WORDS, st.text() | WORDS, st.integers(8, 60))
@example('"0:0', "0\x850", 8)
def test_an_excerpt_shows_the_first_of_the_words(typed: str, text: str, chars: int) -> None:
    spans = spans_of(terms_of(typed), text)
    shown, places = excerpt(text, spans, chars)
    assert len(shown) <= chars
    assert len(shown.splitlines()) <= 1
    flat = "".join(" " if char.isspace() else char for char in text)
    held = {flat[start:end] for start, end in spans}
    assert all(shown[start:end] in held for start, end in places)
    assert places or not spans or spans[0][1] - spans[0][0] > chars // 2


def test_what_a_word_asks_for_is_seen_by_its_look() -> None:
    wanted = wanted_of("! pool #db @María", since=None)
    assert (wanted.kind, wanted.tags, wanted.people) == ("decision", ("db",), ("maria",))
    assert [term.words for term in wanted.terms] == [("pool",), ("db",)]
    assert wanted_of("  ").empty
    assert wanted_of("#").empty
    assert not wanted_of("@rs").empty
    assert wanted_of("what is ? here").kind == ""
