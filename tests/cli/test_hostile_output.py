"""No command prints what a terminal obeys, whoever wrote it: the log, a file and its name, or whoever called it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import console.cli as cli_package
from console.cli.main import warroom as root
from console.core.language.text import clean, escaped_json
from console.core.log.event import Body, Event
from console.core.log.registry import KINDS
from console.store import Log
from console.store.outbox.message import Queued
from console.store.outbox.tables import queue
from tests.cli.shell import Warroom
from tests.core.bodies import Tokens, body_of
from tests.core.story import START
from tests.store.making import INCIDENT
from tests.store.test_erased_everywhere import ABOUT

HOSTILE = "x\x1b]52;c;eA==\x07\x9b31m\x1b[2J\u202ey\u200b\x85"
"""Sets the clipboard, turns red, clears the screen, and turns round what follows."""
NOT_RUN = {
    ("demo",): "opens the console",
    ("open",): "opens the console",
    ("wall",): "opens the console",
    ("serve",): "serves until it is ended; what it says is that of tests/cli/test_serve.py",
    ("watch",): "follows the log until it is ended; its lines are those of tests/cli/test_watch.py",
    ("publish", "run"): "sends for ever",
    ("runbook", "follow"): "asks at a terminal",
}
"""Commands that are not run here, and why."""


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each command by its words, those in groups too."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        elif (*path, name) not in NOT_RUN:
            yield (*path, name), command


COMMANDS = dict(commands(root))


def write_log(db: Path) -> None:
    """A log with an event of each kind, as no console of ours would have written it."""
    events = [
        Event(kind, INCIDENT, "elsewhere", place, place, f"al{HOSTILE}", START, START, body)
        for place, (kind, body) in enumerate(bodies().items(), start=1)
    ]
    payload = msgspec.json.encode({"text": HOSTILE, "title": HOSTILE}).decode()
    with Log.open(db) as log:
        log.import_events(events)
        log.transact(
            lambda connection: queue(connection, [Queued("m1", "update_posted", HOSTILE, "public", START, payload)])
        )
        log.save_draft("prompt x", HOSTILE)


@pytest.fixture(scope="module")
def hostile_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that everybody copies."""
    db = tmp_path_factory.mktemp("hostile") / "log.db"
    write_log(db)
    return db


