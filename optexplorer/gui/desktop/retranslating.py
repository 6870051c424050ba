"""A mixin for widgets that update their texts and icons when language or theme changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Base
else:
    _Base = object


class Retranslating(_Base):
    """Mixin for widgets with texts: list it before the Qt class, and call `retranslate` at the end of `__init__`."""

    def retranslate(self) -> None:
        """Write the widget's own words in the window's language."""

    def restyle(self) -> None:
        """Take over colours of the theme that neither the palette nor the style sheet brings; `theme.apply` calls it."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
