"""The table of numbers of every racer at the playhead."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.colour_chip import colour_disc
from optexplorer.gui.fields.labels import plain_tip
from optexplorer.gui.fields.rounding_tip import rounding_tip
from optexplorer.painting.style import Style
from optexplorer.scene.chart_lines import charted_abscissa
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.scene.series import discernible_loss

MOST_COORDINATES = 6
"""Columns; of points with more coordinates, none is listed."""
_MEASURED = ("held_out_loss", "accuracy", "held_out_accuracy")
_BESIDE_PLANE: Mapping[str, Callable[[PathAtPlayhead], float | None]] = {
    "plane_loss": lambda path: path.plane_loss,
    "distance": lambda path: path.distance,
    "share": lambda path: path.share,
}
"""What is told of racers that are seen on a plane."""
_COST = "cost"
_BESIDE: Mapping[str, Callable[[PathAtPlayhead], float | None]] = {
    **_BESIDE_PLANE,
    _COST: lambda path: path.cost,
}
TYPE = 12
"""Height of the type, in pixels."""
NAME = 88
"""Width that is always left for the names of the racers, in pixels."""
WIDEST_NAME = 160
"""Of a name in a table that is wider than its view, in pixels."""
ROOM = 19
"""Padding of a cell on both sides, and the margin that the style leaves around its text, in pixels."""
LARGEST_PLAIN = 1e9
"""From here on numbers are written with an exponent, however small the differences that matter."""
DISC = 20
"""Width of the disc before a name, and of the space after it, in pixels."""
SURE_DIGITS = 15
"""Decimal digits that every double has."""
_INDEX = QModelIndex | QPersistentModelIndex
_NAME = 0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def fixed(value: float, resolution: float = math.inf) -> str:
    """Return a number for a narrow column: the larger, the fewer decimals; an exponent where those do not tell it.

    There are more decimals where differences of `resolution` need them, but not more than the number has.
    """
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "–")
    size = abs(value)
    needed = math.ceil(-math.log10(resolution)) if 0 < resolution < math.inf else 0
    if value == 0 or 1e-3 <= size < 1e5 or (1e5 <= size < LARGEST_PLAIN and resolution < 1e-5 * size):
        decimals = 4 if size < 100 else 2 if size < 1000 else 0
        known = SURE_DIGITS - 1 - math.floor(math.log10(max(size, 1)))
        text = f"{value:.{max(decimals, min(needed, known))}f}"
    else:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def _loss_resolution(racer_paths: Sequence[PathAtPlayhead]) -> float:
    """Return the difference of losses that tells racers apart, of those that have not diverged."""
    trajectories = (racer_path.trajectory for racer_path in racer_paths)
    return discernible_loss(t for t in trajectories if t.ending is not TerminationReason.DIVERGED) / 10


def _measure(racer_path: PathAtPlayhead, name: str, resolution: float) -> str:
    """Return what was measured of a racer beside its loss, or concerns the plane that it is seen on, as it is shown."""
    if name in _BESIDE:
        beside = _BESIDE[name](racer_path)
        if beside is None:
            return ""
        if name == _COST:
            return f"{beside:.1f}"
        if name == "share":
            return f"{100 * beside:.1f} %"
        return fixed(beside, resolution if name == "plane_loss" else math.inf)
    measured = racer_path.trajectory.measures.get(name)
    if measured is None:
        return ""
    value = float(measured[racer_path.step])
    return fixed(value, resolution) if name.endswith("loss") else f"{100 * value:.1f} %"


def _is_number(name: str) -> bool:
    return name.endswith("loss") or name in ("distance", _COST)


class _Row(NamedTuple):
    cells: tuple[str, ...]
    colour: str
    diverged: bool
    tip: str = ""
    """What is said of the outcome beyond the cell."""
    counts: str = ""
    """How the evaluations are made up."""


class ReadoutModel(QAbstractTableModel):
    """A row per visible racer; says which cells have changed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._headings: tuple[str, ...] = ()
        self._rows: list[_Row] = []
        self._style = Style()
        self._discs: dict[str, QPixmap] = {}
        self._answers: dict[int, Callable[[_Row, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.TextAlignmentRole: lambda _, column: self._alignment(column),
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.DecorationRole: self._chip,
            Qt.ItemDataRole.ForegroundRole: self._ink,
        }
        self.device_pixel_ratio = 1.0
        self.evaluations_heading = ""
        self.heading_tips: Mapping[str, str] = {}
        """What is said of columns beyond their headings."""

    def show_rows(self, headings: tuple[str, ...], rows: list[_Row], style: Style) -> None:
        """Show `rows` under `headings`."""
        before, self._style = self._rows, style
        if headings != self._headings or len(rows) != len(before):
            self.beginResetModel()
            self._headings, self._rows = headings, rows
            self.endResetModel()
            return
        self._rows = rows
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old == new:
                continue
            changed = [at for at, (a, b) in enumerate(zip(old.cells, new.cells, strict=True)) if a != b]
            if old[1:] != new[1:]:
                changed = [_NAME, len(headings) - 1]
            self.dataChanged.emit(self.index(place, changed[0]), self.index(place, changed[-1]))

    def rowCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headings[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
            if role == Qt.ItemDataRole.ToolTipRole and self._headings[section] in self.heading_tips:
                return plain_tip(self.heading_tips[self._headings[section]])
        return None

    def data(self, index: _INDEX, role: int = 0) -> Any:
        # Asked some hundred times for each frame of the animation, mostly for roles that have no answer here.
        answer = self._answers.get(role)
        return None if answer is None else answer(self._rows[index.row()], index.column())

    def _text(self, row: _Row, column: int) -> str:
        return row.cells[column]

    def _tip(self, row: _Row, column: int) -> str | None:
        if column == len(self._headings) - 1:
            return plain_tip("\n".join(filter(None, (row.cells[column], row.tip))))
        if self._headings[column] == self.evaluations_heading:
            return plain_tip(row.counts)
        return plain_tip(row.cells[column]) if column == _NAME else None

    def _chip(self, row: _Row, column: int) -> QPixmap | None:
        return self._disc(row.colour) if column == _NAME else None

    def _ink(self, row: _Row, column: int) -> QColor | None:
        if column != len(self._headings) - 1:
            return None
        return QColor(self._style.theme.danger if row.diverged else self._style.theme.muted)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        words = column in (_NAME, len(self._headings) - 1)
        return _LEFT if words else _RIGHT

    def _disc(self, colour: str) -> QPixmap:
        if colour not in self._discs:
            self._discs[colour] = colour_disc(colour, 12, self.device_pixel_ratio)
        return self._discs[colour]


class ReadoutView(Retranslating, QTableView):
    """Shows step, point, loss, gradient, rate and outcome of every visible racer at the playhead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readout")
        self._model = ReadoutModel(self)
        self.setModel(self._model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # Only names are ever too long for their column; those of racers of one kind differ at their ends.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setFixedHeight(26)
        self.scene: Scene | None = None
        """The scene whose numbers are shown."""
        self._shaped_for: Any = None
        self._shown: tuple[tuple[str, ...], list[_Row], Style] | None = None
        self._longest: list[str] = []
        self._outcome = ""
        """The longest outcome so far."""
        self._rounding: Mapping[int, int] = {}
        self._measured: list[str] = []
        """What is shown beside the loss of landscapes made of data."""
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Read-out"))
        self.setToolTip(self.tr("The racers at the playhead"))

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show the numbers of `scene`'s racers at its playhead."""
        self.scene = scene
        self._model.device_pixel_ratio = self.devicePixelRatioF()
        variables = scene.landscape.variables
        if len(variables) > MOST_COORDINATES:
            variables = ()
        self._measured = [
            name for name in _MEASURED if any(name in p.trajectory.measures for p in scene.racer_paths)
        ]
        if any(path.projection is not None for path in scene.racer_paths):
            self._measured += tuple(_BESIDE_PLANE)
        if charted_abscissa(scene) == "evaluations":
            self._measured.append(_COST)
        words = dict(
            zip(
                (*_MEASURED, *_BESIDE_PLANE, _COST),
                (
                    self.tr("Held-out loss"),
                    self.tr("Accuracy"),
                    self.tr("Held-out accuracy"),
                    self.tr("Loss on plane"),
                    self.tr("Distance"),
                    self.tr("In plane"),
                    self.tr("Evaluations"),
                ),
                strict=True,
            )
        )
        self._model.evaluations_heading = words[_COST]
        self._model.heading_tips = {
            words["plane_loss"]: self.tr(
                "The loss at the point of the plane that is nearest to the racer, where its ball is drawn"
            ),
            words["distance"]: self.tr("How far the racer is from the plane"),
            words["share"]: self.tr(
                "The part of the variance of the racer's whole path that the plane holds"
            ),
            words[_COST]: self.tr(
                "What the evaluations so far cost, in gradients: a loss counts as a third of one, a Hessian as one for each "
                "coordinate"
            ),
        }
        headings = (
            self.tr("Racer"),
            self.tr("Step"),
            *variables,
            self.tr("Loss"),
            *(words[name] for name in self._measured),
            self.tr("‖∇f‖"),
            self.tr("Rate"),
            self.tr("Outcome"),
        )
        resolutions = (
            *((high - low) / 1e4 for low, high in scene.landscape.domain[: len(variables)]),
            _loss_resolution(scene.racer_paths),
        )
        rows = [self._row(racer_path, resolutions, style) for racer_path in scene.racer_paths]
        self._model.show_rows(headings, rows, style)
        self._show_columns(headings, rows, style)

    def _show_columns(self, headings: tuple[str, ...], rows: list[_Row], style: Style) -> None:
        self._shown = (headings, rows, style)
        names = [row.cells[_NAME] for row in rows]
        shape = (headings, names, style, self.viewport().width())
        if shape != self._shaped_for:
            points = ["−0.0000"] * (len(headings) - 6 - len(self._measured))
            measured = ["0.00e−00" if _is_number(name) else "100.0 %" for name in self._measured]
            usual = style.words(TerminationReason.STEP_LIMIT.words(300))
            self._longest = ["", "0000", *points, "0.00e−00", *measured, "0.00e−00", "0.0000", usual]
            self._outcome = ""
        # Columns only grow, so that nothing moves to and fro while the numbers change.
        width = QFontMetrics(self._type()).horizontalAdvance
        longest = [
            max((sample, *(row.cells[column] for row in rows)), key=width) if column != _NAME else ""
            for column, sample in enumerate(self._longest)
        ]
        outcome = max((self._outcome, *(row.cells[-1] for row in rows)), key=width)
        if shape != self._shaped_for or longest != self._longest or outcome != self._outcome:
            self._shaped_for, self._longest, self._outcome = shape, longest, outcome
            self._shape(headings, names, longest, style)

    def show_rounding(self, steps: Mapping[int, int]) -> None:
        """Mark these racers, by number, whose paths depend on rounding from a step on; shown with the next scene."""
        self._rounding = steps

    def _row(self, racer_path: PathAtPlayhead, resolutions: Sequence[float], style: Style) -> _Row:
        outcome = style.words(racer_path.status())
        # Of many coordinates none is shown, and it may take a while to find them.
        head = racer_path.head if len(resolutions) > 1 else ()
        rounding_step = self._rounding.get(racer_path.number)
        if rounding_step is not None:
            outcome += " · " + self.tr("depends on rounding")
        cells = (
            style.words(racer_path.name),
            str(racer_path.step),
            *(fixed(float(value), step) for value, step in zip(head, resolutions[:-1], strict=False)),
            fixed(racer_path.loss, resolutions[-1]),
            *(_measure(racer_path, name, resolutions[-1]) for name in self._measured),
            fixed(racer_path.gradient_norm),
            fixed(racer_path.learning_rate),
            outcome,
        )
        diverged = racer_path.ended and racer_path.trajectory.ending is TerminationReason.DIVERGED
        counts = racer_path.trajectory.evaluations if _COST in self._measured else None
        made_up = self.tr("Losses: {0}, gradients: {1}, Hessians: {2}")
        made_up = "" if counts is None else made_up.format(*counts[racer_path.step].tolist())
        return _Row(cells, racer_path.colour, diverged, rounding_tip(rounding_step), made_up)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown is not None:
            self._show_columns(*self._shown)

    def _type(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(TYPE)
        # Digits of equal width, in fonts that have both.
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _shape(self, headings: tuple[str, ...], names: list[str], samples: list[str], style: Style) -> None:
        """Make every column of numbers wide enough for its longest number, and give the names what is left."""
        font = self._type()
        self.setFont(font)
        body = QFontMetrics(font)
        font.setWeight(QFont.Weight.DemiBold)
        head = QFontMetrics(font)
        longest = max((body.horizontalAdvance(name) for name in names), default=0) + DISC + ROOM
        widths = [
            max(body.horizontalAdvance(sample), head.horizontalAdvance(heading)) + ROOM
            for heading, sample in zip(headings, samples, strict=True)
        ]
        # The names have what the numbers and the outcome leave; where that is too little, the table is scrolled
        # sideways anyway, and names are whole.
        left = self.viewport().width() - sum(widths[1:])
        if left < longest:
            # Nor do they make room for an outcome that none has yet.
            shown = max(body.horizontalAdvance(self._outcome), head.horizontalAdvance(headings[-1])) + ROOM
            given = min(longest - left, max(widths[-1] - shown, 0))
            widths[-1] -= given
            left += given
        widths[0] = min(left if left >= NAME else WIDEST_NAME, max(longest, NAME))
        widths[-1] += max(self.viewport().width() - sum(widths), 0)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
