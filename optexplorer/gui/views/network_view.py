"""The network of the shown racer in the window: hover a neuron to see what it computes, click a weight to select it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.painting.network_frame import NetworkFrame, network_frame
from optexplorer.painting.network_painter import network_reason, paint_network
from optexplorer.painting.network_response import paint_response
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, pen
from optexplorer.scene.network.picture import Connection
from optexplorer.scene.scene import Scene


class NetworkView(LayeredView):
    """Shows neurons, weights, values and gradients; signals the weight that the user selects."""

    weightChosen = Signal(int)
    """The place of the weight in the parameter vector."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame: NetworkFrame | None = None
        """Where the neurons stand; None while there is no network to be seen."""
        self._cursor: QPointF | None = None
        self._picture: QPixmap | None = None
        self._key: object = None
        self.setMinimumSize(240, 160)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Network"))
        self._hint = self.tr(
            "Point at a neuron: what it computes\nClick a weight: its numbers in the anatomy\n"
            "Click a neuron: its bias"
        )
        self.setToolTip(self._hint)

    @property
    def hovered(self) -> tuple[int, int] | None:
        """Layer and unit of the neuron under the mouse."""
        if self.frame is None or self._cursor is None:
            return None
        return self.frame.neuron_at(self._cursor)

    def show_scene(self, scene: Scene, style: Style) -> None:
        super().show_scene(scene, style)
        self._say(scene, style)

    def _say(self, scene: Scene, style: Style) -> None:
        """Say for screen readers what is shown."""
        if scene.network is None:
            words = style.words(network_reason(scene))
        else:
            picture = scene.network.picture
            told = (picture.example.title(), picture.example.outcome(), *picture.notes())
            words = "\n".join([*(style.words(text) for text in told), picture.selected_name])
        if self.accessibleDescription() != words:
            self.setAccessibleDescription(words)

    def refresh_layers(self, scene: Scene) -> None:
        key = (scene.network, self._style, self.size(), self.devicePixelRatioF())
        shown = scene.network
        if shown is not None and self._key is not None:
            known = self._key[0] if isinstance(self._key, tuple) else None
            same = known is not None and (known.picture, known.stage) == (shown.picture, shown.stage)
            if same and self._key[1:] == key[1:]:  # type: ignore[index]
                return
        self._key = key
        self.frame = None if shown is None else network_frame(QRectF(self.rect()), shown.picture, self._style)
        ratio = self.devicePixelRatioF()
        self._picture = QPixmap(self.size() * ratio)
        self._picture.setDevicePixelRatio(ratio)
        with QPainter(self._picture) as painter:
            paint_network(painter, QRectF(self.rect()), scene, self._style)

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._picture is not None
        painter.drawPixmap(0, 0, self._picture)
        shown, frame = scene.network, self.frame
        if shown is None or frame is None or self._cursor is None:
            return
        neuron = frame.neuron_at(self._cursor)
        if neuron is not None:
            spot = frame.spots[neuron]
            with saved(painter):
                painter.setPen(pen(self._style.theme.accent, 2.4 * self._style.unit))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(spot, frame.radius + 1, frame.radius + 1)
            paint_response(painter, frame, shown.picture, neuron, self._style)
            return
        connection = frame.connection_at(self._cursor, shown.picture, self._style)
        if connection is not None:
            painter.setPen(pen(self._style.theme.accent, 3 * self._style.unit))
            painter.drawLine(*frame.ends(connection))

    def _under(self, place: QPointF) -> int | None:
        """Return the place in the parameter vector of the weight, or the bias of the neuron, at a place."""
        scene, frame = self._scene, self.frame
        if scene is None or scene.network is None or frame is None:
            return None
        picture = scene.network.picture
        key = frame.neuron_at(place)
        if key is not None:
            neuron = picture.neuron(*key)
            return None if neuron is None else neuron.bias
        found: Connection | None = frame.connection_at(place, picture, self._style)
        return None if found is None else found.parameter

    def mousePressEvent(self, event: QMouseEvent) -> None:
        weight = self._under(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if weight is None:
            super().mousePressEvent(event)
        else:
            self.weightChosen.emit(weight)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        # Over a neuron stands its card, which the tip would cover.
        self.setToolTip("" if self.hovered is not None else self._hint)
        over = self._under(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)
