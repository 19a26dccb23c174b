"""Reports that tell what happened in sentences, without a list of times."""

from datetime import UTC, datetime

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def told(text: str) -> list[str]:
    return [f"{entry.occurred_at:%d %H:%M} {entry.text}" for entry in read(text).lines]


@pytest.mark.parametrize(
    ("report", "entries"),
    [
        (
            "The probes called us at 09:12 UTC. The pool was full. We added nodes at 09:40 UTC.",
            ["05 09:12 The probes called us at 09:12 UTC. The pool was full.", "05 09:40 We added nodes at 09:40 UTC."],
        ),
        (
            "Die Sonden riefen uns um 9:12 Uhr (UTC). Ab 9.40 Uhr halfen weitere Knoten aus.",
            ["05 09:12 Die Sonden riefen uns um 9:12 Uhr (UTC).", "05 09:40 halfen weitere Knoten aus."],
        ),
        (
            "Les sondes nous ont alertés à 9h12 UTC. Tout était rétabli vers 9h40 UTC.",
            [
                "05 09:12 Les sondes nous ont alertés à 9h12 UTC.",
                "05 09:40 Tout était rétabli vers 9h40 UTC. (about this time)",
            ],
        ),
        (
            "Las sondas nos avisaron a las 9:12 UTC. El servicio volvió a las 9:40 UTC.",
            ["05 09:12 Las sondas nos avisaron a las 9:12 UTC.", "05 09:40 El servicio volvió a las 9:40 UTC."],
        ),
        (
            "The probes, which look at the pool from two places and the shop, called us at\n"
            "9:12 AM UTC. It was well again by\n9:40 AM UTC.",
            [
                "05 09:12 The probes, which look at the pool from two places and the shop, called us at 9:12 AM UTC.",
                "05 09:40 It was well again by 9:40 AM UTC. (by this time)",
            ],
        ),
        (
            "The shop lost its power at around 9.12 UTC. It was back at 9.40. Version 9.50 runs at 14.02 percent.",
            [
                "05 09:12 The shop lost its power at around 9.12 UTC. (about this time)",
                "05 09:40 It was back at 9.40. Version 9.50 runs at 14.02 percent.",
            ],
        ),
        (
            "With the outage on Tuesday (5. March 2024) the pool was full at 09:12 UTC. It was well at 09:40 UTC.",
            [
                "05 09:12 With the outage on Tuesday (5. March 2024) the pool was full at 09:12 UTC.",
                "05 09:40 It was well at 09:40 UTC.",
            ],
        ),
        (
            "Calls came. At 9:12 UTC, one was from the hall; at 9:31 UTC, the lamp was out; and at 9:40 UTC it was on.",
            [
                "05 09:12 one was from the hall;",
                "05 09:31 the lamp was out; and",
                "05 09:40 it was on.",
            ],
        ),
        (
            "L'incident est survenu peu après 11 heures. À partir de 14 heures, le réseau marchait. Il dura 3 heures.",
            [
                "05 11:00 L'incident est survenu peu après 11 heures. (shortly after this time)",
                "05 14:00 le réseau marchait. Il dura 3 heures.",
            ],
        ),
        (
            "Il guasto è del mattino. Poco dopo le 15 i tecnici sono intervenuti. Alle 16 circa tutto era a posto.",
            [
                "05 15:00 i tecnici sono intervenuti. (shortly after this time)",
                "05 16:00 tutto era a posto. (about this time)",
            ],
        ),
        (
            "Personne ne le savait. À 7 heures du matin, les dossiers manquaient. Ils revinrent vers 22 heures.",
            [
                "05 07:00 les dossiers manquaient.",
                "05 22:00 Ils revinrent vers 22 heures. (about this time)",
            ],
        ),
        (
            "Customers saw errors from 23:50 UTC on. We served them again at 00:20 UTC on the next day.",
            [
                "05 23:50 Customers saw errors from 23:50 UTC on.",
                "06 00:20 We served them again at 00:20 UTC on the next day.",
            ],
        ),
    ],
)
def test_each_sentence_with_a_time_is_an_event_where_nothing_lists_times(report: str, entries: list[str]) -> None:
    timeline = read(f"# Full pool on 5 March 2026\n\n{report}\n")

    assert told(f"# Full pool on 5 March 2026\n\n{report}\n") == entries
    assert any("times within sentences" in clause for clause in timeline.assumptions)


