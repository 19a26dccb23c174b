"""Logs in every state in which a disk or a killed process can leave them, and damage to their bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.store.making import ROOT

_LEFT = """
import os, sys
from pathlib import Path
from console.store import Log
from console.store.sqlite import sqlite3
from tests.store.making import entry
path, count, words = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
log = Log.open(path)
for number in range(count):
    log.append([entry(f"e{number}", f"entry {number} " + "word " * words, minute=number)])
os._exit(0)
"""
"""Appends entries and ends as a killed process does, with the write-ahead log as it is."""


def left_by_a_killed_process(path: Path, count: int, words: int = 5) -> None:
    """A log whose entries stand in the write-ahead log, for nobody has folded that into the file."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _LEFT, str(path), str(count), str(words)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def put_back(whole: Path, folder: Path) -> None:
    """The files of a folder as another one has them, byte by byte in the same files: their identity stays."""
    for file in folder.iterdir():
        if file.is_dir():
            shutil.rmtree(file)
        elif not (whole / file.name).exists():
            file.unlink()
    for file in whole.iterdir():
        if file.is_file():
            with (folder / file.name).open("r+b" if (folder / file.name).exists() else "wb") as there:
                there.write(file.read_bytes())
                there.truncate()


def flip(file: Path, at: int, bit: int) -> None:
    """One bit of a file, changed in its place."""
    with file.open("r+b") as opened:
        opened.seek(at)
        byte = opened.read(1)
        opened.seek(at)
        opened.write(bytes([byte[0] ^ 1 << bit]))
