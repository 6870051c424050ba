"""Imports run downwards only, and nothing below `export` knows Qt."""

from __future__ import annotations

import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import optexplorer

ROOT = Path(__file__).resolve().parent.parent
QT = ("PySide6", "pyqtgraph", "OpenGL")
SLOW = ("sympy", "av", "ziamath", "scipy")
# What a fresh process must not have loaded after it has imported the whole of a layer. A layer that is not
# named here must be as free as the lowest.
FORBIDDEN = {
    "gui": (),
    "export": ("PySide6.QtWidgets", "pyqtgraph", "OpenGL", *SLOW),
}
LAYERS = sorted(m.name for m in pkgutil.iter_modules(optexplorer.__path__) if m.name != "__main__")

IMPORT_ALL = """
import importlib, pkgutil, sys
names = [sys.argv[1]]
package = importlib.import_module(names[0])
if hasattr(package, "__path__"):
    names += [m.name for m in pkgutil.walk_packages(package.__path__, names[0] + ".")]
for name in names:
    importlib.import_module(name)
print("\\n".join(sys.modules))
"""


def modules_after_importing(name: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("layer", LAYERS)
def test_importing_a_layer_loads_nothing_that_it_may_not_know(layer: str) -> None:
    forbidden = FORBIDDEN.get(layer, (*QT, *SLOW))
    loaded = modules_after_importing(f"optexplorer.{layer}")
    assert not loaded.intersection(forbidden)


def test_importing_the_package_loads_neither_qt_nor_sympy() -> None:
    program = "import sys, optexplorer; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()).intersection((*QT, *SLOW))


def test_the_python_interface_works_where_qt_cannot_be_imported() -> None:
    program = f"""
import sys
for name in {QT!r}:
    sys.modules[name] = None
import optexplorer as ox
print(len(ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=3).loss))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "4\n"), done.stderr


@pytest.fixture
def copy_of_the_package(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "_resources")
    shutil.copytree(ROOT / "optexplorer", tmp_path / "optexplorer", ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "forbidden_import", "broken"),
    [
        ("engine/descent.py", "PySide6.QtCore", "No Qt below export"),
        ("scene/scene.py", "pyqtgraph", "No Qt below export"),
        ("experiment/experiment.py", "OpenGL.GL", "No Qt below export"),
        ("engine/descent.py", "optexplorer.experiment", "Imports run downwards only"),
        ("export/__init__.py", "optexplorer.gui", "Imports run downwards only"),
        ("scene/scene.py", "optexplorer.lessons", "Imports run downwards only"),
        ("a_new_layer.py", "json", "Imports run downwards only"),
    ],
)
def test_the_import_contracts_catch_a_violation(
    copy_of_the_package: Path, module: str, forbidden_import: str, broken: str
) -> None:
    with (copy_of_the_package / "optexplorer" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef violation() -> None:\n    import {forbidden_import}\n")
    check = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", check, "--no-cache"],
        cwd=copy_of_the_package,
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert f"{broken} BROKEN" in output or "a_new_layer" in output, output
