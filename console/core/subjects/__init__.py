"""What an incident has: a file for each subject, with its events, what they do to the state, and its words.

A subject's file is found by standing in this folder; nothing else lists it.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import Any

from console.core.events import Body
from console.core.log.folding import Folding

MODULES: tuple[ModuleType, ...] = tuple(import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))

FOLDS: Mapping[type[Body], Callable[[Folding, Any], None]] = MappingProxyType(
    {body: handler for module in MODULES for body, handler in getattr(module, "FOLDS", {}).items()}
)
"""What each kind of event does to the state."""

CORRECTABLE: frozenset[type[Body]] = frozenset(
    body for module in MODULES for body in getattr(module, "CORRECTABLE", ())
)
"""Events whose words may be corrected."""
