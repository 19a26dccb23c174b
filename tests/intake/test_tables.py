"""Tables of Markdown, and CSV."""

from datetime import UTC, date, datetime

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC, base_date=date(2019, 7, 2))


def told(found: ReadTimeline) -> list[tuple[str, str]]:
    return [(entry.occurred_at.strftime("%d %H:%M"), entry.text) for entry in found.lines]


def test_a_table_with_a_column_of_times() -> None:
    found = read("| Time (PDT) | Event |\n|:--|--:|\n| 06:42 | rolled out |\n| **06:45** | paged |\n\nDone.\n")

    assert told(found) == [("02 13:42", "rolled out"), ("02 13:45", "paged")]
    assert found.structure == (1, 2)
    assert [skipped.number for skipped in found.skipped] == [6]


@pytest.mark.parametrize("head", ["Time", "time", "Timestamp", "When", "UTC", "Time UTC", "UTC time", "Start", "", "#"])
def test_the_column_of_times_is_known_by_its_name_or_by_what_stands_in_it(head: str) -> None:
    assert told(read(f"{head} | What\n--|--\n13:42 | rolled out\n13:45 | paged\n")) == [
        ("02 13:42", "rolled out"),
        ("02 13:45", "paged"),
    ]


@pytest.mark.parametrize("head", ["Time", "time_utc", "Local (UTC)", "Uhrzeit"])
def test_a_column_of_times_needs_no_colons(head: str) -> None:
    rows = f"| {head} | Count | What |\n|---|---|---|\n| 1342 | 1200 | rolled out |\n| | | |\n| 1345 | 1201 | paged |\n"

    assert told(read(f"# 2 July 2019\n\n{rows}")) == [
        ("02 13:42", "rolled out (Count: 1200)"),
        ("02 13:45", "paged (Count: 1201)"),
    ]


def test_a_column_of_years_is_none_of_times() -> None:
    assert told(read("| Time | What |\n|---|---|\n| 2009 | founded |\n| 2015 | moved |\n")) == []


def test_separate_columns_for_date_time_kind_and_author() -> None:
    found = read(
        "| Date | Time | Who | Type | What happened | Tags |\n|---|---|---|---|---|---|\n"
        "| 2021-10-28 | 13:37 | ana | Finding | Vault is slow | vault, consul |\n"
        "| | 16:35 | bo | decision | replace \\| nodes<br>all of them | |\n"
        "| 10/29 | 02:00–04:00 | | odd | reset | #reset |\n"
    )

    assert [(e.occurred_at.isoformat(), e.kind, e.author, e.text) for e in found.lines] == [
        ("2021-10-28T13:37:00+00:00", "finding", "ana", "Vault is slow #vault #consul"),
        ("2021-10-28T16:35:00+00:00", "decision", "bo", "replace | nodes\nall of them"),
        ("2021-10-29T02:00:00+00:00", "note", None, "reset (Type: odd) #reset (until 04:00 UTC)"),
    ]


def test_rows_without_a_time_take_the_one_above_and_rows_with_a_date_give_the_day() -> None:
    found = read(
        "| Time | What |\n|---|---|\n| | too early |\n| **2019-07-03** | |\n| 23:50 | a |\n| | b |\n| 00:10 | c |\n"
        "| later | d |\n| 00:20 | |\n| | |\n"
    )

    assert told(found) == [("03 23:50", "a"), ("03 23:50", "b"), ("04 00:10", "c")]
    assert [skipped.number for skipped in found.skipped] == [3, 8, 9, 10]
    assert found.structure == (1, 2, 4)


def test_a_row_of_dots_is_left_out_and_a_dash_is_no_text() -> None:
    table = "| Time | Event | Note |\n|--|--|--|\n| 14:30 | lost | - |\n| … | … | … |\n| 14:45 | found | by Ana |\n"

    read = read_timeline(f"# 5 March 2026\n\n{table}", now=NOW, zone=UTC)

    assert [entry.text for entry in read.lines] == ["lost", "found — by Ana"]


