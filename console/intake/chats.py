"""Messages of chats as they are copied and exported: who said what and when, on one line or with the words below."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from console.core.language.dates import date_at
from console.core.language.text import MAX_NAME_CHARS, one_line
from console.intake.lines import INVISIBLE, STATUSES, mail_field, settings_end
from console.intake.stamps import UPDATES, Stamp, moment_at, timed_text

CHAT_NOTICE = "The chat program wrote this line, no person did."

_WINDOW = 240
"""The characters of a line in which name and time must stand."""
_SAMPLED_LINES = 400
_BLANKS = INVISIBLE + " \t\u00a0\u202f"
_UNSEEN = str.maketrans("", "", INVISIBLE)


class Message(NamedTuple):
    """The beginning of a message: its name and time, and what is said on the same line."""

    author: str | None
    """None where only a time stands: the one who spoke before goes on; empty where nobody is named."""

    stamp: Stamp
    text: str
    """The words on the same line; empty where they follow on the lines below."""

    lines: int = 1
    """The source lines that name and time take."""

    notice: bool = False
    """True for what the program tells of itself, such as who has joined."""

    mark: str = ""
    """The text between name and time, or around the name."""

    deed: str = ""
    """The act of the author, in the words of an issue tracker: "commented", "closed this"."""


Form = Callable[[Sequence[str], int], Message | None]

_SHORT_YEAR = re.compile(r"(?P<day>\d{1,2})[/ -](?P<month>[A-Za-z]{3})[/ -](?P<year>\d\d)(?![\d:])")
_TIME_FIRST = re.compile(
    r"(?P<clock>\d{1,2}[:.]\d\d(?::\d\d)?(?:\s?[ap]\.?\s?m\.?)?),\s(?P<date>\d.{4,10})", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d(?:[:.h\u6642\u65f6\u70b9]|\sh\s)\d\d|\d\s?[ap]\.?\s?m\b", re.IGNORECASE)


def _when(text: str) -> Stamp | None:
    """The moment that the whole text is; None where it is none or says more."""
    text = re.sub(r"\s", " ", text.strip(_BLANKS + ","))
    time_first = _TIME_FIRST.fullmatch(text)
    text = f"{time_first['date']} {time_first['clock']}" if time_first else text
    timed = timed_text(_SHORT_YEAR.sub(r"\g<day> \g<month> 20\g<year>", text))
    return timed.stamp if timed and timed.stamp.time and not (timed.text or timed.stamp.until) else None


_PHONE = re.compile(r"\+\d[\d \u00a0().-]{6,20}")
_EMOJI = re.compile(r":[a-z][a-z0-9_+-]{1,40}:|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_DECORATION = re.compile(
    r"(?:\s{0,3}\[bot\]|\s{1,3}(?:bot|APP|BOT|WORKFLOW|Comment\s\d{1,5}|@[\w.-]{1,40}|\[[A-Z0-9]{8,12}\]"
    r"|\((?:Guest|External|Gast|pinned|edited|[^()/]{2,12}/[^()]{2,20})\)))$"
)
_NO_NAME = re.compile(
    r"[!?;:]\s|:[^\w\s]|(?<!\b\w)(?<!\b[DMJS][rst])(?<!\b(?:Mrs|Ing|Lic|Sra))(?<!\b(?:Prof|Dipl))\.\s"
    r"|[!?;=/\\<>{}\"\[\]…。！？]|\w{3}\.$|^\W{0,3}\d|^[^\w~@]"
)
_PARTICLES = re.compile(r"al|bin|da|de|del|den|der|di|do|dos|el|la|le|ten|ter|van|von")

# What stands before a colon or a time in timelines that are no chats.
_LABEL_WORDS = (
    "게시일 등록일 작성일"
    " action actions after again alert alerts all api app around at backend background before begin bug by cause"
    " cluster conclusion context created critical customer database date day db debug decision declared deploy"
    " deployed deployment detected detection down duration end ended error event events exported fatal fault"
    " finding first fix fixed follow followup from frontend generated high hotfix hypothesis identified impact in"
    " incident info investigating investigation issue last lesson lessons level log low major medium merged"
    " message minor mitigated mitigation modified monitoring near next note noted notes notice noticed now"
    " observation ok on onset opened ops outage paged phase posted postmortem printed problem published question"
    " recovered recovery release released reported resolution resolved restored retrieved result results rollback"
    " root server service severity since site start started state status step summary symptom symptoms system t0 task"
    " tasks test the then time timeline timestamp title to todo trace triage trigger triggered until up update"
    " updated updates utc warn warning website what when why 日時 投稿日時 更新日時 公開日時"
)
_LOG_KINDS = frozenset(
    ["ALERT", "COMMAND", "STATE", "NOTIFICATION", "HANDLER", "EVENT", "CHECK", "ERROR", "WARNING", "INFO", "ROTATION"]
)
"""The last words of the kinds of a log, which no people are: "HOST ALERT", "CURRENT SERVICE STATE"."""
_LABELS = UPDATES.union(_LABEL_WORDS.split())


def _name(text: str) -> str | None:
    """The name of a person or an account as chats show it; None for words that are none."""
    bare = _DECORATION.sub("", _EMOJI.sub("", text.translate(_UNSEEN)).strip(_BLANKS + "*_`~")).strip(_BLANKS + "*_`~")
    words = bare.removeprefix("@").split()
    if not words and _EMOJI.fullmatch(text.strip(_BLANKS)):
        return text.strip(_BLANKS)
    if not words or len(words) > 5 or len(bare) > MAX_NAME_CHARS or _NO_NAME.search(bare) or _CLOCK.search(bare):
        return None
    if bare.isupper() and words[-1] in _LOG_KINDS:
        return None
    first = words[0].casefold().strip(",.:*_")
    lower = [word for word in words[1:] if word[0].islower() and not _PARTICLES.fullmatch(word)]
    if (first.partition("_")[0] in _LABELS or first in STATUSES) and not bare.startswith("@"):
        return None
    return None if lower or date_at(bare, 0) else one_line(bare.removeprefix("@"), MAX_NAME_CHARS)


_QUOTED = re.compile(r"(?:>\s?){1,3}")


def _phone(text: str) -> str | None:
    """The number by which a chat shows somebody who is in no address book."""
    number = text.strip(_BLANKS + "~")
    return one_line(number, MAX_NAME_CHARS) if _PHONE.fullmatch(number) else None


def _head(raw: str) -> str:
    head = raw[:_WINDOW].strip(INVISIBLE).strip()
    return _QUOTED.sub("", head, count=1) if head.startswith(">") else head


def _whole(head_text: str, raw: str) -> str:
    """The text from a line's head with what stands behind the window."""
    return (head_text + raw.strip(INVISIBLE).rstrip()[_WINDOW:]).strip(_BLANKS)


