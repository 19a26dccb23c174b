"""Mail over SMTP, before a real server (aiosmtpd) and one that breaks off wherever it is told to."""

import ssl
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.refusal import Refused
from console.publish.provider import CannotTell, Provider
from console.publish.providers.smtp import MAX_TRIES, Smtp
from console.publish.sending.decisions import dropped, edited
from console.publish.sending.message import Delivery, Known, Remote, Status
from console.publish.sending.sender import Sender
from console.publish.sending.status import standings
from console.publish.targets.connect import connect
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from console.publish.targets.setup import prove, send_test
from console.publish.transport.failure import Later, Partly, PublishProblem, Rejected, Unknown
from console.publish.transport.smtp import Conversation, MailServer
from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.patience import PATIENCE_S
from tests.publish.fakes.mail import CLOSES, HANGS, PASSWORD, USER, MailFake, ScriptedServer
from tests.publish.making import REF, Clock, decide_on, declare, message_of, post
from tests.publish.suite import STARTED, told_well
from tests.publish.wire import secured

SENDER = "status@example.org"
TEAM = ("cto@example.org", "cfo@example.org", "ana@example.org")


@pytest.fixture
def server() -> Iterator[MailFake]:
    with MailFake() as fake:
        yield fake


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's end of TLS that this machine trusts."""
    context = secured(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return context


def target(port: int, **options: str) -> Target:
    usual = {"server": f"127.0.0.1:{port}", "security": "none", "from": f"Status <{SENDER}>", "to": ", ".join(TEAM)}
    named = {("from" if name == "sender" else name): value for name, value in options.items()}
    return Target("leads", "smtp", audience="executive", options={**usual, **named})


def provider(port: int, key: str = "", **options: str) -> Provider:
    return connect(target(port, **options), Key(key) if key else None)


def delivery(text: str, status: Status = "investigating", number: int = 1, title: str = "Checkout errors") -> Delivery:
    at = STARTED + timedelta(minutes=number)
    return Delivery(f"wr-0k7q2-{number:04}", "INC-K7Q2", title, status, text, at, STARTED, notify=True)


# The mail itself


def test_the_mails_of_an_incident_are_a_thread_that_everybody_gets_alone(server: MailFake) -> None:
    mail = provider(server.port)
    first = mail.send(delivery("We look into it."), Known())
    second = mail.send(delivery("All is well again.", "resolved", 2), Known(first))
    assert (first.incident_id, first.update_id) == (second.incident_id, "<wr-0k7q2-0001@example.org>")
    for address in TEAM:
        begin, end = (each.message for each in server.at(address))
        assert (begin["From"], begin["To"]) == (f"Status <{SENDER}>", "undisclosed-recipients:;")
        assert (begin["Subject"], end["Subject"]) == ("Checkout errors (INC-K7Q2)", "Re: Checkout errors (INC-K7Q2)")
        assert (begin["Message-ID"], begin["References"]) == (first.update_id, None)
        assert (end["Message-ID"], end["References"], end["In-Reply-To"]) == (
            second.update_id, first.update_id, first.update_id,
        )  # fmt: skip
        assert begin["Date"].datetime == STARTED + timedelta(minutes=1)
        assert begin["Auto-Submitted"] == "auto-generated"
        assert not any(other in bytes(begin).decode() for other in TEAM)
        assert server.at(address)[1].words == "Resolved\n\nAll is well again.\n"
    # The name of this machine is nobody's business.
    assert set(server.hellos) == {"[127.0.0.1]"}


def test_one_recipient_stands_in_the_head(server: MailFake) -> None:
    provider(server.port, to="customers@lists.example.org").send(delivery("We look."), Known())
    [mail] = server.at("customers@lists.example.org")
    assert mail.message["To"] == "customers@lists.example.org"


def test_a_second_copy_is_the_same_to_the_last_byte(server: MailFake) -> None:
    mail = provider(server.port, unsubscribe="https://example.org/leave?x=1")
    for _ in range(2):
        mail.send(delivery("We look.", number=2), Known(Remote("<wr-1@example.org>")))
    one, two = server.at(TEAM[0])
    assert one.raw == two.raw
    assert one.message["List-Unsubscribe"] == "<https://example.org/leave?x=1>"


@pytest.mark.parametrize("id", ["", "https://mail.example/1", "<a@b>\r\nBcc: x@y", "<a b@c>"])
def test_a_mark_that_is_none_begins_a_thread_of_its_own(server: MailFake, id: str) -> None:
    remote = provider(server.port).send(delivery("We look.", number=3), Known(Remote(id)))
    [mail] = server.at(TEAM[0])
    assert remote == Remote("<wr-0k7q2-0003@example.org>", "<wr-0k7q2-0003@example.org>")
    assert mail.message["References"] is None


HOSTILE = (
    "x\r\nBcc: mallory@evil.example", "x\nSubject: other", "x\r\n\r\nbody", ".", "..\n.\nQUIT",
    "\r\n.\r\nMAIL FROM:<x>",
    "\x00\x1b[2J\x85", "From me to you\nFrom the start", "é" * 400, "w" * 3000, "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "=?utf-8?q?=0ABcc=3A?=", "\N{GRINNING FACE}" * 90, "a" * 70 + " " + "ü" * 70 + "  two  blanks", "\u2028one\x0ctwo",
)  # fmt: skip


def arrives(server: MailFake, words: str, title: str) -> None:
    server.mailboxes.clear()
    sender = provider(server.port, sender=f"{title.translate(str.maketrans('', '', '<>@'))} <{SENDER}>")
    sender.send(delivery(words, title=title), Known())
    assert set(server.mailboxes) == set(TEAM)
    [mail] = server.at(TEAM[0])
    heads = set(mail.message.keys())
    assert heads == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in mail.raw.replace(b"\r\n", b"")
    assert b"\r" not in mail.raw.replace(b"\r\n", b"")
    assert [each.addr_spec for each in mail.message["From"].addresses] == [SENDER]


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_words_or_title_is_obeyed(server: MailFake, words: str) -> None:
    arrives(server, words, f"Errors {words}"[:200])
    [mail] = server.at(TEAM[0])
    # Line ends alone may differ: a mail has its own.
    assert "".join(mail.words.split()).startswith("Investigating")
    plain = "".join(char for char in words if char.isalnum())
    assert plain in "".join(char for char in mail.words if char.isalnum())


@given(words=st.text(min_size=1, max_size=300), title=st.text(min_size=1, max_size=200))
def test_no_text_breaks_a_mail(words: str, title: str) -> None:
    with MailFake() as fake:
        arrives(fake, words, title)


def test_words_arrive_letter_for_letter(server: MailFake) -> None:
    text = "host <eu-west-1> 5*3*2\n\n.dot\n..two\nFrom here\n    four blanks\n" + "long words " * 200 + "ä€😀"
    provider(server.port).send(delivery(text, title="Zahlungen ä€😀 gestört " * 5), Known())
    [mail] = server.at(TEAM[0])
    assert mail.words == f"Investigating\n\n{text}\n"
    assert mail.message["Subject"] == "Zahlungen ä€😀 gestört " * 5 + "(INC-K7Q2)"


# Connections


def test_a_login_over_tls_is_proved_without_a_mail(trusted: ssl.SSLContext) -> None:
    with MailFake(trusted, login=True) as server:
        options = {"server": f"localhost:{server.port}", "security": "tls", "user": USER}
        checked = prove(target(0, **options), Key(PASSWORD))
        assert "3 recipients" in checked.says
        assert server.mailboxes == {}
        with pytest.raises(Refused, match="key") as refused:
            prove(target(0, **options), Key("wr0ng-password"))
        assert "wr0ng" not in refused.value.reason
        provider(0, PASSWORD, **options).send(delivery("We look."), Known())
        assert len(server.at(TEAM[0])) == 1


def test_a_login_behind_starttls(trusted: ssl.SSLContext) -> None:
    with MailFake(trusted, starttls=True, login=True) as server:
        options = {"server": f"localhost:{server.port}", "security": "starttls", "user": USER}
        provider(0, PASSWORD, **options).send(delivery("We look."), Known())
        assert len(server.at(TEAM[0])) == 1


def test_a_certificate_of_somebody_else_ends_it(tmp_path: Path) -> None:
    with MailFake(secured(tmp_path, "localhost"), login=True) as server:
        mail = provider(0, PASSWORD, server=f"localhost:{server.port}", security="tls", user=USER)
        with pytest.raises(Later, match="certificate") as failure:
            mail.send(delivery("We look."), Known())
        told_well(failure.value, PASSWORD)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_sent_where_tls_is_missing(server: MailFake, security: str) -> None:
    mail = provider(0, PASSWORD, server=f"localhost:{server.port}", security=security, user=USER)
    with pytest.raises((Later, Rejected), match="TLS") as failure:
        mail.send(delivery("We look."), Known())
    told_well(failure.value, PASSWORD, (Later, Rejected))
    assert server.mailboxes == {}


def test_what_is_said_before_tls_does_not_count() -> None:
    # A stranger in the middle puts an answer behind that to STARTTLS, as if it came from behind TLS.
    with ScriptedServer(EHLO="250-mail.example\r\n250 STARTTLS", STARTTLS="220 go\r\n250 OK") as server:
        mail = provider(0, PASSWORD, server=f"localhost:{server.port}", security="starttls", user=USER)
        with pytest.raises(Later):
            mail.send(delivery("We look."), Known())
    assert "STARTTLS" in server.commands
    assert not any("AUTH" in command for command in server.commands)


def converse(port: int, overall_s: float) -> None:
    with Conversation(MailServer("127.0.0.1", port, "none", "", Key(PASSWORD)), "leads", overall_s=overall_s) as mail:
        for refusal in mail.envelope(SENDER, [TEAM[0]]):
            raise (Later if refusal.later else Rejected)(f"It does not take the recipient ({refusal.says}).")
        mail.text(b"Subject: x\r\n\r\nwords\r\n")


PHASES = ("hello", "EHLO", "MAIL", "RCPT", "DATA", "dot")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (CLOSES, Later), (HANGS, Later), ("what?", Later), ("451 not now", Later), ("421 we close", Later),
        ("550 never, the password is s3cret-Of-The-Server-0123456789", Rejected),
    ],
    ids=["closes", "hangs", "nonsense", "451", "421", "550"],
)  # fmt: skip
def test_only_the_end_of_the_text_is_ever_in_doubt(phase: str, said: str, kind: type[PublishProblem]) -> None:
    if phase == "dot" and said in (CLOSES, HANGS, "what?"):
        kind = Unknown
    with ScriptedServer(**{phase: said}) as server, pytest.raises(PublishProblem) as failure:
        converse(server.port, 0.5 if said is HANGS else PATIENCE_S)
    told_well(failure.value, PASSWORD, (kind,))
    assert ("." in server.commands) == (phase == "dot")


