"""docs/playbooks.md describes every key that a playbook may have, and none that it may not; its examples hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from console.core.advice.rules import RULES
from console.core.playbook import model as types
from console.core.playbook.model import Part
from console.core.playbook.reader import examine, read_playbook
from console.core.playbook.runbook_reader import read_runbook
from console.core.refusal import Refused
from console.library.playbooks import Playbooks
from console.library.runbooks import Runbooks
from tests.core.story import toml_of

DOC = (Path(__file__).parents[1] / "docs/playbooks.md").read_text(encoding="utf-8")
PARTS = [var for var in vars(types).values() if isinstance(var, type) and issubclass(var, Part) and var is not Part]


def section(title: str) -> str:
    found = re.search(rf"^### {title}(?:: `[^\n]*`)?\n(.*?)(?=^##|\Z)", DOC, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {title}"
    return found[1]


def heading(part: type[Part]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", part.__name__).capitalize()


def test_each_part_is_headed_by_its_table_in_the_file() -> None:
    tables = {heading(part): name for name, part in tables_of(types.Playbook)}
    assert dict(re.findall(r"^### ([\w ]+): `\[\[([\w.]+)\]\]`$", DOC, re.MULTILINE)) == tables


def tables_of(part: type[Part], above: str = "") -> Iterator[tuple[str, type[Part]]]:
    for name, kind in get_type_hints(part).items():
        inner = next(iter(get_args(kind)), None)
        if isinstance(inner, type) and issubclass(inner, Part):
            yield f"{above}{name}", inner
            yield from tables_of(inner, f"{above}{name}.")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described_and_every_description_has_its_key(part: type[Part]) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section(heading(part)), re.MULTILINE))
    assert set(rows) == set(part.__struct_fields__)
    assert all(len(text) > 3 for text in rows.values())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_the_keys_that_must_be_there_are_marked(part: type[Part]) -> None:
    marked = set(re.findall(r"^\| `(\w+)` \| \*\*required\*\*: ", section(heading(part)), re.MULTILINE))
    assert marked == {field.name for field in msgspec.structs.fields(part) if field.required}


def test_the_whole_small_playbook_is_right() -> None:
    example = DOC.split("### From scratch")[1].split("```toml\n")[1].split("```")[0]
    playbook, mistakes = examine(example, "small.toml")
    assert mistakes == []
    assert playbook is not None
    assert playbook.stability_s == 1800
    assert playbook.severities[0].roles == {"ic": 0, "comms": 900}


def test_every_advice_is_named() -> None:
    assert set(re.findall(r"`(\w+)`", section("Advice"))) - {"nudges_off", "nudge"} == set(RULES)


def test_the_table_names_every_built_in_playbook() -> None:
    table = DOC.split("Built in are:")[1].split("    warroom")[0]
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == Playbooks().names


def test_every_built_in_runbook_is_named() -> None:
    runbooks = DOC.split("## Runbooks")[1]
    assert all(f"`{name}`" in runbooks for name in Runbooks().names)


def test_the_example_of_a_playbook_is_right() -> None:
    example = DOC.split("```toml\n")[1].split("```")[0]
    found = read_playbook(example, "payments.toml", toml_of)
    sev1 = found.severity("SEV1")
    assert sev1 is not None
    assert sev1.update_s == {"internal": 1800, "public": 1800, "executive": 3600}
    assert [stage.name for stage in found.stages][5] == "reconciling"
    assert found.severity("SEV4") is None


def test_the_example_of_a_mistake_says_what_is_said() -> None:
    example = DOC.split("```toml\n")[1].split("```")[0].replace("first_public_s", "frist_public_s")
    with pytest.raises(Refused) as found:
        read_playbook(example, "payments.toml", toml_of)
    assert found.value.reason in " ".join(DOC.split())


def test_the_example_of_a_runbook_is_right() -> None:
    example = DOC.split("````markdown\n")[1].split("````")[0]
    found = read_runbook(example, "queue-stuck.md")
    assert [step.group for step in found.steps] == ["Look", "", "Mend"]
    assert found.words == ("queue", "backlog", "worker")
