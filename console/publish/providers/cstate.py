"""cState: a page made by Hugo out of a git repository. An incident is a file `content/issues/inc-k7q2.md`.

The commit is made on top of the remote's branch, without touching the working copy, and pushed: the push is the one
thing that happens, all or nothing. The working copy is brought along afterwards where it has nothing else in it.
Whatever is cut off in the middle leaves the page as it was, and a message that is there already is not added again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import ClassVar

import msgspec

from console.core.language.text import counted
from console.publish.provider import (
    Absent,
    Checked,
    Found,
    Listed,
    Lookup,
    OpenThere,
    Option,
    PageView,
    Provider,
    Settings,
)
from console.publish.providers.common import cstate_config, cstate_page
from console.publish.providers.common.git import PUSH_TRIES, RemoteBranch, remote_branch
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.page import PageCapabilities, standing_status
from console.publish.sending.message import Change, Delivery, Known, Part, Remote, Status, shown_as
from console.publish.transport.failure import Gone, Later, Rejected
from console.publish.transport.http import Http

FOLDER = "content/issues"


class CState(Provider):
    """One repository: options `folder` (a clone of it, or the site's folder inside one), `branch`, `remote`."""

    title: ClassVar[str] = "cState, a page in a git repository"
    capabilities: ClassVar = PageCapabilities(
        repeats=frozenset(("create", "update")),
        plans=True,
        moves=True,
        maintenance_says="It shows as a notice at once; the site has to build pages of the future (buildFuture).",
        postmortems=True,
        postmortem_says="The history of its repository keeps each version.",
        states=cstate_page.SEVERITIES,
        restores_all=True,
        states_apart=True,
        key=False,
        page=False,
        network=False,
        link=True,
        options=(
            Option("folder", "A clone of its repository", "~/status", needed=True, path=True),
            Option("branch", "The branch of the page", "the remote's first"),
            Option("remote", "Its remote", "origin"),
        ),
    )

    def __init__(self, settings: Settings, http: Http | None = None) -> None:
        self._name, self._url = settings.name, settings.url.rstrip("/")
        self._options = settings.options

    def check(self) -> Checked:
        """Fetch the branch, and try a push that would change nothing; lists the systems of the page."""
        with self._open() as repo:
            tip = repo.fetch()
            if tip:
                repo.try_push(tip)
            paths = [path for path in repo.paths(tip, FOLDER) if path.endswith(".md")]
            names = self._systems(repo, tip, paths)
        says = f"The branch {repo.branch} of {repo.remote} can be pushed to; it has {counted(len(paths), 'issue')}."
        return Checked(says, components=tuple(Listed(name, name) for name in names))

    def _systems(self, repo: RemoteBranch, tip: str, issues: list[str]) -> tuple[str, ...]:
        """Those of the site's configuration; where that names none, those that its issues name."""
        for file in cstate_config.FILES:
            if systems := cstate_config.systems(file, repo.text(tip, file) or ""):
                return systems
        named = (cstate_page.parsed(repo.text(tip, path) or "").affected for path in issues)
        return tuple(dict.fromkeys(chain.from_iterable(named)))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        path = self._path(delivery, known)
        parts = {part.id: part for part in (*known.parts, *delivery.parts)}

        def updated(before: str | None) -> str:
            if before is None and known.remote is not None:
                raise Gone(f"{path} is not on the page {self._name} any more; somebody removed it.")
            return cstate_page.updated(before, delivery, parts.values())

        self._commit(path, delivery, delivery.status, updated)
        return self._remote(path, delivery)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change, path = delivery.change, self._path(delivery, known)
        if change is None:
            raise Rejected(f"{self._name} was given nothing to change.")
        if change.act == "adopt":
            path = change.update_id
        with suppress(Gone) if change.act == "take down" else nullcontext():
            self._commit(path, delivery, change.act, partial(self._changed, path, delivery, change, known))
        if change.act == "take down":
            return Remote("")
        past = delivery.past_keys
        update = "" if change.act == "adopt" else past[-1] if past else change.update_id
        return msgspec.structs.replace(self._remote(path, delivery), update_id=update, past=past)

    def _commit(self, path: str, delivery: Delivery, what: str, after: Callable[[str | None], str | None]) -> None:
        """Put what `after` makes of a file in its place, None for nothing, by a commit with our marker: once only."""
        words = f"{delivery.incident}: {what}\n\nWarroom-Key: {delivery.key}\n"
        with self._open() as repo:
            for _ in range(PUSH_TRIES):
                tip = repo.fetch()
                before = repo.text(tip, path)
                if before is not None and delivery.key in cstate_page.parsed(before).keys:
                    return
                commit = repo.commit(tip, path, after(before), words)
                if repo.push(commit):
                    repo.bring_along(commit)
                    return
        raise Later(f"{self._name}: others are pushing to {repo.branch} at the same time.", 5.0)

    def _changed(self, path: str, delivery: Delivery, change: Change, known: Known, before: str | None) -> str | None:
        """The file once the change is made; None where it is gone then. `before` is None where there is none."""
        if change.act == "backfill":
            if before is not None:
                raise Rejected(f"{path} is on the page {self._name} already; look at it there.")
            return cstate_page.backfilled(delivery)
        if before is None:
            raise Gone(f"{path} is not on the page {self._name} any more; somebody removed it.")
        if change.act == "adopt":
            return self._adopted(before, path, delivery)
        if change.act == "take down":
            return None
        parts = {part.id: part for part in (*known.parts, *delivery.parts)}
        if change.act in ("postmortem", "withdraw"):
            text = delivery.text if change.act == "postmortem" else ""
            return cstate_page.with_postmortem(before, delivery, text, parts.values())
        after = cstate_page.changed(before, delivery, change, parts.values())
        if after is None:
            raise Gone(f"{path} does not have the update any more; look at the page.")
        return after

    def open_there(self) -> tuple[OpenThere, ...]:
        with self._open() as repo:
            tip = repo.fetch()
            paths = [path for path in repo.paths(tip, FOLDER) if path.endswith(".md")]
            issues = [(path, text, cstate_page.parsed(text)) for path in paths if (text := repo.text(tip, path))]
        return tuple(
            OpenThere(path, issue.title, issue.status, bool(issue.keys))
            for path, text, issue in issues
            if not issue.resolved and cstate_page.is_yaml(text)
        )

    def _adopted(self, before: str, path: str, delivery: Delivery) -> str:
        """The file with our marker."""
        if not (path.startswith(f"{FOLDER}/") and cstate_page.is_yaml(before)):
            raise Rejected(f"{path} is no issue with front matter in YAML; adopt another one.")
        keys = cstate_page.parsed(before).keys
        if keys and delivery.incident not in keys:
            raise Rejected(f"Another incident has {path} on {self._name} already; adopt another one.")
        return cstate_page.adopted(before, delivery)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        path = self._path(delivery, known)
        with self._open() as repo:
            text = repo.text(repo.fetch(), path)
        if text is not None and delivery.key in cstate_page.parsed(text).keys:
            return Found(self._remote(path, delivery))
        return Absent()

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        with self._open() as repo:
            text = repo.text(repo.fetch(), known.remote.incident_id)
        if text is None:
            return PageView(None, gone=True)
        issue = cstate_page.parsed(text)
        if issue.hidden:
            return PageView(None, gone=True)
        ours = {part.id: part for part in known.parts}
        named = (Part(name, "operational", name) for name in issue.affected if name not in ours)
        parts = tuple(self._state(part, issue) for part in (*ours.values(), *named))
        newest = shown_as(issue.status) if issue.status else None
        over: Status = "completed" if newest == "completed" else "resolved"
        status = standing_status((each.status for each in issue.updates), over if issue.resolved else None)
        return PageView(status, issue.title, issue.text, parts, updates=issue.updates, postmortem=issue.postmortem)

    def _state(self, part: Part, issue: cstate_page.Issue) -> Part:
        """A component as the issue shows it: resolved is well, and one severity is for all."""
        if issue.resolved or part.id not in issue.affected:
            return Part(part.id, "operational", part.name)
        if cstate_page.SEVERITIES[part.state] == issue.severity:
            return part
        return Part(part.id, {"down": "major", "disrupted": "partial"}.get(issue.severity, "operational"), part.name)  # type: ignore[arg-type]  # mypy widens the table's words

    def _open(self) -> AbstractContextManager[RemoteBranch]:
        if not self._options.get("folder"):
            raise Rejected(f"{self._name} names no folder: give it the clone of the page with --option folder=PATH.")
        folder, branch, remote = (self._options.get(name, "") for name in ("folder", "branch", "remote"))
        return remote_branch(self._name, Path(folder).expanduser(), branch, remote)

    def _path(self, delivery: Delivery, known: Known) -> str:
        if known.remote is not None and known.remote.incident_id:
            return known.remote.incident_id
        return f"{FOLDER}/{delivery.incident.lower()}.md"

    def _remote(self, path: str, delivery: Delivery) -> Remote:
        slug = path.rpartition("/")[2].removesuffix(".md")
        return Remote(path, delivery.key, f"{self._url}/issues/{slug}/" if self._url else "")


PROVIDER = CState
