"""The handoff reads as something a person would send, whatever was typed into the incident."""

import re
from datetime import UTC, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.text import clean
from console.core.playbook.gates import missing
from console.core.playbook.model import Contact, Escalation
from console.core.playbook.runbook import Runbook, Step
from console.core.subjects.action_item import AddAction, FinishAction
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.checklist import TickItem
from console.core.subjects.clock import MeetObligation
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.fix import AddFix, ChangeFix
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import AssignPostmortem
from console.core.subjects.role import MAX_PERSON_CHARS, AssignRole
from console.core.subjects.runbook import CloseRunbook, FollowRunbook
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import DecidePublication, PostUpdate, updates_of
from console.export.handoff import bare, handoff_markdown
from console.export.handoff_process import contacts
from console.export.postmortem.drafts import draft_section
from console.export.timeline import inline
from console.library.playbooks import Playbooks
from tests.core.story import START, Story, built_in, standard
from tests.export.anylog import BOOKS

pytestmark = pytest.mark.rule

HOSTILE = "**b** [x](http://a) <script>alert(1)</script> `c` | # no\n## Owed\n- \u202eabc\x1b[31m ![i](j)"


def sections(page: str) -> dict[str, str]:
    """The page by its headings; the head itself under an empty name."""
    found = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {"": found[0], **{title: body.strip() for title, body in zip(found[1::2], found[2::2], strict=True)}}


def handoff(story: Story, **more: object) -> dict[str, str]:
    return sections(handoff_markdown(story.state, story.now, UTC, **more))  # type: ignore[arg-type]  # By keyword.


@pytest.fixture
def busy() -> Story:
    """An incident with something under every heading."""
    story = Story()
    story.at(1).does(AssignRole, role="ic", person="ana")
    story.at(2).does(DescribeImpact, text="Nobody can pay")
    story.at(3).does(LogEntry, text="error rate 20 %", kind="finding", tags=("web",))
    story.at(4).does(LogEntry, text="the pool is exhausted", kind="hypothesis")
    guess = story.at(5).does(LogEntry, text="a bad deploy", kind="hypothesis")
    story.at(6).does(JudgeHypothesis, hypothesis=guess, verdict="ruled_out", evidence="nothing went out")
    story.at(7).does(LogEntry, text="roll back", kind="decision")
    story.at(8).does(AddFix, text="read-only mode", where="config", ticket="OPS-1", owner="rs")
    story.at(9).does(AddTask, text="check replica lag", owner="rs", due_in=timedelta(minutes=10))
    story.at(10).does(PostUpdate, audience="public", text="We look at it.", next_in=timedelta(minutes=30))
    return story


@pytest.mark.rule("Standard: A hypothesis of the cause is formed", "Rapid: Handoff: what it is and what happened")
def test_every_heading_has_what_the_next_shift_needs(busy: Story) -> None:
    page = handoff(busy.at(12), author="ana", note="Ask rs first.\nThen wait.")

    assert page[""].startswith("# Handoff INC-K7Q2: Checkout errors\n")
    assert "written 21 November 2026, 14:12 by ana" in page[""]
    assert page["From the outgoing commander"] == "> Ask rs first.\n> Then wait."
    assert "“Checkout errors” was declared 12m ago by mo and is SEV1." in page["Where we stand"]
    assert "Incident commander: ana." in page["Where we stand"]
    assert "- Fill the role of scribe; SEV1 requires it." in page["Do next"]
    assert "- Next stage: " in page["Do next"]
    assert "- Public update: 14:40, in 28m, by ana, promised in the last update" in page["Owed"]
    assert "- check replica lag: 14:19, in 7m, to ana, by rs" in page["Owed"]
    assert "- Incident commander: ana\n- Deputy: nobody" in page["Roles"]
    assert page["Impact"].startswith("Nobody can pay")
    assert "- Found, 14:03: error rate 20 %" in page["Tried and learned"]
    assert "- Decided, 14:07: roll back" in page["Tried and learned"]
    assert "- Open: the pool is exhausted\n- Ruled out: a bad deploy — nothing went out" in page["Hypotheses"]
    assert "- read-only mode (since 14:08, where: config, OPS-1, owner rs)" in page["Temporary fixes"]
    assert page["Open tasks"] == "- Task 1 (rs, back at 14:19): check replica lag"
    assert page["Last updates"] == "**Public #1**, 14:10 by mo:\n\n> We look at it."
    assert "**Saturday 21 November 2026**" in page["Timeline"]
    assert "- ana: incident commander" in page["Responders"]
    assert "`warroom handoff INC-K7Q2 NAME`" in page["Taking over"]


