"""What a person does with mouse and keyboard, and waits for on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from optexplorer.gui.app import Application
from optexplorer.gui.fields.slider import LogSlider
from optexplorer.gui.fields.text_field import TextField
from optexplorer.scene.scene import Scene


def computed(app: Application) -> bool:
    """Whether the views show the present experiment, computed to its end."""
    scene, experiment = app.window.scene, app.store.experiment
    if scene is None or app.playback.growing or scene.landscape != experiment.resolve_landscape():
        return False
    if scene.sampling is not None or scene.view != experiment.view:
        return False
    if app.window.workspace.readout.scene is not scene and not app.playback.playing:
        return False
    shown = {path.number: path.trajectory.position[0] for path in scene.racer_paths}
    asked = {
        number: experiment.start_of(racer) for number, racer in enumerate(experiment.racers) if racer.visible
    }
    # Not to the bit: --move-starts moves all starts by a little.
    return shown.keys() == asked.keys() and all(
        np.allclose(shown[number], asked[number], rtol=1e-7, atol=1e-7) for number in asked
    )


def settle(qtbot: QtBot, app: Application) -> Scene:
    """Wait until the views show the present experiment, computed to its end; return their scene."""
    qtbot.waitUntil(lambda: computed(app), timeout=20000)
    scene = app.window.scene
    assert scene is not None
    return scene


def press(qtbot: QtBot, widget: QWidget, keys: str) -> None:
    """Press keys as they are written in the list of commands, such as `Ctrl+Shift+Z`."""
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(widget, combination.key(), combination.keyboardModifiers())


def send_mouse(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPoint,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Send a widget one event of a button."""
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    acting = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    everywhere = QPointF(widget.mapToGlobal(place))
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(place), everywhere, acting, held, modifiers))


def wheel(widget: QWidget, place: QPoint, turn: int) -> None:
    """Turn the wheel over a place of a widget."""
    event = QWheelEvent(
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def drag(
    widget: QWidget,
    places: Sequence[QPoint],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    between: Callable[[], Any] = lambda: None,
) -> None:
    """Drag from place to place and let go; `between` is called before letting go.

    A widget that is gone meanwhile gets no more events, as Qt does it.
    """
    send_mouse(widget, QEvent.Type.MouseButtonPress, places[0], button, modifiers)
    for place in places[1:]:
        if isValid(widget):
            send_mouse(widget, QEvent.Type.MouseMove, place, button, modifiers)
    between()
    if isValid(widget):
        send_mouse(widget, QEvent.Type.MouseButtonRelease, places[-1], button, modifiers)


def handle(slider: LogSlider, part: float) -> QPoint:
    """Return the place of a slider's handle, had it gone through `part` of its way."""
    reach = slider.maximum() - slider.minimum()
    return slider.handle_at(slider.minimum() + round(part * reach)).center()


def type_in(qtbot: QtBot, field: TextField, text: str) -> None:
    """Put `text` into a field in the place of what is there, and press Enter."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def answer_question(qtbot: QtBot, text: str) -> None:
    """Press a button of the question that is asked over the window."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    (button,) = (button for button in box.buttons() if button.text() == text)
    button.click()


def with_dialog(qtbot: QtBot, window: QWidget, action: Callable[[], Any]) -> str:
    """Do what opens a dialog over `window`, close it, and return its title; empty if none was opened."""
    found: list[str] = []

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            found.append(dialog.windowTitle())
            dialog.reject()

    timer = QTimer()
    timer.setInterval(20)
    timer.timeout.connect(close)
    timer.start()
    action()
    timer.stop()
    # Without a window manager nobody gives the keyboard back to the window.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return found[0] if found else ""


@contextmanager
def listening(signal: Any, slot: Callable[..., Any]) -> Iterator[None]:
    """Call `slot` with what a signal sends meanwhile; the signal may outlast the test."""
    signal.connect(slot)
    yield
    signal.disconnect(slot)


def on_screen(widget: QWidget) -> QRect:
    """Return where a widget lies on the screen, in global coordinates."""
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@contextmanager
def open_program(qtbot: QtBot, qapp: QApplication) -> Iterator[Application]:
    """Open the program as at the first launch, but paused before the race; it has the keyboard."""
    app = Application(qapp)
    app.window.setGeometry(0, 0, 1280, 720)
    app.window.show()
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow, timeout=20000)
    settle(qtbot, app)
    yield app
    app.document.discard_changes()
    app.close()
