"""Status updates, and what people decided about their messages to status pages and chats."""

import re
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Annotated, Literal, get_args

import msgspec

from console.core.language.checks import stated_next
from console.core.language.pattern import late
from console.core.language.text import check_length, clean, one_line
from console.core.language.when import take_ahead
from console.core.log.command import (
    Command,
    Decision,
    Proposal,
    SlashContext,
    Word,
    line,
    proposed,
    split,
    words,
)
from console.core.log.event import Body, Id, Key, Mention, Text
from console.core.log.folding import Folding
from console.core.log.ids import act_id
from console.core.log.state import MAINTENANCE_STAGES, Incident, Part, Record, Register, TakenBack, undone_entry
from console.core.playbook.model import AUDIENCES
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.public_title import SetPublicTitle, public_title_doubt

STATUSES = ("investigating", "identified", "monitoring", "resolved")
ANY_STATUSES = (*STATUSES, *MAINTENANCE_STAGES)
"""Those of incidents, and of maintenances, whose updates have the stage for their status."""
Way = Literal["changed", "removed", "taken_down", "sent", "corrected", "left", "left_off"]
"""A settlement of an update that is on a page: other words there, removed there, the whole incident taken down there,
sent there again, another update that corrects it; left there, or left off where it was removed."""
Found = Literal["standing", "undone", "redacted"]
"""The state of an update in the log."""


class UpdatePosted(Body, frozen=True):
    """A status update to an audience, and the time it promises for the next one."""

    audience: Key
    text: Text
    status: Annotated[str, Literal[*ANY_STATUSES]] = ""
    next_at: datetime | None = None
    final: bool = False
    """True when it promises no further update."""
    stands_on: tuple[Mention, ...] = ()
    """The events that each of its sentences stands on, with spaces between; none for what a person wrote."""
    together: Id = ""
    """The act that it is a part of, such as a maintenance's next step; empty for one of its own."""

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
        status = f" · {self.status.replace('_', ' ').capitalize()}" if self.status else ""
        # A template's own headline says what the entry begins with; the text itself stays whole in the update.
        text = without_headline(self.text, number, fold.state)
        fold.entry(
            "update", f"{self.audience.capitalize()} #{number}{status}: {text}", words=self.text, paste=self.together
        )


_HEADLINE = r"(?:{ref} )?(?:(?:internal|public|executive) )?update #{number}"
_TIME_WORD = late(r"\(?(?:[0-9][0-9:+-]*|[A-Z]{1,5}(?:[+-][0-9:]+)?|[+-][0-9:]+),?\)?")


def without_headline(text: str, number: int, state: Incident) -> str:
    """The text without a first line that says nothing but `Update #1 · Investigating · 10:32`."""
    first, _, rest = text.partition("\n")
    return rest.strip() if rest.strip() and _is_headline(first, number, state) else text


def _is_headline(line: str, number: int, state: Incident) -> bool:
    """True for a line of nothing but the update's number, the status, stage and severity, and a time."""
    head, *parts = line.removeprefix("DRILL · ").split(" · ")
    if not re.fullmatch(_HEADLINE.format(ref=re.escape(state.ref), number=number), head, re.IGNORECASE):
        return False
    stage = state.stage_rule
    known = {*STATUSES, state.severity.value.lower(), state.stage.value, stage.title.lower() if stage else ""}
    return all(part.lower() in known or all(map(_TIME_WORD.fullmatch, part.split())) for part in parts)


class PublicationDecided(Body, frozen=True):
    """A person's decision about one message of an update, after the update was posted.

    The message went, or is to go, to the target `to`; the outbox of the file in which the update was written obeys in
    the same transaction.
    """

    message: Id
    """The message's marker."""
    update: Mention
    """The update's id; of a message that is about none, such as a new title, that of the event that it tells."""
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
    revises: bool = False
    """The message does not bring the update there, but changes what is there of it."""
    corrected_by: Mention = ""
    """The correction of the update's words that was the last then; empty before the first."""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        stamp = (event.id, event.recorded_at, event.actor)
        decided = f"change_{self.decision}" if self.revises else self.decision
        made = Publication(*stamp, self.to, decided, self.text, self.without, corrected_by=self.corrected_by)
        update = _published(fold, self.update, made)
        name = message_words_in(fold, self.update)
        if update is None and not (self.revises and name):
            return fold.unknown("a decision about an update that is not in this log")
        match self.decision:
            case "edited":
                less = f" without {', '.join(self.without)}" if self.without else ""
                text = f"{name} goes to {self.to}{less}"
                if self.text != self.was:
                    text += f" in other words: {self.text} (instead of: {self.was})"
            case "dropped" if self.revises:
                text = f"The change of {name} on {self.to} is dropped, though a try may have made it"
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


