"""Take each rule of the process out and see that its own tests notice: `python -m tests.taken_out [WORDS]`.

WORDS is a part of a source's or a rule's name; without it all are tried, some minutes on two cores. Each change is made
alone, in a copy of the project, and only the tests that the rule's row of docs/process-coverage.md names are run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.taken_out.rules import ROOT, Change, Rule, applied, faults, rules

WORKERS = 2
PLUGINS = ("pytest_asyncio.plugin",)
COPIED = ("console", "data", "docs", "styles", "tests", "README.md", "pyproject.toml")


def copy(target: Path) -> Path:
    """What the tests need, so that the project itself is never changed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target


def passed(root: Path, tests: Iterable[str]) -> tuple[int, str]:
    """Pytest's return code in a copy, and the end of what it said."""
    plugins = [word for name in PLUGINS for word in ("-p", name)]
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *plugins, *tests]
    # Found by themselves, all plugins there are would be loaded, which takes longer than most of the tests.
    environ = {**os.environ, "PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, timeout=300)
    return run.returncode, run.stdout[-600:]


def one(rule: Rule, change: Change, root: Path) -> str:
    """What is wrong with the proof by this change; empty where a test noticed it."""
    try:
        # Of the copy, not of the project: that may be worked on meanwhile.
        text = applied(change, root)
    except ValueError as error:
        return str(error)
    wrong = next(faults(change, text), "")
    if wrong:
        return wrong
    path = root / change.file
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        code, said = passed(root, rule.tests)
    finally:
        path.write_text(before, encoding="utf-8")
    if code == 0:
        return f"NOT NOTICED: {change.file}: {change.find!r} -> {change.put!r}"
    return "" if code == 1 else f"The tests did not run ({code}): {said}"


def main() -> int:
    words = " ".join(sys.argv[1:]).lower()
    chosen = [rule for rule in rules() if words in f"{rule.source}: {rule.rule}".lower()]
    bare = [rule for rule in chosen if not rule.out]
    for rule in bare:
        print(f"{rule.source}: {rule.rule}\n  nothing takes it out")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        roots: Queue[Path] = Queue()
        for number in range(WORKERS):
            roots.put(copy(Path(folder) / str(number)))
        first = roots.get()
        code, said = passed(first, sorted({test for rule in chosen for test in rule.tests}))
        roots.put(first)
        if code != 0:
            print(f"The tests fail as it is: {said}")
            return 1

        def proved(pair: tuple[Rule, Change]) -> tuple[Rule, str]:
            root = roots.get()
            try:
                return pair[0], one(*pair, root)
            finally:
                roots.put(root)

        pairs = [(rule, change) for rule in chosen for change in rule.out]
        wrong = 0
        with ThreadPoolExecutor(WORKERS) as pool:
            for number, (rule, said) in enumerate(pool.map(proved, pairs), 1):
                if said:
                    wrong += 1
                    print(f"{rule.source}: {rule.rule}\n  {said}", flush=True)
                if sys.stderr.isatty():
                    print(f"\r{number} of {len(pairs)}", end="", file=sys.stderr, flush=True)
    print(f"{len(chosen)} rules, {len(pairs)} changes that take one out, {wrong} not noticed, ", end="")
    print(f"{len(bare)} rules without a change ({time.monotonic() - started:.0f} s)")
    return 1 if wrong or bare else 0


if __name__ == "__main__":
    sys.exit(main())
