"""Other processes that paint frames: the same pixels in the same order, whatever becomes of them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from optexplorer.export.video import film_writer, painting_helper, segment_painter
from optexplorer.export.video.film import ComputedSegment, Film, Motion
from optexplorer.export.video.film_writer import write_film
from optexplorer.export.video.painting_helper import useful_helpers
from optexplorer.export.video.segment_painter import SegmentPainter, StoppedError
from optexplorer.painting.figure import Figure, FigurePart
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.palette import DARK
from tests.conftest import PATIENCE

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH, HEIGHT, FRAMES = 242, 162, 24


@pytest.fixture
def folder_of_helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where helpers keep their files."""
    folder = tmp_path / "helpers"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def processes(
    monkeypatch: pytest.MonkeyPatch, folder_of_helpers: Path
) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes that a test starts; none of them, and no file of theirs, may stay."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        started.append(painting_helper_started(folder))
        return started[-1]

    painting_helper_started = painting_helper._started
    monkeypatch.setattr(painting_helper, "_started", start)
    yield started
    assert [process.returncode for process in started if process.poll() is None] == []
    assert list(folder_of_helpers.iterdir()) == []
    assert "painting helper" not in [thread.name for thread in threading.enumerate()]


def film(computed: Computed, parts: tuple[FigurePart, ...] = ("surface",), **changes: Any) -> Film:
    motion = Motion(last=FRAMES, steps_per_second=20.0, orbit=90.0, hold=0)
    segment = ComputedSegment(computed, Figure(parts, legend=True, caption="Descent"), motion)
    return replace(Film((segment,), WIDTH, HEIGHT, Fraction(20), Style(text_size=9)), **changes)


def painter_of(made: Film, **options: Any) -> SegmentPainter:
    segment = made.segments[0]
    shots = [shot for shot, _ in groupby(segment.shots(made.fps))]
    return SegmentPainter(made, segment, shots, made.width, made.height, **options)


def alone(made: Film) -> list[QImage]:
    """All frames, painted by this process, one after the other."""
    segment = made.segments[0]
    animation = made.animation(segment, made.width, made.height)
    return [animation.frame(segment.scene(shot)) for shot in segment.shots(made.fps)]


def helpers_ready(painter: SegmentPainter) -> int:
    """How many other processes paint."""
    painter._exchange()
    return sum(helper.ready for helper in painter._helpers)


def await_helpers(painter: SegmentPainter, count: int = 1) -> None:
    painter.start_helpers(count)
    deadline = time.monotonic() + PATIENCE
    while helpers_ready(painter) < count:
        assert painter._helpers, "it has been dismissed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("parts", "style"),
    [
        (("surface",), Style(text_size=9)),
        (("surface", "map", "loss"), Style(text_size=9, theme=DARK, language="ja", transparent=True)),
    ],
)
def test_frames_of_helpers_are_equal_to_the_bit_and_come_in_order(
    computed: Computed,
    processes: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    parts: tuple[FigurePart, ...],
    style: Style,
) -> None:
    made = film(computed, parts, style=style)
    expected = alone(made)
    painter = painter_of(made)
    taken: list[int] = []
    take = SegmentPainter._take

    def remember(self: SegmentPainter, helper: Any, asked: list[int], number: int) -> None:
        taken.append(number)
        take(self, helper, asked, number)

    monkeypatch.setattr(SegmentPainter, "_take", remember)
    await_helpers(painter)
    try:
        for image in expected:
            assert painter.next_image() == image
    finally:
        painter.close()
    assert len(processes) == 1
    assert taken


def test_frames_may_be_painted_in_any_order_by_several(computed: Computed, processes: list[Any]) -> None:
    made = film(computed, ("surface", "map"))
    painter = painter_of(made)
    await_helpers(painter, 2)
    try:
        assert [painter.next_image() for _ in range(FRAMES)] == alone(made)[:FRAMES]
    finally:
        painter.close()
    assert len(processes) == 2


def test_frames_of_a_helper_that_dies_are_painted_here(
    computed: Computed, processes: list[subprocess.Popen[str]]
) -> None:
    made = film(computed, ("surface", "map"))
    expected = alone(made)
    painter = painter_of(made)
    await_helpers(painter)
    try:
        for number, image in enumerate(expected):
            if number == 6:
                processes[0].kill()
                processes[0].wait(PATIENCE)
            assert painter.next_image() == image
        assert helpers_ready(painter) == 0
    finally:
        painter.close()


def test_frames_of_a_helper_that_hangs_are_painted_here(
    computed: Computed, processes: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_painter, "PATIENCE", 0.2)
    monkeypatch.setattr(painting_helper.PaintingHelper, "ask", lambda self, number: None)
    made = film(computed)
    painter = painter_of(made)
    await_helpers(painter)
    try:
        assert [painter.next_image() for _ in range(FRAMES)] == alone(made)[:FRAMES]
        assert helpers_ready(painter) == 0
    finally:
        painter.close()


