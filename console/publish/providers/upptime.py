"""Upptime: a status page made of a repository's issues on GitHub. An incident is an issue with the label `status`.

Its page shows the comments of an issue and not its first text, so the first message is a comment like all others;
the issue itself holds only our marker. Comments have no status, so ours stands as a word before the text. A marker
stands in each, as a comment of HTML that nobody sees. The page's renderer (snarkdown) knows no backslashes and shows
HTML as it is: what it would obey is written as entities.

Whoever watches the repository is mailed by GitHub, whatever is said. An issue cannot be deleted.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from html import unescape
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.times import rfc3339
from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, Checked, Found, Listed, Lookup, OpenThere, PageUpdate, PageView
from console.publish.providers.betterstack import parted
from console.publish.providers.common.json import inside, items, number, text
from console.publish.providers.common.page import PageCapabilities, StatusPage, path, standing_status, still_open
from console.publish.sending.message import Delivery, Known, Remote, Status
from console.publish.transport.failure import Gone, PublishProblem, Rejected, Unknown

LABEL, MAINTENANCE = "status", "maintenance"
PLANNED = "<!--\nstart:"
"""The beginning of a maintenance's text."""
MAX_SHOWN = 30
"""Comments of an issue that the page asks for: the oldest."""
_MARK = re.compile(r"\n*<!-- warroom: ([\w-]+) -->\s*$")
_OBEYED = re.compile(r"[!-/:-@\[-`{-~]")
_BREAK = "<br>"
_UNCALLED = "\N{ZERO WIDTH SPACE}"
"""Behind signs by which GitHub would call somebody, or link another issue."""


def in_entities(words: str) -> str:
    """The words so that neither snarkdown nor GitHub obeys anything in them."""

    def written(match: re.Match[str]) -> str:
        return f"&#{ord(match[0])};{_UNCALLED if match[0] in '@#' else ''}"

    lines = (_OBEYED.sub(written, line) for line in words.split("\n"))
    return _BREAK.join(re.sub(r"^[ \t]+", lambda blanks: "&nbsp;" * len(blanks[0]), line) for line in lines)


def with_status(delivery: Delivery) -> str:
    """The text as it is sent, with its status before it: `Identified: a deploy is the cause.`"""
    return f"{delivery.status_word}: {in_entities(delivery.text)}"


def plain(body: str) -> str:
    """The words of a comment, out of what GitHub has of it."""
    words = unescape(_MARK.sub("", body).replace(_BREAK, "\n"))
    return words.replace(_UNCALLED, "").replace("\N{NO-BREAK SPACE}", " ")


