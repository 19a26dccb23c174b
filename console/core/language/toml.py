"""TOML of files that people write, read without trusting that it is any."""

import tomllib
from typing import Any

from console.core.language.pattern import late

MAX_KEY_PARTS = 20
"""More parts than this in one dotted key are no key of ours; each costs as much as all before it together."""

_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_LONG_KEY = late(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS},}}+")


def read_toml(text: str) -> dict[str, Any]:
    """The parsed text. Raises ValueError with words that go on behind the file's name and "is not valid TOML: "."""
    long_key = _LONG_KEY.search(text)
    if long_key:
        line = text.count("\n", 0, long_key.start()) + 1
        raise ValueError(f"a key with more than {MAX_KEY_PARTS} parts in line {line}")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("its lists are nested too deep") from None