def test_nobody_there_is_worth_another_try() -> None:
    with ScriptedServer() as server:
        pass
    with pytest.raises(Later, match="cannot be reached") as failure:
        provider(server.port).send(delivery("We look."), Known())
    told_well(failure.value, "")


def test_a_text_that_was_taken_stays_so_whatever_the_goodbye() -> None:
    with ScriptedServer(QUIT=CLOSES) as server:
        assert provider(server.port).send(delivery("We look."), Known()).update_id


def test_a_text_beyond_the_server_s_size_is_refused_before_it_is_sent() -> None:
    with ScriptedServer(MAIL="552 too big") as server, pytest.raises(Rejected, match="552"):
        provider(server.port).send(delivery("w" * 2000), Known())
    assert any(" size=" in command for command in server.commands)
    assert "DATA" not in server.commands


# Recipients who are refused


def test_recipients_who_are_to_wait_are_tried_again_alone(server: MailFake) -> None:
    server.refuses = {TEAM[1]: ["451 greylisted"]}
    mail, message = provider(server.port), delivery("We look.")
    with pytest.raises(Partly, match="451 greylisted") as partly:
        mail.send(message, Known())
    told_well(partly.value, "", (Partly,))
    assert partly.value.again
    id = "<wr-0k7q2-0001@example.org>"
    assert mail.send(message, Known(begun=partly.value.remote)) == Remote(id, id)
    assert {address: len(server.at(address)) for address in TEAM} == dict.fromkeys(TEAM, 1)