_SIGNS = "@+%~&! "
"""Characters before a nick: the sign of its rights, and blanks that align it."""
_IRC = re.compile(
    r"(?P<when>[\[(]?[^<>*\]|]{4,45}?[\])]?)\s{0,8}"
    rf"(?:<[{_SIGNS}]{{0,40}}(?P<nick>[^\s<>!]{{1,40}})(?:![^\s<>]{{1,100}})?\s{{0,40}}>(?:\s|$)|(?<=\s)\*\s{{1,40}}(?P<doer>[^\s*]{{1,40}})(?:\s|$)"
    r"|(?<=[\s\])])(?P<notice>-!-|\*{3}|-{1,2}>|<-{1,2}|[\u21d0\u21d2\u2190\u2192])(?:\s|$))(?P<text>.*)"
)
_TABBED = re.compile(r"(?P<when>\d[^\t]{3,30})\t(?P<nick>\s?\*|[^\t]{1,40})\t(?P<text>.*)")
_BARRED = re.compile(r"(?P<when>\S{4,12}(?:\s\S{4,12})?)\s{1,40}(?P<name>\S{1,30})\s{1,40}[|\u2502]\s(?P<text>.*)")
_COLUMNS = re.compile(
    r"(?:[-*+\u2022]\s{1,3})?[*_`\s]{0,6}(?P<when>[^|\t;*_`]{4,36}?)[*_`]{0,3}\s{0,20}(?P<mark>[|\u2502\t;]|(?<=\s)(?:[-\u2013\u2014/])(?=\s))"
    r"[*_`\s]{0,20}(?P<name>[^|\t;*_`]{1,64}?)[*_`\s]{0,20}(?:(?=[|\u2502\t;])|(?<=\s)(?=\S\s))(?P=mark)\s{0,20}(?P<text>\S.*)"
)
_BULLET = re.compile(r"^[-+\u2022\u00b7]\s{1,3}")
_DOINGS_OF_PROGRAM = re.compile(
    r"(?:has (?:joined|left|quit|set|changed|been)|is now known as|sets mode|gives|removes|quit|left|joined)\b"
)
_OF_CLIENT = re.compile(
    r"(?:now talking (?:on|in)|topic (?:for|of|set by|on)|channel (?:#|created|mode|modes)|users on|you (?:have|are)"
    r"|connected to|disconnected|looking up|rejoined)\b",
    re.IGNORECASE,
)
"""The beginnings of an IRC client's own messages about the channel, behind a star where a person's name would stand."""
_ZOOM = re.compile(
    r"(?P<when>.{4,30}?)\s{1,4}(?i:From|Von|De|Da|Van|Fra|Fr\u00e5n|Od)\s{1,2}(?P<name>.{1,60}?)"
    r"(?:\s{1,2}(?i:to|an|\u00e0|a|para|aan|til|till|do)\s{1,2}.{1,60}?)?\s?:(?:\s|$)(?P<text>.*)"
)
_BRACKETED = re.compile(r"[\[(](?P<when>[^\[\]()]{4,40})[\])]\s{0,2}(?:-\s)?(?P<text>.*)")
_DASHED = re.compile(
    r"(?P<when>(?:[上下]午|午[前後]|오[전후])?\s?\d[^\[\]<>]{2,40}?)(?:\s[-\u2013]|,(?=\s[^:]{1,40}\s:\s))\s(?P<text>.*)"
)
_SPACED = re.compile(
    r"\W{0,3}(?P<when>\d[\d:.T/-]{3,18}(?:\s[\d:]{4,8})?(?i:\s?[ap]\.?m\b\.?)?(?:Z|\s[A-Z]{3,4}(?=\W))?)(?!(?i:\s?[ap]\.?m))"
    r"\W{0,3}\s{1,3}(?:[-\u2013\u2014|]\s)?(?P<text>.*)"
)
_BOLD_NAME = re.compile(r"(\*\*|__)(?P<name>[^*_:]{1,64}):?\1:?(?=\s)")
_NOTED = re.compile(
    r"\s\((?:(?:work|internal|private|public)\s)?(?:(?:additional\s)?comments?|notes?|note\sadded|arbeitsnotiz(?:en)?|(?:zusätzliche\s)?kommentare?"
    r"|notes?\sde\stravail|commentaires?(?:\ssupplémentaires)?|notas(?:\sde\strabajo|\sde\strabalho)?|comentarios?(?:\sadicionales)?"
    r"|note\sdi\slavoro|commenti|werknotities|opmerkingen)\)$",
    re.IGNORECASE,
)
"""The kind of a note in a ticket, behind the name of its author."""
_NAMED = re.compile(r"(?P<name>[^:\n]{1,64}?)\s?:(?:\s(?P<text>.*)|$)")


