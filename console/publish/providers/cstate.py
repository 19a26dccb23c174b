"""cState: a page made by Hugo out of a git repository. An incident is a file `content/issues/inc-k7q2.md`.

The commit is made on top of the remote's branch, without touching the working copy, and pushed: the push is the one
thing that happens, all or nothing. The working copy is brought along afterwards where it has nothing else in it.
Whatever is cut off in the middle leaves the page as it was, and a message that is there already is not added again.
"""

import tempfile
from pathlib import Path
from typing import ClassVar

from console.publish.provider import (
    Absent,
    Capabilities,
    Checked,
    Found,
    Listed,
    Lookup,
    Option,
    PageView,
    Provider,
    Settings,
)
from console.publish.providers.common import cstate_page
from console.publish.providers.common.git import Done, Git, TooLong, guarded
from console.publish.providers.common.limits import within_limits
from console.publish.sending.message import Delivery, Known, Part, Remote
from console.publish.transport.failure import Gone, Later, Rejected, Unknown
from console.publish.transport.http import Http

FOLDER = "content/issues"
TRIES = 2
"""Pushes of one message: the second on top of what somebody else has pushed in between. Fetches, likewise."""
PUSH = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
"""Only the one commit: no hook of the clone's, which may run for minutes, no tags and nothing of other repositories."""

_KEY_TROUBLE = (
    "authentication failed",
    "permission denied",
    "could not read username",
    "could not read password",
    "terminal prompts disabled",
    "host key verification failed",
    "access denied",
    "error: 403",
)


