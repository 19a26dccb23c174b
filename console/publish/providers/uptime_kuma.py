"""Uptime Kuma: the incidents of one of its status pages, over Socket.IO, since it has no other way to them.

An incident there is one text without a history. So it holds all updates, the newest first, each below a line with its
status and moment; our marker stands in that line as a comment of HTML, which its readers do not see:

    **Identified** · 2026-11-21 14:32 UTC <!-- wr-0k7q2-0002 -->

    A deploy is the cause.

What stood in an incident that was opened by hand stays below them, behind a rule and a comment with our reference.

From 2.1 on a page has several incidents, and resolved ones in its history. Before, it has one at a time: posting takes
down the one that is up, whose ever it is, so it is refused while another one is; and one that is over is off the page.

A text is read, changed and written as a whole: a change that somebody makes there between the two is lost.

A planned maintenance has one text as well, the last, and the monitors that it is about. It is made alone and put on the
page by a call of its own, which comes last: only that makes visitors get the page anew. Its times say how it stands.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.log.state import Window
from console.publish.provider import (
    Absent,
    CannotTell,
    Capabilities,
    Checked,
    Found,
    Listed,
    Lookup,
    OpenThere,
    Option,
    PageUpdate,
    PageView,
    Provider,
    Settings,
)
from console.publish.providers.common.json import get_json, inside, items, number, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.markdown import escaped, unescaped
from console.publish.providers.common.page import MAX_PAGES, PlanCapabilities, listed, path, standing_status
from console.publish.providers.common.socket_io import Session, session
from console.publish.sending.message import STATUSES, Delivery, Known, Remote, Status
from console.publish.targets.keys import Key
from console.publish.transport.failure import Gone, Later, PublishProblem, Rejected, Unknown, may_be_repeated, quoted
from console.publish.transport.http import Http

WITH_HISTORY = (2, 1)
"""The version from which on a page has several incidents and a history."""
WITH_ZONES = (1, 22)
"""The version from which on a maintenance says in which zone its times are."""
MAX_CONTENT_BYTES = 65_535
"""The most bytes that the column of an incident's content holds on MariaDB."""
MAX_ANSWER_BYTES = 32_000_000
"""After the login it tells the last hundred heartbeats of every monitor."""
WAIT_S = 60.0
"""Its limit of logins is for a minute, and for everyone."""
STYLES: dict[Status, str] = {
    "investigating": "warning",
    "identified": "warning",
    "monitoring": "info",
    "resolved": "primary",
}
"""The colour of an incident."""

_HEAD = re.compile(
    r"^\*\*(?P<word>Investigating|Identified|Monitoring|Resolved)\*\* · (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d) UTC"
    r" <!-- (?P<key>[\w-]+) -->$",
    re.MULTILINE,
)


_MARK = re.compile(r"<!-- (?P<key>[\w-]+) -->$")
_ADOPTED = re.compile(r"(?:^---\n\n)?^<!-- (?P<ref>INC-\w+) -->$", re.MULTILINE)
ADOPTED = "adopted"
"""The key of what stood in an incident that was opened by hand; it stands below all updates, behind a rule."""


class Block(msgspec.Struct, frozen=True):
    """One update in the text of an incident."""

    key: str
    """Our marker."""
    status: Status
    at: str
    """As the page shows it: `2026-11-21 14:32`."""
    words: str
    """In Markdown."""
    ref: str = ""
    """Of what was adopted: our reference. It has no status and no moment."""

    def __str__(self) -> str:
        if self.ref:
            return f"---\n\n<!-- {self.ref} -->\n\n{self.words}"
        return f"**{self.status.capitalize()}** · {self.at} UTC <!-- {self.key} -->\n\n{self.words}"


def block(delivery: Delivery) -> Block:
    return Block(delivery.key, delivery.status, _minute(delivery.at), escaped(delivery.text))


