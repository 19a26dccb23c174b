"""What stands before the times of lines: signs, numbers, services, hosts, levels, the words of status pages."""

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
