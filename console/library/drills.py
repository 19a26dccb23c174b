"""Drills: those that travel with the program, and a team's own beside them."""

from pathlib import Path

import msgspec

from console.core.drill.reader import examine_drill, read_drill
from console.core.drill.script import Drill
from console.core.language.text import clean
from console.library.playbooks import Playbooks
from console.library.shelf import Shelf


class Drills(Shelf[Drill]):
    """The built-in drills and those in `drills/` of a team's configuration folder, by their file's name.

    A file of the team's takes the place of the built-in one of the same name.
    """

    what = "drill"
    suffix = ".toml"

    def __init__(self, config_folder: Path | None = None) -> None:
        super().__init__(config_folder)
        self._playbooks = Playbooks(config_folder)

    def parse(self, text: str, path: Path) -> Drill:
        drill = read_drill(text, clean(path.name, multiline=False), self._playbooks.get)
        return msgspec.structs.replace(drill, name=clean(path.stem, multiline=False))

    def examine(self, text: str, path: Path) -> tuple[Drill | None, list[str]]:
        return examine_drill(text, clean(path.name, multiline=False), self._playbooks.get)
