"""An incident as it was at a moment, printed or played in the console."""

from datetime import datetime

import click

from console.cli.context import Shell, print_json
from console.cli.look import MAX_TEXT_CHARS, check_declared, kind_column, print_incident, section
from console.cli.opening import open_console
from console.cli.output import columns, hint, row
from console.cli.params import at_option, command, json_option
from console.core.language.text import one_line
from console.core.language.times import arrival_words, local_stamp
from console.core.log.replay import NotYet
from console.export.json.incident import replay_view


@command("ref", pages=True, example="K7Q2 --at 14:45")
@at_option("Print it as it was known at that moment; without this the console replays it.", asks=False)
@json_option()
def replay(shell: Shell, ref: str, at: datetime | None, as_json: bool) -> None:
    """An incident as it was at a moment: who led, what was owed, and what nobody knew yet."""
    if at is None:
        if as_json:
            raise click.UsageError("--json needs --at: the moment to print")
        shell.view = "replay"
        open_console(shell, ref)
        return
    with shell.incident(ref, writing=False) as (ledger, state):
        moment = ledger.log.replay(state.ref).at(min(at, ledger.now()))
        arrived = ledger.log.late_arrivals(state.ref)
    check_declared(moment.state)
    if as_json:
        print_json(replay_view(moment, arrived))
        return
    hint(f"As it was at {local_stamp(moment.at, shell.zone)}:")
    print_incident(shell, moment.state, moment.at, arrived)
    section("Had happened, not known yet", (_not_yet_row(shell, each, columns()) for each in moment.not_yet))


def _not_yet_row(shell: Shell, missing: NotYet, width: int | None) -> str:
    entry, known = missing.entry, arrival_words(missing.known_at, missing.entry.occurred_at, shell.zone)
    _, at = local_stamp(entry.occurred_at, shell.zone).split()
    text = one_line(entry.text_in(shell.zone), MAX_TEXT_CHARS)
    return row(f"{at}  {kind_column(entry.kind)} ", f"{text}  ({entry.author}, known {known})", width)


COMMANDS = (replay,)
