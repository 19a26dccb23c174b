"""Updates are filled in from the incident: what each audience needs, and for the public neither names nor guesses."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.checks import check_update
from console.core.log.clocks import elapsed
from console.core.log.erasure import REDACTED
from console.core.log.milestones import impact_ended
from console.core.log.state import Fact, Incident, Register
from console.core.playbook.model import AUDIENCES, Playbook, Severity, needs_postmortem
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.maintenance import AdvanceMaintenance
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate, last_update
from console.export.updates.announce import announcement, customer_message
from console.export.updates.context import Teller
from console.export.updates.example import example, example_values, faults
from console.export.updates.redact_names import people, publishable
from console.export.updates.update import FORM_TITLES, FORMS, UNDESCRIBED, brief, compose_update
from console.export.updates.wording import doing
from console.library.playbooks import Playbooks
from console.library.templates import Templates
from tests.core.story import BOOKS, START, Maintenance, Story, built_in, standard
from tests.export.demo import OPENING, PEOPLE, practised
from tests.export.telling import BUILT_IN as TEMPLATES
from tests.export.telling import draft

pytestmark = pytest.mark.rule

BUILT_IN = sorted(path.stem for path in BOOKS.glob("*.toml"))
BERLIN = ZoneInfo("Europe/Berlin")
HOSTILE = "{{ 7 - 1 }} {% for x in y %} \x1b[31m \u202e <b>**x**</b> [a](http://b) {# gone #}"
DOCS = (Path(__file__).parents[2] / "docs/templates.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Incident:
    """The practice incident at 14:00 UTC, 16 minutes after its declaration."""
    return practised(tmp_path_factory.mktemp("demo") / "w.db", standard())


def with_templates(state: Incident, **names: str) -> Incident:
    assert state.playbook is not None
    return msgspec.structs.replace(state, playbook=msgspec.structs.replace(state.playbook, templates=names))


# --- a real incident in each form ---


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
def test_the_internal_update_has_issue_progress_next_steps_and_the_next_time(opening: Incident) -> None:
    text = draft(opening, "internal", OPENING, BERLIN)

    assert text.startswith(f"DRILL · {opening.ref} update #2 · Mitigating · 15:00 (14:00 UTC)\n")
    assert "Current status: Mitigating, SEV0, declared 14:44\n" in text
    assert "Issue: Error 502 for visitors worldwide." in text
    assert "- 14:56: The firewall's error logs say the same." in text
    assert "- Hypothesis, supported: The rule that went out at the start uses up the CPU." in text
    assert "- Ruled out: An attack." in text
    assert "- 14:59, decided: Use the global kill: the firewall goes off worldwide." in text
    assert "done: Take a CPU profile on a live server." in text
    assert "- Prepare the rule's roll-back, and a test of it in one city: cy, back at 15:19" in text
    assert "ETA: not known, target 18:44" in text
    assert text.endswith("Next update: 15:15")


def test_only_what_is_new_since_the_last_update_is_told(opening: Incident) -> None:
    text = draft(opening, "internal", OPENING, UTC)
    assert "CPU is exhausted in sites around the world" not in text  # Before the update at 13:54.
    assert "A live profile shows where the CPU goes" in text


def test_conditions_actions_needs(opening: Incident) -> None:
    text = draft(opening, "internal", OPENING, UTC, form="can")
    conditions, actions, needs = re.split(r"\n(?:Conditions|Actions|Needs):\n", text)[1:]

    assert "- SEV0, mitigating; declared 16m ago" in conditions
    assert "- Temporary fix in place: We sign in to the control panel by the bypass" in conditions
    assert "- Prepare the rule's roll-back, and a test of it in one city: cy, back at 14:19" in actions
    assert "- Decided: Use the global kill" in actions
    assert needs.startswith("- Communications lead: nobody yet.")
    assert "Next report: 14:15" in needs


def test_the_executive_update_says_what_it_does_who_leads_and_what_is_needed(opening: Incident) -> None:
    text = draft(opening, "executive", OPENING, UTC)
    assert "executive update #2 · SEV0 · Mitigating" in text
    assert "Impact: Being established." in text
    assert "Declared 16m ago, at 13:44." in text
    assert "Led by: ana" in text
    assert "Communications lead" not in text  # Whom the team lacks is nothing that an executive gives.
    assert text.endswith("Next update: when something changes")


@pytest.mark.rule("Rapid: External update")
def test_the_public_update_has_no_names_and_nothing_of_the_inside(opening: Incident) -> None:
    text, complaint = compose_update(opening, "public", OPENING, UTC)
    assert complaint == UNDESCRIBED
    assert text == (
        "DRILL · Error 502 for visitors worldwide. We are putting a mitigation in place.\n\nNext update at 14:15 UTC."
    )
    assert not [name for name in PEOPLE if re.search(rf"\b{name}\b", text, re.IGNORECASE)]


@pytest.mark.rule(
    "Rapid: Internal update",
    "Sev4: First update: start, severity, impact, status, next update",
    "Sev4: To stakeholders",
)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rapid-internal", ("What we know:", "What we are doing:", "Impact: Error 502", "or when the status changes")),
        (
            "p-levels-internal",
            (
                "- Current state: Mitigating",
                "- Root cause: not known; supported hypothesis: The rule",
                "- ETA: to be determined",
            ),
        ),
        (
            "sev4-internal",
            ("Started: not known; declared 13:44", "Severity: SEV0", "- Decided: Use the global kill"),
        ),
    ],
)
def test_a_playbook_may_have_another_form(opening: Incident, name: str, said: tuple[str, ...]) -> None:
    text, complaint = compose_update(with_templates(opening, internal=name), "internal", OPENING, UTC)
    assert complaint == ""
    assert "#2" in text
    assert not [one for one in said if one not in text]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_is_drafted_passes_the_check_of_updates(opening: Incident, audience: str) -> None:
    for form in FORMS[audience]:
        text = draft(opening, audience, OPENING, UTC, form=form)
        found = check_update(text, audience, PEOPLE, OPENING + timedelta(minutes=15))
        assert not [one for one in found if audience == "public" or one.id == "speculation"], found


def unlike(book: Playbook) -> list[Severity]:
    """A severity for each combination of what the texts depend on."""
    kinds = {
        (*(bool(severity.update_s.get(each)) for each in AUDIENCES), bool(severity.customer_message_s),
         needs_postmortem(severity), bool(severity.resolution_s)): severity
        for severity in book.severities
    }  # fmt: skip
    return list(kinds.values())


def reached(story: Story, stage: str) -> Incident:
    """The story's incident in that stage of its playbook, whatever its gates ask for."""
    return msgspec.structs.replace(
        story.state, stage=Register((*story.state.stage.facts, Fact("s", stage, story.now, "mo")))
    )


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_public_draft_can_be_sent_unedited_at_every_stage_and_severity(name: str) -> None:
    book = built_in(name)
    silent = name == "checklist-security"
    for severity, mitigated in product(unlike(book), (False, True)):
        story = Story(severity.name, book=book, title="example.com is slow")
        story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
        story.does(DescribeImpact, text="example.com answers slowly")
        story.does(SetComponent, component="Website", status="degraded")
        if mitigated:
            story.at(15).does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=14))
        for stage in book.stages:
            state = reached(story, stage.name)
            over, ended = state.phase == "over", impact_ended(state)
            text = draft(state, "public", story.now, BERLIN)
            lines = [line for line in text.split("\n") if line]
            assert not check_update(text, "public", PEOPLE, None, final=over), text
            assert not re.search(r"Update #|Example\.com|:$|  |\bmo\b|INC-|SEV|[.,:]\.", text, re.MULTILINE), text
            assert not re.search(r"\d\d:\d\d(?!( to \d\d:\d\d)? UTC \(| to \d\d:\d\d CET\)| CET\))", text), text
            assert ("What was reported:" in text) == (over or ended is not None), text
            assert ("The impact lasted from 13:50 to 14:" in text) == (ended is not None), text
            assert (lines[-1] == "This is the last update.") == over, text
            assert "degraded performance" in text or over or silent or (ended and name == "rapid"), text
            assert ("example.com" in text) is not silent, text
            assert ("We are sorry" in text) == (over and bool(severity.customer_message_s)), text
            assert len(set(lines)) == len(lines), text


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_draft_for_colleagues_or_customers_reads_well_at_every_stage_and_severity(name: str) -> None:
    """One zone, no line without its value, no work in the present tense and no ETA once it is over."""
    book = built_in(name)
    process = {stage.goal for stage in book.stages if stage.goal} | {
        item for checklist in book.checklists for item in checklist.items
    }
    for severity, (mitigated, known) in product(unlike(book), [(False, False), (False, True), (True, True)]):
        story = Story(severity.name, book=book, title="nginx is slow")
        if known:
            story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
            story.does(DescribeImpact, text="example.com answers slowly")
            story.at(3).does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
            story.at(4).says("* the pool is empty #db")
            story.says("! fail over")
            story.does(AddTask, text="look at the replica", owner="cy")
        if mitigated:
            story.at(15).does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=14))
        for stage in book.stages:
            state = reached(story, stage.name)
            over, ended = state.phase == "over", impact_ended(state)
            texts = {form: draft(state, "internal", story.now, BERLIN, form=form) for form in FORMS["internal"]}
            texts["executive"] = draft(state, "executive", story.now, BERLIN)
            texts["brief"] = brief(state, story.now, BERLIN, templates=TEMPLATES)[0]
            for form, text in texts.items():
                assert text.count("UTC") == 1, text
                assert not re.search(r":\n(?!- )|:\Z|  |[.,:;]\.|^- \.|\bNginx|Example\.com", text), text
                assert not re.search("(?i)nothing new", text), text
                assert not [words for words in process if words in text], text
                promises = re.search(r"^(?:- )?Next (?:update|report):", text, re.M)
                assert (promises is None) == (form == "brief" or over), text
                assert not ended or "so far" not in text, text
                assert not (over or ended) or "ETA" not in text, text
                assert not (over and re.search("(?i)under investigation|are doing|being (done|established)", text)), (
                    text
                )
            if over:
                text = customer_message(state, story.now, BERLIN, templates=TEMPLATES)[0]
                assert not re.search(r"\d\d:\d\d(?!,? to |( to .*)? UTC \(| CET\))|Nginx|  |:$", text, re.M), text
                assert ("in all." in text) == bool(known and ended), text


