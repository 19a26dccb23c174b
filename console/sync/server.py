"""One connection to the server, and the few statements that replication needs. The one module that loads psycopg."""

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import conninfo, errors

from console.core.language.text import listed, one_line
from console.store import chain
from console.store.replica import Head, Pair, Row
from console.sync.presence import Other, Present, others_of
from console.sync.problem import HostileRows, SyncProblem
from console.sync.schema import CHANNEL, DEFAULT_WORKSPACE, FORMAT, MAX_BODY_BYTES, role_of, setup_sql

# What it would print over the screen, as of a rollback on a connection that is gone, is raised anyway.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

CONNECT_S = 10
MAX_PULL_BYTES = 400_000_000
"""Of one incident's rows that are read at once."""

_QUIET: Final[Mapping[str, str]] = {
    "connect_timeout": str(CONNECT_S),
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "application_name": "warroom",
    # A database of another encoding gives bytes in place of texts.
    "client_encoding": "UTF8",
}
_SESSION = (
    "SET statement_timeout = '60s';"
    # The server gives up a machine that sleeps or has lost the network, whose connection would stay for two hours.
    " SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;"
    " SET tcp_user_timeout = '60s'"
)
_COLUMNS = (*chain.Sealed._fields, "body", "salt", "prev", "hash")
_TEXT, _TYPES = "text", {"oseq": "bigint", "hlc": "bigint", "v": "integer", "salt": "bytea"}
"""The type of most columns, and that of the others."""
_INSERT = (
    # One statement, one message: a machine that falls asleep on its way cannot keep the workspace's lock.
    f"INSERT INTO warroom.event(workspace, {', '.join(_COLUMNS)}) SELECT %s, * FROM"
    f" unnest({', '.join(f'%s::{_TYPES.get(name, _TEXT)}[]' for name in _COLUMNS)}) ON CONFLICT DO NOTHING"
)
_HEADS = (
    "SELECT DISTINCT ON (incident, origin) incident, origin, oseq, hash FROM warroom.event"
    " WHERE workspace = %s AND number > %s AND number <= %s ORDER BY incident, origin, oseq DESC"
)
_WANTED = (
    f"SELECT {', '.join(f'event.{name}' for name in _COLUMNS)}"
    " FROM unnest(%s::text[], %s::bigint[]) AS wanted(origin, oseq)"
    " JOIN warroom.event ON event.origin = wanted.origin AND event.oseq > wanted.oseq"
    " WHERE event.workspace = %s AND event.incident = %s"
    f" AND octet_length(event.body) <= {MAX_BODY_BYTES} ORDER BY event.hlc, event.origin, event.oseq"
)
_HASHES = (
    "SELECT incident, origin, event.oseq, hash FROM unnest(%s::text[], %s::text[], %s::bigint[])"
    " AS sent(incident, origin, oseq) JOIN warroom.event USING (incident, origin, oseq) WHERE workspace = %s"
)
_REAL = (
    "SELECT FROM warroom.event WHERE workspace = %s AND kind = 'incident_declared'"
    " AND (body::jsonb -> 'drill') IS DISTINCT FROM 'true' LIMIT 1"
)

_PRESENCE = "SELECT person, machine, incident, doing, age FROM warroom.keep_presence(%s, %s, %s, %s, %s, %s, %s)"