class PublicationSettled(Body, frozen=True):
    """A person's decision about an update on a page that differs from what the page should say.

    The outbox of the file in which this is written tells the page.
    """

    update: Mention
    """The update's id."""
    to: Text
    """The target."""
    way: Annotated[str, Literal[*get_args(Way)]]
    found: Annotated[str, Literal[*get_args(Found)]] = "standing"
    """The update's state then. Once it has another, the decision holds no longer."""
    text: Text = ""
    """Where it was changed: what the page says there."""
    status: Annotated[str, Literal[*ANY_STATUSES]] = ""
    """Where it was changed: the update's status there."""
    number: int = 0
    """Where it was corrected: the number of the update that does."""
    reason: Text = ""
    """Where it was left as it is: why."""
    corrected_by: Mention = ""
    """The correction of the update's words that was the last then; empty before the first. Once there is another, the
    decision holds no longer."""
    read: bool = False
    """It was so on the page already, as it was read there: that is accepted, and nothing is sent."""
    theirs: Text = ""
    """Where it stays as it is there: the words there, where they were read to be others than it was told. Once they are
    others again, that is another difference."""
    known: tuple[Mention, ...] = ()
    """Where the incident was taken down: the updates to its audience that were known then, which went with it. Of an
    earlier version none are given, and all before it went."""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        stamp = (event.id, event.recorded_at, event.actor)
        made = Publication(
            *stamp, self.to, self.way, self.text, (), self.found, self.status, self.reason, self.corrected_by,
            self.theirs, self.known,
        )  # fmt: skip
        update = _published(fold, self.update, made)
        if update is None:
            return fold.unknown("a decision about an update that is not in this log")
        name = f"{update.audience.capitalize()} #{update.number}"
        because = f": {self.reason}" if self.reason else ""
        match self.way:
            case "changed" if self.read and self.status != update.status:
                text = f"{name} counts as {self.status} on {self.to}, as the page says"
            case "changed" if self.read:
                text = f"{name} counts in the words of {self.to}: {self.text}"
            case "taken_down" if self.read:
                text = f"The incident is gone from {self.to}, with {name} in it{because}"
            case "changed":
                text = f"{name} on {self.to} is changed to: {self.text}"
            case "removed":
                text = f"{name} is removed from {self.to}"
            case "taken_down":
                text = f"The incident is taken off {self.to}, with {name} in it"
            case "sent":
                text = f"{name} is sent to {self.to} again"
            case "corrected":
                text = f"{name} on {self.to} is corrected by #{self.number}"
            case "left":
                text = f"{name} is left on {self.to}: {self.reason}"
            case "left_off":
                text = f"{name} is left off {self.to}: {self.reason}"
            case other:
                text = f"{name} on {self.to}: {other}"
        fold.entry("publication", text)


def _published(fold: Folding, id: str, made: "Publication") -> "Update | None":
    """Keep a decision with its update, also with one that was undone; None where there is no such update."""
    posted = fold.part(Updates).posted
    if id not in posted:
        posted = fold.aside(Updates).posted
    update = posted.get(id)
    if update is not None:
        posted[id] = msgspec.structs.replace(update, publications=(*update.publications, made))
    return update


class Publication(Record, frozen=True):
    """A person's decision about an update's message to one target; `at` is when that was written."""

    target: str
    decision: str
    """edited, dropped, resent or confirmed, before it is there; a `Way`, or `change_dropped`, once it is."""
    text: str
    """The text that goes out there, or stands there, in place of the update's; else empty."""
    without: tuple[str, ...] = ()
    """Components that are not changed there any more, of an edit."""
    found: str = ""
    """The update's state when a `Way` was decided."""
    status: str = ""
    """The update's status there, where that was decided, too."""
    reason: str = ""
    """Why it was left there, or off."""
    corrected_by: str = ""
    """The last correction of the update's words then."""
    theirs: str = ""
    """Where it stays as it is there: the words there, where they were others than it was told."""
    known: tuple[str, ...] = ()
    """Where the incident was taken down: the updates that went with it; none where all before it did."""


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
        words = {made.target: made.text for made in self.publications if made.decision in ("edited", "changed")}
        dropped = [made.target for made in self.publications if made.decision == "dropped"]
        return {target: text for target, text in words.items() if target not in dropped and text != self.text}

    def settled(self, target: str = "") -> Publication | None:
        """The last decision about the update on a target, or on any, since it was there."""
        decided = (made for made in reversed(self.publications) if made.decision in get_args(Way))
        return next((made for made in decided if target in ("", made.target)), None)


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


def found_as(state: Incident, id: str) -> Found:
    """The state of an update in the log."""
    entry = state.entries.get(id)
    return "redacted" if entry and entry.redacted else "undone" if entry and entry.undone else "standing"


