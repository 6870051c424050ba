"""Which neurons of a layer are drawn: all of a small one, some of a large one by a rule that is stated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.text import Text

MOST_UNITS = 16
"""Neurons that are all drawn; of larger layers, fewer, as dots stand for the rest."""
SOME_UNITS = 12
MOST_HIDDEN = 4
"""Hidden layers of a network that is drawn."""

FIRST = Text(
    "Of larger layers the first neurons are drawn, and those that the selected weight joins.",
    "大きな層では、先頭のニューロンと、選んだ重みがつなぐニューロンだけを描く。",
)
VARIED = Text(
    "Of the inputs those are drawn that vary most in the data; of other large layers the first neurons, and those "
    "that the selected weight joins.",
    "入力はデータの中で変化の大きいものだけを描く。ほかの大きな層では、先頭のニューロンと、選んだ重みがつなぐニューロンだけを描く。",
)


def drawn_units(size: int, needed: Iterable[int] = (), order: Sequence[int] | None = None) -> tuple[int, ...]:
    """Return the numbers of the neurons that are drawn of a layer, in rising order.

    Parameters
    ----------
    size : the number of its neurons
    needed : those that are drawn in any case
    order : all of them, those first that are to be drawn; None for their own order
    """
    if size <= MOST_UNITS:
        return tuple(range(size))
    chosen = dict.fromkeys(unit for unit in needed if 0 <= unit < size)
    for unit in range(size) if order is None else order:
        if len(chosen) >= SOME_UNITS:
            break
        chosen.setdefault(unit)
    return tuple(sorted(chosen))


def most_varied(inputs: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the numbers of the features, those first whose values, shape (N, features), vary most."""
    with np.errstate(all="ignore"):
        spread = np.nan_to_num(inputs.std(axis=0))
    return tuple(np.argsort(-spread, kind="stable").tolist())