def test_recipients_who_do_not_exist_are_told_and_the_others_have_it(server: MailFake) -> None:
    server.refuses = {TEAM[1]: ["550 no such user"]}
    with pytest.raises(Partly, match=r"cfo@example\.org \(550 no such user\)") as partly:
        provider(server.port).send(delivery("We look."), Known())
    assert not partly.value.again
    assert [len(server.at(address)) for address in TEAM] == [1, 0, 1]
    with pytest.raises(Refused, match="550 no such user"):
        prove(target(server.port), None)


@pytest.mark.parametrize(("answers", "kind"), [("451 wait", Later), ("550 never", Rejected)])
def test_nobody_taken_is_nothing_sent(server: MailFake, answers: str, kind: type[PublishProblem]) -> None:
    server.refuses = {address: [answers] for address in TEAM}
    with pytest.raises(kind) as failure:
        provider(server.port).send(delivery("We look."), Known())
    told_well(failure.value, "", (kind,))
    assert server.mailboxes == {}


class Office:
    """A log with an incident, and a sender to a list of recipients."""

    def __init__(self, log: Log, port: int) -> None:
        self.log, self.clock = log, Clock()
        declare(log)
        self.sender = Sender(log, lambda name: provider(port), self.clock, jitter=lambda: 0.0, wait=self.clock.sleep)

    def run(self, times: int = 1) -> None:
        for _ in range(times):
            self.sender.run_once()
            self.clock.sleep(1000)

    def says(self) -> str:
        [standing] = standings(Outbox(self.log).messages(REF), Outbox(self.log).placed(REF), self.clock.now)
        return standing.says


