"""Reading a runbook from Markdown: a title, what it is for, and steps.

    # Database outage

    When queries fail or wait. The first lines say when the runbook is for.

    Words: postgres, connection pool

    ## Look

    1. Is the connection pool used up?
       What to look for stands indented below the step.

       ```sh
       psql -c "SELECT count(*) FROM pg_stat_activity"
       ```
    2. Read the log of slow queries.

Each item of a list at the left margin is a step: numbered, with a bullet or with a box. A fenced block in a step is its
command, which is copied and never run. A heading groups the steps below it.
"""

import re

from console.core.language.text import clean, one_line
from console.core.playbook.runbook import Runbook, Step
from console.core.refusal import Refusal

MAX_STEPS = 100
"""More steps than this are no runbook that anybody follows in an incident."""

MAX_BYTES = 64 * 1024
"""The longest file: an incident keeps the runbook it opened, so it must stay small."""

_MAX_TITLE, _MAX_STEP, _MAX_WORD = 120, 300, 40

_STEP = re.compile(r"(?:\d{1,3}[.)]|[-*+])\s+(?:\[[ xX]\]\s+)?(?P<text>\S.*)")
_EMPTY_STEP = re.compile(r"(?:\d{1,3}[.)]|[-*+])(?:\s+\[[ xX]\])?\s*")
_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})")
_WORDS = re.compile(r"words\s*:\s*(?P<words>.*)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class _Broken(Exception):
    """What is wrong, and on which line; stays inside this module."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


class _Draft:
    """A step while its lines are read."""

    def __init__(self, line: int, text: str) -> None:
        self.line, self.text = line, text
        self.group = ""
        self.detail: list[str] = []
        self.command: list[str] | None = None

    def step(self) -> Step:
        command = "" if self.command is None else _dedented(self.command)
        return Step(one_line(self.text, _MAX_STEP), "\n".join(_folded(self.detail)), command, self.group)


def read_runbook(text: str, name: str = "runbook.md") -> Runbook | Refusal:
    """A runbook from its Markdown; `name` is the file's name, and without its ending the runbook's.

    The refusal names the line. Total: no text raises.
    """
    try:
        return _Reader(text, name).read()
    except _Broken as broken:
        return Refusal(f"{name}, line {broken.line}: {broken.why}.")


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._text = text
        self._title = ""
        self._about: list[str] = []
        self._words: tuple[str, ...] = ()
        self._steps: list[_Draft] = []
        self._group = ""
        self._group_line = 0

    def read(self) -> Runbook:
        if len(self._text.encode("utf-8", "replace")) > MAX_BYTES:
            raise _Broken(1, f"the file is longer than {MAX_BYTES // 1024} KiB; keep the steps and link to the rest")
        # A comment keeps its line ends, so that the lines below keep their numbers.
        text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), self._text.removeprefix("\ufeff"))
        lines = clean(text).split("\n")
        number = 0
        while number < len(lines):
            fence = _FENCE.match(lines[number])
            if fence is not None:
                number = self._fenced(lines, number, fence["mark"])
            else:
                self._line(number + 1, lines[number].replace("\t", "    ").rstrip())
            number += 1
        return self._whole(len(lines))

    def _whole(self, last: int) -> Runbook:
        if not self._title:
            raise _Broken(1, "a runbook begins with its title: write `# Database outage` or the like")
        if self._group:
            raise _Broken(self._group_line, f"there is no step below “{self._group}”; add one or remove the heading")
        if not self._steps:
            raise _Broken(last, "there is no step; write each as an item of a list: `1. Look at the slow queries`")
        if len(self._steps) > MAX_STEPS:
            raise _Broken(self._steps[MAX_STEPS].line, f"more than {MAX_STEPS} steps; split the runbook")
        stem = self._name.removesuffix(".md")
        steps = tuple(one.step() for one in self._steps)
        return Runbook(stem, self._title, steps, "\n".join(_folded(self._about)), self._words)

    def _line(self, number: int, line: str) -> None:
        heading = _HEADING.fullmatch(line)
        step = _STEP.fullmatch(line)
        if heading is not None:
            self._heading(number, len(heading["level"]), one_line(heading["text"], _MAX_TITLE))
        elif not self._title and line.strip():
            raise _Broken(number, "a runbook begins with its title: write `# Database outage` or the like above it")
        elif _EMPTY_STEP.fullmatch(line):
            raise _Broken(number, "this step has no words; say what is to be done")
        elif step is not None:
            draft = _Draft(number, step["text"])
            draft.group, self._group = self._group, ""
            self._steps.append(draft)
        elif self._steps:
            self._steps[-1].detail.append(line.strip())
        else:
            self._above(line.strip())

    def _heading(self, number: int, level: int, text: str) -> None:
        if not text:
            raise _Broken(number, "this heading has no words")
        if level == 1 and not self._title:
            self._title = text
        elif level == 1:
            raise _Broken(number, "a second title; a runbook has one, and groups its steps with ## headings")
        elif not self._title:
            raise _Broken(number, "a runbook begins with its title: one # and the words")
        elif self._group:
            raise _Broken(self._group_line, f"there is no step below “{self._group}”; add one or remove the heading")
        else:
            self._group, self._group_line = text, number

    def _above(self, line: str) -> None:
        words = _WORDS.fullmatch(line)
        if words is None:
            self._about.append(line)
            return
        found = (one_line(word, _MAX_WORD).lower() for word in words["words"].split(","))
        self._words += tuple(word for word in found if word)

    def _fenced(self, lines: list[str], first: int, mark: str) -> int:
        """Reads a fenced block into the step above it; the number of its last line, from 0."""
        closing = re.compile(rf"\s*{re.escape(mark[0])}{{{len(mark)},}}\s*")
        last = next((n for n in range(first + 1, len(lines)) if closing.fullmatch(lines[n])), None)
        if last is None:
            raise _Broken(first + 1, f"the block that begins here does not end; close it with {mark}")
        if not self._steps:
            raise _Broken(first + 1, "a command stands in a step; write the step above it")
        step = self._steps[-1]
        if step.command is not None:
            raise _Broken(first + 1, "a second command in one step; make it a step of its own")
        if self._group:
            raise _Broken(first + 1, f"there is no step between “{self._group}” and this command; add one")
        step.command = lines[first + 1 : last]
        if not any(line.strip() for line in step.command):
            raise _Broken(first + 1, "this block is empty; write the command, or remove it")
        return last


def _dedented(lines: list[str]) -> str:
    """The command without the indent that puts it into its step."""
    depth = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[depth:].rstrip() for line in lines).strip("\n")


def _folded(lines: list[str]) -> list[str]:
    """Lines of a paragraph as one, as Markdown means them; items of a list and paragraphs stay apart."""
    folded: list[str] = []
    fresh = True
    for line in lines:
        if not line:
            fresh = True
        elif fresh or _STEP.fullmatch(line):
            folded.append(line)
            fresh = False
        else:
            folded[-1] = f"{folded[-1]} {line}"
    return folded
