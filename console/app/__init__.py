"""The full-screen console."""

import os

# Textual paints at most so often a second. At its own 60 a logged line, which is the second thing to be painted behind
# Enter, waits for up to 17 ms; nothing is painted that has not changed, so that more costs nothing.
os.environ.setdefault("TEXTUAL_FPS", "250")
