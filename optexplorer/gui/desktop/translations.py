"""The window's own words in the chosen language, read from Qt Linguist files."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree

from PySide6.QtCore import QObject, QTranslator

from optexplorer.resource_files import resources
from optexplorer.text import Language


@cache
def messages(language: Language) -> dict[tuple[str, str], str]:
    """Return the finished translations of `language` by (context, source); English has none."""
    path = resources() / "translations" / f"optexplorer_{language}.ts"
    if not path.exists():
        return {}
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.text and translation.get("type") != "unfinished":
                found[name, message.findtext("source", "")] = translation.text
    return found


class Translator(QTranslator):
    """Translates by looking into `messages`."""

    def __init__(self, language: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages(language)

    def isEmpty(self) -> bool:
        return not self._messages

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        # Nothing would be taken for an empty translation.
        return self._messages.get((context, source), source)
