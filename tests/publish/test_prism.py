"""The story's requests over a real socket, each checked by Prism against the vendor's own contract."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Provider, Settings
from console.publish.providers.incident_io import IncidentIo
from console.publish.providers.openstatus import OpenStatus
from console.publish.providers.statuspage import Statuspage
from console.publish.sending.message import STATUSES, Change, Delivery, Known, Part, Past, Remote, Status
from console.publish.transport.failure import PublishProblem, Rejected
from console.publish.transport.http import Http
from tests.publish.prism import contract, prism

AT = datetime(2026, 11, 21, 14, 31, tzinfo=UTC)
TARGETS: dict[str, type[Provider]] = {
    "statuspage.openapi.json": Statuspage,
    "incident-io.openapi.json": IncidentIo,
    "openstatus-v2.openapi.yaml": OpenStatus,
}
Act = Literal["edit", "take down", "rename"]
Vendor = tuple[type[Provider], str]
"""A provider, and where its vendor's contract is served."""


class Recorded(httpx.HTTPTransport):
    """The network as it is, with what was answered written down."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        self.seen.append((request.method, request.url.path, response.status_code))
        return response


@pytest.fixture(scope="module", params=TARGETS)
def vendor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendor]:
    name: str = request.param
    path = contract(name)
    if name.startswith("openstatus"):
        # The contract asks for an id or a slug here and forbids every property in the same breath.
        title = "      title: GetStatusPageContentRequest\n"
        there = path.read_text("utf-8").replace(f"{title}      additionalProperties: false\n", title)
        path = tmp_path_factory.mktemp("contract") / name
        path.write_text(there, "utf-8")
    with prism(path) as base:
        yield TARGETS[name], base


def reach(vendor: Vendor) -> tuple[Provider, Http, Recorded]:
    provider, base = vendor
    recorded = Recorded()
    http = Http(base, provider.headers("a-key-0123456789"), name="Prism", transport=recorded)
    return provider(Settings(name="Prism", page="page1", url=base), http), http, recorded


def story() -> list[Delivery]:
    parts = {
        "identified": (Part("c1", "partial"), Part("c2", "major")),
        "resolved": (Part("c1", "operational"), Part("c2", "operational")),
    }
    return [
        Delivery(
            key=f"wr-0k7q2-{number:04}",
            incident="INC-K7Q2",
            title="Checkout errors",
            status=status,
            text=f"What is so at {number}.",
            at=AT + timedelta(minutes=number),
            started_at=AT,
            notify=number == 0,
            parts=parts.get(status, ()),
        )
        for number, status in enumerate(STATUSES)
    ]


def test_every_request_of_the_story_is_accepted(vendor: Vendor) -> None:
    provider, http, recorded = reach(vendor)
    known = Known()
    provider.check()
    for delivery in story():
        provider.look_up(delivery, known)
        # Prism keeps nothing: its updates are the contract's examples and none of ours.
        known = Known(provider.send(delivery, known), (), delivery.parts)
        assert known.remote is not None
        assert known.remote.incident_id
        provider.look_up(delivery, known)
        assert not provider.read(known).gone
    http.close()
    assert len([one for one in recorded.seen if one[0] != "GET"]) >= len(STATUSES)
    assert [one for one in recorded.seen if one[2] not in (200, 201)] == []


def test_a_maintenance_is_accepted(vendor: Vendor) -> None:
    """Planned, begun and completed; each change that there is of one."""
    provider, http, recorded = reach(vendor)
    provider = provider.maintenances()
    window, known = Window(AT + timedelta(hours=9), AT + timedelta(hours=11)), Known()
    told: list[tuple[Status, ComponentState]] = [
        ("scheduled", "operational"), ("in_progress", "maintenance"), ("completed", "operational"),
    ]  # fmt: skip
    planned = replace(story()[0], started_at=window.starts_at, window=window, notify=False)
    for status, component in told:
        delivery = replace(planned, key=f"wr-0k7q2-{status[:4]}", status=status, parts=(Part("c1", component),))
        provider.look_up(delivery, known)
        known = Known(provider.send(delivery, known))
        assert not provider.read(known).gone
    caps = provider.capabilities
    can: dict[Act, bool] = {"edit": caps.edits, "take down": caps.takes_down, "rename": caps.renames}
    for act in (act for act in can if can[act]):
        with pytest.raises(PublishProblem):
            provider.change(replace(planned, status="scheduled", text="Other words.", change=Change(act, "1")), known)
    http.close()
    assert [one for one in recorded.seen if one[2] not in (200, 201)] == []


def test_every_change_of_what_is_there_is_accepted(vendor: Vendor) -> None:
    """Each call that the provider has, by its capabilities. Prism keeps nothing, so that none of them is confirmed."""
    provider, http, recorded = reach(vendor)
    known = Known(Remote("1"))
    caps = provider.capabilities
    can: dict[Act, bool] = {"edit": caps.edits, "take down": caps.takes_down, "rename": caps.renames}
    for act in (act for act in can if can[act]):
        change = msgspec.structs.replace(story()[1], text="Other words.", parts=(), change=Change(act, "1"))
        with pytest.raises(PublishProblem):
            provider.change(change, known)
    http.close()
    assert [one for one in recorded.seen if one[2] not in (200, 201)] == []
    assert not any(can.values()) or any(method != "GET" for method, _, _ in recorded.seen)


def past(delivery: Delivery) -> Delivery:
    """The story's end with all of the story as what was so then."""
    told = tuple(Past(f"u{number}", each.status, each.text, each.at, each.parts) for number, each in enumerate(story()))
    return msgspec.structs.replace(delivery, parts=(), past=told, change=Change("backfill"))


def test_a_past_incident_and_a_postmortem_are_accepted(vendor: Vendor) -> None:
    """Prism keeps nothing, so that neither is confirmed where it is read back."""
    provider, http, recorded = reach(vendor)
    with suppress(PublishProblem):
        provider.change(past(story()[-1]), Known())
    if provider.capabilities.postmortems:
        acts: tuple[Literal["postmortem", "withdraw"], ...] = ("postmortem", "withdraw")
        for act in acts:
            change = msgspec.structs.replace(story()[-1], text="Too few workers.", parts=(), change=Change(act))
            with suppress(PublishProblem):
                provider.change(change, Known(Remote("1")))
    http.close()
    writes = [(path, status) for method, path, status in recorded.seen if method != "GET"]
    assert [path for path, status in writes if status not in (200, 201, 204)] == []
    paths: dict[type[Provider], list[str]] = {
        IncidentIo: ["/v2/status_page_retrospective_incidents"],
        OpenStatus: ["/rpc/openstatus.status_report.v1.StatusReportService/CreateStatusReport"],
        Statuspage: [
            "/pages/page1/incidents",
            *(f"/pages/page1/incidents/1/postmortem{step}" for step in ("", "/publish", "/revert")),
        ],
    }
    assert set(paths[vendor[0]]) <= {path for path, _ in writes}


def test_prism_refuses_what_the_contract_does_not_have(vendor: Vendor) -> None:
    """The test above says something only if this one holds."""
    _, http, _ = reach(vendor)
    paths: dict[type[Provider], str] = {
        Statuspage: "/pages/page1/incidents",
        IncidentIo: "/v2/status_page_incidents",
        OpenStatus: "/rpc/openstatus.status_report.v1.StatusReportService/CreateStatusReport",
    }
    with pytest.raises(Rejected, match="422"):
        http.write("POST", paths[vendor[0]], {"title": 7, "incident": {"status": "on fire"}})
    http.close()
