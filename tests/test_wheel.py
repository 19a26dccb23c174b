"""The wheel carries all that the program needs, and runs from another folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.whl"))


def test_data_and_styles_travel_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("data/playbooks/standard.toml", "data/samples/demo.toml", "styles/app.tcss", "py.typed"):
        assert f"console/{needed}" in names


def test_the_installed_command_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    # The dependencies come from the environment of the tests: what is installed afresh is the program itself.
    python = tmp_path / "venv" / "bin" / "python"
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    packages = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    own = Path(next(p for p in sys.path if p.endswith("site-packages")))
    shadow = tmp_path / "dependencies"
    shadow.mkdir()
    for found in own.iterdir():
        if "warroom" not in found.name:
            (shadow / found.name).symlink_to(found)
    (packages / "dependencies.pth").write_text(f"{shadow}\n")
    zipfile.ZipFile(wheel).extractall(packages)
    start = "from console.cli.main import main; main()"
    assert "0.1.0" in run(python, "-c", start, "--version", cwd=tmp_path)
    database = tmp_path / "data" / "w.db"
    database.parent.mkdir(mode=0o700)
    ref = run(python, "-c", start, "--db", database, "declare", "Checkout errors", "--sev", "SEV1", cwd=tmp_path)
    assert ref.startswith("INC-")
    where = run(python, "-c", "import console; print(console.__file__)", cwd=tmp_path)
    assert str(packages) in where
