"""Cachet 2: the older Cachet, without support upstream since 2023 and still in use.

It keeps no marker of ours, so a message whose end is not known is found by its words and its number, which is higher
than every number before the try; or, where the console was ended meanwhile, by its words and age. That happens often:
it sends its mails while it answers, and a proxy before it gives up with 504 although the incident exists.

Components have one state each, set by `PUT /components`. An incident belongs to one component at most; ours takes the
first that it changes, so that its subscribers hear of it.

An update is mailed to everyone who subscribed, whatever it is told; only the first message can go without a mail.
"""

from typing import Any, ClassVar

from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.cachet import STATUSES, api_root
from console.publish.providers.common.json import asked, inside, key_of, text, written
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import Listed, Posted, alike, among_updates, by_age, lost_sight, number
from console.publish.providers.common.requests import check_named, component_set, entries, paged, path
from console.publish.sending.message import (
    Checked,
    ComponentState,
    Delivery,
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

STATES: dict[ComponentState, int] = {"operational": 1, "degraded": 2, "partial": 3, "major": 4}


class CachetV2(Provider):
    """A Cachet 2. Its address is that of the API; `/api/v1` is added where the address is a bare host that has it."""

    title: ClassVar[str] = "Cachet 2"
    capabilities: ClassVar[Capabilities] = Capabilities(
        mails=True,
        always_mails_updates=True,
        asks=True,
        reads=True,
        first_is_update=False,
        states={
            "operational": "operational",
            "degraded": "performance issues",
            "partial": "partial outage",
            "major": "major outage",
        },
        title_limit=255,
        page=False,
    )

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http
        self._root: str | None = None
        self._newest: dict[str, int] = {}
        """By our marker: the highest number of an incident before the try."""

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"X-Cachet-Token": key}

    def check(self) -> Checked:
        try:
            self._http.get(self._at("ping"))
        except Gone:
            raise Rejected(f"{self._name} has no API at this address: check the url.") from None
        components = [
            Component(text(component, "id"), text(component, "name"), _own_state(component) or "")
            for component in self._listed("components")[0]
        ]
        says = f"{self._name} answers and takes the key."
        try:
            # Reading is open to everyone but for this list; what it holds is not looked at.
            self._http.get(self._at("subscribers"), {"per_page": "1"})
        except Gone:
            says = f"{self._name} answers; whether it takes the key shows with the first message."
        return Checked(says, components=tuple(components))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        remote = known.remote
        if remote is not None:
            # An incident that somebody deleted is found out before components change.
            self._http.get(self._at(path("incidents", remote.incident_id)))
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
                    _status(update) == delivery.status and alike(delivery.text, text(update, "message")),
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
        return PageView(
            _status(newest) or _status(inside(answer, "data")),
            text(answer, "data", "name"),
            text(newest, "message") or text(answer, "data", "message"),
            self._states(known.parts),
        )

    def _open(self, delivery: Delivery) -> Remote:
        self._newest[delivery.key] = self._number_before()
        data: dict[str, Any] = {
            "name": delivery.title,
            "message": delivery.text,
            "status": STATUSES[delivery.status],
            "visible": 1,
            "notify": int(delivery.notify),
        }
        if delivery.parts:
            first = delivery.parts[0]
            data |= {"component_id": _as_sent(first.id), "component_status": STATES[first.state]}
        answer = written(self._http, "POST", self._at("incidents"), data)
        remote = self._remote(inside(answer, "data"))
        check_named(self._name, "incident", remote.incident_id)
        return remote

    def _update(self, delivery: Delivery, remote: Remote) -> Remote:
        answer = written(
            self._http,
            "POST",
            self._at(path("incidents", remote.incident_id, "updates")),
            # Cachet 2 has no `notify` here and passes it over; a fork that learns it is told.
            {"status": STATUSES[delivery.status], "message": delivery.text, "notify": int(delivery.notify)},
        )
        update = text(answer, "data", "id")
        check_named(self._name, "update", update)
        return Remote(remote.incident_id, update, remote.url)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        incidents, complete = self._listed("incidents", sort="id", order="desc")
        listed = [
            self._as_listed(delivery, incident)
            for incident in incidents
            if text(incident, "id")
            and alike(delivery.title, text(incident, "name"))
            and alike(delivery.text, text(incident, "message"))
        ]
        return by_age(self._name, delivery, listed, complete, self._newest.get(delivery.key))

    def _number_before(self) -> int:
        """The highest number of an incident. Whether the order is kept differs between versions: both ends are read."""
        order = {"sort": "id", "order": "desc", "per_page": "1"}
        first = asked(self._http, self._at("incidents"), {**order, "page": "1"})
        incidents = entries(self._name, first, "data")
        last = text(first, "meta", "pagination", "total_pages")
        if number(last) > 1:
            incidents += entries(self._name, asked(self._http, self._at("incidents"), {**order, "page": last}), "data")
        return max((number(text(incident, "id")) for incident in incidents), default=0)

    def _as_listed(self, delivery: Delivery, incident: Any) -> Listed:
        remote = self._remote(incident)

        def untouched() -> bool:
            if _status(incident) != delivery.status:
                return False
            return not self._listed("incidents", remote.incident_id, "updates")[0]

        return Listed(remote, text(incident, "created_at"), untouched)

    def _states(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        if not parts:
            return ()
        states = {text(component, "id"): _own_state(component) for component in self._listed("components")[0]}
        return tuple(Part(part.id, state, part.name) for part in parts if (state := states.get(part.id)) is not None)

    def _listed(self, *steps: str, **params: str) -> tuple[list[Any], bool]:
        def page(which: int) -> tuple[list[Any], bool]:
            answer = asked(self._http, self._at(path(*steps)), {**params, "per_page": "100", "page": str(which)})
            return entries(self._name, answer, "data"), bool(text(answer, "meta", "pagination", "links", "next_page"))

        return paged(page)

    def _remote(self, incident: Any) -> Remote:
        return Remote(text(incident, "id"), url=text(incident, "permalink"))

    def _at(self, where: str) -> str:
        if self._root is None:
            self._root = api_root(self._http, "api/v1")
        return f"{self._root}{where}"


PROVIDER = CachetV2


def _status(data: Any) -> Status | None:
    value = text(data, "status")
    return key_of(STATUSES, value)


def _own_state(component: Any) -> ComponentState | None:
    value = text(component, "status")
    return key_of(STATES, value)


def _as_sent(component: str) -> int | str:
    return int(component) if component.isascii() and component.isdigit() else component
