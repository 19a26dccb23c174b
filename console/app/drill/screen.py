"""The drill: a player's card, the controller's injects, and once it is over the debrief with the score."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from textual import on, work
from textual.content import Content
from textual.widgets import OptionList

from console.app.act_screen import Armed
from console.app.list_screen import ListScreen
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import Part, fitted, padded, text
from console.core.drill.course import PAST, Planned, Standing, planned
from console.core.drill.score import Rule, Score
from console.core.drill.script import Drill
from console.core.language.names import same_name
from console.core.language.text import clean, one_line
from console.core.language.times import format_length, local_pair
from console.core.log.command import Command
from console.core.playbook.model import name_within
from console.core.refusal import Problem
from console.core.subjects.drill import DrillRun, DrillRuns, EndDrill, GiveInject, SkipInject, run_ended, run_of
from console.core.subjects.role import holder_of
from console.export.drill import (
    FAMILIES,
    SIGNS,
    VERDICT_WORDS,
    change_words,
    headline,
    moment_words,
    percent_words,
    rules_in_order,
    shown_words,
    verdicts_before,
)
from console.store import drills
from console.store.log import Log

WIDE_CELLS = 100
FAMILY_CELLS = max(map(len, FAMILIES.values()))
LOOKS = {"met": "$success", "late": "$warning", "partly": "$warning", "missed": "bold $warning"}
INJECT_SIGNS: dict[Standing, tuple[str, str]] = {
    "given": ("✓", "$success"), "due": ("▸", "bold $accent"), "coming": ("…", "$primary"), "waiting": ("?", "$muted"),
    "barred": ("–", "$muted"), "skipped": ("–", "$muted"), "lapsed": ("–", "$muted"),
}  # fmt: skip
NOT_LED = "Only the controller's console gives or skips injects: warroom drill run NAME --controller."


class Row(NamedTuple):
    """A line of the list, and what is told of it."""

    id: str
    line: Content
    text_beside: Content
    entry: str = ""
    """The entry that Enter opens."""


class DrillScreen(ListScreen):
    place = "drill"
    BINDINGS = bindings("drill")

    def __init__(self, session: Session, ref: str, *, controller: bool, open_entry: Callable[[str], object]) -> None:
        run = run_of(session.state(ref))
        super().__init__(session, f"Drill  {run.script.title if run else ''}")
        self._ref, self._controller, self._open_entry = ref, controller, open_entry
        self._runs: list[Score] = []
        """This run and the earlier ones of the drill, once they are read."""
        self._rows: list[Row] = []
        self._to_come: set[str] = set()
        """The rows of injects that are still to come."""
        if not controller:
            self.bar_words = {"help": None, "give_inject": None, "skip_inject": None}

    def on_mount(self) -> None:
        self.page.add_class("-some")
        self.show_rows()
        self._read()

    @property
    def situation(self) -> Situation:
        state = self.session.state(self._ref)
        ended = "The drill has ended." if run_ended(state) is not None else ""
        chosen = next((row for row in planned(state, self.session.now()) if row.inject.id == self._chosen_inject), None)
        open_still = chosen is not None and chosen.standing not in PAST
        why = NOT_LED if not self._controller else "" if open_still else "Choose an inject that is still to come."
        shown = "" if self._chosen and self._chosen.entry else "No entry belongs to this line."
        return Situation(
            read_only=self.session.read_only, orders={"inject": ended or why, "end": ended, "open": shown},
        )  # fmt: skip

    # Showing

    @on(StateChanged)
    def _changed(self) -> None:
        self.show_rows()
        self._read()

    def pass_second(self) -> None:
        # What is over does not move.
        if run_ended(self.session.state(self._ref)) is None:
            self.show_rows()

    def show_rows(self) -> None:
        before, self._rows = self._rows, list(self._every(self.row_width))
        if [row[:2] for row in before] != [row[:2] for row in self._rows]:
            # The bar stays on what is to come: what has come goes down the list without it.
            to_come, self._to_come = self._to_come, self._still_to_come()
            passed = self.list.chosen in to_come - self._to_come
            first = self._rows[0].id if passed else ""
            self.list.put(((row.id, row.line) for row in self._rows), choose=first)
        self.list.focus()
        self._tell()

    def _still_to_come(self) -> set[str]:
        rows = planned(self.session.state(self._ref), self.session.now())
        return {f"inject {row.inject.id}" for row in rows if row.standing not in PAST}

    def _every(self, width: int) -> Iterator[Row]:
        state, now = self.session.state(self._ref), self.session.now()
        run = run_of(state)
        if run is None:
            return
        if run_ended(state) is not None:
            yield from self._debrief(run.script, width)
            return
        script = run.script
        if self._controller:
            yield from (self._inject(row, now, width) for row in planned(state, now))
        briefing = self._line("◇", "$accent", "Briefing", one_line(script.about, 400), width)
        yield Row("briefing", briefing, text(_flowing(script.briefing)))
        yield from self._cards(run, width)

    def _cards(self, run: DrillRun, width: int) -> Iterator[Row]:
        """The cards of the roles that the person here has, with what came for them; a controller has all cards."""
        state = self.session.state(self._ref)
        given, book = state.part(DrillRuns).given, state.playbook
        for role in book.roles if book else ():
            own = same_name(holder_of(state, role.id), self.session.actor)
            card = run.script.card(role.id)
            if not (own or self._controller):
                continue
            name = name_within(book, role.id) if book else role.id
            whose = f"Card of the {name}" if self._controller else f"Your card as {name}"
            if card is not None:
                words = one_line(card.text, 400)
                yield Row(f"card {role.id}", self._line("◇", "$accent", whose, words, width), text(_flowing(card.text)))
            for inject in run.script.injects:
                if own and inject.to == role.id and inject.id in given:
                    at = local_pair(given[inject.id].at, self.session.zone)[0]
                    head = f"{at} {inject.by or 'Message'}"
                    yield Row(
                        f"message {inject.id}", self._line("◆", "$accent", head, one_line(inject.line, 400), width),
                        text(clean(inject.line)), given[inject.id].id,
                    )  # fmt: skip
        if not self._controller and not any(
            same_name(holder_of(state, card.role), self.session.actor) for card in run.script.cards
        ):
            note = "A role's card is shown here to whoever has the role."
            yield Row("no card", text(("No card yet  ", "bold"), (note, "$muted")), text(note))

    def _inject(self, row: Planned, now: datetime, width: int) -> Row:
        inject, (sign, style) = row.inject, INJECT_SIGNS[row.standing]
        match row.standing:
            case "given" | "skipped":
                when = f"{row.standing} {local_pair(row.at, self.session.zone)[0]}"
            case "coming":
                when = f"in {format_length(row.at - now)}"
            case "waiting":
                when = "waits"
            case "barred":
                when = "won't come"
            case standing:
                when = standing
        to = f" (for {inject.to})" if inject.to else ""
        words = f"{inject.by or 'drill'}{to}: {one_line(inject.line, 400)}"
        parts: list[Part] = [(f"{inject.id}  ", "bold"), (f"{when}\n", "$muted"), f"{clean(inject.line)}\n"]
        for condition, says in ((inject.when, "Comes when"), (inject.unless, "Does not come when")):
            if not condition.empty:
                facts = ", ".join(f"{name} {value}" for name, value in _given(condition))
                parts.append((f"{says}: {clean(facts)}\n", "$muted"))
        entry = self.session.state(self._ref).part(DrillRuns).given.get(inject.id)
        return Row(
            f"inject {inject.id}", self._line(sign, style, padded(when, 13), words, width), text(*parts),
            entry.id if entry else "",
        )  # fmt: skip

    def _debrief(self, script: Drill, width: int) -> Iterator[Row]:
        score = next((run for run in self._runs if run.ref == self._ref), None)
        earlier = drills.earlier(self._runs, score) if score else []
        summary = headline(score, earlier) if score else "counting the score"
        parts: list[Part] = [(f"{summary}\n\n", "bold"), f"{_flowing(script.debrief.happened)}\n"]
        if script.source.title:
            source = " · ".join(filter(None, (script.source.title, script.source.publisher, script.source.url)))
            parts.append((f"\nAfter: {clean(source)}\n", "$muted"))
        yield Row("debrief", text(("Debrief", "bold"), f"  {summary}"), text(*parts))
        for number, question in enumerate(script.debrief.questions, 1):
            line = self._line("?", "$accent", f"Question {number}", one_line(question, 400), width)
            yield Row(f"question {number}", line, text(clean(question)))
        if score is not None:
            before = verdicts_before(earlier)
            # What there is to talk about stands first.
            rules = sorted(rules_in_order(score), key=lambda rule: rule.points)
            yield from (self._rule(score, rule, change_words(rule, before), width) for rule in rules)
        if earlier:
            runs = ", ".join(
                f"{run.begun_at.astimezone(self.session.zone):%Y-%m-%d} {run.ref} {percent_words(run)}"
                for run in earlier
            )
            yield Row("earlier", self._line("◷", "$muted", "Earlier runs", runs, width), text(runs))

    def _rule(self, score: Score, rule: Rule, change: str, width: int) -> Row:
        zone = self.session.zone
        when = moment_words(score, rule.at, zone) if rule.at else ""
        facts = [f"{VERDICT_WORDS[rule.verdict]}{f' {when}' if when else ''}", rule.detail, change]
        due = f"due {moment_words(score, rule.due_at, zone)}" if rule.due_at else ""
        parts: list[Part] = [
            (f"{FAMILIES[rule.family]}: ", "$muted"), (f"{clean(rule.text)}\n", "bold"),
            f"{'; '.join(filter(None, (facts[0], due, *map(clean, facts[1:]))))}\n",
        ]  # fmt: skip
        if rule.said:
            parts += [(f"{shown_words(rule).capitalize()} ", "$muted"), f"“{one_line(rule.said, 300)}”\n"]
        into = format_length(rule.at - score.begun_at) if rule.at and rule.at >= score.begun_at else ""
        family = f"  {padded(FAMILIES[rule.family], FAMILY_CELLS)}" if width >= WIDE_CELLS else ""
        head = f"{padded(VERDICT_WORDS[rule.verdict], 8)}{into:>7}{family}"
        detail = "" if rule.family == "goal" else rule.detail
        words = "; ".join(filter(None, (rule.text.rstrip("."), detail, change)))
        line = self._line(SIGNS[rule.verdict], LOOKS[rule.verdict], head, one_line(words, 400), width)
        return Row(f"rule {rule.id}", line, text(*parts), rule.entry)

    def _line(self, sign: str, style: str, head: str, words: str, width: int) -> Content:
        lead = text((f"{sign} ", style), (f"{head}  ", "bold"))
        return Content.assemble(lead, text((fitted(words, max(10, width - lead.cell_length)), "")))

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        row = self._chosen
        self.tell(row.text_beside if row else "")

    @property
    def _chosen(self) -> Row | None:
        id = self.list.chosen
        return next((row for row in self._rows if row.id == id), None)

    @property
    def _chosen_inject(self) -> str:
        kind, _, id = self.list.chosen.partition(" ")
        return id if kind == "inject" else ""

    # The score

    @work(exclusive=True, group="score")
    async def _read(self) -> None:
        """Count the score once the drill is over, in a thread, with those of the runs before."""
        run = run_of(self.session.state(self._ref))
        if run is None or run_ended(self.session.state(self._ref)) is None:
            return
        try:
            self._runs = await asyncio.to_thread(_scores, self.session, run.script.name)
        except Problem as problem:
            self.refuse(problem.reason)
        self.show_rows()

    # Orders

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._chosen
        if row is not None and row.entry:
            self._open_entry(row.entry)
        else:
            self.say(self.situation.orders["open"])

    def arm_give_inject(self) -> Armed:
        id = self._chosen_inject
        return Armed(f"gives “{id}” now", lambda: self._order(GiveInject(actor=self.session.actor, inject=id)))

    def arm_skip_inject(self) -> Armed:
        id = self._chosen_inject
        return Armed(
            f"skips “{id}”: it never comes", lambda: self._order(SkipInject(actor=self.session.actor, inject=id))
        )

    def arm_end_drill(self) -> Armed:
        return Armed("ends the drill, and shows the debrief", lambda: self._order(EndDrill(actor=self.session.actor)))

    @work
    async def _order(self, command: Command) -> None:
        await self.carry_out(self.session.submit(self._ref, command))
        self.show_rows()


def _flowing(words: str) -> str:
    """A text whose lines a file has broken: single breaks are blanks, an empty line stays."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in clean(words).strip().split("\n\n"))


def _given(condition: object) -> Sequence[tuple[str, str]]:
    """The things that a condition names, in words."""
    values = ((name, getattr(condition, name)) for name in getattr(condition, "__struct_fields__", ()))
    return [
        (
            name.replace("_", " "),
            "" if value is True else " or ".join(value) if isinstance(value, tuple) else str(value),
        )
        for name, value in values
        if value
    ]


def _scores(session: Session, name: str) -> list[Score]:
    with Log.open(session.log.path, read_only=True) as log:
        return drills.scores(log, session.now(), name)
