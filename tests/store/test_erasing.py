"""A redaction takes what else holds the words, again what an earlier one left, and the same on every file."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.core.log.codec import encode_body
from console.core.log.erasure import MAX_OTHER_ENTRIES, exchanged, is_redacted
from console.core.log.event import Body, Event
from console.core.log.fold import fold
from console.core.log.registry import KINDS
from console.core.memory.hits import wanted_of
from console.core.playbook.runbook import Runbook, Step
from console.core.subjects.component import ComponentChanged, components_of
from console.core.subjects.declaration import IncidentDeclared, TitleChanged
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.handoff import HandoffOffered
from console.core.subjects.public_title import PublicTitleSet
from console.core.subjects.role import RoleAssigned
from console.core.subjects.runbook import RunbookOpened, runbooks_of
from console.core.subjects.stage import StageChanged
from console.core.subjects.task import TaskAdded
from console.core.subjects.tick import ItemTicked, ticked
from console.core.subjects.undo import EntryRedacted
from console.core.subjects.update import UpdatePosted
from console.store import Log, chain, redact, rows
from console.store.outbox.message import Placed, PlacedPart, Queued
from console.store.outbox.outbox import Outbox
from console.store.outbox.tables import place
from console.store.redact import Plan
from console.store.sqlite import sqlite3
from tests.core.bodies import body_of
from tests.core.story import START, standard
from tests.drawing import examples
from tests.memory import memory
from tests.store.making import INCIDENT, entry, event

OpenLog = Callable[..., Log]
SECRET = "hunter2secret"


def stored(log: Log, id: str) -> Body:
    found = log.event(id)
    assert found is not None
    return found.body


def planned(log: Log, id: str, incident: str = INCIDENT) -> Plan:
    found = log.redaction(incident, id)
    assert found is not None
    return found


def redacted(log: Log, target: str, name: str = "r", reason: str = "") -> EntryRedacted:
    [written] = log.redact(event(name, EntryRedacted(target, reason)))
    assert isinstance(written.body, EntryRedacted)
    return written.body


def test_names_of_all_kinds_leave_the_log(log: Log) -> None:
    log.append([
        event("c", ComponentChanged("hunter2secret", "partial")),
        event("p", RoleAssigned("ic", "hunter3secret")),
        event("t", TaskAdded("check it", "hunter4secret")),
        event("h", HandoffOffered("ic", "hunter6secret", "note")),
    ])  # fmt: skip
    for id in "cpth":
        redacted(log, id, f"r{id}")
    assert "hunter" not in str([encode_body(event.body) for event in log.events(INCIDENT)])
    component = stored(log, "c")
    assert isinstance(component, ComponentChanged)
    assert is_redacted(component.component)
    assert component.status == "partial"
    assert log.verify() == []


def test_two_components_stay_two(log: Log) -> None:
    log.append(
        [event("a", ComponentChanged("alpha9secret", "partial")), event("b", ComponentChanged("beta99secret", "major"))]
    )
    redacted(log, "a")
    redacted(log, "b", "r2")
    assert len(components_of(fold(INCIDENT, log.events(INCIDENT)))) == 2


def test_what_holds_the_same_words_goes_with_it(log: Log) -> None:
    log.append([
        entry("a", f"the password is {SECRET}"),
        event("title", TitleChanged(f"{SECRET} is out")),
        event("fix", EntryCorrected("other", text=f"try {SECRET}")),
        entry("other", "try it"),
        entry("same", f"[mo] the password is {SECRET}, sorry"),
        entry("harmless", "the password is gone"),
    ])  # fmt: skip
    plan = planned(log, "a")
    assert [taken.id for taken in plan.others] == ["title", "fix", "same"]
    assert set(redacted(log, "a").left) == {"a", "title", "fix", "same"}
    assert SECRET not in str([encode_body(event.body) for event in log.events(INCIDENT)])
    assert stored(log, "harmless") == EntryLogged("note", "the password is gone")
    assert stored(log, "other") == EntryLogged("note", "try it")
    assert log.verify() == []


@pytest.mark.parametrize("text", ["checkout", "maya", "ok", "roll back", "INC-K7Q2", "db1"])
def test_ordinary_words_and_names_do_not_spread(log: Log, text: str) -> None:
    log.append([event("a", RoleAssigned("ic", text)), entry("b", f"{text} again"), event("c", TaskAdded(text, text))])
    assert planned(log, "a").others == ()
    redacted(log, "a")
    assert stored(log, "b") == EntryLogged("note", f"{text} again")


NAMING: tuple[Body, ...] = (
    IncidentDeclared("pelicans", "SEV1", "declared", standard()),
    TitleChanged("pelicans"),
    PublicTitleSet("pelicans"),
    ComponentChanged("pelicans", "partial"),
)


@pytest.mark.parametrize("kind", redact.RETELLING)
@pytest.mark.parametrize("named", NAMING, ids=lambda body: type(body).__name__)
@given(data=st.data())
@settings(max_examples=examples(5), phases=[Phase.generate])
def test_what_tells_pages_a_name_goes_with_it_also_where_that_is_an_ordinary_word(
    kind: str, named: Body, data: st.DataObject
) -> None:
    given_fields = {"to": "page", "reason": "they know", "messages": ()}
    if kind == "publication_queued":
        del given_fields["messages"]
    told = data.draw(body_of(KINDS[kind], lambda: "pelicans", given_fields))
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        with Log.open(path := Path(folder) / "log.db") as log:
            # As from another file, whose outbox obeyed the decision.
            log.import_events([
                Event(id, INCIDENT, "elsewhere", place, place, "mo", START, START, body)
                for place, (id, body) in enumerate({"a": named, "b": told}.items(), start=1)
            ])  # fmt: skip
            redacted(log, "a")
            assert exchanged(stored(log, "b"), lambda text: "x") == exchanged(told, lambda text: "x")
            assert log.verify() == []
        assert b"pelicans" not in path.read_bytes()


@pytest.mark.parametrize("target", ["a", "b"])
def test_what_was_checked_off_in_a_runbook_goes_with_its_opening_and_stays_checked_off(
    log: Log, path: Path, target: str
) -> None:
    opened = RunbookOpened(Runbook("pelicans", "pelicans", (Step("pelicans"), Step("pelicans"))))
    log.append([
        event("a", opened), event("t", ItemTicked("runbook:pelicans/1", "pelicans")), event("b", opened),
        event("u", ItemTicked("runbook:pelicans/2", "pelicans")), event("o", ItemTicked("first-minutes/1", "look")),
    ])  # fmt: skip
    assert set(redacted(log, target).left) == {"a", "b", "t", "u"}
    state = fold(INCIDENT, log.events(INCIDENT))
    [name] = runbooks_of(state)
    assert all(ticked(state, f"runbook:{name}/{step}") for step in (1, 2))
    assert ticked(state, "first-minutes/1")
    assert log.verify() == []
    log.close()
    assert b"pelicans" not in path.read_bytes()


@pytest.mark.parametrize("note", ["", "the password is gannet77"])
def test_a_step_whose_check_is_erased_alone_stays_checked_off(log: Log, path: Path, note: str) -> None:
    """Its runbook goes on, under the name that it had."""
    log.append([
        event("a", RunbookOpened(Runbook("k8s-failover1", "pelicans", (Step("pelicans"), Step("herons"))))),
        event("t", ItemTicked("runbook:k8s-failover1/1", "pelicans", note=note)),
    ])  # fmt: skip
    assert set(redacted(log, "t").left) == {"t"}
    state = fold(INCIDENT, log.events(INCIDENT))
    assert ticked(state, "runbook:k8s-failover1/1")
    assert state.entries[-1].redacted
    assert log.verify() == []
    log.close()
    assert b"gannet77" not in path.read_bytes()


@pytest.mark.parametrize("other", ["herons", "herons/gulls", "herons/gulls/1", "gulls"])
def test_a_step_goes_with_its_own_runbook_whatever_others_are_called(log: Log, path: Path, other: str) -> None:
    log.append([
        event("a", RunbookOpened(Runbook(other, "lapwings", (Step("plovers"),)))),
        event("b", RunbookOpened(Runbook("herons/gulls/1", "pelicans", (Step("pelicans"),)))),
        event("t", ItemTicked("runbook:herons/gulls/1/1", "pelicans")),
    ])  # fmt: skip
    redacted(log, "b")
    state = fold(INCIDENT, log.events(INCIDENT))
    (name,) = {*runbooks_of(state)} - {other}
    assert ticked(state, f"runbook:{name}/1")
    log.close()
    assert b"herons/gulls/1/1" not in path.read_bytes()


def test_that_a_name_stays_in_others_is_told_where_it_is_all_that_an_entry_says(log: Log) -> None:
    log.append([
        event("a", ComponentChanged("pelicans", "partial")), event("b", ComponentChanged("pelicans", "major")),
        event("c", ComponentChanged("herons", "partial")), event("d", TaskAdded("look again", "pelicans")),
    ])  # fmt: skip
    assert [planned(log, id).common for id in "abcd"] == [True, True, False, False]


def test_a_word_that_stands_everywhere_is_no_slip_and_stays(log: Log) -> None:
    log.append([entry("a", "restarted checkout7db01")])
    log.append(
        [entry(f"b{number}", f"checkout7db01 has {number} connections") for number in range(MAX_OTHER_ENTRIES + 1)]
    )
    plan = planned(log, "a")
    assert (set(plan.left), plan.others, plan.common) == ({"a"}, (), True)


def test_the_ids_of_pasted_data_do_not_spread(log: Log) -> None:
    ids = [f"trace{number:04}" for number in range(30)]
    log.append([entry(id, f"see {id}") for id in ids])
    log.append([entry("a", "\n".join(ids))])
    plan = planned(log, "a")
    assert (set(plan.left), plan.common) == ({"a"}, True)


def test_words_of_the_playbook_do_not_spread(log: Log) -> None:
    book = msgspec.structs.replace(standard(), title="Standard process 2secret5")
    log.append([event("d", IncidentDeclared("Errors", "SEV1", "declared", book))])
    log.append([entry("a", "see 2secret5 there"), entry("b", "2secret5 it is")])
    assert planned(log, "a").others == ()


@pytest.mark.parametrize(
    "text", ['say "hunter2 secret" now', "पासवर्ड है हमारा गुप्त", "пароль: утечка данных", "x\u0301y hunter2secret"]
)
def test_words_of_any_script_are_found(log: Log, text: str) -> None:
    log.append([entry("a", text), entry("b", f"again: {text}")])
    assert [taken.id for taken in planned(log, "a").others] == ["b"]


def test_drafts_with_the_words_go_and_others_stay(log: Log) -> None:
    log.append([entry("a", f'"{SECRET}\\"')])
    log.save_draft("x", f"/note {SECRET}")
    log.save_draft("y", msgspec.json.encode({"text": f'"{SECRET}\\"'}).decode())
    log.save_draft("z", "harmless").result()
    assert planned(log, "a").drafts == 2
    redacted(log, "a")
    assert log.drafts() == {"z": "harmless"}


def test_other_incidents_are_named_and_left_alone(log: Log) -> None:
    log.append([entry("a", f"is it {SECRET}?"), entry("b", f"so it is {SECRET}", incident="INC-AAAA")])
    assert planned(log, "a").elsewhere == ("INC-AAAA",)
    redacted(log, "a")
    assert stored(log, "b") == EntryLogged("note", f"so it is {SECRET}")
    assert planned(log, "b", "INC-AAAA").elsewhere == ()


def test_an_author_among_the_words_is_told(log: Log) -> None:
    log.append([event("a", RoleAssigned("ic", "mo")), event("b", RoleAssigned("ic", "al"))])
    assert (planned(log, "a").author, planned(log, "b").author) == (True, False)


def test_a_reason_with_the_words_is_not_kept(log: Log) -> None:
    log.append([entry("a", f"the password is {SECRET}"), event("b", ComponentChanged("checkout", "major"))])
    assert is_redacted(redacted(log, "a", reason=f"it was {SECRET}").reason)
    assert is_redacted(redacted(log, "b", "r2", reason="checkout").reason)
    assert redacted(log, "b", "r3", reason="a slip").reason == "a slip"


def test_the_reason_of_a_redaction_goes_with_the_next_one(log: Log) -> None:
    log.append([entry("a", "a password")])
    first = redacted(log, "a", reason=SECRET)
    second = redacted(log, "a", "r2")
    assert set(second.left) == {"r"}
    after = stored(log, "r")
    assert isinstance(after, EntryRedacted)
    assert is_redacted(after.reason)
    assert (after.erased, after.left) == (first.erased, first.left)
    assert planned(log, "a").left == {}
    assert SECRET not in str([encode_body(event.body) for event in log.events(INCIDENT)])
    assert log.verify() == []


def leaked(log: Log, path: Path) -> None:
    """A component whose redaction by an earlier version left its name."""
    log.append([event("a", ComponentChanged(SECRET, "partial"))])
    raw = encode_body(ComponentChanged(SECRET, "partial"))
    log.append([entry("unrelated")])
    old_file(path, "r", EntryRedacted("a", erased={"a": chain.body_sha(raw)}))


def old_file(path: Path, name: str, body: EntryRedacted) -> None:
    """The redaction of an earlier version, without `left`."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    (origin,) = connection.execute("SELECT origin FROM event LIMIT 1").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    rows.append(connection, origin, [event(name, body)])
    for id in body.erased:
        connection.execute("UPDATE event SET salt = NULL WHERE id = ?", (id,))
    connection.execute("COMMIT")
    connection.close()


