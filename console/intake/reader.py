"""The reading itself: line by line, what each is, and to which entry it belongs."""

import re
from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice

from console.core.language.dates import period_in
from console.core.language.text import MAX_TITLE_CHARS, clean, one_line
from console.intake import own
from console.intake.calendar import Calendar, Place
from console.intake.chat_reader import ChatReader
from console.intake.chats import Chat
from console.intake.clocks import BARE_OFFSET, DOTTED, with_colon
from console.intake.collector import NO_TEXT, Collector, Entry
from console.intake.dates import (
    INCIDENT_DAY,
    any_date,
    date_set,
    day_alone,
    day_behind,
    day_of_all,
    numbered_day,
    weekday_after,
)
from console.intake.layout import Layout
from console.intake.leads import led_text, moment_within
from console.intake.lines import (
    TIMELINE,
    Line,
    bold_heading,
    breaks_off,
    closes_fence,
    fence_mark,
    front_matter,
    is_code,
    is_label,
    is_markup,
    is_quoted,
    is_rule,
    is_stage,
    is_status,
    plain,
    take_apart,
    wraps,
)
from console.intake.model import Skipped
from console.intake.narrative import SENTENCE_CHARS, STOP, alike, is_beside_list, is_told, sentences
from console.intake.posts import goes_on_to, posted_by, time_alone
from console.intake.prose import (
    LABELLED,
    LENGTH,
    NO_TIME,
    TIME_IN_PROSE,
    TIME_LIKE,
    TIME_UNREAD,
    gives_length,
    is_about_the_text,
    is_head_of_figures,
    is_hour_like,
    is_of_writing,
    is_row_of_figures,
    is_timeless,
    tells_plans,
    why_no_entry,
)
from console.intake.source import Source
from console.intake.stamps import (
    NEXT_DAY_ALONE,
    NO_DAY,
    SHORT_COMPACT,
    TimedText,
    dated_label,
    days_named_back,
    marked,
    timed_line,
    timed_text,
    unsigned,
)
from console.intake.starts import at_start, is_only_start, moment_in, names_start
from console.intake.table_reader import PROGRAMME, TableReader
from console.intake.tables import (
    CSV_WITHIN,
    Row,
    aligned_table,
    csv_cells,
    csv_rows,
    is_headless,
    is_moment,
    is_table_head,
    table_cells,
    without_padding,
)
from console.intake.zones import STATES_ZONE, zone_in

MARKUP = "This line is markup."
ZONE_SAID = "This line only names the zone of the times; it is applied."

_BOLD_LEVEL = 7
PROGRAM = "This line stands in the source of a program."
FIGURES = "This line is a row of figures that a program printed."
IN_CODE = "This line stands in code or the output of a program."
NO_TIMELINE = "This line stands in a section that is no timeline."
ZONE_UNKNOWN = "This line names a zone of the times that is not known."
_BARE_LEVEL = 8
_SPEAKER = re.compile(r"@?\w[\w.-]{0,30}: \S")
"""A name in one word before what was said."""
_DIRECTIVE = re.compile(r"#[A-Za-z][\w-]{1,30}:\s")
"""The beginning of a line in which a log tells of itself: "#Fields: date time"."""
_PLAIN_FENCES = (
    "", "text", "txt", "plain", "plaintext", "log", "console", "md", "markdown", "csv", "tsv", "irc", "json",
)  # fmt: skip
"""Words behind the marks of a block that may be a timeline."""

_PLANS = re.compile(
    r"(?:\d+[.)]\s)?(?:action\sitems?|follow[\s-]?ups?|next\ssteps|to-?do|(?:remediation|corrective)\s(?:items|actions|steps)"
    r"|(?:revision|document|version|change)\s(?:history|log)$|historique\sdes\s(?:versions|r\u00e9visions)|\w{2,10}historie$|hist[o\u00f3]ri(?:al|co)\sde\s(?:re)?v"
    r"|actions?(?:\scorrectives|\s\u00e0\smener)?$|prevent(?:ing|ion|[ai]ti?ve)?|improvements?|recommendations?|lessons|what\swent|where\swe\sgot|ma\u00dfnahmen|acciones|azioni|a\u00e7\u00f5es"
    r"|\[unreleased\]|(?:(?:version|release)\s)?(?:\[v?\d[\w.+-]*\]|v\d[\w.]*|\d+\.\d+\.\d+[\w.+-]*)(?:\(\S{0,80}\))?[\s(\u2013\u2014-]{1,4}\d{4}-\d\d-\d\d"
    r"|agenda$|(?:\S{1,20}\s){0,4}plan$|approvals?$|sign-?offs?$|aprova\u00e7\u00f5es$|aprobaciones$|approbations?$|freigaben?$|genehmigung(?:en)?$|goedkeuring$|(?:meeting\s)?schedule$|tagesordnung$|ordre\sdu\sjour$|orden\sdel\sd\u00eda$|ordine\sdel\sgiorno$)\b"
    r"|\u518d\u767a\u9632\u6b62|\u4eca\u5f8c|\u5bfe\u7b56|\u6539\u5584|\u6539\u8fdb|\u9884\u9632|\u540e\u7eed|\uc7ac\ubc1c|\ub300\ucc45|\uac1c\uc120|\ud5a5\ud6c4|\ud6c4\uc18d",
    re.IGNORECASE,
)
"""Headings below which dates are those of plans and comparisons."""
_LABEL = re.compile(rf"(?:\*\*|__)?{INCIDENT_DAY}(?:\*\*|__)?\s?:\s?(?:\*\*|__)?\s?", re.IGNORECASE)
_NAMED_TITLE = re.compile(
    r"(?:\*\*|__)?(?:incident\s)?(?:title|tit(?:el|re|olo)|t[i\u00ed]tulo):(?:\*\*|__)?\s", re.IGNORECASE
)
_LABEL_AND_TIME = re.compile(r"[*_]{0,3}[^\W\d_][^:.]{2,38}[*_]{0,3}:[*_]{0,3}\s(?=.{0,20}\d)")
_LABEL_CHARS = 40
_EXAMPLE = re.compile(
    r"(?:\b(?:as\sin|such\sas|for\s(?:example|instance)|e\.g\.|looks?\slike(?:\sthis)?|zum\sbeispiel|z\.\s?b\.|par\sexemple"
    r"|por\s(?:ejemplo|exemplo)|per\sesempio|bijvoorbeeld|till\sexempel|na\sprzyk\u0142ad)|\u4f8b(?:\u3048\u3070|\u5982))[:\uff1a]$",
    re.IGNORECASE,
)
"""The end of words above code that is an example."""
_STATUS_CHARS = 16
_SIGNED = re.compile(r"\s{1,4}[(\[](?P<who>@?[^\W\d][\w.-]{0,39}),?\s(?P<when>\d{1,2}:\d\d(?::\d\d)?)[)\]]\W{0,2}$")
"""Who said it, and when, behind the words, as in the minutes of a bot."""
_CITATION = re.compile(
    r"(?:\W|_){0,6}(?:source|sources|published|retrieved|updated|written|posted|author|see)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\w{3,8}://\S{1,2000}")
