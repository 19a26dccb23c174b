"""The log on disk: an append-only table in SQLite that several consoles share."""

from console.store.log import Log
from console.store.place import default_path
from console.store.problems import StoreProblem
from console.store.watch import Watcher

__all__ = ["Log", "StoreProblem", "Watcher", "default_path"]
