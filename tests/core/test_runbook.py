"""Runbooks: Markdown in, steps out, and each mistake with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.playbook.runbook import Runbook, Step
from console.core.playbook.runbook_reader import MAX_BYTES, MAX_STEPS, read_runbook
from console.core.refusal import Refused

FOLDER = Path(__file__).parents[2] / "data/runbooks"

WHOLE = """\
# Full disk

When a volume has no space left.
It happens at night.

Words: disk, No Space Left

## Look

1. Which volume is full
   The one at 100 %.

   ```sh
   df -h
     du -sh *
   ```
2. What grew

## Free

- [ ] Move the logs
   - the old ones
   - never the newest
"""


def runbook(text: str, name: str = "full-disk.md") -> Runbook:
    return read_runbook(text, name)


def test_a_runbook_is_read_whole() -> None:
    assert runbook(WHOLE) == Runbook(
        "full-disk",
        "Full disk",
        (
            Step("Which volume is full", "The one at 100 %.", "df -h\n  du -sh *", "Look"),
            Step("What grew"),
            Step("Move the logs", "- the old ones\n- never the newest", "", "Free"),
        ),
        "When a volume has no space left. It happens at night.",
        ("disk", "no space left"),
    )


def test_a_file_from_windows_reads_the_same() -> None:
    assert runbook("\ufeff" + WHOLE.replace("\n", "\r\n")) == runbook(WHOLE)


def test_a_comment_is_for_the_authors_only() -> None:
    assert runbook(WHOLE.replace("2. What grew", "<!-- ask\n\n# ops -->\n2. What grew")) == runbook(WHOLE)


def test_a_hash_inside_a_command_is_no_heading() -> None:
    (step,) = runbook("# T\n1. Run\n   ~~~\n   # look first\n   ```\n   ls\n   ~~~\n").steps
    assert step.command == "# look first\n```\nls"


def test_what_a_terminal_would_obey_is_made_visible() -> None:
    (step,) = runbook("# T\n1. Run\x1b]52;c;AAAA\x07\n   ```\n   ls \x1b[2J\n   ```\n").steps
    assert "\x1b" not in step.text + step.command
    assert "␛" in step.command


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "begins with its title"),
        ("Some text\n# T\n1. x\n", 1, "begins with its title"),
        ("## T\n1. x\n", 1, "one # and the words"),
        ("# T\n\nNothing to do.\n", 4, "there is no step"),
        ("# T\n# U\n1. x\n", 2, "a second title"),
        ("# T\n## Look\n## Free\n1. x\n", 2, "no step below “Look”"),
        ("# T\n1. x\n## Free\n", 3, "no step below “Free”"),
        ("# T\n1. x\n2.\n", 3, "has no words"),
        ("# T\n- [ ]\n", 2, "has no words"),
        ("# T\n```\nls\n```\n1. x\n", 2, "write the step above it"),
        ("# T\n1. x\n   ```\n   ls\n", 3, "does not end"),
        ("# T\n1. x\n   ```\n   ls\n   ```\n   ```\n   ps\n   ```\n", 6, "a second command"),
        ("# T\n1. x\n   ```\n\n   ```\n", 3, "this block is empty"),
        ("# T\n1. x\n## Free\n```\nls\n```\n2. y\n", 4, "no step between"),
        ("# T\n" + "1. x\n" * (MAX_STEPS + 1), MAX_STEPS + 2, "split the runbook"),
        ("# T\n1. x\n" + "y" * MAX_BYTES, 1, "longer than"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_runbook(text, "disk.md")
    assert refusal.value.reason.startswith(f"disk.md, line {line}: ")
    assert why in refusal.value.reason
    assert refusal.value.reason.endswith(".")


_PIECES = st.sampled_from(
    ["# T", "## G", "1. step", "- [ ] box", "   detail", "```", "   ~~~~", "Words: a, b", "", "2."]
)


@given(st.one_of(st.text(), st.lists(_PIECES | st.text(max_size=8), max_size=12).map("\n".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    sentence = "any.md, line 1"
    try:
        found = read_runbook(text, "any.md")
    except Refused as refused:
        sentence = refused.reason
    else:
        assert found.title
        assert all(step.text for step in found.steps)
        assert found.steps
    assert sentence.startswith("any.md, line ")


BUILT_IN = {
    "database-outage": [
        ("pool", "1"), ("slow queries", "2"), ("disk space", "3"), ("iops", "3"), ("backup", "4"),
        ("promoting a read replica", "5"),
    ],
    "api-degradation": [
        ("rate of requests", "1"), ("throttling", "1"), ("error rates by endpoint", "2"), ("depends on", "3"),
        ("recent deploys", "4"), ("circuit breaker", "5"),
    ],
    "memory-leak": [
        ("heap dump", "1"), ("garbage collection", "2"), ("objects become more", "3"), ("never closed", "4"),
        ("rolling restart", "5"),
    ],
    "ddos": [
        ("rate limiting", "1"), ("cdn", "2"), ("block suspicious", "3"), ("scale", "4"), ("hosting provider", "5"),
    ],
    "bad-deploy": [
        ("just before", "1"), ("flag", "3"), ("roll back", "4"), ("revert", "5"), ("have the errors gone", "7"),
    ],
}  # fmt: skip
"""The demands of the process on each built-in runbook, and in which step each stands."""


@pytest.mark.rule(
    "Rapid: Commands to undo a rollout and to revert",
    "Rapid: Switch a suspicious feature off and watch whether the symptoms go",
    case="bad-deploy",
)
@pytest.mark.rule("P-levels: Runbook for a database outage", case="database-outage")
@pytest.mark.rule("P-levels: Runbook for an API degradation", case="api-degradation")
@pytest.mark.rule("P-levels: Runbook for a memory leak", case="memory-leak")
@pytest.mark.rule("P-levels: Runbook for a DDoS", case="ddos")
@pytest.mark.rule("Sev4: Commands: pods, logs, database connections, deploys, commits")
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_runbook_holds_its_steps_in_order(name: str) -> None:
    book = runbook((FOLDER / f"{name}.md").read_text(), f"{name}.md")
    assert book.about
    assert book.words
    for words, place in BUILT_IN[name]:
        assert words in book.steps[int(place) - 1].text.lower(), (words, place)


def test_all_built_in_runbooks_are_known_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(BUILT_IN)
