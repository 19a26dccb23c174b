"""The many ways in which people and tools write a zone, a day, a time and an author."""

from datetime import UTC, datetime

import pytest

from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def entries(text: str) -> list[str]:
    """Each entry with its moment in UTC and its author."""
    read = read_timeline(text, now=NOW, zone=UTC)
    return [
        " ".join(filter(None, (f"{entry.occurred_at:%m-%d %H:%M}", entry.author and f"<{entry.author}>", entry.text)))
        for entry in read.lines
    ]


@pytest.mark.parametrize(
    ("statement", "hours_east"),
    [
        ("Clock: CET.", 1),
        ("All clocks CET (UTC+1).", 1),
        ("Clocks are JST throughout.", 9),
        ("Uhrzeit: MEZ", 1),
        ("Stempel in JST", 9),
        ("timestamps = CET", 1),
        ("## Log (hours in CET)", 1),
        ("Les heures sont en heure locale (Paris).", 1),
        ("Todas las horas en hora local (Madrid).", 1),
        ("Orari in ora locale (Roma).", 1),
        ("Times are local (Paris).", 1),
        ("**Часовой пояс:** МСК", 3),
        ("Часовой пояс: MSK", 3),
        ("Zeitzone: MEZ", 1),
        ("Fuso horário: CET", 1),
        ("Tijdzone: CET", 1),
        ("Strefa czasowa: CET", 1),
        ("Saat dilimi: TRT", 3),
        ("タイムゾーン: JST", 9),
        ("시간대: KST", 9),
        ("시각은 KST다.", 9),
        ("時刻はJSTです。", 9),
        ("Detailed timeline of the incident (CET):", 1),
        ("Zeitlicher Ablauf (CET)", 1),
        ("5 February 2026, CET", 1),
        ("## Log (MST, UTC+8)", 8),
        ("## Log, MST / UTC-7", -7),
        ("Time zone: PST, i.e. UTC-7", -7),
        ("All times above are Mars time, i.e. UTC+3.", 3),
        ("## 经过（2026年2月5日，均为 UTC 时间）", 0),
        ("## 経過（2026年2月5日（木）、時刻はすべてJST）", 9),
        ("Alle Angaben in Osteuropäischer Normalzeit", 2),
        ("Les heures sont à l'heure normale d'Europe de l'Est", 2),
        ("Orari in ora solare dell'Europa orientale", 2),
        ("Horários no Horário Padrão da Europa Oriental", 2),
        ("Alle tijden in Oost-Europese standaardtijd", 2),
        ("Alla tider i östeuropeisk normaltid", 2),
        ("Times are in UTC plus 3", 3),
        ("Times are 5 hours behind UTC", -5),
    ],
)
def test_a_zone_is_stated_in_any_words(statement: str, hours_east: int) -> None:
    assert entries(f"# Outage of 2026-02-05\n{statement}\n\n- 14:30 lost\n") == [f"02-05 {14 - hours_east:02}:30 lost"]


def test_the_zone_of_a_heading_is_that_of_its_section_where_the_text_has_one() -> None:
    text = (
        "# Outage 5 March 2026\nAll in CET unless marked\n\n## Notes from Pune (IST)\n- 12:18 b\n### More\n- 12:19 c\n"
    )

    assert entries(f"{text}## Later\n- 14:30 d\n") == ["03-05 06:48 b", "03-05 06:49 c", "03-05 13:30 d"]
    assert entries("# 5 March 2026\n## Monday (CET)\n- 12:18 b\n## Later\n- 14:30 d\n") == [
        "03-05 11:18 b",
        "03-05 13:30 d",
    ]


@pytest.mark.parametrize(
    "day",
    [
        "10 lutego 2026 r.",
        "10 lutego 2026 r., godz.",
        "10.02.2026 r. o",
        "10 февраля 2026 г. в",
        "10 февраля 2026 года,",
        "10 лютого 2026 року о",
        "10.02.2026 р.",
        "10. veljače 2026. godine,",
        "2026. február 10.",
        "2026. február 10., kedd,",
    ],
)
def test_the_word_for_year_behind_it_is_a_part_of_the_day(day: str) -> None:
    assert entries(f"- {day} 14:30 UTC: lost\n- back: {day} 14:40 UTC\n") == ["02-10 14:30 lost", "02-10 14:40 back"]


