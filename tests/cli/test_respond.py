"""Commands that write, as processes."""

import json
import re
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.core.subjects.entry import LogEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.cli.shell import COMMAND, Warroom
from tests.core.test_meant import ARGUMENTS, BEFORE


@pytest.mark.rule("Standard: One command declares with severity and title")
def test_declare_prints_only_the_reference(ref: str) -> None:
    assert re.fullmatch(r"INC-[0-9A-HJKMNP-TV-Z]{4}", ref)


@pytest.mark.rule("Standard: One command declares with severity and title")
def test_one_line_declares_with_severity_and_title(warroom: Warroom, ref: str) -> None:
    shown = warroom.json("show", ref)
    assert (shown["severity"], shown["title"]) == ("SEV1", "Checkout errors")


@pytest.mark.parametrize(
    ("options", "asks"),
    [(("--at", "2020-01-01T00:00Z"), True), (("--at", "-13h"), True), (("--at", "2020-01-01T00:00Z", "--drill"), True),
     (("--at", "-11h"), False), ((), False), (("--at", "2020-01-01T00:00Z", "--retrospective"), False)],
)  # fmt: skip
def test_a_declaration_of_long_ago_is_asked_about(warroom: Warroom, options: tuple[str, ...], asks: bool) -> None:
    told = warroom.tells("declare", "Checkout errors", "--sev", "SEV1", *options)
    assert ("It began at " in told) == asks


@pytest.mark.parametrize(
    ("words", "asks"),
    [(("log", "x", "--at", "2020-01-01T00:00Z"), True), (("log", "2020-01-01 10:00 x"), True),
     (("component", "checkout partial", "--at", "2020-01-01T00:00Z"), True), (("sev", "SEV0", "--at", "-13h"), True),
     (("log", "x", "--at", "-11h"), False), (("log", "x"), False)],
)  # fmt: skip
def test_what_is_long_before_the_first_entry_is_asked_about(
    warroom: Warroom, ref: str, words: tuple[str, ...], asks: bool
) -> None:
    word, *rest = words
    assert ("Before the incident's first entry: at " in warroom.tells(word, ref, *rest)) == asks


def test_a_clock_that_was_set_back_is_said_behind_what_is_written_and_by_doctor(warroom: Warroom, ref: str) -> None:
    assert "set back" not in warroom.tells("log", ref, "all quiet") + warroom.here("doctor")[1]
    with Log.open(warroom.db) as log:
        ahead = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC) + timedelta(hours=1))
        ahead.execute(ref, LogEntry(actor="mo", text="rolled back"))
    for words in (("log", ref, "all quiet"), ("task", ref, "look"), ("declare", "Mail errors", "--sev", "SEV3")):
        assert warroom.tells(*words).count("This machine's clock was set back") == 1
    said = warroom.runs("log", ref, "-", stdin="one\ntwo\n").stderr.decode()
    assert said.count("This machine's clock was set back") == 1
    assert "clock was set back" in " ".join(warroom.here("doctor")[1].split())


@pytest.mark.parametrize("form", ["-4m ! rolled back the host", "! rolled back the host"])
def test_a_text_may_begin_with_a_dash(warroom: Warroom, ref: str, form: str) -> None:
    id = warroom.says("log", ref.removeprefix("INC-").lower(), form)

    entry = next(entry for entry in warroom.json("show", ref)["entries"] if entry["id"] == id)
    assert (entry["kind"], entry["text"]) == ("decision", "rolled back the host")


def test_only_at_and_kind_are_options_of_a_log_line(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "grep", "-h", "-now", "--kind", "finding")
    warroom.says("log", ref, "--at", "-4m", "--", "--kind is text here", "--now")

    assert {("finding", "grep -h -now"), ("note", "--kind is text here --now")} <= set(warroom.entries(ref))


TAKES_TEXT = (
    "declare {} --sev SEV1", "note REF {}", "sev REF SEV0 --reason {}",
    "stage REF mitigating --reason {}", "update REF --audience internal --message {}",
    "update REF --audience public --status identified --message x --title {}", "task REF {}",
    "done REF 1 --note {}", "fix REF {}", "hypothesis REF {}", "snooze REF internal 5m --reason {}",
    "correct REF last {}",
    "handoff REF ana --note {}", "change REF {}", "change REF x --back {}", "check REF --note {}", "title REF {}",
    "action add REF {}", "action add REF x --verify {}", "postmortem REF --section summary --text {}",
    "maintenance plan {} --from 22:00 --for 2h", "maintenance plan x --from 22:00 --for 2h --message {}",
    "classify REF users=30% --set --reason {}", "playbook use REF rapid --reason {}",
)  # fmt: skip
"""Commands that take a text."""


