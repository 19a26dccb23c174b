"""Made-up incidents: a script that is replayed as if it happened now, and a year of a team."""
