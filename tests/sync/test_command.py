"""`warroom sync`, as a person sets it up and as a script runs it."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from console.sync.problem import SyncProblem
from console.sync.replicator import address_of
from console.sync.schema import setup_sql
from console.sync.server import server_problems
from tests.cli.shell import COMMAND, Warroom, one_sentence
from tests.patience import PATIENCE_S
from tests.sync.postgres import PASSWORD, Postgres, Room


@pytest.fixture
def mo(tmp_path: Path, room: Room) -> Warroom:
    return Warroom(tmp_path / "mo.db", WARROOM_SYNC=room.address())


@pytest.fixture
def al(tmp_path: Path, room: Room) -> Warroom:
    return Warroom(tmp_path / "al.db", WARROOM_SYNC=room.address(), WARROOM_USER="al")


def test_an_incident_travels_by_the_shell(mo: Warroom, al: Warroom) -> None:
    ref = mo.says("declare", "Checkout errors", "--sev", "SEV1")
    assert mo.runs("sync", "status").returncode == 1
    assert "in sync" in mo.tells("sync", "run", "--once")
    status, out, _ = al.here("sync", "status", "--json")
    said = json.loads(out)
    assert (status, said["state"], said["workspace"]) == (1, "behind", "team")
    assert said["missing"] > 0
    al.tells("sync", "run", "--once")
    al.says("log", ref, "I am here too")
    al.tells("sync", "run", "--once")
    mo.tells("sync", "run", "--once")
    assert ("note", "I am here too") in mo.entries(ref)
    for shell in (mo, al):
        assert shell.json("sync", "status")["state"] == "in_sync"
        assert shell.says("verify") == "clean"


def test_what_is_unsent_is_told_without_the_server(mo: Warroom, postgres: Postgres) -> None:
    ref = mo.says("declare", "Checkout errors", "--sev", "SEV1")
    mo.tells("sync", "run", "--once")
    mo.says("log", ref, "the network is gone")
    mo.env["WARROOM_SYNC"] = mo.env["WARROOM_SYNC"].replace("127.0.0.1", "127.0.0.2")
    status, out, _ = mo.here("sync", "status", "--json")
    said = json.loads(out)
    assert (status, said["state"], said["unsent"]) == (1, "unreachable", 1)
    assert said["unsent_since"].endswith("Z")


def test_the_server_is_set_up_by_the_command_and_again_without_harm(
    mo: Warroom, postgres: Postgres, room: Room
) -> None:
    room.orders("DROP SCHEMA warroom CASCADE")
    sql = mo.says("sync", "init", "--dry-run", "--workspace", "team")
    assert not room.asks("SELECT FROM pg_namespace WHERE nspname = 'warroom'")
    mo.tells("sync", "init", postgres.address("admin"), "--workspace", "team")
    ready = mo.json("sync", "init", postgres.address("admin"), "--workspace", "team")
    assert (ready["workspace"], ready["role"]) == ("team", "warroom_team")
    room.orders(sql)
    mo.says("declare", "Checkout errors", "--sev", "SEV1")
    assert "in sync" in mo.tells("sync", "run", "--once")
    assert mo.json("sync", "run", "--once") == mo.json("sync", "status")


def test_whatever_the_sql_makes_is_there(room: Room) -> None:
    made = re.findall(
        r"CREATE (?:(?:UNLOGGED )?TABLE|SEQUENCE|(?:UNIQUE )?INDEX) IF NOT EXISTS (?:warroom\.)?(\w+)",
        setup_sql("team"),
    )
    there = room.asks("SELECT relname::text FROM pg_class WHERE relnamespace = 'warroom'::regnamespace")
    assert len(made) == 6
    assert sorted(made) == sorted(str(name) for (name,) in there if not str(name).endswith("_pkey"))


def test_every_mistake_is_one_sentence_that_says_what_to_do(mo: Warroom, postgres: Postgres, room: Room) -> None:
    mo.says("declare", "Checkout errors", "--sev", "SEV1")
    right = room.address()
    room.adds("second")
    room.orders("GRANT warroom_second TO member_team")
    room.orders("DROP ROLE IF EXISTS nobody_of_ours; CREATE ROLE nobody_of_ours LOGIN PASSWORD 'x'")
    mistakes = {
        right: "workspace=",
        f"{right}?workspace=third": "second or team",
        f"{right}?workspace=UPPER;DROP": "second or team",
        right.replace(PASSWORD, "wrong-pass"): "pgpass",
        right.replace(":" + PASSWORD, ""): "pgpass",
        right.replace("127.0.0.1", "127.0.0.2"): "does not answer",
        right.replace("127.0.0.1", "no-such-host.invalid"): "no server has",
        right.replace("/postgres", "/template1"): "sync init",
        right.replace("/postgres", "/none-such"): "none-such",
        "postgresql://mo:a:b@[::1/x": "postgresql://",
        "nonsense": "postgresql://",
        postgres.address("nobody_of_ours", password="x"): "GRANT",
        f"{right}?sslmode=verify-full&sslrootcert=system": "offers no TLS",
    }
    for address, remedy in mistakes.items():
        mo.env["WARROOM_SYNC"] = address
        sentence = mo.fails("sync", "run", "--once")
        assert remedy in sentence, (address, sentence)
        assert PASSWORD not in sentence
        assert "wrong-pass" not in sentence
    mo.env["WARROOM_SYNC"] = right
    assert "--dry-run" in mo.fails("sync", "init", "--workspace", "fourth")


@pytest.mark.parametrize(
    ("with_tls", "remedy"),
    [
        ('password authentication failed for user "mo"', "pgpass"),
        ('no pg_hba.conf entry for host "127.0.0.1", user "mo", database "warroom", SSL encryption', "pg_hba"),
        ('database "warroom" does not exist', "database"),
        ("sorry, too many clients already", "max_connections"),
    ],
)
def test_the_second_try_without_tls_hides_no_reason(with_tls: str, remedy: str) -> None:
    to = 'connection to server at "127.0.0.1", port 5432 failed: FATAL:  '
    again = f'{to}no pg_hba.conf entry for host "127.0.0.1", user "mo", database "warroom", no encryption'
    with pytest.raises(SyncProblem, match=remedy), server_problems(address_of("postgresql://localhost/warroom")):
        raise psycopg.OperationalError(f"connection failed: {to}{with_tls}\n{again}")


@pytest.mark.parametrize(
    ("change", "back", "remedy"),
    [
        ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "max_connections"),
        ("SET default_transaction_read_only = on", "RESET default_transaction_read_only", "written to"),
        ("NOLOGIN", "LOGIN", "administrator"),
    ],
)
def test_what_only_the_administrator_can_mend_says_so(
    mo: Warroom, room: Room, change: str, back: str, remedy: str
) -> None:
    mo.says("declare", "Checkout errors", "--sev", "SEV1")
    room.orders(f"ALTER ROLE member_team {change}")
    try:
        sentence = mo.fails("sync", "run", "--once")
    finally:
        room.orders(f"ALTER ROLE member_team {back}")
    assert remedy in sentence
    assert "FATAL" not in sentence


def test_somebody_who_may_only_read_is_told_of_the_role_that_may_write(mo: Warroom, room: Room) -> None:
    room.adds("payments")
    room.orders("REVOKE INSERT ON ALL TABLES IN SCHEMA warroom FROM warroom_payments")
    mo.says("declare", "Checkout errors", "--sev", "SEV1")
    mo.env["WARROOM_SYNC"] = room.address("payments") + "?workspace=payments"
    assert "GRANT warroom_payments" in mo.fails("sync", "run", "--once")


@pytest.mark.parametrize(("encoding", "usable"), [("UTF8", True), ("SQL_ASCII", True), ("LATIN1", False)])
def test_every_character_travels_whatever_encoding_a_database_has(
    mo: Warroom, al: Warroom, postgres: Postgres, room: Room, encoding: str, usable: bool
) -> None:
    room.orders("DROP DATABASE IF EXISTS encoded")
    room.orders(f"CREATE DATABASE encoded TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    admin = postgres.address("admin").replace("/postgres", "/encoded")
    if not usable:
        assert "createdb -E UTF8" in mo.fails("sync", "init", admin)
        return
    mo.tells("sync", "init", admin)
    ref = mo.says("declare", "Größe → 漢字", "--sev", "SEV1")
    for machine in (mo, al):
        machine.env["WARROOM_SYNC"] = machine.env["WARROOM_SYNC"].replace("/postgres", "/encoded")
        machine.tells("sync", "run", "--once")
    assert al.json("show", ref)["title"] == "Größe → 漢字"


def test_without_a_server_it_says_where_one_is_named(mo: Warroom) -> None:
    del mo.env["WARROOM_SYNC"]
    assert "settings.toml" in mo.fails("sync", "run", "--once")
    mo.env["WARROOM_SYNC"] = "off"
    assert "settings.toml" in mo.fails("sync", "status")


def test_a_password_in_a_command_is_refused_and_the_settings_name_the_server(mo: Warroom, tmp_path: Path) -> None:
    address = mo.env.pop("WARROOM_SYNC")
    for args in (("--sync", address, "list"), ("sync", "init", address)):
        sentence = mo.fails(*args)
        assert "~/.pgpass" in sentence
        assert PASSWORD not in sentence
    (tmp_path / "config").mkdir()
    (tmp_path / "config/settings.toml").write_text(f'sync = "{address}"\n')
    mo.env["WARROOM_CONFIG"] = str(tmp_path / "config")
    assert "in sync" in mo.tells("sync", "run", "--once")
    pgpass = tmp_path / "pgpass"
    pgpass.write_text(f"*:*:*:*:{PASSWORD}\n")
    pgpass.chmod(0o600)
    mo.env["PGPASSFILE"] = str(pgpass)
    assert "in sync" in mo.tells("--sync", address.replace(":" + PASSWORD, ""), "sync", "run", "--once")


def test_without_psycopg_it_says_how_to_install_it(mo: Warroom, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("psycopg", "console.sync.server"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "pip install 'warroom[sync]'" in mo.fails("sync", "run", "--once")


def test_it_runs_until_it_is_told_to_end(mo: Warroom, al: Warroom, postgres: Postgres) -> None:
    ref = mo.says("declare", "Checkout errors", "--sev", "SEV1")
    with subprocess.Popen([*COMMAND, "sync", "run"], env=mo.env, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert "in sync" in running.stderr.readline()
        al.tells("sync", "run", "--once")
        al.says("log", ref, "while it runs")
        al.tells("sync", "run", "--once")
        while ("note", "while it runs") not in mo.entries(ref):
            assert running.poll() is None
        postgres.stop()
        assert "no server" in running.stderr.readline()
        postgres.start()
        while "in sync" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) == 0


def test_a_refused_row_fails_the_run(mo: Warroom, al: Warroom, room: Room) -> None:
    mo.says("declare", "Checkout errors", "--sev", "SEV1")
    mo.tells("sync", "run", "--once")
    room.orders("UPDATE warroom.event SET actor = 'eve'")
    assert one_sentence(*al.here("sync", "run", "--once")).startswith("INC-")


def test_a_log_is_not_given_to_another_team_by_mistake(mo: Warroom, al: Warroom, room: Room) -> None:
    room.adds("payments")
    payments = room.address("payments")
    al.env["WARROOM_SYNC"] = payments
    theirs, ours = (shell.says("declare", "Checkout errors", "--sev", "SEV1") for shell in (al, mo))
    for shell in (al, mo):
        shell.tells("sync", "run", "--once")
    right, mo.env["WARROOM_SYNC"] = mo.env["WARROOM_SYNC"], payments
    assert "--join" in mo.fails("sync", "run", "--once")
    assert mo.here("sync", "status")[0] == 1
    mo.env["WARROOM_SYNC"] = right
    assert "in sync" in mo.tells("sync", "run", "--once")
    assert [each["ref"] for each in mo.json("list")] == [ours]
    mo.env["WARROOM_SYNC"] = payments
    mo.tells("sync", "run", "--once", "--join")
    assert "in sync" in mo.tells("sync", "run", "--once")
    assert {each["ref"] for each in mo.json("list")} == {ours, theirs}


def test_a_server_that_was_made_anew_is_given_everything(mo: Warroom, al: Warroom, postgres: Postgres) -> None:
    ref = mo.says("declare", "Checkout errors", "--sev", "SEV1")
    for shell in (mo, al):
        shell.tells("sync", "run", "--once")
    postgres.room()
    for shell in (mo, al):
        assert "in sync" in shell.tells("sync", "run", "--once")
    assert [each["ref"] for each in al.json("list")] == [ref]


def checks(shell: Warroom) -> dict[str, tuple[bool, str]]:
    """The report of `doctor` about the server; its status tells whether all is well."""
    _, out, _ = shell.here("doctor", "--json")
    return {row["what"]: (row["ok"], row["found"]) for row in json.loads(out) if row["what"] in ("server", "clock")}


def test_doctor_says_whether_the_server_answers_and_has_the_same_time(mo: Warroom) -> None:
    assert checks(mo) == {"server": (True, "127.0.0.1, workspace team"), "clock": (True, "that of the server")}
    mo.env["WARROOM_SYNC"] = mo.env["WARROOM_SYNC"].replace("127.0.0.1", "127.0.0.2")
    ok, words = checks(mo)["server"]
    assert (ok, "does not answer" in words) == (False, True)
    mo.env["WARROOM_SYNC"] = "off"
    assert checks(mo) == {}
