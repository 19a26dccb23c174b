"""The postmortem as one HTML page: everything in it, nothing from elsewhere."""

from datetime import UTC
from html.parser import HTMLParser

import pytest

from console.core.subjects.action_item import AddAction
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem
from console.export.postmortem.html import page
from tests.core.story import Story
from tests.export.telling import told

LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}
VOID = {"meta", "br"}


class Read(HTMLParser):
    """All tags and attributes, the words, and whether every tag is closed in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def made(story: Story) -> Read:
    return Read(page(story.state, story.now, UTC))


HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>x</script>",
    '"><img src=http://e/x onerror=alert(1)>',
    "[click](javascript:alert(1)) [out](https://example.org/x)",
    "![pixel](https://example.org/p.png)",
    "`</code><b>`",
    "<svg><use href='http://e#x'/></svg>",
    "]]></title><iframe src=//e>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs_and_nothing_is_loaded_whatever_was_typed(text: str) -> None:
    story = told()
    story.does(ChangeTitle, title=text)
    story.does(DescribeImpact, text=text)
    story.does(LogEntry, text=text, kind="decision")
    story.does(AddFix, text=text, where=text)
    story.does(AddAction, text=text, owner="rs", verify=text)
    story.does(AssignPostmortem, person=text[:30])
    for section in ("summary", "root_cause", "whys"):
        story.does(EditPostmortem, section=section, text=f"{text}\n\n- {text}\n\n```\n{text}\n```")
    read = made(story)
    assert not {"script", "iframe", "img", "link", "object", "embed", "form", "base", "use", "image"} & set(read.tags)
    names = {name for name, _ in read.attributes}
    assert not names & LOADS
    assert not {name for name in names if name.startswith("on")}
    links = [value for name, value in read.attributes if name == "href"]
    assert links
    assert all(value.startswith("#") for value in links)


def test_the_page_says_what_the_markdown_says_and_has_the_picture() -> None:
    story = told()
    story.does(EditPostmortem, section="lessons", text="Watch the **pool**.\n\n1. measure\n2. alert")
    read = made(story)
    for words in ("Postmortem INC-K7Q2: Checkout errors", "What went well", "Time to mitigate", "40m",
                  "roll back to v2.3.3", "nobody has gone over this section", "Watch the pool ."):  # fmt: skip
        assert words in read.text
    assert "svg" in read.tags
    assert "ol" in read.tags
    assert ("http-equiv", "Content-Security-Policy") in read.attributes


def test_every_link_of_the_contents_leads_to_a_chapter() -> None:
    read = made(told())
    ids = [value for name, value in read.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in read.attributes if name == "href"} <= set(ids)


def test_dark_and_light_are_the_viewers_choice() -> None:
    text = page(told().state, told().now, UTC)
    assert text.count("prefers-color-scheme") == 2
    assert "color-scheme:light dark" in text


def test_the_root_cause_analysis_is_a_page_too() -> None:
    story = told()
    read = Read(page(story.state, story.now, UTC, form="rca"))
    assert "Executive summary" in read.text
