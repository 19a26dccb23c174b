"""Dialogs that look for something in the timeline, and the plain question."""

from datetime import datetime, tzinfo

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.widgets.choice_list import Choice
from console.core.language.times import local_stamp
from console.core.language.when import parse_when


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
