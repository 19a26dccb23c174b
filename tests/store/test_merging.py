"""Files that take over each other's exports: in any interleaving they come to the same, and none commands another."""

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.log.codec import encode_body, kind_of
from console.core.log.event import Body, Event
from console.core.log.fold import NeedsRefold, extend, fold
from console.core.log.merge import merge_words
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import AddTask
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undo
from console.export.json.archive import check_readable, read_file
from console.store import StoreProblem
from console.store.chain import body_sha
from tests.core.bodies import Tokens, any_body
from tests.core.story import START
from tests.drawing import examples
from tests.torture import clocks, machines
from tests.torture.machines import File

FEWER = settings(max_examples=examples(3))
TestChangedPasts = machines.ChangedPasts.TestCase
TestChangedPasts.settings = FEWER
TestManyIncidents = machines.ManyIncidents.TestCase
TestManyIncidents.settings = FEWER


def test_wrong_clocks_neither_hide_nor_refuse_nor_lose_anything() -> None:
    """The short form of tests/torture/clocks.py."""
    assert "0 without effect" in clocks.main(5)


def test_behind_a_clock_ahead_our_entries_extend_the_state(tmp_path: Path) -> None:
    """Nothing is folded anew for each of them, however far ahead a colleague's clock is."""
    now = START
    with closing_both(tmp_path, lambda: now, timedelta(hours=30)) as (here, there):
        there.does(LogEntry, text="from tomorrow")
        here.takes(there.exported())
        for number in range(5):
            state = here.state
            written = here.ledger.execute(here.ref, LogEntry(actor="mo", text=f"line {number}"))
            try:
                assert extend(state, written) == here.state == fold(here.ref, here.events)
            except NeedsRefold:
                pytest.fail("the state was folded anew")


@contextmanager
def closing_both(folder: Path, now: Callable[[], datetime], skew: timedelta) -> Iterator[tuple[File, File]]:
    """Two files with the same incident, the second with another clock."""
    here, there = File(folder / "mo.db", "mo", now), File(folder / "al.db", "al", now, skew)
    there.ref = here.declares("Out")
    there.takes(here.exported())
    try:
        yield here, there
    finally:
        here.log.close()
        there.log.close()


# Exports that somebody changed


class Shared:
    """A log, its incident, and the export of a colleague who took it over and went on."""

    def __init__(self, path: Path, ref: str, export: dict[str, Any]) -> None:
        self.path, self.ref, self.export = path, ref, export
        self.content = path.read_bytes()

    @contextmanager
    def opened(self) -> Iterator[File]:
        """The log as it was before any import; what is written to it is forgotten."""
        # The content alone, since another file, or one that lost entries, would be given another origin.
        self.path.write_bytes(self.content)
        for beside in self.path.parent.glob(f"{self.path.name}*"):
            if beside != self.path:
                beside.unlink()
        file = File(self.path, "mo", lambda: START + timedelta(hours=1))
        file.ref = self.ref
        assert file.log.origin == self.export["events"][0]["origin"]
        try:
            yield file
        finally:
            file.log.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    folder = tmp_path_factory.mktemp("shared")
    with closing_both(folder, lambda: START, timedelta(hours=2)) as (here, there):
        for kind in ("note", "finding", "hypothesis"):
            here.does(LogEntry, text=f"a {kind} of ours", kind=kind)
        here.does(AddTask, text="look at the pool", owner="rs")
        here.does(AssignRole, role="ic", person="mo")
        here.does(LogEntry, text="the password is hunter2secret")
        there.takes(here.exported())
        there.does(LogEntry, text="theirs")
        there.does(ChangeSeverity, severity="SEV0")
        there.does(CorrectEntry, entry=there.state.entries[1].id, text="a corrected note")
        there.does(Undo, entry=there.state.entries[2].id)
        there.does(RedactEntry, entry="hunter2secret")
        here.does(SetComponent, component="web", status="major")
        export = json.loads(there.exported())
    return Shared(here.log.path, here.ref, export)


ANY_ID = "any-id"
NAMED = ("task", "fix", "hypothesis", "change", "handoff", "action", "update", "target", "replaces")
GIVEN = dict.fromkeys(NAMED, ANY_ID) | {
    "severity": "SEV3", "stage": "closed", "role": "ic", "audience": "public", "section": "summary",
}  # fmt: skip
"""Values of forged bodies' fields that are about what is there."""


