"""Kill a writer with -9 in the middle of writing, again and again: `python -m tests.store.kill9 [ROUNDS]`.

After each kill every entry whose commit the writer had reported must be there, and the log must verify clean.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from console.store import Log
from tests.store.making import INCIDENT, WRITER, program


def one_round(path: Path, name: str, after: int) -> list[str]:
    """Start a writer, kill it once `after` entries are acknowledged; what is then wrong, a sentence each."""
    writer = program(WRITER, path, name, 1_000_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    acknowledged = [writer.stdout.readline().strip() for _ in range(after)]
    writer.kill()
    # What the pipe still holds was acknowledged too; a last line without its end was not.
    rest = writer.communicate()[0]
    acknowledged += rest.split("\n")[:-1]
    with Log.open(path) as log:
        kept = {event.id for event in log.events(INCIDENT)}
        return log.verify() + [f"{lost} was acknowledged and is lost." for lost in acknowledged if lost not in kept]


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data" / "warroom.db"
        for number in range(rounds):
            wrong = one_round(path, f"round{number}", after=random.randrange(30))
            if wrong:
                print(f"round {number}:", *wrong, sep="\n  ")
                return 1
        with Log.open(path) as log:
            count = len(log.events(INCIDENT))
            mode = log.journal_mode
    print(f"{rounds} kills, {count} entries kept, none lost, verify clean after each ({mode}, ", end="")
    print(f"{time.monotonic() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
