"""Asks what a picture shall show and how large it shall be, previews it, and writes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from optexplorer.experiment.view import Quantity
from optexplorer.export.figure import Part
from optexplorer.export.picture import render
from optexplorer.export.style import Style
from optexplorer.gui.background import Background
from optexplorer.gui.dialogs.data_dialog import write_file
from optexplorer.gui.settings import Settings
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.scene import Scene

SMALLEST, LARGEST = 100, 8000
MOST_PIXELS = 100_000_000


class ExportDialog(QDialog):
    """Exports the scene as it stands at the playhead."""

    def __init__(self, scene: Scene, style: Style, settings: Settings, view: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export image"))
        self._scene, self._style, self._settings = scene, style, settings
        self._path = ""
        self._preview_work, self._export_work = Background(self), Background(self)
        self._preview_work.finished.connect(self._show_preview)
        self._preview_work.failed.connect(self._show_error)
        self._export_work.finished.connect(self._write)
        self._export_work.failed.connect(self._show_error)
        self._image: QImage | None = None

        self.view = QComboBox()
        grounds = (
            [("curve", self.tr("Loss curve"))]
            if scene.landscape.dimension == 1
            else [("surface", self.tr("Surface")), ("map", self.tr("Contour map"))]
        )
        for key, text in (
            *grounds,
            ("loss", self.tr("Loss")),
            ("lr", self.tr("Learning rate")),
            ("gradient", self.tr("Gradient")),
        ):
            self.view.addItem(text, key)
        self.view.setCurrentIndex(max(0, self.view.findData(view)))
        self.width_field, self.height_field = self._pixels(1600), self._pixels(1200)
        self.scale = QDoubleSpinBox()
        self.scale.setRange(0.5, 4)
        self.scale.setSingleStep(0.5)
        self.scale.setDecimals(1)
        self.scale.setValue(1)
        self.scale.setSuffix(" ×")
        self.scale.setToolTip(self.tr("Multiplies the number of pixels; the layout stays the same."))
        self.type_size = QSpinBox()
        self.type_size.setRange(8, 60)
        self.type_size.setValue(24)
        self.type_size.setSuffix(" px")
        self.theme = QComboBox()
        self.theme.addItem(self.tr("Light"), LIGHT)
        self.theme.addItem(self.tr("Dark"), DARK)
        self.theme.setCurrentIndex(0 if style.theme is LIGHT else 1)
        self.transparent = QCheckBox(self.tr("Transparent background"))
        self.pixels = QLabel()
        self.pixels.setObjectName("hint")
        self.error = QLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(440, 330)
        self.preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.preview.setAccessibleName(self.tr("Preview"))

        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (self.tr("View"), self.view),
            (self.tr("Width"), self.width_field),
            (self.tr("Height"), self.height_field),
            (self.tr("Scale factor"), self.scale),
            (self.tr("Type size"), self.type_size),
            (self.tr("Theme"), self.theme),
        ):
            form.addRow(label, field)
            field.setAccessibleName(label)
        form.addRow("", self.transparent)
        form.addRow("", self.pixels)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addWidget(self.error)
        left.addStretch(1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setText(self.tr("Save…"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        self.buttons.accepted.connect(self._ask_path)
        self.buttons.rejected.connect(self.reject)
        columns = QHBoxLayout()
        columns.setSpacing(20)
        columns.addLayout(left)
        columns.addWidget(self.preview, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, 1)
        layout.addWidget(self.buttons)
        self.resize(960, 520)

        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(60)
        self._later.timeout.connect(self._refresh)
        for signal in (
            self.view.currentIndexChanged,
            self.width_field.valueChanged,
            self.height_field.valueChanged,
            self.scale.valueChanged,
            self.type_size.valueChanged,
            self.theme.currentIndexChanged,
            self.transparent.toggled,
        ):
            signal.connect(self._later.start)
        self._refresh()

    def _pixels(self, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(SMALLEST, LARGEST)
        box.setSingleStep(20)
        box.setValue(value)
        box.setSuffix(" px")
        return box

    def _chosen_view(self) -> tuple[Scene, Part]:
        """What to paint, and which part of it."""
        key = self.view.currentData()
        if key not in get_args(Quantity):
            return self._scene, key
        return replace(self._scene, view=self._scene.view.model_copy(update={"chart": key})), "loss"

    def _chosen_style(self, shrink: float = 1.0) -> Style:
        return Style(
            theme=self.theme.currentData(),
            language=self._style.language,
            text_size=self.type_size.value() * shrink,
            transparent=self.transparent.isChecked(),
        )

    def _final_size(self) -> tuple[int, int]:
        scale = self.scale.value()
        return round(self.width_field.value() * scale), round(self.height_field.value() * scale)

    def _refresh(self) -> None:
        width, height = self._final_size()
        too_large = width * height > MOST_PIXELS
        self.pixels.setText(self.tr("{0} × {1} pixels").format(width, height))
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not too_large)
        self.error.setVisible(too_large)
        if too_large:
            limit = MOST_PIXELS // 1_000_000
            self.error.setText(
                self.tr("That is more than {0} million pixels; choose a smaller size.").format(limit)
            )
        w, h = self.width_field.value(), self.height_field.value()
        ratio = self.devicePixelRatioF()
        shrink = min(self.preview.width() / w, self.preview.height() / h, 1.0)
        (scene, view), style = self._chosen_view(), self._chosen_style()
        self._preview_work.run(lambda: render(scene, view, w, h, shrink * ratio, style))

    def _show_preview(self, image: QImage) -> None:
        self._image = image
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.preview.setPixmap(pixmap)

    def _show_error(self, message: str) -> None:
        self.buttons.setEnabled(True)
        self.error.setText(message)
        self.error.show()

    def _ask_path(self) -> None:
        folder = self._settings.text("export folder", str(Path.home()))
        name = f"{self._scene.landscape.id}-{self.view.currentData()}.png"
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export image"), str(Path(folder) / name), "PNG (*.png)"
        )
        if path:
            self.save_to(path if path.lower().endswith(".png") else f"{path}.png")

    def save_to(self, path: str) -> None:
        """Render the picture off the GUI thread and write it to `path`; the dialog closes when it is there."""
        self._path = path
        self._settings.remember_text("export folder", str(Path(path).parent))
        self.buttons.setEnabled(False)
        (scene, view), style = self._chosen_view(), self._chosen_style()
        width, height, scale = self.width_field.value(), self.height_field.value(), self.scale.value()
        self._export_work.run(lambda: render(scene, view, width, height, scale, style))

    def _write(self, image: QImage) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        error = write_file(self._path, bytes(buffer.data().data()))
        if error:
            self._show_error(error)
            QMessageBox.critical(self, self.windowTitle(), error)
        else:
            self.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def sizeHint(self) -> QSize:
        return QSize(960, 520)

    def done(self, result: int) -> None:
        self._later.stop()
        self._preview_work.wait()
        self._export_work.wait()
        super().done(result)
