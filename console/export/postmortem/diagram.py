"""A picture of an incident: its stages and key moments, as Mermaid for code hosts and as an SVG of its own."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from html import escape

from console.core.language.grounds import bare, unmarked
from console.core.language.text import clean, one_line
from console.core.language.times import rfc3339
from console.core.log.state import Incident
from console.core.log.tagged import untagged
from console.export.postmortem.names import People
from console.export.story import Spell, Story, story
from console.export.timeline import stated_zone
from console.resources import style_sheet

# Mermaid


def mermaid(state: Incident, zone: tzinfo = UTC) -> str:
    """A Gantt chart in Mermaid's syntax, times in the zone; without the fence around it.

    The signs that Mermaid takes for syntax are written otherwise, so that nothing anybody typed can end a task's name,
    begin a statement or open a comment, and every sign stands in the chart.
    """
    shown = bare(story(state))
    # A chart knows no zones: where clocks were changed meanwhile, only UTC is unambiguous.
    same = shown.start.astimezone(zone).utcoffset() == shown.end.astimezone(zone).utcoffset()
    at_zone = zone if same else UTC
    long = shown.end - shown.start > timedelta(hours=20)
    title = People(state).masked(state.title.value)
    lines = [
        "gantt",
        f"    title {_plain(f'{state.ref} {title}', 70)} – times in {_plain(stated_zone(shown.start, at_zone), 30)}",
        "    dateFormat YYYY-MM-DD HH:mm:ss",
        f"    axisFormat {'%d %b %H:%M' if long else '%H:%M'}",
        "    section Stages",
    ]
    lines += _bars("s", shown.stages, 30, at_zone)
    if len(shown.severities) > 1:
        lines += ["    section Severity", *_bars("v", shown.severities, 20, at_zone)]
    for title, prefix, moments in (("Milestones", "m", shown.milestones), ("Key moments", "k", shown.moments)):
        if moments:
            lines.append(f"    section {title}")
        for number, moment in enumerate(moments, 1):
            at = moment.at.astimezone(at_zone)
            task = _plain(f"{at:%H:%M} {untagged(moment.text)}", 54)
            lines.append(f"    {task} :milestone, {prefix}{number}, {at:%Y-%m-%d %H:%M:%S}, 0s")
    return "\n".join(lines) + "\n"


_SYNTAX = {ord(sign): f"#{ord(sign)};" for sign in "#;%&<>"} | {ord(":"): "\N{RATIO}"}
"""Mermaid's own escapes. A colon is too frequent for one: the chart's source is read too, so its look-alike stands."""


def _plain(text: str, limit: int) -> str:
    kept = " ".join(clean(unmarked(text)).split())
    if len(kept) > limit:
        # At a word's end, unless that takes half of it away.
        whole = kept[:limit].rpartition(" ")[0]
        kept = f"{(whole if len(whole) > limit // 2 else kept[: limit - 1]).rstrip(' ,;:')}…"
    return kept.translate(_SYNTAX) or "–"


def _bars(prefix: str, spells: Iterable[Spell], limit: int, zone: tzinfo) -> Iterator[str]:
    for number, spell in enumerate(spells, 1):
        ends = (spell.start, max(spell.end, spell.start + timedelta(seconds=1)))
        span = ", ".join(f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" for moment in ends)
        yield f"    {number} {_plain(spell.name, limit)} :{prefix}{number}, {span}"


WIDTH = 960
_LEFT, _RIGHT = 150, 945
_LANE, _BAR = 24, 14
_CHAR = 6.4
"""Pixels that a character of the labels takes about, at 12 px."""

_STEPS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)]
_STEPS += [timedelta(days=d) for d in (1, 2, 7, 14, 30, 90, 365)]
_MOST_TICKS = 8


# SVG


def svg(state: Incident, zone: tzinfo = UTC) -> str:
    """One `<svg>` element of 960 units in width: a lane for each stage, severities, milestones and key moments.

    No script, nothing loaded; light or dark as the viewer prefers. Every colour stands beside a word.
    """
    shown = bare(story(state))
    body, height = _Drawing(shown, zone, state.ref).drawn()
    title = f"Stages and key moments of {state.ref}, times in {stated_zone(shown.start, zone)}"
    return (
        f'<svg class="wr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">\n<style>\n{style_sheet("postmortem_diagram.css")}</style>\n'
        f'<text class="t" x="8" y="20">{escape(title)}</text>\n{body}\n</svg>'
    )


class _Drawing:
    def __init__(self, shown: Story, zone: tzinfo, ref: str) -> None:
        self.story, self.zone, self.ref = shown, zone, ref
        self.span = shown.end - shown.start

    def x(self, at: datetime) -> float:
        share = (at - self.story.start) / self.span
        return round(_LEFT + min(max(share, 0), 1) * (_RIGHT - _LEFT), 1)

    def drawn(self) -> tuple[str, int]:
        """The elements, and the height they need."""
        marks, rows = self._marks()
        top = 40 + rows * 16 + 6
        names = list(dict.fromkeys(stage.name for stage in self.story.stages))
        lanes: list[tuple[str, str, list[Spell]]] = [
            (name, "s", [stage for stage in self.story.stages if stage.name == name]) for name in names
        ]
        lanes.append(("Severity", "v", list(self.story.severities)))
        bottom = top + len(lanes) * _LANE + (_LANE if self.story.moments else 0)
        parts = [*self._ticks(top, bottom)]
        parts += [
            f'<line class="e" x1="{self.x(milestone.at)}" x2="{self.x(milestone.at)}" y1="{top - 4}" y2="{bottom}"/>'
            for milestone in self.story.milestones
        ]
        parts += marks
        for number, (name, css, spells) in enumerate(lanes):
            parts += self._lane(name, css, spells, top + number * _LANE)
        height = bottom + 30
        if self.story.moments:
            parts += self._moments(bottom - _LANE, height + 12)
            height += len(self.story.moments) * 18 + 12
        return "\n".join(parts), height

    def _marks(self) -> tuple[list[str], int]:
        """The milestones' labels, one above another where they would overlap; those of one moment share a label."""
        grouped: dict[datetime, list[str]] = {}
        for milestone in self.story.milestones:
            text = milestone.text.lower() if milestone.at in grouped else milestone.text
            grouped.setdefault(milestone.at, []).append(text)
        ends: list[float] = []
        placed: list[tuple[float, int, str, bool]] = []
        for at, names in grouped.items():
            label = f"{', '.join(names)} {self._clock(at)}"
            size, x = len(label) * _CHAR, self.x(at)
            left = x + 4 + size > _RIGHT
            begin = x - 4 - size if left else x + 4
            row = next((i for i, end in enumerate(ends) if end + 10 < begin), len(ends))
            ends[row : row + 1] = [begin + size]
            placed.append((x, row, label, left))
        rows = len(ends)
        parts: list[str] = []
        words: list[str] = []
        for x, row, label, left in placed:
            y = 40 + row * 16
            parts.append(f'<line class="e" x1="{x}" x2="{x}" y1="{y - 8}" y2="{40 + rows * 16 + 2}"/>')
            anchor = ' text-anchor="end"' if left else ""
            words.append(f'<text class="l" x="{x - 4 if left else x + 4}" y="{y + 3}"{anchor}>{escape(label)}</text>')
        # Words last, over the lines of other labels.
        return parts + words, rows

    def _lane(self, name: str, css: str, spells: list[Spell], y: int) -> Iterator[str]:
        yield f'<text x="8" y="{y + 15}">{escape(one_line(name, 21))}</text>'
        for spell in spells:
            x, width = self.x(spell.start), max(2.0, self.x(spell.end) - self.x(spell.start))
            hint = f"{spell.name}, {self._clock(spell.start)} to {self._clock(spell.end)}"
            yield (
                f'<rect class="{css}" x="{x}" y="{y + 4}" width="{width:.1f}" height="{_BAR}" rx="2">'
                f"<title>{escape(clean(hint))}</title></rect>"
            )
            if css == "v" and width > len(spell.name) * 7 + 8:
                words = escape(one_line(spell.name, 12))
                yield f'<text class="n" x="{x + width / 2:.1f}" y="{y + 15}">{words}</text>'

    def _moments(self, y: int, below: int) -> Iterator[str]:
        yield f'<text x="8" y="{y + 15}">Key moments</text>'
        x = 0.0
        for number, moment in enumerate(self.story.moments, 1):
            # Side by side where they happened at almost the same time; the list below has the times.
            x = round(max(self.x(moment.at), x + 17), 1)
            # A page reaches no console: it says what shows the room as it was.
            shows = escape(f"warroom replay {self.ref} --at {rfc3339(moment.at)}")
            yield f'<circle class="k" cx="{x}" cy="{y + 11}" r="8"><title>{shows}</title></circle>'
            yield f'<text class="n" x="{x}" y="{y + 14.5}">{number}</text>'
            words = one_line(moment.text, 112)
            yield (
                f'<text x="{_LEFT - 40}" y="{below + (number - 1) * 18}"><tspan class="m">{number}  '
                f"{self._clock(moment.at)}</tspan>  {escape(words)}</text>"
            )

    def _ticks(self, top: int, bottom: int) -> Iterator[str]:
        step = next((length for length in _STEPS if self.span / length <= _MOST_TICKS), _STEPS[-1])
        at = self.story.start.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        at += step * ((self.story.start - at) // step)
        while at <= self.story.end:
            if at >= self.story.start:
                x, here = self.x(at), at.astimezone(self.zone)
                day = step >= timedelta(days=1)
                label = f"{here.day} {here:%b}" if day else f"{here:%H:%M}"
                yield f'<line class="g" x1="{x}" x2="{x}" y1="{top}" y2="{bottom + 4}"/>'
                yield f'<text class="m" x="{x}" y="{bottom + 18}" text-anchor="middle">{label}</text>'
            at += step

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        many_days = self.story.start.astimezone(self.zone).date() != self.story.end.astimezone(self.zone).date()
        return f"{local.day} {local:%b} {local:%H:%M}" if many_days else f"{local:%H:%M}"
