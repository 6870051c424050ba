"""A view that paints a scene from cached layers and repaints only what has changed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.painting.absence_painter import paint_reason
from optexplorer.painting.style import Style, pen
from optexplorer.runs.failure import Failure, failure_of, log_failure
from optexplorer.scene.scene import Scene


class LayeredView(Retranslating, QWidget):
    """Holds the scene and the style to show; a hidden view paints nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: Scene | None = None
        self._style = Style()
        self._focus_seen = False
        self._unpaintable: tuple[Scene, Failure] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show `scene`."""
        self._scene, self._style = scene, style
        self.update()

    def refresh_layers(self, scene: Scene) -> None:
        """Bring the layers up to date with `scene`."""
        raise NotImplementedError

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        """Paint the layers and the marks on top of them."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._scene is None or self.width() < 40 or self.height() < 40:
                painter.fillRect(self.rect(), QColor(self._style.theme.canvas))
                return
            self.paint_scene(painter, self._scene)
            self.paint_focus(painter)

    def paint_scene(self, painter: QPainter, scene: Scene) -> None:
        """Paint a scene; if that fails, paint the reason, and do not try this scene again."""
        if self._unpaintable is None or self._unpaintable[0] is not scene:
            try:
                self.refresh_layers(scene)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.paint_layers(painter, scene)
            except Exception as error:  # noqa: BLE001 - reported
                painter.resetTransform()
                painter.setClipping(False)
                painter.setOpacity(1.0)
                failure = failure_of(error, self.accessibleName())
                if self._unpaintable is None or str(self._unpaintable[1]) != str(failure):
                    log_failure(failure)
                self._unpaintable = (scene, failure)
            else:
                self._unpaintable = None
                return
        painter.fillRect(self.rect(), QColor(self._style.theme.canvas))
        words = self.tr("This cannot be drawn: {0}").format(self._unpaintable[1].message)
        paint_reason(painter, QRectF(self.rect()), words, self._style)

    def paint_focus(self, painter: QPainter) -> None:
        """Paint the ring of a view that has been reached by keyboard."""
        if self._focus_seen:
            painter.setPen(pen(self._style.theme.accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_keyboard = (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        self._focus_seen = event.reason() in by_keyboard
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._focus_seen = False
        super().focusOutEvent(event)
        self.update()
