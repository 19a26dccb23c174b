"""Checks of texts before they go out: updates, postmortems, action items.

A check finds, says why and offers another wording; it never refuses. The words that it looks for are English. Each
check is linear in the text and looks at its first `MAX_CHARS` characters.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from console.core.language.blame import blame, mentions
from console.core.language.finding import MAX_CHARS, MAX_FINDINGS, Finding
from console.core.language.grammar import day_and_time
from console.core.language.pattern import late
from console.core.language.when import Ahead, take_ahead
from console.core.refusal import Refused

__all__ = [
    "Finding",
    "check_action",
    "check_blameless",
    "check_update",
    "next_doubt",
    "promised_end",
    "says_next",
    "speculation",
    "stated_next",
]


_OUT_LOUD = ("name", "eta", "speculation", "blame", "machine", "customer")
"""Findings in a public text for which Enter is asked a second time."""


def check_update(
    text: str, audience: str, people: Iterable[str], next_at: datetime | None, *, final: bool = False,
    components: Iterable[str] = (),
) -> tuple[Finding, ...]:  # fmt: skip
    """The faults of an update to `audience` (internal, public or executive), and what it lacks, in the text's order.

    `people` are the names that the incident knows, `components` those that pages show, which may look like machines.
    `next_at` is the promised time of the next update; a `final` one promises none.
    """
    known = tuple(people)
    findings = [*speculation(text), *blame(text, known)]
    if audience == "public":
        findings += [*promised_end(text), *_names(text, known), *_inside(text, components)]
    if next_at is not None and not final and (last := _LAST.search(text[:MAX_CHARS])):
        instead = "Promise no other update, or leave these words out."
        findings.append(Finding.at(last, "last", "It says it is the final update, and promises another.", instead))
    if next_at is None and not final and not says_next(text):
        promise = "Promise a time for the next update, even if there may be nothing new."
        findings.append(
            Finding("no_next", "It does not say when the next update comes.", len(text), len(text), promise)
        )
    return _in_order(findings)


def public_doubt(text: str, people: Iterable[str], components: Iterable[str] = ()) -> str:
    """The fault to read once more before the text goes to the public, as sentences; empty without one."""
    findings = check_update(text, "public", people, None, final=True, components=components)
    loud = next((finding for finding in findings if finding.id in _OUT_LOUD), None)
    return f"{loud.text} {loud.suggestion}" if loud else ""


_HOST = late(
    r"(?i)\b(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*-\d+|\d{1,3}(?:\.\d{1,3}){3}"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|svc)"
    r"|[a-z][a-z0-9-]*\.[a-z0-9-]+\.[a-z0-9.-]*[a-z])\b"
)
"""A machine's name or address: `db-7`, `10.0.0.1`, `db.internal`, `web.eu-west-1.example.org`."""


def title_doubt(title: str, people: Iterable[str]) -> str:
    """The reason why an internal title is none for the public; empty where it may be one."""
    if host := _HOST.search(title):
        return f"“{host[0]}” looks like the name of a machine."
    return public_doubt(title, people)


def check_blameless(text: str, people: Iterable[str]) -> tuple[Finding, ...]:
    """Places where a person stands as the cause of a fault, each with a wording about the system instead.

    `people` are the names that the incident knows. What a person did is no blame; `forgot`, `should have`, `broke`
    and the like are.
    """
    return _in_order(blame(text, tuple(people)))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end)))


