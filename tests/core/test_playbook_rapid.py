"""The rapid playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from tests.core.bookstory import advice, tell
from tests.core.story import built_in

BOOK = built_in("rapid")


@pytest.mark.rule("Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem")
def test_six_phases_in_order() -> None:
    assert [stage.title for stage in BOOK.stages if stage.name not in ("monitor", "closed")] == [
        "Assess", "Contain", "Mitigate", "Diagnose", "Fix", "Postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Rapid: Who: everyone, on call and backup, on call, a ticket")
def test_who_responds() -> None:
    assert {severity.name: severity.who for severity in BOOK.severities} == {
        "SEV-1": "Everyone",
        "SEV-2": "On-call engineer and the backup",
        "SEV-3": "On-call engineer",
        "SEV-4": "A ticket",
    }


@pytest.mark.rule(
    "Rapid: Red flag: understand the code first: roll back",
    "Rapid: Red flag: this might work: back to known good",
    "Rapid: Red flag: only small: take it seriously",
    "Rapid: Red flag: permanent fix wanted: restore first",
    "Rapid: Red flag: debug quickly: mitigate first",
    "Rapid: Red flag: one more minute: set a time, escalate",
)
@pytest.mark.parametrize(
    ("thought", "reality", "action"),
    [
        ("Let me understand the code first", "Users are suffering", "Roll back first"),
        ("This fix might work", "untested fix can make it worse", "known to be good"),
        ("It's just a small issue", "Small issues cascade", "Take it seriously"),
        ("We need the permanent fix", "temporary mitigation will do", "Restore the service first"),
        ("I can debug this quickly", "Debugging takes its time", "Mitigate, then debug"),
        ("One more minute", "scope grows, and the recovery waits", "Set a time limit, then escalate"),
    ],
)
def test_six_red_flags(thought: str, reality: str, action: str) -> None:
    flag = next(flag for flag in BOOK.red_flags if flag.thought == thought)
    for words in (f"{thought}, please", *flag.words):  # the thought itself is among its words
        nudge = advice(tell("SEV-1", 5, f"1 mo: {words}", book=BOOK))["red_flag"]
        assert action in nudge.text
        assert reality in nudge.why
        assert nudge.why == f"{thought}? {flag.reality}"


@pytest.mark.rule("Rapid: Internal update")
def test_stakeholders_are_kept_informed() -> None:
    assert BOOK.templates == {"internal": "rapid-internal", "public": "rapid-public"}
