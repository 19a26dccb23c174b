"""The leads of lines, before their times: signs, numbers, services, hosts, levels, the words of status pages."""

from datetime import UTC, datetime

import pytest

from console.intake.model import ReadTimeline
from console.intake.timeline import read_timeline

HEAD = "Outage of 10 February 2026, times UTC\n\n"


def read(text: str) -> ReadTimeline:
    return read_timeline(text, now=datetime(2026, 11, 21, 12, tzinfo=UTC), zone=UTC)


def told(text: str) -> list[str]:
    return [f"{entry.occurred_at:%m-%d %H:%M} {entry.text}" for entry in read(text).lines]


@pytest.mark.parametrize("bullet", ["", "- "])
@pytest.mark.parametrize(
    "sign",
    [
        "🔴 ",
        "✅ ",
        "⚠️ ",
        "▶ ",
        "➜ ",
        "🟢",
        "❌ 🚨 ",
        ":red_circle: ",
        "(!) ",
        "(i) ",
        "[+] ",
        "[OK] ",
        "1️⃣ ",
        "**!** ",
        "!! ",
        "× ",
        "» ",
        "§ ",
        "#1 ",
        "a) ",
        "(1) ",
        "[1] ",
    ],
)
def test_a_sign_or_a_number_before_the_time_of_one_line(bullet: str, sign: str) -> None:
    assert told(f"{HEAD}{bullet}{sign}**09:15** — queue grows") == ["02-10 09:15 queue grows"]
    assert told(f"{HEAD}{bullet}{sign}09:15 queue grows") == ["02-10 09:15 queue grows"]


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ("[Slack] ", "Slack: "),
        ("**[Slack]** ", "Slack: "),
        ("Twitter – ", "Twitter: "),
        ("<Grafana> ", "Grafana: "),
        ("web-1 | ", "web-1: "),
        ("db01: ", "db01: "),
        ("host-3 ", "host-3: "),
        ("@ana ", "@ana: "),
        ("Step 1: ", "Step 1: "),
        ("Event: ", "Event: "),
        ("Time: ", ""),
        ("Uhrzeit: ", ""),
    ],
)
def test_what_several_lines_have_before_their_time_stays_in_the_words(lead: str, name: str) -> None:
    lines = f"- {lead}09:15 queue grows\n- {lead}09:31 queue is empty"

    assert told(HEAD + lines) == [f"02-10 09:15 {name}queue grows", f"02-10 09:31 {name}queue is empty"]


@pytest.mark.parametrize("form", ["INFO {} {}", "[web-1] {} {}", "api[212]: {} {}", "pod/web-6f9 web {} {}", "E {} {}"])
def test_a_host_or_a_level_before_the_moment_of_a_log(form: str) -> None:
    moments = ("2026-02-10T09:15:51Z", "2026-02-10 09:31:02,123")
    lines = "\n".join(form.format(when, "queue grows") for when in moments)

    read_as = told(lines)
    assert [line[:11] for line in read_as] == ["02-10 09:15", "02-10 09:31"]
    assert all(line.endswith("queue grows") for line in read_as)


def test_glogs_lines_have_month_and_day_behind_the_level() -> None:
    lines = "I0210 09:15:51.123456   12 queue.go:41] queue grows\nW0210 09:31:02.1   12 queue.go:44] queue is full"

    assert [line[:11] for line in told(lines)] == ["02-10 09:15", "02-10 09:31"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Update at 9:15: queue grows", "queue grows"),
        ("[Update 9:15] queue grows", "queue grows"),
        ("Update 10 Feb, 9:15: queue grows", "queue grows"),
        ("Update as of 9:15: queue grows", "queue grows"),
        ("Update, 9:15 UTC — queue grows", "queue grows"),
        ("1st update, 9:15: queue grows", "queue grows"),
        ("Final update (9:15): queue grows", "queue grows"),
        ("Edit 9:15: queue grows", "queue grows"),
        ("Nachtrag 9:15 Uhr: queue grows", "queue grows"),
        ("Resolved (9:15): queue is empty", "Resolved: queue is empty"),
    ],
)
def test_the_word_of_an_update_stands_before_its_time(line: str, text: str) -> None:
    assert told(f"{HEAD}{line}") == [f"02-10 09:15 {text}"]


@pytest.mark.parametrize(
    "lines",
    [
        "Identified 09:15 deploy as the cause\nIdentified 10:00 deploy as harmless",
        "Support: 9:00 to 17:00 on weekdays\nPhone: 10:00 to 12:00 on weekdays",
        "- 08:00 one\n- 08:10 two\n- Meeting: 10:00 in room 3\n- Lunch: 12:00 in room 4",
    ],
)
def test_a_word_before_a_time_makes_no_event_of_a_sentence(lines: str) -> None:
    assert not any("cause" in line or "weekdays" in line or "room" in line for line in told(HEAD + lines))


