"""A slash line is recorded with all its words, or refused whole: never partly, and never as something else."""

from datetime import UTC, timedelta
from functools import cache

import msgspec
import pytest

from console.app.registry import WORDS as SCREEN_WORDS
from console.core.language.grammar import Line, parse_line
from console.core.language.text import one_line
from console.core.log.command import Command, Offering, Proposal
from console.core.log.completion import slash_doubt
from console.core.log.decide import decide
from console.core.log.foretold import doubt_of, foretold, text_doubt, would_log
from console.core.log.registry import WORDS
from console.core.log.slash import typed_command
from console.core.refusal import Refused
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.fix import fixes_of, open_fixes
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.runbook import FollowRunbook
from console.core.subjects.stage import StageChanged
from console.core.subjects.task import open_tasks
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate
from console.library.runbooks import Runbooks
from tests.core.story import Maintenance, Story

ARGUMENTS = {
    "accept": "",
    "ack": "1",
    "action": "P1 @rs 14d add an alarm verify: a drill",
    "answered": "kim 10m on my way",
    "assign": "1 ana 10m",
    "change": "drain zone a back: undrain it",
    "changed": "done restart web: all pods up",
    "check": "first-five-minutes/1: by hand",
    "component": "search major",
    "declined": "kim on holiday",
    "done": "1: lag is zero",
    "escalate": "the database team",
    "fix": "pool at 200 in conf/db.conf OPS-7 @ana",
    "handoff": "ana all quiet",
    "hypothesis": "the cache is cold",
    "ic": "ana",
    "impact": "nobody can pay",
    "link": "part of INC-2222: same database",
    "maintenance": "cancel the vendor is late",
    "milestone": "detected 13:50",
    "move": "last to INC-2222",
    "no-answer": "kim voicemail",
    "note": "asked the vendor",
    "page": "ana for Database on-call by phone",
    "postmortem": "owner ana",
    "public-title": "Some payments fail",
    "redact": "last",
    "reopen": "2",
    "role": "comms ana",
    "rollback-plan": "restart web: stop it",
    "round": "@rs lag is high / @ana all fine",
    "ruled-out": "1 pool is at 5 %",
    "sev": "SEV0 all regions",
    "silence": "no_scribe we are two",
    "snooze": "public 10m waiting for legal",
    "stage": "mitigating ! we know",
    "supported": "1 pool is at 100 %",
    "task": "@rs 10m check disk",
    "ticket": "1 OPS-99 @ana",
    "title": "Checkout is down",
    "uncheck": "first-five-minutes/2",
    "undo": "disk is full",
    "update": "internal next 30m still looking",
}
"""Words behind each slash word with which it is taken."""

SURPLUS = (
    "zebra",
    '"two words"',
    "INC-9999",
    "@zoe",
    "@zoe,",
    "#tag",
    "🦓",
    "ab:cd",
    "UTF-8",
    "a@b.example",
    "--json",
    "(x1)",
)
"""Words for any place of a line, which are no time, no number and no word of a form."""


BEFORE = (
    "/role scribe rs",
    "+ @rs 10m check replica lag",
    "+ drain zone b",
    "? the pool is exhausted",
    "? bad deploy of web",
    "/ruled-out 2 it was older",
    "/change restart web",
    "/fix rate limit at 50 % in conf/nginx.conf OPS-12 @rs",
    "/page kim by phone",
    "/check first-five-minutes/2",
    "disk is full on web-1",
)


@cache
def told(word: str = "") -> Story:
    """An incident in which each line is taken; for its own word a planned maintenance."""
    if word == "maintenance":
        return Maintenance()
    story = Story().at(1)
    for line in BEFORE:
        story.says(line)
    story.does(FollowRunbook, runbook=Runbooks(None).get("ddos"))
    story.does(OfferHandoff, actor="ana", person="mo", note="all quiet")
    story.says("disk is full")
    return story.at(12)


