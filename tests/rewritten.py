"""Test files with their assertions rewritten once, for all processes of a run.

Each process would rewrite all files for itself: in a fresh clone, and wherever Python is to write no bytecode.
"""

import ast
import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from _pytest.assertion.rewrite import PYC_TAIL, _read_pyc, _write_pyc_fp, get_cache_dir, rewrite_asserts

TESTS = Path(__file__).parent


def rewrite_all() -> None:
    files = [file for pattern in ("conftest.py", "test_*.py") for file in TESTS.rglob(pattern)]
    # Where nothing can be written, each process rewrites for itself.
    with suppress(OSError), ProcessPoolExecutor() as processes:
        for _ in processes.map(_rewrite, files, chunksize=4):
            pass


def _rewrite(file: Path) -> None:
    kept = get_cache_dir(file) / f"{file.stem}{PYC_TAIL}"
    if _read_pyc(file, kept) is not None:
        return
    status, source = file.stat(), file.read_bytes()
    tree = ast.parse(source, str(file))
    rewrite_asserts(tree, source, str(file))
    kept.parent.mkdir(exist_ok=True)
    new = kept.with_suffix(f".{os.getpid()}")
    with new.open("wb") as written:
        _write_pyc_fp(written, status, compile(tree, str(file), "exec", dont_inherit=True))
    new.replace(kept)