def in_kuma(delivery: Delivery) -> str:
    """The text as it is sent, with the line above it."""
    return str(block(delivery))


def in_plan(delivery: Delivery) -> str:
    """The text of a maintenance as it is sent, with our marker below it."""
    return f"{escaped(delivery.text)}\n\n<!-- {delivery.key} -->"


def parted(content: str) -> tuple[str, tuple[Block, ...]]:
    """The text before the first update, written by hand, and the updates, newest first."""
    if adopted := _ADOPTED.search(content):
        before, blocks = parted(content[: adopted.start()])
        words = content[adopted.end() :].strip()
        return before, (*blocks, Block(ADOPTED, STATUSES[0], "", words, adopted["ref"]))
    heads = list(_HEAD.finditer(content))
    starts = [*(head.start() for head in heads), len(content)]
    blocks = tuple(
        Block(
            head["key"],
            next(status for status in STATUSES if status == head["word"].lower()),
            head["at"],
            content[head.end() : end].strip(),
        )
        for head, end in zip(heads, starts[1:], strict=True)
    )
    return content[: starts[0]].strip(), blocks


def joined(before: str, blocks: tuple[Block, ...]) -> str:
    """The text of `parted`."""
    return "\n\n".join(filter(None, (before, *map(str, blocks)))).removeprefix("---\n\n")


class Incident(msgspec.Struct, frozen=True):
    """An incident as Uptime Kuma keeps it."""

    id: str
    title: str
    content: str
    active: bool
    style: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return parted(self.content)[1]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(block.key for block in self.blocks)


class Page(Protocol):
    """The incidents of a status page, in one connection. Raises `PublishProblem`s."""

    whole: bool
    """The last list held everything that the page has."""

    def incidents(self) -> list[Incident]: ...
    def post(self, data: dict[str, Any]) -> str:
        """Make an incident; its id."""
        ...

    def write(self, incident: Incident, data: dict[str, Any], *, active: bool) -> None:
        """Put another text in its place, and have it open or over; may be done twice."""
        ...

    def delete(self, incident: Incident) -> None:
        """May be done twice."""
        ...


class WithHistory:
    """The page of a version that keeps a history."""

    def __init__(self, name: str, slug: str, opened: Session, http: Http) -> None:
        self._name, self._slug, self._session, self._http = name, slug, opened, http
        self.whole = False

    def incidents(self) -> list[Incident]:
        """All of them.

        The history is cut by the second: of several that were made in one it may leave some out. Those that are open
        stand on the page.
        """
        incidents: dict[str, Incident] = {}
        cursor: str | None = None
        total = 0
        for _ in range(MAX_PAGES):
            answer = self._session.ask("getIncidentHistory", self._slug, cursor)
            if inside(answer, "ok") is False:
                done(self._name, answer)
            if not isinstance(inside(answer, "incidents"), list):
                raise Later(f"{self._name} answered with something other than a list.")
            incidents |= {each.id: each for each in map(_incident, items(answer, "incidents")) if each.id}
            cursor, total = text(answer, "nextCursor"), number(answer, "total")
            if not cursor:
                break
        if len(incidents) < total:
            up = items(shown(self._name, self._slug, self._http), "incidents")
            incidents |= {each.id: each for each in map(_incident, up) if each.id}
        self.whole = len(incidents) >= total
        return list(incidents.values())

    def post(self, data: dict[str, Any]) -> str:
        answer = done(self._name, self._session.call("postIncident", self._slug, data))
        return named(self._name, text(answer, "incident", "id"))

    def write(self, incident: Incident, data: dict[str, Any], *, active: bool) -> None:
        if active and not incident.active:
            # The only way to open it again. With an id that is gone it would make a new one, but it has just been read.
            done(self._name, self._session.call("postIncident", self._slug, {**data, "id": _number(incident)}))
            return
        if (data["title"], data["content"]) != (incident.title, incident.content):
            done(self._name, self._session.call("editIncident", self._slug, _number(incident), data))
        if not active:
            with half_done():
                done(self._name, self._session.call("resolveIncident", self._slug, _number(incident)))

    def delete(self, incident: Incident) -> None:
        try:
            done(self._name, self._session.call("deleteIncident", self._slug, _number(incident)))
        except Gone:
            return


