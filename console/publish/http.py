"""Requests to a target: https to one host only, no redirects, a limit on time and size, and no key in any message.

Every way in which a request can end becomes an `Answer` or a `Failure` (see there). httpx is imported when the first
client is made.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from console.core.refusal import Refusal
from console.publish.failure import Failure, Gone, Later, Refused, Unknown, said

if TYPE_CHECKING:
    import httpx

OVERALL_S = 30.0
"""A request with its whole answer takes no longer, however slowly the answer drips."""
CONNECT_S = 10.0
READ_S = 15.0
MOST_BYTES = 2_000_000
"""An answer beyond this is none of ours."""
LONGEST_WAIT_S = 3600.0
"""A target that asks to wait longer is asked again after an hour all the same."""
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
HIDDEN = "•••"

_SECRETS = re.compile(r"(?i)\b(bearer|oauth|token|key)\s+[\w.~+/=-]{8,}")


class Answer:
    """What came back with a status below 300."""

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


def address(url: str) -> str | Refusal:
    """A target's base address without its last slash; a refusal for one that would send the key in the clear."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Refusal("The address has to begin with https://.", "url")
    if parts.username or parts.password:
        return Refusal("The address must not hold a name or password; the key has a place of its own.", "url")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return Refusal("The address has to begin with https://; http is taken for this machine only.", "url")
    return url.strip().rstrip("/")


class Http:
    """One target's client, used by one thread at a time. Close it at the end."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        name: str = "",
        secrets: tuple[str, ...] = (),
        pace_s: float = 0.0,
        transport: "httpx.BaseTransport | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        overall_s: float = OVERALL_S,
    ) -> None:
        """`name` is the target's, for sentences; `secrets` never appear in one. Raises Refused for a bad address."""
        import httpx

        found = address(base)
        if isinstance(found, Refusal):
            raise Refused(found.reason)
        self.base = found
        self.name = name or urlsplit(found).hostname or "the target"
        self._secrets = tuple(one for one in secrets if one)
        self._pace_s, self._monotonic, self._sleep, self._overall_s = pace_s, monotonic, sleep, overall_s
        self._last = float("-inf")
        self._client = httpx.Client(
            headers={"User-Agent": "warroom", "Accept": "application/json", **headers},
            follow_redirects=False,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            transport=transport,
            # A proxy or a .netrc of the environment would see the key.
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Ask; what fails on the way is Later, since asking changes nothing."""
        try:
            return self._request("GET", path, params=params)
        except Unknown as failure:
            raise Later(failure.reason) from failure

    def write(
        self,
        method: str,
        path: str,
        data: object = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Change something: JSON from `data`, or `content` as it is. Unknown where it may have been done."""
        body = content if content is not None else json.dumps(data).encode()
        more = {"Content-Type": "application/json", **(headers or {})}
        return self._request(method, path, body=body, headers=more)

    def url(self, path: str) -> str:
        """The whole address of a path, or of a next page; Refused for one on another host."""
        if not path.startswith(("http://", "https://")):
            return f"{self.base}/{path.lstrip('/')}" if path else self.base
        here, there = urlsplit(self.base), urlsplit(path)
        if (here.scheme, here.hostname, here.port) != (there.scheme, there.hostname, there.port):
            raise Refused(f"{self.name} sent us on to another host ({there.hostname}); it is not followed.")
        return path

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        import httpx

        url = self.url(path)
        self._keep_pace()
        until = self._monotonic() + self._overall_s
        try:
            with self._client.stream(method, url, params=params, content=body, headers=headers) as response:
                answer = Answer(response.status_code, response.headers, self._read(response, until))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Later(f"{self.name} cannot be reached: {self._hide(error)}.") from error
        except httpx.HTTPError as error:
            what = "took too long to answer" if isinstance(error, httpx.TimeoutException) else "broke off"
            raise Unknown(f"{self.name} {what}.") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(f"The address of {self.name} cannot be used; check its url.") from error
        return self._judged(answer)

    def _keep_pace(self) -> None:
        wait = self._last + self._pace_s - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._last = self._monotonic()

    def _read(self, response: "httpx.Response", until: float) -> bytes:
        found = bytearray()
        for chunk in response.iter_bytes():
            found += chunk
            if len(found) > MOST_BYTES:
                raise Unknown(f"{self.name} sent an answer without an end.")
            if self._monotonic() > until:
                raise Unknown(f"{self.name} took too long to answer.")
        return bytes(found)

    def _judged(self, answer: Answer) -> Answer:
        status = answer.status
        if status < 300:
            return answer
        words = self._words(answer)
        told = f": {words}" if words else ""
        if status in (420, 425, 429):
            raise Later(f"{self.name} asks to wait{told}.", retry_after(answer))
        if status == 408 or status >= 500:
            raise Unknown(f"{self.name} has trouble of its own ({status}){told}.")
        if status < 400:
            raise Refused(f"{self.name} sends us elsewhere ({status}), which is not followed; check its url.")
        if status in (401, 403):
            raise Refused(f"{self.name} does not accept the key ({status}){told}; give it a new one.")
        if status in (404, 410):
            raise Gone(f"{self.name} has no such page, incident or component ({status}){told}; check the target.")
        raise Refused(f"{self.name} refused it ({status}){told}; edit it and send it again.")

    def _words(self, answer: Answer) -> str:
        """The target's own reason, whatever shape it has; nothing of a page in HTML."""
        with suppress(ValueError):
            return self._hide(said(_reason(answer.json())))
        return ""

    def _hide(self, words: object) -> str:
        text = str(words)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return said(_SECRETS.sub(rf"\1 {HIDDEN}", text))


def _reason(found: Any) -> str:
    """Messages out of the shapes that providers use: message, error, errors as text, lists or fields."""
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        return "; ".join(filter(None, (_reason(one) for one in found[:5])))
    if not isinstance(found, dict):
        return ""
    for name in ("message", "error", "error_message", "detail", "title"):
        if found.get(name):
            words = _reason(found[name])
            more = _reason(found["errors"]) if found.get("errors") and name == "message" else ""
            return f"{words} ({more})" if more and more not in words else words
    if "errors" in found:
        return _reason(found["errors"])
    return "; ".join(filter(None, (_reason(one) for one in list(found.values())[:5])))


def retry_after(answer: Answer, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Seconds that the answer asks to wait: a number or a date in the header, or `retry_after` in the body."""
    found: Any = answer.headers.get("retry-after")
    if found is None:
        with suppress(ValueError, AttributeError):
            body = answer.json()
            limit = body.get("rate_limit")
            found = limit.get("retry_after") if isinstance(limit, dict) else body.get("retry_after")
    if found is None:
        return None
    seconds = _seconds(found, now())
    return None if seconds is None else min(max(0.0, seconds), LONGEST_WAIT_S)


def _seconds(found: Any, now: datetime) -> float | None:
    with suppress(ValueError, TypeError, OverflowError):
        number = float(found)
        return number if number == number else None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError, TypeError):
            moment = read(str(found))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return (aware - now).total_seconds()
    return None


__all__ = ["Answer", "Failure", "Http", "address", "retry_after"]