def _irc(lines: Sequence[str], index: int) -> Message | None:
    """`09:12 <ana> text`, `09:12 * ana restarts it`, and logs with tabs between."""
    head = _BULLET.sub("", _head(lines[index]), count=1)
    match = _IRC.match(head) or _TABBED.match(head)
    read = _when(match["when"].strip("[]() ")) if match else None
    if match is None or read is None:
        return None
    groups = match.groupdict()
    nick, text = groups.get("nick") or groups.get("doer") or "", _whole(match["text"], lines[index])
    notice = bool(groups.get("notice")) or nick.strip() in ("--", "-->", "<--", "=!=")
    does = bool(groups.get("doer"))
    if does and (nick.endswith(":") or _DOINGS_OF_PROGRAM.match(text) or _OF_CLIENT.match(f"{nick} {text}")):
        notice = True
    elif match.re is _TABBED and not notice and _name(nick.lstrip(_SIGNS)) is None:
        return None
    mark = "*" if does else "\t" if match.re is _TABBED else "<"
    return Message(nick.lstrip(_SIGNS), read, text, notice=notice, mark=mark)


def _in_columns(form: re.Pattern[str], lines: Sequence[str], index: int) -> Message | None:
    match = form.match(_head(lines[index]))
    name = _name(match["name"]) if match else None
    read = _when(match["when"]) if match and name else None
    return Message(name, read, _whole(match["text"], lines[index])) if match and read else None


_barred: Form = partial(_in_columns, _BARRED)
"""`09:12 ana | text`."""
_zoom: Form = partial(_in_columns, _ZOOM)
"""`09:12:10 From Ana Lopez to Everyone: text`."""


def _columns(lines: Sequence[str], index: int) -> Message | None:
    """`09:12 | ana | text`, and with other marks between the three."""
    message = _in_columns(_COLUMNS, lines, index)
    if message is None:
        return None
    mark = "@" if f"@{message.author}" in lines[index] else ""
    return message._replace(text=message.text.removesuffix("|").rstrip(), mark=mark)