@pytest.mark.parametrize(
    "day",
    [
        "Dienstag, 10.02.",
        "Di 10.2.",
        "10.02. (Di)",
        "mardi 10/02",
        "ti 10.2.",
        "wt. 10 lut",
        "вт 10 фев",
        "di 10 feb",
    ],
)
def test_behind_a_weekday_two_numbers_are_a_day(day: str) -> None:
    assert entries(f"# Outage 2026\n\n{day}\n14:30 lost\n") == ["02-10 14:30 lost"]
    assert entries(f"# Outage 2026\n\n| Day | Time | What |\n|--|--|--|\n| {day} | 14:30 | lost |\n") == [
        "02-10 14:30 lost"
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Ausfall am 10. und 11. Februar 2026",
        "Outage of 10/11 February 2026",
        "La nuit du 10 au 11 février 2026",
        "Nacht 10.–11.02.2026",
    ],
)
def test_a_title_that_names_two_days_begins_with_the_first(title: str) -> None:
    assert entries(f"# {title}\n\n- 22:00 UTC one\n- 01:00 UTC two\n") == ["02-10 22:00 one", "02-11 01:00 two"]


def test_a_title_with_two_days_in_digits_begins_with_the_first() -> None:
    assert entries("# Espera longa (13→14/02/2026)\n\n- 22:00 UTC one\n") == ["02-13 22:00 one"]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("## On the day after\n", "14:30 two"),
        ("## Le lendemain\n", "14:30 two"),
        ("", "The next day at 14:30 two"),
        ("", "Dnia następnego o godz. 14:30 two"),
        ("", "Al día siguiente a las 14:30 two"),
    ],
)
def test_the_next_day(before: str, text: str) -> None:
    assert entries(f"# Outage of 10 February 2026\n\n09:00 one\n\n{before}\n{text}\n") == [
        "02-10 09:00 one",
        "02-11 14:30 two",
    ]


def test_the_next_day_is_no_midnight_passed_where_the_newest_stands_first() -> None:
    text = "# 10 February 2026\n\n- 12:00 d\n- 11:00 c\n- 10:00 b\n- next day 23:00 e\n"

    assert entries(text)[-1] == "02-11 23:00 e"


@pytest.mark.parametrize(
    "line",
    [
        "- 🔴 **14:30** — lost",
        "- :red_circle: 14:30 lost",
        "- ⚠️ 14:30 lost",
        "- ▶ ✅ 14:30 lost",
        "(!) 14:30 lost",
        "Update 14:30: lost",
        "**Update (14:30)**: lost",
        "UPDATE #3 – 14:30 – lost",
        "Update 2/10/2026 2:30 pm: lost",
        "Aktualisierung 14.30 Uhr: lost",
        "1430L  lost",
        "1430L (1430Z)  lost",
        "14.30'da lost",
        "14:30'da lost",
        "2026年2月10日（火）14時30分 lost",
        "2026年2月10日14時30分 lost",
        "同日 14:30 lost",
        "web-1  | 2026-02-10T14:30:51.209338112Z lost",
        "**14:30 →** — lost",
        "14:25+5m lost",
        "14:00 + 30 min: lost",
        "午後2時30分：lost",
        "14:30 ч.: lost",
        "Vid 14:30 lost",
        "14:30 ngày 10/2/2026 lost",
        "20:00 on 10 February 2026 (UTC+5:30): lost",
    ],
)
def test_a_time_is_found_behind_what_stands_before_it(line: str) -> None:
    assert [entry.replace("web-1 ", "") for entry in entries(f"# Outage 2026-02-10 (UTC)\n\n{line}\n")] == [
        "02-10 14:30 lost"
    ]


def test_an_update_without_words_says_when_the_text_was_written() -> None:
    assert entries("# Outage 2026-02-10 (UTC)\n\nUpdate 14:30\n\n- 09:00 lost\n") == ["02-10 09:00 lost"]


