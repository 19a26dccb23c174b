"""The shape of each built-in playbook: names, order, numbers and flags, as those who follow it count on them.

Its prose may be reworded and is not held here; tests/export/test_playbookview.py holds that all of it is shown.
"""

import pytest

from console.core.playbook.model import Criterion, Severity, Stage, needs_postmortem
from tests.core.story import built_in

OWED = {
    "standard": [
        "SEV0: urgent, answer 0, acknowledge 300, resolve 14400, internal 900, public 900, public first 900, "
        "executives 900, escalate 1800, postmortem 86400, customers 86400, @ic 0, @comms 300, @scribe 300",
        "SEV1: urgent, acknowledge 300, resolve 86400, internal 1800, public 1800, public first 900, "
        "escalate 1800, postmortem 172800, customers 86400, @ic 0, @comms 900, @scribe 900",
        "SEV2: milestones, optional, acknowledge 300, escalate 1800",
        "SEV3: none",
        "SEV4: none",
    ],
    "rapid": [
        "SEV-1: urgent, answer 0, internal 1800, public 1800, escalate 1800, postmortem 172800, @ic 0, @scribe 900",
        "SEV-2: urgent, answer 3600, internal 1800, public 1800, escalate 1800, postmortem 172800, @ic 0",
        "SEV-3: milestones, optional, answer 14400",
        "SEV-4: none, answer 86400",
    ],
    "p-levels": [
        "P0: urgent, required, answer 900, acknowledge 300, resolve 14400, internal 1800, public 1800, "
        "public first 1800, executives 1800, escalate 1800, postmortem 172800, @ic 900, @comms 1800, @scribe 1800",
        "P1: urgent, milestones, if_customer_facing, answer 14400, resolve 86400, postmortem 172800",
        "P2: optional, answer 172800, resolve 1209600",
        "P3: none, answer 604800",
        "P4: none",
    ],
    "sev4": [
        "SEV1: urgent, answer 0, acknowledge 300, internal 900, public 900, escalate 1800, postmortem 86400, "
        "@ic 0, @tech 300, @comms 900, @scribe 900",
        "SEV2: urgent, answer 900, acknowledge 300, internal 1800, public 1800, escalate 1800, postmortem "
        "172800, @ic 300, @tech 900, @comms 900, @scribe 900",
        "SEV3: milestones, optional, answer 3600",
        "SEV4: none, answer 86400",
    ],
    "checklist": [
        "SEV1 = P1: urgent, answer 0, acknowledge 300, resolve 14400, internal 1800, public 1800, public "
        "first 900, escalate 1800, postmortem 172800, @ic 0, @comms 900, @scribe 900",
        "SEV2 = P2: urgent, answer 900, acknowledge 300, resolve 86400, internal 3600, public 3600, public "
        "first 1800, escalate 1800, postmortem 172800, @ic 900",
        "SEV3: milestones, optional, answer 14400",
        "SEV4: none, answer 86400",
    ],
    "checklist-security": [
        "SEV1 = P1: urgent, answer 0, acknowledge 300, resolve 14400, internal 1800, public 0, executives "
        "1800, escalate 1800, postmortem 172800, @ic 0, @comms 900, @scribe 900, @evidence 900",
        "SEV2 = P2: urgent, answer 900, acknowledge 300, resolve 86400, internal 3600, public 0, escalate "
        "1800, postmortem 172800, @ic 900, @evidence 1800",
        "SEV3: milestones, optional, answer 14400",
        "SEV4: none, answer 86400",
    ],
}
"""At each severity, in seconds: an answer, updates by audience, notices, roles (@)."""


def owed(severity: Severity) -> str:
    figures = {
        "answer": severity.response_s, "acknowledge": severity.acknowledge_s or None,
        "resolve": severity.resolution_s or None, **severity.update_s, "public first": severity.first_public_s or None,
        "executives": severity.executive_notice_s or None, "escalate": severity.escalate_s or None,
        "postmortem": severity.postmortem_s or None, "customers": severity.customer_message_s or None,
        **{f"@{role}": seconds for role, seconds in severity.roles.items()},
    }  # fmt: skip
    milestones = "milestones" if severity.update_at_milestones else ""
    flags = ("urgent" if severity.urgent else "", milestones, severity.review)
    words = [*filter(None, flags), *(f"{key} {value}" for key, value in figures.items() if value is not None)]
    return f"{' = '.join((severity.name, *severity.aliases))}: {', '.join(words)}"


