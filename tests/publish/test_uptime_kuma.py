"""Uptime Kuma: the suite, with versions before and after 2.1, and what only it does."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import CannotTell, Found, Listed
from console.publish.providers.uptime_kuma import UptimeKuma, joined, parted
from console.publish.sending.message import Change, Delivery, Known, Part, Remote, Status
from console.publish.transport.failure import Gone, Later, Rejected, Unknown
from tests.publish.fakes.uptime_kuma import OldKumaFake, UptimeKumaFake
from tests.publish.faulty import Fault, status, timed_out_after, timed_out_before
from tests.publish.suite import STARTED, Act, Bench, ProviderSuite


class TestUptimeKuma(ProviderSuite):
    provider = UptimeKuma
    fake = UptimeKumaFake

    def test_check_without_a_page_lists_pages(self) -> None:
        fake = UptimeKumaFake()
        fake.page = ""
        assert Bench(UptimeKuma, fake).provider.check().pages == (Listed("shop", "Shop"),)

    def test_the_only_text_of_an_incident_is_not_taken_out(self) -> None:
        """The page refuses one without a text, so it is not asked."""
        bench, [(delivery, remote)] = self.told("investigating")
        made = self.change(bench, "remove", remote, "investigating", at=delivery.at)
        with pytest.raises(Rejected, match="without a text"):
            bench.provider.change(made, bench.known)
        assert (len(bench.updates), bench.fake.wrong) == (1, [])


class TestBeforeHistory(ProviderSuite):
    """An incident that is over is off the page, and cannot be read or changed any more."""

    provider = UptimeKuma
    fake = OldKumaFake

    def test_reads_what_the_page_says(self) -> None:
        bench = self.opened()
        bench.send(bench.delivery("identified", "A deploy is the cause."))
        view = bench.provider.read(bench.known)
        assert (view.status, view.text, view.gone) == ("identified", "A deploy is the cause.", False)
        bench.send(bench.delivery("resolved", "Well again."))
        assert bench.provider.read(bench.known).status == "resolved"

    @pytest.mark.parametrize("act", ["edit", "remove"])
    @pytest.mark.parametrize("before", [("investigating",)], ids=["one"])
    def test_a_wrong_resolved_is_set_back(self, before: tuple[Status, ...], act: Act) -> None:
        bench, sent = self.told(*before, "resolved")
        made = self.change(bench, act, sent[-1][1], before[-1], "We go on." * (act == "edit"), at=sent[-1][0].at)
        with pytest.raises(Gone):
            bench.provider.change(made, bench.known)

    def test_an_incident_is_taken_off_the_page(self) -> None:
        bench, sent = self.told("investigating", "identified")
        made = self.change(bench, "take down", sent[0][1], "identified")
        for _ in range(2):
            assert bench.provider.change(made, bench.known) == Remote("")
        assert bench.fake.seen() == []

    def test_another_one_that_is_up_is_not_taken_down(self) -> None:
        bench, other = self.make(), self.make()
        other.fake.incidents = bench.fake.incidents
        bench.send(bench.delivery("investigating", "One."))
        second = Bench(UptimeKuma, bench.fake)
        delivery = msgspec.structs.replace(second.delivery("investigating", "Two."), key="wr-other-0001")
        with pytest.raises(Rejected, match="one incident at a time and has “Checkout errors” up"):
            second.send(delivery)
        assert [text for _, text in bench.updates] == ["One."]
        bench.send(bench.delivery("resolved", "Well again."))
        second.send(delivery)

    def test_the_page_is_read_anew_each_time(self) -> None:
        """It keeps an answer for minutes, by its address."""
        bench = self.opened()
        for text in ("Two.", "Three."):
            bench.send(bench.delivery("identified", text))
            assert bench.provider.read(bench.known).text == text

    def test_a_resolving_that_timed_out_is_found_by_what_the_page_no_longer_shows(self) -> None:
        bench = self.opened()
        delivery = bench.delivery("resolved", "Well again.")
        bench.provider.send(delivery, bench.known)
        assert isinstance(bench.look_up(delivery), Found)


def bench(*, user: str = "") -> tuple[Bench, UptimeKumaFake]:
    fake = UptimeKumaFake()
    fake.user = user
    return Bench(UptimeKuma, fake, options={"user": user} if user else {}), fake


def other_incident(fake: UptimeKumaFake, key: str) -> Bench:
    """Another incident of ours on the page."""
    ours = Bench(UptimeKuma, fake)
    ours.send(msgspec.structs.replace(ours.delivery("investigating", "Another."), key=key))
    return ours


def test_all_updates_stand_in_one_text_that_visitors_can_read() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    ours.send(ours.delivery("identified", "A deploy."))
    assert fake.incidents[0]["content"] == (
        "**Identified** · 2026-11-21 14:32 UTC <!-- wr-0k7q2-0002 -->\n\nA deploy.\n\n"
        "**Investigating** · 2026-11-21 14:31 UTC <!-- wr-0k7q2-0001 -->\n\nWe look."
    )


@pytest.mark.parametrize("before", ["", "By hand.\n\n**Not** ours"])
def test_a_text_comes_back_from_its_parts(before: str) -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look.\n\nAt it."))
    ours.send(ours.delivery("resolved", "**Resolved** · 2026-11-21 14:32 UTC <!-- x -->"))
    content = f"{before}\n\n{fake.incidents[0]['content']}".strip()
    assert joined(*parted(content)) == content
    assert len(parted(content)[1]) == 2


def test_what_somebody_wrote_above_stays_and_is_told() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    fake.incidents[0]["content"] = f"By hand.\n\n{fake.incidents[0]['content']}"
    ours.send(ours.delivery("identified", "A deploy."))
    assert fake.incidents[0]["content"].startswith("By hand.")
    updates = ours.provider.read(ours.known).updates
    assert updates is not None
    assert [each.text for each in updates] == ["By hand.", "A deploy.", "We look."]


def test_several_incidents_stay_on_the_page() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    other_incident(fake, "wr-other-0001")
    ours.send(ours.delivery("resolved", "Well again."))
    assert [seen.status for seen in fake.seen()] == ["resolved", "investigating"]


def test_an_update_after_the_last_one_opens_it_again() -> None:
    ours, fake = bench()
    story: list[Status] = ["investigating", "resolved", "monitoring"]
    for each in story:
        ours.send(ours.delivery(each, f"{each}."))
    assert [(seen.status, len(seen.updates)) for seen in fake.seen()] == [("monitoring", 3)]


def test_an_incident_that_is_gone_is_not_made_anew_by_a_change() -> None:
    """Posting with its number would make another one."""
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    fake.forget()
    with pytest.raises(Gone):
        ours.send(ours.delivery("identified", "A deploy."))
    assert fake.seen() == []


def test_one_under_the_number_of_ours_that_is_not_ours_is_left_alone() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    fake.incidents[0]["content"] = "Somebody else's."
    made = ProviderSuite.change(ProviderSuite(), ours, "take down", Remote("1"), "investigating")
    with pytest.raises(Rejected, match="another incident"):
        ours.provider.change(made, ours.known)
    assert len(fake.incidents) == 1


def test_a_last_update_that_is_there_but_not_over_is_sent_again() -> None:
    """It was written, and the next step did not come."""
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    delivery = ours.delivery("resolved", "Well again.")
    ours.provider.send(delivery, ours.known)
    fake.incidents[0] |= {"active": True, "pin": True}
    assert not isinstance(ours.look_up(delivery), Found)
    ours.send(delivery)
    assert [(seen.status, len(seen.updates)) for seen in fake.seen()] == [("resolved", 2)]


def made_in_one_second(fake: UptimeKumaFake, others: int) -> None:
    """Beside the last incident, so many older ones of the same second: the history ends before some of them."""
    last = fake.incidents.pop()
    rest = [{**last, "id": fake.new_id(), "content": "Another.", "active": False, "pin": False} for _ in range(others)]
    fake.incidents[:] = [*rest, last]


def test_an_open_one_that_the_history_leaves_out_is_found_on_the_page() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    made_in_one_second(fake, 15)
    ours.send(ours.delivery("identified", "A deploy."))
    assert [text for _, text in fake.seen()[-1].updates] == ["We look.", "A deploy."]


def test_one_that_the_history_leaves_out_is_not_called_gone() -> None:
    ours, fake = bench()
    delivery = ours.delivery("resolved", "It was short.")
    sent = ours.send(delivery)
    made_in_one_second(fake, 15)
    with pytest.raises(Later, match="does not list all"):
        ours.provider.read(ours.known)
    assert isinstance(ours.provider.look_up(delivery, Known()), CannotTell)
    assert sent.incident_id == "1"


def test_a_long_history_is_read_to_its_end() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    for number in range(25):
        other_incident(fake, f"wr-other-{number:04}")
    fake.incidents[0]["pin"] = False
    assert ours.provider.read(ours.known).text == "We look."


def test_a_text_that_is_full_is_told() -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "x" * 60_000))
    with pytest.raises(Rejected, match="which is full"):
        ours.send(ours.delivery("identified", "x" * 6_000))


# Planned maintenances


class Night(Bench):
    """Before the page's planned maintenances; `event` is the one that a fault comes to."""

    def __init__(self, event: str = "") -> None:
        class Until(UptimeKumaFake):
            def posts(self, request: httpx.Request) -> bool:
                return f'["{event}"' in request.content.decode()

        super().__init__(UptimeKuma, Until())
        self.provider = self.provider.maintenances()

    def planned(self, status: Status = "scheduled", text: str = "Searches may be slow.") -> Delivery:
        state: ComponentState = "maintenance" if status == "in_progress" else "operational"
        window = Window(STARTED + timedelta(hours=1), STARTED + timedelta(hours=3))
        return self.delivery(status, text, {"11": state}, title="New database", window=window)

    def changed(self, act: Act, status: Status = "scheduled") -> Delivery:
        assert self.known.remote is not None
        made = replace(self.planned(status, "Other words."), title="Newer database")
        return replace(made, change=Change(act, self.known.remote.update_id, status, ""))

    @property
    def plan_there(self) -> dict[str, Any]:
        [plan] = self.fake.incidents
        assert isinstance(plan, dict)
        return plan