def test_who_leads_stands_first_among_the_responders_and_each_person_once() -> None:
    story = Story()
    story.does(AssignRole, role="scribe", person="rs")
    story.does(LogEntry, text="seen by ana", actor="ana")
    story.does(AssignRole, role="ic", person="Ana")
    assert handoff(story)["Responders"].splitlines() == ["- ana: incident commander", "- rs: scribe", "- mo"]


def test_an_update_among_ourselves_stands_in_the_timeline_by_its_beginning_and_whole_above(busy: Story) -> None:
    text = "Current status: " + "the pool is exhausted; " * 20 + "the end."
    for audience in ("internal", "executive", "public"):
        busy.does(PostUpdate, audience=audience, text=text, next_in=timedelta(minutes=30))
    page = handoff(busy)
    lines = {line.split(" ")[2]: line for line in page["Timeline"].splitlines() if "Current status" in line}
    assert "the end." in lines["Public"]
    for audience in ("Internal", "Executive"):
        assert "Current status: the pool" in lines[audience]
        assert lines[audience].endswith(" … (mo)")
        assert "the end." in page["Last updates"].partition(f"**{audience}")[2].partition("\n\n**")[0]


def test_what_one_page_got_in_other_words_stands_below_the_update(busy: Story) -> None:
    update = updates_of(busy.state)[0].id
    busy.does(
        DecidePublication, message="m1", update=update, to="status *page*", decision="edited",
        text="We look.", was="We look at it.",
    )  # fmt: skip
    page = handoff(busy.at(12))
    said = "**Public #1**, 14:10 by mo:\n\n> We look at it.\n\nstatus \\*page\\* got a different text:\n\n> We look."
    assert page["Last updates"] == said
    assert "Public #1 goes to status" in page["Timeline"]


def test_empty_headings_say_so_or_are_left_out() -> None:
    page = handoff(Story())

    assert page["Impact"] == "Not described yet."
    assert page["Open tasks"] == "None."
    assert page["Temporary fixes"] == "None in place."
    assert page["Last updates"] == "None was posted yet."
    assert "No incident commander is assigned." in page["Where we stand"]
    assert "- Fill the role of incident commander; SEV1 requires it." in page["Do next"]
    assert not {"From the outgoing commander", "Tried and learned", "Hypotheses", "Promises"} & set(page)


def test_what_is_overdue_comes_first_with_since_when(busy: Story) -> None:
    page = handoff(busy.at(200))

    assert re.search(r"\d+ things are overdue, first of all: .+\.", page["Where we stand"])
    assert "- **Public update** has been overdue since 14:40." in page["Do next"]
    assert "**overdue by 2h40m**" in page["Owed"]
    assert re.search(r"- public: 1 kept, 0 late, \d missed", page["Promises"])


def test_one_thing_overdue_is_one_thing() -> None:
    story = Story(severity="SEV3")
    story.does(AddTask, text="Call the bank.", owner="rs", due_in=timedelta(minutes=1))
    said = handoff(story.at(2))["Where we stand"]

    assert said.endswith("One thing is overdue: Call the bank.")


def test_what_the_process_has_open_is_handed_on(busy: Story) -> None:
    busy.at(11).does(ClaimChange, text="restart the cache", rollback="start the old one", actor="rs")
    busy.does(FollowRunbook, runbook=runbook("Bad deploy", "Find the last deploy", "Roll it back", "Watch"))
    busy.does(TickItem, item="runbook:bad-deploy/1")
    busy.does(AssignPostmortem, person="bo")
    busy.does(AddAction, text="Alert on the pool", owner="mo", priority="P1", verify="the alert has fired once")
    page = handoff(busy.at(12))

    assert "1 production change is in flight: “restart the cache” by rs." in page["Where we stand"]
    change, following = page["Do next"].splitlines()[:2]
    assert change == (
        "- See rs's change through before anybody starts another: “restart the cache”."
        " Rollback plan: start the old one."
    )
    assert following == "- Go on with the runbook “Bad deploy”: Roll it back."
    assert page["Changes in flight"] == "- restart the cache: rs, since 14:11; rollback plan: start the old one"
    assert page["Runbooks"] == "- Bad deploy, 1 of 3 done; next is 2: Roll it back"
    assert "restart the cache (rollback plan: start the old one) — *in flight* (rs)" in page["Timeline"]
    owner, action = page["Afterwards"].splitlines()
    assert owner == "- bo writes the postmortem; it is a draft."
    assert action.startswith("- Action item 1 (P1, mo, due ")
    assert action.endswith("): Alert on the pool; done when the alert has fired once")
    assert "- bo" in page["Responders"]