COLLEAGUES = ("internal", "rapid-internal", "sev4-internal", "p-levels-internal", "executive")


def as_form(story: Story, form: str) -> str:
    """The draft for colleagues or executives in a form of a playbook's own."""
    audience = "executive" if form == "executive" else "internal"
    return draft(with_templates(story.state, **{audience: form}), audience, story.now, UTC)


@pytest.mark.parametrize("form", COLLEAGUES[:3])
def test_a_form_names_the_cause_that_was_marked_else_the_best_hypothesis(form: str) -> None:
    story = Story()
    guess = story.says("? a full pool")
    assert "- Hypothesis, unconfirmed: a full pool." in as_form(story, form)
    story.does(JudgeHypothesis, hypothesis=guess, verdict="supported")
    assert "- Hypothesis, supported: a full pool." in as_form(story, form)
    story.says("* the disk was full #cause")
    text = as_form(story, form)
    assert "- Cause: the disk was full." in text
    assert "Hypothesis" not in text


MITIGATED = {
    "internal": ("impact from 13:50 to 14:14\n", "Impact, as described: It fails."),
    "rapid-internal": (
        "Impact, as described: It fails.",
        "- The impact was from 13:50 to 14:14.",
        "What we are doing:",
    ),
    "sev4-internal": ("Impact, until 14:14: It fails.", "What we are doing:"),
    "p-levels-internal": ("- Impact, until 14:14: It fails.", "- Next steps: look at it"),
    "executive": ("Impact, as described: It fails.", "Impact lasted 24m, from 13:50 to 14:14."),
}
CLOSED = {
    "internal": ("Impact, as described: It fails.",),
    "rapid-internal": ("Impact, as described: It fails.", "Now:", "- Still open: look at it", "is resolved."),
    "sev4-internal": ("Impact, as described: It fails.", "Now:", "- Still open: look at it", "is resolved."),
    "p-levels-internal": (
        "- Impact, as described: It fails.",
        "- Root cause: not known",
        "- The incident is resolved.",
    ),
    "executive": ("as described: It fails.", "Closed after 20m; impact since 13:50, its end not given."),
}


