"""Files of the room: exports, and the handoff's page."""

import asyncio
from pathlib import Path

from console.app import dialogs
from console.app.registry import SCREEN_WORDS
from console.app.room.context import RoomContext
from console.app.situation import READ_ONLY
from console.core.refusal import Problem, Refused
from console.core.subjects.maintenance import check_document
from console.export.erasing import unreached
from console.files import write_new, write_whole
from console.store.copies import holding
from console.store.place import replaces_file
from console.store.problems import StoreProblem
from console.store.redact import Plan

SUFFIXES = {
    "handoff": "md", "brief": "md", "customer": "md", "postmortem": "md", "rca": "md", "html": "html", "deck": "html",
    "timeline": "md", "json": "json", "csv": "csv",
}  # fmt: skip


class RoomFiles:
    """Files are made and written in a thread, so that a slow or full disk never holds the keyboard."""

    def __init__(self, context: RoomContext) -> None:
        self._context = context

    # /export

    async def export(self, argument: str) -> None:
        """`/export KIND [FILE]`; a file that is there already is replaced only after a yes."""
        session = self._context.session
        try:
            if session.read_only:
                raise Refused(READ_ONLY)
            kind, path = self._wanted(argument)
        except Refused as refused:
            self._refused(argument, refused.reason)
            return
        try:
            # A pipe would be waited for, and a device may be this very terminal.
            exists = await asyncio.to_thread(replaces_file, path, session.log.path, session.config, streams=False)
        except StoreProblem as problem:
            self._refused(argument, problem.reason)
            return
        if exists:
            self._ask(argument, kind, path)
        else:
            await self._export(argument, kind, path)

    def foreseen(self, argument: str) -> str:
        """The words for what `/export` writes, for under the prompt. May raise Refused."""
        path = self._wanted(argument)[1].absolute()
        return f"writes {path.name} into {path.parent}"

    def _wanted(self, argument: str) -> tuple[str, Path]:
        """The kind of document, and its file. Raises Refused where there is none such now."""
        kind, _, target = argument.partition(" ")
        kind, target = kind.lower(), target.strip()
        if kind not in SUFFIXES:
            raise Refused(f"Write {SCREEN_WORDS['export']}.")
        check_document(self._context.state, kind)
        if kind == "customer" and self._context.state.open:
            raise Refused("The message to customers is written once the incident is closed; close it first.")
        if not target:
            return kind, self._context.session.exports_folder / f"{self._context.ref}-{kind}.{SUFFIXES[kind]}"
        try:
            return kind, Path(target).expanduser()
        except RuntimeError:
            raise Refused(f"There is no home folder behind {target}; write the whole path.") from None

    def _ask(self, argument: str, kind: str, path: Path) -> None:
        def answered(over: bool | None) -> None:
            if over:
                self._context.later(self._export(argument, kind, path))
            else:
                self._refused(argument, f"{path} is as it was; name another file.")

        dialog = dialogs.find.ConfirmDialog(
            "Replace it?",
            f"replaces {path.name}",
            "leaves the file as it is",
            f"{path} is there already.",
            default="no",
        )
        self._context.open(dialog, answered)

    async def _export(self, argument: str, kind: str, path: Path) -> None:
        # Read when first asked for, with all that makes the forms.
        from console.app.exports import page_of

        room = self._context
        # Taken here: the ledger belongs to the screen's thread.
        state, now = room.state, room.now()
        try:
            page = await asyncio.to_thread(page_of, kind, state, room.session, now)
            if path.parent == room.session.exports_folder:
                await asyncio.to_thread(path.parent.mkdir, 0o700, True, True)
            await asyncio.to_thread(write_whole, path, page)
        except OSError as error:
            self._refused(argument, f"{path} cannot be written ({error.strerror or error}); name another file.")
        else:
            room.prompt.say(f"Written to {path}.")

    def _refused(self, argument: str, reason: str) -> None:
        self._context.prompt.restore(f"/export {argument}", reason)

    # The handoff

    async def hand_over(self, handover: "dialogs.write.Handover") -> None:
        """Offer the command, where somebody was named, and write the page whatever becomes of the offer."""
        room = self._context
        page = await asyncio.to_thread(handover.draw, room.state)
        sent = room.copy(page)
        if handover.offer is not None:
            try:
                await room.session.submit(room.ref, handover.offer)
            except Problem as problem:
                raise Refused(f"{problem.reason} The page is {sent}.") from problem
        # In the room's own worker: the offer stands, and the dialog need not wait for a slow disk.
        room.later(self._write_handoff(handover, page, sent))

    async def _write_handoff(self, handover: "dialogs.write.Handover", page: str, sent: str) -> None:
        room, offer = self._context, handover.offer
        folder = handover.path.parent
        try:
            await asyncio.to_thread(folder.mkdir, 0o700, True, True)
            path = await asyncio.to_thread(write_new, [folder], handover.path.stem, "md", page)
        except OSError as error:
            words = f"The page could not be written to a file ({error.strerror or error}); it is {sent}."
            room.notify(words, "Handoff", "error")
        else:
            words = f"{path}\nis the page; it is {sent}."
            room.notify(words, "Handoff", "information")
        if offer is not None:
            room.answer(f"Command was offered to {offer.person}; the role changes when they accept.")

    # Copies that a redaction does not reach

    async def tell_of_copies(self, plan: Plan) -> None:
        """Name the copies that still hold what was erased, and offer to make the backups anew."""
        room, session = self._context, self._context.session
        copies = await asyncio.to_thread(holding, session.log.path, plan, session.exports_folder)
        words = "\n".join(unreached(copies))
        if not copies.backups:
            if words:
                room.notify(words, "Redacted")
            return

        dialog = dialogs.find.ConfirmDialog(
            "Replace the backups?",
            "removes these backups and makes a new one",
            "leaves them as they are",
            words,
            default="no",
        )
        room.open_if_yes(dialog, lambda: room.later(self._renew_backups()))

    async def _renew_backups(self) -> None:
        room = self._context
        try:
            made = await asyncio.to_thread(room.session.log.renew_backups)
        except StoreProblem as problem:
            room.notify(problem.reason, "Backup", "error")
        else:
            room.prompt.say(f"New backup {made.name}; the older backups are removed.")