def test_what_is_over_is_no_work_any_more(busy: Story) -> None:
    busy.does(ClaimChange, text="restart the cache")
    busy.does(EndChange, outcome="failed")
    busy.does(FollowRunbook, runbook=runbook("Bad deploy", "Roll it back"))
    busy.does(TickItem, item="runbook:bad-deploy/1")
    busy.does(AddAction, text="Alert on the pool")
    busy.does(FinishAction, action="1")
    page = handoff(busy)

    assert "Changes in flight" not in page
    assert page["Runbooks"] == "- Bad deploy, all 1 done"
    assert "Bad deploy" not in page["Do next"]
    assert "Alert on the pool" not in page["Afterwards"]
    assert "Change: restart the cache — *failed* (mo)" in page["Timeline"]


def test_a_closed_runbook_is_no_next_step_and_keeps_its_line(busy: Story) -> None:
    busy.does(FollowRunbook, runbook=runbook("Bad deploy", "Find the last deploy", "Roll it back"))
    busy.does(TickItem, item="runbook:bad-deploy/1")
    busy.at(12).does(CloseRunbook, actor="rs")
    page = handoff(busy)

    assert page["Runbooks"] == "- Bad deploy, 1 of 2 done; closed 14:12 by rs"
    assert "Bad deploy" not in page["Do next"]


def test_the_example_in_the_docs_is_a_handoff_of_today(busy: Story) -> None:
    example = sections((Path(__file__).parents[2] / "docs/handoff-example.md").read_text(encoding="utf-8"))
    assert set(handoff(busy)) <= set(example), "run scripts/handoff_example.py"


def test_a_record_of_long_ago_owes_and_asks_nothing() -> None:
    story = Story(retrospective=True)
    story.does(LogEntry, text="roll back", kind="decision")
    page = handoff(story.at(400 * 24 * 60))

    assert page["Where we stand"] == (
        "“Checkout errors” began Sat 21 Nov 2026 14:00, as SEV1. This is a record that was written afterwards;"
        " nothing is owed."
    )
    assert page["Tried and learned"] == "- Decided, Sat 21 Nov 2026 14:00: roll back"
    assert not {"Do next", "Roles", "Whom to call", "Taking over"} & set(page)


def test_what_was_tried_is_told_with_what_came_of_it(busy: Story) -> None:
    busy.at(11).does(ClaimChange, text="restart the cache")
    busy.at(11.5).does(EndChange, outcome="rolled_back")
    busy.does(ClaimChange, text="restart pay-db-1")
    busy.at(12).does(EndChange, outcome="failed", note="it did not come up")
    busy.does(MeetObligation, clock="escalation", note="head of finance")
    busy.at(12).does(ClaimChange, text="fail over")
    busy.at(13).does(ChangeFix, fix="read-only mode", ticket="OPS-2")
    busy.at(14).does(Finish, what="read-only mode")
    told = handoff(busy)["Tried and learned"].splitlines()

    assert told[-6:] == [
        "- Temporary fix, 14:08: read-only mode",
        "- Changed, 14:11: restart the cache (rolled back)",
        "- Changed, 14:11 to 14:12: restart pay-db-1 (failed: it did not come up)",
        "- Escalated, 14:12: head of finance",
        "- Changed, 14:12: fail over (in flight)",
        "- Temporary fix removed, 14:14: read-only mode",
    ]
    assert not [line for line in told if "a bad deploy" in line]


