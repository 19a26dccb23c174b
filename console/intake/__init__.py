"""Timelines as people write them, read into entries: pure functions from text to values, no files and no clock."""

from console.intake.model import Kind, ReadLine, ReadTimeline, Skipped
from console.intake.preview import preview, summary
from console.intake.script import Script, Step, read_script
from console.intake.timeline import read_timeline

__all__ = [
    "Kind",
    "ReadLine",
    "ReadTimeline",
    "Script",
    "Skipped",
    "Step",
    "preview",
    "read_script",
    "read_timeline",
    "summary",
]
