"""The postmortem: drafts from the log, people's own words, and what is still missing."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from console.app.postmortem.render import guide
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.subjects.action_item import AddAction, ChangeAction, FinishAction
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.checklist import TickItem
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import SECTIONS, AssignPostmortem, EditPostmortem, PostmortemEdited
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate
from console.export.postmortem.document import Form, document, filled, origins, template_of
from console.export.postmortem.drafts import TAGS, draft_section
from console.export.postmortem.names import POLICY
from console.export.postmortem.review import missing_for_final, section_findings
from console.export.postmortem.sections import Parts
from console.export.postmortem.whys import answers, question, whys_text
from console.library.templates import Templates
from tests.core.story import START, Story
from tests.export.telling import DETECTED, IMPACT, postmortem, told

pytestmark = pytest.mark.rule

CET = timezone(timedelta(hours=1), "CET")


def written(story: Story, named: bool = False) -> str:
    return postmortem(story.state, story.now, UTC, named=named)


def chapter(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.rule(
    "Standard: A hypothesis of the cause is formed", "Standard: The scribe creates the document from the template"
)
def test_a_draft_tells_what_the_log_knows() -> None:
    page = written(told())

    summary = chapter(page, "Summary")
    assert "began on 21 November 2026 at 13:50" in summary
    assert "The impact as described: “a third of the checkouts fail”." in summary
    assert "noticed after 6m" in summary
    assert "stopped after 40m" in summary
    assert "the connection pool is too small" in summary
    assert "nobody has gone over this section" in summary
    assert "- How long: 40m, from 13:50 to 14:30" in chapter(page, "Impact")
    assert "deploy v2.3.4 finished" in chapter(page, "Lead-up and trigger")
    assert "Where the time went: 6m until detected, 4m until declared, 25m until identified, 5m until mitigated" in page
    assert "pool raised to 200 by hand (in pool.yaml, OPS-7" in chapter(page, "Temporary fix")
    assert "Begin with what users saw" in chapter(page, "Five whys")
    assert "**Supported:** the connection pool" in chapter(page, "Hypotheses tried")


@pytest.mark.rule("Standard: Acknowledged within 5 minutes", "Rapid: Impact: users affected, revenue, how long")
def test_the_durations_and_the_targets_they_are_held_against() -> None:
    durations = chapter(written(told()), "Durations")

    assert "| Time to detect | impact started → detected | **6m** | – |" in durations
    assert "| Time to acknowledge | detected → acknowledged | **4m, by the declaration** | 5m |" in durations
    assert "| Acknowledged | 14:00, by the declaration |" in durations
    assert "| Time to mitigate | impact started → mitigated | **40m** | – |" in durations
    assert "| Time to resolve | impact started → resolved | **50m** |" in durations
    assert "internal: 1 kept, 0 late, 0 missed" in durations


def test_what_was_promised_late_is_what_went_poorly_and_in_time_what_went_well() -> None:
    story = told()
    assert "1 of 1 promised updates came in time" in draft_section(story.state, "went_well")
    assert "late" not in draft_section(story.state, "went_poorly").replace("came late or not", "")

    story.at(60).does(PostUpdate, audience="internal", text="stable", final=True)
    assert "Promised internal updates: 1 late, 1 in time" in draft_section(story.state, "went_poorly")
    assert "promised updates came" not in draft_section(story.state, "went_well")


def test_a_target_that_was_missed_is_said() -> None:
    story = told()
    story.does(SetMilestone, milestone="detected", moment=story.now - timedelta(minutes=50))
    assert "Time to acknowledge: 10m; the target was 5m" in draft_section(story.state, "went_poorly")


@pytest.mark.parametrize(
    ("tag", "section"),
    [
        *(("cause", "root_cause"), ("root-cause", "root_cause"), ("contributing", "contributing")),
        *(("worse", "made_worse"), ("well", "went_well"), ("poorly", "went_poorly"), ("lucky", "lucky")),
        *(("impact", "impact"), ("detection", "detection"), ("faster", "faster")),
        *(("permanent", "permanent_fix"), ("lasting", "permanent_fix")),
        *(("lesson", "lessons"), ("lessons", "lessons")),
    ],
)
def test_a_tagged_line_goes_to_its_section(tag: str, section: str) -> None:
    story = told()
    line = story.does(LogEntry, text=f"the dashboard helped #{tag} #checkout", tags=(tag, "checkout"))
    found = [section for section in SECTIONS if "the dashboard helped" in draft_section(story.state, section)]
    assert section in found
    assert "- the dashboard helped (logged 14:40 UTC)" in draft_section(story.state, section)
    story.does(Undo, entry=line)
    assert "the dashboard helped" not in draft_section(story.state, section)


@pytest.mark.parametrize("tag", ["cause", "root-cause"])
def test_a_stated_cause_stands_in_the_summary(tag: str) -> None:
    story = told()
    assert "Cause:" not in draft_section(story.state, "summary")
    story.does(LogEntry, text=f"the limit was 5 #{tag}", tags=(tag,))
    assert "Cause: the limit was 5." in draft_section(story.state, "summary")


@pytest.mark.parametrize("tag", ["stopped", "mitigation"])
def test_what_somebody_says_stopped_the_impact_needs_no_confirming(tag: str) -> None:
    story = Story().at(5)
    story.does(LogEntry, kind="action", text="restart the pool")
    story.does(SetMilestone, milestone="mitigated", moment=story.now)
    story.does(LogEntry, kind="action", text=f"roll back the driver #{tag}", tags=(tag,))
    assert "Stopped by: roll back the driver. " in draft_section(story.state, "summary") + " "
    assert "- Stopped the impact: roll back the driver (logged 14:05 UTC)" in draft_section(
        story.state, "temporary_fix"
    )
    for section in ("summary", "temporary_fix"):
        assert "Last action before" not in draft_section(story.state, section)


@pytest.mark.parametrize("fact", ["users", "revenue", "data_loss", "breach", "workaround", "who", "visible"])
def test_what_was_answered_of_the_impact_stands_in_its_draft(fact: str) -> None:
    story = told()
    story.does(AnswerTriage, answers={fact: "yes, about 7"})
    assert re.search(r"^- \w[\w ]*: yes, about 7, ", draft_section(story.state, "impact"), re.MULTILINE)


def test_what_made_it_worse_comes_from_failed_changes_and_ways_back() -> None:
    story = told()
    assert draft_section(story.state, "made_worse") == ""
    story.at(41).does(ClaimChange, text="raise the pool to 500")
    story.at(43).does(EndChange, outcome="failed", note="it filled up")
    story.at(44).does(MoveStage, stage="investigating")
    draft = draft_section(story.state, "made_worse")
    assert "(confirm), a change of 14:41 UTC: raise the pool to 500: failed: it filled up" in draft
    assert "It came back: from Monitoring to Investigating again at 14:44 UTC" in draft
    assert "| 14:41 | raise the pool to 500 | failed: it filled up | – |" in chapter(
        written(story), "Production changes"
    )


def test_a_change_that_stopped_the_impact_is_told_as_what_was_done() -> None:
    story = Story().at(5)
    story.does(ClaimChange, text="remove the bad rule", rollback="add it again")
    story.does(SetMilestone, milestone="mitigated", moment=story.now)
    summary = draft_section(story.state, "summary")
    assert (
        "The impact was stopped 5m after it was declared. Last action before: remove the bad rule (confirm)." in summary
    )
    story.at(8).does(EndChange, outcome="done", note="errors are gone")
    story.does(SetMilestone, milestone="mitigated", moment=story.now)
    said = draft_section(story.state, "temporary_fix")
    assert "Last action before the impact stopped (confirm), 14:08 UTC: remove the bad rule: errors are gone" in said


def test_a_summary_says_the_highest_severity_and_resolved_only_once_it_is() -> None:
    story = Story("SEV2").at(5)
    story.does(ChangeSeverity, severity="SEV0")
    story.at(10).does(MoveStage, stage="resolving", override="rolled back")
    story.does(MoveStage, stage="monitoring")
    story.at(15).does(MoveStage, stage="investigating", override="it is back")
    story.at(20).does(Finish, what="escalation", note="paged VP infra")
    story.at(25).does(MoveStage, stage="resolving", override="rolled back again")
    story.does(MoveStage, stage="monitoring")
    story.does(ChangeSeverity, severity="SEV3", reason="it is watched")
    page = written(story)
    summary = chapter(page, "Summary")
    assert "The SEV0 incident" in summary
    assert "The impact was stopped 25m after it was declared." in summary
    assert "It had come back at 14:15." in summary
    assert "resolved" not in summary
    assert ", SEV3 in the end" in page
    assert "paged VP infra" in chapter(page, "Timeline")
    story.does(MoveStage, stage="closed", override="False alarm")
    assert "It was resolved after 25m." in chapter(written(story), "Summary")


def test_a_gate_that_was_passed_stands_with_its_reason() -> None:
    story = told()
    assert "Gates overridden" not in written(story)
    story.does(AssignPostmortem, person="mo")
    reason = "Duplicate of another incident"
    story.does(MoveStage, actor="ana", stage="closed", override=reason)
    gates = chapter(written(story), "Gates overridden")
    assert f"**Closed:** {reason} (IC, 14:40)" in gates
    assert "Despite: It must be stable for 30m more; A temporary fix" in gates


def test_a_page_names_its_zone_once_and_a_stored_draft_keeps_its_own() -> None:
    story = told()
    story.does(LogEntry, text="The alert was late #poorly", kind="note", tags=("poorly",))
    draft = draft_section(story.state, "went_poorly", zone=CET)
    assert "- The alert was late (logged 15:40 (14:40 UTC))" in draft
    story.does(
        EditPostmortem, section="went_poorly", text=f"{draft}\n- Two people, at 15:41 (14:41 UTC), did not see it"
    )
    here = chapter(postmortem(story.state, story.now, CET), "What went poorly")
    assert "- The alert was late (logged 15:40)\n" in here
    assert "- Two people, at 15:41 (14:41 UTC), did not" in here
    elsewhere = chapter(postmortem(story.state, story.now, UTC), "What went poorly")
    assert "- The alert was late (logged 15:40 (14:40 UTC))\n" in elsewhere
    plain = postmortem(told().state, story.now, UTC)
    assert plain.count("UTC") == 2, "at its head, and in the chart"


@pytest.mark.rule("Rapid: Postmortem sections")
def test_what_a_person_wrote_stands_instead_of_the_draft() -> None:
    story = told()
    assert origins(story.state)["lessons"] == "empty"
    assert origins(story.state)["summary"] == "draft"
    story.does(EditPostmortem, section="summary", text="It failed.\n\n- because of `pool`\n- and **load**")
    page = chapter(written(story), "Summary")
    assert "It failed.\n\n- because of `pool`\n- and **load**" in page
    assert "nobody has gone over" not in page
    assert origins(story.state)["summary"] == "written"
    story.does(EditPostmortem, section="summary", text="")
    assert "nobody has gone over" in chapter(written(story), "Summary")


def test_two_texts_written_blindly_both_stand() -> None:
    story = told()
    seen = story.events[-1]
    for number, (actor, text) in enumerate((("ana", "It was the pool."), ("rs", "It was the load.")), 1):
        story.events.append(
            Event(f"x{number}", seen.incident, f"o{number}", 1, seen.hlc + number, actor, story.now, story.now,
                  PostmortemEdited("root_cause", text))
        )  # fmt: skip
    story.state = fold(seen.incident, story.events)
    assert origins(story.state)["root_cause"] == "conflict"
    page = chapter(written(story), "Root cause")
    assert "It was the pool." in page
    assert "It was the load." in page
    assert any("Root cause: two versions" in gap for gap in missing_for_final(story.state))


def test_people_appear_by_role_unless_names_are_wanted() -> None:
    page = written(told())
    assert POLICY in page.replace("\\", "")
    timeline = chapter(page, "Timeline")
    assert "roll back to v2.3.3 (IC)" in timeline
    assert "rolling back with responder 1 (IC)" in timeline
    assert "deploy v2.3.4 finished (responder 1)" in timeline
    assert "ana" not in timeline.replace("analy", "")
    named = chapter(written(told(), named=True), "Timeline")
    assert "rolling back with @rs (ana)" in named


def test_one_person_has_one_name_however_it_is_written() -> None:
    story = told(title="Maya Chen's deploy broke checkout")
    story.at(41).does(AssignRole, role="tech", person="Maya Chen")
    story.does(AssignRole, role="ic", person="José")
    lines = (
        "maya saw it first",
        "ask @jose, then JOSÉ again",
        "ana and Ana's graph",
        "MAYA CHEN rolls back; we will see",
    )
    for text in lines:
        story.does(LogEntry, text=text, kind="decision", actor="Maya Chen")
    story.does(LogEntry, text="will it hold? Will thinks so", actor="will")
    story.does(AddFix, text="Maya raised the pool", owner="jose")
    page = written(story).partition("\n## Action items")[0]
    assert not re.search(r"maya|chen\b|jos[eé]|\bana\b", page, re.IGNORECASE)
    assert "# Postmortem INC-K7Q2: tech lead's deploy broke checkout" in page
    assert "tech lead saw it first (tech lead)" in page
    assert "ask IC 2, then IC 2 again (tech lead)" in page
    assert "IC and IC's graph (tech lead)" in page
    assert "will it hold? responder" in page
    assert "Tech lead assigned" in page
    assert "IC → IC 2" in page
    named = written(story, named=True)
    assert "maya saw it first (Maya Chen)" in named


def test_a_handoff_names_who_took_over_and_invents_nobody() -> None:
    story = told()
    story.does(AssignRole, role="tech", person="lee")
    story.at(41)
    for outgoing, incoming, recorded_by in (("ana", "lee", "lee"), ("lee", "ana", "rs")):
        story.does(OfferHandoff, person=incoming, actor=outgoing)
        story.does(AcceptHandoff, person=incoming, actor=recorded_by)
        story.does(AddTask, text="watch the graph", owner=incoming, due_in=timedelta(minutes=10))
    timeline = [line[8:] for line in chapter(written(story), "Timeline").splitlines()]
    assert [line for line in timeline if line.startswith(("Handing", "watch"))] == [
        "Handing IC over to tech lead (IC)",
        "watch the graph (tech lead, back in 10m) (responder 2)",
        "Handing IC over (tech lead)",
        "watch the graph (IC, back in 10m) (responder 2)",
    ]
    assert [line for line in timeline if "handoff accepted" in line] == [
        "IC → tech lead, handoff accepted (tech lead)",
        "IC assigned, handoff accepted (recorded by responder 1) (responder 1)",
    ]


def test_a_role_that_is_spelled_out_is_not_said_twice_for_somebody_called_like_its_end() -> None:
    story = told()
    story.does(AssignRole, role="tech", person="lead")
    story.does(LogEntry, text="only the tech lead reads them; Lead copied them, @lead has the key")
    timeline = chapter(written(story), "Timeline")
    assert "only the tech lead reads them; tech lead copied them, tech lead has the key" in timeline


def test_whom_a_line_concerns_stands_in_brackets_behind_it() -> None:
    story = told()
    story.does(AssignRole, role="tech", person="lead")
    for text in (
        "100 % CPU @lead",
        "no errors @lead #db",
        "deploy finished @lead @scribe1.",
        "ruled out by @lead",
        "ask @lead",
    ):
        story.does(LogEntry, text=text, people=tuple(re.findall(r"@([\w]+)", text)))
    timeline = chapter(written(story), "Timeline")
    assert "100 % CPU (tech lead) (" in timeline
    assert "no errors (tech lead) #db (" in timeline
    assert re.search(r"deploy finished \(tech lead\) \(responder \d\)\. \(", timeline)
    assert "ruled out by tech lead (" in timeline
    assert "ask tech lead (" in timeline


def test_a_milestone_set_later_stands_at_its_moment_and_its_last_time() -> None:
    story = told()
    story.at(24 * 60).does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=3))
    lines = [line for line in chapter(written(story), "Timeline").splitlines() if line.startswith("- ")]
    assert "- 13:50 Impact started (IC 2)" not in lines
    assert [line for line in lines if re.search("Impact started|Detected", line)] == [
        "- 13:50 Impact started (responder 2)",
        "- 13:57 Detected (responder 2)",
    ]


def test_who_responded_and_the_time_at_each_severity_stand_in_it() -> None:
    story = told()
    story.does(ChangeSeverity, severity="SEV2", reason="half as bad", at=START + timedelta(minutes=35))
    page = written(story)
    assert "- **Responders:** IC, responder 1, responder 2\n" in page
    assert "- **Responders:** ana, rs, mo\n" in written(story, named=True)
    durations = chapter(page, "Durations")
    assert "| SEV1 | 14:00 | 14:35 | 35m |" in durations
    assert "| SEV2 | 14:35 | 14:40 | 5m |" in durations


def test_the_lead_up_the_detection_and_the_links_are_what_the_log_says() -> None:
    story = told()
    story.does(LogEntry, text="the flag was switched on #trigger", tags=("trigger",))
    assert "- Trigger: the flag was switched on (logged 14:40 UTC)" in draft_section(story.state, "trigger")
    assert draft_section(Story().state, "detection").splitlines()[0] == "- Detected: not known"
    assert draft_section(story.state, "detection").splitlines() == [
        "- Detected at 13:56 UTC, 6m after the impact began",
        "- Declared at 14:00 UTC as SEV1, by responder 2",
    ]
    story.does(LogEntry, kind="finding", text="the checkout alert fires", at=DETECTED)
    story.does(LogEntry, text="see https://graphs.example/checkout, and INC-QDRY.")
    story.does(ChangeSeverity, severity="SEV0")
    detection = draft_section(story.state, "detection").splitlines()
    assert detection[1] == "- First finding, 13:56 UTC: the checkout alert fires"
    assert detection[3] == "- Severity SEV1 → SEV0 at 14:40 UTC"
    links = ["- https://graphs.example/checkout, 14:40 UTC", "- INC-QDRY, 14:40 UTC"]
    assert draft_section(story.state, "links").splitlines() == links


def test_how_many_users_were_affected_is_asked_until_somebody_says_it() -> None:
    story = told()
    assert "- Users and requests affected: not known" in draft_section(story.state, "impact")
    story.does(LogEntry, text="7,000 of 21,000 checkouts failed #impact", tags=("impact",))
    draft = draft_section(story.state, "impact")
    assert "- 7,000 of 21,000 checkouts failed (logged 14:40 UTC)" in draft
    assert "not known" not in draft


def test_times_are_in_the_readers_zone_and_say_so() -> None:
    story = told()
    page = postmortem(story.state, story.now, CET)
    assert "all times are UTC+01:00 (CET)\n" in page
    assert "- 15:06 **Decision:** roll back to v2.3.3" in page
    assert "from 14:50 to 15:30\n" in page


@pytest.mark.rule(
    "Rapid: Action items are owned and dated, with a status", "Sev4: Postmortem: root cause to action items"
)
def test_action_items_stand_by_priority_with_owner_date_and_status() -> None:
    story = told()
    assert "No action item yet" in chapter(written(story), "Action items")
    day = story.now + timedelta(days=1)
    story.does(AddAction, text="Review alerts", priority="P2", owner="bo", due_at=day)
    story.does(AddAction, text="Alert at 80 %", priority="P0", owner="rs", due_at=day, verify="fires in staging")
    story.does(FinishAction, action="2")
    rows = chapter(written(story), "Action items").strip().splitlines()[2:]
    assert rows == [
        "| 2 | P0 | Alert at 80 % | rs | 2026-11-22 14:40 | fires in staging | done |",
        "| 1 | P2 | Review alerts | bo | 2026-11-22 14:40 | – | open |",
    ]
    story.now += timedelta(days=2)
    assert "| – | overdue |" in chapter(written(story), "Action items")


@pytest.mark.rule("P-levels: Analysis: summary, impact, timeline by the minute, five whys")
def test_the_root_cause_analysis_has_its_chapters_and_actions_by_priority() -> None:
    story = told()
    story.does(AddAction, text="Alert at 80 %", priority="P0", owner="rs")
    page = postmortem(story.state, story.now, UTC, form="rca")
    assert page.startswith("# Root cause analysis INC-K7Q2: Checkout errors")
    titles = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert titles == [
        "Executive summary", "Impact assessment", "Timeline of events", "Detection", "Root cause analysis",
        "Contributing factors", "Resolution", "What went well", "What went poorly", "Action items", "Lessons learned",
    ]  # fmt: skip
    assert "**P0: Done before the next release**" in page
    assert "**Five whys**" in page


FORM_PARTS: dict[Form, dict[str, tuple[str, ...]]] = {
    "postmortem": {
        "durations": ("durations", "severities", "promises"),
        "timeline": ("picture", "timeline"),
        **{id: (id,) for id in (*SECTIONS, "hypotheses", "changes", "gates", "actions")},
    },
    "rca": {
        "impact": ("impact", "durations", "severities", "promises"),
        "timeline": ("picture", "timeline"),
        "root_cause": ("trigger", "root_cause", "whys", "hypotheses"),
        "contributing": ("contributing", "made_worse"),
        "resolution": ("temporary_fix", "permanent_fix", "changes", "gates"),
        "actions": ("actions_by_priority",),
        "went_well": ("went_well", "lucky"),
        "went_poorly": ("went_poorly", "faster"),
        "lessons": ("lessons", "links"),
        **{id: (id,) for id in ("summary", "detection")},
    },
}
"""The chapters of each form with the parts in them."""


def complete() -> Story:
    """An incident of which every part of a postmortem has something to say."""
    story = told()
    story.does(ClaimChange, text="raise the pool to 500")
    story.does(EndChange, outcome="failed", note="it filled up")
    story.does(AddAction, text="Alert at 80 %", priority="P0", owner="rs")
    story.does(MoveStage, actor="ana", stage="closed", override="Duplicate of another incident")
    return story


@pytest.mark.parametrize("form", FORM_PARTS)
def test_each_chapter_of_a_form_holds_its_parts(form: Form) -> None:
    story = complete()
    maker = Parts(story.state, story.now, UTC, False)
    chapters = {chapter.id: chapter.blocks for chapter in document(story.state, story.now, UTC, form=form).chapters}
    assert chapters.keys() == FORM_PARTS[form].keys()
    for id, parts in FORM_PARTS[form].items():
        for part in parts:
            blocks = list(maker.part(part))
            assert blocks, part
            assert all(block in chapters[id] for block in blocks), part


def test_a_template_gets_every_part(tmp_path: Path) -> None:
    story = complete()
    (tmp_path / "templates").mkdir()
    names = {part for chapters in FORM_PARTS.values() for parts in chapters.values() for part in parts}
    own = "".join(f"<{name}>{{{{ parts.{name} }}}}</{name}>\n" for name in sorted(names))
    (tmp_path / "templates/postmortem.md.j2").write_text(own)
    text, complaint = filled(story.state, story.now, UTC, Templates(tmp_path))
    assert complaint == ""
    assert [name for name in names if f"<{name}></{name}>" in text or f"<{name}>" not in text] == []


def test_what_is_missing_calls_each_section_as_its_chapter() -> None:
    story = Story()
    chapters = document(story.state, story.now, UTC).chapters
    missing = [line.rpartition(": ")[0] for line in missing_for_final(story.state) if ": " in line]
    named = [name for line in missing for name in line.split(", ")]
    assert sorted(map(str.casefold, named)) == sorted(each.title.casefold() for each in chapters if each.id in SECTIONS)


def test_every_section_and_its_tags_stand_in_the_page_for_templates() -> None:
    rows = [
        line
        for line in Path(__file__).parents[2].joinpath("docs/templates.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    for section in SECTIONS:
        assert any(f"`{section}`" in row and all(f"`#{tag}`" in row for tag in TAGS.get(section, ())) for row in rows)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_says_what_belongs_in_it(section: str) -> None:
    assert re.search(r"\w+[.?]$", guide(section, 200).plain.strip())


@pytest.mark.parametrize(
    "text",
    [
        "# a title",
        "- a\n# b",
        "| a | b |\n|---|---|",
        "```\n# in code",
        "<img src=x onerror=alert(1)>",
        "![x](http://e/x)",
    ],
)
def test_no_text_breaks_out_of_its_section(text: str) -> None:
    story = told()
    before = [line for line in written(story).splitlines() if line.startswith("#")]
    story.does(EditPostmortem, section="impact", text=text)
    story.does(LogEntry, text=text, kind="finding")
    page = written(story)
    code = False
    headings = []
    for line in page.splitlines():
        code = line.startswith("```") != code
        if line.startswith("#") and not code:
            headings.append(line)
    assert headings == before
    assert "\n<img" not in page
    assert " <img" not in page
    assert "![" not in page.replace("!\\[", "")


def test_redacted_words_stand_nowhere() -> None:
    story = told()
    secret = story.does(LogEntry, text="password hunter2 #cause", tags=("cause",), kind="finding")
    assert "hunter2" in written(story)
    story.does(RedactEntry, entry=secret)
    assert "hunter2" not in written(story)


def test_a_long_log_leaves_notes_out_and_says_so() -> None:
    story = told()
    for number in range(700):
        story.does(LogEntry, text=f"remark {number}")
    timeline = chapter(written(story), "Timeline")
    assert "entries stand here" in timeline
    assert "remark 1" not in timeline
    assert "roll back to v2.3.3" in timeline


def test_items_ticked_in_a_row_are_one_line() -> None:
    story = told()
    for _ in range(5):
        story.does(TickItem, actor="ana")
    story.does(TickItem, actor="rs")
    text = postmortem(story.state, story.now, UTC)
    ticks = [line for line in text.splitlines() if " ✓ " in line]
    assert [line.rpartition(" (")[2] for line in ticks] == ["IC)", "responder 1)"]
    assert ticks[0].count("; ") == 2
    assert ticks[0].endswith(" and 2 more (IC)")


def test_an_update_among_ourselves_is_cut_where_it_repeats_the_timeline() -> None:
    story = told()
    for audience in ("internal", "public"):
        story.does(PostUpdate, audience=audience, text="we look at the pool " * 20)
    lines = postmortem(story.state, story.now, UTC).splitlines()
    internal, public = [max((line for line in lines if f" {one} " in line), key=len) for one in ("Internal", "Public")]
    assert len(internal) < 200 < 400 < len(public)


def test_who_wrote_down_what_was_before_appears_as_what_they_were_then() -> None:
    story = told()
    story.does(AssignRole, role="scribe", person="sam")
    story.does(LogEntry, kind="finding", text="the first page", actor="sam", at=START - timedelta(minutes=4))
    assert "**Finding:** the first page (scribe)" in postmortem(story.state, story.now, UTC)


def test_what_is_missing_for_final_is_said_and_gone_when_it_is_done() -> None:
    story = told()
    missing = missing_for_final(story.state)
    assert missing[0] == "Nobody owns the postmortem."
    assert any(one.endswith("lessons learned, links: empty.") for one in missing)
    assert "There is no action item." in missing

    story.does(AssignPostmortem, person="mo")
    for section in SECTIONS:
        story.does(EditPostmortem, section=section, text="The pool had no limit that anybody watched.")
    story.does(AddAction, text="Add an alert on the pool's use in checkout")
    assert any("Nobody owns it" in gap for gap in missing_for_final(story.state))
    story.does(
        ChangeAction, action="1", owner="rs", due_at=datetime(2026, 12, 1, tzinfo=UTC), verify="it fires in staging"
    )
    assert missing_for_final(story.state) == []


@pytest.mark.rule("Standard: The review is blameless")
def test_blame_is_found_with_another_wording_and_the_system_is_not() -> None:
    story = told()
    story.does(EditPostmortem, section="root_cause", text="ana forgot to check the pool.")
    (finding,) = section_findings(story.state, "root_cause")
    assert finding.suggestion
    assert any(gap.startswith("Root cause: ") for gap in missing_for_final(story.state))
    story.does(EditPostmortem, section="root_cause", text="The pool's limit was not in the review's checklist.")
    assert section_findings(story.state, "root_cause") == ()


@pytest.mark.rule("P-levels: Analysis: summary, impact, timeline by the minute, five whys")
def test_five_whys_are_read_written_and_asked_on() -> None:
    said = ["Checkout failed", "The pool was empty."]
    assert answers(whys_text(said)) == said
    assert answers("1) one\n   goes on\n2. two") == ["one goes on", "two"]
    assert answers("first\nsecond") == ["first", "second"]
    assert question(said, 0, "Checkout errors") == "Why did it happen: Checkout errors?"
    assert question(said, 2, "Checkout errors") == "Why: The pool was empty?"


@pytest.mark.rule("Standard: The scribe creates the document from the template")
def test_the_built_in_template_changes_nothing_and_a_teams_own_arranges_the_parts(tmp_path: Path) -> None:
    story = told()
    for name, page in (("postmortem", written(story)), ("rca", postmortem(story.state, story.now, UTC, form="rca"))):
        assert filled(story.state, story.now, UTC, Templates(None), name) == (page, "")
    assert template_of(story.state) == "postmortem"
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates/postmortem.md.j2"
    own.write_text("Ours: {{ ref }}, {{ parts.hypotheses }}")
    text, complaint = filled(story.state, story.now, UTC, Templates(tmp_path))
    assert text.startswith("Ours: INC-K7Q2, - **Supported:**")
    assert complaint == ""
    own.write_text("{{ nothing }}")
    text, complaint = filled(story.state, story.now, UTC, Templates(tmp_path))
    assert text == written(story)
    assert "nothing" in complaint


def test_an_incident_that_nobody_declared_has_none() -> None:
    with pytest.raises(ValueError, match="never declared"):
        postmortem(Incident("INC-0000"), datetime(2026, 11, 21, tzinfo=UTC), UTC)
    assert draft_section(Incident("INC-0000"), "summary") == ""


def test_milestones_that_contradict_each_other_are_told_in_the_draft_and_before_it_is_final() -> None:
    story = told()
    assert not [gap for gap in missing_for_final(story.state) if gap.startswith("Milestones")]
    story.does(SetMilestone, milestone="resolved", moment=IMPACT - timedelta(hours=6))
    contradiction = "Milestones contradict: resolved is before mitigated."
    assert contradiction in missing_for_final(story.state)
    assert contradiction in chapter(written(story), "Durations")


def test_what_is_still_to_come_is_not_called_unknown() -> None:
    story = Story().at(5)
    story.says("/milestone impact-started 13:50")
    story.at(20).does(LogEntry, text="the pool is full")
    page = written(story)
    assert "- **Impact lasted:** not over yet\n" in page
    durations = chapter(page, "Durations")
    assert re.findall(r"Time to (\w+) \|.*\*\*not yet\*\*", durations) == ["mitigate", "resolve"]
    assert "| SEV1 | 14:00 | in force | 20m |" in durations


def test_a_finding_before_anybody_was_told_is_the_first_one() -> None:
    story = Story().at(5)
    story.says("/milestone detected 13:58")
    story.says("/milestone impact-started 13:50")
    story.says("13:55 * the checkout alert fires")
    story.says("13:59 * the pool is full")
    lines = draft_section(story.state, "detection").splitlines()
    assert [line for line in lines if "First finding" in line] == [
        "- First finding, 13:55 UTC: the checkout alert fires"
    ]


@pytest.mark.parametrize("minute", [2, 30])
def test_an_acknowledgement_that_nobody_logged_is_told_as_the_declaration(minute: int) -> None:
    story = Story("SEV1").at(1)
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=minute))
    judged = "went_well" if minute < 5 else "went_poorly"
    assert "(confirm: by the declaration)" in draft_section(story.state, judged)
    assert "| Acknowledged | 14:00, by the declaration |" in chapter(written(story), "Durations")
    story.does(SetMilestone, milestone="acknowledged", moment=START - timedelta(minutes=1))
    story.at(2)
    for section in ("went_well", "went_poorly"):
        assert "by the declaration" not in draft_section(story.state, section)
    assert "by the declaration" not in written(story)


def test_what_nobody_logged_contradicts_nothing() -> None:
    story = Story("SEV1").at(9)
    story.does(SetMilestone, milestone="detected", moment=START + timedelta(minutes=5))
    assert "Milestones contradict: declared is before detected." in written(story)
    story.does(SetMilestone, milestone="acknowledged", moment=START + timedelta(minutes=1))
    assert "acknowledged is before detected" in written(story)


def test_milestones_stand_in_the_order_in_which_they_were_reached() -> None:
    story = told()
    story.does(SetMilestone, milestone="identified", moment=START + timedelta(minutes=35))
    rows = re.findall(r"^\| (Mitigated|Identified) \| (\S+) \|$", chapter(written(story), "Durations"), re.MULTILINE)
    assert rows == [("Mitigated", "14:30"), ("Identified", "14:35")]


def test_a_time_that_somebody_gave_a_line_is_the_moment_of_what_it_tells() -> None:
    story = told()
    story.says("-10m the index was dropped #cause #stopped")
    for section in ("root_cause", "temporary_fix"):
        assert "the index was dropped (14:30 UTC)" in draft_section(story.state, section)
