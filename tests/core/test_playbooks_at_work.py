"""The built-in playbooks in a running incident: their figures as clocks, their rules as gates and advice."""

from datetime import timedelta

import msgspec
import pytest

from console.core.log.clocks import clocks
from console.core.playbook.gates import missing
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.core.bookstory import advice, tell
from tests.core.story import START, Story, built_in

CLOCKS = {
    "standard": [
        "SEV0: acknowledge 5, escalation 30, executive_notice 15, first_public 15, resolution 240, update:internal 15",
        "SEV1: acknowledge 5, escalation 30, first_public 15, resolution 1440, update:internal 30",
        "SEV2: acknowledge 5, escalation 30",
        "SEV3: ",
        "SEV4: ",
    ],
    "rapid": [
        "SEV-1: escalation 30, update:internal 30, update:public 30",
        "SEV-2: acknowledge 60, escalation 30, update:internal 30, update:public 30",
        "SEV-3: acknowledge 240",
        "SEV-4: acknowledge 1440",
    ],
    "p-levels": [
        # An alert is acknowledged sooner than a P0 is worked on.
        "P0: acknowledge 5, escalation 30, executive_notice 30, first_public 30, resolution 240, update:internal 30",
        "P1: acknowledge 240, resolution 1440",
        "P2: acknowledge 2880, resolution 20160",
        "P3: acknowledge 10080",
        "P4: ",
    ],
    "sev4": [
        "SEV1: acknowledge 5, escalation 30, update:internal 15, update:public 15",
        "SEV2: acknowledge 5, escalation 30, update:internal 30, update:public 30",
        "SEV3: acknowledge 60",
        "SEV4: acknowledge 1440",
    ],
    "checklist": [
        "SEV1: acknowledge 5, escalation 30, first_public 15, resolution 240, update:internal 30",
        "SEV2: acknowledge 5, escalation 30, first_public 30, resolution 1440, update:internal 60",
        "SEV3: acknowledge 240",
        "SEV4: acknowledge 1440",
    ],
}
"""The clocks that run at the declaration, with their minutes."""


@pytest.mark.rule("Standard: SEV3: a ticket and no alert", case="standard")
@pytest.mark.rule(
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
    "P-levels: Who is told at each priority",
    "P-levels: Commander: one point of decision, directs people",
    "P-levels: Update: time, state, impact, root cause, actions taken",
    case="p-levels",
)
@pytest.mark.rule("Sev4: Update every 15 to 30 minutes", case="sev4")
@pytest.mark.rule(
    "Checklist: 1 Detect",
    "Checklist: Customers hear of it on the status page before the cause is sought",
    "Checklist: Audit logs that survive, rollback possible, database snapshots",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    case="checklist",
)
@pytest.mark.parametrize("name", CLOCKS)
def test_the_clocks_that_run_at_the_declaration(name: str) -> None:
    assert [_running(Story(each.name, book=built_in(name))) for each in built_in(name).severities] == CLOCKS[name]


def _running(story: Story) -> str:
    keys = sorted(clock.key for clock in clocks(story.state, story.now))
    return f"{story.state.severity.value}: {', '.join(f'{key} {story.minutes_left(key):g}' for key in keys)}"


OWED_AFTERWARDS = {
    "standard": {
        "SEV0": ["customer_message 1440", "postmortem 1440"],
        "SEV1": ["customer_message 1440", "postmortem 2880"],
    },
    "rapid": {"SEV-1": ["postmortem 2880"], "SEV-2": ["postmortem 2880"]},
    "p-levels": {"P0": ["postmortem 2880"], "P1": ["postmortem 2880"]},
    "sev4": {"SEV1": ["postmortem 1440"], "SEV2": ["postmortem 2880"]},
    "checklist": {"SEV1": ["postmortem 2880"], "SEV2": ["postmortem 2880"]},
}
"""The work that closing an incident leaves, with its minutes; none at the other severities."""


