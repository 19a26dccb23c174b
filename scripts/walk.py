"""Walks a public incident through a playbook: the real console in a real terminal, by keys alone.

python scripts/walk.py [PLAYBOOK …] [--out FOLDER] [--size 120x36] [--pictures FOLDER] [--theme light]

Four people sit at four consoles on one database. Their clock is set to the day of the incident, so that what is owed
comes due as it did. Needs tmux. The postmortem that the commander exports in the end is written to FOLDER, and of three
the log beside it, from which `scripts/documents.py` makes the other documents; without a playbook's name all six are
walked: an outage through five, a break-in through checklist-security.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import walk_intrusion
from documents import EXAMPLES
from msgspec import json
from terminal import WrongScreenError
from walk_story import EXECUTIVE, FORMS, LINES, PUBLIC, STORY
from walker import Walk

from console.core.log.fold import fold
from console.export.json.archive import FORMAT, VERSION, incident_archive
from console.store.log import Log

MAX_CHECKS = 90
"""More than the items of any playbook's lists."""


class Outage(Walk):
    """The story of 2 July 2019."""

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Everything until it is stable, with its time."""
        form = self.form
        yield self.at("13:47:20"), self._roles
        yield self.at("13:48:15"), partial(self._says, "commander", "/milestone detected 13:45")
        for when, who, line in LINES:
            yield self.at(when), partial(self._says, who, line)
        for when, title in form.stages:
            yield self.at(when), partial(self._next_stage, title)
        if form.raises[0]:
            yield self.at("13:50:00"), partial(self._raises, *form.raises)
        for when, text in PUBLIC.items():
            if form.minutes == 15 or when not in ("14:06", "14:29"):
                last = "none" if when == "14:57" else f"{form.minutes}m"
                yield self.at(when), partial(self._update, "public", text, last)
        internal = self.at("13:53:20")
        while internal < self.at("15:24"):
            yield internal, partial(self._update, "internal", "", f"{form.minutes}m")
            internal += timedelta(minutes=form.minutes - 1)
        for when, text in EXECUTIVE.items() if form.executive else ():
            last = "none" if when == "14:53" else "30m"
            yield self.at(when), partial(self._update, "executive", text, last)
        yield self.at("13:49:20"), partial(self._ticks, form.first)
        yield self.at("13:55:40"), self._runbook
        yield self.at("14:00:50"), partial(self.picture, "room")
        yield (
            self.at("14:02:40"),
            partial(self._claims, "The firewall goes off worldwide, by the global kill", "the same switch"),
        )
        yield self.at("14:02:50"), partial(self.picture, "mitigating")
        yield self.at("14:07:00"), partial(self._changed, "every server has it within seconds")
        off = "/fix The firewall is off worldwide; other protections stay on OPS-2 @waf-lead"
        yield self.at("14:07:20"), partial(self._says, "sre", off)
        yield self.at("14:09:40"), partial(self._follows, 6)
        for item in form.fixed:
            yield self.at("14:47:00"), partial(self._says, "commander", f"/check {item}")
        on = "The firewall goes on again worldwide, without the change"
        yield self.at("14:50:00"), partial(self._claims, on, "the global kill")
        yield self.at("14:52:00"), partial(self._changed, "on everywhere")
        yield self.at("14:52:10"), partial(self._says, "sre", "/done off worldwide: on again, without the change")
        if not form.override:
            yield self.at("14:55:00"), partial(self._says, "sre", "/done bypass: the access service works again")
        yield self.at("15:01:00"), partial(self.picture, "stable")
        yield self.at("15:12:00"), self._is_held

    def _runbook(self) -> None:
        sre = self.people["sre"]
        sre.presses("M-b")
        sre.shows("Runbooks")
        sre.settles()
        self.picture("runbooks", "sre")
        sre.shows("1 Bad deploy")
        sre.confirms("Enter", "Enter opens it")
        sre.shows("runbook")
        for _ in range(2):
            self.clock.set(self.clock.now() + timedelta(seconds=20))
            sre.reads()
            sre.presses("Enter")
            sre.settles()
        self.picture("guide", "sre")
        sre.presses("Escape")
        sre.writes_lines()
        sre.presses("M-C")
        sre.hides("▾")

    def _follows(self, count: int) -> None:
        """The next steps of the runbook, by the key alone."""
        for _ in range(count):
            self.clock.set(self.clock.now() + timedelta(seconds=12))
            self.people["sre"].does("c", "checks off “", unless="Nothing is left")

    def closes(self) -> None:
        """Do all that the gate asks for, or override it with a reason."""
        commander = self.people["commander"]
        self.clock.set(self.at("15:23:00"))
        commander.says("/postmortem owner waf-lead")
        for _ in range(MAX_CHECKS):
            self.clock.set(self.clock.now() + timedelta(seconds=4))
            if not commander.does("c", "checks off “", unless="Nothing is left"):
                break
        self.clock.set(self.at("15:25:40"))
        self._update("internal", "", "none")
        self.clock.set(self.at("15:26:00"))
        commander.opens("n", "Stage of")
        self.picture("closing")
        if self.form.override:
            commander.shows("still in place")
            commander.presses("Tab")
            commander.types(self.form.override)
        commander.confirms("Enter", "Stage of")
        commander.shows("CLOSED")
        self.picture("closed")


def log_of(database: Path) -> str:
    """The incident's export, an event a line, without what `show --json` makes of it."""
    with Log.open(database) as log:
        (ref,) = log.incidents()
        events = log.events(ref)
    records = incident_archive(fold(ref, events), events, events[-1].recorded_at).events
    lines = ",\n".join(json.encode(record).decode() for record in records)
    return f'{{"format":"{FORMAT}","version":{VERSION},"events":[\n{lines}\n]}}\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "playbooks", nargs="*", metavar="PLAYBOOK", help=", ".join((*FORMS, walk_intrusion.FORM.playbook))
    )
    parser.add_argument("--out", type=Path, default=Path("docs/examples"))
    parser.add_argument("--size", default="120x36")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    given = parser.parse_args()
    columns, rows = map(int, re.findall(r"\d+", given.size))
    walks: dict[str, Callable[..., Walk]] = {name: partial(Outage, STORY, form) for name, form in FORMS.items()}
    walks[walk_intrusion.FORM.playbook] = partial(walk_intrusion.Intrusion, walk_intrusion.STORY, walk_intrusion.FORM)
    for name in given.playbooks or walks:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
            walks[name](Path(scratch), (columns, rows), given.theme, given.pictures) as walk,
        ):
            try:
                walk.walks()
                text = walk.reviews()
                log = log_of(Path(scratch) / "warroom.db")
            except WrongScreenError as wrong:
                sys.exit(f"{name}: {wrong}")
        file = given.out / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if name in (example.log for example in EXAMPLES):
            file.with_suffix(".json").write_text(log, encoding="utf-8")
        print(f"wrote {file}")


if __name__ == "__main__":
    main()
