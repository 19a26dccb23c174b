"""Playbooks: those that travel with the program, and a team's own, which may extend them."""

from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from console.core.language.text import clean
from console.core.playbook.model import Playbook
from console.core.playbook.reader import Base, examine, read_playbook
from console.core.refusal import Refused
from console.library.shelf import Shelf, text_of

DEFAULT = "standard"
"""The playbook of an incident that is declared without naming one."""


class Playbooks(Shelf[Playbook]):
    """The built-in playbooks and those in `playbooks/` of a team's configuration folder, by their file's name.

    A file of the team's takes the place of the built-in one of the same name, and may extend it. A playbook is named
    after its file, whatever its key `name` says.
    """

    what = "playbook"
    suffix = ".toml"

    def parse(self, text: str, path: Path) -> Playbook:
        # A team's own file may stand in for what a built-in one extends.
        if path == self._built_in.get(path.stem) and self._own.keys().isdisjoint(self._built_in):
            return read_built_in(text, path)
        return self.read_anew(text, path)

    def read_anew(self, text: str, path: Path) -> Playbook:
        """The playbook of a file's text, whether or not it was read before."""
        playbook = read_playbook(text, clean(path.name, multiline=False), self._base(path))
        return msgspec.structs.replace(playbook, name=clean(path.stem, multiline=False))

    def examine(self, text: str, path: Path) -> tuple[Playbook | None, list[str]]:
        return examine(text, clean(path.name, multiline=False), self._base(path))

    def default(self, preferred: str = "") -> Playbook:
        """The playbook that the settings prefer, else the team's own `standard`, else the built-in one; never fails."""
        return self.chosen(preferred)[0]

    def chosen(self, preferred: str = "") -> tuple[Playbook, str]:
        """The default playbook, and why it is not what was preferred, or not as its file has it (else empty)."""
        try:
            book = self.get(preferred or DEFAULT)
        except Refused as refused:
            return self.get(DEFAULT), f"{refused.reason.removesuffix('.')}; until then {DEFAULT} is used."
        return book, self.complaint(book.name)

    def _base(self, path: Path) -> Base:
        """The look-up of the file that the one at `path` extends: the team's own first, but never one of its own name.

        Where the team's file cannot even be opened, the built-in one stands in for it.
        """

        def base(name: str) -> str | None:
            own, built_in = self._own.get(name), self._built_in.get(name)
            for folder in (own, built_in):
                if folder is None or folder == path or (name == path.stem and folder == own):
                    continue
                with suppress(Refused):
                    return text_of(folder)
            return None

        return base


@cache
def read_built_in(text: str, path: Path) -> Playbook:
    """A built-in playbook, read once in a process: all of them take a tenth of a second, while somebody waits for the
    form of a declaration."""
    return Playbooks().read_anew(text, path)
