"""The board: all incidents, where a new one begins."""
