"""Three and five coordinates: numbers, charts and words work; pictures say why they are not there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.painting.animation import Animation
from optexplorer.painting.figure import Figure, whole_figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.multiples import compute_multiples
from optexplorer.scene.transcript import transcript
from tests.misbehaving import bowl

pytestmark = pytest.mark.usefixtures("qapp")


def race(names: str) -> Experiment:
    return Experiment(
        landscape=bowl(names),
        racers=(Racer(optimizer=GradientDescent(lr=0.05)), Racer(optimizer=Adam(lr=0.1), stream=1)),
        start=(1.0, *[-0.5] * (len(names) - 1)),
        steps=25,
        view={"fog": 1.0},  # type: ignore[arg-type]
        appearance=Appearance(curvature=True, anatomy=True, gradient_arrows=True),
    )


@pytest.fixture(scope="module", params=["xyz", "abcdf"])
def computed(request: pytest.FixtureRequest) -> Computed:
    return compute(race(request.param))


def test_there_are_numbers_and_a_reason_but_no_picture(computed: Computed) -> None:
    n = computed.landscape.dimension
    scene = computed.scene(9)
    assert (scene.samples, scene.picture, scene.seen, scene.curvature) == (None, None, None, None)
    assert scene.absence is not None
    assert f"{n} coordinates" in scene.absence.en
    assert all(path.head.shape == (n,) for path in scene.racer_paths)
    assert scene.racer_paths[0].stable_rate == pytest.approx(2 / (2 * n))
    assert scene.anatomies[0].anatomy.moment.x.shape == (n,)
    assert scene.anatomies[0].marks.marks == ()
    with pytest.raises(ValueError, match=f"{n} coordinates"):
        _ = scene.surface
    with pytest.raises(ValueError, match=f"{n} coordinates"):
        _ = scene.curve


def test_words_tell_all_coordinates(computed: Computed) -> None:
    first = transcript(computed.scene(0))[0].words.en
    assert first.count(",") == computed.landscape.dimension - 1


def test_other_rates_have_no_picture_either(computed: Computed) -> None:
    assert all(multiple.computed.samples is None for multiple in compute_multiples(computed.experiment))


@pytest.mark.parametrize("quantity", ["loss", "lr", "gradient"])
def test_charts_are_painted_whole(computed: Computed, quantity: str) -> None:
    appearance = computed.experiment.appearance.model_copy(update={"chart": quantity})
    scene = computed.scene(9, appearance)
    assert whole_figure(scene.picture).parts == ("loss",)
    image = _painted(scene, whole_figure(scene.picture))
    assert len({image.pixelColor(x, y).name() for x in range(0, 400, 3) for y in range(0, 300, 3)}) > 4


@pytest.mark.parametrize("part", ["map", "surface", "curve"])
def test_the_reason_stands_where_a_picture_would_be(computed: Computed, part: str) -> None:
    scene, figure = computed.scene(9), Figure((part, "loss"))  # type: ignore[arg-type]
    image = _painted(scene, figure)
    words = {image.pixelColor(x, y).name() for x in range(60, 340) for y in range(60, 120)}
    assert len(words) > 3
    frame = Animation(figure, scene, 400, 300, Style()).frame(scene)
    assert frame.size() == image.size()


def _painted(scene: object, figure: Figure) -> QImage:
    from optexplorer.painting.figure import paint_figure

    image = QImage(400, 300, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_figure(painter, QRectF(0, 0, 400, 300), figure, scene, Style())  # type: ignore[arg-type]
    return image
