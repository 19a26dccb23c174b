"""Matrix, before a homeserver of memory; `console/publish/providers/matrix.py` was tried on Synapse, too."""

import re
from functools import partial

import httpx
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.matrix import MARK, Matrix
from console.publish.sending.content import Unsettled
from console.publish.sending.message import Remote
from console.publish.sending.settling import place_of
from console.publish.targets import setup
from console.publish.targets.connect import connect
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from console.publish.transport.failure import Gone, Later, Rejected
from tests.core.story import Story
from tests.publish.fakes.matrix import MatrixFake
from tests.publish.faulty import Fault, FaultyTransport, status, wait
from tests.publish.suite import STARTED, Bench, ProviderSuite, told_well


class TestMatrix(ProviderSuite):
    provider = Matrix
    fake = MatrixFake

    def room(self, *plan: Fault) -> tuple[Bench, MatrixFake]:
        bench = self.make(*plan)
        assert isinstance(bench.fake, MatrixFake)
        return bench, bench.fake

    def test_updates_are_a_thread_under_the_first(self) -> None:
        bench, fake = self.room()
        first = bench.send(bench.delivery("investigating", "We look."))
        second = bench.send(bench.delivery("resolved", "It is over."))
        assert [fake.relation(event) for event in fake.events] == [("", ""), ("m.thread", first.update_id)]
        assert (first.incident_id, second.incident_id) == (first.update_id, first.update_id)
        assert second.url == "https://matrix.to/#/%21room/%24e%2F%2B2?via=matrix.example"

    def test_one_transaction_is_one_message_whoever_repeats_it(self) -> None:
        bench, fake = self.room()
        delivery = bench.delivery("investigating", "We look.")
        remotes = {bench.provider.send(delivery, bench.known) for _ in range(3)}
        assert len(remotes) == len(fake.events) == 1

    def test_nobody_is_mentioned_and_nothing_is_obeyed(self) -> None:
        bench, fake = self.room()
        text = "@room <b>x</b> **y** @ana:matrix.example"
        bench.send(bench.delivery("investigating", text))
        assert fake.messages() == [f"Investigating: Checkout errors (INC-K7Q2)\n{text}"]
        assert "formatted_body" not in fake.everything()

    def test_a_removed_update_is_gone_with_each_of_its_edits(self) -> None:
        bench, fake = self.room()
        bench.send(bench.delivery("investigating", "We look."))
        delivery = bench.delivery("identified", "The key is s3cret-1.")
        remote = bench.send(delivery)
        for words in ("It is s3cret-2.", "It is s3cret-3."):
            bench.provider.change(self.change(bench, "edit", remote, "identified", words), bench.known)
        assert {f"s3cret-{number}" for number in (1, 2, 3)} <= set(re.findall(r"s3cret-\d", fake.everything()))
        bench.provider.change(self.change(bench, "remove", remote, "identified"), bench.known)
        assert "s3cret" not in fake.everything()
        assert [text for _, text in bench.updates] == ["We look."]

    def test_an_incident_that_is_taken_down_leaves_no_words(self) -> None:
        bench, fake = self.room()
        sent = [bench.send(bench.delivery("identified", f"s3cret {number}")) for number in range(3)]
        bench.provider.change(self.change(bench, "edit", sent[1], "identified", "s3cret again"), bench.known)
        bench.provider.change(self.change(bench, "take down", sent[0], "identified"), bench.known)
        assert "s3cret" not in fake.everything()

    def test_an_incident_is_taken_down_by_its_thread_alone(self) -> None:
        bench, _ = self.room()
        bench.send(bench.delivery("investigating", "We look."))
        made = self.change(bench, "take down", Remote(""), "identified")
        bench.provider.change(made, bench.known)
        assert bench.updates == []

    def test_words_that_were_redacted_here_are_not_to_be_edited_away_there(self) -> None:
        both = Unsettled("room", "u1", "public update #1", "redacted", "still there", None, Remote("$1", "$1"),
                         True, False, "identified", False)  # fmt: skip
        ways = place_of(Story().state, both, Matrix.capabilities).ways
        assert "changed" not in ways
        assert ways[0] == "removed"

    def test_what_others_write_is_not_ours_whatever_marks_it_has(self) -> None:
        bench, fake = self.room()
        delivery = bench.delivery("investigating", "We look.")
        forged = {"msgtype": "m.text", "body": "x", MARK: {"id": delivery.key, "incident": "INC-K7Q2"}}
        fake.post("@mallory:matrix.example", forged)
        assert bench.look_up(delivery) == Absent()
        remote = bench.send(delivery)
        thread = {"rel_type": "m.thread", "event_id": remote.update_id}
        fake.post("@mallory:matrix.example", {**forged, "m.relates_to": thread})
        edit = {"rel_type": "m.replace", "event_id": remote.update_id}
        fake.post("@mallory:matrix.example", {**forged, "m.new_content": forged, "m.relates_to": edit})
        assert [each.text for each in bench.provider.read(bench.known).updates or ()] == ["We look."]

    def test_ours_is_found_behind_what_others_wrote_since(self) -> None:
        bench, fake = self.room()
        delivery = bench.delivery("investigating", "We look.")
        sent = bench.provider.send(delivery, bench.known)
        for number in range(fake.most * 3):
            fake.post("@ana:matrix.example", {"msgtype": "m.text", "body": f"line {number}"})
        assert bench.look_up(delivery) == Found(sent)

    def test_it_looks_no_further_back_than_the_message_is_old(self) -> None:
        bench, fake = self.room()
        for number in range(fake.most * 3):
            fake.post("@ana:matrix.example", {"msgtype": "m.text", "body": f"line {number}"})
            fake.events[-1]["origin_server_ts"] = 0
        assert bench.look_up(bench.delivery("investigating", "We look.")) == Absent()
        assert sum("/messages" in str(request.url) for request in fake.requests) == 1

    def test_an_encrypted_room_gets_nothing(self) -> None:
        bench, fake = self.room()
        fake.encrypted = True
        for act in (bench.provider.check, lambda: bench.send(bench.delivery("investigating", "We look."))):
            with pytest.raises(Rejected, match="encrypted") as refused:
                act()
            told_well(refused.value, bench.key)
        assert fake.events == []

    def test_an_invitation_is_accepted_with_the_first_message(self) -> None:
        bench, fake = self.room()
        fake.member = "invite"
        assert "invite it" in bench.provider.check().says
        assert fake.member == "invite"
        bench.send(bench.delivery("investigating", "We look."))
        assert len(fake.events) == 1

    def test_who_is_not_invited_is_told_whom_to_invite(self) -> None:
        bench, fake = self.room()
        fake.member = "leave"
        with pytest.raises(Rejected, match=r"@warroom:matrix\.example is not in the room .* invite it") as refused:
            bench.send(bench.delivery("investigating", "We look."))
        told_well(refused.value, bench.key)

    def test_who_may_not_write_there_is_told(self) -> None:
        bench, _ = self.room(status(403, {"errcode": "M_FORBIDDEN", "error": "Insufficient power level"}))
        with pytest.raises(Rejected, match="may not write in the room") as refused:
            bench.send(bench.delivery("investigating", "We look."))
        told_well(refused.value, bench.key)

    def test_the_wait_in_milliseconds_is_heeded(self) -> None:
        limit = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 2500}
        bench, _ = self.room(wait(429, data=limit))
        with pytest.raises(Later) as asked:
            bench.send(bench.delivery("investigating", "We look."))
        assert asked.value.after_s == 2.5

    def test_a_room_by_its_alias(self) -> None:
        fake = MatrixFake()
        room, fake.page = fake.page, fake.alias
        bench = Bench(Matrix, fake)
        fake.page = room
        assert "room Incidents" in bench.provider.check().says
        bench.send(bench.delivery("investigating", "We look."))
        assert len(fake.events) == 1

    def test_check_without_a_room_lists_those_of_the_bot(self) -> None:
        fake = MatrixFake()
        room, fake.page = fake.page, ""
        bench = Bench(Matrix, fake)
        fake.page = room
        assert [(page.id, page.name) for page in bench.provider.check().pages] == [(room, "Incidents")]

    def test_an_id_that_is_none_begins_a_thread_of_its_own(self) -> None:
        bench, fake = self.room()
        bench.remember(bench.delivery("investigating", "We look."), Remote("", "", "https://matrix.to/x"))
        bench.send(bench.delivery("resolved", "It is over."))
        assert [fake.relation(event) for event in fake.events] == [("", "")]
        assert isinstance(bench.look_up(bench.delivery("resolved", "No.")), Absent | CannotTell)

    def test_an_edit_of_what_somebody_deleted_is_told(self) -> None:
        bench, fake = self.room()
        bench.send(bench.delivery("investigating", "We look."))
        remote = bench.send(bench.delivery("identified", "A deploy."))
        fake.events[-1]["content"] = {}
        with pytest.raises(Gone, match="post the update again"):
            bench.provider.change(self.change(bench, "edit", remote, "identified", "Word."), bench.known)

    def test_a_test_says_that_it_is_one(self) -> None:
        fake = MatrixFake()
        transport: httpx.BaseTransport = FaultyTransport(fake)
        target = Target("room", "matrix", fake.base, fake.page)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(setup, "connect", partial(connect, transport=transport))
            setup.send_test(target, Key(fake.key), STARTED)
        assert "This is a test of Warroom" in fake.messages()[0]