@pytest.mark.parametrize("form", COLLEAGUES)
def test_each_form_puts_what_is_mitigated_or_closed_in_the_past(form: str) -> None:
    story = Story()
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.does(DescribeImpact, text="It fails")
    story.does(AddTask, text="look at it", owner="cy")
    story.at(20).does(MoveStage, stage="closed", override="False alarm")
    text = as_form(story, form)
    assert not [words for words in CLOSED[form] if words not in text], text
    story.does(Undo)
    story.does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=14))
    text = as_form(story, form)
    assert not [words for words in MITIGATED[form] if words not in text], text


def test_the_rapid_form_for_a_page_begins_with_the_components_and_ends_with_what_is_done() -> None:
    story = Story(drill=True)
    for component, state in (("Checkout", "partial"), ("Search", "major")):
        story.does(SetComponent, component=component, status=state)
    text = draft(with_templates(story.state, public="rapid-public"), "public", story.now, UTC)
    assert text.startswith("DRILL · Checkout - partial outage, Search - major outage\n")
    story.does(MoveStage, stage="closed", override="False alarm")
    text = draft(with_templates(story.state, public="rapid-public"), "public", story.now, UTC)
    assert text.startswith("DRILL · The incident is resolved.\n")


# --- numbers and promises ---


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
def test_updates_are_numbered_for_each_audience() -> None:
    story = Story()
    assert "update #1 " in draft(story.state, "internal", START, UTC)
    story.does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
    assert "update #2 " in draft(story.state, "internal", START, UTC)
    assert "update #1 " in draft(story.state, "executive", START, UTC)


