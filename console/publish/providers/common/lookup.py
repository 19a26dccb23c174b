"""Finding our own message where a target keeps no marker for us: by its words and its moments, or not at all.

Two wrong answers are possible and both are bad: a message that is there and counts as absent is posted twice, and
another's incident that counts as ours gets our updates. So whatever is not plain is for a person to decide.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from html import unescape

import msgspec

from console.core.language.times import parse_rfc3339
from console.core.log.state import Window
from console.publish.provider import Absent, CannotTell, Found, Lookup
from console.publish.providers.common.json import number, same
from console.publish.providers.common.markdown import unescaped
from console.publish.sending.message import Delivery, Remote

SLACK = timedelta(minutes=5)
"""The most by which another machine's clock may be ahead of ours, or behind it."""
SKEW = timedelta(hours=1)
"""An incident that is older than our message by more than this cannot be it, whatever the clocks say."""
MAX_ZONE_OFFSET = timedelta(hours=14)
"""No place on earth keeps a clock further from UTC."""

_TAG = re.compile(r"<[^<>]*>")


def alike(ours: str, theirs: str) -> bool:
    """Two texts have the same letters and digits: targets escape, mark up or take out some of the rest."""
    bare = _bare(ours)
    return bare == _bare(theirs) if bare else same(ours, theirs)


def _bare(text: str) -> str:
    return "".join(char for char in _TAG.sub("", unescape(unescaped(text))) if char.isalnum())


def moment(text: str) -> datetime | None:
    """An aware moment that a target told; None for anything else, a time without its zone included."""
    try:
        return parse_rfc3339(text)
    except ValueError:
        return None


def window_of(starts: str, until: str) -> Window | None:
    """The times of a maintenance as a target told them, without a zone as they were sent: in UTC. None for others."""
    try:
        read = [datetime.fromisoformat(text) for text in (starts, until)]
    except ValueError:
        return None
    return Window(*(at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC) for at in read))


def surely_before(text: str, then: datetime) -> bool:
    """A time is before `then`, whatever its zone may be where it tells none. False where it cannot be read."""
    aware = moment(text)
    if aware is not None:
        return aware < then - SLACK
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return False
    return local.tzinfo is None and local.replace(tzinfo=UTC) + MAX_ZONE_OFFSET < then - SLACK


def made_before(text: str, then: datetime) -> bool:
    """An aware time is before `then`. False where it cannot be read."""
    aware = moment(text)
    return aware is not None and aware < then


class Opened(msgspec.Struct, frozen=True):
    """One of the target's incidents with our title."""

    remote: Remote
    started: datetime | None
    """Since when it lasts, as the target says; the target keeps what it was told."""
    text: Callable[[], str]
    """Its first message; asked for only where it matters."""


def by_start(name: str, delivery: Delivery, opened: Iterable[Opened], complete: bool) -> Lookup:
    """Our incident, on a target that keeps the moment that we gave: same start, same title, same words.

    `complete`: whether `opened` holds everything that the target has. Of a past incident the same words come back with
    the next one of the kind, which began at another moment.
    """
    sure: list[Remote] = []
    for incident in opened:
        if incident.started is not None and incident.started < delivery.started_at - timedelta(seconds=1):
            continue
        words = alike(delivery.text, incident.text())
        at_start = incident.started is not None and incident.started <= delivery.started_at + timedelta(seconds=1)
        if at_start and words:
            sure.append(incident.remote)
        elif at_start or (words and not delivery.past):
            return _perhaps(name, delivery)
    return _decided(name, delivery, sure, complete)


class Listed(msgspec.Struct, frozen=True):
    """One of the target's incidents with our title and our words."""

    remote: Remote
    created: str
    """When it was made there, as the target writes it, with or without a zone."""
    untouched: Callable[[], bool]
    """It stands as our message would have made it: same status, no updates; asked for only where it matters."""


def by_age(name: str, delivery: Delivery, listed: Iterable[Listed], complete: bool, newest: int | None) -> Lookup:
    """Our incident, on a target that keeps no moment of ours but numbers its incidents.

    `newest` is the highest number that it had before the try: one with a higher number and our words is ours. Where
    that is not known any more (the console was ended meanwhile), ours is the only one that is not older than the
    message, and untouched: a template's words come back with the next incident of the kind. Where one is young enough
    and has gone on, a person decides.
    """
    if newest is not None:
        new = [incident.remote for incident in listed if number(incident.remote.incident_id) > newest]
        return _decided(name, delivery, new, complete)
    fresh = [incident for incident in listed if not surely_before(incident.created, delivery.at)]
    if any(not incident.untouched() for incident in fresh):
        return _perhaps(name, delivery)
    return _decided(name, delivery, [incident.remote for incident in fresh], complete)


def _perhaps(name: str, delivery: Delivery) -> CannotTell:
    return CannotTell(
        f"{name} has an incident “{delivery.title}” that may be this one or another: look there and say which."
    )


def _decided(name: str, delivery: Delivery, sure: list[Remote], complete: bool) -> Lookup:
    if len(sure) == 1:
        return Found(sure[0])
    if sure:
        return CannotTell(f"{name} has “{delivery.title}” {len(sure)} times: look there and say which is this one.")
    if not complete:
        return CannotTell(f"{name} has more incidents than can be read: look there whether this one is among them.")
    return Absent()
