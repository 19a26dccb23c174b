"""Publishing from the room: previewed before, seen after, and never in the way."""

import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
from textual.widgets import Input, TextArea

from console.app.dialogs.base import FormDialog
from console.app.dialogs.compose import ONLY_LOGGED, UpdateDialog
from console.app.dialogs.settle import ABOUT, AdoptDialog, SettleDialog
from console.app.dialogs.write import EntryDialog
from console.app.here import Here
from console.app.outbox.dialogs import EditDialog
from console.app.targets.service import Given
from console.app.widgets.choice_list import ChoiceList
from console.core.log.command import Command
from console.core.log.state import Window
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle, DeclareIncident
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.maintenance import PlanMaintenance
from console.core.subjects.public_title import SetPublicTitle, public_title
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import DecidePublication, PostUpdate, updates_of
from console.publish.sending.decisions import dropped
from console.publish.sending.differences import About
from console.publish.sending.plan import Choices
from console.publish.sending.publisher import Publisher
from console.publish.targets.folder import Targets
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.outbox import Outbox
from console.store.redact import Plan
from console.store.sqlite import sqlite3
from tests.app.driver import Clock, Room, console, standard_playbook
from tests.cli.served import Served
from tests.core.story import Story
from tests.patience import PATIENCE_S
from tests.publish.fakes.statuspage import StatuspageFake
from tests.publish.target_files import write


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two targets: one that writes to a file, and one that nobody can reach."""
    folder = tmp_path / "config"
    (folder / "targets").mkdir(parents=True)
    page = tmp_path / "page.jsonl"
    (folder / "targets" / "page.toml").write_text(
        f'provider = "file"\noptions = {{ path = "{page}" }}\ncomponents = {{ checkout = "c1" }}\n', encoding="utf-8"
    )
    (folder / "targets" / "hook.toml").write_text(
        'provider = "webhook"\naudience = "internal"\nurl = "http://127.0.0.1:9"\n', encoding="utf-8"
    )
    (folder / "keys").mkdir(mode=0o700)
    key = folder / "keys" / "hook"
    key.write_text("a-key-of-nobody", encoding="utf-8")
    key.chmod(0o600)
    return folder


HEADED = "Update #1 · Investigating · 14:00 UTC\n\nWe see errors."


def set_up(config: Path, name: str, served: Served) -> None:
    """A target that is this Statuspage, with its key."""
    page = served.fake
    target = f'provider = "statuspage"\nurl = "{served.url}"\npage = "{page.page}"\n'
    (config / "targets" / f"{name}.toml").write_text(target, encoding="utf-8")
    key = config / "keys" / name
    key.write_text(page.key, encoding="utf-8")
    key.chmod(0o600)


def published(room: Room) -> str:
    return " ".join(f"{standing.target} {standing.where}" for standing in room.screen.standings)


async def test_the_entry_of_an_update_shows_its_whole_text_also_undone_and_not_redacted(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 46)) as room:
        session = room.app.session
        (posted,) = await session.submit(room.ref, PostUpdate(actor="mo", audience="public", text=HEADED))

        async def shows(*words: str) -> None:
            room.screen.acts.open_entry(posted.id)
            await room.settles()
            room.shows(*words)
            await room.presses("escape")

        await shows("As posted", "Update #1 · Investigating · 14:00 UTC")
        await session.submit(room.ref, Undo(actor="mo", entry=posted.id))
        await shows("As posted", "Update #1 · Investigating · 14:00 UTC")
        await session.submit(room.ref, RedactEntry(actor="mo", entry=posted.id))
        await shows("[redacted")
        room.hides("We see errors")


async def test_the_entry_of_an_update_shows_its_other_words_for_a_page(tmp_path: Path) -> None:
    story = Story()
    update = story.does(PostUpdate, audience="public", text=HEADED)
    story.does(
        DecidePublication, message="m1", update=update, to="page", decision="edited", text="Some fail.", was=HEADED
    )

    async def plan() -> Plan | None:
        return None

    async with console(tmp_path, size=(120, 46)) as room:
        await room.app.push_screen(EntryDialog(Here(story.state, "mo", story.now, UTC), update, plan))
        await room.settles()
        room.shows("Update #1 · Investigating · 14:00 UTC", "In other words for page: Some fail.")


async def test_what_goes_where_is_shown_before_and_after(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.logs("/stage investigating")
        await room.logs("/component checkout partial")
        room.app.notify("A notice of before", timeout=600)
        await room.presses("escape", "u", "2")
        room.shows("→ page", "mails nobody", "checkout → partial")
        # It may still lie behind the dialog, dimmed, and not over what goes where.
        await room.until(lambda: not room.app.screen.query("Toast"))
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        room.shows("PUBLISHED", "✓ page", "in sync")
        sent = [json.loads(line) for line in (tmp_path / "page.jsonl").read_text(encoding="utf-8").splitlines()]
        assert len(sent) == 1
        assert "Checkout errors" in json.dumps(sent[0])

        await room.presses("O")
        room.shows("page", "delivered", "investigating")


async def test_only_logged_is_only_logged(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "2")
        dialog = room.app.screen
        assert isinstance(dialog, UpdateDialog)
        dialog.query_one("#field-publish").focus()
        await room.presses("4", "pagedown")
        room.shows("Only logged")
        await room.presses("ctrl+s")
        assert updates_of(room.state, "public")
        await room.presses("O")
        room.shows("Nothing published yet")


async def test_a_page_out_of_reach_waits_and_the_room_goes_on(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "1", "enter")
        assert updates_of(room.state, "internal")
        await room.until(lambda: published(room) == "hook waiting")
        room.shows("▲ hook", "waits")
        await room.presses("i", "enter")
        await room.logs("* the log goes on")
        assert room.last.text == "the log goes on"
        await room.presses("escape", "O")
        room.hides("a-key-of-nobody")
        await room.presses("d", "enter")
        await room.until(lambda: published(room) == "hook nothing")


async def test_a_component_is_left_out_of_a_message_by_its_name(tmp_path: Path, config: Path) -> None:
    targets = config / "targets" / "hook.toml"
    targets.write_text(targets.read_text(encoding="utf-8") + 'components = { checkout = "c1" }\n', encoding="utf-8")
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.logs("/component checkout partial")
        await room.presses("escape", "u", "1", "enter")
        await room.until(lambda: published(room) == "hook waiting")
        await room.presses("O", "e", "enter")
        room.shows("Leave as they are", "of: checkout")
        less = room.app.screen.query_one("#field-without", Input)
        less.value = "search"
        await room.presses("ctrl+s")
        room.shows("It changes no “search”; name one of checkout.")
        less.value = "checkout"
        await room.presses("ctrl+s")
        assert room.last.text == "Internal #1 goes to hook without checkout"


async def test_what_is_decided_in_the_outbox_stands_in_the_timeline(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "1", "enter")
        await room.until(lambda: published(room) == "hook waiting")
        posted = updates_of(room.state, "internal")[0].text
        await room.presses("O", "e", "enter")
        dialog = room.app.screen
        assert isinstance(dialog, EditDialog)
        dialog.query_one("#field-text", TextArea).text = "In other words."
        await room.presses("ctrl+s")
        assert room.last.text == f"Internal #1 goes to hook in other words: In other words. (instead of: {posted})"
        room.shows("edited by mo")
        # An edited message is tried at once, and none is dropped while it is being sent.
        await room.until(lambda: room.text().count("14:00 ▲ waiting for its next try") == 2)
        await room.presses("d", "enter")
        assert room.last.text.startswith("Internal #1 is not sent to hook: dropped")
        for key, act in (
            ("d", "dropped"),
            ("e", "edited"),
            ("s", "sent again"),
            ("t", "confirmed"),
            ("r", "tried again"),
        ):
            await room.presses(key)
            room.shows(f"A message that is dropped cannot be {act}; post another update.")
            room.hides("Esc cancels")
            await room.presses("backspace")
        await room.presses("escape")
        room.shows("» ", "In other words.")
        room.screen.acts.open_entry(updates_of(room.state, "internal")[0].id)
        await room.settles()
        room.shows("Not sent to hook: dropped")
        assert room.app.session.trouble == ""


async def test_a_message_of_unknown_end_is_marked_as_seen_on_the_page(tmp_path: Path, config: Path) -> None:
    """The receiver takes it, and hangs up without an answer."""

    class Silent(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (config / "targets" / "hook.toml").write_text(
            f'provider = "webhook"\naudience = "internal"\nurl = "http://127.0.0.1:{server.server_port}"\n'
        )
        async with console(tmp_path, config=config, size=(120, 46)) as room:
            box = Outbox(room.app.session.log)

            await room.presses("escape", "u", "1", "enter", "O")
            await room.until(lambda: room.text().count("14:00 ▲ being looked for") == 2)
            await room.presses("t", "enter")
            room.shows("Mark the message as published, on hook", "it is never sent again")
            room.app.screen.query_one("#field-incident", Input).value = "hook-7"
            await room.presses("enter")
            await room.until(lambda: box.messages(room.ref)[0].state == "done")
            assert "hook-7" in box.messages(room.ref)[0].remote
        server.shutdown()


async def test_a_message_that_waits_is_tried_at_once(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "1", "enter", "O")
        await room.until(lambda: room.text().count("14:00 ▲ waiting for its next try") == 1)
        await room.presses("r")
        room.shows("retries the message to hook")
        await room.presses("enter")
        await room.until(lambda: room.text().count("14:00 ▲ waiting for its next try") == 2)
        room.shows("tried again by mo")


@pytest.mark.parametrize("console_of", ["practice", "drill"])
async def test_a_practice_publishes_nothing_and_holds_nothing_real(tmp_path: Path, console_of: str) -> None:
    """Whatever its incidents are: those of an invented year are no drills, nor is all in a file that holds drills."""
    config, page = tmp_path / "config", tmp_path / "page.jsonl"
    events = 'events = ["declared", "closed", "severity"]'
    write(config, {"page": f'provider = "file"\n{events}\n[options]\npath = "{page}"\n'})
    practice = console_of == "practice"
    async with console(tmp_path, config=config, practice=practice, drill="" if practice else "player") as room:
        await room.until(lambda: room.app.screen is room.screen or bool(room.app.pop_screen()))
        await room.presses("alt+u", "2")
        room.shows("A practice publishes nothing")
        await room.presses("ctrl+s")
        assert len(updates_of(room.state, "public")) == 1
        await room.logs("/sev SEV0")
        await room.logs("/stage closed ! False alarm")
        await room.presses("enter")
        for key, does in (("alt+shift+d", "declare"), ("alt+shift+n", "plan it"), ("alt+shift+w", "set targets up")):
            await room.presses(key)
            holds = "a practice" if practice else "drills"
            words = f"This console holds {holds}; {does} in one that `warroom` opens."
            assert words in {notice.message for notice in room.app._notifications}
        real = Targets(config).all()[0]
        for reaches in (lambda: room.app._target_service.test(real, room.clock()),
                        lambda: room.app._target_service.prove(Given(real))):  # fmt: skip
            with pytest.raises(Refused):
                reaches()
        await room.logs("/backfill")
        await room.presses("alt+shift+u")
        assert room.app.screen is room.screen
        with Log.open(room.app.session.log.path) as log:
            assert Outbox(log).messages() == []
            assert len(log.incidents()) == 1
    assert not page.exists()


async def test_an_edit_that_comes_too_late_keeps_its_text_and_says_why(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "1", "enter")
        await room.until(lambda: published(room) == "hook waiting")
        await room.presses("O", "e", "enter")
        dialog = room.app.screen
        assert isinstance(dialog, EditDialog)
        text = dialog.query_one("#field-text", TextArea)
        text.text = "In other words."
        with Log.open(room.app.session.log.path) as log:
            (message,) = Outbox(log).messages(room.ref)
            Ledger(log, actor="al", clock=room.clock).execute(room.ref, dropped(message, "al"))
        await room.presses("ctrl+s")
        assert room.app.screen is dialog
        assert text.text == "In other words."
        room.shows("A message that is dropped cannot be edited; post another update.", "Nothing you typed is lost")
        await room.presses("escape")


async def test_a_refused_key_is_told_while_another_target_has_not_answered(tmp_path: Path, config: Path) -> None:
    answers = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path == "/hangs":
                answers.wait(PATIENCE_S)
            self.send_response(204 if self.path == "/hangs" else 401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ("hangs", "refuses"):
            (config / "targets" / f"{name}.toml").write_text(
                f'provider = "webhook"\nurl = "http://127.0.0.1:{server.server_port}/{name}"\n', encoding="utf-8"
            )
            key = config / "keys" / name
            key.write_text("a-key-of-nobody", encoding="utf-8")
            key.chmod(0o600)
        async with console(tmp_path, config=config, size=(120, 46)) as room:
            await room.presses("escape", "u", "2", "enter")
            await room.until(lambda: "refuses failed" in published(room))
            assert "hangs sending" in published(room)
            answers.set()
            await room.until(lambda: "hangs sent" in published(room))
        server.shutdown()


@pytest.mark.parametrize("size", [(120, 46), (80, 24), (100, 30), (80, 20), (200, 60)])
async def test_a_public_update_that_its_page_refused_is_never_only_counted_as_kept(
    tmp_path: Path, config: Path, size: tuple[int, int]
) -> None:
    """What is owed counts by the log; at any size stands beside it that nobody outside has it."""
    with Served(StatuspageFake(), "/v1") as served:
        no = httpx.Response(422, json={"error": ["Some field is wrong"]})
        served.trouble = lambda request: no if request.method == "POST" else None
        set_up(config, "page", served)
        async with console(tmp_path, config=config, size=size) as room:
            await room.presses("escape", "u", "2")
            await room.presses("ctrl+s")
            await room.until(lambda: "page failed" in published(room))
            # In the header, or in the strip that stands for the panels.
            room.shows("■ page failed: ")


async def test_the_public_title_is_asked_for_with_the_first_public_update(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.app.session.submit(room.ref, ChangeTitle(actor="mo", title="db-7.internal is out of disk"))
        await room.presses("escape", "u", "2")
        assert room.app.screen.query_one("#field-public_title", Input).value == ""
        await room.presses("enter")
        room.shows("Write the title that customers read")
        room.app.screen.query_one("#field-publish", ChoiceList).highlighted = 3
        await room.settles()
        room.hides("Write the title that customers read")
        room.app.screen.query_one("#field-publish", ChoiceList).highlighted = 0
        room.app.screen.query_one("#field-public_title", Input).value = "Some payments fail"
        await room.settles()
        room.shows("“Some payments fail” · investigating")
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        page = (tmp_path / "page.jsonl").read_text(encoding="utf-8")
        assert '"title": "Some payments fail"' in page
        assert "db-7" not in page
        await room.presses("escape", "u", "2")
        assert not room.app.screen.query("#field-public_title")


@pytest.mark.parametrize("in_form", [False, True])
async def test_a_public_title_that_may_be_none_is_asked_about(tmp_path: Path, config: Path, in_form: bool) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        if in_form:
            await room.presses("escape", "u", "2")
            room.app.screen.query_one("#field-public_title", Input).value = "db-7.internal is slow"
            await room.settles()
            await room.presses("ctrl+s")
        else:
            await room.logs("/public-title db-7.internal is slow")
        room.shows("looks like the name of a machine.")
        assert not public_title(room.state).value
        await room.presses("enter")
        assert public_title(room.state).value == "db-7.internal is slow"


async def test_a_new_public_title_goes_to_the_page_and_is_said_where_it_cannot(tmp_path: Path, config: Path) -> None:
    chat = 'provider = "discord"\naudience = "public"\nurl = "http://127.0.0.1:9"\n'
    (config / "targets" / "chat.toml").write_text(chat, encoding="utf-8")
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("alt+u", "2", "enter")
        await room.until(lambda: "page in sync" in published(room))
        await room.logs("/public-title Some payments fail")
        await room.until(lambda: "chat cannot change a title" in room.text())
        last = tmp_path / "page.jsonl"
        await room.until(lambda: '"event": "rename"' in last.read_text(encoding="utf-8"))
        await room.until(lambda: "page in sync" in published(room))
        await room.presses("escape", "O")
        room.shows("new title there: Some payments fail")


async def test_a_page_that_somebody_changed_is_put_right_in_three_keys(tmp_path: Path, config: Path) -> None:
    page = tmp_path / "page.jsonl"
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("alt+u", "2", "enter")
        await room.until(lambda: published(room) == "page in sync")
        with page.open("a", encoding="utf-8") as file:
            line = {**json.loads(page.read_text(encoding="utf-8").splitlines()[0]), "event": "rename", "id": "hand"}
            file.write(json.dumps({**line, "title": "Somebody else's title"}) + "\n")
        await room.ticks(seconds=1)
        with Log.open(room.app.session.log.path) as log:
            assert Publisher(config).sender(log, room.clock).read_back(timedelta()) == 1
        await room.until(lambda: published(room) == "page differs")
        room.shows("another title", "Alt+Y")
        await room.presses("escape", "Y", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows(
            "Here it says: Checkout errors", "page, read 0s ago: Somebody else's title", "puts our title on page"
        )
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        assert json.loads(page.read_text(encoding="utf-8").splitlines()[-1])["title"] == "Checkout errors"
        # Deleted there: read at once from the dialog of another difference, or by the next look.
        page.write_text("", encoding="utf-8")
        await room.ticks(seconds=1)
        with Log.open(room.app.session.log.path) as log:
            assert Publisher(config).sender(log, room.clock).read_back(timedelta()) == 1
        await room.until(lambda: published(room) == "page differs")
        await room.presses("escape", "Y", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("somebody deleted or hid it", "posts the last update to page as a new incident; nobody is mailed")
        await room.presses("ctrl+t")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog) and "being read" not in room.text())
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        assert json.loads(page.read_text(encoding="utf-8").splitlines()[-1])["first"]


async def test_one_target_is_left_out_of_an_update(tmp_path: Path, config: Path) -> None:
    second = tmp_path / "second.jsonl"
    (config / "targets" / "second.toml").write_text(f'provider = "file"\noptions = {{ path = "{second}" }}\n')
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "2")
        room.app.screen.query_one("#field-skip", Input).value = "sec"
        await room.settles()
        room.shows("second  It is left out this time.")
        room.app.screen.query_one("#field-skip", Input).value = "third"
        await room.presses("enter")
        room.shows("Name one of page or second to leave out.")
        room.app.screen.query_one("#field-skip", Input).value = "second"
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
    assert not second.exists()


async def test_what_another_process_publishes_is_shown_at_once(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "2", "enter")
        await room.until(lambda: published(room) == "page in sync")
        with Log.open(room.app.session.log.path) as log:
            # The other process posts an update, and this console sends it.
            ledger, publisher = Ledger(log, actor="al", clock=room.clock), Publisher(config)
            state = ledger.state(room.ref)
            publish = publisher.publish(state, publisher.context(log, room.ref, ()), Choices())
            await room.ticks(seconds=1)
            ledger.execute(room.ref, PostUpdate(actor="al", audience="public", text="More."), publish=publish)
            await room.until(lambda: "More." in (tmp_path / "page.jsonl").read_text(encoding="utf-8"))
            await room.until(lambda: published(room) == "page in sync")
            # The other process reads the page back, which somebody emptied.
            (tmp_path / "page.jsonl").write_text("", encoding="utf-8")
            await room.ticks(seconds=1)
            publisher.sender(log, room.clock).read_back(timedelta())
            await room.until(lambda: published(room) == "page differs")


async def test_an_update_is_logged_when_the_outbox_breaks_under_its_composer(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.presses("escape", "u", "2")
        broken(room)
        await room.presses("enter")
        assert len(updates_of(room.state, "public")) == 1
        room.shows("The update was logged, and not")


async def test_a_composer_opens_and_logs_when_the_outbox_cannot_be_read(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        broken(room)
        await room.presses("escape", "u", "2")
        room.shows("This update can only be logged")
        await room.presses("enter")
        assert len(updates_of(room.state, "public")) == 1


def broken(room: Room) -> None:
    """Take the outbox out of the file, as another program may."""
    with closing(sqlite3.connect(room.app.session.log.path)) as connection, connection:
        connection.execute("DROP TABLE outbox")


async def test_an_update_typed_as_a_line_is_seen_before_it_goes_out(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.types("/update public next 20m We are looking into it.")
        assert "opens: post a status update" in room.hint
        await room.presses("enter")
        dialog = room.app.screen
        assert isinstance(dialog, UpdateDialog)
        assert (dialog.values()["text"], dialog.values()["next"]) == ("We are looking into it.", "20m")
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        await room.logs("/update executive nobody publishes this")
        assert updates_of(room.state, "executive")


async def test_a_narrow_screen_says_that_a_page_waits(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(80, 24)) as room:
        await room.presses("escape", "u", "1", "enter")
        await room.until(lambda: published(room) == "hook waiting")
        await room.ticks(seconds=1)
        room.shows("▲ hook waits: Alt+O")


async def posted_to_the_page(room: Room, *texts: str) -> list[str]:
    """Updates that have reached the page; their ids."""
    ids = []
    publisher, session = Publisher(room.app.session.config), room.app.session
    for text in texts:
        publish = publisher.publish(room.state, publisher.context(session.log, room.ref, ()), Choices())
        command = PostUpdate(actor=session.actor, audience="public", text=text, status="investigating")
        event, *_ = await session.submit(room.ref, command, publish=publish)
        ids.append(event.id)
    room.app.publishing.wake()
    # By the look that knows of the last one: the look before it was in sync as well.
    await room.until(
        lambda: any(message.event == ids[-1] for each in room.screen.standings for message in each.messages)
    )
    await room.until(lambda: published(room) == "page in sync")
    return ids


def on_the_page(tmp_path: Path) -> list[str]:
    """The texts that the file says in the end, by its lines."""
    shown: dict[str, str] = {}
    for line in map(json.loads, (tmp_path / "page.jsonl").read_text(encoding="utf-8").splitlines()):
        if line["event"] == "remove":
            del shown[line["of"]]
        else:
            shown[line.get("of") or line["id"]] = line["text"]
    return list(shown.values())


async def test_an_undo_asks_at_once_what_becomes_of_the_update_on_its_page(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await posted_to_the_page(room, "We see errors.", "All is well.")
        await room.presses("escape", "x", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("The page still shows public update #2, undone here.", "page, read", ": All is well.")
        room.shows("removes it from page")
        await room.presses("4", "tab")
        await room.keys_in("It goes on.")
        room.shows("posts a correction to page as investigating: “It goes on.”; nobody is mailed")
        await room.presses("escape")
        # Until it is decided the room says it, and its key opens the same.
        room.shows("≠ page  page differs", "Still shows update #2, undone here", "Alt+Y  decides what becomes of it")
        await room.presses("alt+shift+y")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        await room.presses("enter")
        await room.until(lambda: on_the_page(tmp_path) == ["We see errors."])
        await room.until(lambda: published(room) == "page in sync")
        room.hides("ill shows", "page differs")


async def test_of_an_undone_update_the_words_are_shown_that_somebody_wrote_there(tmp_path: Path, config: Path) -> None:
    page = tmp_path / "page.jsonl"
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await posted_to_the_page(room, "We see errors.", "All is well.")
        written = json.loads(page.read_text(encoding="utf-8").splitlines()[-1])
        with page.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**written, "event": "edit", "of": written["id"], "text": "Nothing is well."}) + "\n")
        await room.ticks(seconds=1)
        with Log.open(room.app.session.log.path) as log:
            assert Publisher(config).sender(log, room.clock).read_back(timedelta()) == 1
        await room.until(lambda: published(room) == "page differs")
        await room.ticks(seconds=62)
        await room.presses("escape", "x", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("Somebody changed the words of public update #2 on the page, undone here.")
        room.shows("page, read 1m02s ago: Nothing is well.")


async def test_a_correction_asks_at_once_and_is_put_on_the_page_with_one_key(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await posted_to_the_page(room, "We see errors.", "Custmer A is hit.")
        await room.presses("escape", "e", "enter", "ctrl+end", "backspace")
        await room.keys_in(" in part.")
        await room.presses("enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("as it was before its correction", "Here it says: Custmer A is hit in part.", "page, read")
        room.shows("edits it on page: “Custmer A is hit in part.”; nobody is mailed")
        await room.presses("enter")
        await room.until(lambda: on_the_page(tmp_path) == ["We see errors.", "Custmer A is hit in part."])
        await room.until(lambda: published(room) == "page in sync")


async def test_an_undo_of_an_update_on_its_way_asks_once_it_is_known_to_be_there(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await posted_to_the_page(room, "We see errors.")
        look = room.app.publishing.standings
        await posted_to_the_page(room, "All is well.")
        room.app.publishing.standings = look
        await room.presses("escape", "x", "enter")
        room.app.publishing.wake()
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))


async def test_a_redacted_update_is_edited_on_its_page(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        _, secret = await posted_to_the_page(room, "We see errors.", "The key is hunter2hunter2.")
        room.screen.acts.open_entry(secret, redacting=True)
        await room.settles()
        await room.presses("enter", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("redacted here", "What was mailed", "words that were erased here")
        room.hides("hunter2")
        await room.presses("2", "tab")
        await room.keys_in("We look into it.")
        await room.presses("ctrl+s")
        await room.until(lambda: on_the_page(tmp_path) == ["We see errors.", "We look into it."])
        room.shows("Public #2 on page is changed to: We look into it.")


async def test_nothing_is_asked_into_a_line_that_is_being_typed(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(80, 24)) as room:
        _, wrong = await posted_to_the_page(room, "We see errors.", "All is well.")
        await room.types("half a line")
        room.screen.context.write(Undo(actor=room.app.session.actor, entry=wrong))
        await room.until(lambda: any(standing.unsettled for standing in room.screen.standings))
        await room.settles()
        room.shows("half a line", "page still shows update #2, undone: Alt+Y")


async def test_the_words_of_an_update_that_stands_are_edited_on_its_page(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await posted_to_the_page(room, "We see errors of some.")
        await room.presses("escape", "O", "Y", "enter")
        room.shows("It stands in the log, and went to the page.")
        await room.presses("2", "tab")
        await room.keys_in("We see errors.")
        await room.presses("ctrl+s")
        await room.until(lambda: on_the_page(tmp_path) == ["We see errors."])


async def test_an_update_that_is_undone_under_the_outbox_s_form_is_told(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        (update,) = await posted_to_the_page(room, "We see errors of some.")
        await room.presses("escape", "O", "Y", "enter")
        room.shows("It stands in the log, and went to the page.")
        await room.app.session.submit(room.ref, Undo(actor="ana", entry=update))
        await room.until(lambda: "Somebody changed this meanwhile" in room.text())


async def test_one_form_decides_for_each_page_that_has_the_update(tmp_path: Path, config: Path) -> None:
    other = tmp_path / "other.jsonl"
    (config / "targets" / "status.toml").write_text(
        f'provider = "file"\noptions = {{ path = "{other}" }}\n', encoding="utf-8"
    )
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        session, publisher = room.app.session, Publisher(room.app.session.config)
        for text in ("We see errors.", "All is well."):
            publish = publisher.publish(room.state, publisher.context(session.log, room.ref, ()), Choices())
            command = PostUpdate(actor=session.actor, audience="public", text=text, status="investigating")
            await session.submit(room.ref, command, publish=publish)
        room.app.publishing.wake()
        await room.until(lambda: published(room) == "page in sync status in sync")
        await room.presses("escape", "x", "enter")
        await room.until(lambda: isinstance(room.app.screen, SettleDialog))
        room.shows("On page", "On status", "removes it from page and status; nobody is mailed")
        await room.presses("tab", "5", "tab")
        await room.keys_in("It is in the archive.")
        room.shows("removes it from page and leaves it on status: “It is in the archive.”")
        await room.presses("ctrl+s")
        await room.until(lambda: on_the_page(tmp_path) == ["We see errors."])
        await room.until(lambda: published(room) == "page in sync status in sync")
        assert [json.loads(line)["event"] for line in other.read_text(encoding="utf-8").splitlines()] == ["update"] * 2
        room.shows("Public #2 is removed from page", "Public #2 is left on status: It is in the archive.")


async def test_a_bridge_is_told_of_a_stage_by_the_room_in_which_it_changed(tmp_path: Path, config: Path) -> None:
    bridge = tmp_path / "bridge.jsonl"
    (config / "targets" / "bridge.toml").write_text(
        f'provider = "file"\noptions = {{ path = "{bridge}" }}\nevents = ["stage", "role"]\n', encoding="utf-8"
    )
    async with console(tmp_path, config=config) as room:
        await room.logs("/role scribe Ana")
        await room.logs("/sev SEV2 fewer are hit")
        await room.until(lambda: bridge.exists() and published(room) == "bridge sent")
    lines = [json.loads(line) for line in bridge.read_text(encoding="utf-8").splitlines()]
    assert [line["changes"] for line in lines] == [[{"of": "role", "role": "scribe", "name": "Ana"}]]


async def test_a_past_incident_and_its_postmortem_go_to_a_page_from_the_room(tmp_path: Path, config: Path) -> None:
    """Each in one form, whose preview holds all that goes out."""
    clock = Clock()
    with Log.open(tmp_path / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=clock)
        past = DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1", retrospective=True)
        ref = ledger.declare(past, standard_playbook())
        for status, words in (("investigating", "We look into it."), ("resolved", "All is well.")):
            clock.passes(minutes=5)
            ledger.execute(ref, PostUpdate(actor="mo", audience="public", text=words, status=status))
    page = tmp_path / "page.jsonl"

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in page.read_text("utf-8").splitlines()] if page.exists() else []

    async with console(tmp_path, config=config, clock=clock, ref=ref, size=(120, 46)) as room:
        await room.presses("alt+u", "2")
        form = room.app.screen
        assert isinstance(form, UpdateDialog)
        assert form.values()["publish"] == ONLY_LOGGED, "a page would show it as of now"
        await room.presses("escape")
        await room.types("/backfill")
        await room.presses("enter")
        room.shows("14:05 UTC", "We look into it.", "puts 2 public updates on page", "nobody is mailed")
        await room.presses("enter")
        await room.until(lambda: published(room) == "page in sync")
        await room.types("/publish-postmortem")
        await room.presses("enter")
        room.app.screen.query_one("#field-text", TextArea).text = "Too few workers."
        await room.settles()
        room.shows("Too few workers.", "publishes it on page; nobody is mailed")
        await room.presses("ctrl+s")
        await room.until(lambda: len(lines()) == 2)
        assert [(line["event"], line["notify"]) for line in lines()] == [("backfill", False), ("postmortem", False)]
        assert [each["text"] for each in lines()[0]["past"]] == ["We look into it.", "All is well."]
        assert lines()[1]["text"] == "Too few workers."


async def test_what_goes_to_pages_afterwards_waits_for_the_end(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config) as room:
        await room.types("/backfill")
        await room.presses("enter")
        room.shows("is not over yet")


async def test_an_incident_that_was_opened_on_the_page_by_hand_is_adopted(tmp_path: Path, config: Path) -> None:
    with Served(StatuspageFake(), "/v1") as served:
        page = served.fake
        told = {"status": "identified", "body": "We were called.", "deliver_notifications": False}
        page.create({"incident": {**told, "name": "Payments fail", "metadata": {"jira": {"key": "OPS-1"}}}})  # type: ignore[attr-defined]  # Statuspage's
        set_up(config, "status", served)
        async with console(tmp_path, config=config, size=(120, 46)) as room:
            await room.types("/adopt")
            await room.presses("enter")
            await room.until(lambda: isinstance(room.app.screen, AdoptDialog))
            room.shows("updates go to “Payments fail” on status from now on; nobody is mailed")
            await room.presses("enter")
            await room.until(lambda: "warroom" in page.incidents[0]["metadata"])
            await room.until(lambda: not isinstance(room.app.screen, AdoptDialog))
            room.shows("Updates go to the incident “Payments fail” on status")
            # The page has it before we know: until then nothing more is asked of the page.
            await room.until(lambda: published(room) == "status differs")
            # The page keeps its title unless somebody writes another one.
            await room.presses("alt+u", "2")
            dialog = room.app.screen
            assert isinstance(dialog, UpdateDialog)
            assert dialog.values()["public_title"] == "Payments fail"
            await room.presses("escape")
            await room.types("/adopt")
            await room.presses("enter")
            await room.until(lambda: "is on status already" in room.text())
        assert (page.mails, page.wrong) == (0, [])


async def test_no_form_opens_under_a_line_that_is_typed_while_the_pages_are_asked(tmp_path: Path, config: Path) -> None:
    with Served(StatuspageFake(), "/v1") as served:
        told = {"status": "identified", "body": "We were called.", "deliver_notifications": False}
        named = {"name": "Payments fail", "metadata": {"jira": {"key": "OPS-1"}}}
        served.fake.create({"incident": told | named})  # type: ignore[attr-defined]  # Statuspage's
        set_up(config, "status", served)
        answers = threading.Event()

        def waits(request: httpx.Request) -> None:
            answers.wait(PATIENCE_S)

        served.trouble = waits
        async with console(tmp_path, config=config, size=(120, 46)) as room:
            await room.types("/adopt")
            await room.pilot.press("enter")
            for key in "pool full":
                await room.pilot.press("space" if key == " " else key)
            answers.set()
            await room.until(lambda: "The pages answered" in room.text())
            room.shows("1 incident to adopt: /adopt lists them.")
            await room.presses("enter")
            assert room.last.text == "pool full"
            assert "warroom" not in served.fake.incidents[0]["metadata"]


def test_each_thing_that_a_page_can_have_otherwise_has_a_name() -> None:
    assert {*ABOUT} == {*get_args(About)}


@pytest.mark.parametrize(
    ("meanwhile", "shown_then"),
    [
        pytest.param(
            SetComponent(actor="ana", component="checkout", status="partial"), "checkout → partial", id="part"
        ),
        pytest.param(SetPublicTitle(actor="ana", title="Payments are slow"), "“Payments are slow”", id="title"),
    ],
)
async def test_an_update_is_shown_again_where_a_page_would_get_something_else_by_then(
    tmp_path: Path, config: Path, meanwhile: Command, shown_then: str
) -> None:
    async with console(tmp_path, config=config, size=(120, 46)) as room:
        await room.app.session.submit(room.ref, SetPublicTitle(actor="ana", title="Checkout fails"))
        await room.presses("escape", "u", "2")
        await room.app.session.submit(room.ref, meanwhile)
        await room.presses("ctrl+s")
        room.shows("What goes out has changed meanwhile", shown_then)
        assert not updates_of(room.state, "public")
        await room.presses("ctrl+s")
        assert updates_of(room.state, "public")
        await room.until(lambda: published(room) == "page in sync")


def over(ledger: Ledger, last: str = "All is well.") -> str:
    """An incident that is over, with what the public was told of it."""
    past = DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1", retrospective=True)
    ref = ledger.declare(past, standard_playbook())
    ledger.execute(ref, PostUpdate(actor="mo", audience="public", text="We see errors.", status="investigating"))
    ledger.execute(ref, PostUpdate(actor="mo", audience="public", text=last, status="resolved"))
    return ref


def planned(ledger: Ledger) -> str:
    window = Window(ledger.now() + timedelta(hours=3), ledger.now() + timedelta(hours=5))
    plan = PlanMaintenance(actor="mo", title="New database", window=window, components=("checkout",))
    return ledger.declare(plan, standard_playbook())


RETITLED = SetPublicTitle(actor="ana", title="Payments are slow")
PUBLISHING: dict[str, tuple[Callable[[Ledger], str], tuple[str, ...], Command, str]] = {
    "backfill": (over, ("/backfill",), RETITLED, "Payments are slow"),
    "backfill, other words": (
        over, ("/backfill",), CorrectEntry(actor="ana", entry="", text="All is well again."), "well again"
    ),
    "begin": (planned, ("/maintenance begin",), RETITLED, "“Payments are slow”"),
    "begin, another component": (
        planned, ("/maintenance begin",), SetComponent(actor="ana", component="checkout", status="operational"),
        "checkout → operational",
    ),
    "cancel": (planned, ("/maintenance cancel",), RETITLED, "“Payments are slow”"),
    "postmortem": (over, ("/backfill", "/publish-postmortem"), RETITLED, "Payments are slow"),
    "move": (planned, ("/maintenance move 16:00 to 18:00",), RETITLED, "“Payments are slow”"),
}  # fmt: skip
"""Acts that publish: the incident, the line that opens the form, what ana does meanwhile, and how that is shown."""


@pytest.mark.parametrize("case", PUBLISHING)
async def test_what_goes_out_is_what_was_shown_or_is_shown_again(tmp_path: Path, config: Path, case: str) -> None:
    begins, lines, meanwhile, shown_then = PUBLISHING[case]
    clock = Clock()
    with Log.open(tmp_path / "warroom.db") as log:
        ref = begins(Ledger(log, actor="mo", clock=clock))
    async with console(tmp_path, config=config, clock=clock, ref=ref, size=(120, 60)) as room:
        for line in lines[:-1]:
            await room.types(line)
            await room.presses("enter", "ctrl+s")
            await room.until(lambda: published(room) == "page in sync")
        outbox = Outbox(room.app.session.log)
        before = len(outbox.messages(ref))
        await room.types(lines[-1])
        await room.presses("enter")
        form = room.app.screen
        assert isinstance(form, FormDialog)
        form.fill({"text": "Too few workers."})
        if isinstance(meanwhile, CorrectEntry):
            meanwhile = msgspec.structs.replace(meanwhile, entry=updates_of(room.state, "public")[-1].id)
        await room.app.session.submit(room.ref, meanwhile)
        await room.settles()
        await room.presses("ctrl+s")
        room.shows(shown_then)
        assert len(outbox.messages(ref)) == before
        await room.presses("ctrl+s")
        assert len(outbox.messages(ref)) == before + 1


def live(ledger: Ledger) -> str:
    return ledger.declare(DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1"), standard_playbook())


async def in_the_postmortem(room: Room) -> None:
    await room.types("/backfill")
    await room.presses("enter", "ctrl+s")
    await room.until(lambda: published(room) == "page in sync")
    await room.types("/publish-postmortem")
    await room.presses("enter")


async def in_the_settling(room: Room) -> None:
    await posted_to_the_page(room, "We see errors.")
    await room.presses("escape", "O", "Y", "enter", "2")


async def in_a_message(room: Room) -> None:
    folder = room.app.session.config
    assert folder is not None
    (folder / "targets" / "page.toml").unlink()
    hook = folder / "targets" / "hook.toml"
    hook.write_text(hook.read_text("utf-8").replace('"internal"', '"public"'), "utf-8")
    publisher, session = Publisher(folder), room.app.session
    publish = publisher.publish(room.state, publisher.context(session.log, room.ref, ()), Choices())
    await session.submit(room.ref, PostUpdate(actor="mo", audience="public", text="We see errors."), publish=publish)
    room.app.publishing.wake()
    await room.until(lambda: published(room) == "hook waiting")
    await room.presses("escape", "O", "e", "enter")


async def in_a_plan(room: Room) -> None:
    await room.presses("alt+shift+n")
    form = room.app.screen
    assert isinstance(form, FormDialog)
    form.fill({"title": "New database", "starts": "in 2h", "until": "2h"})


def by_line(line: str) -> Callable[[Room], Awaitable[None]]:
    async def opens(room: Room) -> None:
        await room.types(line)
        await room.presses("enter")

    return opens


FORMS_FOR_THE_PUBLIC: dict[str, tuple[Callable[[Ledger], str], Callable[[Room], Awaitable[None]]]] = {
    "backfill": (partial(over, last="We restarted db-07."), by_line("/backfill")),
    "postmortem": (over, in_the_postmortem),
    "settle": (live, in_the_settling),
    "edit-message": (live, in_a_message),
    "plan": (live, in_a_plan),
    "begin": (planned, by_line("/maintenance begin")),
    "cancel": (planned, by_line("/maintenance cancel")),
}
"""Forms whose words go to a page: the incident, and how the form is opened."""


@pytest.mark.parametrize("case", FORMS_FOR_THE_PUBLIC)
async def test_words_that_should_not_be_public_are_asked_about_wherever_they_go_to_a_page(
    tmp_path: Path, config: Path, case: str
) -> None:
    begins, opens = FORMS_FOR_THE_PUBLIC[case]
    clock = Clock()
    with Log.open(tmp_path / "warroom.db") as log:
        ref = begins(Ledger(log, actor="mo", clock=clock))
    async with console(tmp_path, config=config, clock=clock, ref=ref, size=(120, 60)) as room:
        await opens(room)
        form = room.app.screen
        assert isinstance(form, FormDialog)
        outbox = Outbox(room.app.session.log)

        def goes_out() -> bool:
            return any("db-07" in message.payload for message in outbox.messages())

        form.fill({"text": "We restarted db-07.", "words": "We restarted db-07."})
        await room.presses("ctrl+s")
        room.shows("“db-07” is the name of a machine.", "Enter once")
        assert not goes_out()
        await room.presses("ctrl+s")
        assert goes_out()
