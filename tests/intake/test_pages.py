"""HTML pages and feeds, read as the lines that a reader of the page sees."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from console.intake.forms import source_of
from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def entries(read: ReadTimeline) -> list[tuple[str, str]]:
    return [(entry.occurred_at.strftime("%m-%d %H:%M"), entry.text) for entry in read.lines]


LOST_AND_FREED = [("03-05 09:12", "disk full"), ("03-05 10:40", "disk freed")]


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Outage 2024-03-05</h1>\n<table><tr><th>Time (UTC)</th><th>Event</th></tr>\n"
        "<tr><td>09:12</td><td>disk full</td></tr>\n<tr><td>10:40<td>disk freed</table>",
        "<!doctype html><html><head><title>Outage 2024-03-05</title><style>.a{margin:09:00}</style></head><body>"
        "<nav>08:00 home</nav>"
        "<ul><li>09:12 UTC: disk full</li><li>10:40 UTC: disk <em>freed</em></li></ul></body></html>",
        "<html><body><h1>Outage</h1><h2>5 March 2024</h2><p><b>09:12 UTC</b> - disk full</p>"
        "<p>10:40 UTC &ndash; disk freed<sup><a href='#n1'>[1]</a></sup></p></body></html>",
        "<div><p><time datetime='2024-03-05T09:12:00Z'>8 months ago</time> disk full</p></div>\n"
        "<div><p><time datetime='2024-03-05T10:40:00Z'>8 months ago</time> disk freed</p></div>",
        "<h1>Outage 2024-03-05</h1>\n"
        "<dl><dt>09:12 UTC</dt><dd>disk full</dd>\n<dt>10:40 UTC</dt><dd>disk freed</dd></dl>",
        "<h1>Outage 2024-03-05</h1>\n<p>09:12 UTC disk full<br>\n10:40 UTC disk freed</p>",
        "<table><tr><th>Day</th><th>Time (UTC)</th><th>What</th></tr>\n<tr><td rowspan=2>2024-03-05</td><td>09:12</td>"
        "<td>disk full</td></tr>\n<tr><td>10:40</td><td>disk freed</td></tr></table>",
        "<html><body><table><tr><td><h1>Outage 2024-03-05</h1><table><tr><td>09:12 UTC</td><td>disk full</td></tr>"
        "<tr><td>10:40 UTC</td><td>disk freed</td></tr></table></td></tr></table></body></html>",
        "<table><caption>Outage, 5 March 2024</caption><tr><th>Time (UTC)<th>What<tr><td>09:12<td>disk full"
        "<tr><td>10:40<td>disk freed</table>",
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html>'
        "<body><ul><li>2024-03-05 09:12 UTC disk full</li><li>2024-03-05 10:40 UTC disk freed</li></ul></body></html>",
    ],
)
def test_a_page_is_read_as_it_is_seen(page: str) -> None:
    assert entries(read(page)) == LOST_AND_FREED


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<article><header><h1>Outage</h1><span class='posted-on'>Posted on "
            "<time datetime='2024-03-10T08:00:00+00:00'>March 10, 2024</time></span></header>"
            "<p>On March 5, 2024 the disk was full.</p><h2>Timeline</h2>"
            "<p><b>09:12 UTC</b> &ndash; disk full<br><b>10:40 UTC</b> &ndash; disk freed</p></article>",
            LOST_AND_FREED,
        ),
        (
            "<html><body><h1>Outage</h1><div><h2>Resolved</h2><div>disk freed</div>"
            "<time datetime='2024-03-05T10:40:00.000Z'>Mar 05 at 10:40am UTC</time></div></body></html>",
            [("03-05 10:40", "Resolved\ndisk freed")],
        ),
    ],
)
def test_a_time_that_is_shown_otherwise_is_taken_as_it_is_stated(page: str, expected: list[tuple[str, str]]) -> None:
    found = read(page)

    assert entries(found) == expected
    assert {entry.occurred_at.year for entry in found.lines} == {2024}


def test_an_entry_stands_on_the_line_of_its_element() -> None:
    found = read("<h1>Outage</h1>\n<ul>\n<li>2024-03-05 09:12 UTC a</li>\n\n<li>2024-03-05 09:15 UTC\nb</li>\n</ul>")

    assert [(entry.numbers, entry.text) for entry in found.lines] == [((3,), "a"), ((5,), "b")]
    assert found.structure == (1, 2, 6, 7)


def test_code_in_a_page_stays_as_it_is() -> None:
    found = read("<ul><li>2024-03-05 09:12 UTC ran this:<pre>a |  b\n  09:13 c\n</pre></li></ul>")

    assert [entry.text for entry in found.lines] == ["ran this:\n  ```\n  a |  b\n    09:13 c\n  ```"]


FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Status</title>\n'
    "<item><title>Uploads fail</title><pubDate>Tue, 05 Mar 2024 10:40:00 +0000</pubDate>\n"
    "<description>{}</description></item></channel></rss>"
)


def test_a_feed_gives_its_posts_or_the_updates_inside() -> None:
    plain = read(FEED.format("All work again."))
    inside = read(FEED.format("&lt;p&gt;Mar 5, 09:12 UTC&lt;br&gt;Looking into it.&lt;/p&gt;"))

    assert entries(plain) == [("03-05 10:40", "Uploads fail: All work again.")]
    assert [text for _, text in entries(inside)] == ["Looking into it."]
    assert inside.lines[0].occurred_at.strftime("%m-%d %H:%M") == "03-05 09:12"


@pytest.mark.parametrize(
    "text",
    [
        "<div align=center>\n\n# Outage 2024-03-05\n\n</div>\n\n- 09:12 UTC disk full\n- 10:40 UTC disk freed\n",
        "<!-- a comment -->\n# Outage 2024-03-05\n\n- 09:12 UTC disk full\n- 10:40 UTC disk freed\n",
    ],
)
def test_markdown_that_begins_with_a_tag_is_no_page(text: str) -> None:
    assert source_of(text).is_text
    assert entries(read(text)) == LOST_AND_FREED


@pytest.mark.parametrize(
    "timeline",
    [
        "- <b>09:12</b> disk full\n- <b>10:40</b> disk freed\n",
        "1. <em>09:12</em> disk full\n2. [ ] <em>10:40</em> disk freed\n",
        '- **<span style="color: red">09:12:</span>** <span>disk full</span>\n- **<span>10:40:</span>** disk freed\n',
        "<font color=red>09:12</font> - disk full\n<kbd>10:40</kbd> disk freed\n",
        '<a name="a"></a>09:12 disk full<br>\n<a id="b"></a>10:40 disk freed<br/>\n',
        "> <code>09:12</code> disk full\n> <code>10:40</code> disk freed\n",
        "| Time | Event |\n|---|---|\n| <b>09:12</b> | disk full |\n| <sub>10:40</sub> | disk <i>freed</i> |\n",
        "<li><strong>09:12:</strong>disk full</li>\n<li><strong>10:40:</strong>disk freed</li>\n",
        "<ul>\n  <li>09:12 disk full\n\n  <li>10:40 disk freed\n</ul>\n",
        "<p><b>09:12</b> disk full</p>\n<p><b>10:40</b> disk freed</p>\n",
        "<h3>09:12</h3>\ndisk full\n<h3>10:40</h3>\ndisk freed\n",
        "<dl><dt>09:12</dt><dd>disk full</dd>\n<dt>10:40</dt><dd>disk freed</dd></dl>\n",
        "<table>\n<tr><td>09:12</td><td>disk full</td></tr>\n\n<tr><td>10:40<td>disk freed</tr>\n</table>\n",
        "<details><summary>09:12 disk full</summary>\n\n</details>\n\n<details><summary>10:40 disk freed</summary>\n",
        "<details>\n<summary>Timeline</summary>\n\n- 09:12 disk full\n- 10:40 disk freed\n\n</details>\n",
        "<details>\n<summary>Timeline</summary>\n- 09:12 disk full\n- 10:40 disk freed\n</details>\n",
        "<h3>Timeline</h3>\n- 09:12 disk full\n- 10:40 disk freed\n<h3>Impact</h3>\nAll of it.\n",
        "<div align=left>\n09:12 disk full\n10:40 disk freed\n</div>\n",
    ],
)
def test_words_of_markdown_may_stand_in_elements(timeline: str) -> None:
    report = f"# Outage 2024-03-05\n\nAll times UTC.\n\n{timeline}\n## Root cause\n\nThe disk was full at 09:10.\n"

    assert entries(read(report)) == LOST_AND_FREED


def test_elements_stay_in_code_and_in_what_is_said() -> None:
    indented = read("# Outage 2024-03-05\n\n- 09:12 UTC the page says:\n\n      <li>full</li>\n      <b>x</b>\n")
    assert [text for _, text in entries(indented)] == ["the page says:\n    <li>full</li>\n    <b>x</b>"]

    found = read("# Outage 2024-03-05\n\n- 09:12 UTC the head was <b> once\n  ```html\n  <li>09:13 x</li>\n  ```\n")

    assert [text for _, text in entries(found)] == ["the head was <b> once\n  ```html\n  <li>09:13 x</li>\n  ```"]


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(20))
HOSTILE = {
    "an entity bomb in a page": f"<!DOCTYPE html [{BOMB}]><html><body><p>2024-03-05 09:12 &l19;</p></body></html>",
    "an entity bomb in a feed": f"<!DOCTYPE x [{BOMB}]><feed><entry><title>&l19;</title></entry></feed>",
    "an entity bomb in a feed without its type": FEED.format("&l19;"),
    "a file from outside": "<?xml version='1.0'?><rss><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;</rss>",
    "nested deeply": "<div>" * 20_000 + "2024-03-05 09:12 a",
    "lists in lists": "<ul><li>" * 5_000 + "2024-03-05 09:12 a",
    "tables in tables": "<table><tr><td>" * 2_000,
    "nothing closed": "<html><body><p><b><table><tr><td>2024-03-05 09:12<td>a" * 200,
    "no text": "<html></html>",
    "a surrogate in a part of a page": "<td>\ud800",
    "nul and surrogates": "<html><body><p>2024-03-05 09:12 \x00\ud800&#0;&#xd800;&#x110000;</p></body></html>",
    "cells of many rows and columns": "<html><table>" + ("<tr>" + "<td rowspan=9999 colspan=9999>a" * 50) * 200,
    "a tag without an end": "<html><body><p " + "a" * 100_000,
}


@pytest.mark.parametrize("gap", ["</p><p>", "</p>\n<p>"])
def test_a_part_of_a_page_may_have_its_paragraphs_wrapped(gap: str) -> None:
    text = f"<p>The pool ran full on 5 March 2026\nat 09:12 UTC\nfor all.{gap}At about\n09:40 UTC it had\nroom.</p>\n"

    assert [f"{entry.occurred_at:%d %H:%M}" for entry in read(text).lines] == ["05 09:12", "05 09:40"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends(name: str) -> None:
    found = read(HOSTILE[name])

    assert sum(len(entry.text) for entry in found.lines) < 5_000_000
    assert not any("root:" in entry.text for entry in found.lines)


@pytest.mark.parametrize("key", ["title", "data-time", "data-timestamp", "aria-label"])
def test_whole_moment_in_an_attribute(key: str) -> None:
    stated = [("05.03.2026 09:12:08 UTC+01:00", "09:12"), ("05.03.2026 10:40:00 UTC+01:00", "10:40")]
    told = "".join(
        f'<div class="body"><div class="date" {key}="{whole}">{clock}</div><div class="text">disk {word}</div></div>'
        for (whole, clock), word in zip(stated, ("full", "freed"), strict=True)
    )
    read = read_timeline(f"<html><body>{told}</body></html>", now=datetime(2026, 11, 21, 12, tzinfo=UTC), zone=UTC)
    assert [(entry.occurred_at.strftime("%m-%d %H:%M"), entry.text) for entry in read.lines] == [
        ("03-05 08:12", "disk full"),
        ("03-05 09:40", "disk freed"),
    ]


def test_the_messages_of_a_chat_of_telegram_have_their_authors() -> None:
    def message(number: int, clock: str, name: str, words: str) -> str:
        who = f'<div class="from_name">{name} </div>' if name else ""
        initials = '<div class="userpic_wrap"><div class="initials">AL</div></div>' if name else ""
        return (
            f'<div class="message default clearfix{"" if name else " joined"}" id="message{number}">\n{initials}'
            f'<div class="body">\n<div class="pull_right date details" title="05.03.2026 {clock} UTC+01:00">'
            f'{clock[:5]}</div>\n{who}<div class="text">{words}</div></div></div>\n'
        )

    service = '<div class="message service"><div class="body details">5 March 2026</div></div>\n'
    forwarded = '<div class="forwarded body"><div class="from_name">Eve</div><div class="text">seen</div></div>'
    page = (
        f"<!doctype html><html><head><title>Ops</title></head><body>{service}"
        f"{message(1, '14:02:10', 'Ana Lopez', '<b>checkout <i>is</i></b> down | twice')}"
        f"{message(2, '14:03:11', '', 'rolling back')}{message(3, '14:05:00', 'Bo Chen', 'errors fall<br>all green')}"
        f"{message(4, '14:06:00', 'Bo Chen', forwarded)}</body></html>"
    )
    found = read(page)

    assert [(entry.occurred_at.strftime("%H:%M"), entry.author, entry.text) for entry in found.lines] == [
        ("13:02", "Ana Lopez", "checkout is down | twice"),
        ("13:03", "Ana Lopez", "rolling back"),
        ("13:05", "Bo Chen", "errors fall\nall green"),
        ("13:06", "Bo Chen", "seen"),
    ]
    assert not found.skipped


def _discord(name: str, shown: str, moment: str, words: str) -> str:
    """A message as the exporter of Discord writes it; without a name one that goes on with the last speaker's."""
    head = f'<div class="chatlog__header"><span class="chatlog__author" title="{name}#1">{name}</span>'
    head += f'<span class="chatlog__timestamp" title="{moment}"><a href="#m">{shown}</a></span></div>'
    aside = "" if name else f'<div class="chatlog__short-timestamp" title="{moment}">{shown}</div>'
    text = f'<span class="chatlog__markdown-preserve">{words}</span>'
    return (
        '<div class="chatlog__message-container" data-message-id="1"><div class="chatlog__message">'
        f'<div class="chatlog__message-aside">{aside}</div><div class="chatlog__message-primary">'
        f'<div class="chatlog__reply"><div class="chatlog__reply-author">Cy</div>'
        f'<div class="chatlog__reply-content">older words</div></div>{head if name else ""}'
        f'<div class="chatlog__content chatlog__markdown">{text}'
        '<span class="chatlog__edited-timestamp" title="Friday, March 6, 2026 1:00 AM">(edited)</span></div>'
        "</div></div></div>"
    )


