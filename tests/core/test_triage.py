"""Triage: what the answers come to, why, and that unsure means higher."""

import itertools
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.playbook.model import Question
from console.core.playbook.triage import FACTS, check_answers, hint, number, questions, suggest
from console.core.refusal import Refused
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.triage import AnswerTriage, triage_of
from console.core.subjects.undo import Undo
from tests.core.story import Story, built_in, standard

pytestmark = pytest.mark.rule

BOOKS = ("standard", "rapid", "p-levels", "sev4", "checklist", "checklist-security")

TABLE: list[tuple[str, dict[str, str], str]] = [
    # standard
    ("standard", {"down": "yes"}, "SEV0"),
    ("standard", {"down": "no", "data_loss": "yes"}, "SEV0"),
    ("standard", {"breach": "yes"}, "SEV0"),
    ("standard", {"revenue": "$10,001"}, "SEV0"),
    ("standard", {"revenue": "10k", "core": "yes"}, "SEV2"),
    ("standard", {"users": "51%", "workaround": "no"}, "SEV0"),
    ("standard", {"users": "51%", "workaround": "use the old app"}, "SEV1"),
    ("standard", {"users": "50%", "workaround": "no"}, "SEV2"),
    ("standard", {"core": "yes", "workaround": "no"}, "SEV1"),
    ("standard", {"core": "yes", "workaround": "yes"}, "SEV2"),
    ("standard", {"core": "no", "degraded": "yes", "visible": "yes"}, "SEV2"),
    ("standard", {"users": "11 per cent"}, "SEV2"),
    ("standard", {"users": "10%", "degraded": "yes"}, "SEV3"),
    ("standard", {"visible": "yes"}, "SEV3"),
    # rapid
    ("rapid", {"down": "yes"}, "SEV-1"),
    ("rapid", {"core": "yes", "users": "all"}, "SEV-1"),
    ("rapid", {"core": "yes", "users": "91 %"}, "SEV-1"),
    ("rapid", {"core": "yes", "users": "90%"}, "SEV-2"),
    ("rapid", {"core": "yes"}, "SEV-2"),
    ("rapid", {"users": "95 %"}, "SEV-2"),
    ("rapid", {"users": "11 %"}, "SEV-2"),
    ("rapid", {"users": "12"}, "SEV-2"),
    ("rapid", {"degraded": "yes"}, "SEV-3"),
    ("rapid", {"visible": "yes"}, "SEV-3"),
    # p-levels: the criteria of a P0 with their thresholds
    ("p-levels", {"down": "yes"}, "P0"),
    ("p-levels", {"data_loss": "yes"}, "P0"),
    ("p-levels", {"breach": "yes"}, "P0"),
    ("p-levels", {"revenue": "12k"}, "P0"),
    ("p-levels", {"revenue": "11k"}, "P0"),
    ("p-levels", {"revenue": "$10,001"}, "P0"),
    ("p-levels", {"revenue": "10k", "degraded": "yes"}, "P2"),
    ("p-levels", {"revenue": "10000", "degraded": "yes"}, "P2"),
    ("p-levels", {"core": "yes"}, "P0"),
    ("p-levels", {"users": "60%", "workaround": "no"}, "P0"),
    ("p-levels", {"users": "51 %", "workaround": "no"}, "P0"),
    ("p-levels", {"users": "60%", "workaround": "yes"}, "P1"),
    ("p-levels", {"users": "51 %", "workaround": "use the old app"}, "P1"),
    ("p-levels", {"users": "50 %", "workaround": "no", "degraded": "yes"}, "P2"),
    ("p-levels", {"degraded": "yes", "visible": "yes"}, "P1"),
    ("p-levels", {"degraded": "yes"}, "P2"),
    ("p-levels", {"visible": "yes"}, "P3"),
    # sev4
    ("sev4", {"down": "yes"}, "SEV1"),
    ("sev4", {"data_loss": "yes"}, "SEV1"),
    ("sev4", {"core": "yes"}, "SEV2"),
    ("sev4", {"degraded": "yes"}, "SEV3"),
    ("sev4", {"visible": "yes"}, "SEV3"),
    # checklist
    ("checklist", {"down": "yes"}, "SEV1"),
    ("checklist", {"data_loss": "yes"}, "SEV1"),
    ("checklist", {"breach": "yes"}, "SEV1"),
    ("checklist", {"core": "yes", "workaround": "no"}, "SEV1"),
    ("checklist", {"core": "yes", "workaround": "yes"}, "SEV2"),
    ("checklist", {"core": "yes", "workaround": "by phone"}, "SEV2"),
    ("checklist", {"users": "11 %"}, "SEV2"),
    ("checklist", {"users": "10 %", "degraded": "yes"}, "SEV3"),
    ("checklist", {"degraded": "yes", "visible": "yes"}, "SEV2"),
    ("checklist", {"degraded": "yes"}, "SEV3"),
    ("checklist", {"visible": "yes"}, "SEV3"),
    ("checklist-security", {"breach": "yes"}, "SEV1"),
]


