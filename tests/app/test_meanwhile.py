"""The last line of a form, and the name of an act, are what Enter does, also when something newer has arrived."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from textual import events
from textual.widgets import Input

from console.app.dialogs.base import FormDialog
from console.app.dialogs.components import ComponentDialog
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.maintenance import StepDialog
from console.app.dialogs.process import ClassifyDialog, PlaybookDialog
from console.app.dialogs.respond import RoleDialog, SeverityDialog
from console.app.dialogs.settle import SettleDialog
from console.app.dialogs.stage import StageDialog
from console.app.dialogs.write import AcceptDialog
from console.app.postmortem.dialogs import ActionDialog, OwnerDialog, ReviewDialog, WhysDialog
from console.app.widgets.cell import LaidCell
from console.app.widgets.timeline_lines import suffix
from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.action_item import ChangeAction, FinishAction, action_items_of
from console.core.subjects.change import ClaimChange, EndChange, changes_in_flight
from console.core.subjects.checklist import TickItem, next_item
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.handoff import OfferHandoff, offered_handoff
from console.core.subjects.maintenance import PlanMaintenance
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.postmortem import AssignPostmortem, ReviewPostmortem, postmortem_of
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate, updates_of
from console.export.handoff import MAX_SHOWN
from console.library.playbooks import Playbooks
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.message import Queued
from tests.app.driver import Room, console
from tests.app.forms import COMPLETE, FORMS, Form, _here, prepare


async def meanwhile(room: Room, command: Command) -> None:
    """Ana writes from another console."""
    await room.app.session.submit(room.ref, command)
    await room.settles()


@pytest.mark.parametrize(
    ("keys", "other", "sentence"),
    [
        pytest.param(
            ("alt+s", "0"),
            ChangeSeverity(actor="ana", severity="SEV2", reason="few"),
            "changed this to SEV2",
            id="sev",
        ),
        pytest.param(("alt+n",), MoveStage(actor="ana", stage="mitigating"), "changed this to mitigating", id="stage"),
        pytest.param(
            ("alt+r", *"rui"), AssignRole(actor="ana", role="ic", person="eva"), "changed this to eva", id="role"
        ),
    ],
)
async def test_a_value_that_somebody_else_states_meanwhile_is_told_before_enter_replaces_it(
    tmp_path: Path, keys: tuple[str, ...], other: Command, sentence: str
) -> None:
    async with console(tmp_path) as room:
        await room.presses(*keys)
        await meanwhile(room, other)
        before = room.state.events
        await room.presses("enter")
        room.shows(sentence)
        assert room.state.events == before
        await room.presses("enter")
        assert room.state.events == before + 1
        assert not room.state.severity.conflict
        assert not room.state.stage.conflict


OVERTAKEN: Mapping[type[Form], tuple[Mapping[str, str], Command, str]] = {
    AcceptDialog: ({}, AssignRole(actor="ana", role="ic", person="eva"), "ana logged “IC → eva”"),
    ActionDialog: ({"owner": "rui"}, ChangeAction(actor="ana", action="1", owner="eva"), "Somebody changed its owner"),
    ClassifyDialog: (
        {"users": "30%", "take": "no"},
        AnswerTriage(actor="ana", answers={"users": "1%"}),
        "ana answered the triage",
    ),
    ComponentDialog: (
        {"name": "shop"},
        SetComponent(actor="ana", component="shop", status="major"),
        "ana logged “shop: major”",
    ),
    OwnerDialog: ({"person": "rui"}, AssignPostmortem(actor="ana", person="eva"), "ana logged “Postmortem → eva”"),
    PlaybookDialog: ({}, ChangePlaybook(actor="ana"), "ana logged “Playbook → p-levels"),
    ReviewDialog: ({}, ReviewPostmortem(actor="ana", state="final"), "ana logged “Postmortem is final”"),
    RoleDialog: ({}, AssignRole(actor="ana", role="ic", person="eva"), "ana changed this to eva"),
    SeverityDialog: ({}, ChangeSeverity(actor="ana", severity="SEV0"), "ana changed this to SEV0"),
    StageDialog: ({}, MoveStage(actor="ana", stage="mitigating"), "ana changed this to mitigating"),
}
"""Forms that state anew what stands, with their values, another statement of it, and how that is told."""

APART = {UpdateDialog, StepDialog, WhysDialog, SettleDialog}
"""Those with a story of their own; of a section and of a page's difference both statements are kept and shown."""


