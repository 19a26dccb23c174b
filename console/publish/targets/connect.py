"""From a target's configuration and its key to the provider that talks to it."""

import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.core.refusal import Refused
from console.publish.provider import Provider, Settings
from console.publish.registry import provider_class
from console.publish.targets.keys import Key, Keys
from console.publish.targets.model import Target
from console.publish.transport.failure import Rejected
from console.publish.transport.http import Http, address
from console.publish.transport.proxy import proxy_for

if TYPE_CHECKING:
    import httpx

NOWHERE = "http://localhost"
"""The address of those that need none: never asked."""


def connect(
    target: Target,
    key: Key | None = None,
    *,
    dry_run: Path | None = None,
    page: bool = True,
    transport: "httpx.BaseTransport | None" = None,
    environ: Mapping[str, str] | None = None,
) -> Provider:
    """The provider of a target, ready to send. Its connections are closed when it is let go of.

    With `dry_run` nothing is sent: what would be is appended to that file, as JSON lines, whatever the provider.
    Without `page` a target may lack its page, which `check` then lists. `environ` is the process's, where nothing else
    is given; of it only a proxy is read.
    """
    cls = provider_class(target.provider)
    caps = cls.capabilities
    secret = key if caps.key_in in ("signature", "login") else None
    settings = Settings(target.name, target.page, target.url, target.options, secret)
    if dry_run is not None:
        from console.publish.providers.file import ToFile

        return ToFile(Settings(target.name, options={"path": str(dry_run)}))
    if caps.page and page and not target.page:
        raise Refused(
            f'{target.name} names no page: “warroom target check {target.name}” lists them; write one as page = "…" '
            "in its file.",
            "page",
        )
    if caps.needs_key(target.options) and key is None:
        raise Keys(None).missing(target.name)
    base: str = target.url or cls.base if caps.network else NOWHERE
    secrets: tuple[str, ...] = (key.reveal(),) if key else ()
    if caps.key_in == "url" and key is not None:
        base = webhook_address(target, key)
        # Also its last part alone, which is what opens the channel.
        secrets += (base, urlsplit(base).path, base.rpartition("/")[2])
    if not base:
        raise Refused(f'{target.name} needs the address of your installation: write it as url = "https://…".', "url")
    proxy = proxy_for(base, os.environ if environ is None else environ) if caps.network else ""
    try:
        http = Http(
            base,
            cls.headers(key.reveal()) if key is not None else {},
            name=target.name,
            secrets=secrets,
            pace_s=caps.pace_s,
            max_answer_bytes=caps.max_answer_bytes,
            proxy=proxy,
            transport=transport,
        )
    except Rejected as rejected:
        raise Refused(rejected.reason, "url") from rejected
    provider = cls(settings, http)
    weakref.finalize(provider, http.close)
    return provider


def webhook_address(target: Target, key: Key) -> str:
    """The address of a chat's webhook: the key itself, or the target's url and the key as its last part.

    Where the target has a url, a key that is an address has to be on the same host.
    """
    text = key.reveal()
    if not text.startswith(("https://", "http://")):
        if not target.url:
            raise Refused(
                f"The key of {target.name} has to be the whole address of the webhook, beginning with https://.", "key"
            )
        text = f"{target.url.rstrip('/')}/{text.lstrip('/')}"
    elif target.url and urlsplit(target.url).netloc != urlsplit(text).netloc:
        raise Refused(f"The key of {target.name} is an address on another host than its url; correct one of them.")
    try:
        return address(text)
    except Refused as refused:
        # Its own sentence would be about the url, which the person did not write.
        raise Refused(f"The key of {target.name}: {refused.reason}", "key") from refused
