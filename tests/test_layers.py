"""The layers as they are at run time, whatever the import graph promises."""

import pkgutil
import subprocess
import sys

import console.core

HEAVY = {"textual", "rich", "sqlite3", "pysqlite3", "httpx", "jinja2", "psycopg", "markdown_it"}


def loaded_by(*modules: str) -> set[str]:
    code = f"import sys\nfor name in {list(modules)!r}: __import__(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_core_loads_neither_screen_nor_store_nor_network() -> None:
    modules = [module.name for module in pkgutil.walk_packages(console.core.__path__, "console.core.")]
    assert len(modules) > 30
    assert not loaded_by(*modules) & HEAVY


def test_the_command_line_starts_without_screen_network_or_templates() -> None:
    assert not loaded_by("console.cli.main") & {"textual", "httpx", "jinja2", "psycopg", "markdown_it"}
