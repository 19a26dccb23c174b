"""The log is the incident: whatever is done, in whatever order it arrives, the same log gives the same state."""

import itertools
import random
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.core.log.clocks import clocks, promises
from console.core.log.codec import decode_body, encode_body, kind_of
from console.core.log.command import Command, Decision
from console.core.log.decide import decide
from console.core.log.erasure import is_redacted
from console.core.log.event import Event, Unknown
from console.core.log.fold import apply, extend, fold
from console.core.log.state import Heard, Incident, TakenBack, timeline
from console.core.refusal import Refused
from console.core.subjects.action_item import AddAction, ChangeAction, FinishAction
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.checklist import TickItem
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.fix import AddFix, ChangeFix, open_fixes
from console.core.subjects.handoff import AcceptHandoff, OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity, SeverityChanged
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AcknowledgeTask, AddTask, ChangeTask, open_tasks, tasks_of
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undo
from console.core.subjects.update import DecidePublication, PostUpdate, updates_of
from tests.core.erasing import filled
from tests.core.story import START, Story, after, standard

REF = "INC-K7Q2"
words = st.text(min_size=1, max_size=20)


def told(state: Incident) -> dict[str, Any]:
    """Everything of a state but the log's own position, the record of undos, and who was heard: whoever undoes is."""
    own = {"parts", "head", "last", "events"}
    parts = {kind.__name__: part for kind, part in state.parts.items() if kind not in (TakenBack, Heard)}
    return {name: getattr(state, name) for name in state.__struct_fields__ if name not in own} | parts