@pytest.mark.rule(
    "Standard: Acknowledged within 5 minutes",
    "Standard: On declaring: an incident commander is assigned",
    "Standard: The postmortem is there within 48 hours of resolution",
    "Standard: SEV0: postmortem within 24 hours",
    "Standard: Escalate after 30 minutes without progress",
    "Standard: Escalate when the severity rises",
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: Escalate when it lasts longer than expected",
    "Standard: SEV0 to SEV3",
    "Standard: SEV0: commander, communications lead and scribe",
    "Standard: SEV0: executives within 15 minutes",
    "Standard: SEV2: one responder, alerted; no commander needed",
    "Standard: SEV2: the fix goes the usual way",
    "Standard: SEV2: postmortem optional, recommended for a new kind of failure",
    "Standard: Cadence: SEV2 at milestones",
    "Standard: SEV3: a ticket and no alert",
    "Standard: SEV0: updates every 15 minutes",
    "Standard: Cadence: SEV0 15 min, SEV1 30 min",
    "Standard: Customers are written to within 24 hours after SEV0 and SEV1",
    case="standard",
)
@pytest.mark.rule(
    "Rapid: SEV-1: complete outage, a core function for all users",
    "Rapid: Response: SEV-1 at once, SEV-2 under 1 hour",
    "Rapid: Internal update",
    case="rapid",
)
@pytest.mark.rule(
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
    "P-levels: P3: response 1 week, best effort",
    "P-levels: P4: best effort, if convenient",
    "P-levels: Who is told at each priority",
    "P-levels: After: analysis in 48 hours, if customer-facing, optional, none",
    "P-levels: Minutes 5 to 15: war room, commander named, investigation begins",
    "P-levels: Commander: one point of decision, directs people",
    case="p-levels",
)
@pytest.mark.rule(
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
    "Sev4: SEV4: minimal, next business day (cosmetic)",
    "Sev4: Postmortem within 24 to 48 hours",
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Update every 15 to 30 minutes",
    case="sev4",
)
@pytest.mark.rule(
    "Checklist: Production down: page the person on call, start the channel",
    "Checklist: Degraded, with significant impact on users",
    "Checklist: Severities with targets, on-call rotation, war rooms",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    "Checklist: Several people investigate independently, each with a theory",
    case="checklist",
)
@pytest.mark.rule
@pytest.mark.parametrize("name", OWED)
def test_what_is_owed_at_each_severity(name: str) -> None:
    assert [owed(severity) for severity in built_in(name).severities] == OWED[name]


CRITERIA = {
    "standard": [
        "down | data_loss | breach | revenue_over 10000 | users_over 50 & no_workaround",
        "core & no_workaround | users_over 50",
        "core | degraded & customer_visible | users_over 10",
        "degraded | customer_visible",
    ],
    "rapid": [
        "down | core & users_over 90 | data_loss | breach",
        "core | users_over 10",
        "degraded | customer_visible",
    ],
    "p-levels": [
        "down | data_loss | breach | revenue_over 10000 | core | users_over 50 & no_workaround",
        "users_over 50 | degraded & customer_visible",
        "degraded",
        "customer_visible",
    ],
    "sev4": [
        "down | data_loss | breach",
        "core | users_over 50",
        "degraded | customer_visible",
    ],
    "checklist": [
        "down | data_loss | breach | core & no_workaround",
        "core | users_over 10 | degraded & customer_visible",
        "degraded | customer_visible",
    ],
    "checklist-security": [
        "down | data_loss | breach | core & no_workaround",
        "core | users_over 10 | degraded & customer_visible",
        "degraded | customer_visible",
    ],
}


def condition(criterion: Criterion) -> str:
    values = ((key, getattr(criterion, key)) for key in criterion.__struct_fields__ if key != "says")
    return " & ".join(key if value is True else f"{key} {value:g}" for key, value in values if value)


