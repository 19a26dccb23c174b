"""The pages of docs/: the index has each, links lead somewhere, and what a script makes is as it would make it now."""

import re
from pathlib import Path

import pytest

from scripts.reference import manual, page

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def anchors(file: Path) -> set[str]:
    """The places of a page that a link may name, as its viewer makes them of the headings."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_index_has_every_page() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {file.name for file in DOCS.glob("*.md")} - {"README.md"}


def test_the_readme_leads_to_the_index_and_the_glossary() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/README.md)" in readme
    assert "(docs/glossary.md)" in readme


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", file.read_text(encoding="utf-8")):
        name, _, place = target.partition("#")
        linked = file.parent / name if name else file
        assert linked.exists(), target
        assert not place or place in anchors(linked), target


def test_the_reference_is_made_of_the_program() -> None:
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == page(), "make it anew: make reference"


def test_every_command_has_a_manual_page() -> None:
    pages = manual("2026-01-01")
    assert {"warroom.1", "warroom-log.1", "warroom-playbook-check.1"} <= pages.keys()
    assert all(text.startswith('.TH "WARROOM') and ".SH SYNOPSIS" in text for text in pages.values())
