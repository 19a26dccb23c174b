"""Cited sentences: what each sentence of a draft stands on."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.core.advice.rules import nudges
from console.core.language.grounds import read, sentences, unmarked
from console.core.log.clocks import clocks
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.grounds import event_of, is_event, losses_of, lost_grounds, traced
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES, Severity
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.page import PageSomebody
from console.core.subjects.postmortem import SECTIONS, EditPostmortem
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import open_tasks
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undo, Undoing
from console.core.subjects.update import PostUpdate
from console.export.handoff import handoff_markdown
from console.export.postmortem.document import filled
from console.export.postmortem.drafts import draft_section
from console.export.postmortem.html import linked_page, page
from console.export.updates.announce import announcement, customer_message, first_status
from console.export.updates.update import FORMS, brief, compose_update
from console.library.templates import Templates
from console.store.log import Log
from tests.core.story import BOOKS, Story, built_in
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


@pytest.mark.drawn(3)
@pytest.mark.parametrize("seed", range(20))
def test_a_marked_draft_of_any_log_is_the_plain_one(seed: int) -> None:
    story = AnyLog(seed)
    assert_the_same(story.events, story.now)


def cited_update(story: Story, audience: str = "internal") -> str:
    """Post the draft of an update as it stands, with what its sentences stand on."""
    text = compose_update(story.state, audience, story.now, ZONE)[0]
    marked = traced(story.state.ref, story.events, story.now)
    cited = marked.cited(partial(an_update, audience, ""))
    return story.does(PostUpdate, audience=audience, text=text, stands_on=cited.entries(text))


def lost(story: Story) -> dict[str, str]:
    return {loss.sentence: loss.why for loss in lost_grounds(story.state)}


def test_an_update_tells_what_lost_its_ground() -> None:
    story = told()
    untrue = story.at(41).says("* the pool was never raised")
    kept = story.says("* checkout works again")
    cited_update(story)
    assert lost(story) == {}

    story.does(CorrectEntry, entry=kept, text="checkout works again in Europe")
    corrected = {"- 15:41: checkout works again.": "corrected"}
    assert lost(story) == corrected

    story.does(Undo, entry=untrue)
    assert lost(story) == corrected | {"- 15:41: the pool was never raised.": "undone"}

    story.does(Undo, entry=untrue)
    assert lost(story) == corrected


def test_what_a_person_wrote_in_an_update_stands_on_nothing() -> None:
    story = told()
    text = compose_update(story.state, "internal", story.now, ZONE)[0].replace("pool", "queue")
    cited = traced(story.state.ref, story.events, story.now).cited(partial(an_update, "internal", ""))
    by_sentence = {text[begin:end]: cited.grounds(text[begin:end]) for begin, end in sentences(text)}
    assert all((grounds is None) == ("queue" in sentence) for sentence, grounds in by_sentence.items())
    stored = dict(zip(by_sentence, cited.entries(text), strict=True))
    assert all(not ids for sentence, ids in stored.items() if "queue" in sentence)
    assert any(stored.values())


def test_a_section_of_the_postmortem_tells_what_lost_its_ground() -> None:
    story = told()
    cited = traced(story.state.ref, story.events, story.now).cited(partial(a_section, "temporary_fix"))
    text = draft_section(story.state, "temporary_fix", zone=ZONE)
    story.does(EditPostmortem, section="temporary_fix", text=text, stands_on=cited.entries(text))
    assert lost(story) == {}
    fix = next(entry.id for entry in story.state.entries if entry.kind == "fix")
    story.does(RedactEntry, entry=fix)
    assert list(lost(story).values()) == ["redacted"]
    story.does(EditPostmortem, section="temporary_fix", text="The pool was raised by hand.")
    assert lost(story) == {}


def test_a_redaction_leaves_the_sentences_that_have_only_the_moment_of_the_entry() -> None:
    story = told()
    cited = traced(story.state.ref, story.events, story.now).cited(partial(a_section, "detection"))
    text = draft_section(story.state, "detection", zone=ZONE)
    story.does(EditPostmortem, section="detection", text=text, stands_on=cited.entries(text))
    detected = next(entry.id for entry in story.state.entries if entry.text.startswith("Detected"))
    story.does(RedactEntry, entry=detected)
    assert lost(story) == {}
    other = told()
    other.does(EditPostmortem, section="detection", text=text, stands_on=cited.entries(text))
    other.does(Undo, entry=detected)
    assert lost(other) == {"- Detected at 14:56 (13:56 UTC), 6m after the impact began": "undone"}


def test_the_room_advises_to_correct_an_update_that_lost_a_ground() -> None:
    story = told()
    story.does(Undo, entry=(story.at(41).says("* the pool was never raised"), cited_update(story))[0])
    advice = {nudge.id: nudge for nudge in nudges(story.state, story.now)}
    assert "the pool was never raised" in advice["lost_ground"].text
    cited_update(story)
    assert "lost_ground" not in {nudge.id for nudge in nudges(story.state, story.now)}


LINK = re.compile(r' <a class="stands-on" href="#(entry-[^"]+)">[^<]*</a>')
ANCHOR = re.compile(r' id="(entry-[^"]+)"')


@pytest.mark.parametrize("seed", range(6))
def test_the_page_links_sentences_to_their_lines_and_is_else_the_same(seed: int) -> None:
    story = told() if seed == 0 else AnyLog(seed)
    linked = linked_page(story.events, story.state.ref, story.now, ZONE)
    assert ANCHOR.sub("", LINK.sub("", linked)) == page(story.state, story.now, ZONE)
    anchors = ANCHOR.findall(linked)
    assert len(anchors) == len(set(anchors))
    assert set(LINK.findall(linked)) <= set(anchors)


def test_a_section_that_was_taken_from_its_draft_is_linked_to_its_entries() -> None:
    story = told()
    fix = next(entry.id for entry in story.state.entries if entry.kind == "fix")
    cited = traced(story.state.ref, story.events, story.now).cited(partial(a_section, "temporary_fix"))
    text = draft_section(story.state, "temporary_fix", zone=ZONE)
    story.does(EditPostmortem, section="temporary_fix", text=text, stands_on=cited.entries(text))
    linked = linked_page(story.events, story.state.ref, story.now, ZONE)
    section = linked.partition('<section id="temporary_fix">')[2].partition("</section>")[0]
    assert f"entry-{fix}" in LINK.findall(section)


def cited_sentences(story: Story, now: datetime) -> dict[str, dict[str, tuple[str, ...]]]:
    """Of each document, but the postmortem as a whole with its picture, the sentences with their grounds."""
    marked = traced(story.state.ref, story.events, now)
    drafts = {
        name: draft for name, draft in documents(story.state).items() if name not in ("html", "postmortem", "rca")
    }
    return {name: dict(marked.cited(draft).by_sentence) for name, draft in drafts.items()}


SUPERLATIVE = re.compile(r"(?:Owed next:|Next owed,|One thing is overdue:|\d+ things are overdue,) ")
"""Begins a sentence that names the most urgent of several things: what comes back with an undo may be before it."""
NEED = re.compile(r".+: (?:nobody yet\.$|overdue by \w+ \(|no progress)|- Somebody for task|- A decision on")
ROOM_FOR_NEEDS = {"brief": 4, "internal can": 8, "executive can": 8}
"""The forms that list what is needed, in the order of its urgency, and how much they have room for."""
MEANING = re.compile(r"- (?:We (?:are|have)|The incident is) ")
"""Begins what a stage means for the work, which the forms for colleagues say only where no work is in hand."""
ROOM_FOR_TASKS = 3
"""In the brief, where the oldest stand; the tasks among the needs stand behind all that is overdue."""


def is_said_still(name: str, sentence: str, cited: set[str], story: Story, after: Collection[str]) -> bool:
    """True when a document says the same in other words, or leaves the sentence out only for what came before it.

    A list of people or of changes in flight may have more in it. What a person without a name is called is told by the
    others before them in the log.
    """
    if name in ROOM_FOR_NEEDS and NEED.match(sentence):
        return sum(bool(NEED.match(other)) for other in after) == ROOM_FOR_NEEDS[name]
    if sentence.startswith("- Nothing at the moment; ask "):
        return any(map(NEED.match, after))
    if name in (*ROOM_FOR_NEEDS, "internal internal") and MEANING.match(sentence):
        return not any(map(MEANING.match, after))
    tasks = {task.id for task in open_tasks(story.state)}
    if name in ROOM_FOR_NEEDS and len(tasks) > ROOM_FOR_TASKS and cited & tasks:
        return True
    if SUPERLATIVE.match(sentence):
        return isinstance(story.events[-1].body, Undoing) and any(map(SUPERLATIVE.match, after))
    roles = story.state.playbook.roles if story.state.playbook else ()
    names = "|".join(re.escape(word) for role in roles for word in (role.short, role.name))
    numbered = re.compile(rf"\b(responder|{names}) \d+|^\d+ production changes? (?:is|are) in flight", re.IGNORECASE)
    items, *others = (_items(numbered.sub(lambda found: found[1] or "", words)) for words in (sentence, *after))
    return any(_has_items(other, items) for other in others) or _is_continued(others, items)


def _items(sentence: str) -> list[str]:
    return re.split(r"[:;,](?:\*\*)? ", sentence)


def _has_items(more: list[str], items: list[str]) -> bool:
    """True when a list has the items in their order, and begins with the first of them."""
    rest = iter(more)
    return more[0] == items[0] and all(item in rest for item in items)


def _is_continued(others: list[list[str]], items: list[str]) -> bool:
    """True when a list of hypotheses has the item in a later sentence, since one before it has a full stop in it."""
    *heading, item = items
    begun = any(other[: len(heading)] == heading for other in others)
    return bool(heading) and begun and any(item in other for other in others if not other[0].startswith("- "))


UNCITED = (101, 105, 302, 309, 451, 497, 534, 581)
"""Seeds of logs in which a sentence once left out a ground."""


@pytest.mark.drawn(4)
@pytest.mark.parametrize("seed", [*range(12), *UNCITED])
def test_what_changes_an_entry_changes_the_sentences_that_stand_on_it(seed: int) -> None:
    """The oracle is the document made anew: what it does not say any more stood on the entry that was changed."""
    story = AnyLog(seed, 30)
    before = cited_sentences(story, story.now)
    for _ in range(3):
        state, events = story.state, list(story.events)
        # What changed since the last update is told by way of that update; a declaration is only withdrawn.
        told = [each for each in state.entries if each.kind not in ("update", "declared")]
        told = [each for each in told if not each.undone and not each.redacted]
        if not told:
            break
        entry = story.random.choice(told)
        if story.changes(entry.id):
            touched = {each.id for each in state.entries if story.state.entries.get(each.id) != each} | {entry.id}
            after_it = {each.id: each for each in story.state.entries}
            gone = {each.id for each in state.entries if not each.undone and after_it[each.id].undone}
            redacted = isinstance(story.events[-1].body, EntryRedacted)
            after = cited_sentences(story, story.now)
            for name in before.keys() & after.keys():
                for sentence, grounds in before[name].items():
                    cited = set(map(event_of, filter(is_event, grounds)))
                    now = after[name].get(sentence)
                    if cited and now is None and not cited & touched:
                        assert is_said_still(name, sentence, cited, story, after[name]), (name, sentence)
                    if cited & gone:
                        assert now != grounds, (name, sentence)
                    if redacted and cited:
                        flagged = losses_of(story.state, grounds).keys() & touched
                        if flagged:
                            assert now != grounds, (name, sentence, grounds)
                        elif now != grounds:
                            assert is_said_still(name, sentence, cited, story, after[name]), (name, sentence, grounds)
            story.state, story.events = state, events


@pytest.mark.drawn(4)
@pytest.mark.parametrize("seed", [*range(12), *UNCITED])
def test_every_sentence_of_a_draft_is_cited(seed: int) -> None:
    """By an entry, a rule, the clock or an absence; else it is the template's own, the same for every incident."""
    story, other = AnyLog(seed, 30), AnyLog(seed + 100, 5)
    own = {sentence for texts in cited_sentences(other, other.now).values() for sentence in texts}
    for name, texts in cited_sentences(story, story.now).items():
        draft = documents(story.state)[name](story.state, story.now)
        assert {draft[begin:end] for begin, end in sentences(draft)} == set(texts), name
        for sentence, grounds in texts.items():
            if not grounds and sentence not in own:
                assert not re.search(r"\b(?:pool|queue|cache|shard)-\d|\d\d:\d\d", sentence), (name, sentence)