@pytest.mark.parametrize(
    "start",
    ["T = {}", "T-0: {}", "t0: {}", "Start (T): {}", "T₀ = {}", "Zero hour: {}", "H-hour: {}", "T is {}", "T: {}"],
)
def test_the_start_has_many_names(start: str) -> None:
    lines = "T+0  trip\nT0+15 min  alarm\nT+1 h 05  restart"

    assert told(f"Drill\n\n{start.format('09:00 UTC, 10 February 2026')}\n\n{lines}") == [
        "02-10 09:00 trip",
        "02-10 09:15 alarm",
        "02-10 10:05 restart",
    ]


def test_a_colon_as_wide_as_a_character_is_one() -> None:
    assert told(f"{HEAD}- 09：15 queue grows") == ["02-10 09:15 queue grows"]


@pytest.mark.parametrize(
    ("log", "entries"),
    [
        (
            "[worker 7|req 1] 10.0.0.4 [Tue Mar  5 09:12:33 2024] GET /cart => 502\n"
            "[worker 7|req 22] 10.0.0.19 [Tue Mar  5 09:14:01 2024] GET /cart => 200\n",
            [
                "03-05 09:12 [worker 7|req 1] 10.0.0.4 GET /cart => 502",
                "03-05 09:14 [worker 7|req 22] 10.0.0.19 GET /cart => 200",
            ],
        ),
        (
            "Main::ERROR::2024-03-05 09:12:33,300::pool::no room left\nTraceback (most recent call last):\n"
            '  File "pool.py", line 3, in take\nMain::INFO::2024-03-05 09:14:01,101::pool::freed\n',
            [
                "03-05 09:12 Main::ERROR pool::no room left\nTraceback (most recent call last):\n"
                '  File "pool.py", line 3, in take',
                "03-05 09:14 Main::INFO pool::freed",
            ],
        ),
        (
            "api.log.2024-03-06_00:00:01 2024-03-05 09:12:33.008 WARN slow\n"
            "api.log.2024-03-06_00:00:01 2024-03-05 09:14:01.272 INFO ok\n",
            ["03-05 09:12 api.log.2024-03-06_00:00:01 WARN slow", "03-05 09:14 api.log.2024-03-06_00:00:01 INFO ok"],
        ),
        (
            "ana  pts/0  desk.example  Tue Mar  5 09:12:33 2024 - crash (00:02)\n"
            "bo   pts/1  desk.example  Tue Mar  5 09:14:01 2024 still logged in\n",
            [
                "03-05 09:12 ana  pts/0  desk.example - crash (00:02)",
                "03-05 09:14 bo  pts/1  desk.example still logged in",
            ],
        ),
        (
            "1 node-4 hw.state 1709629953 1 disk lost\n2 node-4 hw.state 1709630041 1 disk back\n"
            "3 node-9 hw.state 1709630042 1 disk full\n",
            [
                "03-05 09:12 1 node-4 hw.state 1 disk lost",
                "03-05 09:14 2 node-4 hw.state 1 disk back",
                "03-05 09:14 3 node-9 hw.state 1 disk full",
            ],
        ),
    ],
)
def test_the_moment_of_a_log_may_stand_behind_its_first_words(log: str, entries: list[str]) -> None:
    assert told(log) == entries


@pytest.mark.parametrize(
    "text",
    [
        "-rw-r--r-- 1 root root 4096 2024-03-05 09:12:33 +0000 app.log\n"
        "-rw-r--r-- 1 root root 12 2024-03-05 09:14:01 +0000 db.log\n",
        "total 8\ndr-xr-xr-x.  17 root root  224 Mar  5 09:12 .\n"
        "lrwxrwxrwx.   1 root root    7 Mar  5 09:14 bin -> usr/bin\n",
        "Order 1709629953 was sent to Ana\nOrder 1709630041 was sent to Bo\n",
        "Package: disk-tool\nSize: 1785149492\nFilename: pool/disk-tool.deb\n",
    ],
)
def test_listings_of_files_values_and_long_numbers_are_no_log(text: str) -> None:
    assert told(text) == []


def test_a_line_of_a_log_with_a_moment_of_its_own_is_none_of_the_entry_above() -> None:
    log = (
        "2024-03-05 09:10:00 disk fills up\n2024-03-05 09:12:33 disk full\nLast cleaned: 2024-03-04 08:00:00 by cron\n"
        "node-4 kernel 2024-03-05 09:14:01 disk freed\n2024-03-05 09:15:00 all well\n"
    )

    assert told(log) == [
        "03-05 09:10 disk fills up",
        "03-05 09:12 disk full Last cleaned: 2024-03-04 08:00:00 by cron",
        "03-05 09:14 node-4 kernel disk freed",
        "03-05 09:15 all well",
    ]


def test_what_begins_as_the_moment_of_a_log_and_is_none_is_said_not_to_be_understood() -> None:
    found = read("2024-03-05 09:12:33 disk full\n203-03-05T09:14:01 disk freed\n")

    assert [line.reason for line in found.skipped] == ["The time on this line is not understood."]
