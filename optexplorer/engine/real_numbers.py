"""Arrays that scripts give, checked to hold real numbers and to hide none of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def real_numbers(what: str, given: Any, shape: str) -> NDArray[np.float64]:
    """Return what a script gave as float64.

    Parameters
    ----------
    what, shape : how the message calls it, and the shape that would be right, in words

    Raises
    ------
    ValueError
        If it holds anything but real numbers, or some of them are masked.
    """
    check_nothing_masked(what, given)
    try:
        found = np.asarray(given)
        # Complex numbers and dates would be cut down to real numbers without a word.
        if found.dtype.kind not in "cmM":
            return found.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{what} must be real numbers, {shape}") from None


def check_nothing_masked(what: str, given: Any) -> None:
    """Raise a ValueError if `given` is a masked array in which something is masked."""
    if np.ma.is_masked(given):
        place = ", ".join(map(str, np.argwhere(np.ma.getmaskarray(given))[0].tolist()))
        raise ValueError(f"{what}[{place}] is masked; every one must be given")
