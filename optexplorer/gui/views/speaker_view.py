"""The speaker view on a second screen: notes, next scene, elapsed time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTime, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from optexplorer.export.pictures import render
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.gui.state.lesson_player import LessonPlayer
from optexplorer.gui.views.narration_view import NarrationView
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.lessons.lesson import LessonScene
from optexplorer.lessons.narration import blocks, parse
from optexplorer.painting.figure import usual_part
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute

PREVIEW = (420, 300)
"""Size of the picture of what comes next, in pixels."""
TYPE = 17.0
SECOND = 1000


class SpeakerView(Retranslating, QWidget):
    """Shows the present scene with its notes, and the one that comes next."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setObjectName("speaker")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._player: LessonPlayer | None = None
        self._since = QElapsedTimer()
        self._since.start()
        self.clock = PlainLabel(name="clock")
        self.place = PlainLabel(name="hint")
        self.title = PlainLabel(name="sceneTitle", wrap=True)
        self.next_title = PlainLabel(name="sceneTitle", wrap=True)
        self._notes_heading, self._next_heading = PlainLabel(name="subtitle"), PlainLabel(name="subtitle")
        self.narration, self.notes, self.upcoming = NarrationView(), NarrationView(), NarrationView()
        self.preview = PlainLabel()
        self.preview.setMinimumSize(240, 180)
        self._previewed: LessonScene | None = None
        self._work = LatestTask(self)
        self._work.finished.connect(self._show_preview)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, parts in (
            (left, (self.title, self.narration, self._notes_heading, self.notes)),
            (right, (self._next_heading, self.next_title, self.preview, self.upcoming)),
        ):
            column.setSpacing(10)
            for part in parts:
                column.addWidget(part, 1 if isinstance(part, NarrationView) else 0)
        grid = QGridLayout(self)
        grid.setContentsMargins(28, 20, 28, 20)
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.addWidget(self.clock, 0, 0)
        grid.addWidget(self.place, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addLayout(left, 1, 0)
        grid.addLayout(right, 1, 1)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show_time)
        self._timer.start(SECOND)
        self._show_time()
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Speaker's view"))
        self.preview.setAccessibleName(self.tr("What the next scene shows"))
        self._notes_heading.setText(self.tr("Notes"))
        self._next_heading.setText(self.tr("Next"))
        if self._player is not None:
            self.show_player(self._player)

    def restyle(self) -> None:
        self._previewed = None
        self.retranslate()

    def _show_time(self) -> None:
        spent = QTime(0, 0).addMSecs(self._since.elapsed()).toString("H:mm:ss")
        self.clock.setText(f"{QTime.currentTime().toString('H:mm')}    {spent}")

    def show_player(self, player: LessonPlayer) -> None:
        """Show where `player` is."""
        self._player = player
        scene, upcoming, lesson = player.scene, player.upcoming, player.lesson
        if scene is None or lesson is None:
            self.title.setText(self.tr("No lesson is open"))
            return
        self.title.setText(scene.title)
        self.place.setText(f"{lesson.title}   {player.index + 1} / {len(lesson.scenes)}")
        self.narration.show_blocks(scene.narration, TYPE)
        self.notes.show_blocks(blocks(parse(scene.notes)), TYPE)
        self.next_title.setText(upcoming.title if upcoming else self.tr("The lesson ends here."))
        self.upcoming.show_blocks(upcoming.narration if upcoming else (), TYPE - 2)
        if upcoming is not self._previewed:
            self._previewed = upcoming
            self.preview.clear()
            self.preview.setVisible(upcoming is not None)
            if upcoming is not None:
                ratio = self.devicePixelRatioF()
                self._work.run_stoppable(partial(_picture, upcoming, window_style(), ratio))

    def _show_preview(self, picture: QImage) -> None:
        self.preview.setPixmap(QPixmap.fromImage(picture))

    def finish(self) -> None:
        """Drop running work, and stop the clock."""
        self._timer.stop()
        self._work.forget()
        for view in (self.narration, self.notes, self.upcoming):
            view.finish()


def _picture(scene: LessonScene, style: Style, ratio: float, should_stop: Callable[[], bool]) -> QImage:
    """Return a picture of what a scene shows in the end."""
    experiment = scene.experiment
    shown = compute(experiment, should_stop).scene(scene.presentation.last)
    view = usual_part(shown.picture)
    picture = render(shown, view, *PREVIEW, ratio, style)
    picture.setDevicePixelRatio(ratio)
    return picture
