"""The five whys: a numbered list of answers, each the answer to "why?" of the one before it."""

import re

from console.core.language.text import clean

FIVE = 5

_NUMBERED = re.compile(r"\s*\d{1,3}[.)]\s*(.*)")


def answers(text: str) -> list[str]:
    """The answers in a section's text: its numbered lines, or its lines where none is numbered.

    A line without a number goes on with the answer above it.
    """
    lines = [line.strip() for line in clean(text).split("\n") if line.strip()]
    if not any(_NUMBERED.fullmatch(line) for line in lines):
        return [line.removeprefix("- ").strip() for line in lines]
    found: list[str] = []
    for line in lines:
        number = _NUMBERED.fullmatch(line)
        if number:
            found.append(number[1].strip())
        elif found:
            found[-1] = f"{found[-1]} {line}".strip()
        else:
            found.append(line)
    return [one for one in found if one]


def whys_text(said: list[str]) -> str:
    """The section's text for these answers; empty ones are left out."""
    kept = [" ".join(one.split()) for one in said if one.strip()]
    return "\n".join(f"{number}. {one}" for number, one in enumerate(kept, 1))


def question(said: list[str], number: int, title: str) -> str:
    """What is asked for answer `number` (from 0): the first about the incident, the others about the answer before."""
    before = said[number - 1].strip().rstrip(".") if number else ""
    return f"Why: {before}?" if before else f"Why did it happen: {title.strip().rstrip('.?!')}?"