@pytest.mark.rule(
    "Standard: Triage question: is a core function affected",
    "Standard: Triage question: is there a workaround",
    "Standard: A severity is assigned, by a tool that classifies",
    "Rapid: SEV-1: complete outage, a core function for all users",
    "Rapid: SEV-2: major feature, many users, immediate",
    "Rapid: SEV-3: minor feature, some users, business hours",
    "P-levels: P0: production down: the system or a major service",
    "P-levels: P0: data lost or corrupted, or about to be",
    "P-levels: P0: a breach or a weakness being exploited",
    "P-levels: P0: over $10,000 an hour, or a critical transaction fails",
    "P-levels: P0: over 50 % of users, without a workaround",
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
    "Checklist: Triage: what is broken, how severe",
    "Checklist: Plan for break-ins, detection and triage",
)
@pytest.mark.parametrize(("book", "answers", "severity"), TABLE)
def test_the_answers_come_to_a_severity_with_its_reason(book: str, answers: dict[str, str], severity: str) -> None:
    found = suggest(built_in(book), answers)
    assert (found.severity, found.known) == (severity, severity)
    rule = built_in(book).severity(severity)
    assert rule is not None
    assert found.reason in [one.says for one in rule.criteria]


def test_every_criterion_of_every_playbook_is_reached_by_some_answers() -> None:
    worst = {"down": "yes", "core": "yes", "degraded": "yes", "data_loss": "yes", "breach": "yes", "visible": "yes"}
    for name in BOOKS:
        for severity in built_in(name).severities:
            for criterion in severity.criteria:
                fields = {key for key in criterion.__struct_fields__ if key != "says" and getattr(criterion, key)}
                answers = {key: "yes" for key in fields if key in worst}
                answers |= {"visible": "yes"} if "customer_visible" in fields else {}
                answers |= {"workaround": "no"} if "no_workaround" in fields else {}
                answers |= {"users": f"{criterion.users_over + 1}"} if criterion.users_over else {}
                answers |= {"revenue": f"{criterion.revenue_over + 1}"} if criterion.revenue_over else {}
                found = suggest(built_in(name), answers)
                book = built_in(name)
                assert book.severity_index(found.severity) <= book.severity_index(severity.name), (name, criterion)


@pytest.mark.parametrize(
    ("answers", "severity", "known"),
    [
        ({"core": "yes", "workaround": "unsure"}, "SEV1", "SEV2"),
        ({"core": "yes", "workaround": "?"}, "SEV1", "SEV2"),
        ({"core": "yes", "workaround": "yes", "down": "unsure"}, "SEV1", "SEV2"),
        ({"degraded": "yes", "down": "unsure"}, "SEV2", "SEV3"),
        ({"core": "yes", "workaround": "no", "data_loss": "maybe"}, "SEV0", "SEV1"),
        ({"down": "yes", "data_loss": "unsure"}, "SEV0", "SEV0"),
        ({"down": "unsure"}, "SEV1", ""),
        ({"core": "unsure"}, "SEV3", ""),
        ({"visible": "unsure"}, "SEV3", ""),
        (dict.fromkeys(("down", "core", "users", "workaround", "data_loss", "breach"), "?"), "SEV1", ""),
    ],
)
def test_unsure_means_higher_by_one_step(answers: dict[str, str], severity: str, known: str) -> None:
    found = suggest(standard(), answers)
    assert (found.severity, found.known) == (severity, known)
    assert ("unsure means higher" in found.reason) is (severity != known)


