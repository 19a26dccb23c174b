"""Settings shared by all tests."""

import os

from hypothesis import HealthCheck, settings

# A shared machine is slow now and then; a deadline would only test the machine.
settings.register_profile("warroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("warroom")

# Nobody's own keyring is read or written by a test.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def pytest_make_parametrize_id(val: object) -> str | None:
    """A long text stands in a test's name with its beginning; a whole one travels between processes many times."""
    return f"{val[:40]!a}…" if isinstance(val, str | bytes) and len(val) > 100 else None
