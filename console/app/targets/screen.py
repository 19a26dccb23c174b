"""The targets: where updates go, with which key, and whether that works; added, changed, checked and removed here."""

from collections.abc import Iterator
from contextlib import contextmanager

from textual import on, work
from textual.widgets import OptionList

from console.app.act_screen import Armed
from console.app.acts import BY_ID
from console.app.daemon_thread import in_daemon_thread
from console.app.list_screen import ListScreen
from console.app.publishing import Publishing
from console.app.registry import bindings
from console.app.session import Session
from console.app.situation import Situation
from console.app.targets.dialog import ProviderDialog
from console.app.targets.editor import TargetEditor
from console.app.targets.render import TargetWords
from console.app.targets.service import Given, Row, Seen, TargetService
from console.app.widgets.cell import keyed, text
from console.core.refusal import Refused
from console.publish.targets.model import Target
from console.store.outbox.outbox import Outbox
from console.store.problems import StoreProblem

EVERY_S = 1.0
EMPTY = "Updates go nowhere yet: press {add_target} to add a status page or a chat."
READING = "Reading the targets …"
BROKEN = "Correct the file; this screen follows, and leaves it as it is until then."


class TargetsScreen(ListScreen):
    """All targets of the configuration folder; what is highlighted is told below. Follows the file."""

    place = "targets"
    BINDINGS = bindings("targets")
    bar_words = {"help": None}

    def __init__(self, session: Session, publishing: Publishing, service: TargetService) -> None:
        super().__init__(session, "Where updates go")
        self._publishing, self._service = publishing, service
        self._seen = Seen(reading=True)
        self._stamp: tuple[object, ...] = ()
        self._asking = ""
        """The target that is being checked."""
        self._removed: list[str] = []
        self._words = TargetWords(session.zone, service.proofs, session.now)
        self._editor = TargetEditor(session, service, self)

    @property
    def situation(self) -> Situation:
        row, seen = self._here, self._seen
        return Situation(
            read_only=self.session.read_only,
            chosen=row.name if row else "",
            fault=row.fault if row else "",
            trouble="The file is being read; wait a moment." if seen.reading else seen.trouble,
            removed=self._removed[-1] if self._removed else "",
            chat=row is not None and row.chat,
        )

    def on_mount(self) -> None:
        self.list.focus()
        self.read()
        self.set_interval(EVERY_S, self._follow)

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        if await in_daemon_thread(self._service.stamp) != self._stamp:
            self.read()

    @work(exclusive=True, group="read")
    async def read(self, choose: str = "") -> None:
        """Look at the file and at where the keys are; what is highlighted stays so, unless another is to be chosen."""
        # First the stamp: what is written in between is then read once more.
        self._stamp = await in_daemon_thread(self._service.stamp)
        self._seen = await in_daemon_thread(self._service.read)
        self.show_rows(choose)

    # Showing

    def show_rows(self, choose: str = "") -> None:
        seen, width = self._seen, self.row_width
        longest = max((len(row.name) for row in seen.rows), default=0)
        nothing = text((READING, "$muted")) if seen.reading else keyed(EMPTY, "$muted")
        if seen.trouble:
            nothing = text((seen.trouble, "$warning"), f"\n{BROKEN}")
        rows = ((row.name, self._words.row(row, longest, width, self._asking)) for row in seen.rows)
        self.list.put(rows, nothing=nothing, choose=choose)
        self._tell()

    @property
    def _here(self) -> Row | None:
        name = self.list.chosen
        return next((row for row in self._seen.rows if row.name == name), None)

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        row = self._here
        self.page.set_class(row is not None, "-some")
        width = self.page.scrollable_content_region.width
        self.tell(self._words.details(row, width, self._asking) if row is not None else "")

    # The check

    def act_check_target(self) -> None:
        row = self._here
        if row is not None and row.target is not None and not self._asking:
            self._check(row.target)

    @work(exclusive=True, group="check")
    async def _check(self, target: Target) -> None:
        self._asking = target.name
        self.say("")
        self.show_rows()
        given = Given(target)
        try:
            finding = await in_daemon_thread(self._service.finding, given)
            await in_daemon_thread(self._service.keep_proof, target, finding, self.session.now())
        finally:
            self._asking = ""
        self._service.remember(given, finding, self.session.now())
        self.show_rows()

    def arm_test_target(self) -> Armed | None:
        row = self._here
        if row is None or row.target is None:
            return None
        target = row.target
        return Armed(f"sends a message to “{row.name}” that says it is a test", lambda: self._test(target))

    @work(exclusive=True, group="check")
    async def _test(self, target: Target) -> None:
        self.say(f"Sending a test to {target.name} …")
        try:
            self.say(await in_daemon_thread(self._service.test, target, self.session.now()))
        except Refused as refused:
            # What was known to work does so no more.
            self._service.remember(Given(target), refused.reason, self.session.now())
            self.refuse(refused.reason)
        self.read()

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
        targets = [row.target for row in self._seen.rows if row.target]
        with self._refusals():
            await self._editor.open(provider, before, targets, self._saved)

    def _saved(self, name: str) -> None:
        self.read(name)
        self._publishing.wake()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """A context in which a refusal is said above the keys."""
        try:
            yield
        except Refused as refused:
            self.refuse(refused.reason)

    # Removing

    def arm_remove_target(self) -> Armed | None:
        row = self._here
        return Armed(f"removes the target “{row.name}”; its key stays", lambda: self._remove(row.name)) if row else None

    @work
    async def _remove(self, name: str) -> None:
        with self._refusals():
            stays = await in_daemon_thread(self._service.remove, name)
            self._removed.append(name)
            count = await in_daemon_thread(self._waiting, name)
            waits = f"{count} of its messages wait{'s' if count == 1 else ''} for it in the outbox." if count else ""
            self.say(
                " ".join(
                    filter(None, (f"Removed {name}; {BY_ID['restore_target'].label} brings it back.", waits, stays))
                )
            )
        self.read()

    def _waiting(self, name: str) -> int:
        try:
            return sum(message.target == name for message in Outbox(self.session.log).messages(unfinished=True))
        except StoreProblem:
            # The outbox tells that itself.
            return 0

    def arm_restore_target(self) -> Armed:
        name = self._removed[-1]
        return Armed(f"brings the target “{name}” back", lambda: self._restore(name))

    @work
    async def _restore(self, name: str) -> None:
        with self._refusals():
            outcome = await in_daemon_thread(self._service.restore, name)
            self._removed.remove(name)
            self.say(outcome)
        self._saved(name)

    def act_leave(self) -> None:
        if self._asking:
            self.workers.cancel_group(self, "check")
            self._asking = ""
            self.say("Stopped waiting; nothing was changed.")
            self.show_rows()
        else:
            super().act_leave()