@pytest.fixture
def office(tmp_path: Path, server: MailFake) -> Iterator[Office]:
    with Log.open(tmp_path / "data" / "warroom.db") as log:
        yield Office(log, server.port)


def test_a_mail_in_doubt_is_never_sent_again_by_itself(office: Office, server: MailFake) -> None:
    server.ends = ["drop after"]
    message = post(office.log, "We look into it.")
    office.run(5)
    now = message_of(office.log, message.id)
    assert (now.state, now.attempts) == ("ask", 1)
    assert [len(server.at(address)) for address in TEAM] == [1, 1, 1]


def test_a_waiting_recipient_gets_the_mail_once_and_the_next_update_behind_it(office: Office, server: MailFake) -> None:
    server.refuses = {TEAM[1]: ["451 greylisted", "451 greylisted"]}
    first, second = post(office.log, "We look into it."), post(office.log, "All is well again.", status="resolved")
    office.run()
    assert message_of(office.log, first.id).state == "retry"
    assert server.at(TEAM[1]) == []
    office.run(3)
    assert [message_of(office.log, each.id).state for each in (first, second)] == ["done", "done"]
    for address in TEAM:
        begin, end = (mail.message for mail in server.at(address))
        assert end["References"] == begin["Message-ID"]
    assert office.says() == ""


