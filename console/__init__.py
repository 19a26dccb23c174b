"""Warroom: a console for running an incident."""

__version__ = "0.1.0"
