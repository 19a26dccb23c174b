from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.times import (
    format_duration,
    format_length,
    local_pair,
    local_stamp,
    parse_duration,
    parse_rfc3339,
    rfc3339,
    set_back_words,
    to_ms,
    utc,
    zone,
)
from console.core.language.zones import zone_at
from console.core.refusal import Refused

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), timezone(timedelta(hours=5, minutes=45))]),
)


def test_utc_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc(datetime(2026, 11, 21))


def test_milliseconds_are_cut_off_not_rounded() -> None:
    assert to_ms(datetime(2026, 11, 21, 15, 0, 0, 999_999, tzinfo=BERLIN)) == datetime(
        2026, 11, 21, 14, 0, 0, 999_000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 21, 14, 30, 5, 123_999, tzinfo=UTC), "2026-11-21T14:30:05.123Z"),
        (datetime(2026, 11, 21, 14, 30, tzinfo=UTC), "2026-11-21T14:30:00.000Z"),
        (datetime(2026, 11, 21, 15, 30, tzinfo=BERLIN), "2026-11-21T14:30:00.000Z"),
        (datetime(812, 1, 1, tzinfo=UTC), "0812-01-01T00:00:00.000Z"),
    ],
)
def test_moments_are_written_in_utc_with_three_decimals(moment: datetime, text: str) -> None:
    assert rfc3339(moment) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T14:30:05.123Z",
        "2026-11-21t14:30:05.123z",
        "2026-11-21 14:30:05.123456789Z",
        "2026-11-21T15:30:05.123+01:00",
        "2026-11-21T09:00:05.123-05:30",
    ],
)
def test_offsets_and_longer_fractions_are_read(text: str) -> None:
    assert parse_rfc3339(text) == datetime(2026, 11, 21, 14, 30, 5, 123_000, tzinfo=UTC)


def test_seconds_may_be_missing() -> None:
    assert parse_rfc3339("2026-11-21T14:30Z") == datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-21",
        "2026-11-21T14:30:05",
        "2026-13-21T14:30:05Z",
        "2026-11-21T24:30:05Z",
        "2026-11-21T14:30:05Z ",
        "20261121T143005Z",
        "２026-11-21T14:30:05Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_other_text_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)


@given(MOMENTS)
def test_a_written_moment_reads_back(moment: datetime) -> None:
    assert parse_rfc3339(rfc3339(moment)) == to_ms(moment)


@given(MOMENTS, MOMENTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (rfc3339(one) < rfc3339(other)) == (to_ms(one) < to_ms(other))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800),
        ("1h10m", 4200),
        ("1h 10m", 4200),
        ("1h10", 4200),
        ("90s", 90),
        ("2d", 172_800),
        ("1d2h3m4s", 93_784),
        ("10 min", 600),
        ("2 hours", 7200),
        ("1 Hour 5 Minutes", 3900),
        (" 5M ", 300),
        ("0m", 0),
    ],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", " ", "10", "m", "4x", "-4m", "10m1h", "1h1h", "1.5h", "100000d", "٣m", "1h75"])
def test_other_text_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("seconds", "digits", "words", "short"),
    [
        (0, "0s", "0s", "0s"),
        (45, "45s", "45s", "45s"),
        (90, "1m30s", "1m30s", "1m30s"),
        (600, "10m00s", "10m", "10m"),
        (2537, "42m17s", "42m", "42m17s"),
        (3599, "59m59s", "59m", "59m59s"),
        (3600, "1h00m", "1h", "1h"),
        (4200, "1h10m", "1h10m", "1h10m"),
        (6137, "1h42m", "1h42m", "1h42m17s"),
        (86_399, "23h59m", "23h59m", "23h59m59s"),
        (86_400, "1d00h", "1d", "1d"),
        (274_359, "3d04h", "3d4h", "3d4h12m39s"),
        (864_000 + 17_999, "10d04h", "10d4h", "10d4h59m59s"),
        (-252, "4m12s", "4m12s", "4m12s"),
    ],
)
def test_durations_are_written(seconds: int, digits: str, words: str, short: str) -> None:
    delta = timedelta(seconds=seconds)
    assert (format_duration(delta), format_length(delta), format_length(delta, exact=True)) == (digits, words, short)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=99_999)))