def test_the_reason_names_what_nobody_knows() -> None:
    found = suggest(standard(), {"core": "yes", "data_loss": "unsure", "workaround": "?"})
    assert found.reason.startswith("unsure about workaround and data lost, and unsure means higher")


@pytest.mark.parametrize(
    ("book", "answers"),
    [
        *[("standard", one) for one in ({}, {"down": ""}, {"down": "no"}, {"users": "3%"}, {"what": "the checkout"})],
        ("rapid", {"users": "10 %"}),
    ],
)
def test_answers_that_decide_nothing_suggest_nothing(book: str, answers: dict[str, str]) -> None:
    found = suggest(built_in(book), answers)
    assert (found.severity, found.known) == ("", "")
    assert "choose the higher severity" in found.reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30%", 30),
        ("about 12", 12),
        ("$10k", 10_000),
        ("1.5M", 1_500_000),
        ("10,000", 10_000),
        ("all", 100),
        ("Everyone", 100),
        ("none", 0),
        ("0", 0),
        ("unsure", None),
        ("?", None),
        ("many", None),
        ("half", 50),
        ("about half of the users", 50),
        ("a third", 33),
        ("nearly a quarter", 25),
        ("a fifth", 20),
        ("a tenth of all users", 10),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.rule
@pytest.mark.parametrize(
    ("answers", "severity", "known"),
    [
        ("yes y true 1 yep yeah Yes! yes,both", "SEV-2", "SEV-2"),
        ("no n none false 0 nope No. no,neither", "", ""),
        ("unsure ? unknown maybe Unsure.", "SEV-3", ""),
    ],
)
def test_each_way_to_say_yes_no_or_unsure_is_read_as_that(answers: str, severity: str, known: str) -> None:
    for answer in answers.split():
        check_answers(built_in("rapid"), {"core": answer})
        suggestion = suggest(built_in("rapid"), {"core": answer})
        assert (suggestion.severity, suggestion.known) == (severity, known), answer


@pytest.mark.parametrize("answer", ["not sure", "we don't know yet", "do not know"])
def test_what_nobody_knows_is_unsure_in_other_words_too(answer: str) -> None:
    check_answers(built_in("rapid"), {"core": answer, "users": answer})
    assert suggest(built_in("rapid"), {"core": answer}).severity == "SEV-3"


@pytest.mark.parametrize(
    ("fact", "answer", "right"),
    [
        ("core", "yex", "write yes, no or unsure."),
        ("down", "checkout", "write yes, no or unsure."),
        ("workaround", "yex", "write yes, no or unsure, or in a few words what it is."),
        ("users", "mostly all of them", "write 30%, all or unsure."),
        ("users", "yes", "write 30%, all or unsure."),
        ("revenue", "much", "write 2k or unsure."),
    ],
)
def test_an_answer_of_which_nobody_could_say_what_it_means_is_refused_and_counts_for_nothing(
    fact: str, answer: str, right: str
) -> None:
    book = standard()
    with pytest.raises(Refused, match=re.escape(right)) as refused:
        check_answers(book, {fact: answer})
    assert refused.value.field == fact
    assert refused.value.reason.startswith(f"“{answer}” is not an answer to “")
    assert suggest(book, {fact: answer, "degraded": "yes"}) == suggest(book, {"degraded": "yes"})


def test_why_unsure_means_higher_says_than_what_and_names_only_what_decides() -> None:
    suggestion = suggest(standard(), {"degraded": "yes", "down": "unsure", "what": "unsure"})
    assert suggestion.reason.startswith("unsure about service down, and unsure means higher than SEV3; ")
    suggestion = suggest(standard(), {"down": "?"})
    assert re.match("unsure about service down, and unsure means higher than SEV[34]; it may be: ", suggestion.reason)


@pytest.mark.parametrize("name", BOOKS)
def test_each_fact_that_decides_is_asked_once_after_the_playbooks_own_questions(name: str) -> None:
    book = built_in(name)
    asked = [question.id for question in questions(book)]
    assert len(asked) == len(set(asked))
    assert asked[: len(book.questions)] == [question.id for question in book.questions]
    assert set(asked[len(book.questions) :]) <= set(FACTS)
    assert {"down", "core", "data_loss", "breach"} <= set(asked)
    for first in ("what", "who", "since", "changed"):
        assert first in asked


