"""Lists every text of the project that a person can read, with its place.

python scripts/strings.py [--count]

One text a line: `file:line<TAB>text`, a line break in it as ⏎. Of `console/` these are the strings of the code without
its docstrings, but with those that the command line prints as help; of `data/` the values of playbooks and drills, the
text of templates and the lines of runbooks; of the pages each paragraph, row and item. With --count only the sums.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import tomlkit
from tomlkit.items import Array, String
from tomlkit.items import Table as TomlTable

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Pages that stand outside of docs/."""


class Text(NamedTuple):
    """A text that a person can read."""

    file: str
    line: int
    text: str


# What no person reads, though it is a string: queries, styles, patterns, addresses, types of media, times' forms.
_OF_CODE = re.compile(
    r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|WITH|ATTACH"
    r"|DETACH|VACUUM|ANALYZE|REINDEX)\b|\(\?[:P=!<]|\\[bswdSWDxX]|^[\w./-]+/[\w.+*-]+(?:; ?[\w=-]+)?$|^%|\{\d"
    r"|^-{1,2}[\w-]+(?:=\S*)?$|^#[\w-]+$|^(?:alt|ctrl|shift)\+"
    r"|^(?:(?:bold|italic|reverse|on|\$[\w-]+|#[0-9a-f]{6}|\d+%)\s*)+$|^\*?\.\w+$|^[<&][^ ]*;?$"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_IDENTIFIER = re.compile(r"[a-z0-9_]+(?:[-.:/_][a-z0-9_*]*)*|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[A-Z0-9_]+")
_CALLS_OF_CODE = frozenset({
    "ContextVar", "NewType", "TypeVar", "add_class", "compile", "decode", "encode", "endswith", "environ", "execute",
    "executemany", "executescript", "getattr", "has_class", "hasattr", "import_module", "lstrip", "partition", "query",
    "query_exactly_one", "query_one", "remove_class", "removeprefix", "removesuffix", "replace", "rpartition", "rsplit",
    "rstrip", "set_class", "setattr", "split", "startswith", "strftime", "strip", "strptime",
})  # fmt: skip
_KEYWORDS_OF_CODE = frozenset({"classes", "encoding", "envvar", "id", "id_", "kind", "pattern", "rename", "variable"})
_HELP = frozenset({"command", "group"})


Nodes = list[ast.AST]


def nodes_of(file: Path) -> Nodes:
    """All parts of a module."""
    return [*ast.walk(ast.parse(file.read_text(encoding="utf-8")))]


def texts_of_code(file: Path, nodes: Nodes) -> Iterator[Text]:
    """The strings of a module, by its parts, that a person can read."""
    skipped = {id(part) for node in nodes if isinstance(node, _HOLDING) for part in _not_read(node)}
    name = str(file.relative_to(ROOT))
    for node in nodes:
        if not isinstance(node, ast.JoinedStr | ast.Constant) or id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else _filled(part) for part in node.values)
            skipped.update(map(id, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if is_prose(text):
            yield Text(name, node.lineno, text)


def _filled(part: ast.expr) -> str:
    return f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else "{}"


def is_prose(text: str) -> bool:
    """Whether a string has words for people: no id, no key, no query, no pattern."""
    bare = re.sub(r"\{[^}]*\}", "", text)
    return bool(_WORD.search(bare)) and not _IDENTIFIER.fullmatch(text.strip()) and not _OF_CODE.search(text)


_HOLDING = (
    ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Call, ast.Subscript, ast.AnnAssign, ast.arg,
    ast.Assign,
)  # fmt: skip
"""The few parts, of hundreds of thousands, in which there may be such strings."""


def _not_read(node: ast.AST) -> Iterator[ast.AST]:
    """Strings within a node that no person reads."""
    match node:
        case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            for before, statement in zip([None, *node.body], node.body, strict=False):
                # A bare string is a docstring; below a command it is the command's help.
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    if before is None and isinstance(node, ast.FunctionDef) and _is_command(node):
                        continue
                    yield statement.value
        case ast.Call():
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _CALLS_OF_CODE:
                yield from (part for argument in node.args for part in ast.walk(argument))
            yield from (
                part
                for keyword in node.keywords
                if keyword.arg in _KEYWORDS_OF_CODE
                for part in ast.walk(keyword.value)
            )
        case ast.Subscript():
            yield from ast.walk(node.slice)
        case ast.AnnAssign() | ast.arg() if node.annotation:
            yield from ast.walk(node.annotation)
        case ast.Assign():
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if names & {"DEFAULT_CSS", "CSS", "CSS_PATH", "__all__"}:
                yield from ast.walk(node.value)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
        yield from ast.walk(node.returns)


def _is_command(function: ast.FunctionDef) -> bool:
    calls = (decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in function.decorator_list)
    return any((call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")) in _HELP for call in calls)


def texts_of_toml(file: Path) -> Iterator[Text]:
    """The strings of a playbook or a drill, each at its line."""
    source = file.read_text(encoding="utf-8")
    name, lines, start = str(file.relative_to(ROOT)), source.splitlines(), 0
    for value in _values(tomlkit.parse(source)):
        text = str(value)
        first = value.as_string().splitlines()[0]
        start = next((number for number in range(start, len(lines)) if first in lines[number]), start)
        if is_prose(text):
            yield Text(name, start + 1, text)


def _values(value: object) -> Iterator[String]:
    if isinstance(value, String):
        yield value
    elif isinstance(value, Array | list):
        for item in value:
            yield from _values(item)
    elif isinstance(value, TomlTable | dict):
        for item in value.values():
            yield from _values(item)


def texts_of_page(file: Path) -> Iterator[Text]:
    """The lines of a page, a runbook or a template that hold words; of a template without its commands."""
    template = file.suffix == ".j2"
    source = file.read_text(encoding="utf-8")
    if template:
        source = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), source, flags=re.DOTALL)
    for number, line in enumerate(source.splitlines(), 1):
        text = re.sub(r"\{%.*?%\}", "", line) if template else line
        if is_prose(text):
            yield Text(str(file.relative_to(ROOT)), number, text.strip())


def texts(parsed: Callable[[Path], Nodes] = nodes_of) -> Iterator[Text]:
    """Every text that a person can read; each module is asked for by `parsed`, once."""
    for file in sorted((ROOT / "console").rglob("*.py")):
        yield from texts_of_code(file, parsed(file))
    for file in sorted((ROOT / "data").rglob("*")):
        # A sample is what somebody else wrote; the drill's own lines are ours.
        if file.suffix == ".toml":
            yield from texts_of_toml(file)
        elif file.is_file() and "samples" not in file.parts:
            yield from texts_of_page(file)
    pages = [ROOT / name for name in PAGES if (ROOT / name).exists()]
    for file in (*pages, *sorted((ROOT / "docs").rglob("*.md"))):
        yield from texts_of_page(file)


if __name__ == "__main__":
    listed = list(texts())
    if "--count" not in sys.argv:
        print("\n".join(f"{text.file}:{text.line}\t{text.text.replace(chr(10), '⏎')}" for text in listed))
    counts = Counter(text.file.partition("/")[0] for text in listed)
    print(f"{len(listed)} texts: " + ", ".join(f"{name} {count}" for name, count in counts.items()), file=sys.stderr)
