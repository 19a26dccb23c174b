"""A throw-away PostgreSQL server on loopback, whose one room is made anew for each test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from console.sync.schema import setup_sql
from tests.memory import memory
from tests.patience import PATIENCE_S
from tests.ports import free_port

PASSWORD = "s3cret-of-the-test"
Admin = psycopg.Connection[tuple[object, ...]]


def programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    there = shutil.which("postgres")
    return by_version[-1].parent if by_version else Path(there).parent if there else None


def _server_user() -> str | None:
    """Whom the server runs as where the tests run as root, which it refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


class Postgres:
    """Started by `start`, ended by its id. Its administrator is `admin`; members log in with a password."""

    def __init__(self, **settings: str) -> None:
        """With `settings` in place of those that make tests fast."""
        self._settings = settings
        where = programs()
        assert where is not None
        self._programs, self._user = where, _server_user()
        self._folder = tempfile.TemporaryDirectory(dir=memory(), prefix="warroom-postgres-")
        self._data = Path(self._folder.name) / "data"
        self.port = free_port()
        if self._user is not None:
            shutil.chown(self._folder.name, self._user)
        self._as_user("initdb", "-D", str(self._data), "-U", "admin", "--auth=trust", "-E", "UTF8", "--no-sync")
        rules = "local all admin trust\nhost all admin 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (self._data / "pg_hba.conf").write_text(rules)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def _as_user(self, program: str, *args: str) -> None:
        command = [str(self._programs / program), *args]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=self._user)

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "",
            "fsync": "off", "shared_buffers": "16MB", "max_connections": "60", "autovacuum": "off",
        } | self._settings  # fmt: skip
        command = [str(self._programs / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd="/", user=self._user)
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.admin().close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)

    @property
    def pid(self) -> int:
        """Of the process whose children serve."""
        assert self._process is not None
        return self._process.pid

    def stop(self, *, immediate: bool = True) -> None:
        """As pg_ctl does; in the immediate mode nothing is written any more."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self._process.wait(PATIENCE_S)
            self._process = None

    def remove(self) -> None:
        self.stop()
        self._folder.cleanup()

    def admin(self) -> Admin:
        return psycopg.connect(self.address("admin"), autocommit=True)

    def address(self, user: str, port: int | None = None, password: str = "") -> str:
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@127.0.0.1:{port or self.port}/postgres"

    def room(self, workspace: str = "team") -> "Room":
        """The database with an empty workspace, and nothing else of Warroom's."""
        # One connection for all: each is a process of the server's, which costs more than what is done in it.
        with self.admin() as admin:
            admin.execute("DROP SCHEMA IF EXISTS warroom CASCADE")
            _add(admin, workspace)
        return Room(self)


def _add(admin: Admin, workspace: str) -> None:
    """Set the workspace up, with a member."""
    admin.execute(setup_sql(workspace).encode())
    member = f"member_{workspace}"
    if not admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (member,)).rowcount:
        admin.execute(f"CREATE ROLE {member} LOGIN PASSWORD '{PASSWORD}' IN ROLE warroom_{workspace}".encode())


class Room:
    """The addresses of the workspaces' members, and what an administrator may do."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres

    def adds(self, workspace: str) -> None:
        with self.admin() as admin:
            _add(admin, workspace)

    def admin(self) -> Admin:
        return self.postgres.admin()

    def orders(self, sql: str) -> None:
        with self.admin() as admin:
            admin.execute(sql.encode())

    def asks(self, sql: str) -> list[tuple[object, ...]]:
        with self.admin() as admin:
            return admin.execute(sql.encode()).fetchall()

    def address(self, workspace: str = "team", port: int | None = None) -> str:
        return self.postgres.address(f"member_{workspace}", port, PASSWORD)
