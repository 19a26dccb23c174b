"""Requests to a target: each way in which one can end, over real sockets where the socket matters."""

import logging
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from console.core.refusal import Refused
from console.publish.transport.answer import Answer, retry_after
from console.publish.transport.failure import Forbidden, Gone, Later, PublishProblem, Rejected, Unknown
from console.publish.transport.http import MAX_ANSWER_BYTES, Http, address
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.publish.wire import OK, Talk, Wire, drips, floods, says, secured, silent

KEY = "s3cret-Key/0123456789+abcdef"


def http(base: str, **more: object) -> Http:
    return Http(base, {"Authorization": f"Bearer {KEY}"}, name="The page", secrets=(KEY,), **more)  # type: ignore[arg-type]  # handed on as they are


def answering(answer: httpx.Response, base: str = "https://page.example") -> Http:
    return http(base, transport=httpx.MockTransport(lambda request: answer))


def ends(talk: Talk, overall_s: float = PATIENCE_S, method: str = "POST") -> PublishProblem:
    """The problem that a request to such a server ends with."""
    with Wire(talk) as wire:
        client = http(wire.base, overall_s=overall_s)
        with pytest.raises(PublishProblem) as failure:
            _ = client.get("/x") if method == "GET" else client.write(method, "/x", {"a": 1})
        client.close()
    assert KEY not in "".join(traceback.format_exception(failure.value))
    return failure.value


# Over real sockets.


def test_a_certificate_is_checked_and_a_companys_own_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(says(OK), secured(tmp_path, "localhost")) as wire:
        base = f"https://localhost:{wire.base.rpartition(':')[2]}"
        with pytest.raises(Later, match="CERTIFICATE_VERIFY_FAILED"):
            http(base).write("POST", "/", {})
        assert wire.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        client = http(base)
        assert client.write("POST", "/", {}).status == 200
        client.close()


def test_an_answer_comes_whole() -> None:
    with Wire(says(OK)) as wire:
        client = http(f"{wire.base}/v1/")
        assert client.write("PATCH", "things/1", {"a": "ü"}).json() == {}
        assert client.get("/things", {"page": "2"}).status == 200
        client.close()
    assert wire.requests[0].startswith(b"PATCH /v1/things/1 HTTP/1.1\r\n")
    assert wire.requests[1].startswith(b"GET /v1/things?page=2 HTTP/1.1\r\n")
    assert b"Authorization: Bearer " + KEY.encode() in wire.requests[0]


def test_nobody_listens() -> None:
    with pytest.raises(Later, match="cannot be reached"):
        http(f"http://127.0.0.1:{free_port()}").write("POST", "/", {})


def test_a_handshake_that_is_not_answered_is_no_connection() -> None:
    with Wire(silent) as wire, pytest.raises(Later, match="cannot be reached"):
        http(wire.base.replace("http:", "https:"), overall_s=0.2).write("POST", "/", {})


@pytest.mark.parametrize(
    "talk",
    [
        says(b""),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
        says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    ],
    ids=["closed", "cut short", "cut in a chunk", "another protocol", "not what it says"],
)
def test_what_breaks_off_after_it_was_sent_is_unknown(talk: Talk) -> None:
    assert isinstance(ends(talk), Unknown)
    assert isinstance(ends(talk, method="GET"), Later)


