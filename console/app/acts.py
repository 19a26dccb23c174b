"""Every act of the console: its keys, its words and where it belongs.

A new key is a line here and a method `act_ID` of the screen it belongs to, of one of its parts, or of the app. One that
begins its slash word in the prompt needs the line alone.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

from textual.keys import REPLACED_KEYS, key_to_character

from console.app import situation as reasons
from console.app.situation import Situation, Why

_TEAM_KEYS: ContextVar[Mapping[str, str]] = ContextVar("team keys", default=MappingProxyType({}))
"""By the act: its keys where a team gives others. Of one console and all that runs in it."""


def use_keys(keys: Mapping[str, str]) -> None:
    """From now on acts have these keys, in this console."""
    _TEAM_KEYS.set(keys)


@dataclass(frozen=True)
class Act:
    """One thing that a person can do."""

    id: str
    title: str
    default_keys: str
    """Keys as Textual writes them, with commas; in the room those outside the prompt. Empty for the palette only."""
    help: str
    slash: str = ""
    """The word that does the same in the prompt; without an argument it opens the same dialog."""
    places: tuple[str, ...] = ("room",)
    """Where its keys work, the place first that it is made for."""
    bar: str = ""
    """The short word for the key bar; empty keeps it off the bar."""
    why_not: Why = reasons.always
    shown_keys: str = ""
    """The keys as they are shown. Without `keys` these are answered by a list or a field itself."""
    words: str = ""
    """Other words that people may search the act by."""
    begins: bool = False
    """True when all that the act does is to begin its slash word in the room's prompt."""
    at_once: bool = False
    """True when its bare key acts at once: it opens a screen that begins with a list, and writes nothing."""
    writes: bool = False
    """True when the act writes at once, without a dialog: its key names it first, and Enter does it."""
    views: tuple[str, ...] = ()
    """The names by which `--view` of the command line opens the console with it."""
    before_widgets: bool = False
    """True when its keys go before those of the list or field that has the focus."""

    @property
    def keys(self) -> str:
        """The keys that it has here: the team's own, else its default ones."""
        return _TEAM_KEYS.get().get(self.id, self.default_keys)

    @property
    def label(self) -> str:
        """The keys as people read them: `f or /`."""
        moved = self.keys != self.default_keys
        names = " or ".join(shown_key_of(key) for key in self.keys.split(",") if key)
        return names if moved or not self.shown_keys else self.shown_keys

    @property
    def anywhere(self) -> str:
        """The key to name: of room and board the one that works with the prompt focused, too (`Alt+f`)."""
        return f"Alt+{shown_key_of(self.alt_keys[0])}" if self.alt_keys else self.label

    @property
    def alt_keys(self) -> list[str]:
        """The keys of the act that also work with Alt, by Textual's names without it."""
        return self.alt_keys_of(self.keys)

    def alt_keys_of(self, keys: str) -> list[str]:
        """`alt_keys` where it had these keys."""
        own = keys.split(",") if {"room", "board"} & {*self.places} else []
        return [key for key in own if len(shown_key_of(key)) == 1]

    @property
    def bare(self) -> str:
        """All that is pressed outside the prompt: `d Enter`."""
        arms = len(shown_key_of(self.keys.split(",")[0])) == 1
        return f"{self.label} {_ENTER}" if arms and not self.at_once else self.label

    def disabled_reason(self, situation: Situation) -> str:
        """The reason why it cannot be done now, a sentence; empty when it can."""
        return with_keys(self.why_not(situation))


_ENTER = "Enter"
_NAMES = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "space": "Space", "home": "Home", "end": "End",
          "left": "Left", "right": "Right", "up": "Up", "down": "Down", "shift+left": "Shift+Left",
          "shift+right": "Shift+Right"}  # fmt: skip


def shown_key_of(key: str) -> str:
    """A key of Textual's as people read it."""
    letter = key.removeprefix("ctrl+")
    if letter != key:
        return f"Ctrl+{letter.upper()}"
    return _NAMES.get(key) or key_to_character(REPLACED_KEYS.get(key, key)) or key.upper()


