"""Pages and log once the incident is over: each page says what the log says, and has the last word."""

import msgspec
import pytest

from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate, updates_of
from console.publish.sending.message import Delivery, Remote
from console.publish.sending.status import Standing, against
from console.store.outbox.message import Message
from tests.core.story import START, Story

PAGES = (Standing("chat", "failed", "no such channel"), Standing("page", "in sync"))


@pytest.mark.parametrize("reason", ["duplicate", "False alarm"])
def test_nothing_is_in_sync_while_the_page_of_a_closed_incident_says_that_it_goes_on(reason: str) -> None:
    story = Story("SEV3")
    assert against(story.state, PAGES) == PAGES
    story.does(PostUpdate, audience="public", text="We look into it.")
    assert against(story.state, PAGES) == PAGES
    story.at(5).does(MoveStage, stage="closed", override=reason)
    chat, page = against(story.state, PAGES)
    assert chat == PAGES[0]
    assert (page.where, page.says) == (
        "behind",
        "The incident is closed, but the last public update says investigating.",
    )
    story.at(6).does(PostUpdate, audience="public", text="It is over.")
    assert against(story.state, PAGES) == PAGES


def arrived(**words: str) -> tuple[Message, ...]:
    """Messages to a page that has them all: the updates by their ids, with their words."""
    made = []
    for number, (event, text) in enumerate(words.items()):
        delivery = Delivery(f"m{number}", "INC-K7Q2", "Errors", "investigating", text, START, START, False)
        payload, remote = (msgspec.json.encode(each).decode() for each in (delivery, Remote("i1", f"u{number}")))
        place = (number, f"m{number}", event, "INC-K7Q2", "o", "page", "public")
        made.append(Message(*place, "done", 1, 0, "", "", "", "", payload, remote))
    return tuple(made)


def test_a_page_differs_while_it_shows_an_update_that_was_undone_or_redacted_here() -> None:
    story = Story("SEV1")
    first = story.does(PostUpdate, audience="public", text="Search is down.")
    second = story.does(PostUpdate, audience="public", text="The import of customer A did it.")

    def page(*updates: str) -> Standing:
        words = {each.id: each.text for each in updates_of(story.state, "public")}
        messages = arrived(**{id: words.get(id, "") for id in updates})
        (standing,) = against(story.state, (Standing("page", "in sync", messages=messages),))
        return standing

    assert (page(first, second).where, page(first, second).unsettled) == ("in sync", ())
    story.does(Undo, entry=second)
    assert (page(first, second).where, page(first, second).says) == (
        "differs",
        "The page still shows public update #2, undone here.",
    )
    third = story.does(PostUpdate, audience="public", text="Search is down; we look for the cause.")
    # Also where another one is newer: what is wrong is still read there.
    assert (page(first, second, third).where, len(page(first, second, third).unsettled)) == ("differs", 1)
    story.does(RedactEntry, entry=third)
    assert page(third).says == "The page still shows public update #3, redacted here."
