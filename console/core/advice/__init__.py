"""Advice: what the process would have noticed."""
