"""A status page of incident.io. Creating may be repeated with the same key; updates are compared before they are."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.subjects.component import ComponentState
from console.publish.provider import CannotTell, Checked, Listed, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.common.json import inside, items, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.markdown import escaped, in_markdown
from console.publish.providers.common.page import (
    PageCapabilities,
    PlanCapabilities,
    StatusPage,
    listed,
    past_deliveries,
    path,
)
from console.publish.sending.message import Delivery, Known, Part, Past, Remote, Status

MAX_PAGES = 20


PLANS = PlanCapabilities(
    edits=False,
    takes_down=False,
    renames=False,
    status_follows=False,
    maintenance_says="Nobody can move, rename or remove it there but on the page itself.",
    mails=True,
    repeats=frozenset(("create",)),
    states={"operational": "operational", "maintenance": "under_maintenance"},
    title_limit=200,
    text_limit=4096,
    wording=in_markdown,
    pace_s=0.05,
)


class IncidentIo(StatusPage):
    title: ClassVar[str] = "incident.io status page"
    states: ClassVar[Mapping[ComponentState, str]] = {
        "operational": "operational",
        "degraded": "degraded_performance",
        "partial": "partial_outage",
        "major": "full_outage",
    }
    capabilities: ClassVar = PageCapabilities(
        edits=False,
        removes=False,
        takes_down=False,
        status_follows=False,
        mails=True,
        repeats=frozenset(("create",)),
        states=states,
        restores_all=True,
        title_limit=200,
        text_limit=4096,
        wording=in_markdown,
        # 1,200 requests a minute for each key.
        pace_s=0.05,
        maintenance=PLANS,
    )
    base: ClassVar[str] = "https://api.incident.io"
    kind: ClassVar[str] = "incident"
    """In the paths and names of fields of the interface."""
    shows_all = True
    marks_up = False
    markdown = True

    def check(self) -> Checked:
        pages = listed(self._all("v2/status_pages", "status_pages"), "name")
        if not self._page:
            return self._to_choose(pages)
        structure = self._ask(f"v2/status_page_structures/{path(self._page)}")
        parts = tuple(_components(items(structure, "current_structure", "items")))
        name = next((page.name for page in pages if page.id == self._page), "")
        return self._reached(parts, name, pages)

    def _data(self, delivery: Delivery) -> dict[str, Any]:
        data: dict[str, Any] = {
            f"{self.kind}_status": self.statuses[delivery.status],
            "message": self._worded(delivery),
            "notify_subscribers": delivery.notify,
        }
        # With “resolved” every component becomes operational, and naming one is an error.
        if delivery.parts and not delivery.final:
            data["component_statuses"] = [
                {"component_id": part.id, "component_status": self.states[part.state]} for part in delivery.parts
            ]
        return data

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        data = {"status_page_id": self._page, "name": delivery.title, "idempotency_key": delivery.key}
        answer = self._write("POST", self._all_at, {**self._data(delivery), **data, **self._opening(delivery)})
        incident = inside(answer, f"status_page_{self.kind}")
        return Remote(self._named(text(incident, "id")), self._ours(items(incident, "updates"), delivery, known))

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        data = {**self._data(delivery), f"status_page_{self.kind}_id": remote.incident_id}
        answer = self._write("POST", f"v2/status_page_{self.kind}_updates", data)
        update_id = self._named(text(answer, f"status_page_{self.kind}_update", "id"), "update")
        return Remote(remote.incident_id, update_id, remote.url)

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        """The further fields with which it is made."""
        return {}

    def _backfill(self, delivery: Delivery) -> Remote:
        """All at once, and with the same key once; it never mails."""
        for each in past_deliveries(delivery):
            within_limits(self._name, each, Known(), self.capabilities)
        updates = [self._past(each) for each in delivery.past]
        data = {"status_page_id": self._page, "name": delivery.title, "idempotency_key": delivery.key}
        answer = self._write("POST", "v2/status_page_retrospective_incidents", {**data, "updates": updates})
        incident = inside(answer, "status_page_incident")
        shown = sorted(items(incident, "updates"), key=lambda update: text(update, "published_at"))
        ids = tuple(text(update, "id") for update in shown)
        return Remote(self._named(text(incident, "id")), ids[-1] if ids else "", past=ids)

    def _past(self, past: Past) -> dict[str, Any]:
        states = [{"component_id": part.id, "component_status": self.states[part.state]} for part in past.parts]
        update = {
            "incident_status": past.status,
            "message": escaped(past.text),
            "published_at": rfc3339(past.at),
        }
        return update if past.status == "resolved" or not states else {**update, "component_statuses": states}

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        return CannotTell(
            f"{self._name} cannot be asked whether it has this incident: send it again, which makes no second one."
        )

    def _updates(self, incident: str) -> list[Any]:
        return self._entries(self._incident(incident), "updates")

    def _update(self, update: Any) -> PageUpdate:
        status = self._status(text(update, f"{self.kind}_status"))
        return PageUpdate(text(update, "id"), status, text(update, "message"))

    def _view(self, known: Known, remote: Remote) -> PageView:
        incident = self._incident(remote.incident_id)
        down = {
            text(impact, "component_id"): state
            for impact in items(incident, "component_impacts")
            # An impact without an end goes on.
            if (state := self._state(text(impact, "component_status"))) and not text(impact, "end_at")
        }
        names = {part.id: part.name for part in known.parts}
        parts = tuple(
            Part(component, down.get(component, "operational"), names.get(component, ""))
            for component in dict.fromkeys((*names, *down))
        )
        # The contract does not say at which end of the list the newest is.
        newest = max(items(incident, "updates"), key=lambda update: text(update, "published_at"), default=None)
        status = self._status(text(incident, f"{self.kind}_status"))
        updates = tuple(map(self._update, items(incident, "updates")))
        return PageView(status, text(incident, "name"), text(newest, "message"), parts, updates=updates)

    def _rename(self, title: str, remote: Remote) -> None:
        self._write("PUT", f"{self._all_at}/{path(remote.incident_id)}", {"name": title})

    def open_there(self) -> tuple[OpenThere, ...]:
        incidents = self._all(self._all_at, "status_page_incidents", {"status_page_id": self._page})
        return self._opened(incidents, "name", "incident_status")

    def _incident(self, incident: str) -> Any:
        return inside(self._ask(f"{self._all_at}/{path(incident)}"), f"status_page_{self.kind}")

    @property
    def _all_at(self) -> str:
        return f"v2/status_page_{self.kind}s"

    def _all(self, where: str, name: str, filters: Mapping[str, str] = {}) -> Iterator[Any]:
        params = {**filters, "page_size": "250"}
        for _ in range(MAX_PAGES):
            answer = self._ask(where, params)
            yield from self._entries(answer, name)
            after = text(answer, "pagination_meta", "after")
            if not after:
                return
            params = {**params, "after": after}


class Maintenances(IncidentIo):
    """Planned maintenances there, which have calls of their own, and none that changes one."""

    kind = "maintenance"
    called = "maintenance"
    capabilities: ClassVar = PLANS
    states = {"operational": "operational", "maintenance": "under_maintenance"}
    statuses: ClassVar[Mapping[Status, str]] = {
        "scheduled": "maintenance_scheduled",
        "in_progress": "maintenance_in_progress",
        "completed": "maintenance_complete",
        "cancelled": "maintenance_complete",
    }

    def _opening(self, delivery: Delivery) -> dict[str, Any]:
        assert delivery.window is not None, "a maintenance has a window"
        return {
            "affected_component_ids": [part.id for part in delivery.parts],
            "start_at": rfc3339(delivery.window.starts_at),
            "end_at": rfc3339(delivery.window.until),
        }

    def _data(self, delivery: Delivery) -> dict[str, Any]:
        # What it is about is named when it is made; before it begins nothing has another state.
        begins = delivery.status == "in_progress" and delivery.parts
        return super()._data(delivery if begins else replace(delivery, parts=()))

    def _view(self, known: Known, remote: Remote) -> PageView:
        # It tells the times of the components alone.
        return replace(super()._view(known, remote), parts=())


IncidentIo.plans = Maintenances
PROVIDER = IncidentIo


def _components(structure: list[Any]) -> Iterator[Listed]:
    """Components at the top, in groups, and on sub-pages."""
    for item in structure:
        alone = [inside(item, "component")] if inside(item, "component") else []
        for part in (*alone, *items(item, "group", "components")):
            if text(part, "component_id"):
                yield Listed(text(part, "component_id"), text(part, "name"))
        yield from _components(items(item, "sub_page", "items"))
