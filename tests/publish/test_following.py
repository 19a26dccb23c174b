"""Targets that follow an incident: what is told beside updates, once, in its order, and to nobody who did not ask."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry, Undo
from console.publish.provider import Provider
from console.publish.providers.file import ToFile
from console.publish.providers.webhook import Webhook
from console.publish.sending.decisions import dropped
from console.publish.sending.follower import Follower
from console.publish.sending.message import OCCASIONS, decode_delivery
from console.publish.sending.plan import Choices, Context, previews
from console.publish.sending.publisher import Publisher
from console.publish.sending.sender import Sender
from console.publish.sending.status import standings
from console.publish.targets.folder import Targets
from console.publish.targets.model import Target
from console.store import Log
from console.store.ledger import Ledger
from console.store.outbox.message import Message
from console.store.outbox.outbox import Outbox
from tests.core.story import standard
from tests.publish.away import provider
from tests.publish.fakes.chat import WebhookFake
from tests.publish.faulty import FaultyTransport, client, status, timed_out_after
from tests.publish.making import Clock, update

_CHOICES = Choices()
BRIDGE = Target("bridge", "webhook", "https://hooks.example/warroom", audience="internal", events=OCCASIONS)


class House:
    """A log whose ledger is followed by targets of a folder, with the receiver of their webhooks."""

    def __init__(self, log: Log, folder: Path, *targets: Target) -> None:
        self.log, self.folder, self.clock = log, folder, Clock()
        self.receiver = WebhookFake()
        self.receiver.clock = self.clock
        self.network = FaultyTransport(self.receiver)
        for target in targets:
            Targets(folder).add(target)
        self.ledger = Ledger(log, actor="mo", clock=self.clock)
        self.ledger.follow = Follower(log, folder)
        self.sender = Sender(log, self.connect, self.clock, jitter=lambda: 0.0, wait=self.clock.sleep)

    def connect(self, name: str) -> Provider:
        http = client(Webhook, self.network, self.clock, name)
        return provider("webhook", name, self.receiver, http, self.clock)

    def declare(self, **more: Any) -> str:
        command = DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1", **more)
        return self.ledger.declare(command, standard())

    def does(self, ref: str, kind: Any, **fields: Any) -> None:
        self.clock.sleep(60)
        self.ledger.execute(ref, kind(actor="mo", **fields))

    def messages(self) -> list[Message]:
        return Outbox(self.log).messages()

    def told(self, target: str = "bridge") -> list[list[str]]:
        """The kinds of what each message tells, in order."""
        deliveries = [decode_delivery(message.payload) for message in self.messages() if message.target == target]
        return [[each.of for each in one.happened.occasions] for one in deliveries if one and one.happened]

    def events(self) -> list[dict[str, Any]]:
        """The events that the receiver took, in their order."""
        self.sender.run_once()
        return list(self.receiver.events.values())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Log.open(tmp_path / "data" / "warroom.db") as log:
        yield House(log, tmp_path / "config", BRIDGE)


def changes(event: dict[str, Any]) -> list[dict[str, str]]:
    return list(event["changes"])


def test_a_bridge_hears_what_happens_in_its_order_and_once(house: House) -> None:
    ref = house.declare()
    house.does(ref, AssignRole, role="ic", person="Maya")
    house.does(ref, MoveStage, stage="investigating")
    house.does(ref, ChangeSeverity, severity="SEV2", reason="fewer are hit")
    house.does(ref, LogEntry, text="nothing that anybody follows")
    house.does(ref, AssignRole, role="ic", person="")
    events = house.events()
    assert [event["event"] for event in events] == ["declared", "role", "stage", "severity", "role"]
    declared, role, stage, severity, nobody = events
    assert (declared["title"], declared["severity"], declared["closed"]) == ("Checkout errors", "SEV1", False)
    assert changes(role) == [{"of": "role", "role": "ic", "name": "Maya"}]
    assert changes(stage) == [{"of": "stage", "value": "investigating", "before": declared["stage"]}]
    assert changes(severity) == [{"of": "severity", "value": "SEV2", "before": "SEV1"}]
    assert changes(nobody) == [{"of": "role", "role": "ic", "name": ""}]
    assert (stage["stage"], stage["by"], stage["incident"]) == ("investigating", "mo", ref)
    assert house.receiver.wrong == []
    house.sender.run_once()
    assert len(house.receiver.events) == len(events)
    [standing] = standings(house.messages(), Outbox(house.log).placed(ref), house.clock.now)
    assert standing.where == "sent"


def test_closing_and_opening_again_are_told(house: House) -> None:
    ref = house.declare()
    house.does(ref, MoveStage, stage="closed", override="False alarm: nobody was affected")
    house.does(ref, MoveStage, stage="investigating", override="it is back")
    told = [(event["event"], event["closed"], [each["of"] for each in changes(event)]) for event in house.events()]
    assert told[1:] == [("closed", True, ["closed", "stage"]), ("closed", False, ["closed", "stage"])]


def test_an_undo_is_told_as_what_it_comes_to(house: House) -> None:
    ref = house.declare()
    house.does(ref, MoveStage, stage="investigating")
    house.does(ref, LogEntry, text="something behind it")
    stage = next(entry for entry in house.ledger.state(ref).entries if entry.kind == "stage")
    house.does(ref, Undo, entry=stage.id)
    *_, last = house.events()
    assert changes(last) == [{"of": "stage", "value": house.ledger.state(ref).stage.value, "before": "investigating"}]


def test_a_declaration_that_is_undone_is_closed_for_those_who_follow(house: House) -> None:
    ref = house.declare()
    house.does(ref, Undo, entry=house.ledger.state(ref).declared_id)
    assert [(event["event"], event["closed"]) for event in house.events()] == [("declared", False), ("closed", True)]


def test_each_target_hears_what_it_asked_for_alone(tmp_path: Path) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        house = House(
            log, tmp_path / "config", BRIDGE,
            Target("stages", "webhook", "https://a.example", events=("stage",)),
            Target("updates", "webhook", "https://b.example"),
            Target("off", "webhook", "https://c.example", events=OCCASIONS, enabled=False),
        )  # fmt: skip
        ref = house.declare()
        house.does(ref, MoveStage, stage="closed", override="False alarm: nobody was affected")
        house.does(ref, ChangeSeverity, severity="SEV2", reason="x")
        assert house.told() == [["declared"], ["closed", "stage"], ["severity"]]
        assert house.told("stages") == [["stage"]]
        assert {message.target for message in house.messages()} == {"bridge", "stages"}


def test_a_drill_and_a_record_of_the_past_are_told_to_nobody(house: House) -> None:
    drill, record = house.declare(drill=True), house.declare(retrospective=True)
    for ref in (drill, record):
        house.does(ref, MoveStage, stage="investigating")
    assert house.messages() == []


def test_the_public_gets_no_internal_title_and_no_name_of_who_did_it(tmp_path: Path) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        house = House(log, tmp_path / "config", Target("world", "webhook", "https://a.example", events=OCCASIONS))
        ref = house.declare()
        house.does(ref, SetPublicTitle, title="Payments fail")
        house.does(ref, MoveStage, stage="investigating")
        first, second = house.events()
        assert (first["title"], first["by"], second["title"]) == ("", "", "Payments fail")


def test_what_was_told_does_not_let_the_internal_title_out_with_the_first_update(tmp_path: Path) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        house = House(log, tmp_path / "config", Target("world", "webhook", "https://a.example", events=OCCASIONS))
        command = DeclareIncident(actor="mo", title="db-prod-07.internal is down", severity="SEV1")
        ref = house.ledger.declare(command, standard())
        context = Publisher(house.folder).context(log, ref, ())
        [shown] = previews(house.ledger.state(ref), update("We look.", ref=ref), context)
        assert shown.untitled


def test_the_first_update_is_the_first_whatever_was_told_before(house: House) -> None:
    ref = house.declare()
    [event] = house.events()
    posted = update("We look.", ref=ref, audience="internal")
    context: Context = Publisher(house.folder).context(house.log, ref, ())
    house.ledger.commit([posted], Publisher(house.folder).publish(house.ledger.state(ref), context, _CHOICES)([posted]))
    told, first = house.events()
    assert (told, first["event"], first["first"]) == (event, "update", True)


def test_what_the_receiver_refuses_can_be_dropped_and_the_next_goes_on(house: House) -> None:
    ref = house.declare()
    house.does(ref, MoveStage, stage="investigating")
    stage = next(entry for entry in house.ledger.state(ref).entries if entry.kind == "stage")
    house.does(ref, Undo, entry=stage.id)
    for expected in ("declared", "stage", "stage"):
        house.network.plan.append(status(422))
        house.sender.run_once()
        message = next(each for each in house.messages() if each.state == "dead")
        house.ledger.execute(ref, dropped(message, "mo"))
        assert decode_delivery(message.payload).happened.occasions[0].of == expected  # type: ignore[union-attr]
    assert house.messages()[-1].state == "dropped"
    assert "dropped" in house.ledger.state(ref).entries[-1].text


def test_a_doubtful_one_is_told_again_under_the_same_id(house: House) -> None:
    house.declare()
    house.network.plan.append(timed_out_after)
    house.sender.run_once()
    house.clock.sleep(60)
    house.sender.run_once()
    assert [message.state for message in house.messages()] == ["done"]
    assert len(house.receiver.requests) == 2
    assert len(house.receiver.events) == 1


def test_a_name_that_is_redacted_leaves_the_messages(house: House) -> None:
    ref = house.declare()
    house.does(ref, AssignRole, role="ic", person="Maya Lindqvist")
    role = next(entry for entry in house.ledger.state(ref).entries if entry.kind == "role")
    house.ledger.commit(house.ledger.prepare(ref, RedactEntry(actor="mo", entry=role.id)))
    assert not any("Lindqvist" in message.payload for message in house.messages())
    assert house.told() == [["declared"]]


def test_what_is_written_while_no_target_follows_is_told_to_nobody_later(tmp_path: Path) -> None:
    with Log.open(tmp_path / "warroom.db") as log:
        house = House(log, tmp_path / "config")
        ref = house.declare()
        Targets(house.folder).add(BRIDGE)
        house.does(ref, MoveStage, stage="investigating")
        assert house.told() == [["stage"]]


def test_a_file_follows_as_a_webhook_does(house: House, tmp_path: Path) -> None:
    Targets(house.folder).add(Target("file", "file", events=OCCASIONS, options={"path": str(tmp_path / "f.jsonl")}))
    ref = house.declare()
    house.does(ref, MoveStage, stage="investigating")
    Sender(house.log, Publisher(house.folder).connect, house.clock).run_once(only="file")
    lines = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["declared", "stage"]
    assert ToFile.capabilities.follows


def test_a_target_that_only_takes_updates_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "chat.toml").write_text('provider = "slack"\nevents = ["stage"]\n')
    (tmp_path / "targets" / "hook.toml").write_text('provider = "webhook"\nurl = "https://a.example"\nevents = ["x"]\n')
    targets = Targets(tmp_path)
    assert "line 2" in targets.broken["chat"]
    assert "events are for webhook and file" in targets.broken["chat"]
    assert "events" in targets.broken["hook"]
    with pytest.raises(Refused):
        targets.get("chat")
