"""Keys of targets: from the environment, else the keyring, else a file that nobody else may read.

A key is a `Key` from where it is read to where it is used, so that no log, message or traceback can show it.
"""

import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from console.core.refusal import Refused
from console.files import replacing
from console.publish.targets.model import key_variable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

FOLDER = "keys"
"""In the configuration folder; one file for each key, named by its target."""
MAX_KEY_CHARS = 8192
"""A key beyond this is none; webhook addresses of Teams take some 300 characters."""


class Key:
    """A secret text. Only `reveal` gives it; what prints it prints dots, and it cannot be pickled or encoded."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Key(•••)"

    def __str__(self) -> str:
        return "•••"

    def __format__(self, spec: str) -> str:
        return "•••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a key is not written down")


def key_from(text: str, subject: str = "The key") -> Key:
    """A key out of what a person gave; blanks and a line end around it do not count."""
    key = text.strip()
    if not key:
        raise Refused(f"{subject} is empty; copy it from your status page or chat.", "key")
    if len(key) > MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise Refused(f"{subject} holds characters that no key has; copy it once more, alone and on one line.", "key")
    return Key(key)


class Keys:
    """The keys of one configuration folder."""

    def __init__(self, folder: Path | None, environ: Mapping[str, str] | None = None) -> None:
        """`folder` is the configuration folder, None where there is no place for one; `environ` is the process's."""
        self._folder = folder
        self._environ: Mapping[str, str] = os.environ if environ is None else environ

    def get(self, name: str) -> Key | None:
        """The key of a target, None without one. Raises Refused for a key that cannot be used."""
        variable = key_variable(name)
        if self._environ.get(variable, "").strip():
            return key_from(self._environ[variable], f"The key in {variable}")
        text = self._from_keyring(name)
        return key_from(text, f"The key of {name} in the keyring") if text else self._from_file(name)

    def where(self, name: str) -> str:
        """The source of a target's key in words; empty where it has none. Never the key."""
        if self._environ.get(key_variable(name), "").strip():
            return f"the environment ({key_variable(name)})"
        if self._from_keyring(name):
            return "the keyring"
        path = self._path(name)
        return f"the file {path}" if path is not None and os.path.lexists(path) else ""

    def missing(self, name: str) -> Refused:
        """The refusal for a target without a key, with the remedy."""
        shown = f"'{name}'" if " " in name else name
        return Refused(
            f"{name} has no key: set {key_variable(name)}, or give it with “warroom target key {shown}”.", "key"
        )

    def keep(self, name: str, key: Key) -> str:
        """Keep a key for a target, in place of an earlier one; in words where it lies now."""

        def keep(backend: "KeyringBackend") -> bool:
            backend.set_password(self._service(), name, key.reveal())
            return True

        if self._in_keyring(keep):
            self._forget_file(name)
            return "the keyring"
        return self._to_file(name, key)

    def forget(self, name: str) -> str:
        """Take a key away wherever it is kept here; a sentence where one stays, else empty."""
        # A keyring that has no such key raises an error.
        self._in_keyring(lambda backend: backend.delete_password(self._service(), name))
        try:
            self._forget_file(name)
        except OSError as error:
            return f"The file {self._path(name)} cannot be removed ({error.strerror or error})."
        if self._environ.get(key_variable(name)):
            return f"{key_variable(name)} still holds the key; take it out of your environment."
        return ""

    def _service(self) -> str:
        """Our name in the keyring: one for each configuration folder, so that two of them never share a key."""
        return f"warroom {self._folder.resolve()}" if self._folder is not None else "warroom"

    def _in_keyring(self, act: "Callable[[KeyringBackend], T]") -> T | None:
        """Act on the person's keyring, and give what it answers.

        None without the package, where the system has no keyring, and where it is locked, read-only or gone with its
        session: the file is there for that.
        """
        try:
            import keyring
            from keyring.backends import chainer, fail, null
            from keyring.errors import KeyringError
        except ImportError:
            return None
        backend = keyring.get_keyring()
        empty = isinstance(backend, chainer.ChainerBackend) and not backend.backends
        if empty or isinstance(backend, fail.Keyring | null.Keyring):
            return None
        with suppress(KeyringError, OSError, RuntimeError):
            return act(backend)
        return None

    def _from_keyring(self, name: str) -> str:
        """A target's key in the keyring; empty where it has none."""
        return self._in_keyring(lambda backend: backend.get_password(self._service(), name)) or ""

    def _path(self, name: str) -> Path | None:
        # Targets' names hold no slash and do not begin with a dot; this is for callers that have not asked.
        if self._folder is None or not name or name.startswith(".") or {"/", "\\", "\0"} & set(name):
            return None
        return self._folder / FOLDER / name

    def _from_file(self, name: str) -> Key | None:
        path = self._path(name)
        if path is None:
            return None
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused(f"The key of {name} in {path} cannot be read ({error.strerror or error}).", "key") from error
        try:
            held = os.fstat(descriptor)
            if not stat.S_ISREG(held.st_mode):
                raise Refused(f"{path} is not a file; put the key of {name} in a file there.", "key")
            if held.st_mode & 0o077 or held.st_uid != os.geteuid():
                why = "belongs to somebody else" if held.st_uid != os.geteuid() else "can be read by others"
                raise Refused(f"The key of {name} is not used, since {path} {why}: run chmod 600 on it.", "key")
            raw = os.read(descriptor, MAX_KEY_CHARS + 100)
        finally:
            os.close(descriptor)
        return key_from(raw.decode("utf-8", "replace"), f"The key of {name} in {path}")

    def _to_file(self, name: str, key: Key) -> str:
        path = self._path(name)
        if path is None:
            raise Refused(f"There is no folder to keep the key of {name} in; name one with --config.", "key")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing(path) as unfinished:
                unfinished.write_text(key.reveal() + "\n", encoding="utf-8")
        except OSError as error:
            raise Refused(f"The key of {name} cannot be kept in {path} ({error.strerror or error}).", "key") from error
        return f"the file {path}"

    def _forget_file(self, name: str) -> None:
        path = self._path(name)
        if path is not None:
            path.unlink(missing_ok=True)
