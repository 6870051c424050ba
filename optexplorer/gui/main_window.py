"""The window: puts panels and views together and leads what they ask for to the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QWidget,
)

from optexplorer.experiment.experiment import MOST_RACERS, Experiment
from optexplorer.experiment.view import Camera
from optexplorer.export.style import Style
from optexplorer.gui import commands, fonts, menus
from optexplorer.gui.anatomy_commands import AnatomyCommands
from optexplorer.gui.autosave import Autosave
from optexplorer.gui.code_menu import CodeMenu
from optexplorer.gui.comparison import Comparison
from optexplorer.gui.dialogs import opening
from optexplorer.gui.document import Document
from optexplorer.gui.edits import Edits
from optexplorer.gui.engine_thread import EngineThread
from optexplorer.gui.file_commands import FileCommands
from optexplorer.gui.landscape_commands import LandscapeCommands
from optexplorer.gui.lesson_commands import LessonCommands
from optexplorer.gui.lesson_player import LessonPlayer
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.playback import Playback
from optexplorer.gui.presenting import Presenting
from optexplorer.gui.settings import Settings
from optexplorer.gui.sounding import Sounding
from optexplorer.gui.stage import Stage
from optexplorer.gui.store import Store
from optexplorer.gui.workspace import Workspace, splitter
from optexplorer.scene.anatomy import shown_racers
from optexplorer.scene.palette import Theme
from optexplorer.scene.scene import Scene
from optexplorer.text import Language

SPEED_FACTOR = 1.5
NARRATION = 0.36
"""Part of the screen's width that the narration has while presenting."""
OWN_KEYS: dict[type[QWidget], tuple[Qt.Key, ...]] = {
    QAbstractButton: (Qt.Key.Key_Space,),
    QComboBox: (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End),
    QAbstractSlider: (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
}
"""Keys that a control reached by Tab keeps for itself, although they are commands elsewhere."""


class MainWindow(QMainWindow):
    """Shows the store's experiment; one window at a time."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(
        self,
        store: Store,
        engine: EngineThread,
        playback: Playback,
        document: Document,
        autosave: Autosave,
        player: LessonPlayer,
        settings: Settings,
        theme: Theme,
        language: Language,
    ) -> None:
        super().__init__()
        self._store, self._engine, self._playback, self._settings = store, engine, playback, settings
        self._theme, self._language = theme, language
        self._style = Style(theme=theme, language=language)
        self.edits = Edits(store, self)
        self.stage = Stage(store, engine, playback, theme.text, self)
        self.anatomy = AnatomyCommands(store, playback, self.stage, self)
        self.files = FileCommands(document, autosave, settings, theme, self)
        self._actions = commands.make_actions(self, theme)
        self._player = player
        self.sounding = Sounding(self)
        self._desk_sizes: list[int] = []
        self._painted = self._plays = False
        self._build()
        commands.connect(self._actions, self._handlers())
        self._build_menus()
        self._connect()
        self._restore_layout()
        self._show_experiment(store.experiment)
        self.lessons.refresh()
        self._actions["narration"].setChecked(True)
        self._show_history()
        self._show_playback()
        missing = fonts.advice(language)
        if missing:
            self.files.notice.show_notice(missing)
        self.setFocus()

    @property
    def scene(self) -> Scene | None:
        """What the views show."""
        return self.stage.scene

    # What is where

    def _build(self) -> None:
        self.panel = ControlPanel(self._language)
        self.workspace = Workspace(self._style, self._actions)
        self.lessons = LessonCommands(
            self._player, self._store, self._settings, self._style, self.panel, self.workspace, self
        )
        self.landscapes = LandscapeCommands(
            self._store,
            self.edits,
            self.panel,
            self.workspace.map,
            self._settings,
            self._style,
            self._actions,
            self,
        )
        self.comparison = Comparison(self.stage, self.workspace.pinned, self._style, self)
        self.presenting = Presenting(
            self.lessons, self.workspace, self.edits, self._playback, self._style, self
        )
        self._whole = splitter(Qt.Orientation.Horizontal, self.lessons.side, self.workspace)
        self._whole.setStretchFactor(0, 0)
        self._whole.setStretchFactor(1, 1)
        self.setCentralWidget(self.files.below_notices(self._whole))

    def _handlers(self) -> dict[str, Callable[[bool], Any]]:
        playback, store, edits = self._playback, self._store, self.edits
        return {
            **self.files.handlers(),
            **self.lessons.handlers(),
            **self.landscapes.handlers(),
            **self.anatomy.handlers(),
            **self.presenting.handlers(),
            "export-image": lambda _: self._export_image(),
            "export-film": lambda _: self._export_film(),
            "copy-image": lambda _: self._copy_image(),
            "export-data": lambda _: self._export_data(),
            "quit": lambda _: self.files.when_saved(self.close),
            "undo": lambda _: store.undo(),
            "redo": lambda _: store.redo(),
            "add-racer": lambda _: edits.add_racer(),
            "reset": lambda _: edits.reset(),
            "play": lambda _: playback.toggle(),
            "step-forward": lambda _: playback.step_by(1),
            "step-back": lambda _: playback.step_by(-1),
            "to-start": lambda _: playback.to_start(),
            "to-end": lambda _: playback.to_end(),
            "faster": lambda _: playback.set_speed(playback.speed * SPEED_FACTOR),
            "slower": lambda _: playback.set_speed(playback.speed / SPEED_FACTOR),
            "loop": playback.set_loop,
            "both-views": lambda _: self.workspace.maximise(None),
            "surface-only": lambda _: self.workspace.maximise("surface"),
            "map-only": lambda _: self.workspace.maximise("map"),
            "arrows": lambda on: edits.look(gradient_arrows=on),
            "minima": lambda on: edits.look(minima=on),
            "curvature": lambda on: edits.look(curvature=on),
            "reset-view": lambda _: edits.look(camera=Camera(), window=None, interval=None),
            "compare": lambda on: self.comparison.pin(store.experiment if on else None),
            "multiples": self._multiply,
            "fog": lambda _: edits.lift_fog(),
            "transcript": self.workspace.tell,
            "sound": self.sounding.switch,
            "full-screen": self._full_screen,
            "keys": lambda _: opening.show_keys(self),
            "about": lambda _: opening.show_about(self),
        }

    def _build_menus(self) -> None:
        by_group = menus.command_menus(self.menuBar(), self._actions)
        menus.offer(self.menuBar(), self._actions["gallery"])
        recent = QMenu(self.tr("Open recent"), self)
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        by_group["File"].insertMenu(self._actions["save"], recent)
        for group, first in (("File", "export-image"), ("File", "quit"), ("Edit", "copy-text")):
            by_group[group].insertSeparator(self._actions[first])
        course = QMenu(self.tr("Course"), self)
        course.aboutToShow.connect(lambda: self.lessons.fill_course(course))
        by_group["Lesson"].insertMenu(self._actions["open-lesson"], course)
        code = CodeMenu(self._store, self._language, self)
        code.copied.connect(self.files.done.show_notice)
        code.failed.connect(self.files.notice.show_notice)
        by_group["Edit"].addMenu(code)
        view = by_group["View"]
        view.addSeparator()
        self._colour_maps = menus.choice_menu(
            view,
            self.tr("Colours"),
            {
                "terrain": self.tr("Terrain"),
                "viridis": "Viridis",
                "cividis": "Cividis",
                "grey": self.tr("Grey"),
            },
            self._store.experiment.view.colour_map,
            lambda name: self.edits.look(colour_map=name),
        )
        menus.choice_menu(
            view,
            self.tr("Theme"),
            {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")},
            self._settings.theme_choice,
            self.theme_chosen.emit,
        )
        menus.choice_menu(
            view,
            self.tr("Language"),
            {"system": self.tr("As the system"), "en": "English", "ja": "日本語"},
            self._settings.language_choice,
            self.language_chosen.emit,
        )

    # Who speaks to whom

    def _connect(self) -> None:
        store, playback, edits, stage = self._store, self._playback, self.edits, self.stage
        store.changed.connect(self._show_experiment)
        store.history_changed.connect(self._show_history)
        stage.sceneChanged.connect(self._show_scene)
        stage.resultTaken.connect(self.panel.hide_failure)
        stage.formulaDrawn.connect(self.panel.show_formula)
        stage.failed.connect(self.panel.show_failure)
        playback.state_changed.connect(self._show_playback)
        edits.restarted.connect(self._restart)
        self.files.begun.connect(self._restart)
        self.sounding.refused.connect(self._refuse_sound)
        self.presenting.changed.connect(self._show_presenting)
        self._leave_stage = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._leave_stage.activated.connect(lambda: self.presenting.present(False))
        # At the desk, Escape belongs to the fields: it takes back what is being typed.
        self._leave_stage.setEnabled(False)
        edits.racerAdded.connect(self.panel.reveal_racer)

        panel = self.panel
        panel.heightScaleChosen.connect(lambda kind: edits.look(height_scale=kind))
        panel.startChosen.connect(lambda start: edits.move_start(tuple(start)))
        panel.stepsChosen.connect(edits.choose_steps)
        panel.seedChosen.connect(edits.choose_seed)
        panel.racerChanged.connect(edits.change_racer)
        panel.duplicateAsked.connect(edits.duplicate_racer)
        panel.removeAsked.connect(edits.remove_racer)
        panel.addAsked.connect(edits.add_racer)
        panel.dragEnded.connect(store.end_merge)

        views = self.workspace
        views.map.startDragged.connect(lambda x, y: self._take_point((x, y), "start"))
        views.map.startReleased.connect(store.end_merge)
        views.map.windowChosen.connect(lambda window: edits.look(window=window))
        views.curve.startDragged.connect(lambda x: self._take_point((x,), "start"))
        views.curve.startReleased.connect(store.end_merge)
        views.curve.intervalChosen.connect(lambda interval: edits.look(interval=interval))
        views.quantity.valueChosen.connect(lambda quantity: edits.look(chart=quantity))
        views.surface.pointChosen.connect(lambda x, y: self._take_point((x, y), None))
        views.surface.cameraMoved.connect(lambda camera: edits.look(camera=camera))
        views.chart.stepChosen.connect(playback.seek)
        views.multiples.chosen.connect(edits.multiply_rates)
        views.multiples.computed.connect(partial(self.stage.reach, "multiples"))
        self.comparison.changed.connect(self._show_comparison)
        views.anatomy.racerChosen.connect(self.anatomy.choose_racer)
        views.anatomy.phaseChosen.connect(self.anatomy.choose_phase)
        self.anatomy.playingChanged.connect(self._actions["play-phases"].setChecked)

        transport = views.transport
        transport.startAsked.connect(playback.to_start)
        transport.backAsked.connect(lambda: playback.step_by(-1))
        transport.playToggled.connect(playback.toggle)
        transport.forwardAsked.connect(lambda: playback.step_by(1))
        transport.endAsked.connect(playback.to_end)
        transport.stepChosen.connect(playback.seek)
        transport.speedChosen.connect(playback.set_speed)
        transport.loopToggled.connect(playback.set_loop)

        for number in range(9):
            shortcut = QShortcut(QKeySequence(str(number + 1)), self)
            shortcut.activated.connect(partial(edits.toggle_racer, number))
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def _take_point(self, point: tuple[float, ...], merge_key: str | None) -> None:
        if not self.lessons.take_point(point):
            self.edits.move_start(point, merge_key)

    # What is shown

    def _show_experiment(self, experiment: Experiment) -> None:
        self.panel.show_experiment(experiment)
        self.landscapes.show_experiment(experiment)
        for key, action in self._colour_maps.items():
            action.setChecked(key == experiment.view.colour_map)
        self._actions["arrows"].setChecked(experiment.view.gradient_arrows)
        self._actions["minima"].setChecked(experiment.view.minima)
        self._actions["fog"].setChecked(experiment.view.fog > 0)
        self._actions["curvature"].setChecked(experiment.view.curvature)
        self._actions["anatomy"].setChecked(experiment.view.anatomy)
        self._actions["second-anatomy"].setChecked(len(shown_racers(experiment)) > 1)
        self.workspace.quantity.show_value(experiment.view.chart)
        self._actions["add-racer"].setEnabled(len(experiment.racers) < MOST_RACERS)

    def _show_scene(self, scene: Scene) -> None:
        one = scene.landscape.dimension == 1
        for name in ("both-views", "surface-only", "map-only"):
            self._actions[name].setEnabled(not one)
        self.workspace.show_scene(scene)
        playhead = self._playback.step
        self.workspace.multiples.show_scene(self._store.experiment, scene, playhead, self._style)
        self.sounding.show_scene(scene)
        self.panel.show_scene(scene)
        self._show_transport()

    def _show_playback(self) -> None:
        self._actions["loop"].setChecked(self._playback.loop)
        self._show_transport()

    def _show_transport(self) -> None:
        playback = self._playback
        self.workspace.transport.show_state(
            playback.step, playback.length, playback.playing, playback.speed, playback.loop, playback.growing
        )

    def _show_history(self) -> None:
        for key, text, label in (
            ("undo", self.tr("Undo"), self._store.undo_label),
            ("redo", self.tr("Redo"), self._store.redo_label),
        ):
            self._actions[key].setEnabled(label is not None)
            self._actions[key].setText(f"{text}: {label}" if label else text)

    def _show_comparison(self, on: bool) -> None:
        self._actions["compare"].setChecked(on)
        self.workspace.compare(on)

    def _multiply(self, on: bool) -> None:
        self.workspace.multiply(on)
        if not on:
            self.stage.reach("multiples", 0)
        self.stage.refresh()

    def _refuse_sound(self, reason: str) -> None:
        self._actions["sound"].setChecked(False)
        QMessageBox.information(
            self, self.tr("Sound of the loss"), self.tr("There is no sound: {0}").format(reason)
        )

    def _show_presenting(self, on: bool) -> None:
        self._leave_stage.setEnabled(on)
        if on:
            self._desk_sizes = self._whole.sizes()
            width = self.screen().size().width()
            self._whole.setSizes([round(NARRATION * width), width])
        else:
            self._whole.setSizes(self._desk_sizes)
        self._actions["present"].setChecked(on)
        for id in ("laser", "pen", "black") if not on else ():
            self._actions[id].setChecked(False)

    def _restart(self) -> None:
        self._playback.to_start()
        self._playback.play()

    def _full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _export_image(self) -> None:
        computed = self.stage.computed()
        if self.scene is not None and computed is not None:
            maximised = self.workspace.maximised
            opening.export_image(computed, self.scene, maximised, self._style, self._settings, self)

    def _export_film(self) -> None:
        computed, maximised = self.stage.computed(), self.workspace.maximised
        if computed is not None:
            speed = self._playback.speed
            opening.export_film(computed, maximised, self._style, self._settings, speed, self)

    def _copy_image(self) -> None:
        if self.scene is not None:
            opening.copy_image(self.scene, self.workspace.maximised, self._style)

    def _export_data(self) -> None:
        if self.scene is not None:
            opening.export_data(self.scene, self._style, self._settings, self)

    # Window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            for kind, keys in OWN_KEYS.items():
                plain = event.modifiers() in (
                    Qt.KeyboardModifier.NoModifier,
                    Qt.KeyboardModifier.KeypadModifier,
                )
                if isinstance(watched, kind) and plain and event.key() in keys:
                    event.accept()
                    return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            # The engine would keep the interpreter from the window's own first picture.
            self._painted = True
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        self.stage.start()
        if self._plays:
            self._playback.play()

    def _restore_layout(self) -> None:
        self.resize(1280, 720)
        self._whole.setSizes([340, 940])
        geometry = self._settings.layout("window")
        if geometry is not None:
            self.restoreGeometry(geometry)
        for name, part in self._splitters().items():
            state = self._settings.layout(name)
            if state is not None:
                part.restoreState(state)

    def _splitters(self) -> dict[str, QSplitter]:
        return {"whole": self._whole, **self.workspace.splitters()}

    def remember_layout(self) -> None:
        """Remember sizes for the next launch."""
        self.workspace.open_up()
        self._settings.remember_layout("window", self.saveGeometry())
        for name, part in self._splitters().items():
            self._settings.remember_layout(name, part.saveState())
        self._settings.speed = self._playback.speed

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and self.isWindowModified():
            # Asked by the person, not by the program: first what is unsaved is settled.
            event.ignore()
            self.files.when_saved(self.close)
            return
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        self.remember_layout()
        self.stage.leave()
        self.anatomy.pause()
        self.workspace.anatomy.leave()
        self.sounding.switch(False)
        self.comparison.leave()
        self.workspace.multiples.finish()
        self.presenting.leave()
        self.lessons.leave()
        self.landscapes.leave()
        self.files.leave()
        for source in (self._store, self._playback):
            source.disconnect(self)
        super().closeEvent(event)

    def play_when_shown(self) -> None:
        """Start the race once the window is on the screen."""
        self._plays = True