@pytest.mark.rule(
    "Standard: The postmortem is there within 48 hours of resolution",
    "Standard: SEV0: postmortem within 24 hours",
    "Standard: Customers are written to within 24 hours after SEV0 and SEV1",
    "Standard: SEV3: a ticket and no alert",
    "Standard: SEV2: postmortem optional, recommended for a new kind of failure",
    case="standard",
)
@pytest.mark.rule("P-levels: After: analysis in 48 hours, if customer-facing, optional, none", case="p-levels")
@pytest.mark.rule("Sev4: Postmortem within 24 to 48 hours", case="sev4")
@pytest.mark.rule("Checklist: 6 Postmortem within 48 hours", case="checklist")
@pytest.mark.parametrize("name", OWED_AFTERWARDS)
def test_what_is_owed_from_closing_on(name: str) -> None:
    for severity in built_in(name).severities:
        story = Story(severity.name, book=built_in(name))
        story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
        owed = sorted(clock.key for clock in clocks(story.state, story.now) if clock.key != "acknowledge")
        wanted = OWED_AFTERWARDS[name].get(severity.name, [])
        assert [f"{key} {story.minutes_left(key):g}" for key in owed] == wanted


@pytest.mark.rule(
    "Standard: Acknowledged within 5 minutes",
    "Sev4: 0 to 5 minutes",
    "Rapid: Response: SEV-1 at once, SEV-2 under 1 hour",
)
@pytest.mark.parametrize(
    ("name", "severity", "stage", "minutes"),
    [
        *[("standard", severity, "detected", 5) for severity in ("SEV0", "SEV1", "SEV2")],
        *[("sev4", severity, "", 5) for severity in ("SEV1", "SEV2")],
        *[("rapid", severity, "", minutes) for severity, minutes in (("SEV-2", 60), ("SEV-3", 240), ("SEV-4", 1440))],
    ],
)
@pytest.mark.parametrize(("late", "state"), [(0, "kept"), (1, "late")])
def test_an_alert_is_to_be_acknowledged_in_its_time(
    name: str, severity: str, stage: str, minutes: int, late: int, state: str
) -> None:
    story = Story(severity, book=built_in(name), stage=stage)
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=minutes + late))
    clock = story.clock("acknowledge")
    assert clock.due_at - clock.starts_at == timedelta(minutes=minutes)
    assert clock.state == state


@pytest.mark.rule("Standard: SEV0: updates every 15 minutes", "Sev4: Update every 15 to 30 minutes")
@pytest.mark.parametrize(
    ("name", "severity", "minutes"),
    [("standard", "SEV0", 15), ("standard", "SEV1", 30), ("sev4", "SEV1", 15), ("sev4", "SEV2", 30)],
)
def test_an_update_starts_the_clock_of_the_next_one(name: str, severity: str, minutes: int) -> None:
    story = Story(severity, book=built_in(name)).at(10)
    story.does(PostUpdate, audience="public", text="Some checkouts fail.")
    assert story.minutes_left("update:public") == minutes
    assert story.minutes_left("update:internal") == minutes - 10
    story.does(PostUpdate, audience="internal", text="Some checkouts fail.")
    assert story.minutes_left("update:internal") == minutes


@pytest.mark.rule(
    "Standard: SEV2: one responder, alerted; no commander needed", "Standard: Cadence: SEV2 at milestones"
)
def test_a_single_responder_owes_updates_at_milestones() -> None:
    story = tell("SEV2", 11, "5 mo: /stage investigating")
    assert "milestone_update" in advice(story)
    assert not {"no_ic", "missing_role", "no_scribe"} & set(advice(story.at(600)))


@pytest.mark.rule("Standard: SEV0: commander, communications lead and scribe")
@pytest.mark.parametrize(("role", "nudge"), [("ic", "no_ic"), ("comms", "missing_role"), ("scribe", "no_scribe")])
def test_all_hands_name_commander_communications_lead_and_scribe(role: str, nudge: str) -> None:
    story = Story("SEV0").at(5)
    assert nudge in advice(story)
    story.does(AssignRole, role=role, person="ana")
    assert nudge not in advice(story)


