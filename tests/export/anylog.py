"""Logs of incidents in which anything that a person can type was typed, by the seed of a random number."""

import random
from collections.abc import Iterator

from console.core.language.text import clean
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.undo import RedactEntry, Undo
from tests.core.story import Story, built_in

BOOKS = ("standard", "rapid", "p-levels", "sev4", "checklist")
PEOPLE = ("mo", "Ana", "rs", "José María")
_SIGNS = ("", "! ", "> ", "* ", "? ", "+ ", "-4m ", "-12m > ")
_ENDS = ("", ".", "!", " #db", " #cause", " @Ana", "…")
_TURNS = (
    "{w} fails for {w}. {W} is fine: see https://{w}.example/{w}",
    "{w}",
    "{W} at 30 % since `{w}` *{w}*",
    "- {w} <b>{w}</b> | {w}\n# {w}",
    "we {w} {w}; no {w} yet",
    "a",
)
_LINES = (
    "{sign}{text}{end}", "{sign}{text}{end}", "{sign}{text}{end}",
    "/task @{p} 10m {line}", "/task {line}", "/change {line} back: {line}",
    "/changed done: {line}", "/changed failed", "/fix {line} in {w}.yaml {W}-12 @{p}", "/hypothesis {line}",
    "/supported 1 {line}", "/ruled-out 2 {line}", "/component {w} degraded", "/component {W} major", "/impact {line}",
    "/title {line}", "/role ic {p}", "/role tech {p}", "/role comms {p}", "/stage next ! {line}", "/stage next",
    "/sev {sev} {line}", "/milestone impact_started 13:40", "/milestone detected 13:50", "/milestone mitigated -1m",
    "/action P1 @{p} 14d {line}", "/handoff {p} {line}", "/accept", "/escalate {p} {line}", "/done 1: {line}", "/ack 1",
    "/page @{p} by {w}", "/page {p} for {w} phone", "/answered {p} 10m {line}", "/declined {p} {line}",
    "/no-answer {p}",
    "/check", "/snooze internal 10m {line}", "/update internal next 30m {line}", "/update public next 20m {line}",
    "/update executive {line}", "/postmortem owner {p}", "/postmortem lessons {line}", "/ic {p}",
)  # fmt: skip


class AnyLog(Story):
    """A story of some forty lines, a few of which were corrected, undone or redacted."""

    def __init__(self, seed: int, lines: int = 40) -> None:
        self.random = random.Random(seed)
        self._words = self._numbered()
        book = built_in(self.random.choice(BOOKS))
        self.severities = [severity.name for severity in book.severities]
        super().__init__(self.random.choice(self.severities), self._person(), book, title=self._text())
        minute = 0.0
        for _ in range(lines):
            minute += self.random.choice((0.2, 1, 3, 9))
            self.at(minute).tries_line(self._line(), self._person())
            if self.random.random() < 0.12:
                self.changes(self.random.choice(self.state.entries[:]).id)

    def changes(self, id: str) -> bool:
        """Correct, undo or redact an entry, where it lets itself; whether that was done."""
        before = len(self.events)
        match self.random.choice(("correct", "undo", "redact")):
            case "correct":
                self.tries(CorrectEntry(actor=self._person(), entry=id, text=self._text()))
            case "undo":
                self.tries(Undo(actor=self._person(), entry=id, dependents=True))
            case _:
                self.tries(RedactEntry(actor=self._person(), entry=id))
        return len(self.events) > before

    def _numbered(self) -> Iterator[str]:
        yield from (f"{self.random.choice(('pool', 'queue', 'cache', 'shard'))}-{n}" for n in range(1, 10_000))

    def _person(self) -> str:
        return self.random.choice(PEOPLE)

    def _text(self) -> str:
        pattern = self.random.choice(_TURNS)
        while "{" in pattern:
            word = next(self._words)
            pattern = pattern.replace("{w}", word, 1) if "{w}" in pattern else pattern.replace("{W}", word.title(), 1)
        return clean(pattern).strip()

    def _line(self) -> str:
        pick = self.random.choice
        return pick(_LINES).format(
            sign=pick(_SIGNS), text=self._text(), end=pick(_ENDS), p=pick(PEOPLE[:3]), sev=pick(self.severities),
            line=self._text().replace("\n", " "), w=next(self._words), W=next(self._words).upper(),
        )  # fmt: skip
