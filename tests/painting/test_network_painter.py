"""The picture of a network: what it shows in each phase, and what lies under the mouse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.painting.figure import Figure
from optexplorer.painting.network_frame import network_frame
from optexplorer.painting.network_painter import network_reason, paint_network
from optexplorer.painting.network_response import diverging, paint_response
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.palette import DARK, LIGHT, SIGN_COLOURS, rgb
from optexplorer.scene.scene import Scene
from optexplorer.text import Text
from tests.shown_networks import corners, experiment_with, network, two_numbers

pytestmark = pytest.mark.usefixtures("qapp")
RECT = QRectF(0, 0, 640, 480)


def scene_of(hidden: tuple[int, ...] = (4, 3), *, data: Any = None, **appearance: Any) -> Scene:
    landscape = network(corners() if data is None else data, hidden)
    return compute(experiment_with(landscape, source=MiniBatch(batch_size=4), **appearance)).scene(2)


def painted(scene: Scene, style: Style | None = None, rect: QRectF = RECT) -> QImage:
    image = QImage(rect.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        paint_network(painter, rect, scene, style or Style())
    return image


def amount(image: QImage, colour: str) -> int:
    """How many pixels have very nearly this colour."""
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    blue, green, red = (data[..., k].astype(int) for k in range(3))
    wanted = rgb(colour)
    near = np.abs(red - wanted[0]) + np.abs(green - wanted[1]) + np.abs(blue - wanted[2])
    return int((near < 60).sum())


def test_each_phase_has_its_own_picture() -> None:
    scene = scene_of(phase=0)
    (shown,) = scene.anatomies
    count = next(k for k, phase in enumerate(shown.anatomy.phases) if phase.part == "batch")
    images = [painted(scene_of(phase=phase)) for phase in range(count)]
    assert all(images[k] != images[k + 1] for k in range(count - 1))


def test_weights_are_painted_in_the_colours_of_their_signs() -> None:
    for theme in (LIGHT, DARK):
        image = painted(scene_of(anatomy=False), Style(theme))
        assert all(amount(image, colour) > 200 for colour in SIGN_COLOURS[theme.name])


def test_among_several_racers_the_network_says_whose_it_is() -> None:
    alone = scene_of(anatomy=False)
    (path,) = alone.racer_paths
    ours, others = Text("ours", "自分"), Text("others", "相手")

    def among(name: Text) -> Scene:
        second = replace(path, number=path.number + 1, name=others)
        return replace(alone, racer_paths=(replace(path, name=name), second))

    assert painted(among(ours)) != painted(alone)
    assert painted(among(ours)) != painted(among(others))


def test_nothing_flows_before_the_example_is_there() -> None:
    before = painted(scene_of(phase=0))
    after = painted(scene_of(phase=4))
    for colour in SIGN_COLOURS["light"]:
        assert amount(before, colour) < amount(after, colour)


def test_languages_differ_and_equal_scenes_do_not() -> None:
    scene = scene_of()
    assert painted(scene) == painted(scene)
    assert painted(scene, Style(language="ja")) != painted(scene)


@pytest.mark.parametrize("size", [(60, 60), (240, 160), (1200, 200), (200, 900)])
@pytest.mark.parametrize("hidden", [(), (16, 16, 16, 16), (40,)])
def test_any_size_can_be_painted(size: tuple[int, int], hidden: tuple[int, ...]) -> None:
    scene = scene_of(hidden)
    assert painted(scene, rect=QRectF(0, 0, *size)).size().toTuple() == size


def test_neurons_stand_in_columns_that_do_not_touch() -> None:
    scene = scene_of((12, 5))
    assert scene.network is not None
    frame = network_frame(RECT, scene.network.picture, Style())
    for (layer, unit), spot in frame.spots.items():
        assert RECT.contains(spot)
        assert spot.x() == frame.columns[layer]
        below = frame.spots.get((layer, unit + 1))
        assert below is None or below.y() - spot.y() >= 2 * frame.radius
    assert frame.columns == tuple(sorted(frame.columns))


def test_what_lies_under_the_mouse_is_found() -> None:
    scene, style = scene_of(), Style()
    assert scene.network is not None
    picture = scene.network.picture
    frame = network_frame(RECT, picture, style)
    for key, spot in frame.spots.items():
        assert frame.neuron_at(spot + QPointF(2, -2)) == key
    for connection in picture.connections:
        begin, end = frame.ends(connection)
        found = frame.connection_at(begin + (end - begin) * 0.9, picture, style)
        assert found is not None
    lone = picture.connections[0]
    begin, _ = frame.ends(lone)
    near = frame.connection_at(begin, picture, style)
    assert near is not None
    assert near.source == lone.source
    assert frame.neuron_at(QPointF(1, 1)) is None
    assert frame.connection_at(QPointF(1, 1), picture, style) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        two_numbers(),
        replace(corners(features=6), image_shape=(2, 3)),
        corners(features=5),
    ],
    ids=["plane", "curve", "image", "none"],
)
def test_every_neuron_has_a_card_within_the_picture(data: Any) -> None:
    scene = scene_of((3,), data=data)
    assert scene.network is not None
    picture, style = scene.network.picture, Style()
    frame = network_frame(RECT, picture, style)
    image = painted(scene)
    for key in frame.spots:
        with QPainter(image) as painter:
            card = paint_response(painter, frame, picture, key, style)
        assert RECT.contains(card)
        assert not card.isEmpty()


def test_zero_is_the_ground_of_a_diverging_picture() -> None:
    found = diverging(np.array([[-2.0, 0.0, 2.0]]), Style())
    positive, negative = SIGN_COLOURS["light"]
    assert [f"#{int(pixel) & 0xFFFFFF:06X}" for pixel in found[0]] == [negative, LIGHT.canvas, positive]


def test_without_a_network_the_reason_is_painted(qapp: QApplication) -> None:
    experiment = experiment_with(network(two_numbers(), (1,))).evolve(landscape="ravine", start=())
    scene = compute(experiment).scene(0)
    assert "formula" in network_reason(scene).en
    image = painted(scene)
    assert amount(image, LIGHT.muted) > 20


def test_a_diverged_network_is_painted() -> None:
    landscape = network(two_numbers(), (2,), activation="identity")
    start = (1e200, -1e200, 0.0, 0.0, 1e200, 1e200, 0.0)
    for phase in (None, 3, 8):
        scene = compute(experiment_with(landscape, start, steps=1, phase=phase)).scene(0)
        assert painted(scene) != painted(scene_of())


def test_a_figure_may_have_a_network_beside_its_chart() -> None:
    from optexplorer.export.pictures import render

    image = render(scene_of(), Figure(("network", "loss")), 640, 480, 1.0, Style())
    assert amount(image, SIGN_COLOURS["light"][0]) > 100
