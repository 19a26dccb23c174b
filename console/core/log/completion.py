"""Completion: what may stand for the word that ends a line; slash words, roles, severities, stages, people, tags."""

import re
from collections.abc import Collection, Iterable

from console.core.language.grammar import Line, people_in
from console.core.language.names import name_key
from console.core.language.pattern import late
from console.core.language.text import one_line
from console.core.log.command import Offering
from console.core.log.entries import Entry
from console.core.log.registry import WORDS
from console.core.log.state import Incident
from console.core.playbook.gates import accepted_reasons
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.role import roles_of
from console.core.subjects.runbook import open_runbooks
from console.core.subjects.task import open_tasks, tasks_of

RECENT_ENTRIES = 400
"""The number of last entries that are searched for people and tags: more would be felt at each Tab."""

_VERDICTS = {"supported", "ruled-out", "reopen"}


def people(state: Incident, actor: str = "") -> list[str]:
    """Everyone known in the incident, each as first written, sorted without regard to case and marks."""
    names = [state.declared_by, *(register.value for register in roles_of(state).values())]
    names += [task.owner for task in tasks_of(state).values()]
    for entry in _recent(state):
        names += [entry.author, *entry.people]
    first = {name_key(name): name for name in reversed([*names, actor]) if name}
    return [first[key] for key in sorted(first)]


def _recent(state: Incident) -> list[Entry]:
    return state.entries[max(0, len(state.entries) - RECENT_ENTRIES) : len(state.entries)]


def completions(
    before: str, state: Incident, actor: str, slash_words: Iterable[str], others: Iterable[str] = ()
) -> list[str]:
    """Whole words that may stand for the word under the cursor; `before` is the line up to the cursor.

    `others` are the references of other incidents.
    """
    start = before.rpartition(" ")[2]
    words = before.split()
    known = Offering(state, lambda: people(state, actor))
    slash = next((i for i, word in enumerate(words) if word.startswith("/")), None)
    if start.startswith("/") and (slash is None or slash == len(words) - 1):
        offered = [f"/{word}" for word in slash_words]
    elif start.startswith("@"):
        offered = [f"@{name}" for name in people(state, actor)]
    elif not start and slash is not None and words[slash] == "/round" and words[slash + 1 :][-1:] in ([], ["/"]):
        named = {name_key(name) for name in people_in(before)}
        offered = [f"@{name}" for name in people(state, actor) if name_key(name) not in named]
    elif start.startswith("#"):
        offered = [f"#{tag}" for tag in sorted({tag for entry in _recent(state) for tag in entry.tags})]
    elif (
        slash is not None
        and words[slash] in ("/link", "/move")
        and (start.upper().startswith("I") or (not start and words[-1] in ("of", "by", "to")))
    ):
        offered = [ref for ref in others if ref != state.ref]
    elif slash is not None and words[slash] == "/stage" and words[slash + 2 :] in (["!"], ["!", start]):
        stage = state.playbook.after(state.stage.value) if state.playbook and words[slash + 1] == "next" else None
        offered = list(accepted_reasons(state, stage.name if stage else words[slash + 1], known.at))
    elif slash is not None and slash <= 1:
        place = len(words) - slash - (1 if start else 0)
        offered = list(_values(words[slash][1:].lower(), place, known))
    else:
        offered = []
    return [word for word in offered if _folded(word).startswith(_folded(start)) and word != start]


def _folded(word: str) -> str:
    """The word as it is compared: a name without case and marks."""
    return f"@{name_key(word)}" if len(word) > 1 and word.startswith("@") else word.casefold()


def _values(word: str, place: int, known: Offering) -> Iterable[str]:
    """The values that the argument at `place` (1 is the first) of a slash word may have."""
    if word == "runbook":
        runbooks = open_runbooks(known.state)
        return {1: ["close"] if runbooks else [], 2: runbooks}.get(place, ())
    if word == "export":
        return ("handoff", "timeline", "json", "csv") if place == 1 else ()
    offers = WORDS[word].offers[place - 1 :] if place and word in WORDS else ()
    return offers[0](known) if offers else ()


_NUMBER_LAST = late(r"\d*$")


def slash_doubt(line: Line, state: Incident, actor: str, slash_words: Collection[str] = WORDS) -> str:
    """The question about a note that a slash in front would make a command: a slash word alone, or one with one of its
    values behind it, or with the number at the end of one, whatever follows; empty for all other lines. Another sign
    may stand where the slash belongs."""
    meant = _OTHER_SIGN.sub("", line.text)
    word, argument = (*meant.lower().split(None, 1), "", "")[:2]
    if line.kind != "note" or word not in slash_words:
        return ""
    offered = _values(word, 1, Offering(state, lambda: people(state, actor)))
    names = {name for value in offered for name in (_folded(value), *_NUMBER_LAST.findall(value)) if name}
    named = "|".join(map(re.escape, names))
    if argument and not (names and re.match(rf"#?(?:{named})[.,:;!?]*(?:\s|$)", _folded(argument))):
        return ""
    return f"“/{one_line(meant, 32)}” is the command; without the slash it is logged as text."


_OTHER_SIGN = late(r"^[\\／∕⁄:;.,|'\"`´“‘«]+/?(?=\w)|(?<=\w)[`'\"´”’»]$")
"""Signs that keys beside the slash, other layouts and quotes put there. A text that begins with a slash was escaped."""


def explained(words: list[str], state: Incident, line: str) -> str:
    """The offered words in one line, with what a number stands for in that line."""
    slash = next((word[1:].lower() for word in line.split() if word.startswith("/")), "")
    if slash in _VERDICTS:
        texts = {str(each.number): each.text for each in hypotheses_of(state).values()}
    else:
        texts = {str(task.number): task.text for task in open_tasks(state)}
    return "  ".join(f"{word} {one_line(texts[word], 24)}" if word in texts else word for word in words)