def _matrix(name: str, shown: str, moment: str, words: str) -> str:
    """A message as Element exports it; the day stands above."""
    who = f'<span class="mx_DisambiguatedProfile_displayName">{name}</span>' if name else ""
    return (
        f'<li class="mx_EventTile">{who}<span class="mx_MessageTimestamp">{shown}</span>'
        f'<div class="mx_EventTile_line"><span class="mx_EventTile_body">{words}</span></div></li>'
    )


def _viewer(name: str, shown: str, moment: str, words: str) -> str:
    """A message as a viewer of Slack's exports shows it."""
    who = f'<div class="username">{name}</div>' if name else ""
    return (
        f'<div class="message">{who}<div class="time">2026-03-05 {shown}:07</div><div class="msg">{words}</div></div>'
    )


@pytest.mark.parametrize(
    ("message", "day"),
    [(_discord, ""), (_matrix, '<h2 class="mx_DateSeparator_dateHeading">Thu, Mar 5 2026</h2>'), (_viewer, "")],
    ids=["discord", "matrix", "slack viewer"],
)
def test_the_messages_of_an_exported_chat_have_their_people_and_moments(
    message: Callable[[str, str, str, str], str], day: str
) -> None:
    said = [
        message("Ana Lopez", "14:30", "Thursday, March 5, 2026 2:30 PM", "search is down<br>I look"),
        message("", "14:32", "Thursday, March 5, 2026 2:32 PM", "it is the <code>index</code>"),
        message("Bo", "14:41", "Thursday, March 5, 2026 2:41 PM", "rebuilt | green"),
    ]
    page = (
        f"<html><head><title>incidents</title></head><body>{day}{''.join(said)}<div>Timezone: UTC+1</div></body></html>"
    )
    timeline = read(page)

    assert [(f"{entry.occurred_at:%d %H:%M}", entry.author, entry.text) for entry in timeline.lines] == [
        ("05 13:30", "Ana Lopez", "search is down\nI look"),
        ("05 13:32", "Ana Lopez", "it is the index"),
        ("05 13:41", "Bo", "rebuilt | green"),
    ]


def test_comments_below_a_report_do_not_stand_for_it() -> None:
    comments = "".join(
        f'<div class="comment"><span class="author">{name}</span><time>March 6, 2026 10:0{place}</time>'
        '<div class="content">thanks</div></div>'
        for place, name in enumerate(("Cy", "Di"))
    )
    page = f"<html><body><h1>Full pool</h1><ul><li>2026-03-05 09:12 UTC pool full</li></ul>{comments}</body></html>"

    assert "pool full" in [entry.text for entry in read(page).lines]


@pytest.mark.parametrize("named", ['name="date"', 'property="article:published_time"', 'itemprop="datePublished"'])
def test_the_head_of_a_page_gives_the_day_unless_its_words_do(named: str) -> None:
    head = f'<html><head><meta charset="utf-8"><meta {named} content="2024-03-05T18:00:00Z"></head><body>'
    rows = "<p>All times UTC</p><ul><li>09:12 disk full</li></ul>"

    assert entries(read(head + rows)) == [("03-05 09:12", "disk full")]
    assert entries(read(f"{head}<h2>Timeline of 4 March</h2>{rows}")) == [("03-04 09:12", "disk full")]
