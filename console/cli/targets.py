"""`warroom target`: where updates are published, with which key, and whether that works."""

import sys
from collections.abc import Callable
from typing import Any, Literal

import click
from msgspec.structs import asdict

from console.cli.context import Shell, fail, print_json
from console.cli.output import hint, out, say, say_row
from console.cli.params import Decorated, command, json_in_place, json_option, pairs_option
from console.core.language.times import rfc3339
from console.core.refusal import Refused
from console.publish.provider import Listed
from console.publish.registry import built_in, provider_class
from console.publish.sending.message import OCCASIONS, STATUSES
from console.publish.targets.connect import webhook_address
from console.publish.targets.folder import Targets
from console.publish.targets.keys import Key, Keys, key_from
from console.publish.targets.model import Target, key_variable
from console.publish.targets.proofs import Proof, Proofs, proof_words
from console.publish.targets.setup import (
    capabilities,
    key_source,
    mail_words,
    missing_settings,
    parse_pair,
    prove,
    rehearse,
    send_test,
    shadowing_note,
    takes_tests,
    unknown_components,
    with_absolute_paths,
    with_address_as_key,
)

_AUDIENCES: tuple[Literal["public", "internal", "executive"], ...] = ("public", "internal", "executive")


_json_option = json_in_place("The target as JSON, as `warroom target list` has it.")
stdin_option = click.option("--key-stdin", is_flag=True, help="Read the key from standard input.")


def _pairs_option(name: str, dest: str, *, metavar: str, help: str) -> Callable[[Decorated], Decorated]:
    def read(text: str) -> tuple[str, str]:
        pair = parse_pair(text)
        if pair is None:
            raise click.BadParameter(f"“{text}” is not a pair; write it as {metavar}")
        return pair

    return pairs_option(name, dest, read=read, metavar=metavar, help=help)


@click.group()
def target() -> None:
    """Targets: the status pages and chats that updates are published to."""


@command(group=target, name="list", example="")
@json_option("publishing")
def list_(shell: Shell, as_json: bool) -> None:
    """List the targets, whose updates they get, and where their keys come from."""
    targets, keys, proofs = Targets(shell.settings), Keys(shell.settings), Proofs(shell.settings)
    hint(*targets.complaints)
    if as_json:
        print_json([_listed(target, keys, proofs.of(target)) for target in targets.all()])
        return
    if not targets.names and not targets.complaints:
        hint("There are no targets yet; add one with “warroom target add NAME --provider …”.")
    wide = max((len(name) for name in targets.names), default=0)
    for target in targets.all():
        words = [target.provider, f"{target.audience} updates", mail_words(target)]
        words += [f"page {target.page}"] if target.page else []
        words += [f"only {', '.join(target.statuses) or 'none'}"] if target.statuses != STATUSES else []
        words += [] if target.enabled else ["switched off"]
        proved = proof_words(proofs.of(target), shell.now())
        say_row(f"{target.name:<{wide}}  ", f"{', '.join(words)}; {key_source(target, keys)}; {proved}")


def _print_json(shell: Shell, target: Target | None) -> None:
    """Print the target that was changed where JSON was asked for; None for one whose file cannot be read."""
    if shell.as_json:
        listed = target and _listed(target, Keys(shell.settings), Proofs(shell.settings).of(target))
        print_json(listed)


def _listed(target: Target, keys: Keys, proof: Proof | None) -> dict[str, object]:
    return {
        **asdict(target),
        "url": target.url or None,
        "page": target.page or None,
        "key": keys.where(target.name) or None,
        "key_variable": key_variable(target.name),
        "proved_at": rfc3339(proof.at) if proof else None,
        "proved_by": proof.how if proof else None,
    }


