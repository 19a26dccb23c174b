"""The picture: a Gantt chart that code hosts draw, and an SVG that needs nothing."""

import re
from datetime import UTC, timedelta, timezone
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.subjects.declaration import ChangeTitle
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.export.postmortem.diagram import mermaid, svg
from tests.core.story import Story
from tests.export.telling import told

CET = timezone(timedelta(hours=1), "CET")
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
WORDS = r"(?:[^#:;%&<>\n]|#\d+;)+"
"""No sign of Mermaid's own but its escapes."""
LINE = re.compile(
    r"gantt"
    rf"|    title {WORDS}"
    r"|    dateFormat YYYY-MM-DD HH:mm:ss"
    r"|    axisFormat (%d %b )?%H:%M"
    r"|    section (Stages|Severity|Milestones|Key moments)"
    rf"|    \d+ {WORDS} :[sv]\d+, {STAMP}, {STAMP}"
    rf"|    \d\d\N{{RATIO}}\d\d {WORDS} :milestone, [mk]\d+, {STAMP}, 0s"
)
"""The part of Mermaid's grammar that is used: every task begins with a number, so that it can be no keyword."""


def drawn(chart: str) -> str:
    """The chart's words as Mermaid shows them."""
    return re.sub(r"#(\d+);", lambda escaped: chr(int(escaped[1])), chart).replace("\N{RATIO}", ":")


SVG = "{http://www.w3.org/2000/svg}"


def words(picture: str) -> str:
    return " ".join("".join(one.itertext()) for one in ElementTree.fromstring(picture).iter(f"{SVG}text"))


def test_stages_milestones_and_key_moments_are_in_the_chart() -> None:
    chart = mermaid(told().state)
    assert "    1 Declared :s1, 2026-11-21 14:00:00, 2026-11-21 14:20:00" in chart
    assert "    2 Investigating :s2, 2026-11-21 14:20:00, 2026-11-21 14:25:00" in chart
    shown = drawn(chart)
    assert "    13:56 Detected :milestone, m2, 2026-11-21 13:56:00, 0s" in shown
    assert "    13:48 Action: deploy v2.3.4 finished :milestone, k1, 2026-11-21 13:48:00, 0s" in shown
    assert "    14:06 Decision: roll back to v2.3.3 :milestone, k2, 2026-11-21 14:06:00, 0s" in shown
    assert all(LINE.fullmatch(line) for line in chart.splitlines())


def test_each_marker_of_a_key_moment_names_the_replay_of_it() -> None:
    markers = [
        marker.findtext(f"{SVG}title") for marker in ElementTree.fromstring(svg(told().state)).iter(f"{SVG}circle")
    ]
    assert "warroom replay INC-K7Q2 --at 2026-11-21T14:06:00.000Z" in markers
    assert all(marker and marker.startswith("warroom replay INC-K7Q2 --at ") for marker in markers)


def test_a_fix_that_was_removed_is_named_once() -> None:
    story = told()
    story.at(45).does(Finish, what="pool", note="the new version has it")
    chart = drawn(mermaid(story.state))
    assert "14:08 Temporary fix: pool raised" in chart
    assert "14:45 Temporary fix removed: pool raised" in chart


def test_the_chart_is_in_the_readers_zone_and_says_which() -> None:
    chart = drawn(mermaid(told().state, CET))
    assert "times in UTC+01:00 (CET)" in chart
    assert "15:06 Decision" in chart


def test_a_severity_that_changed_has_a_section() -> None:
    story = told()
    assert "section Severity" not in mermaid(story.state)
    story.does(ChangeSeverity, severity="SEV0", reason="all customers")
    assert "    2 SEV0 :v2," in mermaid(story.state)


@pytest.mark.parametrize(
    "text",
    ["%%{init: {}}%%", "x : crit, a1, 2026-01-01", "section mine", 'click a href "javascript:x"', "a\nend", ";#"],
)
def test_no_text_becomes_syntax(text: str) -> None:
    story = Story()
    story.does(LogEntry, text=text, kind="decision")
    story.does(ChangeTitle, title=text)
    chart = mermaid(story.state)
    assert all(LINE.fullmatch(line) for line in chart.splitlines()), chart


@pytest.mark.parametrize("text", ["don't → v2.3: “x” – y", "100 % of #4; 5 < 6 & 7 > 1", "a, b [c] {d} `e` | f\\n$g@h"])
def test_every_sign_of_a_text_stands_in_the_chart(text: str) -> None:
    story = Story()
    story.does(LogEntry, text=text, kind="decision")
    assert f" Decision: {text} :milestone, k1," in drawn(mermaid(story.state))


def test_a_long_text_ends_with_a_word_and_a_sign_that_it_is_cut() -> None:
    story = Story()
    story.does(LogEntry, text="Roll the payment service back to v2.3.3 in every region", kind="decision")
    assert " Decision: Roll the payment service back to… :milestone, k1," in drawn(mermaid(story.state))


@given(st.text(min_size=1, max_size=60))
def test_any_text_gives_a_chart_and_a_well_formed_picture(text: str) -> None:
    story = Story()
    story.tries(LogEntry(actor="mo", text=text, kind="decision"))
    story.tries(ChangeTitle(actor="mo", title=text))
    assert all(LINE.fullmatch(line) for line in mermaid(story.state).split("\n")[:-1])
    ElementTree.fromstring(svg(story.state))


def test_the_svg_has_a_lane_for_each_stage_and_words_for_every_colour() -> None:
    shown = words(svg(told().state, CET))
    for one in ("Declared", "Investigating", "Mitigating", "Resolving", "Monitoring", "Severity", "SEV1",
                "Impact started 14:50", "Detected 14:56", "Decision: roll back", "UTC+01:00 (CET)"):  # fmt: skip
        assert one in shown


def test_the_svg_runs_nothing_loads_nothing_and_follows_the_viewers_theme() -> None:
    story = told()
    story.does(LogEntry, text="<script>alert(1)</script> & <image href='http://e/x'>", kind="decision")
    picture = svg(story.state)
    tags = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(picture).iter()}
    assert tags <= {"svg", "style", "text", "tspan", "rect", "line", "circle", "title"}
    assert "prefers-color-scheme:dark" in picture
    assert "url(" not in picture
    assert "@import" not in picture
    attributes = {name for one in ElementTree.fromstring(picture).iter() for name in one.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}


def test_everything_is_within_the_picture() -> None:
    story = told()
    story.at(60 * 24 * 3).does(MoveStage, stage="investigating")
    root = ElementTree.fromstring(svg(story.state))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for one in root.iter(f"{SVG}rect"):
        assert float(one.attrib["x"]) >= 0
        assert float(one.attrib["x"]) + float(one.attrib["width"]) <= width
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["y"]) <= height


def test_labels_of_milestones_do_not_overlap() -> None:
    root = ElementTree.fromstring(svg(told().state))
    rows: dict[str, list[tuple[float, float]]] = {}
    for one in root.iter(f"{SVG}text"):
        if one.attrib.get("class") == "l":
            size, x = len("".join(one.itertext())) * 6.4, float(one.attrib["x"])
            left = x - size if one.attrib.get("text-anchor") == "end" else x
            rows.setdefault(one.attrib["y"], []).append((left, left + size))
    assert rows
    for placed in rows.values():
        placed.sort()
        assert all(before[1] < after[0] for before, after in pairwise(placed))


def test_an_incident_of_one_moment_can_be_drawn() -> None:
    story = Story()
    assert "1 Declared" in mermaid(story.state, UTC)
    assert "Declared" in words(svg(story.state))
