"""Forms in which teams publish what happened: updates in headings, forms to fill in, a day stated for all times."""

from datetime import UTC, datetime

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAGE = "---\ntitle: Disk full\ndate: 2024-03-05\n---\n\n"


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def told(text: str) -> list[str]:
    return [f"{entry.occurred_at:%Y-%m-%d %H:%M} {entry.text}" for entry in read(text).lines]


def clocks(text: str) -> list[str]:
    return [f"{entry.occurred_at:%H:%M}" for entry in read(text).lines]


@pytest.mark.parametrize(
    "heading",
    [
        "### Update 05.03.2024 09:12 Uhr:",
        "## Update 2 (2024-03-05 09:12)",
        "### Mise à jour 05.03.2024 09:12",
        "**Edit 2024-03-05 09:12**",
        "**UPDATE: 09:12 UTC, 5 March 2024 [LAST UPDATE]**",
    ],
)
def test_an_update_in_a_heading_is_what_stands_below_it(heading: str) -> None:
    (entry,) = told(f"{heading}\n\nThe disk is full.\n\nWe look for more room.\n")

    assert entry.replace(" (LAST UPDATE)", "") == "2024-03-05 09:12 The disk is full.\nWe look for more room."


@pytest.mark.parametrize("word", ["EDIT", "UPDATE", "Nachtrag", "Addendum", "Mise à jour"])
def test_nobody_has_the_name_of_an_update(word: str) -> None:
    edits = f"{word} 05.03.2024 at 09:12 UTC:\nWe look for room.\n\n{word} 05.03.2024 at 09:40 UTC:\nAll is well.\n"

    assert [entry.author for entry in read(f"# Disk full\n\nSorry.\n\n{edits}").lines] == [None, None]


@pytest.mark.parametrize("setting", ["title", "heading", "headline"])
def test_settings_name_the_title_in_several_ways(setting: str) -> None:
    assert read(f'---\n{setting}: "Disk full"\ndate: 2024-03-05\n---\n\n- 09:12 no room\n').title == "Disk full"


def test_points_below_a_paragraph_of_an_update_belong_to_it() -> None:
    assert told("## 2024-03-05 09:12\n\nWhat comes:\n\n1. More room\n2. Fewer logs\n\nThen we look again.\n") == [
        "2024-03-05 09:12 What comes:\n- More room\n- Fewer logs\nThen we look again."
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Unless otherwise noted, all events happened on 2024-03-05, and all times are in UTC.",
        "Alle Ereignisse sind vom 05.03.2024, wenn nichts anderes dabeisteht. Zeiten in UTC.",
        "Tous les événements sont du 5 mars 2024, sauf mention contraire (heures UTC).",
        "Todos los eventos son del 5 de marzo de 2024 (UTC) salvo que se indique.",
    ],
)
def test_a_single_time_of_another_day_leaves_the_common_day_to_the_others(sentence: str) -> None:
    before = "At 2024-03-05 09:12 UTC the shop went away for everybody who wanted to buy."
    points = "- 2024-03-03 00:55: a job fails\n- 09:12: disk full\n- 10:40: disk freed\n"
    text = f"{before}\n\n{sentence}\n\n{points}"

    assert told(text)[-3:] == [
        "2024-03-03 00:55 a job fails",
        "2024-03-05 09:12 disk full",
        "2024-03-05 10:40 disk freed",
    ]


def test_the_common_day_is_none_for_times_that_would_step_back() -> None:
    points = "- 23:50 disk full\n- 6 March 00:10: more room\n- 00:20: disk freed\n"
    text = f"All times are on 5 March 2024 (UTC) unless noted.\n\n{points}"

    assert told(text)[-2:] == ["2024-03-06 00:10 more room", "2024-03-06 00:20 disk freed"]


