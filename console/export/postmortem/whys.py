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
    paragraphs: list[str] = []
    for line in lines:
        number = _NUMBERED.fullmatch(line)
        if number:
            paragraphs.append(number[1].strip())
        elif paragraphs:
            paragraphs[-1] = f"{paragraphs[-1]} {line}".strip()
        else:
            paragraphs.append(line)
    return [paragraph for paragraph in paragraphs if paragraph]


def whys_text(given: list[str]) -> str:
    """The section's text for these answers; empty ones are left out."""
    kept = [" ".join(answer.split()) for answer in given if answer.strip()]
    return "\n".join(f"{number}. {answer}" for number, answer in enumerate(kept, 1))


def question(given: list[str], number: int, title: str) -> str:
    """The question for answer `number` (from 0): the first about the incident, the others about the answer before."""
    before = given[number - 1].strip().rstrip(".") if number else ""
    return f"Why: {before}?" if before else f"Why did it happen: {title.strip().rstrip('.?!')}?"