@pytest.mark.parametrize(
    "talk",
    [
        silent,
        drips(b""),
        drips(b"HTTP/1.1 200 OK\r\nX-Long: "),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        drips(b"HTTP/1.1 200 OK\r\n\r\n"),
    ],
    ids=["silence", "a slow first line", "a slow header", "a slow body", "a slow body of no known length"],
)
def test_a_request_as_a_whole_takes_no_longer_than_its_time(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    # No single read is late before.
    monkeypatch.setattr("console.publish.transport.http.READ_S", 2 * PATIENCE_S)
    began = time.monotonic()
    failure = ends(talk, overall_s=0.3)
    assert 0.25 < time.monotonic() - began < PATIENCE_S
    assert isinstance(failure, Unknown)
    assert failure.reason == "The page took too long to answer."


def test_an_endless_answer_is_left() -> None:
    failure = ends(floods)
    assert isinstance(failure, Unknown)
    assert failure.reason == "The page sent an answer without an end."


def test_a_redirect_is_not_followed() -> None:
    with Wire(says(OK)) as other:
        found = ends(says(b"HTTP/1.1 307 X\r\nLocation: ", other.base.encode(), b"/\r\nContent-Length: 0\r\n\r\n"))
    assert isinstance(found, Rejected)
    assert "elsewhere" in found.reason
    assert other.requests == []


def test_each_request_has_a_connection_of_its_own_and_no_cookies() -> None:
    """A server that closes a kept connection just then would make the end of a request unknown."""
    with Wire(says(b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Length: 2\r\n\r\n{}")) as wire:
        client = http(wire.base)
        for _ in range(5):
            client.write("POST", "/", {})
        client.close()
    assert len(wire.requests) == 5
    assert not any(b"cookie" in request.lower() for request in wire.requests)


def test_no_thread_is_left() -> None:
    before = set(threading.enumerate())
    with Wire(says(OK)) as wire:
        client = http(wire.base)
        client.get("/")
        client.close()
    left = set(threading.enumerate()) - before
    # One that has been told to end may still be at its last steps.
    for one in left:
        one.join(PATIENCE_S)
    assert not any(one.is_alive() for one in left)


# Addresses.


@pytest.mark.parametrize(
    "url",
    [
        "http://page.example",
        "http://127.0.0.2.example",
        "http://localhost.example",
        "ftp://page.example",
        "page.example",
        "",
        "https://",
        "https://me:word@page.example",
        "https://[::1",
        "https://page.example:port",
        "https://page.example/\nHost: x",
        "https://page.example/hook password: x",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(Refused) as found:
        address(url)
    assert found.value.reason.endswith(".")
    with pytest.raises(Rejected):
        http(url)


@pytest.mark.parametrize(
    "url", ["https://page.example/v1", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"]
)
def test_addresses_that_are_taken(url: str) -> None:
    assert address(f" {url}/ ") == url


@pytest.mark.parametrize(
    "there",
    [
        "https://elsewhere.example/next",
        "https://page.example.elsewhere.example/",
        "https://page.example@elsewhere.example/",
        "https://elsewhere.example\\@page.example/",
        "https://user@page.example/next",
        "http://page.example/next",
        "https://page.example:8443/next",
        "https://page.example:x/",
    ],
)
def test_a_next_page_on_another_host_is_not_asked(there: str) -> None:
    client = answering(httpx.Response(200))
    with pytest.raises(Rejected, match="not followed"):
        client.get(there)


def test_a_next_page_on_the_same_host_is_asked() -> None:
    client = answering(httpx.Response(200), "https://page.example/v1")
    assert client.url("https://page.example:443/v1/x?page=2") == "https://page.example:443/v1/x?page=2"
    assert client.url("//elsewhere.example/x") == "https://page.example/v1/elsewhere.example/x"
    assert client.url("") == "https://page.example/v1"


# What statuses mean.


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Rejected), (304, Rejected), (400, Rejected), (401, Rejected), (403, Forbidden), (404, Gone),
        (408, Unknown), (409, Rejected), (410, Gone), (418, Rejected), (420, Later), (422, Rejected), (425, Later),
        (429, Later), (500, Unknown), (502, Unknown), (503, Unknown), (504, Unknown), (599, Unknown),
    ],
)  # fmt: skip
def test_each_status(status: int, kind: type[PublishProblem]) -> None:
    with pytest.raises(kind) as failure:
        answering(httpx.Response(status, json={"message": "Words of the page."})).write("POST", "/", {})
    assert type(failure.value) is kind
    assert failure.value.reason.endswith(".")
    assert failure.value.reason.count("..") == 0
    assert ("Words of the page" in failure.value.reason) == (status >= 400)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Bad key."}, "Bad key"),
        ({"error": "Bad key"}, "Bad key"),
        ({"error": ["One", "Two"]}, "One; Two"),
        ({"error": {"code": "x", "message": "Bad"}}, "Bad"),
        ({"message": "Invalid.", "errors": {"name": ["The name is missing."]}}, "Invalid. (The name is missing.)"),
        ({"type": "t", "status": 422, "errors": [{"code": "c", "message": "Too long"}]}, "Too long"),
        ([{"message": "Bad"}], "Bad"),
        ({"name": ["is missing"]}, "is missing"),
        ("Bad", "Bad"),
        ({"a": {"b": {"c": {"d": {"e": "far inside"}}}}}, ""),
    ],
)
def test_the_pages_own_words(body: object, words: str) -> None:
    with pytest.raises(Rejected) as refused:
        answering(httpx.Response(422, json=body)).write("POST", "/", {})
    told = f": {words.rstrip('.')}" if words else ""
    assert refused.value.reason == f"The page refused it (422){told}; edit it and send it again."


def test_of_a_page_in_html_nothing_is_told() -> None:
    with pytest.raises(Unknown) as unknown:
        answering(httpx.Response(502, html="<h1>Bad</h1>")).write("POST", "/", {})
    assert unknown.value.reason == "The page has a server error (502)."


def test_json_without_a_bottom_is_no_json() -> None:
    with pytest.raises(ValueError, match="deep"):
        Answer(200, {}, b"[" * 200_000).json()
    with pytest.raises(Rejected):
        answering(httpx.Response(422, content=b"[" * 300 + b"]" * 300)).write("POST", "/", {})


def test_a_large_answer_is_taken_up_to_a_limit() -> None:
    assert len(answering(httpx.Response(200, content=b"x" * MAX_ANSWER_BYTES)).get("/").body) == MAX_ANSWER_BYTES
    with pytest.raises(Later, match="without an end"):
        answering(httpx.Response(200, content=b"x" * (MAX_ANSWER_BYTES + 1))).get("/")


# How long to wait.


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, b"", 7),
        ({"Retry-After": "1.5"}, b"", 1.5),
        ({"Retry-After": "0"}, b"", 0),
        ({"Retry-After": "-5"}, b"", 0),
        ({"Retry-After": "999999"}, b"", 3600),
        ({"Retry-After": "inf"}, b"", 3600),
        ({"Retry-After": "nan"}, b"", None),
        ({"Retry-After": "Sat, 21 Nov 2026 14:31:00 GMT"}, b"", 60),
        ({"Retry-After": "Saturday, 21-Nov-26 14:31:00 GMT"}, b"", 60),
        ({"Retry-After": "Sat, 21 Nov 2026 14:00:00 GMT"}, b"", 0),
        ({"Retry-After": "soon"}, b'{"retry_after": 9}', 9),
        ({"Retry-After": "soon"}, b"", None),
        ({}, b'{"retry_after": 2.25}', 2.25),
        ({}, b'{"retry_after": "3"}', 3),
        ({}, b'{"rate_limit": {"retry_after": "2026-11-21T14:31:30Z"}}', 90),
        ({}, b'{"rate_limit": {"retry_after": "2026-11-21T15:31:30+01:00"}}', 90),
        ({}, b'{"rate_limit": {"retry_after": "Sat, 21 Nov 2026 14:31:30 GMT"}}', 90),
        ({}, b'{"rate_limit": {"name": "x"}, "retry_after": 4}', 4),
        ({}, b'{"retry_after": true}', None),
        ({}, b'{"retry_after": {}}', None),
        ({}, b"[1]", None),
        ({}, b"<html>", None),
        ({}, b"", None),
    ],
)
def test_each_form_of_how_long_to_wait(headers: dict[str, str], body: bytes, seconds: float | None) -> None:
    answer = Answer(429, httpx.Headers(headers), body)
    assert retry_after(answer, lambda: datetime(2026, 11, 21, 14, 30, tzinfo=UTC)) == seconds


