"""The dialog that exports a picture: its contents and size, a preview, a file or the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QSize
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from optexplorer.atomic_write import write_atomically
from optexplorer.export.pictures import KINDS, Sheet, kind_of, picture, render
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.dialogs.figure_form import FigureForm
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.dialogs.preview import Preview
from optexplorer.gui.dialogs.save_buttons import ErrorLabel, SaveButtons
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.scene import Scene

FOLDER = "export folder"


class ExportDialog(Retranslating, QDialog):
    """Exports the experiment as it stands at the playhead."""

    def __init__(
        self,
        computed: Computed,
        playhead: int,
        style: Style,
        settings: Settings,
        view: str,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._computed, self._playhead, self._settings = computed, playhead, settings
        self.form = FigureForm(computed.resolved(playhead), style, view)
        self.preview = Preview(self._previewed, self._size)
        self._work = LatestTask(self)
        self._work.finished.connect(lambda _: self.accept())
        self._work.failed.connect(self._show_error)
        self._copying = LatestTask(self)
        self._copying.finished.connect(self._put_on_clipboard)
        self._copying.failed.connect(self._show_error)

        self.metadata = QCheckBox()
        self.metadata.setChecked(True)
        self.facts = PlainLabel(name="hint")
        self.error = ErrorLabel()
        self.buttons = SaveButtons(self)
        self.save = self.buttons.save
        self.copy = QPushButton()
        self.copy.setAutoDefault(False)
        self.buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self.buttons.accepted.connect(self._ask_path)
        self.buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self.copy_picture)
        self.form.changed.connect(self._refresh)
        self.preview.failed.connect(self._show_error)
        self.retranslate()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.form)
        left.addWidget(self.metadata)
        left.addWidget(self.facts)
        left.addWidget(self.error)
        left.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(20)
        columns.addLayout(left)
        columns.addWidget(self.preview, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, 1)
        layout.addWidget(self.buttons)
        self.form.setFixedWidth(360)
        resize_within_screen(self, QSize(1080, 620))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export image"))
        self.metadata.setText(self.tr("Keep the experiment in the picture"))
        self.metadata.setToolTip(
            self.tr("Dropped on the window, the picture then brings the experiment back.")
        )
        self.copy.setText(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Put the picture on the clipboard, as pixels and as SVG"))
        self._refresh()

    # What is asked for

    def _size(self) -> QSize:
        return QSize(self.form.width_field.value(), self.form.height_field.value())

    def _scene(self) -> Callable[[], Scene]:
        """Return what makes the scene; it may explain steps and derive Hessians, so another thread is to call it."""
        return partial(self._computed.scene, self._playhead, self.form.seen())

    def _asked(self) -> tuple[Figure, Sheet] | None:
        """Return what was asked for, or None, having said why there can be no such picture."""
        figure = self.form.figure()
        if figure is None:
            self._show_error(self.tr("Choose at least one view for the figure."))
            return None
        try:
            return figure, self.form.sheet()
        except ValueError as error:
            self._show_error(str(error))
            return None

    def _refresh(self) -> None:
        self.error.hide()
        asked = self._asked()
        self.save.setEnabled(asked is not None)
        self.copy.setEnabled(asked is not None)
        if asked is not None:
            width, height = (side / 72 * 2.54 for side in asked[1].points)
            self.facts.setText(self.tr("{0} × {1} cm in print").format(f"{width:.1f}", f"{height:.1f}"))
            self.preview.refresh()

    def _previewed(self, scale: float) -> Callable[[], QImage] | None:
        figure = self.form.figure()
        if figure is None:
            return None
        size, scene, style = self._size(), self._scene(), self.form.dress()
        return lambda: render(scene(), figure, size.width(), size.height(), scale, style)

    def _show_error(self, message: str) -> None:
        self.buttons.setEnabled(True)
        self.error.show_error(message)

    # What is done with it

    def copy_picture(self) -> None:
        """Copy the picture to the clipboard, as pixels and as vectors."""
        asked = self._asked()
        if asked is not None:
            scene, style = self._scene(), self.form.dress()
            self._copying.run(lambda: clipboard_data(scene(), *asked, style))

    def _put_on_clipboard(self, made: tuple[QImage, bytes]) -> None:
        put_on_clipboard(made)

    def _ask_path(self) -> None:
        folder = self._settings.text(FOLDER, str(Path.home()))
        kind = self._settings.text("picture kind", "png")
        name = f"{self._computed.landscape.id}-{self.form.view.currentData()}.{kind}"
        filters = {known: f"{known.upper()} (*.{known})" for known in KINDS}
        path, chosen = QFileDialog.getSaveFileName(
            self,
            self.windowTitle(),
            str(Path(folder) / name),
            ";;".join(filters.values()),
            filters.get(kind, filters["png"]),  # type: ignore[call-overload]
        )
        if path:
            known = next((kind for kind, text in filters.items() if text == chosen), "png")
            named = Path(path).suffix.lower().removeprefix(".") in KINDS
            target = path if named else f"{path}.{known}"
            if may_overwrite([Path(target)], Path(path), self):
                self.save_to(target)

    def save_to(self, path: str) -> None:
        """Make the picture off the GUI thread and write it to `path`; the dialog closes when it is there."""
        asked = self._asked()
        if asked is None:
            return
        kind = kind_of(path)
        self._settings.remember_text(FOLDER, str(Path(path).parent))
        self._settings.remember_text("picture kind", kind)
        self.buttons.setEnabled(False)
        experiment = self._computed.experiment if self.metadata.isChecked() else None
        scene, style = self._scene(), self.form.dress()
        self._work.run(lambda: write_atomically(path, picture(scene(), *asked, style, kind, experiment)))

    def done(self, result: int) -> None:
        self.preview.stop()
        self._work.wait()
        self._copying.forget()
        super().done(result)


def clipboard_data(scene: Scene, figure: Figure, sheet: Sheet, style: Style) -> tuple[QImage, bytes]:
    """Return a picture as pixels and as SVG."""
    image = render(scene, figure, sheet.width, sheet.height, sheet.scale, style)
    return image, picture(scene, figure, sheet, style, "svg")


def put_on_clipboard(made: tuple[QImage, bytes]) -> None:
    """Put what `clipboard_data` has made on the clipboard."""
    image, svg = made
    data = QMimeData()
    data.setImageData(image)
    data.setData("image/svg+xml", QByteArray(svg))
    QGuiApplication.clipboard().setMimeData(data)
