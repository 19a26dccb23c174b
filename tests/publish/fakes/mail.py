"""Mail servers on this machine: a real one (aiosmtpd) with mailboxes, and one that answers as a script has it."""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.patience import PATIENCE_S

PASSWORD = "s3cret-Of-The-Server-0123456789"
USER = "status"


class Mail(NamedTuple):
    """One mail as a mailbox has it."""

    sender: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def words(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


class MailFake:
    """A server with a mailbox for each recipient; what happens to a recipient or a text is in its fields.

    with MailFake() as server:
        server.port
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, starttls: bool = False, login: bool = False) -> None:
        self.mailboxes: dict[str, list[Mail]] = {}
        self.refuses: dict[str, list[str]] = {}
        """Answers to a recipient, one for each try; then it is taken. The last one stays where it begins with 5."""
        self.sender_refused = ""
        self.ends: list[str] = []
        """Answers to texts, one for each: an SMTP answer, `drop` (before it keeps the mail) or `drop after`."""
        self.hellos: list[str] = []
        """The names under which clients greeted."""
        options: dict[str, Any] = {}
        if starttls:
            options |= {"tls_context": tls, "require_starttls": True}
        if login:
            # Over a plain connection of this machine, too.
            options |= {"authenticator": self._let_in, "auth_require_tls": False}
        self._options, self._tls = options, None if starttls else tls
        self.port = 0
        self._ready, self._thread = threading.Event(), threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="mail.example", loop=self._loop, **self._options),
            "127.0.0.1", 0, ssl=self._tls,
        )  # fmt: skip
        async with server:
            self.port = int(server.sockets[0].getsockname()[1])
            self._ready.set()
            await self._over.wait()

    def at(self, address: str) -> list[Mail]:
        return self.mailboxes.get(address, [])

    @staticmethod
    def _let_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=False)

    # Hooks of aiosmtpd

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.hellos.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refused:
            return self.sender_refused
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.refuses.get(address, [])
        if answers:
            return answers[0] if answers[0].startswith("5") else answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        end = self.ends.pop(0) if self.ends else "250 OK"
        if end in ("250 OK", "drop after"):
            assert isinstance(envelope.content, bytes)
            for address in envelope.rcpt_tos:
                mail = Mail(str(envelope.mail_from), envelope.content)
                self.mailboxes.setdefault(address, []).append(mail)
        if end.startswith("drop"):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return end


HANGS, CLOSES = "hangs", "closes"


class ScriptedServer:
    """Answers each command as it is told, byte for byte: by its verb, `hello` for the greeting, `.` for the end of a
    text. `HANGS` and `CLOSES` are answers, too."""

    USUAL: Mapping[str, str] = {
        "hello": "220 mail.example ESMTP", "EHLO": "250-mail.example\r\n250 SIZE 1000000", "MAIL": "250 OK",
        "RCPT": "250 OK", "DATA": "354 go on", ".": "250 OK", "QUIT": "221 bye",
    }  # fmt: skip

    def __init__(self, **answers: str) -> None:
        self._answers = {**self.USUAL, **{("." if verb == "dot" else verb): said for verb, said in answers.items()}}
        self.commands: list[str] = []
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError), connection.makefile("rb") as lines:
                if not self._answer(connection, "hello"):
                    continue
                inside = False
                for line in lines:
                    text = line.decode("utf-8", "replace").rstrip("\r\n")
                    if inside and text != ".":
                        continue
                    verb = "." if inside else re.split("[ :]", text)[0].upper()
                    self.commands.append(text)
                    if not self._answer(connection, verb):
                        break
                    inside = verb == "DATA" and self._answers["DATA"].startswith("354")

    def _answer(self, connection: socket.socket, verb: str) -> bool:
        said = self._answers.get(verb, "502 no such command")
        if said == HANGS:
            self._over.wait(PATIENCE_S)
        if said in (HANGS, CLOSES):
            return False
        connection.sendall(said.encode() + b"\r\n")
        return True
