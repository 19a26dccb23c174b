"""Status updates, and what people decided about their messages to status pages and chats."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Literal

import msgspec

from console.core.language.text import check_length, clean, one_line
from console.core.language.when import take_ahead
from console.core.log.command import Asked, Command, Decision, Newer, Word, line, proposed, split, words
from console.core.log.event import Body, Id, Key, Mention, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record, TakenBack
from console.core.playbook.model import AUDIENCES
from console.core.refusal import Refused

STATUSES = ("investigating", "identified", "monitoring", "resolved")


class UpdatePosted(Body, frozen=True):
    """A status update to an audience, and the time it promises for the next one."""

    audience: Key
    text: Text
    status: Annotated[str, Literal[*STATUSES]] = ""
    next_at: datetime | None = None
    final: bool = False
    """True when it promises no further update."""
    stands_on: tuple[Mention, ...] = ()
    """The events that each of its sentences stands on, with spaces between; none for what a person wrote."""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        number = fold.number(f"update {self.audience}")
        fold.part(Updates).posted[event.id] = Update(
            *fold.stamp,
            number,
            self.audience,
            self.text,
            self.status,
            event.recorded_at,
            self.next_at,
            self.final,
            stands_on=self.stands_on,
        )
        status = f" · {self.status.capitalize()}" if self.status else ""
        first, _, rest = self.text.partition("\n")
        # A template's own headline says what the entry begins with; the text itself stays whole in the update.
        text = rest.strip() if rest.strip() and _is_headline(first, number, fold.state) else self.text
        fold.entry("update", f"{self.audience.capitalize()} #{number}{status}: {text}")


_HEADLINE = r"(?:{ref} )?(?:(?:internal|public|executive) )?update #{number}"
_TIME_WORD = re.compile(r"\(?(?:[0-9][0-9:+-]*|[A-Z]{1,5}(?:[+-][0-9:]+)?|[+-][0-9:]+),?\)?")


def _is_headline(line: str, number: int, state: Incident) -> bool:
    """Whether a line says nothing but the update's number, the status, stage and severity, and a time."""
    head, *parts = line.removeprefix("DRILL · ").split(" · ")
    if not re.fullmatch(_HEADLINE.format(ref=re.escape(state.ref), number=number), head, re.IGNORECASE):
        return False
    stage = state.stage_rule
    known = {*STATUSES, state.severity.value.lower(), state.stage.value, stage.title.lower() if stage else ""}
    return all(part.lower() in known or all(map(_TIME_WORD.fullmatch, part.split())) for part in parts)


class PublicationDecided(Body, frozen=True):
    """What a person decided about one message of an update, after the update was posted.

    The message went, or is to go, to the target `to`; the outbox of the file in which the update was written obeys in
    the same transaction.
    """

    message: Id
    """The message's marker."""
    update: Mention
    """The update's id."""
    to: Text
    decision: Annotated[str, Literal["edited", "dropped", "resent", "confirmed"]]
    """Confirmed and resent answer a doubt: the person has looked, and it is there, or is not."""
    text: Text = ""
    """Of an edit: the text that goes out there, instead of `was`."""
    was: Text = ""
    doubtful: bool = False
    """Of a drop: it may be there all the same."""
    remote: Text = ""
    """Of a confirmation: JSON of what the target calls it."""
    without: tuple[Text, ...] = ()
    """Of an edit: components, as the incident calls them, that it no longer changes there."""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        posted = fold.part(Updates).posted
        if self.update not in posted:
            posted = fold.aside(Updates).posted
        update = posted.get(self.update)
        if update is None:
            return fold.unknown("a decision about an update that is not in this log")
        stamp = (event.id, event.recorded_at, event.actor)
        made = Publication(*stamp, self.to, self.decision, self.text, self.without)
        posted[update.id] = msgspec.structs.replace(update, publications=(*update.publications, made))
        name = f"{update.audience.capitalize()} #{update.number}"
        match self.decision:
            case "edited":
                less = f" without {', '.join(self.without)}" if self.without else ""
                text = f"{name} goes to {self.to}{less}"
                if self.text != self.was:
                    text += f" in other words: {self.text} (instead of: {self.was})"
            case "dropped":
                perhaps = ", though it may be on the page" if self.doubtful else ""
                text = f"{name} is not sent to {self.to}: dropped{perhaps}"
            case "resent":
                text = f"{name} is not on {self.to}: sent again"
            case "confirmed":
                text = f"{name} is on {self.to}: seen there"
            case other:
                text = f"{name} on {self.to}: {other}"
        fold.entry("publication", text)


class Publication(Record, frozen=True):
    """What a person decided about an update's message to one target; `at` is when that was written."""

    target: str
    decision: str
    """edited, dropped, resent or confirmed."""
    text: str
    """What goes out there instead of the update's text, of an edit; else empty."""
    without: tuple[str, ...] = ()
    """Components that are not changed there any more, of an edit."""


class Update(Record, frozen=True):
    number: int
    """From 1, per audience."""
    audience: str
    text: str
    status: str
    recorded_at: datetime
    next_at: datetime | None
    final: bool
    publications: tuple[Publication, ...] = ()
    stands_on: tuple[str, ...] = ()

    @property
    def elsewhere(self) -> dict[str, str]:
        """Targets that got, or get, another text than the update has; with that text."""
        words = {made.target: made.text for made in self.publications if made.decision == "edited"}
        dropped = [made.target for made in self.publications if made.decision == "dropped"]
        return {target: text for target, text in words.items() if target not in dropped and text != self.text}