@pytest.mark.parametrize(
    "moment",
    [
        "09:12 AEST (2 Sep 23:12 UTC)",
        "09:12 AEST (23:12 UTC on 2 Sep)",
        "09:12 AEST / 2 Sep 23:12 UTC",
        "2026-09-03 09:12 AEST (2026-09-02 23:12 UTC)",
        "3 Sep 09:12 (23:12Z)",
        "09:12 AEST (23:12 UTC)",
        "3 Sep 0912L (2312Z)",
        "09:12 AEST (23:12 UTC, 16:12 PDT)",
        "09:12 AEST (~23:12 UTC)",
    ],
)
def test_two_clocks_on_a_line_are_one_moment(moment: str) -> None:
    assert entries(f"# Deploy of 3 September 2026\n\n- {moment}: done\n") == ["09-02 23:12 done"]


def test_the_end_of_a_range_tells_no_zone_of_other_times() -> None:
    plan = "We agreed on a window between 15:00 and 17:00 UTC."

    assert entries(f"# 16 July 2026\n\n{plan}\n\n- 17:03 (15:03 UTC) mail\n- 17:23 rebooted\n") == [
        "07-16 15:03 mail",
        "07-16 15:23 rebooted",
    ]


@pytest.mark.parametrize("day", ["(19. Okt.)", "(19 oct)", "(Oct 19)", "(19.10.2025)"])
def test_a_day_may_stand_in_brackets_behind_the_time(day: str) -> None:
    table = f"| Uhrzeit | Ereignis |\n|--|--|\n| 23:49 {day} | lost |\n| 00:11 | found |\n"

    assert entries(f"# Ausfall im October 2025\n\nAlle Zeiten in UTC.\n\n{table}") == [
        "10-19 23:49 lost",
        "10-20 00:11 found",
    ]


def test_a_first_line_with_a_day_and_words_is_the_title() -> None:
    read = read_timeline("2026/03/05 - Loss of the network\n- 14:30 UTC lost\n", now=NOW, zone=UTC)

    assert read.title == "2026/03/05 - Loss of the network"
    assert [f"{entry.occurred_at:%m-%d %H:%M} {entry.text}" for entry in read.lines] == ["03-05 14:30 lost"]
    assert len(entries("2026/03/05 - Loss of the network\n2026/03/06 - found\n")) == 2


def test_a_second_clock_that_is_another_moment_stays_in_the_text() -> None:
    assert entries("# 3 September 2026\n\n- 09:12 AEST (22:40 UTC) done\n") == ["09-02 23:12 (22:40 UTC) done"]


@pytest.mark.parametrize("start", ["T = 14:05 CET, 3 March 2026 (trip)", "T0 = 14:05 CET, 3 March 2026"])
def test_times_count_from_a_start(start: str) -> None:
    counted = "T+5 a\nT+1 h 20  b\nT+1h20 c\nT+3 h d\nT+1 hr 5 min e\nT+90 s f\nT+1h 20 nodes g\n"

    assert [entry[6:] for entry in entries(f"{start}\n\n{counted}")] == [
        "13:10 a",
        "14:25 b",
        "14:25 c",
        "16:05 d",
        "14:10 e",
        "13:06 f",
        "14:05 20 nodes g",
    ]


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("From: Ana\nSent: Monday, February 16, 2026 8:12 AM\nTo: all\nSubject:", "Subject"),
        ("Von: Ana\nGesendet: Montag, 16. Februar 2026 08:12\nAn: alle\nBetreff:", "Betreff"),
        ("De : Ana\nEnvoyé : lundi 16 février 2026 08:12\nÀ : tous\nObjet :", "Objet"),
    ],
)
def test_the_head_of_a_mail_is_no_entry(head: str, subject: str) -> None:
    read = read_timeline(f"{head} Outage\n\nSunday, 15 Feb (GMT)\n\n03:10 - one\n", now=NOW, zone=UTC)

    assert (read.title, [entry.occurred_at for entry in read.lines]) == (
        "Outage",
        [datetime(2026, 2, 15, 3, 10, tzinfo=UTC)],
    ), subject


def test_half_of_something_is_no_time() -> None:
    assert entries("# 5 March 2026 UTC\n\n- half of the nodes fail\n- quarter to quarter growth\n- half 11\n") == []