class Address(NamedTuple):
    """The server's address, as somebody wrote it; never printed, since a password may be in it."""

    dsn: str
    workspace: str
    """Empty for the only one that there is for us."""
    administers: bool = False
    """The address is used to make tables and roles."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Read an address of PostgreSQL's two forms, which may name a workspace, too. Raises SyncProblem."""
        dsn, workspace = _without_workspace(text.strip())
        try:
            conninfo.conninfo_to_dict(dsn)
        except psycopg.Error:
            # Its own words may quote the password.
            raise SyncProblem(
                "The server's address cannot be read; write it as postgresql://NAME@HOST/DATABASE, percent-encoded."
            ) from None
        return cls(dsn, workspace)

    @property
    def parameters(self) -> dict[str, Any]:
        given = conninfo.conninfo_to_dict(self.dsn)
        chosen = {**_QUIET, **given}
        if "sslmode" not in given and "PGSSLMODE" not in os.environ and not _is_local(given):
            chosen["sslmode"] = "verify-full"
            own = os.path.expanduser("~/.postgresql/root.crt")
            if not {"sslrootcert"} & given.keys() and "PGSSLROOTCERT" not in os.environ and not os.path.exists(own):
                chosen["sslrootcert"] = "system"
        return chosen

    @property
    def has_password(self) -> bool:
        return "password" in conninfo.conninfo_to_dict(self.dsn)

    @property
    def name(self) -> str:
        """The server for a sentence, without user and password."""
        given = conninfo.conninfo_to_dict(self.dsn)
        host = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST") or "localhost"
        return one_line(str(host), 60)


def _without_workspace(text: str) -> tuple[str, str]:
    if "://" not in text:
        match = re.search(r"(?:^|\s)workspace\s*=\s*(\S+)", text)
        return (text.replace(match[0], ""), match[1]) if match else (text, "")
    with suppress(ValueError):
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        names = [value for key, value in pairs if key == "workspace"]
        if names:
            rest = urlencode([pair for pair in pairs if pair[0] != "workspace"])
            return urlunsplit(parts._replace(query=rest)), names[-1]
    return text, ""


def _is_local(given: Mapping[str, Any]) -> bool:
    hosts = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOSTADDR") or os.environ.get("PGHOST") or ""
    return all(
        not host or host.startswith(("/", "@", "127.")) or host in ("localhost", "::1")
        for host in str(hosts).split(",")
    )


