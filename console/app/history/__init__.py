"""The history: what happened before."""
