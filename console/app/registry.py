"""The one list of what the console can do. Key bindings, the palette, the help screen, the key bar, the slash words
that open a dialog and the README's key table all come from here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.binding import Binding, BindingType

from console.core.log.clocks import open_clocks
from console.core.log.entries import Entries
from console.core.log.slash import SLASH_WORDS
from console.core.log.state import Incident
from console.core.subjects.checklist import next_item
from console.core.subjects.fix import open_fixes
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.task import open_tasks


@dataclass(frozen=True)
class Situation:
    """What a command is asked about."""

    state: Incident | None
    """None where no incident is in view."""
    actor: str
    now: datetime
    read_only: bool = False


Why = Callable[[Situation], str]
"""Why a command cannot run now, in a sentence; empty when it can."""


def _always(situation: Situation) -> str:
    return ""


def _writes(situation: Situation) -> str:
    if situation.read_only:
        return "This console is read-only; start it again without --read-only."
    return "" if situation.state is None or situation.state.events else "The incident is not declared yet."


def _next_stage(situation: Situation) -> str:
    state = situation.state
    if state is not None and state.playbook is not None and state.playbook.after(state.stage.value) is None:
        return f"{state.stage.value.capitalize()} is the last stage."
    return _writes(situation)


def _done(situation: Situation) -> str:
    state = situation.state
    if state is not None and not (open_tasks(state) or open_fixes(state) or open_clocks(state, situation.now)):
        return "Nothing is open; add a task with t."
    return _writes(situation)


def _snooze(situation: Situation) -> str:
    state = situation.state
    if state is not None and not open_clocks(state, situation.now):
        return "Nothing is owed at the moment."
    return _writes(situation)


def _own_entry(situation: Situation) -> str:
    if situation.state is not None and last_own(situation.state, situation.actor) is None:
        return "You have not logged anything here yet."
    return _writes(situation)


def _accept(situation: Situation) -> str:
    if situation.state is not None and offered_handoff(situation.state) is None:
        return "No handoff waits for a yes; offer one with h."
    return _writes(situation)


def _check(situation: Situation) -> str:
    state = situation.state
    if state is not None and next_item(state, situation.now) is None:
        return "Nothing is left to tick; C shows all lists, b opens a runbook."
    return _writes(situation)


def last_own(state: Incident, actor: str) -> str | None:
    """The id of the last entry that this person wrote and that still stands."""
    return _own.last(state.entries, actor)


class _Own:
    """Remembers the last answer: somebody who only watches a long incident is asked about at each line of others."""

    def __init__(self) -> None:
        self._asked: tuple[Entries, str, str | None] | None = None

    def last(self, entries: Entries, actor: str) -> str | None:
        before = self._asked
        if before is not None and before[1] == actor and entries.grew_from(before[0]):
            known, start = before[2], len(before[0])
        else:
            known, start = None, 0
        for position in range(len(entries) - 1, start - 1, -1):
            entry = entries[position]
            if entry.author == actor and not entry.undone and not entry.redacted:
                known = entry.id
                break
        self._asked = (entries, actor, known)
        return known


_own = _Own()


@dataclass(frozen=True)
class Act:
    """One thing that a person can do."""

    id: str
    title: str
    keys: str
    """Keys outside the prompt, as Textual writes them, with commas; empty for the palette only."""
    help: str
    slash: str = ""
    """The word that does the same in the prompt; without an argument it opens the same dialog."""
    places: tuple[str, ...] = ("room",)
    bar: str = ""
    """The short word for the key bar; empty keeps it off the bar."""
    why_not: Why = _always
    shown_keys: str = ""

    @property
    def label(self) -> str:
        """The keys as people read them: `f or /`."""
        if self.shown_keys:
            return self.shown_keys
        names = {"slash": "/", "question_mark": "?", "escape": "Esc"}
        return " or ".join(names.get(key, key.replace("ctrl+", "Ctrl+")) for key in self.keys.split(",") if key)


ACTS: tuple[Act, ...] = (
    Act("prompt", "Write an entry", "i", "A line and Enter is a logged entry.", bar="write"),
    Act("update", "Post a status update", "u", "From its template, with a preview, to one audience.", "update",
        bar="update", why_not=_writes),
    Act("severity", "Change the severity", "s", "Choose from the playbook's list; cadences follow at once.", "sev",
        bar="severity", why_not=_writes),
    Act("stage", "Go to the next stage", "n", "Enter takes it; the list holds the others.", "stage",
        bar="next stage", why_not=_next_stage),
    Act("role", "Give a role", "r", "Incident commander, scribe, communications or tech lead.", "role",
        bar="role", why_not=_writes),
    Act("task", "Add a task", "t", "Who does what, and when they report back.", "task",
        bar="task", why_not=_writes),
    Act("done", "Mark as done", "d", "A task, a temporary fix, or something owed.", "done",
        bar="done", why_not=_done),
    Act("snooze", "Move a due moment", "z", "Once, with a reason; the cadence stays.", "snooze",
        why_not=_snooze),
    Act("impact", "Describe the impact", "m", "What is broken, and for whom.", "impact", why_not=_writes),
    Act("correct", "Correct the last entry", "e", "The old text stays in the log.",
        bar="correct", why_not=_own_entry),
    Act("undo", "Undo", "x", "Takes back your last act that still stands.", "undo", bar="undo", why_not=_own_entry),
    Act("check", "Tick the next item", "c", "Of the runbook that is open, or the checklist of this stage.", "check",
        bar="tick", why_not=_check),
    Act("guide", "Show or hide the guide", "C", "Checklists and runbooks beside the timeline, item by item.", "guide",
        shown_keys="C"),
    Act("runbook", "Follow a runbook", "b", "Its steps are ticked beside the timeline; commands are copied, never run.",
        "runbook", why_not=_writes),
    Act("change", "Claim a change of production", "a", "Before it is made; or say what came of it.", "change",
        why_not=_writes),
    Act("outbox", "See what was published", "O", "Each message to a status page or chat: tries, answers, what to do.",
        "outbox", shown_keys="O"),
    Act("targets", "Set up where updates go", "W", "Status pages and chats: add, change, check, remove; their keys.",
        "targets", places=("room", "board"), shown_keys="W"),
    Act("component", "Set a component's state", "K", "Operational, degraded, an outage, maintenance: for status pages.",
        "component", why_not=_writes, shown_keys="K"),
    Act("classify", "Ask how bad it is", "S", "The triage questions; the severity that they come to.", "classify",
        why_not=_writes, shown_keys="S"),
    Act("advice", "Show the advice", "w", "What the process would have noticed, why, and the remedy.", "advice",
        bar="advice"),
    Act("handoff", "Hand over", "h", "Writes the handoff as a page and offers the command to somebody.", "handoff",
        bar="hand over", why_not=_writes),
    Act("accept", "Accept the handoff", "y", "From then on you are the incident commander.", "accept",
        why_not=_accept),
    Act("find", "Filter the timeline", "f,slash", "By kind, tag, person or words.", "filter", bar="find"),
    Act("jump", "Go to a time", "g", "As 14:32, -20m or yesterday 23:50.", "jump"),
    Act("panels", "Show or hide the panels", "p", "What is owed, who does what, the impact, open work.",
        bar="panels"),
    Act("postmortem", "Open the postmortem", "P", "Drafted from the log; written section by section.", "postmortem",
        places=("room", "board"), shown_keys="P"),
    Act("playbook", "Look at the playbook", "v", "Severities, stages, gates, roles, escalation.", "playbook"),
    Act("registers", "Temporary fixes and action items", "F", "Of all incidents: what is still in place, and owed.",
        "registers", places=("room", "board"), shown_keys="F"),
    Act("board", "Show all incidents", "o", "The board, with what each of them owes first.", "board",
        places=("room", "board"), bar="board"),
    Act("declare", "Declare an incident", "D", "A title and a severity are enough.", "declare",
        places=("room", "board"), why_not=_writes, shown_keys="D"),
    Act("theme", "Change the colours", "T", "Dark, light, or the terminal's own; the choice is remembered.", "theme",
        places=("room", "board"), shown_keys="T"),
    Act("help", "Help", "question_mark", "Every key, marker and slash word.", "help", places=("room", "board"),
        bar="help"),
    Act("palette", "All commands", "ctrl+p", "Search them by name; what cannot be done now says why.",
        places=("room", "board")),
    Act("back", "Back or quit", "q", "From the room to the board, then out; nothing typed is lost.", "quit",
        places=("room", "board"), bar="quit"),
)  # fmt: skip
"""In the order of the key bar and of help."""

BY_ID = {act.id: act for act in ACTS}
REMEDY_DIALOGS = ("update", "stage", "handoff", "done", "severity")
"""Acts whose dialog shows more than the line of an advice's remedy could."""
BY_SLASH = {act.slash: act for act in ACTS if act.slash}

