"""The language of templates: the part of Jinja2 that fills in a text and always comes to an end.

A template is text with `{{ value }}`, `if`, `for` and `set` in it, and the filters and tests of
`console.library.filters`. Nothing can be called, multiplied, included or defined, so that nothing in a template can run
for ever or fill the memory: the nodes of its syntax tree are checked against a list, loops are charged for what they
will do before they begin, and the length of every value that is built and of the whole text is limited. Only keys of
the given values can be looked up, never an attribute of an object. Jinja's own sandbox stands behind all that.

Importing this module imports Jinja2; `console.library.templates` does so when a template is first needed.
"""

from collections.abc import Iterator, Mapping
from math import isfinite
from types import CodeType
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from console.core.language.nearest import perhaps
from console.library.filters import FILTERS, TESTS, WORK, Meter, charged_for, concat, counted, printed

MAX_TEXT_CHARS = 4_000_000
"""The most characters of the finished text."""
MAX_DEPTH = 60
"""The depth to which expressions and blocks may stand inside one another."""


def rendered(template: Template, values: Mapping[str, object], *, trusted: bool = False) -> str:
    """The text of a template. Raises what Jinja raises, and TemplateRuntimeError past a limit.

    A trusted template has no limits: its loops are known, and only as long as the incident.
    """
    parts, length = [], 0
    for part in template.generate({**values, WORK: None if trusted else Meter()}):
        length += len(part)
        if length > MAX_TEXT_CHARS and not trusted:
            raise TemplateRuntimeError(f"its text grows beyond {MAX_TEXT_CHARS:,} characters")
        parts.append(part)
    return "".join(parts)


_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign,
    nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Keyword,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Neg, nodes.Tuple, nodes.List,
)  # fmt: skip

_NAMED: dict[type[nodes.Node], str] = {
    nodes.Call: "a call: nothing can be called here",
    nodes.Macro: "a macro",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.With: "with; use set",
    nodes.AssignBlock: "set with a body",
    nodes.FilterBlock: "filter with a body",
    nodes.Mul: "×; only + and - are known",
    nodes.Div: "÷; only + and - are known",
    nodes.FloorDiv: "÷; only + and - are known",
    nodes.Mod: "%; only + and - are known",
    nodes.Pow: "**; only + and - are known",
    nodes.Dict: "a dictionary",
}


class Faults(TemplateSyntaxError):
    """All that is wrong with a template: line and reason of each fault, in their order."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        super().__init__(faults[0][1], faults[0][0])
        self.faults = faults


def check_language(tree: nodes.Template, known: Mapping[str, object]) -> None:
    """Raises Faults for what is not in the language, and for names that are not `known`."""
    faults = list(_node_faults(tree, 0))
    tested = {id(test.node) for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined")}
    names = [node for node in tree.find_all(nodes.Name) if id(node) not in tested]
    own = {name.name for name in names if name.ctx == "store"} | {"loop"}
    for name in names:
        if name.name not in known and name.name not in own:
            faults.append((name.lineno, f"there is no “{name.name}” here{perhaps(name.name, known)}"))
    if faults:
        raise Faults(sorted(dict.fromkeys(faults), key=lambda fault: fault[0]))


def _node_faults(node: nodes.Node, depth: int) -> Iterator[tuple[int, str]]:
    """Line and reason of what a node holds that is not in the language; nothing below such a node is looked at."""
    fault = _node_fault(node, depth)
    if fault:
        yield node.lineno, fault
        return
    for child in node.iter_child_nodes():
        yield from _node_faults(child, depth + 1)


def _node_fault(node: nodes.Node, depth: int) -> str:
    if not isinstance(node, _ALLOWED):
        return f"a template cannot hold {_NAMED.get(type(node), type(node).__name__.lower())}"
    if depth > MAX_DEPTH:
        return "it is nested too deep"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"there is no filter “{node.name}”{perhaps(node.name, FILTERS)}"
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f"there is no test “{node.name}”{perhaps(node.name, TESTS)}"
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        return "a number is too large"
    if isinstance(node, nodes.Filter | nodes.Test) and (node.dyn_args or node.dyn_kwargs):
        return "stars cannot stand in a filter"
    if isinstance(node, nodes.For) and node.recursive:
        return "a loop cannot be recursive"
    if isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
        return "set gives one name a value"
    written_out = isinstance(node, nodes.Tuple | nodes.List) and getattr(node, "ctx", "load") == "load"
    if written_out and not all(isinstance(item, nodes.Const) for item in node.iter_child_nodes()):
        # A list of lists of lists would be small to write and endless to print.
        return "a list that is written out can hold only fixed values"
    return ""


class _Metered(NodeTransformer):
    """Puts the meter into loops and a limit on `~`; an `if` without `else` in an expression gives an empty text."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        charge = nodes.Const(1 + sum(1 for _ in node.find_all(nodes.Node)), lineno=node.lineno)
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "counted", [charge], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        first, *rest = node.nodes
        return nodes.Filter(first, "concat", rest, [], None, None, lineno=node.lineno)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
        return node


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with the language above in place of its own filters, tests, globals and look-ups."""

    intercepted_binops = frozenset(("+", "-"))
    _LOOP: ClassVar = ("index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem", "nextitem")

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined, finalize=printed, optimized=False, autoescape=False, cache_size=0,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self.globals.clear()
        self.filters = {name: charged_for(function) for name, function in {**FILTERS, "concat": concat}.items()}
        self.filters["counted"] = counted
        self.tests = dict(TESTS)

    def template(self, source: str, filename: str, known: Mapping[str, object]) -> Template:
        """A template that can be rendered.

        Raises TemplateSyntaxError with the line, Faults also for names that are not in `known`; SyntaxError,
        RecursionError, MemoryError or ValueError for what Python itself cannot compile.
        """
        tree = self.parse(source, filename=filename)
        check_language(tree, known)
        tree = _Metered().visit(tree)
        tree.set_environment(self)
        code: CodeType = self.compile(tree, filename=filename)
        return Template.from_code(self, code, {})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: the key b of a, nothing else; of `loop`, what Jinja documents of it, without its functions."""
        if isinstance(obj, LoopContext) and attribute in self._LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a["b"]` and `a[0]`: a key of a mapping, a place in a list; nothing of any other object."""
        if isinstance(obj, Undefined):
            str(obj)  # Which raises, with the name of what is missing.
        if isinstance(obj, Mapping) and isinstance(argument, str):
            if argument in obj:
                return obj[argument]
            return self.undefined(hint=f"there is no “{argument}” in it{perhaps(argument, obj)}")
        if isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(hint=f"there is no “{argument}” in it")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        for operand in (left, right):
            if not isinstance(operand, int | float):
                raise TemplateRuntimeError(f"{operator} is for numbers; texts are joined with ~")
        result = left + right if operator == "+" else left - right
        if not isfinite(result):
            raise TemplateRuntimeError("a number is too large")
        return result


def line_of(error: BaseException, filename: str) -> int:
    """The line of the template on which an error arose; 0 where it is not known."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    return next(reversed(list(_lines(error, filename))), 0)


def _lines(error: BaseException, filename: str) -> Iterator[int]:
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            yield trace.tb_lineno
        trace = trace.tb_next
