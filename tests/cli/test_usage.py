"""A command line that cannot be meant as it stands is refused, and writes nothing."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from console.cli.context import Shell
from console.cli.main import warroom as group
from console.cli.params import WordsCommand
from console.cli.usage import usage_sentence
from tests.app.terminal import running
from tests.cli.shell import COMMAND, Warroom


def test_on_windows_it_says_where_it_runs() -> None:
    code = "import sys; from console.cli.main import main; sys.platform = 'win32'; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Warroom runs on Linux and macOS; on Windows use WSL.\n")


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, with the words that call it."""
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), group)]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, click.Group):
            with click.Context(command) as ctx:
                below = [((*words, name), command.get_command(ctx, name)) for name in command.list_commands(ctx)]
            waiting += [(path, each) for path, each in below if each is not None]
        else:
            yield words, command


def long_options(command: click.Command) -> list[str]:
    return [name for param in command.params for name in param.opts if name.startswith("--")]


def misspelt(option: str) -> set[str]:
    """The option with a letter too few, twice, or other dashes."""
    name = option.removeprefix("--")
    return {f"--{name[:-1]}", f"--{name}{name[-1]}", f"-{name}", f"—{name}", f"–{name}", f"{option[:-1]}=x"}


def test_a_misspelt_option_is_never_text() -> None:
    count = 0
    for words, command in commands():
        if not isinstance(command, WordsCommand):
            continue
        options = long_options(command)
        for option in options:
            for wrong in misspelt(option) - set(options):
                with pytest.raises(click.NoSuchOption) as refused:
                    command.make_context(
                        words[-1], ["x", "words", wrong, "words"], obj=Shell("x.db", "mo", None, False)
                    )
                sentence = usage_sentence(refused.value)
                assert sentence.startswith(f"There is no option {wrong.partition('=')[0]}; did you mean --"), words
                count += 1

    assert count > 200


def test_an_option_with_one_value_is_given_once() -> None:
    count = 0
    for words, command in commands():
        for option in (each for each in command.params if isinstance(each, click.Option)):
            if option.is_flag or option.multiple or not hasattr(command, "takes_value"):
                continue
            for first, second in ((option.opts[0], option.opts[-1]), (option.opts[-1], option.opts[0])):
                given = [first, "1", "x", f"{second}=2"] if second.startswith("--") else [first, "1", "x", second, "2"]
                with pytest.raises(click.BadOptionUsage, match="is given twice"):
                    command.make_context(words[-1], given, obj=Shell("x.db", "mo", None, False))
                count += 1
    assert count > 200


def test_what_may_be_left_out_is_not_empty(warroom: Warroom) -> None:
    ref = warroom.says("declare", "Checkout", "--sev", "SEV1").strip()
    warroom.says("log", ref, "disk is full")
    before = warroom.says("show", ref, "--json")
    tried = 0
    for words, command in commands():
        arguments = [each for each in command.params if isinstance(each, click.Argument)]
        if len(arguments) > 1 and arguments[0].name == "ref" and not arguments[1].required:
            for empty in ("", " "):
                result = warroom.runs(*words, ref, empty)
                assert result.returncode, words
                tried += 1
    assert tried
    assert json.loads(warroom.says("show", ref, "--json"))["entries"] == json.loads(before)["entries"]


@pytest.mark.parametrize(
    "line",
    [
        ("log", "--kind", "note", "+ @rs check the lag"),
        ("log", "--kind", "finding", "! roll back"),
        ("log", "--kind", "decision", "/sev SEV0"),
        ("task", "--owner", "ana", "@bo check the lag"),
        ("task", "--due", "20m", "@bo 10m check the lag"),
        ("done", "--note", "none left", "1: lag is 0"),
        ("role", "comms", ""),
        ("changed", "aborted"),
        ("changed", "failed", "--outcome", "done"),
        ("change", "drain zone a back: fill it", "--back", "wait"),
        ("fix", "pool at 200 OPS-7", "--ticket", "OPS-8"),
        ("fix", "pool at 200 @ana", "--owner", "rs"),
        ("action", "add", "P1 watch the pool", "--priority", "P2"),
        ("action", "add", "14d watch the pool", "--due", "3d"),
    ],
)
def test_an_option_that_contradicts_the_text_is_refused(warroom: Warroom, line: tuple[str, ...]) -> None:
    ref = warroom.says("declare", "Checkout", "--sev", "SEV1").strip()
    warroom.says("task", ref, "check the lag of db-2")
    warroom.says("change", ref, "restart web", "--back", "stop it")
    before = json.loads(warroom.says("show", ref, "--json"))["entries"]
    words = list(line)
    words.insert(2 if words[0] == "action" else 1, ref)
    result = warroom.runs(*words)
    assert result.returncode == 1
    assert json.loads(warroom.says("show", ref, "--json"))["entries"] == before


