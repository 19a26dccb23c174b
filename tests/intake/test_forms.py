"""Each form in which people write the time of a line."""

from datetime import UTC, date, datetime

import pytest

from console.intake.model import ReadLine
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = date(2019, 7, 2)


def read_one(line: str) -> ReadLine:
    read = read_timeline(line, now=NOW, zone=UTC, base_date=DAY)
    assert len(read.lines) == 1, read
    return read.lines[0]


@pytest.mark.parametrize(
    "line",
    [
        "14:30 - text",
        "14:30 text",
        "14:30: text",
        "14:30, text",
        "14:30 | text",
        "14:30 – text",
        "14:30—text",
        "14:30 -> text",
        "14:30 → text",
        "14:30\ttext",
        "14:30\u00a0text",
        "\ufeff14:30 text",
        "\u200b14:30 text",
        "- 14:30 UTC: text",
        "* 14:30: text",
        "+ 14:30 text",
        "• 14:30 text",
        "– 14:30 text",
        "1. 14:30 text",
        "12) 14:30 text",
        "- [x] 14:30 text",
        "> 14:30 text",
        "**14:30** text",
        "**14:30:** text",
        "**14:30** - text",
        "**14:30 UTC** – text",
        "**14:30 UTC:** text",
        "- **14:30** text",
        "__14:30__ text",
        "*14:30* text",
        "`14:30` text",
        "[14:30] text",
        "[14:30 UTC] text",
        "- [14:30]: text",
        "(14:30) text",
        "14:30 (UTC) text",
        "14:30 [UTC] text",
        "14:30Z text",
        "14:30 GMT text",
        "14:30 Uhr: text",
        "14:30h text",
        "14h30 text",
        "14.30 UTC text",
        "1430 UTC text",
        "1430Z: text",
        "1430z text",
        "à partir de 14h30 : text",
        "At 14:30 UTC, text",
        "at 14:30 text",
        "On 2019-07-02 at 14:30 text",
        "2:30 PM text",
        "2:30pm text",
        "2:30 p.m. text",
        "2:30 P.M.: text",
        "2.30pm text",
        "02:30 PM UTC - text",
        "10:30 AM EDT text",
        "7:30 AM PDT: text",
        "07:30 PDT (14:30 UTC) text",
        "14:30 UTC / 07:30 PDT - text",
        "16:30 CEST text",
        "20:00 IST text",
        "07:30 US/Pacific text",
        "16:30 Europe/Berlin text",
        "16:30 UTC+2 text",
        "16:30 +0200 text",
        "16:30+02:00 text",
        "09:30 Central Time: text",
        "10:30 ET text",
        "2019-07-02T14:30Z text",
        "2019-07-02T14:30:00Z text",
        "2019-07-02T14:30:00.000Z: text",
        "2019-07-02T16:30+02:00 text",
        "2019-07-02T07:30-07:00 text",
        "2019-07-02 14:30 text",
        "2019-07-02 14:30 UTC text",
        "2019-07-02 14:30:00,000 text",
        "2019-07-02, 14:30 - text",
        "2019-07-02 - 14:30: text",
        "2019/07/02 14:30 UTC - text",
        "[2019-07-02 14:30:00 UTC] text",
        "- **2019-07-02 14:30 UTC**: text",
        "02.07.2019 14:30 text",
        "July 2, 2019 14:30 UTC: text",
        "July 2nd, 2019 at 14:30 text",
        "2 July 2019, 14:30 text",
        "2nd of July 2019 14:30 text",
        "2019 July 2 14:30 UTC text",
        "Tuesday, 2 July 2019 14:30 text",
        "Tue Jul 2 14:30:00 text",
        "Jul  2 14:30:00 text",
        "02/Jul/2019:14:30:00 +0000 text",
        "14:30 UTC on July 2, 2019: text",
        "14:30 on 2 July text",
        "14:30pm UTC: text",
        "14:30 PM text",
        "2.30 p. m.: text",
        "PM 2:30 text",
        "午後2:30 text",
        "2:30 μ.μ. text",
        "2:30 μ. μ.: text",
        "14 h 30 : text",
        "14 Uhr 30: text",
        "2019年7月2日 14時30分 text",
        "2. Juli 2019, 14:30 Uhr: text",
        "le 2 juillet 2019 à 14h30 : text",
        "2 de julio de 2019, 2:30 p. m.: text",
        "2 июля 2019 14:30 text",
        "Dienstag, 2. Juli 2019 14:30 text",
        "um 16:30 MESZ: text",
        "2019-07-02 1430: text",
        "2019-07-02 1430 text",
        "20190702T143000Z text",
        "20190702 14:30 text",
        "[07-02 14:30] text",
        "2.7. 14:30 text",
        "02/Jul/19 2:30 PM text",
        "2019-07-02 (Tue) 14:30 text",
        "2019-07-02, Tuesday, 14:30 text",
        "Tue Jul  2 14:30:00 UTC 2019 text",
        "Tue, 02 Jul 2019 16:30:00 +0200 text",
        "14:30 PM UTC Tuesday Jul 2nd: text",
        "14:30, 2 July 2019: text",
        "14:30 UTC (2019-07-02) text",
        "14:30 Tuesday: text",
        "Tue 14:30 text",
        "On Tuesday at 14:30 text",
        "16:30:00 +02:00 text",
        "2019-07-02 07:30 -07:00 text",
        "2019-07-02 16:30:00+02 text",
        "16:30 CET (UTC+2) text",
        "10:30 AM Eastern: text",
        "10:30 AM Eastern text",
        "16:30 Central European Time (CET): text",
        "15:30 London time: text",
        "23:30 Japan Standard Time text",
        "07:30 PDT (14:30 UTC) - text",
        "1562077800 text",
        "@1562077800 text",
        "1562077800000 text",
        "1562077800.000 text",
        "14:30 (T+5): text",
        "2:30p text",
        "Tue Jul 02 2019 16:30:00 GMT+0200 (Central European Summer Time) text",
        "16:30 (CEST, UTC+2) text",
        "22:30 PHT text",
        "07:30 PST/PDT text",
        "2019-07-02 (14:30 UTC) text",
        "20190702-1430 text",
        "2019-07-02--14:30 text",
        "02JUL2019 14:30 text",
        "2019:07:02 14:30:00 text",
        "2019:07:02-14:30:00: text",
        "Jul-02-19 14:30:00 text",
        "[UTC Jul 2 14:30:00] text",
        "PDT Jul 2 07:30:00: text",
        "2.7.2019 klo 14.30.00 - text",
        "um 16.30 Uhr MESZ: text",
        "kl. 14.30: text",
        "klo 14.30 text",
        "alle 14.30 text",
        "godz. 14:30 – text",
        "saat 14:30 – text",
        "às 14h30: text",
        "a las 14:30 hrs - text",
    ],
)
def test_a_form_of_time_is_read(line: str) -> None:
    read = read_one(line)

    assert read.occurred_at == datetime(2019, 7, 2, 14, 30, tzinfo=UTC)
    assert read.text == "text"
    assert read.numbers == (1,)
    assert read.kind == "note"
    assert read.author is None


