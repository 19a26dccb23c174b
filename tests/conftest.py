"""Settings shared by all tests."""

import faulthandler
import gc
import math
import os
import random
import signal
from collections.abc import Callable, Generator
from functools import partial
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.drawing import Draw, left_out
from tests.memory import memory

# A shared machine is slow now and then; a deadline would only test the machine.
settings.register_profile(
    "warroom", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25, stateful_step_count=25
)
settings.register_profile("all", settings.get_profile("warroom"), max_examples=300)

# Nobody's own keyring is read or written by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# Where `tmp_path` lies. Its folders are removed once their test has passed.
if (in_memory := memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", in_memory)

# In the background of a shell the tests have these ignored, as would every process of theirs that is to end by one.
for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)

# Consoles come and go in circles; looking for them after each few of their parts takes a fifth of the time.
gc.set_threshold(200_000)


HANGS_S = 900.0
"""No test takes so long, on whatever machine: one that does waits for something that never comes."""
WATCH_S = 30.0
"""The time that a watch lasts before a test begins another one."""
WATCHED_FROM_S = pytest.StashKey[float]()

STDERR = pytest.StashKey[int]()
"""Standard error as it is outside of the tests, in which pytest keeps what is written to it for itself."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """A test that hangs fails: its process ends, and says where it stood."""
    stash = item.config.stash
    # Each time a thread has to end and another to begin, for which ten thousand tests would wait.
    if monotonic() > stash[WATCHED_FROM_S] + WATCH_S:
        stash[WATCHED_FROM_S] = monotonic()
        faulthandler.dump_traceback_later(WATCH_S + HANGS_S, exit=True, file=stash[STDERR])
    return (yield)


def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """Where something fails pytest ends the watch: the next test begins another one."""
    node.config.stash[WATCHED_FROM_S] = -math.inf


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="take every case of what is drawn else, and many examples")
    parser.addoption("--seed", type=int, help="draw as the run did that named this number")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STDERR], config.stash[WATCHED_FROM_S] = os.dup(2), -math.inf
    if hasattr(config, "workerinput"):
        config.option.seed = config.workerinput["seed"]
    elif config.option.seed is None:
        config.option.seed = random.randrange(1_000_000)
    Draw.configure(config)
    settings.load_profile("all" if Draw.all else "warroom")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All processes of a run draw the same."""
    node.workerinput["seed"] = Draw.seed


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """In a quiet run of several processes, each tells of a test only what is shown: that it begins, ends, was set up
    and taken down are four more messages for each of ten thousand."""
    options, plugins = session.config.option, session.config.pluginmanager.get_plugins()
    if options.verbose < 0 and not options.durations:
        for worker in (plugin for plugin in plugins if type(plugin).__name__ == "WorkerInteractor"):
            worker.sendevent = partial(_send_shown, worker.sendevent)


def _send_shown(send: Callable[..., None], name: str, **told: Any) -> None:
    report = told.get("data", {}) if name == "testreport" else {}
    unseen = report.get("outcome") == "passed" and report["when"] != "call"
    if name not in ("logstart", "logfinish") and not unseen:
        send(name, **told)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not Draw.all and (left := left_out(items)):
        config.hook.pytest_deselected(items=left)
        gone = set(left)
        items[:] = [item for item in items if item not in gone]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not Draw.all:
        terminalreporter.write_line(f"Cases drawn with --seed={Draw.seed}; --all takes every one.")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collected tests stay to the end: nobody looks for garbage meanwhile, nor later among them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """Garbage may warn of something: it is looked for once. Pytest then looks five times, where nothing is left."""
    gc.collect()
    gc.freeze()
    faulthandler.cancel_dump_traceback_later()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A long text stands in a test's name with its beginning; a whole one travels between processes many times."""
    return f"{val[:40]!a}…" if isinstance(val, str | bytes) and len(val) > 100 else None
