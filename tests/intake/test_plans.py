"""Times at which nothing happened: timetables, measurements, tasks, the data of a program."""

from datetime import UTC, datetime

import pytest

from console.intake.model import ReadTimeline
from console.intake.reader import FIGURES
from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=NOW, zone=UTC)


def told(text: str) -> list[str]:
    return [f"{entry.occurred_at:%d %H:%M} {entry.text}" for entry in read(text).lines]


def reasons(text: str) -> set[str]:
    return {line.reason for line in read(text).skipped}


@pytest.mark.parametrize(
    "table",
    [
        "| Uhrzeit | Vorlauf |\n|---|---|\n| 09:02 | 18,4 °C |\n| 09:07 | 31,0 °C |\n",
        "| time | p50 ms | errors/s |\n|---|---|---|\n| 09:02 | 84 | 0.1 |\n| 09:07 | 1 900 | 14.2 |\n",
        "heure;débit;perte\n09:02;14,5 Mb/s;0 %\n09:07;3 Mb/s;41 %\n",
        "2024-03-05 09:02\t84\n2024-03-05 09:07\t190\n2024-03-05 09:12\t88\n",
        "- 09:02: 84 %\n- 09:07: 1.9 s\n",
        "host,at,load\n" + "".join(f"web{n % 2},2024-03-05 09:{n},{n}.5\n" for n in range(10, 22)),
        "| time | up | dead |\n|---|---|---|\n| 09:02 | 32s | 0 |\n| 09:07 | — | 4 |\n",
    ],
)
def test_rows_of_numbers_are_measurements(table: str) -> None:
    assert told(table) == []


def test_a_row_with_words_among_numbers_is_an_event() -> None:
    table = "| Time | Errors | Note |\n|---|---|---|\n| 09:02 | 84 | |\n| 09:07 | 190 | rollback started |\n"

    assert told(f"# 2024-03-05\n\n{table}") == ["05 09:07 rollback started (Errors: 190)"]


def test_a_number_that_somebody_said_is_a_message() -> None:
    chat = "[2024-03-05 09:02] Ana Lopez: how many?\n[2024-03-05 09:03] Bo Chen: 84\n"

    assert told(chat) == ["05 09:02 how many?", "05 09:03 84"]


@pytest.mark.parametrize(
    "parts",
    [
        "| Stunde | Zeit |\n|---|---|\n"
        "| 1. | 07:45-08:30 |\n| 2. | 08:35-09:20 |\n| 3. | 09:40-10:25 |\n| 4. | 10:30-11:15 |\n",
        "09:00 - 09:40 Willkommen\n09:40 - 10:25 Vortrag\n10:40 - 11:20 Gruppen\n11:20 - 12:00 Ende\n",
        "- 9h00 – 9h45 Accueil\n- 9h45 – 10h30 Exposé\n- 10h45 – 11h30 Ateliers\n- 11h30 – 12h00 Clôture\n",
    ],
)
def test_round_ranges_divide_a_day(parts: str) -> None:
    assert told(parts) == []
    assert "agenda or a timetable" in " ".join(reasons(parts))


def test_ranges_with_odd_minutes_are_what_lasted() -> None:
    lasted = "09:02 - 09:40 slow\n09:40 - 10:27 down\n10:41 - 11:20 slow\n11:20 - 12:00 watched\n"

    assert [line[3:8] for line in told(f"# 2024-03-05\n\n{lasted}")] == ["09:02", "09:40", "10:41", "11:20"]


def test_a_table_with_the_head_of_a_timetable_is_one() -> None:
    head = "| Time | Activity |\n|---|---|\n"
    first = "| 09:00 | Welcome |\n| 10:15 | Coffee Break |\n| 12:00 | Lunch |\n| 13:30 | Talks |\n"
    programme = f"# Program\n\n## 2024-03-05\n\n{head}{first}\n## 2024-03-06\n\n{head}| 09:00 | Keynote |\n"

    assert told(programme) == []


@pytest.mark.parametrize(
    "when",
    [
        ("02:00 daily", "03:25 daily"),
        ("02:00 Mon-Fri", "07:30 every Sunday"),
        ("02:00 täglich", "03:25 immer"),
        ("**06h30**", "Toutes les 5 min", "**23h10** (quotidien)"),
    ],
)
def test_a_table_of_what_is_done_again_and_again_is_a_timetable(when: tuple[str, ...]) -> None:
    rows = "".join(f"| job {at} | {cell} |\n" for at, cell in enumerate(when))

    assert told(f"| Job | When |\n|---|---|\n{rows}") == []


