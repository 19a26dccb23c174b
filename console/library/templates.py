"""Templates of texts: a team's own from its configuration folder, and the built-in ones behind them.

`<config>/templates/NAME.md.j2` stands before the built-in template of that name. One that is missing, unreadable,
mistyped, or that does too much never stops anybody: the built-in text is given, with a sentence about what is wrong.
What a template can hold is in docs/templates.md and `console.library.sandbox`, which bounds its work by construction,
so that no template needs a time limit or a process of its own.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean
from console.core.refusal import Refused
from console.files import Unfit, read_bounded
from console.resources import resource_path

if TYPE_CHECKING:
    from jinja2 import Template

    from console.library.sandbox import Sandbox

SUFFIX = ".md.j2"
MAX_BYTES = 64 * 1024
"""A template's file beyond this is none."""

_NAME = late(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TRAILING = late(r"[ \t]+$", re.MULTILINE)
_GAPS = late(r"\n{3,}")


class _Broken(Exception):
    """A template that cannot be used: why, as the beginning of a sentence, without its full stop."""


class _Source(msgspec.Struct, frozen=True):
    text: str
    where: str
    """The file, as the sentence names it."""
    built_in: bool


class Templates:
    """The templates of one team; `config` is its configuration folder, None for the built-in ones alone.

    Files are read anew each time, so that an edited template counts at once; compiling happens once for each version.
    """

    def __init__(self, config: Path | None) -> None:
        self._own = config / "templates" if config else None
        self._built_in = resource_path("templates")
        self._lent: dict[str, Path] = {}
        """Files from elsewhere, which stand before all others of their name."""
        self._sandbox: Sandbox | None = None
        self._compiled: dict[tuple[str, str, frozenset[str]], Template] = {}

    def names(self) -> list[str]:
        """All templates that there are, a team's own and the built-in ones, in order of their names."""
        return sorted({*_names_in(self._built_in), *self.own_names()})

    def own_names(self) -> list[str]:
        """The names of the files in the team's own folder, some of which may stand before a built-in template."""
        return sorted(_names_in(self._own)) if self._own else []

    def meant(self, argument: str) -> str:
        """The name of the template that an argument names: by its name, or by a file's path, which is then used."""
        path = Path(argument)
        if not path.exists() and not argument.endswith(SUFFIX) and path.name == argument:
            if argument not in self.names():
                raise Refused(self._missing(argument))
            return argument
        name = path.name.removesuffix(SUFFIX)
        if not path.name.endswith(SUFFIX) or not _NAME.fullmatch(name):
            shown = clean(str(path), multiline=False)
            raise Refused(f"{shown} is not named as a template is; call it NAME{SUFFIX}, such as internal{SUFFIX}.")
        if not path.exists():
            raise Refused(f"There is no file {clean(str(path), multiline=False)}; check the path.")
        self._lent[name] = path
        return name

    def own(self, name: str) -> Path | None:
        """The team's own file of that name; None where there is none."""
        path = self._own / f"{name}{SUFFIX}" if self._own and _NAME.fullmatch(name) else None
        return path if path is not None and path.exists() else None

    def source(self, name: str) -> str:
        """The text of the template that counts, to be read or to start one's own from."""
        try:
            template = self._find(name)
        except _Broken as broken:
            raise Refused(clean(f"{broken}.", multiline=False)) from broken
        if template is None:
            raise Refused(self._missing(name))
        return clean(template.text)

    def render(self, name: str, context: Mapping[str, object], *, instead: str = "") -> tuple[str, str]:
        """The text, and a sentence when it could not be made from the template that was asked for (else empty).

        Then it is the built-in template of that name, or else the built-in one called `instead`. Both are empty-handed
        only where no such template is built in: the text is empty then. Raises ValueError for a built-in template that
        does not fit its context, which is a mistake of the program.
        """
        complaint = ""
        try:
            template = self._find(name)
            if template is not None:
                return self._fill(template, context), ""
            complaint = self._missing(name)
        except _Broken as broken:
            complaint = f"{broken}; the built-in template is used until it is corrected."
        for fallback in (name, instead):
            built_in = self._find_built_in(fallback)
            if built_in is None:
                continue
            try:
                return self._fill(built_in, context), clean(complaint, multiline=False)
            except _Broken as broken:
                raise ValueError(str(broken)) from broken
        return "", clean(complaint, multiline=False)

    def _missing(self, name: str) -> str:
        return f"There is no template “{clean(name, multiline=False)}”; choose one of {', '.join(self.names())}."

    def _find(self, name: str) -> _Source | None:
        """The team's own template or the built-in one; None where there is neither."""
        if not _NAME.fullmatch(name):
            return None
        path = self._lent.get(name) or (self._own / f"{name}{SUFFIX}" if self._own else None)
        if path is None:
            return self._find_built_in(name)
        try:
            return _Source(read_bounded(path, MAX_BYTES).decode("utf-8-sig"), str(path), False)
        except Unfit as unfit:
            raise _Broken(f"{path} {unfit}") from unfit
        except (FileNotFoundError, NotADirectoryError):
            return self._find_built_in(name)
        except OSError as error:
            raise _Broken(f"{path} cannot be read ({error.strerror or error})") from error
        except UnicodeDecodeError as error:
            raise _Broken(f"{path} is not text in UTF-8") from error

    def _find_built_in(self, name: str) -> _Source | None:
        path = self._built_in / f"{name}{SUFFIX}"
        if not _NAME.fullmatch(name) or not path.is_file():
            return None
        return _Source(path.read_text(encoding="utf-8"), f"the built-in {path.name}", True)

    def _compile(self, source: _Source, context: Mapping[str, object]) -> "Template":
        # Jinja takes 40 ms to import, which nobody should wait for who fills in no template.
        from jinja2 import TemplateError

        from console.library.sandbox import Faults, Sandbox, line_of

        key = (source.where, source.text, frozenset(context))
        if key in self._compiled:
            return self._compiled[key]
        try:
            if source.built_in:
                return _built_in(*key)
            if self._sandbox is None:
                self._sandbox = Sandbox()
            template = self._sandbox.template(source.text, source.where, context)
        except Faults as error:
            raise _located(source, *error.faults) from error
        except TemplateError as error:
            why = error.message or "it is not a template"
            raise _located(source, (line_of(error, source.where), why)) from error
        except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
            raise _located(source, (0, "it is nested too deep, or a number in it is too large")) from error
        for old in [key for key in self._compiled if key[0] == source.where]:
            del self._compiled[old]
        self._compiled[key] = template
        return template

    def _fill(self, source: _Source, context: Mapping[str, object]) -> str:
        from jinja2 import TemplateError

        from console.library.sandbox import line_of, rendered

        template = self._compile(source, context)
        try:
            text = rendered(template, context, trusted=source.built_in)
        except TemplateError as error:
            why = error.message or "it cannot be filled in"
            raise _located(source, (line_of(error, source.where), why)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            # Whatever Python itself finds wrong with a value, such as the comparison of a number with a text.
            raise _located(source, (line_of(error, source.where), str(error))) from error
        text = _tidy(text)
        if not (source.built_in or text.strip()):
            raise _Broken(f"{source.where} gives an empty text")
        return text


def _names_in(folder: Path) -> Iterator[str]:
    names = (path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))
    return (name for name in names if _NAME.fullmatch(name))


@cache
def _built_in(where: str, text: str, known: frozenset[str]) -> "Template":
    """A built-in template that may name what is known, compiled once for all teams. Raises what the sandbox does."""
    from console.library.sandbox import Sandbox

    return Sandbox().template(text, where, dict.fromkeys(known))


def _located(source: _Source, *faults: tuple[int, str]) -> _Broken:
    """The error about a template: line, 0 for none, and reason of each fault."""
    reasons = (f"{f'line {line}: ' if line else ''}{why.strip().rstrip('.')}" for line, why in faults)
    return _Broken(f"{source.where}{', ' if faults[0][0] else ': '}{'; '.join(reasons)}")


def _tidy(text: str) -> str:
    """Cleaned, without spaces at the ends of lines or more than one empty line together, with one line end at the end.

    So a template need not care where its blocks leave a gap.
    """
    return _GAPS.sub("\n\n", _TRAILING.sub("", clean(text))).strip("\n") + "\n"
