"""Pages: who was called, what came of it, and who is called next."""

from datetime import UTC

import pytest

from console.core.log.clocks import clocks, open_clocks
from console.core.log.decide import decide
from console.core.log.foretold import doubt_of
from console.core.subjects.page import Page, PageSomebody, callees, last_pages, pages_of, whom
from console.core.subjects.undo import RedactEntry, Undo
from tests.core.bookstory import advice, tell
from tests.core.story import Story, built_in

RUNG = "The lead of the team that owns the service, then the head of engineering"
RUNG_WITHIN = f"t{RUNG[1:]}"


def paged(story: Story) -> Page:
    return last_pages(story.state)[-1]


def due(story: Story) -> dict[str, str]:
    return {clock.what: clock.state for clock in open_clocks(story.state, story.now) if clock.kind == "page"}


@pytest.mark.parametrize(
    ("typed", "who", "contact", "way"),
    [
        ("@ana", "ana", "", ""),
        ("@ana phone", "ana", "", "phone"),
        ("@ana by her second phone", "ana", "", "her second phone"),
        ("@ana, via PagerDuty", "ana", "", "PagerDuty"),
        ("ana phone", "ana", "", "phone"),
        ("ana maria by chat", "ana maria", "", "chat"),
        ("rs phone", "rs", "", "phone"),
        ('"José María" phone', "José María", "", "phone"),
        ("database on call", "Database on-call", "", ""),
        ("Database on-call +49 170 1", "Database on-call", "", "+49 170 1"),
        ("Databases guru phone", "Databases guru", "", "phone"),
        ("lee for Database on-call by phone", "lee", "Database on-call", "phone"),
        ("lee for the weekend by phone", "lee for the weekend", "", "phone"),
        ("scribe", "rs", "", ""),
        ("tech lead by phone", "tech lead", "", "phone"),
        (RUNG, RUNG, "", ""),
        ("me", "mo", "", ""),
    ],
)
def test_a_page_reads_whom_for_whom_and_how(typed: str, who: str, contact: str, way: str) -> None:
    story = Story()
    story.says("/role scribe rs")
    story.says(f"/page {typed}")
    assert (paged(story).who, paged(story).contact, paged(story).way) == (who, contact, way)


@pytest.mark.parametrize(
    ("typed", "note", "eta"),
    [
        ("@ana", "", ""),
        ("ana 10m", "", "14:13"),
        ("ana 10m on the way", "on the way", "14:13"),
        ("ana in 10 min", "", "14:13"),
        ("ana on the way, ETA 10m", "on the way", "14:13"),
        ("ana eta 14:50: in a taxi", "in a taxi", "14:50"),
        ("ana at 14:01 she saw the alert", "at 14:01 she saw the alert", ""),
        ("ana 14:01 called back", "14:01 called back", ""),
        ("ana the eta is unknown", "the eta is unknown", ""),
        ("data lee is on it", "lee is on it", ""),
    ],
)
def test_an_answer_reads_an_eta_only_where_one_is_meant(typed: str, note: str, eta: str) -> None:
    story = Story()
    story.says("/page Database on-call")
    story.says("/page ana by phone")
    story.at(3).says(f"/answered {typed}")
    page = next(page for page in last_pages(story.state) if page.outcome)
    assert page.note == note
    assert (f"{page.eta_at:%H:%M}" if page.eta_at else "") == eta


def test_the_beginning_of_a_contact_is_asked_about() -> None:
    story = Story()
    asked = doubt_of(story.state, PageSomebody(actor="mo", who="Database"), story.now, UTC)
    assert asked == "“Database” is no contact of the playbook; Database on-call is."
    for who in ("database on call", "Data", "ana"):
        assert not doubt_of(story.state, PageSomebody(actor="mo", who=who), story.now, UTC)


def test_the_timeline_says_what_came_of_a_page() -> None:
    story = tell("SEV1", 9, "1 mo: /page @ana by phone\n2 mo: /answered ana 10m on the way\n3 mo: /page @bo")
    story.says("/no-answer bo")
    story.says("/page @cy")
    story.says("/declined cy on leave")
    texts = [f"{entry.text} [{entry.mark}]" for entry in story.state.entries if entry.kind == "page"]
    assert texts == [
        "Paged ana by phone [answered]",
        "ana answered the page, ETA 14:12 UTC: on the way []",
        "Paged bo [no answer]",
        "No answer from bo []",
        "Paged cy [declined]",
        "cy declined the page: on leave []",
    ]


def test_a_page_that_is_not_there_is_refused_with_those_that_are() -> None:
    story = Story()
    with pytest.raises(Exception, match="Nobody has been paged; log it with /page NAME"):
        story.says("/answered ana")
    story.says("/page ana")
    story.says("/page andy by phone")
    with pytest.raises(Exception, match="“kim” has not been paged; name ana or andy"):
        story.says("/answered kim")
    with pytest.raises(Exception, match="Name which page: ana or andy"):
        story.says("/answered an")
    story.says("/answered andy")
    with pytest.raises(Exception, match="That andy answered is logged already"):
        story.says("/answered andy")
    # The only one of them that is still waited for.
    story.says("/answered an here")
    assert [page.outcome for page in last_pages(story.state)] == ["answered", "answered"]


