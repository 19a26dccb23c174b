"""The targets: where updates go, with which key, and whether that works; added, changed, checked and removed here."""

from collections.abc import Callable
from functools import partial

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.act_screen import ActScreen
from console.app.daemon_thread import in_daemon_thread
from console.app.publishing import Publishing
from console.app.registry import bindings
from console.app.session import Session
from console.app.situation import Situation
from console.app.targets.dialog import ProviderDialog, TargetDialog
from console.app.targets.editor import TargetEditor
from console.app.targets.render import TargetWords
from console.app.targets.service import Finding, Given, Row, Seen, TargetService
from console.app.widgets.cell import text
from console.app.widgets.key_list import KeyList
from console.core.language.text import clean
from console.core.refusal import Refused
from console.publish.targets.model import Target
from console.store.outbox.outbox import Outbox
from console.store.problems import StoreProblem

EVERY_S = 1.0
EMPTY = "Updates go nowhere yet: press a to add a status page or a chat."
READING = "Reading the targets …"
BROKEN = "Correct the file; this screen follows, and leaves it as it is until then."


class TargetsScreen(ActScreen[None], ModalScreen[None]):
    """All targets of the configuration folder; what is highlighted is told below. Follows the file."""

    place = "targets"
    BINDINGS = bindings("targets")
    bar_words = {"leave": "", "help": None}

    def __init__(self, session: Session, publishing: Publishing, service: TargetService) -> None:
        super().__init__()
        self._session, self._publishing, self._service = session, publishing, service
        self._seen: Seen | None = None
        self._stamp: tuple[object, ...] = ()
        self._asking = ""
        """The target that is being checked."""
        self._removed: list[str] = []
        self._words = TargetWords(session.zone, service.proofs)
        self._editor = TargetEditor(
            session, service, self.say, lambda *given: self.app.push_screen(*given), self._saved
        )

    @property
    def situation(self) -> Situation:
        row = self._here
        return Situation(
            read_only=self._session.read_only,
            chosen=row.name if row else "",
            fault=row.fault if row else "",
            trouble=self._seen.trouble if self._seen else "The file is being read; wait a moment.",
            removed=self._removed[-1] if self._removed else "",
        )

    def refuse(self, reason: str) -> None:
        self.say(reason, error=True)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="targets"):
            yield Static("Where updates go", classes="dialog-title", markup=False)
            yield KeyList(id="targets-list", markup=False)
            with VerticalScroll(id="targets-page", can_focus=False):
                yield Static(id="targets-text", markup=False)
            yield Static(id="targets-say", markup=False)
            yield self.keys()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self.read()
        self.set_interval(EVERY_S, self._follow)

    @on(events.Resize)
    def _fit(self) -> None:
        # After the layout, when the width is known.
        self.call_after_refresh(self._show)

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        if await in_daemon_thread(self._service.stamp, "targets") != self._stamp:
            self.read()

    @work(exclusive=True, group="read")
    async def read(self, choose: str = "") -> None:
        """Look at the file and at where the keys are; what is highlighted stays so, unless another is to be chosen."""
        # First the stamp: what is written in between is then read once more.
        self._stamp = await in_daemon_thread(self._service.stamp, "targets")
        self._seen = await in_daemon_thread(self._service.read, "targets")
        self._show(choose)

    # Showing

    def _show(self, choose: str = "") -> None:
        options = self.query_one(OptionList)
        here = self._here
        wanted = choose or (here.name if here else "")
        seen = self._seen or Seen(reading=True)
        width = max(30, options.size.width - 2)
        longest = max((len(row.name) for row in seen.rows), default=0)
        options.clear_options()
        options.add_options(
            [Option(self._words.row(row, longest, width, self._asking), id=row.name) for row in seen.rows]
        )
        if not seen.rows:
            nothing = READING if seen.reading else EMPTY
            words = text((seen.trouble, "$error"), f"\n{BROKEN}") if seen.trouble else text((nothing, "$muted"))
            options.add_option(Option(words, disabled=True))
        names = [row.name for row in seen.rows]
        options.highlighted = names.index(wanted) if wanted in names else 0 if names else None
        self._tell()

    @property
    def _here(self) -> Row | None:
        place = self.query_one(OptionList).highlighted
        rows = self._seen.rows if self._seen else ()
        return rows[place] if place is not None and place < len(rows) else None

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        row = self._here
        page = self.query_one("#targets-page", VerticalScroll)
        page.set_class(row is not None, "-some")
        width = page.scrollable_content_region.width
        words = self._words.details(row, width, self._asking) if row is not None else ""
        self.query_one("#targets-text", Static).update(words)
        self.show_keys()

    def say(self, words: str, *, error: bool = False) -> None:
        """Show a sentence above the keys; an empty one takes it away."""
        cell = self.query_one("#targets-say", Static)
        cell.update(text((clean(words), "$error") if error else clean(words)))
        cell.set_class(bool(words), "-some")

    def act_page_up(self) -> None:
        self.query_one("#targets-page", VerticalScroll).scroll_page_up(animate=False)

    def act_page_down(self) -> None:
        self.query_one("#targets-page", VerticalScroll).scroll_page_down(animate=False)

    # The check

    def act_check_target(self) -> None:
        row = self._here
        if row is not None and row.target is not None and not self._asking:
            self._check(row.target)

    @work(exclusive=True, group="check")
    async def _check(self, target: Target) -> None:
        self._asking = target.name
        self.say("")
        self._show()
        given = Given(target)
        try:
            finding: Finding = await in_daemon_thread(partial(self._service.prove, given), "check")
        except Refused as refused:
            finding = refused.reason
        finally:
            self._asking = ""
        self._service.remember(given, finding, self._session.now())
        self._show()

    # Adding and changing

    def act_add_target(self) -> None:
        def chosen(provider: str | None) -> None:
            if provider is not None:
                self._open(provider, None)

        self.say("")
        self.app.push_screen(ProviderDialog(self._editor.last_kind), chosen)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.run("change_target")

    def act_change_target(self) -> None:
        row = self._here
        if row is not None and row.target is not None:
            self.say("")
            self._open(row.target.provider, row.target)

    @work
    async def _open(self, provider: str, before: Target | None) -> None:
        targets = [row.target for row in self._seen.rows if row.target] if self._seen else []
        try:
            await self._editor.open(provider, before, targets)
        except Refused as refused:
            self.say(refused.reason, error=True)

    def _push(self, dialog: TargetDialog, closed: Callable[[Given | None], None]) -> None:
        self.app.push_screen(dialog, closed)

    def _saved(self, name: str) -> None:
        self.read(name)
        self._publishing.wake()

    # Removing

    def act_remove_target(self) -> None:
        row = self._here
        if row is not None:
            self._remove(row.name)

    @work
    async def _remove(self, name: str) -> None:
        try:
            stays = await in_daemon_thread(partial(self._service.remove, name), "remove")
        except Refused as refused:
            self.say(refused.reason, error=True)
        else:
            self._removed.append(name)
            waiting = await in_daemon_thread(partial(self._waiting, name), "outbox")
            waits = (
                f"{waiting} of its messages wait{'s' if waiting == 1 else ''} for it in the outbox." if waiting else ""
            )
            self.say(" ".join(filter(None, (f"Removed {name}; x brings it back.", waits, stays))))
        self.read()

    def _waiting(self, name: str) -> int:
        try:
            return sum(message.target == name for message in Outbox(self._session.log).messages(unfinished=True))
        except StoreProblem:
            # The outbox tells that itself.
            return 0

    def act_restore_target(self) -> None:
        self._restore(self._removed[-1])

    @work
    async def _restore(self, name: str) -> None:
        try:
            outcome = await in_daemon_thread(partial(self._service.restore, name), "restore")
        except Refused as refused:
            self.say(refused.reason, error=True)
        else:
            self._removed.remove(name)
            self.say(outcome)
        self.read(name)
        self._publishing.wake()

    def act_leave(self) -> None:
        if self._asking:
            self.workers.cancel_group(self, "check")
            self._asking = ""
            self.say("Stopped waiting; nothing was changed.")
            self._show()
        else:
            self.dismiss(None)
