"""Saving what the user has made of a lesson's scene, which is no part of the user's own document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import SUFFIX
from optexplorer.gui.actions.unsaved_offers import UnsavedOffers
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.dialogs import document_dialogs
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.autosave import Autosave
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings


class SceneSaving(QObject):
    """Asks where to save the experiment of a lesson's scene; the document keeps its own file."""

    def __init__(
        self, document: Document, autosave: Autosave, settings: Settings, notice: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._settings, self._notice, self._window = document, settings, notice, window
        self.changes = NoticeBar("done", window)
        """Offers changes to a scene that are soon made again, for a few seconds."""
        self.offers = UnsavedOffers(document, autosave, self._ask_path, window)

    def save(self, scene: Experiment, then: Callable[[], object] | None = None) -> None:
        """Ask for a file, save the scene to it, and call `then` once it is written."""
        title = self.tr("Save the lesson's scene as an experiment")
        path = self._ask_path(suggested_name(scene), title)
        if path is not None:
            self._notice.hide()
            self._document.save_copy(path, scene, then)

    def _ask_path(self, suggestion: str, title: str = "") -> Path | None:
        path = document_dialogs.ask_where_to_save(suggestion, self._settings, self._window, title)
        if path is None or not self._document.is_own_file(path):
            return path
        self._notice.show_notice(
            lambda: self.tr(
                "{0} holds your own experiment. Choose another name for the lesson's scene."
            ).format(path.name)
        )
        return None

    def offer_to_save(self, scene: Experiment, stays: bool) -> None:
        """Offer to save what the user had made of a scene, for a few seconds, or until it is saved or given up."""

        def words() -> str:
            name = localized(scene.resolve_landscape().name)
            return self.tr("What you had made of the lesson's scene is in no file yet: {0}").format(name)

        if stays:
            self.offers.offer(self._document.copy_request(Path(suggested_name(scene)), scene), words)
        else:
            self.changes.show_notice(words, {lambda: self.tr("Save as…"): lambda: self.save(scene)})

    def when_saved(self, scene: Experiment, then: Callable[[], object]) -> None:
        """Ask whether to save what the user has made of a scene; call `then` once it is saved or given up."""
        if not self._document.is_writing_copy(scene):
            document_dialogs.ask_about_scene(self._window, lambda: self.save(scene, then), then)


def suggested_name(experiment: Experiment) -> str:
    """Return a file name for an experiment that has none."""
    return f"{experiment.resolve_landscape().id}{SUFFIX}"
