"""Faults of a playbook that reads well key by key: names that lead nowhere, times that cannot be."""

from collections.abc import Collection, Iterable, Iterator
from string import Formatter
from typing import Any

from console.core.advice.rules import RULES
from console.core.playbook.forms import Steps, keys_of
from console.core.playbook.model import AUDIENCES, MILESTONES, TEXTS, Part, Playbook

COMMANDER = "ic"
"""The id of the role that commands."""

MAX_LENGTH_S = 10 * 366 * 86400
"""The longest time that a playbook may name: beyond it dates cannot be counted safely."""

MAY_BE_EMPTY = "reach"
"""The one required text that may be empty: the handoff says then that a team has not given it."""

PLACEHOLDERS = {
    "channel": {"date", "topic"},
    "first_status": {"severity", "title", "ic", "channel", "time"},
    "announce": {"title", "severity", "ic", "time", "last_action"},
}
"""The names that may stand in braces in a text of the playbook, by the text's key."""


def faults(book: Playbook) -> Iterator[tuple[Steps, str]]:
    """The contradictions between parts of the playbook: the path of the key, and why in words."""
    yield from _doubles(book)
    yield from _blanks(book)
    stages, severities = [stage.name for stage in book.stages], [severity.name for severity in book.severities]
    roles, checklists = [role.id for role in book.roles], [checklist.id for checklist in book.checklists]
    if roles and COMMANDER not in roles:
        yield ["roles"], f"there is no role with the id “{COMMANDER}”, the incident commander; add one"
    yield from unknown_names(["declared_stage"], [book.declared_stage], stages, "stage")
    for index, stage in enumerate(book.stages):
        yield from unknown_names(["stages", index, "next"], stage.next, stages, "stage")
        if stage.milestone:
            yield from unknown_names(["stages", index, "milestone"], [stage.milestone], MILESTONES, "milestone")
        yield from _placeholders(["stages", index, "announce"], "announce", stage.announce)
    for index, severity in enumerate(book.severities):
        yield from unknown_names(["severities", index, "roles"], severity.roles, roles, "role")
        yield from unknown_names(["severities", index, "update_s"], severity.update_s, AUDIENCES, "audience")
        for key in ("update_s", "roles"):
            for name, seconds in getattr(severity, key).items():
                yield from wrong_length(["severities", index, key, name], seconds)
    for key, index, part in _parts(book, "severities", "stages", "checklists", "actions"):
        for field in part.__struct_fields__:
            if field.endswith("_s"):
                yield from wrong_length([key, index, field], getattr(part, field))
    for key, index, part in _parts(book, "gates", "checklists", "escalation", "contacts"):
        yield from unknown_names([key, index, "severities"], part.severities, severities, "severity")
        yield from unknown_names([key, index, "stages"], getattr(part, "stages", ()), stages, "stage")
    for index, gate in enumerate(book.gates):
        yield from unknown_names(["gates", index, "stage"], [gate.stage], stages, "stage")
        if "stable" in gate.needs and not book.stability_s:
            yield ["gates", index, "needs"], '“stable” needs a time; add stability_s = "30m" at the top of the file'
        if "checklist" in gate.needs or gate.checklist:
            yield from unknown_names(["gates", index, "checklist"], [gate.checklist], checklists, "checklist")
    for key, index, part in _parts(book, "anti_patterns", "escalation"):
        if part.nudge:
            yield from unknown_names([key, index, "nudge"], [part.nudge], RULES, "nudge")
    yield from unknown_names(["nudges_off"], book.nudges_off, RULES, "nudge")
    for text in book.templates:
        yield from unknown_names(["templates", text], [text], TEXTS, "text")
    for key in ("channel", "first_status"):
        yield from _placeholders([key], key, getattr(book, key))
    for key in ("stability_s", "shift_s", "quiet_s", "declare_within_s"):
        yield from wrong_length([key], getattr(book, key))
    if book.span_of_control < 0:
        yield ["span_of_control"], "it is below 0"


def _parts(book: Playbook, *keys: str) -> Iterator[tuple[str, int, Any]]:
    return ((key, index, part) for key in keys for index, part in enumerate(getattr(book, key)))


def unknown_names(steps: Steps, names: Iterable[str], known: Collection[str], what: str) -> Iterator[tuple[Steps, str]]:
    use = f": use {', '.join(known)}" if known else ""
    return ((steps, f"there is no {what} “{name}”{use}") for name in names if name not in known)


def wrong_length(steps: Steps, seconds: Any) -> Iterator[tuple[Steps, str]]:
    if isinstance(seconds, int) and not 0 <= seconds <= MAX_LENGTH_S:
        yield steps, "the length of time is below 0" if seconds < 0 else "the length of time is longer than ten years"


def _names(book: Playbook) -> Iterator[tuple[str, str, list[str]]]:
    """The parts whose entries are named in lines and commands: the part, the key of the name, and the names."""
    yield "severities", "name", [severity.name for severity in book.severities]
    yield "stages", "name", [stage.name for stage in book.stages]
    yield "roles", "id", [role.id for role in book.roles]
    yield "checklists", "id", [checklist.id for checklist in book.checklists]
    yield "questions", "id", [question.id for question in book.questions]


def _blanks(book: Playbook) -> Iterator[tuple[Steps, str]]:
    for part, key, names in _names(book):
        for index, name in enumerate(names):
            if len(name.split()) > 1:
                written = "-".join(name.split())
                yield [part, index, key], f"“{name}” has a blank, and is typed as one word; write it as “{written}”"
    yield from empty_texts(book, [])


def empty_texts(part: Part, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Required texts, and texts of lists, in which nothing stands."""
    for name, key in keys_of(type(part)).items():
        value, path = getattr(part, name), [*steps, name]
        if isinstance(value, str) and key.required and name != MAY_BE_EMPTY and not value.strip():
            yield path, "it is empty; write a text"
        if isinstance(value, Part):
            yield from empty_texts(value, path)
        for index, entry in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(entry, Part):
                yield from empty_texts(entry, [*path, index])
            elif isinstance(entry, str) and not entry.strip():
                yield [*path, index], "it is empty; write a text, or take it out"


def _doubles(book: Playbook) -> Iterator[tuple[Steps, str]]:
    for part, key, names in _names(book):
        if not names and part in ("severities", "stages", "roles"):
            yield [part], "there is none; write at least one"
        yield from _alike(part, key, names)
    # A role is also known by what it is called.
    for key in ("short", "name"):
        yield from _alike("roles", key, [getattr(role, key) for role in book.roles])


def _alike(part: str, key: str, names: list[str]) -> Iterator[tuple[Steps, str]]:
    """Names that are typed alike: their case does not count."""
    folded = [name.strip().casefold() for name in names]
    for index, name in enumerate(folded):
        if name and name in folded[:index]:
            earlier = names[folded.index(name)]
            twice = (
                f"“{earlier}” stands twice"
                if earlier == names[index]
                else f"“{names[index]}” is typed as “{earlier}” is"
            )
            yield [part, index, key], f"{twice}; give each its own"


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