def check_action(text: str, owner: str, due_at: datetime | None, verify: str) -> tuple[Finding, ...]:
    """The faults of an action item: not specific (a verb and its object), or without one owner, a date or a check."""
    findings = []
    measured = _MEASURE.search(text) is not None
    for id, pattern, why, suggestion in _VAGUE:
        match = re.search(pattern, text, re.IGNORECASE)
        if match and not measured:
            findings.append(Finding.at(match, id, why, suggestion))
            break
    else:
        if len(re.findall(r"\w+", text)) < 2:
            why = "It does not say what is done, or to what."
            findings.append(Finding("vague", why, 0, len(text), _SPECIFIC))
    end = len(text)
    if owner.strip().lower().removeprefix("@") in _NOBODY:
        findings.append(
            Finding("owner", "Nobody owns it.", end, end, "Give it to one person by name, who agreed to it.")
        )
    if due_at is None:
        findings.append(Finding("due", "It has no date.", end, end, "Say by which day it is done."))
    if not verify.strip() and not measured:
        findings.append(Finding("verify", "Nobody can tell when it is done.", end, end, "Say how it is verified."))
    return tuple(findings)


# --- updates -------------------------------------------------------------------------------------------------------

_LAST = late(r"\b(?:this is (?:the|our) (?:last|final) (?:update|report)|no further updates?)\b", re.IGNORECASE)
_GUESS = late(
    r"\b(?:probably|perhaps|maybe|possibly|presumably|supposedly|apparently|hopefully|(?:most |very )?likely"
    r"|(?:we|i|they) (?:think|believe|suspect|guess|assume|suppose|hope|feel)|(?:my|our|a|best) guess"
    r"|(?:seems?|appears?) (?:to|like|that|as)|it (?:seems|appears)|looks like"
    r"|(?:might|could|may) (?:be (?:due|caused|related|because|that|an?|the)|have (?:been|caused))"
    r"|(?:it|this|that|which|fix|rollback|change) (?:might|may) (?:help|work|fix|explain|come from)"
    r"|not (?:yet )?(?:sure|certain) (?:if|whether|but)"
    r"|should (?:now )?(?:be (?:fixed|resolved|ok|okay|fine|back|working|gone|stable)|work|help|fix))\b",
    re.IGNORECASE,
)
# A line that says that it is a hypothesis does not pass it off as a fact.
_LABELLED = late(r"hypothes|under investigation|unconfirmed", re.IGNORECASE)


def speculation(text: str) -> list[Finding]:
    """Guesses that would be read as facts; a line that calls itself a hypothesis is none."""
    instead = "Say what was seen, and what is being done; keep the guess as a hypothesis in the timeline."
    return [
        Finding.at(match, "speculation", f"“{match[0]}” is a guess, and is read as a fact.", instead)
        for match in islice(_GUESS.finditer(text[:MAX_CHARS]), MAX_FINDINGS)
        if not _LABELLED.search(_line_around(text, match))
    ]


_WELL = (
    r"(?:fix(?:ed)?|resol(?:ve|ved|ution)|restored?|restoration|recover(?:ed|y)?|repaired|back|up|online|available"
    r"|solved|over|complete(?:d)?|normal|working|deployed|live|in place)"
)
_TIME = (
    r"(?:\d{1,2}[:.]\d\d|\d{1,2} ?[ap]\.?m|noon|midnight|tonight|tomorrow|today|end of (?:the )?day|soon|shortly"
    r"|(?:the )?(?:next |coming )?(?:\d+|an?|one|two|three|few|half an?|a few|several|couple of)"
    r"(?: ?(?:to|-|–) ?\d+)? ?(?:more )?(?:s|sec\w*|m|min\w*|h|hours?|days?)\b)"
)
_END = late(
    r"\beta\b(?!\s*[:=–-]?\s*(?:is |are )?(?:tbd|tba|n/?a|unknown|none|not|to be))"
    rf"|\b(?:will|should|shall|is going to|are going to|to|expect\w*|aim\w*|plan\w*|hope\w*|estimat\w*|'ll|fix|back)\b"
    rf"[^.;\n]{{0,60}}?\b{_WELL}\b[^.;\n]{{0,30}}?\b(?:by|in|within|at|before|until|from)\s+"
    rf"(?:about |around |~ ?)?{_TIME}"
    rf"|\b(?:fix|fixed|resolved|restored|solved|repaired|back(?: (?:up|online|to normal))?)\s+"
    rf"(?:by|in|within|before)\s+(?:about |around |~ ?)?{_TIME}"
    rf"|\b(?:will|shall|should) (?:soon|shortly) be {_WELL}|\b(?:will|shall|should) be {_WELL} (?:soon|shortly)",
    re.IGNORECASE,
)
_NO_ETA = late(r"\b(?:no|not? yet an?|without an?|do not have an?|cannot give an?) (?:eta|estimate)", re.IGNORECASE)

