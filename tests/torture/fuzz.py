"""Inputs of every kind, changed by chance: lines, files to import, a team's files, the answers of pages.

`python -m tests.torture fuzz [COUNT SEED]`; COUNT inputs of each kind, 20,000 by itself. The inputs are real ones in
which something is left out, repeated, exchanged or put in. Whatever comes: a result or one sentence, never a traceback,
and no more memory and processor time than `bounded` gives to each.
"""

import gzip
import json
import random
import re
import resource
import shutil
import signal
import socket
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from types import FrameType
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from console.app.lines import key_doubt, read_line
from console.core.language.grammar import Line
from console.core.language.secrets import secret_doubt
from console.core.log.completion import completions, slash_doubt
from console.core.log.fold import NeedsRefold, fold
from console.core.log.foretold import doubt_of, foretold
from console.core.log.slash import SLASH_WORDS, command_for
from console.core.refusal import Problem, Refused
from console.core.subjects.declaration import DeclareIncident
from console.library.playbooks import Playbooks
from console.publish.transport.failure import PublishProblem
from console.publish.transport.http import Http
from console.resources import resource_path
from console.store import Log
from console.store.ledger import Ledger
from tests.app.driver import Clock, standard_playbook
from tests.cli.shell import Warroom
from tests.memory import memory
from tests.publish import away
from tests.publish.suite import Bench, told_well
from tests.publish.wire import Wire
from tests.store.damaging import put_back
from tests.torture.bodies import LOG, changed
from tests.torture.lines import LINES_BY_CLASS
from tests.torture.strings import FRAGMENTS

