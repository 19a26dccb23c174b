"""The targets: where updates go, with which key, and whether that works; added, changed, checked and removed here."""

from functools import partial

import msgspec
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.aside import aside
from console.app.publishing import Publishing
from console.app.screens.dialogs.base import Values
from console.app.screens.dialogs.target import ProviderDialog, TargetDialog
from console.app.session import Session
from console.app.setting_up import Given, Proof, Reach, Row, Seen, SettingUp
from console.app.target_form import TargetForm
from console.app.widgets.cell import text
from console.app.widgets.key_list import KeyList
from console.app.widgets.target_words import TargetWords
from console.core.refusal import Refusal
from console.core.text import clean
from console.publish.message import Checked
from console.publish.providers import provider_class
from console.publish.target import Target
from console.store.outbox import Outbox
from console.store.problems import StoreProblem

EVERY_S = 1.0
KEYS = "a add · Enter change · c check · d remove · x undo · Esc"
EMPTY = "Updates go nowhere yet: press a to add a status page or a chat."
BROKEN = "Correct the file; this screen follows, and leaves it as it is until then."
READ_ONLY = Refusal("This console is read-only; start it again without --read-only.")


class Draft(msgspec.Struct, frozen=True):
    """What stood in a form that was left. Never the key."""

    provider: str
    values: dict[str, str]