class Pinned:
    """The page of an earlier version: the incident that is up, or nothing."""

    def __init__(self, name: str, slug: str, opened: Session, http: Http) -> None:
        self._name, self._slug, self._session, self._http = name, slug, opened, http
        self.whole = True

    def incidents(self) -> list[Incident]:
        pinned = _incident(inside(shown(self._name, self._slug, self._http), "incident"))
        return [replace(pinned, active=True)] if pinned.id else []

    def post(self, data: dict[str, Any]) -> str:
        for other in self.incidents():
            raise Rejected(
                f"{self._name} shows one incident at a time and has “{quoted(other.title)}” up: resolve that one, or"
                " update Uptime Kuma to 2.1, and send again."
            )
        answer = done(self._name, self._session.call("postIncident", self._slug, data))
        return named(self._name, text(answer, "incident", "id"))

    def write(self, incident: Incident, data: dict[str, Any], *, active: bool) -> None:
        if (data["title"], data["content"]) != (incident.title, incident.content):
            done(self._name, self._session.call("postIncident", self._slug, {**data, "id": _number(incident)}))
        if not active:
            with half_done():
                self.delete(incident)

    def delete(self, incident: Incident) -> None:
        """Take it off the page, which is all that can be done."""
        done(self._name, self._session.call("unpinIncident", self._slug))


PLANS = PlanCapabilities(
    moves=True,
    by_times=True,
    one_message=True,
    maintenance_says="Visitors see a maintenance from its beginning to its end, and not before.",
    repeats=frozenset(("update",)),
    states={"operational": "up", "maintenance": "under maintenance"},
    # Of MariaDB; SQLite keeps any length.
    title_limit=150,
    wording=in_plan,
)
STAGES: dict[str, Status] = {
    "scheduled": "scheduled", "under-maintenance": "in_progress", "ended": "completed", "inactive": "completed",
}  # fmt: skip
"""The status of a maintenance by its state under the server's clock; one that somebody paused is not shown."""