ACTS: tuple[Act, ...] = (
    Act("open_incident", "Open the incident", "", "Its room.", places=("board",), bar="open", shown_keys="Enter"),
    Act("prompt", "Write an entry", "i", "A line and Enter is a logged entry.", bar="write",
        words="write log note line"),
    Act("update", "Post a status update", "u", "From its template, with a preview, to one audience.", "update",
        bar="update", why_not=reasons.writes, words="post publish status page customers", at_once=True,
        views=("update",)),
    Act("severity", "Change the severity", "s", "Choose from the playbook's list; cadences follow at once.", "sev",
        bar="severity", why_not=reasons.of_incident, words="sev priority downgrade upgrade raise lower", at_once=True),
    Act("stage", "Go to the next stage", "n", "Enter takes it; the list holds the others.", "stage",
        bar="next stage", why_not=reasons.next_stage, words="phase mitigate resolve close next advance", at_once=True),
    Act("maintenance", "Planned maintenance", "N", "Plan one; in its room: begin, move, complete or cancel it.",
        "maintenance", places=("room", "board"), why_not=reasons.writes,
        words="maintenance schedule scheduled window planned work begin complete move cancel", at_once=True),
    Act("role", "Give a role", "r", "Incident commander, scribe, communications or tech lead.", "role",
        bar="role", why_not=reasons.writes, words="assign commander ic scribe lead"),
    Act("task", "Add a task", "t", "Who does what, and when they report back.", "task",
        bar="task", why_not=reasons.writes, words="todo assign ask"),
    Act("round", "Log a round", "R", "What each person answered in turn: @db pool full / @web ok.", "round",
        why_not=reasons.writes, begins=True, words="roll call status everybody responders ask heard"),
    Act("done", "Mark as done", "d", "A task, a temporary fix, or something owed.", "done",
        bar="done", why_not=reasons.done, words="finish complete close task fix", at_once=True),
    Act("page", "Page somebody", "", "Log whom you called and how; the console calls nobody.", "page",
        why_not=reasons.writes, words="paged pager call phone contact reach"),
    Act("pages", "Contacts and escalation", "E", "Whom to call, who was paged when, and who answered.",
        "pages", words="contacts path oncall on-call expert pages who call", at_once=True, views=("pages",)),
    Act("answered", "Log the answer to a page", "", "Answered, with an ETA; declined; or no answer.", "answered",
        why_not=reasons.answered, words="acknowledged answer eta coming joined"),
    Act("escalate", "Escalate", "", "Log whom you escalated to, and what they answered.", "escalate",
        why_not=reasons.writes, begins=True, words="escalation management lead"),
    Act("snooze", "Snooze", "z", "One due time, once, for a reason; the cadence stays.", "snooze",
        why_not=reasons.snooze, words="snooze postpone delay later clock due", at_once=True),
    Act("impact", "Describe the impact", "m", "What is broken, and for whom.", "impact", why_not=reasons.writes,
        begins=True, words="affected customers scope"),
    Act("correct", "Correct the last entry", "e", "The old text stays in the log.", "correct",
        bar="correct", why_not=reasons.entry, words="edit change fix typo entry"),
    Act("undo", "Undo", "x", "Your last act that is not undone yet.", "undo", bar="undo",
        why_not=reasons.entry, words="take back revert delete remove", writes=True),
    Act("check", "Check off the next item", "c", "Of the open runbook, or the checklist of this stage.", "check",
        bar="check", why_not=reasons.check, words="checklist tick runbook item step", writes=True),
    Act("guide", "Show or hide the guide", "C", "Checklists and runbooks beside the timeline, item by item.", "guide",
        words="checklist runbook side", views=("checklist",)),
    Act("runbook", "Follow a runbook", "b", "Check its steps off beside the timeline; commands are copied, never run.",
        "runbook", places=("room", "guide"), why_not=reasons.writes, words="playbook steps procedure", at_once=True),
    Act("close_runbook", "Close a runbook", "B", "The selected one, or the only one open; checked items stay.",
        places=("room", "guide"), why_not=reasons.close_runbook, words="runbook finish stop following",
        writes=True),
    Act("change", "Claim a production change", "a", "Before you make it; or record how it ended.", "change",
        why_not=reasons.writes, words="deploy rollback production restart"),
    Act("outbox", "See what was published", "O", "Each message to a status page or chat: tries, answers, what to do.",
        "outbox", words="published messages delivery retry", at_once=True, views=("outbox",)),
    Act("settle", "Put a page right", "Y", "Where it says other than the log: put ours there, take theirs.",
        "settle", places=("room", "outbox"), why_not=reasons.settle,
        words="page differs status page remove published edit correct wrong resolved secret title deleted by hand"),
    Act("adopt", "Adopt an incident of a page", "", "One that was opened there by hand; updates go to it from now on.",
        "adopt", why_not=reasons.writes, words="publish status page by hand take over opened outside existing"),
    Act("backfill", "Put a past incident on pages", "", "With its public updates at their moments; nobody is mailed.",
        "backfill", why_not=reasons.afterwards, words="publish status page retrospective history afterwards"),
    Act("publish_postmortem", "Publish the postmortem", "U", "What customers read, on status pages; or withdraw it.",
        "publish-postmortem", places=("room", "postmortem"), why_not=reasons.afterwards,
        words="customers status page public withdraw"),
    Act("targets", "Set up where updates go", "W", "Status pages and chats: add, change, check, remove; their keys.",
        "targets", places=("room", "board", "outbox"), words="status page chat slack setup webhook", at_once=True,
        views=("targets",)),
    Act("link", "Link to another incident", "J", "Duplicate of, part of, caused by, related to; both show it.", "link",
        why_not=reasons.writes, begins=True, words="duplicate parent child same cause relate merge"),
    Act("component", "Set a component's state", "K", "Operational, degraded, an outage, maintenance: for status pages.",
        "component", why_not=reasons.writes, words="degraded outage maintenance"),
    Act("classify", "Assess the severity", "S", "The triage questions, and the severity they suggest.", "classify",
        why_not=reasons.of_incident, words="triage questions severity"),
    Act("advice", "Show the advice", "w", "What the process would have noticed, why, and the remedy.", "advice",
        places=("room", "replay"), bar="advice", words="nudge hint next what", at_once=True, views=("advice",)),
    Act("handoff", "Hand over", "h", "Write the handoff page and offer command to somebody.", "handoff",
        bar="hand over", why_not=reasons.writes, words="hand over shift commander", views=("handoff",)),
    Act("accept", "Accept the handoff", "y", "From then on you are the incident commander.", "accept",
        why_not=reasons.accept, words="take over handoff yes", at_once=True),
    Act("catchup", "Since you looked", "l", "What was decided, changed, owed, ruled out; Enter goes to the entry.",
        "catchup", words="catch up away missed new joiner summary back unread", at_once=True, views=("catchup",)),
    Act("find", "Filter the timeline", "f,slash", "While you type: words, #tag, @person, a kind of entry.", "filter",
        places=("room", "replay"), bar="find",
        words="search filter timeline"),
    Act("jump", "Go to a time", "g", "As 14:32, -20m or yesterday 23:50.", "jump", places=("room", "replay"),
        words="time moment scroll"),
    Act("undone", "Hide or show what is undone", "X", "Struck-through entries of the timeline; the log keeps them.",
        why_not=reasons.undone, words="hide show undone deleted struck strikethrough entries"),
    Act("newest", "Go to the newest entry", "end", "From the prompt too, where its line ends already.",
        words="follow bottom end latest timeline", views=("timeline",)),
    Act("panels", "Show or hide the panels", "p", "What is owed, who does what, the impact, open work.",
        places=("room", "replay"), bar="panels", words="side column hide", views=("owed", "roles", "impact", "open")),
    Act("postmortem", "Open the postmortem", "P", "Drafted from the log; written section by section.", "postmortem",
        places=("room", "board"), why_not=reasons.read_of_incident, words="review rca report", views=("postmortem",)),
    Act("playbook", "Show the playbook", "v", "Severities, stages, gates, roles, escalation.", "playbook",
        words="process gates roles stages contacts", at_once=True, views=("playbook",)),
    Act("registers", "Temporary fixes and action items", "F", "Of all incidents: what is still in place, and owed.",
        "registers", places=("room", "board"), words="fixes actions follow up", at_once=True, views=("registers",)),
    Act("search", "Search all incidents", "", "Words in the entries of every incident; Enter opens the room there.",
        "search", places=("room", "board"), words="find look history before memory grep", views=("search",)),
    Act("history", "History", "H", "Closed incidents: what they were, what stopped them, what is owed.", "history",
        places=("room", "board"), bar="history", words="before past closed incidents memory", at_once=True,
        views=("history",)),
    Act("similar", "Similar incidents", "A", "What looks like this one, and what that suggests; Enter logs it.",
        "similar", words="looks like before suggestions causes mitigations who knew triage", at_once=True,
        views=("similar",)),
    Act("metrics", "Metrics", "M", "How fast, how often, which promises were kept, what came again.", "metrics",
        places=("room", "board"), words="figures mttr mttd mtta quarter review statistics report", at_once=True,
        views=("metrics",)),
    Act("replay", "Replay", "V", "The room as it was at any moment: step by step, or played.", "replay",
        places=("room", "postmortem"), words="rewind history past moment time travel as it was back", at_once=True,
        views=("replay",)),
    Act("drill", "The drill", "G", "Your card; for a controller the injects; once it is over the debrief.", "drill",
        why_not=reasons.drill, words="game day practice exercise inject card score debrief", at_once=True),
    Act("board", "Show all incidents", "o", "The board, with what each of them owes first.", "board",
        bar="board", words="incidents list overview"),
    Act("last_view", "Go back to the last view", "minus", "The view before this one; once more returns.",
        places=("room", "board", "postmortem", "outbox", "targets", "advice", "pages", "playbook", "registers",
                "metrics", "catchup", "replay"),
        words="previous before return toggle switch other incident"),
    Act("letters", "Label everything clickable", "j",
        "A letter does what a click there does; any other key leaves.",
        places=("room", "board", "postmortem", "outbox", "targets", "advice", "pages", "playbook", "registers",
                "catchup", "similar"),
        words="jump mode hints labels panel focus click mouse", at_once=True),
    Act("declare", "Declare an incident", "D", "A title and a severity are enough.", "declare",
        places=("room", "board"), why_not=reasons.writes, words="new incident open start backdated"),
    Act("theme", "Change the colours", "T", "Dark, light, or the terminal's own; the choice is remembered.", "theme",
        places=("room", "board"), words="colors colours dark light"),
    Act("help", "Help", "question_mark", "Every key, marker and slash word.", "help",
        places=("room", "board", "postmortem", "advice", "pages", "playbook", "registers", "outbox", "targets",
                "replay"),
        bar="help", words="keys commands", at_once=True),
    Act("palette", "All commands", "ctrl+p", "Search them by name; what cannot be done now says why.",
        places=("room", "board"), before_widgets=True),
    Act("back", "Back or quit", "q", "From the room to the board, then out; nothing typed is lost.", "quit",
        places=("room", "board", "wall"), bar="quit", words="leave exit close"),
)  # fmt: skip
"""Of the room and the board, in the order of the key bar and of help."""