@pytest.mark.rule("Standard: Closing criteria")
@pytest.mark.parametrize("severity", ["SEV0", "SEV1", "SEV2"])
def test_closing_asks_the_four_criteria_where_somebody_responded(severity: str) -> None:
    story = Story(severity)
    story.does(MoveStage, stage="monitoring")
    wanted = next(gap for gap in missing(story.state, "closed", story.now) if gap.need == "checklist")
    assert "Resolved and stable" in wanted.what
    assert "and 1 more" in wanted.what


@pytest.mark.rule("Checklist: Mistake: no postmortem, so it happens again")
@pytest.mark.parametrize("severity", ["SEV1", "SEV2"])
def test_an_incident_without_a_postmortem_s_owner_is_not_closed(severity: str) -> None:
    story = Story(severity, book=built_in("checklist")).at(5)
    assert "postmortem_owner" in [gap.need for gap in missing(story.state, "closed", story.now)]


class Case(msgspec.Struct, frozen=True):
    """An incident of a playbook in which a piece of advice is given."""

    book: str
    severity: str
    minute: float
    lines: str
    nudge: str
    text: tuple[str, ...] = ()
    """A part of the advice; a whole sentence is all of it."""
    why: str = ""
    """A part of its reason."""
    remedy: str = ""
    stage: str = ""
    """Where it was declared."""


