"""Commands over all that happened before: search."""

from datetime import datetime

import click

from console.cli.context import Shell, fail, print_json
from console.cli.output import columns, hint, out, row
from console.cli.params import command, json_option, since_option
from console.core.language.searching import excerpt, spans_of
from console.core.language.text import one_line
from console.core.language.times import local_stamp
from console.core.log.registry import SIGNS
from console.core.memory.hits import Hit, Wanted, wanted_of
from console.core.refusal import Refused
from console.export.json.model import HitView

MAX_HITS = 50
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
        found = ledger.log.search(wanted, limit=MAX_HITS)
    if as_json:
        print_json([hit_view(hit, found.incidents[hit.ref].title) for hit in found.hits if hit.ref in found.incidents])
        return
    title = ""
    for hit in found.hits:
        of = found.incidents.get(hit.ref)
        words_of = f"{of.severity}  {one_line(of.title, 200)}{'  (drill)' if of.drill else ''}" if of else ""
        if title != f"{hit.ref}  {words_of}":
            title = f"{hit.ref}  {words_of}"
            out(title)
        out(_line(shell, hit, wanted))
    if not found.hits:
        hint("No entry holds that; try fewer words, or the beginning of one.")
    elif found.more:
        hint("Older entries hold the words, too; more words, --since or --in narrow it down.")


def _line(shell: Shell, hit: Hit, wanted: Wanted) -> str:
    text, _ = excerpt(hit.text, spans_of(wanted.terms, hit.text), EXCERPT_CHARS)
    mark = f", {hit.mark}" if hit.mark else ""
    kind = hit.kind.replace("_", " ")
    return row(f"  {local_stamp(hit.at, shell.zone)}  {kind:<10} ", f"{text}  ({hit.author}{mark})", columns())


def hit_view(hit: Hit, title: str) -> HitView:
    return HitView.of(hit, incident=title, undone=hit.mark == "undone", corrected=hit.mark == "corrected")


COMMANDS = (search,)