class CState(Provider):
    """One repository: options `folder` (a clone of it, or the site's folder inside one), `branch`, `remote`."""

    title: ClassVar[str] = "cState, a page in a git repository"
    capabilities: ClassVar[Capabilities] = Capabilities(
        asks=True,
        repeats=frozenset(("create", "update")),
        reads=True,
        states=cstate_page.SEVERITIES,
        restores_all=True,
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
        self._folder = Path(settings.options.get("folder", "")).expanduser()

    def check(self) -> Checked:
        """Fetch the branch, and try a push that would change nothing; lists the systems that issues name."""
        repo = self._open()
        tip = self._fetch(repo)
        if tip:
            self._pushed(repo, self._run(repo, *PUSH, "--dry-run", *self._to(repo, tip)))
        names: dict[str, None] = {}
        count = 0
        for path in self._paths(repo, tip):
            count += 1
            names.update(dict.fromkeys(cstate_page.parsed(self._text(repo, tip, path) or "").affected))
        issues = "1 issue" if count == 1 else f"{count} issues"
        says = f"The branch {repo.branch} of {repo.remote} can be pushed to; it has {issues}."
        return Checked(says, components=tuple(Listed(name, name) for name in names))

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, known, self.capabilities)
        repo = self._open()
        path = self._path(delivery, known)
        parts = {part.id: part for part in (*known.parts, *delivery.parts)}
        for _ in range(TRIES):
            tip = self._fetch(repo)
            before = self._text(repo, tip, path)
            if before is None and known.remote is not None:
                raise Gone(f"{path} is not on the page {self._name} any more; somebody removed it.")
            if before is None or delivery.key not in cstate_page.parsed(before).keys:
                commit = self._commit(repo, tip, path, cstate_page.updated(before, delivery, parts.values()), delivery)
                if not self._push(repo, commit):
                    continue
                self._bring_along(repo, commit)
            return self._remote(path, delivery)
        raise Later(f"{self._name}: others are pushing to {repo.branch} at the same time.", 5.0)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        repo = self._open()
        tip = self._fetch(repo)
        path = self._path(delivery, known)
        text = self._text(repo, tip, path)
        if text is not None and delivery.key in cstate_page.parsed(text).keys:
            return Found(self._remote(path, delivery))
        return Absent()

    def read(self, known: Known) -> PageView:
        if known.remote is None:
            return PageView(None)
        repo = self._open()
        text = self._text(repo, self._fetch(repo), known.remote.incident_id)
        if text is None:
            return PageView(None, gone=True)
        issue = cstate_page.parsed(text)
        asked = tuple(part for part in known.parts if part.id in issue.affected)
        parts = tuple(self._state(part, issue) for part in asked)
        return PageView("resolved" if issue.resolved else issue.status, issue.title, issue.text, parts)

    def _state(self, part: Part, issue: cstate_page.Issue) -> Part:
        """A component as the issue shows it: resolved is well, and one severity is for all."""
        if issue.resolved:
            return Part(part.id, "operational", part.name)
        if cstate_page.SEVERITIES[part.state] == issue.severity:
            return part
        return Part(part.id, {"down": "major", "disrupted": "partial"}.get(issue.severity, "operational"), part.name)  # type: ignore[arg-type]  # mypy widens the table's words

    # The repository.

    class _Repo:
        """What was found out about the working copy."""

        def __init__(self, git: Git, top: str, prefix: str, branch: str, remote: str) -> None:
            self.git, self.top, self.prefix, self.branch, self.remote = git, top, prefix, branch, remote

        @property
        def tracked(self) -> str:
            """Our own note of the remote's branch; a person's clone has the same."""
            return f"refs/remotes/{self.remote}/{self.branch}"

    def _open(self) -> "CState._Repo":
        if not self._options.get("folder"):
            raise Rejected(f"{self._name} names no folder: give it the clone of the page with --option folder=PATH.")
        git = Git(self._folder)
        place = self._run(git, "rev-parse", "--show-toplevel", "--show-prefix")
        if place.status:
            raise Rejected(
                f"{self._folder} is no working copy of git ({place.said}); clone the page's repository there."
            )
        top, _, prefix = place.out.rstrip("\n").partition("\n")
        remote = guarded(self._options.get("remote") or "origin", "remote")
        if self._run(git, "remote", "get-url", "--", remote).status:
            raise Rejected(f"{self._folder} has no remote {remote}; add the one that the page is made from.")
        branch = self._options.get("branch") or self._usual_branch(git, remote)
        return self._Repo(Git(Path(top)), top, prefix.strip(), guarded(branch, "branch"), remote)

    def _usual_branch(self, git: Git, remote: str) -> str:
        """The remote's own first branch as the clone knows it, else the one that is checked out."""
        head = self._run(git, "symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD")
        if head.status == 0:
            return head.out.strip().removeprefix(f"{remote}/")
        here = self._run(git, "symbolic-ref", "--quiet", "--short", "HEAD")
        if here.status:
            raise Rejected(f"{self._folder} is on no branch; name one with --option branch=NAME.")
        return here.out.strip()

    def _run(self, where: "CState._Repo | Git", *args: str, given: bytes = b"", index: str = "") -> Done:
        """git; a command that takes too long is Later, for all but a push change nothing there."""
        git = where if isinstance(where, Git) else where.git
        try:
            return git.run(*args, given=given, environ={"GIT_INDEX_FILE": index} if index else None)
        except TooLong:
            raise Later(f"{self._name}: git {args[0]} took too long.") from None

    def _fetch(self, repo: _Repo) -> str:
        """The commit at the remote's branch now; empty where the remote is empty."""
        spec = f"+refs/heads/{repo.branch}:{repo.tracked}"
        for _ in range(TRIES):
            done = self._run(repo, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", repo.remote, spec)
            # Somebody else in the same clone, such as a push that has outlived its sender, has moved our note of it.
            if "cannot lock ref" not in done.errors:
                break
        if done.status:
            if "couldn't find remote ref" not in done.errors:
                raise self._unreached(repo, done)
            heads = self._run(repo, "ls-remote", "--heads", repo.remote)
            if heads.status:
                raise self._unreached(repo, heads)
            if heads.out.strip():
                raise Rejected(f"{repo.remote} of {self._name} has no branch {repo.branch}; name the right one.")
            return ""
        return self._run(repo, "rev-parse", "--verify", f"{repo.tracked}^{{commit}}").out.strip()

    def _unreached(self, repo: _Repo, done: Done) -> Later | Rejected:
        if any(words in done.errors.lower() for words in _KEY_TROUBLE):
            return Rejected(f"{self._name}: git is not let in ({done.said}); see to the key of git for {repo.remote}.")
        return Later(f"{self._name}: git cannot reach {repo.remote} ({done.said}).")

    def _paths(self, repo: _Repo, tip: str) -> list[str]:
        if not tip:
            return []
        paths = self._run(repo, "ls-tree", "-z", "--name-only", tip, "--", f"{repo.prefix}{FOLDER}/").out.split("\0")
        return [path.removeprefix(repo.prefix) for path in paths if path.endswith(".md")]

    def _text(self, repo: _Repo, tip: str, path: str) -> str | None:
        if not tip:
            return None
        done = self._run(repo, "cat-file", "blob", f"{tip}:{repo.prefix}{path}")
        return done.out if done.status == 0 else None

    def _commit(self, repo: _Repo, tip: str, path: str, text: str, delivery: Delivery) -> str:
        """A commit with the file changed, on top of `tip`; nothing points to it yet."""
        blob = self._must(repo, "hash-object", "-w", "--stdin", given=text.encode())
        with tempfile.TemporaryDirectory(prefix="warroom-") as folder:
            index = str(Path(folder) / "index")
            self._must(repo, "read-tree", *([tip] if tip else ["--empty"]), index=index)
            entry = f"100644,{blob},{repo.prefix}{path}"
            self._must(repo, "update-index", "--add", "--cacheinfo", entry, index=index)
            tree = self._must(repo, "write-tree", index=index)
        words = f"{delivery.incident}: {delivery.status}\n\nWarroom-Key: {delivery.key}\n"
        who: tuple[str, ...] = ()
        if self._run(repo, "config", "user.email").status:
            # A machine that nobody has introduced to git, such as the one that publishes from cron.
            who = ("-c", "user.name=warroom", "-c", "user.email=warroom@localhost")
        parent = ("-p", tip) if tip else ()
        return self._must(repo, *who, "commit-tree", tree, *parent, "-F", "-", given=words.encode())

    def _must(self, repo: _Repo, *args: str, given: bytes = b"", index: str = "") -> str:
        done = self._run(repo, *args, given=given, index=index)
        if done.status:
            raise Later(f"{self._name}: the commit cannot be made ({done.said}).")
        return done.out.strip()

    def _to(self, repo: _Repo, commit: str) -> tuple[str, ...]:
        return ("--", repo.remote, f"{commit}:refs/heads/{repo.branch}")

    def _push(self, repo: _Repo, commit: str) -> bool:
        """False where somebody else has pushed since we looked."""
        try:
            done = repo.git.run(*PUSH, *self._to(repo, commit))
        except TooLong:
            raise Unknown(f"{self._name}: git push took too long.") from None
        return self._pushed(repo, done)

    def _pushed(self, repo: _Repo, done: Done) -> bool:
        if done.status == 0:
            return True
        output = f"{done.out}\n{done.errors}".lower()
        moved = ("[rejected]", "non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref")
        if any(words in output for words in moved):
            return False
        if "[remote rejected]" in output:
            raise Rejected(f"{self._name}: {repo.remote} does not take a push to {repo.branch}; see its rules for it.")
        if any(words in output for words in _KEY_TROUBLE):
            raise self._unreached(repo, done)
        # Broken off: before or after the other side had it all, nobody knows here.
        raise Unknown(f"{self._name}: the push broke off ({done.said}).")

    def _bring_along(self, repo: _Repo, commit: str) -> None:
        """Let the working copy follow where it is on that branch and nothing in it stands against it.

        What was pushed is the page; a working copy that cannot follow is its owner's to bring up to date.
        """
        here = self._run(repo, "symbolic-ref", "--quiet", "--short", "HEAD")
        if here.out.strip() == repo.branch:
            self._run(repo, "-c", "core.hooksPath=/dev/null", "merge", "--quiet", "--ff-only", commit)

    def _path(self, delivery: Delivery, known: Known) -> str:
        if known.remote is not None and known.remote.incident_id:
            return known.remote.incident_id
        return f"{FOLDER}/{delivery.incident.lower()}.md"

    def _remote(self, path: str, delivery: Delivery) -> Remote:
        slug = path.rpartition("/")[2].removesuffix(".md")
        return Remote(path, delivery.key, f"{self._url}/issues/{slug}/" if self._url else "")


PROVIDER = CState
