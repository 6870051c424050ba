"""Pictures of an experiment as PNG, SVG or PDF, made without a window and without OpenGL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import PictureFormat, embed
from optexplorer.painting.figure import Figure, FigurePart, figure_frame, paint_figure
from optexplorer.painting.style import Style
from optexplorer.scene.fit.resolve_fit import FINE, resolve_fit
from optexplorer.scene.samples.contour_refinement import refined_contours
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene

KINDS: tuple[PictureFormat, ...] = get_args(PictureFormat)

SMALLEST = 64
MOST_PIXELS = 100_000_000
MOST_SIDE = 32_767
"""Qt paints no larger pictures."""
LEAST_DPI, MOST_DPI = 30, 2400
LARGEST_PDF = 200 * 72.0
"""No side of a PDF page may be longer, in points."""
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_FINE = 1200
"""Dots per inch of the grid on which a PDF is laid out."""


def check_dpi(dpi: float) -> None:
    """Raise ValueError unless a picture may have so many dots per inch."""
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise ValueError(f"dpi = {dpi:g} is not allowed; {LEAST_DPI} <= dpi <= {MOST_DPI}")


@dataclass(frozen=True)
class Sheet:
    """What a picture is painted on.

    `width` × `height` is the size of the layout in pixels; the picture has `scale` times as many, rounded, `dpi` of
    them to the inch. Both together are the size of a picture of lines.

    Raises
    ------
    ValueError
        If the picture would be too small or too large.
    """

    width: int
    height: int
    scale: float = 1.0
    dpi: float = 96.0

    def __post_init__(self) -> None:
        pixels = [round(side * self.scale) for side in (self.width, self.height)]
        if (
            min(self.width, self.height) < SMALLEST
            or pixels[0] * pixels[1] > MOST_PIXELS
            or max(*pixels, self.width, self.height) > MOST_SIDE
        ):
            raise ValueError(
                f"size {self.width}x{self.height} at scale {self.scale:g} is not allowed; at least "
                f"{SMALLEST}x{SMALLEST}, and at most {MOST_PIXELS // 1_000_000} million pixels in all"
            )
        check_dpi(self.dpi)

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points, of which 72 are an inch."""
        factor = 72 * self.scale / self.dpi
        return self.width * factor, self.height * factor


def text_size(width: int, height: int, parts: int = 1) -> float:
    """Return the size of small type, in pixels, that suits a picture: 24 at 1600 × 1200 with one part."""
    return max(24 * min(width / 1600, height / 1200) * {1: 1.0, 2: 0.85}.get(parts, 0.75), 8.0)


def render(
    scene: Scene, what: Figure | FigurePart, width: int, height: int, scale: float, style: Style
) -> QImage:
    """Paint a view or a figure into an image of `width` × `height` times `scale` pixels, rounded.

    The layout is that of `width` × `height`: `scale` only makes it finer.
    """
    figure = what if isinstance(what, Figure) else Figure((what,))
    scene = fine_scene(scene, figure, width, height, scale, style)
    return painted_image(
        lambda painter, rect: paint_figure(painter, rect, figure, scene, style), width, height, scale
    )


def fine_scene(scene: Scene, figure: Figure, width: int, height: int, scale: float, style: Style) -> Scene:
    """Return `scene` as a picture of `scale` pixels per unit shows it.

    Its contour lines are as fine as its map is large, and its fit, where the figure has one, is that of its step.
    """
    scene = with_fit(scene, figure)
    if not isinstance(scene.samples, SurfaceSamples) or "map" not in figure.parts:
        return scene
    panels = dict(figure_frame(QRectF(0, 0, width, height), figure, scene, style).panels)
    side = scale * min(panels["map"].width(), panels["map"].height())
    return replace(scene, samples=refined_contours(scene.samples, side))


def with_fit(scene: Scene, figure: Figure) -> Scene:
    """Return `scene` with what is predicted at its step, if the figure shows that."""
    return replace(scene, fit=resolve_fit(scene, FINE)) if "fit" in figure.parts else scene


