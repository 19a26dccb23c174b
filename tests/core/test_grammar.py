from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.grammar import MARKERS, Line, Slash, describe, parse_line, split_paste
from console.core.language.text import clean
from console.core.language.times import format_length, utc
from console.core.language.when import parse_when
from console.core.refusal import Refused

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 15, 8, 30, 500_000, tzinfo=UTC)  # 16:08:30 in Berlin
FOUR_MINUTES_AGO = NOW - timedelta(minutes=4)
COMMANDS = ("declare", "sev", "stage", "role", "task", "ruled-out", "at", "update")


def parse(line: str) -> Line | Slash:
    return parse_line(line, now=NOW, zone=BERLIN, commands=COMMANDS)


def entry(line: str) -> Line:
    result = parse(line)
    assert isinstance(result, Line), result
    return result


def refused(line: str) -> str:
    with pytest.raises(Refused) as result:
        parse(line)
    return result.value.reason


def described(line: str) -> str:
    return describe(parse(line), NOW, BERLIN, "mo")


def test_the_whole_line() -> None:
    assert entry("-4m ! rolling back to v2.3.3 #deploy @mo") == Line(
        kind="decision",
        text="rolling back to v2.3.3 #deploy @mo",
        tags=("deploy",),
        people=("mo",),
        occurred_at=FOUR_MINUTES_AGO,
    )


def test_plain_words_are_a_note_of_now() -> None:
    assert entry("  deploy finished  ") == Line(kind="note", text="deploy finished")


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("! roll back", "decision", "roll back"),
        ("> restarted the pool", "action", "restarted the pool"),
        ("* latency is normal", "finding", "latency is normal"),
        ("? cache is cold", "hypothesis", "cache is cold"),
        ("+ check the lag", "task", "check the lag"),
        ("!roll back", "decision", "roll back"),
        (">restarted", "action", "restarted"),
        ("?cache", "hypothesis", "cache"),
        ("!\troll back", "decision", "roll back"),
        ("14:32 ! roll back", "decision", "roll back"),
        ("14:32 - ! roll back", "decision", "roll back"),
        ("! 14:32 was the peak", "decision", "was the peak"),
        (r"! \14:32 was the peak", "decision", "14:32 was the peak"),
        ("*disk is full", "finding", "disk is full"),
        ("*disk is at 5 * 3 GB", "finding", "disk is at 5 * 3 GB"),
        ("! ! twice", "decision", "! twice"),
    ],
)
def test_markers(line: str, kind: str, text: str) -> None:
    assert (entry(line).kind, entry(line).text) == (kind, text)


@pytest.mark.parametrize(
    "line",
    [
        "+1 from the vendor",
        "*bold* words",
        "*bold words*",
        "**bold** words",
        "**",
        ">90% errors",
        ">= 5 hosts",
        "!! look",
        "??",
        ">>> import",
    ],
)
def test_text_that_only_begins_like_a_marker_is_text(line: str) -> None:
    assert entry(line) == Line(kind="note", text=line)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("//stage is a word", "/stage is a word"),
        ("-4m //stage is a word", "/stage is a word"),
        ("/var/log is full", "/var/log is full"),
        (r"\-4x is odd", "-4x is odd"),
        (r"\25:10 was shown", "25:10 was shown"),
        (r"\! bang", "! bang"),
        (r"\/stage", "/stage"),
        (r"\+ not a task", "+ not a task"),
        (r"14:32 \UTC was shown", "UTC was shown"),
        (r"\\server\share is gone", r"\\server\share is gone"),
        (r"\d+ matches", r"\d+ matches"),
    ],
)
def test_anything_can_be_logged_as_text(line: str, text: str) -> None:
    assert (entry(line).kind, entry(line).text) == ("note", text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "Write what happened, then press Enter."),
        (" \n\t ", "Write what happened, then press Enter."),
        ("-4m", "Write what happened after the time."),
        ("14:32 -", "Write what happened after the time."),
        ("!", "Write what happened after the !, or \\! to log it as text."),
        ("-4m +", "Write what happened after the +, or \\+ to log it as text."),
        ("+ @rs 10m", "Write what the task is after its owner and time."),
        ("/", "Write a command right after the slash, or begin with // to log text with a slash."),
        ("/ stage", "Write a command right after the slash, or begin with // to log text with a slash."),
        ("/stge x", "There is no command /stge; write /stage, or //stge to log it as text."),
        ("/ruled", "There is no command /ruled; write /ruled-out, or //ruled to log it as text."),
        (
            "/5xx x",
            "There is no command /5xx; press Tab after a slash to see the commands, or //5xx to log it as text.",
        ),
    ],
)
def test_what_cannot_be_logged_says_what_can(line: str, reason: str) -> None:
    assert refused(line) == reason