TIMELINE = {
    "Timeline": ("Follow-up meetings", "- 2024-03-12 14:00 review with the vendor"),
    "Zeitlicher Ablauf": ("Weiteres", "- 12.03.2024 14:00 Gespräch mit dem Anbieter"),
    "Chronologie des faits": ("Suites", "- 12/03/2024 14h30 point avec le fournisseur"),
    "Línea de tiempo": ("Próximos pasos", "1. 12/03/2024 14:00: revisión con el proveedor"),
    "Linha do tempo": ("Próximos passos", "| Quando | O quê |\n|---|---|\n| 12/03/2024 14:00 | revisão |"),
    "Хронология": ("Дальше", "- 12.03.2024 14:00 встреча"),
    "What happened": ("Later", "2024-03-12 9:30 am sync with the vendor"),
}


@pytest.mark.parametrize("heading", TIMELINE)
def test_round_times_behind_the_timeline_are_none_of_it(heading: str) -> None:
    behind, plan = TIMELINE[heading]
    events = "- 09:02 one\n- 09:07 two\n- 09:30 three\n"
    report = f"# Outage of 2024-03-05\n\n## {heading}\n\n{events}\n## {behind}\n\n{plan}\n"

    assert told(report) == ["05 09:02 one", "05 09:07 two", "05 09:30 three"]
    assert "This line stands in a section that is no timeline." in reasons(report)


@pytest.mark.parametrize("clocks", [("09:02", "09:07", "09:30"), ("09:02:11", "09:07:40", "09:30:00")])
@pytest.mark.parametrize(
    "plan",
    [
        "| Role | Name | Date |\n|---|---|---|\n| Lead | Ana | 2024-03-08 |\n| Vendor | Bo | 2024-03-11 |\n",
        "- 2024-03-12: replace the disk\n- 2024-04-02: drill\n",
        "- **Debrief:** March 8, 2024 @ 10:00 AM\n",
    ],
)
def test_days_behind_the_timeline_are_those_of_plans(plan: str, clocks: tuple[str, ...]) -> None:
    events = "".join(f"- {clock} {word}\n" for clock, word in zip(clocks, ("one", "two", "three"), strict=True))

    report = f"# Outage of 2024-03-05\n\n### Timeline\n\n{events}\n## Names below\n\n### Who\n\n{plan}"
    assert told(report) == ["05 09:02 one", "05 09:07 two", "05 09:30 three"]


@pytest.mark.parametrize(
    "behind",
    [
        "## Second wave\n\n- 14:03 four\n- 14:30 five\n",
        "## 14:05\n\nfour\n\n## 14:10\n\nfive\n",
        "## 6 March 2024\n\n- 14:00 four\n- 14:30 five\n",
        "## Day 2\n\n- 14:00 four\n- 14:30 five\n",
        "### Recovery\n\n- 14:00 four\n- 14:30 five\n",
        "## Timeline of the second outage\n\n- 14:00 four\n- 14:30 five\n",
    ],
)
def test_the_timeline_may_go_on_below_other_headings(behind: str) -> None:
    events = "- 09:02 one\n- 09:07 two\n- 09:30 three\n"

    assert len(told(f"# Outage of 2024-03-05\n\n## Timeline\n\n{events}\n{behind}")) == 5


@pytest.mark.parametrize(
    "heading",
    [
        "Revision history",
        "Historique des versions",
        "Änderungshistorie",
        "Change log",
        "Aprovações",
        "Approvals",
        "Freigabe",
        "재발 방지 대책",
    ],
)
def test_the_history_of_the_document_is_none_of_the_incident(heading: str) -> None:
    history = f"## {heading}\n\n- 2024-03-05 17:41 first draft\n- 2024-03-06 10:07 reviewed\n\n"

    assert told(f"# Outage\n\n{history}## Log\n\n- 2024-03-05 09:02 one\n") == ["05 09:02 one"]