SCREEN_ACTS: tuple[Act, ...] = (
    Act("declare_here", "Declare an incident", "d", "A title and a severity are enough.", places=("board",),
        bar="declare", why_not=reasons.writes),
    Act("practice", "Open a practice incident", "p", "In progress, in a database of its own.", places=("board",),
        bar="practice", why_not=reasons.looks_only),

    Act("link_together", "Link incidents that look like one", "J", "The line above the cards names them, and why.",
        places=("board",), why_not=reasons.link_together, words="duplicate part same related group", at_once=True),

    Act("search_here", "Search all incidents", "slash", "Words in the entries of every incident, open or closed.",
        places=("board",), bar="search", at_once=True),

    Act("open_hit", "Open it", "", "The room of its incident, at that entry.", places=("search",), bar="opens it there",
        shown_keys="Enter"),
    Act("choose_hit", "Another entry", "", "It is told below the list.", places=("search",), bar="another",
        shown_keys="Up, Down"),

    Act("read_line", "Go to its entry", "", "In the timeline.", places=("catchup",), bar="goes to the entry",
        shown_keys="Enter"),
    Act("whole_incident", "The whole incident", "a", "Or only what came since you looked.", places=("catchup",),
        bar="all, or only what is new", at_once=True),

    Act("take_tip", "Take it", "", "Opens the incident, or logs the suggestion as a hypothesis or a task.",
        places=("similar",), bar="takes it", shown_keys="Enter"),

    Act("open_past", "Open the incident", "", "Its room.", places=("history",), bar="opens the incident",
        shown_keys="Enter"),
    Act("choose_past", "Another incident", "", "It is told below the list.", places=("history",), bar="another",
        shown_keys="Up, Down"),
    Act("order_history", "Another order", "ctrl+o", "Newest, longest impact, severity, most open work first.",
        places=("history",), bar="another order"),

    Act("earlier", "Earlier", "left", "The period before.", places=("metrics",), bar="earlier"),
    Act("later", "Later", "right", "The period behind.", places=("metrics",), bar="later"),
    Act("group_metrics", "Other groups", "ctrl+o", "By severity, month, tag, component or team.", places=("metrics",),
        bar="other groups"),
    Act("period_length", "Another length", "ctrl+t", "90 days, a quarter, a year.", places=("metrics",),
        bar="another length"),
    Act("export_review", "Export the review", "x", "Of the period, as Markdown and as an HTML page into new files.",
        places=("metrics",), bar="export", writes=True),

    Act("play", "Play or hold", "space", "From here on; at the end from the beginning.", places=("replay",), bar="play",
        at_once=True),
    Act("step_back", "A step back", "left", "To the moment before, at which something was logged or arrived.",
        places=("replay",), bar="back"),
    Act("step_on", "A step on", "right", "To the next moment at which something was logged or arrived.",
        places=("replay",), bar="on"),
    Act("minute_back", "A minute back", "shift+left", "Whatever happened in it.", places=("replay",)),
    Act("minute_on", "A minute on", "shift+right", "Whatever happened in it.", places=("replay",),
        bar="a minute on"),
    Act("speed", "Faster or slower", "", "1, 10, 60, 300, 600 times as fast as it was.", places=("replay",),
        bar="speed", shown_keys="Up, Down"),
    Act("first_moment", "The first moment", "home", "The declaration.", places=("replay",), bar="first"),
    Act("last_moment", "The last moment", "end", "All that is known by now.", places=("replay",), bar="last"),

    Act("open_shown", "Open the entry", "", "In the room: what shows that a rule was met, or called for it.",
        places=("drill",), bar="opens the entry", why_not=reasons.in_drill("open"), shown_keys="Enter"),
    Act("give_inject", "Give the inject now", "g", "The highlighted one, whether or not it is due.", places=("drill",),
        bar="give now", why_not=reasons.in_drill("inject"), writes=True),
    Act("skip_inject", "Skip the inject", "s", "It never comes.", places=("drill",), bar="skip",
        why_not=reasons.in_drill("inject"), writes=True),
    Act("end_drill", "End the drill", "e", "Nothing comes any more; the debrief is shown.", places=("drill",),
        bar="end the drill", why_not=reasons.in_drill("end"), writes=True),

    Act("next_page", "Next page", "n,right", "The next open incidents; also Right.", places=("wall",), bar="next",
        shown_keys="n", at_once=True),
    Act("previous_page", "Previous page", "p,left", "The ones before; also Left.", places=("wall",), bar="previous",
        shown_keys="p", at_once=True),
    Act("hold_page", "Hold the page", "space", "Until the same key is pressed again.", places=("wall",), bar="hold",
        at_once=True),

    Act("tick", "Check off the item", "", "Or uncheck it; on a heading: open or fold the list.", places=("guide",),
        bar="checks off", shown_keys="Enter"),
    Act("copy_command", "Copy the command", "ctrl+y", "That of the step; the console runs nothing.",
        places=("guide",), bar="copies"),

    Act("remedy", "Do what it recommends", "", "In its dialog, or as a line in the prompt.", places=("advice",),
        bar="does it", shown_keys="Enter"),
    Act("silence", "Silence the advice", "s", "For this incident; press again to show it.", places=("advice",),
        bar="silences it", why_not=reasons.looks_only, writes=True),
    Act("call", "Page, or log the answer", "", "A form, filled in.", places=("pages",), bar="pages, or logs the answer",
        shown_keys="Enter"),
    Act("page_again", "Page", "p", "Also whom you have paged already.", places=("pages",), bar="page again",
        why_not=reasons.writes),
    Act("choose_part", "Another part", "", "Roles, severities, stages, gates, contacts.", places=("playbook",),
        bar="a part", shown_keys="Up, Down"),
    Act("read_part", "Scroll the part", "", "A part can be longer than the screen.", places=("playbook",),
        bar="scrolls", shown_keys="PgDn"),
    Act("other_playbook", "Choose another playbook", "p", "For this incident; its severity and stage carry over.",
        places=("playbook",), bar="another playbook", why_not=reasons.looks_only),
    Act("open_entry", "Open the incident", "", "Its room.", places=("registers",), bar="opens the incident",
        shown_keys="Enter"),
    Act("with_done", "Show what is done, too", "a", "Fixes that are removed and items that are done, too.",
        places=("registers",), bar="shows what is done, too"),
    Act("scroll", "Scroll", "", "Help can be longer than the screen.", places=("help",), bar="scroll",
        shown_keys="Arrows and PgDn"),

    Act("edit_section", "Edit the section", "", "Or, in the list of action items, change the item.",
        places=("postmortem",), bar="edit", shown_keys="Enter"),
    Act("take_draft", "Take the draft", "y", "Use the text drafted from the log as the section.",
        places=("postmortem",), bar="take draft", why_not=reasons.take_draft, writes=True),
    Act("five_whys", "Ask the five whys", "w", "In one form; each question follows from the last answer.",
        places=("postmortem",), bar="five whys", why_not=reasons.section_writes),
    Act("add_action", "Add an action item", "a", "The form shows what is missing while you type.",
        places=("postmortem",), bar="action item", why_not=reasons.writes),
    Act("owner", "Name the owner", "o", "Who writes the postmortem.", places=("postmortem",), bar="owner",
        why_not=reasons.writes),
    Act("review", "Advance the review", "v", "Draft, in review, final; shows what final still needs.",
        places=("postmortem",), bar="review", why_not=reasons.writes, at_once=True),
    Act("export", "Export the postmortem", "x", "As Markdown and as an HTML page into new files.",
        places=("postmortem",), bar="export", why_not=reasons.looks_only, writes=True),
    Act("editor", "Edit in your own editor", "e,f4", "The section, in your own program ($VISUAL or $EDITOR); also F4.",
        places=("postmortem",), bar="editor", why_not=reasons.editor, shown_keys="e"),
    Act("finish_action", "Mark the action item as done", "d", "The highlighted one.",
        places=("postmortem",), bar="done", why_not=reasons.finish_action),
    Act("save_text", "Save", "", "While editing: save it to the log.", places=("section",), bar="save",
        shown_keys="Ctrl+S"),
    Act("leave_text", "Leave unsaved", "", "While editing: the text is kept, and Enter continues with it.",
        places=("section",), bar="leave, keep the text", shown_keys="Esc"),

    Act("retry_message", "Try the message now", "r", "Now, not at its next scheduled try.", places=("outbox",),
        bar="retry", why_not=reasons.order_message("tried"), writes=True),
    Act("edit_message", "Edit the message", "e", "Another text for a message that is not on its page yet.",
        places=("outbox",), bar="edit", why_not=reasons.order_message("edited")),
    Act("resend_message", "Send the message again", "s", "When it may be lost, and you saw that it is not on the page.",
        places=("outbox",), bar="resend", why_not=reasons.order_message("resent"), writes=True),
    Act("confirm_message", "Mark the message as published", "t", "You saw it on the page; it is never sent again.",
        places=("outbox",), bar="published", why_not=reasons.order_message("confirmed")),
    Act("take_message", "Take the message over", "k", "From a console that is gone; it is looked for first.",
        places=("outbox",), bar="take over", why_not=reasons.order_message("taken")),
    Act("drop_message", "Drop the message", "d", "It is never sent; the timeline records that.", places=("outbox",),
        bar="drop", why_not=reasons.order_message("dropped"), writes=True),

    Act("add_target", "Add a target", "a", "A status page or a chat, with its key.", places=("targets",), bar="add",
        why_not=reasons.target_writes),
    Act("change_target", "Change the target", "", "Opens its form; Esc keeps what you typed.", places=("targets",),
        bar="change", why_not=reasons.change_target, shown_keys="Enter"),
    Act("check_target", "Check the target", "c", "Asks the provider whether target and key work; sends nothing.",
        places=("targets",), bar="check", why_not=reasons.check_target),
    Act("test_target", "Send a test", "t", "To a chat: a message that says it is a test.", places=("targets",),
        bar="test", why_not=reasons.test_target, writes=True),
    Act("remove_target", "Remove the target", "d", "Deletes its file; its key is kept.", places=("targets",),
        bar="remove", why_not=reasons.remove_target, writes=True),
    Act("restore_target", "Bring the target back", "x", "Restores the target removed last.", places=("targets",),
        bar="undo", why_not=reasons.restore_target, writes=True),

    Act("grounds", "Show the sources of a sentence", "ctrl+l", "Entries, rules, the clock, or your own words.",
        places=("composer", "handover", "postmortem", "section"), bar="sources", at_once=True),
    Act("choose_sentence", "Another sentence", "", "Its sources are shown below.", places=("grounds",),
        bar="a sentence", shown_keys="Up, Down"),

    Act("choose_row", "Choose", "", "In a list that has the focus.", places=("form",), shown_keys="Arrows or a digit"),
    Act("go_on", "Confirm", "", "From any field; the last line says what it does. In a text area it is a new line.",
        places=("form",), shown_keys="Enter"),
    Act("next_field", "Next field", "", "Shift+Tab goes back.", places=("form",), bar="next field", shown_keys="Tab"),
    Act("confirm", "Confirm", "ctrl+s", "From any field, a text area too.", places=("form",)),
    Act("other_process", "Another playbook", "ctrl+t", "Declare with another playbook; what you typed is kept.",
        places=("declaration",), bar="another playbook"),
    Act("check_form", "Check", "ctrl+t", "Asks the provider, and lists its pages and components.", places=("target",),
        bar="checks"),
    Act("check_page", "Check now", "ctrl+t", "Reads the page, and shows what it says by now.", places=("settling",),
        bar="checks now"),
    Act("choose_page", "Choose the page", "ctrl+g", "From the pages the key has access to.", places=("target",),
        bar="page"),
    Act("choose_components", "Choose the components", "ctrl+o", "Which of the page's components are yours.",
        places=("target",), bar="components"),
    Act("text_editor", "Edit the text in your own editor", "f4", "Its text comes back into the text area, not sent.",
        places=("form", "section"), bar="editor", words="external vim emacs nano visual"),
    Act("begin_anew", "Start over", "ctrl+r", "Every field as it was when the form opened.", places=("form",)),
    Act("map_component", "Map or unmap it", "space", "Whether it is one of your components.", places=("components",),
        bar="maps or unmaps it", at_once=True),
    Act("rename_component", "Rename it", "e", "To the name you use in the room.", places=("components",),
        bar="names it"),
    Act("take_components", "Save the mapping", "ctrl+s", "All components as mapped here.", places=("components",),
        bar="saves the mapping", shown_keys="Enter"),

    Act("read_back", "A page back", "pageup", "A page of the text, back.", places=("postmortem", "replay")),
    Act("read_on", "A page on", "pagedown", "A page of the text.", places=("postmortem", "replay")),
    Act("page_up", "A page up", "pageup", "Whatever has the focus.",
        places=("form", "playbook", "targets", "drill"), before_widgets=True),
    Act("page_down", "A page down", "pagedown", "Whatever has the focus.",
        places=("form", "playbook", "targets", "drill"), before_widgets=True),
)  # fmt: skip
"""Of the other screens, of dialogs and of the guide."""

