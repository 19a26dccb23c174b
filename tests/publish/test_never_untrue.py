"""“In sync” is said only of a page that says what it was told: whatever somebody changes there is a difference.

However our words came there, and whatever was decided about them before.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from console.core.log.state import Window
from console.core.subjects.component import SetComponent
from console.core.subjects.maintenance import AdvanceMaintenance
from console.core.subjects.update import PostUpdate, updates_of
from console.publish.providers.cstate import CState
from console.publish.sending.decisions import taken
from console.publish.sending.settling import Act
from console.publish.sending.status import Standing
from console.store import Log
from tests.publish.away import kinds
from tests.publish.editors import EDITORS, Editor, Plan
from tests.publish.making import Clock, declare
from tests.publish.revising import Revised, sender, sends
from tests.publish.test_adopt import Found
from tests.publish.test_backfill import past
from tests.publish.test_cstate import PATH, Site, git
from tests.publish.test_revising import Shop

Edit = Callable[[Editor], None]
EDITS: dict[str, Edit] = {
    "first words": lambda editor: editor.words(0),
    "last words": lambda editor: editor.words(-1),
    "longer words": lambda editor: editor.longer_words(),
    "first removed": lambda editor: editor.removes(0),
    "last removed": lambda editor: editor.removes(-1),
    "added": lambda editor: editor.adds(),
    "status": lambda editor: editor.status(),
    "component": lambda editor: editor.component(),
    "other component": lambda editor: editor.other_component(),
    "title": lambda editor: editor.title(),
    "hidden": lambda editor: editor.hides(),
    "deleted": lambda editor: editor.deletes(),
    "postmortem": lambda editor: editor.postmortem(),
    "postmortem withdrawn": lambda editor: editor.withdraws(),
}
OURS = {"first words", "last words", "longer words", "first removed", "last removed", "component"}
"""Of an adopted incident without any word of ours these are not ours."""


def posted(log: Log, kind: str, *, retrospective: bool = False) -> Shop:
    shop = Shop(log, kind, retrospective=retrospective)
    shop.room.components = {"checkout": next(iter(shop.fake.components))}
    shop.room.does(SetComponent(actor="mo", component="checkout", status="major"))
    for text, status in (("We look into it.", "investigating"), ("Customer A did it.", "identified")):
        shop.room.posts(text, status)
    shop.sends()
    return shop


def last(shop: Shop) -> str:
    """Our id of the last update."""
    return shop.room.messages[-1].event


def corrected(way: Act | None) -> Callable[[Log, str], Shop]:
    def make(log: Log, kind: str) -> Shop:
        shop = posted(log, kind)
        shop.room.corrects(last(shop), "A deploy did it.")
        shop.room.settles(way)  # type: ignore[arg-type]  # each is a way of an update
        shop.sends()
        return shop

    return make


def undone(log: Log, kind: str) -> Shop:
    shop = posted(log, kind)
    shop.room.undoes(last(shop))
    shop.room.settles("left")
    return shop


def redacted(log: Log, kind: str) -> Shop:
    shop = posted(log, kind)
    shop.room.redacts(last(shop))
    shop.room.settles("left")
    return shop


def renamed(log: Log, kind: str) -> Shop:
    shop = posted(log, kind)
    shop.room.retitles("Cards fail")
    shop.sends()
    return shop


def adopted(log: Log, kind: str) -> Shop:
    shop = Found(log, kind)
    shop.adopts()
    shop.sends()
    reads(shop)
    shop.room.settles_read("left")
    return shop


def posted_to_adopted(log: Log, kind: str) -> Shop:
    shop = adopted(log, kind)
    shop.room.posts("Customer A did it.", "identified")
    shop.sends()
    return shop


def backfilled(log: Log, kind: str) -> Shop:
    shop, _ = past(log, kind)
    shop.room.backfills()
    shop.sends()
    return shop


def postmortem(log: Log, kind: str) -> Shop:
    shop = posted(log, kind, retrospective=True)
    shop.room.posts("All is well.", "resolved")
    shop.sends()
    shop.room.publishes_postmortem("Too few workers.")
    shop.sends()
    return shop


def elsewhere(log: Log, kind: str) -> Shop:
    """Another room, which has the incident from the first."""
    shop = posted(log, kind)
    other = Log.open(log.path.with_name("other.db"))
    other.import_events(log.events(shop.room.ref), at=shop.clock())
    shop.room = Revised(other, kind, shop.room.provider, shop.clock)
    shop.sender = sender(other, shop.provider, shop.clock)
    return shop


def taken_over(log: Log, kind: str) -> Shop:
    """Another room sends what the first has written and never sent."""
    shop = Shop(log, kind)
    shop.room.components = {"checkout": next(iter(shop.fake.components))}
    shop.room.does(SetComponent(actor="mo", component="checkout", status="major"))
    shop.room.posts("We look into it.", "investigating")
    shop.sends()
    shop.room.posts("Customer A did it.", "identified")
    first = shop.room
    other = Log.open(log.path.with_name("other.db"))
    other.import_events(log.events(first.ref), at=shop.clock())
    shop.room = Revised(other, kind, first.provider, shop.clock)
    [left] = shop.room.box.messages(unfinished=True)
    shop.clock.sleep(3600)
    shop.room.ledger.execute(left.incident, taken(shop.room.box, left, "bo"))
    shop.sender = sender(other, shop.provider, shop.clock)
    shop.sends()
    assert [message.state for message in shop.room.messages] == ["done", "done"]
    return shop


def settled(edit: str, way: Act) -> Callable[[Log, str], Shop]:
    """Somebody changed the page before, and that was settled."""

    def make(log: Log, kind: str) -> Shop:
        shop = posted(log, kind)
        EDITS[edit](EDITORS[kind](shop.fake))
        while differences := reads(shop).differences:
            ways = shop.room.place_read(differences[0]).ways
            shop.room.settles_read(way if way in ways else "left", "It was so.")
            shop.sends()
        return shop

    return make


STORIES: dict[str, Callable[[Log, str], Shop]] = {
    "posted": posted,
    "renamed": renamed,
    "adopted": adopted,
    "posted to an adopted one": posted_to_adopted,
    "backfilled": backfilled,
    "with a postmortem": postmortem,
    "edited after a correction": corrected("changed"),
    "in another room": elsewhere,
    "taken over by another room": taken_over,
}
NEEDS = {
    "renamed": "renames", "adopted": "adopts", "posted to an adopted one": "adopts", "backfilled": "backfills",
    "with a postmortem": "postmortems", "edited after a correction": "edits",
}  # fmt: skip
SETTLED: dict[str, Callable[[Log, str], Shop]] = {
    "corrected by another update": corrected("corrected"),
    "left after a correction": corrected("left"),
    "left after an undo": undone,
    "left after a redaction": redacted,
    "other words left": settled("last words", "left"),
    "other words taken over": settled("last words", "taken"),
    "other words corrected": settled("last words", "corrected"),
    "another status left": settled("status", "left"),
    "another status taken over": settled("status", "taken"),
    "another title left": settled("title", "left"),
    "another title taken over": settled("title", "taken"),
    "an update of others left": settled("added", "left"),
    "an update of others taken over": settled("added", "taken"),
    "one of ours left off": settled("last removed", "left_off"),
}
READ = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.reads]
CELLS = [
    *((kind, story) for kind in READ for story in STORIES
      if getattr(kinds()[kind][0].capabilities, NEEDS.get(story, "reads"))),
    # What was decided is told apart from the log alone, whatever the page is.
    *((kind, story) for kind in ("statuspage", "cachet", "upptime") for story in SETTLED),
]  # fmt: skip


def reads(shop: Shop) -> Standing:
    shop.clock.sleep(1)
    shop.sender.read_back(timedelta())
    return shop.room.standing


def kept(shop: Shop) -> Any:
    """The page, as far as somebody can change it."""
    return deepcopy((shop.fake.incidents, shop.fake.components, shop.fake.events if shop.room.kind == "matrix" else ()))  # type: ignore[attr-defined]  # a room's


def restored(shop: Shop, page: Any) -> None:
    shop.fake.incidents, shop.fake.components = page[:2]
    if shop.room.kind == "matrix":
        shop.fake.events = page[2]  # type: ignore[attr-defined]  # a room's


def as_it_may_be(story: str, edit: str) -> bool:
    """The page says after it what it was told, or what the log says by now."""
    return {
        # It was somebody else's, and is gone.
        "adopted": edit in OURS,
        "posted to an adopted one": edit in ("first words", "first removed", "component"),
        "an update of others left": edit in ("last words", "last removed"),
        "an update of others taken over": edit == "last words",
        # As the log has it.
        "left after an undo": edit == "last removed",
        "another status left": edit == "status",
        # The same once more.
        "another title left": edit == "title",
        "another title taken over": edit == "title",
    }.get(story, False) or (story == "backfilled" and edit == "component")


@pytest.mark.parametrize(("kind", "story"), CELLS)
def test_whatever_somebody_changes_on_a_page_is_a_difference(log: Log, kind: str, story: str) -> None:
    shop = (STORIES | SETTLED)[story](log, kind)
    before = reads(shop)
    # Of words that were erased here it is said that they cannot be compared.
    told = "sent" if story == "left after a redaction" else "in sync"
    assert (before.where, bool(before.says)) == (told, told == "sent")
    page, editor, changed = kept(shop), EDITORS[kind](shop.fake), []
    for name, edit in EDITS.items():
        with suppress(IndexError, KeyError):
            edit(editor)
        if kept(shop) != page and not as_it_may_be(story, name):
            changed.append(name)
            after = reads(shop)
            erased = told == "sent" and name in ("last words", "longer words", "last removed")
            assert after.where in ("differs", *(["sent"] if erased else [])), name
        restored(shop, deepcopy(page))
    assert "deleted" in changed
    assert reads(shop).says == before.says


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("story", ["posted", "edited after a correction", "backfilled"])
def test_words_that_were_erased_here_are_still_ours_there(log: Log, kind: str, story: str) -> None:
    if not getattr(kinds()[kind][0].capabilities, NEEDS.get(story, "reads")):
        pytest.skip("It cannot do that.")
    shop = STORIES[story](log, kind)
    secret = updates_of(shop.room.state, "public")[-1].id
    shop.room.redacts(secret)
    standing = reads(shop)
    assert ([each.update for each in standing.unsettled], standing.differences) == ([secret], ())


FILE_EDITS: dict[str, Callable[[str], str]] = {
    "first words": lambda file: file.replace("We look into it", "We looked into it"),
    "last words": lambda file: file.replace("Customer A did it", "Customer B did it"),
    "a figure": lambda file: file.replace("1.5", "15"),
    "longer words": lambda file: file.replace("did it", "did it, they say"),
    "first removed": lambda file: re.sub(r"\*Investigating\* - .*\n", "", file),
    "added": lambda file: file.replace("*Identified*", 'A cable. {{< track "2026-11-21T19:00:00Z" >}}\n\n*Identified*'),
    "added without a moment": lambda file: f"{file}\nA cable did it.\n",
    "status": lambda file: file.replace("resolved: false", "resolved: true"),
    "status of the newest": lambda file: file.replace("*Identified*", "*Monitoring*"),
    "title": lambda file: file.replace("Checkout errors", "Two cables"),
    "severity": lambda file: file.replace("severity: down", "severity: notice"),
    "other component": lambda file: file.replace('  - "checkout"', '  - "checkout"\n  - "search"'),
    "hidden": lambda file: file.replace("resolved: false", "resolved: false\ndraft: true"),
}


def test_so_it_is_in_a_repository(log: Log, tmp_path: Path) -> None:
    site, clock = Site(tmp_path), Clock()
    declare(log)
    room = Revised(log, "cstate", CState, clock)
    sending = sender(log, site.provider, clock)
    room.components = {"checkout": "checkout"}
    room.does(SetComponent(actor="mo", component="checkout", status="major"))
    room.posts("We look into it: 1.5 %.")
    room.posts("Customer A did it.", "identified")
    sends(sending, clock)

    def reads() -> Standing:
        clock.sleep(1)
        sending.read_back(timedelta())
        return room.standing

    assert (reads().where, room.standing.says) == ("in sync", "")
    path = site.other / PATH
    git(site.other, "pull", "--quiet")
    before = path.read_text()
    for name, edit in FILE_EDITS.items():
        path.write_text(edit(before))
        assert path.read_text() != before, name
        site.commits()
        assert reads().where == "differs", name
    path.unlink()
    site.commits()
    assert [each.about for each in reads().differences] == ["incident"]
    path.write_text(before)
    site.commits()
    assert reads().where == "in sync"
    secret = updates_of(room.state, "public")[-1].id
    room.redacts(secret)
    assert ([each.update for each in reads().unsettled], room.standing.differences) == ([secret], ())


# Planned maintenances

PLANNING = [kind for kind, (cls, _) in kinds().items() if (can := cls.capabilities.for_maintenance).plans and can.reads]
PLAN_EDITS: dict[str, Callable[[Plan], None]] = {
    "words": Plan.words,
    "longer words": Plan.longer_words,
    "no words": Plan.empties,
    "title": Plan.title,
    "window": Plan.ends_a_day_later,
    "deleted": Plan.deletes,
}


def planned(log: Log, kind: str) -> Shop:
    """A maintenance that begins in an hour and takes two."""
    starts = Clock().now + timedelta(hours=1)
    shop = Shop(log, kind, window=Window(starts, starts + timedelta(hours=2)))
    shop.room.components = {"checkout": next(iter(shop.fake.components))}
    shop.room.does(SetComponent(actor="mo", component="checkout", status="maintenance"))
    shop.room.posts(Plan.WAS, "scheduled")
    shop.sends()
    return shop


def begun(log: Log, kind: str) -> Shop:
    shop = planned(log, kind)
    steps(shop, "in_progress", timedelta(hours=1))
    return shop


def completed(log: Log, kind: str) -> Shop:
    shop = begun(log, kind)
    steps(shop, "completed", timedelta(hours=1))
    return shop


def steps(shop: Shop, stage: Literal["in_progress", "completed"], after: timedelta) -> None:
    """The maintenance goes on, which is told in the same words."""
    shop.clock.sleep(after.total_seconds())
    told = PostUpdate(actor="mo", audience="public", text=Plan.WAS, status=stage)
    shop.room.does(AdvanceMaintenance(actor="mo", stage=stage, update=told))
    shop.sends()


@pytest.mark.parametrize("story", [planned, begun, completed])
@pytest.mark.parametrize("kind", PLANNING)
def test_whatever_somebody_changes_of_a_maintenance_is_a_difference(
    log: Log, kind: str, story: Callable[[Log, str], Shop]
) -> None:
    shop = story(log, kind)
    assert (reads(shop).where, shop.room.standing.says) == ("in sync", "")
    page, changed = kept(shop), []
    for name, edit in PLAN_EDITS.items():
        with suppress(KeyError):
            edit(Plan(kind, shop.fake))
        if kept(shop) != page:
            changed.append(name)
            assert reads(shop).where == "differs", name
        restored(shop, deepcopy(page))
    assert {"words", "deleted"} <= {*changed}
    assert reads(shop).where == "in sync"


BY_TIMES = [kind for kind in PLANNING if kinds()[kind][0].capabilities.for_maintenance.by_times]


@pytest.mark.parametrize("kind", BY_TIMES)
def test_a_page_whose_clock_went_on_is_told_with_the_way_on(log: Log, kind: str) -> None:
    """It shows as begun or completed what nobody here has begun or completed."""
    shop = planned(log, kind)
    shop.clock.sleep(3600)
    assert reads(shop).says == (
        "By its clock the page says in progress; here it is scheduled. Begin the maintenance, or move it."
    )
    assert shop.room.place_read(shop.room.standing.differences[0]).ways == ("left",)
    steps(shop, "in_progress", timedelta(minutes=1))
    assert reads(shop).where == "in sync"
    shop.clock.sleep(3 * 3600)
    assert reads(shop).says == (
        "By its clock the page says completed; here it is in progress. Complete the maintenance, or move its end."
    )
    steps(shop, "completed", timedelta(minutes=1))
    assert (reads(shop).where, shop.room.standing.says) == ("in sync", "")


@pytest.mark.parametrize("kind", BY_TIMES)
def test_times_that_somebody_changed_there_are_put_back_by_an_update(log: Log, kind: str) -> None:
    shop = planned(log, kind)
    Plan(kind, shop.fake).ends_a_day_later()
    assert reads(shop).says.startswith("We say ")
    assert shop.room.settles_read(text="It is as it was planned.") == "corrected"
    shop.sends()
    assert (reads(shop).where, shop.room.standing.says) == ("in sync", "")


@pytest.mark.parametrize("kind", [kind for kind in PLANNING if kinds()[kind][0].capabilities.for_maintenance.edits])
def test_words_of_a_maintenance_that_were_corrected_are_edited_there(log: Log, kind: str) -> None:
    shop = begun(log, kind)
    shop.room.corrects(last(shop), "Searches may fail.")
    place = shop.room.place(shop.room.open[0])
    # What a chat or a webhook cannot edit gets a correction; a page that edits it is offered that first.
    assert place.ways[0] == "changed"
    shop.room.settles("changed", "Searches may fail.")
    shop.sends()
    assert (reads(shop).where, shop.room.standing.says) == ("in sync", "")
    assert "Searches may fail." in shop.page[-1]
    assert shop.fake.mails == 0
