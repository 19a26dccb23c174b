"""The postmortem: its sections with their text beside them, action items, and the way from draft to final."""

from collections.abc import Collection, Sequence
from datetime import datetime
from time import monotonic

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.timer import Timer
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from console.app.act_screen import ActScreen
from console.app.acts import with_keys
from console.app.afterwards import AfterActs
from console.app.dialogs.grounds import GroundsScreen
from console.app.postmortem import render
from console.app.postmortem.actions import PostmortemActs, Selection, draft_place
from console.app.publishing import Publishing
from console.app.registry import bar_items, bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import Cell, text
from console.app.widgets.keybar import KeyBar
from console.app.widgets.marked_list import MarkedList
from console.app.widgets.prose import ProseArea
from console.app.widgets.timeline import Timeline
from console.core.language.grammar import command_doubt
from console.core.language.secrets import secret_doubt
from console.core.language.text import clean
from console.core.log.erasure import TAKEN_OUT, without
from console.core.log.event import NewEvent
from console.core.log.state import Incident
from console.core.refusal import Problem
from console.core.subjects.action_item import ActionItem, ActionItems, action_items_of
from console.core.subjects.postmortem import SECTIONS, PostmortemEdited
from console.export.postmortem.drafts import offered
from console.export.postmortem.review import section_findings

KEEP_AFTER_S = 0.4
"""Seconds from the last keystroke until the half-written section is kept."""


