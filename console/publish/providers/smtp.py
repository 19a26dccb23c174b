"""Mail over SMTP, to executives or customers. Nothing can be asked for, edited or removed once it is sent.

One mail for each message, whose recipients do not see each other. The mails of an incident are one thread. A mail is in
doubt only from the dot behind its text to the server's answer (`transport/smtp.py`), and is then put to a person.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import ClassVar

from msgspec.structs import replace

from console.core.language.text import MAX_NAME_CHARS, clean, counted, listed, one_line
from console.core.refusal import Refused
from console.publish.provider import (
    CannotTell,
    Capabilities,
    Checked,
    Lookup,
    Option,
    PageView,
    Provider,
    Settings,
)  # fmt: skip
from console.publish.providers.common import chat
from console.publish.providers.common.limits import within_limits
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.targets.keys import Key
from console.publish.transport.failure import Later, Partly, PublishProblem, Rejected
from console.publish.transport.http import Http
from console.publish.transport.proxy import LOOPBACK, readable
from console.publish.transport.smtp import OVERALL_S, Conversation, MailServer, Refusal, Security

PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
MAX_RECIPIENTS = 100
"""Every server takes so many for one mail; more people are what a mailing list is for."""
MAX_TRIES = 6
"""The most tries for recipients who are to wait, while the others have the mail; the next update waits for that long,
some five minutes."""
CHECK_S = 30.0

_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]{1,64})@(?P<domain>[^\W_](?:[\w-]*\w)?(?:\.[^\W_](?:[\w-]*\w)?)*)"
)
_NAMED = re.compile(r"(?P<name>[^<>@]*)<(?P<address>[^<>\s]+)>")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_PLAIN_TEXT = re.compile(r"(?!.*=\?)[!-~](?:[ -~]*[!-~])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 '-]*[A-Za-z0-9])?")
"""Words that stand in a head as they are: in its text, and before an address."""
MAX_ENCODED_BYTES = 45
"""Of one encoded word, before base64: with that it has at most 75 characters."""
_POLICY = SMTP_POLICY.clone(cte_type="7bit")
"""A server need not take anything but ASCII, in lines of at most 998 characters."""


def content(delivery: Delivery) -> str:
    """The mail's text: the status, the approved words, the components that change, the page of the public."""
    lines = (delivery.status_word, delivery.text, chat.parts(delivery), delivery.link)
    return "\n\n".join(filter(None, lines))


