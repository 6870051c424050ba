"""Arrays as Python text: written out where they are small, else compressed."""

from __future__ import annotations

import base64
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.export.code.extraction import CodeError

WRITTEN_OUT = 40
"""Most numbers that are written out."""
MOST_CHARACTERS = 400_000
"""Most characters of a compressed array."""
LINE = 100
"""Characters of a line of it."""
_SCALES = (1, 10, 100, 1000, 2, 4, 8, 16, 32, 64, 128)
"""By which decimal and binary fractions become whole numbers."""
_WHOLE = ("u1", "<i2", "<i4")


class EmbeddedArray(NamedTuple):
    """Lines that define an array of float64 by its name, and the imports that they need."""

    lines: list[str]
    imports: tuple[str, ...]


def embedded(name: str, array: NDArray[np.float64], what: str) -> EmbeddedArray:
    """Return Python text that gives the array.

    Parameters
    ----------
    name : what it is called in the script
    what : what it is, for the comment

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If the text would be too long.
    """
    if array.size <= WRITTEN_OUT:
        return EmbeddedArray([f"{name} = np.array({array.tolist()!r})"], ("import numpy as np",))
    kind, scale = _smallest(array)
    numbers = array.astype("<f8") if kind == "<f8" else np.rint(array * scale).astype(kind)
    packed = base64.b64encode(zlib.compress(numbers.tobytes(), 9)).decode("ascii")
    if len(packed) > MOST_CHARACTERS:
        raise CodeError(
            f"{what} would take {len(packed)} characters of the script; at most {MOST_CHARACTERS} are written"
        )
    shape = ", ".join(map(str, array.shape))
    times = "" if scale == 1 else f", times {scale}"
    read = f'np.frombuffer(zlib.decompress(base64.b64decode({name})), "{kind}").astype(float)'
    lines = [
        f"# {what[0].upper()}{what[1:]}{times}: bytes of an array, compressed by zlib, in base64.",
        f'{name} = """',
        *(packed[first : first + LINE] for first in range(0, len(packed), LINE)),
        '"""',
        f"{name} = {read}.reshape({shape}){'' if scale == 1 else f'/{scale}'}",
    ]
    return EmbeddedArray(lines, ("import base64", "import zlib", "import numpy as np"))


def _smallest(array: NDArray[np.float64]) -> tuple[str, int]:
    """Return a kind of numbers, and a scale: the array times the scale, divided by it again, is the array."""
    largest = float(np.abs(array).max())
    for scale in _SCALES:
        if largest * scale < 2**31 and (np.rint(array * scale) / scale == array).all():
            whole = np.rint(array * scale)
            for kind in _WHOLE:
                bounds = np.iinfo(kind)
                if whole.min() >= bounds.min and whole.max() <= bounds.max:
                    return kind, scale
    return "<f8", 1