@pytest.mark.parametrize("head", ["| Day | Date (2021) | Time (UTC) | Event |", "| Day | Date | Time (UTC) | Event |"])
def test_a_weekday_tells_a_year_that_is_over(head: str) -> None:
    text = f"{head}\n|---|---|---|---|\n| Sun | Oct 31 | 21:33 | disk full |\n| Mon | Nov 1 | 17:00 | disk freed |\n"

    assert told(text) == ["2021-10-31 21:33 disk full", "2021-11-01 17:00 disk freed"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("# Outage 5-26-21\n\n- 09:12 disk full\n", "2021-05-26"),
        ("# Outage\n\n_3/26/24_\n\n09:12: disk full\n", "2024-03-26"),
        ("# Outage\n\n__2024-03-05__\n\n- 09:12 disk full\n", "2024-03-05"),
        ("9월 26일(금) 09:12— disk full\n", "2025-09-26"),
        ("9月26日（金）09:12 disk full\n", "2025-09-26"),
        ("09:12 horas del día 7 de noviembre de 2025, disk full\n", "2025-11-07"),
        ("09:12 Uhr vom 07.11.2025: disk full\n", "2025-11-07"),
        ("- Mar 5th 2024 **09:12** disk full\n", "2024-03-05"),
        ("- 2024-03-05 `09:12` disk full\n", "2024-03-05"),
        ("- [ ] 2024-03-05T09:12:00 disk full\n", "2024-03-05"),
        ("[ ] 2024-03-05T09:12:00  disk full\n[!] 2024-03-05T09:14:00  disk freed\n", "2024-03-05"),
        (f"{PAGE}Today at 09:12: disk full\n", "2024-03-05"),
        (f"{PAGE}- aujourd'hui à 09h12, disk full\n", "2024-03-05"),
        (f"{PAGE}- gestern um 09:12 Uhr: disk full\n", "2024-03-04"),
    ],
)
def test_the_day_stands_where_people_write_it(text: str, day: str) -> None:
    assert told(text)[0] == f"{day} 09:12 disk full"


def test_yesterday_is_the_day_of_one_line_and_told() -> None:
    text = "# Outage\n\n- 2024-03-05 09:00 UTC alert\n- yesterday 09:30 node lost\n- 10:00 back\n"

    assert told(text) == ["2024-03-05 09:00 alert", "2024-03-04 09:30 node lost", "2024-03-05 10:00 back"]
    assert "the day that line 4 counts from the writing is read as 2024-03-04" in read(text).assumptions


def test_words_of_east_asia_stand_behind_a_time_without_a_blank() -> None:
    assert told("# 2024年3月5日\n\n08:56监控到告警。\n\n10:30开始,逐步降载。\n") == [
        "2024-03-05 08:56 监控到告警。",
        "2024-03-05 10:30 开始,逐步降载。",
    ]


@pytest.mark.parametrize("mark", ["・", "･", "•"])
def test_a_point_of_a_report_names_its_moment_behind_a_colon(mark: str) -> None:
    text = "".join(
        f"{mark}サーバ{name}:2024年3月5日 7時0{minute}分 ~ 7時1{minute}分 (停止:10分)\n"
        for name, minute in ("A7", "B8")
    )

    assert told(text) == [
        "2024-03-05 07:07 サーバA: (停止:10分) (until 7時17分)",
        "2024-03-05 07:08 サーバB: (停止:10分) (until 7時18分)",
    ]


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ("発生日時", "復旧日時"),
        ("Start time", "End time"),
        ("Outage began", "Outage ended"),
        ("Anfang", "Ende"),
        ("Début", "Fin"),
    ],
)
def test_a_moment_below_the_name_of_its_field(began: str, ended: str) -> None:
    assert told(f"{began}\n2024-03-05 09:12 UTC\n{ended}\n2024-03-05 10:40 UTC (all sites)\n") == [
        f"2024-03-05 09:12 {began}",
        f"2024-03-05 10:40 {ended}",
    ]


