"""Announcements and the message to customers are ready to post, in the playbook's own words where it has some."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.erasure import REDACTED
from console.core.log.milestones import Milestones
from console.core.log.state import Fact, Incident, Parts, Register
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import Undo
from console.export.updates.announce import (
    TO_DO,
    announcement,
    channel_name,
    customer_message,
    customer_page,
    fill,
    first_status,
    slug,
)
from console.export.updates.wording import MITIGATED, STAGE_WORDS, STATUS_WORDS
from console.library.playbooks import Playbooks
from console.library.templates import Templates
from tests.core.story import START, Story, standard
from tests.export.demo import OPENING, PEOPLE, practised

pytestmark = pytest.mark.rule

BERLIN = ZoneInfo("Europe/Berlin")


def titled(title: str, channel: str = "#incident-{date}-{topic}") -> Incident:
    playbook = msgspec.structs.replace(standard(), channel=channel)
    return Incident(
        "INC-K7Q2", title=Register((Fact("e1", title, START, "mo"),)), playbook=playbook, declared_at=START
    )  # fmt: skip


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Incident:
    """The practice incident, closed 94 minutes after its opening."""
    return practised(tmp_path_factory.mktemp("demo") / "w.db", standard(), minutes=54, closed=True)


# --- the channel's name ---


@pytest.mark.rule("Standard: On declaring SEV0 or SEV1: a channel named by date and topic")
@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Checkout errors", "checkout-errors"),
        ("  API: 5xx > 20 % (eu-west-1)!  ", "api-5xx-20-eu-west-1"),
        ("Überlast in Zürich", "uberlast-in-zurich"),
        ("Straße, smørrebrød, łódź, cœur", "strasse-smorrebrod-lodz-coeur"),
        ("数据库宕机", "inc-k7q2"),
        ("Сбой API", "api"),
        ("🔥🔥🔥", "inc-k7q2"),
        ("{date} {{ 7 - 1 }} #x @y", "date-7-1-x-y"),
        ("a\u202eb\x1b[31m", "a-b-31m"),
    ],
)
def test_the_channel_is_named_after_day_and_topic(title: str, topic: str) -> None:
    assert channel_name(titled(title)) == f"#incident-2026-11-21-{topic}"


def test_a_long_topic_ends_with_a_whole_word() -> None:
    name = channel_name(titled("error rate of the checkout service in every region of the world " * 3))
    assert name == "#incident-2026-11-21-error-rate-of-the-checkout-service-in-every-region-of-the"
    assert len(channel_name(titled("x" * 300))) == 80


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("#inc_{topic}", "#inc_checkout-errors"),
        ("{date}-{topic}-war-room", "2026-11-21-checkout-errors-war-room"),
        ("#Firefighters Group", "#firefighters-group"),
        ("#{topic:>99999999}", "#checkout-errors"),
        ("", "#incident-2026-11-21-checkout-errors"),
    ],
)
def test_a_team_has_its_own_pattern(pattern: str, name: str) -> None:
    assert channel_name(titled("Checkout errors", pattern)) == name


def test_the_name_stays_when_the_title_changes() -> None:
    story = Story()
    before = channel_name(story.state)
    story.does(ChangeTitle, title="The payment provider is down")
    assert channel_name(story.state) == before == "#incident-2026-11-21-checkout-errors"


def test_a_redacted_title_names_no_channel() -> None:
    assert channel_name(titled(REDACTED)) == "#incident-2026-11-21-inc-k7q2"


@given(
    st.text(max_size=300), st.sampled_from(["#incident-{date}-{topic}", "{topic}", "#" + "x" * 200, "{topic}-" * 20])
)
def test_any_title_gives_a_name_that_chats_take(title: str, pattern: str) -> None:
    name = channel_name(titled(title, pattern))
    assert re.fullmatch(r"#?[a-z0-9_-]+", name)
    assert len(name) <= 80
    assert not name.endswith("-")


@given(st.text(max_size=80))
def test_a_slug_is_ascii_words_with_hyphens(text: str) -> None:
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(text))


def test_what_is_filled_in_is_no_pattern_itself() -> None:
    assert fill("{title} by {ic}, {{x}} {more}", {"title": "{ic} {ic:>9}", "ic": "{title}"}) == (
        "{ic} {ic:>9} by {title}, {x} {more}"
    )


# --- the first status and the announcements ---


@pytest.mark.rule("Standard: On declaring: what the first status has")
def test_the_first_status_says_severity_commander_channel_and_when() -> None:
    story = Story()
    story.does(AssignRole, role="ic", person="ana")
    text, complaint = first_status(story.state, START + timedelta(minutes=3), BERLIN)
    assert complaint == ""
    assert text == (
        "SEV1: Checkout errors. Incident commander: ana. We are investigating; coordination is in "
        "#incident-2026-11-21-checkout-errors. Opened 15:00 (14:00 UTC)."
    )
    assert "Incident commander: nobody yet." in first_status(Story().state, START, UTC)[0]
    assert first_status(Story(drill=True).state, START, UTC)[0].startswith("DRILL · SEV1: ")


@pytest.mark.rule("Standard: Closing is told in the channel with its time")
@pytest.mark.parametrize("name", Playbooks().names)
def test_every_stage_of_every_playbook_has_an_announcement(name: str) -> None:
    playbook = Playbooks().get(name)
    story = Story()
    state = msgspec.structs.replace(story.state, playbook=playbook)
    for stage in playbook.stages:
        text, complaint = announcement(state, stage.name, START, UTC)
        assert complaint == ""
        assert len(text) > 20
        assert not re.search(r"[{}]|\.\.|None", text), text
    first, _ = first_status(state, START, UTC)
    assert not re.search(r"[{}]|None", first)


@pytest.mark.rule("Standard: The commander announces the mitigation with its action")
def test_an_announcement_tells_the_last_action_and_when_the_stage_began() -> None:
    story = Story(drill=True)
    story.at(2).does(MoveStage, stage="investigating")
    story.at(5).does(LogEntry, kind="action", text="Rolled back to 2.3.3. #deploy")
    story.at(6).does(LogEntry, kind="decision", text="Wait {title}")
    story.does(Undo, entry="")
    story.at(8).does(MoveStage, stage="mitigating")
    text, _ = announcement(story.state, "", story.at(9).now, UTC)
    assert text.startswith("DRILL · Mitigation under way. Last action: Rolled back to 2.3.3. We are watching")
    text, _ = announcement(story.state, "monitoring", story.now, BERLIN)
    assert "Monitoring since 15:09 (14:09 UTC)." in text


def test_a_stage_without_words_of_its_own_gets_the_usual_ones() -> None:
    state = Story().state
    assert state.playbook is not None
    bare = tuple(msgspec.structs.replace(stage, announce="") for stage in state.playbook.stages)
    silent = msgspec.structs.replace(state.playbook, stages=bare, first_status="")
    state = msgspec.structs.replace(state, playbook=silent)
    text, _ = announcement(state, "monitoring", START, UTC)
    assert text == "SEV1 Checkout errors: Monitoring since 14:00 UTC. We are watching whether it stays stable."
    assert first_status(state, START, UTC)[0] == (
        "SEV1: Checkout errors. Incident commander: nobody yet. We are investigating. Opened 14:00 UTC."
    )


CLAIM = re.compile(
    r"(?:cause|way in) is (?:found|known)|have (?:found|identified)|fix(?:ed)? (?:is|are) in\b|fixed at|deployed at"
    r"|being scheduled|will be|follows? within|need to do",
    re.IGNORECASE,
)
"""Claims that a stage alone does not make: that somebody found, fixed or planned anything."""


@pytest.mark.parametrize("name", Playbooks().names)
def test_an_announcement_claims_nothing_that_no_entry_says(name: str) -> None:
    state = Story().state
    playbook = Playbooks().get(name)
    own = msgspec.structs.replace(state, playbook=playbook)
    bare = tuple(msgspec.structs.replace(stage, announce="") for stage in playbook.stages)
    usual = msgspec.structs.replace(state, playbook=msgspec.structs.replace(playbook, stages=bare))
    for stage in playbook.stages:
        for text in (announcement(said, stage.name, START, UTC)[0] for said in (own, usual)):
            assert not CLAIM.search(text), text
    for words in (STATUS_WORDS, STAGE_WORDS, MITIGATED):
        assert not [text for text in words.values() if CLAIM.search(text)]


def test_an_unknown_stage_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no stage"):
        announcement(Story().state, "nowhere", START, UTC)


@pytest.mark.rule("Standard: Closing is told in the channel with its time")
def test_a_teams_template_gets_the_playbooks_words(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/announcement.md.j2").write_text(":rotating_light: {{ said }} ({{ entered }})")
    (tmp_path / "templates/first-status.md.j2").write_text("{{ said.__class__ }}")
    templates = Templates(tmp_path)
    text, _ = announcement(Story().state, "closed", START, UTC, templates=templates)
    assert text.startswith(":rotating_light: Incident resolved at 14:00 UTC: Checkout errors.")
    text, complaint = first_status(Story().state, START, UTC, templates=templates)
    assert text.startswith("SEV1: Checkout errors.")
    assert "there is no “__class__” in it" in complaint


# --- the message to customers ---


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
def test_the_message_to_customers_has_times_impact_and_no_names(over: Incident) -> None:
    made = customer_message(over, OPENING + timedelta(minutes=95), BERLIN)
    text, complaint = made
    assert complaint == TO_DO
    assert text.startswith("Subject: DRILL · Resolved: Error 502 for visitors worldwide\n")
    assert "with our service until 21 November 2026, 14:06 UTC (15:06 CET). This is resolved." in text
    assert "What happened: Error 502 for visitors worldwide." in text
    assert "we are examining how this could happen" in text
    assert not [name for name in PEOPLE if re.search(rf"\b{name}\b", text, re.IGNORECASE)]


def test_the_public_part_of_the_postmortem_says_when_what_and_what_comes_next(over: Incident) -> None:
    story = Story("SEV1").at(5)
    story.does(DescribeImpact, text="Card payments fail.")
    story.does(AnswerTriage, answers={"symptoms": "A spinner that never ends"})
    story.does(SetComponent, component="checkout", status="major")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.at(30).does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=30))
    story.at(60).does(MoveStage, stage="closed", override="It ended long ago and is recorded afterwards")
    assert customer_page(story.state, story.now, UTC) == (
        "Our service had trouble on 21 November 2026 from 13:50 to 14:30 UTC, 40m in all. This is resolved.\n\n"
        "What happened: Card payments fail.\n"
        "What you may have seen: A spinner that never ends.\n"
        "What was affected: checkout.\n"
        "What comes next: we are examining how this could happen, and what will keep it from happening again.\n\n"
        "We are sorry for the trouble this has caused you.",
        TO_DO,
    )
    assert customer_page(over, OPENING + timedelta(minutes=95), BERLIN)[0].startswith("DRILL · Our service ")


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
def test_it_is_refused_while_the_incident_is_open() -> None:
    with pytest.raises(Refused) as made:
        customer_message(Story().state, START, UTC)
    assert made.value.reason == "INC-K7Q2 is not closed yet; the message to customers is written afterwards."


def test_it_promises_no_examination_where_the_playbook_wants_none(over: Incident) -> None:
    mild = msgspec.structs.replace(over, severity=over.severity.stated(Fact("x", "SEV3", OPENING, "ana")))
    made = customer_message(mild, OPENING, UTC)
    assert "examining" not in made[0]


def test_what_names_somebody_is_left_out_of_it_and_told(over: Incident) -> None:
    impact = Register((Fact("x", "No page loads. Cy pushed the rule.", OPENING, "ana"),))
    made = customer_message(msgspec.structs.replace(over, impact=impact), OPENING, UTC)
    text, complaint = made
    assert "What happened: No page loads.\n" in text
    left_out = "Left out of the public text: “Cy pushed the rule.”, because it names a person."
    assert complaint == f"{left_out} {TO_DO}"


def test_an_end_on_another_day_has_its_date(over: Incident) -> None:
    at = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    moments = {"impact_started": "2026-11-21T13:44:00.000Z", "mitigated": "2026-11-22T01:00:00.000Z"}
    late = {name: Register((Fact("x", moment, at, "ana"),)) for name, moment in moments.items()}
    parts = Parts({**over.parts, Milestones: Milestones(late)})
    made = customer_message(msgspec.structs.replace(over, parts=parts), at, UTC)
    assert "from 21 November 2026, 13:44 to 22 November 2026, 01:00 UTC, 11h16m in all" in made[0]