def test_each_fact_is_asked_where_the_playbook_has_no_question_of_its_own() -> None:
    asked = questions(msgspec.structs.replace(standard(), questions=()))
    assert {question.id for question in asked} == {
        *("down", "core", "degraded", "users", "revenue", "data_loss", "breach", "workaround", "visible")
    }
    assert all(question.ask.endswith("?") for question in asked)


@pytest.mark.parametrize(("fact", "values"), [("users", [30, 100, None]), ("revenue", [2000, None])])
def test_the_hint_of_a_number_is_an_answer_that_is_understood(fact: str, values: list[float | None]) -> None:
    assert [number(answer) for answer in hint(Question(fact, "How many?")).split(", ")] == values


def test_triage_is_kept_with_what_it_suggested_and_can_be_undone() -> None:
    story = Story("SEV2").at(1)
    answered = story.does(AnswerTriage, answers={"core": "yes", "workaround": "no", "who": " ", "since": "14:00"})
    triage = triage_of(story.state)
    assert triage is not None
    assert (triage.suggested, triage.answers) == ("SEV1", {"core": "yes", "workaround": "no", "since": "14:00"})
    assert "→ SEV1" in story.state.entries[-1].text
    assert story.state.severity.value == "SEV2"  # it suggests; a person decides
    story.does(Undo, entry=answered)
    assert triage_of(story.state) is None


@pytest.mark.parametrize("name", BOOKS)
def test_the_timeline_names_each_answer_in_the_order_of_the_questions(name: str) -> None:
    story = Story(built_in(name).severities[0].name, book=built_in(name))
    asked = [question.id for question in questions(story.book)]
    given = dict(zip(asked, itertools.cycle(("unsure", "no")), strict=False))
    story.does(AnswerTriage, answers=dict(sorted(given.items())))
    triage = triage_of(story.state)
    assert triage is not None
    assert [*triage.answers] == asked
    names = re.findall(r"[(;] ?([^;()]+): (?:unsure|no)\b", story.state.entries[-1].text.replace("; ", ";"))
    assert len(names) == len(set(names)) == len(asked)
    assert not {"core", "down", "users", "visible", "data_loss", "active"}.intersection(names)


def test_a_question_s_short_name_stands_before_its_answer() -> None:
    story = Story("SEV1", book=built_in("checklist-security"))
    story.does(AnswerTriage, answers={"active": "unsure", "data_loss": "unsure", "what": "the wiki"})
    assert "(what: the wiki; data lost or in reach: unsure; intruder active: unsure)" in story.state.entries[-1].text


def test_an_empty_triage_or_an_unknown_question_is_refused() -> None:
    story = Story()
    assert "Answer at least one" in story.refuses(AnswerTriage, answers={"down": "  "})
    assert "no question “weather”" in story.refuses(AnswerTriage, answers={"weather": "fine"})


def test_raising_needs_no_reason_and_lowering_does() -> None:
    story = Story("SEV2")
    story.does(ChangeSeverity, severity="SEV1")
    assert "Say why" in story.refuses(ChangeSeverity, severity="SEV2")
    story.does(ChangeSeverity, severity="SEV2", reason="few are hit")
    assert story.state.severity.value == "SEV2"


ANSWER = st.sampled_from(("", "yes", "no", "?", "60%", "5", "$20k", "use the app", "é")) | st.text(max_size=6)


@given(st.sampled_from(BOOKS), st.dictionaries(st.sampled_from([*FACTS, "what"]), ANSWER))
def test_any_answers_come_to_a_severity_of_the_playbook_and_unsure_never_lowers(
    name: str, answers: dict[str, str]
) -> None:
    book = built_in(name)
    found = suggest(book, answers)
    assert found.severity in {"", *(severity.name for severity in book.severities)}
    assert found.reason
    if found.known:
        assert book.severity_index(found.severity) <= book.severity_index(found.known)
    doubtful = dict.fromkeys(answers, "?")
    if any(answers.values()) and found.severity:
        assert suggest(book, doubtful).severity
