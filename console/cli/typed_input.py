"""Lines that a person or a pipe gives one after the other, while what is new is printed between them.

Nothing here moves the cursor or sends a sequence: what is half typed when something new arrives is written once more
below it.
"""

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from types import FrameType
from typing import NoReturn, Protocol

from console.app.terminal.signals import ended_words
from console.cli import streams
from console.cli.output import columns, hint, out, row
from console.core.language.text import clean
from console.core.log.erasure import without

TICK_S = 0.25
"""Between two looks at what is new."""

News = Callable[[bool], list[str]]
"""Gives the lines that have become known since it was asked before; the argument says that Ctrl+C was pressed."""


class TypedInput(Protocol):
    """The source of lines."""

    interactive: bool
    """True when a person types the lines, and can be asked."""

    def read(self) -> str | None:
        """The next line; None at the end of the input. Prints the news meanwhile."""

    def offer(self, line: str) -> None:
        """Put a line into the next prompt, as if it had been typed there; where that cannot be, it is only shown."""

    def forget(self) -> None:
        """Drop the lines that could be brought back."""

    def take_out(self, words: Collection[str]) -> bool:
        """Take words that a redaction erased out of the half-typed line; whether any stood there."""

    def close(self) -> None:
        """Give the terminal back as it was."""


def typed_input(
    prompt: str, news: News, complete: Callable[[str], list[str]], keep: Callable[[str], None]
) -> TypedInput:
    """A line editor where there is one and somebody types, else plain lines.

    `complete` gives the words that may stand for the one that ends a text;
    `keep` gets the half-typed line whenever it has changed; an entered one is its reader's to keep.
    """
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    if interactive and find_spec("readline") is not None:
        return EditedInput(prompt, news, complete, keep)
    return QueuedInput(prompt if interactive else "", news)


def say(lines: Iterable[str]) -> None:
    """Print lines, each folded between words; what a terminal would obey is shown instead."""
    for line in lines:
        out(row("", clean(line), columns()))


class _Interrupted(Exception):
    """Raised when news comes while a line is half typed."""


