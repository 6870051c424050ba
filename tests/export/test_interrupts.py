"""Ctrl+C while pictures are painted: nothing is said but that it was stopped, and nothing stays behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.experiment.experiment import Experiment
from optexplorer.painting import marks
from optexplorer.painting.figure import Figure, paint_figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute

WORKER = """
import signal
from optexplorer.runs.worker_processes import run_interruptibly
done = []
def interrupted():
    done.append("begun")
    signal.raise_signal(signal.SIGINT)
    done.append("never")
run_interruptibly(lambda: done.append("whole"))
run_interruptibly(interrupted)
run_interruptibly(lambda: done.append("after"))
signal.raise_signal(signal.SIGINT)
print(done)
"""

EXPORT = """
import signal, sys
from optexplorer.cli import main
from optexplorer.painting import {module}
def interrupt(*_, **__):
    signal.raise_signal(signal.SIGINT)
{module}.{function} = interrupt
sys.argv = ["optexplorer", "export", "--landscape", "himmelblau", "--optimizer", "adam", "--view", "figure",
            "--size", "200x160", *sys.argv[1:]]
sys.exit(main())
"""


def test_a_worker_ends_its_job_and_begins_no_other() -> None:
    done = subprocess.run([sys.executable, "-c", WORKER], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("['whole', 'begun']\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize(
    ("output", "module", "function"),
    [
        ("a.png", "marks", "start_marker"),
        ("a.pdf", "map_path_painter", "_paint"),
        ("a.gif", "marks", "start_marker"),
    ],
)
def test_an_interrupted_export_says_nothing_and_leaves_nothing(
    tmp_path: Path, output: str, module: str, function: str
) -> None:
    script = EXPORT.format(module=module, function=function)
    done = subprocess.run(
        [sys.executable, "-c", script, "-o", output], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")
    assert not list(tmp_path.iterdir())


def test_an_exception_in_a_painter_leaves_the_painter_whole(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = compute(Experiment(landscape="himmelblau")).scene(0)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(marks, "start_marker", fail)
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    for part in ("map", "surface"):
        with pytest.raises(RuntimeError), QPainter(image) as painter:
            paint_figure(painter, QRectF(0, 0, 300, 200), Figure((part,)), scene, Style())  # type: ignore[arg-type]