def test_seconds_and_milliseconds_are_kept() -> None:
    assert read_one("14:30:05 text").occurred_at == datetime(2019, 7, 2, 14, 30, 5, tzinfo=UTC)
    assert read_one("14:30:05.123987 text").occurred_at == datetime(2019, 7, 2, 14, 30, 5, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "hour"),
    [("12 am text", 0), ("12:00 a.m. text", 0), ("2pm text", 14), ("12pm text", 12), ("11 PM text", 23)],
)
def test_the_clock_of_twelve_hours(line: str, hour: int) -> None:
    assert read_one(line).occurred_at == datetime(2019, 7, 2, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("noon: text", 12),
        ("at noon, text", 12),
        ("12 noon text", 12),
        ("2019-07-02 noon text", 12),
        ("Midnight - text", 0),
        ("um Mitternacht: text", 0),
        ("midi : text", 12),
        ("00:00 AM text", 0),
    ],
)
def test_noon_and_midnight(line: str, hour: int) -> None:
    assert read_one(line).occurred_at == datetime(2019, 7, 2, hour, tzinfo=UTC)


def test_twenty_four_o_clock_is_the_next_midnight() -> None:
    assert read_one("24:00 text").occurred_at == datetime(2019, 7, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "minute", "text"),
    [
        ("14:30–14:45 text", 30, "text (until 14:45 UTC)"),
        ("14:30 - 14:45 UTC: text", 30, "text (until 14:45 UTC)"),
        ("10:30-11:00 text", -210, "text (until 11:00 UTC)"),
        ("from 14:30 to 14:45 text", 30, "text (until 14:45 UTC)"),
        ("2:30–2:45pm UTC text", 30, "text (until 2:45pm UTC)"),
        ("2019-07-02 14:30 – 2019-07-03 02:00 text", 30, "text (until 2019-07-03 02:00 UTC)"),
        ("Somewhere between 14:30 and 14:45, text", 30, "text (between this time and 14:45 UTC)"),
        (
            "Between 14:30 UTC on 2 July and 02:10 UTC on 3 July, text",
            30,
            "text (between this time and 02:10 UTC on 3 July)",
        ),
        ("zwischen 14:30 und 14:45 Uhr: text", 30, "text (between this time and 14:45 Uhr)"),
        ("14:30..14:45 text", 30, "text (until 14:45 UTC)"),
        ("2019-07-02T14:30:00Z/2019-07-02T14:45:00Z: text", 30, "text (until 2019-07-02T14:45:00Z)"),
        ("zwischen 14 und 15 Uhr: text", 0, "text (between this time and 15 Uhr)"),
        ("entre 14h et 15h : text", 0, "text (between this time and 15h)"),
        ("entre las 14:30 y las 15:00: text", 30, "text (between this time and 15:00 UTC)"),
        ("2-3pm: text", 0, "text (until 3pm UTC)"),
        ("dalle 14 alle 14:45 text", 0, "text (until 14:45 UTC)"),
        ("From **2:30 PM** to **Jul 2, 2019 4:45 PM (UTC+2)**, text", -90, "text (until Jul 2, 2019 4:45 PM (UTC+2))"),
        ("17:30 EAT (Nairobi) - text", 30, "(Nairobi) - text"),
        ("4:30 PM CAT- text", 30, "text"),
        ("16:30 (SAST+2): text", 30, "text"),
        ("3:30 PM (WAT, UTC+1): text", 30, "text"),
        ("2:30-pm-GMT - text", 30, "text"),
        ("14:30 (PR-123) text", 30, "(PR-123) text"),
        ("14:30 (CAT-5) text", 30, "(CAT-5) text"),
        ("14:30 EAT (lunch) text", 30, "EAT (lunch) text"),
        ("14:30-INIT: text", 30, "INIT: text"),
    ],
)
def test_a_range_keeps_its_end_in_the_text(line: str, minute: int, text: str) -> None:
    read = read_one(line)

    assert (read.occurred_at - datetime(2019, 7, 2, 14, tzinfo=UTC)).total_seconds() == minute * 60
    assert read.text == text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("~14:30 text", "text (about this time)"),
        ("ca. 14:30 text", "text (about this time)"),
        ("around 14:30 UTC text", "text (about this time)"),
        ("At approximately 14:30 text", "text (about this time)"),
        ("14:30ish text", "text (about this time)"),
        ("By 14:30, text", "text (by this time)"),
        ("At some point after 14:30 text", "text (after this time)"),
        ("shortly after 14:30, text", "text (shortly after this time)"),
        ("just before 14:30 UTC: text", "text (just before this time)"),
        ("gegen 14:30 Uhr: text", "text (about this time)"),
        ("vers 14 h 30 : text", "text (about this time)"),
        ("intorno alle 14:30 text", "text (about this time)"),
        ("est. 14:30: text", "text (about this time)"),
        ("\u00b114:30: text", "text (about this time)"),
        ("No earlier than 14:30: text", "text (after this time)"),
        ("- < 14:30 text", "text (before this time)"),
        ("- > 14:30 text", "text (after this time)"),
        ("- \u226514:30: text", "text (after this time)"),
        ("- \u226414:30: text", "text (by this time)"),
        ("14:30?: text", "text (about this time)"),
        ("14:30 (?) text", "text (about this time)"),
        ("In the window 14:30-14:40 text", "text (between this time and 14:40 UTC)"),
        ("- >14:30, <14:40: text", "text (until 14:40 UTC, after this time)"),
        ("Vid 14:30-tiden text", "text (about this time)"),
        ("Mezi 14:30 a 14:40 text", "text (between this time and 14:40 UTC)"),
        ("между 14:30 и 14:40 text", "text (between this time and 14:40 UTC)"),
        ("por volta das 14h30: text", "text (about this time)"),
        ("alrededor de las 14:30 hrs - text", "text (about this time)"),
        ("ok. godz. 14:30 – text", "text (about this time)"),
        ("noin klo 14.30 text", "text (about this time)"),
        ("saat 14:30 civarı – text", "text (about this time)"),
        ("14:30 (approx): text", "text (about this time)"),
        ("14:30-ish UTC text", "text (about this time)"),
    ],
)
def test_how_exact_a_time_is_stays_in_the_text(line: str, text: str) -> None:
    assert read_one(line).text == text


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("14:30 ! text", "decision"),
        ("14:30 > text", "action"),
        ("14:30 * text", "finding"),
        ("14:30 ? text", "hypothesis"),
        ("- 14:30 UTC: ! text", "decision"),
        ("**14:30** ! text", "decision"),
        ("2019-07-02T14:30Z > text", "action"),
    ],
)
def test_a_scribes_marker_gives_the_kind(line: str, kind: str) -> None:
    read = read_one(line)

    assert (read.kind, read.text) == (kind, "text")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("14:30 **Deploy** finished", "**Deploy** finished"),
        ("**14:30 - Deploy** finished", "**Deploy** finished"),
        ("**14:30 Deploy finished**", "**Deploy finished**"),
        ("[14:30 deploy] finished", "[deploy] finished"),
        ("14:30 *important* text", "*important* text"),
        ("14:30 -5 degrees", "-5 degrees"),
        ("14:30 --force was used", "--force was used"),
        ("14:30 #deploy of v1.2 @ana", "#deploy of v1.2 @ana"),
        ("14:30 [/x] [link](https://example.org/a)", "[/x] [link](https://example.org/a)"),
        ("14:30 + not a task here", "+ not a task here"),
        ("14:30 3 of 5 nodes", "3 of 5 nodes"),
        ("14:30 (twice)", "(twice)"),
    ],
)
def test_the_words_are_left_as_they_are(line: str, text: str) -> None:
    assert read_one(line).text == text


