"""Persons in a text, and faults put on them. The words that it looks for are English."""

import re
from itertools import islice

from console.core.language.finding import MAX_CHARS, MAX_FINDINGS, Finding
from console.core.language.pattern import late

# First names that are words as well: taken for a name only behind an @, or with a capital inside a sentence.
_WORDS_TOO = frozenset(
    (
        *("will", "may", "mark", "bill", "grace", "hope", "joy", "rob", "pat", "art", "drew", "chase", "max", "june"),
        *("april", "august", "dawn", "faith", "rose", "ray", "sue", "guy", "jack", "dean", "frank", "gene", "miles"),
        *("penny", "ruby", "sky", "star", "summer", "victor", "wade", "an", "so", "do"),
    )
)
_NO_PERSONS = frozenset(
    (
        *("support", "admin", "root", "ops", "oncall", "on-call", "sre", "team", "user", "users", "customer"),
        *("customers", "database", "network", "security", "vendor", "nobody", "everyone", "deploy", "api", "console"),
        *("bot", "alert", "pager"),
    )
)
_HANDLE = r"(?<![\w.@/+-])@[^\W\d_][\w.-]*"
_SOMEBODY = (
    r"(?:(?:the|an?|our|one|this|that|another|some) (?:[\w-]+ ){0,2}?"
    r"(?:engineer|developer|operator|admin\w*|sre|dba|colleague|employee|contractor|intern|person|commander|responder"
    r"|reviewer|author|on-call)s?|somebody|someone|he|she)"
)


def mentions(text: str, people: tuple[str, ...]) -> list[re.Match[str]]:
    """The places that name a person: an @handle, or a name that the incident knows."""
    patterns = [_HANDLE]
    names = set(people)
    for person in people:
        parts = person.split()
        if len(parts) == 2 and all(part[0].isupper() for part in parts):
            names.update(parts)
    names = {name for name in names if len(name) > 1 and name[0].isalpha() and name.lower() not in _NO_PERSONS}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        capital = re.escape(name[0].upper() + name[1:])
        if name.lower() in _WORDS_TOO:
            patterns.append(rf"(?<=[\w,] ){capital}(?![\w-])")
        elif len(name) < 3:
            patterns.append(rf"(?<![\w.@/-])(?:{re.escape(name)}|{capital})(?![\w-])")
        else:
            patterns.append(rf"(?<![\w.@/-])(?i:{re.escape(name)})(?![\w-])")
    return list(re.finditer("|".join(patterns), text))


_NOT_DONE = (
    r"(?:check|test|notice|read|follow|verify|review|tell|ask|look|think|reali[sz]e|run|update|escalate|communicate"
    r"|pay|care|bother|document|respond|answer|wait|make sure|ensure|see)"
)
_FAULTS: tuple[tuple[str, str, str], ...] = (
    ("forgot", r"forg[eo]t\w*|(?:was|were|is|had been) forgetful",
     "Say which step had no reminder: “The checklist had no step for …”."),
    ("missed", r"missed|overlooked|ignored|neglected|disregarded",
     "Say why it was easy to miss: “The alert was lost among others.”"),
    ("unchecked", rf"(?:did not|didn['’]t|never|had not|hadn['’]t) (?:even |properly |first |really )?{_NOT_DONE}\w*"
     r"|failed to|neglected to|omitted to",
     "Say what did not enforce it: “The check before the deploy was not automatic.”"),
    ("ought", r"(?:should|ought to)(?:n['’]t| not)? (?:have|of)"
     r"(?! (?:access|an?|the|some|more|enough|no|his|her|their|all|\d+)\b)"
     r"|could(?:n['’]t| not)? have (?:checked|known|asked|seen)",
     "Say what would have made it likely: “Nothing at hand showed that …”."),
    ("broke", r"broke|(?:has|had|have) broken|caused|took down|brought down|crashed|messed up|screwed up|botched"
     r"|ruined|destroyed|introduced (?:the|an?) (?:bug|error|fault|regression|problem)"
     r"|(?:deployed|pushed|shipped|merged|released|wrote|committed|made) (?:an? |the |some )?"
     r"(?:buggy|broken|bad|faulty|untested|wrong|sloppy|unreviewed)",
     "Say what let it through: “Review and tests did not catch the fault.”"),
    ("careless", r"(?:was|were|is|had been) (?:careless|negligent|sloppy|reckless|inattentive|incompetent|lazy|wrong"
     r"|to blame|at fault|responsible for the (?:outage|incident|failure|error))"
     r"|made (?:an?|the|this|that|another|some) (?:\w+ )?(?:mistakes?|errors?|blunders?)"
     r"|(?:carelessly|mistakenly|accidentally|wrongly|negligently|foolishly) \w+",
     "Say what made it easy to go wrong: “Both hosts looked the same in the terminal.”"),
)  # fmt: skip
"""Each kind of fault: its name, the words for it, and how to say it about the system."""

