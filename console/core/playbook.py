"""A team's response process as data: severities, stages, roles, cadences.

A playbook is a TOML file; `read_playbook` turns its text into these types or into a sentence that names the line and
the key. Durations are in seconds; 0 or a missing key means that nothing is owed.
"""

import re
import tomllib
from typing import Literal, TypeVar

import msgspec

from console.core.refusal import Refusal

_T = TypeVar("_T")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Common to all parts of a playbook: a key that nobody knows is an error, since it is mostly a typing mistake."""


class Severity(Part, frozen=True):
    name: str
    meaning: str
    example: str = ""
    response_s: int = 0
    resolution_s: int = 0
    acknowledge_s: int = 0
    update_s: dict[str, int] = {}
    """Seconds between status updates, by audience; an audience that is missing has no cadence."""
    first_public_s: int = 0
    executive_notice_s: int = 0
    escalate_s: int = 0
    postmortem_s: int = 0
    customer_message_s: int = 0
    roles: dict[str, int] = {}
    """Roles that must be filled, with the seconds allowed from the declaration (0: at once)."""
    urgent: bool = False
    """Shown in red."""


class Stage(Part, frozen=True):
    name: str
    title: str
    status: Literal["", "investigating", "identified", "monitoring", "resolved"] = ""
    """What the public status page says in this stage."""
    milestone: str = ""
    """The milestone that entering this stage sets."""
    next: tuple[str, ...] = ()
    """Stages that may follow besides the next in order: a skip ahead or a way back."""
    announce: str = ""
    phase: Literal["active", "stable", "over"] = "active"
    """active: updates are owed; stable: watched until it may close; over: closed or later."""


class Role(Part, frozen=True):
    id: str
    name: str
    short: str
    duties: tuple[str, ...] = ()


class Playbook(Part, frozen=True):
    name: str
    title: str
    severities: tuple[Severity, ...]
    stages: tuple[Stage, ...]
    roles: tuple[Role, ...]
    declared_stage: str
    """The stage in which a declared incident starts."""
    stability_s: int = 0
    shift_s: int = 0
    escalate_to: str = ""
    channel: str = ""
    description: str = ""

    def severity(self, name: str) -> Severity | None:
        return next((one for one in self.severities if one.name == name), None)

    def stage(self, name: str) -> Stage | None:
        return next((one for one in self.stages if one.name == name), None)

    def role(self, role: str) -> Role | None:
        return next((one for one in self.roles if one.id == role), None)

    def stage_index(self, name: str) -> int:
        """The stage's place in order, from 0; -1 for a name that this playbook does not have."""
        return next((i for i, one in enumerate(self.stages) if one.name == name), -1)

    def after(self, name: str) -> Stage | None:
        """The stage that follows in order; None after the last."""
        index = self.stage_index(name) + 1
        return self.stages[index] if 0 < index < len(self.stages) else None


AUDIENCES = ("internal", "public", "executive")
MILESTONES = (
    "impact_started",
    "detected",
    "acknowledged",
    "declared",
    "identified",
    "mitigated",
    "resolved",
    "closed",
)


def find_severity(playbook: Playbook, text: str) -> Severity | Refusal:
    """The severity a person means: its name in any case, `sev-1` for `SEV1`, or just its number."""
    wanted = _letters(text)
    for one in playbook.severities:
        name = _letters(one.name)
        if wanted and (wanted == name or wanted == re.sub(r"^[a-z]+", "", name)):
            return one
    return Refusal(
        f"There is no severity “{text}”: use {_either([one.name for one in playbook.severities])}.", "severity"
    )


def find_stage(playbook: Playbook, text: str) -> Stage | Refusal:
    """The stage a person means: its name or an unambiguous beginning of it."""
    return _find(text, {one.name: one for one in playbook.stages}, "stage")


def find_role(playbook: Playbook, text: str) -> Role | Refusal:
    """The role a person means: its id, its short or full name, or an unambiguous beginning of one of them."""
    names: dict[str, Role] = {}
    for one in playbook.roles:
        for name in (one.id, one.short, one.name):
            names.setdefault(name.lower(), one)
    found = _find(text, names, "role")
    if isinstance(found, Refusal):
        return Refusal(f"There is no role “{text}”: use {_either([one.id for one in playbook.roles])}.", "role")
    return found


