"""The classes of causes of the program, and a team's own."""

from pathlib import Path

import pytest

from console.library.concepts import vocabulary


def test_each_class_has_what_is_shown_of_it() -> None:
    built_in, complaint = vocabulary(None)
    assert not complaint
    for id, concept in built_in.concepts.items():
        assert concept.name, id
        assert concept.look, id
        assert concept.signs, id
        assert set(concept.kin) <= built_in.concepts.keys(), id


def test_a_team_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "concepts.toml").write_text(
        '[[concepts]]\nid = "ferret"\nname = "Ferret asleep"\nsigns = ["ferret $slow"]'
    )
    own, complaint = vocabulary(tmp_path)
    assert not complaint
    assert own.read("our ferret is slow").weights["ferret"] == 1.0
    assert own.read("the pool is exhausted").weights["pool"] == 1.0


def test_the_example_of_the_page_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/playbooks.md").read_text(encoding="utf-8")
    example = page.split("## Classes of causes")[1].split("```toml\n")[1].split("```")[0]
    (tmp_path / "concepts.toml").write_text(example, encoding="utf-8")
    own, complaint = vocabulary(tmp_path)
    assert not complaint
    assert own.read("the strongroom is sealed").weights["sealed"] == 1.0
    assert own.read("all odbc slots are full").weights["pool"] == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "[[concepts",
        "concepts = 3",
        '[[concepts]]\nid = "a"\nsings = ["b"]',
        '[[concepts]]\nid="a"\nsigns=["$x"]',
        "\xff",
    ],
)
def test_a_broken_file_is_named_and_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "concepts.toml").write_bytes(text.encode("latin-1"))
    built_in, complaint = vocabulary(tmp_path)
    assert "concepts" in complaint
    assert complaint.endswith("only the built-in classes are used.")
    assert built_in is vocabulary(None)[0]
