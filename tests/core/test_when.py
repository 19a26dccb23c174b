from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.time_forms import time_form, times_inside
from console.core.language.times import local_stamp
from console.core.language.when import parse_when, readings, take_due, take_when
from console.core.refusal import Refused

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 15, 8, 30, 500_000, tzinfo=UTC)  # 16:08:30 in Berlin, 10:08:30 in New York


def taken(line: str, *, now: datetime = NOW, zone: tzinfo = BERLIN) -> tuple[str | None, str]:
    """The moment in UTC to the second, and the rest of the line."""
    when = take_when(line, now=now, zone=zone)
    return (None if when.at is None else local_stamp(when.at, UTC, seconds=True)), when.rest


def refused(line: str, *, now: datetime = NOW, zone: tzinfo = BERLIN) -> str:
    with pytest.raises(Refused) as when:
        take_when(line, now=now, zone=zone)
    assert when.value.field == "when"
    return when.value.reason


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("-90s x", "2026-11-21 15:07:00"),
        ("-2d x", "2026-11-19 15:08:30"),
        ("-0m x", "2026-11-21 15:08:30"),
        ("-4M x", "2026-11-21 15:04:30"),
        ("9:05 x", "2026-11-21 08:05:00"),
        ("14:32:10.250 x", "2026-11-21 13:32:10"),
        ("0:05 x", "2026-11-20 23:05:00"),
        ("Yesterday 23:50:01 x", "2026-11-20 22:50:01"),
        ("2026-07-01 14:32:10 x", "2026-07-01 12:32:10"),
        ("2026-11-21T14:32 x", "2026-11-21 13:32:00"),
        ("12:10 a.m. x", "2026-11-20 23:10:00"),
        ("12:10pm x", "2026-11-21 11:10:00"),
    ],
)
def test_forms_of_time(line: str, moment: str) -> None:
    assert taken(line) == (moment, "x")


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("14:32z x", "2026-11-21 14:32:00"),
        ("14:32UTC x", "2026-11-21 14:32:00"),
        ("14:32 GMT x", "2026-11-21 14:32:00"),
        ("14:32 utc: x", "2026-11-21 14:32:00"),
        ("14:32+02:00 x", "2026-11-21 12:32:00"),
        ("18:32 +05:45 x", "2026-11-21 12:47:00"),
        ("08:32-05:00 x", "2026-11-21 13:32:00"),
        ("08:32 \u221203:30 x", "2026-11-21 12:02:00"),
        ("2026-11-21T14:32Z x", "2026-11-21 14:32:00"),
        ("2026-11-21 14:32:10 UTC x", "2026-11-21 14:32:10"),
        ("2026-11-21T14:32:10.123+01:00 x", "2026-11-21 13:32:10"),
        ("2:32 pm -00:00 x", "2026-11-21 14:32:00"),
    ],
)
def test_a_time_may_state_its_zone(line: str, moment: str) -> None:
    assert taken(line) == (moment, "x")


def test_yesterday_and_today_are_those_of_the_stated_zone() -> None:
    # In Tokyo it is already the 22nd.
    assert taken("00:05 +09:00 x") == ("2026-11-21 15:05:00", "x")
    assert taken("yesterday 23:50 +09:00 x") == ("2026-11-21 14:50:00", "x")


