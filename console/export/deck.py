"""The briefing deck: a slide for each decision, with what was known when it was made and what was not.

One HTML page that needs nothing else. Every slide is made of the replay at the moment at which its decision was logged,
and of nothing that became known later but what it names as such.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple

from console.core.language.text import counted
from console.core.language.times import due_words, format_duration, format_length, local_stamp
from console.core.log.clocks import elapsed, open_clocks
from console.core.log.entries import Entry
from console.core.log.replay import Moment, Replay
from console.core.log.state import Incident
from console.core.log.tagged import CAUSE_TAGS, STOPPED_TAGS, standing, tagged, untagged
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.role import holder_of
from console.export.blocks import Block, Heading, Items, Paragraph, Remark, Words, strong, words
from console.export.postmortem.document import Chapter, Document
from console.export.postmortem.html import whole_page
from console.export.postmortem.names import People
from console.export.timeline import logged_word, stated_zone

LAST_KNOWN = 5
"""Entries before the decision that a slide shows: what the room had just read."""
MAX_OWED = 4
NAMELESS = "People appear by the first role that they held, or by a number, not by name."
KEYS_HINT = "Right and Left lead from one decision to the next; Home and End to the first and the last page."
SCRIPT = """
const pages = [...document.querySelectorAll("header, section")];
const at = () => pages.reduce((best, page, place) =>
  Math.abs(page.getBoundingClientRect().top) < Math.abs(pages[best].getBoundingClientRect().top) ? place : best, 0);