def test_a_day_and_a_time_without_a_month() -> None:
    assert entries("Log of 20 March 2026\n\n211455Z alarm\n211501Z call\n010003Z end\n") == [
        "03-21 14:55 alarm",
        "03-21 15:01 call",
        "04-01 00:03 end",
    ]
    read = read_timeline("211455Z alarm\n", now=NOW, zone=UTC)
    assert read.lines[0].occurred_at == datetime(2026, 10, 21, 14, 55, tzinfo=UTC)
    assert any("21" in clause for clause in read.assumptions)


@pytest.mark.parametrize(
    "hours",
    [
        "Help desk hours: 8:00 am to 5:00 pm, Monday to Friday.",
        "Office hours: 9:00-17:00",
        "Öffnungszeiten: 9 bis 15 Uhr",
        "Horaires d’ouverture : 9:00 à 17:00",
        "Orari di apertura: 9:00",
        "- Support is available from 9:00 to 17:00",
    ],
)
def test_opening_hours_are_no_event(hours: str) -> None:
    assert entries(f"# 5 March 2026 UTC\n\n- 14:30 lost\n\n{hours}\n") == ["03-05 14:30 lost"]


def test_a_status_page_with_its_moments_below_each_block() -> None:
    page = "".join(
        f"<article><h3>{status}</h3><p>{words}</p><time datetime='2026-10-14T{clock}:00Z'>then</time></article>"
        for status, words, clock in (("Resolved", "It works.", "12:40"), ("Identified", "A clock was wrong.", "11:55"))
    )

    assert entries(f"<html><body><h1>Outage</h1>{page}</body></html>") == [
        "10-14 12:40 Resolved\nIt works.",
        "10-14 11:55 Identified\nA clock was wrong.",
    ]