@pytest.mark.parametrize("blank", ["HH:mm", "HH:MM", "XX:XX", "??:??", "hh:mm"])
def test_a_row_of_a_template_that_nobody_filled_in_is_no_event(blank: str) -> None:
    text = (
        f"| Time | Event |\n|---|---|\n| 2024-03-05 {blank} | Short description. |\n| 2024-03-05 09:12 | disk full |\n"
    )

    assert told(text) == ["2024-03-05 09:12 disk full"]
    assert [line.reason for line in read(text).skipped] == ["No time can be read in this row."]


def test_settings_in_toml_give_the_title() -> None:
    page = '+++\npath = "posts/disk"\ntitle = "Disk full"\nauthors = ["Ana"]\n\n[extra]\nteam = "storage"\n+++\n\n'
    found = read(f"{page}The disk was full.\n\n## Timeline (UTC)\n\n### 2024-03-05\n\n- **09:12: a job\n  fails**\n")

    assert found.title == "Disk full"
    assert [entry.text for entry in found.lines] == ["**a job fails**"]


def test_a_title_straight_above_its_text() -> None:
    found = read(
        "The disk of 5 March 2024\nOn that day nobody could buy anything for an hour or so.\n\n- 09:12 disk full\n"
    )

    assert (found.title, told("x")) == ("The disk of 5 March 2024", [])


def test_a_title_between_rulers() -> None:
    ruler = "=" * 40
    found = read(
        f"{ruler}\n DISK REPORT\n Generated: 2026-08-12T21:11:29\n{ruler}\n\n[!] 2024-03-05T09:12:00  disk full\n"
    )

    assert found.title == "DISK REPORT"
    assert [(entry.text, entry.author) for entry in found.lines] == [("disk full", None)]


def test_a_record_without_words_only_holds_its_updates() -> None:
    text = """{"incidents": [{"id": "db:1", "started_at": "2024-03-05T09:12:00Z", "status": "resolved",
      "updates": [{"at": "2024-03-05T09:12:00Z", "state": "identified", "text": "Disk full."},
                  {"at": "2024-03-05T10:40:00Z", "state": "resolved", "text": "Disk freed."}]}]}"""

    assert told(text) == [
        "2024-03-05 09:12 Disk full. (state: identified)",
        "2024-03-05 10:40 Disk freed. (state: resolved)",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "---\ntitle: Disk\n---\n\n# Outage of the disk from 5 March 2024 (16 hours)",
        "- Nobody could write until 6 March 2024 at 10:40.",
        "From 21:33 UTC on 5 March 2024 until 13:22 UTC on 6 March 2024 the disk was full, and nobody could write.",
    ],
)
def test_lengths_and_ends_are_no_events(line: str) -> None:
    listed = "".join(f"- 5 March 2024 09:1{minute} - step {minute}\n" for minute in range(3))

    assert len(told(f"{line}\n\n{listed}")) == 3


def test_a_paragraph_that_begins_with_a_time_may_give_a_length_further_on() -> None:
    assert told("At 7:40pm UTC 5 March 2024, the shop went down. That lasted about 2 hours.\n\n- 9:30pm: over\n") == [
        "2024-03-05 19:40 the shop went down. That lasted about 2 hours.",
        "2024-03-05 21:30 over",
    ]


def test_a_sentence_with_its_time_below_a_point_is_none_of_the_point() -> None:
    found = read(
        "# 2024-03-05\n\n- 19:40 The shop is down.\n- 20:10 Traffic is moved.\nThe disk was new by 20:45 UTC.\n"
    )

    assert [entry.text for entry in found.lines] == ["The shop is down.", "Traffic is moved."]
    assert [skipped.text for skipped in found.skipped] == ["The disk was new by 20:45 UTC."]


def test_a_chat_of_several_days_without_a_day_ends_today() -> None:
    text = "Bot  23:20\nno room\n\nBot  00:15\nno room\n\nBot  18:42\nmore room\n"

    assert told(text) == ["2026-11-19 23:20 no room", "2026-11-20 00:15 no room", "2026-11-20 18:42 more room"]


