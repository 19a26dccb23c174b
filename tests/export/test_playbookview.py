"""A playbook as JSON and as rows: all of it, with null where nothing is owed."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from console.core.playbook.model import Playbook, Severity
from console.export.playbookview import PARTS, outline, playbook_json, runbook_json
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks
from console.resources import resource_path

BOOKS = Playbooks()


@pytest.fixture(params=BOOKS.names)
def book(request: pytest.FixtureRequest) -> Playbook:
    return BOOKS.built_in(request.param)


def test_the_json_has_every_key_of_the_file(book: Playbook) -> None:
    view = playbook_json(book)
    assert set(view) == set(Playbook.__struct_fields__)
    for severity in view["severities"]:
        assert set(severity) == {*Severity.__struct_fields__, "roles_required"}
    for part in ("stages", "gates", "roles", "checklists", "runbooks", "escalation", "red_flags"):
        assert view[part], part
    msgspec.json.encode(view)


def test_nothing_owed_is_null_and_at_once_is_zero(book: Playbook) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                assert key == "response_s" or not (key.endswith("_s") and one == 0 and one is not False), key
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(playbook_json(book))
    assert playbook_json(BOOKS.built_in("rapid"))["severities"][0]["response_s"] == 0


def test_an_audience_without_a_cadence_is_null() -> None:
    severities = playbook_json(BOOKS.built_in("checklist-security"))["severities"]
    assert [severity["update_s"]["public"] for severity in severities] == [None] * 4
    assert severities[0]["update_s"]["internal"] == 1800


def texts(value: Any, key: str) -> Iterator[str]:
    """Every text below a key, besides those that only the program reads."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), name)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, key)
    elif isinstance(value, str) and value and key not in ("phase", "review", "needs", "id", "roles"):
        yield value


def orders(value: Any, key: str) -> Iterator[list[str]]:
    """The texts of every list below a key."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from orders(getattr(value, name), name)
    elif isinstance(value, tuple):
        if value and isinstance(value[0], str):
            yield list(texts(value, key))
        for one in value:
            yield from orders(one, key)


ABOUT = ("description", "principle", "channel", "first_status", "escalate_to", "variant_of")
SAID = {
    name: {part: list(texts(getattr(BOOKS.built_in(name), part), part)) for part in (*PARTS[1:], *ABOUT)}
    for name in BOOKS.names
}
"""The texts of each part, as they are when this file is read: they must reach the screen."""


ORDERS = {
    name: {part: list(orders(getattr(BOOKS.built_in(name), part), part)) for part in PARTS[1:]} for name in BOOKS.names
}


BESIDE = r"(?:[,;] | or | and )"
"""The separator between two texts of a list on a line."""
BELOW = rf"(?:{BESIDE}|[^\n]*\n+[^\n]*)"
"""The same of a list of sentences, where each may have its line."""


@pytest.mark.rule(texts=True)
@pytest.mark.parametrize("name", SAID)
def test_the_rows_tell_all_that_the_playbook_says(name: str) -> None:
    sections = {one.id: one for one in outline(BOOKS.built_in(name))}
    assert set(sections) <= set(PARTS)
    for part, said in SAID[name].items():
        section = sections.get(part if part in PARTS else "about")
        told = "\n".join(f"{row.head}\n{row.text}" for row in section.rows) if section else ""
        for text in said:
            assert told.count(text) >= sum(one.count(text) for one in said), (part, text)


@pytest.mark.rule(texts=True)
@pytest.mark.parametrize("name", SAID)
def test_the_rows_keep_the_order_of_each_list(name: str) -> None:
    sections = {section.id: section for section in outline(BOOKS.built_in(name))}
    for part, lists in ORDERS[name].items():
        told = "\n".join(f"{row.head}\n{row.text}" for row in sections[part].rows) if part in sections else ""
        for said in lists:
            between = BELOW if part == "runbooks" or any(" " in one for one in said) else BESIDE
            assert len(re.findall(between.join(map(re.escape, said)), told)) >= lists.count(said), (part, said)


def test_an_empty_part_has_no_section() -> None:
    assert "nudges_off" not in {section.id for section in outline(BOOKS.built_in("standard"))}


def test_a_runbook_as_json() -> None:
    found = Runbooks().get("ddos")
    view = runbook_json(found)
    assert view["title"] == "DDoS attack"
    assert view["steps"][0]["group"] == "Protect the service"
    assert view["steps"][0]["command"] is None
    assert view["steps"][1]["group"] is None


@pytest.mark.rule
@pytest.mark.parametrize("name", Runbooks().names)
def test_the_json_of_a_built_in_runbook_holds_all_of_its_file_in_order(name: str) -> None:
    found = Runbooks().get(name)
    view = runbook_json(found)
    assert view["name"] == name
    said = [view["title"], view["about"], "Words: " + ", ".join(view["words"])]
    for step in view["steps"]:
        said += [step["group"] or "", step["text"], step["detail"], step["command"] or ""]
    file = resource_path(f"runbooks/{name}.md").read_text(encoding="utf-8")
    bare = re.sub(r"^#+ |^ *\d+\. |^ *```(sh)?$", "", file, flags=re.MULTILINE)
    assert " ".join(said).lower().split() == bare.lower().split()
