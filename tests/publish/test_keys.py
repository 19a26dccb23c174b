"""Where keys come from, and that nothing shows them."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import msgspec
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from console.core.refusal import Refused
from console.publish.provider import Settings
from console.publish.targets.keys import FOLDER, Key, Keys, key_from

SECRET = "s3cret-0123456789"


class InMemory(KeyringBackend):
    """A keyring that is gone with the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own __init__ is untyped
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.held:
            raise PasswordDeleteError("not found")
        del self.held[service, username]


@pytest.fixture
def ring() -> Iterator[InMemory]:
    before = keyring.get_keyring()
    ring = InMemory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]  # the library's own __init__ is untyped
    yield
    keyring.set_keyring(before)


def kept(folder: Path, name: str, text: str, mode: int = 0o600) -> Path:
    path = folder / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.reason.endswith(".")
    assert SECRET not in refusal.value.reason
    return refusal.value.reason


def test_nothing_prints_a_key() -> None:
    key = Key(SECRET)
    shown = (repr(key), str(key), f"{key}", f"{key:>10}", repr([key]), repr({"key": key}))
    assert not any(SECRET in one for one in (*shown, repr(Settings("x", secret=key))))
    assert key.reveal() == SECRET
    assert key == Key(SECRET) != Key("x")
    with pytest.raises(TypeError):
        msgspec.json.encode(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_the_environment_comes_first(tmp_path: Path, ring: InMemory) -> None:
    keys = Keys(tmp_path, {"WARROOM_TARGET_STATUS_PAGE_KEY": f" {SECRET}\n"})
    keys.keep("status page", Key("kept"))
    assert keys.get("status page") == Key(SECRET)
    assert keys.where("status page") == "the environment (WARROOM_TARGET_STATUS_PAGE_KEY)"
    assert "WARROOM_TARGET_STATUS_PAGE_KEY" in keys.forget("status page")


def test_then_the_keyring_for_this_folder_alone(tmp_path: Path, ring: InMemory) -> None:
    keys = Keys(tmp_path, {})
    kept(tmp_path, "page", "old")
    assert keys.keep("page", Key(SECRET)) == "the keyring"
    assert keys.get("page") == Key(SECRET)
    assert keys.where("page") == "the keyring"
    assert not (tmp_path / FOLDER / "page").exists()
    assert Keys(tmp_path / "other", {}).get("page") is None
    assert keys.forget("page") == ""
    assert keys.get("page") is None


def test_a_locked_keyring_falls_back_to_the_file(tmp_path: Path, ring: InMemory) -> None:
    ring.locked = True
    keys = Keys(tmp_path, {})
    assert keys.keep("page", Key(SECRET)) == f"the file {tmp_path / FOLDER / 'page'}"
    assert keys.get("page") == Key(SECRET)


@pytest.mark.usefixtures("no_ring")
def test_without_a_keyring_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "new", {})
    assert keys.get("page") is None
    assert keys.where("page") == ""
    keys.keep("page", Key("first"))
    keys.keep("page", Key(SECRET))
    path = tmp_path / "new" / FOLDER / "page"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == ["page"]
    assert keys.get("page") == Key(SECRET)
    assert keys.forget("page") == ""
    assert keys.get("page") is None


def test_a_backend_that_always_fails_is_none(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # the library's own __init__ is untyped
    try:
        assert "the file" in str(Keys(tmp_path, {}).keep("page", Key(SECRET)))
    finally:
        keyring.set_keyring(before)


@pytest.mark.usefixtures("no_ring")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    kept(tmp_path, "page", SECRET, mode)
    assert "can be read by others: run chmod 600" in refused(lambda: Keys(tmp_path, {}).get("page"))


@pytest.mark.usefixtures("no_ring")
def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    keys = Keys(tmp_path, {})
    kept(tmp_path, "empty", "\n")
    assert "is empty" in refused(lambda: keys.get("empty"))
    kept(tmp_path, "lines", f"{SECRET}\n{SECRET}")
    assert "holds characters that no key has" in refused(lambda: keys.get("lines"))
    kept(tmp_path, "long", "x" * 20_000)
    assert "holds characters that no key has" in refused(lambda: keys.get("long"))
    (tmp_path / FOLDER / "link").symlink_to(kept(tmp_path, "real", SECRET))
    assert "cannot be read" in refused(lambda: keys.get("link"))
    (tmp_path / FOLDER / "folder").mkdir()
    assert "is not a file" in refused(lambda: keys.get("folder"))
    os.mkfifo(tmp_path / FOLDER / "pipe", 0o600)
    assert "is not a file" in refused(lambda: keys.get("pipe"))


@pytest.mark.usefixtures("no_ring")
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(SECRET)
    (tmp_path / "outside").chmod(0o600)
    keys = Keys(tmp_path, {})
    for name in ("../outside", "", "..", ".hidden", "a/b", "a\0b"):
        assert keys.get(name) is None
        with pytest.raises(Refused):
            keys.keep(name, Key("x"))
    assert "no folder to keep" in refused(lambda: Keys(None, {}).keep("page", Key("x")))


def test_what_a_person_gives_is_looked_at() -> None:
    assert key_from(f"  {SECRET}\r\n") == Key(SECRET)
    for wrong in ("", " \n", "a\nb", "a\x1bb", "schlüssel"):
        with pytest.raises(Refused):
            key_from(wrong)
    assert "warroom target key 'my page'" in Keys(None).missing("my page").reason


def test_without_the_package_there_is_the_file(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['keyring'] = None\n"
        "from console.publish.targets.keys import Key, Keys\nfrom pathlib import Path\n"
        f"keys = Keys(Path({str(tmp_path)!r}), {{}})\nprint(keys.keep('page', Key('x')), keys.get('page') == Key('x'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"the file {tmp_path / FOLDER / 'page'} True\n"


def test_the_keyring_is_not_imported_before_it_is_needed() -> None:
    heavy = "print('keyring' in sys.modules, 'httpx' in sys.modules)"
    code = f"import console.publish.targets.folder, console.publish.targets.keys, sys; {heavy}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