ATTRIBUTIONS = {
    "English": "On Wed, Oct 14, 2026 at 11:32 AM Ana Lopez <a@x.test> wrote:",
    "English, wrapped": "On Wed, 14 Oct 2026 at 11:32, Ana Lopez <a@x.test>\n> wrote:",
    "German": "Am 14.10.2026 um 11:32 schrieb Ana Lopez <a@x.test>:",
    "French": "Le mer. 14 oct. 2026 à 11:32, Ana Lopez <a@x.test> a écrit :",
    "Spanish": "El mié, 14 oct 2026 a las 11:32, Ana Lopez (<a@x.test>) escribió:",
    "Italian": "Il giorno mer 14 ott 2026 alle ore 11:32 Ana Lopez <a@x.test> ha scritto:",
    "Dutch": "Op wo 14 okt 2026 om 11:32 schreef Ana Lopez <a@x.test>:",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_the_mails_of_a_thread(attribution: str) -> None:
    inner = attribution.replace("\n> ", "\n>> ").replace("11:32", "10:05").replace("Ana Lopez", "Bo Chen")
    thread = f"Thanks both.\n\n> {attribution}\n>\n>> lost\n>> again\n>>\n>> {inner}\n>>\n>>> found\n"

    assert entries(thread.replace("> >", ">>")) == [
        "10-14 11:32 <Ana Lopez> lost\nagain",
        "10-14 10:05 <Bo Chen> found",
    ]


@pytest.mark.parametrize("signed", ["(ana, 15:04:11)", "[ana 15:04]"])
def test_the_minutes_of_a_bot(signed: str) -> None:
    minutes = f"Meeting started at 15:00:12 UTC on 2026-09-16.\n\n* build farm  {signed}\n  * builders lost  {signed}\n"

    assert entries(minutes)[-1] == "09-16 15:04 <ana> builders lost"


YAML = """\
timezone: UTC
# who was there
timeline:
  - time: 2026-03-05 14:30
    event: "Operator: lost, again"   # sic
    author: ana
  - time: '2026-03-05 14:40'
    author: bo
    event: |
      found
      at last
    links:
      - https://x.test
severity: SEV2
"""


def test_a_list_of_yaml() -> None:
    assert entries(YAML) == [
        "03-05 14:30 <ana> Operator: lost, again",
        "03-05 14:40 <bo> found\nat last (links: - https://x.test)",
    ]


BLOCKS = {
    "a shell of MySQL": "**** 1. row ****\n  id: 1\n  at: 2026-03-05 14:30:00\nwhat: lost\n"
    "**** 2. row ****\n  id: 2\n  at: 2026-03-05 14:40:00\nwhat: found\n  at last\n",
    "a shell of PostgreSQL": "-[ RECORD 1 ]---\nat   | 2026-03-05 14:30\nwhat | lost\n"
    "-[ RECORD 2 ]---\nat   | 2026-03-05 14:40\nwhat | found\n       at last\n",
    "PowerShell": "\nTimeCreated : 3/5/2026 2:30:00 PM\nId          : 7\nMessage     : lost\n\n"
    "TimeCreated : 3/5/2026 2:40:00 PM\nId          : 8\nMessage     : found\n              at last\n\n",
    "events of Windows": "Event[0]:\n  Date: 2026-03-05T14:30:00.000\n  Event ID: 7\n  Description:\nlost\n\n"
    "Event[1]:\n  Date: 2026-03-05T14:40:00.000\n  Event ID: 8\n  Description:\nfound\nat last\n",
    "incidents": "Started: 2026-03-05 14:30\nWhat: lost\n\nStarted: 2026-03-05 14:40\nWhat: found\n  at last\n",
}


@pytest.mark.parametrize("text", BLOCKS.values(), ids=BLOCKS)
def test_blocks_of_fields_are_records(text: str) -> None:
    assert entries(text) == ["03-05 14:30 lost", "03-05 14:40 found\nat last"]


def test_updates_and_mails_are_no_blocks_of_fields() -> None:
    updates = "Update: 2026-03-05 14:30 lost\n\nUpdate: 2026-03-05 14:40 found\n"
    mails = "".join(f"From: Ana\nDate: Thu, 5 Mar 2026 14:{at}:00 +0000\n\n{at} nodes\n\n" for at in (30, 40))

    assert [entry[:11] for entry in entries(updates)] == ["03-05 14:30", "03-05 14:40"]
    assert entries(mails) == ["03-05 14:30 <Ana> 30 nodes", "03-05 14:40 <Ana> 40 nodes"]


def test_points_with_colons_are_no_yaml() -> None:
    assert entries("# 5 March 2026 UTC\n\n- Ana: went\n- 14:30: lost\n- 14:40: found\n  Impact: none\n") == [
        "03-05 14:30 lost",
        "03-05 14:40 found Impact: none",
    ]


AUTHORS = {
    "commits of a line each": "8f31c0a | 2026-02-10 15:30:41 +0100 | Ana Lopez | lost\n",
    "an Italian head": "Ora;Operatore;Evento\n2026-02-10 14:30;Ana Lopez;lost\n2026-02-10 14:40;Bo Chen;found\n",
    "a name that ends at a tab": "Ana Lopez\tArbeitsnotizen • 10.02.2026 14:30:44\nlost\n"
    "System\tFeldänderungen • 10.02.2026 14:40:44\nfound\n",
    "a badge on a line of its own": "Ana Lopez\nAPP\n — 2/10/2026 2:30 PM\nlost\nBo Chen — 2/10/2026 2:40 PM\nfound\n"
    "Bo Chen — 2/10/2026 2:41 PM\nwell\n",
    "who wrote a row": "name,value,sys_created_on,sys_created_by\n"
    "incident,lost,2026-02-10 14:30:00,Ana Lopez\nproblem,found,2026-02-10 14:40:00,Bo Chen\n",
    "who reviewed it": '[{"reviewer": {"name": "Ana Lopez", "email": "a@x.test"}, "message": "lost", '
    '"timestamp": 1770733800}]',
    "a box of mails": "From ana at x.test  Tue Feb 10 14:30:44 2026\nFrom: ana at x.test (Ana Lopez)\n"
    "Date: Tue, 10 Feb 2026 14:30:44 +0000\nSubject: Disk\nReferences: <1@x.test>\n\t<2@x.test>\n\nlost (\n\n"
    "2026-02-10 13:20 GMT+00:00 Bo Chen <bo at x.test>:\n\n> found\n",
    "a login beside a name": '[{"created": "2026-02-10T14:30:00Z", "body": "lost", '
    '"author": {"name": "alopez", "displayName": "Ana Lopez"}}]',
    "a text in pieces": '{"messages": [{"date": "2026-02-10T14:30:00", "from": "Ana Lopez", '
    '"text": ["lo", {"type": "bold", "text": "st"}]}, {"date": "2026-02-10T14:40:00", "from": "Bo", "text": "found"}]}',
}


@pytest.mark.parametrize("text", AUTHORS.values(), ids=AUTHORS)
def test_the_author_is_known(text: str) -> None:
    assert entries(text)[0].partition(" (")[0] == "02-10 14:30 <Ana Lopez> lost"


def test_the_kinds_of_a_log_are_no_people() -> None:
    log = "[1771295410] HOST ALERT: a;DOWN\n[1771295411] HOST ALERT: b;DOWN\n[1771291822] SERVICE ALERT: c;WARNING: d\n"

    assert entries(log) == [
        "02-17 02:30 HOST ALERT: a;DOWN",
        "02-17 02:30 HOST ALERT: b;DOWN",
        "02-17 01:30 SERVICE ALERT: c;WARNING: d",
    ]


@pytest.mark.parametrize(
    ("above", "hour"),
    [
        ("**Дата:** 5 березня 2024 року, час київський", 7),
        ("Усі часи за київським часом", 7),
        ("Všechny časy jsou v pražském čase", 8),
        ("- 時間皆為臺北時間（UTC+8）", 1),
        ("時間皆為臺北時間", 1),
        ("所有時間為香港時間", 1),
        ("Minden időpont budapesti idő szerint", 8),
        ("Czas warszawski", 8),
        ("Múi giờ: giờ Việt Nam", 2),
        ("Ώρα Ελλάδας", 7),
        ("Toate orele sunt ora României", 7),
        ("Waktu Indonesia Tengah", 1),
        ("بتوقيت القاهرة", 7),
        ("Време: българско време", 7),
        ("Kõik ajad Eesti aja järgi", 7),
    ],
)
def test_zone_stated_in_another_language(above: str, hour: int) -> None:
    read = read_timeline(
        f"# X\n\n{above}\n\n## 2024-03-05\n\n- 09:12 disk full\n- 09:20 disk freed\n",
        now=datetime(2024, 3, 9, 12, tzinfo=UTC),
        zone=UTC,
    )
    assert [(entry.occurred_at.hour, entry.occurred_at.minute) for entry in read.lines] == [(hour, 12), (hour, 20)]


@pytest.mark.parametrize(
    "before", ["Pukul 09.12 WIB   ", "Sekitar pukul 09.12 WIB   ", "kb. 10:12 WITA - ", "körülbelül 11:12 WIT - "]
)
def test_clocks_behind_words_of_other_languages(before: str) -> None:
    read = read_timeline(f"5 March 2024\n\n{before}disk full\n", now=datetime(2024, 3, 9, 12, tzinfo=UTC), zone=UTC)
    assert [(entry.occurred_at.hour, entry.occurred_at.minute) for entry in read.lines] == [(2, 12)]


@pytest.mark.parametrize(
    ("day", "month"), [("12. listopada 2025.", 10), ("12 listopada 2025", 11), ("12. studenoga 2025.", 11)]
)
def test_a_month_that_two_languages_name_alike_is_told_apart_by_its_point(day: str, month: int) -> None:
    assert entries(f"# {day}\n\n- 09:15 one\n- 09:31 two\n")[0].startswith(f"{month}-12 09:15")


def test_a_label_may_stand_far_from_its_moment() -> None:
    fields = "- **Start:**             2024-03-05 09:12\n- **Time of Detection:**     2024-03-05 09:31 (by an alert)\n"

    assert entries(fields) == ["03-05 09:12 Start", "03-05 09:31 Time of Detection: (by an alert)"]


def test_a_span_in_japanese_is_no_words_of_the_head_below() -> None:
    span = "■発生期間\n2024年03月05日(火) 09時12分頃 – 14時45分頃\n\n"
    report = f"{span}■時系列対応\n09:20 連絡を受領\n10:10 状況を確認\n14:45 復旧\n"

    assert entries(report) == ["03-05 09:20 連絡を受領", "03-05 10:10 状況を確認", "03-05 14:45 復旧"]
