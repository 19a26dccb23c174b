"""Advice about the work: contain, roll back, mitigate before fixing, one change at a time, nothing forgotten."""

import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from console.core.advice.look import LASTING, ROLL_BACK, TEXT_CHARS, Look, Told, phrase
from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.log.entries import Entry
from console.core.subjects.change import changes_in_flight
from console.core.subjects.fix import open_fixes
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.task import open_tasks
from console.core.subjects.triage import answers_of

SECURITY = (
    *("breach", "breached", "intruder", "intrusion", "attacker", "exploit", "exploited", "exploitation", "leaked"),
    *("stolen", "compromised", "ransomware", "malware", "phishing", "break-in", "data exfiltration"),
    *("unauthorised access", "unauthorized access"),
)
"""Words of a security incident, besides those of the playbook's situations."""

_CONTAINS = late(
    r"\b(?:revok(?:e|ing)|isolat(?:e|ing)|rotate|rotating|quarantin(?:e|ing)|contain|disable|disabling|block|suspend"
    r"|firewall|lock(?:ed|ing)? (?:out|down)|shut(?:ting)? (?:down|off)|cut(?:ting)? (?:it |them )?off"
    r"|deactivat(?:e|ing)|taken? (?:\w+ )?offline|kill(?:ed)? (?:the |all )?sessions)\w*",
    re.IGNORECASE,
)
_DOING = frozenset(("action", "decision", "change", "task", "check"))

_DEPLOY = late(
    r"\b(?:deploy(?:s|ed|ing)?|deployments?|releases?|released|roll ?out|rolled out|shipped|went live"
    r"|pushed to prod\w*|v\d+\.\d+(?:\.\d+)*)\b",
    re.IGNORECASE,
)
_MAYBE_DEPLOY = late(r"deploy|release|roll|shipped|went live|pushed|v\d+\.\d")
_DEPLOYED = r"(?:deploy\w*|releases?|released|roll ?out|rolled out|shipped)\b"
_NO_DEPLOY = late(
    rf"\b(?:no|not (?:the|a|any|(?:caused by|due to|related to|from) (?:the|a|any))|without (?:an?|any)"
    rf"|nothing (?:was |has been )?|isn['’]t (?:the|a)|ruled out:?)\s*(?:\w+ ){{0,2}}{_DEPLOYED}"
    rf"|\b{_DEPLOYED}[^.;]{{0,30}}\b(?:ruled out|unrelated|not (?:it|the cause|to blame)|had nothing to do)\b",
    re.IGNORECASE,
)

_ABOUT_DEPLOYS = late(
    r"\b(?:lock|fr(?:ee|o)z|block|stop|paus|hold|halt|disab)\w*\s+(?:(?:all|the|any|further|new|our)\s+)*"
    r"(?:deploy\w*|releases?|roll ?outs?)"
    r"|\b(?:deploy\w*|releases?)\s+(?:tool\w*|fr(?:ee|o)z\w*|lock\w*|pipelines?|keys?|scripts?|windows?|permissions?"
    r"|notes?|manager|team|channel)\b",
    re.IGNORECASE,
)
"""Words of the means of deploying, or of holding deploys back: nothing was deployed."""

_SINCE_DEPLOY = late(
    r"\b(?:since|after|began with|started with)\s+(?:(?:the|a|an|our|last|latest|this|today['’]s)\s+)*"
    r"(?:deploy|release|roll ?out)",
    re.IGNORECASE,
)
_CLOCK_TIME = late(r"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")

CHANGE_LONG_S = 1800
"""A change in flight for so long has probably ended without anybody saying so."""

DEPLOY_BEFORE_S = 3600
"""A deploy so long before the trouble began, at most, may have brought it."""


