"""Prove that the rules are tested: `python -m tests.prove [PART]`, or `--page` to make docs/process-coverage.md anew.

Each mutation is made alone, in a fork of one pytest process that has collected the tests that are marked with rules,
and is noticed when one of them fails. PART is the beginning of a mutation's path, such as `rapid.stages`.
"""

import faulthandler
import gc
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.prove.mutations import Change, Mutation, Program
from tests.prove.rules import PAGE, ROOT, marked_files, page, sources

WORKERS = 2
MARKED = "rule and not hypothesis"
"""A property that fails is tried for minutes on smaller and smaller examples, and holds no rule by itself."""
PLAIN = ".severities[0].example"
"""A text that every playbook shows: where this is not noticed, what is mutated is not what the tests read."""
OPTIONS = ["-q", "--all", "-m", MARKED, "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--tb=native"]
"""Only whether a test fails counts: why it does takes longer to tell than most tests take."""


class Prover:
    """The pytest plugin that runs the marked tests once as they are, then again for each mutation."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.program = Program()
        self.source_of = {book: name for name, source in sources().items() for book in source.playbooks}
        self.failed: list[str] = []
        self.rank: dict[str, float] = defaultdict(float)
        """The order of trying: the test that noticed last, then the quickest."""
        self.holding: dict[tuple[str, bool], list[pytest.Item]] = {}
        self.count = self.unnoticed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.rank[report.nodeid] += report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        paths = [mutation.change.path for mutation in self.program.mutations()]
        if not any(path.startswith(self.part) for path in paths):
            parts = dict.fromkeys(path.partition(".")[0] for path in paths)
            pytest.exit(
                f"No mutation begins with “{self.part}”; the parts are {', '.join(sorted(parts))}.", returncode=2
            )
        self.run(session.items)
        if self.failed:
            raise session.Failed(f"{len(self.failed)} fail as it is")
        session.config.pluginmanager.unregister(name="terminalreporter")
        self.items = session.items
        self.program.forget()
        # A fork lacks the thread that watches for tests that hang, and would wait for it for ever.
        faulthandler.cancel_dump_traceback_later()
        gc.freeze()
        if self.noticed(Mutation(Change("none", "", 0, 0), lambda: None)):
            sys.exit("A test fails in a fork without any mutation.")
        mutations = list(self.program.mutations())
        if not self.noticed(next(mutation for mutation in mutations if mutation.change.path.endswith(PLAIN))):
            sys.exit(f"No test notices a mutation of {PLAIN}: none reaches the tests.")
        mutations = [mutation for mutation in mutations if mutation.change.path.startswith(self.part)]
        with ThreadPoolExecutor(WORKERS) as pool:
            for mutation, noticed in zip(mutations, pool.map(self.noticed, mutations), strict=True):
                self.count += 1
                if not noticed:
                    self.unnoticed += 1
                    print(f"not noticed: {mutation}", flush=True)
        return True

    def noticed(self, mutation: Mutation) -> bool:
        """True when a test fails in a fork of this process, in which the mutation is made."""
        group = (mutation.subject, mutation.of_text)
        if group not in self.holding:
            self.holding[group] = [item for item in self.items if self.proves(item, *group)]
        items = sorted(self.holding[group], key=lambda item: self.rank[item.nodeid])
        reading, writing = os.pipe()
        if not (child := os.fork()):
            try:
                mutation.make()
                self.run(items, until_failure=True)
                os.write(writing, "".join(self.failed[:1]).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            name = pipe.read()
        os.waitpid(child, 0)
        self.rank[name] = -time.monotonic()
        return bool(name)

    def run(self, items: Sequence[pytest.Item], *, until_failure: bool = False) -> None:
        for item, following in zip(items, (*items[1:], None), strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed and until_failure:
                return

    def proves(self, item: pytest.Item, subject: str, of_text: bool) -> bool:
        """True when the test holds a rule of the mutated playbook; for what all playbooks use, when it holds any rule.
        A mark without a name stands for the rules of every playbook, or of the one that is the test's parameter.

        A test of texts, which finds that each is shown, proves nothing about a number, a name or a flag.
        """
        source = self.source_of.get(subject)
        rules = list(_rules(item))
        if rules:
            return source is None or any(rule.startswith(f"{source}: ") for rule in rules)
        only_texts = any(mark.kwargs.get("texts") for mark in item.iter_markers("rule"))
        return (source is None or item.name.endswith(f"[{subject}]")) and (of_text or not only_texts)


def _rules(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers("rule"):
        case = mark.kwargs.get("case")
        if case is None or item.name.endswith(f"[{case}]"):
            yield from mark.args


def main(arguments: Sequence[str]) -> int:
    if "--page" in arguments:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    started = time.monotonic()
    os.chdir(ROOT)
    prover = Prover(" ".join(arguments))
    code = pytest.main([*OPTIONS, *map(str, marked_files())], plugins=[prover])
    rules = sum(len(source.rules) for source in sources().values())
    seconds = time.monotonic() - started
    print(f"{rules} rules, {prover.count} mutations, {prover.unnoticed} unnoticed ({seconds:.0f} s)")
    return 1 if code or prover.unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