def test_sentences_behind_the_first_of_a_paragraph_are_not_lost_in_it() -> None:
    report = (
        "At 9:12 AM UTC on March 5, 2026 the pool ran full, and buyers saw errors. The team on call was"
        " paged at 9:15 AM. It had no way in. A second team joined at 9:31 AM.\n"
    )

    assert told(report) == [
        "05 09:12 the pool ran full, and buyers saw errors.",
        "05 09:15 The team on call was paged at 9:15 AM. It had no way in.",
        "05 09:31 A second team joined at 9:31 AM.",
    ]


@pytest.mark.parametrize(
    "aside",
    [
        "Backups run every night at 02:00 UTC.",
        "The next review is on Monday at 14:00 UTC.",
        "We will look again at 18:00 UTC.",
        "Chaque jour, la sauvegarde part à 2h00 UTC.",
        "The ratio of reads to writes is 10:30 in this pool.",
        "Support is available from 09:00 to 17:00, Monday to Friday.",
        "Buyers who still see errors can contact the help desk from 9:00 to 17:00 UTC.",
        "The last nodes are expected to be back by 18:00 UTC.",
        "Naar verwachting is alles om 18.00 uur hersteld.",
        "Voraussichtlich ist alles um 18:00 Uhr behoben.",
        "Se espera que todo vuelva a las 18:00.",
        "The second phase begins at 6 p.m. UTC.",
    ],
)
def test_what_happens_again_and_again_or_is_to_come_is_no_event(aside: str) -> None:
    report = f"The pool ran full at 09:12 UTC.\n\n{aside}\n\nIt was well again at 09:40 UTC.\n"

    assert told(f"# Full pool on 5 March 2026\n\n{report}") == [
        "05 09:12 The pool ran full at 09:12 UTC.",
        "05 09:40 It was well again at 09:40 UTC.",
    ]


@pytest.mark.parametrize(
    "title", ["Planned outage of the pool on 5 March", "Geplante Wartung am 5. März", "Scheduled work"]
)
def test_an_announcement_tells_of_nothing_that_happened(title: str) -> None:
    assert told(f"{title}\n\n3 March 2026\n\nThe pool is closed at 09:12 UTC. Buyers see a page at 09:40 UTC.\n") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "On 5 March 2026 the worst came. At 09:12, the pool ran full.",
        "Laut den Sonden war am 5. März 2026 gegen 9:12 Uhr das Becken voll.",
        "2026年3月5日にプールが一杯になりました。9:12に警報が出ました。",
        "3月5日9:12頃よりプールが一杯になりました。",
    ],
)
def test_one_sentence_with_a_time_is_an_event_where_nothing_else_is(sentence: str) -> None:
    assert [line[:8] for line in told(f"Written on 9 March 2026\n\nWe are sorry.\n\n{sentence}\n")] == ["05 09:12"]


def test_one_sentence_with_a_time_is_none_beside_a_list_or_an_entry() -> None:
    assert told("# 5 March 2026\n\n09:00 alarm\n\nVersion 2.3 was there since 09:12 UTC, as we saw.\n") == [
        "05 09:00 alarm"
    ]


def test_a_sentence_goes_on_behind_the_point_of_pm_and_has_its_own_date() -> None:
    report = (
        "The desk told all staff at 2:23 p.m. on Monday of the loss.\n\nOn Monday at 3:54 p.m. Ana's team sent a mail"
        " on the work of Monday, March 2, 2026.\n"
    )

    assert told(report) == [
        "02 14:23 The desk told all staff at 2:23 p.m. on Monday of the loss.",
        "02 15:54 Ana's team sent a mail on the work of Monday, March 2, 2026.",
    ]


