"""The questions of the import at a terminal."""

from datetime import UTC, datetime

import click
import pytest

from console.cli.context import Shell
from console.cli.importing import Reading


def test_what_the_text_leaves_open_is_asked_once_and_shown_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["Mars", "PDT", "2024-07-05"])
    asked: list[str] = []

    def prompt(sentence: str, *, default: str, err: bool) -> str:
        asked.append(sentence)
        return next(answers)

    monkeypatch.setattr(click, "prompt", prompt)
    reading = Reading(Shell(None, "mo", "Europe/Berlin", False), "14:30 x\n14:31 y\n", {})
    reading.ask()

    zone, day = "No zone is stated. Which zone are the times in?", "No day is stated. On which day was the first entry?"
    assert asked == [zone, zone, day]
    assert reading.read.lines[0].occurred_at == datetime(2024, 7, 5, 21, 30, tzinfo=UTC)
    shown = capsys.readouterr().err
    assert "There is no time zone called “Mars”" in shown
    assert "23:30  x" in shown


def test_an_option_answers_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    reading = Reading(Shell(None, "mo", "UTC", False), "14:30 x\n", {"zone": "+02:00"})
    reading.name_options()

    shown = capsys.readouterr().err
    assert "--date YYYY-MM-DD" in shown
    assert "--zone" not in shown
