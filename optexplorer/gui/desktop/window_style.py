"""The theme and the language of the window, as one `Style` that widgets read when they paint or write their words."""

from __future__ import annotations

from optexplorer.painting.style import Style
from optexplorer.text import Text

_current = Style()


def window_style() -> Style:
    """Return the theme and the language in use."""
    return _current


def set_window_style(style: Style) -> None:
    """Set the style that `window_style` returns; the caller notifies the widgets through Qt."""
    global _current
    _current = style


def localized(text: Text) -> str:
    """Return `text` in the window's language."""
    return text.in_language(_current.language)