def command(line: str, word: str = "") -> Command:
    story = told(word)
    return typed_command(line, story.state, actor="mo", now=story.now, zone=UTC)


def recorded(line: str, word: str = "") -> tuple[Proposal, ...] | None:
    """The events that the line comes to; None where it is refused."""
    story = told(word)
    try:
        return decide(story.state, command(line, word), story.now)
    except Refused:
        return None


def asks(line: str, word: str = "") -> str:
    story = told(word)
    return doubt_of(story.state, command(line, word), story.now, UTC)


def entries(line: str) -> list[str]:
    """The texts of the entries that the line would add."""
    return [entry.text for entry in foretold(told().state, command(line), told().now)]


def test_every_slash_word_is_tried() -> None:
    assert set(ARGUMENTS) == set(WORDS)


def unslashed(line: str, word: str = "") -> str:
    """The question about the line as a note."""
    note = parse_line(line, now=told(word).now, zone=UTC, commands=WORDS)
    assert isinstance(note, Line)
    return slash_doubt(note, told(word).state, "mo")


@pytest.mark.parametrize("word", ARGUMENTS)
def test_a_slash_word_without_its_slash_is_asked_about(word: str) -> None:
    state = told(word).state
    offered = [each for offers in WORDS[word].offers[:1] for each in offers(Offering(state, lambda: ["ana", "mo"]))]
    numbers = [number for value in offered if (number := value[len(value.rstrip("0123456789")) :])]
    values = [way.format(value) for value in (*offered, *numbers) for way in (" {}", "  {}", " {}.", " {}: more")]
    for line in (word, word.upper(), *(f"{word}{value}" for value in values)):
        assert unslashed(line, word).startswith(f"“/{one_line(line, 32)}”")


SIGNS_BESIDE = ("\\{}", "／{}", "∕{}", ":{}", ".{}", "`/{}`", "“/{}”", '"/{}"', "'/{}'", "`{}`", ";{}")
"""Signs that are typed or pasted in the slash's place: by the key beside it, by another layout, or in quotes."""


@pytest.mark.parametrize("form", SIGNS_BESIDE)
@pytest.mark.parametrize("words", ["sev SEV0", "undo", "done 1", "stage mitigating", "help"])
def test_another_sign_in_the_place_of_the_slash_is_asked_about_too(form: str, words: str) -> None:
    note = parse_line(form.format(words), now=told().now, zone=UTC, commands=WORDS)
    assert isinstance(note, Line)
    assert slash_doubt(note, told().state, "mo", SCREEN_WORDS).startswith(f"“/{words}” is the command")


@pytest.mark.parametrize("line", ["//sev SEV0", "\\/undo", "'done' is what it said", ".5 s", "“undone”", "(done)"])
def test_what_was_escaped_or_quoted_as_a_word_is_not(line: str) -> None:
    assert not unslashed(line)


@pytest.mark.parametrize(
    "line",
    ["sev1 it is", "stage env is down", "role of the cache", "ic is on the way", "done with the roll-back", "done: lag",
     "undo of the deploy", "undone", "title x is wrong", "check 900 hosts", "fix deployed", "page dba", "link down",
     "change drained zone a", "update went out", "note this", "impact grows", "task force is set up", "resolved",
     "! sev SEV0", "? stage mitigating"],
)  # fmt: skip
def test_a_note_that_only_begins_with_a_slash_word_is_not(line: str) -> None:
    assert not unslashed(line)


@pytest.mark.parametrize("word", ARGUMENTS)
def test_a_line_is_taken(word: str) -> None:
    assert recorded(f"/{word} {ARGUMENTS[word]}".strip(), word) is not None


@pytest.mark.parametrize("word", ARGUMENTS)
def test_a_word_too_many_is_recorded_or_refused_and_never_dropped(word: str) -> None:
    words = ARGUMENTS[word].split()
    for surplus in SURPLUS:
        for place in range(len(words) + 1):
            line = " ".join([f"/{word}", *words[:place], surplus, *words[place:]])
            events = recorded(line, word)
            if events is None:
                continue
            said = " ".join(str(msgspec.to_builtins(event.body)) for event in events).lower()
            assert surplus.strip('"@,()-').lower() in said, line


