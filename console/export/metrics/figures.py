"""Figures in words, the same wherever they stand."""

from console.core.language.times import format_length
from console.core.memory.metrics import Measured


def of_figure(measured: Measured) -> tuple[str, str, str, str]:
    """Count, median, mean and 90th percentile in words."""
    figure = measured.figure
    if figure is None:
        return "0", "–", "–", "–"
    return str(figure.n), format_length(figure.median), format_length(figure.mean), format_length(figure.p90)


def left_words(measured: Measured) -> str:
    """`2 left out, 1 under way`; empty where all are counted."""
    left, waiting = len(measured.left_out), len(measured.waiting)
    return ", ".join([f"{left} left out"] * bool(left) + [f"{waiting} under way"] * bool(waiting))