@pytest.mark.parametrize("what", ["descents", "sample_pixels"])
def test_a_helper_that_would_paint_something_else_is_dismissed(
    computed: Computed, processes: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: Any, what: str
) -> None:
    caplog.set_level("INFO", segment_painter.__name__)
    digest = {"descents": "descents_digest", "sample_pixels": "pixels_digest"}[what]
    monkeypatch.setattr(segment_painter, digest, lambda _: "another one")
    made = film(computed)
    painter = painter_of(made)
    painter.start_helpers(1)
    deadline = time.monotonic() + PATIENCE
    while painter._helpers and time.monotonic() < deadline:
        assert helpers_ready(painter) == 0
    try:
        assert [painter.next_image() for _ in range(FRAMES)] == alone(made)[:FRAMES]
    finally:
        painter.close()
    assert {"descents": "other descents", "sample_pixels": "painted differently"}[what] in caplog.text


def test_a_helper_that_cannot_be_started_is_not_missed(
    computed: Computed, processes: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    made = film(computed)
    painter = painter_of(made)
    painter.start_helpers(1)
    assert [painter.next_image() for _ in range(FRAMES)] == alone(made)[:FRAMES]
    painter.close()
    assert processes == []


def test_waiting_for_a_helper_ends_when_the_film_is_no_longer_wanted(
    computed: Computed, processes: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting_helper.PaintingHelper, "ask", lambda self, number: None)
    painter = painter_of(film(computed), should_stop=lambda: True)
    await_helpers(painter)
    try:
        with pytest.raises(StoppedError):
            deque(painter.next_image() for _ in range(FRAMES))
    finally:
        painter.close()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every film have a helper from its second frame on."""
    monkeypatch.setattr(segment_painter, "TRIED", 1)
    monkeypatch.setattr(segment_painter, "WORTH", 0.0)
    monkeypatch.setattr(segment_painter, "PAINTING_SHARE", 0.0)
    monkeypatch.setattr(segment_painter, "useful_helpers", lambda: 1)


@pytest.mark.usefixtures("eager")
def test_a_stopped_film_leaves_no_process_and_no_file(
    computed: Computed, processes: list[Any], tmp_path: Path
) -> None:
    done: list[int] = []
    path = tmp_path / "film.mp4"
    assert not write_film(film(computed), path, "mp4", lambda k, _: done.append(k), lambda: len(done) >= 9)
    assert len(processes) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["helpers"]


@pytest.mark.usefixtures("eager")
def test_a_fault_of_the_encoder_leaves_no_process_and_no_file(
    computed: Computed, processes: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self) -> None:
            self.taken = 0

        def add(self, image: QImage) -> None:
            self.taken += 1
            if self.taken == 5:
                raise OSError(28, "No space left on device")

        def abandon(self) -> None:
            pass

    monkeypatch.setattr(film_writer, "open_encoder", lambda *_: Full())
    with pytest.raises(OSError, match="No space left"):
        write_film(film(computed), tmp_path / "film.mp4", "mp4")
    assert len(processes) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["helpers"]


@pytest.mark.usefixtures("eager")
def test_a_film_with_a_helper_has_the_same_bytes(
    computed: Computed, processes: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = film(computed, ("surface", "map"))
    assert write_film(made, tmp_path / "shared.apng", "apng")
    assert len(processes) == 1
    monkeypatch.setattr(segment_painter, "useful_helpers", lambda: 0)
    assert write_film(made, tmp_path / "alone.apng", "apng")
    assert len(processes) == 1
    assert (tmp_path / "shared.apng").read_bytes() == (tmp_path / "alone.apng").read_bytes()


@pytest.mark.usefixtures("eager")
def test_films_whose_camera_rests_have_no_helper(
    computed: Computed, processes: list[Any], tmp_path: Path
) -> None:
    segment = film(computed).segments[0]
    resting = replace(segment, motion=replace(segment.motion, orbit=0.0))
    assert write_film(film(computed, segments=(resting,)), tmp_path / "film.mp4", "mp4")
    assert processes == []


def test_bundled_programs_and_shared_jobs_have_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert useful_helpers() == painting_helper.MOST_HELPERS
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert useful_helpers() == 0
    monkeypatch.delattr(sys, "frozen")
    monkeypatch.setattr(sys, "executable", None)
    assert useful_helpers() == 0


def test_a_painting_process_ends_with_the_one_that_asks(tmp_path: Path) -> None:
    process = painting_helper._started(tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    assert process.wait(PATIENCE) is not None


def test_a_helper_of_a_program_on_a_scaled_screen_paints_the_same() -> None:
    """Qt places letters differently there; the helper has no screen, and has to be told."""
    code = """
import os
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
del os.environ["QT_SCALE_FACTOR"]
from tests.export.video.test_segment_painter import await_helpers, film, painter_of
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.computed import compute
painter = painter_of(film(compute(Experiment(landscape="booth", steps=30))))
await_helpers(painter)
painter.close()
print("the helper is ready")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the helper is ready" in done.stdout, done.stderr