def containment(look: Look) -> Told | None:
    """A security incident in which nothing was done yet to shut the intruder out."""
    state, book = look.state, look.book
    if look.phase != "active" or look.mitigated:
        return None
    breach = answers_of(state).get("breach", "").strip().lower() not in ("", "no", "n", "none", "false", "0")
    texts = (state.title.value, state.impact.value, look.back_words)
    if not (breach or "security" in book.name or any(phrase(text, SECURITY) for text in texts)):
        return None
    contain = next((place for place, stage in enumerate(book.stages) if stage.name.startswith("contain")), -1)
    if 0 <= contain < book.stage_index(state.stage.value):
        return None
    if any(entry.kind in _DOING and _CONTAINS.search(entry.text[:TEXT_CHARS]) for entry in look.back):
        return None
    ways = (way.action for way in book.containment if set(SECURITY) & {word.lower() for word in way.words})
    way = next(ways, "")
    text = f"Containment has not begun{': ' + one_line(way, 90).rstrip('.') if way else ''}."
    return Told(text, "prompt", "/change revoke the access and isolate the system back: give it back")


def situation(look: Look) -> Told | None:
    """A situation of the playbook whose words are seen, until somebody acts on anything.

    Deploys and break-ins have advice of their own.
    """
    state = look.state
    if look.phase != "active" or look.mitigated or containment(look):
        return None
    if any(entry.kind in ("action", "decision", "change") for entry in look.back):
        return None
    texts = (state.title.value, state.impact.value, look.recent_words)
    for way in look.book.containment:
        words = [word.lower() for word in way.words if not _DEPLOY.search(word)]
        if seen := next(filter(None, (phrase(text, words) for text in texts)), ""):
            text = f"{way.situation} (“{seen}”)? {one_line(way.action, 90).rstrip('.')}."
            return Told(text, "prompt", "! ")
    return None


def roll_back_first(look: Look) -> Told | None:
    """A deploy within the hour before the trouble; until somebody rolls back or says why not."""
    state = look.state
    if not look.book.roll_back_first or look.phase != "active" or look.mitigated:
        return None
    begin = look.at.get("impact_started") or look.at.get("detected") or look.declared
    entries = look.recent if _MAYBE_DEPLOY.search(look.recent_words) else []
    kinds = ("note", "finding", "hypothesis")
    seen = [
        *(
            (entry.text, f"{entry.author} wrote: ")
            for entry in entries
            if entry.kind in kinds and _is_before(entry, begin)
        ),
        (answers_of(state).get("changed", ""), "Changed, by the triage: "),
        (state.title.value, ""),
    ]
    deploy, whose = next((each for each in seen if _is_deploy(each[0])), ("", ""))
    deeds = (entry for entry in look.back if entry.kind != "hypothesis")
    if not deploy or any(ROLL_BACK.search(entry.text[:TEXT_CHARS]) for entry in deeds):
        return None
    ruled_out = [guess for guess in hypotheses_of(state).values() if guess.verdict == "ruled_out"]
    if any(_DEPLOY.search(guess.text) for guess in ruled_out):
        return None
    if any(_NO_DEPLOY.search(entry.text[:TEXT_CHARS]) for entry in look.back):
        return None
    why = f"{whose}“{one_line(deploy, 50)}”" if whose else "The title names a deploy"
    return Told(f"Roll back first? {why}.", "prompt", "/change roll back the last deploy back: deploy it again")


def _is_deploy(text: str) -> bool:
    text = text[:TEXT_CHARS]
    return bool(_DEPLOY.search(_ABOUT_DEPLOYS.sub("", text))) and not _NO_DEPLOY.search(text)


def _is_before(entry: Entry, begin: datetime) -> bool:
    """The line speaks of the hour before the beginning: in words, by the time that it names (in UTC), or its own."""
    if _SINCE_DEPLOY.search(entry.text[:TEXT_CHARS]):
        return True
    at = entry.occurred_at.astimezone(UTC)
    if clock := _CLOCK_TIME.search(entry.text[:TEXT_CHARS]):
        named = at.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        at = named if named <= at else named - timedelta(days=1)
    return begin - timedelta(seconds=DEPLOY_BEFORE_S) <= at <= begin


def two_changes(look: Look) -> Told | None:
    people = sorted({change.by for change in changes_in_flight(look.state)})
    if len(people) < 2:
        return None
    return Told(f"{listed(people)} change production at the same time.", "prompt", "/changed ")


