"""Pages: who was called, by what way, and whether they answered. The console calls nobody: people do, and log it."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Literal, NamedTuple

from console.core.language.names import same_name
from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.language.when import take_ahead
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    StandsBeside,
    Word,
    key,
    line,
    name,
    proposed,
    split,
)
from console.core.log.event import Body, Mention, Ref, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, People, Record
from console.core.playbook.model import callee_within, name_within
from console.core.refusal import Refused
from console.core.subjects.role import holder_of, known_name

OUTCOMES = ("answered", "declined", "no_answer")


class Paged(Body, frozen=True):
    """Somebody was called, by the way in words: phone, chat, a tool that pages."""

    who: Text
    way: Text = ""
    contact: Text = ""
    """The contact or the rung of the playbook that was called, where `who` is a person who stands for it."""
    again: Mention = ""
    """The page to the same person before this one, which no longer waits for an answer."""

    def apply(self, fold: Folding) -> None:
        page = Page(*fold.stamp, self.who, self.way, self.contact, self.again)
        fold.part(Pages).pages[page.id] = page
        people = () if any(same_name(self.who, callee.name) for callee in callees(fold.state)) else (self.who,)
        by = f" by {self.way}" if self.way else ""
        fold.entry("page", f"Paged {callee_within(page.text)}{by}", people=people)


class PageEnded(Body, frozen=True):
    """The outcome of a page: an answer, perhaps with the time of arrival; or nobody came."""

    page: Ref
    outcome: Annotated[str, Literal[*OUTCOMES]]
    note: Text = ""
    eta_at: datetime | None = None

    def apply(self, fold: Folding) -> None:
        _, at, by = fold.stamp
        changes = {"outcome": self.outcome, "note": self.note, "eta_at": self.eta_at}
        page = fold.amended(fold.part(Pages).pages, self.page, "the end of a page", ended_at=at, ended_by=by, **changes)
        if page is None:
            return
        fold.mark(page.id, self.outcome.replace("_", " "))
        if self.outcome == "no_answer":
            fold.entry("page", f"No answer from {callee_within(page.who)}", self.note, about=page.id)
        elif self.eta_at is None:
            fold.entry("page", f"{page.who} {self.outcome} the page", self.note, about=page.id)
        else:
            behind = f": {self.note}" if self.note else ""
            text = f"{page.who} {self.outcome} the page, ETA "
            fold.entry("page", text, about=page.id, moment=self.eta_at, behind=behind)
        if self.outcome != "no_answer":
            fold.reports(page.who)


class Page(Record, frozen=True):
    who: str
    way: str
    contact: str
    again: str
    outcome: str = ""
    """Empty while nobody has said what came of it."""
    ended_at: datetime | None = None
    ended_by: str = ""
    note: str = ""
    eta_at: datetime | None = None

    @property
    def text(self) -> str:
        """The person who was called, and for which contact."""
        return f"{self.who} ({self.contact})" if self.contact else self.who

    def calls(self, name: str) -> bool:
        """True when the page was to somebody of that name, or for the contact of that name."""
        return same_name(name, self.who) or bool(self.contact and same_name(name, self.contact))


class Pages(Part):
    pages: dict[str, Page] = {}


def pages_of(state: Incident) -> dict[str, Page]:
    """All pages in the order of the log, by their id."""
    return state.part(Pages).pages


def last_pages(state: Incident) -> list[Page]:
    """The last page to each person or contact, oldest first."""
    pages = pages_of(state)
    before = {page.again for page in pages.values()}
    return [page for page in pages.values() if page.id not in before]


def waiting_pages(state: Incident) -> list[Page]:
    """Pages that nobody has answered so far, oldest first."""
    return [page for page in last_pages(state) if not page.outcome]


def escalating_pages(state: Incident) -> list[Page]:
    """Pages to somebody on the playbook's path of escalation."""
    rungs = [callee.name for callee in callees(state) if callee.when]
    return [page for page in pages_of(state).values() if any(page.calls(rung) for rung in rungs)]


def page_words(page: Page, at: Callable[[datetime], str]) -> str:
    """`paged 14:32 by phone, answered 14:35, ETA 14:50: on the way`, with moments as `at` writes them."""
    called = f"paged {at(page.at)}{f' by {page.way}' if page.way else ''}"
    if page.ended_at is None:
        return f"{called}, no answer yet"
    eta = f", ETA {at(page.eta_at)}" if page.eta_at and page.outcome == "answered" else ""
    note = f": {page.note}" if page.note else ""
    return f"{called}, {page.outcome.replace('_', ' ')} {at(page.ended_at)}{eta}{note}"


# Whom the playbook names


