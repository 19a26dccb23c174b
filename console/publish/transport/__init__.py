"""HTTP to a target, bounded in time and size."""
