"""A view with its title bar: name, tools, and a button that gives it the whole centre."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.scene.palette import Theme


class ViewFrame(QWidget):
    """Puts `view` below a slim title bar."""

    maximise_asked = Signal()

    def __init__(
        self,
        title: str,
        view: QWidget,
        theme: Theme,
        tools: Iterable[QAction] = (),
        switch: QWidget | None = None,
        *,
        maximisable: bool = True,
    ) -> None:
        """Name the view by `title`, or let a `switch` in its place say what it shows."""
        super().__init__()
        self.setObjectName("viewFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = view
        self._theme = theme
        label = QLabel(title)
        label.setObjectName("viewTitle")
        self._button = QToolButton()
        self._button.setAutoRaise(True)
        self._button.setIconSize(QSize(14, 14))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self.maximise_asked)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 6, 4)
        bar.setSpacing(4)
        bar.addWidget(switch or label)
        bar.addStretch(1)
        for action in tools:
            tool = QToolButton()
            tool.setDefaultAction(action)
            tool.setAutoRaise(True)
            tool.setIconSize(QSize(14, 14))
            tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tool.setAccessibleName(action.text())
            bar.addWidget(tool)
        bar.addWidget(self._button)
        self._button.setVisible(maximisable)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(view, 1)
        self.show_maximised(False)

    def show_maximised(self, maximised: bool) -> None:
        """Show whether the view has the whole centre."""
        name = "mdi6.arrow-collapse" if maximised else "mdi6.arrow-expand"
        self._button.setIcon(icon(name, self._theme.muted))
        text = self.tr("Show the views side by side") if maximised else self.tr("Maximise this view")
        self._button.setToolTip(text)
        self._button.setAccessibleName(text)
