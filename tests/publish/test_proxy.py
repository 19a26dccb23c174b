"""Targets behind a company's proxy: a real one on this machine, which tunnels and keeps what it saw."""

import select
import socket
import ssl
import threading
import traceback
from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.publish.targets.connect import connect
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from console.publish.transport.failure import Later, PublishProblem, Rejected
from console.publish.transport.http import Http
from console.publish.transport.proxy import proxy_for
from tests.publish.wire import OK, Talk, Wire, says, secured

KEY = "s3cret-Key/0123456789+abcdef"
PASSWORD = "hunter2xyzzy"
BASE = "https://status.example"


class Tunnel:
    """The proxy's answer to CONNECT: it lets everything through to one server, whatever was asked for."""

    def __init__(self, server: Wire) -> None:
        self._port = int(server.base.rpartition(":")[2])
        self.seen = b""

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while not over.is_set():
                for ready in select.select([connection, server], [], [], 0.1)[0]:
                    found = ready.recv(65536)
                    # What TLS has decrypted already is no news to select.
                    while isinstance(ready, ssl.SSLSocket) and ready.pending():
                        found += ready.recv(65536)
                    if not found:
                        return
                    self.seen += found
                    (server if ready is connection else connection).sendall(found)


@pytest.fixture
def page(tmp_path: Path) -> ssl.SSLContext:
    """The certificate of the page, of an authority that only this machine knows: `cert.pem`."""
    return secured(tmp_path, "status.example")


def http(proxy: Wire) -> Http:
    through = proxy.base.replace("//", f"//mo:{PASSWORD}@")
    return Http(BASE, {"Authorization": f"Bearer {KEY}"}, name="The page", secrets=(KEY,), proxy=through)


def ends(proxy: Wire) -> PublishProblem:
    client = http(proxy)
    with pytest.raises(PublishProblem) as failure:
        client.write("POST", "/x", {"a": 1})
    client.close()
    shown = "".join(traceback.format_exception(failure.value))
    assert not any(secret in shown for secret in (KEY, PASSWORD))
    return failure.value


def test_the_proxy_makes_a_tunnel_and_sees_neither_key_nor_text(
    page: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with Wire(says(OK), page) as server, Wire(tunnel := Tunnel(server)) as proxy:
        client = http(proxy)
        assert client.write("POST", "/x", {"text": "We look into it."}).status == 200
        client.close()
    [asked] = proxy.requests
    assert asked.startswith(b"CONNECT status.example:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in asked
    assert KEY.encode() not in asked + tunnel.seen
    assert b"We look into it." not in tunnel.seen
    [came] = server.requests
    assert b"Authorization: Bearer " + KEY.encode() in came
    assert b"Proxy-Authorization" not in came


def test_the_way_to_the_proxy_may_be_secured_as_well(
    page: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with Wire(says(OK), page) as server, Wire(Tunnel(server), page) as proxy:
        client = Http(BASE, {}, proxy=proxy.base.replace("http:", "https:"))
        assert client.write("POST", "/x", {}).status == 200
        client.close()
    assert proxy.requests[0].startswith(b"CONNECT status.example:443 ")


def test_whoever_stands_behind_the_proxy_has_to_be_the_page(page: ssl.SSLContext) -> None:
    with Wire(says(OK), page) as server, Wire(Tunnel(server)) as proxy:
        assert "CERTIFICATE_VERIFY_FAILED" in ends(proxy).reason
    assert server.requests == []


def test_a_redirect_is_not_followed_through_the_proxy_either(
    page: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    away = says(b"HTTP/1.1 307 Away\r\nLocation: https://elsewhere.example/x\r\nContent-Length: 0\r\n\r\n")
    with Wire(away, page) as server, Wire(Tunnel(server)) as proxy:
        assert isinstance(ends(proxy), Rejected)
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("answer", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
def test_a_proxy_that_makes_no_tunnel_has_done_nothing(answer: bytes) -> None:
    with Wire(says(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n")) as proxy:
        failure = ends(proxy)
    assert isinstance(failure, Later)
    assert failure.reason == f"The proxy refuses the connection to The page: {answer.decode()}."


def test_a_proxy_that_is_down_is_tried_again() -> None:
    nobody: Talk = says(b"")
    with Wire(nobody) as proxy:
        pass
    assert isinstance(ends(proxy), Later)


@pytest.mark.parametrize(
    ("base", "environ", "found"),
    [
        (BASE, {}, ""),
        (BASE, {"HTTPS_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        (BASE, {"https_proxy": "proxy.example:3128", "HTTPS_PROXY": "http://other"}, "http://proxy.example:3128"),
        (BASE, {"ALL_PROXY": "https://mo:pw@proxy.example"}, "https://mo:pw@proxy.example"),
        (BASE, {"HTTP_PROXY": "http://proxy.example:3128"}, ""),
        (BASE, {"HTTPS_PROXY": "http://p", "NO_PROXY": "a.example, status.example"}, ""),
        (BASE, {"HTTPS_PROXY": "http://p", "NO_PROXY": ".Example"}, ""),
        (BASE, {"HTTPS_PROXY": "http://p", "no_proxy": "*.example"}, ""),
        (BASE, {"HTTPS_PROXY": "http://p", "no_proxy": "*"}, ""),
        (BASE, {"HTTPS_PROXY": "http://p", "no_proxy": "tatus.example,us.example"}, "http://p"),
        ("https://localhost:8443", {"HTTPS_PROXY": "http://p"}, ""),
        ("https://127.0.0.1", {"HTTPS_PROXY": "http://p"}, ""),
        ("https://[::1]/api", {"HTTPS_PROXY": "http://p"}, ""),
        ("http://localhost", {"HTTPS_PROXY": "http://p", "ALL_PROXY": "http://p"}, ""),
    ],
)
def test_which_proxy_is_taken(base: str, environ: dict[str, str], found: str) -> None:
    assert proxy_for(base, environ) == found


@pytest.mark.parametrize("bad", ["socks5://mo:hunter2@p", "http://", "http://p:99999", "http://p\x1b", "ftp://p"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(bad: str) -> None:
    target = Target("hooks", "webhook", url=BASE)
    with pytest.raises(Refused) as refused:
        connect(target, Key(KEY), environ={"HTTPS_PROXY": bad})
    assert "HTTPS_PROXY is not the address of a proxy" in refused.value.reason
    assert "hunter2" not in refused.value.reason
    connect(target, Key(KEY), environ={"HTTPS_PROXY": bad, "NO_PROXY": "status.example"})
