"""The one file that held all targets before each had a file of its own: read as it stands, until it is taken over."""

from itertools import count
from pathlib import Path
from typing import Any

from console.files import write_whole
from console.publish.targets.model import SUFFIX, stamp
from console.publish.targets.toml import Unreadable, read_toml, toml_text
from console.publish.targets.validate import name_fault


class SingleFile:
    """A file with a table for each target, named by it. One that is not there has none. Raises Unreadable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamp = stamp(path)
        self.text, self.tables = "", dict[str, Any]()
        if self.stamp is not None:
            self.text, self.tables = read_toml(path)

    def take_over(self, folder: Path) -> str:
        """Write a file into `folder` for each target that has none there, and keep the old file under another name.

        In a sentence what was done; empty where there is no old file. Raises OSError, and Unreadable where somebody
        has written the file since it was read.
        """
        if self.stamp is None:
            return ""
        if stamp(self.path) != self.stamp:
            raise Unreadable(f"Somebody else has just written {self.path}; do it again.")
        mode = self.path.stat().st_mode & 0o777
        # Whoever may read the file may look into the folder.
        folder.mkdir(mode=0o700 | mode & 0o044 | (mode & 0o044) >> 2, parents=True, exist_ok=True)
        left: list[str] = []
        for name, table in self.tables.items():
            path = folder / f"{name}{SUFFIX}"
            if name_fault(name) or not isinstance(table, dict):
                left.append(name)
            elif not path.exists():
                write_whole(path, toml_text(table), mode)
        numbers = ("" if number == 1 else str(number) for number in count(1))
        names = (self.path.with_name(f"{self.path.name}.old{number}") for number in numbers)
        kept = next(name for name in names if stamp(name) is None)
        self.path.rename(kept)
        alone = f", with {', '.join(left)}, which has no file" if left else ""
        return (
            f"Each target has a file in {folder} now; {self.path.name} is kept as {kept.name} for its comments{alone}."
        )
