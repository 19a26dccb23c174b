"""Settings shared by all tests."""

import gc
import os

from hypothesis import HealthCheck, settings

# A shared machine is slow now and then; a deadline would only test the machine.
settings.register_profile("warroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("warroom")

# Nobody's own keyring is read or written by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

# Consoles come and go in circles; looking for them after each few of their parts takes a fifth of the time.
gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """What is there now stays to the end, and need not be looked at again."""
    gc.freeze()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A long text stands in a test's name with its beginning; a whole one travels between processes many times."""
    return f"{val[:40]!a}…" if isinstance(val, str | bytes) and len(val) > 100 else None
