"""Setting up a target, for the command line and for the console's form: what it lacks, whose key it has, whether it
works."""

import os

from msgspec.structs import replace

from console.core.language.text import clean
from console.core.refusal import Refusal
from console.publish.provider import Capabilities
from console.publish.registry import provider_class
from console.publish.sending.message import Checked, Listed
from console.publish.targets.connect import connect, whole_address
from console.publish.targets.keys import Key, Keys, key_from
from console.publish.targets.model import Target, key_variable
from console.publish.transport.failure import PublishProblem


def capabilities(provider: str) -> Capabilities | None:
    """None for a provider whose package is gone or broken, which `proven` tells."""
    cls = provider_class(provider)
    return None if isinstance(cls, Refusal) else cls.capabilities


def pair(text: str) -> tuple[str, str] | None:
    """OURS=THEIRS; None for what is no pair."""
    left, sign, right = text.partition("=")
    return (left.strip(), right.strip()) if sign and left.strip() and right.strip() else None


def with_whole_paths(target: Target, caps: Capabilities) -> Target:
    """Options that are files or folders as whole paths: what publishes later stands in another folder."""
    paths = [one.name for one in caps.options if one.path and target.options.get(one.name)]
    whole = {name: os.path.abspath(os.path.expanduser(target.options[name])) for name in paths}
    return replace(target, options={**target.options, **whole})


def lacking(target: Target, caps: Capabilities, base: str) -> list[Refusal]:
    """What a target cannot work without; the field is `url`, or the name of an option."""
    found = []
    if caps.network and caps.key_in != "url" and not (target.url or base):
        found.append(Refusal(f"{target.provider} needs the address of your installation.", "url"))
    found += [
        Refusal(f"{target.provider} needs {one.says[:1].lower()}{one.says[1:]}.", one.name)
        for one in caps.options
        if one.needed and not target.options.get(one.name)
    ]
    return found


def with_address_as_key(target: Target, key: Key | None) -> tuple[Target, Key | None] | Refusal:
    """A chat's target and key: a whole address that stands as its url is the secret, and becomes the key."""
    if key is None and target.url:
        found = key_from(target.url)
        if isinstance(found, Refusal):
            return found
        target, key = replace(target, url=""), found
    if key is not None:
        address = whole_address(target, key)
        if isinstance(address, Refusal):
            return address
    return target, key


def proven(target: Target, key: Key | None) -> Checked | Refusal:
    """Prove the key, and list pages and components; nothing is published. Asks the network, and blocks.

    What the provider says comes back clean.
    """
    provider = connect(target, key, page=False)
    if isinstance(provider, Refusal):
        return provider
    try:
        found = provider.check()
    except PublishProblem as failure:
        return Refusal(failure.reason)
    return Checked(
        clean(found.says, multiline=False),
        tuple(_clean(one) for one in found.pages),
        tuple(_clean(one) for one in found.components),
    )


def _clean(one: Listed) -> Listed:
    return Listed(*(clean(text, multiline=False) for text in (one.id, one.name, one.state)))


def strangers(target: Target, found: Checked) -> list[str]:
    """Our names of components that the page does not have; none where it lists none at all."""
    there = {one.id for one in found.components}
    return [ours for ours, theirs in target.components.items() if there and theirs not in there]


def key_told(target: Target, keys: Keys) -> str:
    """In words, where a target's key comes from. Never the key. May ask the keyring."""
    caps = capabilities(target.provider)
    if caps is not None and not caps.key:
        return "needs no key"
    where = keys.where(target.name)
    return f"key from {where}" if where else f"no key: set {key_variable(target.name)}"


def shadowed(name: str, keys: Keys) -> str:
    """A sentence where a key of the environment comes before the one that is kept; else empty."""
    if "environment" not in keys.where(name):
        return ""
    return f"{key_variable(name)} is set and comes first; take it out of your environment to use the kept key."
