"""Pictures of the metrics: incidents over time and how long each lasted, as SVG and as lines of a terminal."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from html import escape
from typing import Any

import msgspec

from console.core.language.text import clean, one_line
from console.core.language.times import format_length
from console.core.memory.case import Case
from console.core.memory.metrics import MEASURES, Metrics, length_of
from console.core.memory.period import Period, Slot, slots
from console.resources import style_sheet

WIDTH, HEIGHT = 960, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 944, 40, 200
_SHADES = 5
"""Colours for severities, the highest first; more share the last."""
SHOWN_MEASURE = "time_to_mitigate"
"""The measure whose lengths are drawn."""


class Dot(msgspec.Struct, frozen=True):
    """One incident: when it was declared, and how long the measure was."""

    ref: str
    severity: str
    rank: int
    at: datetime
    length: timedelta


def live_of(cases: Iterable[Case], metrics: Metrics) -> list[Case]:
    refs = set(metrics.live.refs)
    return sorted((case for case in cases if case.ref in refs), key=lambda case: (case.declared_at, case.ref))


def dots_of(cases: Iterable[Case]) -> list[Dot]:
    lengths = ((case, length_of(case, SHOWN_MEASURE)) for case in cases)
    return [
        Dot(case.ref, case.severity, case.rank, case.declared_at, length)
        for case, length in lengths
        if isinstance(length, timedelta)
    ]


def counts_of(cases: Sequence[Case], parts: Sequence[Slot]) -> dict[str, list[int]]:
    """The incidents declared in each part of the period, by severity, the highest first."""
    ranks = {case.severity: case.rank for case in cases}
    counts = {severity: [0] * len(parts) for severity in sorted(ranks, key=lambda name: (ranks[name], name))}
    for case in cases:
        for place, part in enumerate(parts):
            if part.start <= case.declared_at < part.end:
                counts[case.severity][place] += 1
    return counts


# SVG


def frequency_svg(cases: Sequence[Case], period: Period, zone: tzinfo) -> str:
    """Incidents in each month or week, by severity. Every colour stands beside a word."""
    parts = slots(period, zone)
    counts = counts_of(cases, parts)
    most = max((sum(each) for each in zip(*counts.values(), strict=True)), default=0)
    return _svg("Incidents declared", "\n".join([*_scale(most, str), *_bars(counts, parts, most), *_legend(counts)]))


def lengths_svg(dots: Sequence[Dot], period: Period, zone: tzinfo, median: timedelta | None) -> str:
    """Each incident's measure over the time; the median as a line."""
    minutes = max(1, math.ceil(max((dot.length for dot in dots), default=timedelta()) / timedelta(minutes=1)))
    y = _height(minutes)
    drawn = list(_scale(minutes, lambda value: format_length(timedelta(minutes=int(value))) if value else "0"))
    severities = {dot.severity: [0] for dot in sorted(dots, key=lambda dot: (dot.rank, dot.severity))}
    for part in slots(period, zone):
        x = _place(part.start, period)
        drawn.append(f'<text class="m" x="{x:.1f}" y="{_BOTTOM + 18}">{escape(part.label)}</text>')
    if median is not None:
        at = y(median / timedelta(minutes=1))
        drawn.append(f'<line class="a" x1="{_LEFT}" x2="{_RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        drawn.append(
            f'<text class="m" x="{_RIGHT}" y="{at - 5:.1f}" text-anchor="end">median {format_length(median)}</text>'
        )
    for dot in dots:
        hint = f"{dot.ref} {dot.severity}, {dot.at.astimezone(zone):%Y-%m-%d}: {format_length(dot.length)}"
        shade = min(list(severities).index(dot.severity), _SHADES - 1)
        x, at = _place(dot.at, period), y(dot.length / timedelta(minutes=1))
        titled = f"<title>{escape(clean(hint))}</title>"
        drawn.append(f'<circle class="s{shade}" cx="{x:.1f}" cy="{at:.1f}" r="5">{titled}</circle>')
    return _svg(f"{MEASURES[SHOWN_MEASURE]} of each incident", "\n".join([*drawn, *_legend(severities)]))


def _svg(title: str, body: str) -> str:
    return (
        f'<svg class="ch" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">\n<style>\n{style_sheet("chart.css")}</style>\n'
        f'<text class="t" x="8" y="20">{escape(title)}</text>\n{body}\n</svg>'
    )


def _place(at: datetime, period: Period) -> float:
    return _LEFT + (at - period.start) / (period.end - period.start) * (_RIGHT - _LEFT)


