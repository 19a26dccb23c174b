"""The command `catchup`: changes of an incident since a moment."""

from collections.abc import Iterable
from datetime import datetime

from console.cli.context import Shell, fail, print_json
from console.cli.output import alarm, columns, hint, out, row, say_row
from console.cli.params import command, json_option, since_option
from console.core.language.text import one_line
from console.core.language.times import due_words, local_stamp
from console.core.log.catchup import SECTIONS, CatchUpLine, catch_up, shortened
from console.core.log.fold import fold
from console.export.json.model import CatchUpView

MAX_ROWS = 60
"""Rows that it takes at most; with --json it tells all."""
MAX_TEXT_CHARS = 500


@command("ref", pages=True, example="K7Q2 --since 30m")
@since_option("Since when: 20m, 14:32, yesterday 23:50; without it the whole incident.")
@json_option()
def catchup(shell: Shell, ref: str, since: datetime | None, as_json: bool) -> None:
    """Decisions, changes, what is owed and in flight since a moment; what arrived late counts as new."""
    with shell.incident(ref, writing=False) as (ledger, state):
        if state.declared_at is None:
            fail(f"{state.ref} cannot be shown: its declaration is missing or cannot be read in {ledger.log.path}.")
        before = fold(state.ref, ledger.log.known(state.ref, since) if since else ())
        now = ledger.now()
    lines = catch_up(before, state, now)
    if as_json:
        title, severity, stage = state.title.value, state.severity.value, state.stage.value
        print_json(CatchUpView.of(state, title=title, severity=severity, stage=stage, since=since, lines=lines))
        return
    moment = f"since {local_stamp(since, shell.zone)}" if since else "from the beginning"
    say_row(f"{state.ref}  {state.severity.value}  {state.stage.value}  {moment}  ", state.title.value)
    _print(shell, shortened(lines, MAX_ROWS, heading=2), now)
    if all(line.section == "owed" for line in lines):
        hint("Nothing was decided or changed since.")


def _print(shell: Shell, lines: Iterable[CatchUpLine], now: datetime) -> None:
    section, width = "", columns()
    for line in lines:
        if line.section != section:
            section = line.section
            out(f"\n{SECTIONS[section]}")
        at = due_words(line.at, now, shell.zone)
        words = one_line(line.text, MAX_TEXT_CHARS) + (f"  ({line.by})" if line.by else "")
        shown = row(f"{at:>11}  ", words, width)
        out(alarm(shown) if line.overdue else shown)


COMMANDS = (catchup,)
