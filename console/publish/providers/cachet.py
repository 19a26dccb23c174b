"""Cachet 3: a status page that a team runs itself, with a REST API in the JSON:API form.

Components are set by `PUT /components`, never through the incident. An incident of Cachet can carry states of
components that lie over the components' own until it is fixed, but they can be given only when it is made and never
be changed: a component that recovers or gets worse, or turns up in a later update, would show the wrong state. The
components' own states can be set at any time, so the page shows each state that was approved; in return they stay
until they are set again, which the message that resolves does for every component that it names. Two things are lost:
the incident is not listed under its components, and people who subscribed to one component are not mailed.

Whether subscribers are mailed is kept with the incident, not with the update: it is set before each update.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common.json import asked, fields, inside, key_of, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Listed, Posted, alike, among_updates, by_age, lost_sight, number
from console.publish.providers.common.requests import bearer, check_named, component_set, entries, paged, path, prepared
from console.publish.sending.message import (
    Absent,
    Checked,
    ComponentState,
    Delivery,
    Found,
    Known,
    Lookup,
    PageView,
    Part,
    Remote,
    Status,
)
from console.publish.sending.message import Listed as Component
from console.publish.transport.failure import Gone, Rejected
from console.publish.transport.http import Http

MARKER = "warroom"
"""The name in an incident's `meta` under which our marker stands."""

STATUSES: dict[Status, int] = {"investigating": 1, "identified": 2, "monitoring": 3, "resolved": 4}
STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4, "maintenance": 6}