class PostmortemScreen(ActScreen[None]):
    """The screen of a postmortem, derived from the session's state; only a half-written text is its own."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (100, "-wide"), (160, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    AUTO_FOCUS = "#pm-list"
    place = "postmortem"
    BINDINGS = bindings("postmortem")

    def __init__(self, session: Session, ref: str, publishing: Publishing) -> None:
        super().__init__()
        self.session, self.ref = session, ref
        self.editing = ""
        """The section that is being edited in place; empty while none is."""
        selection = Selection(lambda: self.section, lambda: self.item, self.choose)
        self.acts = PostmortemActs(session, ref, self, self.say, selection)
        self._after = AfterActs(session, ref, publishing, self.acts.open_form, self.refuse)
        self.resting = self.acts.resting
        self._seen, self._base = "", ""
        self._doubted, self._doubted_at = "", 0.0
        """The text with a secret or a command in it that is saved when it is asked for once more."""
        self._left_words = ""
        """The sentence about the section that was left for another one."""
        self._keep: Timer | None = None
        # Held here, so that both can be read before the screen is composed, and while it is being taken down.
        self.area = ProseArea(id="pm-edit", soft_wrap=True, show_line_numbers=False)
        self.timeline = Timeline(zone=session.zone, id="pm-timeline")

    @property
    def doing(self) -> str:
        return "section" if self.editing else self.place

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    @property
    def section(self) -> str:
        """The row of the list that is highlighted."""
        return list(render.ROW_TITLES)[self.query_one("#pm-list", OptionList).highlighted or 0]

    def choose(self, id: str) -> None:
        """Highlight a row of the list."""
        self.query_one("#pm-list", OptionList).highlighted = list(render.ROW_TITLES).index(id)

    def compose(self) -> ComposeResult:
        with Vertical(id="pm-header"):
            yield Cell(id="pm-head")
            yield Cell(id="pm-standing")
        with Horizontal(id="pm-body"):
            yield MarkedList(
                *(Option(name, id=id) for id, name in render.ROW_TITLES.items()), id="pm-list", markup=False
            )
            with Vertical(id="pm-side"):
                yield Cell(id="pm-title")
                with VerticalScroll(id="pm-read", can_focus=False):
                    yield Cell(id="pm-text")
                yield MarkedList(id="pm-actions", markup=False)
                yield self.area
                yield Cell(id="pm-notes")
            # Where there is room, what happened stands beside what is written of it.
            yield self.timeline
        yield Cell(id="pm-say")
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        self.query_one("#pm-list", OptionList).highlighted = 0
        self.timeline.show(self.state.entries)
        self.show_state()

    def on_unmount(self) -> None:
        self._keep_text()

    def on_screen_resume(self) -> None:
        self.show_state()

    @on(Resize)
    def _resized(self) -> None:
        self.call_after_refresh(self.show_state)

    def take_out(self, words: Collection[str]) -> bool:
        stray, before = super().take_out(words), self.area.text
        after, self._base, self._doubted = without(before, words), without(self._base, words), ""
        if after == before or not self.is_mounted:
            return stray
        self.area.load_text(after)
        if self.editing:
            self._keep_text()
            self.say(TAKEN_OUT, warning=True)
        return True

    # Showing

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref != self.ref:
            return
        for each in event.events:
            body = each.body
            ours = each.actor == self.session.actor
            if isinstance(body, PostmortemEdited) and body.section == self.editing and not ours:
                self.say(f"{each.actor} has just written this section too; saving yours keeps both.", warning=True)
        self.timeline.show(self.state.entries)
        self.show_state()

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        rows = self.query_one("#pm-list", OptionList)
        width = max(16, (rows.scrollable_content_region.width or 32) - 2)
        for id in render.ROW_TITLES:
            rows.replace_option_prompt(id, render.row(self.acts.overview, id, width))
        self.pass_second()
        self._show_section()
        self._show_keys()

    def pass_second(self) -> None:
        state, width = self.state, max(30, self.size.width - 2)
        self.query_one("#pm-head", Cell).show(render.head(state, width))
        self.query_one("#pm-standing", Cell).show(render.standing(self.acts.overview, self.session.now(), width))

    def _show_section(self) -> None:
        state, id = self.state, self.editing or self.section
        width = max(16, self.query_one("#pm-read").scrollable_content_region.width or self.size.width - 40)
        note = with_keys("{save_text} saves, {leave_text} leaves") if self.editing else ""
        self.query_one("#pm-title", Cell).show(render.title(self.acts.overview, id, note))
        self.query_one("#pm-read").display = not self.editing and not (id == "actions" and action_items_of(state))
        self.area.display = bool(self.editing)
        listed = self.query_one("#pm-actions", OptionList)
        listed.display = id == "actions" and bool(action_items_of(state))
        if not self.editing:
            self.query_one("#pm-text", Cell).show(render.body(self.acts.overview, id, self.session.zone, width))
        if listed.display:
            self._show_actions(listed, state, self.session.now())
        self._show_notes()

    def _show_actions(self, listed: OptionList, state: Incident, now: datetime) -> None:
        at = listed.highlighted
        items = render.ordered_actions(state)
        # The list may just have been shown and have no size of its own yet.
        width = max(30, self.query_one("#pm-side").size.width - 5)
        listed.set_options(
            [Option(render.action_row(item, now, self.session.zone, width), id=item.id) for item in items]
        )
        listed.highlighted = min(at or 0, len(items) - 1)

    def _show_notes(self) -> None:
        # Its border and padding take three cells, the side's own padding two.
        state, width = self.state, max(20, self.query_one("#pm-side").size.width - 5)
        lines: list[Content] = []
        item = self.item
        if self.editing:
            findings = section_findings(state, self.editing, self.area.text)
            lines = render.findings(findings, width) or [render.guide(self.editing, width)]
        elif item is not None:
            lines = [render.action_note(item, width)]
        elif self.section in SECTIONS:
            lines = render.findings(section_findings(state, self.section), width)
            lines = render.lost(self.acts.lost(self.section), width) + render.since(state, self.section, width) + lines
        self.query_one("#pm-notes", Cell).show(Content("\n").join(lines))
        self.query_one("#pm-notes").display = bool(lines)

    @property
    def item(self) -> ActionItem | None:
        """The action item that is highlighted; None while the list is not shown."""
        listed = self.query_one("#pm-actions", OptionList)
        if not listed.display or listed.highlighted is None or self.editing:
            return None
        return self.state.part(ActionItems).items.get(listed.get_option_at_index(listed.highlighted).id or "")

    def say(self, words: str, warning: bool = False) -> None:
        """One line above the keys."""
        self.query_one("#pm-say", Cell).show(text((clean(words, multiline=False), "bold $warning" if warning else "")))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_list.id == "pm-list":
            self.query_one("#pm-read").scroll_home(animate=False)
            self._show_section()
        else:
            self._show_notes()
        self._show_keys()

    # Editing in place

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_list.id == "pm-actions":
            self.acts.change_action()
        elif self.section in SECTIONS:
            self.edit(self.section)
        elif self.section == "review":
            self.run("review")
        elif self.section == "actions":
            if action_items_of(self.state):
                self.query_one("#pm-actions").focus()
            else:
                self.run("add_action")

    def edit(self, section: str) -> None:
        """Open a section in place: a half-written text, else what stands there, else the draft."""
        if not self.acts.may_write():
            return
        text, self._seen = self.acts.start(section)
        self.editing, self._base = section, text
        kept = self.session.unlogged_draft(draft_place(self.ref, section))
        seen, mark, unsaved = kept.partition("\n")
        if mark and unsaved != text:
            # Saved later, it must not pass over what somebody wrote meanwhile.
            text, self._seen = unsaved, seen
            self.say("This is your text that was not saved yet.")
        else:
            self.say(self._left_words)
        self._left_words = ""
        self.show_state()
        self.area.load_text(text)
        self.area.move_cursor(self.area.document.end)
        self.area.focus()
        self._show_notes()

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self.editing:
            if self._keep is not None:
                self._keep.stop()
            self._keep = self.set_timer(KEEP_AFTER_S, self._kept)

    def _kept(self) -> None:
        self._keep_text()
        self._show_notes()

    @property
    def _is_changed(self) -> bool:
        return self.area.text.strip() != self._base.strip()

    def _keep_text(self) -> None:
        """Write down the half-written text, so that nothing but saving or emptying it loses it."""
        if self.editing:
            draft = f"{self._seen}\n{self.area.text}" if self._is_changed else ""
            self.session.keep_draft(draft_place(self.ref, self.editing), draft)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        # By Tab or a click: keys and the line that names them are of what has the focus.
        if self.editing and event.widget is not self.area:
            left = SECTIONS[self.editing] if self._is_changed else ""
            self._left()
            # A click opens another one at once.
            self._left_words = f"Not saved, and kept for you: “{left}”." if left else ""

    @on(ProseArea.Left)
    def _left(self) -> None:
        self._keep_text()
        self._close("Not saved, and kept for you: Enter goes on with it." if self._is_changed else "")

    def _close(self, words: str) -> None:
        self.editing = ""
        self.query_one("#pm-list").focus()
        self.show_state()
        self.say(words)

    @on(ProseArea.Saved)
    async def _saved(self) -> None:
        section, words = self.editing, self.area.text
        if not self._is_changed and self.acts.overview.origins[section] in ("written", "empty"):
            self.session.keep_draft(draft_place(self.ref, section), "")
            self._close("Nothing was changed.")
            return
        self._keep_text()
        doubt = " ".join(filter(None, (secret_doubt(words), command_doubt(words))))
        if doubt and (words != self._doubted or not self.could_read(self._doubted_at)):
            if words != self._doubted:
                self._doubted, self._doubted_at = words, monotonic()
            self.say(f"{doubt} {with_keys('{save_text} once more saves it.')}", warning=True)
            return

        def decided(events: Sequence[NewEvent]) -> None:
            self.session.keep_sent(place, f"{seen}\n{words}" if self._is_changed else "", events)

        place, seen = draft_place(self.ref, section), self._seen
        try:
            outcome = await self.acts.write(section, words, seen, decided)
        except Problem as problem:
            self.say(f"{problem.reason} Your text is still here.", warning=True)
            return
        self.session.keep_draft(place, "")
        self._close(outcome)

    # Keys

    @property
    def situation(self) -> Situation:
        section, item = self.section, self.item
        return Situation(
            self.state,
            self.session.actor,
            self.session.now(),
            self.session.read_only,
            chosen=section,
            origin=self.acts.overview.origins[section] if section in SECTIONS else "",
            item=item.id if item else "",
        )

    @property
    def chosen_ref(self) -> str:
        return self.ref

    @property
    def seen_entry(self) -> str:
        return self.timeline.seen

    @property
    def performers(self) -> tuple[object, ...]:
        return self.acts, self._after

    def refuse(self, reason: str) -> None:
        self.say(reason, warning=True)

    def _show_keys(self) -> None:
        words = {"leave": "back", "publish_postmortem": "publish"}
        items = bar_items("section" if self.editing else "postmortem", self.situation, words)
        typed = self.typed_line()
        if typed is None:
            self.query_one(KeyBar).show_items(items)
        else:
            self.query_one(KeyBar).show(typed)

    def show_typed(self) -> None:
        self._show_keys()

    def act_text_editor(self) -> None:
        self.say(self.area.edit_outside(f"{self.ref}-{self.editing}", self.acts.guide(self.editing)))

    def act_grounds(self) -> None:
        if (section := self.editing or self.section) in SECTIONS:
            words = self.area.text if self.editing else self.acts.start(section)[0]
            place = len(self.area.get_text_range((0, 0), self.area.cursor_location)) if self.editing else 0
            self.run_worker(self._show_grounds(section, words, place))

    async def _show_grounds(self, section: str, words: str, place: int) -> None:
        """Show what the sentences of the section stand on, the one at the cursor first."""
        try:
            cited = await self.acts.cited(section)
        except Problem as problem:
            self.say(problem.reason, warning=True)
        else:
            new = offered(self.state, cited, section)
            self.app.push_screen(GroundsScreen(self.session, self.ref, words, cited, place, new))

    def act_leave(self) -> None:
        if self.query_one("#pm-actions").has_focus:
            self.query_one("#pm-list").focus()
        else:
            self.dismiss(None)

    def act_read_on(self) -> None:
        self.query_one("#pm-read", VerticalScroll).scroll_page_down(animate=False)

    def act_read_back(self) -> None:
        self.query_one("#pm-read", VerticalScroll).scroll_page_up(animate=False)
