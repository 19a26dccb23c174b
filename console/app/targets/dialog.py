"""The form of a target, with its check: what the provider has is picked rather than typed."""

from collections.abc import Callable, Mapping, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea

from console.app.acts import with_keys
from console.app.daemon_thread import in_daemon_thread
from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.check_list import CheckList
from console.app.registry import bindings
from console.app.targets.components import ComponentsDialog
from console.app.targets.form import OPTION, TargetForm, mapping, mapping_lines
from console.app.targets.service import Finding, Given, Reach, TargetService
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice
from console.app.widgets.line_input import AltInput
from console.core.language.secrets import looks_secret
from console.core.language.text import clean
from console.core.refusal import Refused
from console.publish.provider import Checked, Listed
from console.publish.registry import names, title
from console.publish.targets.setup import unknown_components

NOT_YET = "Not checked: {check_form} checks it and lists its components; checking is optional."
NO_COMPONENTS = "Not checked: {check_form} checks it; checking is optional."
CHANGED = "Changed since the check; {check_form} checks it again."


class ProviderDialog(FormDialog[str]):
    """The dialog that asks which kind of page or chat a new target is."""

    def __init__(self, chosen: str = "") -> None:
        rows = tuple(Choice(name, title(name)) for name in names())
        super().__init__(
            "Where should updates go?",
            (Field("provider", "A status page, a chat, or something of your own", chosen, choices=rows),),
            lambda values: values["provider"],
            lambda provider: f"opens the form for {title(provider)}",
        )


class PageDialog(FormDialog[str]):
    """One of the pages that a key reaches."""

    def __init__(self, pages: Sequence[Listed], here: str) -> None:
        rows = tuple(Choice(page.id, f"{page.name or 'without a name'}  ({page.id})") for page in pages)
        super().__init__(
            "Which page?",
            (Field("page", "Pages the key has access to", here, choices=rows),),
            lambda values: values["page"],
            lambda page: f"takes page {page}",
        )


