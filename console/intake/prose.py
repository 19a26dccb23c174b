"""Lines that speak of times and are no moment: lengths, opening hours, plans, what is not understood."""

import re
from functools import lru_cache

from console.core.language.dates import weekday_named
from console.intake.clocks import OPENERS, UNIT, WINDOW, about_at, past
from console.intake.dates import any_date

NO_TIME = "There is no time on this line."
TIME_UNREAD = "The time on this line is not understood."
TIME_IN_PROSE = "The time on this line is part of a sentence."
LENGTH = "This line gives a length of time, not a moment."
HOURS = "This line says when somebody can be reached."
OF_THE_TEXT = "This time says when the text was written or what is planned."

# Patterns of words are matched in small letters: without IGNORECASE they are several times as fast.
TIME_LIKE = re.compile(
    r"[\s*_`\[({<~\u2248]{0,8}(?:\d{1,2}(?::|\s?h\s?)\d\d(?::\d\d)?(?![\d:])|\d{1,2}:\d[\dx?]?(?![\d:])|T\d\d:\d\d|\d{1,2}\.[0-5]\d(?=:?\s?[:\u2013\u2014]|\s-\s)|T\s?[+-]\s?\d|\+\d{1,4}\s?(?:h|m|s|min)\b"
    rf"|\d{{1,3}}\s?{UNIT}\s(?:in(?=\s?[:,\u2013\u2014-])|later\b)"
    r"|\d{1,2}\s?(?:[ap]\.?m\b|Uhr\b)|\d{4}\s?(?:hrs?|Uhr|UTC|Z)\b|(?<=\[)(?!19|20)(?:[01]\d|2[0-3])[0-5]\d\]|\d[\d/.-]{1,12}[\sT:]\d\d:\d\d:\d\d)",
    re.IGNORECASE,
)
"""The beginning of a line that begins as times do, understood or not."""
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(
    r"(?=\d)(?:(?<![\d:.])(?:[01]?\d|2[0-3])\s?[:h]\s?[0-5]\d(?::[0-5]\d)?(?!\d|:\d|\s?m(?:in)?\b)|\b1?\d(?:\.[0-5]\d)?\s?[ap]\.?m\b)"
    r"|\b(?=[^\W\d]{1,13}\s\d)(?:(?:at|from|between|approximately|around)\s(?!(?:19|20)\d\d\b)(?:[01]\d|2[0-3])[0-5]\d(?=\s(?:and|to|until)\b|[,.;)])"
    r"|(?:\u00e0|vers|d\u00e8s|um|gegen|ab|om|rond|alle|le|las|\u00e0s)\s(?:1?\d|2[0-3])(?:\s?h\b|\sUhr|\suur|\shoras?\b))",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\W{0,6}(?:(?:issue\s|incident\s)?summary:\W{0,4})?(?:(?:total|outage|incident|impact|overall|estimated|approximate)\s){0,2}(?:duration|down\s?time|outage\slength|lasted|time\sto\s\w+|mtt[a-z]|tt[a-z]|dauer|durée|duración|durata"
    r"|duração)\b(?:\sof\s(?:the\s)?[^\W\d_]{3,12})?[*_]{0,3}\s?(?:[:=\u2013-]?[*_]{0,3}\s?|[:=][*_]{0,3}\s(?:[^\W\d_]{1,12}\s){1,6})~?\d",
    re.IGNORECASE,
)
"""A length of time behind its name: `Duration: 1:28`."""
_CHAPTER = re.compile(r"\[(?:\d{1,2}:)?\d{1,3}:\d\d\]\([^\s()]{0,400}[?&#]t=\d[\dhms]{0,12}[)&]")
"""The time of a chapter, which links to that second of a recording."""
_LABEL_CHARS = 48
_ONLY_LENGTH = re.compile(
    rf"[^\d:\uff1a]{{2,40}}[:\uff1a][*_]{{0,3}}\s?(?:ca\.?\s|about\s|approx\.?\s)?~?(?:\d{{1,4}}(?:[.,]\d)?\s?{UNIT}(?:\s(?:and|und|et|y|e)\s|,?\s)?){{1,4}}\W{{0,6}}$",
    re.IGNORECASE,
)
"""A length of time that is all that stands behind a label: `Time to recover: 34 min`."""
_FIGURE = re.compile(r"-?\d[\d.,]{0,15}%?|-")
_LEAST_FIGURES = 4
_COLUMN_GAP = re.compile(r"\S\s{2,}(?=\S)")
MEASURE = re.compile(r"\W{0,3}\d[\d.,: \u00a0\u202f]{0,16}\W?[^\W\d_]{0,3}(?:/[^\W\d_]{1,3})?\W{0,2}")
"""A number with its unit, or without one: "18,4 °C", "14.2/s"."""
_LASTED = re.compile(
    r"\b(?:lasted|a\sdur\u00e9|dauerte|dur\u00f3|durou|duurde|varade|\u00e8\sdurat[oa])\s(?:(?:for|about|around|approximately|between|entre|environ"
    r"|etwa|ca\.|rund|circa|unos)\s)?~?\d",
)
_RECURS = re.compile(
    r"\b(?:weekly|monthly|nightly|daily(?=,|\s(?:from|at)\b)|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"|(?:every|each)\s(?:week|month|day|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|of\s(?:the|each|every)\smonth)\b",
)
_AGAIN_AND_AGAIN = re.compile(
    r"\b(?:every|each|daily|nightly|weekly|usually|normally|typically|always|would\shave|jeden|t\u00e4glich|immer|chaque|tou(?:te)?s\sles|quotidien\w{0,2}|hebdomadaire|w\u00f6chentlich|st\u00fcndlich|hourly"
    r"|cada|todos\slos|diario|ogni|sempre|diariamente|elke|altijd|varje|codziennie|ka\u017ed\w{1,3}|\u043a\u0430\u0436\u0434\w{1,3})\b",
)
_TIMES_FROM_TO = re.compile(
    r"\d\s?(?:[ap]\.?m\.?|uhr|h|uur)?\s?(?:[-\u2013\u2014~]|to|until|till|bis|\u00e0|as?|\u00e0s|alle|tot|til|do|\u0434\u043e)\s?(?:las\s)?\d",
)
_WEEK = re.compile(
    r"(?<!\w)(?:([^\W\d_]{2,13})\.?(?:\s?[-\u2013\u2014~]\s?|\s(?:to|through|thru|bis|\u00e0|au|al?|till?|tot|t/m|do|\u043f\u043e)\s)"
    r"([^\W\d_]{2,13})"
    r"|weekdays|work(?:ing\s)?days|werktags|jours\souvr\w{2,6}|d[i\u00ed]as\s(?:h[a\u00e1]biles|laborables)|dias\s\u00fateis|giorni\sferiali"
    r"|werkdagen|vardagar|hverdager?|arkisin|dni\srobocze|\u0431\u0443\u0434\u043d\w{1,4})(?!\w)|\u5e73\u65e5|\u5de5\u4f5c\u65e5|\ud3c9\uc77c",
)
_HOURS = re.compile(
    r"\W{0,4}(?:[^\W\d][\w'\u2019-]{0,20}\s){0,4}(?:hours(?!\sof\b)|\w{2,12}zeiten|hor[a\u00e1](?:ires?|rios?)|orari[o]?|openingstijden|\u00f6ppettider)"
    r"(?:\s(?:de|di|d['\u2019])\s?\w{4,12})?\s?[:=]?\W{0,4}(?=.{0,30}\d)"
    r"|.{0,120}\b(?:contact|call|phone|reach|available|open|staffed|kontakt\w{0,6}|erreichbar|besetzt|ge\u00f6ffnet|contacte[rz]?|llam[ae]r?"
    r"|joignable|ouvert|contatt\w{2,3}|disponible|raggiungibile|bel(?:len)?)\b[^.;]{0,60}\s(?:from|between|daily|von|zwischen|de|entre|dalle|van|tussen)\s(?=\d)",
)
_OF_THE_TEXT = re.compile(
    r"\W{0,4}(?:(?:next\s\w{2,12}|last\srun)\s?:|sent\s?:|gesendet\s?:|envoy\u00e9\s?:|enviado\s?:|inviato\s?:|verzonden\s?:)|\W{0,4}(?:(?:last|next|first|page|document|report|post|review)\s?)?(?:published|updated?|edited|modified|written|created"
    r"|retrieved|authors?|article|version|reviewed|review|meeting|r\u00e9union|besprechung|sitzung|reuni(?:\u00f3n|\u00e3o)|riunione|vergadering|overleg|m\u00f6te|spotkanie|postmortem|post-mortem|due|deadline|eta|expir(?:es|y|ation)|saved|source|report"
    r"|generated|exported|printed|copyright|see|accessed|follow-up|scheduled|posted(?:\son)?(?=\s?:\s?\d))\b"
    r"|\W{0,4}(?:[^\W\d]{1,20}\s){0,3}(?:maintenance|wartung\w{0,8}|mantenimiento|manutenzione|manuten\u00e7\u00e3o|onderhoud|underh\u00e5ll)(?:\swindow)?\s?:"
    r"|\W{0,4}(?:(?:zuletzt|letzte|derni\u00e8re|\u00faltima|ultim[oa]|laatst|senast|sidst|sist|ostatni[ao]?|posledn\u00ed|posledn\u00e1|naposledy"
    r"|viimeksi|zadnja|zadnje|son|\u043f\u043e\u0441\u043b\u0435\u0434\u043d\w{2})\s[^\W\d_]{5,16}"
    r"|derni\u00e8re\smise\s\u00e0\sjour|publi[\u00e9c]\w{0,4}|pubblicat[oa]|ver\u00f6ffentlicht|aktualisiert|gepubliceerd|bijgewerkt|publicera[dt]|uppdatera[dt]"
    r"|offentliggjort|opdateret|oppdatert|julkaistu|p\u00e4ivitetty|opublikowano|zaktualizowano|zve\u0159ejn\u011bno|aktualizov\u00e1no|aktualizovan\u00e9"
    r"|objavljeno|a\u017eurirano|yay\u0131nland\u0131|g\u00fcncellendi|\u043e\u043f\u0443\u0431\u043b\u0438\u043a\u043e\u0432\u0430\u043d\u043e|\u043e\u0431\u043d\u043e\u0432\u043b\u0435\u043d\u043e"
    r"|\u6700\u7d42\u66f4\u65b0|\u66f4\u65b0\u65e5|\u516c\u958b\u65e5|\u66f4\u65b0\u65f6\u95f4|\u53d1\u5e03\u65f6\u95f4|\ucd5c\uc885\s?\uc218\uc815|\u4fdd\u5b58\u65e5\u6642|\uc800\uc7a5\ud55c\s\ub0a0\uc9dc)\w{0,3}"
    r"(?:\s(?:am|le|el|em|il|op|den|dnia|dne))?\s?[:\uff1a]?\s{0,2}(?=\d|[^\W\d_]{2,12}[.,]?\s\d)",
    re.IGNORECASE,
)
_OF_WRITING = re.compile(
    r"\b(?=\w)(?<!was\s)(?<!were\s)(?<!\bbeen\s)(?<!wurde\s)(?<!\xe9t\xe9\s)(?:published|posted|updated|modified|edited|written|publi\xe9e?|mise?\s\xe0\sjour"
    r"|ver\xf6ffentlicht|aktualisiert|stand|publicado|actualizado|pubblicato|aggiornato|atualizado|gepubliceerd|bijgewerkt"
    r"|publicerad|uppdaterad|opublikowano|zaktualizowano|\u043e\u043f\u0443\u0431\u043b\u0438\u043a\u043e\u0432\u0430\u043d\u043e)"
    r"\s?:?\s(?:(?:on|at|am|le|el|il|em|op|den|dnia)\s)?$"
)
"""Words before the moment of the text itself, or of a page."""
_OF_WRITING_CHARS = 40
_LABEL_ASIDE = re.compile(r"(?:\s[-\u2013\u2014|]|[|(])\s{0,2}([^\W\d_][^:|()]{0,24}:)\s{0,2}$")
"""A label behind other words of its line: "End of the report - Generated: "."""
_TELLS_PLANS = re.compile(
    r"\b(?:will|shall|going\sto|must\sbe|tomorrow|wird|werden|morgen\sum|demain|ma\u00f1ana\sa|domani|amanh\u00e3|expected\sto|estimated|anticipate[ds]?"
    r"|voraussichtlich|(?:naar\s)?verwacht(?:ing|en)?|devrait|pr\u00e9voit|pr\u00e9voyons|se\s(?:espera|prev\u00e9)|si\sprevede|previs[\u00e3a]o|ber\u00e4knas"
    r"|forventes|(?:begins|starts|ends|opens|closes)\sat|erfolg(?:t|en)|takes?\splace|aura\slieu|tendr\u00e1\slugar|avr\u00e0\sluogo|vind(?:t|en)\splaats"
    r"|next\s(?:\w+\s){1,3}(?:is|on|at)|lass?t\suns|join\sus|besucht\suns|venez|acompa\u00f1anos)\b"
)
"""One boundary before all words: with one before each the search takes many times as long."""
_TELLS_PLANS_IN_ASIA = re.compile(
    r"\u4e88\u5b9a(?:\u306f|\u3067\u3059)|[\u8a08\u8ba1][\u5283\u5212]\u4e8e|[\u9810\u9884][\u5b9a\u8ba1\u8a08]|[\u5c06\u5c07][\u4e8e\u65bc\u5728]|\uc608\uc815"
)
_IS_CONDITION = re.compile(r"\W{0,3}(?:if|should|unless)\s(?=\w)")
_WAS_DONE = re.compile(r"\b(?:konnte|musste|durfte)n?\b.{1,200}?\bwerden\b")
"""German words that look like the future, and are none."""
ANNOUNCES = re.compile(
    r"\b(?:will|shall|wird|werden|erfolg(?:t|en)|takes?\splace|(?:join|besucht|lass?t)\su(?:s|ns)|deadline)\b[^:(|]*$|\bno\slater\sthan\s$|\b(?:scheduled|planned|geplant|prevista?|pr\u00e9vue?)\s(?:for|on|at|am|um|pour|para|per)?\s*$|\b(?:next|n\u00e4chste[rs]?|prochaine?|pr\u00f3xim[ao]|prossim[ao])\s(?:\w+\s){1,3}(?:(?:is|ist|est|es|\u00e8|\u00e9|on|at|am|um)\s?)*$",
    re.IGNORECASE,
)
"""The end of words that make the time behind them that of a plan: "the next review is on"."""


OPPONENTS = re.compile(
    r"(?=.*\bhome)(?=.*\baway)|(?=.*\bheim)(?=.*\bgast)|(?=.*\blocal\b)(?=.*\bvisitante)", re.IGNORECASE
)
"""In the names of the columns of matches."""
TRAVELS = re.compile(
    r"\barrivals?\b.*\bdepartures?\b|\b(?:depart|abfahrt|abflug|d\u00e9part|salida|partenza|partida|vertrek|avg\u00e5ng|afgang|odjazd|\u043e\u0442\u043f\u0440\u0430\u0432)\w*.*"
    r"\b(?:arriv|ankunft|llegada|chegada|aankomst|ankomst|przyjazd|\u043f\u0440\u0438\u0431)",
    re.IGNORECASE,
)
"""The words of a timetable of trains or flights: "departs 20:10, arrives 5:55"."""
TO_BE_DONE = re.compile(
    r"\W{0,3}(?:[\u23f3\u231b\u2610\u2b1c\U0001f532]|(?:to\s?do|pending|planned|not\sstarted|tbd|ausstehend|\u00e0\sfaire|pendiente|pendente)\b)\W{0,3}",
    re.IGNORECASE,
)
"""The state of a task that nobody has done yet: "⏳", "Pending"."""
LABELLED = re.compile(r"(?:\*\*|__)[^*_]{1,60}(?:(?:\*\*|__)\s?:|:(?:\*\*|__))")
"""A label in bold, with which a line begins: "**Source:** the proxy"."""


def is_hour_like(content: str) -> bool:
    """Whether the line begins with a number behind a word that most often stands before an hour: "alle 12"."""
    about = about_at(content[:WINDOW], past(OPENERS, content, 0))
    return about.spoken and content[about.end : about.end + 1].isdigit()


@lru_cache(maxsize=64)
def gives_hours(content: str) -> bool:
    """Whether the line says when somebody can be reached, as the foot of a page does."""
    head = content[:WINDOW].lower()
    if not _DIGIT.search(head):
        return False
    ranged = _TIMES_FROM_TO.search(head)
    return _HOURS.match(head) is not None or (ranged is not None and any(map(_is_week, _WEEK.finditer(head))))


def _is_week(days: re.Match[str]) -> bool:
    """Whether the days are those on which somebody works: "Mo-Fr", "Monday to Friday", "weekdays"."""
    return not days[1] or bool(weekday_named(days[1]) and weekday_named(days[2]))


def recurs(content: str) -> bool:
    """Whether the line tells what is done again and again, on days of the week or the month."""
    return _RECURS.search(content[:WINDOW].lower()) is not None


def is_habit(words: str) -> bool:
    """Whether the words tell what is usual: "daily", "Mon to Fri", "every first Monday"."""
    return _AGAIN_AND_AGAIN.search(words.lower()) is not None or recurs(words) or begins_with_week(words.lstrip(" ,"))


def begins_with_week(words: str) -> bool:
    """Whether the words begin with the days on which somebody works: "Mon to Fri"."""
    days = _WEEK.match(words[:WINDOW].lower())
    return days is not None and _is_week(days)


def tells_plans(content: str) -> bool:
    """Whether the words tell what will be: "The test will begin at 1 pm"."""
    words = content[:WINDOW].lower()
    words = _WAS_DONE.sub("", words) if "werden" in words else words
    in_asia = None if words.isascii() else _TELLS_PLANS_IN_ASIA.search(words)
    return any((in_asia, _IS_CONDITION.match(words), _TELLS_PLANS.search(words)))


def is_of_the_text(content: str) -> bool:
    """Whether the line tells of the text itself, such as when it was published, or of what is planned."""
    return _OF_THE_TEXT.match(content) is not None or tells_plans(content)


@lru_cache(maxsize=64)
def is_about_the_text(content: str) -> bool:
    """Whether the line begins with words about the text itself, or gives opening hours: its time is no event's."""
    return _OF_THE_TEXT.match(content) is not None or gives_hours(content)


def is_of_writing(before: str) -> bool:
    """Whether the words before a moment make it that of the text: "Ana Lopez, published on"."""
    tail = before[-_OF_WRITING_CHARS:]
    if tail[-1:].isspace() and _OF_WRITING.search(tail.lower()):
        return True
    aside = _LABEL_ASIDE.search(tail) if ":" in tail[-3:] else None
    return aside is not None and _OF_THE_TEXT.match(aside[1]) is not None


@lru_cache(maxsize=64)
def gives_length(content: str) -> bool:
    """Whether the line gives a length of time behind its name: "Duration: 1:28"."""
    if content[:1].isdigit() or not _DIGIT.search(content[:WINDOW]):
        return False
    head = content[:WINDOW]
    # A length that a later sentence gives is not what the line tells.
    if _CHAPTER.match(content) or _LENGTH.match(content) or _LASTED.search(head.lower().partition(". ")[0]):
        return True
    return not {":", "\uff1a"}.isdisjoint(head[:_LABEL_CHARS]) and _ONLY_LENGTH.match(head) is not None


def is_row_of_figures(words: str) -> bool:
    """Whether the words are figures in columns, as a program prints them: "3277  0.00  0.98  0.00  2  redis-server"."""
    cells = words.split()
    figures = sum(1 for cell in cells if _FIGURE.fullmatch(cell))
    return figures >= _LEAST_FIGURES and figures * 3 >= len(cells) * 2


def is_head_of_figures(words: str) -> bool:
    """Whether the words may be the names of columns of figures: each set apart from the next, and none a number."""
    return len(_COLUMN_GAP.findall(words)) >= _LEAST_FIGURES - 1 and not any(map(_FIGURE.fullmatch, words.split()))


def is_timeless(content: str) -> bool:
    """True for words that name no moment of their own, so that they may take that of the line above."""
    timed = is_hour_like(content) or TIME_LIKE.match(content) or gives_length(content) or _CLOCK.search(content)
    return bool(content) and not timed and not LABELLED.match(content) and any_date(content) is None


@lru_cache(maxsize=64)
def why_no_entry(content: str) -> str:
    """The reason for which a line of prose is left out."""
    if gives_length(content):
        return LENGTH
    if gives_hours(content):
        return HOURS
    if TIME_LIKE.match(content) or is_hour_like(content):
        return TIME_UNREAD
    if not (_DIGIT.search(content) and _CLOCK.search(content)):
        return NO_TIME
    return OF_THE_TEXT if is_of_the_text(content) else TIME_IN_PROSE