def test_what_a_terminal_obeys_becomes_visible() -> None:
    read = read_one("14:30 red \x1b[31m and \u202eback\ud800")

    assert read.text == "red ␛[31m and ⟨U+202E⟩back⟨U+D800⟩"


@pytest.mark.parametrize(
    "line",
    [
        "12:34:56:78:9a:bc is its address",
        "14:300 requests",
        "1:1 meeting with ana",
        "16:9 screens",
        "25:00 text",
        "14:60 text",
        "3 nodes failed",
        "10.15 release is out",
        "v2.3.4 deployed at 14:30",
        "2019-02-30 14:30 text",
        "See 14:30 above",
        "10:30th text",
        "13:30 AM text",
        "Noon deploys failed",
        "The 14:30 deploy failed",
        "Between 3 and 5 nodes failed",
        "5 out of 10 nodes",
        "+5 nodes were added",
        "14h of downtime",
        "On Tue, 2 Jul 2019 at 14:30, Kim wrote:",
        "Last updated: 2019-07-02 14:30",
        "Next update: 14:30 UTC",
        "Network maintenance: Saturday, 6 July from 5:00 AM – 11:00 AM",
        "Wartungsfenster: 2.7.2019, 22:00–23:00",
    ],
)
def test_what_only_looks_like_a_time_is_left_out(line: str) -> None:
    read = read_timeline(f"14:00 first\n\n{line}", now=NOW, zone=UTC, base_date=DAY)

    assert [entry.text for entry in read.lines] == ["first"]
    assert [skipped.number for skipped in read.skipped] == [3]
