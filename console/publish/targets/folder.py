"""The targets of a configuration folder: a file for each, `targets/NAME.toml`.

    provider = "statuspage"
    page = "kctbh9vrtdwd"
    audience = "public"           # or internal, executive
    notify = false                # whether subscribers are mailed where nothing else is said
    statuses = ["investigating", "identified", "monitoring", "resolved"]

    [components]
    checkout = "8kbf7d35c070"

    [options]                     # what one provider alone needs

A change leaves a person's own comments and order. Files that are removed lie in `targets/removed`, so that they can be
put back. The one file of earlier versions counts as long as it is there; the first change takes it over.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from console.core.language import toml
from console.core.language.text import clean, one_line
from console.core.refusal import Refused
from console.files import write_whole
from console.publish.targets.model import FOLDER, OLD_FILE, SUFFIX, Stamp, Target, files, key_variable, stamp
from console.publish.targets.single_file import SingleFile
from console.publish.targets.toml import Unreadable, changed_text, read_toml, toml_text
from console.publish.targets.validate import MAX_NAME_CHARS, data, faults, line_of, name_fault, value_faults

REMOVED = "removed"
"""The folder beside the targets' files with those that were removed."""
OLD_REMOVED_FILE = "targets.removed.toml"
"""Where earlier versions kept them, a table for each."""