def test_a_gate_that_was_passed_is_named_with_its_reason(busy: Story) -> None:
    busy.at(11).does(MoveStage, stage="monitoring")
    busy.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    page = handoff(busy.at(12))

    passed, *unmet = page["Gates overridden"].splitlines()
    assert passed == "- Closed, 14:11 by mo: False alarm: nobody was affected"
    assert "  - despite: A temporary fix is still in place" in unmet
    assert all(one.startswith("  - despite: ") for one in unmet)
    assert "declared 12m ago by mo and was SEV1." in page["Where we stand"]
    assert "*despite: " in page["Timeline"]
    assert "- Find an owner for the postmortem; SEV1 requires one." in page["Do next"]
    busy.does(Undo)
    assert "Gates overridden" not in handoff(busy)


def test_a_small_incident_speaks_of_no_postmortem_and_no_commander() -> None:
    page = handoff(Story(severity="SEV3"))
    assert "Afterwards" not in page
    assert "commander" not in page["Where we stand"]
    assert handoff(Story())["Afterwards"] == "- Nobody writes the postmortem yet; SEV1 requires one."


@pytest.mark.rule("Standard: An escalation matrix with paths and contacts")
def test_whom_the_playbook_names_for_this_severity_can_be_called() -> None:
    sev1, sev2 = ("SEV1",), ("SEV2",)
    book = msgspec.structs.replace(
        standard(),
        contacts=(Contact("Legal", "by phone"), Contact("Office", "by mail", severities=sev2)),
        escalation=(Escalation("no progress", "the CTO", severities=sev1), Escalation("a leak", "Legal", sev2)),
    )
    state = msgspec.structs.replace(Story().state, playbook=book)

    assert list(contacts(state)) == ["- Legal: by phone", "\nEscalation:\n", "- no progress: the CTO"]
    plain = msgspec.structs.replace(book, contacts=(), escalation=(), escalate_to="the next level")
    assert list(contacts(msgspec.structs.replace(state, playbook=plain))) == ["- Escalation: the next level"]


def test_the_note_of_the_offer_stands_where_none_is_given(busy: Story) -> None:
    busy.at(11).does(OfferHandoff, person="bo", role="ic", note="Sleep is near.")
    page = handoff(busy)

    assert page["From the outgoing commander"] == "> Sleep is near."
    assert page["Taking over"].startswith("bo: press `y` in the console, or run `warroom handoff INC-K7Q2 --accept`.")
    assert handoff(busy, note="Mine.")["From the outgoing commander"] == "> Mine."


def test_nothing_that_was_undone_or_erased_is_handed_on(busy: Story) -> None:
    entry = busy.at(13).does(LogEntry, text="password hunter2", kind="finding")
    busy.does(LogEntry, text="wrong room", kind="action")
    busy.does(Undo)
    busy.does(RedactEntry, entry=entry)
    page = handoff_markdown(busy.state, busy.now, UTC)

    assert "wrong room" not in page
    assert "hunter2" not in page


@pytest.mark.parametrize(
    ("hours", "title"),
    [
        (1, "Timeline of the last hour"),
        (0.5, "Timeline of the last 0.5 hours"),
        (0, "The last 30 entries of the timeline"),
        (4, "Timeline"),
        (float("nan"), "Timeline"),
        (float("inf"), "Timeline"),
        (-1, "Timeline"),
        (1e300, "Timeline"),
    ],
)
def test_any_number_of_hours(busy: Story, hours: float, title: str) -> None:
    for number in range(40):
        busy.at(130).does(LogEntry, text=f"news {number}")
    page = handoff(busy.at(135), hours=hours)

    assert title in page
    assert "news 39" in page[title]
    assert ("roll back" in page[title]) == (title == "Timeline")


def test_no_burst_hides_a_decision_or_the_last_thirty_entries(busy: Story) -> None:
    busy.at(15).does(LogEntry, kind="decision", text="freeze deploys")
    for number in range(40):
        busy.at(16).does(LogEntry, kind="finding", text=f"alert {number}")
    page = handoff(busy.at(60 * 24), hours=1)

    decided = [line for line in page["Tried and learned"].splitlines() if line.startswith("- Decided")]
    assert len(decided) == 2
    assert "12 more are in the timeline" in page["Tried and learned"]
    assert [f"alert {number} " in page["The last 30 entries of the timeline"] for number in (9, 10, 39)] == [
        False, True, True,
    ]  # fmt: skip


