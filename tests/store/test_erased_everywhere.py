"""After a redaction no word of the entry is left: not in the files, nor in anything that is made of the log."""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.cli.transfer import EXPORT_FORMS
from console.core.log.erasure import exchanged
from console.core.log.event import Body, Event
from console.core.log.registry import KINDS
from console.core.subjects.stage import StageChanged
from console.core.subjects.undo import EntryRedacted
from console.store import Log, cases
from console.store.ledger import Ledger
from console.store.outbox.message import Queued
from console.store.outbox.tables import queue
from console.store.redact import RECALLED, TEXTS_APART
from tests.cli.shell import Warroom
from tests.core.bodies import Tokens, body_of
from tests.core.story import START
from tests.drawing import examples
from tests.memory import memory
from tests.store.making import INCIDENT, event

ABOUT = {
    "task": "task_added", "fix": "fix_added", "hypothesis": "entry_logged", "change": "change_claimed",
    "handoff": "handoff_offered", "action": "action_added", "update": "update_posted", "target": "entry_logged",
    "stage": "declared", "severity": "SEV1", "role": "ic", "audience": "public", "section": "summary",
    "clock": "escalation", "drill": False, "retrospective": False,
}  # fmt: skip
"""Values of fields that name things which are there: the id of each event is the name of its kind."""

TOKEN = re.compile(rb"[a-z]+[0-9]{4}xyzzy")


class Told:
    """A log with one event of each kind, each of its texts a token, and copies of them wherever copies are kept."""

    def __init__(self, folder: Path, draw: Any, *, maintenance: bool) -> None:
        self.path = folder / "log.sqlite"
        self.tokens: dict[str, list[str]] = {}
        self.bodies: dict[str, Body] = {}
        first = ("incident_declared", "entry_logged", "update_posted")
        kinds = [*first, *(kind for kind in KINDS if kind not in (*first, "entry_redacted", "undone"))]
        about = ABOUT if maintenance else ABOUT | {"maintenance": None}
        for kind in kinds:
            tokens = Tokens(kind.replace("_", ""))
            self.bodies[kind], self.tokens[kind] = draw(body_of(KINDS[kind], tokens, about, whole=True)), tokens.given
        # As from another file, where the decision about a message was obeyed.
        events = [
            Event(kind, INCIDENT, "elsewhere", place, place, "mo", START, START, body)
            for place, (kind, body) in enumerate(self.bodies.items(), start=1)
        ]
        title, text = self.tokens["incident_declared"][0], self.tokens["update_posted"][0]
        payload = msgspec.json.encode({"text": text, "title": title}).decode()
        message = Queued("nowhere", "update_posted", "page", "public", START, payload)
        with Log.open(self.path) as log:
            log.import_events(events)
            log.transact(lambda connection: queue(connection, [message]))
            for kind, given_texts in self.tokens.items():
                log.save_draft(f"prompt {kind}", " ".join(given_texts))
                log.save_draft(f"{RECALLED}{kind}", TEXTS_APART.join(given_texts))
            state = Ledger(log, actor="mo", clock=lambda: START).state(INCIDENT)
            log.save_snapshot(INCIDENT, log.position(), repr(state).encode()).result()
            cases.every(log)


@pytest.mark.parametrize("maintenance", [False, True], ids=["incident", "maintenance"])
@given(data=st.data())
@settings(max_examples=examples(50), phases=[Phase.generate])
def test_no_token_survives_anywhere(data: st.DataObject, *, maintenance: bool) -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        told = Told(folder, data.draw, maintenance=maintenance)
        words = [token for tokens in told.tokens.values() for token in tokens]
        before = written(folder)
        assert all(word.encode() in before for word in words)
        with Log.open(told.path) as log:
            for number, kind in enumerate(told.bodies):
                assert log.redaction(INCIDENT, kind) is not None
                log.redact(event(f"r{number}", EntryRedacted(kind, reason=f"reason{number:04}xyzzy")))
                left = log.event(kind)
                assert left is not None
                # All that is no text stands as it was written.
                assert exchanged(left.body, lambda text: "x") == exchanged(told.bodies[kind], lambda text: "x")
                # The reason, which only now anything holds.
                log.redact(event(f"again{number}", EntryRedacted(f"r{number}")))
            assert log.verify() == []
            assert written_while_open(folder) == []
        assert TOKEN.findall(written(folder)) == []

        shell = Warroom(told.path, WARROOM_CONFIG=str(folder / "config"))
        refused = [export for export in EXPORT_FORMS if not exported(shell, export)]
        with Log.open(told.path) as log:
            log.append([event("closing", StageChanged("closed"))])
        assert maintenance or refused == [] or exported(shell, *refused)
        for command in (("show", INCIDENT, "--json"), ("list", "--all", "--json"), ("publish", "list", "--json")):
            status, out, err = shell.here(*command)
            assert status == 0, err
            assert TOKEN.findall(out.encode()) == []


def exported(shell: Warroom, export: str) -> bool:
    """True when an export, which holds no token, can be written now."""
    status, out, err = shell.here("export", INCIDENT, export)
    assert TOKEN.findall((out + err).encode()) == []
    return status == 0


def written_while_open(folder: Path) -> list[str]:
    """The tokens in the files of a log that is open, as another process finds them."""
    found = subprocess.run(
        ["grep", "-raohE", TOKEN.pattern.decode(), str(folder)], capture_output=True, check=False, env={"LC_ALL": "C"}
    )
    return found.stdout.decode().split()


def written(folder: Path) -> bytes:
    """Everything in a folder whose logs are all closed."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
