"""Cached layers of map, curve, chart and surface: only what has changed is repainted. Window and films share them.

Each set of layers belongs to one place (`rect`, or a frame in it), one style and one number of pixels per unit; its
`paint` shows a scene there. Layers are made anew when any of these changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting import curve_painter, curve_step_arcs, map_painter
from optexplorer.painting.absence_painter import paint_absence
from optexplorer.painting.chart_frame import chart_frame
from optexplorer.painting.chart_painter import (
    FAINT,
    ahead_area,
    paint_chart_background,
    paint_curves,
    paint_curves_apart,
    paint_playhead,
    reached_area,
)
from optexplorer.painting.curve_frame import CurveFrame
from optexplorer.painting.layer_images import new_layer, painter_on
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.map_path_painter import MapPaths
from optexplorer.painting.network_painter import paint_network
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_layer import PathLayer
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame, paint_axes, surface_frame
from optexplorer.painting.surface_marks import paint_minima
from optexplorer.painting.surface_painter import (
    BlockPainter,
    paint_surface_background,
    paint_surface_marks,
)
from optexplorer.painting.surface_path_painter import SurfacePaths
from optexplorer.scene.scene import Scene


class Layers(Protocol):
    """The layers of one view."""

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the view of `scene` in its place."""


class MapLayers:
    """The map: background, and paths up to the playhead.

    `background` is the map without paths, as large as the frame's outer rectangle.
    """

    def __init__(self, frame: MapFrame, background: QImage, style: Style) -> None:
        self._frame, self._style = frame, style
        self._paths = PathLayer(background, frame.outer, MapPaths(frame, style))

    @classmethod
    def of(cls, frame: MapFrame, scene: Scene, style: Style) -> MapLayers:
        """Return the layers of a map whose background is that of `scene`, at one pixel per unit."""
        background = new_layer(frame.outer, style)
        with painter_on(background, frame.outer.topLeft()) as painter:
            map_painter.paint_background(painter, frame, scene, style)
        return cls(frame, background, style)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        self.advance(scene)
        painter.drawImage(self._frame.outer.topLeft(), self._paths.picture)
        map_painter.paint_heads(painter, self._frame, scene, self._style)

    def advance(self, scene: Scene) -> None:
        """Bring the paths to those of `scene`."""
        self._paths.advance(scene)


class CurveLayers:
    """The loss curve: background, and arcs of old steps."""

    def __init__(self, frame: CurveFrame, scene: Scene, style: Style, ratio: float = 1.0) -> None:
        self._frame, self._style = frame, style
        self.background = new_layer(frame.outer, style, ratio)
        with painter_on(self.background, frame.outer.topLeft()) as painter:
            curve_painter.paint_background(painter, frame, scene, style)
        self.old_steps = self.background
        """Background and the arcs that stay as they are when the playhead moves on."""
        self._shown: Scene | None = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        self._advance(scene)
        painter.drawImage(self._frame.outer.topLeft(), self.old_steps)
        curve_step_arcs.paint_recent_arcs(painter, self._frame, scene, self._style)
        curve_painter.paint_heads(painter, self._frame, scene, self._style)

    def _advance(self, scene: Scene) -> None:
        """Bring the old steps to those of `scene`."""
        before, first = self._shown, 0
        if before is scene:
            return
        if before is not None and curve_step_arcs.prefix_unchanged(before, scene):
            first = curve_step_arcs.old_blocks(before.playhead)
        else:
            self.old_steps = self.background.copy()
        if first < curve_step_arcs.old_blocks(scene.playhead):
            with painter_on(self.old_steps, self._frame.outer.topLeft()) as painter:
                curve_step_arcs.paint_old_arcs(painter, self._frame, scene, self._style, first)
        self._shown = scene


