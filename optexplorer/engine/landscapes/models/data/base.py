"""Data: examples with inputs and targets, and the base class of what they come from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import Declared
from optexplorer.text import Text

Array = NDArray[np.float64]
Task = Literal["regression", "classification"]

MOST_EXAMPLES = 20_000
MOST_NUMBERS = 4_000_000
"""Most numbers in all inputs of a data set."""
MOST_CLASSES = 100
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
"""Endings of the names of files that hold a table of a person's own data."""


class DataError(ValueError):
    """Data that nothing can be learned from; the message says in both languages what is wrong and where."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples that a model learns from. All arrays are read-only.

    Attributes
    ----------
    inputs : shape (examples, features), float64
    targets : shape (examples,), float64: the number to be predicted, or the number of the class, from 0
    task : what is predicted
    input_names : what the features are called
    target_name : what is predicted
    classes : the names of the classes; () for regression
    image_shape : (rows, columns) where the features are the pixels of an image
    """

    inputs: Array
    targets: Array
    task: Task
    input_names: tuple[str, ...]
    target_name: str
    classes: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        inputs = np.ascontiguousarray(self.inputs, dtype=np.float64)
        targets = np.ascontiguousarray(self.targets, dtype=np.float64)
        if inputs.ndim != 2 or targets.shape != inputs.shape[:1] or not inputs.size:
            raise DataError(
                Text(
                    f"inputs of shape {inputs.shape} and targets of shape {targets.shape} are no data; "
                    "right are (examples, features) and (examples,)",
                    f"入力の形 {inputs.shape} と正解の形 {targets.shape} はデータにならない。"
                    "(データの個数, 特徴量の数) と (データの個数,) にする",
                )
            )
        for array in (inputs, targets):
            array.setflags(write=False)
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "targets", targets)

    @property
    def examples(self) -> int:
        """The number of examples."""
        return len(self.inputs)

    @property
    def features(self) -> int:
        """The number of features of each example."""
        return int(self.inputs.shape[1])

    def part(self, places: NDArray[np.intp]) -> Dataset:
        """Return the examples at these places."""
        return replace(self, inputs=self.inputs[places], targets=self.targets[places])


class DataSource(Declared):
    """Base of all that examples come from: its fields are its settings, such as the size or the noise."""

    family: ClassVar[Literal["data"]] = "data"
    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]
    reference: ClassVar[str] = ""
    """Where real data come from, and their licence."""
    words: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    """The names in its data sets, of features, targets and classes, in both languages; signs such as x1 need none."""

    @abstractmethod
    def make(self) -> Dataset:
        """Return the examples; equal settings give the same bits.

        Raises
        ------
        DataError
            If there are none that can be learned from.
        """

    def load(self) -> Dataset:
        """Return what `make` makes, kept for the next time."""
        return _loaded(self)


@lru_cache(maxsize=32)
def _loaded(source: DataSource) -> Dataset:
    return source.make()
