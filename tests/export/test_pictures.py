"""Pictures: their size, their layout, and that SVG and PDF are lines and text."""

from __future__ import annotations

import re
import struct
import subprocess
from itertools import pairwise
from pathlib import Path
from shutil import which
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.metadata import experiment_in
from optexplorer.export.pictures import Sheet, kind_of, picture, render, text_size
from optexplorer.export.presets import PRESETS
from optexplorer.painting.figure import Figure, FigurePart, figure_frame, whole_figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

CAPTION = "Two ways down 谷へ下る二つの道"
FLAT = Figure(("map", "loss"), True, CAPTION)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    racers = (
        Racer(optimizer=Adam(lr=0.1)),
        Racer(optimizer=GradientDescent(lr=0.01), colour="#D55E00", stream=1),
    )
    return Experiment(landscape="himmelblau", racers=racers, steps=60)


@pytest.fixture(scope="module")
def scene(experiment: Experiment) -> Scene:
    return compute(experiment).scene()


def style(width: int, height: int, **options: object) -> Style:
    return Style(text_size=text_size(width, height, 2), **options)  # type: ignore[arg-type]


def rgb(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    grid = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return grid[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


@pytest.mark.parametrize("size", [(1600, 900), (900, 1600), (900, 900), (2400, 700), (400, 300)])
@pytest.mark.parametrize("parts", [("surface", "map", "loss"), ("map", "loss"), ("map",), ("surface", "map")])
def test_panels_keep_to_their_places(
    scene: Scene, size: tuple[int, int], parts: tuple[FigurePart, ...]
) -> None:
    rect = QRectF(0, 0, *size)
    frame = figure_frame(rect, Figure(parts, True, CAPTION), scene, style(*size))
    places = [frame.legend, frame.caption, *(place for _, place in frame.panels)]
    assert [part for part, _ in frame.panels] == list(parts)
    for i, place in enumerate(places):
        assert rect.contains(place)
        assert place.width() >= 60
        assert all(not place.intersects(other) for other in places[i + 1 :])
    assert sum(place.width() * place.height() for place in places[2:]) > 0.6 * size[0] * size[1]


def test_the_layout_adapts_to_the_shape(scene: Scene) -> None:
    def corners(width: int, height: int) -> list[tuple[bool, bool]]:
        figure = whole_figure("surface")
        places = [
            place
            for _, place in figure_frame(
                QRectF(0, 0, width, height), figure, scene, style(width, height)
            ).panels
        ]
        return [(b.left() > a.left(), b.top() > a.top()) for a, b in pairwise(places)]

    assert corners(2400, 700) == [(True, False), (True, False)]
    assert corners(700, 2000) == [(False, True), (False, True)]
    assert corners(1600, 900) == [(True, False), (False, True)]


def test_a_figure_has_parts_and_each_once() -> None:
    for parts in ((), ("map", "map")):
        with pytest.raises(ValueError, match="at least one part, and each at most once"):
            Figure(parts)  # type: ignore[arg-type]


def test_what_the_landscape_does_not_have_is_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="no curve"):
        render(scene, "curve", 200, 200, 1.0, Style())
    with pytest.raises(ValueError, match="no map and no surface"):
        render(compute(Experiment(landscape="quadratic-1d")).scene(), "map", 200, 200, 1.0, Style())


def test_a_png_has_its_pixels_and_its_dpi(scene: Scene) -> None:
    data = picture(scene, FLAT, Sheet(400, 300, 1.5, 300), style(400, 300))
    assert struct.unpack(">II", data[16:24]) == (600, 450)
    at = data.index(b"pHYs")
    across, down, unit = struct.unpack(">IIB", data[at + 4 : at + 13])
    assert (across, down, unit) == (11811, 11811, 1)


def test_a_scale_only_makes_it_finer(scene: Scene) -> None:
    small = render(scene, FLAT, 400, 300, 1.0, style(400, 300))
    large = render(scene, FLAT, 400, 300, 2.0, style(400, 300))
    shrunk = np.asarray(Image.fromarray(rgb(large).astype(np.uint8)).resize((400, 300), Image.Resampling.BOX))
    assert np.abs(shrunk.astype(int) - rgb(small)).mean() < 3


def test_an_svg_is_lines_and_text_and_looks_as_the_png(scene: Scene) -> None:
    sheet, dress = Sheet(600, 400, dpi=150), style(600, 400)
    data = picture(scene, FLAT, sheet, dress, "svg")
    root = ElementTree.fromstring(data)
    assert b"<image" not in data
    assert root.attrib["viewBox"] == "0 0 600 400"
    assert root.attrib["width"] == "101.6mm"
    words = "".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))
    for text in ("Adam", "Gradient descent", "loss", "Two ways down", "谷へ下る二つの道"):
        assert text in words
    renderer = QSvgRenderer(data)
    assert renderer.isValid()
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        renderer.render(painter, QRectF(0, 0, 600, 400))
    difference = np.abs(rgb(image) - rgb(render(scene, FLAT, 600, 400, 1.0, dress))).max(axis=2)
    # QSvgRenderer knows only the first of several families, so Japanese text may look different.
    assert (difference > 90).mean() < 0.02