@pytest.mark.rule(
    "Standard: Triage question: is a core function hit",
    "Standard: Triage question: is there a way around",
    "Standard: A severity is assigned, by a tool that classifies",
    case="standard",
)
@pytest.mark.rule(
    "P-levels: P0: production down: the system or a major service",
    "P-levels: P0: data lost or corrupted, or about to be",
    "P-levels: P0: a breach or a weakness being exploited",
    "P-levels: P0: over $10,000 an hour, or a critical transaction fails",
    "P-levels: P0: over 50 % of users, with no way around",
    case="p-levels",
)
@pytest.mark.rule("Checklist: Production down: page the person on call, start the channel", case="checklist")
@pytest.mark.rule
@pytest.mark.parametrize("name", CRITERIA)
def test_what_makes_an_incident_so_severe(name: str) -> None:
    rows = [" | ".join(map(condition, one.criteria)) for one in built_in(name).severities if one.criteria]
    assert rows == CRITERIA[name]


STAGES = {
    "standard": [
        "detected: detected, active, 300, → declared, → investigating, → mitigating, → closed",
        "triage: acknowledged, active, 600, → investigating, → mitigating, → closed",
        "declared: investigating, declared, active, 600, → mitigating, → resolving, → monitoring",
        "investigating: investigating, active, 1800, → resolving, → monitoring",
        "mitigating: identified, identified, active, → monitoring, → investigating",
        "resolving: identified, mitigated, active, fix, → investigating, → mitigating",
        "monitoring: monitoring, resolved, stable, → investigating, → mitigating",
        "closed: resolved, closed, over, → investigating, → monitoring",
        "postmortem: over, → closed",
    ],
    "rapid": [
        "assess: investigating, declared, active, 30, → mitigate, → closed",
        "contain: investigating, active, → assess, → diagnose",
        "mitigate: identified, identified, active, → contain, → monitor",
        "diagnose: identified, mitigated, active, → contain, → mitigate",
        "fix: identified, active, fix, → contain, → diagnose",
        "monitor: monitoring, resolved, stable, → contain, → assess",
        "closed: resolved, closed, over, → contain, → monitor",
        "postmortem: over, → closed",
    ],
    "p-levels": [
        "detect: detected, active, 300, → triage, → mitigate, → closed",
        "declare: investigating, declared, active, 300, → respond, → mitigate",
        "triage: investigating, acknowledged, active, 600, → mitigate, → closed",
        "respond: investigating, active, 600, → triage",
        "mitigate: identified, identified, active, 900, → triage, → respond, → verify",
        "investigate: identified, mitigated, active, → mitigate",
        "fix: identified, active, fix, → mitigate, → investigate",
        "verify: monitoring, resolved, stable, → mitigate, → investigate",
        "closed: resolved, closed, over, → mitigate, → verify",
        "rca: over, → closed",
    ],
    "sev4": [
        "detect: detected, active, 300, → mitigate, → closed",
        "assess: investigating, declared, active, 600, → closed",
        "mitigate: identified, identified, active, → assess, → resolve, → monitor",
        "investigate: identified, mitigated, active, → mitigate",
        "resolve: identified, active, fix, → mitigate, → investigate",
        "monitor: monitoring, resolved, stable, → mitigate, → investigate",
        "closed: resolved, closed, over, → mitigate, → monitor",
        "post-incident: over, → closed",
    ],
    "checklist": [
        "detect: detected, active, 300, → contain, → closed",
        "communicate: investigating, declared, active, 600, → diagnose, → closed",
        "contain: identified, identified, active, → communicate, → verify",
        "diagnose: identified, mitigated, active, → contain, → verify",
        "resolve: identified, active, fix, → contain, → diagnose",
        "verify: monitoring, resolved, stable, → contain, → diagnose",
        "closed: resolved, closed, over, → contain, → verify",
        "postmortem: over, → closed",
    ],
    "checklist-security": [
        "detect: detected, active, 300, → contain, → closed",
        "triage: investigating, declared, active, 900, → closed",
        "contain: identified, identified, active, → triage",
        "diagnose: identified, mitigated, active, → contain",
        "eradicate: identified, active, fix, → contain, → diagnose",
        "recover: identified, active, → contain, → eradicate",
        "verify: monitoring, resolved, stable, → contain, → eradicate",
        "closed: resolved, closed, over, → contain, → verify",
        "postmortem: over, → closed",
    ],
}


