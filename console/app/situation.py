"""The situation in which an act is asked for, and the reasons why it cannot be done there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from console.core.language.names import same_name
from console.core.log.clocks import Clock, open_clocks
from console.core.log.entries import Entries
from console.core.log.state import Incident
from console.core.subjects.action_item import ActionItems
from console.core.subjects.checklist import next_item
from console.core.subjects.drill import run_of
from console.core.subjects.fix import open_fixes
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.page import pages_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.runbook import open_runbooks
from console.core.subjects.task import open_tasks

READ_ONLY = "This console is read-only; to write, open one without --read-only."
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Situation:
    """The facts that decide whether an act can be done."""

    state: Incident | None = None
    """None where no incident is in view."""
    actor: str = ""
    now: datetime = LONG_AGO
    """Only asked for with a state."""
    read_only: bool = False
    entry: str = ""
    """The id of the entry that is visibly selected, else of the last one that this person wrote and that stands."""
    chosen: str = ""
    """The id of the row that is highlighted in the screen's list."""
    origin: str = ""
    """Where the text of the highlighted section of a postmortem comes from."""
    item: str = ""
    """The id of the action item that is highlighted."""
    fault: str = ""
    """Why what is highlighted cannot be changed or checked, where it is broken."""
    orders: Mapping[str, str] = field(default_factory=dict)
    """Why an order about what is highlighted cannot be carried out, by the order; those that can are left out."""
    trouble: str = ""
    """Why nothing can be written on this screen for now."""
    differing: bool = False
    """A page has an update that was undone or redacted here, and nobody has decided what becomes of it there."""
    together: bool = False
    """Open incidents look like one, and are not linked."""
    removed: str = ""
    """The target that was removed here last and is not back."""
    chat: bool = False
    """The chosen target is a chat."""

    @cached_property
    def owed(self) -> Sequence[Clock]:
        """The open clocks of the incident in view: each act of a line of keys asks for them."""
        return open_clocks(self.state, self.now) if self.state is not None else ()


Why = Callable[[Situation], str]
"""Why an act cannot be done now, in a sentence that names keys by their acts (`{task}`); empty when it can."""


def always(situation: Situation) -> str:
    return ""


def looks_only(situation: Situation) -> str:
    """For what writes a file, or asks somebody outside, whatever the incident is like."""
    return READ_ONLY if situation.read_only else ""


def writes(situation: Situation) -> str:
    if situation.read_only:
        return READ_ONLY
    return "" if situation.state is None or situation.state.events else "The incident is not declared yet."


def of_incident(situation: Situation) -> str:
    """For what a planned maintenance has no use for."""
    if situation.state is not None and situation.state.maintenance:
        return "This is a planned maintenance; {maintenance} is its next step."
    return writes(situation)


def read_of_incident(situation: Situation) -> str:
    """For what is read of an incident, and a planned maintenance has none of."""
    maintenance = situation.state is not None and situation.state.maintenance
    return of_incident(situation) if maintenance else ""


def next_stage(situation: Situation) -> str:
    state = situation.state
    if state is not None and state.maintenance:
        return of_incident(situation)
    if state is not None and state.playbook is not None and state.playbook.after(state.stage.value) is None:
        return f"{state.stage.value.capitalize()} is the last stage."
    return writes(situation)


def link_together(situation: Situation) -> str:
    return writes(situation) or ("" if situation.together else "No open incidents look like one.")


def undone(situation: Situation) -> str:
    state = situation.state
    nothing = state is not None and not any(entry.undone for entry in state.entries)
    return "Nothing is undone here; {undo} undoes an entry." if nothing else ""


def _where(holds: Callable[[Incident, Situation], object], reason: str) -> Why:
    """A rule that must hold of the incident in view; `reason` says that it does not."""

    def why_not(situation: Situation) -> str:
        state = situation.state
        return reason if state is not None and not holds(state, situation) else writes(situation)

    return why_not