def test_a_long_unknown_word_stays_out_of_the_sentence() -> None:
    assert len(refused("/" + "x" * 100_000)) < 200


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/stage mitigating", Slash("stage", "mitigating")),
        ("/STAGE  mitigating ", Slash("stage", "mitigating")),
        ("/ruled-out", Slash("ruled-out", "")),
        ("-4m /stage mitigating", Slash("stage", "mitigating", FOUR_MINUTES_AGO)),
        ("/at 14:30 ! roll back", Slash("at", "14:30 ! roll back")),
        ("/update first\nsecond", Slash("update", "first\nsecond")),
        ("/declare SEV1 a\x1b[31mb", Slash("declare", "SEV1 a␛[31mb")),
    ],
)
def test_commands(line: str, command: Slash) -> None:
    assert parse(line) == command


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#deploy went out", ("deploy",)),
        ("a #Deploy, #db/Main. (#eu-west_1) “#x”", ("deploy", "db/main", "eu-west_1", "x")),
        ("#v2.3.4! #a #A #a", ("v2.3.4", "a")),
        ("#café #d\u00fcsseldorf #cafe\u0301 #त्रुटि", ("café", "düsseldorf", "cafe\u0301", "त्रुटि")),
        ("issue #42, c#, a#b, https://x/#frag, ##, # deploy", ()),
        ("rule in #waf/#cdn, and #db/#Cache.", ("waf", "cdn", "db", "cache")),
        ("#fff on #f0f0f0, #abc123, #ffffffff, #a1b", ()),
        ("#cafe #add #db1 #facade #feed #fab1", ("cafe", "add", "db1", "facade", "feed", "fab1")),
    ],
)
def test_tags(text: str, tags: tuple[str, ...]) -> None:
    assert entry(text).tags == tags
    assert entry(text).text == text


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("asked @Mo, @rs. (@jean-luc) @mo", ("Mo", "rs", "jean-luc")),
        ("@org/team and @a.b's page", ("org/team", "a.b")),
        ("mail bob@example.com or x@y @ 5 @@z @1", ()),
        ("@here @channel, @all @Everyone: @rs", ("rs",)),
        ("@jo@mastodon.social said so", ()),
        ("@mo/@rs look", ("mo", "rs")),
        ("@RS and @rs and @Rs.", ("RS",)),
        ("@María, @maria", ("María",)),
    ],
)
def test_people(text: str, people: tuple[str, ...]) -> None:
    assert entry(text).people == people
    assert entry(text).text == text


TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("line", "text", "owner", "due_in"),
    [
        ("+ check replica lag", "check replica lag", "", None),
        ("+ @rs 10m check replica lag", "check replica lag", "rs", TEN),
        ("+ 10m @rs check replica lag", "check replica lag", "rs", TEN),
        ("+ @rs: 10m, check replica lag", "check replica lag", "rs", TEN),
        ("+ 10min check replica lag", "check replica lag", "", TEN),
        ("+ @rs check replica lag", "check replica lag", "rs", None),
        ("+ check replica lag @rs", "check replica lag", "rs", None),
        ("+ check replica lag @rs.", "check replica lag", "rs", None),
        ("+ check replica lag in 10m", "check replica lag", "", TEN),
        ("+ check replica lag in 10 min", "check replica lag", "", TEN),
        ("+ check replica lag in 10m @rs", "check replica lag", "rs", TEN),
        ("+ check replica lag @rs in 10 min", "check replica lag", "rs", TEN),
        ("+ check replica lag @rs 10m", "check replica lag", "rs", TEN),
        ("+ check replica lag @rs @al 10m", "check replica lag @al", "rs", TEN),
        ("+ check replica lag 10m @rs", "check replica lag", "rs", TEN),
        ("+ 10m check replica lag @rs", "check replica lag", "rs", TEN),
        ("+ @rs check replica lag in 10m", "check replica lag", "rs", TEN),
        ("+ ask @rs for the logs", "ask @rs for the logs", "rs", None),
        ("+ @rs @mo 10m pair on it", "@mo pair on it", "rs", TEN),
        ("+ @malte_j 10 min free space", "free space", "malte_j", TEN),
        ("+ @rs 10 minutes: check", "check", "rs", TEN),
        ("+ in 10 min @rs check", "check", "rs", TEN),
        ("+ @rs in 10m check", "check", "rs", TEN),
        ("+ 1 h 10 min check", "check", "", timedelta(minutes=70)),
        ("+ check the lag in 1 h 10 min", "check the lag", "", timedelta(minutes=70)),
        ("+ 10 min of logs to pull", "10 min of logs to pull", "", None),
        ("+ 5 s latency: find out", "5 s latency: find out", "", None),
        ("+ @here check", "@here check", "", None),
        ("+ check with @channel in 10m", "check with @channel", "", TEN),
        ("+ @jo@example.social 10m check", "@jo@example.social 10m check", "", None),
        ("+ check the last 10m", "check the last 10m", "", None),
        ("+ 10m watch for 5m", "watch for 5m", "", TEN),
        ("+ 5xx rate: find out", "5xx rate: find out", "", None),
        ("+ mail bob@rs.com", "mail bob@rs.com", "", None),
    ],
)
def test_tasks(line: str, text: str, owner: str, due_in: timedelta | None) -> None:
    task = entry(line)
    assert (task.kind, task.text, task.owner, task.due_in) == ("task", text, owner, due_in)
    assert task.people[:1] == ((owner,) if owner else ())


@pytest.mark.parametrize(
    ("line", "text", "owner", "due"),
    [
        ("+ @rs by 17:20 check", "check", "rs", "2026-11-21 16:20"),
        ("+ by 17:20: @rs check", "check", "rs", "2026-11-21 16:20"),
        ("+ check replica lag by 17:20", "check replica lag", "", "2026-11-21 16:20"),
        ("+ check replica lag by 17:20 @rs", "check replica lag", "rs", "2026-11-21 16:20"),
        ("+ check replica lag @rs by 17:20.", "check replica lag", "rs", "2026-11-21 16:20"),
        ("+ check by 5pm", "check", "", "2026-11-21 16:00"),
        ("+ check by 17:20 UTC", "check", "", "2026-11-21 17:20"),
        ("+ check by 08:00", "check", "", "2026-11-22 07:00"),
        ("+ check by tomorrow 18:00", "check", "", "2026-11-22 17:00"),
        ("+ check by 2026-11-24 18:00", "check", "", "2026-11-24 17:00"),
        ("+ drive by 5 hosts", "drive by 5 hosts", "", None),
        ("+ stand by", "stand by", "", None),
    ],
)
def test_a_task_is_due_by_a_time_of_day(line: str, text: str, owner: str, due: str | None) -> None:
    task = entry(line)
    due_at = None if due is None else datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert (task.text, task.owner, task.due_at, task.due_in) == (text, owner, due_at, None)


