"""From the shell: an incident that was opened by hand, on a page behind a real socket, becomes one of ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.served import Publisher, Served
from tests.publish.fakes.statuspage import StatuspageFake


@pytest.fixture
def page(shop: Publisher) -> Iterator[Served]:
    fake = StatuspageFake()
    for title in ("Payments fail", "Search is slow"):
        told: dict[str, Any] = {"name": title, "status": "identified", "body": "We were called."}
        fake.create({"incident": {**told, "deliver_notifications": False, "metadata": {"jira": {"key": "OPS-1"}}}})
    with Served(fake, "/v1") as served:
        shop.target(served, "statuspage")
        yield served
        assert (fake.wrong, fake.mails) == ([], 0)


def test_one_that_is_listed_is_adopted_and_gets_the_updates(shop: Publisher, page: Served) -> None:
    listed = shop.json("publish", "adopt", shop.ref, "status")
    assert [(each["title"], each["status"]) for each in listed] == [
        ("Search is slow", "identified"), ("Payments fail", "identified")
    ]  # fmt: skip
    assert "Payments fail" in shop.says("publish", "adopt", shop.ref, "status")
    theirs = listed[1]["id"]
    assert "has no open incident “none”" in shop.fails("publish", "adopt", shop.ref, "status", "none")
    assert "--new" in shop.here("publish", "adopt", shop.ref, "status", theirs, "--new")[2]
    said = shop.says("publish", "adopt", shop.ref, "status", theirs)
    assert said == "Updates go to the incident “Payments fail” on status from now on; it was opened there by hand"
    assert "on its way" in shop.fails("publish", "adopt", shop.ref, "status", theirs)
    shop.update("resolved", "All is well.")
    shop.sends()
    seen = {incident.title: incident.updates for incident in page.fake.seen()}
    assert seen == {
        "Payments fail": [("identified", "We were called."), ("resolved", "All is well.")],
        "Search is slow": [("identified", "We were called.")],
    }
    assert "is on status already" in shop.fails("publish", "adopt", shop.ref, "status")
    assert "No other incident" in shop.fails("publish", "adopt", shop.ref, "status", "--new")
    second = shop.says("declare", "Card errors", "--sev", "SEV2")
    assert [each["title"] for each in shop.json("publish", "adopt", second, "status")] == ["Search is slow"]
    assert shop.json("publish", "list", shop.ref)[0]["change"] == "adopt"


def test_a_target_that_cannot_says_so(shop: Publisher) -> None:
    shop.says("target", "add", "rehearsal", "--provider", "file", "--option", f"path={shop.folder / 'out.jsonl'}")
    assert "cannot take over" in shop.fails("publish", "adopt", shop.ref, "rehearsal")
