"""Every form shows whole whatever has to be read before Enter, also on the smallest terminal that is promised."""

from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Input, Static

from console.app.act_screen import ActScreen
from console.app.dialogs.advice import AdviceScreen
from console.app.dialogs.base import FormDialog
from console.app.dialogs.compose import UpdateDialog
from console.app.widgets.choice_list import ChoiceList
from console.core.subjects.action_item import AddAction
from console.core.subjects.change import ClaimChange
from console.core.subjects.fix import AddFix
from tests.app.driver import Room, console
from tests.drawing import some

FORMS = ("u", "s", "n", "r enter", "t enter", "d", "z", "a enter", "K enter", "S enter", "b", "h enter", "D enter",
         "g enter", "E enter")  # fmt: skip
LONG = "switch the firewall's managed rules off worldwide, and keep them off until the roll-back is through everywhere"


def is_whole(widget: Widget, within: Widget) -> bool:
    return bool(widget.region) and within.content_region.contains_region(widget.region)


def is_cut(cell: Static) -> bool:
    """True when the words of a cell do not fit its width where they may not wrap."""
    return cell_len(str(cell.content)) > cell.content_size.width


def unseen(screen: ActScreen[object]) -> list[str]:
    """The parts of a form that cannot be read."""
    dialog = screen.query_one(".dialog")
    faults = [f"{id} is outside" for id in (".dialog-title", "#dialog-enter", ".dialog-keys")
              if not is_whole(screen.query_one(id), dialog)]  # fmt: skip
    faults += ["its keys are cut"] if is_cut(screen.query_one(".dialog-keys", Static)) else []
    for options in screen.query(ChoiceList):
        lines = (
            [line for option in options.options for line in str(option.prompt).split("\n")] if options.display else []
        )
        width = options.scrollable_content_region.width
        faults += [f"the row “{line}” is cut" for line in lines if cell_len(line) > width]
    for field in screen.query(Input):
        cut = cell_len(field.placeholder) > field.content_size.width
        faults += [f"the hint “{field.placeholder}” is cut"] if cut else []
    focused = screen.focused
    if focused is None or not focused.region.overlaps(screen.query_one("#dialog-body").region):
        faults.append("the field with the focus is out of sight")
    return faults


async def written(room: Room) -> None:
    """Things that make rows long: a task, a fix, a change of somebody else's."""
    ledger = room.app.session.ledger
    for line in (f"+ @ana 10m {LONG}", "/impact checkout fails"):
        await room.logs(line)
    for command in (AddFix(actor="cy", text=LONG), ClaimChange(actor="cy", text=LONG, rollback="on again")):
        await room.app.session.absorb(ledger.execute(room.ref, command))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_has_to_be_read_is_in_view_in_every_form(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size=size) as room:
        await written(room)
        await room.presses("escape")
        for keys in some(FORMS, 3, f"forms in view {size}"):
            await room.presses(*keys.split())
            form = room.app.screen
            assert isinstance(form, FormDialog), keys
            assert unseen(form) == [], keys
            await room.presses("escape")


async def test_a_review_with_much_missing_begins_with_its_choice(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        ledger, due = room.app.session.ledger, room.clock.now + timedelta(days=1)
        for number in range(6):
            item = AddAction(actor="ana", text=f"Be more careful {number}", due_at=due)
            await room.app.session.absorb(ledger.execute(room.ref, item))
        await room.presses("escape", "P", "enter", "v")
        assert isinstance(room.app.screen, FormDialog)
        room.shows("1 Draft", "2 In review", "3 Final", "Missing before it can be final")


async def test_a_list_of_advice_longer_than_the_screen_scrolls_above_its_keys(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 12)) as room:
        await room.ticks(minutes=50)
        await room.presses("escape", "w", "end")
        assert isinstance(room.app.screen, AdviceScreen)
        room.shows("Enter does it", "→ i write down")


async def test_a_notice_waits_until_the_form_is_left(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.presses("escape", "u")
        assert isinstance(room.app.screen, UpdateDialog)
        room.app.notify("The page cannot be reached.")
        await room.settles()
        assert not room.app.screen.query("Toast")
        await room.presses("ctrl+c")
        room.shows("^Q leaves")
        await room.presses("escape")
        await room.until(lambda: "The page cannot be reached." in room.text())


async def test_a_target_s_form_is_in_view_and_an_order_names_its_target(tmp_path: Path) -> None:
    config = tmp_path / "config"
    (config / "targets").mkdir(parents=True)
    (config / "targets" / "page.toml").write_text(
        f'provider = "file"\noptions = {{ path = "{tmp_path}" }}\n', encoding="utf-8"
    )
    async with console(tmp_path, config=config, size=(80, 24)) as room:
        await room.presses("escape", "W", "enter")
        assert isinstance(form := room.app.screen, FormDialog)
        assert unseen(form) == []
        await room.presses("escape", "a", "enter", "enter")
        room.shows("Give it a name, such as status.")
        room.hides("saves the target")
        await room.presses("escape", "escape", "u", "2", "ctrl+s")
        # A folder cannot be read like a file: the first try has failed, and the next one is a while off.
        await room.until(lambda: any(each.where == "waiting" and each.says for each in room.screen.standings))
        await room.presses("O", "d")
        room.shows("drops the message to page: “")
        await room.presses("escape", "escape", "W", "d")
        room.shows("removes the target “page”; its key stays")