_WITH_ID = re.compile(
    r"(?:\u3010[^\u3010\u3011]{1,12}\u3011)?(?P<name>\S.{0,60}?)\s?(?:\(\d{5,12}\)|<[^<>\s@]{1,64}@[^<>\s]{3,80}>)"
)
"""A name with the number or the address of its account behind."""


def _after_time(form: re.Pattern[str], lines: Sequence[str], index: int) -> Message | None:
    match = form.match(_head(lines[index]))
    read = _when(match["when"]) if match else None
    if match is None or read is None:
        return None
    rest = _BOLD_NAME.sub(r"\g<name>:", _whole(match["text"], lines[index]), count=1)
    named = _NAMED.match(rest)
    name = (_name(named["name"]) or _phone(named["name"])) if named else None
    if named and name:
        return Message(name, read, (named["text"] or "").strip(_BLANKS))
    known = _WITH_ID.fullmatch(rest) if form is _SPACED and _has_words_below(lines, index) else None
    if known and (name := _name(known["name"])):
        return Message(name, read, "", mark="id")
    noted = _NOTED.search(rest) if form is _DASHED else None
    may_be_name = form is _BRACKETED or noted or (form is _SPACED and _FULL_NAME.fullmatch(rest))
    is_head = may_be_name and _has_words_below(lines, index)
    alone = _name(rest[: noted.start()] if noted else rest) if is_head else None
    if alone or not rest:
        return Message(alone, read, "")
    # "09:20 - Root cause: disk" is no notice of the program, and was said by nobody who is named.
    return Message("", read, rest) if named else Message(None, read, rest, notice=True)


_bracketed: Form = partial(_after_time, _BRACKETED)
"""`[9:12 AM] Ana Lopez: text`, or with the text below."""
_dashed: Form = partial(_after_time, _DASHED)
"""`05.03.24, 09:12 - Ana: text`."""


def _spaced(lines: Sequence[str], index: int) -> Message | None:
    """`09:12 Ana Lopez: text`."""
    message = _after_time(_SPACED, lines, index)
    # A label or a system ("Kafka: …") has one word; it is seldom told from a nick.
    return message if message and message.author and (message.mark or " " in message.author) else None


