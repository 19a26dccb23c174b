"""The contract of the command line's JSON: its objects, and what each field holds; docs/json.md is made from them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, NamedTuple, Self, get_args, get_origin, get_type_hints

import msgspec

from console.core.language.times import rfc3339
from console.core.log.clocks import ClockState, Tally
from console.core.log.grounds import lost_grounds
from console.core.log.registry import SIGNS
from console.core.log.state import Incident
from console.core.subjects.action_item import action_items_of
from console.core.subjects.change import changes_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.link import links_of
from console.core.subjects.page import pages_of
from console.core.subjects.stage import overrides_of
from console.core.subjects.task import tasks_of
from console.core.subjects.update import updates_of


def holds(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description)


class Each(NamedTuple):
    """Beside a field that lists views: reads the things to show from the incident's state."""

    read: Callable[[Incident], Iterable[object] | Mapping[str, object]]

    def of(self, state: Incident) -> Iterable[object]:
        things = self.read(state)
        return things.values() if isinstance(things, Mapping) else things


Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""RFC 3339 in UTC with milliseconds."""


class View(msgspec.Struct):
    """An object of the JSON; its fields come out in the order in which they stand here."""

    @classmethod
    def of(cls, thing: Any, /, **others: object) -> Self:
        """The view of a thing whose attributes have the names of the fields; `others` are given by the caller.

        A moment becomes text, a list of things one of views, and an empty text null where the field may be null.
        """
        # An incident has a hundred thousand entries: what is known of the class is looked up once for each.
        lists, nullable = _lists(cls), _nullable(cls)
        values: list[Any] = []
        for name in cls.__struct_fields__:
            view, each = lists.get(name, (None, None))
            value: Any = others.get(name, msgspec.UNSET)
            if value is msgspec.UNSET:
                value = each.of(thing) if each else getattr(thing, name)
            if view is not None:
                value = tuple(item if isinstance(item, View) else view.of(item) for item in value)
            elif isinstance(value, datetime):
                value = rfc3339(value)
            elif value == "" and name in nullable:
                value = None
            values.append(value)
        return cls(*values)


@cache
def _lists(view: type[View]) -> dict[str, tuple[type[View], Each | None]]:
    """The fields that list views, with the view of an item, and the field's `Each` where it has one."""
    lists = {}
    for name, hint in get_type_hints(view, include_extras=True).items():
        match get_args(hint):
            case (kind, *marks) if get_origin(kind) is tuple and issubclass(item := get_args(kind)[0], View):
                lists[name] = (item, next((mark for mark in marks if isinstance(mark, Each)), None))
    return lists


@cache
def _nullable(view: type[View]) -> frozenset[str]:
    return frozenset(name for name, kind in get_type_hints(view).items() if NoneType in get_args(kind))


class WindowView(View):
    """The window of a planned maintenance."""

    starts_at: Annotated[Time, holds("when it is to begin")]
    until: Annotated[Time, holds("when it is to end")]


class SummaryView(View):
    """An incident in `list --json`."""

    ref: Annotated[str, holds("the reference, such as `INC-K7Q2`")]
    title: Annotated[str, holds("the title")]
    severity: Annotated[str, holds("the severity's name in the playbook, such as `SEV1`; empty for a maintenance")]
    stage: Annotated[
        str,
        holds(
            "the stage's name in the playbook, such as `mitigating`; of a maintenance scheduled, in_progress, "
            "completed or cancelled"
        ),
    ]
    playbook: Annotated[str | None, holds("the playbook's name")]
    declared_at: Annotated[Time | None, holds("when it was declared")]
    declared_by: Annotated[str, holds("who declared it")]
    drill: Annotated[bool, holds("true for an exercise")]
    retrospective: Annotated[bool, holds("true when it was recorded after the fact: nothing is owed")]
    open: Annotated[bool, holds("true until it is closed")]
    withdrawn: Annotated[bool, holds("true when the declaration was undone")]
    maintenance: Annotated[WindowView | None, holds("of a planned maintenance its window; null for an incident")]
    roles: Annotated[dict[str, str | None], holds('`{"ic": "name" or null, …}` by the playbook\'s role ids')]


class ClockView(View):
    """Something owed."""

    kind: Annotated[
        str,
        holds(
            "acknowledge, update, first_public, executive_notice, escalation, stability, resolution, task, page, "
            "shift, postmortem, customer_message, fix or action_item; of a maintenance also begin and complete"
        ),
    ]
    key: Annotated[str, holds("its name for `snooze` and `done`, such as `update:public`")]
    audience: Annotated[str | None, holds("of an update or a notice, else null")]
    what: Annotated[str, holds("what is owed, in words")]
    to_whom: Annotated[str, holds("to whom, in words")]
    by_whom: Annotated[str, holds("who owes it: a person, or the role while nobody has it")]
    starts_at: Annotated[Time, holds("when it began")]
    warn_at: Annotated[Time, holds("when it begins to warn")]
    due_at: Annotated[Time, holds("when it is due")]
    kept_at: Annotated[Time | None, holds("when it was answered")]
    state: Annotated[ClockState, holds("running, warning, overdue, kept or late")]
    snoozed: Annotated[bool, holds("true when its due moment was moved")]


