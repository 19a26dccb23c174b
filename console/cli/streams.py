"""Standard input and output as they come: closed, in an old encoding, onto a full disk."""

import errno
import io
import os
import sys

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def prepare() -> None:
    """Make the three streams usable; to be called before anything else is opened.

    A stream that was closed, as some schedulers do it, leads nowhere: otherwise the first file to be opened would get
    its number, and what is printed would be written into that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                # The lowest free number, and all below it are taken by now.
                os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: SIM115 - stays open to the end
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe in an old encoding shows an escape for what it lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # What is UTF-8 was meant so, whatever the locale says.
    sys.argv[1:] = map(_as_utf8, sys.argv[1:])


def _as_utf8(word: str) -> str:
    try:
        return os.fsencode(word).decode()
    except UnicodeError:
        return word


def is_gone(error: OSError) -> bool:
    """True for an error that names no file and says that the terminal was closed."""
    return error.errno == errno.EIO and error.filename is None


def leave_terminal() -> None:
    """Let output lead nowhere from now on: what is left of it could not be written to a terminal that was closed."""
    for stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def of_output(error: OSError) -> bool:
    """True for an error of output that cannot be written, or that nobody reads any more."""
    return error.filename is None and (isinstance(error, BrokenPipeError) or error.errno in _FULL)


def trouble(error: OSError) -> str:
    """The sentence for an error of the operating system that nobody nearer to it has told."""
    if error.filename is None and error.errno in _FULL:
        return "The output cannot be written, the disk is full; free some space and try again."
    return f"{error.strerror or error}: {error.filename or 'a file'}; check the path and its permissions."
