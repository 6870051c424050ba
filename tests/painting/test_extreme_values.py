"""Painters meet NaN, infinities, the largest numbers and places without room: no exception, no warning of Qt."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.pictures import Sheet, picture
from optexplorer.painting.animation import Animation
from optexplorer.painting.figure import Figure, paint_figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.geometry.surface_path import project_to_surface
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

pytestmark = pytest.mark.usefixtures("qapp")

HARD = (np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, 3.0, -1e15)
SIZES = [(0, 0), (1, 1), (3, 200), (200, 3), (40, 40), (400, 300)]
FORMULAS = [
    "x^2+y^2", "1e300*(x^2+y^2)", "1e200*1e107*x+0*y", "0*x*y+7", "log(x)+log(y)", "1/(x*y)", "1e200*1e107*x-1e200*1e107*y",
    "sqrt(-x^2-y^2-1)", "1e-300*(x^2+y^2)", "1e20+0*x*y",
]  # fmt: skip
CURVES = [
    "x^2",
    "1e200*1e107*x",
    "log(x)",
    "1/x",
    "0*x+7",
    "sqrt(-x^2-1)",
    "1e-320*x^2",
    "1e20+x^2",
    "exp(700*x)",
]


def scene_of(formula: str) -> Scene:
    names = [name for name in "xy" if name in formula.replace("exp", "")]
    domain = dict.fromkeys(names, (-5.0, 5.0))
    experiment = Experiment(
        landscape={"kind": "formula", "formula": formula, "domain": domain},
        racers=(),
        start=(1.0,) * len(names),
        appearance={"gradient_arrows": True, "curvature": True},
    )
    return compute(experiment).scene()


def with_hard_paths(scene: Scene) -> Scene:
    """Racers that go through all hard values, each ending at another one."""
    rng, n = np.random.default_rng(3), scene.landscape.dimension
    paths = []
    for number, last in enumerate(HARD):
        position = rng.choice(HARD, size=(40, n))
        position[-1] = last
        loss, gradient = rng.choice(HARD, size=40), rng.choice(HARD, size=(40, n))
        loss[-1] = HARD[-number]
        ending = list(TerminationReason)[number % len(TerminationReason)]
        trajectory = Trajectory(position, loss, gradient, np.abs(rng.choice(HARD, size=40)), ending)
        with np.errstate(all="ignore"):
            laid = (
                project_to_surface(scene.samples, trajectory)
                if isinstance(scene.samples, SurfaceSamples)
                else None
            )
        paths.append(
            PathAtPlayhead(number, Text("a", "a"), "#0072B2", trajectory, laid, 39, variant=number % 3)
        )
    return replace(scene, racer_paths=tuple(paths), playhead=39, length=39)


def parts_of(scene: Scene) -> tuple[str, ...]:
    return ("curve", "loss") if scene.landscape.dimension == 1 else ("surface", "map", "loss")


@pytest.mark.parametrize("formula", FORMULAS + CURVES)
def test_hard_landscapes_and_hard_paths(formula: str) -> None:
    scene = scene_of(formula)
    for shown in (scene, with_hard_paths(scene)):
        for chart in ("loss", "lr", "gradient"):
            charted = replace(shown, appearance=shown.appearance.model_copy(update={"chart": chart}))
            for part in parts_of(shown) if chart == "loss" else ("loss",):
                image = QImage(300, 220, QImage.Format.Format_ARGB32_Premultiplied)
                image.fill(0)
                with QPainter(image) as painter:
                    paint_figure(painter, QRectF(0, 0, 300, 220), Figure((part,), True), charted, Style())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("formula", ["x^2+y^2", "x^2"])
@pytest.mark.parametrize("text_size", [2.0, 60.0])
def test_places_without_room(formula: str, size: tuple[int, int], text_size: float) -> None:
    scene = with_hard_paths(scene_of(formula))
    style = Style(text_size=text_size)
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    for part in parts_of(scene):
        with QPainter(image) as painter:
            paint_figure(painter, QRectF(0, 0, *size), Figure((part,), True, "words"), scene, style)  # type: ignore[arg-type]
    animation = Animation(Figure(parts_of(scene), True, "words"), scene, *size, style)  # type: ignore[arg-type]
    for step in (0, 20, 39):
        paths = tuple(replace(path, step=step) for path in scene.racer_paths)
        animation.frame(replace(scene, playhead=step, racer_paths=paths))


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
@pytest.mark.parametrize("formula", ["x^2+y^2", "x^2", "1e200*1e107*x-1e200*1e107*y"])
def test_files_of_hard_scenes(kind: str, formula: str) -> None:
    scene = with_hard_paths(scene_of(formula))
    data = picture(scene, Figure(parts_of(scene), True, "words"), Sheet(400, 300), Style(), kind)  # type: ignore[arg-type]
    assert len(data) > 500
    assert kind != "svg" or not re.findall(rb".{60}\b(?:nan|inf)\b.{20}", data)


def test_starts_that_are_no_place() -> None:
    for formula in ("x^2+y^2", "x^2"):
        scene = scene_of(formula)
        for value in HARD:
            shown = replace(scene, start=(value,) * scene.landscape.dimension)
            image = QImage(300, 220, QImage.Format.Format_RGB32)
            with QPainter(image) as painter:
                paint_figure(painter, QRectF(0, 0, 300, 220), Figure(parts_of(scene)), shown, Style())  # type: ignore[arg-type]