# Keys.


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"key {KEY} is revoked", "key ••• is revoked"),
        (f"no {KEY.replace('/', '%2F').replace('+', '%2B')}", "no •••"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer •••"),
        ("token=abcdef0123456789 is wrong", "token=••• is wrong"),
        ("Invalid API key provided", "Invalid API key provided"),
        ("Token expired yesterday", "Token expired yesterday"),
    ],
)
def test_keys_in_the_pages_words_are_hidden(said: str, told: str) -> None:
    with pytest.raises(Rejected) as refused:
        answering(httpx.Response(422, json={"message": said})).write("POST", "/", {})
    assert refused.value.reason == f"The page refused it (422): {told}; edit it and send it again."


def test_a_key_that_stands_where_the_words_are_cut_is_hidden_whole() -> None:
    with pytest.raises(Rejected) as refused:
        answering(httpx.Response(422, json={"message": "x" * 290 + KEY})).write("POST", "/", {})
    assert KEY[:6] not in refused.value.reason


@pytest.mark.parametrize("key", ["with\nnewline", "schlüssel", "\x00", "tab\tkey"])
def test_a_key_that_cannot_be_sent_is_told_without_it(key: str) -> None:
    with pytest.raises(Rejected, match="holds a character") as refused:
        Http("https://page.example", {"Authorization": f"Bearer {key}"}, name="The page", secrets=(key,))
    assert key not in "".join(traceback.format_exception(refused.value))


def test_an_address_that_is_a_key_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client = answering(httpx.Response(200), f"https://page.example/hooks/{KEY}")
    client.write("POST", "", {})
    assert KEY not in caplog.text
    assert KEY not in repr(client)


# Pace.


def test_requests_keep_their_distance() -> None:
    slept: list[float] = []
    now = 100.0

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    client = http(
        "https://page.example",
        transport=httpx.MockTransport(lambda request: httpx.Response(200)),
        pace_s=1.0,
        monotonic=lambda: now,
        sleep=sleep,
    )
    client.get("/")
    now += 0.25
    client.get("/")
    now += 5
    client.get("/")
    assert slept == [0.75]
