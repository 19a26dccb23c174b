"""Targets set up in the console, against pages behind real sockets: found, proved, saved, changed, removed."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from textual import events
from textual.widgets import Input, OptionList, TextArea

from console.app.targets.dialog import TargetDialog
from console.app.targets.screen import TargetsScreen
from console.publish.registry import names
from console.publish.targets.folder import Targets
from console.publish.targets.keys import Key, Keys
from console.publish.targets.model import FOLDER, OLD_FILE, Target
from tests.app.driver import Room, console
from tests.cli.served import Served
from tests.patience import PATIENCE_S
from tests.publish.fakes.cachet import CachetFake
from tests.publish.fakes.chat import MattermostFake
from tests.publish.fakes.incident_io import IncidentIoFake
from tests.publish.target_files import read, write

SIZE = (90, 34)


class Hands:
    """Somebody at the targets' screen."""

    def __init__(self, room: Room) -> None:
        self.room = room

    async def open(self) -> None:
        await self.room.presses("escape", "W")
        assert isinstance(self.room.app.screen, TargetsScreen)

    async def adds(self, provider: str, **fields: str) -> None:
        """Opens the form for a kind of target, and fills it in."""
        await self.room.presses("a", "enter")
        rows = self.room.app.screen.query_one("#field-provider", OptionList)
        rows.highlighted = names().index(provider)
        await self.room.presses("enter")
        await self.fills(**fields)

    @property
    def form(self) -> TargetDialog:
        dialog = self.room.app.screen
        assert isinstance(dialog, TargetDialog)
        return dialog

    async def fills(self, **fields: str) -> None:
        for id, words in fields.items():
            field = self.form.query_one(f"#field-{id.replace('_', '-')}")
            field.focus()
            if isinstance(field, Input):
                field.value = ""
            field.post_message(events.Paste(words))
            await self.room.pilot.pause()

    def says(self, id: str) -> str:
        """The sentence beside a field."""
        return str(self.form.query_one(f"#fault-{id}").render())


@pytest.fixture
def page() -> Iterator[Served]:
    with Served(IncidentIoFake()) as served:
        yield served


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def text(config: Path) -> str:
    """All that stands in the files of targets."""
    return "".join(read(config).values())


def target(config: Path, name: str) -> Target:
    return Targets(config).get(name)


async def test_without_targets_it_says_what_to_press(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=(80, 24)) as room:
        await room.presses("escape", "W")
        room.shows("Where updates go", "press a to add a status page or a chat")
        await room.presses("escape", "O")
        room.shows("W setup", "W sets up a target.")
        await room.presses("W")
        room.shows("press a to add a status page or a chat")
        await room.presses("escape", "escape", "o", "enter", "W")
        room.shows("press a to add a status page or a chat")
        await room.presses("q", "enter", "enter")
        await room.logs("/targets")
        room.shows("press a to add a status page or a chat")


