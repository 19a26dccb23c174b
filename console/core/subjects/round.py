"""Rounds: what everybody answered when they were asked in turn, logged at once, an entry for each speaker."""

from console.core.language.grammar import people_in, speakers_of, tags_in
from console.core.language.names import name_key
from console.core.language.pattern import late
from console.core.language.text import clean, one_line
from console.core.log.command import Command, SlashContext, Word
from console.core.log.ids import act_id
from console.core.refusal import Refused
from console.core.subjects.entry import LogEntry
from console.core.subjects.paste import LogPaste
from console.core.subjects.role import ME

_NEXT_SPEAKER = late(r"\s+/\s+(?=@)")
"""Between two speakers; any other slash belongs to a text: `/healthz`, `and/or`, `5xx / 4xx`."""


_UNPARTED = late(r"[^\s,;@/][^@]*?(?P<parts>[,;]\s*|\s/|/\s+)(?P<speaker>@[^\W\d_][\w.-]*)")
"""A speaker's words, and behind a comma or a slash without its blanks the next speaker, perhaps."""


def _read_round(context: SlashContext, argument: str) -> Command:
    entries = tuple(_entry(context, part.strip()) for part in _NEXT_SPEAKER.split(argument))
    paste = act_id(context.actor, context.now.isoformat(), argument)
    return LogPaste(actor=context.actor, at=context.at, entries=entries, paste=paste)


def _entry(context: SlashContext, part: str) -> LogEntry:
    """One speaker's entry: a note by whoever keeps the record. Raises Refused, with the part that is wrong."""
    if part.endswith(" /"):
        raise Refused(f"Nobody speaks behind “{one_line(part, 40)}”; add @name and words, or leave out the slash.")
    speakers = speakers_of(part)
    if not speakers:
        raise Refused(f"“{one_line(part, 40)}” names no speaker; write @name in front of it.", "text")
    if all(people_in(word) for word in part.split()):
        raise Refused(f"“{one_line(part, 40)}” has no words; write what they said behind the name.", "text")
    if unparted := _UNPARTED.search(part, part.find(" ") + 1):
        speaker = unparted["speaker"]
        raise Refused(
            f"Write “ / {speaker}” where {speaker} speaks next, or no “{unparted['parts'].strip()}” before the name.",
            "text",
        )
    if name_key(speakers[0]) in ME and people_in(f"@{context.actor}"):
        part = f"@{context.actor} {part.partition(' ')[2]}"
    text = clean(part)
    return LogEntry(actor=context.actor, at=context.at, text=text, tags=tags_in(text), people=people_in(text))


WORDS: dict[str, Word] = {
    "round": Word("/round @name TEXT / @name TEXT", _read_round, "Name a speaker, and what they said"),
}
