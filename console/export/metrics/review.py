"""A review of a period: the metrics in words and tables, ready to be discussed; as Markdown and as an HTML page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from console.core.language.text import counted, first_of, one_line
from console.core.language.times import format_length
from console.core.log.tagged import untagged
from console.core.memory.case import Case
from console.core.memory.metrics import Group, Metrics, metrics_of
from console.core.memory.period import Period, moved
from console.export.blocks import Block, Heading, Items, Paragraph, Picture, Remark, Table, words
from console.export.metrics.charts import SHOWN_MEASURE, dots_of, frequency_svg, lengths_svg, live_of
from console.export.metrics.figures import left_words, of_figure
from console.export.postmortem.document import Chapter, Document, document_markdown
from console.export.postmortem.html import whole_page

MOST_REFS = 5
MOST_OPEN = 30
"""Open action items that are listed; the overdue ones come first."""
MOST_GROUPS = 20


def review_markdown(cases: Sequence[Case], metrics: Metrics, now: datetime, zone: tzinfo) -> str:
    return document_markdown(_review(cases, metrics, now, zone, drawn=False))


def review_page(cases: Sequence[Case], metrics: Metrics, now: datetime, zone: tzinfo) -> str:
    """One page that needs nothing else."""
    return whole_page(_review(cases, metrics, now, zone, drawn=True))


def _review(cases: Sequence[Case], metrics: Metrics, now: datetime, zone: tzinfo, *, drawn: bool) -> Document:
    return _Review(cases, metrics, now, zone, drawn).document()


class _Review:
    def __init__(self, cases: Sequence[Case], metrics: Metrics, now: datetime, zone: tzinfo, drawn: bool) -> None:
        self.metrics, self.now, self.zone, self.drawn = metrics, now, zone, drawn
        self.period: Period = metrics.period
        self.live = live_of(cases, metrics)
        self.before = metrics_of(cases, moved(self.period, -1, zone), now, zone)

    def document(self) -> Document:
        chapters = (
            ("short", "In short", self.in_short()),
            ("response", "How fast", self.response()),
            ("incidents", "Incidents", self.incidents()),
            ("promises", "Promises of updates", self.promises()),
            ("actions", "Action items", self.actions()),
            ("again", "What came again", self.again()),
            ("groups", f"By {self.metrics.by}", self.groups()),
            ("drills", "Drills and records", self.apart()),
            ("left-out", "Left out of the figures", self.left_out()),
            ("discuss", "To discuss", self.to_discuss()),
        )
        made = [(id, title, tuple(blocks)) for id, title, blocks in chapters]
        last = (self.period.end - timedelta(minutes=1)).astimezone(self.zone)
        facts = (
            ("From", f"{self.period.start.astimezone(self.zone):%Y-%m-%d}"),
            ("To", f"{last:%Y-%m-%d}{', so far' if self.period.end > self.now else ''}"),
            ("Times in", str(self.zone)),
            ("Counted by", "the moment of the declaration"),
        )
        return Document(
            f"Incident review {self.period.name}",
            facts,
            (),
            tuple(Chapter(id, title, blocks) for id, title, blocks in made if blocks),
        )

    def in_short(self) -> Iterator[Block]:
        now, before = self.metrics.live, self.before.live
        severities = ", ".join(f"{count} {name}" for name, count in now.severities.items())
        lines = [
            f"{counted(now.count, 'incident')}{f' ({severities})' if severities else ''}; {_compared(now, before)}"
        ]
        measured, was = now.measure(SHOWN_MEASURE), before.measure(SHOWN_MEASURE)
        if measured.figure is not None:
            then = f"; {format_length(was.figure.median)} in the period before" if was.figure is not None else ""
            _, median, mean, p90 = of_figure(measured)
            lines.append(f"Mitigated after {median} in the median{then}; mean {mean}, nine of ten within {p90}")
        kept, broken = self._kept()
        if kept + broken:
            lines.append(f"{kept} of {kept + broken} promised updates came in time")
        work = self.metrics.work
        if work.total:
            done = f"{work.done} of {work.total} action items done in time"
            lines.append(f"{done}, {work.late} late, {work.open} open, {work.overdue} overdue")
        if self.metrics.came_back:
            lines.append(f"{counted(len(self.metrics.came_back), 'incident')} came back after the mitigation")
        yield Items(tuple(words(line) for line in lines))
        if self.drawn and self.live:
            yield Picture("", frequency_svg(self.live, self.period, self.zone))

    def _kept(self) -> tuple[int, int]:
        tallies = self.metrics.promises.values()
        return sum(tally.kept for tally in tallies), sum(tally.late + tally.missed for tally in tallies)

    def response(self) -> Iterator[Block]:
        rows = []
        for measured in self.metrics.live.measures:
            was = self.before.live.measure(measured.id).figure
            then = format_length(was.median) if was is not None else "–"
            rows.append((measured.name, measured.span, *of_figure(measured), then, left_words(measured) or "–"))
        head = ("Measure", "From → to", "Counted", "Median", "Mean", "90th percentile", "Median before", "Not counted")
        yield _table(head, rows)
        dots = dots_of(self.live)
        figure = self.metrics.live.measure(SHOWN_MEASURE).figure
        if self.drawn and dots:
            yield Picture("", lengths_svg(dots, self.period, self.zone, figure.median if figure is not None else None))

    def incidents(self) -> Iterator[Block]:
        rows = [
            (
                f"{case.declared_at.astimezone(self.zone):%Y-%m-%d}",
                case.ref,
                case.severity,
                format_length(case.lasted) if case.lasted is not None else "not known",
                one_line(case.title, 120),
                untagged(one_line(case.stopped, 120)) or "not stated",
                case.postmortem_words(self.now),
            )
            for case in self.live
        ]
        if rows:
            yield _table(
                ("Declared", "Incident", "Severity", "Impact lasted", "What", "Stopped by", "Postmortem"), rows
            )

    def promises(self) -> Iterator[Block]:
        rows = [
            (audience, *map(str, (tally.kept, tally.late, tally.missed)))
            for audience, tally in self.metrics.promises.items()
            if tally.kept or tally.late or tally.missed
        ]
        if rows:
            yield _table(("Audience", "In time", "Late", "Missed"), rows)

    def actions(self) -> Iterator[Block]:
        owed = [(case, action) for case in self.live for action in case.open_actions]
        owed.sort(key=lambda each: (each[1].status(self.now) != "overdue", each[1].due_at or self.now, each[0].ref))
        rows = [
            (
                action.status(self.now),
                f"{action.due_at.astimezone(self.zone):%Y-%m-%d}" if action.due_at else "no date",
                action.owner or "nobody",
                action.priority or "–",
                one_line(action.text, 160),
                case.ref,
            )
            for case, action in owed[:MOST_OPEN]
        ]
        if rows:
            yield _table(("Status", "Due", "Owner", "Priority", "Action item", "Incident"), rows)
        if len(owed) > MOST_OPEN:
            yield Paragraph(words(f"And {len(owed) - MOST_OPEN} more that are open."))
        fixes = [(case, fix) for case in self.live for fix in case.open_fixes]
        if fixes:
            yield Heading(words("Temporary fixes that are still in place"))
            yield Items(
                tuple(words(f"{one_line(fix.text, 160)} ({fix.owner or 'nobody'}, {case.ref})") for case, fix in fixes)
            )

    def again(self) -> Iterator[Block]:
        rows = [
            (each.kind, one_line(each.name, 60), str(len(each.refs)), format_length(each.closest), ", ".join(each.refs))
            for each in self.metrics.again
        ]
        if rows:
            yield _table(("What", "Name", "Incidents", "Closest together", "Which"), rows)

    def groups(self) -> Iterator[Block]:
        rows = [
            (one_line(group.name, 60), str(group.count), *(of_figure(each)[1] for each in group.measures))
            for group in self.metrics.groups[:MOST_GROUPS]
        ]
        if rows:
            names = (f"{measured.name}, median" for measured in self.metrics.live.measures)
            yield _table((self.metrics.by.capitalize(), "Incidents", *names), rows)

    def apart(self) -> Iterator[Block]:
        for group, noun in ((self.metrics.drills, "drill"), (self.metrics.retrospective, "record")):
            if not group.count:
                continue
            measured = group.measure(SHOWN_MEASURE)
            median = f"; {measured.name} {of_figure(measured)[1]} in the median" if measured.figure is not None else ""
            yield Paragraph(words(f"{counted(group.count, noun)}: {', '.join(group.refs)}{median}."))
        if self.metrics.elsewhere:
            yield Paragraph(words(f"Handled under another incident: {', '.join(self.metrics.elsewhere)}."))

    def left_out(self) -> Iterator[Block]:
        reasons = self.metrics.left_out
        if reasons:
            count = counted(len(reasons), "incident is", "incidents are")
            yield Remark(words(f"{count} left out of at least one figure; /milestone sets what is missing."))
            yield _table(("Incident", "Why, and of which"), list(reasons.items()))

    def to_discuss(self) -> Iterator[Block]:
        """Questions that the figures raise; none that they do not."""
        metrics = self.metrics
        questions = []
        for audience, tally in metrics.promises.items():
            if broken := tally.late + tally.missed:
                promised = counted(broken + tally.kept, "promised update")
                questions.append(
                    f"{broken} of {promised} to the {audience} audience came late or not at all. What got in the way?"
                )
        questions += [
            f"{len(each.refs)} incidents share the {each.kind} {one_line(each.name, 60)}. Is it one cause?"
            for each in metrics.again[:3]
        ]
        if metrics.came_back:
            questions.append(f"{', '.join(metrics.came_back)} came back. What was taken for the end too early?")
        if metrics.work.overdue:
            overdue = counted(metrics.work.overdue, "action item is", "action items are")
            questions.append(f"{overdue} overdue: do, move or drop?")
        slow, figure = metrics.live.measure(SHOWN_MEASURE), self.before.live.measure(SHOWN_MEASURE).figure
        if slow.figure is not None and figure is not None and slow.figure.median > figure.median:
            questions.append("The mitigation takes longer than in the period before. Where did the time go?")
        without = [case.ref for case in self.live if case.over_at and not case.stopped]
        if without:
            questions.append(f"Nobody said what stopped {first_of(without, MOST_REFS)}. Tag the line with #stopped.")
        if metrics.left_out:
            questions.append("Milestones are missing or contradict each other. Who sets them during an incident?")
        yield (
            Items(tuple(words(question) for question in questions))
            if questions
            else Paragraph(words("Nothing stands out."))
        )


def _compared(now: Group, before: Group) -> str:
    difference = now.count - before.count
    if not difference:
        return "as many as in the period before"
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'} than in the period before"


def _table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> Table:
    return Table(head, tuple(tuple(words(cell) for cell in row) for row in rows))
