"""An incident to write a postmortem of: a deploy, a roll-back, a supported hypothesis, a temporary fix."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Any

from console.core.log.state import Incident
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from console.export.postmortem.document import Form, document, document_markdown
from console.export.updates.update import compose_update
from console.library.templates import Templates
from tests.core.story import START, Story

BUILT_IN = Templates(None)
IMPACT = START - timedelta(minutes=10)
DETECTED = START - timedelta(minutes=4)


def told(**declared: Any) -> Story:
    """Declared by mo at 14:00 UTC; ana commands from 14:01; mitigated at 14:30, resolved at 14:40."""
    story = Story(**declared)

    def log(minute: float, kind: str, text: str, actor: str = "rs", **more: Any) -> str:
        return story.at(minute).does(LogEntry, kind=kind, text=text, actor=actor, **more)

    story.at(1).does(AssignRole, role="ic", person="ana")
    log(1, "action", "deploy v2.3.4 finished", at=START - timedelta(minutes=12))
    story.does(SetMilestone, milestone="impact_started", moment=IMPACT)
    story.does(SetMilestone, milestone="detected", moment=DETECTED)
    story.at(2).does(DescribeImpact, text="a third of the checkouts fail")
    guess = log(4, "hypothesis", "the connection pool is too small since v2.3.4")
    log(6, "decision", "roll back to v2.3.3", actor="ana")
    log(8, "action", "rolling back with @rs", actor="ana", people=("rs",))
    story.does(AddFix, text="pool raised to 200 by hand", where="pool.yaml", ticket="OPS-7")
    story.at(10).does(PostUpdate, audience="internal", text="rolling back", next_in=timedelta(minutes=15))
    story.does(JudgeHypothesis, hypothesis=guess, verdict="supported", evidence="the pool stood at 100 %")
    story.at(20).does(MoveStage, stage="investigating")
    story.at(25).does(MoveStage, stage="mitigating")
    story.at(30).does(MoveStage, stage="resolving")
    story.at(40).does(MoveStage, stage="monitoring")
    return story


def draft(state: Incident, audience: str, now: datetime, zone: tzinfo, **more: Any) -> str:
    """The text of an update as the composer offers it; the built-in templates are compiled once."""
    return compose_update(state, audience, now, zone, **({"templates": BUILT_IN} | more))[0]


def postmortem(state: Incident, now: datetime, zone: tzinfo, *, named: bool = False, form: Form = "postmortem") -> str:
    """The built-in form of a postmortem, without a template."""
    return document_markdown(document(state, now, zone, named=named, form=form))


def fits(text: str, outline: str) -> bool:
    """True when the text has these lines and values; each … of the outline stands for some words."""
    lines, wanted = text.strip("\n").split("\n"), outline.strip("\n").split("\n")
    patterns = [re.escape(line).replace("…", r".*?[^\W\d_].*?") for line in wanted]
    return len(lines) == len(wanted) and all(map(re.fullmatch, patterns, lines))
