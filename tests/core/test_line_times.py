"""Lines as tired people type and paste them: which begin with a time, and which only look like it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from console.core.language.grammar import Line, describe, far_off, left_times, parse_line
from console.core.language.times import local_stamp
from console.core.refusal import Refused

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 18, 6, 30, tzinfo=UTC)  # 19:06:30 in Berlin, 13:06:30 in New York


def read(line: str, now: datetime = NOW, zone: tzinfo = BERLIN) -> Line:
    result = parse_line(line, now=now, zone=zone, commands=("at",))
    assert isinstance(result, Line), result
    return result


def moment(line: Line) -> str | None:
    return None if line.occurred_at is None else local_stamp(line.occurred_at, BERLIN, seconds=True)


TODAY = "2026-11-28"

TIMES = [
    # Lengths before now
    ("-4m x", f"{TODAY} 19:02:30"),
    ("-4 m x", f"{TODAY} 19:02:30"),
    ("-4 min x", f"{TODAY} 19:02:30"),
    ("-4min x", f"{TODAY} 19:02:30"),
    ("-4 minutes x", f"{TODAY} 19:02:30"),
    ("\u22124 min: x", f"{TODAY} 19:02:30"),
    ("–4m x", f"{TODAY} 19:02:30"),
    ("-1h10m x", f"{TODAY} 17:56:30"),
    ("-1 h 10 min x", f"{TODAY} 17:56:30"),
    ("-1h30 x", f"{TODAY} 17:36:30"),
    ("-2 hours x", f"{TODAY} 17:06:30"),
    ("4m ago x", f"{TODAY} 19:02:30"),
    ("4 min ago x", f"{TODAY} 19:02:30"),
    ("4m ago: x", f"{TODAY} 19:02:30"),
    ("10 minutes ago x", f"{TODAY} 18:56:30"),
    ("1h10m ago x", f"{TODAY} 17:56:30"),
    ("1 h 10 min ago x", f"{TODAY} 17:56:30"),
    ("an hour ago x", f"{TODAY} 18:06:30"),
    ("half an hour ago, x", f"{TODAY} 18:36:30"),
    ("~4m ago x", f"{TODAY} 19:02:30"),
    ("-4m- x", f"{TODAY} 19:02:30"),
    ("1.5 hours ago x", f"{TODAY} 17:36:30"),
    ("2,5h ago: x", f"{TODAY} 16:36:30"),
    ("an hour and a half ago x", f"{TODAY} 17:36:30"),
    ("18:57h x", f"{TODAY} 18:57:00"),
    ("18:57:! x", f"{TODAY} 18:57:00"),
    ("- 4m ago x", f"{TODAY} 19:02:30"),
    ("(-4m) x", f"{TODAY} 19:02:30"),
    # Times of day
    ("18:57 x", f"{TODAY} 18:57:00"),
    ("18:57:01 x", f"{TODAY} 18:57:01"),
    ("18.57 x", f"{TODAY} 18:57:00"),
    ("18.57 restarted", f"{TODAY} 18:57:00"),
    ("18.57: x", f"{TODAY} 18:57:00"),
    ("18:57. x", f"{TODAY} 18:57:00"),
    ("18.57 - x", f"{TODAY} 18:57:00"),
    ("at 9.05 x", f"{TODAY} 09:05:00"),
    ("2pm x", f"{TODAY} 14:00:00"),
    ("2 pm x", f"{TODAY} 14:00:00"),
    ("2PM: x", f"{TODAY} 14:00:00"),
    ("2:32 pm x", f"{TODAY} 14:32:00"),
    ("2.32 pm x", f"{TODAY} 14:32:00"),
    ("11 a.m. x", f"{TODAY} 11:00:00"),
    ("12am x", f"{TODAY} 00:00:00"),
    ("~18:57 x", f"{TODAY} 18:57:00"),
    ("~ 18:57 x", f"{TODAY} 18:57:00"),
    ("≈18.57 x", f"{TODAY} 18:57:00"),
    ("at 18:57 x", f"{TODAY} 18:57:00"),
    ("At 18:57, x", f"{TODAY} 18:57:00"),
    ("at 2pm x", f"{TODAY} 14:00:00"),
    ("today 18:57 x", f"{TODAY} 18:57:00"),
    ("18:57 today x", f"{TODAY} 18:57:00"),
    ("yesterday 23:50 x", "2026-11-27 23:50:00"),
    ("yesterday at 11pm x", "2026-11-27 23:00:00"),
    ("18:57 yesterday x", "2026-11-27 18:57:00"),
    ("18:57 yesterday: x", "2026-11-27 18:57:00"),
    # Brackets, emphasis and bullets
    ("[18:57] x", f"{TODAY} 18:57:00"),
    ("[18:57]: x", f"{TODAY} 18:57:00"),
    ("(18:57) x", f"{TODAY} 18:57:00"),
    ("<18:57> x", f"{TODAY} 18:57:00"),
    ("`18:57` x", f"{TODAY} 18:57:00"),
    ("**18:57** x", f"{TODAY} 18:57:00"),
    ("**18:57:** x", f"{TODAY} 18:57:00"),
    ("[18.57] x", f"{TODAY} 18:57:00"),
    ("[~18:57] x", f"{TODAY} 18:57:00"),
    ("[at 18:57] x", f"{TODAY} 18:57:00"),
    ("- 18:57 x", f"{TODAY} 18:57:00"),
    ("- 18:57: x", f"{TODAY} 18:57:00"),
    ("• 18:57 x", f"{TODAY} 18:57:00"),
    ("– 18:57 – x", f"{TODAY} 18:57:00"),
    ("1. 18:57 x", f"{TODAY} 18:57:00"),
    ("2) 18:57 x", f"{TODAY} 18:57:00"),
    ("- [18:57] x", f"{TODAY} 18:57:00"),
    ("18:57 | x", f"{TODAY} 18:57:00"),
    # Behind the marker
    ("! -4m x", f"{TODAY} 19:02:30"),
    ("> 18:57 x", f"{TODAY} 18:57:00"),
    ("* [18:57] x", f"{TODAY} 18:57:00"),
    ("? at 18:57 x", f"{TODAY} 18:57:00"),
    ("! 4m ago x", f"{TODAY} 19:02:30"),
    ("!-4m x", f"{TODAY} 19:02:30"),
    (">18:57 x", f"{TODAY} 18:57:00"),
    ("*18:57 x", f"{TODAY} 18:57:00"),
    ("+ -4m x", f"{TODAY} 19:02:30"),
    # Dates, as programs and people write them
    ("2026-11-28 09:01 x", f"{TODAY} 09:01:00"),
    ("2026-11-28T09:01:05Z x", f"{TODAY} 10:01:05"),
    ("2026-11-28T09:01:05+0000 x", f"{TODAY} 10:01:05"),
    ("2026-11-28T09:01:05.123+0100 x", f"{TODAY} 09:01:05"),
    ("2026-11-28T09:01:05-0500 x", f"{TODAY} 15:01:05"),
    ("2026-11-28 09:01:05+00 x", f"{TODAY} 10:01:05"),
    ("2026-11-28 09:01:05,123 x", f"{TODAY} 09:01:05"),
    ("2026/11/28 09:01:05 x", f"{TODAY} 09:01:05"),
    ("2026-11-28 at 09:01 x", f"{TODAY} 09:01:00"),
    ("[2026-11-28T09:01:05Z] x", f"{TODAY} 10:01:05"),
    ("[28/Nov/2026:09:01:05 +0000] x", f"{TODAY} 10:01:05"),
    ("[Sat Nov 28 09:01:05.123456 2026] x", f"{TODAY} 09:01:05"),
    ("Sat Nov 28 09:01:05 UTC 2026 x", f"{TODAY} 10:01:05"),
    ("09:01:05,123 x", f"{TODAY} 09:01:05"),
    ("09:01:05.123456 x", f"{TODAY} 09:01:05"),
    ("[09:01:05] x", f"{TODAY} 09:01:05"),
    ("Nov 28 18:57:01 x", f"{TODAY} 18:57:01"),
    ("Nov  8 18:57:01 x", "2026-11-08 18:57:01"),
    ("Dec 30 18:57:01 x", "2025-12-30 18:57:01"),
    ("28 Nov 18:57 x", f"{TODAY} 18:57:00"),
    ("28 November 2026, 18:57 x", f"{TODAY} 18:57:00"),
    # Zones
    ("18:57 CET x", f"{TODAY} 18:57:00"),
    ("12:57 ET x", f"{TODAY} 18:57:00"),
    ("12:57 EST x", f"{TODAY} 18:57:00"),
    ("(12:57 ET) x", f"{TODAY} 18:57:00"),
    ("12:57 (ET) x", f"{TODAY} 18:57:00"),
    ("9:57am PT x", f"{TODAY} 18:57:00"),
    ("17.57 UTC x", f"{TODAY} 18:57:00"),
    ("17:57Z x", f"{TODAY} 18:57:00"),
    ("19:57 UTC+2 x", f"{TODAY} 18:57:00"),
    ("12:57 GMT-5 x", f"{TODAY} 18:57:00"),
    ("19:57 UTC +02:00 x", f"{TODAY} 18:57:00"),
    ("03:27 +0930 x", f"{TODAY} 18:57:00"),
    ("23:27 IST x", f"{TODAY} 18:57:00"),
    ("18:57 Europe/Berlin x", f"{TODAY} 18:57:00"),
    ("2026-11-27 02:30 CET x", "2026-11-27 02:30:00"),
    ("yesterday 23:50 UTC x", "2026-11-28 00:50:00"),
    # The nearest past moment
    ("23:59 x", "2026-11-27 23:59:00"),
    ("19:06 x", f"{TODAY} 19:06:00"),
    ("19:07 x", f"{TODAY} 19:06:30"),
    ("19:08 x", f"{TODAY} 19:06:30"),
    ("19:09 x", "2026-11-27 19:09:00"),
    ("18:57 ET x", "2026-11-28 00:57:00"),
    ("8pm x", "2026-11-27 20:00:00"),
]


@pytest.mark.parametrize(("line", "at"), TIMES)
def test_a_line_that_begins_with_a_time(line: str, at: str) -> None:
    entry = read(line)
    assert moment(entry) == at
    assert entry.text in ("x", "restarted")
    assert left_times(entry) == ()


TEXTS = [
    "5xx errors rising",
    "10.0.0.3 is down",
    "10.0.0.3:8080 answers",
    "10.10.0.3 is down",
    "-v was passed",
    "-5% traffic",
    "-1.5 % traffic",
    "--force was used",
    "2 hosts left",
    "2 pm people joined",
    "2 PM people joined",
    "4m users are affected",
    "4m of the 5m requests fail",
    "10 minutes of logs are missing",
    "5 days agony",
    "an hour of downtime",
    "3.14 is pi",
    "1.15 rolled out",
    "v2.3.4 deployed",
    "2.3.4 deployed",
    "14.32.10 deployed",
    "14.32 GB are free",
    "14.32% of requests fail",
    "14.32 % of requests fail",
    "14.32 ms at the median",
    "14.32 errors/s",
    "14.32 errors per second",
    "12.50 EUR a minute",
    "99.95 was promised",
    "18.99 is the price",
    "1432 requests failed",
    "2026 budget",
    "2026-11 report",
    "5:1 ratio",
    "50:1 ratio",
    "10:8080 answers",
    "10:00:5e:00:53:af is the MAC",
    "::1 is down",
    "14:32/min is the rate",
    "yesterday we deployed",
    "today is a holiday",
    "today",
    "v14:32",
    "tomorrow 14:00 the window opens",
    "may 5 people join",
    "Nov 28 was quiet",
    "March 5 hosts out",
    "Sat on it",
    "at 99% load",
    "at 5:1 odds",
    "at least 4 hosts",
    "~4 hosts",
    "[ERROR] 500 from the proxy",
    "[link](x)",
    "(see the runbook)",
    "- deploy",
    "1. step",
    "noon is far",
    "CET is the zone",
    "UTC+2 is the zone",
    "1/2 of the fleet",
    "7/10 hosts are up",
    "12 a day",
    "5 a.m.a. threads",
    "3 s latency",
    "10m",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_that_only_looks_like_a_time(text: str) -> None:
    assert read(text) == Line("note", text)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("restarted at 18:57", ("18:57",)),
        ("restarted at 18.57", ("18.57",)),
        ("restarted 4m ago", ("4m ago",)),
        ("restarted an hour ago", ("an hour ago",)),
        ("restarted -4m", ("-4m",)),
        ("restarted 2pm", ("2pm",)),
        ("restarted at 18:57.", ("18:57",)),
        ("“18:57” was shown, and 18:58-ish", ("18:57", "18:58")),
        ("-18:57 x", ("18:57",)),
        ("18:57-x", ("18:57",)),
        ("(18:57 restarted)", ("18:57",)),
        ("around 18:57 errors began", ("18:57",)),
        ("18:57 - 18:59 outage", ("18:59",)),
        ("18:50 restarted at 18:57 CET and 18:58", ("18:57 CET", "18:58")),
        ("! roll back by 19:20", ("19:20",)),
        ("+ @rs look at the graph of 18:57", ("18:57",)),
        ("tomorrow 14:00 the window opens", ("14:00",)),
        ("10.0.0.3:80 and 5:1 and 18.57 GB and -4 hosts and v1.15", ()),
        ("port 10:8080, 14:32/min, 00:53:af:00", ()),
        # What may be a time at the head of a line, and may be something else
        ("18h56 x", ("18h56",)),
        ("1856 hours x", ("1856 hours",)),
        ("18:30/18:40 x", ("18:30/18:40",)),
        ("- 4m x", ("4m",)),
        ("a few minutes ago x", ("a few minutes ago",)),
        ("noon: x", ("noon",)),
        ("midnight UTC x", ("midnight UTC",)),
        ("1432Z x", ("1432Z",)),
        ("20261128T183000Z x", ("20261128T183000Z",)),
        ("T-4m x", ("T-4m",)),
        ("! 1432Z x", ("1432Z",)),
        ("0353 the fourth alert", ("0353",)),
        ("4p restart", ("4p",)),
        ("! 4.20 roll back", ("4.20",)),
        ("4.20 % of calls, 4.20ms", ()),
        ("4:2 restart", ("4:2",)),
        ("14: restart", ("14:",)),
        ("14h restart", ("14h",)),
        ("10 to five it began", ("10 to five",)),
        ("10 to 50 users", ()),
        ("at 0354 the fifth", ("at 0354",)),
        ("at 1857 restarted", ("at 1857",)),
        ("at 4 the deploy began", ("at 4",)),
        ("at 9 the cron job will run", ("at 9",)),
        ("at 5 % errors we fail over, 0353", ()),
        ("at 4 of 5 nodes", ()),
        # What may have been meant as the due moment of a task without one
        ("+ @kai @jo pair on ns1 30m", ("30m",)),
        ("+ @kai look at the 10m lag", ("10m",)),
        ("+ @kai 10m look at the 5m lag", ()),
        ("+ by noon @kai lunch", ("noon",)),
        ("+ @kai report until half past five", ("half past five",)),
        ("+ @kai report by end of day", ("end of day",)),
        ("+ @kai report in ten minutes", ("in ten minutes",)),
        ("+ @kai report tomorrow", ("tomorrow",)),
        ("+ @kai the last 10 min of logs", ()),
        ("+ @kai -10m report", ("-10m",)),
        ("+ @kai report ~10m", ("~10m",)),
        ("+ @kai report (+10m)", ("10m",)),
        ("+ report in 10'", ("10'",)),
        ("+ report 1h30", ("1h30",)),
        ("+ report within a quarter of an hour", ("within a quarter of an hour",)),
        ("+ report in the next hour", ("in the next hour",)),
        ("+ report by Friday", ("by Friday",)),
        ("+ report by 15", ("by 15",)),
        ("+ report at 3", ("at 3",)),
        ("+ report by EOB", ("EOB",)),
        ("+ read 15 hosts' logs by hand, on db-3", ()),
        # What may have been meant as the moment at the end of a text
        ("restarted four minutes ago", ("four minutes ago",)),
        ("restarted 10 minutes earlier.", ("10 minutes earlier",)),
        ("restarted a few minutes ago!", ("a few minutes ago",)),
        ("restarted (-4m)", ("-4m",)),
        ("restarted at 1410", ("at 1410",)),
        ("restarted 14h10", ("14h10",)),
        ("restarted at half past two", ("half past two",)),
        ("it began yesterday", ("yesterday",)),
        ("it began T-4m", ("T-4m",)),
        ("+ read what came in last night", ("last night",)),
        ("yesterday's build is back, ports 1410 and 14 at 4 of 5", ()),
        ("the queue is at 14", ()),
        ("1856 requests, 1432 zebras, 4h wait, noon-ish, T-shirts", ()),
    ],
)
def test_a_time_that_stays_in_the_text_is_pointed_out(line: str, left: tuple[str, ...]) -> None:
    assert left_times(read(line)) == left


LOOKALIKES = (
    "noon x",
    "around 18:41 x",
    "ca. 18:42 x",
    "ca 18:42 x",
    "circa 18:42 x",
    "c. 18:42 x",
    "last night 23:10 x",
    "18:30 UTC/19:30 CET x",
    "17:30 UTC (18:30 CET) x",
    "18:30 CET, 17:30 UTC x",
    "18:30 CET | 17:30 UTC x",
    "18:30 local x",
    "18:30 local time: x",
    "approx 18:41 x",
    "approx. 18:41 x",
    "about 18:41 x",
    "about 6 minutes ago x",
    "roughly 5 min ago x",
    "some 5 minutes ago x",
    "just before 18:41 x",
    "shortly after 18:41 x",
    "since 18:41 x",
    "from 18:41 x",
    "from 18:41 to 18:50 x",
    "until 18:50 x",
    "between 18:41 and 18:45 x",
    "18:41 to 18:45 x",
    "18:41–18:45 x",
    "18:41 - 18:45 x",
    "18:41..18:45 x",
    "18:41-45 x",
    "18:41+ x",
    "18:41ish x",
    "18:41-ish x",
    "18.41h x",
    "18:41 h x",
    "18h41m x",
    "18h 41 x",
    "18 Uhr x",
    "18:41 Uhr x",
    "1841h x",
    "1841: x",
    "1841L x",
    "1841 UTC x",
    "6:41pm x",
    "6:41 p.m. x",
    "6.41pm x",
    "641pm x",
    "quarter past six x",
    "quarter to 7 x",
    "half past six x",
    "half six x",
    "five past six x",
    "6 o'clock x",
    "6 o’clock x",
    "six minutes ago x",
    "five min ago x",
    "a minute ago x",
    "a couple of minutes ago x",
    "a couple minutes ago x",
    "moments ago x",
    "earlier today x",
    "this morning x",
    "this morning 09:10 x",
    "this afternoon at 18:10 x",
    "yesterday x",
    "yesterday evening 23:10 x",
    "Friday 18:31 x",
    "Fri 18:31 x",
    "last Friday 18:31 x",
    "on Friday at 18:31 x",
    "28.11. 18:41 x",
    "28.11.2026 18:41 x",
    "11/28 18:41 x",
    "Nov 28 18:41 x",
    "2026-11-28T18:41 x",
    "20261128 1841 x",
    "20261128-184100 x",
    "2026/11/28 18:41 x",
    "t+4m x",
    "T+00:04 x",
    "+4m x",
    "+4 min: x",
    "4 min: x",
    "4m earlier x",
    "-4 x",
    "-4: x",
    "• 4m x",
    "(4m) x",
    "@18:41 x",
    "@ 18:41 x",
    "#18:41 x",
    "1796000000 x",
    "1796000000.123 x",
    "18:41 Z x",
    "18:41z: x",
    "18:41 (UTC) x",
    "18:41 EST-5 x",
    "18:41 PST x",
    "18:41 Berlin time x",
    "18:41 London x",
    "18:41 +1 x",
    "18:41+1 x",
    "18:41 GMT+01:00 x",
    "18;41 x",
    "18_41 x",
    "18：41 x",
    "١٨:٤١ x",
    "１８:４１ x",
    "18:4 x",
    "8:41 x",
    "25:41 x",
    "18:61 x",
    "00:00:00 x",
    "24:00 x",
    "midnight x",
    "midday x",
    "at noon x",
    "12 noon x",
    "12 midnight x",
    "noon UTC: x",
    "T-4 x",
    "T-4 min x",
    "T minus 4m x",
    "~4m x",
    "≈18:41 x",
    "{18:41} x",
    '"18:41" x',
    '18:41" x',
    "18:41; x",
    "18:41. x",
    "18:41 > x",
    "18:41 ! x",
    "18:41:> x",
    "18:41:* x",
    "18:41:+ check",
    "18:41:00.123 x",
    "18:41:00Z x",
    "18:41:00+01 x",
    "Sat 28 Nov 18:41 x",
    "Sat Nov 28 18:41:00 CET 2026 x",
    "Saturday, 28 November 2026 at 18:41 x",
    "minutes ago x",
    "an hour or so ago x",
    "~an hour ago x",
    "over an hour ago x",
    "1 hour: x",
    "ten minutes ago x",
    "ten to seven x",
    "18:41 or so x",
    "18:41-ish: x",
    "18:41/42 x",
    "18:41 & 18:45 x",
    "18:41 and 18:45 x",
    "1841-1845 x",
    "1841Z-1845Z x",
    "6-7pm x",
    "6pm-7pm x",
    "6 to 7 pm x",
    "15 ago x",
    "5' ago x",
    '5" ago x',
    "5min. ago x",
    "5 mins. ago x",
    "-5min. x",
    "-5' x",
    "minus 5m x",
    "−5m x",
    "5m back x",
    "5m prior x",
    "by 18:41 x",
    "before 18:41 x",
    "after 18:41 x",
    "as of 18:41 x",
    "as at 18:41 x",
    "time 18:41 x",
    "Time: 18:41 x",
    "[18:41 UTC] x",
    "[Nov 28, 18:41] x",
    "[28/11/2026, 18:41] bob: x",
    "18:41 bob: x",
    "bob [18:41]: x",
    "bob 18:41 x",
    "18:41:bob x",
    "18:41bob x",
    "18:41@bob x",
)
"""As people write when something happened."""


@pytest.mark.parametrize("line", LOOKALIKES)
def test_no_time_at_the_head_of_a_line_is_passed_over_in_silence(line: str) -> None:
    # What is refused is not passed over either.
    with suppress(Refused):
        entry = read(line)
        assert moment(entry) or left_times(entry)


@pytest.mark.parametrize(
    ("line", "at", "text", "left"),
    [
        ("18:30 UTC / 19:30 CET x", "2026-11-27 19:30:00", "/ 19:30 CET x", ("19:30 CET",)),
        ("17:30 UTC/18:30 CET x", f"{TODAY} 18:30:00", "/18:30 CET x", ("18:30 CET",)),
        ("18:30 CET (17:30 UTC) x", f"{TODAY} 18:30:00", "(17:30 UTC) x", ("17:30 UTC",)),
    ],
)
def test_of_one_moment_in_two_zones_the_first_counts(line: str, at: str, text: str, left: tuple[str, ...]) -> None:
    entry = read(line)
    assert (moment(entry), entry.text, left_times(entry)) == (at, text, left)


def test_a_time_before_the_incident_is_told_in_words() -> None:
    told = describe(read("19:30 the next update"), NOW, BERLIN, "mo", early=True)
    assert "yesterday, 23h36m ago, before the incident's first entry, as mo" in told
    assert "before" not in describe(read("19:30 the next update"), NOW, BERLIN, "mo")


def test_a_span_is_at_its_beginning_and_its_end_is_pointed_out() -> None:
    entry = read("18:40-18:55 outage")
    assert (moment(entry), entry.text, left_times(entry)) == (f"{TODAY} 18:40:00", "until 18:55 outage", ("18:55",))


@pytest.mark.parametrize(
    ("line", "far"),
    [
        ("x", False),
        ("-4m x", False),
        ("-11h x", True),  # Before the incident's first moment.
        ("18:57 x", False),
        ("19:30 x", True),  # Yesterday's.
        ("+ @rs by 19:20 x", False),
        ("+ @rs by 19:05 x", True),  # Tomorrow's.
    ],
)
def test_a_time_that_is_easily_not_meant(line: str, far: bool) -> None:
    entry = read(line)
    early = (entry.occurred_at or NOW) < NOW - timedelta(hours=1)
    assert far_off(entry, NOW, BERLIN, early=early) is far


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("25:10 x", "There is no time of day “25:10”; write 14:32 or -4m, or \\25:10 to log it as text."),
        ("[25:10] x", "There is no time of day “25:10”; write 14:32 or -4m, or \\[25:10] to log it as text."),
        ("! 25:10 x", "There is no time of day “25:10”; write 14:32 or -4m, or \\25:10 to log it as text."),
        ("13pm x", "There is no time of day “13pm”"),
        ("-4x x", "“-4x” is not a length of time; write -4m or -1h10m, or \\-4x to log it as text."),
        ("! -4 hosts", "“-4” is not a length of time"),
        ("today 19:30 x", "“today 19:30” is still to come, it is 2026-11-28 19:06 CET"),
        ("2026-11-28 19:30 x", "“2026-11-28 19:30” is still to come"),
        ("2026-11-29 00:00 x", "“2026-11-29 00:00” is still to come"),
        ("Nov 29 2026 18:00 x", "“Nov 29 2026 18:00” is still to come"),
        ("18:57 EDT x", "“EDT” is UTC-4, but America/New_York kept UTC-5 then; write UTC-5 or UTC-4."),
        ("2026-07-01 18:57 CET x", "“CET” is UTC+1, but Europe/Berlin kept UTC+2 then; write UTC+2 or UTC+1."),
        ("18:57 UTC +2 x", "“18:57 UTC +2” may name UTC or an offset; write the offset without a space"),
        ("18:57 AET x", "“18:57 AET” has an unknown time zone; write its offset, such as 18:57 -08:00"),
        ("10:05+10:12 x", "“10:05+10:12” is not one time; write its beginning, 10:05"),
        ("+ 19:20 check", "Write by 19:20 for when the task is due, or 19:20 before the + for when it was given."),
        ("> 18:57", "Write what happened after the time."),
    ],
)
def test_what_is_meant_as_a_time_and_is_none_is_refused(line: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read(line)
    assert sentence in refused.value.reason


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (r"\18:57 was shown", "18:57 was shown"),
        (r"\at 18:57 it broke", "at 18:57 it broke"),
        (r"\[18:57] was shown", "[18:57] was shown"),
        (r"\4m ago it broke", "4m ago it broke"),
        (r"\Nov 28 18:57:01 was shown", "Nov 28 18:57:01 was shown"),
        (r"! \18:57 was the peak", "18:57 was the peak"),
        (r"> \-4 hosts", "-4 hosts"),
        (r"18:50 \CET was shown", "CET was shown"),
    ],
)
def test_a_backslash_keeps_a_time_in_the_text(line: str, text: str) -> None:
    assert read(line).text == text


@pytest.mark.parametrize(
    ("clock", "typed_at", "at"),
    [
        ("23:59", "2026-11-29 00:00", "2026-11-28 23:59:00"),
        ("00:01", "2026-11-28 23:59", "2026-11-28 23:59:00"),
        ("00:02", "2026-11-28 23:59", "2026-11-28 00:02:00"),
        ("today 00:01", "2026-11-29 00:00", "2026-11-29 00:00:00"),
        ("yesterday 23:59", "2026-11-29 00:00", "2026-11-28 23:59:00"),
        ("2026-11-29 00:01", "2026-11-28 23:59", "2026-11-28 23:59:00"),
        # The clocks went forward from 02:00 to 03:00 on 29 March, and back on 25 October.
        ("02:30", "2026-03-29 01:30", "2026-03-28 02:30:00"),
        ("02:30", "2026-10-25 01:59", "2026-10-24 02:30:00"),
    ],
)
def test_a_clock_time_is_its_nearest_past_moment(clock: str, typed_at: str, at: str) -> None:
    now = datetime.fromisoformat(typed_at).replace(tzinfo=BERLIN)
    assert moment(read(f"{clock} x", now=now)) == at


@pytest.mark.parametrize("typed_at", ["2026-03-29 03:10", "2026-03-30 02:00"])
def test_a_clock_time_whose_nearest_past_moment_was_skipped_is_refused(typed_at: str) -> None:
    with pytest.raises(Refused, match="“02:30” does not exist: the clocks went forward"):
        read("02:30 x", now=datetime.fromisoformat(typed_at).replace(tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("line", "stays"),
    [("+ @kai @jo 10m look", True), ("+ @kai 10m look", False), ("@kai and @jo look", False)],
)
def test_of_two_people_of_a_task_the_one_who_does_not_get_it_is_pointed_out(line: str, stays: bool) -> None:
    assert ("“@jo” stays in the text" in describe(read(line), NOW, BERLIN, "mo")) == stays
