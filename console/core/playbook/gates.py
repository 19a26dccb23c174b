"""Gates: what must hold before an incident enters a stage. Each may be overridden with a reason, which is kept."""

from datetime import datetime, timedelta

import msgspec

from console.core.language.text import first_of, listed, one_line
from console.core.language.times import format_length
from console.core.log.clocks import open_clocks
from console.core.log.milestones import milestone_faults
from console.core.log.state import Incident
from console.core.playbook.model import Gate, Playbook
from console.core.subjects.change import changes_in_flight
from console.core.subjects.checklist import missing_items
from console.core.subjects.fix import open_fixes
from console.core.subjects.link import linked
from console.core.subjects.postmortem import postmortem_of, wants_postmortem

MAX_ALSO_CHARS = 60
"""Of each thing that is missing besides the first; all of them stand whole in the form of the stages."""


class Missing(msgspec.Struct, frozen=True):
    """One thing that a gate still wants. `what` is a sentence without its stop, `way` how it comes to hold."""

    need: str
    """way (the playbook does not lead there), change (one is in flight), stable, fixes, milestones, postmortem_owner or
    checklist."""
    what: str
    way: str
    reasons: tuple[str, ...] = ()
    """The only reasons for which it may be overridden; empty: any."""
    record: str = ""
    """`what` as the log keeps it: whole, but without what people wrote: a copy would outlive their erasure."""

    @property
    def kept(self) -> str:
        return self.record or self.what

    @property
    def sentence(self) -> str:
        return f"{self.what}; {self.way}"


def missing(state: Incident, stage: str, now: datetime) -> tuple[Missing, ...]:
    """Everything that stands in the way of entering `stage`; empty when the way is free."""
    book = state.playbook
    here, there = (book.stage(state.stage.value), book.stage(stage)) if book else (None, None)
    if book is None or here is None or there is None:
        return ()
    wants: list[Missing] = []
    if there.phase == "over" and here.phase != "over" and linked(state, "duplicate_of"):
        # The other incident goes the whole way.
        return tuple(filter(None, [_changes(state)]))
    after = book.after(here.name)
    if there.name not in here.next and (after is None or after.name != there.name):
        ways = [state.stage_title(name) for name in (*([after.name] if after else []), *here.next)]
        path = f"From {here.title} the playbook goes to {listed(ways, 'or') or 'no other stage'}"
        wants.append(Missing("way", path, "go there first"))
    if here.phase != "over" or there.phase != "over":
        # A jump past the gate's own stage meets the same gate: it must not be an easier way to close.
        needs = [_CHECKS[need](state, gate, now) for gate in _gates(book, state, stage) for need in gate.needs]
        wants += filter(None, needs)
    if here.phase != "over" and there.phase == "over":
        # In every playbook: whoever closes with production half changed leaves nobody to end it.
        wants += filter(None, [_changes(state)])
    return tuple(wants)


def accepted_reasons(state: Incident, stage: str, now: datetime) -> tuple[str, ...]:
    """The only reasons that override what is missing for `stage`; empty where nothing is, or any reason counts."""
    return next((want.reasons for want in missing(state, stage, now) if want.reasons), ())


def gate(state: Incident, stage: str, now: datetime) -> str:
    """The conditions in the way of entering `stage`, as a sentence that names the way round them; empty without any."""
    wants = missing(state, stage, now)
    if not wants:
        return ""
    allowed = accepted_reasons(state, stage, now)
    reason = f"one of these reasons: {', '.join(allowed)}" if allowed else "a reason"
    first, *others = wants
    also = (one_line(want.what[0].lower() + want.what[1:], MAX_ALSO_CHARS) for want in others)
    more = f" Also: {'; '.join(also)}." if others else ""
    return f"{first.what}; {first.way}, or override with {reason}.{more}"


def _gates(book: Playbook, state: Incident, stage: str) -> list[Gate]:
    """The playbook's gates of a stage; one that only asks for stability, where it has none of its own for closing."""
    there = book.stage(stage)
    if not book.gates and there is not None and there.phase == "over" and book.stability_s:
        return [Gate(stage, ("stable",))]
    gates = [gate for gate in book.gates if gate.stage == stage]
    return [gate for gate in gates if not gate.severities or state.severity.value in gate.severities]


def _stable(state: Incident, gate: Gate, now: datetime) -> Missing | None:
    book, rule = state.playbook, state.severity_rule
    if book is None or state.retrospective or not book.stability_s:
        return None
    stability = next((clock for clock in open_clocks(state, now) if clock.kind == "stability"), None)
    if stability is None and state.phase == "active" and rule and rule.escalate_s:
        watch = next((stage.name for stage in book.stages if stage.phase == "stable"), "monitoring")
        return Missing("stable", "It has not been watched for stability yet", f"go to {watch} first", gate.reasons)
    if stability is not None and stability.state == "running":
        # Up to the next minute, so that it is met when that has passed.
        left = timedelta(minutes=-((now - stability.due_at) // timedelta(minutes=1)))
        return Missing("stable", f"It must be stable for {format_length(left)} more", "wait", gate.reasons)
    return None


def _changes(state: Incident) -> Missing | None:
    changes = [] if state.retrospective else changes_in_flight(state)
    if not changes:
        return None
    names = ", ".join(f"“{one_line(change.text, 40)}” ({one_line(change.by, 30)})" for change in changes[:3])
    count = "A production change is" if len(changes) == 1 else f"{len(changes)} production changes are"
    return Missing("change", f"{count} in flight: {names}", "end with /changed", record=f"{count} in flight")


def _fixes(state: Incident, gate: Gate, now: datetime) -> Missing | None:
    fixes = open_fixes(state)
    if not fixes:
        return None
    names = ", ".join(f"“{one_line(fix.text, 40)}”" for fix in fixes[:3])
    count = "A temporary fix is" if len(fixes) == 1 else f"{len(fixes)} temporary fixes are"
    return Missing("fixes", f"{count} still in place: {names}", "remove with /done", record=f"{count} still in place")


def _milestones(state: Incident, gate: Gate, now: datetime) -> Missing | None:
    faults = milestone_faults(state)
    if not faults:
        return None
    return Missing("milestones", f"Milestones: {', '.join(faults)}", "set with /milestone NAME TIME")


def _owner(state: Incident, gate: Gate, now: datetime) -> Missing | None:
    if postmortem_of(state).owner.value or not wants_postmortem(state):
        return None
    return Missing("postmortem_owner", "Nobody owns the postmortem", "give it with /postmortem owner NAME")


def _checklist(state: Incident, gate: Gate, now: datetime) -> Missing | None:
    book = state.playbook
    listed = book.checklist(gate.checklist) if book else None
    left = missing_items(state, gate.checklist, now)
    if listed is None or not left:
        return None
    if listed.severities and state.severity.value not in listed.severities:
        return None
    names = first_of([one_line(item.text, 40) for item in left], 3, "; ")
    title = f"Not checked off in “{listed.title}”"
    record = f"{title}: {'; '.join(item.text for item in left)}"
    return Missing("checklist", f"{title}: {names}", "check it off", record=record)


_CHECKS = {
    "stable": _stable,
    "fixes": _fixes,
    "milestones": _milestones,
    "postmortem_owner": _owner,
    "checklist": _checklist,
}
