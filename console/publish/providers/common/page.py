"""A status page reached through its interface in JSON: all that is the same, whichever page it is.

A page says how its incidents, updates and components are asked for and written. Sending, looking for a message and
reading back go by that.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import quote

from msgspec.structs import replace

from console.core.language.text import counted
from console.core.subjects.component import ComponentState
from console.publish.provider import (
    Absent,
    CannotTell,
    Capabilities,
    Checked,
    Found,
    Listed,
    Lookup,
    OpenThere,
    PageUpdate,
    PageView,
    Provider,
    Settings,
)
from console.publish.providers.common.json import get_json, inside, key_of, same, send_json, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.lookup import alike, made_before, moment, surely_before
from console.publish.providers.common.markdown import unescaped
from console.publish.sending.message import STATUSES, Delivery, Known, Part, Remote, Status, shown_as
from console.publish.transport.failure import Gone, Later, Rejected, Unknown, may_be_repeated, quoted
from console.publish.transport.http import Http

MAX_PAGES = 50
"""A list with more pages is read no further, and counts as not read to its end."""


def path(*steps: str) -> str:
    """A path out of its steps, each as one step whatever is in it."""
    return "/".join(quote(step, safe="") for step in steps)


def listed(
    entries: Iterable[Any], *name_at: str, state: Callable[[Any], str | None] = lambda entry: ""
) -> tuple[Listed, ...]:
    """Pages or components out of their JSON; what has no id is none."""
    return tuple(
        Listed(text(entry, "id"), text(entry, *name_at), state(entry) or "") for entry in entries if text(entry, "id")
    )


def past_deliveries(delivery: Delivery) -> list[Delivery]:
    """The updates of a past incident, each as a message of its own."""
    return [
        replace(delivery, key=key, status=past.status, text=past.text, at=past.at, notify=False, parts=(), change=None)
        for key, past in zip(delivery.past_keys, delivery.past, strict=True)
    ]


def still_open(
    incidents: Iterable[Any],
    title: Callable[[Any], str],
    status: Callable[[Any], Status | None],
    marked: Callable[[Any], object] = lambda each: False,
) -> tuple[OpenThere, ...]:
    """Those of the incidents in JSON that are not resolved."""
    candidates = (OpenThere(text(each, "id"), title(each), status(each), bool(marked(each))) for each in incidents)
    return tuple(each for each in candidates if each.id and each.status != "resolved")


def standing_status(newest_first: Iterable[Status | None], over: Status | None) -> Status | None:
    """The status of an incident that is only open or over there, as `over` says: of its updates the newest that fits to
    that. None where it is open, and they have none."""
    statuses = [shown_as(status) for status in newest_first if status]
    if over or not statuses:
        return over
    return next((status for status in statuses if status not in ("resolved", "completed")), STATUSES[0])


class Unreadable(Later):
    """A list that is missing, which is not an empty one, or that does not end."""


class PageCapabilities(Capabilities, frozen=True):
    """Those of a status page, which says what it lacks."""

    asks: bool = True
    reads: bool = True
    edits: bool = True
    removes: bool = True
    takes_down: bool = True
    renames: bool = True
    adopts: bool = True
    backfills: bool = True
    status_follows: bool = True


class PlanCapabilities(PageCapabilities, frozen=True):
    """Those of a status page for planned maintenances that are none of its incidents."""

    plans: bool = True
    removes: bool = False
    adopts: bool = False
    backfills: bool = False


class StatusPage(Provider):
    """A status page. `_name` is the target's name, `_page` the page's id."""

    plans: ClassVar[type["StatusPage"] | None] = None
    """The page's planned maintenances, where they are none of its incidents."""
    states: ClassVar[Mapping[ComponentState, object]]
    """Component states as they stand in the JSON."""
    statuses: ClassVar[Mapping[Status, object]] = {status: status for status in STATUSES}
    called: ClassVar[str] = "incident"
    """An incident in the page's own words."""
    updates_tell: ClassVar[bool] = True
    """An update there has a status of its own."""
    shows_all: ClassVar[bool] = False
    """An incident that is not shown to us was deleted; else it may only be hidden, with our update in it."""
    markdown: ClassVar[bool] = False
    """It takes Markdown, and gives texts back as they were written."""
    marks_up: ClassVar[bool] = True
    """It escapes, marks up or takes out some of a text."""
    ends_first: ClassVar[bool] = False
    """A past incident is put there with its last update first: its status is that of the latest moment."""
    below: ClassVar[str] = ""
    """The path below which each page has its own."""
    all_at: ClassVar[str] = "incidents"
    """Where its incidents are, below that."""
    updates_at: ClassVar[str] = "updates"
    """Where an incident's updates are, below the incident."""
    list_at: ClassVar[tuple[str, ...]] = ("data",)
    """Where an answer holds the entries of a list."""
    next_page_at: ClassVar[tuple[str, ...]] = ()
    """Where it names the list's next page; without, a list ends with a page that brings nothing new."""
    page_entries: ClassVar[int] = 100
    """Entries of a list that are asked for at a time."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._page, self._http, self._settings = settings.name, settings.page, http, settings

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def maintenances(self) -> Provider:
        return self.plans(self._settings, self._http) if self.plans else self

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        return self._open(delivery, known) if known.remote is None else self._add(delivery, known, known.remote)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        remote = known.remote
        if remote is None:
            return self._look_up_incident(delivery)
        try:
            update_id = self._ours(self._updates(remote.incident_id), delivery, known)
        except Gone:
            if self.shows_all:
                return Absent()
            return CannotTell(
                f"{self._name} does not show the incident to us any more: look there whether the update is on the page."
            )
        except Unreadable:
            if self.shows_all:
                return CannotTell(f"{self._name} does not show the {self.called}'s updates: look at the page.")
            raise
        return Found(Remote(remote.incident_id, update_id, remote.url)) if update_id else Absent()

    def read(self, known: Known) -> PageView:
        try:
            view = PageView(None, gone=True) if known.remote is None else self._view(known, known.remote)
        except Gone:
            return PageView(None, gone=True)
        if not self.markdown:
            return view
        updates = view.updates and tuple(replace(each, text=unescaped(each.text)) for each in view.updates)
        return replace(view, text=unescaped(view.text), updates=updates)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change, remote = delivery.change, known.remote
        if change is not None and change.act == "backfill":
            return self._backfill(delivery)
        if change is not None and change.act == "adopt":
            return self._adopted(delivery, change.update_id)
        if change is None or remote is None:
            raise Gone(f"{self._name} has no {self.called} of ours; look at the page.")
        match change.act:
            case "take down":
                return self._take_down(known, remote)
            case "postmortem" | "withdraw":
                self._set_postmortem(delivery if change.act == "postmortem" else None, remote)
                return Remote(remote.incident_id, url=remote.url)
            case "rename":
                within_limits(self._name, delivery, known, self.capabilities)
                self._check_ours(known, remote)
                self._rename(delivery.title, remote)
                if not self._same_words(delivery.title, self._view(known, remote).title):
                    raise Unknown(f"{self._name} took the new title and does not show it.")
                return Remote(remote.incident_id, "", remote.url)
        # As the update itself says it, whose status may be another than the incident's.
        worded = replace(delivery, status=change.status, change=None)
        if change.act == "edit":
            within_limits(self._name, worded, known, self.capabilities)
            self._edit(worded, change.update_id, known, remote)
        else:
            with suppress(Gone):
                self._remove(change.update_id, remote)
        self._set_status(delivery, known, remote)
        shown = next((each for each in self._shown(remote) if each.id == change.update_id), None)
        if change.act == "remove" and shown is not None:
            raise Rejected(f"{self._name} still shows the update: remove it on the page itself.")
        if change.act == "edit":
            if shown is None:
                raise Gone(f"{self._name} does not show the update any more; look at the page.")
            if not self._same_words(self._worded(worded), shown.text):
                raise Unknown(f"{self._name} took the change and does not show it.")
        return Remote(remote.incident_id, change.update_id if change.act == "edit" else "", remote.url)

    def _adopted(self, delivery: Delivery, incident: str) -> Remote:
        try:
            return self._adopt(delivery, incident)
        except Gone:
            raise Gone(f"{self._name} does not have this {self.called} any more; adopt another one.") from None

    def _check_free(self, marked: bool, whose: str, delivery: Delivery) -> None:
        """Raises Rejected where an incident there has the marker of another one than ours; `whose` names that."""
        if marked and whose != delivery.incident:
            other = quoted(whose) or "Another one"
            raise Rejected(f"{other} has this {self.called} on {self._name} already; adopt another one.")

    def _take_down(self, known: Known, remote: Remote) -> Remote:
        try:
            self._check_ours(known, remote)
            self._delete(remote)
            self._shown(remote)
        except Gone:
            return Remote("")
        raise Unknown(f"{self._name} took the {self.called} down and still shows it.")

    def _check_ours(self, known: Known, remote: Remote) -> None:
        """Some pages give the number of what was deleted to the next one. Raises Gone where nothing has it."""
        ids = {update.id for update in self._shown(remote)}
        if known.update_ids and not ids & set(known.update_ids):
            raise Rejected(f"{self._name} has another {self.called} under this number now; look at the page.")

    def _backfill(self, delivery: Delivery) -> Remote:
        """Put a past incident there, update by update. Each is looked for before it is made, so that a try which was
        cut off anywhere is gone on with."""
        past = past_deliveries(delivery)
        for each in past:
            within_limits(self._name, each, Known(), self.capabilities)
        # A page with the end on it first does not show for a while that an old incident goes on.
        order = [past[-1], *past[:-1]] if self.ends_first else past
        remote = self._find_past(order[0]) or self._open_past(order[0], delivery)
        ids: dict[str, str] = {}
        for each in order:
            id = self._past_id(each, ids.values(), remote)
            if not id:
                self._add_past(each, remote)
                id = self._named(self._past_id(each, ids.values(), remote), "update")
            ids[each.key] = id
            self._date(each, id, remote)
        self._set_status(past[-1], Known(remote), remote)
        return Remote(remote.incident_id, ids[past[-1].key], remote.url, past=tuple(ids[each.key] for each in past))

    def _past_id(self, each: Delivery, known: Iterable[str], remote: Remote) -> str:
        """The id of an update of a past incident, other than those that are known; empty where it is not there."""
        # Until it is dated it may stand there at the moment at which the incident began.
        at_any_moment = replace(each, at=min(each.at, each.started_at))
        return self._ours(self._updates(remote.incident_id), at_any_moment, Known(remote, tuple(known)))

    def _find_past(self, first: Delivery) -> Remote | None:
        """The past incident, where an earlier try has begun it. Raises Rejected where nobody can tell."""
        match self._look_up_incident(first):
            case Found(remote):
                return remote
            case CannotTell(reason):
                raise Rejected(reason)
        return None

    # Each page defines these

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        """Make the incident, with the message in it."""
        raise NotImplementedError

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        """Add the message to the incident."""
        raise NotImplementedError

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        """Look for the incident that the first message makes."""
        raise NotImplementedError

    def _updates(self, incident: str) -> list[Any]:
        """The updates under an incident, in JSON. Raises Gone and Unreadable."""
        raise NotImplementedError

    def _update(self, update: Any) -> PageUpdate:
        """An update out of its JSON."""
        raise NotImplementedError

    def _view(self, known: Known, remote: Remote) -> PageView:
        """The incident as the page shows it. Raises Gone."""
        raise NotImplementedError

    # These where the capabilities say so; each may be done again

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        """Put the delivery's text and status in place of those of an update. Raises Gone."""
        raise NotImplementedError

    def _remove(self, update: str, remote: Remote) -> None:
        """Raises Gone where the update is not there."""
        self._discard(self._updates_at(remote, update))

    def _delete(self, remote: Remote) -> None:
        """Remove the incident. Raises Gone where it is not there."""
        self._discard(self._incident_at(remote))

    def _rename(self, title: str, remote: Remote) -> None:
        """Give the incident another title and leave everything else as it is. Raises Gone."""
        raise NotImplementedError

    def _adopt(self, delivery: Delivery, incident: str) -> Remote:
        """Take an incident that is there as ours, with our marker where the page keeps one. Raises Gone."""
        self._view(Known(), Remote(incident))
        return Remote(incident)

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        """After an update was changed: set what does not follow from the updates that are left."""

    def _open_past(self, first: Delivery, delivery: Delivery) -> Remote:
        """Make a past incident with the first of its updates; `delivery` is the whole of it."""
        return self._open(first, Known())

    def _add_past(self, each: Delivery, remote: Remote) -> None:
        """Add an update to a past incident."""
        self._add(each, Known(remote), remote)

    def _date(self, each: Delivery, update: str, remote: Remote) -> None:
        """Give an update of a past incident its moment, where it has not got it yet."""

    def _set_postmortem(self, delivery: Delivery | None, remote: Remote) -> None:
        """Publish a text as the incident's postmortem, in place of another one; without, take back what is there.
        Returns once the page shows it."""
        raise NotImplementedError

    # What follows

    def _worded(self, delivery: Delivery) -> str:
        """The text as it is sent."""
        return self.capabilities.wording(delivery)

    def _shown(self, remote: Remote) -> list[PageUpdate]:
        """Everything that the incident says. Raises Gone and Unreadable."""
        return [self._update(update) for update in self._updates(remote.incident_id)]

    def _same_words(self, ours: str, theirs: str) -> bool:
        return (alike if self.marks_up else same)(ours, theirs)

    def _ours(self, updates: Iterable[Any], delivery: Delivery, known: Known) -> str:
        """The id of the update that says what the delivery says and that is none of our earlier ones; else empty."""
        shown = list(map(self._update, updates))
        # Ours may be wrong by hours, and some pages keep the moment that they are given: both have to say so.
        known_at = (moment(update.at) for update in shown if update.id in known.update_ids)
        since = max((at for at in known_at if at is not None), default=None)
        for update in shown:
            earlier = surely_before(update.at, delivery.at) and (since is None or made_before(update.at, since))
            if (
                update.id not in ("", *known.update_ids)
                and (
                    not (self.updates_tell and self.capabilities.lifecycle)
                    or update.status == shown_as(delivery.status)
                )
                and self._same_words(self._worded(delivery), update.text)
                and not earlier
            ):
                return update.id
        return ""

    def _opened(
        self, incidents: Iterable[Any], name: str, status: str = "status", *marker: str
    ) -> tuple[OpenThere, ...]:
        """The open ones of incidents in JSON, by the names of their fields; `marker` is the path of our marker."""
        return still_open(
            incidents,
            lambda each: text(each, name),
            lambda each: self._status(text(each, status)),
            lambda each: marker and inside(each, *marker),
        )

    def _status(self, theirs: str) -> Status | None:
        return key_of(self.statuses, theirs)

    def _state(self, theirs: str) -> ComponentState | None:
        return key_of(self.states, theirs)

    def _parts(
        self,
        known: Known,
        states: Mapping[str, ComponentState | None],
        own: Mapping[str, ComponentState | None] = {},
    ) -> tuple[Part, ...]:
        """The components that the incident has changed, with the states on the page, by their ids; and others that are
        not well by `own`, the states that the incident itself names there."""
        ours = {part.id: part.name for part in known.parts}
        states_by_id = {
            **{id: state for id, state in own.items() if state != "operational"},
            **{id: states.get(id) for id in ours},
        }
        return tuple(Part(id, state, ours.get(id, "")) for id, state in states_by_id.items() if state)

    def _named(self, id: str, what: str = "") -> str:
        """The id of what the page took. Unknown where it gave none: whether it took it can't be told."""
        if not id:
            raise Unknown(f"{self._name} took the {what or self.called} without giving its id.")
        return id

    def _to_choose(self, pages: tuple[Listed, ...]) -> Checked:
        return Checked(f"The key works: {counted(len(pages), 'page')}; say which one.", pages)

    def _reached(self, parts: tuple[Listed, ...], name: str = "", pages: tuple[Listed, ...] = ()) -> Checked:
        says = f"The key works: page “{name or self._page}” with {counted(len(parts), 'component')}."
        return Checked(says, pages, parts)

    def _made(self, remote: Remote) -> Remote:
        """The incident that the page took. Unknown where it gave no id of it."""
        self._named(remote.incident_id)
        return remote

    # Requests

    def _at(self, *steps: str) -> str:
        """A path below our page."""
        if not self._page:
            raise Rejected(f"{self._name} has to be told which page: set the target's page and send again.")
        return path(self.below, self._page, *steps)

    def _incident_at(self, remote: Remote, *steps: str) -> str:
        """The path of an incident, or one below it."""
        return self._at(self.all_at, remote.incident_id, *steps)

    def _updates_at(self, remote: Remote, *update: str) -> str:
        """The path of an incident's updates, or of one of them."""
        return self._incident_at(remote, self.updates_at, *update)

    def _ask(self, where: str, params: Mapping[str, str] | None = None) -> Any:
        return get_json(self._http, where, params)

    def _write(self, method: str, where: str, data: object) -> Any:
        return send_json(self._http, method, where, data)

    def _write_ahead(self, method: str, where: str, data: object) -> None:
        """A step that makes ready for the message and may be done twice.

        Where its end is not known, nothing of the message is there yet: Later, never Unknown.
        """
        with may_be_repeated():
            self._http.write(method, where, data)

    def _discard(self, where: str) -> None:
        """DELETE; what it answers is not looked at. Raises Gone."""
        self._http.write("DELETE", where, content=b"")

    def _entries(self, data: Any, *at: str) -> list[Any]:
        """The list at a path of an answer. Raises Unreadable."""
        entries = inside(data, *at)
        if not isinstance(entries, list):
            raise Unreadable(f"{self._name} answered with something other than a list.")
        return entries

    def _listed(self, where: str, **params: str) -> tuple[list[Any], bool]:
        """A whole list, and whether it was read to its end. Raises Unreadable.

        Its pages are counted instead of followed by their links: a server behind a proxy writes links to a host or
        scheme that is not its own, and a link never carries our key away.
        """
        by_id: dict[str, Any] = {}
        for number in range(1, MAX_PAGES + 1):
            answer = self._ask(where, {**params, "per_page": str(self.page_entries), "page": str(number)})
            read_before = len(by_id)
            for entry in self._entries(answer, *self.list_at):
                by_id.setdefault(text(entry, "id"), entry)
            if len(by_id) == read_before or (self.next_page_at and not text(answer, *self.next_page_at)):
                return list(by_id.values()), True
        return list(by_id.values()), False