class UptimeKuma(Provider):
    """One status page of an Uptime Kuma, by its slug."""

    title: ClassVar[str] = "Uptime Kuma status page"
    capabilities: ClassVar[Capabilities] = Capabilities(
        asks=True,
        reads=True,
        edits=True,
        removes=True,
        takes_down=True,
        renames=True,
        adopts=True,
        status_follows=True,
        title_limit=255,
        wording=in_kuma,
        key_in="login",
        max_answer_bytes=MAX_ANSWER_BYTES,
        options=(Option("user", "The user whose password is the key", "none: the key is a token"),),
        maintenance=PLANS,
    )

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._slug, self._http, self._settings = settings.name, settings.page, http, settings
        self._user = settings.options.get("user", "")
        self._key = settings.secret or Key("")
        self._token = "" if self._user else self._key.reveal()

    def maintenances(self) -> "Maintenances":
        return Maintenances(self._settings, self._http)

    def check(self) -> Checked:
        with self._logged_in() as opened:
            entries = _entries(opened.wait("statusPageList"))
            monitors = listed(_entries(opened.wait("monitorList")), "name")
            version = _version(self._name, opened)
        shown = ".".join(map(str, version))
        pages = tuple(Listed(text(each, "slug"), text(each, "title")) for each in entries if text(each, "slug"))
        if not self._slug:
            return Checked(f"{self._name} lets us in; choose one of its pages.", pages, monitors)
        if self._slug not in {each.id for each in pages}:
            raise Rejected(f"{self._name} has no status page “{quoted(self._slug)}”; set the target's page.")
        limit = "" if version >= WITH_HISTORY else "; it shows one incident at a time"
        says = f"{self._name} (Uptime Kuma {shown}) lets us in and has the page{limit}."
        return Checked(says, components=monitors)

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        with self._page() as page:
            incident = self._ours(page, delivery, known)
            if incident is None:
                data = self._data(delivery, (block(delivery),), "")
                made = Incident(page.post(data), data["title"], data["content"], active=True)
                if delivery.final:
                    page.write(made, data, active=False)
                return self._remote(made.id, delivery.key)
            before, blocks = parted(incident.content)
            if delivery.key not in incident.keys:
                blocks = (block(delivery), *blocks)
            page.write(incident, self._data(delivery, blocks, before), active=not delivery.final)
            return self._remote(incident.id, delivery.key)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change = delivery.change
        if change is not None and change.act == "adopt":
            return self._adopt(delivery, change.update_id)
        if change is None or known.remote is None:
            raise Gone(f"{self._name} has no incident of ours; look at the page.")
        with self._page() as page:
            incident = self._there(page, known.remote)
            if change.act == "take down":
                if incident is not None:
                    if not incident.keys & set(known.update_ids):
                        raise Rejected(f"{self._name} has another incident under this number now; look at the page.")
                    page.delete(incident)
                    if self._there(page, known.remote) is not None:
                        raise Unknown(f"{self._name} took the incident down and still shows it.")
                return Remote("")
            if incident is None:
                raise Gone(f"{self._name} does not show the incident any more; look at the page.")
            before, blocks = parted(incident.content)
            if change.act == "edit" and change.update_id not in incident.keys:
                raise Gone(f"{self._name} does not show the update any more; look at the page.")
            edited = escaped(delivery.text)
            blocks = tuple(
                replace(each, words=edited, status=change.status)
                if each.key == change.update_id and change.act == "edit"
                else each
                for each in blocks
                if each.key != change.update_id or change.act != "remove"
            )
            data = self._data(delivery, blocks, before)
            page.write(incident, data, active=not delivery.final)
            shown = self._there(page, known.remote)
            if shown is not None and shown.content.strip() != data["content"].strip():
                raise Unknown(f"{self._name} took the change and does not show it.")
            return self._remote(incident.id, change.update_id if change.act == "edit" else "")

    def open_there(self) -> tuple[OpenThere, ...]:
        with self._page() as page:
            incidents = sorted(page.incidents(), key=_number, reverse=True)
        return tuple(OpenThere(each.id, each.title, None, bool(each.keys)) for each in incidents if each.active)

    def _adopt(self, delivery: Delivery, id: str) -> Remote:
        """Put what stands there below a mark with our reference; our updates go above it."""
        with self._page() as page:
            incident = self._there(page, Remote(id))
            if incident is None or not incident.active:
                raise Gone(f"{self._name} does not have this incident any more; adopt another one.")
            if incident.keys and {each.ref for each in incident.blocks} != {delivery.incident}:
                raise Rejected(f"Another one has this incident on {self._name} already; adopt another one.")
            if not incident.keys:
                below = Block(ADOPTED, STATUSES[0], "", incident.content.strip(), delivery.incident)
                data = {**self._data(delivery, (below,), ""), "title": incident.title}
                page.write(incident, {**data, "style": incident.style or data["style"]}, active=True)
        return self._remote(id, "")

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        with self._page() as page:
            incidents, whole = page.incidents(), page.whole
            several = isinstance(page, WithHistory)
        incident = next((each for each in incidents if delivery.key in each.keys), None)
        if incident is not None and incident.active is not delivery.final:
            return Found(self._remote(incident.id, delivery.key))
        if known.remote is None:
            if not several and delivery.final:
                return CannotTell(f"{self._name} shows no incident that is over: look at the page.")
            if incident is None and not whole:
                return CannotTell(f"{self._name} does not list all its incidents: look whether this one is there.")
            return Absent()
        if any(each.id == known.remote.incident_id for each in incidents):
            return Absent()
        if not several and delivery.final:
            # It is off the page, which is all that the message was to bring about.
            return Found(replace(known.remote, update_id=delivery.key))
        return CannotTell(f"{self._name} does not show the incident any more: look there whether the update is on it.")

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None, gone=True)
        with self._page() as page:
            incident = self._there(page, known.remote)
            several = isinstance(page, WithHistory)
        if incident is None:
            # An earlier version shows nothing of what is over.
            return PageView(None, gone=True) if several else PageView("resolved")
        before, blocks = parted(incident.content)
        updates = tuple(
            PageUpdate(each.key, None if each.ref else each.status, unescaped(each.words)) for each in blocks
        )
        by_hand = (PageUpdate("by hand", None, unescaped(before)),) if before else ()
        newest = (*by_hand, *updates)[:1]
        status = standing_status((each.status for each in updates), None if incident.active else "resolved")
        return PageView(status, incident.title, newest[0].text if newest else "", updates=(*by_hand, *updates))

    def _ours(self, page: Page, delivery: Delivery, known: Known) -> Incident | None:
        """Our incident, also where an earlier try has made it; None where it has to be made."""
        if known.remote is None:
            return next((each for each in page.incidents() if delivery.key in each.keys), None)
        incident = self._there(page, known.remote)
        if incident is None:
            raise Gone(f"{self._name} does not show the incident any more; somebody took it down.")
        return incident

    def _there(self, page: Page, remote: Remote) -> Incident | None:
        listed = next((each for each in page.incidents() if each.id == remote.incident_id), None)
        if listed is None and not page.whole:
            raise Later(f"{self._name} does not list all its incidents.")
        return listed

    def _data(self, delivery: Delivery, blocks: tuple[Block, ...], before: str) -> dict[str, Any]:
        content = joined(before, blocks)
        if not content:
            raise Rejected(f"{self._name} shows no incident without a text: post an update, then remove this one.")
        if len(content.encode()) > MAX_CONTENT_BYTES:
            raise Rejected(
                f"{self._name} keeps all updates of an incident in one text of up to {MAX_CONTENT_BYTES} bytes, which"
                " is full: remove an update there, and send again."
            )
        return {"title": delivery.title, "content": content, "style": STYLES[delivery.status]}

    def _remote(self, incident: str, key: str) -> Remote:
        return Remote(incident, key, f"{self._http.base}/status/{self._slug}")

    @contextmanager
    def _page(self) -> Iterator[Page]:
        if not self._slug:
            raise Rejected(f"{self._name} has to be told which page: set the target's page and send again.")
        with self._logged_in() as opened:
            if _version(self._name, opened) >= WITH_HISTORY:
                yield WithHistory(self._name, self._slug, opened, self._http)
            else:
                yield Pinned(self._name, self._slug, opened, self._http)

    @contextmanager
    def _logged_in(self) -> Iterator[Session]:
        with session(self._http) as opened:
            # It listens from here on.
            opened.wait("info")
            if self._token:
                answer = opened.ask("loginByToken", self._token)
            else:
                credentials = {"username": self._user, "password": self._key.reveal(), "token": ""}
                answer = opened.ask("login", credentials)
                # It takes few logins a minute, of all users together, and any number by a token.
                self._token = text(answer, "token")
            if inside(answer, "tokenRequired") is True:
                raise Rejected(f"{self._name} asks this user for a code as well: give it a token as its key instead.")
            # Where it has been told to ask nobody, a login fails and everything goes all the same.
            if inside(answer, "ok") is not True and "autoLogin" not in opened.events:
                words = self._http.hidden(text(answer, "msg"))
                if words.startswith("Too frequently"):
                    raise Later(f"{self._name} asks to wait: {words}.", WAIT_S)
                if inside(answer, "ok") is False:
                    raise Rejected(f"{self._name} does not accept the key ({words}); give it a new one.")
                raise Later(f"{self._name} answered the login with something else.")
            yield opened