def test_several_columns_of_text_are_told_in_their_order() -> None:
    found = read(
        "| Time | Status | Description | Owner | Ticket |\n|--|--|--|--|--|\n"
        "| 13:05 | Bypass | KV is back. | ana | T-1 |\n"
    )

    assert told(found) == [("02 13:05", "Bypass — KV is back. (Ticket: T-1)")]
    assert found.lines[0].author == "ana"


def test_a_table_without_times_is_left_out() -> None:
    found = read("14:30 first\n\n| Service | Impact |\n|---|---|\n| KV | errors |\n")

    assert told(found) == [("02 14:30", "first")]
    assert [(skipped.number, skipped.reason) for skipped in found.skipped] == [
        (5, "No column of this table holds times.")
    ]


def test_a_table_whose_first_row_is_already_a_time() -> None:
    assert told(read("| 13:42 | rolled out |\n|---|---|\n| 13:45 | paged |\n")) == [
        ("02 13:42", "rolled out"),
        ("02 13:45", "paged"),
    ]


def test_csv_with_a_head() -> None:
    found = read(
        'time,author,kind,text,tags\r\n2019-07-02T13:42:00Z,ana,action,"rule, everywhere",waf deploy\r\n'
        '2019-07-02T13:45:00Z,,finding,"a page\nsays ""WAF""",\r\n\r\n2019-07-02T14:00:00Z,bo,hypothesis,\'=attack,\r\n'
    )

    assert [(e.author, e.kind, e.text, e.numbers) for e in found.lines] == [
        ("ana", "action", "rule, everywhere #waf #deploy", (2,)),
        (None, "finding", 'a page\nsays "WAF"', (3, 4)),
        ("bo", "hypothesis", "=attack", (6,)),
    ]
    assert found.structure == (1,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_other_delimiters(delimiter: str) -> None:
    text = "Date,Time (PDT),What\n2019-07-02,06:42,rolled out\n2019-07-02,6:45 AM,paged\n".replace(",", delimiter)

    assert told(read(text)) == [("02 13:42", "rolled out"), ("02 13:45", "paged")]


@pytest.mark.parametrize(
    "table",
    [
        "TIME                   TYPE      MESSAGE\n2019-07-02T13:42:05Z   Normal    rolled out\n"
        "2019-07-02T13:45:10Z             paged\n",
        "NAMESPACE   LAST SEEN              MESSAGE\nshop        2019-07-02T13:42:05Z   rolled out\n"
        "shop        2019-07-02T13:45:10Z   paged\n",
        "Log\n\nDate        Time (UTC)  What\n----------  ----------  -----------\n2019-07-02  13:42       rolled\n"
        "                        out\n2019-07-02  13:45       paged\n\nThat is all.\n",
        "2019-07-02\n\n13:42 rolled out\n\nNAME   TIME    MESSAGE\nshop   13:45   paged\n",
        "Time (UTC)   Event\n2019-07-02 13:42   rolled out\n2019-07-02 13:45   paged\n",
        "+----+------------------+------------+\n| id | at               | what       |\n"
        "+----+------------------+------------+\n| 1  | 2019-07-02 13:42 | rolled out |\n"
        "| 2  | 2019-07-02 13:45 | paged      |\n+----+------------------+------------+\n",
        "shop=> select *\n\n        at        | what\n------------------+------------\n 2019-07-02 13:42 | rolled\n"
        "                  | out\n 2019-07-02 13:45 | paged\n(2 rows)\n",
        "\u250c\u2500\u2500\u252c\u2500\u2500\u2510\n\u2502 at \u2502 what \u2502\n"
        "\u251c\u2500\u2500\u253c\u2500\u2500\u2524\n"
        "\u2502 2019-07-02 13:42 \u2502 rolled out \u2502\n\u251c\u2500\u2500\u253c\u2500\u2500\u2524\n"
        "\u2502 2019-07-02 13:45 \u2502 paged \u2502\n\u2514\u2500\u2500\u2534\u2500\u2500\u2518\n",
    ],
)
def test_columns_that_blanks_or_lines_align(table: str) -> None:
    assert [(at, text.partition(" (")[0]) for at, text in told(read(table))] == [
        ("02 13:42", "rolled out"),
        ("02 13:45", "paged"),
    ]


def test_csv_below_a_title() -> None:
    found = read("# Outage\n# Source: a blog, June 8\ntime,event\n13:42,rolled out\n")

    assert found.title == "Outage"
    assert told(found) == [("02 13:42", "rolled out")]


def test_csv_of_an_export_of_the_log() -> None:
    found = read(
        "id,kind,occurred_at,recorded_at,author,text,tags,corrected\n"
        "k3,action,2019-07-02T13:42:00.000Z,2019-07-02T13:50:00.000Z,ana,rolled out,deploy,false\n"
    )

    assert told(found) == [("02 13:42", "rolled out #deploy")]
    assert found.lines[0].kind == "action"


def test_csv_forgives_bare_commas_at_the_end() -> None:
    assert told(read("time,text\n13:42,one, two, three\n")) == [("02 13:42", "one, two, three")]


def test_csv_forgives_a_quote_that_is_never_closed() -> None:
    assert told(read('time,text\n13:43,"never closed\n13:44,fine\n')) == [
        ("02 13:43", '"never closed'),
        ("02 13:44", "fine"),
    ]


def test_a_comma_in_brackets_divides_no_cells() -> None:
    first, second = "10:30 CEST (4:30 AM EDT, 1:30 AM PDT)", "10:45 CEST (4:45 AM EDT, 1:45 AM PDT)"
    text = f"Mail of 5 March 2026 is late, which some see.\n\n{first}\nlost\n\n{second}\nfound, and sent\n"

    assert [entry.text for entry in read_timeline(text, now=NOW, zone=UTC).lines] == ["lost", "found, and sent"]


def test_prose_with_commas_is_no_csv() -> None:
    found = read("Time flies, what else, we know.\n\n14:30 a, b, c\n")

    assert told(found) == [("02 14:30", "a, b, c")]


@pytest.mark.parametrize(
    "head", ["Ki", "Felelős", "Відповідальний", "Petugas", "處理人", "Odpovědný", "投稿者", "Analyst"]
)
def test_authors_in_columns_of_other_languages(head: str) -> None:
    text = f"2024-03-05\n\n| Time (UTC) | Event | {head} |\n|---|---|---|\n| 09:12 | disk full | Ana |\n"
    read = read_timeline(text, now=datetime(2024, 3, 9, 12, tzinfo=UTC), zone=UTC)
    assert [entry.author for entry in read.lines] == ["Ana"]


def test_a_day_above_a_column_of_days_with_times_is_a_row() -> None:
    text = "# Leak\n\n2024-03-05 | reported\n2024-03-07 14:00 UTC | confirmed\n"
    read = read_timeline(text, now=datetime(2024, 3, 9, 12, tzinfo=UTC), zone=UTC)
    assert [(entry.occurred_at.day, entry.text[:9]) for entry in read.lines] == [(5, "reported "), (7, "confirmed")]


@pytest.mark.parametrize("head", ["Berlin | Tokyo", "Berlin (local time) | Note", "Berlin (Ortszeit) | Notiz"])
def test_columns_that_are_called_by_places_have_their_times(head: str) -> None:
    text = f"2024-07-05\n\n| {head} | Event |\n|---|---|---|\n| 15:42 | 22:42 | disk full |\n"
    read = read_timeline(text, now=datetime(2024, 7, 9, 12, tzinfo=UTC), zone=UTC)
    assert [entry.occurred_at.hour for entry in read.lines] == [13]


@pytest.mark.parametrize("field", ["**Date (UTC)**", "Date", "*Date of incident*"])
def test_a_table_of_fields_gives_the_day_of_the_times_below(field: str) -> None:
    fields = f"| Field | Value |\n|---|---|\n| {field} | 2024-03-05 |\n| Severity | P3 |\n\n"
    times = "## Timeline (UTC)\n\n| Time | Event |\n|---|---|\n| 09:12 | disk full |\n| 09:31 | disk freed |\n"
    found = read_timeline(f"# Disk\n\n{fields}{times}", now=NOW, zone=UTC)

    assert [entry.occurred_at.strftime("%Y-%m-%d %H:%M") for entry in found.lines] == [
        "2024-03-05 09:12",
        "2024-03-05 09:31",
    ]


def test_a_table_of_one_row_gives_the_day_and_its_zone() -> None:
    page = "<h1>Disk</h1><table><tr><th>Date (JST)</th><td>2019-03-05</td></tr></table><ul><li>18:12 full</li></ul>"

    found = read_timeline(page, now=NOW, zone=UTC)

    assert [f"{entry.occurred_at:%F %H:%M}" for entry in found.lines] == ["2019-03-05 09:12"]


def test_a_column_of_offsets_is_one_of_zones_whatever_its_name() -> None:
    found = read("time,offset,event\n2019-03-05 10:00,+0200,full\n2019-03-05 10:30,+0200,freed\n")

    assert [f"{entry.occurred_at:%H:%M} {entry.text}" for entry in found.lines] == ["08:00 full", "08:30 freed"]


def test_a_column_counts_from_the_start_that_a_field_above_names() -> None:
    found = read("started_at: 2019-03-05T14:00:00Z\n\noffset,event\n0:00,full\n1:10,freed\n")

    assert [f"{entry.occurred_at:%H:%M} {entry.text}" for entry in found.lines[-2:]] == ["14:00 full", "15:10 freed"]


def test_labels_before_moments_between_tabs_are_no_people() -> None:
    found = read("Detected\t2019-03-05 09:12\tUTC\nMitigated\t2019-03-05 10:40\tUTC\nClosed\t2019-03-06 08:00\tUTC\n")

    assert [(f"{entry.occurred_at:%d %H:%M}", entry.author) for entry in found.lines] == [
        ("05 09:12", None),
        ("05 10:40", None),
        ("06 08:00", None),
    ]


def test_clocks_in_a_column_with_offsets_are_no_offsets() -> None:
    head = "# 2019-03-05\n\n| T | Event |\n|---|---|\n"
    rows = "| 10:00 | started |\n| 10:01:46 | failed |\n| 10:05 | fixed |\n| +30s | pending |\n"

    assert [f"{entry.occurred_at:%H:%M} {entry.text}" for entry in read(head + rows).lines] == [
        "10:00 started",
        "10:01 failed",
        "10:05 fixed",
    ]


@pytest.mark.parametrize(("name", "day"), [("日期", "03-06"), ("Date", "03-06"), ("Datum", "6.3."), ("Datum", "06.03")])
def test_a_column_of_days_may_leave_out_the_year(name: str, day: str) -> None:
    table = f"# Outage of 2019-03-05\n\n| {name} | What |\n|---|---|\n| {day} | stuck once more |\n"

    assert [f"{entry.occurred_at:%F}" for entry in read(table).lines] == ["2019-03-06"]


@pytest.mark.parametrize("end", ["solved", "fixed", "cleared", "recovered", "restored", "expiry"])
def test_an_end_is_no_beginning_whatever_it_is_called(end: str) -> None:
    found = read(
        f"{end}_date,created_date,title\n"
        "2019-07-02 10:00,2019-07-02 09:12,slow\n2019-07-02 11:00,2019-07-02 09:14,gone\n"
    )

    assert [moment for moment, _ in told(found)] == ["02 09:12", "02 09:14"]


@pytest.mark.parametrize(
    "table",
    [
        "what,year,month,day,time_utc\nlost,2019,7,2,09:12\nback,2019,7,2,10:40\n",
        "what,month,day,year,time,zone\nlost,July,2,2019,09:12,UTC\nback,July,2,2019,10:40,UTC\n",
        "Jahr;Monat;Tag;Uhrzeit (UTC);Ereignis\n2019;07;02;09:12;lost\n2019;07;02;10:40;back\n",
        "year,month,day,hour_utc,minute,event\n2019,7,2,9,12,lost\n2019,7,2,10,40,back\n",
        "year,month,day,hour_utc,minute,second,event\n2019,7,2,9,12,0,lost\n2019,7,2,10,40,0,back\n",
        "|Year|Month|Day|Time (UTC)|What|\n|-|-|-|-|-|\n|2019|7|2|09:12|lost|\n|2019|7|2|10:40|back|",
    ],
)
def test_a_day_and_a_time_may_stand_in_columns_of_their_parts(table: str) -> None:
    assert told(read(table)) == [("02 09:12", "lost"), ("02 10:40", "back")]


def test_a_day_of_parts_that_is_none_is_told() -> None:
    found = read("what,year,month,day,time_utc\nlost,2019,7,32,09:12\nback,2019,7,2,10:40\n")

    assert told(found) == [("02 10:40", "back")]
    assert [line.reason for line in found.skipped] == ["The day of this row is not understood."]


@pytest.mark.parametrize(
    ("head", "cells"),
    [("Minute", ("+0", "+12")), ("T+ (min)", ("0", "12")), ("T+", ("0", "12")), ("\u0394t (min)", ("0", "12"))],
)
def test_a_column_counts_from_the_start_that_a_line_names(head: str, cells: tuple[str, str]) -> None:
    start = "- Incident start: 2019-07-02 14:00 UTC\n\n"
    found = read(f"{start}| {head} | Event |\n|---|---|\n| {cells[0]} | lost |\n| {cells[1]} | back |\n")

    assert told(found)[-2:] == [("02 14:00", "lost"), ("02 14:12", "back")]


def test_the_only_record_of_a_table_tells_its_milestones() -> None:
    head, cells = "name,severity,started_at,detected_at,resolved_at", "Outage,SEV1,2024-03-05T09:12Z,2024-03-05T09:20Z"
    record = f"{head}\n{cells},2024-03-05T10:40Z\n"

    assert told(read(record)) == [
        ("05 09:12", "started: Outage"),
        ("05 09:20", "detected: Outage"),
        ("05 10:40", "resolved: Outage"),
    ]
    assert len(read(record + f"{cells},2024-03-05T10:50Z\n").lines) == 2


def test_a_day_with_a_point_behind_it_keeps_its_time_in_a_cell() -> None:
    assert told(read("esemény;időpont\nleállt;2024.03.05. 09:12\nvissza;2024.03.05. 10:40\n")) == [
        ("05 09:12", "leállt"),
        ("05 10:40", "vissza"),
    ]


def test_the_offset_of_a_row_in_a_log_counts_from_no_start() -> None:
    table = "log,createdAt,offset\nlost,2024-03-05T09:12:30Z,1\nback,2024-03-05T09:14:02Z,2\n"

    assert told(read(table)) == [("05 09:12", "lost"), ("05 09:14", "back")]


def test_a_column_of_minutes_without_signs_is_one_of_lengths() -> None:
    found = read("| Time (UTC) | Min | Event |\n|---|---|---|\n| 2019-07-02 14:00 | 12 | lost |\n")

    assert told(found) == [("02 14:00", "lost (Min: 12)")]


def test_columns_that_a_rule_sets_off_may_have_one_blank_between_them() -> None:
    rows = """
Name             Ok    Details                Ms Timestamp
----             --    -------                -- ---------
DNS resolution    True 192.0.2.7              40 2024-03-05T20:35:36.9963268Z
TCP connectivity False shop.example refused    3 2024-03-05T20:36:37.0520754Z
"""
    found = read(rows)

    assert told(found) == [
        ("05 20:35", "DNS resolution — 192.0.2.7 (Ok: True) (Ms: 40)"),
        ("05 20:36", "TCP connectivity — shop.example refused (Ok: False) (Ms: 3)"),
    ]
    assert [entry.author for entry in found.lines] == [None, None]
