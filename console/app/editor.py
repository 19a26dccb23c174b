"""A person's own editor: a text goes out as a file and comes back; whatever happens, the file is still there."""

import os
import shlex
import shutil
import signal
import tempfile
from pathlib import Path

import msgspec

from console.core.refusal import Refused

SCISSORS = "------------------------ >8 ------------------------"
"""Everything from this line on is the console's, and is left out."""

MAX_BYTES = 1 << 20
UNCHANGED = "Nothing was changed."


class Edited(msgspec.Struct, frozen=True):
    """The text that came back from the editor, and the file that still holds it until `discard`."""

    text: str
    path: Path

    def discard(self) -> None:
        shutil.rmtree(self.path.parent, ignore_errors=True)


def editor_command() -> list[str]:
    """The editor of this person: $VISUAL, $EDITOR, or what the machine has."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if wanted.strip():
        try:
            return shlex.split(wanted)
        except ValueError:
            raise Refused("EDITOR cannot be read as a command; set it to your editor, such as EDITOR=vim.") from None
    installed = next((editor for editor in ("nano", "vi") if shutil.which(editor)), "")
    if not installed:
        raise Refused("No editor is set; set EDITOR to yours, such as EDITOR=vim.")
    return [installed]


def edit(text: str, name: str, guide: str) -> Edited:
    """Opens the editor on `text` and waits for it. `guide` stands below a line, for the person only.

    The file is in a folder that only this person can read. A refusal names it where it may hold work.
    """
    command = editor_command()
    try:
        path = Path(tempfile.mkdtemp(prefix="warroom-")) / f"{name}.md"
        path.write_text(f"{text}\n\n{SCISSORS}\n{guide}\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"No file could be made for the editor ({error.strerror or error}).") from error
    kept = f"what you wrote is kept in {path}"
    try:
        status = _wait_for([*command, str(path)])
    except OSError as error:
        shutil.rmtree(path.parent, ignore_errors=True)
        why = error.strerror or error
        raise Refused(f"{command[0]} cannot be started ({why}); set EDITOR to your editor.") from error
    if status:
        raise Refused(f"{command[0]} ended with status {status}; {kept}.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused(f"The text is longer than 1 MB; {kept}.")
        written = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Refused(f"The file cannot be read back ({error.strerror or error}); {kept}.") from error
    return Edited(written.split(SCISSORS, 1)[0].strip(), path)


def _wait_for(command: list[str]) -> int:
    """Run a program and wait for it; Ctrl+C at the terminal is the program's meanwhile. Raises OSError."""
    keys = (signal.SIGINT, signal.SIGQUIT)
    # Ignored before it starts: between its start and that, Ctrl+C would end the console.
    ours = {number: signal.signal(number, signal.SIG_IGN) for number in keys}
    try:
        # Python ignores SIGPIPE, which a program does not expect.
        pid = os.posix_spawnp(command[0], command, os.environ, setsigdef=(*keys, signal.SIGPIPE))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
