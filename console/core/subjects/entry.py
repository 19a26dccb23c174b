"""The scribe's lines and their corrections."""

from console.core.events import EntryCorrected, EntryLogged
from console.core.log.entries import PROGRESS_KINDS
from console.core.log.folding import Folding
from console.core.subjects.hypothesis import suppose


def _logged(fold: Folding, body: EntryLogged) -> None:
    fold.entry(body.kind, body.text, tags=body.tags, people=body.people, moves=body.kind in PROGRESS_KINDS)
    if body.kind == "hypothesis":
        suppose(fold, body.text)


def _corrected(fold: Folding, body: EntryCorrected) -> None:
    # What it changes is folded with the corrected words from the beginning.
    if fold.state.entries.get(body.target) is None and not fold.skipping:
        fold.unknown("a correction of an entry that is not in this log")


FOLDS = {EntryLogged: _logged, EntryCorrected: _corrected}
CORRECTABLE = (EntryLogged,)
