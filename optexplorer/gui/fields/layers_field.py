"""The sizes of a network's hidden layers: typed with commas between them, or one more or less by button."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.text_field import TextField

WIDEST = 100_000
FIRST_LAYER = 8
"""Units of a layer that is added where there is none."""
_BUTTON = 18


class LayersField(Retranslating, TextField):
    """Whole numbers above zero, in their order; the keys Up and Down add and remove the last layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setTextMargins(0, 0, 2 * _BUTTON, 0)
        self.fewer = self._button("mdi6.minus", self._remove)
        self.more = self._button("mdi6.plus", self._add)
        self.retranslate()

    def retranslate(self) -> None:
        describe(self.fewer, self.tr("Remove the last layer"))
        describe(self.more, self.tr("Add a layer"))

    def _button(self, picture: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("stepper")
        button.setIcon(icon(picture))
        button.setIconSize(QSize(12, 12))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(act)
        return button

    def words(self, value: tuple[int, ...]) -> str:
        return ", ".join(map(str, value))

    def _put(self, value: tuple[int, ...]) -> None:
        super()._put(value)
        self.fewer.setEnabled(bool(value))

    def read(self, text: str) -> tuple[int, ...]:
        sizes = []
        for part in re.split(r"[,、\s]+", unicodedata.normalize("NFKC", text)):
            if not part:
                continue
            if not re.fullmatch(r"\d{1,9}", part) or not 0 < int(part) <= WIDEST:
                message = self.tr(
                    "“{0}” is not a number of neurons. Right would be, for example, 16, 16: whole numbers above zero."
                )
                raise ValueError(message.format(part[:20]))
            sizes.append(int(part))
        return tuple(sizes)

    def _add(self) -> None:
        self.commit()
        layers = self._value or ()
        self._choose_layers((*layers, layers[-1] if layers else FIRST_LAYER))

    def _remove(self) -> None:
        self.commit()
        self._choose_layers((self._value or ())[:-1])

    def _choose_layers(self, layers: tuple[int, ...]) -> None:
        if not self.problem:
            self.ended.emit()
            self.choose(layers)
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self._add()
        elif event.key() == Qt.Key.Key_Down:
            self._remove()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = min(_BUTTON, self.height() - 4)
        for place, button in enumerate((self.more, self.fewer), start=1):
            button.setGeometry(
                self.width() - place * _BUTTON - 3, (self.height() - side) // 2, _BUTTON - 1, side
            )
