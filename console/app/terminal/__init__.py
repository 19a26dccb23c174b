"""The terminal, or the browser in its place: what is read from it, and what it is asked to do."""
