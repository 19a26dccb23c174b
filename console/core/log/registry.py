"""All kinds of events and entries, and all slash words, collected from the subjects: nothing else lists them."""

import re
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from console.core import subjects
from console.core.log.command import Word
from console.core.log.event import Body

_MODULES = tuple(import_module(f"{subjects.__name__}.{module.name}") for module in iter_modules(subjects.__path__))


def _collected(name: str) -> dict[str, Any]:
    """One table out of the tables of that name that the subjects have."""
    return {key: value for module in _MODULES for key, value in getattr(module, name, {}).items()}


def _bodies() -> dict[str, type[Body]]:
    of_module = [(module.__name__, kind) for module in _MODULES for kind in vars(module).values()]
    bodies = [kind for name, kind in of_module if getattr(kind, "__module__", "") == name and _is_body(kind)]
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", body.__name__).lower(): body for body in bodies}


def _is_body(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Body)


KINDS: Mapping[str, type[Body]] = MappingProxyType(_bodies())
"""The body of each kind of event, by its name in the log, which is the name of its class: `task_added`, TaskAdded."""

SIGNS: Mapping[str, str] = MappingProxyType({**_collected("SIGNS"), "unknown": "·"})
"""The kinds of the timeline's entries, which are also the words to filter by; each with its sign, empty for none."""

CORRECTABLE: frozenset[type[Body]] = frozenset(
    body for module in _MODULES for body in getattr(module, "CORRECTABLE", ())
)
"""Events whose words may be corrected."""

WORDS: Mapping[str, Word] = MappingProxyType(_collected("WORDS"))
"""The slash words."""
