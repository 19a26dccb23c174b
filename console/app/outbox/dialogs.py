"""Dialogs of the outbox: another text for a message, and that one was seen on its page."""

from collections.abc import Callable, Sequence

from console.app.dialogs.base import Field, FormDialog, Values
from console.core.refusal import Refused
from console.publish.sending.message import Remote


class EditDialog(FormDialog[tuple[str, tuple[str, ...]]]):
    """Another text for a message of which nothing is on the page yet, and which components it leaves as they are."""

    def __init__(
        self, message: str, target: str, words: str, components: Sequence[str] = (),
        doubts: Callable[[str], str] = lambda text: "",
    ) -> None:  # fmt: skip
        """`doubts` gives what of the text has to be read before a second Enter."""

        def build(values: Values) -> tuple[str, tuple[str, ...]]:
            if not values["text"].strip():
                raise Refused("Write what the message says, or leave this form.", "text")
            without = tuple(name for part in values.get("without", "").split(",") if (name := part.strip()))
            strange = next((name for name in without if name not in components), None)
            if strange is not None:
                raise Refused(f"It changes no “{strange}”; name one of {', '.join(components)}.", "without")
            return values["text"], without

        less = Field("without", "Leave as they are", hint=f"optional, of: {', '.join(components)}")
        super().__init__(
            f"Message to {target}",
            (Field("text", "Text", words, lines=10), *([less] if components else [])),
            build,
            lambda given: f"sends this text to {target}{f', leaving {chr(44).join(given[1])}' if given[1] else ''}",
            topic=message,
            note="The update in the log stays as it was posted; the timeline tells what goes to the page instead.",
            doubts=lambda given: doubts(given[0]),
        )


class ConfirmThereDialog(FormDialog[Remote]):
    """A person has looked at the page, and the message is there."""

    def __init__(self, target: str, known: Remote | None) -> None:
        def build(values: Values) -> Remote:
            return Remote(values["incident"].strip(), values["update"].strip(), values["url"].strip())

        super().__init__(
            f"Mark the message as published, on {target}",
            (
                Field("incident", "Incident id on the page", known.incident_id if known else "",
                      hint="optional: later updates need it on most pages"),
                Field("update", "Update id", hint="optional"),
                Field("url", "Address of the update", known.url if known else "", hint="optional"),
            ),
            build,
            lambda remote: f"marks it as seen on {target}; it is never sent again",
            note="Only when you have seen it there.",
        )  # fmt: skip
