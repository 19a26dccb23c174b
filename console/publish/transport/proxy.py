"""The proxy that a company's machines have to take: `HTTPS_PROXY`, as other programs read it.

It is asked for a tunnel only: the target's certificate is checked behind it, so that it learns the target's host and
nothing else, neither the key nor what is sent. This machine is never reached through it.
"""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from console.core.refusal import Refused

VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The first that is set counts, as curl has it."""
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


def readable(address: str) -> SplitResult | None:
    """The parts of an address; None for one that cannot be read."""
    try:
        parts = urlsplit(address)
        return parts if address.isprintable() and (parts.port is None or parts.port > 0) else None
    except ValueError:
        return None


def proxy_for(base: str, environ: Mapping[str, str]) -> str:
    """The address of the proxy on the way to a target; empty for none. A refusal for one that cannot be used."""
    parts = urlsplit(base)
    host = (parts.hostname or "").lower().rstrip(".")
    variable = next((name for name in VARIABLES if environ.get(name, "").strip()), "")
    if not variable or parts.scheme != "https" or host in LOOPBACK or _passed_by(host, environ):
        return ""
    url = environ[variable].strip()
    address = url if "://" in url else f"http://{url}"
    proxy = readable(address)
    if proxy is None or not address.isascii() or proxy.scheme not in ("http", "https") or not proxy.hostname:
        # Its own words stay out of the sentence: they may hold a password.
        raise Refused(f"{variable} is not the address of a proxy such as http://proxy.example:3128; correct it.", "url")
    return address


def _passed_by(host: str, environ: Mapping[str, str]) -> bool:
    """NO_PROXY names the host, a domain that it is in, or everything."""
    named = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    for entry in named.replace(",", " ").lower().split():
        domain = entry.removeprefix("*").lstrip(".").rstrip(".")
        if entry == "*" or (domain and (host == domain or host.endswith(f".{domain}"))):
            return True
    return False
