"""Rules for every text: it is read to the end, no line is lost, and nothing is made up."""

import re
from cProfile import Profile
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.core.language.text import clean
from console.intake.clocks import HOUR_WORDS
from console.intake.collector import FUTURE
from console.intake.forms import source_of
from console.intake.lines import split_lines
from console.intake.model import ReadTimeline
from console.intake.preview import preview, summary
from console.intake.tables import epoch_text
from console.intake.timeline import read_timeline
from tests.drawing import examples
from tests.intake.shapes import SHAPES
from tests.intake.shapes import text as text_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

# Pieces that mean something to the reading, so that random texts meet its branches.
PIECES = st.sampled_from(
    [
        *(
            "14:30",
            "2pm",
            "PDT",
            "UTC",
            "Z",
            "T",
            "+02:00",
            "-07:00",
            "10:30-11:00",
            "24:00",
            "12:60",
            "~",
            "by ",
            "at ",
        ),
        *("2019-07-02", "Jan 31", "10/28", "7/2/2019", "January 31st, 2017", "31 February 2019", "29 Feb", "Day 2"),
        *("Tuesday", "all times PDT", "Date: ", "Source: ", "title: x\n", "time,event\n", "Time;What\n"),
        *(
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\n- ",
            "\n  - ",
            "\n    ",
            "# ",
            "### ",
            "> ",
            "! ",
            "* ",
            "? ",
            "---\n",
            "===\n",
        ),
        *(
            "T+5m",
            "0412 ",
            "14h02",
            "14時02分",
            "1742893935000",
            "\u202f",
            "<td>",
            "&nbsp;",
            '{"ts": "',
            '"}',
            "'",
            "noon",
        ),
        *("|", "\n| ", "| Time | Event |\n|---|---|\n", "```\n", "<br>", "<!-- x -->", " - ", "–", "**", "__", "`"),
        *("[", "]", "(", ")", ":", ",", ";", "'", '"', '""', "\t", " ", " text", "0", "99", "é"),
        *("\ud800", "\u202e", "\x1b[31m", "\u200b", "\ufeff", "\x00", "\u00a0", "\u2028"),
    ]
)
CORPUS = Path(__file__).parent / "corpus"
SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.iterdir()) if path.suffix != ".toml"]
"""The forms that people and tools write, of which random texts are cut."""

LINES = st.sampled_from(sorted({line for sample in SAMPLES for line in sample.splitlines(keepends=True)}))


def _cut(sample: str, start: int, length: int, piece: str) -> str:
    return sample[:start] + piece + sample[start + length :]


TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(LINES | PIECES, max_size=12).map("".join),
    st.builds(_cut, st.sampled_from(SAMPLES), st.integers(0, 1500), st.integers(0, 80), PIECES),
    st.text(max_size=300),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Nd", "P", "Z"]), max_size=100),
)


few = settings(max_examples=examples(2))


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


@few
@given(TEXTS)
@example('# Date: time,event\n2017===\n""')
@example("14:30\t(UTC")
@example("|\n|-")
def test_every_line_is_in_exactly_one_place(text: str) -> None:
    assert_each_line_stands_once(text)


def assert_each_line_stands_once(text: str) -> None:
    found = read(text)

    # A row of comments or a line of JSON or HTML may hold several events.
    places = [*{number for entry in found.lines for number in entry.numbers}]
    # Of several comments one may lie in the future.
    shared = {skipped.number for skipped in found.skipped if skipped.reason == FUTURE} & set(places)
    places += [skipped.number for skipped in found.skipped if skipped.number not in shared]
    places += found.structure
    filled = [number for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1) if line.strip()]
    assert sorted(set(places)) == filled
    assert len(places) == len(filled) or not source_of(text).is_text


@few
@given(TEXTS)
def test_what_is_read_can_be_logged_and_shown(text: str) -> None:
    found = read(text)

    for entry in found.lines:
        assert entry.occurred_at.tzinfo is UTC
        assert entry.occurred_at.microsecond % 1000 == 0
        assert entry.occurred_at <= NOW
        assert entry.text.strip()
        assert entry.text == clean(entry.text)
        assert entry.author is None or entry.author == clean(entry.author, multiline=False)
        assert list(entry.numbers) == sorted(set(entry.numbers))
    for skipped in found.skipped:
        assert skipped.reason.endswith(".")
        assert skipped.text == clean(skipped.text)
    for line in [summary(found), *preview(found, split_lines(text), UTC)]:
        assert "\n" not in line
        assert line == clean(line)


@few
@given(TEXTS)
@example("<td>\ud800")
def test_no_word_of_an_entry_is_made_up(text: str) -> None:
    """Marks, tags, entities and escapes go; “(until 11:00 UTC)” tells a range's end, in a zone by the name that is its
    own, “(about this time)” a vague moment, and “(incident.name: …)” what a record of JSON is called."""
    plain = unescape(unescape(text.replace("\\n", "\n")))
    untagged = re.sub(r"<[^<>]*>", "", plain)
    moments = (epoch_text(number) for number in re.findall(r"\d{10,19}", text))
    written = "until about this time utc between and of day not known name " + " ".join(
        re.sub(r"[^0-9a-z]", "", clean(form).casefold()) for form in (text, plain, untagged, *moments)
    )

    for entry in read(text).lines:
        words = re.sub(r"(\(until [^()]*) [A-Z][a-z_]+/[A-Za-z_/]+\)", r"\1)", entry.text)
        for word in re.findall(r"[0-9a-z]+", f"{words} {entry.author or ''}".casefold()):
            assert word in written


