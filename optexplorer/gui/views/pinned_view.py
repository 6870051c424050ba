"""Shows the pinned experiment, and how it differs from the current one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from optexplorer.experiment.difference import Difference
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.labels import MarkupLabel
from optexplorer.gui.views.curve_view import CurveView
from optexplorer.gui.views.map_view import MapView
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene

MOST_LINES = 6
"""Differences that are listed; of more, only their number is told."""


class PinnedView(Retranslating, QWidget):
    """Shows a scene that nothing can be changed in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._differences: Sequence[Difference] = ()
        self.words = MarkupLabel(name="differences", wrap=True)
        self.map, self.curve = MapView(), CurveView()
        self._stack = QStackedWidget()
        for view in (self.map, self.curve):
            view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.words)
        layout.addWidget(self._stack, 1)
        self.retranslate()

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show the pinned experiment's scene."""
        view = self.curve if scene.picture == "curve" else self.map
        self._stack.setCurrentWidget(view)
        view.show_scene(scene, style)

    def show_differences(self, differences: Sequence[Difference]) -> None:
        """List in what the present experiment differs from the pinned one."""
        self._differences = differences
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Pinned experiment"))
        differences = self._differences
        lines = [
            f"{escape(localized(d.what))}: {escape(localized(d.first))} → <b>{escape(localized(d.second))}</b>"
            for d in differences[:MOST_LINES]
        ]
        if len(differences) > MOST_LINES:
            lines.append(self.tr("and %n more", "", len(differences) - MOST_LINES))
        if not lines:
            lines = [self.tr("Both are the same. Change something in the control panel.")]
        self.words.setText("<br>".join(lines))
