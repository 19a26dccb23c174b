"""Requests to a target: https to one host only, no redirects, a limit on time and size, and no key in any message.

Every way in which a request can end becomes an `Answer` or a `PublishProblem` (see there). httpx is imported when
the first client is made.
"""

import json
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from console.core.refusal import Refused
from console.publish.transport.answer import Answer, reason, retry_after
from console.publish.transport.deadline import Deadline
from console.publish.transport.failure import Forbidden, Gone, Later, Rejected, Unknown, may_be_repeated, quoted
from console.publish.transport.proxy import LOOPBACK, readable

if TYPE_CHECKING:
    import httpx

OVERALL_S = 30.0
"""A request with its whole answer takes no longer, however slowly the answer drips."""
CONNECT_S = 10.0
READ_S = 15.0
MAX_ANSWER_BYTES = 2_000_000
"""An answer beyond this is none of ours."""
HIDDEN = "•••"

# What follows these words in a target's own sentence is a key when it has a digit: "API key provided" stays.
_SECRETS = re.compile(r"(?i)\b(bearer|oauth|basic|token|key)([\s:=\"']+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}")


def address(url: str) -> str:
    """A target's base address without its last slash; a refusal for one that would send the key in the clear."""
    parts = readable(url.strip())
    if parts is None or len(url.split()) > 1:
        raise Refused("The address cannot be read; it has to be like https://status.example.com.", "url")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("The address has to begin with https://.", "url")
    if parts.username or parts.password:
        raise Refused("The address must not hold a name or password; the key has a place of its own.", "url")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Refused("The address has to begin with https://; http is taken for this machine only.", "url")
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
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        proxy: str = "",
        transport: "httpx.BaseTransport | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        overall_s: float = OVERALL_S,
    ) -> None:
        """`name` is the target's, for sentences; `secrets` never appear in one. Raises Rejected for a bad address.

        `proxy` is the address of one that is asked for a tunnel (see `proxy.py`); not with a `transport`.
        """
        import httpx

        try:
            self.base = address(base)
        except Refused as refused:
            raise Rejected(refused.reason) from refused
        self.name = name or urlsplit(self.base).hostname or "the target"
        # The longest first, so that no part of one is left when another is hidden; as they stand in addresses too.
        hidden = (*secrets, urlsplit(proxy).password or "")
        forms = {form for secret in hidden if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)
        self._pace_s, self._monotonic, self._sleep, self._overall_s = pace_s, monotonic, sleep, overall_s
        self._last, self._max_answer_bytes = float("-inf"), max_answer_bytes
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise Rejected(f"The key of {self.name} holds a character that no key has; give it again.")
        # Each address is written to the log at INFO, and the address of a webhook is its key.
        for logger in (logging.getLogger("httpx"), logging.getLogger("httpcore")):
            logger.setLevel(max(logger.level, logging.WARNING))
        self._client = httpx.Client(
            # Compressed answers could be far larger than what was read of them.
            headers={"User-Agent": "warroom", "Accept": "application/json", "Accept-Encoding": "identity", **headers},
            follow_redirects=False,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            # A kept connection may be closed under the next request, whose end would be unknown for nothing.
            limits=httpx.Limits(max_keepalive_connections=0),
            transport=transport,
            # Where there is no TLS nobody is trusted, for httpx would read all that this machine trusts all the same.
            verify=trusted() if transport is None and self.base.startswith("https:") else _nobody(),
            proxy=_proxy(proxy) if proxy and transport is None else None,
            # httpx itself would read a .netrc, and take a proxy for http too, which would see what is sent.
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Ask; what fails on the way is Later, since asking changes nothing."""
        with may_be_repeated():
            return self._request("GET", path, params=params)

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
        """The whole address of a path, or of a next page; Rejected for one on another host."""
        if not path.startswith(("http://", "https://")):
            return f"{self.base}/{path.lstrip('/')}" if path else self.base
        import httpx

        # Read by httpx, as it will be when it is asked: two readers may see two hosts in one address.
        try:
            own, target = httpx.URL(self.base), httpx.URL(path)
        except httpx.InvalidURL:
            raise Rejected(f"{self.name} redirects to an address that cannot be read; it is not followed.") from None
        if (own.scheme, own.host, own.port) != (target.scheme, target.host, target.port) or target.userinfo:
            raise Rejected(f"{self.name} redirects to another host ({target.host}), which is not followed.")
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
        with Deadline(self._overall_s) as deadline:
            try:
                with self._client.stream(
                    method, url, params=params, content=body, headers=headers, extensions={"trace": deadline.trace}
                ) as response:
                    answer = Answer(response.status_code, response.headers, self._read(response, until))
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise Later(f"{self.name} cannot be reached: {self.hidden(error) or 'no answer'}.") from None
            except httpx.ProxyError as error:
                # It made no tunnel, so nothing has come to the target.
                raise Later(f"The proxy refuses the connection to {self.name}: {self.hidden(error)}.") from None
            except httpx.HTTPError as error:
                late = deadline.over or isinstance(error, httpx.TimeoutException)
                raise Unknown(f"{self.name} {'took too long to answer' if late else 'broke off'}.") from None
            except (httpx.InvalidURL, UnicodeError):
                # Their own words hold the address, which may be the key.
                raise Rejected(f"The address of {self.name} cannot be used; check its url.") from None
            finally:
                # A cookie would make the next request another one than the first.
                self._client.cookies.clear()
        if deadline.over:
            # An answer without a length looks whole when its connection ends.
            raise Unknown(f"{self.name} took too long to answer.")
        return self._judged(answer)

    def _keep_pace(self) -> None:
        wait = self._last + self._pace_s - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._last = self._monotonic()

    def _read(self, response: "httpx.Response", until: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise Unknown(f"{self.name} sent an answer without an end.")
            if self._monotonic() > until:
                raise Unknown(f"{self.name} took too long to answer.")
        return bytes(body)

    def _judged(self, answer: Answer) -> Answer:
        status = answer.status
        if status < 300:
            return answer
        words = self._words(answer)
        detail = f": {words}" if words else ""
        # GitHub tells of some limits by 403, as of a key that may not do a thing.
        if status in (420, 425, 429) or (status == 403 and "retry-after" in answer.headers):
            raise Later(f"{self.name} asks to wait{detail}.", retry_after(answer))
        if status == 408 or status >= 500:
            raise Unknown(f"{self.name} has a server error ({status}){detail}.")
        if status < 400:
            raise Rejected(f"{self.name} redirects elsewhere ({status}), which is not followed; check its url.")
        if status in (401, 403):
            kind = Rejected if status == 401 else Forbidden
            raise kind(f"{self.name} does not accept the key ({status}){detail}; give it a new one.")
        if status in (404, 410):
            raise Gone(f"{self.name} has no such page, incident or component ({status}){detail}; check the target.")
        raise Rejected(f"{self.name} refused it ({status}){detail}; edit it and send it again.")

    def _words(self, answer: Answer) -> str:
        """The target's own reason, whatever shape it has; nothing of a page in HTML."""
        with suppress(ValueError):
            return self.hidden(reason(answer.json()))
        return ""

    def hidden(self, words: object) -> str:
        """Words of the target's for a reason: without the key, one line, cut."""
        text = str(words)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        # Cut only now: a part of a key is no longer known as one.
        return quoted(_SECRETS.sub(rf"\1\2{HIDDEN}", text))


def _proxy(address: str) -> "httpx.Proxy":
    import httpx

    return httpx.Proxy(address, ssl_context=trusted() if address.startswith("https:") else None)


@cache
def _nobody() -> ssl.SSLContext:
    """A context in which no certificate is trusted."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trusted() -> ssl.SSLContext:
    """Certificates that this machine trusts, a company's own among them, and those that travel with httpx."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
