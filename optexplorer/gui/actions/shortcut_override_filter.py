"""An event filter that lets focused controls keep keys that are shortcuts of commands elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QWidget

OVERRIDDEN_KEYS: dict[type[QWidget], tuple[Qt.Key, ...]] = {
    QAbstractButton: (Qt.Key.Key_Space,),
    QComboBox: (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End),
    QAbstractSlider: (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
}


class ShortcutOverrideFilter(QObject):
    """Filters the key events of each control that gets the focus while a window is open.

    A filter of the whole application would be called for each of the thousands of events of a start.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.focusChanged.connect(self._watch)

    def _watch(self, _before: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and isinstance(focused, tuple(OVERRIDDEN_KEYS)):
            focused.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and any(
                isinstance(watched, kind) and event.key() in keys for kind, keys in OVERRIDDEN_KEYS.items()
            ):
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def disconnect_application(self) -> None:
        """Watch no other control: the window is closing."""
        self._application.focusChanged.disconnect(self._watch)
