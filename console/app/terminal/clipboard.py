"""The clipboard: a text is handed to tmux, to the platform's tool, or to the terminal (OSC 52)."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from console.core.language.text import one_line

SENT = "sent to the clipboard"
"""Said of a text that was handed over: whether the terminal kept it cannot be known."""
NOT_SENT = "not sent to the clipboard (settings.toml has it off)"
PATIENCE_S = 5.0
"""Seconds that a tool may take to accept a text."""

TMUX: Sequence[str] = ("tmux", "load-buffer", "-w", "-")
"""Works with tmux's default `set-clipboard external`, which drops an OSC 52 of a program."""
TOOLS: Sequence[Sequence[str]] = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
)
"""The platform's, in the order in which they are tried."""


def understood(setting: str) -> bool:
    """True for `auto`, `tmux`, `osc52`, `off` and `command …`."""
    if setting.startswith("command "):
        try:
            return bool(shlex.split(setting)[1:])
        except ValueError:
            return False
    return setting in ("auto", "tmux", "osc52", "off")


class Clipboard:
    """The way to the clipboard, by a person's setting and surroundings."""

    def __init__(self, setting: str, environ: Mapping[str, str]) -> None:
        self._setting, self._environ = setting, dict(environ)

    @property
    def off(self) -> bool:
        return self._setting == "off"

    @property
    def words(self) -> str:
        """The sentence said of a text that was copied."""
        return NOT_SENT if self.off else SENT

    @property
    def commands(self) -> list[Sequence[str]]:
        """The programs to try, in their order; none where the terminal takes the text by itself."""
        if self._setting.startswith("command "):
            return [shlex.split(self._setting)[1:]]
        if self._setting == "tmux":
            return [TMUX]
        if self._setting != "auto":
            return []
        tmux = [TMUX] if self._environ.get("TMUX") else []
        # Behind ssh the platform's clipboard is another machine's.
        remote = self._environ.get("SSH_CONNECTION") or self._environ.get("SSH_TTY")
        return [command for command in (*tmux, *(() if remote else TOOLS)) if self._path(command)]

    @property
    def asks_terminal(self) -> bool:
        """True when the terminal is asked where no program took the text."""
        return self._setting in ("auto", "osc52")

    @property
    def description(self) -> str:
        """The way that texts take, in words for `doctor`."""
        if self.off:
            return "off, by settings.toml"
        ways = [" ".join(command) for command in self.commands] + (["OSC 52"] if self.asks_terminal else [])
        return ", else ".join(ways)

    def send(self, words: str) -> str:
        """Hand a text to the first program that takes it; why none did, else an empty sentence. May block."""
        why = ""
        for command in self.commands:
            why = self._run(command, words)
            if not why:
                return ""
        return why

    def _path(self, command: Sequence[str]) -> str | None:
        return shutil.which(command[0], path=self._environ.get("PATH", ""))

    def _run(self, command: Sequence[str], words: str) -> str:
        path = self._path(command)
        if path is None:
            return f"The clipboard was not reached: there is no {command[0]}."
        try:
            # A tool that stays in the background, as xclip does, keeps its output open.
            done = subprocess.run(
                [path, *command[1:]], input=words.encode(), env=self._environ, timeout=PATIENCE_S, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"The clipboard was not reached: {command[0]} did not end in {PATIENCE_S:g}s."
        except OSError as error:
            return f"The clipboard was not reached: {command[0]} ({one_line(error.strerror or str(error), 60)})."
        return (
            "" if done.returncode == 0 else f"The clipboard was not reached: {command[0]} ended with {done.returncode}."
        )
