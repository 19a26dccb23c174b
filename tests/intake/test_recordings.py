"""Transcripts of calls, whose times count from a start."""

from datetime import UTC, datetime

import pytest

from console.intake.timeline import read_timeline

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def told(text: str) -> list[str]:
    timeline = read_timeline(text, now=NOW, zone=UTC)
    return [f"{entry.occurred_at:%d %H:%M:%S} {entry.author}: {entry.text}" for entry in timeline.lines]


def spoken(form: str) -> str:
    """Three messages in the form of one, with a time, a name and words."""
    messages = (
        ("0:12", "Ana", "who has the logs?"),
        ("3:40", "Bo", "I restart it."),
        ("1:02:10", "Ana", "It is back."),
    )
    return "".join(form.format(time=time, name=f"{name} Li", words=words, end="\n") for time, name, words in messages)


CUE = "1\n{0}.000 --> 01:03:00.100\n<v {1} Li>{2}</v>\n\n"
CUES = (
    CUE.format("00:00:12", "Ana", "who has")
    + CUE.format("00:00:13", "Ana", "the logs?")
    + CUE.format("00:03:40", "Bo", "I restart it.")
    + CUE.format("01:02:10", "Ana", "It is back.")
)


@pytest.mark.parametrize(
    "transcript",
    [
        f"Meeting started: 5 March 2026 14:00 UTC\n\n{spoken('[{time}] {name}: {words}{end}')}",
        f"Transcript of the bridge\nMarch 5, 2026, 3:00 PM CET\n\n{spoken('{name}  {time}{end}{words}{end}{end}')}",
        f"Aufzeichnung vom 5. März 2026, ab 15:00 Uhr (MEZ)\n\n{spoken('{time} {name}: {words}{end}')}",
        f"Enregistrement du 5 mars 2026, début à 14h00 UTC\n\n{spoken('{time} {name}{end}{words}{end}{end}')}",
        f"WEBVTT\n\nNOTE Recording started 2026-03-05T14:00:00Z\n\n{CUES}",
    ],
)
def test_times_of_a_call_count_from_the_start_that_a_line_names(transcript: str) -> None:
    assert told(transcript) == [
        "05 14:00:12 Ana Li: who has the logs?",
        "05 14:03:40 Bo Li: I restart it.",
        "05 15:02:10 Ana Li: It is back.",
    ]


def test_subtitles_without_a_start_tell_no_moment() -> None:
    subtitles = "1\n00:00:12,000 --> 00:00:15,100\nAna: hello\n\n2\n00:03:40,000 --> 00:03:44,000\nBo: hi\n"
    timeline = read_timeline(subtitles, now=NOW, zone=UTC)

    assert timeline.lines == ()
    assert {line.reason for line in timeline.skipped} == {"This time counts from a start that no line names."}


def test_minutes_of_a_meeting_that_keep_to_the_clock_do_so() -> None:
    points = "- 14:00 Ana asks for logs\n- 14:05 Bo restarts it\n- 15:02 it is back\n"
    minutes = f"# Incident call of 5 March 2026, start 14:00 UTC\n\n{points}"

    assert told(minutes) == [
        "05 14:00:00 None: Ana asks for logs",
        "05 14:05:00 None: Bo restarts it",
        "05 15:02:00 None: it is back",
    ]


def test_a_night_that_a_later_meeting_goes_over_keeps_its_clock() -> None:
    log = "# Review meeting of 5 March 2026 at 14:00 UTC\n\n- 00:01 disk full\n- 00:40 logs moved\n- 00:31 paged\n"

    assert [line[:11] for line in told(log)] == ["05 00:01:00", "05 00:40:00", "05 00:31:00"]


SAID = "00:01:12\tAna Li:\twho has the logs?\n00:03:40\tProf. Bo:\tI restart it.\n"
POINTS = '{"timestamp": "00:07:40", "topic": "who has the logs"}, {"timestamp": "01:02:10", "topic": "it is back"}'


MINUTES = (
    "# Call of 5 March 2026\n\n**00:00 Ana (IC):** who has the logs?\n\n**03:40 Bo:** it broke at 09:58 UTC.\n\n"
    "**44:10 Ana:** done\n"
)


CHAPTERS = (
    "# Timestamps for _the big picture_\n\n- 00:03:45 - Kinds of nodes\n- 00:13:43 - Rooms\n  - 01:02:10 - Logs\n"
)


@pytest.mark.parametrize(
    "text", [MINUTES, SAID, CHAPTERS, f'{{"meeting": "Bridge of March 5, 2026", "highlights": [{POINTS}]}}']
)
def test_what_is_saved_of_a_call_without_its_start_tells_no_moment(text: str) -> None:
    timeline = read_timeline(text, now=NOW, zone=UTC)

    assert timeline.lines == ()
    assert "This time counts from a start that no line names." in {line.reason for line in timeline.skipped}


def test_records_of_a_call_count_from_the_start_that_it_names() -> None:
    text = f'{{"meeting": "Bridge",\n"started_at": "2026-03-05T14:00:00Z",\n"highlights": [{POINTS}]}}'

    assert [line[:11] for line in told(text) if "topic" in line or "who" in line or "back" in line] == [
        "05 14:07:40",
        "05 15:02:10",
    ]