class Updates(Part):
    posted: dict[str, Update] = {}


def updates_of(state: Incident, audience: str | None = None) -> list[Update]:
    """Updates that stand, oldest first, of one audience or all."""
    posted = state.part(Updates).posted.values()
    return sorted((update for update in posted if audience in (None, update.audience)), key=lambda update: update.at)


def last_update(state: Incident, audience: str) -> Update | None:
    """The last update to an audience that stands."""
    return next(reversed(updates_of(state, audience)), None)


def any_update(state: Incident, id: str) -> Update | None:
    """An update by its id, also one that was undone: what was on its way to a page has still to be settled."""
    return state.part(Updates).posted.get(id) or state.aside.of(Updates).posted.get(id)


def next_number(state: Incident, audience: str) -> int:
    """The number of the audience's next update; one that was undone keeps its own."""
    return state.part(TakenBack).numbers.get(f"update {audience}", 0) + 1


class PostUpdate(Command, frozen=True, kw_only=True):
    """`next_in` promises the next update that long after this one, `next_at` says when; None of both leaves it to the
    cadence."""

    audience: str
    text: str
    status: str = ""
    next_in: timedelta | None = None
    next_at: datetime | None = None
    final: bool = False
    seen: str | None = None
    """The last update to the audience when the text was written, empty before the first; None: whatever there is."""
    stands_on: tuple[str, ...] = ()

    def newer(self, state: Incident) -> Newer | None:
        last = last_update(state, self.audience)
        if last is None or self.seen in (None, last.id):
            return None
        return Newer(last.id, f"{last.by} posted {self.audience} update #{last.number} meanwhile: “{last.text}”")

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        written = re.match(r"next\s+[0-9]\S*", self.text, re.IGNORECASE)
        return f"“{written[0]}” is text, and promises no time; write next 30m or next 14:32." if written else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if newer := self.newer(state):
            raise Refused(f"{one_line(newer.words, 200)}. Read it, and post yours if it is still wanted.", "text")
        text = words(self.text, "An update")
        audience, status = self.audience.strip().lower(), self.status.strip().lower()
        if audience not in AUDIENCES:
            raise Refused(f"There is no audience “{clean(audience)}”: use {', '.join(AUDIENCES)}.", "audience")
        if status and status not in STATUSES:
            raise Refused(f"There is no status “{clean(status)}”: use {', '.join(STATUSES)}.", "status")
        next_at = at + self.next_in if self.next_in is not None else self.next_at
        if next_at is not None and next_at <= at:
            raise Refused("The next update must be later than this one; write for example 30m.", "next")
        rule = state.stage_rule
        # Once it is over no cadence promises another update: without a time of its own this is the final update.
        final = self.final or (state.phase == "over" and next_at is None)
        status = status or (rule.status if rule else "")
        return proposed(UpdatePosted(audience, text, status, next_at, final, self.stands_on), at)


class DecidePublication(Command, frozen=True, kw_only=True):
    """What becomes of one message of an update; see `PublicationDecided`. `was` and `doubtful` are as it was seen."""

    message: str
    update: str
    to: str
    decision: Literal["edited", "dropped", "resent", "confirmed"]
    text: str = ""
    was: str = ""
    doubtful: bool = False
    remote: str = ""
    without: tuple[str, ...] = ()

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if any_update(state, self.update) is None:
            raise Refused("The update of this message is not in the incident's log; see its timeline.", "update")
        text = was = ""
        without: tuple[str, ...] = ()
        if self.decision == "edited":
            text, was = clean(self.text).strip(), self.was
            without = tuple(map(line, self.without))
            if not text:
                raise Refused("A message needs a text; drop it if it is not wanted.", "text")
            check_length(text, "A message")
            if text == was and not without:
                raise Refused("Nothing was changed; edit the text.", "text")
        doubtful = self.doubtful and self.decision == "dropped"
        remote = self.remote if self.decision == "confirmed" else ""
        return proposed(
            PublicationDecided(
                self.message, self.update, line(self.to), self.decision, text, was, doubtful, remote, without
            ),
            now,
        )


def _read_update(asked: Asked, argument: str) -> Command:
    audience, text = split(argument)
    known = audience.lower() if audience.lower() in AUDIENCES else ""
    if not (known and text):
        raise asked.incomplete("Name the audience, then the text", audience=known)
    # "Next 2 hours are critical" promises nothing.
    promise = re.match(r"next\s+(?![0-9]+\s)", text, re.IGNORECASE)
    ahead = take_ahead(text[promise.end() :], now=asked.now, zone=asked.zone) if promise else None
    next_in, next_at, text = ahead or (None, None, text)
    return PostUpdate(actor=asked.actor, at=asked.at, audience=audience, text=text, next_in=next_in, next_at=next_at)


SIGNS = {"update": "»", "publication": "»"}
WORDS: dict[str, Word] = {
    "update": Word("/update internal|public|executive [next 30m | next 14:32] TEXT", _read_update),
}