@pytest.mark.parametrize("word", ARGUMENTS)
def test_a_time_in_front_of_a_word_is_its_moment_or_refused(word: str) -> None:
    now = told(word).now
    events = recorded(f"-5m /{word} {ARGUMENTS[word]}".strip(), word) or ()
    assert all(event.occurred_at == now - timedelta(minutes=5) for event in events)


@pytest.mark.parametrize("word", ["task", "role", "snooze", "update", "link", "stage"])
def test_a_time_is_not_lost_in_the_form_of_a_word_that_lacks_something(word: str) -> None:
    with pytest.raises(Refused) as refused:
        command(f"-5m /{word} !" if word == "stage" else f"-5m /{word}" + (" @rs" if word == "task" else ""))
    assert type(refused.value) is Refused


def test_a_moment_is_written_once() -> None:
    assert recorded("-5m /milestone detected 13:50") is None
    assert recorded("-5m /milestone detected") is not None


# Production changes


@pytest.mark.parametrize("between", [" ", "; ", ", ", " | ", " |", "|"])
def test_a_sign_between_a_change_and_its_rollback_plan_is_no_part_of_either(between: str) -> None:
    assert entries(f"/change drain zone a{between}rollback: fill it") == [
        "Change: drain zone a (rollback plan: fill it)"
    ]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("/changed", "Change done: restart web"),
        ("/changed all pods are up", "Change done: restart web: all pods are up"),
        ("/changed web:8080 is up", "Change done: restart web: web:8080 is up"),
        ("/changed done, failed over to db-2", "Change done: restart web: failed over to db-2"),
        ("/changed reverted", "Change rolled back: restart web"),
        ("/changed Rolled back, all good", "Change rolled back: restart web: all good"),
        ("/changed rollback restart web: it hung at 14:10:05", "Change rolled back: restart web: it hung at 14:10:05"),
        ("/changed failed: it hung", "Change failed: restart web: it hung"),
    ],
)
def test_a_change_ends_as_its_line_says(line: str, entry: str) -> None:
    assert entries(line) == [entry]


@pytest.mark.parametrize(
    "words",
    ["aborted", "cancelled", "not done", "failed over to the replica", "restart web failed", "restart web: failed",
     "it was reverted", "all good, rolling back", "never started"],
)  # fmt: skip
def test_an_end_that_only_the_words_tell_is_not_taken_for_done(words: str) -> None:
    assert recorded(f"/changed {words}") is None
    assert recorded(f"/changed done {words}") is not None


def test_a_note_that_says_another_end_is_asked_about() -> None:
    assert "“failed”" in asks("/changed done restart web: failed, it hung")
    assert "“rolled back”" in asks("/changed done restart web: reverted")
    assert not asks("/changed done restart web: done by hand")
    assert not asks("/changed failed restart web: reverting was not possible")


def test_a_word_that_ends_in_back_begins_no_rollback_plan() -> None:
    assert entries("/change restart the call-back: service") == ["Change: restart the call-back: service"]
    assert entries("/change restart; back: none") == ["Change: restart (rollback plan: none)"]


# Temporary fixes


