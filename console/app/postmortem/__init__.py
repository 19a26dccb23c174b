"""The postmortem's screen."""
