"""The window's own words: every one in the code has a finished translation, and no other is kept."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def load_tool() -> ModuleType:
    path = ROOT / "tools" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations_tool", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()
PLACE = re.compile(r"\{\d?(?::[^}]*)?\}")


@pytest.mark.parametrize("language", TOOL.FILES)
def test_every_word_of_the_window_is_translated(language: str) -> None:
    known, words = TOOL.translations(TOOL.FILES[language]), TOOL.words()
    assert len(words) > 150
    unfinished = sorted(words.keys() - known.keys())
    assert not unfinished, "put them into the .ts file: python tools/translations.py"
    assert not sorted(known.keys() - words.keys()), "words that the code no longer has"


@pytest.mark.parametrize("language", TOOL.FILES)
def test_translations_keep_the_places_of_numbers_and_names(language: str) -> None:
    for (context, source), text in TOOL.translations(TOOL.FILES[language]).items():
        assert sorted(PLACE.findall(source)) == sorted(PLACE.findall(text)), (context, source)
        assert text.endswith("…") == source.endswith("…"), (context, source)


def test_words_of_every_kind_are_found() -> None:
    words = TOOL.words()
    assert ("Commands", "Export image…") in words
    assert ("Commands", "File") in words
    assert ("MainWindow", "Language") in words
    assert ("DataDialog", "Export data") in words