# "We will be back with an update at 16:00" promises word, not the end.
_ONLY_WORD = late(r"\b(?:with |an? |more |another )+(?:status )?(?:updates?|news|information|details)", re.IGNORECASE)


def promised_end(text: str) -> list[Finding]:
    """Promises of when the trouble ends; neither the next update's time nor an end that is called unknown is one."""
    instead = "Promise the next update, not an ETA: people plan by an ETA, and it is rarely kept."
    return [
        Finding.at(match, "eta", "It promises an ETA.", instead)
        for match in islice(_END.finditer(text[:MAX_CHARS]), MAX_FINDINGS)
        if not (
            _NO_ETA.search(line := _line_around(text, match))
            or _NEXT.match(line.lstrip(" *-•"))
            or _ONLY_WORD.search(match[0])
            or _ONLY_WORD.match(text[match.end() :].lstrip())
        )
    ]


_NEXT = late(
    r"\bnext (?:status )?(?:update|news|word|report|message|information)|\bupdate (?:you|again|this|everyone)"
    r"|\b(?:further|another|more|new) (?:status )?(?:updates?\b|(?:news|word|details) (?=at|by|in|within|from))"
    r"|\b(?:more|again) (?=(?:at|by|within) (?:about )?\d|in (?:about )?\d+ ?[hm])"
    r"|\b(?:hear from us|next one) (?=at|by|in|within|again)"
    r"|\bupdates? (?:will (?:be|follow)|every|by|at|in|within|to follow)"
    r"|\bwill (?:post|share|provide|send|give) (?:an?|more)|\b(?:report|come) back (?:at|by|in|within)",
    re.IGNORECASE,
)
STATED_CHARS = 60
"""Behind the words that promise an update: as far as its time is looked for."""
NEXT_ALIKE = timedelta(minutes=2)
"""A text that names the minute, and a promise to the second, are no two times."""
_TIME_BEGINS = late(
    r"(?P<fore>(?:\b(?:within|around|about|approximately|approx\.|ca\.|every)\s+|~\s*)*)"
    r"(?=\b(?:in|at|by|until|for|tomorrow)\b|\d)",
    re.IGNORECASE,
)


def says_next(text: str) -> bool:
    """True when the text itself says when, or on what, the next update comes."""
    return _NEXT.search(text[:MAX_CHARS]) is not None


def stated_next(text: str, *, now: datetime, zone: tzinfo) -> Ahead | None:
    """The moment of the next update that the text itself names; None where it names no time ahead."""
    for promise in islice(_NEXT.finditer(text[:MAX_CHARS]), MAX_FINDINGS):
        behind = text[promise.end() : promise.end() + STATED_CHARS].partition("\n")[0]
        for word in _TIME_BEGINS.finditer(behind):
            try:
                ahead = take_ahead(behind[word.end("fore") :], now=now, zone=zone)
            except Refused:
                continue  # It has passed.
            if ahead is not None:
                return ahead
    return None


def next_doubt(text: str, next_at: datetime | None, *, now: datetime, zone: tzinfo) -> str:
    """The sentence for a text that names another time for the next update than is promised; empty where it does not."""
    stated = stated_next(text, now=now, zone=zone)
    if stated is None or next_at is None:
        return ""
    says = stated.moment or now + (stated.length or timedelta())
    if abs(says - next_at) < NEXT_ALIKE:
        return ""
    at, promised = (day_and_time(moment, now, zone) for moment in (says, next_at))
    return f"The text says {at} for the next update, and {promised} is promised."


