"""One incident walked through a playbook at several consoles: what every story shares, in keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal import ClockFile, Terminal

from console.app.dialogs.declare import OWN
from console.core.playbook.model import Playbook
from console.core.playbook.triage import questions
from console.library.playbooks import Playbooks

SEEN_AFTER = 5
"""Looks after which another console's entry has come."""
AUDIENCES = {"internal": "1", "public": "2", "executive": "3"}
EMPTY = "› What happened?"
"""The prompt when what was typed has been taken."""


@dataclass(frozen=True)
class Story:
    """The parts of a walk that are the same under every playbook."""

    day: str
    opens: str
    """When the commander sits down and declares."""
    title: str
    since: str
    """When it began, as the declare dialog gets it."""
    people: tuple[str, ...]
    """Who sits at a console; the commander first, and last who changes production."""
    roles: tuple[tuple[str, str], ...]
    answers: dict[str, str]
    """Answers to the triage questions that every playbook gets; a form adds its own."""
    sections: dict[str, str | tuple[str, ...]]
    """The texts that the review made of the drafts, by section; the five whys as their answers."""
    actions: tuple[tuple[str, str, str, str, str], ...]
    """Each as its task, owner, due day, how it is verified, and priority."""
    review: str
    """When the postmortem is gone over."""


