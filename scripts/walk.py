"""Walks one public incident through a playbook: the real console in a real terminal, by keys alone.

python scripts/walk.py [PLAYBOOK …] [--out FOLDER] [--size 120x36] [--pictures FOLDER] [--theme light]

Four people sit at four consoles on one database: commander, scribe, comms and sre. Their clock is set to the
afternoon of the incident, so that what is owed comes due as it did. Needs tmux. The postmortem that the commander
exports in the end is written to FOLDER; without a playbook's name all five are walked.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from terminal import ClockFile, Terminal, WrongScreenError
from walk_story import ACTIONS, ANSWERS, DAY, EXECUTIVE, FORMS, LINES, PUBLIC, ROLES, SECTIONS, TITLE, Form

from console.app.screens.dialogs.declare import OWN
from console.core.playbook import Playbook
from console.core.triage import questions
from console.library.playbooks import Playbooks

PEOPLE = ("commander", "scribe", "comms", "sre")
AUDIENCES = {"internal": "1", "public": "2", "executive": "3"}
EMPTY = "› What happened?"
"""The prompt when what was typed has been taken."""


def moment(text: str, day: str = DAY) -> datetime:
    """`14:02` or `14:02:20` of the incident's day."""
    return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=UTC)


class Person(Terminal):
    """What one does at a console, in keys."""

    def says(self, line: str) -> None:
        """A line of the prompt, and that it was taken."""
        self.shows(EMPTY)
        self.types(line)
        self.hides(EMPTY)
        self.presses("Enter")
        self.shows(EMPTY)

    def opens(self, key: str, title: str) -> None:
        """A dialog by its key, from within the prompt."""
        self.presses(f"M-{key}")
        self.shows(title)

    def confirms(self, key: str, title: str) -> None:
        """End a dialog, and that it has closed."""
        self.presses(key)
        self.hides(title)

    def fills(self, *values: str) -> None:
        """Lines of a form, from the one in focus on."""
        for place, value in enumerate(values):
            if place:
                self.presses("Tab")
            self.types(value)

    def writes(self, text: str) -> None:
        """Several lines in place of what stands in an area."""
        self.presses("F7")
        for place, line in enumerate(text.split("\n")):
            if place:
                self.presses("Enter")
            self.types(line)