class EditedInput:
    """Lines read by readline, told to expect a terminal that cannot move its cursor.

    The line that is half typed is readline's. A timer's signal looks for news while it waits for a key; where there is
    some, the line is taken out, and put into a new prompt below the news.
    """

    interactive = True

    def __init__(
        self, prompt: str, news: News, complete: Callable[[str], list[str]], keep: Callable[[str], None]
    ) -> None:
        # Looked at by readline when it is first imported.
        os.environ["TERM"] = "dumb"
        import readline
        import termios

        attributes = termios.tcgetattr(sys.stdin)
        self._look_at_terminal = partial(termios.tcgetattr, sys.stdin)
        self._take_back = partial(termios.tcsetattr, sys.stdin, termios.TCSADRAIN)
        self._gone = termios.error
        """The exception that is raised where the terminal was closed."""
        self._give_back = partial(termios.tcsetattr, sys.stdin, termios.TCSADRAIN, termios.tcgetattr(sys.stdin))
        # What is typed between two prompts waits for the next one as it is, Ctrl+D too; Ctrl+C drops nothing of it, and
        # nothing that is just being printed.
        attributes[3] = attributes[3] & ~termios.ICANON | termios.NOFLSH
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)
        self._editor, self._prompt, self._news, self._complete, self._keep = readline, prompt, news, complete, keep
        self._typed = ""
        """The half-typed line, as it was last seen; it is in the next prompt."""
        self._at_work = attributes
        """The terminal's modes while readline waits for keys."""
        self._waiting = False
        """True while readline waits for keys. Only then may a signal take the line out of it."""
        self._ending = 0
        """The signal that ends the program, once one has come."""
        self._interrupted = False
        """Ctrl+C was pressed and is not answered yet."""
        self._came_back = False
        """The program was stopped and goes on, so that the prompt has to be written anew."""
        for option in ("enable-bracketed-paste", "colored-stats", "colored-completion-prefix", "show-mode-in-prompt"):
            readline.parse_and_bind(f"set {option} off")
        readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
        readline.set_completer_delims(" ")
        readline.set_completer(self._completed)
        readline.set_pre_input_hook(self._begin)
        signal.signal(signal.SIGALRM, self._take_signal)
        signal.signal(signal.SIGINT, self._interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, self._end)
        self._stop_in_peace = signal.signal(signal.SIGTSTP, self._stop)
        signal.signal(signal.SIGCONT, self._continue)

    def offer(self, line: str) -> None:
        self._typed = line

    def read(self) -> str | None:
        signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)
        try:
            while True:
                try:
                    line = input(self._prompt)
                    self._waiting = False
                except (_Interrupted, KeyboardInterrupt, SystemError) as error:
                    # Python calls the handler of a second signal while that of the first is still raising, and takes
                    # it for a fault of the interpreter that both came about. Where what was raised got lost in
                    # readline, it says that Ctrl+C was pressed: that has a handler here, and raises nothing.
                    if isinstance(error, SystemError) and not isinstance(error.__cause__, _Interrupted):
                        raise
                    if self._ending:
                        self._leave(self._ending)
                    continue
                if self._ending or self._has_no_terminal():
                    # What a terminal has when it is closed is no line that somebody entered.
                    self._note(line)
                    self._leave(self._ending or signal.SIGHUP)
                self._typed = ""
                return line
        except (EOFError, OSError) as error:
            if self._ending or self._has_no_terminal():
                self._leave(self._ending or signal.SIGHUP)
            if isinstance(error, OSError):
                raise
            out()
            return None
        finally:
            self._waiting = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _leave(self, number: int) -> NoReturn:
        """End because of a signal, with a sentence where somebody can read it."""
        if self._has_no_terminal():
            streams.leave_terminal()
        else:
            out()
            hint(ended_words(128 + number))
        sys.exit(128 + number)

    def forget(self) -> None:
        self._editor.clear_history()

    def take_out(self, words: Collection[str]) -> bool:
        # Called at a look at what is new, which has just noted what is typed and puts it into the next prompt.
        typed = without(self._typed, words)
        if typed == self._typed:
            return False
        self._note(typed)
        return True

    def close(self) -> None:
        with suppress(self._gone):
            self._give_back()

    def _has_no_terminal(self) -> bool:
        try:
            self._look_at_terminal()
        except self._gone:
            return True
        return False

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """The handler of Ctrl+C, which is answered at the next look."""
        self._interrupted = True

    def _end(self, number: int, frame: FrameType | None) -> None:
        """The handler of a signal that ends the program, at the next look: what is half typed is kept first."""
        self._ending = number

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """The handler of Ctrl+Z: the terminal is the shell's meanwhile."""
        self.close()
        if callable(self._stop_in_peace):
            self._stop_in_peace(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        signal.signal(number, self._stop)

    def _continue(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGCONT: the shell has had the terminal, and the prompt stands above what it wrote."""
        with suppress(self._gone):
            self._take_back(self._at_work)
        self._came_back = True

    def _begin(self) -> None:
        """Readline has written the prompt, and reads from here on."""
        self._at_work = self._look_at_terminal()
        if self._typed:
            self._editor.insert_text(self._typed)
            self._editor.redisplay()
        self._waiting = True

    def _note(self, typed: str) -> None:
        if typed != self._typed:
            self._typed = typed
            self._keep(typed)

    def _take_signal(self, number: int, frame: FrameType | None) -> None:
        """A signal's handler, which runs where the interpreter is just then."""
        # What is raised while the prompt is being made is lost; the next look is soon.
        if not self._waiting or (frame is not None and frame.f_code is self._begin.__code__):
            return
        # News that takes long is not looked for again within itself: the line in readline is still that of before.
        self._waiting = False
        self._note(self._editor.get_line_buffer())
        if self._ending:
            # The program is left from `read`, and never out of the midst of readline.
            raise _Interrupted
        lines, self._interrupted = self._news(self._interrupted), False
        came_back, self._came_back = self._came_back, False
        if lines or came_back:
            out()
            say(lines)
            if self._typed:
                # An entered line has left readline already, so that this one can only be half typed.
                raise _Interrupted
            out(self._prompt, nl=False)
        self._waiting = True

    def _completed(self, word: str, number: int) -> str | None:
        words = self._complete(self._editor.get_line_buffer()[: self._editor.get_endidx()])
        return words[number] if number < len(words) else None


class QueuedInput:
    """Lines of a pipe, or of a terminal without a line editor, read by a thread, a line at a time."""

    def __init__(self, prompt: str, news: News) -> None:
        self._prompt, self._news = prompt, news
        self.interactive = bool(prompt)
        # No line is read before the one in front of it has been dealt with.
        self._lines: queue.Queue[str | None] = queue.Queue(maxsize=1)
        threading.Thread(target=self._work, name="warroom-input", daemon=True).start()

    def read(self) -> str | None:
        out(self._prompt, nl=False)
        while True:
            try:
                return self._lines.get(timeout=TICK_S)
            except queue.Empty:
                self._tell(self._news(False))
            except KeyboardInterrupt:
                if not self.interactive:
                    raise
                self._tell(self._news(True))

    def offer(self, line: str) -> None:
        say([line])

    def forget(self) -> None:
        pass

    def take_out(self, words: Collection[str]) -> bool:
        return False

    def close(self) -> None:
        pass

    def _tell(self, lines: list[str]) -> None:
        if lines:
            if self.interactive:
                out()
            say(lines)
            out(self._prompt, nl=False)

    def _work(self) -> None:
        # Not the interpreter's own stream, which it locks when it ends.
        with open(sys.stdin.fileno(), "rb", closefd=False) as stream:
            for raw in iter(stream.readline, b""):
                self._lines.put(raw.decode("utf-8", "replace").rstrip("\r\n"))
        self._lines.put(None)