class Upptime(StatusPage):
    """A repository, by its owner and name: `acme/status`."""

    title: ClassVar[str] = "Upptime, GitHub issues"
    states: ClassVar[Mapping[ComponentState, str]] = {}
    capabilities: ClassVar = PageCapabilities(
        takes_down=False,
        backfills=False,
        lifecycle=False,
        plans=True,
        moves=True,
        maintenance_says="Upptime closes and locks it by itself once its end has passed; whoever watches is mailed.",
        always_mails_updates=True,
        title_limit=256,
        text_limit=65_000,
        wording=with_status,
    )
    base: ClassVar[str] = "https://api.github.com"
    called = "issue"
    all_at = "issues"
    updates_at = "comments"
    list_at = ()
    shows_all = True

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {key}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }

    def check(self) -> Checked:
        if not self._page:
            names = [text(each, "full_name") for each in self._listed("user/repos")[0]]
            pages = tuple(Listed(name, name) for name in names if name)
            return Checked(f"{self._name} accepts the key; choose one of its repositories.", pages=pages)
        repository = self._ask(self._at())
        if not text(repository, "full_name"):
            raise Rejected(f"{self._name} has no repository {self._page}; set the target's page.")
        with suppress(Gone):
            self._ask(self._at("contents", ".upptimerc.yml"))
            return Checked(f"{self._name} accepts the key, and {self._page} is made by Upptime.")
        return Checked(f"{self._name} accepts the key, but {self._page} has no .upptimerc.yml that it may read.")

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        result = super().look_up(delivery, known)
        if isinstance(result, Found) and self._is_over(self._issue(result.remote)) is not delivery.final:
            # The comment is there, and the step behind it is not: sent again, only that is done.
            return Absent()
        return result

    def _open(self, delivery: Delivery, known: Known) -> Remote:
        issue = self._begun(delivery)
        if issue is None:
            opening = {"title": delivery.title, "body": _body(delivery, delivery.key), "labels": [_label(delivery)]}
            issue = self._write("POST", self._at("issues"), opening)
        remote = _remote(issue)
        self._named(remote.incident_id)
        try:
            return self._comment(delivery, remote)
        except Rejected:
            # Nothing but a title would stand there, for as long as the message waits for a person.
            with suppress(PublishProblem):
                self._change_issue(remote, {"state": "closed", "labels": []})
            raise

    def _add(self, delivery: Delivery, known: Known, remote: Remote) -> Remote:
        if delivery.window:
            marker = _marker(self._issue(remote))
            where = self._incident_at(remote)
            self._write_ahead("PATCH", where, {"body": _body(delivery, marker or delivery.key)})
        return self._comment(delivery, remote)

    def _comment(self, delivery: Delivery, remote: Remote) -> Remote:
        """Add the comment, where it is not there, and close or open the issue."""
        comments = self._updates(remote.incident_id)
        comment = self._ours(comments, delivery, Known())
        if not comment:
            if len(comments) >= MAX_SHOWN:
                raise Rejected(
                    f"{self._name}: the page shows {MAX_SHOWN} comments of an issue, which this one has: change one of"
                    " its updates instead."
                )
            data = {"body": f"{self._worded(delivery)}\n\n{_mark(delivery.key)}"}
            comment = self._named(text(self._write("POST", self._updates_at(remote), data), "id"), "comment")
        try:
            self._close_or_open(delivery, remote)
        except PublishProblem as failure:
            raise Unknown(failure.reason) from None
        return replace(remote, update_id=comment)

    def _look_up_incident(self, delivery: Delivery) -> Lookup:
        issue = self._begun(delivery)
        if issue is None:
            return Absent()
        remote = _remote(issue)
        comment = self._ours(self._updates(remote.incident_id), delivery, Known())
        return Found(replace(remote, update_id=comment)) if comment else Absent()

    def _begun(self, delivery: Delivery) -> Any:
        """The issue that the message began; None where there is none."""
        issues, _ = self._listed(self._at("issues"), labels=_label(delivery), state="all")
        return next((issue for issue in issues if _marker(issue) == delivery.key), None)

    def _updates(self, incident: str) -> list[Any]:
        return self._listed(self._at("issues", incident, "comments"))[0]

    def _ours(self, updates: Iterable[Any], delivery: Delivery, known: Known) -> str:
        return next((text(update, "id") for update in updates if _marker(update) == delivery.key), "")

    def _update(self, update: Any) -> PageUpdate:
        return PageUpdate(text(update, "id"), None, plain(text(update, "body")))

    def _parted(self, update: Any) -> PageUpdate:
        """A comment without our word for the status."""
        status, words = parted(plain(text(update, "body")))
        return PageUpdate(text(update, "id"), status, words)

    def _view(self, known: Known, remote: Remote) -> PageView:
        issue, comments = self._issue(remote), self._updates(remote.incident_id)
        if not {LABEL, MAINTENANCE} & _labels(issue):
            return PageView(None, gone=True)  # The page shows what has one of these.
        shown = [self._parted(each) for each in sorted(comments, key=lambda each: number(each, "id"))]
        over: Status = "completed" if text(issue, "body").startswith(PLANNED) else "resolved"
        status = standing_status((each.status for each in reversed(shown)), over if self._is_over(issue) else None)
        return PageView(status, text(issue, "title"), shown[-1].text if shown else "", updates=tuple(shown))

    def _edit(self, delivery: Delivery, update: str, known: Known, remote: Remote) -> None:
        shown = next((each for each in self._updates(remote.incident_id) if text(each, "id") == update), None)
        if shown is None:
            raise Gone(f"{self._name} does not show the update any more; look at the page.")
        data = {"body": f"{self._worded(delivery)}\n\n{_mark(_marker(shown) or delivery.key)}"}
        self._write("PATCH", self._at("issues", "comments", update), data)

    def _remove(self, update: str, remote: Remote) -> None:
        self._discard(self._at("issues", "comments", update))

    def open_there(self) -> tuple[OpenThere, ...]:
        issues, _ = self._listed(self._at("issues"), labels=LABEL, state="open")
        # With another label it is one of Upptime's own, which closes it by itself.
        by_hand = [each for each in issues if _labels(each) == {LABEL} and not inside(each, "pull_request")]
        numbered = ({**each, "id": text(each, "number"), "status": ""} for each in by_hand if not self._is_over(each))
        return still_open(numbered, lambda each: text(each, "title"), lambda each: None, _marker)

    def _adopt(self, delivery: Delivery, incident: str) -> Remote:
        issue = self._issue(Remote(incident))
        if self._is_over(issue):
            raise Gone(f"{self._name} has this issue no longer open.")
        marker = _marker(issue)
        self._check_free(bool(marker), marker, delivery)
        if not marker:
            body = f"{text(issue, 'body')}\n\n{_mark(delivery.incident)}".strip()
            self._change_issue(Remote(incident), {"body": body})
        return _remote(issue)

    def _rename(self, title: str, remote: Remote) -> None:
        self._change_issue(remote, {"title": title})

    def _set_status(self, delivery: Delivery, known: Known, remote: Remote) -> None:
        self._close_or_open(delivery, remote)

    def _close_or_open(self, delivery: Delivery, remote: Remote) -> None:
        if self._is_over(self._issue(remote)) is not delivery.final:
            self._change_issue(remote, {"state": "closed" if delivery.final else "open"})

    def _change_issue(self, remote: Remote, data: dict[str, Any]) -> None:
        self._write("PATCH", self._incident_at(remote), data)

    def _issue(self, remote: Remote) -> Any:
        return self._ask(self._incident_at(remote))

    def _is_over(self, issue: Any) -> bool:
        return text(issue, "state") == "closed"

    def _at(self, *steps: str) -> str:
        if not self._page:
            raise Rejected(f"{self._name} has to be told which page: set the target's page and send again.")
        owner, _, repository = self._page.partition("/")
        return path("repos", owner, repository, *steps)


PROVIDER = Upptime


def _label(delivery: Delivery) -> str:
    return MAINTENANCE if delivery.window else LABEL


def _body(delivery: Delivery, key: str) -> str:
    """The text of the issue, which the page does not show: our marker, and of a maintenance its times before it, as
    Upptime reads them."""
    if delivery.window is None:
        return _mark(key)
    window = delivery.shown_window
    return f"{PLANNED} {rfc3339(window.starts_at)}\nend: {rfc3339(window.until)}\n-->\n\n{_mark(key)}"


def _labels(issue: Any) -> set[str]:
    return {text(each, "name") or text(each) for each in items(issue, "labels")}


def _mark(key: str) -> str:
    return f"<!-- warroom: {key} -->"


def _marker(data: Any) -> str:
    """Our marker in an issue or a comment; empty where there is none."""
    mark = _MARK.search(text(data, "body"))
    return mark[1] if mark else ""


def _remote(issue: Any) -> Remote:
    url = text(issue, "html_url")
    return Remote(text(issue, "number"), url=url if url.startswith("https://") else "")
