"""A playbook to be read: as JSON for scripts, and as rows in sections for people.

The JSON has the keys of the file, all of them, whether the file has them or not; docs/playbooks.md describes each.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec

from console.core.language.times import duration_words
from console.core.playbook.model import AUDIENCES, Criterion, Part, Playbook, Severity, Stage, needs_postmortem
from console.core.playbook.runbook import Runbook

_MAY_BE_AT_ONCE = "response_s"
"""The one time whose 0 is a target, "at once"; 0 of any other means that nothing is owed, and becomes null."""

_HOURS_UP_TO_S = 3 * 86400
"""Up to here people say hours: a postmortem is due within 48 hours, not within two days."""

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
    return {
        "name": runbook.name,
        "title": runbook.title,
        "about": runbook.about,
        "words": list(runbook.words),
        "steps": [
            {"text": one.text, "detail": one.detail, "command": one.command or None, "group": one.group or None}
            for one in runbook.steps
        ],
    }


def _part(value: Any) -> Any:
    if isinstance(value, Part):
        return {key: _value(key, getattr(value, key)) for key in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_part(one) for one in value]
    return dict(value) if isinstance(value, dict) else value


def _value(key: str, value: Any) -> Any:
    if value == 0 and key.endswith("_s") and key != _MAY_BE_AT_ONCE:
        return None
    return None if value == "" and key in _NONE_WHEN_EMPTY else _part(value)


# For people


class Row(msgspec.Struct, frozen=True):
    head: str
    """What stands in the left column; empty below the first of several rows of a thing."""
    text: str


class Section(msgspec.Struct, frozen=True):
    id: str
    """The part's key in the file."""
    title: str
    rows: tuple[Row, ...]


def outline(playbook: Playbook) -> list[Section]:
    """The whole playbook in sections, those that are empty left out."""
    sections = (Section(id, title, tuple(rows(playbook))) for id, title, rows in _SECTIONS)
    return [one for one in sections if one.rows]


def seconds_words(seconds: int | None) -> str:
    """A target for a person: `at once`, `15 min`, `none`."""
    if seconds is None:
        return "none"
    if seconds and seconds <= _HOURS_UP_TO_S and seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return duration_words(timedelta(seconds=seconds)) if seconds else "at once"


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
    for one in book.severities:
        also = f" (also {', '.join(one.aliases)})" if one.aliases else ""
        yield Row(one.name, f"{one.meaning}{also}")
        yield from (Row("", text) for text in _severity(book, one) if text)


def _severity(book: Playbook, one: Severity) -> Iterator[str]:
    if one.example:
        yield f"Example: {one.example}"
    yield _joined(
        f"{what} {_target(seconds, words)}"
        for seconds, what, words in (
            (one.response_s, "response:", one.response),
            (one.acknowledge_s or None, "acknowledged:", ""),
            (one.resolution_s or None, "resolved:", one.resolution),
        )
        if words or seconds is not None
    )
    yield _joined(text for text in (one.who, one.alert, one.plan) if text)
    told = [f"{audience} every {seconds_words(seconds)}" for audience, seconds in one.update_s.items() if seconds]
    if one.update_at_milestones:
        told.append("when the stage changes")
    firsts = (("first public post in", one.first_public_s), ("executives in", one.executive_notice_s))
    told += [f"{what} {seconds_words(seconds)}" for what, seconds in firsts if seconds]
    yield f"Updates: {', '.join(told)}" if told else ""
    yield f"Told: {one.tell}" if one.tell else ""
    roles = [f"{_short(book, role)} {seconds_words(seconds)}" for role, seconds in one.roles.items()]
    yield f"Roles: {', '.join(roles)}" if roles else "Roles: none required"
    yield f"Escalate after {seconds_words(one.escalate_s)} without progress" if one.escalate_s else ""
    yield f"Afterwards: {_afterwards(one)}"
    for text in one.workflow:
        yield f"· {text}"
    for criterion in one.criteria:
        yield f"if {_condition(criterion)}: {criterion.says}"


def _target(seconds: int | None, words: str) -> str:
    """A target in words, with its figure where the words alone may not have it."""
    if words:
        return f"{words} ({seconds_words(seconds)})" if seconds else words
    return seconds_words(seconds)


def _afterwards(one: Severity) -> str:
    words = {"if_customer_facing": "postmortem if customers saw it", "optional": "postmortem optional"}
    said = words.get(one.review, "postmortem" if needs_postmortem(one) else "no postmortem")
    within = f" in {seconds_words(one.postmortem_s)}" if one.postmortem_s else ""
    message = f", message to customers in {seconds_words(one.customer_message_s)}" if one.customer_message_s else ""
    return f"{said}{within}{message}"


