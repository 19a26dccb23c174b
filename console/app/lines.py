"""The reading of typed lines, and the acts without a key that a line does: for the palette and unknown slash words."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from console.app.acts import ACTS, BY_SLASH
from console.app.registry import SCREEN_WORDS, WORDS
from console.core.language.grammar import MARKERS, Line, Slash
from console.core.log.slash import no_time_before, read_typed
from console.core.refusal import Refused
from console.core.subjects.update import STATUSES

READING_S = 0.3
"""From a question's being shown until Enter counts as its answer, and from one Enter to the next that counts.

A key that bounces comes back within 0.1 s.
"""


class LineAct(NamedTuple):
    """A line that is begun in the prompt; Enter there does it."""

    title: str
    line: str
    """Up to where the person goes on."""
    words: str = ""
    """Other words that people search it by; each of them, typed as a slash word, suggests it."""


LINE_ACTS: tuple[LineAct, ...] = (
    LineAct("Change the title", "/title ", "retitle rename name subject"),
    LineAct("Change the title on status pages", "/public-title ", "customers page retitle rename"),
    LineAct("Log a note", "/note "),
    LineAct("Name the incident commander", "/ic "),
    LineAct("Add a hypothesis", "/hypothesis ", "theory guess suspect"),
    LineAct("Support a hypothesis", "/supported ", "confirm proved"),
    LineAct("Rule a hypothesis out", "/ruled-out ", "disproved exclude"),
    LineAct("Reopen a hypothesis", "/reopen "),
    LineAct("Record a temporary fix", "/fix ", "workaround hotfix bypass"),
    LineAct("Give a temporary fix its ticket", "/ticket ", "issue jira"),
    LineAct("Add an action item", "/action ", "follow-up followup improvement"),
    LineAct("Roll back: end the production change in flight", "/changed rolled-back ", "rollback revert rolled-back"),
    LineAct("Add the rollback plan of a production change", "/rollback-plan ", "backout"),
    LineAct("Say how a production change ended", "/changed ", "deployed shipped finished"),
    LineAct("Close a runbook by its name", "/runbook close "),
    LineAct("Uncheck an item", "/uncheck ", "untick"),
    LineAct("Set when the impact began", "/milestone impact_started ", "started earlier began since backdate"),
    LineAct("Set a milestone", "/milestone ", "mitigated detected timeline"),
    LineAct("Close the incident", "/stage closed", "close closed resolve resolved solved end over"),
    LineAct("Reopen the incident", "/stage investigating ! It came back: ", "unclose again"),
    LineAct("Close as a duplicate of another incident", "/stage closed ! Duplicate of ", "duplicate dup merge same"),
    LineAct(
        "Withdraw an incident declared by mistake", "/undo declaration", "withdraw retract mistake false alarm cancel"
    ),
    LineAct("Nobody answered a page", "/no-answer ", "unanswered voicemail noanswer"),
    LineAct("Somebody declined a page", "/declined ", "refused decline"),
    LineAct("Assign a task", "/assign ", "owner delegate reassign"),
    LineAct("Acknowledge a task", "/ack ", "acknowledge"),
    LineAct("Move an entry to the incident it belongs to", "/move last to INC-", "wrong incident misplaced"),
    LineAct("Link: part of another incident", "/link part of INC-", "parent child"),
    LineAct("Redact an entry", "/redact ", "erase secret password"),
    LineAct("Log as of another time", "/at ", "late backdate"),
    LineAct("Export a document", "/export ", "save download report json csv html file"),
    LineAct("Silence an advice", "/silence ", "mute ignore"),
)
"""Of the room, beside the acts that have keys."""


def _meant() -> Mapping[str, str]:
    """The line that a word means: those of the lines first, then the acts' own slash words."""
    meant: dict[str, str] = {}
    for line_act in LINE_ACTS:
        for word in line_act.words.split():
            meant.setdefault(word, line_act.line.strip())
    for act in ACTS:
        for word in act.words.split() if act.slash else ():
            meant.setdefault(word, f"/{act.slash}")
    for status in STATUSES:
        meant.setdefault(status, f"/stage {status}")
    signs = {kind: f"{sign} TEXT" for sign, kind in MARKERS.items() if kind not in WORDS}
    roles = {role: f"/role {role}" for role in ("scribe", "comms", "deputy", "tech")}
    return meant | signs | roles | {"severity": "/sev", "find": "/filter", "goto": "/jump", "decide": "! TEXT"}


MEANT = _meant()
"""By a word that is no slash word: the line that does what people mean by it."""


def read_line(line: str, *, now: datetime, zone: tzinfo) -> Line | Slash:
    """Read a line of the prompt, with all slash words. Raises Refused where it cannot be read."""
    read = read_typed(line, now=now, zone=zone, words=WORDS, meant=MEANT)
    if isinstance(read, Slash) and read.occurred_at is not None and not is_core(read) and read.word != "at":
        raise Refused(no_time_before(read.word, WORDS[read.word]), "when")
    if isinstance(read, Slash) and read.argument and WORDS[read.word] == f"/{read.word}":
        raise Refused(f"/{read.word} takes no words: write it alone, or //{read.word} to log it as text.", "command")
    return read


def key_doubt(line: str) -> str:
    """The question about a line that is nothing but the letter of an act; empty for every other line."""
    letter = line.strip()
    act = next((act for act in ACTS if len(letter) == 1 and letter in act.keys.split(",")), None)
    return f"Alt+{letter} is “{act.title}”; “{letter}” alone is logged as an entry." if act else ""


def is_core(slash: Slash) -> bool:
    """True when the word with its argument is a plain command of the core."""
    if slash.word in SCREEN_WORDS or slash.word == "at":
        return False
    return bool(slash.argument) or slash.word not in BY_SLASH or slash.word in ("undo", "accept", "check")
