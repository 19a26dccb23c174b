"""Undos and redactions: the fold leaves out, or blanks, what they name."""

from console.core.events import EntryRedacted, EntryUndone, Undone
from console.core.log.folding import Folding


def _nothing(fold: Folding, body: EntryUndone | Undone | EntryRedacted) -> None:
    """What it does is done to the event that it names."""


FOLDS = {EntryUndone: _nothing, Undone: _nothing, EntryRedacted: _nothing}