class Walk:
    """One incident under one playbook."""

    def __init__(self, form: Form, folder: Path, size: tuple[int, int], theme: str, pictures: Path | None) -> None:
        self.form, self.pictures = form, pictures
        book = Playbooks(None).get(form.playbook)
        assert isinstance(book, Playbook)
        self.book = book
        self.clock = ClockFile(folder / "clock")
        self.clock.set(moment("13:47:00"))
        self.people: dict[str, Person] = {}
        self._make: Callable[[str], Person] = lambda who: Person(folder, self.clock, who, size, theme)
        self._shot = 0

    def __enter__(self) -> "Walk":
        return self

    def __exit__(self, *_: object) -> None:
        for person in self.people.values():
            person.end()

    def picture(self, name: str, who: str = "commander") -> None:
        if self.pictures is not None:
            self._shot += 1
            # A countdown is painted once a second.
            self.people[who].settles()
            self.people[who].picture(self.pictures / f"{self.form.playbook}-{self._shot:02}-{name}.svg")

    # The incident

    def declares(self) -> None:
        commander = self.people["commander"] = self._make("commander")
        commander.shows("Press d to declare")
        commander.presses("d")
        commander.shows("Declare an incident")
        for _ in range(self.form.turns):
            commander.presses("C-t")
            commander.settles()
        commander.shows(self.book.title)
        answers = {**ANSWERS, **dict(self.form.answers)}
        asked = [one.id for one in questions(self.book) if one.id not in OWN]
        commander.fills(TITLE, "", "13:42", *(answers.get(id, "") for id in asked))
        commander.shows(f"→ {self.form.severity}:")
        self.picture("declare")
        commander.presses("C-s")
        commander.shows(EMPTY, "Declared")
        for who in PEOPLE[1:]:
            person = self.people[who] = self._make(who)
            person.shows(TITLE[:20])
            person.presses("Enter")
            person.shows(EMPTY)

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Everything until it is stable, with its time."""
        form = self.form
        yield moment("13:47:20"), self._roles
        yield moment("13:48:15"), partial(self._says, "commander", "/milestone detected 13:45")
        for when, who, line in LINES:
            yield moment(when), partial(self._says, who, line)
        for when, title in form.stages:
            yield moment(when), partial(self._next_stage, title)
        if form.raises[0]:
            yield moment("13:50:00"), partial(self._raises, *form.raises)
        for when, text in PUBLIC.items():
            if form.minutes == 15 or when not in ("14:06", "14:29"):
                last = "none" if when == "14:57" else f"{form.minutes}m"
                yield moment(when), partial(self._update, "public", text, last)
        internal = moment("13:53:20")
        while internal < moment("15:24"):
            yield internal, partial(self._update, "internal", "", f"{form.minutes}m")
            internal += timedelta(minutes=form.minutes - 1)
        for when, text in EXECUTIVE.items() if form.executive else ():
            last = "none" if when == "14:53" else "30m"
            yield moment(when), partial(self._update, "executive", text, last)
        yield moment("13:49:20"), partial(self._ticks, form.first)
        yield moment("13:55:40"), self._runbook
        yield moment("14:00:50"), partial(self.picture, "room")
        yield (
            moment("14:02:40"),
            partial(self._claims, "The firewall goes off worldwide, by the global kill", "the same switch"),
        )
        yield moment("14:02:50"), partial(self.picture, "mitigating")
        yield moment("14:07:00"), partial(self._changed, "every server has it within seconds")
        off = "/fix The firewall is off worldwide; other protections stay on OPS-2 @waf-lead"
        yield moment("14:07:20"), partial(self._says, "sre", off)
        yield moment("14:09:40"), partial(self._follows, 6)
        for item in form.fixed:
            yield moment("14:47:00"), partial(self._says, "commander", f"/check {item}")
        on = "The firewall goes on again worldwide, without the change"
        yield moment("14:50:00"), partial(self._claims, on, "the global kill")
        yield moment("14:52:00"), partial(self._changed, "on everywhere")
        yield moment("14:52:10"), partial(self._says, "sre", "/done off worldwide: on again, without the change")
        if not form.override:
            yield moment("14:55:00"), partial(self._says, "sre", "/done bypass: the access service works again")
        yield moment("15:01:00"), partial(self.picture, "stable")
        yield moment("15:12:00"), self._is_held

    def _says(self, who: str, line: str) -> None:
        self.people[who].says(line)

    def walks(self) -> None:
        self.declares()
        for when, act in sorted(self.acts(), key=lambda one: one[0]):
            self.clock.set(when)
            act()
        self.closes()

    def _roles(self) -> None:
        commander = self.people["commander"]
        for role, person in ROLES:
            if role == "ic":
                commander.opens("r", "Roles of")
                commander.presses("Tab")
                commander.types(person)
                commander.confirms("Enter", "Roles of")
            else:
                commander.says(f"/role {role} {person}")

    def _next_stage(self, title: str) -> None:
        commander = self.people["commander"]
        commander.opens("n", "Stage of")
        commander.confirms("Enter", "Stage of")
        commander.shows(title)

    def _raises(self, digit: str, name: str) -> None:
        commander = self.people["commander"]
        commander.opens("s", "Severity of")
        commander.presses(digit)
        commander.confirms("Enter", "Severity of")
        commander.shows(f" {name} ")

    def _update(self, audience: str, text: str, following: str) -> None:
        comms = self.people["comms"]
        comms.opens("u", "Status update of")
        comms.presses(AUDIENCES[audience], "Tab", "Tab")
        comms.types(following)
        if text:
            comms.presses("Tab")
            comms.writes(text)
        comms.settles()
        self.picture(f"update-{audience}", "comms")
        comms.confirms("C-s", "Status update of")

    def _runbook(self) -> None:
        sre = self.people["sre"]
        sre.presses("Escape", "b")
        sre.shows("Runbooks")
        sre.settles()
        self.picture("runbooks", "sre")
        sre.shows("1 Bad deploy")
        sre.confirms("Enter", "Enter opens it")
        sre.shows("runbook")
        for _ in range(2):
            self.clock.set(self.clock.now() + timedelta(seconds=20))
            sre.presses("Enter")
            sre.settles()
        self.picture("guide", "sre")
        sre.presses("Escape")
        sre.shows(EMPTY)
        sre.presses("M-C")
        sre.hides("▾")

    def _follows(self, count: int) -> None:
        """The next steps of the runbook, by the key alone."""
        for _ in range(count):
            self.clock.set(self.clock.now() + timedelta(seconds=12))
            self.people["sre"].presses("M-c")
            self.people["sre"].settles()

    def _ticks(self, count: int) -> None:
        """The next items of this stage's checklists, in the guide."""
        commander = self.people["commander"]
        commander.presses("M-C")
        commander.shows("Enter ticks")
        for _ in range(count):
            self.clock.set(self.clock.now() + timedelta(seconds=9))
            commander.presses("Enter")
            commander.settles()
        self.picture("ticks")
        commander.presses("Escape")
        commander.shows(EMPTY)
        commander.presses("M-C")
        commander.hides("▾")

    def _claims(self, text: str, back: str) -> None:
        sre = self.people["sre"]
        sre.opens("a", "Change of production")
        sre.fills(text, back)
        sre.confirms("C-s", "Change of production")

    def _changed(self, note: str) -> None:
        sre = self.people["sre"]
        sre.opens("a", "Change of production")
        sre.presses("Tab")
        sre.types(note)
        sre.confirms("C-s", "Change of production")

    # Closing and the review

    def _is_held(self) -> None:
        """Too early: the gate says what is missing."""
        commander = self.people["commander"]
        commander.opens("n", "Stage of")
        commander.shows("It must be stable", "owns the postmortem")
        self.picture("gate")
        commander.confirms("Escape", "Stage of")

    def closes(self) -> None:
        """What the gate asks for is done; or it is passed with a reason."""
        commander = self.people["commander"]
        self.clock.set(moment("15:23:00"))
        commander.says("/postmortem owner waf-lead")
        for _ in range(40):
            self.clock.set(self.clock.now() + timedelta(seconds=4))
            commander.presses("M-c")
            commander.settles()
            if "Nothing is left" in commander.screen():
                break
        self.clock.set(moment("15:26:00"))
        commander.opens("n", "Stage of")
        self.picture("closing")
        if self.form.override:
            commander.shows("still in place")
            commander.presses("Tab")
            commander.types(self.form.override)
        commander.confirms("Enter", "Stage of")
        commander.shows("CLOSED")
        self._update("internal", "", "none")
        self.picture("closed")

    def reviews(self) -> str:
        """The postmortem, from the draft to the final one; its Markdown."""
        commander = self.people["commander"]
        self.clock.set(moment("09:30:00", "2019-07-03"))
        commander.opens("n", "Stage of")
        commander.confirms("Enter", "Stage of")
        commander.shows(self.form.last)
        commander.presses("M-P")
        commander.shows("sections written")
        self.picture("drafts")
        extra = dict(self.form.sections)
        for place, (id, text) in enumerate(SECTIONS.items()):
            if place:
                commander.presses("j")
            self.clock.set(self.clock.now() + timedelta(minutes=5))
            if isinstance(text, tuple):
                commander.presses("w")
                commander.shows("Enter asks on")
                for number, answer in enumerate(text):
                    if number:
                        commander.presses("Tab")
                    commander.presses("C-u")
                    commander.types(answer)
                self.picture("whys")
                commander.confirms("C-s", "Enter asks on")
                continue
            commander.presses("Enter")
            commander.shows("Ctrl+S saves, Esc leaves")
            more = extra.get(id, "")
            commander.writes(text + ("\n" if more.startswith("-") else "") + more)
            commander.confirms("C-s", "Ctrl+S saves, Esc leaves")
        for what, who, due, seen, priority in ACTIONS:
            commander.presses("a")
            commander.shows("Action item for")
            commander.fills(what, who, due, seen, str(int(priority[1]) + 1))
            commander.shows("Specific, owned, dated and verifiable")
            commander.confirms("C-s", "Action item for")
        self.picture("actions")
        for _ in range(2):
            self.clock.set(self.clock.now() + timedelta(minutes=30))
            commander.presses("v")
            commander.shows("Nothing is missing")
            self.picture("review")
            commander.confirms("Enter", "Review of")
        commander.shows("POSTMORTEM FINAL")
        self.picture("final")
        commander.presses("x")
        commander.shows("Written to")
        file = next(commander.home.glob("*-postmortem.md"))
        return file.read_text(encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("playbooks", nargs="*", metavar="PLAYBOOK", help=", ".join(FORMS))
    parser.add_argument("--out", type=Path, default=Path("docs/examples"))
    parser.add_argument("--size", default="120x36")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    given = parser.parse_args()
    columns, rows = map(int, re.findall(r"\d+", given.size))
    for name in given.playbooks or FORMS:
        with (
            tempfile.TemporaryDirectory() as scratch,
            Walk(FORMS[name], Path(scratch), (columns, rows), given.theme, given.pictures) as walk,
        ):
            try:
                walk.walks()
                text = walk.reviews()
            except WrongScreenError as wrong:
                sys.exit(f"{name}: {wrong}")
        file = given.out / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(f"wrote {file}")


if __name__ == "__main__":
    main()
