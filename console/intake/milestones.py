"""Milestones that entries of a timeline name, such as "First detected" or "Repaired"."""

import re
from collections.abc import Iterable

from console.core.playbook.model import MILESTONES
from console.intake.model import ReadLine

_WORDS = {
    "impact_started": "started|start|began|begin|beginning|onset|impact|impact start|impact started|impact began"
    "|start of impact|outage began|outage start",
    "detected": "detected|detection|noticed|discovered|alerted|alert",
    "acknowledged": "acknowledged|acked|ack|acknowledgement|acknowledgment",
    "declared": "declared|declaration",
    "identified": "identified|diagnosed|cause found|cause identified|root cause found|root cause identified",
    "mitigated": "mitigated|mitigation|repaired|fixed|restored|service restored|impact ended|end of impact|impact end",
    "resolved": "resolved|resolution|recovered|all clear|ended|end|over",
    "closed": "closed",
}
_MILESTONES = {word: name for name, words in _WORDS.items() for word in words.split("|")}
_ASIDE = re.compile(r"^(?:(?:first|fully|incident|issue|problem|outage|the|time|was|at)\s)+|\s(?:at|time)$")
_LAST_COUNTS = ("mitigated", "resolved", "closed")


def milestones_named(entries: Iterable[ReadLine]) -> dict[str, ReadLine]:
    """The entries that say nothing but that a milestone was reached, by its name in the playbook.

    Of several the first counts; of those that end an incident the last. A day without a time is none.
    """
    named: dict[str, ReadLine] = {}
    for entry in sorted(entries, key=lambda entry: entry.occurred_at):
        words = " ".join(re.split(r"[\W_]+", entry.text.casefold())).strip() if len(entry.text) <= 40 else ""
        name = _MILESTONES.get(words) or _MILESTONES.get(_ASIDE.sub("", words))
        if name and (name not in named or name in _LAST_COUNTS):
            named[name] = entry
    return {name: named[name] for name in MILESTONES if name in named}