SCREEN_WORDS: dict[str, str] = {
    "filter": "/filter #tag @person KIND words, or off",
    "guide": "/guide",
    "runbook": "/runbook [NAME]",
    "classify": "/classify",
    "advice": "/advice",
    "outbox": "/outbox",
    "targets": "/targets",
    "playbook": "/playbook [NAME [reason]]",
    "jump": "/jump 14:32",
    "board": "/board",
    "registers": "/registers",
    "declare": "/declare",
    "export": "/export handoff|brief|customer|postmortem|rca|html|timeline|json|csv [FILE]",
    "theme": "/theme",
    "help": "/help",
    "quit": "/quit",
}
"""Slash words that the screens read themselves, with their forms."""

WORDS: dict[str, str] = {**SLASH_WORDS, **SCREEN_WORDS}
"""All slash words with their forms."""


def bindings(place: str) -> list[BindingType]:
    """The bindings of a screen. Each runs `act('id')` of the app, so that a key does the same everywhere.

    A letter also works with Alt, from the prompt too; a terminal sends Esc followed fast by a letter as the same key.
    """
    return [
        Binding(
            ",".join(_with_alt(act.keys)), f"app.act('{act.id}')", act.title, show=False, id=act.id, tooltip=act.help
        )
        for act in ACTS
        if act.keys and place in act.places and act.id != "palette"
    ]


