"""Pages that keep no marker of ours, in bad weather, with incidents that have each other's titles and words.

Every message has to be on the page once, under its own incident; where its words cannot tell, a person is asked, who
looks at the page.
"""

import random
from datetime import timedelta

import msgspec
import pytest

from console.publish.provider import Absent, Found, Provider, Settings
from console.publish.providers.cachet import Cachet
from console.publish.sending.message import STATUSES, Delivery, Remote
from console.publish.transport.failure import Later, Unknown
from tests.publish.away import kinds
from tests.publish.fakes import Fake
from tests.publish.fakes.cachet import CachetFake
from tests.publish.faulty import NOTHING_DONE, UNCLEAR, fine
from tests.publish.suite import NAME, STARTED, Bench

INCIDENTS = 20
APART = timedelta(minutes=90)
"""So little that a page's own time, without its zone, puts several of them in doubt."""


class OldCachetFake(CachetFake):
    """Before it knew metadata."""

    def __init__(self) -> None:
        super().__init__()
        self.old = True


PAGES: dict[str, tuple[type[Provider], type[Fake]]] = {
    **{kind: kinds()[kind] for kind in ("cachet", "cachet-v2", "instatus", "betterstack", "kener")},
    "cachet, old": (Cachet, OldCachetFake),
}


class Team:
    """Publishes one message after the other, as an outbox does, and looks at the page when it is asked to."""

    def __init__(self, provider: type[Provider], fake: Fake, seed: int) -> None:
        self.provider, self.fake, self.chance = provider, fake, random.Random(seed)
        self.asked = 0

    def bench(self) -> Bench:
        return Bench(self.provider, self.fake)

    def publish(self, bench: Bench, delivery: Delivery) -> None:
        before = self.count()
        self.fake.now = delivery.at
        while True:
            fault = self.chance.choice([fine, *NOTHING_DONE.values(), *UNCLEAR.values()])
            bench.plan(fault)
            try:
                bench.send(delivery)
            except Later:
                continue
            except Unknown:
                bench.plan()
                if self.chance.random() < 0.2:
                    self.restart(bench)
                found = bench.look_up(delivery)
                if isinstance(found, Absent):
                    assert self.count() == before
                    continue
                if not isinstance(found, Found):
                    self.asked += 1
                    if self.count() == before:
                        continue
                    found = self.pointed_out(bench, delivery)
                bench.remember(delivery, found.remote)
            assert self.count() == before + 1
            return

    def restart(self, bench: Bench) -> None:
        """The console is ended and begins again, with what its outbox keeps."""
        bench.provider = self.provider(Settings(name=NAME, page=self.fake.page), bench.http)

    def count(self) -> int:
        return sum(len(incident.updates) for incident in self.fake.seen())

    def pointed_out(self, bench: Bench, delivery: Delivery) -> Found:
        """The answer of a person: it is the newest on the page."""
        assert bench.known.remote is None, "an update is never in doubt under an incident that is there"
        newest = self.fake.incidents[-1]
        return Found(Remote(str(newest["id"] if isinstance(newest, dict) else newest.id)))


@pytest.mark.drawn(3)
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_message_is_there_once_under_its_own_incident(name: str, seed: int) -> None:
    provider, fake = PAGES[name]
    team = Team(provider, fake(), seed)
    for number in range(INCIDENTS):
        bench = team.bench()
        begun = STARTED + number * APART
        for status in STATUSES:
            told = bench.delivery(status, f"Words of the template for {status}.")
            team.publish(
                bench,
                msgspec.structs.replace(
                    told, key=f"{number}-{told.key}", at=told.at + number * APART, started_at=begun
                ),
            )
    seen = team.fake.seen()
    assert len(seen) == INCIDENTS
    assert all(
        [text for _, text in one.updates] == [f"Words of the template for {status}." for status in STATUSES]
        for one in seen
    )
    assert team.fake.wrong == []
    if name not in ("cachet, old", "cachet-v2"):
        assert team.asked == 0
