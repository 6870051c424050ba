"""Pictures as height maps: what is read, and what is refused with a message."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import optexplorer as ox
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.engine.landscapes.painted.height_map import MOST_BYTES, PictureError, height_map


def hill(rows: int = 120, columns: int = 200) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    return np.exp(-4 * ((x - 0.5) ** 2 + (y + 0.4) ** 2))


def save(path: Path, heights: np.ndarray, bits: int = 8) -> Path:
    most = 2**bits - 1
    Image.fromarray((heights * most).astype(np.uint8 if bits == 8 else np.uint16)).save(path)
    return path


@pytest.mark.parametrize("name", ["hill.png", "hill.jpg", "hill.jpeg"])
def test_bright_is_high_and_the_picture_stands_upright(tmp_path: Path, name: str) -> None:
    definition = height_map(save(tmp_path / name, hill()))
    assert (definition.rows, definition.columns) == (77, 128)
    assert dict(definition.domain) == {"x": (-3.0, 3.0), "y": (-1.8, 1.8)}
    assert definition.name.en == "hill"
    row, column = np.unravel_index(definition.grid.argmax(), definition.grid.shape)
    # The top of the hill is right of the middle, and in the upper half of the picture: y is positive there.
    assert column / 127 == pytest.approx(0.75, abs=0.02)
    assert row / 76 == pytest.approx(0.7, abs=0.02)
    assert (definition.grid.min(), definition.grid.max()) == (0.0, 1.0)


def test_sixteen_bits_colour_transparency_and_orientation(tmp_path: Path) -> None:
    plain = height_map(save(tmp_path / "8.png", hill())).grid
    assert np.abs(height_map(save(tmp_path / "16.png", hill(), 16)).grid - plain).max() < 0.01
    grey = Image.open(tmp_path / "8.png")
    grey.convert("RGBA").save(tmp_path / "rgba.png")
    assert np.abs(height_map(tmp_path / "rgba.png").grid - plain).max() < 0.01
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    grey.rotate(180).save(tmp_path / "turned.png", exif=exif)
    assert np.abs(height_map(tmp_path / "turned.png").grid - plain).max() < 0.01


def test_one_grey_is_flat_ground_and_slim_pictures_are_widened(tmp_path: Path) -> None:
    definition = height_map(save(tmp_path / "grey.png", np.full((300, 4), 0.5)))
    assert np.ptp(definition.grid) == 0
    assert (definition.rows, definition.columns) == (128, 32)


def damaged(path: Path, kept: float) -> bytes:
    data = path.read_bytes()
    return data[: int(len(data) * kept)]


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    png, jpeg = save(tmp_path / "a.png", hill()), save(tmp_path / "a.jpg", hill())
    Image.fromarray((hill() * 255).astype(np.uint8)).save(tmp_path / "gif.png", "GIF")
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(damaged(png, 0.5))
    (tmp_path / "cut.jpg").write_bytes(damaged(jpeg, 0.5))
    for name, words in (
        ("gif.png", "is no PNG or JPEG"),
        ("text.png", "is no PNG or JPEG"),
        ("empty.png", "is no PNG or JPEG"),
        ("cut.png", "is damaged"),
        ("cut.jpg", "is damaged"),
    ):
        with pytest.raises(PictureError, match=f"^{name} {words}") as caught:
            height_map(tmp_path / name)
        assert caught.value.message.ja.startswith(name)
    with pytest.raises(OSError, match="No such file"):
        height_map(tmp_path / "none.png")


@pytest.mark.parametrize("side", [6400, 9500, 14000])
def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    assert path.stat().st_size < 100_000
    with pytest.raises(PictureError, match="at most 40 million"):
        height_map(path)


def test_files_that_are_too_large_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(PictureError, match="at most 30 MB"):
        height_map(path)


def test_the_python_interface_descends_a_picture(tmp_path: Path) -> None:
    landscape = ox.height_map(save(tmp_path / "hill.png", 1 - hill()))
    trajectory = ox.run(landscape, ox.Adam(lr=0.05), start=(1.0, 0.5), steps=300)
    assert trajectory.position[-1] == pytest.approx([1.5, 0.72], abs=0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the names of files are text")
def test_a_name_that_is_no_text_does_not_keep_the_landscape_from_being_saved(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xe9.png"))
    save(tmp_path / "hill.png", hill()).rename(path)
    definition = height_map(path)
    assert definition.name.en == "h?"
    assert PaintedDefinition.model_validate_json(definition.model_dump_json().encode()) == definition


def test_half_a_character_is_no_part_of_a_name() -> None:
    fields = {"formula": "x", "domain": {"x": (-1, 1)}, "name": "a\udcff"}
    with pytest.raises(ValueError, match="half of a character"):
        FormulaDefinition.model_validate(fields)