@pytest.mark.rule("Standard: An update names the state")
@pytest.mark.parametrize(
    ("stage", "status", "current"),
    [
        ("declared", "Investigating", "Declared"),
        ("investigating", "Investigating", "Investigating"),
        ("mitigating", "Identified", "Mitigating"),
        ("resolving", "Identified", "Resolving"),
        ("monitoring", "Monitoring", "Monitoring"),
    ],
)
def test_an_update_names_the_state_of_the_work(stage: str, status: str, current: str) -> None:
    story = Story(stage=stage)
    text = draft(story.state, "internal", START, UTC)
    assert f"update #1 · {current} · 14:00 UTC\n" in text
    assert f"Current status: {current}, SEV1" in text
    assert f"Status: {status}\n" in draft(with_templates(story.state, public="rapid-public"), "public", START, UTC)


def doing_in(stage: str, status: str = "") -> str:
    """The sentence about what is being done in a stage of a team's own that has that status on the page."""
    state = Story().state
    assert state.playbook is not None
    first = msgspec.structs.replace(state.playbook.stages[0], name=stage, status=status, phase="active")
    book = msgspec.structs.replace(state.playbook, stages=(first,))
    return doing(msgspec.structs.replace(state, playbook=book, stage=Register((Fact("s", stage, START, "mo"),))))


STAGES = ("detected", "triage", "declared", "investigating", "mitigating", "resolving", "monitoring", "closed")


def test_each_usual_stage_has_a_sentence_of_its_own() -> None:
    said = [doing_in(stage) for stage in (*STAGES, "tinkering")]
    assert len(set(said)) == len(said)
    assert all(re.fullmatch(r"[A-Z].*\w\.", sentence) for sentence in said)


def test_in_a_stage_of_a_teams_own_the_status_says_what_is_done() -> None:
    said = [doing_in("tinkering", status) for status in ("", "investigating", "identified", "monitoring", "resolved")]
    assert len(set(said)) == len(said)
    assert all(re.fullmatch(r"[A-Z].*\w\.", sentence) for sentence in said)


def test_what_is_over_is_not_said_to_be_affected() -> None:
    story = Story("SEV3")
    story.does(SetComponent, component="checkout", status="partial")
    assert "Affected: checkout (partial outage)" in draft(story.state, "public", story.now, UTC)
    story.does(MoveStage, stage="closed", override="it was a false alarm")
    text = draft(story.state, "public", story.now, UTC)
    assert "The incident is resolved." in text
    assert "Affected" not in text
    overview = draft(story.state, "executive", story.now, UTC)
    assert ": Not given.\n" in overview
    assert "nobody yet" not in overview


@pytest.mark.rule("Rapid: Tell users: what is wrong, state, way around, next update")
def test_the_next_update_is_the_cadences_unless_another_time_is_promised() -> None:
    story = Story("SEV1")
    now = START + timedelta(minutes=1)
    assert "Next update: 14:31" in draft(story.state, "internal", now, UTC)
    assert "Next update: 14:11" in draft(story.state, "internal", now, UTC, promise=timedelta(minutes=10))
    last = draft(story.state, "internal", now, UTC, final=True)
    assert last.endswith("This is the last update.")
    assert "ETA" not in last
    assert draft(story.state, "public", now, UTC, final=True).endswith("This is the last update.")
    story = Story("SEV2")
    assert "Next update: when something changes" in draft(story.state, "internal", now, UTC)
    assert "The next update follows when something changes." in draft(story.state, "public", now, UTC)


def test_a_promise_over_midnight_names_the_day() -> None:
    story = Story("SEV1")
    late = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    assert "Next update: Sun 22 Nov 00:20" in draft(story.state, "internal", late, UTC)


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
def test_a_young_incident_says_what_is_not_known_yet() -> None:
    text = draft(Story().state, "internal", START, UTC)
    assert "Impact: Not described yet." in text
    assert not re.search("What we know|What we did|What changed|last update", text)
    assert "Next steps:\n- We are investigating." in text


def test_what_was_undone_or_redacted_is_not_told() -> None:
    story = Story()
    undone = story.at(1).does(LogEntry, kind="finding", text="The database is full")
    secret = story.at(2).does(LogEntry, kind="finding", text="The password is hunter2")
    story.at(3).does(Undo, entry=undone)
    story.at(4).does(RedactEntry, entry=secret)
    for audience in AUDIENCES:
        for form in FORMS[audience]:
            text = draft(story.state, audience, story.now, UTC, form=form)
            assert "database" not in text
            assert "hunter2" not in text


