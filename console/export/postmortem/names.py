"""The names of people in a postmortem: by what they did in the incident, so that nobody reads it as a verdict on them.

One person has one name throughout: the first role that they held, else a numbered responder. Owners of action items
and of the document itself appear by name, because they are to be asked.
"""

import re
from collections import Counter

from console.core.language.grounds import keeping_marks, standing_on, unmarked
from console.core.language.names import name_key
from console.core.language.text import capital
from console.core.log.entries import Entry
from console.core.log.state import Incident, Register, timeline
from console.core.log.tagged import standing
from console.core.playbook.model import Role
from console.core.subjects.action_item import ActionItems
from console.core.subjects.fix import fixes_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import roles_of
from console.core.subjects.task import tasks_of
from console.export.updates.redact_names import NO_NAMES

POLICY = (
    "People appear by the first role that they held, or by a number, not by name: a postmortem looks for what let a "
    "mistake happen. Owners of action items are named, and what somebody wrote into a section stands as written."
)

EVERYDAY = NO_NAMES | frozenset(
    ("am", "art", "as", "at", "bill", "by", "chase", "db", "dawn", "do", "drew", "faith", "frank", "go", "grace",
     "grant", "green", "he", "hope", "id", "in", "ip", "is", "it", "joy", "mark", "may", "no", "of", "ok", "on", "or",
     "pm", "re", "rob", "rose", "sandy", "so", "sue", "to", "up", "us", "vm", "we", "will")
)  # fmt: skip
"""Names that are ordinary words too, in small letters: in a text they are a person's only behind an @."""


def names_of(state: Incident) -> set[str]:
    """Every person that the log names: authors, holders of roles, owners, and who is mentioned with an @."""
    names = {fact.value for register in roles_of(state).values() for fact in register.facts}
    for things in (tasks_of(state), fixes_of(state), state.part(ActionItems).items):
        names |= {thing.owner for thing in things.values()}
    for entry in state.entries:
        names.update((entry.author, *entry.people))
    return set(map(unmarked, names | {postmortem_of(state).owner.value})) - {""}


