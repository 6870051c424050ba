"""Films: what is shown when, and files that can be decoded again."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.pictures import render
from optexplorer.export.video import film_writer
from optexplorer.export.video.encoders import FILM_KINDS, FilmKind
from optexplorer.export.video.film import ComputedSegment, Film, Motion
from optexplorer.export.video.film_writer import estimated_size, write_film
from optexplorer.painting.figure import Figure, FigurePart
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute
from tests.shown_networks import corners, experiment_with, network

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH, HEIGHT = 242, 162
STYLE = Style(text_size=9)


def film(computed: Computed, parts: tuple[FigurePart, ...] = ("map",), fps: int = 20, **motion: Any) -> Film:
    motion = {"last": 24, "steps_per_second": 20.0, "hold": 0.3, **motion}
    segment = ComputedSegment(computed, Figure(parts), Motion(**motion))
    return Film((segment,), WIDTH, HEIGHT, Fraction(fps), STYLE)


def rgb(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    grid = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return grid[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def decoded(path: Path) -> list[tuple[float, np.ndarray]]:
    """The frames of a film: when each is shown, in seconds, and its pixels."""
    with av.open(str(path)) as container:
        return [
            (float(frame.time), frame.to_ndarray(format="rgb24").astype(int))
            for frame in container.decode(video=0)
        ]


def test_every_step_has_its_time_and_the_last_one_rests(computed: Computed) -> None:
    shots = film(computed, first=4, last=24, steps_per_second=10.0, hold=0.5).segments[0].shots(Fraction(20))
    steps = [shot.playhead for shot in shots]
    assert steps == [4 + k // 2 for k in range(40)] + [24] * 10
    assert len({shot.camera for shot in shots}) == 1


def test_a_range_beyond_the_end_is_cut_and_none_is_all(computed: Computed) -> None:
    for last in (None, 10_000):
        assert film(computed, last=last).segments[0].shots(Fraction(20))[-1].playhead == computed.length
    assert len(film(computed, first=10_000, last=None, hold=0).segments[0].shots(Fraction(20))) == 1


def test_the_camera_turns_all_the_way_and_easing_begins_and_ends_slowly(computed: Computed) -> None:
    azimuth = computed.experiment.appearance.camera.azimuth
    turns = {}
    for easing in ("even", "smooth"):
        shots = film(computed, orbit=90.0, easing=easing).segments[0].shots(Fraction(20))
        turns[easing] = [(shot.camera.azimuth - azimuth) % 360 for shot in shots]
        assert turns[easing][0] == 0
        assert turns[easing][-1] == pytest.approx(90)
        assert all(a <= b for a, b in pairwise(turns[easing]))
    assert turns["smooth"][2] < turns["even"][2]
    assert turns["smooth"][20] > turns["even"][20]


@pytest.mark.parametrize(
    ("motion", "message"),
    [
        ({"steps_per_second": 0.0}, "steps per second = 0"),
        ({"hold": -1.0}, "hold = -1"),
        ({"orbit": 1e9}, "orbit"),
        ({"first": 9, "last": 3}, "steps 9 to 3"),
    ],
)
def test_motions_that_cannot_be_are_refused(motion: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Motion(**motion)


def test_films_that_cannot_be_are_refused(computed: Computed) -> None:
    good = film(computed)
    for change, message in (
        ({"width": 5000}, "at most 4096x4096"),
        ({"height": 20}, "at least 64x64"),
        ({"fps": Fraction(1000)}, "fps = 1000"),
    ):
        with pytest.raises(ValueError, match=message):
            replace(good, **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most 36000"):
        film(computed, hold=600, fps=100)


@pytest.mark.parametrize("parts", [("map",), ("loss",), ("surface",), ("surface", "map", "loss")])
def test_what_is_painted_step_by_step_is_what_a_picture_shows(
    computed: Computed, parts: tuple[FigurePart, ...]
) -> None:
    turning = parts == ("surface",)
    made = film(computed, parts, last=6 if turning else None, orbit=30.0 if turning else 0.0)
    segment = made.segments[0]
    animation = made.animation(segment, WIDTH, HEIGHT)
    for number, shot in enumerate(segment.shots(Fraction(20))):
        image = animation.frame(segment.scene(shot))
        if number % (5 if turning else 30) == 0 or number == 90:
            alone = render(segment.scene(shot), segment.figure, WIDTH, HEIGHT, 1.0, STYLE)
            difference = np.abs(rgb(image) - rgb(alone)).max(axis=2)
            assert (difference > 40).sum() <= 12, f"at step {shot.playhead}"


def test_a_curve_is_filmed_as_it_is_painted() -> None:
    racers = (Racer(optimizer=GradientDescent(lr=0.05)),)
    computed = compute(Experiment(landscape="double-well-1d", racers=racers, steps=60))
    made = film(computed, ("curve", "loss"), last=None)
    segment = made.segments[0]
    animation = made.animation(segment, WIDTH, HEIGHT)
    for shot in segment.shots(Fraction(20)):
        image = animation.frame(segment.scene(shot))
    alone = render(segment.scene(shot), segment.figure, WIDTH, HEIGHT, 1.0, STYLE)
    assert (np.abs(rgb(image) - rgb(alone)).max(axis=2) > 40).sum() <= 12


def test_a_network_is_filmed_as_it_is_painted() -> None:
    experiment = experiment_with(network(corners(), (3,)), steps=4, network=False, anatomy=False)
    made = film(compute(experiment), ("network", "loss"), last=None)
    segment = made.segments[0]
    animation = made.animation(segment, WIDTH, HEIGHT)
    for shot in segment.shots(Fraction(20)):
        image = animation.frame(segment.scene(shot))
    alone = render(segment.scene(shot), segment.figure, WIDTH, HEIGHT, 1.0, STYLE)
    assert (np.abs(rgb(image) - rgb(alone)).max(axis=2) > 40).sum() <= 12
    assert segment.scene(shot).network is not None


@pytest.mark.parametrize("kind", FILM_KINDS)
def test_a_film_decodes_to_its_frames(computed: Computed, tmp_path: Path, kind: FilmKind) -> None:
    made = film(computed, ("map", "loss"))
    reports: list[tuple[int, int]] = []
    path = tmp_path / f"film.{kind}"
    assert write_film(made, path, kind, lambda *report: reports.append(report))
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert reports == [(k + 1, 30) for k in range(30)]
    last = rgb(render(computed.scene(24), made.segments[0].figure, WIDTH, HEIGHT, 1.0, STYLE))
    if kind == "frames":
        files = sorted(path.iterdir())
        assert [file.name for file in files] == [f"frame-{k:05}.png" for k in range(1, 31)]
        with Image.open(files[-1]) as picture:
            assert np.abs(np.asarray(picture.convert("RGB")).astype(int) - last).max() <= 40
        return
    frames = decoded(path)
    # GIF and APNG store a frame that stays only once.
    assert len(frames) == (30 if kind in ("mp4", "webm") else 25)
    assert frames[1][0] == pytest.approx(0.05, abs=0.011)
    assert frames[24][0] == pytest.approx(1.2, abs=0.011)
    assert all(pixels.shape == (HEIGHT, WIDTH, 3) for _, pixels in frames)
    worst = {"mp4": 4.0, "webm": 4.0, "gif": 3.0, "apng": 0.2}[kind]
    assert np.abs(frames[-1][1] - last).mean() < worst
    first = rgb(made.image(0))
    assert np.abs(frames[0][1] - first).mean() < worst
    assert np.abs(frames[0][1] - last).mean() > np.abs(frames[-1][1] - last).mean()


@pytest.mark.parametrize("kind", ["gif", "apng"])
def test_the_last_frame_of_a_picture_that_moves_rests(
    computed: Computed, tmp_path: Path, kind: FilmKind
) -> None:
    path = tmp_path / "film"
    assert write_film(film(computed, last=3, hold=1.5), path, kind)
    with Image.open(path) as picture:
        assert picture.n_frames == 4  # type: ignore[attr-defined]
        picture.seek(3)
        assert picture.info["duration"] == pytest.approx(1500, abs=20)
        assert picture.info["loop"] == 0


def test_odd_sizes_become_even_where_they_must(computed: Computed, tmp_path: Path) -> None:
    odd = replace(film(computed, last=2), width=133, height=101)
    for kind, size in (("mp4", (102, 134)), ("apng", (101, 133))):
        path = tmp_path / f"film.{kind}"
        assert write_film(odd, path, kind)  # type: ignore[arg-type]
        assert decoded(path)[0][1].shape[:2] == size


def test_several_acts_follow_each_other(computed: Computed, tmp_path: Path) -> None:
    other = compute(Experiment(landscape="booth", steps=5))
    segments = (
        film(computed, last=4).segments[0],
        ComputedSegment(other, Figure(("map",), caption="Booth"), Motion(hold=0.2)),
    )
    made = replace(film(computed), segments=segments)
    path = tmp_path / "film.mp4"
    assert write_film(made, path, "mp4")
    frames = decoded(path)
    assert len(frames) == made.frames == 4 + 6 + 4
    assert np.abs(frames[-1][1] - rgb(made.image(13))).mean() < 4
    assert made.seconds == pytest.approx(0.7)


@pytest.mark.parametrize("kind", FILM_KINDS)
def test_a_cancelled_film_leaves_nothing_behind(computed: Computed, tmp_path: Path, kind: FilmKind) -> None:
    path = tmp_path / "film"
    done: list[int] = []
    assert not write_film(film(computed), path, kind, lambda k, _: done.append(k), lambda: len(done) >= 7)
    assert len(done) == 7
    assert list(tmp_path.iterdir()) == []
    assert "film encoder" not in " ".join(thread.name for thread in threading.enumerate())


def test_a_cancelled_film_leaves_the_old_one(computed: Computed, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"an older film")
    assert not write_film(film(computed), path, "mp4", should_stop=lambda: True)
    assert path.read_bytes() == b"an older film"


def test_a_fault_while_encoding_is_raised_and_leaves_nothing(
    computed: Computed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def add(self, image: QImage) -> None:
            raise OSError(28, "No space left on device")

        def abandon(self) -> None:
            (tmp_path / "abandoned").touch()

    monkeypatch.setattr(film_writer, "open_encoder", lambda *_: Full())
    with pytest.raises(OSError, match="No space left"):
        write_film(film(computed), tmp_path / "film.mp4", "mp4")
    assert [entry.name for entry in tmp_path.iterdir()] == ["abandoned"]


def test_places_that_cannot_be_written_are_refused(computed: Computed, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for path, kind, message in (
        (tmp_path / "missing" / "film.mp4", "mp4", "no such folder"),
        (tmp_path / "full", "mp4", "it is a folder"),
        (tmp_path / "full", "frames", "new or an empty folder"),
    ):
        with pytest.raises(OSError, match=message):
            write_film(film(computed), path, kind)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="browsers show at most 50"):
        write_film(film(computed, fps=60), tmp_path / "film.gif", "gif")
    assert [entry.name for entry in tmp_path.iterdir()] == ["full"]


@pytest.mark.parametrize("kind", FILM_KINDS)
def test_the_estimated_size_is_of_the_right_order(computed: Computed, tmp_path: Path, kind: FilmKind) -> None:
    made = film(computed, ("map",), last=None, hold=1.0)
    path = tmp_path / "film"
    write_film(made, path, kind)
    files = path.iterdir() if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files)
    assert size / 4 < estimated_size(made, kind) < size * 4
    assert estimated_size(made, kind, should_stop=lambda: True) == 0
