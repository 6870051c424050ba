"""The loss of a mini-batch and the gradients of single examples in files and films."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.pictures import Sheet, picture
from optexplorer.export.video.film import ComputedSegment, Film, Motion
from optexplorer.painting.figure import Figure, FigurePart
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute

pytestmark = pytest.mark.usefixtures("qapp")

STYLE = Style(text_size=12)


def computed(*, on: bool) -> Computed:
    racer = Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=4))
    marks = dict.fromkeys(("batch_surface", "example_gradients", "gradient_ellipse"), on)
    shown = Appearance(minima=False, **marks)
    return compute(Experiment(landscape="line-fit", racers=(racer,), steps=8, appearance=shown))


def test_vector_files_of_the_map_hold_dashed_contour_lines_and_words() -> None:
    with_marks, without = (
        picture(computed(on=on).scene(3), Figure(("map",)), Sheet(600, 500), STYLE, "svg").decode()
        for on in (True, False)
    )
    assert with_marks.count("stroke-dasharray") > without.count("stroke-dasharray")
    assert len(with_marks) > len(without)


@pytest.mark.parametrize("part", ["map", "surface"])
def test_frames_of_a_film_show_the_mini_batch_of_their_step(part: FigurePart) -> None:
    frames = {}
    for on in (True, False):
        segment = ComputedSegment(computed(on=on), Figure((part,)), Motion())
        film = Film((segment,), 320, 280, Fraction(10), STYLE)
        for number in (0, 3):
            image = film.image(number)
            frames[on, number] = np.frombuffer(image.constBits(), np.uint8).astype(np.int64)
    for number in (0, 3):
        assert (np.abs(frames[True, number] - frames[False, number]) > 24).sum() > 200
    moved = np.abs(frames[True, 0] - frames[True, 3]) > 24
    moved_without = np.abs(frames[False, 0] - frames[False, 3]) > 24
    assert moved.sum() > 2 * moved_without.sum()
