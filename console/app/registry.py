"""Key bindings, key bars, help, slash words and tables of keys, derived from the acts of the console."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from textual.binding import Binding, BindingType

from console.app.acts import ACTS, BY_ID, BY_SLASH, FORMS, HEADINGS, LEAVING, SCREEN_ACTS, Act
from console.app.situation import READ_ONLY, Situation
from console.core.log.slash import SLASH_WORDS


class BarItem(NamedTuple):
    """A key of the key bar."""

    act: str
    key: str
    word: str
    why: str
    """Why it cannot be pressed now; empty when it can."""


Row = tuple[str, str, str]
"""Keys or form, what they do, why not now; a heading has the first alone."""

SCREEN_WORDS: dict[str, str] = {
    "filter": "/filter #tag @person KIND words, or off",
    "guide": "/guide",
    "correct": "/correct [last, ENTRY or WORDS of it]",
    "runbook": "/runbook [close] [NAME]",
    "classify": "/classify",
    "advice": "/advice",
    "pages": "/pages",
    "outbox": "/outbox",
    "settle": "/settle",
    "adopt": "/adopt",
    "backfill": "/backfill",
    "publish-postmortem": "/publish-postmortem",
    "targets": "/targets",
    "playbook": "/playbook [NAME [reason]]",
    "catchup": "/catchup",
    "jump": "/jump 14:32",
    "replay": "/replay [14:32]",
    "board": "/board",
    "registers": "/registers",
    "search": "/search [WORDS]",
    "history": "/history",
    "similar": "/similar",
    "metrics": "/metrics",
    "drill": "/drill",
    "declare": "/declare [SEV1] [TITLE]",
    "export": "/export handoff|brief|customer|postmortem|rca|html|deck|timeline|json|csv [FILE]",
    "theme": "/theme",
    "help": "/help",
    "quit": "/quit",
}
"""Slash words that the screens read themselves, with their forms."""

WORDS: dict[str, str] = {**SLASH_WORDS, **SCREEN_WORDS}
"""All slash words with their forms."""


@cache
def acts_of(place: str) -> tuple[Act, ...]:
    """The acts that belong to a screen, in the order of its key bar."""
    first, then = (ACTS, SCREEN_ACTS) if place in ("room", "board") else (SCREEN_ACTS, ACTS)
    places = {place, "form"} if place in FORMS else {place}
    return tuple(act for act in (*first, *then, *LEAVING) if places.intersection(act.places))


def bindings(place: str) -> list[BindingType]:
    """The bindings of a screen, a dialog or a widget. Each runs `act('id')` of the app, which knows who does it.

    A character of an act of room or board also works with Alt, from the prompt too; a terminal sends Esc followed fast
    by the character as the same key.
    """
    # The palette's stands in the app, which Textual expects to have one.
    return [binding(act) for act in acts_of(place) if (act.default_keys or not act.shown_keys) and act.id != "palette"]


def binding(act: Act) -> Binding:
    """The binding of an act by its default keys; a team's keymap finds it by the act's id."""
    does = "app.command_palette" if act.id == "palette" else f"app.act('{act.id}')"
    keys = bound_keys(act, act.default_keys) or f"{UNPRESSED}{act.id}"
    return Binding(keys, does, act.title, show=False, id=act.id, tooltip=act.help, priority=act.before_widgets)


UNPRESSED = "no key of "
"""Begins the key of a binding that has none until a team gives it one: Textual wants each to have a key."""


def bound_keys(act: Act, keys: str) -> str:
    """An act's keys, with commas, and those with Alt that do the same."""
    return ",".join([*filter(None, keys.split(",")), *map(alt_key, act.alt_keys_of(keys))])


def keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """For Textual: what a team's keys bind, by the act."""
    return {id: bound_keys(BY_ID[id], of_act) for id, of_act in keys.items()}


def alt_key(key: str) -> str:
    """A character's Alt key by Textual's name (`alt+n`, `alt+shift+d`, `alt+slash`)."""
    return f"alt+shift+{key.lower()}" if key.isupper() else f"alt+{key}"


def act_of_alt_key(key: str) -> Act | None:
    """The act of room or board that a key does from the prompt, too."""
    return next((act for act in ACTS if key in map(alt_key, act.alt_keys)), None)