def test_who_never_takes_it_holds_nobody_up_and_is_named(office: Office, server: MailFake) -> None:
    server.refuses = {TEAM[1]: ["452 mailbox full"] * 99}
    first, second = post(office.log, "We look into it."), post(office.log, "All is well again.", status="resolved")
    office.run(MAX_TRIES + 1)
    assert message_of(office.log, first.id).state == "done"
    assert "452 mailbox full" in message_of(office.log, first.id).note
    assert [mail.words.split("\n")[0] for mail in server.at(TEAM[0])] == ["Investigating", "Resolved"]
    office.run(MAX_TRIES)
    assert message_of(office.log, second.id).state == "done"
    assert "cfo@example.org (452 mailbox full)" in office.says()


def test_what_some_have_is_neither_edited_nor_called_dropped(office: Office, server: MailFake) -> None:
    server.refuses = {TEAM[1]: ["451 greylisted"] * 9}
    message = post(office.log, "We look into it.")
    office.run()
    waiting = message_of(office.log, message.id)
    with pytest.raises(Refused, match="Some of its recipients have it"):
        edited(waiting, "Other words.", "mo")
    decide_on(office.log, waiting, dropped(waiting, "mo"))
    assert message_of(office.log, message.id).state == "done"
    assert [len(server.at(address)) for address in TEAM] == [1, 0, 1]


def test_it_can_be_asked_for_nothing(server: MailFake) -> None:
    mail = provider(server.port)
    assert isinstance(mail.look_up(delivery("We look."), Known()), CannotTell)
    with pytest.raises(Rejected):
        mail.read(Known())


# Options


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"security": "ssl"}, "security"),
        ({"server": "mail.example.org:25"}, "security"),
        ({"server": "mail.example.org:99999"}, "server"),
        ({"server": "user@127.0.0.1"}, "server"),
        ({"server": "127.0.0.1/x"}, "server"),
        ({"server": ""}, "server"),
        ({"user": "mö"}, "user"),
        ({"sender": "status"}, "to"),
        ({"sender": "a@b\r\nBcc: c@d"}, "to"),
        ({"to": ""}, "to"),
        ({"to": "ana@example.org> SIZE=1"}, "to"),
        ({"to": "ünä@example.org"}, "to"),
        ({"to": ", ".join(f"a{number}@example.org" for number in range(101))}, "to"),
        ({"unsubscribe": "javascript:alert(1)"}, "unsubscribe"),
        ({"unsubscribe": "https://a.example/>\r\nBcc: x"}, "unsubscribe"),
    ],
)
def test_options_that_cannot_be_used_are_told_before_anything_is_sent(options: Mapping[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        provider(25, PASSWORD, **options)
    assert refused.value.field == field
    assert refused.value.reason.endswith(".")


def test_recipients_may_have_names_and_domains_letters_of_their_own(server: MailFake) -> None:
    provider(server.port, to="Ana <ana@exämple.org>; ana@xn--exmple-cua.org,\nbo@example.org").send(
        delivery("We look."), Known()
    )
    assert list(server.mailboxes) == ["ana@xn--exmple-cua.org", "bo@example.org"]


def test_a_login_needs_its_password_and_no_login_none(server: MailFake) -> None:
    with pytest.raises(Refused, match="has no key"):
        connect(target(server.port, user=USER))
    assert "3 recipients" in prove(target(server.port), None).says


def test_a_test_is_mailed_but_not_to_the_public(server: MailFake) -> None:
    send_test(target(server.port), None, STARTED)
    [mail] = server.at(TEAM[0])
    assert "This is a test of Warroom" in mail.words
    public: Any = Target("news", "smtp", options=target(server.port).options)
    with pytest.raises(Refused, match="public"):
        send_test(public, None, STARTED)


def test_it_says_of_itself_what_it_can() -> None:
    can = Smtp.capabilities
    assert (can.asks, can.reads, can.edits, can.repeats) == (False, False, False, frozenset())
    assert can.audience == "executive"
