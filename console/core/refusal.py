"""A refusal: the answer to something a person asked for that cannot be done."""

import msgspec


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing happened, as a value.

    A refusal is for people: functions return it beside their normal result, and whoever asked shows it. Mistakes of
    the program raise exceptions instead.
    """

    reason: str
    """One sentence, with its full stop, saying what is wrong and what would be right."""

    field: str = ""
    """The input the reason is about ("title", "severity"), for forms that mark it; empty for the whole request."""