MEMORY_BYTES = 1_000_000_000
"""More than this, beside what the process has, no input may take."""
PROCESSOR_S = 60
"""Seconds of its own processor time after which an input counts as one without an end."""
MAX_CHARS = 200_000
NUMBERS = ("0", "-1", "1e999", "nan", "9" * 30, "1" * 5000, "0x10", "2026-02-30", "24:00", "99:99", "1/0", "-0", "٣")
SYNTAX = (
    "[", "]", "[[", "{", "}", '"', "'", '"""', "'''", "=", ",", ".", "#", ":", "true", "null", "\\u0000", "\\ud800",
    "\\U0010ffff", "\\", "1979-05-27T07:32:00Z", "1979-05-27", "{{ x }}", "{% for a in b %}", "{% endfor %}", "{#",
    "{{ 'a' * 9999999 }}", "{% include 'x' %}", "{{ ().__class__ }}", "[ ] ", "1. ", "## ", "```", "| a |", ";", "@",
    "/", "!", "-4m ", "10m", "14:32", "tomorrow", "UTC", "+05:45", "@mo", "@@", "#tag", " ! ",
)  # fmt: skip
PIECES = (*FRAGMENTS, *NUMBERS, *SYNTAX)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
NOT_ONE_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@contextmanager
def bounded() -> Iterator[None]:
    """Ends what takes too much memory or processor time of its own, however busy the machine is."""

    def over(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"more than {PROCESSOR_S} s of processor time")

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGPROF, over)
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, hard))
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def mutated(text: str, chance: random.Random) -> str:
    """A text after some changes."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        until = min(len(text), at + chance.choice((1, 1, 5, 20, 100)))
        numbers, words = (list(pattern.finditer(text)) for pattern in (_NUMBER, _WORD))
        act = chance.randrange(8)
        if act == 0:
            text = text[:at] + text[until:]
        elif act == 1:
            text = text[:at] + text[at:until] * chance.choice((2, 2, 50, 1000)) + text[until:]
        elif act == 2 and numbers:
            number = chance.choice(numbers)
            text = text[: number.start()] + chance.choice(NUMBERS) + text[number.end() :]
        elif act == 3 and words:
            word, other = chance.choice(words), chance.choice(words)
            text = text[: word.start()] + other[0] + text[word.end() :]
        elif act == 4:
            lines = text.split("\n")
            here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[here], lines[there] = lines[there], chance.choice((lines[here], lines[there]))
            text = "\n".join(lines)
        elif act == 5 and chance.random() < 0.3:
            text = text[:at]
        else:
            text = text[:at] + chance.choice(PIECES) + text[at:]
    return text[:MAX_CHARS]


def as_bytes(text: str, chance: random.Random) -> bytes:
    """A text as a file has it, now and then with bytes that are no text."""
    raw = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        at = chance.randrange(len(raw) + 1)
        raw = raw[:at] + chance.choice((b"\xff", b"\x00", b"\xc3\x28", b"\xef\xbb\xbf", b"\xff\xfe")) + raw[at:]
    return raw


def assert_sentence(reason: str) -> None:
    assert reason.endswith("."), reason
    assert not NOT_ONE_LINE.search(reason), repr(reason)


class Tried(Protocol):
    """A kind of input: `one` tries another, and says whether it was refused; `text` is the input."""

    text: str

    def one(self, chance: random.Random) -> bool: ...


class Lines:
    """Lines at the prompt: what is foretold of them, and what they write."""

    LINES_OF_AN_INCIDENT = 100

    def __init__(self, folder: Path) -> None:
        self._clock = Clock()
        self._log = Log.open(folder / "lines.db")
        self._ledger = Ledger(self._log, actor="mo", clock=self._clock)
        # Each word as its form shows it, with the names and numbers that an example has.
        forms = [*SLASH_WORDS.values(), "/undo", "/redact last", "/correct last better", "/stage closed ! over"]
        typed = [line for lines in LINES_BY_CLASS.values() for line in lines]
        self._seeds = [re.sub(r"[\[\]]", "", form) for form in forms] + typed + forms
        self._ref, self._count = "", 0
        self.text = ""

    def one(self, chance: random.Random) -> bool:
        if self._count % self.LINES_OF_AN_INCIDENT == 0:
            self._ref = self._ledger.declare(
                DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1"), standard_playbook()
            )
        self._count += 1
        self._clock.passes(seconds=30)
        line = chance.choice(self._seeds)
        self.text = mutated(line, chance) if chance.random() < 0.9 else line
        state, now = self._ledger.state(self._ref), self._ledger.now()
        for question in (secret_doubt(self.text), key_doubt(self.text)):
            assert not question or not NOT_ONE_LINE.search(question), repr(question)
        completions(self.text[: chance.randrange(len(self.text) + 1)], state, "mo", SLASH_WORDS)
        try:
            read = read_line(self.text, now=now, zone=UTC)
            if not isinstance(read, Line) and read.word not in SLASH_WORDS:
                return False  # A screen's.
            command = command_for(read, state, actor="mo", now=now, zone=UTC)
            doubt_of(state, command, now, UTC)
            if isinstance(read, Line):
                slash_doubt(read, state, "mo")
            with suppress(Refused, NeedsRefold):
                foretold(state, command, now)
            self._ledger.execute(self._ref, command)
        except Problem as problem:
            assert_sentence(problem.reason)
            return True
        if self._count % self.LINES_OF_AN_INCIDENT == 0:
            assert self._ledger.state(self._ref) == fold(self._ref, self._log.events(self._ref))
        return False


class Shell:
    """Commands on a log with an incident of every kind, put back where one has written."""

    def __init__(self, folder: Path) -> None:
        self.data, self.whole, self.config = folder / "data", folder / "whole", folder / "config"
        for each in (self.data, self.whole, self.config):
            each.mkdir()
        self.db = self.data / "log.db"
        self.warroom = Warroom(self.db, WARROOM_CONFIG=str(self.config))
        self.text = ""

    def keeps(self) -> None:
        """Keep the present contents, to be put back."""
        for file in self.data.iterdir():
            shutil.copyfile(file, self.whole / file.name)

    def runs(self, *args: str, sentence: bool = True) -> tuple[int, str]:
        """A command's status and output; refused it says one sentence."""
        status, out, err = self.warroom.here(*args)
        assert "Traceback" not in err, err
        assert status in (0, 1), (status, err)
        for line in f"{out}\n{err}".split("\n"):
            assert not NOT_ONE_LINE.search(line), f"{args}: {line!r}"
        if status and sentence:
            assert_sentence(err.strip().split("\n")[-1])
        return status, out.strip()


