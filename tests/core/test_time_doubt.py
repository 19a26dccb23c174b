"""A word behind a time is its zone, the text's subject, or asked about: never guessed in silence."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.core.language.grammar import Line, left_times
from console.core.language.time_doubt import time_doubt
from console.core.language.times import local_stamp
from console.core.language.when import parse_when
from console.core.log.slash import read_typed
from console.core.refusal import Refused

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 18, 6, 30, tzinfo=UTC)  # 19:06:30 in Berlin, 18:06:30 in London, 13:06:30 in New York


def doubt(line: str, zone: ZoneInfo = BERLIN) -> str:
    return time_doubt(line, now=NOW, zone=zone)


def local(moment: datetime | None) -> str:
    return "" if moment is None else local_stamp(moment, BERLIN)


@pytest.mark.parametrize(
    ("line", "word", "there", "written"),
    [
        ("17:41 London office is down", "London", "18:41", "17:41 Europe/London"),
        ("17:41 london office is down", "london", "18:41", "17:41 Europe/London"),
        ("[17:41] London office is down", "London", "18:41", "17:41 Europe/London"),
        ("17:41 (London) office is down", "London", "18:41", "17:41 Europe/London"),
        ("at 17:41 London, it broke", "London", "18:41", "17:41 Europe/London"),
        ("! 17:41 London fails over", "London", "18:41", "17:41 Europe/London"),
        ("10:41 Japan is down", "Japan", "02:41", "10:41 Asia/Tokyo"),
        ("17:41 Portugal is slow", "Portugal", "18:41", "17:41 Europe/Lisbon"),
        ("17:41 UK office is down", "UK", "18:41", "17:41 Europe/London"),
        ("/at 17:41 London office is down", "London", "18:41", "17:41 Europe/London"),
        ("12:57 New York office is down", "New York", "18:57", "12:57 America/New_York"),
        ("14:57 São Paulo is slow", "São Paulo", "18:57", "14:57 America/Sao_Paulo"),
        ("12:57 Eastern region is slow", "Eastern", "18:57", "12:57 ET"),
        ("09:57 US Pacific is slow", "US Pacific", "18:57", "09:57 PT"),
        ("18:41 SF is down", "SF", "03:41", "18:41 America/Los_Angeles"),
        ("12:57 est x", "est", "18:57", "12:57 America/New_York"),
        ("18:41 ist down", "ist", "14:11", "18:41 IST"),
        ("18:41 CAT x", "CAT", "17:41", "18:41 UTC+2"),
        ("18:41 +2 hosts", "+2", "17:41", "18:41 UTC+2"),
        ("16:41 -2 hosts", "-2", "19:41 yesterday", "16:41 UTC-2"),
        ("yesterday 23:50 Tokyo office", "Tokyo", "15:50", "yesterday 23:50 Asia/Tokyo"),
        ("+ @rs by 19:20 London check the lag", "London", "20:20", "19:20 Europe/London"),
        ("/task by 19:20 London check the lag", "London", "20:20", "19:20 Europe/London"),
    ],
)
def test_what_may_be_a_zone_and_may_be_the_subject_is_asked_about_with_both_readings(
    line: str, word: str, there: str, written: str
) -> None:
    asked = doubt(line)
    assert asked.startswith(f"“{word}” is taken as text and ")
    assert f"({there} here), write {written}." in asked


@pytest.mark.parametrize(
    ("line", "at", "text"),
    [
        ("17:41 London time office is down", "2026-11-28 18:41", "office is down"),
        ("12:57 New York time: x", "2026-11-28 18:57", "x"),
        ("12:57 eastern time x", "2026-11-28 18:57", "x"),
        ("17:41 Europe/London x", "2026-11-28 18:41", "x"),
        ("12:57 ET x", "2026-11-28 18:57", "x"),
        ("16:41 UTC-1 x", "2026-11-28 18:41", "x"),
    ],
)
def test_what_can_only_be_a_zone_is_read_as_one(line: str, at: str, text: str) -> None:
    read = read_typed(line, now=NOW, zone=BERLIN)
    assert isinstance(read, Line)
    assert (local(read.occurred_at), read.text, doubt(line)) == (at, text, "")


def test_what_is_written_in_place_of_a_doubtful_word_is_read_as_that_moment() -> None:
    for line in ("17:41 London is down", "12:57 Eastern is slow", "18:41 +2 hosts", "09:57 sf is down", "18:41 PHT x"):
        asked = doubt(line)
        there, written = asked.partition("(")[2].partition(" here), write ")[::2]
        read = read_typed(f"{written.rstrip('.')} is down", now=NOW, zone=BERLIN)
        assert isinstance(read, Line)
        assert (local(read.occurred_at).split()[1], read.text) == (there.split()[0], "is down")


@pytest.mark.parametrize(
    "line",
    [
        "18:41 db-3 is slow",
        "18:41 ! London is down",
        "18:41: London is down",
        "18:41 London's office is down",
        "18:41 London-based users can't pay",
        "18:41 London/Paris link is down",
        "18:41 and then it broke",
        "18:41 West region is down",
        "18:41 Berlin office is down",
        "18:41 Paris office is down",
        "-4m London office is down",
        "London office is down since 17:41",
        r"\17:41 London was shown",
        "London",
        "17:41",
        "25:10 London is down",
    ],
)
def test_where_nothing_else_can_be_meant_nothing_is_asked(line: str) -> None:
    assert doubt(line) == ""


def test_a_place_whose_clocks_show_the_same_is_not_asked_about() -> None:
    assert doubt("17:41 London office is down", ZoneInfo("Europe/Lisbon")) == ""


def test_at_the_end_of_a_time_a_place_is_its_zone() -> None:
    assert local(parse_when("17:41 London", now=NOW, zone=BERLIN)) == "2026-11-28 18:41"
    assert local(parse_when("12:57 eastern", now=NOW, zone=BERLIN)) == "2026-11-28 18:57"
    task = read_typed("+ check the lag @rs by 19:20 London", now=NOW, zone=BERLIN)
    assert isinstance(task, Line)
    assert (local(task.due_at), task.text) == ("2026-11-28 20:20", "check the lag")
    with pytest.raises(Refused, match="what happened after the time"):
        read_typed("17:41 London", now=NOW, zone=BERLIN)


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        (
            "10:00-11:00 login is down",
            "“-11:00” is taken as the zone (22:00 yesterday here); for a span, write 10:00 to 11:00.",
        ),
        ("2026-11-28 10:00-05:00 login is down", ""),
        ("10:00 -05:00 login is down", ""),
        ("10:00:00-11:00 login is down", ""),
        ("10:00-05:00 login is down", ""),
    ],
)
def test_what_may_be_the_end_of_a_span_is_asked_about(line: str, asks: str) -> None:
    assert doubt(line) == asks


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("19:50 restart planned", "19:50 is still to come: it is taken as 19:50 yesterday, 23h ago."),
        ("! 22:00 we fail over", "22:00 is still to come: it is taken as 22:00 yesterday, 21h ago."),
        ("at 9pm vendor call", "9pm is still to come: it is taken as 21:00 yesterday, 22h ago."),
        ("19:50 /stage mitigating", "19:50 is still to come: it is taken as 19:50 yesterday, 23h ago."),
        ("/at 19:50 restart", "19:50 is still to come: it is taken as 19:50 yesterday, 23h ago."),
        ("+ @rs check it by 18:50", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("/assign 1 rs by 18:50", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("/snooze public until 18:50 legal", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("/snooze public 18:50 legal", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("/update public next 18:50 we know", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("/answered kim eta 18:50", "18:50 has passed: it is taken as 18:50 tomorrow, in 24h."),
        ("18:50 UTC restart planned", "18:50 UTC is still to come: it is taken as 19:50 yesterday, 23h ago."),
        ("! 14:20 ET we fail over", "14:20 ET is still to come: it is taken as 20:20 yesterday, 23h ago."),
        ("+ @rs check it by 17:50Z", "17:50Z has passed: it is taken as 18:50 tomorrow, in 24h."),
    ],
)
def test_a_time_of_another_day_that_may_be_meant_today_is_asked_about(line: str, question: str) -> None:
    assert doubt(line) == question


@pytest.mark.parametrize(
    "line",
    ["19:07 it is back", "08:00 alarms began", "23:50 alarms began", "yesterday 19:50 x", "2026-11-27 19:50 x", "-4m x",
     "it is planned at 19:50", r"\19:50 x", "+ by tomorrow 18:50 check", "+ by 09:00 check", "/snooze public 10m x",
     "/snooze public until 06:00 legal sleeps", "/update public since 18:50 all is well", "/answered kim since 18:50"],
)  # fmt: skip
def test_no_other_time_is(line: str) -> None:
    assert not doubt(line)


CLOCKS_BACK = datetime(2026, 10, 25, 5, tzinfo=UTC)  # 06:00 in Berlin, where 02:30 was at 00:30 and at 01:30 UTC


@pytest.mark.parametrize("written", ["02:30", "2026-10-25 02:30", "at 2:30"])
@pytest.mark.parametrize("head", ["", "! ", "/at "])
def test_a_time_that_the_clocks_showed_twice_is_asked_about_and_what_is_proposed_is_the_other(
    written: str, head: str
) -> None:
    line = f"{head}{written} restart"
    question = time_doubt(line, now=CLOCKS_BACK, zone=BERLIN)
    other = re.fullmatch(r"The clocks show .* twice: it is taken as .*; for the other, write (.*)\.", question)
    assert other is not None
    moments = [parse_when(time, now=CLOCKS_BACK, zone=BERLIN) for time in (written.removeprefix("at "), other[1])]
    assert moments == [datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_likewise_of_one_to_come_and_not_where_only_one_of_both_can_be_meant() -> None:
    evening, between = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    for line in ("+ @rs check it by 02:30", "/snooze public until 02:30 legal"):
        question = time_doubt(line, now=evening, zone=BERLIN)
        assert question == "The clocks show 02:30 twice: it is taken as 00:30 UTC; for the other, write 01:30 UTC."
        assert not time_doubt(line, now=between, zone=BERLIN)
    for line in ("02:30 restart", "-20m restart", "02:30 UTC restart", "01:30 restart"):
        assert "twice" not in time_doubt(line, now=between, zone=BERLIN)


def test_over_midnight_it_is_asked_about_as_well() -> None:
    before_midnight = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
    question = time_doubt("00:30 restart planned", now=before_midnight, zone=UTC)
    assert question == "00:30 is still to come: it is taken as 00:30, 23h ago."
    after_midnight = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
    assert not time_doubt("23:50 alarms began", now=after_midnight, zone=UTC)


@pytest.mark.parametrize("line", ["-1h 10m full table scan", "! -1h 10 min we waited", "-2d 3h alarms", "-5m 30s hang"])
def test_a_length_that_goes_on_behind_a_blank_is_asked_about(line: str) -> None:
    assert "stays in the text" in doubt(line)


@pytest.mark.parametrize(
    "line",
    [
        "-1h10m scan",
        "-1 h 10 min scan",
        "1h 10m ago scan",
        "-10m 2h of lag",
        "-1h 10 pods",
        "-5m 10m lag",
        "18:06 10m x",
    ],
)
def test_no_other_length_is(line: str) -> None:
    assert not doubt(line)


DAYS = ("21.11.", "1.11.,", "1.1.", "01.01.", "31.12", "21.11", "1.1", "31/12", "12/31")


@pytest.mark.parametrize("line", [*(f"{day} 14:10 x" for day in DAYS), "[21.11. 14:10] x", "[31.12 23:50] x"])
def test_a_day_and_a_month_are_no_time_of_day(line: str) -> None:
    now = datetime(2026, 12, 11, 18, 6, 30, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        read_typed(line, now=now, zone=BERLIN)
    assert "is not a whole time" in refused.value.reason
    kept = read_typed(f"\\{line}", now=now, zone=BERLIN)
    assert isinstance(kept, Line)
    assert (kept.text, kept.occurred_at) == (line, None)


@pytest.mark.parametrize("marker", ["", "! ", "+ ", "-5m "])
@pytest.mark.parametrize("text", ["2.4 10:00 released", "2/4 10:00 nodes are up", "5.2, 10:00 rolled out", "2.4 10:00"])
def test_a_version_in_front_of_a_line_is_text_where_no_such_day_is_near(marker: str, text: str) -> None:
    line = read_typed(f"{marker}{text}", now=NOW, zone=BERLIN)
    assert isinstance(line, Line)
    assert line.text == text
    assert left_times(line) == ("10:00",), "it is told before Enter that the time is none"


@pytest.mark.parametrize("text", ["2.12 10:00 x", "12/2 10:00 x", "2.4. 10:00 x", "22.04 10:00 x"])
def test_what_may_be_a_day_or_a_time_of_day_as_well_is_refused_with_both_ways(text: str) -> None:
    with pytest.raises(Refused, match=r"write 2026-11-28 14:32, or \\.* to log it as text"):
        read_typed(text, now=NOW, zone=BERLIN)
