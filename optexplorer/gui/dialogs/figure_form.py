"""The form for the contents, size and style of a picture or a film."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from optexplorer.experiment.appearance import Appearance, Quantity
from optexplorer.export.pictures import LEAST_DPI, MOST_DPI, Sheet, text_size
from optexplorer.export.presets import PRESETS
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.form_rows import LABELS, FormRows, indent_numbers, name_items
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.painting.figure import Figure, FigurePart, figure_appearance, whole_figure
from optexplorer.painting.style import Style
from optexplorer.scene.fit.resolve_fit import has_fit
from optexplorer.scene.network.network_absence import absence_of_network
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.samples.landscape_samples import Picture
from optexplorer.scene.scene import Scene

SMALLEST, LARGEST = 100, 8000
WHOLE = "figure"
_CHARTS: tuple[Quantity, ...] = get_args(Quantity)
_LOSS: FigurePart = "loss"


class FigureForm(Retranslating, QWidget):
    """The fields that pictures and films share; those of a film ask for no print size and no clear ground."""

    changed = Signal()

    def __init__(self, scene: Scene, style: Style, view: str, *, film: bool = False) -> None:
        super().__init__()
        self._film, self._appearance = film, scene.appearance
        self._picture = scene.picture
        self._own_type_size = False
        self._make_fields(scene, style, view)
        self._lay_out()
        self.retranslate()
        self._connect()
        self._suggest_type_size()

    def _make_fields(self, scene: Scene, style: Style, view: str) -> None:
        of_picture: dict[Picture | None, tuple[FigurePart, ...]] = {
            "curve": ("curve",),
            "surface": ("surface", "map"),
            None: (),
        }
        pictures = of_picture[self._picture]
        fits = has_fit(scene.landscape)
        if fits:
            pictures = (*pictures, "fit")
        if absence_of_network(scene.landscape) is None:
            pictures = (*pictures, "network")
        self.view = QComboBox()
        classes = "accuracy" in scene.landscape.measures
        for key in (WHOLE, *pictures, *(chart for chart in _CHARTS if classes or chart != "accuracy")):
            self.view.addItem("", key)
        self.view.setCurrentIndex(max(0, self.view.findData(view)))
        self.parts: dict[FigurePart, QCheckBox] = {}
        for part in (*pictures, _LOSS):
            self.parts[part] = QCheckBox()
            self.parts[part].setChecked(part in whole_figure(self._picture, fit=fits).parts)
        self.legend = QCheckBox()
        self.legend.setChecked(len(scene.racer_paths) > 1)
        self.caption = QLineEdit()
        self.caption.setMaxLength(600)
        self.preset = QComboBox()
        self.preset.addItem("", None)
        for preset in PRESETS.values():
            if not self._film or preset.dpi <= 96:
                self.preset.addItem("", preset.id)
        width, height = (1280, 720) if self._film else (1600, 1200)
        self.width_field, self.height_field = self._number(width, " px"), self._number(height, " px")
        for field in (self.width_field, self.height_field):
            field.setRange(SMALLEST, 4096 if self._film else LARGEST)
            field.setSingleStep(20)
        self.dpi = self._number(96, " dpi")
        self.dpi.setRange(LEAST_DPI, MOST_DPI)
        self.type_size = self._number(24, " px")
        self.type_size.setRange(6, 200)
        self.theme = QComboBox()
        for theme in (LIGHT, DARK):
            self.theme.addItem("", theme)
        self.theme.setCurrentIndex(1 if style.theme.name == "dark" else 0)
        self.transparent = QCheckBox()

    @staticmethod
    def _number(value: int, suffix: str) -> QSpinBox:
        box = QSpinBox()
        box.setMaximum(LARGEST)
        box.setValue(value)
        box.setSuffix(suffix)
        return box

    def _lay_out(self) -> None:
        self._rows = FormRows(self, label_width=LABELS)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._parts_row = self._in_two_columns(*self.parts.values())
        self._size_row = self._side_by_side(self.width_field, PlainLabel("×"), self.height_field)
        self._rows.add(self.view, self._parts_row, self.legend, self.caption, self.preset, self._size_row)
        self._rows.add(self.dpi, self.type_size, self.theme, self.transparent)
        indent_numbers(self)
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

    @staticmethod
    def _in_two_columns(*widgets: QWidget) -> QWidget:
        """Return a row that stays narrow however many widgets it holds."""
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for place, widget in enumerate(widgets):
            grid.addWidget(widget, place // 2, place % 2)
        return row

    def retranslate(self) -> None:
        pictures = {
            "curve": self.tr("Loss curve"),
            "surface": self.tr("Surface"),
            "map": self.tr("Contour map"),
            "fit": self.tr("Data and fit"),
            "network": self.tr("Network"),
        }
        charts = {
            "loss": self.tr("Loss"),
            "lr": self.tr("Learning rate"),
            "gradient": self.tr("Gradient"),
            "stability": self.tr("Stability"),
            "accuracy": self.tr("Accuracy"),
        }
        name_items(self.view, {WHOLE: self.tr("Figure of several views"), **pictures, **charts})
        for part, box in self.parts.items():
            box.setText({**pictures, _LOSS: self.tr("Chart")}[part])
        self.legend.setText(self.tr("Names of the racers above"))
        self.caption.setPlaceholderText(self.tr("A text below, if you like"))
        presets = {id: localized(preset.name) for id, preset in PRESETS.items()}
        name_items(self.preset, {None: self.tr("Own size"), **presets})
        self.dpi.setToolTip(self.tr("Pixels per inch: the size of the picture when it is printed"))
        for place, text in enumerate((self.tr("Light"), self.tr("Dark"))):
            self.theme.setItemText(place, text)
        self.transparent.setText(self.tr("Transparent background"))
        self._rows.name_rows(
            {
                self.view: self.tr("Show"),
                self.caption: self.tr("Caption"),
                self.preset: self.tr("Made for"),
                self._size_row: self.tr("Size"),
                self.dpi: self.tr("Resolution"),
                self.type_size: self.tr("Type size"),
                self.theme: self.tr("Theme"),
            }
        )
        self.width_field.setAccessibleName(self.tr("Width"))
        self.height_field.setAccessibleName(self.tr("Height"))
        # The picture's own words are in the window's language.
        self.changed.emit()

    def _connect(self) -> None:
        self.view.currentIndexChanged.connect(self._show_parts)
        self.preset.currentIndexChanged.connect(self._apply_preset)
        self.type_size.valueChanged.connect(self._keep_type_size)
        for size in (self.width_field, self.height_field):
            size.valueChanged.connect(self._clear_preset)
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

    def _apply_preset(self) -> None:
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

    def _clear_preset(self) -> None:
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(0)
        self._suggest_type_size()

    def _keep_type_size(self) -> None:
        self._own_type_size = True

    def _suggest_type_size(self) -> None:
        """Adapt the font size to the picture size, until the user has chosen one."""
        if self._own_type_size:
            return
        count = len(self._chosen_parts())
        with QSignalBlocker(self.type_size):
            self.type_size.setValue(
                round(text_size(self.width_field.value(), self.height_field.value(), count))
            )

    def _chosen_parts(self) -> tuple[FigurePart, ...]:
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
        chosen, figure = self.view.currentData(), self.figure()
        appearance = self._appearance if figure is None else figure_appearance(figure, self._appearance)
        return appearance.charting(chosen) if chosen in _CHARTS else appearance

    def sheet(self) -> Sheet:
        """Return the size.

        Raises
        ------
        ValueError
            If it is too large.
        """
        return Sheet(self.width_field.value(), self.height_field.value(), 1.0, self.dpi.value())

    def dress(self) -> Style:
        """Return the style that was chosen."""
        return Style(
            self.theme.currentData(),
            window_style().language,
            self.type_size.value(),
            self.transparent.isChecked() and not self._film,
        )
