"""Copies of the log made while a console is open: one an hour, and one when it is left."""

from pathlib import Path

from console.store.log import Log
from console.store.place import backups_folder
from console.store.problems import StoreProblem

EVERY_S = 300.0
"""Seconds between two looks at whether an hour has passed since the last copy, this console's or another one's."""
HOURLY_COPIES = 5
"""Hourly copies that are kept."""


class Backups:
    """Only what has changed is copied, so that a console left open for days does not push the older copies out."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._opened = self._copied = log.position()

    @property
    def folder(self) -> Path:
        return backups_folder(self._log.path)

    def hourly(self) -> str:
        """Copy the log when the newest copy is an hour old; why it could not be done, else an empty sentence."""
        try:
            position = self._log.position()
            if position != self._copied and self._log.hourly_backup(self.folder, HOURLY_COPIES) is not None:
                self._copied = position
        except StoreProblem as problem:
            return f"No backup could be made: {problem.reason}"
        return ""

    def at_exit(self) -> str:
        """Copy the log as it is left; why it could not be done, else an empty sentence."""
        try:
            if self._log.position() != self._opened:
                self._log.exit_backup(self.folder, HOURLY_COPIES)
        except StoreProblem as problem:
            return f"No backup could be made: {problem.reason}"
        return ""
