"""Advice about the work: contain, roll back, mitigate before fixing, one change at a time, nothing forgotten."""

import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from console.core.advice.facts import LASTING, ROLL_BACK, TEXT_CHARS, Advice, Facts, phrase
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


def containment(facts: Facts) -> Advice | None:
    """A security incident in which nothing was done yet to shut the intruder out."""
    state, book = facts.state, facts.book
    if facts.phase != "active" or facts.mitigated:
        return None
    breach = answers_of(state).get("breach", "").strip().lower() not in ("", "no", "n", "none", "false", "0")
    texts = (state.title.value, state.impact.value, facts.back_words)
    if not (breach or "security" in book.name or any(phrase(text, SECURITY) for text in texts)):
        return None
    contain = next((place for place, stage in enumerate(book.stages) if stage.name.startswith("contain")), -1)
    if 0 <= contain < book.stage_index(state.stage.value):
        return None
    if any(entry.kind in _DOING and _CONTAINS.search(entry.text[:TEXT_CHARS]) for entry in facts.back):
        return None
    ways = (way.action for way in book.containment if set(SECURITY) & {word.lower() for word in way.words})
    way = next(ways, "")
    text = f"Containment has not begun{': ' + one_line(way, 90).rstrip('.') if way else ''}."
    return Advice(text, "prompt", "/change revoke the access and isolate the system back: give it back")


def situation(facts: Facts) -> Advice | None:
    """A situation of the playbook whose words are seen, until somebody acts on anything.

    Deploys and break-ins have advice of their own.
    """
    state = facts.state
    if facts.phase != "active" or facts.mitigated or containment(facts):
        return None
    if any(entry.kind in ("action", "decision", "change") for entry in facts.back):
        return None
    texts = (state.title.value, state.impact.value, facts.recent_words)
    for way in facts.book.containment:
        words = [word.lower() for word in way.words if not _DEPLOY.search(word)]
        if seen := next(filter(None, (phrase(text, words) for text in texts)), ""):
            text = f"{way.situation} (“{seen}”)? {one_line(way.action, 90).rstrip('.')}."
            return Advice(text, "prompt", "! ")
    return None


def roll_back_first(facts: Facts) -> Advice | None:
    """A deploy within the hour before the trouble; until somebody rolls back or says why not."""
    state = facts.state
    if not facts.book.roll_back_first or facts.phase != "active" or facts.mitigated:
        return None
    begin = facts.at.get("impact_started") or facts.at.get("detected") or facts.declared
    entries = facts.recent if _MAYBE_DEPLOY.search(facts.recent_words) else []
    kinds = ("note", "finding", "hypothesis")
    seen = [
        *(
            (entry.text, f"{entry.author} wrote: ")
            for entry in entries
            # What is quick to tell of each comes first: this is asked each second.
            if entry.kind in kinds
            and _MAYBE_DEPLOY.search(entry.text[:TEXT_CHARS].lower())
            and _is_before(entry, begin)
        ),
        (answers_of(state).get("changed", ""), "Changed, by the triage: "),
        (state.title.value, ""),
    ]
    deploy, whose = next((each for each in seen if _is_deploy(each[0])), ("", ""))
    deeds = (entry for entry in facts.back if entry.kind != "hypothesis")
    if not deploy or any(ROLL_BACK.search(entry.text[:TEXT_CHARS]) for entry in deeds):
        return None
    ruled_out = [guess for guess in hypotheses_of(state).values() if guess.verdict == "ruled_out"]
    if any(_DEPLOY.search(guess.text) for guess in ruled_out):
        return None
    if any(_NO_DEPLOY.search(entry.text[:TEXT_CHARS]) for entry in facts.back):
        return None
    why = f"{whose}“{one_line(deploy, 50)}”" if whose else "The title names a deploy"
    return Advice(f"Roll back first? {why}.", "prompt", "/change roll back the last deploy back: deploy it again")


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


def two_changes(facts: Facts) -> Advice | None:
    people = sorted({change.by for change in changes_in_flight(facts.state)})
    if len(people) < 2:
        return None
    return Advice(f"{listed(people)} change production at the same time.", "prompt", "/changed ")


