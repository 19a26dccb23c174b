"""A playbook to be read: as JSON for scripts, and as rows in sections for people.

The JSON has the keys of the file, all of them, whether the file has them or not; docs/playbooks.md describes each.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
from msgspec.structs import asdict

from console.core.language.times import format_length
from console.core.playbook.model import AUDIENCES, Criterion, Part, Playbook, Severity, Stage, needs_postmortem
from console.core.playbook.runbook import Runbook

_MAY_BE_AT_ONCE = "response_s"
"""The one time whose 0 is a target, "at once"; 0 of any other means that nothing is owed, and becomes null."""

_NONE_WHEN_EMPTY = ("status", "milestone")


def playbook_json(playbook: Playbook) -> dict[str, Any]:
    """Every key of the playbook. Times that end in `_s` are seconds, or null where nothing is owed.

    A severity has besides `roles_required` (the ids), and in `update_s` each audience.
    """
    view: dict[str, Any] = _part(playbook)
    for severity in view["severities"]:
        severity["update_s"] = {audience: severity["update_s"].get(audience) or None for audience in AUDIENCES}
        severity["roles_required"] = list(severity["roles"])
    return view


def runbook_json(runbook: Runbook) -> dict[str, Any]:
    steps = [{**asdict(step), "command": step.command or None, "group": step.group or None} for step in runbook.steps]
    return {key: getattr(runbook, key) for key in ("name", "title", "about", "words")} | {"steps": steps}


def _part(value: Any) -> Any:
    if isinstance(value, Part):
        return {key: _value(key, getattr(value, key)) for key in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_part(item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def _value(key: str, value: Any) -> Any:
    none = value == 0 and key.endswith("_s") and key != _MAY_BE_AT_ONCE
    return None if none or (value == "" and key in _NONE_WHEN_EMPTY) else _part(value)


# For people


class Row(msgspec.Struct, frozen=True):
    head: str
    """The left column; empty below the first of several rows of a thing."""
    text: str


class Section(msgspec.Struct, frozen=True):
    id: str
    """The part's key in the file."""
    title: str
    rows: tuple[Row, ...]


def outline(playbook: Playbook) -> list[Section]:
    """The whole playbook in sections, those that are empty left out."""
    sections = (Section(id, title, tuple(rows(playbook))) for id, title, rows in _SECTIONS)
    return [section for section in sections if section.rows]


def seconds_words(seconds: int | None) -> str:
    """A target for a person: `at once`, `15m`, `none`."""
    if seconds is None:
        return "none"
    return format_length(timedelta(seconds=seconds)) if seconds else "at once"


def _about(book: Playbook) -> Iterator[Row]:
    for head, text in (
        ("about", book.description),
        ("principle", book.principle),
        ("variant of", book.variant_of),
        ("channel", book.channel),
        ("first status", book.first_status),
        ("escalate to", book.escalate_to),
    ):
        if text:
            yield Row(head, text)
    for head, seconds, text in (
        ("stable", book.stability_s, "before it may be closed"),
        ("shift", book.shift_s, "in command at most"),
        ("quiet", book.quiet_s, "without an entry is too long"),
        ("declare", book.declare_within_s, "after it was seen at the latest"),
    ):
        if seconds:
            yield Row(head, f"{seconds_words(seconds)} {text}")
    if book.span_of_control:
        yield Row("span", f"{book.span_of_control} people report to one at most")
    if book.roll_back_first:
        yield Row("roll back", "a recent deploy and new symptoms: roll back first, ask later")


def _severities(book: Playbook) -> Iterator[Row]:
    for severity in book.severities:
        also = f" (also {', '.join(severity.aliases)})" if severity.aliases else ""
        yield Row(severity.name, f"{severity.meaning}{also}")
        yield from (Row("", text) for text in _severity(book, severity) if text)


