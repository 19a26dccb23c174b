"""Warroom: a terminal console for running an incident."""