LEAVING: tuple[Act, ...] = (
    Act("leave_guide", "Leave the guide", "", "Back to the timeline.", places=("guide",), bar="back", shown_keys="Esc"),
    Act("leave", "Back", "escape,q", "Back to where you came from.",
        places=("advice", "pages", "catchup", "similar", "help", "playbook", "registers", "search", "history",
                "metrics", "drill", "outbox", "targets", "postmortem", "grounds", "replay"),
        bar="leaves",
        shown_keys="Esc"),
    Act("suspend", "Suspend", "ctrl+z", "To the shell; fg resumes. In a text area it undoes typing.",
        places=("everywhere",), words="shell background stop"),
    Act("how_to_leave", "How to leave", "ctrl+c", "Shows which key leaves, and does nothing else.",
        places=("everywhere",), before_widgets=True),
    Act("cancel", "Leave", "escape", "Nothing is written; what you typed is kept.",
        places=("form", "components"), bar="goes back"),
    Act("quit", "Quit", "ctrl+q", "From everywhere; half-typed lines are kept.", places=("everywhere",),
        before_widgets=True),
)  # fmt: skip
"""The ways out, which stand last."""

BY_ID = {act.id: act for act in (*ACTS, *SCREEN_ACTS, *LEAVING)}
BY_SLASH = {act.slash: act for act in ACTS if act.slash}
VIEWS = {name: act for act in ACTS for name in act.views}
BOARD_VIEWS = [name for name, act in VIEWS.items() if "board" in act.places and name != "postmortem"]
"""Those of no incident; on the board the postmortem is that of the card with the bar, which is on none at first."""


