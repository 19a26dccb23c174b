"""A team's response process as data: severities, stages, roles, cadences, gates, checklists, red flags.

These are the types, and how a part of them is found by what a person types; `console.core.playbook.reader` reads them
from TOML. Durations are in seconds; 0 or a missing key means that nothing is owed.
"""

import re
from collections.abc import Sequence
from typing import Literal, TypeVar

import msgspec

from console.core.language.pattern import late
from console.core.language.text import listed
from console.core.refusal import Refused

_T = TypeVar("_T")


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """Common to all parts of a playbook. Unknown keys are an error in a file, and passed over in the log: there they
    come from a newer version."""


class Criterion(Part, frozen=True):
    """A sign of a severity: where all that is set here holds, the incident has at least that severity."""

    says: str
    """The reason in words, for the person who classifies."""
    down: bool = False
    """The whole service, or one that everything needs, is unavailable."""
    core: bool = False
    """A core function fails."""
    degraded: bool = False
    """Something works worse than it should."""
    users_over: float = 0
    """Per cent of users affected, more than this."""
    revenue_over: float = 0
    """US dollars lost an hour, more than this."""
    data_loss: bool = False
    breach: bool = False
    no_workaround: bool = False
    customer_visible: bool = False


class Severity(Part, frozen=True):
    name: str
    meaning: str
    aliases: tuple[str, ...] = ()
    """Other names that people say for it."""
    example: str = ""
    response_s: int | None = None
    """Seconds within which somebody should work on it; 0 is at once, None has no target."""
    resolution_s: int = 0
    acknowledge_s: int = 0
    update_s: dict[str, int] = {}
    """Seconds between status updates, by audience; an audience that is missing has no cadence."""
    update_at_milestones: bool = False
    """Instead of a cadence, an update is due when the stage changes."""
    first_public_s: int = 0
    executive_notice_s: int = 0
    escalate_s: int = 0
    roll_call_s: int = 0
    """Seconds within which each person with a role or an open task should be heard, while the incident is active."""
    postmortem_s: int = 0
    review: Literal["", "required", "if_customer_facing", "optional", "none"] = ""
    """When a postmortem is written; empty: required where `postmortem_s` is given."""
    customer_message_s: int = 0
    roles: dict[str, int] = {}
    """Roles that must be filled, with the seconds allowed from the declaration (0: at once)."""
    urgent: bool = False
    """Shown in red."""
    response: str = ""
    """The response in words: all hands, business hours, a ticket."""
    resolution: str = ""
    """The resolution target in words: one sprint, best effort."""
    who: str = ""
    """Who responds."""
    alert: str = ""
    """The way to call the responders, in words: a page, a message."""
    plan: str = ""
    """The effect on planned work."""
    tell: str = ""
    """Who is told."""
    workflow: tuple[str, ...] = ()
    """The steps that are different in an incident of this severity, in their order."""
    criteria: tuple[Criterion, ...] = ()


class Stage(Part, frozen=True):
    name: str
    title: str
    status: Literal["", "investigating", "identified", "monitoring", "resolved"] = ""
    """The status on the public status page in this stage."""
    milestone: str = ""
    """The milestone that entering this stage sets."""
    next: tuple[str, ...] = ()
    """Stages that may follow besides the next in order: a skip ahead or a way back."""
    announce: str = ""
    """The message for the channel when the stage begins; {title}, {severity}, {ic}, {time} and {last_action} are
    filled."""
    goal: str = ""
    questions: tuple[str, ...] = ()
    limit_s: int = 0
    """Seconds that the stage should last at most; 0: no limit."""
    fixing: bool = False
    """The lasting fix is made here: not before the impact is stopped."""
    phase: Literal["active", "stable", "over"] = "active"
    """active: updates are owed; stable: watched until it may close; over: closed or later."""


class Role(Part, frozen=True):
    id: str
    name: str
    short: str
    duties: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """As people call it: `comms`, “Comms”, “Communications lead”, “comms lead”."""
        last = self.name.split(" ")[-1]
        return (self.id, self.short, self.name, f"{self.id} {last}", f"{self.short} {last}")


class Question(Part, frozen=True):
    """A question to ask first."""

    id: str
    ask: str
    why: str = ""
    short: str = ""
    """The name before an answer in the timeline; empty where the id says it: `intruder active`."""


Need = Literal["stable", "fixes", "milestones", "postmortem_owner", "checklist"]


