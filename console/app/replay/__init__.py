"""The replay: the room as it was at an earlier moment."""
