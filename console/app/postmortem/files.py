"""The postmortem written to files: Markdown with its picture in Mermaid, and one HTML page with it in SVG."""

from datetime import datetime

from console.app.room.files import handoff_folders
from console.app.session import Session
from console.core.log.state import Incident
from console.export.postmortem.document import filled, form_of, template_of
from console.export.postmortem.html import page
from console.files import write_new
from console.library.templates import Templates

UNDECLARED = "This log has no declaration of the incident; import the rest of it first."


def page_for(kind: str, state: Incident, now: datetime, session: Session) -> str:
    """The text of one of the forms postmortem, rca and html."""
    zone = session.zone
    if state.declared_at is None:
        return f"{UNDECLARED}\n"
    if kind == "html":
        return page(state, now, zone, form=form_of(template_of(state)))
    return filled(state, now, zone, Templates(session.config), "rca" if kind == "rca" else "")[0]


def write_files(state: Incident, now: datetime, session: Session) -> tuple[str, bool]:
    """Both files, new ones beside any that are there; a sentence about where they are, and whether all is well.

    Needs no screen, so a thread may do it.
    """
    if state.declared_at is None:
        return UNDECLARED, False
    zone, folders = session.zone, handoff_folders(session)
    text, complaint = filled(state, now, zone, Templates(session.config))
    whole = page(state, now, zone, form=form_of(template_of(state)))
    stem = f"{state.ref}-postmortem"
    try:
        written = write_new(folders, stem, "md", text)
        shown = write_new([written.parent], written.stem, "html", whole)
    except OSError as error:
        return f"It could not be written to a file ({error.strerror or error}); free some room and try again.", False
    told = f"Written to {written} and {shown.name}."
    return f"{told} {complaint}".strip(), not complaint
