"""Files of other versions: whatever is in them that this one does not know stays, and is read or told in a sentence."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.app.settings import read_settings, write_theme
from console.publish.targets.model import Target
from console.publish.targets.proofs import Proofs
from console.resources import resource_path
from console.store import Log, StoreProblem, chain, head, schema
from console.store.sqlite import sqlite3
from tests.app.driver import console
from tests.cli.shell import Warroom
from tests.store.conftest import make_older
from tests.store.making import entry

LOOKS = (
    ("show", "{ref}"), ("show", "{ref}", "--json"), ("clocks", "{ref}"), ("advice", "{ref}"), ("list", "--all"),
    ("export", "{ref}", "timeline"), ("export", "{ref}", "handoff"), ("export", "{ref}", "postmortem"),
    ("export", "{ref}", "json"), ("search", "pool"), ("similar", "{ref}"), ("catchup", "{ref}"), ("history",),
    ("publish", "list"), ("verify",), ("doctor",),
)  # fmt: skip
ACTS = (
    ("log", "{ref}", "? the cache is cold"), ("sev", "{ref}", "SEV2", "--reason", "fewer are hit"), ("undo", "{ref}"),
    ("update", "{ref}", "--audience", "internal", "--message", "We look.", "--next", "30m"),
)  # fmt: skip
CARE = (("redact", "{ref}", "last"), ("backup", "--renew"), ("verify",))
Body = dict[str, Any]


def told(path: Path) -> list[tuple[Any, ...]]:
    """All rows of the log, byte by byte."""
    connection = sqlite3.connect(str(path))
    rows = connection.execute("SELECT id, kind, v, body, hash FROM event ORDER BY n").fetchall()
    connection.close()
    return rows


def rewritten(path: Path, change: Callable[[str, Body], tuple[str, Body]], *, v: int = 1) -> None:
    """Make each event of a log what another version would have written: its kind and its body."""
    connection = sqlite3.connect(str(path), isolation_level=None)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
    for name in names:
        connection.execute(f"DROP TRIGGER {name}")
    last: dict[tuple[str, str], str] = {}
    fields = ", ".join(chain.Sealed._fields)
    rows = connection.execute(f"SELECT n, body, salt, {fields} FROM event ORDER BY incident, origin, oseq").fetchall()
    for n, body, salt, *values in rows:
        sealed = chain.Sealed(*values)
        kind, changed = change(sealed.kind, json.loads(body))
        text = json.dumps(changed, separators=(",", ":"), ensure_ascii=False)
        sealed = sealed._replace(kind=kind, v=v, digest=chain.digest_of(salt, text))
        prev = last.get((sealed.incident, sealed.origin), "")
        hashed = last[sealed.incident, sealed.origin] = chain.hash_of(sealed, prev)
        connection.execute(
            "UPDATE event SET kind = ?, v = ?, body = ?, digest = ?, prev = ?, hash = ? WHERE n = ?",
            (kind, v, text, sealed.digest, prev, hashed, n),
        )
    for name in names:
        connection.execute(schema._ours(schema.NEWEST)[name].sql)
    connection.execute("DELETE FROM snapshot")
    connection.execute("DELETE FROM told")
    connection.close()
    head.forget(path)
    with Log.open(path) as log:
        log.rebuild_index()


@pytest.fixture
def ref(warroom: Warroom) -> str:
    """An incident with something of everything."""
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    for line in (
        "the pool is full",
        "! roll back",
        "? the pool is too small",
        "+ @rs 10m call the vendor",
        "> restarted it",
    ):
        warroom.says("log", ref, line)
    warroom.says("role", ref, "ic", "mo")
    warroom.says("stage", ref, "triaging", "--override", "we know already")
    warroom.says("update", ref, "--audience", "internal", "--message", "We look at the pool.", "--next", "30m")
    return ref


def asked(warroom: Warroom, ref: str, commands: tuple[tuple[str, ...], ...]) -> list[str]:
    """The sentences with which commands are refused; none ends in a traceback."""
    sentences = []
    for args in commands:
        done = warroom.runs(*(arg.format(ref=ref) for arg in args))
        err = done.stderr.decode()
        assert "Traceback" not in err, (args, err)
        assert done.returncode in (0, 1), (args, err)
        if done.returncode:
            sentences.append(f"{args[0]}: {err.strip() or done.stdout.decode().strip()}")
    return sentences


def more_fields(kind: str, body: Body) -> tuple[str, Body]:
    return kind, {**body, "mood": "tense", "weather": {"sky": ["grey", 3]}}


def more_in_the_playbook(kind: str, body: Body) -> tuple[str, Body]:
    if "playbook" in body:
        body["playbook"]["oncall"] = {"tool": "pager"}
        for each in body["playbook"]["severities"]:
            each["colour"] = "mauve"
    return kind, body


def other_words(kind: str, body: Body) -> tuple[str, Body]:
    """Words of closed vocabularies that this version does not have."""
    return kind, {
        key: "novel" if key in ("audience", "status", "state", "outcome") else value for key, value in body.items()
    }


def other_kinds(kind: str, body: Body) -> tuple[str, Body]:
    return (f"{kind}_anew" if kind in ("entry_logged", "update_posted") else kind), body


def other_types(kind: str, body: Body) -> tuple[str, Body]:
    return kind, {key: {"words": value} if key == "text" else value for key, value in body.items()}


NEWER = (more_fields, more_in_the_playbook, other_words, other_kinds, other_types)


@pytest.mark.parametrize("change", NEWER)
def test_a_log_with_what_a_newer_version_wrote_is_read_and_none_of_it_is_lost(
    warroom: Warroom, ref: str, tmp_path: Path, change: Callable[[str, Body], tuple[str, Body]]
) -> None:
    rewritten(warroom.db, change, v=2)
    before = told(warroom.db)
    assert asked(warroom, ref, LOOKS) == []
    assert asked(warroom, ref, ACTS) == []
    assert told(warroom.db)[: len(before)] == before
    other = Warroom(tmp_path / "other" / "warroom.db")
    other.says("import", "-", "--yes", stdin=warroom.says("export", ref, "json"))
    assert {row[0]: row[:4] for row in told(other.db)} == {row[0]: row[:4] for row in told(warroom.db)}
    assert "0 new events" in warroom.tells("import", "-", "--yes", stdin=other.says("export", ref, "json"))
    assert asked(warroom, ref, CARE) == []


SECRET = "Tr0ub4dor-9xkcd"


def with_a_secret(kind: str, body: Body) -> tuple[str, Body]:
    return kind, {**body, "aside": {"said": [f"the key is {SECRET}"]}} if kind == "entry_logged" else body


def test_a_redaction_reaches_what_this_version_does_not_read(warroom: Warroom, ref: str) -> None:
    """In the entry itself, and in every other that holds the same word."""
    rewritten(warroom.db, with_a_secret)
    id = warroom.json("show", ref)["entries"][1]["id"]
    warroom.says("redact", ref, id)
    assert warroom.says("verify") == "clean"
    assert not [file.name for file in warroom.db.parent.iterdir() if SECRET.encode() in file.read_bytes()]


@pytest.mark.parametrize("version", range(1, schema.NEWEST))
def test_a_log_of_each_older_version_is_read_as_it_stands_and_brought_up_to_date(
    warroom: Warroom, ref: str, version: int
) -> None:
    make_older(warroom.db, version)
    before = told(warroom.db)
    assert asked(warroom, ref, LOOKS) == []
    assert told(warroom.db) == before
    assert asked(warroom, ref, (*ACTS, *CARE)) == []
    assert {row[0] for row in before} <= {row[0] for row in told(warroom.db)}


def make_newer(path: Path) -> None:
    """Bring a log to a version that is still to come, as another console does beside one that is open."""
    newer = sqlite3.connect(str(path), isolation_level=None)
    newer.execute("CREATE TABLE mood(incident TEXT PRIMARY KEY, mood TEXT NOT NULL) STRICT")
    newer.execute("CREATE TRIGGER mood_no_delete BEFORE DELETE ON mood BEGIN SELECT raise(ABORT, 'kept'); END")
    newer.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(schema.NEWEST + 1),))
    newer.close()


def test_a_log_of_a_newer_format_is_refused_and_stays_byte_by_byte(warroom: Warroom, ref: str) -> None:
    make_newer(warroom.db)
    before = warroom.db.read_bytes()
    for args in (*LOOKS, *ACTS, *CARE):
        if args != ("doctor",):
            assert "update Warroom to open it" in warroom.fails(*(arg.format(ref=ref) for arg in args))
    assert "update Warroom to open it" in warroom.runs("doctor").stdout.decode()
    assert warroom.db.read_bytes() == before


async def test_a_newer_console_beside_an_open_older_one_costs_no_line(tmp_path: Path) -> None:
    """The older one says what to do, and keeps what is typed; what stands in the log it goes on showing."""
    async with console(tmp_path) as room:
        await room.logs("the pool is full")
        make_newer(tmp_path / "warroom.db")
        await room.types("! roll back")
        await room.presses("enter")
        await room.until(lambda: "newer Warroom" in " ".join(" ".join(room.lines()).split()))
        assert room.line == "! roll back"
        room.shows("the pool is full")
        for act in ("handoff", "find", "board"):
            room.app.action_act(act)
            await room.settles()
            await room.presses("escape")
    with pytest.raises(StoreProblem, match="newer Warroom"):
        Log.open(tmp_path / "warroom.db")


def test_a_head_of_a_newer_version_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "warroom.db"
    with Log.open(path) as log:
        log.append([entry("a")])
    file = head.path_of(path)
    raw = msgspec.json.encode(file.read_bytes().split(b'"')[1].decode().replace("head 1", "head 2"))
    newer = b"%s %08x\n[7]\n" % (raw, zlib.crc32(raw))
    file.write_bytes(newer)
    with Log.open(path) as log:
        log.append([entry("b")])
        assert log.verify() == []
        log.accept()
    assert file.read_bytes() == newer


async def test_forms_that_a_newer_version_keeps_wait_for_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        draft = {"update": {"text": "half"}, "weather": {"sky": ["grey"]}}
        room.app.session.keep_draft("forms", json.dumps(draft))
        room.app.session.bring_back_forms()
        assert room.app.session.form_memory["update"] == {"text": "half"}
        room.app.session.keep_forms()
        assert json.loads(room.app.session.draft("forms")) == draft


def test_settings_and_proofs_of_a_newer_version_keep_what_this_one_does_not_know(tmp_path: Path) -> None:
    settings = 'theme = "dracula"\nmood = "calm"\n[weather]\nsky = "grey"\n'
    (tmp_path / "settings.toml").write_text(settings)
    read, problems = read_settings(tmp_path)
    assert read.theme == "dracula"
    assert ["mood" in problems[0], "weather" in problems[1]] == [True, True]
    assert write_theme(tmp_path, "nord") == ""
    assert (tmp_path / "settings.toml").read_text() == settings.replace("dracula", "nord")
    newer = {"theirs": {"at": {"wall": "12:00"}}, "page": {"at": "2026-11-30T12:00:00Z", "how": "felt"}}
    (tmp_path / "proofs.json").write_text(json.dumps(newer))
    page = Target("page", "webhook")
    assert Proofs(tmp_path).of(page) is None
    Proofs(tmp_path).keep(page, "checked", datetime(2026, 11, 30, tzinfo=UTC))
    assert Proofs(tmp_path).of(page) is not None
    assert json.loads((tmp_path / "proofs.json").read_text())["theirs"] == newer["theirs"]


TEAM_FILES = {
    "playbooks/own.toml": (resource_path("playbooks") / "standard.toml", "\n[weather]\nsky = 'grey'\n"),
    "drills/own.toml": (min(resource_path("drills").glob("*.toml")), "\n[weather]\nsky = 'grey'\n"),
    "targets/own.toml": (None, "provider = 'webhook'\nurl = 'https://127.0.0.1:9/x'\nweather = 'grey'\n"),
    "targets/novel.toml": (None, "provider = 'carrier-pigeon'\n"),
    "templates/update-public.md.j2": (None, "{{ incident.weather.sky | forecast }}\n"),
    "concepts.toml": (None, "[weather]\nsky = 'grey'\n"),
}
"""A file in the configuration folder: its model, and behind it what a newer version knows."""


@pytest.mark.parametrize("name", TEAM_FILES)
def test_a_teams_file_of_a_newer_version_is_named_in_a_sentence_and_stays(tmp_path: Path, name: str) -> None:
    """A fault in it stops no incident: the built-in one, or the rest, is used."""
    model, more = TEAM_FILES[name]
    file = tmp_path / "config" / name
    file.parent.mkdir(parents=True)
    file.write_text((model.read_text() if model else "") + more)
    before = file.read_bytes()
    warroom = Warroom(tmp_path / "warroom.db", WARROOM_CONFIG=str(tmp_path / "config"))
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    assert asked(warroom, ref, tuple(args for args in (*LOOKS, *ACTS) if args != ("doctor",))) == []
    checks = (("doctor",), ("drill", "check"), ("target", "list"))
    told = "".join((done.stdout + done.stderr).decode() for done in (warroom.runs(*args) for args in checks))
    assert file.stem in told
    assert any(word in told for word in ("weather", "carrier-pigeon", "forecast")), told
    assert file.read_bytes() == before
