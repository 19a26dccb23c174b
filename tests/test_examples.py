"""The published examples: whole, written by people, and about roles."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from console.core.subjects.postmortem import SECTIONS
from console.export.postmortem.document import FORMS
from console.export.postmortem.sections import DRAFT, EMPTY
from console.library.playbooks import Playbooks
from scripts.documents import EXAMPLES, FIGURES, Example, documents, figures, page

FOLDER = Path(__file__).parent.parent / "docs" / "examples"
OUTAGE = ("standard", "rapid", "p-levels", "sev4", "checklist")
"""The outage of 2 July 2019."""
BREAK_IN = "checklist-security"
"""The break-in of 23 November 2023."""
NAMES = (*OUTAGE, BREAK_IN)
ROLES = {"commander", "scribe", "comms", "sre", "waf-lead", "perf-lead", "keeper", "soc"}
"""Who takes part: roles, and nobody else."""

OUTAGE_MOMENTS = (
    ("13:31", "is merged"),
    ("13:42", "goes out to all servers"),
    ("13:45", "First page"),
    ("13:52", "Public #1"),
    ("14:00", "Ruled out"),
    ("14:02", "global kill"),
    ("14:07", "Change done"),
    ("14:09", "Traffic and CPU are back"),
    ("14:52", "Change done"),
    ("14:57", "The firewall is on again"),
)
BREAK_IN_MOMENTS = (
    ("Thursday 23 November 2023", "15:58", "administrator rights"),
    ("Thursday 23 November 2023", "16:00", "alert"),
    ("Thursday 23 November 2023", "16:12", "begins to look"),
    ("Thursday 23 November 2023", "16:35", "Deactivated the service account"),
    ("Thursday 23 November 2023", "17:23", "account that the intruder had made"),
    ("Thursday 23 November 2023", "17:43", "Declared SEV1"),
    ("Thursday 23 November 2023", "21:31", "Change done: Block the addresses"),
    ("Friday 24 November 2023", "10:44", "last activity"),
    ("Friday 24 November 2023", "11:59", "Change done: Remove Sliver"),
)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def chapters(text: str) -> dict[str, str]:
    """The text below each heading of the second level."""
    _, *parts = re.split(r"(?m)^## ", text)
    return {title: body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def test_every_section_is_there_in_the_playbooks_own_form(name: str, text: str) -> None:
    playbook = Playbooks(None).get(name)
    form = FORMS["rca" if playbook.template("postmortem") == "rca" else "postmortem"]
    only_where_it_was = {"gates"}
    wanted = [title for id, title, _ in form if id not in only_where_it_was]
    assert [title for title in chapters(text) if title in wanted] == wanted
    assert all(chapters(text).values())


def test_every_section_was_written_by_a_person_and_is_final(text: str) -> None:
    assert "- **Review:** final" in text
    for remark in (DRAFT, EMPTY, "TODO", "not described yet", "still under way", "Nobody owns", "@nobody"):
        assert remark not in text, remark
    assert len(re.findall(r"(?m)^\d\. \*\*Why\b", text)) == 5


def test_the_picture_stands_in_it_with_its_stages(text: str) -> None:
    picture = re.search(r"```mermaid\n(gantt\n.*?)```", text, re.DOTALL)
    assert picture is not None
    stamps = re.findall(r":s\d+, (\S+ \S+), (\S+ \S+)", picture[1])
    assert len(stamps) >= 5
    assert all(before[1] == after[0] for before, after in pairwise(stamps))


def of_day(text: str, day: str) -> list[tuple[str, str]]:
    """The lines of the timeline below a day, each with its time."""
    below = text.partition(f"**{day}**")[2]
    return re.findall(r"(?m)^- (\d\d:\d\d) (.*)", re.split(r"(?m)^(?:\*\*[A-Z][a-z]+day|## )", below)[0])


@pytest.mark.parametrize("name", OUTAGE, indirect=True)
def test_the_timeline_runs_forward_through_the_published_moments(text: str) -> None:
    lines = of_day(text, "Tuesday 2 July 2019")
    times = [at for at, _ in lines]
    assert times == sorted(times)
    for at, words in OUTAGE_MOMENTS:
        assert any(one == at and words in said for one, said in lines), (at, words)


@pytest.mark.parametrize("name", [BREAK_IN], indirect=True)
def test_the_break_in_runs_forward_through_the_published_moments(text: str) -> None:
    for day, at, words in BREAK_IN_MOMENTS:
        lines = of_day(text, day)
        assert [one for one, _ in lines] == sorted(one for one, _ in lines)
        assert any(one == at and words in said for one, said in lines), (day, at, words)


@pytest.mark.parametrize("name", [BREAK_IN], indirect=True)
def test_the_break_in_says_nothing_in_public_and_keeps_the_evidence_first(text: str) -> None:
    assert "Public #" not in text
    lines = [said for day in ("Thursday 23 November 2023", "Friday 24 November 2023") for _, said in of_day(text, day)]
    ticked = next(place for place, said in enumerate(lines) if "No affected system was switched off" in said)
    assert ticked < next(place for place, said in enumerate(lines) if "Stage → Eradicate" in said)


def test_people_are_roles(text: str) -> None:
    owners = {row.split(" | ")[3] for row in text.splitlines() if re.match(r"\| \d+ \| P\d \|", row)}
    assert owners <= ROLES
    for handle in re.findall(r"(?<![\w.])@([\w-]+)", text):
        assert handle in ROLES
    by = set(re.findall(r"(?m)^- \d\d:\d\d .*\(([^()]+)\)$", text))
    roles = {
        word.lower()
        for name in NAMES
        for role in Playbooks(None).built_in(name).roles
        for word in (role.short, role.name)
    }
    assert all(one.lower() in roles or re.fullmatch(r"responder \d", one) for one in by), by


def test_two_were_closed_past_a_gate_and_say_why() -> None:
    texts = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}
    assert [name for name, text in texts.items() if "Gates overridden" in text] == ["sev4", BREAK_IN]
    assert "lapsed credentials are renewed" in texts["sev4"]
    assert "Handled under another incident from here on" in texts[BREAK_IN]


def test_the_index_names_each_of_them_and_the_source() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"({name}.md)" in index for name in NAMES)
    assert "https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/" in index
    assert "https://blog.cloudflare.com/thanksgiving-2023-security-incident" in index


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.log)
def test_a_figure_is_the_same_in_every_document(example: Example) -> None:
    known = {name: figures(text) for name, text in documents(example).items()}
    for figure in FIGURES:
        assert len({tuple(having[figure]) for having in known.values() if figure in having}) < 2, figure
    assert {"handoff", "postmortem"} <= known.keys()


def test_the_page_of_the_figures_is_made_of_the_logs() -> None:
    assert (FOLDER / "figures.md").read_text(encoding="utf-8") == page(), "make it anew: python scripts/documents.py"


def test_all_sections_are_known() -> None:
    assert set(SECTIONS) <= {part for form in FORMS.values() for _, _, parts in form for part in parts}
