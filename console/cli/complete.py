"""Completion in a plain shell: incidents, and the values that arguments and options take."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from console.cli.context import Shell
from console.core.log.completion import completions, people
from console.core.log.entries import SCRIBE_KINDS
from console.core.log.registry import SIGNS, WORDS
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES, Playbook
from console.core.refusal import Problem
from console.core.subjects.change import OUTCOMES
from console.core.subjects.hypothesis import VERDICTS
from console.core.subjects.postmortem import REVIEW, SECTIONS
from console.core.subjects.update import STATUSES
from console.store.ledger import Ledger
from console.store.log import Log

Values = Callable[[click.Context], Iterable[str]]
"""The words that may stand in a place of a command that is typed so far."""


class Completed(click.types.StringParamType):
    """A text whose words are completed."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The values that begin with what was typed; none where their source cannot be read."""
        try:
            words = list(self._values(ctx))
        except (Problem, RuntimeError, OSError):
            return []
        begun = (word for word in words if word.casefold().startswith(incomplete.casefold()))
        return [CompletionItem(word) for word in dict.fromkeys(begun)]


def references(ctx: click.Context, param: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """The incidents that begin with what was typed, the newest first; none where the log cannot be read."""
    wanted = incomplete.upper().removeprefix("INC-")
    try:
        with _ledger(ctx) as ledger:
            states = ledger.states()
    except (Problem, RuntimeError, OSError):
        return []
    return [
        CompletionItem(state.ref, help=f"{state.severity.value} {state.title.value}")
        for state in states
        if not state.withdrawn and (state.ref.removeprefix("INC-").startswith(wanted) or state.ref.startswith(wanted))
    ]


def values_of(command: click.Command, param: click.Parameter, group: str) -> Values | None:
    """The values of an argument or option by its name, and for an argument `name` by the group of its command."""
    name = param.name or ""
    if isinstance(param, click.Option):
        return _OPTIONS.get(name)
    if name in ("name", "named") and group in _NAMES:
        return _NAMES[group]
    return _commands if name == "command" else _in_prompt if command.name in WORDS else None


def _shell(ctx: click.Context) -> Shell:
    root = ctx.find_root().params
    return Shell(root.get("db"), root.get("actor"), root.get("tz"), True, root.get("config"))


@contextmanager
def _ledger(ctx: click.Context) -> Iterator[Ledger]:
    with Log.open(_shell(ctx).path, read_only=True, still=True) as log:
        yield Ledger(log, actor="", clock=lambda: datetime.now(UTC))


def _incident(ctx: click.Context) -> Incident:
    """The incident that the command names. Raises Refused."""
    with _ledger(ctx) as ledger:
        return ledger.state(ledger.resolve(str(ctx.params.get("ref") or "")))


def _playbook(ctx: click.Context) -> Playbook:
    """The playbook that the command names, else its incident's, else the one that the settings prefer."""
    from console.app.settings import preferred_playbook
    from console.library.playbooks import Playbooks

    settings = _shell(ctx).settings
    named = ctx.params.get("playbook") or ctx.params.get("name")
    of_incident = _incident(ctx).playbook if ctx.params.get("ref") and not named else None
    books = Playbooks(settings)
    return of_incident or (books.get(str(named)) if named else books.chosen(preferred_playbook(settings))[0])


def _in_prompt(ctx: click.Context) -> list[str]:
    """The words that Tab offers in the prompt behind the command's slash word and what is typed behind it."""
    arguments = [param.name or "" for param in ctx.command.params if isinstance(param, click.Argument)]
    given = (name for name in arguments[1:] if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE)
    typed = [str(ctx.params[name]) for name in given if ctx.params[name]]
    return completions(" ".join([f"/{ctx.info_name}", *typed, ""]), _incident(ctx), _shell(ctx).actor, ())


def _commands(ctx: click.Context) -> list[str]:
    root = ctx.find_root()
    return root.command.list_commands(root) if isinstance(root.command, click.Group) else []


def _playbooks(ctx: click.Context) -> list[str]:
    from console.library.playbooks import Playbooks

    return Playbooks(_shell(ctx).settings).names


def _runbooks(ctx: click.Context) -> list[str]:
    from console.library.runbooks import Runbooks

    return Runbooks(_shell(ctx).settings).names


def _drills(ctx: click.Context) -> list[str]:
    from console.library.drills import Drills

    return Drills(_shell(ctx).settings).names


def _templates(ctx: click.Context) -> list[str]:
    from console.library.templates import Templates

    return Templates(_shell(ctx).settings).names()


def _targets(ctx: click.Context) -> list[str]:
    from console.publish.targets.folder import Targets

    return Targets(_shell(ctx).settings).names


def _providers(ctx: click.Context) -> list[str]:
    from console.publish.registry import built_in

    return built_in()


def views(ctx: click.Context) -> list[str]:
    """The names of the views that the console can begin with."""
    from console.app.acts import VIEWS

    return list(VIEWS)


def _these(words: Iterable[str]) -> Values:
    return lambda ctx: [word.replace("_", "-") for word in words]


_NAMES: Mapping[str, Values] = {
    "playbook": _playbooks,
    "runbook": _runbooks,
    "drill": _drills,
    "template": _templates,
    "target": _targets,
}
"""The values of an argument `name`, by the group of its command."""

_OPTIONS: Mapping[str, Values] = {
    "playbook": _playbooks,
    "view": views,
    "only": _targets,
    "skip": _targets,
    "provider": _providers,
    "severity": lambda ctx: [severity.name for severity in _playbook(ctx).severities],
    "stage": lambda ctx: [stage.name for stage in _playbook(ctx).stages],
    "role": lambda ctx: [role.id for role in _playbook(ctx).roles],
    "owner": lambda ctx: people(_incident(ctx), _shell(ctx).actor),
    "audience": _these(AUDIENCES),
    "status": _these(STATUSES),
    "kind": _these(SCRIBE_KINDS),
    "entry_kind": _these(SIGNS),
    "incident": lambda ctx: [item.value for item in references(ctx, None, "")],
    "verdict": _these(VERDICTS),
    "outcome": _these(OUTCOMES),
    "section": _these(SECTIONS),
    "wanted": _these(REVIEW),
}
"""By the name of the option's value."""
