"""The ways in which sending fails. Each kind says what is known about the page afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from console.core.language.text import clean, one_line
from console.core.refusal import Problem
from console.publish.sending.message import Remote

MAX_QUOTED_CHARS = 300
"""Characters of a target's own words that are shown."""


class PublishProblem(Problem):
    """`reason` is one sentence for a person, cleaned, without the key."""

    def __init__(self, reason: str) -> None:
        super().__init__(clean(reason, multiline=False))


class Later(PublishProblem):
    """Nothing was done, and it is worth another try: no connection, too many requests, a read that failed."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        """`after_s` is how long the target asked to wait, where it did."""
        super().__init__(reason)
        self.after_s = after_s


class Unknown(PublishProblem):
    """It may have been done or not: a time-out while reading, a reset, a 5xx, an answer that makes no sense."""


class Rejected(PublishProblem):
    """Nothing was done, and it will not be done as it is: a key, a page, a component or a text that is not accepted."""


class Partly(PublishProblem):
    """Some of its recipients have it and others do not; `reason` says who."""

    def __init__(self, reason: str, remote: Remote, *, again: bool) -> None:
        """With `again` the others are worth another try, which learns from `remote` who has it."""
        super().__init__(reason)
        self.remote, self.again = remote, again


class Forbidden(Rejected):
    """The key is known and may not do this (403)."""


class Gone(Rejected):
    """There is no such page, incident or component (404, 410): not yet, not any more, or not for this key."""


@contextmanager
def may_be_repeated() -> Iterator[None]:
    """For a request that may be made twice: where its end is not known, it is Later."""
    try:
        yield
    except Unknown as failure:
        raise Later(failure.reason) from None


def quoted(words: object) -> str:
    """A target's own words for use in a reason: one line, cut, nothing in them obeyed."""
    return one_line(str(words), MAX_QUOTED_CHARS).rstrip(" .")
