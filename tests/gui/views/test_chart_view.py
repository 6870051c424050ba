"""The live loss chart: pointing at it seeks, and it shows what the export paints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.gui.views.chart_view import ChartView
from optexplorer.painting.chart_frame import chart_frame
from optexplorer.painting.chart_painter import paint_chart
from optexplorer.painting.style import Style
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

STYLE = Style()
RECT = QRectF(0, 0, 600, 180)


@pytest.fixture(scope="module")
def surface() -> SurfaceSamples:
    return sample_surface(landscapes.get("himmelblau"))


@pytest.fixture
def scene(surface: SurfaceSamples) -> Scene:
    racer_paths = []
    for number, (rate, steps) in enumerate(((0.05, 100), (0.2, 60))):
        loss = 100 * np.exp(-rate * np.arange(steps + 1))
        points = np.zeros((steps + 1, 2))
        trajectory = Trajectory(points, loss, points.copy(), loss / 1000, TerminationReason.CONVERGED)
        racer_paths.append(
            PathAtPlayhead(
                number, Text("a", "a"), ("#0072B2", "#D55E00")[number], trajectory, None, min(30, steps)
            )
        )
    return Scene(surface, tuple(racer_paths), (0.0, 0.0), 30, 100)


def at(scene: Scene, playhead: int) -> Scene:
    racer_paths = tuple(
        replace(racer_path, step=min(playhead, racer_path.trajectory.steps))
        for racer_path in scene.racer_paths
    )
    return replace(scene, playhead=playhead, racer_paths=racer_paths)


@pytest.fixture
def view(qtbot: QtBot, scene: Scene) -> ChartView:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(600, 180)
    view.show_scene(scene, STYLE)
    with qtbot.waitExposed(view):
        view.show()
    view.grab()
    return view


def place_of(scene: Scene, step: int) -> QPoint:
    frame = chart_frame(RECT, scene, STYLE)
    return QPointF(frame.x(step), frame.plot.center().y()).toPoint()


def test_a_click_seeks_and_a_drag_scrubs(qtbot: QtBot, view: ChartView, scene: Scene) -> None:
    steps: list[int] = []
    view.stepChosen.connect(steps.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place_of(scene, 70))
    assert steps == [70]
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=place_of(scene, 10))
    for place in (place_of(scene, 20), place_of(scene, 55), QPoint(5000, 10)):
        # qtbot's own mouseMove tells of no button that is held.
        everywhere = QPointF(view.mapToGlobal(place))
        held = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            everywhere,
            Qt.MouseButton.NoButton,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, event)
    assert steps == [70, 10, 20, 55, 100]


def test_a_press_beyond_the_ends_goes_to_them(qtbot: QtBot, view: ChartView) -> None:
    steps: list[int] = []
    view.stepChosen.connect(steps.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 90))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(598, 90))
    assert steps == [0, 100]


def test_other_buttons_do_not_seek(qtbot: QtBot, view: ChartView, scene: Scene) -> None:
    steps: list[int] = []
    view.stepChosen.connect(steps.append)
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=place_of(scene, 70))
    assert steps == []


def test_the_window_shows_what_the_export_paints(view: ChartView, scene: Scene) -> None:
    for playhead in (30, 0, 60, 100, 45):
        shown = at(scene, playhead)
        view.show_scene(shown, STYLE)
        image = QImage(600, 180, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            paint_chart(painter, RECT, shown, STYLE)
        live = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        grids = [
            np.frombuffer(i.constBits(), np.uint8).reshape(180, 600, 4)[..., :3].astype(int)
            for i in (image, live)
        ]
        # The edge between what is reached and what is not may fall within one column of pixels.
        assert (np.abs(grids[0] - grids[1]).max(axis=2) > 8).sum() <= 12


def test_new_curves_make_a_new_chart_and_a_new_playhead_does_not(view: ChartView, scene: Scene) -> None:
    before = view._layers
    view.show_scene(at(scene, 31), STYLE)
    view.grab()
    assert view._layers is before
    view.show_scene(replace(scene, racer_paths=scene.racer_paths[:1]), STYLE)
    view.grab()
    assert view._layers is not before


def test_another_quantity_makes_a_new_chart_and_is_read_out(view: ChartView, scene: Scene) -> None:
    before = view._layers
    rates = replace(scene, appearance=Appearance(chart="lr"))
    view.show_scene(rates, STYLE)
    view.grab()
    assert view._layers is not before
    frame = chart_frame(RECT, rates, STYLE)
    (_, first), (_, second) = ((text, float(text[2:])) for text, _ in view._readout(rates, frame, 10)[1:])
    assert first == pytest.approx(scene.racer_paths[0].trajectory.learning_rate[10], rel=0.01)
    assert second == pytest.approx(scene.racer_paths[1].trajectory.learning_rate[10], rel=0.01)


def test_it_has_a_name_and_can_be_reached_by_tab(view: ChartView) -> None:
    assert view.accessibleName()
    assert view.toolTip()
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
