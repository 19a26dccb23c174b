"""The room: the screen on which one incident is run."""