def shown_key(act: Act) -> str:
    """The key, by Textual's name, that is shown for an act without keys of its own; of several the last."""
    key = act.shown_keys.split()[-1].rpartition("+")[2]
    name = next((name for name, shown in _NAMES.items() if shown == key), key.lower())
    return f"ctrl+{name}" if act.shown_keys.startswith("Ctrl+") else name


def with_keys(sentence: str) -> str:
    """A sentence with keys in place of the acts that it names in braces: `press {task}` is `press Alt+t`.

    Keys of a form are short, as on its last line: `^S`.
    """

    def key(act: re.Match[str]) -> str:
        return BY_ID[act[1]].anywhere.replace("Ctrl+", "^") if act[1] in BY_ID else act[0]

    return re.sub(r"\{(\w+)\}", key, sentence)


REMEDY_DIALOGS = ("update", "stage", "handoff", "done", "severity", "page")
"""Acts whose dialog shows more than the line of an advice's remedy could."""

HEADINGS = {
    "room": "Keys outside the prompt",
    "board": "The board",
    "search": "The search",
    "history": "The history",
    "metrics": "The metrics",
    "replay": "The replay",
    "drill": "The drill",
    "wall": "The wall",
    "guide": "The guide",
    "advice": "The advice",
    "pages": "Contacts and escalation",
    "catchup": "Since you looked",
    "similar": "Similar incidents and suggestions",
    "playbook": "The playbook",
    "registers": "Temporary fixes and action items",
    "outbox": "The outbox",
    "targets": "Where updates go",
    "target": "The form of a target",
    "components": "The components of a page",
    "composer": "A status update",
    "settling": "What a page says other than the log",
    "handover": "The handoff",
    "grounds": "What sentences stand on",
    "declaration": "A declaration",
    "form": "Every form",
    "postmortem": "The postmortem",
    "section": "A section of the postmortem",
    "everywhere": "Everywhere",
}
"""Each place with its heading in help and in the table of keys."""

FORMS = ("composer", "handover", "declaration", "target", "settling")
"""Places where the acts of every form belong, too."""
