"""Which day a time is of, and in which zone it is."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str, base_date: date | None = None) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC, base_date=base_date)


def moments(found: ReadTimeline) -> list[str]:
    return [entry.occurred_at.strftime("%Y-%m-%d %H:%M") for entry in found.lines]


@pytest.mark.parametrize(
    "heading",
    [
        "## 2017-01-31",
        "### January 31st, 2017",
        "#### January 31, 2017:",
        "**Jan 31, 2017**",
        "**2017-01-31:**",
        "Tuesday, 31 January 2017",
        "31 January 2017",
        "- 2017-01-31",
        "- **31 Jan 2017**",
        "Date: 2017-01-31",
        "**Date:** January 31, 2017",
        "## 31.01.2017",
        "## 1/31/2017",
        "## 2017/01/31 (UTC)",
        "## 2017 January 31",
        "### January 31, 2017 - the first evening",
        "## Events of 31 January 2017",
        "2017-01-31\n==========",
        "Jan 31, 2017\n---",
    ],
)
def test_a_heading_gives_the_day(heading: str) -> None:
    found = read(f"# A title\n\n{heading}\n\n- 22:00 paged\n")

    assert moments(found) == ["2017-01-31 22:00"]
    assert found.skipped == ()
    assert not any("no date" in clause for clause in found.assumptions)


@pytest.mark.parametrize("day", ["**2017-02-01**", "**Wednesday 1 February 2017 (UTC)**", "**01/02/2017 (Wed)**"])
def test_a_day_in_bold_needs_no_blank_line_above(day: str) -> None:
    found = read(f"**31/01/2017 (Tue)**\n- 22:00 paged\n{day}\n- 23:00 back\n")

    assert moments(found) == ["2017-01-31 22:00", "2017-02-01 23:00"]


@pytest.mark.parametrize(
    "setting",
    [
        "fecha: 31 de enero de 2017",
        "titre: Panne du 31 janvier 2017",
        "description: Outage of January 31, 2017",
        "date de l'incident: 31 janvier 2017\ndate: 3 mars 2017",
        "date: 2017-03-03\nDatum des Vorfalls: 31.01.2017",
        "date: 2017-03-03\nfecha del incidente: 31 de enero de 2017",
        "slug: 2017-01-31-outage",
        "permalink: /outages/2017-01-31-disk/",
    ],
)
def test_the_settings_of_a_page_may_tell_the_day(setting: str) -> None:
    assert moments(read(f"---\n{setting}\n---\n\n- 22:00 paged\n")) == ["2017-01-31 22:00"]


def test_several_days() -> None:
    found = read("## 2017-01-31\n23:27 stopped\n\n## 2017-02-01\n00:36 backup\n\n**2 Feb**\n09:00 postmortem\n")

    assert moments(found) == ["2017-01-31 23:27", "2017-02-01 00:36", "2017-02-02 09:00"]


def test_midnight_is_passed_when_the_clock_jumps_back_by_more_than_half_a_day() -> None:
    found = read("## 2017-01-31\n23:27 stopped\n00:36 backup\n01:05 storage\n23:59 late\n00:00 next\n")

    assert moments(found) == [
        "2017-01-31 23:27",
        "2017-02-01 00:36",
        "2017-02-01 01:05",
        "2017-02-01 23:59",
        "2017-02-02 00:00",
    ]
    assert "midnight is passed on line 3: from there on 2017-02-01" in found.assumptions


def test_midnight_in_words_below_noon_is_the_next_one() -> None:
    found = read("## 2017-01-31\n11:30 stopped\nNoon: backup\nMidnight: storage\n00:20 next\n")

    assert moments(found) == ["2017-01-31 11:30", "2017-01-31 12:00", "2017-02-01 00:00", "2017-02-01 00:20"]


def test_an_hour_below_twelve_is_of_the_afternoon_where_no_later_one_is_written() -> None:
    found = read("## 2017-01-31\n11:50 stopped\n12:40 backup\n01:16 storage\n02:05 next\n")

    assert moments(found)[2:] == ["2017-01-31 13:16", "2017-01-31 14:05"]
    assert "line 4 says neither am nor pm: taken as 13:16" in found.assumptions
    assert moments(read("## 2017-01-31\n00:50 stopped\n12:40 backup\n01:16 storage\n"))[2] == "2017-01-31 01:16"


def test_a_small_step_back_is_only_out_of_order() -> None:
    found = read("## 2019-07-02\n13:37 built\n13:31 merged\n13:42 rolled out\n")

    assert moments(found) == ["2019-07-02 13:37", "2019-07-02 13:31", "2019-07-02 13:42"]
    assert found.assumptions[-1] == "line 3 is out of order (13:31 after 13:37): kept on 2019-07-02"


def test_the_year_comes_from_the_dates_that_have_one() -> None:
    found = read("# Outage of December 31, 2017\n\n## December 31\n23:50 begins\n\n## January 1\n00:10 goes on\n")

    assert moments(found) == ["2017-12-31 23:50", "2018-01-01 00:10"]


def test_a_year_that_nothing_tells_is_the_last_one_possible() -> None:
    found = read("## December 24\n10:00 text\n")

    assert moments(found) == ["2025-12-24 10:00"]
    assert "no year stated: taken as 2025" in found.assumptions


def test_the_day_of_the_first_time_from_title_prose_or_caller() -> None:
    title = "# Outage of 2017-01-31\n\n22:00 paged\n"
    prose = (
        "Notes\n=====\n\nSource: A blog, 10 February 2017\n\nOn January 31st 2017 we had an outage.\n\n22:00 paged\n"
    )

    assert moments(read(title)) == moments(read(prose)) == ["2017-01-31 22:00"]
    assert "no date before the first time: taken as 2017-01-31 (from the title)" in read(title).assumptions
    assert "no date before the first time: taken as 2017-01-31 (from line 6)" in read(prose).assumptions
    given = read(title, base_date=date(2016, 5, 4))
    assert moments(given) == ["2016-05-04 22:00"]
    assert "no date before the first time: taken as 2016-05-04 (as given)" in given.assumptions


def test_a_date_beside_the_statement_of_the_zone_counts() -> None:
    found = read("Incident 2023-11-12: all times EST (UTC-5)\n\n11:00 AM - down\n")

    assert moments(found) == ["2023-11-12 16:00"]
    assert found.structure == (1,)


def test_a_title_without_a_year_is_said() -> None:
    found = read("# Outage of June 8\n\n09:47 errors\n")

    assert moments(found) == ["2026-06-08 09:47"]
    assert (
        "no date before the first time: taken as 2026-06-08 (from the title, which names no year)" in found.assumptions
    )


def test_without_any_date_it_is_today_unless_that_lies_ahead() -> None:
    assert moments(read("09:00 a\n11:59 b\n")) == ["2026-11-21 09:00", "2026-11-21 11:59"]
    found = read("09:00 a\n14:30 b\n")
    assert moments(found) == ["2026-11-20 09:00", "2026-11-20 14:30"]
    assert "no date is written anywhere: the first time is taken as of 2026-11-20" in found.assumptions


def test_a_time_in_the_future_is_left_out_with_all_its_lines() -> None:
    found = read("- 2026-11-21 11:00 now\n- 2026-11-22 11:00 tomorrow\n  - with a detail\n")

    assert moments(found) == ["2026-11-21 11:00"]
    assert [(skipped.number, skipped.reason) for skipped in found.skipped] == [
        (2, "This time is in the future; check its date and its zone."),
        (3, "This time is in the future; check its date and its zone."),
    ]


def test_headings_of_a_month_and_a_day_are_days() -> None:
    found = read("# Outage, 2017\n\n## 01-30\n- 23:50 a\n\n## 01-31\n- 00:20 b\n")

    assert moments(found) == ["2017-01-30 23:50", "2017-01-31 00:20"]


@pytest.mark.parametrize(
    "lines",
    [
        "- 22:00 UTC a (30 January 2017)\n- 00:20 UTC b (31 January 2017)",
        "【22:00】a（2017年1月30日）\n【00:20】b（2017年1月31日）",
    ],
)
def test_the_day_of_each_line_may_stand_in_brackets_at_its_end(lines: str) -> None:
    found = read(f"# Outage\n\n{lines}\n")

    assert moments(found) == ["2017-01-30 22:00", "2017-01-31 00:20"]
    assert [entry.text for entry in found.lines] == ["a", "b"]


def test_a_day_in_brackets_in_one_line_of_several_is_what_the_line_is_about() -> None:
    found = read("# Outage of 31 January 2017\n\n- 22:00 back to the build (2 January 2017)\n- 22:10 up\n")

    assert moments(found) == ["2017-01-31 22:00", "2017-01-31 22:10"]


def test_weekdays_may_begin_before_the_day_of_the_title() -> None:
    found = read("# Outage of 31 January 2017 (UTC)\n\n- Mon 23:50 a\n- Tue 00:20 b\n- Fri 09:00 c\n")

    assert moments(found) == ["2017-01-30 23:50", "2017-01-31 00:20", "2017-02-03 09:00"]
    assert "the day that line 3 names by its weekday is read as 2017-01-30" in found.assumptions


def test_weekdays_and_numbered_days_count_on() -> None:
    found = read("## 2021-10-28\n13:37 a\n\n## Friday\n02:00 b\n\n## Day 4\n16:45 c\n")

    assert moments(found) == ["2021-10-28 13:37", "2021-10-29 02:00", "2021-10-31 16:45"]


@pytest.mark.parametrize(
    ("dates", "read_as", "told"),
    [
        ("7/2/2019", "2019-07-02", "7/2/2019 is read with the month first, as 2019-07-02"),
        ("31/01/2017", "2017-01-31", ""),
        ("31/01/2017 07/02/2017", "2017-01-31 2017-02-07", "07/02/2017 is read with the day first, as 2017-02-07"),
        ("07/02/2017 02/13/2017", "2017-07-02 2017-02-13", "07/02/2017 is read with the month first, as 2017-07-02"),
        ("2019-07-02 02/07/2019", "2019-07-02 2019-07-02", "02/07/2019 is read with the day first, as 2019-07-02"),
        ("02/07/2019 2019-07-01", "2019-07-02 2019-07-01", "02/07/2019 is read with the day first, as 2019-07-02"),
        ("2019-07-01 07-02", "2019-07-01 2019-07-02", "07-02 is read with the month first, as 2019-07-02"),
        ("2019-07-01 02-07", "2019-07-01 2019-07-02", "02-07 is read with the day first, as 2019-07-02"),
        ("07-02-2019", "2019-02-07", "07-02-2019 is read with the day first, as 2019-02-07"),
        ("25.03.19", "2019-03-25", ""),
        ("03/05/2019 04/05/2019", "2019-05-03 2019-05-04", "03/05/2019 is read with the day first, as 2019-05-03"),
        ("05/03/2019 05/04/2019", "2019-05-03 2019-05-04", "05/03/2019 is read with the month first, as 2019-05-03"),
    ],
)
def test_a_date_of_digits_follows_the_others(dates: str, read_as: str, told: str) -> None:
    found = read("".join(f"{day} 13:42 text\n" for day in dates.split()))

    assert [moment[:10] for moment in moments(found)] == read_as.split()
    assert not told or told in found.assumptions


@pytest.mark.parametrize("said", ["(dd/mm/yyyy)", "(day/month)", "(TT/MM/JJJJ)", "Day first."])
def test_the_order_of_dates_may_be_stated(said: str) -> None:
    found = read(f"# Timeline of 01/02/2017 {said}\n\n- 09:15 stopped\n")

    assert moments(found) == ["2017-02-01 09:15"]
    assert found.questions == () or found.questions[0].about != "order"


@pytest.mark.parametrize(
    "text",
    [
        "09:12 stopped\n09:40 backup, as on 31 January 2017\n",
        "09:12 stopped\n09:40 backup\n\nAll on 2017-01-31, UTC.\n",
    ],
)
def test_the_only_date_of_a_text_is_better_than_today_and_asked_about(text: str) -> None:
    found = read(text)

    assert [moment[:10] for moment in moments(found)] == ["2017-01-31"] * 2
    assert any("the only one of the text" in clause for clause in found.assumptions)
    assert [question.assumed for question in found.questions if question.about == "day"] == ["2017-01-31"]


def test_what_runs_all_day_and_all_week_is_no_date() -> None:
    assert moments(read("We are on call 24/7.\n\n7/2/2019 13:42 text\n")) == ["2019-07-02 13:42"]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("All times PDT.", "PDT"),
        ("(all times are PDT)", "PDT"),
        ("*All times below are in PDT.*", "PDT"),
        ("Times: PDT", "PDT"),
        ("Timezone: PDT", "PDT"),
        ("Time zone - PDT", "PDT"),
        ("All timestamps are in UTC-7", "UTC-7"),
        ("Times are UTC -7.", "UTC -7"),
        ("All times in this document are PDT", "PDT"),
        ("times in America/Los_Angeles", "America/Los_Angeles"),
        ("All times are US/Pacific.", "US/Pacific"),
        ("All times are Pacific", "Pacific"),
        ("All times are in Pacific Time.", "Pacific Time"),
        ("All times in PT", "PT"),
        ("## Timeline (PDT)", "PDT"),
        ("## Timeline (all times in PDT)", "PDT"),
        ("## Timeline, PDT", "PDT"),
        ("All times PDT unless marked UTC", "PDT"),
    ],
)
def test_a_stated_zone_is_heeded(statement: str, name: str) -> None:
    found = read(f"# Outage, 2019-07-02\n\n{statement}\n\n- 06:42 rolled out\n- 2pm PST later\n- 14:30 UTC named\n")

    assert moments(found) == ["2019-07-02 13:42", "2019-07-02 22:00", "2019-07-02 14:30"]
    assert found.zone_name == name
    assert f"times are {name}, stated on line 3" in found.assumptions
    assert 3 in found.structure


def test_a_zone_stated_below_counts_for_the_times_above() -> None:
    found = read("## 2019-07-02\n06:42 rolled out\n\n---\n\nAll times are PDT.\n")

    assert moments(found) == ["2019-07-02 13:42"]


def test_a_long_sentence_that_states_the_zone_is_heeded_and_left_out() -> None:
    prose = "Our network had trouble on 2 July 2019 (all times in this post are PDT), as is told in full below."
    found = read(f"{prose}\n\n06:45 first page\n")

    assert moments(found) == ["2019-07-02 13:45"]
    assert found.skipped[0].reason == "This line only names the zone of the times; it is applied."


def test_a_zone_in_the_label_of_a_time_is_that_of_this_time() -> None:
    found = read("# Disk\n\n- Full (UTC): 2024-03-05 09:12\n- Freed (PST): 2024-03-05 02:40, by a restart\n")

    assert [entry.occurred_at.strftime("%H:%M") for entry in found.lines] == ["09:12", "10:40"]


def test_a_change_of_the_stated_zone_counts_from_its_line_on() -> None:
    found = read("## 2019-07-02 (UTC)\n13:42 a\n\n## 2019-07-03 (CEST)\n13:42 b\n")

    assert moments(found) == ["2019-07-02 13:42", "2019-07-03 11:42"]


def test_without_a_stated_zone_it_is_the_callers() -> None:
    berlin = read_timeline("2019-07-02 15:42 text", now=NOW, zone=ZoneInfo("Europe/Berlin"))
    fixed = read_timeline("2019-07-02 15:42 text", now=NOW, zone=timezone(timedelta(hours=2)))

    assert moments(berlin) == moments(fixed) == ["2019-07-02 13:42"]
    assert berlin.zone_name == "Europe/Berlin"
    assert berlin.assumptions == ("no zone stated: taken as Europe/Berlin",)


def test_times_without_a_zone_take_that_of_the_others() -> None:
    below = read("## 2019-07-02\n06:42 rolled out\n06:45 PDT paged\n")
    above = read("## 2019-07-02\n06:42 PDT rolled out\n06:45 paged\n")

    assert moments(below) == moments(above) == ["2019-07-02 13:42", "2019-07-02 13:45"]
    assert "times that name no zone are taken as PDT, which line 3 names" in below.assumptions
    assert "times that name no zone are taken as PDT, which line 2 names" in above.assumptions


def test_an_abbreviation_out_of_season_is_said() -> None:
    found = read("2021-10-28 13:37 PST text\n2021-10-28 14:00 PST more\n")

    assert moments(found)[0] == "2021-10-28 21:37"
    assert found.assumptions == (
        "PST is read as written, UTC-8, though America/Los_Angeles kept UTC-7 on 2021-10-28 (line 1)",
    )


def test_a_day_on_which_no_incident_was_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="0001-01-01"):
        read("14:30 text", base_date=date(1, 1, 1))


def test_now_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        read_timeline("", now=datetime(2026, 11, 21), zone=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "Dienstag, 10.02.",
        "10.02. (Di)",
        "[10.02.]",
        "Feb 10 (Tue)",
        "10/2 (Tue)",
        "terça-feira, 10 de fevereiro",
        "terça, 10/02",
        "Em 10 de fevereiro",
        "W dniu 10 lutego",
        "10 lutego 2026 r.",
        "helmikuun 10. päivänä",
        "10 Şubat Salı",
        "10 Şubat'ta",
        "2月10日（火）",
        "2月10日 星期二",
        "2월 10일 화요일",
        "令和8年2月10日",
        "2026. február 10., kedd",
        "10. veljače 2026.",
        "2026 m. vasario 10 d.",
        "10. veebruaril 2026",
        "10 февруари 2026 г.",
        "10FEB26",
        "== 10 Feb ==",
        "--- 10 Feb ---",
        "*** Tuesday 10 February ***",
        "2026-02-10 Tuesday",
        "Datum: 10.02.2026",
        "Tarih: 10.02.2026",
        "日付：2026年2月10日",
    ],
)
def test_a_line_is_a_day_in_whatever_language_and_decoration(line: str) -> None:
    heading = "## " if line.startswith("helmikuun") else ""
    text = f"# Outage in February 2026\n\n- 9 Feb 08:00 zero\n\n{heading}{line}\n\n- 09:15 one"

    assert moments(read(text)) == ["2026-02-09 08:00", "2026-02-10 09:15"]


@pytest.mark.parametrize("line", ["(1.2)", "10.02", "--- a/10.txt", "The 10 February build", "3/4 done"])
def test_numbers_that_could_be_a_day_are_none_without_more(line: str) -> None:
    text = f"# Outage in February 2026\n\n- 9 Feb 08:00 zero\n\n{line}\n\n- 09:15 one"

    assert moments(read(text))[-1] == "2026-02-09 09:15"


@pytest.mark.parametrize(
    "weekday", ["Tue", "Tue.", "Di", "di.", "mar.", "ter.", "terça", "ti", "wt.", "út", "вт", "火", "(화)"]
)
def test_a_column_of_weekdays_counts_the_days_on(weekday: str) -> None:
    head = "Week of Monday 9 February 2026\n\n| Day | Time | What |\n|---|---|---|"

    assert moments(read(f"{head}\n| {weekday} | 09:15 | one thing failed |")) == ["2026-02-10 09:15"]
    assert moments(read(f"{head}\n| {weekday} 10.2. | 09:15 | one thing failed |"))[:1] in (
        ["2026-02-10 09:15"],
        [],
    )


def test_a_month_that_is_a_weekday_elsewhere_is_told_by_what_follows() -> None:
    assert moments(read("Week of 9 February 2026\n\nmar 10.2.\n\n- 09:15 one"))[-1] == "2026-02-10 09:15"


@pytest.mark.parametrize(
    "line",
    [
        "**29 dic 19:00**: algo",
        "29 dic 19:00 algo",
        "29 dic, 19:00: algo",
        "29 dic a las 19:00 algo",
        "29 dez \u00e0s 19:00 algo",
        "29 dic alle 19:00 algo",
    ],
)
def test_a_month_that_is_a_word_as_well_is_one_before_a_time(line: str) -> None:
    assert moments(read(f"# Incidente 2025\n\n- {line}\n")) == ["2025-12-29 19:00"]


def test_words_that_are_months_elsewhere_stay_words() -> None:
    assert moments(read("# 2025-03-05\n\n- 5 out of 12 nodes\n- 3 set aside\n- 14:00 back\n")) == ["2025-03-05 14:00"]


@pytest.mark.parametrize(
    "behind",
    [
        "(previous day)",
        "(the day before)",
        "(-1)",
        "(Vortag)",
        "(la veille)",
        "(d\u00eda anterior)",
        "\uff08\u524d\u65e5\uff09",
    ],
)
def test_a_time_may_be_of_the_day_before(behind: str) -> None:
    found = read(f"# Outage 2025-03-05\n\n- 23:29 {behind} first\n- 10:00 then\n")

    assert moments(found) == ["2025-03-04 23:29", "2025-03-05 10:00"]
    assert "\u201cday before\u201d on line 3 is read as 2025-03-04" in found.assumptions


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Date du sc\u00e9nario : 01/07/2025\n\n- 09:14 premier \u00e9chec du serveur\n", "2025-07-01"),
        ("Datum: 01/07/2025\n\n- 09:14 eerste fout van het systeem\n", "2025-07-01"),
        (
            "Дата: 01/07/2025\n\n- 09:14 первый сбой\n",
            "2025-07-01",
        ),
        ("Date: 01/07/2025\n\n- 09:14 the first failure of the server\n", "2025-01-07"),
    ],
)
def test_the_language_tells_the_order_of_a_date_where_no_other_date_does(text: str, day: str) -> None:
    found = read(text)
    order = "dmy" if day == "2025-07-01" else "mdy"

    assert moments(found) == [f"{day} 09:14"]
    assert [question.assumed for question in found.questions if question.about == "order"] == [order]


def test_a_date_without_a_year_in_the_prose_is_better_than_today() -> None:
    found = read("# Train\n\nThe train of 24 July was late.\n\n- 20:39 the driver answers\n")

    assert moments(found) == ["2026-07-24 20:39"]
    assert "no date before the first time: taken as 2026-07-24 (from line 3, which names no year)" in found.assumptions


def test_a_date_may_be_written_with_hyphens_that_do_not_break() -> None:
    assert moments(read("# Outage on 2025\u201105\u201120\n\n- 14:00 lost\n")) == ["2025-05-20 14:00"]


@pytest.mark.parametrize(
    ("place", "clock"), [("Doha", "06:02"), ("Abu Dhabi", "05:02"), ("Pakistan", "04:02"), ("Hanoi", "02:02")]
)
def test_places_that_the_zone_database_does_not_name_are_known(place: str, clock: str) -> None:
    log = f"# Outage of 2019-07-02 (all times {place})\n\n- 09:02 one\n- 09:07 two\n"

    assert moments(read(log))[0] == f"2019-07-02 {clock}"


def test_a_number_behind_a_time_and_a_colon_is_no_second() -> None:
    log = "# 2019-07-02, UTC\n\n- 09:02: 12 restarts\n- 09:07-09:41: 132 restarts\n- 09:50:07: 9 restarts\n"

    assert [entry.text for entry in read(log).lines] == [
        "12 restarts",
        "132 restarts (until 09:41 UTC)",
        "9 restarts",
    ]


@pytest.mark.parametrize(
    "heading",
    ["# Störung vom 06.03.", "# Bericht 2024\n\n## Die Störung vom 6.3. – Verlauf", "# Ausfall am 6. 3. in Halle 3"],
)
def test_a_day_in_digits_behind_a_word_needs_no_year(heading: str) -> None:
    found = read(f"{heading}\n\n- 09:02 one\n- 09:07 two\n")

    assert [entry.occurred_at.strftime("%m-%d %H:%M") for entry in found.lines] == ["03-06 09:02", "03-06 09:07"]


@pytest.mark.parametrize(
    "words",
    [
        "Les heures sont locales (+02:00).",
        "Zeitachse (echte Uhr, CEST):",
        "Verlauf (aus den Protokollen, CEST):",
        "Toutes les heures sont locales, +02:00",
    ],
)
def test_local_times_with_an_offset_have_a_zone(words: str) -> None:
    assert moments(read(f"# 2019-07-02\n\n{words}\n\n- 09:02 one\n"))[0] == "2019-07-02 07:02"


SHORT = "dates such as 24/03/05 are read with the year first"


@pytest.mark.parametrize(
    "log",
    [
        "24/03/05 09:12:10 INFO storage.Pool: full\n24/03/05 09:14:00 WARN storage.Pool: reset\n",
        "24/03/05-09:12:10.5 pool full\n24/03/05-09:14:00.1 pool reset\n26/12/28-10:00:00 pool gone\n",
        "24/03/05 09:12 pool full\n24/03/05 09:14 pool reset\n24/03/06 10:00 pool gone\n24/03/07 10:00 pool back\n",
        "99/03/05 09:12 pool full\n".replace("99", "24") + "24/03/05 09:14 reset\n24/04/30 08:00 gone\n",
    ],
)
def test_a_short_year_stands_first_where_no_other_order_fits(log: str) -> None:
    found = read_timeline(log, now=datetime(2027, 11, 21, tzinfo=UTC), zone=UTC)

    assert moments(found)[:2] == ["2024-03-05 09:12", "2024-03-05 09:14"]
    assert SHORT in found.assumptions


@pytest.mark.parametrize(
    "log",
    [
        "05/03/24 09:12 pool full\n05/03/24 09:14 pool reset\n06/03/24 10:00 pool gone\n07/03/24 10:00 back\n",
        "25/03/24 09:12:10 pool full\n25/03/24 09:14:00 pool reset\n",
    ],
)
def test_a_short_year_stands_last_elsewhere(log: str) -> None:
    found = read(log)

    assert {moment[:4] for moment in moments(found)} == {"2024"}
    assert SHORT not in found.assumptions


@pytest.mark.parametrize("head", ["## Day 2 - June 16, 2025", "## Day 2: June 16, 2025", "# Day 2 – June 16, 2025"])
def test_the_number_before_a_month_with_its_day_is_no_day(head: str) -> None:
    assert moments(read(f"{head}\n\n- 09:12 paged\n- 09:14 reset\n")) == ["2025-06-16 09:12", "2025-06-16 09:14"]


def test_points_with_numbers_may_begin_with_a_month() -> None:
    found = read(
        "1. March 5, 2024 09:12 UTC: paged\n2. March 5, 2024 09:14 UTC: reset\n10. March 5, 2024 10:00: gone\n"
    )

    assert moments(found) == ["2024-03-05 09:12", "2024-03-05 09:14", "2024-03-05 10:00"]


def test_a_month_and_a_day_with_a_point_before_a_clock_are_a_date() -> None:
    found = read("[10.30 16:49:06] db - opened\n[10.30 16:49:07] db - closed\n[10.30 16:51:00] db - opened\n")

    assert moments(found) == ["2026-10-30 16:49", "2026-10-30 16:49", "2026-10-30 16:51"]


@pytest.mark.parametrize("clock", ["091233", "09:12:33", " 9:12:33"])
def test_a_date_of_six_digits_is_read_with_the_year_first_and_said_so(clock: str) -> None:
    found = read(f"240305 {clock} 14 WARN disk full\n240305 111401 15 INFO disk freed\n")

    assert moments(found) == ["2024-03-05 09:12", "2024-03-05 11:14"]
    assert any("six digits" in assumption for assumption in found.assumptions)


def test_fourteen_digits_may_have_a_point_between_day_and_time() -> None:
    found = read("20240305.091233,672:DEBUG:disk full\n20240305.111401,344:WARN:disk freed\n")

    assert moments(found) == ["2024-03-05 09:12", "2024-03-05 11:14"]


def test_a_log_with_the_fields_of_the_w3c_is_in_utc() -> None:
    log = (
        "#Version: 1.0\n#Date: 2024-03-05 09:12:33\n#Fields: time c-ip cs-method sc-status\n09:12:33 10.0.0.4 GET 502\n"
    )
    found = read_timeline(log, now=NOW, zone=ZoneInfo("Asia/Kolkata"))

    assert moments(found) == ["2024-03-05 09:12"]


@pytest.mark.parametrize(
    "line",
    [
        "On the day after",
        "== On the day after",
        "Le lendemain",
        "words and nothing else",
        "Resolved",
        "Start time",
        "Root cause: the disk",
        "Duration: 1:28",
        "Opening hours: Mon-Fri 8 to 17",
        "The next review is on 5 March at 14:00",
        "We saw it at 14:30 and paged",
        "14:3 something",
        "<br>",
        "---",
        "7",
        "1430",
        "all times are CET",
        "Tuesday",
    ],
)
def test_a_line_far_below_the_head_means_what_it_means_near_it(line: str) -> None:
    near, far = (
        read(
            f"# Outage\n14:30 first\n\n{'Prose of no moment.' + chr(10)}{filler}{line}\n\n15:00 last", date(2026, 3, 5)
        )
        for filler in ("", "More prose of none.\n" * 90)
    )
    assert moments(near) == moments(far)
    assert [skip.reason for skip in near.skipped if skip.text == line] == [
        skip.reason for skip in far.skipped if skip.text == line
    ]
