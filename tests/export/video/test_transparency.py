"""Films with a clear background: every format that can keeps it, the others are refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.pictures import render
from optexplorer.export.video.encoders import FilmKind
from optexplorer.export.video.film import ComputedSegment, Film, Motion
from optexplorer.export.video.film_writer import write_film
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def clear_film() -> Film:
    racers = (Racer(optimizer=GradientDescent(lr=0.01), colour="#D55E00"),)
    computed = compute(Experiment(landscape="himmelblau", racers=racers, steps=20, stop_when_converged=False))
    motion = Motion(last=6, steps_per_second=20.0, hold=0.2, orbit=20)
    segment = ComputedSegment(computed, Figure(("surface", "map", "loss"), True), motion)
    return Film((segment,), 300, 250, Fraction(20), Style(text_size=8, transparent=True))


def rgba(image: QImage) -> NDArray[np.int64]:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    grid = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return grid[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(np.int64)


def frames_of(path: Path, kind: FilmKind) -> list[NDArray[np.int64]]:
    if kind == "frames":
        return [
            np.asarray(Image.open(file).convert("RGBA")).astype(np.int64) for file in sorted(path.iterdir())
        ]
    if kind == "webm":
        # FFmpeg's own decoder of VP9 leaves the opacity out.
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        with av.open(str(path)) as container:
            packets = list(container.demux(video=0))
            return [f.to_ndarray(format="rgba").astype(np.int64) for p in packets for f in decoder.decode(p)]
    found = []
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            found.append(np.asarray(film.convert("RGBA")).astype(np.int64))
    return found


@pytest.mark.parametrize("kind", ["webm", "apng", "gif", "frames"])
def test_the_background_of_a_film_is_clear(clear_film: Film, tmp_path: Path, kind: FilmKind) -> None:
    path = tmp_path / f"film.{kind}"
    assert write_film(clear_film, path, kind)
    frames = frames_of(path, kind)
    assert len(frames) >= 6
    for number in (0, 4):
        shown, painted = frames[number], rgba(clear_film.image(number))
        assert (painted[..., 3] == 0).mean() > 0.2
        # Pixels that are half clear are one or the other in a GIF.
        sure = (painted[..., 3] == 0) | (painted[..., 3] == 255)
        assert (np.abs(shown[..., 3] - painted[..., 3])[sure] > 40).mean() < 0.02
        opaque = painted[..., 3] == 255
        assert np.abs(shown - painted)[opaque][:, :3].mean() < 8


def test_the_frames_of_a_clear_film_are_the_pictures(clear_film: Film, tmp_path: Path) -> None:
    """What the layers paint little by little is what is painted at once."""
    path = tmp_path / "film"
    assert write_film(clear_film, path, "frames")
    for number, frame in enumerate(frames_of(path, "frames")[:7]):
        difference = np.abs(frame - rgba(clear_film.image(number))).max(axis=2)
        assert (difference > 24).mean() < 0.004


def test_an_mp4_cannot_be_clear(clear_film: Film, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="MP4 film cannot be transparent; WebM, APNG, GIF"):
        write_film(clear_film, tmp_path / "film.mp4", "mp4")
    assert not list(tmp_path.iterdir())
    opaque = replace(clear_film, style=replace(clear_film.style, transparent=False))
    assert write_film(opaque, tmp_path / "film.mp4", "mp4")


def test_a_picture_and_an_opaque_film_stay_opaque(clear_film: Film, tmp_path: Path) -> None:
    opaque = replace(clear_film, style=replace(clear_film.style, transparent=False))
    assert write_film(opaque, tmp_path / "f.apng", "apng")
    assert all((frame[..., 3] == 255).all() for frame in frames_of(tmp_path / "f.apng", "apng"))
    segment = clear_film.segments[0]
    scene = segment.computed.scene(3)
    assert (rgba(render(scene, segment.figure, 360, 300, 1.0, opaque.style))[..., 3] == 255).all()
