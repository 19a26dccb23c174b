"""What the keys of the postmortem's screen do, besides editing in place: mostly opening a dialog."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console.app.help import HelpScreen
from console.app.postmortem.files import write_files
from console.core import commands as do
from console.core.refusal import Refusal
from console.core.review import SECTIONS
from console.export.postmortem.drafts import GUIDE

if TYPE_CHECKING:
    from console.app.dialogs import FormDialog
    from console.app.editor import Edited
    from console.app.postmortem.screen import PostmortemScreen

READ_ONLY = "This console is read-only; start it again without --read-only."
FINAL = "The postmortem is final; v sets it back to draft before it is changed."

KEYS = (
    ("Enter", "edit", "Edit the section here; in the list of action items: change the item."),
    ("y", "take draft", "Take the draft from the log as it stands, as your own words."),
    ("w", "five whys", "Ask the five whys one by one; each asks about the answer before it."),
    ("a", "action item", "Add an action item; what it lacks is said while you type."),
    ("o", "owner", "Who writes the postmortem."),
    ("v", "review", "Draft, in review, final; what is missing for final is said."),
    ("x", "export", "Write it as Markdown and as an HTML page into new files."),
    ("e", "editor", "Edit the section in your own editor ($VISUAL or $EDITOR)."),
    ("d", "done", "The highlighted action item is done."),
    ("?", "help", "These keys."),
    ("Esc", "back", "Back to where you came from; nothing typed is lost."),
)
"""Each key with its word for the key bar and its sentence for help."""

MORE_KEYS = (
    ("Up, Down or k, j", "Another section, or another action item."),
    ("PgUp, PgDn", "A page of the text."),
    ("Ctrl+S", "While editing: save it to the log."),
    ("Esc", "While editing: leave it unsaved; it is kept, and Enter goes on with it."),
)


class PostmortemActs:
    """Dialogs are imported when first opened."""

    def __init__(self, screen: "PostmortemScreen") -> None:
        self._screen = screen
        self._acts: dict[str, Callable[[], object]] = {
            "accept": lambda: screen.run_worker(self._accept()),
            "editor": self._editor,
            "whys": self._whys,
            "add_action": self._add_action,
            "change_action": self._change_action,
            "finish_action": self._finish_action,
            "owner": self._owner,
            "review": self._review,
            "export": lambda: screen.run_worker(self._export(), exclusive=True, group="export"),
            "help": self._help,
        }

    def run(self, id: str) -> None:
        self._acts[id]()

    def _ask(self, dialog: "FormDialog[do.Command]") -> None:
        """Open a dialog, which closes once its command is on the disk."""
        screen = self._screen
        dialog.send = lambda command: screen.session.submit(screen.ref, command)
        screen.app.push_screen(dialog)

    def _reads_only(self) -> bool:
        if self._screen.session.read_only:
            self._screen.say(READ_ONLY, warning=True)
        return self._screen.session.read_only

    # Sections

    async def _accept(self) -> None:
        """Take the draft as it stands, as one's own words."""
        screen = self._screen
        section = screen.section
        if section not in SECTIONS or screen.view.origins[section] != "draft":
            screen.say("Only a draft from the log can be taken as it is.", warning=True)
        elif screen.may_write():
            text, seen = screen.start(section)
            refused = await screen.write(section, text, seen)
            screen.say(refused.reason if refused else "Taken as it is.", warning=refused is not None)

    def _editor(self) -> None:
        """Edit the section in the person's own editor; the screen waits meanwhile."""
        from console.app.editor import edit

        screen = self._screen
        section = screen.section
        if section not in SECTIONS:
            screen.say("Choose a section to edit it in your editor.", warning=True)
            return
        if not screen.may_write():
            return
        text, seen = screen.start(section)
        guide = f"{SECTIONS[section]} of {screen.ref}\n{GUIDE[section]}"
        try:
            with screen.app.suspend():
                edited = edit(text, f"{screen.ref}-{section}", guide)
        except SuspendNotSupported:
            screen.say("This terminal cannot be lent to an editor; Enter edits here.", warning=True)
            return
        if isinstance(edited, Refusal):
            screen.say(edited.reason, warning=True)
        elif edited.text == text.strip():
            edited.discard()
            screen.say("Nothing was changed.")
        else:
            screen.run_worker(self.save_edited(section, edited, seen))

    async def save_edited(self, section: str, edited: "Edited", seen: str) -> None:
        """Write what came back from an editor; its file stays until the disk has it."""
        screen = self._screen
        refused = await screen.write(section, edited.text, seen)
        if refused is not None:
            screen.say(f"{refused.reason.rstrip('.')}; your text is kept in {edited.path}.", warning=True)
            return
        await asyncio.to_thread(edited.discard)
        screen.say(screen.told(section))

    def _whys(self) -> None:
        from console.app.dialogs.review import WhysDialog

        screen = self._screen
        if screen.may_write():
            screen.choose("whys")
            session = screen.session
            self._ask(WhysDialog(screen.state, session.actor, session.now(), session.zone))

    # Action items

    def _add_action(self) -> None:
        from console.app.dialogs.review import ActionDialog

        screen = self._screen
        if not self._reads_only():
            screen.choose("actions")
            session = screen.session
            self._ask(ActionDialog(screen.state, session.actor, session.now(), session.zone))

    def _change_action(self) -> None:
        from console.app.dialogs.review import ActionDialog

        screen = self._screen
        item = screen.item
        if item is not None and item.done_at is not None:
            screen.say(f"Action item {item.number} is done; undo that in the room to change it.", warning=True)
        elif item is not None and not self._reads_only():
            session = screen.session
            self._ask(ActionDialog(screen.state, session.actor, session.now(), session.zone, item))

    def _finish_action(self) -> None:
        from console.app.dialogs.review import ActionDoneDialog

        screen = self._screen
        item = screen.item
        if self._reads_only():
            return
        if item is None:
            screen.say("Choose an action item first, in the row of that name.", warning=True)
        elif item.done_at is not None:
            screen.say(f"Action item {item.number} is done already.", warning=True)
        else:
            self._ask(ActionDoneDialog(screen.state, screen.session.actor, screen.session.now(), item))

    # The whole

    def _owner(self) -> None:
        from console.app.dialogs.review import OwnerDialog

        screen = self._screen
        if not self._reads_only():
            self._ask(OwnerDialog(screen.state, screen.session.actor, screen.session.now()))

    def _review(self) -> None:
        from console.app.dialogs.review import ReviewDialog

        screen = self._screen
        if not self._reads_only():
            self._ask(ReviewDialog(screen.state, screen.session.actor, screen.session.now()))

    async def _export(self) -> None:
        """Markdown and HTML, beside each other, in new files."""
        screen = self._screen
        state, now = screen.state, screen.session.now()
        told, well = await asyncio.to_thread(write_files, state, now, screen.session)
        screen.say(told, warning=not well)

    def _help(self) -> None:
        rows = [("The postmortem", "", ""), *((key, words, "") for key, _, words in KEYS)]
        rows += [("Also", "", ""), *((key, words, "") for key, words in MORE_KEYS)]
        self._screen.app.push_screen(HelpScreen(rows))
