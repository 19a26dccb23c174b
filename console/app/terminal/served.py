"""Detecting that a browser shows this console."""

from collections.abc import Mapping


def is_served(environ: Mapping[str, str]) -> bool:
    """True when textual-serve started this console: it names Textual's driver for that, and there is no terminal."""
    return environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")
