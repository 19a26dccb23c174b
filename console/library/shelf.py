"""Files of one kind, the built-in ones and a team's own: found by name, read when asked for, complained about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from console.core.language.text import MAX_NAME_CHARS, clean, one_line
from console.core.refusal import Refused
from console.files import Unfit, read_bounded
from console.resources import resource_path

T = TypeVar("T")

MAX_BYTES = 1024 * 1024
"""A longer file is something else that has strayed here."""


class Shelf(Generic[T]):
    """Named files of a built-in folder and of a team's own, which comes first; the folder is named after them.

    Each file is read once, when it is first needed; a new shelf sees what has changed since.
    """

    what = "file"
    suffix = ""

    def __init__(self, config_folder: Path | None = None) -> None:
        folder = f"{self.what}s"
        own = config_folder / folder if config_folder is not None else None
        self._built_in = {path.stem: path for path in resource_path(folder).glob(f"*{self.suffix}")}
        self.trouble: list[str] = []
        """Why the team's folder cannot be read; empty when it can, or when there is none."""
        self._own = dict(self._own_files(own)) if own is not None else {}
        self._read: dict[Path, T] = {}
        self._faults: dict[Path, str] = {}
        """Why a file that was read cannot be used."""

    def parse(self, text: str, path: Path) -> T:
        """The value of a file's text; each kind of shelf has its own."""
        raise NotImplementedError

    def examine(self, text: str, path: Path) -> tuple[T | None, list[str]]:
        """The value, where one can be read, and every mistake in the text, a sentence each."""
        return self.parse(text, path), []

    @property
    def names(self) -> list[str]:
        """All names, the built-in ones and the team's own, in alphabetical order."""
        return sorted(self._built_in.keys() | self._own.keys())

    @property
    def complaints(self) -> list[str]:
        """Mistakes in the team's own files, a sentence each; reads all of them."""
        return [*self.trouble, *filter(None, map(self.complaint, sorted(self._own)))]

    def complaint(self, name: str) -> str:
        """The reason why the team's own file of this name is not used; empty when it is, or when there is none."""
        fault = self._fault(self._own[name]) if name in self._own else ""
        if not fault:
            return ""
        instead = f"the built-in {name} is used" if name in self._built_in else f"there is no {self.what} {name}"
        return f"{fault.removesuffix('.')}; until then {instead}."

    def usable(self) -> dict[str, T]:
        """All that can be used, by name; reads all of them."""
        names = [name for name in self.names if name in self._built_in or not self._fault(self._own[name])]
        return {name: self.get(name) for name in names}

    def get(self, name: str) -> T:
        """The one of that name, in any case: the team's own, or where that is broken or missing the built-in one."""
        known = self.known(name)
        if known not in self._own or (known in self._built_in and self._fault(self._own[known])):
            return self.built_in(known)
        return self.read(self._own[known])

    def built_in(self, name: str) -> T:
        """The built-in one. Raises KeyError for another name, RuntimeError where the installation is damaged."""
        try:
            return self.read(self._built_in[name])
        except Refused as refused:
            raise RuntimeError(refused.reason) from refused

    def known(self, name: str) -> str:
        """The name as the file has it."""
        wanted = name.strip().removesuffix(self.suffix)
        fits = [name for name in self.names if name == wanted] or [
            name for name in self.names if name.casefold() == wanted.casefold()
        ]
        if fits:
            return fits[0]
        shown = one_line(name, MAX_NAME_CHARS)
        raise Refused(f"There is no {self.what} “{shown}”; choose one of {', '.join(self.names)}.", self.what)

    def meant(self, argument: str) -> Path:
        """The file that an argument names: a file by its path, else one of the team's or a built-in one by its name."""
        path = Path(argument)
        if path.exists() or path.suffix == self.suffix or path.name != argument:
            return path
        known = self.known(argument)
        return self._own.get(known) or self._built_in[known]

    @property
    def own_names(self) -> list[str]:
        """The names of the team's own files, in alphabetical order."""
        return sorted(self._own)

    def path(self, name: str) -> Path | None:
        """The file that `get` gives; None for the built-in ones and unknown names."""
        path = self._own.get(name)
        return path if path is not None and not self._fault(path) else None

    def read(self, path: Path) -> T:
        """A file of the shelf or any other; whatever is wrong is a sentence that names the file."""
        if path not in self._read:
            fault = self._fault(path)
            if fault:
                raise Refused(fault)
        return self._read[path]

    def mistakes(self, path: Path) -> tuple[T | None, list[str]]:
        """As `examine`, of a file; that it cannot be read is a mistake, too."""
        try:
            return self.examine(text_of(path), path)
        except Refused as refused:
            return None, [refused.reason]

    def _fault(self, path: Path) -> str:
        """The reason why the file cannot be used; empty when it can."""
        if path not in self._read and path not in self._faults:
            try:
                self._read[path] = self.parse(text_of(path), path)
            except Refused as refused:
                self._faults[path] = refused.reason
        return self._faults.get(path, "")

    def _own_files(self, folder: Path) -> Iterator[tuple[str, Path]]:
        try:
            paths = sorted(folder.iterdir())
        except FileNotFoundError:
            return
        except OSError as error:
            why = error.strerror or str(error)
            self.trouble.append(f"{folder} cannot be read ({why}); check it: only the built-in {self.what}s are used.")
            return
        for path in paths:
            hidden = path.name.startswith((".", "~", "#")) or path.stem.upper() == "README"
            if path.suffix == self.suffix and not hidden:
                yield clean(path.stem, multiline=False), path


def text_of(path: Path) -> str:
    """The text of a file in UTF-8; a refusal says why it cannot be read."""
    shown = clean(str(path), multiline=False)
    try:
        raw = read_bounded(path, MAX_BYTES)
        return raw.decode("utf-8-sig")
    except Unfit as unfit:
        raise Refused(f"{shown} {unfit}; put a shorter file there.") from unfit
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refused(f"{shown}, line {line}: this is not UTF-8; save the file in that encoding.") from None
    except FileNotFoundError:
        raise Refused(f"There is no file {shown}; check the path.") from None
    except OSError as error:
        why = error.strerror or error
        raise Refused(f"{shown} cannot be read ({why}); check the file and its permissions.") from error
