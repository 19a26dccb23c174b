"""Reading what a target answers: a field that is missing, or of another kind, is empty and never an error."""

from collections.abc import Mapping
from html import unescape
from typing import Any, TypeVar

from console.publish.transport.answer import Answer
from console.publish.transport.failure import Unknown, may_be_repeated
from console.publish.transport.http import Http

K = TypeVar("K")


def inside(data: Any, *path: str | int) -> Any:
    """The value at a path of names and positions; None where there is no such thing."""
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, dict) else None
        else:
            data = data[step] if isinstance(data, list) and -len(data) <= step < len(data) else None
    return data


def text(data: Any, *path: str | int) -> str:
    """Text at a path, or a whole number as text, since some targets number their things; else empty."""
    value = inside(data, *path)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def number(data: Any, *path: str | int) -> int:
    """A target's number of a thing at a path, also where it stands as text; 0 where it is none."""
    digits = text(data, *path)
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def items(data: Any, *path: str | int) -> list[Any]:
    """The list at a path; else an empty one."""
    value = inside(data, *path)
    return value if isinstance(value, list) else []


def key_of(names: Mapping[K, object], theirs: str) -> K | None:
    """Our word for a target's; None for one that we have no word for."""
    return next((ours for ours, name in names.items() if str(name) == theirs), None)


def same(ours: str, theirs: str) -> bool:
    """Two texts say the same: targets change line ends, trim what surrounds a text and escape it for HTML."""
    return ours.split() == theirs.split() or unescape(ours).split() == unescape(theirs).split()


def get_json(http: Http, path: str, params: Mapping[str, str] | None = None) -> Any:
    """GET and its JSON. Later where the answer is not JSON: asking may be done again."""
    with may_be_repeated():
        return json_of(http, http.get(path, params))


def send_json(http: Http, method: str, path: str, data: object) -> Any:
    """Change something and give the answer's JSON. Unknown where that is not JSON: it may have been done."""
    return json_of(http, http.write(method, path, data))


def json_of(http: Http, answer: Answer) -> Any:
    """An answer's JSON. Unknown where it is none: what was asked for may have been done."""
    try:
        return answer.json()
    except ValueError:
        # The words that could not be read are the target's: they stay out of what is shown and logged.
        raise Unknown(f"{http.name} answered with something other than JSON.") from None
