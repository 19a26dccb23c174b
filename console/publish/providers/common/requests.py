"""Requests around a message: steps that may be done twice, lists of many pages, paths with ids."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from console.publish.providers.common.json import inside
from console.publish.sending.message import Part
from console.publish.transport.failure import Gone, Later, Rejected, Unknown
from console.publish.transport.http import Http

MAX_PAGES = 50
"""A list with more pages is read no further, and counts as not read to its end."""


def path(*steps: str) -> str:
    """A path out of its steps, each as one step whatever is in it."""
    return "/".join(quote(step, safe="") for step in steps)


def bearer(key: str) -> dict[str, str]:
    """The usual header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


def check_named(name: str, what: str, id: str) -> None:
    """Unknown where the target `name` gave what it took no id: whether it took it can't be told."""
    if not id:
        raise Unknown(f"{name} took the {what} and did not say what it is called there.")


def prepared(http: Http, method: str, where: str, data: object) -> None:
    """A step that makes ready for the message and may be done twice.

    Where its end is not known, nothing of the message is there yet: Later, never Unknown.
    """
    try:
        http.write(method, where, data)
    except Unknown as failure:
        raise Later(failure.reason) from None


def component_set(http: Http, where: str, part: Part, data: object) -> None:
    """`prepared` for one component; a component that is not there is named."""
    try:
        prepared(http, "PUT", where, data)
    except Gone:
        called = f"“{part.name}” ({part.id})" if part.name else part.id
        raise Rejected(f"{http.name} has no component {called}: give the target its new id and send again.") from None


def entries(name: str, data: Any, *where: str) -> list[Any]:
    """The list at a path of an answer. Later where there is none: a missing list is not an empty one."""
    listed = inside(data, *where)
    if not isinstance(listed, list):
        raise Later(f"{name} answered with something other than a list.")
    return listed


def paged(ask: Callable[[int], tuple[list[Any], bool]]) -> tuple[list[Any], bool]:
    """All that `ask(1)`, `ask(2)` … give, and whether that is everything.

    `ask` tells with each page whether there are more. Pages are counted here instead of followed by their links: a
    server behind a proxy writes links to a host or scheme that is not its own, and a link never carries our key away.
    """
    listed: list[Any] = []
    for number in range(1, MAX_PAGES + 1):
        page, more = ask(number)
        listed += page
        if not more or not page:
            return listed, True
    return listed, False
