"""Instatus: a hosted status page.

It keeps no marker of ours, but it keeps the moment since when an incident lasts, to the millisecond: with the title
and the words that is what a message whose end is not known is found by.

A message names only the components that it changes. An incident's other components may have been set by another
incident in the meantime, and what we knew of them must not be put over that.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Checked, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.common.json import items, number, text
from console.publish.providers.common.lookup import Opened, alike, by_start, moment
from console.publish.providers.common.markdown import in_markdown
from console.publish.providers.common.page import PageCapabilities, PlanCapabilities, StatusPage, listed
from console.publish.sending.message import STATUSES, Delivery, Known, Part, Remote, Status, touched
from console.publish.transport.failure import Gone

STATE_NAMES: dict[ComponentState, str] = {
    "operational": "OPERATIONAL",
    "degraded": "DEGRADEDPERFORMANCE",
    "partial": "PARTIALOUTAGE",
    "major": "MAJOROUTAGE",
    "maintenance": "UNDERMAINTENANCE",
}
PLANS = PlanCapabilities(
    status_follows=False,
    moves=True,
    mails=True,
    removes=True,
    states=STATE_NAMES,
    wording=in_markdown,
)


class Instatus(StatusPage):
    """A page at Instatus, by its id."""

    title: ClassVar[str] = "Instatus"
    states: ClassVar[Mapping[ComponentState, str]] = STATE_NAMES
    capabilities: ClassVar = PageCapabilities(
        mails=True,
        backfill_says="It may show as open until all its updates are there.",
        states=states,
        wording=in_markdown,
        maintenance=PLANS,
    )
    base: ClassVar[str] = "https://api.instatus.com"
    statuses: ClassVar[Mapping[Status, str]] = {status: status.upper() for status in STATUSES}
    updates_at = "incident-updates"
    start_at: ClassVar[str] = "started"
    """The field with the moment at which one begins."""
    below = "v1"
    markdown = True
    ends_first = True
    list_at = ()

    def check(self) -> Checked:
        if not self._page:
            return self._to_choose(listed(self._listed("v2/pages")[0], "name"))
        components = self._listed(self._at("components"))[0]
        return self._reached(listed(components, "name", state=lambda each: self._state(text(each, "status"))))

    def _data(self, delivery: Delivery, known: Known) -> dict[str, Any]:
        # The components that the incident is about; when it resolves, only those that it gives free.
        about = delivery.parts if delivery.final else (*delivery.parts, *known.parts)
        return {
            "message": self._worded(delivery),
            "components": list(dict.fromkeys(part.id for part in about)),
            "started": rfc3339(delivery.started_at if known.remote is None else delivery.at),
            "status": self.statuses[delivery.status],
            "notify": delivery.notify,
            "statuses": [{"id": part.id, "status": self.states[part.state]} for part in delivery.parts],
        }

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {"name": delivery.title, **self._data(delivery, known)}
        return self._made(_remote(self._write("POST", self._at(self.all_at), data)))

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        where = self._updates_at(remote)
        update_id = self._named(text(self._write("POST", where, self._data(delivery, known)), "id"), "update")
        return Remote(remote.incident_id, update_id, remote.url)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        incidents, complete = self._listed(self._at(self.all_at))
        same_title = [
            Opened(_remote(incident), moment(text(incident, self.start_at)), partial(self._first_text, incident))
            for incident in incidents
            if text(incident, "id") and alike(delivery.title, text(incident, "name"))
        ]
        return by_start(self._name, delivery, same_title, complete)

    def _updates(self, incident: str) -> list[Any]:
        return self._entries(self._ask(self._at(self.all_at, incident)), "updates")

    def _update(self, update: Any) -> PageUpdate:
        status = self._status(text(update, "status"))
        return PageUpdate(text(update, "id"), status, text(update, "message"), text(update, "started"))

    def _view(self, known: Known, remote: Remote) -> PageView:
        incident = self._ask(self._incident_at(remote))
        newest = max(items(incident, "updates"), key=_since, default=None)
        states = named = self._states(items(incident, "components"))
        if known.parts and not all(states.get(part.id) for part in known.parts):
            states = self._states(self._listed(self._at("components"))[0])
        status = self._status(text(incident, "status"))
        updates = tuple(map(self._update, items(incident, "updates")))
        parts = self._parts(known, states, named)
        return PageView(status, text(incident, "name"), text(newest, "message"), parts, updates=updates)

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        shown = next((each for each in self._updates(remote.incident_id) if text(each, "id") == update), None)
        if shown is None:
            raise Gone(f"{self._name} does not show the update any more; look at the page.")
        # Without its own moment the update would move.
        data = {**self._data(delivery, known), "started": text(shown, "started"), "notify": False}
        self._write("PUT", self._updates_at(remote, update), data)

    def _open_past(self, first: Delivery, delivery: Delivery) -> Remote:
        # Without a state: that of a component is of now.
        data = {**self._data(first, Known()), "name": first.title, "components": list(touched(delivery.past))}
        return self._made(_remote(self._write("POST", self._at(self.all_at), data)))

    def _date(self, each: Delivery, update: str, remote: Remote) -> None:
        current = next((shown for shown in self._updates(remote.incident_id) if text(shown, "id") == update), None)
        # The one that the incident was made with has the moment of its beginning.
        if current is not None and moment(text(current, "started")) != each.at:
            data = {**self._data(each, Known(remote)), "started": rfc3339(each.at)}
            self._write("PUT", self._updates_at(remote, update), data)

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        incident = self._ask(self._incident_at(remote))
        if self._status(text(incident, "status")) != delivery.status or delivery.parts:
            self._put(incident, remote, {"status": self.statuses[delivery.status]}, delivery.parts)

    def _rename(self, title: str, remote: Remote) -> None:
        self._put(self._ask(self._incident_at(remote)), remote, {"name": title})

    def open_there(self) -> tuple[OpenThere, ...]:
        return self._opened(self._listed(self._at(self.all_at))[0], "name")

    def _put(self, incident: Any, remote: Remote, changes: Mapping[str, str], parts: tuple[Part, ...] = ()) -> None:
        """Change some fields of an incident, and send the others back as they were read: it takes them all."""
        about = (*(text(component, "id") for component in items(incident, "components")), *(part.id for part in parts))
        data = {
            "name": text(incident, "name"),
            "components": list(dict.fromkeys(about)),
            "started": text(incident, "started"),
            "status": text(incident, "status"),
            "notify": False,
            "statuses": [{"id": part.id, "status": self.states[part.state]} for part in parts],
        }
        self._write("PUT", self._incident_at(remote), {**data, **changes})

    def _states(self, components: Iterable[Any]) -> dict[str, ComponentState | None]:
        return {text(component, "id"): self._state(text(component, "status")) for component in components}

    def _first_text(self, incident: Any) -> str:
        updates = items(incident, "updates") or self._updates(text(incident, "id"))
        return text(min(updates, key=_since, default=None), "message")


class Maintenances(Instatus):
    """Planned maintenances there; whatever one of them would do by itself is switched off."""

    capabilities: ClassVar = PLANS
    statuses: ClassVar[Mapping[Status, str]] = {
        "scheduled": "NOTSTARTEDYET", "in_progress": "INPROGRESS", "completed": "COMPLETED", "cancelled": "COMPLETED",
    }  # fmt: skip
    called = "maintenance"
    all_at = "maintenances"
    updates_at = "maintenance-updates"
    start_at = "start"

    def _data(self, delivery: Delivery, known: Known) -> dict[str, Any]:
        data = {**super()._data(delivery, known), "started": rfc3339(delivery.at)}
        # Before it begins its components have the state that others give them.
        return {**data, "statuses": []} if delivery.status == "scheduled" else data

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {name: value for name, value in self._data(delivery, known).items() if name != "started"}
        data |= {"name": delivery.title, **_planned(delivery)}
        return self._made(_remote(self._write("POST", self._at(self.all_at), data)))

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        where = self._incident_at(remote)
        incident, planned = self._ask(where), _planned(delivery)
        starts = moment(text(incident, "start"))
        if starts != moment(planned["start"]) or text(incident, "duration") != str(planned["duration"]):
            self._write_ahead("PUT", where, {**_kept(incident), **planned})
        return super()._add(delivery, known, remote)

    def _put(self, incident: Any, remote: Remote, changes: Mapping[str, str], parts: tuple[Part, ...] = ()) -> None:
        states = [{"id": part.id, "status": self.states[part.state]} for part in parts]
        data = {**_kept(incident), **UNASKED, **changes, "statuses": states}
        self._write("PUT", self._incident_at(remote), data)

    def _view(self, known: Known, remote: Remote) -> PageView:
        view, incident = super()._view(known, remote), self._ask(self._incident_at(remote))
        starts = moment(text(incident, "start"))
        window = Window(starts, starts + timedelta(minutes=number(incident, "duration"))) if starts else None
        return replace(view, window=window, parts=() if view.status == "scheduled" else view.parts)


UNASKED = dict.fromkeys(("notifyStart", "notifyEnd", "notifyEarly", "autoStart", "autoEnd"), False)
"""Steps that a maintenance would take by itself, once its time has come."""


def _planned(delivery: Delivery) -> dict[str, Any]:
    """The window, in minutes from its beginning, and nothing by itself."""
    assert delivery.window is not None, "a maintenance has a window"
    starts_at, until = delivery.window.starts_at, delivery.window.until
    return {"start": rfc3339(starts_at), "duration": int((until - starts_at).total_seconds() // 60), **UNASKED}


def _kept(maintenance: Any) -> dict[str, Any]:
    """The fields of a maintenance as they were read: a change takes them all."""
    return {
        "name": text(maintenance, "name"),
        "components": [text(component, "id") for component in items(maintenance, "components")],
        "start": text(maintenance, "start"),
        "duration": number(maintenance, "duration"),
        "status": text(maintenance, "status"),
        "notify": False,
    }


Instatus.plans = Maintenances
PROVIDER = Instatus


def _remote(incident: Any) -> Remote:
    first = min(items(incident, "updates"), key=_since, default=None)
    return Remote(text(incident, "id"), text(first, "id"))


def _since(data: Any) -> str:
    """Moments of one page are written alike, so their text has their order."""
    return text(data, "createdAt") or text(data, "started")
