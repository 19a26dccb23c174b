"""A state with marks: however it grows, it is the fold of its events, and what is kept beside it shares its objects."""

from datetime import timedelta
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from console.core.log import entries, history
from console.core.log.entries import Entries, Entry
from console.core.log.event import Body, Event
from console.core.log.fold import extend, fold
from console.core.log.history import History
from console.core.log.state import Incident
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.task import TaskAdded, TaskDone, open_tasks, tasks_of
from console.core.subjects.undo import EntryUndone
from tests.core.story import START, standard

REF = "INC-K7Q2"
MARK_EVERY, REACH, CHUNK, MOVED_MOST = 4, 12, 5, 3


def event(number: int, body: Body, origin: str = "here", clock: int = 0) -> Event:
    """The event of that number in its origin's log; `clock` is its logical clock's, else that of the others."""
    at = START + timedelta(seconds=number)
    return Event(f"{origin}-{number}", REF, origin, number, clock or 100 * number, "mo", at, at, body)


def body_of(kind: str, number: int, named: str) -> Body:
    """A body that names, where its kind names one, an event."""
    bodies: dict[str, Body] = {
        "task": TaskAdded(f"check {number}", owner="rs"),
        "done": TaskDone(named),
        "correction": EntryCorrected(named, text=f"line {number}, corrected"),
        "undo": EntryUndone(named),
    }
    return bodies.get(kind) or EntryLogged("finding", f"line {number}")


steps = st.lists(
    st.tuples(st.sampled_from(("entry", "entry", "task", "done", "correction", "undo", "late")), st.integers(1, 20)),
    min_size=1, max_size=60,
)  # fmt: skip


@given(steps)
def test_it_is_the_fold_of_its_events_and_holds_nothing_twice(steps: list[tuple[str, int]]) -> None:
    kept = patch.multiple(history, MARK_EVERY=MARK_EVERY, REACH=REACH)
    with kept, patch.multiple(entries, CHUNK=CHUNK, MOVED_MOST=MOVED_MOST):
        logged = [event(1, IncidentDeclared("slow", "SEV1", "declared", standard()))]
        grown = History.of(Incident(REF), logged)
        versions: list[tuple[Entries, list[Entry]]] = []
        late = clock = 0
        for number, (kind, back) in enumerate(steps, 2):
            # An undo takes back anything; a correction is of what somebody wrote, and a task ends once.
            written = [each.id for each in logged if isinstance(each.body, EntryLogged | TaskAdded)]
            named = {"undo": [each.id for each in logged[1:]], "done": [task.id for task in open_tasks(grown.state)]}
            ids = named.get(kind, written)
            new = [event(number, body_of(kind if ids else "entry", number, (ids or [""])[-back:][0]))]
            if kind == "late":
                late, clock = late + 1, max(clock + 1, 100 * (number - back))
                new.append(event(late, EntryLogged("note", "seen elsewhere"), "there", clock))
            logged += new
            for each in new:
                grown = grown.grown([each]) or History.of(Incident(REF), logged)
            state = grown.state
            versions.append((state.entries, list(state.entries)))
            assert state == fold(REF, logged)
            assert extend(grown.before_tail, grown.tail) == state
            assert len(grown.marks) <= 2
            for mark in grown.marks:
                pairs: list[tuple[object, object]] = [*zip(mark.state.entries, state.entries, strict=False)]
                pairs += [(task, tasks_of(state).get(id)) for id, task in tasks_of(mark.state).items()]
                assert all(old is new for old, new in pairs if old == new)
        # A version never sees what became of it in others.
        for version, held in versions:
            assert list(version) == held
            assert [version.position(entry.id) for entry in held] == list(range(len(held)))
            assert version[1:] == held[1:]
