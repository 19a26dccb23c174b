"""The plan: what goes where, worked out before anything is written, and shown as it will be queued."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from console.core.log.event import NewEvent
from console.core.log.state import Incident
from console.core.subjects.component import ComponentState, SetComponent
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.role import AssignRole
from console.core.subjects.undo import RedactEntry
from console.core.subjects.update import PostUpdate, UpdatePosted
from console.publish.provider import Capabilities
from console.publish.sending.decisions import dropped
from console.publish.sending.differences import Difference
from console.publish.sending.message import Delivery, Part, Status, decode_delivery
from console.publish.sending.plan import Choices, Context, Preview, Sent, held_elsewhere, plan, previews, sent_so_far
from console.publish.targets.model import Target
from console.store import Log
from console.store.outbox.message import Placed, PlacedPart
from console.store.outbox.outbox import Outbox
from tests.core.story import START, Story
from tests.publish.making import decide_on, declare

STATES: dict[ComponentState, str] = {"operational": "up", "degraded": "slow", "partial": "some", "major": "down"}
CAN = Capabilities(mails=True, states=STATES, title_limit=60, text_limit=200)
PAGE = Target("page", "statuspage", components={"Checkout": "c1", "Search": "c2"})
CHAT = Target("chat", "slack", audience="internal", notify=True)


class Planning:
    """An incident and its targets, and what each was told so far."""

    def __init__(self, *targets: Target, can: Capabilities = CAN, **declared: Any) -> None:
        self.story = Story(**declared)
        self.targets = targets or (PAGE, CHAT)
        self.can = can
        self.sent: dict[str, Sent] = {}
        self.others: tuple[Incident, ...] = ()
        self._minutes = itertools.count(1)

    def component(self, name: str, state: str) -> None:
        self.story.at(next(self._minutes)).does(SetComponent, component=name, status=state)

    def down(self) -> None:
        """The checkout is down, and the page was told so."""
        self.component("checkout", "major")
        self.sends()

    def besides(self, component: str, state: str, **declared: Any) -> Story:
        """Another incident that says something of a component."""
        other = Story(**declared)
        other.does(SetComponent, component=component, status=state)
        self.others = (other.state,)
        return other

    def posting(self, status: str, text: str, audience: str) -> NewEvent:
        at = START + timedelta(minutes=5)
        return NewEvent("u1", self.story.state.ref, "mo", at, at, UpdatePosted(audience, text, status))

    @property
    def context(self) -> Context:
        can = {target.name: self.can for target in self.targets if target.provider == "statuspage"}
        return Context(self.targets, can, self.sent, self.others)

    def previews(
        self,
        status: str = "investigating",
        text: str = "We look into it. Next update at 16:00.",
        audience: str = "public",
        **choices: Any,
    ) -> tuple[Preview, ...]:
        return previews(self.story.state, self.posting(status, text, audience), self.context, Choices(**choices))

    def preview(self, status: str = "investigating", **more: Any) -> Preview:
        [found] = self.previews(status, **more)
        return found

    def delivery(self, status: str = "investigating", **more: Any) -> Delivery:
        found = self.preview(status, **more).delivery
        assert found is not None
        return found

    def sends(self, status: Status = "investigating", **more: Any) -> dict[str, str]:
        """Plan and take it as sent; the components that go along."""
        found = self.delivery(status, **more)
        known = {part.id: part for part in self.sent.get("page", Sent()).parts}
        known.update((part.id, part) for part in found.parts)
        self.sent["page"] = Sent(tuple(known.values()), self.sent.get("page", Sent()).prior)
        return {part.id: part.state for part in found.parts}


def says(preview: Preview) -> str:
    return " ".join(problem.says for problem in preview.problems)


# Where it goes


def test_a_target_that_is_mail_mails_unless_nobody_is_to_be_mailed() -> None:
    planning = Planning(PAGE, can=Capabilities(is_mail=True))
    assert planning.delivery().notify
    assert planning.delivery(notify=False, notify_at={"page": True}).notify
    preview = planning.preview(notify=False)
    assert (preview.delivery, preview.why) == (None, "It is mail, and nobody is to be mailed.")
    assert not Planning(PAGE).delivery(notify=False).notify


def test_an_update_goes_to_the_targets_of_its_audience_with_the_text_as_approved() -> None:
    planning = Planning()
    delivery = planning.delivery(text="We *look* into it.\nMore at 16:00.")
    assert delivery.text == "We *look* into it.\nMore at 16:00."
    assert (delivery.title, delivery.status, delivery.severity) == ("Checkout errors", "investigating", "SEV1")
    assert delivery.started_at == START
    assert [preview.target for preview in planning.previews(audience="internal")] == ["chat"]
    assert planning.previews(audience="executive") == ()


def test_what_is_shown_is_what_is_queued() -> None:
    planning = Planning()
    planning.component("checkout", "major")
    posting = planning.posting("investigating", "We look into it.", "public")
    [shown] = previews(planning.story.state, posting, planning.context)
    [queued] = plan(planning.story.state, posting, planning.context)
    assert shown.delivery is not None
    assert decode_delivery(queued.payload) == msgspec.structs.replace(shown.delivery, key=queued.id)
    assert queued.id
    assert (queued.event, queued.target, queued.audience) == ("u1", "page", "public")


def test_each_message_has_a_marker_of_its_own() -> None:
    planning = Planning(PAGE, Target("other", "statuspage"))
    posting = planning.posting("investigating", "We look into it.", "public")
    keys = {one.id for _ in range(5) for one in plan(planning.story.state, posting, planning.context)}
    assert len(keys) == 10
    assert all(key.isalnum() for key in keys)


def test_a_drill_has_no_plan() -> None:
    planning = Planning(drill=True)
    preview = planning.preview()
    assert (preview.delivery, preview.why) == (None, "This is a drill; nothing of it is published.")
    posting = planning.posting("investigating", "We look into it.", "public")
    assert plan(planning.story.state, posting, planning.context) == ()


def test_a_target_that_is_switched_off_is_not_shown_and_one_that_is_left_out_says_so() -> None:
    assert Planning(msgspec.structs.replace(PAGE, enabled=False)).previews() == ()
    assert Planning().preview(skip=frozenset(["page"])).why == "It is left out this time."


def test_a_target_hears_only_of_the_statuses_that_it_is_to_publish() -> None:
    planning = Planning(msgspec.structs.replace(PAGE, statuses=("resolved",)))
    assert planning.preview().why == "page does not get updates with the status investigating."
    assert planning.preview("resolved").delivery is not None
    assert planning.preview("").why.startswith("The update has no status that a page knows")


def test_mail_goes_by_the_target_unless_the_person_says_otherwise() -> None:
    planning = Planning(PAGE, Target("loud", "statuspage", notify=True))

    def told(**choices: Any) -> list[bool]:
        return [preview.delivery.notify for preview in planning.previews(**choices) if preview.delivery]

    assert told() == [False, True]
    assert told(notify=True) == [True, True]
    assert told(notify=False) == [False, False]
    assert told(notify=False, notify_at={"page": True}) == [True, False]


def test_only_updates_are_planned() -> None:
    planning = Planning()
    other = msgspec.structs.replace(planning.posting("", "x", "public"), body=planning.story.events[0].body)
    assert plan(planning.story.state, other, planning.context) == ()


# Components


def test_a_component_whose_name_was_erased_goes_nowhere() -> None:
    planning = Planning(PAGE, can=Capabilities(title_limit=60, text_limit=200))
    entry = planning.story.does(SetComponent, component="hunter2secret", status="major")
    planning.component("search", "partial")
    assert [part.name for part in planning.delivery().parts] == ["hunter2secret", "search"]
    planning.story.does(RedactEntry, entry=entry)
    assert [part.name for part in planning.delivery().parts] == ["search"]


def test_a_component_goes_along_when_its_state_is_another_than_the_target_was_told() -> None:
    planning = Planning()
    assert planning.sends() == {}
    planning.component("checkout", "major")
    assert planning.sends() == {"c1": "major"}
    assert planning.sends("identified") == {}
    planning.component("Checkout", "partial")
    planning.component("search", "degraded")
    assert planning.sends("identified") == {"c1": "partial", "c2": "degraded"}
    planning.component("search", "operational")
    assert planning.sends("monitoring") == {"c2": "operational"}


def test_resolving_puts_back_what_this_incident_changed_and_nothing_else() -> None:
    planning = Planning()
    planning.down()
    planning.component("search", "degraded")
    assert planning.sends("resolved") == {"c1": "operational"}


def test_resolving_goes_back_to_what_was_there_before() -> None:
    planning = Planning()
    planning.down()
    planning.sent["page"] = Sent(planning.sent["page"].parts, {"c1": "degraded"})
    preview = planning.preview("resolved")
    assert "checkout goes back to degraded, as it was before this incident." in says(preview)
    assert planning.sends("resolved", restore={"checkout": "operational"}) == {"c1": "operational"}


def test_a_component_that_is_said_to_be_well_is_well_whatever_it_was_before() -> None:
    planning = Planning()
    planning.down()
    planning.sent["page"] = Sent(planning.sent["page"].parts, {"c1": "degraded"})
    planning.component("checkout", "operational")
    assert planning.sends("resolved") == {"c1": "operational"}


def test_what_another_open_incident_says_worse_of_a_component_is_told() -> None:
    planning = Planning()
    planning.component("checkout", "degraded")
    planning.besides("CHECKOUT", "major")
    told = "checkout is held by INC-K7Q2 too: major outage; the page shows what is sent last."
    assert told in says(planning.preview())
    planning.component("checkout", "major")
    assert told not in says(planning.preview())


def test_resolving_leaves_what_another_open_incident_holds() -> None:
    planning = Planning()
    planning.component("checkout", "major")
    planning.component("search", "major")
    planning.sends()
    planning.besides("CHECKOUT", "degraded")
    preview = planning.preview("resolved")
    assert "checkout is held by INC-K7Q2 too: it stays as it is." in says(preview)
    assert planning.sends("resolved") == {"c2": "operational"}


@pytest.mark.parametrize("how", ["drill", "resolved", "well"])
def test_an_incident_that_does_not_hold_it_does_not_keep_a_component_down(how: str) -> None:
    planning = Planning()
    planning.down()
    other = planning.besides("checkout", "operational" if how == "well" else "major", drill=how == "drill")
    if how == "resolved":
        other.does(PostUpdate, audience="public", text="All is well.", status="resolved", final=True)
    planning.others = (other.state,)
    assert planning.sends("resolved") == {"c1": "operational"}


def test_a_page_that_restores_all_by_itself_is_told_of_when_another_incident_holds_a_component() -> None:
    planning = Planning(can=replace(CAN, restores_all=True))
    planning.down()
    planning.besides("checkout", "major")
    preview = planning.preview("resolved")
    assert preview.restores_all
    assert "resolving on the page sets it to operational anyway" in says(preview)


def test_where_each_incident_has_states_of_its_own_it_gives_back_its_own() -> None:
    """The page then shows the other's state: no difference, and nothing is put back to what that one had set."""
    planning = Planning(can=replace(CAN, restores_all=True, states_apart=True))
    planning.component("checkout", "major")
    planning.sends()
    planning.sent["page"] = replace(planning.sent["page"], prior={"c1": "degraded"})
    planning.besides("checkout", "degraded")
    assert "checkout is held by INC-K7Q2 too: the page shows it as that one says." in says(planning.preview("resolved"))
    assert planning.sends("resolved") == {"c1": "operational"}