def test_an_unknown_audience_or_form_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no audience"):
        draft(Story().state, "press", START, UTC)
    with pytest.raises(ValueError, match="no form"):
        draft(Story().state, "public", START, UTC, form="can")
    assert {form for forms in FORMS.values() for form in forms} == set(FORM_TITLES)


# --- tenses, and the end ---


def test_what_changed_since_the_last_update_is_told_and_never_that_nothing_did() -> None:
    story = Story("SEV1")
    story.at(1).does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
    story.at(2).does(ChangeSeverity, severity="SEV2", reason="half as bad")
    story.at(3).does(ChangeSeverity, severity="SEV0")
    story.at(4).does(MoveStage, stage="investigating", override="we look")
    story.at(5).does(Finish, what="escalation", note="paged VP infra")
    for form in ("internal", "rapid-internal", "sev4-internal"):
        text = draft(with_templates(story.state, internal=form), "internal", story.now, UTC)
        for words in ("Severity SEV1 → SEV2", "SEV2 → SEV0", "Stage Declared → Investigating", "Escalated: paged VP"):
            assert words in text, form
        assert "Nothing new" not in text
    story.at(6).does(PostUpdate, audience="internal", text="y", next_in=timedelta(minutes=30))
    text = draft(story.state, "internal", story.now, UTC)
    assert not re.search("What changed|What we know|What we did|Nothing new", text)


def lasting(story: Story) -> list[str]:
    """The sentence of each text about how long the impact lasts."""
    texts = [
        draft(story.state, "executive", story.now, UTC),
        draft(story.state, "internal", story.now, UTC, form="can"),
    ]
    whole = "\n".join((*texts, brief(story.state, story.now, UTC)[0])).lower()
    return re.findall(r"impact lasted \d+m|\d+m so far", whole)


def test_the_impact_has_one_length_in_every_text_and_a_relapse_counts_on() -> None:
    story = Story("SEV1", stage="mitigating")
    story.does(DescribeImpact, text="Checkouts fail")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.at(5)
    assert lasting(story) == ["15m so far"] * 3
    story.at(10).does(MoveStage, stage="resolving", override="rolled back")
    story.at(30)
    assert lasting(story) == ["impact lasted 20m"] * 3
    assert elapsed(story.state, story.now) == ("impact lasted", timedelta(minutes=20))
    text = draft(story.state, "public", story.now, UTC)
    assert "The impact lasted from 13:50 to 14:10 UTC.\nWhat was reported: Checkouts fail." in text
    story.does(MoveStage, stage="investigating", override="it is back")
    story.at(40)
    assert lasting(story) == ["50m so far"] * 3
    assert elapsed(story.state, story.now) == ("impact", timedelta(minutes=50))
    assert "Checkouts fail. It began at 13:50 UTC. We are investigating the cause." in draft(
        story.state, "public", story.now, UTC
    )


def test_a_mitigation_set_by_hand_ends_with_a_relapse() -> None:
    story = Story("SEV1", stage="mitigating")
    story.does(SetMilestone, milestone="impact_started", moment=START)
    story.at(10).does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=8))
    assert elapsed(story.state, story.now) == ("impact lasted", timedelta(minutes=8))
    assert "The incident is mitigated; we are putting the lasting fix in." in draft(
        story.state, "public", story.now, UTC
    )
    story.at(12).does(MoveStage, stage="investigating", override="it is back")
    assert elapsed(story.state, story.now) == ("impact", timedelta(minutes=12))
    story.at(20).does(SetMilestone, milestone="mitigated", moment=story.now)
    assert elapsed(story.state, story.now) == ("impact lasted", timedelta(minutes=20))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_last_update_says_so_and_is_final(audience: str) -> None:
    story = Story("SEV1")
    story.does(DescribeImpact, text="Checkouts fail")
    story.at(5).does(MoveStage, stage="closed", override="False alarm")
    text = draft(story.state, audience, story.now, UTC)
    assert text.endswith("This is the last update.")
    assert "last update" not in draft(story.state, audience, story.now, UTC, promise=timedelta(minutes=30))
    story.does(PostUpdate, audience=audience, text=text)
    last = last_update(story.state, audience)
    assert last is not None
    assert last.final
    assert last.next_at is None


@pytest.mark.parametrize("reason", ["Duplicate of INC-K7Q2", "Handled under another incident"])
def test_a_duplicate_is_never_said_to_be_resolved(reason: str) -> None:
    story = Story("SEV3")
    story.does(DescribeImpact, text="Checkouts fail")
    story.at(5).does(MoveStage, stage="closed", override=reason)
    for audience in AUDIENCES:
        text = draft(story.state, audience, story.now, UTC)
        assert "resolved" not in text.lower()
        assert audience == "internal" or "It is handled under another incident; see the updates there." in text
    assert "resolved" not in announcement(story.state, "closed", story.now, UTC)[0].lower()
    with pytest.raises(Refused, match="handled under another incident"):
        customer_message(story.state, story.now, UTC)


