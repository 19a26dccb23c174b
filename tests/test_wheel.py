"""The wheel carries all that the program needs, and runs from another folder."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.app.terminal import Terminal

ROOT = Path(__file__).parents[1]
SIZE = struct.pack("HHHH", 36, 120, 0, 0)


def clean_environment(**more: str) -> dict[str, str]:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    return {key: value for key, value in os.environ.items() if key not in hidden and "WARROOM" not in key} | more


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd=cwd, env=clean_environment(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of a fresh environment that holds the wheel.

    Needs no network: the dependencies are those of the tests' own environment, and the program itself is hidden there.
    """
    if find_spec("pip") is None:
        pytest.skip("installing a wheel needs pip in this environment")
    home = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    packages = next((home / "venv" / "lib").glob("python*")) / "site-packages"
    own = Path(next(path for path in sys.path if path.endswith("site-packages")))
    shadow = home / "dependencies"
    shadow.mkdir()
    for found in own.iterdir():
        if "warroom" not in found.name:
            (shadow / found.name).symlink_to(found)
    (packages / "dependencies.pth").write_text(f"{shadow}\n")
    scripts = home / "venv" / "bin"
    quiet = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall", "--no-compile")
    run(sys.executable, "-m", "pip", "--python", scripts / "python", "install", *quiet, wheel, cwd=home)
    assert str(packages) in run(scripts / "python", "-c", "import console; print(console.__file__)", cwd=home)
    return scripts


def test_all_data_and_styles_travel_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = (path for folder in ("data", "styles") for path in (ROOT / folder).rglob("*") if path.is_file())
    assert {f"console/{path.relative_to(ROOT)}" for path in ours} <= names
    assert "console/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_installed_command_runs_from_another_folder_and_in_a_terminal(installed: Path, tmp_path: Path) -> None:
    """One test: in a run of several processes each of two would build and install the wheel."""
    database = tmp_path / "data" / "w.db"
    assert "0.1.0" in run(installed / "warroom", "--version", cwd=tmp_path)
    ref = run(installed / "warroom", "--db", database, "declare", "Checkout errors", "--sev", "SEV1", cwd=tmp_path)
    assert ref.strip() in run(installed / "warroom", "--db", database, "list", cwd=tmp_path)

    own = {"TERM": "xterm-256color", "HOME": str(tmp_path), "WARROOM_CONFIG": str(tmp_path / "config")}
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, SIZE)
        os.chdir(tmp_path)
        os.execve(installed / "warroom", ["warroom", "--as", "mo", "demo"], clean_environment(**own))
    shown = Terminal(pid, master)
    try:
        shown.until(b"502")
        shown.until(b"What happened?")
        shown.leaves()
    finally:
        if shown.status is None:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        os.close(master)
    assert b"Traceback" not in shown.seen