def _with_alt(keys: str) -> list[str]:
    """The keys, and for each letter its Alt key by Textual's name (`alt+n`, `alt+shift+d`)."""
    found = [key for key in keys.split(",") if key]
    letters = [key for key in found if len(key) == 1 and key.isalpha()]
    return found + [f"alt+shift+{key.lower()}" if key.isupper() else f"alt+{key}" for key in letters]


def acts_of(place: str) -> list[Act]:
    return [act for act in ACTS if place in act.places]


def bar_items(place: str, situation: Situation) -> list[tuple[str, str, str]]:
    """For the key bar: the key, its word, and why it cannot be pressed now (empty when it can)."""
    return [(act.label, act.bar, act.why_not(situation)) for act in acts_of(place) if act.bar]


MARKERS: Sequence[tuple[str, str]] = (
    ("text", "a note, as of now"),
    ("-4m text", "as of four minutes ago; also 14:32, yesterday 23:50, 14:32Z"),
    ("! text", "a decision"),
    ("> text", "an action taken"),
    ("* text", "a finding"),
    ("? text", "a hypothesis"),
    ("+ @rs 10m text", "a task for rs, who reports back in ten minutes"),
    ("#tag  @name", "a tag, a person; Tab completes"),
    ("\\! text", "text that begins with a marker"),
)
"""The scribe's line, for help."""

PROMPT_KEYS: Sequence[tuple[str, str]] = (
    ("Enter", "log the line"),
    ("Tab", "complete a word, a name, a role, a stage"),
    ("Up, Down", "earlier lines"),
    ("Alt+key", "what the key does outside the prompt, without leaving it: Alt+n, Alt+u"),
    ("Esc", "leave the prompt for the single keys; once more: the newest entry"),
)

TIMELINE_KEYS: Sequence[tuple[str, str]] = (
    ("Up, Down or k, j", "one entry up or down"),
    ("PgUp, PgDn", "a page"),
    ("Home, End", "the first and the newest entry"),
    ("Enter", "the entry's details, history, correction and redaction"),
)


def help_rows(situation: Situation) -> list[tuple[str, str, str]]:
    """Rows of the help screen: keys or form, what they do, and why they cannot be used now (mostly empty).

    A row whose first cell alone is filled is a heading.
    """
    rows = [("Keys outside the prompt", "", "")]
    rows += [(act.label, f"{act.title}. {act.help}", act.why_not(situation)) for act in ACTS if act.keys]
    for heading, pairs in (
        ("The scribe's line", MARKERS),
        ("In the prompt", PROMPT_KEYS),
        ("In the timeline", TIMELINE_KEYS),
    ):
        rows += [(heading, "", ""), *((left, right, "") for left, right in pairs)]
    return [*rows, ("Slash words", "", ""), *((form, _slash_help(word), "") for word, form in WORDS.items())]


def _slash_help(word: str) -> str:
    act = BY_SLASH.get(word)
    return f"{act.title}." if act else ""


def key_table() -> str:
    """The README's key table, in Markdown."""
    pairs: Iterable[tuple[str, str]] = (
        (f"`{act.label}`" if " or " not in act.label else " or ".join(f"`{key}`" for key in act.label.split(" or ")),
         f"{act.title}: {act.help[0].lower()}{act.help[1:]}")
        for act in ACTS
        if act.keys
    )  # fmt: skip
    lines = [f"| {keys} | {text} |" for keys, text in pairs]
    return "\n".join(["| key | does |", "|---|---|", *lines]) + "\n"
