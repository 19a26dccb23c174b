"""AsciiDoc, reStructuredText, MediaWiki and Org: headings, lists and tables are read, and their marks are gone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.intake.forms import source_of
from console.intake.markups import NOT_READ
from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOST_AND_FREED = [("03-05 09:12", "disk full"), ("03-05 10:40", "disk freed")]


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def entries(read: ReadTimeline) -> list[tuple[str, str]]:
    return [(entry.occurred_at.strftime("%m-%d %H:%M"), entry.text) for entry in read.lines]


ADOC = "= Outage of the store\nAna <ana@x.test>\nv2, 2024-04-01\n:toc:\n\n== Timeline of 2024-03-05\n\n"
RST = (
    "===================\nOutage of the store\n===================\n\n:Author: ana\n:Status: final\n\n.. contents::\n\n"
)
RST_DAY = RST + "2024-03-05\n----------\n\n"
WIKI = "{{Incident|status=final}}\n== Outage of the store ==\n''All times UTC.''\n\n== 2024-03-05 ==\n"


@pytest.mark.parametrize(
    "text",
    [
        ADOC + "* 09:12 UTC disk _full_\n* 10:40 UTC *disk* freed\n",
        ADOC + '[cols="1,2"]\n|===\n|Time (UTC) |What\n\n|09:12\n|disk full\n\n|10:40\n|`disk` freed\n|===\n',
        ADOC + "[%header,cols=2*]\n|===\n|Time (UTC)|What\n|09:12|disk full\n|10:40|disk freed\n|===\n",
        ADOC + "09:12 UTC:: disk full\n10:40 UTC:: disk freed\n",
        ADOC + "// 08:00 a comment\n. 09:12 UTC disk full\n. 10:40 UTC disk freed\n",
        RST_DAY + "* 09:12 UTC disk ``full``\n* 10:40 UTC **disk** freed\n",
        RST_DAY + "09:12 UTC\n    disk full\n\n10:40 UTC\n    :ref:`disk freed <freed>`\n",
        RST_DAY
        + "+------------+------------+\n| Time (UTC) | What       |\n+============+============+\n"
        + "| 09:12      | disk       |\n|            | full       |\n+------------+------------+\n"
        + "| 10:40      | disk freed |\n+------------+------------+\n",
        RST_DAY
        + "==========  ==========\nTime (UTC)  What\n==========  ==========\n09:12       disk full\n"
        + "10:40       disk freed\n==========  ==========\n",
        RST_DAY
        + ".. list-table:: x\n   :header-rows: 1\n\n   * - Time (UTC)\n     - What\n   * - 09:12\n     - disk full\n"
        "   * - 10:40\n     - disk freed\n",
        RST_DAY + '.. csv-table::\n   :header: "Time (UTC)", "What"\n\n   09:12, disk full\n   10:40, "disk freed"\n',
        RST
        + ".. table:: Course of 2024-03-05\n\n   ==========  ==========\n   Time (UTC)  What\n"
        + "   ==========  ==========\n   09:12       disk full\n   10:40       disk freed\n   ==========  ==========\n",
        RST + ".. dropdown:: Timeline of 2024-03-05\n\n   - 09:12 UTC disk full\n   - 10:40 UTC disk freed\n",
        RST + ".. note::\n   2024-03-05, UTC\n\n   | 09:12 disk full\n   | 10:40 disk freed\n",
        WIKI + "* 09:12 '''disk''' full\n* 10:40 [[Store|disk]] freed<ref>08:00 see there</ref>\n",
        WIKI
        + '{| class="wikitable"\n! Time (UTC) !! What\n|-\n| 09:12 || disk full\n|-\n'
        + '| style="x" | 10:40\n| disk freed\n|}\n',
        WIKI
        + '{|\n! Day !! Time (UTC) !! What\n|-\n| rowspan="2" | 2024-03-05 || 09:12 || disk full\n|-\n'
        + "| 10:40 || disk freed\n|}\n",
        WIKI + "; 09:12 : disk full\n; 10:40 : disk freed\n[[Category:Outages]]\n",
    ],
)
def test_another_markup_is_read(text: str) -> None:
    found = read(text)

    assert entries(found) == LOST_AND_FREED
    assert found.title == "Outage of the store"


def test_an_entry_stands_on_its_line_of_the_file() -> None:
    found = read(
        ADOC + '[cols="1,2"]\n|===\n|Time (UTC) |What\n\n|09:12\n|disk full +\nand more\n\n|soon\n|later\n|===\n'
    )

    assert [(entry.numbers, entry.text) for entry in found.lines] == [((12,), "disk full\nand more")]
    assert [(skipped.number, skipped.text) for skipped in found.skipped] == [(16, "| soon | later |")]


def test_code_of_another_markup_stays_as_it_is() -> None:
    found = read(RST_DAY + "* 09:12 UTC ran this::\n\n    a |  **b**\n    09:13 c\n\n* 10:40 UTC disk freed\n")

    assert [text for _, text in entries(found)] == [
        "ran this:\n    ```\n    a |  **b**\n    09:13 c\n    ```",
        "disk freed",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Outage\n\n== not a heading ==\n\n- 2024-03-05 09:12 UTC see [[this]] and '''that'''\n",
        "Outage\n======\n\nTimeline\n--------\n\n- 2024-03-05 09:12 UTC **bold** stays\n",
        "2024-03-05 09:12 UTC config::load failed\n2024-03-05 09:13 UTC std::io::Error:: x\n",
    ],
)
def test_markdown_and_plain_text_are_left_alone(text: str) -> None:
    assert source_of(text).is_text


@pytest.mark.parametrize(
    "text",
    [
        "** [2024-03-05 Tue 09:12] disk full\n** DONE <2024-03-05 Tue 10:40> disk freed  :ops:\n",
        ":PROPERTIES:\n:CREATED: [2024-03-04 Mon 08:00]\n:END:\n"
        "- [2024-03-05 Tue 09:12] disk full\n- 10:40 :: disk freed\n",
        "[2024-03-05 Tue]\n| Time  | What |\n|-------+------|\n| 09:12 | disk full |\n| 10:40 | =disk= freed |\n",
        "- [2024-03-05 Tue 09:12] disk full\n- [2024-03-05 Tue 10:40] disk freed\n"
        "* Tasks\n** TODO Grow it\n   DEADLINE: <2024-03-09 Sat 10:00>\n   CLOCK: [2024-03-09 Sat 10:00]\n",
    ],
)
def test_org_is_read(text: str) -> None:
    read_as = read(f"#+TITLE: Outage of the store\n#+DATE: <2024-04-01 Mon>\n\n* Timeline (UTC)\n{text}")

    assert read_as.title == "Outage of the store"
    assert entries(read_as) == LOST_AND_FREED


@pytest.mark.parametrize(
    "text",
    [
        "||Time||What||\n|09:12|disk *full*|\n|10:40|disk {{freed}}|\n",
        "* 09:12 disk full\n# 10:40 disk freed\n",
        "{panel:title=x}\n09:12 disk full\n{panel}\n10:40 disk {color:red}freed{color}\n",
    ],
)
def test_the_markup_of_jira_is_read(text: str) -> None:
    read_as = read(f"h1. Outage of the store\n\nh2. 2024-03-05 UTC\n\n{text}")

    assert read_as.title == "Outage of the store"
    assert entries(read_as) == LOST_AND_FREED


HOSTILE = {
    "Jira's blocks": "h1. Outage of the store\n" + "{code}\n|| |\n" * 999 + "[" * 999 + "{{" * 999,
    "Org's blocks": "#+TITLE: Outage of the store\n" + "#+begin_src\n:PROPERTIES:\n" * 999 + "|-+-|\n" * 999,
    "AsciiDoc's table without an end": ADOC + '[cols="999999999*"]\n|===\n|a\n' * 500,
    "AsciiDoc's fences": ADOC + "----\n" * 999,
    "reStructuredText's grids": RST + "+--+--+\n| a |\n" * 999,
    "reStructuredText's blocks": RST + ".. code::\n" * 999 + "::\n" * 99,
    "MediaWiki's templates": WIKI + "{{" * 5000 + "a|" * 5000,
    "MediaWiki's tables": WIKI + "{|\n|-\n| a\n" * 500,
    "MediaWiki's comments": WIKI + "<!--" * 2000 + "<ref>" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_ends(name: str) -> None:
    found = read(HOSTILE[name])

    assert found.title == "Outage of the store"
    assert not found.lines


def test_only_a_title_of_asciidoc_has_its_author_and_its_revision_below_it() -> None:
    head = ":toc:\n= Outage\nAna Lopez <a@x.test>\nv1, 2024-03-07\n"
    text = f"{head}\n== Timeline\n* 2024-03-05 09:12 lost\n* 2024-03-05 09:14 found\n"

    assert [entry.text for entry in read(text).lines] == ["lost", "found"]
    listed = "* 2024-03-05 09:12 lost\n* 2024-03-05 09:14 found\n\n[NOTE]\n====\nx\n====\n\n== After\n\n=== More\n"
    assert [entry.text for entry in read(listed).lines] == ["lost", "found"]


def test_day_in_the_caption_of_a_table() -> None:
    table = "! Time !! Event\n|-\n| 09:12 || disk full\n|-\n| 10:40 || disk freed\n|}\n"
    assert entries(read("{|\n|+ Course of 5 March 2026 (UTC)\n" + table)) == LOST_AND_FREED
    text = (
        RST + ".. list-table:: Course of 5 March 2026\n   :header-rows: 1\n   :widths: 10 70\n\n"
        "   * - Time (UTC)\n     - What\n   * - 09:12\n     - disk full\n   * - 10:40\n     - disk freed\n"
    )
    assert entries(read(text)) == LOST_AND_FREED


def test_notes_of_a_logbook() -> None:
    text = (
        "* DONE Disk full\n  :PROPERTIES:\n  :CREATED: [2026-03-05 Thu 08:00]\n  :END:\n  :LOGBOOK:\n"
        "  CLOCK: [2026-03-05 Thu 09:00]--[2026-03-05 Thu 10:00] =>  1:00\n"
        '  - State "DONE"       from "TODO"       [2026-03-05 Thu 10:40]\n'
        "  - Note taken on [2026-03-05 Thu 09:12] \\\\\n    disk full\n  :END:\n"
    )
    assert sorted(entries(read(text))) == [
        ("03-05 09:12", "disk full"),
        ("03-05 10:40", 'State "DONE"       from "TODO"'),
    ]


ADOC_TITLE = "= Outage of the store\nAna <ana@x.test>\nv1, 2024-03-09\n"
RST_TITLE = "Outage of the store\n===================\n\n"
TIMELINE = {
    "adoc": "\n== Timeline\n\n* 09:12 disk full\n* 10:40 disk freed\n",
    "rst": "\nTimeline\n--------\n\n* 09:12 disk full\n* 10:40 disk freed\n",
    "org": "\n* Timeline\n- 09:12 :: disk full\n- 10:40 :: disk freed\n",
}


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("adoc", "= Outage of the store\n:toc:\n:date: 2024-03-05\n:tz: UTC\n"),
        ("adoc", ADOC_TITLE + ":incident-date: 2024-03-05\n:time-zone: UTC\n"),
        ("adoc", ":revdate: 2024-03-05\n:timezone: UTC\n= Outage of the store\n"),
        ("rst", RST_TITLE + ":date: 2024-03-05 18:20\n:tags: disk\n:slug: disk\n:author: ana\n:timezone: UTC\n"),
        ("rst", RST_TITLE + ":Date: 2024-03-09\n:Incident date: 2024-03-05\n:Timezone: UTC\n"),
        ("org", "#+TITLE: Outage of the store\n#+AUTHOR: ana\n#+DATE: <2024-03-05 Tue>\n#+TIMEZONE: UTC\n"),
    ],
)
def test_settings_give_the_day_and_the_zone(form: str, head: str) -> None:
    found = read_timeline(head + TIMELINE[form], now=NOW, zone=timezone(timedelta(hours=5)))

    assert found.title == "Outage of the store"
    assert entries(found) == LOST_AND_FREED
    assert not [assumed for assumed in found.assumptions if "no date is" in assumed or "no zone" in assumed]


def test_a_table_of_mediawiki_alone_names_its_columns() -> None:
    found = read("{|\n! Time (UTC) !! Event !! By\n|-\n| 2024-03-05 09:12 || disk full || ana\n|}\n")

    assert [(entry.author, entry.text) for entry in found.lines] == [("ana", "disk full")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("= Outage 2024-03-05\n:tz: UTC\n// 09:00 disk slow?\n\n* 09:12 disk full\n", 3),
        ("= Outage 2024-03-05\n:tz: UTC\n:note: 09:05 x\n\n* 09:12 disk full\n", 3),
        (RST_DAY + "- 09:12 UTC disk full\n\n.. raw:: html\n\n   <p>09:20</p>\n", 17),
        (RST_DAY + "- 09:12 UTC disk full\n\n.. 09:20 a comment\n", 15),
        ("#+TITLE: x\n#+DATE: 2024-03-05\n#+NOTE: 09:05 x\n* Timeline (UTC)\n- 09:12 :: disk full\n", 3),
        (WIKI + "* 09:12 disk full\n{{note|09:20 disk slow}}\n", 7),
    ],
)
def test_what_markup_leaves_out_is_told_where_it_has_a_time(text: str, number: int) -> None:
    found = read(text)

    assert entries(found) == [("03-05 09:12", "disk full")]
    assert [line.number for line in found.skipped if line.reason == NOT_READ] == [number]


PICTURES = [
    f":{name}: 2024-03-05 09:{10 + place} UTC disk full"
    for place, name in enumerate(["fire", "pager", "eyes", "wrench", "white_check_mark"])
]


@pytest.mark.parametrize("head", ["", "# Outage\n", "Outage\n"])
def test_names_of_pictures_are_no_settings(head: str) -> None:
    assert len(read(head + "\n".join(PICTURES)).lines) == len(PICTURES)


def test_names_of_pictures_are_settings_in_asciidoc_and_told() -> None:
    found = read("= Outage\n" + "\n".join(PICTURES))

    assert [line.number for line in found.skipped] == [2, 3, 4, 5, 6]


def test_options_of_a_directive_are_told_where_they_have_a_time() -> None:
    found = read(RST_DAY + "- 09:12 UTC disk full\n\n.. note::\n   :at: 09:20\n\n   Disk slow.\n")

    assert [line.number for line in found.skipped if line.reason == NOT_READ] == [16]