class Gate(Part, frozen=True):
    """The conditions for entering `stage`; any of them may be overridden with a reason."""

    stage: str
    needs: tuple[Need, ...]
    checklist: str = ""
    """The checklist that must be checked off, for the need of that name."""
    reasons: tuple[str, ...] = ()
    """The only reasons for which stability may be cut short; empty: any reason."""
    severities: tuple[str, ...] = ()
    """Only for these; empty: for all."""


class Checklist(Part, frozen=True):
    id: str
    title: str
    items: tuple[str, ...]
    stages: tuple[str, ...] = ()
    """Offered in these stages; empty: in all."""
    severities: tuple[str, ...] = ()
    from_s: int = 0
    """It is for the time from this many seconds after the declaration ..."""
    until_s: int = 0
    """... until this many; 0: no end."""
    ordered: bool = False
    """The first that works is enough: a ladder, not a list."""


class Containment(Part, frozen=True):
    situation: str
    action: str
    words: tuple[str, ...] = ()
    """Words in the title or the timeline that suggest this situation."""


class DataSource(Part, frozen=True):
    name: str
    look_for: str
    command: str = ""
    """The command that shows the data, to be copied; the console never runs it."""


class RedFlag(Part, frozen=True):
    """A thought that costs time in an incident."""

    thought: str
    reality: str
    action: str
    words: tuple[str, ...] = ()
    """Phrases in a line of the timeline that betray it."""


class AntiPattern(Part, frozen=True):
    name: str
    seen: str
    instead: str
    nudge: str = ""
    """The nudge that notices it."""


class Escalation(Part, frozen=True):
    """One rung of the ladder; the rungs of one nudge are climbed in order, one with each escalation."""

    when: str
    to: str
    severities: tuple[str, ...] = ()
    nudge: str = ""
    """The nudge that calls for this rung: no_progress, severity_rose, expert_needed or beyond_target."""


class Contact(Part, frozen=True):
    name: str
    reach: str
    """This team's way to reach the contact; empty where nobody has written that down."""
    usually: str = ""
    """Where teams usually find that."""
    topics: tuple[str, ...] = ()
    """Words that call for this expert."""
    severities: tuple[str, ...] = ()


class ActionPriority(Part, frozen=True):
    name: str
    meaning: str
    due_s: int = 0
    """Seconds from the incident's end until it is due, where its owner gives no date."""


