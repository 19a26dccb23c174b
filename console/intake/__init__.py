"""Timelines as people write them, read into entries: pure functions from text to values, no files and no clock."""
