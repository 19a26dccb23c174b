"""Checks of texts before they go out: updates, postmortems, action items.

A check finds, says why and offers another wording; it never refuses. The words that it looks for are English. Each
check is linear in the text and looks at its first `LONGEST` characters.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from console.core.language.blame import blame, mentions
from console.core.language.finding import LONGEST, MOST, Finding

__all__ = ["Finding", "check_action", "check_blameless", "check_update", "promised_end", "says_next", "speculation"]


def check_update(
    text: str, audience: str, people: Iterable[str], next_at: datetime | None, *, final: bool = False
) -> tuple[Finding, ...]:
    """What an update to `audience` (internal, public or executive) should not say, or lacks, in the text's order.

    `people` are the names that the incident knows. `next_at` is the promised time of the next update; a `final` one
    promises none.
    """
    known = tuple(people)
    found = [*speculation(text), *blame(text, known)]
    if audience == "public":
        found += [*promised_end(text), *_names(text, known)]
    if next_at is None and not final and not says_next(text):
        found.append(
            Finding(
                "no_next",
                "It does not say when the next update comes.",
                len(text),
                len(text),
                "Promise a time for the next update, even if there may be nothing new.",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def check_blameless(text: str, people: Iterable[str]) -> tuple[Finding, ...]:
    """Places where a person stands as the cause of a fault, each with a wording about the system instead.

    `people` are the names that the incident knows. What a person did is no blame; `forgot`, `should have`, `broke`
    and the like are.
    """
    return tuple(sorted(blame(text, tuple(people)), key=lambda one: (one.start, one.end)))


def check_action(text: str, owner: str, due_at: datetime | None, verify: str) -> tuple[Finding, ...]:
    """What an action item lacks: specific (a verb and what it is done to), owned by one person, dated, verifiable."""
    found = []
    for id, pattern, why, suggestion in _VAGUE:
        match = pattern.search(text)
        if match and not _MEASURE.search(text):
            found.append(Finding(id, why, match.start(), match.end(), suggestion))
            break
    else:
        if len(re.findall(r"\w+", text)) < 2:
            found.append(Finding("vague", "It says what, but not what is done, or to what.", 0, len(text), _SPECIFIC))
    end = len(text)
    if owner.strip().lower().removeprefix("@") in _NOBODY:
        found.append(Finding("owner", "Nobody owns it.", end, end, "Give it to one person by name, who agreed to it."))
    if due_at is None:
        found.append(Finding("due", "It has no date.", end, end, "Say by which day it is done."))
    if not verify.strip() and not _MEASURE.search(text):
        found.append(Finding("verify", "Nobody can tell when it is done.", end, end, "Say how one sees that it works."))
    return tuple(found)


# --- updates -------------------------------------------------------------------------------------------------------

_GUESS = re.compile(
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
_LABELLED = re.compile(r"hypothes|under investigation|unconfirmed", re.IGNORECASE)


def speculation(text: str) -> list[Finding]:
    """Guesses that would be read as facts; a line that calls itself a hypothesis is none."""
    return [
        Finding(
            "speculation",
            f"“{match[0]}” is a guess, and is read as a fact.",
            match.start(),
            match.end(),
            "Say what was seen, and what is being done; keep the guess as a hypothesis in the timeline.",
        )
        for match in islice(_GUESS.finditer(text[:LONGEST]), MOST)
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
_END = re.compile(
    r"\beta\b(?!\s*[:=–-]?\s*(?:is |are )?(?:tbd|tba|n/?a|unknown|none|not|to be))"
    rf"|\b(?:will|should|shall|is going to|are going to|to|expect\w*|aim\w*|plan\w*|hope\w*|estimat\w*|'ll|fix|back)\b"
    rf"[^.;\n]{{0,60}}?\b{_WELL}\b[^.;\n]{{0,30}}?\b(?:by|in|within|at|before|until|from)\s+"
    rf"(?:about |around |~ ?)?{_TIME}"
    rf"|\b(?:fix|fixed|resolved|restored|solved|repaired|back(?: (?:up|online|to normal))?)\s+"
    rf"(?:by|in|within|before)\s+(?:about |around |~ ?)?{_TIME}"
    rf"|\b(?:will|shall|should) (?:soon|shortly) be {_WELL}|\b(?:will|shall|should) be {_WELL} (?:soon|shortly)",
    re.IGNORECASE,
)
_NO_ETA = re.compile(
    r"\b(?:no|not? yet an?|without an?|do not have an?|cannot give an?) (?:eta|estimate)", re.IGNORECASE
)

# "We will be back with an update at 16:00" promises word, not the end.
_ONLY_WORD = re.compile(
    r"\b(?:with |an? |more |another )+(?:status )?(?:updates?|news|information|details)", re.IGNORECASE
)


def promised_end(text: str) -> list[Finding]:
    """A promised end of the trouble. The time of the next update is none, nor is one that is said to be unknown."""
    return [
        Finding(
            "eta",
            "It promises when it will be over.",
            match.start(),
            match.end(),
            "Promise the next update, not the end: people plan by it, and it is rarely kept.",
        )
        for match in islice(_END.finditer(text[:LONGEST]), MOST)
        if not (
            _NO_ETA.search(line := _line_around(text, match))
            or _NEXT.match(line.lstrip(" *-•"))
            or _ONLY_WORD.search(match[0])
            or _ONLY_WORD.match(text[match.end() :].lstrip())
        )
    ]


_NEXT = re.compile(
    r"\bnext (?:status )?update|\bupdate (?:you|again|this|everyone)"
    r"|\b(?:further|another|more|new) (?:status )?updates?"
    r"|\bupdates? (?:will (?:be|follow)|every|by|at|in|within|to follow)"
    r"|\bwill (?:post|share|provide|send|give) (?:an?|more)|\b(?:report|come) back (?:at|by|in|within)",
    re.IGNORECASE,
)


def says_next(text: str) -> bool:
    """Whether the text itself says when, or on what, the next update comes."""
    return _NEXT.search(text[:LONGEST]) is not None


def _names(text: str, people: tuple[str, ...]) -> list[Finding]:
    return [
        Finding(
            "name",
            f"It names a person, {match[0]}, in public.",
            match.start(),
            match.end(),
            "Name the team: “our engineers”, “we”.",
        )
        for match in mentions(text[:LONGEST], people)
    ]


# --- action items ----------------------------------------------------------------------------------------------------

_NOBODY = frozenset(
    (
        *("", "nobody", "none", "-", "?", "tbd", "tba", "n/a", "team", "the team", "everyone", "everybody", "all"),
        *("we", "us", "somebody", "someone", "anyone"),
    )
)
_SPECIFIC = "Begin with a verb and name the thing: “Add an alert for an error rate over 5 %”."
_MEASURE = re.compile(r"\d|\b(?:so that|such that|until|at least|no more than|at most|zero|every (?:deploy|release))\b")
_VAGUE: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "behaviour",
        re.compile(
            r"\b(?:be(?:ing)?|become|stay) (?:more |extra |very )?"
            r"(?:careful|attentive|cautious|aware|vigilant|diligent|mindful|thorough|proactive|alert)\b"
            r"|\bpay (?:more |closer |better )?attention|\bremember to\b|\b(?:don['’]t|do not|never) forget"
            r"|\btry harder|\btake (?:more |better )?care\b|\bthink twice|\bcommunicate (?:better|more)"
            r"|\bdouble[- ]check\b",
            re.IGNORECASE,
        ),
        "It asks people to behave otherwise.",
        "Change the system instead: “Make the deploy fail when the migration is missing”.",
    ),
    (
        "vague",
        re.compile(
            r"^\W*(?:we (?:should|need to|must|will) |please |to )?"
            r"(?:improve|enhance|strengthen|optimi[sz]e|increase|better|revisit|rethink|address|handle|consider"
            r"|look (?:in)?to|look at|think about|explore|work on|deal with|discuss|review|monitor|watch"
            r"|keep an eye on|ensure|make sure|fix it|do something|investigate|evaluate|raise awareness)\b[^,;:]*$",
            re.IGNORECASE,
        ),
        "It says a direction, not a result.",
        _SPECIFIC,
    ),
    (
        "vague",
        re.compile(r"^\W*(?:more|better|improved|additional|stronger|proper) \w+|\bbetter\W*$", re.IGNORECASE),
        "It says a wish, not what is done.",
        _SPECIFIC,
    ),
    (
        "vague",
        re.compile(
            r"^\W*(?:(?:the|an?|no|our|some|all|missing|lack(?: of)?) )?\w*(?:ing|tion|ness|ity|ance)(?: \w+)?\W*$",
            re.IGNORECASE,
        ),
        "It names a subject, not what is done.",
        _SPECIFIC,
    ),
)


def _line_around(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else None]