def test_milliseconds_are_kept_and_finer_is_cut_off() -> None:
    when = take_when("14:32:10.123456 x", now=NOW, zone=UTC)
    assert when.at == datetime(2026, 11, 21, 14, 32, 10, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("14:32 - deploy", "deploy"),
        ("14:32 – deploy", "deploy"),
        ("14:32—deploy", "deploy"),
        ("14:32: deploy", "deploy"),
        ("14:32, deploy", "deploy"),
        ("-4m, deploy", "deploy"),
        ("14:32 -- - deploy", "deploy"),
        ("14:32\u00a0deploy", "deploy"),
        ("14:32 -v flag passed", "-v flag passed"),
        ("14:32 :) fine", ":) fine"),
        ("14:32 - 14:40 outage", "until 14:40 outage"),
        ("14:32 WEST region down", "WEST region down"),
        ("14:32 Zone 3 is down", "Zone 3 is down"),
        ("14:32", ""),
        ("14:32 -", ""),
        ("14:32:", ""),
    ],
)
def test_what_separates_a_time_from_its_text_is_dropped(line: str, rest: str) -> None:
    assert taken(line) == ("2026-11-21 13:32:00" if "4m" not in line else "2026-11-21 15:04:30", rest)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("14:75 x", "There is no time of day “14:75”"),
        ("24:00 x", "There is no time of day “24:00”"),
        ("14:32:61 x", "There is no time of day “14:32:61”"),
        ("14:32 pm x", "There is no time of day “14:32 pm”"),
        ("0:32 am x", "There is no time of day “0:32 am”"),
        ("yesterday 25:10 x", "There is no time of day “yesterday 25:10”"),
        ("14:3 x", "“14:3” is not a whole time; write 14:32 or -4m"),
        ("14:32:1 x", "“14:32:1” is not a whole time"),
        ("14:32q x", "“14:32q” is not a whole time"),
        ("-4 x", "“-4” is not a length of time; write -4m"),
        ("-1.5h x", "“-1.5h” is not a length of time"),
        ("-10m1h x", "“-10m1h” is not a length of time"),
        ("-100000d x", "“-100000d” is not a length of time"),
        ("-90000d x", "“-90000d” is before 1970"),
        ("2026-11-21 x", "“2026-11-21” is not a whole time; write 2026-11-21 14:32"),
        ("2026-02-30 14:32 x", "There is no day 2026-02-30; write 2026-11-21 14:32"),
        ("0001-01-01 00:00 x", "is before 1970"),
        ("9999-12-31 23:59 -05:00 x", "is still to come, it is 2026-11-21 10:08 UTC-05:00"),
        ("21.11.2026 14:32 x", "write 2026-11-21 14:32"),
        ("11/21/2026 14:32 x", "write 2026-11-21 14:32"),
        ("10:05+10:12 spike", "write its beginning, 10:05, or an offset such as +02:00"),
        ("14:32 +14:30 x", "an offset such as +02:00"),
        ("14:32 -13:00 x", "an offset such as +02:00"),
        ("14:32 PDT x", "“PDT” is UTC-7, but America/Los_Angeles kept UTC-8 then; write UTC-8 or UTC-7."),
        ("14:32 UTC +2 x", "“14:32 UTC +2” may name UTC or an offset"),
    ],
)
def test_a_bad_time_is_refused_with_what_is_right(line: str, right: str) -> None:
    assert right in refused(line)


def test_up_to_two_minutes_ahead_is_now() -> None:
    now = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
    assert taken("14:32 x", now=now, zone=UTC) == ("2026-11-21 14:32:00", "x")
    a_moment_before = now - timedelta(seconds=1)
    assert taken("14:32 x", now=a_moment_before, zone=UTC) == ("2026-11-21 14:31:59", "x")
    assert taken("today 14:34 x", now=now, zone=UTC) == ("2026-11-21 14:32:00", "x")


def test_farther_ahead_is_yesterdays() -> None:
    now = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)  # 00:05 in Berlin
    assert taken("23:58 x", now=now) == ("2026-11-21 22:58:00", "x")
    assert taken("yesterday 23:58 x", now=now) == ("2026-11-21 22:58:00", "x")
    assert taken("00:08 x", now=now) == ("2026-11-20 23:08:00", "x")
    assert "is still to come, it is 2026-11-22 00:05 CET" in refused("today 00:08 x", now=now)


def test_a_future_day_is_refused() -> None:
    assert refused("2026-11-22 14:32 x") == (
        "“2026-11-22 14:32” is still to come, it is 2026-11-21 16:08 CET; "
        "write a time that has passed, or -4m for four minutes ago."
    )


@pytest.mark.parametrize(
    ("zone", "skipped", "either"),
    [(BERLIN, "2026-03-29 02:30", "01:30, 03:30"), (NEW_YORK, "2026-03-08 02:15", "01:15, 03:15")],
)
def test_a_time_that_the_clocks_skipped_is_refused(zone: tzinfo, skipped: str, either: str) -> None:
    assert refused(f"{skipped} x", zone=zone) == (
        f"“{skipped}” does not exist: the clocks went forward; write {either} or the time in UTC."
    )


def test_the_edges_of_the_skipped_hour_are_times() -> None:
    assert taken("2026-03-29 01:59:59 x") == ("2026-03-29 00:59:59", "x")
    assert taken("2026-03-29 03:00 x") == ("2026-03-29 01:00:00", "x")


@pytest.mark.parametrize(
    ("zone", "twice", "first", "second"),
    [
        (BERLIN, "2026-10-25 02:30", "2026-10-25 00:30:00", "2026-10-25 01:30:00"),
        (NEW_YORK, "2026-11-01 01:30", "2026-11-01 05:30:00", "2026-11-01 06:30:00"),
    ],
)
def test_of_a_time_that_was_twice_the_later_past_one_counts(zone: tzinfo, twice: str, first: str, second: str) -> None:
    clock = twice[11:]
    in_the_first_pass = datetime.fromisoformat(first + "+00:00") + timedelta(minutes=15)
    in_the_second_pass = in_the_first_pass + timedelta(hours=1)
    assert taken(f"{clock} x", now=in_the_first_pass, zone=zone) == (first, "x")
    assert taken(f"{clock} x", now=in_the_second_pass, zone=zone) == (second, "x")
    assert taken(f"{twice} x", zone=zone) == (second, "x")
    before = in_the_first_pass - timedelta(hours=1)
    assert taken(f"{clock} x", now=before, zone=zone)[0] == local_stamp(
        datetime.fromisoformat(first + "+00:00") - timedelta(days=1), UTC, seconds=True
    )
    assert "still to come" in refused(f"{twice} x", now=before, zone=zone)


