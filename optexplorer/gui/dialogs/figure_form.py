"""Asks what a picture or a film shows, how large it is and how it is dressed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from optexplorer.experiment.appearance import Appearance
from optexplorer.export.pictures import LEAST_DPI, MOST_DPI, Sheet, text_size
from optexplorer.export.presets import PRESETS
from optexplorer.painting.figure import Figure, Part, whole_figure
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.samples.landscape_samples import Picture
from optexplorer.scene.scene import Scene

SMALLEST, LARGEST = 100, 8000
WHOLE = "figure"
LABELS = 96
"""Width of the labels, in pixels."""
_CHARTS = ("loss", "lr", "gradient")


class FigureForm(QWidget):
    """The fields that pictures and films share; those of a film ask for no print size and no clear ground."""

    changed = Signal()

    def __init__(self, scene: Scene, style: Style, view: str, *, film: bool = False) -> None:
        super().__init__()
        self._language, self._film, self._appearance = style.language, film, scene.appearance
        self._picture = scene.picture
        self._own_type_size = False
        self._make_fields(scene, style, view)
        self._lay_out()
        self._connect()
        self._suggest_type_size()

    def _make_fields(self, scene: Scene, style: Style, view: str) -> None:
        pictures: dict[Picture | None, list[tuple[Part, str]]] = {
            "curve": [("curve", self.tr("Loss curve"))],
            "surface": [("surface", self.tr("Surface")), ("map", self.tr("Contour map"))],
            None: [],
        }
        grounds = pictures[self._picture]
        self.view = QComboBox()
        for key, text in (
            (WHOLE, self.tr("Figure of several views")),
            *grounds,
            ("loss", self.tr("Loss")),
            ("lr", self.tr("Learning rate")),
            ("gradient", self.tr("Gradient")),
        ):
            self.view.addItem(text, key)
        self.view.setCurrentIndex(max(0, self.view.findData(view)))
        self.parts: dict[Part, QCheckBox] = {}
        for part, text in (*grounds, ("loss", self.tr("Chart"))):
            self.parts[part] = QCheckBox(text)
            self.parts[part].setChecked(part in whole_figure(self._picture).parts)
        self.legend = QCheckBox(self.tr("Names of the racers above"))
        self.legend.setChecked(len(scene.racer_paths) > 1)
        self.caption = QLineEdit()
        self.caption.setPlaceholderText(self.tr("A text below, if you like"))
        self.caption.setMaxLength(600)
        self.preset = QComboBox()
        self.preset.addItem(self.tr("Own size"), None)
        for preset in PRESETS.values():
            if not self._film or preset.dpi <= 96:
                self.preset.addItem(preset.name.in_language(style.language), preset.id)
        width, height = (1280, 720) if self._film else (1600, 1200)
        self.width_field, self.height_field = self._number(width, " px"), self._number(height, " px")
        for field in (self.width_field, self.height_field):
            field.setRange(SMALLEST, 4096 if self._film else LARGEST)
            field.setSingleStep(20)
        self.dpi = self._number(96, " dpi")
        self.dpi.setRange(LEAST_DPI, MOST_DPI)
        self.dpi.setToolTip(self.tr("Pixels per inch: the size of the picture when it is printed"))
        self.type_size = self._number(24, " px")
        self.type_size.setRange(6, 200)
        self.theme = QComboBox()
        self.theme.addItem(self.tr("Light"), LIGHT)
        self.theme.addItem(self.tr("Dark"), DARK)
        self.theme.setCurrentIndex(1 if style.theme.name == "dark" else 0)
        self.transparent = QCheckBox(self.tr("Transparent background"))

    @staticmethod
    def _number(value: int, suffix: str) -> QSpinBox:
        box = QSpinBox()
        box.setMaximum(LARGEST)
        box.setValue(value)
        box.setSuffix(suffix)
        return box

    def _lay_out(self) -> None:
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(8)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._parts_row = self._side_by_side(*self.parts.values())
        size = self._side_by_side(self.width_field, QLabel("×"), self.height_field)
        for label, field, named in (
            (self.tr("Show"), self.view, (self.view,)),
            ("", self._parts_row, ()),
            ("", self.legend, ()),
            (self.tr("Caption"), self.caption, (self.caption,)),
            (self.tr("Made for"), self.preset, (self.preset,)),
            (self.tr("Size"), size, ()),
            (self.tr("Resolution"), self.dpi, (self.dpi,)),
            (self.tr("Type size"), self.type_size, (self.type_size,)),
            (self.tr("Theme"), self.theme, (self.theme,)),
            ("", self.transparent, ()),
        ):
            self._rows.addRow(label, field)
            for widget in named:
                widget.setAccessibleName(label)
        tidy(self._rows)
        self.width_field.setAccessibleName(self.tr("Width"))
        self.height_field.setAccessibleName(self.tr("Height"))
        for row in (self.dpi, self.transparent):
            self._rows.setRowVisible(row, not self._film)
        self._rows.setRowVisible(self._parts_row, self.view.currentData() == WHOLE)

    @staticmethod
    def _side_by_side(*widgets: QWidget) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for widget in widgets:
            line.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
        return row

    def _connect(self) -> None:
        self.view.currentIndexChanged.connect(self._show_parts)
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.type_size.valueChanged.connect(self._keep_type_size)
        for size in (self.width_field, self.height_field):
            size.valueChanged.connect(self._leave_preset)
        for signal in (
            *(box.toggled for box in (*self.parts.values(), self.legend, self.transparent)),
            *(box.valueChanged for box in (self.width_field, self.height_field, self.dpi, self.type_size)),
            self.view.currentIndexChanged,
            self.theme.currentIndexChanged,
            self.caption.textChanged,
        ):
            signal.connect(self.changed)

    def _show_parts(self) -> None:
        self._rows.setRowVisible(self._parts_row, self.view.currentData() == WHOLE)
        self._suggest_type_size()

    def _take_preset(self) -> None:
        preset = PRESETS.get(self.preset.currentData() or "")
        if preset is None:
            return
        for box, value in (
            (self.width_field, preset.width),
            (self.height_field, preset.height),
            (self.dpi, preset.dpi),
            (self.type_size, preset.text_size),
        ):
            with QSignalBlocker(box):
                box.setValue(value)
        self._own_type_size = True
        self.changed.emit()

    def _leave_preset(self) -> None:
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(0)
        self._suggest_type_size()

    def _keep_type_size(self) -> None:
        self._own_type_size = True

    def _suggest_type_size(self) -> None:
        """Let the type suit the size, until the person has chosen another."""
        if self._own_type_size:
            return
        count = len(self._chosen_parts())
        with QSignalBlocker(self.type_size):
            self.type_size.setValue(
                round(text_size(self.width_field.value(), self.height_field.value(), count))
            )

    def _chosen_parts(self) -> tuple[Part, ...]:
        chosen = self.view.currentData()
        if chosen == WHOLE:
            return tuple(part for part, box in self.parts.items() if box.isChecked())
        return ("loss",) if chosen in _CHARTS else (chosen,)

    def figure(self) -> Figure | None:
        """Return what is to be shown; None if no part is chosen."""
        parts = self._chosen_parts()
        return Figure(parts, self.legend.isChecked(), self.caption.text()) if parts else None

    def seen(self) -> Appearance:
        """Return how the scene is looked at: its chart shows what was chosen."""
        chosen = self.view.currentData()
        if chosen not in _CHARTS:
            return self._appearance
        return self._appearance.evolve(chart=chosen)

    def sheet(self) -> Sheet:
        """Return the size.

        Raises
        ------
        ValueError
            If it is too large.
        """
        return Sheet(self.width_field.value(), self.height_field.value(), 1.0, self.dpi.value())

    def dress(self) -> Style:
        """Return how it is dressed."""
        return Style(
            self.theme.currentData(),
            self._language,
            self.type_size.value(),
            self.transparent.isChecked() and not self._film,
        )


def tidy(rows: QFormLayout) -> None:
    """Align the fields of forms that stand below each other, and give the numbers in them some air."""
    for row in range(rows.rowCount()):
        item = rows.itemAt(row, QFormLayout.ItemRole.LabelRole)
        label = item.widget() if item is not None else None
        if label is not None:
            label.setMinimumWidth(LABELS)
    form = rows.parentWidget()
    assert form is not None
    for box in form.findChildren(QAbstractSpinBox):
        text = box.findChild(QLineEdit)
        assert isinstance(text, QLineEdit)
        text.setTextMargins(5, 0, 0, 0)