async def test_a_page_is_added_proved_picked_mapped_and_used_at_once(
    tmp_path: Path, config: Path, page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    page.fake.names["c1"] = "Checkout \x1b[31mred"
    async with console(tmp_path, config=config, size=SIZE) as room:
        await room.logs("/component checkout partial")
        hands = Hands(room)
        await hands.open()
        await hands.adds("incident-io", name="status", key=page.fake.key, url=page.url)
        room.shows("Left empty, WARROOM_TARGET_STATUS_KEY is read.", "Not checked", "••••••••")
        await room.presses("ctrl+t")
        room.shows("Which page?", "1 Another", f"2 Shop  ({page.fake.page})")
        await room.presses("down", "enter")
        room.shows("✓ The key works: page “Shop” with 3 components.", "0 of 3 components are mapped; ^O maps them")
        await room.presses("ctrl+o")
        room.shows("– Checkout ␛[31mred", "– Search", "– Login")
        await room.presses("e", "enter")
        room.shows("What do you call Checkout ␛[31mred?", "1 checkout")
        await room.presses("enter", "down", "space", "enter")
        assert hands.form.query_one("#field-components", TextArea).text == "checkout=c1\nSearch=c2"
        await room.presses("ctrl+s")
        room.shows("✓ status", "works 14:00", "Added status. Its key is kept in", "checkout is c1, Search is c2")
        assert target(config, "status") == Target(
            "status", "incident-io", page.url, page.fake.page, components={"checkout": "c1", "Search": "c2"}
        )
        assert stat.S_IMODE((config / "keys" / "status").stat().st_mode) == 0o600

        await room.presses("escape", "u", "2", "enter")
        await room.until(lambda: bool(page.fake.seen()))
        await room.until(lambda: [standing.where for standing in room.screen.standings] == ["in sync"])
        assert page.fake.seen()[0].components == {"c1": "partial"}
        await room.presses("W")
        room.hides(page.fake.key)
    assert page.fake.wrong == []
    assert page.fake.key not in text(config) + caplog.text
    for one in tmp_path.glob("warroom.db*"):
        assert not one.is_file() or page.fake.key.encode() not in one.read_bytes()


async def test_what_a_page_has_is_seen_again_without_asking_it_twice(
    tmp_path: Path, config: Path, page: Served
) -> None:
    page.fake.names["c2"] = "Checkout"
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await hands.adds("incident-io", name="status", key=page.fake.key, url=page.url, components="web=c9")
        hands.form.query_one("#field-page").focus()
        await room.presses("enter")
        room.shows("Which page?")
        await room.presses("escape", "ctrl+g", "down", "enter")
        room.shows("▲ It has no component for web; ^O shows what it has.")
        asked = len(page.fake.requests)
        await room.presses("ctrl+o", "space", "down", "space", "end")
        room.shows("✓ Checkout", "is Checkout 2", "✓ c9", "is web")
        await room.presses("e", "enter")
        room.app.screen.query_one("#field-name", Input).value = "checkout"
        await room.presses("enter")
        room.shows("checkout stands for another component already; choose another name.")
        await room.presses("escape", "space", "ctrl+s", "ctrl+s")
        assert target(config, "status").components == {"Checkout": "c1", "Checkout 2": "c2"}
        await room.presses("enter")
        room.shows("Empty keeps the one from the file", "2 of 3 components are mapped")
        await room.presses("escape")
        assert len(page.fake.requests) == asked


async def test_without_a_folder_it_says_how_to_name_one(tmp_path: Path) -> None:
    async with console(tmp_path, size=SIZE) as room:
        await room.presses("escape", "W", "a", "enter")
        room.shows("You have no folder for targets; start warroom with --config FOLDER.")
        assert isinstance(room.app.screen, TargetsScreen)


async def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await hands.adds("cachet", name="a/b", key="two words ü", url="ftp://x", components="checkout\nb=1\nb=2")
        statuses = hands.form.query_one("#field-statuses")
        statuses.focus()
        await room.presses("1", "2", "3", "4", "ctrl+s")
        assert hands.says("name").startswith("“a/b” cannot be used: a target's name has")
        assert hands.says("url") == "The address has to begin with https://."
        assert hands.says("key").startswith("The key holds characters that no key has")
        assert hands.says("components") == "Line 1, “checkout”, is not a pair; write it as checkout=8kbf7d35c070."
        assert hands.says("statuses") == "Choose at least one stage, or switch the target off below."
        assert hands.form.query_one("#field-name").has_focus
        values = hands.form.values()
        assert (values["key"], values["components"]) == ("two words ü", "checkout\nb=1\nb=2")
        await hands.fills(name="page")
        assert hands.says("name") == ""
        assert not (config / FOLDER).exists()
        await hands.fills(name="page", key="k", url="https://status.example.org")
        hands.form.query_one("#field-components", TextArea).load_text("b=1")
        statuses.focus()
        await room.presses("4", "space", "space", "ctrl+s")
        room.shows("Added page.", "only resolved")
        assert target(config, "page").statuses == ("resolved",)


async def test_what_was_typed_outlives_escape_and_the_console(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=SIZE) as room:
        ref, hands = room.ref, Hands(room)
        await hands.open()
        await hands.adds("cachet", name="page", key="s3cret-key", url="https://status.example.org")
        await room.presses("escape")
        room.shows("What you typed is kept; a brings it back.")
        await room.presses("a", "enter")
        room.shows("2 Cachet 3")
        await room.presses("enter")
        room.shows("What you typed before is back; ^R starts over.")
        assert (hands.form.values()["name"], hands.form.values()["key"]) == ("page", "s3cret-key")
        await room.presses("escape", "a", "enter", "3", "enter")
        assert (hands.form.values()["name"], hands.form.values()["key"]) == ("", "")
        await room.presses("escape")
    async with console(tmp_path, ref=ref, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await room.presses("a", "enter", "enter")
        values = hands.form.values()
        assert (values["name"], values["url"], values["key"]) == ("page", "https://status.example.org", "")
        await room.presses("ctrl+r")
        assert hands.form.values()["name"] == ""
        await room.presses("escape", "a", "enter", "1", "enter")
        room.hides("is back")
    for one in tmp_path.glob("warroom.db*"):
        assert not one.is_file() or b"s3cret-key" not in one.read_bytes()


async def test_a_key_in_the_wrong_field_is_written_down_nowhere_and_comes_back(tmp_path: Path, config: Path) -> None:
    token = "ghp_" + "aB3dE6gH9j" * 4
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await hands.adds("statuspage", name="page", page=token)
        await room.presses("escape", "a", "enter", "enter")
        assert (hands.form.values()["name"], hands.form.values()["page"]) == ("page", token)
        for one in tmp_path.glob("warroom.db*"):
            assert not one.is_file() or token.encode() not in one.read_bytes()


async def test_a_test_message_is_the_last_check_whatever_came_of_it(tmp_path: Path, config: Path) -> None:
    fake = MattermostFake()
    with Served(fake) as chat:
        write(config, {"chat": 'provider = "mattermost"\n'})
        Keys(config).keep("chat", Key(f"{chat.url}/hooks/T0/{fake.key}"))
        async with console(tmp_path, config=config, size=SIZE) as room:
            await Hands(room).open()
            room.shows("never from here")
            await room.presses("t", "enter")
            await room.until(lambda: "took a test message" in room.text())
            room.hides("never from here")
            chat.stop()
            await room.presses("t", "enter")
            await room.until(lambda: "■ chat" in room.text())
            room.shows("failed")
            chat.start()
            await room.presses("t", "enter")
            await room.until(lambda: "✓ chat" in room.text())


async def test_a_page_out_of_reach_is_one_sentence_and_can_be_saved(tmp_path: Path, config: Path) -> None:
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await hands.adds("cachet", name="page", url="http://127.0.0.1:9")
        await room.presses("ctrl+t")
        room.shows("■ Give page its key first; the check needs it.")
        await hands.fills(key="s3cret-key")
        room.shows("○ Changed since the check")
        await room.presses("ctrl+t")
        room.shows("■ page cannot be reached")
        await room.presses("ctrl+s")
        room.shows("Added page. Its key is kept", "■ page", "failed")
        assert target(config, "page").url == "http://127.0.0.1:9"


async def test_waiting_for_a_page_can_be_given_up(tmp_path: Path, config: Path) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow(request: httpx.Request) -> httpx.Response | None:
        asked.set()
        answered.wait(PATIENCE_S)
        return None

    with Served(CachetFake()) as page:
        page.trouble = slow
        async with console(tmp_path, config=config, size=SIZE) as room:
            hands = Hands(room)
            await hands.open()
            await hands.adds("cachet", name="page", key=page.fake.key, url=page.url)
            await room.pilot.press("ctrl+t")
            await room.until(asked.is_set)
            room.shows("Asking. Esc stops waiting.")
            await room.pilot.press("escape")
            await room.pilot.pause()
            room.shows("Stopped waiting; nothing was changed.")
            await room.presses("ctrl+s")
            room.shows("Added page.", "not checked")
            await room.pilot.press("c", "enter")
            await room.pilot.pause()
            room.shows("… page", "asking; Esc stops waiting")
            await room.pilot.press("escape")
            await room.pilot.pause()
            room.shows("Stopped waiting", "not checked")
            answered.set()
            await room.presses("c", "enter")
            room.shows("✓ page", "answers and accepts the key", "– Checkout (1) operational")


PAGE = """\
# Ask ops before you change it.
provider = "file"  # for the drill
options = { path = "/tmp/none/of/this.jsonl" }
"""
CHAT = """\
# Us
provider = "slack"
audience = "internal"
enabled = false
"""
WRITTEN = {"chat": CHAT, "page": PAGE}


@pytest.fixture
def two(config: Path) -> Path:
    """A configuration that a person wrote."""
    write(config, WRITTEN)
    return config


async def test_a_target_is_changed_where_it_stands(tmp_path: Path, two: Path) -> None:
    async with console(tmp_path, config=two, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await room.presses("down")
        room.shows("○ page", "not checked", "– chat", "off", "needs no key")
        await room.presses("enter")
        room.shows("Target page  ·  File, for rehearsals")
        room.hides("Name", "API key", "Page", "Address")
        hands.form.query_one("#field-audience").focus()
        await room.presses("3", "ctrl+s")
        room.shows("Saved page.", "executive updates")
        assert read(two) == {"chat": CHAT, "page": f'{PAGE}audience = "executive"\n'}


async def test_the_one_file_of_before_is_taken_over_and_that_is_said(tmp_path: Path, config: Path) -> None:
    config.mkdir()
    (config / OLD_FILE).write_text('# Ours\n[page]\nprovider = "instatus"\npage = "p1"\n', encoding="utf-8")
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        room.shows("▲ page", "no key")
        await room.presses("enter")
        hands.form.query_one("#field-audience").focus()
        await room.presses("3", "ctrl+s")
        room.shows("Saved page.", "targets.toml is kept as targets.toml.old", "executive updates")
        assert read(config) == {"page": 'provider = "instatus"\npage = "p1"\naudience = "executive"\n'}


async def test_what_somebody_else_wrote_meanwhile_is_not_lost_unasked(tmp_path: Path, two: Path) -> None:
    async with console(tmp_path, config=two, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await room.presses("down", "enter")
        hands.form.query_one("#field-audience").focus()
        await room.presses("3")
        theirs = {"chat": CHAT, "page": PAGE.replace("# Ask", "# Tell").replace('"file"', '"file"\nnotify = true')}
        write(two, theirs)
        await room.presses("ctrl+s")
        room.shows("page was changed in targets/page.toml meanwhile (notify); look at it again.")
        assert read(two) == theirs
        await room.presses("ctrl+s")
        found = target(two, "page")
        assert (found.audience, found.notify) == ("executive", False)
        assert "# Tell" in text(two)


async def test_a_removed_target_comes_back_as_it_was(tmp_path: Path, two: Path) -> None:
    async with console(tmp_path, config=two, size=SIZE) as room:
        await Hands(room).open()
        await room.presses("x")
        room.shows("Nothing was removed here")
        await room.presses("backspace", "d", "enter")
        room.shows("Removed chat; x brings it back.")
        await room.until(lambda: "– chat" not in room.text())
        await room.presses("x", "enter")
        await room.until(lambda: "– chat" in room.text())
        room.shows("chat is back.")
        assert read(two) == WRITTEN


async def test_a_broken_file_is_told_with_its_line_and_left_alone(tmp_path: Path, two: Path) -> None:
    broken = '[page]\nprovider = "file"\n[oops\n'
    (two / OLD_FILE).write_text(broken, encoding="utf-8")
    (two / FOLDER / "page.toml").unlink()
    (two / FOLDER / "chat.toml").unlink()
    async with console(tmp_path, config=two, size=SIZE) as room:
        await Hands(room).open()
        room.shows("valid TOML", "line 3", "leaves it as it is until then")
        await room.presses("a", "enter")
        assert isinstance(room.app.screen, TargetsScreen)
        assert (two / OLD_FILE).read_text(encoding="utf-8") == broken
        (two / OLD_FILE).write_text('[page]\nprovider = "fil"\n[chat]\nprovider = "slack"\n', encoding="utf-8")
        await room.until(lambda: "chat" in room.text())
        room.shows("■ page", "targets.toml, line 2, key page.provider", "▲ chat", "no key")
        await room.presses("down", "enter")
        room.shows("perhaps" if "perhaps" in room.text() else "there is no provider “fil”")
        assert isinstance(room.app.screen, TargetsScreen)


async def test_a_chat_asks_for_its_address_as_its_key(
    tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_TARGET_TEAM_KEY", "https://hooks.example/services/from-the-environment")
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        await hands.adds("slack", name="leads", key="T0/B0/s3cret")
        room.shows("Webhook's address", "Updates it gets")
        room.hides("Page", "Address", "Components", "Who is mailed")
        await room.presses("ctrl+s")
        assert hands.says("key") == (
            "The key of leads has to be the whole address of the webhook, beginning with https://."
        )
        await hands.fills(name="team", key="")
        await room.presses("ctrl+s")
        room.shows("Added team.", "from the environment (WARROOM_TARGET_TEAM_KEY)")
        await hands.adds("slack", name="leads", key="https://hooks.example/services/T0/B0/s3cret")
        await room.presses("ctrl+s")
        room.shows("Added leads. Its key is kept in")
        room.hides("s3cret")
    assert "hooks.example" not in text(config)


async def test_a_console_that_only_looks_changes_nothing(tmp_path: Path, two: Path) -> None:
    async with console(tmp_path, config=two, size=SIZE) as room:
        ref = room.ref
    async with console(tmp_path, ref=ref, config=two, size=SIZE, read_only=True) as room:
        await Hands(room).open()
        for key in ("a", "enter", "d", "x"):
            await room.presses("backspace", key)
            room.shows("This console is read-only; to write, open one without --read-only.")
            assert isinstance(room.app.screen, TargetsScreen)
    assert read(two) == WRITTEN


async def test_removing_tells_of_messages_that_wait(tmp_path: Path, config: Path) -> None:
    write(config, {"hook": 'provider = "webhook"\nurl = "http://127.0.0.1:9"\n'})
    async with console(tmp_path, config=config, size=SIZE) as room:
        hands = Hands(room)
        await hands.open()
        room.shows("▲ hook", "no key", "none: type it in with Enter", "WARROOM_TARGET_HOOK_KEY")
        await room.presses("enter")
        await hands.fills(key="a-key")
        await room.presses("ctrl+s")
        room.shows("Saved hook. Its key is kept in")
        await room.presses("escape", "u", "2", "enter")
        await room.until(lambda: [standing.where for standing in room.screen.standings] == ["waiting"])
        await room.presses("W", "d", "enter")
        room.shows("Removed hook; x brings it back. 1 of its messages waits for it")
