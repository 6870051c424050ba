"""The window's words: all in the code are translated, and what is shipped is compiled from what is translated."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
PLACE = re.compile(r"\{\d?(?::[^}]*)?\}|%L?n")


def tool(name: str) -> str:
    """Return the program `name` of PySide6, which stands beside the interpreter or the package."""
    import PySide6

    beside = [Path(sys.executable).parent, *(Path(folder).parents[3] / "bin" for folder in PySide6.__path__)]
    found = next(
        (found for folder in beside if (found := shutil.which(f"pyside6-{name}", path=folder))), None
    )
    if found is None:
        pytest.skip(f"pyside6-{name} is not installed")
    return found


def make_commands() -> list[list[str]]:
    """Return the commands of `make translations`, with the programs left out."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "--assume-old=.venv/dev.stamp", "translations"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line for line in done.stdout.replace("\\\n", " ").splitlines() if "/pyside6-" in line]
    return [line.split() for line in lines]


def messages(path: Path) -> dict[tuple[str, str], ElementTree.Element]:
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


def texts(message: ElementTree.Element) -> list[str]:
    """Return the translation of a message; several where it depends on a number."""
    translation = message.find("translation")
    assert translation is not None
    forms = [form.text or "" for form in translation.iter("numerusform")]
    return forms or [translation.text or ""]


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make translations` makes of the shipped files."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    folder = tmp_path_factory.mktemp("translations")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    for program, *arguments in make_commands():
        command = [tool(Path(program).name.removeprefix("pyside6-"))]
        command += [argument.replace("resources/translations", str(folder)) for argument in arguments]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_word_of_the_window_is_translated(renewed: Path, language: str) -> None:
    name = f"optexplorer_{language}.ts"
    found, shipped = messages(renewed / name), messages(FOLDER / name)
    assert found.keys() == shipped.keys(), "run: make translations"
    if language == "ja":
        assert len(found) > 150
    for key, message in found.items():
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, (key, "is not translated")
        assert all(texts(message)), key


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_shipped_is_compiled_from_the_translations(renewed: Path, language: str) -> None:
    name = f"optexplorer_{language}.qm"
    assert (renewed / name).read_bytes() == (FOLDER / name).read_bytes(), "run: make translations"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_translations_keep_the_places_of_numbers_and_names(language: str) -> None:
    for (context, source), message in messages(FOLDER / f"optexplorer_{language}.ts").items():
        for text in texts(message):
            assert sorted(PLACE.findall(source)) == sorted(PLACE.findall(text)), (context, source)
            assert text.endswith("…") == source.endswith("…"), (context, source)


def test_words_of_every_kind_are_found() -> None:
    words = messages(FOLDER / "optexplorer_ja.ts")
    assert ("", "Export image…") in words
    assert ("", "File") in words
    assert ("MainWindow", "Language") in words
    assert ("DataDialog", "Export data") in words
    assert words["DataDialog", "%Ln rows"].get("numerus") == "yes"


def test_one_thing_and_several_have_their_own_words_in_english(qtbot: QtBot) -> None:
    translator = QTranslator()
    assert translator.load("optexplorer_en", str(FOLDER))
    application = QCoreApplication.instance()
    assert application is not None
    application.installTranslator(translator)
    try:
        said = [QCoreApplication.translate("DataDialog", "%Ln rows", "", number) for number in (1, 2)]
    finally:
        application.removeTranslator(translator)
    assert said == ["1 row", "2 rows"]