class Maintenance(msgspec.Struct, frozen=True):
    """A maintenance as Uptime Kuma keeps it."""

    id: str
    data: Any
    """All of it: a change takes every field, and makes nothing of one that is left out."""

    @property
    def key(self) -> str:
        """Our marker; empty where it has none."""
        marked = _MARK.search(text(self.data, "description"))
        return marked["key"] if marked else ""

    @property
    def words(self) -> str:
        return _MARK.sub("", text(self.data, "description")).strip()

    @property
    def window(self) -> Window | None:
        """None where it cannot be told, as of a maintenance that somebody made one without times."""
        if text(self.data, "strategy") != "single":
            return None
        with suppress(ValueError, KeyError, OSError):
            # Its times are written without their zone, and a database may add seconds to them.
            zone = ZoneInfo(text(self.data, "timezone") or "UTC")
            starts, until = (
                datetime.fromisoformat(text(self.data, "dateRange", number)[:16]).replace(tzinfo=zone).astimezone(UTC)
                for number in (0, 1)
            )
            return Window(starts, until)
        return None


class Maintenances(UptimeKuma):
    """Planned maintenances of the page."""

    capabilities: ClassVar[Capabilities] = PLANS

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        with self._planning() as opened:
            page, monitors = self._page_number(opened), self._monitors(opened, delivery)
            maintenance = self._planned(opened, delivery, known)
            fields = {**_changeable_fields(delivery), "active": True}
            if maintenance is not None:
                self._put(opened, maintenance, fields)
                self._attach(opened, maintenance.id, page, monitors)
                return self._remote(maintenance.id, delivery.key)
            data = {"title": delivery.title, **NEW, **fields}
            made = done(self._name, opened.call("addMaintenance", data))
            id = named(self._name, text(made, "maintenanceID"), "maintenance")
            try:
                self._attach(opened, id, page, monitors)
            except Rejected:
                # Nobody sees it yet; it must not wait there until it puts monitors under maintenance.
                with suppress(PublishProblem):
                    self._delete(opened, id)
                raise
            return self._remote(id, delivery.key)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change = delivery.change
        if change is None or known.remote is None:
            raise Gone(f"{self._name} has no maintenance of ours; look at the page.")
        with self._planning() as opened:
            maintenance = self._listed(opened).get(known.remote.incident_id)
            if change.act == "take down":
                if maintenance is not None:
                    if maintenance.key not in known.update_ids:
                        raise Rejected(f"{self._name} has another maintenance under this number now; look there.")
                    self._delete(opened, maintenance.id)
                    if maintenance.id in self._listed(opened):
                        raise Rejected(f"{self._name} has it from another user: take it down on the page itself.")
                return Remote("")
            if maintenance is None:
                raise Gone(f"{self._name} does not have the maintenance any more; look at the page.")
            key = ""
            if change.act == "rename":
                within_limits(self._name, delivery, known, self.capabilities)
                changes: dict[str, Any] = {"title": delivery.title}
            else:
                key = maintenance.key or change.update_id
                changes = _changeable_fields(replace(delivery, key=key))
            self._put(opened, maintenance, changes)
            self._attach(opened, maintenance.id, self._page_number(opened), ())
            shown = self._listed(opened).get(maintenance.id)
            if shown is None or any(
                text(shown.data, name) != text(changes, name) for name in ("title", "description") if name in changes
            ):
                raise Unknown(f"{self._name} took the change and does not show it.")
            return self._remote(maintenance.id, key)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        with self._planning() as opened:
            maintenance = next((each for each in self._listed(opened).values() if each.key == delivery.key), None)
            if maintenance is None or self._page_number(opened) not in self._pages_of(opened, maintenance.id):
                return Absent()
        return Found(self._remote(maintenance.id, delivery.key))

    def read(self, known: Known) -> PageView:
        with self._planning() as opened:
            listed = known.remote and self._listed(opened).get(known.remote.incident_id)
            if not listed or self._page_number(opened) not in self._pages_of(opened, listed.id):
                return PageView(None, gone=True)
        status, words = STAGES.get(text(listed.data, "status")), unescaped(listed.words)
        return PageView(status, text(listed.data, "title"), words, window=listed.window)

    @contextmanager
    def _planning(self) -> Iterator[Session]:
        with self._logged_in() as opened:
            if _version(self._name, opened) < WITH_ZONES:
                raise Rejected(f"{self._name} is too old to plan maintenances on: update it to Uptime Kuma 1.23 or 2.")
            yield opened

    def _planned(self, opened: Session, delivery: Delivery, known: Known) -> Maintenance | None:
        """Ours, also where an earlier try has only made it; None where it has to be made."""
        shown = self._listed(opened)
        if known.remote is None:
            return next((each for each in shown.values() if each.key == delivery.key), None)
        if known.remote.incident_id not in shown:
            raise Gone(f"{self._name} does not have the maintenance any more; somebody deleted it.")
        return shown[known.remote.incident_id]

    def _listed(self, opened: Session) -> dict[str, Maintenance]:
        """Every maintenance of the server, by its id: it tells them beside its answer."""
        opened.events.pop("maintenanceList", None)
        self._answer_to(opened, "getMaintenanceList")
        entries = _entries(opened.wait("maintenanceList"))
        return {text(each, "id"): Maintenance(text(each, "id"), each) for each in entries}

    def _page_number(self, opened: Session) -> int:
        pages = _entries(opened.wait("statusPageList"))
        ours = [number(each, "id") for each in pages if self._slug and text(each, "slug") == self._slug]
        if not ours:
            raise Rejected(f"{self._name} has no such status page; set the target's page.")
        return ours[0]

    def _pages_of(self, opened: Session, id: str) -> list[int]:
        answer = self._answer_to(opened, "getMaintenanceStatusPage", int(id))
        return [number(each, "id") for each in items(answer, "statusPages")]

    def _answer_to(self, opened: Session, event: str, *arguments: object) -> Any:
        with may_be_repeated():
            return done(self._name, opened.call(event, *arguments))

    def _monitors(self, opened: Session, delivery: Delivery) -> list[int]:
        """The numbers of the monitors that the maintenance is about."""
        if not delivery.parts:
            return []
        monitor_ids = {text(each, "id") for each in _entries(opened.wait("monitorList"))}
        for part in delivery.parts:
            if part.id not in monitor_ids:
                raise Rejected(
                    f"{self._name} has no monitor “{quoted(part.id)}” for {part.name or part.id}: map it in the target."
                )
        return [int(part.id) for part in delivery.parts]

    def _put(self, opened: Session, maintenance: Maintenance, changes: dict[str, Any]) -> None:
        done(self._name, opened.call("editMaintenance", {**maintenance.data, **changes}))

    def _attach(self, opened: Session, id: str, page: int, monitors: Iterable[int]) -> None:
        """Name its monitors, then put it on the page, beside those on which somebody has put it; what comes before this
        has been done, so that its end is unknown where this fails. May be done twice."""
        try:
            answer = self._answer_to(opened, "getMonitorMaintenance", int(id))
            theirs = [number(each, "id") for each in items(answer, "monitors")]
            pages = self._pages_of(opened, id)
        except Later as failure:
            raise Unknown(failure.reason) from None
        for event, ids in (
            ("addMonitorMaintenance", [*theirs, *monitors]),
            ("addMaintenanceStatusPage", [*pages, page]),
        ):
            done(self._name, opened.call(event, int(id), [{"id": each} for each in dict.fromkeys(ids)]))

    def _delete(self, opened: Session, id: str) -> None:
        done(self._name, opened.call("deleteMaintenance", int(id)))