def _height(most: float) -> Any:
    return lambda value: _BOTTOM - value / (most or 1) * (_BOTTOM - _TOP)


def _scale(most: int, named: Any) -> Iterator[str]:
    y = _height(most)
    for value in dict.fromkeys((0, most // 2, most)):
        at = y(value)
        yield f'<line class="g" x1="{_LEFT}" x2="{_RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield f'<text class="m" x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{escape(named(value))}</text>'


def _bars(counts: dict[str, list[int]], parts: Sequence[Slot], most: int) -> Iterator[str]:
    wide = (_RIGHT - _LEFT) / max(1, len(parts))
    y = _height(most)
    for place, part in enumerate(parts):
        x, below = _LEFT + place * wide, 0
        middle = f'x="{x + wide / 2:.1f}" text-anchor="middle"'
        yield f'<text class="m" {middle} y="{_BOTTOM + 18}">{escape(part.label)}</text>'
        for shade, (severity, of_part) in enumerate(counts.items()):
            count = of_part[place]
            if not count:
                continue
            top, bottom = y(below + count), y(below)
            below += count
            size = f'x="{x + wide * 0.2:.1f}" y="{top:.1f}" width="{wide * 0.6:.1f}" height="{bottom - top:.1f}"'
            titled = f"<title>{escape(clean(severity))}: {count}</title>"
            yield f'<rect class="s{min(shade, _SHADES - 1)}" {size}>{titled}</rect>'
            if bottom - top > 12:
                yield f'<text class="n" {middle} y="{(top + bottom) / 2 + 4:.1f}">{count}</text>'


def _legend(severities: Iterable[str]) -> Iterator[str]:
    x = 240.0
    for shade, severity in enumerate(severities):
        words = one_line(severity, 12)
        yield f'<rect class="s{min(shade, _SHADES - 1)}" x="{x}" y="10" width="10" height="10"/>'
        yield f'<text x="{x + 14}" y="20">{escape(words)}</text>'
        x += 30 + 8 * len(words)


_EIGHTHS = " ▏▎▍▌▋▊▉█"


# Lines of a terminal


def frequency_lines(cases: Sequence[Case], period: Period, zone: tzinfo, width: int) -> list[str]:
    """A bar for each month or week, with how many of which severity."""
    parts = slots(period, zone)
    counts = counts_of(cases, parts)
    totals = [sum(each) for each in zip(*counts.values(), strict=True)] or [0] * len(parts)
    lines = []
    room = max(8, min(40, width - 40))
    for place, part in enumerate(parts):
        named = ", ".join(
            f"{of_part[place]} {one_line(name, 12)}" for name, of_part in counts.items() if of_part[place]
        )
        bar = _bar(totals[place], max(totals), room)
        lines.append(f"{part.label:<8} {bar} {totals[place]}{f'  ({named})' if named else ''}")
    return lines


def _bar(value: float, most: float, width: int) -> str:
    eighths = round(value / most * width * 8) if most else 0
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)


def lengths_lines(dots: Sequence[Dot], period: Period, zone: tzinfo, width: int) -> list[str]:
    """Each incident's measure over the time; none where there is nothing to draw."""
    if not dots:
        return []
    # Read when a picture is first drawn.
    from plotille import Figure

    figure = Figure()
    figure.width, figure.height, figure.with_colors = max(20, width - 24), 9, False
    figure.x_label, figure.y_label, figure.origin = "", "", False

    def label(val: Any, chars: int, delta: Any, left: bool) -> str:
        """Below the picture, where labels stand to the left, a day; beside it a length."""
        if left:
            return f"{datetime.fromtimestamp(val, zone):%d %b}".ljust(chars)
        return format_length(timedelta(minutes=round(val))).rjust(chars)

    figure.register_label_formatter(float, label)
    most = max(dot.length / timedelta(minutes=1) for dot in dots)
    figure.set_x_limits(min_=period.start.timestamp(), max_=period.end.timestamp())
    figure.set_y_limits(min_=0.0, max_=max(1.0, float(math.ceil(most * 1.05))))
    lengths = [dot.length / timedelta(minutes=1) for dot in dots]
    figure.scatter([dot.at.timestamp() for dot in dots], lengths, marker="●")
    drawn = str(figure.show()).replace("\N{BRAILLE PATTERN BLANK}", " ").splitlines()
    # The first line has room for the name of an axis, as has the end of another.
    return [line.rstrip().removesuffix(" ()") for line in drawn[1:]]
