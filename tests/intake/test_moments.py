"""Where the moment of a line stands, which day it is of and which zone it is in: by the text around it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.intake.milestones import milestones_named
from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def told(read_as: ReadTimeline) -> list[str]:
    return [f"{entry.occurred_at:%m-%d %H:%M} {entry.text}" for entry in read_as.lines]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("- First noticed: 2024-03-05 09:12 UTC", "First noticed"),
        ("- First noticed 2024-03-05 09:12", "First noticed"),
        ("First noticed 2024-03-05 09:12 UTC", "First noticed"),
        ("**Noticed:** 2024-03-05 09:12 UTC", "Noticed"),
        ("Noticed = 2024-03-05 09:12 UTC", "Noticed"),
        ("- 首次发现：2024-03-05 09:12 (UTC)", "首次发现"),
        ("- Noticed at 16:12 on 5 March 2024 UTC+7", "Noticed"),
        ("- Visto: 5 marzo 2024, ore 9:12 (UTC)", "Visto"),
        ("- Visto: 5 de mar. de 2024, 06:12 -03", "Visto"),
        ("- 2024年3月5日 18:12（日本時間）ノード喪失", "ノード喪失"),
        ("* Wykryto: 5 marca 2024, godz. 09:12 UTC\nText", "Wykryto Text"),
        ("- **Noticed**: 2024-03-05 09:12 UTC, by an alert", "Noticed: by an alert"),
        ("- Node lost (2024-03-05 09:12 UTC)", "Node lost"),
        ("- Alert: the disk will be full (2024-03-05 09:12 UTC)", "Alert: the disk will be full"),
        ("- A planned job failed - 2024-03-05 09:12 UTC", "A planned job failed"),
        ("- Node lost — 5 March 2024, 9:12 am", "Node lost"),
        ("- Node lost @ 2024-03-05T09:12Z", "Node lost"),
        ("*2024-03-05/09:12*: Node lost", "Node lost"),
        ("2024-03-05/09:12:30 Node lost", "Node lost"),
        ("- Rolled back **v2** at 2024-03-05 09:12.", "Rolled back **v2**"),
        ("### Node lost (2024-03-05 09:12 UTC)", "Node lost"),
        ("### March 5, 2024: Node lost (09:12 UTC)", "Node lost"),
        ("### 2024-03-05 09:12\n\nNode lost", "Node lost"),
        ("Node lost\nPosted Mar 05, 2024 - 09:12 UTC", "Node lost"),
        ("- 节点丢失：2024-03-05 09:12", "节点丢失"),
        ("- 节点丢失：2024年3月5日 17:12（北京时间）", "节点丢失"),
        ("- 9:12，2024年3月5日：节点丢失", "节点丢失"),
        ("09:12、2024年3月5日：ノード停止", "ノード停止"),
        ("２０２４年３月５日 ０９：１２ ノード２台停止", "ノード２台停止"),
        ("【2024-03-05 09:12】ノード停止", "ノード停止"),
        ("2024-03-05 10:12 CET/UTC+1: Node lost", "Node lost"),
        ("- 09:12 UTC - 5 March 2024 - Node lost", "Node lost"),
        ("09:12 UTC | 5 March 2024 | Node lost", "Node lost"),
        ("09:12 to 10:40 on 5 March 2024 (UTC): Node lost", "Node lost (until 10:40 on 5 March 2024 (UTC))"),
        ("- Node lost from 9:12 AM to 10:40 AM on March 5th, 2024", "Node lost (until 10:40 AM on March 5th, 2024)"),
        ("4:12 AM, Tue 3/5/2024 (EST) » Node lost", "Node lost"),
        ("- 2024-03-05 12:12 UTC +3: Node lost", "Node lost"),
        ("- 2024-03-05 06:12 GMT -3 – Node lost", "Node lost"),
        ("- 2024-03-05 05:42:10,114 -03:30: Node lost", "Node lost"),
        ("- 2024-03-05 05:42:10.5-0330 Node lost", "Node lost"),
        ("2024-03-05 11:12:10.5+02: Node lost", "Node lost"),
        ("2024-03-05 06:12:10.5-03: Node lost", "Node lost"),
        ("2024-03-05 18:12:10 UTC +9 node lost", "node lost"),
        ("- 2024-03-05 06:12 GMT -3 node lost", "node lost"),
        ("- 2024-03-05 11:12 (UTC + 2): node lost", "node lost"),
        ("- 2024-03-05 11:12 Z+2 node lost", "node lost"),
        ("- 5 March 2024, 10:12 (Berlin) node lost", "node lost"),
        ("- 5 mars 2024, 10h12 (Paris) : nœud perdu", "nœud perdu"),
        ("- 2024-03-05 04:12 (New York): node lost", "node lost"),
        ("- 09:12 UTC / 5 Mar 2024 / node lost", "node lost"),
        ("09:12 UTC; 2024-03-05; node lost", "node lost"),
        ("- 5 March 2024 - node lost at 09:12 UTC", "node lost"),
        ("- 5. März 2024 Knoten weg um 09:12 Uhr UTC", "Knoten weg"),
        ("- 5 marca 2024 r. awaria o 09:12 UTC", "awaria"),
        ("_2024-03-05 09:12 UTC_ node lost", "node lost"),
        (":2024-03-05 09:12 UTC: node lost", "node lost"),
        ("- 5.Mär.24 9:12 UTC Knoten weg", "Knoten weg"),
    ],
)
def test_a_moment_stands_behind_a_label_at_the_end_or_apart(line: str, entry: str) -> None:
    assert told(read(f"# Outage\n\n{line}\n")) == [f"03-05 09:12 {entry}"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("- The next check is on 2024-03-12 at 10:00", "This time says when the text was written or what is planned."),
        ("- The patch will go out on 2024-03-12 10:00", "This time says when the text was written or what is planned."),
        ("- Due: 2024-03-12 10:00", "This time says when the text was written or what is planned."),
        ("- Postmortem on 2024-03-12", "There is no time on this line."),
        ("- Ended on 2024-03-12 (Time TBC)", "There is no time on this line."),
        ("- **Time to repair**: 2h 49m", "This line gives a length of time, not a moment."),
        ("- 2024-W10-2 09:30: node lost", "The time on this line is part of a sentence."),
        ("- [0915] node lost", "The time on this line is not understood."),
        ("- alle 12 tutto funziona", "The time on this line is not understood."),
        ("- T+5: node lost", "This time counts from a start that no line names."),
    ],
)
def test_a_line_whose_time_is_not_read_takes_no_other_and_is_skipped_for_its_own_reason(line: str, reason: str) -> None:
    read_as = read(f"# Outage\n\n- 2024-03-05 09:00 UTC alert\n{line}\n- 10:00 back\n")

    assert told(read_as) == ["03-05 09:00 alert", "03-05 10:00 back"]
    assert [skipped.reason for skipped in read_as.skipped] == [reason]


@pytest.mark.parametrize(
    "head",
    [
        "# Outage 2024-03-05, T0 = 14:00 UTC",
        "# Outage 2024-03-05, started 14:00 UTC",
        "# Outage\n\nStart of impact (T0): 2024-03-05 14:00 UTC",
        "# Outage\n\nT0 was at 2pm UTC on 5 March 2024.",
        "# Outage\n\nDetected: 2024-03-05 14:00 UTC (T0)",
        "# Outage\n\nT0: 2024-03-05 16:00 +02:00",
        "# Outage\n\n**T0:** 2024-03-05 14:00 UTC",
        "# Guasto 2024-03-05, inizio 14:00 UTC",
        "# Caída 2024-03-05, hora cero: 14:00 UTC",
        "# 障害 2024-03-05（T0＝14:00 UTC）",
        "# 障害 2024-03-05、発生 14:00 UTC",
        "# Сбой 2024-03-05, начало 14:00 UTC",
    ],
)
@pytest.mark.parametrize(
    "lines",
    [
        "- T+0: lost\n- T+5: seen\n- T+1h10m: back",
        "- T+00:00 lost\n- T+00:05 seen\n- T+01:10 back",
        "- +0m lost\n- +5m seen\n- +1h 10m: back",
        "| Offset | Event |\n|---|---|\n| +0m | lost |\n| +5m | seen |\n| +1h10m | back |",
        "| Elapsed | Event |\n|---|---|\n| 00:00 | lost |\n| 00:05 | seen |\n| 01:10 | back |",
        "| Event | Minutes after start |\n|---|---|\n| lost | 0 |\n| seen | 5 |\n| back | 70 |",
        "- T+0 Minuten: lost\n- T+5 Minuten: seen\n- T+1 Stunde 10 Minuten: back",
        "- T+0分：lost\n- T+5分：seen\n- T+1時間10分：back",
        "- T0 (14:00 UTC): lost\n- T+5: seen\n- T+70: back",
        "T: lost\nT+5m: seen\nT+70m: back",
        "- T0 = 14:00 UTC: lost\n- T+5: seen\n- T+70: back",
        "| When | What |\n|---|---|\n| T0 = 14:00 UTC | lost |\n| T0+5 | seen |\n| T0+70 | back |",
        "- T+0 perc: lost\n- T+5 perc: seen\n- T+1 óra 10 perc: back",
        "- T+0 dakika: lost\n- T+5 dakika: seen\n- T+1 saat 10 dakika: back",
        "- T+0 хв: lost\n- T+5 хвилин: seen\n- T+1 година 10 хвилин: back",
        "- T+0 мин: lost\n- T+5 мин: seen\n- T+1 ч 10 мин: back",
        "- T+0 min: lost\n- T+5 min: seen\n- T+1 tim 10 min: back",
        "- **T + 0 min** lost\n- **T + 5 min** seen\n- **T + 1 h 10 min** back",
        "+0:00 lost\n+0:05 seen\n+1:10 back",
    ],
)
def test_moments_that_count_from_a_start(head: str, lines: str) -> None:
    entries = [line for line in told(read(f"{head}\n\n{lines}\n")) if line.endswith(("lost", "seen", "back"))]

    assert entries == ["03-05 14:00 lost", "03-05 14:05 seen", "03-05 15:10 back"]


@pytest.mark.parametrize(
    "start", ["Started: 14:00 UTC", "Incident start 14:00 UTC", "**Onset of the outage**: 14:00 UTC"]
)
def test_the_line_of_the_start_is_none_where_another_counts_nought(start: str) -> None:
    assert told(read(f"# Outage 2024-03-05\n\n{start}\n\n+0m lost\n+5m seen\n")) == [
        "03-05 14:00 lost",
        "03-05 14:05 seen",
    ]


def test_the_line_of_the_start_is_an_entry_where_none_counts_nought() -> None:
    assert len(read("# Outage 2024-03-05\n\nStarted: 14:00 UTC\n\n+3m lost\n+5m seen\n").lines) == 3


def test_the_line_of_the_start_is_an_entry_where_it_says_more() -> None:
    counted = "T+5m: seen\n"

    assert told(read(f"# Outage 2024-03-05\n\nT: 14:00 UTC lost\n{counted}")) == [
        "03-05 14:00 lost",
        "03-05 14:05 seen",
    ]
    for start in ("T0 = 14:00 UTC, when it broke", "T = 14:00 UTC (trip)"):
        assert told(read(f"# Outage 2024-03-05\n\n{start}\n{counted}")) == ["03-05 14:05 seen"]


@pytest.mark.parametrize("words", ["Eastern 4:12 AM", "Eastern, 4:12 AM", "EST 04:12"])
def test_a_zone_may_stand_before_the_time(words: str) -> None:
    assert told(read(f"# Outage of 2024-03-05\n\n- {words}: lost\n")) == ["03-05 09:12 lost"]


@pytest.mark.parametrize("offset", ["+2", "(+2)", "[+2]"])
def test_a_number_behind_all_times_is_their_offset(offset: str) -> None:
    read_as = read(f"# Outage of 2024-03-05\n\n- 10:12 {offset} lost\n- 10:31 {offset} back\n")

    assert told(read_as) == ["03-05 08:12 lost", "03-05 08:31 back"]
    assert "“+2” behind the times is read as their offset from UTC" in read_as.assumptions
    assert told(read("# Outage of 2024-03-05\n\n- 10:12 +2 nodes\n- 10:31 +3 nodes\n")) == [
        "03-05 10:12 +2 nodes",
        "03-05 10:31 +3 nodes",
    ]


@pytest.mark.parametrize("days", [("4th", "5th"), ("4th,", "5th,"), ("4日", "5日")])
def test_a_day_without_its_month_is_of_the_month_that_the_text_names(days: tuple[str, str]) -> None:
    read_as = read(f"# Outage in March 2024 (UTC)\n\n- {days[0]} 23:50 deploy\n- {days[1]} 00:20 lost\n")

    assert told(read_as) == ["03-04 23:50 deploy", "03-05 00:20 lost"]


@pytest.mark.parametrize(
    ("written", "name"),
    [("10:12 UTC +9 nodes lost", "UTC +9"), ("10:12 (Berlin) nodes lost", "(Berlin)"), ("10:12 Z+2 nodes lost", "Z+2")],
)
def test_what_may_be_no_zone_is_told_where_it_is_read_as_one(written: str, name: str) -> None:
    assumed = read(f"# Outage 2024-03-05\n\n- {written}\n").assumptions

    assert f"“{name}” on line 3 is read as the zone of the time" in assumed


def test_a_place_in_brackets_is_no_zone_where_the_text_states_one() -> None:
    assert told(read("# Outage 2024-03-05 (UTC)\n\n- 10:12 (Berlin) lost\n")) == ["03-05 10:12 lost"]


def test_a_stated_offset_may_stand_apart_from_its_sign() -> None:
    assert told(read("# Outage 2024-03-05\nTimes: UTC + 5:30\n\n- 10:12 lost\n")) == ["03-05 04:42 lost"]


@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        ("- 1625–1650: lost\n- 1650–1702: back\n- 1702: over", ["16:25 lost", "16:50 back", "17:02 over"]),
        ("- lost (1625)\n- back (1650)\n- over [1702]", ["16:25 lost", "16:50 back", "17:02 over"]),
        ("- 09:15 lost\n- 09.31 back", ["09:15 lost", "09:31 back"]),
        ("- 09.15 lost\n- 09:31 back", ["09:15 lost", "09:31 back"]),
        ("- 09:15 lost\n- 09.31 GB free", ["09:15 lost"]),
        (
            "- [05.03 09:15] lost\n- [05.03 09:31] back\n- [05.03 10:02] over",
            ["09:15 lost", "09:31 back", "10:02 over"],
        ),
        ("[1625] lost\n[1650] back", ["16:25 lost", "16:50 back"]),
        ("0915 UTC: lost\n1025 EST back", ["09:15 lost", "15:25 back"]),
        ("- 1650 lost\n- 2311 back\n- 0010 over", ["16:50 lost", "23:11 back", "00:10 over"]),
        (
            "- ~1650: lost\n- **~1702** back\n- 1710 over",
            ["16:50 lost (about this time)", "17:02 back (about this time)", "17:10 over"],
        ),
    ],
)
def test_times_without_a_colon_in_ranges_at_ends_and_beside_others(lines: str, entries: list[str]) -> None:
    found = told(read(f"# Outage 2024-03-05 (UTC)\n\n{lines}\n"))

    assert [entry[6:].partition(" (until")[0] for entry in found][: len(entries)] == entries


def test_times_without_a_colon_are_told_by_the_lines_around_them() -> None:
    assert told(read("Duty log, 14 Oct 2024, all times Zulu\n\n0412 flaps\n0419 called\n0730 swap at 0900\n")) == [
        "10-14 04:12 flaps",
        "10-14 04:19 called",
        "10-14 07:30 swap at 0900",
    ]
    assert read("## 2024-10-14\n\n- 1024 files lost\n- 0900 more\n").lines == ()


@pytest.mark.parametrize(
    ("head", "where"),
    [
        ('---\ntitle: "Outage on May 6, 2021"\ndate: 2021-06-01\n---', "from the title"),
        ("---\ntitle: Outage\nincident_date: 2021-05-06\ndate: 2021-06-01\n---", "from line 3"),
        ("# INC-20210506 outage", "from the title"),
        ("# Outage (6–7 May 2021)", "from the title"),
        ("# Outage on the night of 6 to 7 May 2021", "from the title"),
        ("# Outage, 06.05.2021", "from the title"),
        ("## Timeline (all times UTC) Thursday May 6th, 2021. All times approximate", ""),
        ("# Outage\n\nAll events are on 6 May 2021 unless noted.", "from line 3"),
        ("# Outage\n\nDate of incident: May 6, 2021", ""),
        ("# Outage\n\n| Property | Value |\n|---|---|\n| Date | 6 May 2021 |", ""),
    ],
)
def test_the_day_stands_in_the_head_of_a_text(head: str, where: str) -> None:
    read_as = read(f"{head}\n\n- 10:04 UTC lost\n")

    assert [entry.occurred_at.strftime("%Y-%m-%d %H:%M") for entry in read_as.lines][-1:] == ["2021-05-06 10:04"]
    assert not where or f"no date before the first time: taken as 2021-05-06 ({where})" in read_as.assumptions


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        # A month, a year or a weekday tells the year.
        ("# Outage, March 2024\n\n12:45 Tuesday Mar 5th: a", ["2024-03-05 12:45"]),
        ("# Return to service\n\nThe outage of 2024.\n\n- 03/15 12:45 a", ["2024-03-15 12:45"]),
        ("## Monday, March 4\n23:50 a\n## Tuesday, March 5\n00:20 b", ["2024-03-04 23:50", "2024-03-05 00:20"]),
        ("# Outage, 5 March\n09:12 a\n\nPosted on 2024-03-12", ["2024-03-05 09:12"]),
        # Days by themselves, below lines that they don't belong to.
        ("2024-03-05\n- 09:12 a\n2024-03-06\n- 08:00 b", ["2024-03-05 09:12", "2024-03-06 08:00"]),
        ("Day 1 (2024-03-05)\n- 09:12 a\nDay 2\n- 08:00 b", ["2024-03-05 09:12", "2024-03-06 08:00"]),
        ("2024-03-05\n- 09:12 a\nWednesday\n- 08:00 b", ["2024-03-05 09:12", "2024-03-06 08:00"]),
        ("# 2024-03-05\n11:50 am a\n12:10 pm b\n1:05 c", ["2024-03-05 11:50", "2024-03-05 12:10", "2024-03-05 13:05"]),
        # Without am and pm, an hour of one digit behind noon is of the afternoon.
        (
            "# 2024-03-05\n11:50 a\n12:10 b\n1:05 c\n2:20 d",
            ["2024-03-05 11:50", "2024-03-05 12:10", "2024-03-05 13:05", "2024-03-05 14:20"],
        ),
        (
            "2024-03-04 19:00 a\n2024-03-05 09:27 b\n2024-03-05 12:39 c\n2024-03-05 1:50 d\n2024-03-05 4:05 e",
            ["2024-03-04 19:00", "2024-03-05 09:27", "2024-03-05 12:39", "2024-03-05 13:50", "2024-03-05 16:05"],
        ),
        ("# 2024-03-05\n9:50 a\n14:10 b\n9:05 c", ["2024-03-05 09:50", "2024-03-05 14:10", "2024-03-05 09:05"]),
        # Times above the first date, over midnight, and with the newest first.
        ("09:12 a\n\n## 2024-03-06\n10:10 b", ["2024-03-06 09:12", "2024-03-06 10:10"]),
        (
            "# 2024-03-06\n00:10 a\n23:50 b\n23:12 c\n22:01 d",
            ["2024-03-06 00:10", "2024-03-05 23:50", "2024-03-05 23:12", "2024-03-05 22:01"],
        ),
        ("# 2024-03-05\n[03-04 23:50] a\n[03-05 00:20] b", ["2024-03-04 23:50", "2024-03-05 00:20"]),
        (
            "Week of 2024-03-04\n\n| Day | Time | Event |\n|---|---|---|\n"
            "| Mon | 23:50 | a |\n| Tue | 00:20 | b |\n| | 00:40 | c |",
            ["2024-03-04 23:50", "2024-03-05 00:20", "2024-03-05 00:40"],
        ),
    ],
)
def test_the_day_and_the_year_come_from_the_text_around(text: str, entries: list[str]) -> None:
    assert [entry.occurred_at.strftime("%Y-%m-%d %H:%M") for entry in read(text).lines] == entries


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (
            "2024-03-05 09:12 a\n2023-03-05 09:15 b\n2024-03-05 09:20 c",
            "line 2 is dated 2023-03-05 and the line beside it 2024-03-05: check the date",
        ),
        (
            "2024-03-05 09:12 a\n2024-03-05 09:15 b\n2025-03-05 09:20 c",
            "line 3 is dated 2025-03-05 and the line beside it 2024-03-05: check the date",
        ),
        (
            "2024-03-05 09:12 a\n2024-03-05 09:15 b\n2024-05-05 09:20 c",
            "line 3 is dated 2024-05-05 and the line beside it 2024-03-05: check the date",
        ),
        (
            "2024-03-05 09:12 a\n2024-03-06 09:15 b\n2024-03-05 09:20 c",
            "line 2 is dated 2024-03-06 and the line beside it 2024-03-05: check the date",
        ),
        ("Tuesday, March 6, 2024 09:12 a", "line 1 says Tue, but 2024-03-06 was a Wed: check the date"),
        (
            "All times Europe/Berlin.\n\n2024-10-27 02:30 a",
            "the clocks of Europe/Berlin showed 02:30 twice on 2024-10-27: the first is taken (line 3)",
        ),
        (
            "All times Europe/Berlin.\n\n2024-03-31 02:30 a",
            "the clocks of Europe/Berlin skipped 02:30 on 2024-03-31 (line 3)",
        ),
        ("09:12 a", "no date is written anywhere: the first time is taken as of 2026-11-21"),
        ("# 2024-03-05\n12:10 a\n1:05 b", "line 3 says neither am nor pm: taken as 13:05"),
        (
            "Panne\n\nPubli\u00e9 le 01/12/2025 \u00e0 07:00\n\nTout est r\u00e9tabli \u00e0 20h45.",
            "01/12/2025 is read with the day first, as 2025-12-01",
        ),
        (
            "---\ntitle: x\ndate: 2024-03-08\n---\n09:12 a",
            "no date of the incident is written: taken as 2024-03-08, the page's own date",
        ),
    ],
)
def test_what_contradicts_or_is_assumed_is_told(text: str, clause: str) -> None:
    assert clause in read(text).assumptions


def test_dates_in_order_are_no_slip() -> None:
    read_as = read("- 2024-01-18: built\n- 2024-06-28 07:09 UTC reported\n- 2024-07-03 UTC: audited\n")

    assert not any("check the date" in clause for clause in read_as.assumptions)


@pytest.mark.parametrize(
    ("statement", "hour"),
    [
        ("All times in PST (UTC-7)", 17),
        ("All times are given in Pacific Daylight Time (PDT, UTC-7).", 17),
        ("Times are in Central European Time (CET).", 8),
        ("Zeitangaben in MESZ", 8),
        ("Toutes les heures sont en heure de Paris.", 8),
        ("All times are London time.", 9),
        ("## Timeline (all times West African Time)", 9),
        ("All times are South African Standard Time.", 8),
        ("All times in Korea Standard Time", 1),
        ("Timezone: America/New_York", 14),
        ("TZ=Asia/Tokyo", 1),
        ("(times in Eastern)", 14),
        ("Everything is in UTC unless noted.", 10),
        ("Times UTC.", 10),
        ("Zone: UTC+01:00", 9),
        ("_All times in UTC_", 10),
        ("This is what happened, in British Summer Time.", 9),
        ("5 июля 2024 г., время московское (МСК, UTC+3)", 7),
        ("Alle tijden zijn lokale tijd (Europe/Amsterdam).", 8),
        ("All times are PST/PDT", 17),
        ("Times: Irish Standard Time (IST).", 9),
        ("Times: IST (Israel).", 7),
        ("All times in IST, Tel Aviv", 7),
        ("5 July 2024, IST, Dublin", 9),
        ("# Outage, 5 July 2024 (CST, Beijing)", 2),
        ("| Time (CST, China) | Event |", 2),
        ("All times Beijing time (CST)", 2),
        ("All times in CST / Havana", 14),
        ("All times are Japan time.", 1),
        ("All times in Singapore time", 2),
        ("All times CEST (Central European Summer Time)", 8),
        ("(UTC+1)", 9),
        ("## The night of 2024-07-05 CEST", 8),
        ("Chronology of 5 July 2024, CEST", 8),
        ("alle Angaben in MESZ", 8),
        ("Informe del 5 de julio de 2024 (hora de Madrid)", 8),
        ("5 July 2024 (Europe/Warsaw)", 8),
        ("时区：北京时间", 2),
        ("LOCAL = UTC+1", 9),
        ("| Time (local, CEST) | Event |", 8),
        ("## Cronología (hora de la Ciudad de México)", 16),
        ("Tutti gli orari sono ora di Milano", 8),
        ("Alle Zeiten in Berliner Zeit", 8),
        ("### Linha do tempo (horário de Brasília)", 13),
        ("Alla tider är svensk tid", 8),
        ("Все времена по московскому времени", 7),
        ("時刻はすべて日本時間です。", 1),
        ("모든 시간은 한국 시간", 1),
        ("## 经过（UTC+8）", 2),
        ("Day: a Friday. Clock: AEST.", 0),
        ("Uhrzeiten: lokale Zeit (Berlin)", 8),
        ("| Время, UTC+9 | Event |", 1),
        ("| time_cest | Event |", 8),
        ("- All clocks EET (UTC+2)", 8),
        ("Stempel in MESZ", 8),
        ("Night shift (hours in CEST)", 8),
        ("Alles in MESZ.", 8),
        ("Tout est en CEST.", 8),
        ("We log in CEST.", 8),
        ("The log's clock runs on UTC+2.", 8),
        ("Giờ: UTC+7", 3),
        ("**Часовой пояс:** МСК", 7),
        ("- Часовий пояс: EEST", 7),
        ("- Strefa czasowa: CEST", 8),
        ("- Časové pásmo: SELČ", 8),
        ("Saat dilimi: UTC+3", 7),
        ("(saatler TSİ'dir, UTC+3)", 7),
        ("タイムゾーン：JST", 1),
        ("모든 시간은 KST", 1),
        ("Les heures sont en heure locale (Paris).", 8),
        ("Horas en hora local (Madrid).", 8),
        ("Gli orari sono in ora locale (Roma).", 8),
        ("Tijden zijn lokaal (Amsterdam)", 8),
        ("Godziny w czasie polskim", 8),
        ("Horas: Lisboa", 9),
        ("Friday, 5 July (CEST)", 8),
        ("|  |  |\n|---|---|\n| **Time zone** | Europe/Oslo |\n", 8),
    ],
)
def test_a_zone_is_stated_in_many_ways(statement: str, hour: int) -> None:
    rows = "|---|---|\n| 2024-07-05 10:00 | lost |" if statement.endswith("Event |") else "\n- 2024-07-05 10:00 lost"

    assert [entry.occurred_at.hour for entry in read(f"# Outage\n\n{statement}\n{rows}\n").lines] == [hour]


@pytest.mark.parametrize(
    ("text", "word", "line"),
    [
        ("All times are in XYZT.\n\n- 2024-03-05 09:12 lost", "XYZT", 1),
        ("Times are local.\n\n- 2024-03-05 09:12 lost", "local time", 1),
        ("- 2024-03-05 09:12 XYZT: lost", "XYZT", 1),
        ("- 2024-03-05 09:12 (local): lost", "local time", 1),
    ],
)
def test_a_zone_that_is_not_known_is_told_as_that(text: str, word: str, line: int) -> None:
    read_as = read(text)

    assert told(read_as) == ["03-05 09:12 lost"]
    assert f"“{word}” on line {line} is no zone that is known: taken as UTC" in read_as.assumptions
    assert not any("no zone stated" in clause for clause in read_as.assumptions)


def test_a_zone_in_the_heading_of_a_section_ends_with_it_where_the_text_has_one_for_all() -> None:
    sections = "## Bo (Oslo)\n\n- 07:42 one\n\n## Ana (Pune, IST)"
    sections += "\n\n- 12:18 two\n\n### More\n\n- 12:28 three\n\n## Afterwards\n\n- 14:30 four"

    for head in ("Everything in CET unless marked.\n\n- 07:41 one", "# Outage, all times CET\n\n- 07:41 one"):
        assert told(read(f"5 March 2024\n\n{head}\n\n{sections}")) == [
            "03-05 06:41 one",
            "03-05 06:42 one",
            "03-05 06:48 two",
            "03-05 06:58 three",
            "03-05 13:30 four",
        ]


def test_days_in_headings_each_with_its_zone_leave_the_last_one_to_what_follows() -> None:
    days = "## 9 March 2024 (EST)\n\n- 10:00 one\n\n## 10 March 2024 (EDT)\n\n- 10:00 two\n\n## Later\n\n- 11:00 three"

    assert told(read(days)) == ["03-09 15:00 one", "03-10 14:00 two", "03-10 15:00 three"]


@pytest.mark.parametrize(
    "text",
    [
        "Ana (CET) and Bo (PST) were on call.",
        "The response time in London was bad.",
        "The first time Paris failed over.",
        "- Ana (Bogota time) joined.",
        "- Ana, Pune, IST",
        "On call: Ana (IST), Bo",
        "Bo - EST",
        "The job ran in CET, not in UTC.",
        "Root cause: the job ran in CET.",
        "The job of the night had failed since its host was moved to CET.",
    ],
)
def test_people_and_places_state_no_zone(text: str) -> None:
    read_as = read(f"{text}\n\n- 2024-03-05 09:12 lost")

    assert "no zone stated: taken as UTC" in read_as.assumptions


@pytest.mark.parametrize(
    "lines",
    [
        "- 22:40 a\n- 09:05 (+1) b",
        "- 22:40 a\n- 22:50 c\n- next day 09:05, b",
        "- 22:40\u201309:00 (+1) a\n- 09:05 (+1 day): b",
        "- 22:40 to 09:00 (next day): a\n- 09:05 (+1d) b",
        "- 22:40 a\n- 09:05 (next day): b",
        "- 22:40 a\n- am nächsten Tag um 9:05 b",
        "- 8:40 a\n- le lendemain à 9 h 05 b",
        "- 8:40 a\n- il giorno dopo alle 9:05 b",
        "- 8:40 a\n- al día siguiente a las 9:05: b",
        "- 8時40分 a\n- 翌日9時05分 b",
        "| Local (UTC) | CET | Event |\n|---|---|---|\n| 08:40 | 09:40 | a |\n| 09:05 (+1) | 10:05 (+1) | b |",
    ],
)
def test_a_time_of_the_next_day_says_so(lines: str) -> None:
    read_as = read(f"# Outage, 5 March 2024\n\nTimes in UTC.\n\n{lines}\n")

    assert (read_as.lines[-1].occurred_at, read_as.lines[-1].text[:1]) == (datetime(2024, 3, 6, 9, 5, tzinfo=UTC), "b")
    assert any("next day" in clause for clause in read_as.assumptions)


@pytest.mark.parametrize(
    ("head", "entries"),
    [
        ("Started: Tue, 5 Mar 2024 21:55:00 +0000\nEnded: Wed, 6 Mar 2024 01:20:00 +0000", ["Started", "Ended"]),
        ("- Anfang: 05.03.2024 21:55\n- Ende: 06.03.2024 01:20", ["Anfang", "Ende"]),
        ("**Detected:** 2024-03-05 21:55\n**Resolved:** 2024-03-06 01:20", ["Detected", "Resolved"]),
        ("- First seen 2024-03-05 21:55\n- Repaired 2024-03-06 01:20", ["First seen", "Repaired"]),
        ("- Started 2024-03-05 21:55\n- All customers told 2024-03-06 01:20", ["Started", "All customers told"]),
    ],
)
def test_a_list_below_start_and_end_begins_with_the_start(head: str, entries: list[str]) -> None:
    read_as = read(f"# Outage\n\nTimes in UTC.\n\n{head}\n\n## Log\n\n`21:55` a\n\n`00:35` b\n")

    assert told(read_as) == [f"03-05 21:55 {entries[0]}", f"03-06 01:20 {entries[1]}", "03-05 21:55 a", "03-06 00:35 b"]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("T0 is Tuesday 5 March 2024, 20:00 UTC, when it broke.\n\nT+01:45 a", ["03-05 21:45 a"]),
        ("On March 5, 2024 at 2:10 PM UTC a queue broke.\n\n2:10 PM a\n2:16 PM b\n2:31 PM c", ["a", "b", "c"]),
        ("5 March 2024\n\n- 14:00 a\n\nThe next check is on 2024-04-05 at 10:00.", ["03-05 14:00 a"]),
        ("*Posted on March 6, 2024*\n\nWhat happened (UTC, March 5).\n\n- 14:00 a", ["03-05 14:00 a"]),
        ("-- Journal begins at Mon 2024-02-05 08:00:01 UTC --\n2024-03-05T14:00:33+0000 a", ["03-05 14:00 a"]),
        ("<34>1 2024-03-05T14:00:33.003+00:00 a\n<34>Mar  5 14:01:00 b", ["03-05 14:00 a", "03-05 14:01 b"]),
    ],
)
def test_sentences_and_heads_are_no_events_and_hide_none(text: str, entries: list[str]) -> None:
    assert [entry[-len(wanted) :] for entry, wanted in zip(told(read(text)), entries, strict=True)] == entries


@pytest.mark.parametrize(
    ("lines", "entries", "skipped"),
    [
        ("14.02 a\n14.10: b\n14.30 - c", ["14:02 a", "14:10 b", "14:30 c"], 0),
        ("14.02 EUR a\n14.10 EUR b\n14.30 EUR c", [], 3),
        ("14.02 GB a\n14.10 GB b\n14.30 GB c", [], 3),
        ("14.02 AC asks\n14.10 JP: b\n14.30 RK c", ["14:02 AC asks", "14:10 JP: b", "14:30 RK c"], 0),
        ("14.02 a\n14.10 b\n14.30 c\nc.14.45 d", ["14:02 a", "14:10 b", "14:30 c", "14:45 d (about this time)"], 0),
        ("14.02 a\n14:10 b\n14:30 c", ["14:02 a", "14:10 b", "14:30 c"], 0),
        ("14:10 b\n14:30 c\n\n3.10 is out", ["14:10 b", "14:30 c"], 1),
        ("- 1.10 a\n- 1.75 b\n- 2.40 c\n- 3.5 d\n- 4.9 e\n- 5.20 f\n- 6.8 g", [], 7),
        ("Vers 11h, a\nDe 12h à 13h : b", ["11:00 a (about this time)", "12:00 b (until 13h)"], 0),
        ("9.12am - a\n10ish b\n12.50: d\nT13:10 e", ["09:12 a", "10:00 b (about this time)"], 2),
    ],
)
def test_hours_without_a_colon(lines: str, entries: list[str], skipped: int) -> None:
    read_as = read(f"# Outage, 5 March 2024 (UTC)\n\n{lines}")

    assert [entry.removeprefix("03-05 ") for entry in told(read_as)] == entries
    assert len(read_as.skipped) == skipped


def test_points_below_a_point_with_times_at_the_same_place_are_events_of_their_own() -> None:
    read_as = read("# Minutes of 2024-03-05 (UTC)\n\n* Status  (ana, 15:01:03)\n  * Disk grown  (bo, 15:02:10)\n")

    assert told(read_as) == ["03-05 15:01 Status", "03-05 15:02 Disk grown"]
    assert [entry.author for entry in read_as.lines] == ["ana", "bo"]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("9 Uhr abends a", "21:00 a"),
        ("um 11 Uhr nachts a", "23:00 a"),
        ("2 Uhr nachts: a", "02:00 a"),
        ("12 Uhr mittags a", "12:00 a"),
        ("a las 9 de la noche a", "21:00 a"),
        ("9:30 de la mañana a", "09:30 a"),
        ("A mediodía a", "12:00 a"),
        ("a medianoche a", "00:00 a"),
        ("à 9 h du soir a", "21:00 a"),
        ("9:02 in the evening: a", "21:02 a"),
        ("meio-dia: a", "12:00 a"),
        ("Mittags: a", "12:00 a"),
        ("9:02 di pomeriggio: a", "21:02 a"),
        ("9:02 på eftermiddagen: a", "21:02 a"),
        ("9:02 por la tarde, a", "21:02 a"),
        ("正午：a", "12:00 a"),
        ("晚上9点 a", "21:00 a"),
        ("凌晨2点10分 a", "02:10 a"),
    ],
)
def test_the_part_of_the_day_tells_the_half(line: str, entry: str) -> None:
    assert told(read(f"2024-03-05\n\n{line}\n")) == [f"03-05 {entry}"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('198.51.100.4 - ana [05/Mar/2024:10:12:33 +0100] "GET /" 502', '198.51.100.4 - ana "GET /" 502'),
        ('ts=2024-03-05T09:12:33.5Z level=error msg="pool is full" host=db', "pool is full level=error host=db"),
        ('level=info time="2024-03-05T10:12:33+01:00" msg=recovered', "recovered level=info"),
    ],
)
def test_lines_of_logs_whose_moment_stands_further_on(line: str, text: str) -> None:
    (entry,) = read(line).lines

    assert (f"{entry.occurred_at:%F %R}", entry.text) == ("2024-03-05 09:12", text)


@pytest.mark.parametrize(
    "log",
    [
        "commit 9f1c2d3e4b\nMerge: 1 2\nAuthor: Ana Lopez <a@b.example>\nDate:   Tue Mar 5 10:12:11 2024 +0100\n"
        "\n    Revert it\n",
        "changeset:   5:9f1c2d3e4b5a\nuser:        Ana Lopez <a@b.example>\n"
        "date:        Tue Mar 05 10:12:11 2024 +0100\nsummary:     Revert it\n",
        f"{'-' * 72}\nr12 | Ana Lopez | 2024-03-05 10:12:11 +0100 (Tue, 05 Mar 2024) | 1 line\n\nRevert it\n",
        "commit 9f1c2d3e4b\nAuthor:     Ana Lopez <a@b.example>\nAuthorDate: Tue Mar 5 10:12:11 2024 +0100\n"
        "Commit:     Bo <b@b.example>\nCommitDate: Tue Mar 5 11:12:11 2024 +0100\n\n    Revert it\n",
    ],
)
def test_logs_of_version_control(log: str) -> None:
    (entry,) = read(log).lines

    assert (f"{entry.occurred_at:%F %R}", entry.author, entry.text) == ("2024-03-05 09:12", "Ana Lopez", "Revert it")


@pytest.mark.parametrize(
    ("group", "moment"),
    [
        ("051412ZMAR24", "03-05 14:12 lost"),
        ("051412Z MAR 24", "03-05 14:12 lost"),
        ("05 1412B Mar 2024", "03-05 12:12 lost"),
        ("051412RMAR24", "03-05 19:12 lost"),
    ],
)
def test_groups_of_day_and_time_as_armies_write_them(group: str, moment: str) -> None:
    assert told(read(f"SITREP\n{group} lost\n")) == [moment]


@pytest.mark.parametrize(
    ("full", "bare"),
    [
        ("alle 9:02", "alle 12"),
        ("alle 9.02", "verso le 12"),
        ("a las 9:02", "alrededor de las 12"),
        ("às 9h02", "às 12"),
        ("à 9 h 02", "à 12 h"),
        ("om 9.02", "om 12"),
        ("um 9:02", "um 12 Uhr"),
        ("ore 9:02", "ore 12:"),
        ("9时02分", "12点"),
        ("около 9:02", "около 12:00"),
    ],
)
def test_a_number_alone_is_an_hour_where_the_text_shows_it(full: str, bare: str) -> None:
    read_as = read(f"5/3/2024\n\n{full} a\n{bare} b\n")

    assert [(entry.occurred_at.hour, entry.text[0]) for entry in read_as.lines] == [(9, "a"), (12, "b")]


def test_milestones_are_those_that_an_entry_names_and_nothing_else() -> None:
    read_as = read(
        "- First detected 2024-03-05 08:41\n- Incident declared: 2024-03-05 09:12\n- Cause found 2024-03-05 10:02\n"
        "- Repaired 2024-03-05 11:30\n- 2024-03-05 12:00 Resolved\n- 2024-03-05 12:30 resolved\n"
        "- 2024-03-05 12:40 Detected by nobody\n- 2024-03-06: closed\n"
    )

    assert {name: f"{entry.occurred_at:%H:%M}" for name, entry in milestones_named(read_as.lines).items()} == {
        "detected": "08:41",
        "declared": "09:12",
        "identified": "10:02",
        "mitigated": "11:30",
        "resolved": "12:30",
    }


@pytest.mark.parametrize(
    "line",
    [
        "At 9:15 the queue grew. At 9:31 it was empty.",
        "- At 09:15 the queue grew. At 09:31 it was empty.",
        "- 09:15 queue grows; 09:31 queue is empty",
        "Um 9.15 Uhr Ausfall. Um 9.31 Uhr behoben.",
        "O godz. 9.15 awaria. O godz. 9.31 koniec.",
        "À 9h15 panne. À 9h31 rétabli.",
    ],
)
def test_each_sentence_that_begins_with_a_time_is_an_event(line: str) -> None:
    assert [entry[:11] for entry in told(read(f"# Outage of 2024-03-05\n\n{line}"))] == ["03-05 09:15", "03-05 09:31"]


def test_a_sentence_with_a_time_of_another_kind_stays_where_it_is() -> None:
    assert told(read("# Outage of 2024-03-05\n\n- 09:15 queue grows. At 09:31 it was empty.")) == [
        "03-05 09:15 queue grows. At 09:31 it was empty."
    ]


@pytest.mark.parametrize(
    "line",
    [
        "© 2024 University. Help desk hours: 8:00 am to 5:00 pm, Monday to Friday.",
        "Servicepunkt: Mo-Fr 9:00-15:00",
        "Mo–Fr 8:00–16:00 Uhr",
        "9:00-17:00 Monday to Friday",
        "Support: 9:00 to 17:00, weekdays",
        "Rückfragen: Montag bis Freitag von 9 bis 15 Uhr am Servicepunkt.",
    ],
)
def test_times_of_the_days_on_which_somebody_works_are_no_events(line: str) -> None:
    read_as = read(f"# Outage of 2024-03-05\n\n- 09:15 one\n\n{line}")

    assert told(read_as) == ["03-05 09:15 one"]
    assert [skipped.reason for skipped in read_as.skipped] == ["This line says when somebody can be reached."]


@pytest.mark.parametrize(
    "line",
    [
        "- Isolation (Mar 5, 2024, 09:12 UTC): node removed",
        "3. Isolation (Mar, 5, 2024, 09:12 UTC): node removed",
        "1. Isolation (Mar 5,2024, 09:12 UTC): node removed",
        "- **Isolation (2024-03-05 09:12 UTC):** node removed",
        "- Isolation [5 March 2024 09:12 UTC] \u2013 node removed",
        "- Isolation (2024-03-05 09:12Z) - node removed",
    ],
)
def test_a_moment_in_brackets_stands_between_a_label_and_what_happened(line: str) -> None:
    assert told(read(f"# Outage\n\n{line}\n")) == ["03-05 09:12 Isolation: node removed"]


@pytest.mark.parametrize("line", ["- Open (until 09:12): node", "- Deploys (3 per day): slow", "- Job_20240305_091200"])
def test_brackets_and_names_hold_no_moment_where_they_tell_of_none(line: str) -> None:
    assert told(read(f"# Outage of 2024-03-05\n\n- 09:00 lost\n\nText.\n\n{line}\n")) == ["03-05 09:00 lost"]


@pytest.mark.parametrize("day", ["On 2024-03-06.", "## 6 March 2024", "**March 6, 2024**"])
def test_a_day_below_a_label_with_its_time_is_that_of_what_follows(day: str) -> None:
    text = f"# 2024-03-05\n\n- ping was lost at 19:31\n\n{day}\n\n14:30 changed the entry\n"

    assert told(read(text)) == ["03-05 19:31 ping was lost", "03-06 14:30 changed the entry"]


def test_a_heading_that_says_before_when_is_no_event() -> None:
    assert told(read("# 2024-03-05\n\n## Calm (before 08:15)\n\n- 08:00 lost\n")) == ["03-05 08:00 lost"]


@pytest.mark.parametrize(
    "line", ["20h39m06s : lost", "20h39m06s \u2013 lost", "20h39 : lost", "20:39:06 lost", "**20h39m06s** lost"]
)
def test_hours_minutes_and_seconds_may_have_letters_behind_them(line: str) -> None:
    assert told(read(f"# 2024-03-05\n\n- {line}\n")) == ["03-05 20:39 lost"]


@pytest.mark.parametrize(
    "line",
    [
        "Time to respond: 3 minutes 12 seconds",
        "MTTR: 34 min",
        "Incident duration: 1:28",
        "\ub300\uc751 \uc2dc\uac04: 3\ubd84 12\ucd08",
        "Zeit bis zur Behebung: 34 Minuten",
        "Temps de r\u00e9ponse : 12 min",
        "\u5fa9\u65e7\u6642\u9593\uff1a1\u6642\u959320\u5206",
        "\u0412\u0440\u0435\u043c\u044f \u0440\u0435\u0430\u043a\u0446\u0438\u0438: 5 \u043c\u0438\u043d",
    ],
)
def test_a_point_that_gives_a_length_takes_no_time_from_the_points_above(line: str) -> None:
    found = read(f"# 2024-03-05\n\n- 14:00 lost\n- {line}\n- 14:10 back\n")

    assert told(found) == ["03-05 14:00 lost", "03-05 14:10 back"]
    assert [skipped.reason for skipped in found.skipped] == ["This line gives a length of time, not a moment."]


@pytest.mark.parametrize("when", ["5 minutes in:", "40s in -", "2 hours later,", "90 min later:"])
def test_a_point_counted_from_another_takes_no_time_from_the_point_above(when: str) -> None:
    found = read(f"# 2024-03-05\n\n- 14:00 lost\n- {when} more of it\n- 16:10 back\n")

    assert told(found) == ["03-05 14:00 lost", "03-05 16:10 back"]
    assert [skipped.reason for skipped in found.skipped] == ["The time on this line is not understood."]


@pytest.mark.parametrize("line", ["09:12 に検知", "09:12に検知", "09:12 頃に検知", "- 09:12 に アラート検知"])
def test_a_particle_behind_a_time_is_none_of_the_words(line: str) -> None:
    (entry,) = told(read(f"# 障害 2024-03-05\n\n{line}\n"))

    assert entry.removesuffix(" (about this time)").removesuffix("検知") in ("03-05 09:12 ", "03-05 09:12 アラート")


@pytest.mark.parametrize(
    "foot",
    [
        "Senast uppdaterat : 11 mars kl. 05.31",
        "Zuletzt aktualisiert: 11. M\u00e4rz 2026, 05:31 Uhr",
        "Derni\u00e8re mise \u00e0 jour : 11 mars 2026 \u00e0 5h31",
        "\u00daltima actualizaci\u00f3n: 11/03/2026 05:31",
        "Ultimo aggiornamento: 11 marzo 2026 ore 05:31",
        "Laatst bijgewerkt: 11 maart 2026 05:31",
        "Sist oppdatert 11.03.2026 05:31",
        "P\u00e4ivitetty: 11.3.2026 klo 5.31",
        "Opublikowano: 11.03.2026 05:31",
        "\u041e\u043f\u0443\u0431\u043b\u0438\u043a\u043e\u0432\u0430\u043d\u043e: 11.03.2026 05:31",
        "\u6700\u7d42\u66f4\u65b0\uff1a2026\u5e743\u670811\u65e5 05:31",
        "Published: 11 March 2026 05:31",
    ],
)
def test_when_a_page_was_written_is_no_event(foot: str) -> None:
    assert told(read(f"# Outage of 2026-03-10\n\n- 14:00 lost\n\n{foot}\n")) == ["03-10 14:00 lost"]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("20240305091210 node lost\n20240305091500 back\n", "03-05 09:12 node lost"),
        ("20240305091210Z node lost\n", "03-05 09:12 node lost"),
        ("Node lost: 20240305091210\nNode back: 20240305091500\n", "03-05 09:12 Node lost"),
        ("when,what\n20240305091210,node lost\n20240305091500,back\n", "03-05 09:12 node lost"),
    ],
)
def test_fourteen_digits_are_a_moment(text: str, entry: str) -> None:
    assert told(read(text))[0] == entry


@pytest.mark.parametrize("name", ["20240305091210_add_users.rb", "20241305091210 node", "2024030509121099 node"])
def test_other_long_numbers_are_none(name: str) -> None:
    assert told(read(f"{name}\n")) == []


def test_a_label_above_every_time_is_no_update() -> None:
    block = "+-+-+-+\n[At]:\n  2024-03-05 09:{minute} UTC\n\n{words}\n\n"
    text = "".join(block.format(minute=12 + at, words=words) for at, words in enumerate(("node lost", "reset", "back")))

    assert told(read(text)) == ["03-05 09:12 node lost", "03-05 09:13 reset", "03-05 09:14 back"]


def test_what_a_log_says_of_itself_gives_the_day() -> None:
    head = "#Software: proxy 6.0\n#Date: 2024-03-05 00:00:00\n#Fields: time method path\n"
    log = f"{head}09:12:10 GET /a\n09:12:13 GET /b\n"
    found = read(log)

    assert told(found) == ["03-05 09:12 GET /a", "03-05 09:12 GET /b"]
    assert found.structure == (1, 2, 3)


@pytest.mark.parametrize("half", ["오후", "下午", "午後", "오후 "])
@pytest.mark.parametrize("day", ["2024. 3. 5. ", "2024-03-05 ", "2024年3月5日 ", "2024-03-05 화요일 "])
def test_the_half_of_a_day_may_stand_between_it_and_its_time(day: str, half: str) -> None:
    assert told(read(f"{day}{half}1:12 node lost\n")) == ["03-05 13:12 node lost"]


@pytest.mark.parametrize(
    "head",
    [
        "## Timeline (Pacific time unless marked UTC)",
        "## Timeline (Pacific time except where UTC is written)",
        "## Timeline (Pacific time, unless noted)",
    ],
)
def test_words_about_other_zones_end_with_their_bracket(head: str) -> None:
    report = f"{head}\n\n- 2024-03-05 09:12 node lost\n- 2024-03-05 18:00 UTC node back\n"

    assert told(read(report)) == ["03-05 17:12 node lost", "03-05 18:00 node back"]


def test_utc_and_gmt_beside_times_are_one_zone() -> None:
    report = (
        "From 09:12 UTC on 5 March 2024 until 10:00 UTC of the same day the feed of changes stood still.\n\n"
        "- 5 March 2024 09:12 - feed stood\n- 5 March 2024 10:00 - feed went on\n\n"
        "```\n2024-03-05 09:12:00 GMT ERROR: no memory\n```\n"
    )
    read_as = read_timeline(report, now=NOW, zone=timezone(timedelta(hours=5)))

    assert {"03-05 09:12 feed stood", "03-05 10:00 feed went on"} <= set(told(read_as))
    assert read_as.assumptions == ("times that name no zone are taken as UTC, which line 1 names",)


@pytest.mark.parametrize(
    "words", ["prev. night", "previous night", "previous evening", "prev. day", "the night before"]
)
def test_a_time_may_be_of_the_night_before(words: str) -> None:
    table = (
        "# Review of 2024-03-05\n\n| Time (UTC) | Event |\n|---|---|\n"
        f"| 21:01 ({words}) | node started |\n| 06:05 | node lost |\n| 06:12 | node back |\n"
    )

    assert told(read(table)) == ["03-04 21:01 node started", "03-05 06:05 node lost", "03-05 06:12 node back"]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("**July 16** — bills were lost (15:45–19:05 UTC); orders were not.", "07-16 15:45"),
        ("July 16: pages were slow (from 09:32 UTC) and bills lost (10:02–12:20 UTC)", "07-16 10:02"),
        ("2024-07-16 — slow pages (09:32 UTC) and lost bills (10:02 UTC)", "07-16 09:32"),
        ("July 16: plans for the window (2 nodes)", "07-16 00:00"),
    ],
)
def test_the_time_of_a_day_may_stand_in_brackets_within_its_words(line: str, entry: str) -> None:
    report = f"# Review of July 2024\n\n- {line}\n- July 23 — node lost (14:03 UTC), then back\n"

    assert [line[:11] for line in told(read(report))] == [entry, "07-23 14:03"]


def test_the_mark_of_a_time_may_close_before_its_zone() -> None:
    assert told(read("- 2024-03-05 **09:12** (UTC), node lost\n- **10:00** (UTC) node back\n")) == [
        "03-05 09:12 node lost",
        "03-05 10:00 node back",
    ]


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("по московскому времени узел пропал", 6),
        ("Berliner Zeit узел пропал", 8),
        ("hora de Bogotá узел пропал", 14),
        ("heure de Paris узел пропал", 8),
        ("heures de Paris, узел пропал", 8),
        ("ora di Roma узел пропал", 8),
        ("czasu warszawskiego узел пропал", 8),
        ("日本時間 узел пропал", 0),
        ("Osteuropäische Normalzeit: узел пропал", 7),
        ("heure normale d’Europe centrale : узел пропал", 8),
        ("hora estándar de Europa central узел пропал", 8),
        ("(Horário Padrão da Europa Central) узел пропал", 8),
        ("centraleuropeisk normaltid: узел пропал", 8),
        ("Orta Avrupa Standart Saati: узел пропал", 8),
        ("czas środkowoeuropejski standardowy: узел пропал", 8),
        ("středoevropský standardní čas: узел пропал", 8),
        ("közép-európai téli idő: узел пропал", 8),
        ("太平洋標準時 узел пропал", 17),
        ("(北美东部标准时间) узел пропал", 14),
        ("Eastern Standard: узел пропал", 14),
        ("AM, Eastern: узел пропал", 14),
        ("AM, US Pacific - узел пропал", 17),
    ],
)
def test_the_time_of_a_place_behind_a_time_is_its_zone(words: str, hour: int) -> None:
    assert told(read(f"# 2024-03-05\n\n- 09:12 {words}\n- 23:00 UTC: end\n"))[0] == f"03-05 {hour:02}:12 узел пропал"


@pytest.mark.parametrize(
    "words",
    ["hora del servidor", "Paris lost a node", "Zeit und Ort sind bekannt", "Paris heure", "AM, Eastern region lost"],
)
def test_other_words_behind_a_time_are_no_zone(words: str) -> None:
    assert told(read(f"# 2024-03-05\n\n- 09:12 {words}\n- 09:15 end of it\n"))[0][:11] == "03-05 09:12"


@pytest.mark.parametrize(
    ("times", "others"),
    [
        ("09:12:10, 09:12:40", "09:12:40"),
        ("09:12:10 / 09:12:40 / 09:13:10", "09:12:40 / 09:13:10"),
        ("09:12:10, 09:12:40 and 09:13:10 UTC", "09:12:40 and 09:13:10"),
        ("**09:12:10, 09:12:40**", "09:12:40"),
    ],
)
def test_a_line_may_have_several_times(times: str, others: str) -> None:
    entry = f"03-05 09:12 node lost (also at {others})"

    assert told(read(f"# 2024-03-05\n\n- {times}: node lost\n- 09:20: node back\n"))[0] == entry
    assert told(read(f"# 2024-03-05\n\n| Time | Event |\n|---|---|\n| {times} | node lost |\n"))[0] == entry


def test_a_weekday_further_on_is_told() -> None:
    read_as = read("# 2024-03-08\n\n- Thursday 09:12: node lost\n- 09:20: node back\n")

    assert told(read_as) == ["03-14 09:12 node lost", "03-14 09:20 node back"]
    assert "the day that line 3 names by its weekday is read as 2024-03-14" in read_as.assumptions


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("All times in IST\n\n- 09:12 disk full", "IST is read as UTC+5:30"),
        ("- 09:12 CST: disk full", "CST is read as UTC-6"),
        ("Times of Dublin\n\n- 09:12 BST: disk full", "BST is read as UTC+1"),
        ("All times in CST (Chicago)\n\n- 09:12 disk full", "CST is read as UTC-6"),
        ("All times CST. Taiwan lost its stores.\n\n- 09:12 disk full", "CST is read as UTC-6"),
        ("All times CST.\n\n- 09:12 shops in China and Beijing down", "CST is read as UTC-6"),
    ],
)
def test_an_abbreviation_of_several_zones_is_told_with_its_offset(text: str, offset: str) -> None:
    assert offset in read(f"# Outage, 5 July 2024\n\n{text}").assumptions


def test_an_abbreviation_out_of_season_is_read_as_written_beside_the_place_that_keeps_it() -> None:
    read_as = read("# Outage, 5 July 2024\n\nAll times in Chicago unless noted.\n\n- 09:12 CST disk full")

    assert told(read_as) == ["07-05 15:12 disk full"]
    assert "CST is read as UTC-6" in read_as.assumptions


def test_a_place_that_the_text_names_tells_which_zone_has_its_letters() -> None:
    read_as = read(
        "# Outage, 5 July 2024\n\nAll times of Dublin unless noted.\n\n- 09:12 IST disk full\n- 10:00 CST page"
    )

    assert told(read_as) == ["07-05 08:12 disk full", "07-05 16:00 page"]
