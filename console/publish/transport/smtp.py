"""A mail server: TLS that is verified, an end to every wait, and no password in any message.

    connection, TLS, login, MAIL FROM, RCPT TO, DATA, the text    nothing is sent: what fails is Later or Rejected
    the dot behind the text, until it is answered                 nobody knows: Unknown

smtplib is imported when the first connection is made.
"""

import base64
import re
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Literal, NamedTuple, NoReturn, Self

import msgspec

from console.publish.targets.keys import Key
from console.publish.transport.deadline import Deadline
from console.publish.transport.failure import Later, Rejected, Unknown, quoted
from console.publish.transport.http import HIDDEN, trusted

OVERALL_S = 180.0
"""A conversation takes no longer, however slowly the answers drip."""
CONNECT_S = 10.0
READ_S = 60.0
"""Servers let a doubtful sender wait for their greeting, and look through a text before they answer its end."""
GOODBYE_S = 2.0

Security = Literal["tls", "starttls", "none"]


class MailServer(msgspec.Struct, frozen=True):
    """A server that takes mail from us, and how it is reached."""

    host: str
    port: int
    security: Security
    """TLS from the first byte, TLS once STARTTLS was answered, or none at all."""
    user: str = ""
    """Empty where it wants no login."""
    password: Key | None = None


class Refusal(NamedTuple):
    """A recipient that the server does not take."""

    address: str
    says: str
    """The server's own words, with the code."""
    later: bool
    """It may take the recipient another time."""


