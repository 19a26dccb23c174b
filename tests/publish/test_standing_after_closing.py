"""Whether what is on the pages is the last word once the incident is over."""

import pytest

from console.core.subjects.stage import MoveStage
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
    assert (page.where, page.says) == ("behind", "Closed, but the last public update says investigating.")
    story.at(6).does(PostUpdate, audience="public", text="It is over.")
    assert against(story.state, PAGES) == PAGES
