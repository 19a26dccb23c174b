"""Which parts of an event a redaction erases, told by the types of its fields."""

import itertools
from datetime import datetime
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.codec import decode_body, encode_body, kind_of
from console.core.log.entries import SCRIBE_KINDS
from console.core.log.erasure import Marks, exchange, exchanged, holds, is_redacted, telling, texts
from console.core.log.event import Body, Event, Key, Ref, Text, Unknown
from console.core.log.fold import fold
from console.core.log.registry import KINDS
from console.core.log.state import MAINTENANCE_STAGES
from console.core.playbook.model import MILESTONES
from console.core.subjects.action_item import ActionAdded
from console.core.subjects.change import ChangeEnded, ClaimChange
from console.core.subjects.component import COMPONENT_STATES, ComponentChanged
from console.core.subjects.entry import EntryLogged, LogEntry
from console.core.subjects.hypothesis import VERDICTS, HypothesisJudged
from console.core.subjects.postmortem import REVIEW, SECTIONS, PostmortemReviewed
from console.core.subjects.tick import ItemTicked
from console.core.subjects.undo import EntryRedacted
from console.core.subjects.update import (
    STATUSES,
    PostUpdate,
    PublicationDecided,  # fmt: skip
)
from tests.core.bodies import Tokens, any_body
from tests.core.erasing import counted
from tests.core.story import START, Story


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_of_every_kind_says_what_its_strings_mean(kind: type[Body]) -> None:
    exchange(kind)


class Careless(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    "hint",
    [str, tuple[str, ...], dict[str, str], dict[Text, Text], str | None, Careless, float, Annotated[str, "x"], Any],
)
def test_a_field_of_any_other_type_fails(hint: Any) -> None:
    with pytest.raises(TypeError):
        exchange(hint)


@given(st.data())
def test_no_text_survives_and_everything_else_stays(data: st.DataObject) -> None:
    tokens = Tokens()
    body = data.draw(any_body(tokens))
    left = exchanged(body, counted())

    assert not [token for token in tokens.given if token in encode_body(left)]
    assert texts(left) == []
    assert exchanged(left, counted()) == left
    assert decode_body(kind_of(body), encode_body(left)) == left
    # With all texts made alike, only what is no text can differ.
    assert exchanged(left, lambda text: "x") == exchanged(body, lambda text: "x")


def test_equal_texts_get_the_same_mark_and_others_another() -> None:
    body = ActionAdded("checkout", owner="checkout", verify="search")
    left = exchanged(body, counted())
    assert left == ActionAdded("[redacted 0000]", owner="[redacted 0000]", verify="[redacted 0001]")


def test_a_mark_is_never_given_twice_even_if_chance_would() -> None:
    same = itertools.chain([b"\0\0"] * 5, (number.to_bytes(2, "big") for number in itertools.count(1)))
    marks = Marks(lambda count: next(same))
    assert marks("a") != marks("b")
    assert marks("a") == marks("a")


def test_what_is_marked_or_empty_stays() -> None:
    body = EntryLogged("note", "[redacted]", tags=("", "[redacted 3f2a]"))
    assert exchanged(body, counted()) == body
    assert is_redacted("[redacted 3f2a]")
    assert not is_redacted("[redacted 3f2a] and more")


def test_a_step_of_a_runbook_keeps_its_place_and_not_the_runbooks_name() -> None:
    assert exchanged(ItemTicked("runbook:payments/7", ""), counted()) == ItemTicked("runbook:[redacted 0000]/7", "")
    assert exchanged(ItemTicked("closing/7", ""), counted()) == ItemTicked("closing/7", "")


def test_nothing_is_left_of_a_body_that_cannot_be_read() -> None:
    assert exchanged(Unknown("weather", '{"wind":"strong"}'), counted()) == Unknown("weather", "{}")
    assert holds(Unknown("weather", '{"wind":{"speed":["very strong"]}}'), ["very strong"])


def test_a_redactions_own_reason_is_a_text_and_what_it_erased_is_not() -> None:
    body = EntryRedacted("e1", "hunter2secret", {"e1": "ab"}, {"e1": "{}"})
    assert exchanged(body, counted()) == EntryRedacted("e1", "[redacted 0000]", {"e1": "ab"}, {"e1": "{}"})


