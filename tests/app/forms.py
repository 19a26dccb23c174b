"""Every form of the console, made by hand, so that one can ask the same of all of them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from textual.widget import Widget

from console.app.dialogs.after import BackfillDialog, PublicPostmortemDialog
from console.app.dialogs.base import FormDialog
from console.app.dialogs.components import ComponentDialog
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.declare import DeclareDialog
from console.app.dialogs.find import ConfirmDialog, JumpDialog
from console.app.dialogs.link import TogetherDialog
from console.app.dialogs.maintenance import PlanDialog, StepDialog
from console.app.dialogs.pages import AnswerDialog, CallDialog
from console.app.dialogs.paste import PasteDialog
from console.app.dialogs.process import ChangeDialog, ClassifyDialog, PlaybookDialog, RunbookDialog
from console.app.dialogs.respond import DoneDialog, RoleDialog, SeverityDialog, SnoozeDialog, TaskDialog
from console.app.dialogs.settle import AdoptDialog, SettleDialog
from console.app.dialogs.stage import StageDialog
from console.app.dialogs.write import AcceptDialog, EntryDialog, HandoffDialog
from console.app.here import Here
from console.app.outbox.dialogs import ConfirmThereDialog, EditDialog
from console.app.postmortem.dialogs import ActionDialog, ActionDoneDialog, OwnerDialog, ReviewDialog, WhysDialog
from console.app.targets.components import NameDialog
from console.app.targets.dialog import PageDialog, ProviderDialog, TargetDialog
from console.app.targets.form import TargetForm
from console.app.targets.service import TargetService
from console.core.log.command import Command
from console.core.log.completion import people
from console.core.log.state import Incident
from console.core.memory.together import Together
from console.core.subjects.action_item import AddAction, action_items_of
from console.core.subjects.change import ClaimChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.page import PageSomebody
from console.core.subjects.runbook import FollowRunbook
from console.core.subjects.task import AddTask
from console.core.subjects.update import PostUpdate, updates_of
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks
from console.publish.provider import Listed, OpenThere
from console.publish.registry import provider_class
from console.publish.sending.plan import Choices, Context, Preview
from console.publish.sending.publisher import Offer
from console.publish.sending.settling import Place
from console.publish.targets.model import Target
from tests.app.driver import Room, standard_playbook
from tests.core.story import Maintenance, Story

Form = FormDialog[Any]

PASTED = "the first line\nthe second line"


async def prepare(room: Room) -> None:
    """An incident in which every form can be opened."""
    for command in (
        LogEntry(actor="mo", text="error rate at 5 %"),
        AddTask(actor="mo", text="check replica lag", owner="rs", due_in=timedelta(minutes=10)),
        ClaimChange(actor="mo", text="restart checkout", rollback="start the old one"),
        PageSomebody(actor="mo", who="kim", way="phone"),
        OfferHandoff(actor="ana", person="mo", note="rates are falling"),
        FollowRunbook(actor="mo", runbook=Runbooks(None).get("ddos")),
        AddAction(actor="mo", text="Alert on the pool"),
        PostUpdate(actor="mo", audience="public", text="Some checkouts fail."),
    ):
        await room.app.session.submit(room.ref, command)
    await room.settles()


def _here(room: Room, state: Incident | None = None) -> Here:
    return Here(state or room.state, "mo", room.clock(), room.app.session.zone)


def _entry(room: Room) -> EntryDialog:
    async def plan() -> None:
        return None

    entry = next(each for each in room.state.entries if each.text == "error rate at 5 %")
    return EntryDialog(_here(room), entry.id, plan)


def _settle(room: Room) -> SettleDialog:
    update = updates_of(room.state, "public")[-1].id
    place = Place(
        "status", update, "standing", ("changed", "corrected", "left"), "investigating", "", shown="Some fail."
    )
    return SettleDialog(_here(room), [place], "other words there")


def _target(room: Room) -> TargetDialog:
    return TargetDialog(TargetForm("webhook", provider_class("webhook")), TargetService(room.app.session.config))


def _over(room: Room) -> tuple[Incident, Context]:
    """A past incident, and a page that takes it."""
    story = Story(retrospective=True)
    story.does(PostUpdate, audience="public", text="All is well.", status="resolved")
    context = Context((Target("page", "file"),), {"page": provider_class("file").capabilities})
    return story.state, context


def _backfill(room: Room) -> BackfillDialog:
    state, context = _over(room)
    return BackfillDialog(_here(room, state), context)


def _postmortem(room: Room) -> PublicPostmortemDialog:
    """Of an incident that is on a page already, as one that tells nothing of what it has."""
    state, _ = _over(room)
    context = Context((Target("hook", "webhook"),), {"hook": provider_class("webhook").capabilities})
    return PublicPostmortemDialog(_here(room, state), context, "A deploy did it.")


def _nothing(command: Command, choices: Choices) -> tuple[Preview, ...]:
    """No target is set up."""
    return ()


FORMS: Mapping[type[Form], Callable[[Room], Form]] = {
    AcceptDialog: lambda room: AcceptDialog(_here(room)),
    ActionDialog: lambda room: ActionDialog(_here(room)),
    ActionDoneDialog: lambda room: ActionDoneDialog(_here(room), next(iter(action_items_of(room.state)))),
    AnswerDialog: lambda room: AnswerDialog(_here(room)),
    CallDialog: lambda room: CallDialog(_here(room)),
    AdoptDialog: lambda room: AdoptDialog(
        "INC-K7Q2", [Offer("status", OpenThere("1", "Payments fail", "identified"))], ""
    ),
    BackfillDialog: _backfill,
    ChangeDialog: lambda room: ChangeDialog(_here(room)),
    ClassifyDialog: lambda room: ClassifyDialog(_here(room)),
    ComponentDialog: lambda room: ComponentDialog(_here(room), ["checkout"]),
    ConfirmDialog: lambda room: ConfirmDialog("Go on?", "goes on", "stays"),
    ConfirmThereDialog: lambda room: ConfirmThereDialog("status", None),
    DeclareDialog: lambda room: DeclareDialog(standard_playbook(), "mo", room.clock(), room.app.session.zone),
    DoneDialog: lambda room: DoneDialog(_here(room)),
    EditDialog: lambda room: EditDialog("m1", "status", "We look.", ["checkout"]),
    EntryDialog: _entry,
    HandoffDialog: lambda room: HandoffDialog(_here(room), room.app.session.exports_folder),
    JumpDialog: lambda room: JumpDialog(room.app.session.zone, room.clock()),
    PlanDialog: lambda room: PlanDialog(None, _nothing, "mo", room.clock(), room.app.session.zone),
    StepDialog: lambda room: StepDialog(_here(room, Maintenance().state), None, _nothing),
    NameDialog: lambda room: NameDialog("Checkout", "", ["shop"], set()),
    OwnerDialog: lambda room: OwnerDialog(_here(room)),
    PageDialog: lambda room: PageDialog([Listed("p1", "Status")], ""),
    PasteDialog: lambda room: PasteDialog(_here(room), PASTED),
    PlaybookDialog: lambda room: PlaybookDialog(_here(room), list(Playbooks(None).usable().values())),
    ProviderDialog: lambda room: ProviderDialog(),
    ReviewDialog: lambda room: ReviewDialog(_here(room)),
    PublicPostmortemDialog: _postmortem,
    RoleDialog: lambda room: RoleDialog(_here(room), people(room.state)),
    RunbookDialog: lambda room: RunbookDialog(_here(room), list(Runbooks(None).usable().values())),
    SettleDialog: _settle,
    SeverityDialog: lambda room: SeverityDialog(_here(room)),
    SnoozeDialog: lambda room: SnoozeDialog(_here(room)),
    StageDialog: lambda room: StageDialog(_here(room)),
    TargetDialog: _target,
    TogetherDialog: lambda room: TogetherDialog(
        Together(("INC-1111", "INC-2222"), ("#db",), timedelta(minutes=4), 3), {}, {}, "mo"
    ),
    TaskDialog: lambda room: TaskDialog(_here(room)),
    UpdateDialog: lambda room: UpdateDialog(_here(room)),
    WhysDialog: lambda room: WhysDialog(_here(room)),
}

COMPLETE: Mapping[type[Form], Mapping[str, str]] = {
    ActionDialog: {"text": "Alert on the queue"},
    ChangeDialog: {"text": "drain the queue"},
    ComponentDialog: {"name": "shop"},
    DeclareDialog: {"title": "Checkout errors"},
    HandoffDialog: {"person": "ana"},
    JumpDialog: {"when": "-2m"},
    PlanDialog: {"title": "New database", "starts": "in 2h", "until": "2h"},
    PlaybookDialog: {"playbook": "rapid"},
    RoleDialog: {"person": "ana"},
    SettleDialog: {"words": "it was mailed"},
    SeverityDialog: {"severity": "SEV2", "reason": "fewer customers"},
    SnoozeDialog: {"by": "5m", "reason": "in a call"},
    StageDialog: {"stage": "investigating"},
    StepDialog: {"step": "begin"},
    TargetDialog: {"name": "status", "url": "https://example.org/hook", "key": "k"},
    TaskDialog: {"text": "call the bank"},
    WhysDialog: {"why0": "the pool ran dry"},
}
"""The words and choices that a form needs before Enter writes something; the others need nothing."""


def all_forms() -> set[type[Form]]:
    """Every form there is in the console; a base of several has no constructor of its own."""
    kinds, waiting = set[type[Form]](), list[type[Form]](FormDialog.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("console.") and "__init__" in vars(kind):
            kinds.add(kind)
    return kinds


async def opened(room: Room, kind: type[Form], made: Form | None = None) -> tuple[Form, list[object]]:
    """A form over the room, made here unless it is given, and what it has sent."""
    form, sent = made or FORMS[kind](room), list[object]()

    async def send(result: object) -> None:
        sent.append(result)

    form.memory, form.send = {}, send
    await room.app.push_screen(form)
    await room.settles()
    return form, sent


def focusable(form: Form) -> list[Widget]:
    """Whatever of a form takes the focus."""
    return [widget for widget in form.query("*") if widget.focusable]
