"""A file of JSON lines with what would be sent: for rehearsals, for a dry run, and for a script that takes it on."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.text import counted
from console.core.subjects.component import COMPONENT_STATES
from console.files import Unfit, read_bounded
from console.publish.provider import (
    Absent,
    Capabilities,
    Checked,
    Found,
    Lookup,
    Option,
    PageUpdate,
    PageView,
    Provider,
    Settings,
)
from console.publish.providers.webhook import event
from console.publish.sending.message import Delivery, Known, Part, Remote
from console.publish.transport.failure import Later, Rejected
from console.publish.transport.http import Http
from console.store.place import belongs_to, companion

MAX_BYTES = 50_000_000
"""Far more than any rehearsal writes; a longer file is something else."""


class ToFile(Provider):
    """One file, named by the option `path` (or the url or page); a message that it holds is not added again."""

    title: ClassVar[str] = "File, for rehearsals"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True,
        follows=True,
        plans=True,
        moves=True,
        asks=True,
        repeats=frozenset(("create", "update")),
        reads=True,
        edits=True,
        removes=True,
        takes_down=True,
        renames=True,
        status_follows=True,
        backfills=True,
        postmortems=True,
        states={state: state for state in COMPONENT_STATES},
        key=False,
        page=False,
        network=False,
        options=(Option("path", "A file to write to", "~/rehearsal.jsonl", needed=True, path=True),),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._name = settings.name
        named = settings.options.get("path") or settings.url.removeprefix("file://") or settings.page
        self._path = Path(named).expanduser() if named else None

    @property
    def path(self) -> Path:
        if self._path is None:
            raise Rejected(f"{self._name} has no file to write to: give it one with --option path=FILE.")
        if belongs_to(self._path) is not None or companion(self._path) is not None:
            # Not even opened: that would take SQLite's locks from whoever has the log open.
            raise Rejected(f"{self._path} belongs to a log; choose another file.")
        return self._path

    def check(self) -> Checked:
        count = sum(1 for _ in self._lines())
        if not self.path.exists() and not os.access(self.path.absolute().parent, os.W_OK):
            raise Rejected(f"{self.path} cannot be written; choose another file.")
        return Checked(f"{self.path} holds {counted(count, 'message')}.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        if isinstance(self.look_up(delivery, known), Absent):
            self._append(event(delivery, first=known.remote is None))
        return self._remote(delivery.incident, delivery.key)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        """One more line, with the act as its `event` and the id of the update that it is about, `of`."""
        change = delivery.change
        if change is None:
            raise Rejected(f"{self._name} was given nothing to change.")
        if isinstance(self.look_up(delivery, known), Absent):
            self._append({**event(delivery, first=False), "of": change.update_id})
        if change.act == "take down":
            return Remote("")
        past = delivery.past_keys
        return replace(self._remote(delivery.incident, past[-1] if past else change.update_id), past=past)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if any(line.get("id") == delivery.key and line.get("target") == self._name for line in self._lines()):
            return Found(self._remote(delivery.incident, delivery.key))
        return Absent()

    def read(self, known: Known) -> PageView:
        incident = known.remote.incident_id if known.remote is not None else ""
        lines = [
            line for line in self._lines() if line.get("incident") == incident and line.get("target") == self._name
        ]
        if not lines:
            return PageView(None, gone=True)
        last = lines[-1]
        updates: dict[str, PageUpdate] = {}
        postmortem = ""
        for line in lines:
            id, update_id = str(line.get("id", "")), str(line.get("of", ""))
            match line.get("event"):
                case "remove":
                    updates.pop(update_id, None)
                case "take down":
                    updates.clear()
                case "edit" if update_id in updates:
                    updates[update_id] = replace(updates[update_id], text=str(line.get("text", "")))
                case "update":
                    updates[id] = PageUpdate(id, line.get("status"), str(line.get("text", "")))
                case "backfill":
                    for past in line.get("past", ()):
                        updates[past["id"]] = PageUpdate(past["id"], past["status"], past["text"])
                case "postmortem" | "withdraw":
                    postmortem = str(line.get("text", ""))
        if last.get("event") == "take down":
            return PageView(None, gone=True)
        newest = next(reversed(updates.values()), PageUpdate("", None, ""))
        parts = {str(part["id"]): part for line in lines for part in line.get("components") or () if "id" in part}
        return PageView(
            last.get("status"),
            str(last.get("title", "")),
            newest.text,
            tuple(Part(key, component["state"], str(component.get("name", ""))) for key, component in parts.items()),
            updates=tuple(updates.values()),
            postmortem=postmortem,
        )

    def _remote(self, incident: str, key: str) -> Remote:
        return Remote(incident, key, self.path.absolute().as_uri())

    def _append(self, data: dict[str, Any]) -> None:
        """One line and one write, so that two writers never share a line."""
        line = json.dumps({"target": self._name, **data}, ensure_ascii=False)
        try:
            self._write(line)
        except OSError as error:
            raise Later(f"{self.path} cannot be written ({error.strerror or error}).") from error

    def _write(self, line: str) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)
        with open(descriptor, "r+b", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Rejected(f"{self.path} is not a file; choose another one.")
            size = file.seek(0, os.SEEK_END)
            # A write that was cut off leaves half a line, which stays alone.
            torn = bool(size) and os.pread(descriptor, 1, size - 1) != b"\n"
            file.write(f"{chr(10) if torn else ''}{line}\n".encode())
            os.fsync(descriptor)

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            raw = read_bounded(self.path, MAX_BYTES) if self.path.is_file() else b""
        except Unfit as unfit:
            raise Rejected(f"{self.path} {unfit}; choose another file.") from unfit
        except OSError as error:
            raise Later(f"{self.path} cannot be read ({error.strerror or error}).") from error
        for line in raw.decode("utf-8", "replace").splitlines():
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


PROVIDER = ToFile