@pytest.mark.parametrize(
    ("kind", "raw", "body"),
    [
        ("change_ended", '{"change":"c","outcome":"paused"}', ChangeEnded("c", "paused")),
        ("hypothesis_judged", '{"hypothesis":"h","verdict":"likely"}', HypothesisJudged("h", "likely")),
        (
            "publication_decided",
            '{"message":"m","update":"u","to":"page","decision":"pinned"}',
            PublicationDecided("m", "u", "page", "pinned"),
        ),
        ("postmortem_reviewed", '{"state":"published"}', PostmortemReviewed("published")),
        ("component_changed", '{"component":"checkout","status":"slow"}', ComponentChanged("checkout", "slow")),
    ],
)
def test_a_word_of_another_version_is_read_as_it_stands(kind: str, raw: str, body: Body) -> None:
    assert decode_body(kind, raw) == body


def test_words_of_another_version_are_shown_as_they_stand() -> None:
    story = Story()
    change = story.does(ClaimChange, text="roll back", rollback="roll forward")
    guess = story.does(LogEntry, kind="hypothesis", text="the cache")
    update = story.does(PostUpdate, audience="public", text="We are looking into it.")
    bodies: list[Body] = [
        ChangeEnded(change, "paused"),
        HypothesisJudged(guess, "likely"),
        PublicationDecided("m", update, "page", "pinned"),
        PostmortemReviewed("published"),
        ComponentChanged("checkout", "slow"),
    ]
    later = [
        Event(f"n{place}", story.state.ref, "newer", place, (100 + place) << 16, "al", START, START, body)
        for place, body in enumerate(bodies, start=1)
    ]
    state = fold(story.state.ref, [*story.events, *later])
    shown = [entry.text for entry in state.entries[-5:]]
    assert [word for word, text in zip(("paused", "likely", "pinned", "published", "slow"), shown, strict=True)
            if word not in text.lower()] == []  # fmt: skip


def test_a_word_that_is_none_of_ours_may_be_anything_and_is_erased() -> None:
    assert exchanged(ComponentChanged("checkout", "hunter2"), counted()) == ComponentChanged(
        "[redacted 0000]", "[redacted 0001]"
    )


def test_the_vocabularies_of_bodies_are_those_of_commands() -> None:
    def words(kind: str, field: str) -> set[str]:
        return set(get_args(get_args(get_type_hints(KINDS[kind], include_extras=True)[field])[1]))

    assert words("component_changed", "status") == set(COMPONENT_STATES)
    assert words("update_posted", "status") == {*STATUSES, *MAINTENANCE_STAGES}
    assert words("entry_logged", "kind") == set(SCRIBE_KINDS)
    assert words("hypothesis_judged", "verdict") == set(VERDICTS)
    assert words("milestone_set", "milestone") == set(MILESTONES)
    assert words("postmortem_edited", "section") == set(SECTIONS)
    assert words("postmortem_reviewed", "state") == set(REVIEW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the password is hunter2secret", {"the password is hunter2secret", "hunter2secret"}),
        ("checkout", set()),
        ("maya", set()),
        ("rolled back", set()),
        ("password=hunter2secret.", {"password=hunter2secret", "hunter2secret"}),
        ("see INC-K7Q2, v2.3.4-rc1 at 2026-11-21T14:30Z", {"see INC-K7Q2, v2.3.4-rc1 at 2026-11-21T14:30Z"}),
        ("it is “a,b;c{4}d'5”", {"it is “a,b;c{4}d'5”", "a,b;c{4}d'5"}),
        ("@hunter4secret", {"hunter4secret"}),
        ("short1", set()),
        ("a1b2-c3d4-e5f6", {"a1b2-c3d4-e5f6"}),
        ("550e8400-e29b-41d4-a716-446655440000", {"550e8400-e29b-41d4-a716-446655440000"}),
        ("db-replica-12.prod", set()),
        ("us-east-1", set()),
        ("TICKET-1234", set()),
        ("p99=1200ms", set()),
        ("/var/log/idx2.log", set()),
    ],
)
def test_only_whole_texts_and_words_that_look_secret_tell(text: str, words: set[str]) -> None:
    assert telling([text]) == words


def test_times_and_the_rest_of_the_plain_types_need_no_meaning() -> None:
    assert [exchange(hint) for hint in (bool, int, datetime, datetime | None, Ref, Key)] == [None] * 6
