"""An incident to write a postmortem of: a deploy, a roll-back, a supported hypothesis, a temporary fix."""

from datetime import timedelta
from typing import Any

from console.core import commands as do
from tests.core.story import START, Story

IMPACT = START - timedelta(minutes=10)
DETECTED = START - timedelta(minutes=4)


def told(**declared: Any) -> Story:
    """Declared by mo at 14:00 UTC; ana commands from 14:01; mitigated at 14:30, resolved at 14:40."""
    story = Story(**declared)

    def log(minute: float, kind: str, text: str, actor: str = "rs", **more: Any) -> str:
        return story.at(minute).does(do.LogEntry, kind=kind, text=text, actor=actor, **more)

    story.at(1).does(do.AssignRole, role="ic", person="ana")
    log(1, "action", "deploy v2.3.4 finished", at=START - timedelta(minutes=12))
    story.does(do.SetMilestone, milestone="impact_started", moment=IMPACT)
    story.does(do.SetMilestone, milestone="detected", moment=DETECTED)
    story.at(2).does(do.DescribeImpact, text="a third of the checkouts fail")
    guess = log(4, "hypothesis", "the connection pool is too small since v2.3.4")
    log(6, "decision", "roll back to v2.3.3", actor="ana")
    log(8, "action", "rolling back with @rs", actor="ana", people=("rs",))
    story.does(do.AddFix, text="pool raised to 200 by hand", where="pool.yaml", ticket="OPS-7")
    story.at(10).does(do.PostUpdate, audience="internal", text="rolling back", next_in=timedelta(minutes=15))
    story.does(do.JudgeHypothesis, hypothesis=guess, verdict="supported", evidence="the pool stood at 100 %")
    story.at(20).does(do.MoveStage, stage="investigating")
    story.at(25).does(do.MoveStage, stage="mitigating")
    story.at(30).does(do.MoveStage, stage="resolving")
    story.at(40).does(do.MoveStage, stage="monitoring")
    return story