@pytest.mark.parametrize(
    "program",
    [
        "import x\nfrom y import z\n\nSTARTS = {\n    '2024-03-05 09:02': 'sale starts',\n}\n\n"
        "def at(now):\n    return STARTS[now]\n",
        "import { x } from 'x'\n\nexport const events = [\n  {\n"
        "    date: '2024-03-05 09:02',\n    text: 'start',\n  },\n]\n"
        "// 2024-03-06 10:07 moved\nfunction f() {\n  return events[0];\n}\n",
        'package main\n\nimport "time"\n\n// 2024-03-05 09:02 first\nvar starts = []string{\n'
        '\t"2024-03-05 09:02",\n}\n\n'
        "func main() {\n\treturn\n}\n",
    ],
)
def test_the_moments_in_a_program_are_its_data(program: str) -> None:
    assert told(program) == []
    assert reasons(program) == {"This line stands in the source of a program."}


@pytest.mark.parametrize("name", ["Incident day", "Дата создания", "Opened", "Zeitpunkt"])
def test_the_one_date_of_a_table_of_properties_is_the_day(name: str) -> None:
    head = "| Field | Value |\n|---|---|\n| ID | 1329 |\n| Rows | 84 |\n| Class | B |\n"
    properties = f"{head}| **{name}** | 2024-03-05 09:02:13 |\n\n"

    assert told(f"# Outage\n\n{properties}| Time | What |\n|---|---|\n| 09:04 | one |\n") == ["05 09:04 one"]


@pytest.mark.parametrize(
    "days", ["04-05.03.2024", "04.–05.03.2024", "4 und 5.03.2024", "04-05/03/2024", "4 to 5.3.2024"]
)
def test_of_several_days_in_digits_the_first_one_counts(days: str) -> None:
    events = f"- {days}: copied\n- 23.03.2024: told\n"

    assert told(events) == ["04 00:00 copied (time of day not known)", "23 00:00 told (time of day not known)"]


@pytest.mark.parametrize("word", ["Meeting", "Réunion du", "Besprechung:", "Reunión:", "Reunião:", "Vergadering"])
def test_the_time_of_the_meeting_about_it_is_no_event(word: str) -> None:
    events = "- 09:02 one\n- 09:07 two\n"

    assert told(f"# Outage\n\n{word} 2024-03-06, 15:00 - 15:45\n\n## 2024-03-05\n\n{events}") == [
        "05 09:02 one",
        "05 09:07 two",
    ]


@pytest.mark.parametrize(
    "hours",
    [
        "| Date | From | To | What |\n|---|---|---|---|\n| 2024-03-04 | 09:00 | 12:30 | Workshop |\n"
        "| 2024-03-05 | 13:15 | 17:00 | Review |\n| 2024-03-06 | 08:45 | 11:45 | Pairing |\n"
        "| 2024-03-11 | 10:00 | 15:30 | Load test |\n",
        "# On call, 5 March 2024\n\nShifts\n  06:00-14:00  Ana\n  14:00-22:00  Bo\n  22:00-06:00  Cleo\nNotes\n",
        "# Meeting\n\n5 March 2024\n\n## 09:00-10:30\n* Welcome\n\n## 10:30-11:00 Break\n\n## 11:00-12:00\n* Review\n\n"
        "## 12:00-13:00 Discussion\n",
        "| Level | Service | Reaction |\n|---|---|---|\n| P2 | 7 h 00 – 21 h 00, jours ouvrés | 1 h |\n"
        "| P3 | 9 h 00 – 18 h 00, jours ouvrés | 4 h |\n",
        "What usually happens:\n\n0:00  power returns\n0:30  nodes boot\n1:00  server starts\n1:15  agents connect\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240305T090000Z\nSUMMARY:Review\nEND:VEVENT\nEND:VCALENDAR\n",
    ],
)
def test_hours_of_work_and_parts_of_a_day_are_no_events(hours: str) -> None:
    assert told(hours) == []


def test_lists_beside_shifts_are_read() -> None:
    notes = "# On call, 5 March 2024\n\nShifts\n  06:00-14:00  Ana\n  14:00-22:00  Bo\n  22:00-06:00  Cleo\nNotes\n"

    assert told(f"{notes}  09:00  disk full\n  09:30  disk empty\n") == ["05 09:00 disk full", "05 09:30 disk empty"]


def test_a_second_column_in_another_zone_is_no_end() -> None:
    head = "# 2024-03-05\n\n| Berlin (CET) | Tokyo (JST) | What |\n|---|---|---|\n"
    rows = "".join(f"| {hour:02}:00 | {hour + 8}:00 | step {hour} |\n" for hour in range(9, 14))

    assert len(told(head + rows)) == 5


