"""The server's address: what is asked of a server elsewhere, and what is never shown of it."""

import pytest

from console.sync.problem import SyncProblem
from console.sync.replicator import address_of
from tests.sync.postgres import PASSWORD


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSSLROOTCERT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://mo@db.example.com/warroom",
        "host=db.example.com dbname=warroom",
        "postgresql://localhost,db.example.com/warroom",
        "postgresql:///warroom?host=localhost&hostaddr=10.1.2.3",
        "host=10.0.0.7",
    ],
)
def test_a_server_elsewhere_has_to_prove_who_it_is(address: str) -> None:
    parameters = address_of(address).parameters
    assert parameters["sslmode"] == "verify-full"
    assert int(parameters["connect_timeout"]) > 0
    assert int(parameters["tcp_user_timeout"]) > 0


@pytest.mark.parametrize("address", ["postgresql:///warroom", "postgresql://localhost/warroom", "host=/run/postgresql"])
def test_one_on_this_machine_need_not(address: str) -> None:
    assert "sslmode" not in address_of(address).parameters


def test_what_the_address_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_of("postgresql://db.example.com/warroom?sslmode=require").parameters["sslmode"] == "require"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert "sslmode" not in address_of("postgresql://db.example.com/warroom").parameters
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.delenv("PGSSLMODE")
    assert address_of("postgresql:///warroom").parameters["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://db.example.com/warroom?workspace=payments&connect_timeout=3",
        "host=db.example.com workspace=payments dbname=warroom connect_timeout=3",
        "host=db.example.com dbname=warroom connect_timeout=3 workspace = payments",
    ],
)
def test_a_workspace_stands_in_the_address(address: str) -> None:
    read = address_of(address)
    assert read.workspace == "payments"
    assert read.parameters["dbname"] == "warroom"
    assert read.parameters["connect_timeout"] == "3"


def test_neither_name_nor_mistake_shows_the_password() -> None:
    right = address_of(f"postgresql://mo:{PASSWORD}@db.example.com/warroom")
    assert right.has_password
    assert right.name == "db.example.com"
    with pytest.raises(SyncProblem) as wrong:
        address_of(f"postgresql://mo:{PASSWORD}@[db.example.com/warroom")
    assert PASSWORD not in str(wrong.value)
    with pytest.raises(SyncProblem) as worse:
        address_of(f"host=db.example.com password={PASSWORD} unknown=1")
    assert PASSWORD not in str(worse.value)