@pytest.mark.parametrize("fault", [timed_out_before, timed_out_after])
@pytest.mark.parametrize("event", ["addMaintenance", "addMonitorMaintenance", "addMaintenanceStatusPage"])
def test_a_plan_that_was_cut_off_anywhere_is_gone_on_with(event: str, fault: Fault) -> None:
    ours = Night(event)
    delivery = ours.planned()
    ours.plan(fault)
    with pytest.raises(Unknown):
        ours.send(delivery)
    on_page = (event, fault) == ("addMaintenanceStatusPage", timed_out_after)
    assert isinstance(ours.look_up(delivery), Found) is on_page
    ours.send(delivery)
    plan = ours.plan_there
    assert (plan["monitors"], plan["statusPages"]) == ([11], [1])


def test_a_plan_that_is_refused_half_way_does_not_wait_there() -> None:
    """Its monitors would come under maintenance once its time has come."""
    ours = Night("addMaintenanceStatusPage")
    ours.plan(status(400, {"message": "No."}))
    with pytest.raises(Rejected):
        ours.send(ours.planned())
    assert ours.fake.incidents == []


def test_what_somebody_has_added_to_a_maintenance_stays() -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there.update(monitors=[11, 13], statusPages=[1, 2])
    ours.send(ours.planned("in_progress", "It has begun."))
    ours.provider.change(ours.changed("rename"), ours.known)
    assert (ours.plan_there["monitors"], ours.plan_there["statusPages"]) == ([11, 13], [1, 2])


