"""Scores the reading of timelines against the truth by hand in tests/intake/corpus, for docs/importing.md.

python scripts/import_score.py [--folder FOLDER] [--write] [--misses] [FILE...]

The README of the corpus has the form of a truth. A time is right when its minute is, in UTC.
"""

import argparse
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import msgspec

from console.intake.model import ReadLine, ReadTimeline
from console.intake.timeline import read_timeline

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests/intake/corpus"
PAGE = ROOT / "docs/importing.md"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
READER_ZONE = timezone(timedelta(hours=5, minutes=30))
"""Of no file's own, so that a stated zone that was not read shows as a wrong time."""

_TABLE = re.compile(r"(<!-- corpus -->\n).*?(<!-- end -->)", re.DOTALL)
_CLOCK = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_DAY_TOLD = re.compile(r"\b(?:day|date|year|month|today)", re.IGNORECASE)
_ZONE_TOLD = re.compile(r"\b(?:zone|offset)", re.IGNORECASE)
_DENIED = re.compile(r"no time|no text|part of a sentence|program wrote", re.IGNORECASE)
"""Reasons that can be given for a line that is an event, and are not true where a time stands in it."""

_REMNANT = re.compile(
    r"[]):;,|–—-](?!\d)|(?:UTC|GMT|Z|[ECMP][SD]?T|CES?T|MES?Z|Uhr|[ap]\.?m)\b|\d{1,2}:\d\d\b|[+-]\d\d:?\d\d\b"
)


class Event(NamedTuple):
    moment: str
    """The beginning of an ISO moment; `*` stands for what nobody can know."""

    pieces: tuple[str, ...]
    """Parts of its text, one of which must be there."""

    authors: tuple[str, ...]
    """Ways to name its author; empty where the form names none."""


class Truth(NamedTuple):
    form: str
    title: str
    local: bool
    """No zone is stated: the moments are the reader's own."""

    events: tuple[Event, ...]
    optional: tuple[Event, ...]
    tell: tuple[re.Pattern[str], ...]


class Score(msgspec.Struct):
    """The score of one file's reading, or of all."""

    files: int = 0
    events: int = 0
    recalled: int = 0
    right: int = 0
    """Recalled with the right minute, zone and day."""

    false: int = 0
    """Entries that are no event."""

    silent: int = 0
    """Wrong times of which no assumption says that the day or the zone was assumed."""

    swallowed: int = 0
    """Events whose words stand in another entry."""

    untrue: int = 0
    """Lines of events that were skipped as none, while a time stands in them."""

    remnants: int = 0
    """Entries that begin with a piece of their time."""

    authors: int = 0
    """Events whose form names an author."""

    authors_right: int = 0
    untold: int = 0
    """Assumptions that had to be told and were not."""

    titles_wrong: int = 0
    misses: list[str] = []
    """One line for each thing that is not as it should be."""

    def add(self, other: "Score") -> None:
        for field in self.__struct_fields__:
            setattr(self, field, getattr(self, field) + getattr(other, field))

    @property
    def recall(self) -> float:
        return 100 * self.recalled / self.events

    @property
    def precision(self) -> float:
        """The right ones of those that were recalled, in percent."""
        return 100 * self.right / max(1, self.recalled)


def timelines(folder: Path) -> dict[Path, Truth]:
    """The files of a folder with their truths."""
    truths = sorted(folder.glob("*.toml"))
    return {_timeline_of(path): _truth(path) for path in truths}


def _timeline_of(truth: Path) -> Path:
    (timeline,) = (path for path in truth.parent.glob(f"{truth.stem}.*") if path != truth)
    return timeline


def _truth(path: Path) -> Truth:
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    return Truth(
        written["form"],
        written.get("title", ""),
        written.get("times") == "local",
        tuple(_event(entry) for entry in written["events"]),
        tuple(_event(entry) for entry in written.get("optional", ())),
        tuple(re.compile(words, re.IGNORECASE) for words in written.get("tell", ())),
    )


def _event(written: Sequence[str]) -> Event:
    moment, pieces, *authors = written
    return Event(moment, tuple(pieces.split("|")), tuple(authors[0].split("|")) if authors else ())


def read(path: Path) -> ReadTimeline:
    return read_timeline(path.read_text(encoding="utf-8"), now=NOW, zone=READER_ZONE)


def score(path: Path, truth: Truth) -> Score:
    timeline = read(path)
    zone = READER_ZONE if truth.local else UTC
    left = list(timeline.lines)
    pairs: dict[int, ReadLine] = {}
    # The right times first: two events may share their words.
    for strict in (True, False):
        for place, event in enumerate(truth.events):
            if place not in pairs:
                entry = next((e for e in left if _holds(e, event) and (not strict or _is_at(e, event, zone))), None)
                if entry:
                    pairs[place] = entry
                    left.remove(entry)
    for event in truth.optional:
        entry = next((e for e in left if _holds(e, event)), None)
        if entry:
            left.remove(entry)
    result = Score(1, len(truth.events), len(pairs), false=len(left))
    misses = [f"false: {entry.occurred_at:%F %R} {entry.text[:70]!r}" for entry in left]
    for place, event in enumerate(truth.events):
        if place in pairs:
            misses += _judge(event, pairs[place], truth, timeline, result)
        else:
            misses += _explain(event, timeline, result)
    for words in truth.tell:
        if not any(words.search(clause) for clause in timeline.assumptions):
            result.untold += 1
            misses.append(f"untold: {words.pattern} ({'; '.join(timeline.assumptions) or 'nothing told'})")
    if truth.title not in (timeline.title or ""):
        result.titles_wrong += 1
        misses.append(f"title: {timeline.title!r}")
    result.misses = [f"{path.name}: {miss}" for miss in misses]
    return result


