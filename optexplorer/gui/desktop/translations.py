"""Installs the translations of the window and of Qt's own dialogs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from optexplorer.resource_files import resources
from optexplorer.text import Language

_installed: list[QTranslator] = []


def install(application: QCoreApplication, language: Language) -> None:
    """Install the translations of `language`; Qt sends every open widget a `LanguageChange` event.

    The program's translations are `resources/translations/*.qm`, which `make translations` compiles.
    """
    while _installed:
        application.removeTranslator(_installed.pop())
    for name, folder in (
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"optexplorer_{language}", str(resources() / "translations")),
    ):
        translator = QTranslator()
        if translator.load(name, folder):
            application.installTranslator(translator)
            _installed.append(translator)
