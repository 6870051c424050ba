"""A frame around a view with a title bar: name, tools, maximise button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import ElidedLabel, describe


class ViewFrame(Retranslating, QWidget):
    """A frame with a title bar above `view`."""

    maximiseAsked = Signal()

    def __init__(
        self,
        view: QWidget,
        tools: Iterable[QAction] = (),
        switch: QWidget | None = None,
        *,
        maximisable: bool = True,
        strips: Sequence[QWidget] = (),
    ) -> None:
        """Show `title` in the title bar, or a `switch` in its place; `strips` of controls stand below the bar."""
        super().__init__()
        self.setObjectName("viewFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = view
        self._maximised = False
        self.title = ElidedLabel(name="viewTitle", parent=self)
        self.title.setVisible(switch is None)
        self._tools = []
        self._button = QToolButton()
        self._button.setAutoRaise(True)
        self._button.setIconSize(QSize(14, 14))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self.maximiseAsked)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 6, 4)
        bar.setSpacing(4)
        bar.addWidget(switch or self.title)
        bar.addStretch(1)
        for action in tools:
            tool = QToolButton()
            tool.setDefaultAction(action)
            tool.setAutoRaise(True)
            tool.setIconSize(QSize(14, 14))
            tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._tools.append(tool)
            bar.addWidget(tool)
        bar.addWidget(self._button)
        self._button.setVisible(maximisable)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        for strip in strips:
            layout.addWidget(strip)
        layout.addWidget(view, 1)
        self.retranslate()

    def retranslate(self) -> None:
        for tool in self._tools:
            tool.setAccessibleName(tool.defaultAction().text())
        self.show_maximised(self._maximised)

    def show_maximised(self, maximised: bool) -> None:
        """Show whether the view has the whole centre."""
        self._maximised = maximised
        name = "mdi6.arrow-collapse" if maximised else "mdi6.arrow-expand"
        self._button.setIcon(icon(name, QPalette.ColorRole.PlaceholderText))
        text = self.tr("Show the views side by side") if maximised else self.tr("Maximise this view")
        describe(self._button, text)
