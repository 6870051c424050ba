"""Pictures of an experiment as PNG, made without a window and without OpenGL."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from optexplorer.engine.descent import trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.chart_painter import paint_chart
from optexplorer.export.files import write_whole
from optexplorer.export.map_painter import paint_map
from optexplorer.export.style import Style
from optexplorer.scene.ground import make_ground
from optexplorer.scene.palette import DARK, LIGHT
from optexplorer.scene.resolve import resolve
from optexplorer.scene.scene import Scene
from optexplorer.text import Language

View = Literal["map", "surface", "loss", "curve"]

SMALLEST = 64
MOST_PIXELS = 100_000_000


def text_size(width: int, height: int) -> float:
    """Return the size of small type, in pixels, that suits a picture: 24 at 1600 × 1200."""
    return max(24 * min(width / 1600, height / 1200), 8.0)


def scene_of(experiment: Experiment, playhead: int | None = None) -> Scene:
    """Compute what `experiment` shows at `playhead` (None: at the end of the longest trajectory).

    Raises
    ------
    ValueError
        If the landscape has more than two coordinates.
    """
    ground = make_ground(experiment.resolve_landscape(), experiment.view)
    end = experiment.end_rule()
    trajectories = [
        trajectory(experiment.rule(racer), experiment.start_of(racer), experiment.steps, end=end)
        for racer in experiment.racers
    ]
    last = max((t.steps for t in trajectories), default=0)
    return resolve(experiment, ground, trajectories, last if playhead is None else playhead)


def render(scene: Scene, view: View, width: int, height: int, scale: float, style: Style) -> QImage:
    """Paint a view into an image of `width` × `height` times `scale` pixels, rounded.

    The layout is that of `width` × `height`: `scale` only makes it finer.
    """
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.scale(image.width() / width, image.height() / height)
        _paint(view, painter, QRectF(0, 0, width, height), scene, style)
    finally:
        # Qt crashes where an image goes away under its painter.
        painter.end()
    return image


def _paint(view: View, painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    if view == "map":
        paint_map(painter, rect, scene, style)
    elif view == "loss":
        paint_chart(painter, rect, scene, style)
    elif view == "curve":
        from optexplorer.export.curve_painter import paint_curve

        paint_curve(painter, rect, scene, style)
    else:
        from optexplorer.export.surface_painter import paint_surface

        paint_surface(painter, rect, scene, style)


def png(image: QImage) -> bytes:
    """Return the image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def save_picture(
    experiment: Experiment,
    view: View,
    path: str | Path,
    width: int,
    height: int,
    scale: float = 1.0,
    theme: Literal["light", "dark"] = "light",
    language: Language = "en",
    playhead: int | None = None,
) -> None:
    """Compute `experiment` and write a picture of it as PNG.

    Parameters
    ----------
    width, height : the size of the layout in pixels; the picture has `scale` times as many, rounded
    playhead : the step that is shown; None for the end

    Raises
    ------
    ValueError
        If the picture would be too small or too large, or the landscape has not two coordinates.
    OSError
        If the file cannot be written; nothing has then changed.
    """
    if min(width, height) < SMALLEST or width * height * scale**2 > MOST_PIXELS:
        raise ValueError(
            f"size {width}x{height} at scale {scale:g} is not allowed; "
            f"at least {SMALLEST}x{SMALLEST}, and at most {MOST_PIXELS // 1_000_000} million pixels in all"
        )
    application = QGuiApplication.instance() or QGuiApplication([])
    style = Style(LIGHT if theme == "light" else DARK, language, text_size(width, height))
    write_whole(path, png(render(scene_of(experiment, playhead), view, width, height, scale, style)))
    del application