def test_an_agenda_with_times_in_its_headings_is_a_plan() -> None:
    agenda = "## Agenda\n\n### 10:00 Welcome\n\nAna leads.\n\n### 11:07 Budget\n\nNumbers.\n\n"

    assert told(f"# Meeting of 2024-03-06\n\n{agenda}## Log\n\n- 10:05 hall open\n") == ["06 10:05 hall open"]


@pytest.mark.parametrize(
    "version", ["[4.2.1] - 2024-03-05", "4.2.1 (2024-03-05)", "v4.2 – 2024-03-05", "Version 4.2.1 2024-03-05"]
)
def test_the_notes_of_a_release_are_no_events(version: str) -> None:
    notes = f"# Changelog\n\n## {version}\n\n- Crash when the icon was clicked before 09:07 on Mondays in May.\n"

    assert told(notes) == []


@pytest.mark.parametrize("head", ["After", "Within", "Nach", "Après"])
def test_a_column_of_delays_holds_no_moments(head: str) -> None:
    delays = f"| {head} | Whom |\n|---|---|\n| 0:15 | database on-call |\n| 2:00 | CTO |\n\n"

    assert told(f"# Runbook\n\n{delays}## Log of 2024-03-05\n\n- 14:03 lag\n- 14:11 lag gone\n") == [
        "05 14:03 lag",
        "05 14:11 lag gone",
    ]


@pytest.mark.parametrize(
    "sentence", ["The deadline for comments is 22 June, 9:07 pm.", "Send it no later than 9:07 pm."]
)
def test_what_is_due_is_no_event(sentence: str) -> None:
    assert told(f"# 5 March 2024\n\n- 14:03 The vote was opened.\n\n## How to vote\n\n{sentence}\n") == [
        "05 14:03 The vote was opened."
    ]


MAIL = "From: Ana <ana@example.org>\nDate: Fri, 8 Mar 2024 15:20:11 +0000\nTo: ops@example.org\nSubject: Week 10\n\n"


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Wednesday's outage of the printers, for the record:", "06"),
        ("Am Dienstag fielen die Drucker aus:", "05"),
        ("Panne des imprimantes de mercredi :", "06"),
        ("Yesterday's outage, as far as we know:", "07"),
        ("For the record (friday):", "08"),
        ("Wednesday's outage, on 28 February:", "28"),
    ],
)
def test_a_mail_counts_the_day_that_it_names_from_its_own(sentence: str, day: str) -> None:
    assert told(f"{MAIL}{sentence}\n\n  6:55   first truck\n  7:10   rolled back\n") == [
        f"{day} 06:55 first truck",
        f"{day} 07:10 rolled back",
    ]


def test_a_mail_tells_nothing_that_is_later() -> None:
    text = f"{MAIL}- 2024-03-06 06:55 first truck\n\nReminders\n- Monday 9:00 fire drill\n- 12 March 13:10 inventory\n"

    assert told(text) == ["06 06:55 first truck"]
    assert "This is later than the mail that tells it, so that it was still to come." in reasons(text)


def test_what_comes_up_below_a_plain_label_is_a_plan() -> None:
    notes = "NIGHT, 5 March 2024\n\nWhat happened\n  01:17  disk full\n  03:40  disk empty\n  05:12  quiet\n\n"

    assert told(f"{notes}Coming up\n  10:00  carrier work\n  13:30  change 8812\n") == [
        "05 01:17 disk full",
        "05 03:40 disk empty",
        "05 05:12 quiet",
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| train | departs | arrives | note |\n|---|---|---|---|\n"
        "| IC 1 | 05:31 | 07:12 | full |\n| RE 4 | 06:22 | 9:07 | slow |\n",
        "Zug;Abfahrt;Ankunft\nIC 1;05:31;07:12\nRE 4;06:22;09:07\n",
        "stop_id,arrival_time,departure_time\nNorth,6:28:00,6:30:00\nSouth,6:41:30,6:44:00\n",
        "| Vol | Départ | Arrivée | Porte |\n|---|---|---|---|\n| AF 1 | 2024-03-05 05:31 | 07:12 | B |\n",
    ],
)
def test_a_table_of_departures_is_a_timetable(table: str) -> None:
    assert told(table) == []


