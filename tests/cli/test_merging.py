"""A file from somebody else for an incident that is here: shown and confirmed, and what contradicts is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.store.chain import body_sha
from tests.cli.shell import Warroom

HOUR_HLC = 3_600_000 << 16
OTHER_FILE = "feedfeedfeedfeed"


class Shared:
    """An incident here, and its export as a colleague has it."""

    def __init__(self, warroom: Warroom) -> None:
        self.warroom = warroom
        self.ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        self.entry = warroom.says("log", self.ref, "error rate 20 %")
        warroom.says("role", self.ref, "ic", "mo")
        self.file: dict[str, Any] = json.loads(warroom.says("export", self.ref, "json"))

    @property
    def own(self) -> str:
        origin: str = self.file["events"][0]["origin"]
        return origin

    def adds(self, kind: str, body: dict[str, Any], *, hours_ahead: float = 0, **fields: Any) -> dict[str, Any]:
        """One more event in the file, as eve's console would write it."""
        events = self.file["events"]
        last = events[-1]
        record = {
            **last,
            "id": f"eves{len(events):09}",
            "origin": OTHER_FILE,
            "oseq": 1 + sum(event["origin"] == OTHER_FILE for event in events),
            "hlc": last["hlc"] + int(hours_ahead * HOUR_HLC) + 1,
            "kind": kind,
            "actor": "eve",
            "body": body,
            **fields,
        }
        events.append(record)
        return record

    def line_of(self, record: dict[str, Any]) -> int:
        text = self.written()
        return text[: text.rindex(f'"id": "{record["id"]}"')].count("\n")

    def written(self) -> str:
        return json.dumps(self.file, indent=2)

    def runs(self, *options: str) -> tuple[int, str]:
        done = self.warroom.runs("import", "-", *options, stdin=self.written())
        assert b"Traceback" not in done.stderr
        return done.returncode, done.stderr.decode()

    def refuses(self) -> str:
        """The one sentence with which the file is refused, whatever was said to it; nothing is changed."""
        before = self.warroom.says("export", self.ref, "json")
        assert self.runs("--dry-run")[0] == 1
        sentence = self.warroom.fails("import", "-", "--yes", stdin=self.written())
        events = [json.loads(text)["events"] for text in (before, self.warroom.says("export", self.ref, "json"))]
        assert events[0] == events[1]
        assert self.warroom.says("verify") == "clean"
        return sentence

    def takes(self) -> str:
        status, err = self.runs("--yes")
        assert status == 0, err
        assert self.warroom.says("verify") == "clean"
        return err

    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.warroom.json("show", self.ref)
        return shown


@pytest.fixture
def shared(warroom: Warroom) -> Shared:
    return Shared(warroom)


def test_a_merge_is_shown_and_written_only_when_it_is_confirmed(shared: Shared) -> None:
    shared.adds("severity_changed", {"severity": "SEV3", "reason": "few are hit"})
    shared.adds("role_assigned", {"role": "ic", "person": "eve"})
    shared.adds("entry_undone", {"target": shared.entry})
    status, err = shared.runs("--dry-run")
    assert status == 0
    for words in (
        "adds 2 entries by eve",
        "changes severity: SEV1 → SEV3, by eve",
        "conflict over the role IC to settle: mo by mo, eve by eve",
        "undoes 1 entry: “error rate 20 %”",
    ):
        assert words in err
    status, err = shared.runs()
    assert status == 1
    assert "--yes" in err
    assert shared.shown()["severity"] == "SEV1"

    shared.takes()
    assert shared.shown()["severity"] == "SEV3"
    told = shared.warroom.says("show", shared.ref).partition("In conflict\n")[2]
    assert told.startswith("the role IC: mo, as mo says; or eve, as eve says\n")


def test_what_is_known_already_asks_nothing(shared: Shared) -> None:
    status, err = shared.runs()
    assert status == 0
    assert "wrote 0 new events" in err


def test_a_second_declaration_is_refused(shared: Shared) -> None:
    declared = dict(shared.file["events"][0]["body"], drill=True)
    record = shared.adds("incident_declared", declared)
    sentence = shared.refuses()
    assert "is declared already" in sentence
    assert sentence.startswith(f"Line {shared.line_of(record)} ")


@pytest.mark.parametrize(
    "body",
    [
        {"target": "ENTRY"},
        {"target": "ENTRY", "erased": {"ENTRY": "0" * 64}},
        {"target": "ENTRY", "erased": {"ENTRY": "0" * 64}, "left": {"ENTRY": "{}"}},
        {"target": "nobody", "erased": {"nobody": "0" * 64}},
        {"target": 5},
        {"target": "ENTRY", "LEFT": {"kind": "note", "text": "all is well"}},
        {"target": "ENTRY", "LEFT": {"kind": "decision", "text": "[redacted 3f2a]"}},
    ],
)
def test_a_redaction_that_is_not_whole_and_true_is_refused(shared: Shared, body: dict[str, Any]) -> None:
    body = json.loads(json.dumps(body).replace("ENTRY", shared.entry))
    if left := body.pop("LEFT", None):
        raw = json.dumps(left)
        body |= {"erased": {shared.entry: body_sha(raw)}, "left": {shared.entry: raw}}
    record = shared.adds("entry_redacted", body)
    assert shared.refuses().startswith(f"Line {shared.line_of(record)} ")
    assert "error rate 20 %" in [entry["text"] for entry in shared.shown()["entries"]]


