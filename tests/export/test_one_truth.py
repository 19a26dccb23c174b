"""One figure in every document, and no cause that nobody stated, over many random logs."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.language.times import format_length
from console.core.log.clocks import elapsed
from console.core.log.milestones import durations, impact_ended
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from console.export.handoff import handoff_markdown
from console.export.json.incident import incident_view
from console.export.updates.announce import announcement, customer_message
from console.export.updates.update import brief
from tests.core.story import START, Story
from tests.drawing import examples
from tests.export.telling import draft, postmortem

STAGES = ("investigating", "mitigating", "resolving", "monitoring", "closed", "postmortem")
LENGTH = r"((?:\d+[dhms])+)"
LASTED = re.compile(
    rf"(?:impact lasted|impact was stopped after|\*\*Impact lasted:\*\*|\| Impact lasted \|[^|]*\|) \**{LENGTH}"
    rf"|- How long: {LENGTH}|, {LENGTH} in all",
    re.IGNORECASE,
)
CAUSE = re.compile(r"^.*?(?<![#-])\bcause\b\W*:([^.\n]*)", re.IGNORECASE | re.MULTILINE)
"""The named cause, up to the end of its sentence; a section of the postmortem has its name in a heading."""
UNSURE = ("(confirm", "hypothesis", "unconfirmed")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("stage"), st.sampled_from(STAGES)),
        st.tuples(st.just("milestone"), st.sampled_from(("impact_started", "detected", "mitigated", "resolved"))),
        st.tuples(
            st.just("entry"),
            st.sampled_from(("note", "finding", "action", "decision", "hypothesis")),
            st.sampled_from(((), ("cause",), ("root-cause",), ("permanent",))),
        ),
        st.just(("entry", "hypothesis", ())),
        st.tuples(st.just("judge"), st.sampled_from(("supported", "ruled_out"))),
        st.tuples(st.sampled_from(("fix", "change", "changed", "undo"))),
    ),
    min_size=6,
    max_size=24,
)


def happened(told: list[tuple[object, ...]], minutes: list[int]) -> tuple[Story, set[str]]:
    """The incident, and the words of the causes that stand."""
    story, causes = Story(), dict[str, str]()
    for number, (kind, *rest) in enumerate(told):
        story.at(2 * number + 1)
        token = f"tok{number}en"
        moment = START + timedelta(minutes=minutes[number] - 20)
        with suppress(Refused):
            match kind:
                case "stage":
                    story.does(MoveStage, stage=rest[0], override="False alarm")
                case "milestone":
                    story.does(SetMilestone, milestone=rest[0], moment=min(moment, story.now))
                case "entry":
                    text = f"{token} {' '.join(f'#{tag}' for tag in rest[1])}".strip()  # type: ignore[attr-defined]
                    id = story.does(LogEntry, kind=rest[0], text=text, tags=rest[1])
                    if rest[1] and "cause" in rest[1][0]:  # type: ignore[index]
                        causes[id] = token
                case "judge":
                    story.does(JudgeHypothesis, hypothesis="1", verdict=rest[0], evidence=token)
                case "fix":
                    story.does(AddFix, text=token)
                case "change":
                    story.does(ClaimChange, text=token, despite=True)
                case "changed":
                    story.does(EndChange, outcome="done")
                case "undo":
                    story.does(Undo)
    standing = {token for id, token in causes.items() if (entry := story.state.entries.get(id)) and not entry.undone}
    return story, standing


def documents(story: Story) -> Iterator[tuple[str, str]]:
    state, now = story.state, story.now
    yield "brief", brief(state, now, UTC)[0]
    for audience, form in (("internal", ""), ("internal", "can"), ("executive", ""), ("public", "")):
        yield f"{audience} {form}", draft(state, audience, now, UTC, form=form)
    yield "handoff", handoff_markdown(state, now, UTC)
    yield "postmortem", postmortem(state, now, UTC)
    yield "rca", postmortem(state, now, UTC, form="rca")
    yield "announcement", announcement(state, "", now, UTC)[0]
    with suppress(Refused):
        yield "customer", customer_message(state, now, UTC)[0]


def stated_causes(name: str, page: str) -> Iterator[str]:
    """Lines that say what the cause is, without those that say that it is not sure."""
    yield from (line[1] for line in CAUSE.finditer(page))
    if name == "postmortem":
        for section in ("Root cause", "Five whys", "Permanent fix"):
            yield from page.partition(f"\n## {section}\n")[2].partition("\n## ")[0].splitlines()


@settings(max_examples=examples(2))
@given(steps, st.lists(st.integers(0, 40), min_size=24, max_size=24))
def test_every_document_has_the_same_figures_and_names_no_cause_that_nobody_stated(
    told: list[tuple[object, ...]], minutes: list[int]
) -> None:
    story, causes = happened(told, minutes)
    state = story.state
    span = durations(state).get("impact_lasted")
    words, length = elapsed(state, story.now)
    assert (words == "impact lasted") == (span is not None)
    assert span is None or length == span.length
    view = incident_view(state, story.now)
    assert view.durations.get("impact_lasted") == (span and span.length.total_seconds())
    for name, page in documents(story):
        # Where nobody said that it was mitigated, the documents for colleagues say up to when the impact counts.
        if name in ("handoff", "postmortem"):
            by_resolution = span is not None and span.ends == "resolved"
            assert bool(re.search("(?:when|until) it was resolved", page)) == by_resolution, (name, page)
        figures = {next(filter(None, match)) for match in LASTED.findall(page)}
        expected = {format_length(span.length)} if span else set()
        assert figures <= expected, (name, figures, expected)
        assert not span or name in ("public ", "internal ", "announcement") or figures, name
        assert not re.search("(?i)nothing new", page), name
        if name in ("brief", "internal ", "internal can", "executive "):
            assert page.count("UTC") == 1, (name, page)
            assert (state.phase != "over" and impact_ended(state) is None) or "ETA" not in page, page
        for line in stated_causes(name, page):
            if not any(mark in line.lower() for mark in UNSURE):
                named = set(re.findall(r"tok\d+en", line))
                permanent = {token for token in named if f"{token} #permanent" in page}
                assert named - permanent <= causes, (name, line)