def test_a_page_that_is_only_shown_has_the_newest_lines_and_says_how_many_there_are(busy: Story) -> None:
    for number in range(40):
        busy.at(16).does(LogEntry, kind="decision", text=f"decision {number}")
    whole, shown = handoff(busy), handoff(busy, most=10)

    assert shown.keys() == whole.keys()
    assert {title for title in whole if shown[title] != whole[title]} == {"Tried and learned", "Timeline"}
    for title in ("Tried and learned", "Timeline"):
        (note,) = [line for line in shown[title].splitlines() if line.endswith("earlier lines: only in the file.")]
        lines = [line for line in shown[title].splitlines() if line.startswith("- ")]
        assert (len(lines), lines) == (10, whole[title].splitlines()[-10:])
        assert int(note.split()[0]) + 10 == sum(line.startswith("- ") for line in whole[title].splitlines())


def test_risks_are_what_somebody_marked_and_changes_without_a_rollback_plan(busy: Story) -> None:
    assert handoff(busy)["Risks"] == "No risk was logged; the tag #risk marks an entry as one."
    busy.at(13).says("* the standby has 4 GB of disk left #risk")
    busy.says("/change fail over")
    assert handoff(busy)["Risks"] == (
        "- the standby has 4 GB of disk left (mo)\n- No rollback plan: “fail over” by mo."
    )


def test_how_many_are_affected_is_what_the_triage_was_told(busy: Story) -> None:
    unknown = "Not known: when the impact began, how many users are affected and the cause."
    assert unknown in handoff(busy)["Where we stand"]
    busy.does(AnswerTriage, answers={"users": "30%"})
    busy.says("/milestone impact_started 13:50")
    known = "Users affected, by the triage: 30%. Not known: the cause."
    assert known in handoff(busy)["Where we stand"]


@pytest.mark.parametrize("name", Playbooks(None).usable())
def test_nothing_that_a_built_in_playbook_only_suggests_is_handed_on_as_a_fact(name: str) -> None:
    book = Playbooks(None).built_in(name)
    assert book.contacts
    for contact in book.contacts:
        assert not contact.reach
    for severity in book.severities:
        lines = list(contacts(Story(severity=severity.name, book=book).state))
        for contact in book.contacts:
            if not contact.severities or severity.name in contact.severities:
                usually = f"; usually {contact.usually}" if contact.usually else ""
                assert f"- {contact.name}: not given in the playbook{usually}" in lines


def test_times_stand_in_the_readers_zone_which_is_named_once(busy: Story) -> None:
    page = sections(handoff_markdown(busy.at(60 * 24).state, busy.now, ZoneInfo("Europe/Berlin"), hours=48))

    assert "written 22 November 2026, 15:00; all times are UTC+01:00 (CET)" in page[""]
    assert "- Decided, Sat 21 Nov 15:07: roll back" in page["Tried and learned"]
    assert "- 15:07 **Decision:** roll back (mo)" in page["Timeline"]
    assert sum(part.count("UTC") for part in page.values()) == 1


def test_times_from_before_the_clocks_changed_say_so() -> None:
    story = Story()
    story.says("! roll back")
    page = sections(handoff_markdown(story.at(60 * 24 * 130).state, story.now, ZoneInfo("Europe/Berlin")))

    assert "written 31 March 2027, 16:00; all times are UTC+02:00 (CEST)" in page[""]
    assert "- Decided, Sat 21 Nov 2026 15:00 UTC+01:00 (CET): roll back" in page["Tried and learned"]
    assert page["Timeline"].startswith("From here on all times are UTC+01:00 (CET).")


def runbook(title: str, *steps: str) -> Runbook:
    return Runbook("bad-deploy", title, tuple(Step(step) for step in steps))