def _severity(book: Playbook, severity: Severity) -> Iterator[str]:
    if severity.example:
        yield f"Example: {severity.example}"
    yield _joined(
        _target("response", severity.response_s, severity.response),
        _target("acknowledged", severity.acknowledge_s or None, ""),
        _target("resolved", severity.resolution_s or None, severity.resolution),
    )
    yield _joined(severity.who, severity.alert, severity.plan)
    due = ((audience, seconds) for audience, seconds in severity.update_s.items() if seconds)
    cadences = [f"{audience} every {seconds_words(seconds)}" for audience, seconds in due]
    if severity.update_at_milestones:
        cadences.append("when the stage changes")
    firsts = (("first public post in", severity.first_public_s), ("executives in", severity.executive_notice_s))
    cadences += [f"{promise} {seconds_words(seconds)}" for promise, seconds in firsts if seconds]
    yield f"Updates: {', '.join(cadences)}" if cadences else ""
    yield f"Told: {severity.tell}" if severity.tell else ""
    roles = [f"{_short(book, role)} {seconds_words(seconds)}" for role, seconds in severity.roles.items()]
    yield f"Roles: {', '.join(roles)}" if roles else "Roles: none required"
    yield f"Roll call: everybody heard every {seconds_words(severity.roll_call_s)}" if severity.roll_call_s else ""
    yield f"Escalate after {seconds_words(severity.escalate_s)} without progress" if severity.escalate_s else ""
    yield f"Afterwards: {_afterwards(severity)}"
    for text in severity.workflow:
        yield f"· {text}"
    for criterion in severity.criteria:
        yield f"if {_condition(criterion)}: {criterion.says}"


def _target(what: str, seconds: int | None, words: str) -> str:
    """A target in words, with its figure where the words alone may not have it; empty where there is none."""
    if words:
        return f"{what}: {words} ({seconds_words(seconds)})" if seconds else f"{what}: {words}"
    return "" if seconds is None else f"{what}: {seconds_words(seconds)}"


def _afterwards(severity: Severity) -> str:
    words = {"if_customer_facing": "postmortem if customers saw it", "optional": "postmortem optional"}
    verdict = words.get(severity.review, "postmortem" if needs_postmortem(severity) else "no postmortem")
    within = f" in {seconds_words(severity.postmortem_s)}" if severity.postmortem_s else ""
    message_s = severity.customer_message_s
    message = f", message to customers in {seconds_words(message_s)}" if message_s else ""
    return f"{verdict}{within}{message}"


def _condition(criterion: Criterion) -> str:
    words = {
        "down": "down", "core": "a core function", "degraded": "degraded", "data_loss": "data loss",
        "breach": "breach", "customer_visible": "customers see it", "no_workaround": "no workaround",
    }  # fmt: skip
    conditions = [text for key, text in words.items() if getattr(criterion, key)]
    if criterion.users_over:
        conditions.append(f"over {criterion.users_over:g} % of users")
    if criterion.revenue_over:
        conditions.append(f"over ${criterion.revenue_over:,.0f} an hour")
    return " and ".join(conditions)


def _stages(book: Playbook) -> Iterator[Row]:
    for place, stage in enumerate(book.stages, 1):
        yield Row(f"{place} {stage.name}", stage.title)
        yield from (Row("", text) for text in _stage(book, stage) if text)


def _stage(book: Playbook, stage: Stage) -> Iterator[str]:
    yield f"Goal: {stage.goal}" if stage.goal else ""
    after = book.after(stage.name)
    ways = [*([after.name] if after else []), *stage.next]
    yield _joined(
        "incidents start here" if stage.name == book.declared_stage else "",
        f"status page: {stage.status}" if stage.status else "",
        f"sets the milestone {stage.milestone}" if stage.milestone else "",
        f"{seconds_words(stage.limit_s)} at most" if stage.limit_s else "",
        "the lasting fix is made here" if stage.fixing else "",
        f"then {' or '.join(ways)}" if ways else "",
    )
    for question in stage.questions:
        yield f"? {question}"
    yield f"Said: {stage.announce}" if stage.announce else ""


