"""`warroom target`: where updates are published, with which key, and whether that works."""

import sys
from typing import Any

import click

from console.cli.context import Shell, fail, pass_shell, print_json
from console.cli.output import columns, hint, row
from console.core.language.text import clean
from console.core.refusal import Refused
from console.publish.provider import Listed
from console.publish.registry import built_in, provider_class
from console.publish.sending.message import STATUSES
from console.publish.targets.connect import webhook_address
from console.publish.targets.folder import Targets
from console.publish.targets.keys import Key, Keys, key_from
from console.publish.targets.model import Target, key_variable
from console.publish.targets.setup import (
    capabilities,
    key_source,
    missing_settings,
    parse_pair,
    prove,
    shadowing_note,
    unknown_components,
    with_absolute_paths,
    with_address_as_key,
)

_AUDIENCES = ("public", "internal", "executive")

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, as described in docs/publishing.md.")
stdin_option = click.option("--key-stdin", is_flag=True, help="Read the key from standard input.")


class Pair(click.ParamType[tuple[str, str]]):
    """OURS=THEIRS."""

    name = "pair"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        found = parse_pair(str(value))
        if found is None:
            shown = clean(str(value), multiline=False)
            self.fail(f"“{shown}” is no pair; write it as {param.metavar if param else 'NAME=VALUE'}", param, ctx)
        return found


@click.group()
def target() -> None:
    """Targets: the status pages and chats that updates are published to."""


@target.command("list")
@json_option
@pass_shell
def list_(shell: Shell, as_json: bool) -> None:
    """List the targets, whose updates they get, and where their keys come from."""
    targets, keys = Targets(shell.settings), Keys(shell.settings)
    for sentence in targets.complaints:
        hint(sentence)
    if as_json:
        print_json([_listed(one, keys) for one in targets.all()])
        return
    if not targets.names and not targets.complaints:
        hint("There are no targets yet; add one with “warroom target add NAME --provider …”.")
    wide = max((len(name) for name in targets.names), default=0)
    for one in targets.all():
        click.echo(row(f"{one.name:<{wide}}  ", _told(one, keys), columns()))


def _told(one: Target, keys: Keys) -> str:
    mails = "mails" if one.notify else "mails nobody"
    said = [one.provider, f"{one.audience} updates", mails]
    said += [f"page {one.page}"] if one.page else []
    if one.statuses != STATUSES:
        said.append(f"only {', '.join(one.statuses) or 'none'}")
    if not one.enabled:
        said.append("switched off")
    return clean(f"{', '.join(said)}; {key_source(one, keys)}", multiline=False)


def _listed(one: Target, keys: Keys) -> dict[str, object]:
    return {
        "name": one.name,
        "provider": one.provider,
        "url": one.url or None,
        "page": one.page or None,
        "audience": one.audience,
        "notify": one.notify,
        "components": dict(one.components),
        "statuses": list(one.statuses),
        "options": dict(one.options),
        "enabled": one.enabled,
        "key": keys.where(one.name) or None,
        "key_variable": key_variable(one.name),
    }


@target.command()
@click.argument("name")
@click.option("--provider", required=True, metavar="P", help=f"One of {', '.join(built_in())}.")
@click.option("--url", default="", metavar="BASE", help="The address of your installation, where it has its own.")
@click.option("--page", default="", metavar="PAGE", help="Which page, by its id.")
@click.option(
    "--component",
    "components",
    multiple=True,
    type=Pair(),
    metavar="OURS=THEIRS",
    help="A component as you call it, and its id there.",
)
@click.option("--audience", type=click.Choice(_AUDIENCES), default="public", show_default=True)
@click.option("--notify/--no-notify", default=False, help="Whether subscribers are mailed where nothing else is said.")
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Publish only these.")
@click.option("--option", "options", multiple=True, type=Pair(), metavar="K=V", help="What one provider alone needs.")
@stdin_option
@pass_shell
def add(
    shell: Shell,
    name: str,
    provider: str,
    url: str,
    page: str,
    components: tuple[tuple[str, str], ...],
    audience: Any,
    notify: bool,
    statuses: tuple[Any, ...],
    options: tuple[tuple[str, str], ...],
    key_stdin: bool,
) -> None:
    """Add a target.

    Its key is never an argument, since others see those: it comes from the environment, is asked for, or is read
    with --key-stdin and kept in your keyring or in a file that only you can read.
    """
    cls = provider_class(provider)
    caps, keys = cls.capabilities, Keys(shell.settings)
    given_options = dict(options)
    if provider == "file" and url:
        # A file may be named as an address, too.
        given_options.setdefault("path", url.strip().removeprefix("file://"))
    made = Target(
        name=name,
        provider=provider,
        url="" if provider == "file" else url.strip(),
        page=page.strip(),
        audience=audience,
        notify=notify,
        components=dict(components),
        statuses=tuple(one for one in STATUSES if one in statuses) if statuses else STATUSES,
        options=given_options,
    )
    made = with_absolute_paths(made, caps)
    for field, sentence in missing_settings(made, caps, cls.base):
        how = "--url https://…" if field == "url" else f"--option {field}={'FILE' if field == 'path' else 'PATH'}"
        fail(f"{sentence.rstrip('.')}: {how}.")
    if key_stdin and not caps.key:
        fail(f"{provider} needs no key; leave --key-stdin out.")
    key, given = (_from_stdin(), True) if key_stdin else (keys.get(name), False)
    targets = Targets(shell.settings)
    if caps.key_in == "url":
        settled = with_address_as_key(made, key)
        given = given or (key is None and settled[1] is not None)
        made, key = settled
    targets.add(made)
    if url and caps.key_in == "url" and not made.url:
        hint("The address is the secret of this chat, so it is kept as the key and not in its file.")
    _tell_notice(targets)
    click.echo(clean(f"Added {made.name} ({provider}) to {targets.file(made.name)}.", multiline=False))
    if caps.key:
        _settle_key(keys, made, key, given)
    click.echo(f"Try it with: warroom target check {_quoted(made.name)}")


