"""Commands over all that happened before: search, history, similar incidents, metrics."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from console.cli.context import Shell, fail, print_json
from console.cli.output import columns, hint, out, row, say_row
from console.cli.params import command, json_option, since_option
from console.core.language.searching import excerpt, folded, spans_of
from console.core.language.text import clean, one_line
from console.core.language.times import format_length, local_stamp
from console.core.log.ids import parse_reference
from console.core.log.registry import SIGNS
from console.core.memory.case import TEAM_TAG
from console.core.memory.hits import Hit, Wanted, wanted_of
from console.core.memory.metrics import BY, metrics_of
from console.core.memory.past import ORDERS, Only, past
from console.core.memory.period import USUAL_DAYS, last_days, quarter
from console.core.memory.similar import Similar
from console.core.refusal import Refused
from console.export.json.model import HitView, SimilarView, TipView
from console.export.past import case_marks, case_rows, past_view
from console.export.similar import (
    TIP_TITLES,
    Recalled,
    lasted_words,
    recall_for_state,
    recall_for_text,
    similar_rows,
    tip_evidence,
    tip_text,
)
from console.files import write_whole
from console.library.concepts import vocabulary
from console.library.runbooks import Runbooks
from console.store import cases
from console.store.ledger import Ledger

MAX_HITS = 50
_ORDER_NAMES = [name.replace(" ", "-") for name in ORDERS]
EXCERPT_CHARS = 240
NOTHING_WANTED = "Write what to look for: words, #tag, @person or “words next to each other”."


@command("[words...]", pages=True, example="'connection pool' --since 90d")
@click.option("--in", "incident", metavar="REF", help="Only in this incident.")
@click.option("--kind", "entry_kind", metavar="KIND", help="Only entries of this kind, such as decision or update.")
@click.option("--by", "person", metavar="NAME", help="Only what this person wrote, or is named in.")
@since_option("Only what happened since: 30d, 2026-11-21, yesterday 23:50.")
@json_option()
def search(
    shell: Shell, words: str, incident: str | None, entry_kind: str | None, person: str | None,
    since: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    """Search the entries of all incidents: all the words, the last one also as the beginning of one."""
    kind = (entry_kind or "").strip().lower().replace("-", "_")
    if kind and kind not in SIGNS:
        raise Refused(f"There is no kind “{one_line(kind, 30)}”: use {', '.join(SIGNS)}.", "kind")
    with shell.ledger(writing=False) as ledger:
        ref = ledger.resolve(incident) if incident else ""
        wanted = wanted_of(words, kind=kind, by=person or "", incident=ref, since=since)
        if wanted.empty:
            fail(NOTHING_WANTED)
        results = ledger.log.search(wanted, limit=MAX_HITS)
    if as_json:
        print_json(
            [hit_view(hit, results.incidents[hit.ref].title) for hit in results.hits if hit.ref in results.incidents]
        )
        return
    title = ""
    for hit in results.hits:
        titled = results.incidents.get(hit.ref)
        words_of = (
            f"{titled.severity}  {one_line(titled.title, 200)}{'  (drill)' if titled.drill else ''}" if titled else ""
        )
        if title != f"{hit.ref}  {words_of}":
            title = f"{hit.ref}  {words_of}"
            out(title)
        out(_line(shell, hit, wanted))
    if not results.hits:
        hint("No entry holds that; try fewer words, or the beginning of one.")
    elif results.more:
        hint("Older entries hold the words, too; more words, --since or --in narrow it down.")


def _line(shell: Shell, hit: Hit, wanted: Wanted) -> str:
    text, _ = excerpt(hit.text, spans_of(wanted.terms, hit.text), EXCERPT_CHARS)
    mark = f", {hit.mark}" if hit.mark else ""
    kind = hit.kind.replace("_", " ")
    return row(f"  {local_stamp(hit.at, shell.zone)}  {kind:<10} ", f"{text}  ({hit.author}{mark})", columns())


def hit_view(hit: Hit, title: str) -> HitView:
    return HitView.of(hit, incident=title, undone=hit.mark == "undone", corrected=hit.mark == "corrected")


@command(pages=True, example="--days 90 --severity SEV1")
@click.option("--days", type=click.IntRange(1, 36500), help="Only those declared in so many days; else all.")
@click.option("--severity", metavar="SEV1", help="Only those that were this severe at their worst.")
@click.option("--tag", metavar="TAG", help="Only those with this tag, team or component, or the beginning of one.")
@click.option("--order", type=click.Choice(_ORDER_NAMES), default=_ORDER_NAMES[0], help="What stands first.")
@json_option()
def history(shell: Shell, days: int | None, severity: str | None, tag: str | None, order: str, as_json: bool) -> None:
    """Closed incidents: how long they lasted, what stopped them, what is still owed."""
    only = Only(
        severity=(severity or "").strip(),
        tag=folded((tag or "").strip().lstrip("#").removeprefix(TEAM_TAG)),
        within=timedelta(days=days) if days else None,
    )
    with shell.log(writing=False) as log:
        every_case = cases.every(log)
    now = shell.now()
    listed = past(every_case, only, now, order.replace("-", " "))
    if as_json:
        print_json([past_view(case, now) for case in listed])
        return
    for case in listed:
        lasted = format_length(case.lasted) if case.lasted is not None else "not known"
        marks = "".join(f" ({mark})" for mark in case_marks(case))
        day = f"{case.declared_at.astimezone(shell.zone):%Y-%m-%d}"
        say_row(f"{day}  {case.ref}  {case.severity:<5} {lasted:>9}  ", f"{case.title}{marks}")
        for label, words in case_rows(case, now):
            say_row(f"{label:>31}  ", words)
    if not listed:
        hint("No closed incident is like that; `warroom history` without options lists all.")


@command("ref_or_text...", pages=True, example="'checkout hangs, too many connections'")
@json_option()
def similar(shell: Shell, ref_or_text: str, as_json: bool) -> None:
    """Incidents that look like one, or like a text: the reasons, the cause, what stopped it, who knew, how long."""
    recalled = _recalled(shell, ref_or_text)
    if as_json:
        print_json([_similar_view(like) for like in recalled.similar])
        return
    for like in recalled.similar:
        case = like.case
        day = f"{case.declared_at.astimezone(shell.zone):%Y-%m-%d}"
        say_row(f"{day}  {case.ref}  {case.severity:<5} {lasted_words(like):>9}  ", case.title)
        for label, words in similar_rows(like):
            say_row(f"{label:>31}  ", words)
    if not recalled.similar:
        hint("No earlier incident looks like that; tell more of what is seen, in whole words.")


def _similar_view(like: Similar) -> SimilarView:
    case = like.case
    return SimilarView.of(
        case,
        score=like.score,
        reasons=like.reasons,
        lasted_s=case.lasted.total_seconds() if case.lasted is not None else None,
    )


@command("ref_or_text...", pages=True, example="K7Q2")
@json_option()
def suggestions(shell: Shell, ref_or_text: str, as_json: bool) -> None:
    """Probable causes, first steps, people and mitigations, from similar incidents and the runbooks."""
    recalled = _recalled(shell, ref_or_text)
    if as_json:
        print_json([TipView.of(tip) for tip in recalled.tips])
        return
    kind = ""
    for tip in recalled.tips:
        if tip.kind != kind:
            kind = tip.kind
            out(TIP_TITLES[kind])
        evidence = tip_evidence(tip)
        say_row("  ", f"{tip_text(tip)}{f'  ({evidence})' if evidence else ''}")
    if not recalled.tips:
        hint("There is nothing to suggest; tell more of what is seen, in whole words.")


def _recalled(shell: Shell, text: str) -> Recalled:
    """The earlier incidents and the tips that help with an incident or a text. A reference has its four characters."""
    words, complaint = vocabulary(shell.settings)
    hint(complaint)
    with shell.ledger(writing=False) as ledger:
        ref = _reference(ledger, text)
        if not ref and not text.strip():
            fail("Write a reference, or what is seen: warroom similar 'checkout hangs'.")
        memory = cases.memory(ledger.log, words)
        runbooks = Runbooks(shell.settings)
        if ref:
            return recall_for_state(memory, ledger.state(ref), runbooks)
    return recall_for_text(memory, text, runbooks)


def _reference(ledger: Ledger, text: str) -> str:
    """The incident that is meant; empty for a text."""
    if text.strip().upper().startswith("INC-") and len(text.split()) == 1:
        return ledger.resolve(text)
    try:
        ref = parse_reference(text)
    except Refused:
        return ""
    return ref if ref in ledger.references() else ""


@command(pages=True, example="--quarter Q3 --by team")
@click.option("--days", type=click.IntRange(1, 36500), help=f"Of the last so many days; else {USUAL_DAYS}.")
@click.option("--quarter", "wanted", metavar="Q", help="Of a quarter: 2026-Q3, Q3, this, last.")
@click.option("--by", type=click.Choice(BY), help="In groups.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV, a row for each measure of each group.")
@click.option("--review", "review", type=click.Path(path_type=Path), help="Write a review as Markdown to this file.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Write the review as one HTML page to this file.")
@click.option("--yes", is_flag=True, help="Replace the file without asking.")
@json_option()
def metrics(
    shell: Shell, days: int | None, wanted: str | None, by: str | None, as_csv: bool, review: Path | None,
    html: Path | None, yes: bool, as_json: bool,
) -> None:  # fmt: skip
    """Response times, frequency, promises kept and recurrences over the incidents of a period."""
    if days and wanted:
        raise click.UsageError("--days and --quarter are two periods; leave one of them out")
    for target in filter(None, (review, html)):
        shell.check_output(target, replace=yes)
    with shell.log(writing=False) as log:
        every_case = cases.every(log)
    now, zone = shell.now(), shell.zone
    period = quarter(wanted, now, zone) if wanted else last_days(days or USUAL_DAYS, now, zone)
    figures = metrics_of(every_case, period, now, zone, by or "")
    if as_json or as_csv:
        from console.export.metrics.tables import metrics_csv, metrics_view

        if as_json:
            print_json(metrics_view(figures))
        else:
            out(metrics_csv(figures), nl=False)
    if review is not None or html is not None:
        # Pages are made by what reads Markdown, which nothing else here needs.
        from console.export.metrics.review import review_markdown, review_page

        for file, made in ((review, review_markdown), (html, review_page)):
            if file is not None:
                _write(file, made(every_case, figures, now, zone))
    if not (as_json or as_csv or review or html):
        from console.export.metrics.lines import metrics_lines

        width = columns()
        for line in metrics_lines(every_case, figures, now, zone, width or 120, drawn=width is not None):
            out(line)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, clean(text))
    except OSError as error:
        fail(f"{file} cannot be written ({error.strerror or error}); name another file.")


COMMANDS = (search, history, similar, suggestions, metrics)