class Imports(Shell):
    """Exports and timelines, taken over by a log that has the incident, or has not."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.db.write_bytes(gzip.decompress(LOG.read_bytes()))
        refs = [row["ref"] for row in json.loads(self.warroom.says("list", "--all", "--json"))]
        self._exports = []
        for ref in refs:
            archive = json.loads(self.warroom.says("export", ref, "json"))
            self._exports.append({name: value for name, value in archive.items() if name != "show"})
        samples = resource_path("samples")
        self._texts = [
            (path.suffix, path.read_text()) for path in sorted(samples.iterdir()) if path.suffix in (".md", ".csv")
        ]
        # Half of what an export has is known here.
        self.db.unlink()
        for companion in self.data.iterdir():
            companion.unlink()
        known = folder / "known.json"
        for archive in self._exports:
            half = {**archive, "events": archive["events"][: max(1, len(archive["events"]) // 2)]}
            known.write_text(json.dumps(half))
            self.runs("import", str(known), "--yes")
        self.keeps()
        self._file = folder / "file"

    def one(self, chance: random.Random) -> bool:
        if chance.random() < 0.5:
            whole = chance.choice(self._exports)
            events = whole["events"]
            at = chance.randrange(len(events))
            few = events[: at + 1] if chance.random() < 0.5 else events
            self.text, suffix = json.dumps({**whole, "events": few}), ".json"
            if chance.random() < 0.6:
                one = dict(enumerate(few)) | {
                    at % len(few): json.loads(changed(json.dumps(few[at % len(few)]), chance))
                }
                self.text = json.dumps({**whole, "events": list(one.values())})
            else:
                self.text = mutated(self.text, chance)
        else:
            suffix, text = chance.choice(self._texts)
            self.text = mutated(text, chance)
        file = self._file.with_suffix(suffix)
        file.write_bytes(as_bytes(self.text, chance))
        if chance.random() < 0.3:
            return bool(self.runs("import", str(file), "--dry-run")[0])
        status, out = self.runs("import", str(file), "--yes")
        if not status:
            for ref in out.split()[-1:]:
                for look in (("show", ref), ("show", ref, "--json"), ("clocks", ref), ("export", ref, "timeline")):
                    self.runs(*look)
            assert self.runs("verify")[0] == 0, "what was taken over does not verify"
            put_back(self.whole, self.data)
        return bool(status)


class TeamFiles(Shell):
    """Playbooks, runbooks, templates, settings and targets of a team: checked, and used where they are taken."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ref = self.warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        self.warroom.says("log", self.ref, "! rolled back")
        self.keeps()
        self._seeds: list[tuple[str, str]] = []
        for kind, pattern in (("playbooks", "*.toml"), ("runbooks", "*.md"), ("templates", "*.j2")):
            (self.config / kind).mkdir()
            self._seeds += [(kind, path.read_text()) for path in sorted(resource_path(kind).glob(pattern))]
            self._names = {path.name for path in resource_path("templates").glob("*.j2")}
        (self.config / "targets").mkdir()
        target = (
            'provider = "statuspage"\npage = "kctbh9vrtdwd"\naudience = "public"\nnotify = false\n'
            'statuses = ["investigating", "resolved"]\n[components]\ncheckout = "8kbf7d35c070"\n[options]\n'
        )
        settings = 'theme = "warroom-light"\nbell = "overdue"\ndesktop = true\nclipboard = "auto"\nexports = "~/x"\n'
        self._seeds += [("targets", target), ("settings", settings)] * 6

    def one(self, chance: random.Random) -> bool:
        kind, text = chance.choice(self._seeds)
        self.text = mutated(text, chance)
        names = {
            "playbooks": "playbooks/own.toml", "runbooks": "runbooks/own.md", "targets": "targets/page.toml",
            "templates": f"templates/{chance.choice(sorted(self._names))}", "settings": "settings.toml",
        }  # fmt: skip
        file = self.config / names[kind]
        file.write_bytes(as_bytes(self.text, chance))
        try:
            return bool(getattr(self, f"_{kind}")(file, chance))
        finally:
            file.unlink()

    def _playbooks(self, file: Path, chance: random.Random) -> int:
        status, _ = self.runs("playbook", "check", str(file))
        self.runs("playbook", "list")
        if not status and chance.random() < 0.2:
            self._plays(file, chance)
        return status

    def _plays(self, file: Path, chance: random.Random) -> None:
        """An incident by a playbook that was taken."""
        book = Playbooks(self.config).read(file)
        severities = [severity.name for severity in book.severities]
        status, ref = self.runs("declare", "x", "--sev", chance.choice(severities), "--playbook", "own")
        if not status:
            for _ in range(4):
                stage, severity = chance.choice([stage.name for stage in book.stages]), chance.choice(severities)
                self.runs("stage", ref, stage, "--override", "because")
                self.runs("sev", ref, severity, "--reason", "because")
            if book.roles:
                self.runs("role", ref, chance.choice([role.id for role in book.roles]), "ana")
            for look in ("show", "clocks", "advice", "check"):
                self.runs(look, ref, *(["--list"] if look == "check" else []))
            for document in ("handoff", "update", "postmortem", "timeline", "json", "brief"):
                self.runs("export", ref, document)
            self.runs("playbook", "show", "own")
            put_back(self.whole, self.data)

    def _runbooks(self, file: Path, chance: random.Random) -> int:
        status, _ = self.runs("runbook", "check", str(file))
        self.runs("runbook", "list")
        if not status:
            self.runs("runbook", "show", "own")
            if chance.random() < 0.2:
                if not self.runs("runbook", "follow", self.ref, "own")[0]:
                    self.runs("show", self.ref)
                put_back(self.whole, self.data)
        return status

    def _templates(self, file: Path, chance: random.Random) -> int:
        status, _ = self.runs("template", "check", file.name.removesuffix(".md.j2"))
        self.runs("export", self.ref, chance.choice(("update", "postmortem", "brief", "rca", "customer")))
        return status

    def _targets(self, file: Path, chance: random.Random) -> int:
        self.runs("target", "list")
        return self.runs("target", "key", "page", sentence=True)[0]

    def _settings(self, file: Path, chance: random.Random) -> int:
        return self.runs("doctor", sentence=False)[0]


