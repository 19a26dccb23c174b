"""Settings shared by all tests."""

from hypothesis import HealthCheck, settings

# A shared machine is slow now and then; a deadline would only test the machine.
settings.register_profile("warroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("warroom")
