"""An installed plugin package brings an optimizer and landscapes; a broken one is named and left out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent / "data" / "plugin"


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the plugin and install it into a folder of its own, away from this environment."""
    source = tmp_path_factory.mktemp("source") / "plugin"
    shutil.copytree(PLUGIN, source)
    folder = tmp_path_factory.mktemp("site")
    done = run(
        "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation",
        "--disable-pip-version-check", "--target", folder, source,
        folder=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_its_optimizer_and_landscapes_are_listed(installed: Path) -> None:
    done = run("-m", "optexplorer", "list", "optimizers", "--json", folder=installed)
    assert done.returncode == 0, done.stderr
    [found] = [optimizer for optimizer in json.loads(done.stdout) if optimizer["id"] == "sign-descent"]
    assert "lr" in json.dumps(found)
    done = run("-m", "optexplorer", "list", "landscapes", folder=installed)
    assert done.returncode == 0, done.stderr
    assert "egg-box" in done.stdout
    assert "rounded-cone" in done.stdout


@pytest.mark.parametrize(("landscape", "start"), [("egg-box", "1,2"), ("rounded-cone", "3,2")])
def test_they_run_together(installed: Path, landscape: str, start: str) -> None:
    done = run(
        "-m", "optexplorer", "run", "--landscape", landscape, "--optimizer", "sign-descent",
        "--set", "lr=0.25", "--start", start, "--steps", "3",
        folder=installed,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    header, *rows = done.stdout.splitlines()
    assert header.startswith("step,x,y,loss")
    x, y = map(float, start.split(","))
    assert [list(map(float, row.split(",")[1:3])) for row in rows] == [
        [x - 0.25 * k, y - 0.25 * k] for k in range(4)
    ]


def test_without_it_they_are_unknown(tmp_path: Path) -> None:
    done = run(
        "-m", "optexplorer", "run", "--landscape", "rounded-cone", "--optimizer", "gd", folder=tmp_path
    )
    assert done.returncode == 2
    assert "rounded-cone" in done.stderr


BROKEN = {
    "missing": "no_such_module:X",
    "crashing": "broken_plugin:crash",
    "strange": "broken_plugin:STRANGE",
}


def test_a_broken_plugin_is_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken_plugin.py").write_text(
        "STRANGE = 42\n\ndef __getattr__(name):\n    raise RuntimeError('boom')\n"
    )
    information = tmp_path / "broken-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    entries = "".join(f"{name} = {target}\n" for name, target in BROKEN.items())
    groups = ("optexplorer.optimizers", "optexplorer.landscapes")
    (information / "entry_points.txt").write_text("".join(f"[{group}]\n{entries}\n" for group in groups))
    for kind, good in (("optimizers", "adam"), ("landscapes", "himmelblau")):
        done = run("-m", "optexplorer", "list", kind, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert good in done.stdout
        for name in BROKEN:
            assert f"plugin '{name}'" in done.stderr
            assert name not in done.stdout
        assert "Traceback" not in done.stderr