class Mutation:
    """Changes of an export, by chance."""

    def __init__(self, rng: random.Random, bodies: list[Body], shared: Shared, own: str) -> None:
        self.rng, self.bodies, self.own, self.ref = rng, bodies, own, shared.ref
        self.file: dict[str, Any] = json.loads(json.dumps(shared.export))
        self.events: list[dict[str, Any]] = self.file["events"]
        self.ids = [event["id"] for event in self.events]
        self.numbers = itertools.count(1)

    def any(self) -> dict[str, Any]:
        return self.rng.choice(self.events)

    def changes(self) -> None:
        for body in self.bodies:
            self.forges(body)
        acts = (self.sets, self.swaps, self.drops, self.repeats, self.shuffles, self.moves, self.redacts)
        for act in self.rng.choices(acts, k=self.rng.randint(0 if self.bodies else 1, 3)):
            if self.events:
                act()

    def sets(self) -> None:
        field = self.rng.choice(("id", "origin", "oseq", "hlc", "kind", "actor", "occurred_at", "body"))
        odd: list[Any] = [0, -1, 1, 2**61, 2**70, "", "x", None, [], {}, "9999-12-31T23:59:59Z", "\u202e\x1b", self.own]
        self.any()[field] = self.rng.choice((self.any()[field], self.rng.choice(odd)))

    def swaps(self) -> None:
        body = self.any()["body"]
        if isinstance(body, dict) and body:
            field = self.rng.choice(sorted(body))
            body[field] = self.rng.choice((*self.ids, "", "SEV3", 7, None, [], {"a": "b"}))

    def drops(self) -> None:
        self.events.remove(self.any())

    def repeats(self) -> None:
        self.events.append(dict(self.any()))

    def shuffles(self) -> None:
        self.rng.shuffle(self.events)

    def moves(self) -> None:
        event = self.any()
        if isinstance(event["hlc"], int):
            event["hlc"] += self.rng.choice((-1, 1, 3_600_000 << 16, -(3_600_000 << 16), 2**60))

    def forges(self, body: Body) -> None:
        """A new event about what is here, from any origin, with any clock."""
        raw = re.sub(f'"{ANY_ID}"', lambda _: f'"{self.rng.choice(self.ids)}"', encode_body(body))
        self.adds(kind_of(body), json.loads(raw))

    def redacts(self) -> None:
        """A redaction of anything, with any digest, that leaves something of another entry or of its own."""
        target, named = self.any(), self.any()
        left = self.rng.choice(("{}", json.dumps(named["body"]), '{"kind":"note","text":"[redacted 3f2a]"}'))
        erased = {named["id"]: self.rng.choice((body_sha(left), "0" * 64))}
        more = {"left": {named["id"]: left}} if self.rng.random() < 0.7 else {}
        self.adds("entry_redacted", {"target": target["id"], "erased": erased, **more})

    def adds(self, kind: str, body: dict[str, Any]) -> None:
        origin = self.rng.choice(("feedfeed", "feedfeed", self.own, self.events[-1]["origin"]))
        of_origin = [event for event in self.events if event["origin"] == origin]
        clocks = [event["hlc"] for event in of_origin if isinstance(event["hlc"], int)]
        last = max(clocks, default=self.rng.choice((1, int(START.timestamp() * 1000) << 16)))
        self.events.append(
            {
                "id": f"forged{next(self.numbers)}",
                "incident": self.ref,
                "origin": origin,
                "oseq": len(of_origin) + 1,
                "hlc": last + self.rng.choice((1, 3_600_000 << 16, 2**58)),
                "kind": kind,
                "actor": "eve",
                "occurred_at": "2026-11-21T14:30:00.000Z",
                "recorded_at": "2026-11-21T14:30:00.000Z",
                "body": body,
            }
        )


@settings(max_examples=examples(2))
@given(st.integers(0, 2**32), st.lists(any_body(Tokens(), GIVEN), max_size=3))
def test_a_changed_export_is_refused_whole_or_adds_and_commands_nothing(
    shared: Shared, seed: int, bodies: list[Body]
) -> None:
    with shared.opened() as file:
        before, known = file.state, file.events
        mutation = Mutation(random.Random(seed), bodies, shared, file.log.origin)
        mutation.changes()
        sentence = ""
        try:
            events = read_file(json.dumps(mutation.file), file.ledger.now()).events
            trial = file.log.try_import(events).get(file.ref)
            assert file.events == known
            shown: list[str] = []
            if trial is not None:
                after = check_readable(file.ref, trial.after, file.ledger.now())
                ids = {event.id for event in known}
                new = [event for event in trial.after if event.id not in ids]
                shown = merge_words(before, after, new, file.ledger.now())
            file.takes(json.dumps(mutation.file))
        except (Refused, StoreProblem) as refused:
            sentence = refused.reason
        assert file.log.verify() == []
        if sentence:
            assert sentence.endswith(".")
            assert len(sentence.splitlines()) == 1
            assert file.events == known
            return
        assert_kept(known, file.events, shown)
        assert file.state == fold(file.ref, file.events)
        assert_effective(file)


def assert_kept(known: list[Event], now: list[Event], shown: list[str]) -> None:
    """Every event that was here is here; a body differs only where a redaction that was shown took its texts."""
    stands = {event.id: event for event in now}
    fresh = {event.id for event in now} - {event.id for event in known}
    orders = [event.body for event in now if event.id in fresh and isinstance(event.body, EntryRedacted)]
    erased = {id for order in orders for id in order.erased}
    for event in known:
        assert msgspec.structs.replace(stands[event.id], body=event.body) == event
        assert kind_of(stands[event.id].body) == kind_of(event.body)
        if stands[event.id].body != event.body:
            assert event.id in erased
            assert any("redact" in sentence for sentence in shown)


def assert_effective(file: File) -> None:
    """The next acts of ours count, whatever was taken over."""
    if file.state.withdrawn:
        assert file.does(Undo, entry=file.state.declared_id)
    assert file.does(LogEntry, text="we go on")
    entry = file.state.entries[-1]
    assert (entry.text, entry.undone, entry.redacted) == ("we go on", False, False)
    assert file.does(SetComponent, component="web", status="partial")
    assert components_of(file.state)["web"].value == "partial"
    book = file.state.playbook
    names = [severity.name for severity in book.severities] if book else []
    for severity in (name for name in names if name != file.state.severity.value):
        assert file.does(ChangeSeverity, severity=severity, reason="so it is")
        assert file.state.severity.value == severity
        assert file.state.severity.conflict is None
    assert file.does(AssignRole, role="ic", person="zoe")
    assert holder_of(file.state, "ic") == "zoe"