@pytest.mark.skipif(which("pdffonts") is None, reason="poppler-utils reads PDF")
@pytest.mark.parametrize("kept", [True, False])
def test_a_pdf_is_lines_with_its_fonts_and_looks_as_the_png(
    scene: Scene, experiment: Experiment, tmp_path: Path, kept: bool
) -> None:
    sheet, dress = Sheet(600, 400, dpi=120), style(600, 400)
    file = tmp_path / "picture.pdf"
    file.write_bytes(picture(scene, FLAT, sheet, dress, "pdf", experiment if kept else None))

    def said(program: str, *arguments: str) -> str:
        return subprocess.run(
            [program, *arguments, str(file)], capture_output=True, text=True, check=True
        ).stdout

    fonts = said("pdffonts").splitlines()[2:]
    assert fonts
    for line in fonts:
        assert re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", line)[1] == "yes"  # type: ignore[index]
    assert len(said("pdfimages", "-list").splitlines()) == 2
    assert re.search(r"Page size:\s+360 x 240 pts", said("pdfinfo"))
    assert (
        "Gradient descent"
        in subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    )
    subprocess.run(
        ["pdftoppm", "-r", "120", "-png", "-singlefile", str(file), str(tmp_path / "page")], check=True
    )
    page = np.asarray(Image.open(tmp_path / "page.png").convert("RGB")).astype(int)
    difference = np.abs(page - rgb(render(scene, FLAT, 600, 400, 1.0, dress))).max(axis=2)
    assert page.shape == (400, 600, 3)
    assert (difference > 90).mean() < 0.02
    if kept:
        assert experiment_in(file) == experiment


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_carries_its_experiment_unless_told_not_to(
    scene: Scene, experiment: Experiment, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"picture.{kind}"
    assert kind_of(file) == kind
    file.write_bytes(picture(scene, Figure(("loss",)), Sheet(200, 150), Style(), kind_of(file), experiment))
    assert experiment_in(file) == experiment
    file.write_bytes(picture(scene, Figure(("loss",)), Sheet(200, 150), Style(), kind_of(file)))
    assert b"himmelblau" not in file.read_bytes()
    with pytest.raises(ValueError, match="carries no experiment"):
        experiment_in(file)


def test_a_name_that_xml_cannot_write_leaves_an_svg_readable(tmp_path: Path) -> None:
    name = "a\x07\x1b[31m & <b>\0\ufffe\n\u202eb"
    experiment = Experiment.model_validate(
        {
            "landscape": {
                "kind": "formula",
                "name": name,
                "formula": "x^2 + y^2",
                "domain": {"x": [-1, 1], "y": [-1, 1]},
            },
            "steps": 2,
        }
    )
    figure = Figure(("map",), True, name)
    data = picture(compute(experiment).scene(), figure, Sheet(300, 200), Style(), "svg", experiment)
    ElementTree.fromstring(data)
    (tmp_path / "a.svg").write_bytes(data)
    assert experiment_in(tmp_path / "a.svg") == experiment


def test_a_transparent_picture_is_clear_around_its_plots(scene: Scene) -> None:
    clear = render(scene, FLAT, 400, 300, 1.0, style(400, 300, transparent=True))
    solid = render(scene, FLAT, 400, 300, 1.0, style(400, 300, theme=DARK))
    assert clear.pixelColor(1, 1).alpha() == 0
    assert solid.pixelColor(1, 1) == QColor(DARK.canvas)
    assert QColor(LIGHT.canvas) == render(scene, FLAT, 400, 300, 1.0, style(400, 300)).pixelColor(1, 1)


@pytest.mark.parametrize("sheet", [(63, 200, 1.0, 96.0), (20000, 20000, 1.0, 96.0), (200, 200, 1.0, 5.0)])
def test_sizes_that_cannot_be_are_refused(sheet: tuple[int, int, float, float]) -> None:
    with pytest.raises(ValueError, match="is not allowed"):
        Sheet(*sheet)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_are_sheets_with_readable_type(preset: object) -> None:
    from optexplorer.export.presets import Preset

    assert isinstance(preset, Preset)
    assert Sheet(preset.width, preset.height, 1.0, preset.dpi)
    assert 0.015 < preset.text_size / preset.height < 0.045