class Server:
    """A workspace on an open connection. Every method raises SyncProblem; after one the connection is of no use."""

    def __init__(self, address: Address) -> None:
        self._address = address
        with server_problems(address):
            self._connection = psycopg.connect(**address.parameters, autocommit=True, prepare_threshold=None)
        try:
            with server_problems(address):
                self._connection.execute(_SESSION)
                self._connection.execute(f"LISTEN {CHANNEL}")
                self.workspace, self.id = self._joined(address.workspace)
                # Tables of somebody else's fail here.
                self._connection.execute(f"SELECT number, {', '.join(_COLUMNS)} FROM warroom.event LIMIT 0")
        except BaseException:  # Whatever it is goes on; only the connection must not stay open.
            self.close()
            raise

    def _joined(self, wanted: str) -> tuple[str, str]:
        """The workspace's name and id."""
        workspaces = self._connection.execute(
            "SELECT name, id::text, format FROM warroom.workspace ORDER BY name"
        ).fetchall()
        own_workspaces = {str(name): (str(id), int(form)) for name, id, form in workspaces}
        listing = listed([one_line(name, 40) for name in own_workspaces], "or")
        if not own_workspaces:
            raise SyncProblem(f"You are in no workspace on {self._address.name}; {_grant(wanted)}.")
        if wanted and wanted not in own_workspaces:
            raise SyncProblem(f"There is no workspace “{one_line(wanted, 40)}” for you there; name {listing}.")
        if not wanted and len(own_workspaces) > 1:
            raise SyncProblem(f"You are in several workspaces; add ?workspace= to the address, with {listing}.")
        name = wanted or next(iter(own_workspaces))
        id, form = own_workspaces[name]
        if form > FORMAT:
            raise SyncProblem(f"The server's tables are of a newer Warroom (format {form}); update this one.")
        return name, id

    def now(self) -> datetime:
        """The moment by the server's clock."""
        with server_problems(self._address):
            row = self._connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
            return datetime.fromtimestamp(row[0] if row else 0, UTC)

    def has_real_incidents(self) -> bool:
        """True when anybody has sent an incident that is no drill."""
        with server_problems(self._address):
            return self._connection.execute(_REAL, (self.workspace,)).fetchone() is not None

    def fileno(self) -> int:
        """Readable when the server has something to say."""
        with server_problems(self._address):
            return self._connection.fileno()

    def heard(self) -> bool:
        """True when somebody else has sent something to the workspace since the last call; does not wait.

        The server tells every member of any workspace, and the sender, too.
        """
        own = self._connection.info.backend_pid
        with server_problems(self._address):
            notices = list(self._connection.notifies(timeout=0))
        return any(notice.payload == self.workspace and notice.pid != own for notice in notices)

    def close(self) -> None:
        self._connection.close()

    def last_number(self) -> int:
        with server_problems(self._address):
            query = "SELECT coalesce(max(number), 0) FROM warroom.event WHERE workspace = %s"
            row = self._connection.execute(query, (self.workspace,)).fetchone()
        return int(row[0]) if row else 0

    def heads(self, after: int, upto: int) -> dict[Pair, Head]:
        """The last row of each pair that has one between two numbers, the first excluded."""
        with server_problems(self._address):
            read = self._connection.execute(_HEADS, (self.workspace, after, upto)).fetchall()
            if not all(tuple(map(type, row)) == (str, str, int, str) for row in read):
                raise TypeError("a head has columns of other types")
        return {(incident, origin): Head(oseq, hashed) for incident, origin, oseq, hashed in read}

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment: an erased entry never comes without its redaction."""
        with server_problems(self._address), self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def rows(self, incident: str, wanted: Mapping[str, int]) -> list[Row]:
        """The incident's rows behind a number of each origin, in the log's order. Raises HostileRows."""
        query = (list(wanted), list(wanted.values()), self.workspace, incident)
        read: list[Row] = []
        size = 0
        hostile = ""
        with server_problems(self._address), self._connection.cursor() as cursor:
            # To the end even so: a query that is broken off takes the snapshot with it.
            for values in cursor.stream(_WANTED, query):
                row = row_of(values)
                size += len(row.body) if row is not None else 1
                if row is None:
                    hostile = "has rows on the server whose columns are of other types"
                elif size > MAX_PULL_BYTES:
                    hostile = f"is larger than {MAX_PULL_BYTES // 1_000_000} MB on the server"
                    read.clear()
                else:
                    read.append(row)
        if hostile:
            raise HostileRows(hostile)
        return read

    def keep_presence(self, present: Present) -> tuple[Other, ...]:
        """Say that a console is there, or with no person that it is not any more; the others.

        A server whose tables are of before knows of nobody.
        """
        with server_problems(self._address):
            try:
                return others_of(self._connection.execute(_PRESENCE, (self.workspace, *present)).fetchall())
            except (errors.UndefinedFunction, errors.InsufficientPrivilege):
                return ()

    def push(self, rows: Sequence[Row]) -> bool:
        """Write the rows in one short transaction; False where another row was in the place of one of them."""
        columns = zip(*((*row.sealed, row.body, row.salt, row.prev, row.hash) for row in rows), strict=True)
        with server_problems(self._address):
            if self._connection.execute(_INSERT, (self.workspace, *map(list, columns))).rowcount == len(rows):
                return True
            keys = [(row.sealed.incident, row.sealed.origin, row.sealed.oseq) for row in rows]
            stored = self._connection.execute(_HASHES, (*map(list, zip(*keys, strict=True)), self.workspace)).fetchall()
        there = {tuple(key): hashed for *key, hashed in stored}
        return all(there.get(key) == row.hash for key, row in zip(keys, rows, strict=True))


def row_of(values: Sequence[Any]) -> Row | None:
    """A row as the server gives it; None where its columns are of other types."""
    *fields, body, salt, prev, hashed = values
    sealed = chain.Sealed(*fields)
    texts = all(isinstance(text, str) for text in (body, prev, hashed))
    whole = chain.well_typed(sealed) and texts and isinstance(salt, bytes | None)
    return Row(sealed, body, salt, prev, hashed) if whole else None


def set_up(address: Address, workspace: str) -> None:
    """Run the SQL of `setup_sql`. Raises SyncProblem."""
    address = address._replace(administers=True)
    with server_problems(address), psycopg.connect(**address.parameters, autocommit=True) as connection:
        connection.execute(setup_sql(workspace).encode())


@contextmanager
def server_problems(address: Address) -> Iterator[None]:
    """Turn an error that psycopg raises inside into a SyncProblem with a sentence."""
    try:
        yield
    except psycopg.Error as error:
        raise SyncProblem(_sentence(error, address)) from None
    except (OSError, ValueError, TypeError) as error:
        words = one_line(str(error), 160).rstrip(".")
        raise SyncProblem(
            f"The server {address.name} does not answer as a server of Warroom's does ({words})."
        ) from None


_BY_WORDS: Sequence[tuple[Iterable[str], str]] = (
    (
        ("password authentication failed", "no password supplied"),
        "{0} refuses the password; put the right one into ~/.pgpass, or the whole address into WARROOM_SYNC.",
    ),
    (
        ("could not translate host name", "Name or service not known", "failed to resolve host"),
        "{0} is a name that no server has; check the address and the network.",
    ),
    (("no pg_hba.conf entry",), "{0} does not let you in from here; ask its administrator for a line in pg_hba.conf."),
    (
        ("too many", "connection slots"),
        "{0} has no free connection ({1}); its administrator raises max_connections, or puts PgBouncer in front.",
    ),
    (
        ("read-only transaction", "during recovery"),
        "{0} can only be read, as a replica is; name the server that is written to in the address.",
    ),
    (("statement timeout",), "{0} takes longer than a minute for an answer; it is asked again."),
    (
        ("could not extend file", "No space left on device"),
        "{0} has no space left; its administrator has to make room on its disk.",
    ),
    (
        ("does not exist",),
        "{0} has no such database or user ({1}); check the address, or have its administrator make them.",
    ),
    (
        ("does not support SSL",),
        "{0} offers no TLS; have ssl turned on there, for what goes over the network must not be read on its way.",
    ),
    (
        ("certificate", "SSL", "sslrootcert"),
        "{0} cannot prove who it is ({1}); name its certificate with sslrootcert=FILE in the address.",
    ),
    (
        (
            "Connection refused", "timeout expired", "timed out", "No route to host", "unreachable", "No such file",
            "closed the connection", "terminating connection", "connection is lost", "connection is closed",
            "the database system is", "Connection reset", "no connection to the server",
        ),
        "{0} does not answer; check the network, and that PostgreSQL runs there.",
    ),
)  # fmt: skip
"""Signs in libpq's words, which have no code while connecting, and the sentence for them."""