def words_corrected_by(state: Incident, id: str) -> str:
    """The last correction that gave an update other words; empty where none stands."""
    pairs = pairwise(state.corrections.get(id, ()))
    return next((made.id for before, made in reversed(list(pairs)) if made.text != before.text), "")


def message_words(state: Incident, id: str) -> str:
    """`Public #2`, or the words of the decision that a message is of, such as a new title; empty where the log has
    neither."""
    return _naming(any_update(state, id), state, id)


def message_words_in(fold: Folding, id: str) -> str:
    """See `message_words`, while the log is being folded."""
    return _naming(fold.part(Updates).posted.get(id) or fold.aside(Updates).posted.get(id), fold.state, id)


def _naming(update: Update | None, state: Incident, id: str) -> str:
    if update is not None:
        return f"{update.audience.capitalize()} #{update.number}"
    entry = state.entries.get(undone_entry(state, id))
    return f"“{entry.text}”" if entry else ""


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
    public_title: str = ""
    """The incident's title on status pages from here on; empty leaves that as it is."""
    together: str = ""
    """As of `UpdatePosted`."""

    def act(self, now: datetime) -> str:
        """The id for all that is logged with it."""
        return self.together or act_id(self.actor, now.isoformat(), self.audience, self.text)

    def newer(self, state: Incident) -> str:
        last = last_update(state, self.audience)
        if last is None or self.seen in (None, last.id):
            return ""
        return f"{last.by} posted {self.audience} update #{last.number} meanwhile: “{last.text}”"

    def outdated(self, seen: Incident, state: Incident) -> str:
        for word, before, register in (("severity", seen.severity, state.severity), ("stage", seen.stage, state.stage)):
            if register.current is not None and before.value != register.value:
                return f"{register.current.by} changed the {word} to {register.value} meanwhile."
        return ""

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        return " ".join(filter(None, (self.text_doubt(), public_title_doubt(state, self.public_title))))

    def text_doubt(self) -> str:
        """The question about a promise or another audience that stands in the text; empty where there is none."""
        written = _NEXT_IN_TEXT.search(self.text)
        other = next((each for each in AUDIENCES if re.match(rf"{each}\b", self.text, re.IGNORECASE)), "")
        doubts = (
            f"“{written[0].strip()}” is text, and promises no time; write next 30m or next 14:32 before the text."
            if written and self.next_in is None and self.next_at is None
            else "",
            f"“{other}” is text; this goes to {self.audience.lower()} alone." if other else "",
        )
        return " ".join(filter(None, doubts))

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        return self.decide_in(state, state.stage.value if state.maintenance else "", at, now)

    def decide_in(self, state: Incident, stage: str, at: datetime, now: datetime) -> Decision:
        """With the stage that a maintenance has with this update; empty for an incident."""
        if newer := self.newer(state):
            raise Refused(f"{one_line(newer, 200)}. Read it, and post yours if it is still wanted.", "text")
        text = words(self.text, "An update")
        audience, status = self.audience.strip().lower(), self.status.strip().lower()
        if audience not in AUDIENCES:
            raise Refused(f"There is no audience “{clean(audience)}”: use {', '.join(AUDIENCES)}.", "audience")
        if stage and status not in ("", stage):
            raise Refused(f"This maintenance is {stage.replace('_', ' ')}; leave out the status.", "status")
        if not stage and status and status not in STATUSES:
            raise Refused(f"There is no status “{clean(status)}”: use {', '.join(STATUSES)}.", "status")
        next_at = at + self.next_in if self.next_in is not None else self.next_at
        if next_at is not None and next_at <= at:
            raise Refused("The next update must be later than this one; write for example 30m.", "next")
        rule = state.stage_rule
        # Once it is over no cadence promises another update: without a time of its own this is the final update.
        over = stage in MAINTENANCE_STAGES[2:] if stage else state.phase == "over"
        # While a maintenance goes on, none that promises no next one is its last.
        final = (self.final and not (stage and not over)) or (over and next_at is None)
        status = status or stage or (rule.status if rule else "")
        titled = bool(self.public_title.strip())
        act = self.act(now) if titled else self.together
        posted = proposed(UpdatePosted(audience, text, status, next_at, final, self.stands_on, act), at)
        if not titled:
            return posted
        title = SetPublicTitle(actor=self.actor, title=self.public_title, together=act)
        return (*title.decide(state, at, now), *posted)


