"""A module for each status page or chat, and what they share."""