@pytest.mark.parametrize(
    "before",
    [
        "On 5 March 2024 at roughly 14:12 JST nobody could reach the shop any more, and all phones rang.",
        "Nobody could reach the shop on 5 March 2024, as we saw at 14:12 JST when all phones rang at once.",
        "On 5 March 2024 the shop was gone for several minutes, beginning from JST 14:12, and all phones rang.",
    ],
)
def test_the_only_zone_of_the_prose_is_that_of_times_without_one(before: str) -> None:
    text = (
        f"{before}\n\n## What we did\n\n- Mar 5th 14:12 disk full\n- Mar 5th 14:40 disk freed\n- Mar 5th 15:02 closed\n"
    )

    assert told(text) == ["2024-03-05 05:12 disk full", "2024-03-05 05:40 disk freed", "2024-03-05 06:02 closed"]
    assert "times that name no zone are taken as JST, which line 1 names" in read(text).assumptions


@pytest.mark.parametrize("label", ["Duration: It lasted", "Duration: The shop was gone", "Impact: nobody could buy"])
def test_a_span_in_the_summary_tells_the_zone_of_the_list(label: str) -> None:
    summary = f"Summary:\n{label} from 9:12 AM to 10:40 AM on March 5th, 2024 (JST).\n"
    text = f"{summary}Timeline:\n9:12 AM: disk full.\n9:40 AM: disk freed.\n10:40 AM: closed.\n"

    events = ["2024-03-05 00:12 disk full.", "2024-03-05 00:40 disk freed.", "2024-03-05 01:40 closed."]
    assert told(text)[-3:] == events


def test_the_offset_in_the_settings_of_a_page_is_that_of_its_times() -> None:
    page = '---\ntitle: Disk\ndate: "2024-03-05 23:00:00 +0800"\n---\n\n'

    assert told(f"{page}- 2024-03-05 10:27 disk full\n- 2024-03-05 10:40 disk freed\n") == [
        "2024-03-05 02:27 disk full",
        "2024-03-05 02:40 disk freed",
    ]


def test_bold_moments_with_a_name_stand_above_their_words() -> None:
    text = "**2024-03-06 10:27 Update 2**\n\nAll is well.\n\nReally.\n\n**2024-03-05 22:45 Update 1**\n\nWe look on.\n"

    assert told(text) == ["2024-03-06 10:27 Update 2\nAll is well.\nReally.", "2024-03-05 22:45 Update 1\nWe look on."]


def test_a_part_below_its_own_heading_may_begin_before_midnight_again() -> None:
    part = "- 23:15 blocks missed\n- 00:30 restart\n- 02:43 better\n"
    text = f"# Outage of 2024-03-05\n\n## Log\n\n{part}\n## Alerts\n\n{part}"

    days = [line.split()[0] for line in told(text)]
    assert days == ["2024-03-05", "2024-03-06", "2024-03-06"] * 2
    assert "the times below the heading above line 11 begin on 2024-03-05 again" in read(text).assumptions


def test_the_zone_of_a_chart_is_none_of_the_times() -> None:
    chart = "https://charts.example.com/d/1?from=now-1h&tz=UTC"
    text = f"# 2024-03-05\n\nAll times in CET\n\n- 09:12 disk full: {chart}\n- 09:14 looking\n"

    assert told(text) == [f"2024-03-05 08:12 disk full: {chart}", "2024-03-05 08:14 looking"]


def test_a_stated_zone_goes_before_one_that_follows_from_the_time_beside() -> None:
    text = "# 2024-05-09\n\n## Timeline (UTC)\n\n- 12:48 (6:48 PDT): disk full\n- 13:11: disk freed\n"

    assert told(text) == ["2024-05-09 12:48 disk full", "2024-05-09 13:11 disk freed"]


