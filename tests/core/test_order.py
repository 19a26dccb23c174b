"""The order of the fold: the log's, but nobody's act stands before what they had seen, whatever the clocks say."""

import random
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.codec import decode_body, encode_body
from console.core.log.event import Body, Event
from console.core.log.fold import NeedsRefold, extend, fold, in_order
from console.core.log.history import History
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.subjects.component import ComponentChanged, components_of
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryLogged
from console.core.subjects.severity import SeverityChanged
from console.core.subjects.undo import EntryUndone
from tests.core.story import START, standard

REF = "INC-K7Q2"
WORDS = ("operational", "degraded", "partial", "major", "maintenance")


class Consoles:
    """Several files whose clocks differ by hours; each is sent what others wrote now and then, as a store keeps it."""

    def __init__(self, skews: Sequence[int], book: Playbook) -> None:
        self.skews = skews
        self.time = 1
        self.logs: list[list[Event]] = [[] for _ in skews]
        self.seen: dict[str, set[str]] = {}
        """The events that each event's writer had in their log."""
        self.write(0, IncidentDeclared("Checkout errors", "SEV1", "declared", book))
        for log in self.logs[1:]:
            log += self.logs[0]

    def write(self, who: int, body: Body) -> Event:
        log, origin = self.logs[who], f"file{who}"
        now = self.time + self.skews[who]
        own = [event for event in log if event.origin == origin]
        heeded = [event.hlc for event in log if event.origin == origin or event.hlc <= now + 2]
        hlc = max(1 + max(heeded, default=0), now)
        ahead = {event.origin: event for event in in_order(log) if event.hlc >= hlc}
        body = msgspec.structs.replace(body, saw=tuple(sorted(event.id for event in ahead.values())))
        at = START + timedelta(minutes=self.time)
        event = Event(f"{origin}e{len(own) + 1}", REF, origin, len(own) + 1, hlc, origin, at, at, body)
        self.seen[event.id] = {before.id for before in log}
        log.append(event)
        return event

    def send(self, source: int, target: int) -> None:
        known = {event.id for event in self.logs[target]}
        self.logs[target] += [event for event in self.logs[source] if event.id not in known]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 2), st.integers(0, 4)),
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.integers(0, 2), st.integers(0, 30)),
        st.tuples(st.just("wait"), st.integers(1, 8), st.just(0)),
    ),
    max_size=40,
)


@given(st.lists(st.integers(-20, 20), min_size=3, max_size=3), steps, st.randoms(use_true_random=False))
def test_no_act_stands_before_what_its_writer_had_seen(
    skews: list[int], told: list[tuple[str, int, int]], rng: random.Random
) -> None:
    consoles = Consoles(skews, BOOK)
    states = [fold(REF, log) for log in consoles.logs]
    histories = [History.of(Incident(REF), log) for log in consoles.logs]

    def grown(who: int, events: list[Event]) -> None:
        """The state as it grows is the fold of the log, from a state or from a mark."""
        whole = fold(REF, rng.sample(consoles.logs[who], len(consoles.logs[who])))
        try:
            states[who] = extend(states[who], events)
        except NeedsRefold:
            states[who] = whole
        assert states[who] == whole
        history = histories[who].grown(events)
        histories[who] = history or History.of(Incident(REF), consoles.logs[who])
        assert histories[who].state == whole

    for act, first, second in told:
        if act == "write":
            event = consoles.write(first, ComponentChanged("web", WORDS[second]))
            grown(first, [event])
            # The act of this very moment counts: it was the last that its writer saw.
            assert components_of(states[first])["web"].value == WORDS[second]
        elif act == "undo":
            log = consoles.logs[first]
            grown(first, [consoles.write(first, EntryUndone(log[second % len(log)].id))])
        elif act == "send":
            known = len(consoles.logs[second])
            consoles.send(first, second)
            if consoles.logs[second][known:]:
                grown(second, consoles.logs[second][known:])
        else:
            consoles.time += first
    for log in consoles.logs:
        places = {event.id: place for place, event in enumerate(in_order(log))}
        for id, place in places.items():
            assert all(places[before] < place for before in consoles.seen[id])


BOOK = standard()


def noted(id: str, hlc: int, *, origin: str = "", oseq: int = 1, saw: tuple[str, ...] = ()) -> Event:
    return Event(id, REF, origin or id, oseq, hlc, "al", START, START, EntryLogged("note", id, saw=saw))


def test_what_waits_for_one_event_keeps_the_logs_order() -> None:
    events = [noted("a", 1, saw=("z",)), noted("b", 2, saw=("a",)), noted("c", 3, saw=("z",)), noted("z", 9)]
    assert [event.id for event in in_order(events)] == ["z", "a", "b", "c"]


def test_a_file_keeps_its_own_order_where_one_of_its_events_has_to_wait() -> None:
    events = [
        noted("a1", 1, origin="a", saw=("z",)),
        noted("a2", 2, origin="a", oseq=2),
        noted("b", 3),
        noted("z", 9),
    ]
    assert [event.id for event in in_order(events)] == ["b", "z", "a1", "a2"]


ids = st.sampled_from("abcdef")


@given(st.dictionaries(ids, st.tuples(st.lists(ids, max_size=3), st.integers(1, 5)), max_size=6), st.randoms())
def test_events_that_name_each_other_in_a_circle_have_one_order(
    events: dict[str, tuple[list[str], int]], rng: random.Random
) -> None:
    logged = [noted(id, hlc, saw=tuple(saw)) for id, (saw, hlc) in events.items()]
    ordered = in_order(logged)
    assert sorted(event.id for event in ordered) == sorted(events)
    rng.shuffle(logged)
    assert in_order(logged) == ordered
    whole = fold(REF, logged)
    for cut in range(len(ordered)):
        try:
            assert extend(fold(REF, ordered[:cut]), ordered[cut:]) == whole
        except NeedsRefold:
            continue


def test_what_names_an_event_of_a_circle_comes_behind_all_of_it() -> None:
    circle = [
        Event(id, REF, id, 1, hlc, "eve", START, START, SeverityChanged("SEV3", "", other))
        for id, hlc, other in (("x", 5, "y"), ("y", 6, "x"))
    ]
    own = Event("a", REF, "a", 1, 1, "mo", START, START, SeverityChanged("SEV0", "", "x y"))
    assert [event.id for event in in_order([own, *circle])] == ["y", "x", "a"]


def test_an_event_of_a_newer_version_keeps_its_place() -> None:
    raw = '{"to":"moon","saw":["z"]}'
    body = decode_body("teleported", raw)
    assert encode_body(body) == raw
    teleported = Event("t", REF, "t", 1, 1, "al", START, START, body)
    assert [event.id for event in in_order([teleported, noted("z", 9)])] == ["z", "t"]
