"""One word for the end of a task, a temporary fix, an action item, or something owed."""

from contextlib import suppress
from datetime import datetime

from console.core.language.names import unquoted
from console.core.language.text import clean, one_line
from console.core.log.clocks import open_clocks
from console.core.log.command import Command, Decision, SlashContext, Word, key, line, note_behind, proposed, split
from console.core.log.find import check_single, fitting, holds, numbered
from console.core.log.state import Incident, ended_words
from console.core.refusal import Refused
from console.core.subjects.action_item import ActionDone, ActionItem, action_items_of, find_action, open_action_items
from console.core.subjects.clock import MeetObligation
from console.core.subjects.fix import Fix, FixRemoved, fixes_of, open_fixes
from console.core.subjects.task import Task, TaskDone, find_task, numbers_offered, open_tasks, tasks_of


class Finish(Command, frozen=True, kw_only=True):
    """Done: a task (by number, id or words of it), a temporary fix, or something owed (`escalation`)."""

    what: str
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        wanted = unquoted(self.what.strip().lower())
        note = line(self.note)
        owed_key = key(self.what)
        if [clock for clock in open_clocks(state, now) if clock.key == owed_key and clock.kind in OUTSIDE]:
            return MeetObligation(actor=self.actor, clock=owed_key, note=note).decide(state, at, now)
        fixes = [fix for fix in open_fixes(state) if fix.id == wanted or holds(fix.text, wanted)]
        number = wanted.removeprefix("#")
        ended = next((task for task in tasks_of(state).values() if task.done_at and str(task.number) == number), None)
        if ended is not None:
            item = next((item for item in open_action_items(state) if str(item.number) == number), None)
            more = f"; write A{number} for the action item “{one_line(item.text, 40)}”" if item else ""
            by = ended_words(state, ended.id, now)
            raise Refused(f"Task {number} is done already{by}: {one_line(ended.text, 60)}{more}.", "what")
        try:
            return proposed(TaskDone(find_task(state, self.what, now).id, note), at)
        except Refused:
            if len(fixes) == 1:
                return proposed(FixRemoved(fixes[0].id, note), at)
            if fixes:
                sentence = f"“{clean(wanted)}” matches {len(fixes)} temporary fixes; write more of its words."
                raise Refused(sentence, "what") from None
            with suppress(Refused):
                return proposed(ActionDone(find_action(state, self.what).id, note), at)
            if over := _over(state, wanted):
                words = f"“{one_line(over.text, 60)}” is done already{ended_words(state, over.id, now)}."
                raise Refused(words, "what") from None
            raise


def _over(state: Incident, words: str) -> Task | Fix | ActionItem | None:
    """The last task, temporary fix or action item with these words that is done; None where there is none."""
    tasks = numbered(task for task in tasks_of(state).values() if task.done_at)
    fixes = numbered(fix for fix in fixes_of(state).values() if fix.removed_at)
    items = numbered(item for item in action_items_of(state) if item.done_at)
    # A number alone is that of a task.
    fits: list[Task | Fix | ActionItem] = []
    if not words.isdigit():
        fits = [*fitting(tasks, words), *fitting(fixes, words), *fitting(items, words, "a")]
    return fits[-1] if fits else None


OUTSIDE = ("acknowledge", "first_public", "executive_notice", "escalation", "postmortem", "customer_message")
"""Clocks that can be met outside the console."""


def _read_done(context: SlashContext, argument: str) -> Command:
    what, note = note_behind(argument)
    if not what:
        raise context.malformed("Name what is done")
    number, behind = split(what)
    number = number.rstrip(".,;")
    check_single(number, behind)
    tasks = open_tasks(context.state)
    if behind and not note and not any(what.lower() in task.text.lower() for task in tasks):
        # "/done 1 the lag is 0"
        numbered = any(number.removeprefix("#") == str(task.number) for task in tasks)
        what, note = (number, behind) if numbered else (what, note)
    return Finish(actor=context.actor, at=context.at, what=what, note=note)


WORDS: dict[str, Word] = {
    "done": Word("/done TASK, fix or what is owed [: note]", _read_done, offers=(numbers_offered,)),
}