def _find(text: str, names: dict[str, _T], what: str) -> _T | Refusal:
    wanted = _letters(text)
    exact = [one for name, one in names.items() if _letters(name) == wanted]
    begun = [one for name, one in names.items() if wanted and _letters(name).startswith(wanted)]
    for found in (exact, begun):
        if found and all(one is found[0] for one in found):
            return found[0]
    return Refusal(f"There is no {what} “{text}”: use {_either(list(names))}.", what)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _either(names: list[str]) -> str:
    return names[0] if len(names) < 2 else f"{', '.join(names[:-1])} or {names[-1]}"


def read_playbook(text: str, name: str = "playbook") -> Playbook | Refusal:
    """A playbook from its TOML text; `name` is the file's name for the sentence.

    The refusal names the line and the key that is wrong.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Refusal(f"{name} is not valid TOML: {error}; correct that line.")
    try:
        playbook = msgspec.convert(data, Playbook)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        unknown = re.search(r"unknown field `(\w+)`", message)
        keys = re.findall(r"\.(\w+)|\[(\d+)\]|\[\.\.\.\]", path)
        steps = [key or int(index or 0) for key, index in keys]
        if unknown:
            steps.append(unknown[1])
        return _broken(text, name, steps, message[:1].lower() + message[1:])
    return _check(playbook, text, name)


def _check(playbook: Playbook, text: str, name: str) -> Playbook | Refusal:
    for key, names in (
        ("severities", [one.name for one in playbook.severities]),
        ("stages", [one.name for one in playbook.stages]),
        ("roles", [one.id for one in playbook.roles]),
    ):
        if not names:
            return _broken(text, name, [key], "there must be at least one")
        for index, one in enumerate(names):
            if one in names[:index]:
                return _broken(text, name, [key, index], f"“{one}” stands twice")
    if playbook.stage(playbook.declared_stage) is None:
        return _broken(text, name, ["declared_stage"], f"there is no stage “{playbook.declared_stage}”")
    for index, stage in enumerate(playbook.stages):
        for other in stage.next:
            if playbook.stage(other) is None:
                return _broken(text, name, ["stages", index, "next"], f"there is no stage “{other}”")
        if stage.milestone and stage.milestone not in MILESTONES:
            return _broken(text, name, ["stages", index, "milestone"], f"there is no milestone “{stage.milestone}”")
    for index, severity in enumerate(playbook.severities):
        for role in severity.roles:
            if playbook.role(role) is None:
                return _broken(text, name, ["severities", index, "roles"], f"there is no role “{role}”")
        for audience in severity.update_s:
            if audience not in AUDIENCES:
                return _broken(text, name, ["severities", index, "update_s"], f"there is no audience “{audience}”")
        numbers = (getattr(severity, field) for field in severity.__struct_fields__ if field.endswith("_s"))
        if any(value < 0 for value in numbers if isinstance(value, int)):
            return _broken(text, name, ["severities", index], "a time in seconds is below 0")
    return playbook


def _broken(text: str, name: str, steps: list[str | int], why: str) -> Refusal:
    path = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    return Refusal(f"{name}, line {_line_of(text, steps)}, key {path or '(top)'}: {why}; correct it there.")


def _line_of(text: str, steps: list[str | int]) -> int:
    """The line on which a key path stands, or the nearest table above it; 1 when nothing of it is found."""
    best, inside = 1, True
    tables: list[str] = []
    seen: dict[str, int] = {}
    names = [step for step in steps if isinstance(step, str)]
    index = next((step for step in steps if isinstance(step, int)), 0)
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[(\[)?\s*([\w.\-]+)", line)
        if head:
            tables = head[2].split(".")
            if head[1]:
                seen[head[2]] = seen.get(head[2], -1) + 1
            inside = names[: len(tables)] == tables and seen.get(tables[0], 0) == (index if tables[0] in seen else 0)
            if inside:
                best = number
        else:
            key = re.match(r"\s*[\"']?([\w\-]+)[\"']?\s*[=.]", line)
            rest = names[len(tables) :]
            if key and inside and rest and key[1] == rest[0]:
                return number
    return best