@pytest.mark.parametrize(
    ("typed", "text", "ticket", "owner"),
    [
        ("rate limit OPS-9 @ana", "rate limit", "OPS-9", "ana"),
        ("rate limit @ana, OPS-9.", "rate limit", "OPS-9", "ana"),
        ("OPS-9 @ana: rate limit", "rate limit", "OPS-9", "ana"),
        ("rate limit, owner @ana, ticket OPS-9", "rate limit", "OPS-9", "ana"),
        ("set the charset to UTF-8", "set the charset to UTF-8", "", ""),
        ("use AES-256 in conf/tls.conf", "use AES-256 in conf/tls.conf", "", ""),
        ("pin to @2.3.4", "pin to @2.3.4", "", ""),
        ("pin @types/node to 18", "pin @types/node to 18", "", ""),
        ("said so to @ana", "said so to @ana", "", ""),
        ("mails to ops@acme.example are off", "mails to ops@acme.example are off", "", ""),
        ("two  blanks\tand a tab", "two  blanks\tand a tab", "", ""),
        ("@ana", "@ana", "", ""),
    ],
)
def test_of_a_temporary_fix_only_its_ticket_and_owner_are_no_text(
    typed: str, text: str, ticket: str, owner: str
) -> None:
    story = Story()
    story.says(f"/fix {typed}")
    (fix,) = fixes_of(story.state).values()
    assert (fix.text, fix.ticket, fix.owner) == (text, ticket, owner)


def test_the_owner_of_a_temporary_fix_is_said_before_it_is_logged() -> None:
    story = told()
    line = would_log(story.state, command("/fix rate limit @zoe"), story.now, UTC)
    assert line == "logs a fix: rate limit (temporary) · for zoe"


def test_a_ticket_is_the_last_word_and_the_fix_what_stands_before_it() -> None:
    story = Story()
    story.says("/fix rate limit of web")
    story.says("/ticket rate limit OPS-5 @ana")
    (fix,) = open_fixes(story.state)
    assert (fix.ticket, fix.owner) == ("OPS-5", "ana")


# People


@pytest.mark.parametrize("lead", ["", "@", "to ", "to @", "→ ", "-> ", "= ", ": ", "is "])
@pytest.mark.parametrize("role", ["comms", "Comms", "comms lead", "Communications lead", "communications"])
def test_what_leads_to_a_name_is_no_part_of_it(lead: str, role: str) -> None:
    story = Story()
    story.says(f"/role {role} {lead}zoe")
    assert holder_of(story.state, "comms") == "zoe"


@pytest.mark.parametrize("lead", ["", "@", "to ", "to @", "→ "])
@pytest.mark.parametrize("line", ["/ic {}", "/handoff {} all quiet", "/postmortem owner {}", "/assign 1 {} 10m"])
def test_the_name_is_found_in_every_word_that_gives_something(line: str, lead: str) -> None:
    assert command(line.format(f"{lead}zoe")).named == ("zoe",)


@pytest.mark.parametrize(
    "name",
    ["ana and bob", "ana, bob", "@ana @bob", "ana & bob", "ana 10m", "ana until 17:00", "5m", '""', "“”", "--", "to",
     "the", "scribe", "Tech lead"],
)  # fmt: skip
@pytest.mark.parametrize("line", ["/ic {}", "/role comms {}", "/postmortem owner {}", "/assign 1 {}"])
def test_what_is_not_the_name_of_one_person_gets_nothing(line: str, name: str) -> None:
    typed = line.format(name)
    events = recorded(typed)
    # The time of a task is no part of its owner's name.
    assert events is None or typed in ("/assign 1 ana 10m", "/assign 1 ana until 17:00")


@pytest.mark.parametrize("line", ["/ic {}", "/role comms {}", "/postmortem owner {}", "/assign 1 {}", '/handoff "{}"'])
def test_words_behind_a_known_name_are_asked_about(line: str) -> None:
    assert "known is rs" in asks(line.format("rs please look at it"))
    assert "one name" in asks(line.format("bo please take over now"))
    assert not asks(line.format("María José"))


def test_somebody_of_such_a_name_gets_it_all_the_same() -> None:
    story = Story()
    story.says("on it", "Smith, John")
    story.says("/ic Smith, John")
    assert holder_of(story.state, "ic") == "Smith, John"


def test_whom_a_page_was_for_is_no_way_to_reach_them() -> None:
    for words in ("and bob", "@bob", "about the database", "at 14:05"):
        assert recorded(f"/page @ana {words}") is None
    assert entries("/page @ana +49 170 123") == ["Paged ana by +49 170 123"]