def _gates(book: Playbook) -> Iterator[Row]:
    for gate in book.gates:
        checklist = f"the list “{gate.checklist}”"
        needs = [checklist if need == "checklist" else need.replace("_", " ") for need in gate.needs]
        where = f" ({', '.join(gate.severities)})" if gate.severities else ""
        yield Row(gate.stage, f"needs {', '.join(needs)}{where}")
        for reason in gate.reasons:
            yield Row("", f"override reason: {reason}")


def _checklists(book: Playbook) -> Iterator[Row]:
    for checklist in book.checklists:
        when = _joined(
            ", ".join(checklist.stages),
            ", ".join(checklist.severities),
            f"from {seconds_words(checklist.from_s)}" if checklist.from_s else "",
            f"until {seconds_words(checklist.until_s)}" if checklist.until_s else "",
            "the first that works is enough" if checklist.ordered else "",
        )
        yield Row(checklist.id, f"{checklist.title}{f'  [{when}]' if when else ''}")
        for item in checklist.items:
            yield Row("", f"☐ {item}")


def _listed(part: str) -> Callable[[Playbook], Iterator[Row]]:
    def rows(book: Playbook) -> Iterator[Row]:
        yield from (Row("", f"· {text}") for text in getattr(book, part))

    return rows


def _rows(part: str, head: str, *texts: str) -> Callable[[Playbook], Iterator[Row]]:
    """A row for each entry of a part: the head's field, then the others, each behind what stands before its colon."""

    def rows(book: Playbook) -> Iterator[Row]:
        for entry in getattr(book, part):
            texts_given = []
            for text in texts:
                label, _, field = text.rpartition(":")
                value = getattr(entry, field)
                words = ", ".join(value) if isinstance(value, tuple) else str(value)
                if words:
                    texts_given.append(f"{label} {words}" if label else words)
            yield Row(getattr(entry, head), texts_given[0] if texts_given else "")
            yield from (Row("", text) for text in texts_given[1:])

    return rows


def _action_rows(book: Playbook) -> Iterator[Row]:
    for action in book.actions:
        yield Row(action.name, f"{action.meaning}{f' ({seconds_words(action.due_s)})' if action.due_s else ''}")


def _short(book: Playbook, role: str) -> str:
    rule = book.role(role)
    return rule.short if rule else role


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


_SECTIONS: tuple[tuple[str, str, Callable[[Playbook], Iterator[Row]]], ...] = (
    ("about", "About", _about),
    ("severities", "Severities", _severities),
    ("stages", "Stages", _stages),
    ("gates", "Gates", _gates),
    ("roles", "Roles", _rows("roles", "short", "name", "·:duties")),
    ("questions", "What to ask first", _rows("questions", "id", "ask", "why", "short")),
    ("detection", "How it is seen", _listed("detection")),
    ("declare_if", "Declare if", _listed("declare_if")),
    ("escalate_if", "Escalate if", _listed("escalate_if")),
    ("close_if", "Close when", _listed("close_if")),
    ("mitigations", "What usually stops the impact", _listed("mitigations")),
    ("containment", "What to do when", _rows("containment", "situation", "action", "seen by::words")),
    ("data_sources", "Where to look", _rows("data_sources", "name", "look_for", "$:command")),
    ("checklists", "Checklists", _checklists),
    ("runbooks", "Runbooks", _listed("runbooks")),
    ("red_flags", "Red flags", _rows("red_flags", "thought", "reality", "→:action", "heard in::words")),
    ("anti_patterns", "Anti-patterns", _rows("anti_patterns", "name", "seen", "→:instead", "noticed by::nudge")),
    ("escalation", "Escalation", _rows("escalation", "when", "to", "for:severities", "trigger::nudge")),
    ("contacts", "Contacts", _rows("contacts", "name", "reach", "usually:usually", "about:topics", "for:severities")),
    ("actions", "Priorities of action items", _action_rows),
    ("preparedness", "Between incidents", _listed("preparedness")),
    ("nudges_off", "Advice that is silenced", _listed("nudges_off")),
)

PARTS = tuple(id for id, _, _ in _SECTIONS)
"""The sections' ids, in their order."""