def test_a_component_without_a_place_on_the_page_is_told_of() -> None:
    planning = Planning()
    planning.component("login", "major")
    planning.component("billing", "operational")
    preview = planning.preview()
    assert preview.delivery is not None
    assert preview.delivery.parts == ()
    assert "page has no component for login; map it in the target." in says(preview)
    assert "billing" not in says(preview)


def test_a_state_that_the_page_does_not_have_is_told_of_and_left_out() -> None:
    planning = Planning()
    planning.component("checkout", "maintenance")
    preview = planning.preview()
    assert preview.delivery is not None
    assert preview.delivery.parts == ()
    assert "page has no state maintenance for checkout." in says(preview)


def test_a_target_without_components_gets_them_by_name() -> None:
    planning = Planning(Target("hook", "webhook"))
    planning.component("login", "major")
    delivery = planning.delivery()
    assert delivery.parts == (Part("login", "major", "login"),)


# What to look at first


def test_a_text_that_is_too_long_is_told_of_with_the_limit() -> None:
    preview = Planning().preview(text="x" * 201)
    assert [each.says for each in preview.problems if each.stops] == ["The text has 201 characters; page takes 200."]
    assert preview.delivery is not None


def test_limits_count_what_is_sent() -> None:
    planning = Planning(can=replace(CAN, wording=lambda delivery: delivery.text.replace("*", "\\*")))
    assert not any(problem.stops for problem in planning.preview(text="*" * 100).problems)
    assert "has 202 characters; page takes 200" in says(planning.preview(text="*" * 101))