class Playbook(Part, frozen=True):
    name: str
    title: str
    severities: tuple[Severity, ...]
    stages: tuple[Stage, ...]
    roles: tuple[Role, ...]
    declared_stage: str
    """The stage in which a declared incident starts."""
    description: str = ""
    variant_of: str = ""
    """The playbook that this one is a variation of."""
    principle: str = ""
    """The one rule that stands above all others."""
    stability_s: int = 0
    shift_s: int = 0
    span_of_control: int = 0
    """The most people who may report to one; 0: not watched."""
    quiet_s: int = 0
    """Seconds that the timeline may stand still while the incident is active; 0: not watched."""
    declare_within_s: int = 0
    """Seconds from its detection within which an incident should be declared; 0: not watched."""
    escalate_to: str = ""
    channel: str = ""
    """The channel's name; {date} and {topic} are filled."""
    first_status: str = ""
    """The first status text; {severity}, {title}, {ic}, {channel}, {time} are filled."""
    roll_back_first: bool = False
    """A recent deploy and new symptoms: roll back before asking why."""
    detection: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    declare_if: tuple[str, ...] = ()
    escalate_if: tuple[str, ...] = ()
    close_if: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    runbooks: tuple[str, ...] = ()
    containment: tuple[Containment, ...] = ()
    mitigations: tuple[str, ...] = ()
    """The usual ways to stop the impact, the best first."""
    data_sources: tuple[DataSource, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    anti_patterns: tuple[AntiPattern, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    actions: tuple[ActionPriority, ...] = ()
    preparedness: tuple[str, ...] = ()
    """The preparations of the team between incidents."""
    templates: dict[str, str] = {}
    """The template of each text (internal, public, executive, can, customer, postmortem), by file name without
    ending; one that is missing has the text's own name."""
    nudges_off: tuple[str, ...] = ()

    def severity(self, name: str) -> Severity | None:
        return next((severity for severity in self.severities if severity.name == name), None)

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)

    def role(self, id: str) -> Role | None:
        return next((role for role in self.roles if role.id == id), None)

    def checklist(self, id: str) -> Checklist | None:
        return next((checklist for checklist in self.checklists if checklist.id == id), None)

    def stage_index(self, name: str) -> int:
        """The stage's place in order, from 0; -1 for a name that this playbook does not have."""
        return next((place for place, stage in enumerate(self.stages) if stage.name == name), -1)

    def severity_index(self, name: str) -> int:
        """The severity's place, the worst is 0; -1 for a name that this playbook does not have."""
        return next((place for place, severity in enumerate(self.severities) if severity.name == name), -1)

    def contacts_for(self, severity: str) -> list[Contact]:
        return [contact for contact in self.contacts if not contact.severities or severity in contact.severities]

    def rungs_for(self, severity: str) -> list[Escalation]:
        """The path of escalation, in order."""
        return [rung for rung in self.escalation if not rung.severities or severity in rung.severities]

    def after(self, name: str) -> Stage | None:
        """The stage that follows in order; None after the last."""
        index = self.stage_index(name) + 1
        return self.stages[index] if 0 < index < len(self.stages) else None

    def template(self, text: str) -> str:
        """The name of the template for a text."""
        return self.templates.get(text, text)


AUDIENCES = ("internal", "public", "executive")
TEXTS = (*AUDIENCES, "can", "customer", "postmortem")
"""Texts that have a template; `can` is conditions, actions, needs."""

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


def name_within(playbook: Playbook, role: str) -> str:
    """The role's full name as it stands within a sentence, else its id: “incident commander”, but “IC”."""
    rule = playbook.role(role)
    if rule is None:
        return role
    first = rule.name.split()[0] if rule.name.split() else ""
    return rule.name if first.isupper() and len(first) > 1 else rule.name[:1].lower() + rule.name[1:]


def callee_within(name: str) -> str:
    """Whom a playbook names to call, as they stand within a sentence."""
    return name[:1].lower() + name[1:] if name.partition(" ")[0] in ("The", "A", "An", "Its") else name


def needs_postmortem(severity: Severity) -> bool:
    """True when the playbook wants a postmortem of an incident of this severity."""
    return severity.review == "required" or (not severity.review and severity.postmortem_s > 0)


def find_severity(playbook: Playbook, text: str) -> Severity:
    """The severity a person means: its name in any case, `sev-1` for `SEV1`, another name of it, or just its number."""
    wanted = _letters(text)
    for severity in playbook.severities:
        names = [_letters(name) for name in (severity.name, *severity.aliases)]
        if wanted and (wanted in names or wanted == re.sub(r"^[a-z]+", "", names[0])):
            return severity
    known = listed([severity.name for severity in playbook.severities], "or")
    raise Refused(f"There is no severity “{text}”: use {known}.", "severity")


def find_stage(playbook: Playbook, text: str) -> Stage:
    """The stage a person means: its name or an unambiguous beginning of it."""
    return _find(text, {stage.name: stage for stage in playbook.stages}, "stage")


def find_role(playbook: Playbook, text: str) -> Role:
    """The role a person means: its id, its short or full name, or an unambiguous beginning of one of them."""
    names: dict[str, Role] = {}
    for role in playbook.roles:
        for name in role.names:
            names.setdefault(name.lower(), role)
    return _find(text, names, "role", [role.id for role in playbook.roles])


def _find(text: str, names: dict[str, _T], what: str, shown: Sequence[str] = ()) -> _T:
    wanted = _letters(text)
    exact = [part for name, part in names.items() if _letters(name) == wanted]
    long_enough = len(wanted) >= _MIN_BEGINNING_CHARS
    begun = [part for name, part in names.items() if long_enough and _letters(name).startswith(wanted)]
    # "mitigate" for mitigating: the same word with another ending.
    alike = [part for name, part in names.items() if wanted and _same_stem(wanted, _letters(name))]
    for fits in (exact, begun, alike):
        if fits and all(part is fits[0] for part in fits):
            return fits[0]
    raise Refused(f"There is no {what} “{text}”: use {listed([*(shown or names)], 'or')}.", what)


# Not "ed": what is mitigated is further than what is being mitigated.
_ENDING = late(r"(?:ing|ion|e|s)$")
_MIN_STEM_CHARS = 4
_MIN_BEGINNING_CHARS = 3
"""“in” begins investigating, and many sentences."""


def _same_stem(word: str, other: str) -> bool:
    stem = _ENDING.sub("", word)
    return len(stem) >= _MIN_STEM_CHARS and stem == _ENDING.sub("", other)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