def _settle_key(keys: Keys, made: Target, key: Key | None, given: bool) -> None:
    """Keep a key that was given, ask for one that is missing, or tell where it comes from."""
    if key is None and sys.stdin.isatty():
        key, given = _asked(made.name), True
    if key is None:
        hint(keys.missing(made.name).reason)
    elif given:
        _keep(keys, made.name, key)
    else:
        click.echo(clean(f"Its key comes from {keys.where(made.name)}.", multiline=False))


def _keep(keys: Keys, name: str, key: Key) -> None:
    where = keys.keep(name, key)
    click.echo(clean(f"Its key is kept in {where}.", multiline=False))
    hidden = shadowing_note(name, keys)
    if hidden:
        hint(hidden)


def _from_stdin() -> Key:
    return key_from(sys.stdin.readline(10_000), "The key on standard input")


def _asked(name: str) -> Key | None:
    """The key as it is typed, without an echo; None where the person leaves it for later."""
    typed = click.prompt(f"Key of {name} (Enter: later)", default="", show_default=False, hide_input=True, err=True)
    return key_from(typed) if typed.strip() else None


@target.command("key")
@click.argument("name")
@stdin_option
@pass_shell
def key_(shell: Shell, name: str, key_stdin: bool) -> None:
    """Give a target its key, or a new one."""
    one = _one(shell, name)
    caps = capabilities(one.provider)
    if caps is not None and not caps.key:
        fail(f"{one.name} needs no key.")
    if not key_stdin and not sys.stdin.isatty():
        fail("There is nobody to ask for the key; send it to standard input with --key-stdin.")
    key = _from_stdin() if key_stdin else _asked(one.name)
    if key is None:
        fail("No key was given; the one before it stays.")
    if caps is not None and caps.key_in == "url":
        webhook_address(one, key)
    _keep(Keys(shell.settings), one.name, key)


def _one(shell: Shell, name: str) -> Target:
    return Targets(shell.settings).get(name)


@target.command()
@click.argument("name")
@json_option
@pass_shell
def check(shell: Shell, name: str, as_json: bool) -> None:
    """Prove a target's key, and list its pages and components; nothing is published."""
    one = _one(shell, name)
    caps = capabilities(one.provider)
    key = Keys(shell.settings).get(one.name) if caps is None or caps.key else None
    found = prove(one, key)
    lost = unknown_components(one, found)
    if as_json:
        print_json({"name": one.name, "says": found.says, "pages": found.pages, "components": found.components})
    else:
        click.echo(clean(found.says, multiline=False))
        _print_listed("Pages (--page)", found.pages, {one.page: "this one"} if one.page else {})
        _print_listed("Components (--component)", found.components, {id: ours for ours, id in one.components.items()})
    if lost:
        where = Targets(shell.settings).shown_file(one.name)
        fail(f"{one.name} has no component for {', '.join(lost)}; correct components in {where} by the list above.")


def _print_listed(title: str, rows: tuple[Listed, ...], ours: dict[str, str]) -> None:
    if not rows:
        return
    click.echo(f"\n{title}")
    wide = max(len(one.id) for one in rows)
    for one in rows:
        state = f", {one.state}" if one.state else ""
        mine = f"  ← {ours[one.id]}" if one.id in ours else ""
        click.echo(row("  ", clean(f"{one.id:<{wide}}  {one.name}{state}{mine}", multiline=False), columns()))


@target.command()
@click.argument("name")
@click.option("--forget-key", is_flag=True, help="Take its key out of the keyring or its file, too.")
@pass_shell
def remove(shell: Shell, name: str, forget_key: bool) -> None:
    """Remove a target; `warroom target restore NAME` brings it back."""
    targets, keys = Targets(shell.settings), Keys(shell.settings)
    known = targets.known(name)
    where = keys.where(known)
    try:
        targets.remove(name)
    except Refused:
        if not (forget_key and where):
            raise
    else:
        _tell_notice(targets)
        said = f"Removed {known}; “warroom target restore {_quoted(known)}” brings it back."
        click.echo(clean(said, multiline=False))
    if forget_key:
        left = keys.forget(known)
        click.echo(clean(left or "Its key is forgotten.", multiline=False))
    elif where:
        said = f"Its key stays in {where}; “warroom target remove {_quoted(known)} --forget-key” takes it away."
        click.echo(clean(said, multiline=False))


@target.command()
@click.argument("name")
@pass_shell
def restore(shell: Shell, name: str) -> None:
    """Bring back a target that was removed, as it was."""
    targets = Targets(shell.settings)
    targets.restore(name)
    _tell_notice(targets)
    click.echo(clean(f"{targets.known(name)} is back.", multiline=False))


def _tell_notice(targets: Targets) -> None:
    if targets.notice:
        hint(clean(targets.notice, multiline=False))


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name


COMMANDS = (target,)
