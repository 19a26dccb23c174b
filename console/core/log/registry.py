"""All kinds of events and entries, decisions and slash words, collected from the subjects: nothing else lists them."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import Any

from console.core import subjects
from console.core.log.asked import Word
from console.core.log.command import Command
from console.core.log.deciding import Decide
from console.core.log.event import Body
from console.core.log.folding import Folding


def _collected(name: str) -> Mapping[Any, Any]:
    """One table out of the tables of that name that the subjects have."""
    tables = (getattr(module, name, {}) for module in _MODULES)
    return MappingProxyType({key: value for table in tables for key, value in table.items()})


_MODULES: tuple[ModuleType, ...] = tuple(
    import_module(f"{subjects.__name__}.{module.name}") for module in iter_modules(subjects.__path__)
)
KINDS: Mapping[str, type[Body]] = _collected("KINDS")
"""The body of each kind of event, by the name under which it stands in the log."""


FOLDS: Mapping[type[Body], Callable[[Folding, Any], None]] = _collected("FOLDS")
"""What each kind of event does to the state."""


SIGNS: Mapping[str, str] = MappingProxyType({**_collected("SIGNS"), "unknown": "·"})
"""The kinds of the timeline's entries, which are also the words to filter by; each with its sign, empty for none."""


CORRECTABLE: frozenset[type[Body]] = frozenset(
    body for module in _MODULES for body in getattr(module, "CORRECTABLE", ())
)
"""Events whose words may be corrected."""


DECISIONS: Mapping[type[Command], Decide] = _collected("DECISIONS")
"""What each command comes to, given the state, the command, when it happened and now."""


WORDS: Mapping[str, Word] = _collected("WORDS")
"""The slash words."""
