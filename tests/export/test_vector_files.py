"""What PDF and SVG files hold: valid paths, and hidden marks as faint as in a PNG."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.pictures import Sheet, picture
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

STYLE = Style(text_size=12)


def hidden_head() -> Scene:
    """A racer behind the block's front: its head is hidden."""
    racers = (Racer(optimizer=GradientDescent(lr=0.01), colour="#0072B2"),)
    appearance = Appearance(camera=Camera(elevation=12, azimuth=200), minima=False)
    return compute(
        Experiment(
            landscape="six-hump-camel", racers=racers, start=(1.2, 0.6), steps=60, appearance=appearance
        )
    ).scene(20)


def streams(data: bytes) -> list[bytes]:
    """The contents of a PDF's compressed streams."""
    found = []
    for begin in re.finditer(rb"stream\r?\n", data):
        end = data.find(b"endstream", begin.end())
        try:
            found.append(zlib.decompress(data[begin.end() : end]))
        except zlib.error:
            continue
    return found


@pytest.mark.parametrize("landscape", ["rosenbrock", "himmelblau", "six-hump-camel"])
@pytest.mark.parametrize("part", ["surface", "map", "loss"])
def test_a_pdf_closes_no_empty_path(landscape: str, part: str) -> None:
    racers = (Racer(optimizer=GradientDescent(lr=0.001), colour="#0072B2"),)
    scene = compute(Experiment(landscape=landscape, racers=racers, steps=60)).scene(20)
    pages = [
        s for s in streams(picture(scene, Figure((part,)), Sheet(800, 600), STYLE, "pdf")) if b" m\n" in s
    ]  # type: ignore[arg-type]
    assert pages
    for page in pages:
        current = False
        for token in page.split():
            if token in (b"m", b"re"):
                current = True
            assert token != b"h" or current
            if token in (b"S", b"f", b"f*", b"B", b"B*", b"n", b"b", b"s"):
                current = False


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed")
def test_poppler_shows_hidden_heads_as_faint_as_they_are(tmp_path: Path) -> None:
    scene = hidden_head()
    file = tmp_path / "a.pdf"
    file.write_bytes(picture(scene, Figure(("surface",)), Sheet(800, 600), STYLE, "pdf"))
    done = subprocess.run(
        ["pdftoppm", "-r", "96", "-png", str(file), str(tmp_path / "a")], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(next(tmp_path.glob("a*.png"))) as image:
        paper = np.asarray(image.convert("RGB")).astype(int)
    shown = QImage.fromData(picture(scene, Figure(("surface",)), Sheet(800, 600), STYLE))
    shown = shown.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(shown.constBits(), np.uint8).reshape(600, shown.bytesPerLine())
    screen = flat[:, :2400].reshape(600, 800, 3).astype(int)
    blue = [(np.abs(grid - (0, 0x72, 0xB2)).max(axis=2) < 24).sum() for grid in (paper, screen)]
    assert blue[0] <= blue[1] + 30
    assert np.abs(paper - screen).max(axis=2).mean() < 3
