"""The brief: one screen for somebody who joins. What, since when, how bad, who leads, what is done, what is needed."""

from datetime import datetime, tzinfo

from console.core.language.text import one_line
from console.core.log.state import Incident
from console.export.timeline import inline
from console.export.updates.announce import channel_name
from console.export.updates.context import Teller
from console.library.templates import Templates

MOST = 100
"""The most characters of one thing: the brief has to fit on a screen."""


def brief(state: Incident, now: datetime, zone: tzinfo, *, templates: Templates | None = None) -> tuple[str, str]:
    """The page in Markdown, and what is wrong with the team's template (else empty)."""

    def short(text: str) -> str:
        return inline(one_line(text, MOST))

    values = Teller(state, now, zone, short).internal() | {"channel": channel_name(state)}
    return (templates or Templates(None)).render("brief", values)
