"""The driver of a console that a browser shows, through textual-serve."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import msgspec
from textual import events
from textual.drivers.web_driver import WebDriver

from console.app.terminal.driver import KeyDriver, read_until
from console.core.language.text import clean

_HEAD_BYTES = 5
"""Of a packet: its kind, and the length of what follows, in four bytes."""
_TYPED = b"D"


class Packets:
    """Takes what textual-serve sends apart; half a packet waits for its rest."""

    def __init__(self) -> None:
        self._begun = b""

    def read(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Kinds and contents."""
        self._begun += data
        while len(self._begun) >= _HEAD_BYTES:
            end = _HEAD_BYTES + int.from_bytes(self._begun[1:_HEAD_BYTES], "big")
            if len(self._begun) < end:
                return
            packet, self._begun = self._begun[:end], self._begun[end:]
            yield packet[:1], packet[_HEAD_BYTES:]


class BrowserDriver(KeyDriver, WebDriver):
    """Textual's driver for textual-serve, with the console's own reader of keys and pastes.

    A browser that goes away ends the console as a terminal does: what is half typed is kept.
    """

    def run_input_thread(self) -> None:
        packets = Packets()

        def typed(data: bytes) -> Iterator[bytes]:
            for kind, content in packets.read(data):
                if kind == _TYPED:
                    yield content
                else:
                    meta: dict[str, object] = msgspec.json.decode(content)
                    self.on_meta(str(meta.get("type", "")), meta)

        read_until(self.ended, 0, self.hand_on, typed)

    def start_application_mode(self) -> None:
        super().start_application_mode()
        # Textual begins as if another window were used; a browser tells of the focus only where it changes.
        self.app.call_later(self.app.post_message, events.AppFocus())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        if packet_type == "quit":
            os.kill(os.getpid(), signal.SIGHUP)
        else:
            super().on_meta(packet_type, payload)

    def write(self, data: str) -> None:
        # Once the server is gone nobody looks any more, and the console is about to end.
        with suppress(BrokenPipeError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        with suppress(BrokenPipeError):
            super().write_meta(data)


def show_in_browser(sentence: str) -> None:
    """Show a sentence in place of a console that could not begin, as textual-serve takes it."""
    words = clean(sentence, multiline=False).encode()
    ended = b'{"type": "exit"}'
    packets = (
        b"%s%s%s" % (kind, len(part).to_bytes(4, "big"), part) for kind, part in ((_TYPED, words), (b"M", ended))
    )
    with suppress(BrokenPipeError):
        os.write(1, b"__GANGLION__\n" + b"".join(packets))