_nicks: Form = partial(_after_time, _SPACED)
"""`09:12 ana: text`."""
_EDITED = re.compile(r"[\s,-]{1,3}\(?edited\)?$", re.IGNORECASE)
_WHEN_STARTS = re.compile(
    r"(?<=[\s\[(,\u2014\u2013])(?=[\d上下午오]|[^\W\d_]{2,12}[.,]?\s{1,2}(?:\d|\w{1,3}\s{1,2}\d))"
)
_IN_MARKS = re.compile(r"(?<=\s)(?P<mark>\*\*?|__?|`)(?P<when>\d[^*_`]{2,40})(?P=mark)$")
_BETWEEN = re.compile(r"[\s\[(,/\u2014\u2013|\u00b7\u2022:@-]{1,8}$")
_VERBS = re.compile(
    r"\s(?P<deed>added an? (?:comment|note)|left a comment|commented|wrote|said|posted|replied)(?:\s(?:on|at))?$",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\s(?P<deed>(?:(?P<opened>opened|created|reported|raised|filed|started)|(?:self-|force-|auto-)?(?:un|re|de)?(?:added|removed|closed"
    r"|opened|assigned|mentioned|linked|merged|pushed|requested|approved|reviewed|changed|renamed|locked|pinned|referenced"
    r"|marked|converted|transferred|deleted|restored|edited|moved|dismissed|updated|resolved|set|made|attached"
    r"|enabled|disabled|modified|milestoned|labell?ed|subscribed|completed|declined|accepted|hid|committed|cross-referenced"
    r"|escalated|archived))\b.{0,160}?)(?:\s(?:on|at))?$"
)
"""Deeds in issue trackers beside writing; below "opened" stands a text of the person's."""
_DONE = "did"
"""The mark of what was done in an issue tracker, which counts only where somebody also commented."""
_BOT_BADGES = ("APP", "BOT", "WORKFLOW")
_BADGES = frozenset(["Author", "Collaborator", "Contributor", "Member", "Owner", "More actions", "Edits"])
"""Words that GitHub writes below a name."""


def _above(lines: Sequence[str], index: int) -> Message | None:
    """`Ana Lopez  9:12 AM`, with what was said on the lines below."""
    head = _head(lines[index])
    length = 1
    if index + 2 < len(lines) and lines[index + 1].strip() in _BOT_BADGES and _BETWEEN.match(lines[index + 2][:2]):
        head, length = f"{head} {lines[index + 2].strip()}", 3
    if head[:1] in "0123456789[(" or head[:2] == "* " or not _DIGIT.search(head):
        return None
    is_short = len(head) <= 120 and _has_words_below(lines, index + length - 1)
    head = _EMOJI.sub("", _EDITED.sub("", head)).rstrip(": ")
    head = _IN_MARKS.sub(r"\g<when>", head, count=1) if head[-1:] in ("*", "_", "`") else head
    for start in list(_WHEN_STARTS.finditer(head))[:8]:
        before = head[: start.start()]
        between = _BETWEEN.search(before)
        words = before[: between.start()] if between else ""
        verb = _VERBS.search(words)
        done = None if verb else _DEED.search(words)
        named = words[: done.start()] if done else words[: verb.start()] if verb else words
        before_tab, tab, _ = named.partition("\t")
        # What stands between the tab and the time is the kind of a note; "System" is who wrote it.
        is_kind = tab and _name(f"A {before_tab}") and not _DIGIT.search(named)
        name = one_line(before_tab, MAX_NAME_CHARS) if is_kind else _name(named)
        read = _when(head[start.start() :].rstrip("])")) if name and (done or is_short) else None
        if name and read and between:
            if done:
                return Message(name, read, "" if done["opened"] else done["deed"], mark=_DONE, deed=done["deed"])
            mark = re.sub(r"\s{2,}", "  ", between[0])
            return Message(name, read, "", length, mark=mark, deed=verb["deed"] if verb else "")
    return None


_WROTE = re.compile(
    r"(?:On|Am|Le|El|Il(?:\sgiorno)?|Em|Op|Den|Dne|W\sdniu)?\s?(?P<before>.{6,160}?),?\s"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu"
    r"|schreef|skrev|kirjoitti|napsal(?:\(a\)|a)?|napisał(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет)(?P<behind>\s[^:]{2,120}?)?\s?:$",
    re.IGNORECASE,
)
_MOST_FIELDS = 10
_NAME_BEHIND = re.compile(r"\S{1,64}(?:@|\sat\s)\S{1,100}\s\((?P<name>[^()]{1,64})\)")
_ADDRESS = re.compile(r"\s?[(\[]?<[^<>]{3,100}>[)\]]?")


def _attributed(lines: Sequence[str], index: int) -> Message | None:
    """`On Wed, Oct 14, 2026 at 11:32 AM, Ana <a@x.test> wrote:`, as mail programs write above what they quote."""
    for length in (1, 2):
        head = " ".join(_unquoted(raw).strip() for raw in lines[index : index + length])
        wrote = _WROTE.match(head) if head.endswith(":") and len(head) <= 300 else None
        read = moment_at(wrote["before"][:_WINDOW], 0) if wrote else None
        if wrote and read and read[0].time and read[0].date:
            words = f"{wrote['before'][read[2] :]} {wrote['behind'] or ''}".strip(_BLANKS + ",;")
            name = _name(_ADDRESS.sub("", words)) or one_line(words.strip("<>"), MAX_NAME_CHARS)
            return Message(name, read[0], "", length, mark="wrote")
        if head.endswith(":"):
            return None
    return None


def _mail_head(lines: Sequence[str], index: int) -> Message | None:
    """`From: Ana`, `Sent: Thursday, 5 February 2026 16:41` and further fields, as mail programs write above a mail."""
    fields: dict[str, str] = {}
    # A box of mails has a line of its own above each: "From ana@x.test  Thu Feb  5 16:41:07 2026".
    length = int(lines[index].startswith("From ") and lines[index + 1 : index + 2] != [""])
    for raw in lines[index + length : index + _MOST_FIELDS]:
        field = mail_field(_unquoted(raw).strip())
        if (field is None and raw[:1] not in ("\t", " ")) or (field and field[0] in fields and field[0] == "from"):
            break
        fields.update([field] if field else ())
        length += 1
        if "from" not in fields:
            return None
    read = moment_at(fields.get("date", ""), 0)
    if read is None or not (read[0].time and read[0].date):
        return None
    known = _NAME_BEHIND.fullmatch(fields["from"])
    words = known["name"] if known else _ADDRESS.sub("", fields["from"])
    name = _name(words) or one_line(fields["from"].strip("<>"), MAX_NAME_CHARS)
    return Message(name, read[0], "", length, mark="wrote")


def _unquoted(raw: str) -> str:
    return raw.lstrip("> \t")


_NAME_FIRST = re.compile(r"(?P<name>[^\[\](){}<>:]{1,64}?)\s?[\[(](?P<when>[^\[\]()]{4,40})[\])]\s?:\s(?P<text>.*)")


_BRACKETED_NAME = re.compile(r"\[(?P<name>[^\[\]]{1,64})\]\s\[(?P<when>[^\[\]]{4,40})\]\s(?P<text>.*)")


def _name_first(lines: Sequence[str], index: int) -> Message | None:
    """`ana (09:12): text` and `[ana] [09:12] text`."""
    return _in_columns(_NAME_FIRST, lines, index) or _in_columns(_BRACKETED_NAME, lines, index)


def _below_name(lines: Sequence[str], index: int) -> Message | None:
    """A name, its time on the line below, and what was said below that."""
    head = _head(lines[index])
    above = lines[index - 1] if index and len(lines[index - 1]) <= 60 else ""
    is_time_above = _CLOCK.search(above) and _when(above.strip(_BLANKS + "[]()"))
    name = _name(head) if len(head) <= MAX_NAME_CHARS and not is_time_above else None
    below = index + 1
    while name and below < min(len(lines), index + 3) and lines[below].strip() in ("\u2014", "\u2013", "-", "\u00b7"):
        below += 1
    if name is None or below >= len(lines) or len(lines[below]) > 60 or not _has_words_below(lines, below):
        return None
    time = _EDITED.sub("", lines[below].strip(_BLANKS + "\u2014\u2013[]()"))
    read = _when(re.sub(r"^(?:APP|BOT)\s{1,4}", "", time))
    return Message(name, read, "", below - index + 1) if read else None


def _has_words_below(lines: Sequence[str], index: int) -> bool:
    return any(line.strip() for line in lines[index + 1 : index + 3])


_Read = Sequence[Message]


def _with_nicks(messages: _Read, nameless: int) -> bool:
    """`14:30 * text` alone is a scribe's finding, and tabs divide the cells of many tables."""
    marks = {message.mark for message in messages}
    return "<" in marks or ("\t" in marks and len({message.author for message in messages}) < len(messages))


def _mostly_named(messages: _Read, nameless: int) -> bool:
    return len(messages) >= 2 and len(messages) * 2 >= nameless


def _speakers(messages: _Read, nameless: int) -> bool:
    """All of them have a name, and somebody speaks again: labels do not return."""
    names = Counter(message.author for message in messages)
    if all(message.mark for message in messages):
        return _mostly_named(messages, nameless)
    return len(messages) >= 3 and nameless * 4 <= len(messages) and len(names) < len(messages)


_ADDRESSED = re.compile(r"@?(?P<name>[^\s:,@]{1,40})[:,]\s")


def _who_answer(messages: _Read, nameless: int) -> bool:
    """All of them have a name, and several begin with that of somebody else, whom they answer: labels do not talk."""
    names = {message.author for message in messages}
    answers = [at for message in messages if (at := _ADDRESSED.match(message.text)) and at["name"] != message.author]
    return nameless * 4 <= len(messages) and sum(1 for answer in answers if answer["name"] in names) > 1


_THINGS = (
    "account app application balancer bucket bus cache cdn cluster controller database db disk dns engine firewall"
    " gateway host link monitor monitoring network node pipeline platform pod pool portal primary proxy queue region"
    " replica router scheduler server service site storage store switch system website worker zone"
)
"""The last words of what has a name and is nobody."""
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w.'\u2019-]{0,30}(?:\s[^\W\d_a-z][\w.'\u2019-]{0,30}){1,3}")


def are_people(words: Sequence[str]) -> bool:
    """Whether the words, each from the same place of another line, are names of people and of no things."""
    things = _THINGS.split()
    names = [name for word in words if (name := _name(word)) and name.split()[-1].casefold() not in things]
    full = sum(1 for word in words if word.startswith("@") or _FULL_NAME.fullmatch(word))
    names = [name for name in names if len(name) < 3 or not name.isupper()]
    again = len(names) >= 3 and len({name.casefold() for name in names}) < len(names)
    return len(words) >= 2 and len(names) * 5 >= len(words) * 4 and (again or full * 2 >= len(words))


def _actors(messages: _Read, nameless: int) -> bool:
    return nameless * 4 <= len(messages) and are_people([f"{message.mark}{message.author}" for message in messages])


def _head_words(messages: _Read, nameless: int) -> bool:
    """At least two, or one with a mark between name and time, or a full name above its time."""
    marked = any(message.mark.strip() or len(message.mark) > 1 for message in messages)
    return len(messages) >= 2 or marked or any(not m.mark and " " in (m.author or "") for m in messages)


_FORMS: Sequence[tuple[Form, Callable[[_Read, int], bool]]] = (
    (_attributed, _mostly_named),
    (_mail_head, _mostly_named),
    (_irc, _with_nicks),
    (_zoom, lambda messages, nameless: True),
    (_bracketed, _mostly_named),
    (_dashed, _mostly_named),
    (_barred, _speakers),
    (_name_first, _mostly_named),
    (_above, _head_words),
    (_below_name, _head_words),
    (_columns, _actors),
    (_spaced, _speakers),
    (_nicks, _who_answer),
)
"""Each form with what must be read of it before a text is a chat in that form."""


class Chat:
    """The chat that a text is or holds."""

    def __init__(self, form: Form, marks: frozenset[str], lines: Sequence[str], names: frozenset[str]) -> None:
        self._form, self._marks, self._lines, self._names = form, marks, lines, names
        self._known: dict[int, Message | None] = {}
        """The messages that were looked for, by the line they begin on; a text is read several times."""
        self.quotes = form is _attributed
        """Whether each message is the quotation of an older one, deeper than the one before."""
        self._words_below = form in (_above, _below_name, _bracketed, _attributed, _mail_head)
        self.is_mails = form is _mail_head
        """Whether each message begins with the fields of a mail."""
        self.has_paragraphs = self._words_below or form in (_dashed, _zoom)
        """Whether a message may go over lines, also with a blank one or one that begins with a time."""

    def words(self, raw: str) -> str:
        """The words of a line of a message."""
        return _unquoted(raw).rstrip() if self.quotes else raw.rstrip()

    def message(self, index: int, *, goes_on: bool) -> Message | None:
        """The message that begins at the line; `goes_on` where the words of another one stand above."""
        raw = self._lines[index]
        if raw[:1] in ("#", "|"):
            return None
        message = self._begun(index)
        if message:
            is_bare = message.mark == _DONE and not message.text and not self._has_words_of_its_own(index)
            return message._replace(text=message.deed) if is_bare else message
        if goes_on and self._words_below and len(raw) <= 30 and _CLOCK.search(raw):
            read = _when(raw.strip(_BLANKS + "[]()"))
            return Message(None, read, "") if read else None
        return None

    def is_notice(self, raw: str, *, first: bool) -> bool:
        """True for what the program puts between messages, as who has joined; `first` for the line below a name."""
        content = _head(raw)
        if len(content) <= 80 and (_NOISE.fullmatch(content) or _COMINGS.fullmatch(content)):
            return True
        return first and _DONE in self._marks and raw.strip() in _BADGES

    def _begun(self, index: int) -> Message | None:
        if index not in self._known:
            self._known[index] = self._first_look(index)
        return self._known[index]

    def _first_look(self, index: int) -> Message | None:
        message = self._form(self._lines, index)
        # Among nicks a line without one tells what somebody did: "03:14 sipa nods".
        if message is None or message.mark not in self._marks or (self._form is _nicks and message.notice):
            return None
        # "Traffic moved to eu on …" is a sentence, unless somebody of that name wrote, too.
        is_word = message.mark == _DONE and message.author not in self._names and " this" not in message.deed
        return None if is_word and (message.author or "").istitle() and " " not in (message.author or "") else message

    def _has_words_of_its_own(self, index: int) -> bool:
        below = next((at for at in range(index + 1, min(index + 4, len(self._lines))) if self._lines[at].strip()), None)
        return below is not None and self._begun(below) is None


def chats_in(lines: Sequence[str], clocked: Iterable[tuple[int, str]]) -> list[tuple[int, Chat]]:
    """The chats that the lines hold, each with the line, from 0, from which on it counts; none where too little speaks.

    `clocked` are those of the lines that are like times.
    """
    # What a page says of itself, nobody said.
    begin = settings_end(lines)
    sample = (at for at, raw in clocked if at >= begin and raw[:1] not in ("#", "|") and _CLOCK.search(raw, 0, _WINDOW))
    timed = list(islice(sample, _SAMPLED_LINES))
    chat = _chat_at(lines, timed)
    if chat is None:
        return []
    chats = [(0, chat)]
    for part in _parts(lines, timed):
        places = {place for at in part for place in (at - 2, at - 1, at) if place >= 0}
        if not any(chat.message(place, goes_on=False) for place in places):
            other = _chat_at(lines, part)
            chats += [(max(part[0] - 2, 0), other)] if other else []
        elif chats[-1][1] is not chat:
            chats.append((max(part[0] - 2, 0), chat))
    return chats[1:] if len(chats) > 1 and chats[1][0] <= timed[0] else chats


def _parts(lines: Sequence[str], timed: Sequence[int]) -> list[list[int]]:
    """The lines with times, cut where a heading, a rule or a line with a colon at its end stands between."""
    parts: list[list[int]] = []
    for at in timed:
        last = parts[-1][-1] if parts else -1
        above = (lines[place].strip() for place in range(max(at - _HEAD_LINES, last + 1), at))
        if last < 0 or any(raw.startswith("#") or (raw.endswith(":") and not raw.startswith(">")) for raw in above):
            parts.append([])
        parts[-1].append(at)
    return parts if len(parts) <= _MOST_PARTS else [list(timed)]


_MOST_PARTS = 8
_ABOVE_TIME: dict[Form, Sequence[int]] = {_below_name: (1, 2), _mail_head: (1, 2, 3)}
"""The distances in lines above its time at which a message can begin, by the form of the messages."""
_HEAD_LINES = 3


def _chat_at(lines: Sequence[str], timed: Sequence[int]) -> Chat | None:
    """The chat to which the lines with times belong."""
    for form, is_enough in _FORMS:
        above = _ABOVE_TIME.get(form, ())
        places = sorted({at - back for at in timed for back in above if at >= back}) if above else timed
        read = [(at, message) for at in places if (message := form(lines, at))]
        messages = [message for _, message in read]
        counts = Counter(message.mark for message in messages if message.mark != _DONE)
        # All messages of a chat have the same between name and time; a sentence that ends in a time has not.
        marks = frozenset(mark for mark, _ in counts.most_common(1 if form is _above else None))
        # More blanks than the usual one divide name and time all the better.
        marks |= {mark for mark in counts if mark.replace("  ", " ") in marks or (marks == {" "} and not mark.strip())}
        if any(message.deed for message in messages if message.mark in marks):
            marks |= {_DONE}
        named = [message for message in messages if message.author and message.mark in marks]
        begun = {at for at, _ in read}
        below = [at + message.lines in begun for at, message in read if not (message.text or message.deed)]
        if named and sum(below) * 2 <= len(below) and is_enough(named, len(messages) - len(named)):
            names = frozenset(message.author for message in named if message.author and message.mark != _DONE)
            return Chat(form, marks, lines, names)
    return None


_NOISE = re.compile(
    r"(?:new|new messages?|\d{1,4} repl(?:y|ies)|last reply .{1,40}|view (?:thread|newer replies|message|file|details)"
    r"|\(edited\)|edited|also sent to the channel|saved for later.{0,40}|pinned by .{1,60}|(?:show|see) (?:more|less)"
    r"|(?::[\w+-]{2,40}:\s?\d{0,4}\s?){1,10}|image\.png|like|reply|\d{1,3})",
    re.IGNORECASE,
)
_COMINGS = re.compile(
    r"(?:has\s|was\s)?(?:joined|left|added to|removed from)\s"
    r"(?:#\S+|the (?:channel|group|space|team|room|conversation)|\S+ by \S+).{0,60}"
    r"|set the channel (?:topic|description|purpose)\b.{0,200}",
    re.IGNORECASE,
)
_LOG_MARK = re.compile(
    r"(?:[-*]{3,4}\s)?(?:Log (?:opened|closed)|Day changed|(?:BEGIN|END(?:ING)?) LOGGING AT"
    r"|Session (?:Start|Close|Time):?|Conversation with)(?P<rest>\s.{4,80}?)\s?(?:[-*]{3,4})?$",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"(?P<day>[A-Z][a-z]{2}\s{1,2}\d{1,2})(?:\s\d\d:\d\d(?::\d\d)?)?\s(?P<year>(?:19|20)\d\d)\b")


def log_mark(raw: str) -> str | None:
    """The words of a line with which a program begins a log or a day, the year behind its day; None for other lines."""
    match = _LOG_MARK.match(raw.strip()) if len(raw) <= 160 else None
    return _YEAR_LAST.sub(r"\g<day> \g<year>", match["rest"]) if match else None
