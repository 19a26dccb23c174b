"""Text: the scribe's line, moments and lengths of time, text made harmless."""
