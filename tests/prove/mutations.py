"""Mutations of what the program has read of its playbooks, runbooks, templates and tables: a thing less, or another."""

import gc
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import msgspec
from jinja2 import nodes

from console.core.playbook import reader, runbook_reader
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.playbook.validate import faults
from console.library.sandbox import Sandbox
from console.library.shelf import Shelf
from console.library.templates import Templates
from console.resources import resource_path

TABLES = (
    "console.core.advice", "console.core.playbook.gates", "console.core.playbook.triage", "console.core.log.milestones",
    "console.core.log.clocks", "console.core.review", "console.export.postmortem.document",
    "console.export.postmortem.drafts", "console.export.updates.update", "console.export.updates.wording",
)  # fmt: skip
"""The modules, or packages, that hold rules of the process as data."""

Put = Callable[[Any], None]
"""Puts a value where the mutated one stands, in the object itself, so that everything that holds it sees it."""


class Mutation(msgspec.Struct, frozen=True):
    kind: str
    """drop, swap (where what is dropped is missed by name), number, flip or blank."""
    path: str
    """From the playbook's, runbook's, template's or module's name."""
    before: str
    make: Callable[[], None]
    undo: Callable[[], None]
    of_text: bool = False
    """It takes words away, and no number, name or flag."""

    @property
    def subject(self) -> str:
        """The playbook, runbook or template; `console` for a table."""
        return self.path.partition(".")[0].rpartition("/")[2]


def of_struct(struct: msgspec.Struct, path: str) -> Iterator[Mutation]:
    for field in msgspec.structs.fields(type(struct)):
        value = getattr(struct, field.name)
        put = partial(msgspec.structs.force_setattr, struct, field.name)
        if value != field.default or isinstance(value, bool):
            yield from of_value(value, f"{path}.{field.name}", put)


def of_value(value: Any, path: str, put: Put) -> Iterator[Mutation]:
    """Every mutation inside a value; `put` takes the place of the value as a whole."""

    def to(kind: str, new: Any, *, at: str = path, what: Any = value) -> Mutation:
        text = isinstance(what, str)
        return Mutation(kind, at, repr(what)[:90], partial(put, new), partial(put, value), text)

    if isinstance(value, bool):
        yield to("flip", not value)
    elif isinstance(value, int | float):
        yield to("number", value * 2 or 60)
    elif isinstance(value, str) and value:
        yield to("blank", "")
    elif isinstance(value, msgspec.Struct):
        yield from of_struct(value, path)
    elif isinstance(value, frozenset):
        for item in sorted(value):
            yield to("drop", value - {item}, at=f"{path}.{item}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield to("drop", {name: one for name, one in value.items() if name != key}, at=f"{path}.{key}")
            yield from of_value(item, f"{path}.{key}", partial(_put_key, put, value, key))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            before, after, at = value[:place], value[place + 1 :], f"{path}[{place}]"
            yield to("drop", (*before, *after), at=at, what=item)
            if after and isinstance(item, msgspec.Struct):
                yield to("swap", (*before, after[0], item, *after[1:]), at=at, what=item)
            yield from of_value(item, at, partial(_put_item, put, before, after))


def _put_key(put: Put, whole: dict[Any, Any], key: Any, new: Any) -> None:
    put({**whole, key: new})


def _put_item(put: Put, before: tuple[Any, ...], after: tuple[Any, ...], new: Any) -> None:
    put((*before, new, *after))


def of_playbook(book: Playbook, name: str) -> Iterator[Mutation]:
    """Those that leave it a playbook that can be read: the reader refuses the others, whatever the tests say."""
    refused: set[str] = set()
    for mutation in list(of_struct(book, name)):
        mutation.make()
        fault = next(faults(book), None)
        mutation.undo()
        if fault:
            refused.add(mutation.path)
        elif mutation.kind != "swap" or mutation.path in refused:
            yield mutation


def of_template(source: str, name: str) -> Iterator[Mutation]:
    """Each value that the template fills in, and each text between them, left out."""
    parse = Sandbox.parse
    for number, part in enumerate(_filled(Sandbox().parse(source))):
        if not isinstance(part, nodes.TemplateData) or any(map(str.isalpha, part.data)):

            def mutated(self: Sandbox, text: str, *args: Any, number: int = number, **more: Any) -> nodes.Template:
                tree = parse(self, text, *args, **more)
                if text == source:
                    output, place = _places(tree)[number]
                    output.nodes[place] = nodes.TemplateData("\n" if place + 1 == len(output.nodes) else "")
                return tree

            put = partial(setattr, Sandbox, "parse")
            yield Mutation("drop", f"{name}:{part.lineno}", repr(part)[:90], partial(put, mutated), partial(put, parse))


def _places(tree: nodes.Template) -> list[tuple[nodes.Output, int]]:
    return [(output, place) for output in tree.find_all(nodes.Output) for place in range(len(output.nodes))]


def _filled(tree: nodes.Template) -> list[nodes.Node]:
    return [output.nodes[place] for output, place in _places(tree)]


class Program:
    """The built-in playbooks, runbooks and templates as everybody in this process reads them, and the tables."""

    def __init__(self) -> None:
        self.playbooks = _shared(reader, "read_playbook", "playbooks/*.toml", Playbook)
        self.runbooks = _shared(runbook_reader, "read_runbook", "runbooks/*.md", Runbook)

    def forget(self) -> None:
        """What was made of the files before a mutation is made anew."""
        for holder in gc.get_objects():
            if isinstance(holder, Templates):
                vars(holder)["_compiled"].clear()
            elif isinstance(holder, Shelf):
                vars(holder)["_read"].clear()

    def mutations(self) -> Iterator[Mutation]:
        for name, book in self.playbooks.items():
            yield from of_playbook(book, name)
        for name, runbook in self.runbooks.items():
            yield from of_struct(runbook, f"runbooks/{name}")
        for path in sorted(resource_path("templates").glob("*.j2")):
            yield from of_template(path.read_text(encoding="utf-8"), f"templates/{path.name}")
        seen: set[int] = set()
        for name, module in sorted(sys.modules.items()):
            for constant, value in list(vars(module).items()) if name.startswith(TABLES) else ():
                if constant.isupper() and isinstance(value, dict | tuple | frozenset) and id(value) not in seen:
                    seen.add(id(value))
                    yield from of_value(value, f"{name}.{constant}", partial(_put_constant, constant, value))


def _shared(module: ModuleType, function: str, pattern: str, kind: type[Any]) -> dict[str, Any]:
    """What a reader makes of the built-in files, by name; from here on it gives everybody these objects."""
    read = getattr(module, function)
    folder, _, glob = pattern.partition("/")
    texts = {path.read_text(encoding="utf-8"): path for path in sorted(resource_path(folder).glob(glob))}
    by_name = {path.stem: text for text, path in texts.items()}
    base = (by_name.get,) if kind is Playbook else ()
    objects = {text: read(text, path.name, *base) for text, path in texts.items()}
    assert all(isinstance(one, kind) for one in objects.values())

    def shared(text: str, *arguments: Any) -> Any:
        return objects[text] if text in objects else read(text, *arguments)

    for other in list(sys.modules.values()):
        if vars(other).get(function) is read:
            vars(other)[function] = shared
    return {path.stem: objects[text] for text, path in texts.items()}


def _put_constant(name: str, value: Any, new: Any) -> None:
    """In every module of the program that holds it; the tests keep the one that they have."""
    for other, module in list(sys.modules.items()):
        if other.startswith("console.") and vars(module).get(name) is value:
            vars(module)[name] = new
