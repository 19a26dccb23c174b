"""The acts of the postmortem's screen besides editing in place: most open a dialog."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from textual.app import SuspendNotSupported

from console.app.editor import Edited, edit
from console.app.exports import write_postmortem
from console.app.postmortem.context import PostmortemContext
from console.app.postmortem.dialogs import ActionDialog, ActionDoneDialog, OwnerDialog, ReviewDialog, WhysDialog
from console.core.refusal import Problem, Refused
from console.core.subjects.action_item import ActionItem
from console.core.subjects.postmortem import SECTIONS
from console.export.postmortem.drafts import GUIDE


class Selection(NamedTuple):
    """What is highlighted on the screen."""

    section: Callable[[], str]
    """The row of the list."""
    item: Callable[[], ActionItem | None]
    """The action item; None while their list is not shown."""
    choose: Callable[[str], None]
    """Highlights a row of the list."""


class PostmortemActs:
    """The acts of the postmortem, on what is highlighted."""

    def __init__(self, context: PostmortemContext, selection: Selection) -> None:
        self._context, self._selection = context, selection

    # Sections

    def act_take_draft(self) -> None:
        self._context.screen.run_worker(self._take_draft())

    async def _take_draft(self) -> None:
        """Take the draft as it stands, as one's own words."""
        page, section = self._context, self._selection.section()
        try:
            await page.write(section, *page.start(section))
        except Problem as problem:
            page.say(problem.reason, warning=True)
        else:
            page.say("Taken as it is.")

    def act_editor(self) -> None:
        """Edit the section in the person's own editor; the screen waits meanwhile."""
        page, section = self._context, self._selection.section()
        text, seen = page.start(section)
        guide = f"{SECTIONS[section]} of {page.ref}\n{GUIDE[section]}"
        edited, why = None, ""
        try:
            with page.screen.app.suspend():
                # Caught in here, since Textual does not take the terminal back after an exception.
                try:
                    edited = edit(text, f"{page.ref}-{section}", guide)
                except Refused as refused:
                    why = refused.reason
        except SuspendNotSupported:
            why = "This terminal cannot be lent to an editor; Enter edits here."
        if edited is None:
            page.say(why, warning=True)
        elif edited.text == text.strip():
            edited.discard()
            page.say("Nothing was changed.")
        else:
            page.screen.run_worker(self.save_edited(section, edited, seen))

    async def save_edited(self, section: str, edited: Edited, seen: str) -> None:
        """Write what came back from an editor; its file stays until the disk has it."""
        page = self._context
        try:
            await page.write(section, edited.text, seen)
        except Problem as problem:
            page.say(f"{problem.reason.rstrip('.')}; your text is kept in {edited.path}.", warning=True)
            return
        await asyncio.to_thread(edited.discard)
        page.say(page.outcome(section))

    def act_five_whys(self) -> None:
        page = self._context
        self._selection.choose("whys")
        page.ask(WhysDialog(page.state, page.actor, page.now(), page.zone))

    # Action items

    def act_add_action(self) -> None:
        page = self._context
        self._selection.choose("actions")
        page.ask(ActionDialog(page.state, page.actor, page.now(), page.zone))

    def change_action(self) -> None:
        """Enter on an action item."""
        page, item = self._context, self._selection.item()
        if item is not None and item.done_at is not None:
            page.say(f"Action item {item.number} is done; undo that in the room to change it.", warning=True)
        elif item is not None and page.may_change():
            page.ask(ActionDialog(page.state, page.actor, page.now(), page.zone, item))

    def act_finish_action(self) -> None:
        page, item = self._context, self._selection.item()
        if item is not None:
            page.ask(ActionDoneDialog(page.state, page.actor, page.now(), item))

    # The whole

    def act_owner(self) -> None:
        page = self._context
        page.ask(OwnerDialog(page.state, page.actor, page.now()))

    def act_review(self) -> None:
        page = self._context
        page.ask(ReviewDialog(page.state, page.actor, page.now()))

    def act_export(self) -> None:
        self._context.screen.run_worker(self._export())

    async def _export(self) -> None:
        """Markdown and HTML, beside each other, in new files."""
        page = self._context
        # Taken here: the ledger belongs to the screen's thread.
        words, well = await asyncio.to_thread(write_postmortem, page.state, page.now(), page.session)
        page.say(words, warning=not well)
