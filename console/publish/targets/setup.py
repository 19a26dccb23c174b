"""Setting up a target, for the command line and for the console's form: what it lacks, whose key it has, whether it
works."""

import os
from datetime import datetime

from msgspec.structs import replace

from console.core.language.text import clean, counted
from console.core.refusal import Refused
from console.publish.provider import Capabilities, Checked, Listed
from console.publish.registry import provider_class
from console.publish.sending.message import Delivery, Known
from console.publish.targets.connect import connect, webhook_address
from console.publish.targets.keys import Key, Keys, key_from
from console.publish.targets.model import Target, key_variable
from console.publish.transport.failure import PublishProblem


def capabilities(provider: str) -> Capabilities | None:
    """None for a provider whose package is gone or broken, which `proven` tells."""
    try:
        return provider_class(provider).capabilities
    except Refused:
        return None


def parse_pair(text: str) -> tuple[str, str] | None:
    """OURS=THEIRS; None for what is no pair."""
    left, sign, right = text.partition("=")
    return (left.strip(), right.strip()) if sign and left.strip() and right.strip() else None


def with_absolute_paths(target: Target, caps: Capabilities) -> Target:
    """Options that are files or folders as whole paths: what publishes later stands in another folder."""
    paths = [option.name for option in caps.options if option.path and target.options.get(option.name)]
    absolute = {name: os.path.abspath(os.path.expanduser(target.options[name])) for name in paths}
    return replace(target, options={**target.options, **absolute})


def missing_settings(target: Target, caps: Capabilities, base: str) -> list[tuple[str, str]]:
    """The settings that a target lacks: `url` or the name of an option, and the sentence for a person."""
    missing = []
    if caps.network and caps.key_in != "url" and not (target.url or base):
        missing.append(("url", f"{target.provider} needs the address of your installation."))
    missing += [
        (option.name, f"{target.provider} needs {option.says[:1].lower()}{option.says[1:]}.")
        for option in caps.options
        if option.needed and not target.options.get(option.name)
    ]
    return missing


def with_address_as_key(target: Target, key: Key | None) -> tuple[Target, Key | None]:
    """A chat's target and key: a whole address that stands as its url is the secret, and becomes the key."""
    if key is None and target.url:
        target, key = replace(target, url=""), key_from(target.url)
    if key is not None:
        webhook_address(target, key)
    return target, key


def prove(target: Target, key: Key | None) -> Checked:
    """Prove the key, and list pages and components; nothing is published. Asks the network, and blocks.

    What the provider says comes back clean.
    """
    provider = connect(target, key, page=False)
    try:
        checked = provider.check()
    except PublishProblem as failure:
        raise Refused(failure.reason) from failure
    return Checked(
        clean(checked.says, multiline=False),
        tuple(_clean(page) for page in checked.pages),
        tuple(_clean(component) for component in checked.components),
    )


def is_mail(target: Target) -> bool:
    """True for a target that is mail itself, with recipients in place of subscribers."""
    caps = capabilities(target.provider)
    return caps is not None and caps.is_mail


def mail_words(target: Target) -> str:
    """`mails` or `mails nobody`: what an update there does where nothing else is said with it."""
    return "mails" if target.notify or is_mail(target) else "mails nobody"


def takes_tests(target: Target) -> bool:
    """A test message does no harm there."""
    caps = capabilities(target.provider)
    return caps is not None and caps.chat and not (is_mail(target) and target.audience == "public")


def send_test(target: Target, key: Key | None, now: datetime) -> str:
    """Send a message that says it is a test, to a chat or by mail; in words what came of it. Asks the network, and
    blocks."""
    if not takes_tests(target):
        raise Refused(f"A test of {target.name} would be public; check it instead.")
    provider = connect(target, key)
    marker = f"test-{os.urandom(8).hex()}"
    words = "This is a test of Warroom: updates will arrive here. There is no incident."
    delivery = Delivery(marker, "INC-TEST", "Test", "resolved", words, now, now, notify=False)
    try:
        provider.send(delivery, Known())
    except PublishProblem as failure:
        raise Refused(failure.reason) from failure
    return f"{target.name} took a test message; look for it there."


def rehearse(target: Target, key: Key | None) -> str:
    """Go the way of an update as far as nobody sees it: key, page and components; in words how far that was.

    Raises Refused where one of them is not there. Asks the network, and blocks.
    """
    checked = prove(target, key)
    if target.page and checked.pages and target.page not in {page.id for page in checked.pages}:
        raise Refused(f"{target.name} has no page {target.page}; “warroom target check” lists those it has.")
    if lost := unknown_components(target, checked):
        raise Refused(f"{target.name} has no component for {', '.join(lost)}; “warroom target check” lists them.")
    parts = f" and {counted(len(target.components), 'component')}" if target.components else ""
    return f"{target.name} answers to its key, with its page{parts}. Nobody saw it, and nothing was published."


def _clean(listed: Listed) -> Listed:
    return Listed(*(clean(text, multiline=False) for text in (listed.id, listed.name, listed.state)))


def unknown_components(target: Target, checked: Checked) -> list[str]:
    """Our names of components that the page does not have; none where it lists none at all."""
    ids = {component.id for component in checked.components}
    return [ours for ours, id in target.components.items() if ids and id not in ids]


def key_source(target: Target, keys: Keys) -> str:
    """The source of a target's key in words. Never the key. May ask the keyring."""
    caps = capabilities(target.provider)
    if caps is not None and not caps.needs_key(target.options):
        return "needs no key"
    where = keys.where(target.name)
    return f"key from {where}" if where else f"no key: set {key_variable(target.name)}"


def shadowing_note(name: str, keys: Keys) -> str:
    """A sentence where a key of the environment comes before the one that is kept; else empty."""
    if "environment" not in keys.where(name):
        return ""
    return f"{key_variable(name)} is set and comes first; take it out of your environment to use the kept key."
