"""What the room writes to files: exports, and the handoff's page."""

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from console.app.registry import SCREEN_WORDS
from console.core.commands import OfferHandoff
from console.core.language.text import clean
from console.core.log.state import Incident
from console.core.refusal import Refusal
from console.files import write_new, write_whole

if TYPE_CHECKING:
    from console.app.dialogs import Handover
    from console.app.room.screen import RoomScreen
    from console.app.session import Session

SUFFIXES = {
    "handoff": "md", "brief": "md", "customer": "md", "postmortem": "md", "rca": "md", "html": "html",
    "timeline": "md", "json": "json", "csv": "csv",
}  # fmt: skip
SHOWN_S = 15
"""How long a file's path stays on the screen."""


class RoomFiles:
    """Files are made and written in a thread, so that a slow or full disk never holds the keyboard."""

    def __init__(self, room: "RoomScreen") -> None:
        self._room = room

    # /export

    async def export(self, argument: str) -> None:
        """`/export KIND [FILE]`; a file that is there already is replaced only after a yes."""
        kind, _, target = argument.partition(" ")
        kind, target = kind.lower(), target.strip()
        if kind not in SUFFIXES:
            self._refused(argument, f"Write {SCREEN_WORDS['export']}.")
            return
        path = self._path(kind, target)
        if kind == "customer" and self._room.state.open:
            self._refused(argument, "The message to customers is written once the incident is closed; close it first.")
        elif isinstance(path, Refusal):
            self._refused(argument, path.reason)
        elif await asyncio.to_thread(path.is_dir):
            self._refused(argument, f"{path} is a folder; name a file in it.")
        elif await asyncio.to_thread(path.is_file):
            self._ask(argument, kind, path)
        else:
            await self._export(argument, kind, path)

    def _path(self, kind: str, target: str) -> Path | Refusal:
        try:
            return Path(target).expanduser() if target else Path.cwd() / f"{self._room.ref}-{kind}.{SUFFIXES[kind]}"
        except RuntimeError:
            return Refusal(f"There is no home folder behind {target}; write the whole path.")
        except OSError:
            return Refusal("The current folder is gone; name a file with its whole path.")

    def _ask(self, argument: str, kind: str, path: Path) -> None:
        from console.app.dialogs import ConfirmDialog

        def answered(over: bool | None) -> None:
            if over:
                self._room.run_worker(self._export(argument, kind, path))
            else:
                self._refused(argument, f"{path} is as it was; name another file.")

        dialog = ConfirmDialog("Replace it?", f"{path} is there already.", default="no")
        self._room.app.push_screen(dialog, answered)

    async def _export(self, argument: str, kind: str, path: Path) -> None:
        room = self._room
        # Taken here: the ledger belongs to the screen's thread.
        state, now = room.state, room.session.now()
        try:
            await asyncio.to_thread(lambda: write_whole(path, page_of(kind, state, room.session, now)))
        except OSError as error:
            self._refused(argument, f"{path} cannot be written ({error.strerror or error}); name another file.")
        else:
            room.prompt.say(f"Written to {path}.")

    def _refused(self, argument: str, reason: str) -> None:
        self._room.prompt.restore(f"/export {argument}", reason)

    # The handoff

    async def hand_over(self, given: "Handover") -> Refusal | None:
        """Offer the command, where somebody was named, and write the page whatever becomes of the offer."""
        room = self._room
        room.app.copy_to_clipboard(given.page)
        refused = await room.session.submit(room.ref, given.offer) if given.offer is not None else None
        if refused is None:
            # In the room's own worker: the offer stands, and the dialog need not wait for a slow disk.
            room.run_worker(self._write_handoff(given.page, given.offer))
            return None
        return Refusal(f"{refused.reason} The page is on the clipboard.")

    async def _write_handoff(self, page: str, offer: OfferHandoff | None) -> None:
        room = self._room
        local = room.session.now().astimezone(room.session.zone)
        stem = f"{room.ref}-handoff-{local:%Y%m%d-%H%M}"
        try:
            path = await asyncio.to_thread(lambda: write_new(handoff_folders(room.session), stem, "md", page))
        except OSError as error:
            told = f"The page could not be written to a file ({error.strerror or error}); it is on the clipboard."
            room.app.notify(clean(told), title="Handoff", severity="error", markup=False, timeout=SHOWN_S)
        else:
            told = f"{path}\nis the page; it is on the clipboard too."
            room.app.notify(clean(told), title="Handoff", markup=False, timeout=SHOWN_S)
        if offer is not None:
            room.prompt.say(f"Offered to {offer.person}; their yes is y.")


def handoff_folders(session: "Session") -> list[Path]:
    """Where the page goes, the first that takes it: the current folder, home, and beside the log."""
    found = []
    wanted: tuple[Callable[[], Path], ...] = (Path.cwd, Path.home, lambda: session.log.path.parent)
    for folder in wanted:
        try:
            found.append(folder())
        except (OSError, RuntimeError):
            # A removed current folder, or a person without a home.
            continue
    return found


def page_of(kind: str, state: Incident, session: "Session", now: datetime) -> str:
    """The text of an export; `kind` is one of `SUFFIXES`. Needs no screen, so a thread may make it."""
    zone: tzinfo = session.zone
    if kind == "handoff":
        from console.export.handoff import handoff_markdown

        return handoff_markdown(state, now, zone, author=session.actor)
    if kind == "brief":
        from console.export.updates.brief import brief

        return brief(state, now, zone, templates=session.templates)[0]
    if kind == "customer":
        from console.export.updates.announce import customer_message

        written = customer_message(state, now, zone, templates=session.templates)
        return f"{written.reason}\n" if isinstance(written, Refusal) else written[0]
    if kind in ("postmortem", "rca", "html"):
        from console.app.postmortem.files import page_for

        return page_for(kind, state, now, session)
    if kind == "timeline":
        from console.export.timeline import timeline_markdown

        return timeline_markdown(state, zone)
    if kind == "csv":
        from console.export.table import timeline_csv

        return timeline_csv(state)
    import msgspec

    from console.export.json.archive import incident_archive

    archive = incident_archive(state, session.log.events(state.ref), now)
    return msgspec.json.format(msgspec.json.encode(archive)).decode()
