"""The console as lines: one incident, its new entries as they arrive, and a prompt that takes what the room's takes."""

import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

import click

from console.app.bells import Bells, due_words
from console.app.console_slot import ConsoleSlot
from console.app.drafts import Drafts
from console.app.lines import READING_S, is_core, read_line
from console.app.presence import elsewhere, here
from console.app.registry import MARKERS, SCREEN_WORDS, WORDS
from console.app.situation import READ_ONLY
from console.cli.context import Shell, fail
from console.cli.look import MAX_TEXT_CHARS, print_incident, print_list
from console.cli.output import hint, out
from console.cli.typed_input import TypedInput, say, typed_input
from console.cli.usage import usage_sentence
from console.core.language.grammar import Line, Slash, command_doubt, what_stays
from console.core.language.secrets import secret_doubt
from console.core.language.text import one_line
from console.core.language.time_doubt import time_doubt
from console.core.language.times import local_pair, local_stamp
from console.core.log.command import Command
from console.core.log.completion import completions, slash_doubt
from console.core.log.erasure import TAKEN_OUT
from console.core.log.event import Event, NewEvent
from console.core.log.foretold import doubt_of, text_doubt
from console.core.log.slash import SLASH_WORDS, command_for
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.change import ClaimChange
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.undo import RedactEntry, entries_named, redacts
from console.core.subjects.update import PostUpdate
from console.export.json.incident import event_words
from console.store.ledger import Decided, Ledger

HOW_TO_LEAVE = "/quit or Ctrl+D leaves; what is half typed is kept."

_SHELL_WORDS = {
    "advice": "advice {ref}",
    "board": "list",
    "catchup": "catchup {ref}",
    "classify": "classify {ref}",
    "correct": "correct {ref}",
    "export": "export {ref}",
    "history": "history",
    "metrics": "metrics",
    "guide": "check {ref} --list",
    "outbox": "publish list",
    "playbook": "playbook use {ref}",
    "registers": "fixes --open",
    "runbook": "runbook follow {ref}",
    "search": "search WORDS",
    "targets": "target list",
}
"""Words for which the console has a screen, each with the command of the shell that does the same as lines."""

_SHELL_WORDS_ALONE = {"playbook": "playbook show {playbook}", "runbook": "runbook list"}
"""Where the word has no argument."""


def open_plain(shell: Shell, text: str) -> None:
    """Show an incident and take lines until the input ends; without a reference, the only one that is open."""
    with shell.ledger() as ledger:
        states = [state for state in ledger.states() if state.open]
        ref = ledger.resolve(text) if text else _only_one(states)
        slot = ConsoleSlot(shell.path, 1, None) if shell.read_only else ConsoleSlot.take(shell.path, shell.actor)
        try:
            well = PlainRoom(shell, ledger, ref, slot).run()
        finally:
            slot.leave()
    if not well:
        sys.exit(1)


def _only_one(states: list[Incident]) -> str:
    if len(states) > 1:
        print_list(states)
        fail(f"{len(states)} incidents are open; name one of them: “warroom --plain {states[0].ref}”.")
    if not states:
        fail("No incident is open; “warroom declare TITLE --sev SEV2” declares one, “warroom list” shows the others.")
    return states[0].ref


class _Doubt(Exception):
    """A warning, in words, that has to be read before the same line, entered once more, is carried out."""


