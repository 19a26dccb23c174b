"""Publishing what was approved: the outbox's sender, and one module for each status page and chat."""
