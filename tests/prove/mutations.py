"""Mutations of what the program has read of its playbooks, runbooks, templates and tables: a thing less, or another."""

import gc
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pytest

from console.core.playbook import reader, runbook_reader
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook, Step
from console.core.playbook.validate import faults
from console.library.shelf import Shelf
from console.resources import resource_path

TABLES = (
    "console.core.advice", "console.core.playbook.gates", "console.core.playbook.triage", "console.core.log.milestones",
    "console.core.log.clocks", "console.export.postmortem.document", "console.export.postmortem.drafts",
    "console.export.updates.update", "console.export.updates.wording",
)  # fmt: skip
"""The modules, or packages, that hold rules of the process as data."""


class Change(NamedTuple):
    """A value with one thing of it changed."""

    kind: str
    """drop, swap (with the next of a list), number, flip or blank."""
    path: str
    """From the playbook's, runbook's, template's or module's name."""
    before: Any
    value: Any


class Mutation(NamedTuple):
    change: Change
    make: Callable[[], object]

    @property
    def subject(self) -> str:
        """The playbook, runbook or template; `console` for a table."""
        return self.change.path.partition(".")[0].rpartition("/")[2]

    @property
    def of_text(self) -> bool:
        """It takes words of a playbook away, and no number, name or flag."""
        return isinstance(self.change.before, str)

    def __str__(self) -> str:
        return f"{self.change.kind} {self.change.path}: {self.change.before!r:.90}"


def changes(value: Any, path: str) -> Iterator[Change]:
    """The value with each thing in it changed in turn."""
    if isinstance(value, bool):
        yield Change("flip", path, value, not value)
    elif isinstance(value, int | float):
        yield Change("number", path, value, value * 2 or 60)
    elif isinstance(value, str) and value:
        yield Change("blank", path, value, "")
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(type(value)):
            part = getattr(value, field.name)
            if part != field.default or isinstance(part, bool):
                for change in changes(part, f"{path}.{field.name}"):
                    yield change._replace(value=msgspec.structs.replace(value, **{field.name: change.value}))
    elif isinstance(value, frozenset):
        for item in sorted(value):
            yield Change("drop", f"{path}.{item}", value, value - {item})
    elif isinstance(value, dict):
        for key, item in value.items():
            yield Change("drop", f"{path}.{key}", value, {other: value[other] for other in value if other != key})
            for change in changes(item, f"{path}.{key}"):
                yield change._replace(value={**value, key: change.value})
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            at, before, after = f"{path}[{place}]", value[:place], value[place + 1 :]
            yield Change("drop", at, item, (*before, *after))
            if after and isinstance(item, msgspec.Struct | str):
                yield Change("swap", at, item, (*before, after[0], item, *after[1:]))
            for change in changes(item, at):
                yield change._replace(value=(*before, change.value, *after))


def _of_read(thing: Playbook | Runbook, path: str) -> Iterator[Mutation]:
    """Those that leave a playbook that can be read: the reader refuses the others, whatever the tests say. The order
    counts where texts are listed, and where what is dropped is missed by its name."""
    refused: set[str] = set()
    for change in changes(thing, path):
        if isinstance(thing, Playbook) and any(faults(change.value)):
            refused.add(change.path)
        elif change.kind != "swap" or isinstance(change.before, str | Step) or change.path in refused:
            yield Mutation(change, partial(_become, thing, change.value))


def _become(thing: msgspec.Struct, other: msgspec.Struct) -> None:
    """In the object itself, so that everything that holds it sees it."""
    for name in thing.__struct_fields__:
        msgspec.structs.force_setattr(thing, name, getattr(other, name))


def _of_template(path: Path) -> Iterator[Mutation]:
    """Each value that the template fills in, and each text between them, left out."""
    parts = re.split(r"(\{[{%#].*?[}%#]\})", path.read_text(encoding="utf-8"))
    for place, part in enumerate(parts):
        if part.startswith("{{") or (re.search(r"[^\W\d_]", part) and not part.startswith("{")):
            new = "".join((*parts[:place], re.sub(r"\S", "", part), *parts[place + 1 :]))
            at = f"templates/{path.name}:{''.join(parts[:place]).count(chr(10)) + 1}"
            yield Mutation(Change("drop", at, [part], new), partial(_become_text, path, new))


def _become_text(path: Path, new: str) -> None:
    read = Path.read_text
    pytest.MonkeyPatch().setattr(Path, "read_text", lambda self, **more: new if self == path else read(self, **more))


def _become_constant(name: str, value: Any, new: Any) -> None:
    """In every module of the program that holds it; the tests keep the one that they have."""
    for other, module in list(sys.modules.items()):
        if other.startswith("console.") and vars(module).get(name) is value:
            setattr(module, name, new)


class Program:
    """The built-in playbooks and runbooks as everybody in this process reads them, the templates and the tables."""

    def __init__(self) -> None:
        texts = {path.stem: path.read_text(encoding="utf-8") for path in resource_path("playbooks").glob("*.toml")}
        self.playbooks = _shared(reader, "read_playbook", "playbooks", texts.get)
        self.runbooks = _shared(runbook_reader, "read_runbook", "runbooks")

    def forget(self) -> None:
        """A shelf makes anew what it has made of these objects."""
        # Read only now, when the readers are those of this program.
        from console.library.playbooks import read_built_in

        read_built_in.cache_clear()
        gc.unfreeze()  # Of what is frozen nothing is listed.
        for holder in gc.get_objects():
            if isinstance(holder, Shelf):
                vars(holder)["_read"].clear()

    def mutations(self) -> Iterator[Mutation]:
        for name, book in self.playbooks.items():
            yield from _of_read(book, name)
        for name, runbook in self.runbooks.items():
            yield from _of_read(runbook, f"runbooks/{name}")
        for path in sorted(resource_path("templates").iterdir()):
            yield from _of_template(path)
        seen: set[int] = set()
        for name, module in sorted(sys.modules.items()):
            for constant, value in list(vars(module).items()) if name.startswith(TABLES) else ():
                if constant.isupper() and isinstance(value, dict | tuple | frozenset) and id(value) not in seen:
                    seen.add(id(value))
                    for change in changes(value, f"{name}.{constant}"):
                        if change.kind != "swap":
                            yield Mutation(change, partial(_become_constant, constant, value, change.value))


def _shared(module: ModuleType, function: str, folder: str, *more: Any) -> dict[str, Any]:
    """The objects that a reader makes of the built-in files, by name; from here on it gives everybody these."""
    read = getattr(module, function)
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(resource_path(folder).iterdir())}
    objects = {text: read(text, path.name, *more) for path, text in texts.items()}
    setattr(module, function, lambda text, *args: objects[text] if text in objects else read(text, *args))
    return {path.stem: objects[text] for path, text in texts.items()}
