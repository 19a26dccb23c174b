"""Modules that are read when something of theirs is first asked for."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def module_getter(package: str, part: str = "") -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package whose modules are its attributes, or of which each folder's `part` is."""

    def get(name: str) -> ModuleType:
        path = ".".join(filter(None, (package, name, part)))
        try:
            return import_module(path)
        except ModuleNotFoundError as error:
            if error.name is not None and path.startswith(error.name):
                raise AttributeError(f"{package} has no {name}") from None
            raise

    return get
