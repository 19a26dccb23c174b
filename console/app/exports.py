"""Exports of the console to files: the text of each form, and the folders that may take it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.app.session import Session
from console.core.language.text import clean, escaped_json
from console.core.log.state import Incident
from console.core.memory.case import Case
from console.core.memory.metrics import Metrics
from console.core.refusal import Refused
from console.export.deck import deck
from console.export.handoff import handoff_markdown
from console.export.json.archive import incident_archive
from console.export.metrics.review import review_markdown, review_page
from console.export.postmortem.document import filled, form_of, template_of
from console.export.postmortem.html import linked_page
from console.export.timeline import timeline_csv, timeline_markdown
from console.export.updates.announce import customer_message
from console.export.updates.update import brief
from console.files import write_new
from console.library.templates import Templates

UNDECLARED = "This log has no declaration of the incident; import the rest of it first."


def page_of(kind: str, state: Incident, session: Session, now: datetime) -> str:
    """The text of an export, with nothing in it that a terminal obeys. Needs no screen, so a thread may make it."""
    return clean(_page_of(kind, state, session, now))


def _page_of(kind: str, state: Incident, session: Session, now: datetime) -> str:
    zone = session.zone
    if kind in ("postmortem", "rca", "html", "deck") and state.declared_at is None:
        return f"{UNDECLARED}\n"
    match kind:
        case "handoff":
            return handoff_markdown(state, now, zone, author=session.actor)
        case "brief":
            return brief(state, now, zone, templates=session.templates)[0]
        case "customer":
            try:
                return customer_message(state, now, zone, templates=session.templates)[0]
            except Refused as refused:
                return f"{refused.reason}\n"
        case "html":
            return linked_page(session.log.events(state.ref), state.ref, now, zone, form=form_of(template_of(state)))
        case "deck":
            return deck(session.log.replay(state.ref), now, zone)
        case "postmortem" | "rca":
            return filled(state, now, zone, Templates(session.config), "rca" if kind == "rca" else "")[0]
        case "timeline":
            return timeline_markdown(state, zone)
        case "csv":
            return timeline_csv(state)
    session.log.note_given(state.ref)
    log = session.log
    archive = incident_archive(state, log.events(state.ref), now, log.seals(state.ref))
    return escaped_json(msgspec.json.format(msgspec.json.encode(archive)).decode())


def write_postmortem(state: Incident, now: datetime, session: Session) -> tuple[str, bool]:
    """Both files, new ones beside any that are there; a sentence about where they are, and whether all is well.

    Needs no screen, so a thread may do it.
    """
    if state.declared_at is None:
        return UNDECLARED, False
    text, complaint = filled(state, now, session.zone, Templates(session.config))
    whole = linked_page(session.log.events(state.ref), state.ref, now, session.zone, form=form_of(template_of(state)))
    words, well = _write_both(session, f"{state.ref}-postmortem", text, whole)
    return f"{words} {complaint}".strip(), well and not complaint


def write_review(cases: Sequence[Case], figures: Metrics, session: Session) -> tuple[str, bool]:
    """`write_postmortem` for the review of a period."""
    now, zone, stem = session.now(), session.zone, f"review-{figures.period.name.replace(' ', '-')}"
    pages = (make(cases, figures, now, zone) for make in (review_markdown, review_page))
    return _write_both(session, stem, *pages)


def _write_both(session: Session, stem: str, text: str, page: str) -> tuple[str, bool]:
    """Write a document as Markdown and as HTML under one name."""
    folder = session.exports_folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = write_new([folder], stem, "md", clean(text))
        shown = write_new([written.parent], written.stem, "html", clean(page))
    except OSError as error:
        return f"It could not be written to a file ({error.strerror or error}); free some room and try again.", False
    return f"Written to {written} and {shown.name}.", True
