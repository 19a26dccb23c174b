"""Ports for servers that begin to listen later, or stop for a while."""

import random
import socket
from contextlib import suppress

_CHANCE = random.SystemRandom()
"""Tests of two processes that set the same seed would else choose the same."""


def free_port() -> int:
    """A port at which nobody listens, and which the system gives to nobody else meanwhile: its own begin higher."""
    while True:
        port = _CHANCE.randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