def _sentence(error: psycopg.Error, address: Address) -> str:
    """The sentence that says what to do about an error; the error's own words are another's, and hold no password."""
    full = error.diag.message_primary or _connecting(str(error))
    name, words = f"The server {address.name}", one_line(full, 160).removeprefix("FATAL: ").strip().rstrip(".")
    match error:
        case errors.UndefinedTable() | errors.InvalidSchemaName() | errors.UndefinedColumn():
            return f"{name} has no tables of Warroom's in that database; its administrator runs warroom sync init."
        case errors.InsufficientPrivilege() if address.administers:
            return f"{name} does not let you make tables and roles; give its administrator the SQL of --dry-run."
        case errors.InsufficientPrivilege():
            return f"{name} has you in no workspace; {_grant(address.workspace)}."
        case errors.RaiseException():
            return f"{name} cannot be set up: {words}."
    for signs, sentence in _BY_WORDS:
        if any(sign in words for sign in signs):
            return sentence.format(name, words)
    return f"{name} answers with an error: {words}; show that to its administrator."


def _connecting(words: str) -> str:
    """Of libpq's words about each attempt to connect, those that tell most.

    Which address was tried is of no use to anybody. On the local machine, what was refused over TLS is tried again
    without, and that `hostssl` does not allow that hides the reason.
    """
    attempts = [attempt.partition("\nconnection to")[0] for attempt in words.split("failed: ")]
    return next((attempt for attempt in reversed(attempts) if "no encryption" not in attempt), attempts[-1])


def _grant(workspace: str) -> str:
    """The request to the administrator of a workspace, for somebody who is to be in it."""
    with suppress(SyncProblem):
        return f"ask its administrator for GRANT {role_of(workspace or DEFAULT_WORKSPACE)} TO you"
    return "ask its administrator which there are"