class Hostile:
    """A folder whose log, files and names all hold what a terminal would obey."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder / f"f{HOSTILE}"
        self.folder.mkdir()
        db = self.folder / f"log{HOSTILE}.db"
        db.write_bytes(log.read_bytes())
        config = self.folder / "config"
        for name, file, text in (
            ("playbooks", f"bad{HOSTILE}.toml", f"x = {HOSTILE}"),
            ("playbooks", "own.toml", 'title = "\\u001b[31m"\nextends = "standard"\n'),
            ("runbooks", f"bad{HOSTILE}.md", f"# {HOSTILE}\n\n1. {HOSTILE}\n"),
            ("runbooks", "own.md", f"# {HOSTILE}\n\nWhen: {HOSTILE}\n\n1. {HOSTILE}\n"),
            ("templates", f"bad{HOSTILE}.md.j2", f"{{{{ {HOSTILE} }}}}"),
            ("templates", "internal.md.j2", f"{HOSTILE} {{{{ title }}}} {{% {HOSTILE} %}}"),
            ("targets", f"bad{HOSTILE}.toml", f"x = {HOSTILE}"),
            ("targets", "own.toml", 'provider = "file"\naudience = "public"\n[options]\npath = "out\\u001b.txt"\n'),
        ):
            (config / name).mkdir(parents=True, exist_ok=True)
            (config / name / file).write_text(text, encoding="utf-8")
        (config / "settings.toml").write_text(f'theme = "{HOSTILE}"', encoding="utf-8")
        self.shell = Warroom(db, WARROOM_CONFIG=str(config), EDITOR="true", VISUAL="true", WARROOM_USER=f"mo{HOSTILE}")
        self.timeline = self.folder / f"timeline{HOSTILE}.md"
        self.timeline.write_text(f"# {HOSTILE}\n14:30 {HOSTILE}: {HOSTILE}\n", encoding="utf-8")
        self.archive = self.folder / f"archive{HOSTILE}.json"
        self.archive.write_text(f'{{"format": "{HOSTILE}"}}', encoding="utf-8")
        self.damaged = self.folder / f"damaged{HOSTILE}.db"
        self.damaged.write_bytes(db.read_bytes()[:20_000] + b"\x00" * 4096)

    def value(self, param: click.Parameter) -> list[str]:
        """The values for an argument or an option: one that fits, and one that is hostile."""
        if param.name == "ref":
            return [INCIDENT, HOSTILE]
        if param.name == "file":
            return [str(self.timeline), str(self.archive), str(self.damaged), str(self.folder), HOSTILE]
        if isinstance(param.type, click.Choice):
            return [str(param.type.choices[0]), HOSTILE]
        return [HOSTILE]

    def calls(self, words: tuple[str, ...], command: click.Command) -> Iterator[list[str]]:
        """The command with all that it needs, then with each option, then with each other argument."""
        arguments = [param for param in command.params if isinstance(param, click.Argument)]
        options = [param for param in command.params if isinstance(param, click.Option)]
        needed = [
            word
            for option in options
            if option.required
            for word in (option.opts[-1], self.value(option)[0] if option.name != "severity" else "SEV1")
        ]
        usual = [self.value(param)[0] for param in arguments]
        yield [*words, *usual, *needed]
        yield [*words]
        for place, param in enumerate(arguments):
            for value in self.value(param)[1:]:
                yield [*words, *usual[:place], value, *usual[place + 1 :], *needed]
        for option in options:
            if option.is_flag:
                yield [*words, *usual, *needed, option.opts[-1]]
                continue
            for value in self.value(option):
                yield [*words, *usual, *needed, option.opts[-1], value]


class HostileTexts(Tokens):
    def __call__(self) -> str:
        return HOSTILE


@cache
def bodies() -> dict[str, Body]:
    """A body of each kind, each of its texts hostile."""
    drawn: dict[str, Body] = {}
    first = ("incident_declared", "entry_logged", "update_posted")
    kinds = (*first, *(kind for kind in KINDS if kind not in (*first, "entry_redacted", "undone")))
    made = {kind: body_of(KINDS[kind], HostileTexts(), ABOUT) for kind in kinds}

    @given(st.data())
    @settings(max_examples=20, phases=[Phase.generate], derandomize=True)
    def draw(data: st.DataObject) -> None:
        # The first examples leave out most that may be left out; the last one counts.
        for kind, body in made.items():
            drawn[kind] = data.draw(body)

    draw()
    return drawn


@pytest.mark.drawn(8)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_what_a_terminal_obeys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hostile_log: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)  # Where files are written that a hostile name names.
    hostile = Hostile(tmp_path, hostile_log)
    for call in hostile.calls(words, COMMANDS[words]):
        done = hostile.shell.runs(*call)
        for stream in (done.stdout, done.stderr):
            printed = stream.decode("utf-8", "replace")
            assert printed == clean(printed), (call, [line for line in printed.splitlines() if line != clean(line)][:3])
        assert b"Traceback" not in done.stderr


def test_those_that_are_not_run_are_commands() -> None:
    every = set(COMMANDS) | set(NOT_RUN)
    assert {words[0] for words in every} == set(root.list_commands(click.Context(root)))


def test_only_one_place_prints() -> None:
    """All else goes through what is cleaned."""
    cli = Path(cli_package.__file__).parent
    assert [file.name for file in cli.glob("*.py") if "click.echo" in file.read_text(encoding="utf-8")] == ["output.py"]


def test_json_reads_as_the_same_value() -> None:
    text = f"{HOSTILE}\U000e0001\ud800 ü \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    raw = json.dumps({"text": text}, ensure_ascii=False)
    assert json.loads(escaped_json(raw)) == {"text": text}
    assert escaped_json(raw) == clean(escaped_json(raw))