def fixing_first(look: Look) -> Told | None:
    """Work on the cause, by the stage or by a change or task that is open, before the impact is stopped."""
    state, book = look.state, look.book
    if look.phase != "active" or not look.watched or look.mitigated:
        return None
    stage, rule = look.mitigation, state.stage_rule
    if stage is not None and rule is not None and book.stage_index(rule.name) > book.stage_index(stage.name):
        text = f"{rule.title} has begun, and the impact is not stopped yet."
        after = book.after(rule.name)
        leads = stage.name in rule.next or (after is not None and after.name == stage.name)
        return Told(text, "stage", f"/stage {stage.name}") if leads else Told(text, "prompt", "/milestone mitigated ")
    open_work = [*(change.text for change in changes_in_flight(state)), *(task.text for task in open_tasks(state))]
    work = [text for text in open_work if LASTING.search(text)]
    if not work:
        return None
    text = f"“{one_line(work[-1], 50)}” can wait: the impact is not stopped yet."
    return Told(text, "stage", f"/stage {stage.name}" if stage else "/stage ")


def change_left_open(look: Look) -> Told | None:
    """A change that nobody ended: once the impact is stopped, or long after it was claimed."""
    for change in changes_in_flight(look.state):
        if look.phase != "active" or look.now - change.at >= timedelta(seconds=CHANGE_LONG_S):
            text = f"Change in flight for {look.lasts(change.at)}: {one_line(change.text, 50)} ({change.by})."
            return Told(text, "prompt", f"/changed done {one_line(change.text, 60).rstrip('…')}")
    return None


def hasty_fix(look: Look) -> Told | None:
    """A change in flight without a rollback plan, until a later line names one. A rollback needs none."""
    for change in changes_in_flight(look.state):
        if change.rollback or ROLL_BACK.search(change.text):
            continue
        # Another change's way back is not this one's.
        later = (entry for entry in look.back if entry.recorded_at >= change.at and entry.kind != "change")
        if not any(map(_way_back, later)):
            text = f"Change without a rollback plan: {change.by}, {one_line(change.text, 50)}."
            return Told(text, "prompt", "! rollback plan: ")
    return None


def _way_back(entry: Entry) -> bool:
    text = entry.text[:TEXT_CHARS]
    return ROLL_BACK.search(text) is not None or re.search(r"\bway back\b|\bback:", text, re.IGNORECASE) is not None


def red_flag(look: Look) -> Told | None:
    """The newest line with a phrase of the playbook's red flags, until somebody decides or escalates, or the stage
    changes."""
    if look.phase != "active" or not look.watched:
        return None
    decided = max([*(fact.at for fact in look.stages[-1:]), *look.met("escalation")], default=look.declared)
    words = ((flag, [word.lower() for word in flag.words]) for flag in look.book.red_flags)
    flags = [(flag, phrases) for flag, phrases in words if phrase(look.recent_words, phrases)]
    for entry in takewhile(lambda entry: entry.recorded_at >= decided, look.recent):
        for flag, phrases in flags:
            if phrase(entry.text[:TEXT_CHARS], phrases):
                text = f"{entry.author}: “{one_line(entry.text, 40)}”. {flag.action.rstrip('.')}."
                return Told(text, "prompt", "! ", f"{flag.thought.rstrip('.')}? {flag.reality}")
        if entry.kind == "decision":
            return None
    return None


def fix_without_ticket(look: Look) -> Told | None:
    for fix in open_fixes(look.state):
        if not fix.ticket:
            text = f"A temporary fix has no ticket: “{one_line(fix.text, 50)}”."
            return Told(text, "prompt", f"/ticket {fix.number} ")
    return None


def no_postmortem_owner(look: Look) -> Told | None:
    """Nobody owns the postmortem of a stable incident, while there is time before closing."""
    if look.phase == "active" or postmortem_of(look.state).owner.value or not wants_postmortem(look.state):
        return None
    return Told("Nobody owns the postmortem.", "postmortem", "/postmortem owner ")
