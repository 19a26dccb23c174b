"""The metrics as JSON and as CSV."""

import csv
import io

from console.core.language.text import csv_cell
from console.core.language.times import rfc3339
from console.core.memory.metrics import Group, Measured, Metrics
from console.export.json.model import AgainView, GroupView, LeftOutView, MeasureView, MetricsView, WorkView

COLUMNS = (
    "period", "start", "end", "group_by", "group", "incidents", "measure", "n", "median_s", "mean_s", "p90_s",
    "left_out",
)  # fmt: skip


def metrics_view(metrics: Metrics) -> MetricsView:
    return MetricsView(
        metrics.period.name,
        rfc3339(metrics.period.start),
        rfc3339(metrics.period.end),
        _group(metrics.live),
        metrics.by or None,
        tuple(map(_group, metrics.groups)),
        metrics.promises,
        WorkView.of(metrics.work),
        metrics.came_back,
        tuple(AgainView.of(again, closest_s=again.closest.total_seconds()) for again in metrics.again),
        metrics.elsewhere,
        _group(metrics.drills),
        _group(metrics.retrospective),
    )


def _group(group: Group) -> GroupView:
    return GroupView.of(group, measures=[_measure(measured) for measured in group.measures])


def _measure(measured: Measured) -> MeasureView:
    median, mean, p90 = _seconds(measured)
    n = measured.figure.n if measured.figure is not None else 0
    left = tuple(LeftOutView.of(left) for left in measured.left_out)
    return MeasureView(measured.id, measured.name, n, median, mean, p90, left, measured.waiting)


def _seconds(measured: Measured) -> tuple[float | None, float | None, float | None]:
    figure = measured.figure
    if figure is None:
        return None, None, None
    median, mean, p90 = (round(each.total_seconds(), 3) for each in (figure.median, figure.mean, figure.p90))
    return median, mean, p90


def metrics_csv(metrics: Metrics) -> str:
    """A row for each measure of each group; a cell that a spreadsheet would take for a formula is made text."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    period = metrics.period
    groups = [("all", metrics.live), *((metrics.by, group) for group in metrics.groups)]
    groups += [("kind", metrics.drills), ("kind", metrics.retrospective)]
    for by, group in groups:
        for measured in group.measures:
            n = measured.figure.n if measured.figure is not None else 0
            figures = ("" if value is None else value for value in _seconds(measured))
            left = " ".join(left.ref for left in measured.left_out)
            when = (csv_cell(period.name), rfc3339(period.start), rfc3339(period.end))
            table.writerow([*when, by, csv_cell(group.name), group.count, measured.name, n, *figures, left])
    return written.getvalue()
