"""Cited sentences: what each sentence of a draft stands on."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from console.core.language.grounds import unmarked
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.grounds import traced
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.subjects.postmortem import SECTIONS
from console.core.subjects.stage import handled_elsewhere
from console.export.handoff import handoff_markdown
from console.export.postmortem.document import filled
from console.export.postmortem.drafts import draft_section
from console.export.postmortem.html import page
from console.export.updates.announce import announcement, customer_message, first_status
from console.export.updates.update import FORMS, brief, compose_update
from console.library.templates import Templates
from console.store.log import Log
from tests.core.story import built_in
from tests.export.anylog import AnyLog
from tests.export.demo import OPENING, practised
from tests.export.telling import told

ZONE = timezone(timedelta(hours=1))
Draft = Callable[[Incident, datetime], str]


def documents(state: Incident) -> dict[str, Draft]:
    """All documents that can be made of a state, by a name."""
    drafts: dict[str, Draft] = {}
    for audience in AUDIENCES:
        drafts |= {f"{audience} {form}": partial(an_update, audience, form) for form in FORMS[audience]}
    drafts |= {f"section {id}": partial(a_section, id) for id in SECTIONS}
    drafts |= {form: partial(a_postmortem, form) for form in ("postmortem", "rca")}
    drafts["brief"] = lambda state, now: brief(state, now, ZONE)[0]
    drafts["handoff"] = lambda state, now: handoff_markdown(state, now, ZONE, author="mo")
    drafts["first status"] = lambda state, now: first_status(state, now, ZONE)[0]
    drafts["announcement"] = lambda state, now: announcement(state, "", now, ZONE)[0]
    drafts["html"] = lambda state, now: page(state, now, ZONE)
    if state.phase == "over" and not handled_elsewhere(state):
        drafts["customer"] = lambda state, now: customer_message(state, now, ZONE)[0]
    return drafts


def an_update(audience: str, form: str, state: Incident, now: datetime) -> str:
    return compose_update(state, audience, now, ZONE, form=form)[0]


def a_section(id: str, state: Incident, now: datetime) -> str:
    return draft_section(state, id, zone=ZONE)


def a_postmortem(form: str, state: Incident, now: datetime) -> str:
    return filled(state, now, ZONE, Templates(None), form)[0]


def assert_the_same(events: Sequence[Event], now: datetime) -> None:
    """Each document made of the marked state is the one of the state itself, but for its marks."""
    state = fold(events[0].incident, events)
    marked = traced(state.ref, events, now)
    for name, draft in documents(state).items():
        plain = draft(state, now)
        assert unmarked(plain) == plain
        assert unmarked(draft(marked.state, marked.now)) == plain, name


def test_a_marked_draft_is_the_plain_one() -> None:
    story = told()
    assert_the_same(story.events, story.now)


@pytest.mark.parametrize("minutes", [0, 20, 60])
def test_a_marked_draft_of_the_practice_incident_is_the_plain_one(tmp_path: Path, minutes: float) -> None:
    path = tmp_path / "log.db"
    state = practised(path, built_in("standard"), minutes=minutes)
    with Log.open(path) as log:
        events = log.events(state.ref)
    assert_the_same(events, OPENING + timedelta(minutes=minutes + 50))


@pytest.mark.parametrize("seed", range(20))
def test_a_marked_draft_of_any_log_is_the_plain_one(seed: int) -> None:
    story = AnyLog(seed)
    assert_the_same(story.events, story.now)
