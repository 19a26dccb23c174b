"""Text and data out of an incident's state: Markdown, JSON, CSV."""