def test_visitors_get_a_maintenance_as_it_is_now() -> None:
    """The server keeps the page for minutes, also when a maintenance of it is changed."""
    ours = Night()
    ours.send(ours.planned())

    def visited() -> list[str]:
        shown = ours.http.get("api/status-page/shop").text
        return [each["description"].partition("\n")[0] for each in json.loads(shown)["maintenanceList"]]

    assert visited() == []
    ours.fake.clock = lambda: STARTED + timedelta(hours=2)
    ours.send(ours.planned("in_progress", "It has begun."))
    assert visited() == ["It has begun."]
    ours.provider.change(ours.changed("edit", "in_progress"), ours.known)
    assert visited() == ["Other words."]


def test_a_maintenance_of_another_zone_is_read_as_it_is() -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there["timezone"] = "Europe/Berlin"
    assert ours.provider.read(ours.known).window == Window(STARTED, STARTED + timedelta(hours=2))


def test_a_maintenance_without_times_has_no_window() -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there["strategy"] = "manual"
    assert ours.provider.read(ours.known).window is None


def test_a_monitor_that_is_not_there_is_told_before_anything_is_made() -> None:
    ours = Night()
    with pytest.raises(Rejected, match="no monitor “99” for checkout: map it"):
        ours.send(replace(ours.planned(), parts=(Part("99", "operational", "checkout"),)))
    assert ours.fake.incidents == []


