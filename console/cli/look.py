"""Commands that only look: list, show, clocks."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click
from msgspec.structs import asdict

from console.cli.context import Shell, fail, print_json
from console.cli.output import alarm, columns, hint, out, row, say_row
from console.cli.params import at_option, command, json_option
from console.core.language.names import name_key
from console.core.language.text import one_line
from console.core.language.times import (
    arrival_words,
    changes_offset,
    format_duration,
    format_length,
    local_offset,
    local_stamp,
    moment_words,
)
from console.core.log.clocks import Clock, clocks, elapsed, open_clocks
from console.core.log.conflicts import conflict_words
from console.core.log.entries import Entry
from console.core.log.grounds import lost_grounds
from console.core.log.milestones import contradictions, milestones
from console.core.log.rollcall import roll_call
from console.core.log.state import Incident, timeline
from console.core.subjects.action_item import open_action_items
from console.core.subjects.change import changes_in_flight
from console.core.subjects.checklist import item_lists
from console.core.subjects.fix import open_fixes
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import link_words, links_of
from console.core.subjects.page import waiting_pages
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import holder_of
from console.core.subjects.task import open_tasks
from console.core.subjects.tick import RUNBOOK
from console.export.json.incident import incident_view, summary_view
from console.export.json.model import ClockView

if TYPE_CHECKING:
    from console.publish.sending.status import Standing

LAST_ENTRIES = 20
"""The number of entries that `show` prints, the newest ones."""

MAX_TEXT_CHARS = 2000
"""The most characters of one text on a row; the whole stands in the room and in exports."""


@command(name="list", pages=True, example="--json")
@click.option("--all", "everything", is_flag=True, help="Include withdrawn incidents.")
@json_option()
def list_(shell: Shell, everything: bool, as_json: bool) -> None:
    """List incidents, newest first."""
    with shell.ledger(writing=False) as ledger:
        every = ledger.states()
        hidden = [ref for ref in ledger.references() if ledger.state(ref).declared_at is None]
    states = [state for state in every if everything or as_json or not state.withdrawn]
    for ref in hidden:
        hint(f"{ref} cannot be shown: its declaration is missing or cannot be read.")
    if as_json:
        print_json([summary_view(state) for state in states])
        return
    print_list(states)
    if not (every or hidden):
        hint("There is no incident yet; `warroom declare TITLE --sev SEV2` declares one, `warroom demo` is a practice.")
    elif every and not states:
        hint("All incidents here are withdrawn; `warroom list --all` shows them.")


def print_list(states: Iterable[Incident]) -> None:
    """A row for each incident."""
    for state in states:
        special = f" ({', '.join(_marks(state))})" if _marks(state) else ""
        say_row(f"{state.ref}  {state.severity.value:<5} {state.stage.value:<14} ", f"{state.title.value}{special}")


def _marks(state: Incident) -> list[str]:
    """Marks of an incident that is special, a word each."""
    special = (
        ("drill", state.drill),
        ("withdrawn", state.withdrawn),
        ("record", state.retrospective),
        ("maintenance", state.maintenance),
    )
    return [word for word, is_so in special if is_so]


@command("ref", pages=True, example="K7Q2")
@at_option("Show it as it was known at that moment.", asks=False)
@json_option()
def show(shell: Shell, ref: str, at: datetime | None, as_json: bool) -> None:
    """Show an incident: what it is, who does what, what is owed, and the last entries."""
    with shell.incident(ref, writing=False) as (ledger, state):
        now = at or ledger.now()
        arrived = ledger.log.late_arrivals(state.ref)
        publishing: Iterable[Standing] = ()
        if at is None and as_json:
            # What opens the console pays for no network.
            from console.publish.sending.publisher import Publisher
            from console.publish.sending.status import against

            publishing = against(state, Publisher(shell.settings).standings(ledger.log, state.ref, now))
        if at is not None:
            state = ledger.log.replay(state.ref).at(at).state
        elif state.declared_at is None:
            fail(f"{state.ref} cannot be shown: its declaration is missing or cannot be read in {ledger.log.path}.")
    check_declared(state)
    if as_json:
        print_json(incident_view(state, now, publishing, arrived))
    else:
        print_incident(shell, state, now, arrived)


def check_declared(state: Incident) -> None:
    if state.declared_at is None:
        fail(f"{state.ref} was not declared yet at that moment; choose a later one.")


def print_incident(shell: Shell, state: Incident, now: datetime, arrived: Mapping[str, datetime]) -> None:
    """Print the incident: what it is, who does what, what is owed, and the last entries."""
    width = columns()
    entries = [state.entries[i] for i in timeline(state) if not state.entries[i].undone]
    # A record of long ago has lasted as long as what it tells.
    until = entries[-1].occurred_at if state.retrospective and entries else now
    words, length = elapsed(state, until)
    if state.retrospective and words == "declared":
        # Nobody said how long the impact lasted: the record spans so much.
        words = "spans"
    rule = state.severity_rule
    severity = alarm(state.severity.value) if state.open and rule and rule.urgent else state.severity.value
    out(
        "  ".join(
            [
                state.ref,
                *filter(None, [severity]),
                state.stage.value,
                f"{words} {format_duration(length)}",
                *_marks(state),
            ]
        )
    )
    say_row("", state.title.value)
    if state.planned:
        begins = moment_words(state.planned.starts_at, now, shell.zone)
        ends = moment_words(state.planned.until, state.planned.starts_at, shell.zone)
        say_row("Window:  ", f"{begins} to {ends}")
    if state.impact.value:
        say_row("Impact:  ", one_line(state.impact.value, MAX_TEXT_CHARS))
    roles = state.playbook.roles if state.playbook else ()
    indent = max((len(role.short) for role in roles), default=0) + 3
    roll = roll_call(state, now)
    heard = {name_key(each.person): f", {each.words(now)}" for each in roll}
    for role in roles if not state.retrospective or any(holder_of(state, role.id) for role in roles) else ():
        holder = holder_of(state, role.id)
        out(f"{role.short + ':':<{indent}}{holder or 'nobody'}{heard.get(name_key(holder), '')}")
    section("Roll call", (f"{each.person}: {each.words(now)}" for each in roll if not each.roles))
    conflicts = conflict_words(state, now, shell.zone)
    section("Linked", (row("", link_words(link), width) for link in links_of(state)))
    section("In conflict", (row(f"{field}: ", claims, width) for field, claims in conflicts))
    section("Owed", (_clock_row(shell, "", clock, now, width) for clock in open_clocks(state, now)))
    section("Milestones contradict", (row("", fault, width) for fault in contradictions(milestones(state)).values()))
    section("With a source that changed", (row(f"{loss.where} ", loss.words, width) for loss in lost_grounds(state)))
    section("Open", (row(head, text, width) for head, text in _open_work(state, now)))
    left_out = len(entries) - LAST_ENTRIES
    shown = entries[-LAST_ENTRIES:]
    # One name where all rows have it; across a change of the clock the zone's own.
    names = {f"{entry.occurred_at.astimezone(shell.zone):%Z}" for entry in shown}
    zone = names.pop() if len(names) == 1 else shell.zone
    section(f"Timeline, times in {zone}", _entry_rows(shell, shown, width, arrived))
    if left_out > 0:
        out(f"{left_out} earlier ones are left out; `warroom export {state.ref} timeline` has them all.")


def section(title: str, rows: Iterable[str]) -> None:
    for number, line in enumerate(rows):
        out(line if number else f"\n{title}\n{line}")


def _open_work(state: Incident, now: datetime) -> Iterator[tuple[str, str]]:
    for change in changes_in_flight(state):
        yield f"{'change':<12} ", f"{one_line(change.text, MAX_TEXT_CHARS)}, in flight by {change.by}"
    for items in item_lists(state, now):
        if items.id.startswith(RUNBOOK) and items.open:
            following = next(item for item in items.items if item.done is None)
            text = f"{items.title}, {items.ticked} of {len(items.items)} done; next: {following.text}"
            yield f"{'runbook':<12} ", one_line(text, MAX_TEXT_CHARS)
    for page in waiting_pages(state) if state.open else ():
        yield f"{'page':<12} ", f"{page.text}, no answer for {format_duration(now - page.at)}"
    for task in open_tasks(state):
        owner = f" @{task.owner}" if task.owner else ""
        yield f"task {task.number:<7} ", f"{one_line(task.text, MAX_TEXT_CHARS)}{owner}"
    for fix in open_fixes(state):
        yield f"{'fix':<12} ", one_line(fix.text, MAX_TEXT_CHARS)
    for guess in hypotheses_of(state).values():
        if guess.verdict == "open":
            yield f"hypothesis {guess.number} ", one_line(guess.text, MAX_TEXT_CHARS)
    for action in open_action_items(state):
        owner = f" @{action.owner}" if action.owner else ""
        yield f"action {action.number:<5} ", f"{one_line(action.text, MAX_TEXT_CHARS)}{owner}"
    if postmortem_of(state).owner.value:
        review = (postmortem_of(state).review.value or "draft").replace("_", " ")
        yield f"{'postmortem':<12} ", f"{postmortem_of(state).owner.value}, {review}"


def _entry_rows(
    shell: Shell, entries: Iterable[Entry], width: int | None, arrived: Mapping[str, datetime]
) -> Iterator[str]:
    """The date stands wherever the day changes, and each time's offset on a day on which that changes."""
    day = ""
    shifted = False
    for entry in entries:
        date, at = local_stamp(entry.occurred_at, shell.zone).split()
        if date != day:
            day = date
            shifted = changes_offset(entry.occurred_at, shell.zone)
            yield date
        if shifted:
            at += f" {local_offset(entry.occurred_at, shell.zone)}"
        remarks = f", moved from {entry.moved_from}" if entry.moved_from else ""
        if entry.id in arrived:
            remarks += f", arrived {arrival_words(arrived[entry.id], entry.occurred_at, shell.zone)}"
        yield row(
            f"{at}  {kind_column(entry.kind)} ",
            f"{one_line(entry.text_in(shell.zone), MAX_TEXT_CHARS)}  ({entry.author}{remarks})",
            width,
        )


