"""Runbooks: those that travel with the program, and a team's own beside them."""

import re
from collections.abc import Iterable
from pathlib import Path

from console.core.language.text import clean
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.playbook.runbook_reader import read_runbook
from console.library.shelf import Shelf


class Runbooks(Shelf[Runbook]):
    """The built-in runbooks and those in `runbooks/` of a team's configuration folder, by their file's name.

    A file of the team's takes the place of the built-in one of the same name.
    """

    what = "runbook"
    suffix = ".md"

    def parse(self, text: str, path: Path) -> Runbook:
        return read_runbook(text, clean(path.name, multiline=False))

    def offered(self, playbook: Playbook, texts: Iterable[str] = ()) -> list[Runbook]:
        """All runbooks that can be read, those first that fit: most of their words in `texts` (the title, what was
        logged), then in the order of the playbook, then the others by name."""
        written = " ".join(texts).casefold()
        rank = {name: place for place, name in enumerate(playbook.runbooks)}
        books = list(self.usable().values())
        return sorted(books, key=lambda book: (-fits(book, written), rank.get(book.name, len(rank)), book.name))


def fits(runbook: Runbook, text: str) -> int:
    """The number of the runbook's words that stand in the text, each as a whole word, in any case."""
    return sum(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None for word in runbook.words)
