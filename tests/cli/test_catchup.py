"""The changes of an incident since a moment, from the shell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.core.log.event import Event
from console.core.subjects.entry import EntryLogged
from console.store.log import Log
from tests.cli.shell import Warroom


def test_catchup_tells_what_came_since_with_its_entries(tmp_path: Path) -> None:
    warroom = Warroom(tmp_path / "w.db")
    ref = warroom.says("declare", "Checkout fails", "--sev", "SEV2").split()[-1]
    warroom.says("log", ref, "-20m ! freeze deploys")
    decided = warroom.says("log", ref, "! fail over")
    entries = {entry["text"]: entry for entry in warroom.json("show", ref)["entries"]}

    told = warroom.json("catchup", ref)
    assert told["since"] is None
    assert (told["ref"], told["title"], told["severity"]) == (ref, "Checkout fails", "SEV2")
    lines = {line["text"]: line for line in told["lines"]}
    assert lines["freeze deploys"]["section"] == "decided"
    assert lines["fail over"]["entries"] == [decided] == [entries["fail over"]["id"]]
    assert {"Declared SEV2: Checkout fails", "Escalate, no progress"} <= lines.keys()

    page = warroom.says("catchup", ref)
    assert "from the beginning" in page
    assert "Decided, done" in page
    # What was logged late is new since the moment at which it was written.
    assert "freeze deploys" in warroom.says("catchup", ref, "--since", "10m")
    assert "Write since when" in warroom.fails("catchup", ref, "--since", "soon")


def test_what_came_from_another_machine_counts_from_its_arrival(tmp_path: Path) -> None:
    warroom = Warroom(tmp_path / "w.db")
    ref = warroom.says("declare", "Checkout fails", "--sev", "SEV2").split()[-1]
    now = datetime.now(UTC)
    long_ago = now - timedelta(hours=3)
    event = Event(
        "e1", ref, "b" * 16, 1, int(long_ago.timestamp() * 1000) << 16, "ana", long_ago, long_ago,
        EntryLogged("decision", "fail over"),
    )  # fmt: skip
    with Log.open(tmp_path / "w.db") as log:
        log.import_events([event], at=now)

    assert "fail over" in warroom.says("catchup", ref, "--since", "30m")
    assert "fail over" not in warroom.says("catchup", ref, "--since", (now + timedelta(seconds=1)).strftime("%H:%M:%S"))
