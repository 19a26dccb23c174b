"""Writes the tables of docs/json.md from the contract in console/export/json/model.py.

python scripts/json_page.py

The page's own prose stands around the tables; a table stands between two comments, which name its struct.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from console.export.json import archive, model

PAGE = Path(__file__).parents[1] / "docs/json.md"
_TABLE = re.compile(r"<!-- (?P<view>\w+) -->\n.*?<!-- end -->", re.DOTALL)


def page(text: str) -> str:
    """The page with its tables made anew."""
    return _TABLE.sub(lambda table: f"<!-- {table['view']} -->\n\n{tables(table['view'])}\n\n<!-- end -->", text)


def tables(view: str) -> str:
    """The table of a struct and, under a heading each, those of the objects in its fields."""
    schema = msgspec.json.schema(getattr(model, view, None) or getattr(archive, view))
    parts = schema["$defs"]
    sections = [_table(rows_of(parts[view], parts, deep=False))]
    for name, field in parts[view]["properties"].items():
        inner = _object(field, parts)
        if inner is not None:
            sections += [f"### `{name}`", _table(rows_of(inner, parts, deep=True))]
    return "\n\n".join(sections)


def rows_of(view: dict[str, Any], parts: dict[str, Any], *, deep: bool) -> Iterator[tuple[str, str]]:
    """Each field with its meaning; `deep` has those of an object inside in place of the field that holds it."""
    for name, field in view["properties"].items():
        inner = _object(field, parts) if deep else None
        if inner is None:
            yield name, field["description"]
        else:
            dot = "[]." if "items" in field else "."
            yield from ((f"{name}{dot}{below}", text) for below, text in rows_of(inner, parts, deep=True))


def _object(field: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any] | None:
    """The struct that a field, or each item of its list, holds."""
    kinds = [field.get("items", field), *field.get("anyOf", ())]
    refs = [kind["$ref"].rpartition("/")[2] for kind in kinds if isinstance(kind, dict) and "$ref" in kind]
    return parts[refs[0]] if refs else None


def _table(rows: Iterator[tuple[str, str]]) -> str:
    return "\n".join(["| field | holds |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in rows)])


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
