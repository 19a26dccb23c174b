"""Whether what is on the pages is what the log says, and the last word once the incident is over."""

import pytest

from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate
from console.publish.sending.status import Standing, against
from tests.core.story import Story

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


def test_a_page_differs_while_it_shows_an_update_that_was_undone_or_redacted_here() -> None:
    story = Story("SEV1")
    first = story.does(PostUpdate, audience="public", text="Search is down.")
    second = story.does(PostUpdate, audience="public", text="The import of customer A did it.")
    page = (Standing("page", "in sync", arrived=(first, second)),)
    assert against(story.state, page) == page
    story.does(Undo, entry=second)
    (standing,) = against(story.state, page)
    assert (standing.where, standing.says) == ("differs", "The page still shows public update #2, undone here.")
    third = story.does(PostUpdate, audience="public", text="Search is down; we look for the cause.")
    (standing,) = against(story.state, (Standing("page", "in sync", arrived=(first, second, third)),))
    assert (standing.where, standing.says) == ("in sync", "The page still shows public update #2, undone here.")
    story.does(RedactEntry, entry=third)
    (standing,) = against(story.state, (Standing("page", "in sync", arrived=(third,)),))
    assert (standing.where, standing.says) == ("differs", "The page still shows public update #3, redacted here.")