def test_several_sentences_of_paragraphs_that_begin_with_times_are_no_list() -> None:
    report = (
        "At around 09:11 UTC on 5 March 2026, the mail server of the shop broke down for good.\n\n"
        "Since it was worse than we had hoped, the team moved all lists at about 14:40 UTC to another one.\n\n"
        "At about 17:33 UTC the lists had moved, and mail was sent again. All was well at about 20:00 UTC.\n"
    )

    assert [line[:8] for line in told(report)] == ["05 09:11", "05 14:40", "05 17:33", "05 20:00"]


def test_a_paragraph_below_the_moment_of_an_update_tells_what_was_known_then() -> None:
    updates = (
        "# Loss of the network, 5 March 2026\n\nUPDATE 3/5/2026 - 12:05 PM\n\n"
        "On Thursday at approximately 11:35 a.m., the network of all the houses began to fail.\n\n"
        "It is up again.\n\nTo : 3/5/2026 01:00 PM\n\n"
        "On Thursday at approximately 12:40 p.m., the network of all the houses was well again.\n"
    )

    assert [line[:8] for line in told(updates)] == ["05 12:05", "05 12:40"]


@pytest.mark.parametrize("quote", ["", "> "])
def test_prose_around_a_list_of_times_stays_out(quote: str) -> None:
    summary = f"{quote}At 09:12 UTC, the pool ran full, and buyers saw errors. We had it back at 09:40 UTC.\n\n"
    points = f"{quote}- 09:12 pool full\n{quote}- 09:31 nodes added\n{quote}- 09:40 all well\n"

    assert told(f"# Full pool on 5 March 2026\n\n{summary}{points}") == [
        "05 09:12 pool full",
        "05 09:31 nodes added",
        "05 09:40 all well",
    ]


@pytest.mark.parametrize(
    "points",
    [
        "- paged at 09:12 UTC by the probes\n- 09:31 UTC: nodes added\n- by 09:40 UTC all was well\n",
        "- die Sonden riefen um 9:12 Uhr (UTC) an\n- 9:31 Uhr (UTC): Knoten dazu\n- ab 9.40 Uhr (UTC) ging es\n",
        "• mails lost since 09:12 UTC, so we looked\n• at 09:31 UTC: nodes added\n• 09:40 UTC: all was well\n",
    ],
)
def test_a_point_with_a_time_within_is_an_event_among_points_with_times(points: str) -> None:
    assert [line[:8] for line in told(f"# Full pool on 5 March 2026\n\n{points}")] == [
        "05 09:12",
        "05 09:31",
        "05 09:40",
    ]


def test_a_point_with_a_time_within_is_none_among_points_without() -> None:
    points = "- 09:31 UTC: nodes added\n- The pool has 40 nodes\n- Alarms go to the team\n"
    later = "- All nodes were full at 09:12 UTC, as was seen later\n"

    assert not any("as was seen" in line for line in told(f"# Full pool on 5 March 2026\n\n{points}{later}"))


@pytest.mark.parametrize(
    "byline",
    [
        "Ana Lopez, published on 7 March 2026 at 08:00",
        "Ana Lopez Publié le 07/03/2026 à 08:00, à Nice",
    ],
)
def test_when_a_report_was_published_is_neither_its_day_nor_an_event(byline: str) -> None:
    report = (
        f"Full pool\n\n{byline}\n\nThe pool ran full on 5 March 2026. Buyers saw errors from 09:12 UTC on, and called."
        " It was only at 09:40 UTC that they could buy again.\n"
    )

    assert [line[:8] for line in told(report)] == ["05 09:12", "05 09:40"]