class Answers:
    """Answers of pages, through the real transport: a server on this machine changes what the page has to say."""

    def __init__(self, folder: Path) -> None:
        self._kinds = away.kinds()
        self.text = ""
        self._bench: Bench | None = None
        self._change: Callable[[httpx.Response], bytes] = whole_answer
        self._lock = threading.Lock()
        self._wire = Wire(self._talk)
        self._wire.__enter__()

    def close(self) -> None:
        self._wire.__exit__(None, None, None)

    def _talk(self, connection: socket.socket, over: threading.Event) -> None:
        bench = self._bench
        assert bench is not None
        head, _, body = self._wire.requests[-1].partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        base = urlsplit(bench.fake.base)
        headers = [(name, value.strip()) for name, _, value in (field.partition(":") for field in fields)]
        headers = [(name, base.netloc if name.lower() == "host" else value) for name, value in headers]
        request = httpx.Request(method, f"{base.scheme}://{base.netloc}{path}", headers=headers, content=body)
        connection.sendall(self._change(bench.fake.handle(request)))

    def one(self, chance: random.Random) -> bool:
        kind = chance.choice(sorted(self._kinds))
        cls, fake = self._kinds[kind]
        bench = Bench(cls, fake())
        self._bench, self._change = bench, whole_answer
        path = urlsplit(bench.fake.base).path
        http = Http(self._wire.base + path, cls.headers(bench.fake.key), name="page", secrets=(bench.fake.key,))
        bench.provider = away.provider(kind, "page", bench.fake, http, lambda: bench.fake.now)
        self.text = kind
        try:
            first = bench.delivery("investigating", "We are looking into failed payments.")
            if chance.random() < 0.7:
                bench.send(first)
            following = bench.delivery(
                "identified", "A deploy is the cause.", {next(iter(bench.fake.components)): "major"}
            )
            self._change = self._changes(chance)
            acts: list[Callable[[], object]] = [lambda: bench.send(following)]
            capabilities = bench.provider.capabilities
            acts += [bench.provider.check, lambda: bench.look_up(following), lambda: bench.look_up(first)]
            if capabilities.reads:
                acts.append(lambda: bench.provider.read(bench.known))
            chance.choice(acts)()
        except PublishProblem as problem:
            told_well(problem, bench.fake.key)
            return True
        finally:
            http.close()
        return False

    def _changes(self, chance: random.Random) -> Callable[[httpx.Response], bytes]:
        def change(reply: httpx.Response) -> bytes:
            if chance.random() < 0.2:
                return whole_answer(reply)
            status, body = reply.status_code, reply.content
            if chance.random() < 0.15:
                status = chance.choice((200, 201, 204, 304, 307, 400, 401, 404, 409, 422, 429, 500, 503, 599, 999, 100))
            with suppress(ValueError):
                text = json.dumps(json.loads(body))
                for _ in range(chance.randrange(4)):
                    text = changed(text, chance)
                if chance.random() < 0.3:
                    text = mutated(text, chance)
                body = as_bytes(text, chance)
            fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
            if chance.random() < 0.2:
                name = chance.choice(("Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding",
                                      "Retry-After", "Location", "Set-Cookie", "Link"))  # fmt: skip
                fields[name] = chance.choice(
                    (*NUMBERS, "chunked", "gzip", "utf-7", "https://elsewhere.example/", "a" * 9000)
                )
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            raw = f"HTTP/1.1 {status} x\r\n{head}\r\n".encode("utf-8", "replace") + body
            self.text = f"{self.text}\n{raw[:3000]!r}"
            return raw if chance.random() < 0.97 else raw[: chance.randrange(len(raw))]

        return change


