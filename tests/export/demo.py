"""The practice incident as it stands at a minute of its script, through a real log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.cli.transfer import Practice
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.subjects.stage import MoveStage
from console.store.ledger import Ledger
from console.store.log import Log

OPENING = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
"""When the practice begins: 21 minutes after its first event."""
PEOPLE = ("ana", "bo", "cy", "dee", "eli")


def practised(path: Path, playbook: Playbook, *, minutes: float = 0, closed: bool = False) -> Incident:
    """The practice incident so many minutes after its opening; `closed` ends it 40 minutes later."""
    clock = [OPENING]
    with Log.open(path) as log:
        ledger = Ledger(log, actor="ana", clock=lambda: clock[0])
        practice = Practice(ledger, OPENING, playbook, lambda at: clock.__setitem__(0, at))
        for at, who, line, makes in practice.later:
            if at <= OPENING + timedelta(minutes=minutes):
                clock[0] = at
                practice.play(at, who, line.format(**practice.ids), makes)
        if closed:
            clock[0] = OPENING + timedelta(minutes=minutes + 40)
            ledger.execute(practice.ref, MoveStage(actor="ana", stage="closed", override="practice"))
        return ledger.state(practice.ref)
