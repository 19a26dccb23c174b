"""A webhook of the team's own."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema

from console.publish.provider import Settings
from console.publish.providers.webhook import Webhook, signature, standard_signature
from console.publish.targets.keys import Key
from tests.publish.fakes.chat import EVENT, HAPPENING, WebhookFake
from tests.publish.faulty import Fault
from tests.publish.suite import Bench, ProviderSuite


class TestWebhook(ProviderSuite):
    provider = Webhook
    fake = WebhookFake

    def make(self, *plan: Fault, every: bool = False, key: str | None = None) -> Bench:
        bench = super().make(*plan, every=every, key=key)
        fake = bench.fake
        assert isinstance(fake, WebhookFake)
        settings = Settings("Shop status", secret=Key(bench.key))
        bench.provider = Webhook(settings, bench.http, clock=lambda: fake.now.timestamp())
        return bench

    def test_check_proves_the_key_and_changes_nothing(self) -> None:
        bench = self.make()
        assert "ping" in bench.provider.check().says
        assert bench.fake.seen() == []
        assert [request.headers["X-Warroom-Event"] for request in bench.fake.requests] == ["ping"]

    def test_a_repeated_event_is_one_event(self) -> None:
        bench = self.make()
        delivery = bench.delivery("investigating", "Looking — “now”.")
        for _ in range(3):
            bench.provider.send(delivery, bench.known)
        assert bench.updates == [("investigating", "Looking — “now”.")]
        assert {request.headers["webhook-id"] for request in bench.fake.requests} == {delivery.key}
        assert {request.headers["X-Warroom-Id"] for request in bench.fake.requests} == {delivery.key}

    def test_the_key_itself_is_never_sent(self) -> None:
        bench = self.make()
        bench.send(bench.delivery("investigating", "Looking."))
        (request,) = bench.fake.requests
        assert bench.key not in str(request.headers) + request.content.decode()


def test_the_signature_is_one_that_others_can_check() -> None:
    # printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    expected = "sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
    assert signature(Key("secret"), "1700000000", b'{"a":1}') == expected


def test_the_signature_of_a_standard_webhook_is_that_of_its_own_library() -> None:
    # standardwebhooks 1.1: Webhook("whsec_plJ3nmyCDGBKInavdOK15jsl").sign("msg_1", 1731705121, body)
    key, body = Key("whsec_plJ3nmyCDGBKInavdOK15jsl"), b'{"event_type":"ping","data":{"success":true}}'
    expected = "v1,62xsnRogzuQoQODL/8rrhi08xUH6RKUGIhmgDeicrNc="
    assert standard_signature(key, "msg_1", "1731705121", body) == expected


def test_the_page_about_it_says_what_is_sent() -> None:
    page = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text()
    examples = re.findall(r'```json\n(\{"event".*?)```', page, re.DOTALL)
    for example, schema in zip(examples, (EVENT, HAPPENING), strict=True):
        jsonschema.validate(json.loads(example), schema)
    (code,) = re.findall(r"```python\n(import hashlib.*?)```", page, re.DOTALL)
    made: dict[str, Any] = {}
    exec(code, made)
    right = signature(Key("secret"), "17", b"{}")
    assert made["genuine"](b"secret", "17", b"{}", right)
    assert not made["genuine"](b"other", "17", b"{}", right)