class TargetDialog(FormDialog[Given]):
    """Add or change a target. Mistakes stand beside their fields; what was typed outlives Esc."""

    # A path of a page or of a folder.
    asks_about_commands = False
    fits_labels = False
    remembers = False
    place = "target"
    BINDINGS = bindings("target")

    def __init__(
        self, form: TargetForm, service: TargetService, *, ours: Sequence[str] = (),
        proof: tuple[Reach, Finding] | None = None, kept: Values | None = None,
        keep: Callable[[Values], None] = lambda values: None,
    ) -> None:  # fmt: skip
        """`ours` are names of components that the team uses, `proof` what an earlier check has found.

        `keep` is given what to write down while somebody types, never a secret, and `kept` is that, from a dialog
        before this one; empty means that nothing has to be kept.
        """
        self._form, self._service, self._ours, self._keep = form, service, ours, keep
        self.proof = proof
        """The last check: what it was about, and what it found; None before the first."""
        self._others = service.targets()
        """As they were when it was opened, for the last line; Enter looks at them anew."""
        self._written = bool(kept)
        """Something that was typed is kept."""
        self.secrets: Values = {}
        """The key as it stands in its field, and what looks like one in another: they are written down nowhere."""
        self._asking = False
        self._then: Callable[[], None] | None = None
        """The act that the person asked for and that waits for a check; None for none."""
        self._remark = with_keys("What you typed before is back; {begin_anew} starts over.") if kept else ""
        fields = form.fields(kept or {})
        self._first = {field.id: form.first_values.get(field.id, "") for field in fields}
        name = f"Target {form.before.name}" if form.before else "New target"
        super().__init__(f"{name}  ·  {title(form.provider)}", fields, form.given, self._enters, preview=self._tells)
        # What the check found is in view without scrolling, and the line of keys has no room for more.
        self.bar_words = {"text_editor": None}

    # The fields

    def _field(self, field: Field) -> ComposeResult:
        if field.id in ("statuses", "events"):
            yield Static(Content(field.label), classes="dialog-label")
            yield CheckList(field.choices, field.value.split("\n"), id=f"field-{field.id}")
        else:
            yield from super()._field(field)
        if field.id == "key":
            yield Static(id="note-key", classes="field-note", markup=False)
        below = " -below" if field.choices or field.lines else ""
        yield Static(id=f"fault-{field.id}", classes=f"field-fault{below}", markup=False)

    def on_mount(self) -> None:
        for field in self.query("#field-key").results(AltInput):
            field.password = True

    def values(self) -> Values:
        return {**super().values(), **{id: "\n".join(field.chosen) for id, field in self._check_lists()}}

    def _check_lists(self) -> list[tuple[str, CheckList]]:
        """The fields in which several rows may be chosen."""
        return [((field.id or "").removeprefix("field-"), field) for field in self.query(CheckList)]

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(OptionList.OptionHighlighted)
    @on(CheckList.Toggled)
    def _typed(
        self, event: Input.Changed | TextArea.Changed | OptionList.OptionHighlighted | CheckList.Toggled
    ) -> None:
        """Keeps what was typed; a sentence about a field goes when the field changes."""
        values = self.values()
        for note in self.query("#note-key").results(Static):
            note.update(Content(self._form.key_note(values.get("name", ""))))
        self._show_fault((event.control.id or "").removeprefix("field-"), "")
        self.changed()
        self.secrets = {id: value for id, value in values.items() if value and (id == "key" or looks_secret(value))}
        kept = {id: value for id, value in values.items() if id not in {"key", *self.secrets}}
        written = any(value != self._first[id] for id, value in kept.items())
        if written or self._written:
            self._keep(kept if written else {})
        self._written = written

    def _show_fault(self, id: str, sentence: str) -> None:
        for cell in self.query(f"#fault-{id}").results(Static):
            cell.update(Content(clean(sentence)))
            cell.set_class(bool(sentence), "-some")

    def _show_faults(self, faults: Mapping[str, str]) -> None:
        for field in self._fields:
            self._show_fault(field.id, faults.get(field.id, ""))
        first = next(iter(faults), "")
        if first:
            self.query_one(f"#field-{first}").focus()
            self.call_after_refresh(self.query_one(f"#fault-{first}").scroll_visible, animate=False)

    def fill(self, values: Values) -> None:
        super().fill(values)
        for id, field in self._check_lists():
            if id in values:
                field.chosen = values[id].split("\n")

    def act_begin_anew(self) -> None:
        """Every field as it was when the form opened."""
        self._remark = ""
        self.fill(self._first)
        self._show_faults({})
        self._show_preview()

    def _enters(self, given: Given) -> str:
        fault = next(iter(self._form.faults(self.values(), self._others).values()), "")
        if fault:
            raise Refused(fault)
        return f"saves the target “{given.target.name}”"

    def act_confirm(self) -> None:
        if self.resting.is_set():
            faults = self._form.faults(self.values(), self._service.targets())
            self._show_faults(faults)
            self.tell("")
            if not faults:
                super().act_confirm()

    # The check

    def _tells(self, values: Values) -> Content:
        """Below the fields: what was found out about the target as it stands here."""
        parts: list[Part] = [(f"{self._remark}\n", "bold")] if self._remark else []
        given = self._form.given(values)
        if self._asking:
            return text(*parts, ("… ", "$primary"), "Asking. ", (with_keys("{cancel} stops waiting."), "$muted"))
        finding = self._finding(given)
        if finding is None:
            not_yet = NOT_YET if self._form.caps.has_components else NO_COMPONENTS
            return text(*parts, ("○ ", "$muted"), (with_keys(not_yet if self.proof is None else CHANGED), "$muted"))
        if isinstance(finding, str):
            return text(*parts, ("■ ", "bold $warning"), finding)
        parts += [("✓ ", "$success"), finding.says]
        if finding.components:
            count = sum(component.id in given.target.components.values() for component in finding.components)
            mapped = f"\n  {count} of {len(finding.components)} components are mapped; "
            parts.append((mapped + with_keys("{choose_components} maps them"), "$muted"))
        lost = unknown_components(given.target, finding)
        if lost:
            parts += [("\n▲ ", "bold $warning"), f"It has no component for {', '.join(lost)}; "]
            parts.append(with_keys("{choose_components} shows what it has."))
        return text(*parts)

    def _finding(self, given: Given) -> Finding | None:
        """The result of the last check if it was of the target as it stands in the form; else None."""
        return self.proof[1] if self.proof is not None and self.proof[0] == Reach.of(given) else None

    @on(Input.Submitted, "#field-page")
    def _without_page(self, event: Input.Submitted) -> None:
        """Enter in the empty field asks which pages there are, before anything is saved."""
        if not event.value.strip():
            event.stop()
            event.prevent_default()
            self.act_choose_page()

    def act_check_form(self) -> None:
        if self._asking:
            return
        values = self.values()
        about = ("url", "key", "options")
        faults = {
            id: fault
            for id, fault in self._form.faults(values, self._service.targets()).items()
            if id in about or id.startswith(OPTION)
        }
        self._show_faults(faults)
        if not faults:
            self._check()

    @work(exclusive=True, group="check")
    async def _check(self) -> None:
        given = self._form.given(self.values())
        self._asking, self._remark = True, ""
        self._show_preview()
        try:
            finding = await in_daemon_thread(self._service.finding, given)
        finally:
            self._asking = False
        self.proof = (Reach.of(given), finding)
        self._show_preview()
        then, self._then = self._then, None
        if isinstance(finding, str):
            return
        if finding.pages and given.target.page not in [page.id for page in finding.pages]:
            self._choose_page(finding.pages, given.target.page)
        elif then is not None:
            then()

    def _choose_page(self, pages: Sequence[Listed], here: str) -> None:
        def chosen(page: str | None) -> None:
            if page is not None and page != here:
                self.query_one("#field-page", Input).value = page
                # The components are those of the page.
                self.act_check_form()

        if len(pages) == 1 and not here:
            chosen(pages[0].id)
        elif self.is_active:
            self.app.push_screen(PageDialog(pages, here), chosen)

    def act_choose_page(self) -> None:
        """Pick the page from those that there are."""
        if not any(field.id == "page" for field in self._fields):
            self.tell(f"{title(self._form.provider)} has no pages to choose from.")
        elif checked := self._checked(self.act_choose_page):
            if checked.pages:
                self._choose_page(checked.pages, self.values()["page"].strip())
            else:
                self.tell(with_keys("It does not list its pages; empty the field and press {check_form}."))

    def _checked(self, again: Callable[[], None]) -> Checked | None:
        """The passed check of the target as it stands here; without one a check begins and `again` follows."""
        finding = self._finding(self._form.given(self.values()))
        if isinstance(finding, Checked):
            return finding
        self._then = again
        self.act_check_form()
        return None

    def act_choose_components(self) -> None:
        """Map the page's components to ours by picking them."""
        if not any(field.id == "components" for field in self._fields):
            self.tell(f"{title(self._form.provider)} names components as they are called here.")
            return
        checked = self._checked(self.act_choose_components)
        if checked is None:
            return
        if not checked.components:
            self.tell("It lists no components; write them as ours=theirs.")
            return
        area = self.query_one("#field-components", TextArea)

        def chosen(pairs: Mapping[str, str] | None) -> None:
            if pairs is not None:
                area.replace(mapping_lines(pairs), (0, 0), area.document.end)
            area.focus()

        self.app.push_screen(ComponentsDialog(checked.components, mapping(area.text), self._ours), chosen)

    def act_cancel(self) -> None:
        if self._asking:
            self.workers.cancel_group(self, "check")
            self._asking, self._then, self._remark = False, None, "Stopped waiting; nothing was changed."
            self._show_preview()
        else:
            super().act_cancel()
