"""Examples given one by one: a person's own table, or points placed by hand."""

from __future__ import annotations

import base64
import binascii
import unicodedata
import zlib
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from optexplorer.engine.landscapes.models.data.base import (
    MOST_CLASSES,
    MOST_EXAMPLES,
    MOST_NUMBERS,
    Array,
    Dataset,
    DataSource,
    Task,
)
from optexplorer.engine.landscapes.words import Words
from optexplorer.text import Text, printable

_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Characters that turn the direction of writing, also of what follows a name in menus and pictures."""


def _writable(name: str) -> str:
    if printable(name) != name:
        raise ValueError("it holds half of a character, which cannot be written to a file")
    for char in name:
        if unicodedata.category(char) == "Cc" or unicodedata.bidirectional(char) in _TURNING:
            raise ValueError(f"it holds the control character U+{ord(char):04X}, which no name may have")
    return name


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_writable)]


class Given(DataSource):
    """Examples that the experiment's file itself holds.

    `numbers` are the inputs of each example and its target, row after row, as numbers of eight bytes (IEEE 754,
    little-endian), compressed by zlib, in base64. `Given.of` makes one of arrays.
    """

    id: ClassVar[str] = "given"
    title: ClassVar[Text] = Text("Own data", "自分のデータ")
    idea: ClassVar[Text] = Text("Your own examples.", "自分で用意したデータ。")

    numbers: str
    input_names: tuple[Name, ...] = Field(min_length=1, max_length=4096)
    target_name: Name = "y"
    task: Task = "regression"
    classes: tuple[Name, ...] = Field((), max_length=MOST_CLASSES)
    image_shape: tuple[int, int] | None = None
    note: Words = Text("", "")

    @classmethod
    def of(cls, data: Dataset, note: Text | str = "") -> Self:
        """Return the source of these examples; `note` says where they come from."""
        table = np.column_stack([data.inputs, data.targets]).astype("<f8")
        return cls(
            numbers=base64.b64encode(zlib.compress(table.tobytes(), 6)).decode("ascii"),
            input_names=data.input_names,
            target_name=data.target_name,
            task=data.task,
            classes=data.classes,
            image_shape=data.image_shape,
            note=Text(note, note) if isinstance(note, str) else note,
        )

    @model_validator(mode="after")
    def _readable(self) -> Self:
        table = _unpacked(self.numbers, len(self.input_names) + 1)
        if not np.isfinite(table).all():
            row, column = np.argwhere(~np.isfinite(table))[0].tolist()
            raise ValueError(f"the number in row {row + 1}, column {column + 1} is not finite")
        shape = self.image_shape
        if shape is not None and (min(shape) < 1 or shape[0] * shape[1] != len(self.input_names)):
            raise ValueError(
                f"image_shape: {shape[0]} x {shape[1]} pixels are not the {len(self.input_names)} inputs"
            )
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("classes: each name may be there only once")
        if self.task == "regression" and self.classes:
            raise ValueError("classes: regression has none")
        targets = table[:, -1]
        if self.task == "classification" and not (
            len(self.classes) >= 2
            and (targets == np.floor(targets)).all()
            and (targets >= 0).all()
            and (targets < len(self.classes)).all()
        ):
            raise ValueError(
                f"classes: the targets must be the numbers of {len(self.classes)} class(es), 0 to "
                f"{len(self.classes) - 1}, and at least two classes are needed"
            )
        return self

    def make(self) -> Dataset:
        table = _unpacked(self.numbers, len(self.input_names) + 1)
        return Dataset(
            table[:, :-1],
            table[:, -1],
            self.task,
            self.input_names,
            self.target_name,
            self.classes,
            self.image_shape,
        )


@lru_cache(maxsize=8)
def _unpacked(text: str, columns: int) -> Array:
    """Return the table, shape (examples, columns); never more memory than the largest allowed is taken."""
    most = 8 * min(MOST_EXAMPLES * columns, MOST_NUMBERS + MOST_EXAMPLES)
    if len(text) > 2 * most + 1024:
        raise ValueError(f"numbers: {len(text)} characters are too many")
    try:
        inflater: Any = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise ValueError("numbers: the text is damaged; right is base64 of zlib's compression") from None
    if len(data) > most or not inflater.eof:
        raise ValueError(f"numbers: the text is cut off, or holds more than {most // 8} numbers")
    if not data or len(data) % (8 * columns):
        raise ValueError(f"numbers: the text does not hold rows of {columns} numbers of eight bytes")
    table = np.frombuffer(data, dtype="<f8").astype(np.float64).reshape(-1, columns)
    table.flags.writeable = False
    return table
