"""The timeline as Markdown, in a form that `warroom import` reads back."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from console.core.entries import Entry
from console.core.state import Incident, timeline
from console.core.text import markdown

SIGNS = {"decision": "!", "action": ">", "finding": "*", "hypothesis": "?"}
WORDS = {"decision": "Decision", "action": "Action", "finding": "Finding", "hypothesis": "Hypothesis"}


def zone_name(at: datetime, zone: tzinfo) -> str:
    """The zone's short name at a moment, such as CET or UTC+02:00."""
    return at.astimezone(zone).tzname() or "UTC"


def times(at: datetime, zone: tzinfo) -> str:
    """`15:30 (14:30 UTC)`, or `14:30 UTC` alone where both are the same."""
    local = at.astimezone(zone)
    if local.utcoffset():
        return f"{local:%H:%M} ({at:%H:%M} UTC)"
    return f"{at:%H:%M} UTC"


def entry_lines(entries: Iterable[Entry], zone: tzinfo) -> Iterator[str]:
    """A bullet for each entry, under a heading for each day of the zone."""
    day = None
    for entry in entries:
        local = entry.occurred_at.astimezone(zone)
        if local.date() != day:
            if day is not None:
                yield ""
            day = local.date()
            yield f"**{local:%A} {local.day} {local:%B %Y}**"
            yield ""
        text = " ".join(markdown(entry.text).split())
        word = f"**{WORDS[entry.kind]}:** " if entry.kind in WORDS else ""
        mark = f" — *{markdown(entry.mark)}*" if entry.mark else ""
        yield f"- {local:%H:%M} {word}{text}{mark} ({markdown(entry.author)})"


def timeline_markdown(state: Incident, zone: tzinfo) -> str:
    """The whole timeline that stands, oldest first, in the viewer's zone, which is stated at its head."""
    entries = [state.entries[i] for i in timeline(state) if not state.entries[i].undone]
    first = entries[0].occurred_at if entries else state.declared_at
    lines = [f"# {state.ref} {markdown(state.title.value)}", ""]
    if first is not None:
        lines += [f"All times are {zone_name(first, zone)}.", ""]
    return "\n".join([*lines, *entry_lines(entries, zone)]) + "\n"
