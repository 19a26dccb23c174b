"""The shape of each built-in playbook: names, order, numbers and flags, as those who follow it count on them.

Its prose may be reworded and is not held here; tests/export/test_playbookview.py holds that all of it is shown.
"""

from collections.abc import Iterable, Iterator
from textwrap import fill

import pytest

from console.core.playbook.model import Criterion, Playbook, Severity, Stage, needs_postmortem
from tests.core.story import built_in


def shape(book: Playbook) -> str:
    lines = (fill(line, 110, subsequent_indent="    ", break_on_hyphens=False) for line in outline(book))
    return "\n".join(lines)


def outline(book: Playbook) -> Iterator[str]:
    """A line for each part. At a severity: seconds to an answer, updates by audience, notices, roles (@)."""
    yield f"stable after {book.stability_s}, shift {book.shift_s}, quiet {book.quiet_s}, span {book.span_of_control}"
    yield f"declared within {book.declare_within_s}, in {book.declared_stage}"
    yield f"postmortem: {words(severity.name for severity in book.severities if needs_postmortem(severity))}"
    for severity in book.severities:
        yield owed(severity)
        if severity.criteria:
            yield f"  when {' | '.join(map(condition, severity.criteria))}"
    yield from (f"stage {course(stage)}" for stage in book.stages)
    for listed in book.checklists:
        count = f"{len(listed.items)}{' ordered' if listed.ordered else ''}"
        window = f"{listed.from_s}-{listed.until_s}"
        yield f"list {listed.id}: {count}, {window}, {words((*listed.stages, *listed.severities))}"
    for gate in book.gates:
        yield (
            f"gate {gate.stage}: {words(gate.needs)}, list {gate.checklist}, {len(gate.reasons)} reasons, "
            + words(gate.severities)
        )
    yield f"roles: {words(role.id for role in book.roles)}"
    yield f"asks: {words(question.id for question in book.questions)}"
    # - for what a person has to see.
    yield f"notices: {words(pattern.nudge or '-' for pattern in book.anti_patterns)}"
    yield f"escalates: {words(':'.join((one.nudge or '-', *one.severities)) for one in book.escalation)}"
    parts = ("containment", "data_sources", "red_flags", "contacts", "mitigations", "preparedness")
    yield ", ".join(f"{len(getattr(book, part))} {part}" for part in parts)


def words(texts: Iterable[str]) -> str:
    return " ".join(texts)


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
    facts = [*filter(None, flags), *(f"{key} {value}" for key, value in figures.items() if value is not None)]
    return f"{' = '.join((severity.name, *severity.aliases))}: {', '.join(facts)}"


def condition(criterion: Criterion) -> str:
    values = ((key, getattr(criterion, key)) for key in criterion.__struct_fields__ if key != "says")
    return " & ".join(key if value is True else f"{key} {value:g}" for key, value in values if value)


def course(stage: Stage) -> str:
    facts = (stage.status, stage.milestone, stage.phase, str(stage.limit_s or ""), "fix" if stage.fixing else "")
    return f"{stage.name}: {', '.join(filter(None, (*facts, *(f'→ {name}' for name in stage.next))))}"


