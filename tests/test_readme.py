import re
from pathlib import Path

from console.publish.registry import built_in
from scripts.reference import readme

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_key_table_is_the_registry_s() -> None:
    assert readme(README) == README, "make it anew: make reference"


def test_every_place_that_updates_go_to_is_named() -> None:
    section = README.split("## Status pages and chat")[1].split("## ")[0]
    # Apart from its name: two versions are one place, and mail is what people call it.
    said = re.sub(r"[^a-z]", "", section.lower().replace(" mail,", " smtp,"))
    assert not [name for name in built_in() if re.sub(r"-v\d|-", "", name) not in said]
