"""The timeline as Markdown, in a form that `warroom import` reads back, and as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby

from console.core.language.grounds import keeping_marks, standing_on
from console.core.language.text import clean, csv_cell, markdown, one_line
from console.core.language.times import rfc3339
from console.core.log.clocks import open_clocks, promises
from console.core.log.entries import Entry
from console.core.log.milestones import durations, milestones
from console.core.log.state import Incident
from console.core.log.tagged import standing
from console.core.subjects.change import changes_in_flight
from console.core.subjects.hypothesis import Hypothesis, hypotheses_of
from console.core.subjects.stage import overrides_of
from console.core.subjects.update import updates_of

CSV_COLUMNS = ("id", "kind", "occurred_at", "recorded_at", "author", "text", "tags", "corrected")
MAX_REPORT_CHARS = 160
"""An update repeats what the timeline around it says: its beginning shows which it was."""
KIND_WORDS = {"decision": "Decision", "action": "Action", "finding": "Finding", "hypothesis": "Hypothesis"}


@keeping_marks
def inline(text: str) -> str:
    """Text for one line of Markdown: it reads as typed, and no newline in it begins a block of its own."""
    return markdown(" ".join(clean(text).split()))


def times(at: datetime, zone: tzinfo) -> str:
    """`15:30 (14:30 UTC)`, or `14:30 UTC` alone where both are the same."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} ({at:%H:%M} UTC)" if local.utcoffset() else f"{at:%H:%M} UTC"


def times_span(began: datetime, ended: datetime, zone: tzinfo) -> str:
    """`14:42 to 15:09 (13:42 to 14:09 UTC)`, or `13:42 to 14:09 UTC`; the end has its day where that is another one."""
    here, utc = (_clock_span(began.astimezone(at), ended.astimezone(at)) for at in (zone, UTC))
    local = began.astimezone(zone).utcoffset() or ended.astimezone(zone).utcoffset()
    return f"{here} ({utc} UTC)" if local else f"{utc} UTC"


def _clock_span(began: datetime, ended: datetime) -> str:
    day = "" if began.date() == ended.date() else f"{ended.day} {ended:%B}, "
    return f"{began:%H:%M} to {day}{ended:%H:%M}"