def kind_column(kind: str) -> str:
    """The kind of an entry in a column of its own."""
    return f"{kind.replace('_', ' '):<11}"


def _clock_row(shell: Shell, head: str, clock: Clock, now: datetime, width: int | None) -> str:
    left = clock.due_at - now
    late = clock.state == "overdue"
    words = f"overdue {format_length(-left)}" if late else f"in {format_length(left)}"
    date, at = local_stamp(clock.due_at, shell.zone).split()
    due = at if date == local_stamp(now, shell.zone).split()[0] else f"{date} {at}"
    line = row(f"{head}{words:<18} ", f"{one_line(clock.what, MAX_TEXT_CHARS)}, {due}, {clock.by_whom}", width)
    return line.replace(words, alarm(words), 1) if late else line


@command("[ref]", name="clocks", pages=True, example="K7Q2")
@json_option()
def clocks_(shell: Shell, ref: str, as_json: bool) -> None:
    """Show what one incident or all open ones owe, most urgent first; what drills owe comes last."""
    with shell.ledger(writing=False) as ledger:
        now = ledger.now()
        states = [ledger.state(ledger.resolve(ref))] if ref else [state for state in ledger.states() if state.open]
    rows = [(state, clock) for state in states for clock in clocks(state, now)]
    rows.sort(key=lambda row: (row[0].drill, not row[1].open, row[1].due_at))
    if as_json:
        print_json([{"ref": of.ref, "drill": of.drill, **asdict(ClockView.of(clock))} for of, clock in rows])
        return
    owed = [(state, clock) for state, clock in rows if clock.open]
    for state, clock in owed:
        out(_clock_row(shell, f"{state.ref}  {'drill: ' if state.drill else ''}", clock, now, columns()))
    if not owed:
        hint("Nothing is owed; `warroom list` shows the incidents.")


COMMANDS = (list_, show, clocks_)
