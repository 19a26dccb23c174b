"""The tests for every provider, as one class. Whoever writes a provider makes a fake of its page and writes:

    class TestMine(ProviderSuite):
        provider = Mine
        fake = MineFake

Tests of what only this provider does stand in the same class or beside it.
"""

import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar, Literal, TypeVar

import msgspec
import pytest

from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, CannotTell, Found, Lookup, Provider, Settings
from console.publish.sending.message import STATUSES, Change, Delivery, Known, Part, Remote, Status
from console.publish.targets.keys import Key
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown
from tests.publish.fakes import Fake, FakeMaker, Seen
from tests.publish.fakes.rendered import as_seen
from tests.publish.faulty import (
    DONE,
    NONSENSE,
    NOTHING_DONE,
    REFUSALS,
    UNCLEAR,
    Fault,
    FaultyTransport,
    Time,
    client,
    timed_out_after,
    timed_out_before,
)

STARTED = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
NAME = "Shop status"

Act = Literal["edit", "remove", "take down", "rename"]
"""An act on what is on the page."""


F = TypeVar("F", bound=Fake)


def with_fake(provider: type[Provider], fake: type[F]) -> "tuple[Bench, F]":
    made = fake()
    return Bench(provider, made), made


class Bench:
    """One provider before its fake, with what an outbox would know."""

    def __init__(
        self,
        provider: type[Provider],
        fake: Fake,
        plan: Iterable[Fault] = (),
        *,
        every: bool = False,
        key: str | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """`every`: faults come to requests that only ask, too."""
        self.fake, self.time, self.key = fake, Time(), fake.key if key is None else key
        self.transport = FaultyTransport(fake, plan, time=self.time, every=every)
        self.http = client(provider, self.transport, self.time, NAME, self.key)
        secret = Key(self.key) if provider.capabilities.key_in in ("signature", "login") else None
        settings = Settings(name=NAME, page=fake.page, url=fake.base, options=dict(options or {}), secret=secret)
        self.provider = provider(settings, self.http)
        self.known = Known()
        self._number = 0

    def delivery(
        self,
        status: Status,
        text: str,
        parts: Mapping[str, ComponentState] | None = None,
        *,
        notify: bool = False,
        title: str = "Checkout errors",
        window: Window | None = None,
    ) -> Delivery:
        """The next message, with a key of its own."""
        self._number += 1
        return Delivery(
            key=f"wr-0k7q2-{self._number:04}",
            incident="INC-K7Q2",
            title=title,
            status=status,
            text=text,
            at=STARTED + timedelta(minutes=self._number),
            started_at=STARTED,
            notify=notify,
            parts=tuple(Part(one, state, self.fake.names.get(one, one)) for one, state in (parts or {}).items()),
            severity="SEV1",
            window=window,
        )

    def send(self, delivery: Delivery) -> Remote:
        """Send, and remember what is there now."""
        return self.remember(delivery, self.provider.send(delivery, self.known))

    def remember(self, delivery: Delivery, remote: Remote) -> Remote:
        ids = self.known.update_ids + ((remote.update_id,) if remote.update_id else ())
        parts = {part.id: part for part in (*self.known.parts, *delivery.parts)}
        self.known = Known(remote, ids, tuple(parts.values()))
        return remote

    def look_up(self, delivery: Delivery) -> Lookup:
        return self.provider.look_up(delivery, self.known)

    def plan(self, *faults: Fault, every: bool = False) -> None:
        """Put these faults in place of those to come."""
        self.transport.plan.clear()
        self.transport.plan.extend(faults)
        self.transport.every = every

    @property
    def updates(self) -> list[tuple[str, str]]:
        """Everything on the page, oldest incident first."""
        return [update for incident in self.fake.seen() for update in incident.updates]


def told_well(failure: PublishProblem, key: str, kinds: tuple[type[PublishProblem], ...] = (PublishProblem,)) -> None:
    """One sentence for a person, and the key nowhere: neither in it nor in anything that would be logged with it."""
    assert isinstance(failure, kinds)
    assert failure.reason.endswith(".")
    assert "\n" not in failure.reason
    assert ".." not in failure.reason.replace("…", "")
    assert not key or key not in "".join(traceback.format_exception(failure)) + repr(failure)


def told_how_long(failure: PublishProblem, name: str) -> None:
    """The target's wait is known wherever it said one."""
    if name.startswith(("420", "429, ")) and name != "429, bare":
        assert isinstance(failure, Later)
        assert failure.after_s is not None
        assert 6 < failure.after_s < 61


class ProviderSuite:
    """See the module. `make` may be overridden where a provider needs more than its fake."""

    provider: ClassVar[type[Provider]]
    fake: ClassVar[FakeMaker]
    options: ClassVar[Mapping[str, str]] = {}
    by_words: ClassVar[bool] = False
    """There is no key on the page: the same words at the same moment are the same message."""

    deleted: ClassVar[type[Lookup]] = CannotTell
    """The answer to where an incident's update is, when somebody has deleted the incident."""

    def make(self, *plan: Fault, every: bool = False, key: str | None = None) -> Bench:
        return Bench(self.provider, type(self).fake(), plan, every=every, key=key, options=self.options)

    def opened(self, *plan: Fault) -> Bench:
        """With an incident on the page, and the plan for what comes then."""
        bench = self.make()
        bench.send(bench.delivery("investigating", "We are looking into failed payments."))
        bench.plan(*plan)
        return bench

    def only(self, bench: Bench) -> Seen:
        (seen,) = bench.fake.seen()
        return seen

    # The common story.

    def test_tells_the_whole_story(self) -> None:
        bench = self.make()
        caps = self.provider.capabilities
        one, two = list(bench.fake.components)[:2]
        sent = [
            bench.delivery("investigating", "We are looking into failed payments."),
            bench.delivery("identified", "A deploy is the cause — 20 % of payments fail.", self.has(one, two)),
            bench.delivery("monitoring", "The deploy is rolled back."),
            bench.delivery("resolved", "All is well again.", {one: "operational", two: "operational"}),
        ]
        remotes = []
        for number, delivery in enumerate(sent):
            remotes.append(bench.send(delivery))
            if number == 1 and caps.states:
                states = self.only(bench).components
                assert {one: states[one], two: states[two]} == self.has(one, two)
        seen = self.only(bench)
        assert seen.title == "Checkout errors" or not seen.title
        assert [status for status, _ in seen.updates] == [delivery.status for delivery in sent]
        for delivery, (_, text) in zip(sent, seen.updates, strict=True):
            assert delivery.text in text
        assert seen.status in ("resolved", "")
        assert set(seen.components.values()) <= {"operational"}
        assert len({remote.incident_id for remote in remotes}) == 1
        ids = [remote.update_id for remote in remotes if remote.update_id]
        assert len(set(ids)) == len(ids)
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []

    def has(self, one: str, two: str) -> dict[str, ComponentState]:
        """Two components down, in states that this provider has."""
        wanted: dict[str, ComponentState] = {one: "partial", two: "major"}
        return {part: state for part, state in wanted.items() if state in self.provider.capabilities.states}

    def test_the_first_message_sets_components(self) -> None:
        if not self.provider.capabilities.states:
            pytest.skip("has no components")
        bench = self.make()
        one, two = list(bench.fake.components)[:2]
        bench.send(bench.delivery("investigating", "We are looking into failed payments.", self.has(one, two)))
        states = self.only(bench).components
        assert {one: states[one], two: states[two]} == self.has(one, two)
        assert bench.fake.wrong == []

    def test_keeps_the_pace(self) -> None:
        bench = self.opened()
        bench.send(bench.delivery("resolved", "All is well again."))
        pace = self.provider.capabilities.pace_s
        assert all(after - before > pace - 1e-6 for before, after in pairwise(bench.transport.at))

    # Asking.

    def test_check_proves_the_key_and_changes_nothing(self) -> None:
        bench = self.make()
        checked = bench.provider.check()
        assert checked.says
        if self.provider.capabilities.states:
            assert {part.id: part.name for part in checked.components} == bench.fake.names
        assert bench.fake.seen() == []
        assert bench.fake.wrong == []

    def test_a_wrong_key_is_told(self) -> None:
        if not self.provider.capabilities.key:
            pytest.skip("needs no key")
        bench = self.make(key="another-Key-9876543210")
        delivery = bench.delivery("investigating", "We are looking into it.")
        with pytest.raises(Rejected, match="key") as refused:
            bench.provider.send(delivery, bench.known)
        told_well(refused.value, bench.key)
        assert bench.fake.seen() == []

    def test_reads_what_the_page_says(self) -> None:
        if not self.provider.capabilities.reads:
            pytest.skip("cannot be read")
        bench = self.opened()
        bench.send(bench.delivery("identified", "A deploy is the cause."))
        view = bench.provider.read(bench.known)
        assert view.status in ("identified", None)
        assert "A deploy is the cause." in view.text
        assert view.title == "Checkout errors"
        assert not view.gone
        bench.fake.forget()
        assert bench.provider.read(bench.known).gone

    def test_an_incident_that_somebody_deleted_is_told(self) -> None:
        if not self.provider.capabilities.reads:
            pytest.skip("cannot be read")
        bench = self.opened()
        bench.fake.forget()
        with pytest.raises(Rejected) as refused:
            bench.send(bench.delivery("identified", "A deploy is the cause."))
        told_well(refused.value, bench.key)

    def test_an_incident_that_somebody_deleted_does_not_say_where_its_update_is(self) -> None:
        bench = self.opened()
        bench.fake.forget()
        assert isinstance(bench.look_up(bench.delivery("identified", "A deploy is the cause.")), self.deleted)

    @pytest.mark.drawn(45)
    @pytest.mark.parametrize("name", [*NOTHING_DONE, *UNCLEAR, *NONSENSE])
    def test_asking_in_a_bad_network_changes_nothing(self, name: str) -> None:
        fault = {**NOTHING_DONE, **UNCLEAR, **NONSENSE}[name]
        bench = self.opened()
        before = bench.fake.seen()
        delivery = bench.delivery("identified", "A deploy is the cause.")
        for ask in (bench.provider.check, lambda: bench.look_up(delivery), lambda: bench.provider.read(bench.known)):
            bench.plan(*[fault] * 9, every=True)
            try:
                found = ask()
            except PublishProblem as failure:
                # Asking does nothing, so its end is never unknown.
                told_well(failure, bench.key, (Later, Rejected))
            else:
                assert not isinstance(found, Found)
                assert not (isinstance(found, Absent) and name not in NONSENSE)
        assert bench.fake.seen() == before

    # The end of a try that is not known.

    def test_a_create_that_timed_out_and_is_there(self) -> None:
        bench = self.make(timed_out_after)
        delivery = bench.delivery("investigating", "We are looking into it.")
        with pytest.raises(Unknown):
            bench.send(delivery)
        if "create" in self.provider.capabilities.repeats:
            bench.send(delivery)
        else:
            found = bench.look_up(delivery)
            if not self.provider.capabilities.asks:
                assert isinstance(found, CannotTell)
                return
            assert isinstance(found, Found)
            bench.remember(delivery, found.remote)
        bench.send(bench.delivery("resolved", "All is well again."))
        assert len(self.only(bench).updates) == 2

    def test_a_create_that_timed_out_and_is_not_there(self) -> None:
        bench = self.make(timed_out_before)
        delivery = bench.delivery("investigating", "We are looking into it.")
        with pytest.raises(Unknown):
            bench.send(delivery)
        if "create" not in self.provider.capabilities.repeats:
            self.absent(bench, delivery)
        bench.send(delivery)
        assert len(self.only(bench).updates) == 1

    def test_an_update_that_timed_out_and_is_there(self) -> None:
        bench = self.opened(timed_out_after)
        delivery = bench.delivery("identified", "A deploy is the cause.")
        with pytest.raises(Unknown):
            bench.send(delivery)
        found = bench.look_up(delivery)
        if not self.provider.capabilities.asks:
            assert isinstance(found, CannotTell)
            return
        assert isinstance(found, Found)
        assert bench.known.remote is not None
        assert found.remote.incident_id == bench.known.remote.incident_id
        assert found.remote.update_id not in bench.known.update_ids

    def test_an_update_that_timed_out_and_is_not_there(self) -> None:
        bench = self.opened(timed_out_before)
        delivery = bench.delivery("identified", "A deploy is the cause.")
        with pytest.raises(Unknown):
            bench.send(delivery)
        self.absent(bench, delivery)
        bench.send(delivery)
        assert [status for status, _ in self.only(bench).updates] == ["investigating", "identified"]

    def absent(self, bench: Bench, delivery: Delivery) -> None:
        found = bench.look_up(delivery)
        if self.provider.capabilities.asks:
            assert found == Absent()
        else:
            assert isinstance(found, CannotTell)
            assert found.reason.endswith(".")

    def test_a_create_with_the_same_key_is_there_once(self) -> None:
        bench = self.make()
        delivery = bench.delivery("investigating", "We are looking into it.")
        first = bench.provider.send(delivery, bench.known)
        caps = self.provider.capabilities
        if "create" in caps.repeats:
            assert bench.provider.send(delivery, bench.known).incident_id == first.incident_id
        elif caps.asks:
            found = bench.look_up(delivery)
            assert isinstance(found, Found)
            assert found.remote.incident_id == first.incident_id
            if self.by_words:
                assert found.remote == first
            else:
                later = msgspec.structs.replace(delivery, key="wr-0k7q2-9999", at=delivery.at + timedelta(hours=1))
                assert bench.look_up(later) == Absent()
        assert len(self.only(bench).updates) == 1

    def test_the_same_words_twice_are_two_updates(self) -> None:
        bench = self.opened()
        bench.send(bench.delivery("investigating", "Still looking."))
        again = bench.delivery("investigating", "Still looking.")
        if not self.provider.capabilities.asks:
            bench.send(again)
        else:
            assert bench.look_up(again) == Absent()
            bench.plan(timed_out_after)
            with pytest.raises(Unknown):
                bench.send(again)
            assert isinstance(bench.look_up(again), Found)
        assert [text.count("Still looking.") for _, text in bench.updates] == [0, 1, 1]

    def test_the_last_update_counts_whatever_the_clocks_of_its_writers_say(self) -> None:
        """The clock of whoever wrote the one before ran ahead, by hours."""
        bench = self.opened()
        ahead = bench.delivery("identified", "A deploy is the cause.")
        bench.send(msgspec.structs.replace(ahead, at=ahead.at + timedelta(hours=5)))
        bench.send(bench.delivery("monitoring", "The deploy is rolled back."))
        assert self.only(bench).status in ("monitoring", "")
        assert {text for _, text in self.only(bench).updates} >= {"The deploy is rolled back."}
        if self.provider.capabilities.reads:
            assert bench.provider.read(bench.known).status in ("monitoring", None)
        bench.send(bench.delivery("resolved", "All is well again."))
        assert self.only(bench).status in ("resolved", "")
        assert bench.fake.wrong == []

    # What is there already, changed.

    def change(self, bench: Bench, act: Act, remote: Remote, status: Status, text: str = "", **more: Any) -> Delivery:
        """A change of the update that came as `remote`, after which the incident has this status."""
        change = Change(act, remote.update_id, more.pop("own", status), more.pop("was", ""))
        made = bench.delivery(status, text)
        return msgspec.structs.replace(made, change=change, **more)

    def told(self, *statuses: Status) -> tuple[Bench, list[tuple[Delivery, Remote]]]:
        """A page with an update of each status, whose texts are `Text 0.` and so on."""
        bench = self.make()
        sent = [bench.delivery(status, f"Text {number}.") for number, status in enumerate(statuses)]
        return bench, [(delivery, bench.send(delivery)) for delivery in sent]

    def test_an_update_is_edited_where_it_stands(self) -> None:
        if not self.provider.capabilities.edits:
            pytest.skip("cannot edit an update")
        bench, sent = self.told("investigating", "identified", "monitoring")
        for number, (delivery, remote) in enumerate(sent):
            made = self.change(
                bench, "edit", remote, "monitoring", f"Word {number}.", at=delivery.at, own=delivery.status,
                was=delivery.text,
            )  # fmt: skip
            for _ in range(2):
                changed = bench.provider.change(made, bench.known)
                assert (changed.incident_id, changed.update_id) == (remote.incident_id, remote.update_id)
        seen = self.only(bench)
        assert seen.updates == [("investigating", "Word 0."), ("identified", "Word 1."), ("monitoring", "Word 2.")]
        assert seen.status in ("monitoring", "")
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []
        if self.provider.capabilities.reads:
            view = bench.provider.read(bench.known)
            assert view.text == "Word 2."
            assert [each.text for each in sorted(view.updates or (), key=lambda each: each.text)] == [
                "Word 0.", "Word 1.", "Word 2.",
            ]  # fmt: skip

    def test_an_update_is_removed_from_among_the_others(self) -> None:
        if not self.provider.capabilities.removes:
            pytest.skip("cannot remove an update")
        bench, sent = self.told("investigating", "identified", "monitoring")
        delivery, remote = sent[1]
        made = self.change(bench, "remove", remote, "monitoring", at=delivery.at)
        for _ in range(2):
            bench.provider.change(made, bench.known)
        assert self.only(bench).updates == [("investigating", "Text 0."), ("monitoring", "Text 2.")]
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []

    @pytest.mark.parametrize("act", ["edit", "remove"])
    @pytest.mark.parametrize("before", [("investigating", "monitoring"), ("investigating",)], ids=["two", "one"])
    def test_a_wrong_resolved_is_set_back(self, before: tuple[Status, ...], act: Act) -> None:
        caps = self.provider.capabilities
        if not (caps.status_follows and caps.lifecycle and (caps.edits if act == "edit" else caps.removes)):
            pytest.skip("only another update changes its status")
        bench, sent = self.told(*before, "resolved")
        delivery, remote = sent[-1]
        made = self.change(bench, act, remote, before[-1], "We go on." * (act == "edit"), at=delivery.at)
        bench.provider.change(made, bench.known)
        assert self.only(bench).status == before[-1]
        assert bench.provider.read(bench.known).status == before[-1]
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []
        bench.send(bench.delivery("resolved", "Now it is over."))
        assert self.only(bench).status == "resolved"

    def test_an_incident_is_taken_off_the_page(self) -> None:
        if not self.provider.capabilities.takes_down:
            pytest.skip("cannot take an incident down")
        bench, sent = self.told("investigating", "identified")
        made = self.change(bench, "take down", sent[0][1], "identified")
        for _ in range(2):
            assert bench.provider.change(made, bench.known) == Remote("")
        assert bench.fake.seen() == []
        assert bench.provider.read(bench.known).gone
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []

    def test_an_incident_gets_another_title_and_keeps_the_rest(self) -> None:
        if not self.provider.capabilities.renames:
            pytest.skip("cannot rename an incident")
        bench = self.make()
        one, two = list(bench.fake.components)[:2]
        bench.send(bench.delivery("investigating", "Text 0."))
        remote = bench.send(bench.delivery("identified", "Text 1.", self.has(one, two)))
        before = self.only(bench)
        title = "Some payments fail: <eu-west-1>, 5*3*2"
        made = self.change(bench, "rename", Remote(""), "identified", title=title)
        for _ in range(2):
            assert bench.provider.change(made, bench.known) == msgspec.structs.replace(remote, update_id="")
        assert self.only(bench) == msgspec.structs.replace(before, title=title)
        assert bench.provider.read(bench.known).title == title
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []
        bench.send(bench.delivery("resolved", "All is well.", title=title))
        assert self.only(bench).title == title

    @pytest.mark.drawn(45)
    @pytest.mark.parametrize("name", [*NOTHING_DONE, *REFUSALS, *UNCLEAR, *NONSENSE])
    def test_each_end_of_a_change(self, name: str) -> None:
        """Whatever befell it, the same change again ends with the page as it should be."""
        caps = self.provider.capabilities
        can: dict[Act, bool] = {
            "edit": caps.edits, "remove": caps.removes, "take down": caps.takes_down, "rename": caps.renames,
        }  # fmt: skip
        if not any(can.values()):
            pytest.skip("cannot change anything")
        for act in (act for act in can if can[act]):
            self.ends_well(act, name)

    def ends_well(self, act: Act, name: str) -> None:
        bench, sent = self.told("investigating", "identified", "monitoring")
        delivery, remote = sent[1]
        word = "Word." * (act == "edit")
        title = "Some payments fail" if act == "rename" else delivery.title
        made = self.change(bench, act, remote, "monitoring", word, at=delivery.at, own="identified", title=title)
        bench.plan({**NOTHING_DONE, **REFUSALS, **UNCLEAR, **NONSENSE}[name], every=True)
        try:
            bench.provider.change(made, bench.known)
        except PublishProblem as failure:
            told_well(failure, bench.key)
            told_how_long(failure, name)
        bench.plan()
        bench.provider.change(made, bench.known)
        all_three = ["Text 0.", "Text 1.", "Text 2."]
        left = {"edit": ["Text 0.", "Word.", "Text 2."], "remove": ["Text 0.", "Text 2."], "take down": []}
        assert [text for _, text in bench.updates] == left.get(act, all_three)
        assert {seen.title for seen in bench.fake.seen()} <= {title, ""}
        assert bench.fake.mails == 0
        assert bench.fake.wrong == []

    @pytest.mark.parametrize("act", ["edit", "remove", "rename"])
    def test_what_somebody_deleted_there_is_told(self, act: Act) -> None:
        caps = self.provider.capabilities
        if not {"edit": caps.edits, "remove": caps.removes, "rename": caps.renames}[act]:
            pytest.skip("cannot do that")
        bench, sent = self.told("investigating", "identified")
        bench.fake.forget()
        delivery, remote = sent[1]
        made = self.change(bench, act, remote, "investigating", "Word." * (act == "edit"), at=delivery.at)
        try:
            bench.provider.change(made, bench.known)
        except PublishProblem as failure:
            told_well(failure, bench.key, (Rejected,))
        else:
            # A chat has no incident that could be gone.
            assert act == "remove"
            assert not caps.reads

    # What is said and what is not.

    def test_words_are_shown_letter_for_letter(self) -> None:
        bench = self.make()
        text = (
            "host <eu-west-1> 5*3*2 _a_b_ `c` #1 & &lt; [x](y) ~~z~~ | @here\n1. one\n- two\n    four blanks\n\n"
            "See (https://a.example/x_y_?a=*1&b=2). www.a.example\\ \"q\" '--' ...\n> end"
        )
        bench.send(bench.delivery("investigating", "We look."))
        bench.send(bench.delivery("identified", text))
        assert as_seen(bench.updates[1][1]) == as_seen(text)
        if self.provider.capabilities.reads:
            assert as_seen(bench.provider.read(bench.known).text) == as_seen(text)
        assert bench.fake.wrong == []

    def test_mails_when_told_and_only_then(self) -> None:
        if not self.provider.capabilities.mails:
            pytest.skip("mails nobody")
        bench = self.make()
        for number, status in enumerate(STATUSES):
            bench.send(bench.delivery(status, f"Text {number}.", notify=number % 2 == 0))
            assert bench.fake.mails == (1, 1, 2, 2)[number]
        assert bench.fake.wrong == []

    def test_what_is_too_long_is_refused_whole(self) -> None:
        caps = self.provider.capabilities
        for limit, title, text in (
            (caps.title_limit, "x" * (caps.title_limit + 1), "short"),
            (caps.text_limit, "short", "x" * (caps.text_limit + 1)),
        ):
            if not limit:
                continue
            bench = self.make()
            with pytest.raises(Rejected) as refused:
                bench.send(bench.delivery("investigating", text, title=title))
            assert str(limit) in refused.value.reason.replace(",", "")
            told_well(refused.value, bench.key)
            assert bench.transport.at == []

    # The end of a try that is known.

    @pytest.mark.drawn(100)
    @pytest.mark.parametrize("name", [*NOTHING_DONE, *REFUSALS, *UNCLEAR, *NONSENSE])
    @pytest.mark.parametrize("first", [True, False], ids=["create", "update"])
    def test_each_end_of_a_try(self, first: bool, name: str) -> None:
        fault = {**NOTHING_DONE, **REFUSALS, **UNCLEAR, **NONSENSE}[name]
        bench = self.make(fault) if first else self.opened(fault)
        before = bench.updates
        try:
            bench.send(bench.delivery("identified", "A deploy is the cause."))
        except PublishProblem as failure:
            told_well(
                failure, bench.key, (Later if name in NOTHING_DONE else Rejected if name in REFUSALS else Unknown,)
            )
            told_how_long(failure, name)
        else:
            # A page that says nothing we need may be believed when its status is right.
            assert name in NONSENSE or (name == "truncated" and not self.provider.capabilities.asks)
        assert len(bench.updates) - len(before) == (name in DONE or name in NONSENSE)
        assert bench.fake.wrong == []


class FoundByStart(ProviderSuite):
    """A page on which ours is known by the start of its incident, its title and its words."""

    by_words = True

    def test_ours_is_found_by_its_start_among_others_of_the_same_name(self) -> None:
        found, sent = self.among_others(self.make())
        assert found == sent

    def among_others(self, bench: Bench) -> tuple[Remote, Remote]:
        """Ours as it is found, and as it was sent."""
        delivery = bench.delivery("investigating", "We look.")
        earlier = msgspec.structs.replace(delivery, started_at=delivery.started_at - timedelta(hours=3))
        bench.provider.send(earlier, bench.known)
        assert bench.look_up(delivery) == Absent()
        sent = bench.provider.send(delivery, bench.known)
        found = bench.look_up(delivery)
        assert isinstance(found, Found)
        return found.remote, sent

    def test_the_right_start_with_other_words_is_for_a_person(self) -> None:
        self.is_for_a_person(text="Edited by hand.")

    def is_for_a_person(self, **change: str) -> None:
        """A message that differs so from what is on the page."""
        bench = self.make()
        delivery = bench.delivery("investigating", "We look.")
        bench.provider.send(msgspec.structs.replace(delivery, **change), bench.known)
        found = bench.look_up(delivery)
        assert isinstance(found, CannotTell)
        assert "Checkout errors" in found.reason

    def test_check_without_a_page_lists_pages(self) -> None:
        if not self.provider.capabilities.page:
            pytest.skip("needs no page")
        fake = type(self).fake()
        page, fake.page = fake.page, ""
        bench = Bench(self.provider, fake)
        fake.page = page
        assert [(page.id, page.name) for page in bench.provider.check().pages] == [(page, "Shop")]
        with pytest.raises(Rejected, match="which page"):
            bench.send(bench.delivery("investigating", "One."))
