"""From the messages of a chat to entries."""

import re
from collections.abc import Sequence

from console.intake.calendar import Calendar
from console.intake.chats import CHAT_NOTICE, Chat, Message, log_mark
from console.intake.clocks import ClockTime
from console.intake.collector import Collector, Entry
from console.intake.dates import any_date, day_alone
from console.intake.lines import is_label, is_quoted, take_apart
from console.intake.stamps import DAYS_BACK, Stamp, timed_text

_DIGIT = re.compile(r"\d")
_WINDOW = 400
_MESSAGE_LINES = 60
_MAX_HEAD_CHARS = 80


class ChatReader:
    """Reads the messages of a chat into the collector, and what programs put between them."""

    def __init__(
        self,
        collector: Collector,
        calendar: Calendar,
        chats: Sequence[tuple[int, Chat]],
        lines: Sequence[str],
        *,
        headings: bool,
    ) -> None:
        """Each chat counts from its line on; with `headings` the text has headings, which end a message."""
        self._collector, self._calendar, self._lines = collector, calendar, lines
        self._chat = chats[0][1]
        self._chats = chats
        self._headings = headings
        self._speaker: str | None = None
        """The author of the last message."""
        self._looked_at = self._following = 0
        """The line up to which messages were looked for ahead of the reading, and the last one found there."""
        self._half: ClockTime | None = None
        """The last time with am or pm; a message that goes on may leave that out."""

    @property
    def cited_by(self) -> str | None:
        """The author of a line with a time that begins no message; None where every message has its own line."""
        entry = self._collector.open
        return self._speaker if self._chat.has_paragraphs and entry and entry.spoken else None

    def read(self, index: int, *, blank: bool) -> int:
        """Read the line, `blank` when a blank one stands above it; the number of lines read, 0 for another's line."""
        begun = [chat for start, chat in self._chats if start <= index]
        if begun and begun[-1] is not self._chat:
            self._chat, self._speaker, self._half = begun[-1], None, None
            self._collector.close()
        entry = self._collector.open
        spoken = entry is not None and entry.spoken
        message = self._chat.message(index, goes_on=spoken)
        if message:
            return self._begin(index, message)
        if self._divides(index):
            return 1
        if not spoken:
            return 0
        if blank and not self._chat.has_paragraphs:
            self._collector.close()
            return 0
        return 1 if self._goes_on(index, blank=blank) else 0

    def _begin(self, index: int, message: Message) -> int:
        numbers = [at for at in range(index + 1, index + 1 + message.lines) if self._lines[at - 1].strip()]
        self._collector.close()
        if message.notice:
            self._collector.skip(numbers, CHAT_NOTICE)
            return message.lines
        stamp = self._in_half(message.stamp)
        when = self._calendar.moment(stamp, numbers[0], None)
        if when is None:
            self._collector.skip(numbers, self._calendar.why_none(stamp))
            return message.lines
        if message.author is not None:
            self._speaker = message.author or None
        self._collector.start(Entry(when, numbers, [message.text], author=self._speaker, spoken=True))
        return message.lines

    def _in_half(self, stamp: Stamp) -> Stamp:
        """The stamp with the half of the day that only an earlier message says: "2:15" below "2:14 PM"."""
        time, before = stamp.time, self._half
        if time is None or (before is None and not time.half_said):
            return stamp
        if before and not time.half_said and 1 <= time.hour <= 12:
            halves = [time._replace(hour=time.hour % 12 + add) for add in (0, 12)]
            time = next((half for half in halves if half[:3] >= before[:3]), halves[0])
        self._half = time
        return stamp._replace(time=time)

    def _divides(self, index: int) -> bool:
        """Read a line that tells the day of the messages below it."""
        raw, number = self._lines[index], index + 1
        words = raw.strip().strip("-\u2014\u2013*=_ \u2022")
        mark = log_mark(raw)
        days_back = DAYS_BACK.get(words.casefold())
        is_short = mark is None and len(words) <= 40 and _DIGIT.search(words)
        dated = timed_text(day_alone(words) or words) if is_short else None
        # "IRC (UTC), 6 March 2026:" stands above another chat.
        is_head = len(self._chats) > 1 and len(raw) <= _MAX_HEAD_CHARS and raw.rstrip().endswith(":")
        head = any_date(raw) if is_head else None
        is_day = dated is not None and dated.stamp.time is None and not dated.text
        if mark is None and days_back is None and not is_day and head is None:
            return False
        written = any_date(mark) if mark else dated.stamp.date if dated and is_day else head
        if days_back is not None:
            self._calendar.set_days_back(days_back)
        elif written:
            self._calendar.set_date(written, number)
        self._collector.close()
        self._collector.structure.append(number)
        return True

    def _goes_on(self, index: int, *, blank: bool) -> bool:
        """Read more of what was said, or a notice; False for a line that is none of the message's."""
        raw = self._lines[index]
        entry = self._collector.open
        if self._chat.is_notice(raw, first=entry is not None and entry.parts == [""]):
            self._collector.skip([index + 1], CHAT_NOTICE)
            return True
        line = take_apart(raw)
        timed = timed_text(line.content) if _DIGIT.search(line.content[:_WINDOW]) else None
        ends = blank and is_label(line.content) and not self._is_followed(index)
        # "2026-02-05 16:41 GMT+02:00 Ana <ana@x.test>:" stands above what a mail quotes.
        cites = self._chat.is_mails and raw.rstrip().endswith(">:")
        if ends or (line.level and self._headings) or (timed and timed.stamp.time and not cites):
            return False
        quoted = entry is not None and is_quoted(self._lines[entry.numbers[0] - 1])
        self._collector.go_on(index + 1, line.content if quoted else self._chat.words(raw), "\n")
        return True

    def _is_followed(self, index: int) -> bool:
        """Whether the chat goes on soon: "Impact: …" is a part of a message then, and no part of a report around it."""
        end = min(index + _MESSAGE_LINES, len(self._lines))
        while self._looked_at < end and self._following <= index:
            if self._chat.message(self._looked_at, goes_on=False):
                self._following = self._looked_at
            self._looked_at += 1
        return index < self._following < end