def test_what_an_earlier_version_left_is_erased_by_another_redaction(log: Log, path: Path) -> None:
    leaked(log, path)
    assert log.verify() == []
    second = redacted(log, "a", "r2")
    assert set(second.left) == {"a"}
    assert SECRET not in encode_body(stored(log, "a"))
    assert log.search(wanted_of(SECRET)).hits == []
    assert log.verify() == []


def test_only_the_last_redactions_words_may_stand_there(log: Log, path: Path) -> None:
    leaked(log, path)
    redacted(log, "a", "r2")
    eve = sqlite3.connect(str(path), isolation_level=None)
    raw = encode_body(ComponentChanged(SECRET, "partial"))
    eve.execute("UPDATE event SET body = ? WHERE id = 'a'", (raw,))
    eve.close()
    assert any("gone without a redaction" in line for line in log.verify())


def test_a_file_that_receives_redactions_holds_the_same_bytes(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    log.append([entry("a", f"the password is {SECRET}"), event("b", ComponentChanged(f"{SECRET}", "major"))])
    other = open_log(tmp_path / "other.db")
    other.import_events(log.events(INCIDENT))
    other.save_draft("x", f"/note {SECRET}").result()
    redacted(log, "a", reason="a password")
    redacted(log, "a", "r2")
    assert other.import_events(log.events(INCIDENT)) == 2
    assert bodies(other) == bodies(log)
    assert other.drafts() == {}
    assert other.search(wanted_of(SECRET)).hits == []
    assert other.verify() == log.verify() == []


def test_two_files_that_redact_the_same_entry_agree_in_the_end(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    log.append([event("a", ComponentChanged(SECRET, "major"))])
    other = open_log(tmp_path / "other.db")
    other.import_events(log.events(INCIDENT))
    redacted(log, "a", "here")
    redacted(other, "a", "there")
    other.import_events(log.events(INCIDENT))
    log.import_events(other.events(INCIDENT))
    assert bodies(other) == bodies(log)
    assert other.verify() == log.verify() == []


def bodies(log: Log) -> list[tuple[str, Body]]:
    return [(event.id, event.body) for event in log.events(INCIDENT)]


def test_an_earlier_versions_redaction_erases_where_it_arrives(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    """Without `left` the receiver makes what that version made, so that its digest holds."""
    log.append([entry("a", f"the password is {SECRET}")])
    [first] = log.events(INCIDENT)
    digest = chain.body_sha(encode_body(EntryLogged("note", "[redacted]")))
    old = Event("r", INCIDENT, "elsewhere", 1, first.hlc + 1, "mo", START, START, EntryRedacted("a", "", {"a": digest}))
    assert log.import_events([first, old]) == 1
    assert stored(log, "a") == EntryLogged("note", "[redacted]")
    assert log.verify() == []


def test_a_redaction_that_came_before_an_earlier_versions_stays_in_force(
    log: Log, open_log: OpenLog, tmp_path: Path
) -> None:
    log.append([event("a", ComponentChanged(SECRET, "major"))])
    [first] = log.events(INCIDENT)
    redacted(log, "a")
    erased = {"a": chain.body_sha(encode_body(first.body))}
    hlc = max(event.hlc for event in log.events(INCIDENT)) + 1
    log.import_events([Event("old", INCIDENT, "elsewhere", 1, hlc, "al", START, START, EntryRedacted("a", "", erased))])
    assert SECRET not in encode_body(stored(log, "a"))
    assert log.verify() == []


def test_the_outbox_and_what_is_known_of_pages_lose_the_words(log: Log) -> None:
    log.append([event("d", IncidentDeclared("Errors", "SEV1", "declared", standard()))])
    log.append([event("c", ComponentChanged(SECRET, "major"))])
    log.append([event("u", _posted("We are looking into it."))], [_queued("u", SECRET)])

    def known(connection: sqlite3.Connection) -> None:
        place(connection, INCIDENT, "page", Placed("", (), (PlacedPart("c1", name=SECRET),), f"shows {SECRET}", ""))
        connection.execute("UPDATE outbox SET note = ?", (f"The page answers {SECRET}.",))
        connection.execute(
            "INSERT INTO outbox_try(message, at, state, said) VALUES('m', '', 'retry', ?)", (f"no {SECRET}",)
        )

    log.transact(known)
    redacted(log, "c")
    [message] = Outbox(log).messages()
    assert message.state == "pending"
    assert msgspec.json.decode(message.payload)["parts"] == [{"id": "c1", "name": "[redacted]"}]
    assert message.note == ""
    assert [attempt.cause for attempt in Outbox(log).tries("m")] == [""]
    assert Outbox(log).placed(INCIDENT)["page"] == Placed("", (), (PlacedPart("c1", name="[redacted]"),), None, "")


def _posted(text: str) -> Body:
    return UpdatePosted("public", text, "investigating")


def _queued(of: str, component: str) -> Queued:
    payload = {"text": "We are looking into it.", "title": "Errors", "parts": [{"id": "c1", "name": component}]}
    return Queued("m", of, "page", "public", START, msgspec.json.encode(payload).decode())


def test_entries_without_any_text_are_marked_once(log: Log) -> None:
    log.append([event("a", StageChanged("closed"))])
    assert set(redacted(log, "a").left) == {"a"}
    assert fold(INCIDENT, log.events(INCIDENT)).entries[0].redacted
    assert planned(log, "a").left == {}