GIVEN = {
    "rapid: cause": Case(
        "rapid", "SEV-1", 5, "1 mo: + @rs find the root cause", "fixing_first",
        ("can wait: the impact is not stopped yet",),
    ),
    "rapid: breach": Case(
        "rapid", "SEV-1", 5, "1 mo: * an attacker has credentials", "containment",
        ("Revoke access and isolate the system",),
    ),
    "rapid: deploy": Case(
        "rapid", "SEV-1", 5, "1 mo: * deploy v2.3.4 finished at 13:55", "roll_back_first",
        ("Roll back first",), "can be deployed again", "/change roll back the last deploy back: deploy it again",
    ),
    "rapid: no ticket": Case(
        "rapid", "SEV-1", 5, "1 mo: /fix cache bypass", "fix_without_ticket",
        why="A temporary fix without ticket becomes permanent.",
    ),
    "p-levels: beyond": Case("p-levels", "P0", 4 * 60 + 1, "", "beyond_target", ("executives",)),
    "p-levels: beyond, no clock": Case("p-levels", "P1", 24 * 60 + 1, "", "beyond_target", remedy="/role "),
    "p-levels: no owner": Case("p-levels", "P0", 5, "5 mo: /stage verify ! to the watch", "no_postmortem_owner"),
    "p-levels: declared late": Case("p-levels", "P0", 5.1, "", "late_declaration", stage="detect"),
    "p-levels: triage": Case("p-levels", "P0", 10.1, "", "stage_too_long", stage="triage"),
    "p-levels: update": Case("p-levels", "P0", 31, "", "update_late"),
    "p-levels: fix": Case(
        "p-levels", "P0", 5, "5 mo: /stage investigate ! to the cause", "fixing_first", remedy="/stage mitigate"
    ),
    "p-levels: breach": Case(
        "p-levels", "P0", 1, "1 al: * there was a breach of the admin page", "expert_needed", ("Security",)
    ),
    "p-levels: perfection": Case(
        "p-levels", "P0", 1, "1 al: root cause first, please", "red_flag", ("Mitigate first",), "complete picture"
    ),
    "p-levels: putting off": Case(
        "p-levels", "P0", 1, "1 al: document later, all hands here", "red_flag", ("One line now",), "minute by minute"
    ),
    "sev4: cause": Case(
        "sev4", "SEV1", 5, "1 mo: + @rs find the root cause", "fixing_first",
        ("can wait: the impact is not stopped yet",),
        "The cause is searched, or fixed, while the service is down. Mitigate first.",
    ),
    "sev4: cause first": Case(
        "sev4", "SEV1", 5, "1 mo: root cause first, then the rest", "red_flag", ("Mitigate; investigate after",)
    ),
    "sev4: investigate": Case(
        "sev4", "SEV1", 3, "", "fixing_first", ("Investigate has begun, and the impact is not stopped yet",),
        stage="investigate",
    ),
    "sev4: update of SEV1": Case(
        "sev4", "SEV1", 16, "", "update_late", ("The internal and public updates are late, by 1m.",)
    ),
    "sev4: update of SEV2": Case(
        "sev4", "SEV2", 31, "", "update_late", ("The internal and public updates are late, by 1m.",)
    ),
    "sev4: guess": Case(
        "sev4", "SEV1", 5, "1 mo: /update internal next 15m It is probably the cache.", "speculation",
        ("The last internal update guesses: “probably”.",), "An update contains guesses. Facts only.",
    ),
    "sev4: no next": Case(
        "sev4", "SEV1", 5, "1 mo: /update internal Some checkouts fail.", "no_next_promised",
        why="An update does not say when the next one comes. Always include it.",
    ),
    "sev4: hypothesis": Case(
        "sev4", "SEV1", 5, "1 mo: my guess is the cache", "red_flag", ("Log it as a hypothesis",)
    ),
    "checklist: rose": Case("checklist", "SEV2", 10, "10 mo: /sev SEV1", "severity_rose"),
    "checklist: diagnose": Case(
        "checklist", "SEV1", 5, "5 mo: /stage diagnose", "fixing_first", remedy="/stage contain"
    ),
    "checklist: deploy": Case(
        "checklist", "SEV1", 5, "5 mo: * deploy v2.3.4 finished at 13:55", "roll_back_first"
    ),
    "checklist: nobody": Case("checklist", "SEV1", 0, "", "no_ic"),
    "checklist: nobody in 15 min": Case("checklist", "SEV2", 15, "", "no_ic"),
    "checklist: symptom": Case(
        "checklist", "SEV1", 5, "5 mo: /stage verify ! to the watch\n5 mo: /update public The problem is fixed.",
        "premature_closing",
    ),
    "checklist: no owner": Case("checklist", "SEV1", 5, "5 mo: /stage verify ! to the watch", "no_postmortem_owner"),
    "checklist: no owner in SEV2": Case(
        "checklist", "SEV2", 5, "5 mo: /stage verify ! to the watch", "no_postmortem_owner"
    ),
    "checklist: quiet": Case("checklist", "SEV1", 15, "", "quiet"),
    "checklist: remember": Case(
        "checklist", "SEV1", 1, "1 al: we'll remember not to do that again", "red_flag",
        ("date of the postmortem",), "happens again",
    ),
    "checklist: just fix it": Case(
        "checklist", "SEV1", 1, "1 al: just fix it", "red_flag",
        ("tell people",), "people uninformed, the evidence gone and the cause in place",
    ),
    "checklist: might work": Case(
        "checklist", "SEV1", 1, "1 al: this might work", "red_flag", ("one change at a time",), "state unknown"
    ),
    "checklist: works again": Case(
        "checklist", "SEV1", 1, "1 al: it works again", "red_flag", ("which change did it",), "comes back by itself"
    ),
    "checklist: fixing fast": Case("checklist", "SEV1", 5, "5 al: /change raise the pool to 200", "hasty_fix"),
    "checklist: two changes": Case(
        "checklist", "SEV1", 5, "5 al: /change restart the api back: none\n5 rs: /change ! drain db back: undrain",
        "two_changes",
    ),
    "checklist: no progress": Case("checklist", "SEV1", 30, "", "no_progress"),
    "checklist: no progress later": Case(
        "checklist", "SEV1", 61, "30 mo: /done escalation: the next level is here", "no_progress"
    ),
    "checklist: update of SEV1": Case("checklist", "SEV1", 30, "", "update_late"),
    "checklist: update of SEV2": Case("checklist", "SEV2", 60, "", "update_late"),
    "security: beyond": Case("checklist-security", "SEV1", 4 * 60 + 1, "", "beyond_target"),
    "security: forensics": Case(
        "checklist-security", "SEV1", 1,
        "1 al: * the alert reaches security: a breach\n1 al: * the server's disk image needs forensics",
        "expert_needed",
    ),
    "security: evidence in SEV1": Case("checklist-security", "SEV1", 15, "", "missing_role", ("evidence keeper",)),
    "security: evidence in SEV2": Case("checklist-security", "SEV2", 30, "", "missing_role", ("evidence keeper",)),
}  # fmt: skip