class ConflictView(View):
    """A field with two values."""

    field: Annotated[
        str,
        holds(
            "severity, stage, window, title, impact or playbook; or one of several, such as `role ic`, "
            "`milestone mitigated`, `component checkout`, `task 1` (its owner), `check declare/2`, `postmortem owner`"
        ),
    ]
    values: Annotated[
        tuple[str, str],
        holds("the earlier value and the later one; of severities the higher counts, of others the later"),
    ]


class PresentView(View):
    """A person of the roll call."""

    person: Annotated[str, holds("their name")]
    roles: Annotated[tuple[str, ...], holds("ids of the roles that they have")]
    tasks: Annotated[tuple[int, ...], holds("numbers of their open tasks")]
    heard_at: Annotated[Time | None, holds("when they were last heard; null where they never were")]
    due_at: Annotated[Time, holds("by when they should be heard again")]
    missed: Annotated[int, holds("how many whole intervals of the playbook's went by without a word of theirs")]


class EntryView(View):
    """A line of the timeline."""

    id: Annotated[str, holds("the id that `undo`, `correct` and `redact` take")]
    kind: Annotated[str, holds(", ".join(kind for kind in SIGNS if kind != "unknown") + " or unknown")]
    occurred_at: Annotated[Time, holds("when it happened")]
    recorded_at: Annotated[Time, holds("when it was written down")]
    arrived_at: Annotated[
        Time | None,
        holds("when it came from another machine, where it landed late before what was here; else null"),
    ]
    author: Annotated[str, holds("who wrote it")]
    text: Annotated[str, holds("its words, with control characters made visible")]
    tags: Annotated[tuple[str, ...], holds("without their `#`")]
    people: Annotated[tuple[str, ...], holds("without their `@`")]
    corrected: Annotated[bool, holds("true when its words, kind or time were corrected")]
    undone: Annotated[bool, holds("true when it was undone")]
    moved_to: Annotated[str | None, holds("the incident that it was moved to: `undone` is true here")]
    moved_from: Annotated[str | None, holds("the incident that it was moved from")]
    redacted: Annotated[bool, holds("true when its words were erased")]


class LinkView(View):
    relation: Annotated[
        str, holds("duplicate_of, duplicated_by, part_of, has_part, caused_by, cause_of or related: what this one is")
    ]
    other: Annotated[str, holds("the other incident")]
    note: Annotated[str | None, holds("why, in words")]
    at: Annotated[Time, holds("when it was linked")]
    by: Annotated[str, holds("by whom")]


class TaskView(View):
    id: Annotated[str, holds("its id")]
    number: Annotated[int, holds("its number, from 1")]
    text: Annotated[str, holds("what is to be done")]
    owner: Annotated[str | None, holds("who does it")]
    due_at: Annotated[Time | None, holds("when the owner comes back")]
    added_at: Annotated[Time, holds("when it was given")]
    by: Annotated[str, holds("who gave it")]
    acknowledged_at: Annotated[Time | None, holds("when the owner acknowledged it")]
    done_at: Annotated[Time | None, holds("when it was done")]
    done_by: Annotated[str | None, holds("who marked it done")]


class PageView(View):
    id: Annotated[str, holds("its id")]
    who: Annotated[str, holds("who was called: a person, or a contact of the playbook")]
    contact: Annotated[str | None, holds("the playbook's contact or rung that the person stands for")]
    way: Annotated[str | None, holds("by what way, in words")]
    at: Annotated[Time, holds("when they were called")]
    by: Annotated[str, holds("who logged it")]
    outcome: Annotated[str | None, holds("answered, declined or no_answer; null while there is no answer yet")]
    note: Annotated[str | None, holds("what they said")]
    eta_at: Annotated[Time | None, holds("when they will be there")]
    ended_at: Annotated[Time | None, holds("when they answered, or were given up")]
    ended_by: Annotated[str | None, holds("who logged that")]


class FixView(View):
    id: Annotated[str, holds("its id")]
    text: Annotated[str, holds("what was put in for the time being")]
    where: Annotated[str | None, holds("where it has to be removed")]
    ticket: Annotated[str | None, holds("by which ticket")]
    owner: Annotated[str | None, holds("who removes it")]
    added_at: Annotated[Time, holds("when it was put in")]
    by: Annotated[str, holds("who recorded it")]
    removed_at: Annotated[Time | None, holds("when it was removed")]


class HypothesisView(View):
    id: Annotated[str, holds("its id")]
    text: Annotated[str, holds("its words")]
    at: Annotated[Time, holds("when it was stated")]
    by: Annotated[str, holds("whose it is")]
    verdict: Annotated[str, holds("open, supported or ruled_out")]
    evidence: Annotated[str | None, holds("what shows it")]
    judged_at: Annotated[Time | None, holds("when it was judged last")]
    judged_by: Annotated[str | None, holds("who judged it")]


