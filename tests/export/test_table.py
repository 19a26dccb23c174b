"""The timeline as CSV: a spreadsheet shows what was typed and runs none of it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.text import clean, csv_text
from console.core.language.times import parse_rfc3339
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.undo import Undo
from console.export.timeline import CSV_COLUMNS, timeline_csv
from tests.core.story import START, Story


def rows(story: Story) -> list[dict[str, str]]:
    """The entries after the declaration, as the csv module reads them."""
    return list(csv.DictReader(io.StringIO(timeline_csv(story.state), newline="")))[1:]


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@x", "=cmd|' /C calc'!A0", "＝1", " =1", "'=1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    story = Story(actor=text)
    story.does(LogEntry, text=text, tags=(text,))
    (row,) = rows(story)

    for cell in (row["text"], row["tags"]):
        assert cell.startswith("'")
        assert csv_text(cell).strip() == text.strip()


def test_the_author_s_cell_is_none_either() -> None:
    assert ",'=1+1,Declared" in timeline_csv(Story(actor="=1+1").state)


@given(st.text(min_size=1, max_size=80).filter(lambda text: clean(text).strip() != ""))
def test_every_text_comes_back(text: str) -> None:
    story = Story()
    entry = story.does(LogEntry, text=text)
    (row,) = rows(story)

    assert csv_text(row["text"]) == story.state.entries.get(entry).text  # type: ignore[union-attr]  # Just written.


def test_quotes_commas_and_newlines_stay_in_their_cell() -> None:
    story = Story()
    story.at(5).does(LogEntry, text='he said "a, b"\nand left', kind="finding", tags=("web", "db"))
    (row,) = rows(story)

    assert tuple(row) == CSV_COLUMNS
    assert (row["text"], row["tags"], row["kind"]) == ('he said "a, b"\nand left', "web db", "finding")
    assert parse_rfc3339(row["occurred_at"]) > START


def test_what_was_undone_is_left_out_and_a_correction_is_marked() -> None:
    story = Story()
    entry = story.does(LogEntry, text="error rate 20 %")
    story.does(CorrectEntry, entry=entry, text="error rate 2 %")
    story.does(LogEntry, text="wrong room")
    story.does(Undo)

    assert [(row["text"], row["corrected"]) for row in rows(story)] == [("error rate 2 %", "yes")]