def test_a_time_of_another_day_that_may_be_meant_today_is_told(warroom: Warroom) -> None:
    ref = warroom.says("declare", "Checkout", "--sev", "SEV1").strip()
    in_an_hour = f"{datetime.now(UTC) + timedelta(hours=1):%H:%M}"
    assert "is still to come" in warroom.tells("log", ref, "x", "--at", in_an_hour)
    an_hour_ago = f"{datetime.now(UTC) - timedelta(hours=1):%H:%M}"
    assert "has passed" in warroom.tells("task", ref, "check it", "--due", an_hour_ago)


def test_an_option_is_no_value_of_another_one() -> None:
    for words, command in commands():
        options = long_options(command)
        valued = {name for each in command.params if not getattr(each, "is_flag", True) for name in each.opts}
        for option in valued:
            for behind in ((), ("--",), *((other,) for other in options)):
                with pytest.raises(click.BadOptionUsage) as refused:
                    command.make_context(words[-1], ["x", option, *behind], obj=Shell("x.db", "mo", None, False))
                assert usage_sentence(refused.value).startswith(
                    f"The option {option} needs a value; `{words[-1]} --help`"
                )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["lst"], "There is no command or incident “lst”; did you mean `warroom list`?"),
        (["hlp"], "There is no command or incident “hlp”; did you mean `warroom help`?"),
        (["--plain", "Show"], "There is no command or incident “Show”; did you mean `warroom show`?"),
        (["rename", "x"], "There is no command “rename”; did you mean `warroom title`?"),
        (["withdraw", "x"], "There is no command “withdraw”; did you mean `warroom undo REF declaration`?"),
        (["merge", "x"], "There is no command “merge”; did you mean `warroom stage REF closed`?"),
        (["tsk", "x"], "There is no command “tsk”; did you mean `warroom task`?"),
        (["mile", "x"], "There is no command “mile”; did you mean `warroom milestone`?"),
        (["version"], "There is no command “version”; did you mean `warroom --version`?"),
        (["declare", "x", "--severity", "SEV1"], "There is no option --severity; did you mean --sev?"),
        (["declare", "x", "--DRILL"], "There is no option --DRILL; did you mean --drill?"),
        (["publish", "drop", "4", "--reason", "x"], "There is no option --reason; `warroom publish drop --help`"),
        (["publish", "lst"], "There is no command “lst”; did you mean `warroom publish list`?"),
        (["help", "target", "ad"], "There is no command “ad”; did you mean `warroom target add`?"),
        (["zzzz"], "There is no incident INC-ZZZZ here"),
        (["log", "x", "--db", "y"], "The option --db goes before the command"),
        (["log", "x", "--at 14:00 restarted"], "Write --at and its value as words of their own"),
    ],
)
def test_a_word_that_is_no_command_is_told_as_that(warroom: Warroom, ref: str, typed: list[str], sentence: str) -> None:
    status, out, told = warroom.here(*typed)

    assert (status > 0, out) == (True, "")
    assert told.startswith(sentence)
    assert len(told.splitlines()) == 1


def test_help_is_given_by_name_and_of_every_command(warroom: Warroom) -> None:
    for words, command in commands():
        assert warroom.says("help", *words).startswith(f"Usage: warroom {' '.join(words)}"), words
        # Its example is a command line that is taken.
        name, *example = shlex.split((command.epilog or "").removeprefix(f"Example: warroom {' '.join(words[:-1])}"))
        assert command.make_context(name, example, obj=Shell("x.db", "mo", None, False)).params is not None
    assert warroom.says("help") == warroom.says("--help")
    assert warroom.says("-V") == warroom.says("--version")


