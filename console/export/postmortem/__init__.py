"""The postmortem as Markdown and HTML."""
