"""What the window offers for files: new, open, recent, save, dropped files, and what a crash has left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from optexplorer.experiment import share
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import SUFFIX, FileError
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs import document_dialogs
from optexplorer.gui.fields.labels import plain_tip
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.autosave import Autosave, Lost
from optexplorer.gui.state.document import Document, Opening
from optexplorer.gui.state.settings import Settings


class FileCommands(QObject):
    """Joins the document to one window: asks the questions and says what went wrong."""

    begun = Signal()
    """An experiment of the gallery is on the screen: it is worth seeing from its first step."""

    def __init__(
        self, document: Document, autosave: Autosave, settings: Settings, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._document, self._autosave, self._settings, self._window = document, autosave, settings, window
        self.notice, self.offer = NoticeBar("error", window), NoticeBar("offer", window)
        self.done = NoticeBar("done", window)
        document.state_changed.connect(self._show_title)
        document.read.connect(self._take)
        document.failed.connect(self.notice.show_notice)
        autosave.failed.connect(self._say_autosave_failed)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._show_title()
        self.offer_lost()

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the commands for files do, by their ids."""
        return {
            "new": lambda _: self.when_saved(lambda: self._document.new(default_experiment())),
            "gallery": lambda _: self.show_gallery(),
            "open": lambda _: self.ask_and_open(),
            "save": lambda _: self.save(),
            "save-as": lambda _: self.save_as(),
            "copy-text": lambda _: self.copy_text(),
            "paste-experiment": lambda _: self.paste(),
        }

    def retranslate(self) -> None:
        """Write the window's title, and the offer of what a crash has left, in the window's language."""
        self._show_title()
        if not self.offer.isHidden():
            self.offer_lost()

    def below_notices(self, content: QWidget) -> QWidget:
        """Return a widget that shows the notices above `content`."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.offer)
        column.addWidget(self.notice)
        column.addWidget(self.done)
        column.addWidget(content, 1)
        return whole

    def leave(self) -> None:
        """Let go of the document: the window is closing."""
        self._document.state_changed.disconnect(self._show_title)
        self._document.read.disconnect(self._take)
        self._document.failed.disconnect(self.notice.show_notice)
        self._autosave.failed.disconnect(self._say_autosave_failed)

    # Opening

    def ask_and_open(self) -> None:
        """Ask for a file and open it."""
        path = document_dialogs.ask_what_to_open(self._settings, self._window)
        if path is not None:
            self.open(path)

    def show_gallery(self) -> None:
        """Let the person choose one of the experiments worth seeing, or a recent file."""
        from optexplorer.gui.dialogs.gallery_dialog import GalleryDialog

        dialog = GalleryDialog(self._document.recent, window_style(), self._window)
        dialog.experimentChosen.connect(lambda chosen: self.when_saved(partial(self._begin, chosen)))
        dialog.fileChosen.connect(self.open)
        dialog.exec()
        dialog.deleteLater()

    def _begin(self, experiment: Experiment) -> None:
        self._document.new(experiment)
        self.begun.emit()

    def open(self, path: Path) -> None:
        """Read a file; it is put on the screen once unsaved changes are settled."""
        self.notice.hide()
        self._document.open(path)

    def _take(self, opening: Opening) -> None:
        self.when_saved(lambda: self._document.take(opening))

    def fill_recent(self, menu: QMenu) -> None:
        """Put the recent files into a menu that is about to be shown."""
        menu.clear()
        recent = self._document.recent
        for number, path in enumerate(recent, start=1):
            action = menu.addAction(f"&{number}  {path.name}" if number < 10 else path.name)
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(partial(self.open, path))
        menu.addSeparator()
        empty = menu.addAction(self.tr("Clear this list") if recent else self.tr("No recent files"))
        empty.setEnabled(bool(recent))
        empty.triggered.connect(self._document.forget_recent)

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the document's file, or ask for one, and call `then` once it is written."""
        if self._document.path is None:
            self.save_as(then)
        else:
            self.notice.hide()
            self._document.save(self._document.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file, save to it, and call `then` once it is written."""
        suggestion = self._document.path
        name = self._suggested_name() if suggestion is None else str(suggestion)
        path = document_dialogs.ask_where_to_save(name, self._settings, self._window)
        if path is not None:
            self.notice.hide()
            self._document.save(path, then)

    def when_saved(self, then: Callable[[], object]) -> None:
        """Call `then` at once if nothing is unsaved; else once the changes are saved or given up, if they are."""
        if not self._document.modified:
            then()
            return

        def discard() -> None:
            self._document.discard_changes()
            then()

        document_dialogs.ask_about_changes(self._name(), self._window, partial(self.save, then), discard)

    def _suggested_name(self) -> str:
        return f"{self._document.store.experiment.resolve_landscape().id}{SUFFIX}"

    def _name(self) -> str:
        return self._document.path.name if self._document.path else self.tr("Untitled")

    def _show_title(self) -> None:
        self._window.setWindowTitle(f"{self._name()}[*]")
        self._window.setWindowModified(self._document.modified)
        self._window.setWindowFilePath(str(self._document.path or ""))

    # Text

    def copy_text(self) -> None:
        """Put the experiment on the clipboard as a text to send."""
        try:
            text = share.to_text(self._document.store.experiment)
        except FileError as error:
            self.notice.show_notice(str(error))
            return
        QGuiApplication.clipboard().setText(text)
        self.done.show_notice(
            self.tr("The experiment is on the clipboard as a text. Edit → Paste experiment brings it back.")
        )

    def paste(self) -> None:
        """Put the experiment on the clipboard, a text or a copied file, on the screen."""
        self._receive(QGuiApplication.clipboard().mimeData(), self.tr("Paste experiment"))

    def _receive(self, data: QMimeData, label: str) -> None:
        """Open a file, or take a text as one step of undo; say so if it is neither."""
        path = _file_in(data)
        if path is not None:
            self.open(path)
            return
        try:
            experiment = share.from_text(data.text())
        except FileError as error:
            self.notice.show_notice(f"{label}: {error}")
            return
        self.notice.hide()
        self._document.store.replace(experiment, label)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Files may be dropped anywhere on the window; a field that takes texts itself is asked before.
        if isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.DragEnter:
            if _file_in(event.mimeData()) is not None or event.mimeData().hasText():
                event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self._receive(event.mimeData(), self.tr("Drop"))
            return True
        return super().eventFilter(watched, event)

    # After a crash

    def offer_lost(self) -> None:
        """Offer what crashed programs have left unsaved, one after the other."""
        if not self._autosave.found:
            return
        lost = self._autosave.found[0]
        name = lost.path.name if lost.path else self.tr("Untitled")
        landscape = localized(lost.experiment.resolve_landscape().name)
        text = self.tr(
            "optexplorer ended unexpectedly. Unsaved changes of {0} ({1}) from {2} were kept."
        ).format(name, landscape, f"{lost.when:%Y-%m-%d %H:%M}")
        self.offer.show_notice(
            text,
            {
                self.tr("Restore"): lambda: self.when_saved(partial(self._restore, lost)),
                self.tr("Delete"): partial(self._discard, lost),
            },
        )

    def _restore(self, lost: Lost) -> None:
        self._autosave.adopt(lost)
        self.offer_lost()

    def _discard(self, lost: Lost) -> None:
        self._autosave.discard(lost)
        self.offer_lost()

    def _say_autosave_failed(self, reason: str) -> None:
        self.notice.show_notice(
            self.tr("Unsaved changes cannot be kept for after a crash: {0}").format(reason)
        )


def _file_in(data: QMimeData) -> Path | None:
    """Return the first file on this computer among the addresses in `data`."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
