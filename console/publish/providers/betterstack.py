"""Better Stack: the status page of Better Stack (once Better Uptime), whose incidents are status reports.

A report has no status of its own, so ours stands as a word before the text, and a report is over when all its
resources are. Each report keeps its own states of resources and each update tells all of them anew: one left out
would count as well. Another report's states are its own, so resolving this one leaves them alone.

It keeps no marker of ours, but it keeps the moment at which a report starts: with the title and the words that is what
a message whose end is not known is found by.
"""

from functools import partial
from typing import Any, ClassVar

from console.core.language.times import rfc3339
from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import asked, inside, items, key_of, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Opened, Posted, alike, among_updates, by_start, lost_sight, moment
from console.publish.providers.common.requests import bearer, check_named, entries, paged, path
from console.publish.sending.message import (
    STATUSES,
    Checked,
    ComponentState,
    Delivery,
    Known,
    Listed,
    Lookup,
    PageView,
    Part,
    Remote,
    Status,
)
from console.publish.transport.failure import Gone, Rejected
from console.publish.transport.http import Http

STATES: dict[ComponentState, str] = {
    "operational": "resolved",
    "degraded": "degraded",
    # There is nothing between degraded and down; a part of it still works, so it is not down.
    "partial": "degraded",
    "major": "downtime",
    "maintenance": "maintenance",
}
RESOURCES: dict[str, ComponentState] = {
    "operational": "operational",
    "degraded": "degraded",
    "downtime": "major",
    "maintenance": "maintenance",
}
"""How a resource itself stands, from its monitor and all reports; one that is not monitored has no state."""


class BetterStack(Provider):
    """A status page at Better Stack, by its id."""

    title: ClassVar[str] = "Better Stack status page"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True, asks=True, reads=True, lifecycle=False, states=STATES, restores_all=True
    )
    base: ClassVar[str] = "https://uptime.betterstack.com/api/v2"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http = settings.name, settings.page, http

    headers = staticmethod(bearer)

    def check(self) -> Checked:
        if not self._page:
            pages = [
                Listed(
                    text(page, "id"), text(page, "attributes", "company_name") or text(page, "attributes", "subdomain")
                )
                for page in self._listed("status-pages")[0]
            ]
            return Checked(f"{self._name} takes the key; choose one of its pages.", pages=tuple(pages))
        components = [
            Listed(
                text(resource, "id"),
                text(resource, "attributes", "public_name"),
                RESOURCES.get(text(resource, "attributes", "status"), ""),
            )
            for resource in self._listed(self._at("resources"))[0]
        ]
        return Checked(f"{self._name} takes the key and has the page.", components=tuple(components))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        message = worded(delivery)
        within_limits(self._name, delivery, known, self.capabilities, message)
        data = {
            "message": message,
            # Left out, a new report mails everyone and an update nobody.
            "notify_subscribers": delivery.notify,
            "affected_resources": affected(delivery, known),
        }
        if known.remote is None:
            data |= {"title": delivery.title, "report_type": "manual", "starts_at": rfc3339(delivery.started_at)}
            answer = written(self._http, "POST", self._at("status-reports"), data)
            remote = _remote(inside(answer, "data"))
            check_named(self._name, "report", remote.incident_id)
            return remote
        where = self._at("status-reports", known.remote.incident_id, "status-updates")
        update = text(written(self._http, "POST", where, data), "data", "id")
        check_named(self._name, "update", update)
        return Remote(known.remote.incident_id, update, known.remote.url)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is None:
            reports, complete = self._listed(self._at("status-reports"))
            return by_start(
                self._name,
                delivery,
                [
                    Opened(
                        _remote(report),
                        moment(text(report, "attributes", "starts_at")),
                        partial(self._first_text, delivery, report),
                    )
                    for report in reports
                    if text(report, "id") and alike(delivery.title, text(report, "attributes", "title"))
                ],
                complete,
            )
        try:
            updates = self._updates(known.remote.incident_id)
        except Gone:
            return lost_sight(self._name)
        words = worded(delivery)
        return among_updates(
            delivery,
            known,
            [
                Posted(
                    text(update, "id"),
                    alike(words, text(update, "attributes", "message")),
                    text(update, "attributes", "published_at"),
                )
                for update in updates
            ],
        )

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        try:
            answer = asked(self._http, self._at("status-reports", known.remote.incident_id))
            updates = self._updates(known.remote.incident_id)
        except Gone:
            return PageView(None, gone=True)
        status, words = parted(text(max(updates, key=_order, default=None), "attributes", "message"))
        theirs = {
            text(resource, "status_page_resource_id"): text(resource, "status")
            for resource in items(answer, "data", "attributes", "affected_resources")
        }
        parts = [
            Part(part.id, state, part.name)
            for part in known.parts
            if (state := _state(theirs.get(part.id, ""), part.state)) is not None
        ]
        return PageView(status, text(answer, "data", "attributes", "title"), words, tuple(parts))

    def _first_text(self, delivery: Delivery, report: Any) -> str:
        """The first message without our word for the status, where it is the right word."""
        status, words = parted(
            text(min(self._updates(text(report, "id")), key=_order, default=None), "attributes", "message")
        )
        return words if status == delivery.status else ""

    def _updates(self, report: str) -> list[Any]:
        return self._listed(self._at("status-reports", report, "status-updates"))[0]

    def _listed(self, where: str) -> tuple[list[Any], bool]:
        def page(number: int) -> tuple[list[Any], bool]:
            answer = asked(self._http, where, {"page": str(number), "per_page": "250"})
            return entries(self._name, answer, "data"), bool(text(answer, "pagination", "next"))

        return paged(page)

    def _at(self, *steps: str) -> str:
        if not self._page:
            raise Rejected(f"{self._name} has to be told which page: set the target's page and send again.")
        return path("status-pages", self._page, *steps)


PROVIDER = BetterStack


def worded(delivery: Delivery) -> str:
    """The text with its status before it: `Identified: a deploy is the cause.`"""
    return f"{delivery.status.capitalize()}: {delivery.text}"


def parted(message: str) -> tuple[Status | None, str]:
    """What `worded` put together; no status where the first word is none."""
    word, _, rest = message.partition(":")
    for status in STATUSES:
        if word == status.capitalize():
            return status, rest.strip()
    return None, message


def affected(delivery: Delivery, known: Known) -> list[dict[str, str]]:
    """Every resource that the report is about with its state; all of them well when it resolves."""
    states = {part.id: STATES[part.state] for part in (*known.parts, *delivery.parts)}
    return [
        {"status_page_resource_id": component, "status": STATES["operational"] if delivery.final else state}
        for component, state in states.items()
    ]


def _remote(report: Any) -> Remote:
    return Remote(text(report, "id"), text(report, "relationships", "status_updates", "data", 0, "id"))


def _order(update: Any) -> tuple[str, int]:
    number = text(update, "id")
    return text(update, "attributes", "published_at"), int(number) if number.isascii() and number.isdigit() else 0


def _state(theirs: str, ours: ComponentState) -> ComponentState | None:
    """Our word for theirs; where several of ours have one of theirs, the one that we set."""
    if STATES[ours] == theirs:
        return ours
    return key_of(STATES, theirs)
