"""The dialogs that make pictures and films, through their widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import experiment_in
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.export_dialog import ExportDialog
from optexplorer.gui.dialogs.film_dialog import FilmDialog
from optexplorer.gui.state.settings import Settings
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute
from tests.gui.hands import press, with_dialog
from tests.shown_networks import corners, experiment_with, network

RACE = Experiment.model_validate(
    {
        "landscape": "booth",
        "racers": [
            {"optimizer": {"id": "adam", "lr": 0.3}},
            {"optimizer": {"id": "gd", "lr": 0.05}, "stream": 1},
        ],
        "steps": 40,
        "stop_when_converged": False,
    }
)


@pytest.fixture(scope="module")
def computed(qapp: object) -> Computed:
    return compute(RACE)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def pictures(qtbot: QtBot, window: QWidget, computed: Computed) -> Iterator[ExportDialog]:
    dialog = ExportDialog(computed, 20, Style(), Settings(), "map", window)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.preview.image is not None)
    yield dialog
    dialog.done(0)


@pytest.fixture
def films(qtbot: QtBot, window: QWidget, computed: Computed) -> Iterator[FilmDialog]:
    dialog = FilmDialog(computed, Style(), Settings(), "map", 20.0, window)
    dialog.form.width_field.setValue(200)
    dialog.form.height_field.setValue(150)
    dialog.motion.last.setValue(20)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.preview.image is not None)
    yield dialog
    dialog.done(0)


def choose(dialog: ExportDialog | FilmDialog, view: str) -> None:
    dialog.form.view.setCurrentIndex(dialog.form.view.findData(view))


def grid(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].astype(int)


class TestPictures:
    def test_what_is_saved_looks_as_the_preview_did(
        self, pictures: ExportDialog, qtbot: QtBot, tmp_path: Path
    ) -> None:
        pictures.form.caption.setText("Two ways down")
        with qtbot.waitSignal(pictures.preview.shown):
            choose(pictures, "figure")
        assert pictures.preview.image is not None
        seen = pictures.preview.image.copy()
        with qtbot.waitSignal(pictures.accepted):
            pictures.save_to(str(tmp_path / "picture.png"))
        saved = QImage(str(tmp_path / "picture.png"))
        assert (saved.width(), saved.height()) == (1600, 1200)
        smooth = Qt.TransformationMode.SmoothTransformation
        small = saved.scaled(seen.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        assert np.abs(grid(small) - grid(seen)).mean() < 6
        assert experiment_in(tmp_path / "picture.png") == RACE

    @pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-")])
    def test_the_name_says_which_kind_and_a_switch_leaves_the_experiment_out(
        self, pictures: ExportDialog, qtbot: QtBot, tmp_path: Path, kind: str, start: bytes
    ) -> None:
        pictures.metadata.setChecked(False)
        path = tmp_path / f"picture.{kind}"
        with qtbot.waitSignal(pictures.accepted):
            pictures.save_to(str(path))
        assert path.read_bytes().startswith(start)
        with pytest.raises(ValueError, match="carries no experiment"):
            experiment_in(path)

    def test_a_preset_fills_the_fields_and_another_size_leaves_it(self, pictures: ExportDialog) -> None:
        form = pictures.form
        form.preset.setCurrentIndex(form.preset.findData("paper"))
        assert (form.width_field.value(), form.height_field.value()) == (2008, 1506)
        assert (form.dpi.value(), form.type_size.value()) == (600, 58)
        assert pictures.facts.text() == "8.5 × 6.4 cm in print"
        form.width_field.setValue(1000)
        assert form.preset.currentData() is None

    def test_the_type_suits_the_size_until_another_is_chosen(self, pictures: ExportDialog) -> None:
        form = pictures.form
        form.height_field.setValue(600)
        assert form.type_size.value() == 12
        form.type_size.setValue(30)
        form.height_field.setValue(1200)
        assert form.type_size.value() == 30

    def test_a_figure_without_parts_cannot_be_saved(self, pictures: ExportDialog) -> None:
        choose(pictures, "figure")
        for box in pictures.form.parts.values():
            box.setChecked(False)
        assert not pictures.save.isEnabled()
        assert "at least one view" in pictures.error.text()
        pictures.form.parts["map"].setChecked(True)
        assert pictures.save.isEnabled()
        assert not pictures.error.isVisible()

    def test_the_clipboard_takes_pixels_and_lines(self, pictures: ExportDialog, qtbot: QtBot) -> None:
        clipboard = QGuiApplication.clipboard()
        clipboard.clear()
        qtbot.mouseClick(pictures.copy, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: clipboard.mimeData().hasImage())
        assert clipboard.mimeData().hasFormat("image/svg+xml")
        assert clipboard.image().width() == 1600

    def test_what_cannot_be_written_is_said(
        self, pictures: ExportDialog, qtbot: QtBot, tmp_path: Path
    ) -> None:
        pictures.save_to(str(tmp_path / "missing" / "picture.png"))
        qtbot.waitUntil(pictures.error.isVisible)
        assert pictures.isVisible()
        assert pictures.save.isEnabled()


class TestFilms:
    def test_a_film_is_made(self, films: FilmDialog, qtbot: QtBot, tmp_path: Path) -> None:
        path = tmp_path / "film.mp4"
        qtbot.waitUntil(lambda: "…" not in films.facts.text(), timeout=20000)
        assert films.facts.text().startswith("2.0 seconds, 60 frames, about ")
        with qtbot.waitSignal(films.accepted, timeout=20000):
            films.save_to(str(path))
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
        assert len(frames) == 60
        assert (frames[0].width, frames[0].height) == (200, 150)
        assert films.progress.value() == films.progress.maximum() == 60

    def test_cancel_ends_the_film_and_leaves_nothing(
        self, films: FilmDialog, qtbot: QtBot, tmp_path: Path
    ) -> None:
        films.motion.speed.setValue(1)
        films.motion.last.setValue(40)
        films.save_to(str(tmp_path / "film.webm"))
        qtbot.waitUntil(lambda: films.progress.value() > 3, timeout=20000)
        assert not films.save.isEnabled()
        cancel = films.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(films.save.isEnabled, timeout=20000)
        assert films.isVisible()
        assert not films.progress.isVisible()
        assert list(tmp_path.iterdir()) == []

    def test_closing_ends_the_film_too(self, films: FilmDialog, qtbot: QtBot, tmp_path: Path) -> None:
        films.motion.speed.setValue(1)
        films.save_to(str(tmp_path / "film.mp4"))
        qtbot.waitUntil(lambda: films.progress.value() > 0, timeout=20000)
        films.done(0)
        assert list(tmp_path.iterdir()) == []

    def test_the_preview_shows_the_frame_that_is_asked_for(self, films: FilmDialog, qtbot: QtBot) -> None:
        shown = {}
        for place in (0, films.place.maximum()):
            with qtbot.waitSignal(films.preview.shown):
                films.place.setValue(place)
            assert films.preview.image is not None
            shown[place] = grid(films.preview.image)
        first, last = shown.values()
        assert np.abs(first - last).max() > 50

    def test_only_a_surface_is_turned_around(self, films: FilmDialog) -> None:
        assert not films.motion.orbit.isVisible()
        choose(films, "surface")
        assert films.motion.orbit.isVisible()
        films.motion.orbit.setValue(90)
        assert films.motion.motion().orbit == 90
        choose(films, "loss")
        assert films.motion.motion().orbit == 0

    def test_too_long_a_film_is_refused(self, films: FilmDialog, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        films.save_to(str(tmp_path / "folder"))
        assert "folder" in films.error.text()
        films.motion.fps.setValue(60)
        films.motion.kind.setCurrentIndex(films.motion.kind.findData("gif"))
        films.save_to(str(tmp_path / "film.gif"))
        assert "at most 50" in films.error.text()


@pytest.mark.parametrize("film", [False, True])
def test_all_parts_of_a_network_can_be_read(qtbot: QtBot, window: QWidget, film: bool) -> None:
    computed = compute(experiment_with(network(corners(), (3,)), steps=2))
    made = (
        FilmDialog(computed, Style(), Settings(), "figure", 20.0, window)
        if film
        else ExportDialog(computed, 1, Style(), Settings(), "figure", window)
    )
    made.show()
    qtbot.waitExposed(made)
    form = made.form
    assert len(form.parts) == 5
    for box in form.parts.values():
        assert box.width() >= box.sizeHint().width()
        right = box.mapTo(made, box.rect().topRight()).x()
        assert right <= made.preview.mapTo(made, made.preview.rect().topLeft()).x()
    made.done(0)


def test_the_window_opens_both(app: Application, qtbot: QtBot) -> None:
    window = app.window
    assert with_dialog(qtbot, window, lambda: press(qtbot, window, "Ctrl+S")) == "Export image"
    assert with_dialog(qtbot, window, lambda: press(qtbot, window, "Ctrl+Shift+E")) == "Export film"
