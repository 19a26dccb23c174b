"""The systems of a cState page, as its configuration writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.publish.providers.common.cstate_config import FILES, systems

EXAMPLE = """
title: Eggsample Status
params:
  # The categories come first.
  categories:
    - name: North Coast
      description: The main servers are located here.
    - name: Uncategorized
      untitled: true

  # Systems are what is affected.
  systems:
    - name: Gateway
      category: North Coast

    # - name: Disabled
    - name: "Media: Proxy" # since May
      description: This is the *service* responsible for images.
      partial:
        name: not this
    - category: Uncategorized
      name: 'It''s C# API'
    - { name: Web, category: Uncategorized }
    - {category: "a, b", name: "Web, new"}
    - name: Ümläut # with a remark
    - name: Ada's C# "API"

  enableUptimeHistogram: true
  customTabs:
    - name: GitHub
"""


def test_those_of_the_theme_s_example_are_found_among_everything_else() -> None:
    assert systems("config.yml", EXAMPLE) == (
        "Gateway", "Media: Proxy", "It's C# API", "Web", "Web, new", "Ümläut", "Ada's C# \"API\""
    )  # fmt: skip


def test_a_list_may_stand_as_far_left_as_its_name() -> None:
    source = "params:\n  systems:\n  - name: One\n    category: x\n  - category: x\n    name: Two\n  other: 1\n"
    assert systems("config.yaml", source) == ("One", "Two")
    assert systems("config/_default/params.yml", "systems:\n- name: One\nother:\n- name: Two\n") == ("One",)


def test_toml_and_json() -> None:
    toml = '[[params.systems]]\nname = "One"\n[[params.systems]]\nname = "Two"\ncategory = "x"\n'
    assert systems("hugo.toml", toml) == ("One", "Two")
    assert systems("config/_default/params.toml", '[[systems]]\nname = "One"\n') == ("One",)
    assert systems("config.json", '{"params": {"systems": [{"name": "One"}, {"name": 3}, 7]}}') == ("One", "3")


@pytest.mark.parametrize("file", ["config.yml", "config.toml", "config.json"])
@pytest.mark.parametrize(
    "source", ["", "title: Status\n", "systems: []\n", "systems:\n", "systems:\nother: 1", "{", "[["]
)
def test_none_are_found_where_there_are_none(file: str, source: str) -> None:
    assert systems(file, source) == ()


@given(st.sampled_from(FILES), st.text("systems:-nam{}[]\"'#, \n\t\\", max_size=60))
def test_whatever_stands_there_is_read_without_a_fault(file: str, source: str) -> None:
    assert all(isinstance(name, str) for name in systems(file, f"systems:\n{source}"))
