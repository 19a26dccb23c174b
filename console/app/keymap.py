"""A team's keys: read from its settings and checked, so that typing stays typing and no key means two things."""

import string
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from unicodedata import name as unicode_name

from textual.keys import KEY_NAME_REPLACEMENTS
from textual.widgets import Input, TextArea

from console.app.acts import BY_ID, FORMS, Act, shown_key_of
from console.app.registry import acts_of
from console.core.language.nearest import perhaps
from console.core.language.text import one_line

WRITTEN_PLACES = ("form", *FORMS, "section", "everywhere")
"""Where a text field may have the focus, so that a character is text. The room's prompt is left for its keys."""

_FIXED = ("escape", "enter", "tab", "space", "pageup", "pagedown", "home", "end", "left", "right", "ctrl+c")
"""Keys that mean the same in every program: no team gives them away, and acts keep them beside their new ones."""

_LIKE_OTHERS = ("ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m")
"""Keys that a terminal also sends for Backspace, Tab and Enter."""

_FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, 13))
MAX_SHOWN_CHARS = 30
WAY = 'write a letter or a sign, "ctrl+" and a letter, or "f1" to "f12"'
FIELD_WAY = '"ctrl+" and a letter, or "f1" to "f12"'


class Keymap(NamedTuple):
    """Keys by the act, as Textual writes them, and a sentence for each that was refused."""

    keys: Mapping[str, str]
    problems: Sequence[str]


class Unusable(ValueError):
    """The reason why a key cannot be given to an act, as the end of a sentence."""


def read_keymap(written: Mapping[str, str | Sequence[str]]) -> Keymap:
    """The keys of a settings file, by the act: those that can be used; the others keep their default ones."""
    keys: dict[str, str] = {}
    problems: list[str] = []
    for id, names in written.items():
        try:
            keys[id] = _keys_of(id, [names] if isinstance(names, str) else names)
        except Unusable as unusable:
            problems.append(f"[keys] {one_line(id, MAX_SHOWN_CHARS)}: {unusable}.")
    while keys and (taken := next(_taken_twice(keys), None)):
        key, first, second = taken
        own = [act for act in (first, second) if act.id in keys]
        for act in own:
            del keys[act.id]
            other = second if act is first else first
            problems.append(
                f"[keys] {act.id}: {shown_key_of(key)} is already “{other.title}”; choose another key, or give "
                f"{other.id} another."
            )
    return Keymap(keys, problems)


def changeable(act: Act) -> bool:
    """True when an act can have other keys: not where lists and fields answer it themselves."""
    return bool(act.default_keys or not act.shown_keys)


def _keys_of(id: str, names: Sequence[str]) -> str:
    act = BY_ID.get(id)
    if act is None:
        raise Unusable(f"there is no such act{perhaps(id, BY_ID) or '; docs/reference.md lists them'}")
    if not changeable(act):
        raise Unusable(f"{act.shown_keys} cannot be changed, since lists and fields answer it themselves")
    if not names:
        raise Unusable(f"no key is given; {WAY}")
    own = [_key_of(act, name) for name in names]
    return ",".join([*(key for key in act.default_keys.split(",") if key in _FIXED and key not in own), *own])


def _key_of(act: Act, written: str) -> str:
    """Textual's name of a key. Raises Unusable."""
    key = _named(written)
    if key and key in act.default_keys.split(","):
        return key
    if not key or key in _FIXED:
        raise Unusable(f"“{one_line(written, MAX_SHOWN_CHARS)}” is no key that can be given; {WAY}")
    shown = shown_key_of(key)
    if key.isdigit():
        raise Unusable(f"{shown} chooses a row of a list; {WAY}")
    if len(shown) == 1 and (act.before_widgets or {*WRITTEN_PLACES} & {*act.places}):
        raise Unusable(f"{shown} is text where it would be pressed; write {FIELD_WAY}")
    if key in (*_LIKE_OTHERS, *_editing_keys()):
        raise Unusable(f"{shown} edits the text in a field; {WAY}")
    return key


def _named(written: str) -> str:
    """Textual's name of a key as people write it; empty for what is no key or none that can be given."""
    name = written.strip()
    if len(name) == 1:
        if name.isalnum():
            return name
        if not name.isprintable() or name.isspace():
            return ""
        full = unicode_name(name, "").lower().replace("-", "_").replace(" ", "_")
        return KEY_NAME_REPLACEMENTS.get(full, full)
    letter = name.lower().replace("^", "ctrl+", 1).removeprefix("ctrl+")
    if letter != name.lower() and letter in string.ascii_lowercase and len(letter) == 1:
        return f"ctrl+{letter}"
    if name.lower() in (*_FUNCTION_KEYS, *_FIXED):
        return name.lower()
    # As Textual writes a sign: slash, question_mark.
    sign = shown_key_of(name)
    return name if len(sign) == 1 and sign.isprintable() and not sign.isspace() else ""


def _editing_keys() -> set[str]:
    """Keys that edit a text, or move in it."""
    bound = (binding for field in (Input, TextArea) for binding in field.BINDINGS)
    return {key for binding in bound for key in getattr(binding, "key", "").split(",")}


def _taken_twice(keys: Mapping[str, str]) -> Iterator[tuple[str, Act, Act]]:
    """Each key that would do two things in one place, one of them by the team's choice."""
    for place in dict.fromkeys(place for act in BY_ID.values() for place in act.places):
        doing: dict[str, list[Act]] = defaultdict(list)
        around = {"guide": "room", "section": "postmortem"}.get(place, place)
        for act in dict.fromkeys([*acts_of(place), *acts_of(around), *acts_of("everywhere")]):
            for key in keys.get(act.id, act.default_keys).split(","):
                if key:
                    doing[key].append(act)
        for key, acts in doing.items():
            chosen = [act for act in acts if act.id in keys]
            if len(acts) > 1 and chosen:
                yield key, chosen[0], next(act for act in acts if act is not chosen[0])
