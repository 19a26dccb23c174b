"""The reach of a redaction in words: before Enter in the console, and as the answer of the command line."""

from datetime import tzinfo

from console.core.language.text import counted, one_line
from console.core.language.times import local_stamp
from console.core.log.state import Incident
from console.store.copies import Copies
from console.store.redact import Plan


def others(state: Incident, plan: Plan, zone: tzinfo, *, words: bool = False) -> list[str]:
    """A line for each entry that goes with it: when, what kind, and its id, or with `words` who wrote what."""
    lines = []
    for taken in plan.others:
        entry = state.entries.get(taken.id)
        kind = entry.kind if entry else taken.kind.replace("_", " ")
        at = entry.occurred_at if entry else taken.occurred_at
        words_shown = f"{entry.author}: {one_line(entry.text, 60)}" if words and entry else f"{kind}  {taken.id}"
        lines.append(f"{local_stamp(at, zone)}  {words_shown}")
    return lines


def reach(state: Incident, id: str, plan: Plan, zone: tzinfo) -> str:
    """The entry that is erased, by its kind, moment and author, and how many go with it: never by its words."""
    entry = state.entries.get(id)
    named = "reason of that redaction"
    if entry is not None:
        named = f"{entry.kind.replace('_', ' ')} of {local_stamp(entry.occurred_at, zone)} by {entry.author}"
    others = f", and {counted(len(plan.others), 'other entry', 'other entries')} with it" if plan.others else ""
    return f"The {named} is erased for good{others}."


def remarks(plan: Plan) -> list[str]:
    """A sentence for everything besides the entries that a person has to know."""
    sentences = [] if plan.others else ["No other entry goes with it."]
    if plan.drafts:
        texts = "1 half-typed text is" if plan.drafts == 1 else f"{plan.drafts} half-typed texts are"
        sentences.append(f"{texts} erased with it.")
    if plan.common:
        sentences.append(
            "Other entries share words with it, and stay; search for a secret among them and redact those, too."
        )
    if plan.copies:
        sentences.append(f"Its copy in {', '.join(plan.copies)} is erased with it.")
    if plan.elsewhere:
        sentences.append(f"The same words stand in {', '.join(plan.elsewhere)}; redact them there.")
    if plan.author:
        sentences.append("Among the words is the name of an author: authors cannot be erased, and stay in the log.")
    if plan.written:
        sentences.append("The postmortem has been written; look there for the same in other words.")
    if plan.published:
        sentences.append(f"It was published to {', '.join(plan.published)}: decide next what becomes of it there.")
    return sentences


def unreached(copies: Copies) -> list[str]:
    """A sentence for each kind of copy that still holds what was erased."""
    sentences = []
    if copies.backups:
        names = ", ".join(file.name for file in copies.backups)
        holds = "still holds" if len(copies.backups) == 1 else "still hold"
        backups = counted(len(copies.backups), "backup")
        sentences.append(f"{backups} in {copies.backups[0].parent} {holds} it: {names}.")
    if copies.others:
        sentences.append(f"It still stands in {', '.join(map(str, copies.others))}; delete what is not needed.")
    return sentences
