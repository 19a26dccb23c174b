"""The postmortem: what people wrote, and drafts from the log for what they have not written yet."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Literal

import msgspec

from console.core.log.state import Incident
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.export.blocks import Block, Heading, to_markdown, words
from console.export.postmortem.drafts import drafts
from console.export.postmortem.names import POLICY
from console.export.postmortem.sections import Parts, review_of
from console.export.timeline import inline
from console.library.templates import Templates

Form = Literal["postmortem", "rca"]
Origin = Literal["written", "draft", "empty", "conflict"]

FORMS: dict[Form, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "postmortem": (
        *((id, SECTIONS[id], (id,)) for id in ("summary", "impact")),
        ("durations", "Durations", ("durations", "severities", "promises")),
        ("timeline", "Timeline", ("picture", "timeline")),
        *((id, SECTIONS[id], (id,)) for id in SECTIONS if id not in ("summary", "impact", "lessons", "links")),
        ("hypotheses", "Hypotheses tried", ("hypotheses",)),
        ("changes", "Production changes", ("changes",)),
        ("gates", "Gates overridden", ("gates",)),
        ("actions", "Action items", ("actions",)),
        *((id, SECTIONS[id], (id,)) for id in ("lessons", "links")),
    ),
    "rca": (
        ("summary", "Executive summary", ("summary",)),
        ("impact", "Impact assessment", ("impact", "durations", "severities", "promises")),
        ("timeline", "Timeline of events", ("picture", "timeline")),
        ("detection", SECTIONS["detection"], ("detection",)),
        ("root_cause", "Root cause analysis", ("trigger", "root_cause", "whys", "hypotheses")),
        ("contributing", "Contributing factors", ("contributing", "made_worse")),
        ("resolution", "Resolution", ("temporary_fix", "permanent_fix", "changes", "gates")),
        ("went_well", "What went well", ("went_well", "lucky")),
        ("went_poorly", "What went poorly", ("went_poorly", "faster")),
        ("actions", "Action items", ("actions_by_priority",)),
        ("lessons", "Lessons learned", ("lessons", "links")),
    ),
}
"""The chapters of each form: id, title, and the parts that stand in it. A part that has nothing to say is left out."""

PARTS = tuple(dict.fromkeys(part for form in FORMS.values() for _, _, parts in form for part in parts))

MAX_TEMPLATE_CHARS = 400_000
"""A longer document is not given to a template, which gets everything twice and may hold a million characters."""


class Chapter(msgspec.Struct, frozen=True):
    id: str
    title: str
    blocks: tuple[Block, ...]


class Document(msgspec.Struct, frozen=True):
    title: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def template_of(state: Incident) -> str:
    """The name of the template that the incident's playbook wants for its postmortem."""
    return state.playbook.template("postmortem") if state.playbook else "postmortem"


def form_of(template: str) -> Form:
    """The form behind a template's name; a template of a team's own arranges the parts of the postmortem."""
    return "rca" if template == "rca" else "postmortem"


def filled(
    state: Incident, now: datetime, zone: tzinfo, templates: Templates, name: str = "", *, named: bool = False
) -> tuple[str, str]:
    """The postmortem in Markdown through a template (empty: the playbook's), and a sentence where it was no use.

    The template gets `chapters` (id, title, text), `parts` (the text of each part by its id), `facts` (name, value),
    `remarks`, `title`, `ref`, `severity`, `owner` and `review`; texts are Markdown already.
    """
    name = name or template_of(state)
    made = document(state, now, zone, named=named, form=form_of(name))
    whole = document_markdown(made)
    if len(whole) > MAX_TEMPLATE_CHARS:
        return whole, "This postmortem is too long for a template; it was written in the built-in form."
    maker = Parts(state, now, zone, named)
    context = {
        "title": inline(made.title),
        "ref": state.ref,
        "severity": inline(state.severity.value),
        "owner": inline(postmortem_of(state).owner.value),
        "review": review_of(state),
        "facts": [{"name": name, "value": inline(value)} for name, value in made.facts],
        "remarks": [inline(remark) for remark in made.remarks],
        "chapters": [
            {"id": chapter.id, "title": chapter.title, "text": to_markdown(chapter.blocks)} for chapter in made.chapters
        ],
        "parts": {part: to_markdown(list(maker.part(part))) for part in PARTS},
    }
    text, complaint = templates.render(name, context, instead=form_of(name))
    return text or whole, complaint


def origins(state: Incident, known: Mapping[str, str] | None = None) -> dict[str, Origin]:
    """The origin of the text of each of `SECTIONS` at the moment; `known` are their drafts, where they are known."""
    texts = drafts(state) if known is None else known
    return {section: _origin(state, section, texts[section]) for section in SECTIONS}


def _origin(state: Incident, section: str, draft: str) -> Origin:
    register = postmortem_of(state).section(section)
    if register.conflict:
        return "conflict"
    return "written" if register.value else "draft" if draft else "empty"


def document(
    state: Incident, now: datetime, zone: tzinfo, *, named: bool = False, form: Form = "postmortem"
) -> Document:
    """The whole document, ready to be written in either language. Raises ValueError where nothing was declared."""
    if state.declared_at is None:
        raise ValueError("the incident was never declared")
    maker = Parts(state, now, zone, named)
    chapters = []
    for id, title, parts in FORMS[form]:
        blocks: list[Block] = []
        for part in parts:
            made = list(maker.part(part))
            if made and len(parts) > 1 and part in Parts.TITLES and (part != id or blocks):
                blocks.append(Heading(words(Parts.TITLES[part])))
            blocks += made
        if blocks:
            chapters.append(Chapter(id, title, tuple(blocks)))
    kind = "Root cause analysis" if form == "rca" else "Postmortem"
    title = f"{kind} {state.ref}: {' '.join(maker.people.masked(state.title.value).split())}"
    remarks = () if named else (POLICY,)
    return Document(title, tuple(maker.facts()), remarks, tuple(chapters))


def document_markdown(made: Document) -> str:
    facts = "\n".join(f"- **{name}:** {inline(value)}" for name, value in made.facts)
    parts = [f"# {inline(made.title)}", facts, *(f"*{inline(remark)}*" for remark in made.remarks)]
    for chapter in made.chapters:
        parts += [f"## {chapter.title}", to_markdown(chapter.blocks)]
    return "\n\n".join(parts) + "\n"