def test_words_that_the_page_may_hide_are_pointed_out() -> None:
    planning = Planning(can=replace(CAN, may_hide="<"))
    assert "may hide words behind “<”" in says(planning.preview(text="Hosts in <eu-west-1> are down."))
    assert "may hide" not in says(planning.preview(text="Hosts are down."))


def test_a_page_that_would_look_well_is_pointed_out() -> None:
    planning = Planning(can=replace(CAN, impacts={"major": "critical"}))
    shown = planning.preview()
    assert (shown.shows, "shows them all as operational" in says(shown)) == ("operational", True)
    planning.down()
    shown = planning.preview("identified")
    assert (shown.shows, "operational" in says(shown)) == ("major outage, impact critical", False)
    assert "operational" not in says(planning.preview("resolved"))


def test_a_chat_is_given_the_address_of_the_page_once_it_is_known() -> None:
    planning = Planning(can=replace(CAN, links=True))
    update = planning.posting("identified", "We see it.", "public")
    for link in ("", "https://status.example/1"):
        context = planning.context._replace(targets=(PAGE,), link=link)
        [shown] = previews(planning.story.state, update, context)
        assert shown.delivery is not None
        assert shown.delivery.link == link


def test_the_wording_is_checked_as_the_composer_checks_it() -> None:
    planning = Planning()
    planning.story.does(AssignRole, role="ic", person="Renate")
    preview = planning.preview(text="Renate restarts it; it will be fixed by 16:00.")
    assert "It names a person, Renate, in public." in says(preview)
    assert "It promises an ETA." in says(preview)
    assert not any(problem.stops for problem in preview.problems)


