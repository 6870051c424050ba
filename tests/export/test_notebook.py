"""What notebooks show of landscapes, trajectories and experiments, in processes without a display."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

import optexplorer as ox
from optexplorer.experiment import launch
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.export.notebook import HEIGHT, WIDTH

ROOT = Path(__file__).resolve().parent.parent.parent
VALUES = {
    "landscape": ox.landscape("booth"),
    "curve": ox.landscape("double-well-1d"),
    "trajectory": ox.run("booth", "adam", steps=20),
    "experiment": default_experiment(),
}


def python(program: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", VALUES)
def test_a_value_has_a_picture(qtbot: QtBot, name: str) -> None:
    data = VALUES[name]._repr_png_()
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (2 * WIDTH, 2 * HEIGHT)
        assert len(image.convert("RGB").getcolors(10**7)) > 50
    text = VALUES[name]._repr_svg_()
    assert text is not None
    assert ElementTree.fromstring(text).get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("landscape", ["Booth", "-10 ≤ x ≤ 10", "0 at (1, 3)"]),
        ("trajectory", ["all 20 steps taken", "Loss"]),
        ("experiment", ["Beale", "300", "Adagrad (lr 0.5)"]),
    ],
)
def test_a_value_says_what_it_is(qtbot: QtBot, name: str, facts: list[str]) -> None:
    html = VALUES[name]._repr_html_()
    assert html is not None
    assert "<img" in html
    for fact in facts:
        assert fact in html


def test_names_are_text_not_markup(qtbot: QtBot) -> None:
    own = {"kind": "formula", "formula": "x^2", "domain": {"x": [-1, 1]}, "name": "<script>alert(1)</script>"}
    html = ox.Experiment(landscape=own)._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_more_than_two_coordinates_have_facts_but_no_picture(qtbot: QtBot) -> None:
    deep = ox.formula("x^2 + y^2 + z^2", dict.fromkeys("xyz", (-1, 1)))
    assert deep._repr_png_() is None
    assert deep._repr_svg_() is None
    assert "-1 ≤ z ≤ 1" in str(deep._repr_html_())
    assert "<img" not in str(deep._repr_html_())


def test_it_works_without_a_display_and_leaves_no_application_behind() -> None:
    program = """
import optexplorer as ox
for number in range(3):
    print(len(ox.run("booth", "adam", steps=5 + number)._repr_png_()))
from PySide6.QtCore import QCoreApplication
print(QCoreApplication.instance())
from PySide6.QtWidgets import QApplication
print(type(QApplication(["later", "-platform", "offscreen"])).__name__)
"""
    *sizes, none, later = python(program).split()
    assert all(int(size) > 1000 for size in sizes)
    assert (none, later) == ("None", "QApplication")


def test_without_qt_values_are_shown_as_plain_text() -> None:
    program = """
import sys
sys.modules["PySide6"] = None
import optexplorer as ox
t = ox.run("booth", "adam", steps=5)
print(t._repr_html_(), t._repr_png_(), t._repr_svg_(), "Trajectory" in repr(t))
"""
    assert python(program) == "None None None True\n"


def test_an_experiment_is_saved_and_opened_again(tmp_path: Path) -> None:
    experiment = ox.Experiment(landscape="booth", racers=(ox.Racer(optimizer=ox.Adam(lr=0.05)),))
    experiment.save(tmp_path / "race.optx")
    assert ox.open(tmp_path / "race.optx") == experiment
    (tmp_path / "race.optx").write_bytes(b"{")
    with pytest.raises(ValueError, match="damaged"):
        ox.open(tmp_path / "race.optx")


def test_show_hands_the_experiment_to_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # In place of the program: what it is given over standard input.
    got = tmp_path / "got.optx"
    receiver = f"import sys; open({str(got)!r}, 'wb').write(sys.stdin.buffer.read())"
    started: list[list[str]] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        started.append(command)
        return popen([sys.executable, "-c", receiver], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(launch.subprocess, "Popen", start)
    default_experiment().show()
    launch._windows[-1].wait(20)
    assert re.search(r"-m optexplorer open -$", " ".join(started[0]))
    assert ox.open(got) == default_experiment()
