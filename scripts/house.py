"""Measures the code: its files, functions, imports and docstrings, as one Markdown table.

python scripts/house.py [--root CHECKOUT]

Files are those that git tracks. Lines are lines of the file, blank ones and comments too.
"""

import argparse
import ast
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Place = Literal["module", "function", "typing"]
"""Where an import stands: at the top level, in a function, or under TYPE_CHECKING."""
LONG_FILE_LINES = 300
TOP = 3
"""The number of the longest that are named."""


class Import(NamedTuple):
    place: Place
    line: int
    names: tuple[str, ...]
    """The names that the module may have: of `from a import b` it is `a.b` where there is one, else `a`."""


class Source:
    """One Python file of the checkout."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self.module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.lines = (root / path).read_text(encoding="utf-8").splitlines()
        self.tree = ast.parse("\n".join(self.lines))
        self.nodes = list(ast.walk(self.tree))
        self.imports = list(self._imports(self.tree.body, "module"))

    def _imports(self, nodes: Sequence[ast.AST], place: Place) -> Iterator[Import]:
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (Import(place, node.lineno, (alias.name,)) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = self._absolute(node)
                yield from (Import(place, node.lineno, (f"{package}.{each.name}", package)) for each in node.names)
            elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                yield from self._imports(node.body, "typing")
                yield from self._imports(node.orelse, place)
            else:
                within: Place = "function" if isinstance(node, FunctionNode) else place
                yield from self._imports(list(ast.iter_child_nodes(node)), within)

    def _absolute(self, node: ast.ImportFrom) -> str:
        parts = self.module.split(".") + [""] * self.path.endswith("/__init__.py")
        return ".".join([*parts[: -node.level], *filter(None, [node.module])]) if node.level else node.module or ""

    def broad_excepts(self) -> Iterator[bool]:
        """For each handler that catches everything, whether a comment on its line or the next gives a reason."""
        for node in self.nodes:
            if isinstance(node, ast.ExceptHandler):
                caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                if any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in caught):
                    here, following = self.lines[node.lineno - 1], self.lines[node.lineno].strip()
                    comment = here.partition("#")[2] or (following if following.startswith("#") else "")
                    yield bool(re.sub(r"noqa(: *\w+)?", "", comment).strip(" -#"))

    def public(self, sort: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[bool]:
        """For the module, or each public class or function, whether it has a docstring."""
        owners: list[ast.AST] = [self.tree]
        while owners:
            owner = owners.pop()
            if isinstance(owner, ast.Module | ast.ClassDef | FunctionNode) and isinstance(owner, sort):
                yield ast.get_docstring(owner) is not None
            if isinstance(owner, ast.Module | ast.ClassDef):
                inner = (node for node in owner.body if isinstance(node, ast.ClassDef | FunctionNode))
                owners += [node for node in inner if not node.name.startswith("_")]


Sources = Sequence[Source]


def circles(sources: Sources, places: set[Place]) -> list[list[str]]:
    """Groups of modules that import one another, directly or not, the largest first."""
    modules = {source.module for source in sources}
    imported: dict[str, set[str]] = {
        source.module: {
            next(name for name in statement.names if name in modules)
            for statement in source.imports
            if statement.place in places and not modules.isdisjoint(statement.names)
        }
        for source in sources
    }
    reached = {module: reachable(imported, module) for module in modules}
    groups = {frozenset(other for other in reached[each] if each in reached[other]) for each in modules}
    return sorted((sorted(group) for group in groups if len(group) > 1), key=lambda group: (-len(group), group))


def reachable(imported: Mapping[str, set[str]], start: str) -> set[str]:
    """The modules that are imported with `start`, which is among them only where it is in a circle."""
    modules: set[str] = set()
    waiting = [start]
    while waiting:
        new = imported[waiting.pop()] - modules
        modules |= new
        waiting += new
    return modules


def in_circles(places: set[Place]) -> Callable[[Sources], str]:
    def measure(sources: Sources) -> str:
        groups = circles(sources, places)
        names = [" ↔ ".join(module.partition(".")[2] for module in group) for group in groups]
        return f"{len(groups)}: {'; '.join(names)}" if groups else "0"

    return measure


def families(sources: Sources) -> str:
    """Modules of one folder that begin with the same word, as in `core/decide* (5)`; `test_` is no such word."""
    stems = sorted((str(Path(each.path).parent), Path(each.path).stem.removeprefix("test_")) for each in sources)
    groups = groupby(stems, lambda stem: (stem[0].partition("/")[2], stem[1].partition("_")[0]))
    sizes = [(f"{folder}/{prefix}*".lstrip("/"), len(list(group))) for (folder, prefix), group in groups if prefix]
    named = [f"{name} ({size})" for name, size in sizes if size > 1]
    return f"{len(named)}: {', '.join(named)}" if named else "0"


def longest(lengths: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"{name} {length}" for length, name in sorted(lengths, reverse=True)[:TOP])


def longest_functions(sources: Sources) -> str:
    return longest(
        [
            ((node.end_lineno or node.lineno) - node.lineno + 1, f"{source.module.partition('.')[2]}.{node.name}")
            for source in sources
            for node in source.nodes
            if isinstance(node, FunctionNode)
        ]
    )


def share_documented(sort: type[ast.AST] | tuple[type[ast.AST], ...]) -> Callable[[Sources], str]:
    def measure(sources: Sources) -> str:
        documented = [has_docstring for source in sources for has_docstring in source.public(sort)]
        return f"{sum(documented) / len(documented):.0%} of {len(documented)}" if documented else "none"

    return measure


def asks_refusal(node: ast.AST) -> bool:
    asks = isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance" and len(node.args) > 1
    return asks and bool(re.search(r"\bRefusal\b", ast.unparse(node.args[1])))  # type: ignore[attr-defined]  # a Call


def broad_excepts(sources: Sources) -> str:
    reasons = [reason for source in sources for reason in source.broad_excepts()]
    return f"{reasons.count(False)} of {len(reasons)}"


def total_lines(sources: Sources) -> int:
    return sum(len(source.lines) for source in sources)


MEASURES: dict[str, Callable[[Sources], str]] = {
    "Lines of Python": lambda files: f"{total_lines(files):,}",
    "Files": lambda files: f"{len(files)}",
    "Mean lines of a file": lambda files: f"{total_lines(files) / len(files):.0f}",
    "Longest files": lambda files: longest([(len(file.lines), file.path.partition("/")[2]) for file in files]),
    f"Files over {LONG_FILE_LINES} lines": lambda files: f"{sum(len(file.lines) > LONG_FILE_LINES for file in files)}",
    "Longest functions": longest_functions,
    "Import circles at the modules' top level": in_circles({"module"}),
    "… with imports inside functions": in_circles({"module", "function"}),
    "… with imports under TYPE_CHECKING": in_circles({"module", "typing"}),
    "… with both": in_circles({"module", "function", "typing"}),
    "Imports inside functions": lambda files: (
        f"{sum(len({each.line for each in file.imports if each.place == 'function'}) for file in files)}"
    ),
    "`isinstance(…, Refusal)`": lambda files: f"{sum(asks_refusal(node) for file in files for node in file.nodes)}",
    "Broad excepts without a reason": broad_excepts,
    "Modules with a docstring": share_documented(ast.Module),
    "Public classes with a docstring": share_documented(ast.ClassDef),
    "Public functions with a docstring": share_documented((ast.FunctionDef, ast.AsyncFunctionDef)),
    "Families of modules named by a prefix": families,
}


def table(root: Path) -> str:
    """The measures of `console/` and `tests/` of the checkout."""
    listed = subprocess.run(["git", "ls-files", "console", "tests"], cwd=root, stdout=subprocess.PIPE, check=True)
    paths = [path for path in listed.stdout.decode().splitlines() if (root / path).is_file()]
    sources = [Source(root, path) for path in paths if path.endswith(".py")]
    parts = [[source for source in sources if source.path.startswith(part)] for part in ("console/", "tests/")]
    rows = [("", "console/", "tests/"), ("---", "---", "---")]
    rows += [(name, measure(parts[0]), measure(parts[1])) for name, measure in MEASURES.items()]
    beside = Counter[str]()
    for path in paths:
        if path.startswith("tests/") and not re.search(r"\.py$|fixtures/|snapshots__/", path):
            beside[Path(path).suffix] += len((root / path).read_text(encoding="utf-8").splitlines())
    lines = ", ".join(f"{count:,} {suffix}" for suffix, count in beside.items()) or "0"
    rows.append(("Other lines, without fixtures and snapshots", "", lines))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the code, as one Markdown table.")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="another checkout")
    print(table(parser.parse_args().root))