def test_a_task_is_not_due_in_the_past() -> None:
    assert refused("+ check by 2026-11-20 18:00") == "“2026-11-20 18:00” has passed; write a later time."


def test_a_task_may_have_begun_earlier() -> None:
    assert entry("-4m + @rs 10m check #db").occurred_at == FOUR_MINUTES_AGO
    assert entry("-4m + @rs 10m check #db").tags == ("db",)


def test_only_a_task_has_an_owner() -> None:
    assert entry("@rs 10m check") == Line(kind="note", text="@rs 10m check", people=("rs",))


def test_text_is_cleaned() -> None:
    assert entry("! \x1b]0;x\x07 \u202eab\r\ncd").text == "␛]0;x␇ ⟨U+202E⟩ab\ncd"
    assert entry("[/x] [@click=app.quit]").text == "[/x] [@click=app.quit]"


def test_a_long_entry_is_read_whole_and_soon() -> None:
    text = "x " + " " * 50_000 + "#tag @rs word " * 5_000 + "end"
    assert entry("+ " + text).text == text
    assert entry(text).tags == ("tag",)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("-4m ! rolling back", "logs a decision at 16:04, 4m ago, as mo"),
        ("deploy done", "logs a note now, 16:08, as mo"),
        ("> restarted", "logs an action now, 16:08, as mo"),
        ("yesterday 23:50 x", "logs a note at 23:50 yesterday, 16h18m ago, as mo"),
        ("2026-11-19 08:00 * x", "logs a finding at 08:00 on 2026-11-19, 2d8h ago, as mo"),
        ("2026-10-25 02:30 x", "logs a note at 02:30 on 2026-10-25 (01:30 UTC), 27d13h ago, as mo"),
        ("+ @rs 10m check", "adds a task for rs now, 16:08, back by 16:18, in 10m"),
        ("16:10 x", "logs a note now, 16:08, as mo"),
        ("16:08 x", "logs a note at 16:08, 30s ago, as mo"),
        ("restarted at 15:57", "logs a note now, 16:08 · “15:57” stays in the text · as mo"),
        ("+ @rs by 17:20 check", "adds a task for rs now, 16:08, back by 17:20, in 1h11m"),
        ("+ check by 9am", "adds a task without an owner now, 16:08, back by 09:00 tomorrow, in 16h51m"),
        ("+ check", "adds a task without an owner now, 16:08"),
        ("-4m + @rs check", "adds a task for rs at 16:04, 4m ago"),
        ("/stage mitigating", "runs /stage"),
        ("-4m /stage mitigating", "runs /stage as of 16:04, 4m ago"),
    ],
)
def test_what_enter_will_do(line: str, sentence: str) -> None:
    assert described(line) == sentence


def test_a_paste_becomes_lines() -> None:
    assert split_paste("\ufeff- 14:30 deploy\r\n\r\n* a finding\n  14:31 - x\n") == [
        "14:30 deploy",
        "* a finding",
        "14:31 - x",
    ]


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("• 14:30 UTC: deploy", "14:30 UTC: deploy"),
        ("* 14:30 deploy", "14:30 deploy"),
        ("- **14:30** deploy", "14:30 deploy"),
        ("[14:30:05] deploy", "14:30:05 deploy"),
        ("`2026-11-21T14:30Z` deploy", "2026-11-21T14:30Z deploy"),
        ("- -4m deploy", "-4m deploy"),
        ("- no time", "- no time"),
        ("* no time", "* no time"),
        ("**bold** words", "**bold** words"),
        ("[link](x)", "[link](x)"),
    ],
)
def test_bullets_and_bold_go_only_before_a_time(pasted: str, line: str) -> None:
    assert split_paste(pasted) == [line]