class TargetsScreen(ModalScreen[None]):
    """All targets of the configuration folder; what is highlighted is told below. Follows the file."""

    BINDINGS = [
        Binding("escape,q,W", "leave", "Back", show=False),
        Binding("a", "add", "Add", show=False),
        Binding("c", "check", "Check", show=False),
        Binding("d", "remove", "Remove", show=False),
        Binding("x", "undo", "Undo", show=False),
        # Before the list's own: what a check has found is often longer than the screen.
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
    ]

    def __init__(self, session: Session, publishing: Publishing, setting_up: SettingUp) -> None:
        super().__init__()
        self._session, self._publishing, self._setting_up = session, publishing, setting_up
        self._seen: Seen | None = None
        self._stamp: tuple[object, ...] = ()
        self._asking = ""
        """The target that is being checked."""
        self._removed: list[str] = []
        self._words = TargetWords(session.zone, setting_up.proofs)
        self._typed_keys: dict[str, str] = {}
        """Keys out of forms that were left, while this screen is open."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="targets"):
            yield Static("Where updates go", classes="dialog-title", markup=False)
            yield KeyList(id="targets-list", markup=False)
            with VerticalScroll(id="targets-page", can_focus=False):
                yield Static(id="targets-text", markup=False)
            yield Static(id="targets-say", markup=False)
            yield Static(KEYS, classes="dialog-keys", markup=False)

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
        if await aside(self._setting_up.stamp, "targets") != self._stamp:
            self.read()

    @work(exclusive=True, group="read")
    async def read(self, choose: str = "") -> None:
        """Look at the file and at where the keys are; what is highlighted stays so, unless another is to be chosen."""
        # First the stamp: what is written in between is then read once more.
        self._stamp = await aside(self._setting_up.stamp, "targets")
        self._seen = await aside(self._setting_up.look, "targets")
        self._show(choose)

    # Showing

    def _show(self, choose: str = "") -> None:
        options = self.query_one(OptionList)
        here = self._here
        wanted = choose or (here.name if here else "")
        seen = self._seen or Seen()
        width = max(30, options.size.width - 2)
        longest = max((len(one.name) for one in seen.rows), default=0)
        options.clear_options()
        options.add_options(
            [Option(self._words.row(one, longest, width, self._asking), id=one.name) for one in seen.rows]
        )
        if not seen.rows:
            said = text((seen.trouble, "$error"), f"\n{BROKEN}") if seen.trouble else text((EMPTY, "$muted"))
            options.add_option(Option(said, disabled=True))
        names = [one.name for one in seen.rows]
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
        told = self._words.told(row, width, self._asking) if row is not None else ""
        self.query_one("#targets-text", Static).update(told)

    def _say(self, words: str | Refusal) -> None:
        said = (clean(words.reason), "$error") if isinstance(words, Refusal) else clean(words)
        cell = self.query_one("#targets-say", Static)
        cell.update(text(said))
        cell.set_class(bool(words), "-some")

    def action_page(self, step: int) -> None:
        page = self.query_one("#targets-page", VerticalScroll)
        if step < 0:
            page.scroll_page_up(animate=False)
        else:
            page.scroll_page_down(animate=False)

    # The check

    def action_check(self) -> None:
        row = self._here
        if row is None or self._asking:
            return
        if row.target is None:
            self._say(Refusal(row.fault))
        else:
            self._check(row.target)

    @work(exclusive=True, group="check")
    async def _check(self, one: Target) -> None:
        self._asking = one.name
        self._say("")
        self._show()
        given = Given(one)
        try:
            found = await aside(partial(self._setting_up.prove, given), "check")
        finally:
            self._asking = ""
        self._remember(given, found)
        self._show()

    def _remember(self, given: Given, found: Checked | Refusal) -> None:
        self._setting_up.proofs[given.target.name] = Proof(Reach.of(given), found, self._session.now())

    # Adding and changing

    def action_add(self) -> None:
        if self._refused():
            return
        kept = self._draft("target")

        def chosen(provider: str | None) -> None:
            if provider is not None:
                values = kept.values if kept is not None and kept.provider == provider else {}
                self._open("target", provider, None, values)

        self.app.push_screen(ProviderDialog(kept.provider if kept else ""), chosen)

    @on(OptionList.OptionSelected)
    def _change(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._here
        if row is None or self._refused():
            return
        if row.target is None:
            self._say(Refusal(row.fault))
            return
        place = f"target {row.name}"
        kept = self._draft(place)
        self._open(place, row.target.provider, row.target, kept.values if kept else {})

    def _refused(self) -> bool:
        """Whether nothing can be written; the reason is said."""
        trouble = self._seen.trouble if self._seen else "The file is being read; wait a moment."
        refused = READ_ONLY if self._session.read_only else Refusal(trouble) if trouble else None
        self._say(refused or "")
        return refused is not None

    @work
    async def _open(self, place: str, provider: str, before: Target | None, values: dict[str, str]) -> None:
        cls = provider_class(provider)
        if isinstance(cls, Refusal):
            self._say(cls)
            return
        key_at = await aside(partial(self._setting_up.key_at, before.name), "key") if before else ""
        form = TargetForm(provider, cls, before, key_at)
        known = {field.id for field in form.fields({})} - {"key"}
        kept = {id: value for id, value in values.items() if id in known}
        typed = self._typed_keys.get(place, "")

        def keep(values: Values) -> None:
            draft = msgspec.json.encode(Draft(provider, values)).decode() if values else ""
            self._session.keep_draft(place, draft)

        earlier = self._setting_up.proofs.get(before.name) if before else None
        proof = (earlier.reach, earlier.found) if earlier else None
        dialog = TargetDialog(
            form,
            self._setting_up.targets,
            self._setting_up.prove,
            ours=self._ours(),
            proof=proof,
            kept={**kept, **({"key": typed} if typed else {})},
            keep=keep,
        )
        written = [before]

        async def send(given: Given) -> Refusal | None:
            return await self._save(written, given)

        def closed(given: Given | None) -> None:
            self._typed_keys[place] = dialog.typed_key if given is None else ""
            if given is None and self._session.draft(place):
                self._say(f"What you typed is kept; {'Enter' if before else 'a'} brings it back.")
            if given is not None:
                self._session.keep_draft(place, "")
                reach, found = dialog.proof or (None, None)
                if dialog.proof is not proof and found is not None and reach == Reach.of(given):
                    self._remember(Given(given.target), found)
                elif given.key is not None:
                    self._setting_up.proofs.pop(given.target.name, None)
                self.read(given.target.name)
                self._publishing.wake()

        dialog.send = send
        self.app.push_screen(dialog, closed)

    async def _save(self, written: list[Target | None], given: Given) -> Refusal | None:
        """Write the target, then its key. `written` holds the target as the file has it, as far as the person knows."""
        before = written[-1]
        if before is None or before != given.target:
            refused = await aside(partial(self._setting_up.save, before, given.target), "save")
            if refused is not None and refused.field == "changed":
                now = await aside(lambda: self._setting_up.targets().get(given.target.name), "save")
                if isinstance(now, Target):
                    # Told once; whoever saves again writes over it.
                    written.append(now)
            if refused is not None:
                return refused
            written.append(given.target)
        told = await aside(partial(self._setting_up.keep_key, given), "save")
        if isinstance(told, Refusal):
            return told
        self._say(f"{'Added' if written[0] is None else 'Saved'} {given.target.name}. {told}".strip())
        return None

    def _ours(self) -> list[str]:
        """Names of components that the team uses: in open incidents, and for other targets."""
        found: dict[str, None] = {}
        for state in self._session.ledger.opened():
            found |= dict.fromkeys(state.components)
        for row in self._seen.rows if self._seen else ():
            found |= dict.fromkeys(row.target.components if row.target else ())
        return list(found)

    def _draft(self, place: str) -> Draft | None:
        try:
            return msgspec.json.decode(self._session.draft(place), type=Draft)
        except msgspec.MsgspecError:
            return None

    # Removing

    def action_remove(self) -> None:
        row = self._here
        if row is not None and not self._refused():
            self._remove(row.name)

    @work
    async def _remove(self, name: str) -> None:
        stays = await aside(partial(self._setting_up.remove, name), "remove")
        if isinstance(stays, Refusal):
            self._say(stays)
        else:
            self._removed.append(name)
            waiting = await aside(partial(self._waiting, name), "outbox")
            waits = (
                f"{waiting} of its messages wait{'s' if waiting == 1 else ''} for it in the outbox." if waiting else ""
            )
            self._say(" ".join(filter(None, (f"Removed {name}; x brings it back.", waits, stays))))
        self.read()

    def _waiting(self, name: str) -> int:
        try:
            return sum(one.target == name for one in Outbox(self._session.log).messages(unfinished=True))
        except StoreProblem:
            # The outbox tells that itself.
            return 0

    def action_undo(self) -> None:
        if self._refused():
            return
        if not self._removed:
            self._say(Refusal("Nothing was removed here; “warroom target restore NAME” brings back an older one."))
            return
        self._restore(self._removed[-1])

    @work
    async def _restore(self, name: str) -> None:
        said = await aside(partial(self._setting_up.restore, name), "restore")
        if not isinstance(said, Refusal):
            self._removed.remove(name)
        self._say(said)
        self.read(name)
        self._publishing.wake()

    def action_leave(self) -> None:
        if self._asking:
            self.workers.cancel_group(self, "check")
            self._asking = ""
            self._say("Stopped waiting; nothing was changed.")
            self._show()
        else:
            self.dismiss(None)