@pytest.mark.rule("Rapid: Restore the service first, look for the cause later", case="rapid: cause")
@pytest.mark.rule("Rapid: Containment of a security breach: revoke access, isolate", case="rapid: breach")
@pytest.mark.rule(
    "Rapid: A recent deploy and new symptoms: roll back first, ask later",
    "Rapid: Do not wait for the cause to roll back: it can be deployed again",
    case="rapid: deploy",
)
@pytest.mark.rule("Rapid: Temporary fixes are allowed, marked in the code with a ticket", case="rapid: no ticket")
@pytest.mark.rule("P-levels: P0: response 15 minutes, resolution 4 hours", case="p-levels: beyond")
@pytest.mark.rule(
    "P-levels: After: analysis in 48 hours, if customer-facing, optional, none", case="p-levels: no owner"
)
@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when", case="p-levels: declared late"
)
@pytest.mark.rule("P-levels: Minutes 5 to 15: war room, commander named, investigation begins", case="p-levels: triage")
@pytest.mark.rule("P-levels: Update: time, state, impact, root cause, actions taken", case="p-levels: update")
@pytest.mark.rule("P-levels: Lifecycle: detect, declare, triage, respond, mitigate", case="p-levels: fix")
@pytest.mark.rule("P-levels: Contacts: on call, commander pool, executives", case="p-levels: breach")
@pytest.mark.rule("P-levels: Speed of response before perfect process", case="p-levels: perfection")
@pytest.mark.rule("P-levels: Speed of response before perfect process", case="p-levels: putting off")
@pytest.mark.rule("Sev4: Mitigation has priority; restore the service, not the cause", case="sev4: cause")
@pytest.mark.rule("Sev4: Mitigation has priority; restore the service, not the cause", case="sev4: cause first")
@pytest.mark.rule("Sev4: Investigate only after mitigation or in parallel", case="sev4: investigate")
@pytest.mark.rule("Sev4: Update every 15 to 30 minutes", case="sev4: update of SEV1")
@pytest.mark.rule("Sev4: Facts, no speculation", case="sev4: guess")
@pytest.mark.rule("Sev4: Facts, no speculation", case="sev4: hypothesis")
@pytest.mark.rule("Sev4: Always the time of the next update", case="sev4: no next")
@pytest.mark.rule("Checklist: Production down: page the person on call, start the channel", case="checklist: rose")
@pytest.mark.rule("Checklist: Mitigate first: rollback or feature flag", case="checklist: diagnose")
@pytest.mark.rule("Checklist: 3 Contain", case="checklist: deploy")
@pytest.mark.rule("Checklist: Mistake: no commander, everybody on their own", case="checklist: nobody")
@pytest.mark.rule("Checklist: Mistake: the symptom is fixed and not the cause", case="checklist: symptom")
@pytest.mark.rule("Checklist: Mistake: no postmortem, so it happens again", case="checklist: no owner")
@pytest.mark.rule("Checklist: Fixed by accident when one change was reverted", case="checklist: quiet")
@pytest.mark.rule("Checklist: Fixed by accident when one change was reverted", case="checklist: works again")
@pytest.mark.rule('Checklist: No postmortem because "we will remember"', case="checklist: remember")
@pytest.mark.rule("Checklist: Misconception: it is all about fixing fast", case="checklist: just fix it")
@pytest.mark.rule("Checklist: Misconception: it is all about fixing fast", case="checklist: might work")
@pytest.mark.rule("Checklist: Misconception: it is all about fixing fast", case="checklist: fixing fast")
@pytest.mark.rule("Checklist: Changes collide and the state is unknown", case="checklist: two changes")
@pytest.mark.rule(
    "Checklist: Audit logs that survive, rollback possible, database snapshots", case="checklist: no progress"
)
@pytest.mark.rule("Checklist: Mistake: no cadence, so stakeholders escalate", case="checklist: update of SEV1")
@pytest.mark.rule("Checklist: Evidence is preserved", case="security: evidence in SEV1")
@pytest.mark.parametrize("case", GIVEN.values(), ids=GIVEN)
def test_the_advice_of_a_playbook(case: Case) -> None:
    book = built_in(case.book)
    nudge = advice(tell(case.severity, case.minute, case.lines, book=book, stage=case.stage))[case.nudge]
    for words in case.text:
        assert words in nudge.text.lower() or words in nudge.text
        assert not words.endswith(".") or words == nudge.text
    assert case.why in nudge.why
    assert case.remedy in ("", nudge.remedy)
    own = [f"{pattern.seen} {pattern.instead}" for pattern in book.anti_patterns if pattern.nudge == case.nudge]
    assert not own or nudge.why in own or case.nudge == "red_flag"


