"""Pictures of studies as PNG, SVG or PDF, made without a window."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from optexplorer.export.metadata import PictureFormat
from optexplorer.export.pictures import Sheet, painted_file
from optexplorer.painting.plot_painter import paint_sheet
from optexplorer.painting.style import Style
from optexplorer.scene.plot import PlotSheet


def plot_picture(plots: PlotSheet, paper: Sheet, style: Style, kind: PictureFormat = "png") -> bytes:
    """Return plots as a file of `kind`; of lines and text where it is SVG or PDF.

    Raises
    ------
    ValueError
        If the page of a PDF would be too large.
    """

    def paint(painter: QPainter, rect: QRectF) -> None:
        paint_sheet(painter, rect, plots, style)

    title = "optexplorer" if plots.title is None else style.words(plots.title)
    return painted_file(paint, paper, kind, title)