# Things by what people call them


@pytest.mark.parametrize("word", ["/done {}", "/ruled-out {}", "/supported {}", "/ack {}", "/check {}"])
@pytest.mark.parametrize("numbers", ["1 2", "1, 2", "1 and 2", "1,2", "1 & 2", "#1 #2"])
def test_two_numbers_are_not_one_with_a_note(word: str, numbers: str) -> None:
    assert recorded(word.format(numbers)) is None


THINGS = {
    "+ {}": "/done {}: so",
    "? {}": "/ruled-out {} so",
    "/fix {}": "/ticket {} OPS-1",
    "/action {}": "/done A{}: so",
}
"""Lines that begin things with numbers, each with a line that names one by its number."""


@pytest.mark.parametrize("begins", THINGS)
def test_a_number_stays_that_of_its_thing_when_another_is_undone_or_put_back(begins: str) -> None:
    story = Story()
    first = story.says(begins.format("look at alpha"))
    for text in ("look at beta", "look at gamma"):
        story.says(begins.format(text))
    story.does(Undo, entry=first)
    story.says(THINGS[begins].format(2))
    assert "beta" in story.state.entries[-1].text
    story.does(Undo, entry=first)
    story.says(begins.format("look at delta"))
    story.says(THINGS[begins].format(4))
    assert "delta" in story.state.entries[-1].text


@pytest.mark.parametrize("few", ["e", "ic", "a", "o"])
@pytest.mark.parametrize("word", ["/done {}", "/ruled-out {}", "/ack {}", "/ticket {} OPS-1", "/answered {}"])
def test_a_letter_that_happens_to_be_in_its_text_names_nothing(word: str, few: str) -> None:
    assert recorded(word.format(few)) is None


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("/done 1. lag is 0", "Done: check replica lag: lag is 0"),
        ("/done 1:lag is 0", "Done: check replica lag: lag is 0"),
        ("/done replica: web:8080 caught up", "Done: check replica lag: web:8080 caught up"),
        ("/ruled-out the pool", "Ruled out: the pool is exhausted"),
        ("/ruled-out pool: at 5 %", "Ruled out: the pool is exhausted: at 5 %"),
        ("/ruled-out 1, at 5 %", "Ruled out: the pool is exhausted: at 5 %"),
        ("/ruled-out “the pool” at 5 %", "Ruled out: the pool is exhausted: at 5 %"),
        ("/ruled-out the pool is exhausted at 5 %", "Ruled out: the pool is exhausted: at 5 %"),
        ("/assign check replica lag to zoe", "Task 1 → zoe: check replica lag"),
        ("/assign replica lag zoe 10m", "Task 1 → zoe, back in 10m: check replica lag"),
        ("/component checkout is major", "checkout: major"),
        ("/component checkout: major", "checkout: major"),
        ("/rollback-plan restart ab:cd", "Rollback plan of “restart web”: restart ab:cd"),
        ("/silence no scribe we are two", "Advice silenced: no scribe: we are two"),
    ],
)
def test_what_is_said_of_a_thing_begins_where_its_name_ends(line: str, entry: str) -> None:
    assert entries(line) == [entry]


@pytest.mark.parametrize("line", ["/ruled-out the pool is at 5 %", "/ruled-out bad deploy because it was older"])
def test_where_nobody_can_tell_it_is_asked_for_its_number(line: str) -> None:
    with pytest.raises(Refused) as refused:
        command(line)
    assert "write /ruled-out" in refused.value.reason


@pytest.mark.parametrize("advice", ["everything", "all", "no", "no_com", "UTF-8"])
def test_advice_that_there_is_not_is_not_silenced(advice: str) -> None:
    assert recorded(f"/silence {advice} we know") is None


# Rounds