def doubled(severity: Severity) -> Severity:
    """The severity, with twice each of its lengths of time."""
    longer: dict[str, Any] = {}
    for name in severity.__struct_fields__:
        length = getattr(severity, name)
        if name.endswith("_s") and length:
            longer[name] = {key: 2 * of for key, of in length.items()} if isinstance(length, dict) else 2 * length
    return msgspec.structs.replace(severity, **longer)


@pytest.mark.rule
def test_a_clock_stands_on_the_severity_where_that_sets_its_length() -> None:
    following, citing = set(), set()
    for name in sorted(path.stem for path in BOOKS.glob("*.toml")):
        *levels, lowest = built_in(name).severities
        for severity in levels:
            story = Story(lowest.name, book=built_in(name))
            raised = story.at(1).does(ChangeSeverity, severity=severity.name)
            story.does(AddFix, text="raise the limit again", owner="rs")
            story.does(PageSomebody, who="db")
            for closed in (False, True):
                if closed:
                    story.at(9).does(MoveStage, stage="closed", override="false alarm")
                book = msgspec.structs.replace(story.book, severities=tuple(map(doubled, story.book.severities)))
                longer = msgspec.structs.replace(story.state, playbook=book)
                due = {clock.key: clock.due_at for clock in clocks(longer, story.now)}
                following |= {clock.kind for clock in clocks(story.state, story.now) if clock.due_at != due[clock.key]}
                marked = traced(story.state.ref, story.events, story.now)
                for clock in clocks(marked.state, marked.now):
                    grounds = [marked.grounds[number] for _, numbers in read(clock.what) for number in numbers]
                    citing |= {clock.kind} if raised in map(event_of, grounds) else set()
    assert citing == following