class Callee(NamedTuple):
    """A contact, or a rung of the path of escalation."""

    name: str
    reach: str = ""
    """This team's way to reach them; empty where its playbook does not say."""
    usually: str = ""
    """Where teams usually find that."""
    when: str = ""
    """When the path leads there; empty for a contact."""


def callees(state: Incident) -> list[Callee]:
    """Whom the playbook names at the severity in force: its contacts, then the rungs of its path."""
    book, severity = state.playbook, state.severity.value
    if book is None:
        return []
    listed = [Callee(each.name, each.reach, each.usually) for each in book.contacts_for(severity)]
    listed += [Callee(rung.to, when=rung.when) for rung in book.rungs_for(severity)]
    if book.escalate_to and not book.escalation:
        listed.append(Callee(book.escalate_to, when="Escalation"))
    return listed


def next_callee(state: Incident) -> str:
    """Whom to page when those who were paged do not come: the first on the path for no progress that nobody has paged.

    Empty where everybody on it has been.
    """
    book = state.playbook
    if book is None:
        return ""
    path = [rung.to for rung in book.rungs_for(state.severity.value) if rung.nudge == "no_progress"]
    pages = pages_of(state).values()
    return next((to for to in path or [book.escalate_to] if not any(page.calls(to) for page in pages)), "")


MAX_CALLEE_CHARS = 200


# Commands


class PageSomebody(StandsBeside, frozen=True, kw_only=True):
    """`who` is a person, a role, or a contact or rung of the playbook; empty stands for `contact` itself."""

    gives_to = ("who",)
    who: str
    way: str = ""
    contact: str = ""

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        callee = whom(state, self.who or self.contact, self.actor)
        begun = [each.name for each in callees(state) if each.name.casefold().startswith(f"{callee.casefold()} ")]
        return f"“{one_line(callee, 40)}” is no contact of the playbook; {listed(begun)} is." if begun else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        callee = whom(state, self.who or self.contact, self.actor)
        contact = callee_named(state, self.contact) or one_line(self.contact, MAX_CALLEE_CHARS)
        if not callee:
            raise Refused("Name whom you paged: a person, a role or a contact.", "who")
        way = one_line(self.way, MAX_CALLEE_CHARS)
        before = [page.id for page in last_pages(state) if same_name(page.who, callee)]
        return proposed(Paged(callee, way, "" if same_name(contact, callee) else contact, "".join(before[-1:])), at)


def callee_named(state: Incident, text: str) -> str:
    """The contact or rung of that name as the playbook writes it, or empty; “on call” is “on-call”."""
    wanted = _without_hyphens(text)
    return next((callee.name for callee in callees(state) if same_name(_without_hyphens(callee.name), wanted)), "")


def _without_hyphens(text: str) -> str:
    """The text in small letters with a blank for each hyphen, as long as before where its letters allow it."""
    return text.replace("-", " ").lower()


def whom(state: Incident, text: str, actor: str) -> str:
    """The contact or rung of that name; the holder of a role, else the role; else the person."""
    if callee := callee_named(state, text):
        return callee
    wanted, book = one_line(text, MAX_CALLEE_CHARS), state.playbook
    for role in book.roles if book else ():
        if book and wanted.lower() in (role.id.lower(), role.short.lower(), role.name.lower()):
            return holder_of(state, role.id) or name_within(book, role.id)
    return known_name(state, name(text), actor)


class EndPage(Command, frozen=True, kw_only=True):
    """Logs the outcome of the last page to somebody: `page` is their name, words of it, or its id."""

    page: str
    outcome: str
    note: str = ""
    eta_in: timedelta | None = None
    eta_at: datetime | None = None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        outcome = key(self.outcome)
        if outcome not in OUTCOMES:
            raise Refused("A page is answered, declined, or has no answer.", "outcome")
        page, note = find_page(state, self.page), line(self.note)
        eta = at + self.eta_in if self.eta_in is not None else self.eta_at
        if eta is not None and outcome != "answered":
            raise Refused("Only who answered has an ETA; leave it out.", "eta")
        if at < page.at:
            raise Refused(f"{page.who} was paged after that; write a later time.", "at")
        if outcome == page.outcome and note in ("", page.note) and eta in (None, page.eta_at):
            subject = "No answer is" if outcome == "no_answer" else f"That {page.who} {outcome} is"
            raise Refused(f"{subject} logged already; write what is new.", "note")
        return proposed(PageEnded(page.id, outcome, note, eta), at)