def test_weekdays_count_back_from_the_day_of_the_writing() -> None:
    points = "- an alarm came on Saturday at 09:12 UTC\n- today at 10:00 UTC, all is well\n- today at 11:00 UTC, done\n"

    assert [line[:8] for line in told(f"Full pool\n\nArticle of 9 March 2026\n\n{points}")] == [
        "07 09:12",
        "09 10:00",
        "09 11:00",
    ]


@pytest.mark.parametrize(
    ("sentence", "entry"),
    [
        ("While we waited, a buyer told us, at 09:12 UTC, that mail came every minute.", "09:12"),
        ("The shop, which has a million weekly buyers, was down until it was well at 9.12 am UTC on 5 March.", "09:12"),
        ("A 9h12, soudain, le service a cess\u00e9 de r\u00e9pondre (UTC).", "09:12"),
        ("Le jeudi 5 mars, de 10h12 \u00e0 10h40 (heure de Paris), le service ne r\u00e9pondait pas.", "09:12"),
    ],
)
def test_a_sentence_is_an_event_whatever_else_it_says(sentence: str, entry: str) -> None:
    assert [line[3:8] for line in told(f"# Full pool on 5 March 2026\n\n{sentence}\n")] == [entry]


def test_a_weekday_of_the_prose_counts_back_from_the_writing_and_is_told() -> None:
    report = read(
        "Full pool\n\nPublished on 9 March 2026\n\nThe pool ran full this Thursday. At 09:12 UTC all was down.\n"
    )

    assert [entry.occurred_at.day for entry in report.lines] == [5]
    assert "the day that line 5 counts from the writing is read as 2026-03-05" in report.assumptions


@pytest.mark.parametrize(
    "aside",
    [
        "Buyers saw errors between 1730 and 1830, and then no more.",
        "Buyers saw errors until 9.12 am, and then no more.",
    ],
)
def test_prose_with_a_time_is_told_as_that_however_the_time_is_written(aside: str) -> None:
    found = read(f"# Full pool on 5 March 2026\n\n{aside}\n\n- 09:12 UTC full\n- 09:40 UTC well again\n")

    assert [skipped.reason for skipped in found.skipped] == ["The time on this line is part of a sentence."]


def test_points_below_a_paragraph_do_not_take_its_time() -> None:
    report = (
        "At 09:12 UTC on 5 March 2026 buyers saw errors on three pages of the shop, which were these:\n\n"
        "1. The page of the basket\n2. The page of the bill\n\nThe pool was full, and so we added nodes at 09:40 UTC:\n"
    )

    assert [line[:8] for line in told(report)] == ["05 09:12", "05 09:40"]


def test_a_point_that_is_a_sentence_lends_its_time_to_no_other() -> None:
    points = (
        "* On 2026-03-05 from ~09:12 to 09:40 UTC, buyers saw errors on three pages.\n* The other pages were well.\n"
    )
    report = f"# Full pool\n\n{points}\nAround 09:40 we added nodes. The same came at 11:55, and we added more.\n"

    assert [line[:8] for line in told(report)] == ["05 09:12", "05 09:40", "05 11:55"]


@pytest.mark.parametrize("aside", ["(screenshots have timestamps in UTC+2)", "(all times in the charts are in UTC+2)"])
def test_the_zone_of_pictures_is_not_that_of_the_report(aside: str) -> None:
    report = (
        f"The pool ran full at 09:12 UTC on 5 March 2026 {aside}. We added nodes at 09:40. It was well at 10:00 UTC.\n"
    )

    assert [line[:8] for line in told(report)] == ["05 09:12", "05 09:40", "05 10:00"]


@pytest.mark.parametrize(
    "sentences",
    [
        "The siren test will begin around 1 pm. It is the first one at 1 pm.",
        "If you hear nothing at 1 pm, look at your settings. We will send a mail at 2 pm.",
        "Should the alarm not stop at 1 pm, call us.",
    ],
)
def test_what_tells_more_of_what_will_be_than_of_what_was_has_no_events(sentences: str) -> None:
    assert told(f"Test of the sirens\n\nSeptember 12, 2016\n\n{sentences}\n") == []