def test_a_table_of_what_is_to_do_is_no_timeline() -> None:
    tasks = "## Corrective actions\n\n| Action | Due |\n|---|---|\n| More room | 2024-03-16 |\n"
    found = read(f"# Disk\n\n- 2024-03-05 09:12 disk full\n\n{tasks}")

    assert [entry.text for entry in found.lines] == ["disk full"]
    assert {line.reason for line in found.skipped} == {"This line stands in a section that is no timeline."}


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("T0 = 14:00 UTC\n\nT plus 10 min: one\nT minus 5 min: two\n", ["14:10", "13:55"]),
        ("0915A one\n0920A two\n0931A three\n", ["08:15", "08:20", "08:31"]),
        ("0915Z: one\n0920Z: two\n0931Z: three\n", ["09:15", "09:20", "09:31"]),
        ("út 5. 3. 9:15 one\nst 6. 3. 10:40 two\n", ["09:15", "10:40"]),
    ],
)
def test_times_are_counted_and_named_as_people_do(text: str, moments: list[str]) -> None:
    assert [entry.occurred_at.strftime("%H:%M") for entry in read(f"# 2024-03-05\n\n{text}").lines] == moments


@pytest.mark.parametrize("mark", ["", "---\n"])
def test_the_settings_above_the_tags_of_a_page_are_those_of_the_page(mark: str) -> None:
    settings = f"{mark}title: Disk full\ndate: '2024-03-07T21:17:45+00:00'\nlayout: post\n{mark}\n"
    found = read(f"{settings}<p><b>Update (2024-03-06 ~12.00 UTC):</b></p>\n<p>All is <b>well</b>.</p>\n")

    assert (found.title, [f"{entry.occurred_at:%d %H:%M}" for entry in found.lines]) == ("Disk full", ["06 12:00"])
    assert [entry.numbers[-1] for entry in found.lines] == [len(settings.splitlines()) + 2]


def test_code_beside_a_list_of_times_is_no_list_of_its_own() -> None:
    points = "".join(f"- 09:1{minute} step\n" for minute in range(3))
    code = "We looked:\n\n```\n2024-03-05 08:00:00 row one\n2024-03-05 08:00:01 row two\n```\n"

    assert told(f"# 2024-03-05\n\n{points}\n## Details\n\n{code}") == [f"2024-03-05 09:1{at} step" for at in range(3)]
    assert [line[-7:] for line in told(f"# 2024-03-05\n\n## Details\n\n{code}")] == ["row one", "row two"]


def test_the_agenda_of_a_meeting_is_a_plan() -> None:
    agenda = "## Agenda\n\n### Wed 6 March 2024\n\n- 10:00 Welcome\n- 12:00 Lunch\n\n"

    assert told(f"# Meeting\n\n{agenda}## What happened\n\n- 2024-03-06 10:05 Hall open\n") == [
        "2024-03-06 10:05 Hall open"
    ]


def test_points_with_stars_are_a_list_also_where_all_are_dated() -> None:
    points = "* 2024-03-05 09:12 - one\n* 2024-03-05 09:20 - two\n* 2024-03-06 Three\n* 2024-03-07 Four\n"

    assert told(points) == [
        "2024-03-05 09:12 one",
        "2024-03-05 09:20 two",
        "2024-03-06 00:00 Three (time of day not known)",
        "2024-03-07 00:00 Four (time of day not known)",
    ]


def test_what_a_dash_joins_is_no_name_before_the_words() -> None:
    releases = "".join(f"- 2024-03-05 09:1{at} - shop-0.1.{at} released\n" for at in range(4))

    assert [(entry.author, entry.text) for entry in read(f"# Releases\n\n{releases}").lines] == [
        (None, f"shop-0.1.{at} released") for at in range(4)
    ]


@pytest.mark.parametrize("minutes", ["3x", "3?"])
def test_minutes_of_which_only_the_tens_are_known_are_about_then(minutes: str) -> None:
    assert told(f"- 2024-03-05 06:{minutes}Z: disk full\n- 2024-03-05 06:{minutes}: freed\n") == [
        "2024-03-05 06:30 disk full (about this time)",
        "2024-03-05 06:30 freed (about this time)",
    ]


