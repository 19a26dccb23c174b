"""Kener 4: a status page that a team runs itself, whose components are its monitors.

An incident is made without a text; its first message is a comment like all others. One that was made and got no
comment, since the answer or the next request was lost, is found by title and start, and used.

Its state is that of the comment which was posted last, whatever is edited or removed afterwards, and its end stays when
another comment reopens it. So both are set by themselves: the end by a change of the incident, the state by a comment
without words that is removed at once. Moments are kept in whole minutes. Through its API it mails nobody.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.provider import Checked, Lookup, OpenThere, PageUpdate, PageView, Settings
from console.publish.providers.common.json import inside, items, number, text
from console.publish.providers.common.lookup import Opened, alike, by_start
from console.publish.providers.common.markdown import escaped
from console.publish.providers.common.one_message import OneMessage
from console.publish.providers.common.page import PageCapabilities, PlanCapabilities, StatusPage, listed, path
from console.publish.sending.message import STATUSES, Delivery, Known, Part, Remote, Status, touched
from console.publish.transport.failure import Gone, Later, PublishProblem, Rejected
from console.publish.transport.http import Http

API = "api/v4"
MAX_LISTED = 1000
"""Incidents in a list, which has no second page."""
WORDLESS = "<!-- warroom: state -->"
"""The text of the comment that only sets the incident's state: visitors see nothing of it."""


def in_kener(delivery: Delivery) -> str:
    """The text for a page that takes Markdown and keeps the ends of lines."""
    return escaped(delivery.text, breaks=True)


PLANS = PlanCapabilities(
    moves=True,
    by_times=True,
    one_message=True,
    maintenance_says="It mails as its own settings say, also by the clock; nothing here turns that off.",
    repeats=frozenset(("update",)),
    states={"operational": "UP", "maintenance": "MAINTENANCE"},
    title_limit=255,
    wording=in_kener,
)


