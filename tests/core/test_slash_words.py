"""Slash words with their arguments, as tired people type them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest

from console.app.lines import read_line
from console.app.registry import WORDS
from console.core import subjects
from console.core.language.grammar import Line, Slash
from console.core.log.event import Body
from console.core.log.foretold import doubt_of
from console.core.log.slash import read_typed, typed_command
from console.core.refusal import Incomplete, Refused
from console.core.subjects.action_item import open_action_items
from console.core.subjects.change import changes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.role import holder_of
from console.core.subjects.task import AddTask, tasks_of
from console.core.subjects.undo import last_own
from console.core.subjects.update import updates_of
from tests.core.story import START, Story


def refused(story: Story, line: str, actor: str = "mo") -> str:
    with pytest.raises(Refused) as problem:
        story.says(line, actor)
    return problem.value.reason


def text_of(story: Story, entry: str) -> str:
    return next(each.text for each in story.state.entries if each.id == entry)


def test_no_two_subjects_have_the_same_kind_word_or_sign() -> None:
    """The registry would take one of them and pass over the other."""
    modules = [import_module(f"{subjects.__name__}.{module.name}") for module in iter_modules(subjects.__path__)]
    for table in ("WORDS", "SIGNS"):
        names = Counter(name for module in modules for name in getattr(module, table, {}))
        assert [name for name, count in names.items() if count > 1] == [], table
    kinds = Counter(kind.__name__ for kind in Body.__subclasses__() if kind.__module__.startswith(subjects.__name__))
    assert [name for name, count in kinds.items() if count > 1] == []


@pytest.mark.parametrize("name", ['"María José"', "“María José”", '@"María José"', "'María José'", "María José"])
def test_the_quotes_around_a_name_are_no_part_of_it(name: str) -> None:
    story = Story()
    story.says(f"/role comms {name}")
    assert holder_of(story.state, "comms") == "María José"


@pytest.mark.parametrize(
    ("line", "owner", "minutes"),
    [
        ('/assign 1 "María José" 10m', "María José", 10),
        ("/assign 1 María José in 10 min", "María José", 10),
        ("/assign 1 rs by 14:20", "rs", 20),
        ("/assign 1 @rs", "rs", None),
    ],
)
def test_a_task_is_given_to_somebody(line: str, owner: str, minutes: int | None) -> None:
    story = Story()
    story.says("+ free space")
    story.says(line)
    (task,) = tasks_of(story.state).values()
    due = None if minutes is None else START + timedelta(minutes=minutes)
    assert (task.owner, task.due_at) == (owner, due)


@pytest.mark.parametrize(
    "line", ["/task @rs 10 min free space", "/task free space @rs in 10m", "+ @rs by 14:10 free space"]
)
def test_a_task_is_due(line: str) -> None:
    story = Story()
    story.says(line)
    (task,) = tasks_of(story.state).values()
    assert (task.text, task.owner, task.due_at) == ("free space", "rs", START + timedelta(minutes=10))


def test_a_due_time_of_day_does_not_move_with_the_line_s_own_time() -> None:
    story = Story()
    story.says("-4m + @rs by 14:10 free space")
    (task,) = tasks_of(story.state).values()
    assert task.due_at == START + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/at impact_started -7h", "“impact_started” is a milestone; write /milestone impact_started -7h."),
        ("/at mitigated", "“mitigated” is a milestone; write /milestone mitigated 14:32."),
        ("/at hello there", "“hello” is not a time; write /at 14:32 TEXT."),
        ("-4m /at hello", "“hello” is not a time; write /at 14:32 TEXT."),
        ("/at 25:61 x", "There is no time of day “25:61”"),
    ],
)
def test_at_wants_a_time(line: str, reason: str) -> None:
    with pytest.raises(Refused) as problem:
        read_typed(line, now=START, zone=UTC)
    assert reason in problem.value.reason


def test_at_takes_every_form_of_time() -> None:
    for line in ("/at -4m x", "/at 13:56 x", "/at [13:56] x", "/at ! 13:56 x", "/at 4m ago x"):
        read = read_typed(line, now=START, zone=UTC)
        assert isinstance(read, Line)
        assert (read.occurred_at, read.text) == (START - timedelta(minutes=4), "x")


def test_one_person_is_one_however_the_name_is_written() -> None:
    story = Story()
    story.says("asked @RS")
    story.says("/role ic @rs")
    assert holder_of(story.state, "ic") == "RS"
    assert "IC is already RS" in refused(story, "/role ic Rs.")
    assert "already has" in refused(story, "/handoff @rs.")
    story.says("+ @Rs check")
    assert [task.owner for task in tasks_of(story.state).values()] == ["RS"]


def test_nobody_hands_a_role_over_to_themselves() -> None:
    story = Story()
    assert "write /role ic mo" in refused(story, "/handoff me")
    story.says("/role ic ana")
    assert "write /role ic mo" in refused(story, "/handoff Mo")


def test_the_end_of_a_sentence_is_no_part_of_a_name() -> None:
    story = Story()
    story.says("/role ic @Rs.")
    assert holder_of(story.state, "ic") == "Rs"


def test_marks_do_not_make_another_person() -> None:
    story = Story()
    story.says("/role comms José")
    story.says("/role ic jose")
    assert holder_of(story.state, "ic") == "José"


def test_an_own_change_is_own_however_the_name_is_written() -> None:
    story = Story()
    story.says("/change drain zone a", "RS")
    story.says("/change restart the pool", "rs")
    assert len(changes_of(story.state)) == 2


def test_an_undo_takes_the_own_entry_however_the_name_is_written() -> None:
    story = Story()
    entry = story.says("restarted", "RS")
    assert last_own(story.state, "rs", "undo").id == entry


def test_words_of_no_change_are_the_note_of_the_only_one() -> None:
    story = Story()
    story.says("/change drain the pool", "rs")
    ended = story.says("/changed done zone a is green")
    (change,) = changes_of(story.state).values()
    assert change.outcome == "done"
    assert text_of(story, ended) == "Change done: drain the pool: zone a is green"


def test_of_several_changes_the_words_name_one() -> None:
    story = Story()
    story.says("/change drain the pool", "rs")
    story.says("/change ! raise the limit", "al")
    assert refused(story, "/changed done zone a is green") == (
        "Which change: drain the pool (rs), raise the limit (al)? Use words of it."
    )
    story.says("/changed rolled back raise the limit: too slow")
    assert [change.outcome for change in changes_of(story.state).values()] == ["", "rolled_back"]


def test_redact_last_takes_the_own_last_entry() -> None:
    story = Story()
    own = story.says("password is geheim", "mo")
    other = story.says("something else", "rs")
    story.says("/redact last", "mo")
    assert "geheim" not in text_of(story, own)
    assert text_of(story, other) == "something else"


def test_redact_by_words_of_the_only_entry_that_holds_them() -> None:
    story = Story()
    own = story.says("the password is hunter2", "mo")
    story.says("the pool is drained", "rs")
    assert refused(story, "/redact hunter3") == "No entry holds these words; write /redact last, or words of the entry."
    reason = refused(story, "/redact the p")
    assert reason.startswith("These words are in 2 entries: ")
    assert "“the password is hunter2”" in reason
    story.says("/redact hunter2", "rs")
    assert "hunter2" not in text_of(story, own)


def test_redact_takes_no_short_word_for_an_entry() -> None:
    story = Story()
    story.says("an old key")
    assert "is too short to tell an entry by" in refused(story, "/redact old")


def test_redact_by_id_keeps_its_reason() -> None:
    story = Story()
    entry = story.says("a secret thing")
    story.says(f"/redact {entry} pasted by mistake")
    assert "secret" not in text_of(story, entry)


def test_ruled_out_takes_the_number_of_a_hypothesis() -> None:
    story = Story()
    story.says("+ first task")
    story.says("? cache is cold")
    story.says("? deploy broke it")
    story.says("/ruled-out 2 it was older")
    assert [each.verdict for each in hypotheses_of(story.state).values()] == ["open", "ruled_out"]


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("dnoe", "/done"),
        ("ntoe", "/note"),
        ("assgn", "/assign"),
        ("ruledout", "/ruled-out"),
        ("sev0", "/sev"),
        ("tasks", "/task"),
        ("severity", "/sev"),
        ("decision", "! TEXT"),
        ("finding", "* TEXT"),
        ("decide", "! TEXT"),
        ("find", "/filter"),
        ("goto", "/jump"),
        ("monitoring", "/stage monitoring"),
        ("mute", "/silence"),
        *((word, "") for word in ("login", "clear", "whoami", "tmp", "healthz", "pm", "wuit")),
    ],
)
def test_an_unknown_word_is_answered_with_what_is_meant_and_never_with_a_chance_likeness(
    typed: str, suggested: str
) -> None:
    with pytest.raises(Refused) as problem:
        read_line(f"/{typed} x", now=START, zone=UTC)
    words = f"write {suggested}" if suggested else "press Tab after a slash to see the commands"
    assert problem.value.reason == f"There is no command /{typed}; {words}, or //{typed} to log it as text."


ENDS = ["done", "Rolled back.", "failed", "done 2", "ruled out", "completed"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("begins", ["/change ", "/task ", "/fix ", "/action ", "+ ", "? ", "/hypothesis "])
def test_a_new_thing_that_is_named_by_an_end_is_asked_about(begins: str, end: str) -> None:
    story = Story()
    command = typed_command(begins + end, story.state, actor="mo", now=START, zone=UTC)
    assert "would end nothing" in doubt_of(story.state, command, START, UTC)


@pytest.mark.parametrize("line", ["done", "* failed", "/task done deals are lost", "/fix removed the flag"])
def test_nothing_else_that_says_an_end_is(line: str) -> None:
    story = Story()
    command = typed_command(line, story.state, actor="mo", now=START, zone=UTC)
    assert "would end nothing" not in doubt_of(story.state, command, START, UTC)


def test_a_task_that_is_given_to_somebody_says_when_they_come_back() -> None:
    story = Story()
    story.says("+ @kai look")
    for due, back in (("10m", "in 10m"), ("in 10 min", "in 10m"), ("by 14:10", "in 10m"), ("at 14:10", "in 10m")):
        story.says(f"/assign 1 lee {due}")
        assert story.state.entries[-1].text == f"Task 1 → lee, back {back}: look"
        story.says("/assign 1 kai")


def test_everybody_whom_a_task_names_is_among_its_people() -> None:
    story = Story()
    story.says("+ @kai 10m look @jo")
    assert story.state.entries[-1].people == ("kai", "jo")
    story.does(AddTask, text="call @jo", owner="José María")
    assert story.state.entries[-1].people == ("José María", "jo")


def test_a_milestone_is_no_stage() -> None:
    assert refused(Story(), "/stage mitigated") == "“mitigated” is a milestone; write /milestone mitigated 14:32."


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("/role scribe", {"role": "scribe"}),
        ("/snooze public 5m", {"clock": "first_public", "by": "5m"}),
        ("/snooze public the vendor calls", {"clock": "first_public", "reason": "the vendor calls"}),
        ("/component checkout", {"name": "checkout"}),
        ("/task @kai 10m", {"owner": "kai", "due": "10m"}),
        ("/update public", {"audience": "public"}),
        ("/stage closed !", {"stage": "closed"}),
    ],
)
def test_of_a_line_that_lacks_something_it_is_known_what_was_given(line: str, given: dict[str, str]) -> None:
    with pytest.raises(Incomplete) as raised:
        Story().says(line)
    assert raised.value.given == given


def test_words_behind_the_number_of_a_task_are_its_result() -> None:
    story = Story()
    story.says("+ check 1 lag")
    story.says("/done 1 the lag is 0")
    assert story.state.entries[-1].text == "Done: check 1 lag: the lag is 0"
    story.says("+ run 2 jobs again")
    story.says("/done 2 jobs")
    assert story.state.entries[-1].text == "Done: run 2 jobs again"


@pytest.mark.parametrize(
    ("line", "next_at", "asks"),
    [
        ("/update internal next 30m we look", START + timedelta(minutes=30), False),
        ("/update internal next in 30 min we look", START + timedelta(minutes=30), False),
        ("/update internal next 14:20 we look", START + timedelta(minutes=20), False),
        ("/update internal next at 14:20 we look", START + timedelta(minutes=20), False),
        ("/update internal next 9 we look", None, True),
        ("/update internal next 2 hours are critical", None, True),
        ("/update internal next steps: we look", None, False),
    ],
)
def test_the_next_update_is_promised_by_a_length_or_a_time_and_never_by_half_of_one(
    line: str, next_at: datetime | None, asks: bool
) -> None:
    story = Story()
    command = typed_command(line, story.state, actor="mo", now=START, zone=UTC)
    assert bool(doubt_of(story.state, command, START, UTC)) is asks
    story.says(line)
    assert updates_of(story.state)[-1].next_at == next_at


@pytest.mark.parametrize(("due", "after"), [("36h", 36), ("in 36h", 36), ("by 18:00", 4), ("18:00", 4)])
def test_an_action_item_is_due_after_a_length_or_at_a_time(due: str, after: int) -> None:
    story = Story()
    story.says(f"/action P1 @kai {due} add an alarm")
    (item,) = open_action_items(story.state)
    assert (item.text, item.due_at) == ("add an alarm", START + timedelta(hours=after))


@pytest.mark.parametrize("word", [word for word, form in WORDS.items() if form == f"/{word}"])
def test_a_word_that_takes_nothing_is_no_command_where_a_sentence_goes_on_behind_it(word: str) -> None:
    assert isinstance(read_line(f"/{word}", now=START, zone=UTC), Slash)
    with pytest.raises(Refused) as problem:
        read_line(f"/{word} is slow in EU1", now=START, zone=UTC)
    assert f"//{word} to log it" in problem.value.reason


def test_a_reason_without_its_mark_is_refused_with_the_line_that_overrides_the_gate() -> None:
    story = Story("SEV1")
    assert refused(story, "/stage closed duplicate").startswith("To override the gate write /stage closed ! duplicate.")
    story.says("/stage investigating because we look")
    story.says("/stage closed ! duplicate")


@pytest.mark.parametrize("quotes", ["“{}”", '"{}"', "‘{}’", "'{}'", "«{}»"])
@pytest.mark.parametrize(
    "line", ["/undo {disk full}", "/redact {disk full}", "/done {ask the bank}", "/assign {ask the bank} rui",
             "/ruled-out {too many logs} no", "/done {raise the limit}", "/ticket {raise the limit} OPS-1",
             "/ack {ask the bank}", "/changed {restart web}", "/changed failed {restart web}: no memory",
             "/changed {restart web}: all up", "/rollback-plan {restart web}: stop it", "/supported {too many logs} no",
             "/move {disk full} to INC-2222", "/reopen {old idea}", "/check {said what is broken}: by hand",
             "/uncheck {said what changed}"],
)  # fmt: skip
def test_words_of_a_thing_may_stand_in_the_quotes_in_which_it_is_shown(line: str, quotes: str) -> None:
    def logged(written: str) -> list[Body]:
        story = Story()
        for before in (
            "disk full",
            "+ ask the bank",
            "? too many logs",
            "/fix raise the limit",
            "/change restart web",
            "? old idea",
            "/ruled-out 2 it was",
            "/check first-five-minutes/2",
        ):
            story.says(before)
        known = len(story.events)
        story.says(written)
        return [event.body for event in story.events[known:]]

    words = line[line.index("{") + 1 : line.index("}")]
    plain, quoted = (line.replace(f"{{{words}}}", form.format(words)) for form in ("{}", quotes))
    assert logged(quoted) == logged(plain)