_IN_BRACKETS = re.compile(r"\(([^()]{3,60})\)\W{0,3}$")
_DIGIT = re.compile(r"\d")
_OPENING = "[(*_`\u3010 "
_TO_DO = re.compile(r"\s{0,40}[-*+]\s\[ \]\s")
_SUBTITLE = re.compile(
    r"(?:(?:incident|maintenance)\sreport|post[\s-]?mortem|informe\sde\sincidente|relat\u00f3rio\sde\sincidente|rapport\sd['\u2019]incident"
    r"|incidentrapport\w*|\w{0,20}bericht|rapporto\s\w{1,12})\s(?:for|of|de|para|pour|f\u00fcr|zu|voor|f\u00f6r|for|per)\s\S.{0,80}$"
    r"|subscribe\sto\supdates$",
    re.IGNORECASE,
)
"""The line of a status page below the title of an incident."""
_REMARK = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_LISTED_FEW = 2
_FEW_WORDS = 3
_FEW_CHARS = 100
_WINDOW = 400


@dataclass(slots=True)
class _Section:
    """A time that stands above what happened then, in a heading or on a line of its own."""

    when: datetime
    number: int
    level: int
    suffix: str
    owns_line: bool
    """True when its line holds only the time, and is accounted for as structure once something is said of it."""

    used: bool = False