addEventListener("keydown", event => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const to = {ArrowRight: at() + 1, ArrowLeft: at() - 1, Home: 0, End: pages.length - 1}[event.key];
  if (to === undefined) return;
  event.preventDefault();
  pages[Math.min(Math.max(to, 0), pages.length - 1)].scrollIntoView();
});
"""
"""Turns the pages by key; the browser is told to run this one text and no other."""


class Slide(NamedTuple):
    """A decision, and the incident as it was known when it was logged."""

    decision: Entry
    """As it stood then."""
    moment: Moment


def slides(replay: Replay) -> Iterator[Slide]:
    """The decisions that stand in the end, in the order in which they became known."""
    decided = (entry.id for entry in standing(replay.whole()) if entry.kind == "decision")
    known = {id: at for id in decided if (at := replay.known_at(id)) is not None}
    for id, at in sorted(known.items(), key=lambda item: item[1]):
        moment = replay.at(at)
        decision = moment.state.entries.get(id)
        if decision is not None:
            yield Slide(decision, moment)


def deck(replay: Replay, now: datetime, zone: tzinfo, *, named: bool = False) -> str:
    """The whole page. `named` shows people by name. Raises ValueError where nothing was declared."""
    whole = replay.whole()
    if whole.declared_at is None:
        raise ValueError(f"{replay.ref} was never declared")
    made = _Deck(whole, zone, named=named)
    shown = list(slides(replay))
    chapters = [
        *(made.chapter(slide, f"Decision {number} of {len(shown)}") for number, slide in enumerate(shown, 1)),
        made.end(now, len(shown)),
    ]
    facts = (
        ("Severity", whole.severity.value),
        ("Declared", local_stamp(whole.declared_at, zone)),
        ("Times in", stated_zone(whole.declared_at, zone)),
    )
    remarks = (*(() if named else (NAMELESS,)), KEYS_HINT)
    title = f"{whole.ref}: {made.people.masked(whole.title.value)}"
    return whole_page(Document(title, facts, remarks, tuple(chapters)), style="deck.css", script=SCRIPT)


class _Deck:
    def __init__(self, whole: Incident, zone: tzinfo, *, named: bool) -> None:
        self.whole, self.zone = whole, zone
        self.named, self.people = named, People(whole, named=named)

    def chapter(self, slide: Slide, title: str) -> Chapter:
        decision, (at, state, _) = slide
        blocks: list[Block] = [
            Paragraph(words(strong(self.words(decision)), f"  {self.people.short(decision.author)}")),
            *_part("The room at that moment", self.room(state, at)),
            *_part("Not known yet", self.unknown(slide), "Nothing that was logged later had happened by then."),
            *_part("Logged before it", self.known(slide)),
            *_part("Owed", self.owed(state, at)),
        ]
        return Chapter(f"decision-{decision.id}", f"{local_stamp(at, self.zone)}  {title}", tuple(blocks))

    def words(self, entry: Entry) -> str:
        return untagged(self.people.sentence(entry))

    def room(self, state: Incident, at: datetime) -> Iterator[str]:
        since, length = elapsed(state, at)
        yield f"{state.severity.value}, {state.stage_title(state.stage.value)}, {since} {format_duration(length)}"
        roles = state.playbook.roles if state.playbook else ()
        held = [(role.short, holder) for role in roles if (holder := holder_of(state, role.id))]
        yield f"Roles held: {', '.join(f'{role} {name}' if self.named else role for role, name in held) or 'none'}"
        impact = self.people.masked(state.impact.value)
        yield f"Impact: {impact}" if impact else "The impact was not described yet."

    def owed(self, state: Incident, at: datetime) -> Iterator[str]:
        clocks = open_clocks(state, at)
        for clock in clocks[:MAX_OWED]:
            left = clock.due_at - at
            late = clock.state == "overdue"
            words = f"overdue by {format_length(-left)}" if late else f"in {format_length(left)}"
            what = self.people.masked(clock.begun)
            yield f"{what}: {words}, {due_words(clock.due_at, at, self.zone)}"
        if len(clocks) > MAX_OWED:
            yield f"{len(clocks) - MAX_OWED} more"

    def known(self, slide: Slide) -> Iterator[str]:
        state = slide.moment.state
        before = [entry for entry in standing(state) if entry.id != slide.decision.id and entry.kind != "role"]
        for entry in before[-LAST_KNOWN:]:
            yield f"{self.time(entry.occurred_at, slide)} {self.words(entry)}"
        for guess in hypotheses_of(state).values():
            if guess.verdict == "open":
                yield f"Open hypothesis: {untagged(self.people.masked(guess.text))}"

    def unknown(self, slide: Slide) -> Iterator[str]:
        """First what had happened and nobody knew, then how open hypotheses came out, and a cause named later."""
        state, not_yet = slide.moment.state, slide.moment.not_yet
        for missing in not_yet:
            known = self.time(missing.known_at, slide)
            yield f"{self.time(missing.entry.occurred_at, slide)} {self.words(missing.entry)} (known {known})"
        for id, guess in hypotheses_of(self.whole).items():
            then = hypotheses_of(state).get(id)
            if then is not None and then.verdict == "open" and guess.verdict != "open" and guess.judged_at:
                verdict, when = guess.verdict.replace("_", " "), self.time(guess.judged_at, slide)
                yield f"Hypothesis “{untagged(self.people.masked(then.text))}” was still open: {verdict} {when}"
        named = {missing.entry.id for missing in not_yet}
        for tags, label in ((CAUSE_TAGS, "The cause"), (STOPPED_TAGS, "What stopped the impact")):
            for entry in tagged(self.whole, tags):
                if entry.id not in named and state.entries.get(entry.id) is None:
                    at = self.time(entry.occurred_at, slide)
                    yield f"{label}: {self.words(entry)} ({logged_word(entry)}{at})"

    def time(self, at: datetime, slide: Slide) -> str:
        return due_words(at, slide.moment.at, self.zone)

    def end(self, now: datetime, decisions: int) -> Chapter:
        """The incident as it stands now."""
        state = self.whole
        since, length = elapsed(state, now)
        undone = sum(entry.kind == "decision" and entry.undone for entry in state.entries)
        none = "No decision stands." if undone else "No decision was logged."
        blocks: list[Block] = [] if decisions else [Remark(words(none))]
        lines = [f"{state.severity.value}, {state.stage_title(state.stage.value)}, {since} {format_duration(length)}"]
        lines.append(f"{counted(decisions, 'decision')}{f' that stand, {undone} undone' if undone else ''}")
        for tags, label in ((CAUSE_TAGS, "Cause"), (STOPPED_TAGS, "Stopped by")):
            lines += [f"{label}: {self.words(entry)}" for entry in tagged(state, tags)]
        return Chapter("end", "As it stands", (*blocks, *_part("The incident", lines)))


def _part(title: str, lines: Iterable[str], nothing: str = "Nothing.") -> tuple[Block, ...]:
    items: tuple[Words, ...] = tuple(words(line) for line in lines)
    return Heading(words(title)), Items(items) if items else Remark(words(nothing))
