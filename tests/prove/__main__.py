"""Prove that the rules are tested: `python -m tests.prove [PART]`, or `--page` to make docs/process-coverage.md anew.

Each mutation is made alone, in a fork of one pytest process that has collected the tests that are marked with rules,
and is noticed when one of them fails. PART is the beginning of a mutation's path, such as `rapid.stages`.
"""

import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence

import pytest

from tests.prove.mutations import Mutation, Program
from tests.prove.rules import PAGE, ROOT, marked_files, page, sources

WORKERS = 2
OPTIONS = ["-q", "-m", "rule", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--tb=native"]
"""Only whether a test fails counts: why it does takes longer to tell than most tests take."""


class Prover:
    """The pytest plugin that runs the marked tests once as they are, then again for each mutation."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.program = Program()
        self.source_of = {book: name for name, source in sources().items() for book in source.playbooks}
        self.failed: list[str] = []
        self.seconds: dict[str, float] = {}
        self.count = 0
        self.running: dict[int, tuple[Mutation, list[pytest.Item], int]] = {}
        self.unnoticed: list[Mutation] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.run(session.items)
        if self.failed:
            raise session.Failed(f"{len(self.failed)} fail as it is")
        session.config.pluginmanager.unregister(name="terminalreporter")
        self.program.forget()
        gc.freeze()
        quickest = sorted(session.items, key=lambda item: self.seconds[item.nodeid])
        chosen: dict[tuple[str, bool], list[pytest.Item]] = {}
        for mutation in self.program.mutations():
            if mutation.path.startswith(self.part):
                group = (mutation.subject, mutation.of_text)
                if group not in chosen:
                    chosen[group] = [item for item in quickest if self.proves(item, *group)]
                if len(self.running) == WORKERS:
                    self.collect()
                self.fork(mutation, chosen[group])
        while self.running:
            self.collect()
        return True

    def proves(self, item: pytest.Item, subject: str, of_text: bool) -> bool:
        """Whether the test holds a rule of the mutated playbook; of what all playbooks use, whether it holds any rule.
        A mark without a name stands for the rules of every playbook, or of the one that is the test's parameter.

        A test of texts, which finds that each is shown, proves nothing about a number, a name or a flag.
        """
        source = self.source_of.get(subject)
        rules = list(_rules(item))
        if rules:
            return source is None or any(rule.startswith(f"{source}: ") for rule in rules)
        only_texts = any(mark.kwargs.get("texts") for mark in item.iter_markers("rule"))
        return (source is None or item.name.endswith(f"[{subject}]")) and (of_text or not only_texts)

    def run(self, items: Sequence[pytest.Item], *, until_failure: bool = False) -> None:
        for item, following in zip(items, (*items[1:], None), strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed and until_failure:
                return

    def fork(self, mutation: Mutation, items: list[pytest.Item]) -> None:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                mutation.make()
                self.run(items, until_failure=True)
                os.write(writing, "".join(self.failed[:1]).encode())
            finally:
                os._exit(0)
        os.close(writing)
        self.running[child] = (mutation, items, reading)
        self.count += 1

    def collect(self) -> None:
        """Wait for one fork, and try the test that noticed its mutation first on the next of the same thing."""
        child, _ = os.wait()
        mutation, items, reading = self.running.pop(child)
        with os.fdopen(reading) as file:
            noticed = file.read()
        if noticed:
            items.sort(key=lambda item: item.nodeid != noticed)
        else:
            self.unnoticed.append(mutation)
            print(f"not noticed: {mutation.kind} {mutation.path}: {mutation.before}", flush=True)


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
    print(f"{rules} rules, {prover.count} mutations, {len(prover.unnoticed)} unnoticed ({seconds:.0f} s)")
    return 1 if code or prover.unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
