"""Words for the channel and for customers: its name, the first status, each stage's announcement, the last message."""

import re
import unicodedata
from datetime import datetime, tzinfo

from console.core.language.grounds import keeping_marks, standing_on, unmarked
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident
from console.core.log.tagged import standing, untagged
from console.core.playbook.model import Stage
from console.core.refusal import Refused
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.role import holder_of
from console.export.timeline import noticed_at
from console.export.updates.context import Facts, Teller
from console.export.updates.redact_names import left_out
from console.export.updates.wording import ELSEWHERE, STAGE_WORDS, STATUS_WORDS, moment, plain
from console.library.templates import Templates

MAX_CHANNEL_CHARS = 80
"""The most characters of a channel's name, its # included; chats take at most that."""
CHANNEL = "#incident-{date}-{topic}"

TO_DO = "It does not say what customers have to do, such as trying again; add it, or that there is nothing to do."
"""Told with the message to customers: what nobody logged is not claimed."""

_HOLE = re.compile(r"\{\{|\}\}|\{(\w+)(?:![rsa])?(?::[^{}]*)?\}")
# Letters that Unicode does not take apart into a Latin letter and a mark.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ŋ": "n"}
)


CUSTOMER_PAGE = "customer-page"
"""The template of the postmortem's public part."""


def channel_name(state: Incident) -> str:
    """The channel of the incident by the playbook's pattern, as `#incident-2026-11-21-checkout-errors`.

    ASCII, lower case, at most MAX_CHANNEL_CHARS long; the same on every machine, and it stays when the title changes:
    the date is that of the declaration in UTC, the topic the first title that stands, or the reference where no letter
    of it is Latin.
    """
    pattern = (state.playbook.channel if state.playbook else "") or CHANNEL
    title = next((fact.value for fact in state.title.facts if not is_redacted(fact.value)), "")
    date = f"{state.declared_at:%Y-%m-%d}" if state.declared_at else ""
    topic = slug(title) or slug(state.ref)
    without = _channel(fill(pattern, {"date": date, "topic": ""}))
    name = _channel(fill(pattern, {"date": date, "topic": _cut(topic, MAX_CHANNEL_CHARS - len(without) - 1)}))
    return standing_on(name if len(name) <= MAX_CHANNEL_CHARS else _cut(name, MAX_CHANNEL_CHARS), title)


def slug(text: str) -> str:
    """Lower-case ASCII words with hyphens between; empty for a text without a Latin letter or a digit."""
    apart = unicodedata.normalize("NFKD", unmarked(text).lower().translate(_LATIN))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


@keeping_marks
def fill(pattern: str, values: dict[str, str]) -> str:
    """A text of a playbook with its `{holes}` filled; what is filled in is never read as a pattern itself.

    A hole without a value stays as it is, and nothing of a hole's format counts: `{title:>999999}` is the title.
    """

    def filled(hole: re.Match[str]) -> str:
        if hole[1] is None:
            return hole[0][0]
        return values.get(hole[1], hole[0])

    return _HOLE.sub(filled, pattern)


def first_status(
    state: Incident, now: datetime, zone: tzinfo, *, templates: Templates | None = None
) -> tuple[str, str]:
    """The first words in the channel, at the declaration; and what is wrong with the team's template, or nothing."""
    book = state.playbook
    values = Teller(state, now, zone).internal()
    opened = moment(state.declared_at or now, now, zone)
    opening = fill(book.first_status, _holes(state, opened)) if book else ""
    return _rendered("first-status", values | {"said": plain(opening), "time": opened}, templates)


