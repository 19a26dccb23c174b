"""A target that is changed where it stands in `targets.toml`: what a person wrote around its values stays."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.refusal import Refused
from console.publish.targets.edit import with_values
from console.publish.targets.file import Targets
from console.publish.targets.model import FILE, Target
from console.publish.targets.text import table_text

WRITTEN = """\
# Ours, since the move in May.

# The public page
[status]   # not the old one
provider = "statuspage"  # the paid plan
page = "p#1" # "quoted" # twice
statuses = [
    "investigating",  # at first
    "resolved",
]
  notify = true

[status.components]
# the shop
checkout = "c1"   # since 2024
"Search engine" = "c2"

# For us
[chat]
provider = "slack"
audience = "internal"
"""


def changed(folder: Path, text: str, name: str, **values: object) -> str:
    """The file once these fields of a target are changed."""
    (folder / FILE).write_text(text)
    all = Targets(folder)
    before = all.get(name)
    after = replace(before, **values)
    all.change(before, after)
    assert all.get(name) == after == Targets(folder).get(name)
    return (folder / FILE).read_text()


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        ({"page": "p2"}, 'page = "p#1" # "quoted" # twice', 'page = "p2" # "quoted" # twice'),
        ({"notify": False}, "  notify = true", "  notify = false"),
        ({"audience": "executive"}, "  notify = true\n", '  notify = true\n  audience = "executive"\n'),
        ({"components": {"checkout": "c9", "Search engine": "c2"}}, '"c1"   # since', '"c9"   # since'),
        ({"components": {"checkout": "c1"}}, '"Search engine" = "c2"\n', ""),
        ({"components": {"Search engine": "c2"}}, 'checkout = "c1"   # since 2024\n', ""),
        (
            {"components": {"checkout": "c1", "Search engine": "c2", "b": "ü"}},
            '= "c2"\n',
            '= "c2"\nb = "ü"\n',
        ),
        (
            {"statuses": ("resolved",)},
            'statuses = [\n    "investigating",  # at first\n    "resolved",\n]\n',
            'statuses = ["resolved"]\n',
        ),
    ],
)
def test_only_what_differs_is_changed(tmp_path: Path, values: dict[str, object], old: str, new: str) -> None:
    assert WRITTEN.count(old) == 1
    assert changed(tmp_path, WRITTEN, "status", **values) == WRITTEN.replace(old, new)


def test_components_in_one_line_stay_in_one(tmp_path: Path) -> None:
    text = '[a]\nprovider = "cachet"\ncomponents = { x = "1" } # ours\nurl = "https://a.example"'
    found = changed(tmp_path, text, "a", components={"x": "1", "y": "2"}, page="")
    assert 'components = { x = "1", y = "2" } # ours\n' in found


def test_keys_with_a_dot_become_one_line(tmp_path: Path) -> None:
    text = '[a]\nprovider = "cachet"\ncomponents.x = "1"\n# between\ncomponents.y = "2"\n'
    assert changed(tmp_path, text, "a", components={"y": "3"}) == (
        '[a]\nprovider = "cachet"\ncomponents = { y = "3" }\n# between\n'
    )


def test_a_file_without_a_last_line_end_can_be_changed(tmp_path: Path) -> None:
    assert changed(tmp_path, '[a]\nprovider = "slack"', "a", notify=True) == '[a]\nprovider = "slack"\nnotify = true\n'


def test_what_cannot_be_told_apart_is_left(tmp_path: Path) -> None:
    text = 'x = { provider = "slack" }\n[y]\nprovider = "slack"\npage = """\n[z]\n"""\n'
    (tmp_path / FILE).write_text(text)
    all = Targets(tmp_path)
    for name in all.names:
        before = all.get(name)
        refusal = ""
        try:
            all.change(before, replace(before, audience="internal", enabled=False))
        except Refused as refused:
            refusal = refused.reason
        if refusal:
            assert "only you can change; edit it there." in refusal
            assert (tmp_path / FILE).read_text() == text


def test_a_change_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(WRITTEN)
    mine, theirs = Targets(tmp_path), Targets(tmp_path)
    before = mine.get("status")
    theirs.change(before, replace(before, page="p7"))
    text = (tmp_path / FILE).read_text()

    with pytest.raises(Refused) as refused:
        mine.change(before, replace(before, audience="internal"))
    assert (
        refused.value.reason == f"{tmp_path / FILE} cannot be written (somebody else has just written it; do it again)."
    )
    with pytest.raises(Refused) as late:
        Targets(tmp_path).change(before, replace(before, audience="internal"))
    assert (late.value.reason, late.value.field) == (
        "status was changed in targets.toml meanwhile (page); look at it again.",
        "changed",
    )
    with pytest.raises(Refused, match="somebody else has just written it"):
        mine.add(Target("new", "slack"))
    with pytest.raises(Refused, match="somebody else has just written it"):
        mine.remove("chat")
    assert (tmp_path / FILE).read_text() == text


def test_what_the_file_cannot_hold_is_not_written(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(WRITTEN)
    all = Targets(tmp_path)
    before = all.get("chat")
    with pytest.raises(Refused) as refused:
        all.change(before, replace(before, url="http://a.example"))
    assert refused.value.field == "url"
    with pytest.raises(Refused):
        all.change(Target("none", "slack"), Target("none", "slack", page="1"))
    assert (tmp_path / FILE).read_text() == WRITTEN


TEXTS = st.dictionaries(st.text(max_size=6), st.text(max_size=8), max_size=3)


@given(TEXTS, TEXTS, st.text(max_size=9), st.text(max_size=9))
def test_any_value_takes_the_place_of_any_other(old: dict[str, str], new: dict[str, str], a: str, b: str) -> None:
    around = "# top\n\n[first]\na = 1\n\n{}\n# below\n[last]\nc = 2\n"
    text = around.format(table_text("t", {"provider": a, "components": old, "notify": True}))
    found = with_values(text, "t", {"provider": b, "components": new, "page": a})
    assert found is not None
    assert tomllib.loads(found)["t"] == {"provider": b, "components": new, "notify": True, "page": a}
    assert found.startswith("# top\n\n[first]\na = 1\n\n[t]\n")
    assert found.endswith("\n# below\n[last]\nc = 2\n")
