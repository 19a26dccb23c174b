"""The time that tests wait for something that another thread, process or machine brings about."""

PATIENCE_S = 60.0
"""Far longer than it takes on any machine, however busy: it is over only where something never comes."""