class Targets:
    """The targets as their files have them. Read once; a new one sees what has changed since."""

    def __init__(self, config: Path | None) -> None:
        """`config` is the configuration folder, which need not exist; None where there is no place for one."""
        self.config = config
        self.complaints: list[str] = []
        """Every mistake in the files, a sentence each; the targets without one can be used all the same."""
        self.notice = ""
        """A sentence about what a change did besides; empty where it did nothing else."""
        self.whole = True
        """False where the folder or the old file cannot be read at all, so that nothing may be written either."""
        self._targets: dict[str, Target] = {}
        self._broken: dict[str, str] = {}
        self._stamps: dict[str, Stamp | None] = {}
        """Each target's file as it was read."""
        self._old: SingleFile | None = None
        self._read()

    @property
    def names(self) -> list[str]:
        """The names of all targets that can be used, in alphabetical order."""
        return list(self._targets)

    @property
    def removed_names(self) -> list[str]:
        """The names of targets that were removed and can be restored."""
        return [path.stem for path in self._removed()]

    def _removed(self) -> list[Path]:
        return sorted((self.config / FOLDER / REMOVED).glob(f"*{SUFFIX}")) if self.config else []

    @property
    def broken(self) -> dict[str, str]:
        """The names of those that cannot be used, with what is wrong."""
        return dict(self._broken)

    def all(self) -> list[Target]:
        return list(self._targets.values())

    def get(self, name: str) -> Target:
        """A target by its name, in any case."""
        known = self.known(name)
        if known in self._targets:
            return self._targets[known]
        if known in self._broken:
            raise Refused(self._broken[known], "target")
        if not self.whole:
            raise Refused(self.complaints[0], "target")
        names = ", ".join((*self._targets, *self._broken))
        remedy = f"choose one of {names}" if names else "add one with “warroom target add NAME --provider …”"
        raise Refused(f"There is no target “{one_line(name, MAX_NAME_CHARS)}”; {remedy}.", "target")

    def known(self, name: str) -> str:
        """The name as its file has it, where only the case differs; else as it was given."""
        names = (*self._targets, *self._broken)
        return name if name in names else next((each for each in names if each.casefold() == name.casefold()), name)

    def file(self, name: str) -> Path:
        """The file of a target."""
        assert self.config is not None
        if name not in self._stamps and self._old is not None and name in self._old.tables:
            return self._old.path
        return self.config / FOLDER / f"{name}{SUFFIX}"

    def shown_file(self, name: str) -> str:
        """`file` as people are told of it: from the configuration folder on."""
        return str(self.file(name).relative_to(self.config or ""))

    def add(self, target: Target) -> None:
        """Write the file of a new target."""
        self.check_name(target.name)
        _check_writable(target)
        with self._changing(target.name, "written") as path:
            self._check_as_read(path, target.name)
            write_whole(path, toml_text(data(target)), 0o600)

    def check_name(self, name: str) -> None:
        """Refuse a name that a new target cannot have."""
        fault = name_fault(name)
        if fault:
            raise Refused(f"“{one_line(name, MAX_NAME_CHARS)}” cannot be used: {fault}.", "name")
        known = self.known(name)
        if known in (*self._targets, *self._broken):
            raise Refused(
                f"There is a target {name} already; remove it first, or edit it in {self.shown_file(known)}.", "name"
            )
        twin = next((each for each in self._targets if key_variable(each) == key_variable(name)), "")
        if twin:
            raise Refused(f"{name} and {twin} would share the key {key_variable(twin)}; take another name.", "name")

    def change(self, before: Target, after: Target) -> None:
        """Write what is different in `after`; comments and order stay.

        Both have one name. `before` is what the person saw: where the file says something else by now nothing is
        written, and the refusal's field is `changed`.
        """
        now = self.get(before.name)
        if now != before:
            old, new = data(before), data(now)
            keys = ", ".join(key for key in {**old, **new} if old.get(key) != new.get(key))
            where = self.shown_file(now.name)
            raise Refused(f"{now.name} was changed in {where} meanwhile ({keys}); look at it again.", "changed")
        _check_writable(after)
        if after == before:
            return
        values, earlier = (msgspec.to_builtins(msgspec.structs.asdict(target)) for target in (after, before))
        with self._changing(now.name, "written") as path:
            self._check_as_read(path, now.name)
            differing = {key: value for key, value in values.items() if value != earlier[key]}
            text = changed_text(path.read_text(encoding="utf-8-sig"), differing)
            if msgspec.convert({**toml.read_toml(text), "name": now.name}, Target) != after:
                raise Refused(f"{now.name} is written in {path} in a way that only you can change; edit it there.")
            write_whole(path.resolve(), text)

    def remove(self, name: str) -> Target | None:
        """Take a target out; its file goes to `targets/removed`. None for a broken one that was taken out."""
        known = self.known(name)
        target = None if known in self._broken else self.get(name)
        with self._changing(known, "removed") as path:
            self._check_as_read(path, known)
            # A name that no file can have stayed behind with the old file.
            if not name_fault(known):
                removed = path.parent / REMOVED / path.name
                removed.parent.mkdir(mode=0o700, exist_ok=True)
                # An earlier one of the same name makes room: the last removed is the one that is put back.
                os.replace(path, removed)
        return target

    def restore(self, name: str) -> None:
        """Put the target of that name back that was removed last."""
        with self._changing(name, "put back"):
            assert self.config is not None
            folder = self.config / FOLDER / REMOVED
            self.notice = SingleFile(self.config / OLD_REMOVED_FILE).take_over(folder) or self.notice
            removed = {path.stem: path for path in self._removed()}
            known = next((each for each in removed if each.casefold() == name.casefold()), name)
            if known not in removed:
                names = f"; removed targets: {', '.join(removed)}" if removed else ""
                raise Refused(clean(f"No target “{name}” was removed{names}.", multiline=False), "name")
            if self.known(known) in (*self._targets, *self._broken):
                raise Refused(f"There is a target {known} again; remove that first.", "name")
            path = folder.parent / removed[known].name
            self._check_as_read(path, known)
            os.replace(removed[known], path)

    @contextmanager
    def _changing(self, name: str, act: str) -> Iterator[Path]:
        """The file of a target, to be changed: the old file is taken over before, and all is read again after."""
        if self.config is None:
            raise Refused("You have no folder for targets; name one with --config.")
        if not self.whole:
            raise Refused(self.complaints[0])
        path = self.config / FOLDER / f"{name}{SUFFIX}"
        try:
            self.notice = self._old.take_over(path.parent) if self._old is not None else ""
            if self.notice:
                self._read()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            yield path
        except Unreadable as problem:
            raise Refused(clean(str(problem), multiline=False)) from problem
        except OSError as error:
            raise Refused(clean(f"{path} cannot be {act} ({error.strerror or error}).", multiline=False)) from error
        self._read()

    def _check_as_read(self, path: Path, name: str) -> None:
        """Refuse where somebody has written the file since it was read."""
        if stamp(path) != self._stamps.get(name):
            raise Refused(f"{path} cannot be written (somebody else has just written it; do it again).")

    def _read(self) -> None:
        self.complaints, self._targets, self._broken, self._stamps = [], {}, {}, {}
        self.whole, self._old = True, None
        if self.config is None:
            return
        try:
            for path in files(self.config):
                self._read_file(path)
            self._old = SingleFile(self.config / OLD_FILE)
        except OSError as error:
            self._lose(f"{self.config / FOLDER} cannot be read ({error.strerror or error}); no target can be used.")
        except Unreadable as problem:
            self._lose(str(problem))
        if self._old is None:
            return
        for name, table in self._old.tables.items():
            if name in self._stamps:
                self.complaints.append(
                    f"{name} stands in {OLD_FILE} too; {self.shown_file(name)} counts: take it out of {OLD_FILE}."
                )
            elif isinstance(table, dict):
                self._take(name, table, self._old.text, OLD_FILE)
            else:
                line = line_of(self._old.text, "", name)
                why = f"a target is a table: write [{name}] above its keys"
                self._break(name, f"{OLD_FILE}, line {line}, key {name}: {why}; correct it there.")

    def _read_file(self, path: Path) -> None:
        name = path.stem
        self._stamps[name] = stamp(path)
        try:
            text, table = read_toml(path)
        except Unreadable as problem:
            self._break(name, str(problem))
        else:
            self._take(name, table, text, f"{FOLDER}/{path.name}")

    def _take(self, name: str, table: dict[str, Any], text: str, where: str) -> None:
        """Use one target; what is wrong with it is a complaint, and takes only this one away."""
        fault: tuple[str, str] | None
        if name_fault(name):
            fault = "", name_fault(name)
        elif twin := next((each for each in self._targets if key_variable(each) == key_variable(name)), ""):
            fault = "", f"it would share the key {key_variable(name)} with {twin}; take another name"
        else:
            fault = next(faults(table), None)
        if fault is None:
            self._targets[name] = msgspec.convert({**table, "name": name}, Target)
            return
        key, why = fault
        heading = name if where == OLD_FILE else ""
        at = ".".join(filter(None, (heading, key)))
        line = line_of(text, key, heading)
        self._break(name, f"{where}, line {line}{f', key {at}' if at else ''}: {why}; correct it there.")

    def _break(self, name: str, sentence: str) -> None:
        self._broken[name] = clean(sentence, multiline=False)
        self.complaints.append(self._broken[name])

    def _lose(self, sentence: str) -> None:
        self.whole = False
        self.complaints.append(clean(sentence, multiline=False))


def _check_writable(target: Target) -> None:
    for key, why in value_faults(target):
        raise Refused(f"{target.name} cannot be written: {f'{key}: ' if key else ''}{why}.", key)
