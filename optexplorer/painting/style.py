"""The style of pictures: theme, language, font size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPen

from optexplorer.scene.palette import LIGHT, Theme
from optexplorer.text import Language, Text

_FAMILIES = ("Inter", "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans", "Arial")
_JAPANESE = (
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Hiragino Sans",
    "Yu Gothic UI",
    "Meiryo",
    "IPAexGothic",
    "TakaoPGothic",
)


@dataclass(frozen=True)
class Style:
    """Theme, language, and the height of small type in pixels; line widths and marks grow with it."""

    theme: Theme = LIGHT
    language: Language = "en"
    text_size: float = 12.0
    transparent: bool = False
    """Whether the background around the plot is left clear."""
    axes: bool = True
    """Whether maps and curves have axes; small pictures beside each other do without."""
    names: bool = True
    """Whether curves in one plot say whose they are; below a legend they do without."""

    @property
    def unit(self) -> float:
        """The length, in pixels, that is 1 pixel at the usual type size of 12 pixels."""
        return self.text_size / 12.0

    def font(self, factor: float = 1.0, *, bold: bool = False) -> QFont:
        """Return the font, `factor` times the size of small type."""
        font = QFont()
        font.setFamilies(font_families())
        font.setPixelSize(max(1, round(self.text_size * factor)))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def words(self, text: Text) -> str:
        """Return `text` in this style's language."""
        return text.in_language(self.language)


@cache
def font_families() -> list[str]:
    """Return the installed families to use, Latin first and Japanese as a fallback."""
    installed = set(QFontDatabase.families())
    return [family for family in (*_FAMILIES, *_JAPANESE) if family in installed]


def colour(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour from `#rrggbb` and an opacity in [0, 1]."""
    result = QColor(name)
    result.setAlphaF(alpha)
    return result


def pen(name: str, width: float, alpha: float = 1.0) -> QPen:
    """Return a solid pen with round caps and joins."""
    return QPen(_pen(name, width, alpha))


@lru_cache(maxsize=256)
def _pen(name: str, width: float, alpha: float) -> QPen:
    return QPen(
        colour(name, alpha), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
