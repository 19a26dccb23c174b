"""The script of a drill as data: what comes in at which minute, who knows what, what a good response does.

Lengths of time are in seconds; a file writes them as "5m". Minutes count from the beginning of the run, and a run at
twice the speed halves them.
"""

from console.core.log.event import Id, Key, Text
from console.core.playbook.model import Part


class Condition(Part, frozen=True):
    """Things that hold of the incident by what its people did; all that is given must hold. Empty: always."""

    raised: bool = False
    """The severity is higher than the one it was declared with."""
    severity: Key = ""
    """The severity is this one, or a higher one."""
    stage: Key = ""
    """This stage of the playbook was entered, or one behind it."""
    role: Key = ""
    """Somebody has, or had, this role."""
    component: Text = ""
    """This component was marked as anything but operational; `any` for whichever."""
    update: Key = ""
    """An update was posted to this audience."""
    change: tuple[Text, ...] = ()
    """A production change was claimed with one of these words."""
    ended: tuple[Text, ...] = ()
    """Such a change has ended, and not failed."""
    logged: tuple[Text, ...] = ()
    """Somebody logged, or gave as a task, a line with one of these words; injects do not count."""
    paged: Text = ""
    """This contact or person was paged; `any` for whomever."""
    ruled_out: tuple[Text, ...] = ()
    """A hypothesis with one of these words was ruled out."""
    inject: Id = ""
    """This inject was given."""

    @property
    def empty(self) -> bool:
        return self == Condition()


class Inject(Part, frozen=True):
    """News that comes in from outside: an alert, a customer, a colleague who knows something."""

    id: Id
    at_s: int
    """The minute from which it comes, as soon as its condition holds."""
    line: Text
    """As the scribe would write it, markers and tags included; never a time or a slash word."""
    by: Text = ""
    """Who or what says it, such as monitoring; empty for the drill itself."""
    to: Key = ""
    """The role that alone reads it, on its card; the timeline then says only that there is something to read."""
    when: Condition = Condition()
    unless: Condition = Condition()
    """Where this holds once the inject is due, it never comes."""
    delay_s: int = 0
    """So long after `when` began to hold, at the earliest."""
    until_s: int = 0
    """From this minute on it no longer comes; 0: it always may."""


class Card(Part, frozen=True):
    """The facts that the holder of a role knows and the others do not."""

    role: Key
    text: Text


class Goal(Part, frozen=True):
    """A step of a good response in this drill, besides those that the playbook asks of every incident."""

    id: Id
    text: Text
    done: Condition
    within_s: int
    after: Id = ""
    """The inject from which the time counts; empty: from the beginning."""
    why: Text = ""


class Debrief(Part, frozen=True):
    """The story and the questions for the team when the drill is over."""

    happened: Text
    """The whole story, with its cause."""
    questions: tuple[Text, ...] = ()


class Source(Part, frozen=True):
    """The public incident behind the drill; without a title the drill is made up."""

    title: Text = ""
    publisher: Text = ""
    url: Text = ""


class Drill(Part, frozen=True):
    title: Text
    about: Text
    """The skill that is practised, in a sentence that gives nothing away."""
    incident: Text
    """The title with which the incident is declared."""
    severity: Key
    length_s: int
    """The drill's usual length, in seconds."""
    briefing: Text
    """The text that everybody reads at the beginning."""
    injects: tuple[Inject, ...]
    debrief: Debrief
    name: Text = ""
    """The file's name without its ending."""
    playbook: Text = "standard"
    cards: tuple[Card, ...] = ()
    goals: tuple[Goal, ...] = ()
    source: Source = Source()

    def inject(self, id: str) -> Inject | None:
        return next((inject for inject in self.injects if inject.id == id), None)

    def card(self, role: str) -> Card | None:
        return next((card for card in self.cards if card.role == role), None)