NUMBERS = re.compile(rf"\d|{'|'.join(sorted(HOUR_WORDS, key=len, reverse=True))}", re.IGNORECASE)


@few
@given(TEXTS.map(lambda text: NUMBERS.sub("", text)))
def test_a_text_without_a_number_has_no_moment(text: str) -> None:
    assert read(text).lines == ()


@few
@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(text) == read(text)


STYLES = {
    "bullet": ("# Outage of {day}\n\nAll times are UTC.\n\n", "- {moment:%H:%M} UTC: {text}"),
    "bold": ("Prose first.\n\n## {day}\n\n", "**{moment:%H:%M:%S}** {text}\n"),
    "iso": ("", "{moment:%Y-%m-%dT%H:%M:%SZ} {text}"),
    "twelve": ("## {day}\n", "* {moment:%I:%M %p} - {text}"),
    "half of the day": ("## {day}\n", "{moment:%I:%M %p}: {text}"),
    "offset": ("", "[{east:%Y-%m-%d %H:%M} IST] {text}"),
    "row": ("| Date | Time (UTC) | What |\n|---|---|---|\n", "| {moment:%Y-%m-%d} | {moment:%H:%M} | {text} |"),
    "heading": ("# Outage\n\n", "### {moment:%d %B %Y}, {moment:%H:%M}\n\n{text}\n"),
    "label": ("", "- {text} {moment:%Y-%m-%d %H:%M} UTC"),
    "German": ("# Ausfall {day}\n\nAlle Zeiten in UTC.\n\n", "- {moment:%H:%M} Uhr: {text}"),
    "Slack": ("# {day} #ops\n\nAll times in UTC.\n\n", "ana [{moment:%I:%M %p}]\n{text}"),
    "IRC": ("--- Log opened {day}\nAll times are UTC.\n", "{moment:%H:%M} < ana> {text}"),
    "WhatsApp": ("All times are UTC.\n\n", "[{moment:%d.%m.%y, %H:%M:%S}] Ana: {text}"),
    "status page": ("", "{text}\nPosted {moment:%b %d, %Y, %H:%M} UTC\n"),
    "JSON Lines": ("", '{{"createdAt": "{moment:%Y-%m-%dT%H:%M:%SZ}", "message": "{text}"}}'),
    "CSV": ("id,message,created_at\n", "7,{text},{moment:%Y-%m-%dT%H:%M:%SZ}"),
    "epoch": ("time,text\n", "{milliseconds},{text}"),
    "HTML": ("<h1>Outage {day}</h1><p>All times are UTC.</p><ul>\n", "<li>{moment:%H:%M} &ndash; {text}</li>"),
}
"""Ways to write a timeline: its head, and an entry."""

WORDS = st.text("abcdefghijklmnop ", min_size=1, max_size=30).map(str.split).map(" ".join).map("{}q".format)
"""Their last word is none that belongs to a time behind it, such as "at"."""
STEPS = st.lists(st.tuples(st.integers(0, 690), WORDS), min_size=3, max_size=12)


@pytest.mark.parametrize(("head", "style"), STYLES.values(), ids=STYLES)
@given(start=st.datetimes(datetime(2002, 1, 1), datetime(2025, 12, 1)), steps=STEPS)
@settings(max_examples=examples(5))
def test_a_written_timeline_is_read_back(head: str, style: str, start: datetime, steps: list[tuple[int, str]]) -> None:
    """Minutes between entries stay under half a day, which is as far as a clock without dates can tell."""
    moment = start.replace(second=0, microsecond=0, tzinfo=UTC)
    entries: list[tuple[datetime, str]] = []
    for minutes, words in steps:
        entries.append((moment, f"x{words}"))
        moment += timedelta(minutes=minutes)

    found = read(head.format(day=entries[0][0].date()) + "\n".join(_written(style, *entry) for entry in entries))

    assert [(entry.occurred_at, entry.text) for entry in found.lines] == entries


def _written(style: str, moment: datetime, text: str) -> str:
    east = moment.replace(tzinfo=None) + timedelta(hours=5, minutes=30)
    return style.format(moment=moment, east=east, milliseconds=int(moment.timestamp() * 1000), text=text)


@given(zone_hours=st.integers(-12, 14), minutes=st.integers(0, 1439))
def test_an_offset_is_taken_off(zone_hours: int, minutes: int) -> None:
    local = datetime(2019, 7, 2) + timedelta(minutes=minutes)
    found = read(f"{local:%Y-%m-%dT%H:%M}{zone_hours:+03d}:00 text")

    assert found.lines[0].occurred_at == (local - timedelta(hours=zone_hours)).replace(tzinfo=UTC)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_text_of_any_shape_is_read_to_its_end(shape: str) -> None:
    assert_each_line_stands_once(text_of(shape, 4_000))


@pytest.mark.drawn(8)
@pytest.mark.parametrize("shape", SHAPES)
def test_reading_costs_as_much_as_the_text_is_long(shape: str) -> None:
    """Counted are calls; what a call costs `python -m benchmarks.intake` measures."""
    short, long = (text_of(shape, size) for size in (6_000, 24_000))

    read(long)  # Patterns are compiled when they are first used.
    # Of some shapes the further lines are shorter.
    longer = max(len(long) / len(short), long.count("\n") / max(short.count("\n"), 1))
    assert _calls(long) < 1.5 * longer * _calls(short)


def _calls(text: str) -> int:
    with Profile() as profile:
        read(text)
    return sum(entry.callcount for entry in profile.getstats())