class Room(RuleBasedStateMachine):
    """Two consoles act on one log; the state that grew equals the state from the log."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Event] = []
        self.counter = itertools.count(1)
        self.now = START
        self.state = Incident(REF)
        self.act(DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1"))

    def act(self, command: Command, origin: str = "a") -> None:
        declared = None if self.state.events == 0 else self.state
        decision: Decision = ()
        sentence = "."
        try:
            decision = decide(declared, command, self.now, standard())
        except Refused as refused:
            sentence = refused.reason
        assert sentence.endswith((".", "?"))
        for one in decision:
            n = next(self.counter)
            oseq = 1 + sum(event.origin == origin for event in self.log)
            body = filled(one.body, self.log) if isinstance(one.body, EntryRedacted) else one.body
            event = Event(f"e{n}", REF, origin, oseq, n, command.actor, one.occurred_at, self.now, body)
            self.log.append(event)
            before, kept = self.state, (self.state.entries[:], self.state.severity, tasks_of(self.state))
            self.state = after(self.state, self.log)
            assert (before.entries[:], before.severity, tasks_of(before)) == kept

    @rule(minutes=st.integers(0, 40))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        text=words, kind=st.sampled_from(("note", "finding", "action", "decision", "hypothesis")), ago=st.integers(0, 9)
    )
    def logs(self, text: str, kind: str, ago: int) -> None:
        self.act(LogEntry(actor="al", text=text, kind=kind, at=self.now - timedelta(minutes=ago)), "b")

    @rule(
        severity=st.sampled_from(("SEV0", "SEV1", "SEV2", "nothing")),
        blind=st.booleans(),
        reason=st.sampled_from(("", "few are hit")),
    )
    def changes_severity(self, severity: str, blind: bool, reason: str) -> None:
        seen = self.state.severity.facts[0].id if blind else None
        self.act(ChangeSeverity(actor="mo", severity=severity, reason=reason, seen=seen))

    @rule(stage=st.sampled_from(("next", "investigating", "monitoring", "closed")), override=st.sampled_from(("", "x")))
    def moves(self, stage: str, override: str) -> None:
        self.act(MoveStage(actor="mo", stage=stage, override=override))

    @rule(role=st.sampled_from(("ic", "scribe")), person=st.sampled_from(("mo", "al", "nobody")))
    def assigns(self, role: str, person: str) -> None:
        self.act(AssignRole(actor="mo", role=role, person=person))

    @rule(audience=st.sampled_from(("internal", "public")), text=words, next_in=st.none() | st.integers(-1, 60))
    def updates(self, audience: str, text: str, next_in: int | None) -> None:
        promise = None if next_in is None else timedelta(minutes=next_in)
        self.act(PostUpdate(actor="al", audience=audience, text=text, next_in=promise), "b")

    @rule(text=words)
    def adds_task(self, text: str) -> None:
        self.act(AddTask(actor="al", text=text, owner="rs", due_in=timedelta(minutes=10)))

    @rule(what=st.sampled_from(("1", "2", "escalation")))
    def finishes(self, what: str) -> None:
        self.act(Finish(actor="rs", what=what), "b")

    @rule(verdict=st.sampled_from(("supported", "ruled_out", "open")))
    def judges(self, verdict: str) -> None:
        self.act(JudgeHypothesis(actor="rs", hypothesis="1", verdict=verdict))

    @rule(task=st.sampled_from(("1", "2")), owner=st.none() | st.sampled_from(("al", "rs")))
    def changes_task(self, task: str, owner: str | None) -> None:
        self.act(ChangeTask(actor="mo", task=task, owner=owner, due_in=timedelta(minutes=5)))
        self.act(AcknowledgeTask(actor="rs", task=task), "b")

    @rule(item=st.sampled_from(("", "2", "closing/1")), done=st.booleans())
    def ticks(self, item: str, done: bool) -> None:
        self.act(TickItem(actor="al", item=item, done=done))

    @rule(text=words, actor=st.sampled_from(("mo", "al")), despite=st.booleans())
    def claims(self, text: str, actor: str, despite: bool) -> None:
        self.act(ClaimChange(actor=actor, text=text, despite=despite))

    @rule(actor=st.sampled_from(("mo", "al")), outcome=st.sampled_from(("done", "rolled-back", "failed")))
    def ends_change(self, actor: str, outcome: str) -> None:
        self.act(EndChange(actor=actor, outcome=outcome), "b")

    @rule(text=words, ticket=st.sampled_from(("CHK-1", "")))
    def keeps_fixes(self, text: str, ticket: str) -> None:
        self.act(AddFix(actor="al", text=text))
        self.act(ChangeFix(actor="mo", fix="1", ticket=ticket))

    @rule(answer=st.sampled_from(("yes", "no", "unsure", "60%")))
    def triages(self, answer: str) -> None:
        self.act(AnswerTriage(actor="mo", answers={"down": answer, "users": answer}))

    @rule(person=st.sampled_from(("al", "nobody")), state=st.sampled_from(("draft", "in-review", "final")))
    def reviews(self, person: str, state: str) -> None:
        self.act(AssignPostmortem(actor="mo", person=person))
        self.act(ReviewPostmortem(actor="mo", state=state))

    @rule(decision=st.sampled_from(("edited", "dropped", "resent", "confirmed")), text=words, data=st.data())
    def decides_about_a_page(self, decision: Any, text: str, data: Any) -> None:
        ids = [update.id for update in updates_of(self.state)] or ["e99"]
        update = data.draw(st.sampled_from(ids))
        self.act(
            DecidePublication(actor="al", message="m1", update=update, to="page", decision=decision, text=text), "b"
        )

    @rule(section=st.sampled_from(("summary", "root cause")), text=words)
    def writes_postmortem(self, section: str, text: str) -> None:
        self.act(EditPostmortem(actor="al", section=section, text=text), "b")

    @rule(text=words, priority=st.sampled_from(("P0", "p1", "P9")))
    def keeps_actions(self, text: str, priority: str) -> None:
        self.act(AddAction(actor="al", text=text, priority=priority))
        self.act(ChangeAction(actor="mo", action="1", owner="rs"))

    @rule(clock=st.sampled_from(("public", "internal", "escalation")))
    def snoozes(self, clock: str) -> None:
        self.act(SnoozeClock(actor="mo", clock=clock, by=timedelta(minutes=7), reason="vendor"))

    @rule(nudge=st.sampled_from(("no_ic", "quiet")))
    def silences(self, nudge: str) -> None:
        self.act(SilenceNudge(actor="mo", nudge=nudge))

    @rule(number=st.sampled_from(("1", "2")))
    def finishes_action(self, number: str) -> None:
        self.act(FinishAction(actor="rs", action=number), "b")

    @rule(data=st.data())
    def an_undo_of_an_undo_changes_nothing(self, data: Any) -> None:
        entry = data.draw(st.sampled_from(self.state.entries[:]))
        before, count = told(self.state), len(self.log)
        self.act(Undo(actor="mo", entry=entry.id, dependents=True))
        if len(self.log) == count:
            return
        self.act(Undo(actor="mo", entry=entry.id, dependents=True))
        after = told(self.state)
        # Whoever undoes is heard by it.
        changed = {name for name, value in before.items() if after[name] != value}
        assert changed <= {"Heard"}

    @rule(data=st.data())
    def undoes(self, data: Any) -> None:
        entry = data.draw(st.sampled_from(self.state.entries[:]))
        self.act(Undo(actor="mo", entry=entry.id, dependents=True))

    @rule(data=st.data(), text=words)
    def corrects(self, data: Any, text: str) -> None:
        entry = data.draw(st.sampled_from(self.state.entries[:]))
        self.act(CorrectEntry(actor="al", entry=entry.id, text=text), "b")

    @rule(data=st.data())
    def redacts(self, data: Any) -> None:
        entry = data.draw(st.sampled_from(self.state.entries[:]))
        self.act(RedactEntry(actor="al", entry=entry.id))

    @rule(person=st.sampled_from(("al", "rs")))
    def hands_over(self, person: str) -> None:
        self.act(OfferHandoff(actor="mo", person=person))
        self.act(AcceptHandoff(actor=person))

    @invariant()
    def the_log_gives_the_same_state_in_any_order_of_arrival(self) -> None:
        shuffled = self.log[:]
        random.Random(len(shuffled)).shuffle(shuffled)
        assert fold(REF, shuffled) == self.state

    @invariant()
    def clocks_and_promises_can_always_be_told(self) -> None:
        for clock in clocks(self.state, self.now):
            assert clock.starts_at <= clock.due_at or clock.kind == "task"
        promises(self.state, self.now)

    @invariant()
    def every_body_survives_the_log(self) -> None:
        for event in self.log[-2:]:
            assert decode_body(kind_of(event.body), encode_body(event.body)) == event.body


TestRoom = Room.TestCase


def test_an_event_of_a_newer_version_is_kept_and_shown() -> None:
    body = decode_body("teleported", '{"to":"moon"}')
    story = Story()
    event = Event("z1", REF, "x", 1, 99 << 16, "al", START, START, body)
    state = apply(story.state, event)
    assert state.entries[-1].kind == "unknown"
    assert encode_body(body) == '{"to":"moon"}'


@given(st.binary() | st.text())
def test_a_damaged_body_is_unknown_never_a_crash(raw: bytes | str) -> None:
    body = decode_body("severity_changed", raw)
    assert isinstance(body, Unknown | SeverityChanged)


def test_older_versions_of_the_entries_never_see_newer_ones() -> None:
    story = Story()
    old = story.state
    story.does(LogEntry, text="one")
    other = apply(old, msgspec.structs.replace(story.events[-1], id="other"))
    assert [entry.id for entry in story.state.entries] == ["e1", "e2"]
    assert [entry.id for entry in other.entries] == ["e1", "other"]
    assert len(old.entries) == 1
    assert other.entries.get("e2") is None


def test_the_timeline_is_ordered_by_when_things_happened() -> None:
    story = Story().at(10)
    story.does(LogEntry, text="now")
    story.does(LogEntry, text="earlier", at=START + timedelta(minutes=5))
    assert [story.state.entries[i].text for i in timeline(story.state)][1:] == ["earlier", "now"]
    assert story.state.entries[-1].late


def test_extending_is_applying_one_by_one() -> None:
    story = Story()
    for n in range(20):
        story.at(n).does(LogEntry, text=f"line {n}", kind="finding")
    assert extend(Incident(REF), story.events) == story.state


def test_correcting_a_task_changes_its_words_and_keeps_who_has_it() -> None:
    story = Story()
    story.does(AddTask, text="check the replica lagg", owner="ana", due_in=timedelta(minutes=10))
    story.does(ChangeTask, task="1", owner="rui")
    story.does(CorrectEntry, entry="e2", text="check the replica lag")
    assert story.state.entries.get("e2").text == "check the replica lag @ana, back in 10m"  # type: ignore[union-attr]  # it is there
    assert (open_tasks(story.state)[0].text, open_tasks(story.state)[0].owner) == ("check the replica lag", "rui")


def test_a_redaction_takes_a_fix_and_leaves_what_was_said_of_it_later() -> None:
    story = Story()
    story.does(AddFix, text="rate limit of the payment path", where="gateway.conf")
    story.does(ChangeFix, fix="1", ticket="CHK-7")
    story.does(RedactEntry, entry="e2")
    fix = open_fixes(story.state)[0]
    assert is_redacted(fix.text)
    assert is_redacted(fix.where)
    assert fix.ticket == "CHK-7"