@pytest.fixture(scope="module")
def one_incident(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A log that everybody copies, and its incident."""
    warroom = Warroom(tmp_path_factory.mktemp("one") / "warroom.db")
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    warroom.says("log", ref, "all is well")
    warroom.says("task", ref, "look at the lag")
    return warroom.db, ref


@pytest.mark.parametrize("line", TAKES_TEXT)
@pytest.mark.parametrize(
    ("text", "told"),
    [("/sev SEV0", "“/sev” is text here, and runs nothing."), ("password=Zx9-abcdef12", "looks like a secret; ")],
)
def test_what_a_form_asks_about_in_a_text_is_told_in_the_shell(
    warroom: Warroom, one_incident: tuple[Path, str], line: str, text: str, told: str
) -> None:
    before, ref = one_incident
    shutil.copy(before, warroom.db)
    done = warroom.runs(*(each.format(text).replace("REF", ref) for each in line.split()))
    assert done.returncode == 0
    assert done.stderr.decode().count(told) == 1
    assert text.split()[0] in f"{warroom.json('show', ref)} {warroom.says('list', '--json')}" or "plan" in line


PUBLIC = ("--audience", "public", "--status", "identified", "--message")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("update", "REF", *PUBLIC, "We look into it.", "--title", "db-07 fails"), "the name of a machine"),
        (("update", "REF", *PUBLIC, "mo looks into it."), "a person, mo,"),
        (("public-title", "REF", "db-07 fails"), "the name of a machine"),
        (("maintenance", "plan", "x", "--from", "22:00", "--for", "2h", "--message", "We restart db-07."), "db-07"),
        (("maintenance", "cancel", "PLANNED", "--title", "db-07 is new"), "the name of a machine"),
        (("maintenance", "cancel", "PLANNED", "--message", "mo stops it."), "a person, mo,"),
        (("stage", "REF", "closed", "--override", "Duplicate of another incident"), "Closing drops"),
        (("role", "REF", "scribe", "mmo"), "mmo"),
    ],
)
def test_what_the_room_asks_about_is_told_in_the_shell(
    warroom: Warroom, ref: str, line: tuple[str, ...], told: str
) -> None:
    warroom.says("role", ref, "ic", "mo")
    planned = warroom.says("maintenance", "plan", "New database", "--from", "22:00", "--for", "2h")
    done = warroom.runs(*({"REF": ref, "PLANNED": planned}.get(word, word) for word in line))
    assert done.returncode == 0
    assert done.stderr.decode().count(told) == 1


def test_a_line_that_lacks_its_slash_is_told_of(warroom: Warroom, ref: str) -> None:
    said = warroom.runs("log", ref, "sev SEV0").stderr.decode()
    assert said == "“/sev SEV0” is the command; without the slash it is logged as text.\n"
    assert not warroom.runs("log", ref, "/sev SEV0").stderr


def test_each_line_of_the_input_is_acknowledged_before_the_next_is_given(warroom: Warroom, ref: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "log", ref, "-"], env=warroom.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for text in ("one", "two"):
            running.stdin.write(text.encode() + b"\n")
            running.stdin.flush()
            id = running.stdout.readline().decode().strip()
            assert id in {entry["id"] for entry in warroom.json("show", ref)["entries"]}
        running.kill()
        running.stdin.close()

    assert [text for kind, text in warroom.entries(ref) if kind == "note"] == ["one", "two"]


def test_a_bad_line_of_the_input_is_told_and_the_others_are_logged(warroom: Warroom, ref: str) -> None:
    done = warroom.runs("log", ref, "-", stdin=b"one\n25:99 two\n\n\xff\nthree")

    assert done.returncode == 1
    assert done.stderr.decode().startswith("line 2: There is no time of day")
    assert len(done.stdout.split()) == 3
    assert [text for kind, text in warroom.entries(ref) if kind == "note"] == ["one", "\ufffd", "three"]


def test_the_acts_of_the_room(warroom: Warroom, ref: str) -> None:
    warroom.says("role", ref, "ic", "Mo", "Reyes")
    warroom.says("task", ref, "@rs 10m -x the replica lag")
    warroom.says("hypothesis", ref, "A bad cache")
    warroom.says("hypothesis", ref, "bad cache", "--verdict", "ruled-out", "--evidence", "graphs")
    warroom.says("fix", ref, "Cache is off", "--ticket", "OPS-1")
    warroom.says("update", ref, "--audience", "internal", "--message", "- We look.", "--next", "20m")
    warroom.says("snooze", ref, "public", "10m", "waiting for legal")
    warroom.says("done", ref, "1")
    warroom.says("sev", ref, "2", "--reason", "less traffic")
    warroom.says("undo", ref)
    warroom.says("stage", ref, "investigating")

    shown = warroom.json("show", ref)
    assert (shown["severity"], shown["stage"], shown["roles"]["ic"]) == ("SEV1", "investigating", "Mo Reyes")
    assert [(task["owner"], task["done_at"] is not None) for task in shown["tasks"]] == [("rs", True)]
    assert [hypothesis["verdict"] for hypothesis in shown["hypotheses"]] == ["ruled_out"]
    assert [fix["ticket"] for fix in shown["fixes"]] == ["OPS-1"]
    assert [update["text"] for update in shown["updates"]] == ["- We look."]
    assert any(clock["snoozed"] for clock in shown["clocks"])


def test_a_refused_undo_names_the_option_that_takes_all(warroom: Warroom, ref: str) -> None:
    warroom.says("log", ref, "+ drain the pool")
    warroom.says("done", ref, "1")
    assert "--with-dependents" in warroom.fails("undo", ref, "drain the pool")
    warroom.says("undo", ref, "drain the pool", "--with-dependents")


def test_a_handoff_is_offered_and_accepted(warroom: Warroom, ref: str) -> None:
    warroom.says("role", ref, "ic", "mo")
    warroom.says("handoff", ref, "ana", "--note", "watch the queue")
    assert warroom.json("show", ref)["roles"]["ic"] == "mo"

    warroom.says("--as", "ana", "handoff", ref, "--accept")
    assert warroom.json("show", ref)["roles"]["ic"] == "ana"


def test_an_update_is_owed_when_its_text_says_so(warroom: Warroom, ref: str) -> None:
    told = warroom.tells("update", ref, "--audience", "internal", "--message", "Looking. Next news in 40 min.")
    assert "The next internal update is promised for" in told
    warroom.says("log", ref, "/update public Looking; more in 20m")

    owed = {clock["audience"]: clock for clock in warroom.json("clocks", ref) if clock["kind"] == "update"}
    posted = {update["audience"]: update for update in warroom.json("show", ref)["updates"]}
    for audience, minutes in (("internal", 40), ("public", 20)):
        due, at = (datetime.fromisoformat(one) for one in (owed[audience]["due_at"], posted[audience]["at"]))
        assert timedelta(minutes=minutes) - timedelta(seconds=5) < due - at < timedelta(minutes=minutes, seconds=5)
    told = warroom.tells("update", ref, "--audience", "internal", "--message", "Next update in 1h", "--next", "10m")
    assert "is promised." in told
    assert "for the next update" in told


def test_an_entry_is_corrected_by_its_words_to_a_line_as_in_the_prompt(warroom: Warroom, ref: str) -> None:
    id = warroom.says("log", ref, "-4m error rate is 31 % #db")
    warroom.says("log", ref, "rolled back")

    warroom.says("correct", ref, "31 %", "-9m", "*", "error", "rate", "is", "21 %", "#api")

    entry = next(entry for entry in warroom.json("show", ref)["entries"] if entry["id"] == id)
    assert (entry["kind"], entry["text"], entry["tags"]) == ("finding", "error rate is 21 % #api", ["api"])
    assert entry["corrected"]
    assert datetime.fromisoformat(entry["recorded_at"]) - datetime.fromisoformat(entry["occurred_at"]) > timedelta(
        minutes=8
    )
    assert ("note", "rolled back") in warroom.entries(ref)
    assert json.loads(warroom.says("correct", ref, "last", "! rolled back", "--json"))["kind"] == "entry_corrected"
    assert ("decision", "rolled back") in warroom.entries(ref)


@pytest.mark.parametrize(
    ("entry", "text", "why"),
    [
        ("last", "a note", "Nothing was changed"),
        ("nothing has this", "a note", "No entry holds these words"),
        ("last", "25:99 a note", "25:99"),
        ("Declared SEV1", "SEV2 now", "comes from a command"),
    ],
)
def test_a_correction_that_is_none_is_refused(warroom: Warroom, ref: str, entry: str, text: str, why: str) -> None:
    warroom.says("log", ref, "a note")

    assert why in warroom.fails("correct", ref, entry, text)


def test_a_gate_that_was_passed_keeps_no_copy_of_an_erased_text(warroom: Warroom, ref: str) -> None:
    id = warroom.says("fix", ref, "the token hunter2 in the configuration")
    warroom.says("stage", ref, "monitoring")
    warroom.says("stage", ref, "closed", "--override", "False alarm: nobody was affected")
    warroom.says("redact", ref, id)

    assert warroom.json("show", ref)["overrides"][0]["unmet"]
    assert b"hunter2" not in warroom.db.read_bytes()


def test_a_slash_word_without_a_command_of_its_own_is_a_command(warroom: Warroom, ref: str) -> None:
    id = warroom.says("component", ref, "checkout", "partial", "--at", "-4m")

    shown = warroom.json("show", ref)
    assert shown["components"] == {"checkout": "partial"}
    assert next(entry["kind"] for entry in shown["entries"] if entry["id"] == id) == "component"
    assert warroom.fails("component", ref, "checkout", "broken")
    assert "  component " in warroom.says("--help")


UNLIKE = frozenset({"maintenance", "postmortem", "redact", "update"})
"""Slash words whose command in the shell takes no text, or writes at random."""


@pytest.mark.parametrize(
    ("word", "text"),
    [*((word, ARGUMENTS[word]) for word in ARGUMENTS if word not in UNLIKE), ("role", "tech lead ana")],
)
def test_a_text_says_to_the_shell_what_it_says_to_the_prompt(
    warroom: Warroom, two_incidents: tuple[Path, str, str], word: str, text: str
) -> None:
    """The command refuses it, or writes what the slash word writes."""
    before, ref, other = two_incidents
    elsewhere = Warroom(warroom.db.with_name("elsewhere.db"))
    text = text.replace("INC-2222", other)
    for log in (warroom, elsewhere):
        shutil.copy(before, log.db)
    warroom.says("log", ref, f"/{word} {text}".strip())
    path = {"action": ("action", "add")}.get(word, (word,))
    if elsewhere.runs(*path, ref, *text.split()).returncode == 0:
        assert bodies(elsewhere, ref) == bodies(warroom, ref)


@pytest.fixture(scope="module")
def two_incidents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A log that everybody copies, and its incidents."""
    warroom = Warroom(tmp_path_factory.mktemp("before") / "warroom.db")
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    other = warroom.says("declare", "Search is slow", "--sev", "SEV2")
    warroom.says("log", ref, "-", stdin="\n".join(("/role ic rui", *BEFORE, "disk is full")))
    Warroom(warroom.db, WARROOM_USER="rui").says("handoff", ref, "mo", "--note", "all quiet")
    return warroom.db, ref, other


def bodies(warroom: Warroom, ref: str) -> list[dict[str, object]]:
    """The body of each event of the incident, without moments and marks that differ from run to run."""
    differing = re.compile("_at|until|paste")
    with closing(Log.open(warroom.db, read_only=True)) as log:
        told = [msgspec.to_builtins(event.body) for event in log.events(ref)]
    return [{name: value for name, value in body.items() if not differing.search(name)} for body in told]


def test_the_shell_says_what_it_wrote_where_its_words_do_not(warroom: Warroom, ref: str) -> None:
    written = []
    for word in ("check", "stage"):
        said = warroom.tells(word, ref)
        written.append(warroom.json("show", ref)["entries"][-1]["text"])
        assert said.startswith("Logged at ")
        assert written[-1] in said
    for text in reversed(written):
        assert warroom.tells("undo", ref) == f"Undone: {text}\n"


@pytest.mark.parametrize(
    ("line", "left"),
    [("Thu 23:50 disk full", "23:50"), ("31.12 at 23:50 disk full", "23:50"), ("last night it broke", "last night"),
     ("-4m disk full since 13:40", "13:40"), ("-4m disk full", "")],
)  # fmt: skip
def test_a_time_that_stays_in_the_text_is_said_as_in_the_prompt(
    warroom: Warroom, ref: str, line: str, left: str
) -> None:
    assert warroom.runs("log", ref, line).stderr.decode() == (f"“{left}” stays in the text.\n" if left else "")


@pytest.mark.parametrize("who", ["@ana", '"ana"', " ana ", "@ana:", "ANA"])
def test_who_writes_is_one_person_however_the_name_is_given(warroom: Warroom, ref: str, who: str) -> None:
    warroom.says("--as", who, "role", ref, "scribe", "me")
    assert warroom.json("show", ref)["roles"]["scribe"].casefold() == "ana"
    assert "is already" in warroom.fails("--as", who, "role", ref, "scribe", "@ana")
