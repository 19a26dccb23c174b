"""The runs of drills in a log, and their scores."""

from datetime import datetime

from console.core.drill.score import Score, score_of
from console.store.log import Log


def scores(log: Log, now: datetime, name: str = "") -> list[Score]:
    """The score of each run, or of each run of one drill by its name, oldest first.

    Safe in any thread. Raises StoreProblem.
    """
    refs = [ref for (ref,) in log.select("SELECT DISTINCT incident FROM event WHERE kind = 'drill_begun'")]
    scores = filter(None, (score_of(ref, log.events(ref), now) for ref in refs))
    return sorted((score for score in scores if name in ("", score.script.name)), key=lambda score: score.begun_at)


def earlier(runs: list[Score], score: Score) -> list[Score]:
    """The runs of the same drill that were over before this one began, oldest first."""
    return [
        run for run in runs
        if run.script.name == score.script.name and run.ended_at is not None and run.ended_at <= score.begun_at
    ]  # fmt: skip
