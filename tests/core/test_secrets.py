import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.language.secrets import looks_secret

# Put together here, so that no scanner takes this file for a leak.
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp_" + "a1B2" * 9
SLACK = "xoxb-" + "1234567890-abcdefghij"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("logged in with password=hunter2", "password=hunter2"),
        ("password: hunter2 for the db", "password: hunter2"),
        ("the password is hunter2!", "password is hunter2!"),
        ('{"password": "s3cr3t-pw"}', 'password": "s3cr3t-pw'),
        ("PGPASSWORD=geheim psql", "PGPASSWORD=geheim"),
        ("export DB_PASSWORD='geheim'", "DB_PASSWORD='geheim"),
        ("api_key = 8f3a9c", "api_key = 8f3a9c"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI"),
        ("client_secret=abcd1234", "client_secret=abcd1234"),
        ("curl --token abcd1234 https://x", "--token abcd1234"),
        ("mysql --password=hunter2", "password=hunter2"),
        ("curl -H 'Authorization: Bearer abcdefgh1234'", "Authorization: Bearer abcdefgh1234"),
        ("authorization: Basic bW86aHVudGVyMg==", "authorization: Basic bW86aHVudGVyMg=="),
        ("bearer 0123456789abcdef0123", "bearer 0123456789abcdef0123"),
        (f"key {AWS} leaked", AWS),
        (f"token {GITHUB}", GITHUB),
        (SLACK, SLACK),
        (f"sent {JWT} along", JWT),
        ("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----"),
        ("postgresql://mo:hunter2@db-3/app", "postgresql://mo:hunter2@"),
        ("redis://:hunter2@cache:6379", "redis://:hunter2@"),
    ],
)
def test_what_looks_like_a_secret(text: str, piece: str) -> None:
    assert looks_secret(text) == piece


@pytest.mark.parametrize(
    "text",
    [
        "password reset works again",
        "the password is wrong",
        "password: changed by mo",
        "token expired at 18:57",
        "token: expired",
        "token is invalid for eu-west",
        "tokens=500 in the bucket",
        "token bucket is full",
        "password=***",
        "password=$PASSWORD",
        "password=<redacted>",
        "password=[redacted 3f2a]",
        "api_key={{ key }}",
        "Authorization: Bearer $TOKEN",
        "bearer authentication fails",
        "Basic authentication is off",
        "secret santa is off",
        "secrets are rotated",
        "https://status.example.com:8443/a@b",
        "http://db-3:8080/path",
        "ssh://git@github.com/x",
        "user@example.com: mail bounced",
        "error rate 5 → 20 % #deploy @mo",
        "monkey=4, turkey: 5hosts",
        "PWD=/home/mo/warroom",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "-4m ! rolling back to v2.3.3",
        "",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert looks_secret(text) == ""


@given(st.text())
def test_the_piece_stands_in_the_text(text: str) -> None:
    assert looks_secret(text) in text


def test_a_long_text_is_read_soon() -> None:
    assert looks_secret("password " * 100_000 + "a_" * 100_000) == ""