def test_the_internal_title_as_a_customers_text_is_told() -> None:
    story = Story()
    assert UNDESCRIBED in compose_update(story.state, "public", START, UTC)[1]
    assert UNDESCRIBED not in compose_update(story.state, "internal", START, UTC)[1]
    story.does(DescribeImpact, text="Checkouts fail")
    assert compose_update(story.state, "public", START, UTC)[1] == ""


def test_a_last_update_that_promises_another_is_pointed_out() -> None:
    text = "Checkouts work again. This is the last update."
    assert [each.id for each in check_update(text, "public", (), START)] == ["last"]
    assert not check_update(text, "public", (), None, final=True)


# --- the public ---


def test_sentences_that_name_guess_or_promise_are_left_out_and_told() -> None:
    story = Story()
    story.does(AssignRole, role="ic", person="Ana Diaz")
    story.does(
        DescribeImpact,
        text="A third of all checkouts fail. Ana is on it. DIAZ called. It is probably the cache. "
        "It will be fixed by 15:30. Back in 10 minutes.",
    )
    text, complaint = compose_update(story.state, "public", START, UTC)
    assert "A third of all checkouts fail. We are investigating." in text
    assert not re.search(r"ana|diaz|probably|15:30|10 min", text, re.IGNORECASE)
    assert complaint.startswith("Left out of the public text: “Ana is on it.”, because it names a person; ")
    assert "“It is probably the cache.”, because it is a guess" in complaint
    assert "“It will be fixed by 15:30.”, because it promises a time" in complaint
    assert "“Back in 10 minutes.”, because it promises a time" in complaint


def test_a_title_that_names_somebody_is_replaced() -> None:
    story = Story()
    story.does(ChangeTitle, title="mo broke the checkout")
    assert "A problem with our service." in draft(story.state, "public", START, UTC)
    story.does(SetComponent, component="Checkout", status="major")
    assert "A problem with Checkout." in draft(story.state, "public", START, UTC)
    assert "Issue: Mo broke the checkout." in draft(story.state, "internal", START, UTC)


@pytest.mark.rule("Rapid: Tell users: what is wrong, state, way around, next update", "Rapid: External update")
def test_workaround_and_symptoms_come_from_the_triage() -> None:
    story = Story()
    story.does(AnswerTriage, answers={"workaround": "Pay by invoice", "symptoms": "“Payment failed”"})
    text = draft(story.state, "public", START, UTC)
    assert "What you may see: “Payment failed”." in text
    assert "Workaround: Pay by invoice." in text
    story.does(AnswerTriage, answers={"workaround": "yes", "symptoms": "unsure"})
    text = draft(story.state, "public", START, UTC)
    assert "Workaround" not in text
    assert "What you may see" not in text


NAMES = st.sampled_from(["mo", "Ana", "Ana Diaz", "rs", "Zoë", "O'Neil", "jean-luc", "李雷", "al", "x.y", "root"])
WORDS = st.sampled_from(
    ["checkout", "fails", "ANA", "Diaz,", "(mo)", "@rs", "zoë's", "o'neil.", "Jean-Luc", "李雷", "X.Y!"]
)


@given(st.lists(NAMES, min_size=1, max_size=4), st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12))
def test_no_name_of_anybody_gets_into_a_public_text(names: list[str], title: list[str], impact: list[str]) -> None:
    story = Story()
    story.does(ChangeTitle, title=" ".join(["Trouble", *title]))
    story.does(DescribeImpact, text=" ".join(["It fails.", *impact]))
    for number, name in enumerate(names):
        story.does(AddTask, text=f"look at part {number}", owner=name)
    text = draft(story.state, "public", START, UTC)
    known = {part for name in people(story.state) for part in (name, *name.split())}
    assert not [name for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]


def test_a_redacted_title_or_impact_is_not_published() -> None:
    story = Story()
    story.does(DescribeImpact, text=REDACTED)
    assert "Checkout errors." in draft(story.state, "public", START, UTC)
    story.does(ChangeTitle, title=REDACTED)
    assert "A problem with our service." in draft(story.state, "public", START, UTC)


def test_accounts_are_no_names() -> None:
    story = Story(actor="root")
    assert people(story.state) == set()
    assert publishable("The root volume is full.", people(story.state)).text == "The root volume is full."


