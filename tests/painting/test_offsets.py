"""Pictures of losses and coordinates that stand on a large offset: labels differ, descents are seen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.chart_axis import chart_axis
from optexplorer.painting.chart_frame import chart_frame
from optexplorer.painting.curve_frame import curve_frame
from optexplorer.painting.map_frame import bar_ticks, map_frame
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import _ticks
from optexplorer.scene.computed import compute
from optexplorer.scene.scene import Scene

pytestmark = pytest.mark.usefixtures("qapp")

FORMULAS = ("x^2+y^2+1e6", "12345678+x^2+10*y^2", "0.01*(x^2+y^2)+1e4", "1e-9*(x^2+y^2)-3", "1e-15*(x^2+y^2)")
RECT = QRectF(0, 0, 900, 700)


def scene_of(formula: str, lr: float, domain: tuple[tuple[float, float], ...] | None = None) -> Scene:
    domain = domain or ((-5.0, 5.0),) * (2 if "y" in formula else 1)
    landscape = {"kind": "formula", "formula": formula, "domain": dict(zip("xy", domain, strict=False))}
    racer = Racer(optimizer=GradientDescent(lr=lr), colour="#D55E00")
    start = tuple(low + 0.8 * (high - low) for low, high in domain)
    return compute(Experiment(landscape=landscape, racers=(racer,), start=start, steps=40)).scene()


def assert_distinct(labels: list[str]) -> None:
    assert len(labels) >= 2
    assert len(set(labels)) == len(labels), labels


@pytest.mark.parametrize("formula", FORMULAS)
def test_losses_on_an_offset_have_distinct_labels(formula: str) -> None:
    scene = scene_of(formula, 0.01)
    assert_distinct([tick.label for tick in bar_ticks(scene.surface, QRectF(0, 0, 12, 500))])
    assert_distinct([tick.label for tick in _ticks(scene.surface)[2]])
    assert_distinct([tick.label for tick in chart_frame(RECT, scene, Style()).y_ticks()])


@pytest.mark.parametrize("formula", ["x^2+1e6", "0.01*x^2+1e4", "12345678+abs(x)"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_curves_on_an_offset_have_distinct_labels(formula: str, scale: str) -> None:
    experiment = Experiment(
        landscape={"kind": "formula", "formula": formula, "domain": {"x": (-5.0, 5.0)}},
        start=(3.0,),
        racers=(),
        view={"height_scale": scale},
    )
    frame = curve_frame(RECT, compute(experiment).scene(), Style())
    assert_distinct([tick.label for tick in frame.y_ticks()])


def test_coordinates_far_from_zero_have_distinct_labels() -> None:
    domain = ((999999.0, 1000001.0), (-1.0, 1.0))
    scene = scene_of("(x-1000000)^2+y^2", 0.1, domain)
    frame = map_frame(RECT, scene, Style())
    labels = [tick.label for tick in frame.x_ticks()]
    assert_distinct(labels)
    assert float(labels[0]) == pytest.approx(999999.0, abs=0.5)
    assert_distinct([tick.label for tick in _ticks(scene.surface)[0]])


@pytest.mark.parametrize(
    ("formula", "lr"),
    [("0.01*(x^2+y^2)+1e4", 5.0), ("x^2+y^2+1e6", 0.05), ("12345678+x^2+10*y^2", 0.01), ("x^2+1e6", 0.05)],
)
def test_the_chart_shows_a_descent_on_an_offset(formula: str, lr: float) -> None:
    scene = scene_of(formula, lr)
    axis = chart_axis(scene)
    loss = scene.racer_paths[0].trajectory.loss
    assert loss[-1] < loss[0]
    at = axis.at(loss)
    assert at[0] - at[-1] > 0.5
    assert np.all((at > -0.01) & (at < 1.01))


@pytest.mark.parametrize("size", [(300, 110), (300, 150), (620, 240), (900, 120)])
@pytest.mark.parametrize("high", [12.0, 38.0, 190.0, 5.5e3, 9e5])
def test_a_logarithmic_chart_has_two_labels_however_small(size: tuple[int, int], high: float) -> None:
    scene = scene_of("x^2+y^2", 0.001)
    scene.racer_paths[0].trajectory.loss.setflags(write=True)
    scene.racer_paths[0].trajectory.loss[:] = np.geomspace(high, 11.0, 41)
    frame = chart_frame(QRectF(0, 0, *size), scene, Style(text_size=10))
    assert_distinct([tick.label for tick in frame.y_ticks()])