def test_lengths_of_time_do_not_care_about_the_clocks() -> None:
    now = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 in Berlin, for the second time
    assert taken("-30m x", now=now) == ("2026-10-25 00:40:00", "x")


def test_readings_of_a_local_time() -> None:
    assert readings(datetime(2026, 3, 29, 2, 30), BERLIN) == []
    assert readings(datetime(2026, 3, 29, 3, 30), BERLIN) == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert len(readings(datetime(2026, 10, 25, 2, 30), BERLIN)) == 2


def test_the_whole_text_is_a_moment() -> None:
    assert parse_when(" -4m ", now=NOW, zone=BERLIN) == NOW - timedelta(minutes=4)
    assert parse_when("NOW", now=NOW, zone=BERLIN) == NOW
    assert parse_when("2026-11-21T14:30:05.123Z", now=NOW, zone=BERLIN) == datetime(
        2026, 11, 21, 14, 30, 5, 123_000, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["", "soon", "14:32 and more", "4m", "today 16:11", "\x1b[A"])
def test_other_text_is_no_moment(text: str) -> None:
    with pytest.raises(Refused):
        parse_when(text, now=NOW, zone=BERLIN)


def test_where_a_time_ends() -> None:
    for text, length in (("14:32 UTC: x", len("14:32 UTC")), ("-4m x", 3)):
        form = time_form(text)
        assert form is not None
        assert form.end == length
    assert time_form("x 14:32") is None


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2026, 11, 21, 15, 0)),
    st.sampled_from([UTC, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]),
)
def test_a_stamp_reads_back_as_a_moment_that_shows_the_same(moment: datetime, zone: tzinfo) -> None:
    stamp = local_stamp(moment.replace(tzinfo=UTC), zone, seconds=True)
    read = parse_when(stamp, now=NOW, zone=zone)
    assert isinstance(read, datetime)
    assert local_stamp(read, zone, seconds=True) == stamp
    assert abs(read - moment.replace(tzinfo=UTC)) < timedelta(hours=1, seconds=1)


@given(st.text(alphabet="0123456789:-–+ .,TZUCGMapmdhsyesterdaytodaygoNvE[](*~/x", max_size=30))
def test_any_beginning_is_a_time_or_text_or_refused(line: str) -> None:
    with suppress(Refused):
        when = take_when(line, now=NOW, zone=BERLIN)
        assert when.at is None or when.at <= NOW
        assert when.at is None or line.strip().endswith(when.rest)


@given(st.text(alphabet="0123456789:-–+ .,TZUCGMapmdhsyesterdaytodaygoNvE[](*~/x", max_size=60))
def test_times_inside_a_text_are_pieces_of_it(text: str) -> None:
    position = 0
    for piece in times_inside(text):
        assert piece == piece.strip() != ""
        position = text.index(piece, position) + len(piece)


@pytest.mark.parametrize(
    ("line", "now", "at"),
    [
        ("17:30 CET x", "2026-10-25T17:00", "2026-10-25 16:30:00"),
        ("02:30 CET x", "2026-10-25T02:30", "2026-10-25 01:30:00"),
        ("02:30 CEST x", "2026-10-25T02:30", "2026-10-25 00:30:00"),
        ("22:10 CEST x", "2026-10-25T02:30", "2026-10-24 20:10:00"),
        ("10:00 CEST x", "2026-03-29T09:00", "2026-03-29 08:00:00"),
        ("01:30 CET x", "2026-03-29T09:00", "2026-03-29 00:30:00"),
        ("12:00 EST x", "2026-11-01T18:00", "2026-11-01 17:00:00"),
    ],
)
def test_on_the_day_of_a_change_of_the_clocks_the_zone_of_each_half_is_read(line: str, now: str, at: str) -> None:
    """A zone is held against the moment that is meant, not against the day before."""
    assert taken(line, now=datetime.fromisoformat(now).replace(tzinfo=UTC), zone=UTC) == (at, "x")


@pytest.mark.parametrize(
    ("text", "now", "at"),
    [("09:00 CET", "2026-10-24T18:00", "2026-10-25T08:00"), ("09:00 CEST", "2026-03-28T18:00", "2026-03-29T07:00")],
)
def test_what_is_due_behind_a_change_of_the_clocks_is_read_in_the_zone_of_then(text: str, now: str, at: str) -> None:
    due = take_due(text, now=datetime.fromisoformat(now).replace(tzinfo=UTC), zone=UTC)
    assert due is not None
    assert due[0] == datetime.fromisoformat(at).replace(tzinfo=UTC)