def test_names_of_files_that_the_shell_put_in_are_refused(
    warroom: Warroom, ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    for name in ("README.md", "run.sh"):
        (folder / name).touch()
    monkeypatch.chdir(folder)
    before = warroom.entries(ref)

    for line in (["README.md", "run.sh", "disk", "full"], ["-4m", "README.md", "run.sh", "disk", "full"]):
        assert "put the text in quotes" in warroom.here("log", ref, *line)[2]

    assert warroom.entries(ref) == before
    warroom.says("log", ref, "README.md says it")


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device that is always full is Linux's")
def test_what_is_logged_is_told_so_where_the_output_cannot_be_written(warroom: Warroom, ref: str) -> None:
    def full(*args: str, stdin: bytes = b"") -> tuple[int, str]:
        with FULL.open("wb") as stream:
            done = subprocess.run(
                [*COMMAND, *args], env=warroom.env, input=stdin, stdout=stream, stderr=subprocess.PIPE, check=False
            )
        return done.returncode, done.stderr.decode()

    told = f"It is logged, but the output cannot be written; `warroom show {ref}` shows it.\n"
    assert full("log", ref, "restarted it") == (1, told)
    assert full("sev", ref, "SEV0", "--json") == (1, told)
    assert {("note", "restarted it"), ("severity", "Severity SEV1 → SEV0")} <= set(warroom.entries(ref))
    status, sentence = full("log", ref, "-", stdin=b"one\ntwo\n")
    assert (status, sentence.split(";")[0]) == (1, "Line 1 is logged, but its id cannot be written")
    assert [text for kind, text in warroom.entries(ref) if text in ("one", "two")] == ["one"]
    assert full("show", ref)[1].startswith("The output cannot be written, the disk is full")
    other = warroom.says("declare", "Mail", "--sev", "SEV3")
    assert full("link", ref, "related", "to", other) == (1, told)


@pytest.mark.skipif(not FULL.exists(), reason="a device that is always full is Linux's")
def test_what_was_done_outside_the_log_is_told_so_where_the_output_cannot_be_written(
    warroom: Warroom, ref: str, tmp_path: Path
) -> None:
    env = {**warroom.env, "WARROOM_CONFIG": str(tmp_path / "config"), "WARROOM_KEY_CHAT": "https://chat.example/x"}
    for args, done in (
        (("target", "add", "page", "--provider", "file", "--option", f"path={tmp_path / 'out'}"), "Added page (file)"),
        (("target", "remove", "page"), "Removed page"),
        (("drill", "run", "ddos", "--prepare-only"), "The drill runs as INC-"),
        (("drill", "end"), "The drill INC-"),
        (("rescue", str(warroom.db)), "The new log is "),
    ):
        with FULL.open("wb") as stream:
            ended = subprocess.run([*COMMAND, *args], env=env, stdout=stream, stderr=subprocess.PIPE, check=False)
        assert ended.returncode == 1
        said = ended.stderr.decode().splitlines()[-1]
        assert said.startswith(done)
        assert said.endswith(". The output cannot be written.")


def test_what_was_written_is_told_as_json(warroom: Warroom) -> None:
    declared = warroom.json("declare", "Checkout", "--sev", "SEV2")
    ref = declared["ref"]
    assert (declared["event"], declared["kind"]) == ("incident_declared", "declared")
    written = {declared["id"]}
    for words in (
        ["log", ref, "* disk full"],
        ["sev", ref, "SEV1"],
        ["task", ref, "@rs check it"],
        ["assign", ref, "1", "ana"],
        ["check", ref, "1"],
        ["check", ref, "--note", "seen by all"],
        ["done", ref, "check it"],
        ["hypothesis", ref, "the pool is full"],
        ["hypothesis", ref, "pool", "--verdict", "ruled-out"],
        ["change", ref, "restart db"],
        ["changed", ref, "restart"],
        ["role", ref, "ic", "mo"],
        ["handoff", ref, "ana"],
        ["update", ref, "--audience", "internal", "--message", "looking"],
        ["undo", ref],
        ["action", "add", ref, "make the pool larger"],
        ["redact", ref, "disk full", "--reason", "not for all"],
    ):
        events = [json.loads(line) for line in warroom.says(*words, "--json").splitlines()]
        assert events, words
        assert {event["ref"] for event in events} == {ref}
        written |= {event["id"] for event in events}

    assert {entry["id"] for entry in warroom.json("show", ref)["entries"]} <= written
    # An import tells what it brings, and nothing the second time.
    archive = warroom.says("export", ref, "json")
    elsewhere = Warroom(warroom.db.with_name("elsewhere.db"))
    brought = elsewhere.says("import", "-", "--yes", "--json", stdin=archive).splitlines()
    assert written <= {json.loads(line)["id"] for line in brought}
    assert elsewhere.says("import", "-", "--yes", "--json", stdin=archive) == ""
    # A refusal is a sentence, and no JSON.
    assert warroom.fails("assign", ref, "x", "rs", "--json")


WITHOUT_JSON = {
    "open": "opens the console",
    "wall": "opens the console",
    "serve": "serves until it is ended",
    "help": "prints a text",
    "completion": "prints a script",
    "export": "prints a document; `export REF json` is JSON",
    "template show": "prints a document",
    "template list": "lists names",
    **dict.fromkeys(("playbook check", "runbook check", "drill check", "template check"), "reads a file of a person"),
}
"""Commands that take no `--json`, and why; what writes is none of them."""


def test_every_command_that_writes_tells_it_as_json_too() -> None:
    without = {" ".join(words) for words, command in commands() if "--json" not in long_options(command)}
    assert without == set(WITHOUT_JSON)


def test_what_was_made_beside_the_log_is_told_as_json(warroom: Warroom, ref: str, tmp_path: Path) -> None:
    env = {"WARROOM_CONFIG": str(tmp_path / "config")}
    warroom.env |= env
    page = tmp_path / "out.md"
    warroom.says("target", "add", "page", "--provider", "file", "--audience", "internal", "--option", f"path={page}")
    assert warroom.json("target", "test", "page")["proved_at"]
    copy = tmp_path / "copy.db"
    assert warroom.json("backup", str(copy)) == {"file": str(copy)}
    assert warroom.json("verify") == {"clean": True, "problems": []}
    told = warroom.json("rescue", str(copy))
    assert (told["sound"], told["lost"], told["entries"]) == (True, [], len(warroom.json("show", ref)["entries"]))
    assert Warroom(Path(told["file"])).json("show", ref)["ref"] == ref
    kept = tmp_path / "drill.db"
    prepared = warroom.json("drill", "run", "ddos", "--prepare-only", "--keep", str(kept))
    assert prepared["file"] == str(kept)
    assert Warroom(kept).json("show", prepared["ref"])["ref"] == prepared["ref"]
    assert [each["file"] for each in warroom.json("demo", "--prepare-only")] == [None]
    warroom.says("update", ref, "--audience", "internal", "--message", "We look into it.")
    sent = warroom.json("publish", "run", "--once")
    assert [(each["ref"], each["target"], each["state"]) for each in sent] == [(ref, "page", "done")]
    assert warroom.json("publish", "run", "--once") == warroom.json("publish", "retry", "--all") == []
    for words in (("publish", "run"), ("sync", "run"), ("demo",), ("drill", "run", "ddos")):
        assert warroom.here(*words, "--json")[0] == 2


def test_what_is_longer_than_the_terminal_goes_through_the_pager(warroom: Warroom, ref: str) -> None:
    environ = warroom.env | {"PAGER": "sed s/^/paged:/"}
    for args, words in (
        (("playbook", "show", "standard"), rb"paged:Standard"),
        (("list",), ref.encode()),
    ):
        with running([*COMMAND, *args], environ, (100, 24)) as shown:
            while shown.reads():
                pass
        assert re.search(words, shown.seen), shown.seen
        assert (b"paged:" in shown.seen) == (args[0] == "playbook")