done = _where(
    lambda state, situation: open_tasks(state) or open_fixes(state) or situation.owed,
    "Nothing is open; add a task with {task}.",
)
snooze = _where(lambda state, situation: situation.owed, "Nothing is owed at the moment.")
entry = _where(lambda state, situation: situation.entry, "You have not logged anything here yet.")
accept = _where(
    lambda state, _: offered_handoff(state), "No handoff is waiting to be accepted; offer one with {handoff}."
)
answered = _where(lambda state, _: pages_of(state), "Nobody has been paged yet; {pages} shows whom the playbook names.")
check = _where(
    lambda state, situation: next_item(state, situation.now, situation.actor),
    "Nothing is left to check off; {guide} shows all lists, {runbook} opens a runbook.",
)


def drill(situation: Situation) -> str:
    state = situation.state
    none = "This incident follows no drill; warroom drill run NAME begins one."
    return "" if state is None or run_of(state) is not None else none


def in_drill(order: str) -> Why:
    """For one of the acts of a drill's screen."""

    def why(situation: Situation) -> str:
        return READ_ONLY if situation.read_only and order != "open" else situation.orders.get(order, "")

    return why


close_runbook = _where(lambda state, _: open_runbooks(state), "No runbook is open; {runbook} opens one.")


# The postmortem


def section_writes(situation: Situation) -> str:
    if situation.read_only:
        return READ_ONLY
    final = situation.state is not None and postmortem_of(situation.state).review.value == "final"
    return "The postmortem is final; {review} sets it back to draft before it is changed." if final else ""


def take_draft(situation: Situation) -> str:
    if situation.origin != "draft":
        return "Only a draft from the log can be accepted."
    return section_writes(situation)


def editor(situation: Situation) -> str:
    return section_writes(situation) if situation.origin else "Choose a section to edit it in your editor."


def finish_action(situation: Situation) -> str:
    if situation.read_only:
        return READ_ONLY
    item = situation.state.part(ActionItems).items.get(situation.item) if situation.state is not None else None
    if item is None:
        return "Choose an action item first, in the row of that name."
    return f"Action item {item.number} is done already." if item.done_at is not None else ""


# The outbox and the targets


def settle(situation: Situation) -> str:
    if situation.read_only:
        return READ_ONLY
    return "" if situation.differing else "No page says other than the log, as far as it was read."


def afterwards(situation: Situation) -> str:
    """For what goes to pages once an incident is over."""
    state = situation.state
    if state is None or situation.read_only:
        return READ_ONLY if situation.read_only else ""
    if state.drill:
        return "This is a drill; nothing of it is published."
    if state.maintenance:
        return of_incident(situation)
    return f"{state.ref} is not over yet; close it first." if state.open or state.withdrawn else ""


def order_message(order: str) -> Why:
    """For one of the orders about a message of the outbox."""

    def why(situation: Situation) -> str:
        if not situation.chosen:
            return "No message is chosen."
        return READ_ONLY if situation.read_only else situation.orders.get(order, "")

    return why


def target_writes(situation: Situation) -> str:
    return READ_ONLY if situation.read_only else situation.trouble


def check_target(situation: Situation) -> str:
    nothing = "There is no target to check; press {add_target} to add one."
    return looks_only(situation) or (situation.fault if situation.chosen else nothing)


def test_target(situation: Situation) -> str:
    public = "" if situation.chat else "A test would be public there; {check_target} checks it."
    return check_target(situation) or public


def change_target(situation: Situation) -> str:
    return remove_target(situation) or situation.fault


def remove_target(situation: Situation) -> str:
    return target_writes(situation) or (
        "" if situation.chosen else "There is no target yet; press {add_target} to add one."
    )


def restore_target(situation: Situation) -> str:
    nothing = "Nothing was removed here; “warroom target restore NAME” brings back an older one."
    return target_writes(situation) or ("" if situation.removed else nothing)


class OwnEntries:
    """Finds a person's last entry, from where it was looked for before: a long incident is asked about at each line."""

    def __init__(self) -> None:
        self._entries, self._last = Entries(), ""

    def last(self, entries: Entries, actor: str) -> str:
        """The id of the last entry of that person that still stands; empty where there is none."""
        start = len(self._entries) if entries.grew_from(self._entries) else 0
        standing = (
            entry.id
            for entry in (entries[position] for position in range(len(entries) - 1, start - 1, -1))
            if same_name(entry.author, actor) and not entry.undone and not entry.redacted
        )
        self._last = next(standing, self._last if start else "")
        self._entries = entries
        return self._last
