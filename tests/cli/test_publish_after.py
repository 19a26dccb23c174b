"""From the shell: a past incident and the postmortem's public part on pages behind real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.served import Publisher, Served
from tests.publish.fakes.statuspage import StatuspageFake

MOMENTS = [("investigating", "Payments fail.", "2026-03-02 14:05"), ("resolved", "Payments work.", "2026-03-02 15:10")]


@pytest.fixture
def shop(tmp_path: Path) -> Publisher:
    shop = Publisher(tmp_path)
    shop.ref = shop.says("declare", "Checkout errors", "--sev", "SEV1", "--retrospective", "--at", "2026-03-02 14:00")
    for status, text, at in MOMENTS:
        shop.says("update", shop.ref, "--audience", "public", "--status", status, "--message", text, "--at", at)
    return shop


@pytest.fixture
def page(shop: Publisher) -> Iterator[Served]:
    with Served(StatuspageFake(), "/v1") as served:
        shop.target(served, "statuspage")
        yield served
        assert served.fake.wrong == []


def test_a_past_incident_and_its_postmortem_from_preview_to_page(shop: Publisher, page: Served) -> None:
    shown = shop.says("publish", "backfill", shop.ref, "--dry-run")
    assert "2026-03-02 14:05 UTC" in shown
    assert "investigating: Payments fail." in shown
    assert "mails nobody" in shown
    shop.sends()
    assert page.fake.seen() == []
    said = shop.says("publish", "backfill", shop.ref, "--to", "status")
    assert said == "Goes to status afterwards, as it was: 2 public updates, each at its own time"
    assert "already" in shop.fails("publish", "backfill", shop.ref, "--to", "status")
    shop.sends()
    [seen] = page.fake.seen()
    assert seen.updates == [(status, text) for status, text, _ in MOMENTS]
    assert seen.moments == [f"{at.replace(' ', 'T')}:00" for _, _, at in MOMENTS]
    shop.says("stage", shop.ref, "closed", "--override", "it was long ago")
    draft = shop.says("publish", "postmortem", shop.ref)
    assert draft
    assert page.fake.seen()[0].postmortem == ""
    shop.says("publish", "postmortem", shop.ref, "--message", "Too few workers.")
    shop.sends()
    assert page.fake.seen()[0].postmortem == "Too few workers."
    assert "Give one of" in shop.here("publish", "postmortem", shop.ref, "--accept", "--withdraw")[2]
    shop.says("publish", "postmortem", shop.ref, "--withdraw")
    shop.sends()
    assert page.fake.seen()[0].postmortem == ""
    assert "No page shows" in shop.fails("publish", "postmortem", shop.ref, "--withdraw")
    shop.says("publish", "postmortem", shop.ref, "--accept", "--notify")
    shop.sends()
    assert page.fake.seen()[0].postmortem
    assert page.fake.mails == 1
    listed = shop.json("publish", "list", shop.ref)
    assert [message["change"] for message in listed] == ["backfill", "postmortem", "withdraw", "postmortem"]
    told = shop.tells("publish", "postmortem", shop.ref, "--message", "Host db-7.internal was full.")
    assert told.count("“db-7.internal” is the name of a machine.") == 1


def test_an_update_of_a_past_incident_goes_to_none_but_a_named_page(shop: Publisher, page: Served) -> None:
    words = ("--audience", "public", "--status", "investigating", "--message", "Some fail.", "--at", "2026-03-02 14:20")
    said = shop.tells("update", shop.ref, *words)
    assert f"warroom publish backfill {shop.ref}" in said
    assert shop.json("publish", "list", shop.ref) == []
    shop.says("update", shop.ref, *words, "--only", "status")
    assert [message["target"] for message in shop.json("publish", "list", shop.ref)] == ["status"]


def test_a_page_that_cannot_is_named_with_the_reason(shop: Publisher) -> None:
    file = shop.folder / "out.jsonl"
    shop.says("target", "add", "rehearsal", "--provider", "file", "--option", f"path={file}")
    shop.says("target", "add", "chat", "--provider", "slack", "--audience", "public")
    assert "never earlier" in shop.fails("publish", "backfill", shop.ref, "--to", "chat")
    assert "gets no updates" not in shop.says("publish", "backfill", shop.ref, "--dry-run")
    shop.says("publish", "backfill", shop.ref)
    shop.sends()
    assert '"event": "backfill"' in file.read_text()
