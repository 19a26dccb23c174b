"""Sequences and bytes that a terminal, a paste or a broken connection may send."""

import random
from collections.abc import Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import SPECIAL_SEQUENCES

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"


def known() -> list[str]:
    """Every sequence that Textual's parser knows by its tables, and one for each of its patterns."""
    coded = [f"\x1b[{key[:-1]}{held}{key[-1]}" for key in FUNCTIONAL_KEYS for held in ("", ";2", ";3", ";5:1")]
    patterns = [
        "\x1b[<0;10;10M", "\x1b[<35;1;1m", "\x1b[M !!", "\x1b[?2026;2$y", "\x1b[?2048;1$y", "\x1b[12;40R",
        "\x1b[48;36:36;120:120;720;1200t", "\x1b[97;;97u", "\x1b[106;5u", "\x1b[27;3;98~", "\x1b[13;1u",
    ]  # fmt: skip
    return [*ANSI_SEQUENCES_KEYS, *coded, *patterns, *SPECIAL_SEQUENCES - {PASTE_END}]


def random_sequence(chance: random.Random) -> str:
    """A sequence by the grammar, mostly; whole, broken or with numbers beyond all bounds."""
    numbers = ";".join(
        str(chance.choice([chance.randrange(10), chance.randrange(300), 10 ** chance.randrange(1, 40)]))
        for _ in range(chance.randrange(4))
    )
    body = chance.choice(["[", "[<", "[?", "[[", "O", "]0;", "P", "", "\x1b["]) + numbers
    return "\x1b" + body + chance.choice("ABCDHFPQRSZuuu~~~^$@mMtIOcyabcd\x07\\ \x1b\x00\t\ré€\U0001f600")


def random_paste(chance: random.Random) -> str:
    """Text with sequences in it, none of which is the closing one."""
    while True:
        pasted = "".join(
            chance.choice(["plain words", "\r", "\x00", random_sequence(chance), chance.choice(KNOWN)])
            for _ in range(chance.randrange(1, 5))
        )
        if PASTE_END not in pasted + PASTE_END[:-1]:
            return pasted


def random_bytes(chance: random.Random) -> bytes:
    """Bytes of any kind; half of them are a sequence that was hit by some."""
    noise = chance.randbytes(chance.randrange(1, 12))
    if chance.random() < 0.5:
        return noise
    sequence = random_sequence(chance).encode()
    at = chance.randrange(len(sequence) + 1)
    return sequence[:at] + noise[:3] + sequence[at:]


def bursts(chance: random.Random, count: int) -> Iterator[bytes]:
    """So many strings of `random_bytes`, none of which begins a paste."""
    while count:
        burst = random_bytes(chance)
        if PASTE.encode() not in burst:
            count -= 1
            yield burst


KNOWN = known()
