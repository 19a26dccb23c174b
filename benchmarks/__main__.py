"""All the benchmarks, or those named: `python -m benchmarks [append fold ...]`. Prints a line for each figure as it
comes, and all of them as a table at the end.
"""

import sys
from collections.abc import Callable

from benchmarks import advice, append, fold, idle, intake, memory, publishing, room, search, start, taking_back, watch
from benchmarks.result import TABLE, Result, machine

ALL: dict[str, Callable[[], list[Result]]] = {
    "start": start.run,
    "append": append.run,
    "room": room.run,
    "taking_back": taking_back.run,
    "publishing": publishing.run,
    "idle": idle.run,
    "fold": fold.run,
    "watch": watch.run,
    "memory": memory.run,
    "search": search.run,
    "intake": intake.run,
    "advice": advice.run,
}


def main() -> int:
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; choose from {', '.join(ALL)}.", file=sys.stderr)
        return 2
    results: list[Result] = []
    for name in names:
        for result in ALL[name]():
            print(result.line(), flush=True)
            results.append(result)
    print(f"\n{machine()}\n\n{TABLE}")
    for result in results:
        print(result.row())
    return 0


if __name__ == "__main__":
    sys.exit(main())