class Smtp(Provider):
    """One list of recipients, behind one server."""

    title: ClassVar[str] = "Mail, over SMTP"
    capabilities: ClassVar[Capabilities] = Capabilities(
        chat=True,
        plans=True,
        moves=True,
        is_mail=True,
        audience="executive",
        always_mails_updates=True,
        lifecycle=False,
        links=True,
        title_limit=chat.TITLE_CHARS,
        wording=content,
        key_in="login",
        key_for="user",
        network=False,
        page=False,
        options=(
            Option("server", "Its mail server", "mail.example.org:465", needed=True),
            Option("security", "TLS (tls, starttls, none)", "tls"),
            Option("user", "The user to log in", "without one there is no login"),
            Option("from", "The sender's address", "Status <status@example.org>", needed=True),
            Option("to", "The recipients' addresses", "cto@example.org, cfo@example.org", needed=True),
            Option("unsubscribe", "Where readers unsubscribe", "https://example.org/leave"),
        ),
        pace_s=0.5,
    )

    def __init__(self, settings: Settings, http: Http) -> None:
        """Raises Refused for options that cannot be used."""
        options = settings.options
        self._name, self._server = settings.name, _server(options, settings.secret)
        self._called, self._sender = _sender(options.get("from", ""))
        self._domain = self._sender.rpartition("@")[2]
        self._recipients = _recipients(options.get("to", ""))
        self._unsubscribe = _unsubscribe(options.get("unsubscribe", "").strip())

    def check(self) -> Checked:
        """Log in and name sender and recipients, without a mail."""
        with self._conversation(CHECK_S) as mail:
            refusals = mail.envelope(self._sender, self._recipients)
        login = f" and the login of {self._server.user}" if self._server.user else ""
        says = f"The server takes {self._sender} as sender{login}."
        if refusals:
            raise Rejected(f"{says} It does not take {_refused_addresses(refusals)}; correct the recipients.")
        return Checked(f"{says} It takes {counted(len(self._recipients), 'recipient')}; no mail was sent.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        """Raises Partly where the server does not take every recipient."""
        within_limits(self._name, delivery, Known(), self.capabilities)
        own = f"<{delivery.key}@{self._domain}>"
        raw = self._mail(delivery, known, own)
        begun = known.begun or Remote(_thread(known) or own, own)
        owed = [address for address in self._recipients if address not in begun.taken]
        with self._conversation() as mail:
            refusals = mail.envelope(self._sender, owed, len(raw))
            if len(refusals) < len(owed):
                mail.text(raw)
        if refusals:
            raise self._not_all(refusals, owed, begun)
        return replace(begun, taken=(), tries=0)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        return CannotTell(
            f"Mail cannot be asked for: look in the mailbox of a recipient of {self._name} for "
            f"“{_subject(delivery, known)}”, {delivery.status}."
        )

    def read(self, known: Known) -> PageView:
        raise Rejected("Mail cannot be read back; look in a mailbox.")

    def _conversation(self, overall_s: float = OVERALL_S) -> Conversation:
        return Conversation(self._server, self._name, overall_s)

    def _mail(self, delivery: Delivery, known: Known, id: str) -> bytes:
        """The whole mail, the same at each try, so that a mailbox can tell a second copy of it."""
        first = _thread(known)
        heads = {
            "From": f"{_encoded(self._called, _PLAIN_NAME)} <{self._sender}>" if self._called else self._sender,
            # One recipient knows who is meant; of several none learns of the others.
            "To": self._recipients[0] if len(self._recipients) == 1 else "undisclosed-recipients:;",
            "Subject": _encoded(_subject(delivery, known), _PLAIN_TEXT),
            "Date": format_datetime(delivery.at),
            "Message-ID": id,
            "In-Reply-To": first,
            "References": first,
            # So that nothing that answers by itself answers.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": self._unsubscribe and f"<{self._unsubscribe}>",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in heads.items() if value)
        body = EmailMessage(policy=_POLICY)
        body.set_content(clean(content(delivery)))
        return head.encode("ascii") + body.as_bytes()

    def _not_all(self, refusals: list[Refusal], owed: list[str], begun: Remote) -> PublishProblem:
        """The problem to raise where the server did not take these recipients; everybody else has the mail by now."""
        refused = [refusal.address for refusal in refusals]
        taken = (*begun.taken, *(address for address in owed if address not in refused))
        later = any(refusal.later for refusal in refusals)
        refusal_words = f"{self._name} did not take {_refused_addresses(refusals)}"
        if not taken:
            return (
                Later(f"{refusal_words}; nobody has the mail.")
                if later
                else Rejected(f"{refusal_words}; correct its recipients.")
            )
        rest = f"the other {counted(len(taken), 'recipient')} {'has' if len(taken) == 1 else 'have'} the mail"
        if later and begun.tries + 1 < MAX_TRIES:
            remote = replace(begun, taken=taken, tries=begun.tries + 1)
            return Partly(f"{refusal_words}; {rest}, and it is tried again for who has not.", remote, again=True)
        remote = replace(begun, taken=(), tries=0)
        return Partly(f"{refusal_words}; {rest}. Tell who has not, and correct the recipients.", remote, again=False)


PROVIDER = Smtp


def _subject(delivery: Delivery, known: Known) -> str:
    """The same for all mails of an incident, since some mailboxes make another thread of another subject."""
    answer = "Re: " if known.remote else ""
    return f"{answer}{one_line(delivery.title, len(delivery.title))} ({delivery.incident})"


def _encoded(words: str, plain: re.Pattern[str]) -> str:
    """Words for a head: as they are where they are plain, else in encoded words (RFC 2047), folded between them.

    EmailMessage would take an encoded word of somebody else's in them for one of its own, with the line end in it.
    """
    if plain.fullmatch(words):
        return words
    chunks = [""]
    for char in words:
        if len((chunks[-1] + char).encode()) > MAX_ENCODED_BYTES:
            chunks.append("")
        chunks[-1] += char
    return "\r\n ".join(f"=?utf-8?b?{b64encode(chunk.encode()).decode()}?=" for chunk in chunks)


def _thread(known: Known) -> str:
    """The Message-ID of the incident's first mail; empty where there is none, or a person gave something else."""
    id = known.remote.incident_id if known.remote else ""
    return id if _MESSAGE_ID.fullmatch(id) else ""


def _refused_addresses(refusals: list[Refusal]) -> str:
    return listed([f"{refusal.address} ({refusal.says})" for refusal in refusals])


# Options


def _server(options: Mapping[str, str], secret: Key | None) -> MailServer:
    where, security, user = (options.get(name, "").strip() for name in ("server", "security", "user"))
    mode = next((mode for mode in PORTS if mode == (security or "tls")), None)
    if mode is None:
        raise Refused(f"There is no security “{one_line(security, 20)}”: use tls, starttls or none.", "security")
    parts = readable(f"smtp://{where}")
    if parts is None or not parts.hostname or parts.netloc != where or "@" in where:
        raise Refused("The mail server cannot be read; write it as mail.example.org:465.", "server")
    if mode == "none" and parts.hostname not in LOOPBACK:
        raise Refused("Without TLS mail goes to this machine only: use security tls or starttls.", "security")
    if not user.isascii():
        raise Refused("The name to log in with holds letters that no login takes; write it in ASCII.", "user")
    return MailServer(parts.hostname, parts.port or PORTS[mode], mode, user, secret if user else None)


def _address(text: str) -> str:
    """A mail address as every server takes it, its domain in ASCII."""
    match = _ADDRESS.fullmatch(text.strip())
    if match:
        with suppress(UnicodeError):
            return f"{match['local']}@{match['domain'].encode('idna').decode()}"
    raise Refused(f"“{one_line(text, 60)}” is not a mail address that every server takes; correct it.", "to")


def _sender(text: str) -> tuple[str, str]:
    """Name, which may be empty, and address."""
    named = _NAMED.fullmatch(text.strip())
    address = _address(named["address"] if named else text)
    return (one_line(named["name"], MAX_NAME_CHARS).strip(' "') if named else ""), address


def _recipients(text: str) -> list[str]:
    addresses = []
    for entry in filter(None, (entry.strip() for entry in re.split("[,;\n]", text))):
        named = _NAMED.fullmatch(entry)
        addresses.append(_address(named["address"] if named else entry))
    if not 0 < len(set(addresses)) <= MAX_RECIPIENTS:
        raise Refused(f"Name one to {MAX_RECIPIENTS} recipients; for more people use a mailing list's address.", "to")
    return list(dict.fromkeys(addresses))


def _unsubscribe(text: str) -> str:
    if text and not re.fullmatch(r"(https://|mailto:)[!-;=?-~]{1,500}", text):
        raise Refused("Readers unsubscribe at an https:// or mailto: address; correct it.", "unsubscribe")
    return text
