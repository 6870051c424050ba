"""The built wheel starts in a clean environment, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and from it the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("optexplorer-*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment that borrows the libraries of this one, and return it.

    The `.pth` file makes the libraries importable but not this environment's own `.pth` files, so an
    editable installation of the checkout stays out of reach.
    """
    folder = tmp_path_factory.mktemp("installed")
    created = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    assert created.returncode == 0, created.stderr
    paths = {"base": str(folder), "platbase": str(folder)}
    site_packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    libraries = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (site_packages / "borrowed_libraries.pth").write_text("\n".join(libraries), encoding="utf-8")
    installed = run(
        sys.executable, "-m", "pip", "--python", python_of(folder), "install",
        "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel,
        cwd=folder,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr
    return folder


def python_of(environment: Path) -> Path:
    return environment / SCRIPTS / "python"


def test_the_wheel_contains_the_resources(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    here = {
        f"optexplorer/_resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and "screenshots" not in path.parts
    }
    assert "optexplorer/_resources/landscapes/himmelblau.toml" in here
    assert here <= names
    assert not any("screenshots" in name for name in names)
    assert not any(name.startswith(("tests/", "tools/", "resources/")) for name in names)


def test_the_installed_command_lists_the_landscapes(environment: Path, tmp_path: Path) -> None:
    command = environment / SCRIPTS / "optexplorer"
    done = run(command, "list", "landscapes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "himmelblau" in done.stdout
    done = run(command, "list", "optimizers", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "adam" in [optimizer["id"] for optimizer in json.loads(done.stdout)]


def test_the_installed_package_runs_from_python(environment: Path, tmp_path: Path) -> None:
    program = (
        "import optexplorer as ox; "
        "t = ox.run('himmelblau', ox.Adam(lr=0.05), start=(0.5, -1.5), steps=3); "
        "print(ox.__file__); print(len(t.loss))"
    )
    done = run(python_of(environment), "-I", "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    file, rows = done.stdout.splitlines()
    assert Path(file).is_relative_to(environment)
    assert int(rows) == 4


def test_the_module_starts_as_the_command_does(environment: Path, tmp_path: Path) -> None:
    done = run(python_of(environment), "-I", "-m", "optexplorer", "list", "landscapes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "himmelblau" in done.stdout


WINDOW = """
import sys
from PySide6.QtWidgets import QApplication
from optexplorer.gui.app import Application
application = QApplication(sys.argv[:1])
program = Application(application)
program.open()
def shown(scene):
    # Racers appear as they are computed.
    if len(scene.racer_paths) == len(program.store.experiment.racers):
        print(scene.landscape.id, len(scene.racer_paths), flush=True)
        program.close()
        application.quit()
program.window.scene_controller.sceneChanged.connect(shown)
application.exec()
"""


def test_the_installed_window_opens_with_a_race(environment: Path, tmp_path: Path) -> None:
    done = run(python_of(environment), "-I", "-c", WINDOW, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == ["beale", "6"]