def told(text: str) -> str:
    """The handoff, half an hour on, of an incident in which every free text is this one, and every name as far as it
    can be one."""
    name = "".join(char for char in clean(text, multiline=False) if not "\u2400" <= char <= "\u2426")
    name = name.replace("\u23ce", "")[:MAX_PERSON_CHARS].strip() or "x"
    story = Story()
    # Whoever logs has any name; then it is known, and may own what others write down.
    story.does(LogEntry, actor=name, text=text, kind="note")
    story.does(ChangeTitle, title=text)
    story.does(DescribeImpact, text=text)
    for kind in ("finding", "decision", "action", "hypothesis"):
        story.does(LogEntry, text=text, kind=kind)
    story.does(AddTask, text=text, owner=name, due_in=timedelta(minutes=10))
    story.does(AddFix, text=text, where=text, ticket=text, owner=name)
    story.does(PostUpdate, audience="internal", text=text)
    story.does(AssignRole, role="ic", person=name)
    story.does(ClaimChange, text=text, rollback=text)
    story.does(FollowRunbook, runbook=runbook(text, text))
    story.does(AddAction, text=text, owner=name, verify=text)
    story.does(AssignPostmortem, person=name)
    story.does(MoveStage, stage="closed", override=f"False alarm: nobody was affected {text}")
    return handoff_markdown(story.at(30).state, story.now, UTC, note=text)


def test_nothing_that_was_typed_is_markup() -> None:
    page = told(HOSTILE)

    assert "\x1b" not in page
    assert "\u202e" not in page
    for markup in ("<script", "[x]", "`c", "**b", "| "):
        assert re.search(rf"(?<!\\){re.escape(markup)}", page) is None, markup
    assert len(re.findall(r"^## Owed", page, re.MULTILINE)) == 1


def shape(page: str) -> list[str]:
    """The headings, bullets, quotations and rules of the page, in order."""
    return [found[0] for line in page.splitlines() if (found := re.match(r"#{1,6}(?= |$)|[-+*](?= |$)|```|---", line))]


PLAIN = shape(told("x"))


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("#-+*>_[]<`|=~1.) \n\t"), min_size=1, max_size=40))
def test_no_text_makes_a_heading_or_a_bullet_of_its_own(text: str) -> None:
    assert shape(told(f"x{text}x")) == PLAIN


@pytest.mark.parametrize(("detected", "words"), [(True, "Before it was noticed"), (False, "Before it was declared")])
def test_what_led_up_to_the_incident_is_not_an_act_of_the_response(detected: bool, words: str) -> None:
    story = Story("SEV1").at(6)
    story.says("-12m > the new rules go out to all servers")
    story.says("> the new rules are rolled back")
    if detected:
        story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=1))
    tried = handoff(story)["Tried and learned"].splitlines()
    assert tried == [
        f"- {words}, 13:54: the new rules go out to all servers",
        "- Did, 14:06: the new rules are rolled back",
    ]


def test_what_changed_since_the_page_that_somebody_accepted_is_named() -> None:
    story = Story().at(1)
    story.does(AssignRole, role="ic", person="mo")
    before = story.says("! restart the queue")
    story.does(Undo, entry=before)
    decided = story.at(2).says("! no rollback")
    found = story.says("* error rate down to 21 %")
    told = story.says("the customer is Nordbank")
    kept = story.says("* the disk is full")
    moved = story.says("* the disk is slow")
    claimed = story.does(ClaimChange, text="fail over")
    ended = story.at(3).does(EndChange, outcome="done")
    assert "Changed since the last handoff" not in handoff(story)
    story.at(4).does(OfferHandoff, person="jo")
    assert "Changed since the last handoff" not in handoff(story)
    story.at(5).does(AcceptHandoff, actor="jo")
    assert "Changed since the last handoff" not in handoff(story)

    later = story.at(6).says("* new since then")
    story.at(7).does(CorrectEntry, entry=later, text="newer")
    story.at(8).does(Undo, entry=decided)
    story.at(9).does(CorrectEntry, entry=found, text="error rate down to 12 %")
    story.at(10).does(RedactEntry, entry=told)
    story.at(11).does(Undo, entry=kept)
    story.does(Undo, entry=kept)
    story.at(12).does(CorrectEntry, entry=moved, at=START)
    story.at(13).does(Undo, entry=claimed, dependents=True)
    changed = handoff(story)["Changed since the last handoff"].splitlines()
    assert changed == [
        "- Decision of 14:02, undone at 14:08: no rollback",
        "- Finding of 14:02, corrected at 14:09: error rate down to 12 % (was: error rate down to 21 %)",
        "- Note of 14:02: redacted at 14:10",
        "- Finding of 14:00, corrected at 14:12: the disk is slow, 14:00",
        *(f"- Change of 14:0{minute}, undone at 14:13: {bare(story.state.entries.get(id).text)}"  # type: ignore[union-attr]  # It is there.
          for minute, id in ((2, claimed), (3, ended))),
    ]  # fmt: skip
    assert "- Found, 14:02: error rate down to 12 % (corrected)" in handoff(story)["Tried and learned"]

    # Whoever accepts the next page has read all that.
    story.at(20).does(OfferHandoff, person="al", actor="jo")
    assert handoff(story)["Changed since the last handoff"].splitlines() == changed
    story.at(21).does(AcceptHandoff, actor="al")
    assert "Changed since the last handoff" not in handoff(story.at(22))


