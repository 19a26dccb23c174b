"""Faults of a playbook that reads well key by key: names that lead nowhere, times that cannot be."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

from console.core.advice.rules import RULES
from console.core.playbook.model import AUDIENCES, MILESTONES, TEXTS, Playbook

Steps = list[str | int]
"""The path of a key: names, and places in lists from 0."""

LONGEST_S = 10 * 366 * 86400
"""The longest time that a playbook may name: beyond it dates cannot be counted safely."""

PLACEHOLDERS = {
    "channel": {"date", "topic"},
    "first_status": {"severity", "title", "ic", "channel", "time"},
    "announce": {"title", "severity", "ic", "time", "last_action"},
}
"""What may stand in braces in a text of the playbook."""


def faults(book: Playbook) -> Iterator[tuple[Steps, str]]:
    """Where parts of the playbook contradict each other: the path of the key, and why in words."""
    yield from _doubles(book)
    stages, severities = {one.name for one in book.stages}, {one.name for one in book.severities}
    if book.declared_stage not in stages:
        yield ["declared_stage"], f"there is no stage “{book.declared_stage}”"
    for index, stage in enumerate(book.stages):
        for other in stage.next:
            if other not in stages:
                yield ["stages", index, "next"], f"there is no stage “{other}”"
        if stage.milestone and stage.milestone not in MILESTONES:
            yield ["stages", index, "milestone"], f"there is no milestone “{stage.milestone}”"
        yield from _placeholders(["stages", index, "announce"], "announce", stage.announce)
    for index, severity in enumerate(book.severities):
        for role in severity.roles:
            if book.role(role) is None:
                yield ["severities", index, "roles"], f"there is no role “{role}”"
        for audience in severity.update_s:
            if audience not in AUDIENCES:
                yield ["severities", index, "update_s"], f"there is no audience “{audience}”"
        for key in ("update_s", "roles"):
            for name, seconds in getattr(severity, key).items():
                yield from _seconds(["severities", index, key, name], seconds)
    for part in ("severities", "stages", "checklists", "actions"):
        for index, one in enumerate(getattr(book, part)):
            for field in one.__struct_fields__:
                if field.endswith("_s"):
                    yield from _seconds([part, index, field], getattr(one, field))
    for part in ("gates", "checklists", "escalation", "contacts"):
        for index, one in enumerate(getattr(book, part)):
            for name in one.severities:
                if name not in severities:
                    yield [part, index, "severities"], f"there is no severity “{name}”"
            for name in getattr(one, "stages", ()):
                if name not in stages:
                    yield [part, index, "stages"], f"there is no stage “{name}”"
    for index, gate in enumerate(book.gates):
        if gate.stage not in stages:
            yield ["gates", index, "stage"], f"there is no stage “{gate.stage}”"
        if "checklist" in gate.needs and book.checklist(gate.checklist) is None:
            yield ["gates", index, "checklist"], f"there is no checklist “{gate.checklist}”"
    for part in ("anti_patterns", "escalation"):
        for index, one in enumerate(getattr(book, part)):
            if one.nudge and one.nudge not in RULES:
                yield [part, index, "nudge"], f"there is no nudge “{one.nudge}”"
    for nudge in book.nudges_off:
        if nudge not in RULES:
            yield ["nudges_off"], f"there is no nudge “{nudge}”: use {', '.join(RULES)}"
    for text in book.templates:
        if text not in TEXTS:
            yield ["templates", text], f"there is no text “{text}”: use {', '.join(TEXTS)}"
    for key in ("channel", "first_status"):
        yield from _placeholders([key], key, getattr(book, key))
    for key in ("stability_s", "shift_s", "quiet_s", "declare_within_s"):
        yield from _seconds([key], getattr(book, key))
    if book.span_of_control < 0:
        yield ["span_of_control"], "it is below 0"


def _seconds(steps: Steps, seconds: Any) -> Iterator[tuple[Steps, str]]:
    if isinstance(seconds, int) and not 0 <= seconds <= LONGEST_S:
        yield steps, "a time in seconds is below 0" if seconds < 0 else "a time is longer than ten years, in seconds"


def _doubles(book: Playbook) -> Iterator[tuple[Steps, str]]:
    for key, names in (
        ("severities", [one.name for one in book.severities]),
        ("stages", [one.name for one in book.stages]),
        ("roles", [one.id for one in book.roles]),
        ("checklists", [one.id for one in book.checklists]),
        ("questions", [one.id for one in book.questions]),
    ):
        if not names and key in ("severities", "stages", "roles"):
            yield [key], "there must be at least one"
        for index, one in enumerate(names):
            if not one.strip():
                yield [key, index], "it has no name"
            if one in names[:index]:
                yield [key, index], f"“{one}” stands twice"


def _placeholders(steps: Steps, key: str, text: str) -> Iterator[tuple[Steps, str]]:
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError:
        yield steps, "its braces do not match"
        return
    for _, name, form, conversion in fields:
        if form or conversion:
            yield steps, f"only the name may stand in the braces of “{{{name}}}”"
        if name not in PLACEHOLDERS[key]:
            yield steps, f"“{{{name}}}” is not filled in: use {', '.join(sorted(PLACEHOLDERS[key]))}"
