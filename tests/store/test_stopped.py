"""A process that is stopped (Ctrl+Z) in the middle of a transaction: others go on writing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from console.store import Log
from tests.patience import PATIENCE_S
from tests.store.making import ROOT, entry

STOPPED = """
import sys, time
from pathlib import Path
from console.cli.stopping import stopping_between_writes
from console.store import Log, rows
from tests.store.making import entry
with Log.open(Path(sys.argv[1])) as log, stopping_between_writes(log):
    def job(connection):
        rows.append(connection, log.origin, [entry("inside")])
        print("inside", flush=True)
        time.sleep(1)
    log.transact(job)
    print("written", flush=True)
    sys.stdin.readline()
"""


def is_stopped(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0] == "T"


def test_a_stop_inside_a_transaction_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    Log.open(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0,
    ) as stopped:  # fmt: skip
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == "inside\n"
        os.kill(stopped.pid, signal.SIGTSTP)
        deadline = time.monotonic() + PATIENCE_S
        while not is_stopped(stopped.pid):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        try:
            with Log.open(path) as other:
                other.append([entry("from another")])
                assert [event.id for event in other.events("INC-K7Q2")] == ["inside", "from another"]
        finally:
            os.kill(stopped.pid, signal.SIGCONT)
        assert stopped.stdout.readline() == "written\n"
        stopped.communicate("\n")
    assert stopped.returncode == 0