class Cachet(Provider):
    """A Cachet 3. Its address is that of the API; `/api` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 3"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True,
        asks=True,
        reads=True,
        first_is_update=False,
        states={
            "operational": "operational",
            "degraded": "performance issues",
            "partial": "partial outage",
            "major": "major outage",
            "maintenance": "under maintenance",
        },
        title_limit=255,
        page=False,
    )

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http
        self._root: str | None = None
        self._newest: dict[str, int] = {}
        """By our marker: the highest number of an incident before the try."""

    headers = staticmethod(bearer)

    def check(self) -> Checked:
        try:
            self._http.get(self._at("ping"))
        except Gone:
            raise Rejected(
                f"{self._name} has no API at this address: check the url, and that the API is switched on."
            ) from None
        components = [
            Component(text(component, "id"), text(component, "attributes", "name"), _own_state(component) or "")
            for component in self._listed("components")[0]
        ]
        self._prove_key()
        return Checked(f"{self._name} answers and takes the key.", components=tuple(components))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        remote = known.remote
        if remote is not None:
            incident = self._at(path("incidents", remote.incident_id))
            prepared(self._http, "PUT", incident, {"notifications": delivery.notify})
        for part in delivery.parts:
            component_set(self._http, self._at(path("components", part.id)), part, {"status": STATES[part.state]})
        return self._open(delivery) if remote is None else self._update(delivery, remote)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        if known.remote is None:
            return self._look_up_incident(delivery)
        try:
            updates, _ = self._listed("incidents", known.remote.incident_id, "updates")
        except Gone:
            return lost_sight(self._name)
        return among_updates(
            delivery,
            known,
            [
                Posted(
                    text(update, "id"),
                    _status(update) == delivery.status and alike(delivery.text, text(update, "attributes", "message")),
                )
                for update in updates
            ],
        )

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        try:
            answer = asked(self._http, self._at(path("incidents", known.remote.incident_id)))
            updates, _ = self._listed("incidents", known.remote.incident_id, "updates")
        except Gone:
            return PageView(None, gone=True)
        newest = max(updates, key=lambda update: number(text(update, "id")), default=None)
        words = text(newest, "attributes", "message") or text(answer, "data", "attributes", "message")
        return PageView(
            _status(inside(answer, "data")),
            text(answer, "data", "attributes", "name"),
            words,
            self._states(known.parts),
        )

    def _open(self, delivery: Delivery) -> Remote:
        self._newest[delivery.key] = self._number_before(delivery)
        answer = written(
            self._http,
            "POST",
            self._at("incidents"),
            {
                "name": delivery.title,
                "status": STATUSES[delivery.status],
                "message": delivery.text,
                # Cachet's own default shows an incident to signed-in users only.
                "visible": True,
                "notifications": delivery.notify,
                "meta": {MARKER: delivery.key},
            },
        )
        remote = self._remote(inside(answer, "data"))
        check_named(self._name, "incident", remote.incident_id)
        return remote

    def _update(self, delivery: Delivery, remote: Remote) -> Remote:
        answer = written(
            self._http,
            "POST",
            self._at(path("incidents", remote.incident_id, "updates")),
            {"status": STATUSES[delivery.status], "message": delivery.text},
        )
        update = text(answer, "data", "id")
        check_named(self._name, "update", update)
        return Remote(remote.incident_id, update, remote.url)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        """By our marker; by words and age on an older Cachet, which knows no marker."""
        try:
            incidents, complete = self._listed("incidents", **{f"filter[meta][{MARKER}]": delivery.key})
            if not incidents:
                return Absent()
        except Gone:
            raise
        except Rejected:
            incidents, complete = self._listed("incidents")
        marked = [incident for incident in incidents if text(incident, "attributes", "meta", MARKER) == delivery.key]
        if marked:
            return Found(self._remote(marked[0]))
        listed = [
            self._as_listed(delivery, incident)
            for incident in incidents
            if not text(incident, "attributes", "meta", MARKER)
            and text(incident, "id")
            and alike(delivery.title, text(incident, "attributes", "name"))
            and alike(delivery.text, text(incident, "attributes", "message"))
        ]
        return by_age(self._name, delivery, listed, complete, self._newest.get(delivery.key))

    def _number_before(self, delivery: Delivery) -> int:
        """The highest number of an incident, on a Cachet that does not find our marker; there is none with it yet."""
        page = {"per_page": "1", "page": "1"}
        try:
            answer = asked(self._http, self._at("incidents"), {f"filter[meta][{MARKER}]": delivery.key, **page})
        except Gone:
            raise
        except Rejected:
            answer = asked(self._http, self._at("incidents"), page)
        return max((number(text(incident, "id")) for incident in entries(self._name, answer, "data")), default=0)

    def _as_listed(self, delivery: Delivery, incident: Any) -> Listed:
        remote = self._remote(incident)

        def untouched() -> bool:
            return (
                _status(incident) == delivery.status and not self._listed("incidents", remote.incident_id, "updates")[0]
            )

        return Listed(remote, text(incident, "attributes", "created", "string"), untouched)

    def _prove_key(self) -> None:
        """Reading is open to everyone, so a write is tried on the incident 0, which no Cachet has."""
        try:
            prepared(self._http, "PUT", self._at("incidents/0"), {})
        except Gone:
            return

    def _states(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        if not parts:
            return ()
        states = {text(component, "id"): _own_state(component) for component in self._listed("components")[0]}
        return tuple(Part(part.id, state, part.name) for part in parts if (state := states.get(part.id)) is not None)

    def _listed(self, *steps: str, **params: str) -> tuple[list[Any], bool]:
        def page(which: int) -> tuple[list[Any], bool]:
            answer = asked(self._http, self._at(path(*steps)), {**params, "per_page": "100", "page": str(which)})
            return entries(self._name, answer, "data"), bool(text(answer, "links", "next"))

        return paged(page)

    def _remote(self, incident: Any) -> Remote:
        guid, base = text(incident, "attributes", "guid"), self._http.base
        site = base.removesuffix("/api") if base.endswith("/api") else base if self._root else ""
        return Remote(text(incident, "id"), url=f"{site}/incidents/{guid}" if site and guid else "")

    def _at(self, where: str) -> str:
        if self._root is None:
            self._root = api_root(self._http, "api")
        return f"{self._root}{where}"


PROVIDER = Cachet


def api_root(http: Http, usual: str) -> str:
    """What stands before every path: nothing where the target's address has a path of its own, since an installation
    may have put its API anywhere; else the usual one, where it answers."""
    if urlsplit(http.base).path.strip("/"):
        return ""
    try:
        http.get(f"{usual}/ping")
    except Gone:
        return ""
    return f"{usual}/"


def _status(data: Any) -> Status | None:
    value = text(data, "attributes", "status", "value") or text(data, "attributes", "status")
    return key_of(STATUSES, value)


def _own_state(component: Any) -> ComponentState | None:
    kept = fields(component, "attributes")
    value = text(kept, "status", "value") or text(kept, "status")
    return key_of(STATES, value)