class PublicationView(View):
    """A person's decision about an update's message to a target."""

    target: Annotated[str, holds("the target")]
    decision: Annotated[
        str,
        holds(
            "what a person decided about its message there: edited, dropped, resent or confirmed, before it was there; "
            "changed, removed, taken_down, sent, corrected, left, left_off or change_dropped, once it was"
        ),
    ]
    text: Annotated[str | None, holds("the text that went there instead, or stands there instead; else null")]
    without: Annotated[tuple[str, ...], holds("components that it no longer changed there, of an edit")]
    at: Annotated[Time, holds("when it was decided")]
    by: Annotated[str, holds("who decided it")]


class UpdateView(View):
    id: Annotated[str, holds("its id")]
    number: Annotated[int, holds("its number, from 1 per audience")]
    audience: Annotated[str, holds("internal, public or executive")]
    status: Annotated[str | None, holds("investigating, identified, monitoring or resolved")]
    text: Annotated[str, holds("its words")]
    at: Annotated[Time, holds("when it was posted")]
    by: Annotated[str, holds("who posted it")]
    next_at: Annotated[Time | None, holds("when the next update was promised")]
    final: Annotated[bool, holds("true when none was promised")]
    publications: Annotated[tuple[PublicationView, ...], holds("what people decided about its messages")]


class LostView(View):
    """A sentence of an update or of the postmortem that lost what it stood on."""

    id: Annotated[str, holds("the update's id, or that of the section's text")]
    where: Annotated[str, holds("what it is, in words")]
    sentence: Annotated[str, holds("the sentence")]
    entry: Annotated[str, holds("the id of the entry that it stood on")]
    why: Annotated[str, holds("undone, corrected or redacted: what became of that entry since")]


class ItemView(View):
    """A line to be checked off."""

    id: Annotated[str, holds("the id that `/check` takes, such as `declare/2` or `runbook:bad-deploy/1`")]
    text: Annotated[str, holds("the words")]
    done: Annotated[bool, holds("true when it is checked off")]
    by: Annotated[str | None, holds("who checked it off")]
    at: Annotated[Time | None, holds("when it was checked off")]

    @classmethod
    def of(cls, thing: Any, /, **others: object) -> Self:
        tick = thing.done
        return super().of(thing, done=tick is not None, by=tick and tick.by, at=tick and tick.at, **others)


class ChecklistView(View):
    id: Annotated[str, holds("its id in the playbook, such as `first-five-minutes`")]
    title: Annotated[str, holds("its title")]
    stages: Annotated[tuple[str, ...], holds("the stages for which it is; empty: for all")]
    severities: Annotated[tuple[str, ...], holds("the severities for which it is; empty: for all")]
    now: Annotated[bool, holds("true when it is for this stage, this severity and this minute")]
    ladder: Annotated[bool, holds("true when the first item that works is enough")]
    items: Annotated[tuple[ItemView, ...], holds("its items, in order")]


class StepView(ItemView):
    detail: Annotated[str | None, holds("what to look for")]
    command: Annotated[str | None, holds("what a person may run")]


class RunbookView(View):
    name: Annotated[str, holds("its name")]
    title: Annotated[str, holds("its title")]
    about: Annotated[str | None, holds("when it is for")]
    opened_at: Annotated[Time, holds("when it was opened")]
    opened_by: Annotated[str, holds("who opened it")]
    closed_at: Annotated[Time | None, holds("when it was closed; null while it is open")]
    closed_by: Annotated[str | None, holds("who closed it")]
    steps: Annotated[tuple[StepView, ...], holds("its steps, in order")]


class ChangeView(View):
    """A production change."""

    id: Annotated[str, holds("its id")]
    text: Annotated[str, holds("what is changed")]
    rollback: Annotated[str | None, holds("the rollback plan")]
    by: Annotated[str, holds("who claimed it")]
    at: Annotated[Time, holds("when it was claimed")]
    despite: Annotated[tuple[str, ...], holds("the ids of other people's changes that were in flight, and known to be")]
    in_flight: Annotated[bool, holds("true until it has ended")]
    ended_at: Annotated[Time | None, holds("when it ended")]
    outcome: Annotated[str | None, holds("done, rolled_back or failed; null while it is in flight")]


class OverrideView(View):
    id: Annotated[str, holds("the id of its entry")]
    stage: Annotated[str, holds("the stage that was entered")]
    reason: Annotated[str, holds("the reason that was given")]
    unmet: Annotated[tuple[str, ...], holds("what the gate still wanted, a sentence each")]
    at: Annotated[Time, holds("when it was overridden")]
    by: Annotated[str, holds("who overrode it")]


class TriageView(View):
    answers: Annotated[dict[str, str], holds('`{"what": "checkout", …}` by the question\'s id')]
    suggested: Annotated[str | None, holds("the severity that the answers came to")]
    reason: Annotated[str | None, holds("why it is that severity")]
    at: Annotated[Time, holds("when they were given")]
    by: Annotated[str, holds("who gave them")]