class Kener(StatusPage):
    """A Kener. Its address is that of the site."""

    title: ClassVar[str] = "Kener 4"
    states: ClassVar[Mapping[ComponentState, str]] = {
        "operational": "UP",
        "degraded": "DEGRADED",
        # There is nothing between degraded and down; a part of it still works, so it is not down.
        "partial": "DEGRADED",
        "major": "DOWN",
        "maintenance": "MAINTENANCE",
    }
    capabilities: ClassVar = PageCapabilities(
        states=states,
        restores_all=True,
        states_apart=True,
        # Kener itself does not look; the columns of two of its databases end there.
        title_limit=255,
        wording=in_kener,
        page=False,
        maintenance=PLANS,
    )
    statuses: ClassVar[Mapping[Status, str]] = {status: status.upper() for status in STATUSES}
    updates_at = "comments"
    markdown = True
    marks_up = False
    shows_all = True

    def __init__(self, settings: Settings, http: Http) -> None:
        super().__init__(settings, http)
        self._site = http.base.removesuffix(f"/{API}")
        self._root = "" if http.base.endswith(f"/{API}") else API

    def check(self) -> Checked:
        try:
            answer = self._ask(self._at("monitors"))
        except Gone:
            raise Rejected(
                f"{self._name} has no API of Kener 4 at this address: check the url; Kener 3 has to be updated first."
            ) from None
        monitors = [
            {**each, "id": text(each, "tag")} for each in self._entries(answer, "monitors") if text(each, "tag")
        ]
        return Checked(f"{self._name} accepts the key.", components=listed(monitors, "name"))

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        remote = self._without_text(delivery)
        if remote is None:
            monitors = {part.id: self.states[part.state] for part in delivery.parts if part.state != "operational"}
            opening = {
                "title": delivery.title,
                "start_date_time": _seconds(delivery.started_at),
                "monitors": _monitors(monitors),
            }
            answer = self._write("POST", self._at("incidents"), opening)
            remote = self._remote(self._named(text(answer, "incident", "id")))
        else:
            self._prepare(delivery, remote)
        try:
            return self._comment(delivery, remote)
        except Rejected:
            # Nothing but a title would stand there, for as long as the message waits for a person.
            with suppress(PublishProblem):
                self._delete(remote)
            raise

    def _open_past(self, first: Delivery, delivery: Delivery) -> Remote:
        """With its end from the beginning, so that it never shows as open."""
        remote = self._without_text(first)
        if remote is None:
            worst = {part.id: self.states[part.state] for part in touched(delivery.past).values()}
            opening = {
                "title": first.title,
                "start_date_time": _seconds(first.started_at),
                "end_date_time": _seconds(delivery.at),
                "monitors": _monitors({tag: impact for tag, impact in worst.items() if impact != "UP"}),
            }
            answer = self._write("POST", self._at("incidents"), opening)
            remote = self._remote(self._named(text(answer, "incident", "id")))
        return self._comment(first, remote)

    def _add_past(self, each: Delivery, remote: Remote) -> None:
        self._comment(each, remote)

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        self._prepare(delivery, remote)
        return self._comment(delivery, remote)

    def _comment(self, delivery: Delivery, remote: Remote) -> Remote:
        data = {
            "comment": self._worded(delivery),
            "state": self.statuses[delivery.status],
            "timestamp": _seconds(delivery.at),
        }
        answer = self._write("POST", self._updates_at(remote), data)
        return replace(remote, update_id=self._named(text(answer, "comment", "id"), "update"))

    def _prepare(self, delivery: Delivery, remote: Remote) -> None:
        """Set the monitors and the end that the incident has while it lasts; it may be done twice.

        Where it is over, the monitors stay: what was down until then is part of the page's history.
        """
        incident = self._incident(remote)
        if delivery.final:
            return
        theirs = _impacts(incident)
        ours = theirs | {part.id: self.states[part.state] for part in delivery.parts}
        wanted = {tag: impact for tag, impact in ours.items() if impact != self.states["operational"]}
        data: dict[str, Any] = {} if wanted == theirs else {"monitors": _monitors(wanted)}
        if _ended(incident):
            data["end_date_time"] = None
        if data:
            self._write_ahead("PATCH", self._incident_at(remote), data)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        incidents, complete = self._incidents_like(delivery)
        opened = []
        for incident in incidents:
            with suppress(Gone):
                remote = self._remote(text(incident, "id"))
                first = min(self._updates(remote.incident_id), key=_order, default=None)
                if first is not None:
                    started = datetime.fromtimestamp(number(incident, "start_date_time"), UTC)
                    opened.append(Opened(_of(first, remote), started, lambda first=first: text(first, "comment")))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        started_at = delivery.started_at.replace(second=0, microsecond=0)
        return by_start(self._name, replace(delivery, started_at=started_at), opened, complete)

    def _without_text(self, delivery: Delivery) -> Remote | None:
        """An incident that an earlier try has made, and that got no comment; None where there is none."""
        start = _seconds(delivery.started_at)
        for incident in self._incidents_like(delivery)[0]:
            if number(incident, "start_date_time") == start and text(incident, "incident_source") == "API":
                remote = self._remote(text(incident, "id"))
                with suppress(Gone):
                    if not self._updates(remote.incident_id):
                        return remote
        return None

    def _incidents_like(self, delivery: Delivery) -> tuple[list[Any], bool]:
        """Incidents of the same title that did not begin before ours, and whether the list holds them all."""
        answer = self._ask(self._at("incidents"), {"start_ts": str(_seconds(delivery.started_at))})
        incidents = self._entries(answer, "incidents")
        alike_ones = [each for each in incidents if text(each, "id") and alike(delivery.title, text(each, "title"))]
        return alike_ones, len(incidents) < MAX_LISTED

    def _updates(self, incident: str) -> list[Any]:
        return self._entries(self._ask(self._at("incidents", incident, "comments")), "comments")

    def _update(self, update: Any) -> PageUpdate:
        status = self._status(text(update, "state"))
        return PageUpdate(text(update, "id"), status, text(update, "comment"), _moment(number(update, "timestamp")))

    def _view(self, known: Known, remote: Remote) -> PageView:
        incident, updates = self._incident(remote), self._updates(remote.incident_id)
        newest = max(updates, key=_order, default=None)
        # With an end it is over for its visitors, whatever its state says.
        status: Status | None = "resolved" if _ended(incident) else self._status(text(incident, "state"))
        theirs = _impacts(incident)
        ours = {part.id: part for part in known.parts}
        named = (Part(tag, "operational") for tag in theirs if tag not in ours)
        parts = tuple(
            self._part(part, status, theirs.get(part.id, self.states["operational"]))
            for part in (*ours.values(), *named)
        )
        shown = tuple(map(self._update, updates))
        return PageView(status, text(incident, "title"), text(newest, "comment"), parts, updates=shown)

    def _part(self, part: Part, status: Status | None, impact: str) -> Part:
        """A monitor as the incident shows it; where several of our states have one of theirs, the one that we set."""
        if status == "resolved":
            return replace(part, state="operational")
        return part if self.states[part.state] == impact else replace(part, state=self._state(impact) or part.state)

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        data = {"comment": self._worded(delivery), "state": self.statuses[delivery.status]}
        self._write("PATCH", self._updates_at(remote, update), data)

    def open_there(self) -> tuple[OpenThere, ...]:
        incidents = self._entries(self._ask(self._at("incidents")), "incidents")
        return self._opened((each for each in incidents if not _ended(each)), "title", "state")

    def _adopt(self, delivery: Delivery, incident: str) -> Remote:
        if _ended(self._incident(Remote(incident))):
            raise Gone(f"{self._name} has this incident no longer open.")
        return self._remote(incident)

    def _rename(self, title: str, remote: Remote) -> None:
        self._write("PATCH", self._incident_at(remote), {"title": title})

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        self._remove_wordless(remote)
        self._prepare(delivery, remote)
        incident, state = self._incident(remote), self.statuses[delivery.status]
        if text(incident, "state") == state and (_ended(incident) or not delivery.final):
            return
        of_state = [each for each in self._updates(remote.incident_id) if text(each, "state") == state]
        # Of a resolved one it becomes the end.
        at = max((number(each, "timestamp") for each in of_state), default=_seconds(delivery.at))
        self._write("POST", self._updates_at(remote), {"comment": WORDLESS, "state": state, "timestamp": at})
        self._remove_wordless(remote)

    def _remove_wordless(self, remote: Remote) -> None:
        """Remove what only set the state, also what an earlier try has left."""
        for update in self._updates(remote.incident_id):
            if text(update, "comment") == WORDLESS:
                with suppress(Gone):
                    self._remove(text(update, "id"), remote)

    def _incident(self, remote: Remote) -> Any:
        incident = inside(self._ask(self._incident_at(remote)), "incident")
        if not text(incident, "id"):
            raise Later(f"{self._name} does not show the incident.")
        return incident

    def _remote(self, incident: str) -> Remote:
        # The address in its answers is one of its settings, and that of nobody's machine when it is new.
        return Remote(incident, url=f"{self._site}/incidents/{incident}")

    def _at(self, *steps: str) -> str:
        return path(*filter(None, (*self._root.split("/"), *steps)))


