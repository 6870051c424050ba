"""Settings stored between launches: sizes, theme, language, speed."""

from __future__ import annotations

import locale
import math
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from optexplorer.scene.palette import DARK, LIGHT, Theme
from optexplorer.text import Language

ThemeChoice = Literal["system", "light", "dark"]
LanguageChoice = Literal["system", "en", "ja"]
_SPEED = 30.0


class Settings:
    """Typed access to the remembered values."""

    def __init__(self) -> None:
        self._values = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "optexplorer", "optexplorer"
        )

    @property
    def theme_choice(self) -> ThemeChoice:
        """The chosen theme, or `system`."""
        value = str(self._values.value("theme", "system"))
        return value if value in ("light", "dark") else "system"  # type: ignore[return-value]

    @theme_choice.setter
    def theme_choice(self, value: ThemeChoice) -> None:
        self._values.setValue("theme", value)

    @property
    def language_choice(self) -> LanguageChoice:
        """The chosen language, or `system`."""
        value = str(self._values.value("language", "system"))
        return value if value in ("en", "ja") else "system"  # type: ignore[return-value]

    @language_choice.setter
    def language_choice(self, value: LanguageChoice) -> None:
        self._values.setValue("language", value)

    @property
    def speed(self) -> float:
        """Playback speed in steps per second; the usual one if what was remembered is damaged."""
        try:
            speed = float(str(self._values.value("speed", _SPEED)))
        except ValueError:
            return _SPEED
        return speed if math.isfinite(speed) and speed > 0 else _SPEED

    @speed.setter
    def speed(self, value: float) -> None:
        self._values.setValue("speed", value)

    def layout(self, name: str) -> QByteArray | None:
        """Return a remembered geometry or splitter state."""
        value = self._values.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else None

    def remember_layout(self, name: str, state: QByteArray) -> None:
        """Remember a geometry or splitter state."""
        self._values.setValue(f"layout/{name}", state)

    def text(self, name: str, default: str = "") -> str:
        """Return a remembered text, such as the folder of the last export."""
        return str(self._values.value(name, default))

    def remember_text(self, name: str, value: str) -> None:
        """Remember a text."""
        self._values.setValue(name, value)

    def theme(self) -> Theme:
        """Return the theme to use now."""
        choice = self.theme_choice
        if choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if choice == "dark" else LIGHT

    def language(self) -> Language:
        """Return the language to use now."""
        choice = self.language_choice
        if choice == "system":
            from PySide6.QtCore import QLocale

            named = QLocale.system().name() or (locale.getlocale()[0] or "")
            return "ja" if named.startswith("ja") else "en"
        return choice
