"""The metrics over many incidents."""