class Maintenances(OneMessage, Kener):
    """Planned maintenances there: one text, and one event, whose times say which state it has."""

    capabilities: ClassVar = PLANS
    all_at = "maintenances"
    words_at = "description"

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        window = delivery.shown_window
        starts = _seconds(window.starts_at)
        opening = {
            "title": delivery.title,
            "description": self._worded(delivery),
            "start_date_time": starts,
            "rrule": "FREQ=MINUTELY;COUNT=1",
            "duration_seconds": _seconds(window.until) - starts,
            "monitors": _monitors(dict.fromkeys((part.id for part in delivery.parts), "MAINTENANCE")),
        }
        answer = self._write("POST", self._at(self.all_at), opening)
        return Remote(self._named(text(answer, "maintenance", "id")))

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        window = delivery.shown_window
        wanted = {"start_date_time": _seconds(window.starts_at), "end_date_time": _seconds(window.until)}
        for event in self._events(remote.incident_id):
            # A change of the maintenance itself would make the event anew, and none whose time has come.
            if any(number(event, name) != value for name, value in wanted.items()):
                where = self._incident_at(remote, "events", text(event, "id"))
                self._write_ahead("PATCH", where, wanted)
        self._put(remote, {self.words_at: self._worded(delivery)})
        return remote

    def _events(self, id: str) -> list[Any]:
        return self._entries(self._ask(self._at(self.all_at, id, "events")), "events")

    def _window_told(self, plan: Any) -> Window | None:
        event = inside(self._events(text(plan, "id")), 0)
        times = [number(event, f"{name}_date_time") for name in ("start", "end")]
        return Window(*(datetime.fromtimestamp(at, UTC) for at in times)) if all(times) else None

    def _put(self, remote: Remote, changes: dict[str, Any]) -> None:
        self._write("PATCH", self._incident_at(remote), changes)

    def _plans(self) -> list[Any]:
        return self._entries(self._ask(self._at(self.all_at)), "maintenances")

    def _plan(self, id: str) -> Any:
        return inside(self._ask(self._at(self.all_at, id)), "maintenance")

    def _at_our_time(self, plan: Any, delivery: Delivery) -> bool:
        return abs(number(plan, "start_date_time") - _seconds(delivery.shown_window.starts_at)) < 60


Kener.plans = Maintenances
PROVIDER = Kener


def _seconds(at: datetime) -> int:
    """The minute of a moment, as seconds since 1970: all that Kener keeps of it."""
    return int(at.timestamp()) // 60 * 60


def _moment(seconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(seconds, UTC)) if seconds else ""


def _order(update: Any) -> tuple[int, int]:
    return number(update, "timestamp"), number(update, "id")


def _of(update: Any, remote: Remote) -> Remote:
    return replace(remote, update_id=text(update, "id"))


def _impacts(incident: Any) -> dict[str, str]:
    """The monitors that the incident is about, with their impact."""
    return {text(each, "monitor_tag"): text(each, "impact") for each in items(incident, "monitors")}


def _monitors(impacts: dict[str, str]) -> list[dict[str, str]]:
    return [{"monitor_tag": tag, "impact": impact} for tag, impact in impacts.items()]


def _ended(incident: Any) -> bool:
    return number(incident, "end_date_time") > 0
