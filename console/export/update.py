"""The text of a status update: what we know, what we are doing, when the next one comes."""

from datetime import datetime, timedelta, tzinfo

from console.core.state import Incident, timeline
from console.core.times import local_pair

STAGE_WORDS = {
    "detected": "We have seen the first signs and are finding out what is wrong.",
    "triage": "We are finding out how far it reaches.",
    "declared": "We are investigating.",
    "investigating": "We are investigating the cause.",
    "mitigating": "We have found what to do against it and are doing it now.",
    "resolving": "The impact has been stopped; we are putting the lasting fix in.",
    "monitoring": "A fix is in place and we are watching it.",
    "closed": "The incident is resolved.",
}


def update_draft(state: Incident, audience: str, now: datetime) -> tuple[str, str]:
    """What to write first: (what we know, what we are doing), from the state.

    For the public it holds only the title, the impact and the stage: no names, no guesses. Inside, the last finding
    and the last action are added.
    """
    know = state.impact.value or state.title.value
    doing = STAGE_WORDS.get(state.stage.value, "We are working on it.")
    if audience == "internal":
        last: dict[str, str] = {}
        for i in timeline(state):
            entry = state.entries[i]
            if not entry.undone and not entry.redacted:
                last[entry.kind] = entry.text
        if "finding" in last:
            know = f"{know.rstrip('.')}. Last finding: {last['finding']}"
        if "action" in last or "decision" in last:
            doing += f" Last action: {last.get('action') or last['decision']}"
    return know, doing


def update_text(
    state: Incident, audience: str, now: datetime, zone: tzinfo, *, know: str, doing: str, next_in: timedelta | None
) -> str:
    """The composed update, as it is posted and copied."""
    parts = [part.strip() for part in (know, doing) if part.strip()]
    if next_in is not None:
        local, utc = local_pair(now + next_in, zone)
        parts.append(f"Next update at {local}{f' ({utc})' if utc else ' UTC' if zone_is_utc(now, zone) else ''}.")
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def zone_is_utc(now: datetime, zone: tzinfo) -> bool:
    return not now.astimezone(zone).utcoffset()