@pytest.mark.parametrize("state", ["⏳", "☐", "Pending", "to do", "ausstehend", "pendiente"])
def test_tasks_that_nobody_has_done_are_a_plan(state: str) -> None:
    head = "## Monday, July 8: go live\n\n| Time | Task | Owner | Status |\n|---|---|---|---|\n"
    rows = "".join(f"| 8:{minute} AM | Step {minute} | You | {state} |\n" for minute in (10, 17, 42))

    assert told(head + rows) == []


def test_a_column_of_signs_is_not_what_happened() -> None:
    head = "## 5 March 2024\n\n| Time | Task | Status |\n|---|---|---|\n"

    assert told(f"{head}| 08:10 | Kick-off | ✅ |\n| 08:17 | Smoke tests | ❌ |\n") == [
        "05 08:10 Kick-off — ✅",
        "05 08:17 Smoke tests — ❌",
    ]


@pytest.mark.parametrize("heading", ["再発防止策", "今後の対応", "改进措施"])
def test_measures_in_other_scripts_are_plans(heading: str) -> None:
    measures = f"## {heading}\n\n| 対策 | 期限 |\n|---|---|\n| MFA | 2024-03-31 |\n"

    assert told(f"# Outage of 2024-03-05\n\n- 09:02 one\n- 09:07 two\n\n{measures}") == ["05 09:02 one", "05 09:07 two"]


def test_a_list_of_years_is_none_of_clocks() -> None:
    missions = "1958 ─ theory of the wind\n1974 ─ first launch\n2006 ─ two probes\n2012 ─ a third one\n"

    assert told(missions) == []
    assert told("5 March 2024\n\n1958 ─ door open\n2006 ─ lights out\n2012 ─ lights on\n")[0][:8] == "05 19:58"


@pytest.mark.parametrize(
    "line", ["Next run: 13:00:00 (in 10 mins)", "Last run: 12:00:00 (success)", "Next check: 13:00"]
)
def test_when_a_job_runs_again_is_no_event(line: str) -> None:
    assert told(f"# 2024-03-05\n\nJobs:\n  backup\n  {line}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "# Conference Schedule\n\n## 16 June 2025\n- 9:00 AM - Keynote\n- 10:30 AM - Caching\n",
        "# Release Procedures\n\nAll times are CET.\n\n## Thursday 20:00 - Staging\n\nAsk first.\n",
        "---\ntitle: Nightly runbook\n---\n- 02:00 Stop the queue\n- 02:30 Start the copy\n",
        "---\ntitle: Zeitplan\n---\n## 16.06.2025\n- 09:00 Begrüßung\n- 10:30 Ausblick\n",
        "# Cook Schedule\n\n| Start | Course | For |\n|---|---|---|\n| 8:00 AM | Soup | 4 |\n| 8:40 AM | Roast | 4 |\n",
    ],
)
def test_a_title_may_say_that_the_text_is_a_plan(text: str) -> None:
    assert told(text) == []
    assert "This line stands in an agenda or a timetable." in reasons(text)


@pytest.mark.parametrize(
    "words",
    [
        "You are invited to the talk on 5 March 2024.",
        "Hiermit laden wir herzlich zur Versammlung am 05.03.2024 ein.",
        "Join us for the evening of 5 March 2024!",
        "Vous êtes invités à la soirée du 5 mars 2024.",
        "Te invitamos a la charla del 5 de marzo de 2024.",
    ],
)
def test_who_invites_tells_of_what_is_to_come(words: str) -> None:
    text = f"# Evening\n\n{words}\n\n18:30 doors\n19:00 talk\n"

    assert told(text) == []
    assert told(text.replace("19:00", "19:02")) == ["05 18:30 doors", "05 19:02 talk"]


def test_a_cell_with_a_whole_programme_is_no_event() -> None:
    parts = "<br>".join(
        [
            "- time: 9:00",
            "title: Keynote",
            "- time: 10:00",
            "title: Coffee break",
            "- time: 12:00",
            "title: Lunch break",
        ]
    )

    assert told(f"| date | sessions |\n|---|---|\n| 2024-03-05 | {parts} {'more ' * 20}|\n") == []


def test_the_head_of_an_answer_is_no_event() -> None:
    head = "HTTP/2 200\ndate: Tue, 05 Mar 2024 09:12:18 GMT\nexpires: Tue, 05 Mar 2024 13:12:18 GMT\nserver: proxy\n"

    assert told(f"# Report\n\n{head}\n- 2024-03-05 10:02 lost\n") == ["05 10:02 lost"]
    assert reasons(f"# Report\n\n{head}") == {"This line stands in code or the output of a program."}
    assert told(f"2024-03-05 10:02 lost\n{head}")[0].startswith("05 10:02 lost HTTP/2 200")