def test_a_pasted_command_is_logged_and_not_run() -> None:
    for pasted in ("/stage closed", "14:30 /stage closed", "- 14:30 - /stage closed", "[14:30] /stage closed"):
        (line,) = split_paste(pasted)
        assert entry(line).text == "/stage closed"
        assert entry(line).kind == "note"


PIECES = st.sampled_from(
    [
        "-4m",
        "-1h10",
        "14:32",
        "14:32:10Z",
        "25:10",
        "-4x",
        "5xx",
        "yesterday",
        "23:50",
        "2026-11-21",
        "+02:00",
        "UTC",
        "PST",
        "pm",
        "!",
        ">",
        "*",
        "?",
        "+",
        "!x",
        "?y",
        "\\",
        "\\!",
        "\\\\",
        "//",
        "/stage",
        "/var/log",
        "/",
        "-",
        "–",
        ":",
        ",",
        "@rs",
        "@Mo",
        "@rs:",
        "@",
        "#deploy",
        "#A.",
        "#",
        "10m",
        "1h10m",
        "in",
        "by",
        "ago",
        "at",
        "~",
        "18.57",
        "2pm",
        "[18:57]",
        "Nov 28",
        "CET",
        "@here",
        "10",
        "min",
        "word",
        "bob@x.com",
        "\n",
        "\t",
        "é",
        "⟨U+202E⟩",
        "\x1b",
    ]
)
LINES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=9).map(" ".join),
    st.lists(PIECES, max_size=6).map("".join),
)


@given(LINES)
def test_any_line_is_read_or_refused(line: str) -> None:
    result: Line | Slash | None = None
    try:
        result = parse(line)
        shown = describe(result, NOW, BERLIN, "mo")
    except Refused as refused:
        shown = refused.reason
    assert shown
    if isinstance(result, Line):
        assert result.text == clean(result.text).strip() != ""
        assert result.occurred_at is None or result.occurred_at <= NOW
        assert result.owner in ("", *result.people)


def typed_in_full(line: Line, zone: ZoneInfo | timezone) -> str:
    """The line as it would be typed with its times in full."""
    parts = [] if line.occurred_at is None else [exact_time(line.occurred_at, zone)]
    parts += [mark for mark, kind in MARKERS.items() if kind == line.kind]
    if line.kind == "task":
        parts += [f"@{line.owner}"] if line.owner else []
        parts += [format_length(line.due_in, exact=True)] if line.due_in is not None else []
        parts += [f"by {exact_time(line.due_at, zone)}"] if line.due_at is not None else []
    typed = " ".join([*parts, line.text])
    with suppress(Refused):
        if parse_line(typed, now=line.occurred_at or NOW, zone=zone, commands=()) == line:
            return typed
    return " ".join([*parts, "\\" + line.text])


def exact_time(at: datetime, zone: ZoneInfo | timezone) -> str:
    spec = "milliseconds" if at.microsecond else "seconds" if at.second else "minutes"
    local = at.astimezone(zone).isoformat(sep=" ", timespec=spec)
    # An offset to the second, as zones had before they were standardised, is not a form of the line.
    with suppress(Refused):
        if parse_when(local, now=at, zone=UTC) == at:
            return local
    return utc(at).isoformat(sep=" ", timespec=spec)


@given(LINES, st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York")]))
def test_a_line_typed_in_full_reads_back_the_same(line: str, zone: ZoneInfo) -> None:
    first: Line | Slash | None = None
    with suppress(Refused):
        first = parse_line(line, now=NOW, zone=zone, commands=COMMANDS)
    if not isinstance(first, Line):
        return
    again = parse_line(typed_in_full(first, zone), now=NOW, zone=zone, commands=COMMANDS)
    assert again == first, typed_in_full(first, zone)


@given(LINES)
def test_a_paste_never_runs_a_command(text: str) -> None:
    for line in split_paste(text):
        with suppress(Refused):
            assert not isinstance(parse(line), Slash), line