class Reader:
    """One reading of the lines into a collector."""

    def __init__(
        self,
        lines: Sequence[str],
        calendar: Calendar,
        now: datetime,
        chats: Sequence[tuple[int, Chat]],
        *,
        layout: Layout,
        start_at: int,
        narrative: bool,
    ) -> None:
        """`chats` are those that the lines hold.

        The line `start_at`, from 1, only names the start of a recording. With `narrative` times within sentences count.
        """
        self.collector = Collector(lines, now)
        self._chats = chats
        self._start_at, self._narrative = start_at, narrative
        self.title: str | None = None
        self._lines = lines
        self._calendar = calendar
        self._section: _Section | None = None
        self._last: datetime | None = None
        self._last_indent, self._last_bullet = 0, False
        self._listed: Line | None = None
        """The line with the last time, where nothing is to be said of it but the time and a few words."""
        self._label_above = False
        """True when the entry above is a label with its time."""
        self._first_label: Place | None = None
        """Where the calendar was behind the first of the labels with a time that stand above."""
        self._plans_level = 0
        """The level of the heading of plans that is open; 0 for none."""
        self._blank = True
        self._example_end = 0
        """The line, from 0, behind the code that the words above call an example."""
        self._fence = ""
        self._fence_nested = self._fence_aside = False
        self._code_above = False
        """True when the line above is code that goes on with an entry."""
        self._chat: ChatReader | None = None
        self._layout = layout
        self._told: list[int] = []
        """The lines of entries that are sentences of a paragraph, which nothing sets off, once for each of them."""

    def read(self) -> None:
        """Read all lines, once."""
        is_calendar = "BEGIN:VCALENDAR" in self._lines[:1]
        if is_calendar or self._layout.is_program:
            filled = (at for at, raw in enumerate(self._lines, start=1) if raw.strip())
            self.collector.skip(filled, PROGRAMME if is_calendar else PROGRAM)
            return
        chat = self._chats[0][1] if self._chats else None
        if chat:
            self._chat = ChatReader(
                self.collector, self._calendar, self._chats, self._lines, headings=self._layout.has_title_mark
            )
        self.collector.is_schedule = self._layout.is_schedule
        if DOTTED in self._layout.shorthands:
            self.collector.remarks.append("numbers such as 14.02 at the beginning of lines are read as times of day")
        contents = (sight.line.content for sight in self._layout.sights)
        if any(content[:6].isdecimal() and SHORT_COMPACT.match(content) for content in contents):
            self.collector.remarks.append("dates of six digits at the beginning of lines are read with the year first")
        if self._layout.offset:
            self.collector.remarks.append(f"“{self._layout.offset}” behind the times is read as their offset from UTC")
        title, index = front_matter(self._lines)
        # The head of the first of several mails is that of a message.
        index = 0 if chat and chat.is_mails else index
        if title:
            self._set_title(title)
        for number, raw in enumerate(self._lines[:index], start=1):
            if raw.strip():
                self.collector.structure.append(number)
            self._calendar.page_date = self._calendar.page_date or date_set(raw, of_incident=False)
            if happened := date_set(raw, of_incident=True):
                self._calendar.note_date(number, happened, citation=False)
        if index and not is_rule(self._lines[0]):
            self.collector.written_on = self._calendar.page_day()
        may_list = not (self._chat or self._calendar.start)
        while index < len(self._lines):
            if may_list and self._listed and self._goes_on_list(index):
                index += 1
            elif passed := self._pass_by(index):
                index += passed
            elif self._lines[index].strip():
                index += self._read_line(index)
                self._blank = False
            else:
                self._pause(index)
                index += 1
        self.collector.close()
        self._end_section()
        self._drop_start()

    def _drop_start(self) -> None:
        """Leave out the line that only names the start from which others count, where one counts nought."""
        entries = self.collector.entries
        starts = [entry for entry in entries if self._calendar.counts and is_only_start(entry.text)]
        for entry in starts:
            if any(other.occurred_at == entry.occurred_at for other in entries if other is not entry):
                entries.remove(entry)
                self.collector.structure += entry.numbers

    @property
    def lists_times(self) -> bool:
        """Whether something sets most times off: a list, a table, a chat; or none of them is an event's."""
        apart = len(self.collector.entries) - len(self._told)
        told = len(self._told) + sum(1 for line in self.collector.skipped if line.reason == TIME_IN_PROSE)
        return (
            self._chat is not None
            or self._layout.is_schedule
            or apart > _LISTED_FEW
            or (apart == _LISTED_FEW and told <= 2 * apart)
        )

    def _goes_on_list(self, index: int) -> bool:
        """Read a line that goes on with a list of times and few words, in the way of the line above."""
        entry, above = self.collector.open, self._listed
        if entry is None or above is None or entry.numbers != [index] or not self.collector.entries or self._fence:
            return False
        line = take_apart(self._lines[index])
        timed = timed_text(line.content) if line[:3] == above[:3] else None
        if timed is None or not _is_plain(line.content, timed):
            return False
        self._timed(index + 1, timed, _BARE_LEVEL, line)
        self._listed = line
        return True

    def _pass_by(self, index: int) -> int:
        """Leave out the lines of bare words from here on, far below the head and with nothing open; their number."""
        if self.collector.open or self._section or self._fence or self._chat or self._last or index < CSV_WITHIN:
            return 0
        if self._calendar.start:
            return 0
        at, apart, silent, skipped = index, self._apart, self._layout.silent, self.collector.skipped
        for at in range(index, len(self._lines)):
            raw = self._lines[at]
            blank = not raw or raw.isspace()
            if not blank:
                if at in apart or at not in silent:
                    break
                skipped.append(Skipped(at + 1, clean(raw.strip()), NO_TIME))
                self._code_above = False
            self._blank = blank
        else:
            at += 1
        return at - index

    @cached_property
    def _posts(self) -> dict[int, int]:
        """The lines, from 0, at which updates begin whose time stands below them, each with that of the time."""
        return {} if self._chat else self._layout.posts

    @cached_property
    def _apart(self) -> Container[int]:
        """The lines, from 0, that mean something by where they stand."""
        stated = {number - 1 for number in self._calendar.stated.lines}
        return stated | self._posts.keys() | self._layout.underlined | self._layout.times_below.keys()

    def read_records(self, source: Source) -> None:
        """Read the records of a file that is made of them."""
        self.title = source.title
        self._calendar.title_date = any_date(source.title) if source.title else None
        for number, reason in source.faults:
            self.collector.skip([number], reason)
        for table in source.tables or ():
            if source.document:
                own.read_rows(table.rows, self.collector, self._calendar)
            else:
                self._table(Row(table.names, ()), table.rows)
        self._drop_start()

    def _read_line(self, index: int) -> int:
        """Read the line, and those of its table, message or update; the number of lines read."""
        raw = self._lines[index]
        number = index + 1
        if number == self._start_at:
            self._set_aside(number, raw)
            return 1
        if index < self._example_end:
            self.collector.skip([number], IN_CODE)
            return 1
        if self._fenced(raw, index):
            return 1
        if raw.startswith(("HTTP/", "< HTTP/")) and (self._blank or self.collector.open is None):
            # The head of an answer tells when it was given and how long it holds.
            end = next((at for at in range(index, len(self._lines)) if not self._lines[at].strip()), len(self._lines))
            self.collector.close()
            self.collector.skip(range(number, end + 1), IN_CODE)
            return end - index
        time_below = self._layout.times_below.get(index)
        section = self._section
        awaits = section is not None and section.owns_line and not section.used
        if time_below is not None and not (awaits or time_below in self._layout.post_heads):
            self._update([number, time_below + 1], time_below, _words(raw))
            return time_below - index + 1
        spoken = self._chat.read(index, blank=self._blank) if self._chat else 0
        if spoken:
            self._end_section()
            self._last = None
            return spoken
        if is_rule(raw):
            self.collector.close()
            if self._section and self._section.level >= _BOLD_LEVEL:
                self._end_section()
            self.collector.structure.append(number)
            return 1
        if is_table_head(self._lines, index):
            return self._markdown_table(index)
        above = index < CSV_WITHIN and not self.collector.entries
        if above and self._layout.csv and self._layout.csv[0] == index:
            return self._csv(*self._layout.csv)
        if index in self._posts:
            return self._post(index, self._posts[index])
        apart = self._blank and not raw[:1].isspace() and not self._plans_level
        aligned = aligned_table(self._lines, index) if above or apart else None
        if aligned:
            names, rows = aligned
            end = rows[-1].numbers[-1]
            read = {at for row in rows for at in row.numbers}
            self.collector.structure += [at for at in range(number + 1, end) if at not in read]
            self._table(Row(tuple(names), (number,)), rows)
            return end - index
        raw = without_padding(raw) if above else raw
        if not raw:
            self.collector.structure.append(number)
            return 1
        line = take_apart(raw, headings=False) if self._fence else take_apart(raw)
        if line.content[:1] == "#" and _DIRECTIVE.match(line.content):
            self._set_aside(number, line.content)
        elif line.level:
            self._heading(number, line.content, line.level)
        elif self._underlined(index, line):
            self._heading(number, line.content, 1 if "=" in self._lines[index + 1] else 2)
            self.collector.structure.append(number + 1)
            return 2
        else:
            self._content(number, line)
        return 1

    def _set_aside(self, number: int, content: str) -> None:
        """Take a line that only tells of the times of others."""
        self.collector.close()
        self._note_date(number, content)
        self.collector.structure.append(number)

    def _is_of_figures(self, number: int, words: str) -> bool:
        """Whether the line is a row of figures in columns, or the head of such rows."""
        if is_head_of_figures(words) and number < len(self._lines):
            below = timed_text(self._lines[number].strip())
            return below is not None and is_row_of_figures(below.text)
        return is_row_of_figures(words)

    def _fenced(self, raw: str, index: int) -> bool:
        """Read a line as part of a block of code: below an entry, a part of it; by itself, a timeline of its own."""
        number = index + 1
        if not self._fence:
            mark = fence_mark(raw)
            end = self._layout.fences.end(index, mark) if mark else None
            if end is None:
                # Marks of a block that no line closes are characters like others.
                return False
            self._fence, self._fence_nested = mark, self._is_nested(raw, index, end)
            # Beside a list of times, code is no other one; what is written in a language never is.
            info = raw.strip().strip("`~").strip().casefold()
            is_code = self._layout.lists.marked or info not in _PLAIN_FENCES or self._layout.is_output(index, end)
            self._fence_aside = is_code and not self._fence_nested
        elif closes_fence(raw, self._fence):
            self._fence = ""
        elif self._fence_aside:
            logged = timed_text(raw.strip())
            if logged and logged.stamp.date and logged.stamp.time:
                self._calendar.aside_date = self._calendar.aside_date or (number, logged.stamp.date)
            self.collector.skip([number], IN_CODE)
            return True
        elif not self._fence_nested:
            return False
        if self._fence_nested:
            self.collector.go_on(number, raw.rstrip(), "\n")
        else:
            self.collector.structure.append(number)
        return True

    def _is_nested(self, raw: str, index: int, end: int) -> bool:
        """Whether the block of code belongs to the entry or the time above it."""
        entry = self.collector.open
        if entry and (entry.spoken or not self._blank or len(raw) - len(raw.lstrip()) > entry.indent):
            return True
        if entry is None and self._section is None:
            return False
        words = next((part for part in reversed(entry.parts) if part.strip()), "") if entry else ""
        if words.rstrip().endswith(":") or raw.strip().strip("`~"):
            # What the words above announce, or what is code by its own word, is no timeline.
            return self._open_for_code()
        inside = [line for line in self._lines[index + 1 : end] if line.strip()]
        timed = sum(1 for line in inside if (read := timed_text(line.strip())) and read.stamp.time)
        if inside and timed * 2 >= len(inside):
            return False
        return self._open_for_code()

    def _open_for_code(self) -> bool:
        if self.collector.open is None and self._section:
            self.collector.start(Entry(self._section.when, [], [], "" if self._section.used else self._section.suffix))
            self._section.used = True
        return True

    def _post(self, index: int, end: int) -> int:
        """Read an update whose time stands below it, at the line `end`; the number of lines that it takes."""
        numbers = [at for at in range(index + 1, end + 2) if self._lines[at - 1].strip()]
        self._update(numbers, end, "\n".join(_words(self._lines[at - 1]) for at in numbers[:-1]))
        self.collector.close()
        return end + 1 - index

    def _update(self, numbers: list[int], time_at: int, words: str) -> None:
        self._break_off()
        timed = time_alone(self._lines[time_at])
        when = self._calendar.moment(timed.stamp, time_at + 1, None) if timed else None
        if timed and when:
            suffix = self._calendar.suffix(timed.stamp, time_at + 1)
            author = posted_by(self._lines[time_at])
            self.collector.start(Entry(when, numbers, [words], suffix, author=author, spoken=True))
        else:
            self.collector.skip(numbers, NO_DAY)

    def _underlined(self, index: int, line: Line) -> bool:
        """True when the line is a heading by a line of = or - below it."""
        below = self._lines[index + 1].strip() if index + 1 < len(self._lines) else ""
        if line.bullet or line.indent > 3 or len(below) < 3 or below[0] not in "=-" or below.strip(below[0]):
            return False
        timed = timed_text(line.content)
        return self._blank and not (timed and timed.stamp.time and timed.text)

    def _heading(self, number: int, text: str, level: int) -> None:
        self.collector.close()
        self._last = None
        words = plain(text)
        if self._plans_level == 0 or level <= self._plans_level:
            planned = number in self._layout.afterthoughts or number in self._layout.programme
            plans = planned or (_PLANS.match(words) and not TIMELINE.search(words))
            self._plans_level = level if plans else 0
        timed = None if gives_length(words) else _heading_time(day_alone(unsigned(words), heading=True) or words)
        if self._is_title(level, timed) and not _names_part(words):
            self._take_title(number, words)
        elif self._plans_level and timed and timed.stamp.time:
            self._end_section()
            self.collector.skip([number], PROGRAMME)
        elif timed and (timed.stamp.time or (timed.stamp.date and number in self._layout.day_heads)):
            self._timed(number, timed, level, Line(-1, level, False, text))
        else:
            if self._section and level <= self._section.level:
                self._end_section()
            self.collector.structure.append(number)
            self._calendar.begins_part = True
            self._heading_date(number, words, timed)
            if gives_length(words):
                self._note_zone(number, words)

    def _is_title(self, level: int, timed: TimedText | None) -> bool:
        if self.title is not None or self.collector.entries or self._section:
            return False
        if level == 1:
            return timed is None or bool(timed.text)
        return not self._layout.has_title_mark and not self.collector.structure and timed is None

    def _take_title(self, number: int, words: str) -> None:
        self._set_title(words)
        self.collector.structure.append(number)

    def _set_title(self, words: str) -> None:
        named = _NAMED_TITLE.match(words)
        self.title = one_line(plain(words[named.end() :]) if named else words, MAX_TITLE_CHARS) or None
        self._calendar.title_date = any_date(words)
        self._calendar.hint = self._calendar.hint or period_in(words)

    def _heading_date(self, number: int, words: str, timed: TimedText | None) -> None:
        cited = _CITATION.match(words) is not None
        written = timed.stamp.date if timed else None if cited else any_date(words)
        if not self._takes_day(number, words) and written and self._calendar.set_date(written, number):
            self._first_label = None

    def _takes_day(self, number: int, words: str) -> bool:
        """Go on with the day that is all that the words name: "Tuesday", "The next day", "Day 2 (2024-03-06)"."""
        numbered = numbered_day(words)
        if numbered:
            index, written = numbered
            return self._calendar.set_date(written, number) if written else self._calendar.set_day_number(index)
        day = self._calendar.day
        following = day + timedelta(days=1) if day and NEXT_DAY_ALONE.fullmatch(words) else None
        day = day and (weekday_after(words, day) or following)
        if day:
            self._calendar.set_day(day)
        return day is not None

    def _content(self, number: int, line: Line) -> None:
        timed = timed_text(line.content)
        told = timed is not None and timed.stamp.time is not None and timed.text
        day = "" if told or line.bullet or bold_heading(line.content) else day_alone(line.content)
        line = line._replace(content=day) if day else line
        code = self._code(number, line)
        counted = told and timed and timed.stamp.after is not None and self._calendar.counts
        is_event = day or counted or (line.content[:1].isdigit() and not self._is_quoted_log(timed))
        if (code is not None and not is_event) or gives_length(line.content):
            self._untimed(number, line, code, wrapped=False)
            return
        signed = _SIGNED.search(line.content[-_LABEL_CHARS * 2 :]) if {*")]"} & {*line.content[-3:]} else None
        if signed:
            line = line._replace(content=f"{signed['when']} {line.content.removesuffix(signed[0])}")
        started = at_start(line.content) if self._calendar.counts else None
        started = started if started and started.text.strip(".") else None
        behind = day_behind(line.content) if self._layout.has_days_behind else None
        if behind:
            line = line._replace(content=f"{behind['day']} {line.content[: behind.start()].lstrip(_OPENING)}")
        posted = time_alone(self._lines[number - 1]) if number - 1 in self._layout.post_heads else None
        timed = started or posted or self._timed_words(line)
        if timed is None or timed.stamp.time is None:
            timed = self._layout.points.get(number, timed)
        label = self._label_above_moment(number, line) if timed and timed.stamp.time and not timed.text else ""
        timed = timed._replace(text=label) if timed and label else timed
        if self._calendar.start and started is None and names_start(line.content):
            self._set_aside(number, line.content)
            return
        is_clock = timed and timed.stamp.time and not (timed.stamp.date or timed.stamp.zone)
        planned = number in self._layout.programme or self._layout.is_schedule
        reason = PROGRAMME if planned else NO_TIMELINE if self._plans_level else ""
        # What samples a machine prints no day in its rows; what writes a log does.
        reason = FIGURES if timed and is_clock and self._is_of_figures(number, timed.text) else reason
        if timed and reason:
            self.collector.close()
            self.collector.skip([number], reason)
            return
        wrapped = timed is not None and (self._is_wrapped(number, line, timed) or self._is_reported(line, timed))
        if timed and timed.stamp.time and not wrapped:
            level = _BOLD_LEVEL if timed.strong and not line.bullet else _BARE_LEVEL
            front = timed_text(line.content)
            self._label_above = front is None or front.stamp.time is None
            if self._first_label and not self._label_above:
                # A list below "Started: …" and "Ended: …" begins with the start.
                self._calendar.place, self._first_label = self._first_label, None
            if level == _BOLD_LEVEL and self._stands_as_heading(number, line):
                line = Line(-1, level, False, line.content)
                timed = timed._replace(text=plain(timed.text))
            if timed.text[-1:] == ":" and len(timed.text) <= _STATUS_CHARS and is_status(timed.text):
                # "15:40 Update:" stands above its words.
                timed = timed._replace(text="")
            is_sentence = is_told(line, timed)
            in_prose = is_sentence and not line.bullet
            parts = sentences(line.content) if in_prose else alike(line.content)
            if in_prose:
                self._told += [number] * max(len(parts), 1)
                self._note_date(number, line.content)
            self._timed(number, parts[0] if parts else timed, level, line, signed["who"] if signed else None)
            for sentence in parts[1:]:
                self._timed(number, sentence, level, line)
            if is_sentence:
                # Points below a paragraph, or beside one that is a sentence, belong to no moment of it.
                self._last = None
            self._listed = line if front and _is_plain(line.content, front) else None
            if self._label_above:
                # What stands beside a label with its time are other properties.
                self._last = None
                self._first_label = self._first_label or self._calendar.place
            return
        fresh = self._blank or self.collector.open is None
        entry = self.collector.open
        if not line.bullet and self._takes_day(number, line.content):
            self._break_off()
            self.collector.structure.append(number)
            return
        alone = timed is not None and not timed.text
        outside = entry is None or line.indent <= entry.indent
        apart = fresh or line.bullet or alone or (outside and dated_label(line.content))
        if timed and timed.stamp.time is None and apart and self._dated(number, line, timed):
            return
        bold = bold_heading(line.content)
        fresh = fresh or (timed is not None and timed.stamp.date is not None)
        if bold and fresh and not (line.bullet or self._is_label_within(line.content, bold)):
            self._heading(number, bold, _BOLD_LEVEL)
        else:
            self._untimed(number, line, code, wrapped=wrapped)

    def _label_above_moment(self, number: int, line: Line) -> str:
        """The label on the line above a point that is only a moment, further out: "- Detected:"; empty without one."""
        above = take_apart(self._lines[number - 2]) if line.bullet and number > 1 else line
        below = take_apart(self._lines[number]) if number < len(self._lines) else None
        goes_on = below is not None and below.content and below.indent >= line.indent
        is_label_of_it = above.bullet and above.indent < line.indent and above.content.rstrip("*_ ")[-1:] == ":"
        return plain(above.content) if is_label_of_it and not goes_on and len(above.content) <= _LABEL_CHARS else ""

    def _stands_as_heading(self, number: int, line: Line) -> bool:
        """Whether the line is bold from end to end, by itself, and above words without a time."""
        blank, below = (*self._lines[number : number + 2], "", "")[:2]
        words = not blank.strip() and below.strip() and number + 2 not in self._layout.sighted
        return bool(self._blank and words) and bold_heading(line.content) is not None

    def _is_label_within(self, content: str, bold: str) -> bool:
        """Whether the bold words are a label among those below a heading with a time: "**What to expect:**"."""
        below = self.collector.open is not None and self._section is not None and self._section.level < _BOLD_LEVEL
        is_other = is_label(content) or _PLANS.match(bold) or TIMELINE.search(bold)
        return below and content.rstrip("*_ ")[-1:] == ":" and not is_other

    def _timed_words(self, line: Line) -> TimedText | None:
        """The time of the line and its words: one at the end counts where the line can't belong to an entry above."""
        content = line.content
        for shorthand in self._layout.shorthands:
            content = with_colon(content, shorthand)
        offset = BARE_OFFSET.match(content) if self._layout.offset else None
        content = f"{offset['before']} UTC{offset['offset']}{content[offset.end() :]}" if offset else content
        timed = timed_text(content)
        if timed and timed.stamp.time:
            return timed
        led = led_text(content) if self._layout.has_leads else None
        entry = self.collector.open
        within = self._layout.has_moments_within
        if led is None and (within or (entry and not entry.spoken and line.indent <= entry.indent)):
            # A line with a moment to the second is none of the entry above.
            led = moment_within(content, most_before=None if within else _FEW_WORDS)
        if led:
            return led
        if entry and (line.indent > entry.indent if line.bullet else not self._blank):
            # "Ended: 2024-03-05 10:40" below "Started: …" is of its own all the same.
            apart = self._label_above or _LABEL_AND_TIME.match(content)
            labelled = timed_line(content, point=False) if apart else None
            return labelled if labelled and len(labelled.text) <= _LABEL_CHARS else timed
        return timed_line(content, point=line.bullet)

    def _is_wrapped(self, number: int, line: Line, timed: TimedText) -> bool:
        """True when a line that begins with a time only goes on with the sentence of the line above."""
        entry = self.collector.open
        above = timed_text(take_apart(self._lines[number - 2]).content) if timed.stamp.date and number > 1 else None
        exact = timed.stamp.date and timed.stamp.time and timed.stamp.time.exact
        set_off = line.content.removesuffix(timed.text).rstrip()[-1:] == ":"
        if line.bullet or timed.strong or exact or set_off or (above and above.stamp.date and above.stamp.time):
            return False
        outside = entry is None or (self._blank and not entry.spoken and 0 <= line.indent <= entry.indent)
        lists = self._layout.lists._replace(plain=self._layout.lists.plain and number not in self._layout.plain_list)
        if outside and (self._is_beside_timeline(number, line) or is_beside_list(line, timed, lists)):
            if timed.stamp.date:
                self._calendar.set_date(timed.stamp.date, number)
            return True
        below_point = entry is not None and entry.bullet and line.indent >= entry.indent + 2
        prose = [left.number for left in self.collector.skipped[-1:] if left.reason in (NO_TIME, TIME_IN_PROSE)]
        if entry is None and prose != [number - 1]:
            return False
        # In a list another time stands below.
        alone = number + 1 not in self._layout.sighted
        return wraps(self._lines[number - 2], also_long=(entry is None and alone) or below_point)

    def _is_beside_timeline(self, number: int, line: Line) -> bool:
        """True for a sentence outside of the timeline, where one lists times: it tells again what that has."""
        is_sentence = line.content[:1].isalpha() and line.content[-1:] in ".!?。"
        return is_sentence and bool(self._layout.timeline) and number not in self._layout.timeline

    def _is_reported(self, line: Line, timed: TimedText) -> bool:
        """True for a paragraph that tells of a time below the one of the update, which has no other words."""
        above = self._section
        if above is None or not above.owns_line or above.used or line.bullet or not is_told(line, timed):
            return False
        # "Until: 12:15" is a field, and no update.
        return ":" not in _DIGIT.split(self._lines[above.number - 1], maxsplit=1)[0]

    def _timed(self, number: int, timed: TimedText, level: int, line: Line, author: str | None = None) -> None:
        """Read a line or heading with a time: an entry, the time of what stands below it, or both."""
        cited_by = self._chat.cited_by if self._chat else None
        self.collector.close()
        self._end_section()
        self._listed = None
        when = self._calendar.moment(timed.stamp, number, None)
        if when is None:
            self.collector.skip([number], self._calendar.why_none(timed.stamp))
            return
        suffix = self._calendar.suffix(timed.stamp, number)
        remark = _REMARK.fullmatch(plain(timed.text)) if line.level or timed.strong else None
        if remark:
            timed, suffix = timed._replace(text=""), ", ".join(filter(None, (suffix, remark[1])))
        kind = timed.kind or "note"
        self._last, self._last_indent, self._last_bullet = when, line.indent, line.bullet
        if timed.text:
            place = (line.indent, line.bullet, kind, author or cited_by, cited_by is not None)
            self.collector.start(Entry(when, [number], [timed.text], suffix, *place))
        if line.level or not timed.text:
            self._section = _Section(when, number, level, suffix, not timed.text, used=bool(timed.text))

    def _dated(self, number: int, line: Line, timed: TimedText) -> bool:
        """Read a line that begins with a date and has no time; False when it only happens to."""
        alone = not timed.text or zone_in(timed.text) is not None
        if not alone and not (line.bullet or dated_label(line.content)):
            return False
        if not (alone or line.bullet) and self._is_dated_title(number):
            self._take_title(number, line.content)
            return True
        if alone and not (number in self._layout.day_heads or self._tells_below(number, line)):
            if self._calendar.page_date is None and self._is_page_date(number, line):
                self._calendar.page_date = timed.stamp.date
                self.collector.structure.append(number)
                return True
            if timed.stamp.date is None or not self._calendar.set_date(timed.stamp.date, number):
                return False
            self._break_off()
            self._first_label = None
            self.collector.structure.append(number)
        else:
            self._timed(number, timed, _BARE_LEVEL, line)
        self._last = None
        return True

    def _is_dated_title(self, number: int) -> bool:
        """True for "2024-03-05 - Outage of the shop" above all, or below a day, with no other line like it below."""
        seen = self.collector
        if self.title or seen.open or seen.entries or seen.skipped or len(seen.structure) > 1:
            return False
        return not any(dated_label(take_apart(raw).content) for raw in self._lines[number:])

    def _is_page_date(self, number: int, line: Line) -> bool:
        """True for a date below the title with prose below it: it says when the text was written."""
        if line.bullet or self.title is None or self.collector.entries or self.collector.skipped:
            return False
        rest = (self._lines[at] for at in range(number, len(self._lines)))
        below = next((raw for raw in rest if raw.strip()), "")
        inner = take_apart(below)
        prose = len(inner.content) >= SENTENCE_CHARS and inner.content[-1:] not in ":" and not inner.bullet
        return prose and not inner.level and timed_text(inner.content) is None and "|" not in below

    def _tells_below(self, number: int, line: Line) -> bool:
        """True when what happened on the day of a line stands below it, further in and without a time."""
        apart = line.bullet and "".join(self._lines[number : number + 1]).strip() == ""
        number += apart
        inner = take_apart(self._lines[number]) if number < len(self._lines) else line
        defines = self._lines[number].startswith(":") if number < len(self._lines) else False
        if not inner.content or (inner.indent <= line.indent and not defines):
            return False
        timed = timed_text(inner.content.partition(": ")[2].strip("\"'")) or timed_text(inner.content)
        timed_below = number + 2 in self._layout.sighted and take_apart(self._lines[number + 1]).indent >= inner.indent
        alone = line.bullet or not timed_below
        return not (timed and timed.stamp.time) and alone and not tells_plans(inner.content)

    def _untimed(self, number: int, line: Line, code: str | None, *, wrapped: bool) -> None:
        """Read a line without a time: it goes on with the entry, takes the time above, or is no entry."""
        entry = self.collector.open
        inside = entry is not None and line.indent > max(entry.indent, 0)
        # A label in the middle of an update of a status page is a part of that.
        in_update = entry is not None and entry.spoken and not self._blank
        # A sentence with a time of its own, at the margin below a point that has ended, is none of the point.
        ended = entry is not None and entry.bullet and self._lines[number - 2].rstrip()[-1:] in (".", "!", "?")
        below_point = entry is not None and ended and not entry.spoken and line.indent <= entry.indent
        # A plus beside a minus is a diff.
        mark = "+" if self._lines[number - 1].lstrip().startswith("+ ") else "-"
        words = f"{mark} {line.content}" if line.bullet else line.content
        if code is not None:
            self.collector.go_on(number, code, "\n")
        elif entry and is_markup(line.content):
            self.collector.skip([number], MARKUP)
        elif entry and self._is_field(entry, line):
            self.collector.go_on(number, words, "\n")
        elif (
            ((self._narrative or below_point) and not line.bullet and sentences(line.content))
            or self._is_unread(number, line, wrapped=wrapped)
            or (not (inside or in_update) and (_is_head(line.content) or self._is_next_label(line)))
        ):
            self._prose(number, line, wrapped=wrapped)
        elif entry and not self._blank and not line.bullet:
            # A second line of what somebody said is one of its own.
            spoken = entry.spoken or _SPEAKER.match(entry.parts[0]) is not None
            apart = spoken or (entry.indent < 0 and len(entry.parts) == 1) or self._is_stage_open
            after_point = self._code_above or entry.parts[-1].startswith("\n- ")
            self.collector.go_on(number, line.content, "\n" if apart or after_point else " ")
        elif entry and (inside or self._takes(entry, line)):
            self.collector.go_on(number, words, "\n")
        elif self._label_above and not (self._blank or line.bullet) and LABELLED.match(line.content):
            # "**Time:** 14:30" and "**Status:** …" are fields of a form.
            self._end_section()
            self._prose(number, line, wrapped=wrapped)
        elif self._section and line.content:
            if self._section.used:
                self.collector.borrowing.append(number)
            suffix = "" if self._section.used else self._section.suffix
            self._section.used = True
            self._borrow(number, line, self._section.when, suffix)
        elif self._is_beside_last(number, line):
            self.collector.borrowing.append(number)
            self._borrow(number, line, self._last or self.collector.now, "")
        else:
            self._prose(number, line, wrapped=wrapped)
        self._code_above = code is not None

    def _is_next_label(self, line: Line) -> bool:
        """Whether the line begins with a label, as that of the entry does: "**Date:** …", and below "**Author:** …"."""
        first = self._lines[self.collector.open.numbers[0] - 1] if self.collector.open else ""
        return not line.bullet and all(map(LABELLED.match, (line.content, first))) and timed_text(first) is None

    def _is_field(self, entry: Entry, line: Line) -> bool:
        """Whether the point is one more property of what happened at the time above: "- **Event:** …"."""
        alone = self._section is not None and self._section.owns_line
        beside = entry.bullet and line.bullet and entry.indent == line.indent and not self._blank
        return alone and beside and all(map(LABELLED.match, (line.content, entry.parts[0])))

    def _is_unread(self, number: int, line: Line, *, wrapped: bool) -> bool:
        """Whether the line begins with a time that is not understood, and does not go on with the sentence above."""
        if TIME_LIKE.match(line.content):
            return not wrapped
        beside = self.collector.open is not None or self._section is not None
        return beside and is_hour_like(line.content) and not wraps(self._lines[number - 2], also_long=True)

    def _is_beside_last(self, number: int, line: Line) -> bool:
        """Whether the point stands beside the last entry, and is no task that is still to do."""
        raw = self._lines[number - 1]
        beside = line.bullet and self._last is not None and line.indent == self._last_indent
        # "3. What was affected" below a paragraph is a part of the report.
        beside = beside and (self._last_bullet or not raw.lstrip()[:1].isdigit())
        return beside and is_timeless(line.content) and not _TO_DO.match(raw)

    def _takes(self, entry: Entry, line: Line) -> bool:
        """Whether a point, or a paragraph behind a blank line, belongs to the entry."""
        if entry.spoken or (self._is_below_time(entry, line) and marked(line.content)[0] is None):
            return True
        if line.bullet and not entry.bullet and entry.parts[-1].rstrip().endswith(":"):
            # What the words announce stands below them: "16:48 More was found:".
            return True
        return not (self._blank or entry.bullet or entry.indent < 0)

    def _is_below_time(self, entry: Entry, line: Line) -> bool:
        """Whether the line is of the entry, whose time is in a heading with its words, or alone above paragraphs."""
        section = self._section
        alone = section is not None and section.owns_line
        return entry.indent < 0 or (alone and not (line.bullet and entry.bullet))

    def _code(self, number: int, line: Line) -> str | None:
        """The line of code as it stands, less the indentation of the entry above that it belongs to; else None."""
        entry = self.collector.open
        raw = self._lines[number - 1].rstrip().expandtabs(4)
        indent = len(raw) - len(raw.lstrip())
        if entry is None or (self._blank and indent <= max(entry.indent, 0)):
            return None
        if not is_code(raw.lstrip()) and not self._indented_code(raw, entry):
            return None
        margin = max(entry.indent, 0) + (2 if entry.bullet else 0)
        return raw[min(margin, len(raw) - len(raw.lstrip())) :]

    def _indented_code(self, raw: str, entry: Entry) -> bool:
        indent = len(raw) - len(raw.lstrip())
        deep = indent >= max(entry.indent, 0) + 4
        # A block of code in Markdown: four columns in from the words of the point.
        if self._blank and not take_apart(raw).bullet and indent >= max(entry.indent, 0) + (6 if entry.bullet else 4):
            return True
        quoted = raw.lstrip().startswith(">") and not is_quoted(self._lines[entry.numbers[0] - 1])
        return quoted or (deep and (self._code_above or entry.parts[-1].rstrip().endswith(":")))

    def _is_quoted_log(self, timed: TimedText | None) -> bool:
        """True for a line of a log that the entry above shows: "09:21 the log said:", and it stands below."""
        entry = self.collector.open
        shows = entry is not None and (self._code_above or entry.parts[-1].rstrip().endswith(":"))
        return shows and timed is not None and timed.stamp.date is not None and timed.stamp.time is not None

    def _borrow(self, number: int, line: Line, when: datetime, suffix: str) -> None:
        kind, text = marked(line.content)
        self.collector.start(Entry(when, [number], [text], suffix, line.indent, line.bullet, kind or "note"))

    def _prose(self, number: int, line: Line, *, wrapped: bool) -> None:
        """Read a line that is no entry: what it tells about days and zones, and why it is left out."""
        parts = sentences(line.content) if self._narrative and not self._plans_level else []
        if parts:
            self._note_date(number, line.content)
        for sentence in parts:
            self._timed(number, sentence, _BARE_LEVEL, line)
        if parts:
            self._last = None
            return
        self.collector.close()
        if is_label(line.content):
            self._end_section()
        if is_markup(line.content):
            self.collector.skip([number], MARKUP)
            return
        self._last = None
        stated = self._calendar.stated.lines.get(number)
        label = _LABEL.match(line.content)
        timed = timed_text(line.content[label.end() :]) if label else None
        labelled = bool(timed and timed.stamp.date and self._calendar.set_date(timed.stamp.date, number))
        named = stated and line.content[-1:] == ")" and not STATES_ZONE.match(line.content)
        if named and self._is_plain_title(number, line):
            self._take_title(number, line.content)
        elif labelled or (stated and stated.zone and stated.alone):
            self._note_date(number, line.content)
            self.collector.structure.append(number)
        elif self._is_plain_title(number, line):
            self._take_title(number, line.content)
        else:
            self._note_date(number, line.content)
            announces = line.content[-1:] in (":", "\uff1a") and _EXAMPLE.search(line.content[-_LABEL_CHARS:])
            self._example_end = self._end_of_example(number) if announces else 0
            reason = ZONE_SAID if stated and stated.zone else ZONE_UNKNOWN if stated else why_no_entry(line.content)
            reason = TIME_IN_PROSE if wrapped and reason == TIME_UNREAD else reason
            self.collector.skip([number], reason)
            if reason in (TIME_IN_PROSE, LENGTH):
                self._note_zone(number, line.content)

    def _note_zone(self, number: int, content: str) -> None:
        """Remember the zone of a moment in the summary that the text begins with."""
        if number <= CSV_WITHIN and self._calendar.first_named_zone is None:
            told = moment_in(content)
            self._calendar.first_named_zone = (number, told.zone) if told and told.zone else None

    def _end_of_example(self, number: int) -> int:
        """The line, from 0, behind the code that begins below the line; 0 without any."""
        filled = (at for at in range(number, len(self._lines)) if self._lines[at].strip())
        begin = next(filled, number)
        mark = fence_mark(self._lines[begin]) if begin < len(self._lines) else ""
        if mark:
            return (self._layout.fences.end(begin, mark) or 0) + 1
        return next(
            (at for at in (begin, *filled) if at < len(self._lines) and self._lines[at][:4].strip()), len(self._lines)
        )

    def _is_plain_title(self, number: int, line: Line) -> bool:
        """True when this is the first line, by itself and short, in a text that marks no title."""
        seen = self.collector
        marked = any(not is_rule(self._lines[at - 1]) for at in seen.structure)
        if self.title or self._layout.has_title_mark or seen.entries or seen.skipped or marked:
            return False
        if _names_part(plain(line.content)):
            return False
        below = without_padding(self._lines[number]).strip() if number < len(self._lines) else ""
        alone = not below or (below[-1] in ".\u3002" and len(below) > len(line.content))
        alone = alone or is_rule(below) or is_about_the_text(below) or _names_part(plain(below))
        alone = alone or _NAMED_TITLE.match(line.content) is not None
        alone = alone or _SUBTITLE.match(self._lines[number]) is not None
        alone = alone or (self._layout.csv is not None and self._layout.csv[0] == number)
        alone = alone and not (gives_length(line.content) or (_CITATION.match(line.content) and any_date(line.content)))
        return alone and not line.bullet and 0 < len(line.content) <= 120 and line.content[-1] not in ".:;,"

    def _note_date(self, number: int, content: str) -> None:
        """Remember a date in the prose: the first may be the day of the timeline, any tells the year."""
        page = self._calendar.page_date
        first = self._narrative and self._calendar.day is None
        if page and (first or content[-1:] == ":") and not any_date(content):
            # "Wednesday's outage" was before the text was written.
            written_on = self._calendar.page_day()
            back = days_named_back(content, written_on) if written_on else None
            if written_on and back is not None:
                self._calendar.set_day(written_on - timedelta(days=back))
                self._calendar.tell_counted(number)
                return
        # The day in an address is that of a page or a picture.
        content = _ADDRESS.sub(" ", content) if "://" in content else content
        common = day_of_all(content)
        self._calendar.common_day = self._calendar.common_day or common
        digit = _DIGIT.search(content[:_WINDOW])
        if (self._calendar.day is None or self._calendar.guessed_year) and digit:
            written = common or any_date(content)
            # "Published on 5 March", "Ana Lopez, publié le 5 mars".
            may_be_page_date = written and written.year and not common
            if may_be_page_date and (is_about_the_text(content) or is_of_writing(content[: digit.start()])):
                self._calendar.page_date = self._calendar.page_date or written
            cited = _CITATION.match(content) is not None
            stated = self._calendar.stated.lines.get(number)
            if written and written == self._calendar.page_date and not common:
                self._calendar.note_date(number, written, citation=True)
                return
            if written and (written.year or common or self._calendar.page_date or stated):
                self._calendar.note_date(number, written, citation=cited)
            elif not cited:
                if written and not self._calendar.aside_date:
                    self._calendar.aside_date = (number, written)
                self._calendar.hint = self._calendar.hint or period_in(content)

    def _markdown_table(self, index: int) -> int:
        end = index + 2
        while end < len(self._lines) and "|" in self._lines[end]:
            end += 1
        if self._plans_level:
            self.collector.close()
            self.collector.skip(range(index + 1, end + 1), NO_TIMELINE)
            return end - index
        head, *rows = (Row(table_cells(self._lines[at]), (at + 1,)) for at in range(index, end) if at != index + 1)
        self.collector.structure.append(index + 2)
        self._table(head, rows, is_headless=any(map(is_moment, head.cells)))
        return end - index

    def _csv(self, index: int, delimiter: str) -> int:
        closing = (at for at in range(index, len(self._lines)) if closes_fence(self._lines[at], self._fence))
        end = next(closing, len(self._lines)) if self._fence else len(self._lines)
        whole = list(csv_rows(self._lines, index, end, delimiter))
        head, *rows = (csv_cells(row, len(whole[0].cells), delimiter) for row in whole)
        self._table(head, rows, is_headless=is_headless(head.cells, rows))
        return end - index

    def _table(self, head: Row, rows: Sequence[Row], *, is_headless: bool = False) -> None:
        """Read a table; without a head its first row stands in the place of one."""
        self._break_off()
        names = head.cells
        if is_headless:
            names, rows = ("",) * len(names), [head, *rows]
        else:
            self.collector.structure += head.numbers
        if not (is_headless or rows):
            self._note_date(head.numbers[0], ": ".join(names))
        TableReader(self.collector, self._calendar, names, rows).read()

    def _pause(self, index: int) -> None:
        """A blank line."""
        # What stands below "09:15 - Investigating" is the words of that update.
        self._blank = self._blank or not self._is_stage_open
        self._listed = None
        if self._section and self._section.level == _BARE_LEVEL and self._section.used:
            place = bisect_right(self._layout.lone_times, index)
            following = next(islice(self._layout.lone_times, place, None), None)
            if self._chat or following is None or not goes_on_to(self._lines, index, following):
                self._end_section()

    @property
    def _is_stage_open(self) -> bool:
        """Whether all that is said yet of the open entry is the status of an update."""
        entry = self.collector.open
        return entry is not None and not entry.bullet and len(entry.parts) == 1 and is_stage(entry.parts[0])

    def _break_off(self) -> None:
        """End the entry and the time above it: nothing below belongs to them."""
        self.collector.close()
        self._end_section()
        self._last = None

    def _end_section(self) -> None:
        section, self._section = self._section, None
        if section and section.owns_line and section.used:
            self.collector.structure.append(section.number)
        elif section and section.owns_line:
            self.collector.skip([section.number], NO_TEXT)


