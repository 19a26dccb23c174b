"""All providers: each module of `console.publish.providers`, and what installed packages offer.

The files' names are the providers' names, so that none of them is imported before it is used.
"""

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from console.core.language.text import one_line
from console.core.refusal import Refused
from console.publish import providers
from console.publish.provider import Provider

GROUP = "warroom.providers"
"""The entry point group in which a package of somebody else's offers a provider."""
MAX_TITLE_CHARS = 40


def built_in() -> list[str]:
    """The names of our own providers, as in a target's `provider`."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(providers.__path__) if not module.ispkg)


def names() -> list[str]:
    """All providers: the built-in ones, then those of installed packages."""
    own = built_in()
    return [*own, *sorted(point.name for point in entry_points(group=GROUP) if point.name not in own)]


def is_provider(name: str) -> bool:
    """There is a provider of that name; installed packages are looked through only where it is none of ours."""
    return name in built_in() or name in names()


def title(name: str) -> str:
    """A provider as people call it; one of somebody else's goes by its name."""
    return _own(name).title if name in built_in() else one_line(name, MAX_TITLE_CHARS)


def provider_class(name: str) -> type[Provider]:
    """The class behind a name. A package that cannot be imported is told of, not raised."""
    if name in built_in():
        return _own(name)
    offered = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if offered is None:
        raise Refused(f"There is no provider “{name}”: use {', '.join(names())}.", "provider")
    try:
        return offered.load()  # type: ignore[no-any-return]  # a stranger's class, checked by the suite that they run
    except (ImportError, AttributeError) as error:
        raise Refused(f"The provider {name} cannot be loaded ({error}); reinstall its package.", "provider") from error


def _own(name: str) -> type[Provider]:
    module = import_module(f"{providers.__name__}.{name.replace('-', '_')}")
    return module.PROVIDER  # type: ignore[no-any-return]  # typed in each of them, held by a test
