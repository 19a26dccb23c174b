"""Filters and tests of templates, and the meter that they and the loops are charged by."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context

from console.core.language.grounds import unmarked
from console.core.language.text import capital, markdown, one_line

MAX_WORK = 300_000
"""The parts of a template's syntax that its loops and filters together may go through: a fraction of a second."""
CHARS_A_STEP = 20
"""The number of characters that a filter goes through for the price of one part of the syntax."""
MAX_VALUE_CHARS = 20_000
"""The most characters of a value that a filter or `~` builds."""

WORK = "work left"
"""Where the meter stands among the values; no template can write a name with a space."""


class Meter:
    """The work that one rendering may still do."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, work: int) -> None:
        """Raises TemplateRuntimeError when that is more than is left."""
        self.left -= work
        if self.left < 0:
            raise TemplateRuntimeError("its loops run too often; loop over fewer things")


def printed(value: object) -> str:
    """The text that `{{ value }}` prints. Raises TemplateRuntimeError for what is no single value."""
    if isinstance(value, Undefined):
        return str(value)  # Which raises, with the name of what is missing.
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    raise TemplateRuntimeError("a list cannot be printed as it is; loop over it with for, or use join")


def _check_value(length: int) -> None:
    if length > MAX_VALUE_CHARS:
        raise TemplateRuntimeError(f"a value grows beyond {MAX_VALUE_CHARS:,} characters")


def _list(value: object) -> Sequence[Any]:
    if isinstance(value, Undefined):
        len(value)  # Which raises, with the name of what is missing.
    if not isinstance(value, list | tuple):
        raise TemplateRuntimeError("only a list can be looped over or joined, and this is none")
    return value


def concat(first: object, *more: object) -> str:
    text = "".join(printed(part) for part in (first, *more))
    _check_value(len(text))
    return text


def _join(items: object, between: object = ", ", key: str = "") -> str:
    chosen = [item[key] if key and isinstance(item, Mapping) and key in item else item for item in _list(items)]
    texts = [printed(item) for item in chosen]
    glue = printed(between)
    _check_value(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)


def _replace(text: object, old: object, new: object) -> str:
    whole, before, after = printed(text), printed(old), printed(new)
    if not before:
        raise TemplateRuntimeError("replace needs something to replace")
    _check_value(len(whole) + whole.count(before) * len(after))
    return whole.replace(before, after)


def _stop(text: object) -> str:
    """The text with a full stop, where it has no end of its own."""
    words = printed(text).strip()
    return words if not words or words.endswith((".", "!", "?", "…")) else f"{words}."


def _sentence(text: object, components: object = ()) -> str:
    """The same with a capital first, unless the first word is a domain, a path, a name such as iOS or a component."""
    words = _stop(text)
    plain = unmarked(words)
    names = [item["name"] for item in components if isinstance(item, Mapping)] if isinstance(components, list) else []
    named = any(re.match(rf"{re.escape(unmarked(name))}(?!\w)", plain) for name in names if name)
    return words if named or _CASED.match(plain) else capital(words)


_CASED = re.compile(
    r"\S*(?:[^\W_][.@/:][^\W_]|[_\d]|[^\W\d_][A-Z])"
    r"|(?:bash|containerd|cron|curl|dnsmasq|esbuild|etcd|fluentd|git|iptables|kube\w*|memcached|nftables|nginx|npm|pip"
    r"|pnpm|psql|rclone|rsync|runc|ssh|sudo|systemd|tmux|webpack|wget|(?:chrony|http|journal|mysql|ntp|rsyslog|ssh)d)(?!\w)"
)
"""A first word that keeps its case; of programs those that are everywhere written in lower case."""

FILTERS: dict[str, Callable[..., object]] = {
    "capitalize": lambda text: printed(text).capitalize(),
    "default": lambda value, instead="": value or instead,
    "first": lambda items: next(iter(_list(items)), ""),
    "join": _join,
    "last": lambda items: next(reversed(_list(items)), ""),
    "length": lambda value: len(value if isinstance(value, str) else _list(value)),
    "lower": lambda text: printed(text).lower(),
    "md": lambda text: concat(" ".join(markdown(printed(text)).split())),
    "replace": _replace,
    "reverse": lambda items: list(reversed(_list(items))),
    "sentence": _sentence,
    "short": lambda text, most=80: one_line(printed(text), max(1, most)),
    "stop": _stop,
    "trim": lambda text: printed(text).strip(),
    "upper": lambda text: printed(text).upper(),
}
TESTS: dict[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "even": lambda value: value % 2 == 0,
    "none": lambda value: value is None,
    "odd": lambda value: value % 2 == 1,
    "undefined": lambda value: isinstance(value, Undefined),
}


@pass_context
def counted(context: Context, items: object, work: int) -> Sequence[Any]:
    """The list of a loop, once the meter has been charged for going through it."""
    entries = _list(items)
    _charge(context, work * (len(entries) + 1))
    return entries


def charged_for(filter: Callable[..., object]) -> Callable[..., object]:
    """The filter, charged for the length of what it reads and gives."""

    @pass_context
    def charged(context: Context, *given: object, **more: object) -> object:
        if filter is _sentence and len(given) == 1:
            more = {"components": context.get("components", [])}
        result = filter(*given, **more)
        _charge(
            context, 1 + sum(len(value) for value in (*given, result) if isinstance(value, str | list)) // CHARS_A_STEP
        )
        return result

    return charged


def _charge(context: Context, work: int) -> None:
    meter = context[WORK]
    if isinstance(meter, Meter):
        meter.spend(work)
