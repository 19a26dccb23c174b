"""A planned maintenance: its window, and how it begins, is moved, completed or cancelled.

It stands in the log like an incident, so that updates, pages, audiences, undo and export are the same. In place of a
severity and a playbook's stages it has a window and four stages of its own.
"""

from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Literal

import msgspec

from console.core.language.text import MAX_TITLE_CHARS, clean, one_line
from console.core.language.times import format_length
from console.core.language.when import Ahead, parse_ahead
from console.core.log.command import Command, Decision, Proposal, SlashContext, Word, key, line, split, words
from console.core.log.event import Body, Id, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import MAINTENANCE_STAGES, Incident, Window
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DeclareIncident, IncidentDeclared
from console.core.subjects.update import PostUpdate

SCHEDULED, IN_PROGRESS, COMPLETED, CANCELLED = MAINTENANCE_STAGES


class MaintenanceMoved(Body, frozen=True):
    """The maintenance has another window."""

    starts_at: datetime
    until: datetime
    replaces: Replaced = ""
    together: Id = ""
    """The act that it is a part of, where an update tells of it; empty for one of its own."""

    def apply(self, fold: Folding) -> None:
        fold.states("window", Window(self.starts_at, self.until).text, self.replaces)
        length = format_length(self.until - self.starts_at, exact=True)
        fold.entry(
            "maintenance", "Maintenance moved to ", moment=self.starts_at, behind=f", for {length}", paste=self.together
        )


class MaintenanceAdvanced(Body, frozen=True):
    """The maintenance has begun, is completed or is cancelled."""

    stage: Annotated[str, Literal[*MAINTENANCE_STAGES]]
    reason: Text = ""
    replaces: Replaced = ""
    together: Id = ""
    """As of `MaintenanceMoved`."""

    def apply(self, fold: Folding) -> None:
        fold.states("stage", self.stage, self.replaces)
        done = {IN_PROGRESS: "begun"}.get(self.stage, self.stage.replace("_", " "))
        fold.entry("maintenance", f"Maintenance {done}", self.reason, moves=True, paste=self.together)


_OF_INCIDENTS = ("brief", "customer", "postmortem", "rca", "html", "deck")


def check_document(state: Incident, form: str) -> None:
    """Refuse a document of a form that a planned maintenance has none of."""
    if state.maintenance and form in _OF_INCIDENTS:
        raise Refused("A planned maintenance has no brief and no postmortem; export handoff, timeline, json or csv.")


def window_read(starts: str, until: str, length: timedelta | None, *, now: datetime, zone: tzinfo) -> Window:
    """The window that two written moments mean, or a moment and a length; the second moment is the next one behind the
    first. A window is in whole minutes, as it is shown and typed again. Raises Refused."""
    starts_at = _minute(now if starts.strip().lower() == "now" else _ahead(starts, "starts", now, zone))
    if length is None:
        return Window(starts_at, _minute(_ahead(until, "until", starts_at, zone)))
    if until.strip():
        raise Refused("Give the end or the length of the window, not both.", "until")
    return Window(starts_at, starts_at + length)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _ahead(text: str, field: str, now: datetime, zone: tzinfo) -> datetime:
    read: Ahead = parse_ahead(text, field, now=now, zone=zone)
    return read.moment or now + (read.length or timedelta())


class PlanMaintenance(DeclareIncident, frozen=True, kw_only=True):
    """Plans a maintenance; like a declaration it needs the playbook, of which it keeps what it has a use for."""

    severity: str = ""
    window: Window
    components: tuple[str, ...] = ()
    """The components that it is about."""
    update: PostUpdate | None = None
    """The update to post with the plan; None for none."""


class _WithUpdate(Command, frozen=True, kw_only=True):
    """A change of the maintenance, and the update that tells of it."""

    update: PostUpdate | None = None

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        return self.update.doubt(state, now, zone) if self.update else ""


class MoveMaintenance(_WithUpdate, frozen=True, kw_only=True):
    window: Window

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        before = state.planned
        _check_goes_on(state)
        assert before is not None, "a maintenance has a window"
        if self.window == before and not state.window.conflict:
            raise Refused("The maintenance has this window already; write another one.", "starts")
        if state.stage.value == IN_PROGRESS and self.window.starts_at != before.starts_at:
            raise Refused("The maintenance has begun: only its end can be moved.", "starts")
        _check_window(self.window, now)
        update, act = _of_one_act(self.update, now)
        moved = MaintenanceMoved(self.window.starts_at, self.window.until, state.window.head, act)
        return Proposal(moved, at), *_announcement(update, state, state.stage.value, at, now)


