"""Entries that stand, and those among them that somebody marked: as the cause, or as what stopped the impact."""

from collections.abc import Collection, Iterable
from operator import attrgetter

from console.core.language.grounds import keeping_marks
from console.core.language.pattern import late
from console.core.log.entries import Entry
from console.core.log.state import Incident
from console.core.subjects.hypothesis import hypotheses_of

CAUSE_TAGS = ("cause", "root-cause")
STOPPED_TAGS = ("stopped", "mitigation")
"""Of the act that stopped the impact."""
_TAGS = late(r"(?:\s+#[^\W\d][\w-]*)+(?=\s*(?:$|:))")


def standing(state: Incident) -> list[Entry]:
    """The entries that were not undone, in the order in which things happened."""
    return _in_order(entry for entry in state.entries if not entry.undone)


def tagged(state: Incident, tags: Collection[str]) -> list[Entry]:
    """The entries that somebody marked with one of the tags; a hypothesis only while it is supported."""
    guesses = hypotheses_of(state)
    return _in_order(
        entry
        for entry in state.entries
        if entry.tags
        and not (entry.undone or entry.redacted)
        and any(tag.lower() in tags for tag in entry.tags)
        and (entry.id not in guesses or guesses[entry.id].verdict == "supported")
    )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries of the log's order by when things happened, then by that order."""
    return sorted(entries, key=attrgetter("occurred_at"))


@keeping_marks
def untagged(text: str) -> str:
    """A line of the timeline without the tags behind it, which are for finding it again."""
    return _TAGS.sub("", text)