PROVIDER = UptimeKuma
NEW: dict[str, Any] = {
    "strategy": "single", "intervalDay": 1, "weekdays": [], "daysOfMonth": [], "cron": "", "durationMinutes": 0,
    "timeRange": [{"hours": 0, "minutes": 0}] * 2,
}  # fmt: skip
"""The fields that every maintenance is told, and of which one that happens once makes nothing."""


def _changeable_fields(delivery: Delivery) -> dict[str, Any]:
    """The words and the times of a maintenance, in whole minutes of UTC."""
    window = delivery.shown_window
    times = [f"{at:%Y-%m-%dT%H:%M}" for at in (window.starts_at, window.until)]
    return {"description": in_plan(delivery), "strategy": "single", "dateRange": times, "timezoneOption": "UTC"}


def _entries(listed: Any) -> list[Any]:
    """The entries that the server tells as an object of numbers and entries; empty for anything else."""
    return [each for each in listed.values() if isinstance(each, dict)] if isinstance(listed, dict) else []


@contextmanager
def half_done() -> Iterator[None]:
    """Raise a failure inside as Unknown: a text was put on the page before, and nobody may take it for nothing done."""
    try:
        yield
    except PublishProblem as failure:
        raise Unknown(failure.reason) from None


def shown(name: str, slug: str, http: Http) -> Any:
    """The page as its visitors get it. Raises Later."""
    # An address that is new each time: answers are kept for minutes, by their address.
    answer = get_json(http, path("api", "status-page", slug), {"warroom": uuid.uuid4().hex})
    if not isinstance(inside(answer, "config"), dict):
        raise Later(f"{name} does not show the page.")
    return answer


