"""The targets of a configuration folder: reading `targets.toml`, and adding and removing tables of it.

    [status]                      # the target's name
    provider = "statuspage"
    page = "kctbh9vrtdwd"
    audience = "public"           # or internal, executive
    notify = false                # whether subscribers are mailed where nothing else is said
    statuses = ["investigating", "identified", "monitoring", "resolved"]
    components = { checkout = "8kbf7d35c070" }
    options = { }                 # what one provider alone needs

A file is edited as text, so that a person's own comments and order stay; what comes out is read back before it is
written, and nothing is written that does not say what was meant.
"""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from console.core.language.text import clean, one_line
from console.core.refusal import Refused
from console.files import write_whole
from console.publish.targets.edit import with_values
from console.publish.targets.model import FILE, Target, key_variable
from console.publish.targets.text import quoted, table_text, without_table
from console.publish.targets.validate import MOST_NAME_CHARS, data, faults, line_of, name_fault, value_faults

REMOVED = "targets.removed.toml"
"""Beside the file: the tables that were removed, so that they can be put back."""
MOST_BYTES = 1_000_000
"""A file beyond this is none of ours."""


class Targets:
    """What the file says now. Read once; a new one sees what has changed since."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is the configuration folder, which need not exist; None where there is no place for one."""
        self.path = folder / FILE if folder is not None else None
        self.complaints: list[str] = []
        """Every mistake in the file, a sentence each; the targets without one can be used all the same."""
        self._found: dict[str, Target] = {}
        self._broken: dict[str, str] = {}
        self._raw = b""
        self._text = ""
        """The file's text; empty where there is none."""
        self.whole = True
        """False where the file cannot be read at all, so that it must not be written either."""
        if self.path is not None:
            self._read(self.path)

    @property
    def names(self) -> list[str]:
        """The names of all targets that can be used, in the file's order."""
        return list(self._found)

    @property
    def broken(self) -> dict[str, str]:
        """The names of those that cannot be used, with what is wrong."""
        return dict(self._broken)

    def all(self) -> list[Target]:
        return list(self._found.values())

    def get(self, name: str) -> Target:
        """A target by its name, in any case."""
        known = self.known(name)
        if known in self._found:
            return self._found[known]
        if known in self._broken:
            raise Refused(self._broken[known], "target")
        if not self.whole:
            raise Refused(self.complaints[0], "target")
        there = ", ".join((*self._found, *self._broken))
        said = f"choose of {there}" if there else "add one with “warroom target add NAME --provider …”"
        raise Refused(f"There is no target “{one_line(name, MOST_NAME_CHARS)}”; {said}.", "target")

    def known(self, name: str) -> str:
        """The name as the file writes it, where only the case differs; else as it was given."""
        names = (*self._found, *self._broken)
        return name if name in names else next((one for one in names if one.casefold() == name.casefold()), name)

    def add(self, target: Target) -> None:
        """Write a new target at the end of the file."""
        self.check_name(target.name)
        _check_writable(target)
        self._append(table_text(target.name, data(target)))

    def check_name(self, name: str) -> None:
        """Refuse a name that a new target cannot have."""
        fault = name_fault(name)
        if fault:
            raise Refused(f"“{one_line(name, MOST_NAME_CHARS)}” cannot be used: {fault}.", "name")
        if self.known(name) in (*self._found, *self._broken):
            raise Refused(f"There is a target {name} already; remove it first, or edit it in {FILE}.", "name")
        twin = next((one for one in self._found if key_variable(one) == key_variable(name)), "")
        if twin:
            raise Refused(f"{name} and {twin} would share the key {key_variable(twin)}; take another name.", "name")

    def change(self, before: Target, after: Target) -> None:
        """Write what is different in `after`, in the table where it stands; comments and order stay.

        Both have one name. `before` is what the person saw: where the file says something else by now nothing is
        written, and the refusal's field is `changed`.
        """
        found = self.get(before.name)
        assert self.path is not None
        if found != before:
            old, new = data(before), data(found)
            keys = ", ".join(key for key in {**old, **new} if old.get(key) != new.get(key))
            raise Refused(f"{found.name} was changed in {FILE} meanwhile ({keys}); look at it again.", "changed")
        _check_writable(after)
        if after == before:
            return
        every = msgspec.to_builtins(msgspec.structs.asdict(after))
        old_values = msgspec.to_builtins(msgspec.structs.asdict(before))
        text = with_values(self._text, found.name, {key: one for key, one in every.items() if one != old_values[key]})
        if text is None or self._says(text).get(found.name) != after:
            raise Refused(f"{found.name} is written in {self.path} in a way that only you can change; edit it there.")
        try:
            self._put(text)
        except (OSError, ValueError) as error:
            raise Refused(clean(f"{self.path} cannot be written ({_why(error)}).", multiline=False)) from error
        self._reread()

    def _says(self, text: str) -> dict[str, Target]:
        """The targets in a text that leaves all tables but one as they are in the file; empty for one that does not."""
        try:
            now, then = tomllib.loads(self._text), tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return {}
        if list(now) != list(then) or sum(now[name] != then[name] for name in now) > 1:
            return {}
        try:
            return {name: msgspec.convert({**then[name], "name": name}, Target) for name in self._found}
        except (TypeError, msgspec.ValidationError):
            return {}

    def remove(self, name: str) -> Target | None:
        """Take a target out; its table goes to `targets.removed.toml`. None for a broken one that was taken out."""
        known = self.known(name)
        found = None if known in self._broken else self.get(name)
        assert self.path is not None
        split = without_table(self._text, known)
        if split is None:
            raise Refused(f"{known} is written in {self.path} in a way that only you can take apart; edit it there.")
        rest, taken = split
        removed = self.path.with_name(REMOVED)
        try:
            kept = removed.read_text(encoding="utf-8") if removed.exists() else ""
            # An earlier one of the same name makes room: the last removed is the one that is put back.
            earlier = without_table(kept, known)
            self._compare()
            _write(removed, _joined(earlier[0] if earlier else kept, taken))
            self._put(rest)
        except (OSError, ValueError) as error:
            raise Refused(f"{known} cannot be removed from {self.path} ({_why(error)}).") from error
        self._reread()
        return found

    def restore(self, name: str) -> None:
        """Put the target of that name back that was removed last."""
        if self.path is None:
            raise Refused("You have no folder for targets; name one with --config.")
        removed = self.path.with_name(REMOVED)
        try:
            kept = removed.read_text(encoding="utf-8") if removed.exists() else ""
            names = list(tomllib.loads(kept))
        except (OSError, ValueError) as error:
            raise Refused(f"{removed} cannot be read ({_why(error)}).") from error
        known = next((one for one in names if one.casefold() == name.casefold()), name)
        split = without_table(kept, known)
        if split is None:
            there = f"; those that were are {', '.join(names)}" if names else ""
            raise Refused(clean(f"No target “{name}” was removed{there}.", multiline=False), "name")
        if self.known(known) in (*self._found, *self._broken):
            raise Refused(f"There is a target {known} again; remove that first.", "name")
        self._append(split[1])
        try:
            _write(removed, split[0])
        except OSError as error:
            raise Refused(f"{known} is back, but stands in {removed} too ({_why(error)}).") from error

    def _append(self, table: str) -> None:
        if self.path is None:
            raise Refused("You have no folder for targets; name one with --config.")
        if not self.whole:
            raise Refused(self.complaints[0])
        text = _joined(self._text, table)
        try:
            before, after = tomllib.loads(self._text), tomllib.loads(text)
            if {**before, **tomllib.loads(table)} != after:
                raise ValueError("what stands there cannot be added to")
            self._put(text)
        except (OSError, ValueError) as error:
            raise Refused(clean(f"{self.path} cannot be written ({_why(error)}).", multiline=False)) from error
        self._reread()

    def _put(self, text: str) -> None:
        """Write the file, unless it is another by now. Raises OSError, and ValueError for that."""
        assert self.path is not None
        self._compare()
        _write(self.path, text)

    def _compare(self) -> None:
        """Raises ValueError where somebody has written the file since it was read."""
        assert self.path is not None
        if (self.path.read_bytes() if self.path.exists() else b"") != self._raw:
            raise ValueError("somebody else has just written it; do it again")

    def _reread(self) -> None:
        self.complaints, self._found, self._broken, self._raw, self._text = [], {}, {}, b"", ""
        if self.path is not None:
            self._read(self.path)

    def _read(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return
        except OSError as error:
            return self._lost(f"{path} cannot be read ({error.strerror or error}); no target can be used.")
        try:
            self._raw = raw
            if len(raw) > MOST_BYTES:
                raise ValueError("it is far too long")
            self._text = raw.decode("utf-8").replace("\r\n", "\n")
            found = tomllib.loads(self._text)
        except RecursionError:
            return self._lost(f"{path} is nested too deep; correct that.")
        except ValueError as error:
            return self._lost(f"{path} is not valid TOML: {error}; correct that line.")
        for name, table in found.items():
            self._take(name, table)

    def _lost(self, sentence: str) -> None:
        self.whole = False
        self.complaints.append(clean(sentence, multiline=False))

    def _take(self, name: str, table: Any) -> None:
        """Read one table; what is wrong with it is a complaint, and takes only this one away."""
        wrong: tuple[str, str] | None = None
        if not isinstance(table, dict):
            wrong = "", f"a target is a table: write [{quoted(name)}] above its keys"
        elif fault := name_fault(name):
            wrong = "", fault
        elif twin := next((one for one in self._found if key_variable(one) == key_variable(name)), ""):
            wrong = "", f"it would share the key {key_variable(name)} with {twin}; take another name"
        else:
            wrong = next(faults(table), None)
        if wrong is None:
            self._found[name] = msgspec.convert({**table, "name": name}, Target)
            return
        key, why = wrong
        at = f"{name}.{key}" if key else name
        line = line_of(self._text, name, key)
        sentence = clean(f"{FILE}, line {line}, key {at}: {why}; correct it there.", multiline=False)
        self._broken[name] = sentence
        self.complaints.append(sentence)


def _check_writable(target: Target) -> None:
    for key, why in value_faults(target):
        raise Refused(f"{target.name} cannot be written: {f'{key}: ' if key else ''}{why}.", key)


def _joined(text: str, table: str) -> str:
    return f"{text.rstrip()}\n\n{table.strip()}\n" if text.strip() else f"{table.strip()}\n"


def _why(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _write(path: Path, text: str) -> None:
    """Write it whole or not at all, for its owner only: an address may say more than others should know."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, text, path.stat().st_mode & 0o777 if path.exists() else 0o600)
