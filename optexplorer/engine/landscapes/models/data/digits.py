"""Handwritten digits of 8×8 pixels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Array, Dataset, DataSource
from optexplorer.engine.landscapes.models.data.packaged import packaged_table
from optexplorer.engine.landscapes.models.data.settings import examples
from optexplorer.text import Text

_ALL = 1797
_SIDE = 8
_PIXEL = "pixel {},{}"
_PLACES = tuple((row + 1, column + 1) for row in range(_SIDE) for column in range(_SIDE))
_BLACK = 16.0


class Digits(DataSource):
    """1,797 images of handwritten digits; a pixel is a number from 0 (white) to 1 (black), or to 16 undivided."""

    id: ClassVar[str] = "digits"
    title: ClassVar[Text] = Text("Handwritten digits", "手書き数字")
    idea: ClassVar[Text] = Text(
        "Small images of the digits 0 to 9: a network of a few thousand weights reads nearly all of them.",
        "0から9までの小さな画像。数千個の重みをもつネットワークなら、ほぼすべて読み取れる。",
    )
    reference: ClassVar[str] = (
        "E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository; "
        "scikit-learn's copy; CC BY 4.0"
    )
    words: ClassVar[Mapping[str, Text]] = {"digit": Text("digit", "数字")} | {
        _PIXEL.format(*place): Text(_PIXEL.format(*place), "画素{},{}".format(*place)) for place in _PLACES
    }

    examples: int = examples(_ALL, least=10, most=_ALL)
    digits: Literal["all", "0-1", "3-8", "4-9"] = hyperparameter(
        "all",
        "K",
        Text("Digits", "数字"),
        Text(
            "All ten digits, or two that are to be told apart.", "10種類の数字すべてか、見分ける2つの数字。"
        ),
        choices={
            "all": Text("all", "すべて"),
            "0-1": Text("0 and 1", "0と1"),
            "3-8": Text("3 and 8", "3と8"),
            "4-9": Text("4 and 9", "4と9"),
        },
    )
    divide: bool = hyperparameter(
        True,
        "x/16",
        Text("Divide by 16", "16で割る"),
        Text(
            "Pixels from 0 to 1 instead of 0 to 16: large inputs make steep valleys.",
            "画素の値の範囲を0〜16から0〜1にする。入力が大きいと、損失の谷は急になる。",
        ),
    )

    def make(self) -> Dataset:
        table = _pixels_and_digits()
        kept = list("0123456789") if self.digits == "all" else self.digits.split("-")
        table = table[np.isin(table[:, -1], [float(digit) for digit in kept])][: self.examples]
        inputs = table[:, :-1] / _BLACK if self.divide else table[:, :-1]
        targets = np.array([float(kept.index(str(int(digit)))) for digit in table[:, -1]])
        names = tuple(_PIXEL.format(*place) for place in _PLACES)
        return Dataset(inputs, targets, "classification", names, "digit", tuple(kept), (_SIDE, _SIDE))


@lru_cache(maxsize=1)
def _pixels_and_digits() -> Array:
    """Return the table, shape (1797, 65): the pixels, then the digit."""
    table = np.array(packaged_table("digits.csv.gz"), dtype=np.float64)
    table.flags.writeable = False
    return table