class ChartLayers:
    """The chart of a scene's curves: in full colour what the playhead has reached, faint what lies ahead."""

    def __init__(self, rect: QRectF, scene: Scene, style: Style, ratio: float = 1.0) -> None:
        self._style = style
        self.frame = chart_frame(rect, scene, style)
        self._background = new_layer(rect, style, ratio)
        with painter_on(self._background, rect.topLeft()) as painter:
            paint_chart_background(painter, self.frame, scene, style)
        self._scene = scene
        self._drawn: dict[float, QImage] = {}

    @staticmethod
    def key(scene: Scene) -> Any:
        """Return what the layers depend on; scenes of one key share them."""
        curves = tuple(
            (racer_path.trajectory, racer_path.colour, racer_path.variant, racer_path.sharpness)
            for racer_path in scene.racer_paths
        )
        shown = scene.appearance
        what = (shown.chart, shown.abscissa, shown.chart_span, shown.chart_values, shown.spotlight)
        cloud = scene.cloud and (scene.cloud.cloud, scene.cloud.colour)
        return curves, scene.length, scene.landscape, what, cloud

    def _with_curves(self, strength: float) -> QImage:
        """Return the chart with its curves, painted when they are first asked for."""
        if strength not in self._drawn:
            layer = self._drawn[strength] = self._background.copy()
            with painter_on(layer, self.frame.outer.topLeft()) as painter:
                paint_curves(painter, self.frame, self._scene, self._style, strength)
        return self._drawn[strength]

    def paint(self, painter: QPainter, scene: Scene, *, future: bool = True) -> None:
        """Paint the chart; without `future`, none of what lies ahead."""
        corner = self.frame.outer.topLeft()
        if not self.frame.common:
            painter.drawImage(corner, self._background)
            paint_curves_apart(painter, self.frame, scene, self._style, future=future)
            paint_playhead(painter, self.frame, scene, self._style)
            return
        for area, strength in (
            (ahead_area(self.frame, scene), FAINT if future else 0.0),
            (reached_area(self.frame, scene), 1.0),
        ):
            # Curves that do not show are not painted: while a slider is dragged, each frame has new ones.
            shows = strength > 0 and area.intersects(self.frame.plot)
            with saved(painter):
                painter.setClipRect(area)
                painter.drawImage(corner, self._with_curves(strength) if shows else self._background)
        paint_playhead(painter, self.frame, scene, self._style)


class AbsenceLayers:
    """What stands in the place of a map, surface or curve of a landscape that has none: the reason."""

    def __init__(self, rect: QRectF, style: Style) -> None:
        self._rect, self._style = rect, style

    def paint(self, painter: QPainter, scene: Scene) -> None:
        paint_absence(painter, self._rect, scene, self._style)


class NetworkLayers:
    """The network: all of it changes from step to step."""

    def __init__(self, rect: QRectF, style: Style) -> None:
        self._rect, self._style = rect, style

    def paint(self, painter: QPainter, scene: Scene) -> None:
        paint_network(painter, self._rect, scene, self._style)


def _fog_of(scene: Scene) -> bytes | None:
    """Return what of the surface is seen in fog, which depends on steps, paths and how far one sees; None without."""
    return None if scene.seen is None else scene.seen.tobytes()


class SurfaceLayers:
    """The painted surface: the block with its axes as one camera sees it, and paths up to the playhead."""

    def __init__(
        self, rect: QRectF, style: Style, ratio: float = 1.0, paint_block: BlockPainter | None = None
    ) -> None:
        self._rect, self._style, self._ratio, self._paint_block = rect, style, ratio, paint_block
        self._paths: PathLayer | None = None
        self._key: Any = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        frame = surface_frame(self._rect, scene, self._style)
        painter.drawImage(self._rect.topLeft(), self._advanced(frame, scene).picture)
        with saved(painter):
            painter.setClipRect(self._rect, Qt.ClipOperation.IntersectClip)
            paint_surface_marks(painter, frame, scene, self._style)

    def _advanced(self, frame: SurfaceFrame, scene: Scene) -> PathLayer:
        """Return the layer with the paths of `scene`."""
        appearance = scene.appearance
        key = (
            scene.samples,
            appearance.camera,
            appearance.colour_map,
            appearance.minima,
            _fog_of(scene),
            scene.basin_key,
        )
        if key != self._key or self._paths is None:
            background = new_layer(self._rect, self._style, self._ratio)
            with painter_on(background, self._rect.topLeft()) as painter:
                paint_surface_background(painter, self._rect, scene, self._style, self._paint_block)
            self._paths = PathLayer(background, self._rect, SurfacePaths(frame, self._style))
            self._key = key
        self._paths.advance(scene)
        return self._paths


class SurfaceMarkLayers:
    """What stands on top of a surface that OpenGL draws with its paths: axes, minima, starts and heads."""

    def __init__(self, rect: QRectF, style: Style, ratio: float) -> None:
        self._rect, self._style, self._ratio = rect, style, ratio
        self._still = QImage()
        self._key: Any = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        frame = surface_frame(self._rect, scene, self._style)
        appearance = scene.appearance
        key = (scene.samples, appearance.camera, appearance.minima, _fog_of(scene))
        if key != self._key:
            self._key = key
            self._still = new_layer(self._rect, replace(self._style, transparent=True), self._ratio)
            with painter_on(self._still, self._rect.topLeft()) as still:
                paint_axes(still, frame, scene, self._style)
                if appearance.minima:
                    paint_minima(still, frame, scene, self._style)
        painter.drawImage(self._rect.topLeft(), self._still)
        paint_surface_marks(painter, frame, scene, self._style)
