"""The text of a status update for one audience and in one form, and the brief, filled from the state by templates."""

from datetime import datetime, timedelta, tzinfo

from console.core.language.text import one_line
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.subjects.update import next_number, without_headline
from console.export.timeline import inline
from console.export.updates.announce import channel_name
from console.export.updates.context import Teller, plans_no_public_update
from console.export.updates.maintenance import maintenance_now
from console.export.updates.redact_names import left_out
from console.export.updates.wording import next_in
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

UNDESCRIBED = "It gives customers the internal title: describe the impact, or write what they see."
"""Told with a public draft while nobody described the impact."""

BRIEF_CHARS = 100
"""The most characters of one thing in the brief, which has to fit on a screen."""


def brief(state: Incident, now: datetime, zone: tzinfo, *, templates: Templates | None = None) -> tuple[str, str]:
    """One screen in Markdown for somebody who joins, and what is wrong with the team's template (else empty)."""
    teller = Teller(state, now, zone, lambda text: inline(one_line(text, BRIEF_CHARS)))
    return (templates or Templates(None)).render("brief", teller.internal() | {"channel": channel_name(state)})


def compose_update(
    state: Incident, audience: str, now: datetime, zone: tzinfo, *, form: str = "",
    templates: Templates | None = None, promise: timedelta | None = None, final: bool = False,
) -> tuple[str, str]:  # fmt: skip
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
    if state.maintenance:
        return maintenance_now(state), ""
    teller = Teller(state, now, zone)
    promised = promise if promise is not None else next_in(state, audience)
    final = final or (state.phase == "over" and promised is None)
    values = (teller.public if audience == "public" else teller.internal)(audience, promised, final)
    name = state.playbook.template(form) if state.playbook else form
    text, complaint = (templates or Templates(None)).render(name, values, instead=form)
    if audience == "public":
        # The page itself has number, status and time.
        text = without_headline(text.strip("\n"), next_number(state, audience), state)
    described = state.impact.value or plans_no_public_update(state)
    titled = UNDESCRIBED if audience == "public" and not described else ""
    return text.strip("\n"), " ".join(filter(None, (complaint, left_out(tuple(teller.left_out)), titled)))
