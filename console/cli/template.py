"""Texts to be posted: their forms of `warroom export`, and `warroom template` for the templates behind them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from console.cli.context import Shell, fail
from console.cli.output import hint, out, say
from console.cli.params import command
from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES, find_stage
from console.core.refusal import Refused
from console.library.templates import Templates

TEMPLATE_FORMS = ("update", "brief", "customer", "announcement", "first-status", "channel")
"""The forms of `warroom export` that this module writes."""

STYLES = ("internal", "public", "executive", "can")
"""The values of `--form`, for an update."""

_OPTIONS = (
    click.option("--audience", type=click.Choice(AUDIENCES), default="internal", show_default=True,
                 help="Whom the update is for."),
    click.option("--form", "style", type=click.Choice(STYLES), help="Its form; can: conditions, actions, needs."),
    click.option("--stage", default="", help="The stage of the announcement; else the present one."),
)  # fmt: skip


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what these forms take to `warroom export`: `audience`, `style` and `stage`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def written(
    shell: Shell, state: Incident, now: datetime, form: str, *, audience: str, style: str | None, stage: str
) -> str:
    """The text of one of FORMS; what is to be known about it is told on stderr."""
    from console.export.updates import announce, update

    templates = Templates(shell.settings)
    simple = {"brief": update.brief, "customer": announce.customer_message, "first-status": announce.first_status}
    complaint = ""
    if form == "channel":
        text = announce.channel_name(state)
    elif form in simple:
        text, complaint = simple[form](state, now, shell.zone, templates=templates)
    elif form == "announcement":
        rule = find_stage(state.playbook, stage) if stage and state.playbook else None
        text, complaint = announce.announcement(state, rule.name if rule else "", now, shell.zone, templates=templates)
    else:
        forms = update.FORMS[audience]
        if style and style not in forms:
            fail(f"An update for {audience} is written as {' or '.join(forms)}; choose one of these with --form.")
        style = style or ""
        text, complaint = update.compose_update(state, audience, now, shell.zone, form=style, templates=templates)
    hint(complaint)
    return text.rstrip("\n") + "\n"


@click.group()
def template() -> None:
    """The templates of updates and other texts: list them, show one, check your own.

    Your own lie in templates/NAME.md.j2 of the configuration folder, before the built-in ones.
    """


@command(group=template, name="list", example="")
def list_(shell: Shell) -> None:
    """List the templates, and which are your own."""
    templates = Templates(shell.settings)
    for name in templates.names():
        say(f"{name:<20} {templates.own(name) or 'built in'}")


@command("name", group=template, pages=True, example="public")
def show(shell: Shell, name: str) -> None:
    """Print a template, to start your own from."""
    source = Templates(shell.settings).source(name)
    out(source, nl=not source.endswith("\n"))


@command(group=template, example="public")
@click.argument("named", metavar="[NAME|FILE]...", nargs=-1)
@click.option("--playbook", default="", help="Fill it in as for an incident of this one; else of your default.")
def check(shell: Shell, named: tuple[str, ...], playbook: str) -> None:
    """Check templates by filling them from an example; prints the text where one is named.

    Without an argument it checks all that there are, your own and the built-in ones.
    """
    from console.export.updates.example import example, faults, filled_in, values_of

    book = shell.playbook(playbook)
    templates = Templates(shell.settings)
    complaints, texts = [], []
    for argument in named:
        try:
            text, complaint = filled_in(templates, example(book), templates.meant(argument))
        except Refused as refused:
            complaints.append(refused.reason)
            continue
        complaints += [complaint] if complaint else []
        if "there is no “" in complaint:
            hint(f"{argument} can hold these values: {values_of(book, templates.meant(argument))}.")
        texts.append((argument, text, complaint))
    if not named:
        complaints = faults(templates, templates.names(), book)
    if len(named) > 1:
        for argument, _, complaint in texts:
            if not complaint:
                say(f"{argument}: fine")
    if complaints:
        fail(*complaints)
    if len(named) == 1:
        out(texts[0][1], nl=False)
    elif not named:
        out(f"All {len(templates.names())} templates can be filled in.")


COMMANDS = (template,)
