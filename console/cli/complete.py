"""Completion of incidents in a plain shell."""

from datetime import UTC, datetime
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from console.store.ledger import Ledger
from console.store.log import Log
from console.store.place import default_path
from console.store.problems import StoreProblem


def references(ctx: click.Context, param: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """The incidents that begin with what was typed, the newest first; none where the log cannot be read."""
    named = ctx.find_root().params.get("db")
    wanted = incomplete.upper().removeprefix("INC-")
    try:
        path = Path(named).expanduser() if named else default_path()
        with Log.open(path, read_only=True, still=True) as log:
            states = Ledger(log, actor="", clock=lambda: datetime.now(UTC)).states()
    except (StoreProblem, RuntimeError, OSError):
        return []
    return [
        CompletionItem(state.ref, help=f"{state.severity.value} {state.title.value}")
        for state in states
        if not state.withdrawn and (state.ref.removeprefix("INC-").startswith(wanted) or state.ref.startswith(wanted))
    ]
