"""The answer of a target: its reason, and how long it asks to wait."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

MAX_WAIT_S = 3600.0
"""A target that asks to wait longer is asked again after an hour all the same."""


class Answer:
    """A target's answer, whole."""

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


def reason(data: Any, deep: int = 4) -> str:
    """Messages out of the shapes that providers use: message, error, errors as text, lists or fields.

    `deep` is how far inside they are looked for.
    """
    if isinstance(data, str):
        return data
    if deep == 0 or not isinstance(data, list | dict):
        return ""
    if isinstance(data, list):
        return _joined(data, deep)
    for name in ("message", "error", "error_message", "detail", "title"):
        if data.get(name):
            words = reason(data[name], deep - 1)
            more = reason(data["errors"], deep - 1) if data.get("errors") and name == "message" else ""
            return f"{words} ({more})" if more and more not in words else words
    if "errors" in data:
        return reason(data["errors"], deep - 1)
    return _joined(list(data.values()), deep)


def _joined(entries: list[Any], deep: int) -> str:
    return "; ".join(filter(None, (reason(entry, deep - 1) for entry in entries[:5])))


def retry_after(answer: Answer, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds that the answer asks to wait: a number or a date in the header, or `retry_after` or `retry_after_ms` in
    the body."""
    for wait in _waits(answer):
        seconds = _seconds(wait, now())
        if seconds is not None:
            return min(max(0.0, seconds), MAX_WAIT_S)
    return None


def _waits(answer: Answer) -> Iterable[Any]:
    yield answer.headers.get("retry-after")
    with suppress(ValueError, AttributeError):
        body = answer.json()
        limit = body.get("rate_limit")
        yield limit.get("retry_after") if isinstance(limit, dict) else None
        yield body.get("retry_after")
        milliseconds = body.get("retry_after_ms")
        yield milliseconds / 1000 if isinstance(milliseconds, int) else None


def _seconds(wait: Any, now: datetime) -> float | None:
    if wait is None or isinstance(wait, bool):
        return None
    with suppress(ValueError, TypeError, OverflowError):
        number = float(wait)
        return number if number == number else None
    # Needed only when a target asks to wait, and slow to import.
    from email.utils import parsedate_to_datetime

    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, TypeError, OverflowError):
            moment = read(str(wait))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return (aware - now).total_seconds()
    return None
