"""Asking for attention through the terminal: a desktop notification, in the sequence that the terminal knows."""

import sys
from collections.abc import Mapping

from console.core.language.text import one_line

MAX_CHARS = 160
_BY_777 = ("rxvt", "foot")
"""Terminals, by the beginning of TERM, that know OSC 777 and not OSC 9."""


def notification(words: str, environ: Mapping[str, str]) -> str:
    """The escape sequence that shows `words` on the desktop; empty where the terminal would print it as text.

    OSC 777 (urxvt's, which VTE's and foot's terminals took over) or else OSC 9 (iTerm2's, which most others know);
    a terminal that knows neither passes over both. Only one is sent, since some show both. In tmux it is wrapped
    for the terminal outside, which needs tmux's `allow-passthrough`.
    """
    term = environ.get("TERM", "")
    if term in ("", "dumb", "linux"):
        return ""
    # A semicolon would end a field of the sequence, and OSC 9 reads "4;" as a progress bar.
    message = one_line(words, MAX_CHARS).replace(";", ",")
    if environ.get("VTE_VERSION") or term.startswith(_BY_777):
        sequence = f"\x1b]777;notify;Warroom;{message}\x1b\\"
    else:
        sequence = f"\x1b]9;Warroom: {message}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    return sequence


def to_terminal(sequence: str) -> None:
    """Write a sequence to the terminal that the screen is painted on.

    Through the stream that Textual's driver writes to: each write of it is whole, so that the sequence never lands in
    the middle of another.
    """
    stream = sys.__stderr__
    if sequence and stream is not None and stream.isatty():
        stream.write(sequence)
        stream.flush()