def announcement(
    state: Incident, stage: str, now: datetime, zone: tzinfo, *, templates: Templates | None = None
) -> tuple[str, str]:
    """The words in the channel when `stage` begins; and what is wrong with the team's template (else empty).

    `stage` is a stage's name, empty for the present one; it need not have begun yet, and `now` is its beginning then.
    Raises ValueError for a stage that the playbook does not have.
    """
    name = stage or state.stage.value
    rule = state.playbook.stage(name) if state.playbook else None
    if rule is None:
        if stage and stage != state.stage.value:
            raise ValueError(f"no stage: {stage!r}")
        rule = Stage(name, name.capitalize())
    entered = moment(next((fact.at for fact in reversed(state.stage.facts) if fact.value == name), now), now, zone)
    usual = STAGE_WORDS.get(name) or STATUS_WORDS[rule.status or {"stable": "monitoring"}.get(rule.phase, "")]
    elsewhere = name == state.stage.value and handled_elsewhere(state)
    values = Teller(state, now, zone).internal() | {
        "said": "" if elsewhere else plain(fill(rule.announce, _holes(state, entered))),
        "entered": entered,
        "stage": plain(rule.title),
        "doing": ELSEWHERE if elsewhere else usual,
    }
    return _rendered("announcement", values, templates)


def customer_message(
    state: Incident, now: datetime, zone: tzinfo, *, templates: Templates | None = None
) -> tuple[str, str]:
    """The message to customers once it is over, and a sentence for the person who sends it (else empty).

    The sentence asks for what the log does not say, and says what was left out and why, or what is wrong with the
    team's template. Refused while the incident
    is open: customers would be told that it is over.
    """
    name = state.playbook.template("customer") if state.playbook else "customer"
    return _to_customers(state, now, zone, templates, name, "customer")


def customer_page(
    state: Incident, now: datetime, zone: tzinfo, *, templates: Templates | None = None
) -> tuple[str, str]:
    """The draft of the postmortem's public part, as `customer_message`."""
    return _to_customers(state, now, zone, templates, CUSTOMER_PAGE, CUSTOMER_PAGE)


def _to_customers(
    state: Incident, now: datetime, zone: tzinfo, templates: Templates | None, name: str, instead: str
) -> tuple[str, str]:
    if state.phase != "over":
        raise Refused(f"{state.ref} is not closed yet; the message to customers is written afterwards.", "stage")
    if handled_elsewhere(state):
        raise Refused(f"{state.ref} is handled under another incident; write to customers from there.", "stage")
    teller = Teller(state, now, zone)
    values = teller.public()
    text, complaint = _rendered(name, values, templates, instead)
    return text, " ".join(filter(None, (complaint, left_out(tuple(teller.left_out)), TO_DO)))


def _holes(state: Incident, time: str) -> dict[str, str]:
    """Values for the playbook's own texts, without their full stop, since the text goes on behind them."""
    acts, noticed = (entry for entry in standing(state) if entry.kind in ("action", "decision")), noticed_at(state)
    done = [entry.text for entry in acts if not entry.redacted and entry.occurred_at >= noticed]
    return {
        "title": plain(state.title.value).rstrip("."),
        "severity": plain(state.severity.value),
        "ic": plain(holder_of(state, "ic")) or "nobody yet",
        "channel": channel_name(state),
        "time": time,
        "last_action": plain(untagged(done[-1])).rstrip(".") if done else "details in the timeline",
    }


def _rendered(name: str, values: Facts, templates: Templates | None, instead: str = "") -> tuple[str, str]:
    text, complaint = (templates or Templates(None)).render(name, values, instead=instead)
    return text.strip("\n"), complaint


def _channel(name: str) -> str:
    """A channel's name out of a filled pattern: what chats do not take becomes a hyphen, never two together."""
    mark = "#" if name.startswith("#") else ""
    bare = re.sub(r"[^a-z0-9_-]+", "-", unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode())
    return mark + re.sub(r"-{2,}", "-", bare).strip("-")


def _cut(name: str, most: int) -> str:
    """The name's first `most` characters, ending with a whole word where there is one."""
    if len(name) <= most:
        return name
    short = name[: max(0, most)]
    whole = short if name[len(short)] == "-" else short.rpartition("-")[0]
    return (whole or short).strip("-")
