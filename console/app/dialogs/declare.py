"""Declaring: the dialog, in which a title and a severity are enough, the process to follow, and the first words for
the channel."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo

import msgspec
from textual import on
from textual.app import App
from textual.content import Content
from textual.widgets import Input, OptionList

from console.app.dialogs.base import Field, Values
from console.app.dialogs.respond import severity_rows
from console.app.recaller import Ask
from console.app.registry import bindings
from console.app.session import Session
from console.app.settings import preferred_playbook
from console.app.similar.form import RecallingForm
from console.app.widgets.cell import Part, text
from console.app.widgets.choice_list import Choice, ChoiceList
from console.core.language.grammar import day_and_time, long_ago_doubt
from console.core.language.when import parse_when
from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.playbook.model import Playbook, Question, find_severity
from console.core.playbook.triage import check_answers, hint, questions, suggest
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.triage import AnswerTriage
from console.export.similar import recall_for_text
from console.export.updates.announce import channel_name, first_status
from console.library.playbooks import Playbooks

TOPIC = "declaration"
PROCESS = "process"
"""The kept value that names the playbook of a declaration that was left."""
SHOWN_S = 15
"""Seconds for which the channel's name stays on the screen."""
OWN = ("what", "since", "title", "severity", "kind")
"""Questions that the title and the first fields answer."""


def _hint(question: Question) -> str:
    example = hint(question)
    return f"optional: {example}" if example else "optional"


class Declaration(msgspec.Struct, frozen=True):
    """The result of the dialog: the command, its answers, and when the trouble began, where that was said."""

    command: DeclareIncident
    answers: dict[str, str]
    began: datetime | None = None
    since: str = ""
    """The end of the last line: `, since 14:32 yesterday`."""


class DeclareDialog(RecallingForm[Declaration]):
    """The severity follows the answers until somebody chooses one. Ctrl+T asks for another process."""

    begins_another = True
    fits_labels = False
    remembers_choices = True
    place = "declaration"
    BINDINGS = bindings("declaration")

    def __init__(self, playbook: Playbook, actor: str, now: datetime, zone: tzinfo = UTC, typed: str = "") -> None:
        """`typed` is a severity, where it begins with one, and a title: both begin the form."""
        self._playbook = playbook
        self.wants_other = False
        """The dialog was left for another process."""
        self._followed = ""
        """The severity that the answers came to last; another one in the list was chosen by hand."""
        triage = [question for question in questions(playbook) if question.id not in OWN]

        def build(values: Values) -> Declaration:
            try:
                since = parse_when(values["since"], now=now, zone=zone) if values["since"].strip() else None
            except Refused as refused:
                raise Refused(refused.reason, "since") from refused
            command = DeclareIncident(
                actor=actor,
                at=since,
                title=values["title"],
                severity=values["severity"],
                drill=values["kind"] == "drill",
                retrospective=values["kind"] == "past",
            )
            decide(None, command, now, playbook)
            check_answers(playbook, self._answers(values))
            if not command.retrospective:
                # What is owed counts from the declaration, which is now, however long ago the trouble began.
                command = msgspec.structs.replace(command, at=None)
            began = f", since {day_and_time(since, now, zone)}" if since else ""
            return Declaration(command, self._all_answers(values), since, began)

        levels = severity_rows(playbook.severities)
        usual = levels[min(1, len(levels) - 1)].value
        named, title = "", typed
        with suppress(Refused):
            first, _, behind = typed.partition(" ")
            named, title = find_severity(playbook, first).name, behind.strip()
        self._first = "" if named else usual
        """The severity that the form begins with, where nobody named one."""
        kinds = (
            Choice("real", "Live"),
            Choice("drill", "Drill, never published"),
            Choice("past", "Retrospective: only the record, no clocks"),
        )
        fields = (
            Field("title", "What is broken", title, hint="Checkout errors", fresh=bool(title)),
            Field("severity", "Severity; if unsure, the higher one", named or usual, choices=levels),
            Field("since", "Since when", hint="optional: 14:32 or -20m"),
            *(Field(question.id, question.ask, hint=_hint(question)) for question in triage),
            Field("kind", "Type", "real", choices=kinds),
        )
        self._question_ids = frozenset(question.id for question in triage)
        super().__init__(
            f"Declare an incident  ·  {playbook.title}", fields, build, _enters, topic=TOPIC, preview=self._says,
            doubts=lambda given: "" if given.command.retrospective else long_ago_doubt(given.began, now, zone),
        )  # fmt: skip
        # What was typed now goes before what was typed in a form that was left.
        self._recalled = bool(typed)

    def _answers(self, values: Values) -> dict[str, str]:
        return {id: value for id, value in values.items() if id in self._question_ids and value.strip()}

    def _all_answers(self, values: Values) -> dict[str, str]:
        """The triage as it is logged: the answers, with what the title and the time say; empty without answers."""
        answers = self._answers(values)
        known = {question.id for question in questions(self._playbook)}
        own = {"what": values["title"], "since": values["since"]}
        return (
            {**{id: value for id, value in own.items() if id in known and value.strip()}, **answers} if answers else {}
        )

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _follow(self) -> None:
        """Moves the severity to what the answers come to, unless it was chosen by hand."""
        values = self.values()
        severity = suggest(self._playbook, self._answers(values)).severity
        if severity and values["severity"] in (self._followed or self._first, severity) and severity != self._followed:
            order = [level.name for level in self._playbook.severities]
            self._followed = severity
            self.query_one("#field-severity", ChoiceList).highlighted = order.index(severity)

    def _says(self, values: Values) -> Content:
        """The severity that the answers suggest, and what to do first."""
        answers = self._answers(values)
        suggestion = suggest(self._playbook, answers)
        parts: list[Part] = []
        if answers and suggestion.severity:
            parts += [("→ ", "bold $primary"), (suggestion.severity, "bold"), f": {suggestion.reason}"]
        changed = answers.get("changed", "") or answers.get("change", "")
        fresh = bool(changed) and changed.strip().lower().rstrip(".") not in ("no", "none", "nothing", "n")
        if fresh and self._playbook.roll_back_first:
            gap = "\n" if parts else ""
            parts += [(f"{gap}▲ ", "bold $warning"), ("A recent change and new symptoms: roll it back first.", "bold")]
        like = self.looks_like()
        if like:
            parts += ["\n" if parts else "", *like]
        if not parts:
            parts.append(("Answer any of them to get a suggested severity; all are optional.", "$muted"))
        return text(*parts)

    def asks(self, values: Values) -> Ask | None:
        typed = "\n".join([values["title"], *self._answers(values).values()])
        return (lambda memory, _: recall_for_text(memory, typed)) if typed.strip() else None

    def act_other_process(self) -> None:
        self.wants_other = True
        self.leave()

    def kept(self, values: Values) -> Values:
        """All that was typed, also to questions of another process, and this process; a severity chosen by hand."""
        followed = values["severity"] in (self._followed, self._first)
        kept = {**self.memory.get(self.topic, {}), **values, PROCESS: self._playbook.name}
        return {id: value for id, value in kept.items() if not (followed and id == "severity")}


