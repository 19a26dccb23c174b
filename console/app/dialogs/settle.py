"""Settling an update that is on pages and should not be, or not like that."""

from collections.abc import Sequence
from datetime import datetime

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.dialogs.respond import checked
from console.app.widgets.choice_list import Choice
from console.core.language.text import listed, one_line
from console.core.log.state import Incident
from console.core.subjects.update import SettlePublication, Way, any_update, words_corrected_by
from console.publish.sending.settling import WAY_WORDS, Place, settle

WORDED: tuple[Way, ...] = ("changed", "corrected", "left", "left_off")
"""Ways that need words: what is said there instead, or the reason why it stays."""
DOES: dict[Way, str] = {
    "removed": "removes it from {}",
    "changed": "edits it on {}",
    "taken_down": "takes the incident off {}",
    "sent": "sends it to {} again",
    "corrected": "posts a correction to {}",
    "left": "leaves it on {}",
    "left_off": "leaves it off {}",
}


class SettleDialog(FormDialog[SettlePublication]):
    """For each page that has the update: the way, the one that is meant first chosen; and the words for it."""

    def __init__(
        self, state: Incident, places: Sequence[tuple[Place, str | None]], why: str, actor: str, now: datetime
    ) -> None:
        """`places` come with what the page says, where that is known; `why` is the difference in a sentence."""
        ways = [Field(f"way-{number}", f"On {place.target}", place.ways[0], choices=_choices(place))
                for number, (place, _) in enumerate(places)]  # fmt: skip
        posted = any_update(state, places[0][0].update)
        corrected = posted and places[0][0].found == "standing" and words_corrected_by(state, posted.id)
        label = "New words for the page, or the reason why it stays"
        words = Field("words", f"{label} (empty: the words here)" if corrected else label, lines=3)
        self._worded = not corrected and any(place.ways[0] in WORDED for place, _ in places)

        def build(values: Values) -> SettlePublication:
            chosen = [
                (place, next(way for way in place.ways if way == values[f"way-{number}"]))
                for number, (place, _) in enumerate(places)
            ]
            given = values["words"]
            return checked(state, settle(state, chosen, actor, text=given, reason=given), now)

        def says(command: SettlePublication) -> str:
            by_way: dict[Way, list[str]] = {}
            for each in command.settlements:
                by_way.setdefault(each.way, []).append(each.to)
            acts = listed([DOES[way].format(listed(targets)) for way, targets in by_way.items()])
            if command.correction and command.correction.status:
                acts += f" as {command.correction.status}"
            given = next((each.text or each.reason for each in command.settlements if each.way in WORDED), "")
            corrected = by_way.get("corrected", ())
            mails = [place.target for place, _ in places if place.mails and place.target in corrected]
            mailed = f"{listed(mails)} mails everyone" if mails else "nobody is mailed"
            return f"{acts}{f': “{one_line(given, 120)}”' if given else ''}; {mailed}"

        def preview(values: Values) -> str:
            here = [f"Here it says: {posted.text}"] if posted and corrected else []
            return "\n".join(here + [
                f"{place.target} says: {'words that were erased here' if text is None else text}"
                + (f"\n  {place.url}" if place.url else "")
                for place, text in places
            ])  # fmt: skip

        name = f"{posted.audience} update #{posted.number}" if posted else "the update"
        note = why
        if places[0][0].found == "redacted":
            note += " What was mailed, or read as a feed, does not come back."
        super().__init__(
            f"Published: {name}", (*ways, words), build, says, topic=places[0][0].update, note=note, preview=preview
        )

    @property
    def first_field(self) -> Field:
        return self._fields[-1] if self._worded else self._fields[0]


def _choices(place: Place) -> tuple[Choice, ...]:
    return tuple(Choice(way, WAY_WORDS[way]) for way in place.ways)