def clock_time(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`15:30` in a text that names its zone, with the day where it is not today's.

    The zone stands behind it only where clocks were changed between `at` and `now`.
    """
    local, here = at.astimezone(zone), now.astimezone(zone)
    clock = f"{local:%H:%M}" + (f" {stated_zone(at, zone)}" if local.utcoffset() != here.utcoffset() else "")
    if local.date() == here.date():
        return clock
    year = f" {local.year}" if local.year != here.year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {clock}"


def span(began: datetime, ended: datetime, now: datetime, zone: tzinfo) -> str:
    """`13:42 to 14:09`, each with its day where one of them is not today's; the day of both stands once."""
    first, last = clock_time(began, now, zone), clock_time(ended, now, zone)
    if began.astimezone(zone).date() == ended.astimezone(zone).date():
        last = f"{ended.astimezone(zone):%H:%M}"
    elif last[0].isdigit():
        last = f"{now.astimezone(zone):%a} {now.astimezone(zone).day} {now.astimezone(zone):%b} {last}"
    return f"{first} to {last}"


def when_resolved(state: Incident) -> str:
    """The words behind the end of an impact that nobody said was mitigated: it counts up to the resolution."""
    lasted = durations(state).get("impact_lasted")
    return ", when it was resolved" if lasted is not None and lasted.ends == "resolved" else ""


def logged_word(entry: Entry) -> str:
    """The word before the time of a line that may tell of an earlier moment, because nobody gave it one."""
    return "logged " if entry.occurred_at == entry.recorded_at else ""


def noticed_at(state: Incident) -> datetime:
    """The moment before which an act may have led up to the incident; a response to it comes after."""
    reached = milestones(state)
    return reached.get("detected") or reached.get("declared") or datetime.min.replace(tzinfo=UTC)


def before_response(state: Incident) -> Callable[[Entry], str]:
    """The words before an act that was done before anybody responded; empty for one of the response."""
    noticed = noticed_at(state)
    words = standing_on(f"Before it was {'noticed' if 'detected' in milestones(state) else 'declared'}", noticed)
    return lambda entry: words if entry.occurred_at < noticed else ""


def promised(state: Incident, now: datetime) -> Iterator[str]:
    """The words on how promised updates were kept, a clause for each audience that was promised one.

    One that is not yet due is to come; one that is overdue may still be late, or missed.
    """
    owed = [clock for clock in open_clocks(state, now) if clock.kind in ("update", "first_public", "executive_notice")]
    for audience, tally in promises(state, now).items():
        late = [clock.state == "overdue" for clock in owed if clock.audience == audience]
        # One that was missed is overdue still: its word would come late.
        counts = ((late.count(False), "to come"), (late.count(True) - tally.missed, "overdue"))
        more = "".join(f", {count} {word}" for count, word in counts if count > 0)
        if tally.kept or tally.late or tally.missed:
            yield f"{audience}: {tally.kept} kept, {tally.late} late, {tally.missed} missed{more}"


def hypotheses_by_verdict(state: Incident, verdicts: Sequence[str]) -> Iterator[tuple[str, Hypothesis]]:
    """The hypotheses, those of the first verdict first, each with its verdict in words."""
    for verdict in verdicts:
        for hypothesis in hypotheses_of(state).values():
            if hypothesis.verdict == verdict:
                yield verdict.replace("_", " ").capitalize(), hypothesis


def notes(state: Incident) -> dict[str, str]:
    """Notes that a reader needs besides an entry's text, by its id: a change in flight, an overridden gate's wants."""
    notes_by_id = {change.id: "in flight" for change in changes_in_flight(state)}
    return notes_by_id | {
        override.id: f"despite: {'; '.join(override.unmet)}" for override in overrides_of(state) if override.unmet
    }


def internal_updates(state: Incident) -> set[str]:
    """The ids of the updates that are no public ones: each repeats what the timeline around it says."""
    return {update.id for update in updates_of(state) if update.audience != "public"}


def beginning(text: str) -> str:
    """The beginning of an update's text on one line, cut between words."""
    line = one_line(text, MAX_REPORT_CHARS)
    return f"{line.rpartition(' ')[0]} …" if line.endswith("…") else line


def entry_lines(
    entries: Iterable[Entry], zone: tzinfo, notes: Mapping[str, str], begun: Collection[str] = ()
) -> Iterator[str]:
    """A bullet for each entry, under a heading for each day of the zone.

    `notes` stand behind the text, by id; of an entry whose id is in `begun` only the beginning stands.
    """
    day = None
    for entry in entries:
        local = entry.occurred_at.astimezone(zone)
        if local.date() != day:
            if day is not None:
                yield ""
            day = local.date()
            yield f"**{local:%A} {local.day} {local:%B %Y}**"
            yield ""
        whole = entry.text_in(zone)
        text = inline(beginning(whole) if entry.id in begun else whole)
        word = f"**{KIND_WORDS[entry.kind]}:** " if entry.kind in KIND_WORDS else ""
        note = entry.mark or notes.get(entry.id, "")
        mark = f" — *{inline(note)}*" if note else ""
        # Whoever redacted a line of their own is named by it already.
        own = entry.redacted and entry.text.partition(": ")[0] == f"redacted by {entry.author}"
        by = "" if own else f" ({inline(entry.author)})"
        yield f"- {local:%H:%M} {word}{text}{mark}{by}"


def stated_zone(at: datetime, zone: tzinfo) -> str:
    """The zone at a moment by its distance from UTC, which no reader can take for another one's: `UTC+01:00 (CET)`."""
    local = at.astimezone(zone)
    minutes = round((local.utcoffset() or timedelta()) / timedelta(minutes=1))
    if not minutes:
        return "UTC"
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    offset, name = f"UTC{sign}{hours:02}:{rest:02}", local.tzname() or ""
    return f"{offset} ({name})" if name.isalpha() else offset


def timeline_markdown(state: Incident, zone: tzinfo) -> str:
    """The whole timeline that stands, oldest first, in the viewer's zone, which is stated at its head.

    Where clocks were changed meanwhile the zone is stated again, so that every time can be read back to the minute.
    """
    entries = standing(state)
    parts = [f"# {state.ref} {inline(state.title.value)}"]
    for offset, group in groupby(entries, key=lambda entry: stated_zone(entry.occurred_at, zone)):
        parts.append(f"All times are {offset}." if len(parts) == 1 else f"From here on all times are {offset}.")
        parts.append("\n".join(entry_lines(group, zone, notes(state))))
    if not entries and state.declared_at is not None:
        parts.append(f"It has no entries; the incident was declared at {times(state.declared_at, zone)}.")
    return "\n\n".join(parts) + "\n"


def timeline_csv(state: Incident) -> str:
    """The entries that stand, in the order in which things happened; cells that would start a formula are prefixed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for entry in standing(state):
        cells = (entry.author, entry.text, " ".join(entry.tags), "yes" if entry.corrected else "")
        moments = (rfc3339(entry.occurred_at), rfc3339(entry.recorded_at))
        writer.writerow([entry.id, entry.kind, *moments, *map(csv_cell, cells)])
    return out.getvalue()