@dataclass(frozen=True)
class Form:
    """The parts of a walk that are a playbook's own."""

    playbook: str
    turns: int
    """The presses of ^T in the declare dialog until this process is shown."""
    severity: str
    """The severity that the answers come to."""
    stages: tuple[tuple[str, str], ...]
    """When the next stage is taken, and its title as the header shows it."""
    last: str
    """The stage after closing."""
    answers: tuple[tuple[str, str], ...] = ()
    raises: tuple[str, str] = ("", "")
    """The digit and the name of the severity that it is raised to at 13:50."""
    minutes: int = 30
    """Between two updates."""
    executive: bool = False
    override: str = ""
    """The reason for closing past a gate; without one, all that it asks for is done first."""
    sections: tuple[tuple[str, str], ...] = ()
    """Sentences that belong to this process's own story, added to a section."""
    first: int = 3
    """The number of items of the first checklist that are checked off at once."""
    fixed: tuple[str, ...] = ()
    """Items that are checked off once the lasting fix is known."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Person(Terminal):
    """A person at a console, who acts by keys."""

    def says(self, line: str) -> None:
        """A line of the prompt, and that it was taken."""
        self.shows(EMPTY)
        self.types(line)
        self.hides(EMPTY)
        self.presses("Enter")
        self.shows(EMPTY)

    def writes_lines(self) -> None:
        """From the single keys back to the prompt."""
        self.presses("M-i")
        self.shows(EMPTY)

    def does(self, key: str, title: str, *, unless: str) -> bool:
        """Press a key, see what it names, and Enter, which does it; False where `unless` is said in its place."""
        self.presses(f"M-{key}")
        self.until(lambda screen: title in screen or unless in screen, f"neither {title!r} nor {unless!r} comes")
        if title not in self.screen():
            return False
        self.reads()
        self.presses("Enter")
        self.settles()
        return True

    def begins(self, key: str, title: str) -> None:
        """A dialog of the postmortem's, by a key that opens it at once, or is named first and waits for Enter."""
        self.presses(key)
        # The line of keys says that Esc cancels what the key has named.
        self.until(lambda screen: title in screen or "cancels" in screen, f"neither {title!r} nor its key is named")
        if title not in self.screen():
            self.reads()
            self.presses("Enter")
        self.shows(title)

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
    """One incident under one playbook: the story tells what happens, a class below this one when and by which keys."""

    def __init__(
        self, story: Story, form: Form, folder: Path, size: tuple[int, int], theme: str, pictures: Path | None
    ) -> None:
        self.story, self.form, self.pictures, self.folder = story, form, pictures, folder
        book = Playbooks(None).get(form.playbook)
        assert isinstance(book, Playbook)
        self.book = book
        self.clock = ClockFile(folder / "clock")
        self.clock.set(self.at(story.opens))
        self.people: dict[str, Person] = {}
        self._make: Callable[[str], Person] = lambda who: Person(folder, self.clock, who, size, theme)
        self._shot = 0

    def __enter__(self) -> "Walk":
        return self

    def __exit__(self, *_: object) -> None:
        for person in self.people.values():
            person.end()

    def at(self, text: str) -> datetime:
        """`14:02` or `14:02:20` of the incident's first day, or a moment with its date."""
        return moment(text if "-" in text else f"{self.story.day} {text}")

    def acts(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Everything until it is stable, with its time."""
        raise NotImplementedError

    def closes(self) -> None:
        """Do all that the gate asks for, or override it with a reason."""
        raise NotImplementedError

    def picture(self, name: str, who: str = "commander") -> None:
        if self.pictures is not None:
            self._shot += 1
            # A countdown is painted once a second.
            self.people[who].settles()
            self.people[who].picture(self.pictures / f"{self.form.playbook}-{self._shot:02}-{name}.svg")

    # The incident

    def declares(self) -> None:
        commander = self.people["commander"] = self._make("commander")
        commander.shows("No incident is open")
        commander.presses("M-d")
        commander.shows("Declare an incident")
        for _ in range(self.form.turns):
            commander.presses("C-t")
            commander.settles()
        commander.shows(self.book.title)
        answers = {**self.story.answers, **dict(self.form.answers)}
        asked = [one.id for one in questions(self.book) if one.id not in OWN]
        commander.fills(self.story.title, "", self.story.since, *(answers.get(id, "") for id in asked))
        commander.shows(f"→ {self.form.severity}:")
        self.picture("declare")
        commander.presses("C-s")
        commander.shows(EMPTY, "Declared")
        for who in self.story.people[1:]:
            person = self.people[who] = self._make(who)
            person.shows(self.story.title[:20])
            person.presses("Enter")
            person.shows(EMPTY)

    def _says(self, who: str, line: str) -> None:
        if line == "/accept":
            self.people[who].shows("offers you")
        self.people[who].says(line)

    def walks(self) -> None:
        self.declares()
        for when, act in sorted(self.acts(), key=lambda one: one[0]):
            self.clock.set(when)
            act()
        self.closes()

    def _roles(self) -> None:
        commander = self.people["commander"]
        for role, person in self.story.roles:
            if role == "ic":
                commander.opens("r", "Roles of")
                commander.types(person)
                commander.confirms("Enter", "Roles of")
            else:
                commander.says(f"/role {role} {person}")

    def _next_stage(self, title: str, who: str = "commander") -> None:
        commander = self.people[who]
        for _ in range(SEEN_AFTER):
            commander.opens("n", "Stage of")
            commander.settles()
            if "A gate is not met" not in commander.screen():
                break
            # What somebody else has just checked off is not here yet.
            commander.confirms("Escape", "Stage of")
            commander.reads()
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

    def _ticks(self, count: int) -> None:
        """The next items of this stage's checklists, in the guide."""
        commander = self.people["commander"]
        commander.presses("M-C")
        commander.shows("Enter checks off")
        for _ in range(count):
            self.clock.set(self.clock.now() + timedelta(seconds=9))
            commander.reads()
            commander.presses("Enter")
            commander.settles()
        self.picture("ticks")
        commander.presses("Escape")
        commander.writes_lines()
        commander.presses("M-C")
        commander.hides("▾")

    def _claims(self, text: str, back: str) -> None:
        tech = self.people[self.story.people[-1]]
        tech.opens("a", "Production change")
        tech.fills(text, back)
        tech.confirms("C-s", "Production change")

    def _changed(self, note: str) -> None:
        tech = self.people[self.story.people[-1]]
        tech.opens("a", "Production change")
        tech.types(note)
        # "Done" of the change in flight; the first row would claim another one.
        tech.presses("Tab", "Tab", "2")
        tech.confirms("C-s", "Production change")

    def _is_held(self) -> None:
        """Too early: the gate says what is missing."""
        commander = self.people["commander"]
        commander.opens("n", "Stage of")
        commander.shows("It must be stable", "owns the postmortem")
        self.picture("gate")
        commander.confirms("Escape", "Stage of")

    def reviews(self) -> str:
        """The postmortem, from the draft to the final one; its Markdown."""
        commander = self.people["commander"]
        self.clock.set(self.at(self.story.review))
        commander.opens("n", "Stage of")
        commander.confirms("Enter", "Stage of")
        commander.shows(self.form.last)
        commander.presses("M-P")
        commander.shows("sections written")
        self.picture("drafts")
        extra = dict(self.form.sections)
        for place, (id, text) in enumerate(self.story.sections.items()):
            if place:
                commander.presses("Down")
            self.clock.set(self.clock.now() + timedelta(minutes=5))
            if isinstance(text, tuple):
                commander.begins("w", "Why 5")
                for number, answer in enumerate(text):
                    if number:
                        commander.presses("Tab")
                    commander.presses("C-u")
                    commander.types(answer)
                self.picture("whys")
                commander.confirms("C-s", "Why 5")
                continue
            commander.presses("Enter")
            commander.shows("^S saves, Esc leaves")
            more = extra.get(id, "")
            commander.writes(text + ("\n" if more.startswith("-") else "") + more)
            commander.confirms("C-s", "^S saves, Esc leaves")
        for what, who, due, seen, priority in self.story.actions:
            commander.begins("a", "Action item for")
            commander.fills(what, who, due, seen, str(int(priority[1]) + 1))
            commander.shows("Specific, owned, dated and verifiable")
            commander.confirms("C-s", "Action item for")
        self.picture("actions")
        for _ in range(2):
            self.clock.set(self.clock.now() + timedelta(minutes=30))
            commander.begins("v", "Review of")
            commander.shows("Nothing is missing")
            self.picture("review")
            commander.confirms("Enter", "Review of")
        commander.shows("POSTMORTEM FINAL")
        self.picture("final")
        commander.presses("x")
        commander.shows("exports the postmortem")
        commander.reads()
        commander.presses("Enter")
        commander.shows("Written to")
        file = next(self.folder.glob("exports/*-postmortem.md"))
        return file.read_text(encoding="utf-8")