class PostmortemView(View):
    needed: Annotated[bool, holds("true when the playbook wants one of an incident of this severity")]
    owner: Annotated[str | None, holds("who writes it")]
    review: Annotated[str, holds("draft, in_review or final")]
    sections: Annotated[
        dict[str, str],
        holds('`{"summary": "…", …}`: sections in a person\'s own words; the others come from the log'),
    ]


class ActionView(View):
    """An action item."""

    id: Annotated[str, holds("its id")]
    number: Annotated[int, holds("its number, from 1")]
    text: Annotated[str, holds("what is to be done")]
    owner: Annotated[str | None, holds("who does it")]
    priority: Annotated[str | None, holds("how urgent it is")]
    due_at: Annotated[Time | None, holds("by when")]
    verify: Annotated[str | None, holds("how it is verified")]
    added_at: Annotated[Time, holds("when it was added")]
    by: Annotated[str, holds("who added it")]
    done_at: Annotated[Time | None, holds("when it was done")]
    done_by: Annotated[str | None, holds("who marked it done")]


class UnsettledView(View):
    """An update that a page says, or does not, other than the log."""

    update: Annotated[str, holds("the update's id")]
    name: Annotated[str, holds("the update in words, as `public update #2`")]
    found: Annotated[str, holds("what it is here: standing, undone or redacted")]
    why: Annotated[str, holds("still there, other words or missing (it stands here, and was removed there)")]
    message: Annotated[str, holds("the message that `warroom publish settle` takes")]


class DifferenceView(View):
    """One thing that a page says other than the log, as it was read there."""

    id: Annotated[str, holds("what `warroom publish settle` takes")]
    about: Annotated[
        str,
        holds(
            "incident (it is gone there), words (of an update), missing (an update of ours), update (one that is not "
            "from here), state (status and components), title or postmortem"
        ),
    ]
    update: Annotated[str | None, holds("our update's id where it is about one, else null")]
    ours: Annotated[str | None, holds("what we say, in full")]
    theirs: Annotated[str | None, holds("what the page says, in full")]
    says: Annotated[str, holds("the difference in a sentence")]


class StandingView(View):
    """The standing of a target."""

    target: Annotated[str, holds("the target's name")]
    state: Annotated[
        str,
        holds(
            "in_sync (as it was read back since our last message), sent (not read back since, or with words that "
            "were erased here and cannot be compared), sending, waiting, "
            "failed (refused: it needs you), asking (nobody but you can tell whether it arrived), differs (somebody "
            "changed the page, or what it shows was undone or redacted here), behind (closed, but the last public "
            "update says that it goes on), or nothing (all was dropped, or is off the page again)"
        ),
    ]
    says: Annotated[str | None, holds("why, in a sentence; null where there is nothing to say")]
    until: Annotated[Time | None, holds("when the next try is, while it waits for one; else null")]
    left: Annotated[int, holds("how many messages have not arrived")]
    url: Annotated[str | None, holds("where a person can read the page; null where that is not known")]
    unsettled: Annotated[
        list[UnsettledView],
        holds("updates there that are not what the log says, and of which nobody has decided what becomes of them"),
    ]
    differences: Annotated[
        list[DifferenceView], holds("what else the page says other than the log, and nobody has settled")
    ]


class IncidentView(SummaryView):
    """An incident in `show --json`."""

    source: Annotated[str | None, holds("where an imported timeline came from")]
    milestones: Annotated[
        dict[str, Time],
        holds(
            '`{"declared": time, …}`: impact_started, detected, acknowledged, declared, identified, mitigated, '
            "resolved, closed, as far as known"
        ),
    ]
    durations: Annotated[
        dict[str, int],
        holds(
            '`{"impact_lasted": 2400, …}` in seconds: impact_lasted, time_to_detect, time_to_acknowledge, '
            "time_to_mitigate, time_to_resolve, as far as their milestones are known and in order"
        ),
    ]
    impact: Annotated[str | None, holds("the impact in words")]
    components: Annotated[
        dict[str, str], holds('`{"checkout": "major", …}`: operational, degraded, partial, major or maintenance')
    ]
    clocks: Annotated[tuple[ClockView, ...], holds("what is or was owed, open ones first, the most urgent at the top")]
    promises: Annotated[
        dict[str, Tally],
        holds('`{"internal": {"kept": 1, "late": 0, "missed": 0}, …}` per audience: internal, public, executive'),
    ]
    roll_call: Annotated[
        tuple[PresentView, ...],
        holds("who has a role or an open task, and when each was last heard; empty without a roll call"),
    ]
    conflicts: Annotated[
        tuple[ConflictView, ...], holds("fields on which two people differ without having seen each other")
    ]
    entries: Annotated[
        tuple[EntryView, ...],
        holds("the timeline, in the order in which things happened"),
    ]
    tasks: Annotated[tuple[TaskView, ...], holds("tasks, in the order of their numbers"), Each(tasks_of)]
    pages: Annotated[tuple[PageView, ...], holds("who was called, and whether they answered"), Each(pages_of)]
    fixes: Annotated[tuple[FixView, ...], holds("temporary fixes, those that were removed too"), Each(fixes_of)]
    hypotheses: Annotated[tuple[HypothesisView, ...], holds("hypotheses, and what came of each"), Each(hypotheses_of)]
    updates: Annotated[tuple[UpdateView, ...], holds("status updates, oldest first"), Each(updates_of)]
    lost_grounds: Annotated[
        tuple[LostView, ...],
        holds("drafted sentences that were posted or written, and lost an entry that they stood on"),
        Each(lost_grounds),
    ]
    publishing: Annotated[
        tuple[StandingView, ...],
        holds(
            "where each target stands to which an update of it went, by name; empty with `--at` and in an exported file"
        ),
    ]
    checklists: Annotated[
        tuple[ChecklistView, ...], holds("the playbook's checklists, in its order, checked off or not")
    ]
    runbooks: Annotated[tuple[RunbookView, ...], holds("runbooks that were opened, with their steps")]
    links: Annotated[tuple[LinkView, ...], holds("other incidents that it is linked to"), Each(links_of)]
    changes: Annotated[tuple[ChangeView, ...], holds("production changes, in flight and ended"), Each(changes_of)]
    overrides: Annotated[
        tuple[OverrideView, ...], holds("gates that were overridden with a reason"), Each(overrides_of)
    ]
    triage: Annotated[TriageView | None, holds("the last answers to the triage questions; null when nobody was asked")]
    postmortem: Annotated[PostmortemView, holds("who writes it, and how far it is")]
    actions: Annotated[
        tuple[ActionView, ...],
        holds("action items: what is done after the incident so that it does not come again"),
        Each(action_items_of),
    ]


