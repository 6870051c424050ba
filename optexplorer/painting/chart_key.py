"""What the kinds of lines in the chart mean, and what it cannot show, in words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from optexplorer.experiment.appearance import Quantity
from optexplorer.painting.axes import ABOVE, metrics, paint_text, text_width
from optexplorer.painting.chart_frame import ChartFrame
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.chart_lines import Stroke, chart_lines, charted_quantity
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

WIDTHS: dict[Stroke, float] = {"bold": 1.9, "dashed": 1.4, "faint": 1.0}
"""Widths of lines, in units of the style."""
DASHES = [4.5, 3.0]
"""Lengths of a dash and of the gap behind it, in widths of the line."""
MEANINGS: dict[Quantity, dict[Stroke, Text]] = {
    "loss": {
        "bold": Text("training", "訓練"),
        "dashed": Text("held out", "検証"),
        "faint": Text("batch", "バッチ"),
    },
    "accuracy": {"bold": Text("training", "訓練"), "dashed": Text("held out", "検証")},
    "stability": {"bold": Text("curvature", "曲率"), "dashed": Text("limit", "安定限界")},
}
_COMPUTING = Text("computing …", "計算中…")
ROOMY = (360.0, 120.0)
"""Width and height of plots that have room for all notes, in units of the style."""
_SAMPLE = 16.0
"""Length of the line before its meaning, in units of the style."""


def strokes_of(scene: Scene) -> list[Stroke]:
    """Return the kinds of lines in the chart of `scene`, the boldest first."""
    quantity = charted_quantity(scene)
    found = {
        line.stroke
        for racer_path in scene.racer_paths
        for line in chart_lines(racer_path.trajectory, quantity, racer_path.sharpness)
    }
    order: tuple[Stroke, ...] = ("bold", "dashed", "faint")
    return [stroke for stroke in order if stroke in found]


def notes_of(scene: Scene, *, room: bool = True) -> list[Text]:
    """Return what has to be said about a chart of the stability, in words; what is good to know only if there is `room`."""
    if charted_quantity(scene) != "stability":
        return []
    notes = []
    if any(path.sharpness is None or not path.sharpness.complete for path in scene.racer_paths):
        notes.append(_COMPUTING)
    known = [(path, path.sharpness) for path in scene.racer_paths if path.sharpness is not None]
    if without := [path for path, sharpness in known if sharpness.complete and not sharpness.is_known]:
        names = _names(without)
        notes.append(Text(f"no curvature: {names.en}", f"曲率を計算できない: {names.ja}"))
    known = [(path, sharpness) for path, sharpness in known if sharpness.is_known]
    if alone := [path for path, sharpness in known if not sharpness.has_limit]:
        names = _names(alone)
        notes.append(Text(f"no limit known: {names.en}", f"安定限界は不明: {names.ja}"))
    scaled = [path for path, sharpness in known if sharpness.preconditioned]
    if scaled and room:
        names = _names(scaled)
        notes.append(Text(f"as it scales steps: {names.en}", f"座標ごとのスケールで測った曲率: {names.ja}"))
    return notes


def _names(paths: list[PathAtPlayhead]) -> Text:
    return Text(", ".join(path.name.en for path in paths), "、".join(path.name.ja for path in paths))


def paint_key(painter: QPainter, frame: ChartFrame, scene: Scene, style: Style, left: float) -> None:
    """Write what the kinds of lines mean above the plot's right end, right of `left`; notes in its upper right corner."""
    meanings = MEANINGS.get(charted_quantity(scene), {})
    strokes = strokes_of(scene)
    unit = style.unit
    right = frame.plot.right()
    middle = frame.plot.top() - metrics(style).height() / 2 - ABOVE * unit
    for stroke in reversed(strokes if len(strokes) > 1 else []):
        words = style.words(meanings[stroke])
        width = text_width(style, [words])
        begin = right - width - (_SAMPLE + 5) * unit
        if begin < left + 6 * unit:
            break
        paint_text(painter, QPointF(right - width / 2, middle), words, style, style.theme.muted)
        ink = pen(style.theme.muted, WIDTHS[stroke] * unit, 0.6 if stroke == "faint" else 1.0)
        if stroke == "dashed":
            ink.setCapStyle(Qt.PenCapStyle.FlatCap)
            ink.setDashPattern(DASHES)
        painter.setPen(ink)
        painter.drawLine(QPointF(begin, middle), QPointF(begin + _SAMPLE * unit, middle))
        right = begin - 10 * unit
    room = frame.plot.width() > ROOMY[0] * unit and frame.plot.height() > ROOMY[1] * unit
    _paint_notes(painter, frame, notes_of(scene, room=room), style)


def _paint_notes(painter: QPainter, frame: ChartFrame, notes: list[Text], style: Style) -> None:
    measure: QFontMetricsF = metrics(style)
    unit, top = style.unit, frame.plot.top() + 3 * style.unit
    for note in notes:
        words = measure.elidedText(
            style.words(note), Qt.TextElideMode.ElideRight, frame.plot.width() - 12 * unit
        )
        width = measure.horizontalAdvance(words)
        box = QRectF(
            frame.plot.right() - width - 8 * unit, top, width + 6 * unit, measure.height() + 2 * unit
        )
        painter.fillRect(box, colour(style.theme.canvas, 0.9))
        paint_text(painter, box.center(), words, style, style.theme.muted)
        top = box.bottom()
