"""Makes docs/examples/figures.md and the documents of three incidents, from the logs that the walks left.

python scripts/documents.py [FOLDER]

The figures of an incident are read out of the text of each document, so that the page shows what a reader would see.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from console.core.language.times import format_length
from console.core.log.clocks import elapsed
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.subjects.link import handled_elsewhere
from console.export.handoff import handoff_markdown
from console.export.json.archive import read_file
from console.export.json.incident import incident_view
from console.export.postmortem.document import filled, form_of, template_of
from console.export.updates.announce import customer_message
from console.export.updates.context import plans_no_public_update
from console.export.updates.update import brief, compose_update
from console.files import write_whole
from console.library.templates import Templates

FOLDER = Path(__file__).parents[1] / "docs" / "examples"


class Example(NamedTuple):
    log: str
    """The name of its log in docs/examples."""
    title: str
    at: datetime
    """When the documents are written; the postmortem is the final one where the incident is closed by then."""


EXAMPLES = (
    Example("standard", "An outage, closed", datetime(2019, 7, 2, 15, 26, 30, tzinfo=UTC)),
    Example("rapid", "The same outage, still burning at the handoff", datetime(2019, 7, 2, 14, 1, tzinfo=UTC)),
    Example("checklist-security", "A break-in, closed", datetime(2023, 11, 24, 12, 50, tzinfo=UTC)),
)

_LENGTH = r"\**((?:\d+[dhms])+)\**"
FIGURES: dict[str, str] = {
    "impact lasted": rf"(?i:impact lasted:?\** |\| impact lasted \|[^|]*\| |- how long: ){_LENGTH}|, {_LENGTH} in all",
    "impact so far": rf"(?i:impact |, ){_LENGTH} so far",
    "time to detect": rf"(?i:\| time to detect \|[^|]*\| |it was noticed after ){_LENGTH}|, {_LENGTH} after the impact",
    "time to acknowledge": rf"(?i:\| time to acknowledge \|[^|]*\| |- time to acknowledge: ){_LENGTH}",
    "time to mitigate": rf"(?i:\| time to mitigate \|[^|]*\| ){_LENGTH}",
    "time to resolve": rf"(?i:\| time to resolve \|[^|]*\| |- time to resolve: ){_LENGTH}",
    "severity changes": r"\d\d:\d\d Severity (\S+ → [^\s:;(]+)",
    **{
        f"{audience} updates": rf"- {audience}: (\d+ kept, \d+ late, \d+ missed)"
        for audience in ("internal", "public", "executive")
    },
}
"""The figures, each with what stands before or behind it in a document."""


def events_of(example: Example) -> list[Event]:
    return read_file((FOLDER / f"{example.log}.json").read_text(encoding="utf-8"), datetime.now(UTC)).events


def state_of(example: Example) -> Incident:
    """The incident at the moment of its documents."""
    events = [event for event in events_of(example) if event.recorded_at <= example.at]
    return fold(events[0].incident, events)


def documents(example: Example) -> dict[str, str]:
    """The text of each document by its name."""
    state, now = state_of(example), example.at
    words, length = elapsed(state, now)
    texts = {"room's header": f"{words} {format_length(length)}{' so far' if words == 'impact' else ''}"}
    audiences = ("internal", "executive") if plans_no_public_update(state) else ("internal", "executive", "public")
    texts |= {f"{name} update": compose_update(state, name, now, UTC)[0] for name in audiences}
    texts["brief"] = brief(state, now, UTC)[0]
    texts["handoff"] = handoff_markdown(state, now, UTC, hours=1000)
    if state.phase == "over" and not handled_elsewhere(state):
        texts["customer message"] = customer_message(state, now, UTC)[0]
    texts["postmortem"] = filled(state, now, UTC, Templates(None), form_of(template_of(state)))[0]
    texts["show --json"] = "\n".join(_worded(state, now))
    return texts


def _worded(state: Incident, now: datetime) -> Iterator[str]:
    """The figures of `show --json`, which are seconds and counts there, as the documents write them."""
    view = incident_view(state, now)
    for name, seconds in view.durations.items():
        yield f"| {name.replace('_', ' ')} | | {format_length(timedelta(seconds=seconds))}"
    yield from (f"{entry.occurred_at[11:16]} {entry.text}" for entry in view.entries if entry.kind == "severity")
    for audience, tally in view.promises.items():
        if tally.kept or tally.late or tally.missed:
            yield f"- {audience}: {tally.kept} kept, {tally.late} late, {tally.missed} missed"


def figures(text: str) -> dict[str, list[str]]:
    """The values of each figure that a document has, each once."""
    found = {name: [next(filter(None, match.groups())) for match in re.finditer(pattern, text)]
             for name, pattern in FIGURES.items()}  # fmt: skip
    return {name: list(dict.fromkeys(values)) for name, values in found.items() if values}


def table(texts: Mapping[str, str]) -> Iterator[str]:
    """The figures by document, without the documents and the figures that have none."""
    known = {name: having for name, text in texts.items() if (having := figures(text))}
    yield f"| | {' | '.join(known)} |"
    yield f"|---|{'---|' * len(known)}"
    for figure in FIGURES:
        cells = ["; ".join(having.get(figure, ())) or "–" for having in known.values()]
        if set(cells) != {"–"}:
            yield f"| {figure} | {' | '.join(cells)} |"


def page() -> str:
    parts = [
        "# The same figure in every document",
        "Each figure as it stands in the text of each document of three incidents; – where a document has none.\n"
        "`python scripts/documents.py` reads them out of the documents, which it makes of the logs here. One\n"
        "function gives a figure to all of them, and `tests/export/test_one_truth.py` holds that for any log.",
    ]
    for example in EXAMPLES:
        moment = f"{example.at.day} {example.at:%B %Y, %H:%M} UTC"
        parts.append(f"## {example.title}\n\n`{example.log}.json`, at {moment}.")
        parts.append("\n".join(table(documents(example))))
    return "\n\n".join(parts) + "\n"


def written_out(example: Example) -> str:
    """All documents but the postmortem, which stands in a file of its own, and the JSON."""
    texts = documents(example)
    parts = [f"# {example.title}: what was written at {example.at:%H:%M} UTC"]
    for name, text in texts.items():
        if name not in ("postmortem", "show --json"):
            fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
            parts.append(f"## {name.capitalize()}\n\n{fence}\n{text.strip()}\n{fence}")
    return "\n\n".join(parts) + "\n"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    write_whole(folder / "figures.md", page())
    for example in EXAMPLES:
        write_whole(folder / f"{example.log}-documents.md", written_out(example))
    print(f"wrote {folder / 'figures.md'} and the documents of {len(EXAMPLES)} incidents")


if __name__ == "__main__":
    main()