class People:
    """Names as they are, or (`named` false) as roles and numbered responders."""

    def __init__(self, state: Incident, *, named: bool = False) -> None:
        self._named = named
        self._short_roles = {role.short: _worded(role) for role in (state.playbook.roles if state.playbook else ())}
        self._labels = _role_labels(state)
        self._with_role = frozenset(self._labels)
        held = [fact.value for register in roles_of(state).values() for fact in register.facts if fact.value]
        authors = [entry.author for entry in standing(state)]
        # Authors of undone entries are counted too: an undo renumbers nobody.
        for author in dict.fromkeys(state.entries[place].author for place in timeline(state)):
            self._label(author)
        responders = {name_key(unmarked(person)): self.short(person) for person in (*held, *authors) if person}
        self._responders = tuple(responders.values())
        known = {name_key(name): self._label(name) for name in sorted(names_of(state))}
        # The longest first, so that no name is taken for the beginning of another one.
        whole = sorted((name for name in known if " " in name), key=len, reverse=True)
        self._whole = (
            re.compile(rf"(?<!\w)@?({'|'.join(map(re.escape, whole))})(?!\w)", re.IGNORECASE) if whole else None
        )
        self._words = {name: label for name, label in known.items() if " " not in name} | _first_names(known)

    def short(self, person: str) -> str:
        """The document's name for somebody: `IC`, `tech lead`, `responder 2`."""
        return person or "nobody" if self._named or not person else self._label(person)

    def responders(self) -> str:
        """Everybody who held a role or wrote a line, in that order."""
        return ", ".join(self._responders)

    def sentence(self, entry: Entry) -> str:
        """The text of an entry as the document shows it."""
        return keeping_marks(self._sentence)(entry.text, entry)

    def _sentence(self, text: str, entry: Entry) -> str:
        if self._named:
            return text
        if entry.kind == "role" and " → " in text:
            short, _, rest = text.partition(" → ")
            # Behind the person may stand how it came about: `lee, handoff accepted (recorded by mo)`.
            person, comma, how = rest.partition(", handoff accepted") if entry.about else (rest, "", "")
            role = self._short_roles.get(short, short)
            label = "nobody" if person == "nobody" else self._label(person)
            came = f"{comma}{_RECORDED.sub(lambda match: f'{match[1]}{self._label(match[2])})', how)}"
            assigned = "assigned" if unmarked(label) == unmarked(role) else f"→ {label}"
            return f"{capital(role)} {assigned}{came}"
        if entry.kind == "handoff":
            # To whom, the acceptance says: of somebody who is called by that very role it would say nothing.
            offer, to, person = text.partition(" over to ")
            given, colon, note = person.partition(": ")
            if to and unmarked(self._label(given)) == unmarked(
                self._short_roles.get(offer.removeprefix("Handing "), "")
            ):
                text = f"{offer} over{colon}{note}"
        if entry.kind == "task" and entry.people:
            # A name behind an @ is an address; what a role is called is none.
            words, at, back = text.rpartition(f" @{unmarked(entry.people[0])}")
            if at and (not back or back.startswith(", back ")):
                text = f"{words} ({self._label(entry.people[0])}{back})"
        if entry.kind in ("task", "handoff", "action_item", "postmortem"):
            # Where the console itself put a name it is one, an ordinary word or not.
            text = _PLACED.sub(lambda match: f"{match[1]}{self._words.get(name_key(match[2]), match[2])}", text)
        return self._masked(text)

    def masked(self, text: str) -> str:
        """Text with every name of a known person replaced, with or without an @, in whatever way it is written."""
        return text if self._named else keeping_marks(self._masked)(text)

    def _masked(self, text: str) -> str:
        if self._whole:
            text = self._whole.sub(lambda match: self._label(match[1]), text)
        return _WORD.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        at, word = match.groups()
        label = self._words.get(name_key(word))
        if label is None or (not at and word in EVERYDAY):
            return match[0]
        # Somebody may be called what their role ends in: “the evidence keeper” is no name then, and stands already.
        before, _, last = unmarked(label).rpartition(" ")
        spelled = last == unmarked(word) and unmarked(match.string[: match.start()]).rstrip().lower().endswith(before)
        if before and spelled and not at:
            return match[0]
        # At the end of a line an @ says who it concerns, unless a word before it makes it part of the sentence.
        ahead = unmarked(match.string[: match.start()]).rstrip()
        concerns = at and ahead and _ONLY_SIGNS.fullmatch(match.string, match.end()) and not _LEADS_TO.search(ahead)
        return f"({label})" if concerns else label

    def _label(self, person: str) -> str:
        key = name_key(unmarked(person))
        if key not in self._labels:
            self._labels[key] = f"responder {len(self._labels.keys() - self._with_role) + 1}"
        return self._labels[key]


_ONLY_SIGNS = re.compile(r"(?:\s+[@#][\w.-]+)*[\s.!?]*")
_LEADS_TO = re.compile(
    r"(?:[→:,(]|\b(?:and|as|ask|asked|at|before|behind|by|call|called|for|from|of|or|over|per|tell|than|that|to|told|via|with))$",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w.])(@?)(\w+(?:[.\-]\w+)*)")
_RECORDED = re.compile(r"( \(recorded by )(.+)\)$")
_PLACED = re.compile(r"(→ |over to |acknowledged by |item \d+: [^,]*, )(\w+(?:[.\-]\w+)*)")


def _worded(role: Role) -> str:
    """`IC`, `tech lead`."""
    return role.short if role.short.isupper() else _lowered(role.name)


def _lowered(name: str) -> str:
    return name if name.isupper() else name[:1].lower() + name[1:]


def _role_labels(state: Incident) -> dict[str, str]:
    """The names of people with a role, by `name_key`: the first role that each held; the second in it is `IC 2`."""
    roles = state.playbook.roles if state.playbook else ()
    held = [
        (fact.at, place, role, fact.value)
        for place, role in enumerate(roles)
        for fact in roles_of(state).get(role.id, Register()).facts
        if fact.value
    ]
    labels: dict[str, str] = {}
    counts = Counter[str]()
    for _, _, role, holder in sorted(held, key=lambda holding: holding[:2]):
        person = name_key(unmarked(holder))
        if person not in labels:
            counts[role.id] += 1
            label = f"{_worded(role)} {counts[role.id]}" if counts[role.id] > 1 else _worded(role)
            labels[person] = standing_on(label, holder)
    return labels


def _first_names(known: dict[str, str]) -> dict[str, str]:
    """The words of names of several words, each as long as it is of one person alone."""
    words = Counter(word for name in known for word in name.split())
    return {
        word: label
        for name, label in known.items()
        for word in (name.split() if " " in name else ())
        if words[word] == 1 and len(word) > 2
    }