def course(stage: Stage) -> str:
    facts = (stage.status, stage.milestone, stage.phase, str(stage.limit_s or ""), "fix" if stage.fixing else "")
    return f"{stage.name}: {', '.join(filter(None, (*facts, *(f'→ {name}' for name in stage.next))))}"


@pytest.mark.rule(
    "Standard: Nine stages in order",
    "Standard: Acknowledged within 5 minutes",
    "Standard: On declaring: the status page says investigating",
    "Standard: Runbooks are used where the failure is known",
    "Standard: A hypothesis of the cause is formed",
    "Standard: Asked while investigating: since when, what changed, which systems",
    "Standard: The commander decides: enough known to mitigate, or go on looking",
    "Standard: Mitigation stops the impact and does not fix the cause",
    "Standard: Resolution fixes the cause for good",
    "Standard: Deploy the lasting fix if the mitigation was temporary",
    "Standard: Example: rollback mitigates, the corrected version resolves",
    "Standard: 30 minutes of stability before closing",
    "Standard: Watched meanwhile: four things",
    "Standard: Stable: go on to closing; unstable: back to investigation",
    "Standard: Closing is told in the channel with its time",
    "Standard: Closing sets the status page to resolved",
    "Standard: Responders are thanked",
    "Standard: The postmortem is scheduled within 48 hours",
    "Standard: The status page goes through four states",
    case="standard",
)
@pytest.mark.rule(
    "Rapid: Restore the service first, look for the cause later",
    "Rapid: The first three for speed, the last three for thoroughness",
    "Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem",
    "Rapid: 30 seconds to understand the extent",
    "Rapid: Unfamiliar code",
    case="rapid",
)
@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 5 to 15: war room, commander named, investigation begins",
    "P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence",
    "P-levels: Lifecycle: detect, declare, triage, respond, mitigate",
    case="p-levels",
)
@pytest.mark.rule(
    "Sev4: Six steps in order",
    "Sev4: 0 to 5 minutes",
    "Sev4: 5 to 15 minutes: what, who, since when, what changed",
    "Sev4: Investigate only after mitigation or in parallel",
    "Sev4: Resolve: the proper fix if it differs, tested",
    case="sev4",
)
@pytest.mark.rule(
    "Checklist: 2 Communicate",
    "Checklist: Mitigate first: rollback or feature flag",
    "Checklist: Root cause, then permanent fix",
    "Checklist: 6 Postmortem within 48 hours",
    case="checklist",
)
@pytest.mark.rule(
    "Checklist: Plan for break-ins, detection and triage",
    "Checklist: Plan, eradication: patch the cause, remove the foothold",
    "Checklist: Plan, recovery: from clean backups",
    "Checklist: Plan, lessons: blameless, better monitoring",
    case="checklist-security",
)
@pytest.mark.rule
@pytest.mark.parametrize("name", STAGES)
def test_the_course_of_the_stages(name: str) -> None:
    assert [course(stage) for stage in built_in(name).stages] == STAGES[name]


