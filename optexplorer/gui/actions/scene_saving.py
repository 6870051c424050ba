"""Saving what the user has made of a lesson's scene, which is no part of the user's own document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import SUFFIX
from optexplorer.gui.dialogs import document_dialogs
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.settings import Settings


class SceneSaving(QObject):
    """Asks where to save the experiment of a lesson's scene; the document keeps its own file."""

    def __init__(self, document: Document, settings: Settings, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._settings, self._notice, self._window = document, settings, notice, window
        self.offer = NoticeBar("done", window)
        """A bar of its own: what it offers is nowhere else, and no other news may take its place."""

    def save(self, scene: Experiment, then: Callable[[], object] | None = None) -> bool:
        """Ask for a file, save the scene to it, and call `then` once it is written; return whether it is saved."""
        path = document_dialogs.ask_where_to_save(
            suggested_name(scene),
            self._settings,
            self._window,
            self.tr("Save the lesson's scene as an experiment"),
        )
        if path is None:
            return False
        if _same_file(path, self._document.path):
            self._notice.show_notice(
                lambda: self.tr(
                    "{0} holds your own experiment. Choose another name for the lesson's scene."
                ).format(path.name)
            )
            return False
        self._notice.hide()
        self._document.save_copy(path, scene, then)
        return True

    def offer_to_save(self, scene: Experiment) -> None:
        """Offer to save what the user had made of a scene, which closing the lesson does not keep."""

        def save() -> None:
            if not self.save(scene):
                self.offer.show()

        self.offer.show_notice(
            lambda: self.tr("What you had made of the lesson's scene is not part of your experiment."),
            {lambda: self.tr("Save as…"): save},
            # Sliders are soon moved again; what was painted or written is not.
            stays=not isinstance(scene.landscape, str),
        )

    def when_saved(self, scene: Experiment, then: Callable[[], object]) -> None:
        """Ask whether to save what the user has made of a scene; call `then` once it is saved or given up."""
        document_dialogs.ask_about_scene(self._window, lambda: self.save(scene, then), then)


def suggested_name(experiment: Experiment) -> str:
    """Return a file name for an experiment that has none."""
    return f"{experiment.resolve_landscape().id}{SUFFIX}"


def _same_file(path: Path, other: Path | None) -> bool:
    """Return whether two paths lead to the same file, whether it exists or not."""
    if other is None:
        return False
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other
