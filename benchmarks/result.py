"""A figure beside its floor."""

import os
import platform
from typing import NamedTuple


class Result(NamedTuple):
    what: str
    ours: float
    floor: float
    unit: str
    against: str
    """What the floor is."""
    goal: float | None = None
    """The most that ours may be, as a multiple of the floor; None where there is only a floor to compare with."""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return f"goal {self.goal:g}×, {'met' if self.ratio <= self.goal else 'missed'}"

    def line(self) -> str:
        ours, floor = (f"{one:.3g}" if one < 100 else f"{one:,.0f}" for one in (self.ours, self.floor))
        verdict = f" ({self.verdict})" if self.verdict else ""
        return f"{self.what}: {ours} {self.unit}, {self.against} {floor} {self.unit}, {self.ratio:.2f}×{verdict}"

    def row(self) -> str:
        """A row of the table in docs/benchmarks.md."""
        ours, floor = (f"{one:.3g}" if one < 100 else f"{one:,.0f}" for one in (self.ours, self.floor))
        goal = f"≤ {self.goal:g}×" if self.goal is not None else ""
        ratio = f"**{self.ratio:.2f}×**" if self.verdict.endswith("missed") else f"{self.ratio:.2f}×"
        return f"| {self.what} | {ours} {self.unit} | {self.against}: {floor} {self.unit} | {ratio} | {goal} |"


TABLE = "| what | console | floor | ratio | goal |\n|---|---|---|---|---|"


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