LISTS = {
    "standard": [
        "first-five-minutes: 5, 0-300, detected triage declared investigating mitigating",
        "declare: 4, 0-0, declared SEV0 SEV1",
        "all-hands: 4, 0-900, declared investigating SEV0",
        "assessment: 5, 300-900, declared investigating SEV0 SEV1",
        "containment: 4, 900-1800, investigating mitigating SEV0 SEV1",
        "ladder: 4 ordered, 0-0, mitigating",
        "fix: 6, 0-0, resolving",
        "temporary-fixes: 4, 0-0, resolving monitoring",
        "recovery: 4, 0-0, monitoring",
        "closing: 4, 0-0, monitoring",
        "after-closing: 5, 0-0, closed",
        "postmortem: 5, 0-0, closed postmortem SEV0 SEV1 SEV2",
    ],
    "rapid": [
        "first-five-minutes: 5, 0-300, assess contain mitigate",
        "incident: 7, 0-0, ",
        "ladder: 4 ordered, 0-0, mitigate",
        "diagnosis: 5, 0-0, diagnose",
        "fix: 5, 0-0, fix",
        "fix-test: 3, 0-0, fix",
        "temporary-fixes: 5, 0-0, fix monitor",
        "closing: 3, 0-0, monitor",
        "action-items: 4, 0-0, postmortem",
        "handoff: 5, 10800-0, assess contain mitigate diagnose fix monitor",
    ],
    "p-levels": [
        "minutes-0-5: 3, 0-300, detect declare triage P0",
        "minutes-5-15: 4, 300-900, declare triage respond P0",
        "minutes-15-30: 4, 900-1800, triage respond mitigate P0",
        "triage: 5, 0-0, triage",
        "war-room: 3, 0-0, declare respond P0",
        "recovery: 3, 0-0, verify",
        "within-24-hours: 2, 0-0, closed rca P0 P1",
        "rca: 8, 0-0, rca P0 P1",
    ],
    "sev4": [
        "detect: 3, 0-300, detect assess",
        "assess: 3, 300-900, assess mitigate",
        "investigate: 5, 0-0, investigate",
        "resolve: 3, 0-0, resolve",
        "closing: 3, 0-0, monitor",
        "update: 3, 0-0, ",
    ],
    "checklist": [
        "detect: 2, 0-0, detect communicate",
        "page: 2, 0-0, detect communicate SEV1",
        "notify: 2, 0-0, detect communicate SEV2",
        "communicate: 3, 0-0, communicate contain",
        "contain: 4, 0-0, contain",
        "diagnose: 5, 0-0, diagnose",
        "resolve: 3, 0-0, resolve verify",
        "postmortem: 6, 0-0, closed postmortem SEV1 SEV2",
    ],
    "checklist-security": [
        "detect: 2, 0-0, detect triage",
        "evidence: 5, 0-0, triage contain diagnose",
        "contain: 4, 0-0, contain",
        "duties: 3, 0-0, triage contain diagnose eradicate",
        "eradicate: 3, 0-0, eradicate",
        "recover: 3, 0-0, recover verify",
        "postmortem: 6, 0-0, closed postmortem SEV1 SEV2",
    ],
}
"""The checklists: items, the seconds of the incident in which they are for, stages and severities."""


@pytest.mark.rule(
    "Standard: On declaring SEV0 or SEV1: a channel named by date and topic",
    "Standard: SEV0: all hands are paged at once",
    "Standard: SEV0: war room in a video call",
    case="standard",
)
@pytest.mark.rule(
    "Rapid: Ladder: full restore, partial restore, degraded mode",
    "Rapid: A fix needs",
    "Rapid: Before deploying",
    "Rapid: Checklist of the incident in seven steps",
    "Rapid: First five minutes",
    case="rapid",
)
@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 0 to 5: triage for the cause begins",
    "P-levels: Minutes 5 to 15: extent confirmed (users, regions, services)",
    "P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence",
    "P-levels: Within 24 hours: the analysis is created and its meeting set",
    "P-levels: War room: channel, a record is kept, recording",
    case="p-levels",
)
@pytest.mark.rule(
    "Sev4: 0 to 5 minutes",
    "Sev4: 5 to 15 minutes: what, who, since when, what changed",
    "Sev4: First update: start, severity, impact, status, next update",
    "Sev4: Resolve: the proper fix if it differs, tested",
    case="sev4",
)
@pytest.mark.rule(
    "Checklist: Production down: page the person on call, start the channel",
    "Checklist: 6 Postmortem within 48 hours",
    case="checklist",
)
@pytest.mark.rule(
    "Checklist: Plan, containment: isolate systems, revoke credentials",
    "Checklist: Evidence is preserved",
    "Checklist: Plan, eradication: patch the cause, remove the foothold",
    "Checklist: Plan, recovery: from clean backups",
    case="checklist-security",
)
@pytest.mark.rule
@pytest.mark.parametrize("name", LISTS)
def test_when_a_checklist_is_for(name: str) -> None:
    rows = [
        f"{one.id}: {len(one.items)}{' ordered' if one.ordered else ''}, {one.from_s}-{one.until_s}, "
        + " ".join((*one.stages, *one.severities))
        for one in built_in(name).checklists
    ]
    assert rows == LISTS[name]


