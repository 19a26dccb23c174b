"""Settling what a page says other than the log."""

from collections.abc import Callable, Sequence
from datetime import datetime

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.registry import bindings
from console.app.widgets.choice_list import Choice
from console.core.language.text import listed, one_line
from console.core.language.times import format_duration
from console.core.log.command import Command
from console.core.subjects.update import SettlePublication, any_update, words_corrected_by
from console.export.updates.redact_names import public_words_doubt
from console.publish.sending.publisher import Offer
from console.publish.sending.settling import Act, Place, settle

WORDED: tuple[Act, ...] = ("changed", "corrected", "left", "left_off")
"""Ways that need words: what is said there instead, or the reason why it stays."""
REASON_LABEL = "The reason, if it stays as it is there"
WORDS_LABEL = "New words for the page, or the reason why it stays"


class SettleDialog(FormDialog[Command]):
    """For each page that differs in one thing: the way, the one that is meant first chosen; and the words for it."""

    place = "settling"
    BINDINGS = bindings("settling")

    def __init__(self, here: Here, places: Sequence[Place], why: str) -> None:
        """`why` is the difference in a sentence."""
        state = here.state
        first = places[0]
        read = first.difference
        ways = [Field(f"way-{number}", f"On {place.target}", place.ways[0], choices=_choices(place))
                for number, place in enumerate(places)]  # fmt: skip
        posted = any_update(state, first.update)
        corrected = posted and first.found == "standing" and words_corrected_by(state, posted.id)
        has_words = bool(corrected or first.words)
        label = REASON_LABEL if read and not {"changed", "corrected"} & {*first.ways} else WORDS_LABEL
        words = Field(
            "words", f"{label} (empty: the words here)" if has_words and label is WORDS_LABEL else label, lines=3
        )
        self._worded = not has_words and any(place.ways[0] in WORDED for place in places)
        self.check: Callable[[], None] | None = None
        """Given by the opener: has the page read anew, and this form made anew."""

        def chosen(values: Values) -> list[tuple[Place, Act]]:
            return [
                (place, next(way for way in place.ways if way == values[f"way-{number}"]))
                for number, place in enumerate(places)
            ]

        def build(values: Values) -> Command:
            given = values["words"]
            return here.checked(settle(state, chosen(values), here.actor, text=given, reason=given))

        def says(command: Command) -> str:
            by_way: dict[Act, list[str]] = {}
            for place, way in chosen(self.values()):
                by_way.setdefault(way, []).append(place.target)
            acts = listed([first.way_words(way).effect.format(listed(targets)) for way, targets in by_way.items()])
            settlements = command.settlements if isinstance(command, SettlePublication) else ()
            correction = command.correction if isinstance(command, SettlePublication) else None
            if correction and correction.status:
                acts += f" as {correction.status}"
            given = next((each.text or each.reason for each in settlements if each.way in WORDED and not each.read), "")
            targets = by_way.get("corrected", ())
            mails = [place.target for place in places if place.mails and place.target in targets]
            mailed = f"{listed(mails)} mails everyone" if mails else "nobody is mailed"
            return f"{acts}{f': “{one_line(given, 120)}”' if given else ''}; {mailed}"

        def loud(command: Command) -> str:
            words = self.values()["words"]
            sends = any(way in ("changed", "corrected") for _, way in chosen(self.values()))
            return public_words_doubt(state, words) if sends and first.audience == "public" else ""

        def preview(values: Values) -> str:
            ours = (read.ours if read else posted.text if posted and corrected else "") or ""
            lines = [f"Here it says: {ours}"] if ours else []
            lines += first.held
            return "\n".join(lines + [
                _there(place, here.now) + (f"\n  {place.url}" if place.url else "") for place in places
            ])  # fmt: skip

        about = ABOUT[read.about] if read else "the update"
        if posted and about in ("an update", "the update"):
            about = f"{posted.audience} update #{posted.number}"
        note = why
        if first.found == "redacted":
            note += " What was mailed, or read as a feed, does not come back."
        topic = f"{first.target} {read.about} {read.which}" if read else first.update
        super().__init__(f"Published: {about}", (*ways, words), build, says, topic=topic, note=note, preview=preview,
                         doubts=loud)  # fmt: skip

    def act_check_page(self) -> None:
        if self.check is None:
            self.tell("This page is not read here; look at it.")
        elif self.resting.is_set():
            self.tell("The page is being read; a moment.")
            self.check()

    @property
    def first_field(self) -> Field:
        return self._fields[-1] if self._worded else self._fields[0]


class AdoptDialog(FormDialog[Offer]):
    """The incidents that are open on pages and that nobody here knows; one of them is to be this one."""

    def __init__(self, ref: str, offers: Sequence[Offer], note: str) -> None:
        """`note` says why pages are not asked, or do not answer; may be empty."""
        chosen = {str(number): offer for number, offer in enumerate(offers)}
        rows = tuple(
            Choice(number, f"{_offered(offer)}  {offer.there.status or ''}".rstrip())
            for number, offer in chosen.items()
        )
        super().__init__(
            f"Adopt an incident for {ref}",
            (Field("which", "Opened on a page by hand", rows[0].value, choices=rows),),
            lambda values: chosen[values["which"]],
            lambda offer: f"updates go to {_offered(offer)} from now on; nobody is mailed",
            topic=ref,
            note=note,
        )


def _offered(offer: Offer) -> str:
    return f"“{one_line(offer.there.title, 100)}” on {offer.target}"


ABOUT = {
    "title": "the title",
    "state": "the status",
    "update": "an update that is not from here",
    "incident": "the incident",
    "postmortem": "the postmortem",
    "words": "an update",
    "missing": "an update",
    "window": "the times",
    "another": "another incident",
}


def _there(place: Place, now: datetime) -> str:
    """The words there, and how we know them: `status, read 4m12s ago: We look into it.`"""
    words = place.shown
    if words is None:
        words = "words that were erased here"
    elif place.difference is not None and not words:
        words = "nothing of it any more"
    if place.read_at is not None:
        return f"{place.target}, read {format_duration(now - place.read_at)} ago: {words}"
    return f"Sent to {place.target}, {'not read there since' if place.reads else 'which cannot be read'}: {words}"


def _choices(place: Place) -> tuple[Choice, ...]:
    return tuple(Choice(way, place.way_words(way).order) for way in place.ways)