class NotYetView(View):
    """An entry that nobody knew of yet."""

    id: Annotated[str, holds("its id")]
    kind: Annotated[str, holds("as in `entries`")]
    occurred_at: Annotated[Time, holds("when it happened")]
    known_at: Annotated[Time, holds("when it was written down here, or arrived from another machine")]
    author: Annotated[str, holds("who wrote it")]
    text: Annotated[str, holds("its words, as they stand in the end")]


class ReplayView(IncidentView):
    """An incident as it was at a moment, in `replay --json`."""

    at: Annotated[Time, holds("the moment")]
    not_yet: Annotated[list[NotYetView], holds("what had happened by then and was not known until later")]


# The objects of the other commands


class EventView(View):
    """An event of the log as `watch --json` prints it, and with `--json` each command that writes."""

    ref: Annotated[str, holds("its incident")]
    id: Annotated[str, holds("its id")]
    event: Annotated[str, holds("its name in the log")]
    kind: Annotated[str, holds("the kind of its entry, else its name")]
    occurred_at: Annotated[Time, holds("when it happened")]
    recorded_at: Annotated[Time, holds("when it was written down")]
    author: Annotated[str, holds("who wrote it")]
    text: Annotated[str, holds("the words of its entry, or of the entry that it is about")]


class AdviceView(View):
    id: Annotated[str, holds("its id, which `advice --silence` takes")]
    text: Annotated[str, holds("what is the matter")]
    why: Annotated[str, holds("the rule behind it")]
    remedy: Annotated[str, holds("what to type in the prompt")]
    silenced: Annotated[bool, holds("true when it was silenced for this incident")]


class SectionView(View):
    id: Annotated[str, holds("its id")]
    title: Annotated[str, holds("its title")]
    origin: Annotated[str, holds("written, draft, empty or conflict")]
    text: Annotated[str, holds("its text, a person's or the draft")]


class OverviewView(View):
    """The standing of a postmortem."""

    ref: Annotated[str, holds("the incident")]
    title: Annotated[str, holds("its title")]
    owner: Annotated[str | None, holds("who writes it")]
    review: Annotated[str, holds("draft, in_review or final")]
    sections: Annotated[tuple[SectionView, ...], holds("all sections, in their order")]
    missing: Annotated[tuple[str, ...], holds("a sentence for each thing that a final one lacks")]


class ListedActionView(View):
    """An action item in the register of all incidents."""

    ref: Annotated[str, holds("its incident")]
    incident: Annotated[str, holds("the incident's title")]
    number: Annotated[int, holds("its number in the incident")]
    id: Annotated[str, holds("its id")]
    text: Annotated[str, holds("what is to be done")]
    owner: Annotated[str | None, holds("who does it")]
    priority: Annotated[str | None, holds("how urgent it is")]
    due_at: Annotated[Time | None, holds("by when")]
    verify: Annotated[str | None, holds("how it is verified")]
    added_at: Annotated[Time, holds("when it was added")]
    done_at: Annotated[Time | None, holds("when it was done")]
    status: Annotated[str, holds("open, overdue or done")]


class ListedFixView(View):
    """A temporary fix in the register of all incidents."""

    ref: Annotated[str, holds("its incident")]
    incident: Annotated[str, holds("the incident's title")]
    id: Annotated[str, holds("its id")]
    text: Annotated[str, holds("what was put in for the time being")]
    where: Annotated[str | None, holds("where it has to be removed")]
    ticket: Annotated[str | None, holds("by which ticket")]
    owner: Annotated[str | None, holds("who removes it")]
    added_at: Annotated[Time, holds("when it was put in")]
    removed_at: Annotated[Time | None, holds("when it was removed")]
    status: Annotated[str, holds("in place or removed")]