@command("name", group=target, example="page --provider statuspage --page kctbh9vrtdwd")
@click.option("--provider", required=True, metavar="P", help=f"One of {', '.join(built_in())}.")
@click.option("--url", default="", metavar="BASE", help="The address of your installation, where it has its own.")
@click.option("--page", default="", metavar="PAGE", help="Which page, by its id.")
@_pairs_option("--component", "components", metavar="OURS=THEIRS", help="A component as you call it, and its id there.")
@click.option(
    "--audience",
    type=click.Choice(_AUDIENCES),
    help="Whose updates; default: public, for a chat internal, for mail executive.",
)
@click.option("--notify/--no-notify", default=False, help="Whether subscribers are mailed where nothing else is said.")
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Publish only these.")
@click.option("--event", "events", multiple=True, type=click.Choice(OCCASIONS), help="Tell it of this as well.")
@_pairs_option("--option", "options", metavar="K=V", help="What one provider alone needs.")
@stdin_option
@_json_option
def add(
    shell: Shell, name: str, provider: str, url: str, page: str, components: tuple[tuple[str, str], ...],
    statuses: tuple[str, ...], events: tuple[str, ...], options: tuple[tuple[str, str], ...], key_stdin: bool,
    audience: str | None, **fields: Any,
) -> None:  # fmt: skip
    """Add a target.

    Its key is never an argument, since others see those: it comes from the environment, is asked for, or is read
    with --key-stdin and kept in your keyring or in a file that only you can read.
    """
    shell.check_writable()
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
        components=dict(components),
        statuses=tuple(status for status in STATUSES if status in statuses) or STATUSES,
        events=tuple(kind for kind in OCCASIONS if kind in events),
        options=given_options,
        audience=next((each for each in _AUDIENCES if each == audience), caps.audience),
        **fields,
    )
    made = with_absolute_paths(made, caps)
    for field, sentence in missing_settings(made, caps, cls.base):
        how = "--url https://…" if field == "url" else f"--option {field}={'FILE' if field == 'path' else 'PATH'}"
        fail(f"{sentence.rstrip('.')}: {how}.")
    if key_stdin and not caps.needs_key(made.options):
        fail(f"{provider} needs no key; leave --key-stdin out.")
    key, given = (_from_stdin(), True) if key_stdin else (keys.get(name), False)
    targets = Targets(shell.settings)
    if caps.key_in == "url":
        before = key
        made, key = with_address_as_key(made, before)
        given = given or (before is None and key is not None)
    targets.add(made)
    if url and caps.key_in == "url" and not made.url:
        hint("The address is the secret of this chat, so it is kept as the key and not in its file.")
    hint(targets.notice)
    shell.did(f"Added {made.name} ({provider}) to {targets.file(made.name)}.")
    if caps.needs_key(made.options):
        _settle_key(shell, keys, made, key, given)
    shell.tell(f"Try it with: warroom target check {_quoted(made.name)}")
    _print_json(shell, made)


def _settle_key(shell: Shell, keys: Keys, made: Target, key: Key | None, given: bool) -> None:
    """Keep a key that was given, ask for one that is missing, or tell where it comes from."""
    if key is None and sys.stdin.isatty():
        key, given = _typed(made.name), True
    if key is None:
        hint(keys.missing(made.name).reason)
    elif given:
        _keep(shell, keys, made.name, key)
    else:
        shell.tell(f"Its key comes from {keys.where(made.name)}.")


def _keep(shell: Shell, keys: Keys, name: str, key: Key) -> None:
    shell.did(f"Its key is kept in {keys.keep(name, key)}.")
    hint(shadowing_note(name, keys))


def _from_stdin() -> Key:
    return key_from(sys.stdin.readline(10_000), "The key on standard input")


def _typed(name: str) -> Key | None:
    """The key as it is typed, without an echo; None where the person leaves it for later."""
    typed = click.prompt(f"Key of {name} (Enter: later)", default="", show_default=False, hide_input=True, err=True)
    return key_from(typed) if typed.strip() else None


