"""Upptime: the suite, and what only it does."""

from functools import partial

import pytest

from console.publish.provider import Absent, Listed
from console.publish.providers.upptime import Upptime, in_entities, plain
from console.publish.transport.failure import Later, Rejected, Unknown
from tests.publish.fakes.upptime import SHOWN, UpptimeFake
from tests.publish.faulty import DONE, NOTHING_DONE, REFUSALS, UNCLEAR, status
from tests.publish.suite import Bench, ProviderSuite, with_fake


class TestUpptime(ProviderSuite):
    provider = Upptime
    fake = UpptimeFake
    deleted = Absent


bench = partial(with_fake, Upptime, UpptimeFake)


def test_an_incident_is_an_issue_whose_messages_are_all_comments() -> None:
    ours, fake = bench()
    remote = ours.send(ours.delivery("investigating", "We look."))
    (issue,) = fake.incidents
    assert (issue["labels"], issue["body"]) == (["status"], "<!-- warroom: wr-0k7q2-0001 -->")
    assert [each["body"] for each in issue["comments"]] == [
        "Investigating: We look&#46;\n\n<!-- warroom: wr-0k7q2-0001 -->"
    ]
    assert remote.url == "https://github.example/acme/status/issues/1"


@pytest.mark.parametrize("name", [*NOTHING_DONE, *UNCLEAR])
def test_an_issue_that_was_opened_without_its_comment_is_used(name: str) -> None:
    ours, fake = bench()
    fake.posts = lambda request: request.method == "POST"  # type: ignore[method-assign]  # faults come to each POST
    ours.plan({**NOTHING_DONE, **UNCLEAR}[name])
    delivery = ours.delivery("investigating", "We look.")
    with pytest.raises((Later, Unknown)):
        ours.send(delivery)
    assert len(fake.incidents) == (name in DONE)
    assert ours.look_up(delivery) == Absent()
    ours.send(delivery)
    assert [seen.updates for seen in fake.seen()] == [[("investigating", "We look.")]]


@pytest.mark.parametrize("name", list(REFUSALS))
def test_an_issue_whose_first_comment_is_refused_is_taken_off_the_page(name: str) -> None:
    ours, fake = bench()
    ours.plan(REFUSALS[name])
    with pytest.raises(Rejected):
        ours.send(ours.delivery("investigating", "We look."))
    assert fake.seen() == []


def test_a_last_comment_whose_issue_is_still_open_is_sent_again_and_there_once() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "We look."))
    delivery = ours.delivery("resolved", "Well again.")
    ours.provider.send(delivery, ours.known)
    fake.incidents[0]["state"] = "open"
    assert ours.look_up(delivery) == Absent()
    ours.send(delivery)
    assert [(seen.status, len(seen.updates)) for seen in fake.seen()] == [("resolved", 2)]


def test_more_comments_than_the_page_shows_are_refused() -> None:
    ours, fake = bench()
    for _ in range(SHOWN):
        ours.send(ours.delivery("investigating", "Still looking."))
    with pytest.raises(Rejected, match="shows 30 comments"):
        ours.send(ours.delivery("resolved", "Well again."))
    assert fake.incidents[0]["state"] == "open"


def test_nobody_is_called_and_no_issue_linked_by_a_text() -> None:
    written = in_entities("@ada see #12 and a/b#3")
    assert "@" not in written
    assert "#1" not in written.replace("&#", "")
    assert plain(written) == "@ada see #12 and a/b#3"


def test_a_limit_that_github_tells_by_403_is_waited_for() -> None:
    ours, fake = bench()
    ours.plan(status(403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "60"}))
    with pytest.raises(Later, match="secondary rate limit"):
        ours.send(ours.delivery("investigating", "We look."))
    ours.send(ours.delivery("investigating", "We look."))
    assert fake.wrong == []


def test_check_tells_whether_upptime_makes_the_repository() -> None:
    ours, fake = bench()
    assert "is made by Upptime" in ours.provider.check().says
    fake.upptime = False
    assert "no .upptimerc.yml" in ours.provider.check().says


def test_check_without_a_page_lists_repositories() -> None:
    fake = UpptimeFake()
    fake.page = ""
    assert Bench(Upptime, fake).provider.check().pages == (Listed("acme/status", "acme/status"),)