class CatchUpLineView(View):
    section: Annotated[str, holds("decided, changed, found, owed, in_flight, ruled_out, or logged (notes, counted)")]
    text: Annotated[str, holds("what became of it, or what is owed")]
    at: Annotated[Time, holds("when the last of its entries happened; when it is due, of something owed")]
    by: Annotated[str | None, holds("who wrote that entry, or owes it")]
    overdue: Annotated[bool, holds("true of something owed that is past its time")]
    entries: Annotated[tuple[str, ...], holds("ids of the entries that it stands on; the last is the one to read")]


class CatchUpView(View):
    """The object of `catchup --json`."""

    ref: Annotated[str, holds("the reference")]
    title: Annotated[str, holds("the title, as it is now")]
    severity: Annotated[str, holds("the severity, as it is now")]
    stage: Annotated[str, holds("the stage, as it is now")]
    since: Annotated[Time | None, holds("since when; null for the whole incident")]
    lines: Annotated[tuple[CatchUpLineView, ...], holds("what became of it since, section by section")]


class HitView(View):
    """An entry that a search found."""

    ref: Annotated[str, holds("its incident")]
    incident: Annotated[str, holds("the incident's title")]
    id: Annotated[str, holds("the entry's id")]
    kind: Annotated[str, holds("its kind, such as decision")]
    at: Annotated[Time, holds("when it happened")]
    author: Annotated[str, holds("who wrote it")]
    text: Annotated[str, holds("what was written, in which the words stand")]
    undone: Annotated[bool, holds("true where the entry was undone")]
    corrected: Annotated[bool, holds("true where the entry was corrected since, and says something else now")]


class PastActionView(View):
    number: Annotated[int, holds("its number in the incident")]
    text: Annotated[str, holds("what is to be done")]
    owner: Annotated[str | None, holds("who does it")]
    priority: Annotated[str | None, holds("how urgent it is")]
    due_at: Annotated[Time | None, holds("by when")]
    done_at: Annotated[Time | None, holds("when it was done")]
    status: Annotated[str, holds("done, late (done after its day), open or overdue")]


class PastFixView(View):
    text: Annotated[str, holds("what was put in for the time being")]
    owner: Annotated[str | None, holds("who removes it")]
    added_at: Annotated[Time, holds("when it was put in")]
    removed_at: Annotated[Time | None, holds("when it was removed")]


class PastView(View):
    """An incident that is over, in `history --json`."""

    ref: Annotated[str, holds("the reference")]
    title: Annotated[str, holds("the title")]
    kind: Annotated[str, holds("live, drill or retrospective (recorded after the fact)")]
    severity: Annotated[str, holds("the highest severity that was ever in force")]
    declared_at: Annotated[Time, holds("when it was declared")]
    closed_at: Annotated[Time | None, holds("since when it has been closed")]
    elsewhere: Annotated[bool, holds("true when it was closed because another incident stands for it")]
    relapses: Annotated[int, holds("how often it went back to a stage before its mitigation")]
    commander: Annotated[str | None, holds("who led last")]
    impact: Annotated[str | None, holds("the impact in words")]
    cause: Annotated[str | None, holds("the last entry tagged `#cause` or `#root-cause`; null where nobody said so")]
    stopped: Annotated[
        str | None, holds("the last entry tagged `#stopped` or `#mitigation`; null where nobody said what stopped it")
    ]
    tags: Annotated[tuple[str, ...], holds("tags of its entries")]
    teams: Annotated[tuple[str, ...], holds("of tags such as `#team-payments`: payments")]
    components: Annotated[tuple[str, ...], holds("components that were named")]
    milestones: Annotated[dict[str, Time], holds("as in `show --json`")]
    durations: Annotated[dict[str, int], holds("as in `show --json`, in seconds")]
    promises: Annotated[dict[str, Tally], holds("as in `show --json`")]
    postmortem: Annotated[str | None, holds("draft, in_review or final; null before anybody wrote of it or said so")]
    postmortem_due_at: Annotated[Time | None, holds("by when it is or was due")]
    actions: Annotated[tuple[PastActionView, ...], holds("its action items")]
    fixes: Annotated[tuple[PastFixView, ...], holds("its temporary fixes")]


class ReasonView(View):
    kind: Annotated[str, holds("cause, words, component, tag or runbook")]
    text: Annotated[str, holds("the class of causes, the words, the component, the tag or the runbook in common")]
    here: Annotated[str | None, holds("of a cause: the words that speak of it in what was asked for")]
    there: Annotated[str | None, holds("of a cause: the words that speak of it in this incident")]


