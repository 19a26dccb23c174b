"""The text of a status update: filled from the state through a template, for one audience and in one form."""

from datetime import datetime, timedelta, tzinfo

from console.core.language.times import local_pair
from console.core.log.state import Incident, timeline
from console.core.playbook.model import AUDIENCES
from console.export.updates.context import Teller
from console.export.updates.redact_names import left_out, people, publishable
from console.export.updates.wording import doing, next_in
from console.library.templates import Templates

FORMS: dict[str, tuple[str, ...]] = {
    "internal": ("internal", "can"),
    "public": ("public",),
    "executive": ("executive", "can"),
}
"""The forms that an update to each audience can have, the usual one first; `can` is conditions, actions, needs."""

FORM_TITLES = {
    "internal": "Status update",
    "can": "Conditions, actions, needs",
    "public": "Public update",
    "executive": "Executive update",
}


def compose_update(
    state: Incident,
    audience: str,
    now: datetime,
    zone: tzinfo,
    *,
    form: str = "",
    templates: Templates | None = None,
    promise: timedelta | None = None,
    final: bool = False,
) -> tuple[str, str]:
    """An update ready to be gone over, and a sentence for the person who posts it (else empty).

    The sentence says what is wrong with the team's own template, or what was left out of a public text and why.
    `promise` is the time to the next update; without it the cadence of the severity counts. A `final` update promises
    none. Raises ValueError for an audience or a form that does not exist.
    """
    if audience not in AUDIENCES:
        raise ValueError(f"no audience: {audience!r}")
    form = form or FORMS[audience][0]
    if form not in FORMS[audience]:
        raise ValueError(f"no form for {audience}: {form!r}")
    teller = Teller(state, now, zone)
    promised = promise if promise is not None else next_in(state, audience)
    values = (teller.public if audience == "public" else teller.internal)(audience, promised, final)
    name = state.playbook.template(form) if state.playbook else form
    text, complaint = (templates or Templates(None)).render(name, values, instead=form)
    return text.strip("\n"), " ".join(filter(None, (complaint, left_out(tuple(teller.left_out)))))


def draft(
    state: Incident,
    audience: str,
    now: datetime,
    zone: tzinfo,
    *,
    form: str = "",
    templates: Templates | None = None,
    promise: timedelta | None = None,
    final: bool = False,
) -> str:
    """The text of `compose_update` alone."""
    return compose_update(
        state, audience, now, zone, form=form, templates=templates, promise=promise, final=final
    )[0]  # fmt: skip


def update_draft(state: Incident, audience: str, now: datetime) -> tuple[str, str]:
    """What to write first: (what we know, what we are doing), from the state.

    For the public it holds only the title, the impact and the stage: no names, no guesses. Inside, the last finding
    and the last action are added.
    """
    know, acts = state.impact.value or state.title.value, doing(state)
    if audience == "public":
        names = people(state)
        safe = [publishable(text, names).text for text in (state.impact.value, state.title.value)]
        know = next(filter(None, safe), "We have a problem with our service")
    if audience == "internal":
        last: dict[str, str] = {}
        for i in timeline(state):
            entry = state.entries[i]
            if not entry.undone and not entry.redacted:
                last[entry.kind] = entry.text
        if "finding" in last:
            know = f"{know.rstrip('.')}. Last finding: {last['finding']}"
        if "action" in last or "decision" in last:
            acts += f" Last action: {last.get('action') or last['decision']}"
    return know, acts


def update_text(
    state: Incident, audience: str, now: datetime, zone: tzinfo, *, know: str, doing: str, next_in: timedelta | None
) -> str:
    """The composed update, as it is posted and copied."""
    parts = [part.strip() for part in (know, doing) if part.strip()]
    if next_in is not None:
        local, utc = local_pair(now + next_in, zone)
        parts.append(f"Next update at {local}{f' ({utc})' if utc else ' UTC' if zone_is_utc(now, zone) else ''}.")
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def zone_is_utc(now: datetime, zone: tzinfo) -> bool:
    return not now.astimezone(zone).utcoffset()