@pytest.mark.parametrize("words", ["A line looks like this:", "Jede Zeile beginnt so, zum Beispiel:", "As in:"])
@pytest.mark.parametrize("code", ["    {0}\n    {1}\n", "```\n{0}\n{1}\n```\n"])
def test_code_that_is_an_example_is_no_timeline(words: str, code: str) -> None:
    text = f"# Format\n\n{words}\n\n{code.format('2024-03-05 09:12:00 INFO up', '2024-03-05 09:13:01 INFO on')}"

    assert told(f"{text}\n- 2024-03-06 10:02 lost\n") == ["06 10:02 lost"]
    assert len(told(text.replace(words, "The log:"))) == 2


def test_a_time_within_a_command_is_what_somebody_types() -> None:
    assert told("# Guide of 2024-03-05\n\n1. Stop it.\n2. Run `restart --at 09:05`.\n") == []


def test_what_is_done_every_night_is_no_event() -> None:
    assert told("# Jobs of 2024-03-05\n\n- Rotation: nightly at 03:30\n") == []


def test_times_listed_within_a_sentence_are_no_moment() -> None:
    figures = "## Figures\n\n- **Before**: none\n- **Spikes**: up to 40 around 16:00, 16:30, and 17:45 UTC"
    elsewhere = " / 09:00, 09:30, and 10:45 PDT"

    assert told(f"# 2024-03-05\n\n- 10:02 lost\n- 10:09 back\n\n{figures}{elsewhere}\n") == [
        "05 10:02 lost",
        "05 10:09 back",
    ]


def test_a_report_may_be_named_after_a_schedule() -> None:
    report = "# Outage of the backup schedule\n\n2024-03-05\n\n- 09:12 no backup\n- 09:30 rerun\n"

    assert told(report) == ["05 09:12 no backup", "05 09:30 rerun"]


def test_a_heading_above_tasks_that_nobody_has_done_is_a_plan() -> None:
    move = "# Move\n\n## 2024-03-05 09:00 Drain\n- [ ] drain\n\n## 2024-03-05 09:30 Switch\n- [{done}] switch\n"

    assert told(move.format(done=" ")) == []
    assert told(move.format(done="x")) == ["05 09:30 Switch\n- switch"]


@pytest.mark.parametrize(
    "table",
    [
        "home_team,away_team,start_time,home_score\nGrün,Wahn,2025-09-26T18:03:00Z,2\nEsch,Hagen,2025-09-26T18:30:00Z,0\n",
        '[{"teams": {"home": {"name": "Esch"}, "away": {"name": "Wahn"}}, "date": "2025-09-26T18:03:00Z", "round": 1}]',
    ],
)
def test_matches_are_no_events(table: str) -> None:
    assert told(table) == []


@pytest.mark.parametrize("heading", ["Execution Plan", "Rollout plan", "\U0001f4cb TASK PLAN"])
def test_times_below_the_heading_of_a_plan_are_those_of_plans(heading: str) -> None:
    tasks = "### Day 1\n\n- 09:00 drain\n- 10:00 switch\n- 14:00 watch\n"

    assert told(f"# Move\n\n2024-03-05\n\n## {heading}\n\n{tasks}") == []


PROSE = "Each worker says on its console what it does, and a stream of such lines is a good sign.\n\n"
PRINTED = {
    "syslog": "Mar 20 13:16:36 web1 runner[19931]: level=info created\nMar 20 13:17:56 web1 runner[19931]: stopped\n",
    "rows": "timestamp,service,status\n2025-10-22T14:00:00Z,shop,PASS\n2025-10-22T14:05:00Z,shop,FAIL\n",
    "clocks": "18:46:58.650752 git.c:344 trace: clone\n18:46:59.684055 run-command.c:646 trace: https\n",
}


@pytest.mark.parametrize("form", PRINTED)
@pytest.mark.parametrize("mark", ["```", "~~~", "```csv", "```log"])
def test_what_a_program_printed_within_prose_is_no_timeline(form: str, mark: str) -> None:
    block = f"{mark}\n{PRINTED[form]}{mark[:3]}\n\n"

    assert told(f"# How to watch the workers\n\n{PROSE * 6}{block}{PROSE * 6}") == []


