"""The files of targets, written and read as a person would."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.publish.targets.model import FOLDER


def file(config: Path, name: str) -> Path:
    return config / FOLDER / f"{name}.toml"


def write(config: Path, texts: Mapping[str, str]) -> None:
    """Write the file of each target."""
    (config / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        file(config, name).write_text(text, encoding="utf-8")


def read(config: Path) -> dict[str, str]:
    """The texts of all files, by the targets' names."""
    return {path.stem: path.read_text(encoding="utf-8") for path in (config / FOLDER).glob("*.toml")}


def reason(act: Callable[[], object]) -> str:
    """The one sentence with which something is refused."""
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.reason.endswith(".")
    assert "\n" not in refused.value.reason
    return refused.value.reason