def bar_items(place: str, situation: Situation, words: Mapping[str, str | None] | None = None) -> list[BarItem]:
    """The key bar's items. `words` are a screen's own, by the act, in place of the registry's; None leaves one out."""
    own = words or {}
    items = [(act, own.get(act.id, act.bar or None)) for act in acts_of(place)]
    shown = (
        BarItem(act.id, act.label, word, act.disabled_reason(situation)) for act, word in items if word is not None
    )
    # What a console can never do has no place there; what it cannot do now is dimmed.
    return [item for item in shown if item.why != READ_ONLY]


MARKERS: Sequence[tuple[str, str]] = (
    ("text", "a note, as of now"),
    ("-4m text", "as of four minutes ago; also 4m ago, 14:32, 2pm, yesterday 23:50, 14:32 CET"),
    ("! text", "a decision"),
    ("> text", "an action taken"),
    ("* text", "a finding"),
    ("? text", "a hypothesis"),
    ("+ @rs 10m text", "a task for rs, who reports back in ten minutes; also by 14:32"),
    ("#tag  @name", "a tag, a person; Tab completes"),
    ("\\! text", "text that begins with a marker or a time"),
)
"""The scribe's line, for help."""

PROMPT_KEYS: Sequence[tuple[str, str]] = (
    ("Enter", "log the line"),
    ("Tab", "complete a word, a name, a role, a stage"),
    ("Up, Down", "lines that are not logged, then earlier ones"),
    ("PgUp, PgDn", "a page of the timeline"),
    ("End", "the end of the line; once more: the newest entry"),
    ("Alt+key", "what the key does outside the prompt, without leaving it: Alt+n, Alt+u"),
    ("Esc", "leave the prompt for the single keys; once more: the newest entry"),
)

KEY_RULES: Sequence[tuple[str, str]] = (
    ("a key", "names what it does in the prompt's row; one that opens a list opens it at once"),
    ("Enter", "does what is named there"),
    ("a line", "typed outside a field goes into the prompt, from its first character on; without one it is kept"),
)
"""Of the single keys, for help."""

TIMELINE_KEYS: Sequence[tuple[str, str]] = (
    ("Up, Down", "one entry up or down"),
    ("PgUp, PgDn", "a page"),
    ("Home, End", "the first and the newest entry"),
    ("Enter", "the entry's details, history, correction and redaction"),
)


def help_rows(place: str, situation: Situation) -> list[Row]:
    """Rows of the help screen. A row whose first cell alone is filled is a heading."""
    rows: list[Row] = [("Typing", "", ""), *((left, right, "") for left, right in KEY_RULES)]
    if place != "room":
        for each in (place, *(["section"] if place == "postmortem" else [])):
            rows += _rows(each, situation)
        return rows
    rows.append((HEADINGS["room"], "", ""))
    rows += [(act.label, f"{act.title}. {act.help}", act.disabled_reason(situation)) for act in ACTS if act.keys]
    for heading, pairs in (
        ("The scribe's line", MARKERS),
        ("In the prompt", PROMPT_KEYS),
        ("In the timeline", TIMELINE_KEYS),
    ):
        rows += [(heading, "", ""), *((left, right, "") for left, right in pairs)]
    rows += _rows("guide", situation) + _rows("everywhere", situation)
    rows.append(("Slash words", "", ""))
    return rows + [(form, f"{BY_SLASH[word].title}." if word in BY_SLASH else "", "") for word, form in WORDS.items()]


def _rows(place: str, situation: Situation) -> list[Row]:
    # What the guide shares with the room stands under the room's heading.
    own = [act for act in acts_of(place) if act.label and (place != "guide" or "room" not in act.places)]
    return [
        (HEADINGS[place], "", ""),
        *((act.label, f"{act.title}. {act.help}", act.disabled_reason(situation)) for act in own),
    ]


def key_table(place: str = "room") -> str:
    """The table of a place's keys for README and docs, in Markdown."""
    acts = ACTS if place == "room" else [act for act in acts_of(place) if place in act.places]
    pairs: Iterable[tuple[str, str]] = (
        (" or ".join(f"`{key}`" for key in act.label.split(" or ")),
         f"{act.title}: {act.help[0].lower()}{act.help[1:]}")
        for act in acts
        if (act.keys if place == "room" else act.label)
    )  # fmt: skip
    return "\n".join(["| key | does |", "|---|---|", *[f"| {keys} | {text} |" for keys, text in pairs]]) + "\n"
