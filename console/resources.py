"""Files that travel with the program: built-in playbooks, templates, samples and styles.

In a wheel they lie inside the package; in a checkout beside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resource_path(name: str) -> Path:
    """The built-in file `name`, relative to data/, such as `playbooks/standard.toml`."""
    return _folder("data") / name


def style_sheet(name: str) -> str:
    """The text of a style sheet of the documents, such as `postmortem_page.css`."""
    return (styles_path() / name).read_text(encoding="utf-8")


def styles_path() -> Path:
    """The folder of the console's style sheets."""
    return _folder("styles")
