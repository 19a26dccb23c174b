"""Completion in a plain shell: incidents, and the values that arguments and options take."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from click.core import ParameterSource
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from console.cli.context import PRACTICE_FILE, Shell
from console.core.advice.reasons import REASONS
from console.core.log.completion import completions, people
from console.core.log.entries import SCRIBE_KINDS
from console.core.log.ids import PREFIX
from console.core.log.registry import SIGNS, WORDS
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES, Playbook
from console.core.playbook.triage import hint, questions
from console.core.refusal import Problem
from console.core.subjects.action_item import open_action_items, priorities
from console.core.subjects.change import OUTCOMES
from console.core.subjects.component import COMPONENT_STATES, components_of
from console.core.subjects.hypothesis import VERDICTS
from console.core.subjects.postmortem import REVIEW, SECTIONS
from console.core.subjects.update import STATUSES
from console.store.ledger import Ledger
from console.store.log import Log

Values = Callable[[click.Context], Iterable[str]]
"""The words that may stand in a place of a command that is typed so far."""


class _WholeWords(ShellComplete):
    """A shell that gets whole words, also behind `--option=`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        option, equals, _ = incomplete.partition("=")
        items = super().get_completions(args, incomplete)
        if equals and option.startswith("--"):
            for item in items:
                item.value = f"{option}={item.value}"
        return items


class _Bash(_WholeWords, BashComplete):
    """Bash, which parts words also at `=` and `:` and replaces what stands behind: it tells the line up to the cursor,
    and cuts off of each word what is not replaced. Blanks in a word are escaped."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' line=${COMP_LINE:0:COMP_POINT} completion type value
    local word=${line##*[[:space:]]}
    local before=${word%%"$2"}
    for completion in $(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1"); do
        IFS=, read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) value=${value#"$before"}; COMPREPLY+=("${value// /\\\\ }") ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        # With a letter behind it the word at the cursor is there, also where nothing of it is typed yet.
        _, *args, last = split_arg_string(f"{os.environ['COMP_WORDS']}x")
        return args, last[:-1]


class _Zsh(_WholeWords, ZshComplete):
    """Zsh, which gets a whole word for the one under the cursor."""


class _Fish(_WholeWords, FishComplete):
    """Fish, as zsh."""


for _shell_class in (_Bash, _Zsh, _Fish):
    add_completion_class(_shell_class)


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
        typed = incomplete.casefold()
        begun = (
            word
            for word in words
            if word.casefold().startswith(typed) or word.removeprefix(PREFIX).casefold().startswith(typed)
        )
        return [CompletionItem(word) for word in dict.fromkeys(begun)]


def references(ctx: click.Context, param: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """The incidents that begin with what was typed, the newest first; none where the log cannot be read.

    Commands about maintenances get maintenances, those about drills the runs in the practice database.
    """
    wanted = incomplete.upper().removeprefix("INC-")
    group = ctx.parent.info_name if ctx.parent else ""
    try:
        with _ledger(ctx, practice=group == "drill") as ledger:
            states = [state for state in ledger.states() if group != "maintenance" or state.maintenance]
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
        return _removed_targets if command.name == "restore" else _NAMES[group]
    if group == "action" and name == "item":
        return lambda ctx: [str(item.number) for item in open_action_items(_incident(ctx))]
    return _in_prompt if not group and command.name in WORDS else _ARGUMENTS.get(name)


def _shell(ctx: click.Context) -> Shell:
    root = ctx.find_root().params
    return Shell(root.get("db"), root.get("actor"), root.get("tz"), True, root.get("config"))


@contextmanager
def _ledger(ctx: click.Context, *, practice: bool = False) -> Iterator[Ledger]:
    path = _shell(ctx).path
    if practice:
        path = ctx.params.get("keep") or path.with_name(PRACTICE_FILE)
    with Log.open(path, read_only=True, still=True) as log:
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
    others = [item.value for item in references(ctx, None, "")]
    return completions(" ".join([f"/{ctx.info_name}", *typed, ""]), _incident(ctx), _shell(ctx).actor, (), others)


def _commands(ctx: click.Context) -> list[str]:
    """The commands of the group that is typed so far behind `help`."""
    within = ctx.find_root()
    for name in str(ctx.params.get("command") or "").split():
        known = within.command.get_command(within, name) if isinstance(within.command, click.Group) else None
        if known is None:
            return []
        within = click.Context(known, info_name=name, parent=within)
    return within.command.list_commands(within) if isinstance(within.command, click.Group) else []


def _answers(ctx: click.Context) -> list[str]:
    """The playbook's questions, each with the answers that it takes as examples."""
    return [
        f"{question.id}={answer}" for question in questions(_playbook(ctx)) for answer in hint(question).split(", ")
    ]


def _components(ctx: click.Context) -> list[str]:
    """The components that the incident or a target names."""
    from console.publish.targets.folder import Targets

    of_targets = (name for target in Targets(_shell(ctx).settings).all() for name in target.components)
    return [*(components_of(_incident(ctx)) if ctx.params.get("ref") else ()), *of_targets]


def _stated_components(ctx: click.Context) -> list[str]:
    return [f"{name}={state}" for name in _components(ctx) for state in COMPONENT_STATES]


def _priorities(ctx: click.Context) -> list[str]:
    return priorities(_playbook(ctx))


def _messages(ctx: click.Context) -> list[str]:
    """The ids of the outbox's messages, the newest first."""
    from console.store.outbox.outbox import Outbox

    with Log.open(_shell(ctx).path, read_only=True, still=True) as log:
        return [message.id for message in reversed(Outbox(log).messages())]


def _people_of_all(ctx: click.Context) -> list[str]:
    with _ledger(ctx) as ledger:
        return [name for state in ledger.states() for name in people(state)]


def zones(ctx: click.Context) -> list[str]:
    """The zones by their names."""
    from zoneinfo import available_timezones

    return sorted(available_timezones())


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


def _removed_targets(ctx: click.Context) -> list[str]:
    from console.publish.targets.folder import Targets

    return Targets(_shell(ctx).settings).removed_names


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

_ARGUMENTS: Mapping[str, Values] = {
    "command": _commands,
    "answers": _answers,
    "entry": _these(("last",)),
    "target": _targets,
    "id": _messages,
}
"""The values of other arguments, by their names."""

_OPTIONS: Mapping[str, Values] = {
    "playbook": _playbooks,
    "view": views,
    "only": _targets,
    "skip": _targets,
    "to": _targets,
    "provider": _providers,
    "components": lambda ctx: _stated_components(ctx) if ctx.info_name == "update" else _components(ctx),
    "without": _components,
    "priority": _priorities,
    "silence": lambda ctx: REASONS,
    "zone": zones,
    "person": _people_of_all,
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
