"""Makes docs/handoff-example.md: the practice incident in the middle, handed over by its commander.

python scripts/handoff_example.py [FILE]
"""

import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.cli.transfer import Practice
from console.core.subjects.runbook import FollowRunbook
from console.export.handoff import handoff_markdown
from console.files import write_whole
from console.library.playbooks import DEFAULT, Playbooks
from console.library.runbooks import Runbooks
from console.store.ledger import Ledger
from console.store.log import Log

NOW = datetime(2026, 11, 21, 14, 33, tzinfo=UTC)
ACTS = (
    ("ana", "/impact Visitors to most sites get an error 502; our dashboard and API cannot be reached either."),
    ("eli", "/change The firewall goes off worldwide back: the same switch, city by city"),
    ("cy", "/check runbook:bad-deploy/1: the firewall's rule of 14:12"),
    ("cy", "/check runbook:bad-deploy/2: yes, but a rollback builds the firewall twice"),
    ("ana", "/postmortem owner cy"),
    (
        "ana",
        "/action P1 @eli 14d Practise the bypass to the control panel in every drill verify: all of us have used it",
    ),
    ("ana", "/handoff dee The switch is being thrown, not yet confirmed. Ask cy before the firewall goes on again."),
)
"""The lines that follow the practice incident's opening, 20 seconds apart."""


def example() -> str:
    clock = [NOW]
    with tempfile.TemporaryDirectory() as scratch, Log.open(Path(scratch) / "demo.db") as log:
        # Ids that are always the same, so that only what has changed shows in the page.
        ledger = Ledger(log, actor="ana", clock=lambda: clock[0], randbytes=random.Random(502).randbytes)
        made = Practice(ledger, NOW, Playbooks(None).built_in(DEFAULT), lambda at: clock.__setitem__(0, at))
        runbook = Runbooks().built_in("bad-deploy")
        ledger.execute(made.ref, FollowRunbook(actor="cy", runbook=runbook))
        for who, line in ACTS:
            clock[0] += timedelta(seconds=20)
            made.play(clock[0], who, line, "")
        return handoff_markdown(ledger.state(made.ref), clock[0], UTC, author="ana")


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/handoff-example.md")
    write_whole(file, example())
    print(f"wrote {file}")


if __name__ == "__main__":
    main()