def test_a_public_template_cannot_name_anybody_even_if_it_wants_to(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/public.md.j2").write_text("{{ title }}, led by {{ ic }}")
    text, complaint = compose_update(Story().state, "public", START, UTC, templates=Templates(tmp_path))
    assert text.startswith("Checkout errors. We are investigating.")
    assert "public.md.j2, line 1: there is no “ic” here" in complaint


def test_the_public_values_are_fewer(opening: Incident) -> None:
    public, internal = Teller(opening, OPENING, UTC).public(), Teller(opening, OPENING, UTC).internal()
    assert public.keys() < internal.keys()
    assert {"ic", "roles", "tasks", "suspected", "target", "learned"} <= internal.keys() - public.keys()


# --- templates of a team ---


def test_a_teams_template_is_used_and_a_broken_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates/acme.md.j2"
    state = with_templates(Story().state, internal="acme")
    own.write_text("#{{ number }} {{ title }}")
    assert compose_update(state, "internal", START, UTC, templates=Templates(tmp_path)) == ("#1 Checkout errors", "")
    own.write_text("#{{ numeral }}")
    text, complaint = compose_update(state, "internal", START, UTC, templates=Templates(tmp_path))
    assert text.startswith("INC-K7Q2 update #1")
    assert "acme.md.j2, line 1: there is no “numeral” here, perhaps “number” is meant" in complaint
    own.unlink()
    text, complaint = compose_update(state, "internal", START, UTC, templates=Templates(tmp_path))
    assert text.startswith("INC-K7Q2 update #1")
    assert complaint.startswith("There is no template “acme”")


def test_what_people_wrote_is_filled_in_as_it_stands() -> None:
    story = Story()
    story.does(ChangeTitle, title=HOSTILE)
    story.does(DescribeImpact, text=HOSTILE)
    story.does(AssignRole, role="ic", person="{{ ref }}")
    story.does(LogEntry, kind="finding", text=f"{HOSTILE}\nNext update: never")
    story.does(LogEntry, kind="decision", text=HOSTILE)
    story.does(AddTask, text=HOSTILE, owner="{% raw %}")
    for audience in AUDIENCES:
        for form in FORMS[audience]:
            text, complaint = compose_update(story.state, audience, START, UTC, form=form)
            assert complaint == ""
            assert "{{ 7 - 1 }} {% for x in y %} ␛[31m ⟨U+202E⟩ <b>**x**</b> [a](http://b) {# gone #}" in text
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
            assert "\nNext update: never" not in text


def test_a_long_text_is_cut_and_says_so() -> None:
    story = Story()
    story.does(LogEntry, kind="finding", text="x" * 100_000)
    assert len(draft(story.state, "internal", START, UTC)) < 1500
    assert "xxx…" in draft(story.state, "internal", START, UTC)


@pytest.mark.parametrize("name", Playbooks().names)
def test_every_built_in_template_can_be_filled_in_for_every_playbook(name: str) -> None:
    templates = Templates(None)
    assert faults(templates, templates.names(), Playbooks().get(name)) == []


# --- the page about templates ---


def documented(heading: str, end: str) -> set[str]:
    """The names in the first column of the table behind a heading."""
    section = DOCS.split(heading, 1)[1].split(end, 1)[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}


def keys(values: dict[str, object]) -> dict[str, set[str]]:
    """The keys of the things in each value."""
    nested = {}
    for name, value in values.items():
        one = value[0] if isinstance(value, list) and value else value
        nested[name] = set(one) if isinstance(one, dict) else set()
    return nested


def test_the_page_names_every_value_and_no_other() -> None:
    state = example(standard())
    public, internal = example_values(state, "public"), example_values(state, "internal")
    assert documented("**Public values.**", "**All values**") == public.keys()
    assert documented("**All values**", "**For some texts only**") == internal.keys() - public.keys()
    special = {
        name
        for template in ("first-status", "announcement", "brief")
        for name in example_values(state, template).keys() - internal.keys()
    }
    assert documented("**For some texts only**", "In `brief`") == special


def test_the_page_names_every_key_of_the_things_in_lists() -> None:
    found = keys(example_values(example(standard()), "internal"))
    assert all(found[name] for name in ("roles", "learned", "done", "tasks", "changes", "fixes", "owed", "components"))
    for name, inside in found.items():
        row = next(row for row in DOCS.splitlines() if re.match(rf"\| (?:`\w+`, )?`{name}`", row))
        if name != "findings":
            assert inside <= set(re.findall(r"`(\w+)`", row.split("|")[2])), name


def test_the_page_names_every_template_and_every_filter() -> None:
    from console.library.filters import FILTERS

    named = documented("## Which template makes which text", "## Values")
    assert named == set(Templates(None).names())
    filters = DOCS.split("| filter | gives |", 1)[1].split("\n\n", 1)[0]
    assert {name.split("(")[0] for name in re.findall(r"`([\w(), ]+)`", filters)} == set(FILTERS)


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
def test_an_update_says_under_its_heading_what_changed_and_when() -> None:
    story = Story("SEV1")
    story.at(1).does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
    story.at(2).does(ChangeSeverity, severity="SEV0")
    text = draft(story.state, "internal", story.now, UTC)
    assert "\nWhat changed:\n- 14:02: Severity SEV1 → SEV0.\n" in text


def test_what_led_up_to_the_incident_is_known_and_not_an_act_of_the_response() -> None:
    story = Story("SEV1").at(6)
    story.says("-12m > the new rules go out to all servers")
    story.says("-2m > the new rules are taken back")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=5))
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=1))
    text = draft(story.state, "internal", story.now, UTC)
    known, done = (text.partition(f"\n{title}:\n")[2].partition("\n\n")[0] for title in ("What we know", "What we did"))
    assert ("go out" in known, "go out" in done) == (True, False)
    assert ("taken back" in known, "taken back" in done) == (False, True)
    for form in COLLEAGUES:
        _, _, acts = as_form(story, form).partition("What we know")[2].partition("\n\n")
        assert "go out" not in acts, form
    assert "go out" not in announcement(story.state, "mitigating", story.now, UTC)[0]


