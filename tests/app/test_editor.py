"""Stories of a person's own editor, opened from a text area: what it saves comes back there, and is not sent."""

import sys
from pathlib import Path

from textual.widgets import TextArea

from console.app.targets.dialog import TargetDialog
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.update import updates_of
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, console, declared
from tests.app.forms import FORMS, opened, prepare
from tests.app.terminal import ROOT, Terminal, running
from tests.drawing import some

F4 = "\x1bOS"
WRITTEN = "We look into the failing payments."


class Editor:
    """A program that is called as an editor, and does what the story has it do."""

    def __init__(self, folder: Path) -> None:
        self.program, self._words, self.files = folder / "editor", folder / "words", folder / "files"
        self.files.mkdir()

    def saves(self, words: str) -> None:
        self._words.write_text(words, encoding="utf-8")
        self.does(f'cat "{self._words}" > "$1"')

    def does(self, script: str) -> None:
        self.program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        self.program.chmod(0o755)

    def environ(self, folder: Path) -> dict[str, str]:
        person = {"WARROOM_CONFIG": str(folder), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT)}
        # By its short name: what is said of it stands in one row.
        return {**person, "PWD": str(folder), "VISUAL": "./editor", "TMPDIR": str(self.files)}


def types(shown: Terminal, keys: str, until: str) -> None:
    """Type keys, and wait for what the screen says then."""
    shown.seen = b""
    shown.types(keys)
    shown.until(until.encode())


def test_an_update_is_written_in_the_editor_and_posted_from_the_form(tmp_path: Path) -> None:
    db, editor = tmp_path / "warroom.db", Editor(tmp_path)
    ref = declared(db, Clock())
    with running([sys.executable, "-m", "console", "--db", str(db), ref], editor.environ(tmp_path)) as shown:
        shown.until(b"What happened?")
        types(shown, "\x1bu", "Status update of")
        editor.saves(WRITTEN)
        types(shown, F4, WRITTEN)
        editor.does("exit 3")
        types(shown, F4, "ended with status 3")
        [kept] = editor.files.glob("*/text.md")
        assert WRITTEN in kept.read_text(encoding="utf-8")
        shown.until(WRITTEN.encode())
        editor.program.unlink()
        types(shown, F4, "cannot be started")
        editor.does("exit 0")
        types(shown, F4, "Nothing was changed.")
        editor.saves("password: hunter2x9")
        types(shown, F4, "not sent")
        types(shown, "\x13", "looks like a secret")
        editor.saves("Payments fail since 13:40.\n\x1b]0;a title\x07We roll back.\n")
        types(shown, F4, "We roll back.")
        assert [*editor.files.glob("*/text.md")] == [kept]
        with Log.open(db, read_only=True) as log:
            assert not updates_of(Ledger(log, actor="", clock=Clock()).state(ref))

        # One goes on writing behind it, at once: whoever comes from the editor has read the form.
        types(shown, " Slowly.", "Slowly.")
        types(shown, "\x13", "What happened?")
        shown.leaves()
    with Log.open(db, read_only=True) as log:
        [posted] = updates_of(Ledger(log, actor="", clock=Clock()).state(ref))
    assert posted.text == "Payments fail since 13:40.\nWe roll back. Slowly."


def test_a_section_that_is_being_edited_goes_on_in_the_editor(tmp_path: Path) -> None:
    db, editor = tmp_path / "warroom.db", Editor(tmp_path)
    ref = declared(db, Clock())
    editor.saves("It was the pool.")
    with running([sys.executable, "-m", "console", "--db", str(db), ref], editor.environ(tmp_path)) as shown:
        shown.until(b"What happened?")
        types(shown, "\x1bP", "Action items")
        types(shown, "\r", "leave, keep the text")
        types(shown, F4, "not sent")
        with Log.open(db, read_only=True) as log:
            assert not postmortem_of(Ledger(log, actor="", clock=Clock()).state(ref)).sections
        types(shown, "\x13", "Saved.")
        shown.leaves()
    with Log.open(db, read_only=True) as log:
        sections = postmortem_of(Ledger(log, actor="", clock=Clock()).state(ref)).sections
    assert sections["summary"].value == "It was the pool."


async def test_every_form_with_a_text_area_offers_the_editor_and_the_others_say_that_they_have_none(
    tmp_path: Path,
) -> None:
    async with console(tmp_path, size=(120, 50), config=tmp_path) as room:
        await prepare(room)
        for kind in some(FORMS, 6, "editors"):
            form, _ = await opened(room, kind)
            areas = [area.text for area in form.query(TextArea)]
            await room.presses("f4")
            assert [area.text for area in form.query(TextArea)] == areas
            room.shows("cannot open an editor" if areas else "this form has none")
            # The form of a target has no room for it.
            assert ("F4 editor" in room.text()) == (bool(areas) and kind is not TargetDialog), kind
            form.dismiss(None)
            await room.settles()
