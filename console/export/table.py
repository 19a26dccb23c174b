"""The timeline as CSV, for a spreadsheet."""

import csv
import io

from console.core.language.text import csv_cell
from console.core.language.times import rfc3339
from console.core.log.state import Incident, timeline

COLUMNS = ("id", "kind", "occurred_at", "recorded_at", "author", "text", "tags", "corrected")


def timeline_csv(state: Incident) -> str:
    """The entries that stand, in the order in which things happened; cells that would start a formula are prefixed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for i in timeline(state):
        entry = state.entries[i]
        if not entry.undone:
            at, seen = rfc3339(entry.occurred_at), rfc3339(entry.recorded_at)
            cells = (entry.author, entry.text, " ".join(entry.tags), "yes" if entry.corrected else "")
            writer.writerow([entry.id, entry.kind, at, seen, *map(csv_cell, cells)])
    return out.getvalue()
