"""Names for incidents and entries: short enough to say on a call, and resolved from what people type.

Both kinds are written in Crockford's base 32, whose alphabet leaves out I, L, O and U: what is heard or read wrongly
(an O for a zero, an I or L for a one) still finds its incident.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b

from console.core.language.text import listed
from console.core.refusal import Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, the digits in the order of their value."""

PREFIX = "INC-"
REFERENCE_DIGITS = 4
EVENT_ID_DIGITS = 13
"""13 digits are 65 bits: among a million entries, two are the same once in 70 million databases."""

_MISREAD = str.maketrans("OIL", "011")
_SHOWN_CANDIDATES = 5


def new_reference(randbytes: Callable[[int], bytes]) -> str:
    """A new incident's reference, `INC-K7Q2`: 20 random bits.

    `randbytes(n)` returns n random bytes (`os.urandom`, or a seeded source in tests). With a million possible values,
    a console asks again when the reference is already taken in its own log.
    """
    return PREFIX + _digits(randbytes, REFERENCE_DIGITS)


def new_event_id(randbytes: Callable[[int], bytes]) -> str:
    """A new entry's id: 13 lower-case base-32 digits, 65 random bits; `randbytes` as for `new_reference`."""
    return _digits(randbytes, EVENT_ID_DIGITS).lower()


def act_id(*words: str) -> str:
    """An id for what is logged by one act: always the same of these words, so that a second try is the same act."""
    digest = blake2b("\0".join(words).encode()).digest()
    return new_event_id(lambda count: digest[:count])


def _digits(randbytes: Callable[[int], bytes], count: int) -> str:
    bits = int.from_bytes(randbytes((count * 5 + 7) // 8), "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(0, count * 5, 5))


def is_reference(text: str) -> bool:
    """True for a whole reference as the log writes it."""
    digits = text.removeprefix(PREFIX)
    return text.startswith(PREFIX) and len(digits) == REFERENCE_DIGITS and set(digits) <= set(ALPHABET)


def parse_reference(text: str) -> str:
    """A whole reference as people write it, `k7q2`, `INC-K7Q2`, `inc k7q2`, as `INC-K7Q2`; no look-up is made."""
    prefix = reference_prefix(text)
    if len(prefix) < len(PREFIX) + REFERENCE_DIGITS:
        raise _no_reference(text)
    return prefix


def reference_prefix(text: str) -> str:
    """The beginning of a reference, one to four digits with or without `INC-`, as `INC-K7`."""
    wanted = text.strip().upper()
    if wanted.startswith("INC") and (len(wanted) > REFERENCE_DIGITS or wanted[3:4] in ("-", "_", " ")):
        wanted = wanted[3:].lstrip("-_ ")
    wanted = wanted.translate(_MISREAD)
    if not 1 <= len(wanted) <= REFERENCE_DIGITS or not set(wanted) <= set(ALPHABET):
        raise _no_reference(text)
    return PREFIX + wanted


def _no_reference(text: str) -> Refused:
    typed = _quoted(text)
    return Refused(f"{typed} is not an incident's reference; it has four letters or digits, as in INC-K7Q2.", "ref")


def resolve_reference(text: str, known: Iterable[str]) -> str:
    """The one known reference that the text means, in full or by its beginning."""
    prefix = reference_prefix(text)
    matches = sorted(reference for reference in set(known) if reference.startswith(prefix))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise Refused(f"There is no incident {prefix} here; `warroom list` shows those there are.", "ref")
    raise Refused(f"{prefix} could be {_candidates(matches)}; write one more character.", "ref")


def _candidates(matches: list[str]) -> str:
    shown = matches[:_SHOWN_CANDIDATES]
    more = len(matches) - len(shown)
    return listed([*shown, *([f"{more} more"] if more else [])], "or")


def _quoted(text: str) -> str:
    """The typed text, safe in a sentence; pasted paragraphs and control characters are only mentioned."""
    typed = text.strip()
    if not typed:
        return "Nothing"
    return f"“{typed}”" if len(typed) <= 32 and typed.isprintable() else "That"
