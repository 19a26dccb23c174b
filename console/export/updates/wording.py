"""The words of texts for posting: what is being done, when, and what somebody wrote, on one line."""

from datetime import UTC, datetime, timedelta, tzinfo

from console.core.language.grounds import standing_on
from console.core.language.text import one_line
from console.core.log.milestones import impact_ended
from console.core.log.state import Incident
from console.core.subjects.link import handled_elsewhere
from console.export.timeline import times

MAX_TEXT_CHARS = 300
"""The most characters of one thing that somebody wrote; the whole of it stands in the timeline."""

STATUS_WORDS = {
    "": "We are looking into it.",
    "investigating": "We are investigating the cause.",
    "identified": "We are working on a fix.",
    "monitoring": "We are watching whether it stays stable.",
    "resolved": "The incident is resolved.",
}
"""A sentence on what is being done, by the status of the page in a stage."""

STAGE_WORDS = {
    "detected": "We have seen the first signs and are finding out what is wrong.",
    "triage": "We are finding out how far it reaches.",
    "declared": "We are investigating.",
    "investigating": "We are investigating the cause.",
    "mitigating": "We are putting a mitigation in place.",
    "resolving": "The incident is mitigated; we are putting the lasting fix in.",
    "monitoring": "We are watching whether it stays stable.",
    "closed": "The incident is resolved.",
}
"""The same, closer, for stages that are usual."""


ELSEWHERE = "It is handled under another incident; see the updates there."
MITIGATED = {
    "": "The incident is mitigated; we are finding out what was wrong.",
    "investigating": "The incident is mitigated; we are investigating the cause.",
    "identified": "The incident is mitigated; we are putting the lasting fix in.",
}
"""The same once the impact has stopped in an active stage."""


def plain(text: str) -> str:
    """A person's text for a plain text: one line of at most MAX_TEXT_CHARS characters."""
    return one_line(text, MAX_TEXT_CHARS)


def status(state: Incident) -> str:
    """The status of the public page: investigating, identified, monitoring, resolved, or nothing yet."""
    rule = state.stage_rule
    if rule and rule.status:
        return rule.status
    return {"stable": "monitoring", "over": "resolved"}.get(state.phase, "")


def doing(state: Incident) -> str:
    """A sentence on what is being done, for anybody."""
    return standing_on(_doing(state), state.stage.value, impact_ended(state))


def _doing(state: Incident) -> str:
    word = status(state)
    if handled_elsewhere(state):
        return ELSEWHERE
    if impact_ended(state) and state.phase == "active":
        return MITIGATED.get(word, MITIGATED[""])
    return STAGE_WORDS.get(state.stage.value) or STATUS_WORDS[word]


def next_in(state: Incident, audience: str) -> timedelta | None:
    """The time that the playbook gives until the next update to an audience; None where it sets none, or it is over."""
    rule = state.severity_rule
    seconds = rule.update_s.get(audience, 0) if rule and state.phase != "over" else 0
    return timedelta(seconds=seconds) if seconds else None


def moment(at: datetime, now: datetime, zone: tzinfo, *, utc_first: bool = False) -> str:
    """`15:30 (14:30 UTC)`, for the public `14:30 UTC (15:30 CET)`, with the day in front where it is not today's."""
    if utc_first:
        named = f"{at.astimezone(zone):%H:%M %Z}"
        return moment(at, now, UTC) + (f" ({named})" if at.astimezone(zone).utcoffset() else "")
    local = at.astimezone(zone)
    same = local.date() == now.astimezone(zone).date()
    return times(at, zone) if same else f"{local:%a} {local.day} {local:%b} {times(at, zone)}"


def day(local: datetime) -> str:
    """`21 November 2026`."""
    return f"{local.day} {local:%B %Y}"


def dated(at: datetime, zone: tzinfo, *, utc_first: bool = False) -> str:
    """`21 November 2026, 15:30 (14:30 UTC)`, for the public `21 November 2026, 14:30 UTC (15:30 CET)`."""
    first = UTC if utc_first else zone
    return f"{day(at.astimezone(first))}, {moment(at, at, zone, utc_first=utc_first)}"
