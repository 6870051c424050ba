"""Pictures as height maps: dark is low, bright is high."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optexplorer.bounded_input import RefusedFileError, read_bounded
from optexplorer.engine.landscapes.base import Array
from optexplorer.engine.landscapes.painted.brush import smoothed
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.text import Text, printable

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 30_000_000
MOST_PIXELS = 40_000_000
LONGER_SIDE = 128
SHORTEST_SIDE = 32
HALF_WIDTH = 3.0
"""The longer side of the domain goes from minus this to this."""
_FORMATS = ("PNG", "JPEG")


class PictureError(ValueError):
    """A file that is no height map; the message says in both languages why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def height_map(path: str | Path) -> PaintedDefinition:
    """Return the landscape whose heights, from 0 to 1, are the brightness of a PNG or JPEG picture.

    The picture is resampled to at most 128 heights along its longer side and smoothed; the domain has its proportions.

    Raises
    ------
    PictureError
        If the file is no such picture, damaged, or too large.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise PictureError(
            Text(
                f"{path.name} has {size / 1e6:.0f} MB; a picture may have at most {MOST_BYTES // 1_000_000} MB",
                f"{path.name} は{size / 1e6:.0f} MBある。画像は{MOST_BYTES // 1_000_000} MBまでである",
            )
        )
    try:
        data = read_bounded(path, MOST_BYTES)
    except RefusedFileError as error:
        raise PictureError(
            Text(
                f"{path.name} is no picture: {error}",
                f"{path.name} は画像のファイルではない (フォルダー、パイプ、装置、または大きすぎるファイル)",
            )
        ) from error
    heights = _brightness(path, data)
    for _ in range(2):
        heights = smoothed(heights)
    low, high = float(heights.min()), float(heights.max())
    if high > low:
        heights = (heights - low) / (high - low)
    rows, columns = heights.shape
    x = round(HALF_WIDTH * min(1.0, columns / rows), 2)
    y = round(HALF_WIDTH * min(1.0, rows / columns), 2)
    name = printable(path.stem)
    return PaintedDefinition.of(heights, {"x": (-x, x), "y": (-y, y)}, name=Text(name, name))


def _brightness(path: Path, data: bytes) -> Array:
    """Return the brightness of a picture, 0 to 1, on a grid; the first row is the lowest of the picture.

    `data` are the contents of the file at `path`, which errors name.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # What the library only warns of is too large here by far.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
        with picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _too_large(path, f"{width} × {height}")
            return _resampled(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(path, "") from None
    except UnidentifiedImageError:
        raise PictureError(
            Text(
                f"{path.name} is no PNG or JPEG picture",
                f"{path.name} はPNG画像でもJPEG画像でもない",
            )
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, PictureError) or (isinstance(error, OSError) and error.errno is not None):
            raise
        raise PictureError(
            Text(f"{path.name} is damaged: {error}", f"{path.name} は壊れている ({error})")
        ) from None


def _too_large(path: Path, size: str) -> PictureError:
    most = MOST_PIXELS // 1_000_000
    is_, ja = (f" {size}", f"{size}画素") if size else (" too many", "多すぎる画素")
    return PictureError(
        Text(
            f"{path.name} has{is_} pixels; a picture may have at most {most} million",
            f"{path.name} は{ja}である。画像は{most}00万画素までである",
        )
    )


def _resampled(picture: Image) -> Array:
    from PIL import Image, ImageOps

    # JPEG can be decoded at a half, a quarter or an eighth of its size at once.
    picture.draft("L", (2 * LONGER_SIDE, 2 * LONGER_SIDE))
    upright = ImageOps.exif_transpose(picture)
    longer = max(upright.size)
    columns, rows = (max(round(side * LONGER_SIDE / longer), SHORTEST_SIDE) for side in upright.size)
    if upright.mode.startswith("I"):
        # 16 bits of grey.
        grey = Image.fromarray(np.asarray(upright, dtype=np.float32) / 65535)
    else:
        if upright.has_transparency_data:
            white = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(white, upright.convert("RGBA"))
        grey = Image.fromarray(np.asarray(upright.convert("L"), dtype=np.float32) / 255)
    scaled = grey.resize((columns, rows), Image.Resampling.BILINEAR)
    return np.flipud(np.asarray(scaled, dtype=np.float64)).copy()