def fixing_first(facts: Facts) -> Advice | None:
    """Work on the cause, by the stage or by a change or task that is open, before the impact is stopped."""
    state, book = facts.state, facts.book
    if facts.phase != "active" or not facts.watched or facts.mitigated:
        return None
    stage, rule = facts.mitigation, state.stage_rule
    if stage is not None and rule is not None and book.stage_index(rule.name) > book.stage_index(stage.name):
        text = f"{rule.title} has begun, and the impact is not stopped yet."
        after = book.after(rule.name)
        leads = stage.name in rule.next or (after is not None and after.name == stage.name)
        return (
            Advice(text, "stage", f"/stage {stage.name}") if leads else Advice(text, "prompt", "/milestone mitigated ")
        )
    open_work = [*(change.text for change in changes_in_flight(state)), *(task.text for task in open_tasks(state))]
    work = [text for text in open_work if LASTING.search(text)]
    if not work:
        return None
    text = f"“{one_line(work[-1], 50)}” can wait: the impact is not stopped yet."
    return Advice(text, "stage", f"/stage {stage.name}" if stage else "/stage ")


def change_left_open(facts: Facts) -> Advice | None:
    """A change that nobody ended: once the impact is stopped, or long after it was claimed."""
    for change in changes_in_flight(facts.state):
        if facts.phase != "active" or facts.now - change.at >= timedelta(seconds=CHANGE_LONG_S):
            text = f"Change in flight for {facts.lasts(change.at)}: {one_line(change.text, 50)} ({change.by})."
            return Advice(text, "prompt", f"/changed done {one_line(change.text, 60).rstrip('…')}")
    return None


def hasty_fix(facts: Facts) -> Advice | None:
    """A change in flight without a rollback plan, until a later line names one. A rollback needs none."""
    for change in changes_in_flight(facts.state):
        if change.rollback or ROLL_BACK.search(change.text):
            continue
        # Another change's way back is not this one's.
        later = (entry for entry in facts.back if entry.recorded_at >= change.at and entry.kind != "change")
        if not any(map(_way_back, later)):
            text = f"Change without a rollback plan: {change.by}, {one_line(change.text, 50)}."
            return Advice(text, "prompt", "! rollback plan: ")
    return None


def _way_back(entry: Entry) -> bool:
    text = entry.text[:TEXT_CHARS]
    return ROLL_BACK.search(text) is not None or re.search(r"\bway back\b|\bback:", text, re.IGNORECASE) is not None


def red_flag(facts: Facts) -> Advice | None:
    """The newest line with a phrase of the playbook's red flags, until somebody decides or escalates, or the stage
    changes."""
    if facts.phase != "active" or not facts.watched:
        return None
    decided = max([*(fact.at for fact in facts.stages[-1:]), *facts.met("escalation")], default=facts.declared)
    words = ((flag, [word.lower() for word in flag.words]) for flag in facts.book.red_flags)
    flags = [(flag, phrases) for flag, phrases in words if phrase(facts.recent_words, phrases)]
    for entry in takewhile(lambda entry: entry.recorded_at >= decided, facts.recent):
        for flag, phrases in flags:
            if phrase(entry.text[:TEXT_CHARS], phrases):
                text = f"{entry.author}: “{one_line(entry.text, 40)}”. {flag.action.rstrip('.')}."
                return Advice(text, "prompt", "! ", f"{flag.thought.rstrip('.')}? {flag.reality}")
        if entry.kind == "decision":
            return None
    return None


def fix_without_ticket(facts: Facts) -> Advice | None:
    for fix in open_fixes(facts.state):
        if not fix.ticket:
            text = f"A temporary fix has no ticket: “{one_line(fix.text, 50)}”."
            return Advice(text, "prompt", f"/ticket {fix.number} ")
    return None


def no_postmortem_owner(facts: Facts) -> Advice | None:
    """Nobody owns the postmortem of a stable incident, while there is time before closing."""
    if facts.phase == "active" or postmortem_of(facts.state).owner.value or not wants_postmortem(facts.state):
        return None
    return Advice("Nobody owns the postmortem.", "postmortem", "/postmortem owner ")
