"""The main window: panels, views and menus, and the connections of their signals to the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
)

from optexplorer.experiment.experiment import MOST_RACERS, Experiment
from optexplorer.gui.actions import commands, menus
from optexplorer.gui.actions.anatomy_commands import AnatomyCommands
from optexplorer.gui.actions.basin_commands import BasinCommands
from optexplorer.gui.actions.cloud_commands import CloudCommands
from optexplorer.gui.actions.code_menu import CodeMenu
from optexplorer.gui.actions.data_commands import DataCommands
from optexplorer.gui.actions.export_commands import ExportCommands
from optexplorer.gui.actions.file_commands import FileCommands
from optexplorer.gui.actions.landscape_commands import LandscapeCommands
from optexplorer.gui.actions.lesson_commands import LessonCommands
from optexplorer.gui.actions.network_commands import NetworkCommands
from optexplorer.gui.actions.playback_commands import PlaybackCommands
from optexplorer.gui.actions.presenting_keys import PresentingKeys
from optexplorer.gui.actions.shortcut_override_filter import ShortcutOverrideFilter
from optexplorer.gui.actions.study_commands import StudyCommands
from optexplorer.gui.actions.view_commands import ViewCommands
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.model_edits import ModelEdits
from optexplorer.gui.controllers.panel_edits import connect_panel
from optexplorer.gui.controllers.presenting import Presenting
from optexplorer.gui.controllers.rounding_check import RoundingCheck
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.controllers.window_layout import WindowLayout
from optexplorer.gui.desktop import fonts
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs import opening
from optexplorer.gui.fields.formula_label import INK as FORMULA_INK
from optexplorer.gui.fields.text_field import commit_typed
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.lesson_player import LessonPlayer
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.engine_thread import EngineThread
from optexplorer.gui.workspace import Workspace, splitter
from optexplorer.scene.scene import Scene

PRESENTING_ONLY = ("laser", "pen", "wipe", "black")
"""Commands that have an effect only while presenting."""


class MainWindow(Retranslating, QMainWindow):
    """Shows the store's experiment; one window at a time."""

    languageChosen = Signal(str)
    themeChosen = Signal(str)
    closed = Signal()
    """The window has been closed, with nothing left to be saved."""

    def __init__(
        self,
        store: Store,
        engine: EngineThread,
        playback: Playback,
        document: Document,
        autosave: Autosave,
        player: LessonPlayer,
        settings: Settings,
    ) -> None:
        super().__init__()
        self._store, self._engine, self._playback, self._settings = store, engine, playback, settings
        self.edits = Edits(store, self)
        self.scene_controller = SceneController(store, engine, playback, FORMULA_INK, self)
        self.anatomy = AnatomyCommands(store, playback, self.scene_controller, self)
        self.files = FileCommands(document, autosave, settings, self)
        self._actions = commands.make_actions(self)
        self._player, self._document = player, document
        self._painted = self._plays = self._is_closed = False
        self._build()
        commands.connect(self._actions, self._handlers())
        self._build_menus()
        self._connect()
        self._write_words()
        self._layout.restore()
        self._show_experiment(store.experiment)
        self.lessons.refresh()
        self._actions["narration"].setChecked(True)
        self._advise_fonts()
        self.setFocus()

    @property
    def scene(self) -> Scene | None:
        """What the views show."""
        return self.scene_controller.scene

    # What is where

    def _build(self) -> None:
        self.panel = ControlPanel()
        self.workspace = Workspace(self._actions)
        self.model_edits = ModelEdits(self._store, self.panel, self)
        self.lessons = LessonCommands(
            self._player, self._store, self._settings, self.panel, self.workspace, self
        )
        self.landscapes = LandscapeCommands(
            self._store,
            self.edits,
            self.panel,
            self.workspace.map,
            self._settings,
            self._actions,
            self,
        )
        self.data = DataCommands(self._store, self.edits, self.panel.landscape, self._settings, self)
        self.views = ViewCommands(
            self._store,
            self.edits,
            self._playback,
            self.scene_controller,
            self.workspace,
            self._actions,
            self,
        )
        self.network = NetworkCommands(self._store, self.edits, self.scene_controller, self._actions, self)
        self.basins = BasinCommands(
            self._store, self.edits, self.scene_controller, self.workspace, self._actions, self
        )
        self.cloud = CloudCommands(self.edits, self.workspace, self._actions, self)
        self.rounding = RoundingCheck(self._store, self)
        self.studies = StudyCommands(self._store, self._settings, self)
        self.playing = PlaybackCommands(self._playback, self.workspace.transport, self._actions, self)
        self.presenting = Presenting(self.lessons, self.workspace, self.edits, self._playback, self)
        self.exports = ExportCommands(
            self.scene_controller,
            self._playback,
            self.workspace,
            self._settings,
            self.files.done,
            self.files.notice,
            self,
        )
        whole = splitter(Qt.Orientation.Horizontal, self.lessons.side, self.workspace)
        whole.setStretchFactor(0, 0)
        whole.setStretchFactor(1, 1)
        self._layout = WindowLayout(self, whole, self.workspace, self._settings)
        self.setCentralWidget(self.files.below_notices(whole))

    def _handlers(self) -> dict[str, Callable[[bool], Any]]:
        store, edits = self._store, self.edits
        return {
            **self.files.handlers(),
            **self.lessons.handlers(),
            **self.landscapes.handlers(),
            **self.data.handlers(),
            **self.anatomy.handlers(),
            **self.presenting.handlers(),
            **self.playing.handlers(),
            **self.views.handlers(),
            **self.basins.handlers(),
            **self.cloud.handlers(),
            **self.rounding.handlers(),
            **self.network.handlers(),
            **self.studies.handlers(),
            **self.exports.handlers(),
            "quit": lambda _: self._close_when_saved(),
            "undo": lambda _: store.undo(),
            "redo": lambda _: store.redo(),
            "add-racer": lambda _: edits.add_racer(),
            "reset": lambda _: edits.reset(),
            "full-screen": self._full_screen,
            "keys": lambda _: opening.show_keys(self),
            "about": lambda _: opening.show_about(self),
        }

    def _build_menus(self) -> None:
        self._menus = by_group = menus.command_menus(self.menuBar(), self._actions)
        menus.CornerButton(self.menuBar(), self._actions["gallery"])
        self._recent = recent = QMenu(self)
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        by_group["File"].insertMenu(self._actions["save"], recent)
        for group, first in (("File", "export-image"), ("File", "quit"), ("Edit", "copy-text")):
            by_group[group].insertSeparator(self._actions[first])
        self._course = course = QMenu(self)
        course.aboutToShow.connect(lambda: self.lessons.fill_course(course))
        by_group["Lesson"].insertMenu(self._actions["open-lesson"], course)
        code = CodeMenu(self._store, self)
        code.copied.connect(self.files.done.show_notice)
        code.failed.connect(self.files.notice.show_notice)
        by_group["Edit"].addMenu(code)
        view = by_group["View"]
        view.addSeparator()
        self.views.fill_menu(view)
        self._themes = menus.ChoiceMenu(("system", "light", "dark"), self.themeChosen.emit, view)
        self._themes.show_choice(self._settings.theme_choice)
        view.addMenu(self._themes)
        self._languages = menus.ChoiceMenu(("system", "en", "ja"), self.languageChosen.emit, view)
        self._languages.show_choice(self._settings.language_choice)
        view.addMenu(self._languages)

    # Language and theme

    def retranslate(self) -> None:
        self._write_words()
        self._advise_fonts()
        self._show_all()

    def restyle(self) -> None:
        self._show_all()

    def _write_words(self) -> None:
        """Write the words that belong to no other widget in the window's language."""
        commands.retranslate(self._actions)
        self._show_history()
        for group, menu in self._menus.items():
            menu.setTitle(commands.translated(group))
        self._recent.setTitle(self.tr("Open recent"))
        self._course.setTitle(self.tr("Course"))
        system = self.tr("As the system")
        self._themes.name_choices(
            self.tr("Theme"), {"system": system, "light": self.tr("Light"), "dark": self.tr("Dark")}
        )
        self._languages.name_choices(self.tr("Language"), {"system": system, "en": "English", "ja": "日本語"})
        self.views.retranslate()
        self.files.retranslate()

    def _advise_fonts(self) -> None:
        missing = fonts.advice(window_style().language)
        if missing:
            self.files.notice.show_notice(missing)

    def _show_all(self) -> None:
        """Show everything again: what is drawn, and what comes from the landscape and the optimizers, has other words."""
        for strip in (self.basins, self.cloud):
            strip.show_experiment(self._store.experiment)
        if self.scene is not None:
            self.scene_controller.refresh()

    # Who speaks to whom

    def _connect(self) -> None:
        store, edits, scene_controller = self._store, self.edits, self.scene_controller
        store.changed.connect(self._show_experiment)
        store.historyChanged.connect(self._show_history)
        scene_controller.sceneChanged.connect(self._show_scene)
        scene_controller.resultTaken.connect(self.panel.hide_failure)
        scene_controller.formulaDrawn.connect(self.panel.show_formula)
        scene_controller.failed.connect(self.panel.show_failure)
        edits.restarted.connect(self.playing.restart)
        self.studies.raceAsked.connect(self.playing.restart)
        self.panel.racers.tuneAsked.connect(self.studies.tune)
        self.files.begun.connect(self.playing.restart)
        # Only after the drop: what the file was dragged from would wait for the dialog.
        self.files.tableGiven.connect(self.data.open, Qt.ConnectionType.QueuedConnection)
        self.views.pointAsked.connect(self._on_point_asked)
        self.views.soundRefused.connect(self.files.notice.show_notice)
        self.views.data_editing.refused.connect(self.files.notice.show_notice)
        self.presenting.changed.connect(self._show_presenting)
        self.rounding.changed.connect(self._show_all)
        self.rounding.finished.connect(self._show_rounding)
        self.rounding.failed.connect(self.files.notice.show_notice)
        edits.racerAdded.connect(self.panel.reveal_racer)
        # Another experiment: painting belonged to the one before.
        self._document.beginning.connect(self._end_painting)
        self._document.beginning.connect(self.exports.forget)
        self._player.leftBehind.connect(self.files.scene.offer_to_save)

        connect_panel(self.panel, edits, store)
        anatomy = self.workspace.anatomy
        anatomy.racerChosen.connect(self.anatomy.choose_racer)
        anatomy.phaseChosen.connect(self.anatomy.choose_phase)
        self.anatomy.playingChanged.connect(self._actions["play-phases"].setChecked)
        self.workspace.network.weightChosen.connect(self.network.select_weight)

        self._presenting_keys = PresentingKeys(self.presenting, edits, self)
        self._enable_presenting(False)
        self._shortcut_filter = ShortcutOverrideFilter(self)

    def _end_painting(self) -> None:
        self.landscapes.painting.set_active(False)
        self.views.data_editing.set_active(False)

    def _enable_presenting(self, on: bool) -> None:
        """Enable the keys and commands that have an effect only while presenting."""
        self._presenting_keys.set_enabled(on)
        for id in PRESENTING_ONLY:
            self._actions[id].setEnabled(on)
            if not on:
                self._actions[id].setChecked(False)

    def _on_point_asked(self, point: tuple[float, ...], drag: str) -> None:
        # What is seen may still be another experiment, or one that could not be computed.
        if not self.scene_controller.shows_present or self.scene is None:
            return
        point = self.scene.point_at(point)
        if not self.lessons.answer_with_point(point):
            self.basins.move_start(point, drag or None)

    # What is shown

    def _show_experiment(self, experiment: Experiment) -> None:
        self.panel.show_experiment(experiment)
        self.landscapes.show_experiment(experiment)
        self.views.show_experiment(experiment)
        self.network.show_experiment(experiment)
        self.basins.show_experiment(experiment)
        self.cloud.show_experiment(experiment)
        self._actions["add-racer"].setEnabled(len(experiment.racers) < MOST_RACERS)

    def _show_rounding(self, found: bool) -> None:
        self.files.done.show_notice(
            lambda: (
                self.tr("Paths that depend on rounding are marked.")
                if found
                else self.tr("No path depends on rounding.")
            )
        )

    def _show_scene(self, scene: Scene) -> None:
        rounding = self.rounding.steps()
        self.panel.racers.show_rounding(rounding)
        self.workspace.readout.show_rounding(rounding)
        self.views.show_scene(scene)
        self.network.show_scene(scene)
        self.basins.show_scene(scene)
        self.panel.show_scene(scene)
        self.playing.show_scene(scene)

    def _show_history(self) -> None:
        for key, text, label in (
            ("undo", self.tr("Undo"), self._store.undo_label),
            ("redo", self.tr("Redo"), self._store.redo_label),
        ):
            self._actions[key].setEnabled(label is not None)
            self._actions[key].setText(f"{text}: {label}" if label else text)

    def _show_presenting(self, on: bool) -> None:
        self._enable_presenting(on)
        self._layout.present(on)
        self._actions["present"].setChecked(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout.adapt()

    def _full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    # Window

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            # The engine would keep the interpreter from the window's own first picture.
            self._painted = True
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        self.scene_controller.start()
        if self._plays:
            self._playback.play()

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous():
            commit_typed()
        if event.spontaneous() and (self.isWindowModified() or self._player.made_landscape):
            # Asked by the user, not by the program: first what is unsaved is settled.
            event.ignore()
            self._close_when_saved()
            return
        self._shortcut_filter.disconnect_application()
        self._settings.speed = self._player.own_speed
        self._layout.remember()
        self.scene_controller.stop()
        self.anatomy.pause()
        self.views.finish()
        self.basins.finish()
        self.playing.disconnect_playback()
        self.presenting.finish()
        self.lessons.finish()
        self.landscapes.finish()
        self.rounding.stop()
        self.studies.finish()
        self.files.disconnect_document()
        self._player.leftBehind.disconnect(self.files.scene.offer_to_save)
        self._store.disconnect(self)
        super().closeEvent(event)
        self._is_closed = True
        self.closed.emit()

    def _close_when_saved(self, settled: Experiment | None = None) -> None:
        """Close once nothing would be lost that the user has made, in the document or in a lesson's scene.

        Of the scene it is asked first: the document counts as saved as soon as its changes are given up.

        Parameters
        ----------
        settled : what was made of the scene and has been saved or given up
        """
        if self._is_closed or QApplication.activeModalWidget() is not None:
            # Or the question is on the screen.
            return
        made = self._player.made_landscape
        if made is None or made == settled:
            self.files.when_saved(partial(self._close_unless_changed, settled))
        else:
            self.files.scene.when_saved(made, partial(self._close_when_saved, made))

    def _close_unless_changed(self, settled: Experiment | None) -> None:
        """Close, but ask about what was made of the scene while the document was being saved."""
        if self._is_closed:
            return
        if self._player.made_landscape in (None, settled):
            self.close()
        else:
            self._close_when_saved(settled)

    def play_when_shown(self) -> None:
        """Start the race once the window is on the screen."""
        self._plays = True
