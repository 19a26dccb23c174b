"""From the shell: a planned maintenance, from its plan to its end, on a page and in a chat's words."""

from collections.abc import Iterator

import pytest

from tests.cli.served import Publisher, Served
from tests.publish.fakes.statuspage import StatuspageFake

WINDOW = ("--from", "2099-12-01 02:00 UTC", "--for", "2h")


@pytest.fixture
def page(shop: Publisher) -> Iterator[Served]:
    with Served(StatuspageFake(), "/v1") as served:
        shop.target(served, "statuspage")
        yield served
        assert (served.fake.wrong, served.fake.mails) == ([], 0)


def test_a_maintenance_from_its_plan_to_its_end(shop: Publisher, page: Served) -> None:
    shown = shop.says("maintenance", "plan", "New database", *WINDOW, "--dry-run")
    assert "2099-12-01 02:00 to 04:00 UTC" in shown
    assert shop.json("maintenance", "list") == []
    ref = shop.says("maintenance", "plan", "New database", *WINDOW)
    shop.says("maintenance", "move", ref, "--from", "2099-12-02 02:00 UTC", "--message", "It moves by a day.")
    assert [each["maintenance"]["until"] for each in shop.json("maintenance", "list")] == ["2099-12-02T04:00:00.000Z"]
    assert [clock["kind"] for clock in shop.json("clocks", ref)] == ["begin"]
    assert "has not begun" in shop.fails("maintenance", "complete", ref)
    for form in ("brief", "postmortem", "rca", "html", "deck", "customer"):
        assert "has no brief and no postmortem" in shop.fails("export", ref, form)
    handoff = shop.says("export", ref, "handoff")
    assert "is a planned maintenance, from " in handoff
    assert "mitigated" not in handoff
    assert "\n**Scheduled** · written" in handoff
    shop.says("maintenance", "begin", ref)
    shop.says("update", ref, "--audience", "public", "--message", "Half of it is done.")
    shop.says("maintenance", "complete", ref)
    shop.sends()
    [seen] = page.fake.seen()
    assert (seen.title, seen.window) == ("New database", ("2099-12-02T02:00:00", "2099-12-02T04:00:00"))
    assert seen.updates == [
        ("scheduled", "Maintenance is planned for 2099-12-01 02:00 to 04:00 UTC."),
        ("scheduled", "It moves by a day."),
        ("in_progress", "The maintenance has begun. It is planned for 2099-12-02 02:00 to 04:00 UTC."),
        ("in_progress", "Half of it is done."),
        ("completed", "The maintenance is completed."),
    ]
    assert shop.json("maintenance", "list") == []
    assert [each["ref"] for each in shop.json("maintenance", "list", "--all")] == [ref]


def test_one_that_is_only_logged_goes_nowhere_and_is_no_incident(shop: Publisher, page: Served) -> None:
    ref = shop.says("maintenance", "plan", "New database", *WINDOW, "--no-update")
    shop.says("maintenance", "cancel", ref, "--no-update", "--reason", "the vendor moved it")
    shop.sends()
    assert page.fake.seen() == []
    assert "Maintenance cancelled: the vendor moved it" in shop.says("show", ref)
    assert ref not in str(shop.json("metrics")) + str(shop.json("history"))
    assert "planned maintenance" in shop.fails("stage", ref, "next")
    section = ("--section", "impact")
    writes = ((*section, "--text", "none"), (*section, "--accept"), ("--owner", "ana"), ("--state", "final"))
    for options in ((), section, *writes):
        assert "no postmortem" in shop.fails("postmortem", ref, *options)
    incident = shop.says("declare", "Checkout errors", "--sev", "SEV1")
    assert "is an incident" in shop.fails("maintenance", "begin", incident)