def _holds(entry: ReadLine, event: Event) -> bool:
    return any(piece in entry.text for piece in event.pieces)


def _is_at(entry: ReadLine, event: Event, zone: timezone) -> bool:
    return fnmatchcase(entry.occurred_at.astimezone(zone).isoformat(), f"{event.moment}*")


def _judge(event: Event, entry: ReadLine, truth: Truth, timeline: ReadTimeline, result: Score) -> Iterator[str]:
    """Count what is right of an event that was recalled, and give what is not."""
    zone = READER_ZONE if truth.local else UTC
    if _is_at(entry, event, zone):
        result.right += 1
    else:
        at = entry.occurred_at.astimezone(zone)
        silent = _is_silent(at, event, truth, "; ".join(timeline.assumptions))
        result.silent += silent
        told = "nothing told" if silent else "told as assumed"
        yield f"wrong time, {told}: {at:%F %R}, not {event.moment}: {event.pieces[0]}"
    if _REMNANT.match(entry.text):
        result.remnants += 1
        yield f"remnant of the time: {entry.text[:60]!r}"
    if event.authors:
        result.authors += 1
        if entry.author in event.authors:
            result.authors_right += 1
        else:
            yield f"author: {entry.author!r}, not {event.authors[0]!r}: {event.pieces[0]}"


def _is_silent(at: datetime, event: Event, truth: Truth, told: str) -> bool:
    """Whether the assumptions leave out what is wrong: the day, or the zone where the file states one."""
    known = event.moment.replace("*T", f"{at:%F}T").replace("*", f"{at.year}")
    right = datetime.fromisoformat(known).replace(tzinfo=at.tzinfo)
    shift = at.replace(second=0, microsecond=0) - right
    wrong_day = abs(shift) >= timedelta(days=1)
    wrong_clock = shift % timedelta(days=1) != timedelta()
    return (wrong_day and not _DAY_TOLD.search(told)) or (wrong_clock and (truth.local or not _ZONE_TOLD.search(told)))


def _explain(event: Event, timeline: ReadTimeline, result: Score) -> Iterator[str]:
    """Count how an event was lost, and give it."""
    result.authors += bool(event.authors)
    if any(_holds(entry, event) for entry in timeline.lines):
        result.swallowed += 1
        yield f"swallowed: {event.moment} {event.pieces[0]}"
        return
    skipped = next((line for line in timeline.skipped if any(piece in line.text for piece in event.pieces)), None)
    if skipped and _DENIED.search(skipped.reason) and _CLOCK.search(skipped.text):
        result.untrue += 1
        yield f"untrue reason: {skipped.reason} {skipped.text[:70]!r}"
    else:
        yield f"missed: {event.moment} {event.pieces[0]} ({skipped.reason if skipped else 'not skipped either'})"


COLUMNS = ("events", "recalled", "right", "false", "swallowed", "silent")


def table(scores: dict[Path, Score], truths: dict[Path, Truth], total: Score) -> str:
    """A row for each file, and the whole set's last."""
    rows = ["| form | " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * len(COLUMNS)]
    for path, result in scores.items():
        cells = (str(getattr(result, column)) for column in COLUMNS)
        rows.append(f"| {truths[path].form.replace('|', '¦')} | {' | '.join(cells)} |")
    sums = (f"**{getattr(total, column)}**" for column in COLUMNS)
    rows.append(f"| **all {total.files}** | {' | '.join(sums)} |")
    return "\n".join(rows)


def summary(total: Score) -> str:
    return f"""\
Of {total.events} events in {total.files} files:

- {total.recall:.1f} % were recalled, {total.precision:.1f} % of these with the right minute, zone and day;
- {total.swallowed} stood in another event's entry; {total.false} entries were no event;
- {total.silent} wrong times were silent, and {total.untold} assumptions that had to be told were not;
- {total.untrue} skipped lines had a reason that is not true;
- {total.authors_right} of {total.authors} authors and {total.files - total.titles_wrong} titles were right;
  {total.remnants} texts began with a piece of their time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=CORPUS)
    parser.add_argument("--write", action="store_true", help="put the table and the sum into docs/importing.md")
    parser.add_argument("--misses", action="store_true", help="name each thing that is not as it should be")
    parser.add_argument("files", nargs="*", help="names of the folder's files; all without")
    options = parser.parse_args()
    truths = timelines(options.folder)
    if options.files:
        truths = {path: truth for path, truth in truths.items() if path.name in options.files}
    scores = {path: score(path, truth) for path, truth in truths.items()}
    total = Score()
    for result in scores.values():
        total.add(result)
    if options.misses:
        print(*total.misses, sep="\n", end="\n\n")
    if options.write:
        text = f"{summary(total)}\n\n{table(scores, truths, total)}"
        page = _TABLE.sub(lambda part: f"{part[1]}\n{text}\n\n{part[2]}", PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(page, encoding="utf-8")
    else:
        for path, result in scores.items():
            counts = " ".join(f"{getattr(result, column):3}" for column in COLUMNS)
            print(f"{counts}  {path.name}")
    print(summary(total))


if __name__ == "__main__":
    main()