def done(name: str, answer: Any) -> Any:
    """The answer to an event that was obeyed. Rejected where it says why not; Unknown where it makes no sense."""
    if inside(answer, "ok") is True:
        return answer
    if inside(answer, "ok") is not False:
        raise Unknown(f"{name} answered with something else.")
    words = quoted(text(answer, "msg"))
    if words.startswith("Incident not found"):
        raise Gone(f"{name} does not show the incident any more; look at the page.")
    if words.startswith("Cannot read "):
        # What it answers, of a maintenance that is gone, is how it failed to find it.
        raise Gone(f"{name} does not have it any more; look at the page.")
    if words.startswith("Permission denied"):
        raise Rejected(f"{name} lets only the user change it who made it: change it on the page itself.")
    if "slug" in words.lower():
        raise Rejected(f"{name} has no such status page; set the target's page.")
    raise Rejected(f"{name} refused it{f': {words}' if words else ''}; edit it and send it again.")


def named(name: str, id: str, what: str = "incident") -> str:
    """The id of what was made. Unknown where it gave none: whether it took it can't be told."""
    if not id:
        raise Unknown(f"{name} took the {what} without giving its id.")
    return id


def _incident(data: Any) -> Incident:
    # One that somebody has taken from the top of the page is over for its visitors.
    up = all(inside(data, name) not in (False, 0) for name in ("active", "pin"))
    return Incident(text(data, "id"), text(data, "title"), text(data, "content"), up, text(data, "style"))


def _number(incident: Incident) -> int:
    return int(incident.id) if incident.id.isdigit() else 0


def _version(name: str, opened: Session) -> tuple[int, ...]:
    """Of the server, which tells it to those who are logged in; an early one some time after the login."""
    numbers = re.match(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", text(opened.wait("info", "version"), "version"))
    if numbers is None:
        raise Later(f"{name} does not tell its version.")
    return tuple(int(number or 0) for number in numbers.groups())


def _minute(at: datetime) -> str:
    return rfc3339(at)[:16].replace("T", " ")