def test_a_bold_time_within_a_sentence_is_of_the_sentence() -> None:
    report = (
        "# Review of 5 March 2026\n\nAround **09:12** (UTC), we sent the new version to all of the nodes that we have. "
        "Around\n09:40, we took it back.\n"
    )

    assert told(report) == [
        "05 09:12 we sent the new version to all of the nodes that we have. (about this time)",
        "05 09:40 we took it back. (about this time)",
    ]


def test_what_a_page_says_of_itself_is_not_joined_to_a_sentence() -> None:
    report = (
        "---\ntitle: The pool of the shop ran full and nobody could buy or look at anything for half of an hour\n"
        "date: 2026-03-05\n---\n\nThe probes called us at 09:12 UTC. We added nodes at 09:40 UTC.\n"
    )

    reading = read(report)

    assert reading.title == "The pool of the shop ran full and nobody could buy or look at anything for half of an hour"
    assert told(report) == ["05 09:12 The probes called us at 09:12 UTC.", "05 09:40 We added nodes at 09:40 UTC."]


def test_a_moment_behind_a_sentence_by_itself_is_of_that_sentence() -> None:
    text = (
        "Resolved - The shop is back. Mar 5, 10:40 UTC 2024\nInvestigating - We look into it. Mar 5, 09:12 UTC 2024\n"
    )

    assert [f"{entry.occurred_at:%H:%M} {entry.text}" for entry in read(text).lines] == [
        "10:40 Resolved - The shop is back.",
        "09:12 Investigating - We look into it.",
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "## Impact\n\nThe store was down from 09:12 to 10:40 UTC on 5 March 2024.",
        "## Summary\n\nOn 5 March 2024 between 09:12 and 10:40 UTC users saw errors.\nAt 09:30 UTC we began to look.",
        "**Impact**\n\nAt 09:12 UTC on 5 March 2024 the disk was full.",
    ],
)
@pytest.mark.parametrize(
    "listed",
    [
        "## Timeline (5 March 2024, UTC)\n\n- 09:12 disk full\n- 10:40 disk freed",
        "## What happened (5 March 2024, UTC)\n\n09:12 disk full\n\n10:40 disk freed",
        "## Timeline, 5 March 2024 (UTC)\n\n| At | Event |\n|---|---|\n| 09:12 | disk full |\n| 10:40 | disk freed |",
    ],
)
def test_sentences_of_other_sections_tell_again_what_the_timeline_lists(prose: str, listed: str) -> None:
    assert told(f"# Outage\n\n{prose}\n\n{listed}\n") == ["05 09:12 disk full", "05 10:40 disk freed"]


def test_a_second_section_of_the_timeline_may_tell_in_sentences() -> None:
    text = (
        "# Outage\n\n## Timeline (5 March 2024, UTC)\n\n- 09:12 disk full\n- 10:40 disk freed\n\n## Impact\n\n"
        "The store was down from 09:12 UTC on 5 March 2024.\n\n## Timeline of the second outage\n\n"
        "6 March 2024:\n\nAt 08:00 UTC the disk was full again.\n\n- 08:10 disk freed\n- 08:20 alarm set\n"
    )

    assert [line[:8] for line in told(text)] == ["05 09:12", "05 10:40", "06 08:00", "06 08:10", "06 08:20"]


@pytest.mark.parametrize("clock", ["10:12 (09:12 UTC)", "10:12 / 09:12 UTC", "10:12 am (9:12 am UTC)"])
@pytest.mark.parametrize("sentence", ["SEV1 declared at {}: disk full.", "Declared {}: disk full", "We saw it at {}."])
def test_the_zone_of_the_same_moment_elsewhere_is_that_of_its_time_alone(sentence: str, clock: str) -> None:
    [entry] = read(sentence.format(clock)).lines
    assert f"{entry.occurred_at:%H:%M}" == "09:12"
