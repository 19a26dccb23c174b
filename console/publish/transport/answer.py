"""What a target answers, and what can be read out of it: its reason, and how long it asks to wait."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

LONGEST_WAIT_S = 3600.0
"""A target that asks to wait longer is asked again after an hour all the same."""


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deep") from error

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def reason(found: Any, deep: int = 4) -> str:
    """Messages out of the shapes that providers use: message, error, errors as text, lists or fields.

    `deep` is how far inside they are looked for.
    """
    if isinstance(found, str):
        return found
    if deep == 0 or not isinstance(found, list | dict):
        return ""
    if isinstance(found, list):
        return _joined(found, deep)
    for name in ("message", "error", "error_message", "detail", "title"):
        if found.get(name):
            words = reason(found[name], deep - 1)
            more = reason(found["errors"], deep - 1) if found.get("errors") and name == "message" else ""
            return f"{words} ({more})" if more and more not in words else words
    if "errors" in found:
        return reason(found["errors"], deep - 1)
    return _joined(list(found.values()), deep)


def _joined(found: list[Any], deep: int) -> str:
    return "; ".join(filter(None, (reason(one, deep - 1) for one in found[:5])))


def retry_after(answer: Answer, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds that the answer asks to wait: a number or a date in the header, or `retry_after` in the body."""
    for found in _waits(answer):
        seconds = _seconds(found, now())
        if seconds is not None:
            return min(max(0.0, seconds), LONGEST_WAIT_S)
    return None


def _waits(answer: Answer) -> Iterable[Any]:
    yield answer.headers.get("retry-after")
    with suppress(ValueError, AttributeError):
        body = answer.json()
        limit = body.get("rate_limit")
        yield limit.get("retry_after") if isinstance(limit, dict) else None
        yield body.get("retry_after")


def _seconds(found: Any, now: datetime) -> float | None:
    if found is None or isinstance(found, bool):
        return None
    with suppress(ValueError, TypeError, OverflowError):
        number = float(found)
        return number if number == number else None
    # Needed only when a target asks to wait, and slow to import.
    from email.utils import parsedate_to_datetime

    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, TypeError, OverflowError):
            moment = read(str(found))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return (aware - now).total_seconds()
    return None