class DecidePublication(Command, frozen=True, kw_only=True):
    """Decides about one message of an update; see `PublicationDecided`. `was` and `doubtful` are as it was seen."""

    message: str
    update: str
    to: str
    decision: Literal["edited", "dropped", "resent", "confirmed"]
    text: str = ""
    was: str = ""
    doubtful: bool = False
    remote: str = ""
    without: tuple[str, ...] = ()
    revises: bool = False

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if any_update(state, self.update) is None and not (self.revises and message_words(state, self.update)):
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
                self.message,
                self.update,
                line(self.to),
                self.decision,
                text,
                was,
                doubtful,
                remote,
                without,
                self.revises,
                words_corrected_by(state, self.update),
            ),
            now,
        )


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """The settlement of an update on one target; see `PublicationSettled`."""

    to: str
    way: Way
    text: str = ""
    status: str = ""
    reason: str = ""
    read: bool = False
    theirs: str = ""


class SettlePublication(Command, frozen=True, kw_only=True):
    """Settles an update on the pages that have it. `correction` is the update that corrects it there."""

    update: str
    settlements: tuple[Settlement, ...]
    correction: PostUpdate | None = None
    found: Found
    """The update's state when this was decided."""
    corrected_by: str | None = None
    """The last correction of its words then; None: whatever there is."""
    seen: str | None = None
    """The last such decision about it that was seen, empty before the first; None: whatever there is."""
    words: str = ""
    """The page's words, which the log takes over as a correction of the update."""
    components: tuple[tuple[str, str], ...] = ()
    """The page's states of components, by our names, which the log takes over."""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        update = any_update(state, self.update)
        if update is None:
            raise Refused("This update is not in the incident's log; see its timeline.", "update")
        last, corrected_by = update.settled(), words_corrected_by(state, update.id)
        changed = self.found != found_as(state, update.id) or self.corrected_by not in (None, corrected_by)
        if changed or (last and self.seen not in (None, last.id)):
            by = f"{last.by} has" if last and self.seen not in (None, last.id) else "Somebody has"
            raise Refused(f"{by} changed what becomes of this update meanwhile; look at it again.")
        number = next_number(state, update.audience)
        posted_by_now = (*state.part(Updates).posted.values(), *state.aside.of(Updates).posted.values())
        known = tuple(each.id for each in posted_by_now if each.audience == update.audience)
        made = []
        for each in self.settlements:
            text, reason = clean(each.text).strip(), line(each.reason)
            if each.way == "changed" and not text:
                raise Refused("Write what the page says instead.", "text")
            left = each.way in ("left", "left_off") or (each.read and each.way == "taken_down")
            if each.way in ("left", "left_off") and not reason:
                raise Refused("Give the reason why the page stays as it is.", "reason")
            check_length(text, "An update")
            corrected = number if each.way == "corrected" else 0
            status = each.status if each.way == "changed" else ""
            made.append(
                PublicationSettled(
                    update.id, line(each.to), each.way, self.found, text * (each.way == "changed"), status, corrected,
                    reason * left, corrected_by, each.read, clean(each.theirs).strip(),
                    known if each.way == "taken_down" else (),
                )
            )  # fmt: skip
        if (self.correction is None) == any(each.way == "corrected" for each in self.settlements):
            raise Refused("Write the update that corrects it.", "text")
        posted = self.correction.decide(state, at, now) if self.correction else ()
        if self.words and self.words.strip() != update.text:
            posted = (*posted, *CorrectEntry(actor=self.actor, entry=update.id, text=self.words).decide(state, at, now))
        for component, status in self.components:
            if components_of(state).get(component, Register()).value != status:
                posted = (
                    *posted,
                    *SetComponent(actor=self.actor, component=component, status=status).decide(state, at, now),
                )
        return (*posted, *(Proposal(body, now) for body in made))


_NEXT_IN_TEXT = late(r"^next\s+[0-9]\S*|\bnext\s+(?:in\s+)?[0-9]+\S*\.?$", re.IGNORECASE)
"""A text that stands where a promise of the next update was meant, perhaps."""


def _read_update(context: SlashContext, argument: str) -> Command:
    audience, text = split(argument)
    known = audience.lower() if audience.lower() in AUDIENCES else ""
    if not (known and text):
        raise context.incomplete("Name the audience, then the text", audience=known)
    # "Next 2 hours are critical" promises nothing.
    promise = re.match(r"next\s+(?![0-9]+\s)", text, re.IGNORECASE)
    ahead = take_ahead(text[promise.end() :], now=context.now, zone=context.zone) if promise else None
    text = ahead.rest if ahead else text
    ahead = ahead or stated_next(text, now=context.now, zone=context.zone)
    next_in, next_at = ahead[:2] if ahead else (None, None)
    return PostUpdate(
        actor=context.actor, at=context.at, audience=audience, text=text, next_in=next_in, next_at=next_at
    )


SIGNS = {"update": "»", "publication": "»"}
CORRECTABLE = (UpdatePosted,)
WORDS: dict[str, Word] = {
    "update": Word(
        "/update internal|public|executive [next 30m | next 14:32] TEXT",
        _read_update,
        offers=(lambda known: AUDIENCES,),
    ),
}