GATES = {
    "standard": [
        "closed: stable fixes milestones postmortem_owner checklist, list closing, 5 reasons, SEV0 SEV1 SEV2",
    ],
    "rapid": [
        "closed: stable fixes milestones postmortem_owner checklist, list closing, 4 reasons, SEV-1 SEV-2",
    ],
    "p-levels": [
        "closed: stable fixes milestones postmortem_owner checklist, list recovery, 4 reasons, P0 P1",
    ],
    "sev4": [
        "closed: stable fixes milestones postmortem_owner checklist, list closing, 4 reasons, SEV1 SEV2",
    ],
    "checklist": [
        "closed: stable fixes milestones postmortem_owner checklist, list resolve, 4 reasons, SEV1 SEV2",
    ],
    "checklist-security": [
        "closed: stable fixes milestones postmortem_owner checklist, list recover, 3 reasons, SEV1 SEV2",
        "eradicate: checklist, list evidence, 0 reasons, SEV1 SEV2",
    ],
}


@pytest.mark.rule(
    "Standard: Closing criteria",
    "Standard: 30 minutes of stability before closing",
    "Standard: When to close: four conditions",
    case="standard",
)
@pytest.mark.rule(
    "P-levels: Recovery: smoke tests, metrics of the last hour",
    "P-levels: Key commands: declare, update, notify customers, roll back, verify",
    case="p-levels",
)
@pytest.mark.rule("Checklist: Evidence is preserved", case="checklist-security")
@pytest.mark.rule
@pytest.mark.parametrize("name", GATES)
def test_what_the_gates_want(name: str) -> None:
    rows = [
        f"{one.stage}: {' '.join(one.needs)}, list {one.checklist}, {len(one.reasons)} reasons, "
        + " ".join(one.severities)
        for one in built_in(name).gates
    ]
    assert rows == GATES[name]


ASKED = {
    "standard": "what who since changed users core workaround symptoms monitoring tried",
    "rapid": "what symptoms who since changed users monitoring tried workaround revenue",
    "p-levels": "what who since changed revenue data_loss breach workaround",
    "sev4": "what who since changed workaround revenue",
    "checklist": "what down who since changed workaround",
    "checklist-security": "what down who since changed workaround data_loss credentials active",
}
ROLES = {
    "standard": "ic deputy scribe comms tech",
    "rapid": "ic tech comms scribe",
    "p-levels": "ic tech comms scribe",
    "sev4": "ic tech comms scribe",
    "checklist": "ic tech comms scribe",
    "checklist-security": "ic tech comms scribe evidence",
}


@pytest.mark.rule
@pytest.mark.parametrize("name", ROLES)
def test_the_order_of_roles_and_questions(name: str) -> None:
    assert " ".join(one.id for one in built_in(name).roles) == ROLES[name]
    assert " ".join(one.id for one in built_in(name).questions) == ASKED[name]


NOTICED = {
    "standard": (
        "late_declaration ic_debugging update_late no_next_promised milestone_update premature_closing no_ic "
        "missing_role span_of_control no_scribe quiet no_progress severity_rose expert_needed beyond_target "
        "stage_too_long two_changes fixing_first roll_back_first hasty_fix red_flag speculation "
        "eta_in_public fix_without_ticket no_postmortem_owner long_shift -"
    ),
    "rapid": ("fixing_first roll_back_first red_flag hasty_fix stage_too_long fix_without_ticket update_late"),
    "p-levels": "no_ic beyond_target stage_too_long update_late late_declaration no_postmortem_owner",
    "sev4": "fixing_first speculation no_next_promised update_late missing_role",
    "checklist": ("no_ic two_changes premature_closing update_late hasty_fix quiet no_postmortem_owner red_flag"),
    "checklist-security": (
        "no_ic two_changes premature_closing update_late hasty_fix quiet no_postmortem_owner red_flag"
    ),
}
"""The advice that notices each anti-pattern; - for one that a person has to see."""