def test_a_typed_duration_reads_back_to_the_second(delta: timedelta) -> None:
    assert parse_duration(format_length(delta, exact=True)) == timedelta(seconds=delta // timedelta(seconds=1))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Berlin", BERLIN),
        (" europe/berlin ", BERLIN),
        ("utc", UTC),
        ("Z", UTC),
        ("+00:00", UTC),
        ("+02:00", timezone(timedelta(hours=2))),
        ("-0530", timezone(-timedelta(hours=5, minutes=30))),
        ("UTC+2", timezone(timedelta(hours=2))),
        ("-4", timezone(-timedelta(hours=4))),
    ],
)
def test_zones_by_name_and_offset(name: str, expected: tzinfo) -> None:
    assert zone(name) == expected


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berlim", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Nowhere at all", "Europe/Berlin, UTC or +02:00"),
        ("+15:00", "+14:00"),
        ("+02:75", "+02:00"),
        ("", "UTC"),
        ("America", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("\ud800", "UTC"),
        ("a\0b", "UTC"),
        ("x" * 5000, "UTC"),
    ],
)
def test_an_unknown_zone_is_refused_with_one_that_works(name: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        zone(name)
    assert hint in refused.value.reason
    assert len(refused.value.reason) < 160


@given(st.text(max_size=40))
def test_any_text_is_a_zone_or_refused(name: str) -> None:
    with suppress(Refused):
        assert isinstance(zone(name), tzinfo)


def test_utc_stands_beside_a_time_that_differs_from_it() -> None:
    moment = datetime(2026, 11, 21, 14, 30, 5, tzinfo=UTC)
    assert local_pair(moment, BERLIN) == ("15:30", "14:30 UTC")
    assert local_pair(moment, UTC) == ("14:30", None)
    assert local_pair(moment, BERLIN, seconds=True) == ("15:30:05", "14:30:05 UTC")


@pytest.mark.parametrize("text", ["UTC+15", "UTC-14:30"])
def test_an_offset_that_no_place_has_is_no_zone_in_a_text(text: str) -> None:
    assert zone_at(text, 0) is None


def test_a_zone_may_be_at_utc_for_half_the_year() -> None:
    london = ZoneInfo("Europe/London")
    assert local_pair(datetime(2026, 1, 1, 12, tzinfo=UTC), london) == ("12:00", None)
    assert local_pair(datetime(2026, 7, 1, 12, tzinfo=UTC), london) == ("13:00", "12:00 UTC")


def test_a_stamp_has_the_local_date() -> None:
    moment = datetime(2026, 11, 21, 23, 30, 5, tzinfo=UTC)
    assert local_stamp(moment, BERLIN) == "2026-11-22 00:30"
    assert local_stamp(moment, UTC, seconds=True) == "2026-11-21 23:30:05"


@given(st.integers(-200_000, 200_000))
def test_a_clock_behind_what_was_written_before_was_set_back(behind_s: int) -> None:
    now = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    words = set_back_words(now + timedelta(seconds=behind_s), now, UTC)
    assert bool(words) == (behind_s >= 120)
    assert ("it shows 14:00 now" in words) == bool(words)


def test_a_clock_that_was_set_back_names_both_times_and_what_to_do() -> None:
    now = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    assert set_back_words(now + timedelta(hours=1), now, BERLIN) == (
        "This machine's clock was set back: an entry was logged at 16:00, and it shows 15:00 now."
        " Set it right where that is wrong, for entries get this machine's time."
    )
    assert "at 2026-11-22 14:00, and" in set_back_words(now + timedelta(days=1), now, UTC)
    assert set_back_words(None, now, UTC) == ""
