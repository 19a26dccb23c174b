"""The metrics as tables, as a review to discuss and as a page: the same figures, and hostile names are text."""

import csv
import io
from datetime import timedelta

import msgspec
import pytest

from console.core.memory.case import Case
from console.core.memory.metrics import Metrics, metrics_of
from console.core.memory.period import last_days, quarter
from console.core.subjects.action_item import AddAction
from console.core.subjects.component import SetComponent
from console.core.subjects.fix import AddFix
from console.core.subjects.stage import MoveStage
from console.export.metrics.charts import dots_of, frequency_lines, frequency_svg, lengths_lines, live_of
from console.export.metrics.figures import of_figure
from console.export.metrics.lines import metrics_lines
from console.export.metrics.review import review_markdown, review_page
from console.export.metrics.tables import COLUMNS, metrics_csv, metrics_view
from tests.core.test_metrics import NEW_YORK, NOW, Tale, apart, ten

HOSTILE = ("=1+1", "+x", "-x", "@x", "<script>alert(1)</script>", "a|b", "[x](http://x)", "\x1b[2J", "&amp;")


def cases() -> list[Case]:
    return [tale.case for tale in (*ten(), *apart())]


def figures(by: str = "") -> Metrics:
    return metrics_of(cases(), quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK, by)


@pytest.fixture(scope="module")
def hostile() -> tuple[list[Case], Metrics]:
    """Each name is a component and a title, of two incidents."""
    told = []
    for number, name in enumerate(HOSTILE * 2):
        tale = Tale(f"X{number}", "2026-11-08 10:00", title=name)
        tale.does(SetComponent, component=name, status="major")
        owner = name if name.isprintable() else "rs"
        tale.does(AddAction, actor=owner, text=name, owner=owner)
        tale.does(AddFix, text=name)
        told.append(tale.case)
    return told, metrics_of(told, quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK, "component")


def test_json_has_the_figures_in_seconds() -> None:
    view = msgspec.to_builtins(metrics_view(figures("month")))
    [mttm] = [each for each in view["live"]["measures"] if each["name"] == "MTTM"]
    assert (mttm["n"], mttm["median_s"], mttm["mean_s"], mttm["p90_s"]) == (6, 3000, 3300, 5400)
    assert {each["ref"] for each in mttm["left_out"]} == {"D", "E", "I", "J"}
    assert [group["name"] for group in view["groups"]] == ["2026-10", "2026-11"]
    assert (view["start"], view["end"]) == ("2026-10-01T04:00:00.000Z", "2027-01-01T05:00:00.000Z")
    assert (view["drills"]["refs"], view["elsewhere"]) == (("K",), ("L",))


def test_csv_has_a_row_for_each_measure_of_each_group() -> None:
    rows = list(csv.DictReader(io.StringIO(metrics_csv(figures("severity")))))
    assert tuple(rows[0]) == COLUMNS
    [mttr] = [row for row in rows if row["group_by"] == "all" and row["measure"] == "MTTR"]
    assert (mttr["n"], mttr["median_s"], mttr["p90_s"], mttr["left_out"]) == ("5", "4800.0", "7200.0", "D E J I")
    assert {row["group"] for row in rows} == {"live", "SEV1", "SEV2", "SEV3", "drills", "retrospective"}


def test_no_cell_of_the_csv_is_a_formula(hostile: tuple[list[Case], Metrics]) -> None:
    rows = list(csv.reader(io.StringIO(metrics_csv(hostile[1]))))
    cells = {cell for row in rows[1:] for cell in row}
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell[:1]]


def test_the_review_says_what_there_is_to_discuss() -> None:
    page = review_markdown(cases(), figures("month"), NOW, NEW_YORK)
    for words in (
        "# Incident review 2026-Q4",
        "10 incidents (6 SEV1, 3 SEV2, 1 SEV3); 9 more than in the period before",
        "| MTTM | impact started → mitigated | 6 | 50m | 55m | 1h30m |",
        "| E | detected is before impact started (MTTD, MTTA, MTTM, MTTR) |",
        "F came back. What was taken for the end too early?",
        "1 drill: K; MTTM 3h in the median.",
        "| 2026-10 | 3 |",
    ):
        assert words in page
    assert "<svg" not in page
    assert "mermaid" not in page


def test_an_empty_period_is_a_review_too() -> None:
    told = metrics_of([], last_days(30, NOW, NEW_YORK), NOW, NEW_YORK)
    for made in (review_markdown([], told, NOW, NEW_YORK), review_page([], told, NOW, NEW_YORK)):
        assert "0 incidents" in made
        assert "Nothing stands out" in made
    assert "0 incidents" in "\n".join(metrics_lines([], told, NOW, NEW_YORK, 100, drawn=True))


def test_the_page_loads_nothing_and_runs_nothing(hostile: tuple[list[Case], Metrics]) -> None:
    told, metrics = hostile
    page = review_page(told, metrics, NOW, NEW_YORK)
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert "default-src 'none'" in page
    for loads in ("src=", "@import", "url("):
        assert loads not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page


def test_names_are_text_in_the_review(hostile: tuple[list[Case], Metrics]) -> None:
    page = review_markdown(*hostile, NOW, NEW_YORK)
    assert "<script" not in page
    assert "[x](http://x)" not in page
    assert "\x1b" not in page
    table = page[page.index("## By component") :].split("\n\n")[1]
    assert {row.count(" | ") for row in table.splitlines()} == {5}


def test_pictures_show_every_incident_that_counts() -> None:
    told = figures()
    live = live_of(cases(), told)
    drawn = frequency_svg(live, told.period, NEW_YORK)
    assert drawn.count("<rect") == 2 + 3 + 3  # Severities of October and November, and their names.
    lines = frequency_lines(live, told.period, NEW_YORK, 100)
    assert [line.split()[0] for line in lines] == ["2026-10", "2026-11", "2026-12"]
    assert "3  (2 SEV1, 1 SEV2)" in lines[0]
    dots = dots_of(live)
    assert len(dots) == 6
    plotted = lengths_lines(dots, told.period, NEW_YORK, 100)
    assert 1 <= "".join(plotted).count("●") <= 6
    assert all(len(line) <= 100 for line in plotted)
    assert lengths_lines([], told.period, NEW_YORK, 100) == []


@pytest.mark.parametrize("width", [30, 78, 200])
def test_lines_fit_the_screen_and_say_the_same(width: int) -> None:
    told = figures("month")
    lines = list(metrics_lines(cases(), told, NOW, NEW_YORK, width, drawn=True))
    shown = "\n".join(lines)
    assert "MTTM  6     50m    55m  1h30m" in shown
    assert of_figure(told.live.measure("time_to_mitigate")) == ("6", "50m", "55m", "1h30m")
    assert "Left out: C  detected is missing (MTTD, MTTA)" in lines
    assert "Came back after the mitigation: F" in lines


def test_a_closed_one_without_a_word_of_what_stopped_it_is_asked_about() -> None:
    tale = Tale("Z", "2026-11-09 10:00")
    tale.does(MoveStage, stage="closed", override="False alarm")
    told = metrics_of([tale.case], quarter("Q4", NOW, NEW_YORK), NOW + timedelta(days=1), NEW_YORK)
    assert "Nobody said what stopped Z" in review_markdown([tale.case], told, NOW, NEW_YORK)