def restates(room: Room, kind: type[Form]) -> bool:
    """True when the form writes a value in place of one that stands."""
    form = FORMS[kind](room)
    values = {field.id: field.value or (field.choices[0].value if field.choices else "") for field in form._fields}
    bodies = []
    with suppress(Refused):
        result = form._build({**values, **COMPLETE.get(kind, {}), **OVERTAKEN.get(kind, ({},))[0]})
        parts = result if isinstance(result, tuple) else (result,)
        for command in (part for part in parts if isinstance(part, Command) and not isinstance(part, PlanMaintenance)):
            book = next((part for part in parts if isinstance(part, Playbook)), None)
            bodies += [proposal.body for proposal in decide(room.state, command, room.clock(), book)]
    return any(hasattr(body, "replaces") for body in bodies)


async def test_each_form_that_states_something_anew_is_in_the_table(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await prepare(room)
        assert {kind for kind in FORMS if restates(room, kind)} <= {*OVERTAKEN, *APART}


@pytest.mark.parametrize("kind", OVERTAKEN)
async def test_a_form_never_writes_over_what_somebody_else_stated_meanwhile_untold(
    tmp_path: Path, kind: type[Form]
) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await prepare(room)
        await meanwhile(room, AssignPostmortem(actor="mo", person="mo"))
        values, other, sentence = OVERTAKEN[kind]
        sent: list[object] = []

        async def send(result: object) -> None:
            sent.append(result)

        item = next(iter(action_items_of(room.state)))
        make = FORMS[kind] if kind is not ActionDialog else lambda room: ActionDialog(_here(room), item)
        room.screen.context.open_form(lambda: make(room), send)
        await room.settles()
        form = room.app.screen
        assert isinstance(form, FormDialog)
        form.fill({**COMPLETE.get(kind, {}), **values})
        book = Playbooks(None).get("p-levels") if kind is PlaybookDialog else None
        await room.app.session.submit(room.ref, other, book)
        await room.settles()
        await room.presses("ctrl+s")
        room.shows(sentence)
        assert sent == []


CHANGES: Mapping[str, Command] = {
    "severity": ChangeSeverity(actor="ana", severity="SEV0"),
    "stage": MoveStage(actor="ana", stage="mitigating"),
    "role": AssignRole(actor="ana", role="ic", person="eva"),
    "title": ChangeTitle(actor="ana", title="Nobody can pay"),
    "component": SetComponent(actor="ana", component="checkout", status="major"),
    "task": AddTask(actor="ana", text="call the bank"),
    "task done": Finish(actor="ana", what="1"),
    "change": ClaimChange(actor="ana", text="drain the queue", despite=True),
    "snooze": SnoozeClock(actor="ana", clock="internal", by=timedelta(minutes=5), reason="in a call"),
    "owner": AssignPostmortem(actor="ana", person="eva"),
    "review": ReviewPostmortem(actor="ana", state="in_review"),
    "action": ChangeAction(actor="ana", action="1", owner="eva"),
    "action done": FinishAction(actor="ana", action="1"),
    "update": PostUpdate(actor="ana", audience="public", text="We fail over."),
    "entry": LogEntry(actor="ana", text="nothing new"),
}
"""The acts of a colleague while a form stands open."""


@pytest.mark.parametrize("change", CHANGES)
async def test_no_form_shows_what_somebody_else_has_changed_meanwhile_as_if_it_were_so(
    tmp_path: Path, change: str
) -> None:
    """It shows what is now, or says that this is another."""
    async with console(tmp_path, size=(120, 50)) as room:
        await prepare(room)

        async def send(result: object) -> None:
            """Nothing is sent."""

        for kind, make in FORMS.items():
            room.screen.context.open_form(partial(make, room), send)
            await room.settles()
            form = room.app.screen
            assert isinstance(form, FormDialog)
            before = room.state.events
            await meanwhile(room, CHANGES[change])
            assert room.state.events > before
            now = make(room)
            rows = [field.choices for field in form._fields]
            same = form.shown == now.shown and rows == [field.choices for field in now._fields]
            assert same or form.problem, kind.__name__
            form.leave()
            await meanwhile(room, Undo(actor="ana"))


async def test_a_question_that_gave_way_to_what_somebody_changed_is_asked_anew(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+r", *"/sev eva", "enter")
        room.shows("“/sev” is text here, and runs nothing.", "once more does it")
        await meanwhile(room, AssignRole(actor="ana", role="ic", person="eva"))
        room.shows("ana changed this to eva meanwhile")
        room.hides("once more does it")
        before = room.state.events
        await room.presses("enter")
        assert room.state.events == before
        room.shows("“/sev” is text here, and runs nothing.", "once more does it")


async def test_a_reason_to_refuse_that_is_true_no_more_stands_in_no_last_line(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+s")
        room.shows("The severity is already SEV1")
        await meanwhile(room, ChangeSeverity(actor="ana", severity="SEV2", reason="few"))
        room.hides("The severity is already SEV1")
        room.shows("SEV2 (now)", "shows this form as it is now")
        before = room.state.events
        await room.presses("enter")
        assert room.state.events == before
        room.shows("logs: Severity SEV2 → SEV1")


async def test_the_owner_of_a_postmortem_that_somebody_else_names_meanwhile_is_told(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+p", "o", "enter", *"rui")
        await meanwhile(room, AssignPostmortem(actor="ana", person="eva"))
        await room.presses("enter")
        room.shows("ana logged “Postmortem → eva” meanwhile.")
        assert postmortem_of(room.state).owner.value == "eva"
        await room.presses("enter")
        assert postmortem_of(room.state).owner.value == "rui"


async def test_what_is_undone_under_a_form_is_told(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await meanwhile(room, AssignPostmortem(actor="mo", person="eva"))
        owner = room.last.id
        await room.presses("alt+shift+p", "o", "enter", *"rui")
        await meanwhile(room, Undo(actor="ana", entry=owner))
        await room.presses("enter")
        room.shows("was undone meanwhile.")
        assert postmortem_of(room.state).owner.value == ""


async def test_an_update_that_somebody_else_posts_meanwhile_is_told_before_another_goes_out(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+u", "1")
        await meanwhile(room, PostUpdate(actor="ana", audience="internal", text="We fail over."))
        await room.presses("ctrl+s")
        room.shows("ana posted internal update #1 meanwhile: “We fail over.”")
        assert len(updates_of(room.state)) == 1
        await room.presses("ctrl+s")
        assert [update.by for update in updates_of(room.state)] == ["ana", "mo"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (ChangeSeverity(actor="ana", severity="SEV0"), "ana changed the severity to SEV0 meanwhile"),
        (MoveStage(actor="ana", stage="mitigating"), "ana changed the stage to mitigating meanwhile"),
    ],
)
async def test_an_update_says_first_that_what_it_was_drafted_from_has_changed(
    tmp_path: Path, other: Command, told: str
) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("alt+u", "1")
        await meanwhile(room, other)
        await room.presses("ctrl+s")
        room.shows(told)
        assert not updates_of(room.state)
        cadence = owed_in(room)
        await room.presses("ctrl+s")
        (update,) = updates_of(room.state)
        assert update.next_at is not None
        assert update.next_at - update.at == cadence
        assert f"{room.state.stage.value.capitalize()}, {room.state.severity.value}" in update.text
        assert update.status == (room.state.stage_rule.status if room.state.stage_rule else "")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (ChangeSeverity(actor="ana", severity="SEV0"), "ana changed the severity to SEV0 meanwhile"),
        (PostUpdate(actor="ana", audience="internal", text="We fail over."), "ana posted internal update #1 meanwhile"),
    ],
)
async def test_an_update_without_a_text_says_what_has_changed_too(tmp_path: Path, other: Command, told: str) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        await room.presses("alt+u", "1")
        form = room.app.screen
        assert isinstance(form, UpdateDialog)
        form.fill({"text": ""})
        await meanwhile(room, other)
        room.shows(told)


def owed_in(room: Room) -> timedelta:
    """The time that the cadence of the severity in force gives to the next internal update."""
    rule = room.state.severity_rule
    assert rule is not None
    return timedelta(seconds=rule.update_s["internal"])


async def test_a_correction_of_what_was_undone_meanwhile_says_so_first(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("disk ful")
        await room.presses("alt+e")
        await room.keys_in("l")
        await meanwhile(room, Undo(actor="ana", entry=room.last.id))
        await room.presses("enter")
        room.shows("“disk ful” was undone meanwhile.")
        assert room.last.text == "disk ful"


async def test_a_form_that_nothing_is_left_for_says_so_and_keeps_what_was_typed(tmp_path: Path) -> None:
    """Its act was refused, and the state makes none of its kind any more: what two settle at once, say."""
    async with console(tmp_path) as room:
        made: list[RoleDialog] = []

        def make() -> RoleDialog:
            if made:
                raise Refused("Nothing is left to settle.")
            made.append(RoleDialog(room.screen.context.here, []))
            return made[0]

        async def send(command: Command) -> None:
            raise Refused("ana settled it meanwhile.")

        room.screen.context.open_form(make, send)
        await room.settles()
        await room.keys_in("rui")
        await room.presses("enter")
        room.shows("ana settled it meanwhile. Nothing is left to settle. Nothing you typed is lost.")
        await room.presses("escape", "alt+r")
        room.shows("rui")


@pytest.mark.parametrize("accepting", [False, True])
async def test_a_handoff_says_first_that_its_page_is_another_now(tmp_path: Path, accepting: bool) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        if accepting:
            await meanwhile(room, OfferHandoff(actor="ana", person="mo"))
        await room.presses("alt+y" if accepting else "alt+h", *(() if accepting else "rui"))
        await meanwhile(room, LogEntry(actor="ana", kind="decision", text="we fail over to eu-west"))
        before = room.state.events
        await room.presses("enter")
        room.shows("1 entry came meanwhile: the page is another now; read it again.")
        assert room.state.events == before
        await room.presses("enter")
        assert room.state.events == before + 1
        if not accepting:
            (page,) = room.app.session.exports_folder.glob("*handoff*")
            assert "we fail over to eu-west" in page.read_text("utf-8")


async def test_a_long_handoff_shows_its_newest_lines_and_its_file_has_all(tmp_path: Path) -> None:
    """What was erased meanwhile, where it was not shown, is in the file no more."""
    async with console(tmp_path, size=(120, 50)) as room:
        for text in ("hunter2", "rotated", *(f"line {n}." for n in range(MAX_SHOWN))):
            await room.app.session.submit(room.ref, LogEntry(actor="ana", text=text))
        await room.presses("alt+h", *"rui")
        shown = room.app.screen.query_one("#dialog-preview", LaidCell).whole.plain
        assert [text in shown for text in ("hunter2", "rotated", "line 0.")] == [False, False, True]
        assert "earlier lines: only in the file." in shown
        await meanwhile(room, RedactEntry(actor="ana", entry=room.state.entries[1].id))
        await room.presses("enter")
        await room.until(lambda: offered_handoff(room.state) is not None)
        await room.settles()
        (page,) = room.app.session.exports_folder.glob("*handoff*")
        text = page.read_text("utf-8")
        lines = ("hunter2", "rotated", *(f"line {n}." for n in range(MAX_SHOWN)))
        assert [line for line in lines if line not in text] == ["hunter2"]


async def test_a_line_half_typed_where_the_declaration_is_undone_is_foretold_as_refused(
    tmp_path: Path,
) -> None:
    async with console(tmp_path) as room:
        await room.keys_in("disk full")
        await meanwhile(room, Undo(actor="ana", entry=room.state.declared_id))
        await room.keys_in(" on web1")
        room.shows("The declaration of this incident was undone")
        await room.presses("enter")
        assert "disk full on web1" not in [entry.text for entry in room.state.entries]
        assert room.screen.prompt.line == "disk full on web1"


@pytest.mark.parametrize("line", ["disk full", "+ check the disk"])
async def test_a_line_half_typed_where_the_incident_becomes_a_duplicate_is_asked_about(
    tmp_path: Path, line: str
) -> None:
    async with console(tmp_path) as room:
        await room.keys_in(line)
        await meanwhile(room, MoveStage(actor="ana", stage="closed", override="Duplicate of INC-2222"))
        before = room.state.events
        await room.presses("enter")
        room.shows(f"{room.ref} is closed as a duplicate of INC-2222, where this may belong.")
        assert room.state.events == before
        await room.presses("enter")
        assert room.last.text.startswith(line.removeprefix("+ "))


async def test_of_two_consoles_that_post_at_the_same_moment_one_is_told(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        with Log.open(room.screen.session.log.path) as log:
            other = Ledger(log, actor="ana", clock=room.clock)
            posted = PostUpdate(actor="ana", audience="internal", text="We fail over.", seen="")
            other.execute(room.ref, posted)
        # This console has not read of it yet.
        with pytest.raises(Refused, match="ana posted internal update #1 meanwhile"):
            await room.app.session.submit(room.ref, msgspec.structs.replace(posted, actor="mo"))
        assert [update.by for update in updates_of(room.state)] == ["ana"]


@pytest.mark.parametrize("read", [False, True])
async def test_an_item_that_two_consoles_check_off_at_the_same_moment_stands_once(tmp_path: Path, read: bool) -> None:
    async with console(tmp_path) as room:
        session, loop = room.app.session, asyncio.get_running_loop()
        following = next_item(room.state, room.clock.now, "mo")
        assert following
        tick = TickItem(actor="ana", item=following[1].id)

        def meanwhile(_before: object, _events: object) -> Sequence[Queued]:
            # Between this console's decision and its writing; with `read` it also learns of it before it writes.
            with Log.open(session.log.path) as log:
                written = Ledger(log, actor="ana", clock=room.clock).execute(room.ref, tick)
            if read:
                asyncio.run_coroutine_threadsafe(session.absorb(written), loop).result()
            session.ledger.follow = lambda before, events: ()
            return ()

        session.ledger.follow = meanwhile
        with pytest.raises(Refused, match="checked off already, by ana"):
            await session.submit(room.ref, msgspec.structs.replace(tick, actor="mo"))
        assert [entry.author for entry in room.state.entries if entry.kind == "check"] == ["ana"]


async def test_undo_never_puts_back_what_somebody_else_undid_meanwhile(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("a mistake")
        entry = room.last.id
        await room.presses("alt+x")
        await meanwhile(room, Undo(actor="ana", entry=entry))
        await room.presses("enter")
        assert "was undone meanwhile" in room.hint
        assert room.state.entries[-1].undone


async def test_a_task_that_is_done_meanwhile_is_not_done_twice_nor_another_one(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for text in ("first", "second"):
            await meanwhile(room, AddTask(actor="ana", text=text))
        await room.presses("alt+d")
        room.shows("logs: Done: first")
        await meanwhile(room, Finish(actor="ana", what="1"))
        before = room.state.events
        await room.presses("enter")
        assert room.state.events == before
        room.shows("Nothing you typed is lost")


async def test_an_item_that_is_checked_off_meanwhile_is_not_the_one_behind_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+c")
        following = next_item(room.state, room.clock())
        assert following is not None
        await meanwhile(room, TickItem(actor="ana", item=following[1].id))
        before = room.state.events
        await room.presses("enter")
        assert room.state.events == before


async def test_accepting_for_somebody_else_is_said_and_takes_a_second_enter(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await meanwhile(room, OfferHandoff(actor="ana", person="lee"))
        await room.presses("alt+y", "enter")
        room.shows("You are mo: this records that lee accepts.")
        await room.presses("enter")
        assert (room.last.author, room.last.text) == ("mo", "IC → lee, handoff accepted (recorded by mo)")


async def test_the_form_of_a_pasted_entry_names_all_that_its_undo_takes(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("one\ntwo\nthree")
        await room.presses("2", "enter", "escape", "enter", "2")
        room.shows("undoes 3 entries logged together")
        await room.presses("enter")
        room.shows("This undoes 3 entries logged together.")
        assert not room.last.undone
        await room.presses("enter")
        assert [entry.undone for entry in room.state.entries[-3:]] == [True, True, True]


async def test_what_cannot_be_corrected_says_so_at_once_and_its_form_does_nothing_by_itself(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await meanwhile(room, ChangeSeverity(actor="mo", severity="SEV0"))
        before = room.state.events
        await room.presses("escape", "e")
        assert "comes from a command" in room.hint
        await room.presses("backspace", "enter")
        room.shows("Leave it: it cannot be corrected")
        await room.presses("enter")
        assert room.state.events == before
        await room.presses("2", "enter")
        assert room.state.severity.value == "SEV1"


async def test_a_correction_over_somebody_elses_is_told_first_and_says_who_edited(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("disk ful")
        await room.presses("alt+e")
        await room.keys_in("l")
        await meanwhile(room, CorrectEntry(actor="ana", entry=room.last.id, text="db full"))
        await room.presses("enter")
        room.shows("ana corrected this to “db full” meanwhile.")
        assert (room.last.text, suffix(room.last)) == ("db full", "edited by ana · mo")
        await room.presses("enter")
        assert room.last.text == "disk full"
        room.shows("disk full  edited · mo")


async def test_the_form_of_whoever_was_second_shows_what_is_so_now(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+n")
        room.shows("Declared (now)", "logs: Stage → Investigating")
        await meanwhile(room, MoveStage(actor="ana", stage="investigating"))
        before = room.state.events
        await room.presses("enter")
        room.shows("ana changed this to investigating meanwhile. Nothing you typed is lost.", "Investigating (now)")
        room.shows("The stage is already investigating")
        room.hides("Declared (now)", "tries again")
        await room.presses("enter")
        assert room.state.events == before
        await room.presses("escape", "alt+s", "0")
        await meanwhile(room, ChangeSeverity(actor="ana", severity="SEV2", reason="few"))
        await room.presses("enter")
        room.shows("SEV2 (now)", "logs: Severity SEV2 → SEV0")


async def test_a_form_whose_refusal_is_true_no_more_goes_on_as_the_incident_is_now(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await meanwhile(room, AssignRole(actor="mo", role="ic", person="eva"))
        for keys, refusal, other, then in (
            (("alt+s",), "is already SEV1", ChangeSeverity(actor="ana", severity="SEV0"), "SEV0 (now)"),
            (
                ("alt+r", *"eva", "tab", "up"),
                "IC is already eva",
                AssignRole(actor="ana", role="ic", person="rui"),
                "IC → eva",
            ),
        ):
            await room.presses(*keys, "enter")
            room.shows(refusal)
            await meanwhile(room, other)
            before = room.state.events
            await room.presses("enter")
            room.shows("Something was logged since you opened this form.", then)
            room.hides(refusal)
            assert room.state.events == before
            await room.presses("escape")


async def test_what_is_refused_by_the_incident_as_it_is_now_is_refused_as_before(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+s")
        await meanwhile(room, LogEntry(actor="ana", text="disk full"))
        await room.presses("enter")
        room.shows("is already SEV1")
        room.hides("Something was logged")


async def test_what_is_no_longer_offered_stays_chosen_and_nothing_takes_its_place(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for text in ("drain", "restart"):
            await meanwhile(room, ClaimChange(actor="mo", text=text, rollback="none"))
        await room.presses("alt+a", *"well", "tab", "tab", "2")
        room.shows("logs: Change done: drain")
        await meanwhile(room, EndChange(actor="ana", change="drain"))
        before = room.state.events
        await room.presses("enter")
        room.shows("“drain” has ended already: done.", "Done: drain")
        assert room.app.screen.query_one("#field-text", Input).value == "well"
        await room.presses("enter")
        assert room.state.events == before
        assert [change.text for change in changes_in_flight(room.state)] == ["restart"]


async def test_what_was_typed_ahead_of_the_news_is_no_answer_to_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+s", "0")
        await meanwhile(room, ChangeSeverity(actor="ana", severity="SEV2", reason="few"))
        before = room.state.events
        for event in [events.Key("enter", "\r"), events.Key("enter", "\r")]:
            room.app.post_message(event)
            await room.settles()
        assert room.state.events == before
        await room.presses("enter")
        assert room.state.severity.value == "SEV0"


async def test_a_form_whose_list_is_gone_never_does_something_else(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await meanwhile(room, ClaimChange(actor="mo", text="drain", rollback="none"))
        await room.presses("alt+a", *"well", "tab", "tab", "2")
        await meanwhile(room, EndChange(actor="ana", change="drain"))
        before = room.state.events
        await room.presses("enter")
        room.shows("No change is in flight", "Done: drain")
        await room.presses("enter")
        assert room.state.events == before


async def test_an_entry_that_is_redacted_meanwhile_is_corrected_no_more(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("disk ful")
        await room.presses("alt+e", "l")
        await meanwhile(room, RedactEntry(actor="ana", entry=room.last.id))
        before = room.state.events
        await room.presses("enter")
        room.shows("This entry was redacted")
        await room.presses("enter")
        assert room.state.events == before


async def test_what_a_line_was_not_asked_about_is_asked_before_enter_does_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/stage closed ! Duplicate of another incident")
        assert "Closing drops: first public post due 14:15. Enter once more" in room.hint
        await meanwhile(room, AddTask(actor="ana", text="page the bank", owner="rs"))
        await room.presses("enter")
        assert "first public post due 14:15; 1 open task. Enter once more" in room.hint
        assert room.state.stage.value == "declared"
        await room.presses("enter")
        assert room.state.stage.value == "closed"