def test_a_record_in_an_error_is_no_event() -> None:
    error = '{"level": "fatal", "msg": "no config", "time": "2024-03-05T08:30:01Z"}'

    assert told(f"# Outage\n\nWe saw this:\n\n> {error}\n\n- 2024-03-05 09:12 fixed\n") == ["2024-03-05 09:12 fixed"]


def test_the_zone_beside_a_time_in_the_prose_may_be_a_region() -> None:
    found = read(
        "On March 5, 2024 the power failed. It was back at 04:13 mountain time.\n\n01:39 - out\n04:13 - back\n"
    )

    assert [f"{entry.occurred_at:%H:%M}" for entry in found.lines] == ["08:39", "11:13"]


def test_code_in_a_language_of_its_own_is_no_timeline() -> None:
    query = "```sql\nSELECT * FROM logs\nWHERE at >= '2024-03-05 08:00' AND at < '2024-03-05 09:00';\n```\n"

    assert told(f"# How to look at logs\n\nOne hour of them:\n\n{query}") == []


def test_a_title_with_its_day_below_the_day_of_the_page_is_no_event() -> None:
    events = "Today, at 12:33 p.m. an alarm came.\n\nThe hall was open again at 1:45 p.m.\n"
    found = read(f"March 6, 2024\n\nMarch 5, 2024 -- Fire in the hall\n\n{events}")

    assert (found.title, [f"{entry.occurred_at:%H:%M}" for entry in found.lines]) == (
        "March 5, 2024 -- Fire in the hall",
        ["12:33", "13:45"],
    )


def test_a_remark_in_brackets_may_stand_behind_the_moment_at_the_end() -> None:
    text = "- Initial report, 2024-03-05 20:23 UTC (known in private before)\n- Answer, 2024-03-05 21:53 UTC\n"

    assert told(text) == ["2024-03-05 20:23 Initial report (known in private before)", "2024-03-05 21:53 Answer"]


@pytest.mark.parametrize(
    "agenda",
    [
        "09:00 Doors open\n10:00 - 12:00 Talks\n12:00 Lunch\n15:30 Coffee break\n16:00 More talks\n",
        "Dienstag\n09:00 Anmeldung\n10:30 Kaffeepause\n11:00 Vortr\u00e4ge\n12:30 Mittagessen\n",
        " 09:00 - 09:20\n\n Opening\n\n 10:40\n\n Mini break\n\n 11:00 - 12:00\n\n Talks\n\n 12:00\n\n Lunch\n",
    ],
)
def test_an_agenda_is_told_by_its_pauses(agenda: str) -> None:
    assert told(agenda) == []


def test_a_table_of_bells_is_no_timeline() -> None:
    head = "| Period | Start | End |\n|---|---|---|\n"
    bells = "| Entry | 8:40 AM | |\n| Period 1 | 8:55 AM | |\n| Recess | 10:15 AM | |\n| Lunch | 11:50 AM | |\n"

    assert told(head + bells) == []


@pytest.mark.parametrize("moment", ["05.03.24 gegen 23:00 h", "5.3.24 um 23:00 Uhr"])
def test_a_year_of_two_digits_may_stand_before_a_word_and_a_time(moment: str) -> None:
    assert [f"{entry.occurred_at:%F %H:%M}" for entry in read(f"{moment} Ein Dachstuhl brennt.\n").lines] == [
        "2024-03-05 23:00"
    ]


def test_a_label_below_a_label_with_a_time_is_a_field() -> None:
    form = "**Time:** 2:27 PM\n**Status:** restoring\n\n## Timeline\n\n- **2:27 PM** - Rollback started\n"

    assert [entry.text for entry in read(form).lines] == ["Rollback started"]


def test_a_timeline_with_a_lunch_is_no_agenda() -> None:
    timeline = "09:02 errors rise\n10:30 coffee break, nothing new\n12:00 lunch, still down\n13:00 restored\n"

    assert clocks(timeline) == ["09:02", "10:30", "12:00", "13:00"]


