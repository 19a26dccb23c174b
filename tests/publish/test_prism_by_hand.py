"""The story's requests over a real socket, checked by Prism against contracts that were written by hand.

Cachet, Instatus and Better Stack publish none, so these test how their pages and source were read, not the vendors.
Prism keeps nothing and answers with what the contract says of answers, which may be little: what counts here is that
it takes every request.
"""

from collections.abc import Iterator
from contextlib import suppress

import msgspec
import pytest

from console.publish.provider import Provider
from console.publish.providers.betterstack import BetterStack
from console.publish.providers.cachet import Cachet
from console.publish.providers.instatus import Instatus
from console.publish.sending.message import STATUSES, Delivery, Known, Part, Remote
from console.publish.transport.failure import Later, Rejected, Unknown
from tests.publish.prism import contract, prism
from tests.publish.test_prism import reach, story

TARGETS: dict[str, type[Provider]] = {
    "cachet-v3.openapi.json": Cachet,
    "instatus.openapi.json": Instatus,
    "betterstack.openapi.json": BetterStack,
}
CREATE = {
    "cachet-v3.openapi.json": "/incidents",
    "instatus.openapi.json": "/v1/page1/incidents",
    "betterstack.openapi.json": "/status-pages/page1/status-reports",
}


@pytest.fixture(scope="module", params=TARGETS)
def written(request: pytest.FixtureRequest) -> Iterator[tuple[str, tuple[type[Provider], str]]]:
    name: str = request.param
    with prism(contract(name)) as base:
        yield name, (TARGETS[name], base)


def numbered(delivery: Delivery) -> Delivery:
    """With ids of components as Cachet has them."""
    parts = tuple(Part(part.id.removeprefix("c"), part.state) for part in delivery.parts)
    return msgspec.structs.replace(delivery, parts=parts)


def test_every_request_of_the_story_is_accepted(written: tuple[str, tuple[type[Provider], str]]) -> None:
    name, vendor = written
    provider, http, recorded = reach(vendor)
    known = Known()
    with suppress(Later):
        provider.check()
    for delivery in map(numbered, story()):
        with suppress(Later):
            provider.look_up(delivery, known)
        with suppress(Unknown):
            # An answer without an id, where the contract says nothing of the answer.
            provider.send(delivery, known)
        known = Known(Remote("1"), (), delivery.parts)
        with suppress(Later):
            provider.look_up(delivery, known)
            provider.read(known)
    http.close()
    assert next(one[1] for one in recorded.seen if one[0] == "POST") == CREATE[name]
    assert len([one for one in recorded.seen if one[0] == "POST"]) == len(STATUSES)
    # Before a bare host's API is known it is looked for at its usual place.
    assert {one for one in recorded.seen if one[2] >= 400} <= {("GET", "/api/ping", 404)}


def test_prism_refuses_what_the_contract_does_not_have(written: tuple[str, tuple[type[Provider], str]]) -> None:
    """The test above says something only if this one holds."""
    name, vendor = written
    _, http, _ = reach(vendor)
    with pytest.raises(Rejected, match="422"):
        http.write("POST", CREATE[name], {"title": 7, "status": "on fire"})
    http.close()
