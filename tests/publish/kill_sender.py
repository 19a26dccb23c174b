"""Kill a sender with -9 at every moment there is: `python -m tests.publish.kill_sender [STEP] [KIND…]` prints a table.

A moment is each statement that changes the log's file, and each side of each request to the page. After each kill
another sender goes on; in the end the page must have every message once, in order.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from console.publish.sending.decisions import confirmed, resent
from console.publish.sending.message import Part
from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.publish.away import PageProcess, kinds
from tests.publish.making import REF, decide_on, declare, post
from tests.publish.sending import Order, run
from tests.publish.storm import component

TELLS = ("statuspage", "cachet", "cachet-v2", "instatus", "betterstack")
"""Those that tell what state a component is in."""
TEXTS = ("We look into it.", "Still looking.", "Still looking.")


def one_kill(kind: str, moment: int) -> tuple[int, int, list[str]]:
    """Kill a sender at a moment, or at none if it is 0; the moments there were after it, doubts that a person had to
    settle, and what is wrong in the end."""
    asked = 0
    with tempfile.TemporaryDirectory() as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        with Log.open(path) as log:
            declare(log)
            down = component(kind)
            for text in TEXTS:
                # The first one is asked for what its component was before.
                parts = (Part(down, "major", "checkout"),) if down and log.position() == 1 else ()
                post(log, text, parts=parts)
        begin = START + timedelta(days=1)
        killed = run(Order(str(path), page.at, kind, begin, kill_at=moment))
        assert (killed is None) == bool(moment), f"the sender did not reach moment {moment}"
        ended = killed or run(Order(str(path), page.at, kind, begin + timedelta(days=1)))
        while True:
            assert ended is not None
            with Log.open(path) as log:
                box = Outbox(log)
                left = box.messages(REF, unfinished=True)
                if not left:
                    break
                assert left[0].state == "ask", f"{left[0].state} is left alone"
                asked += 1
                done = sum(one.state == "done" for one in box.messages(REF))
                there = sum(len(one.updates) for one in page.seen()) > done
                order = confirmed(box, left[0], "mo") if there else resent(left[0], "mo")
                decide_on(log, left[0], order, begin)
            begin += timedelta(days=2)
            ended = run(Order(str(path), page.at, kind, begin))
        shown = page.seen()
        seen = [text for one in shown for _, text in one.updates]
        wrong = [] if seen == list(TEXTS) else [f"{kind}, killed at {moment}: the page says {seen}."]
        with Log.open(path) as log:
            before = [part.prior for part in Outbox(log).placed(REF)["page"].parts]
        expected = ["operational" if kind in TELLS else ""] if down else []
        if before != expected or shown[0].components.get(down, "major") != "major":
            wrong.append(f"{kind}, killed at {moment}: the component was {before}, and is {shown[0].components}.")
        return ended.moments, asked, wrong


def main() -> int:
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print("| target | moments | kills | put to a person | s |")
    print("|---|---|---|---|---|")
    wrong: list[str] = []
    for kind in sys.argv[2:] or kinds():
        started = time.monotonic()
        moments, _, found = one_kill(kind, 0)
        wrong += found
        asked = kills = 0
        for moment in range(1, moments + 1, step):
            _, more, found = one_kill(kind, moment)
            asked += more
            kills += 1
            wrong += found
        print(f"| {kind} | {moments} | {kills} | {asked} | {time.monotonic() - started:.0f} |", flush=True)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
