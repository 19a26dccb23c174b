"""A planned maintenance on each page that shows one, from its plan to its end; nobody is mailed."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Capabilities, Found, Provider
from console.publish.providers.betterstack import BetterStack
from console.publish.providers.cachet import Cachet
from console.publish.providers.cachet_v2 import CachetV2
from console.publish.providers.incident_io import IncidentIo
from console.publish.providers.instatus import Instatus
from console.publish.providers.kener import Kener
from console.publish.providers.openstatus import OpenStatus
from console.publish.providers.statuspage import Statuspage
from console.publish.providers.upptime import Upptime
from console.publish.providers.uptime_kuma import UptimeKuma
from console.publish.sending.message import Change, Delivery, Status, shown_as
from tests.publish.fakes import FakeMaker, Seen
from tests.publish.fakes.betterstack import BetterStackFake
from tests.publish.fakes.cachet import CachetFake
from tests.publish.fakes.cachet_v2 import CachetV2Fake
from tests.publish.fakes.incident_io import IncidentIoFake
from tests.publish.fakes.instatus import InstatusFake
from tests.publish.fakes.kener import KenerFake
from tests.publish.fakes.openstatus import OpenStatusFake
from tests.publish.fakes.statuspage import StatuspageFake
from tests.publish.fakes.upptime import UpptimeFake
from tests.publish.fakes.uptime_kuma import OldKumaFake, UptimeKumaFake
from tests.publish.faulty import timed_out_after
from tests.publish.suite import STARTED, Bench

HOUR = timedelta(hours=1)
NIGHT = Window(STARTED + 10 * HOUR, STARTED + 12 * HOUR)
LATER = Window(STARTED + 34 * HOUR, STARTED + 36 * HOUR)
PAGES: dict[str, tuple[type[Provider], FakeMaker]] = {
    "statuspage": (Statuspage, StatuspageFake),
    "incident-io": (IncidentIo, IncidentIoFake),
    "betterstack": (BetterStack, BetterStackFake),
    "cachet": (Cachet, CachetFake),
    "cachet-v2": (CachetV2, CachetV2Fake),
    "upptime": (Upptime, UpptimeFake),
    "instatus": (Instatus, InstatusFake),
    "kener": (Kener, KenerFake),
    "openstatus": (OpenStatus, OpenStatusFake),
    "uptime-kuma": (UptimeKuma, UptimeKumaFake),
    "uptime-kuma 1.23": (UptimeKuma, OldKumaFake),
}


class Planned:
    """A page on which a maintenance is planned."""

    def __init__(self, page: str) -> None:
        provider, fake = PAGES[page]
        self.bench = Bench(provider, fake())
        self.bench.provider = self.bench.provider.maintenances()
        self.part = next(iter(self.bench.fake.components))

    @property
    def can(self) -> Capabilities:
        return self.bench.provider.capabilities

    def at(self, moment: datetime) -> None:
        self.bench.fake.clock = lambda: moment

    def delivery(self, status: Status, text: str, at: datetime, window: Window = NIGHT) -> Delivery:
        parts: dict[str, ComponentState] = {self.part: "maintenance" if status == "in_progress" else "operational"}
        delivery = self.bench.delivery(status, text, parts, title="New database", window=window)
        self.at(at)
        return replace(delivery, at=at, started_at=window.starts_at)

    def tells(self, status: Status, text: str, at: datetime, window: Window = NIGHT) -> Delivery:
        """Send an update of the maintenance; the page has to show its state."""
        delivery = self.delivery(status, text, at, window)
        self.bench.send(delivery)
        view = self.bench.provider.read(self.bench.known)
        assert view.status in (shown_as(status), None)
        assert text in view.text
        assert self.seen.status == shown_as(status)
        return delivery

    def plans(self) -> Delivery:
        return self.tells("scheduled", "Searches may be slow.", STARTED)

    @property
    def seen(self) -> Seen:
        (seen,) = self.bench.fake.seen()
        return seen

    def window(self) -> Window | None:
        """As the page shows it; to the minute, which is all that some keep."""
        if self.seen.window is None:
            return None
        return Window(*(datetime.fromisoformat(f"{moment[:16]}+00:00") for moment in self.seen.window))

    def ends(self, texts: list[str]) -> None:
        """No mail went out, no request was wrong, and all of these texts are there, or at least the last."""
        shown = [text for _, text in self.seen.updates]
        assert len(shown) == (1 if self.can.one_message else len(texts))
        for said, text in zip(texts[-len(shown) :], shown, strict=True):
            assert said in text
        assert (self.bench.fake.mails, self.bench.fake.wrong) == (0, [])


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Planned:
    return Planned(request.param)


def test_it_is_planned_moved_begun_and_completed(page: Planned) -> None:
    page.plans()
    assert page.seen.title == "New database"
    assert page.window() == NIGHT
    assert page.bench.fake.components[page.part] == "operational"
    window = LATER if page.can.moves else NIGHT
    page.tells("scheduled", "It moves by a day.", STARTED + HOUR, window)
    assert page.window() == window
    page.tells("in_progress", "It has begun.", window.starts_at, window)
    assert page.window() == window
    page.tells("in_progress", "Half of it is done.", window.starts_at + HOUR, window)
    page.tells("completed", "All of it is done.", window.until - HOUR / 2, window)
    assert page.bench.fake.components[page.part] == "operational"
    page.ends(
        ["Searches may be slow.", "It moves by a day.", "It has begun.", "Half of it is done.", "All of it is done."]
    )


def test_one_that_is_cancelled_is_over(page: Planned) -> None:
    page.plans()
    page.tells("cancelled", "It does not take place.", STARTED + HOUR)
    page.ends(["Searches may be slow.", "It does not take place."])


def test_one_that_begins_early_is_begun(page: Planned) -> None:
    page.plans()
    page.tells("in_progress", "It has begun.", STARTED + HOUR)


@pytest.mark.parametrize("status", ["scheduled", "in_progress"])
def test_one_that_may_be_there_is_found(page: Planned, status: Status) -> None:
    """It is on the page, and its answer got lost."""
    if status != "scheduled":
        page.plans()
    delivery = page.delivery(status, "These are the words.", STARTED if status == "scheduled" else NIGHT.starts_at)
    page.bench.plan(timed_out_after)
    with pytest.raises(Exception, match=r"\."):
        page.bench.provider.send(delivery, page.bench.known)
    page.bench.plan()
    if ("create" if status == "scheduled" else "update") in page.can.repeats:
        page.bench.send(delivery)
    else:
        found = page.bench.look_up(delivery)
        assert isinstance(found, Found)
        page.bench.remember(delivery, found.remote)
    page.tells("completed", "All of it is done.", NIGHT.until - HOUR)
    page.ends(["Searches may be slow."] * (status != "scheduled") + ["These are the words.", "All of it is done."])


def test_what_is_there_is_changed_where_the_page_can(page: Planned) -> None:
    first = page.plans()
    remote = page.bench.known.remote
    assert remote is not None
    acts = {"rename": page.can.renames, "edit": page.can.edits, "take down": page.can.takes_down}
    for act in (act for act, can in acts.items() if can):
        change = Change(act, remote.update_id, "scheduled", first.text)  # type: ignore[arg-type]  # an act of the three
        text = "Other words." if act == "edit" else ""
        delivery = replace(first, title="Newer database", text=text, change=change, parts=(), key=f"wr-{act[:4]}")
        page.bench.provider.change(delivery, page.bench.known)
        if act == "rename":
            assert page.seen.title == "Newer database"
        if act == "edit":
            assert "Other words." in page.seen.updates[0][1]
        if act == "take down":
            assert page.bench.fake.seen() == []
    assert (page.bench.fake.mails, page.bench.fake.wrong) == (0, [])
