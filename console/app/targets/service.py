"""Reading and writing for the setting up of targets. All of it blocks: it belongs in a thread."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from console.core.refusal import Refused
from console.publish.provider import Checked
from console.publish.targets.folder import Targets
from console.publish.targets.keys import FOLDER as KEYS_FOLDER
from console.publish.targets.keys import Key, Keys
from console.publish.targets.model import Target, key_variable, stamp, stamps
from console.publish.targets.proofs import Proof as Earlier
from console.publish.targets.proofs import Proofs
from console.publish.targets.setup import (
    capabilities,
    key_source,
    prove,
    send_test,
    shadowing_note,
    takes_tests,
    unknown_components,
)


class Given(msgspec.Struct, frozen=True):
    """A target and its key, as a person gave them."""

    target: Target
    key: Key | None = None
    """The key as typed; None keeps the present one."""


class Reach(msgspec.Struct, frozen=True):
    """The values that a check is about: with another address, page, option or key it says nothing any more."""

    provider: str
    url: str
    page: str
    options: Mapping[str, str]
    key: Key | None

    @classmethod
    def of(cls, given: Given) -> "Reach":
        target = given.target
        return cls(target.provider, target.url, target.page, dict(target.options), given.key)


Finding = Checked | str
"""The result of a check: what is there, or the sentence that says why it failed."""


class Proof(NamedTuple):
    """The result of a check, and when it was made."""

    reach: Reach
    finding: Finding
    at: datetime


class Row(NamedTuple):
    """A target as the file says."""

    name: str
    target: Target | None
    """None where its table is wrong."""
    fault: str
    """The sentence on what is wrong with its table, with the line."""
    key: str
    """In words, where its key comes from, or what to do."""
    keyless: bool
    """It needs a key and has none."""
    chat: bool = False
    """A message that is a test does no harm there."""
    earlier: Earlier | None = None
    """When it was last shown to work from this machine, by whichever console or command."""


class Seen(NamedTuple):
    """The file at one moment."""

    rows: tuple[Row, ...] = ()
    trouble: str = ""
    """Why the file cannot be read."""
    reading: bool = False
    """It has not been read yet."""


class TargetService:
    """The targets of one configuration folder, with what checks have found since the console was started."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.proofs: dict[str, Proof] = {}
        """By the targets' names."""

    def targets(self) -> Targets:
        """As the file says now."""
        return Targets(self._folder)

    def stamp(self) -> tuple[object, ...]:
        """Another one where a target's file or a key in a file may have changed."""
        keys = () if self._folder is None else (stamp(self._folder / KEYS_FOLDER),)
        return (*stamps(self._folder), *keys)

    def read(self) -> Seen:
        """Every target. Asks the keyring."""
        targets, keys = self.targets(), Keys(self._folder)
        if targets.config is None:
            return Seen(trouble="You have no folder for targets; start warroom with --config FOLDER.")
        earlier = Proofs(self._folder)
        rows = [
            Row(
                target.name, target, "", key_source(target, keys), self._keyless(target, keys), takes_tests(target),
                earlier.of(target),
            )
            for target in targets.all()
        ]  # fmt: skip
        rows += [Row(name, None, fault, "", False) for name, fault in targets.broken.items()]
        return Seen(tuple(rows), "" if targets.whole else targets.complaints[0])

    def _keyless(self, target: Target, keys: Keys) -> bool:
        caps = capabilities(target.provider)
        return caps is not None and caps.needs_key(target.options) and not keys.where(target.name)

    def key_at(self, name: str) -> str:
        """The source of a target's key in words; empty where it has none."""
        return Keys(self._folder).where(name)

    def prove(self, given: Given) -> Checked:
        """Ask the provider, with the key that was typed or else the one that there is."""
        self._check_reachable()
        name, key = given.target.name or "the target", given.key
        caps = capabilities(given.target.provider)
        if key is None and caps is not None and caps.needs_key(given.target.options):
            key = Keys(self._folder).get(given.target.name) if given.target.name else None
            if key is None:
                raise Refused(f"Give {name} its key first; the check needs it.", "key")
        try:
            return prove(msgspec.structs.replace(given.target, name=name), key)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - a provider of somebody else's may raise anything; the room must stay
            # Its own words might hold the key.
            why = type(error).__name__
            raise Refused(f"The check of {name} broke off ({why}); tell whoever made the provider.") from None

    def _check_reachable(self) -> None:
        """Refuses where there is no folder: a practice has none, and asks and tells nobody."""
        if self._folder is None:
            raise Refused("This console has no targets; nothing is asked or sent.")

    def test(self, target: Target, now: datetime) -> str:
        """Send a test message to a chat; in words what came of it."""
        self._check_reachable()
        says = send_test(target, Keys(self._folder).get(target.name), now)
        Proofs(self._folder).keep(target, "tested", now)
        known = self.proofs.get(target.name)
        if known is not None and isinstance(known.finding, str):
            del self.proofs[target.name]
        return says

    def finding(self, given: Given) -> Finding:
        """`prove`, with the sentence where that is refused."""
        try:
            return self.prove(given)
        except Refused as refused:
            return refused.reason

    def remember(self, given: Given, finding: Finding, now: datetime) -> None:
        """Keep what a check has found, for the lists to come."""
        self.proofs[given.target.name] = Proof(Reach.of(given), finding, now)

    def keep_proof(self, target: Target, finding: Finding, now: datetime) -> None:
        """Keep for other consoles and later days that a check found all that it should."""
        if isinstance(finding, Checked) and not unknown_components(target, finding):
            Proofs(self._folder).keep(target, "checked", now)

    def forget_proof(self, name: str) -> None:
        """The target has another key: what was found with the one before says nothing."""
        Proofs(self._folder).forget(name)

    def save(self, before: Target | None, target: Target) -> str:
        """Write a new target, or what has changed of one; in words what else that did.

        The refusal's field is `changed` where the file says another thing.
        """
        targets = self.targets()
        if before is None:
            targets.add(target)
        else:
            targets.change(before, target)
        return targets.notice

    def keep_key(self, given: Given) -> str:
        """Keep the key that was typed; in words what is with the target's key now."""
        name, keys = given.target.name, Keys(self._folder)
        if given.key is not None:
            try:
                where = keys.keep(name, given.key)
            except Refused as refused:
                raise Refused(f"{name} is saved, but its key is not. {refused.reason}", "key") from refused
            return " ".join(filter(None, (f"Its key is kept in {where}.", shadowing_note(name, keys))))
        if self._keyless(given.target, keys):
            return (
                f"It has no key yet: type it in here with Enter, or set {key_variable(name)} before you start warroom."
            )
        return ""

    def remove(self, name: str) -> str:
        """Take a target out; its key stays, and in words where, if it has one."""
        targets = self.targets()
        targets.remove(name)
        where = self.key_at(name)
        return " ".join(filter(None, (f"Its key stays in {where}." if where else "", targets.notice)))

    def restore(self, name: str) -> str:
        """Bring back what was removed last under that name."""
        targets = self.targets()
        targets.restore(name)
        return f"{name} is back. {targets.notice}".rstrip()