SHAPES = {
    "standard": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 900, in declared
postmortem: SEV0 SEV1
SEV0: urgent, answer 0, acknowledge 300, resolve 14400, internal 900, public 900, public first 900, executives
    900, escalate 1800, postmortem 86400, customers 86400, @ic 0, @comms 300, @scribe 300
  when down | data_loss | breach | revenue_over 10000 | users_over 50 & no_workaround
SEV1: urgent, acknowledge 300, resolve 86400, internal 1800, public 1800, public first 900, escalate 1800,
    postmortem 172800, customers 86400, @ic 0, @comms 900, @scribe 900
  when core & no_workaround | users_over 50
SEV2: milestones, optional, acknowledge 300, escalate 1800
  when core | degraded & customer_visible | users_over 10
SEV3: none
  when degraded | customer_visible
SEV4: none
stage detected: detected, active, 300, → declared, → investigating, → mitigating, → closed
stage triage: acknowledged, active, 600, → investigating, → mitigating, → closed
stage declared: investigating, declared, active, 600, → mitigating, → resolving, → monitoring
stage investigating: investigating, active, 1800, → resolving, → monitoring
stage mitigating: identified, identified, active, → monitoring, → investigating
stage resolving: identified, mitigated, active, fix, → investigating, → mitigating
stage monitoring: monitoring, resolved, stable, → investigating, → mitigating
stage closed: resolved, closed, over, → investigating, → monitoring
stage postmortem: over, → closed
list first-five-minutes: 5, 0-300, detected triage declared investigating mitigating
list declare: 4, 0-0, declared SEV0 SEV1
list all-hands: 4, 0-900, declared investigating SEV0
list assessment: 5, 300-900, declared investigating SEV0 SEV1
list containment: 4, 900-1800, investigating mitigating SEV0 SEV1
list ladder: 4 ordered, 0-0, mitigating
list fix: 6, 0-0, resolving
list temporary-fixes: 4, 0-0, resolving monitoring
list recovery: 4, 0-0, monitoring
list closing: 4, 0-0, monitoring
list after-closing: 5, 0-0, closed
list postmortem: 5, 0-0, closed postmortem SEV0 SEV1 SEV2
gate closed: stable fixes milestones postmortem_owner checklist, list closing, 5 reasons, SEV0 SEV1 SEV2
roles: ic deputy scribe comms tech
asks: what who since changed users core workaround symptoms monitoring tried
notices: late_declaration ic_debugging update_late no_next_promised milestone_update premature_closing no_ic
    missing_role span_of_control no_scribe quiet no_progress severity_rose expert_needed beyond_target
    stage_too_long two_changes fixing_first roll_back_first hasty_fix red_flag speculation eta_in_public
    fix_without_ticket no_postmortem_owner long_shift -
escalates: no_progress severity_rose expert_needed beyond_target -:SEV0
6 containment, 9 data_sources, 6 red_flags, 3 contacts, 9 mitigations, 7 preparedness""",
    "rapid": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 300, in assess
postmortem: SEV-1 SEV-2
SEV-1: urgent, answer 0, internal 1800, public 1800, escalate 1800, postmortem 172800, @ic 0, @scribe 900
  when down | core & users_over 90 | data_loss | breach
SEV-2: urgent, answer 3600, internal 1800, public 1800, escalate 1800, postmortem 172800, @ic 0
  when core | users_over 10
SEV-3: milestones, optional, answer 14400
  when degraded | customer_visible
SEV-4: none, answer 86400
stage assess: investigating, declared, active, 30, → mitigate, → closed
stage contain: investigating, active, → assess, → diagnose
stage mitigate: identified, identified, active, → contain, → monitor
stage diagnose: identified, mitigated, active, → contain, → mitigate
stage fix: identified, active, fix, → contain, → diagnose
stage monitor: monitoring, resolved, stable, → contain, → assess
stage closed: resolved, closed, over, → contain, → monitor
stage postmortem: over, → closed
list first-five-minutes: 5, 0-300, assess contain mitigate
list incident: 7, 0-0,
list ladder: 4 ordered, 0-0, mitigate
list diagnosis: 5, 0-0, diagnose
list fix: 5, 0-0, fix
list fix-test: 3, 0-0, fix
list temporary-fixes: 5, 0-0, fix monitor
list closing: 3, 0-0, monitor
list action-items: 4, 0-0, postmortem
list handoff: 5, 10800-0, assess contain mitigate diagnose fix monitor
gate closed: stable fixes milestones postmortem_owner checklist, list closing, 4 reasons, SEV-1 SEV-2
roles: ic tech comms scribe
asks: what symptoms who since changed users monitoring tried workaround revenue
notices: fixing_first roll_back_first red_flag hasty_fix stage_too_long fix_without_ticket update_late
escalates: no_progress -:SEV-1 expert_needed
6 containment, 6 data_sources, 6 red_flags, 2 contacts, 6 mitigations, 5 preparedness""",
    "p-levels": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 300, in declare
postmortem: P0
P0: urgent, required, answer 900, acknowledge 300, resolve 14400, internal 1800, public 1800, public first
    1800, executives 1800, escalate 1800, postmortem 172800, @ic 900, @comms 1800, @scribe 1800
  when down | data_loss | breach | revenue_over 10000 | core | users_over 50 & no_workaround
P1: urgent, milestones, if_customer_facing, answer 14400, resolve 86400, postmortem 172800
  when users_over 50 | degraded & customer_visible
P2: optional, answer 172800, resolve 1209600
  when degraded
P3: none, answer 604800
  when customer_visible
P4: none
stage detect: detected, active, 300, → triage, → mitigate, → closed
stage declare: investigating, declared, active, 300, → respond, → mitigate
stage triage: investigating, acknowledged, active, 600, → mitigate, → closed
stage respond: investigating, active, 600, → triage
stage mitigate: identified, identified, active, 900, → triage, → respond, → verify
stage investigate: identified, mitigated, active, → mitigate
stage fix: identified, active, fix, → mitigate, → investigate
stage verify: monitoring, resolved, stable, → mitigate, → investigate
stage closed: resolved, closed, over, → mitigate, → verify
stage rca: over, → closed
list minutes-0-5: 3, 0-300, detect declare triage P0
list minutes-5-15: 4, 300-900, declare triage respond P0
list minutes-15-30: 4, 900-1800, triage respond mitigate P0
list triage: 5, 0-0, triage
list war-room: 3, 0-0, declare respond P0
list recovery: 3, 0-0, verify
list within-24-hours: 2, 0-0, closed rca P0 P1
list rca: 8, 0-0, rca P0 P1
gate closed: stable fixes milestones postmortem_owner checklist, list recovery, 4 reasons, P0 P1
roles: ic tech comms scribe
asks: what who since changed revenue data_loss breach workaround
notices: no_ic beyond_target stage_too_long update_late late_declaration no_postmortem_owner
escalates: severity_rose:P0 no_progress:P0 beyond_target:P0 -:P0 expert_needed beyond_target:P1
5 containment, 4 data_sources, 2 red_flags, 5 contacts, 4 mitigations, 8 preparedness""",
    "sev4": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 300, in assess
postmortem: SEV1 SEV2
SEV1: urgent, answer 0, acknowledge 300, internal 900, public 900, escalate 1800, postmortem 86400, @ic 0,
    @tech 300, @comms 900, @scribe 900
  when down | data_loss | breach
SEV2: urgent, answer 900, acknowledge 300, internal 1800, public 1800, escalate 1800, postmortem 172800, @ic
    300, @tech 900, @comms 900, @scribe 900
  when core | users_over 50
SEV3: milestones, optional, answer 3600
  when degraded | customer_visible
SEV4: none, answer 86400
stage detect: detected, active, 300, → mitigate, → closed
stage assess: investigating, declared, active, 600, → closed
stage mitigate: identified, identified, active, → assess, → resolve, → monitor
stage investigate: identified, mitigated, active, → mitigate
stage resolve: identified, active, fix, → mitigate, → investigate
stage monitor: monitoring, resolved, stable, → mitigate, → investigate
stage closed: resolved, closed, over, → mitigate, → monitor
stage post-incident: over, → closed
list detect: 3, 0-300, detect assess
list assess: 3, 300-900, assess mitigate
list investigate: 5, 0-0, investigate
list resolve: 3, 0-0, resolve
list closing: 3, 0-0, monitor
list update: 3, 0-0,
gate closed: stable fixes milestones postmortem_owner checklist, list closing, 4 reasons, SEV1 SEV2
roles: ic tech comms scribe
asks: what who since changed workaround revenue
notices: fixing_first speculation no_next_promised update_late missing_role
escalates: no_progress expert_needed severity_rose
5 containment, 9 data_sources, 2 red_flags, 1 contacts, 5 mitigations, 2 preparedness""",
    "checklist": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 600, in communicate
postmortem: SEV1 SEV2
SEV1 = P1: urgent, answer 0, acknowledge 300, resolve 14400, internal 1800, public 1800, public first 900,
    escalate 1800, postmortem 172800, @ic 0, @comms 900, @scribe 900
  when down | data_loss | breach | core & no_workaround
SEV2 = P2: urgent, answer 900, acknowledge 300, resolve 86400, internal 3600, public 3600, public first 1800,
    escalate 1800, postmortem 172800, @ic 900
  when core | users_over 10 | degraded & customer_visible
SEV3: milestones, optional, answer 14400
  when degraded | customer_visible
SEV4: none, answer 86400
stage detect: detected, active, 300, → contain, → closed
stage communicate: investigating, declared, active, 600, → diagnose, → closed
stage contain: identified, identified, active, → communicate, → verify
stage diagnose: identified, mitigated, active, → contain, → verify
stage resolve: identified, active, fix, → contain, → diagnose
stage verify: monitoring, resolved, stable, → contain, → diagnose
stage closed: resolved, closed, over, → contain, → verify
stage postmortem: over, → closed
list detect: 2, 0-0, detect communicate
list page: 2, 0-0, detect communicate SEV1
list notify: 2, 0-0, detect communicate SEV2
list communicate: 3, 0-0, communicate contain
list contain: 4, 0-0, contain
list diagnose: 5, 0-0, diagnose
list resolve: 3, 0-0, resolve verify
list postmortem: 6, 0-0, closed postmortem SEV1 SEV2
gate closed: stable fixes milestones postmortem_owner checklist, list resolve, 4 reasons, SEV1 SEV2
roles: ic tech comms scribe
asks: what down who since changed workaround
notices: no_ic two_changes premature_closing update_late hasty_fix quiet no_postmortem_owner red_flag
escalates: no_progress no_progress beyond_target severity_rose:SEV1 expert_needed
4 containment, 6 data_sources, 4 red_flags, 2 contacts, 4 mitigations, 11 preparedness""",
    "checklist-security": """\
stable after 1800, shift 14400, quiet 900, span 7
declared within 600, in triage
postmortem: SEV1 SEV2
SEV1 = P1: urgent, answer 0, acknowledge 300, resolve 14400, internal 1800, public 0, executives 1800,
    escalate 1800, postmortem 172800, @ic 0, @comms 900, @scribe 900, @evidence 900
  when down | data_loss | breach | core & no_workaround
SEV2 = P2: urgent, answer 900, acknowledge 300, resolve 86400, internal 3600, public 0, escalate 1800,
    postmortem 172800, @ic 900, @evidence 1800
  when core | users_over 10 | degraded & customer_visible
SEV3: milestones, optional, answer 14400
  when degraded | customer_visible
SEV4: none, answer 86400
stage detect: detected, active, 300, → contain, → closed
stage triage: investigating, declared, active, 900, → closed
stage contain: identified, identified, active, → triage
stage diagnose: identified, mitigated, active, → contain
stage eradicate: identified, active, fix, → contain, → diagnose
stage recover: identified, active, → contain, → eradicate
stage verify: monitoring, resolved, stable, → contain, → eradicate
stage closed: resolved, closed, over, → contain, → verify
stage postmortem: over, → closed
list detect: 2, 0-0, detect triage
list evidence: 5, 0-0, triage contain diagnose
list contain: 4, 0-0, contain
list duties: 3, 0-0, triage contain diagnose eradicate
list eradicate: 3, 0-0, eradicate
list recover: 3, 0-0, recover verify
list postmortem: 6, 0-0, closed postmortem SEV1 SEV2
gate closed: stable fixes milestones postmortem_owner checklist, list recover, 3 reasons, SEV1 SEV2
gate eradicate: checklist, list evidence, 0 reasons, SEV1 SEV2
roles: ic tech comms scribe evidence
asks: what down who since changed workaround data_loss credentials active
notices: no_ic two_changes premature_closing update_late hasty_fix quiet no_postmortem_owner red_flag
escalates: no_progress no_progress beyond_target severity_rose:SEV1 - expert_needed
5 containment, 6 data_sources, 6 red_flags, 4 contacts, 4 mitigations, 11 preparedness""",
}


@pytest.mark.rule(
    "Standard: Nine stages in order",
    "Standard: Acknowledged within 5 minutes",
    "Standard: Triage question: is a core function affected",
    "Standard: Triage question: is there a workaround",
    "Standard: A severity is assigned, by a tool that classifies",
    "Standard: SEV0 to SEV3",
    "Standard: On declaring SEV0 or SEV1: a channel named by date and topic",
    "Standard: On declaring: an incident commander is assigned",
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
    "Standard: Closing criteria",
    "Standard: The postmortem is there within 48 hours of resolution",
    "Standard: When to declare: four conditions",
    "Standard: Do not wait for certainty; it can be lowered later",
    "Standard: Escalate after 30 minutes without progress",
    "Standard: Escalate when the severity rises",
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: Escalate when it lasts longer than expected",
    "Standard: When to close: four conditions",
    "Standard: SEV0: all hands are paged at once",
    "Standard: SEV0: commander, communications lead and scribe",
    "Standard: SEV0: war room in a video call",
    "Standard: SEV0: executives within 15 minutes",
    "Standard: SEV0: updates every 15 minutes",
    "Standard: SEV0: postmortem within 24 hours",
    "Standard: SEV2: one responder, alerted; no commander needed",
    "Standard: SEV2: the fix goes the usual way",
    "Standard: SEV2: postmortem optional, recommended for a new kind of failure",
    "Standard: SEV3: a ticket and no alert",
    "Standard: Cadence: SEV0 15 min, SEV1 30 min",
    "Standard: Cadence: SEV2 at milestones",
    "Standard: The status page goes through four states",
    "Standard: Customers are written to within 24 hours after SEV0 and SEV1",
    case="standard",
)
@pytest.mark.rule(
    "Rapid: Restore the service first, look for the cause later",
    "Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem",
    "Rapid: The first three for speed, the last three for thoroughness",
    "Rapid: 30 seconds to understand the extent",
    "Rapid: SEV-1: complete outage, a core function for all users",
    "Rapid: Ladder: full restore, partial restore, degraded mode",
    "Rapid: A fix needs",
    "Rapid: Before deploying",
    "Rapid: Internal update",
    "Rapid: Unfamiliar code",
    "Rapid: Checklist of the incident in seven steps",
    "Rapid: Response: SEV-1 at once, SEV-2 under 1 hour",
    "Rapid: First five minutes",
    case="rapid",
)
@pytest.mark.rule(
    "P-levels: P0: production down: the system or a major service",
    "P-levels: P0: data lost or corrupted, or about to be",
    "P-levels: P0: a breach or a weakness being exploited",
    "P-levels: P0: over $10,000 an hour, or a critical transaction fails",
    "P-levels: P0: over 50 % of users, without a workaround",
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 0 to 5: triage for the cause begins",
    "P-levels: Minutes 5 to 15: extent confirmed (users, regions, services)",
    "P-levels: Minutes 5 to 15: war room, commander named, investigation begins",
    "P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence",
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
    "P-levels: P3: response 1 week, best effort",
    "P-levels: P4: best effort, if convenient",
    "P-levels: Who is told at each priority",
    "P-levels: After: analysis in 48 hours, if customer-facing, optional, none",
    "P-levels: Commander: one point of decision, directs people",
    "P-levels: Lifecycle: detect, declare, triage, respond, mitigate",
    "P-levels: Within 24 hours: the analysis is created and its meeting set",
    "P-levels: War room: channel, a record is kept, recording",
    "P-levels: Recovery: smoke tests, metrics of the last hour",
    "P-levels: Key commands: declare, update, notify customers, roll back, verify",
    case="p-levels",
)
@pytest.mark.rule(
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
    "Sev4: SEV4: minimal, next business day (cosmetic)",
    "Sev4: Six steps in order",
    "Sev4: 0 to 5 minutes",
    "Sev4: 5 to 15 minutes: what, who, since when, what changed",
    "Sev4: First update: start, severity, impact, status, next update",
    "Sev4: Investigate only after mitigation or in parallel",
    "Sev4: Resolve: the proper fix if it differs, tested",
    "Sev4: Postmortem within 24 to 48 hours",
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Update every 15 to 30 minutes",
    case="sev4",
)
@pytest.mark.rule(
    "Checklist: Production down: page the person on call, start the channel",
    "Checklist: Degraded, with significant impact on users",
    "Checklist: Mitigate first: rollback or feature flag",
    "Checklist: Root cause, then permanent fix",
    "Checklist: 2 Communicate",
    "Checklist: 5 Resolve: fix, and metrics back at their baseline",
    "Checklist: 6 Postmortem within 48 hours",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    "Checklist: Several people investigate independently, each with a theory",
    "Checklist: Severities with targets, on-call rotation, war rooms",
    "Checklist: A missing process shows only in an incident",
    "Checklist: Audit logs that survive, rollback possible, database snapshots",
    "Checklist: Practise: game days, table-top exercises",
    case="checklist",
)
@pytest.mark.rule(
    "Checklist: Plan for break-ins, detection and triage",
    "Checklist: Plan, containment: isolate systems, revoke credentials",
    "Checklist: Plan, eradication: patch the cause, remove the foothold",
    "Checklist: Plan, recovery: from clean backups",
    "Checklist: Plan, lessons: blameless, better monitoring",
    "Checklist: Evidence is preserved",
    case="checklist-security",
)
@pytest.mark.rule
@pytest.mark.parametrize("name", SHAPES)
def test_the_shape_of_a_playbook(name: str) -> None:
    assert shape(built_in(name)) == SHAPES[name]