# What was told before


def test_what_was_told_is_read_out_of_the_messages_and_the_page(tmp_path: Path) -> None:
    planning = Planning()
    with Log.open(tmp_path / "warroom.db") as log:
        declare(log, planning.story.state.ref)
        box = Outbox(log)
        for event, state in (("u1", "major"), ("u2", "partial"), ("u3", "degraded")):
            planning.component("checkout", state)
            posting = msgspec.structs.replace(planning.posting("investigating", state, "public"), id=event)
            planning.sent = sent_so_far(box.messages(), {})
            made = plan(planning.story.state, posting, planning.context)
            log.append([posting], made)
        assert sent_so_far(box.messages(), {})["page"].parts == (Part("c1", "degraded", "checkout"),)
        # What was dropped has told nothing.
        [last] = [message for message in box.messages() if message.event == "u3"]
        decide_on(log, last, dropped(last, "mo"))
        placed = Placed("{}", (), (PlacedPart("c1", "major", "checkout", "maintenance"), PlacedPart("c9", "partial")))
        found = sent_so_far(box.messages(), {"page": placed})["page"]
        assert found.parts == (Part("c1", "partial", "checkout"), Part("c9", "partial"))
        assert found.prior == {"c1": "maintenance"}


# What the public reads as the title


def test_the_public_title_goes_to_the_public_and_the_internal_one_to_the_others() -> None:
    planning = Planning()
    planning.story.does(SetPublicTitle, title="Some payments fail")
    assert planning.delivery().title == "Some payments fail"
    assert planning.delivery(audience="internal").title == "Checkout errors"


def test_a_title_that_names_a_host_goes_nowhere_until_there_is_a_public_one() -> None:
    planning = Planning(title="db-7.eu-west-1.internal is out of disk")
    shown = planning.preview()
    assert (shown.delivery, shown.untitled) == (None, True)
    assert "write one" in shown.why
    assert planning.previews(audience="internal")[0].delivery is not None
    planning.story.does(SetPublicTitle, title="Some payments fail")
    assert planning.delivery().title == "Some payments fail"


def test_a_preview_shows_a_component_as_the_page_was_read_to_have_it() -> None:
    """Another incident told the page of it since; an update sends only what changes."""
    planning = Planning(PAGE)
    planning.down()
    difference = Difference("state", parts=(Part("c1", "degraded", "checkout"),))
    context = planning.context._replace(read={"page": (difference,)})
    [preview] = previews(planning.story.state, planning.posting("identified", "We know.", "public"), context)
    assert preview.shows == "degraded performance"


def test_who_holds_a_component_besides_is_named_with_what_is_said_of_it() -> None:
    planning = Planning(PAGE)
    other = planning.besides("Checkout", "degraded")
    told = [*held_elsewhere(planning.others, ["checkout", "search"], "public")]
    assert told == [f"{other.state.ref} holds checkout too, and says degraded performance."]
