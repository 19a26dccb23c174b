"""Dialogs that look for something in the timeline, and the plain question."""

from datetime import datetime, tzinfo

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.widgets.choice_list import Choice
from console.app.widgets.timeline_model import Filter
from console.core.language.times import local_stamp
from console.core.language.when import parse_when
from console.core.log.registry import SIGNS
from console.core.refusal import Refused


def filter_of(argument: str) -> Filter:
    """`/filter #db @rs decision pool`: tags, people and kinds by their look, the rest is words; `off` shows all."""
    kinds: set[str] = set()
    tag = person = ""
    words = []
    for word in argument.split() if argument.strip().lower() not in ("off", "all", "none") else ():
        if word.startswith("#") and len(word) > 1:
            tag = word
        elif word.startswith("@") and len(word) > 1:
            person = word
        elif word.lower() in SIGNS:
            kinds.add(word.lower())
        else:
            words.append(word)
    return Filter(frozenset(kinds), tag, person, " ".join(words))


class FilterDialog(FormDialog[Filter]):
    """Empty fields filter nothing; all empty shows everything again."""

    asks_about_secrets = False

    def __init__(self, current: Filter) -> None:
        def build(values: Values) -> Filter:
            kinds = values["kinds"].replace(",", " ").lower().split()
            unknown = [kind for kind in kinds if kind not in SIGNS]
            if unknown:
                raise Refused(f"There is no kind “{unknown[0]}”: use {', '.join(SIGNS)}.", "kinds")
            return Filter(frozenset(kinds), values["tag"].strip(), values["person"].strip(), values["text"].strip())

        fields = (
            Field("text", "Words", current.text, hint="optional"),
            Field("tag", "Tag", current.tag, hint="optional, #db"),
            Field("person", "Person", current.person, hint="optional, @rs"),
            Field("kinds", "Kinds", " ".join(sorted(current.kinds)), hint="optional, decision action"),
        )
        super().__init__("Show only", fields, build, lambda chosen: f"shows {chosen.words() or 'everything'}")


class JumpDialog(FormDialog[datetime]):
    asks_about_secrets = False

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        def build(values: Values) -> datetime:
            return parse_when(values["when"], now=now, zone=zone)

        def says(moment: datetime) -> str:
            return f"goes to {local_stamp(moment, zone)}"

        super().__init__("Go to a time", (Field("when", "When", hint="14:32, -20m, yesterday 23:50"),), build, says)


class ConfirmDialog(FormDialog[bool]):
    """A yes-or-no question; Esc is no. `default` is what Enter alone answers."""

    def __init__(self, question: str, yes: str, no: str, note: str = "", *, default: str = "yes") -> None:
        """`yes` and `no` are what each answer does, in the present tense."""

        def build(values: Values) -> bool:
            return values["answer"] == "yes"

        fields = (Field("answer", question, default, choices=(Choice("yes", "Yes"), Choice("no", "No"))),)
        super().__init__("Please confirm", fields, build, lambda answer: yes if answer else no, note=note)
