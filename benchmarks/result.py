"""A figure beside its floor."""

from typing import NamedTuple


class Result(NamedTuple):
    what: str
    ours: float
    floor: float | None
    """None where it could not be measured; `against` says why."""
    unit: str
    against: str
    """The name of the floor."""
    goal: float | None = None
    """The most that ours may be, as a multiple of the floor; None where there is only a floor to compare with."""
    size: int = 0
    """Of how many, where it is measured at several sizes; `what` then ends with a comma and their word."""

    @property
    def ratio(self) -> float | None:
        return None if self.floor is None else self.ours / self.floor

    @property
    def missed(self) -> bool:
        return self.goal is not None and self.ratio is not None and self.ratio > self.goal

    def line(self) -> str:
        floor = f", {self.against} {self._value(self.floor)}, {self.ratio:.2f}×" if self.ratio else f"; {self.against}"
        verdict = f" (goal {self.goal:g}×, {'missed' if self.missed else 'met'})" if self.goal is not None else ""
        return f"{self._named}: {self._value(self.ours)}{floor}{verdict}"

    def row(self) -> str:
        """A row of the table in docs/benchmarks.md."""
        goal = f"≤ {self.goal:g}×" if self.goal is not None else ""
        ratio = f"{self.ratio:.2f}×" if self.ratio else ""
        if self.missed:
            ratio = f"**{ratio}**"
        floor = f"{self.against}: {self._value(self.floor)}" if self.ratio else self.against
        return f"| {self._named} | {self._value(self.ours)} | {floor} | {ratio} | {goal} |"

    @property
    def _named(self) -> str:
        what, _, of = self.what.rpartition(", ")
        of = of.removesuffix("s") if self.size == 1 else of
        return f"{what}, {self.size:,} {of}" if self.size else self.what

    def _value(self, value: float | None) -> str:
        number = "" if value is None else f"{value:.3g}" if value < 100 else f"{value:,.0f}"
        return f"{number} {self.unit}"


TABLE = "| what | console | floor | ratio | goal |\n|---|---|---|---|---|"
