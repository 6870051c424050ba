"""The layout of the views: pictures above, transport bar between, chart and numbers below."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from optexplorer.gui.controllers.late_basins import LateBasins
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.panels.basin_bar import BasinBar
from optexplorer.gui.panels.chart_controls import ChartControls
from optexplorer.gui.panels.cloud_bar import CloudBar
from optexplorer.gui.panels.transport import Transport
from optexplorer.gui.views.absence_view import AbsenceView
from optexplorer.gui.views.anatomy_view import AnatomyView
from optexplorer.gui.views.chart_view import ChartView
from optexplorer.gui.views.curve_view import CurveView
from optexplorer.gui.views.fit_view import FitView
from optexplorer.gui.views.map_view import MapView
from optexplorer.gui.views.multiples_view import MultiplesView
from optexplorer.gui.views.network_view import NetworkView
from optexplorer.gui.views.pinned_view import PinnedView
from optexplorer.gui.views.readout_view import ReadoutView
from optexplorer.gui.views.surface_view import SurfaceView
from optexplorer.gui.views.transcript_view import TranscriptView
from optexplorer.gui.views.view_frame import ViewFrame
from optexplorer.painting.layers import ChartLayers
from optexplorer.painting.style import Style
from optexplorer.scene.fit.resolve_fit import fit_is_shown
from optexplorer.scene.scene import Scene

ANATOMY_WIDTH = 344
"""Width of the anatomy of one racer at first."""
TALLEST = 16_777_215
"""Qt's own limit of a widget's height, which sets none."""
READABLE = 100
"""Milliseconds for which numbers, and curves that are being changed, stay as they are."""
ROOM_FOR_ALL = 1200
"""Narrower than this, surface, map and anatomy do not stand side by side."""


def splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    """Return a splitter of `widgets` none of which can be dragged away."""
    result = QSplitter(orientation)
    result.setChildrenCollapsible(False)
    result.setHandleWidth(5)
    for widget in widgets:
        result.addWidget(widget)
    return result


class Workspace(Retranslating, QWidget):
    """Shows a scene in all its views."""

    def __init__(self, actions: dict[str, QAction]) -> None:
        """Add those of the window's `actions` that concern a view to its title bar."""
        super().__init__()
        self._type_factor = 1.0
        self._presenting = False
        self._scene: Scene | None = None
        self.surface = SurfaceView()
        self.map = MapView()
        self.basin_bar = BasinBar()
        self.basin_bar.hide()
        self.cloud_bar = CloudBar()
        self.cloud_bar.hide()
        self.curve = CurveView()
        self.absence = AbsenceView()
        self.fit = FitView()
        self.anatomy = AnatomyView()
        self.network = NetworkView()
        self.chart = ChartView()
        self.chart_controls = ChartControls()
        self.quantity = self.chart_controls.segments
        self.pinned = PinnedView()
        self.multiples = MultiplesView()
        self.readout = ReadoutView()
        self.transcript = TranscriptView()
        self.transcript.hide()
        self.transport = Transport()
        self._surface_basins = LateBasins(self)
        self._surface_basins.due.connect(self._show_surface)
        self._curves: Any = None
        """What the curves of the chart depend on, of the newest scene."""
        self._below_rest = QTimer(self, singleShot=True, interval=READABLE)
        self._below_rest.timeout.connect(self._show_latest_below)
        reset = actions["reset-view"]
        marks = [actions["arrows"], actions["minima"], reset]
        self.frames = {
            "surface": ViewFrame(self.surface, [reset]),
            "map": ViewFrame(
                self.map,
                [
                    *(actions[id] for id in ("basins", "cloud", "ghost", "example-gradients", "curvature")),
                    *marks,
                ],
                strips=(self.basin_bar, self.cloud_bar),
            ),
            # A landscape of one coordinate has a curve in place of surface and map.
            "curve": ViewFrame(self.curve, [actions["curvature"], *marks], maximisable=False),
            "fit": ViewFrame(self.fit, [actions["edit-data"]]),
            "anatomy": ViewFrame(
                self.anatomy,
                [actions[id] for id in ("phase-back", "play-phases", "phase-forward", "second-anatomy")],
                maximisable=False,
            ),
            "network": ViewFrame(
                self.network,
                [actions[id] for id in ("example-back", "example-forward", "example-mean", "network")],
            ),
            "pinned": ViewFrame(self.pinned, [actions["compare"]], maximisable=False),
            "chart": ViewFrame(self.chart, switch=self.chart_controls, maximisable=False),
        }
        self.maximised: str | None = None
        """The view that has the whole centre, `surface`, `map`, `fit` or `network`; None if they share it."""
        self._wanted: frozenset[str] | None = None
        self._force_hidden: frozenset[str] = frozenset()
        self._pictures = splitter(Qt.Orientation.Horizontal, self.frames["surface"], self.frames["map"])
        self._centre = QStackedWidget()
        self._centre.addWidget(self._pictures)
        self._centre.addWidget(self.frames["curve"])
        self._centre.addWidget(self.multiples)
        self._centre.addWidget(self.absence)
        self._multiplied = False
        self._beside = splitter(Qt.Orientation.Horizontal, self._centre, self.frames["fit"])
        for place in (0, 1):
            self._beside.setStretchFactor(place, 1)
        self._above = splitter(
            Qt.Orientation.Horizontal,
            self.frames["pinned"],
            self.frames["network"],
            self._beside,
            self.frames["anatomy"],
        )
        for place, stretch in enumerate((1, 1, 1, 0)):
            self._above.setStretchFactor(place, stretch)
        self._above.installEventFilter(self)
        self._sizes_at_desk: list[list[int]] = []
        self.frames["pinned"].hide()
        self.frames["anatomy"].hide()
        self.frames["fit"].hide()
        self.frames["network"].hide()
        self._made_room = False
        """Whether the map stands for both pictures, so that other views have room beside it."""
        self._crowded = False
        self._below = splitter(Qt.Orientation.Horizontal, self.frames["chart"], self.readout, self.transcript)
        self._bottom = QWidget()
        stack = QVBoxLayout(self._bottom)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.transport)
        stack.addWidget(self._below, 1)
        self._whole = splitter(Qt.Orientation.Vertical, self._above, self._bottom)
        self._whole.setStretchFactor(0, 1)
        self._whole.setStretchFactor(1, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._whole)
        self._shared = [470, 210]
        self._whole.setSizes(self._shared)
        self._pictures.setSizes([475, 475])
        self._below.setSizes([290, 650, 300])
        self._beside.setSizes([600, 400])
        self._above.setSizes([600, 700, 600, ANATOMY_WIDTH])
        for name in ("surface", "map", "fit", "network"):
            self.frames[name].maximiseAsked.connect(partial(self.toggle_maximised, name))
        self.retranslate()

    def retranslate(self) -> None:
        for name, title in (
            ("surface", self.tr("Surface")),
            ("map", self.tr("Contour map")),
            ("curve", self.tr("Loss curve")),
            ("fit", self.tr("Data and fit")),
            ("anatomy", self.tr("Anatomy of a step")),
            ("network", self.tr("Network")),
            ("pinned", self.tr("Pinned")),
        ):
            self.frames[name].title.setText(title)

    @property
    def _style(self) -> Style:
        style = window_style()
        return replace(style, text_size=style.text_size * self._type_factor)

    def present(self, on: bool, factor: float) -> None:
        """Show only pictures and chart, with type `factor` times as large; or everything again."""
        self._presenting = on
        turned = (self._pictures, self._beside, self._above)
        if on:
            self._sizes_at_desk = [part.sizes() for part in turned]
        self._set_orientation()
        if not on:
            for part, sizes in zip(turned, self._sizes_at_desk, strict=True):
                part.setSizes(sizes)
        self._type_factor = factor
        self._arrange()
        if self._scene is not None:
            self.show_scene(self._scene)
        if on:
            # Once the window has hidden what stands beside this.
            QTimer.singleShot(0, self, self._share_evenly)

    def _share_evenly(self) -> None:
        """Give every open view as much room as any other, whatever it has at the desk."""
        each = 1000
        beside = each * sum(not part.isHidden() for part in (self._centre, self.frames["fit"]))
        self._beside.setSizes([each, each])
        self._above.setSizes([each, each, max(each, beside), each])

    def _set_orientation(self) -> None:
        """While presenting, stack the pictures vertically where there is more height than width."""
        tall = self._presenting and self._above.height() > self._above.width()
        orientation = Qt.Orientation.Vertical if tall else Qt.Orientation.Horizontal
        for part in (self._pictures, self._beside, self._above):
            if part.orientation() != orientation:
                part.setOrientation(orientation)
                part.setSizes([part.width() + part.height()] * part.count())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._above and event.type() == QEvent.Type.Resize:
            self._set_orientation()
            self._share_room()
        return super().eventFilter(watched, event)

    def splitters(self) -> dict[str, QSplitter]:
        """Return the splitters whose sizes are worth remembering, by name."""
        return {
            "right": self._whole,
            "views": self._pictures,
            "fit": self._beside,
            "below": self._below,
            "anatomy": self._above,
        }

    def show_scene(self, scene: Scene, *, playing: bool = False) -> None:
        """Show `scene` in the views that suit its landscape; `playing` says that many more follow."""
        before, self._scene = self._scene, scene
        style = self._style
        if before is None or before.picture != scene.picture:
            self._arrange()
        if scene.picture is None:
            self._centre.setCurrentWidget(self.absence)
            self.absence.show_scene(scene, style)
        elif self._multiplied:
            self._centre.setCurrentWidget(self.multiples)
        elif scene.picture == "curve":
            self._centre.setCurrentWidget(self.frames["curve"])
            self.curve.show_scene(scene, style)
        else:
            self._centre.setCurrentWidget(self._pictures)
            self.map.show_scene(scene, style)
            self.surface.show_scene(self._surface_basins.followed(scene), style)
        if (before is None or _opened(before) != _opened(scene)) or before.picture != scene.picture:
            self._open_beside(scene)
        self._fit_anatomy(scene)
        if not self.frames["fit"].isHidden():
            self.fit.show_scene(scene, style)
        if scene.appearance.network:
            self.network.show_scene(scene, style)
        self.anatomy.show_scene(scene, style)
        self._show_below(scene, style, playing)

    def _show_surface(self) -> None:
        """Show the scene's basins on the surface too."""
        scene = self._scene
        if scene is not None and scene.picture == "surface" and not self._multiplied:
            self.surface.show_scene(self._surface_basins.followed(scene), self._style)

    def _show_below(self, scene: Scene, style: Style, playing: bool) -> None:
        """Show `scene` in chart and numbers; what follows fast, as in a drag, ten times a second: nobody reads faster."""
        curves = ChartLayers.key(scene)
        redrawn, self._curves = curves != self._curves, curves
        # Of another landscape, or of racers that are gone, nothing may stay behind; nor may a racer be missing.
        shown = self.readout.scene
        complete = (
            shown is not None
            and scene.samples is shown.samples
            and 0 < len(scene.racer_paths) <= len(shown.racer_paths)
        )
        waits = complete and self._below_rest.isActive()
        if not (redrawn and waits):
            self.chart.show_scene(scene, style)
        if not ((redrawn or playing) and waits):
            self._show_numbers(scene, style)
        if (redrawn or playing) and not waits:
            self._below_rest.start()

    def _show_latest_below(self) -> None:
        if self._scene is not None and self._scene is not self.readout.scene:
            self.chart.show_scene(self._scene, self._style)
            self._show_numbers(self._scene, self._style)
            self._below_rest.start()

    def _show_numbers(self, scene: Scene, style: Style) -> None:
        self.readout.show_scene(scene, style)
        self.transcript.show_scene(scene, style)

    def _fit_anatomy(self, scene: Scene) -> None:
        """Give the anatomy the width that its columns need."""
        columns = max(len(scene.anatomies), 1) - 1 / 8
        # The window never grows for it: it may stand on a small screen.
        room = self.width() - self._beside.minimumSizeHint().width() - self._above.handleWidth()
        width = max(0, min(round(ANATOMY_WIDTH * columns * self._style.unit), room))
        self.frames["anatomy"].setMinimumWidth(width)

    def _open_beside(self, scene: Scene) -> None:
        """Show or hide what stands beside the pictures of the landscape."""
        if not fit_is_shown(scene.appearance, scene.landscape) and self.maximised == "fit":
            self.maximised = None
        # A network that is opened is seen; one that is closed gives back what it had.
        shown = not self.frames["network"].isHidden()
        if scene.appearance.network is not shown and (self.maximised == "network" or not shown):
            self.maximised = "map" if self._made_room else None
        self.frames["anatomy"].setVisible(scene.appearance.anatomy)
        self._share_room()
        self._arrange()

    def _share_room(self) -> None:
        """Where the room is scarce, let the map stand for both pictures while other views are open beside them."""
        scene = self._scene
        beside = scene is not None and any(_opened(scene))
        crowded = beside and self.width() < ROOM_FOR_ALL
        if crowded == self._crowded:
            return
        self._crowded = crowded
        if crowded and self.maximised is None:
            self.maximised, self._made_room = "map", True
        elif not crowded and self._made_room:
            self.maximised, self._made_room = None, False
        self._arrange()

    def end_drags(self) -> None:
        """End what the mouse is doing in the pictures: they show something else from now on."""
        self.map.end_drag()
        self.curve.end_drag()

    def maximise(self, name: str | None) -> None:
        """Maximise the view called `name`; None shows them side by side."""
        self.maximised, self._made_room = name, False
        self._arrange()

    def compare(self, on: bool) -> None:
        """Show the pinned experiment beside the present one; the surface makes room for it."""
        self.frames["pinned"].setVisible(on)
        self._arrange()

    def multiply(self, on: bool) -> None:
        """Show nine races in place of one, or one again."""
        self._multiplied = on
        if self._scene is not None:
            self.show_scene(self._scene)

    def show_transcript(self, on: bool) -> None:
        """Show or hide the transcript."""
        self.transcript.setVisible(on)
        self._arrange()
        if self._scene is not None:
            self.transcript.show_scene(self._scene, self._style)

    def toggle_maximised(self, name: str) -> None:
        """Give the view called `name` the whole centre, or back what it took."""
        self.maximise(None if self.maximised == name else name)

    def show_only(self, views: Collection[str] | None) -> None:
        """Show only `views`, of `surface`, `map`, `curve`, `fit`, `network`, `chart` and `readout`; None shows all."""
        self._wanted = None if views is None else frozenset(views)
        self._arrange()

    def force_hide(self, views: Collection[str]) -> None:
        """Hide `views` whatever else is asked for."""
        self._force_hidden = frozenset(views)
        self._arrange()

    def open_up(self) -> None:
        """Show all views, in the sizes that the user has set."""
        self.maximised, self._wanted, self._force_hidden = None, None, frozenset()
        self._made_room = self._crowded = False
        self._share_room()
        self._arrange()

    def parts(self, mark: str) -> list[QWidget]:
        """Return the parts that a lesson calls `mark`: a view by its name, or `transport`."""
        parts: dict[str, QWidget] = {**self.frames, "readout": self.readout, "transport": self.transport}
        return [parts[mark]] if mark in parts else []

    def _arrange(self) -> None:
        pinned = not self.frames["pinned"].isHidden()
        scene = self._scene
        narrow = self.width() < ROOM_FOR_ALL
        network = scene is not None and scene.appearance.network and self._is_wanted("network")
        network = network and (self.maximised in (None, "network") or self._made_room)
        self.frames["network"].setVisible(network)
        self.frames["network"].show_maximised(self.maximised == "network")
        fit = (
            scene is not None
            and fit_is_shown(scene.appearance, scene.landscape)
            and self._is_wanted("fit")
            # Three views beside each other would be too small to be read.
            and not (network and narrow and scene.appearance.anatomy)
        )
        fit = fit and (self.maximised in (None, "fit") or self._made_room)
        self.frames["fit"].setVisible(fit)
        self.frames["fit"].show_maximised(self.maximised == "fit")
        for name in ("surface", "map"):
            alone = self.maximised not in (None, name)
            makes_room = name == "surface" and (pinned or network)
            self.frames[name].setVisible(self._is_wanted(name) and not alone and not makes_room)
            self.frames[name].show_maximised(self.maximised == name)
        one = scene is not None and scene.picture == "curve"
        # A network is worth more room than words about a picture that there is not.
        drawn = scene is not None and scene.picture is not None
        unseen = not drawn or not any(map(self._is_wanted, ("surface", "map", "curve")))
        gone = (fit and self.maximised == "fit") or (one and "curve" in self._force_hidden)
        gone = gone or (network and (narrow or unseen or self.maximised == "network"))
        self._centre.setVisible(not gone)
        self._beside.setVisible(fit or not gone)
        self.frames["chart"].setVisible(self._is_wanted("chart"))
        self.readout.setVisible(self._is_wanted("readout") and not self._presenting)
        parts = (self.frames["chart"], self.readout, self.transcript)
        below = any(not part.isHidden() for part in parts)
        if below == self._below.isHidden():
            self._give_room_below(below)

    def _give_room_below(self, on: bool) -> None:
        """Show or hide the views below the transport bar."""
        slim = self.transport.sizeHint().height()
        if not on:
            self._shared = self._whole.sizes()
        self._below.setVisible(on)
        self._bottom.setMaximumHeight(TALLEST if on else slim)
        self._whole.setSizes(self._shared if on else [sum(self._shared) - slim, slim])

    def _is_wanted(self, view: str) -> bool:
        return view not in self._force_hidden and (self._wanted is None or view in self._wanted)


def _opened(scene: Scene) -> tuple[bool, bool, bool]:
    """Return which views stand beside the pictures of the landscape: anatomy, fit, and network."""
    appearance = scene.appearance
    return appearance.anatomy, fit_is_shown(appearance, scene.landscape), appearance.network
