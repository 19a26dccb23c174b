"""The title under which the public reads of an incident; the internal one is for those who work on it."""

from datetime import datetime, tzinfo

from console.core.language.checks import title_doubt
from console.core.language.text import MAX_TITLE_CHARS, one_line
from console.core.log.command import Command, Decision, Word, into, proposed, words
from console.core.log.erasure import is_redacted
from console.core.log.event import ALL_BEFORE, Body, Id, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, People, Register
from console.core.refusal import Refused
from console.core.subjects.role import roles_of

_ONLY = "title"


class PublicTitleSet(Body, frozen=True):
    """The incident's title on status pages from here on."""

    title: Text
    replaces: Replaced = ALL_BEFORE
    together: Id = ""
    """The act that it is a part of, such as the first update; empty for one of its own."""

    def apply(self, fold: Folding) -> None:
        fold.part(PublicTitle).given[fold.event.id] = self.title
        fold.states_in(fold.part(PublicTitle).titles, _ONLY, self.title, self.replaces)
        fold.entry("impact", f"Public title: {self.title}", paste=self.together)


class PublicTitle(Part):
    titles: dict[str, Register] = {}
    """The one title, where it was set."""
    given: dict[str, str] = {}
    """Every title that was given, by the event."""


def public_title(state: Incident) -> Register:
    """Empty while nobody has set one."""
    return state.part(PublicTitle).titles.get(_ONLY, Register())


def title_for_public(state: Incident) -> str:
    """The public title in force; empty while nobody has set one, and where it was erased."""
    title = public_title(state).value
    return "" if is_redacted(title) else title


def undone_titles(state: Incident) -> frozenset[str]:
    """The titles that were given and undone."""
    return frozenset(state.aside.of(PublicTitle).given.values())


def public_title_doubt(state: Incident, title: str) -> str:
    """The reason why a title may be none for the public; empty without one."""
    people, holders = state.part(People), (register.value for register in roles_of(state).values())
    return title_doubt(title, {*people.authors.values(), *people.named.values(), *filter(None, holders)})


class SetPublicTitle(Command, frozen=True, kw_only=True):
    title: str
    together: str = ""
    """As of `PublicTitleSet`."""

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        return public_title_doubt(state, self.title)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        title = one_line(words(self.title, "A public title", "title"), MAX_TITLE_CHARS)
        register = public_title(state)
        if register.facts and title == register.value and not register.conflict:
            raise Refused("The public title is that already; write another one.", "title")
        return proposed(PublicTitleSet(title, register.head, self.together), at)


WORDS: dict[str, Word] = {
    "public-title": Word("/public-title TEXT", into(SetPublicTitle, "title")),
}
