"""The search over all incidents."""