@pytest.mark.parametrize("day", ["", "On 2024-03-05 it was so.\n\n"])
def test_numbers_like_minutes_in_code_are_no_times_where_no_day_stands(day: str) -> None:
    block = "```\n3:10 bulk\n3:16 voice\n3:24 video\n```\n\n"

    assert len(told(f"# Names of the classes\n\n{day}{PROSE * 9}{block}{PROSE * 9}")) == (3 if day else 0)


@pytest.mark.parametrize(("mark", "count"), [("```markdown", 0), ("~~~md", 0), ("```text", 2)])
def test_markdown_within_markdown_is_an_example(mark: str, count: int) -> None:
    block = f"{mark}\n**Date:** 2024-03-05\n\n- 10:40 roof closed\n- 10:44 tiles sent\n{mark[:3]}\n\n"

    assert len(told(f"# Prompts\n\n{PROSE * 14}{block}{PROSE * 14}")) == count


@pytest.mark.parametrize("half", ["", " PM"])
def test_rows_of_figures_are_told_as_those_of_a_program(half: str) -> None:
    head = f"10:00:33{half}   CPU    %usr   %sys   %idle  Command\n"
    rows = "".join(f"10:00:3{at}{half}     2    0.98    1.00    98.02  web\n" for at in range(4, 8))

    reading = read(f"The load of 2024-03-05, 8 cores:\n\n{head}{rows}")

    assert not reading.lines
    assert sum(skipped.reason == FIGURES for skipped in reading.skipped) == 5


@pytest.mark.parametrize("above", ["## Timeline\n\n", "## Notes\n\nTimeline:\n\n"])
def test_a_block_of_code_may_be_the_timeline(above: str) -> None:
    block = "```\n2024-03-05 13:16:36 web1 down\n2024-03-05 13:17:56 web1 up\n```\n\n"

    assert len(told(f"# Outage\n\n{PROSE * 3}{above}{block}## Later\n\n{PROSE * 3}")) == 2
    assert len(told(f"# Outage\n\n{PROSE}{block}")) == 2


def test_a_block_of_code_with_minutes_is_written_by_hand() -> None:
    block = "```\n10:40 cloud closed\n10:44 files sent\n```\n\n"

    assert len(told(f"# Game of 2024-03-05\n\n{PROSE * 3}{block}{PROSE * 3}")) == 2


@pytest.mark.parametrize("link", ["https://v.test/watch?v=P9&t={}s", "https://v.test/watch?t={}&list=3", "#t={}"])
def test_chapters_of_a_recording_are_no_events(link: str) -> None:
    chapters = "".join(f"- [{at}]({link.format(9)}) part\n" for at in ("0:00", "0:39", "14:44", "1:02:18"))

    assert told(f"# Meeting of 2024-03-05\n\n{chapters}") == []


def test_when_the_text_was_made_stands_at_the_end_of_its_last_line() -> None:
    ends = "*End of Report - Generated: April 29, 2026 16:54:00*\n"

    assert told(f"# Outage\n\n- 2026-04-29 16:39 one\n\n---\n\n{ends}") == ["29 16:39 one"]


@pytest.mark.parametrize("label", ["Expiry Date", "Expiration", "Expires", "Saved on", "保存日時"])
def test_an_end_to_come_and_the_writing_are_no_events(label: str) -> None:
    assert told(f"# Certificates\n\nName: example.com\n{label}: 2023-05-11 01:33 UTC\n") == []


def test_a_timeline_of_what_followed_is_one() -> None:
    report = "# Outage of 2024-03-05\n\n## Timeline\n\n- 09:02 one\n\n## Follow-up timeline\n\n- 12:07 two\n"

    assert told(report) == ["05 09:02 one", "05 12:07 two"]


@pytest.mark.parametrize(
    "plan",
    [
        "次回の確認予定は13:21:51です。",
        "다음 점검은 13:21:51 예정입니다.",
        "下一次检查将于13:21:51进行。",
        "Der Neustart erfolgt am Fr. 08.03.2024 16:00 - 18:00 Uhr.",
        "Join us on 8 March 2024 at 19:30.",
        "Lasst uns am 08.03.2024 ab 19:30 reden.",
    ],
)
def test_what_is_to_come_is_no_event(plan: str) -> None:
    assert told(f"# Outage of 2024-03-05\n\n- 09:02 one\n- {plan}\n- 09:40 two\n") == ["05 09:02 one", "05 09:40 two"]
