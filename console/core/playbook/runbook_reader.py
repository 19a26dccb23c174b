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
command, which is copied and never run. A heading groups the steps below it. Nothing else of Markdown is read: it stays
in the text as it was typed.
"""

import re
from textwrap import dedent

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean, one_line
from console.core.playbook.runbook import Runbook, Step
from console.core.refusal import Refused

MAX_STEPS = 100
"""More steps than this are no runbook that anybody follows in an incident."""

MAX_BYTES = 64 * 1024
"""The longest file: an incident keeps the runbook it opened, so it must stay small."""

_MAX_TITLE, _MAX_STEP, _MAX_WORD = 120, 300, 40
_NO_TITLE = "a runbook begins with its title: write `# Database outage` or the like"

_ITEM = late(r"(?:\d{1,9}[.)]|[-*+])(?:\s+(?:\[[ xX]\](?:\s+|$))?(?P<text>.*))?")
_WORDS = late(r"words\s*:\s*(?P<words>.*)", re.IGNORECASE)
_COMMENT = late(r"<!--.*?-->", re.DOTALL)


class _Broken(Exception):
    """The fault of a runbook, and its line; stays inside this module."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


class _Draft(msgspec.Struct):
    """A step while its lines are read; `line` counts from 0."""

    line: int
    text: str
    group: str
    command: str = ""


def read_runbook(text: str, name: str = "runbook.md") -> Runbook:
    """A runbook from its Markdown; `name` is the file's name, and without its ending the runbook's.

    The refusal names the line; every text is read or refused.
    """
    try:
        return _Reader(text, name).read()
    except _Broken as broken:
        raise Refused(f"{name}, line {broken.line}: {broken.why}.") from broken


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise _Broken(1, f"the file is longer than {MAX_BYTES // 1024} KiB; keep the steps and link to the rest")
        # A comment keeps its line ends, so that the lines below keep their numbers.
        text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text.removeprefix("\ufeff"))
        self._text = clean(text)
        self._name = name
        self._lines = [line.replace("\t", "    ").strip() for line in self._text.split("\n")]
        """Those of titles, headings and commands are emptied once they are read; the rest is what people wrote."""
        self._title = ""
        self._steps: list[_Draft] = []
        self._group = ""
        self._group_line = 0

    def read(self) -> Runbook:
        # Imported with the first runbook, so that no start of the console pays for it.
        from markdown_it import MarkdownIt

        blocks = MarkdownIt("zero").enable(["heading", "list", "fence"]).parse(self._text)
        for place, block in enumerate(blocks):
            first, end = block.map or (0, 0)
            if block.type == "heading_open" and block.level == 0:
                self._heading(first + 1, block.tag == "h1", one_line(blocks[place + 1].content, _MAX_TITLE))
                self._lines[first] = ""
            elif block.type == "fence":
                self._command(block.content, block.markup, first, end)
                self._lines[first:end] = [""] * (end - first)
            elif not self._title and block.type != "inline":
                raise _Broken(first + 1, f"{_NO_TITLE} above it")
            elif block.type == "list_item_open" and block.level == 1:
                self._step(first)
            elif block.type == "paragraph_open" and block.level == 0:
                # To Markdown a list that begins below a line of text begins with 1; to people a step is a step.
                for line in range(first + 1, end):
                    if _ITEM.fullmatch(self._lines[line]):
                        self._step(line)
        return self._whole()

    def _whole(self) -> Runbook:
        if not self._title:
            raise _Broken(1, _NO_TITLE)
        if self._group:
            raise _Broken(self._group_line, f"there is no step below “{self._group}”; add one or remove the heading")
        if not self._steps:
            example = "`1. Look at the slow queries`"
            raise _Broken(len(self._lines), f"there is no step; write each as an item of a list: {example}")
        if len(self._steps) > MAX_STEPS:
            raise _Broken(self._steps[MAX_STEPS].line + 1, f"more than {MAX_STEPS} steps; split the runbook")
        ends = [*(step.line for step in self._steps[1:]), len(self._lines)]
        steps = tuple(
            Step(one_line(step.text, _MAX_STEP), _folded(self._lines[step.line + 1 : end]), step.command, step.group)
            for step, end in zip(self._steps, ends, strict=True)
        )
        about, words = [], []
        for line in self._lines[: self._steps[0].line]:
            listed = _WORDS.fullmatch(line)
            if listed is None:
                about.append(line)
            else:
                words += [one_line(word, _MAX_WORD).lower() for word in listed["words"].split(",")]
        return Runbook(self._name.removesuffix(".md"), self._title, steps, _folded(about), tuple(filter(None, words)))

    def _heading(self, number: int, title: bool, text: str) -> None:
        if not text:
            raise _Broken(number, "this heading has no words")
        if title and not self._title:
            self._title = text
        elif title:
            raise _Broken(number, "a second title; a runbook has one, and groups its steps with ## headings")
        elif not self._title:
            raise _Broken(number, "a runbook begins with its title: one # and the words")
        elif self._group:
            raise _Broken(self._group_line, f"there is no step below “{self._group}”; add one or remove the heading")
        else:
            self._group, self._group_line = text, number

    def _step(self, first: int) -> None:
        item = _ITEM.fullmatch(self._lines[first])
        if item is None or not item["text"]:
            raise _Broken(first + 1, "this step has no words; say what is to be done")
        self._steps.append(_Draft(first, item["text"], self._group))
        self._group = ""

    def _command(self, content: str, mark: str, first: int, end: int) -> None:
        """Puts a fenced block into the step above it."""
        last = self._lines[end - 1]
        if end - first < 2 or len(last) < len(mark) or last.strip(mark[0]):
            close = f"close it with {mark}, indented alike"
            raise _Broken(first + 1, f"the block that begins here does not end in its step; {close}")
        if not self._steps:
            raise _Broken(first + 1, "a command stands in a step; write the step above it")
        if self._steps[-1].command:
            raise _Broken(first + 1, "a second command in one step; make it a step of its own")
        if self._group:
            raise _Broken(first + 1, f"there is no step between “{self._group}” and this command; add one")
        self._steps[-1].command = dedent(content).strip("\n")
        if not content.strip():
            raise _Broken(first + 1, "this block is empty; write the command, or remove it")


def _folded(lines: list[str]) -> str:
    """Lines of a paragraph as one, as Markdown means them; items of a list and paragraphs stay apart."""
    folded: list[str] = []
    fresh = True
    for line in lines:
        if not line:
            fresh = True
        elif fresh or _ITEM.fullmatch(line):
            folded.append(line)
            fresh = False
        else:
            folded[-1] = f"{folded[-1]} {line}"
    return "\n".join(folded)