@pytest.mark.parametrize(
    "hours",
    [
        "- Updates \u2013 Saturdays, 12:30am \u2013 8:30am EST\n- Upgrades \u2013 a Sunday of the month, 3am\n",
        "Network maintenance\n\nSunday, from 12:30 am to 8 am\n\nThe network may be down.\n",
        "1) The first Friday of the month, 6 am through 8 am\n\n- Servers\n",
        "- April 26, 2014\n  Maintenance will be done on Saturday from 12:01am through 5:00am.\n",
    ],
)
def test_what_is_done_again_and_again_is_no_event(hours: str) -> None:
    assert told(hours) == []


def test_a_length_between_two_times_is_no_moment() -> None:
    length = "La coupure a dur\u00e9 entre 1h30 et 2h.\n\n"
    report = f"{length}La panne a commenc\u00e9 mardi \u00e0 11h05. Tout marchait vers 12h40.\n"

    assert clocks(report) == ["11:05", "12:40"]


@pytest.mark.parametrize(
    "posted", ["Опубликовано 5 марта 2024 г., {}", "Created at: 2024-03-05 {}", "Publicerad 2024-03-05 {}"]
)
def test_the_time_below_an_update_has_the_word_for_posting_before_it(posted: str) -> None:
    text = f"Resolved\nIt is back.\n{posted.format('10:40')}\nMonitoring\nIt is slow.\n{posted.format('09:12')}\n"

    assert sorted(told(text)) == ["2024-03-05 09:12 Monitoring\nIt is slow.", "2024-03-05 10:40 Resolved\nIt is back."]


def test_a_day_in_bold_may_stand_above_its_words_behind_a_blank_line() -> None:
    assert told("# Leak\n\n* **2024-03-05**\n\n  pushed\n\n* **2024-06-28 07:09**\n\n  reported\n") == [
        "2024-03-05 00:00 pushed (time of day not known)",
        "2024-06-28 07:09 reported",
    ]


def test_an_update_has_its_words_below() -> None:
    report = "15:40 Update:\n\nThe power tripped.\n\n17:10 Update:\n\nMost servers are up.\n"

    assert [entry.text for entry in read(report).lines] == ["The power tripped.", "Most servers are up."]
    assert clocks(report) == ["15:40", "17:10"]


def test_words_with_a_comma_before_a_time_are_a_sentence() -> None:
    list_ = "09:02 errors rise\n09:10 restored\n\n"

    assert clocks(f"{list_}Some prose, with a comma, and a time in it: 14:30.\n") == ["09:02", "09:10"]


def test_what_stands_below_a_status_beside_its_time_are_its_words() -> None:
    assert told(
        f"{PAGE}09:12 UTC – Investigating\n\nThe disk fills up.\n\n09:40 UTC – Resolved\n\nThere is room.\n\n"
        f"How to subscribe\n"
    ) == [
        "2024-03-05 09:12 Investigating\nThe disk fills up.",
        "2024-03-05 09:40 Resolved\nThere is room.",
    ]


def test_a_title_a_status_and_a_time_are_one_incident() -> None:
    page = "Past incidents\n\nThese are all of them.\n\nDisk full\n\nresolved · major\n\nMar 5, 2024, 09:12 AM\n\n"

    assert told(f"{page}Login slow\n\nresolved · minor\n\nMar 2, 2024, 07:41 PM\n\nAbout this page\n") == [
        "2024-03-05 09:12 Disk full\nresolved · major",
        "2024-03-02 19:41 Login slow\nresolved · minor",
    ]


@pytest.mark.parametrize(
    "setting",
    [
        "created_at: 2024-03-05T09:12:00Z",
        "created: 2024-03-05",
        "date: 2024-03-05",
        "detected_at: 2024-03-05T09:12:00Z",
        "# Day of the post: 2024-03-09\n# What follows is not shown\ndate: 2024-03-05",
    ],
)
def test_the_head_of_a_page_gives_the_day_of_updates(setting: str) -> None:
    page = (
        f"---\ntitle: Disk full\n{setting}\nresolved_at: 2024-03-05T11:00:00Z\n---\n\n## Update - 10:40 UTC\n\nFreed.\n"
    )

    assert told(page) == ["2024-03-05 10:40 Freed."]


