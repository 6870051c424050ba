"""Checks whether the installed fonts can show the chosen language."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFontDatabase

from optexplorer.text import Language


def advice(language: Language) -> str:
    """Return what to install so that `language` can be read; empty if it can.

    In English and Latin letters, because those are the ones that show.
    """
    system = QFontDatabase.WritingSystem.Japanese
    if language != "ja" or QFontDatabase.families(system):
        return ""
    how = {
        "win32": "Settings > Time & language > Language: add Japanese",
        "darwin": "Font Book: turn on Hiragino Sans",
    }.get(sys.platform, "sudo apt install fonts-noto-cjk")
    return f"No Japanese font is installed, so that Japanese shows as boxes. {how}"