def whole_answer(reply: httpx.Response) -> bytes:
    head = f"HTTP/1.1 {reply.status_code} x\r\nContent-Type: application/json\r\nContent-Length: {len(reply.content)}"
    return f"{head}\r\nConnection: close\r\n\r\n".encode() + reply.content


KINDS: dict[str, Callable[[Path], Tried]] = {
    "lines": Lines, "imports": Imports, "team files": TeamFiles, "answers": Answers,
}  # fmt: skip
MOST_FINDINGS = 30


def tried(folder: Path, count: int, seed: int, kinds: dict[str, Callable[[Path], Tried]] = KINDS) -> Counter[str]:
    """So many inputs of each kind; raises AssertionError with each place at which something went wrong."""
    figures: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for name, make in kinds.items():
        (folder / name).mkdir()
        kind = make(folder / name)
        for number in range(count):
            try:
                with bounded():
                    figures[f"{name} refused"] += kind.one(random.Random(f"{seed} {name} {number}"))
            except Exception as error:  # noqa: BLE001 Whatever it is, it is a finding.
                frame = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
                wrong.setdefault(where, f"{name} {number}: {error!r:.2000}\n{kind.text!r:.3000}")
                figures["wrong"] += 1
            figures[name] += 1
            if len(wrong) >= MOST_FINDINGS:
                break
        if isinstance(kind, Answers):
            kind.close()
    assert not wrong, f"{figures['wrong']} wrong, seed {seed}:\n" + "\n".join(f"{at}: {of}" for at, of in wrong.items())
    return figures


def main(count: int = 20_000, seed: int = 4) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        figures = tried(Path(folder), count, seed)
    said = ", ".join(
        f"{figures[name]:,} {name} ({figures[f'{name} refused']:,} refused in a sentence)" for name in KINDS
    )
    return f"fuzz: {said}: 0 tracebacks, 0 without an end; seed {seed}, {time.perf_counter() - started:.0f} s"