@pytest.mark.parametrize("name", BOOKS)
def test_do_next_offers_a_stage_only_while_its_gate_is_open(name: str) -> None:
    book = built_in(name)
    seen = set()
    for before, after in pairwise(book.stages):
        story = Story(book.severities[0].name, book=book, stage=before.name).at(5)
        steps = handoff(story)["Do next"] if before.phase != "over" else ""
        line = "- Next: close the incident" if after.phase == "over" else f"- Next stage: {after.title}"
        wants = missing(story.state, after.name, story.now) if before.phase != "over" else ()
        seen.add(bool(wants))
        if before.phase != "over":
            assert (f"{line}, once this holds:" in steps) == bool(wants), steps
            assert all(f"\n  - {inline(want.what)}" in steps for want in wants)
    assert seen == {True, False}


def test_do_next_says_until_when_closing_waits_and_owed_has_it_too() -> None:
    story = Story("SEV2", stage="mitigating")
    fixed = story.does(AddFix, text="pool raised")
    story.at(2).does(MoveStage, stage="monitoring", override="watched")
    page = handoff(story.at(10))
    assert "  - It must be stable for 22m more, until 14:32" in page["Do next"]
    assert page["Do next"].index("Remove the temporary fix") < page["Do next"].index("Next: close the incident")
    assert "- Stable until closing: 14:32, in 22m, by " in page["Owed"]
    assert fixed in {entry.id for entry in story.state.entries}


def test_a_promise_that_is_not_due_is_to_come_and_then_missed() -> None:
    story = Story("SEV2")
    for minute, audience in ((1, "internal"), (1, "public"), (5, "internal"), (5, "public")):
        story.at(minute).does(PostUpdate, audience=audience, text="We look into it.", next_in=timedelta(minutes=30))
    story.at(9).does(MoveStage, stage="closed", override="duplicate")
    for minute, missed, more in ((9, 0, ", 1 to come"), (36, 1, "")):
        lines = handoff(story.at(minute))["Promises"].splitlines()
        assert [re.sub(r"\d kept", "n kept", line) for line in lines] == [
            f"- {audience}: n kept, 0 late, {missed} missed{more}" for audience in ("internal", "public")
        ]
        story.says("one more line")
        poorly = draft_section(story.state, "went_poorly")
        assert ("Promised internal updates: 1 missed" in poorly) == bool(missed)


def test_a_risk_is_over_when_its_line_is_undone_corrected_or_ruled_out() -> None:
    story = Story().at(1)
    wrong = story.says("the disk may fill up #risk")
    healed = story.says("the rebuild may lock the table #risk")
    story.says("? the replica may be behind #risk")
    story.says("? the cache may be cold #risk")
    story.says("nobody has tried the restore #risk")
    assert handoff(story)["Risks"].count("\n") == 4
    story.does(Undo, entry=wrong)
    story.does(CorrectEntry, entry=healed, text="the rebuild may lock the table: no lock seen")
    story.does(JudgeHypothesis, hypothesis="1", verdict="ruled_out", evidence="the lag is 0 s")
    story.does(JudgeHypothesis, hypothesis="2", verdict="supported", evidence="every read misses")
    left = "- the cache may be cold (mo)\n- nobody has tried the restore (mo)"
    assert handoff(story)["Risks"] == left
    story.does(MoveStage, stage="closed", override="duplicate")
    page = handoff(story)
    assert "Risks" not in page
    assert page["Risks that were logged"] == left


def test_an_action_item_is_owed_to_nobody_who_led() -> None:
    story = Story().at(1)
    story.does(AssignRole, role="ic", person="jo")
    story.does(AddAction, text="compare indexes", owner="tom", due_at=story.now + timedelta(days=14))
    assert re.search(r"- compare indexes: .*, in 14d, by tom$", handoff(story)["Owed"], re.MULTILINE)