class SimilarView(View):
    """An incident that looks like another, or like a text, in `similar --json`."""

    ref: Annotated[str, holds("the reference")]
    title: Annotated[str, holds("the title")]
    open: Annotated[bool, holds("true while it is not closed")]
    severity: Annotated[str, holds("the highest severity that was ever in force")]
    declared_at: Annotated[Time, holds("when it was declared")]
    score: Annotated[float, holds("how alike, to compare within one answer; the best is rarely above 1.3")]
    reasons: Annotated[tuple[ReasonView, ...], holds("what they have in common, the weightiest first")]
    cause: Annotated[str | None, holds("as in `history --json`")]
    stopped: Annotated[str | None, holds("as in `history --json`")]
    knew: Annotated[tuple[str, ...], holds("who wrote its cause, what stopped it, or a hypothesis that was supported")]
    commander: Annotated[str | None, holds("who led last")]
    lasted_s: Annotated[float | None, holds("how long the impact lasted, in seconds; null where that is not known")]
    runbooks: Annotated[tuple[str, ...], holds("the names of the runbooks that were opened")]


class TipView(View):
    """Something to suppose, to do, or somebody to ask, in `suggestions --json`."""

    kind: Annotated[str, holds("cause, step, person or mitigation; of each kind the likeliest stands first")]
    text: Annotated[str, holds("the class of causes, the step, the name, or what stopped a similar incident")]
    here: Annotated[str | None, holds("the words in what was asked for that it stands on")]
    refs: Annotated[tuple[str, ...], holds("the similar incidents that it stands on, the likest first")]
    cause: Annotated[str | None, holds("of a step: the class of causes that it is for")]
    runbook: Annotated[str | None, holds("the name of the runbook that it stands on")]


class LeftOutView(View):
    ref: Annotated[str, holds("the incident")]
    why: Annotated[str, holds("which milestone is missing, or which contradict each other")]


class MeasureView(View):
    id: Annotated[str, holds("time_to_detect, time_to_acknowledge, time_to_mitigate or time_to_resolve")]
    name: Annotated[str, holds("MTTD, MTTA, MTTM or MTTR")]
    n: Annotated[int, holds("how many incidents are counted")]
    median_s: Annotated[float | None, holds("the median in seconds; null where none is counted")]
    mean_s: Annotated[float | None, holds("the mean in seconds")]
    p90_s: Annotated[float | None, holds("the 90th percentile in seconds: a length that occurred (nearest rank)")]
    left_out: Annotated[tuple[LeftOutView, ...], holds("incidents that are not counted, each with the reason")]
    waiting: Annotated[tuple[str, ...], holds("open incidents whose end is still to come")]


class GroupView(View):
    name: Annotated[str, holds("its name")]
    refs: Annotated[tuple[str, ...], holds("its incidents, in the order of their declarations")]
    severities: Annotated[dict[str, int], holds("how many of each highest severity")]
    measures: Annotated[tuple[MeasureView, ...], holds("its measures")]


class AgainView(View):
    kind: Annotated[str, holds("component or tag")]
    name: Annotated[str, holds("which one")]
    refs: Annotated[tuple[str, ...], holds("the incidents that have it in common")]
    closest_s: Annotated[float, holds("the shortest time between two of their declarations, in seconds")]


class WorkView(View):
    done: Annotated[int, holds("done in time, or without a date")]
    late: Annotated[int, holds("done after their day")]
    open: Annotated[int, holds("not done, and not due yet")]
    overdue: Annotated[int, holds("not done, and past their day")]


class MetricsView(View):
    """The object of `metrics --json`: of the incidents that were declared in a period."""

    period: Annotated[str, holds("the period's name")]
    start: Annotated[Time, holds("its first moment")]
    end: Annotated[Time, holds("the first moment behind it")]
    live: Annotated[GroupView, holds("all that are neither drills, nor recorded afterwards, nor handled elsewhere")]
    by: Annotated[str | None, holds("what `groups` go by: severity, month, tag, component or team")]
    groups: Annotated[tuple[GroupView, ...], holds("the live ones in groups; one with several tags is in several")]
    promises: Annotated[dict[str, Tally], holds("as in `show --json`, of all live ones together")]
    actions: Annotated[WorkView, holds("action items of the live ones")]
    came_back: Annotated[tuple[str, ...], holds("live ones that went back to a stage before their mitigation")]
    again: Annotated[tuple[AgainView, ...], holds("components and tags that several live ones have in common")]
    elsewhere: Annotated[tuple[str, ...], holds("closed because another incident stands for them: not counted")]
    drills: Annotated[GroupView, holds("drills, apart")]
    retrospective: Annotated[GroupView, holds("incidents recorded afterwards, apart")]


class DrillRunView(View):
    ref: Annotated[str, holds("the practice incident")]
    begun_at: Annotated[Time, holds("when it began")]
    ended_at: Annotated[Time | None, holds("when it ended; null while it goes on")]
    percent: Annotated[int | None, holds("its score, as in `drill score --json`")]