def find_page(state: Incident, text: str) -> Page:
    """The last page to a person or contact of that name, or with these words in it, or by its id."""
    pages, wanted = last_pages(state), name(text).lower()
    if not pages:
        raise Refused("Nobody has been paged; log it with /page NAME.", "page")
    exact = [page for page in pages if wanted and (page.calls(wanted) or page.id == wanted)]
    exact = [page for page in exact if not page.outcome][-1:] or exact[-1:]
    fits = exact or [page for page in pages if wanted in page.text.lower()]
    waiting = [page for page in fits if not page.outcome]
    if len(fits) == 1 or len(waiting) == 1:
        return (waiting or fits)[0]
    paged = listed([one_line(page.text, 40) for page in (waiting or fits or pages)[-5:]], "or")
    which = f"“{one_line(text, 40)}” has not been paged; name" if not fits else "Name which page:"
    raise Refused(f"{which} {paged}.", "page")


_WAY = late(
    r"\s(?:(?:by|via)\s+\S.*|(?:phone|call|sms|text|chat|slack|teams|e?-?mail|pager|pagerduty|opsgenie))$",
    re.IGNORECASE,
)
_NUMBER = late(r"\+?[0-9][0-9 ()/.-]{3,}")
"""Of a telephone."""
_FOR = late(r"\sfor\s+", re.IGNORECASE)
_ETA = late(r"(?:^|[,;:]?\s)\beta\b:?\s+", re.IGNORECASE)


# Slash words


def _begins_with(text: str, names: Iterable[str]) -> str:
    """The longest of the names with which the text begins, as it is written there."""
    fits = (
        each
        for each in names
        if _without_hyphens(text[: len(each)]) == _without_hyphens(each)
        and text[len(each) : len(each) + 1] in ("", " ", ",", ":")
    )
    return text[: len(max(fits, key=len, default=""))]


def _read_page(context: SlashContext, argument: str) -> Command:
    state, contact = context.state, ""
    listed = [callee.name for callee in callees(state)]
    for begun in _FOR.finditer(argument):
        if contact := _begins_with(argument[begun.end() :], listed):
            argument = argument[: begun.start()] + argument[begun.end() + len(contact) :]
            break
    roles = state.playbook.roles if state.playbook else ()
    people = state.part(People)
    known = (*listed, *(each for role in roles for each in (role.name, role.short, role.id)))
    written = split(argument)[0] if argument[0] in "@\"“'" else ""
    person = written or _begins_with(argument, (*known, *people.named.values(), *people.authors.values()))
    way = argument[len(person) :]
    if not person:
        match = _WAY.search(argument)
        person, way = (argument[: match.start()], match[0]) if match else (argument, "")
    elif (rest := way.strip(" ,:")) and not (_WAY.fullmatch(f" {rest}") or _NUMBER.fullmatch(rest)):
        raise context.malformed(f"“{one_line(rest, 40)}” is no way to reach {one_line(name(person), 40)}")
    way = re.sub(r"^(?:by|via)\s+", "", way.strip(" ,:"), flags=re.IGNORECASE)
    return PageSomebody(actor=context.actor, at=context.at, who=person, way=way, contact=contact)


def _read_end(outcome: str) -> Callable[[SlashContext, str], Command]:
    def read(context: SlashContext, argument: str) -> Command:
        paged = (each for page in last_pages(context.state) for each in (page.who, page.contact, page.text) if each)
        callee = _begins_with(argument, paged) or split(argument)[0]
        note, eta = argument[len(callee) :].strip(" ,:"), None
        if outcome == "answered":
            before, after = note, ""
            if written := _ETA.search(note):
                before, after = note[: written.start()].strip(" ,:"), note[written.end() :]
            elif note[:1].isdigit() or note.startswith("in "):
                before, after = "", note
            ahead = take_ahead(after, now=context.now, zone=context.zone) if after else None
            # A time of day without the word is one of the past, in the words of the answer.
            if ahead is not None and (written or ahead.length is not None):
                note, eta = ": ".join(filter(None, (before, ahead.rest.strip(" ,:")))), ahead
        return EndPage(
            actor=context.actor, at=context.at, page=callee, outcome=outcome, note=note,
            eta_in=eta and eta.length, eta_at=eta and eta.moment,
        )  # fmt: skip

    return read


_NAME = "Name who was paged"
SIGNS = {"page": "@"}


def _people(known: Offering) -> list[str]:
    return [f"@{name}" for name in known.people()]


def _waiting(known: Offering) -> list[str]:
    return [page.who for page in waiting_pages(known.state)]


WORDS: dict[str, Word] = {
    "page": Word("/page WHO [for CONTACT] [by phone]", _read_page, "Name whom you paged", (_people,)),
    "answered": Word("/answered WHO [10m | eta 14:50] [what they said]", _read_end("answered"), _NAME, (_waiting,)),
    "declined": Word("/declined WHO [why]", _read_end("declined"), _NAME, (_waiting,)),
    "no-answer": Word("/no-answer WHO", _read_end("no_answer"), _NAME, (_waiting,)),
}