def png(image: QImage) -> bytes:
    """Return the image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def picture(
    scene: Scene,
    figure: Figure,
    sheet: Sheet,
    style: Style,
    kind: PictureFormat = "png",
    experiment: Experiment | None = None,
) -> bytes:
    """Return `figure` as a file of `kind`; of lines and text, with its fonts, where it is SVG or PDF.

    Parameters
    ----------
    experiment : travels in the picture's metadata, so that the program can open the picture; None leaves it out

    Raises
    ------
    ValueError
        If the page of a PDF would be too large.
    """
    scene = fine_scene(scene, figure, sheet.width, sheet.height, sheet.scale, style)

    def paint(painter: QPainter, rect: QRectF) -> None:
        paint_figure(painter, rect, figure, scene, style)

    data = painted_file(paint, sheet, kind, style.words(scene.landscape.name), figure.caption)
    return data if experiment is None else embed(data, kind, experiment)


Paint = Callable[[QPainter, QRectF], object]
"""Paints a picture into a rectangle."""


def painted_file(paint: Paint, sheet: Sheet, kind: PictureFormat, title: str, description: str = "") -> bytes:
    """Return what `paint` paints as a file of `kind`.

    Parameters
    ----------
    title, description : are kept in SVG and PDF, as far as these have room for them

    Raises
    ------
    ValueError
        If the page of a PDF would be too large.
    """
    if kind == "png":
        image = painted_image(paint, sheet.width, sheet.height, sheet.scale)
        image.setDotsPerMeterX(round(sheet.dpi / 0.0254))
        image.setDotsPerMeterY(round(sheet.dpi / 0.0254))
        return png(image)
    return _svg(paint, sheet, title, description) if kind == "svg" else _pdf(paint, sheet, title)


def painted_image(paint: Paint, width: int, height: int, scale: float = 1.0) -> QImage:
    """Return an image of `width` × `height` times `scale` pixels, rounded, with the layout of `width` × `height`."""
    size = QSize(max(round(width * scale), 1), max(round(height * scale), 1))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.scale(image.width() / width, image.height() / height)
        paint(painter, QRectF(0, 0, width, height))
    return image


def _svg(paint: Paint, sheet: Sheet, title: str, description: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(round(sheet.width * sheet.scale), round(sheet.height * sheet.scale)))
    generator.setViewBox(QRect(0, 0, sheet.width, sheet.height))
    generator.setResolution(round(sheet.dpi))
    generator.setTitle(title)
    generator.setDescription(description)
    with QPainter(generator) as painter:
        paint(painter, QRectF(0, 0, sheet.width, sheet.height))
    # A name from a stranger's file may hold characters that XML has no way to write.
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}".encode(), bytes(buffer.data().data()))


def _pdf(paint: Paint, sheet: Sheet, title: str) -> bytes:
    if max(sheet.points) > LARGEST_PDF:
        raise ValueError(
            f"a PDF page is at most {LARGEST_PDF / 72:g} inches long; choose a smaller size or more dpi"
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_FINE)
    page = QPageSize(QSizeF(*sheet.points), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageSize(page)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    writer.setCreator("optexplorer")
    with QPainter(writer) as painter:
        painter.scale(writer.width() / sheet.width, writer.height() / sheet.height)
        paint(painter, QRectF(0, 0, sheet.width, sheet.height))
    return bytes(buffer.data().data())


def kind_of(path: str | Path) -> PictureFormat:
    """Return what kind of picture the name of a file asks for.

    Raises
    ------
    ValueError
        If it asks for none of them.
    """
    suffix = Path(path).suffix.lower().removeprefix(".")
    for kind in KINDS:
        if kind == suffix:
            return kind
    raise ValueError(f"{path} is no PNG, SVG or PDF file; its name should end in .png, .svg or .pdf")
