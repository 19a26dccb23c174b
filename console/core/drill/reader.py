"""Reading a drill's TOML: every mistake at once, each with its line and key."""

from collections.abc import Callable, Iterable, Iterator

from console.core.drill.conditions import ANY
from console.core.drill.script import Condition, Drill
from console.core.playbook.forms import Steps
from console.core.playbook.model import AUDIENCES, Playbook
from console.core.playbook.reader import examine_table
from console.core.playbook.validate import empty_texts, unknown_names, wrong_length
from console.core.refusal import Refused
from console.core.subjects.drill import inject_line

FindPlaybook = Callable[[str], Playbook]
"""The playbook of that name; raises Refused where there is none, or where it cannot be used."""


def read_drill(text: str, name: str, playbook: FindPlaybook) -> Drill:
    """A drill from its TOML text; `name` is the file's name for the sentence. A refusal names the line and the key."""
    drill, sentences = examine_drill(text, name, playbook)
    if drill is None or sentences:
        raise Refused(sentences[0])
    return drill


def examine_drill(text: str, name: str, playbook: FindPlaybook) -> tuple[Drill | None, list[str]]:
    """The drill, where one can be read, and every mistake in it: a sentence with the line and the key for each."""
    return examine_table(text, name, Drill, lambda drill: _faults(drill, playbook))


def _faults(drill: Drill, find: FindPlaybook) -> Iterator[tuple[Steps, str]]:
    yield from empty_texts(drill, [])
    yield from wrong_length(["length_s"], drill.length_s)
    if not drill.injects:
        yield ["injects"], "there is none; write at least one"
    yield from _twice("injects", "id", [inject.id for inject in drill.injects])
    ids = list(dict.fromkeys(inject.id for inject in drill.injects))
    yield from _twice("goals", "id", [goal.id for goal in drill.goals])
    yield from _twice("cards", "role", [card.role for card in drill.cards])
    for index, inject in enumerate(drill.injects):
        at: Steps = ["injects", index]
        for key in ("at_s", "delay_s", "until_s"):
            yield from wrong_length([*at, key], getattr(inject, key))
        if inject.until_s and inject.until_s <= inject.at_s:
            yield [*at, "until_s"], "it is not after at_s, so that the inject never comes"
        if inject.delay_s and inject.when.empty:
            yield [*at, "delay_s"], "it counts from when `when` holds; add that, or move at_s"
        if inject.line.strip():
            try:
                inject_line(inject)
            except Refused as refused:
                yield [*at, "line"], refused.reason.removesuffix(".")
    for index, goal in enumerate(drill.goals):
        yield from wrong_length(["goals", index, "within_s"], goal.within_s)
        yield from unknown_names(["goals", index, "after"], filter(None, [goal.after]), ids, "inject")
        if goal.done.empty:
            yield ["goals", index, "done"], "nothing stands in it, so that it is done from the beginning"
    for steps, condition in _conditions(drill):
        yield from unknown_names([*steps, "inject"], filter(None, [condition.inject]), ids, "inject")
        yield from unknown_names([*steps, "update"], filter(None, [condition.update]), AUDIENCES, "audience")
    try:
        book = find(drill.playbook)
    except Refused as refused:
        yield ["playbook"], refused.reason.removesuffix(".")
    else:
        yield from _strangers(drill, book)


def _strangers(drill: Drill, book: Playbook) -> Iterator[tuple[Steps, str]]:
    """Names that the drill's playbook does not have."""
    severities, stages = [each.name for each in book.severities], [each.name for each in book.stages]
    roles = [role.id for role in book.roles]
    yield from unknown_names(["severity"], [drill.severity], severities, "severity")
    for index, card in enumerate(drill.cards):
        yield from unknown_names(["cards", index, "role"], [card.role], roles, "role")
    for index, inject in enumerate(drill.injects):
        yield from unknown_names(["injects", index, "to"], filter(None, [inject.to]), roles, "role")
    for steps, condition in _conditions(drill):
        for key, known in (("severity", severities), ("stage", stages), ("role", roles)):
            yield from unknown_names([*steps, key], filter(None, [getattr(condition, key)]), known, key)
        if condition.paged and condition.paged != ANY and not _callable(book, condition.paged):
            people = [ANY, *(contact.name for contact in book.contacts)]
            yield from unknown_names([*steps, "paged"], [condition.paged], people, "contact")


def _callable(book: Playbook, name: str) -> bool:
    names = (*(contact.name for contact in book.contacts), *(rung.to for rung in book.escalation))
    return name.casefold() in (each.casefold() for each in names)


def _conditions(drill: Drill) -> Iterator[tuple[Steps, Condition]]:
    for index, inject in enumerate(drill.injects):
        yield ["injects", index, "when"], inject.when
        yield ["injects", index, "unless"], inject.unless
    for index, goal in enumerate(drill.goals):
        yield ["goals", index, "done"], goal.done


def _twice(part: str, key: str, names: Iterable[str]) -> Iterator[tuple[Steps, str]]:
    known: set[str] = set()
    for index, name in enumerate(names):
        if name in known:
            yield [part, index, key], f"“{name}” stands twice; give each its own"
        known.add(name)