class AdvanceMaintenance(_WithUpdate, frozen=True, kw_only=True):
    """Begins, completes or cancels a maintenance: `stage` is the one that it comes to."""

    stage: Literal["in_progress", "completed", "cancelled"]
    reason: str = ""
    seen: Window | None = None
    """The window that its writer saw, and tells of; None: whatever it is."""

    def newer(self, state: Incident) -> str:
        if state.planned is None or self.seen in (None, state.planned):
            return ""
        return f"It was moved to {state.planned.words} meanwhile."

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        settles = state.stage.conflict is not None and self.stage in {fact.value for fact in state.stage.standing}
        if not settles:
            _check_goes_on(state)
            if self.stage == state.stage.value:
                raise Refused("The maintenance has begun already; complete or cancel it.", "stage")
            if self.stage == COMPLETED and state.stage.value == SCHEDULED:
                raise Refused("The maintenance has not begun yet; begin it first, or cancel it.", "stage")
        update, act = _of_one_act(self.update, now)
        advanced = MaintenanceAdvanced(self.stage, line(self.reason), state.stage.head, act)
        return Proposal(advanced, at), *_announcement(update, state, self.stage, at, now)


def _of_one_act(update: PostUpdate | None, now: datetime) -> tuple[PostUpdate | None, str]:
    """The update as a part of the step that it tells of, and the id of both; that is empty without an update."""
    if update is None:
        return None, ""
    act = update.act(now)
    return msgspec.structs.replace(update, together=act), act


def _announcement(update: PostUpdate | None, state: Incident, stage: str, at: datetime, now: datetime) -> Decision:
    return update.decide_in(state, stage, at, now) if update is not None else ()


def _check_goes_on(state: Incident) -> None:
    if not state.maintenance:
        raise Refused("This is an incident, no planned maintenance; “warroom maintenance list” shows those.")
    if state.phase == "over":
        raise Refused(f"The maintenance is {state.stage.value}; undo that, or plan another one.", "stage")


def _check_window(window: Window, now: datetime) -> None:
    if window.until <= window.starts_at:
        raise Refused("The window ends before it begins; write a later end.", "until")
    if window.until <= now:
        raise Refused("The window is over already; write one that is still to come.", "until")


def plan_maintenance(command: PlanMaintenance, at: datetime, now: datetime, playbook: Playbook | None) -> Decision:
    """The declaration, the components and what is told of it."""
    if playbook is None:
        raise ValueError("a maintenance needs the playbook")
    title = words(command.title, "A maintenance's title", "title")
    if len(title) > MAX_TITLE_CHARS:
        raise Refused(f"A title has at most {MAX_TITLE_CHARS} characters; shorten it.", "title")
    _check_window(command.window, now)
    book = Playbook(
        playbook.name, playbook.title, (), (), playbook.roles, SCHEDULED, runbooks=playbook.runbooks,
        escalation=playbook.escalation, contacts=playbook.contacts, templates=playbook.templates,
    )  # fmt: skip
    declared = IncidentDeclared(
        one_line(title, MAX_TITLE_CHARS), "", SCHEDULED, book, command.drill, True,
        clean(command.source, multiline=False), command.window,
    )  # fmt: skip
    nothing = Incident("")
    set_to = (SetComponent(actor=command.actor, component=name, status="maintenance") for name in command.components)
    parts = (proposal for each in set_to for proposal in each.decide(nothing, at, now))
    return (Proposal(declared, at), *parts, *_announcement(command.update, nothing, SCHEDULED, at, now))


_STAGES: dict[str, Literal["in_progress", "completed", "cancelled"]] = {
    "begin": "in_progress", "complete": "completed", "cancel": "cancelled",
}  # fmt: skip


def _read_maintenance(context: SlashContext, argument: str) -> Command:
    first, rest = split(argument)
    word = key(first)
    if word in _STAGES:
        return AdvanceMaintenance(actor=context.actor, at=context.at, stage=_STAGES[word], reason=rest)
    starts, until = (part.strip() for part in f" {rest} ".partition(" to ")[::2])
    if word == "move" and until:
        before = context.state.planned
        begun = before is not None and context.state.stage.value == IN_PROGRESS
        window = window_read("now" if begun else starts, until, None, now=context.now, zone=context.zone)
        if begun and before is not None:
            window = msgspec.structs.replace(window, starts_at=before.starts_at)
        return MoveMaintenance(actor=context.actor, at=context.at, window=window)
    raise context.malformed("Say what becomes of the maintenance")


SIGNS = {"maintenance": "▣"}
WORDS: dict[str, Word] = {
    "maintenance": Word(
        "/maintenance begin | complete | cancel REASON | move WHEN to WHEN",
        _read_maintenance,
        offers=(lambda known: [*_STAGES, "move"],),
    ),
}