class PlainRoom:
    """One incident as lines. Everything printed is cleaned text: no colour, no cursor movement, no sequence."""

    def __init__(self, shell: Shell, ledger: Ledger, ref: str, slot: ConsoleSlot) -> None:
        self._shell, self._ledger, self._ref, self._slot = shell, ledger, ref, slot
        self._drafts = Drafts(ledger.log, shell.actor, slot, read_only=shell.read_only)
        self._bells = Bells()
        self._arrived: queue.Queue[list[Event] | str] = queue.Queue()
        """The events that the watcher has read, or the trouble that it has, in a sentence."""
        self._own: set[str] = set()
        """The ids of events that were written here, and that the watcher has not brought yet."""
        self._doubted = ""
        """The line that waits to be entered once more."""
        self._questions_asked: list[object] = []
        """The questions that were asked about the line, each with what was shown for it."""
        self._asked_at = 0.0
        self._some_refused = False
        self._input: TypedInput = typed_input(f"{ref}> ", self._news, self._complete, self._keep)

    @property
    def state(self) -> Incident:
        return self._ledger.state(self._ref)

    def run(self) -> bool:
        """Until the input ends or somebody leaves; False when lines of a pipe were refused, or asked about in vain."""
        watcher = self._ledger.log.watch(
            self._arrived.put, on_problem=lambda problem: self._arrived.put(problem.reason)
        )
        try:
            self._begin()
            while (line := self._input.read()) is not None and self._enter(line):
                pass
        finally:
            watcher.stop()
            self._input.close()
        say(self._news(interrupted=False))
        return self._input.interactive or not (self._some_refused or self._doubted)

    def _begin(self) -> None:
        print_incident(self._shell, self.state, self._ledger.now(), self._ledger.log.late_arrivals(self._ref))
        out()
        self._slot.sits_before(self._ref)
        seats = self._slot.others()
        if sitting := here(seats, self._ref):
            say([f"Here: {one_line('; '.join(seat.words for seat in sitting), 200)}"])
        if others := elsewhere(seats, self._ref):
            say([f"Elsewhere: {one_line(', '.join(others), 200)}"])
        # What is due already is no news: it stands above.
        list(self._due())
        if self._input.interactive:
            say(["A line and Enter logs it, Up brings a line back; /help lists what else there is. " + HOW_TO_LEAVE])
            self._bring_back()

    def _bring_back(self) -> None:
        """Bring back the text that was typed and not sent when a console ended."""
        draft = self._drafts.unlogged(self._place)
        if "\n" in draft:
            say(
                [
                    "These lines were not logged when the console ended:",
                    *draft.split("\n"),
                    "Type them again to log them.",
                ]
            )
        elif draft:
            say(["A line that was not logged is in the prompt again; Enter logs it."])
            self._input.offer(draft)

    # What is half typed

    @property
    def _place(self) -> str:
        return f"prompt {self._ref}"

    def _keep(self, typed: str) -> None:
        try:
            self._drafts.keep({self._place: typed})
        except Problem as problem:
            self._arrived.put(problem.reason)

    def _keep_sent(self, line: str, events: Sequence[NewEvent]) -> None:
        try:
            self._drafts.sent(self._place, line, events[0].id)
        except Problem as problem:
            self._arrived.put(problem.reason)

    def _complete(self, before: str) -> list[str]:
        return completions(before, self.state, self._shell.actor, WORDS)

    # What is new

    def _news(self, interrupted: bool) -> list[str]:
        lines = [HOW_TO_LEAVE] if interrupted else []
        while not self._arrived.empty():
            arrived = self._arrived.get()
            lines += [arrived] if isinstance(arrived, str) else self._absorbed(arrived)
        lines += self._due()
        if lines and self._input.interactive:
            # A question that stands above them is asked anew.
            self._questions_asked.clear()
        return lines

    def _absorbed(self, events: list[Event]) -> list[str]:
        new = [event for event in events if event.id not in self._own]
        self._own -= {event.id for event in events}
        try:
            self._ledger.absorb(new)
            taken_out = self._input.take_out(self._ledger.take_erased())
            if taken_out and not self._shell.read_only:
                # A draft of it may have been written just before it was erased.
                self._ledger.log.sweep()
            return [*self._lines_of(new), *([TAKEN_OUT] if taken_out else [])]
        except Problem as problem:
            return [problem.reason]

    def _lines_of(self, events: list[Event]) -> Iterator[str]:
        if redacts(events):
            # One of the lines that Up brings may hold what was erased.
            self._input.forget()
        for event in events:
            state = self._ledger.state(event.incident)
            if event.incident != self._ref:
                declared = event.body if isinstance(event.body, IncidentDeclared) else None
                if declared and (news := declared.news(event.incident, event.actor)):
                    yield f"{news}: {one_line(declared.title, MAX_TEXT_CHARS)}"
                continue
            kind, text = event_words(state, event)
            today = local_stamp(self._ledger.now(), self._shell.zone).split()[0]
            at = local_stamp(event.occurred_at, self._shell.zone).removeprefix(today).strip()
            words = one_line(text, MAX_TEXT_CHARS)
            yield "  ".join(filter(None, (at, kind.replace("_", " "), words, f"({event.actor})")))

    def _due(self) -> Iterator[str]:
        """A line for each clock that began to warn or went over, of the incidents that call for attention here."""
        now = self._ledger.now()
        for state in self._ledger.calling(self._ref):
            for clock in self._bells.begun(state.ref, self._ledger.owed(state, now)):
                at = local_pair(clock.due_at, self._shell.zone)[0]
                yield one_line(f"{due_words(state, clock)}: {at}, {clock.by_whom}", MAX_TEXT_CHARS)

    # A line

    def _ask_once(self, question: str, act: str, show: Callable[[], None] | None = None, shows: object = None) -> None:
        """Ask before the act is done, unless just this was asked about the line; `show` prints what it `shows`."""
        if (question, shows) in self._questions_asked:
            return
        self._questions_asked.append((question, shows))
        self._asked_at = monotonic()
        if show is not None:
            show()
        # An empty line of a pipe is no answer.
        again = "Enter" if self._input.interactive else "The same line"
        raise _Doubt(f"{question} {again} once more {act}.".lstrip())

    def _enter(self, line: str) -> bool:
        """Do what the line says, or say why not; False when it leaves."""
        if not line.strip() and self._input.interactive:
            # A key that bounced, or was typed ahead, is no answer.
            line = self._doubted if monotonic() > self._asked_at + READING_S else ""
        if not line.strip():
            return True
        if line != self._doubted:
            self._some_refused |= bool(self._doubted)
            self._questions_asked.clear()
        self._doubted = ""
        try:
            return self._do(line)
        except _Doubt as doubt:
            self._doubted = line
            say([str(doubt)])
        except Problem as problem:
            self._some_refused = True
            hint(problem.reason)
        return True

    def _do(self, line: str) -> bool:
        now, zone = self._ledger.now(), self._shell.zone
        read = read_line(line, now=now, zone=zone)
        word = read.word if isinstance(read, Slash) else ""
        if word == "quit":
            return False
        if word == "help":
            self._help()
            return True
        writes = word in ("correct", "export")
        if isinstance(read, Slash) and word in SCREEN_WORDS and not (self._shell.read_only and writes):
            self._run(read)
            return True
        if self._shell.read_only:
            raise Refused(READ_ONLY)
        if isinstance(read, Slash) and not is_core(read):
            raise Refused(f"Write {WORDS[word]}.")
        if secret := secret_doubt(line):
            self._ask_once(secret, "logs it")
        command = command_for(read, self.state, actor=self._shell.actor, now=now, zone=zone)
        self._ask(line, read, command)
        self._keep(line)
        written = self._write(command, partial(self._keep_sent, line))
        self._keep("")
        self._own |= {event.id for event in written}
        say(self._lines_of(written))
        if isinstance(read, Line) and what_stays(read):
            say([f"{what_stays(read)}."])
        return True

    def _ask(self, line: str, read: Line | Slash, command: Command) -> None:
        """Ask what has to be confirmed before the line is written; tell a script, which cannot answer."""
        now, zone = self._ledger.now(), self._shell.zone
        own = command.doubt(self.state, now, zone)
        if isinstance(read, Slash):
            another = command_doubt(read.argument)
        else:
            another = slash_doubt(read, self.state, self._shell.actor, WORDS)
        asks = (
            another or text_doubt(command),
            time_doubt(line, now=now, zone=zone),
            doubt_of(self.state, command, now, zone),
        )
        doubt = " ".join(filter(None, asks))
        if doubt and not self._input.interactive and (not own or isinstance(command, ClaimChange)):
            # Nobody can answer: as in the shell, a script is told, and its line counts.
            hint(doubt)
        elif doubt:
            self._ask_once(doubt, "does it")
        if isinstance(command, RedactEntry) and self._input.interactive:
            # What is erased is gone: it is named first, and asked.
            entry, *others = entries_named(self.state, command.entry, self._shell.actor)
            if not others:
                erases = f"This erases “{one_line(entry.text, 60)}” by {entry.author} for good."
                self._ask_once(erases, "does it", shows=entry.id)

    def _write(self, command: Command, decided: Decided) -> list[Event]:
        if isinstance(command, PostUpdate):
            return self._post(command, decided)
        if isinstance(command, RedactEntry):
            return self._redact(command, decided)
        if isinstance(command, SetPublicTitle):
            from console.cli.retitle import retitle

            return retitle(self._shell.settings, self._ledger, self._ref, command, decided)
        return self._ledger.execute(self._ref, command, decided=decided)

    def _redact(self, command: RedactEntry, decided: Decided) -> list[Event]:
        from console.cli.respond import RENEW, erase

        written, copies = erase(self._shell, self._ledger, self._ref, command, decided=decided)
        if copies.backups:
            hint(RENEW)
        return written

    def _post(self, command: PostUpdate, decided: Decided) -> list[Event]:
        """Post an update, and publish it where that is set up, once what goes where has been shown."""
        # Read when first asked for: most lines are no updates.
        from console.cli.update import outgoing, targets_of
        from console.publish.sending.plan import Choices, approved
        from console.publish.sending.publisher import Publisher

        publisher = Publisher(self._shell.settings)
        update = outgoing(self._ledger, publisher, self._ref, command, (), Choices())
        audience = command.audience.strip().lower()
        goes = not self.state.drill and bool(targets_of(publisher.targets, audience))

        def show() -> None:
            hint(*publisher.targets.complaints)
            if goes:
                update.show()

        if goes or update.loud:
            end = "posts it and publishes it as shown" if goes else "posts it; no status page is set up for it"
            self._ask_once(update.loud, end, show, approved(update.previews))
        decided(update.events)
        return update.write(self._shell, self._ledger)

    # Words of the console's screens

    def _run(self, slash: Slash) -> None:
        """Run the command of the shell that prints or does what the screen would."""
        form = _SHELL_WORDS.get(slash.word, "")
        if not slash.argument:
            form = _SHELL_WORDS_ALONE.get(slash.word, form)
        if not form or (slash.word == "export" and not slash.argument):
            ways = {"declare": "“warroom declare TITLE --sev SEV2” in a shell declares an incident."}
            needs = f"/{slash.word} needs a screen; “warroom {self._ref}” opens it."
            raise Refused(f"Write {WORDS['export']}." if form else ways.get(slash.word, needs))
        playbook = self.state.playbook.name if self.state.playbook else ""
        words = [*form.format(ref=self._ref, playbook=playbook).split(), *slash.argument.split()]
        if slash.word == "runbook" and slash.argument.split()[:1] == ["close"]:
            words = ["runbook", "close", self._ref, *slash.argument.split()[1:]]
        if slash.word == "export" and len(words) > 3:
            words = [*words[:3], "-o", slash.argument.partition(" ")[2].strip()]
            if Path(words[4]).exists():
                self._ask_once(f"{words[4]} is there already.", "replaces it")
                words.append("--yes")
        context = click.get_current_context().find_root()
        assert isinstance(context.command, click.Group)
        command = context.command.get_command(context, words[0])
        assert command is not None
        try:
            with command.make_context(words[0], words[1:], parent=context) as inner:
                command.invoke(inner)
        except click.UsageError as error:
            hint(usage_sentence(error))
            self._some_refused = True
        except SystemExit:
            # The command has said why.
            self._some_refused = True

    def _help(self) -> None:
        here = {word: form for word, form in SCREEN_WORDS.items() if word in _SHELL_WORDS or word in ("help", "quit")}
        say(["The scribe's line:", *(f"  {form}: {words}" for form, words in MARKERS)])
        say(["Slash words:", *(f"  {form}" for form in (*SLASH_WORDS.values(), *here.values()))])
        say([HOW_TO_LEAVE])
