"""Two consoles that were apart for an hour, each with decisions of its own, show the same once they have met."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.core.log.conflicts import conflicts_of
from console.core.log.state import timeline
from console.core.subjects.entry import LogEntry
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from tests.core.story import START
from tests.torture.machines import File

HOUR = timedelta(hours=1)
DECISIONS = {
    "mo": ("SEV0", "investigating"),
    "al": ("SEV3", "mitigating"),
}
"""Severity and stage of each; both take command."""


class Hour:
    """A clock of a room, and an hour of two people in it who do not hear of each other."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def passes(self, files: tuple[File, File]) -> None:
        """Sixty entries of each, and half way through the decisions."""
        for minute in range(60):
            self.now = START + timedelta(minutes=minute, seconds=1)
            for file in files:
                self.now += timedelta(seconds=20)
                assert file.does(LogEntry, text=f"{file.actor}, minute {minute}")
                if minute == 30:
                    severity, stage = DECISIONS[file.actor]
                    assert file.does(AssignRole, role="ic", person=file.actor)
                    assert file.does(ChangeSeverity, severity=severity, reason="as seen from here")
                    assert file.does(MoveStage, stage=stage, override="as seen from here")
        self.now = START + HOUR


def assert_one_room(*files: File) -> None:
    """All show the same entries in the same order, and name what both decided."""
    first = files[0].state
    for file in files:
        state = file.state
        assert state == first
        assert [state.entries[at].text for at in timeline(state)] == [first.entries[at].text for at in timeline(first)]
        conflicts = {name: {before.value, last.value} for name, before, last in conflicts_of(state)}
        assert conflicts == {
            "role ic": {"mo", "al"}, "severity": {"SEV0", "SEV3"}, "stage": {"investigating", "mitigating"},
        }  # fmt: skip
        assert state.severity.value == "SEV0", "the higher one counts until somebody settles it"
        said = [entry.text for entry in state.entries if entry.kind == "note"]
        assert len(said) == len({*said}) == 120


def settle(file: File) -> None:
    assert file.does(AssignRole, role="ic", person="mo")
    assert file.does(ChangeSeverity, severity="SEV0", reason="agreed")
    assert file.does(MoveStage, stage="investigating")


@pytest.mark.parametrize(
    "skew", [timedelta(), HOUR, -HOUR], ids=["same clocks", "al an hour ahead", "al an hour behind"]
)
def test_two_files_that_exchange_their_exports(tmp_path: Path, skew: timedelta) -> None:
    hour = Hour()
    mo, al = File(tmp_path / "mo.db", "mo", hour), File(tmp_path / "al.db", "al", hour, skew)
    al.ref = mo.declares("Checkout errors")
    al.takes(mo.exported())
    hour.passes((mo, al))
    from_mo, from_al = mo.exported(), al.exported()
    mo.takes(from_al)
    al.takes(from_mo)
    assert_one_room(mo, al)
    settle(mo)
    al.takes(mo.exported())
    for file in (mo, al):
        assert not conflicts_of(file.state)
        assert file.log.verify() == []
        file.log.close()
