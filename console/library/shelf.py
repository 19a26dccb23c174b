"""Files of one kind, the built-in ones and a team's own: found by name, read when asked for, complained about."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from console.core.language.text import MAX_NAME_CHARS, clean, one_line
from console.core.refusal import Refusal

T = TypeVar("T")

MAX_BYTES = 1024 * 1024
"""A longer file is something else that has strayed here."""


class Shelf(Generic[T]):
    """Named files of a built-in folder and of a team's own, which comes first.

    Each file is read once, when it is first needed; a new shelf sees what has changed since.
    """

    what = "file"
    suffix = ""

    def __init__(self, built_in: Path, own: Path | None) -> None:
        self._built_in = {path.stem: path for path in built_in.glob(f"*{self.suffix}")}
        self.trouble: list[str] = []
        """Why the team's folder cannot be read; empty when it can, or when there is none."""
        self._own = dict(self._own_files(own)) if own is not None else {}
        self._read: dict[Path, T | Refusal] = {}

    def parse(self, text: str, path: Path) -> T | Refusal:
        """What the file's text says; each kind of shelf has its own."""
        raise NotImplementedError

    @property
    def names(self) -> list[str]:
        """All names, the built-in ones and the team's own, in alphabetical order."""
        return sorted(self._built_in.keys() | self._own.keys())

    @property
    def own_names(self) -> list[str]:
        return sorted(self._own)

    @property
    def complaints(self) -> list[str]:
        """What is wrong with the team's own files, a sentence each; reads all of them."""
        found = list(self.trouble)
        for name, path in sorted(self._own.items()):
            one = self.read(path)
            if isinstance(one, Refusal):
                found.append(self._complaint(name, one))
        return found

    def complaint(self, name: str) -> str:
        """Why the team's own file of this name is not used; empty when it is, or when there is none."""
        path = self._own.get(name)
        one = self.read(path) if path is not None else None
        return self._complaint(name, one) if isinstance(one, Refusal) else ""

    def get(self, name: str) -> T | Refusal:
        """The one of that name, in any case: the team's own, or where that is broken or missing the built-in one."""
        known = self.known(name)
        if isinstance(known, Refusal):
            return known
        own = self.read(self._own[known]) if known in self._own else None
        if own is not None and not isinstance(own, Refusal):
            return own
        if known in self._built_in:
            return self.built_in(known)
        assert isinstance(own, Refusal)
        return own

    def built_in(self, name: str) -> T:
        """The built-in one. Raises KeyError for another name, RuntimeError where the installation is damaged."""
        found = self.read(self._built_in[name])
        if isinstance(found, Refusal):
            raise RuntimeError(found.reason)
        return found

    def known(self, name: str) -> str | Refusal:
        """The name as the file has it."""
        wanted = name.strip().removesuffix(self.suffix)
        fits = [one for one in self.names if one == wanted] or [
            one for one in self.names if one.casefold() == wanted.casefold()
        ]
        if fits:
            return fits[0]
        said = one_line(name, MAX_NAME_CHARS)
        return Refusal(f"There is no {self.what} “{said}”; choose one of {', '.join(self.names)}.", self.what)

    def path(self, name: str) -> Path | None:
        """The file that `get` gives; None for the built-in ones and unknown names."""
        path = self._own.get(name)
        return path if path is not None and not isinstance(self.read(path), Refusal) else None

    def read(self, path: Path) -> T | Refusal:
        """A file of the shelf or any other; whatever is wrong is a sentence that names the file."""
        if path not in self._read:
            text = text_of(path)
            self._read[path] = text if isinstance(text, Refusal) else self.parse(text, path)
        return self._read[path]

    def _complaint(self, name: str, refusal: Refusal) -> str:
        instead = f"the built-in {name} is used" if name in self._built_in else f"there is no {self.what} {name}"
        return f"{refusal.reason.removesuffix('.')}; until then {instead}."

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


def text_of(path: Path) -> str | Refusal:
    """The text of a file in UTF-8; a refusal says why it cannot be read."""
    shown = clean(str(path), multiline=False)
    try:
        # Asked before opening: a pipe or a device would be waited for without end.
        if not stat.S_ISREG(path.stat().st_mode):
            return Refusal(f"{shown} is not a file; put the text itself there.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            return Refusal(f"{shown} is longer than {MAX_BYTES // 1024} KiB; make it shorter.")
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Refusal(f"{shown}, line {line}: this is not UTF-8; save the file in that encoding.")
    except FileNotFoundError:
        return Refusal(f"There is no file {shown}; check the path.")
    except OSError as error:
        return Refusal(f"{shown} cannot be read ({error.strerror or error}); check the file and its permissions.")