SILENT = {
    "rapid: ticket": ("rapid", "SEV-1", 5, "1 mo: /fix cache bypass\n5 mo: /ticket 1 CHK-812", "fix_without_ticket"),
    "p-levels: in time": ("p-levels", "P0", 4 * 60 - 1, "", "beyond_target"),
    "p-levels: declared": ("p-levels", "P0", 5, "", "late_declaration"),
    "sev4: mitigated": (
        "sev4", "SEV1", 3, "1 mo: /stage mitigate\n1 mo: /milestone mitigated -\n1 mo: /stage assess", "fixing_first",
    ),
    "sev4: update of SEV1": ("sev4", "SEV1", 14, "", "update_late"),
    "sev4: update of SEV2": ("sev4", "SEV2", 29, "", "update_late"),
    "sev4: facts": ("sev4", "SEV1", 5, "1 mo: /update internal next 15m Some checkouts fail.", "speculation"),
    "sev4: next": ("sev4", "SEV1", 5, "1 mo: /update internal next 15m Some checkouts fail.", "no_next_promised"),
    "checklist: 14 min": ("checklist", "SEV2", 14, "", "no_ic"),
    "checklist: heard": ("checklist", "SEV1", 14.9, "", "quiet"),
    # Security is on call already.
    "security: there": (
        "checklist-security", "SEV1", 1, "1 al: * the alert reaches security: a breach, credentials leaked",
        "expert_needed",
    ),
    "security: contained": (
        "checklist-security", "SEV1", 1, "1 al: > deactivated the service account", "containment",
    ),
}  # fmt: skip


@pytest.mark.rule("Rapid: Temporary fixes are allowed, marked in the code with a ticket", case="rapid: ticket")
@pytest.mark.rule("P-levels: P0: response 15 minutes, resolution 4 hours", case="p-levels: in time")
@pytest.mark.rule("Sev4: Investigate only after mitigation or in parallel", case="sev4: mitigated")
@pytest.mark.rule("Sev4: Update every 15 to 30 minutes", case="sev4: update of SEV1")
@pytest.mark.rule("Sev4: Facts, no speculation", case="sev4: facts")
@pytest.mark.rule("Sev4: Always the time of the next update", case="sev4: next")
@pytest.mark.rule("Checklist: Mistake: no commander, everybody on their own", case="checklist: 14 min")
@pytest.mark.rule("Checklist: Fixed by accident when one change was reverted", case="checklist: heard")
@pytest.mark.parametrize(("book", "severity", "minute", "lines", "nudge"), SILENT.values(), ids=SILENT)
def test_no_advice_of_a_playbook_before_its_time(
    book: str, severity: str, minute: float, lines: str, nudge: str
) -> None:
    assert nudge not in advice(tell(severity, minute, lines, book=built_in(book)))
