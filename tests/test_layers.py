"""Imports run downwards only, and nothing below `painting` knows Qt."""

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
WIDGETS = ("PySide6.QtWidgets", "pyqtgraph", "OpenGL")
# What a layer may not know. One that is not named here must be as free as the lowest.
FORBIDDEN = {"gui": (), "export": WIDGETS, "painting": WIDGETS}
LAYERS = sorted(m.name for m in pkgutil.iter_modules(optexplorer.__path__) if m.name != "__main__")


def modules_of(layer: str) -> set[str]:
    name = f"optexplorer.{layer}"
    folder = ROOT / "optexplorer" / layer
    return {name, *(m.name for m in pkgutil.walk_packages([str(folder)], f"{name}."))}


def run_python(program: str, *arguments: str) -> list[str]:
    """Run the program in a fresh process and return the lines that it prints."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def loaded_by(*modules: str) -> frozenset[str]:
    """Return the names of all modules that are there after `modules` have been imported."""
    program = "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]; print(*sys.modules)"
    return frozenset(run_python(program, *modules))


@pytest.mark.parametrize("layer", LAYERS)
def test_importing_a_layer_loads_nothing_that_it_may_not_know_and_no_slow_library(layer: str) -> None:
    loaded = loaded_by(*sorted(modules_of(layer)))
    assert not loaded.intersection((*FORBIDDEN.get(layer, QT), *SLOW))


def test_importing_the_package_loads_neither_qt_nor_a_slow_library() -> None:
    assert not loaded_by("optexplorer").intersection((*QT, *SLOW))


def test_the_python_interface_works_where_qt_cannot_be_imported() -> None:
    program = f"""
import sys
for name in {QT!r}:
    sys.modules[name] = None
import optexplorer as ox
print(len(ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=3).loss))
"""
    assert run_python(program) == ["4"]


@pytest.fixture
def copy_of_the_package(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "_resources")
    shutil.copytree(ROOT / "optexplorer", tmp_path / "optexplorer", ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "forbidden_import", "broken"),
    [
        ("engine/descent.py", "PySide6.QtCore", "No Qt below painting"),
        ("scene/scene.py", "pyqtgraph", "No Qt below painting"),
        ("runs/run.py", "PySide6.QtCore", "No Qt below painting"),
        ("runs/run.py", "optexplorer.scene", "Imports run downwards only"),
        ("experiment/experiment.py", "OpenGL.GL", "No Qt below painting"),
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
