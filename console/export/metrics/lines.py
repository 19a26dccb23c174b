"""The metrics as lines of a terminal: figures in columns, and pictures of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len

from console.core.language.text import counted, first_of, one_line
from console.core.memory.case import Case
from console.core.memory.metrics import MEASURES, Group, Metrics
from console.export.metrics.charts import SHOWN_MEASURE, dots_of, frequency_lines, lengths_lines, live_of
from console.export.metrics.figures import of_figure

MOST_ROWS = 20
MOST_REFS = 6
SPAN_CELLS = 76
"""From this width on the milestones of each measure are shown."""


def metrics_lines(
    cases: Sequence[Case], metrics: Metrics, now: datetime, zone: tzinfo, width: int, *, drawn: bool
) -> Iterator[str]:
    """`drawn` adds the pictures."""
    period, live = metrics.period, metrics.live
    last = (period.end - timedelta(minutes=1)).astimezone(zone)
    yield f"{period.name}: {period.start.astimezone(zone):%Y-%m-%d} to {last:%Y-%m-%d}, by the day of the declaration"
    severities = ", ".join(f"{count} {one_line(name, 20)}" for name, count in live.severities.items())
    yield f"{counted(live.count, 'incident')}{f': {severities}' if severities else ''}"
    shown = live_of(cases, metrics)
    if drawn and shown:
        yield ""
        yield from frequency_lines(shown, period, zone, width)
    yield ""
    rows = [
        (each.name, *of_figure(each), str(len(each.left_out)), str(len(each.waiting)), each.span)
        for each in live.measures
    ]
    head = ("", "n", "median", "mean", "90 %", "left out", "open", "from → to")
    columns = len(head) if width >= SPAN_CELLS else len(head) - 1
    yield from _columns(head[:columns], [row[:columns] for row in rows], right=(1, 2, 3, 4, 5, 6))
    dots = dots_of(shown)
    if drawn and dots:
        yield ""
        yield f"{MEASURES[SHOWN_MEASURE]} of each incident"
        yield from lengths_lines(dots, period, zone, width)
    if metrics.groups:
        yield ""
        yield from _columns(
            (f"{metrics.by}, medians", "n", *(measured.name for measured in live.measures)),
            [_group_row(group) for group in metrics.groups[:MOST_ROWS]],
            right=(1, 2, 3, 4, 5),
        )
        if len(metrics.groups) > MOST_ROWS:
            yield f"and {len(metrics.groups) - MOST_ROWS} more; --json and --csv have all"
    yield ""
    yield from _rest(metrics)


def _group_row(group: Group) -> tuple[str, ...]:
    return (one_line(group.name, 40), str(group.count), *(of_figure(measured)[1] for measured in group.measures))


def _rest(metrics: Metrics) -> Iterator[str]:
    for audience, tally in metrics.promises.items():
        if tally.kept or tally.late or tally.missed:
            yield f"{audience.capitalize()} updates: {tally.kept} in time, {tally.late} late, {tally.missed} missed"
    work = metrics.work
    if work.total:
        words = f"{work.done} done in time, {work.late} late, {work.open} open, {work.overdue} overdue"
        yield f"Action items: {words}"
    for again in metrics.again[:5]:
        refs = first_of(again.refs, MOST_REFS)
        yield f"Again: {again.kind} {one_line(again.name, 40)}, {len(again.refs)} incidents: {refs}"
    if metrics.came_back:
        yield f"Came back after the mitigation: {', '.join(metrics.came_back)}"
    for group, noun in ((metrics.drills, "drill"), (metrics.retrospective, "record")):
        if group.count:
            yield f"Apart, {counted(group.count, noun)}: {first_of(group.refs, MOST_REFS)}"
    if metrics.elsewhere:
        yield f"Handled under another incident: {first_of(metrics.elsewhere, MOST_REFS)}"
    for ref, why in metrics.left_out.items():
        yield f"Left out: {ref}  {why}"


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> Iterator[str]:
    """The rows below their heads; columns of numbers to the right."""
    widths = [max(cell_len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        cells = []
        for place, cell in enumerate(row):
            fill = " " * (widths[place] - cell_len(cell))
            cells.append(fill + cell if place in right else cell + fill)
        yield "  ".join(cells).rstrip()