@pytest.mark.parametrize(
    "said",
    ["@rs all fine, @ana lag is high", "@rs all fine; @ana: lag", "@rs all fine /@ana lag", "@rs all fine/ @ana lag"],
)
def test_a_speaker_who_is_not_parted_from_the_one_before_is_asked_for(said: str) -> None:
    assert recorded(f"/round {said}") is None


@pytest.mark.parametrize(
    "said", ["@rs, @ana: all fine", "@rs all fine, ask @ana", "@rs and/or @ana", "@rs told @ana @bo", "@rs 5xx / 4xx"]
)
def test_who_is_only_named_in_a_round_speaks_not(said: str) -> None:
    assert entries(f"/round {said}") == [said]


# Stages


def test_both_reasons_of_a_stage_are_kept_where_no_gate_is_overridden() -> None:
    (event,) = recorded("/stage mitigating found it ! we know why") or ()
    assert isinstance(event.body, StageChanged)
    assert event.body.reason == "found it; we know why"


@pytest.mark.parametrize("line", ["/stage in 10m mitigating", "/role in zoe", "/role s zoe", "/stage m we go on"])
def test_two_letters_name_no_stage_and_no_role(line: str) -> None:
    assert recorded(line) is None


# Lengths of time


@pytest.mark.parametrize(
    "line",
    ["+ @rs 1h 10m watch the queue", "+ in 1h 10m watch the queue", "/snooze public 1h 10m waiting for legal",
     "/update internal next 1h 10m we know more", "/answered kim 1h 10m on the train"],
)  # fmt: skip
def test_a_length_that_goes_on_behind_a_blank_is_asked_about(line: str) -> None:
    assert "“10m” stays in the text" in asks(line)
    assert not asks(line.replace("1h 10m", "1h10m"))


# Updates


@pytest.mark.parametrize(
    "text", ["we know more next 30m", "we know more, next 14:50", "next 30 we know more", "public: we know more"]
)
def test_a_promise_or_an_audience_in_the_text_of_an_update_is_asked_about(text: str) -> None:
    assert "is text" in asks(f"/update internal {text}")


def test_a_slash_word_in_the_text_of_an_update_is_asked_about() -> None:
    assert "“/sev” is text" in text_doubt(command("/update internal /sev SEV0"))


@pytest.mark.parametrize("text", ["next 30m we know more", "the next 2 hours are hard", "we restart 2 pods"])
def test_no_other_text_of_an_update_is(text: str) -> None:
    assert not asks(f"/update internal {text}")


def test_the_tasks_stay_as_they_were() -> None:
    assert [task.text for task in open_tasks(told().state)] == ["check replica lag", "drain zone b"]


@pytest.mark.parametrize("words", ["declared", "checkout", "checkout errors", "Declared SEV1"])
def test_words_of_the_title_never_withdraw_the_incident_nor_erase_it(words: str) -> None:
    story = Story()
    for word in ("undo", "redact"):
        with pytest.raises(Refused, match="declaration"):
            story.says(f"/{word} {words}")
    story.says("checkout errors are declared SEV1 by the vendor")
    story.says("/undo declared")
    assert [entry.undone for entry in story.state.entries] == [False, True]
    story.says("/undo declaration")
    assert story.state.withdrawn


@pytest.mark.parametrize("title", ["db-7 is slow", "web.internal is down", "ana works on it"])
@pytest.mark.parametrize("command", [
    SetPublicTitle(actor="mo", title=""), PostUpdate(actor="mo", audience="public", text="We look into it."),
    BackfillIncident(actor="mo", targets=("page",)),
])  # fmt: skip
def test_a_public_title_that_may_be_none_is_asked_about(command: Command, title: str) -> None:
    story = Story()
    story.does(AssignRole, role="ic", person="ana")
    field = "title" if isinstance(command, SetPublicTitle) else "public_title"

    def doubt(title: str) -> str:
        return msgspec.structs.replace(command, **{field: title}).doubt(story.state, story.now, UTC)

    assert title.split()[0] in doubt(title)
    assert not doubt("Some payments fail")