def test_who_gave_no_answer_may_still_call_back() -> None:
    story = tell("SEV1", 9, "1 mo: /page @ana\n7 mo: /no-answer ana\n8 mo: /answered ana was in the subway")
    assert (paged(story).outcome, paged(story).note) == ("answered", "was in the subway")
    assert story.state.entries[-3].mark == "answered"


def test_an_answer_is_owed_for_as_long_as_the_playbook_gives_an_alert() -> None:
    story = tell("SEV1", 4, "1 mo: /page @ana")
    assert due(story) == {"answer from ana": "running"}
    assert due(story.at(6)) == {"answer from ana": "overdue"}
    story.says("/answered ana")
    assert due(story) == {}
    (kept,) = (clock for clock in clocks(story.state, story.now) if clock.kind == "page")
    assert kept.state == "kept"


def test_without_such_a_time_nothing_is_owed() -> None:
    assert due(tell("SEV-1", 60, "1 mo: /page @ana", book=built_in("rapid"))) == {}


def test_a_second_page_to_the_same_person_takes_the_place_of_the_first() -> None:
    story = tell("SEV1", 8, "1 mo: /page @ana by phone\n7 mo: /page @Ana by chat")
    assert due(story) == {"answer from ana": "running"}
    assert "page_unanswered" not in advice(story)
    # Neither does a redaction of the first make somebody else of whom an answer is owed.
    story.does(RedactEntry, entry=story.state.entries[-2].id)
    assert due(story) == {"answer from ana": "running"}
    story.does(Undo, entry=story.state.entries[-1].id)
    assert list(due(story)) == ["answer from [redacted 0000]"]


def test_two_who_page_the_same_person_unseen_by_each_other_log_the_answer_to_both() -> None:
    story = Story()
    unseen = decide(story.state, PageSomebody(actor="al", who="ana"), story.now)
    story.says("/page ana by phone")
    story.arrives(unseen, "al")
    story.says("/answered ana")
    story.says("/answered ana")
    assert [page.outcome for page in last_pages(story.state)] == ["answered", "answered"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("1 mo: /page @ana", f"ana has not answered in 11m: page {RUNG_WITHIN}."),
        ("1 mo: /page @ana\n2 mo: /no-answer ana", f"ana did not answer: page {RUNG_WITHIN}."),
        ("1 mo: /page @ana\n2 mo: /declined ana", f"ana declined: page {RUNG_WITHIN}."),
        (f"1 mo: /page {RUNG}", f"{RUNG} has not answered in 11m: page somebody else."),
        (f"1 mo: /page lee for {RUNG}", f"lee ({RUNG}) has not answered in 11m: page somebody else."),
        ("1 mo: /page @ana\n2 mo: /answered ana", None),
        ("1 mo: /page @ana\n9 mo: /page @bo", None),
        ("1 mo: /page @ana\n9 mo: /page @bo\n10 mo: /answered bo", None),
        ("1 mo: /page @ana\n1 mo: /page @bo\n2 mo: /answered bo", f"ana has not answered in 11m: page {RUNG_WITHIN}."),
    ],
)  # fmt: skip
def test_advice_names_the_next_on_the_path(lines: str, told: str | None) -> None:
    nudge = advice(tell("SEV1", 12, lines)).get("page_unanswered")
    assert (nudge.text if nudge else None) == told


def test_who_pages_somebody_on_the_path_has_escalated() -> None:
    late = tell("SEV1", 31, "1 mo: still looking")
    assert "no_progress" in advice(late)
    late.says("/page lee for database on call")
    assert "no_progress" in advice(late)
    late.says(f"/page kim for {RUNG}")
    assert "no_progress" not in advice(late)


def test_a_page_to_an_expert_ends_the_advice_to_call_them() -> None:
    story = tell("SEV1", 6, "5 al: * replication stopped on db-2")
    assert advice(story)["expert_needed"].remedy == "/page Database on-call"
    story.says("/page lee for Database on-call by phone")
    assert "expert_needed" not in advice(story)


def test_an_undo_and_a_redaction_reach_a_page() -> None:
    story = Story()
    first = story.says("/page Anastasia by +49 170 555")
    story.says("/answered anastasia")
    story.does(Undo, entry=first, dependents=True)
    assert not pages_of(story.state)
    second = story.says("/page Anastasia by +49 170 555")
    story.does(RedactEntry, entry=second)
    assert "555" not in repr(story.state)
    assert "Anastasia" not in repr(pages_of(story.state))


def test_callees_are_those_of_the_severity_in_force() -> None:
    first = Story("P0", book=built_in("p-levels"))
    assert "Executive escalation" in {callee.name for callee in callees(first.state)}
    first.says("/sev P1 not so bad")
    assert "Executive escalation" not in {callee.name for callee in callees(first.state)}


def test_a_role_without_a_holder_is_called_by_its_name() -> None:
    assert whom(Story().state, "IC", "mo") == "incident commander"
