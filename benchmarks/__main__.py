"""All the benchmarks, or those named: `python -m benchmarks [append fold ...]`. Prints a line for each figure as it
comes, keeps them in benchmarks/results.json, and makes the tables of docs/benchmarks.md of that.

`sizes` runs only when it is named: it takes as long as all the others together.
"""

import sys
from collections.abc import Callable, Iterable

from benchmarks import (
    advice,
    append,
    fold,
    idle,
    intake,
    memory,
    page,
    peers,
    publishing,
    replay,
    results,
    room,
    screens,
    search,
    sizes,
    start,
    taking_back,
    watch,
)
from benchmarks.result import Result

ALL: dict[str, Callable[[], Iterable[Result]]] = {
    "start": start.run,
    "append": append.run,
    "room": room.run,
    "taking_back": taking_back.run,
    "publishing": publishing.run,
    "idle": idle.run,
    "fold": fold.run,
    "watch": watch.run,
    "screens": screens.run,
    "memory": memory.run,
    "search": search.run,
    "replay": replay.run,
    "intake": intake.run,
    "advice": advice.run,
    "peers": peers.run,
    "sizes": sizes.run,
}
NAMED_ONLY = ("sizes",)


def main() -> int:
    names = sys.argv[1:] or [name for name in ALL if name not in NAMED_ONLY]
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; choose from {', '.join(ALL)}.", file=sys.stderr)
        return 2
    for name in names:
        rows = []
        for result in ALL[name]():
            print(result.line(), flush=True)
            rows.append(result)
        results.record(name, rows)
    page.main()
    print(f"\nKept in {results.FILE}; the tables are in {page.PAGE}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
