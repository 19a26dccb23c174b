"""The bad network itself, and every provider of a status page through a long stretch of it."""

import random
from collections.abc import Callable

import httpx
import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.statuspage import Statuspage
from console.publish.sending.message import STATUSES, Delivery, Status
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown
from console.publish.transport.http import Http
from tests.publish.away import kinds
from tests.publish.fakes.statuspage import StatuspageFake
from tests.publish.faulty import (
    DONE,
    NONSENSE,
    NOTHING_DONE,
    REFUSALS,
    UNCLEAR,
    Fault,
    FaultyTransport,
    Time,
    client,
    fine,
    no_connection,
    timed_out_after,
)
from tests.publish.suite import Bench

POSTS = 300
PER_INCIDENT = 30


def create(asking: Http) -> None:
    incident = {"name": "a", "status": "identified", "body": "b", "deliver_notifications": False, "metadata": {}}
    asking.write("POST", f"/pages/{StatuspageFake.page}/incidents", {"incident": incident})


@pytest.mark.parametrize("name", [*NOTHING_DONE, *REFUSALS, *UNCLEAR, *NONSENSE])
def test_each_fault_does_what_its_table_says(name: str) -> None:
    fault = {**NOTHING_DONE, **REFUSALS, **UNCLEAR, **NONSENSE}[name]
    fake, time = StatuspageFake(), Time()
    asking = client(Statuspage, FaultyTransport(fake, [fault], time=time), time)
    kind = Later if name in NOTHING_DONE else Rejected if name in REFUSALS else Unknown
    if name in NONSENSE or name == "truncated":
        create(asking)
    else:
        with pytest.raises(kind):
            create(asking)
    assert len(fake.incidents) == (name in DONE or name in NONSENSE)
    assert fake.wrong == []


def test_only_what_posts_takes_from_the_plan() -> None:
    fake = StatuspageFake()
    transport = FaultyTransport(fake, [no_connection, timed_out_after])
    ask = httpx.Request("GET", f"{fake.base}/pages/{fake.page}", headers=Statuspage.headers(fake.key))
    assert transport.handle_request(ask).status_code == 200
    with pytest.raises(httpx.ConnectError):
        transport.handle_request(httpx.Request("POST", fake.base))
    assert len(transport.plan) == 1
    transport.every = True
    with pytest.raises(httpx.ReadTimeout):
        transport.handle_request(ask)


@pytest.mark.parametrize("kind", ["statuspage", "incident-io", "openstatus"])
def test_every_message_is_on_the_page_once_and_in_order(kind: str) -> None:
    """Half of all requests, those that ask too, meet a fault drawn at random."""
    provider, fake = kinds()[kind]
    chance = random.Random(7)
    bench = Bench(provider, fake())
    faults = [*NOTHING_DONE.values(), *UNCLEAR.values(), *NONSENSE.values()]
    said: list[list[tuple[Status, str]]] = []
    for number in range(POSTS):
        if number % PER_INCIDENT == 0:
            bench.known = msgspec.structs.replace(bench.known, remote=None, update_ids=(), parts=())
            said.append([])
        status = STATUSES[number % 4]
        # Now and then the same words come twice, one after the other.
        repeated = bool(said[-1]) and chance.random() < 0.2
        status, text = said[-1][-1] if repeated else (status, f"Text {number}.")
        delivery = bench.delivery(status, text, title=f"Incident {number // PER_INCIDENT}")
        said[-1].append((status, text))
        bench.transport.every = True
        until_there(bench, delivery, lambda: chance.choice(faults) if chance.random() < 0.5 else fine)
    assert [seen.updates for seen in bench.fake.seen()] == said
    assert bench.fake.mails == 0
    assert bench.fake.wrong == []


@pytest.mark.drawn(8)
@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "webhook"])
@pytest.mark.parametrize("name", ["connect time-out", "422"])
@pytest.mark.parametrize("status", ["identified", "resolved"])
def test_what_fails_once_the_message_is_there_does_not_count_as_nothing_done(
    kind: str, name: str, status: Status
) -> None:
    """Each request of a first and of a second message in turn, those that ask behind what they wrote as well."""
    cls, fake = kinds()[kind]
    for already in (0, 1):
        for place in range(30):
            bench = Bench(cls, fake())
            for _ in range(already):
                bench.send(bench.delivery("investigating", "We look into it."))
            # As with each new run, nothing is remembered of what the target said of itself.
            again = Bench(cls, bench.fake)
            again.known = bench.known
            again.plan(*[fine] * place, {**NOTHING_DONE, **REFUSALS}[name], every=True)
            delivery = bench.delivery(status, "A deploy is the cause.")
            failure: PublishProblem | None = None
            try:
                again.provider.send(delivery, again.known)
            except PublishProblem as problem:
                failure = problem
            there = any(delivery.text in text for _, text in again.updates)
            assert not (there and isinstance(failure, Later | Rejected)), f"request {place}: {failure}"
            if again.transport.plan:
                break  # There are no more requests.


def until_there(bench: Bench, delivery: Delivery, draw: Callable[[], Fault]) -> None:
    """Send as an outbox does, and after an end that is not known look first."""
    unclear = False
    while True:
        bench.transport.plan.clear()
        bench.transport.plan.extend(draw() for _ in range(40))
        try:
            if unclear:
                found = bench.look_up(delivery)
                if isinstance(found, Found):
                    bench.remember(delivery, found.remote)
                    return
                # Who cannot tell is asked in good weather, or may repeat what it knows by its key.
                repeats = "create" in bench.provider.capabilities.repeats and bench.known.remote is None
                unclear = isinstance(found, CannotTell) and not repeats
                assert unclear or repeats or found == Absent()
            else:
                bench.send(delivery)
                return
        except Unknown:
            unclear = True
        except PublishProblem:
            continue
