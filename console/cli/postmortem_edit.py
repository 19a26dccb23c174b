"""The work of the commands about the postmortem; imported with the first of them, so that others start sooner."""

from datetime import datetime

import msgspec

from console.app.editor import edit
from console.cli.context import Shell, fail, from_input
from console.cli.output import alarm, columns, hint, out, row, say_row
from console.core.language.checks import Finding
from console.core.language.text import clean, one_line
from console.core.log.grounds import traced
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.action_item import action_items_of
from console.core.subjects.postmortem import SECTIONS, EditPostmortem, postmortem_of
from console.export.json.model import OverviewView, SectionView
from console.export.postmortem.document import filled, form_of, origins, template_of
from console.export.postmortem.drafts import GUIDE, cited_section, drafts
from console.export.postmortem.review import missing_for_final, section_findings
from console.export.postmortem.sections import by_priority, review_of, status_of
from console.export.registers import ActionRow
from console.library.templates import Templates
from console.store.ledger import Ledger

ORIGIN_WORDS = {"written": "written", "draft": "draft from the log", "empty": "empty", "conflict": "two versions"}


def review_page(shell: Shell, ledger: Ledger, state: Incident, form: str, *, named: bool) -> str:
    """One of `FORMS`: the playbook's postmortem, the root cause analysis, or the HTML page.

    A template that is of no use is told on stderr, and the built-in form stands in.
    """
    now = ledger.now()
    if state.declared_at is None:
        fail(f"{state.ref} was never declared; there is nothing to write about.")
    if form == "html":
        from console.export.postmortem.html import linked_page

        events = ledger.log.events(state.ref)
        return linked_page(events, state.ref, now, shell.zone, named=named, form=form_of(template_of(state)))
    name = "rca" if form == "rca" else ""
    text, complaint = filled(state, now, shell.zone, Templates(shell.settings), name, named=named)
    hint(complaint)
    return text


def section_command(shell: Shell, state: Incident, named: str, text: str | None, in_editor: bool, accept: bool) -> None:
    """Show a section, or write it: the `text` (“-” reads it from stdin), an editor's, or with `accept` the draft."""
    section = named.strip().lower().replace(" ", "_").replace("-", "_")
    if section not in SECTIONS:
        fail(f"There is no section “{named}”: use {', '.join(SECTIONS)}.")
    register = postmortem_of(state).section(section)
    before, seen, draft = register.value, register.head, drafts(state, zone=shell.zone)[section]
    if accept and not draft:
        fail("The log has nothing for this section yet; write it with --text or --edit.")
    if in_editor:
        edit_section(shell, state, section, before or draft, seen)
    elif accept or text is not None:
        given = draft if text is None else from_input(text)
        command = EditPostmortem(actor=shell.actor, section=section, text=given, seen=seen)
        with shell.ledger() as ledger:
            shell.do_in(ledger, state.ref, with_sources(shell, ledger, state, command))
        advise(section_findings(state, section, command.text))
    else:
        out(clean(before or draft))
        if not (before or draft):
            hint(f"Nobody has written this section yet. {GUIDE[section]}")


def with_sources(shell: Shell, ledger: Ledger, state: Incident, command: EditPostmortem) -> EditPostmortem:
    """The section with the sources of those of its sentences that stand in the draft."""
    marked = traced(state.ref, ledger.log.events(state.ref), ledger.now())
    cited = cited_section(state, marked, command.section, zone=shell.zone)
    return msgspec.structs.replace(command, stands_on=cited.entries(clean(command.text).strip()))


def edit_section(shell: Shell, state: Incident, section: str, before: str, seen: str) -> None:
    """Write what an editor makes of `before`. A text that is refused stays in its file."""
    guide = f"{SECTIONS[section]} of {state.ref}, {one_line(state.title.value, 80)}\n{GUIDE[section]}"
    edited = edit(before, f"{state.ref}-{section}", guide)
    if edited.text == before.strip():
        edited.discard()
        hint("Nothing was changed.")
        return
    command = EditPostmortem(actor=shell.actor, section=section, text=edited.text, seen=seen)
    kept = f"your text is kept in {edited.path}."
    try:
        with shell.ledger() as ledger:
            ledger.execute(state.ref, with_sources(shell, ledger, state, command))
            both = postmortem_of(ledger.state(state.ref)).section(section).conflict
    except Problem as problem:
        raise Refused(f"{problem.reason.rstrip('.')}; {kept}") from problem
    edited.discard()
    if both:
        hint(f"{both[0].by} wrote this section while you did; both texts are kept until somebody merges them.")
    advise(section_findings(state, section, edited.text))


def advise(findings: tuple[Finding, ...]) -> None:
    hint(*(f"{finding.text} {finding.suggestion}".strip() for finding in findings))


def overview(shell: Shell, state: Incident, now: datetime) -> None:
    owner = postmortem_of(state).owner.value
    say_row(f"{state.ref}  {review_of(state)}  owner {owner or 'nobody'}  ", state.title.value)
    out("\nSections")
    known = drafts(state, zone=shell.zone)
    for section, origin in origins(state, known).items():
        text = postmortem_of(state).section(section).value or known[section]
        out(row(f"{section:<14} {ORIGIN_WORDS[origin]:<19} ", one_line(text, 120), columns()).rstrip())
    if action_items_of(state):
        out("\nAction items")
        for item in by_priority(state):
            out(action_row(shell, ActionRow(state.ref, "", item, status_of(item, now)), ref=False))
    missing = missing_for_final(state)
    if missing:
        out("\nMissing for final")
        for sentence in missing:
            say_row("- ", sentence)


def overview_view(state: Incident) -> OverviewView:
    sections = []
    known = drafts(state)
    for section, origin in origins(state, known).items():
        text = postmortem_of(state).section(section).value or known[section]
        sections.append(SectionView(id=section, title=SECTIONS[section], origin=origin, text=text))
    return OverviewView.of(
        state,
        title=state.title.value,
        owner=postmortem_of(state).owner.value,
        review=postmortem_of(state).review.value or "draft",
        sections=sections,
        missing=missing_for_final(state),
    )


def action_row(shell: Shell, listed: ActionRow, *, ref: bool = True) -> str:
    item, status = listed.item, listed.status
    due = item.due_in(shell.zone)
    lead = f"{listed.ref}  " if ref else ""
    head = f"{lead}{item.number:>2}  {item.priority or '–':<2}  {status:<7}  {due:<16}  {item.owner or 'nobody':<10}  "
    line = row(head, one_line(item.text, 2000), columns())
    return line.replace("overdue", alarm("overdue"), 1) if status == "overdue" else line
