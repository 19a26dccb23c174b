"""The timeline as Markdown: read by people, and read back by the import."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.core.log.replay import Replay
from console.core.log.state import Incident
from console.core.log.tagged import standing
from console.core.subjects.change import ClaimChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from console.export.deck import deck
from console.export.handoff import handoff_markdown
from console.export.json.incident import incident_view
from console.export.postmortem.html import page
from console.export.timeline import KIND_WORDS as KINDS
from console.export.timeline import timeline_csv, timeline_markdown, times_span
from console.export.updates.update import brief
from console.intake.model import Declared
from console.intake.timeline import read_timeline
from tests.core.story import START, Story
from tests.export.telling import postmortem

pytestmark = pytest.mark.rule

ZONES: list[tzinfo] = [
    UTC,
    *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai")),
    ZoneInfo("Pacific/Auckland"),
    timezone(timedelta(hours=-9, minutes=-30)),
]
ELSEWHERE = ZoneInfo("Asia/Tokyo")
"""Where the file is read back; its own zone must not matter."""

KIND_WORDS = st.text("abcdefghijklmnop ,.", min_size=1, max_size=60).map(str.split).map(" ".join).map("x{}".format)
BACK = st.integers(min_value=0, max_value=400 * 24 * 60)


def story_of(entries: list[tuple[int, str]]) -> Story:
    """Notes logged as of so many minutes ago, in an incident that is a year old and more."""
    story = Story().at(400 * 24 * 60)
    for minutes, text in entries:
        story.does(LogEntry, text=text, at=story.now - timedelta(minutes=minutes))
    return story


def read_back(story: Story, zone: tzinfo) -> list[tuple[datetime, str]]:
    found = read_timeline(timeline_markdown(story.state, zone), now=story.now, zone=ELSEWHERE)
    assert found.skipped == ()
    assert found.title == "Checkout errors"
    assert found.declared == Declared("SEV1", START, "mo", drill=False)
    assert {line.author for line in found.lines} == {"mo"}
    return [(line.occurred_at, line.text) for line in found.lines]


@pytest.mark.drawn(3)
@pytest.mark.rule("Rapid: The timeline is reconstructed with times")
@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(st.lists(st.tuples(BACK, KIND_WORDS), min_size=1, max_size=12))
@example([(901, "x"), (1622, "x")])
def test_what_is_exported_is_read_back_to_the_minute(zone: tzinfo, entries: list[tuple[int, str]]) -> None:
    story = story_of(entries)
    written = [(story.now - timedelta(minutes=minutes), text) for minutes, text in entries]

    assert sorted(read_back(story, zone)) == sorted(written)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@example("14:35 it was")
@example("- 14:35 UTC: it was")
@example("so. 14:35 UTC: it was")
@example("so! - 14:35 it was. 14:36 it is")
@example("# 2020-01-01")
@example("**2020-01-01**\n14:00 two\n15:00 three")
@example("| a | b |\n|---|---|")
@example("<!-- ")
@example("```")
def test_no_text_moves_a_time_or_makes_an_entry(text: str) -> None:
    story = story_of([(90, f"x {text} x"), (60, "after")])
    moments = [story.now - timedelta(minutes=90), story.now - timedelta(minutes=60)]

    assert [at for at, _ in read_back(story, ZoneInfo("Europe/Berlin"))] == moments


@pytest.mark.parametrize(
    ("zone", "hours", "words"),
    [
        (UTC, 0.5, "13:42 to 14:12 UTC"),
        (UTC, 20, "13:42 to 22 November, 09:42 UTC"),
        (timezone(timedelta(hours=1)), 0.5, "14:42 to 15:12 (13:42 to 14:12 UTC)"),
        (timezone(timedelta(hours=9)), 4, "22:42 to 22 November, 02:42 (13:42 to 17:42 UTC)"),
    ],
)
def test_a_span_names_utc_once_and_the_day_of_its_end_where_it_is_another(
    zone: tzinfo, hours: float, words: str
) -> None:
    began = datetime(2026, 11, 21, 13, 42, tzinfo=UTC)
    assert times_span(began, began + timedelta(hours=hours), zone) == words


def shown(state: Incident, now: datetime, zone: tzinfo) -> str:
    return msgspec.json.format(msgspec.json.encode(incident_view(state, now))).decode()


Written = Callable[[Incident, datetime, tzinfo], str]
TO_THE_MILLISECOND: dict[str, Written] = {"CSV": lambda state, now, zone: timeline_csv(state), "show --json": shown}
TO_THE_MINUTE: dict[str, Written] = {
    "timeline": lambda state, now, zone: timeline_markdown(state, zone),
    "handoff": lambda state, now, zone: handoff_markdown(state, now, zone, author="mo", hours=24),
    "postmortem": postmortem,
    "postmortem with names": lambda state, now, zone: postmortem(state, now, zone, named=True),
    "page": page,
    "page with names": lambda state, now, zone: page(state, now, zone, named=True),
}


def eventful() -> Story:
    """An incident whose entries are of all kinds, with marks that a document has to take care of."""
    story = Story()
    story.at(10.5).does(LogEntry, text="roll back | to v2.3.3 *now* #deploy @rs", kind="decision", tags=("deploy",))
    story.at(11).says("? a node <lost> its `ring` (twice)", actor="ana (on call)")
    story.at(12).does(LogEntry, text='=1+1, and a "quote"', kind="finding")
    story.at(13).does(LogEntry, text="mistyped")
    story.does(Undo)
    story.at(20).says("/sev sev0 all regions")
    return story.at(30)


@pytest.mark.parametrize("form", [*TO_THE_MILLISECOND, *TO_THE_MINUTE])
def test_each_export_is_read_back_to_the_same_incident(form: str) -> None:
    story = eventful()
    text = (TO_THE_MILLISECOND | TO_THE_MINUTE)[form](story.state, story.now, ZoneInfo("Europe/Berlin"))

    found = read_timeline(text, now=story.now, zone=ELSEWHERE)

    entries = [entry for entry in standing(story.state) if entry.kind != "declared"]
    # A postmortem names nobody unless it is asked to.
    names = {"mo": "responder 1", "ana (on call)": "responder 2"} if form in ("postmortem", "page") else {}
    by = [names.get(entry.author, entry.author) for entry in entries]
    assert [(line.occurred_at, line.text, line.kind, line.author) for line in found.lines] == [
        (
            entry.occurred_at.replace(second=0, microsecond=0) if form in TO_THE_MINUTE else entry.occurred_at,
            entry.text,
            entry.kind if entry.kind in KINDS else "note",
            author,
        )
        for entry, author in zip(entries, by, strict=True)
    ]
    assert found.title == "Checkout errors"
    assert found.declared == Declared("SEV1", START, names.get("mo", "mo"), drill=False)
    assert [clause for clause in found.assumptions if "the JSON export carries all" in clause]


BEGINNINGS = (
    "2026-01-02 03:04", "1/2/2026", "14:05", "- 15:00", "– 15:00", "to 15:00", "(15:00 UTC)", "UTC", "CET", "EST", "Z",
    "am", "PM", "h", "+01:00", "+2", "on 5 March", "yesterday", "(Tokyo)", "local time", "T+5", "=1+1", "!", "*", "?",
    "+", "-", ">", "#x", "@rs", "Ana:", "[rs]", "<rs>", "| a |", "```", "Declared SEV1:", "🔥",
    "שגיאה",
)  # fmt: skip
AS_ON_A_PAGE = ("Decision:", "**Decision:**", "&amp;", "&#50;", "\\&amp;")
"""Words that a page, which has no signs of its own, shows as it shows a kind, or another character."""


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        (form, begins)
        for form in [*TO_THE_MILLISECOND, *TO_THE_MINUTE]
        for begins in (BEGINNINGS if form.startswith("page") else (*BEGINNINGS, *AS_ON_A_PAGE))
    ],
)
def test_however_a_text_begins_it_is_read_back(form: str, begins: str) -> None:
    story = story_of([(90, f"{begins} it was"), (60, "after")])
    found = read_timeline(
        (TO_THE_MILLISECOND | TO_THE_MINUTE)[form](story.state, story.now, UTC), now=story.now, zone=ELSEWHERE
    )
    assert [(line.kind, line.occurred_at, line.text) for line in found.lines] == [
        ("note", story.now - timedelta(minutes=90), f"{begins} it was"),
        ("note", story.now - timedelta(minutes=60), "after"),
    ]


@pytest.mark.parametrize("form", TO_THE_MILLISECOND)
@pytest.mark.parametrize(
    "text", ["---", "-", "?", "...", "42", "5.2 ms", "todo", "2026-12-01", "note", "mo", "! go", "a\n--\nb"]
)
def test_an_entry_is_read_back_whatever_a_cell_of_another_table_would_mean(form: str, text: str) -> None:
    story = story_of([(60, text)])
    found = read_timeline(TO_THE_MILLISECOND[form](story.state, story.now, UTC), now=story.now, zone=ELSEWHERE)
    assert [(line.kind, line.text, line.author) for line in found.lines] == [("note", text, "mo")]


def test_a_document_without_a_timeline_says_so() -> None:
    story = eventful()
    text, _ = brief(story.state, story.now, UTC)
    slides = read_timeline(deck(Replay(story.state.ref, story.events), story.now, UTC), now=story.now, zone=UTC)
    assert slides.lines == ()
    assert {skipped.reason for skipped in slides.skipped} == {
        "This is the deck of INC-K7Q2, which holds no timeline; import its JSON export."
    }

    found = read_timeline(text, now=story.now, zone=UTC)

    assert found.lines == ()
    assert {skipped.reason for skipped in found.skipped} == {
        "This is the brief of INC-K7Q2, which holds no timeline; import its JSON export."
    }


def test_it_reads_as_a_person_would_write_it() -> None:
    story = Story()
    story.at(10).does(LogEntry, text="roll back\nto v2.3.3", kind="decision")
    story.at(11).does(LogEntry, text="mistyped")
    story.does(Undo)

    assert timeline_markdown(story.state, ZoneInfo("Europe/Berlin")) == (
        "# INC-K7Q2 Checkout errors\n\nAll times are UTC+01:00 (CET).\n\n**Saturday 21 November 2026**\n\n"
        "- 15:00 Declared SEV1: Checkout errors (mo)\n- 15:10 **Decision:** roll back to v2.3.3 (mo)\n"
    )


def test_clocks_that_are_changed_meanwhile_are_stated_again() -> None:
    shown = timeline_markdown(story_of([(250 * 24 * 60, "x")]).state, ZoneInfo("Europe/Berlin"))

    assert "All times are UTC+01:00 (CET)." in shown
    assert "From here on all times are UTC+02:00 (CEST)." in shown


def test_a_change_in_flight_and_a_passed_gate_say_so_and_are_read_back() -> None:
    story = Story()
    story.at(1).does(ClaimChange, text="restart the cache", rollback="start the old one")
    story.at(2).does(MoveStage, stage="monitoring")
    story.at(3).does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    lines = timeline_markdown(story.state, UTC).splitlines()

    assert "- 14:01 Change: restart the cache (rollback plan: start the old one) — *in flight* (mo)" in lines
    assert lines[-1].startswith("- 14:03 Stage → Closed (override: False alarm: nobody was affected; ")
    assert " — *despite: It must be stable for 29m more; " in lines[-1]
    assert [at.minute for at, _ in read_back(story, UTC)] == [1, 2, 3]
    assert read_back(story, UTC)[0][1] == "Change: restart the cache (rollback plan: start the old one) — in flight"