def _names(text: str, people: tuple[str, ...]) -> list[Finding]:
    team = "Name the team: “our engineers”, “we”."
    return [
        Finding.at(match, "name", f"It names a person, {match[0]}, in public.", team)
        for match in mentions(text[:MAX_CHARS], people)
    ]


_MACHINE = late(
    r"(?i)\b(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|svc)"
    r"|(?:[a-z0-9]+-)*(?:app|broker|cache|db|gw|host|kafka|lb|mysql|node|pg|postgres|proxy|queue|redis|replica|server"
    r"|shard|srv|vm|web|worker)(?:-[a-z0-9]+)*-?\d+)\b"
)
"""An address or a name that only machines have: `pay-db-1`, `10.2.3.4`, `db.internal`; regions and pages are none."""
_CUSTOMER = late(r"\b(?i:customer|client|tenant|merchant|partner)s?(?: named| called|:)? (?P<name>[A-Z][a-z]\w+)")
"""A customer by name; `Customer API` is none."""


def _inside(text: str, components: Iterable[str]) -> list[Finding]:
    """The findings about names that must stay inside: of machines that are no components, and of single customers."""
    shown = {name.casefold() for name in components}
    text, part = text[:MAX_CHARS], "Name what customers use: “checkout”, “sign-in”."
    some = "Say who is affected without a name: “some customers”."
    return [
        *(
            Finding.at(match, "machine", f"“{match[0]}” is the name of a machine.", part)
            for match in _MACHINE.finditer(text)
            if match[0].casefold() not in shown
        ),
        *(
            Finding.at(match, "customer", f"It names a customer, {match['name']}, in public.", some)
            for match in _CUSTOMER.finditer(text)
            if match["name"].casefold() not in shown
        ),
    ]


# --- action items ----------------------------------------------------------------------------------------------------

_NOBODY = frozenset(
    (
        *("", "nobody", "none", "-", "?", "tbd", "tba", "n/a", "team", "the team", "everyone", "everybody", "all"),
        *("we", "us", "somebody", "someone", "anyone"),
    )
)
_SPECIFIC = "Begin with a verb and name the thing: “Add an alert for an error rate over 5 %”."
_MEASURE = late(r"\d|\b(?:so that|such that|until|at least|no more than|at most|zero|every (?:deploy|release))\b")
_VAGUE: tuple[tuple[str, str, str, str], ...] = (
    (
        "behaviour",
        r"\b(?:be(?:ing)?|become|stay) (?:more |extra |very )?"
        r"(?:careful|attentive|cautious|aware|vigilant|diligent|mindful|thorough|proactive|alert)\b"
        r"|\bpay (?:more |closer |better )?attention|\bremember to\b|\b(?:don['’]t|do not|never) forget"
        r"|\btry harder|\btake (?:more |better )?care\b|\bthink twice|\bcommunicate (?:better|more)"
        r"|\bdouble[- ]check\b",
        "It asks people to behave differently.",
        "Change the system instead: “Make the deploy fail when the migration is missing”.",
    ),
    (
        "vague",
        r"^\W*(?:we (?:should|need to|must|will) |please |to )?"
        r"(?:improve|enhance|strengthen|optimi[sz]e|increase|better|revisit|rethink|address|handle|consider"
        r"|look (?:in)?to|look at|think about|explore|work on|deal with|discuss|review|monitor|watch"
        r"|keep an eye on|ensure|make sure|fix it|do something|investigate|evaluate|raise awareness)\b[^,;:]*$",
        "It names a direction, not a result.",
        _SPECIFIC,
    ),
    (
        "vague",
        r"^\W*(?:more|better|improved|additional|stronger|proper) \w+|\bbetter\W*$",
        "It states a wish, not an action.",
        _SPECIFIC,
    ),
    (
        "vague",
        r"^\W*(?:(?:the|an?|no|our|some|all|missing|lack(?: of)?) )?\w*(?:ing|tion|ness|ity|ance)(?: \w+)?\W*$",
        "It names a topic, not an action.",
        _SPECIFIC,
    ),
)


def _line_around(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else None]
