"""The fit, judged by what is painted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.fit_examples import SHAPES, class_colour, paint_mark, places_of, radius_of
from optexplorer.painting.fit_frame import FitFrame, fit_frame
from optexplorer.painting.fit_layers import FitLayers
from optexplorer.painting.fit_painter import notes_of, paint_fit
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.fit.fit_scene import FitScene
from optexplorer.scene.fit.resolve_fit import DIVERGED, resolve_fit
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import Scene
from tests.misbehaving import bowl
from tests.small_models import blobs, classifier

pytestmark = pytest.mark.usefixtures("qapp")

RECT = QRectF(0, 0, 640, 480)
STYLE = Style(LIGHT)


def scene_of(landscape: ModelLandscape, racers: int = 1, step: int = 9, **settings: Any) -> Scene:
    source = settings.pop("source", None)
    known = (
        Racer(optimizer=GradientDescent(lr=0.1), source=source),
        Racer(optimizer=Adam(lr=0.1)),
        Racer(optimizer=GradientDescent(lr=0.3)),
    )
    experiment = Experiment(landscape=landscape.definition, racers=known[:racers], steps=20)
    scene = raced(experiment).scene(step, experiment.appearance.evolve(**settings))
    return replace(scene, fit=resolve_fit(scene, 48))


@cache
def raced(experiment: Experiment) -> Computed:
    return compute(experiment)


def line(held_out: float = 0.0) -> ModelLandscape:
    x = np.linspace(-1, 1, 21)
    data = Dataset(x[:, np.newaxis], 3 * x + np.cos(9 * x), "regression", ("x",), "y")
    return ModelDefinition(data=Given.of(data), model=Linear(), held_out=held_out).landscape()


def picture(scene: Scene, style: Style = STYLE, rect: QRectF = RECT) -> QImage:
    image = QImage(rect.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        paint_fit(painter, rect, scene, style)
    return image


def fit_in(scene: Scene) -> FitScene:
    assert scene.fit is not None
    return scene.fit


def frame_of(scene: Scene, style: Style = STYLE) -> FitFrame:
    fit = fit_in(scene)
    return fit_frame(RECT, fit, style, notes_of(fit, style))


def ink_at(image: QImage, place: QPointF) -> str:
    return image.pixelColor(round(place.x() - 0.5), round(place.y() - 0.5)).name()


def count(image: QImage, ink: str) -> int:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32) & 0xFFFFFF
    return int((pixels == int(ink[1:], 16)).sum())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_racers_curve_runs_where_it_predicts(theme: Any) -> None:
    style = Style(theme)
    scene = scene_of(line(), 2)
    image, plot = picture(scene, style), frame_of(scene, style).panels[0].plot
    for racer in reversed(fit_in(scene).racers):
        assert racer.curves is not None
        for k in (10, -10):
            at = plot.to_pixel((racer.curves.x[k], racer.curves.y[k, 0]))
            assert ink_at(image, at) == racer.colour.lower()


def test_examples_that_are_held_out_are_hollow() -> None:
    scene = scene_of(line(0.4), 0)
    fit = fit_in(scene)
    image, plot = picture(scene), frame_of(scene).panels[0].plot
    at = plot.to_pixels(places_of(fit, fit.examples.places)).tolist()
    inks = [ink_at(image, QPointF(x, y)) for x, y in at]
    filled = [ink == LIGHT.muted.lower() for ink in inks]
    assert filled == (~fit.examples.held_out).tolist()
    assert "held out" in " ".join(notes_of(fit, STYLE))


def test_over_a_field_of_numbers_examples_that_are_held_out_are_squares() -> None:
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)))
    data = Dataset(np.column_stack([x, y]), x + y, "regression", ("x", "y"), "z")
    scene = scene_of(ModelDefinition(data=Given.of(data), model=Linear(), held_out=0.4).landscape(), 1, 20)
    fit = fit_in(scene)
    image, plot = picture(scene), frame_of(scene).panels[0].plot
    at = plot.to_pixels(places_of(fit, fit.examples.places))
    # Within the corners of a square, and outside a circle of the same size.
    corner = 0.82 * radius_of(len(at)) * STYLE.unit
    corners = [(corner * right, corner * down) for right in (-1, 1) for down in (-1, 1)]
    white = [
        all(
            min(QColor(ink_at(image, QPointF(x + right, y + down))).getRgb()[:3]) > 170
            for right, down in corners
        )
        for x, y in at.tolist()
    ]
    assert white == fit.examples.held_out.tolist()
    assert "Square: held out" in notes_of(fit, STYLE)


def test_residuals_join_each_example_to_its_prediction() -> None:
    alone, both = picture(scene_of(line(), 1)), scene_of(line(), 1)
    fit = fit_in(both)
    without = picture(replace(both, fit=replace(fit, lit=None)))
    plot = frame_of(both).panels[0].plot
    x, targets = fit.examples.inputs[:, 0], fit.examples.targets
    predicted = fit.racers[0].predicted
    assert predicted is not None
    far = int(np.abs(predicted - targets).argmax())
    middle = plot.to_pixel((x[far], 0.5 * (targets[far] + predicted[far])))
    around = [QPointF(middle.x() + dx, middle.y()) for dx in (-1, 0, 1)]
    assert any(ink_at(alone, at) != ink_at(without, at) for at in around)


def test_regions_have_their_classes_colours_and_a_line_between() -> None:
    scene = scene_of(classifier(blobs(2)), 1)
    fit = fit_in(scene)
    image, plot = picture(scene), frame_of(scene).panels[0].plot
    regions = fit.racers[0].regions
    assert regions is not None
    boundary = np.concatenate(regions.boundary)
    middle = boundary[len(boundary) // 2]
    assert ink_at(image, plot.to_pixel(middle)) == LIGHT.text.lower()
    x0, x1, y0, _ = fit.window
    for x, column in ((x0 + 0.02, 0), (x1 - 0.02, -1)):
        seen = QColor(ink_at(image, plot.to_pixel((x, y0 + 0.05))))
        kind = QColor(class_colour(int(regions.winner[1, column]), STYLE))
        # A tint of the class's colour: of the same hue.
        assert abs(seen.hslHue() - kind.hslHue()) <= 8


def test_classes_differ_in_shape_and_not_in_colour_alone() -> None:
    shapes = []
    for k in range(SHAPES):
        image = QImage(40, 40, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFF)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_mark(painter, QPointF(20, 20), k, "#000000", STYLE, 12)
        shapes.append(np.frombuffer(image.constBits(), dtype=np.uint8).astype(float))
    gaps = [np.abs(a - b).mean() for i, a in enumerate(shapes) for b in shapes[:i]]
    assert min(gaps) > 3


def test_the_present_mini_batch_is_ringed() -> None:
    landscape = line()
    scene = scene_of(landscape, 1, source=MiniBatch(batch_size=3))
    fit = fit_in(scene)
    without = replace(fit, racers=tuple(replace(r, batch=r.batch[:0]) for r in fit.racers))
    ringed, plain = picture(scene), picture(replace(scene, fit=without))
    plot = frame_of(scene).panels[0].plot
    at = plot.to_pixels(places_of(fit, fit.examples.places))
    changed = [
        any(
            ink_at(ringed, QPointF(x + dx, y + dy)) != ink_at(plain, QPointF(x + dx, y + dy))
            for dx, dy in ((7, 0), (-7, 0), (0, 7), (0, -7))
        )
        for x, y in at.tolist()
    ]
    batch = set(fit.racers[0].batch.tolist())
    assert batch <= {place for place, ring in enumerate(changed) if ring}
    assert len(batch) == 3


@pytest.mark.parametrize(
    ("landscape", "racers"),
    [
        (classifier(blobs(2), held_out=0.3), 3),
        (classifier(blobs(3, features=1)), 2),
        (classifier(blobs(2, features=1)), 2),
        (classifier(blobs(10, features=16, image_shape=(4, 4)), held_out=0.3), 1),
        (classifier(blobs(10, features=16, image_shape=(4, 4))), 3),
        (classifier(blobs(3, features=5)), 2),
        (line(), 3),
    ],
)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_layers_paint_what_the_painter_paints_in_one_go(
    landscape: ModelLandscape, racers: int, theme: Any, language: Any
) -> None:
    scene, style = scene_of(landscape, racers), Style(theme, language)
    layers = FitLayers(RECT, style)
    image = QImage(640, 480, QImage.Format.Format_ARGB32_Premultiplied)
    for shown in (replace(scene, fit=fit_in(scene_of(landscape, racers, step=2))), scene):
        image.fill(0)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            layers.paint(painter, shown)
    # Named, as their bytes are gone with them.
    both = [one.convertToFormat(QImage.Format.Format_RGB32) for one in (image, picture(scene, style))]
    bits = [np.frombuffer(one.constBits(), np.uint8).astype(int) for one in both]
    # Marks lie on a layer of their own, so that shades are rounded twice.
    assert np.abs(bits[0] - bits[1]).max() <= 6


def test_panels_lie_inside_the_picture_and_apart_from_each_other() -> None:
    scene = scene_of(classifier(blobs(2)), 3)
    panels = [panel.outer for panel in frame_of(scene).panels]
    assert len(panels) == 3
    assert all(RECT.contains(panel) for panel in panels)
    assert not any(a.intersects(b) for i, a in enumerate(panels) for b in panels[:i])


def test_what_cannot_be_predicted_is_said_in_place_of_the_picture() -> None:
    scene = scene_of(classifier(blobs(2)), 1)
    fit = fit_in(scene)
    racers = (replace(fit.racers[0], regions=None, problem=DIVERGED),)
    lost = replace(scene, fit=replace(fit, racers=racers))
    blank = replace(scene, fit=replace(fit, racers=(replace(racers[0], problem=None),)))
    assert picture(lost) != picture(blank)
    named = scene_of(line(), 2)
    fit = fit_in(named)
    racers = (replace(fit.racers[0], curves=None, problem=DIVERGED), *fit.racers[1:])
    entries = fit_frame(RECT, replace(fit, racers=racers), STYLE).entries
    assert [("not finite" in entry.text) for entry in entries] == [True, False]


def test_a_sample_and_racers_left_out_are_said() -> None:
    scene = scene_of(classifier(blobs(2, examples=3000)), 2)
    fit = replace(fit_in(scene), left_out=4)
    notes = notes_of(fit, STYLE)
    assert "2,000 of 3,000 examples are drawn, chosen at random." in notes
    assert "2 of 6 racers are shown." in notes
    assert notes_of(fit, Style(language="ja")) != notes


@pytest.mark.parametrize("size", [(40, 40), (70, 300), (400, 60), (2000, 1500)])
@pytest.mark.parametrize("racers", [0, 1, 3])
def test_any_size_can_be_painted(size: tuple[int, int], racers: int) -> None:
    for landscape in (line(0.2), classifier(blobs(4)), classifier(blobs(3, features=9, image_shape=(3, 3)))):
        picture(scene_of(landscape, racers), rect=QRectF(0, 0, *size))


def test_without_data_the_reason_is_painted() -> None:
    scene = compute(Experiment(landscape=bowl("xy"), racers=(), steps=1)).scene()
    assert count(picture(scene), LIGHT.canvas) < 640 * 480


def test_names_are_left_to_the_legend_of_a_figure() -> None:
    scene = scene_of(line(), 2)
    fit = fit_in(scene)
    assert len(fit_frame(RECT, fit, STYLE).entries) == 2
    assert fit_frame(RECT, fit, replace(STYLE, names=False)).entries == ()


@pytest.mark.parametrize("width", [120.0, 170.0, 260.0])
def test_no_name_of_a_class_covers_the_step(width: float) -> None:
    scene = scene_of(classifier(blobs(2)), 1)
    frame = fit_frame(QRectF(0, 0, width, 400), fit_in(scene), replace(STYLE, text_size=24))
    assert frame.entries
    assert not any(entry.rect.intersects(frame.step) for entry in frame.entries)