def _condition(criterion: Criterion) -> str:
    words = {
        "down": "down", "core": "a core function", "degraded": "degraded", "data_loss": "data loss",
        "breach": "breach", "customer_visible": "customers see it", "no_workaround": "no workaround",
    }  # fmt: skip
    found = [text for key, text in words.items() if getattr(criterion, key)]
    if criterion.users_over:
        found.append(f"over {criterion.users_over:g} % of users")
    if criterion.revenue_over:
        found.append(f"over ${criterion.revenue_over:,.0f} an hour")
    return " and ".join(found)


def _stages(book: Playbook) -> Iterator[Row]:
    for place, one in enumerate(book.stages, 1):
        yield Row(f"{place} {one.name}", one.title)
        yield from (Row("", text) for text in _stage(book, one) if text)


def _stage(book: Playbook, one: Stage) -> Iterator[str]:
    yield f"Goal: {one.goal}" if one.goal else ""
    after = book.after(one.name)
    ways = [*([after.name] if after else []), *one.next]
    yield _joined(
        text
        for text in (
            "incidents start here" if one.name == book.declared_stage else "",
            f"status page: {one.status}" if one.status else "",
            f"sets the milestone {one.milestone}" if one.milestone else "",
            f"{seconds_words(one.limit_s)} at most" if one.limit_s else "",
            "the lasting fix is made here" if one.fixing else "",
            f"then {' or '.join(ways)}" if ways else "",
        )
    )
    for question in one.questions:
        yield f"? {question}"
    yield f"Said: {one.announce}" if one.announce else ""


def _gates(book: Playbook) -> Iterator[Row]:
    for one in book.gates:
        needs = [f"the list “{one.checklist}”" if need == "checklist" else need.replace("_", " ") for need in one.needs]
        where = f" ({', '.join(one.severities)})" if one.severities else ""
        yield Row(one.stage, f"needs {', '.join(needs)}{where}")
        for reason in one.reasons:
            yield Row("", f"early for: {reason}")


def _checklists(book: Playbook) -> Iterator[Row]:
    for one in book.checklists:
        when = _joined(
            text
            for text in (
                ", ".join(one.stages),
                ", ".join(one.severities),
                f"from {seconds_words(one.from_s)}" if one.from_s else "",
                f"until {seconds_words(one.until_s)}" if one.until_s else "",
                "the first that works is enough" if one.ordered else "",
            )
        )
        yield Row(one.id, f"{one.title}{f'  [{when}]' if when else ''}")
        for item in one.items:
            yield Row("", f"☐ {item}")


def _listed(part: str) -> Callable[[Playbook], Iterator[Row]]:
    def rows(book: Playbook) -> Iterator[Row]:
        yield from (Row("", f"· {text}") for text in getattr(book, part))

    return rows


def _rows(part: str, head: str, *texts: str) -> Callable[[Playbook], Iterator[Row]]:
    """A row for each entry of a part: the head's field, then the others, each behind what stands before its colon."""

    def rows(book: Playbook) -> Iterator[Row]:
        for one in getattr(book, part):
            said = []
            for text in texts:
                label, _, field = text.rpartition(":")
                value = getattr(one, field)
                words = ", ".join(value) if isinstance(value, tuple) else str(value)
                if words:
                    said.append(f"{label} {words}" if label else words)
            yield Row(getattr(one, head), said[0] if said else "")
            yield from (Row("", text) for text in said[1:])

    return rows


def _action_rows(book: Playbook) -> Iterator[Row]:
    for one in book.actions:
        yield Row(one.name, f"{one.meaning}{f' ({seconds_words(one.due_s)})' if one.due_s else ''}")


def _short(book: Playbook, role: str) -> str:
    found = book.role(role)
    return found.short if found else role


def _joined(texts: Iterator[str]) -> str:
    return " · ".join(text for text in texts if text)


_SECTIONS: tuple[tuple[str, str, Callable[[Playbook], Iterator[Row]]], ...] = (
    ("about", "About", _about),
    ("severities", "Severities", _severities),
    ("stages", "Stages", _stages),
    ("gates", "Gates", _gates),
    ("roles", "Roles", _rows("roles", "short", "name", "·:duties")),
    ("questions", "What to ask first", _rows("questions", "id", "ask", "why")),
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
    ("escalation", "Escalation", _rows("escalation", "when", "to", "for:severities", "called for by::nudge")),
    ("contacts", "Contacts", _rows("contacts", "name", "reach", "about:topics", "for:severities")),
    ("actions", "Priorities of action items", _action_rows),
    ("preparedness", "Between incidents", _listed("preparedness")),
    ("nudges_off", "Advice that is silenced", _listed("nudges_off")),
)

PARTS = tuple(id for id, _, _ in _SECTIONS)
"""The sections' ids, in their order."""