@pytest.mark.parametrize("act", ["rename", "edit", "take down"])
def test_a_maintenance_of_another_user_is_not_changed(act: Act) -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there["user"] = "ana"
    with pytest.raises(Rejected, match="user"):
        ours.provider.change(ours.changed(act), ours.known)
    assert ours.plan_there["title"] == "New database"


def test_a_maintenance_that_is_not_ours_any_more_is_left_alone() -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there["description"] = "Somebody else's."
    with pytest.raises(Rejected, match="another maintenance"):
        ours.provider.change(ours.changed("take down"), ours.known)
    assert len(ours.fake.incidents) == 1


def test_a_maintenance_that_somebody_deleted_or_took_off_the_page_is_told() -> None:
    ours = Night()
    ours.send(ours.planned())
    ours.plan_there["statusPages"] = [2]
    assert ours.provider.read(ours.known).gone
    ours.fake.forget()
    assert ours.provider.read(ours.known).gone
    with pytest.raises(Gone, match="somebody deleted it"):
        ours.send(ours.planned("in_progress"))


def test_a_version_without_zones_is_too_old_for_maintenances() -> None:
    ours = Night()
    ours.fake.version = "1.21.3"  # type: ignore[attr-defined]  # an Uptime Kuma's
    with pytest.raises(Rejected, match="too old"):
        ours.send(ours.planned())


# Letting us in


def test_a_password_is_asked_for_once() -> None:
    """Twenty logins a minute are taken, of everybody together."""
    ours, fake = bench(user="mo")
    ours.send(ours.delivery("investigating", "One."))
    for _ in range(30):
        ours.provider.read(ours.known)
    assert fake.logins == 1


def test_too_many_logins_are_waited_for() -> None:
    ours, fake = bench(user="mo")
    fake.logins = 20
    with pytest.raises(Later, match="Too frequently") as later:
        ours.provider.check()
    assert later.value.after_s == 60


def test_a_user_with_a_second_factor_needs_a_token() -> None:
    ours, fake = bench(user="mo")
    fake.second_factor = True
    with pytest.raises(Rejected, match="give it a token as its key"):
        ours.provider.check()


def test_a_server_that_asks_nobody_is_used_with_any_key() -> None:
    fake = UptimeKumaFake()
    fake.open = True
    ours = Bench(UptimeKuma, fake, key="whatever-0123456789")
    ours.send(ours.delivery("investigating", "One."))
    assert len(fake.seen()) == 1


def test_a_page_that_is_not_there_is_told() -> None:
    ours, fake = bench()
    fake.page = "other"
    with pytest.raises(Rejected, match="no such status page"):
        ours.send(ours.delivery("investigating", "One."))
    ours = Bench(UptimeKuma, fake)
    with pytest.raises(Rejected, match="no status page “other”"):
        ours.provider.check()


# Socket.IO


def test_an_event_that_is_not_known_is_not_waited_for_without_end() -> None:
    class Silent(UptimeKumaFake):
        def events(self) -> dict[str, Callable[..., object]]:
            return {name: act for name, act in super().events().items() if name != "postIncident"}

    ours = Bench(UptimeKuma, Silent())
    with pytest.raises(Unknown):
        ours.send(ours.delivery("investigating", "One."))


def test_a_server_that_forgot_the_connection_is_asked_again_later() -> None:
    ours, fake = bench()
    ours.plan(status(400, {"code": 1, "message": "Session ID unknown"}))
    with pytest.raises(Later, match="forgot the connection"):
        ours.send(ours.delivery("investigating", "One."))
    assert fake.seen() == []


def test_an_address_that_is_no_uptime_kuma_is_told() -> None:
    ours, _ = bench()
    ours.plan(status(200, "<html>Welcome</html>"), every=True)
    with pytest.raises(Later, match="check its url"):
        ours.provider.check()


def test_a_change_whose_answer_is_lost_is_unknown_and_made_again() -> None:
    ours, fake = bench()
    first = ours.send(ours.delivery("investigating", "One."))
    made = ProviderSuite.change(ProviderSuite(), ours, "edit", first, "identified", "Other words.")
    ours.plan(timed_out_after)
    with pytest.raises(Unknown):
        ours.provider.change(made, ours.known)
    ours.provider.change(made, ours.known)
    assert [text for _, text in fake.seen()[0].updates] == ["Other words."]
