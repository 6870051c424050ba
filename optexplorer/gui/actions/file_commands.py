"""File commands: new, open, recent, save, dropped files, and recovery after a crash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.models.data.base import TABLE_SUFFIXES
from optexplorer.experiment import share
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.gui.actions.scene_saving import SceneSaving, suggested_name
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.desktop.words import Words, written
from optexplorer.gui.dialogs import document_dialogs
from optexplorer.gui.fields.labels import plain_tip
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.autosave import Autosave, Damaged, Lost
from optexplorer.gui.state.document import Document, Opening
from optexplorer.gui.state.document_file import SaveRequest
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.file_thread import reason


class FileCommands(QObject):
    """Joins the document to one window: asks the questions and says what went wrong."""

    begun = Signal()
    """An experiment of the gallery is on the screen: it is worth seeing from its first step."""
    tableGiven = Signal(object)
    """The path of a file with a table of data, which is no experiment."""

    def __init__(
        self, document: Document, autosave: Autosave, settings: Settings, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._document, self._autosave, self._settings, self._window = document, autosave, settings, window
        self.notice, self.offer = NoticeBar("error", window), NoticeBar("offer", window)
        self.done = NoticeBar("done", window)
        self.scene = SceneSaving(document, autosave, settings, self.notice, window)
        document.stateChanged.connect(self._show_title)
        document.read.connect(self._on_read)
        document.failed.connect(self.notice.show_notice)
        document.saved.connect(self._say_saved)
        document.changedOnDisk.connect(self._ask_about_changed_file)
        autosave.failed.connect(self._say_autosave_failed)
        autosave.recovered.connect(self.notice.hide)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._show_title()
        self.offer_recovery()

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
        """Set the window's title and the offer to recover unsaved changes, in the window's language."""
        self._show_title()
        if not self.offer.isHidden():
            self.offer_recovery()

    def below_notices(self, content: QWidget) -> QWidget:
        """Return a widget that shows the notices above `content`."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.offer)
        column.addWidget(self.scene.offers.bar)
        column.addWidget(self.scene.changes)
        column.addWidget(self.notice)
        column.addWidget(self.done)
        column.addWidget(content, 1)
        return whole

    def disconnect_document(self) -> None:
        """Disconnect from the signals of the document and autosave before the window closes."""
        self._document.stateChanged.disconnect(self._show_title)
        self._document.read.disconnect(self._on_read)
        self._document.failed.disconnect(self.notice.show_notice)
        self._document.saved.disconnect(self._say_saved)
        self._document.changedOnDisk.disconnect(self._ask_about_changed_file)
        self.scene.offers.finish()
        self._autosave.failed.disconnect(self._say_autosave_failed)
        self._autosave.recovered.disconnect(self.notice.hide)

    # Opening

    def ask_and_open(self) -> None:
        """Ask for a file and open it."""
        path = document_dialogs.ask_what_to_open(self._settings, self._window)
        if path is not None:
            self.open(path)

    def show_gallery(self) -> None:
        """Open the gallery, in which an example experiment or a recent file is chosen."""
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
        """Read a file and show it, after asking about unsaved changes; a table of data is passed on."""
        self.notice.hide()
        if path.suffix.lower() in TABLE_SUFFIXES:
            self.tableGiven.emit(path)
            return
        self._document.open(path)

    def _on_read(self, opening: Opening) -> None:
        if opening.discards_changes:
            self._document.show_opened(opening)
        else:
            self.when_saved(lambda: self._document.show_opened(opening))

    def fill_recent(self, menu: QMenu) -> None:
        """Fill a menu that is about to be shown with the recent files."""
        menu.clear()
        recent = self._document.recent
        for number, path in enumerate(recent, start=1):
            # Qt takes a single & for the mark of a key.
            name = path.name.replace("&", "&&")
            action = menu.addAction(f"&{number}  {name}" if number < 10 else name)
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(partial(self.open, path))
        menu.addSeparator()
        empty = menu.addAction(self.tr("Clear this list") if recent else self.tr("No recent files"))
        empty.setEnabled(bool(recent))
        empty.triggered.connect(self._document.forget_recent)

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save the document to its file, or ask for one, and call `then` once it is written.

        While a lesson is open, this is the user's own experiment from before it, not the lesson's scene.
        """
        document = self._document
        path = document.path
        if path is None:
            title = self.tr("Save your own experiment from before the lesson") if document.is_aside else ""
            path = self._ask_path(suggested_name(document.experiment), title)
        if path is not None:
            self.notice.hide()
            document.save(path, then)

    def save_as(self) -> None:
        """Ask for a file and save to it: the document, or the scene of the lesson that is open."""
        document = self._document
        if document.is_aside:
            self.scene.save(document.store.experiment)
            return
        suggestion = document.path or suggested_name(document.experiment)
        path = self._ask_path(str(suggestion))
        if path is not None:
            self.notice.hide()
            document.save(path)

    def _ask_path(self, suggestion: str, title: str = "") -> Path | None:
        return document_dialogs.ask_where_to_save(suggestion, self._settings, self._window, title)

    def _say_saved(self, request: SaveRequest) -> None:
        """Say which of two experiments was saved, where a lesson is open."""
        name = request.path.name
        if request.copy:
            self.done.show_notice(lambda: self.tr("The lesson's scene was saved to {0}.").format(name))
        elif self._document.is_aside and self._document.is_present(request):
            self.done.show_notice(
                lambda: self.tr("Your own experiment was saved to {0}, not the lesson's scene.").format(name)
            )

    def _ask_about_changed_file(self, request: SaveRequest) -> None:
        document = self._document
        reload = partial(document.open, request.path, discards_changes=True)
        document_dialogs.ask_about_changed_file(
            request.path.name,
            self._window,
            partial(document.save_again, request, request.path),
            partial(self._save_elsewhere, request),
            reload if document.is_present(request) else None,
        )

    def _save_elsewhere(self, request: SaveRequest) -> bool:
        """Ask for another file and save what was requested to it; return whether one was chosen."""
        path = self._ask_path(str(request.path))
        if path is not None:
            self._document.save_again(request, path)
        return path is not None

    def when_saved(self, then: Callable[[], object]) -> None:
        """Call `then` once nothing would be lost: at once, or after the changes are saved or given up.

        Changes that are being written at this moment count as saved: writing goes on whatever is opened or closed.
        """
        document = self._document
        if not document.modified or document.saving is not None:
            then()
            return

        def discard() -> None:
            document.discard_changes()
            then()

        document_dialogs.ask_about_changes(
            self._name(),
            document.is_aside,
            self._window,
            # What was changed while it was being written is asked about as well.
            partial(self.save, partial(self.when_saved, then)),
            discard,
        )

    def _name(self) -> str:
        return self._document.path.name if self._document.path else self.tr("Untitled")

    def _show_title(self) -> None:
        self._window.setWindowTitle(f"{self._name()}[*]")
        self._window.setWindowModified(self._document.modified)
        self._window.setWindowFilePath(str(self._document.path or ""))

    # Text

    def copy_text(self) -> None:
        """Put the experiment on the clipboard as a text to send."""
        experiment = self._document.store.experiment
        try:
            text = share.to_text(experiment)
            if share.from_text(text) != experiment:
                raise FileError(self.tr("it could not be read again as it is"))
        except FileError as error:
            refused = error
            self.notice.show_notice(lambda: reason(refused))
            return
        QGuiApplication.clipboard().setText(text)
        self.done.show_notice(
            lambda: self.tr(
                "The experiment is on the clipboard as a text. Edit → Paste experiment brings it back."
            )
        )

    def paste(self) -> None:
        """Show the experiment on the clipboard: a text or a copied file."""
        self._receive(QGuiApplication.clipboard().mimeData(), lambda: self.tr("Paste experiment"))

    def _receive(self, data: QMimeData, label: Words) -> None:
        """Open a file, or take a text as one step of undo; say so if it is neither."""
        path = _file_in(data)
        if path is not None:
            self.open(path)
            return
        try:
            experiment = share.from_text(data.text())
        except FileError as error:
            refused = error
            self.notice.show_notice(lambda: f"{written(label)}: {reason(refused)}")
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
            self._receive(event.mimeData(), lambda: self.tr("Drop"))
            return True
        return super().eventFilter(watched, event)

    # After a crash

    def offer_recovery(self) -> None:
        """Offer what crashed programs have left unsaved, one after the other, and report what cannot be read."""
        autosave = self._autosave
        if autosave.found:
            self._offer(autosave.found[0])
        elif autosave.damaged:
            damaged = autosave.damaged[0]
            text = self.tr("The file {0} holds unsaved changes but cannot be read: {1}")
            self.offer.show_notice(
                text.format(damaged.kept, damaged.reason),
                {self.tr("Delete"): partial(self._discard_damaged, damaged)},
            )
        else:
            self.offer.hide()

    def _offer(self, lost: Lost) -> None:
        name = lost.path.name if lost.path else self.tr("Untitled")
        landscape = localized(lost.experiment.resolve_landscape().name)
        text = self.tr(
            "optexplorer ended unexpectedly. Unsaved changes of {0} ({1}) from {2} were kept."
        ).format(name, landscape, f"{lost.when:%Y-%m-%d %H:%M}")
        self.offer.show_notice(
            text,
            {
                self.tr("Restore"): partial(self._ask_and_restore, lost),
                self.tr("Delete"): partial(self._discard, lost),
            },
        )

    def _ask_and_restore(self, lost: Lost) -> None:
        self.when_saved(partial(self._restore, lost))
        if lost in self._autosave.found:
            # What is on the screen may have to be saved first, which may be cancelled or fail.
            self.offer.show()

    def _restore(self, lost: Lost) -> None:
        self._autosave.adopt(lost)
        self.offer_recovery()

    def _discard_damaged(self, damaged: Damaged) -> None:
        self._autosave.discard_damaged(damaged)
        self.offer_recovery()

    def _discard(self, lost: Lost) -> None:
        self._autosave.discard(lost)
        self.offer_recovery()

    def _say_autosave_failed(self, reason: Words) -> None:
        self.notice.show_notice(
            lambda: self.tr("Unsaved changes cannot be kept for after a crash: {0}").format(written(reason))
        )


def _file_in(data: QMimeData) -> Path | None:
    """Return the first file on this computer among the addresses in `data`."""
    return next((Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()), None)
