"""Words at the beginning or end of a text that look like a time and may be none: only pointed out, never read."""

import re

from console.core.language.pattern import late

_UNIT = r"(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)"
_HOUR = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[0-9]{1,2})"
AMOUNT = (
    rf"(?:{_HOUR}|[0-9]{{1,5}}|fifteen|twenty|thirty|forty|forty-five|a\sfew|a\scouple(?:\sof)?|some|several|half\san?"
    r"|an?)"
)
_HHMM = r"(?:[01][0-9]|2[0-3])[0-5][0-9]"
QUANTITY = (
    r"\s*(?:[%‰°€$£×*/+=<>^]|\w+(?:/|\s+per\b)"
    r"|(?:[kmgtp]i?b(?:it)?(?:ps)?|[kmg]?hz|[nµum]?s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|k|m|bn|million"
    r"|billion|thousand|percent|points?|rps|qps|tps|iops|lts|eur|usd|gbp|euros?|dollars?|times|per|of|to|and|or|vs|than"
    r"|is|was|are|were|avg|average|mean)(?!\w))"
)
"""A unit, sign or word behind a number, by which it is an amount and no time."""
_ZONE = r"(?:Z|UTC|GMT|[CEW]E?S?T|[ECMP][SD]?T|BST|IST|JST)"

_FORMS = (
    # "T-4m", "six minutes ago", "4m earlier", "5 mins. ago", "an hour or so ago", "moments ago"
    r"t[-+][0-9]{1,5}\s?[a-z]{1,7}",
    rf"{AMOUNT}\s?(?:{_UNIT}\.?|['’′\"])?(?:\sor\sso)?\s(?:ago|earlier|back|prior)",
    r"(?:seconds|moments|minutes|hours)\sago",
    # Times of day without their colon
    rf"{_HHMM}(?:\s?(?:hours?|hrs?|h|L)|\s?{_ZONE}(?:-{_HHMM}{_ZONE})?|-{_HHMM}|(?=:\s))",
    rf"at\s{_HHMM}",
    r"[0-9]{3,4}\s?[ap]\.?m",
    r"[0-9]{1,2}h\s?[0-5][0-9]m?",
    r"[0-9]{1,2}\sUhr",
    r"[0-9]{1,2}(?:[;_：]|::)[0-5][0-9]|(?:(?![0-9])\d){1,2}[:：](?:(?![0-9])\d){2}",
    r"[0-9]{1,2}:[0-9]{2}/(?:[0-9]{1,2}:)?[0-9]{2}",
    r"[0-9]{1,2}\s?(?:-|–|to)\s?[0-9]{1,2}\s?[ap]\.?m",
    rf"(?:quarter|half|five|ten|twenty|twenty-five|[0-9]{{1,2}}(?=\spast|\sto\s[a-z]))\s(?:past|after|to)\s{_HOUR}",
    rf"half\s{_HOUR}|{_HOUR}\so['’]clock",
    rf"(?:at\s|12\s)?(?:noon|midday|midnight)(?:\s{_ZONE})?",
    # Days alone, and what programs write
    r"yesterday|last\snight|earlier\stoday|this\s(?:morning|afternoon|evening)",
    r"20[0-9]{6}[t\s_-]?[0-9]{4}(?:[0-9]{2})?z?",
    r"1[5-9][0-9]{8}(?:[0-9]{3}|\.[0-9]{1,9})?",
)
_FIRST_FORMS = (
    # Lengths: "4 min:", "(4m)", "+4m", "minus 5m", "-5'", a bullet or a minus before "4m"
    rf"(?<=[-–—•]\s)[0-9]{{1,5}}\s?{_UNIT}",
    rf"[0-9]{{1,5}}\s?{_UNIT}(?=:)",
    rf"\([0-9]{{1,5}}\s?{_UNIT}\)|[+~][0-9]{{1,5}}\s?{_UNIT}",
    rf"(?:t\s)?minus\s[0-9]{{1,5}}\s?{_UNIT}",
    r"[-−–][0-9]{1,3}['’′]",
    # Times of day without their colon, which are amounts elsewhere
    rf"(?=0){_HHMM}(?=\s)",
    r"at\s(?:1?[0-9]|2[0-3])(?!\s?[%°.,:/-]|\s(?:of|percent|per)\b)",
    r"[0-9]{1,2}[.][0-5][0-9]\s?h|(?:1[3-9]|2[0-3])h",
    rf"(?:1?[0-9]|2[0-3])[.,'’][0-5][0-9](?=\s)(?!{QUANTITY})",
    r"[0-9]{1,2}[ap]|(?:1?[0-9]|2[0-3]):[0-9](?=\s)|(?:[01][0-9]|2[0-3]):(?=\s)",
)
_ENDED = r"(?![\w/%'’]|[:-]\w)"
_FIRST = late(rf"(?:{'|'.join(_FIRST_FORMS + _FORMS)}){_ENDED}|[0-9]{{1,2}}:[0-9]{{2}}(?=:[a-z])", re.IGNORECASE)
_LAST = late(rf"(?<!\S)[(\[]?(?P<time>{'|'.join(_FORMS)}){_ENDED}[)\].!]*$", re.IGNORECASE)
_LAST_CHARS = 60


def lookalike(text: str, position: int = 0) -> re.Match[str] | None:
    """The match of the words at the position that may be a time; None without such words."""
    return _FIRST.match(text, position)


def last_lookalike(text: str, position: int) -> str:
    """The words at the end of the text, from the position on, that may be a time; empty without such words."""
    match = _LAST.search(text, max(position, len(text) - _LAST_CHARS))
    return match["time"] if match else ""
