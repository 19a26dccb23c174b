"""Stories of planned maintenances: on the board, and in the room, with what a page is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.app.acts import BY_SLASH
from console.app.dialogs.maintenance import PlanDialog
from console.app.main import WarroomApp
from console.app.room.screen import RoomScreen
from console.app.session import Session
from console.app.situation import Situation
from console.core.log.decide import decide
from console.core.log.slash import typed_command
from console.core.log.state import Window
from console.core.refusal import Refused
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.maintenance import AdvanceMaintenance, MoveMaintenance, PlanMaintenance
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem
from console.core.subjects.public_postmortem import PublishPostmortem
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.triage import AnswerTriage
from console.publish.registry import provider_class
from console.publish.sending.plan import Context
from console.publish.targets.model import Target
from console.store import Log
from console.store.ledger import Ledger
from tests.app.driver import Clock, Room, console, standard_playbook
from tests.core.story import Maintenance
from tests.core.test_meant import ARGUMENTS


class Page:
    """A page that is a file."""

    def __init__(self, folder: Path) -> None:
        self.config, self._file = folder / "config", folder / "page.jsonl"
        (self.config / "targets").mkdir(parents=True)
        (self.config / "targets/page.toml").write_text(
            f'provider = "file"\n[options]\npath = "{self._file}"\n[components]\nsearch = "c1"\n'
        )

    def told(self) -> list[dict[str, Any]]:
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


@asynccontextmanager
async def board(folder: Path, page: Page, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Room]:
    clock = Clock()
    with Log.open(folder / "warroom.db") as log:
        session = Session(Ledger(log, actor="mo", clock=clock), zone=UTC, config=page.config)
        app = WarroomApp(session, reading_s=0.0)
        async with app.run_test(size=size) as pilot:
            seen = Room(app, pilot, clock, "")
            await pilot.pause()
            await seen.settles()
            yield seen


async def test_from_the_board_to_its_end(tmp_path: Path, page: Page) -> None:
    async with board(tmp_path, page) as room:
        await room.presses("N")
        for typed in ("New database", "2026-12-01 02:00", "2h", "search"):
            await room.keys_in(typed)
            await room.presses("tab")
        room.shows("plans “New database” for 2026-12-01 02:00 to 04:00 UTC", "tells page, nobody is mailed")
        await room.presses("ctrl+s")
        await room.until(lambda: isinstance(room.app.screen, RoomScreen) and len(page.told()) == 1)
        await room.settles()
        room.shows("MAINTENANCE", "SCHEDULED", "In progress ─ Completed", "New database")
        room.shows("search       maintenance planned", "begin, move or cancel it")
        await room.types("/maintenance begin")
        await room.presses("enter")
        room.shows("before its window; tells page, nobody is mailed", "The maintenance has begun.")
        await room.presses("ctrl+s")
        await room.until(lambda: len(page.told()) == 2)
        await room.settles()
        room.shows("Scheduled", "IN PROGRESS", "─ Completed", "complete it, or move its end")
        room.hides("search       maintenance planned", "last stage")
        assert [line["status"] for line in page.told()] == ["scheduled", "in_progress"]
        assert {line["incident"] for line in page.told()} == {room.app.session.ledger.references()[0]}
        assert page.told()[1]["components"] == [{"id": "c1", "name": "search", "state": "maintenance"}]
        assert not any(line["notify"] for line in page.told())


async def test_a_title_that_may_name_hosts_is_written_anew_in_its_form(tmp_path: Path, page: Page) -> None:
    async with board(tmp_path, page) as room:
        await room.presses("N")
        form = room.app.screen
        assert isinstance(form, PlanDialog)
        form.fill({"title": "New disk for db-07", "starts": "in 2h", "until": "2h"})
        await room.presses("ctrl+s")
        room.shows("write it as customers read it")
        room.hides("/public-title")
        form.fill({"title": "New database"})
        await room.presses("ctrl+s")
        await room.until(lambda: len(page.told()) == 1)
        assert page.told()[0]["title"] == "New database"


async def test_a_page_whose_maintenances_are_another_thing_than_its_incidents_gets_the_plan(
    tmp_path: Path, page: Page
) -> None:
    (page.config / "targets/status.toml").write_text('provider = "kener"\nurl = "https://status.example"\n')
    async with board(tmp_path, page) as room:
        await room.presses("N")
        for typed in ("New database", "2026-12-01 02:00", "2h", "search"):
            await room.keys_in(typed)
            await room.presses("tab")
        room.shows("status  scheduled · 2026-12-01 02:00 to 04:00 UTC")
        room.hides("shows no planned maintenances")


async def test_a_step_that_was_left_is_not_chosen_again_and_its_words_come_back_with_it(
    tmp_path: Path, page: Page
) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        planned(Ledger(log, actor="mo", clock=Clock()))
    async with board(tmp_path, page) as room:
        await room.presses("enter")
        await room.settles()
        await room.presses("alt+shift+n", "3", "tab")
        await room.keys_in("The switch is late.")
        room.shows("cancels it; ")
        await room.presses("escape", "alt+shift+n")
        # Three hours ahead no Enter that was not meant begins it in public.
        room.shows("The maintenance has this window already")
        room.hides("The switch is late.")
        await room.presses("1")
        room.shows("begins it 3h before its window")
        await room.presses("3")
        room.shows("cancels it; ", "The switch is late.")


async def test_a_window_that_somebody_moves_meanwhile_is_told_before_customers_read_the_old_one(
    tmp_path: Path, page: Page
) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        ref = planned(Ledger(log, actor="mo", clock=Clock()))
    async with board(tmp_path, page) as room:
        await room.presses("enter")
        await room.settles()
        session, starts = room.app.session, room.clock() + timedelta(hours=4)
        for step in ("1", "2"):
            window = Window(starts, starts + timedelta(hours=2))
            starts += timedelta(hours=1)
            await room.presses("alt+shift+n", step)
            await room.presses(*(["tab"] * 2 if step == "2" else []))
            await room.keys_in("21:00" if step == "2" else "")
            await session.submit(ref, MoveMaintenance(actor="ana", window=window))
            await room.presses("ctrl+s")
            room.shows("meanwhile. Nothing you typed is lost.")
            assert not page.told()
            await room.presses("escape")


async def test_a_severity_is_none_of_its_own(tmp_path: Path, page: Page) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=Clock())
        ref = planned(ledger)
    async with board(tmp_path, page) as room:
        room.shows("PLANNED MAINTENANCE", ref, "New database", "All quiet")
        await room.presses("enter")
        await room.settles()
        await room.types("/sev SEV1")
        await room.presses("enter")
        room.shows("This is a planned maintenance")


def planned(ledger: Ledger) -> str:
    starts = ledger.now() + timedelta(hours=3)
    window = Window(starts, starts + timedelta(hours=2))
    return ledger.declare(PlanMaintenance(actor="mo", title="New database", window=window), standard_playbook())


async def test_the_board_says_on_which_day_a_maintenance_ends_in_few_letters(tmp_path: Path, page: Page) -> None:
    async with board(tmp_path, page) as room:
        night = Window(room.clock() + timedelta(hours=30), room.clock() + timedelta(hours=40))
        await room.app.session.declare(
            PlanMaintenance(actor="mo", title="New database", window=night), standard_playbook()
        )
        await room.settles()
        room.shows("Sun 20:00 to Mon 06:00  New database")


async def test_the_next_step_of_one_that_somebody_else_cancels_meanwhile_says_that_it_is_over(
    tmp_path: Path, page: Page
) -> None:
    async with board(tmp_path, page) as room:
        now = room.clock()
        planning = PlanMaintenance(actor="mo", title="New database", window=Window(now, now + timedelta(hours=2)))
        ref = await room.app.session.declare(planning, standard_playbook())
        room.app.open_room(ref)
        await room.settles()
        await room.presses("alt+shift+n")
        await room.app.session.submit(ref, AdvanceMaintenance(actor="ana", stage="cancelled"))
        await room.presses("ctrl+s")
        room.shows("The maintenance is cancelled", "Nothing you typed is lost")
        assert room.app.session.state(ref).stage.value == "cancelled"


MAINTENANCE = "This is a planned maintenance"
STORY = Maintenance()


@pytest.mark.parametrize("word", [word for word in ARGUMENTS if word != "maintenance"])
def test_what_a_maintenance_has_none_of_is_refused_by_its_word_and_its_key(word: str) -> None:
    try:
        command = typed_command(f"/{word} {ARGUMENTS[word]}", STORY.state, actor="mo", now=STORY.now, zone=UTC)
        decide(STORY.state, command, STORY.now)
        reason = ""
    except Refused as refused:
        reason = refused.reason
    act = BY_SLASH.get(word)
    if act is not None:
        shown = act.disabled_reason(Situation(STORY.state, "mo", STORY.now))
        assert shown.startswith(MAINTENANCE) == reason.startswith(MAINTENANCE), (shown, reason)


def test_a_maintenance_has_no_postmortem_severity_triage_nor_advice() -> None:
    kinds: tuple[Any, ...] = (
        EditPostmortem, AssignPostmortem, ReviewPostmortem, ChangeSeverity, MoveStage, AnswerTriage, SilenceNudge,
        SetMilestone, PublishPostmortem, BackfillIncident, ChangePlaybook,
    )  # fmt: skip
    for kind in kinds:
        fields = {field.name: "" for field in msgspec.structs.fields(kind) if field.required} | {"actor": "mo"}
        with pytest.raises(Refused, match=MAINTENANCE):
            decide(STORY.state, kind(**fields), STORY.now)


async def test_a_target_that_is_mail_is_never_told_as_one_that_mails_nobody(tmp_path: Path) -> None:
    context = Context((Target("leads", "smtp", audience="public"),), {"leads": provider_class("smtp").capabilities})
    async with console(tmp_path, size=(120, 46)) as room:
        form = PlanDialog(context, lambda command, choices: (), "mo", room.clock(), UTC)
        await room.app.push_screen(form)
        form.fill({"title": "New database", "starts": "in 2h", "until": "2h"})
        await room.settles()
        room.shows("tells leads, leads mails")
        room.hides("mail nobody", "nobody is mailed")
        assert form.values()["to-0"] == "mail"
