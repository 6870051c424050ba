"""Lesson commands of a window: open lessons, show their scenes, highlight, hide and lock parts of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from optexplorer import lessons
from optexplorer.gui.controllers.part_locking import PartLocking
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs import messages
from optexplorer.gui.dialogs.document_dialogs import ask_new_file
from optexplorer.gui.fields.highlight import Highlight
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.panels.lesson_panel import LessonPanel
from optexplorer.gui.state.lesson_player import LessonPlayer, validation_message
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workspace import Workspace, splitter
from optexplorer.lessons.lesson import LessonScene
from optexplorer.lessons.reading import read_front_matter
from optexplorer.lessons.toml_block import LessonError
from optexplorer.lessons.visibility_editing import with_visibility
from optexplorer.lessons.writing import lesson_from

FOLDER = "lesson folder"
SHARES = (0.58, 0.74, 0.88)
"""Parts of the height that the lesson may have; the controls below it have the rest."""


class LessonCommands(QObject):
    """Joins a `LessonPlayer` to one window."""

    def __init__(
        self,
        player: LessonPlayer,
        store: Store,
        settings: Settings,
        panel: ControlPanel,
        workspace: Workspace,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.player, self._store, self._settings = player, store, settings
        self._panel, self._workspace, self._window = panel, workspace, window
        self.lesson_panel = LessonPanel()
        self.side = splitter(Qt.Orientation.Vertical, self.lesson_panel, panel)
        """The lesson above the controls."""
        self._placed: object = None
        self._scene: LessonScene | None = None
        self._controls = False
        self._highlights: list[Highlight] = []
        self.part_locking = PartLocking(self.parts, workspace.force_hide, self)
        self._own: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self.part_locking.visibilityChanged.connect(self._save_visibility)
        # After the panel has put its cards in order.
        store.historyChanged.connect(self._keep_order)
        player.changed.connect(self.refresh)
        lesson_panel = self.lesson_panel
        lesson_panel.nextAsked.connect(player.next)
        lesson_panel.backAsked.connect(player.back)
        lesson_panel.resumeAsked.connect(player.resume)
        lesson_panel.closeAsked.connect(player.close)
        lesson_panel.answered.connect(player.choose)
        lesson_panel.roomChanged.connect(self._share_room)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the commands for lessons do, by their ids."""
        return {
            "open-lesson": lambda _: self._ask_and_open(),
            "new-lesson": lambda _: self._write_new(),
            "export-lesson": lambda _: self._export_film(),
            "resume-lesson": lambda _: self.player.resume(),
            "close-lesson": lambda _: self.player.close(),
            "arrange": self.part_locking.edit,
        }

    def finish(self) -> None:
        """Disconnect from the player and wait for running drawings before the window closes."""
        self.player.changed.disconnect(self.refresh)
        self._store.historyChanged.disconnect(self._keep_order)
        self.lesson_panel.finish()

    def fill_course(self, menu: QMenu) -> None:
        """Fill a menu that is about to be shown with the lessons of the course."""
        menu.clear()
        for number, id in enumerate(lessons.ids(), 1):
            path = lessons.file_of(id, window_style().language)
            action = menu.addAction(f"{number}  {read_front_matter(path).title}")
            action.triggered.connect(partial(self.open, path))

    def open(self, path: Path) -> None:
        """Open the lesson in a file; say what is wrong with it if it is none."""
        try:
            self.player.open(path)
        except (LessonError, OSError) as error:
            messages.warn(self._window, self.tr("Open lesson"), validation_message(path, error))

    def answer_with_point(self, point: tuple[float, ...]) -> bool:
        """Answer the open question with a click on the landscape; return whether there was one."""
        if not self.player.asks_for_click:
            return False
        self.player.click(point)
        return True

    def _ask_and_open(self) -> None:
        folder = self._settings.text(FOLDER, str(Path.home()))
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open lesson"), folder, self.tr("Lessons (*.md)")
        )
        if name:
            self._settings.remember_text(FOLDER, str(Path(name).parent))
            self.open(Path(name))

    def _write_new(self) -> None:
        folder = self._settings.text(FOLDER, str(Path.home()))
        name = ask_new_file(
            self._window, self.tr("New lesson"), folder, self.tr("Lessons (*.md)"), "lesson.md", ".md"
        )
        if name:
            self.write_new(Path(name))

    def write_new(self, path: Path) -> None:
        """Write a lesson of one scene from the present experiment, and open it."""
        from optexplorer.gui.dialogs.data_dialog import write_file

        self._settings.remember_text(FOLDER, str(path.parent))
        room = self.part_locking
        text = lesson_from(self._store.experiment, window_style().language)
        text = with_visibility(text, 0, room.hidden, room.locked) if room.hidden or room.locked else text
        error = write_file(str(path), text.encode("utf-8"))
        if error:
            messages.warn(self._window, self.tr("New lesson"), error)
        else:
            self.open(path)

    def _export_film(self) -> None:
        from optexplorer.gui.dialogs.lesson_film_dialog import LessonFilm

        lesson = self.player.lesson
        if lesson is None:
            messages.inform(self._window, self.tr("Export lesson as film"), self.tr("Open the lesson first."))
        else:
            self.player.pause()
            LessonFilm(lesson, window_style(), self._settings, self._window).ask_path()

    # What the scene shows

    def refresh(self) -> None:
        """Show where the player is."""
        player = self.player
        scene = player.scene
        if scene is not self._scene:
            self._scene = scene
            self._workspace.end_drags()
        self.lesson_panel.setVisible(player.lesson is not None)
        self.lesson_panel.show_player(player)
        self._release()
        if scene is None:
            self._show_outcomes(True)
            self._workspace.show_only(None)
            self.part_locking.show(*self._own)
            return
        shown = scene.presentation
        asked = scene.question is not None and player.answer is None and not player.free
        self._show_outcomes(not asked)
        if (scene, asked) != self._placed:
            self._placed = (scene, asked)
            self._controls = not asked and any(self._panel.parts(mark) for mark in shown.watch)
            self._share_room()
        self._workspace.show_only(None if player.free else shown.views)
        self.part_locking.show(shown.hidden, shown.locked)
        if not player.free:
            self._point_at(part for mark in shown.watch for part in self.parts(mark))

    def _show_outcomes(self, on: bool) -> None:
        """Show the outcomes of the racers, or hide them while the audience is asked to predict them."""
        self._workspace.chart.show_future(on)
        self._panel.show_outcomes(on)

    def _share_room(self) -> None:
        """Give the lesson the height in which it can be read; the controls more if the scene points at them."""
        height, needed = self.side.height(), self.lesson_panel.needed_height()
        if self._panel.isHidden():
            # For the class; but type does not change under the eyes of who has answered.
            full = self.lesson_panel.drawn and needed > height
            if full and self.player.answer is None and self.lesson_panel.shrink():
                self.refresh()
            return
        shares = SHARES if self._controls else SHARES[1:]
        lesson = next((part for part in shares if part * height >= needed), shares[-1])
        self.side.setSizes([round(lesson * height), height - round(lesson * height)])
        self._reveal()

    def present(self, on: bool) -> None:
        """Show large type and no controls while presenting, normal type and all controls otherwise."""
        self._panel.setVisible(not on)
        self.lesson_panel.present(on)
        self.refresh()

    def parts(self, mark: str) -> list[QWidget]:
        """Return the parts of the window that a lesson calls `mark`."""
        return self._workspace.parts(mark) or self._panel.parts(mark)

    def _save_visibility(self) -> None:
        """Keep what was hidden and locked: in the open lesson, or for this window until it is closed."""
        room = self.part_locking
        if self.player.lesson is None:
            self._own = (room.hidden, room.locked)
        else:
            problem = self.player.edit_visibility(room.hidden, room.locked)
            if problem:
                messages.warn(self._window, self.tr("Lesson"), problem)

    def _keep_order(self) -> None:
        """Racers have come, gone or changed places: what is hidden and locked goes by their numbers."""
        if self.part_locking.hidden or self.part_locking.locked or self.part_locking.editing:
            self.part_locking.refresh()

    def _release(self) -> None:
        for highlight in self._highlights:
            highlight.remove()
        self._highlights = []
        self.part_locking.release()

    def _point_at(self, parts: Iterable[QWidget]) -> None:
        for part in parts:
            highlight = Highlight(part)
            self._highlights.append(highlight)
        self._reveal()

    def _reveal(self) -> None:
        """Scroll to what is pointed at; to the first of several that do not fit."""
        for highlight in reversed(self._highlights):
            if self._panel.isAncestorOf(highlight.target):
                self._panel.ensureWidgetVisible(highlight.target, 0, 12)
