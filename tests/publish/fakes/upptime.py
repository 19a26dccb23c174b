"""A repository on GitHub with Upptime's page over it: GitHub's calls by its reference, the page by its source."""

from typing import Any

import httpx

from tests.publish.fakes import Fake, Seen, body, reply, steps, strict, told_at
from tests.publish.fakes.rendered import GITHUB, rendered

SHOWN = 30
"""Comments that the page asks for."""
TEXT = {"type": "string", "minLength": 1, "maxLength": 65_536}
TITLE = {"type": "string", "minLength": 1, "maxLength": 256}
LABELS = {"type": "array", "items": {"type": "string"}}
OPEN = strict({"title": TITLE, "body": TEXT, "labels": LABELS})
CHANGE = strict({"title": TITLE, "body": TEXT, "state": {"enum": ["open", "closed"]}, "labels": LABELS}, ())
COMMENT = strict({"body": TEXT})


class UpptimeFake(Fake):
    base = "https://api.github.example"
    page = "acme/status"

    def __init__(self) -> None:
        super().__init__()
        self.upptime = True

    def not_let_in(self) -> httpx.Response:
        return reply(401, {"message": "Bad credentials", "status": "401"})

    def posts(self, request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path.endswith("/comments")

    def answer(self, request: httpx.Request) -> httpx.Response:
        match (request.method, *steps(request, self.base)):
            case ("GET", "user", "repos"):
                return self.listed(request, [{"id": 1, "full_name": "acme/status"}])
            case (method, "repos", "acme", "status", *rest):
                return self.of_repository(method, rest, request)
        return not_found()

    def of_repository(self, method: str, rest: list[str], request: httpx.Request) -> httpx.Response:
        match (method, *rest):
            case ("GET",):
                return reply(200, {"id": 1, "full_name": "acme/status"})
            case ("GET", "contents", ".upptimerc.yml") if self.upptime:
                return reply(200, {"name": ".upptimerc.yml"})
            case ("GET", "issues"):
                label = request.url.params["labels"]
                return self.listed(request, [shown(each) for each in self.incidents[::-1] if label in each["labels"]])
            case ("POST", "issues"):
                return self.open(body(request))
            case ("PATCH" | "DELETE", "issues", "comments", number):
                return self.of_comment(number, body(request) if method == "PATCH" else None)
            case (_, "issues", number, *more) if issue := self.find(number):
                return self.of_issue(method, issue, more, request)
        return not_found()

    def of_issue(self, method: str, issue: dict[str, Any], more: list[str], request: httpx.Request) -> httpx.Response:
        match (method, *more):
            case ("GET",):
                return reply(200, shown(issue))
            case ("PATCH",):
                if wrong := self.checked(CHANGE, data := body(request), "change of an issue"):
                    return refused(wrong)
                issue |= data
                return reply(200, shown(issue))
            case ("GET", "comments"):
                return self.listed(request, issue["comments"])
            case ("POST", "comments"):
                if wrong := self.checked(COMMENT, data := body(request), "comment"):
                    return refused(wrong)
                issue["comments"].append(comment := {"id": 1000 + int(self.new_id()), "body": data["body"]})
                return reply(201, comment)
        return not_found()

    def of_comment(self, number: str, data: Any) -> httpx.Response:
        for issue in self.incidents:
            for comment in issue["comments"]:
                if str(comment["id"]) == number:
                    if data is None:
                        issue["comments"].remove(comment)
                        return httpx.Response(204)
                    if wrong := self.checked(COMMENT, data, "edit"):
                        return refused(wrong)
                    comment |= data
                    return reply(200, comment)
        return not_found()

    def open(self, data: Any) -> httpx.Response:
        if wrong := self.checked(OPEN, data, "opening"):
            return refused(wrong)
        issue = {"id": self.new_id(), "state": "open", "comments": [], **data}
        self.incidents.append(issue)
        return reply(201, shown(issue))

    def listed(self, request: httpx.Request, entries: list[Any]) -> httpx.Response:
        return reply(200, self.page_of(request, entries, 30).entries)

    def seen(self) -> list[Seen]:
        """The page lists what has one of its labels."""
        return [self.visible(issue) for issue in self.incidents if {"status", "maintenance"} & set(issue["labels"])]

    def visible(self, issue: dict[str, Any]) -> Seen:
        updates = []
        for comment in issue["comments"][:SHOWN]:
            shown = rendered(comment["body"], GITHUB).replace("\N{ZERO WIDTH SPACE}", "")
            word, _, words = shown.partition(":") if ":" in shown else ("", "", shown)
            updates.append((word.lower().replace(" ", "_"), words.strip()))
        status = "resolved" if issue["state"] == "closed" else updates[-1][0] if updates else ""
        seen = Seen(issue["title"], status, updates, {}, 0, {}, issue["id"])
        if "maintenance" in issue["labels"]:
            # The lines of the first comment of HTML.
            lines = issue["body"].partition("-->")[0].splitlines()
            times = dict(line.split(": ", 1) for line in lines if ": " in line)
            seen.window = (told_at(times["start"]), told_at(times["end"]))
            seen.status = "completed" if issue["state"] == "closed" else updates[-1][0]
        return seen


def shown(issue: dict[str, Any]) -> dict[str, Any]:
    number = int(issue["id"])
    url = f"https://github.example/acme/status/issues/{number}"
    count = len(issue["comments"])
    return {**issue, "id": 5000 + number, "number": number, "html_url": url, "comments": count}


def refused(wrong: str) -> httpx.Response:
    return reply(422, {"message": "Validation Failed", "errors": [{"message": wrong}]})


def not_found() -> httpx.Response:
    return reply(404, {"message": "Not Found", "status": "404"})