def test_a_true_redaction_is_shown_and_taken(shared: Shared, tmp_path: Path) -> None:
    colleague = Warroom(tmp_path / "colleague.db", WARROOM_USER="al")
    colleague.says("import", "-", stdin=shared.written())
    colleague.says("redact", shared.ref, shared.entry)
    shared.file = json.loads(colleague.says("export", shared.ref, "json"))
    assert "redacts 1 entry for good: “error rate 20 %”" in shared.runs("--dry-run")[1]
    shared.takes()
    assert "error rate" not in str(shared.shown()["entries"])


@pytest.mark.parametrize("forge", ["unknown", "changed"])
def test_nobody_writes_under_the_name_of_this_file(shared: Shared, forge: str) -> None:
    if forge == "unknown":
        oseq = len(shared.file["events"]) + 1
        record = shared.adds("entry_logged", {"kind": "note", "text": "I quit"}, origin=shared.own, oseq=oseq)
    else:
        record = shared.file["events"][1]
        record["body"] = {"kind": "note", "text": "all is well"}
    assert shared.refuses().startswith(f"Line {shared.line_of(record)} ")


def test_a_colleagues_clock_ahead_is_said_and_taken(shared: Shared) -> None:
    at = "2036-11-21T14:30:00.000Z"
    shared.adds("entry_logged", {"kind": "note", "text": "hello"}, hours_ahead=80_000, recorded_at=at, occurred_at=at)
    assert "clock ahead" in shared.takes()


@pytest.mark.parametrize(
    ("kind", "body", "act", "value"),
    [
        ("severity_changed", {"severity": "SEV3"}, ("sev", "SEV0"), "SEV0"),
        ("title_changed", {"title": "Held"}, ("title", "Checkout is down"), "Checkout is down"),
        (
            "component_changed",
            {"component": "web", "status": "major"},
            ("component", "web", "partial"),
            "'web': 'partial'",
        ),
    ],
)
def test_a_clock_far_ahead_holds_no_value(
    shared: Shared, kind: str, body: dict[str, Any], act: tuple[str, ...], value: str
) -> None:
    shared.adds(kind, body, hours_ahead=20)
    shared.takes()
    word, *rest = act
    shared.warroom.says(word, shared.ref, *rest)
    shown = {name: shared.shown()[name] for name in ("severity", "title", "components")}
    assert value in str(shown)


def test_statements_that_name_each_other_in_a_circle_hold_no_value(shared: Shared) -> None:
    shared.adds("severity_changed", {"severity": "SEV3", "replaces": "eves000000004"}, hours_ahead=10)
    shared.adds("severity_changed", {"severity": "SEV4", "replaces": "eves000000003"}, hours_ahead=1)
    shared.takes()
    shared.warroom.says("sev", shared.ref, "SEV0")
    assert shared.shown()["severity"] == "SEV0"


def test_what_another_file_says_of_messages_is_shown_before_it_counts(shared: Shared) -> None:
    update = shared.adds("update_posted", {"audience": "public", "text": "We look.", "status": "investigating"})
    message = {"key": "k1", "to": "page"}
    shared.adds("publication_queued", {"event": update["id"], "audience": "public", "messages": [message]})
    there = {"message": "k1", "update": update["id"], "incident_id": "somebody-elses"}
    shared.adds("publication_reported", {**there, "state": "done"})
    shared.adds("publication_reported", {**there, "state": "refused", "note": "no"})
    said = shared.takes()
    assert "adds 1 update to be sent to pages by eve" in said
    assert "adds 1 report that a message is on its page by eve" in said
    assert "adds 1 report of a message that was not sent by eve" in said


@pytest.mark.parametrize("remote", ['{"a":' * 50_000, "[]", "7", '{"incident_id":7}', "x"])
def test_a_confirmed_message_whose_place_cannot_be_read_is_taken_in(shared: Shared, remote: str) -> None:
    update = shared.adds("update_posted", {"audience": "public", "text": "We look.", "status": "investigating"})
    message = {"key": "k1", "to": "page"}
    shared.adds("publication_queued", {"event": update["id"], "audience": "public", "messages": [message]})
    decided = {"message": "k1", "update": update["id"], "to": "page", "decision": "confirmed", "remote": remote}
    shared.adds("publication_decided", decided)
    shared.takes()
    listed = shared.warroom.json("publish", "list")
    assert [one["state"] for one in listed] == ["done"]
