"""Passwords, tokens and keys in a text, by their looks, so that one is asked before they are logged for good."""

import re
from collections.abc import Iterator

from console.core.language.pattern import late
from console.core.language.text import one_line

_NAMED = (
    r"pass(?:word|wd|phrase)|pwd|secret|(?:api|access|auth|secret|private|signing|encryption)[_-]?key|api[_-]?secret"
    r"|client[_-]?secret|(?:access|auth|refresh|api|bearer|session)?[_-]?token|secret[_-]?access[_-]?key"
)
_NAME = rf"(?<![A-Za-z])(?:[A-Za-z0-9]{{1,20}}[_.-]){{0,4}}(?:PG|MYSQL_)?(?:{_NAMED})"
_VALUE = r"(?P<value>[^\s\"'`,;&|<>()\[\]{}]{4,400})"
_LOOKED_AT_CHARS = 20_000

# Each is of a form that nothing else has.
_UNMISTAKABLE = late(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"|\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}|\bglpat-[A-Za-z0-9_-]{20,255}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,255}|\bxapp-[0-9]-[A-Za-z0-9-]{10,255}"
    r"|\bhooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"
    r"|\b[rs]k_live_[0-9A-Za-z]{16,255}|\bsk-(?:[a-z]{2,10}-){0,2}(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{32,255}"
    r"|\bAIza[0-9A-Za-z_-]{35}|\bya29\.[0-9A-Za-z_-]{20,1000}|\bGOCSPX-[0-9A-Za-z_-]{20,64}"
    r"|\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}"
    r"|\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[A-Za-z0-9_-]{40,400}|\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}"
    r"|\bhv[sb]\.[A-Za-z0-9_-]{20,400}|\bdop_v1_[a-f0-9]{64}\b|\bAGE-SECRET-KEY-1[0-9A-Z]{50,70}"
)
_AUTHORIZATION = late(
    r"\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:(?:bearer|basic|token|apikey)\s{1,3}|(?=\S{0,100}[0-9]))"
    r"(?P<value>[A-Za-z0-9._~+/=:-]{8,2000})"
    r"|\bbearer\s{1,3}(?=[A-Za-z._~+/=-]*[0-9])(?P<bearer>[A-Za-z0-9._~+/=-]{16,2000})",
    re.IGNORECASE,
)
_ASSIGNED = late(rf"{_NAME}[\"']?\s{{0,3}}=\s{{0,3}}[\"']?{_VALUE}", re.IGNORECASE)
_OPTION = late(rf"(?<!\S)--(?:[a-z]{{1,20}}-){{0,3}}(?:{_NAMED})(?:\s{{1,3}}|=)[\"']?{_VALUE}", re.IGNORECASE)
# Behind a colon or "is", prose is as likely: only what no word looks like counts.
_TOLD = late(rf"{_NAME}[\"']?\s{{0,3}}(?::|\bis\b)\s{{0,3}}[\"'`]?{_VALUE}", re.IGNORECASE)
_URL = late(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@?#]{0,200}:(?P<value>[^\s:/@]{1,200})@(?=[\w\[])", re.IGNORECASE)

_NO_SECRET = late(
    r"[$%<{\[(].*|[*xX•.…_-]+|\[?redacted.*|(?:expired|invalid|missing|none|null|nil|true|false|empty|unset|required"
    r"|wrong|changed|rotated|reset|revoked|unknown|yes|no|ok|valid|auth\w*|password|passwd|secret|token|value|example)"
    r"[.,;!?]*|/.*|~.*|https?:.*",
    re.IGNORECASE,
)


def looks_secret(text: str) -> str:
    """The first piece of the text that looks like a password, a token or a key; empty where nothing does.

    Rather quiet than wrong: what stands for a secret (`$TOKEN`, `***`) and what prose says about one ("token expired")
    is none. Only the first 20,000 characters are looked at.
    """
    return next((piece for piece, _ in _pieces(text)), "")


def secret_values(text: str) -> list[str]:
    """The passwords, tokens and keys themselves, without what names them: `hunter2` of `password=hunter2.`"""
    return [value.rstrip(".,;:!?") for _, value in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The pieces that look like a secret, each with the secret itself; those that can be nothing else first."""
    text = text[:_LOOKED_AT_CHARS]
    for certain in _UNMISTAKABLE.finditer(text):
        yield certain[0], certain[0]
    for pattern in (_AUTHORIZATION, _ASSIGNED, _OPTION, _URL, _TOLD):
        for match in pattern.finditer(text):
            value = match["value"] or match["bearer"]
            if not _NO_SECRET.fullmatch(value) and (pattern is not _TOLD or _no_word(value)):
                yield match[0], value


def secret_doubt(text: str) -> str:
    """The sentence that asks before a text with a secret in it is logged; empty where nothing looks like one."""
    piece = looks_secret(text)
    return f"“{one_line(piece, 30)}” looks like a secret, and is not logged yet." if piece else ""


def _no_word(value: str) -> bool:
    """True when the value has letters, and digits or signs among them, as passwords have and words have not."""
    bare = value.rstrip(".,;:!?")
    mixed = re.search("[A-Za-z]", bare) and re.search(r"[0-9]|[^\w./:-]", bare)
    return len(bare) >= 6 and bool(mixed) and not re.fullmatch(r"v?[0-9.]+[a-z]{0,3}", bare)