@pytest.mark.parametrize(
    "day", ["## 2024-03-05", "## 5 March 2024", "## Update 05.03.2024", "## Mise à jour 5 mars 2024"]
)
def test_a_heading_with_a_day_is_an_update_among_headings_with_moments(day: str) -> None:
    page = f"# Disk\n\n## 2024-03-06 09:12\n\nThere is room.\n\n{day}\n\n- The disk is full.\n"

    assert [entry.text for entry in read(page).lines] == [
        "There is room.",
        "The disk is full. (time of day not known)",
    ]


def test_a_heading_with_a_day_above_times_gives_them_the_day() -> None:
    page = "# Disk\n\n## 2024-03-06 09:12\n\nThere is room.\n\n## 2024-03-05\n\n### 10:40\n\nIt is full.\n"

    assert told(page) == ["2024-03-06 09:12 There is room.", "2024-03-05 10:40 It is full."]


@pytest.mark.parametrize("label", ["**What to expect:**", "**Mögliche Auswirkungen:**", "**Effets :**"])
def test_a_label_below_a_heading_with_a_moment_is_a_part_of_that(label: str) -> None:
    page = f"# Disk\n\n## 2024-03-05 09:12\n\nThe disk is full.\n\n{label}\n\n- slow pages\n- lost mails\n"

    assert told(page) == [f"2024-03-05 09:12 The disk is full.\n{label}\n- slow pages\n- lost mails"]


def test_settings_are_no_messages_of_a_chat() -> None:
    settings = "---\ntitle: Disk\nresolvedWhen: 2024-03-06T12:00:00\nseverity: low\n---\n\n"

    assert told(f"{settings}## 2024-03-05 10:30\n\nFull: we look.\n\n## 2024-03-05\n\nSlow.\n") == [
        "2024-03-05 10:30 Full: we look.",
        "2024-03-05 00:00 Slow. (time of day not known)",
    ]


def test_the_offset_of_settings_is_the_zone_of_times_without_one() -> None:
    page = "---\ntitle: Disk\ndetected_at: 2024-03-05T18:40:00-03:00\n---\n\n- 18:40 disk full\n- 18:54 freed\n"

    assert told(page) == ["2024-03-05 21:40 disk full", "2024-03-05 21:54 freed"]
    assert "times that name no zone are taken as -03:00, which line 3 names" in read(page).assumptions


def test_the_log_beside_a_timeline_gives_the_day_that_nothing_else_gives() -> None:
    log = "```\n2024-03-05 09:12:30 ERROR lost the disk\n```\n\n"
    page = f"# Disk\n\n{log}- 09:10 one\n- 09:13 two\n- 09:20 three\n"

    assert [entry[:16] for entry in told(page)] == ["2024-03-05 09:10", "2024-03-05 09:13", "2024-03-05 09:20"]
    assert any("2024-03-05 (from line 4)" in clause for clause in read(page).assumptions)


def test_a_date_that_is_that_of_the_title_goes_before_its_weekday() -> None:
    page = "# 2024-08-03 Address lost\n\nOn Friday 03-08-2024, around 16:40, nobody reached us.\n"

    assert [entry[:16] for entry in told(page)] == ["2024-08-03 16:40"]
    assert any("check the date" in clause for clause in read(page).assumptions)


def test_a_status_before_the_moment_of_a_point_is_what_stands_below_it() -> None:
    page = "- resolved Mar 5, 2024, 09:12 AM UTC\nAll is well.\n- postmortem Mar 5, 2024, 03:42 PM UTC\nA slip.\n"

    assert [entry.split(" ", 2)[:2] for entry in told(page)] == [["2024-03-05", "09:12"], ["2024-03-05", "15:42"]]
