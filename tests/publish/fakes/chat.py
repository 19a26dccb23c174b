"""Chats that exist in memory only: the address is the key, and a channel keeps what was posted."""

import hashlib
import hmac
import re
from typing import Any

import httpx

from tests.publish.fakes import Fake, Seen, body, reply, strict
from tests.publish.fakes.rendered import GITHUB, rendered, words

_HEAD = re.compile(r"([\w ]+): (.*) \((INC-\w+)\)")


class ChatFake(Fake):
    """A channel behind an address that ends in the key."""

    def __init__(self) -> None:
        super().__init__()
        # On the instance: a test may stand before the address with a wrong key.
        self.root = "https://chat.example/hooks/T0/"
        self.base = self.root + self.key
        self.messages: list[str] = []
        """Each as a reader of the channel sees it, oldest first."""

    def lets_in(self, request: httpx.Request) -> bool:
        return request.url.path == f"/hooks/T0/{self.key}"

    def seen(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for message in self.messages:
            first, _, text = message.partition("\n")
            head = _HEAD.fullmatch(first)
            assert head is not None, first
            seen = found.setdefault(head[3], Seen(head[2], "", [], {}, 0, {}))
            seen.updates.append((head[1].lower(), text))
        return list(found.values())

    def forget(self) -> None:
        self.messages.clear()


_SECTION = strict(
    {
        "type": {"const": "section"},
        "text": {
            "oneOf": [
                strict(
                    {
                        "type": {"const": "plain_text"},
                        "text": {"type": "string", "minLength": 1, "maxLength": 3000},
                        "emoji": {"const": False},
                    }
                ),
                strict(
                    {
                        "type": {"const": "mrkdwn"},
                        "text": {"type": "string", "pattern": "^<https://[^<>|]+>$"},
                        "verbatim": {"const": True},
                    }
                ),
            ]
        },
    }
)
SLACK = strict(
    {
        "text": {"type": "string", "minLength": 1, "maxLength": 40000, "pattern": "^[^<>]*$"},
        "mrkdwn": {"const": False},
        "blocks": {"type": "array", "items": _SECTION, "minItems": 1, "maxItems": 50},
        "unfurl_links": {"const": False},
    }
)


class SlackFake(ChatFake):
    def answer(self, request: httpx.Request) -> httpx.Response:
        data = body(request)
        if data == {}:
            return httpx.Response(400, text="no_text")
        if request.method != "POST" or self.checked(SLACK, data, "message"):
            return httpx.Response(400, text="invalid_payload")
        lines = [block["text"]["text"] for block in data["blocks"]]
        self.messages.append("\n".join(lines))
        return httpx.Response(200, text="ok")

    def not_let_in(self) -> httpx.Response:
        return httpx.Response(403, text="invalid_token")


MATTERMOST = strict({"text": {"type": "string", "minLength": 1, "maxLength": 16383}})


class MattermostFake(ChatFake):
    """It obeys Slack's marks, then Markdown, and calls whoever is named behind an @."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        data = body(request)
        if request.method != "POST" or not data or self.checked(MATTERMOST, data, "message"):
            return reply(400, {"id": "web.incoming_webhook.text.app_error", "message": "No text specified"})
        assert not re.search(r"<!|<@|(?<!\\)<[^>]*\|", data["text"]), "obeyed as a mark of Slack's"
        assert not re.search(r"@\w", data["text"]), "somebody is called"
        self.messages.append(rendered(data["text"].replace("\n", "\\\n"), GITHUB).replace("\N{ZERO WIDTH SPACE}", ""))
        return httpx.Response(200, text="ok")

    def not_let_in(self) -> httpx.Response:
        return reply(403, {"id": "web.incoming_webhook.disabled.app_error", "message": "Incoming webhooks are off."})


_WIDGET = {
    "oneOf": [
        strict({"textParagraph": strict({"text": {"type": "string", "minLength": 1}})}),
        strict({"buttonList": strict({"buttons": {"type": "array", "minItems": 1}})}),
    ]
}
_SECTIONS = {"type": "array", "items": strict({"widgets": {"type": "array", "items": _WIDGET}})}
GOOGLE = strict(
    {
        "cardsV2": {
            "type": "array", "minItems": 1, "maxItems": 1,
            "items": strict({"cardId": {"type": "string"}, "card": strict({"sections": _SECTIONS})}),
        },
        "fallbackText": {"type": "string"},
        "thread": strict({"threadKey": {"type": "string", "maxLength": 4000}}),
    }
)  # fmt: skip


class GoogleChatFake(ChatFake):
    def answer(self, request: httpx.Request) -> httpx.Response:
        data = body(request)
        if request.method != "POST" or self.checked(GOOGLE, data, "message"):
            return reply(400, {"error": {"code": 400, "message": "Invalid JSON payload", "status": "INVALID_ARGUMENT"}})
        if request.url.params.get("messageReplyOption") != "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD":
            self.wrong.append("without the option the thread's key is ignored")
        widgets = data["cardsV2"][0]["card"]["sections"][0]["widgets"]
        shown = [words(each["textParagraph"]["text"]) for each in widgets if "textParagraph" in each]
        self.messages.append("\n".join(shown))
        name = f"spaces/S/messages/{self.new_id('m')}"
        return reply(200, {"name": name, "thread": {"name": f"spaces/S/threads/{data['thread']['threadKey']}"}})

    def not_let_in(self) -> httpx.Response:
        return reply(403, {"error": {"code": 403, "message": "Permission denied", "status": "PERMISSION_DENIED"}})


_RUN = strict(
    {
        "type": {"const": "TextRun"},
        "text": {"type": "string", "minLength": 1},
        "weight": {"const": "Bolder"},
        "isSubtle": {"const": True},
    },
    required=("type", "text"),
)
_LINE = strict(
    {
        "type": {"const": "RichTextBlock"},
        "spacing": {"const": "None"},
        "inlines": {"type": "array", "items": _RUN, "minItems": 1, "maxItems": 1},
    }
)
_CARD = strict(
    {
        "$schema": {"type": "string"},
        "type": {"const": "AdaptiveCard"},
        "version": {"const": "1.4"},
        "body": {"type": "array", "items": _LINE, "minItems": 2},
        "actions": {
            "type": "array",
            "items": strict(
                {"type": {"const": "Action.OpenUrl"}, "title": {"type": "string"}, "url": {"type": "string"}}
            ),
        },
    },
    required=("$schema", "type", "version", "body"),
)
TEAMS = strict(
    {
        "type": {"const": "message"},
        "attachments": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": strict(
                {
                    "contentType": {"const": "application/vnd.microsoft.card.adaptive"},
                    "contentUrl": {"type": "null"},
                    "content": _CARD,
                }
            ),
        },
    }
)


class TeamsFake(ChatFake):
    """Answers 202 as soon as it has the message; what is too large never comes into the channel."""

    def lets_in(self, request: httpx.Request) -> bool:
        return super().lets_in(request) and request.url.params.get("api-version") == "2016-06-01"

    def __init__(self) -> None:
        super().__init__()
        self.base += "?api-version=2016-06-01&sp=%2Ftriggers&sig=abc"

    def answer(self, request: httpx.Request) -> httpx.Response:
        data = body(request)
        if self.checked(TEAMS, data, "message"):
            return reply(400, {"error": {"code": "TriggerInputSchemaMismatch", "message": "not of the schema"}})
        if len(request.content) <= 28 * 1024:
            lines = [line["inlines"][0]["text"] for line in data["attachments"][0]["content"]["body"]]
            self.messages.append("\n".join("" if line == " " else line for line in lines))
        return httpx.Response(202)


DISCORD = strict(
    {
        "content": {"type": "string", "minLength": 1, "maxLength": 2000},
        "allowed_mentions": strict({"parse": {"type": "array", "maxItems": 0}}),
        "flags": {"const": 4},
    }
)


class DiscordFake(ChatFake):
    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}

    def lets_in(self, request: httpx.Request) -> bool:
        own, _, message = request.url.path.partition("/messages/")
        return own == f"/hooks/T0/{self.key}" and (not message or request.method in ("PATCH", "DELETE"))

    def forget(self) -> None:
        super().forget()
        self.by_id.clear()

    def answer(self, request: httpx.Request) -> httpx.Response:
        found = request.url.path.partition("/messages/")[2]
        if found and found not in self.by_id:
            return reply(404, {"message": "Unknown Message", "code": 10008})
        if request.method == "DELETE":
            del self.by_id[found]
            self.messages = list(self.by_id.values())
            return httpx.Response(204)
        if request.method == "GET":
            return reply(200, {"id": "77", "type": 1, "name": "Incidents", "token": self.key, "channel_id": "5"})
        data = body(request)
        wrong = self.checked(DISCORD, data, "message")
        if wrong:
            return reply(
                400, {"code": 50035, "message": "Invalid Form Body", "errors": {"content": {"_errors": [wrong]}}}
            )
        first, _, rest = data["content"].partition("\n")
        plain = re.sub(r"\\(.)", r"\1", f"{first.removeprefix('**').removesuffix('**')}\n{rest}")
        id = found or self.new_id("11")
        self.by_id[id] = plain
        self.messages = list(self.by_id.values())
        if not found and request.url.params.get("wait") != "true":
            return httpx.Response(204)
        return reply(200, {"id": id, "channel_id": "5", "content": data["content"]})

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"message": "Invalid Webhook Token", "code": 50027})


_EVENT_FIELDS: dict[str, Any] = {
    "event": {"enum": ["update", "backfill", "postmortem", "withdraw"]},
    "id": {"type": "string", "pattern": "^[A-Za-z0-9-]+$"},
    "first": {"type": "boolean"},
    "incident": {"type": "string", "pattern": "^INC-"},
    "title": {"type": "string"},
    "status": {"enum": ["investigating", "identified", "monitoring", "resolved"]},
    "text": {"type": "string"},
    "at": {"type": "string", "pattern": "Z$"},
    "started_at": {"type": "string", "pattern": "Z$"},
    "notify": {"type": "boolean"},
    "severity": {"type": "string"},
    "components": {
        "type": "array",
        "items": strict(
            {
                "id": {"type": "string"},
                "name": {"type": "string"},
                "state": {"enum": ["operational", "degraded", "partial", "major", "maintenance"]},
            }
        ),
    },
    "link": {"type": "string"},
    "past": {
        "type": "array",
        "minItems": 1,
        "items": strict({name: {"type": "string"} for name in ("id", "status", "text", "at")}),
    },
}
EVENT = strict(_EVENT_FIELDS, tuple(name for name in _EVENT_FIELDS if name != "past"))


_WORD = {"type": "string", "minLength": 1}
HAPPENING = strict(
    {
        "event": {"enum": ["declared", "closed", "stage", "severity", "role"]},
        "id": EVENT["properties"]["id"],
        "incident": EVENT["properties"]["incident"],
        "title": {"type": "string"},
        "changes": {
            "type": "array",
            "minItems": 1,
            "items": {
                "oneOf": [
                    strict({"of": {"const": "declared"}}),
                    strict({"of": {"const": "closed"}, "value": {"enum": ["closed", "open"]}}),
                    strict({"of": {"enum": ["stage", "severity"]}, "value": _WORD, "before": _WORD}),
                    strict({"of": {"const": "role"}, "role": _WORD, "name": {"type": "string"}}),
                ]
            },
        },
        "severity": _WORD,
        "stage": _WORD,
        "status": EVENT["properties"]["status"],
        "closed": {"type": "boolean"},
        "by": {"type": "string"},
        "text": _WORD,
        "at": {"type": "string", "pattern": "Z$"},
        "started_at": {"type": "string", "pattern": "Z$"},
    }
)


class WebhookFake(Fake):
    """A careful receiver: it looks at signature and age, and takes each event once."""

    base = "https://hooks.example/warroom"

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, Any]] = {}

    def lets_in(self, request: httpx.Request) -> bool:
        stamp = request.headers.get("X-Warroom-Timestamp", "")
        made = hmac.new(self.key.encode(), stamp.encode() + b"." + request.content, hashlib.sha256).hexdigest()
        fresh = stamp.isdigit() and abs(self.now.timestamp() - int(stamp)) < 300
        return fresh and hmac.compare_digest(f"sha256={made}", request.headers.get("X-Warroom-Signature", ""))

    def answer(self, request: httpx.Request) -> httpx.Response:
        data, id = body(request), request.headers["X-Warroom-Id"]
        if request.headers["X-Warroom-Event"] == "ping":
            return httpx.Response(204)
        kind = request.headers["X-Warroom-Event"]
        if self.checked(HAPPENING if "changes" in data else EVENT, data, "event") or data["id"] != id:
            return reply(422, {"message": "not an event"})
        if data["event"] != kind:
            self.wrong.append(f"{kind} in the header, {data['event']} in the body")
        self.events.setdefault(id, data)
        return httpx.Response(202)

    def seen(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for event in self.events.values():
            one = found.setdefault(event["incident"], Seen(event["title"], "", [], {}, 0, {}))
            if event["event"] in ("postmortem", "withdraw"):
                one.postmortem = event["text"]
                continue
            one.updates += [(each["status"], each["text"]) for each in event.get("past", [event])]
            one.components.update({part["id"]: part["state"] for part in event["components"]})
            one.status = event["status"]
        return list(found.values())

    def forget(self) -> None:
        self.events.clear()