@pytest.mark.rule
@pytest.mark.parametrize("name", NOTICED)
def test_the_advice_that_notices_an_anti_pattern(name: str) -> None:
    assert " ".join(one.nudge or "-" for one in built_in(name).anti_patterns) == NOTICED[name]


LADDERS = {
    "standard": "no_progress severity_rose expert_needed beyond_target -:SEV0",
    "rapid": "no_progress -:SEV-1 expert_needed",
    "p-levels": "severity_rose:P0 no_progress:P0 beyond_target:P0 -:P0 expert_needed beyond_target:P1",
    "sev4": "no_progress expert_needed severity_rose",
    "checklist": "no_progress no_progress beyond_target severity_rose:SEV1 expert_needed",
    "checklist-security": "no_progress no_progress beyond_target severity_rose:SEV1 - expert_needed",
}


@pytest.mark.rule
@pytest.mark.parametrize("name", LADDERS)
def test_the_rungs_of_escalation(name: str) -> None:
    rungs = (":".join((one.nudge or "-", *one.severities)) for one in built_in(name).escalation)
    assert " ".join(rungs) == LADDERS[name]


COUNTS = {
    "standard": (6, 9, 6, 3, 9, 7),
    "rapid": (6, 6, 6, 2, 6, 5),
    "p-levels": (5, 4, 2, 5, 4, 8),
    "sev4": (5, 9, 2, 1, 5, 2),
    "checklist": (4, 6, 4, 2, 4, 11),
    "checklist-security": (5, 6, 6, 4, 4, 11),
}
"""How many situations to contain, sources of data, red flags, contacts, mitigations and preparations there are."""


@pytest.mark.rule(
    "Checklist: A missing process shows only in an incident",
    "Checklist: Audit logs that survive, rollback possible, database snapshots",
    "Checklist: Practise: game days, table-top exercises",
    case="checklist",
)
@pytest.mark.rule
@pytest.mark.parametrize("name", COUNTS)
def test_how_many_there_are_of_each_part(name: str) -> None:
    book = built_in(name)
    parts = (book.containment, book.data_sources, book.red_flags, book.contacts, book.mitigations, book.preparedness)
    assert tuple(map(len, parts)) == COUNTS[name]


TIMES = {
    "standard": (1800, 14400, 900, 900, 7, "declared", "SEV0 SEV1"),
    "rapid": (1800, 14400, 900, 300, 7, "assess", "SEV-1 SEV-2"),
    "p-levels": (1800, 14400, 900, 300, 7, "declare", "P0"),
    "sev4": (1800, 14400, 900, 300, 7, "assess", "SEV1 SEV2"),
    "checklist": (1800, 14400, 900, 600, 7, "communicate", "SEV1 SEV2"),
    "checklist-security": (1800, 14400, 900, 600, 7, "triage", "SEV1 SEV2"),
}
"""Seconds of stability, of a shift, of silence, until the declaration; how many report to one person; the stage of the
declaration; the severities that want a postmortem."""


@pytest.mark.rule(
    "Standard: 30 minutes of stability before closing",
    "Standard: When to declare: four conditions",
    "Standard: Do not wait for certainty; it can be lowered later",
    case="standard",
)
@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: After: analysis in 48 hours, if customer-facing, optional, none",
    case="p-levels",
)
@pytest.mark.rule("Checklist: 5 Resolve: fix, and metrics back at their baseline", case="checklist")
@pytest.mark.rule
@pytest.mark.parametrize("name", TIMES)
def test_the_playbook_s_own_numbers(name: str) -> None:
    book = built_in(name)
    times = (book.stability_s, book.shift_s, book.quiet_s, book.declare_within_s, book.span_of_control)
    owing = " ".join(severity.name for severity in book.severities if needs_postmortem(severity))
    assert (*times, book.declared_stage, owing) == TIMES[name]