def test_a_temporary_fix_that_is_removed_is_not_told_as_in_place() -> None:
    story = Story("SEV1").at(2)
    story.does(AddFix, text="the pool is raised by hand")
    assert "- 14:02, temporary fix: the pool is raised by hand." in draft(story.state, "internal", story.now, UTC)
    story.at(4).does(Finish, what="pool", note="the release has it")
    text = draft(story.state, "internal", story.now, UTC)
    assert "- 14:02, temporary fix (removed): the pool is raised by hand." in text


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
def test_an_executive_reads_what_was_decided_and_what_is_needed_of_them() -> None:
    story = Story("SEV1")
    story.at(1).does(LogEntry, kind="decision", text="Fail over")
    story.says("* the pool was too small #cause")
    assert "\nCause: the pool was too small.\n" in draft(story.state, "executive", story.now, UTC)
    text = draft(story.at(45).state, "executive", story.now, UTC)
    assert "\nDecided: Fail over.\n" in text
    assert re.search(r"\n\nNeeded from you:\n- Escalation to .+: no progress for too long\.\n", text)


@pytest.mark.rule("Standard: An update names the state")
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("detected", "The incident is mitigated; we are finding out what was wrong."),
        ("investigating", "The incident is mitigated; we are investigating the cause."),
        ("mitigating", "The incident is mitigated; we are putting the lasting fix in."),
    ],
)
def test_a_mitigated_incident_is_told_as_one_whatever_its_stage(stage: str, words: str) -> None:
    story = Story(stage=stage)
    story.at(5).does(SetMilestone, milestone="impact_started", moment=START)
    story.does(SetMilestone, milestone="mitigated", moment=START + timedelta(minutes=4))
    assert words in draft(story.state, "public", story.now, UTC)


def test_executives_read_how_the_severity_changed_and_what_is_in_hand() -> None:
    story = Story("SEV2").at(1)
    text = draft(story.state, "executive", story.now, UTC)
    assert "Severity:" not in text
    assert "What we are doing: We are investigating.\n" in text
    story.at(2).does(ChangeSeverity, severity="SEV1")
    story.does(ClaimChange, text="rebuild the index")
    story.does(AddFix, text="rate limit of 50/s")
    story.does(LogEntry, kind="hypothesis", text="the index is gone")
    story.does(JudgeHypothesis, hypothesis="1", verdict="supported", evidence="seen in the plan")
    text = draft(story.state, "executive", story.now, UTC)
    assert "\nSeverity: SEV2 → SEV1, 14:02\n" in text
    in_hand = (
        "A production change is being made. A temporary fix is in place. A cause is supported, and not confirmed yet."
    )
    assert f"What we are doing: We are investigating. {in_hand}\n" in text
    assert "index" not in text


def test_the_draft_of_a_planned_maintenance_says_how_it_stands() -> None:
    night, ended = Maintenance(), Maintenance()
    words = night.state.planned.words if night.state.planned else ""
    for audience in AUDIENCES:
        assert draft(night.state, audience, night.now, BERLIN) == f"Maintenance is planned for {words}."
    night.begins()
    assert draft(night.state, "public", night.now, UTC) == f"The maintenance is in progress. It is planned for {words}."
    night.completes()
    assert draft(night.state, "public", night.now, UTC) == "The maintenance is completed."
    ended.does(AdvanceMaintenance, stage="cancelled", reason="the window is too short")
    cancelled = "The maintenance is cancelled and does not take place."
    assert draft(ended.state, "public", ended.now, UTC) == cancelled