class DrillView(View):
    """A drill, in `drill list --json`."""

    name: Annotated[str, holds("its name: its file's without the ending")]
    title: Annotated[str, holds("the title")]
    about: Annotated[str, holds("what is practised")]
    playbook: Annotated[str, holds("the playbook that its incident follows")]
    severity: Annotated[str, holds("the severity with which the incident is declared")]
    length_s: Annotated[int, holds("how long it usually takes, in seconds")]
    injects: Annotated[int, holds("how many injects it has")]
    source: Annotated[str | None, holds("where the public incident behind it is told; null where it is made up")]
    file: Annotated[str | None, holds("the file of your own; null for a built-in one")]
    runs: Annotated[tuple[DrillRunView, ...], holds("its runs in the practice database, oldest first")]


class DrillRuleView(View):
    id: Annotated[str, holds("the rule, the same in every run, such as `role:ic` or `advice:hasty_fix`")]
    family: Annotated[str, holds("role, update, clock, gate, checklist, advice or goal (of this drill)")]
    text: Annotated[str, holds("what it asks for")]
    verdict: Annotated[str, holds("met (1 point), late or partly (half a point), or missed (none)")]
    points: Annotated[float, holds("the points for it")]
    due_at: Annotated[Time | None, holds("by when it was to be met; null where it has no moment")]
    at: Annotated[Time | None, holds("when it was met, last where several times; of a missed one, what called for it")]
    entry: Annotated[str | None, holds("the id of the entry that shows it")]
    said: Annotated[str | None, holds("what that entry says")]
    detail: Annotated[str | None, holds("counts, a reason, or how long it took")]
    before: Annotated[str | None, holds("the verdict in the run before; null without one, or where it was not counted")]


class DrillScoreView(View):
    """The object of `drill score --json`."""

    ref: Annotated[str, holds("the practice incident")]
    drill: Annotated[str, holds("the drill's name")]
    title: Annotated[str, holds("the drill's title")]
    speed: Annotated[int, holds("how many minutes of the script passed in a minute")]
    begun_at: Annotated[Time, holds("when it began")]
    ended_at: Annotated[Time | None, holds("when it ended; null while it goes on")]
    points: Annotated[float, holds("the points of all rules together")]
    possible: Annotated[int, holds("the points that could be had: one for each rule")]
    percent: Annotated[int | None, holds("points of those, in per cent, rounded down; null where there is no rule yet")]
    rules: Annotated[tuple[DrillRuleView, ...], holds("each rule that could be met in this run")]
    earlier: Annotated[tuple[DrillRunView, ...], holds("earlier runs of the same drill that ended, oldest first")]


class CheckView(View):
    """A line of `doctor --json`."""

    ok: Annotated[bool, holds("true when nothing is wrong")]
    what: Annotated[str, holds("what was checked")]
    found: Annotated[str, holds("what was found, in words")]


class BackupView(View):
    """The object of `backup --json`."""

    file: Annotated[str, holds("the copy")]


class VerifyView(View):
    """The object of `verify --json`."""

    clean: Annotated[bool, holds("true when nothing is wrong")]
    problems: Annotated[list[str], holds("what is wrong, a sentence each")]


class LossView(View):
    """Entries that are whole nowhere."""

    ref: Annotated[str, holds("their incident")]
    origin: Annotated[str, holds("the console that wrote them")]
    numbers: Annotated[tuple[int, ...], holds("their numbers among those that it wrote")]


class RescueView(View):
    """The object of `rescue --json`."""

    file: Annotated[str, holds("the new log")]
    sound: Annotated[bool, holds("true when the old one needs no rescue")]
    entries: Annotated[int, holds("how many entries were saved")]
    from_backups: Annotated[int, holds("how many of them only a backup held")]
    moved: Annotated[int, holds("how many come after a lost entry, and are written as entries of the new log")]
    doubtful: Annotated[tuple[str, ...], holds("incidents whose damaged declaration was saved as it reads")]
    undeclared: Annotated[tuple[str, ...], holds("incidents whose declaration is lost: the rest of them is not shown")]
    lost: Annotated[list[LossView], holds("entries that are whole nowhere")]


class PreparedView(View):
    """The object of `drill run --prepare-only --json`, and each of `demo --prepare-only --json`."""

    ref: Annotated[str, holds("the practice incident")]
    file: Annotated[str | None, holds("the database that it is in; null for one that is thrown away")]


class ServerView(View):
    """The object of `sync init --json`."""

    server: Annotated[str, holds("the server's host")]
    workspace: Annotated[str, holds("the workspace that is ready there")]
    role: Annotated[str, holds("the role that its members need")]


class SyncView(View):
    """The object of `sync status --json`."""

    server: Annotated[str, holds("the server's host")]
    workspace: Annotated[str, holds("the workspace there; empty where the server is out of reach")]
    state: Annotated[str, holds("in_sync, behind (either side lacks something), unreachable, or alarm")]
    unsent: Annotated[int, holds("how many events of this log the server is not known to have")]
    unsent_since: Annotated[datetime | None, holds("when the oldest of them was written")]
    missing: Annotated[int, holds("how many events the server has and this log does not")]
    problem: Annotated[str, holds("why the server is out of reach, in one sentence")]
    alarms: Annotated[list[str], holds("what on the server contradicts this log, a sentence each")]
    clock: Annotated[str, holds("that this machine's clock differs from the server's, in one sentence; else empty")]
