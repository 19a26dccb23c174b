from pathlib import Path

from console.app.registry import key_table

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_key_table_is_the_registry_s() -> None:
    shown = README.split("<!-- keys -->\n")[1].split("<!-- /keys -->")[0]
    assert shown == key_table()