_FAULT = "|".join(f"(?P<{id}>{pattern})" for id, pattern, _ in _FAULTS)
# Between the person and the fault: helping words, a bracket, an insertion between commas.
_BETWEEN = (
    r"(?:\s*\([^)\n]{0,60}\)|,[^,.;\n]{1,60},)?(?:\s+(?:who|also|then|again|just|simply|really|apparently|clearly|even"
    r"|has|had|have|was|and|still|later|once|simply|accidentally))*\s+"
)
_AFTER_PERSON = late(rf"{_BETWEEN}(?:{_FAULT})\b", re.IGNORECASE)
# The same person goes on: "Ana deployed it and forgot the migration". Another subject between ends that.
_GOES_ON = late(
    r"\s+(?:(?!\b(?:that|which|because|when|while|where|after|before|until|since|so|if)\b)"
    rf"[^.;:\n]){{1,80}}?\b(?:and|but|then|who)\s+(?:also |then |again )?(?:{_FAULT})\b",
    re.IGNORECASE,
)
_DEED = r"mistakes?|errors?|fault|carelessness|oversight|negligence|incompetence|sloppiness|failure|blunder"
_WHOSE = late(rf"['’]s?\s+(?:own |big |stupid |careless )?(?:{_DEED})\b", re.IGNORECASE)
_BY = late(
    rf"\b(?:{_DEED}|caused|broken|forgotten|missed|overlooked|introduced|brought down|taken down)"
    r"\s+(?:by|of|from)\s+$|\b(?:blame[sd]?|fault of|because of)\s+$",
    re.IGNORECASE,
)
_HUMAN = late(
    r"\b(?:human|operator|user|pilot) errors?\b(?! (?:rate|count|page|message|log|budget|report))", re.IGNORECASE
)
_HINTS = {id: hint for id, _, hint in _FAULTS}
_SYSTEM = "Say what in the system made it possible, not who it was."


def blame(text: str, people: tuple[str, ...]) -> list[Finding]:
    """Persons as the subject of a fault, in the text's order."""
    text = text[:MAX_CHARS]
    findings = []
    for person in [*mentions(text, people), *re.finditer(rf"\b{_SOMEBODY}\b", text, re.IGNORECASE)]:
        fault = _AFTER_PERSON.match(text, person.end()) or _GOES_ON.match(text, person.end())
        whose, by = _WHOSE.match(text, person.end()), _BY.search(text[max(0, person.start() - 40) : person.start()])
        if fault is not None:
            kind = next(id for id in _HINTS if fault[id])
            findings.append(_blamed(person[0], fault[kind], person.start(), fault.end(), _HINTS[kind]))
        elif whose is not None:
            findings.append(_blamed(person[0], whose[0].strip(), person.start(), whose.end(), _SYSTEM))
        elif by is not None and text[person.end() : person.end() + 2] not in ("'s", "’s"):
            findings.append(_blamed(person[0], by[0].strip(), person.start() - len(by[0]), person.end(), _SYSTEM))
    findings += [
        Finding.at(match, "blame", f"“{match[0]}” ends the question where it begins.", _HINTS["careless"])
        for match in islice(_HUMAN.finditer(text), MAX_FINDINGS)
    ]
    # Without those that lie inside another.
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, -finding.end)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def _blamed(person: str, fault: str, start: int, end: int, hint: str) -> Finding:
    return Finding("blame", f"It blames a person: {person}, “{fault}”.", start, end, hint)