def _enters(given: Declaration) -> str:
    command = given.command
    kind = " as a drill" if command.drill else " for the record only" if command.retrospective else ""
    return f"declares {command.severity}{kind}: {command.title}{given.since}"


class DeclareFlow:
    """One declaration, from the key to the new room."""

    def __init__(self, app: App[int], session: Session, open_room: Callable[[str], None]) -> None:
        self._app, self._session, self._open_room = app, session, open_room
        self._books = Playbooks(session.config)
        self._typed = ""
        self._new = ""
        self._logged: list[Command] = []

    def ask(self, argument: str = "") -> None:
        """Open the dialog with the process that the settings prefer, else with `standard`.

        `argument` is what stood behind /declare: a severity, where it begins with one of the process, and a title.
        """
        self._typed = argument.strip()
        book, complaint = self._books.chosen(preferred_playbook(self._session.config))
        if complaint:
            self._tell(complaint)
        self._open(self._last_used() or book)

    def _last_used(self) -> Playbook | None:
        """The process of a declaration that was left."""
        kept = next((kept for topic, kept in self._session.form_memory.items() if topic.endswith(TOPIC)), {})
        try:
            return self._books.get(kept[PROCESS]) if PROCESS in kept else None
        except Refused:
            return None

    def _tell(self, words: str) -> None:
        self._app.notify(words, title="Playbooks", severity="warning", timeout=SHOWN_S)

    def _open(self, playbook: Playbook) -> None:
        session = self._session
        dialog = DeclareDialog(playbook, session.actor, session.now(), session.zone, self._typed)

        async def send(given: Declaration) -> None:
            await self._declare(given, playbook)

        def left(given: Declaration | None) -> None:
            if dialog.wants_other:
                self._open(self._following(playbook))
            elif self._new:
                self._open_room(self._new)
                self._hand_words()

        dialog.send, dialog.memory, dialog.recaller = send, session.form_memory, session.recaller
        self._app.push_screen(dialog, left)

    async def _declare(self, given: Declaration, playbook: Playbook) -> None:
        if not self._new:
            self._new = await self._session.declare(given.command, playbook)
        if given.began is not None:
            began = SetMilestone(actor=given.command.actor, milestone="impact_started", moment=given.began)
            await self._log_once(began)
        if given.answers:
            await self._log_once(AnswerTriage(actor=given.command.actor, answers=given.answers))

    async def _log_once(self, command: Command) -> None:
        """Log what goes with the declaration; where that is tried again, only what failed."""
        if command not in self._logged:
            await self._session.submit(self._new, command)
            self._logged.append(command)

    def _following(self, playbook: Playbook) -> Playbook:
        """The process behind this one in the list; those that cannot be read are told of and passed over."""
        names = self._books.names
        start = names.index(playbook.name) + 1 if playbook.name in names else 0
        for name in (*names[start:], *names[:start]):
            try:
                following = self._books.get(name)
            except Refused:
                continue
            complaint = self._books.complaint(name)
            if complaint:
                self._tell(complaint)
            return following
        return playbook

    def _hand_words(self) -> None:
        """Copy the first status; the channel's name is shown with it."""
        session = self._session
        state = session.state(self._new)
        if state.retrospective:
            return
        status, complaint = first_status(state, session.now(), session.zone, templates=session.templates)
        channel = channel_name(state)
        self._app.copy_to_clipboard(f"{channel}\n\n{status}")
        message = f"{channel}\nThe channel's name and the first status are {session.sent_words}."
        self._app.notify(f"{message}\n{complaint}" if complaint else message, title=self._new, timeout=SHOWN_S)
