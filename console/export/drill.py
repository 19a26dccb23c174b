"""The score of a drill as JSON, and as lines for shell and console."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from console.core.drill.score import POINTS, Rule, Score, Verdict
from console.core.drill.script import Drill
from console.core.language.text import one_line
from console.core.language.times import format_length, local_pair
from console.export.json.model import DrillRuleView, DrillRunView, DrillScoreView, DrillView

FAMILIES: Mapping[str, str] = {
    "goal": "This drill", "role": "Roles", "update": "Updates", "clock": "Due times", "gate": "Gates",
    "checklist": "Checklists", "advice": "How it was led",
}  # fmt: skip
"""The heading of each family of rules, in the order in which they are told."""
SIGNS: Mapping[Verdict, str] = {"met": "✓", "late": "◐", "partly": "◐", "missed": "✗"}
VERDICT_WORDS: Mapping[Verdict, str] = {"met": "met", "late": "late", "partly": "partly", "missed": "not met"}


def drill_view(drill: Drill, file: str | None, runs: Sequence[Score]) -> DrillView:
    return DrillView(
        name=drill.name, title=drill.title, about=drill.about, playbook=drill.playbook, severity=drill.severity,
        length_s=drill.length_s, injects=len(drill.injects), source=drill.source.url or None, file=file,
        runs=tuple(map(DrillRunView.of, runs)),
    )  # fmt: skip


def score_view(score: Score, earlier: Sequence[Score]) -> DrillScoreView:
    """A run's score; `earlier` are the runs of the same drill before it, oldest first."""
    before = verdicts_before(earlier)
    return DrillScoreView.of(
        score, drill=score.script.name, title=score.script.title, possible=len(score.rules),
        rules=[DrillRuleView.of(rule, before=before.get(rule.id)) for rule in rules_in_order(score)],
        earlier=earlier,
    )  # fmt: skip


def verdicts_before(earlier: Sequence[Score]) -> Mapping[str, Verdict]:
    """The verdict on each rule in the last run before, by the rule's id; empty without one."""
    return earlier[-1].verdicts() if earlier else {}


def rules_in_order(score: Score) -> list[Rule]:
    """The rules in the order in which they are told."""
    families = list(FAMILIES)
    return sorted(score.rules, key=lambda rule: families.index(rule.family))


def headline(score: Score, earlier: Sequence[Score]) -> str:
    """`78 %: 26 of 33 points; 71 % in the run before`."""
    if not score.rules:
        return "nothing to score yet"
    before = f"; {percent_words(earlier[-1])} in the run before" if earlier else ""
    ended = "" if score.ended_at else ", not ended yet"
    return f"{score.percent} %: {score.points:g} of {len(score.rules)} points{ended}{before}"


def percent_words(score: Score) -> str:
    return "–" if score.percent is None else f"{score.percent} %"


def change_words(rule: Rule, before: Mapping[str, Verdict]) -> str:
    """The words for how the rule fared in the run before; empty where it fared the same, or was not counted."""
    then = before.get(rule.id)
    if then is None or POINTS[then] == rule.points:
        return ""
    return f"{'better' if rule.points > POINTS[then] else 'worse'}: {VERDICT_WORDS[then]} in the run before"


def shown_words(rule: Rule) -> str:
    """In front of the entry of a rule."""
    return "trigger:" if rule.verdict == "missed" else "shown by:"


def moment_words(score: Score, at: datetime, zone: tzinfo) -> str:
    since = at - score.begun_at
    into = f", {format_length(since)} in" if since.total_seconds() >= 0 else ""
    return f"{local_pair(at, zone)[0]}{into}"


def score_lines(score: Score, earlier: Sequence[Score], zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Each line's head and its text: the score, the rules under their headings, and how the runs before went."""
    before = verdicts_before(earlier)
    yield f"{score.ref}  ", f"{score.script.title}  ·  {headline(score, earlier)}"
    family = ""
    for rule in rules_in_order(score):
        if rule.family != family:
            family = rule.family
            yield "", ""
            yield "", FAMILIES[family]
        yield f"  {SIGNS[rule.verdict]} {VERDICT_WORDS[rule.verdict]:<8}", rule.text
        moment = moment_words(score, rule.at, zone) if rule.at is not None else ""
        facts = [moment, rule.detail, change_words(rule, before)]
        if line := "; ".join(filter(None, facts)):
            yield " " * 12, line
        if rule.said:
            yield " " * 12, f"{shown_words(rule)} “{one_line(rule.said, 200)}”"
    if earlier:
        yield "", ""
        yield "", "Earlier runs"
        for run in earlier:
            yield f"  {run.begun_at.astimezone(zone):%Y-%m-%d}  {run.ref}  ", percent_words(run)