@command("name", group=target, name="key", example="page")
@stdin_option
@_json_option
def key_(shell: Shell, name: str, key_stdin: bool) -> None:
    """Give a target its key, or a new one."""
    shell.check_writable()
    target = Targets(shell.settings).get(name)
    caps = capabilities(target.provider)
    if caps is not None and not caps.needs_key(target.options):
        fail(f"{target.name} needs no key.")
    if not key_stdin and not sys.stdin.isatty():
        fail("There is nobody to ask for the key; send it to standard input with --key-stdin.")
    key = _from_stdin() if key_stdin else _typed(target.name)
    if key is None:
        fail("No key was given; the one before it stays.")
    if caps is not None and caps.key_in == "url":
        webhook_address(target, key)
    Proofs(shell.settings).forget(target.name)
    _keep(shell, Keys(shell.settings), target.name, key)
    _print_json(shell, target)


@command("name", group=target, example="page")
@json_option("publishing")
def check(shell: Shell, name: str, as_json: bool) -> None:
    """Prove a target's key, and list its pages and components; nothing is published."""
    shell.check_writable()
    targets = Targets(shell.settings)
    target = targets.get(name)
    caps = capabilities(target.provider)
    needs_key = caps is None or caps.needs_key(target.options)
    proof = prove(target, Keys(shell.settings).get(target.name) if needs_key else None)
    lost = unknown_components(target, proof)
    if not lost:
        Proofs(shell.settings).keep(target, "checked", shell.now())
    if as_json:
        print_json({"name": target.name, "says": proof.says, "pages": proof.pages, "components": proof.components})
    else:
        say(proof.says)
        _print_listed("Pages (--page)", proof.pages, {target.page: "this one"} if target.page else {})
        ours = {theirs: component for component, theirs in target.components.items()}
        _print_listed("Components (--component)", proof.components, ours)
    if lost:
        where = targets.shown_file(target.name)
        fail(f"{target.name} has no component for {', '.join(lost)}; correct components in {where} by the list above.")


def _print_listed(title: str, rows: tuple[Listed, ...], ours: dict[str, str]) -> None:
    if not rows:
        return
    out(f"\n{title}")
    wide = max(len(listed.id) for listed in rows)
    for listed in rows:
        state = f", {listed.state}" if listed.state else ""
        name = f"  ← {ours[listed.id]}" if listed.id in ours else ""
        say_row("  ", f"{listed.id:<{wide}}  {listed.name}{state}{name}")


@command("name", group=target, example="chat")
@_json_option
def test(shell: Shell, name: str) -> None:
    """Send a message that says it is a test, to a chat or by mail; of a page, try all that nobody sees."""
    shell.check_writable()
    target = Targets(shell.settings).get(name)
    caps = capabilities(target.provider)
    key = Keys(shell.settings).get(target.name) if caps is None or caps.needs_key(target.options) else None
    tests = takes_tests(target)
    sentence = send_test(target, key, shell.now()) if tests else rehearse(target, key)
    Proofs(shell.settings).keep(target, "tested" if tests else "checked", shell.now())
    shell.did(sentence)
    _print_json(shell, target)


@command("name", group=target, example="page")
@click.option("--forget-key", is_flag=True, help="Take its key out of the keyring or its file, too.")
@_json_option
def remove(shell: Shell, name: str, forget_key: bool) -> None:
    """Remove a target; `warroom target restore NAME` brings it back."""
    shell.check_writable()
    targets, keys = Targets(shell.settings), Keys(shell.settings)
    known = targets.known(name)
    where, removed = keys.where(known), None
    try:
        removed = targets.remove(name)
    except Refused:
        if not (forget_key and where):
            raise
    else:
        hint(targets.notice)
        shell.did(f"Removed {known}; “warroom target restore {_quoted(known)}” brings it back.")
    if forget_key:
        shell.did(keys.forget(known) or "Its key is forgotten.")
    elif where:
        shell.tell(f"Its key stays in {where}; “warroom target remove {_quoted(known)} --forget-key” takes it away.")
    _print_json(shell, removed)


@command("name", group=target, example="page")
@_json_option
def restore(shell: Shell, name: str) -> None:
    """Bring back a target that was removed, as it was."""
    shell.check_writable()
    targets = Targets(shell.settings)
    targets.restore(name)
    hint(targets.notice)
    shell.did(f"{targets.known(name)} is back.")
    _print_json(shell, Targets(shell.settings).get(name))


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name


COMMANDS = (target,)
