"""Makes the tables in docs/benchmarks.md, and its picture of cost against size, out of results.json.

`python -m benchmarks.page`; `make bench` does it at its end.
"""

import re
from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

from benchmarks import results
from benchmarks.result import TABLE, Result
from benchmarks.results import Run

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "benchmarks.md"
PICTURE = DOCS / "pictures" / "cost.svg"
_TABLE = re.compile(r"(<!-- table: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)

WIDTH, HEIGHT, LEFT, TOP = 480, 230, 66, 34
"""Of a panel, and what lies left of and above its plot."""
PLOT_WIDTH, PLOT_HEIGHT = 250, 160
COLOURS = ("#0b6bcb", "#b3261e", "#2e7d32", "#8e24aa")

Points = Sequence[tuple[int, float]]


def table(runs: Mapping[str, Run], names: Sequence[str]) -> str:
    """The rows of these benchmarks, and under them when and where each ran."""
    known = [(name, runs[name]) for name in names if name in runs]
    rows = [row.row() for _, run in known for row in run.rows]
    places: dict[str, list[str]] = {}
    for name, run in known:
        versions = ", ".join(f"{package} {version}" for package, version in run.versions.items())
        places.setdefault(f"{run.date}, {run.machine}, {versions}", []).append(f"{name} {run.load:g}")
    ran = [f"Measured {where}; load at the end of each: {', '.join(loads)}." for where, loads in places.items()]
    return "\n".join([TABLE, *rows, "", *ran, ""])


def lines_of(rows: Sequence[Result], of: str) -> dict[str, Points]:
    """The measured sizes of each thing that is measured against so many entries, incidents or countdowns."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if row.what.endswith(f", {of}"):
            lines.setdefault(row.what.removesuffix(f", {of}"), []).append((row.size, row.ours))
    return {name: sorted(points) for name, points in lines.items()}


def panel(title: str, unit: str, lines: Mapping[str, Points]) -> str:
    """A plot with both axes logarithmic, each line named at its end."""
    sizes = [size for points in lines.values() for size, _ in points]
    values = [value for points in lines.values() for _, value in points]
    low, high = int(log10(min(values)) // 1), int(log10(max(values)) // 1) + 1
    first, last = log10(min(sizes)), log10(max(sizes))

    def across(size: float) -> float:
        return LEFT + PLOT_WIDTH * (log10(size) - first) / (last - first)

    def down(value: float) -> float:
        return TOP + PLOT_HEIGHT * (high - log10(value)) / (high - low)

    parts = [f'<text x="{LEFT}" y="16" font-weight="bold">{title}</text>']
    for power in range(low, high + 1):
        y = down(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}h{PLOT_WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:,g} {unit}</text>')
    for size in sorted(set(sizes)):
        parts.append(f'<text x="{across(size):.1f}" y="{TOP + PLOT_HEIGHT + 16}" text-anchor="middle">{size:,}</text>')
    ends = sorted((down(points[-1][1]), name) for name, points in lines.items())
    places, lowest = {}, 0.0
    for y, name in ends:
        # Names of lines that end close together stand under each other.
        places[name] = lowest = max(y + 4, lowest + 13)
    for colour, (name, points) in zip(COLOURS, lines.items(), strict=False):
        path = " ".join(f"{across(size):.1f},{down(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(a):.1f}" cy="{down(b):.1f}" r="3" fill="{colour}"/>' for a, b in points]
        parts.append(f'<text x="{LEFT + PLOT_WIDTH + 8}" y="{places[name]:.1f}" fill="{colour}">{name}</text>')
    return "\n".join(parts)


def picture(rows: Sequence[Result]) -> str:
    """Cost against size, as SVG."""
    panels: list[str] = []
    for of in dict.fromkeys(row.what.rpartition(", ")[2] for row in rows):
        for unit in dict.fromkeys(row.unit for row in rows if row.what.endswith(f", {of}")):
            lines = lines_of([row for row in rows if row.unit == unit], of)
            panels.append(panel(of.capitalize(), unit.removesuffix(" of a core"), lines))
    placed = (
        f'<g transform="translate({at % 2 * WIDTH} {at // 2 * HEIGHT})">\n{each}\n</g>'
        for at, each in enumerate(panels)
    )
    width, height = 2 * WIDTH, (len(panels) + 1) // 2 * HEIGHT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"',
        'font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>', *placed, "</svg>\n",
    ])  # fmt: skip


def main() -> None:
    runs = results.read()
    page = PAGE.read_text(encoding="utf-8")
    made = _TABLE.sub(lambda match: f"{match[1]}\n{table(runs, match[2].split())}\n{match[3]}", page)
    PAGE.write_text(made, encoding="utf-8")
    if "sizes" in runs:
        PICTURE.write_text(picture(runs["sizes"].rows), encoding="utf-8")


if __name__ == "__main__":
    main()