def _is_plain(content: str, timed: TimedText) -> bool:
    """Whether the line is a time and a few words, and surely what happened then."""
    is_short = 0 < len(timed.text) <= _FEW_CHARS and timed.stamp.time is not None and content[:1].isdigit()
    ends = content[-1:] in ")]:" or breaks_off(content)
    return is_short and not (ends or "|" in content or STOP.search(content))


def _is_head(content: str) -> bool:
    """True for a label, or the date of the incident behind one: both end the entry above."""
    return is_label(content) or _LABEL.match(content) is not None


def _names_part(words: str) -> bool:
    """True for the name that a part has in any report, such as "Issue summary" or "Timeline"."""
    return TIMELINE.fullmatch(words) is not None or (is_label(words) and ":" not in words)


def _words(raw: str) -> str:
    """The words of the line, without marks of a heading."""
    line = take_apart(raw)
    return plain(line.content) if line.level or bold_heading(line.content) else line.content


def _heading_time(words: str) -> TimedText | None:
    """The time that a heading begins with or ends with in brackets: "Early triage (10/28 13:37)"."""
    timed = timed_text(words)
    if timed and timed.stamp.time:
        return timed
    bracketed = _IN_BRACKETS.search(words[-80:])
    inner = timed_text(bracketed[1]) if bracketed else None
    if inner and inner.stamp.remark in ("before", "until", "by"):
        return None
    if bracketed and inner and inner.stamp.time and not inner.text:
        before = plain(words[: words.rindex(f"({bracketed[1]})")])
        if timed and timed.stamp.date and not inner.stamp.date:
            before = plain(timed.text[: timed.text.rindex("(")]) if "(" in timed.text else ""
            inner = inner._replace(stamp=inner.stamp._replace(date=timed.stamp.date))
        return inner._replace(text=before)
    return timed