class Conversation:
    """One connection to a mail server, logged in; everything that fails is a `PublishProblem` in the name's words.

    with Conversation(server, "Leads") as mail:
        refused = mail.envelope("status@example.org", ["ana@example.org"])
        mail.text(b"Subject: …")
    """

    def __init__(self, server: MailServer, name: str, overall_s: float = OVERALL_S) -> None:
        import smtplib

        self._server, self._name = server, name
        self._deadline = Deadline(overall_s)
        # Its own idea of this machine's name would ask the network, and tell everybody.
        self._smtp = smtplib.SMTP(local_hostname="localhost", timeout=READ_S)
        password = server.password.reveal() if server.password else ""
        # A server may quote what it was sent, also as it was encoded.
        forms = (password, f"\0{server.user}\0{password}") if password else ()
        encoded = (base64.b64encode(form.encode()).decode() for form in forms)
        self._secrets = sorted({password, *encoded} - {""}, key=len, reverse=True)

    def __enter__(self) -> Self:
        self._deadline.__enter__()
        try:
            self._connect()
            self._log_in()
        except BaseException:
            # Whatever it is goes on; only the connection must not stay open.
            self._smtp.close()
            self._deadline.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import smtplib

        # However the server takes its leave, what it has answered before stands.
        with suppress(smtplib.SMTPException, OSError):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(GOODBYE_S)
            if kind is None:
                self._smtp.quit()
        self._smtp.close()
        self._deadline.__exit__(None, None, None)

    def envelope(self, sender: str, recipients: list[str], size: int = 0) -> list[Refusal]:
        """Name sender and recipients; gives the recipients that are not taken. `size` is the text's, in bytes."""
        options = [f"size={size}"] if size and self._smtp.has_extn("size") else []
        code, reply = self._ask("MAIL", f"FROM:<{sender}>", *options)
        if code != 250:
            self._refuse(code, reply, f"the sender {sender}")
        refusals = []
        for recipient in recipients:
            code, reply = self._ask("RCPT", f"TO:<{recipient}>")
            if code == 421:
                self._refuse(code, reply, f"the recipient {recipient}")
            if not 200 <= code < 300:
                refusals.append(Refusal(recipient, self._words(code, reply), later=code < 500))
        return refusals

    def text(self, message: bytes) -> None:
        """Send the text, with CRLF at the end of each line, to the recipients that were taken."""
        code, reply = self._ask("DATA")
        if code != 354:
            self._refuse(code, reply, "the text")
        import smtplib

        try:
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", message))
        except (smtplib.SMTPException, OSError):
            raise Later(f"{self._name} broke off before the end of the text.") from None
        # From here on it may have been taken.
        try:
            self._smtp.send(b".\r\n")
            code, reply = self._smtp.getreply()
        except (smtplib.SMTPException, OSError):
            how = "took too long to answer" if self._deadline.over else "broke off"
            raise Unknown(f"{self._name} {how} behind the end of the text.") from None
        if not 200 <= code < 300:
            if not 400 <= code < 600:
                raise Unknown(f"{self._name} gave an answer that is none ({self._words(code, reply)}).")
            self._refuse(code, reply, "the text")

    # Before the text

    def _connect(self) -> None:
        import smtplib

        server = self._server
        try:
            plain = socket.create_connection((server.host, server.port), timeout=CONNECT_S)
        except (OSError, UnicodeError) as error:
            raise Later(f"{self._name} cannot be reached: {quoted(error) or 'no answer'}.") from None
        self._smtp.sock = plain
        # The server knows the address anyway.
        address = plain.getsockname()[0]
        self._smtp.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
        try:
            self._deadline.watch(plain)
            plain.settimeout(READ_S)
            if server.security == "tls":
                self._secure()
            code, reply = self._smtp.getreply()
            if code != 220:
                self._refuse(code, reply, "a connection")
            self._greet()
            if server.security == "starttls":
                if not self._smtp.has_extn("starttls"):
                    raise Rejected(f"{self._name} offers no STARTTLS, without which nothing is sent; try security tls.")
                code, reply = self._ask("STARTTLS")
                if code != 220:
                    self._refuse(code, reply, "STARTTLS")
                self._secure()
                self._greet()
        except (smtplib.SMTPException, OSError) as error:
            raise self._broken(error) from None

    def _secure(self) -> None:
        assert self._smtp.sock is not None
        try:
            self._smtp.sock = trusted().wrap_socket(self._smtp.sock, server_hostname=self._server.host)
        except ssl.SSLCertVerificationError as error:
            raise Later(f"The certificate of {self._name} is not valid: {quoted(error.verify_message)}.") from None
        except ssl.SSLError as error:
            why = f"does not speak TLS on port {self._server.port} ({quoted(error.reason)})"
            raise Later(f"{self._name} {why}; security is usually tls on 465, starttls on 587.") from None
        # Whatever came before TLS came from anybody.
        self._smtp.file = None
        self._smtp.esmtp_features = {}

    def _greet(self) -> None:
        code, reply = self._smtp.ehlo()
        if code != 250:
            self._refuse(code, reply, "the greeting")

    def _log_in(self) -> None:
        import smtplib

        server = self._server
        if not server.user or server.password is None:
            return
        try:
            self._smtp.login(server.user, server.password.reveal())
        except smtplib.SMTPAuthenticationError as error:
            why = self._words(error.smtp_code, _bytes(error.smtp_error))
            if error.smtp_code < 500:
                raise Later(f"{self._name} does not let {server.user} in now ({why}).") from None
            raise Rejected(
                f"{self._name} does not accept the key as password of {server.user} ({why}); give it a new one."
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise Rejected(f"{self._name} offers no login; take the user out of it, or use another port.") from None
        except smtplib.SMTPServerDisconnected as error:
            raise self._broken(error) from None
        except (smtplib.SMTPException, UnicodeError):
            raise Rejected(
                f"{self._name} offers no login by password alone, such as PLAIN; use a server that does."
            ) from None

    # Answers

    def _ask(self, *words: str) -> tuple[int, bytes]:
        import smtplib

        try:
            return self._smtp.docmd(" ".join(words))
        except (smtplib.SMTPException, OSError) as error:
            raise self._broken(error) from None

    def _refuse(self, code: int, reply: bytes, what: str) -> NoReturn:
        why = self._words(code, reply)
        if code < 500:
            raise Later(f"{self._name} does not take {what} now ({why}).")
        raise Rejected(f"{self._name} does not take {what} ({why}); correct it and send again.")

    def _broken(self, error: Exception) -> Later:
        late = self._deadline.over or isinstance(error, TimeoutError) or "timed out" in str(error)
        return Later(f"{self._name} {'took too long to answer' if late else 'broke off'}; nothing was sent.")

    def _words(self, code: int, reply: bytes) -> str:
        words = reply.decode("utf-8", "replace")
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        return f"{code} {quoted(words)}".strip()


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()
